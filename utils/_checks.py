"""Checks of input that all modules share: they accept what can be right, and name what can't."""

import numpy as np


def as_vector(x, name="x", *, finite=True, min_size=1):
    """``x`` as a float64 array of shape (n,), or an error that says what came instead."""
    return _as_float(x, name, 1, "a vector, shape (n,)", finite, min_size)


def as_matrix(A, name="A", *, finite=True, min_size=1):
    """``A`` as a float64 array of shape (m, n), or an error that says what came instead."""
    return _as_float(A, name, 2, "a matrix, shape (m, n)", finite, min_size)


def as_square(A, name="A"):
    """``A`` as a finite float64 array of shape (n, n)."""
    A = as_matrix(A, name)
    if A.shape[0] != A.shape[1]:
        raise ValueError(f"{name} must be square, got shape {A.shape}")
    return A


def as_symmetric(A, name="A"):
    """``A`` as a finite float64 array of shape (n, n), exactly symmetric.

    Entries that mirror each other may differ by 1e-10 of the largest entry: their mean is
    taken. More than that is a `ValueError`.
    """
    A = as_square(A, name)
    with np.errstate(over="ignore"):
        apart = np.abs(A - A.T).max()
    if apart > 1e-10 * np.abs(A).max():
        raise ValueError(
            f"{name} must be symmetric, got entries that differ from their mirror image "
            f"by up to {apart:.3g}"
        )
    return np.where(A == A.T, A, A / 2 + A.T / 2)  # halves: their sum can't overflow


def as_data(X, name="X"):
    """Data ``X`` as a finite float64 array of shape (n, d), one row per example."""
    X = np.asarray(X)
    if X.ndim == 1:
        raise ValueError(
            f"{name} must have shape (n, d), one row per example, got shape {X.shape}: "
            f"a single feature is {name}[:, None]"
        )
    return as_matrix(X, name)


def as_finite(x, name="x"):
    """``x`` as a finite float64 array of any shape."""
    x = as_float(x, name)
    if not np.isfinite(x).all():
        raise ValueError(f"{name} must be finite, got NaN or infinity")
    return x


def as_float(x, name="x"):
    """``x`` as a float64 array of any shape; complex numbers and text are refused."""
    try:
        x = np.asarray(x)
    except ValueError:  # rows of different lengths
        raise ValueError(f"{name} must be an array of numbers, got {x!r}") from None
    if x.dtype.kind == "O" and not any(value is None for value in x.flat):
        try:
            return x.astype(float)  # Fraction, Decimal: objects with a real value
        except (TypeError, ValueError):
            pass
    if x.dtype.kind not in "biuf":
        raise TypeError(f"{name} must hold real numbers, got dtype {x.dtype}")
    return x.astype(float)  # a copy: inputs are never changed


def as_labels(y, name="y"):
    """Labels ``y`` as an array of shape (n,): all text, or all finite real numbers."""
    given = y
    try:
        y = np.asarray(y)
    except ValueError:  # rows of different lengths
        raise ValueError(f"{name} must be a vector of labels, got {y!r}") from None
    if y.ndim != 1 or not len(y):
        raise ValueError(
            f"{name} must be a vector of labels, shape (n,), got shape {y.shape}"
        )
    if y.dtype.kind == "O":
        # Python's own numbers get their dtype back
        given, y = y, np.asarray(y.tolist())
    if y.dtype.kind == "U":  # NumPy turns the 1 of [1, "a"] into text
        if given is not y and not all(isinstance(label, str) for label in given):
            raise TypeError(f"{name} must hold text or numbers, not both, nor None")
    elif y.dtype.kind not in "biuf":
        raise TypeError(f"{name} must hold text or numbers, got dtype {y.dtype}")
    elif not np.isfinite(y).all():
        raise ValueError(f"{name} must be finite, got NaN or infinity")
    return y


def moderate(X, name="X"):
    """``X`` itself, if its entries can be squared and summed without overflow."""
    largest = max(X.max(), -X.min())
    if largest > 1e150:
        raise ValueError(
            f"{name} must hold numbers up to 1e150 in size, so that they can be squared, "
            f"got {largest:.3g}: rescale it"
        )
    return X


def as_rng(rng):
    """``rng`` itself, if it is a `numpy.random.Generator`."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(
            "rng must be a numpy.random.Generator: pass rng=np.random.default_rng(0), "
            f"got {type(rng).__name__}"
        )
    return rng


def same_length(a, b, names):
    """Raise `ValueError` unless ``a`` and ``b`` have equally many rows."""
    if len(a) != len(b):
        raise ValueError(
            f"{names[0]} and {names[1]} must have equally many rows, "
            f"got {len(a)} and {len(b)}"
        )


def in_range(value, name, low, high, *, closed=(True, True)):
    """``value`` as a float inside an interval whose ends count where ``closed`` says."""
    number = scalar(value, name)
    above = low <= number if closed[0] else low < number
    below = number <= high if closed[1] else number < high
    if not (above and below):
        left, right = "[" if closed[0] else "(", "]" if closed[1] else ")"
        raise ValueError(f"{name} must be in {left}{low}, {high}{right}, got {value!r}")
    return number


def scalar(value, name):
    """``value`` as a Python float, or a `TypeError`."""
    array = np.asarray(value)
    if array.ndim or array.dtype.kind not in "biuf":
        raise TypeError(f"{name} must be a real number, got {value!r}")
    return float(array)


def count(value, name, low=1):
    """``value`` as a Python int of at least ``low``."""
    array = np.asarray(value)
    if array.ndim or array.dtype.kind not in "iu":
        raise TypeError(f"{name} must be an integer, got {value!r}")
    if array < low:
        raise ValueError(f"{name} must be at least {low}, got {value}")
    return int(array)


def _as_float(x, name, ndim, wanted, finite, min_size):
    x = as_float(x, name)
    if x.ndim != ndim:
        raise ValueError(f"{name} must be {wanted}, got an array of shape {x.shape}")
    if x.size < min_size:
        raise ValueError(f"{name} must not be empty, got shape {x.shape}")
    if finite and not np.isfinite(x).all():
        raise ValueError(f"{name} must be finite, got NaN or infinity")
    return x
