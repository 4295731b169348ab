"""Tests with a formula for the null distribution: means by t, variances by F, shares by z."""

import math
from functools import lru_cache

import numpy as np

from utils._checks import as_vector, count, in_range, same_length
from utils.probability import FDist, Normal, StudentT
from utils.statistics.permutation import check_alternative
from utils.statistics.results import Interval, TestResult

EPS = np.finfo(float).eps


def ttest_1samp(x, mu=0.0, alternative="two-sided", level=0.95):
    """Test of "the mean is mu" for a normal sample: Student's one-sample t test.

    Parameters
    ----------
    x : array_like, shape (n,)
        At least two values, not all equal.
    mu : float
        The mean under the null hypothesis.
    alternative : {"two-sided", "less", "greater"}
        What else the mean may be; "less" means below mu.
    level : float
        Level of the interval, in (0, 1).

    Returns
    -------
    TestResult
        t = (mean - mu) / (s / sqrt(n)) and its p-value, ``df`` = n - 1; ``estimate`` is the
        mean and ``ci`` its interval, one-sided like the test.

    Raises
    ------
    ValueError
        If x has fewer than two values, or all are equal up to rounding: t is not defined.

    Notes
    -----
    The interval holds exactly the values of mu that the test does not reject at the level
    1 - level. O(n). Home: 04-statistics/04-hypothesis-testing.ipynb.
    Source: "Student", "The probable error of a mean", Biometrika 6 (1908).

    Examples
    --------
    Extra hours of sleep, second drug against first, from Student's paper:

    >>> x = [1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4]
    >>> result = ttest_1samp(x)
    >>> round(result.statistic, 3), round(result.pvalue, 4)
    (4.062, 0.0028)
    """
    x = as_vector(x)
    mu = in_range(mu, "mu", -math.inf, math.inf, closed=(False, False))
    center, rest, sd = _moments(x, "x")
    se = _positive(sd / math.sqrt(x.size), "x")
    t = (center - mu + rest) / se
    name = "one-sample t test"
    return _t_result(t, x.size - 1, center + rest, se, alternative, level, name)


def ttest_rel(x, y, alternative="two-sided", level=0.95):
    """Test of "the mean of x - y is 0" for pairs: the one-sample t test of the differences.

    Parameters
    ----------
    x, y : array_like, shape (n,)
        Pairs, n at least 2.
    alternative : {"two-sided", "less", "greater"}
        What else the mean difference may be.
    level : float
        Level of the interval, in (0, 1).

    Returns
    -------
    TestResult
        As `ttest_1samp`; ``estimate`` is the mean of x - y.

    Raises
    ------
    ValueError
        If lengths differ, n < 2, or all differences are equal up to rounding.

    Notes
    -----
    O(n). Home: 04-statistics/04-hypothesis-testing.ipynb.
    Source: as `ttest_1samp`.

    Examples
    --------
    >>> result = ttest_rel([5, 6, 8], [4, 4, 5])
    >>> round(result.statistic, 3), round(result.pvalue, 3)
    (3.464, 0.074)
    """
    x, y = as_vector(x, "x"), as_vector(y, "y")
    same_length(x, y, ("x", "y"))
    largest = max(_size(x), _size(y))
    with np.errstate(over="ignore"):
        x -= y  # as_vector copies: the caller's x stays
    center, rest, sd = _moments(x, "x - y", largest)
    mean, se = center + rest, _positive(sd / math.sqrt(x.size), "x - y")
    name = "paired t test"
    return _t_result(mean / se, x.size - 1, mean, se, alternative, level, name)


