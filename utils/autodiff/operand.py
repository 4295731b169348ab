"""What `Dual` and `Tensor` share: operators, NumPy's functions, and the primitives behind.

A primitive (`Op`) knows its value on arrays, and how a change passes through it, backward
to its arguments (`vjps`) and forward from them (`jvps`). Its rules are plain NumPy, which
works on arrays and, by `__array_ufunc__`, on tensors: so a backward pass over arrays is
fast, and one over tensors can itself be differentiated.
"""

import numpy as np

from utils import _checks

FLOAT = np.dtype(float)
UFUNCS = {}  # NumPy's elementwise functions, and what they are here
COMPARISONS = {
    np.less, np.less_equal, np.greater, np.greater_equal, np.equal, np.not_equal
}  # fmt: skip


class Op:
    """A primitive operation with its rules of differentiation.

    ``value(*arrays, **options)`` computes it. ``vjps[i](g, y, *args, **options)`` turns g,
    the gradient of some later number with respect to the result y, into the gradient with
    respect to argument i, up to the broadcasting that is undone elsewhere.
    ``jvps[i](t, y, *args, **options)`` is the change of y when argument i changes by t. For
    an elementwise operation both multiply by its derivative, and one rule does.
    """

    def __init__(self, name, value, *vjps, jvps=None):
        self.name, self.value, self.vjps = name, value, vjps
        self.jvps = vjps if jvps is None else jvps
        if isinstance(value, np.ufunc):
            UFUNCS[value] = self

    def __call__(self, *args, **options):
        for a in args:
            if isinstance(a, Operand):
                return a._apply(self, args, options)
        y = self.value(*map(as_array, args), **options)
        return y if isinstance(y, np.ndarray) and y.ndim else float(y)


class Operand:
    """Base of `Dual` and `Tensor`: arithmetic and NumPy's functions lead to `_apply`.

    A subclass has ``data``, its value as an array, and ``_apply(op, args, options)``, which
    computes a primitive with what comes along: a tangent, or a node of the graph.
    """

    __slots__ = ()

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        name = type(self).__name__
        if method != "__call__" or kwargs:
            raise TypeError(
                f"np.{ufunc.__name__} on a {name} can't take out=, where= or the like, nor "
                f"be used as a {method}"
            )
        if ufunc in COMPARISONS:
            return ufunc(*map(numbers, inputs))
        if ufunc not in UFUNCS:
            raise TypeError(f"np.{ufunc.__name__} has no derivative here, for a {name}")
        return UFUNCS[ufunc](*inputs)

    def __array__(self, dtype=None, copy=None):
        raise TypeError(
            f"a {type(self).__name__} isn't an array: use the functions of utils.autodiff "
            "(stack instead of np.array), or take the numbers alone"
        )

    shape = property(lambda self: self.data.shape, doc="Length of each axis.")
    ndim = property(lambda self: self.data.ndim, doc="Number of axes.")
    size = property(lambda self: self.data.size, doc="Number of entries.")
    T = property(lambda self: self.transpose(), doc="The axes in reverse order.")

    def __len__(self):
        return len(self.data)

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    def __bool__(self):
        return bool(self.data)

    def __add__(self, other):
        return ADD(self, other)

    def __radd__(self, other):
        return ADD(other, self)

    def __sub__(self, other):
        return SUBTRACT(self, other)

    def __rsub__(self, other):
        return SUBTRACT(other, self)

    def __mul__(self, other):
        return MULTIPLY(self, other)

    def __rmul__(self, other):
        return MULTIPLY(other, self)

    def __truediv__(self, other):
        return DIVIDE(self, other)

    def __rtruediv__(self, other):
        return DIVIDE(other, self)

    def __pow__(self, other):
        return power(self, other)

    def __rpow__(self, other):
        return power(other, self)

    def __matmul__(self, other):
        return MATMUL(self, other)

    def __rmatmul__(self, other):
        return MATMUL(other, self)

    def __neg__(self):
        return NEGATIVE(self)

    def __pos__(self):
        return self

    def __abs__(self):
        return ABSOLUTE(self)

    def __lt__(self, other):
        return np.less(self.data, numbers(other))

    def __le__(self, other):
        return np.less_equal(self.data, numbers(other))

    def __gt__(self, other):
        return np.greater(self.data, numbers(other))

    def __ge__(self, other):
        return np.greater_equal(self.data, numbers(other))

    def __eq__(self, other):
        return np.equal(self.data, numbers(other))

    def __ne__(self, other):
        return np.not_equal(self.data, numbers(other))

    __hash__ = object.__hash__  # by identity: == compares entries

    def __getitem__(self, index):
        return GETITEM(self, index=index)

    def sum(self, axis=None, keepdims=False, *, dtype=None, out=None):
        """Sum of the entries, or along axes."""
        return SUM(self, **_reduction(axis, keepdims, dtype, out))

    def mean(self, axis=None, keepdims=False, *, dtype=None, out=None):
        """Mean of the entries, or along axes."""
        total = SUM(self, **_reduction(axis, keepdims, dtype, out))
        return total / (self.size / total.size if total.size else np.nan)

    def max(self, axis=None, keepdims=False, *, dtype=None, out=None):
        """Largest entry, or along axes; equal ones share the derivative equally."""
        return MAX(self, **_reduction(axis, keepdims, dtype, out))

    def min(self, axis=None, keepdims=False, *, dtype=None, out=None):
        """Smallest entry, or along axes; equal ones share the derivative equally."""
        return MIN(self, **_reduction(axis, keepdims, dtype, out))

    def reshape(self, *shape):
        """The same entries, row by row, in another shape."""
        if len(shape) == 1 and not np.isscalar(shape[0]):
            shape = tuple(shape[0])
        return RESHAPE(self, shape=shape)

    def transpose(self, axes=None):
        """The axes in the order given; by default reversed."""
        return TRANSPOSE(self, axes=axes)


