"""Elementary functions, and those of machine learning and linear algebra, with rules.

Each takes numbers, arrays, `Dual` and `Tensor`, and returns the like.
"""

import functools

import numpy as np
from numpy.lib.array_utils import normalize_axis_index

from utils import numerics
from utils.autodiff.operand import (
    ABSOLUTE,
    BROADCAST,
    Op,
    Operand,
    _kept,
    _linear,
    as_array,
)

EXP = Op("exp", np.exp, lambda g, y, x: g * y)
LOG = Op("log", np.log, lambda g, y, x: g / x)
LOG1P = Op("log1p", np.log1p, lambda g, y, x: g / (1 + x))
EXPM1 = Op("expm1", np.expm1, lambda g, y, x: g * np.exp(x))
SIN = Op("sin", np.sin, lambda g, y, x: g * np.cos(x))
COS = Op("cos", np.cos, lambda g, y, x: -g * np.sin(x))
TANH = Op("tanh", np.tanh, lambda g, y, x: g * (1 - y * y))
SQRT = Op("sqrt", np.sqrt, lambda g, y, x: g / (2 * y))
RELU = Op("relu", lambda x: np.maximum(x, 0), lambda g, y, x: g * (x > 0))
SIGMOID = Op("sigmoid", numerics.sigmoid, lambda g, y, x: g * (y * (1 - y)))
SOFTPLUS = Op("softplus", numerics.softplus, lambda g, y, x: g * sigmoid(x))
MAXIMUM = Op(
    "maximum",
    np.maximum,
    lambda g, y, a, b: g * ((a > b) + 0.5 * (a == b)),
    lambda g, y, a, b: g * ((a < b) + 0.5 * (a == b)),
)
MINIMUM = Op(
    "minimum",
    np.minimum,
    lambda g, y, a, b: g * ((a < b) + 0.5 * (a == b)),
    lambda g, y, a, b: g * ((a > b) + 0.5 * (a == b)),
)
WHERE = Op(
    "where",
    lambda a, b, cond: np.where(cond, a, b),
    lambda g, y, a, b, cond: WHERE(g, 0.0, cond=cond),
    lambda g, y, a, b, cond: WHERE(0.0, g, cond=cond),
)
CLIP = Op(
    "clip",
    lambda x, low, high: np.clip(x, low, high),
    lambda g, y, x, low, high: g * ((x > low) & (x < high)),
)


def exp(x):
    """Exponential; its derivative is itself. Home: 02-calculus/03-chain-rule.ipynb.

    >>> exp(0.0)
    1.0
    """
    return EXP(x)


def log(x):
    """Natural logarithm; derivative 1/x. NumPy warns where x isn't positive.

    Home: 02-calculus/03-chain-rule.ipynb.

    >>> log(1.0)
    0.0
    """
    return LOG(x)


def log1p(x):
    """log(1 + x), exact for small x; derivative 1 / (1 + x).

    Home: 02-calculus/03-chain-rule.ipynb.

    >>> log1p(1e-20)
    1e-20
    """
    return LOG1P(x)


def expm1(x):
    """exp(x) - 1, exact for small x; derivative exp(x).

    Home: 02-calculus/03-chain-rule.ipynb.

    >>> expm1(1e-20)
    1e-20
    """
    return EXPM1(x)


def sin(x):
    """Sine of an angle in radians; derivative cosine.

    Home: 02-calculus/03-chain-rule.ipynb.

    >>> sin(0.0)
    0.0
    """
    return SIN(x)


def cos(x):
    """Cosine of an angle in radians; derivative minus sine.

    Home: 02-calculus/03-chain-rule.ipynb.

    >>> cos(0.0)
    1.0
    """
    return COS(x)


def tanh(x):
    """Hyperbolic tangent; derivative 1 - tanh^2, to 1e-16 (absolute: it may round to 0).

    Home: 02-calculus/03-chain-rule.ipynb.

    >>> tanh(0.0)
    0.0
    """
    return TANH(x)


def sqrt(x):
    """Square root; derivative 1 / (2 sqrt(x)), infinite at 0, where NumPy warns.

    Home: 02-calculus/03-chain-rule.ipynb.

    >>> sqrt(9.0)
    3.0
    """
    return SQRT(x)