def ttest_ind(x, y, equal_var=False, alternative="two-sided", level=0.95):
    """Test of "two normal samples have the same mean": Welch's t test, or the pooled one.

    Parameters
    ----------
    x, y : array_like, shapes (m,) and (n,)
        Independent samples, m and n at least 2.
    equal_var : bool
        Pool the two variances, which is right only if they are equal. By default Welch's
        test, which doesn't need that. (SciPy's default is True.)
    alternative : {"two-sided", "less", "greater"}
        What else mean(x) - mean(y) may be.
    level : float
        Level of the interval, in (0, 1).

    Returns
    -------
    TestResult
        t and its p-value; ``df`` is m + n - 2 if pooled, else by Welch and Satterthwaite;
        ``estimate`` is mean(x) - mean(y).

    Raises
    ------
    ValueError
        If a sample has fewer than two values, or both are constant up to rounding.

    Notes
    -----
    Welch's df matches the first two moments of s_x^2/m + s_y^2/n to those of a multiple of
    a chi-square variable. O(m + n). Home: 04-statistics/04-hypothesis-testing.ipynb.
    Source: Welch, "The generalization of 'Student's' problem when several different
    population variances are involved", Biometrika 34 (1947).

    Examples
    --------
    >>> result = ttest_ind([1, 2, 3, 4], [3, 5, 7, 9])
    >>> round(result.statistic, 3), round(result.df, 2), round(result.pvalue, 3)
    (-2.425, 4.41, 0.066)
    """
    x, y = as_vector(x, "x"), as_vector(y, "y")
    m, n = x.size, y.size
    center_x, rest_x, sd_x = _moments(x, "x")
    center_y, rest_y, sd_y = _moments(y, "y")
    # hypot is the root of the sum of squares, without overflow
    if equal_var:
        df = m + n - 2
        sd = math.hypot(math.sqrt(m - 1) * sd_x, math.sqrt(n - 1) * sd_y)
        se = _positive(sd / math.sqrt(df) * math.sqrt(1 / m + 1 / n), "x or y")
    else:
        se_x, se_y = sd_x / math.sqrt(m), sd_y / math.sqrt(n)
        se = _positive(math.hypot(se_x, se_y), "x or y")
        df = 1 / ((se_x / se) ** 4 / (m - 1) + (se_y / se) ** 4 / (n - 1))
    difference = center_x - center_y + (rest_x - rest_y)
    name = "pooled t test" if equal_var else "Welch's t test"
    return _t_result(difference / se, df, difference, se, alternative, level, name)


def f_oneway(*groups):
    """Test of "all groups have one mean": one-way analysis of variance.

    Parameters
    ----------
    *groups : array_like, shapes (n_1,), (n_2,), ...
        Two groups or more, normal with equal variances; n values in all.

    Returns
    -------
    TestResult
        F = variance between group means over variance within groups, its p-value, and
        ``df`` = (k - 1, n - k) for k groups.

    Raises
    ------
    ValueError
        For fewer than two groups, an empty group, no more values than groups, or no
        variation within the groups.
    TypeError
        If a group doesn't hold real numbers.

    Notes
    -----
    For two groups F is the square of the pooled t. O(n).
    Home: 04-statistics/04-hypothesis-testing.ipynb.
    Source: Casella and Berger, *Statistical Inference*, 2nd ed., section 11.2.

    Examples
    --------
    >>> result = f_oneway([1, 2, 3], [2, 3, 4], [6, 7, 8])
    >>> round(result.statistic, 6), result.df, round(result.pvalue, 4)
    (21.0, (2, 6), 0.002)
    """
    if len(groups) < 2:
        raise ValueError(f"f_oneway needs at least two groups, got {len(groups)}")
    groups = [as_vector(group, f"group {i}") for i, group in enumerate(groups)]
    k, n = len(groups), sum(group.size for group in groups)
    if n <= k:
        raise ValueError(f"there must be more values than groups, got {n} and {k}")
    d = np.concatenate(groups)
    d /= _unit(d)
    d -= d.mean()
    between = within = 0.0
    for part in np.split(d, np.cumsum([group.size for group in groups])[:-1]):
        mean = part.mean()
        part -= mean
        between += part.size * mean**2
        within += part @ part
    if _size(d) <= 2 * EPS:
        within = 0.0
    _positive(within, "values within the groups")
    F = float(between / (k - 1) / (within / (n - k)))
    return TestResult(
        statistic=F,
        pvalue=FDist(k - 1, n - k).sf(F),
        df=(k - 1, n - k),
        method="one-way analysis of variance",
    )


def z_test_proportions(k1, n1, k2, n2):
    """Test of "two shares are equal": k1 successes in n1 trials against k2 in n2.

    Parameters
    ----------
    k1, n1, k2, n2 : int
        0 <= k <= n, n at least 1, in each of two independent samples.

    Returns
    -------
    TestResult
        z = (p1 - p2) / se with the pooled share in se, and its two-sided p-value from the
        normal law; ``estimate`` is p1 - p2, ``ci`` its 95 % Wald interval, not pooled.

    Raises
    ------
    ValueError
        If a count is out of range, or all trials came out the same way: then se is 0.
    TypeError
        If a count is not an integer.

    Notes
    -----
    z squared is the chi-square statistic of the 2 x 2 table. Good for counts of about 5 and
    more, otherwise use `fisher_exact`. Home: 04-statistics/04-hypothesis-testing.ipynb.
    Source: Agresti, *Categorical Data Analysis*, 2nd ed., section 3.2.

    Examples
    --------
    >>> result = z_test_proportions(120, 1000, 150, 1000)
    >>> round(result.statistic, 3), round(result.pvalue, 4)
    (-1.963, 0.0496)
    """
    n1, n2 = count(n1, "n1"), count(n2, "n2")
    k1, k2 = successes(k1, n1, "k1", "n1"), successes(k2, n2, "k2", "n2")
    hits, trials = k1 + k2, n1 + n2
    if hits in (0, trials):
        raise ValueError(
            "k1 + k2 must be between 0 and n1 + n2: all trials came out the same way, "
            f"got {hits} of {trials}"
        )
    p1, p2 = k1 / n1, k2 / n2
    pooled = hits / trials * ((trials - hits) / trials)
    difference = (k1 * n2 - k2 * n1) / (n1 * n2)  # integers: no cancellation
    z = difference / math.sqrt(pooled * (1 / n1 + 1 / n2))
    wald = math.sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
    margin = Normal().ppf(0.975) * wald
    return TestResult(
        statistic=z,
        pvalue=2 * Normal().sf(abs(z)),
        estimate=difference,
        ci=Interval(difference - margin, difference + margin, 0.95, "Wald"),
        method="z test of two proportions",
    )


