"""Reverse mode: arrays that remember how they were computed."""

import itertools

import numpy as np

from utils.autodiff.operand import Operand, as_array, unbroadcast

_created = itertools.count()
_recording = [True]  # the last entry says whether operations are recorded


class Tensor(Operand):
    """An array that remembers how it was computed, so that `backward` finds gradients.

    Parameters
    ----------
    data : array_like, any shape
        Real numbers; kept as float64, copied if gradients are asked for.
    requires_grad : bool
        Whether to record what is computed from it. A tensor made by hand with
        ``requires_grad=True`` is a leaf: `backward` puts its gradient into ``grad``.

    Attributes
    ----------
    data : ndarray of float64
        The numbers. ``w.data -= lr * w.grad`` updates a parameter; what was computed from
        it before belongs to the old numbers, so go backward first.
    grad : ndarray or None
        Gradient, shaped like ``data``; None before the first `backward`.
    requires_grad : bool
        Whether it is such a leaf, or was recorded as computed from one.
    shape, ndim, size, T
        As in NumPy.

    Raises
    ------
    TypeError
        If the data are complex, text, or a Tensor already; in use: for a NumPy function
        without a rule here, or with ``out=`` or ``where=``, and for ``t[i] = ...``.

    Notes
    -----
    Home: 02-calculus/03-chain-rule.ipynb. Operators, comparisons (boolean arrays), indexing,
    ``@`` for vectors, matrices and batches, `sum`, `mean`, `max`, `min`, `reshape`,
    `transpose`, the functions of `utils.autodiff`, and NumPy's elementwise ones (``np.exp``)
    where there is one here. `math.sin(t)` sees a float, and the gradient ends there.

    Recording costs about two microseconds an operation; all intermediate arrays stay in
    memory as long as the result does. A backward pass costs about twice the forward one,
    whatever the number of inputs.
    Source: A. Griewank and A. Walther, *Evaluating Derivatives*, 2nd ed., chapter 4.

    Examples
    --------
    >>> a, b = Tensor(2.0, requires_grad=True), Tensor(3.0, requires_grad=True)
    >>> f = (a * b + a) ** 2
    >>> f.backward()
    >>> float(f), float(a.grad), float(b.grad)
    (64.0, 64.0, 32.0)
    """

    __slots__ = (
        "_number", "_op", "_options", "_parents", "data", "grad", "requires_grad"
    )  # fmt: skip

    def __init__(self, data, requires_grad=False):
        if isinstance(data, Operand):
            raise TypeError(
                f"data must be numbers, got a {type(data).__name__}: t.detach() is a "
                "constant copy of a Tensor t"
            )
        array = as_array(data)
        self._set(array.copy() if requires_grad else array, bool(requires_grad))

    def _set(self, data, requires_grad, op=None, parents=(), options=None):
        self.data, self.grad, self.requires_grad = data, None, requires_grad
        self._op, self._parents, self._options = op, parents, options
        self._number = next(_created)
        return self

    def __repr__(self):
        grad = ", requires_grad=True" if self.requires_grad else ""
        numbers = np.array2string(self.data, separator=", ", prefix="Tensor(")
        return f"Tensor({numbers}{grad})"

    @staticmethod
    def _apply(op, args, options):
        """The value, and if a gradient may be asked for, where it came from."""
        parents = tuple([a if isinstance(a, Tensor) else _constant(a) for a in args])
        y = np.asarray(op.value(*[p.data for p in parents], **options))
        node = Tensor.__new__(Tensor)
        if _recording[-1] and any([p.requires_grad for p in parents]):
            return node._set(y, True, op, parents, options)
        return node._set(y, False)

    def backward(self, grad=None):
        """Add the gradient of this tensor to ``grad`` of every leaf it was computed from.

        ``grad``, shaped like the tensor, weighs its entries; a single number needs none.
        Raises `ValueError` without it for several entries, or if its shape is wrong;
        `RuntimeError` if nothing here requires a gradient.
        """
        if not self.requires_grad:
            raise RuntimeError(
                "nothing to differentiate: no tensor with requires_grad=True (outside "
                "no_grad) leads here"
            )
        seed = _seed(self, grad)
        for leaf, g in _sweep(self, seed, lambda node: not node._parents):
            leaf.grad = np.array(g) if leaf.grad is None else leaf.grad + g

    def zero_grad(self):
        """Forget the gradient: the next `backward` starts from zero."""
        self.grad = None

    def detach(self):
        """A constant that shares the numbers: what is computed from it isn't recorded.

        Home: 02-calculus/08-calculus-in-ml.ipynb.
        """
        return _constant(self.data)

    def item(self):
        """The only entry, as a Python float; `ValueError` if there are several."""
        return self.data.item()

    def __float__(self):
        return self.data.item()


class no_grad:
    """Context in which nothing is recorded: for evaluation, and for updating parameters.

    ``with ad.no_grad(): ...`` may be nested and ends with an exception too.
    Home: 02-calculus/08-calculus-in-ml.ipynb.

    Examples
    --------
    >>> w = Tensor([1.0, 2.0], requires_grad=True)
    >>> with no_grad():
    ...     y = (w * w).sum()
    >>> y.requires_grad
    False
    """

    _records = False

    def __enter__(self):
        _recording.append(self._records)
        return self

    def __exit__(self, *_):
        _recording.pop()


class recorded(no_grad):
    """The opposite of `no_grad`: whoever asks for a derivative gets a record."""

    _records = True


