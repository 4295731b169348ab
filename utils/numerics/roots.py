"""Equations in one unknown, and fixed points: bisection, Newton's method, plain iteration."""

import dataclasses
import math

import numpy as np

from utils._checks import as_finite, as_float, count, in_range, scalar


@dataclasses.dataclass(frozen=True)
class IterationResult:
    """What an iteration found, and how it got there.

    Attributes
    ----------
    x : float or ndarray
        The last iterate.
    n_iter : int
        Steps taken.
    converged : bool
        Whether the test of convergence was met; if not, `x` is no solution.
    residual_norms : ndarray
        Size of the residual, step by step; each routine says of what. The last is that of
        `x`.
    message : str
        Why the iteration ended.

    Examples
    --------
    >>> bisect(lambda x: x**2 - 4, 0, 3, max_iter=5).converged
    False
    """

    x: float | np.ndarray
    n_iter: int
    converged: bool
    residual_norms: np.ndarray
    message: str


def bisect(f, a, b, tol=1e-12, max_iter=200):
    """A root of f between a and b, where f has opposite signs, by halving the interval.

    Parameters
    ----------
    f : callable
        From float to float, continuous.
    a, b : float
        Ends of the interval, in either order.
    tol : float
        Length of interval to reach, absolute. Where floats lie farther apart than that,
        two neighbors will do.
    max_iter : int
        Steps to try.

    Returns
    -------
    IterationResult
        `x` is the last midpoint, at most ``tol`` from a change of sign; the residuals are
        |f| at the midpoints. Not converged after ``max_iter`` steps; where f isn't a
        number; or where |f| has grown above its values at both ends, as it does at a pole.

    Raises
    ------
    ValueError
        If f(a) and f(b) have the same sign, or if a, b or ``tol`` is out of range.
    TypeError
        If f isn't a function that returns a real number.

    Notes
    -----
    One value of f and one binary digit a step: log2((b - a) / tol) steps.
    Home: 07-numerical-methods/06-iterative-solvers.ipynb.
    Source: Burden and Faires, *Numerical Analysis*, 9th ed., section 2.1.

    Examples
    --------
    >>> round(bisect(lambda x: x**2 - 2, 1, 2).x, 10)
    1.4142135624
    """
    f = _real_function(f, "f")
    tol, max_iter = _limits(tol, max_iter)
    a, b, f_a, f_b = _bracket(f, (a, b))
    start = max(abs(f_a), abs(f_b))
    for end, value in [(a, f_a), (b, f_b)]:
        if value == 0:
            return _result(end, 0, [0.0], "f is 0 at an end of the interval")

    residuals = []
    for _ in range(max_iter):
        x = a + (b / 2 - a / 2)  # b - a could overflow
        f_x = f(x)
        residuals.append(abs(f_x))
        if f_x == 0:
            return _result(x, len(residuals), residuals, "f is 0")
        if math.isnan(f_x):
            return _failed(x, len(residuals), residuals, f"f is not a number at {x}")
        if (f_x < 0) == (f_a < 0):
            a = x
        else:
            b = x
        if b - a <= max(tol, math.ulp(a), math.ulp(b)):
            if abs(f_x) > start:
                return _failed(x, len(residuals), residuals, _POLE)
            return _result(x, len(residuals), residuals, "the interval is short enough")
    return _failed(x, max_iter, residuals, f"the interval is still {b - a:.1e} long")