def successes(k, n, name="k", of="n"):
    """``k`` as an int from 0 to n, or an error that says what came instead."""
    k = count(k, name, low=0)
    if k > n:
        raise ValueError(f"{name} must be at most {of} = {n}, got {k}")
    return k


@lru_cache(maxsize=1024)  # many tests ask for the same one
def student_quantile(tail, df):
    """The t that Student's law exceeds with probability ``tail``, for df >= 1: a float.

    `StudentT.ppf` for one number, several times faster: a normal quantile, transformed, then
    steps along the Taylor series of the inverse function, which takes one or two.
    Source of the start: Wallace, "Bounds on normal approximations to Student's and the
    chi-square distributions", Annals of Mathematical Statistics 30 (1959).
    """
    if tail > 0.5:
        return -student_quantile(1 - tail, df)
    law = StudentT(df)
    if df < 3 or tail < 1e-4:  # the start would be too far off
        return -law.ppf(tail)
    z = Normal().ppf(tail) * (8 * df + 3) / (8 * df + 1)
    t = math.sqrt(df * math.expm1(z * z / df))
    for _ in range(10):
        step = (law.sf(t) - tail) / law.pdf(t)
        size = df + t * t
        slope = (df + 1) * t / size  # of -ln pdf
        bend = (df + 1) * (df - t * t) / size**2
        t += step * (1 + step * (slope / 2 + step * (2 * slope**2 + bend) / 6))
        if abs(step) < 5e-4 * t:  # then what is left is below 1e-12
            break
    return t


def _t_result(t, df, estimate, se, alternative, level, method):
    """P-value of t, and the values for ``estimate`` that the same test would not reject."""
    check_alternative(alternative)
    level = in_range(level, "level", 0, 1, closed=(False, False))
    if not math.isfinite(t):
        raise ValueError("values must be smaller: differences of means overflow")
    law = StudentT(df)
    low, high = -math.inf, math.inf
    if alternative == "two-sided":
        pvalue = 2 * law.sf(abs(t))
        margin = student_quantile((1 - level) / 2, df) * se
        low, high = estimate - margin, estimate + margin
    elif alternative == "less":
        pvalue = law.cdf(t)
        high = estimate + student_quantile(1 - level, df) * se
    else:
        pvalue = law.sf(t)
        low = estimate - student_quantile(1 - level, df) * se
    ci = Interval(low, high, level, method)
    return TestResult(t, pvalue, df, estimate, ci, f"{method}, {alternative}")


def _moments(x, name, largest=0.0):
    """Mean, as a float and the rest that it misses, and standard deviation (divisor n - 1).

    The standard deviation is exactly 0 if x is constant up to the rounding of numbers as
    large as x, or ``largest``. Overwrites x, which is a copy of what was given.
    """
    if x.size < 2:
        raise ValueError(f"{name} must have at least 2 values, got {x.size}")
    unit = _unit(x)
    x /= unit
    center = x.mean()
    x -= center
    rest = x.mean()  # 0 but for rounding
    sd = math.sqrt((x @ x - x.size * rest**2) / (x.size - 1))
    if _size(x) <= 2 * EPS * max(1.0, largest / unit):
        sd = 0.0
    return float(center) * unit, float(rest) * unit, sd * unit


def _unit(x):
    """A power of 2 near the largest size: dividing by it is exact, and squares stay tame."""
    size = _size(x)
    if not math.isfinite(size):
        raise ValueError("x - y must be finite: some differences overflow")
    return 2.0 ** (math.frexp(size)[1] - 1)


def _size(x):
    """The largest |x|, without an array of absolute values."""
    return float(max(x.max(), -x.min()))


def _positive(spread, name):
    if spread == 0:
        raise ValueError(f"{name} must vary: all values are equal, up to rounding")
    return spread
