"""A neural network with hand-written backpropagation, and the weights it starts from."""

from itertools import pairwise

import numpy as np

from utils._checks import (
    as_data,
    as_finite,
    as_labels,
    as_rng,
    count,
    in_range,
    moderate,
    same_length,
)
from utils.metrics import accuracy_score, r2_score
from utils.models.base import BaseModel
from utils.models.preparation import _check_columns
from utils.numerics import sigmoid, softmax
from utils.optimizers import SGD, AdaGrad, Adam, AdamW, Momentum, RMSProp, minibatches


def he_init(n_in, n_out, rng):
    """Normal weights of variance 2 / n_in, shape (n_out, n_in): signals keep their size.

    A ReLU layer then hands on the mean square of its input: each unit sums n_in terms, and
    ReLU halves the mean square of what is symmetric about 0. `ValueError` for sizes below
    1, `TypeError` without a generator. Home: 08-ml-math-case-studies/05-neural-network-math.ipynb.
    Source: K. He, X. Zhang, S. Ren and J. Sun, "Delving deep into rectifiers", ICCV 2015.

    >>> he_init(3, 2, np.random.default_rng(0)).shape
    (2, 3)
    """
    n_in, n_out = count(n_in, "n_in"), count(n_out, "n_out")
    return np.sqrt(2 / n_in) * as_rng(rng).normal(size=(n_out, n_in))


def xavier_init(n_in, n_out, rng):
    """Normal weights of variance 2 / (n_in + n_out), shape (n_out, n_in), for tanh layers.

    Halfway between what keeps the size of signals going forward, 1 / n_in, and that of
    gradients going back, 1 / n_out. `ValueError` for sizes below 1, `TypeError` without a
    generator. Home: 08-ml-math-case-studies/05-neural-network-math.ipynb.
    Source: X. Glorot and Y. Bengio, "Understanding the difficulty of training deep
    feedforward neural networks", AISTATS 2010.

    >>> xavier_init(3, 2, np.random.default_rng(0)).shape
    (2, 3)
    """
    n_in, n_out = count(n_in, "n_in"), count(n_out, "n_out")
    return np.sqrt(2 / (n_in + n_out)) * as_rng(rng).normal(size=(n_out, n_in))


