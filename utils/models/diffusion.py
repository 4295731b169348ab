"""Diffusion models: noise added in small steps, and a network that takes it out again."""

import math

import numpy as np

from utils._checks import as_data, as_finite, as_rng, count, in_range
from utils.models.base import BaseModel
from utils.optimizers import Adam


class DiffusionSchedule:
    r"""How much noise each of T steps adds.

    Step t of the forward process draws :math:`x_t` from a normal law around
    :math:`\sqrt{1-\beta_t}\,x_{t-1}` with variance :math:`\beta_t`; so :math:`x_t` has mean
    :math:`\sqrt{\bar\alpha_t}\,x_0` and variance :math:`1-\bar\alpha_t`.

    Parameters
    ----------
    T : int
        Number of steps, at least 2.
    kind : {"linear", "cosine"}
        ``"linear"``: beta from 1e-4 to 0.02 for 1000 steps, more for fewer, so that the whole
        stays the same. ``"cosine"``: alpha_bar falls as a squared cosine, more gently at both
        ends. Beta is cut off at 0.999, which linear schedules with T < 21 meet.

    Attributes
    ----------
    beta, alpha_bar, posterior_variance, snr : ndarray, shape (T + 1,)
        Entry t belongs to step t, as in the formulas; entry 0 to the data, without noise.
        ``posterior_variance`` is that of x_{t-1} given x_t and x_0; ``snr`` is
        alpha_bar / (1 - alpha_bar).

    Raises
    ------
    ValueError
        If T < 2, or the kind is unknown.

    Notes
    -----
    Home: 08-ml-math-case-studies/12-diffusion-models.ipynb. O(T).
    Source: Ho, Jain and Abbeel, "Denoising diffusion probabilistic models", NeurIPS 2020;
    for the cosine, Nichol and Dhariwal, ICML 2021.

    Examples
    --------
    >>> schedule = DiffusionSchedule(T=100)
    >>> schedule.alpha_bar[[0, 1, 50]].round(4)
    array([1.    , 0.999 , 0.0742])
    """

    def __init__(self, T=100, kind="linear"):
        self.T, self.kind = count(T, "T", low=2), kind
        if kind == "linear":
            beta = np.linspace(1e-4, 0.02, self.T) * 1000 / self.T
        elif kind == "cosine":
            angle = (np.arange(self.T + 1) / self.T + 0.008) / 1.008 * math.pi / 2
            level = np.cos(angle) ** 2
            beta = 1 - level[1:] / level[:-1]
        else:
            raise ValueError(f"kind must be 'linear' or 'cosine', got {kind!r}")
        self.beta = np.concatenate([[0.0], np.minimum(beta, 0.999)])
        self.alpha_bar = np.cumprod(1 - self.beta)
        noise = 1 - self.alpha_bar
        self.posterior_variance = np.zeros(self.T + 1)
        self.posterior_variance[1:] = self.beta[1:] * noise[:-1] / noise[1:]
        self.snr = np.full(self.T + 1, np.inf)
        self.snr[1:] = self.alpha_bar[1:] / noise[1:]

    def __repr__(self):
        return f"DiffusionSchedule(T={self.T}, kind={self.kind!r})"


