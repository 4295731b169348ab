"""Exercises of 01-linear-algebra/08-linear-algebra-in-ml.ipynb."""

import numpy as np

from utils.datasets import load_diabetes
from utils.exercises.engine import exercise, proof

_rng = np.random.default_rng(8)
DATA = _rng.normal(size=(12, 4)) * [4.0, 2.0, 1.0, 0.3] + [5.0, -3.0, 20.0, 1.0]
TARGET = DATA @ [1.0, -2.0, 0.5, 3.0] + _rng.normal(size=12)
CENTERED, CENTERED_TARGET = DATA - DATA.mean(axis=0), TARGET - TARGET.mean()
DEPENDENT = CENTERED @ np.array([[1.0, 0, 0, 2], [0, 1, 0, -1], [0, 0, 1, 0], [0] * 4])
WIDE = _rng.normal(size=(5, 9))
WIDE = WIDE - WIDE.mean(axis=0)
INPUTS = _rng.normal(size=(30, 5)) * [10.0, 5.0, 1.0, 1.0, 0.2]
LAYER = _rng.normal(size=(5, 4))
NARROW = _rng.normal(size=(5, 7))


@exercise(
    rtol=5e-3,
    hints=[
        "The degrees of freedom are the sum of the filter factors (2.6).",
        "The filter compares the square of σ with λ: 9 with 3, then 1 with 3.",
    ],
)
def by_hand():
    r"""$\frac{9}{9+3} + \frac{1}{1+3} = 0.75 + 0.25 = 1$: one parameter of two."""
    return 9 / 12 + 1 / 4


by_hand.mistake("Use σ², not σ, in the filter.", answer=3 / 6 + 1 / 4)
by_hand.mistake(
    "One too many: that is least squares, or you counted the intercept.", answer=2.0
)


@exercise(
    cases=[(DATA, TARGET, 1), (DATA, TARGET, 3), (DATA, TARGET, 4)],
    hints=[
        "It is the boxed formula of 2.3 with filters 1 (k times) and 0.",
        "After centering, keep U[:, :k], s[:k] and Vt[:k].",
        "Divide the k components of y by s, then go back with Vt[:k].T.",
    ],
)
def pcr(X, y, k):
    r"""$\mathbf{w} = \sum_{i\le k}\frac{a_i}{\sigma_i}\mathbf{v}_i$: whatever the method, the last
    step goes back from the directions to the columns.
    """
    U, s, Vt = np.linalg.svd(X - X.mean(axis=0), full_matrices=False)
    return Vt[:k].T @ (U[:, :k].T @ (y - y.mean()) / s[:k])


@pcr.mistake("You didn't center X: its mean has taken the first direction.")
def _(X, y, k):
    U, s, Vt = np.linalg.svd(X, full_matrices=False)
    return Vt[:k].T @ (U[:, :k].T @ (y - y.mean()) / s[:k])


@pcr.mistake(
    "Those k numbers belong to the directions. Multiply by Vt[:k].T to get coefficients."
)
def _(X, y, k):
    U, s, _ = np.linalg.svd(X - X.mean(axis=0), full_matrices=False)
    return U[:, :k].T @ (y - y.mean()) / s[:k]


@pcr.mistake("The division by the singular values is missing.")
def _(X, y, k):
    U, s, Vt = np.linalg.svd(X - X.mean(axis=0), full_matrices=False)
    return Vt[:k].T @ (U[:, :k].T @ (y - y.mean()))


@exercise(
    cases=[
        (CENTERED, CENTERED_TARGET, 0.002, 1),
        (CENTERED, CENTERED_TARGET, 0.002, 50),
        (DEPENDENT, CENTERED_TARGET, 0.001, 20),
    ],
    hints=[
        "Section 2.5 has the filter factor after t steps.",
        "w is the sum of φᵢ aᵢ / σᵢ times vᵢ. What happens where σᵢ is 0?",
        "Such a direction never moves: keep only the directions with σᵢ > 0.",
    ],
)
def after_steps(Z, y, eta, t):
    r"""The filter $1 - (1 - \eta\sigma^2)^t$ on the least-squares answer. A direction with
    $\sigma = 0$ never moves from zero, so it is left out before dividing.
    """
    U, s, Vt = np.linalg.svd(Z, full_matrices=False)
    keep = s > max(Z.shape) * np.finfo(float).eps * s[0]
    U, s, Vt = U[:, keep], s[keep], Vt[keep]
    phi = 1 - (1 - eta * s**2) ** t
    return Vt.T @ (phi * (U.T @ y) / s)


