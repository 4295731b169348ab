"""Describing one variable: location, spread, shape; and putting columns in standard units."""

import warnings

import numpy as np

from utils import _checks
from utils.statistics.pieces import (
    along,
    centered,
    degrees,
    in_units,
    mean_in_units,
    plain,
    power_of_2,
)

# Location ------------------------------------------------------------------------------


def mean(x, axis=None):
    """Arithmetic mean.

    Parameters
    ----------
    x : array_like, any shape
        Finite numbers, at least one.
    axis : int, optional
        Axis to average over; by default all entries.

    Returns
    -------
    float or ndarray

    Raises
    ------
    ValueError
        For data that are empty or not finite, a single number, or an axis they don't have.

    Notes
    -----
    A second pass adds the mean of what is left after the first. The error is then one or
    two roundings: of the mean, or of the numbers if they cancel; the mean of equal numbers
    is exact. Never overflows. O(n).
    Home: 04-statistics/01-descriptive-statistics.ipynb.

    Examples
    --------
    >>> mean([2, 4, 4, 4, 5, 5, 7, 9])
    5.0
    """
    center, _, unit = mean_in_units(along(x, axis))
    return plain((center * unit)[..., 0])


def weighted_mean(x, w):
    """Mean in which every number counts as its weight says: sum of w x over sum of w.

    Parameters
    ----------
    x, w : array_like, shape (n,)
        Numbers and their weights: nonnegative, not all 0, of any sum.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        For negative weights, weights that are all 0, different lengths, or data that are
        empty or not finite.

    Notes
    -----
    Two passes, as `mean`. O(n). Home: 04-statistics/01-descriptive-statistics.ipynb.

    Examples
    --------
    >>> weighted_mean([1, 5], [3, 1])
    2.0
    """
    x, w = _checks.as_vector(x), _checks.as_vector(w, "w")
    _checks.same_length(x, w, ("x", "w"))
    if w.min() < 0 or w.max() == 0:
        raise ValueError(
            "w must be nonnegative and not all 0, got weights from "
            f"{w.min():g} to {w.max():g}"
        )
    w = w / w.max()
    w = w / w.sum()
    unit = power_of_2(np.abs(x).max())
    z = x / unit
    center = (w * z).sum()
    center = center + (w * (z - center)).sum()
    return float(np.clip(center, z.min(), z.max()) * unit)


def trimmed_mean(x, proportion):
    """Mean without the smallest and the largest numbers.

    Parameters
    ----------
    x : array_like, shape (n,)
    proportion : float
        Share to leave out at each end, in [0, 0.5): the largest whole number of values
        that is at most this share of n.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        For a proportion outside [0, 0.5), or data that are empty or not finite.

    Notes
    -----
    Breaks down only when more than this share of the data is wild. O(n log n).
    Home: 04-statistics/01-descriptive-statistics.ipynb.

    Examples
    --------
    >>> trimmed_mean([1, 2, 3, 4, 1000], 0.2)
    3.0
    """
    x = np.sort(_checks.as_vector(x))
    share = _checks.in_range(proportion, "proportion", 0, 0.5, closed=(True, False))
    n = len(x)
    # by comparing shares, not as floor(share * n): 0.29 * 100 falls short of 29
    cut = np.searchsorted(np.arange(n) / n, share, side="right") - 1
    return mean(x[cut : n - cut])


def median(x, axis=None):
    """The middle of the sorted data; the mean of the two middle ones if n is even.

    Parameters, returns and errors as `mean`. O(n log n).
    Home: 04-statistics/01-descriptive-statistics.ipynb.

    >>> median([2, 4, 4, 4, 5, 5, 7, 9])
    4.5
    """
    return quantile(x, 0.5, axis=axis)


def mode(x):
    """The most frequent value of a 1-D array, a float: the smallest of them if several tie.

    `ValueError` for data that are empty, not finite or not 1-D. O(n log n).
    Home: 04-statistics/01-descriptive-statistics.ipynb.

    >>> mode([9, 5, 4, 4, 2, 5])
    4.0
    """
    values, counts = np.unique(_checks.as_vector(x), return_counts=True)
    return float(values[counts.argmax()]) + 0.0  # never -0.0


# Hyndman and Fan's types 5, 6, 7, 8: the q-quantile is x_(h) with h = n q + m(q), counted
# from 1, interpolated between whole h.
_OFFSETS = {
    "hazen": lambda q: 0.5,
    "weibull": lambda q: q,
    "linear": lambda q: 1 - q,
    "median_unbiased": lambda q: (q + 1) / 3,
}


