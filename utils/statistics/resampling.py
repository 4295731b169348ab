"""Resampling: what other samples would have said, from the one sample there is."""

import functools
import inspect

import numpy as np

from utils import _checks
from utils.probability import Normal
from utils.statistics.descriptive import quantile
from utils.statistics.results import Interval

METHODS = "percentile", "basic", "studentized", "bca"
BLOCK = 2**17  # resampled numbers at a time: 1 MB, which stays in the cache
REDRAWS = 100


def bootstrap(data, statistic, n_resamples=9999, *, rng):
    """A statistic of many samples drawn, with replacement, from the rows of the data.

    Parameters
    ----------
    data : array_like, shape (n, ...), or a tuple of them
        Arrays of a tuple have equally many rows, which are drawn together.
    statistic : callable
        Takes as many float64 arrays as there are, of their shapes, and returns a number
        or an array. If it has a parameter ``axis``, the data are 1-D and it returns one
        number, it gets (k, n) arrays and ``axis=-1``, many resamples in one call.
    n_resamples : int
        At least 1.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray, shape (n_resamples, ...)
        One value of the statistic for each resample: replicates. Their standard deviation
        estimates the standard error of ``statistic``.

    Raises
    ------
    ValueError
        For data that are empty, not finite or of different lengths, ``n_resamples < 1``, or
        a statistic that fails on a resample and on 100 others drawn in its place.
    TypeError
        If ``rng`` isn't a generator, or ``statistic`` isn't callable.

    Notes
    -----
    A resample on which ``statistic`` raises `ValueError` (one class is missing, say) or is
    NaN is drawn again, 100 times at most: the replicates are then conditional on its being
    defined. O(n n_resamples) and a call of ``statistic`` for each, in blocks of 1 MB.
    Home: 04-statistics/02-sampling.ipynb.
    Source: B. Efron, "Bootstrap methods: another look at the jackknife", Annals of
    Statistics 7 (1979).

    Examples
    --------
    >>> means = bootstrap([1, 2, 3, 4, 5], np.mean, 2000, rng=np.random.default_rng(0))
    >>> means.shape, round(float(means.std()), 1)
    ((2000,), 0.6)
    """
    arrays = _arrays(data)
    statistic, at_once = _prepared(statistic, arrays)
    n, n_resamples = len(arrays[0]), _checks.count(n_resamples, "n_resamples")
    rng = _checks.as_rng(rng)
    values = []
    for start, stop in _blocks(n_resamples, n):
        rows = rng.integers(0, n, size=(stop - start, n))
        block = _many(statistic, arrays, rows) if at_once else None
        if block is None:
            block = [_redrawn(statistic, arrays, row, rng) for row in rows]
        values.extend(block)
    return _stacked(values)


def jackknife(data, statistic):
    """A statistic of the data without row i, for every i.

    Parameters
    ----------
    data : array_like, shape (n, ...), or a tuple of them
        n >= 2; arrays of a tuple have equally many rows.
    statistic : callable
        As in `bootstrap`.

    Returns
    -------
    ndarray, shape (n, ...)

    Raises
    ------
    ValueError
        For data that are not finite or of different lengths, n < 2, or a statistic that is
        NaN without some row. Errors of ``statistic`` pass through.
    TypeError
        If ``statistic`` isn't callable.

    Notes
    -----
    O(n^2) and n calls of ``statistic``. Home: 04-statistics/02-sampling.ipynb.
    Source: Efron and Tibshirani, *An Introduction to the Bootstrap* (1993), chapter 11.

    Examples
    --------
    >>> jackknife([1, 2, 6], np.mean)
    array([4. , 3.5, 1.5])
    """
    arrays = _arrays(data)
    statistic, at_once = _prepared(statistic, arrays)
    n = len(arrays[0])
    if n < 2:
        raise ValueError(f"data must have at least 2 rows, got {n}")
    others, values = np.arange(n - 1), []
    for start, stop in _blocks(n, n - 1):
        rows = others + (others >= np.arange(start, stop)[:, None])  # all but one
        block = _many(statistic, arrays, rows) if at_once else None
        if block is None:
            block = [_one(statistic, arrays, row) for row in rows]
        values.extend(block)
    if any(np.isnan(value).any() for value in values):
        raise ValueError("statistic must be a number without any one row, got NaN")
    return _stacked(values)


