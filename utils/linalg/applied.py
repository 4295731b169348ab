"""One singular value decomposition, and what machine learning makes of it."""

import numpy as np

from utils import _checks
from utils.linalg.orthogonality import EPS
from utils.linalg.singular import svd


def ridge_path(X, y, alphas):
    """Ridge regression for many penalties from one SVD.

    Minimizes ||y - b - X w||^2 + alpha ||w||^2 over w and an unpenalized intercept b.

    Parameters
    ----------
    X : array_like, shape (n, d)
    y : array_like, shape (n,)
    alphas : array_like, shape (k,), or a number
        Penalties, at least 0.

    Returns
    -------
    coefs : ndarray, shape (k, d)
    intercepts : ndarray, shape (k,)

    Raises
    ------
    ValueError
        If the shapes don't fit, an entry isn't finite, or a penalty is negative.
    numpy.linalg.LinAlgError
        If a penalty is 0 and the columns of the centered X are dependent.

    Notes
    -----
    Home: 01-linear-algebra/08-linear-algebra-in-ml.ipynb. O(n d min(n, d)) for the SVD of
    the centered X, then O(d min(n, d)) for each penalty, which only changes the filter
    s / (s^2 + alpha). scikit-learn's `Ridge` has the same objective.
    Source: Hastie, Tibshirani and Friedman, *The Elements of Statistical Learning*, 3.4.1.

    Examples
    --------
    >>> coefs, intercepts = ridge_path([[0], [2]], [1, 5], [0, 2])
    >>> coefs, intercepts
    (array([[2.],
           [1.]]), array([1., 2.]))
    """
    X, y, alphas, (U, s, Vt) = _centered_svd(X, y, alphas)
    filters = s / (s**2 + alphas[:, None])
    coefs = (filters * (U.T @ (y - y.mean()))) @ Vt
    return coefs, y.mean() - coefs @ X.mean(axis=0)


def ridge_loo(X, y, alphas):
    """Mean squared leave-one-out error of ridge regression, for many penalties at once.

    Each example is predicted by a fit to all others, without a single refit: that residual
    is e_i / (1 - h_i), with e_i the residual of the fit to all and h_i its leverage.

    Parameters
    ----------
    X : array_like, shape (n, d)
    y : array_like, shape (n,)
    alphas : array_like, shape (k,), or a number
        Penalties, at least 0, as in `ridge_path`.

    Returns
    -------
    ndarray, shape (k,)
        In squared units of y.

    Raises
    ------
    ValueError
        As `ridge_path`.
    numpy.linalg.LinAlgError
        As `ridge_path`; and if some leverage is 1, when the others can't predict an example.

    Notes
    -----
    Home: 01-linear-algebra/08-linear-algebra-in-ml.ipynb. The SVD of `ridge_path`, then
    O(n min(n, d)) for each penalty. The leverage counts the intercept.
    Source: Hastie, Tibshirani and Friedman, *The Elements of Statistical Learning*, 7.10.

    Examples
    --------
    >>> ridge_loo([[0], [1], [2]], [0, 0, 3], [0, 1]).round(4)
    array([6.75, 3.75])
    """
    X, y, alphas, (U, s, _) = _centered_svd(X, y, alphas)
    shrink = s**2 / (s**2 + alphas[:, None])
    fitted = y.mean() + (shrink * (U.T @ (y - y.mean()))) @ U.T
    left = 1 - 1 / len(y) - shrink @ (U**2).T  # 1 - h, shape (k, n)
    if (left <= len(y) * EPS).any():
        raise np.linalg.LinAlgError(
            "an example has leverage 1: the fit passes through it whatever it is, so the "
            "others can't predict it (use a larger alpha)"
        )
    return np.mean(((y - fitted) / left) ** 2, axis=1)


def _centered_svd(X, y, alphas):
    X, y = _checks.as_data(X), _checks.as_vector(y, "y")
    _checks.same_length(X, y, ("X", "y"))
    alphas = _checks.as_vector(np.atleast_1d(alphas), "alphas")
    if (alphas < 0).any():
        raise ValueError(f"alphas must be at least 0, got {alphas.min()}")
    U, s, Vt = svd(X - X.mean(axis=0))
    dependent = X.shape[1] > len(s) or s[-1] <= max(X.shape) * EPS * s[0]
    if dependent and (alphas == 0).any():
        raise np.linalg.LinAlgError(
            "the columns of X are dependent once centered: alpha = 0 has many solutions "
            "(use a positive alpha, or pinv)"
        )
    return X, y, alphas, (U, s, Vt)
