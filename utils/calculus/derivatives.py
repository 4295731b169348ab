"""Derivatives from differences of values, and the polynomial that derivatives make.

Every quotient is torn between two errors. A long step h leaves truncation, h^p times a
higher derivative; a short one divides the rounding of f, about u |f|, by h^k. The default
steps balance the two for a function whose value and derivatives are of one size:
h = c max(1, |x|) with c = u^(1/(k + p)), k the order of the derivative, p that of the
error. Where f varies on a smaller scale, pass ``h``.
"""

import math

import numpy as np

from utils import _checks

U = 2.0**-53  # unit roundoff: the relative error of one rounding
METHODS = ("central", "forward", "backward")


def numerical_derivative(f, x, order=1, h=None, method="central", accuracy=None):
    """Derivative of a function of one variable, from values nearby.

    Parameters
    ----------
    f : callable
        Acts elementwise: takes an array shaped like `x` and returns one (or a single
        number, if it is constant). Where `x` is a number, f gets a float.
    x : float or array_like, any shape
        Where to differentiate; finite.
    order : int
        Which derivative, at least 1.
    h : float or array_like, optional
        Gap between neighboring points, positive; it broadcasts to `x`. By default
        ``c * max(1, |x|)`` with ``c = u**(1 / (order + accuracy))``: u**(1/2) for the
        plain forward quotient, u**(1/3) for the central one.
    method : {"central", "forward", "backward"}
        On which side of `x` the points lie.
    accuracy : int, optional
        The error falls like h**accuracy. None is the plain quotient: 2 for central
        differences (for which it must be even), 1 for one-sided ones.

    Returns
    -------
    float or ndarray
        Shaped like `x`. NaN or infinity where f isn't finite at one of the points.

    Raises
    ------
    ValueError
        If `x` isn't finite, ``order < 1``, ``h <= 0`` or lost in the rounding of `x`,
        ``accuracy`` doesn't fit, the method is unknown, or f doesn't act elementwise.
    TypeError
        If `x` or the values of f aren't real numbers.

    Notes
    -----
    Home: 02-calculus/01-derivatives-and-gradients.ipynb. Two calls of f, 3 for a central
    second derivative, in general ``order + accuracy`` or one less. Correct digits with the
    default step, for values and derivatives near 1: 8 for forward and 10 for central first
    derivatives, 8 for the central second, 13 for accuracy 6. The step is re-rounded to
    ``(x + h) - x``, which floats can take exactly.

    References
    ----------
    B. Fornberg, "Generation of finite difference formulas on arbitrarily spaced grids",
    Math. Comp. 51 (1988), for the weights; J. Nocedal and S. Wright, *Numerical
    Optimization*, 2nd ed., section 8.1, for the steps.

    Examples
    --------
    >>> import math
    >>> round(numerical_derivative(math.exp, 0.0), 9)
    1.0
    >>> numerical_derivative(np.sin, [0.0, 1.0], order=2).round(6)
    array([ 0.      , -0.841471])
    """
    x = _checks.as_finite(x)
    offsets, accuracy = _stencil(_checks.count(order, "order"), method, accuracy)
    h = _steps(x, h, U ** (1 / (order + accuracy)))
    total = 0.0
    for offset, weight in zip(offsets, _fd_weights(offsets, order), strict=True):
        if weight:
            total = total + weight * _elementwise(f, x + offset * h)
    return _returned(total / h**order)