def bootstrap_ci(
    data,
    statistic,
    level=0.95,
    method="percentile",
    n_resamples=9999,
    se=None,
    *,
    rng,
):
    """Confidence interval for a statistic by the bootstrap.

    Parameters
    ----------
    data, statistic, n_resamples, rng
        As in `bootstrap`; the statistic is one number.
    level : float
        Coverage aimed at, in (0, 1).
    method : str
        "percentile": quantiles of the replicates. "basic": those, reflected in the
        estimate. "studentized": the quantiles of (replicate - estimate) / its own standard
        error take the place of Student's t. "bca": percentile at levels corrected for the
        median bias and the skewness of the replicates.
    se : callable, optional
        Standard error of the statistic from the same arguments; "studentized" needs it.

    Returns
    -------
    Interval

    Raises
    ------
    ValueError
        As `bootstrap`; for an unknown method, a level outside (0, 1), "studentized" without
        ``se`` or with one that isn't positive; and "bca" where the estimate lies outside
        all replicates.
    TypeError
        If ``rng`` isn't a generator, or a function isn't callable.

    Notes
    -----
    The cost of `bootstrap`; "bca" adds a `jackknife`.
    Home: 04-statistics/03-estimation.ipynb.
    Source: Efron and Tibshirani, *An Introduction to the Bootstrap* (1993), chapters 12 to
    14; T. DiCiccio and B. Efron, "Bootstrap confidence intervals", Statistical Science 11
    (1996).

    Examples
    --------
    >>> low, high = bootstrap_ci([1, 2, 3, 4, 5], np.mean, rng=np.random.default_rng(0))
    >>> round(low, 1), round(high, 1)
    (1.8, 4.2)
    """
    if method not in METHODS:
        raise ValueError(f"method must be one of {', '.join(METHODS)}, got {method!r}")
    level = _checks.in_range(level, "level", 0, 1, closed=(False, False))
    if method == "studentized" and se is None:
        raise ValueError("studentized needs se, the standard error of statistic")
    estimate = _number(statistic, data, "statistic")
    tails = np.array([(1 - level) / 2, (1 + level) / 2])
    sample = _Both(statistic, se) if method == "studentized" else statistic
    replicates = bootstrap(data, sample, n_resamples, rng=rng)
    if method == "studentized":
        ends = _studentized(replicates, estimate, tails, _number(se, data, "se"))
    elif method == "bca":
        ends = _bca(replicates, estimate, tails, jackknife(data, statistic))
    else:
        ends = _quantiles(replicates, tails)
        if method == "basic":
            ends = 2 * estimate - ends[::-1]
    low, high = ends
    return Interval(float(low), float(high), level, f"{method} bootstrap")


def _bca(replicates, estimate, tails, left_out):
    below = (np.mean(replicates < estimate) + np.mean(replicates <= estimate)) / 2
    if below in (0, 1):
        raise ValueError(
            "bca needs replicates on both sides of the estimate, and all are "
            f"{'above' if below == 0 else 'below'} it: use another method"
        )
    d = left_out.mean() - left_out
    d = d / (np.abs(d).max() or 1.0)  # all equal: nothing to correct
    acceleration = np.sum(d**3) / (6 * np.sum(d**2) ** 1.5 or 1.0)

    normal = Normal()
    bias = normal.ppf(below)
    z = bias + normal.ppf(tails)
    if (acceleration * z >= 1).any():
        raise ValueError(
            f"bca can't correct for an acceleration of {acceleration:.2g} at this level: "
            "use another method"
        )
    return _quantiles(replicates, normal.cdf(bias + z / (1 - acceleration * z)))


