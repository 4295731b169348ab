"""The nearest reachable point: projections, orthonormal bases, least squares."""

import numpy as np

from utils import _checks
from utils.linalg.systems import (
    back_substitution,
    forward_substitution,
    right_hand_side,
)
from utils.linalg.vectors import norm, power_of_two, representable
from utils.numerics.sums import product_error, sum_error

EPS = np.finfo(float).eps


def project(b, A):
    """The point of the column space of A nearest to b: what A can reach of it.

    Parameters
    ----------
    b : array_like, shape (m,) or (m, k)
        One vector, or k of them in columns.
    A : array_like, shape (m, n) or (m,)
        Independent columns, or the one vector to project on.

    Returns
    -------
    ndarray, shape of b
        What is left, b minus this, is perpendicular to every column of A.

    Raises
    ------
    ValueError
        If A isn't finite, or b doesn't fit it.
    numpy.linalg.LinAlgError
        If a column of A depends on those before it, up to rounding.

    Notes
    -----
    Home: 01-linear-algebra/04-projections-and-orthogonality.ipynb. Q (Q^T b) with the Q of
    `qr`: 4mn^2 operations and 4mn for each column of b, O(mn) memory.
    Source: Golub and Van Loan, *Matrix Computations*, 4th ed., section 2.5.1.

    Examples
    --------
    >>> project([3, 0, 3], [1, 2, 2]).round(12)
    array([1., 2., 2.])
    """
    Q = _orthonormal_basis(A)
    b, units = _scaled_columns(right_hand_side(b, len(Q), "A"))
    with np.errstate(over="ignore"):
        return representable(Q @ (Q.T @ b) * units, "the projection")


def projection_matrix(A):
    """The matrix P = Q Q^T that projects on the column space of A: shape (m, m).

    A is a matrix with independent columns, or one vector, of m rows; P is symmetric,
    P P = P, and its trace is the number of columns. It has m^2 entries: to project a few
    vectors only, use `project`. LinAlgError if a column of A depends on those before it, up
    to rounding. 4mn^2 + 2m^2 n operations.
    Home: 01-linear-algebra/04-projections-and-orthogonality.ipynb.

    >>> projection_matrix([1, 1])
    array([[0.5, 0.5],
           [0.5, 0.5]])
    """
    Q = _orthonormal_basis(A)
    return Q @ Q.T


def gram_schmidt(A, method="modified", reorthogonalize=False):
    """Reduced QR decomposition A = Q R by Gram and Schmidt: subtract shadows, normalize.

    Parameters
    ----------
    A : array_like, shape (m, n)
        With m >= n and independent columns.
    method : {"modified", "classical"}
        ``"classical"`` takes the shadows of a column on all earlier q at once;
        ``"modified"`` one after the other, each of what is left by then.
    reorthogonalize : bool
        Go through the shadows twice. That is enough: Q is then orthogonal to machine
        precision.

    Returns
    -------
    Q : ndarray, shape (m, n)
        Orthonormal columns, up to an error of about eps cond(A)^2 ("classical") or
        eps cond(A) ("modified").
    R : ndarray, shape (n, n)
        Upper triangular, with a positive diagonal.

    Raises
    ------
    ValueError
        If A isn't a finite matrix, or ``method`` is neither.
    numpy.linalg.LinAlgError
        If m < n, or if a column of A depends on those before it, up to rounding.

    Notes
    -----
    Home: 01-linear-algebra/04-projections-and-orthogonality.ipynb. 2mn^2 operations, twice
    that with ``reorthogonalize``. To learn with: `qr` is orthogonal for every A, and faster.
    Source: A. Bjorck, "Solving linear least squares problems by Gram-Schmidt
    orthogonalization", BIT 7 (1967); L. Giraud, J. Langou and M. Rozloznik, "The loss of
    orthogonality in the Gram-Schmidt orthogonalization process", Comput. Math. Appl. 50
    (2005), for "twice is enough".

    Examples
    --------
    >>> Q, R = gram_schmidt([[3, 5], [4, 0]])
    >>> R.round(12)
    array([[5., 3.],
           [0., 4.]])
    """
    A = _checks.as_matrix(A)
    if method not in ("modified", "classical"):
        raise ValueError(f"method must be 'modified' or 'classical', got {method!r}")
    _refuse_wide(A)
    m, n = A.shape
    A, units = _scaled_columns(A)
    Q, R = np.empty((m, n)), np.zeros((n, n))
    for j in range(n):
        v = A[:, j].copy()
        for _ in range(2 if reorthogonalize else 1):
            R[:j, j] += _subtract_shadows(v, Q[:, :j], method)
        R[j, j] = norm(v)
        if R[j, j] <= _rounding(m) * norm(A[:, j]):
            _refuse_dependent(j)
        Q[:, j] = v / R[j, j]
    return Q, _unscaled(R, units)


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
    numpy.linalg.LinAlgError
        If an entry of R is beyond the largest float64.

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
    A, units = _scaled_columns(_checks.as_matrix(A))
    R, V, _ = householder(A)
    k = min(A.shape)
    Q = accumulate(V, k)
    sign = np.where(np.diag(R) < 0, -1.0, 1.0)
    # + 0.0 makes -0 a 0
    return Q * sign + 0.0, _unscaled(R[:k] * sign[:, None] + 0.0, units)


