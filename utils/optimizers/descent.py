"""Drivers of gradient descent: with any update rule, or with a way to choose each step."""

import math

import numpy as np

from utils import _checks
from utils.optimizers.line_search import EPS, _backtrack
from utils.optimizers.results import OptResult


def minimize(
    grad, x0, optimizer, steps=1000, f=None, tol=0.0, project=None, callback=None
):
    """Run an update rule for ``steps`` steps and keep the whole history.

    Parameters
    ----------
    grad : callable
        Takes a point of shape (d,) and returns the gradient, shape (d,).
    x0 : array_like, shape (d,)
        The start.
    optimizer : Optimizer
        An update rule such as ``SGD(lr=0.1)``; it is reset first.
    steps : int
        Steps to do.
    f : callable, optional
        Takes a point and returns a float; without it the values are NaN.
    tol : float
        Stop, converged, once the Euclidean norm of the gradient is at most this.
    project : callable, optional
        Applied to the point after each step, to bring it back into a set.
    callback : callable, optional
        Called as ``callback(k, theta)`` after step k = 1, 2, ... with a copy of the
        point; returning True stops the run.

    Returns
    -------
    OptResult
        A run that diverges ends with its last finite iterate, ``converged=False`` and the
        message "diverged at step k".

    Raises
    ------
    ValueError
        If x0 is not a finite vector, steps or tol is negative, or a gradient has the
        wrong shape.
    TypeError
        If ``optimizer`` has no ``step``, such as a number.

    Notes
    -----
    Home: 05-optimization/03-gradient-descent.ipynb. One gradient a step and one at the
    end; O(steps * d) memory for the path.

    Examples
    --------
    >>> from utils.optimizers import SGD
    >>> run = minimize(lambda v: [v[0], 9 * v[1]], [9, 1], SGD(lr=0.1), steps=2)
    >>> run.path.round(4)
    array([[9.  , 1.  ],
           [8.1 , 0.1 ],
           [7.29, 0.01]])
    """
    if not hasattr(optimizer, "step"):
        raise TypeError(
            f"optimizer must be an update rule such as SGD(lr=0.1), got {optimizer!r}"
        )
    optimizer.reset()

    def move(k, x, g):
        lr = optimizer.current_lr()
        x = optimizer.step(x, g)
        return (x if project is None else np.asarray(project(x), dtype=float)), lr

    history = _History(f, grad, x0)
    return _descend(history, move, steps, tol, optimizer.name, callback)


def gradient_descent(f, grad, x0, lr="armijo", steps=1000, tol=1e-8, hess=None):
    r"""Gradient descent with a fixed step or one of three ways to choose each step.

    Parameters
    ----------
    f, grad : callable
        Take a point of shape (d,) and return a float and the gradient, shape (d,).
    x0 : array_like, shape (d,)
        The start.
    lr : float or str
        A number: that step size throughout. ``"armijo"``: backtracking from 1 at every
        step. ``"exact"``: g.g / g.Hg, the minimum along the gradient of the quadratic
        model. ``"bb"``: Barzilai and Borwein's s.s / s.y, with s and y the last changes of
        the point and of the gradient; f may rise, but not above its last ten values.
    steps : int
        Steps allowed.
    tol : float
        Stop, converged, once the Euclidean norm of the gradient is at most this.
    hess : callable, optional
        Takes a point and returns the Hessian, shape (d, d); needed by ``"exact"``.

    Returns
    -------
    OptResult
        Not converged, with a message, if the steps run out, the iterates leave the
        floating-point range, or no acceptable step exists.

    Raises
    ------
    ValueError
        If lr is neither positive nor one of the names, ``"exact"`` comes without ``hess``,
        or an argument has the wrong shape or sign.

    Notes
    -----
    Home: 05-optimization/03-gradient-descent.ipynb. One gradient a step; Armijo adds a few
    values of f, "exact" one Hessian. Near the minimum, differences of f drown in rounding;
    from there on Armijo keeps the last step size that it could judge. "bb" backtracks from
    its step until f is below the worst of its last ten values (Raydan), which makes it
    converge on functions other than quadratics too; where the curvature along the last
    step isn't positive, it tries the last step size again.

    References
    ----------
    J. Barzilai and J. M. Borwein, "Two-point step size gradient methods", IMA J. Numer.
    Anal. 8 (1988). M. Raydan, "The Barzilai and Borwein gradient method for the large
    scale unconstrained minimization problem", SIAM J. Optim. 7 (1997).

    Examples
    --------
    >>> from utils.optimizers import quadratic_problem
    >>> bowl = quadratic_problem([[1, 0], [0, 9]], x0=[9, 1])
    >>> run = gradient_descent(bowl.f, bowl.grad, bowl.x0, "exact", 2, hess=bowl.hess)
    >>> run.values.round(3)
    array([45.   , 28.8  , 18.432])
    """
    history = _History(f, grad, x0)
    if isinstance(lr, str):
        if lr not in ("armijo", "bb", "exact"):
            raise ValueError(
                f'lr must be a positive number, "armijo", "bb" or "exact", got {lr!r}'
            )
        if lr == "exact" and hess is None:
            raise ValueError('lr="exact" needs hess, the Hessian as a function')
        name = f"gradient descent, {lr}"
        choose = {"armijo": _armijo_step, "bb": _bb_step, "exact": _exact_step}[lr]
    else:
        lr = _checks.in_range(lr, "lr", 0, np.inf, closed=(False, False))
        name = f"gradient descent, lr = {lr:.4g}"

        def choose(history, x, g, hess):
            return lr

    def move(k, x, g):
        eta = choose(history, x, g, hess)
        return x - eta * g, eta

    return _descend(history, move, steps, tol, name)


