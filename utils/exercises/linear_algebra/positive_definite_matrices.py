"""Exercises of 01-linear-algebra/06-positive-definite-matrices.ipynb."""

import numpy as np

from utils import linalg
from utils.datasets import load_iris
from utils.exercises.engine import exercise, proof

_rng = np.random.default_rng(6)
_tall, _wide = _rng.normal(size=(9, 5)), _rng.normal(size=(3, 6))
BY_HAND = np.array([[4.0, 2.0, -2.0], [2.0, 10.0, 2.0], [-2.0, 2.0, 6.0]])
GRAM = _tall.T @ _tall
SINGULAR = _wide.T @ _wide  # rank 3: three eigenvalues are rounding
SADDLE = np.array([[1.0, 2.0], [2.0, 1.0]])
SMALL = 1e-14 * np.array([[2.0, 1.0], [1.0, 2.0]])  # below any fixed cut-off
HOOK = np.array([[1.0, 0.9, 0.9], [0.9, 1.0, -0.9], [0.9, -0.9, 1.0]])
UNEVEN = np.array([[1.0, 0.9, 0.2], [0.9, 1.0, -0.8], [0.2, -0.8, 1.0]])
FEASIBLE = np.array([[1.0, 0.5, 0.2], [0.5, 1.0, 0.3], [0.2, 0.3, 1.0]])


@exercise(
    rtol=6e-3,  # 0.67 is right, too
    hints=[
        "Two of the three leading minors don't contain t.",
        "They are 2 and 3, both positive. Which t make the determinant positive?",
        "Expand along the last row: the determinant is 3t − 2.",
    ],
)
def by_hand():
    r"""The leading minors are $2$, $3$ and $3t - 2$, so all are positive exactly for
    $t > 2/3$. (At $2/3$ itself the matrix is singular: semidefinite, not definite.)
    """
    return 2 / 3


by_hand.mistake(
    "A positive diagonal is necessary, but it isn't enough: use all three leading minors.",
    answer=0.0,
)
by_hand.mistake(
    "You tested only the lower right 2×2 block. The third leading minor is stricter.",
    answer=0.5,
)
by_hand.mistake("Upside down: 3t − 2 > 0 gives t > 2/3.", answer=1.5)


@exercise(
    cases=[
        (GRAM,),
        (SINGULAR,),
        (-GRAM,),
        (-SINGULAR,),
        (SADDLE,),
        (SMALL,),
        (np.diag([1e14, 1.0, 1e3]),),
        (np.diag([3.0, 0.0, -1.0]),),
    ],
    hints=[
        "np.linalg.eigvalsh gives the eigenvalues of a symmetric matrix.",
        "Set those to zero whose size is at most 1e-10 times the largest size.",
        "Then four comparisons in this order: all > 0, all >= 0, all < 0, all <= 0.",
    ],
)
def kind(A):
    r"""The signs of the eigenvalues decide (2.2). What counts as zero is measured against
    the largest of them, because rounding is, and because units shouldn't matter.
    """
    values = np.linalg.eigvalsh(A)
    values[np.abs(values) <= 1e-10 * np.abs(values).max()] = 0
    if np.all(values > 0):
        return "positive definite"
    if np.all(values >= 0):
        return "positive semidefinite"
    if np.all(values < 0):
        return "negative definite"
    return "negative semidefinite" if np.all(values <= 0) else "indefinite"


def _kind_by_signs(values):
    """What the mistakes share: they differ in what they count as zero."""
    if np.all(values > 0):
        return "positive definite"
    if np.all(values >= 0):
        return "positive semidefinite"
    if np.all(values < 0):
        return "negative definite"
    return "negative semidefinite" if np.all(values <= 0) else "indefinite"


@kind.mistake(
    "A singular matrix has eigenvalues like 1e-16 or -1e-16 instead of 0: rounding. "
    "Set those to zero first that are tiny next to the largest."
)
def _(A):
    return _kind_by_signs(np.linalg.eigvalsh(A))


