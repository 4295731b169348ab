"""Nearest points of convex sets: box, ball, simplex, l1 ball."""

import numpy as np

from utils import _checks


def project_box(v, lo, hi):
    """The nearest point of the box lo <= x <= hi: every entry clipped to its interval.

    `v` is an array of any shape or a number; `lo` and `hi` broadcast to it, and may be
    infinite. Returns an array in the shape of v, a float for a number. Raises `ValueError`
    if some lo > hi, or the bounds don't fit v. O(size).
    Home: 05-optimization/06-constrained-optimization.ipynb.

    Examples
    --------
    >>> project_box([-2, 0.3, 5], 0, 1)
    array([0. , 0.3, 1. ])
    """
    v = _checks.as_finite(v, "v")
    lo, hi = _checks.as_float(lo, "lo"), _checks.as_float(hi, "hi")
    try:
        lo, hi = np.broadcast_to(lo, v.shape), np.broadcast_to(hi, v.shape)
    except ValueError:
        raise ValueError(
            f"lo and hi must broadcast to the shape of v, {v.shape}, "
            f"got {lo.shape} and {hi.shape}"
        ) from None
    if not (lo <= hi).all():
        raise ValueError("a box needs lo <= hi in every entry, and no NaN")
    return _returned(np.minimum(np.maximum(v, lo), hi))


def project_ball(v, radius=1.0, center=None):
    """The nearest point of a Euclidean ball: ``v``, or the point of the surface towards it.

    Parameters
    ----------
    v : array_like, shape (..., d)
        A point, or points, each on its own.
    radius : float
        Positive.
    center : array_like, shape (d,), optional
        By default the origin.

    Returns
    -------
    ndarray, shape of v

    Raises
    ------
    ValueError
        If the radius is not positive, or center doesn't fit v.

    Notes
    -----
    Home: 05-optimization/06-constrained-optimization.ipynb. O(size).

    Examples
    --------
    >>> project_ball([[3, 4], [0.3, 0.4]])
    array([[0.6, 0.8],
           [0.3, 0.4]])
    """
    v = _points(v)
    radius = _checks.in_range(radius, "radius", 0, np.inf, closed=(False, False))
    center = np.zeros(v.shape[-1]) if center is None else _points(center, "center")
    if center.shape != v.shape[-1:]:
        raise ValueError(
            f"center must have shape {v.shape[-1:]}, as v, got {center.shape}"
        )
    out = v - center
    largest = np.abs(out).max(axis=-1, keepdims=True)
    largest[largest == 0] = 1.0
    unit = out / largest  # lengths in units of the largest entry: no overflow
    length = np.linalg.norm(unit, axis=-1, keepdims=True)
    with np.errstate(over="ignore"):
        outside = length * (largest / radius) > 1
    return np.where(outside, center + unit / np.maximum(length, 1) * radius, v)


def project_simplex(v, total=1.0):
    r"""The nearest point with nonnegative entries that sum to ``total``.

    It is max(v - theta, 0) with the one theta that makes the sum right: not v divided by
    its sum.

    Parameters
    ----------
    v : array_like, shape (..., d)
        A point, or points, each on its own.
    total : float
        Positive.

    Returns
    -------
    ndarray, shape of v

    Raises
    ------
    ValueError
        If v isn't finite or empty, or total is not positive.

    Notes
    -----
    Home: 05-optimization/06-constrained-optimization.ipynb. By the conditions of optimality the
    positive entries are the largest ones, all lowered by theta. With the entries sorted,
    u_1 >= u_2 >= ..., k of them stay positive for the last k with
    u_k > (u_1 + ... + u_k - total) / k = theta. O(d log d) for the sort.

    References
    ----------
    J. Duchi, S. Shalev-Shwartz, Y. Singer and T. Chandra, "Efficient projections onto the
    l1-ball for learning in high dimensions", ICML 2008.

    Examples
    --------
    >>> project_simplex([0.8, 0.6, -0.2])
    array([0.6, 0.4, 0. ])
    """
    v = _points(v)
    total = _checks.in_range(total, "total", 0, np.inf, closed=(False, False))
    return _on_simplex(v, total)


def project_l1_ball(v, radius=1.0):
    r"""The nearest point whose absolute values sum to at most ``radius``.

    Outside the ball the magnitudes are projected onto the simplex of that sum, which lowers
    all of them by the same theta and stops at 0: soft thresholding, with the threshold that
    the radius asks for. Many entries become exactly 0.

    Parameters
    ----------
    v : array_like, shape (..., d)
        A point, or points, each on its own.
    radius : float
        Positive.

    Returns
    -------
    ndarray, shape of v

    Raises
    ------
    ValueError
        If v isn't finite or empty, or the radius is not positive.

    Notes
    -----
    Home: 05-optimization/06-constrained-optimization.ipynb. O(d log d). Source: Duchi et al.
    (2008), as for `project_simplex`.

    Examples
    --------
    >>> project_l1_ball([3, -2, 0.5], radius=2)
    array([ 1.5, -0.5,  0. ])
    """
    v = _points(v)
    radius = _checks.in_range(radius, "radius", 0, np.inf, closed=(False, False))
    size = np.abs(v)
    with np.errstate(over="ignore"):
        inside = size.sum(axis=-1, keepdims=True) <= radius
    nearest = np.copysign(_on_simplex(size, radius), v)
    return np.where(inside, v, nearest) + 0.0  # no -0.0


@np.errstate(over="ignore")
def _on_simplex(v, total):
    v = v - v.max(
        axis=-1, keepdims=True
    )  # the answer is the same, and rounding smaller
    u = -np.sort(-v, axis=-1)
    k = np.arange(1, v.shape[-1] + 1)
    theta = (np.cumsum(u, axis=-1) - total) / k
    positive = np.count_nonzero(
        u > theta, axis=-1, keepdims=True
    )  # a run from the first
    theta = np.take_along_axis(theta, positive - 1, axis=-1)
    return np.maximum(v - theta, 0.0)


def _points(v, name="v"):
    v = _checks.as_finite(v, name)
    if v.ndim == 0 or v.size == 0:
        raise ValueError(f"{name} must have shape (..., d), d > 0, got {v.shape}")
    return v


def _returned(x):
    return x if x.ndim else float(x)
