"""Elimination: square systems, determinants, inverses and the reduced echelon form."""

import numpy as np

from utils import _checks
from utils.linalg.matrices import matrix_norm
from utils.linalg.orthogonality import EPS
from utils.linalg.systems import (
    back_substitution,
    forward_substitution,
    right_hand_side,
)
from utils.linalg.vectors import representable


def lu(A, pivot=True):
    """LU decomposition with row exchanges: ``A[perm] == L @ U``, up to rounding.

    Parameters
    ----------
    A : array_like, shape (n, n)
        Real and finite; singular matrices are factored, too.
    pivot : bool
        Exchange rows so that each pivot is the largest entry left in its column. Without,
        small pivots make large errors, and a zero may stop everything.

    Returns
    -------
    perm : ndarray of int, shape (n,)
        The order in which the rows of A were used.
    L : ndarray, shape (n, n)
        Lower triangular, ones on the diagonal; no entry exceeds 1 if ``pivot``.
    U : ndarray, shape (n, n)
        Upper triangular, the pivots on its diagonal.

    Raises
    ------
    ValueError
        If A isn't a finite square matrix.
    numpy.linalg.LinAlgError
        If, without exchanges, a pivot is 0 and something below it isn't; or if an entry
        grows beyond the largest float64.

    Notes
    -----
    Home: 01-linear-algebra/03-linear-systems.ipynb. 2n^3/3 operations. SciPy's `lu` gives
    the transposed permutation, A = P L U.
    Source: Golub and Van Loan, *Matrix Computations*, 4th ed., sections 3.2 and 3.4.

    Examples
    --------
    >>> perm, L, U = lu([[2, 1], [4, 4]])
    >>> perm, L, U
    (array([1, 0]), array([[1. , 0. ],
           [0.5, 1. ]]), array([[ 4.,  4.],
           [ 0., -1.]]))
    """
    work = _checks.as_square(A)  # becomes U, with the multipliers in place of its zeros
    n = len(work)
    perm = np.arange(n)
    with np.errstate(over="ignore", invalid="ignore"):
        for k in range(n - 1):
            if pivot:
                largest = k + np.argmax(np.abs(work[k:, k]))
                work[[k, largest]] = work[[largest, k]]
                perm[[k, largest]] = perm[[largest, k]]
            below = work[k + 1 :, k]
            if not below.any():
                continue  # nothing to eliminate, whatever the pivot
            if work[k, k] == 0:
                raise np.linalg.LinAlgError(
                    f"pivot {k} is 0: without row exchanges A has no LU decomposition "
                    "(use pivot=True)"
                )
            below /= work[k, k]
            work[k + 1 :, k + 1 :] -= np.multiply.outer(below, work[k, k + 1 :])
    representable(work, "an entry of L or U")
    return perm, np.tril(work, -1) + np.eye(n), np.triu(work)


def solve(A, b):
    """Solve A x = b for a square A, by elimination with row exchanges.

    Parameters
    ----------
    A : array_like, shape (n, n)
    b : array_like, shape (n,) or (n, k)
        One right-hand side, or k of them in columns.

    Returns
    -------
    ndarray, shape of b

    Raises
    ------
    ValueError
        If A isn't a finite square matrix, or b doesn't fit it.
    numpy.linalg.LinAlgError
        If a pivot is exactly 0, or the solution is beyond the largest float64.

    Notes
    -----
    Home: 01-linear-algebra/03-linear-systems.ipynb. 2n^3/3 operations, and 2n^2 for each
    column of b. The residual is as small as rounding allows, and the relative error about
    cond(A) times as large: where A is singular only up to rounding, no pivot may be
    exactly 0, and nothing in x is right.
    Source: Golub and Van Loan, *Matrix Computations*, 4th ed., section 3.4.

    Examples
    --------
    >>> solve([[2, 1], [6, 8]], [5, 25])
    array([1.5, 2. ])
    """
    A = _checks.as_square(A)
    b = right_hand_side(b, len(A), "A")
    perm, L, U = lu(A)
    zeros = np.flatnonzero(np.diag(U) == 0)
    if zeros.size:
        raise np.linalg.LinAlgError(
            f"A is singular: elimination leaves no pivot in column {zeros[0]}, so the "
            "system has no solution or more than one (use pinv for the shortest "
            "least-squares solution)"
        )
    return back_substitution(U, forward_substitution(L, b[perm], unit_diagonal=True))


