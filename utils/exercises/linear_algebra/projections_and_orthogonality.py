"""Exercises of 01-linear-algebra/04-projections-and-orthogonality.ipynb."""

import numpy as np

from utils import linalg
from utils.datasets import load_diabetes, load_longley
from utils.exercises.engine import exercise, proof

BY_HAND = np.array([[1.0, 3.0], [2.0, 3.0], [2.0, 0.0]])
LAUCHLI = np.array([[1, 1, 1], [1e-8, 0, 0], [0, 1e-8, 0], [0, 0, 1e-8]])
SQUARE = np.array([[0.0, 2.0], [3.0, 1.0]])  # its R needs a sign or a full solve

_rng = np.random.default_rng(4)
TALL = _rng.normal(size=(12, 4)) + 3.0
POINTS = _rng.normal(size=(6, 5))
TWO = np.array([[1.0, 2.0, 0.0, 0.0, 1.0], [1.0, 0.0, 0.0, 3.0, 1.0]])
LONGLEY = np.column_stack([np.ones(16), load_longley()[0]])


@exercise(
    rtol=1e-3,
    hints=[
        "Section 2.1: the multiple of a is a·b over a·a.",
        "a·b = 3 + 0 + 6 = 9 and a·a = 1 + 4 + 4 = 9.",
        "So the multiple is 1. The residual is b minus the projection.",
    ],
)
def by_hand():
    r"""$t^\ast = 9/9 = 1$, so $\mathbf{p} = \mathbf{a} = (1, 2, 2)$ and $\mathbf{r} = (2, -2, 1)$, with
    $\mathbf{a}^\top\mathbf{r} = 2 - 4 + 2 = 0$. Here $\mathbf{b}$ casts exactly $\mathbf{a}$ as its shadow.
    """
    a, b = np.array([1.0, 2.0, 2.0]), np.array([3.0, 0.0, 3.0])
    p = a * (a @ b) / (a @ a)
    return p, b - p


by_hand.mistake(
    "You divided by the length of a, which is 3, and not by its square a·a = 9.",
    answer=([3.0, 6.0, 6.0], [0.0, -6.0, -3.0]),
)
by_hand.mistake(
    "You projected a onto the line of b: there the divisor would be b·b = 18.",
    answer=([1.5, 0.0, 1.5], [-0.5, 2.0, 0.5]),
)
by_hand.mistake(
    "The right projection, but the residual is b − p, with the sign turned around here.",
    answer=([1.0, 2.0, 2.0], [-2.0, 2.0, -1.0]),
)


@exercise(
    cases=[
        (BY_HAND, np.array([2.0, 7.0, 1.0])),
        (SQUARE, np.array([2.0, 4.0])),
        (TALL, np.arange(12.0)),
        (LAUCHLI, np.array([3.0, 1e-8, 2e-8, -3e-8])),
    ],
    hints=[
        "Put A = QR into the normal equations: what cancels? (Section 2.5)",
        "R x = Qᵀb, with Q, R = np.linalg.qr(A).",
        "np.linalg.solve(R, Q.T @ b) will do for a triangular R as well.",
    ],
)
def least_squares(A, b):
    r"""$\mathbf{R}\mathbf{x} = \mathbf{Q}^\top\mathbf{b}$: the dot products with the orthonormal columns, then
    a triangular system. The signs of NumPy's $\mathbf{Q}$ don't matter: they cancel.
    """
    Q, R = np.linalg.qr(A)
    return np.linalg.solve(R, Q.T @ b)


@least_squares.mistake(
    "Those are the coordinates in the columns of Q. One step is missing: solve R x = Qᵀb."
)
def _(A, b):
    Q, _ = np.linalg.qr(A)
    return Q.T @ b


@least_squares.mistake(
    "That is the nearest point A x itself; the task asks for the coefficients x."
)
def _(A, b):
    Q, _ = np.linalg.qr(A)
    return Q @ (Q.T @ b)


@least_squares.mistake(
    "Right for tame matrices. For Läuchli's the columns of a Gram-Schmidt Q aren't "
    "perpendicular enough, and b has a large part along the first: use np.linalg.qr."
)
def _(A, b):
    Q, R = linalg.gram_schmidt(A)
    return np.linalg.solve(R, Q.T @ b)


