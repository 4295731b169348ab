"""The precision that these functions compute in, and the one that they give back."""

import numpy as np

from utils._checks import as_float

# Differences beyond the largest float are -inf, exponentials below the smallest are 0:
# both are the right answer here, so NumPy need not warn of them.
quiet = np.errstate(all="ignore")


def working(x, name):
    """``x`` in float64, and the dtype to give back."""
    dtype = getattr(x, "dtype", None)
    kept = dtype if dtype in (np.float32, np.float16) else np.dtype(float)
    return as_float(x, name), kept


def returned(x, dtype):
    """``x`` in the dtype asked for; a single float64 as a Python float."""
    x = np.asarray(x, dtype=dtype)
    return float(x) if x.ndim == 0 and dtype == np.float64 else x[()]
