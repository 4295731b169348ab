"""Sharper derivatives (Richardson, complex step), and the test of a gradient by values."""

from dataclasses import dataclass

import numpy as np

from utils import _checks
from utils.calculus.derivatives import (
    _argument,
    _number,
    _returned,
    _slope_along,
    _variables,
    numerical_gradient,
)


def richardson(D, h, levels=4, order=2, ratio=2.0):
    """Extrapolate an approximation D(h) to h = 0 from a few step sizes.

    Where D(h) = D + c_1 h^order + c_2 h^(2 order) + ..., two step sizes remove the first
    term, three the second, and so on.

    Parameters
    ----------
    D : callable
        Takes a step size, returns a number or an array of one shape.
    h : float
        The largest step size, positive; then come h / ratio, h / ratio**2, ...
    levels : int
        How many step sizes, at least 1.
    order : int
        Gap between the powers of h in the error: 2 for central differences and the
        trapezoid rule, 1 for forward differences.
    ratio : float
        Above 1.

    Returns
    -------
    value : float or ndarray
        The entry of the table that agrees best with its two neighbors: once rounding takes
        over, later columns get worse, and the last entry isn't the best.
    error : float or ndarray
        Its larger difference from those neighbors: an estimate, not a bound; infinite if
        ``levels`` is 1.
    table : ndarray, shape (levels, levels, ...)
        Row i starts with D(h / ratio**i); column j has j terms of the error removed. NaN
        above the diagonal.

    Raises
    ------
    ValueError
        If ``levels < 1``, ``order < 1``, ``ratio <= 1`` or ``h <= 0``, or D changes the
        shape of what it returns.
    TypeError
        If the values of D aren't real numbers.

    Notes
    -----
    Home: 07-numerical-methods/04-numerical-differentiation.ipynb. ``levels`` calls of D.
    Source: C. Ridders, "Accurate computation of F'(x) and F'(x) F''(x)", Advances in
    Engineering Software 4 (1982), for the choice of the entry.

    Examples
    --------
    >>> D = lambda h: (1 / (1 + h) - 1 / (1 - h)) / (2 * h)  # of 1/x at 1
    >>> value, error, table = richardson(D, 0.2, levels=2)
    >>> round(value, 5)
    -0.99958
    """
    h = _checks.in_range(h, "h", 0, np.inf, closed=(False, False))
    ratio = _checks.in_range(ratio, "ratio", 1, np.inf, closed=(False, False))
    levels, order = _checks.count(levels, "levels"), _checks.count(order, "order")

    first = [_checks.as_float(D(h / ratio**i), "D(h)") for i in range(levels)]
    shapes = {d.shape for d in first}
    if len(shapes) > 1:
        raise ValueError(f"D must return one shape for all steps, got {shapes}")
    table = np.full((levels, levels, *first[0].shape), np.nan)
    error = np.full(table.shape, np.inf)
    for i, d in enumerate(first):
        table[i, 0] = d
        for j in range(1, i + 1):
            left, above = table[i, j - 1], table[i - 1, j - 1]
            table[i, j] = left + (left - above) / (ratio ** (order * j) - 1)
            error[i, j] = np.maximum(abs(table[i, j] - left), abs(table[i, j] - above))
    value, error = _most_certain(table, np.where(np.isnan(error), np.inf, error))
    return _returned(value), _returned(error), table