@exercise(
    cases=[(POINTS, TWO), (POINTS, TWO[:1]), (TALL, np.eye(4)[1:3] * 5.0)],
    hints=[
        "One direction: x − g (g·x)/(g·g). Why can't you do two of them in a row? (2.6)",
        "First make the directions orthonormal. They are the rows of G: take the QR of G.T.",
        "With Q of shape (d, k), all rows at once: X − (X Q) Qᵀ.",
    ],
)
def take_out(X, G):
    r"""An orthonormal basis of the directions, then the residual of each row. One direction
    after the other would not do: the second step moves the vectors along a $\mathbf{g}_2$ that
    isn't perpendicular to $\mathbf{g}_1$, and so brings back a bit of the first.
    """
    Q, _ = np.linalg.qr(np.transpose(G))
    return X - (X @ Q) @ Q.T


@take_out.mistake(
    "You took the directions out one after the other. They aren't perpendicular, so the "
    "second step brings back some of the first: make them orthonormal before."
)
def _(X, G):
    for g in G:
        X = X - np.outer(X @ g, g) / (g @ g)
    return X


@take_out.mistake(
    "You subtracted the shadow on each direction from the original rows. Shadows add up "
    "only for perpendicular directions (2.6)."
)
def _(X, G):
    return X - sum(np.outer(X @ g, g) / (g @ g) for g in G)


@take_out.mistake("That is what has to be taken out: subtract it from X.")
def _(X, G):
    Q, _ = np.linalg.qr(np.transpose(G))
    return (X @ Q) @ Q.T


@exercise(
    rtol=5e-3,
    hints=[
        "Alone: z is BMI minus its mean. With the others: z is what they leave of BMI.",
        "others = a column of ones and the nine other columns; z = bmi − project(bmi, others).",
        "Either way the coefficient is z @ y / (z @ z).",
    ],
)
def bmi():
    r"""$\mathbf{z}^\top\mathbf{y}/\mathbf{z}^\top\mathbf{z}$ twice: $\mathbf{z}$ is what the column of ones leaves
    of BMI, then what the ones and the other nine columns leave of it.
    """
    X, y = load_diabetes()
    ones, slopes = np.ones((len(y), 1)), []
    for others in (ones, np.hstack([ones, np.delete(X, 2, axis=1)])):
        Q, _ = np.linalg.qr(others)
        z = X[:, 2] - Q @ (Q.T @ X[:, 2])
        slopes.append(z @ y / (z @ z))
    return tuple(slopes)


bmi.mistake(
    "The first number is right. In the second you took the others out of the progression, "
    "but not out of BMI: it is BMI's new part that counts.",
    answer=(10.2331, 3.7120),
)
bmi.mistake(
    "The constant is missing among the columns: BMI alone must lose its mean, and the "
    "others must include a column of ones.",
    answer=(5.8895, 5.3537),
)
bmi.mistake(
    "Right numbers in the other order: first alone, then with the others held fixed.",
    answer=(5.6030, 10.2331),
)


@proof(
    hints=[
        "By the theorem of 2.2, two things have to be shown of p = Pb.",
        "Every vector of the column space is Pc for some c. Take its dot product with b − Pb.",
    ]
)
def projector():
    r"""$\mathbf{P}\mathbf{b}$ lies in the column space of $\mathbf{P}$. Any vector of that space is
    $\mathbf{P}\mathbf{c}$ for some $\mathbf{c}$, and

    $$
    (\mathbf{P}\mathbf{c})^\top(\mathbf{b} - \mathbf{P}\mathbf{b}) = \mathbf{c}^\top\mathbf{P}^\top(\mathbf{I} - \mathbf{P})\mathbf{b}
    = \mathbf{c}^\top(\mathbf{P} - \mathbf{P}^2)\mathbf{b} = 0 .
    $$

    The second equality uses $\mathbf{P}^\top = \mathbf{P}$, the last $\mathbf{P}^2 = \mathbf{P}$. So the residual
    is perpendicular to the space, and by the theorem of 2.2 nothing in it is nearer. Without
    symmetry the slanted $\mathbf{P}$ of 2.6 would be a counterexample: a proof that doesn't use
    it can't be right.
    """


