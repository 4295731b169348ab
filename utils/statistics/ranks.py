"""Tests of whole distributions and of ranks, and many p-values at a time."""

import math

import numpy as np

from utils._checks import as_float, as_vector
from utils.probability import Normal
from utils.special import log_binom
from utils.special.gamma import delta
from utils.statistics.results import TestResult

LARGE = 10_000  # beyond it, limit laws instead of exact ones


def kstest(x, cdf):
    """Kolmogorov-Smirnov test of "x is a sample of this continuous law".

    Parameters
    ----------
    x : array_like, shape (n,)
    cdf : callable
        The distribution function, vectorized: ``Normal(0, 1).cdf``. It must not have been
        fitted to x: then p would be far too large (Lilliefors).

    Returns
    -------
    TestResult
        ``statistic`` is the largest distance between ``cdf`` and the empirical cdf; its
        two-sided p-value is exact up to n = 10 000, and Kolmogorov's limit beyond.

    Raises
    ------
    ValueError
        If x is empty or not finite, or ``cdf`` gives something else than n numbers in [0, 1].

    Notes
    -----
    O(n log n), and for the exact p a matrix power of size 2 n d, d the statistic.
    Home: 04-statistics/04-hypothesis-testing.ipynb.
    Source: Marsaglia, Tsang and Wang, "Evaluating Kolmogorov's distribution", Journal of
    Statistical Software 8 (2003); Smirnov's sum for its tail as in Simard and L'Ecuyer, the
    same journal 39 (2011).

    Examples
    --------
    >>> result = kstest([0.1, 0.4, 0.7], lambda x: x)  # against the uniform law
    >>> round(result.statistic, 3), round(result.pvalue, 3)
    (0.3, 0.886)
    """
    x = np.sort(as_vector(x))
    n = x.size
    F = as_float(cdf(x), "cdf(x)")
    if F.shape != x.shape:
        raise ValueError(
            f"cdf must return one number per value, shape ({n},), got {F.shape}"
        )
    if not ((F >= 0) & (F <= 1)).all():
        raise ValueError("cdf must return numbers in [0, 1]")
    steps = np.arange(n + 1) / n  # of the empirical cdf
    d = float(max((steps[1:] - F).max(), (F - steps[:-1]).max()))
    return TestResult(d, float(_kolmogorov_sf(d, n)), method="Kolmogorov-Smirnov test")


def ks_2samp(x, y):
    """Kolmogorov-Smirnov test of "two samples come from one distribution".

    Parameters
    ----------
    x, y : array_like, shapes (m,) and (n,)

    Returns
    -------
    TestResult
        ``statistic`` is the largest distance between the two empirical cdfs. The two-sided
        p-value is exact where neither sample has more than 10 000 values: the share of all
        relabelings with a distance as large, ties as they are. (SciPy's exact p takes no
        notice of ties and is then too large.) Beyond, Kolmogorov's limit.

    Raises
    ------
    ValueError
        If a sample is empty or not finite.

    Notes
    -----
    A relabeling is a path on a grid, one step right for each x and one up for each y, in
    sorted order; q(i, j) = P(a random path to (i, j) strays as far as d) satisfies
    q(i, j) = (i q(i - 1, j) + j q(i, j - 1)) / (i + j). O(mn), one diagonal at a time.
    Home: 04-statistics/04-hypothesis-testing.ipynb.
    Source: Hodges, "The significance probability of the Smirnov two-sample test", Arkiv för
    Matematik 3 (1958); Schröer and Trenkler, Computational Statistics & Data Analysis 20
    (1995), for ties.

    Examples
    --------
    >>> result = ks_2samp([1, 2, 3], [4, 5, 6])  # 2 of 20 relabelings
    >>> result.statistic, round(result.pvalue, 6)
    (1.0, 0.1)
    """
    x, y = np.sort(as_vector(x, "x")), np.sort(as_vector(y, "y"))
    m, n = x.size, y.size
    values, counts = np.unique(np.concatenate([x, y]), return_counts=True)
    below_x = np.searchsorted(x, values, side="right")
    below_y = np.searchsorted(y, values, side="right")
    gap = int(np.abs(below_x * n - below_y * m).max())  # d m n, an integer
    if max(m, n) <= LARGE:
        pvalue = _share_of_paths(m, n, gap, np.cumsum(counts))
    else:
        pvalue = _kolmogorov_limit(gap / (m * n) * math.sqrt(m / (m + n) * n))
    return TestResult(
        gap / (m * n), pvalue, method="two-sample Kolmogorov-Smirnov test"
    )


