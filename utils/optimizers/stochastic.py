"""Gradients of random batches: how to draw them, and a driver that follows them."""

import math

import numpy as np

from utils import _checks
from utils.optimizers.results import OptResult


def minibatches(n, batch_size, rng, replace=False, drop_last=False):
    """One pass over n rows in random batches.

    Parameters
    ----------
    n : int
        Number of rows.
    batch_size : int
        Rows in a batch, from 1 to n.
    rng : numpy.random.Generator
        Draws the order.
    replace : bool
        Draw every row anew from all n, instead of shuffling them.
    drop_last : bool
        Leave out the last batch where it is short.

    Returns
    -------
    generator
        Of index arrays: ceil(n / batch_size) of them, the last one short if batch_size
        doesn't divide n.

    Raises
    ------
    ValueError
        If batch_size is outside 1, ..., n.
    TypeError
        If rng is not a Generator.

    Notes
    -----
    Home: 05-optimization/04-sgd-adam-rmsprop.ipynb. O(n) for the order, drawn at once.
    Without replacement each row comes once, which usually converges faster.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> [len(batch) for batch in minibatches(10, 4, rng)]
    [4, 4, 2]
    """
    rng = _checks.as_rng(rng)
    n, batch_size = _batches_of(n, batch_size)
    order = rng.integers(n, size=n) if replace else rng.permutation(n)
    return _slices(order, batch_size, drop_last)


def minimize_stochastic(
    grad_batch,
    x0,
    n,
    optimizer,
    epochs=1,
    batch_size=32,
    replace=False,
    shuffle=True,
    f=None,
    record="epoch",
    clip_norm=None,
    rng=None,
):
    """Run an update rule on the gradients of batches, pass after pass over the data.

    Parameters
    ----------
    grad_batch : callable
        ``grad_batch(theta, idx)`` is the gradient (d,) of the mean loss over rows ``idx``.
    x0 : array_like, shape (d,)
        The start.
    n : int
        Number of rows.
    optimizer : Optimizer
        An update rule such as ``Adam()``; it is reset first.
    epochs : int
        Passes over the data.
    batch_size : int
        Rows in a batch, from 1 to n; the last batch of a pass may be short.
    replace : bool
        Draw every row anew from all n, instead of shuffling them before each pass.
    shuffle : bool
        False takes the rows in their order, the same in every pass.
    f : callable, optional
        The loss of all rows, to record; without it the values are NaN.
    record : {"epoch", "step"}
        One row of the path for each pass, or for each step.
    clip_norm : float, optional
        Gradients that are longer than this are cut to it, as by `clip_by_norm`.
    rng : numpy.random.Generator
        Draws the batches; needed unless ``shuffle=False``.

    Returns
    -------
    OptResult
        Never ``converged``: the gradient of a batch can't tell. ``extra["epochs"]``, shape
        (k + 1,), says after how many passes each row of the path was recorded. With
        ``record="step"``, ``grad_norms`` holds the lengths of the batches' gradients before
        clipping, the last one NaN; with "epoch" all are NaN, and ``step_sizes`` are those
        of the passes' first steps. ``n_iter`` counts steps, ``n_grad`` gradients of batches.
        A run that diverges ends with its last finite iterate.

    Raises
    ------
    ValueError
        For an unknown ``record``, a batch_size outside 1, ..., n, ``replace`` without
        ``shuffle``, or a gradient of the wrong shape.
    TypeError
        If rng is missing, or ``optimizer`` has no ``step``.

    Notes
    -----
    Home: 05-optimization/04-sgd-adam-rmsprop.ipynb. With ``batch_size=n`` it is `minimize`.
    O(batch_size * d) a step for a linear model, against O(n d) for all rows.

    References
    ----------
    L. Bottou, F. E. Curtis and J. Nocedal, "Optimization methods for large-scale machine
    learning", SIAM Review 60 (2018).

    Examples
    --------
    >>> from utils.optimizers import SGD
    >>> y = np.array([1.0, 2.0, 3.0, 4.0])
    >>> run = minimize_stochastic(
    ...     lambda theta, idx: theta - y[idx].mean(), [0.0], n=4, batch_size=1,
    ...     optimizer=SGD(lr=lambda t: 1 / (t + 1)), rng=np.random.default_rng(0))
    >>> run.x  # with steps 1/k it is the running mean
    array([2.5])
    """
    if not hasattr(optimizer, "step"):
        raise TypeError(f"optimizer must be an update rule, got {optimizer!r}")
    if record not in ("epoch", "step"):
        raise ValueError(f'record must be "epoch" or "step", got {record!r}')
    if replace and not shuffle:
        raise ValueError("replace=True draws rows at random: it needs shuffle=True")
    rng = _checks.as_rng(rng) if shuffle else None
    if clip_norm is not None:
        clip_norm = _checks.in_range(
            clip_norm, "clip_norm", 0, np.inf, closed=(False, False)
        )
    x, epochs = _checks.as_vector(x0, "x0"), _checks.count(epochs, "epochs", low=0)
    n, batch_size = _batches_of(n, batch_size)
    message = "did all 1 epoch" if epochs == 1 else f"did all {epochs} epochs"
    optimizer.reset()
    log = _Log(f, record == "step", x)

    with np.errstate(over="ignore", invalid="ignore"):
        for batch, passes in _stream(n, batch_size, epochs, replace, rng):
            g, lr = _gradient(grad_batch, x, batch), optimizer.current_lr()
            x = optimizer.step(x, g if clip_norm is None else _clip(g, clip_norm))
            if not np.isfinite(x).all():
                message = f"diverged at step {log.n_iter + 1}"
                break
            log.step(x, passes, lr, g)
        return log.result(optimizer.name, message)


