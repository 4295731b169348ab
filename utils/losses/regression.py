"""Losses of a predicted number: how much does an error of this size hurt?"""

import math

import numpy as np

from utils._checks import in_range
from utils.losses.reduction import quiet, reduced, reduced_grad, same_shape

NAMES = ("y", "y_hat")


@quiet
def squared_error(y, y_hat, reduction="mean"):
    """Squared error (y_hat - y)^2. The best constant prediction is the mean of y.

    Minus the log-likelihood of normal noise of one variance, up to constants. y and y_hat of
    any one shape; reduction and errors as in `utils.losses`.
    Home: 05-optimization/01-loss-functions.ipynb.
    Source: Hastie, Tibshirani and Friedman, *The Elements of Statistical Learning*, 2nd ed.,
    section 10.6, also for the losses below where nothing else is said.

    Examples
    --------
    >>> squared_error([1, 2, 3], [1, 2, 6])
    3.0
    """
    y, y_hat = same_shape(NAMES, y, y_hat)
    return reduced((y_hat - y) ** 2, reduction)


@quiet
def squared_error_grad(y, y_hat, reduction="mean"):
    """Gradient of `squared_error` by y_hat: 2 (y_hat - y), without bound.

    Home: 05-optimization/01-loss-functions.ipynb.

    >>> squared_error_grad([1, 2, 3], [1, 2, 6])
    array([0., 0., 2.])
    """
    y, y_hat = same_shape(NAMES, y, y_hat)
    return reduced_grad(2 * (y_hat - y), reduction)


@quiet
def absolute_error(y, y_hat, reduction="mean"):
    """Absolute error |y_hat - y|. The best constant prediction is any median of y.

    Minus the log-likelihood of Laplace noise, up to constants. y and y_hat of any one shape;
    reduction and errors as in `utils.losses`. Source: as `squared_error`.
    Home: 05-optimization/01-loss-functions.ipynb.

    Examples
    --------
    >>> absolute_error([1, 2, 3], [1, 2, 6])
    1.0
    """
    y, y_hat = same_shape(NAMES, y, y_hat)
    return reduced(np.abs(y_hat - y), reduction)


@quiet
def absolute_error_grad(y, y_hat, reduction="mean"):
    """Gradient of `absolute_error` by y_hat: the sign of y_hat - y, 0 where they are equal.

    Home: 05-optimization/01-loss-functions.ipynb.

    >>> absolute_error_grad([1, 2], [1, 6], reduction="sum")
    array([0., 1.])
    """
    y, y_hat = same_shape(NAMES, y, y_hat)
    return reduced_grad(np.sign(y_hat - y), reduction)


@quiet
def huber(y, y_hat, delta=1.0, reduction="mean"):
    """Huber's loss: half the square of small errors, linear in large ones.

    Parameters
    ----------
    y, y_hat : array_like of one shape
        Targets and predictions.
    delta : float
        Errors up to this size count as small; positive.
    reduction : {"mean", "sum", "none"}

    Returns
    -------
    float or ndarray
        Of r^2 / 2 where |r| <= delta, and delta (|r| - delta / 2) elsewhere, r = y_hat - y.

    Raises
    ------
    ValueError
        If ``delta`` isn't positive, and as in `utils.losses`.

    Notes
    -----
    An outlier pulls with the force delta, however far away it is. O(size).
    Home: 05-optimization/01-loss-functions.ipynb.
    Source: P. Huber, "Robust estimation of a location parameter", Annals of Mathematical
    Statistics 35 (1964).

    Examples
    --------
    >>> huber([1, 2, 3, 4, 15], [3.25] * 5, delta=3, reduction="sum")
    34.375
    """
    r, delta = _error_and_delta(y, y_hat, delta)
    size = np.abs(r)
    values = np.where(size <= delta, r**2 / 2, delta * (size - delta / 2))
    return reduced(values, reduction)


@quiet
def huber_grad(y, y_hat, delta=1.0, reduction="mean"):
    """Gradient of `huber` by y_hat: the error, clipped to [-delta, delta].

    Home: 05-optimization/01-loss-functions.ipynb.

    >>> huber_grad([1, 2, 15], [3, 2, 3], delta=3, reduction="sum")
    array([ 2.,  0., -3.])
    """
    r, delta = _error_and_delta(y, y_hat, delta)
    return reduced_grad(np.clip(r, -delta, delta), reduction)