def quantile(x, q, method="linear", axis=None):
    """Quantiles of data: the value below which a share q of them lies.

    Parameters
    ----------
    x : array_like, any shape
        Finite numbers, at least one.
    q : float or array_like
        Shares in [0, 1].
    method : str
        "inverted_cdf" takes the smallest value whose share of data at or below it is at
        least q; "linear", "hazen", "weibull" and "median_unbiased" interpolate between the
        neighbors of rank nq + m, with m = 1 - q, 1/2, q and (q + 1)/3.
    axis : int, optional
        Axis to summarize; by default all entries.

    Returns
    -------
    float or ndarray
        Axes of ``q`` first, then what is left of ``x``.

    Raises
    ------
    ValueError
        For an unknown method, ``q`` outside [0, 1], data that are empty or not finite, or
        an axis they don't have.

    Notes
    -----
    Names as in NumPy; these are types 1, 7, 5, 6 and 8 of Hyndman and Fan. O(n log n).
    Home: 04-statistics/01-descriptive-statistics.ipynb.
    Source: Hyndman and Fan, "Sample quantiles in statistical packages", The American
    Statistician 50 (1996).

    Examples
    --------
    >>> quantile([1, 2, 4, 8], 0.25), quantile([1, 2, 4, 8], 0.25, method="hazen")
    (1.75, 1.5)
    """
    x, q = along(x, axis), _checks.as_finite(q, "q")
    if ((q < 0) | (q > 1)).any():
        raise ValueError(f"q must be in [0, 1], got values {q.min()} to {q.max()}")
    n = x.shape[-1]
    ordered = np.moveaxis(np.sort(x, axis=-1), -1, 0)
    if method == "inverted_cdf":  # shares are compared, not ceil(nq): see trimmed_mean
        return plain(ordered[np.searchsorted(np.arange(1, n + 1) / n, q)])
    if method not in _OFFSETS:
        names = ", ".join(["inverted_cdf", *_OFFSETS])
        raise ValueError(f"method must be one of {names}, got {method!r}")

    h = np.clip(n * q + _OFFSETS[method](q), 1, n) - 1  # counted from 0
    if method == "linear":
        h = (n - 1) * q  # the same, without rounding n q first
    lower = np.floor(h).astype(int)
    below, above = ordered[lower], ordered[np.minimum(lower + 1, n - 1)]
    t = (h - lower).reshape(q.shape + (1,) * (x.ndim - 1))
    return plain(np.clip((1 - t) * below + t * above, below, above))


# Spread --------------------------------------------------------------------------------


def iqr(x):
    """Interquartile range of a 1-D array, a float: third quartile minus first ("linear").

    `ValueError` for data that are empty, not finite or not 1-D. O(n log n).
    Home: 04-statistics/01-descriptive-statistics.ipynb.

    >>> iqr([1, 2, 4, 8])
    3.25
    """
    x = _checks.as_vector(x)
    unit = power_of_2(np.abs(x).max())
    q1, q3 = quantile(x / unit, [0.25, 0.75])
    return in_units(q3 - q1, unit, what="the interquartile range of x")


def variance(x, ddof=1, axis=None):
    """Mean squared deviation from the mean, with divisor n - ddof: n - 1 unless told.

    Parameters
    ----------
    x : array_like, any shape
        Finite numbers.
    ddof : float
        Subtracted from n in the divisor: 1 for the unbiased estimate (NumPy's default is
        0, the maximum-likelihood estimate for normal data).
    axis : int, optional
        Axis to summarize; by default all entries.

    Returns
    -------
    float or ndarray

    Raises
    ------
    ValueError
        If n <= ddof, for data that are empty or not finite, an axis they don't have, or a
        variance beyond the largest float64.

    Notes
    -----
    The corrected two-pass algorithm: sum d^2 - (sum d)^2 / n with the deviations d from
    the mean, where the second term would be 0 without rounding; it is taken out of the
    deviations themselves. O(n).
    Home: 04-statistics/01-descriptive-statistics.ipynb.
    Source: Chan, Golub and LeVeque, "Algorithms for computing the sample variance", The
    American Statistician 37 (1983).

    Examples
    --------
    >>> variance([4, 7, 13, 16]), variance([4, 7, 13, 16], ddof=0)
    (30.0, 22.5)
    """
    x = along(x, axis)
    _, d, unit = centered(x)
    scaled = (d * d).sum(axis=-1) / degrees(x.shape[-1], ddof)
    return in_units(scaled, unit[..., 0], unit[..., 0], what="the variance of x")


