"""Gamma, beta and error functions, named as in ``scipy.special``, on whole arrays.

Every function is elementwise: arguments broadcast, lists and integers are accepted, a
scalar gives a Python float, and NaN passes through. Each formula has a range in which it
is accurate and short, so the functions divide their points among a few formulas, work on
all points of a range at once, and loop only over terms.

Notation: delta(x) is what Stirling's formula leaves over,
ln Gamma(x) = (x - 1/2) ln x - x + ln(2 pi)/2 + delta(x), and ell(z) = ln(1 + z) - z. In
these two, the large terms of ln Gamma and of x^a e^(-x) have canceled on paper, and so
can't cancel in floating point.
"""

import math
from functools import cache

import numpy as np

from utils import _checks

_LOG_2PI = math.log(2 * math.pi)
_SETTLED = 3e-16  # a relative change this small is rounding

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

# 2/3, 2/5, ..., 2/33: 2 artanh(s) - 2 s by odd powers of s
_ELL = tuple(2 / k for k in range(3, 35, 2))

# Cody's rational pieces, numerators and denominators by rising powers: erf(x)/x in x^2
# below 0.46875, exp(x^2) erfc(x) in x up to 4, and the rest of its 1/(sqrt(pi) x) in 1/x^2
_ERF_SMALL = (
    (3.20937758913846947e03, 3.77485237685302021e02, 1.13864154151050156e02,
     3.16112374387056560e00, 1.85777706184603153e-1),
    (2.84423683343917062e03, 1.28261652607737228e03, 2.44024637934444173e02,
     2.36012909523441209e01, 1.0),
)  # fmt: skip
_ERFC_MIDDLE = (
    (1.23033935479799725e03, 2.05107837782607147e03, 1.71204761263407058e03,
     8.81952221241769090e02, 2.98635138197400131e02, 6.61191906371416295e01,
     8.88314979438837594e00, 5.64188496988670089e-1, 2.15311535474403846e-8),
    (1.23033935480374942e03, 3.43936767414372164e03, 4.36261909014324716e03,
     3.29079923573345963e03, 1.62138957456669019e03, 5.37181101862009858e02,
     1.17693950891312499e02, 1.57449261107098347e01, 1.0),
)  # fmt: skip
_ERFC_LARGE = (
    (6.58749161529837803e-4, 1.60837851487422766e-2, 1.25781726111229246e-1,
     3.60344899949804439e-1, 3.05326634961232344e-1, 1.63153871373020978e-2),
    (2.33520497626869185e-3, 6.05183413124413191e-2, 5.27905102951428412e-1,
     1.87295284992346725e00, 2.56852019228982242e00, 1.0),
)  # fmt: skip


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
    return _elementwise(_gammaln, x=_nonnegative(x, "x"))


def log_factorial(n):
    """ln n! for integers n >= 0, elementwise: `gammaln` of n + 1.

    Raises `ValueError` if some n is negative or not an integer. O(1) a point.
    Home: 03-probability/03-probability-distributions.ipynb.

    >>> round(log_factorial(10), 10) == round(math.log(3628800), 10)
    True
    """
    return _elementwise(lambda n: _gammaln(n + 1), n=_integers(_nonnegative(n, "n"), "n"))


def log_binom(n, k):
    """Logarithm of the binomial coefficient "n choose k"; ``-inf`` outside 0 <= k <= n.

    Integers n >= 0 and k, which broadcast; `ValueError` if some n is negative or some n or
    k is not an integer. -ln(n + 1) - ln B(n - k + 1, k + 1), which is accurate at any
    size. O(1) a point. Home: 03-probability/03-probability-distributions.ipynb.

    >>> round(log_binom(2000, 1000), 8)
    1382.26799354
    """
    n = _integers(_nonnegative(n, "n"), "n")
    k = _integers(_checks.as_float(k, "k"), "k")
    return _elementwise(_log_binom, n=n, k=k)


