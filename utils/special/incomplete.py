"""The regularized incomplete gamma and beta functions.

Both are a kernel, like x^a e^(-x)/Gamma(a), times a series, a fraction or an integral of
moderate size. The kernel is exp of large terms that cancel; with delta(x) of `gamma` and
ell(z) = ln(1 + z) - z, they have canceled on paper, and so can't in floating point.
"""

import math

import numpy as np

from utils import _checks
from utils.special.gamma import LOG_2PI, delta, gammaln1p, raw_digamma
from utils.special.pieces import (
    elementwise,
    flip,
    fraction,
    integral,
    iterate,
    nonnegative,
    parameter,
    piecewise,
    polynomial,
    swap,
)

# 2/3, 2/5, ..., 2/33: 2 artanh(s) - 2 s by odd powers of s
_ELL = tuple(2 / k for k in range(3, 35, 2))


def gammainc(a, x):
    """Regularized lower incomplete gamma function P(a, x): the cdf of a Gamma(a) law at x.

    Parameters
    ----------
    a : array_like
        Shape, in [1e-100, 1e100].
    x : array_like
        Nonnegative; ``a`` and ``x`` broadcast.

    Returns
    -------
    float or ndarray

    Raises
    ------
    ValueError
        If a is outside [1e-100, 1e100], or x is negative.

    See Also
    --------
    gammaincc : the complement Q(a, x) = 1 - P(a, x), accurate where that is tiny.

    Notes
    -----
    Home: 03-probability/03-probability-distributions.ipynb. A power series for
    x < a + 1, a continued fraction for the complement beyond: O(sqrt(a)) terms near
    x = a, few elsewhere. For a > 500 the tail integral itself, by 32 Gauss-Legendre nodes
    on the stretch that matters, whatever a is.

    References
    ----------
    NIST Digital Library of Mathematical Functions, 8.7.1, 8.7.3 and 8.9.2. W. H. Press et
    al., "Numerical Recipes" (3rd ed. 2007), 6.2.1, for the quadrature.

    Examples
    --------
    >>> round(gammainc(1, 2), 12) == round(1 - float(np.exp(-2)), 12)
    True
    """
    return _gammainc_checked(a, x, complement=False)


def gammaincc(a, x):
    """Complement Q(a, x) = 1 - P(a, x) of `gammainc`, accurate where it is tiny.

    Same arguments, errors, method and cost.
    Home: 03-probability/03-probability-distributions.ipynb.

    >>> f"{gammaincc(1, 100):.10e}" == f"{np.exp(-100):.10e}"
    True
    """
    return _gammainc_checked(a, x, complement=True)


def betainc(a, b, x):
    """Regularized incomplete beta function I_x(a, b): the cdf of a Beta(a, b) law at x.

    Parameters
    ----------
    a, b : array_like
        In [1e-100, 1e100].
    x : array_like
        In [0, 1]. The three broadcast.

    Returns
    -------
    float or ndarray

    Raises
    ------
    ValueError
        If a or b is outside [1e-100, 1e100], or x outside [0, 1].

    See Also
    --------
    betaincc : the complement 1 - I_x(a, b), accurate where that is tiny.

    Notes
    -----
    Home: 04-statistics/03-estimation.ipynb. The tail on x's side of the mean is computed,
    the other is its complement: I_x(a, b) = 1 - I_{1-x}(b, a). The tail is
    x^a (1 - x)^b / B(a, b) divided by a continued fraction, which takes
    O(sqrt(max(a, b))) terms near the mean and a few elsewhere. If a and b are above 500,
    the tail integral itself by quadrature, as in `gammainc`.

    References
    ----------
    A. R. DiDonato and A. H. Morris, "Algorithm 708: Significant digit computation of the
    incomplete beta function ratios", ACM TOMS 18 (1992), the fraction BFRAC.

    Examples
    --------
    >>> round(betainc(2, 3, 0.5), 12)
    0.6875
    """
    return _betainc_checked(a, b, x, complement=False)


def betaincc(a, b, x):
    """Complement 1 - I_x(a, b) of `betainc`, accurate where it is tiny.

    Same arguments, errors, method and cost. Home: 04-statistics/03-estimation.ipynb.

    >>> round(betaincc(2, 3, 0.5), 12)
    0.3125
    """
    return _betainc_checked(a, b, x, complement=True)


# The incomplete gamma function -----------------------------------------------------------


def _gammainc_checked(a, x, complement):
    a, x = parameter(a, "a"), nonnegative(x, "x")
    peak = elementwise(log_gamma_peak, a=a)
    return elementwise(lambda *v: _gammainc(*v, complement), a=a, x=x, peak=peak)


def _gammainc(a, x, peak, complement):
    edge = 0 * a + np.sign(x)  # right at 0, infinity and NaN
    inside = (x > 0) & (x < 1e5 * (1 + a))  # further out Q is below the smallest float
    large = inside & (a > 500)
    series = inside & (a <= 500) & (x < 1 + a * (a >= 1))
    pieces = [
        (large, lambda *v: _gammainc_large(*v, complement)),
        (series & (a < 1), lambda *v: _gammainc_small(*v, complement)),
        (series & (a >= 1), lambda *v: _gammainc_series(*v, complement)),
        (inside & ~large & ~series, lambda *v: _gammainc_fraction(*v, complement)),
    ]
    return piecewise(pieces, a, x, peak, other=1 - edge if complement else edge)


