"""All losses with one prediction, by name."""

from collections.abc import Callable
from typing import NamedTuple

from utils.losses import classification, margin, regression


class Loss(NamedTuple):
    """A loss with its gradient, and what it is a loss of.

    ``name`` is that of the function ``value(y, prediction, reduction=...)``; ``grad`` is its
    gradient, or None. ``domain`` says what y and the prediction may be: ``"real"``,
    ``"count"``, ``"sign"`` (1 or -1), ``"binary"`` (0 or 1), ``"probability"``, ``"label"``
    (0, ..., K - 1), ``"distribution"`` or ``"reals"`` (rows of K). ``kind`` is
    ``"regression"``, ``"margin"``, ``"probability"`` or ``"logits"``.
    Home: 05-optimization/01-loss-functions.ipynb.

    >>> REGISTRY["hinge"].domain
    ('sign', 'real')
    """

    name: str
    value: Callable
    grad: Callable | None
    domain: tuple[str, str]
    kind: str


_ROWS = [  # module, kind, domain of y, domain of the prediction, names
    (
        regression,
        "regression",
        ("real", "real"),
        "squared_error absolute_error huber log_cosh pinball epsilon_insensitive",
    ),
    (regression, "regression", ("count", "real"), "poisson_nll"),
    (margin, "margin", ("sign", "real"), "zero_one hinge logistic_margin exponential"),
    (
        classification,
        "probability",
        ("probability", "probability"),
        "binary_cross_entropy",
    ),
    (classification, "probability", ("label", "distribution"), "cross_entropy"),
    (classification, "logits", ("probability", "real"), "bce_with_logits"),
    (classification, "logits", ("label", "reals"), "cross_entropy_with_logits"),
    (classification, "logits", ("binary", "real"), "focal_with_logits"),
]
REGISTRY = {
    name: Loss(
        name, getattr(module, name), getattr(module, f"{name}_grad", None), domain, kind
    )
    for module, kind, domain, names in _ROWS
    for name in names.split()
}