def betaln(a, b):
    """Logarithm of the beta function, ln B(a, b) = ln(Gamma(a) Gamma(b) / Gamma(a + b)).

    Arguments broadcast; both must be positive (`ValueError`). Stirling's forms are
    subtracted on paper, so nothing cancels when a is huge and b is small: at a = 1e8 and
    b = 1/2 the difference of three `gammaln` is wrong in the seventh digit.
    Home: 03-probability/03-probability-distributions.ipynb. O(1) a point.

    >>> round(betaln(1e8, 0.5), 6)
    -8.637975
    """
    return _elementwise(_betaln, a=_positive(a, "a"), b=_positive(b, "b"))


def digamma(x):
    """Digamma function psi(x), the derivative of ln Gamma(x), for x > 0.

    Elementwise; `ValueError` if some x <= 0. The recurrence psi(x) = psi(x + 1) - 1/x up to
    x >= 10, then the asymptotic series with 8 terms. Accurate to 1e-15, relative or, next
    to the root at 1.4616, absolute. O(1) a point. Home: 04-statistics/03-estimation.ipynb.

    Source: NIST Digital Library of Mathematical Functions, 5.5.2 and 5.11.2.

    >>> round(digamma(1), 10)  # minus Euler's constant
    -0.5772156649
    """
    return _elementwise(_digamma, x=_positive(x, "x"))


def trigamma(x):
    """Trigamma function psi'(x), the second derivative of ln Gamma(x), for x > 0.

    Elementwise; `ValueError` if some x <= 0. Recurrence and asymptotic series as in
    `digamma`. O(1) a point. Home: 04-statistics/03-estimation.ipynb.

    Source: NIST Digital Library of Mathematical Functions, 5.15.5 and 5.15.8.

    >>> round(trigamma(1), 10) == round(math.pi**2 / 6, 10)
    True
    """
    return _elementwise(_trigamma, x=_positive(x, "x"))


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


def erf(x):
    """Error function, erf(x) = 2/sqrt(pi) times the integral of exp(-t^2) from 0 to x.

    Any x, elementwise. Home: 03-probability/03-probability-distributions.ipynb, which
    builds it as P(1/2, x^2); here stand Cody's rational pieces, faster and accurate to
    the last digit. O(1) a point.

    Source: W. J. Cody, "Rational Chebyshev approximations for the error function",
    Math. Comp. 23 (1969).

    >>> round(erf(0.5), 12)
    0.520499877813
    """
    return _elementwise(_erf, x=_checks.as_float(x, "x"))


def erfc(x):
    """Complement 1 - erf(x), accurate where it is tiny: down to the smallest floats.

    Same method, source and cost as `erf`; x^2 is split so that its rounding doesn't reach
    the exponential. Home: 03-probability/03-probability-distributions.ipynb.

    >>> f"{erfc(10):.10e}"
    '2.0884875838e-45'
    """
    return _elementwise(_erfc, x=_checks.as_float(x, "x"))


# Checks, and the way in and out --------------------------------------------------------


def _nonnegative(x, name):
    x = _checks.as_float(x, name)
    if (x < 0).any():
        raise ValueError(f"{name} must be nonnegative, got {x[x < 0].flat[0]}")
    return x


def _positive(x, name):
    x = _checks.as_float(x, name)
    if (x <= 0).any():
        raise ValueError(f"{name} must be positive, got {x[x <= 0].flat[0]}")
    return x


def _parameter(a, name):
    """A positive parameter of a size that the formulas can take without overflow."""
    a = _positive(a, name)
    bad = (a < 1e-100) | (a > 1e100)
    if bad.any():
        raise ValueError(f"{name} must be in [1e-100, 1e100], got {a[bad].flat[0]}")
    return a


def _integers(x, name):
    fractional = np.isinf(x) | ((x != np.floor(x)) & ~np.isnan(x))
    if fractional.any():
        raise ValueError(f"{name} must be an integer, got {x[fractional].flat[0]}")
    return x