class MLP(BaseModel):
    r"""Multilayer perceptron: :math:`A \mapsto \phi(A W^\top + 1 b^\top)`, layer after layer.

    The last layer has no activation. Its outputs are logits, trained by the mean
    cross-entropy of their softmax with the labels, or predictions of real numbers, trained
    by the mean squared error. To either, :math:`\frac\lambda2 \sum \lVert W\rVert^2` is added.

    Parameters
    ----------
    hidden : sequence of int
        Units of each hidden layer; ``()`` is a linear model.
    activation : {"relu", "tanh", "sigmoid", "identity"}
        phi, the same in all hidden layers.
    loss : {"cross_entropy", "mse"}
        For labels of any kind, or for real numbers.
    lr : float or callable
        Step size, or a schedule from the step 0, 1, 2, ... to a step size.
    epochs : int
        Passes over the data; 0 leaves the network as it starts.
    batch_size : int
        Rows a step, at most all.
    l2 : float
        lambda, at least 0. Biases are not penalized.
    init : {"he", "xavier"} or callable
        Draws the weights; a callable gets (n_in, n_out, rng), like `he_init`. Biases start
        at 0.
    optimizer : {"sgd", "momentum", "adagrad", "rmsprop", "adam", "adamw"}
        Update rule of `utils.optimizers`, with its defaults but for `lr`.
    warm_start : bool
        ``fit`` goes on where the last one stopped, the optimizer's memory included.
    rng : numpy.random.Generator
        Draws the weights, first layer first, then the batches.

    Attributes
    ----------
    weights_, biases_ : list of ndarray, shapes (n_out, n_in), (n_out,)
    classes_ : ndarray, shape (K,)
        Labels, sorted; for cross-entropy only.
    n_iter_ : int
        Epochs done.
    history_ : ndarray, shape (n_iter_,)
        Objective of each epoch, the mean over its rows while the weights change.

    Raises
    ------
    ValueError
        For parameters out of range or unknown names, shapes that don't match, data that
        aren't finite or lie beyond 1e150, a single class, labels that ``fit`` has not seen,
        or a loss that is no longer finite.
    TypeError
        Without `rng`.

    Notes
    -----
    A gradient costs about as much as three forward passes, however many parameters there
    are; an epoch O(n P) for P parameters. At 0 the derivative of ReLU is taken as 0.
    Home: 08-ml-math-case-studies/05-neural-network-math.ipynb.
    Source: D. Rumelhart, G. Hinton and R. Williams, "Learning representations by
    back-propagating errors", Nature 323 (1986).

    Examples
    --------
    >>> X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], ["same", "other", "other", "same"]
    >>> model = MLP(hidden=(8,), epochs=300, rng=np.random.default_rng(0)).fit(X, y)
    >>> model.predict(X).tolist()
    ['same', 'other', 'other', 'same']
    """

    def __init__(
        self,
        hidden=(32,),
        activation="relu",
        loss="cross_entropy",
        lr=1e-2,
        epochs=30,
        batch_size=64,
        l2=0.0,
        init="he",
        optimizer="adam",
        warm_start=False,
        *,
        rng,
    ):
        self.hidden = hidden
        self.activation = activation
        self.loss = loss
        self.lr = lr
        self.epochs = epochs
        self.batch_size = batch_size
        self.l2 = l2
        self.init = init
        self.optimizer = optimizer
        self.warm_start = warm_start
        self.rng = rng

    def fit(self, X, y):
        """Train on ``X`` (n, d) and ``y``: labels (n,), or numbers (n,) or (n, m)."""
        epochs = count(self.epochs, "epochs", low=0)
        batch_size = count(self.batch_size, "batch_size")
        rng, rule = as_rng(self.rng), self._checked_rule()
        X = moderate(as_data(X))
        fresh = not (self.warm_start and hasattr(self, "weights_"))
        if fresh:
            self._learn_outputs(y)
        target = self._encoded(y, X)
        self._prepare(X.shape[1], fresh, rule, rng)

        sizes = _sizes(self.weights_)
        # Views of one vector: the optimizer makes one step for all layers.
        theta = np.concatenate([p.ravel() for p in [*self.weights_, *self.biases_]])
        gradient = np.empty_like(theta)
        self.weights_, self.biases_ = _views(theta, sizes)
        into = _views(gradient, sizes)
        for _ in range(epochs):
            total = 0.0
            for batch in minibatches(len(X), min(batch_size, len(X)), rng):
                with np.errstate(over="ignore", invalid="ignore"):
                    value = self._loss_and_grad(X[batch], target[batch], *into)
                    theta[:] = self._rule.step(theta, gradient)
                total += value * len(batch)
            self._record(total / len(X), theta)
        return self

    def forward(self, X):
        """Outputs for the rows of ``X`` (k, d), and the inputs of all layers.

        Returns
        -------
        logits : ndarray, shape (k, K) or (k, m)
        cache : list of ndarray
            X itself, then the activations of each hidden layer, shape (k, units):
            what backpropagation needs.
        """
        self._check_fitted("weights_")
        X = moderate(_check_columns(X, self.weights_[0].shape[1]))
        return self._forward(X)

    def loss_and_grad(self, X, y):
        """Objective on ``X`` and ``y``, penalty included, and its gradient.

        Returns
        -------
        loss : float
        grads : tuple (list of ndarray, list of ndarray)
            By the weights and by the biases, in the shapes of ``weights_`` and ``biases_``.
        """
        self._check_fitted("weights_")
        X = moderate(_check_columns(X, self.weights_[0].shape[1]))
        target = self._encoded(y, X)
        grads = [np.empty_like(W) for W in self.weights_]
        grads = grads, [np.empty_like(b) for b in self.biases_]
        return float(self._loss_and_grad(X, target, *grads)), grads

    def predict(self, X):
        """Labels (k,) of the largest logits, or predicted numbers, (k,) or (k, m)."""
        outputs, _ = self.forward(X)
        if self.loss == "cross_entropy":
            return self.classes_[outputs.argmax(axis=1)]
        return outputs.reshape(len(outputs), *self._shape)

    def predict_proba(self, X):
        """Probabilities of the classes for the rows of ``X`` (k, d), shape (k, K)."""
        outputs, _ = self.forward(X)
        if self.loss != "cross_entropy":
            raise ValueError(f"loss={self.loss!r} gives no probabilities: use predict")
        return softmax(outputs)

    def score(self, X, y):
        """Share of right labels in ``y``, or R^2 of the predicted numbers, a float."""
        if self.loss == "cross_entropy":
            return accuracy_score(as_labels(y), self.predict(X))
        return r2_score(y, self.predict(X))

    def _forward(self, X):
        phi, _ = _ACTIVATIONS[self.activation]
        inputs = [X]
        for W, b in zip(self.weights_[:-1], self.biases_[:-1], strict=True):
            Z = inputs[-1] @ W.T
            Z += b
            inputs.append(phi(Z))
        return inputs[-1] @ self.weights_[-1].T + self.biases_[-1], inputs

    def _loss_and_grad(self, X, target, grad_weights, grad_biases):
        """The objective; its gradient is written into the given arrays."""
        _, slope = _ACTIVATIONS[self.activation]
        outputs, inputs = self._forward(X)
        value, delta = _LOSSES[self.loss](outputs, target)
        for layer in reversed(range(len(inputs))):
            # delta holds the derivatives by this layer's sums Z, one row per example
            W, A = self.weights_[layer], inputs[layer]
            np.matmul(delta.T, A, out=grad_weights[layer])
            delta.sum(axis=0, out=grad_biases[layer])
            if self.l2:
                value += 0.5 * self.l2 * np.vdot(W, W)
                grad_weights[layer] += self.l2 * W
            if layer:
                delta = delta @ W
                delta *= slope(A)
        return value

    def _checked_rule(self):
        """A new optimizer, once all names and the penalty have been checked."""
        for name, known in [
            ("activation", _ACTIVATIONS),
            ("loss", _LOSSES),
            ("optimizer", _RULES),
            ("init", _INITS),
        ]:
            value = getattr(self, name)
            if not (isinstance(value, str) and value in known or _is_draw(name, value)):
                raise ValueError(f"{name} must be one of {list(known)}, got {value!r}")
        in_range(self.l2, "l2", 0, np.inf, closed=(True, False))
        return _RULES[self.optimizer](lr=self.lr)

    def _learn_outputs(self, y):
        """What the last layer stands for: the classes, or the shape of a row's numbers."""
        if self.loss == "cross_entropy":
            self.classes_ = np.unique(as_labels(y))
            if len(self.classes_) < 2:
                raise ValueError(
                    f"y must hold 2 classes or more, got only {self.classes_[0]}"
                )
        else:
            self._shape = _numbers(y).shape[1:]

    def _encoded(self, y, X):
        """Numbers of the labels among ``classes_``, or real numbers as an array (n, m)."""
        if self.loss == "cross_entropy":
            y = as_labels(y)
            known = np.isin(y, self.classes_)
            if not known.all():
                raise ValueError(f"y must hold labels given to fit, got {y[~known][0]}")
            target = np.searchsorted(self.classes_, y)
        else:
            y = _numbers(y)
            if y.shape[1:] != self._shape:
                raise ValueError(
                    f"y must have shape {('n', *self._shape)}, as in fit, got {y.shape}"
                )
            target = y.reshape(len(y), -1)
        same_length(X, target, ("X", "y"))
        return target

    def _prepare(self, d, fresh, rule, rng):
        """First weights and a new optimizer; or, for a warm start, a check that they fit."""
        labeled = self.loss == "cross_entropy"
        outputs = len(self.classes_) if labeled else int(np.prod(self._shape))
        sizes = [d, *_hidden_sizes(self.hidden), outputs]
        if fresh:
            draw = _INITS.get(self.init) if isinstance(self.init, str) else self.init
            self.weights_ = [_drawn(draw, m, n, rng) for m, n in pairwise(sizes)]
            self.biases_ = [np.zeros(n) for n in sizes[1:]]
            self.history_, self.n_iter_, self._rule = np.empty(0), 0, rule
        elif _sizes(self.weights_) != sizes:
            raise ValueError(
                f"to go on, the layers must keep the sizes {_sizes(self.weights_)}, "
                f"got {sizes}: set warm_start=False"
            )
        if type(self._rule) is not type(rule):
            self._rule = rule
        self._rule.lr = rule.lr

    def _record(self, value, theta):
        """Note the objective of an epoch, if it is still a number."""
        self.history_ = np.append(self.history_, value)
        self.n_iter_ += 1
        if not (np.isfinite(value) and np.isfinite(theta).all()):
            del self.weights_, self.biases_
            raise ValueError(
                f"the loss is no longer finite in epoch {self.n_iter_}: lower lr, or "
                "standardize X"
            )