def newton_root(f, df, x0, tol=1e-12, max_iter=50, bracket=None):
    """A root of f by Newton's method: follow the tangent down to zero, again and again.

    Parameters
    ----------
    f, df : callable
        The function and its derivative, from float to float.
    x0 : float
        Where to start.
    tol : float
        Relative: converged when the next step f/f' would be at most ``tol * |x|`` (or the
        distance from x to the next float), or when f is 0.
    max_iter : int
        Steps to try.
    bracket : (float, float), optional
        Two points where f has opposite signs, with x0 between them. Then a step that
        would leave the bracket, or isn't half as long as the one before, is replaced by a
        bisection, and the bracket shrinks with each step: the root stays inside.

    Returns
    -------
    IterationResult
        The residuals are |f| at x0 and after each step. Not converged after ``max_iter``
        steps, at a zero slope, or where f, its slope or x isn't finite; with a bracket,
        these call for a bisection instead, and only a pole is refused, as in `bisect`.

    Raises
    ------
    ValueError
        If f has the same sign at both ends of the bracket, x0 lies outside of it, or an
        argument is out of range.
    TypeError
        If f or df isn't a function that returns a real number.

    Notes
    -----
    One f and one f' a step. Near a simple root the number of correct digits doubles with
    each step; near a root of multiplicity m the error shrinks by 1 - 1/m only.
    Home: 07-numerical-methods/06-iterative-solvers.ipynb.
    Source: Press, Teukolsky, Vetterling and Flannery, *Numerical Recipes*, 3rd ed.,
    section 9.4 (Newton's method within a bracket).

    Examples
    --------
    >>> result = newton_root(lambda x: x**2 - 2, lambda x: 2 * x, 1)
    >>> round(result.x, 10), result.n_iter
    (1.4142135624, 5)
    """
    f, df = _real_function(f, "f"), _real_function(df, "df")
    tol, max_iter = _limits(tol, max_iter)
    x = _finite(x0, "x0")
    if bracket is not None:
        return _newton_in_bracket(f, df, x, tol, max_iter, bracket)

    residuals = []
    for n_iter in range(max_iter + 1):
        f_x = f(x)
        residuals.append(abs(f_x))
        if f_x == 0:
            return _result(x, n_iter, residuals, "f is 0")
        slope = df(x)
        if slope == 0 or not (math.isfinite(f_x) and math.isfinite(slope)):
            why = f"no step from {x}: f is {f_x}, its slope {slope}"
            return _failed(x, n_iter, residuals, why)
        step = f_x / slope
        if abs(step) <= max(tol * abs(x), math.ulp(x)):
            return _result(x, n_iter, residuals, "the next step is small enough")
        if not math.isfinite(x - step):
            return _failed(x, n_iter, residuals, f"the step from {x} leads to infinity")
        if n_iter < max_iter:
            x -= step
    return _failed(
        x, max_iter, residuals, f"the next step is still {abs(step):.1e} long"
    )


def fixed_point(g, x0, tol=1e-12, max_iter=1000, damping=1.0):
    """A point with g(x) = x, by iterating x <- (1 - damping) x + damping g(x).

    Parameters
    ----------
    g : callable
        From float to float, or from an array to an array of the same shape.
    x0 : float or array_like
        Where to start.
    tol : float
        Converged when no entry of g(x) - x exceeds ``tol`` times the largest entry of x,
        or times 1 if all are smaller.
    max_iter : int
        Steps to try.
    damping : float
        In (0, 1]. Below 1 it can tame an iteration that swings around its target.

    Returns
    -------
    IterationResult
        The residuals are the largest entries of |g(x) - x|, at x0 and after each step. Not
        converged after ``max_iter`` steps, or where g isn't finite.

    Raises
    ------
    ValueError
        If ``damping`` isn't in (0, 1], x0 isn't finite, or g changes the shape.
    TypeError
        If g isn't a function that returns real numbers.

    Notes
    -----
    One value of g a step. If g shrinks distances by a factor q < 1, so do the errors at
    each step, and the error of x is at most 1 / (1 - q) times its residual: for q near 1
    a small residual is not a small error.
    Home: 07-numerical-methods/06-iterative-solvers.ipynb.
    Source: Burden and Faires, *Numerical Analysis*, 9th ed., section 2.2.

    Examples
    --------
    >>> import math
    >>> round(fixed_point(math.cos, 1).x, 10)
    0.7390851332
    """
    if not callable(g):
        raise TypeError(f"g must be a function, got {g!r}")
    tol, max_iter = _limits(tol, max_iter)
    damping = in_range(damping, "damping", 0, 1, closed=(False, True))
    x = as_finite(x0, "x0")
    residuals = []
    for n_iter in range(max_iter + 1):
        g_x = _same_shape(g, x)
        with np.errstate(over="ignore", invalid="ignore"):
            change = g_x - x
        largest = np.abs(change).max(initial=0.0)
        residuals.append(largest)
        if largest <= tol * max(1.0, np.abs(x).max(initial=0.0)):
            return _result(_scalar(x), n_iter, residuals, "g(x) is close enough to x")
        if not np.isfinite(largest):
            why = f"g(x) - x is not finite after {n_iter} steps"
            return _failed(_scalar(x), n_iter, residuals, why)
        if n_iter < max_iter:
            x = x + damping * change
    why = f"g(x) and x still differ by {largest:.1e}"
    return _failed(_scalar(x), max_iter, residuals, why)


