"""How variables go together: covariance, correlation by values and by ranks."""

import math
import warnings

import numpy as np

from utils import _checks
from utils.statistics.pieces import centered, degrees, in_units


def covariance(X, ddof=1):
    """Covariance matrix of the columns of X, with divisor n - ddof: n - 1 unless told.

    Parameters
    ----------
    X : array_like, shape (n, d)
        One row per observation. (`numpy.cov` has one column each unless told.)
    ddof : float

    Returns
    -------
    ndarray, shape (d, d)
        Symmetric, with variances on the diagonal.

    Raises
    ------
    ValueError
        If n <= ddof, if X isn't a finite matrix, or if a covariance is beyond the largest
        float64.

    Notes
    -----
    Deviations from the column means D give D^T D / (n - ddof). O(n d^2).
    Home: 04-statistics/01-descriptive-statistics.ipynb.

    Examples
    --------
    >>> covariance([[1, 2], [3, 6]])
    array([[2., 4.],
           [4., 8.]])
    """
    X = _checks.as_data(X)
    _, d, unit = centered(np.ascontiguousarray(X.T))
    scaled = d @ d.T / degrees(len(X), ddof, "X")
    return in_units(scaled, unit, unit.T, what="a covariance of X")


def correlation(X):
    """Correlation matrix of the columns of X: cosines of the angles between centered columns.

    Parameters
    ----------
    X : array_like, shape (n, d)
        One row per observation, n >= 2.

    Returns
    -------
    ndarray, shape (d, d)
        Symmetric, in [-1, 1], with ones on the diagonal; NaN for a constant column.

    Raises
    ------
    ValueError
        If n < 2, or X isn't a finite matrix.

    Warns
    -----
    RuntimeWarning
        If a column is constant: its correlations are 0/0.

    Notes
    -----
    O(n d^2). Home: 04-statistics/01-descriptive-statistics.ipynb.

    Examples
    --------
    >>> correlation([[1, 2], [2, 1], [3, 0]]).round(4)
    array([[ 1., -1.],
           [-1.,  1.]])
    """
    X = _checks.as_data(X)
    degrees(len(X), 1, "X")
    return _correlations(np.ascontiguousarray(X.T))


def pearson(x, y):
    """Pearson's correlation r of two variables: how closely they follow a line.

    Parameters
    ----------
    x, y : array_like, shape (n,)
        n >= 2.

    Returns
    -------
    float
        In [-1, 1]; NaN, with a warning, if x or y is constant.

    Raises
    ------
    ValueError
        If n < 2, for different lengths, or data that are not finite or not 1-D.

    Warns
    -----
    RuntimeWarning
        If x or y is constant: 0/0.

    Notes
    -----
    O(n). Home: 04-statistics/01-descriptive-statistics.ipynb.

    Examples
    --------
    >>> round(pearson([1, 2, 3], [1, 3, 2]), 4)
    0.5
    """
    return float(_correlations(np.stack(_pair(x, y)))[0, 1])


def spearman(x, y):
    """Spearman's correlation: Pearson's, of the ranks; how closely y follows x's order.

    Parameters, returns, errors and the warning as `pearson`. Ties get the mean of their
    ranks. O(n log n). Home: 04-statistics/01-descriptive-statistics.ipynb.

    >>> spearman([1, 2, 3], [1, 10, 1000]).__round__(4)
    1.0
    """
    x, y = _pair(x, y)
    return float(_correlations(np.stack([rank(x), rank(y)]))[0, 1])


def kendall(x, y):
    """Kendall's tau-b: pairs in the same order minus pairs in opposite order, as a share.

    Parameters
    ----------
    x, y : array_like, shape (n,)
        n >= 2.

    Returns
    -------
    float
        Concordant minus discordant pairs, over the geometric mean of the numbers of pairs
        that differ in x and of pairs that differ in y. In [-1, 1]; NaN, with a warning, if
        x or y is constant.

    Raises
    ------
    ValueError
        If n < 2, for different lengths, or data that are not finite or not 1-D.

    Warns
    -----
    RuntimeWarning
        If x or y is constant: 0/0.

    Notes
    -----
    Looks at all pairs: O(n^2) time, O(n) memory.
    Home: 04-statistics/01-descriptive-statistics.ipynb.
    Source: M. G. Kendall, "The treatment of ties in ranking problems", Biometrika 33 (1945).

    Examples
    --------
    >>> round(kendall([1, 2, 3, 4], [1, 2, 4, 3]), 4)
    0.6667
    """
    x, y = _pair(x, y)
    x, y = rank(x), rank(y)  # the same order, and differences that can't overflow
    score = x_pairs = y_pairs = 0
    for i in range(len(x) - 1):
        x_sign, y_sign = np.sign(x[i + 1 :] - x[i]), np.sign(y[i + 1 :] - y[i])
        score += x_sign @ y_sign
        x_pairs += int(np.count_nonzero(x_sign))
        y_pairs += int(np.count_nonzero(y_sign))
    if not x_pairs or not y_pairs:
        _warn_of_constants()
        return np.nan
    return float(score) / math.sqrt(x_pairs * y_pairs)