def numerical_gradient(f, x, h=None):
    """Gradient of a scalar function, one central difference per coordinate.

    Parameters
    ----------
    f : callable
        Takes an array shaped like `x` (a float, if `x` is a number); returns a number.
    x : array_like, any shape
        Where to differentiate: finite, not empty. f gets copies, never `x` itself.
    h : float or array_like, optional
        Steps, positive; by default ``u**(1/3) * max(1, |x_j|)``.

    Returns
    -------
    ndarray
        Shaped like `x`; a float if `x` is a number. An entry is NaN or infinite where f
        isn't finite at one of its two points.

    Raises
    ------
    ValueError
        If `x` is empty or not finite, ``h <= 0`` or lost in the rounding of `x`, or f
        returns more than one number.
    TypeError
        If `x` or the values of f aren't real numbers.

    Notes
    -----
    Home: 02-calculus/02-partial-derivatives.ipynb. 2d calls of f. About 10 correct digits
    where values and derivatives are of one size; ``u |f| / h`` is the floor.

    Examples
    --------
    >>> numerical_gradient(lambda x: x[0] ** 2 * x[1] + 3 * x[1], [1, 2]).round(6)
    array([4., 4.])
    """
    x = _variables(x)
    h = _steps(x, h, U ** (1 / 3))
    gradient = np.empty(x.shape)
    for j in np.ndindex(x.shape):
        rise = _number(f, _moved(x, j, h[j])) - _number(f, _moved(x, j, -h[j]))
        gradient[j] = rise / (2 * h[j])
    return _returned(gradient)


def numerical_jacobian(f, x, h=None):
    """Jacobian matrix of a vector function, one column per input.

    Parameters
    ----------
    f : callable
        Takes an array shaped like `x`, returns an array of any shape.
    x : array_like, any shape
        Finite, not empty.
    h : float or array_like, optional
        Steps, as in `numerical_gradient`.

    Returns
    -------
    ndarray, shape (m, n)
        Outputs by inputs, both flattened row by row; a scalar f gives (1, n).

    Raises
    ------
    ValueError
        As `numerical_gradient`, and if f changes the shape of its output.
    TypeError
        If `x` or the values of f aren't real numbers.

    Notes
    -----
    Home: 02-calculus/04-multivariable-calculus.ipynb. 2n calls of f. About 10 digits.

    Examples
    --------
    >>> J = numerical_jacobian(lambda x: [x[0] ** 2 - x[1] ** 2, 2 * x[0] * x[1]], [1, 2])
    >>> J.round(6)
    array([[ 2., -4.],
           [ 4.,  2.]])
    """
    x = _variables(x)
    h = _steps(x, h, U ** (1 / 3))
    columns, shapes = [], set()
    for j in np.ndindex(x.shape):
        ahead, behind = (
            _checks.as_float(f(_moved(x, j, d)), "f(x)") for d in (h[j], -h[j])
        )
        shapes |= {ahead.shape, behind.shape}
        if len(shapes) > 1:
            raise ValueError(f"f must return one shape at all points, got {shapes}")
        columns.append((ahead - behind).ravel() / (2 * h[j]))
    return np.stack(columns, axis=1)


def numerical_hessian(f, x, h=None):
    """Hessian matrix of a scalar function, from values alone.

    Three points along each axis for the diagonal, four in each plane for a mixed second
    derivative.

    Parameters
    ----------
    f : callable
        Takes an array of shape (n,), returns a number.
    x : array_like, shape (n,)
        Finite.
    h : float or array_like, optional
        Steps, positive; by default ``u**(1/4) * max(1, |x_j|)``.

    Returns
    -------
    ndarray, shape (n, n)
        Exactly symmetric: each mixed derivative is computed once.

    Raises
    ------
    ValueError
        If `x` isn't a finite vector, ``h <= 0`` or lost in the rounding of `x`, or f
        returns more than one number.
    TypeError
        If `x` or the values of f aren't real numbers.

    Notes
    -----
    Home: 02-calculus/06-hessian-matrix.ipynb. 2n^2 + 1 calls of f; about 8 correct digits
    at best, since the rounding of f is divided by h^2. Where a gradient is at hand,
    `numerical_jacobian` of it costs 2n gradients and has 10.
    Source: Abramowitz and Stegun, *Handbook of Mathematical Functions*, 25.3.23, 25.3.26.

    Examples
    --------
    >>> H = numerical_hessian(lambda x: x[0] ** 3 - 3 * x[0] * x[1] + x[1] ** 3, [1, 1])
    >>> H.round(5)
    array([[ 6., -3.],
           [-3.,  6.]])
    """
    x = _checks.as_vector(x)
    h = _steps(x, h, U ** (1 / 4))
    H = np.empty((x.size, x.size))
    center = _number(f, x.copy())
    for i in range(x.size):
        ahead, behind = _moved(x, i, h[i]), _moved(x, i, -h[i])
        H[i, i] = (
            _number(f, ahead.copy()) - 2 * center + _number(f, behind.copy())
        ) / h[i] ** 2
        for j in range(i):
            with_j = _number(f, _moved(ahead, j, h[j])) - _number(
                f, _moved(ahead, j, -h[j])
            )
            without = _number(f, _moved(behind, j, h[j])) - _number(
                f, _moved(behind, j, -h[j])
            )
            H[i, j] = H[j, i] = (with_j - without) / (4 * h[i] * h[j])
    return H


