"""The singular value decomposition, and what can be read off it."""

import numpy as np

from utils import _checks
from utils.linalg.orthogonality import EPS, accumulate, householder, qr


def svd(A, full_matrices=False, *, tol=1e-14, max_sweeps=40):
    """Singular value decomposition A = U diag(s) Vt, by QR and one-sided Jacobi rotations.

    A Jacobi rotation makes two rows of a matrix orthogonal; once all rows are, their
    lengths are the singular values. A sweep meets every pair of rows once, n/2 disjoint
    pairs at a time. Before it, a QR decomposition makes A square and brings its large rows
    and columns to the front, which saves sweeps.

    Parameters
    ----------
    A : array_like, shape (m, n)
        Real and finite, of any shape and rank.
    full_matrices : bool
        Complete U and Vt to square matrices. (NumPy's default is True.)
    tol : float
        Two rows count as orthogonal when the cosine of their angle is at most ``tol``.
    max_sweeps : int
        Sweeps to try before giving up; float64 needs about eight.

    Returns
    -------
    U : ndarray, shape (m, r), or (m, m) if full
        Left singular vectors in orthonormal columns, r = min(m, n).
    s : ndarray, shape (r,)
        Singular values, largest first.
    Vt : ndarray, shape (r, n), or (n, n) if full
        Right singular vectors in orthonormal rows. Signs as `fix_signs` chooses them.

    Raises
    ------
    ValueError
        If A isn't a finite matrix, or is empty; if ``tol`` isn't in [0, 1].
    numpy.linalg.LinAlgError
        If some rows are still not orthogonal after ``max_sweeps``, or if the largest
        singular value is beyond the largest float64.

    Notes
    -----
    Home: 01-linear-algebra/07-svd.ipynb. O(m n^2) for the QR, O(n^3) a sweep. Small
    singular values come out with high relative accuracy where the matrix is graded by rows
    or columns, which neither the eigenvalues of A^T A nor LAPACK's default can give.

    References
    ----------
    J. Demmel and K. Veselic, "Jacobi's method is more accurate than QR", SIAM J. Matrix
    Anal. Appl. 13 (1992); Z. Drmac and K. Veselic, "New fast and accurate Jacobi SVD
    algorithm I", SIAM J. Matrix Anal. Appl. 29 (2008), for the QR before it.

    Examples
    --------
    >>> U, s, Vt = svd([[0, 2], [3, 0], [0, 0]])
    >>> s
    array([3., 2.])
    """
    A = _checks.as_matrix(A)
    tol = _checks.in_range(tol, "tol", 0, 1)
    max_sweeps = _checks.count(max_sweeps, "max_sweeps")
    if A.shape[0] < A.shape[1]:
        U, s, Vt = svd(A.T, full_matrices, tol=tol, max_sweeps=max_sweeps)
        return fix_signs(Vt.T, s, U.T)

    m, n = A.shape
    R, reflections, rows, columns, scale = _triangular(A)
    W, J = _jacobi(R, np.eye(n), tol, max_sweeps)  # W = J R, with orthogonal rows
    s = _lengths(W)
    order = np.argsort(-s, kind="stable")
    s, W, J = s[order], W[order], J[order]
    J /= _lengths(J)[:, None]  # hundreds of rotations leave them a little off 1

    U, Vt = np.empty((m, m if full_matrices else n)), np.empty((n, n))
    U[rows] = accumulate(reflections, U.shape[1])
    U[:, :n] = U[:, :n] @ J.T
    Vt[:, columns] = _unit_rows(W, s)
    return fix_signs(U, _rescaled(s, scale), Vt)


def svdvals(A):
    """The singular values of A, largest first: an array of shape (min(m, n),).

    Raises as `svd` does, and costs about half. Home: 01-linear-algebra/07-svd.ipynb.

    >>> svdvals([[0, 2], [3, 0]])
    array([3., 2.])
    """
    A = _checks.as_matrix(A)
    if A.shape[0] < A.shape[1]:
        A = A.T
    R, *_, scale = _triangular(A)
    W, _ = _jacobi(R, np.empty((len(R), 0)), tol=1e-14, max_sweeps=40)
    return _rescaled(np.sort(_lengths(W))[::-1], scale)


