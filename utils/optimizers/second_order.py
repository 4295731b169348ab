"""Descent with curvature: Newton's method, what replaces the Hessian, what avoids it."""

from collections import deque

import numpy as np

from utils import _checks
from utils.linalg import back_substitution, forward_substitution
from utils.optimizers.descent import _descend, _History, _NoStep
from utils.optimizers.line_search import EPS, _backtrack, _wolfe


def newton(f, grad, hess, x0, steps=50, tol=1e-10, line_search=True, damping=0.0):
    r"""Newton's method: go to the minimum of the quadratic model, H p = -g, again and again.

    Parameters
    ----------
    f, grad, hess : callable
        Take a point of shape (d,) and return a float, the gradient (d,) and the Hessian
        (d, d).
    x0 : array_like, shape (d,)
        The start.
    steps : int
        Steps allowed.
    tol : float
        Stop, converged, once the decrease that the model predicts, g.H^-1 g / 2 (half the
        squared Newton decrement), is at most this. It doesn't depend on the units of x,
        whose error is then about sqrt(2 * tol / mu), mu being the least curvature.
    line_search : bool
        Backtrack from the full step until f falls enough. Without it the pure method runs
        off from many starts.
    damping : float
        Added to the diagonal of H at every step, at least 0.

    Returns
    -------
    OptResult
        Not converged, with a message, if the steps run out, the iterates diverge, or the
        gradient vanishes where f curves down (a saddle or a maximum).

    Raises
    ------
    ValueError
        If the Hessian isn't symmetric, or something has the wrong shape or sign.

    Notes
    -----
    Home: 05-optimization/05-second-order-methods.ipynb. H p = -g is solved by Cholesky, O(d^3);
    where H isn't positive definite, tau I is added, with tau doubled until it is, so that p
    leads downhill. Near a minimum with positive definite Hessian the number of correct
    digits doubles at each step. Once the predicted decrease drowns in the rounding of f, the
    full step is taken unjudged.

    References
    ----------
    S. Boyd and L. Vandenberghe, *Convex Optimization* (2004), section 9.5. J. Nocedal and
    S. J. Wright, *Numerical Optimization* (2006), section 3.4, for tau.

    Examples
    --------
    >>> run = newton(lambda x: x[0] - np.log(x[0]), lambda x: 1 - 1 / x,
    ...              lambda x: [[1 / x[0]**2]], [0.5])
    >>> run.path[:4].ravel()
    array([0.5       , 0.75      , 0.9375    , 0.99609375])
    """
    damping = _checks.in_range(damping, "damping", 0, np.inf, closed=(True, False))
    history = _NewtonHistory(f, grad, hess, x0, damping)

    def move(k, x, g):
        p = history.p
        if np.array_equal(x + p, x):
            raise _NoStep(
                "the step is below rounding"
                if g.any()
                else "stationary where f curves down, which is no minimum,"
            )
        if not (line_search and np.isfinite(p).all()):
            return x + p, 1.0
        alpha = _downhill(history, x, g, p)
        return x + alpha * p, alpha

    return _descend(history, move, steps, tol, "Newton")


class _NewtonHistory(_History):
    """Solves for the Newton step where an iterate is recorded: the stopping test needs it."""

    def __init__(self, f, grad, hess, x0, damping):
        super().__init__(f, grad, x0)
        self.hess, self.damping = hess, damping

    def visit(self, x):
        g = super().visit(x)
        self.H = self._symmetric(np.asarray(self.hess(x), dtype=float))
        self.n_hess += 1
        self.p, self.decrease, self.definite = np.full_like(x, np.nan), np.nan, False
        if all(np.isfinite(v).all() for v in (self.values[-1], g, self.H)):
            pure = _cholesky_step(self.H, g, 0.0)
            self.definite = pure is not None
            usable = self.definite and not self.damping
            step = pure if usable else _damped_step(self.H, g, self.damping)
            self.p, self.decrease = step[0], (pure or step)[1]
        return g

    def settled(self, norm, tol):
        if not self.decrease <= tol:
            return None
        if not self.definite:  # at a saddle the model means nothing; flat is fine
            lam = np.linalg.eigvalsh(self.H)
            if lam[0] < -1e-8 * np.abs(lam).max():
                return None
        return f"predicted decrease at most {tol:g}"

    def _symmetric(self, H):
        d = len(self.x0)
        if H.shape != (d, d):
            raise ValueError(f"hess must return shape {(d, d)}, got {H.shape}")
        finite = np.isfinite(H).all()
        if finite and np.abs(H - H.T).max() > 1e-8 * np.abs(H).max():
            raise ValueError("hess must return a symmetric matrix: is it a Hessian?")
        return H


def _cholesky_step(H, g, tau):
    """p of (H + tau I) p = -g and -g.p / 2; None unless the matrix is positive definite."""
    try:
        L = np.linalg.cholesky(H + tau * np.eye(len(g)))
    except np.linalg.LinAlgError:
        return None
    z = forward_substitution(L, -g)
    return back_substitution(L.T, z), float(z @ z / 2)


