"""How far to go along a line: enough decrease (Armijo, Wolfe), or a minimum in a bracket."""

import math

import numpy as np

from utils import _checks

EPS = np.finfo(float).eps


def armijo(f, x, p, g, alpha0=1.0, shrink=0.5, c1=1e-4, max_halvings=60):
    r"""Backtrack from ``alpha0`` until f falls by a fraction ``c1`` of what its slope promises.

    Accepts the first alpha = alpha0, alpha0 * shrink, alpha0 * shrink^2, ... with
    ``f(x + alpha p) <= f(x) + c1 * alpha * g.p``.

    Parameters
    ----------
    f : callable
        Takes a point of shape (d,) and returns a float. NaN and infinity count as too high.
    x, p, g : array_like, shape (d,)
        The point, a descent direction, and the gradient of f at x.
    alpha0 : float
        First trial, positive.
    shrink : float
        Factor between trials, in (0, 1).
    c1 : float
        Demanded fraction of the promised decrease, in (0, 1).
    max_halvings : int
        Trials after the first before giving up.

    Returns
    -------
    alpha : float
        The accepted step size.
    n_evals : int
        Trial points at which f was evaluated (f(x) itself comes on top).

    Raises
    ------
    ValueError
        If p does not point downhill (``g.p >= 0``: no step would ever be accepted), or a
        parameter is out of range.
    RuntimeError
        If no trial is acceptable.

    Notes
    -----
    Home: 05-optimization/03-gradient-descent.ipynb. For f with an L-Lipschitz gradient and
    p = -g every alpha up to ``2 (1 - c1) / L`` is accepted, so backtracking ends. Once the
    promised decrease, ``-alpha g.p``, is below the rounding error of f, about
    ``eps * |f(x)|``, f can't judge it, and a rise within that error is accepted.

    References
    ----------
    L. Armijo, "Minimization of functions having Lipschitz continuous first partial
    derivatives", Pacific J. Math. 16 (1966).

    Examples
    --------
    >>> f = lambda v: 0.5 * (v[0]**2 + 9 * v[1]**2)
    >>> armijo(f, [9, 1], [-9, -9], [9, 9])
    (0.25, 3)
    """
    x, p, g = (_checks.as_vector(v, name) for v, name in ((x, "x"), (p, "p"), (g, "g")))
    if not x.shape == p.shape == g.shape:
        raise ValueError(
            f"x, p and g must have the same shape, got {x.shape}, {p.shape}, {g.shape}"
        )
    alpha0 = _checks.in_range(alpha0, "alpha0", 0, np.inf, closed=(False, False))
    shrink = _checks.in_range(shrink, "shrink", 0, 1, closed=(False, False))
    c1 = _checks.in_range(c1, "c1", 0, 1, closed=(False, False))
    max_halvings = _checks.count(max_halvings, "max_halvings", low=0)
    alpha, _, n_evals = _backtrack(
        f, x, f(x), p, g @ p, alpha0, shrink, c1, max_halvings
    )
    return alpha, n_evals


def _backtrack(f, x, fx, p, slope, alpha0=1.0, shrink=0.5, c1=1e-4, max_halvings=60):
    """`armijo` for drivers: f(x) and the slope g.p are known; returns (alpha, f_new, n)."""
    if not slope < 0:
        raise ValueError(
            f"p must be a descent direction, g @ p < 0, got g @ p = {slope:.3g}"
        )
    alpha = alpha0
    for trial in range(max_halvings + 1):
        f_new = float(f(x + alpha * p))
        promised = -alpha * slope
        noise = EPS * abs(fx) if promised <= EPS * abs(fx) else 0.0
        if f_new - fx <= noise - c1 * promised:
            return alpha, f_new, trial + 1
        alpha *= shrink
    raise RuntimeError(
        f"no step of {max_halvings + 1} trials, down to {alpha / shrink:.1e}, lowers f "
        "enough: is g the gradient of f at x?"
    )


