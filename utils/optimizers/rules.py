"""Update rules: from a point and a gradient to the next point. They know nothing of f."""

import inspect
import math

import numpy as np

from utils import _checks


class Optimizer:
    """Base of all update rules: the clock, the step size, decoupled weight decay.

    A subclass overrides ``_direction(grad)``, the vector that a step of size ``lr`` follows
    downhill. Running averages that it needs come from ``_kept(grad, k)``.

    Parameters
    ----------
    lr : float or callable
        Step size: positive, or a schedule t -> float for t = 0, 1, 2, ...
    weight_decay : float
        Decoupled for every rule: each step first shrinks theta by the factor
        ``1 - lr * weight_decay``, and the direction doesn't see it.

    Attributes
    ----------
    t : int
        Steps done since the last `reset`.
    name : str
        The class, for legends.

    Notes
    -----
    Home: 05-optimization/03-gradient-descent.ipynb.
    """

    def __init__(self, lr, weight_decay=0.0):
        if not callable(lr):
            lr = _checks.in_range(lr, "lr", 0, np.inf, closed=(False, False))
        self.lr = lr
        self.weight_decay = _checks.in_range(
            weight_decay, "weight_decay", 0, np.inf, closed=(True, False)
        )
        self.name = type(self).__name__
        self.t = 0
        self._shape = None
        self._forget()

    def step(self, theta, grad):
        """The next point, a new array in the shape of ``theta``; the clock moves by one.

        ``theta`` and ``grad`` may have any shape, the same at every step until `reset`;
        otherwise `ValueError`. Two numbers give a float. O(size) work.
        """
        theta, grad = _reals(theta, "theta"), _reals(grad, "grad")
        if theta.shape != grad.shape:
            raise ValueError(
                f"grad must have the shape of theta, {theta.shape}, got {grad.shape}"
            )
        if self._shape not in (None, theta.shape):
            raise ValueError(
                f"theta must keep its shape {self._shape}, got {theta.shape}: "
                "call reset() before another problem"
            )
        lr, self._shape = self.current_lr(), theta.shape
        direction = self._direction(grad)
        if self.weight_decay:
            moved = np.asarray(self.weight_decay * theta)  # the one new array of a step
            moved += direction
            moved *= lr
        else:
            moved = np.asarray(lr * direction)
        np.subtract(theta, moved, out=moved)
        self.t += 1
        return moved if moved.ndim else float(moved)

    def reset(self):
        """Forget the clock and all moments, and return the optimizer itself."""
        self.t, self._shape = 0, None
        self._forget()
        return self

    def current_lr(self):
        """The step size of the next step, a float."""
        if not callable(self.lr):
            return self.lr
        name = f"lr at t = {self.t}"
        return _checks.in_range(self.lr(self.t), name, 0, np.inf, closed=(True, False))

    def config(self):
        """The constructor's parameters as a dict, for labels and reprs."""
        names = inspect.signature(type(self).__init__).parameters
        return {name: getattr(self, name) for name in names if name != "self"}

    def __repr__(self):
        settings = ", ".join(
            f"{name}={value!r}" for name, value in self.config().items()
        )
        return f"{self.name}({settings})"

    def _direction(self, grad):
        raise NotImplementedError(
            f"{type(self).__name__} must define _direction(grad), the way to step"
        )

    def _kept(self, grad, k):
        """``k`` arrays in the shape of ``grad``: zero after `reset`, then kept.

        Rules update them in place, with ``out=``: a fresh array for each operation would
        cost more than the arithmetic.
        """
        if self._arrays is None:
            self._arrays = [np.zeros(grad.shape) for _ in range(k)]
        return self._arrays

    def _forget(self):
        self._arrays = None


