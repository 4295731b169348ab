"""What all losses share: targets and predictions of one shape, and the mean at the end."""

import numpy as np

from utils._checks import as_finite

# A loss beyond the largest float is inf, which is the right answer: NumPy need not warn.
quiet = np.errstate(over="ignore", under="ignore")


def same_shape(names, *arrays):
    """Finite float64 arrays of one shape, not empty: a target and its predictions."""
    arrays = [as_finite(a, name) for a, name in zip(arrays, names, strict=True)]
    shapes = [a.shape for a in arrays]
    if len(set(shapes)) > 1 or not arrays[0].size:
        raise ValueError(
            f"{' and '.join(names)} must have the same shape and not be empty, "
            f"got {' and '.join(map(str, shapes))}"
        )
    return arrays


def all_in(values, name, low, high):
    """Raise `ValueError` unless all values are in [low, high]."""
    if not ((values >= low) & (values <= high)).all():
        raise ValueError(f"{name} must be in [{low}, {high}], got a value outside")


@quiet
def reduced(values, reduction):
    """The losses of single predictions, or their mean or sum as a Python float."""
    values = values + 0.0  # -0 becomes 0
    if reduction == "mean":
        return float(np.mean(values))
    if reduction == "sum":
        return float(np.sum(values))
    if reduction == "none":
        return as_given(values)
    raise ValueError(f"reduction must be 'mean', 'sum' or 'none', got {reduction!r}")


def reduced_grad(slopes, reduction, n=None):
    """The gradient of the mean of n losses, or of their sum, from the slope of each."""
    if reduction not in ("mean", "sum"):
        raise ValueError(
            f"reduction of a gradient must be 'mean' or 'sum', got {reduction!r}"
        )
    if reduction == "mean":
        slopes = slopes / (slopes.size if n is None else n)
    return as_given(slopes + 0.0)


def as_given(values):
    """An array as it is; a single number as a Python float."""
    return float(values) if np.ndim(values) == 0 else values
