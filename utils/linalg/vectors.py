"""Vectors: dot products, lengths, directions, angles."""

import math

import numpy as np

from utils import _checks


def dot(x, y):
    """Dot product x_1 y_1 + ... + x_n y_n, a float, in the plainest loop.

    Takes two vectors of equal length; ValueError if the lengths differ, LinAlgError if a
    partial sum overflows. 2n operations. The loop is there to be read: NumPy's ``x @ y`` is
    the same sum, a hundred times faster. Home: 01-linear-algebra/01-vectors-and-matrices.ipynb.

    >>> dot([1, 2, 2], [2, 3, 6])
    20.0
    """
    x, y = _two_vectors(x, y)
    total = 0.0
    for x_i, y_i in zip(x.tolist(), y.tolist(), strict=True):
        total += x_i * y_i
    return representable(total, "the dot product")


def norm(x, ord=2):
    """Length of a vector, (sum |x_i|^p)^(1/p), without overflow or underflow on the way.

    Parameters
    ----------
    x : array_like, shape (n,)
        Empty and zero vectors have length 0.
    ord : float
        The p, at least 1: 1 adds the sizes, 2 is Euclid's length, ``np.inf`` the largest.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If x isn't a finite vector, or ``ord`` is below 1 (then it wouldn't be a norm).
    numpy.linalg.LinAlgError
        If the length itself is beyond the largest float64.

    Notes
    -----
    Home: 01-linear-algebra/01-vectors-and-matrices.ipynb. O(n). The vector is divided by a
    number of the size of its largest entry first, so that no power can overflow and the
    largest can't underflow.

    Examples
    --------
    >>> norm([2, 3, 6]), norm([2, 3, 6], 1), norm([2, 3, 6], np.inf)
    (7.0, 11.0, 6.0)
    >>> f"{norm([1e200, 1e200]):.4}"  # the squares would be infinite
    '1.414e+200'
    """
    x = _checks.as_vector(x, min_size=0)
    ord = _checks.in_range(ord, "ord", 1, np.inf)
    largest = float(np.abs(x).max(initial=0.0))
    if largest == 0 or ord == np.inf:
        return largest
    if ord <= 2:
        scaled, unit = _scaled(x)  # exact
        size = np.sqrt(scaled @ scaled) if ord == 2 else _power_mean(scaled, ord)
        return representable(unit * float(size), "the norm")
    return representable(largest * _power_mean(x / largest, ord), "the norm")


def normalize(x, ord=2):
    """The vector in the direction of x whose `norm` is 1, an array of the same shape.

    ValueError if x is the zero vector, which has no direction, or ``ord`` is below 1. O(n).
    Home: 01-linear-algebra/01-vectors-and-matrices.ipynb.

    >>> normalize([3, 4])
    array([0.6, 0.8])
    """
    x = _nonzero(_checks.as_vector(x), "x")
    scaled, _ = _scaled(x)
    return scaled / norm(scaled, ord)


def cosine_similarity(x, y):
    """Cosine of the angle between two vectors, a float in [-1, 1].

    1 for the same direction, 0 for perpendicular vectors, -1 for opposite ones; lengths
    don't matter. ValueError if the lengths of the arrays differ or one is the zero vector.
    O(n). For small angles `angle` keeps the digits that a cosine near 1 has lost.
    Home: 01-linear-algebra/01-vectors-and-matrices.ipynb.

    >>> round(cosine_similarity([1, 2, 2], [2, 3, 6]), 4)  # 20/21
    0.9524
    """
    x, y = _two_directions(x, y)
    return float(np.clip(x @ y, -1.0, 1.0))  # rounding can leave 1 + 2e-16


def angle(x, y):
    """Angle between two vectors in radians, a float in [0, pi].

    With unit vectors u and v it is 2 atan2(|u - v|, |u + v|), right to about 1e-16 for
    every angle; the arc cosine loses half the digits near 0 and pi. ValueError if the
    lengths of the arrays differ or one is the zero vector. O(n).
    Home: 01-linear-algebra/01-vectors-and-matrices.ipynb.
    Source: W. Kahan, "How futile are mindless assessments of roundoff in floating-point
    computation?", 2006, section 12.

    >>> angle([1, 0], [1, 1e-9])
    1e-09
    """
    u, v = _two_directions(x, y)
    return 2 * math.atan2(norm(u - v), norm(u + v))


def representable(x, what):
    """``x``, unless an entry of it has overflowed on the way from finite input."""
    if not np.isfinite(x).all():
        raise np.linalg.LinAlgError(
            f"{what} is beyond the largest float64: scale the input"
        )
    return x


def power_of_two(size):
    """The power of 2 at or below each size, 1 for 0: dividing by it rounds nothing."""
    exponent = np.frexp(size)[1] - 1
    return np.where(size == 0, 1.0, np.ldexp(1.0, exponent))


def _scaled(x):
    """x divided by a power of 2, its largest entry now in [1, 2), and that power."""
    unit = float(power_of_two(np.abs(x).max()))
    return x / unit, unit


def _power_mean(x, p):
    return float(np.sum(np.abs(x) ** p) ** (1 / p))


def _nonzero(x, name):
    if not x.any():
        raise ValueError(f"{name} must not be the zero vector: it has no direction")
    return x


def _two_vectors(x, y):
    x, y = _checks.as_vector(x), _checks.as_vector(y, "y")
    if len(x) != len(y):
        raise ValueError(
            f"x and y must have equal lengths, got shapes {x.shape} and {y.shape}"
        )
    return x, y


def _two_directions(x, y):
    """Both vectors divided by their lengths."""
    x, y = _two_vectors(x, y)
    return tuple(normalize(_nonzero(v, name)) for v, name in [(x, "x"), (y, "y")])