def as_array(x):
    """An argument as a float64 array; one that is such an array already isn't copied."""
    if type(x) is np.ndarray and x.dtype == FLOAT:
        return x
    if type(x) is float:
        return np.array(x)
    return _checks.as_float(x, "an operand")


def numbers(x):
    """The numbers alone, of an operand or of anything array-like."""
    return x.data if isinstance(x, Operand) else as_array(x)


def returned(x):
    """An array, or a Python float for a single number."""
    return x if x.ndim else float(x)


def unbroadcast(g, shape):
    """Adjoint of broadcasting from `shape`: copies were made, so their gradients add up.

    Axes that broadcasting put in front are summed away, stretched ones back to length 1.
    """
    if np.shape(g) == shape:
        return g
    added = g.ndim - len(shape)
    stretched = (i + added for i, n in enumerate(shape) if n == 1)
    return g.sum(axis=(*range(added), *stretched), keepdims=True).reshape(shape)


def power(a, b):
    """``a ** b``: a constant exponent takes any base, another one a positive base."""
    if not isinstance(b, Operand):
        exponent = as_array(b)
        return POW(a, exponent=exponent if exponent.ndim else float(exponent))
    if not (numbers(a) > 0).all():
        raise ValueError(
            f"a ** b with a {type(b).__name__} as exponent needs a positive base, since "
            "its derivative is a ** b * log(a)"
        )
    return POWER(a, b)


UFUNCS[np.power] = power


def _reduction(axis, keepdims, dtype, out):
    """Options of a reduction; NumPy passes dtype and out along, as None."""
    if dtype is not None or out is not None:
        raise TypeError("dtype= and out= have no meaning here: leave them out")
    return {"axis": axis, "keepdims": keepdims}


def _lower(exponent):
    """The exponent of the derivative. That of x ** 0 is 0 whatever this is: also at 0."""
    if isinstance(exponent, float):
        return exponent - 1 if exponent else 0.0
    return np.where(exponent == 0, 0.0, exponent - 1)


# --- elementwise: one rule for both directions ------------------------------------------

ADD = Op("+", np.add, lambda g, y, a, b: g, lambda g, y, a, b: g)
SUBTRACT = Op("-", np.subtract, lambda g, y, a, b: g, lambda g, y, a, b: -g)
MULTIPLY = Op("*", np.multiply, lambda g, y, a, b: g * b, lambda g, y, a, b: g * a)
DIVIDE = Op("/", np.divide, lambda g, y, a, b: g / b, lambda g, y, a, b: -g * y / b)
NEGATIVE = Op("-", np.negative, lambda g, y, x: -g)
ABSOLUTE = Op("abs", np.absolute, lambda g, y, x: g * np.sign(numbers(x)))
SQUARE = Op("square", np.square, lambda g, y, x: g * (2 * x))
POW = Op(
    "**",
    lambda x, exponent: x**exponent,
    lambda g, y, x, exponent: g * (exponent * x ** _lower(exponent)),
)
POWER = Op(
    "**",
    lambda a, b: a**b,
    lambda g, y, a, b: g * (b * a ** (b - 1)),
    lambda g, y, a, b: g * (y * np.log(a)),
)