def numerical_hvp(grad, x, v, h=None):
    """Hessian times a vector, from two gradients and without the Hessian.

    H v is the rate at which the gradient changes along v:
    ``(grad(x + h v) - grad(x - h v)) / (2 h)``.

    Parameters
    ----------
    grad : callable
        Takes an array shaped like `x`, returns the gradient there, of the same shape.
    x : array_like, any shape
        Finite, not empty.
    v : array_like, shaped like `x`
        Finite. Where it is zero, so is the product.
    h : float, optional
        Step in multiples of `v`, positive; by default such that the coordinate that moves
        farthest moves by ``u**(1/3) * max(1, max|x_j|)``.

    Returns
    -------
    ndarray
        Shaped like `x`; a float if `x` is a number.

    Raises
    ------
    ValueError
        If the shapes don't fit, an entry isn't finite, or ``h`` is not positive or lost in
        the rounding of `x`.
    TypeError
        If the arguments or the gradients aren't real numbers.

    Notes
    -----
    Home: 05-optimization/05-second-order-methods.ipynb. Two gradients; memory O(d). About
    10 correct digits.
    Source: B. Pearlmutter, "Fast exact multiplication by the Hessian", Neural Computation
    6 (1994), which does it exactly, as `utils.autodiff.hvp`.

    Examples
    --------
    >>> numerical_hvp(lambda x: [4 * x[0] + x[1], x[0]], [1, 2], [1, -1]).round(6)
    array([3., 1.])
    """
    x = _variables(x)

    def gradient(point):
        g = _checks.as_float(grad(_argument(point)), "grad(x)")
        if g.shape != x.shape:
            raise ValueError(f"grad must return shape {x.shape} like x, got {g.shape}")
        return g

    return _returned(_slope_along(gradient, x, v, h))


def taylor_polynomial(derivatives, x0=0.0):
    """Taylor polynomial from the derivatives at one point.

    Parameters
    ----------
    derivatives : array_like, shape (n + 1,)
        f(x0), f'(x0), f''(x0), ... up to order n; finite.
    x0 : float
        The point they belong to.

    Returns
    -------
    callable
        ``p(x)``: a float for a number, an array for an array. It raises `ValueError` where
        `x` isn't finite.

    Raises
    ------
    ValueError
        If there are no derivatives, or something isn't finite.

    Notes
    -----
    Home: 02-calculus/01-derivatives-and-gradients.ipynb. Evaluated from the inside out,
    d_0 + t/1 (d_1 + t/2 (d_2 + t/3 (...))) with t = x - x0: Horner's scheme with the
    factorials dealt out, so that none is formed and none overflows. 3n operations.

    Examples
    --------
    >>> p = taylor_polynomial([1, 1, 1, 1, 1, 1])  # of exp, degree 5
    >>> round(p(1), 6)
    2.716667
    """
    d = _checks.as_vector(derivatives, "derivatives")
    x0 = float(_checks.as_finite(_checks.scalar(x0, "x0"), "x0"))

    def p(x):
        t = _checks.as_finite(x) - x0
        total = np.full(t.shape, d[-1])
        for k in range(d.size - 1, 0, -1):
            total = d[k - 1] + total * (t / k)
        return _returned(total)

    return p


