"""Checks of labels that the metrics share."""

import numpy as np

from utils._checks import as_labels, as_vector, same_length


def two_labelings(a, b, names=("y_true", "y_pred")):
    """Two vectors of labels of the same length and kind."""
    a, b = as_labels(a, names[0]), as_labels(b, names[1])
    same_length(a, b, names)
    same_kind(a, b, names)
    return a, b


def same_kind(a, b, names):
    """Raise `TypeError` if the labels ``a`` are text and ``b`` are not, or the reverse."""
    if isinstance(a[0], str) != isinstance(b[0], str):
        raise TypeError(f"{names[0]} and {names[1]} must both be text, or neither")


def zeros_and_ones(y, name):
    y = as_vector(y, name)
    if not ((y == 0) | (y == 1)).all():
        raise ValueError(
            f"{name} must hold only 0 and 1: compare it with a class first"
        )
    return y


def class_numbers(y, table, name):
    """Labels 0, ..., K - 1, one for each row of a table (n, K)."""
    y = as_vector(y, "y_true")
    same_length(y, table, ("y_true", name))
    k = table.shape[1]
    if not (np.isin(y, np.arange(k))).all():
        raise ValueError(f"y_true must hold labels 0, ..., {k - 1} for {k} columns")
    return y.astype(int)