@quiet
def log_cosh(y, y_hat, reduction="mean"):
    """log cosh r of the error r: r^2 / 2 near 0 and |r| - log 2 far away, smooth throughout.

    Far away |r| + log(1 + exp(-2|r|)) - log 2, which can't overflow; near 0, where that
    would cancel, log1p(2 sinh(r/2)^2). y and y_hat of any one shape; reduction and errors as
    in `utils.losses`. Home: 05-optimization/01-loss-functions.ipynb.
    Source: P. Green, "Bayesian reconstructions from emission tomography data", IEEE
    Transactions on Medical Imaging 9 (1990).

    Examples
    --------
    >>> round(log_cosh(0.0, 800.0), 4)
    799.3069
    """
    y, y_hat = same_shape(NAMES, y, y_hat)
    size = np.abs(y_hat - y)
    near = np.log1p(2 * np.sinh(np.minimum(size, 1) / 2) ** 2)
    far = size + np.log1p(np.exp(-2 * size)) - np.log(2)
    return reduced(np.where(size < 1, near, far), reduction)


@quiet
def log_cosh_grad(y, y_hat, reduction="mean"):
    """Gradient of `log_cosh` by y_hat: tanh(y_hat - y).

    Home: 05-optimization/01-loss-functions.ipynb.

    >>> log_cosh_grad([0, 0], [0, 800], reduction="sum")
    array([0., 1.])
    """
    y, y_hat = same_shape(NAMES, y, y_hat)
    return reduced_grad(np.tanh(y_hat - y), reduction)


@quiet
def pinball(y, y_hat, tau=0.5, reduction="mean"):
    """Pinball loss: a prediction too low costs tau per unit, one too high 1 - tau.

    max(tau r, (tau - 1) r) with r = y - y_hat. The best constant prediction is any
    tau-quantile of y; ``tau=0.5`` is half the absolute error. y and y_hat of any one shape;
    ValueError if tau isn't strictly between 0 and 1; reduction and other errors as in
    `utils.losses`. Home: 05-optimization/01-loss-functions.ipynb.
    Source: R. Koenker and G. Bassett, "Regression quantiles", Econometrica 46 (1978).

    Examples
    --------
    >>> pinball([1, 2, 3, 4, 15], [2] * 5, tau=0.25, reduction="sum")
    4.75
    """
    r, tau = _shortfall_and_tau(y, y_hat, tau)
    return reduced(np.maximum(tau * r, (tau - 1) * r), reduction)


@quiet
def pinball_grad(y, y_hat, tau=0.5, reduction="mean"):
    """Gradient of `pinball` by y_hat: -tau below the target, 1 - tau above, 0 on it.

    Home: 05-optimization/01-loss-functions.ipynb.

    >>> pinball_grad([2, 2, 2], [1, 2, 3], tau=0.25, reduction="sum")
    array([-0.25,  0.  ,  0.75])
    """
    r, tau = _shortfall_and_tau(y, y_hat, tau)
    slopes = np.where(r > 0, -tau, 1 - tau)
    return reduced_grad(np.where(r == 0, 0.0, slopes), reduction)


@quiet
def epsilon_insensitive(y, y_hat, epsilon=0.1, reduction="mean"):
    """What an error has beyond epsilon, max(0, |y_hat - y| - epsilon).

    The loss of support vector regression: errors up to epsilon cost nothing. y and y_hat of
    any one shape; ValueError if epsilon is negative; reduction and other errors as in
    `utils.losses`. Home: 05-optimization/01-loss-functions.ipynb.
    Source: V. Vapnik, *The Nature of Statistical Learning Theory* (1995), chapter 6.

    Examples
    --------
    >>> epsilon_insensitive([1, 2], [1.5, 5], epsilon=1)
    1.0
    """
    y, y_hat = same_shape(NAMES, y, y_hat)
    epsilon = in_range(epsilon, "epsilon", 0, np.inf)
    return reduced(np.maximum(0.0, np.abs(y_hat - y) - epsilon), reduction)


@quiet
def epsilon_insensitive_grad(y, y_hat, epsilon=0.1, reduction="mean"):
    """Gradient of `epsilon_insensitive` by y_hat: the error's sign beyond epsilon, else 0.

    Home: 05-optimization/01-loss-functions.ipynb.

    >>> epsilon_insensitive_grad([2, 2], [2.5, 5], epsilon=1, reduction="sum")
    array([0., 1.])
    """
    y, y_hat = same_shape(NAMES, y, y_hat)
    epsilon = in_range(epsilon, "epsilon", 0, np.inf)
    r = y_hat - y
    return reduced_grad(np.where(np.abs(r) > epsilon, np.sign(r), 0.0), reduction)


