"""Minimizing under constraints: projected steps, equations, multipliers."""

import numpy as np

from utils import _checks
from utils.optimizers.descent import _descend, _History
from utils.optimizers.results import OptResult
from utils.optimizers.second_order import bfgs


def projected_gradient(f, grad, project, x0, lr, steps=1000, tol=1e-8):
    r"""Gradient steps, each brought back into a convex set: x <- P(x - lr * grad(x)).

    Parameters
    ----------
    f : callable or None
        Takes a point and returns a float, to record; None leaves NaN.
    grad : callable
        Takes a point of shape (d,) and returns the gradient, shape (d,).
    project : callable
        Takes a point and returns the nearest one of the set, such as `project_simplex`.
    x0 : array_like, shape (d,)
        The start; the first step brings it into the set.
    lr : float
        Step size, positive; up to 1/L (below 2/L) f falls at every step.
    steps : int
        Steps allowed.
    tol : float
        Stop, converged, once |x - P(x - lr * grad)| / lr is at most this: zero exactly where
        no feasible direction leads downhill. Without constraints it is the gradient's norm.

    Returns
    -------
    OptResult
        ``grad_norms`` holds that measure. Not converged, with a message, if the steps run
        out or the iterates diverge.

    Raises
    ------
    ValueError
        If lr is not positive, or a gradient or projection has the wrong shape.

    Notes
    -----
    Home: 05-optimization/06-constrained-optimization.ipynb. One gradient and one projection a
    step; as many steps as gradient descent without constraints.

    References
    ----------
    D. P. Bertsekas, *Nonlinear Programming*, 3rd ed. (2016), section 3.3.

    Examples
    --------
    >>> from utils.optimizers import project_box
    >>> run = projected_gradient(
    ...     lambda x: (x[0] - 2) ** 2 + (x[1] - 0.5) ** 2,
    ...     lambda x: 2 * (x - [2, 0.5]), lambda x: project_box(x, 0, 1), [0, 0], lr=0.25)
    >>> run.x.round(6)
    array([1. , 0.5])
    """
    lr = _checks.in_range(lr, "lr", 0, np.inf, closed=(False, False))
    history = _ProjectedHistory(f, grad, project, x0, lr)
    return _descend(
        history, lambda k, x, g: (history.ahead, lr), steps, tol, "projected gradient"
    )


class _ProjectedHistory(_History):
    """Records |x - P(x - lr g)| / lr where the others record the norm of g."""

    def __init__(self, f, grad, project, x0, lr):
        super().__init__(f, grad, x0)
        self.project, self.lr = project, lr

    def visit(self, x):
        g = super().visit(x)
        target = x - self.lr * g
        self.ahead = target
        if np.isfinite(target).all():
            self.ahead = np.array(self.project(target), dtype=float)
        if self.ahead.shape != x.shape:
            raise ValueError(
                f"project must return shape {x.shape}, as x0, got {self.ahead.shape}"
            )
        return (x - self.ahead) / self.lr

    def settled(self, norm, tol):
        return f"projected gradient norm at most {tol:g}" if norm <= tol else None


