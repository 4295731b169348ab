"""Confidence intervals with formulas: means, variances, proportions and rates."""

import math

from utils import _checks
from utils.probability import Beta, ChiSquared, Normal, StudentT
from utils.statistics.descriptive import mean, std
from utils.statistics.pieces import degrees, in_units
from utils.statistics.results import Interval


def mean_ci(x, level=0.95):
    """Confidence interval for a mean, by Student's t: mean +- t s / sqrt(n).

    Parameters
    ----------
    x : array_like, shape (n,)
        A sample, n >= 2.
    level : float
        Coverage, in (0, 1): exact for normal data, nearly so for large n.

    Returns
    -------
    Interval

    Raises
    ------
    ValueError
        If n < 2, for a level outside (0, 1), or data that are not finite or not 1-D.

    Notes
    -----
    t is the quantile with n - 1 degrees of freedom. O(n).
    Home: 04-statistics/03-estimation.ipynb.
    Source: Student, "The probable error of a mean", Biometrika 6 (1908).

    Examples
    --------
    >>> low, high = mean_ci([1, 2, 3, 4, 5])
    >>> round(low, 3), round(high, 3)
    (1.037, 4.963)
    """
    x, level = _checks.as_vector(x), _level(level)
    df = degrees(len(x), 1)
    t = -StudentT(df).ppf((1 - level) / 2)
    center = mean(x)
    half = in_units(std(x) / math.sqrt(len(x)), t, what="the width of the interval")
    return Interval(center - half, center + half, level, "t")


def variance_ci(x, level=0.95):
    """Confidence interval for the variance of normal data, by chi-square quantiles.

    Parameters
    ----------
    x : array_like, shape (n,)
        A sample, n >= 2.
    level : float
        Coverage, in (0, 1), for normal data; other data can be far from it.

    Returns
    -------
    Interval

    Raises
    ------
    ValueError
        If n < 2, for a level outside (0, 1), data that are not finite or not 1-D, or an
        end beyond the largest float64.

    Notes
    -----
    From (n - 1) s^2 / q to the same with the lower quantile q, both with n - 1 degrees of
    freedom. O(n). Home: 04-statistics/03-estimation.ipynb.
    Source: Casella and Berger, *Statistical Inference*, 2nd ed. (2002), section 9.2.

    Examples
    --------
    >>> low, high = variance_ci([4, 7, 13, 16])
    >>> round(low, 2), round(high, 1)
    (9.63, 417.1)
    """
    x, level = _checks.as_vector(x), _level(level)
    df = degrees(len(x), 1)
    law, s, alpha = ChiSquared(df), std(x), 1 - level
    ends = [
        in_units(s, s, df / law.ppf(q), what="the variance of x")
        for q in (1 - alpha / 2, alpha / 2)
    ]
    return Interval(*ends, level, "chi-square")


def proportion_ci(k, n, level=0.95, method="wilson"):
    """Confidence interval for a probability, from k successes in n independent trials.

    Parameters
    ----------
    k, n : int
        0 <= k <= n, n >= 1.
    level : float
        Coverage aimed at, in (0, 1).
    method : str
        "wilson": all p within z standard errors of k / n, with the standard error that p
        itself implies. "wald": k / n +- z standard errors; can leave [0, 1] and covers too
        little, shown for comparison. "agresti-coull": Wald's, after z^2 / 2 successes and
        as many failures are added. "clopper-pearson": all p that an exact test keeps, at
        least ``level`` in every case. "jeffreys": equal tails of the posterior Beta(k + 1/2,
        n - k + 1/2), with 0 as lower end if k = 0 and 1 as upper end if k = n.

    Returns
    -------
    Interval

    Raises
    ------
    ValueError
        If k isn't in 0, ..., n, for a level outside (0, 1), or an unknown method.
    TypeError
        If k or n isn't an integer.

    Notes
    -----
    O(1). Home: 04-statistics/03-estimation.ipynb.
    Source: Brown, Cai and DasGupta, "Interval estimation for a binomial proportion",
    Statistical Science 16 (2001).

    Examples
    --------
    >>> low, high = proportion_ci(18, 20)
    >>> round(low, 3), round(high, 3)
    (0.699, 0.972)
    """
    n, k = _checks.count(n, "n"), _checks.count(k, "k", low=0)
    if k > n:
        raise ValueError(f"k must be at most n = {n}, got {k}")
    level = _level(level)
    if method not in _METHODS:
        raise ValueError(f"method must be one of {', '.join(_METHODS)}, got {method!r}")
    return Interval(*_METHODS[method](k, n, level), level, method)