def det(A):
    """Determinant of a square matrix, a float: how much A stretches volumes, with a sign.

    The product of the pivots of `lu`, times -1 for each row exchange, formed without
    overflow or underflow on the way; 0.0 where it is below the smallest float64 (there
    `slogdet` still tells). ValueError if A isn't square; LinAlgError if the determinant is
    beyond the largest float64. 2n^3/3 operations.
    Home: 01-linear-algebra/03-linear-systems.ipynb.

    >>> det([[0, 1], [1, 0]])
    -1.0
    """
    fraction, exponent = _determinant(A)
    with np.errstate(over="ignore", under="ignore"):
        value = float(np.ldexp(fraction, exponent))
    return representable(value, "the determinant (use slogdet)")


def slogdet(A):
    """Sign and logarithm of the size of a determinant: (1.0, -1.0 or 0.0; log |det A|).

    A singular matrix has (0.0, -inf). ValueError if A isn't square. 2n^3/3 operations.
    Home: 01-linear-algebra/03-linear-systems.ipynb.

    >>> sign, log_size = slogdet(0.1 * np.eye(400))  # 1e-400: det says 0
    >>> sign, round(log_size, 2)
    (1.0, -921.03)
    """
    fraction, exponent = _determinant(A)
    if fraction == 0:
        return 0.0, -np.inf
    log_size = np.log(abs(fraction)) + exponent * np.log(2)
    return float(np.sign(fraction)), float(log_size)


def inv(A):
    """Inverse of a square matrix, shape (n, n): the solution X of A X = I.

    To solve A x = b, prefer `solve`, which is four times cheaper and has smaller
    residuals. ValueError if A isn't square, LinAlgError if it is singular. 8n^3/3 operations.
    Home: 01-linear-algebra/03-linear-systems.ipynb.

    >>> inv([[2, 0], [1, 4]])
    array([[ 0.5  ,  0.   ],
           [-0.125,  0.25 ]])
    """
    A = _checks.as_square(A)
    return solve(A, np.eye(len(A)))


def rref(A, tol=None):
    """Reduced row echelon form, by Gauss-Jordan elimination with row exchanges.

    Parameters
    ----------
    A : array_like, shape (m, n)
    tol : float, optional
        A column has no pivot if no entry left in it is larger than ``tol``; by default
        max(m, n) eps times the largest sum of sizes in a row of A.

    Returns
    -------
    R : ndarray, shape (m, n)
        Each pivot is 1 and alone in its column; rows of zeros come last.
    pivots : tuple of int
        The columns with a pivot; their number is the rank.

    Raises
    ------
    ValueError
        If A isn't a finite matrix, or ``tol`` is negative.
    numpy.linalg.LinAlgError
        If an entry grows beyond the largest float64.

    Notes
    -----
    Home: 01-linear-algebra/03-linear-systems.ipynb. At most 2mn min(m, n) operations. A tool
    to learn with: where columns are nearly dependent, `matrix_rank` is more reliable.
    Source: Strang, *Introduction to Linear Algebra*, 6th ed., section 3.2.

    Examples
    --------
    >>> rref([[1, 2, 3], [2, 4, 7]])
    (array([[1., 2., 0.],
           [0., 0., 1.]]), (0, 2))
    """
    R = _checks.as_matrix(A)
    m, n = R.shape
    if tol is None:
        tol = max(m, n) * EPS * matrix_norm(R, np.inf)
    tol = _checks.in_range(tol, "tol", 0, np.inf)
    pivots = []
    for j in range(n):
        i = len(pivots)  # rows above i have their pivots
        left = np.abs(R[i:, j])
        if left.max(initial=0.0) <= tol:
            R[i:, j] = 0.0  # which it is, but for rounding
            continue
        largest = i + np.argmax(left)
        R[[i, largest]] = R[[largest, i]]
        with np.errstate(over="ignore", invalid="ignore"):
            R[i] /= R[i, j]
            others = np.arange(m) != i
            R[others] -= np.multiply.outer(R[others, j], R[i])
        R[others, j] = 0.0
        pivots.append(j)
    return representable(R + 0.0, "an entry"), tuple(pivots)  # + 0.0 makes -0 a 0


def _determinant(A):
    """The determinant as fraction * 2**exponent, with 0.5 <= |fraction| < 1 or 0."""
    perm, _, U = lu(A)
    fraction, exponent = float(_parity(perm)), 0
    for u in np.diag(U):
        fraction, shift = np.frexp(fraction * np.frexp(u)[0])
        exponent += int(shift) + int(np.frexp(u)[1])
    return float(fraction), exponent


def _parity(perm):
    """1 or -1, as the permutation is made of an even or odd number of exchanges."""
    perm, sign = perm.tolist(), 1
    for i in range(len(perm)):
        while perm[i] != i:  # each exchange puts one number in its place
            j = perm[i]
            perm[i], perm[j] = perm[j], j
            sign = -sign
    return sign