_POLE = "f changes sign here, but its values have grown: a pole or a jump, not a root"


def _newton_in_bracket(f, df, x, tol, max_iter, bracket):
    """`newton_root`, but a step that can't be trusted becomes a bisection."""
    a, b, f_a, f_b = _bracket(f, bracket)
    if not a <= x <= b:
        raise ValueError(f"x0 must lie in the bracket [{a}, {b}], got {x}")
    start = max(abs(f_a), abs(f_b))
    for end, value in [(a, f_a), (b, f_b)]:
        if value == 0:
            return _result(end, 0, [0.0], "f is 0 at an end of the bracket")

    before, residuals = b - a, []
    for n_iter in range(max_iter + 1):
        f_x = f(x)
        residuals.append(abs(f_x))
        if f_x == 0:
            return _result(x, n_iter, residuals, "f is 0")
        if math.isnan(f_x):
            return _failed(x, n_iter, residuals, f"f is not a number at {x}")
        a, b = (x, b) if (f_x < 0) == (f_a < 0) else (a, x)

        slope = df(x)
        newton = f_x / slope if slope and math.isfinite(slope) else math.inf
        trusted = a < x - newton < b and abs(newton) <= before / 2
        step = newton if trusted else x - (a + (b / 2 - a / 2))
        if min(abs(newton), abs(step)) <= max(tol * abs(x), math.ulp(x)):
            if abs(f_x) > start:
                return _failed(x, n_iter, residuals, _POLE)
            return _result(x, n_iter, residuals, "the next step is small enough")
        if n_iter < max_iter:
            x, before = x - step, abs(step)
    return _failed(
        x, max_iter, residuals, f"the next step is still {abs(step):.1e} long"
    )


def _real_function(f, name):
    """``f`` with its values as Python floats, NaN where it overflows or divides by 0."""
    if not callable(f):
        raise TypeError(f"{name} must be a function, got {f!r}")

    def value(x):
        try:
            return scalar(f(x), f"{name}({x})")
        except ArithmeticError:  # of Python's own floats
            return math.nan

    return value


def _limits(tol, max_iter):
    tol = in_range(tol, "tol", 0, math.inf, closed=(True, False))
    return tol, count(max_iter, "max_iter")


def _bracket(f, ends):
    """Both ends in order and f there, once f is seen to change sign (or be 0) between."""
    try:
        a, b = ends
    except (TypeError, ValueError):
        raise ValueError(f"bracket must be two numbers (a, b), got {ends!r}") from None
    a, b = sorted((_finite(a, "a"), _finite(b, "b")))
    f_a, f_b = f(a), f(b)
    if not (f_a <= 0 <= f_b or f_b <= 0 <= f_a):
        raise ValueError(
            "f must have opposite signs at the ends of the interval, "
            f"got f({a}) = {f_a} and f({b}) = {f_b}"
        )
    return a, b, f_a, f_b


def _finite(x, name):
    return in_range(x, name, -math.inf, math.inf, closed=(False, False))


def _same_shape(g, x):
    """g(x) as an array of the shape of x."""
    g_x = as_float(g(_scalar(x.copy())), "g(x)")
    if g_x.shape != x.shape:
        raise ValueError(f"g(x) must have the shape of x, {x.shape}, got {g_x.shape}")
    return g_x


def _scalar(x):
    return float(x) if np.ndim(x) == 0 else x


def _result(x, n_iter, residuals, message):
    return IterationResult(x, n_iter, True, np.array(residuals), message)


def _failed(x, n_iter, residuals, message):
    return IterationResult(x, n_iter, False, np.array(residuals), message)
