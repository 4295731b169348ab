"""The gamma function in logarithms, its derivatives, and what is made of it.

delta(x) is what Stirling's formula leaves over:
ln Gamma(x) = (x - 1/2) ln x - x + ln(2 pi)/2 + delta(x).
"""

import math

import numpy as np

from utils import _checks
from utils.special.pieces import (
    elementwise,
    integers,
    nonnegative,
    piecewise,
    polynomial,
    positive,
)

LOG_2PI = math.log(2 * math.pi)

# zeta(k) - 1 for k = 2, 3, ..., 29
_ZETA_MINUS_1 = (
    0.6449340668482264, 0.2020569031595943, 0.08232323371113819, 0.03692775514336993,
    0.01734306198444914, 0.008349277381922827, 0.00407735619794434,
    0.0020083928260822143, 0.0009945751278180853, 0.0004941886041194645,
    0.0002460865533080483, 0.00012271334757848915, 6.124813505870483e-05,
    3.058823630702049e-05, 1.528225940865187e-05, 7.637197637899763e-06,
    3.81729326499984e-06, 1.908212716553939e-06, 9.539620338727962e-07,
    4.769329867878064e-07, 2.38450502727733e-07, 1.1921992596531106e-07,
    5.960818905125948e-08, 2.980350351465228e-08, 1.4901554828365043e-08,
    7.45071178983543e-09, 3.725334024788457e-09, 1.862659723513049e-09,
)  # fmt: skip

# ln Gamma(2 + z)/z by powers of z: 1 - gamma, (zeta(2) - 1)/2, -(zeta(3) - 1)/3, ...
_TAYLOR_AT_2 = (1 - 0.5772156649015329,) + tuple(
    (-1) ** k * value / k for k, value in enumerate(_ZETA_MINUS_1, start=2)
)

# B_2, B_4, ..., B_16, and with them the series of delta, digamma and trigamma in 1/x^2
_BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510)
_DELTA = tuple(B / (2 * k * (2 * k - 1)) for k, B in enumerate(_BERNOULLI, start=1))
_DIGAMMA = tuple(-B / (2 * k) for k, B in enumerate(_BERNOULLI, start=1))


def gammaln(x):
    """Logarithm of the gamma function, ln Gamma(x), for x >= 0.

    Parameters
    ----------
    x : array_like, any shape
        Nonnegative; ``inf`` comes out at 0 and at infinity.

    Returns
    -------
    float or ndarray, shape of ``x``

    Raises
    ------
    ValueError
        If some x is negative.

    Notes
    -----
    Home: 03-probability/03-probability-distributions.ipynb. O(1) a point. From 10 on by
    Stirling's series; below, the recurrence Gamma(x + 1) = x Gamma(x) leads to
    [3/2, 5/2], where the Taylor series at 2 has the coefficients (zeta(k) - 1)/k.

    References
    ----------
    NIST Digital Library of Mathematical Functions, 5.7.3 and 5.11.1.

    Examples
    --------
    >>> round(gammaln(5), 12) == round(float(np.log(24)), 12)
    True
    """
    return elementwise(_gammaln, x=nonnegative(x, "x"))


def log_factorial(n):
    """ln n! for integers n >= 0, elementwise: `gammaln` of n + 1.

    Raises `ValueError` if some n is negative or not an integer. O(1) a point.
    Home: 03-probability/03-probability-distributions.ipynb.

    >>> round(log_factorial(10), 10) == round(math.log(3628800), 10)
    True
    """
    return elementwise(lambda n: _gammaln(n + 1), n=integers(nonnegative(n, "n"), "n"))


def log_binom(n, k):
    """Logarithm of the binomial coefficient "n choose k"; ``-inf`` outside 0 <= k <= n.

    Integers n >= 0 and k, which broadcast; `ValueError` if some n is negative or some n or
    k is not an integer. -ln(n + 1) - ln B(n - k + 1, k + 1), which is accurate at any
    size. O(1) a point. Home: 03-probability/03-probability-distributions.ipynb.

    >>> round(log_binom(2000, 1000), 8)
    1382.26799354
    """
    n = integers(nonnegative(n, "n"), "n")
    k = integers(_checks.as_float(k, "k"), "k")
    return elementwise(_log_binom, n=n, k=k)


def betaln(a, b):
    """Logarithm of the beta function, ln B(a, b) = ln(Gamma(a) Gamma(b) / Gamma(a + b)).

    Arguments broadcast; both must be positive (`ValueError`). Stirling's forms are
    subtracted on paper, so nothing cancels when a is huge and b is small: at a = 1e8 and
    b = 1/2 the difference of three `gammaln` is wrong in the seventh digit.
    Home: 03-probability/03-probability-distributions.ipynb. O(1) a point.

    >>> round(betaln(1e8, 0.5), 6)
    -8.637975
    """
    return elementwise(_betaln, a=positive(a, "a"), b=positive(b, "b"))


def digamma(x):
    """Digamma function psi(x), the derivative of ln Gamma(x), for x > 0.

    Elementwise; `ValueError` if some x <= 0. The recurrence psi(x) = psi(x + 1) - 1/x up to
    x >= 10, then the asymptotic series with 8 terms. Accurate to 1e-15, relative or, next
    to the root at 1.4616, absolute. O(1) a point. Home: 04-statistics/03-estimation.ipynb.

    Source: NIST Digital Library of Mathematical Functions, 5.5.2 and 5.11.2.

    >>> round(digamma(1), 10)  # minus Euler's constant
    -0.5772156649
    """
    return elementwise(raw_digamma, x=positive(x, "x"))