def _damped_step(H, g, tau):
    """The same with tau doubled, from a thousandth of the size of H, until there is one."""
    least = 1e-3 * np.abs(H).max() or 1.0
    while np.isfinite(tau):
        if (step := _cholesky_step(H, g, tau)) is not None:
            return step
        tau = max(2 * tau, least)
    return np.full_like(g, np.nan), np.nan  # beyond floating point


def _downhill(history, x, g, p):
    """Armijo's step size from 1 on, or 1 where f can't tell better from worse any more."""
    fx, slope = history.values[-1], g @ p
    if not slope < 0:
        raise _NoStep("the direction does not lead downhill")
    if -slope <= 10 * EPS * abs(fx):
        return 1.0
    try:
        alpha, history.next_value, n_evals = _backtrack(history.f, x, fx, p, slope)
    except RuntimeError:
        raise _NoStep("no step lowers f enough") from None
    history.n_fun += n_evals
    return alpha


def bfgs(f, grad, x0, steps=200, tol=1e-8):
    r"""BFGS: learn the inverse Hessian from how the gradient changes along the way.

    Each step s and the change y of the gradient along it say that H y = s should hold. The
    update keeps that, keeps H symmetric and positive definite, and changes it least:

    .. math:: H \leftarrow (I - \rho s y^\top) H (I - \rho y s^\top) + \rho s s^\top,
              \qquad \rho = 1 / y^\top s

    Parameters
    ----------
    f, grad : callable
        Take a point of shape (d,) and return a float and the gradient, shape (d,).
    x0 : array_like, shape (d,)
        The start.
    steps : int
        Steps allowed.
    tol : float
        Stop, converged, once the Euclidean norm of the gradient is at most this.

    Returns
    -------
    OptResult
        Not converged, with a message, if the steps run out or no acceptable step exists.

    Raises
    ------
    ValueError
        If x0 is not a finite vector, or a gradient has the wrong shape.

    Notes
    -----
    Home: 05-optimization/05-second-order-methods.ipynb. O(d^2) a step and in memory, one
    gradient or a few for the line search (`wolfe`, which makes y.s > 0). H starts as the
    identity; where y.s is lost in rounding the update is skipped. Superlinear near a
    minimum.

    References
    ----------
    J. Nocedal and S. J. Wright, *Numerical Optimization* (2006), section 6.1.

    Examples
    --------
    >>> from utils.optimizers import rosenbrock_problem
    >>> valley = rosenbrock_problem()
    >>> run = bfgs(valley.f, valley.grad, valley.x0)
    >>> run.converged, run.x.round(6)
    (True, array([1., 1.]))
    """
    return _quasi_newton(f, grad, x0, _DenseInverse(), steps, tol, "BFGS")


def lbfgs(f, grad, x0, memory=10, steps=500, tol=1e-8):
    r"""BFGS for many parameters: only the last steps and changes of the gradient are kept.

    Parameters
    ----------
    f, grad : callable
        Take a point of shape (d,) and return a float and the gradient, shape (d,).
    x0 : array_like, shape (d,)
        The start.
    memory : int
        Pairs (s, y) to keep, at least 1; 5 to 20 are usual.
    steps : int
        Steps allowed.
    tol : float
        Stop, converged, once the Euclidean norm of the gradient is at most this.

    Returns
    -------
    OptResult
        Not converged, with a message, if the steps run out or no acceptable step exists.

    Raises
    ------
    ValueError
        If memory < 1, x0 is not a finite vector, or a gradient has the wrong shape.

    Notes
    -----
    Home: 05-optimization/05-second-order-methods.ipynb. The two-loop recursion multiplies
    the gradient by the inverse Hessian that the pairs imply, in 4 * memory * d
    multiplications, from the start s.y / y.y of the last pair. `path` holds every iterate:
    (steps + 1) * d floats.

    References
    ----------
    D. C. Liu and J. Nocedal, "On the limited memory BFGS method for large scale
    optimization", Math. Programming 45 (1989).

    Examples
    --------
    >>> from utils.optimizers import rosenbrock_problem
    >>> valley = rosenbrock_problem()
    >>> lbfgs(valley.f, valley.grad, valley.x0, memory=5).x.round(6)
    array([1., 1.])
    """
    memory = _checks.count(memory, "memory")
    return _quasi_newton(f, grad, x0, _LastPairs(memory), steps, tol, "L-BFGS")


def _quasi_newton(f, grad, x0, model, steps, tol, name):
    history = _History(f, grad, x0)

    def move(k, x, g):
        if k:
            s, y = x - history.path[-2], g - history.grads[0]
            if y @ s > 1e-10 * np.linalg.norm(y) * np.linalg.norm(s):
                model.learn(s, y)
        for _ in range(2):
            p = model.times(-g)
            first = min(1.0, 1 / np.linalg.norm(g)) if model.empty else 1.0
            alpha = _searched(history, x, g, p, first)
            if alpha is not None:
                return x + alpha * p, alpha
            model.forget()  # what was learned misleads: once more, from the gradient
        raise _NoStep("no step meets the Wolfe conditions")

    return _descend(history, move, steps, tol, name)