def lstsq(A, b):
    """The x that makes the sum of squares of A x - b smallest: QR, refined once.

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
        If m < n; if a column of A depends on those before it, up to rounding; or if the
        solution is beyond the largest float64.

    Notes
    -----
    Home: 01-linear-algebra/04-projections-and-orthogonality.ipynb. R x = Q^T b with the Q
    and R of `qr`, 4mn^2 - 4n^3/3 operations; then one step of refinement, about 60mn for
    each target, with residuals in twice the precision: it wins back the digits that the
    rounding in Q and R has cost. A column counts as dependent when what the earlier columns
    leave of it, r_jj, is at most max(m, 32) eps times the largest entry in its column of R:
    units don't matter.
    Source: A. Bjorck, "Iterative refinement of linear least squares solutions I", BIT 7
    (1967).

    Examples
    --------
    >>> lstsq([[1, 0], [1, 1], [1, 2]], [1, 3, 5])  # the line 1 + 2t
    array([1., 2.])
    """
    A = _checks.as_matrix(A)
    m, n = A.shape
    c = right_hand_side(b, m, "A")
    _refuse_wide(A)
    A, units = _scaled_columns(A)
    c, target_units = _scaled_columns(c)
    Q, R = qr(A)
    _check_independent(R, m)

    shadow = Q.T @ c
    x, residual = back_substitution(R, shadow), c - Q @ shadow
    # The same with what rounding has left undone in A x + residual = c, A^T residual = 0
    left, slant = _undone(A, c, x, residual)
    x += back_substitution(R, Q.T @ left - forward_substitution(R.T, slant))
    with np.errstate(over="ignore"):
        x = x * np.divide.outer(target_units, units).T
    return representable(x, "the solution")


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


def _orthonormal_basis(A):
    """The Q of a matrix with independent columns, or of a vector as its only column."""
    A = _checks.as_finite(A, "A")
    if A.ndim == 1:
        A = A[:, None]
    A, _ = _scaled_columns(_checks.as_matrix(A))
    _refuse_wide(A)
    Q, R = qr(A)
    _check_independent(R, len(A))
    return Q


def _subtract_shadows(v, Q, method):
    """Take from v, in place, its shadows on the columns of Q; their lengths, with a sign."""
    if method == "classical":
        lengths = Q.T @ v
        v -= Q @ lengths
        return lengths
    lengths = np.empty(Q.shape[1])
    for i, q in enumerate(Q.T):
        lengths[i] = q @ v  # of what the earlier shadows have left of v
        v -= lengths[i] * q
    return lengths


def _undone(A, c, x, residual):
    """c - residual - A x and -A^T residual, as if computed in twice the precision."""
    left = c - residual
    lost = sum_error(c, -residual, left)
    slant = np.empty_like(x)
    for j, column in enumerate(A.T):
        a = column if c.ndim == 1 else column[:, None]
        term = a * -x[j]
        total = left + term
        lost += product_error(a, -x[j], term) + sum_error(left, term, total)
        left = total

        terms = a * -residual
        partial = np.add.accumulate(terms)
        errors = sum_error(partial[:-1], terms[1:], partial[1:]).sum(axis=0)
        slant[j] = partial[-1] + (
            errors + product_error(a, -residual, terms).sum(axis=0)
        )
    return left + lost, slant


def _scaled_columns(A):
    """Each column divided by a power of 2, which is exact, and these powers.

    All columns are then of size 1: no square can overflow or underflow, and the columns of
    Q and R are the same, up to these powers.
    """
    units = power_of_two(np.abs(A).max(axis=0, initial=0.0))
    return A / units, units


def _unscaled(R, units):
    with np.errstate(over="ignore"):
        return representable(R * units, "an entry of R")


def _check_independent(R, m):
    """Raise unless each column of A = Q R, of m rows, adds to what the earlier ones span."""
    left, most = np.abs(np.diag(R)), np.abs(R).max(axis=0)
    dependent = np.flatnonzero(left <= _rounding(m) * most)
    if dependent.size:
        _refuse_dependent(dependent[0])


def _rounding(m):
    """What rounding can leave of a dependent column of m entries, relative to its length.

    About 3 eps as a rule, 20 eps where the columns before it are nearly dependent as well.
    """
    return max(m, 32) * EPS


def _refuse_wide(A):
    if A.shape[0] < A.shape[1]:
        raise np.linalg.LinAlgError(
            f"A has more columns than rows, {A.shape}, so its columns are dependent (use "
            "orth for a basis of what they span, pinv(A) @ b for the shortest solution)"
        )


def _refuse_dependent(j):
    raise np.linalg.LinAlgError(
        f"column {j} of A depends on the columns before it, up to rounding (use orth for "
        "a basis of what they span, pinv(A) @ b for the shortest solution)"
    )