def wolfe(f, grad, x, p, c1=1e-4, c2=0.9, alpha0=1.0, max_iter=60):
    r"""A step along ``p`` that is neither too long nor too short, by bracketing and bisection.

    Accepts an alpha with f(x + alpha p) <= f(x) + c1 * alpha * g.p (low enough) and
    grad(x + alpha p).p >= c2 * g.p (the slope has flattened), g being grad(x).

    Parameters
    ----------
    f, grad : callable
        Take a point of shape (d,) and return a float and the gradient, shape (d,). Where f
        is NaN or infinite, it counts as too high.
    x, p : array_like, shape (d,)
        The point and a descent direction.
    c1, c2 : float
        0 < c1 < c2 < 1: the demanded fraction of the promised decrease, and the fraction
        of the slope that may be left.
    alpha0 : float
        First trial, positive.
    max_iter : int
        Trials before giving up.

    Returns
    -------
    alpha : float
        The accepted step size.
    n_fun, n_grad : int
        Trial points at which f and its gradient were evaluated (those at x come on top).

    Raises
    ------
    ValueError
        If p does not point downhill, the gradient has the wrong shape, or a parameter is
        out of range.
    RuntimeError
        If no trial is acceptable, as when f falls for ever along p.

    Notes
    -----
    Home: 05-optimization/05-second-order-methods.ipynb. A trial that is too high becomes the
    upper end of the bracket, one that is still steep the lower end; the next trial is the
    middle, or twice the last one while there is no upper end. If grad is continuous and f
    bounded below along p this ends. The second condition makes y.s > 0 for the changes of
    point and gradient, which BFGS needs. Where f changes by rounding only, the slope decides
    instead: at most (2 c1 - 1) g.p, the same condition if f were a parabola.

    References
    ----------
    J. Nocedal and S. J. Wright, *Numerical Optimization* (2006), section 3.1. A. S. Lewis
    and M. L. Overton, "Nonsmooth optimization via quasi-Newton methods", Math. Programming
    141 (2013), for the bisection. W. W. Hager and H. Zhang, "A new conjugate gradient method
    with guaranteed descent and an efficient line search", SIAM J. Optim. 16 (2005), for what
    to do within rounding.

    Examples
    --------
    >>> f, grad = lambda v: 0.5 * (v[0]**2 + 9 * v[1]**2), lambda v: [v[0], 9 * v[1]]
    >>> wolfe(f, grad, [9, 1], [-9, -9])
    (0.25, 3, 1)
    """
    x, p = _checks.as_vector(x, "x"), _checks.as_vector(p, "p")
    if x.shape != p.shape:
        raise ValueError(f"x and p must have the same shape, got {x.shape}, {p.shape}")
    c2 = _checks.in_range(c2, "c2", 0, 1, closed=(False, False))
    c1 = _checks.in_range(c1, "c1", 0, c2, closed=(False, False))
    alpha0 = _checks.in_range(alpha0, "alpha0", 0, np.inf, closed=(False, False))
    max_iter = _checks.count(max_iter, "max_iter")

    def slope(point):
        g = np.asarray(grad(point), dtype=float)
        if g.shape != x.shape:
            raise ValueError(f"grad must return shape {x.shape}, as x, got {g.shape}")
        return g

    g = slope(x)
    alpha, *_, n_fun, n_grad = _wolfe(
        f, slope, x, float(f(x)), p, g @ p, alpha0, c1, c2, max_iter
    )
    return alpha, n_fun, n_grad