def q_sample(x0, t, eps, schedule):
    """Data with the noise of t steps: sqrt(alpha_bar_t) x0 + sqrt(1 - alpha_bar_t) eps.

    Parameters
    ----------
    x0 : array_like, shape (n, d)
        Data.
    t : int or array_like of int, shape (n,)
        Steps, from 0 to T; one for all rows, or one for each.
    eps : array_like, shape (n, d)
        Standard normal noise.
    schedule : DiffusionSchedule

    Returns
    -------
    ndarray, shape (n, d)

    Raises
    ------
    ValueError
        If shapes don't fit, t is out of range, or something is NaN or infinite.
    TypeError
        If t doesn't hold integers.

    Notes
    -----
    Home: 08-ml-math-case-studies/12-diffusion-models.ipynb. O(n d), whatever t is.
    Source: Ho, Jain and Abbeel, NeurIPS 2020, equation 4.

    Examples
    --------
    >>> schedule = DiffusionSchedule(T=100)
    >>> q_sample([[2.0]], 50, [[1.0]], schedule).round(4)
    array([[1.507]])
    """
    x0, eps = as_data(x0, "x0"), as_finite(eps, "eps")
    if eps.shape != x0.shape:
        raise ValueError(f"eps must have the shape of x0, {x0.shape}, got {eps.shape}")
    level = schedule.alpha_bar[_steps(t, len(x0), schedule)]
    return np.sqrt(level) * x0 + np.sqrt(1 - level) * eps


class DiffusionModel(BaseModel):
    """A small network that predicts the noise in noisy data, trained on all steps at once.

    Two layers of tanh units see x, and three numbers that say how noisy it is:
    log(snr) / 6, sqrt(alpha_bar), sqrt(1 - alpha_bar). The loss is the mean squared error of
    the predicted noise.

    Parameters
    ----------
    schedule : DiffusionSchedule
    hidden : int
        Units in each layer.
    steps : int
        Steps of Adam.
    batch_size : int
        Rows per step, drawn with replacement, each with a step t of its own.
    lr : float
        Step size at the start; it falls to 0 along a straight line.
    rng : numpy.random.Generator
        Draws initial weights, batches, steps and noise.

    Attributes
    ----------
    params_ : list of ndarray
        W1, b1, W2, b2, W3, b3, weights of shape (inputs, outputs).
    history_ : ndarray, shape (steps,)
        The loss of each step's batch.

    Raises
    ------
    ValueError
        For parameters out of range, data that aren't finite, or a loss that isn't.
    TypeError
        Without a generator.

    Notes
    -----
    Standardize the data. The best possible prediction is the mean of the noise given the
    noisy point; on finite data, reached exactly, it would only copy them.
    O(steps batch_size hidden (d + hidden)).
    Home: 08-ml-math-case-studies/12-diffusion-models.ipynb.
    Source: Ho, Jain and Abbeel, NeurIPS 2020, equation 14.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> X = rng.choice([-1.0, 1.0], size=(500, 1))
    >>> model = DiffusionModel(DiffusionSchedule(50), steps=600, rng=rng).fit(X)
    >>> size = np.abs(ddim_sample(model, 200, 1, 50, rng, clip=1.5))
    >>> round(float(size.mean()), 1)
    1.0
    """

    def __init__(
        self, schedule, hidden=64, steps=3000, batch_size=128, lr=1e-2, *, rng
    ):
        self.schedule = schedule
        self.hidden = hidden
        self.steps = steps
        self.batch_size = batch_size
        self.lr = lr
        self.rng = rng

    def fit(self, X):
        """Train on the rows of ``X`` (n, d); returns the model."""
        X, rng = as_data(X), as_rng(self.rng)
        hidden, steps = count(self.hidden, "hidden"), count(self.steps, "steps")
        batch_size = count(self.batch_size, "batch_size")
        lr = in_range(self.lr, "lr", 0, np.inf, closed=(False, False))
        self.params_ = _initial(X.shape[1], hidden, rng)
        rules = [Adam(lr=lambda t: lr * (1 - t / steps)) for _ in self.params_]
        self.history_ = np.empty(steps)
        for k in range(steps):
            x0 = X[rng.integers(len(X), size=batch_size)]
            t = rng.integers(1, self.schedule.T + 1, size=batch_size)
            noise = rng.normal(size=x0.shape)
            self.history_[k], grads = self._loss_and_grad(x0, t, noise)
            if not np.isfinite(self.history_[k]):
                raise ValueError(
                    f"the loss became {self.history_[k]} at step {k}: try a smaller lr"
                )
            self.params_ = [
                rule.step(p, g)
                for rule, p, g in zip(rules, self.params_, grads, strict=True)
            ]
        return self

    def eps(self, x, t):
        """The noise predicted in ``x`` (n, d) at step ``t``, an int or one for each row."""
        self._check_fitted("params_")
        x = as_data(x, "x")
        d = self.params_[-1].size
        if x.shape[1] != d:
            raise ValueError(f"x must have {d} columns, as in fit, got {x.shape[1]}")
        return self._forward(x, t)[-1]

    def _loss_and_grad(self, x0, t, noise):
        """Mean squared error of the predicted noise, and its gradient for each parameter."""
        x = q_sample(x0, t, noise, self.schedule)
        inputs, first, second, out = self._forward(x, t)
        _, _, W2, _, W3, _ = self.params_
        error = out - noise
        d_out = 2 * error / error.size
        d_second = (d_out @ W3.T) * (1 - second**2)
        d_first = (d_second @ W2.T) * (1 - first**2)
        grads = []
        for layer_in, d in ((inputs, d_first), (first, d_second), (second, d_out)):
            grads += [layer_in.T @ d, d.sum(axis=0)]
        return float(np.mean(error**2)), grads

    def _forward(self, x, t):
        t = _steps(t, len(x), self.schedule, low=1)
        level = np.broadcast_to(self.schedule.alpha_bar[t], (len(x), 1))
        noise = 1 - level
        signs = [np.log(level / noise) / 6, np.sqrt(level), np.sqrt(noise)]
        inputs = np.hstack([x, *signs])
        W1, b1, W2, b2, W3, b3 = self.params_
        first = np.tanh(inputs @ W1 + b1)
        second = np.tanh(first @ W2 + b2)
        return inputs, first, second, second @ W3 + b3