def mannwhitneyu(x, y):
    """Mann-Whitney test (Wilcoxon's rank-sum test) of "neither sample tends to be larger".

    Parameters
    ----------
    x, y : array_like, shapes (m,) and (n,)

    Returns
    -------
    TestResult
        ``statistic`` U counts the pairs with x > y, ties as 1/2; ``estimate`` = U/(mn) is
        the probability of such a pair (the area under a ROC curve). The two-sided p-value
        is exact if the smaller sample has at most 8 values and nothing is tied, else from
        the normal law, with corrections for ties and for continuity (as SciPy does).

    Raises
    ------
    ValueError
        If a sample is empty or not finite.

    Notes
    -----
    O((m + n) log(m + n)). Home: 04-statistics/04-hypothesis-testing.ipynb.
    Source: Mann and Whitney, "On a test of whether one of two random variables is
    stochastically larger than the other", Annals of Mathematical Statistics 18 (1947).

    Examples
    --------
    >>> result = mannwhitneyu([1, 2, 4], [3, 5, 6])
    >>> result.statistic, round(result.pvalue, 6)
    (1.0, 0.2)
    """
    x, y = as_vector(x, "x"), np.sort(as_vector(y, "y"))
    m, n = x.size, y.size
    below, up_to = (np.searchsorted(y, x, side=side) for side in ("left", "right"))
    U = float(below.sum() + up_to.sum()) / 2
    smaller = min(U, m * n - U)
    ties = np.unique(np.concatenate([x, y]), return_counts=True)[1]
    if min(m, n) <= 8 and ties.max() == 1:
        ways = _pairs_won(m, n, int(smaller))
        pvalue = 2 * ways.sum() / math.comb(m + n, m)
    else:
        pvalue = _normal_tail(smaller, m, n, ties)
    return TestResult(
        U, min(1.0, float(pvalue)), estimate=U / (m * n), method="Mann-Whitney test"
    )


def adjust_pvalues(p, method):
    """P-values corrected for the number of tests: reject where they are at most alpha.

    Parameters
    ----------
    p : array_like, shape (m,)
        In [0, 1].
    method : {"bonferroni", "holm", "bh"}
        ``"bonferroni"`` and ``"holm"`` hold the probability of any false rejection below
        alpha, and Holm's rejects at least as much; ``"bh"``, of Benjamini and Hochberg,
        holds the expected share of false rejections below alpha, for independent tests.

    Returns
    -------
    ndarray, shape (m,)
        In the order of p, never below p, at most 1.

    Raises
    ------
    ValueError
        If some p is outside [0, 1], or the method is unknown.

    Notes
    -----
    O(m log m). Home: 04-statistics/04-hypothesis-testing.ipynb.
    Source: Holm, Scandinavian Journal of Statistics 6 (1979); Benjamini and Hochberg,
    "Controlling the false discovery rate", Journal of the Royal Statistical Society B 57
    (1995).

    Examples
    --------
    >>> adjust_pvalues([0.01, 0.04, 0.03], "holm")
    array([0.03, 0.06, 0.06])
    """
    p = as_vector(p, "p")
    if p.min() < 0 or p.max() > 1:
        raise ValueError(f"p must be in [0, 1], got values {p.min()} to {p.max()}")
    m = p.size
    order = np.argsort(p, kind="stable")
    rising = p[order]
    if method == "bonferroni":
        adjusted = m * rising
    elif method == "holm":  # step down: the i-th smallest among the m - i that are left
        adjusted = np.maximum.accumulate((m - np.arange(m)) * rising)
    elif method == "bh":  # step up: i p-values are at most the i-th smallest
        adjusted = m / np.arange(1, m + 1) * rising
        adjusted = np.minimum.accumulate(adjusted[::-1])[::-1]
    else:
        raise ValueError(f'method must be "bonferroni", "holm" or "bh", got {method!r}')
    out = np.empty(m)
    out[order] = np.minimum(adjusted, 1.0)
    return out


def _kolmogorov_sf(d, n):
    """P(D >= d) for n values of the law that is tested."""
    if d >= 0.5 or n * d * d > 4:  # both signs at once: never, or with odds of 1e-10
        return 2 * _smirnov_sf(d, n)
    if n > LARGE:
        return _kolmogorov_limit(math.sqrt(n) * d)
    return max(0.0, 1 - _kolmogorov_cdf(d, n))