def std(x, ddof=1, axis=None):
    """Standard deviation, the root of `variance`: divisor n - ddof, n - 1 unless told.

    Parameters, returns, errors and cost as `variance`; it exists also where the variance
    is too large or too small for a float.
    Home: 04-statistics/01-descriptive-statistics.ipynb.

    >>> std([4, 7, 13, 16], ddof=0)
    4.743416490252569
    """
    x = along(x, axis)
    _, d, unit = centered(x)
    scaled = np.sqrt((d * d).sum(axis=-1) / degrees(x.shape[-1], ddof))
    return in_units(scaled, unit[..., 0], what="the standard deviation of x")


def mad(x, scale=True):
    """Median absolute deviation from the median of a 1-D array, a float.

    ``scale=True`` multiplies by 1.4826, which makes it estimate the standard deviation of
    normal data: 1 over the normal distribution's upper quartile. Half of the data can be
    wild before it is. `ValueError` for data that are empty, not finite or not 1-D.
    O(n log n). Home: 04-statistics/01-descriptive-statistics.ipynb.

    >>> mad([2, 4, 4, 4, 5, 5, 7, 9], scale=False)
    0.5
    """
    x = _checks.as_vector(x)
    unit = power_of_2(np.abs(x).max())
    z = x / unit
    spread = median(np.abs(z - median(z)))
    factor = 1.482602218505602 if scale else 1.0
    return in_units(spread * factor, unit, what="the MAD of x")


def zscore(x, ddof=0):
    """Deviations from the mean in standard deviations: a new array of shape (n,).

    The standard deviation has divisor n - ddof, n unless told (as SciPy). `ValueError` if
    n <= ddof, if all numbers are equal, or for data that are empty, not finite or not 1-D.
    O(n). Home: 04-statistics/01-descriptive-statistics.ipynb.

    >>> zscore([2, 4, 4, 4, 5, 5, 7, 9])
    array([-1.5, -0.5, -0.5, -0.5,  0. ,  0. ,  1. ,  2. ])
    """
    x = _checks.as_vector(x)
    _, d, _ = centered(x)
    spread = np.sqrt((d * d).sum(axis=-1) / degrees(len(x), ddof))
    if spread == 0:
        raise ValueError(f"x must not be constant: all values are {x[0]:g}, spread 0")
    return d / spread


def standardize(X, ddof=0):
    """Every column with mean 0 and standard deviation 1.

    Parameters
    ----------
    X : array_like, shape (n, d)
    ddof : float
        The divisor of the variance is n - ddof: n unless told, as in scikit-learn.

    Returns
    -------
    Z : ndarray, shape (n, d)
        (X - mean) / std; a constant column becomes 0.
    mean, std : ndarray, shape (d,)
        Of the columns; std is exactly 0 where a column is constant.

    Raises
    ------
    ValueError
        If n <= ddof, if X isn't a finite matrix, or if a std is beyond the largest float64.

    Notes
    -----
    New rows take the mean and std of these, the training rows: `models.StandardScaler`
    remembers them. O(nd). Home: 00-prerequisites/02-numpy-basics.ipynb.

    Examples
    --------
    >>> Z, mean, std = standardize([[1, 5], [3, 5]])
    >>> Z
    array([[-1.,  0.],
           [ 1.,  0.]])
    >>> std
    array([1., 0.])
    """
    X = _checks.as_data(X)
    center, d, unit = centered(np.ascontiguousarray(X.T))
    scaled = np.sqrt((d * d).sum(axis=-1) / degrees(len(X), ddof, "X"))
    spread = in_units(scaled, unit[:, 0], what="the standard deviation of a column")
    Z = d / np.where(scaled > 0, scaled, 1.0)[:, None]
    return np.ascontiguousarray(Z.T), center[:, 0], spread


# Shape ---------------------------------------------------------------------------------


