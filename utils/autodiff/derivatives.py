"""Derivatives of functions: arrays in, arrays out, and what is traced in between stays out.

Functions are written with operators, NumPy's elementwise functions and those of
`utils.autodiff`. Points may be numbers or arrays of any shape; a number gives numbers.
"""

import numpy as np

from utils import _checks
from utils.autodiff.dual import Dual
from utils.autodiff.operand import returned
from utils.autodiff.tensor import Tensor, gradients, recorded


def value_and_grad(f, argnum=0):
    """A function that computes f and its gradient, in one forward and one backward pass.

    Parameters
    ----------
    f : callable
        Takes a Tensor at position ``argnum``, other arguments as they come; returns a
        Tensor with a single entry.
    argnum : int
        The position of the argument to differentiate by.

    Returns
    -------
    callable
        Takes the arguments of f, with a number or an array at position ``argnum``; returns
        the value, a float, and the gradient, shaped like that argument.

    Raises
    ------
    IndexError
        On the call, if there is no argument at position ``argnum``.
    ValueError
        On the call, if f returns more than one number.
    TypeError
        On the call, if f doesn't return a Tensor: `math.sin`, say, loses track of it.

    Notes
    -----
    Home: 02-calculus/05-matrix-calculus.ipynb. About three times the cost of f, whatever
    the number of variables.

    Examples
    --------
    >>> loss = lambda w, X, y: ((X @ w - y) ** 2).sum() / 2
    >>> X, y = np.array([[1.0, 1.0], [1.0, 2.0], [1.0, 3.0]]), np.array([1.0, 2.0, 2.0])
    >>> value_and_grad(loss)([1, 0], X, y)
    (1.0, array([-2., -5.]))
    """
    argnum = _checks.count(argnum, "argnum", low=0)

    def with_gradient(*args, **kwargs):
        if argnum >= len(args):
            raise IndexError(f"there is no argument {argnum} among {len(args)}")

        def of_one(x):
            return f(*args[:argnum], x, *args[argnum + 1 :], **kwargs)

        x, y = _traced(of_one, args[argnum], scalar=True)
        (g,) = gradients(y, [x])
        return y.item(), returned(g.data)

    return with_gradient


def grad(f, argnum=0):
    """A function that computes the gradient of f, as `value_and_grad` without the value.

    Raises as that does. Home: 02-calculus/05-matrix-calculus.ipynb.

    >>> grad(lambda x: np.sin(x) ** 2)(0.0)
    0.0
    """
    both = value_and_grad(f, argnum)
    return lambda *args, **kwargs: both(*args, **kwargs)[1]


def jvp(f, x, v):
    """Value of f at x, and its change J v along v, in one forward sweep.

    ``v`` is shaped like `x` (else `ValueError`), the change like the value. f gets a `Dual`
    and must return one (else `TypeError`). About twice the cost of f.
    Home: 02-calculus/04-multivariable-calculus.ipynb.

    >>> value, change = jvp(lambda x: x**2, [1, 2], [1, 10])
    >>> value, change
    (array([1., 4.]), array([ 2., 40.]))
    """
    x, v = _checks.as_float(x), _checks.as_float(v, "v")
    if v.shape != x.shape:
        raise ValueError(f"v must have shape {x.shape} like x, got {v.shape}")
    y = _is_traced(f(Dual(x, v)), Dual)
    return y.value, returned(np.array(y.tangent))


def vjp(f, x):
    """Value of f at x, and its pullback: the function u -> J^T u.

    The pullback takes an array shaped like the value (else `ValueError`), returns one shaped
    like `x`, and can be used again: f runs once, each use is one backward sweep. f must
    return a Tensor (else `TypeError`). Home: 02-calculus/04-multivariable-calculus.ipynb.

    >>> value, pullback = vjp(lambda x: x**2, [1, 2])
    >>> pullback([1, 10])
    array([ 2., 40.])
    """
    x, y = _traced(f, x)

    def pullback(u):
        (g,) = gradients(y, [x], _checks.as_float(u, "u"))
        return returned(g.data)

    return returned(np.array(y.data)), pullback


