"""One singular value decomposition, and what machine learning makes of it."""

import numpy as np

from utils import _checks
from utils.linalg.orthogonality import EPS
from utils.linalg.singular import svd
from utils.linalg.vectors import representable


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


def whiten(X, method="pca", eps=0.0):
    """Turn and stretch data so that their covariance is the identity.

    Parameters
    ----------
    X : array_like, shape (n, d)
        At least 2 rows.
    method : {"pca", "zca"}
        ``"pca"`` gives the coordinates along the principal axes, the longest first;
        ``"zca"`` turns back afterwards, and of all ways moves the data least.
    eps : float
        Added to each variance before its root divides, in squared units of X: it keeps
        directions of little variance, often noise, from being blown up.

    Returns
    -------
    Z : ndarray, shape (n, d)
        ``(X - mean) @ W``: covariance I, with divisor n - 1, if ``eps`` is 0.
    W : ndarray, shape (d, d)
        Apply it to new data, too, with the same mean.
    mean : ndarray, shape (d,)

    Raises
    ------
    ValueError
        If X isn't a finite matrix of at least 2 rows, the method is unknown, or ``eps`` is
        negative.
    numpy.linalg.LinAlgError
        If ``eps`` is 0 and the covariance singular, as with n <= d or a constant column.

    Notes
    -----
    Home: 01-linear-algebra/08-linear-algebra-in-ml.ipynb. One `svd` of the centered X,
    O(n d min(n, d)): its singular values s give the variances s^2 / (n - 1), and no
    covariance matrix is formed.
    Source: Kessy, Lewin and Strimmer, "Optimal whitening and decorrelation", The American
    Statistician 72 (2018).

    Examples
    --------
    >>> Z, W, mean = whiten([[0, 0], [0, 4], [6, 0], [6, 4]])
    >>> mean, np.cov(Z, rowvar=False).round(12) + 0.0
    (array([3., 2.]), array([[1., 0.],
           [0., 1.]]))
    """
    X = _checks.as_data(X)
    n, d = X.shape
    if n < 2:
        raise ValueError(f"X must have at least 2 rows, got shape {X.shape}")
    if method not in ("pca", "zca"):
        raise ValueError(f"method must be 'pca' or 'zca', got {method!r}")
    eps = _checks.in_range(eps, "eps", 0, np.inf, closed=(True, False))
    with np.errstate(over="ignore", invalid="ignore"):
        mean = X.mean(axis=0)
        centered = representable(X - mean, "X less its mean")
    _, s, Vt = svd(centered, full_matrices=n < d)
    s = np.append(s, np.zeros(d - len(s)))  # no variance in directions beyond the n-th
    if eps == 0 and s[-1] <= max(n, d) * EPS * s[0]:
        raise np.linalg.LinAlgError(
            "the covariance of X is singular: some direction has no variance to divide by "
            "(use a positive eps, or fewer columns)"
        )
    spread = np.hypot(s / np.sqrt(n - 1), np.sqrt(eps))  # the root of variance + eps
    W = Vt.T / spread
    if method == "zca":
        W = W @ Vt
    return centered @ W, W, mean


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
