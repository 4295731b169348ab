"""Losses of a score whose sign is the decision: how clearly is it on the right side?"""

import numpy as np

from utils.losses.reduction import quiet, reduced, reduced_grad, same_shape
from utils.numerics import sigmoid, softplus


def zero_one(y, score, reduction="mean"):
    """Zero-one loss: 1 where the sign of the score is wrong, or the score is 0.

    y holds 1 and -1, else ValueError; score has the shape of y; reduction and other errors as
    in `utils.losses`. Its derivative is 0 almost everywhere, so nothing can descend it: the
    losses below stand in for it. Home: 05-optimization/01-loss-functions.ipynb.
    Source: P. Bartlett, M. Jordan and J. McAuliffe, "Convexity, classification, and risk
    bounds", JASA 101 (2006), also for the losses below.

    Examples
    --------
    >>> zero_one([1, 1, -1, -1], [0.1, -3, -5, 0])
    0.5
    """
    _, margin = _margin(y, score)
    return reduced((margin <= 0).astype(float), reduction)


@quiet
def hinge(y, score, power=1, reduction="mean"):
    """Hinge loss max(0, 1 - m)^power of the margin m = y score, power 1 or 2.

    The loss of support vector machines: 0 beyond margin 1. Never below `zero_one`. y holds
    1 and -1, else ValueError, as for another power; reduction and other errors as in
    `utils.losses`. Source: as `zero_one`. Home: 05-optimization/01-loss-functions.ipynb.

    Examples
    --------
    >>> hinge([1, -1], [0.5, -2], reduction="none")
    array([0.5, 0. ])
    """
    _, margin = _margin(y, score)
    return reduced(np.maximum(0.0, 1 - margin) ** _power(power), reduction)


def hinge_grad(y, score, power=1, reduction="mean"):
    """Gradient of `hinge` by the score: -y (for power 2: -2 y (1 - m)) where m < 1, else 0.

    Home: 05-optimization/01-loss-functions.ipynb.

    >>> hinge_grad([1, 1, -1], [0.5, 1, -2], reduction="sum")
    array([-1.,  0.,  0.])
    """
    y, margin = _margin(y, score)
    slopes = np.where(margin < 1, -y, 0.0)
    if _power(power) == 2:
        slopes = slopes * 2 * np.maximum(0.0, 1 - margin)
    return reduced_grad(slopes, reduction)


def logistic_margin(y, score, reduction="mean"):
    """Logistic loss log(1 + exp(-m)) of the margin m = y score, in nats.

    Minus the log-probability of y if P(y = 1) = sigmoid(score); divided by log 2 never below
    `zero_one`. y holds 1 and -1, else ValueError; reduction and other errors as in
    `utils.losses`. Source: as `zero_one`. Home: 05-optimization/01-loss-functions.ipynb.

    Examples
    --------
    >>> logistic_margin([1, -1], [-800, -800], reduction="none")
    array([800.,   0.])
    """
    _, margin = _margin(y, score)
    return reduced(softplus(-margin), reduction)


def logistic_margin_grad(y, score, reduction="mean"):
    """Gradient of `logistic_margin` by the score: -y sigmoid(-m).

    Home: 05-optimization/01-loss-functions.ipynb.

    >>> logistic_margin_grad([1, -1], [0.0, 0.0], reduction="sum")
    array([-0.5,  0.5])
    """
    y, margin = _margin(y, score)
    return reduced_grad(-y * sigmoid(-margin), reduction)


@quiet
def exponential(y, score, reduction="mean"):
    """Exponential loss exp(-m) of the margin m = y score: boosting's, ruthless to outliers.

    Never below `zero_one`; inf below m = -709. y holds 1 and -1, else ValueError; reduction
    and other errors as in `utils.losses`. Source: as `zero_one`.
    Home: 05-optimization/01-loss-functions.ipynb.

    Examples
    --------
    >>> exponential([1, -1], [0, 0])
    1.0
    """
    _, margin = _margin(y, score)
    return reduced(np.exp(-margin), reduction)


@quiet
def exponential_grad(y, score, reduction="mean"):
    """Gradient of `exponential` by the score: -y exp(-m).

    Home: 05-optimization/01-loss-functions.ipynb.

    >>> exponential_grad([1, -1], [0, 0], reduction="sum")
    array([-1.,  1.])
    """
    y, margin = _margin(y, score)
    return reduced_grad(-y * np.exp(-margin), reduction)


def _margin(y, score):
    """Labels of 1 and -1, and y score: positive where the decision is right."""
    y, score = same_shape(("y", "score"), y, score)
    if not (np.abs(y) == 1).all():
        raise ValueError("y must hold only 1 and -1: labels 0 and 1 become 2 * y - 1")
    return y, y * score


def _power(power):
    if power not in (1, 2):
        raise ValueError(f"power must be 1 or 2, got {power!r}")
    return power