@kind.mistake(
    "Your cut-off is a fixed number, and A may be in small units. Compare with the "
    "eigenvalue of largest size."
)
def _(A):
    values = np.linalg.eigvalsh(A)
    values[np.abs(values) <= 1e-10] = 0
    return _kind_by_signs(values)


@exercise(
    cases=[
        (BY_HAND,),
        (GRAM,),
        (np.array([[5.0, 4.0], [4.0, 5.0]]),),
        (np.array([[3.0]]),),
    ],
    hints=[
        "One round of 2.4: the pivot is a, and the column of M is (1, c/a).",
        "It leaves D − c cᵀ/a, that is: subtract d[j] times the outer product of the column.",
        "In a loop over j: d[j] = S[j, j]; M[:, j] = S[:, j] / d[j]; S -= d[j] * outer.",
    ],
)
def ldl(A):
    r"""Peel off $d_j\,\mathbf{m}_j\mathbf{m}_j^\top$ with $\mathbf{m}_j$ the column divided by its
    pivot: completing the square, round by round. (Cholesky's column is $\sqrt{d_j}$ times
    this one.)
    """
    S = np.array(A, dtype=float)
    M, d = np.zeros_like(S), np.zeros(len(S))
    for j in range(len(S)):
        d[j] = S[j, j]
        M[j:, j] = S[j:, j] / d[j]
        S -= d[j] * np.outer(M[:, j], M[:, j])
    return M, d


@ldl.mistake(
    "That is Cholesky's factor. Divide each column by its diagonal entry: M has ones there."
)
def _(A):
    L = np.linalg.cholesky(A)
    return L, np.diag(L) ** 2


@ldl.mistake(
    "Right M, but these are the entries on Cholesky's diagonal: a pivot is the square."
)
def _(A):
    L = np.linalg.cholesky(A)
    return L / np.diag(L), np.diag(L)


@ldl.mistake("That is Mᵀ, an upper triangle: in A = M diag(d) Mᵀ, M is lower.")
def _(A):
    L = np.linalg.cholesky(A)
    return (L / np.diag(L)).T, np.diag(L) ** 2


@exercise(
    rtol=2.5e-3,
    hints=[
        "np.cov(X.T) has divisor n − 1, and np.argmax finds the largest distance.",
        "Solve L z = x − m for all flowers at once (4.4), then take lengths.",
        "linalg.mahalanobis(X, X.mean(axis=0), np.cov(X.T)) does it in one call.",
    ],
)
def most_unusual_flower():
    r"""One Cholesky factor and one triangular system for all flowers. The flower is large,
    but what makes it odd is that its measurements don't go together as in the others.
    """
    X, _ = load_iris()
    d = linalg.mahalanobis(X, X.mean(axis=0), np.cov(X.T))
    return int(np.argmax(d)), float(d.max())


most_unusual_flower.mistake(
    "That is the flower farthest by plain distance, which doesn't know the covariance.",
    answer=(118, 3.84),
)
most_unusual_flower.mistake(
    "You standardized the columns. That mends the units, but it doesn't know that columns "
    "go together.",
    answer=(117, 3.532),  # between the values for the divisors n − 1 and n
)
most_unusual_flower.mistake(
    "Right flower; but that is the square of its distance.", answer=(131, 13.10)
)


@exercise(
    cases=[(0.9, 0.9), (0.3, -0.8), (0.0, 0.0), (-0.6, -0.6), (0.0, 0.8), (1.0, 0.4)],
    hints=[
        "Write down the matrix with the unknown s = r23, and do the first round of 2.4.",
        "It leaves a 2×2 matrix with 1 − r12² and 1 − r13² on the diagonal.",
        "Its determinant must be at least 0: (s − r12 r13)² ≤ (1 − r12²)(1 − r13²).",
    ],
)
def allowed(r12, r13):
    r"""The first pivot is 1 and leaves
    $\begin{pmatrix} 1 - r_{12}^2 & s - r_{12}r_{13} \\ s - r_{12}r_{13} & 1 - r_{13}^2 \end{pmatrix}$.
    Its diagonal is at least zero, so it is semidefinite exactly if its determinant is:
    $\lvert s - r_{12}r_{13}\rvert \le \sqrt{(1 - r_{12}^2)(1 - r_{13}^2)}$.
    """
    reach = np.sqrt((1 - r12**2) * (1 - r13**2))
    return r12 * r13 - reach, r12 * r13 + reach


