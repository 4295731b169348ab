"""Positive definite matrices: the Cholesky factor, and what it makes easy."""

import numpy as np

from utils import _checks
from utils.linalg.eigen import eigh
from utils.linalg.orthogonality import EPS
from utils.linalg.systems import back_substitution, forward_substitution
from utils.linalg.vectors import representable


def cholesky(A):
    """The lower triangular L with a positive diagonal for which A = L L^T.

    Parameters
    ----------
    A : array_like, shape (n, n)
        Symmetric up to 1e-10 of its largest entry; the mean of A and A^T is factored.

    Returns
    -------
    ndarray, shape (n, n)

    Raises
    ------
    ValueError
        If A isn't a finite symmetric matrix. (NumPy reads the lower triangle and doesn't
        look at the other.)
    numpy.linalg.LinAlgError
        If a pivot isn't positive: A isn't positive definite.

    Notes
    -----
    Home: 01-linear-algebra/06-positive-definite-matrices.ipynb. n^3 / 3 operations, a
    column at a time: entry i of column j is a_ij less what the columns before j explain of
    it, divided by l_jj. No row exchanges: no entry of L exceeds the root of the largest of
    A. Where the smallest eigenvalue is zero but for rounding, the last pivots are rounding
    too, and their sign is chance.
    Source: Golub and Van Loan, *Matrix Computations*, 4th ed., section 4.2.

    Examples
    --------
    >>> cholesky([[4, 2, -2], [2, 10, 2], [-2, 2, 6]])
    array([[ 2.,  0.,  0.],
           [ 1.,  3.,  0.],
           [-1.,  1.,  2.]])
    """
    return _factor(_checks.as_symmetric(A), "A")


def cho_solve(L, b):
    """Solve L L^T x = b, where L is the `cholesky` factor of a matrix.

    Parameters
    ----------
    L : array_like, shape (n, n)
        Only the diagonal and what is below it are read.
    b : array_like, shape (n,) or (n, k)
        One right-hand side, or k of them in columns.

    Returns
    -------
    ndarray, shape of b

    Raises
    ------
    ValueError
        If L isn't a finite square matrix, or b doesn't fit it.
    numpy.linalg.LinAlgError
        If the diagonal holds a zero.

    Notes
    -----
    Home: 01-linear-algebra/06-positive-definite-matrices.ipynb. L z = b, then L^T x = z:
    2n^2 operations for each column of b.
    Source: Golub and Van Loan, *Matrix Computations*, 4th ed., section 4.2.

    Examples
    --------
    >>> cho_solve([[2, 0], [1, 3]], [4, 20])
    array([0., 2.])
    """
    z = forward_substitution(L, b)
    return back_substitution(np.transpose(L), z)


def solve_spd(A, b):
    """Solve A x = b for a symmetric positive definite A: `cholesky`, then `cho_solve`.

    A has shape (n, n), b shape (n,) or (n, k), and so has the result. Half the work of
    `solve`, and no exchange of rows. Raises as they do: ValueError if A isn't symmetric,
    LinAlgError if it isn't positive definite.
    Home: 01-linear-algebra/06-positive-definite-matrices.ipynb.

    >>> solve_spd([[4, 2], [2, 10]], [8, 22])
    array([1., 2.])
    """
    return cho_solve(cholesky(A), b)


def is_positive_definite(A):
    """Whether A is symmetric and x^T A x > 0 for every x except 0: a bool.

    Tries `cholesky`, the cheapest test, n^3 / 3 operations; a matrix that isn't symmetric
    is False. A matrix with an eigenvalue that is zero but for rounding can pass or fail.
    ValueError if A isn't a finite square matrix.
    Home: 01-linear-algebra/06-positive-definite-matrices.ipynb.

    >>> is_positive_definite([[2, 1], [1, 2]]), is_positive_definite([[1, 2], [2, 1]])
    (True, False)
    """
    A = _checks.as_square(A)
    try:
        cholesky(A)
    except ValueError:  # LinAlgError is one of them
        return False
    return True


def logdet_spd(A):
    """Logarithm of the determinant of a symmetric positive definite A, a float.

    Twice the sum of the logarithms of the diagonal of `cholesky`: the determinant itself,
    which may be beyond the floats, never shows up. Raises as `cholesky`; n^3 / 3 operations.
    Home: 01-linear-algebra/06-positive-definite-matrices.ipynb.

    >>> round(logdet_spd(1e-3 * np.eye(500)), 3)
    -3453.878
    """
    return float(2 * np.log(np.diag(cholesky(A))).sum())