@quiet
def gaussian_nll(y, mean, log_var, reduction="mean"):
    """Minus the log-density of y under normal distributions with a variance for each entry.

    Parameters
    ----------
    y, mean, log_var : array_like of one shape
        Targets, and for each the predicted mean and log-variance s.
    reduction : {"mean", "sum", "none"}

    Returns
    -------
    float or ndarray
        Of (log 2 pi + s + (y - mean)^2 exp(-s)) / 2. Negative where the density exceeds 1.

    Raises
    ------
    ValueError
        As in `utils.losses`.

    Notes
    -----
    A model that predicts s as well learns where it doesn't know. O(size).
    Home: 05-optimization/01-loss-functions.ipynb.
    Source: D. Nix and A. Weigend, "Estimating the mean and variance of the target probability
    distribution", ICNN (1994).

    Examples
    --------
    >>> round(gaussian_nll([0.0], [0.0], [0.0]), 4)
    0.9189
    """
    y, mean, log_var = same_shape(("y", "mean", "log_var"), y, mean, log_var)
    z = _standardized(y - mean, log_var)
    return reduced((math.log(2 * math.pi) + log_var + z**2) / 2, reduction)


@quiet
def gaussian_nll_grad(y, mean, log_var, reduction="mean"):
    """Gradients of `gaussian_nll`: a pair, by mean and by log_var.

    (mean - y) exp(-s) and (1 - (y - mean)^2 exp(-s)) / 2, s = log_var.
    Home: 05-optimization/01-loss-functions.ipynb.

    >>> gaussian_nll_grad([1, 1], [1, 3], [0, 0], reduction="sum")
    (array([0., 2.]), array([ 0.5, -1.5]))
    """
    y, mean, log_var = same_shape(("y", "mean", "log_var"), y, mean, log_var)
    z = _standardized(y - mean, log_var)
    by_mean = reduced_grad(-_standardized(z, log_var), reduction)
    return by_mean, reduced_grad((1 - z**2) / 2, reduction)


@quiet
def poisson_nll(y, log_rate, full=True, reduction="mean"):
    """Minus the log-probability of counts y under Poisson distributions.

    Parameters
    ----------
    y, log_rate : array_like of one shape
        Counts, and for each the logarithm a of the predicted rate.
    full : bool
        Include log y!, which doesn't depend on the prediction. Without it y may be any
        number, and the loss be negative.
    reduction : {"mean", "sum", "none"}

    Returns
    -------
    float or ndarray
        Of exp(a) - y a + log y!.

    Raises
    ------
    ValueError
        If ``full`` and y isn't a count 0, 1, 2, ..., and as in `utils.losses`.

    Notes
    -----
    The three terms of a large count nearly cancel, which leaves an error of about
    1e-16 y log y. O(size). Home: 05-optimization/01-loss-functions.ipynb.
    Source: McCullagh and Nelder, *Generalized Linear Models*, 2nd ed., chapter 6.

    Examples
    --------
    >>> round(poisson_nll([0, 2], [0.0, 0.0]), 4)
    1.3466
    """
    y, log_rate = same_shape(("y", "log_rate"), y, log_rate)
    values = np.exp(log_rate) - y * log_rate
    return reduced(values + _log_factorial(y) if full else values, reduction)


@quiet
def poisson_nll_grad(y, log_rate, full=True, reduction="mean"):
    """Gradient of `poisson_nll` by log_rate: exp(log_rate) - y, whether full or not.

    Home: 05-optimization/01-loss-functions.ipynb.

    >>> poisson_nll_grad([0, 3], [0.0, 0.0], reduction="sum")
    array([ 1., -2.])
    """
    y, log_rate = same_shape(("y", "log_rate"), y, log_rate)
    if full:
        _log_factorial(y)  # refuses what isn't a count
    return reduced_grad(np.exp(log_rate) - y, reduction)


def _error_and_delta(y, y_hat, delta):
    y, y_hat = same_shape(NAMES, y, y_hat)
    return y_hat - y, in_range(delta, "delta", 0, np.inf, closed=(False, False))


def _shortfall_and_tau(y, y_hat, tau):
    y, y_hat = same_shape(NAMES, y, y_hat)
    return y - y_hat, in_range(tau, "tau", 0, 1, closed=(False, False))


def _standardized(r, log_var):
    """r exp(-log_var / 2), 0 where r is 0 even if the exponential overflows."""
    return np.multiply(r, np.exp(-log_var / 2), out=np.zeros_like(r), where=r != 0)


def _log_factorial(y):
    """log y! for counts, each different one computed once."""
    values, where = np.unique(y, return_inverse=True)
    if values[0] < 0 or (values % 1).any():
        raise ValueError(
            "y must hold counts 0, 1, 2, ..., got a negative or a fraction"
        )
    table = [math.lgamma(k + 1) if k < 1e305 else math.inf for k in values.tolist()]
    return np.array(table)[where].reshape(y.shape)
