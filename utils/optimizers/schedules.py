"""Step sizes that change with time: schedules t -> lr, for the ``lr`` of any update rule."""

import numpy as np

from utils import _checks


class _Schedule:
    """A formula in t = 0, 1, 2, ... that shows in a repr how it was made."""

    def __init__(self, text, formula):
        self._text, self._formula = text, formula

    def __call__(self, t):
        t = _checks.as_finite(t, "t")
        if not (t >= 0).all():
            raise ValueError(f"t counts steps from 0, got {t.min():g}")
        lr = self._formula(t)
        return lr if t.ndim else float(lr)

    def __repr__(self):
        return self._text


def step_schedule(lr, drop=0.5, every=10):
    """Constant stretches: lr times ``drop``, once more after every ``every`` steps.

    `lr` is positive, `drop` in (0, 1], `every` a positive integer; `ValueError` otherwise.
    Like all schedules it returns a callable t -> lr * drop**(t // every) for steps t = 0,
    1, 2, ..., numbers or an array of them.
    Home: 05-optimization/04-sgd-adam-rmsprop.ipynb.

    Examples
    --------
    >>> schedule = step_schedule(0.8, every=2)
    >>> [schedule(t) for t in range(5)]
    [0.8, 0.8, 0.4, 0.4, 0.2]
    """
    lr, every = _positive(lr, "lr"), _checks.count(every, "every")
    drop = _checks.in_range(drop, "drop", 0, 1, closed=(False, True))
    return _Schedule(
        f"step_schedule(lr={lr!r}, drop={drop!r}, every={every!r})",
        lambda t: lr * drop ** (t // every),
    )


def exponential_schedule(lr, rate):
    """Exponential decay lr * exp(-rate * t): halved every log(2) / rate steps.

    `lr` is positive and `rate`, per step, at least 0; `ValueError` otherwise. (Where a
    library asks for a factor gamma per step, that is exp(-rate).) Returns a callable
    t -> lr. Home: 05-optimization/04-sgd-adam-rmsprop.ipynb.

    Examples
    --------
    >>> exponential_schedule(0.8, rate=np.log(2))([0, 1, 2]).round(6)
    array([0.8, 0.4, 0.2])
    """
    lr = _positive(lr, "lr")
    rate = _checks.in_range(rate, "rate", 0, np.inf, closed=(True, False))
    return _Schedule(
        f"exponential_schedule(lr={lr!r}, rate={rate!r})",
        lambda t: lr * np.exp(-rate * t),
    )


def cosine_schedule(lr, total, lr_min=0.0):
    """Half a cosine wave from ``lr`` at t = 0 to ``lr_min`` at t = total, and flat after it.

    `lr` is positive, `total` a positive integer, `lr_min` in [0, lr]; `ValueError`
    otherwise. Returns a callable t -> lr. Home: 05-optimization/04-sgd-adam-rmsprop.ipynb.
    Source: I. Loshchilov and F. Hutter, "SGDR: stochastic gradient descent with warm
    restarts", ICLR 2017.

    Examples
    --------
    >>> cosine_schedule(0.4, total=4)([0, 2, 4, 9]).round(6)
    array([0.4, 0.2, 0. , 0. ])
    """
    lr, total = _positive(lr, "lr"), _checks.count(total, "total")
    lr_min = _checks.in_range(lr_min, "lr_min", 0, lr)

    def formula(t):
        progress = np.minimum(t / total, 1.0)
        return lr_min + (lr - lr_min) * (1 + np.cos(np.pi * progress)) / 2

    return _Schedule(
        f"cosine_schedule(lr={lr!r}, total={total!r}, lr_min={lr_min!r})", formula
    )


def warmup(schedule, steps):
    """Rise linearly to the schedule's start during the first ``steps`` steps, then follow it.

    The first step has 1/steps of the size, not 0. The schedule's own clock starts after the
    warm-up: to reach the end of a cosine at t = T, give it ``total=T - steps``.

    Parameters
    ----------
    schedule : callable or float
        A schedule t -> lr, or a constant step size.
    steps : int
        Length of the warm-up, at least 1.

    Returns
    -------
    callable
        t -> min(1, (t + 1) / steps) * schedule(max(0, t - steps)).

    Raises
    ------
    ValueError
        If steps is not positive, or a constant step size isn't.

    Notes
    -----
    Home: 05-optimization/04-sgd-adam-rmsprop.ipynb. Source: P. Goyal et al., "Accurate,
    large minibatch SGD: training ImageNet in 1 hour" (2017), section 2.2.

    Examples
    --------
    >>> schedule = warmup(cosine_schedule(0.1, total=90), steps=10)
    >>> [round(schedule(t), 6) for t in (0, 9, 55, 100)]
    [0.01, 0.1, 0.05, 0.0]
    """
    steps = _checks.count(steps, "steps")
    inner = schedule if callable(schedule) else None
    peak = None if inner else _positive(schedule, "schedule")

    def formula(t):
        rise = np.minimum((t + 1) / steps, 1.0)
        if inner is None:
            return rise * peak
        after = np.maximum(t - steps, 0.0)
        if t.ndim:
            return rise * np.array([inner(s) for s in after.flat]).reshape(t.shape)
        return rise * inner(float(after))

    return _Schedule(f"warmup({schedule!r}, steps={steps!r})", formula)


def _positive(value, name):
    return _checks.in_range(value, name, 0, np.inf, closed=(False, False))