def poisson_ci(k, exposure=1.0, level=0.95):
    """Confidence interval for the rate of a Poisson process: k events in some exposure.

    Parameters
    ----------
    k : int
        Events, k >= 0.
    exposure : float
        Time, area, ... in which they were counted; positive.
    level : float
        Coverage, in (0, 1): at least this, for every rate.

    Returns
    -------
    Interval
        Of events per unit of exposure.

    Raises
    ------
    ValueError
        If k < 0, exposure <= 0, a level outside (0, 1), or an end beyond the largest
        float64.
    TypeError
        If k isn't an integer.

    Notes
    -----
    Half the chi-square quantiles with 2k and 2k + 2 degrees of freedom, over the exposure.
    O(1). Home: 04-statistics/03-estimation.ipynb.
    Source: F. Garwood, "Fiducial limits for the Poisson distribution", Biometrika 28 (1936).

    Examples
    --------
    >>> low, high = poisson_ci(196, exposure=280)
    >>> round(low, 3), round(high, 3)
    (0.605, 0.805)
    """
    k, level = _checks.count(k, "k", low=0), _level(level)
    exposure = _checks.in_range(
        exposure, "exposure", 0, math.inf, closed=(False, False)
    )
    alpha = 1 - level
    low = ChiSquared(2 * k).ppf(alpha / 2) / 2 if k else 0.0
    high = ChiSquared(2 * k + 2).ppf(1 - alpha / 2) / 2
    if high / exposure == math.inf:
        raise ValueError(
            f"the rate is beyond the largest float for exposure {exposure:g}"
        )
    return Interval(low / exposure, high / exposure, level, "exact")


def _wilson(k, n, level):
    # the roots of (n + z^2) p^2 - (2k + z^2) p + k^2 / n = 0: the larger one, and the
    # smaller one from their product, so that no digits cancel
    z = _z(level)
    larger = k + z * z / 2 + z * math.sqrt(k * (n - k) / n + z * z / 4)
    return k * k / n / larger, larger / (n + z * z) if k < n else 1.0


def _wald(k, n, level):
    p = k / n
    half = _z(level) * math.sqrt(p * (1 - p) / n)
    return p - half, p + half


def _agresti_coull(k, n, level):
    z = _z(level)
    return _wald(k + z * z / 2, n + z * z, level)


def _clopper_pearson(k, n, level):
    return _beta_ends(k, n, level, (k, n - k + 1), (k + 1, n - k))


def _jeffreys(k, n, level):
    posterior = k + 0.5, n - k + 0.5
    return _beta_ends(k, n, level, posterior, posterior)


def _beta_ends(k, n, level, lower, upper):
    """Quantiles of Beta(*lower) and Beta(*upper); 0 and 1 where nothing speaks against."""
    tail = (1 - level) / 2
    low = Beta(*lower).ppf(tail) if k > 0 else 0.0
    high = Beta(*upper).ppf(1 - tail) if k < n else 1.0
    return low, high


_METHODS = {
    "wilson": _wilson,
    "wald": _wald,
    "agresti-coull": _agresti_coull,
    "clopper-pearson": _clopper_pearson,
    "jeffreys": _jeffreys,
}


def _z(level):
    return -Normal().ppf((1 - level) / 2)


def _level(level):
    return _checks.in_range(level, "level", 0, 1, closed=(False, False))