class _NoStep(Exception):
    """The method has no next step; the message says why."""


class _History:
    """f and its gradient, counted and recorded along the path."""

    def __init__(self, f, grad, x0):
        self.f, self.grad = f, grad
        self.x0 = _checks.as_vector(x0, "x0")
        self.path, self.values, self.grads, self.etas = [], [], [], []
        self.n_fun = self.n_grad = self.n_hess = 0
        # f and its gradient at the next iterate, where a line search knows them
        self.next_value = self.next_grad = None

    def value(self, x):
        self.n_fun += 1
        return float(self.f(x))

    def slope(self, x):
        self.n_grad += 1
        g = np.array(self.grad(x), dtype=float)  # a copy: the caller may reuse it
        if g.shape != self.x0.shape:
            raise ValueError(
                f"grad must return shape {self.x0.shape}, as x0, got {g.shape}"
            )
        return g

    def visit(self, x):
        """Record the iterate ``x`` and return the gradient there."""
        g = self.slope(x) if self.next_grad is None else self.next_grad
        if self.f is None:
            value = math.nan
        else:
            value = self.value(x) if self.next_value is None else self.next_value
        self.next_value = self.next_grad = None
        self.path.append(x.copy())
        self.values.append(value)
        self.grads = [*self.grads[-1:], g]  # Barzilai and Borwein look back one step
        return g

    def settled(self, norm, tol):
        """Why the run may stop, converged, at the iterate just visited; None if not."""
        return f"gradient norm at most {tol:g}" if norm <= tol else None


def _descend(history, move, steps, tol, name, callback=None):
    """Repeat ``x, eta = move(k, x, g)`` until something says stop, and tell the story."""
    steps = _checks.count(steps, "steps", low=0)
    tol = _checks.in_range(tol, "tol", 0, np.inf, closed=(True, False))
    x, norms, converged, message = history.x0, [], False, f"did all {steps} steps"
    # divergence is something to show, not to warn about
    with np.errstate(over="ignore", invalid="ignore"):
        for k in range(steps + 1):
            g = history.visit(x)
            norms.append(float(np.linalg.norm(g)))
            if reason := history.settled(norms[-1], tol):
                converged, message = True, reason
                break
            if k == steps:
                break
            if callback is not None and k and callback(k, x.copy()):
                message = f"stopped by the callback at step {k}"
                break
            try:
                new, eta = move(k, x, g)
            except _NoStep as reason:
                message = f"{reason} at step {k + 1}"
                break
            if not np.isfinite(new).all():
                message = f"diverged at step {k + 1}"
                break
            x = new
            history.etas.append(eta)
    return OptResult(
        x=history.path[-1].copy(),
        path=np.array(history.path),
        values=np.array(history.values),
        grad_norms=np.array(norms),
        step_sizes=np.array(history.etas),
        converged=converged,
        message=message,
        name=name,
        n_iter=len(history.etas),
        n_fun=history.n_fun,
        n_grad=history.n_grad,
        n_hess=history.n_hess,
    )


def _armijo_step(history, x, g, hess):
    fx, slope = history.values[-1], -(g @ g)
    if history.etas and -slope * history.etas[-1] <= 10 * EPS * abs(fx):
        return history.etas[-1]  # f can't tell better from worse any more
    return _search(history, x, g, fx, 1.0)


def _bb_step(history, x, g, hess):
    if not history.etas:
        return _armijo_step(history, x, g, hess)
    s, y = x - history.path[-2], g - history.grads[0]
    eta = float(s @ s / (s @ y)) if s @ y > 0 else history.etas[-1]
    # f may rise, though not above the worst of its last ten values (Raydan)
    worst = max(history.values[-10:])
    if eta * (g @ g) <= 10 * EPS * abs(worst):
        return eta
    return _search(history, x, g, worst, eta)


def _search(history, x, g, reference, first):
    try:
        eta, history.next_value, n_evals = _backtrack(
            history.f, x, reference, -g, -(g @ g), first
        )
    except RuntimeError:
        raise _NoStep("no step lowers f enough") from None
    history.n_fun += n_evals
    return eta


def _exact_step(history, x, g, hess):
    history.n_hess += 1
    curvature = g @ np.asarray(hess(x), dtype=float) @ g
    if not curvature > 0:
        raise _NoStep("f does not curve upward along the gradient")
    return float(g @ g / curvature)
