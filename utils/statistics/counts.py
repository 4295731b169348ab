"""Tests of counts: one share, several shares, and tables of two classifications."""

import math
import warnings

import numpy as np

from utils._checks import as_matrix, as_vector, count, in_range
from utils.probability import Binomial, ChiSquared, Hypergeometric
from utils.statistics.intervals import proportion_ci
from utils.statistics.parametric import successes
from utils.statistics.permutation import check_alternative
from utils.statistics.results import TestResult


def binomtest(k, n, p=0.5):
    """Exact test of "each of n trials succeeds with probability p", after k successes.

    Parameters
    ----------
    k, n : int
        0 <= k <= n, n at least 1.
    p : float
        In [0, 1].

    Returns
    -------
    TestResult
        Two-sided ``pvalue``: the probability of all outcomes that are no likelier than k.
        ``statistic`` is k, ``estimate`` k/n and ``ci`` the 95 % interval of Clopper and
        Pearson.

    Raises
    ------
    ValueError
        If k, n or p is out of range.
    TypeError
        If k or n is not an integer.

    Notes
    -----
    Probabilities within 1e-7 of each other count as equal. The law has one peak: beyond it
    bisection finds where the other tail starts, O(log n) probabilities.
    Home: 04-statistics/04-hypothesis-testing.ipynb.
    Source: Agresti, *Categorical Data Analysis*, 2nd ed., section 1.4.

    Examples
    --------
    >>> round(binomtest(9, 10).pvalue, 6)  # 22 of 1024
    0.021484
    """
    n = count(n, "n")
    k = successes(k, n)
    p = in_range(p, "p", 0, 1)
    return TestResult(
        statistic=float(k),
        pvalue=_no_likelier(Binomial(n, p), k, peak=min(math.floor((n + 1) * p), n)),
        estimate=k / n,
        ci=proportion_ci(k, n, method="clopper-pearson"),
        method="exact binomial test",
    )


def chisquare(observed, expected, ddof=0):
    """Pearson's test of "counts come from the expected ones": sum of (O - E)^2 / E.

    Parameters
    ----------
    observed : array_like, shape (k,)
        Counts in k classes, nonnegative.
    expected : array_like, shape (k,)
        Positive, with the same sum.
    ddof : int
        Number of parameters that were estimated from these counts to get ``expected``.

    Returns
    -------
    TestResult
        The statistic, ``df`` = k - 1 - ddof, and the upper tail of the chi-square law.

    Raises
    ------
    ValueError
        For negative counts, expected counts that aren't positive, sums that differ by more
        than 1e-8 of them, lengths that differ, or df below 1.

    Warns
    -----
    RuntimeWarning
        If an expected count is below 5: then the chi-square law is a poor approximation.

    Notes
    -----
    O(k). Home: 04-statistics/04-hypothesis-testing.ipynb.
    Source: Pearson, Philosophical Magazine 50 (1900).

    Examples
    --------
    Mendel's peas, 5474 round and 1850 wrinkled, against 3 to 1:

    >>> result = chisquare([5474, 1850], [5493, 1831])
    >>> round(result.statistic, 4), round(result.pvalue, 4)
    (0.2629, 0.6081)
    """
    observed, expected = (
        _counts(as_vector(observed, "observed")),
        as_vector(expected, "expected"),
    )
    if observed.size != expected.size:
        raise ValueError(
            f"observed and expected must be equally long, got {observed.size} and "
            f"{expected.size}"
        )
    if expected.min() <= 0:
        raise ValueError(f"expected must be positive, got {expected.min()}")
    total = expected.sum()
    if abs(observed.sum() - total) > 1e-8 * total:
        raise ValueError(
            f"observed and expected must have one sum, got {observed.sum()} and {total}"
        )
    observed -= expected  # as_vector copies: the caller's stays
    df = observed.size - 1 - count(ddof, "ddof", low=0)
    if df < 1:
        raise ValueError(
            f"ddof must leave a degree of freedom, got {ddof} for {observed.size} classes"
        )
    return _pearson(observed, expected, df, "chi-square test of fit")


