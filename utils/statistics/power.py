"""Power and sample size: how often a test finds an effect that is there."""

import math

from utils._checks import count, in_range
from utils.calculus import gauss_legendre
from utils.probability import ChiSquared, Normal, StudentT


def power_z(delta, sigma, n, alpha=0.05):
    """Power of the two-sided z test: the probability that it rejects if the mean is off by delta.

    Parameters
    ----------
    delta : float
        True mean minus the mean under the null hypothesis.
    sigma : float
        Standard deviation of one value, known and positive.
    n : int
        Sample size, at least 1.
    alpha : float
        Size of the test, in (0, 1).

    Returns
    -------
    float
        Phi(d - z) + Phi(-d - z) with d = delta sqrt(n) / sigma and z = z_{1 - alpha/2}; it
        is alpha at delta = 0.

    Raises
    ------
    ValueError
        If sigma, n or alpha is out of range.

    Notes
    -----
    For a small n, where sigma is estimated, `power_t` is right and this one too large.
    Home: 04-statistics/04-hypothesis-testing.ipynb.
    Source: Casella and Berger, *Statistical Inference*, 2nd ed., section 8.3.1.

    Examples
    --------
    >>> round(power_z(delta=1, sigma=1, n=10), 3)
    0.885
    """
    shift, alpha = _effect(delta, sigma, count(n, "n")), _error_rate(alpha)
    law = Normal()
    z = -law.ppf(alpha / 2)
    return law.cdf(shift - z) + law.cdf(-shift - z)


def power_t(delta, sigma, n, alpha=0.05):
    """Power of the two-sided one-sample t test, where sigma is estimated by s.

    Parameters
    ----------
    delta, sigma, n, alpha : float, float, int, float
        As in `power_z`, with n at least 2; sigma is the true standard deviation.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If sigma, n or alpha is out of range.

    Notes
    -----
    Given s, the test is a z test with limits t s: P(reject) is the mean of
    Phi(d - t s) + Phi(-d - t s) over the law of s/sigma, an integral by Gauss-Legendre,
    within 1e-12. The statistic has a noncentral t law.
    Home: 04-statistics/04-hypothesis-testing.ipynb.
    Source: Lehmann and Romano, *Testing Statistical Hypotheses*, 3rd ed., section 5.2.

    Examples
    --------
    >>> round(power_t(delta=1, sigma=1, n=10), 4)
    0.8031
    """
    n = count(n, "n", low=2)
    shift, alpha = _effect(delta, sigma, n), _error_rate(alpha)
    t = -StudentT(n - 1).ppf(alpha / 2)
    return _beyond(shift, t, n - 1) + _beyond(-shift, t, n - 1)


def sample_size_mean(delta, sigma, alpha=0.05, power=0.8, two_sample=False):
    """Smallest n for which the z test finds a difference of delta in means with this power.

    Parameters
    ----------
    delta : float
        Difference to be found; not 0.
    sigma : float
        Standard deviation of one value, positive.
    alpha : float
        Size of the two-sided test.
    power : float
        Above alpha, below 1.
    two_sample : bool
        Compare two samples instead of one with a known mean.

    Returns
    -------
    int
        (z_{1 - alpha/2} + z_power)^2 sigma^2 / delta^2, rounded up; twice that, in each of
        two samples.

    Raises
    ------
    ValueError
        If delta is 0 or another parameter out of range.

    Notes
    -----
    Leaves out rejections on the wrong side, whose probability is below alpha/2.
    Home: 04-statistics/04-hypothesis-testing.ipynb. Source: as `power_z`.

    Examples
    --------
    >>> sample_size_mean(0.5, 1), sample_size_mean(0.5, 1, two_sample=True)
    (32, 63)
    """
    effect = abs(_effect(delta, sigma, 1))
    if effect == 0:
        raise ValueError("delta must not be 0: no sample is large enough")
    ratio = _quantiles(alpha, power) / effect
    return _rounded_up((2 if two_sample else 1) * ratio * ratio)


def sample_size_proportions(p1, p2, alpha=0.05, power=0.8):
    """Smallest n per arm for which a z test tells the shares p1 and p2 apart.

    Parameters
    ----------
    p1, p2 : float
        In [0, 1], different.
    alpha : float
        Size of the two-sided test.
    power : float
        Above alpha, below 1.

    Returns
    -------
    int
        (z_{1 - alpha/2} + z_power)^2 (p1 (1 - p1) + p2 (1 - p2)) / (p1 - p2)^2, rounded up.

    Raises
    ------
    ValueError
        If p1 = p2 or a parameter is out of range.

    Notes
    -----
    Home: 04-statistics/04-hypothesis-testing.ipynb. Source: Fleiss, Levin and Paik,
    *Statistical Methods for Rates and Proportions*, 3rd ed., chapter 4.

    Examples
    --------
    From a rate of 5 % to one of 5.5 %:

    >>> sample_size_proportions(0.05, 0.055)
    31231
    """
    p1, p2 = in_range(p1, "p1", 0, 1), in_range(p2, "p2", 0, 1)
    if p1 == p2:
        raise ValueError(f"p1 and p2 must differ, got {p1} twice")
    ratio = _quantiles(alpha, power) / (p1 - p2)
    return _rounded_up((p1 * (1 - p1) + p2 * (1 - p2)) * ratio * ratio)


def _effect(delta, sigma, n):
    """delta in standard errors."""
    delta = in_range(delta, "delta", -math.inf, math.inf, closed=(False, False))
    sigma = in_range(sigma, "sigma", 0, math.inf, closed=(False, False))
    return delta / sigma * math.sqrt(n)


def _error_rate(alpha):
    return in_range(alpha, "alpha", 0, 1, closed=(False, False))


def _quantiles(alpha, power):
    """z_{1 - alpha/2} + z_power."""
    alpha = _error_rate(alpha)
    power = in_range(power, "power", alpha, 1, closed=(False, False))
    return Normal().ppf(power) - Normal().ppf(alpha / 2)


def _rounded_up(n):
    if not n < 2**53:
        raise ValueError(f"the difference is too small: {n:.3g} values would be needed")
    return max(1, math.ceil(n))


def _beyond(shift, t, df):
    """P(Z + shift > t S) for a standard normal Z and S^2 = chi-square / df, independent.

    Phi(shift - t s) falls from 1 to 0 within 9/t of s = shift/t, and the density of S is
    negligible beyond 12/sqrt(2 df) from 1: the integral covers what both have in common.
    """
    law, width = ChiSquared(df), 12 / math.sqrt(2 * df)
    low = max((shift - 9) / t, 1 - width, 0.0)
    high = min((shift + 9) / t, 1 + width)
    certain = law.cdf(df * low * low)
    if high <= low:
        return certain

    def integrand(s):
        return Normal().cdf(shift - t * s) * law.pdf(df * s**2) * (2 * df * s)

    return certain + gauss_legendre(integrand, low, high, 100)
