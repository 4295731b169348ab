"""Exercises of 01-linear-algebra/02-matrix-operations.ipynb."""

import numpy as np

from utils.datasets import load_english_bigrams
from utils.exercises.engine import exercise, proof

WIDE = np.array([[1.0, 2.0, 0.0], [0.0, 1.0, 3.0]])
TALL = np.array([[1.0, 2.0], [3.0, 0.0], [1.0, 1.0]])
SQUARE = np.array([[2, 1, 0], [0, 3, -1], [1, 1, 1]])
OTHER = np.array([[1, -1, 2], [4, 2, 0], [0, 5, 1]])

ALL_FIVE = 1 - np.eye(5, dtype=int)  # everybody knows everybody
RING = np.roll(np.eye(6, dtype=int), 1, axis=1) + np.roll(np.eye(6, dtype=int), -1, 1)
_ties = np.random.default_rng(2).integers(0, 2, size=(9, 9))
MIXED = np.triu(_ties, 1) + np.triu(_ties, 1).T


@exercise(
    hints=[
        "Entry (1, 1): row 1 of the first matrix against column 1 of the second.",
        "That is 2 · 1 + 1 · 4. The other three go the same way.",
    ],
)
def by_hand():
    r"""Rows of the first against columns of the second:
    $2\cdot1 + 1\cdot4 = 6$, $\;2\cdot(-1) + 1\cdot2 = 0$, $\;0\cdot1 + 3\cdot4 = 12$,
    $\;0\cdot(-1) + 3\cdot2 = 6$.
    """
    return np.array([[6, 0], [12, 6]])


by_hand.mistake(
    "That is BA, the product in the other order: rows come from the first matrix.",
    answer=[[2, -2], [8, 10]],
)
by_hand.mistake(
    "You multiplied entry by entry, as * does. The product takes rows against columns.",
    answer=[[2, -1], [0, 6]],
)
by_hand.mistake(
    "The numbers are right, but rows and columns are swapped.",
    answer=[[6, 12], [0, 6]],
)


@exercise(
    cases=[
        (TALL, np.array([2.0, 1.0, 3.0])),
        (WIDE, np.array([0.5, -1.0])),
        (SQUARE, np.array([1, 0, 4])),
        (OTHER, np.array([2.0, 3.0, 0.25])),
    ],
    hints=[
        "Without weights: column k of X.T times row k of X, added up. Which product is it?",
        "It is X.T @ X. Now row k of one of the two factors must be scaled by w[k].",
        "X * w[:, None] scales the rows, as a diagonal matrix from the left does (2.8).",
    ],
)
def weighted_sum(X, w):
    r"""Column $k$ of $\mathbf{X}^\top$ is $\mathbf{x}_k$, so by the fourth view of 2.3 the sum without
    weights is $\mathbf{X}^\top\mathbf{X}$. A weight scales its term once: scale the rows of *one*
    factor, $\mathbf{X}^\top\mathbf{D}\mathbf{X}$ with the weights on the diagonal of $\mathbf{D}$.
    """
    return X.T @ (X * w[:, None])


@weighted_sum.mistake("That is the sum without weights: scale the rows of one factor.")
def _(X, w):
    return X.T @ X


@weighted_sum.mistake(
    "You scaled both factors, so each weight counts squared. Scale only one of them."
)
def _(X, w):
    return (X * w[:, None]).T @ (X * w[:, None])


@weighted_sum.mistake(
    "X times X.T holds the dot products of the rows, n x n. Outer products need X.T first."
)
def _(X, w):
    return (X * w[:, None]) @ X.T


@exercise(
    cases=[(ALL_FIVE,), (RING,), (MIXED,), (ALL_FIVE[:3, :3],)],
    hints=[
        "A triangle is a walk of three steps that ends where it began.",
        "Entry (i, i) of AAA counts such walks from person i. The trace adds them up.",
        "How often is one triangle counted? Three starts, two directions.",
    ],
)
def triangles(A):
    r"""$(\mathbf{A}^3)_{ii}$ counts the walks of three steps from $i$ back to $i$. Nobody is their own
    friend, so each of them goes around a triangle; and each triangle is walked from 3 starts
    in 2 directions: $\mathrm{tr}(\mathbf{A}^3)/6$.
    """
    return np.trace(A @ A @ A) / 6


@triangles.mistake(
    "Those are walks: each triangle is walked from three starts in two directions."
)
def _(A):
    return np.trace(A @ A @ A)


@triangles.mistake("You allowed for the three starts. There are two directions, too.")
def _(A):
    return np.trace(A @ A @ A) / 3


@triangles.mistake("A**3 raises each entry to the third power: use A @ A @ A.")
def _(A):
    return np.trace(A**3) / 6