def rank(x):
    """Ranks 1 to n of a 1-D array, smallest first; equal values share the mean of theirs.

    A new float array of shape (n,). `ValueError` for data that are empty, not finite or not
    1-D. O(n log n). Home: 04-statistics/01-descriptive-statistics.ipynb.

    >>> rank([10, 30, 20, 20])
    array([1. , 4. , 2.5, 2.5])
    """
    x = _checks.as_vector(x)
    _, group, size = np.unique(x, return_inverse=True, return_counts=True)
    last = np.cumsum(size)  # the ranks of a group are last - size + 1, ..., last
    return (last - (size - 1) / 2)[group]


def cov_to_corr(S):
    """Correlation matrix that belongs to a covariance matrix: S_ij / sqrt(S_ii S_jj).

    Parameters
    ----------
    S : array_like, shape (d, d)
        Symmetric, with a positive diagonal.

    Returns
    -------
    ndarray, shape (d, d)
        Symmetric, in [-1, 1], ones on the diagonal.

    Raises
    ------
    ValueError
        If S isn't square, finite and symmetric (within 1e-8 in units of the standard
        deviations), if a variance isn't positive, or if a covariance is larger than its
        variances allow.

    Notes
    -----
    O(d^2). Home: 03-probability/05-joint-distributions.ipynb.

    Examples
    --------
    >>> cov_to_corr([[4, 3], [3, 9]])
    array([[1. , 0.5],
           [0.5, 1. ]])
    """
    S = _checks.as_square(S, "S")
    variances = np.diag(S)
    if not (variances > 0).all():
        raise ValueError(
            f"S must have a positive diagonal, the variances, got {variances.min():g}"
        )
    deviation = np.sqrt(variances)
    with np.errstate(over="ignore"):  # beyond every bound is beyond 1
        R = S / deviation / deviation[:, None]
        worst = np.abs(R).max()
    if worst > 1 + 1e-8:
        raise ValueError(
            f"S must be a covariance matrix, but it has a correlation of size {worst:g}"
        )
    if np.abs(R - R.T).max() > 1e-8:
        raise ValueError(
            "S must be symmetric, but two entries across the diagonal differ by "
            f"{np.abs(R - R.T).max():.3g} standard units"
        )
    return _as_correlation((R + R.T) / 2)


def partial_correlation(S):
    """Correlation of every two variables when all others are held fixed.

    Parameters
    ----------
    S : array_like, shape (d, d)
        Covariance or correlation matrix, positive definite.

    Returns
    -------
    ndarray, shape (d, d)
        -P_ij / sqrt(P_ii P_jj) with the precision matrix P, the inverse of S; ones on the
        diagonal. The same as the correlation of the residuals of i and j after regression
        on all the others.

    Raises
    ------
    ValueError
        As `cov_to_corr`.
    numpy.linalg.LinAlgError
        If S is singular or not positive definite: a variable is determined by others.

    Notes
    -----
    By the eigenvalues of the correlation matrix, which has no units. O(d^3).
    Home: 03-probability/05-joint-distributions.ipynb.
    Source: S. Lauritzen, *Graphical Models* (1996), section 5.1.

    Examples
    --------
    >>> partial_correlation([[1, 0.5, 0.5], [0.5, 1, 0.5], [0.5, 0.5, 1]]).round(4)
    array([[1.    , 0.3333, 0.3333],
           [0.3333, 1.    , 0.3333],
           [0.3333, 0.3333, 1.    ]])
    """
    R = cov_to_corr(S)
    w, V = np.linalg.eigh(R)
    if w[0] <= len(R) * np.finfo(float).eps * w[-1]:
        raise np.linalg.LinAlgError(
            f"S is not positive definite (smallest eigenvalue {w[0]:.2g} of its correlation "
            "matrix): leave out a variable that others determine"
        )
    half = V / np.sqrt(w)
    P = half @ half.T
    scale = np.sqrt(np.diag(P))
    return _as_correlation(-P / (scale * scale[:, None]))


def _pair(x, y):
    x, y = _checks.as_vector(x), _checks.as_vector(y, "y")
    _checks.same_length(x, y, ("x", "y"))
    degrees(len(x), 1)
    return x, y


def _correlations(rows):
    """Correlation matrix of rows; NaN, with a warning, for constant ones."""
    _, d, _ = centered(rows)
    length = np.sqrt((d * d).sum(axis=1))
    constant = length == 0
    unit = d / np.where(constant, 1.0, length)[:, None]
    R = _as_correlation(unit @ unit.T)
    if constant.any():
        _warn_of_constants(stacklevel=4)
        R[constant] = R[:, constant] = np.nan
    return R


def _as_correlation(R):
    """R without what rounding does to the bounds and the diagonal."""
    R = np.clip(R, -1, 1)
    np.fill_diagonal(R, 1.0)
    return R


def _warn_of_constants(stacklevel=3):
    warnings.warn(
        "a variable is constant, so its correlation is 0/0: NaN",
        RuntimeWarning,
        stacklevel=stacklevel,
    )