def mahalanobis(X, mean, cov):
    """Distances from a mean in units of the spread in each direction.

    Parameters
    ----------
    X : array_like, shape (n, d) or (d,)
        Points in rows, or one point.
    mean : array_like, shape (d,)
    cov : array_like, shape (d, d)
        Covariance matrix, symmetric positive definite.

    Returns
    -------
    ndarray, shape (n,), or a float for one point
        The root of (x - mean)^T cov^-1 (x - mean), not its square.

    Raises
    ------
    ValueError
        If the shapes don't fit, an entry isn't finite, or ``cov`` isn't symmetric.
    numpy.linalg.LinAlgError
        If ``cov`` isn't positive definite.

    Notes
    -----
    Home: 01-linear-algebra/06-positive-definite-matrices.ipynb. With cov = L L^T it is the
    length of the z that solves L z = x - mean: one `cholesky`, O(d^3), then O(d^2) a point,
    and no inverse.
    Source: P. C. Mahalanobis, "On the generalised distance in statistics", 1936.

    Examples
    --------
    >>> mahalanobis([[3, 0], [0, 3]], [0, 0], [[9, 0], [0, 1]])
    array([1., 3.])
    """
    X, mean = _checks.as_finite(X, "X"), _checks.as_vector(mean, "mean")
    d = len(mean)
    if X.ndim not in (1, 2) or X.shape[-1] != d or not X.size:
        raise ValueError(
            f"X must have shape (n, {d}) or ({d},), as mean has {d} entries, "
            f"got shape {X.shape}"
        )
    L = _factor(_checks.as_symmetric(cov, "cov"), "cov")
    if len(L) != d:
        raise ValueError(f"cov must have shape ({d}, {d}), got {L.shape}")
    with np.errstate(over="ignore"):
        z = forward_substitution(L, representable((X - mean).T, "X - mean"))
        distances = np.hypot.reduce(z, initial=0.0)  # lengths of columns, by no squares
    distances = representable(distances, "a distance")
    return float(distances) if X.ndim == 1 else distances


def sqrtm_psd(A, inverse=False):
    """The symmetric positive semidefinite root of A, or the inverse of that root.

    Parameters
    ----------
    A : array_like, shape (n, n)
        Symmetric, with no eigenvalue below 0.
    inverse : bool
        Return the root of the inverse of A, which must then be definite.

    Returns
    -------
    ndarray, shape (n, n)
        The only such R with R R = A, or R R = A^-1.

    Raises
    ------
    ValueError
        If A isn't a finite symmetric matrix.
    numpy.linalg.LinAlgError
        If an eigenvalue is negative beyond rounding, n eps times the largest; with
        ``inverse``, also if one isn't positive beyond rounding.

    Notes
    -----
    Home: 01-linear-algebra/06-positive-definite-matrices.ipynb. One `eigh` and a product:
    the roots of the eigenvalues, in the same directions. Eigenvalues between -n eps and 0
    count as 0.
    Source: N. J. Higham, *Functions of Matrices* (SIAM, 2008), chapters 1 and 6.

    Examples
    --------
    >>> sqrtm_psd([[5, 4], [4, 5]])
    array([[2., 1.],
           [1., 2.]])
    """
    w, V = eigh(A)
    rounding = len(w) * EPS * np.abs(w).max()
    if w[0] < -rounding or (inverse and w[0] <= rounding):
        wanted = "positive" if inverse else "at least 0"
        raise np.linalg.LinAlgError(
            f"the eigenvalues of A must be {wanted}, got {w[0]:.3g} (add a little to the "
            "diagonal of A)"
        )
    roots = np.sqrt(np.maximum(w, 0))
    R = (V / roots if inverse else V * roots) @ V.T
    return (R + R.T) / 2


def _factor(A, name):
    """The Cholesky factor of a symmetric A, which the message calls ``name``."""
    L = np.zeros_like(A)
    with np.errstate(all="ignore"):  # after an overflow, some pivot isn't positive
        for j in range(len(A)):
            L[j:, j] = A[j:, j] - L[j:, :j] @ L[j, :j]
            if not L[j, j] > 0:  # "not >" is true of NaN, too
                raise np.linalg.LinAlgError(
                    f"{name} is not positive definite: pivot {j} is {L[j, j]:.3g} (add a "
                    "little to the diagonal if it should be, or see its eigenvalues by eigh)"
                )
            L[j:, j] /= np.sqrt(L[j, j])
    return L