def complex_step(f, x, h=None):
    """Derivative of an analytic function of one variable, to full precision.

    The imaginary part of f(x + ih) is h f'(x) - h^3 f'''(x) / 6 + ...: nothing is
    subtracted, so h can be so small that only the first term is left.

    Parameters
    ----------
    f : callable
        Acts elementwise on complex arrays (gets a complex number if `x` is a number), and
        is analytic all the way: no abs, max, comparison, norm, or cast to float.
    x : float or array_like, any shape
        Where to differentiate; finite, real.
    h : float, optional
        Step, positive; by default 1e-30, and 1e-30 |x| where 0 < |x| < 1, so that it is
        small beside `x`.

    Returns
    -------
    float or ndarray
        Shaped like `x`.

    Raises
    ------
    TypeError
        If f returns real numbers: somewhere the imaginary part was dropped.
    ValueError
        If `x` isn't finite, ``h <= 0``, or f doesn't act elementwise.

    Notes
    -----
    Home: 07-numerical-methods/04-numerical-differentiation.ipynb. One call of f. Code that
    isn't analytic but stays complex (``np.maximum``, ``z.conj()``) gives a wrong number
    that no check here can see.
    Source: W. Squire and G. Trapp, "Using complex variables to estimate derivatives of
    real functions", SIAM Review 40 (1998).

    Examples
    --------
    >>> f = lambda x: np.exp(x) / np.sqrt(np.sin(x) ** 3 + np.cos(x) ** 3)
    >>> round(complex_step(f, 1.5), 12)
    4.053427893899
    """
    x = _checks.as_finite(x)
    h = _tiny_steps(x, h)
    value = _complex_value(f, x + 1j * h)
    if value.shape != x.shape:
        raise ValueError(
            f"f must act elementwise: for an array of shape {x.shape} it returned one "
            f"of shape {value.shape}"
        )
    return _returned(value.imag / h)


def complex_step_gradient(f, x, h=None):
    """Gradient of an analytic scalar function, to full precision.

    As `complex_step`, one coordinate at a time: f takes a complex array shaped like `x` (any
    shape, not empty) and returns one complex number. Raises `TypeError` where it returns a
    real one, `ValueError` where it returns several. d calls of f.
    Home: 07-numerical-methods/04-numerical-differentiation.ipynb. Source: as there.

    Examples
    --------
    >>> complex_step_gradient(lambda x: x[0] ** 2 * x[1] + 3 * x[1], [1, 2])
    array([4., 4.])
    """
    x = _variables(x)
    h = _tiny_steps(x, h)
    gradient = np.empty(x.shape)
    for j in np.ndindex(x.shape):
        z = x.astype(complex)
        z[j] += 1j * h[j]
        value = _complex_value(f, z)
        if value.size != 1:
            raise ValueError(f"f must return a single number, got shape {value.shape}")
        gradient[j] = value.item().imag / h[j]
    return _returned(gradient)


@dataclass(frozen=True, eq=False)
class GradientCheck:
    """What `check_gradient` found; as a condition, ``if check:``, it is ``check.ok``.

    Home: 07-numerical-methods/04-numerical-differentiation.ipynb.

    Attributes
    ----------
    ok : bool
        Whether ``relative_error`` is at most the tolerance.
    relative_error : float
        ``|g - n| / (|g| + |n|)`` in Euclidean norms, from 0 (equal, or both zero) to 1;
        NaN if an entry isn't finite.
    worst_index : tuple of int
        Where the two differ most: a coordinate of `x`, or the number of a direction.
    worst_error : float
        By how much, in the units of the gradient.
    numeric, analytic : ndarray
        The two gradients n and g, shaped like `x`; or their slopes along the directions.
    """

    ok: bool
    relative_error: float
    worst_index: tuple
    worst_error: float
    numeric: np.ndarray
    analytic: np.ndarray

    def __bool__(self):
        return self.ok