@allowed.mistake("The root is missing: (s − r12 r13)² is what the product bounds.")
def _(r12, r13):
    reach = (1 - r12**2) * (1 - r13**2)
    return r12 * r13 - reach, r12 * r13 + reach


@allowed.mistake(
    "That is the rule of Section 3, in which both correlations are the same. What takes "
    "the place of r²?"
)
def _(r12, r13):
    return 2 * r12 * r13 - 1, 1.0


@allowed.mistake("Right interval, wrong order: the lowest comes first.")
def _(r12, r13):
    reach = np.sqrt((1 - r12**2) * (1 - r13**2))
    return r12 * r13 + reach, r12 * r13 - reach


@proof(
    hints=[
        "Put any vector v, not zero, into the quadratic form.",
        "You get a sum of two squared lengths. Which of them can't be zero?",
    ]
)
def ridge():
    r"""The matrix is symmetric. For $\mathbf{v} \ne \mathbf{0}$,

    $$
    \mathbf{v}^\top(\mathbf{X}^\top\mathbf{X} + \lambda\mathbf{I})\mathbf{v} = \lVert\mathbf{X}\mathbf{v}\rVert^2 + \lambda\lVert\mathbf{v}\rVert^2 \ge \lambda\lVert\mathbf{v}\rVert^2 > 0 .
    $$

    The first term may be zero, if the columns of $\mathbf{X}$ are dependent; the second
    can't. (A proof that starts from $\mathbf{X}^\top\mathbf{X} \succ 0$ works only for independent
    columns, where no ridge is needed.)
    """


@exercise(
    cases=[(HOOK,), (UNEVEN,), (FEASIBLE,), (np.array([[1.0, 1.5], [1.5, 1.0]]),)],
    rtol=1e-4,
    hints=[
        "Step 1 is nearest_psd of Section 5: eigh, np.maximum(values, 0), multiply back.",
        "Keep Y − C under a name of its own: steps 1 and 2 both need the old one.",
        "T = Y - C; P = nearest_psd(T); C = P - T; Y = P.copy(); np.fill_diagonal(Y, 1).",
    ],
)
def nearest_correlation(R):
    r"""Two demands, each with an easy nearest point: clip eigenvalues, set the diagonal.
    Going back and forth reaches a matrix that meets both; Dykstra's correction makes it
    the *nearest* one. $0.9, 0.9, -0.9$ become $0.5, 0.5, -0.5$.
    """
    Y = np.array(R, dtype=float)
    C = np.zeros_like(Y)
    for _ in range(500):
        T = Y - C
        values, Q = np.linalg.eigh(T)
        P = (Q * np.maximum(values, 0)) @ Q.T
        C = P - T
        Y = P.copy()
        np.fill_diagonal(Y, 1)
    return Y


@nearest_correlation.mistake(
    "That is the nearest semidefinite matrix: its diagonal isn't 1, so it is no "
    "correlation matrix."
)
def _(R):
    values, Q = np.linalg.eigh(R)
    return (Q * np.maximum(values, 0)) @ Q.T


@nearest_correlation.mistake(
    "You divided by the roots of the diagonal after clipping: a correlation matrix, but "
    "not the nearest one."
)
def _(R):
    values, Q = np.linalg.eigh(R)
    P = (Q * np.maximum(values, 0)) @ Q.T
    scale = np.sqrt(np.diag(P))
    return P / np.outer(scale, scale)


@nearest_correlation.mistake(
    "Back and forth without the correction C: that ends in a correlation matrix, but not "
    "in the nearest one."
)
def _(R):
    Y = np.array(R, dtype=float)
    for _ in range(500):
        values, Q = np.linalg.eigh(Y)
        Y = (Q * np.maximum(values, 0)) @ Q.T
        np.fill_diagonal(Y, 1)
    return Y
