"""Eigenvalues and eigenvectors: one pair, all of a symmetric matrix, all of any matrix."""

import numpy as np

from utils import _checks
from utils.linalg.elimination import lu
from utils.linalg.orthogonality import EPS, reflect
from utils.linalg.singular import fix_signs
from utils.linalg.systems import back_substitution, forward_substitution
from utils.linalg.vectors import normalize, power_of_two, representable


def power_iteration(A, x0=None, tol=1e-10, max_iter=1000, rng=None):
    """The eigenvalue of A that is largest in modulus, and its eigenvector.

    Every product with A stretches what a vector has of the leading eigenvector more than
    what it has of the others, so that in the end nothing else can be seen.

    Parameters
    ----------
    A : array_like, shape (n, n)
    x0 : array_like, shape (n,), optional
        The start; by default random. It must have a part along the eigenvector: if it is
        an eigenvector itself, its own eigenvalue comes back.
    tol : float
        Stop when the length of A v - lam v is at most ``tol * abs(lam)``.
    max_iter : int
        Products with A to try before giving up.
    rng : numpy.random.Generator, optional
        For the start; ``default_rng(0)`` if left out.

    Returns
    -------
    lam : float
        The eigenvalue with its sign, as the Rayleigh quotient of v.
    v : ndarray, shape (n,)
        Unit eigenvector; its entry of largest modulus is positive.
    n_iter : int
        How many products with A it took.

    Raises
    ------
    ValueError
        If A isn't a finite square matrix, or ``x0`` doesn't fit it or is zero.
    numpy.linalg.LinAlgError
        If the residual isn't small after ``max_iter`` products, as when two eigenvalues
        share the largest modulus: 1 and -1, or a complex pair.

    Notes
    -----
    Home: 01-linear-algebra/05-eigenvalues-and-eigenvectors.ipynb. O(n^2) a step. The error
    of v falls by the factor abs(lam_2 / lam_1) a step, that of lam by the same factor or,
    if A is symmetric, its square.
    Source: Golub and Van Loan, *Matrix Computations*, 4th ed., section 7.3.1.

    Examples
    --------
    >>> lam, v, n_iter = power_iteration([[4, 1], [2, 3]])
    >>> round(lam, 6), v.round(4)
    (5.0, array([0.7071, 0.7071]))
    """
    A, unit = scaled(_checks.as_square(A))
    tol = _checks.in_range(tol, "tol", 0, 1)
    v = _start(x0, len(A), rng)
    for n_iter in range(1, _checks.count(max_iter, "max_iter") + 1):
        y = A @ v
        lam = v @ y
        if length(y - lam * v) <= tol * abs(lam):
            return float(unscaled(lam, unit)), _positive(v), n_iter
        v = y / length(y)
    raise np.linalg.LinAlgError(
        f"power iteration did not converge in {max_iter} steps: two eigenvalues may share "
        "the largest modulus, or nearly (use eigvals to see all of them)"
    )


