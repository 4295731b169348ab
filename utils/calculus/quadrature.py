"""Integrals: from samples, by rules with a fixed number of points, and adaptively.

Functions are called once with all points, as an array: ``np.vectorize(f)`` makes such a
function out of one that takes a number.
"""

import functools
from dataclasses import dataclass

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from utils import _checks

EPS = np.finfo(float).eps
FIRST_LOOK = 3  # how often `adaptive_simpson` halves before it trusts an estimate
MAX_EVALS = 1_000_000  # where it stops halving


def trapezoid(y, x=None, dx=1.0, axis=-1):
    """Area under samples joined by straight lines.

    Parameters
    ----------
    y : array_like, any shape
        Samples; finite, at least two along the axis.
    x : array_like, shape (n,) or shaped like `y`, optional
        Where they were taken, in any spacing; a repeated x adds nothing. Where x falls,
        area counts negative.
    dx : float
        Their spacing, if `x` isn't given.
    axis : int
        Along which axis to integrate.

    Returns
    -------
    float or ndarray
        In units of `y` times units of `x`; a float for a vector `y`.

    Raises
    ------
    ValueError
        If `x` and `y` don't fit, there are fewer than two samples, or something isn't
        finite.

    Notes
    -----
    Home: 02-calculus/07-integration.ipynb. O(n). Error O(dx^2) for smooth functions.

    Examples
    --------
    >>> trapezoid([0, 1, 4], x=[0, 1, 2])
    3.0
    """
    y = _checks.as_finite(y, "y")
    if y.ndim == 0:
        raise ValueError("y must have an axis of samples, got a single number")
    axis = normalize_axis_index(axis, y.ndim)
    y = np.moveaxis(y, axis, -1)
    if y.shape[-1] < 2:
        raise ValueError(f"y must have at least two samples, got {y.shape[-1]}")
    if x is None:
        widths = float(_checks.as_finite(_checks.scalar(dx, "dx"), "dx"))
    else:
        x = _checks.as_finite(x, "x")
        if x.ndim > 1:
            x = np.moveaxis(x, normalize_axis_index(axis, x.ndim), -1)
        if x.shape not in (y.shape, y.shape[-1:]):
            raise ValueError(
                f"x must have shape {y.shape[-1:]} or the shape of y, got {x.shape}"
            )
        widths = np.diff(x)
    area = (widths * (0.5 * y[..., 1:] + 0.5 * y[..., :-1])).sum(axis=-1)
    return float(area) if area.ndim == 0 else area


def trapezoid_rule(f, a, b, n):
    """Integral of f from a to b by n trapezoids of equal width.

    Parameters
    ----------
    f : callable
        Takes the n + 1 points at once, shape (n + 1,); returns as many values, or a single
        number if it is constant.
    a, b : float
        Finite. If b < a the integral changes sign.
    n : int
        Number of subintervals, at least 1.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If the limits aren't finite, ``n < 1``, or f isn't finite at one of the points (a
        singular end needs a substitution first).
    TypeError
        If f can't take an array, or its values aren't real numbers.

    Notes
    -----
    Home: 02-calculus/07-integration.ipynb. n + 1 values of f. The error is
    ``-(b - a) h^2 f''(c) / 12`` with h = (b - a) / n; for smooth functions over a whole
    period it falls faster than any power of h.

    Examples
    --------
    >>> trapezoid_rule(lambda x: x**2, 0, 1, 4)
    0.34375
    """
    a, b, n = *_limits(a, b), _checks.count(n, "n")
    y = _values(f, np.linspace(a, b, n + 1))
    return float((b - a) / n * (0.5 * y[0] + y[1:-1].sum() + 0.5 * y[-1]))


