"""The error functions, by rational approximations, and the tail of the normal law."""

import math

import numpy as np

from utils import _checks
from utils.special.pieces import elementwise, piecewise, rational

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
    return elementwise(_erf, x=_checks.as_float(x, "x"))


def erfc(x):
    """Complement 1 - erf(x), accurate where it is tiny: down to the smallest floats.

    Same method, source and cost as `erf`; x^2 is split so that its rounding doesn't reach
    the exponential. Home: 03-probability/03-probability-distributions.ipynb.

    >>> f"{erfc(10):.10e}"
    '2.0884875838e-45'
    """
    return elementwise(_erfc, x=_checks.as_float(x, "x"))


def _erf(x):
    size = np.abs(x)

    def far(x, size):
        return np.copysign(1 - _erfc_positive(size), x)

    pieces = [(size < 0.46875, lambda x, size: _erf_small(x)), (size >= 0.46875, far)]
    return piecewise(pieces, x, size)


def _erfc(x):
    pieces = [
        (np.abs(x) < 0.46875, lambda x: 1 - _erf_small(x)),
        (x >= 0.46875, _erfc_positive),
        (x <= -0.46875, lambda x: 2 - _erfc_positive(-x)),
    ]
    return piecewise(pieces, x)


def _erf_small(x):
    return x * rational(_ERF_SMALL, x * x)


def _erfc_positive(x):
    return _scaled_erfc(x) * _exp_minus_square(x)


def _scaled_erfc(x):
    """exp(x^2) erfc(x) for x >= 0.46875."""

    def large(x):
        t = 1 / (x * x)
        return (1 / math.sqrt(math.pi) - t * rational(_ERFC_LARGE, t)) / x

    return piecewise([(x < 4, lambda x: rational(_ERFC_MIDDLE, x)), (x >= 4, large)], x)


def _exp_minus_square(x, scale=1.0):
    """exp(-scale x^2): x = c + r with c a multiple of 1/16, whose square is exact."""
    x = np.minimum(x, 1e3)  # further out the result is 0 in any case
    c = np.trunc(16 * x) / 16
    return np.exp(-scale * c * c) * np.exp(-scale * (x - c) * (x + c))


def normal_tail(z):
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
    return piecewise(pieces, x, z)
