"""What the package shares: checks of distributions and labels, and the unit of a result."""

import numpy as np

from utils._checks import as_float, in_range

TINIEST = np.finfo(float).tiny


def distribution(p, name="p", axis=-1, normalize=False):
    """``p`` in float64, its outcomes moved to the last axis, where they sum to 1."""
    p = as_float(p, name)
    if p.ndim == 0 or p.size == 0:
        raise ValueError(
            f"{name} must be an array of one or more probabilities, got shape {p.shape}"
        )
    p = np.ascontiguousarray(np.moveaxis(p, axis, -1))
    return _summing_to_one(p, _sum(p, axis=-1), name, normalize)


def two_distributions(p, q, axis=-1):
    """``p`` and ``q`` as `distribution` gives them, of the same shape."""
    p, q = distribution(p, "p", axis), distribution(q, "q", axis)
    if p.shape != q.shape:
        raise ValueError(
            f"p and q must have the same shape, got {p.shape} and {q.shape}"
        )
    return p, q


def two_vectors(p, q):
    """``p`` and ``q`` as distributions on the same outcomes, shape (K,)."""
    p, q = two_distributions(p, q)
    if p.ndim != 1:
        raise ValueError(f"p and q must be vectors, shape (K,), got shape {p.shape}")
    return p, q


def joint(P, ndim=2, normalize=False):
    """``P`` in float64, a table of ``ndim`` axes whose entries sum to 1."""
    P = as_float(P, "P")
    if P.ndim != ndim or not P.size:
        raise ValueError(f"P must be a table with {ndim} axes, got shape {P.shape}")
    return _summing_to_one(P, _sum(P), "P", normalize)


def in_base(nats, base):
    """Nats in the unit that ``base`` chooses; a single number as a Python float.

    Of a quantity that can't be negative, rounding may leave -1e-17: that becomes 0.
    """
    value = np.where((nats < 0) & (nats > -1e-12), 0.0, nats)
    if base is not None:
        base = in_range(base, "base", 0, np.inf, closed=(False, False))
        if base == 1:
            raise ValueError("base must not be 1: log 1 is 0")
        value = value / np.log(base)
    value = value + 0.0  # -0 becomes 0
    return float(value) if value.ndim == 0 else value


def as_codes(labels, name):
    """Labels as integers from 0, and a number that is larger than all of them."""
    labels = np.asarray(labels)
    if labels.ndim != 1 or not len(labels):
        raise ValueError(
            f"{name} must be a vector of labels, shape (n,), got shape {labels.shape}"
        )
    if (labels != labels).any():
        raise ValueError(f"{name} must not hold NaN")
    if labels.dtype.kind in "biu":
        spread = int(labels.max()) - int(labels.min())
        if spread <= 4 * len(labels) + 100:  # no need to sort them
            low = labels.min().astype(np.int64)
            return labels.astype(np.int64) - low, spread + 1
    try:
        values, codes = np.unique(labels, return_inverse=True)
    except TypeError:
        raise TypeError(
            f"{name} must hold labels of one kind, got numbers mixed with text or None"
        ) from None
    return codes, len(values)


@np.errstate(over="ignore")
def _sum(p, axis=None):
    return p.sum(axis=axis, keepdims=True)


def _summing_to_one(p, total, name, normalize):
    if not p.min() >= 0:  # true for NaN, too
        raise ValueError(f"{name} must not be negative or NaN, got {p.min()}")
    if normalize:
        if not (np.isfinite(total) & (total > 0)).all():
            raise ValueError(
                f"{name} must have a positive and finite sum, got 0 or inf"
            )
        return p / total
    off = np.abs(total - 1)
    if not (off <= 1e-8).all():
        worst = total.flat[np.argmax(off)]
        raise ValueError(f"{name} must sum to 1 within 1e-8, got the sum {worst}")
    return p