def _searched(history, x, g, p, first):
    """A Wolfe step along p, None if there is none."""
    if not g @ p < 0:
        return None
    try:
        alpha, history.next_value, history.next_grad, n_fun, _ = _wolfe(
            history.f, history.slope, x, history.values[-1], p, g @ p, first
        )
    except RuntimeError:
        return None
    history.n_fun += n_fun
    return alpha


class _DenseInverse:
    """The inverse Hessian of BFGS as a matrix."""

    def __init__(self):
        self.forget()

    def forget(self):
        self.H, self.empty = None, True

    def learn(self, s, y):
        if self.empty:
            self.H, self.empty = np.eye(len(s)), False
        rho, Hy = 1 / (y @ s), self.H @ y
        # (I - rho s y') H (I - rho y s') + rho s s', multiplied out: d^2, not d^3
        cross = rho * np.outer(Hy, s)
        self.H += (rho + rho**2 * (y @ Hy)) * np.outer(s, s) - cross - cross.T

    def times(self, v):
        return v if self.empty else self.H @ v


class _LastPairs:
    """The inverse Hessian of L-BFGS: never formed, only applied."""

    def __init__(self, memory):
        self.pairs = deque(maxlen=memory)

    @property
    def empty(self):
        return not self.pairs

    def forget(self):
        self.pairs.clear()

    def learn(self, s, y):
        self.pairs.append((s, y, 1 / (y @ s)))

    def times(self, v):
        if self.empty:
            return v
        q, weights = v.copy(), []
        for s, y, rho in reversed(self.pairs):  # the factors I - rho y s', newest first
            weights.append(rho * (s @ q))
            q -= weights[-1] * y
        s, y, rho = self.pairs[-1]
        q /= rho * (y @ y)
        for s, y, rho in self.pairs:  # and I - rho s y', oldest first
            q += (weights.pop() - rho * (y @ q)) * s
        return q


def newton_cg(f, grad, hvp, x0, steps=100, tol=1e-8):
    r"""Newton's method without the Hessian: H p = -g by conjugate gradients, cut short.

    Parameters
    ----------
    f, grad : callable
        Take a point of shape (d,) and return a float and the gradient, shape (d,).
    hvp : callable
        ``hvp(x, v)``, the product of the Hessian at x with v, shape (d,).
    x0 : array_like, shape (d,)
        The start.
    steps : int
        Newton steps allowed.
    tol : float
        Stop, converged, once the Euclidean norm of the gradient is at most this.

    Returns
    -------
    OptResult
        ``n_hess`` counts products with the Hessian. Not converged, with a message, if the
        steps run out or no acceptable step exists.

    Raises
    ------
    ValueError
        If x0 is not a finite vector, or a gradient or product has the wrong shape.

    Notes
    -----
    Home: 05-optimization/05-second-order-methods.ipynb. Conjugate gradients stop once the
    residual is below min(1/2, sqrt(|g|)) |g|, which keeps the outer convergence superlinear,
    or at a direction of no positive curvature: then the step so far is taken, or -g if there
    is none. `armijo` from the full step on. O(d) memory beside the path.

    References
    ----------
    J. Nocedal and S. J. Wright, *Numerical Optimization* (2006), section 7.1.

    Examples
    --------
    >>> from utils.optimizers import quadratic_problem
    >>> bowl = quadratic_problem([[1, 0], [0, 9]], x0=[9, 1])
    >>> run = newton_cg(bowl.f, bowl.grad, lambda x, v: v * [1, 9], bowl.x0)
    >>> run.converged, bool(abs(run.x).max() < 1e-8)
    (True, True)
    """
    history = _History(f, grad, x0)

    def times(x, v):
        Hv = np.asarray(hvp(x, v), dtype=float)
        if Hv.shape != x.shape:
            raise ValueError(f"hvp must return shape {x.shape}, as x0, got {Hv.shape}")
        history.n_hess += 1
        return Hv

    def move(k, x, g):
        p = _truncated_cg(lambda v: times(x, v), g)
        alpha = _downhill(history, x, g, p)
        return x + alpha * p, alpha

    return _descend(history, move, steps, tol, "Newton-CG")


def _truncated_cg(times, g):
    """A descent direction p with H p close to -g."""
    size = np.linalg.norm(g)
    goal = min(0.5, np.sqrt(size)) * size
    p, r, d = np.zeros_like(g), g, -g  # r = g + H p
    for _ in range(2 * len(g)):
        Hd = times(d)
        curvature = d @ Hd
        if not curvature > 0:
            return p if p.any() else -g
        alpha = (r @ r) / curvature
        p = p + alpha * d
        r_new = r + alpha * Hd
        if np.linalg.norm(r_new) <= goal:
            break
        r, d = r_new, (r_new @ r_new) / (r @ r) * d - r_new
    return p