def chi2_contingency(table, correction=False):
    """Pearson's test of independence of the rows and columns of a table of counts.

    Parameters
    ----------
    table : array_like, shape (r, c)
        Counts, r and c at least 2; no row or column of zeros.
    correction : bool
        Yates's correction for 2 x 2 tables: every |O - E| is shortened by 1/2, at most to
        0. (SciPy's default is True.)

    Returns
    -------
    TestResult
        Sum of (O - E)^2 / E with E = row sum * column sum / total, ``df`` = (r - 1)(c - 1),
        and the upper tail of the chi-square law.

    Raises
    ------
    ValueError
        For negative counts, a row or column of zeros, fewer than two rows or columns, or a
        correction of a larger table.

    Warns
    -----
    RuntimeWarning
        If an expected count is below 5: `fisher_exact` needs no approximation.

    Notes
    -----
    O(rc). Home: 04-statistics/04-hypothesis-testing.ipynb.
    Source: Agresti, *Categorical Data Analysis*, 2nd ed., section 3.2.

    Examples
    --------
    >>> result = chi2_contingency([[10, 20], [30, 20]])
    >>> round(result.statistic, 4), result.df, round(result.pvalue, 4)
    (5.3333, 1, 0.0209)
    """
    table = _counts(as_matrix(table, "table"), "table")
    rows, columns = _margins(table)
    expected = rows[:, None] * (columns / table.sum())
    difference = table - expected
    df = (rows.size - 1) * (columns.size - 1)
    if correction:
        if df != 1:
            raise ValueError(f"correction is for 2 x 2 tables, got shape {table.shape}")
        shorter = np.maximum(np.abs(difference) - 0.5, 0.0)
        difference = np.copysign(shorter, difference)
    return _pearson(difference, expected, df, "chi-square test of independence")


def fisher_exact(table, alternative="two-sided"):
    """Fisher's exact test of independence in a 2 x 2 table, given its margins.

    Parameters
    ----------
    table : array_like of int, shape (2, 2)
        [[a, b], [c, d]], nonnegative; no row or column of zeros.
    alternative : {"two-sided", "less", "greater"}
        What the odds ratio may be instead of 1. Two-sided sums the probabilities of all
        tables that are no likelier than this one.

    Returns
    -------
    TestResult
        ``statistic`` and ``estimate`` are the odds ratio of the sample, ad/(bc), which may
        be ``inf``.

    Raises
    ------
    ValueError
        For another shape, counts that aren't nonnegative integers, or a row or column of
        zeros: then every table with these margins is the same.

    Notes
    -----
    Under independence a follows the hypergeometric law. Probabilities within 1e-7 of each
    other count as equal. Home: 04-statistics/04-hypothesis-testing.ipynb.
    Source: Agresti, *Categorical Data Analysis*, 2nd ed., section 3.5.

    Examples
    --------
    Which four of eight cups had milk first? Three guessed right:

    >>> round(fisher_exact([[3, 1], [1, 3]], alternative="greater").pvalue, 6)  # 17/70
    0.242857
    """
    check_alternative(alternative)
    table = _counts(as_matrix(table, "table"), "table")
    if table.shape != (2, 2):
        raise ValueError(f"table must have shape (2, 2), got {table.shape}")
    if (table != np.floor(table)).any():
        raise ValueError(f"table must hold integers, got {table.tolist()}")
    rows, columns = _margins(table)
    (a, b), (c, d) = table.tolist()
    K, n, N = int(rows[0]), int(columns[0]), int(table.sum())
    law = Hypergeometric(N, K, n)
    if alternative == "less":
        pvalue = law.cdf(a)
    elif alternative == "greater":
        pvalue = law.sf(a - 1)
    else:
        pvalue = _no_likelier(law, int(a), peak=(n + 1) * (K + 1) // (N + 2))
    odds_ratio = a * d / (b * c) if b * c else math.inf
    return TestResult(
        statistic=odds_ratio,
        pvalue=min(1.0, pvalue),
        estimate=odds_ratio,
        method=f"Fisher's exact test, {alternative}",
    )


def _pearson(difference, expected, df, method):
    smallest = expected.min()
    if smallest < 5:
        warnings.warn(
            f"an expected count is {smallest:.3g}, below 5: the chi-square law is a "
            "poor approximation",
            RuntimeWarning,
            stacklevel=3,
        )
    statistic = float((difference / expected).ravel() @ difference.ravel())
    return TestResult(statistic, ChiSquared(df).sf(statistic), df, method=method)


def _no_likelier(law, k, peak):
    """P(an outcome no likelier than k), for an integer law that rises to its peak and falls.

    That is the tail from k outward, and the other tail from the first outcome beyond the
    peak that is as unlikely as k.
    """
    low, high = (int(end) for end in law.support)
    limit = law.logpmf(k) + 1e-7
    if law.logpmf(peak) <= limit:
        return 1.0
    inside, outside = (peak, high + 1) if k < peak else (peak, low - 1)
    while abs(outside - inside) > 1:
        middle = (inside + outside) // 2
        if law.logpmf(middle) <= limit:
            outside = middle
        else:
            inside = middle
    left, right = (k, outside) if k < peak else (outside, k)
    return min(1.0, law.cdf(left) + law.sf(right - 1))


def _counts(x, name="observed"):
    if x.min() < 0:
        raise ValueError(f"{name} must hold counts, nonnegative, got {x.min()}")
    return x


def _margins(table):
    """Sums of the rows and of the columns, all positive, two or more of each."""
    if min(table.shape) < 2:
        raise ValueError(
            f"table must have two rows and columns or more, got shape {table.shape}"
        )
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    if min(rows.min(), columns.min()) == 0:
        raise ValueError("table must not have a row or column of zeros")
    return rows, columns