@after_steps.mistake(
    "You used σ where the recipe has σ²: Z acts once in Zw, and once more in Zᵀ."
)
def _(Z, y, eta, t):
    U, s, Vt = np.linalg.svd(Z, full_matrices=False)
    keep = s > max(Z.shape) * np.finfo(float).eps * s[0]
    U, s, Vt = U[:, keep], s[keep], Vt[keep]
    return Vt.T @ ((1 - (1 - eta * s) ** t) * (U.T @ y) / s)


@after_steps.mistake(
    "You kept what is still missing: (1 − ησ²)ᵗ is the share not yet learned."
)
def _(Z, y, eta, t):
    U, s, Vt = np.linalg.svd(Z, full_matrices=False)
    keep = s > max(Z.shape) * np.finfo(float).eps * s[0]
    U, s, Vt = U[:, keep], s[keep], Vt[keep]
    return Vt.T @ ((1 - eta * s**2) ** t * (U.T @ y) / s)


@after_steps.mistake("That is least squares, the answer after endlessly many steps.")
def _(Z, y, eta, t):
    return np.linalg.lstsq(Z, y, rcond=None)[0]


@exercise(
    rtol=3e-3,
    hints=[
        "df is a function of λ that only falls. You know its values at 100 and 1000.",
        "Halve the interval between 100 and 1000 again and again: is df above 5?",
        "lam = (low + high) / 2; if df > 5, then low = lam, else high = lam.",
    ],
)
def five_parameters():
    r"""$\mathrm{df}(\lambda) = \sum_i \sigma_i^2/(\sigma_i^2 + \lambda)$ falls with $\lambda$, so halving an
    interval that holds the answer finds it.
    """
    X, _ = load_diabetes()
    s = np.linalg.svd((X - X.mean(axis=0)) / X.std(axis=0), compute_uv=False)
    low, high = 100.0, 1000.0
    for _ in range(60):
        lam = (low + high) / 2
        if np.sum(s**2 / (s**2 + lam)) > 5:
            low = lam
        else:
            high = lam
    return lam


five_parameters.mistake(
    "There df is 4: you counted the intercept as one of the five.", answer=428.69
)
five_parameters.mistake("Use σ², not σ, in the filter factors.", answer=14.934)
five_parameters.mistake(
    "Your columns have length 1, as scikit-learn's copy of the data has: divide by the "
    "standard deviation instead.",
    answer=0.5727,
)


@exercise(
    cases=[
        (CENTERED @ CENTERED.T, CENTERED_TARGET, 2.0),
        (WIDE @ WIDE.T, np.array([1.0, -1.0, 2.0, 0.0, -2.0]), 0.5),
    ],
    hints=[
        "Fitted values are the sum of φᵢ (uᵢᵀy) uᵢ. Where can you find σᵢ² and uᵢ?",
        "K = U Σ² Uᵀ, so K has the uᵢ as eigenvectors, with eigenvalues σᵢ².",
        "Which matrix has the same eigenvectors, with σᵢ²/(σᵢ² + λ)? K times an inverse.",
    ],
)
def fit_from_gram(K, y, lam):
    r"""$\mathbf{K}$ and $\mathbf{K} + \lambda\mathbf{I}$ have the eigenvectors $\mathbf{u}_i$, with eigenvalues $\sigma_i^2$ and
    $\sigma_i^2 + \lambda$; so $\mathbf{K}(\mathbf{K} + \lambda\mathbf{I})^{-1}$ has the eigenvalues $\phi_i$, and is the filter.
    """
    return K @ np.linalg.solve(K + lam * np.eye(len(y)), y)


@fit_from_gram.mistake(
    "Those are the weights of the rows; the fitted values are K times them."
)
def _(K, y, lam):
    return np.linalg.solve(K + lam * np.eye(len(y)), y)


