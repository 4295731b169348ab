"""Exercises of 01-linear-algebra/07-svd.ipynb."""

import numpy as np

from utils.datasets import load_digits
from utils.exercises.engine import exercise, proof

SQUARE = np.array([[2.0, 2.0], [-1.0, 1.0]])
BY_HAND = np.array([[3.0, 0.0], [4.0, 5.0]])
CUBE = np.array([[2.0, 1.0, 0.0], [0.0, 3.0, 1.0], [1.0, -1.0, 4.0]])
TALL = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 7.0]])
WIDE = np.array([[1.0, 2.0, 4.0], [3.0, 0.0, 1.0]])
RANK_ONE = np.outer([1.0, 2.0, 3.0], [0.1, 0.2])
SMALL = 1e-20 * RANK_ONE.T  # below any fixed cut-off

_rng = np.random.default_rng(5)
_pattern = np.outer(np.arange(40.0), [1.0, -1.0, 2.0, 0.0, 1.0, 3.0, -2.0, 1.0])
_faint = np.outer(np.resize([1.0, -1.0], 40), [0, 1, 0, 2, 0, 0, 1, 0])
NOISY = 7.0 + 0.05 * _pattern + 0.55 * _faint + 0.5 * _rng.normal(size=(40, 8))


@exercise(
    rtol=5e-3,
    hints=[
        "Start from AᵀA: what are its rows?",
        "AᵀA is [[5, 3], [3, 5]]. Its rows have equal sums, as in Section 2.3.",
        "Its eigenvalues are 8 and 2, and σ is a square root.",
    ],
)
def by_hand():
    r"""$\mathbf{A}^\top\mathbf{A}$ has rows $(5, 3)$ and $(3, 5)$, with eigenvalues 8 and 2."""
    return np.sqrt(8.0), np.sqrt(2.0)


by_hand.mistake(
    "Those are the eigenvalues of AᵀA. A singular value is the square root of one.",
    answer=(8.0, 2.0),
)
by_hand.mistake(
    "Right numbers, wrong order: singular values go from the largest to the smallest.",
    answer=(np.sqrt(2.0), np.sqrt(8.0)),
)
by_hand.mistake(
    "Those are the eigenvalues of A. Singular values come from AᵀA, and are never complex.",
    answer=(1.5 + 0.5j * np.sqrt(7.0), 1.5 - 0.5j * np.sqrt(7.0)),
)


@exercise(
    cases=[(SQUARE,), (BY_HAND,), (CUBE,)],
    hints=[
        "What is the largest rank that an n by n matrix without an inverse can have?",
        "So the best approximation of rank n - 1 is asked for (2.6): which term goes?",
        "The last: s[-1] times the outer product of U[:, -1] and Vt[-1].",
    ],
)
def nearest_singular(A):
    r"""A matrix has no inverse if its rank is at most $n - 1$, and of those
    $\mathbf{A}_{n-1}$ is nearest (2.6): take away the last term. The distance is $\sigma_n$.
    """
    U, s, Vt = np.linalg.svd(A)
    return A - s[-1] * np.outer(U[:, -1], Vt[-1])


@nearest_singular.mistake(
    "You took away the largest term. NumPy lists singular values from the largest down."
)
def _(A):
    U, s, Vt = np.linalg.svd(A)
    return A - s[0] * np.outer(U[:, 0], Vt[0])


@nearest_singular.mistake(
    "You took a column of Vt. np.linalg.svd returns Vᵀ: the vᵢ are its rows."
)
def _(A):
    U, s, Vt = np.linalg.svd(A)
    return A - s[-1] * np.outer(U[:, -1], Vt[:, -1])


@nearest_singular.mistake("That is what has to be taken away: subtract it from A.")
def _(A):
    U, s, Vt = np.linalg.svd(A)
    return s[-1] * np.outer(U[:, -1], Vt[-1])


@exercise(
    cases=[(SQUARE,), (TALL,), (WIDE,), (RANK_ONE,), (SMALL,)],
    hints=[
        "A⁺ = V Σ⁺ Uᵀ, where Σ⁺ inverts the singular values that are not zero.",
        "Print the σ of a matrix of rank one: the second is not exactly zero.",
        "In floating point 'zero' means at most max(A.shape) · 2⁻⁵² · σ₁.",
    ],
)
def pseudo_inverse(A):
    r"""Undo each direction on its own: $\sum \mathbf{v}_i\mathbf{u}_i^\top/\sigma_i$, zeros left out."""
    U, s, Vt = np.linalg.svd(A, full_matrices=False)
    keep = s > s[0] * max(A.shape) * np.finfo(float).eps
    return (Vt[keep].T / s[keep]) @ U[:, keep].T


@pseudo_inverse.mistake(
    "Right until A loses rank: 1/σ with σ ≈ 1e-16 is amplified rounding. Drop those terms."
)
def _(A):
    U, s, Vt = np.linalg.svd(A, full_matrices=False)
    return (Vt.T / s) @ U.T


@pseudo_inverse.mistake(
    "Your cut-off is a fixed number, and A may be in small units. Compare σ with σ₁."
)
def _(A):
    U, s, Vt = np.linalg.svd(A, full_matrices=False)
    keep = s > 1e-2
    return (Vt[keep].T / s[keep]) @ U[:, keep].T


@exercise(
    rtol=1e-3,
    hints=[
        "Center the columns first; variance goes with s².",
        "Cumulative sum of s² over its total: where does it reach 0.9?",
        "np.searchsorted(shares, 0.9) gives a position that counts from 0.",
    ],
)
def components_for_energy():
    r"""The smallest $k$ with $\sum_{i\le k}\sigma_i^2$ at least 90%, 95%, 99% of the whole."""
    X, _ = load_digits()
    s = np.linalg.svd(X - X.mean(axis=0), compute_uv=False)
    shares = np.cumsum(s**2) / np.sum(s**2)
    return tuple(int(k) + 1 for k in np.searchsorted(shares, [0.90, 0.95, 0.99]))