def ddpm_sample(model, n, d, rng, clip=None):
    """New rows from pure noise, by all T steps of the reverse process, each with fresh noise.

    Parameters
    ----------
    model : object
        With a ``schedule``, and ``eps(x, t)`` that predicts the noise in x (n, d).
    n, d : int
        Number of rows, and their length.
    rng : numpy.random.Generator
    clip : float, optional
        Predictions of the data are cut off at plus and minus this. A trained model needs it:
        early on its errors are divided by a tiny sqrt(alpha_bar).

    Returns
    -------
    ndarray, shape (n, d)

    Raises
    ------
    ValueError
        If n or d is below 1, clip isn't positive, or eps returns another shape.
    TypeError
        Without a generator.

    Notes
    -----
    Each step draws x_{t-1} from its law given x_t and the predicted x_0. T calls of eps.
    Home: 08-ml-math-case-studies/12-diffusion-models.ipynb.
    Source: Ho, Jain and Abbeel, NeurIPS 2020, equations 6, 7 and 15.

    Examples
    --------
    >>> class Known:  # data that are all 2: the noise follows from x
    ...     schedule = DiffusionSchedule(50)
    ...     def eps(self, x, t):
    ...         level = self.schedule.alpha_bar[t]
    ...         return (x - np.sqrt(level) * 2) / np.sqrt(1 - level)
    >>> ddpm_sample(Known(), 2, 1, np.random.default_rng(0)).round(6)
    array([[2.],
           [2.]])
    """
    x, clip = _start(n, d, rng, clip)
    schedule = model.schedule
    for t in range(schedule.T, 0, -1):
        now, before = schedule.alpha_bar[t], schedule.alpha_bar[t - 1]
        data, _ = _predict(model, x, t, clip)
        to_data = np.sqrt(before) * schedule.beta[t] / (1 - now)
        to_x = np.sqrt(1 - schedule.beta[t]) * (1 - before) / (1 - now)
        x = to_data * data + to_x * x
        if t > 1:
            x += np.sqrt(schedule.posterior_variance[t]) * rng.normal(size=x.shape)
    return x