def trigamma(x):
    """Trigamma function psi'(x), the second derivative of ln Gamma(x), for x > 0.

    Elementwise; `ValueError` if some x <= 0. Recurrence and asymptotic series as in
    `digamma`. O(1) a point. Home: 04-statistics/03-estimation.ipynb.

    Source: NIST Digital Library of Mathematical Functions, 5.15.5 and 5.15.8.

    >>> round(trigamma(1), 10) == round(math.pi**2 / 6, 10)
    True
    """
    return elementwise(_trigamma, x=positive(x, "x"))


def _gammaln(x):
    return piecewise([(x >= 10, _gammaln_large), (x < 10, _gammaln_small)], x)


def _gammaln_large(x):
    return (x - 0.5) * (np.log(x) - 1) + 0.5 * (LOG_2PI - 1) + delta_series(x)


def _gammaln_small(x):
    """ln Gamma(x) for 0 <= x < 10."""
    pieces = [
        (x >= 1.5, _gammaln_middle),
        ((x >= 0.5) & (x < 1.5), lambda x: _gammaln_near_2(x - 1) - np.log(x)),
        (x < 0.5, lambda x: _gammaln_near_2(x) - np.log1p(x) - np.log(x)),
    ]
    return piecewise(pieces, x)


def _gammaln_middle(x):
    """ln((x - 1)(x - 2)...(2 + z)) + ln Gamma(2 + z), with z in [-1/2, 1/2)."""
    steps = np.floor(x - 1.5)
    product = 1 + 0 * x
    for k in range(1, 9):
        product *= 1 + (x - (k + 1)) * (k <= steps)  # x - k, or 1
    return np.log(product) + _gammaln_near_2(x - steps - 2)


def _gammaln_near_2(z):
    """ln Gamma(2 + z) for |z| <= 1/2."""
    return z * polynomial(_TAYLOR_AT_2, z)


def gammaln1p(a):
    """ln Gamma(1 + a) for 0 < a < 1, accurate where it is tiny."""
    pieces = [
        (a < 0.5, lambda a: _gammaln_near_2(a) - np.log1p(a)),
        (a >= 0.5, lambda a: _gammaln_near_2(a - 1)),
    ]
    return piecewise(pieces, a)


def delta(x):
    """delta(x) for x > 0: the remainder of Stirling's formula."""
    return piecewise([(x >= 10, delta_series), (x < 10, _delta_small)], x)


def delta_series(x):
    return polynomial(_DELTA, 1 / (x * x)) / x


def _delta_small(x):
    """Up to x + 10, by delta(x) = delta(x + 1) + (x + 1/2) ln(1 + 1/x) - 1."""
    total = delta_series(x + 10)
    for k in range(9, -1, -1):
        total += (x + (k + 0.5)) * np.log1p(1 / (x + k)) - 1
    return total


def _log_binom(n, k):
    def inside(n, k):
        return -np.log(n + 1) - _betaln(n - k + 1, k + 1)

    pieces = [
        ((k > 0) & (k < n), inside),
        ((k < 0) | (k > n), lambda n, k: -np.inf + 0 * n),
    ]
    return piecewise(pieces, n, k, other=0 * (n + k))


def _betaln(a, b):
    a, b = np.maximum(a, b), np.minimum(a, b)
    pieces = [
        (b >= 10, _betaln_both_large),
        ((a >= 10) & (b < 10), _betaln_one_large),
        (a < 10, lambda a, b: _gammaln(a) + _gammaln(b) - _gammaln(a + b)),
    ]
    return piecewise(pieces, a, b)


def _betaln_both_large(a, b):
    """ln B(a, b), a >= b >= 10."""
    ratio = b / a
    remainders = delta_series(a) + delta_series(b) - delta_series(a + b)
    main = b * np.log(ratio / (1 + ratio)) - (a - 0.5) * np.log1p(ratio)
    return main + 0.5 * (LOG_2PI - np.log(b)) + remainders


def _betaln_one_large(a, b):
    """ln Gamma(b) - ln(Gamma(a + b) / Gamma(a)), a >= 10."""
    main = (a - 0.5) * np.log1p(b / a) + b * (np.log(a + b) - 1)
    return _gammaln_small(b) - (main + delta_series(a + b) - delta_series(a))


def raw_digamma(x):
    def series(x):
        t = 1 / (x * x)
        return np.log(x) - 0.5 / x + t * polynomial(_DIGAMMA, t)

    def shifted(x):
        steps = sum(1 / (x + k) for k in range(9, -1, -1))
        return series(x + 10) - steps

    return piecewise([(x >= 10, series), (x < 10, shifted)], x)


def _trigamma(x):
    def series(x):
        t = 1 / (x * x)
        return 1 / x + 0.5 * t + t / x * polynomial(_BERNOULLI, t)

    def shifted(x):
        return series(x + 10) + sum((x + k) ** -2.0 for k in range(9, -1, -1))

    return piecewise([(x >= 10, series), (x < 10, shifted)], x)
