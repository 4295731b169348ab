"""Triangular systems: one unknown at a time."""

import numpy as np

from utils import _checks
from utils.linalg.vectors import representable


def forward_substitution(L, b, unit_diagonal=False):
    """Solve L x = b for a lower triangular L, from the first unknown to the last.

    Parameters
    ----------
    L : array_like, shape (n, n)
        Only the diagonal and what is below it are read.
    b : array_like, shape (n,) or (n, k)
        One right-hand side, or k of them in columns.
    unit_diagonal : bool
        Take the diagonal as ones without reading it, as in the L of an LU decomposition.

    Returns
    -------
    ndarray, shape of b

    Raises
    ------
    ValueError
        If L isn't a finite square matrix, or b doesn't fit it.
    numpy.linalg.LinAlgError
        If the diagonal holds a zero: then there is no solution, or more than one. If the
        solution is beyond the largest float64.

    Notes
    -----
    Home: 01-linear-algebra/03-linear-systems.ipynb. Costs n^2 operations for each column of b.
    Source: Golub and Van Loan, *Matrix Computations*, 4th ed., section 3.1.

    Examples
    --------
    >>> forward_substitution([[2, 0], [1, 4]], [6, 11])
    array([3., 2.])
    """
    L, x = _system(L, b, "L")
    diagonal = np.ones(len(L)) if unit_diagonal else _nonzero_diagonal(L, "L")
    with np.errstate(over="ignore", invalid="ignore"):
        for i in range(len(L)):
            x[i] = (x[i] - L[i, :i] @ x[:i]) / diagonal[i]
    return representable(x, "the solution")


def back_substitution(U, b):
    """Solve U x = b for an upper triangular U, from the last unknown to the first.

    Parameters
    ----------
    U : array_like, shape (n, n)
        Only the diagonal and what is above it are read.
    b : array_like, shape (n,) or (n, k)
        One right-hand side, or k of them in columns.

    Returns
    -------
    ndarray, shape of b

    Raises
    ------
    ValueError
        If U isn't a finite square matrix, or b doesn't fit it.
    numpy.linalg.LinAlgError
        If the diagonal holds a zero: then there is no solution, or more than one. If the
        solution is beyond the largest float64.

    Notes
    -----
    Home: 01-linear-algebra/03-linear-systems.ipynb. Costs n^2 operations for each column of b.
    Source: Golub and Van Loan, *Matrix Computations*, 4th ed., section 3.1.

    Examples
    --------
    >>> back_substitution([[2, 1], [0, 4]], [8, 8])
    array([3., 2.])
    """
    U, x = _system(U, b, "U")
    diagonal = _nonzero_diagonal(U, "U")
    with np.errstate(over="ignore", invalid="ignore"):
        for i in reversed(range(len(U))):
            x[i] = (x[i] - U[i, i + 1 :] @ x[i + 1 :]) / diagonal[i]
    return representable(x, "the solution")


def _system(T, b, name):
    """The matrix and a copy of the right-hand side, once they fit each other."""
    T = _checks.as_square(T, name)
    b = right_hand_side(b, len(T), name)
    return T, b


def right_hand_side(b, m, name):
    """``b`` as a float64 array of shape (m,) or (m, k), m being the rows of ``name``."""
    b = _checks.as_finite(b, "b")
    if b.ndim not in (1, 2) or len(b) != m:
        raise ValueError(
            f"b must have shape ({m},) or ({m}, k), as {name} has {m} rows, "
            f"got shape {b.shape}"
        )
    return b


def _nonzero_diagonal(T, name):
    diagonal = np.diag(T)
    zeros = np.flatnonzero(diagonal == 0)
    if zeros.size:
        i = zeros[0]
        raise np.linalg.LinAlgError(
            f"{name} is singular: {name}[{i}, {i}] is 0, so the system has no solution or "
            "more than one (use pinv for the shortest least-squares solution)"
        )
    return diagonal