def _gammainc_small(a, x, peak, complement):
    """For a < 1 and x < 1: the complement by itself, as P is nearly 1 when a is tiny."""
    log_factor = a * np.log(x) - gammaln1p(a)
    power, rest = 1 + 0 * x, 0 * x
    for n in range(1, 19):
        power *= -x / n
        rest -= a * power / (a + n)
    if complement:
        return np.exp(log_factor) * rest - np.expm1(log_factor)
    return np.exp(log_factor) * (1 - rest)


def _gammainc_series(a, x, peak, complement):
    """P(a, x) = x^a e^(-x)/Gamma(a + 1) (1 + x/(a + 1) + x^2/((a + 1)(a + 2)) + ...)."""

    def step(n, total, term, a, x):
        term = term * (x / (a + n))
        return (total + term, term, a, x), term / total

    one = 1 + 0 * x
    P = np.exp(log_gamma_kernel(a, x, x - a, peak)) / a * iterate(step, one, one, a, x)
    return 1 - P if complement else P


def _gammainc_fraction(a, x, peak, complement):
    """Q(a, x) = x^a e^(-x)/Gamma(a) / (x + 1 - a + 1 (a - 1)/(x + 3 - a + ...))."""

    def terms(m, a, x):
        return m * (a - m), x - a + (2 * m + 1)

    kernel = np.exp(log_gamma_kernel(a, x, x - a, peak))
    Q = kernel / fraction(terms, x - a + 1, a, x)
    return Q if complement else 1 - Q


def _gammainc_large(a, x, peak, complement):
    """The tail on x's side of a, with t = x (1 + s): an integral over s by quadrature."""
    d = x - a
    side = np.copysign(1.0, d)
    slope = side * (d + 1)

    def exponent(s):
        return (a - 1) * _ell_series(side * s, 10) - slope * s

    kernel = np.exp(log_gamma_kernel(a, x, d, peak))
    tail = kernel * integral(exponent, slope, a - 1)
    return flip(tail, side < 0 if complement else side > 0)


def log_gamma_kernel(a, x, d, peak):
    """ln(x^a e^(-x) / Gamma(a)), given d = x - a and the value at d = 0."""
    return a * _ell(d / a, x / a) + peak


def log_gamma_peak(a):
    """ln(a^a e^(-a) / Gamma(a))."""
    return 0.5 * (np.log(a) - LOG_2PI) - delta(a)


def _ell(z, ratio):
    """ell(z) = ln(1 + z) - z, without cancellation at small z, given z and ratio = 1 + z."""
    nearest = (z >= -0.3) & (z <= 0.4)
    if nearest.all():
        return _ell_series(z, 10)
    near = (z >= -0.5) & (z <= 1)
    pieces = [
        (nearest, lambda z, ratio: _ell_series(z, 10)),
        (near & ~nearest, lambda z, ratio: _ell_series(z, 16)),
        (~near, lambda z, ratio: np.log(ratio) - z),
    ]
    return piecewise(pieces, z, ratio)


def _ell_series(z, terms):
    """ell(z) near 0: 16 terms reach the last digit in [-0.5, 1], 10 terms in [-0.3, 0.4].

    With s = z/(2 + z), ln(1 + z) = 2 (s + s^3/3 + s^5/5 + ...) and z - 2 s = s z.
    """
    s = z / (2 + z)
    square = s * s
    return s * (square * polynomial(_ELL[:terms], square) - z)


# The incomplete beta function ------------------------------------------------------------


def _betainc_checked(a, b, x, complement):
    a, b = parameter(a, "a"), parameter(b, "b")
    x = _checks.as_float(x, "x")
    outside = (x < 0) | (x > 1)
    if outside.any():
        raise ValueError(f"x must be in [0, 1], got {x[outside].flat[0]}")
    peak = elementwise(log_beta_peak, a=a, b=b)
    return elementwise(lambda *v: _betainc(*v, complement), a=a, b=b, x=x, peak=peak)


def _betainc(a, b, x, peak, complement):
    edge = 0 * (a + b) + x  # right at 0, 1 and NaN
    inside = (x > 0) & (x < 1) & (a > 0) & (b > 0)

    def computed(a, b, x, peak):
        d = products_apart(a, b, x)
        return _betainc_inside(a, b, x, 1 - x, d, peak, complement)

    pieces = [(inside, computed)]
    return piecewise(pieces, a, b, x, peak, other=1 - edge if complement else edge)


def betainc_of_ratio(a, b, w, d, complement):
    """I_x(a, b), or 1 - I_x(a, b), at x = w/(1 + w), given numbers a, b and the exact d.

    For laws of ratios, whose x and 1 - x are both known to the last digit.
    """
    y = 1 / (1 + w)
    peak = log_beta_peak(np.float64(a), np.float64(b))
    a, b, peak = a + 0 * w, b + 0 * w, peak + 0 * w
    return _betainc_inside(a, b, w * y, y, d, peak, complement)