components_for_energy.mistake(
    "You compared sums of σ. Variance goes with σ².",
    answer=(37, 43, 50),
)
components_for_energy.mistake(
    "You left the mean in, and the first direction mostly points at the average digit.",
    answer=(9, 16, 33),
)
components_for_energy.mistake(
    "One less each time: a position counts from 0, a number of directions from 1.",
    answer=(20, 28, 40),
)


@exercise(
    cases=[(3, 0, 4, 5), (2, 2, -1, 1), (0, 4, 0, 0), (1, 2, 3, 4), (1, 0, 0, -1)],
    hints=[
        "With F the sum of the four squares: σ₁² + σ₂² = F and σ₁σ₂ = |ad − bc|.",
        "What are (σ₁ + σ₂)² and (σ₁ − σ₂)²?",
        "F ± 2|ad − bc|. Take roots, then half the sum and half the difference.",
    ],
)
def singular_values_2x2(a, b, c, d):
    r"""With $F = a^2 + b^2 + c^2 + d^2$ and $D = \lvert ad - bc \rvert$: $\sigma_1^2 + \sigma_2^2 = F$
    and $\sigma_1\sigma_2 = D$, so $(\sigma_1 \pm \sigma_2)^2 = F \pm 2D$. Half the sum and half the
    difference of the two roots are the singular values. (A tiny $\sigma_2$ loses digits in
    the difference; $D/\sigma_1$ keeps them.)
    """
    F = a**2 + b**2 + c**2 + d**2
    D = abs(a * d - b * c)
    plus, minus = np.sqrt(F + 2 * D), np.sqrt(F - 2 * D)
    return (plus + minus) / 2, (plus - minus) / 2


@singular_values_2x2.mistake(
    "Good until the determinant is negative: σ₁σ₂ is its absolute value."
)
def _(a, b, c, d):
    F, D = a**2 + b**2 + c**2 + d**2, a * d - b * c
    plus, minus = np.sqrt(F + 2 * D), np.sqrt(F - 2 * D)
    return (plus + minus) / 2, (plus - minus) / 2


@singular_values_2x2.mistake(
    "Those are σ₁² and σ₂², the eigenvalues of AᵀA: take their roots."
)
def _(a, b, c, d):
    F, D = a**2 + b**2 + c**2 + d**2, abs(a * d - b * c)
    root = np.sqrt(F**2 - 4 * D**2)
    return (F + root) / 2, (F - root) / 2


@singular_values_2x2.mistake("Those are σ₁ + σ₂ and σ₁ − σ₂: one step is missing.")
def _(a, b, c, d):
    F, D = a**2 + b**2 + c**2 + d**2, abs(a * d - b * c)
    return np.sqrt(F + 2 * D), np.sqrt(F - 2 * D)


@proof(
    hints=[
        "What is the SVD of A minus A_k?",
        "Which formula of Section 2.4 gives a Frobenius norm from singular values?",
    ]
)
def frobenius_error():
    r"""$\mathbf{A} - \mathbf{A}_k = \sum_{i>k}\sigma_i\mathbf{u}_i\mathbf{v}_i^\top$ is itself an SVD, with
    singular values $\sigma_{k+1}, \dots, \sigma_r$: the $\mathbf{u}_i$ and $\mathbf{v}_i$ in it are still
    orthonormal. The squared Frobenius norm of a matrix is the sum of its squared singular
    values (Section 2.4), which is the claim.
    """


@exercise(
    cases=[(NOISY, 0.5), (NOISY.T, 0.5), (NOISY[:, :3], 0.5)],
    hints=[
        "Four steps: means, SVD of what is left, cut, means back.",
        "m, n = Y.shape: the larger of the two goes under the root, whichever it is.",
        "k = np.sum(s > tau), then mean + (U[:, :k] * s[:k]) @ Vt[:k].",
    ],
)
def clean(Y, noise):
    r"""Center, cut at $\tau = \lambda(\beta)\sqrt{\max(m, n)}$ times the noise, put the means back."""
    small, large = sorted(Y.shape)
    beta = small / large
    root = np.sqrt(beta**2 + 14 * beta + 1)
    factor = np.sqrt(2 * (beta + 1) + 8 * beta / (beta + 1 + root))
    mean = Y.mean(axis=0)
    U, s, Vt = np.linalg.svd(Y - mean, full_matrices=False)
    keep = s > factor * np.sqrt(large) * noise
    return mean + (U[:, keep] * s[keep]) @ Vt[keep]


@clean.mistake(
    "You kept all that rises above the noise edge √m + √n. The cut is higher."
)
def _(Y, noise):
    mean = Y.mean(axis=0)
    U, s, Vt = np.linalg.svd(Y - mean, full_matrices=False)
    keep = s > np.sum(np.sqrt(Y.shape)) * noise
    return mean + (U[:, keep] * s[keep]) @ Vt[keep]


@clean.mistake("Cut as it should be; but the means are missing from what you return.")
def _(Y, noise):
    return clean._solution(Y, noise) - Y.mean(axis=0)


@clean.mistake("You cut without centering: then the mean takes up the first direction.")
def _(Y, noise):
    small, large = sorted(Y.shape)
    beta = small / large
    root = np.sqrt(beta**2 + 14 * beta + 1)
    factor = np.sqrt(2 * (beta + 1) + 8 * beta / (beta + 1 + root))
    U, s, Vt = np.linalg.svd(Y, full_matrices=False)
    keep = s > factor * np.sqrt(large) * noise
    return (U[:, keep] * s[keep]) @ Vt[keep]