def _kolmogorov_cdf(d, n):
    """P(D < d) = n!/n^n times the middle entry of the n-th power of a matrix.

    Divided by e, the power doesn't overflow, and n!/n^n e^n is Stirling's sqrt(2 pi n) up to
    its remainder.
    """
    k = math.floor(n * d) + 1
    h, size = k - n * d, 2 * k - 1
    places = np.arange(size)
    lag = places[:, None] - places + 1
    H = (lag >= 0).astype(float)
    H[:, 0] -= h ** (places + 1)
    H[-1] -= h ** (size - places)
    H[-1, 0] += max(0.0, 2 * h - 1) ** size
    H *= np.cumprod(np.append(1.0, 1 / (places + 1.0)))[lag.clip(0)]  # 1/lag!
    power = np.linalg.matrix_power(H / math.e, n)
    return math.sqrt(2 * math.pi * n) * math.exp(delta(float(n))) * power[k - 1, k - 1]


def _smirnov_sf(d, n):
    """P(D+ >= d) for the one-sided distance: a sum of positive terms."""
    j = np.arange(math.ceil(n * (1 - d)))  # j/n + d < 1
    p = d + j / n
    with np.errstate(divide="ignore"):
        logs = (j - 1) * np.log(p) + (n - j) * np.log(np.maximum(1 - p, 0.0))
    return d * float(np.exp(log_binom(n, j) + logs).sum())


def _kolmogorov_limit(z):
    """P(sqrt(n) D >= z) as n grows: Kolmogorov's series, or its mirror image for small z."""
    if z < 1:
        odd = (2 * np.arange(1, 5) - 1) * math.pi / max(z, 1e-3)
        return 1 - math.sqrt(2 * math.pi) / max(z, 1e-3) * float(
            np.exp(-(odd**2) / 8).sum()
        )
    k = np.arange(1, 6)
    return 2 * float(((-1.0) ** (k - 1) * np.exp(-2 * (k * z) ** 2)).sum())


def _share_of_paths(m, n, gap, ends):
    """P(a random path from (0, 0) to (m, n) has |i n - j m| >= gap at one of its ``ends``).

    Ends are the numbers of steps after which no tie is cut in two. q holds a diagonal, s
    steps from the start; it is 1 but for the i from first to last, near the straight path.
    """
    counts = np.zeros(m + n + 1, dtype=bool)
    counts[ends] = True
    right = np.arange(m + 1.0)  # the numbers i of steps right
    q = np.ones(m + 2)  # q[i + 1] belongs to i, and q[0] gets the weight 0
    q[1], first, last = 0.0, 0, 0
    for s in range(1, m + n + 1):
        first, last = max(first, s - n), min(last + 1, m)
        i, here = right[first : last + 1], slice(first + 1, last + 2)
        q[here] = ((s - i) * q[here] + i * q[first : last + 1]) / s
        if counts[s]:
            low = (s * m - gap) // (m + n) + 1  # those with |i (m + n) - s m| < gap
            high = -((-s * m - gap) // (m + n)) - 1
            q[first + 1 : max(low, first) + 1] = 1.0
            q[min(high, last) + 2 : last + 2] = 1.0
            first, last = max(low, first), min(high, last)
            if first > last:
                return 1.0
    return float(q[-1])


def _pairs_won(m, n, most):
    """Number of the comb(m + n, m) orders of two samples in which x wins 0, ..., most pairs.

    They are the coefficients of the product of (1 - q^(N - k + i)) / (1 - q^i) for i up to
    k = min(m, n), N = m + n: multiply and divide power series, factor by factor.
    """
    k = min(m, n)
    ways = np.zeros(most + 1)
    ways[0] = 1.0
    for i in range(1, k + 1):
        up = m + n - k + i
        ways[up:] -= ways[: max(0, most + 1 - up)].copy()
        for first in range(i):
            ways[first::i] = np.cumsum(ways[first::i])
    return ways


def _normal_tail(smaller, m, n, ties):
    """Two-sided p-value of U by the normal law; tied values make its variance smaller."""
    N, t = m + n, ties.astype(float)
    shortened = (t * (t * t - 1)).sum() / (N * (N - 1))
    sd = math.sqrt(m * n / 12 * max(0.0, N + 1 - shortened))
    distance = m * n / 2 - smaller - 0.5  # continuity: U moves in steps of 1
    return 2 * Normal().sf(distance / sd) if distance > 0 and sd > 0 else 1.0