def fix_signs(U, s, Vt):
    """Choose the free signs of an SVD: the largest entry of each row of Vt is positive.

    Parameters
    ----------
    U, s, Vt : array_like, shapes (m, p), (r,), (q, n)
        As any SVD gives them, thin or full: p and q are r or more. A u and a v that share a
        singular value change sign together. Of entries equally large up to rounding, the
        first counts.

    Returns
    -------
    U, s, Vt : ndarray
        New arrays of the same shapes.

    Raises
    ------
    ValueError
        If the shapes don't belong to one SVD.

    Notes
    -----
    Home: 01-linear-algebra/07-svd.ipynb. O(qn + mp).

    Examples
    --------
    >>> fix_signs([[1, 0], [0, 1]], [5, 2], [[0, -1], [1, 0]])[2]
    array([[0., 1.],
           [1., 0.]])
    """
    U, Vt = _checks.as_matrix(U, "U"), _checks.as_matrix(Vt, "Vt")
    s = _checks.as_vector(s, "s")
    if min(U.shape[1], len(Vt)) < len(s):
        raise ValueError(
            "U, s, Vt must have shapes (m, p), (r,), (q, n) with p and q at least r, "
            f"got {U.shape}, {s.shape}, {Vt.shape}"
        )
    size = np.abs(Vt)
    first = np.argmax(size >= (1 - 1e-8) * size.max(axis=1, keepdims=True), axis=1)
    sign = np.where(Vt[np.arange(len(Vt)), first] < 0, -1.0, 1.0)
    shared = min(U.shape[1], len(Vt))  # the columns of a full U beyond these are free
    U[:, :shared] *= sign[:shared]
    return U + 0.0, s, sign[:, None] * Vt + 0.0  # + 0.0 makes -0 a 0


def matrix_rank(A, tol=None):
    """How many singular values of A are larger than ``tol``, an int.

    By default tol = max(m, n) eps s[0], which is what rounding can leave of a zero. It knows
    nothing of the noise in measured data: if you know that, pass a ``tol`` above it.
    ValueError if ``tol`` is negative. Home: 01-linear-algebra/07-svd.ipynb. One `svdvals`.

    >>> matrix_rank([[1, 2], [2, 4]])
    1
    """
    A = _checks.as_matrix(A)
    s = svdvals(A)
    return int(np.sum(s > _tolerance(tol, A, s)))


def null_space(A, tol=None):
    """Orthonormal columns that span what A sends to zero: shape (n, n - rank).

    Singular values up to ``tol`` count as zero, by default max(m, n) eps s[0]. ValueError
    if ``tol`` is negative. Home: 01-linear-algebra/07-svd.ipynb. One `svd`.

    >>> null_space([[1, 1]]).round(4)
    array([[ 0.7071],
           [-0.7071]])
    """
    A = _checks.as_matrix(A)
    wide = A.shape[0] < A.shape[1]  # then the thin SVD lacks rows that we need
    _, s, Vt = svd(A, full_matrices=wide)
    rank = int(np.sum(s > _tolerance(tol, A, s)))
    return Vt[rank:].T


def orth(A, tol=None):
    """Orthonormal columns that span the columns of A: shape (m, rank).

    Singular values up to ``tol`` count as zero, by default max(m, n) eps s[0]. ValueError
    if ``tol`` is negative. Home: 01-linear-algebra/07-svd.ipynb. One `svd`.

    >>> orth([[1, 2], [1, 2]]).round(4)
    array([[0.7071],
           [0.7071]])
    """
    A = _checks.as_matrix(A)
    U, s, _ = svd(A)
    rank = int(np.sum(s > _tolerance(tol, A, s)))
    return U[:, :rank]


def pinv(A, rcond=None):
    """Pseudo-inverse of A: undoes each stretch that isn't zero, and sends the rest to 0.

    Parameters
    ----------
    A : array_like, shape (m, n)
        Real and finite, of any shape and rank.
    rcond : float, optional
        Singular values up to ``rcond * s[0]`` count as zero; by default max(m, n) eps.
        (NumPy's default, 1e-15, can be smaller than rounding and then inverts it.)

    Returns
    -------
    ndarray, shape (n, m)
        ``pinv(A) @ b`` is the shortest of the least-squares solutions of A x = b.

    Raises
    ------
    ValueError
        If A isn't a finite matrix, or ``rcond`` is negative.

    Notes
    -----
    Home: 01-linear-algebra/07-svd.ipynb. One `svd` and a product, O(mn min(m, n)).
    Source: R. Penrose, "A generalized inverse for matrices", 1955.

    Examples
    --------
    >>> pinv([[1, 2], [2, 4]]).round(4)
    array([[0.04, 0.08],
           [0.08, 0.16]])
    """
    A = _checks.as_matrix(A)
    if rcond is None:
        rcond = max(A.shape) * EPS
    rcond = _checks.in_range(rcond, "rcond", 0, np.inf)
    U, s, Vt = svd(A)
    keep = s > rcond * s[0]
    return (Vt[keep].T / s[keep]) @ U[:, keep].T