def _stream(n, batch_size, epochs, replace, rng):
    """All batches of a run, each with the passes that are done after it."""
    for epoch in range(epochs):
        if rng is None:
            batches = _slices(np.arange(n), batch_size)
        else:
            batches = minibatches(n, batch_size, rng, replace)
        seen = 0
        for batch in batches:
            seen += len(batch)
            yield batch, epoch + seen / n


class _Log:
    """What a stochastic run leaves behind: a row for each step, or for each whole pass."""

    def __init__(self, f, every_step, x0):
        self.f, self.every_step = f, every_step
        self.path, self.values, self.epochs = [], [], []
        self.norms, self.etas = [], []
        self.n_iter, self.last = 0, (x0, 0.0)
        self.row()

    def step(self, x, passes, lr, g):
        """Note the step of size ``lr`` along the gradient ``g`` that led to ``x``."""
        self.n_iter, self.last = self.n_iter + 1, (x, passes)
        if len(self.etas) < len(self.path):  # the first step since the last row
            self.etas.append(lr)
            self.norms.append(np.linalg.norm(g) if self.every_step else math.nan)
        if self.every_step or passes == int(passes):
            self.row()

    def row(self):
        x, passes = self.last
        self.path.append(x.copy())
        self.values.append(math.nan if self.f is None else float(self.f(x)))
        self.epochs.append(passes)

    def result(self, name, message):
        diverged = message.startswith("diverged")
        if self.last[1] > self.epochs[-1]:  # it broke off within a pass
            self.row()
        return OptResult(
            x=self.path[-1].copy(),
            path=np.array(self.path),
            values=np.array(self.values),
            grad_norms=np.array([*self.norms, math.nan]),
            step_sizes=np.array(self.etas),
            converged=False,
            message=message,
            name=name,
            n_iter=self.n_iter,
            n_fun=0 if self.f is None else len(self.path),
            n_grad=self.n_iter + diverged,
            extra={"epochs": np.array(self.epochs)},
        )


def clip_by_norm(g, max_norm):
    """``g`` itself if it is no longer than ``max_norm``, else shortened to that length.

    The direction stays: clipping is the projection onto a ball. `g` is an array of any
    shape (its length is the root of its summed squares) or a number; the result is a new
    array, or a float. Raises `ValueError` if `g` isn't finite or ``max_norm <= 0``. O(size).
    Home: 05-optimization/04-sgd-adam-rmsprop.ipynb. Source: R. Pascanu, T. Mikolov and Y.
    Bengio, "On the difficulty of training recurrent neural networks", ICML 2013.

    Examples
    --------
    >>> clip_by_norm([3.0, 4.0], 1.0)
    array([0.6, 0.8])
    """
    g = _checks.as_finite(g, "g")
    max_norm = _checks.in_range(max_norm, "max_norm", 0, np.inf, closed=(False, False))
    clipped = _clip(g, max_norm)
    return clipped if clipped.ndim else float(clipped)


def _clip(g, max_norm):
    largest = np.abs(g).max(initial=0.0)
    if largest == 0 or not np.isfinite(largest):
        return g
    length = np.linalg.norm(g / largest)  # in units of the largest entry: no overflow
    with np.errstate(over="ignore"):
        if length <= max_norm / largest:
            return g
    return g / largest * (max_norm / length)


def _gradient(grad_batch, x, batch):
    g = np.asarray(grad_batch(x, batch), dtype=float)
    if g.shape != x.shape:
        raise ValueError(
            f"grad_batch must return shape {x.shape}, as x0, got {g.shape}"
        )
    return g


def _batches_of(n, batch_size):
    n, batch_size = _checks.count(n, "n"), _checks.count(batch_size, "batch_size")
    if batch_size > n:
        raise ValueError(f"batch_size must be at most n = {n}, got {batch_size}")
    return n, batch_size


def _slices(order, size, drop_last=False):
    """The consecutive batches of ``order``, as a generator."""
    stop = len(order) - len(order) % size if drop_last else len(order)
    return (order[i : i + size] for i in range(0, stop, size))