class SGD(Optimizer):
    """Plain gradient step: theta <- theta - lr * grad.

    With the gradient of all rows it is gradient descent; with that of a random batch,
    stochastic gradient descent, hence the name.

    Parameters
    ----------
    lr : float or callable
        Step size, or a schedule t -> float.
    weight_decay : float
        Decoupled; for this rule the same as the penalty ``weight_decay / 2 * |theta|^2``.

    Notes
    -----
    Home: 05-optimization/03-gradient-descent.ipynb. On a quadratic with Hessian eigenvalue
    lambda, k steps multiply that part of the error by ``(1 - lr * lambda)**k``.

    Examples
    --------
    >>> SGD(lr=0.1).step([9.0, 1.0], [9.0, 9.0])
    array([8.1, 0.1])
    """

    def __init__(self, lr=0.1, weight_decay=0.0):
        super().__init__(lr, weight_decay)

    def _direction(self, grad):
        return grad


class Momentum(Optimizer):
    r"""A heavy ball: the gradients add up to a velocity, which fades by ``beta`` each step.

    .. math:: v \leftarrow \beta v + g, \qquad
              \theta \leftarrow \theta - \eta v \quad\text{or, Nesterov's,}\quad
              \theta \leftarrow \theta - \eta (g + \beta v)

    Parameters
    ----------
    lr : float or callable
        Step size, or a schedule t -> float.
    beta : float
        What is left of the velocity after a step, in [0, 1); 0 is `SGD`.
    nesterov : bool
        Look ahead: the orbit is that of Nesterov's method, which takes its gradients at
        x + (where the velocity alone would lead), written in those points.
    weight_decay : float
        Decoupled, as in every rule.

    Raises
    ------
    ValueError
        If beta is outside [0, 1).

    Notes
    -----
    Home: 05-optimization/04-sgd-adam-rmsprop.ipynb. Under a constant gradient the steps grow
    to ``lr / (1 - beta)``: ten times ``lr`` at 0.9. (Where a library averages, v = beta v +
    (1 - beta) g, they don't.) Keeps one array. On a quadratic of condition number kappa,
    ``lr = (2 / (sqrt(L) + sqrt(mu)))**2`` and ``beta = ((sqrt(kappa) - 1) / (sqrt(kappa) +
    1))**2`` shrink the error by ``sqrt(beta)`` a step; on other functions these may cycle.

    References
    ----------
    B. T. Polyak, "Some methods of speeding up the convergence of iteration methods", USSR
    Comput. Math. Math. Phys. 4 (1964). I. Sutskever et al., "On the importance of
    initialization and momentum in deep learning", ICML 2013, for Nesterov's form.

    Examples
    --------
    >>> ball = Momentum(lr=0.1, beta=0.5)
    >>> ball.step(1.0, 1.0), ball.step(0.9, 1.0)
    (0.9, 0.75)
    """

    def __init__(self, lr=0.01, beta=0.9, nesterov=False, weight_decay=0.0):
        super().__init__(lr, weight_decay)
        self.beta = _fading(beta, "beta")
        self.nesterov = bool(nesterov)

    def _direction(self, grad):
        v, *work = self._kept(grad, 1 + self.nesterov)
        v *= self.beta
        v += grad
        if not self.nesterov:
            return v
        ahead = np.multiply(v, self.beta, out=work[0])
        ahead += grad
        return ahead