def low_rank(A, k):
    """The best approximation of A by a matrix of rank k, an array of the shape of A.

    Best in the spectral and in the Frobenius norm (Eckart and Young 1936, Mirsky 1960);
    ValueError unless 0 <= k <= min(m, n). Home: 01-linear-algebra/07-svd.ipynb. One `svd`.

    >>> low_rank([[3, 0], [0, 1]], 1)
    array([[3., 0.],
           [0., 0.]])
    """
    A = _checks.as_matrix(A)
    k = _terms(k, A, low=0)
    U, s, Vt = svd(A)
    return (U[:, :k] * s[:k]) @ Vt[:k]


def polar(A):
    """Polar decomposition A = Q P: a turn after a stretch.

    Parameters
    ----------
    A : array_like, shape (m, n)
        With m >= n.

    Returns
    -------
    Q : ndarray, shape (m, n)
        Orthonormal columns; of all such matrices the one nearest to A (Frobenius norm).
        It is unique if and only if A has rank n.
    P : ndarray, shape (n, n)
        Symmetric, with no negative eigenvalue; always unique.

    Raises
    ------
    ValueError
        If A isn't a finite matrix, or m < n.

    Notes
    -----
    Home: 01-linear-algebra/07-svd.ipynb. One `svd`.
    Source: Golub and Van Loan, *Matrix Computations*, 4th ed., section 9.4.3.

    Examples
    --------
    >>> Q, P = polar([[0, -2], [3, 0]])
    >>> P
    array([[3., 0.],
           [0., 2.]])
    """
    A = _checks.as_matrix(A)
    if A.shape[0] < A.shape[1]:
        raise ValueError(f"A must have at least as many rows as columns, got {A.shape}")
    U, s, Vt = svd(A)
    P = (Vt.T * s) @ Vt
    return U @ Vt, (P + P.T) / 2


def randomized_svd(A, k, n_oversamples=10, n_iter=2, rng=None):
    """The k leading terms of the SVD of A, from a random sketch of its columns.

    Parameters
    ----------
    A : array_like, shape (m, n)
        Real and finite.
    k : int
        Number of terms, from 1 to min(m, n).
    n_oversamples : int
        Random directions beyond k: they catch what the first k miss.
    n_iter : int
        Products with A A^T. Each makes the small singular values matter less.
    rng : numpy.random.Generator, optional
        ``default_rng(0)`` if left out: the result hardly depends on it.

    Returns
    -------
    U, s, Vt : ndarray, shapes (m, k), (k,), (k, n)
        As `svd`, approximately; no s is larger than the true one. Good where the singular
        values fall off after k, poor where they don't.

    Raises
    ------
    ValueError
        If k is beyond min(m, n), or a count is negative.

    Notes
    -----
    Home: 01-linear-algebra/07-svd.ipynb. 2(n_iter + 1) products of A with k + n_oversamples
    columns, O(mnk) in all, where `svd` needs O(mn min(m, n)).
    Source: N. Halko, P. G. Martinsson and J. A. Tropp, "Finding structure with randomness",
    SIAM Review 53 (2011), algorithms 4.4 and 5.1.

    Examples
    --------
    >>> A = np.outer([1.0, 2.0, 2.0], [3.0, 4.0])
    >>> randomized_svd(A, 1)[1].round(4)
    array([15.])
    """
    A = _checks.as_matrix(A)
    k = _terms(k, A, low=1)
    n_iter = _checks.count(n_iter, "n_iter", low=0)
    width = min(k + _checks.count(n_oversamples, "n_oversamples", low=0), *A.shape)
    rng = np.random.default_rng(0) if rng is None else _checks.as_rng(rng)

    Q, _ = qr(A @ rng.normal(size=(A.shape[1], width)))
    for _ in range(n_iter):
        Q, _ = qr(A.T @ Q)  # a new basis after each product: without it, only the
        Q, _ = qr(A @ Q)  # direction of the largest singular value would be left
    U, s, Vt = svd(Q.T @ A)
    return Q @ U[:, :k], s[:k], Vt[:k]