@exercise(
    cases=[(0.0,), (0.3,), (np.pi / 4,), (2.0,), (-0.7,)],
    hints=[
        "The columns are the mirror images of the two basis vectors (2.1).",
        "The first basis vector has angle 0. As far as it is below the line, so far "
        "above the line is its image.",
        "The images have the angles 2θ and 2θ - 90°. Write down cosine and sine of each.",
    ],
)
def reflection(theta):
    r"""A mirror at angle $\theta$ sends a vector of angle $\phi$ to angle $2\theta - \phi$. So
    $\mathbf{e}_1$ ($\phi = 0$) goes to $(\cos2\theta, \sin2\theta)$, and $\mathbf{e}_2$ ($\phi = 90°$) to
    $(\cos(2\theta - 90°), \sin(2\theta - 90°)) = (\sin2\theta, -\cos2\theta)$. These are the columns.
    """
    c, s = np.cos(2 * theta), np.sin(2 * theta)
    return np.array([[c, s], [s, -c]])


@reflection.mistake(
    "That is a turn by 2θ: check where the second basis vector goes. A mirror has det -1."
)
def _(theta):
    c, s = np.cos(2 * theta), np.sin(2 * theta)
    return np.array([[c, -s], [s, c]])


@reflection.mistake(
    "That is the mirror at half the angle: the image of e1 is at angle 2θ."
)
def _(theta):
    c, s = np.cos(theta), np.sin(theta)
    return np.array([[c, s], [s, -c]])


@reflection.mistake(
    "That is the shadow on the line, a projection: the mirror image is as far beyond it."
)
def _(theta):
    c, s = np.cos(theta), np.sin(theta)
    return np.array([[c * c, c * s], [c * s, s * s]])


@exercise(
    rtol=3e-3,
    hints=[
        "Two steps are one product: which row of it do you need?",
        "P @ P, then the row of T: np.argmax says where its largest entry is.",
    ],
)
def two_after_t():
    r"""One product gives the shares two places later, and row T of it the answer. (H is the
    most frequent letter right after T, and E after H.)
    """
    symbols, counts = load_english_bigrams()
    letters, P = symbols[1:], counts[1:, 1:] / counts[1:, 1:].sum(axis=1, keepdims=True)
    two_later = (P @ P)[list(letters).index("t")]
    return str(letters[np.argmax(two_later)]), float(two_later.max())


two_after_t.mistake(
    "Both are right; only write the letter in lower case, as in letters.",
    answer=("E", 0.2510),
)
two_after_t.mistake(
    "That is one place after T. Two places are two steps: P @ P.",
    answer=("h", 0.3801),
)
two_after_t.mistake(
    "You squared each entry with P * P. Two steps are the matrix product P @ P.",
    answer=("h", 0.1442),
)


@proof(
    hints=[
        "Look for a number that is the same for AB and BA.",
        "What is the trace of a difference? And that of the identity?",
    ]
)
def no_commutator():
    r"""Take the trace of both sides. On the left,
    $\mathrm{tr}(\mathbf{A}\mathbf{B} - \mathbf{B}\mathbf{A}) = \mathrm{tr}(\mathbf{A}\mathbf{B}) - \mathrm{tr}(\mathbf{B}\mathbf{A}) = 0$ by 2.7; on the right,
    $\mathrm{tr}(\mathbf{I}) = n$. But $n \ge 1$, so no such matrices exist. $\blacksquare$

    That matrices needn't commute is not enough to make it possible: *every* difference
    $\mathbf{A}\mathbf{B} - \mathbf{B}\mathbf{A}$ has trace zero.
    """


@exercise(
    cases=[
        ([10, 100, 5, 50],),
        ([30, 35, 15, 5, 10, 20, 25],),
        ([40, 20, 30, 10, 30],),
        ([1000, 1000, 1000, 1],),
        ([8, 3],),
    ],
    hints=[
        "The last product cuts the chain in two. What does it cost, and what is left?",
        "The cost of a chain is the smallest, over all cuts, of left + right + last product.",
        "Fill a table cost[i, j] for the chain from matrix i to matrix j, short ones first.",
    ],
)
def cheapest(sizes):
    r"""Whatever the brackets, the last product cuts the chain from $i$ to $j$ after some $k$. It
    costs $2mnp$, and each part should be done as cheaply as it can be: so try every cut, and
    use what was found for shorter chains ("dynamic programming").
    """
    q = len(sizes) - 1  # matrices in the chain
    cost = np.zeros((q, q))
    for length in range(1, q):
        for i in range(q - length):
            j = i + length
            cost[i, j] = min(
                cost[i, k] + cost[k + 1, j] + 2 * sizes[i] * sizes[k + 1] * sizes[j + 1]
                for k in range(i, j)
            )
    return cost[0, q - 1]


@cheapest.mistake("That is the cost from left to right. Other brackets can be cheaper.")
def _(sizes):
    return sum(2 * sizes[0] * m * n for m, n in zip(sizes[1:], sizes[2:], strict=False))


@cheapest.mistake("That is the cost from right to left. Other brackets can be cheaper.")
def _(sizes):
    return sum(2 * m * n * sizes[-1] for m, n in zip(sizes, sizes[1:-1], strict=False))


@cheapest.mistake(
    "Half of it: each term costs a multiplication and an addition, 2mnp in all."
)
def _(sizes):
    return cheapest._solution(sizes) / 2