def _studentized(replicates, estimate, tails, se):
    values, errors = replicates.T
    smallest = min(se, errors.min())
    if smallest <= 0:
        raise ValueError(
            f"se must be positive on the data and on every resample, got {smallest:g}: "
            "let it raise ValueError on those that should be drawn again"
        )
    return estimate - se * _quantiles((values - estimate) / errors, tails)[::-1]


def _quantiles(replicates, tails):
    if not np.isfinite(replicates).all():
        raise ValueError(
            "statistic is infinite on some resamples: it has no bootstrap interval"
        )
    return quantile(replicates, tails)


class _Both:
    """A statistic and its standard error as one statistic with two values."""

    def __init__(self, *functions):
        self.functions = functions

    def __call__(self, *arrays, **options):
        return np.stack([f(*arrays, **options) for f in self.functions], axis=-1)


def _arrays(data):
    """The data as a tuple of float64 arrays with equally many rows."""
    arrays = data if isinstance(data, tuple) else (data,)
    names = [f"data[{i}]" for i in range(len(arrays))] if len(arrays) > 1 else ["data"]
    if not arrays:
        raise ValueError(
            "data must be an array or a tuple of arrays, got an empty tuple"
        )
    arrays = [_checks.as_finite(a, name) for a, name in zip(arrays, names, strict=True)]
    for a, name in zip(arrays, names, strict=True):
        if a.ndim == 0 or a.size == 0:
            raise ValueError(
                f"{name} must have shape (n, ...) with n >= 1, got shape {a.shape}"
            )
        _checks.same_length(arrays[0], a, (names[0], name))
    return tuple(arrays)


def _prepared(statistic, arrays):
    """The statistic to call, and whether it takes many resamples in one call."""
    for f in getattr(statistic, "functions", [statistic]):
        if not callable(f):
            raise TypeError(f"statistic must be callable, got {type(f).__name__}")
        try:
            has_axis = "axis" in inspect.signature(f).parameters
        except ValueError:  # functions written in C may not tell
            has_axis = False
        if not has_axis or any(a.ndim > 1 for a in arrays):
            return statistic, False
    return functools.partial(statistic, axis=-1), True


def _many(statistic, arrays, rows):
    """One number for each row of indices from one call, or None if that doesn't work."""
    try:
        values = np.asarray(statistic(*(a[rows] for a in arrays)), float)
    except ValueError:
        return None  # on some resample: they are tried one by one
    both = isinstance(statistic.func, _Both)
    wanted = (len(rows), 2) if both else (len(rows),)
    return None if values.shape != wanted or np.isnan(values).any() else values


def _one(statistic, arrays, row):
    return _checks.as_float(statistic(*(a[row] for a in arrays)), "the statistic")


def _redrawn(statistic, arrays, row, rng):
    """The statistic on these rows, or on the first other ones on which it is defined."""
    reason, cause = "it is NaN", None
    for _ in range(REDRAWS + 1):
        try:
            value = _one(statistic, arrays, row)
            if not np.isnan(value).any():
                return value
        except ValueError as error:
            reason = cause = error
        row = rng.integers(0, len(row), size=len(row))
    raise ValueError(
        f"statistic failed on a resample and on {REDRAWS} others in its place: {reason}"
    ) from cause


def _number(statistic, data, name):
    """The statistic of the data themselves, which must be one finite number."""
    arrays = _arrays(data)
    function, _ = _prepared(statistic, arrays)
    value = _one(function, arrays, np.arange(len(arrays[0])))
    if value.ndim or not np.isfinite(value):
        raise ValueError(f"{name} must be one finite number on the data, got {value}")
    return float(value)


def _stacked(values):
    shapes = {np.shape(value) for value in values}
    if len(shapes) > 1:
        raise ValueError(f"statistic must always return one shape, got {shapes}")
    return np.array(values)


def _blocks(rows, columns):
    """Pairs (start, stop) that split ``rows``, with about `BLOCK` entries in each block."""
    step = max(1, BLOCK // columns)
    return [(start, min(start + step, rows)) for start in range(0, rows, step)]