class AdaGrad(Optimizer):
    r"""Steps divided by the root of all squared gradients so far, one coordinate at a time.

    .. math:: s \leftarrow s + g^2, \qquad
              \theta \leftarrow \theta - \eta\, g / (\sqrt{s} + \epsilon)

    Parameters
    ----------
    lr : float or callable
        Step size, or a schedule t -> float; the first step has about this length in every
        coordinate.
    eps : float
        Keeps the division harmless, at least 0. With 0, a coordinate that has seen no
        gradient yet stands still.
    weight_decay : float
        Decoupled, as in every rule.

    Notes
    -----
    Home: 05-optimization/04-sgd-adam-rmsprop.ipynb. The steps of a coordinate shrink like
    1/sqrt(t): good for rare features, too short in the end for networks. Keeps one array.

    References
    ----------
    J. Duchi, E. Hazan and Y. Singer, "Adaptive subgradient methods for online learning and
    stochastic optimization", JMLR 12 (2011).

    Examples
    --------
    >>> rule = AdaGrad(lr=0.1)
    >>> rule.step([1.0, 1.0], [3.0, 100.0]).round(6)
    array([0.9, 0.9])
    """

    def __init__(self, lr=0.1, eps=1e-8, weight_decay=0.0):
        super().__init__(lr, weight_decay)
        self.eps = _small(eps)

    def _direction(self, grad):
        s, work = self._kept(grad, 2)
        s += np.multiply(grad, grad, out=work)
        return _over_root(grad, s, 1.0, self.eps, work)


class RMSProp(Optimizer):
    r"""Steps divided by the root of a running mean of squared gradients, per coordinate.

    .. math:: s \leftarrow \rho s + (1 - \rho) g^2, \qquad
              \theta \leftarrow \theta - \eta\, g / (\sqrt{s} + \epsilon)

    Parameters
    ----------
    lr : float or callable
        Step size, or a schedule t -> float.
    rho : float
        Memory of the mean, in [0, 1).
    eps : float
        Keeps the division harmless, at least 0. With 0, a coordinate that has seen no
        gradient yet stands still.
    weight_decay : float
        Decoupled, as in every rule.

    Raises
    ------
    ValueError
        If rho is outside [0, 1).

    Notes
    -----
    Home: 05-optimization/04-sgd-adam-rmsprop.ipynb. The mean starts at 0 and is not
    corrected: the first step has length ``lr / sqrt(1 - rho)``. Keeps one array.

    References
    ----------
    T. Tieleman and G. Hinton, "Lecture 6.5: RMSProp", Neural Networks for Machine Learning
    (Coursera, 2012).

    Examples
    --------
    >>> RMSProp(lr=0.1, rho=0.75).step([1.0, 1.0], [3.0, 100.0]).round(6)
    array([0.8, 0.8])
    """

    def __init__(self, lr=0.01, rho=0.9, eps=1e-8, weight_decay=0.0):
        super().__init__(lr, weight_decay)
        self.rho, self.eps = _fading(rho, "rho"), _small(eps)

    def _direction(self, grad):
        s, work = self._kept(grad, 2)
        np.multiply(grad, grad, out=work)
        _average(s, work, self.rho, work)
        return _over_root(grad, s, 1.0, self.eps, work)