def _betainc_inside(a, b, x, y, d, peak, complement):
    """For 0 < x < 1, y = 1 - x and d = b x - a y, each accurate by itself."""
    large = np.minimum(a, b) > 500
    swapped = (large & (d > 0)) | (~large & (x > (a + 1) / (a + b + 2)))
    a, b = swap(swapped, a, b)
    x, y = swap(swapped, x, y)
    d = d * (1 - 2 * swapped)
    other = ~swapped if complement else swapped  # where 1 - I_x(a, b) is wanted

    def from_tail(method):
        def value(a, b, x, y, d, peak, other):
            kernel = np.exp(log_beta_kernel(a, b, x, y, d, peak))
            return flip(kernel * method(a, b, x, y, d), other)

        return value

    pieces = [
        (large, from_tail(_beta_integral)),
        (~large & (a >= 0.01), from_tail(_beta_fraction)),
        (a < 0.01, _beta_small),
    ]
    return piecewise(pieces, a, b, x, y, d, peak, other)


def _beta_small(a, b, x, y, d, peak, other):
    """For a < 0.01, by the power series: 1 - I_x(a, b) by itself, as it may be tiny.

    I_x = e^L (1 + a S), L = a ln x - ln Gamma(1 + a) + (ln Gamma(a + b) - ln Gamma(b)),
    S = sum over n >= 1 of (1 - b)(2 - b)...(n - b) x^n / (n! (a + n)).
    """
    points = (
        (0.5 - math.sqrt(0.15), 5 / 18),
        (0.5, 4 / 9),
        (0.5 + math.sqrt(0.15), 5 / 18),
    )
    ratio = a * sum(w * raw_digamma(1 + b + t * a) for t, w in points) - np.log1p(a / b)
    L = a * np.log(x) - gammaln1p(a) + ratio

    def step(n, total, term, a, b, x):
        term = term * ((n - b) * x / n)
        return (total + term / (a + n), term, a, b, x), term / (1 + np.abs(total))

    S = iterate(step, 0 * x, 1 + 0 * x, a, b, x)
    pieces = [
        (other, lambda L, aS: -np.expm1(L) - np.exp(L) * aS),
        (~other, lambda L, aS: np.exp(L) * (1 + aS)),
    ]
    return piecewise(pieces, L, a * S)


def _beta_fraction(a, b, x, y, d):
    """B(a, b) I_x(a, b) / (x^a y^b) by DiDonato and Morris's continued fraction."""

    def terms(m, a, b, x, y, d):
        odd = a + (2 * m - 1)
        growth = m * (b - m) * x / odd
        numerator = growth * x * ((a + (m - 1)) * (a + b + (m - 1)) / odd)
        return numerator, m + growth + (a + m) * (1 - d + m * (1 + y)) / (odd + 2)

    return 1 / fraction(terms, a * (1 - d) / (a + 1), a, b, x, y, d)


def _beta_integral(a, b, x, y, d):
    """The same with t = x (1 - s): an integral over s by quadrature."""
    ratio, slope = x / y, (x - y - d) / y

    def exponent(s):
        bend = (a - 1) * _ell_series(-s, 10) + (b - 1) * _ell_series(ratio * s, 10)
        return bend - slope * s

    return integral(exponent, slope, (a - 1) + (b - 1) * ratio**2) / y


def log_beta_kernel(a, b, x, y, d, peak):
    """ln(x^a y^b / B(a, b)), given y = 1 - x, d = b x - a y and the value at d = 0.

    x = p (1 + d/a) and y = q (1 - d/b) with p = a/(a + b) and q = b/(a + b), and the
    terms linear in d cancel.
    """
    n = a + b
    return a * _ell(d / a, x * n / a) + b * _ell(-d / b, y * n / b) + peak


def log_beta_peak(a, b):
    """ln(p^a q^b / B(a, b)) with p = a/(a + b), q = b/(a + b)."""
    n = a + b
    remainders = delta(n) - delta(a) - delta(b)
    return 0.5 * (np.log(a / n * b) - LOG_2PI) + remainders


def products_apart(a, b, x):
    """d = b x - a (1 - x) = (a + b) x - a with hardly any rounding error.

    It is small near the mean, where the two products nearly cancel; so a + b and its product
    with x are each kept as a rounded number and what rounding took away.
    """
    n = a + b
    large, small = np.maximum(a, b), np.minimum(a, b)
    n_error = small - (n - large)
    product, product_error = _two_product(n, x)
    return (product - a) + (product_error + n_error * x)


def _two_product(a, b):
    """The rounded product and its rounding error (Dekker 1971, Veltkamp's splitting)."""
    product = a * b
    a_high, b_high = (134217729.0 * v - (134217729.0 * v - v) for v in (a, b))
    a_low, b_low = a - a_high, b - b_high
    error = a_low * b_low - (
        product - a_high * b_high - a_low * b_high - a_high * b_low
    )
    return product, error