def ddim_sample(model, n, d, steps, rng, clip=None):
    """New rows from pure noise without any more noise on the way, in as few steps as you like.

    Parameters
    ----------
    model : object
        As for `ddpm_sample`.
    n, d : int
        Number of rows, and their length.
    steps : int
        From 1 to T; the times used are spread evenly.
    rng : numpy.random.Generator
        Draws the starting points.
    clip : float, optional
        As for `ddpm_sample`; the predicted noise is then what is left of x.

    Returns
    -------
    ndarray, shape (n, d)

    Raises
    ------
    ValueError
        If n, d or steps is below 1, steps > T, clip isn't positive, or eps returns another
        shape.
    TypeError
        Without a generator.

    Notes
    -----
    Each step moves to an earlier time with the same predictions of data and noise: the first
    order method for the probability-flow equation. ``steps`` calls of eps.
    Home: 08-ml-math-case-studies/12-diffusion-models.ipynb.
    Source: Song, Meng and Ermon, "Denoising diffusion implicit models", ICLR 2021.

    Examples
    --------
    >>> class Known:  # data that are all 2: the noise follows from x
    ...     schedule = DiffusionSchedule(50)
    ...     def eps(self, x, t):
    ...         level = self.schedule.alpha_bar[t]
    ...         return (x - np.sqrt(level) * 2) / np.sqrt(1 - level)
    >>> ddim_sample(Known(), 2, 1, 5, np.random.default_rng(0)).round(6)
    array([[2.],
           [2.]])
    """
    x, clip = _start(n, d, rng, clip)
    schedule = model.schedule
    steps = count(steps, "steps")
    if steps > schedule.T:
        raise ValueError(f"steps must be at most T={schedule.T}, got {steps}")
    times = np.rint(np.linspace(schedule.T, 0, steps + 1)).astype(int)
    for t, s in zip(times[:-1], times[1:], strict=True):
        data, noise = _predict(model, x, int(t), clip)
        level = schedule.alpha_bar[s]
        x = np.sqrt(level) * data + np.sqrt(1 - level) * noise
    return x


def _predict(model, x, t, clip):
    """What the model takes for the data in x, and for the noise."""
    noise = np.asarray(model.eps(x, t), dtype=float)
    if noise.shape != x.shape:
        raise ValueError(f"eps must return shape {x.shape}, got {noise.shape}")
    level = model.schedule.alpha_bar[t]
    data = (x - np.sqrt(1 - level) * noise) / np.sqrt(level)
    if clip is not None:
        data = np.clip(data, -clip, clip)
        noise = (x - np.sqrt(level) * data) / np.sqrt(1 - level)
    return data, noise


def _start(n, d, rng, clip):
    shape, rng = (count(n, "n"), count(d, "d")), as_rng(rng)
    if clip is not None:
        clip = in_range(clip, "clip", 0, np.inf, closed=(False, False))
    return rng.normal(size=shape), clip


def _initial(d, hidden, rng):
    """Weights of variance 1 / inputs, zero biases."""
    sizes, params = (d + 3, hidden, hidden, d), []
    for n_in, n_out in zip(sizes[:-1], sizes[1:], strict=True):
        scale = 1 / math.sqrt(n_in)
        params += [rng.normal(scale=scale, size=(n_in, n_out)), np.zeros(n_out)]
    return params


def _steps(t, n, schedule, low=0):
    """``t`` as an index: an int, or a column of one int for each row."""
    t = np.asarray(t)
    if t.dtype.kind not in "iu":
        raise TypeError(f"t must be an integer, or integers, got dtype {t.dtype}")
    if t.shape not in ((), (n,)):
        raise ValueError(f"t must be one integer or {n}, got shape {t.shape}")
    if t.size and not (low <= t.min() and t.max() <= schedule.T):
        raise ValueError(
            f"t must be from {low} to T={schedule.T}, got {t.min()} to {t.max()}"
        )
    return t[:, None] if t.ndim else int(t)