def _elementwise(function, **arrays):
    """``function`` of broadcast 1-D arrays, or of np.float64 scalars: then a float."""
    try:
        shape = np.broadcast_shapes(*(np.shape(array) for array in arrays.values()))
    except ValueError:
        shapes = ", ".join(f"{name} {np.shape(v)}" for name, v in arrays.items())
        raise ValueError(f"shapes must broadcast, got {shapes}") from None
    with np.errstate(all="ignore"):
        if not shape:
            return float(function(*(np.float64(array) for array in arrays.values())))
        flat = (np.broadcast_to(array, shape).ravel() for array in arrays.values())
        return function(*flat).reshape(shape)


# Points in groups: the functions below take 1-D arrays, or scalars ---------------------


def _piecewise(pieces, *arrays, other=np.nan):
    """function(*arrays) where mask holds, for disjoint pairs (mask, function) of pieces."""
    if np.ndim(arrays[0]) == 0:
        return next((function(*arrays) for mask, function in pieces if mask), other)
    for mask, function in pieces:
        if mask.all():
            return function(*arrays)
    out = np.full(arrays[0].shape, other)
    for mask, function in pieces:
        places = np.flatnonzero(mask)  # several times faster than indexing by the mask
        if places.size:
            out[places] = function(*(array[places] for array in arrays))
    return out


def _flip(tail, mask):
    """1 - tail where ``mask`` holds, else ``tail``."""
    return _piecewise([(mask, lambda tail: 1 - tail)], tail, other=tail)


def _swap(mask, a, b):
    """``a, b``, exchanged where ``mask`` holds."""
    new_a = _piecewise([(mask, lambda a, b: b)], a, b, other=a)
    return new_a, _piecewise([(mask, lambda a, b: a)], a, b, other=b)


