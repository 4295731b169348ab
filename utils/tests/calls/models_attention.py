"""Calls of attention and transformer blocks."""

from utils.tests.calls import call

X = [[1.0, 0.5, -1.0, 2.0], [0.0, 1.0, 0.25, -0.5], [2.0, -1.0, 1.0, 0.5]]
DY = [[1.0, 0.0, -1.0, 0.5], [0.5, 1.0, 0.0, -0.5], [0.25, -1.0, 1.0, 0.0]]

CALLS = {
    "models.scaled_dot_product_attention": call(
        Q=X, K=DY, V=X, mask=[0.0, -1.0, 0.5], accepts="mask:none"
    ),
    "models.layer_norm": call(
        X=X, gamma=[1.0, 2.0, 1.0, 0.5], beta=[0.0, 1.0, 0.0, 0.5]
    ),
    "models.sinusoidal_positions": call(options={"n": 3, "d": 4}),
    "models.MultiHeadAttention": call(options={"d": 4, "heads": 2}, rng=True)
    .then("forward", X=X)
    .then("backward", dY=DY),
    "models.TransformerBlock": call(options={"d": 4, "heads": 2, "d_ff": 6}, rng=True)
    .then("forward", X=X)
    .then("backward", dY=DY),
}
