"""Orthonormal bases and the nearest reachable point: QR and least squares."""

import numpy as np

from utils import _checks
from utils.linalg.systems import back_substitution, right_hand_side

EPS = np.finfo(float).eps


def qr(A):
    """Reduced QR decomposition A = Q R by Householder reflections.

    Parameters
    ----------
    A : array_like, shape (m, n)
        Real and finite, of any shape and rank.

    Returns
    -------
    Q : ndarray, shape (m, k)
        Orthonormal columns, k = min(m, n).
    R : ndarray, shape (k, n)
        Upper triangular, with a nonnegative diagonal.

    Raises
    ------
    ValueError
        If A isn't a finite matrix, or is empty.

    Notes
    -----
    Home: 01-linear-algebra/04-projections-and-orthogonality.ipynb. Reflection j sends what
    is left of column j onto an axis. Costs 4mn^2 - 4n^3/3 operations for m >= n. Q is
    orthogonal to machine precision for every A, which Gram-Schmidt can't promise. NumPy's
    factors are these up to the signs of Q's columns and R's rows.
    Source: Golub and Van Loan, *Matrix Computations*, 4th ed., section 5.2.

    Examples
    --------
    >>> Q, R = qr([[3, 5], [4, 0]])
    >>> R
    array([[5., 3.],
           [0., 4.]])
    """
    A = _checks.as_matrix(A)
    R, V, _ = householder(A)
    k = min(A.shape)
    Q = accumulate(V, k)
    sign = np.where(np.diag(R) < 0, -1.0, 1.0)
    return Q * sign + 0.0, R[:k] * sign[:, None] + 0.0  # + 0.0 makes -0 a 0


def lstsq(A, b):
    """The x that makes the sum of squares of A x - b smallest, by Householder QR.

    Parameters
    ----------
    A : array_like, shape (m, n)
        With m >= n and independent columns.
    b : array_like, shape (m,) or (m, k)
        One target, or k of them in columns.

    Returns
    -------
    ndarray, shape (n,) or (n, k)

    Raises
    ------
    ValueError
        If A isn't a finite matrix, or b doesn't fit it.
    numpy.linalg.LinAlgError
        If m < n, or if a column of A depends on those before it, up to rounding.

    Notes
    -----
    Home: 01-linear-algebra/04-projections-and-orthogonality.ipynb. Costs 2mn^2 - 2n^3/3
    operations: the reflections that make A triangular go to b as well, and Q is never
    formed. A column counts as dependent when what the earlier columns leave of it, r_jj, is
    at most m eps times the largest entry in its column of R: units don't matter.
    Source: Golub and Van Loan, *Matrix Computations*, 4th ed., section 5.3.

    Examples
    --------
    >>> lstsq([[1, 0], [1, 1], [1, 2]], [1, 3, 5])  # the line 1 + 2t
    array([1., 2.])
    """
    A = _checks.as_matrix(A)
    m, n = A.shape
    c = right_hand_side(b, m, "A")
    if m < n:
        raise np.linalg.LinAlgError(
            f"A has more columns than rows, {A.shape}: least squares then has many "
            "solutions (use pinv(A) @ b for the shortest)"
        )
    R, V, _ = householder(A)
    left, most = np.abs(np.diag(R)), np.abs(R).max(axis=0)
    dependent = np.flatnonzero(left <= m * EPS * most)
    if dependent.size:
        raise np.linalg.LinAlgError(
            f"column {dependent[0]} of A depends on the columns before it, up to "
            "rounding (use pinv(A) @ b for the shortest solution)"
        )
    for j, v in enumerate(V.T):
        reflect(c[j:], v[j:])
    return back_substitution(R[:n], c[:n])


def householder(A, pivot=False):
    """Make A upper triangular by reflections: (R, V, columns).

    R has the shape of A. Column j of V is the unit vector (or 0) across whose plane step j
    reflects, and ``A[:, columns]`` is what R belongs to: with ``pivot``, each step takes
    the largest of the columns that are left.
    """
    m, n = A.shape
    R, V, columns = A.copy(), np.zeros((m, min(m, n))), np.arange(n)
    for j in range(min(m, n)):
        if pivot:
            largest = j + np.argmax(np.abs(R[j:, j:]).sum(axis=0))
            R[:, [j, largest]] = R[:, [largest, j]]
            columns[[j, largest]] = columns[[largest, j]]
        largest = np.abs(R[j:, j]).max() or 1.0  # divided out: no square can overflow
        v = R[j:, j] / largest
        # v points from the column to its mirror image on the axis: of the two images take
        # the one on the other side, so that nothing cancels (copysign: sign(0) is 0)
        v[0] += np.copysign(np.sqrt(v @ v), v[0])
        v /= np.sqrt(v @ v) or 1.0
        reflect(R[j:, j:], v)
        R[j + 1 :, j] = 0.0  # which it is, but for rounding
        V[j:, j] = v
    return R, V, columns


def reflect(M, v):
    """Reflect the columns of M across the plane perpendicular to the unit v, in place."""
    M -= np.multiply.outer(2 * v, v @ M)


def accumulate(V, k):
    """The first k columns of the product of the reflections, an m x m orthogonal matrix.

    That product is I - V M^-1 V^T, where M is the upper triangle of V^T V with 1/2 on its
    diagonal: two matrix products instead of a loop over reflections.
    Source: Golub and Van Loan, *Matrix Computations*, 4th ed., section 5.1.7.
    """
    M = np.triu(V.T @ V, 1) + np.eye(V.shape[1]) / 2
    return np.eye(len(V), k) - V @ back_substitution(M, V[:k].T)