@exercise(
    cases=[
        (BY_HAND, np.array([1.0, 0.0, 0.0]), np.array([2.0, 7.0, 1.0])),
        (TALL[:, :3], TALL[:, 3], np.arange(12.0)),
        (TALL[:, :1], TALL[:, 1] * 50.0, np.arange(12.0) ** 2),
    ],
    hints=[
        "The residual changes only along the new part z of x, by Section 5.",
        "Old residual = new residual + w z, and these two are perpendicular: Pythagoras.",
        "So the fall is w² z·z, with w = z·y / z·z and z = x − (its projection).",
    ],
)
def gain(X, x, y):
    r"""Let $\mathbf{z}$ be what the columns of $\mathbf{X}$ leave of $\mathbf{x}$. The columns of $\mathbf{X}$ and
    $\mathbf{z}$ span the larger space, and $\mathbf{z}$ is perpendicular to all others, so the projection grows
    by the shadow $w\mathbf{z}$ with $w = \mathbf{z}^\top\mathbf{y}/\mathbf{z}^\top\mathbf{z}$, and the residual loses it:
    $\mathbf{r}_\mathrm{old} = \mathbf{r}_\mathrm{new} + w\mathbf{z}$. The new residual is perpendicular to $\mathbf{z}$, so by Pythagoras
    the squared length falls by $w^2\,\mathbf{z}^\top\mathbf{z} = (\mathbf{z}^\top\mathbf{y})^2/\mathbf{z}^\top\mathbf{z}$: never below zero.
    """
    Q, _ = np.linalg.qr(X)
    z = x - Q @ (Q.T @ x)
    return (z @ y) ** 2 / (z @ z)


@gain.mistake(
    "You used x as it came. Only its new part counts: take the other columns out first."
)
def _(X, x, y):
    return (x @ y) ** 2 / (x @ x)


@gain.mistake(
    "That is the coefficient w of the new column; the task asks how much w z shortens "
    "the squared residual."
)
def _(X, x, y):
    Q, _ = np.linalg.qr(X)
    z = x - Q @ (Q.T @ x)
    return (z @ y) / (z @ z)


@gain.mistake(
    "You took the others out of y, but not out of x, in the divisor: it is z·z, not x·x."
)
def _(X, x, y):
    Q, _ = np.linalg.qr(X)
    return (x @ (y - Q @ (Q.T @ y))) ** 2 / (x @ x)


@exercise(
    cases=[(LONGLEY,), (BY_HAND,), (TALL,), (SQUARE,)],
    hints=[
        "P = Q Qᵀ for the Q of the QR decomposition. What is its i-th diagonal entry?",
        "The dot product of row i of Q with itself.",
        "For the sum: tr(Q Qᵀ) = tr(Qᵀ Q), which is the identity of size n.",
    ],
)
def leverages(X):
    r"""$h_i = (\mathbf{Q}\mathbf{Q}^\top)_{ii}$ is the squared length of row $i$ of $\mathbf{Q}$, and
    $\sum_i h_i = \mathrm{tr}(\mathbf{Q}\mathbf{Q}^\top) = \mathrm{tr}(\mathbf{Q}^\top\mathbf{Q}) = n$: for Longley 7,
    of which the year 1962 alone has 0.689. Its target moves its own fit most.
    """
    Q, _ = np.linalg.qr(X)
    return np.sum(Q**2, axis=1)


@leverages.mistake(
    "Those are the lengths of the rows of Q; the leverage is the squared length."
)
def _(X):
    return np.linalg.norm(np.linalg.qr(X)[0], axis=1)


@leverages.mistake(
    "You took the rows of X itself. Only the column space counts: take an orthonormal basis."
)
def _(X):
    return np.sum(np.asarray(X) ** 2, axis=1)


@leverages.mistake(
    "You summed over the rows: the columns of Q all have length 1. Sum along each row."
)
def _(X):
    return np.sum(np.linalg.qr(X)[0] ** 2, axis=0)
