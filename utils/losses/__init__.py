"""Losses with their gradients, from scratch: target first, prediction second.

In the order of ideas: errors of a number (`regression`), margins (`margin`), probabilities
and logits (`classification`), and what is added to keep weights small (`penalties`).
All names live here: ``from utils import losses; losses.huber(y, y_hat)``.

Target and prediction have the same shape; nothing is broadcast. ``reduction`` is ``"mean"``
(over the rows; over all entries where every entry is a prediction of its own), ``"sum"``, or
``"none"`` for the single losses. Each ``X_grad`` takes the arguments of ``X``, with
``"mean"`` or ``"sum"``, and returns the derivative by the prediction, in its shape: with the
factor 1/n of the mean, and 0 at a kink. A loss may be inf; it is never clipped. NaN or
infinity in the data, empty data and shapes that differ raise `ValueError`. All take O(size)
time. Losses of probabilities are in nats.

`REGISTRY` holds those with one prediction by name, for whoever loops over all.
"""

from utils.losses.classification import (
    bce_with_logits,
    bce_with_logits_grad,
    binary_cross_entropy,
    binary_cross_entropy_grad,
    cross_entropy,
    cross_entropy_grad,
    cross_entropy_with_logits,
    cross_entropy_with_logits_grad,
    focal_with_logits,
    focal_with_logits_grad,
    one_hot,
)
from utils.losses.margin import (
    exponential,
    exponential_grad,
    hinge,
    hinge_grad,
    logistic_margin,
    logistic_margin_grad,
    zero_one,
)
from utils.losses.penalties import (
    elastic_net_penalty,
    l1_penalty,
    l1_subgradient,
    l2_penalty,
    l2_penalty_grad,
)
from utils.losses.registry import REGISTRY, Loss
from utils.losses.regression import (
    absolute_error,
    absolute_error_grad,
    epsilon_insensitive,
    epsilon_insensitive_grad,
    gaussian_nll,
    gaussian_nll_grad,
    huber,
    huber_grad,
    log_cosh,
    log_cosh_grad,
    pinball,
    pinball_grad,
    poisson_nll,
    poisson_nll_grad,
    squared_error,
    squared_error_grad,
)

__all__ = [
    "Loss",
    "REGISTRY",
    "absolute_error",
    "absolute_error_grad",
    "bce_with_logits",
    "bce_with_logits_grad",
    "binary_cross_entropy",
    "binary_cross_entropy_grad",
    "cross_entropy",
    "cross_entropy_grad",
    "cross_entropy_with_logits",
    "cross_entropy_with_logits_grad",
    "elastic_net_penalty",
    "epsilon_insensitive",
    "epsilon_insensitive_grad",
    "exponential",
    "exponential_grad",
    "focal_with_logits",
    "focal_with_logits_grad",
    "gaussian_nll",
    "gaussian_nll_grad",
    "hinge",
    "hinge_grad",
    "huber",
    "huber_grad",
    "l1_penalty",
    "l1_subgradient",
    "l2_penalty",
    "l2_penalty_grad",
    "log_cosh",
    "log_cosh_grad",
    "logistic_margin",
    "logistic_margin_grad",
    "one_hot",
    "pinball",
    "pinball_grad",
    "poisson_nll",
    "poisson_nll_grad",
    "squared_error",
    "squared_error_grad",
    "zero_one",
]