def solve_equality_qp(P, q, A, b):
    r"""Minimize the quadratic x.Px / 2 + q.x over the solutions of A x = b.

    Parameters
    ----------
    P : array_like, shape (n, n)
        Symmetric; positive definite along the directions that A allows, A p = 0.
    q : array_like, shape (n,)
    A : array_like, shape (m, n)
        With independent rows.
    b : array_like, shape (m,)

    Returns
    -------
    x : ndarray, shape (n,)
        The minimizer.
    nu : ndarray, shape (m,)
        The multipliers of the Lagrangian x.Px / 2 + q.x + nu.(A x - b): the minimum changes
        by -nu_i per unit of b_i.

    Raises
    ------
    ValueError
        If P isn't symmetric, or the shapes don't fit.
    numpy.linalg.LinAlgError
        If the KKT matrix is singular (dependent rows in A, or P flat along a direction that
        A allows), or P is negative along such a direction: then there is no minimum, or
        more than one.

    Notes
    -----
    Home: 05-optimization/06-constrained-optimization.ipynb. The conditions P x + q + A^T nu = 0
    and A x = b are one linear system, O((n + m)^3). Its matrix is never positive definite:
    at a minimum it has n positive and m negative eigenvalues, which is what is checked.

    References
    ----------
    S. Boyd and L. Vandenberghe, *Convex Optimization* (2004), section 10.1.

    Examples
    --------
    >>> solve_equality_qp([[2, 0], [0, 2]], [0, 0], [[1, 1]], [1])
    (array([0.5, 0.5]), array([-1.]))
    """
    P, A = _checks.as_square(P, "P"), _checks.as_matrix(A, "A")
    q, b = _checks.as_vector(q, "q"), _checks.as_vector(b, "b")
    n, m = len(P), len(A)
    if A.shape[1] != n or q.shape != (n,) or b.shape != (m,):
        raise ValueError(
            "P, q, A, b must have shapes (n, n), (n,), (m, n), (m,), "
            f"got {P.shape}, {q.shape}, {A.shape}, {b.shape}"
        )
    if not np.allclose(P, P.T, rtol=1e-12, atol=1e-12 * np.abs(P).max()):
        raise ValueError("P must be symmetric: use (P + P.T) / 2, the same quadratic")
    # neither the size of P nor that of the equations may decide what counts as singular
    size = np.abs(P).max() or 1.0
    lengths = np.linalg.norm(A, axis=1)
    lengths[lengths == 0] = 1.0
    rows = A / lengths[:, None]
    K = np.block([[P / size, rows.T], [rows, np.zeros((m, m))]])
    lam = np.linalg.eigvalsh(K)
    if np.abs(lam).min() <= (n + m) * np.finfo(float).eps * np.abs(lam).max():
        raise np.linalg.LinAlgError(
            "the KKT matrix is singular: drop dependent rows of A; if there are none, P is "
            "flat along a direction that A allows, and the minimizer is not unique"
        )
    if np.count_nonzero(lam < 0) != m:
        raise np.linalg.LinAlgError(
            "P is negative along a direction that A allows: there is no minimum"
        )
    z = np.linalg.solve(K, np.concatenate([-q / size, b / lengths]))
    return z[:n], z[n:] * size / lengths


def augmented_lagrangian(f, grad, h, jac_h, x0, rho=10.0, outer=20, tol=1e-8):
    r"""Minimize f under equations h(x) = 0, by penalties whose bias the multipliers remove.

    Each round minimizes f + nu.h + rho / 2 |h|^2 without constraints, by `bfgs`, and then
    moves the multipliers: nu <- nu + rho h(x).

    Parameters
    ----------
    f, grad : callable
        Take a point of shape (d,) and return a float and the gradient, shape (d,).
    h : callable
        Takes a point and returns the left sides of the equations, shape (m,), or a number.
    jac_h : callable
        Takes a point and returns their Jacobian, shape (m, d), or (d,) for one equation.
    x0 : array_like, shape (d,)
        The start; it need not fulfill the equations.
    rho : float
        Weight of the penalty, positive. After a round that leaves more than a quarter of
        |h| it is multiplied by 10.
    outer : int
        Rounds allowed.
    tol : float
        Stop, converged, once both |h| and the gradient of the Lagrangian, grad f + nu J_h,
        have norms of at most this.

    Returns
    -------
    OptResult
        One row of the path for each round. ``grad_norms`` holds the norms of the Lagrangian's
        gradient, ``step_sizes`` the rho of the rounds. ``extra["nu"]``, shape (m,), holds the
        multipliers, ``extra["nu_path"]``, shape (k + 1, m), all of them from 0 on, and
        ``extra["violation"]``, shape (k + 1,), the norms of h. Not converged, with a message,
        if the rounds run out or the iterates diverge.

    Raises
    ------
    ValueError
        If rho is not positive, or something has the wrong shape.

    Notes
    -----
    Home: 05-optimization/06-constrained-optimization.ipynb. The multipliers are prices:
    with h_i = c instead of 0 the minimum changes by -nu_i c, for small c. The error of nu
    falls by a factor of order 1 / rho in each round, so that rho can stay moderate; with a
    penalty alone |h| itself would be of that order. Finds a local minimum, at which the
    gradients of h must be independent.

    References
    ----------
    J. Nocedal and S. J. Wright, *Numerical Optimization* (2006), section 17.3.

    Examples
    --------
    >>> run = augmented_lagrangian(lambda x: x @ x, lambda x: 2 * x,
    ...     lambda x: x[0] + x[1] - 1, lambda x: [1, 1], [0, 0])
    >>> run.x.round(6), run.extra["nu"].round(6)
    (array([0.5, 0.5]), array([-1.]))
    """
    rho = _checks.in_range(rho, "rho", 0, np.inf, closed=(False, False))
    outer = _checks.count(outer, "outer", low=0)
    tol = _checks.in_range(tol, "tol", 0, np.inf, closed=(True, False))
    x = _checks.as_vector(x0, "x0")
    log = _Rounds(f, grad, h, jac_h, x)
    converged, message = False, f"did all {outer} rounds"
    for k in range(outer + 1):
        slope, violation = log.visit()
        if slope <= tol and violation <= tol:
            converged, message = True, f"|h| and the gradient at most {tol:g}"
            break
        if k == outer:
            break
        if k > 1 and violation > log.violations[-2] / 4:
            rho *= 10
        if not log.round(rho, tol):
            message = f"diverged at step {k + 1}"
            break
    return OptResult(
        x=log.x.copy(),
        path=np.array(log.path),
        values=np.array(log.values),
        grad_norms=np.array(log.slopes),
        step_sizes=np.array(log.rhos),
        converged=converged,
        message=message,
        name="augmented Lagrangian",
        n_iter=len(log.rhos),
        n_fun=log.n_fun,
        n_grad=log.n_grad,
        extra={
            "nu": log.nus[-1].copy(),
            "nu_path": np.array(log.nus),
            "violation": np.array(log.violations),
        },
    )