def _cross_entropy(logits, labels):
    """Mean cross-entropy of softmax(logits), and its derivative (softmax - one-hot) / n."""
    n = len(logits)
    rows = np.arange(n)
    P = logits - logits.max(axis=1, keepdims=True)
    at_label = P[rows, labels]
    np.exp(P, out=P)
    total = P.sum(axis=1, keepdims=True)
    value = np.mean(np.log(total[:, 0]) - at_label)
    P /= total
    P[rows, labels] -= 1
    P /= n
    return value, P


def _squared_error(outputs, target):
    """Mean squared error, and its derivative."""
    error = outputs - target
    return np.mean(error**2), 2 * error / error.size


_LOSSES = {"cross_entropy": _cross_entropy, "mse": _squared_error}

# Each activation, and its derivative written in terms of its output a.
_ACTIVATIONS = {
    "relu": (lambda Z: np.maximum(Z, 0, out=Z), lambda a: a > 0),
    "tanh": (lambda Z: np.tanh(Z, out=Z), lambda a: 1 - a**2),
    "sigmoid": (sigmoid, lambda a: a * (1 - a)),
    "identity": (lambda Z: Z, np.ones_like),
}
_INITS = {"he": he_init, "xavier": xavier_init}
_RULES = {
    "sgd": SGD,
    "momentum": Momentum,
    "adagrad": AdaGrad,
    "rmsprop": RMSProp,
    "adam": Adam,
    "adamw": AdamW,
}


