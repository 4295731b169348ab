"""Linear systems by iteration: splittings and conjugate gradients."""

import numpy as np

from utils import _checks
from utils.linalg.eigen import length, scaled, unscaled
from utils.linalg.orthogonality import EPS
from utils.linalg.systems import forward_substitution
from utils.numerics import IterationResult


def jacobi(A, b, x0=None, tol=1e-10, max_iter=10_000):
    """Solve A x = b by Jacobi's iteration: each equation corrects its own unknown.

    Parameters
    ----------
    A : array_like, shape (n, n)
        With no zero on its diagonal.
    b : array_like, shape (n,)
    x0 : array_like, shape (n,), optional
        The start, by default 0.
    tol : float
        Stop when the length of b - A x is at most ``tol`` times that of b.
    max_iter : int
        Steps to try.

    Returns
    -------
    IterationResult
        ``residual_norms`` holds the length of b - A x at the start and after each step.
        Not converged after ``max_iter`` steps, or as soon as the residual is 1e8 times
        what it was at the start: then the iteration diverges, or nearly.

    Raises
    ------
    ValueError
        If A isn't a finite square matrix, or b or ``x0`` doesn't fit it.
    numpy.linalg.LinAlgError
        If the diagonal holds a zero.

    Notes
    -----
    Home: 07-numerical-methods/06-iterative-solvers.ipynb. x + D^-1 (b - A x), with D the
    diagonal of A: n^2 operations for one product with A a step. Converges from every start
    if and only if all eigenvalues of I - D^-1 A are less than 1 in modulus, as for strictly
    diagonally dominant A; that A is positive definite is not enough.
    Source: Golub and Van Loan, *Matrix Computations*, 4th ed., section 11.2.

    Examples
    --------
    >>> run = jacobi([[4, 1], [1, 3]], [6, 7])
    >>> run.x.round(8), run.n_iter
    (array([1., 2.]), 19)
    """
    A, b, x = _system(A, b, x0)
    D = np.diag(A)
    return _iterate(A, b, x, tol, max_iter, lambda r: r / D)


def gauss_seidel(A, b, x0=None, tol=1e-10, max_iter=10_000):
    """Solve A x = b by the Gauss-Seidel iteration: `jacobi` with new values used at once.

    Parameters and result are those of `jacobi`, and so is what it raises.

    Notes
    -----
    Home: 07-numerical-methods/06-iterative-solvers.ipynb. x + M^-1 (b - A x), where M is
    the lower triangle of A with its diagonal: a product and a `forward_substitution`, 2n^2
    operations a step. Converges from every start if A is symmetric positive definite, or
    strictly diagonally dominant.
    Source: Golub and Van Loan, *Matrix Computations*, 4th ed., section 11.2.

    Examples
    --------
    >>> run = gauss_seidel([[4, 1, 0], [1, 4, 1], [0, 1, 4]], [5, 6, 5], max_iter=1)
    >>> run.x, run.converged
    (array([1.25    , 1.1875  , 0.953125]), False)
    """
    A, b, x = _system(A, b, x0)
    return _iterate(A, b, x, tol, max_iter, lambda r: forward_substitution(A, r))


def conjugate_gradient(A, b, x0=None, tol=1e-10, max_iter=None, preconditioner=None):
    """Solve A x = b for a symmetric positive definite A that is only multiplied by.

    Each step minimizes x^T A x / 2 - b^T x along a direction that is A-orthogonal to all
    directions before it, so that nothing gained earlier is lost again.

    Parameters
    ----------
    A : array_like, shape (n, n), or a callable, or anything with ``@``
        An array, which must be symmetric; a function of v that returns A v; or an object
        such as a sparse matrix, for which ``A @ v`` does.
    b : array_like, shape (n,)
    x0 : array_like, shape (n,), optional
        The start, by default 0.
    tol : float
        Stop when the length of b - A x is at most ``tol`` times that of b.
    max_iter : int, optional
        Steps to try, by default 10n. Without rounding n would do.
    preconditioner : like A, optional
        An approximation of the inverse of A, symmetric positive definite, by the same
        three ways: ``lambda r: r / d`` divides by a diagonal d.

    Returns
    -------
    IterationResult
        ``residual_norms`` holds the length of b - A x at the start and after each step.

    Raises
    ------
    ValueError
        If A is an array that isn't square, finite and symmetric, if b or ``x0`` doesn't
        fit, or if a product isn't a finite vector of the length of b.
    numpy.linalg.LinAlgError
        If a direction p has p^T A p <= 0, or a residual r^T M r <= 0 for the
        preconditioner M: it isn't positive definite.

    Notes
    -----
    Home: 07-numerical-methods/06-iterative-solvers.ipynb. One product with A and 10n
    operations a step, and memory for 4 vectors. After m steps the error, in the A-norm, is
    at most 2 ((sqrt(k) - 1) / (sqrt(k) + 1))^m times what it was, k being the condition
    number of A (of M A with a preconditioner M). The residual is updated, and computed
    afresh before the result is given; if it then turns out too large, the iteration starts
    again from x.
    Source: M. R. Hestenes and E. Stiefel, "Methods of conjugate gradients for solving
    linear systems", 1952; Golub and Van Loan, *Matrix Computations*, 4th ed., section 11.3.

    Examples
    --------
    >>> run = conjugate_gradient([[4, 1], [1, 3]], [1, 2])
    >>> run.x.round(6), run.n_iter
    (array([0.090909, 0.636364]), 2)
    """
    b = _checks.as_vector(b, "b")
    multiply = _product(A, len(b), "A")
    identity = np.positive  # v to +v
    M = identity if preconditioner is None else preconditioner
    precondition = _product(M, len(b), "the preconditioner")
    max_iter = _checks.count(10 * len(b) if max_iter is None else max_iter, "max_iter")
    x = np.where(b.any(), _start(x0, b), 0.0)  # only 0 solves A x = 0
    b, unit = scaled(b)  # then no square underflows
    x = x / unit

    goal = _checks.in_range(tol, "tol", 0, 1) * length(b)
    r, p, rz = b - multiply(x), np.zeros_like(b), np.inf
    norms = [length(r)]
    doubtful = max(goal, EPS * norms[0])  # where rounding may be all that r tells
    while True:
        if norms[-1] <= doubtful or len(norms) > max_iter:
            r, rz = b - multiply(x), np.inf  # which forgets the old directions
            norms[-1] = length(r)
            if norms[-1] <= goal or len(norms) > max_iter:
                break
            doubtful = max(goal, EPS * norms[-1])
        z = precondition(r)
        rz_before, rz = rz, _above_zero(r @ z, "the preconditioner M", "r^T M r")
        p = z + rz / rz_before * p
        Ap = multiply(p)
        step = rz / _above_zero(p @ Ap, "A", "p^T A p")
        x = x + step * p
        r = r - step * Ap
        norms.append(length(r))
    x, norms, goal = (unscaled(np.array(v), unit) for v in (x, norms, goal))
    return _result(x, norms, goal)


