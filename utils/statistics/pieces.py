"""What all summaries share: the axis to summarize, sums that keep their digits, units.

Data are divided by a power of 2 near their largest entry before anything is squared. That
is exact, and neither overflows nor underflows whatever the units are.
"""

import numpy as np

from utils import _checks


def along(x, axis=None, name="x"):
    """Data with the axis to summarize as the last one; all entries if ``axis`` is None."""
    x = _checks.as_finite(x, name)
    if x.ndim == 0 or x.size == 0:
        raise ValueError(
            f"{name} must be an array with at least one number, got shape {x.shape}"
        )
    if axis is None:
        return x.ravel()
    axis = _checks.count(axis, "axis", low=-x.ndim)
    if axis >= x.ndim:
        raise ValueError(f"axis must be below {x.ndim}, got {axis}: shape {x.shape}")
    return np.ascontiguousarray(np.moveaxis(x, axis, -1))  # summed pairwise, in order


def centered(x):
    """Means along the last axis, deviations from them in a unit, and the unit.

    All three keep the last axis; x = mean + unit * deviations, where unit is a power of 2.
    The deviations are from the mean itself, not from the float next to it: far from 0 that
    makes a difference. Their sum of squares is that of the corrected two-pass algorithm.
    """
    mean, z, unit = mean_in_units(x)
    d = z - mean
    return mean * unit, d - d.mean(axis=-1, keepdims=True), unit


def mean_in_units(x):
    """Means along the last axis and the data, both over the unit, and the unit."""
    unit = power_of_2(np.abs(x).max(axis=-1, keepdims=True))
    z = x / unit
    mean = z.mean(axis=-1, keepdims=True)
    mean = mean + (z - mean).mean(axis=-1, keepdims=True)  # what rounding took from it
    return mean, z, unit


def power_of_2(size):
    """The power of 2 with size / 2 < power <= size, elementwise; 1/2 for a size of 0."""
    return np.ldexp(np.ones_like(size), np.frexp(size)[1] - 1)


def in_units(value, *units, what):
    """``value`` times the units, or a `ValueError` if that is beyond the largest float."""
    with np.errstate(over="ignore"):
        for unit in units:
            value = value * unit
    if not np.isfinite(value).all():
        raise ValueError(f"{what} is beyond the largest float: change the units")
    return plain(value)


def degrees(n, ddof, name="x"):
    """n - ddof, which must be positive."""
    ddof = _checks.in_range(ddof, "ddof", 0, np.inf, closed=(True, False))
    if n <= ddof:
        raise ValueError(f"{name} must have more than ddof = {ddof:g} values, got {n}")
    return n - ddof


def plain(x):
    """A Python float for a single number, else the array."""
    return float(x) if np.ndim(x) == 0 else x