def inverse_iteration(A, shift, x0=None, tol=1e-10, max_iter=200, rng=None):
    """The eigenvalue of A that is nearest to a shift, and its eigenvector.

    Power iteration with the inverse of A - shift I, whose leading eigenvector it is.

    Parameters
    ----------
    A : array_like, shape (n, n)
    shift : float
        An estimate of the eigenvalue; it may be an eigenvalue.
    x0 : array_like, shape (n,), optional
        The start; by default random.
    tol : float
        Stop when the length of A v - lam v is at most ``tol`` times the largest sum of
        absolute values in a row of A. Eigenvalues nearer to each other than that can't be
        told apart.
    max_iter : int
        Systems to solve before giving up.
    rng : numpy.random.Generator, optional
        For the start; ``default_rng(0)`` if left out.

    Returns
    -------
    lam : float
        The eigenvalue, as the Rayleigh quotient of v.
    v : ndarray, shape (n,)
        Unit eigenvector; its entry of largest modulus is positive.
    n_iter : int
        How many systems it took.

    Raises
    ------
    ValueError
        If A isn't a finite square matrix, the shift isn't finite, or ``x0`` doesn't fit.
    numpy.linalg.LinAlgError
        If the residual isn't small after ``max_iter`` steps: two eigenvalues may be
        equally near, as a complex pair always is.

    Notes
    -----
    Home: 01-linear-algebra/05-eigenvalues-and-eigenvectors.ipynb. One `lu`, O(n^3), then
    O(n^2) a step. The error of v falls by the ratio of the distances from the shift to the
    nearest and to the second nearest eigenvalue. When the shift is an eigenvalue, U has a
    pivot that is zero but for rounding, and eps times the size of A takes its place: the
    solution is then huge, and points along the eigenvector.
    Source: Golub and Van Loan, *Matrix Computations*, 4th ed., section 7.6.1.

    Examples
    --------
    >>> lam, v, n_iter = inverse_iteration([[4, 1], [2, 3]], shift=1.5)
    >>> round(lam, 6), v.round(4)
    (2.0, array([-0.4472,  0.8944]))
    """
    A = _checks.as_square(A)
    shift = _checks.in_range(shift, "shift", -np.inf, np.inf, closed=(False, False))
    tol = _checks.in_range(tol, "tol", 0, 1)
    max_iter = _checks.count(max_iter, "max_iter")
    A, unit = scaled(A)
    shift = np.clip(shift / unit, -1e20, 1e20)  # beyond, A - shift I is -shift I
    size = np.abs(A).sum(axis=1).max()
    v = _start(x0, len(A), rng)

    perm, L, U = lu(A - shift * np.eye(len(A)))
    pivots = np.diag(U).copy()
    pivots[np.abs(pivots) < EPS * size] = EPS * size
    np.fill_diagonal(U, pivots)
    for n_iter in range(max_iter + 1):
        y = A @ v
        lam = v @ y
        if length(y - lam * v) <= tol * size:
            return float(unscaled(lam, unit)), _positive(v), n_iter
        try:
            half = forward_substitution(L, v[perm], unit_diagonal=True)
            v = normalize(back_substitution(U, half))
        except np.linalg.LinAlgError:  # overflow: all of U's last pivots are near zero
            break
    raise np.linalg.LinAlgError(
        f"inverse iteration did not converge in {n_iter} steps: two eigenvalues may be "
        "equally near to the shift (use eigvals to see all of them)"
    )


def eigh(A, tol=None, max_sweeps=60):
    """Eigenvalues and eigenvectors of a symmetric matrix, A = V diag(w) V^T, by Jacobi.

    A Jacobi rotation turns two axes so that the entry of A that couples them becomes zero,
    and the sum of squares off the diagonal falls by twice its square. A sweep meets every
    pair of axes once, n/2 disjoint pairs at a time.

    Parameters
    ----------
    A : array_like, shape (n, n)
        Symmetric up to 1e-10 of its largest entry; the mean of A and A^T is decomposed.
    tol : float, optional
        Stop when the root of the sum of squares off the diagonal is at most ``tol`` times
        that of all entries; by default eps.
    max_sweeps : int
        Sweeps to try before giving up; float64 needs about nine.

    Returns
    -------
    w : ndarray, shape (n,)
        Eigenvalues, smallest first.
    V : ndarray, shape (n, n)
        Eigenvectors in orthonormal columns, in the order of w; the entry of largest
        modulus in each is positive.

    Raises
    ------
    ValueError
        If A isn't a finite symmetric matrix, or ``tol`` isn't in [0, 1].
    numpy.linalg.LinAlgError
        If ``max_sweeps`` don't suffice, or an eigenvalue is beyond the largest float64.

    Notes
    -----
    Home: 01-linear-algebra/05-eigenvalues-and-eigenvectors.ipynb. O(n^3) a sweep. Each w
    is off by a few eps times the largest eigenvalue; so is A V - V w.
    Source: Golub and Van Loan, *Matrix Computations*, 4th ed., section 8.5.

    Examples
    --------
    >>> w, V = eigh([[5, 4], [4, 5]])
    >>> w
    array([1., 9.])
    """
    A, unit = scaled(_checks.as_symmetric(A))
    tol = EPS if tol is None else _checks.in_range(tol, "tol", 0, 1)
    max_sweeps = _checks.count(max_sweeps, "max_sweeps")
    n = len(A)
    rows = np.hstack([A, np.eye(n)])  # D and V^T: V^T A V = D, where D starts as A
    D, enough = rows[:, :n], tol * length(A)
    for sweep in range(max_sweeps + 1):
        if (left := length(D - np.diag(np.diag(D)))) <= enough:
            break
        # Neighbors meet and change places: after n rounds every pair has met once.
        for turn in range(n if sweep < max_sweeps else 0):
            _rotate_neighbors(rows, turn % 2)
    else:
        raise np.linalg.LinAlgError(
            f"eigh did not converge in {max_sweeps} sweeps: {left / length(A):.1e} of A "
            "is left off the diagonal"
        )
    order = np.argsort(np.diag(D), kind="stable")
    w, Vt = np.diag(D)[order], rows[order, n:]
    # hundreds of rotations leave the lengths a little off 1
    Vt /= np.sqrt(np.vecdot(Vt, Vt))[:, None]
    return unscaled(w, unit), fix_signs(Vt.T, w, Vt)[2].T