class Adam(Optimizer):
    r"""Momentum over the root of the squared gradients' mean, both corrected for their start.

    .. math:: m \leftarrow \beta_1 m + (1 - \beta_1) g, \quad
              v \leftarrow \beta_2 v + (1 - \beta_2) g^2, \quad
              \theta \leftarrow \theta - \eta\,
              \frac{m / (1 - \beta_1^t)}{\sqrt{v / (1 - \beta_2^t)} + \epsilon}

    Parameters
    ----------
    lr : float or callable
        Step size, or a schedule t -> float; the first step has this length in every
        coordinate.
    beta1, beta2 : float
        Memories of the two means, in [0, 1).
    eps : float
        Keeps the division harmless, at least 0; it stands outside the root. With 0, a
        coordinate that has seen no gradient yet stands still.
    bias_correction : bool
        Divide m and v by 1 - beta^t, which they lack because they start at 0.
    amsgrad : bool
        Divide by the largest v so far instead of the last one.
    weight_decay : float
        Decoupled, as in every rule: with a positive one this is `AdamW`. For a penalty
        inside Adam, add its gradient to ``grad``.

    Raises
    ------
    ValueError
        If beta1 or beta2 is outside [0, 1).

    Notes
    -----
    Home: 05-optimization/04-sgd-adam-rmsprop.ipynb. Scaling the function leaves the path
    unchanged (at eps = 0), turning its coordinates doesn't. Keeps two arrays, three with
    amsgrad. The arithmetic is that of `torch.optim.Adam`.

    References
    ----------
    D. P. Kingma and J. Ba, "Adam: a method for stochastic optimization", ICLR 2015. S. J.
    Reddi, S. Kale and S. Kumar, "On the convergence of Adam and beyond", ICLR 2018, for
    amsgrad.

    Examples
    --------
    >>> rule = Adam(lr=0.1)
    >>> first = rule.step(1.0, 1.0)
    >>> round(first, 6), round(rule.step(first, 3.0), 5)
    (0.9, 0.80822)
    """

    def __init__(
        self,
        lr=0.001,
        beta1=0.9,
        beta2=0.999,
        eps=1e-8,
        bias_correction=True,
        amsgrad=False,
        weight_decay=0.0,
    ):
        super().__init__(lr, weight_decay)
        self.beta1, self.beta2 = _fading(beta1, "beta1"), _fading(beta2, "beta2")
        self.eps = _small(eps)
        self.bias_correction, self.amsgrad = bool(bias_correction), bool(amsgrad)

    def _direction(self, grad):
        m, v, work, *largest = self._kept(grad, 4 if self.amsgrad else 3)
        _average(m, grad, self.beta1, work)
        np.multiply(grad, grad, out=work)
        _average(v, work, self.beta2, work)
        if self.amsgrad:
            v = np.maximum(largest[0], v, out=largest[0])
        c1 = c2 = 1.0  # the sums of the weights in the two means
        if self.bias_correction:
            c1, c2 = 1 - self.beta1 ** (self.t + 1), 1 - self.beta2 ** (self.t + 1)
        # (m / c1) / (sqrt(v / c2) + eps), with the two scalars in one factor
        return _over_root(m, v, c1 / math.sqrt(c2), c1 * self.eps, work)


class AdamW(Adam):
    """`Adam` with decoupled weight decay: each step first shrinks theta by lr * weight_decay.

    A penalty's gradient inside Adam would be divided by the root of v like any other, so
    that weights with large gradients would decay less; here all decay alike. Parameters as
    for `Adam`, with ``weight_decay`` 0.01.
    Home: 05-optimization/04-sgd-adam-rmsprop.ipynb.
    Source: I. Loshchilov and F. Hutter, "Decoupled weight decay regularization", ICLR 2019.

    Examples
    --------
    >>> AdamW(lr=0.1, weight_decay=0.5).step([2.0], [0.0])
    array([1.9])
    """

    def __init__(
        self,
        lr=0.001,
        beta1=0.9,
        beta2=0.999,
        eps=1e-8,
        bias_correction=True,
        amsgrad=False,
        weight_decay=0.01,
    ):
        super().__init__(lr, beta1, beta2, eps, bias_correction, amsgrad, weight_decay)


def _reals(x, name):
    """``x`` as a float64 array; not copied where it is one, as steps must be cheap."""
    x = np.asarray(x)
    return x if x.dtype == np.float64 else _checks.as_float(x, name)


def _average(mean, new, beta, work):
    """mean <- beta * mean + (1 - beta) * new, in place."""
    np.multiply(new, 1 - beta, out=work)
    mean *= beta
    mean += work


def _over_root(numerator, s, scale, eps, work):
    """numerator / (scale * sqrt(s) + eps), in ``work``; 0 where that is 0 / 0."""
    np.sqrt(s, out=work)
    if scale != 1:
        work *= scale
    if eps:
        work += eps
        return np.divide(numerator, work, out=work)
    moving = work > 0  # elsewhere work is 0 and stays 0: no gradient, no step
    return np.divide(numerator, work, out=work, where=moving)


def _fading(beta, name):
    return _checks.in_range(beta, name, 0, 1, closed=(True, False))


def _small(eps):
    return _checks.in_range(eps, "eps", 0, np.inf, closed=(True, False))