def check_gradient(f, grad, x, h=None, n_directions=None, tol=1e-7, rng=None):
    """Compare a hand-written gradient with central differences of the function.

    Parameters
    ----------
    f : callable
        Takes an array shaped like `x`, returns a number.
    grad : callable
        Takes the same, returns the gradient: an array shaped like `x`.
    x : array_like, any shape
        Where to compare: finite, not empty. A point away from 0, from kinks and from the
        minimum shows most.
    h : float, optional
        Step, positive; by default as in `numerical_gradient` and `numerical_hvp`.
    n_directions : int, optional
        Compare slopes along so many random directions (two calls of f each) instead of all
        coordinates (two calls each). Needs ``rng``.
    tol : float
        Largest relative error that passes. For float64 and the default step a right
        gradient gives about 1e-10, a wrong one rarely less than 1e-5.
    rng : numpy.random.Generator
        Where directions come from; unused without ``n_directions``.

    Returns
    -------
    GradientCheck

    Raises
    ------
    ValueError
        If the gradient isn't shaped like `x`, or ``h``, ``tol``, ``n_directions`` are out
        of range, or `x` is empty or not finite.
    TypeError
        If ``n_directions`` comes without a generator ``rng``.

    Notes
    -----
    Home: 07-numerical-methods/04-numerical-differentiation.ipynb. A few directions find
    what is wrong all over; one wrong coordinate among thousands takes the full check.
    Where the gradient is 0, as at a minimum, both sides are rounding and the relative
    error means nothing.

    Examples
    --------
    >>> f = lambda w: (w**2).sum()
    >>> bool(check_gradient(f, lambda w: 2 * w, [1.0, -2.0]))
    True
    >>> check = check_gradient(f, lambda w: 2 * w + [0, 0.1], [1.0, -2.0])
    >>> check.ok, check.worst_index, round(check.worst_error, 4)
    (False, (1,), 0.1)
    """
    x = _variables(x)
    tol = _checks.in_range(tol, "tol", 0, 1)
    analytic = _checks.as_float(grad(_argument(x.copy())), "grad(x)")
    if analytic.shape != x.shape:
        raise ValueError(
            f"grad must return shape {x.shape} like x, got shape {analytic.shape}"
        )
    if n_directions is None:
        numeric = np.asarray(numerical_gradient(f, x, h))
    else:
        n_directions = _checks.count(n_directions, "n_directions")
        v = _checks.as_rng(rng).normal(size=(n_directions, *x.shape))
        numeric = np.array(
            [_slope_along(lambda p: _number(f, _argument(p)), x, u, h) for u in v]
        )
        analytic = (v * analytic).reshape(n_directions, -1).sum(axis=1)
    difference = np.abs(analytic - numeric)
    worst = np.unravel_index(np.argmax(difference), difference.shape)
    relative = _relative_error(analytic, numeric)
    return GradientCheck(
        ok=bool(relative <= tol),
        relative_error=relative,
        worst_index=tuple(int(j) for j in worst),
        worst_error=float(difference[worst]),
        numeric=numeric,
        analytic=analytic,
    )


def _most_certain(table, error):
    """For each component of D the entry of the table with the smallest error."""
    flat, errors = (t.reshape(-1, *t.shape[2:]) for t in (table, error))
    best = errors.argmin(axis=0, keepdims=True)
    return (np.take_along_axis(t, best, axis=0)[0] for t in (flat, errors))


def _tiny_steps(x, h):
    """Imaginary steps, small beside x; the floor keeps h f'(x) a normal float."""
    if h is not None:
        h = _checks.in_range(h, "h", 0, np.inf, closed=(False, False))
        return np.full(x.shape, h)
    size = np.minimum(1, np.abs(x))
    return np.maximum(1e-30 * np.where(size > 0, size, 1), 1e-280)


def _complex_value(f, z):
    value = np.asarray(f(complex(z) if z.ndim == 0 else z))
    if value.dtype.kind != "c":
        raise TypeError(
            "f must be analytic and return complex numbers for complex ones, got dtype "
            f"{value.dtype}: an abs, max, comparison or cast dropped the imaginary part"
        )
    return value


def _relative_error(a, b):
    """|a - b| / (|a| + |b|), scaled so that no square overflows; 0 where both are 0."""
    largest = max(np.abs(a).max(), np.abs(b).max())
    if not np.isfinite(largest):
        return float("nan")
    a, b = a / (largest or 1), b / (largest or 1)
    total = np.linalg.norm(a) + np.linalg.norm(b)
    return float(np.linalg.norm(a - b) / (total or 1))