def simpson_rule(f, a, b, n):
    """Integral of f from a to b by n / 2 parabolas, each through three neighboring points.

    As `trapezoid_rule`, with weights 1, 4, 2, 4, ..., 2, 4, 1 times h / 3. ``n`` is the
    number of subintervals (not of points), even and at least 2: anything else raises
    `ValueError`. n + 1 values of f. Exact for cubics; the error is
    ``-(b - a) h^4 f''''(c) / 180``. Home: 02-calculus/07-integration.ipynb.

    Examples
    --------
    >>> round(simpson_rule(lambda x: x * np.exp(-x), 0, 1, 4), 6)
    0.264193
    """
    a, b, n = *_limits(a, b), _checks.count(n, "n", low=2)
    if n % 2:
        raise ValueError(f"n, the number of subintervals, must be even, got {n}")
    y = _values(f, np.linspace(a, b, n + 1))
    total = y[0] + 4 * y[1::2].sum() + 2 * y[2:-1:2].sum() + y[-1]
    return float((b - a) / n * total / 3)


def gauss_legendre(f, a, b, n):
    """Integral of f from a to b by n points that suit polynomials best.

    Parameters
    ----------
    f : callable
        Takes the n points at once, shape (n,); returns as many values, or a single number
        if it is constant. The limits themselves are never among the points.
    a, b : float
        Finite. If b < a the integral changes sign.
    n : int
        Number of points, at least 1.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If the limits aren't finite, ``n < 1``, or f isn't finite at one of the points.
    TypeError
        If f can't take an array, or its values aren't real numbers.

    Notes
    -----
    Home: 07-numerical-methods/05-numerical-integration.ipynb. Exact for polynomials of
    degree 2n - 1, and no rule with n points can do more. n values of f; O(n^3) for the
    points, which are kept.
    Source: G. Golub and J. Welsch, "Calculation of Gauss quadrature rules", Math. Comp. 23
    (1969): the points are eigenvalues of a tridiagonal matrix.

    Examples
    --------
    >>> round(gauss_legendre(lambda x: x**3 + x**2, -1, 1, 2), 12)
    0.666666666667
    """
    a, b, n = *_limits(a, b), _checks.count(n, "n")
    nodes, weights = _legendre(n)
    half = (b - a) / 2
    return float(half * (weights @ _values(f, (a + half) + half * nodes)))


@dataclass(frozen=True)
class QuadratureResult:
    """An integral, and how far to trust it; ``float(result)`` is its value.

    Home: 07-numerical-methods/05-numerical-integration.ipynb.

    Attributes
    ----------
    value : float
    error : float
        Estimated absolute error: not a bound, since a rule sees f at its points only.
    n_evals : int
        Points at which f was evaluated.
    converged : bool
        Whether ``error`` is within the tolerance.
    """

    value: float
    error: float
    n_evals: int
    converged: bool

    def __float__(self):
        return self.value


