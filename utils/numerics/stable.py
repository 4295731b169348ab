"""Elementary functions that neither overflow nor underflow: log-sum-exp and its family."""

import numpy as np

from utils._checks import count
from utils.numerics.precision import quiet, returned, working


@quiet
def logsumexp(a, axis=None, keepdims=False):
    """Log of a sum of exponentials, log(exp(a_1) + ... + exp(a_n)).

    Parameters
    ----------
    a : array_like of real numbers, any shape
        Logarithms of the terms, in nats; -inf stands for a term that is 0.
    axis : int or tuple of int, optional
        Axes to sum over; by default all.
    keepdims : bool
        Whether summed axes stay, with length 1.

    Returns
    -------
    float or ndarray
        Never below the largest term. Terms that are all -inf, or none at all, give -inf;
        a term +inf gives +inf.

    Raises
    ------
    ValueError
        If `a` has no such axis.
    TypeError
        If `a` holds complex numbers or text.

    Notes
    -----
    The largest term m comes out of the sum, log sum exp(a) = m + log sum exp(a - m), so
    that no exponential exceeds 1 and at least one is 1. The terms equal to m are counted,
    and the rest goes through log1p: a rest of 1e-40 still shows when m is 0.
    Error about 1e-16 times max(1, |result|). Cost O(n).
    Home: 07-numerical-methods/02-numerical-stability.ipynb.
    Source: Blanchard, Higham and Higham, "Accurately computing the log-sum-exp and softmax
    functions", IMA J. Numer. Anal. 41 (2021).

    Examples
    --------
    >>> round(logsumexp([-1000.0, -1000.0]), 4)
    -999.3069
    """
    a, dtype = working(a, "a")
    _check_axis(a, axis)
    m = a.max(axis=axis, keepdims=True, initial=-np.inf)
    largest = a == m
    n_largest = largest.sum(axis=axis, keepdims=True)
    rest = np.exp(np.where(largest, -np.inf, a - m)).sum(axis=axis, keepdims=True)
    total = m + (np.log(n_largest) + np.log1p(rest / n_largest))
    total = np.where(np.isfinite(m), total, m)  # nothing to add to -inf, +inf, NaN
    return returned(total if keepdims else np.squeeze(total, axis=axis), dtype)


@quiet
def softmax(a, axis=-1):
    """Probabilities proportional to exp(a) along an axis.

    The largest entry is subtracted first, which changes no ratio and keeps every
    exponential in [0, 1]. An entry -inf gets probability 0; a slice of -inf alone, or one
    with +inf, has no softmax and becomes NaN. Raises `ValueError` for an empty axis and
    `TypeError` for complex numbers. O(n). Source: as `logsumexp`.
    Home: 07-numerical-methods/02-numerical-stability.ipynb.

    Examples
    --------
    >>> softmax([1000.0, 1000.0])
    array([0.5, 0.5])
    """
    a, dtype = working(a, "a")
    e = np.exp(a - _largest(a, axis))
    return returned(e / e.sum(axis=axis, keepdims=True), dtype)


@quiet
def log_softmax(a, axis=-1):
    """Logarithm of `softmax`, without taking the log of a probability that underflowed.

    log p_i = (a_i - m) - log sum exp(a - m), where m is the largest entry along the axis:
    a probability of exp(-1000) is 0 as a float, and its log is still -1000. Same errors
    and cost as `softmax`. Source: as `logsumexp`.
    Home: 07-numerical-methods/02-numerical-stability.ipynb.

    Examples
    --------
    >>> log_softmax([0.0, -1000.0])
    array([    0., -1000.])
    """
    a, dtype = working(a, "a")
    shifted = a - _largest(a, axis)
    return returned(shifted - logsumexp(shifted, axis=axis, keepdims=True), dtype)


@quiet
def sigmoid(z):
    """Logistic function 1 / (1 + exp(-z)), elementwise: from log-odds to probability.

    Uses exp(-|z|), which can't overflow: 1 / (1 + e) for z >= 0 and e / (1 + e) below, so
    that small probabilities keep all their digits. Raises `TypeError` for complex
    numbers. O(n). Home: 07-numerical-methods/02-numerical-stability.ipynb.

    Examples
    --------
    >>> sigmoid(0.0), sigmoid(-1000.0)
    (0.5, 0.0)
    """
    z, dtype = working(z, "z")
    e = np.exp(-np.abs(z))
    return returned(np.where(z < 0, e, 1) / (1 + e), dtype)


@quiet
def log_sigmoid(z):
    """Logarithm of `sigmoid`, elementwise: min(z, 0) - log(1 + exp(-|z|)).

    Close to z for very negative z, where sigmoid itself is 0 as a float. Raises
    `TypeError` for complex numbers. O(n).
    Home: 07-numerical-methods/02-numerical-stability.ipynb.

    Examples
    --------
    >>> log_sigmoid(-1000.0)
    -1000.0
    """
    z, dtype = working(z, "z")
    return returned(np.minimum(z, 0) - np.log1p(np.exp(-np.abs(z))), dtype)


@quiet
def softplus(z):
    """Smooth ramp log(1 + exp(z)), elementwise: max(z, 0) + log(1 + exp(-|z|)).

    Its derivative is `sigmoid`, and ``log_sigmoid(z) == -softplus(-z)``. Raises
    `TypeError` for complex numbers. O(n).
    Home: 07-numerical-methods/02-numerical-stability.ipynb.

    Examples
    --------
    >>> softplus(1000.0)
    1000.0
    """
    z, dtype = working(z, "z")
    return returned(np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z))), dtype)


def _largest(a, axis):
    """The largest entry along an axis, which must not be empty."""
    _check_axis(a, axis)
    try:
        return a.max(axis=axis, keepdims=True)
    except ValueError:
        raise ValueError(
            f"softmax needs at least one entry along axis {axis}, got shape {a.shape}"
        ) from None


def _check_axis(a, axis):
    """Raise unless the axis, or each one of several, is there."""
    ndim = max(a.ndim, 1)  # a single number is its own first axis, as in NumPy
    for one in axis if isinstance(axis, tuple) else (axis,):
        if one is not None and count(one, "axis", -ndim) >= ndim:
            raise ValueError(f"axis must be less than {ndim}, got {one}")