def jacobian(f, x, mode="reverse"):
    """Jacobian matrix of f at x.

    Parameters
    ----------
    f : callable
        Takes a Tensor (``mode="reverse"``) or a Dual (``"forward"``) shaped like `x`, and
        returns the like, of any shape.
    x : float or array_like, any shape
    mode : {"reverse", "forward"}
        One backward sweep for each output, or one run of f for each input: choose the
        smaller number.

    Returns
    -------
    ndarray, shape (m, n)
        Outputs by inputs, both flattened row by row; a scalar f gives (1, n).

    Raises
    ------
    ValueError
        If the mode is unknown.
    TypeError
        If f returns neither a Tensor nor a Dual.

    Notes
    -----
    Home: 02-calculus/04-multivariable-calculus.ipynb. m backward sweeps, or n runs of f.

    Examples
    --------
    >>> from utils import autodiff as ad
    >>> f = lambda x: ad.stack([x[0] ** 2 - x[1] ** 2, 2 * x[0] * x[1]])
    >>> jacobian(f, [1, 2])
    array([[ 2., -4.],
           [ 4.,  2.]])
    """
    if mode == "reverse":
        x, y = _traced(f, x)
        return _rows(y, x)
    if mode != "forward":
        raise ValueError(f'mode must be "reverse" or "forward", got {mode!r}')
    x = _checks.as_float(x)
    columns = [np.ravel(jvp(f, x, v.reshape(x.shape))[1]) for v in np.eye(x.size)]
    return np.stack(columns, axis=1)


def hvp(f, x, v):
    """Hessian of a scalar function times a vector, without the Hessian.

    The gradient of the number grad f . v, so two backward sweeps. ``v`` and the result are
    shaped like `x`. Raises `ValueError` if the shapes don't fit or f returns several
    numbers, `TypeError` if f doesn't return a Tensor. A few times the cost of f.
    Home: 02-calculus/06-hessian-matrix.ipynb. Source: B. Pearlmutter, "Fast exact
    multiplication by the Hessian", Neural Computation 6 (1994).

    >>> hvp(lambda x: x[0] ** 2 * x[1], [1, 2], [1, 0])
    array([4., 2.])
    """
    v = _checks.as_float(v, "v")
    x, y = _traced(f, x, scalar=True)
    if v.shape != x.shape:
        raise ValueError(f"v must have shape {x.shape} like x, got {v.shape}")
    with recorded():
        (g,) = gradients(y, [x], create_graph=True)
        along = (g * v).sum()
    (product,) = gradients(along, [x])
    return returned(product.data)


def hessian(f, x):
    """Hessian matrix of a scalar function, exact up to rounding.

    f takes a Tensor shaped like `x` and returns one number; the result has shape (n, n),
    with `x` flattened row by row. Raises as `hvp`. One graph of the gradient, then n
    backward sweeps over it. Home: 02-calculus/06-hessian-matrix.ipynb.

    >>> hessian(lambda x: x[0] ** 3 - 3 * x[0] * x[1] + x[1] ** 3, [1, 1])
    array([[ 6., -3.],
           [-3.,  6.]])
    """
    x, y = _traced(f, x, scalar=True)
    with recorded():
        (g,) = gradients(y, [x], create_graph=True)
    return _rows(g, x)


def _traced(f, x, scalar=False):
    """The point as a leaf, and what f makes of it."""
    x = Tensor(x, requires_grad=True)
    with recorded():
        y = _is_traced(f(x), Tensor)
    if scalar and y.size != 1:
        raise ValueError(f"f must return a single number, got shape {y.shape}")
    return x, y


def _is_traced(y, kind):
    if not isinstance(y, kind):
        raise TypeError(
            f"f must return a {kind.__name__} when it gets one, got {type(y).__name__}: "
            "use operators, NumPy's elementwise functions and those of utils.autodiff"
        )
    return y


def _rows(y, x):
    """The Jacobian of y with respect to x, one backward sweep for each row."""
    seeds = np.eye(y.size).reshape(y.size, *y.shape)
    rows = [gradients(y, [x], seed)[0].data.ravel() for seed in seeds]
    return np.array(rows).reshape(y.size, x.size)