def adaptive_simpson(f, a, b, tol=1e-8, max_depth=50):
    """Integral of f from a to b by Simpson's rule, with more points where f bends more.

    Each interval is integrated by one parabola, then by two. If the two results differ by
    at most 15 times the interval's share of the tolerance, the second one is kept, less
    its estimated error; else the interval is halved.

    Parameters
    ----------
    f : callable
        Takes an array of points, shape (k,); returns as many values, or a single number.
    a, b : float
        Finite. If b < a the integral changes sign.
    tol : float
        Absolute error asked for, positive. An interval's share is proportional to its
        width.
    max_depth : int
        How often an interval may be halved.

    Returns
    -------
    QuadratureResult
        Its ``error`` counts what is left where halving ended early (at ``max_depth``, after
        a million values of f, or where only rounding is left), and the rounding itself;
        ``converged`` says whether it is within ``tol``.

    Raises
    ------
    ValueError
        If ``tol <= 0``, the limits aren't finite, or f isn't finite at one of the points (a
        singularity there needs a substitution first).
    TypeError
        If f can't take an array, or its values aren't real numbers.

    Notes
    -----
    Home: 07-numerical-methods/05-numerical-integration.ipynb. Two new values of f for each
    interval, all others are kept; one call of f for all intervals of one width. Three
    halvings come first, since five points are easily fooled (those of sin(50 x) on [0, 1]
    lie on a much slower wave). Still, what happens between the first 33 points goes unseen,
    whatever the tolerance.
    Source: J. Lyness, "Notes on the adaptive Simpson quadrature routine", J. ACM 16 (1969).

    Examples
    --------
    >>> result = adaptive_simpson(np.sqrt, 0, 1)
    >>> round(float(result), 9), result.converged
    (0.666666667, True)
    """
    a, b = _limits(a, b)
    tol = _checks.in_range(tol, "tol", 0, np.inf, closed=(False, False))
    max_depth = _checks.count(max_depth, "max_depth", low=0)
    # One row for each interval: its left end, and f at its ends and its middle
    left, y = np.array([a]), _values(f, np.array([a, a + (b - a) / 2, b]))[None]
    value, error, n_evals, width, depth = 0.0, 0.0, 3, b - a, 0
    while left.size:
        quarters = left[:, None] + width * np.array([0.25, 0.75])
        q = _values(f, quarters.ravel()).reshape(-1, 2)
        n_evals += q.size
        one = width / 6 * (y @ [1, 4, 1])
        two = width / 12 * (y @ [1, 2, 1] + 4 * q.sum(axis=1))
        gap = (two - one) / 15
        rounding = EPS * abs(width) * np.abs(y).max(axis=1)
        done = np.abs(gap) <= np.maximum(tol * 0.5**depth, rounding)
        done &= depth >= FIRST_LOOK
        if depth == max_depth or n_evals + 4 * np.count_nonzero(~done) > MAX_EVALS:
            done[:] = True
        value += (two + gap)[done].sum()
        error += (np.abs(gap) + rounding)[done].sum()
        left, y, q = left[~done], y[~done], q[~done]
        width, depth = width / 2, depth + 1
        left = np.concatenate([left, left + width])
        y = np.concatenate(
            [
                np.stack([y[:, 0], q[:, 0], y[:, 1]], axis=1),
                np.stack([y[:, 1], q[:, 1], y[:, 2]], axis=1),
            ]
        )
    return QuadratureResult(float(value), float(error), n_evals, bool(error <= tol))


@functools.cache
def _legendre(n):
    """Points and weights of the Gauss-Legendre rule on [-1, 1], shape (n,) each.

    The points are the zeros of the Legendre polynomial P_n: eigenvalues of the matrix of
    its three-term recurrence, sharpened by one Newton step.
    """
    k = np.arange(1, n)
    beta = k / np.sqrt(4.0 * k**2 - 1)
    nodes = np.linalg.eigvalsh(np.diag(beta, 1) + np.diag(beta, -1))
    nodes -= np.divide(*_legendre_polynomial(n, nodes))
    nodes = (nodes - nodes[::-1]) / 2  # the rule is symmetric to the last bit
    slope = _legendre_polynomial(n, nodes)[1]
    weights = 2 / ((1 - nodes) * (1 + nodes) * slope**2)
    nodes.flags.writeable = weights.flags.writeable = False  # they are shared
    return nodes, weights


def _legendre_polynomial(n, x):
    """P_n and its derivative, by the recurrence (k+1) P_(k+1) = (2k+1) x P_k - k P_(k-1)."""
    p, before = x, np.ones_like(x)
    for k in range(1, n):
        p, before = ((2 * k + 1) * x * p - k * before) / (k + 1), p
    return p, n * (before - x * p) / ((1 - x) * (1 + x))


def _limits(a, b):
    a, b = _checks.scalar(a, "a"), _checks.scalar(b, "b")
    if not np.isfinite(b - a):
        raise ValueError(f"a, b and b - a must be finite, got a = {a}, b = {b}")
    return a, b


def _values(f, x):
    """f at all points x, shape (k,): finite numbers."""
    try:
        y = f(x.copy())
    except (TypeError, ValueError) as error:
        raise TypeError(
            f"f must take an array of {x.size} points at once, and failed: {error}. "
            "np.vectorize(f) makes an array function of one that takes a number"
        ) from error
    y = _checks.as_float(y, "f(x)")
    if y.shape not in (x.shape, ()):
        raise ValueError(f"f must return shape {x.shape} like x, got shape {y.shape}")
    y = np.broadcast_to(y, x.shape)
    if not np.isfinite(y).all():
        where = x[np.argmin(np.isfinite(y))]
        raise ValueError(f"f must be finite on [a, b], and isn't at {where}")
    return y