def absolute(x):
    """Absolute value; derivative the sign of x, and 0 at the kink (by convention).

    Home: 02-calculus/03-chain-rule.ipynb.

    >>> absolute(-3.0)
    3.0
    """
    return ABSOLUTE(x)


def relu(x):
    """Rectifier max(x, 0); derivative 1 above 0, else 0, also at 0 (by convention).

    Home: 02-calculus/03-chain-rule.ipynb.

    >>> relu([-1.0, 2.0])
    array([0., 2.])
    """
    return RELU(x)


def sigmoid(x):
    """Logistic function, `numerics.sigmoid`; derivative s (1 - s), to 1e-16 (absolute).

    Home: 02-calculus/03-chain-rule.ipynb.

    >>> sigmoid(0.0)
    0.5
    """
    return SIGMOID(x)


def softplus(x):
    """Smooth ramp log(1 + exp(x)), `numerics.softplus`; its derivative is `sigmoid`.

    Home: 02-calculus/03-chain-rule.ipynb.

    >>> softplus(1000.0)
    1000.0
    """
    return SOFTPLUS(x)


def maximum(a, b):
    """The larger of two, elementwise; where they are equal, each gets half the derivative.

    Home: 02-calculus/03-chain-rule.ipynb.

    >>> maximum([1.0, 5.0], 3.0)
    array([3., 5.])
    """
    return MAXIMUM(a, b)


def minimum(a, b):
    """The smaller of two, elementwise; where they are equal, each gets half the derivative.

    Home: 02-calculus/03-chain-rule.ipynb.

    >>> minimum([1.0, 5.0], 3.0)
    array([1., 3.])
    """
    return MINIMUM(a, b)


def where(cond, a, b):
    """Entries of `a` where a condition holds, of `b` elsewhere.

    ``cond`` is a boolean array, as comparisons give it; a Tensor or Dual raises `TypeError`.
    The branch not taken has derivative 0, but it is still computed: where its own
    derivative is infinite, 0 times infinity is NaN. Make its input harmless first:
    ``where(x > 0, log(where(x > 0, x, 1)), 0)``. Home: 02-calculus/03-chain-rule.ipynb.

    >>> where([True, False], 1.0, 2.0)
    array([1., 2.])
    """
    if isinstance(cond, Operand):
        raise TypeError(
            f"cond must be boolean, got a {type(cond).__name__}: compare first, as x > 0"
        )
    return WHERE(a, b, cond=np.asarray(cond, dtype=bool))


def clip(t, lo, hi):
    """`t` limited to [lo, hi]; derivative 1 inside, 0 outside and at the limits.

    The limits are constants, numbers or arrays: others raise `TypeError`, and ``lo > hi``
    `ValueError`. Home: 02-calculus/03-chain-rule.ipynb.

    >>> clip([-2.0, 0.5, 2.0], 0, 1)
    array([0. , 0.5, 1. ])
    """
    lo, hi = as_array(lo), as_array(hi)
    if not (lo <= hi).all():
        raise ValueError("lo must be at most hi")
    return CLIP(t, low=lo, high=hi)


# --- softmax and its family -------------------------------------------------------------

LOGSUMEXP = Op(
    "logsumexp",
    numerics.logsumexp,
    lambda g, y, x, axis, keepdims: _kept(g, x, axis) * np.exp(x - _kept(y, x, axis)),
    jvps=(
        lambda t, y, x, axis, keepdims: (t * np.exp(x - _kept(y, x, axis))).sum(
            axis=axis, keepdims=keepdims
        ),
    ),
)
LOG_SOFTMAX = Op(
    "log_softmax",
    numerics.log_softmax,
    lambda g, y, x, axis: g - np.exp(y) * g.sum(axis=axis, keepdims=True),
    jvps=(lambda t, y, x, axis: t - (np.exp(y) * t).sum(axis=axis, keepdims=True),),
)
SOFTMAX = Op(  # its Jacobian diag(p) - p p^T is symmetric: one rule for both directions
    "softmax",
    numerics.softmax,
    lambda g, y, x, axis: y * (g - (g * y).sum(axis=axis, keepdims=True)),
)