def gradients(output, inputs, grad_output=None, create_graph=False):
    """Gradients of one tensor with respect to others, without touching their ``grad``.

    Parameters
    ----------
    output : Tensor
    inputs : list of Tensor
        Leaves or intermediate results, each with ``requires_grad``.
    grad_output : array_like or Tensor, shaped like `output`
        Weighs the entries of `output`; a single number needs none.
    create_graph : bool
        Record the backward pass too, so that the gradients can be differentiated.

    Returns
    -------
    list of Tensor
        One for each input, of its shape; zeros for one that `output` doesn't depend on.

    Raises
    ------
    ValueError
        If `output` has several entries and there is no ``grad_output``, or its shape is
        wrong.
    TypeError
        If `output` or an input isn't a Tensor.
    RuntimeError
        If an input doesn't require a gradient: nothing was recorded for it.

    Notes
    -----
    Home: 02-calculus/06-hessian-matrix.ipynb. Cost of a backward pass, about twice the
    forward one.

    Examples
    --------
    >>> x = Tensor(2.0, requires_grad=True)
    >>> (slope,) = gradients(x**3, [x], create_graph=True)
    >>> (curvature,) = gradients(slope, [x])
    >>> slope.item(), curvature.item()
    (12.0, 12.0)
    """
    if not isinstance(inputs, Operand):
        inputs = list(inputs)
    if isinstance(inputs, Operand) or not all(isinstance(t, Tensor) for t in inputs):
        raise TypeError("inputs must be a list of Tensor")
    if not isinstance(output, Tensor):
        raise TypeError(f"output must be a Tensor, got {type(output).__name__}")
    if not all(t.requires_grad for t in inputs):
        raise RuntimeError("inputs must have been made with requires_grad=True")
    seed = _seed(output, grad_output)
    wanted = {t._number for t in inputs}
    if create_graph:
        seed = seed if isinstance(seed, Tensor) else _constant(seed)
    found = {}
    if output.requires_grad:
        swept = _sweep(output, seed, lambda t: t._number in wanted, graph=create_graph)
        found = {node._number: g for node, g in swept}
    return [
        g if isinstance(g, Tensor) else _constant(np.array(g))
        for g in (found.get(t._number, np.zeros(t.shape)) for t in inputs)
    ]


def describe_graph(root):
    """The computational graph that leads to a tensor, for `plotting.graph`.

    One dict for each node, parents before children: ``id`` (its place in the list), ``op``
    (the operation; "input" for a leaf, its value or "constant" for a constant), ``shape``,
    and ``parents`` (their ids). Raises `TypeError` for anything but a Tensor.
    Home: 02-calculus/03-chain-rule.ipynb.

    Examples
    --------
    >>> x = Tensor(2.0, requires_grad=True)
    >>> for node in describe_graph(3 * x):
    ...     print(node)
    {'id': 0, 'op': 'input', 'shape': (), 'parents': []}
    {'id': 1, 'op': '3', 'shape': (), 'parents': []}
    {'id': 2, 'op': '*', 'shape': (), 'parents': [1, 0]}
    """
    if not isinstance(root, Tensor):
        raise TypeError(f"root must be a Tensor, got {type(root).__name__}")
    nodes = _ancestors(root, lambda parent: True)[::-1]
    place = {node._number: i for i, node in enumerate(nodes)}
    return [
        {
            "id": i,
            "op": _label(node),
            "shape": node.shape,
            "parents": [place[p._number] for p in node._parents],
        }
        for i, node in enumerate(nodes)
    ]


def _label(node):
    if node._op is not None:
        exponent = node._options.get("exponent")
        power = f" {exponent:g}" if isinstance(exponent, float) else ""
        return node._op.name + power
    if node.requires_grad:
        return "input"
    return f"{node.item():g}" if node.ndim == 0 else "constant"


def _constant(x):
    return Tensor.__new__(Tensor)._set(as_array(x), False)


def _seed(output, grad):
    """The gradient that the backward pass starts from."""
    if grad is None:
        if output.size != 1:
            raise ValueError(
                f"an output of shape {output.shape} needs the gradient to start from, of "
                "the same shape: one number alone has a gradient of its own"
            )
        return np.ones(output.shape)
    grad = grad if isinstance(grad, Tensor) else as_array(grad)
    if grad.shape != output.shape:
        raise ValueError(
            f"the gradient to start from must have the output's shape {output.shape}, "
            f"got {grad.shape}"
        )
    return grad


def _ancestors(root, follow):
    """All nodes that lead to the root, itself included, the newest first.

    Parents are made before their children, so the order in which nodes were made is a
    topological one, found without recursion: graphs may be as deep as memory allows.
    """
    found, waiting = {root._number: root}, [root]
    while waiting:
        for parent in waiting.pop()._parents:
            if parent._number not in found and follow(parent):
                found[parent._number] = parent
                waiting.append(parent)
    return [found[number] for number in sorted(found, reverse=True)]


def _sweep(root, seed, wanted, graph=False):
    """The backward pass: pairs of each wanted node and the root's gradient there.

    A node is visited when all that was made of it has sent its share: newest first. The
    rules get arrays; for a graph of the pass itself they get the tensors.
    """
    gradient = {
        root._number: seed.data if isinstance(seed, Tensor) and not graph else seed
    }
    for node in _ancestors(root, lambda parent: parent.requires_grad):
        g = gradient.pop(node._number)
        if wanted(node):
            yield node, g
        y = node if graph else node.data
        args = node._parents if graph else [p.data for p in node._parents]
        for i, parent in enumerate(node._parents):
            if not parent.requires_grad:
                continue
            share = unbroadcast(
                node._op.vjps[i](g, y, *args, **node._options), parent.shape
            )
            if not graph:
                share = np.asarray(share)
            assert share.shape == parent.shape, f"rule {i} of {node._op.name}"
            before = gradient.get(parent._number)
            gradient[parent._number] = share if before is None else before + share
