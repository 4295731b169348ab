"""How much a matrix can magnify errors: condition numbers."""

import numpy as np

from utils import _checks
from utils.linalg.elimination import inv
from utils.linalg.matrices import matrix_norm
from utils.linalg.singular import svdvals
from utils.linalg.vectors import power_of_two


def cond(A, p=2):
    """The condition number of A: how many times a relative error can grow in A x = b.

    Parameters
    ----------
    A : array_like, shape (m, n)
        Square unless p is 2.
    p : {2, 1, np.inf, "fro"}
        The norm in which errors are measured; 2 and "fro" are as in `matrix_norm`.

    Returns
    -------
    float
        At least 1; ``inf`` if A is singular.

    Raises
    ------
    ValueError
        If A isn't a finite matrix, p is unknown, or A isn't square and p isn't 2.

    Notes
    -----
    Home: 07-numerical-methods/03-conditioning.ipynb. For p = 2, the largest singular value
    over the smallest: one `svdvals`, O(m n min(m, n)). Otherwise norm(A) norm(A^-1) with
    the explicit inverse, O(n^3). Rounding turns a singular matrix into one with a number
    around 1e16: beyond 1e15, the value says only that it is large.
    Source: Golub and Van Loan, *Matrix Computations*, 4th ed., section 2.6.

    Examples
    --------
    >>> round(cond([[1, 2], [3, 4]]), 4), round(cond([[1, 2], [3, 4]], 1), 4)
    (14.933, 21.0)
    """
    A = _checks.as_matrix(A)
    A /= power_of_two(np.abs(A).max())  # exact, and units don't matter
    if not np.isscalar(p) or p not in (1, 2, np.inf, "fro"):
        raise ValueError(f"p must be 1, 2, np.inf or 'fro', got {p!r}")
    if p == 2:
        s = svdvals(A).tolist()
        return s[0] / s[-1] if s[-1] else np.inf
    if A.shape[0] != A.shape[1]:
        raise ValueError(f"A must be square unless p is 2, got shape {A.shape}")
    try:
        return matrix_norm(A, p) * matrix_norm(inv(A), p)
    except np.linalg.LinAlgError:
        return np.inf