def logsumexp(t, axis=None, keepdims=False):
    """Log of a sum of exponentials, `numerics.logsumexp`; its gradient is `softmax`.

    Home: 02-calculus/05-matrix-calculus.ipynb.

    >>> round(logsumexp([1000.0, 1000.0]), 4)
    1000.6931
    """
    return LOGSUMEXP(t, axis=axis, keepdims=keepdims)


def log_softmax(t, axis=-1):
    """Logarithm of `softmax`, `numerics.log_softmax`: the way to a cross-entropy.

    Raises `ValueError` if the axis is empty. Home: 02-calculus/05-matrix-calculus.ipynb.

    >>> log_softmax([0.0, -1000.0])
    array([    0., -1000.])
    """
    return LOG_SOFTMAX(t, axis=axis)


def softmax(t, axis=-1):
    """Probabilities proportional to exp(t), `numerics.softmax`; Jacobian diag(p) - p p^T.

    Raises `ValueError` if the axis is empty. Home: 02-calculus/05-matrix-calculus.ipynb.

    >>> softmax([1000.0, 1000.0])
    array([0.5, 0.5])
    """
    return SOFTMAX(t, axis=axis)


# --- shapes -----------------------------------------------------------------------------


class _EachArgument:
    """Rules for any number of arguments: that of argument i is ``rule(i, ...)``."""

    def __init__(self, rule):
        self.rule = rule

    def __getitem__(self, i):
        return functools.partial(self.rule, i)


def _piece(i, g, y, *xs, axis, ends):
    """The part of g that belongs to array i."""
    start = ends[i] - xs[i].shape[axis]
    return g[(slice(None),) * axis + (slice(start, ends[i]),)]


def _pad(i, t, y, *xs, axis, ends):
    """The change of the whole when array i changes."""
    change = np.zeros(y.shape)
    _piece(i, change, y, *xs, axis=axis, ends=ends)[...] = t
    return change


CONCATENATE = Op("concatenate", lambda *xs, axis, ends: np.concatenate(xs, axis=axis))
CONCATENATE.vjps, CONCATENATE.jvps = _EachArgument(_piece), _EachArgument(_pad)


def broadcast_to(t, shape):
    """`t` repeated to a larger shape; its adjoint sums over the copies.

    Raises `ValueError` for an impossible shape. Home: 02-calculus/05-matrix-calculus.ipynb.

    >>> broadcast_to([1.0, 2.0], (2, 2))
    array([[1., 2.],
           [1., 2.]])
    """
    came = t.shape if isinstance(t, Operand) else as_array(t).shape
    try:
        np.broadcast_to(np.empty(came), shape)
    except ValueError:
        raise ValueError(f"t of shape {came} can't be repeated to {shape}") from None
    return BROADCAST(t, shape=shape)


def concatenate(ts, axis=0):
    """Arrays, `Dual` or `Tensor` joined along an axis they have.

    Raises `ValueError` if there are none or the other axes differ.
    Home: 02-calculus/05-matrix-calculus.ipynb.

    >>> concatenate([[1.0], [2.0, 3.0]])
    array([1., 2., 3.])
    """
    ts = [t if isinstance(t, Operand) else as_array(t) for t in ts]
    if len({t.ndim for t in ts}) != 1 or ts[0].ndim == 0:
        raise ValueError(
            "concatenate needs arrays with equally many axes, at least one, got shapes "
            f"{[t.shape for t in ts]}"
        )
    axis = normalize_axis_index(axis, ts[0].ndim)
    ends = np.cumsum([t.shape[axis] for t in ts]).tolist()
    return CONCATENATE(*ts, axis=axis, ends=ends)


def stack(ts, axis=0):
    """Numbers or arrays of one shape, `Dual` and `Tensor` too, along a new axis.

    What ``np.array([a, b])`` is for numbers. Raises `ValueError` if there are none or the
    shapes differ. Home: 02-calculus/05-matrix-calculus.ipynb.

    >>> stack([1.0, 2.0])
    array([1., 2.])
    """
    ts = [t if isinstance(t, Operand) else as_array(t) for t in ts]
    shapes = {t.shape for t in ts}
    if len(shapes) != 1:
        raise ValueError(f"stack needs arrays of one shape, got {sorted(shapes)}")
    (shape,) = shapes
    axis = normalize_axis_index(axis, len(shape) + 1)
    return concatenate([t.reshape(*shape[:axis], 1, *shape[axis:]) for t in ts], axis)