def _stencil(order, method, accuracy):
    """Where to evaluate, in multiples of h from x, and the order of the error."""
    if method not in METHODS:
        raise ValueError(f"method must be one of {METHODS}, got {method!r}")
    central = method == "central"
    accuracy = 1 + central if accuracy is None else _checks.count(accuracy, "accuracy")
    if not central:
        ahead = range(order + accuracy)
        return (ahead if method == "forward" else [-k for k in ahead]), accuracy
    if accuracy % 2:
        raise ValueError(f"accuracy of central differences is even, got {accuracy}")
    reach = (order + 1) // 2 + accuracy // 2 - 1
    return range(-reach, reach + 1), accuracy


def _fd_weights(offsets, order):
    """Weights that give the derivative of the polynomial through values at integer offsets.

    Each value is multiplied by the derivative of its Lagrange polynomial at 0, the product
    over all other offsets i of (t - i) / (offset - i). Integers keep this exact; the one
    rounding is the division at the end.
    """
    weights = []
    for offset in offsets:
        others = [i for i in offsets if i != offset]
        numerator = [1]  # coefficients, lowest power first
        for i in others:
            times_t, times_i = [0, *numerator], [*numerator, 0]
            numerator = [a - i * b for a, b in zip(times_t, times_i, strict=True)]
        denominator = math.prod(offset - i for i in others)
        weights.append(math.factorial(order) * numerator[order] / denominator)
    return weights


def _steps(x, h, c):
    """Steps shaped like x, positive, such that x + h is h away from x to the last bit."""
    if h is None:
        h = c * np.maximum(1, np.abs(x))
    else:
        h = _checks.as_finite(h, "h")
        if not (h > 0).all():
            raise ValueError(f"h must be positive, got {h}")
    with np.errstate(over="ignore"):
        taken = (x + h) - x
    if taken.shape != x.shape:
        raise ValueError(f"h must broadcast to x, shape {x.shape}, got {h.shape}")
    if not ((taken > 0) & np.isfinite(taken)).all():
        raise ValueError(
            "x + h must be a float other than x: h is too small or too large"
        )
    return taken


def _slope_along(f, x, v, h):
    """Rate of change of f (a number or an array) along v, by one central difference."""
    v = _checks.as_finite(v, "v")
    if v.shape != x.shape:
        raise ValueError(f"v must have shape {x.shape} like x, got {v.shape}")
    length = np.abs(v).max()
    if h is None:  # the largest coordinate of v sets the step
        length = length or 1.0
        v, h = v / length, U ** (1 / 3) * max(1, np.abs(x).max())
    else:
        length, h = 1.0, _checks.in_range(h, "h", 0, np.inf, closed=(False, False))
    ahead, behind = x + h * v, x - h * v
    if v.any() and (ahead == x).all():
        raise ValueError(f"h = {h} is too small: x + h v rounds to x")
    return (f(ahead) - f(behind)) / (2 * h) * length


def _variables(x):
    """A point: any shape, finite, and at least one coordinate to move."""
    x = _checks.as_finite(x)
    if x.size == 0:
        raise ValueError(f"x must not be empty, got shape {x.shape}")
    return x


def _moved(x, j, distance):
    """A copy of x with one coordinate moved: f may do with it what it likes."""
    x = x.copy()
    x[j] += distance
    return _argument(x)


def _argument(x):
    """What a function of x is called with: functions of one number get a float."""
    return float(x) if x.ndim == 0 else x


def _number(f, x):
    """f(x) as a float."""
    value = _checks.as_float(f(x), "f(x)")
    if value.size != 1:
        raise ValueError(f"f must return a single number, got shape {value.shape}")
    return value.item()


def _elementwise(f, x):
    """f at all entries of x at once."""
    value = _checks.as_float(f(_argument(x)), "f(x)")
    if value.shape not in (x.shape, ()):
        raise ValueError(
            f"f must act elementwise: for an array of shape {x.shape} it returned one "
            f"of shape {value.shape}"
        )
    return np.broadcast_to(value, x.shape)


def _returned(x):
    """Scalars come back as Python floats."""
    x = np.asarray(x)
    return float(x) if x.ndim == 0 else x