# --- products ---------------------------------------------------------------------------


def _matmul_left(g, y, a, b):
    """From C = A B follows dC = dA B, hence the gradient G B^T; vectors as rows, columns."""
    if b.ndim == 1:
        return g[..., None] * b if a.ndim > 1 else g * b
    if a.ndim == 1:
        return (g[..., None, :] @ _swapped(b))[..., 0, :]
    return g @ _swapped(b)


def _matmul_right(g, y, a, b):
    """From C = A B follows dC = A dB, hence the gradient A^T G."""
    if a.ndim == 1:
        return a[:, None] * g[..., None, :] if b.ndim > 1 else g * a
    if b.ndim == 1:
        return (_swapped(a) @ g[..., None])[..., 0]
    return _swapped(a) @ g


def _swapped(x):
    """The last two axes exchanged: the transpose of each matrix of a batch."""
    if x.ndim == 2:
        return x.T
    return x.transpose((*range(x.ndim - 2), x.ndim - 1, x.ndim - 2))


MATMUL = Op(
    "@",
    np.matmul,
    _matmul_left,
    _matmul_right,
    jvps=(lambda t, y, a, b: t @ b, lambda t, y, a, b: a @ t),
)


# --- linear maps of one array: the value is its own derivative --------------------------


def _linear(name, value, vjp):
    return Op(name, value, vjp, jvps=(lambda t, y, x, **options: value(t, **options),))


def _kept(g, x, axis):
    """A reduced array with the axes it lost back in place, of length 1."""
    lost = range(x.ndim) if axis is None else np.atleast_1d(axis) % x.ndim
    return g.reshape(tuple(1 if i in lost else n for i, n in enumerate(x.shape)))


def _inverse(axes, ndim):
    """The order of axes that undoes another one."""
    return None if axes is None else np.argsort(np.mod(axes, ndim))


def _scatter(g, index, shape):
    """Zeros with g added at an index; where an index repeats, its entries add up."""
    z = np.zeros(shape)
    if _may_repeat(index):
        np.add.at(z, index, g)
    else:
        z[index] = g
    return z


def _may_repeat(index):
    """Whether an index can name an entry twice: only arrays of integers can."""
    parts = index if isinstance(index, tuple) else (index,)
    basic = (int, np.integer, slice, type(None), type(Ellipsis))
    return any(
        not isinstance(i, basic) and np.asarray(i).dtype.kind != "b" for i in parts
    )


SUM = _linear(
    "sum",
    lambda x, axis, keepdims: x.sum(axis=axis, keepdims=keepdims),
    lambda g, y, x, axis, keepdims: BROADCAST(_kept(g, x, axis), shape=x.shape),
)
RESHAPE = _linear(
    "reshape",
    lambda x, shape: x.reshape(shape),
    lambda g, y, x, shape: g.reshape(x.shape),
)
TRANSPOSE = _linear(
    "transpose",
    lambda x, axes: x.transpose(axes),
    lambda g, y, x, axes: g.transpose(_inverse(axes, x.ndim)),
)
BROADCAST = _linear("broadcast", np.broadcast_to, lambda g, y, x, shape: g)
GETITEM = _linear(
    "[]",
    lambda x, index: x[index],
    lambda g, y, x, index: SCATTER(g, index=index, shape=x.shape),
)
SCATTER = _linear("scatter", _scatter, lambda g, y, x, index, shape: g[index])


# --- largest and smallest ---------------------------------------------------------------


def _share(y, x, axis):
    """What each entry contributes to the extreme: equal parts for equal entries."""
    hit = x == _kept(y, x, axis)
    return hit / hit.sum(axis=axis, keepdims=True)


def _extreme(name, method):
    def value(x, axis, keepdims):
        return getattr(x, method)(axis=axis, keepdims=keepdims)

    def vjp(g, y, x, axis, keepdims):
        return _kept(g, x, axis) * _share(y, x, axis)

    def jvp(t, y, x, axis, keepdims):
        return (t * _share(y, x, axis)).sum(axis=axis, keepdims=keepdims)

    return Op(name, value, vjp, jvps=(jvp,))


MAX, MIN = _extreme("max", "max"), _extreme("min", "min")
