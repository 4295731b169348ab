"""Points in groups: what lets a formula hold for part of an array, and end when it is done.

The functions that are passed around here take 1-D arrays, all of one length, or
`numpy.float64` scalars, which are several times faster for a single point.
"""

from functools import cache

import numpy as np

from utils import _checks

_SETTLED = 3e-16  # a relative change this small is rounding
BLOCK = 8192  # points worked on at once: what is computed of them stays in the cache


# Arguments -------------------------------------------------------------------------------


def nonnegative(x, name):
    x = _checks.as_float(x, name)
    if (x < 0).any():
        raise ValueError(f"{name} must be nonnegative, got {x[x < 0].flat[0]}")
    return x


def positive(x, name):
    x = _checks.as_float(x, name)
    if (x <= 0).any():
        raise ValueError(f"{name} must be positive, got {x[x <= 0].flat[0]}")
    return x


def parameter(a, name):
    """A positive parameter of a size that the formulas can take without overflow."""
    a = positive(a, name)
    bad = (a < 1e-100) | (a > 1e100)
    if bad.any():
        raise ValueError(f"{name} must be in [1e-100, 1e100], got {a[bad].flat[0]}")
    return a


def integers(x, name):
    fractional = np.isinf(x) | ((x != np.floor(x)) & ~np.isnan(x))
    if fractional.any():
        raise ValueError(f"{name} must be an integer, got {x[fractional].flat[0]}")
    return x


def common_shape(**arrays):
    """The shape to which the arrays broadcast."""
    try:
        return np.broadcast_shapes(*(np.shape(array) for array in arrays.values()))
    except ValueError:
        shapes = ", ".join(f"{name} {np.shape(v)}" for name, v in arrays.items())
        raise ValueError(f"shapes must broadcast, got {shapes}") from None


def elementwise(function, block=BLOCK, **arrays):
    """``function`` of broadcast 1-D arrays, or of np.float64 scalars: then a float.

    At most ``block`` points at once: the intermediate results of that many stay in the
    processor's cache, which makes long arrays about twice as fast.
    """
    shape = common_shape(**arrays)
    with np.errstate(all="ignore"):
        if not shape:
            return float(function(*(np.float64(array) for array in arrays.values())))
        flat = [np.broadcast_to(array, shape).ravel() for array in arrays.values()]
        out = np.empty(flat[0].size)
        for start in range(0, out.size, block):
            points = slice(start, start + block)
            out[points] = function(*(values[points] for values in flat))
        return out.reshape(shape)


# Groups ----------------------------------------------------------------------------------


def piecewise(pieces, *arrays, other=np.nan):
    """function(*arrays) where mask holds, for disjoint pairs (mask, function) of pieces."""
    if np.ndim(arrays[0]) == 0:
        return next((function(*arrays) for mask, function in pieces if mask), other)
    for mask, function in pieces:
        if mask.size and mask.all():
            return function(*arrays)
    out = np.full(arrays[0].shape, other)
    for mask, function in pieces:
        places = np.flatnonzero(mask)  # several times faster than indexing by the mask
        if places.size:
            out[places] = function(*(array[places] for array in arrays))
    return out


def flip(tail, mask):
    """1 - tail where ``mask`` holds, else ``tail``."""
    return piecewise([(mask, lambda tail: 1 - tail)], tail, other=tail)


def swap(mask, a, b):
    """``a, b``, exchanged where ``mask`` holds."""
    new_a = piecewise([(mask, lambda a, b: b)], a, b, other=a)
    return new_a, piecewise([(mask, lambda a, b: a)], a, b, other=b)


# Series, fractions, integrals, polynomials -----------------------------------------------


def iterate(step, *state):
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


def fraction(terms, start, *arrays):
    """start + a_1/(b_1 + a_2/(b_2 + ...)) where terms(m, ...) = a_m, b_m: modified Lentz."""

    def step(m, value, C, D, *arrays):
        numerator, denominator = terms(m, *arrays)
        D = 1 / (denominator + numerator * D)
        C = denominator + numerator / C
        return (value * (C * D), C, D, *arrays), C * D - 1

    start = start + 1e-300 * (start == 0)  # which Lentz divides by
    return iterate(step, start, start, 0 * start, *arrays)


def integral(exponent, slope, curvature):
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


def polynomial(coefficients, x):
    """Sum of coefficients[k] x^k, by Horner's rule."""
    result = coefficients[-1] * x + coefficients[-2]
    for coefficient in coefficients[-3::-1]:
        result *= x
        result += coefficient
    return result


def rational(pieces, x):
    return polynomial(pieces[0], x) / polynomial(pieces[1], x)