@fit_from_gram.mistake(
    "You used K as if it were Z. Its eigenvalues are σ² already, so the filter became "
    "σ⁴/(σ⁴ + λ)."
)
def _(K, y, lam):
    return K @ np.linalg.solve(K @ K + lam * np.eye(len(y)), K @ y)


@fit_from_gram.mistake("You multiplied λ by n: here squares are summed, not averaged.")
def _(K, y, lam):
    return K @ np.linalg.solve(K + len(y) * lam * np.eye(len(y)), y)


@proof(
    hints=[
        "Write C for the covariance of Z. W whitens exactly if WᵀCW = I.",
        "For the second half let W′ be another one, and look at Q = W⁻¹W′.",
    ]
)
def whitening_turns():
    r"""With the covariance $\mathbf{C} = \frac{1}{n-1}\mathbf{Z}^\top\mathbf{Z}$, a matrix whitens exactly if
    $\mathbf{W}^\top\mathbf{C}\mathbf{W} = \mathbf{I}$.

    *It may be turned:* $(\mathbf{W}\mathbf{Q})^\top\mathbf{C}(\mathbf{W}\mathbf{Q}) = \mathbf{Q}^\top(\mathbf{W}^\top\mathbf{C}\mathbf{W})\mathbf{Q} = \mathbf{Q}^\top\mathbf{Q} = \mathbf{I}$.

    *There are no others:* let $\mathbf{W}'$ be square with $\mathbf{W}'^\top\mathbf{C}\mathbf{W}' = \mathbf{I}$, and put
    $\mathbf{Q} = \mathbf{W}^{-1}\mathbf{W}'$, so that $\mathbf{W}' = \mathbf{W}\mathbf{Q}$. Then
    $\mathbf{Q}^\top\mathbf{Q} = \mathbf{Q}^\top(\mathbf{W}^\top\mathbf{C}\mathbf{W})\mathbf{Q} = \mathbf{W}'^\top\mathbf{C}\mathbf{W}' = \mathbf{I}$: it is orthogonal.
    """


@exercise(
    cases=[(INPUTS, LAYER, 1), (INPUTS, LAYER, 3), (INPUTS, NARROW, 2)],
    hints=[
        "The best rank-k approximation of the outputs XW is known. Can XW′ reach it?",
        "With XW = UΣVᵀ, cutting after k terms equals XW V_k V_kᵀ: multiply it out.",
        "So W′ = W V_k V_kᵀ, with V_k from the SVD of XW.",
    ],
)
def compress(X, W, k):
    r"""No $\mathbf{X}\mathbf{W}'$ of rank $k$ can be nearer to $\mathbf{X}\mathbf{W} = \mathbf{U}\boldsymbol{\Sigma}\mathbf{V}^\top$ than its SVD cut after
    $k$ terms (Eckart and Young). That cut is $\mathbf{X}\mathbf{W}\mathbf{V}_k\mathbf{V}_k^\top$, so it is reached by
    $\mathbf{W}' = \mathbf{W}\mathbf{V}_k\mathbf{V}_k^\top$; the weights alone can't know which outputs matter.
    """
    _, _, Vt = np.linalg.svd(X @ W, full_matrices=False)
    return W @ Vt[:k].T @ Vt[:k]


@compress.mistake(
    "That is nearest to W itself. It doesn't know which inputs are large: use XW."
)
def _(X, W, k):
    U, s, Vt = np.linalg.svd(W, full_matrices=False)
    return (U[:, :k] * s[:k]) @ Vt[:k]


@compress.mistake(
    "You projected on the leading directions of the inputs. Large inputs that W ignores "
    "don't matter: take the directions of XW."
)
def _(X, W, k):
    _, _, Vt = np.linalg.svd(X, full_matrices=False)
    return Vt[:k].T @ Vt[:k] @ W


@compress.mistake(
    "Those are the outputs, cut after k terms. The weights are asked for."
)
def _(X, W, k):
    U, s, Vt = np.linalg.svd(X @ W, full_matrices=False)
    return (U[:, :k] * s[:k]) @ Vt[:k]