def hessenberg(A):
    """A matrix similar to A with zeros below its first subdiagonal.

    Parameters
    ----------
    A : array_like, shape (n, n)

    Returns
    -------
    ndarray, shape (n, n)
        H = Q^T A Q for an orthogonal Q: the same eigenvalues and Frobenius norm.
        Tridiagonal if A is symmetric; A itself if it has the zeros already.

    Raises
    ------
    ValueError
        If A isn't a finite square matrix.
    numpy.linalg.LinAlgError
        If an entry of H is beyond the largest float64.

    Notes
    -----
    Home: 01-linear-algebra/05-eigenvalues-and-eigenvectors.ipynb. 10 n^3 / 3 operations:
    reflection k makes zeros in column k from the left, and from the right it leaves
    columns 0 to k alone.
    Source: Golub and Van Loan, *Matrix Computations*, 4th ed., section 7.4.

    Examples
    --------
    >>> hessenberg([[1, 3, 4], [3, 2, 0], [4, 0, 2]]).round(12) + 0.0
    array([[ 1., -5.,  0.],
           [-5.,  2.,  0.],
           [ 0.,  0.,  2.]])
    """
    H, unit = scaled(_checks.as_square(A))
    for k in range(len(H) - 2):
        if H[k + 2 :, k].any():
            v = _mirror(H[k + 1 :, k])
            reflect(H[k + 1 :, k:], v)
            reflect(H[:, k + 1 :].T, v)
            H[k + 2 :, k] = 0.0  # which they are, but for rounding
    return unscaled(H, unit) + 0.0  # + 0.0 makes -0 a 0


def eigvals(A):
    """All eigenvalues of a real matrix, by QR iteration with Francis's double shifts.

    Parameters
    ----------
    A : array_like, shape (n, n)

    Returns
    -------
    ndarray of complex, shape (n,)
        Largest modulus first; of equal moduli, the larger imaginary part. Real eigenvalues
        have imaginary part 0, and complex ones come in exact conjugate pairs.

    Raises
    ------
    ValueError
        If A isn't a finite square matrix.
    numpy.linalg.LinAlgError
        If 60 steps don't bring out an eigenvalue, or one is beyond the largest float64.

    Notes
    -----
    Home: 01-linear-algebra/05-eigenvalues-and-eigenvectors.ipynb. O(n^3): `hessenberg`,
    then about two steps for each eigenvalue. The result is exact for a matrix
    within a few eps of A; how far that can move an eigenvalue depends on A, and it is far
    where eigenvectors are nearly parallel (use `eigh` for a symmetric matrix).
    Source: J. G. F. Francis, "The QR transformation", Computer Journal 4 (1961-62); Golub
    and Van Loan, *Matrix Computations*, 4th ed., section 7.5.

    Examples
    --------
    >>> eigvals([[0, -2], [2, 0]])
    array([0.+2.j, 0.-2.j])
    """
    H, unit = scaled(hessenberg(A))
    w, size = np.zeros(len(H), dtype=complex), length(H)
    end, steps = len(H), 0
    while end:
        # rows and columns start to end - 1 are the last block, uncoupled from those before
        start = _last_block(H[:end, :end], size)
        block = H[start:end, start:end]
        if len(block) <= 2:
            w[start:end] = _eigvals_2x2(*block.flat) if len(block) == 2 else block[0, 0]
            end, steps = start, 0
            continue
        steps += 1
        if steps > 60:
            raise np.linalg.LinAlgError("eigvals did not converge: an eigenvalue took 60 steps")  # fmt: skip
        _francis_step(block, exceptional=steps % 11 == 0)
    w = unscaled(w.view(float), unit).view(complex)
    return w[np.lexsort((-w.real, -w.imag, -np.abs(w)))]


def _rotate_neighbors(rows, first):
    """Uncouple axes first and first + 1, first + 2 and first + 3, ..., and swap them.

    The first n columns of ``rows`` are the symmetric matrix; the others turn with its rows.
    """
    n = len(rows)
    last = n - (n - first) % 2
    p = np.arange(first, last, 2)
    q = p + 1
    app, apq, aqq = rows[p, p], rows[p, q], rows[q, q]
    with np.errstate(all="ignore"):  # apq may be 0: then t is, too
        zeta = (aqq - app) / (2 * apq)
        t = np.copysign(1.0, zeta) / (np.abs(zeta) + np.hypot(1.0, zeta))
    t = np.where(apq == 0, 0.0, t)  # tangent of the smaller angle
    c = 1 / np.hypot(1.0, t)
    s = c * t

    rotate_and_swap = np.moveaxis(np.array([[s, c], [c, -s]]), 2, 0)
    pairs = rows[first:last].reshape(-1, 2, rows.shape[1])  # views, not copies
    pairs[:] = rotate_and_swap @ pairs
    x, y = rows[:, first:last:2], rows[:, first + 1 : last : 2]
    x[:], y[:] = s * x + c * y, c * x - s * y
    # what they are already, but for rounding
    rows[p, p], rows[q, q] = aqq + t * apq, app - t * apq
    rows[p, q] = rows[q, p] = 0.0