def _hidden_sizes(hidden):
    if not isinstance(hidden, (tuple, list, np.ndarray)):
        raise TypeError(f"hidden must be a sequence of sizes, got {hidden!r}")
    return [count(units, "each size in hidden") for units in hidden]


def _is_draw(name, value):
    return name == "init" and callable(value)


def _drawn(draw, n_in, n_out, rng):
    W = as_finite(draw(n_in, n_out, rng), "what init draws")
    if W.shape != (n_out, n_in):
        raise ValueError(f"init must draw shape {(n_out, n_in)}, got {W.shape}")
    return W


def _numbers(y):
    y = moderate(as_finite(y, "y"), "y") if np.size(y) else np.empty(0)
    if y.ndim not in (1, 2) or not y.size:
        raise ValueError(f"y must have shape (n,) or (n, m), got {y.shape}")
    return y


def _sizes(weights):
    """Units of all layers, the input first."""
    return [weights[0].shape[1], *(len(W) for W in weights)]


def _views(theta, sizes):
    """Weights and biases of all layers, as parts of one vector."""
    shapes = [(n, m) for m, n in pairwise(sizes)]
    ends = np.cumsum([n * m for n, m in shapes] + [n for n, _ in shapes])
    parts = np.split(theta, ends[:-1])
    weights = [part.reshape(shape) for part, shape in zip(parts, shapes, strict=False)]
    return weights, parts[len(shapes) :]