# --- linear algebra ---------------------------------------------------------------------


def _solved(A, b):
    _square(A)
    if b.ndim not in (1, 2) or len(b) != len(A):
        n = len(A)
        raise ValueError(f"b must have shape ({n},) or ({n}, k), got {b.shape}")
    return _regular(np.linalg.solve, A, b)


def _square(A):
    if A.ndim != 2 or A.shape[0] != A.shape[1]:
        raise ValueError(f"A must be square, got shape {A.shape}")


def _regular(function, A, *args):
    try:
        return function(A, *args)
    except np.linalg.LinAlgError:
        raise np.linalg.LinAlgError(
            "A is singular: there is no unique solution and no inverse"
        ) from None


def _inverted(A):
    _square(A)
    return _regular(np.linalg.inv, A)


def _log_determinant(A):
    _square(A)
    sign, log_size = np.linalg.slogdet(A)
    if sign == 0:
        raise np.linalg.LinAlgError("A is singular: its determinant is 0")
    if not sign > 0:
        raise ValueError("A must have a positive determinant")
    return log_size


def _diagonal_sum(A):
    _square(A)
    return np.trace(A)


def _solve_left(g, y, A, b):
    """From A x = b follows dx = -A^-1 dA x, hence the gradient -(A^-T g) x^T."""
    h = solve(A.T, g)
    return -(h[:, None] * y) if y.ndim == 1 else -(h @ y.T)


SOLVE = Op(
    "solve",
    _solved,
    _solve_left,
    lambda g, y, A, b: solve(A.T, g),
    jvps=(lambda t, y, A, b: -solve(A, t @ y), lambda t, y, A, b: solve(A, t)),
)
INV = Op(
    "inv",
    _inverted,
    lambda g, y, A: -(y.T @ g @ y.T),
    jvps=(lambda t, y, A: -(y @ t @ y),),
)
LOGDET = Op(
    "logdet",
    _log_determinant,
    lambda g, y, A: g * inv(A).T,
    jvps=(lambda t, y, A: (inv(A).T * t).sum(),),
)
TRACE = _linear("trace", _diagonal_sum, lambda g, y, A: g * np.eye(len(A)))


def solve(A, b):
    """The x with A x = b, for a square A of shape (n, n) and b of shape (n,) or (n, k).

    Raises `ValueError` for other shapes and `LinAlgError` if A is singular. The value and
    each derivative cost O(n^3); no inverse is formed.
    Home: 02-calculus/05-matrix-calculus.ipynb.

    >>> solve([[2.0, 0.0], [0.0, 4.0]], [2.0, 2.0])
    array([1. , 0.5])
    """
    return SOLVE(A, b)


def inv(A):
    """Inverse of a square matrix; `solve` is more exact where it is multiplied by something.

    Raises `ValueError` if A isn't square, `LinAlgError` if it is singular. O(n^3).
    Home: 02-calculus/05-matrix-calculus.ipynb.

    >>> inv([[2.0, 0.0], [0.0, 4.0]])
    array([[0.5 , 0.  ],
           [0.  , 0.25]])
    """
    return INV(A)


def logdet(A):
    """Logarithm of a positive determinant, which itself may overflow; gradient inv(A)^T.

    Raises `ValueError` if A isn't square or its determinant is negative, `LinAlgError` if it
    is 0. O(n^3). Home: 02-calculus/05-matrix-calculus.ipynb.

    >>> round(logdet([[2.0, 0.0], [0.0, 4.0]]), 4)
    2.0794
    """
    return LOGDET(A)


def trace(A):
    """Sum of the diagonal of a square matrix; gradient the identity.

    Raises `ValueError` if A isn't square. Home: 02-calculus/05-matrix-calculus.ipynb.

    >>> trace([[1.0, 2.0], [3.0, 4.0]])
    5.0
    """
    return TRACE(A)