def _wolfe(f, grad, x, fx, p, slope, alpha0=1.0, c1=1e-4, c2=0.9, max_iter=60):
    """`wolfe` for drivers: f(x) and g.p are known; (alpha, f_new, g_new, n_fun, n_grad)."""
    if not slope < 0:
        raise ValueError(
            f"p must be a descent direction, g @ p < 0, got g @ p = {slope:.3g}"
        )
    low, high, alpha, n_grad = 0.0, math.inf, float(alpha0), 0
    for n_fun in range(1, max_iter + 1):
        f_new = float(f(x + alpha * p))
        enough = f_new - fx <= c1 * alpha * slope
        if enough or abs(f_new - fx) <= 10 * EPS * abs(fx):
            g_new = grad(x + alpha * p)
            n_grad, slope_new = n_grad + 1, g_new @ p
            most = np.inf if enough else (2 * c1 - 1) * slope
            if slope_new < c2 * slope:
                low = alpha
            elif slope_new <= most:
                return alpha, f_new, g_new, n_fun, n_grad
            else:
                high = alpha  # too far, or where the gradient is not a number
        else:
            high = alpha
        alpha = 2 * alpha if math.isinf(high) else (low + high) / 2
    raise RuntimeError(
        f"no step of {max_iter} trials, the last {alpha:.1e}, meets the Wolfe conditions: "
        "is f bounded below along p, and grad its gradient?"
    )


def golden_section(f, a, b, tol=1e-8, max_iter=200):
    """Minimum of a unimodal f on [a, b], by shrinking the bracket in the golden ratio.

    Parameters
    ----------
    f : callable
        Takes a float and returns a float; falls, then rises on [a, b]. With several
        valleys, one of them is found.
    a, b : float
        Ends of the bracket, a < b.
    tol : float
        Width of the last bracket, positive (never below what floats resolve near it).
    max_iter : int
        Shrinkings allowed; each divides the width by 1.618.

    Returns
    -------
    x : float
        The best point met.
    n_evals : int
        Evaluations of f: two, and one for every further shrinking.

    Raises
    ------
    ValueError
        If a >= b, tol <= 0, or f returns NaN.
    RuntimeError
        If the bracket is still wider than ``tol`` after ``max_iter`` shrinkings.

    Notes
    -----
    Home: 05-optimization/03-gradient-descent.ipynb. Values of f near a minimum differ by
    less than rounding once x is within about ``sqrt(eps)``, relatively: a smaller ``tol``
    buys nothing.

    References
    ----------
    J. Kiefer, "Sequential minimax search for a maximum", Proc. AMS 4 (1953).

    Examples
    --------
    >>> x, n_evals = golden_section(lambda t: (t - 2) ** 2, 0, 5)
    >>> round(x, 6), n_evals
    (2.0, 43)
    """
    a, b = _checks.scalar(a, "a"), _checks.scalar(b, "b")
    if not (a < b and math.isfinite(a) and math.isfinite(b)):
        raise ValueError(f"a bracket needs finite a < b, got a = {a}, b = {b}")
    tol = _checks.in_range(tol, "tol", 0, np.inf, closed=(False, False))
    tol = max(tol, 4 * EPS * max(abs(a), abs(b)))
    ratio = (
        math.sqrt(5) - 1
    ) / 2  # 1/ratio = 1 + ratio: one old point is always reused
    c, d = b - ratio * (b - a), a + ratio * (b - a)
    fc, fd = _number(f, c), _number(f, d)
    n_evals = 2
    for _ in range(_checks.count(max_iter, "max_iter")):
        if fc <= fd:  # the minimum is left of d: the old c is the new right inner point
            b, d, fd = d, c, fc
            if b - a <= tol:
                return d, n_evals
            c = b - ratio * (b - a)
            fc = _number(f, c)
        else:
            a, c, fc = c, d, fd
            if b - a <= tol:
                return c, n_evals
            d = a + ratio * (b - a)
            fd = _number(f, d)
        n_evals += 1
    raise RuntimeError(
        f"the bracket is still {b - a:.1e} wide after {max_iter} shrinkings"
    )


def _number(f, x):
    value = float(f(x))
    if math.isnan(value):
        raise ValueError(f"f must return a number, got NaN at {x}")
    return value