def _triangular(A):
    """A as a small triangle: (R, V, rows, columns, scale).

    With Q the product of the reflections V, ``A[rows][:, columns] = 2**scale * Q @ R``. Large
    rows and columns come first: so small ones keep their digits.
    """
    # powers of 2 are exact; 2**500 leaves room above, and 440 decades below
    scale = int(np.frexp(np.abs(A).max())[1]) - 500
    A = np.ldexp(A, -scale)
    A[np.abs(A) < 2.0**-960] = 0.0
    rows = np.argsort(-np.abs(A).max(axis=1), kind="stable")
    R, V, columns = householder(A[rows], pivot=True)
    return R[: A.shape[1]], V, rows, columns, scale


def _jacobi(W, J, tol, max_sweeps):
    """Rotate pairs of rows of W until all are orthogonal; J goes through the same turns."""
    n = len(W)
    rows = np.hstack([W, J])
    for _ in range(max_sweeps):
        # Each row is kept divided by about its length, so that no square underflows.
        size = np.ldexp(1.0, np.frexp(_lengths(rows[:, :n]))[1])
        rows /= size[:, None]
        worst = _largest_cosine(rows[:, :n])
        # Neighbors meet and change places: after n rounds every pair has met once.
        for turn in range(n if worst > tol else 0):
            _rotate_neighbors(rows, size, turn % 2)
        rows *= size[:, None]
        if worst <= tol:
            return rows[:, :n], rows[:, n:]
    raise np.linalg.LinAlgError(
        f"svd did not converge in {max_sweeps} sweeps: cosine {worst:.1e} is left"
    )


def _largest_cosine(W):
    """The largest cosine between two rows of W, as a size; rows of zeros count as 0."""
    lengths = _lengths(W)
    unit = W / np.where(lengths > 0, lengths, 1.0)[:, None]
    cosines = np.abs(unit @ unit.T)
    np.fill_diagonal(cosines, 0.0)
    return cosines.max()


def _rotate_neighbors(rows, size, first):
    """Make rows first and first + 1, first + 2 and first + 3, ... orthogonal, and swap them.

    The rows stand for themselves times ``size``; their first n entries become orthogonal.
    """
    n, last = len(rows), len(rows) - (len(rows) - first) % 2
    pairs = rows[first:last].reshape(-1, 2, rows.shape[1])  # views, not copies
    sizes = size[first:last].reshape(-1, 2)
    ratio = np.clip(sizes[:, 1] / sizes[:, 0], 1e-290, 1e290)
    gram = pairs[:, :, :n] @ pairs[:, :, :n].swapaxes(1, 2)
    aa, ab, bb = gram[:, 0, 0], gram[:, 0, 1], gram[:, 1, 1]

    with np.errstate(all="ignore"):  # ab may be 0: then t is, too
        zeta = (ratio * bb - aa / ratio) / (2 * ab)
        t = np.copysign(1.0, zeta) / (np.abs(zeta) + np.hypot(1.0, zeta))
    t = np.where(ab == 0, 0.0, t)
    c = 1 / np.hypot(1.0, t)
    rotate_and_swap = np.array([[c * t / ratio, c], [c, -c * t * ratio]])
    pairs[:] = np.moveaxis(rotate_and_swap, 2, 0) @ pairs
    sizes[:] = sizes[:, ::-1].copy()


def _unit_rows(W, s):
    """Orthogonal rows divided by their lengths s; those of length 0 complete a basis."""
    unit = W / np.where(s > 0, s, 1.0)[:, None]
    rank = np.count_nonzero(s)
    if rank < len(W):
        _, V, _ = householder(unit.T)
        unit[rank:] = accumulate(V, len(W))[:, rank:].T
    return unit


def _lengths(W):
    """The length of each row of W, scaled: no square overflows or underflows."""
    largest = np.abs(W).max(axis=1)
    scaled = W / np.where(largest > 0, largest, 1.0)[:, None]
    return largest * np.sqrt(np.vecdot(scaled, scaled))


def _rescaled(s, scale):
    with np.errstate(over="ignore"):
        s = np.ldexp(s, scale)
    if not np.isfinite(s[0]):
        raise np.linalg.LinAlgError(
            "the largest singular value is beyond the largest float64: scale A down"
        )
    return s


def _tolerance(tol, A, s):
    """``tol``, or what rounding can leave of a singular value that is zero."""
    if tol is None:
        return max(A.shape) * EPS * s[0]
    return _checks.in_range(tol, "tol", 0, np.inf)


def _terms(k, A, low):
    k = _checks.count(k, "k", low)
    if k > min(A.shape):
        raise ValueError(f"k must be at most min(m, n) = {min(A.shape)}, got {k}")
    return k