def _last_block(H, size):
    """Where the last block begins, once subdiagonal entries that are only rounding are 0."""
    diagonal, below = np.abs(np.diag(H)), np.abs(np.diag(H, -1))
    around = diagonal[1:] + diagonal[:-1]
    around[1:] += below[:-1]
    around[:-1] += below[1:]
    # products of numbers below 1e-154 underflow: well before that, nothing would move
    small = np.flatnonzero(below <= np.maximum(EPS * around, 1e-140 * size))
    H[small + 1, small] = 0.0  # for good: from now on only blocks are transformed
    return int(small[-1]) + 1 if small.size else 0


def _francis_step(H, exceptional):
    """Two QR steps at once with the two eigenvalues of the last 2 x 2 block as shifts.

    They may be a complex pair, a + bi and a - bi: (H - aI)^2 + b^2 I is real all the same.
    Its first column decides the first reflection, which spoils the zeros below the
    subdiagonal; the other reflections chase the bulge down and out.
    """
    n = len(H)
    (a, b), (c, d) = H[-2:, -2:]
    if exceptional:  # a shift of no meaning leads out of a cycle
        off = abs(c) + abs(H[-2, -3])
        a = d = d + 0.75 * off
        b, c = -0.4375 * off, off
    bulge = np.array(
        [
            (H[0, 0] - a) * (H[0, 0] - d) - b * c + H[0, 1] * H[1, 0],
            H[1, 0] * (H[0, 0] + H[1, 1] - a - d),
            H[1, 0] * H[2, 1],
        ]
    )
    for k in range(n - 1):
        v = _mirror(bulge)
        reflect(H[k : k + 3, max(k - 1, 0) :], v)
        reflect(H[: k + 4, k : k + 3].T, v)
        if k:
            H[k + 1 : k + 3, k - 1] = 0.0
        bulge = H[k + 1 : k + 4, k]


def _eigvals_2x2(a, b, c, d):
    """Eigenvalues of [[a, b], [c, d]] without cancellation, a complex pair exactly so."""
    half = (a - d) / 2
    square = half * half + b * c
    if square < 0:
        root = np.sqrt(-square)
        return complex(d + half, root), complex(d + half, -root)
    far = half + np.copysign(np.sqrt(square), half)
    return d + far, d - (b * c / far if far else 0.0)


def _mirror(x):
    """The unit v (or 0) such that the reflection across its plane sends x onto an axis."""
    v = x / (np.abs(x).max() or 1.0)
    v[0] += np.copysign(np.sqrt(v @ v), v[0])  # away from the axis: nothing cancels
    return v / (np.sqrt(v @ v) or 1.0)


def _start(x0, n, rng):
    """The unit vector an iteration starts from."""
    rng = np.random.default_rng(0) if rng is None else _checks.as_rng(rng)
    x0 = rng.normal(size=n) if x0 is None else _checks.as_vector(x0, "x0")
    if x0.shape != (n,):
        raise ValueError(f"x0 must have shape ({n},), as A has {n} columns, got {x0.shape}")  # fmt: skip
    if not x0.any():
        raise ValueError("x0 must not be the zero vector: it points nowhere")
    return normalize(x0)


def _positive(v):
    """v or -v: the one whose entry of largest modulus, the first of equals, is positive."""
    return fix_signs(v[:, None], [1.0], v[None])[2][0]


def length(x):
    """Root of the sum of squares of all entries: `norm` in the inside of a loop, unchecked."""
    largest = np.abs(x).max()
    return largest * np.sqrt(np.sum((x / (largest or 1.0)) ** 2))


def scaled(A):
    """A divided by a power of 2, which rounds nothing, and that power.

    The largest entry is then between 1 and 2, or 0: no square overflows.
    """
    unit = float(power_of_two(np.abs(A).max()))
    return A / unit, unit


def unscaled(x, unit):
    """What was computed from a `scaled` matrix, in the units of the matrix."""
    with np.errstate(over="ignore"):
        return representable(x * unit, "the result")