def _iterate(step, *state):
    """Repeat ``state, change = step(m, *state)`` until the value state[0] is settled.

    Points are dropped as they settle, which is looked for ever more rarely; each point
    stops by its own numbers, so that its value doesn't depend on its neighbors.
    """
    alone = np.ndim(state[0]) == 0
    out, places, check = np.empty_like(state[0]), np.arange(np.size(state[0])), 4
    for m in range(1, 100_000):
        state, change = step(m, *state)
        if m == check:
            check += max(2, check // 4)
            settled = np.abs(change) <= _SETTLED
            if alone and settled:
                return state[0]
            if not alone and settled.any():
                done, going = np.flatnonzero(settled), np.flatnonzero(~settled)
                out[places[done]] = state[0][done]
                places, state = places[going], [v[going] for v in state]
                if not places.size:
                    return out
    raise RuntimeError(f"no convergence in {m} terms")


def _fraction(terms, start, *arrays):
    """start + a_1/(b_1 + a_2/(b_2 + ...)) where terms(m, ...) = a_m, b_m: modified Lentz."""

    def step(m, value, C, D, *arrays):
        numerator, denominator = terms(m, *arrays)
        D = 1 / (denominator + numerator * D)
        C = denominator + numerator / C
        return (value * (C * D), C, D, *arrays), C * D - 1

    start = start + 1e-300 * (start == 0)  # which Lentz divides by
    return _iterate(step, start, start, 0 * start, *arrays)


def _integral(exponent, slope, curvature):
    """Integral of exp(exponent(s)) from s = 0 to where it has died out, at most to 1.

    The exponent starts at 0, falls at least like -slope s where slope > 0, and bends
    down with the given curvature, a little less further out.
    """
    slope, depth = np.maximum(slope, 0), 40  # exp(-40) = 4e-18
    reach = 2 * depth / (slope + np.sqrt(slope**2 + 2 * depth * curvature))
    reach = np.minimum(1.25 * reach, 1)
    total = 0 * reach
    for node, weight in zip(*_gauss_legendre(), strict=True):
        total += weight * np.exp(exponent(node * reach))
    return reach * total


@cache
def _gauss_legendre():
    """32 nodes and weights on [0, 1]."""
    nodes, weights = np.polynomial.legendre.leggauss(32)
    return 0.5 * (1 + nodes), 0.5 * weights


def _polynomial(coefficients, x):
    """Sum of coefficients[k] x^k, by Horner's rule."""
    result = coefficients[-1] * x + coefficients[-2]
    for coefficient in coefficients[-3::-1]:
        result *= x
        result += coefficient
    return result


# The gamma function --------------------------------------------------------------------


def _gammaln(x):
    return _piecewise([(x >= 10, _gammaln_large), (x < 10, _gammaln_small)], x)


def _gammaln_large(x):
    return (x - 0.5) * (np.log(x) - 1) + 0.5 * (_LOG_2PI - 1) + _delta_series(x)


def _gammaln_small(x):
    """ln Gamma(x) for 0 <= x < 10."""
    pieces = [
        (x >= 1.5, _gammaln_middle),
        ((x >= 0.5) & (x < 1.5), lambda x: _gammaln_near_2(x - 1) - np.log(x)),
        (x < 0.5, lambda x: _gammaln_near_2(x) - np.log1p(x) - np.log(x)),
    ]
    return _piecewise(pieces, x)


def _gammaln_middle(x):
    """ln((x - 1)(x - 2)...(2 + z)) + ln Gamma(2 + z), with z in [-1/2, 1/2)."""
    steps = np.floor(x - 1.5)
    product = 1 + 0 * x
    for k in range(1, 9):
        product *= 1 + (x - (k + 1)) * (k <= steps)  # x - k, or 1
    return np.log(product) + _gammaln_near_2(x - steps - 2)


def _gammaln_near_2(z):
    """ln Gamma(2 + z) for |z| <= 1/2."""
    return z * _polynomial(_TAYLOR_AT_2, z)


def _gammaln1p(a):
    """ln Gamma(1 + a) for 0 < a < 1, accurate where it is tiny."""
    pieces = [
        (a < 0.5, lambda a: _gammaln_near_2(a) - np.log1p(a)),
        (a >= 0.5, lambda a: _gammaln_near_2(a - 1)),
    ]
    return _piecewise(pieces, a)


def _delta(x):
    """delta(x) for x > 0: the remainder of Stirling's formula."""
    return _piecewise([(x >= 10, _delta_series), (x < 10, _delta_small)], x)


def _delta_series(x):
    return _polynomial(_DELTA, 1 / (x * x)) / x


def _delta_small(x):
    """Up to x + 10, by delta(x) = delta(x + 1) + (x + 1/2) ln(1 + 1/x) - 1."""
    total = _delta_series(x + 10)
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
    return _piecewise(pieces, n, k, other=0 * (n + k))


def _betaln(a, b):
    a, b = np.maximum(a, b), np.minimum(a, b)
    pieces = [
        (b >= 10, _betaln_both_large),
        ((a >= 10) & (b < 10), _betaln_one_large),
        (a < 10, lambda a, b: _gammaln(a) + _gammaln(b) - _gammaln(a + b)),
    ]
    return _piecewise(pieces, a, b)


def _betaln_both_large(a, b):
    """ln B(a, b), a >= b >= 10."""
    ratio = b / a
    remainders = _delta_series(a) + _delta_series(b) - _delta_series(a + b)
    main = b * np.log(ratio / (1 + ratio)) - (a - 0.5) * np.log1p(ratio)
    return main + 0.5 * (_LOG_2PI - np.log(b)) + remainders


def _betaln_one_large(a, b):
    """ln Gamma(b) - ln(Gamma(a + b) / Gamma(a)), a >= 10."""
    main = (a - 0.5) * np.log1p(b / a) + b * (np.log(a + b) - 1)
    return _gammaln_small(b) - (main + _delta_series(a + b) - _delta_series(a))


def _digamma(x):
    def series(x):
        t = 1 / (x * x)
        return np.log(x) - 0.5 / x + t * _polynomial(_DIGAMMA, t)

    def shifted(x):
        steps = sum(1 / (x + k) for k in range(9, -1, -1))
        return series(x + 10) - steps

    return _piecewise([(x >= 10, series), (x < 10, shifted)], x)


def _trigamma(x):
    def series(x):
        t = 1 / (x * x)
        return 1 / x + 0.5 * t + t / x * _polynomial(_BERNOULLI, t)

    def shifted(x):
        return series(x + 10) + sum((x + k) ** -2.0 for k in range(9, -1, -1))

    return _piecewise([(x >= 10, series), (x < 10, shifted)], x)


# The incomplete gamma function ---------------------------------------------------------


def _gammainc_checked(a, x, complement):
    a, x = _parameter(a, "a"), _nonnegative(x, "x")
    peak = _elementwise(_log_gamma_peak, a=a)
    return _elementwise(lambda *v: _gammainc(*v, complement), a=a, x=x, peak=peak)


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
    return _piecewise(pieces, a, x, peak, other=1 - edge if complement else edge)


def _gammainc_small(a, x, peak, complement):
    """For a < 1 and x < 1: the complement by itself, as P is nearly 1 when a is tiny."""
    log_factor = a * np.log(x) - _gammaln1p(a)
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
    P = np.exp(_log_gamma_kernel(a, x, x - a, peak)) / a * _iterate(step, one, one, a, x)
    return 1 - P if complement else P


def _gammainc_fraction(a, x, peak, complement):
    """Q(a, x) = x^a e^(-x)/Gamma(a) / (x + 1 - a + 1 (a - 1)/(x + 3 - a + ...))."""

    def terms(m, a, x):
        return m * (a - m), x - a + (2 * m + 1)

    kernel = np.exp(_log_gamma_kernel(a, x, x - a, peak))
    Q = kernel / _fraction(terms, x - a + 1, a, x)
    return Q if complement else 1 - Q


def _gammainc_large(a, x, peak, complement):
    """The tail on x's side of a, with t = x (1 + s): an integral over s by quadrature."""
    d = x - a
    side = np.copysign(1.0, d)
    slope = side * (d + 1)

    def exponent(s):
        return (a - 1) * _ell_series(side * s, 10) - slope * s

    kernel = np.exp(_log_gamma_kernel(a, x, d, peak))
    tail = kernel * _integral(exponent, slope, a - 1)
    return _flip(tail, side < 0 if complement else side > 0)


def _log_gamma_kernel(a, x, d, peak):
    """ln(x^a e^(-x) / Gamma(a)), given d = x - a and the value at d = 0."""
    return a * _ell(d / a, x / a) + peak


def _log_gamma_peak(a):
    """ln(a^a e^(-a) / Gamma(a))."""
    return 0.5 * (np.log(a) - _LOG_2PI) - _delta(a)


def _ell(z, ratio):
    """ell(z) = ln(1 + z) - z, without cancellation at small z, given z and ratio = 1 + z."""
    near = (z >= -0.5) & (z <= 1)
    pieces = [
        (near, lambda z, ratio: _ell_series(z, 16)),
        (~near, lambda z, ratio: np.log(ratio) - z),
    ]
    return _piecewise(pieces, z, ratio)


def _ell_series(z, terms):
    """ell(z) near 0: 16 terms reach the last digit in [-0.5, 1], 10 terms in [-0.3, 0.4].

    With s = z/(2 + z), ln(1 + z) = 2 (s + s^3/3 + s^5/5 + ...) and z - 2 s = s z.
    """
    s = z / (2 + z)
    square = s * s
    return s * (square * _polynomial(_ELL[:terms], square) - z)


# The incomplete beta function ----------------------------------------------------------


def _betainc_checked(a, b, x, complement):
    a, b = _parameter(a, "a"), _parameter(b, "b")
    x = _checks.as_float(x, "x")
    outside = (x < 0) | (x > 1)
    if outside.any():
        raise ValueError(f"x must be in [0, 1], got {x[outside].flat[0]}")
    peak = _elementwise(_log_beta_peak, a=a, b=b)
    return _elementwise(lambda *v: _betainc(*v, complement), a=a, b=b, x=x, peak=peak)


def _betainc(a, b, x, peak, complement):
    edge = 0 * (a + b) + x  # right at 0, 1 and NaN
    inside = (x > 0) & (x < 1) & (a > 0) & (b > 0)

    def computed(a, b, x, peak):
        d = _products_apart(a, b, x)
        return _betainc_inside(a, b, x, 1 - x, d, peak, complement)

    pieces = [(inside, computed)]
    return _piecewise(pieces, a, b, x, peak, other=1 - edge if complement else edge)


def _betainc_of_ratio(a, b, w, d, complement):
    """I_x(a, b), or 1 - I_x(a, b), at x = w/(1 + w), given numbers a, b and the exact d.

    For laws of ratios, whose x and 1 - x are both known to the last digit.
    """
    y = 1 / (1 + w)
    peak = _log_beta_peak(np.float64(a), np.float64(b))
    a, b, peak = a + 0 * w, b + 0 * w, peak + 0 * w
    return _betainc_inside(a, b, w * y, y, d, peak, complement)


def _betainc_inside(a, b, x, y, d, peak, complement):
    """For 0 < x < 1, y = 1 - x and d = b x - a y, each accurate by itself."""
    large = np.minimum(a, b) > 500
    swapped = (large & (d > 0)) | (~large & (x > (a + 1) / (a + b + 2)))
    a, b = _swap(swapped, a, b)
    x, y = _swap(swapped, x, y)
    d = d * (1 - 2 * swapped)
    other = ~swapped if complement else swapped  # where 1 - I_x(a, b) is wanted

    def from_tail(method):
        def value(a, b, x, y, d, peak, other):
            kernel = np.exp(_log_beta_kernel(a, b, x, y, d, peak))
            return _flip(kernel * method(a, b, x, y, d), other)

        return value

    pieces = [
        (large, from_tail(_beta_integral)),
        (~large & (a >= 0.01), from_tail(_beta_fraction)),
        (a < 0.01, _beta_small),
    ]
    return _piecewise(pieces, a, b, x, y, d, peak, other)


def _beta_small(a, b, x, y, d, peak, other):
    """For a < 0.01, by the power series: 1 - I_x(a, b) by itself, as it may be tiny.

    I_x = e^L (1 + a S), L = a ln x - ln Gamma(1 + a) + (ln Gamma(a + b) - ln Gamma(b)),
    S = sum over n >= 1 of (1 - b)(2 - b)...(n - b) x^n / (n! (a + n)).
    """
    points = ((0.5 - math.sqrt(0.15), 5 / 18), (0.5, 4 / 9), (0.5 + math.sqrt(0.15), 5 / 18))
    ratio = a * sum(w * _digamma(1 + b + t * a) for t, w in points) - np.log1p(a / b)
    L = a * np.log(x) - _gammaln1p(a) + ratio

    def step(n, total, term, a, b, x):
        term = term * ((n - b) * x / n)
        return (total + term / (a + n), term, a, b, x), term / (1 + np.abs(total))

    S = _iterate(step, 0 * x, 1 + 0 * x, a, b, x)
    pieces = [
        (other, lambda L, aS: -np.expm1(L) - np.exp(L) * aS),
        (~other, lambda L, aS: np.exp(L) * (1 + aS)),
    ]
    return _piecewise(pieces, L, a * S)


def _beta_fraction(a, b, x, y, d):
    """B(a, b) I_x(a, b) / (x^a y^b) by DiDonato and Morris's continued fraction."""

    def terms(m, a, b, x, y, d):
        odd = a + (2 * m - 1)
        growth = m * (b - m) * x / odd
        numerator = growth * x * ((a + (m - 1)) * (a + b + (m - 1)) / odd)
        return numerator, m + growth + (a + m) * (1 - d + m * (1 + y)) / (odd + 2)

    return 1 / _fraction(terms, a * (1 - d) / (a + 1), a, b, x, y, d)


def _beta_integral(a, b, x, y, d):
    """The same with t = x (1 - s): an integral over s by quadrature."""
    ratio, slope = x / y, (x - y - d) / y

    def exponent(s):
        bend = (a - 1) * _ell_series(-s, 10) + (b - 1) * _ell_series(ratio * s, 10)
        return bend - slope * s

    return _integral(exponent, slope, (a - 1) + (b - 1) * ratio**2) / y


def _log_beta_kernel(a, b, x, y, d, peak):
    """ln(x^a y^b / B(a, b)), given y = 1 - x, d = b x - a y and the value at d = 0.

    x = p (1 + d/a) and y = q (1 - d/b) with p = a/(a + b) and q = b/(a + b), and the
    terms linear in d cancel.
    """
    n = a + b
    return a * _ell(d / a, x * n / a) + b * _ell(-d / b, y * n / b) + peak


def _log_beta_peak(a, b):
    """ln(p^a q^b / B(a, b)) with p = a/(a + b), q = b/(a + b)."""
    n = a + b
    remainders = _delta(n) - _delta(a) - _delta(b)
    return 0.5 * (np.log(a / n * b) - _LOG_2PI) + remainders


def _products_apart(a, b, x):
    """d = b x - a (1 - x) with hardly any rounding error: it is small near the mean."""
    y = 1 - x
    left, left_error = _two_product(b, x)
    right, right_error = _two_product(a, y)
    y_error = (1 - y) - x
    return (left - right) + (left_error - right_error - a * y_error)


def _two_product(a, b):
    """The rounded product and its rounding error (Dekker 1971, Veltkamp's splitting)."""
    product = a * b
    a_high, b_high = (134217729.0 * v - (134217729.0 * v - v) for v in (a, b))
    a_low, b_low = a - a_high, b - b_high
    error = a_low * b_low - (
        product - a_high * b_high - a_low * b_high - a_high * b_low
    )
    return product, error


# The error functions -------------------------------------------------------------------


def _erf(x):
    size = np.abs(x)

    def far(x, size):
        return np.copysign(1 - _erfc_positive(size), x)

    pieces = [(size < 0.46875, lambda x, size: _erf_small(x)), (size >= 0.46875, far)]
    return _piecewise(pieces, x, size)


def _erfc(x):
    pieces = [
        (np.abs(x) < 0.46875, lambda x: 1 - _erf_small(x)),
        (x >= 0.46875, _erfc_positive),
        (x <= -0.46875, lambda x: 2 - _erfc_positive(-x)),
    ]
    return _piecewise(pieces, x)


def _erf_small(x):
    return x * _rational(_ERF_SMALL, x * x)


def _erfc_positive(x):
    return _scaled_erfc(x) * _exp_minus_square(x)


def _scaled_erfc(x):
    """exp(x^2) erfc(x) for x >= 0.46875."""

    def large(x):
        t = 1 / (x * x)
        return (1 / math.sqrt(math.pi) - t * _rational(_ERFC_LARGE, t)) / x

    return _piecewise([(x < 4, lambda x: _rational(_ERFC_MIDDLE, x)), (x >= 4, large)], x)


def _exp_minus_square(x, scale=1.0):
    """exp(-scale x^2): x = c + r with c a multiple of 1/16, whose square is exact."""
    x = np.minimum(x, 1e3)  # further out the result is 0 in any case
    c = np.trunc(16 * x) / 16
    return np.exp(-scale * c * c) * np.exp(-scale * (x - c) * (x + c))


def _rational(pieces, x):
    return _polynomial(pieces[0], x) / _polynomial(pieces[1], x)


def _normal_tail(z):
    """P(Z > z) for a standard normal Z, as accurate as `erfc`.

    erfc(z/sqrt(2))/2 would feel the rounding of z/sqrt(2) in its exponential, z^2 times.
    """
    x = z * math.sqrt(0.5)

    def beyond(x, z):
        return 0.5 * _scaled_erfc(x) * _exp_minus_square(z, 0.5)

    pieces = [
        (np.abs(x) < 0.46875, lambda x, z: 0.5 - 0.5 * _erf_small(x)),
        (x >= 0.46875, beyond),
        (x <= -0.46875, lambda x, z: 1 - beyond(-x, -z)),
    ]
    return _piecewise(pieces, x, z)
