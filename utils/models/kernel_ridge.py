"""Ridge regression in the space of a kernel's features, and the linear systems it needs."""

import numpy as np

from utils._checks import in_range
from utils.linalg import forward_substitution
from utils.metrics import r2_score
from utils.models.base import BaseModel
from utils.models.kernels import _as_kernel
from utils.models.linear import _check_training_data
from utils.models.preparation import _check_columns

EPS = np.finfo(float).eps


class KernelRidge(BaseModel):
    r"""Ridge regression on the features of a kernel, solved for one weight per row.

    Of all functions f(x) = sum_i a_i k(x, x_i), the minimizer of
    :math:`\sum_i (y_i - f(x_i))^2 + \alpha\, a^\top K a`; its coefficients solve
    (K + alpha I) a = y. The same function is the mean of a Gaussian process whose noise has
    the variance alpha.

    Parameters
    ----------
    kernel : kernel or callable
        Such as ``RBF(2.0)``, or a function of X (n, d) and Z (m, d) that returns the Gram
        matrix (n, m).
    alpha : float
        Strength of the penalty, at least 0; 0 interpolates.

    Attributes
    ----------
    dual_coef_ : ndarray, shape (n,) or (n, m)
        The coefficients a. There is no intercept: center y first.

    Raises
    ------
    ValueError
        For a negative `alpha`, shapes that don't match, or data that aren't finite.
    numpy.linalg.LinAlgError
        If K + alpha I is not positive definite in float64, as for `alpha` = 0 and repeated
        rows, or fewer features than rows.

    Notes
    -----
    By Cholesky: O(n^3) time; the Gram matrix takes O(n^2) memory.
    Home: 08-ml-math-case-studies/11-gaussian-processes.ipynb.
    Source: Saunders, Gammerman and Vovk, "Ridge regression learning algorithm in dual
    variables" (ICML 1998).

    Examples
    --------
    >>> from utils.models import Linear
    >>> model = KernelRidge(Linear(), alpha=2.0).fit([[1], [2], [3]], [2, 4, 7])
    >>> model.predict([[1], [10]]).round(4)  # slope 31 / (14 + 2)
    array([ 1.9375, 19.375 ])
    """

    def __init__(self, kernel, alpha=1.0):
        self.kernel = kernel
        self.alpha = alpha

    def fit(self, X, y):
        """Fit to ``X`` (n, d) and ``y`` (n,) or (n, m); returns the model."""
        kernel = _as_kernel(self.kernel)
        alpha = in_range(self.alpha, "alpha", 0, np.inf, closed=(True, False))
        X, y = _check_training_data(X, y)
        L = _cholesky(kernel(X), alpha, "alpha")
        self.dual_coef_ = _solve_upper(L, _solve_lower(L, y))
        self._kernel, self._X = kernel, X
        return self

    def predict(self, X):
        """f at the rows of ``X`` (k, d): shape (k,), or (k, m) for m targets."""
        self._check_fitted("dual_coef_")
        X = _check_columns(X, self._X.shape[1])
        return self._kernel(X, self._X) @ self.dual_coef_

    def score(self, X, y):
        """R^2 of the predictions for ``X`` (k, d) against ``y``, a float."""
        return r2_score(y, self.predict(X))


def _cholesky(K, noise, name):
    """Cholesky factor of K + noise I, or an error that names what ``name`` could do."""
    n, size = len(K), K.diagonal().max()
    try:
        L = np.linalg.cholesky(K + noise * np.eye(n))
    except np.linalg.LinAlgError:
        L = np.zeros((n, n))
    # a smaller pivot is rounding error: the factor exists by luck
    if not L.diagonal().min() ** 2 > n * EPS * size:
        raise np.linalg.LinAlgError(
            f"the kernel matrix plus {name} = {noise:.3g} on its diagonal is not positive "
            f"definite in float64: raise {name}, by {1e-10 * size:.0e} or more, or leave out "
            "rows that repeat others"
        )
    return L


def _solve_lower(L, B):
    """L^-1 B for a lower triangular L, by halves: matrix products do most of the work."""
    n = len(L)
    if n <= 64:
        return forward_substitution(L, B)
    h = n // 2
    top = _solve_lower(L[:h, :h], B[:h])
    return np.concatenate([top, _solve_lower(L[h:, h:], B[h:] - L[h:, :h] @ top)])


def _solve_upper(L, B):
    """L^-T B: the same with rows and columns in reverse order, which makes L^T lower."""
    return _solve_lower(L.T[::-1, ::-1], B[::-1])[::-1]
