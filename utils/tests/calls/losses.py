"""Calls of `utils.losses`; a gradient takes what its loss takes."""

from utils import losses
from utils.tests.calls import call

Y, Y_HAT = [1.0, 2.0, -1.0, 0.5], [0.5, 2.5, -1.0, 2.0]
SIGNS, SCORE = [1, -1, 1, -1], [0.5, -2.0, -0.25, 1.0]
BITS, PROB = [1, 0, 1, 0], [0.75, 0.25, 0.5, 0.125]
LABELS = [0, 2, 1, 1]
ROWS = [[0.5, 0.25, 0.25], [0.25, 0.25, 0.5], [0.5, 0.5, 0.0], [0.125, 0.75, 0.125]]
LOGITS = [[1.0, 0.0, -1.0], [0.5, 2.0, 1.0], [0.0, 0.0, 0.0], [-1.0, 3.0, 2.0]]
WEIGHTS = [1.0, -2.0, 0.5]

VALUES = {
    "squared_error": call(y=Y, y_hat=Y_HAT),
    "absolute_error": call(y=Y, y_hat=Y_HAT),
    "huber": call(y=Y, y_hat=Y_HAT),
    "log_cosh": call(y=Y, y_hat=Y_HAT),
    "pinball": call(y=Y, y_hat=Y_HAT, options={"tau": 0.25}),
    "epsilon_insensitive": call(y=Y, y_hat=Y_HAT),
    "gaussian_nll": call(y=Y, mean=Y_HAT, log_var=SCORE),
    "poisson_nll": call(y=[0, 2, 1, 5], log_rate=SCORE),
    "zero_one": call(y=SIGNS, score=SCORE),
    "hinge": call(y=SIGNS, score=SCORE),
    "logistic_margin": call(y=SIGNS, score=SCORE),
    "exponential": call(y=SIGNS, score=SCORE),
    "binary_cross_entropy": call(y=BITS, p=PROB),
    "bce_with_logits": call(y=BITS, z=SCORE),
    "cross_entropy": call(y=LABELS, P=ROWS),
    "cross_entropy_with_logits": call(y=LABELS, Z=LOGITS),
    "focal_with_logits": call(y=BITS, z=SCORE),
    "l2_penalty": call(w=WEIGHTS, options={"lam": 0.5}),
}
CALLS = {f"losses.{name}": value for name, value in VALUES.items()}
CALLS |= {
    f"losses.{name}_grad": value
    for name, value in VALUES.items()
    if hasattr(losses, f"{name}_grad")
}
CALLS |= {
    "losses.one_hot": call(y=LABELS),
    "losses.l1_penalty": call(w=WEIGHTS, options={"lam": 0.5}),
    "losses.l1_subgradient": call(w=WEIGHTS, options={"lam": 0.5}),
    "losses.elastic_net_penalty": call(w=WEIGHTS, options={"lam": 0.5}),
}
