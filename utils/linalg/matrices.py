"""Matrices: products, size, symmetry, and all distances by one product."""

import numpy as np

from utils import _checks
from utils.linalg.singular import svdvals
from utils.linalg.vectors import norm, power_of_two, representable


def matmul(A, B):
    """Matrix product by the definition: c_ij = a_i1 b_1j + ... + a_in b_nj.

    Parameters
    ----------
    A : array_like, shape (m, n)
    B : array_like, shape (n, p)

    Returns
    -------
    ndarray, shape (m, p)

    Raises
    ------
    ValueError
        If the columns of A aren't as many as the rows of B, or an entry isn't finite.
    numpy.linalg.LinAlgError
        If a partial sum overflows.

    Notes
    -----
    Home: 01-linear-algebra/02-matrix-operations.ipynb. 2mnp operations in three loops, which
    are there to be read: NumPy's ``A @ B`` is the same sums, a thousand times faster. In this
    order of the loops the innermost one walks along rows, as memory does.

    Examples
    --------
    >>> matmul([[1, 2], [3, 4]], [[0, 1], [1, 0]])
    array([[2., 1.],
           [4., 3.]])
    """
    A, B = _checks.as_matrix(A), _checks.as_matrix(B, "B")
    (m, n), p = A.shape, B.shape[1]
    if n != len(B):
        raise ValueError(
            f"the columns of A must be as many as the rows of B, "
            f"got shapes {A.shape} and {B.shape}"
        )
    A, B, C = A.tolist(), B.tolist(), np.zeros((m, p)).tolist()
    for i in range(m):
        for k in range(n):
            for j in range(p):
                C[i][j] += A[i][k] * B[k][j]
    return representable(np.array(C), "the product")


def outer(x, y):
    """Outer product of two vectors, the matrix of all x_i y_j: shape (m, n).

    LinAlgError if a product overflows. mn operations.
    Home: 01-linear-algebra/02-matrix-operations.ipynb.

    >>> outer([1, 2], [3, 4])
    array([[3., 4.],
           [6., 8.]])
    """
    x, y = _checks.as_vector(x), _checks.as_vector(y, "y")
    with np.errstate(over="ignore"):
        return representable(x[:, None] * y, "a product")


def trace(A):
    """Sum of the diagonal of a square matrix, a float: also the sum of its eigenvalues.

    ValueError if A isn't square. n operations.
    Home: 01-linear-algebra/02-matrix-operations.ipynb.

    >>> trace([[1, 9], [9, 2]])
    3.0
    """
    with np.errstate(over="ignore", invalid="ignore"):
        total = float(np.diag(_checks.as_square(A)).sum())
    return representable(total, "the trace")


def matrix_norm(A, ord="fro"):
    """Size of a matrix.

    Parameters
    ----------
    A : array_like, shape (m, n)
    ord : {"fro", 1, np.inf, 2, "nuc"}
        ``"fro"``: length of all entries as one vector. The largest factor by which A can
        stretch a vector, its length measured by the norm of the same name: 1, the largest
        sum of sizes in a column; ``np.inf``, in a row; 2, the largest singular value.
        ``"nuc"``: the sum of the singular values.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If A isn't a finite matrix, or ``ord`` is none of these.
    numpy.linalg.LinAlgError
        If the norm is beyond the largest float64.

    Notes
    -----
    Home: 01-linear-algebra/02-matrix-operations.ipynb. O(mn); 2 and "nuc" one `svdvals`.

    Examples
    --------
    >>> A = [[3, 0], [0, 4]]
    >>> [matrix_norm(A, ord) for ord in ("fro", 1, np.inf, 2, "nuc")]
    [5.0, 4.0, 4.0, 4.0, 7.0]
    """
    A = _checks.as_matrix(A)
    try:
        size = _NORMS[ord]
    except (KeyError, TypeError):
        raise ValueError(
            f"ord must be 'fro', 1, np.inf, 2 or 'nuc', got {ord!r}"
        ) from None
    with np.errstate(over="ignore"):
        return representable(float(size(A)), "the norm")


_NORMS = {
    "fro": lambda A: norm(A.ravel()),
    1: lambda A: np.abs(A).sum(axis=0).max(),
    np.inf: lambda A: np.abs(A).sum(axis=1).max(),
    2: lambda A: svdvals(A)[0],
    "nuc": lambda A: svdvals(A).sum(),
}


def is_symmetric(A, rtol=1e-10):
    """Whether a square matrix equals its transpose, up to ``rtol`` times its largest entry.

    ValueError if A isn't square, or ``rtol`` is negative. O(n^2).
    Home: 01-linear-algebra/02-matrix-operations.ipynb.

    >>> is_symmetric([[1, 2], [2, 1]]), is_symmetric([[1, 2], [-2, 1]])
    (True, False)
    """
    A = _checks.as_square(A)
    rtol = _checks.in_range(rtol, "rtol", 0, np.inf)
    A /= power_of_two(np.abs(A).max())  # no difference can overflow now
    return bool(np.abs(A - A.T).max() <= rtol * np.abs(A).max())


def pairwise_sq_distances(X, Y=None):
    """Squared distances between the rows of X and the rows of Y, by one matrix product.

    Parameters
    ----------
    X : array_like, shape (n, d)
    Y : array_like, shape (m, d), optional
        X itself if left out; the result is then symmetric with zeros on its diagonal.

    Returns
    -------
    ndarray, shape (n, m)
        Never negative.

    Raises
    ------
    ValueError
        If the columns of X and Y aren't equally many, or an entry isn't finite.
    numpy.linalg.LinAlgError
        If a squared distance is beyond the largest float64.

    Notes
    -----
    Home: 01-linear-algebra/02-matrix-operations.ipynb. |x - y|^2 = |x|^2 + |y|^2 - 2 x.y
    takes 2nmd operations and no array larger than the result, of nm entries. The three
    terms cancel where x and y are close: the error is about 1e-15 times the largest squared
    distance from the mean of X, which is moved to 0 first, since shifting all points
    changes no distance.

    Examples
    --------
    >>> pairwise_sq_distances([[0, 0], [3, 4]])
    array([[ 0., 25.],
           [25.,  0.]])
    """
    X = _checks.as_data(X)
    Y_given = X if Y is None else _checks.as_data(Y, "Y")
    if X.shape[1] != Y_given.shape[1]:
        raise ValueError(
            "X and Y must have equally many columns, "
            f"got shapes {X.shape} and {Y_given.shape}"
        )
    unit = power_of_two(max(np.abs(X).max(), np.abs(Y_given).max()))
    X, Y_given = X / unit, Y_given / unit  # exact: no square can overflow
    center = X.mean(axis=0)
    X = X - center
    Y_given = X if Y is None else Y_given - center

    D = np.add.outer(np.vecdot(X, X), np.vecdot(Y_given, Y_given))
    D -= 2 * (X @ Y_given.T)
    np.maximum(D, 0.0, out=D)  # rounding can leave a distance of 0 below 0
    if Y is None:
        np.fill_diagonal(D, 0.0)
    with np.errstate(over="ignore"):
        D = D * unit * unit
    return representable(D, "a squared distance")