def skewness(x, bias=True):
    """Asymmetry: the mean cubed deviation over the cube of the standard deviation.

    Parameters
    ----------
    x : array_like, shape (n,)
    bias : bool
        True for g1 = m3 / m2^(3/2), with divisor n in both moments; False for
        G1 = g1 sqrt(n(n - 1)) / (n - 2), unbiased for normal data.

    Returns
    -------
    float
        Positive for a long tail to the right; NaN, with a warning, for constant data.

    Raises
    ------
    ValueError
        If n < 3, or for data that are not finite or not 1-D.

    Warns
    -----
    RuntimeWarning
        If all numbers are equal: 0/0.

    Notes
    -----
    O(n). Home: 04-statistics/01-descriptive-statistics.ipynb.
    Source: Joanes and Gill, "Comparing measures of sample skewness and kurtosis", The
    Statistician 47 (1998).

    Examples
    --------
    >>> skewness([0, 0, 0, 4]).__round__(4)
    1.1547
    """
    x = _at_least(x, 3)
    g1, n = _standard_moment(x, 3), len(x)
    _warn_if_constant(g1, "skewness")
    return g1 if bias else float(g1 * np.sqrt(n * (n - 1)) / (n - 2))


def kurtosis(x, excess=True, bias=True):
    """Weight of the tails: the mean fourth power of the deviations over the variance squared.

    Parameters
    ----------
    x : array_like, shape (n,)
    excess : bool
        Subtract 3, the value of the normal distribution.
    bias : bool
        True for g2 = m4 / m2^2 - 3, with divisor n in both moments; False for
        G2 = ((n + 1) g2 + 6) (n - 1) / ((n - 2)(n - 3)), unbiased for normal data.

    Returns
    -------
    float
        NaN, with a warning, for constant data.

    Raises
    ------
    ValueError
        If n < 3, or n < 4 and not ``bias``, or for data that are not finite or not 1-D.

    Warns
    -----
    RuntimeWarning
        If all numbers are equal: 0/0.

    Notes
    -----
    O(n). Home: 04-statistics/01-descriptive-statistics.ipynb.
    Source: Joanes and Gill, "Comparing measures of sample skewness and kurtosis", The
    Statistician 47 (1998).

    Examples
    --------
    >>> kurtosis([-1, -1, 1, 1])
    -2.0
    """
    x = _at_least(x, 3 if bias else 4)
    g2, n = _standard_moment(x, 4) - 3, len(x)
    _warn_if_constant(g2, "kurtosis")
    if not bias:
        g2 = ((n + 1) * g2 + 6) * (n - 1) / ((n - 2) * (n - 3))
    return g2 if excess else g2 + 3


def describe(x):
    """The usual summary of one variable.

    Parameters
    ----------
    x : array_like, shape (n,)

    Returns
    -------
    dict
        n (int), mean, std (divisor n - 1), min, q1, median, q3, max, skewness, kurtosis
        (excess; both with divisor n). NaN where n is too small: std of one number, shape
        of fewer than three; and for the shape of constant data.

    Raises
    ------
    ValueError
        For data that are empty, not finite or not 1-D.

    Notes
    -----
    O(n log n). Home: 04-statistics/01-descriptive-statistics.ipynb.

    Examples
    --------
    >>> summary = describe([2, 4, 4, 4, 5, 5, 7, 9])
    >>> summary["n"], summary["mean"], summary["q3"]
    (8, 5.0, 5.5)
    """
    x = _checks.as_vector(x)
    low, q1, middle, q3, high = quantile(x, [0, 0.25, 0.5, 0.75, 1]).tolist()
    shaped = len(x) >= 3
    return {
        "n": len(x),
        "mean": mean(x),
        "std": std(x) if len(x) > 1 else np.nan,
        "min": low,
        "q1": q1,
        "median": middle,
        "q3": q3,
        "max": high,
        "skewness": _standard_moment(x, 3) if shaped else np.nan,
        "kurtosis": _standard_moment(x, 4) - 3 if shaped else np.nan,
    }


def _at_least(x, n):
    x = _checks.as_vector(x)
    if len(x) < n:
        raise ValueError(f"x must have at least {n} values, got {len(x)}")
    return x


def _standard_moment(x, k):
    """Mean 3rd or 4th power of the z-scores; NaN for constant data."""
    _, d, _ = centered(x)
    spread = np.sqrt((d * d).sum(axis=-1) / len(x))
    if spread == 0:
        return np.nan
    u = d / spread
    square = u * u
    return float(np.mean(square * (u if k == 3 else square)))


def _warn_if_constant(moment, name):
    if np.isnan(moment):
        warnings.warn(
            f"x is constant, so its {name} is 0/0: NaN", RuntimeWarning, stacklevel=3
        )