class _Rounds:
    """Point and multipliers of an augmented Lagrangian, and what they were before."""

    def __init__(self, f, grad, h, jac_h, x0):
        self.f, self.grad, self.h, self.jac_h = f, grad, h, jac_h
        self.x, self.nu = x0, np.zeros(len(self.equations(x0)))
        self.path, self.values, self.slopes, self.rhos = [], [], [], []
        self.nus, self.violations = [], []
        self.n_fun = self.n_grad = 0

    def equations(self, x):
        left = np.atleast_1d(np.asarray(self.h(x), dtype=float))
        if left.ndim != 1:
            raise ValueError(f"h must return a number or shape (m,), got {left.shape}")
        return left

    def pull(self, x, nu):
        """The gradient of f + nu.h."""
        J = np.atleast_2d(np.asarray(self.jac_h(x), dtype=float))
        if J.shape != (len(nu), len(x)):
            raise ValueError(
                f"jac_h must return shape {(len(nu), len(x))}, got {J.shape}"
            )
        g = np.asarray(self.grad(x), dtype=float)
        if g.shape != x.shape:
            raise ValueError(f"grad must return shape {x.shape}, as x0, got {g.shape}")
        return g + nu @ J

    def visit(self):
        self.path.append(self.x.copy())
        self.nus.append(self.nu)
        self.values.append(float(self.f(self.x)))
        self.slopes.append(float(np.linalg.norm(self.pull(self.x, self.nu))))
        self.violations.append(float(np.linalg.norm(self.equations(self.x))))
        self.n_fun, self.n_grad = self.n_fun + 1, self.n_grad + 1
        return self.slopes[-1], self.violations[-1]

    def round(self, rho, tol):
        """Minimize with the multipliers fixed, then move them; False if that diverges."""

        def value(x):
            left = self.equations(x)
            return float(self.f(x)) + self.nu @ left + rho / 2 * (left @ left)

        def slope(x):
            return self.pull(x, self.nu + rho * self.equations(x))

        run = bfgs(value, slope, self.x, steps=1000, tol=tol / 2)
        self.n_fun, self.n_grad = self.n_fun + run.n_fun, self.n_grad + run.n_grad
        nu = self.nu + rho * self.equations(run.x)
        if not np.isfinite(nu).all():
            return False
        self.x, self.nu = run.x, nu
        self.rhos.append(rho)
        return True