def _iterate(A, b, x, tol, max_iter, correction):
    """Add to x what ``correction`` makes of the residual, until that is small or huge."""
    goal = _checks.in_range(tol, "tol", 0, 1) * length(b)
    max_iter = _checks.count(max_iter, "max_iter")
    norms = []
    with np.errstate(all="ignore"):  # infinity and NaN end it, as divergence
        while True:
            r = b - A @ x
            norms.append(np.nan_to_num(length(r), nan=np.inf, posinf=np.inf))
            done = norms[-1] <= goal or len(norms) > max_iter
            if done or not norms[-1] < 1e8 * norms[0]:
                return _result(x, norms, goal)
            try:
                x = x + correction(r)
            except np.linalg.LinAlgError:  # it is beyond the largest float64
                x = np.full_like(x, np.inf)


def _result(x, norms, goal):
    """The `IterationResult`, with a message that says why the iteration ended."""
    n_iter, converged = len(norms) - 1, bool(norms[-1] <= goal)
    if converged:
        message = f"the residual is at most {goal:.3g}, as asked"
    elif norms[-1] < 1e8 * norms[0]:
        message = f"the residual is above {goal:.3g} after max_iter = {n_iter} steps"
    else:
        message = "the residual is 1e8 times what it was at the start: no convergence"
    return IterationResult(x, n_iter, converged, np.array(norms), message)


def _system(A, b, x0):
    """A, b and the start as arrays that fit each other, once no unknown lacks a pivot."""
    A, b = _checks.as_square(A), _checks.as_vector(b, "b")
    if len(A) != len(b):
        raise ValueError(f"b must have shape ({len(A)},), as A has {len(A)} rows, got {b.shape}")  # fmt: skip
    if (zeros := np.flatnonzero(np.diag(A) == 0)).size:
        raise np.linalg.LinAlgError(
            f"A[{zeros[0]}, {zeros[0]}] is 0: each equation must determine its own unknown "
            "(reorder the rows, or use solve)"
        )
    return A, b, _start(x0, b)


def _start(x0, b):
    if x0 is None:
        return np.zeros_like(b)
    x0 = _checks.as_vector(x0, "x0")
    if x0.shape != b.shape:
        raise ValueError(f"x0 must have the shape of b, {b.shape}, got {x0.shape}")
    return x0


def _product(A, n, name):
    """The function that multiplies by A, whichever way A is given."""
    if not callable(A):
        if not hasattr(A, "__matmul__") or isinstance(A, np.ndarray):
            A = _checks.as_symmetric(A, name)
        if getattr(A, "shape", (n, n)) != (n, n):
            raise ValueError(f"{name} must have shape ({n}, {n}), as b has {n} entries, got {A.shape}")  # fmt: skip
    what = f"the product of {name} and a vector"

    def multiply(v):
        product = A(v.copy()) if callable(A) else A @ v
        product = _checks.as_vector(product, what)
        if product.shape != v.shape:
            raise ValueError(f"{what} must have shape {v.shape}, got {product.shape}")
        return product

    return multiply


def _above_zero(value, name, what):
    if not value > 0:
        raise np.linalg.LinAlgError(
            f"{name} is not positive definite: {what} is {value:.3g} (use solve)"
        )
    return float(value)
