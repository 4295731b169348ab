"""Attention against loops, symmetries, limits and numerical gradients."""

import numpy as np
import pytest
from scipy.special import softmax as scipy_softmax

from utils import autodiff as ad
from utils.calculus import numerical_gradient
from utils.models import (
    MultiHeadAttention,
    NotFittedError,
    TransformerBlock,
    layer_norm,
    scaled_dot_product_attention,
    sinusoidal_positions,
)


def rng():
    return np.random.default_rng(0)


def test_the_output_is_each_querys_own_weighted_mean():
    r = rng()
    Q, K, V = r.normal(size=(4, 3)), r.normal(size=(6, 3)), r.normal(size=(6, 2))
    out, cache = scaled_dot_product_attention(Q, K, V)
    for q, o, a in zip(Q, out, cache["weights"], strict=True):
        expected = scipy_softmax([q @ k / np.sqrt(3) for k in K])
        np.testing.assert_allclose(a, expected, rtol=1e-14)
        np.testing.assert_allclose(
            o, sum(w * v for w, v in zip(expected, V, strict=True))
        )


def test_batches_and_heads_are_computed_each_on_its_own():
    r = rng()
    Q, K, V = (
        r.normal(size=(2, 3, 4, 5)),
        r.normal(size=(3, 6, 5)),
        r.normal(size=(6, 7)),
    )
    out, _ = scaled_dot_product_attention(Q, K, V)
    assert out.shape == (2, 3, 4, 7)
    for i in range(2):
        for h in range(3):
            one, _ = scaled_dot_product_attention(Q[i, h], K[h], V)
            np.testing.assert_allclose(out[i, h], one, rtol=1e-13)


def test_a_masked_key_is_as_good_as_absent():
    r = rng()
    Q, K, V = r.normal(size=(4, 3)), r.normal(size=(6, 3)), r.normal(size=(6, 2))
    keep = np.array([True, False, True, True, False, True])
    expected, _ = scaled_dot_product_attention(Q, K[keep], V[keep])
    for mask in (keep, np.where(keep, 0.0, -np.inf)):
        out, cache = scaled_dot_product_attention(Q, K, V, mask)
        np.testing.assert_allclose(out, expected, rtol=1e-14)
        assert (cache["weights"][:, ~keep] == 0).all()


def test_a_number_in_the_mask_is_added_to_the_score():
    Q, K, V = np.zeros((1, 2)), np.zeros((2, 2)), [[0.0], [1.0]]
    out, _ = scaled_dot_product_attention(Q, K, V, [0.0, np.log(3)])
    np.testing.assert_allclose(out, [[0.75]], rtol=1e-15)


def test_huge_scores_pick_the_best_key_without_overflow():
    out, _ = scaled_dot_product_attention([[1e200]], [[1.0], [2.0]], [[5.0], [7.0]])
    np.testing.assert_array_equal(out, [[7.0]])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([[1.0, 2]], [[1.0]], [[1.0]]), "equally long, got 2 and 1"),
        (([[1.0]], [[1.0]], [[1.0], [2.0]]), "as many keys as values, got 1 and 2"),
        (([1.0], [[1.0]], [[1.0]]), "tokens as rows"),
        (([[np.nan]], [[1.0]], [[1.0]]), "finite"),
        ((np.ones((2, 1, 1)), np.ones((3, 1, 1)), [[1.0]]), "must broadcast"),
        (([[1.0]], [[1.0]], [[1.0]], [[False]]), "nowhere"),
        (([[1.0]], [[1.0]], [[1.0]], [[True, False]]), "mask must broadcast"),
        (([[1.0]], [[1.0]], [[1.0]], [[np.inf]]), "finite or -inf"),
        (([[1.0]], [[1.0]], [[1.0]], [[np.nan]]), "finite or -inf"),
    ],
)
def test_attention_says_what_is_wrong(arguments, message):
    with pytest.raises(ValueError, match=message):
        scaled_dot_product_attention(*arguments)


def test_position_codes_differ_by_a_rotation_that_depends_on_the_distance_only():
    P = sinusoidal_positions(50, 16)
    gram = P @ P.T
    for shift in range(5):
        diagonal = np.diag(gram, shift)
        np.testing.assert_allclose(diagonal, diagonal[0], rtol=1e-12)
    np.testing.assert_allclose(np.diag(gram), 8, rtol=1e-14)
    np.testing.assert_allclose(P[7, 6], np.sin(7 / 10000 ** (6 / 16)), rtol=1e-14)
    np.testing.assert_allclose(P[7, 7], np.cos(7 / 10000 ** (6 / 16)), rtol=1e-14)


def test_position_codes_come_in_pairs():
    with pytest.raises(ValueError, match="even"):
        sinusoidal_positions(3, 5)


def test_layer_norm_gives_each_row_mean_beta_and_variance_gamma_squared():
    X = rng().normal(3, 5, size=(4, 6, 400))
    Y = layer_norm(X, np.full(400, 2.0), np.full(400, -1.0), eps=1e-12)
    np.testing.assert_allclose(Y.mean(axis=-1), -1, rtol=1e-12)
    np.testing.assert_allclose(Y.var(axis=-1), 4, rtol=1e-12)
    np.testing.assert_allclose(layer_norm(7 * X + 3, np.ones(400), np.zeros(400), 1e-12),
                               (Y + 1) / 2, rtol=1e-9)  # fmt: skip


def test_layer_norm_of_a_constant_row_is_beta():
    np.testing.assert_array_equal(layer_norm([5, 5], [1, 2], [3, 4]), [3, 4])
    np.testing.assert_allclose(
        layer_norm([0, 2], [1, 1], [0, 0], eps=3.0), [-0.5, 0.5], rtol=1e-15
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((1.0, [1.0], [1.0]), "rows"),
        (([1.0, 2.0], [1.0], [1.0, 1.0]), r"gamma must have shape \(2,\)"),
        (([1.0, 2.0], [1.0, 1.0], [1.0]), r"beta must have shape \(2,\)"),
        (([1.0], [1.0], [1.0], 0.0), "eps"),
    ],
)
def test_layer_norm_says_what_is_wrong(arguments, message):
    with pytest.raises(ValueError, match=message):
        layer_norm(*arguments)


LAYERS = {
    "attention": lambda: MultiHeadAttention(4, 2, rng=rng()),
    "causal attention": lambda: MultiHeadAttention(4, 2, causal=True, rng=rng()),
    "block": lambda: TransformerBlock(4, 2, 6, rng=rng()),
    "block without norms": lambda: TransformerBlock(4, 2, 6, norm=None, rng=rng()),
}
each_layer = pytest.mark.parametrize("make", LAYERS.values(), ids=LAYERS)


@pytest.mark.parametrize("shape", [(3, 4), (2, 3, 4)])
@each_layer
def test_gradients_are_those_of_differences(make, shape):
    layer, r = make(), np.random.default_rng(1)
    X, probe = r.normal(size=shape), r.normal(size=shape)
    for value in layer.parameters().values():
        value += 0.1 * r.normal(size=value.shape)  # norms and biases away from 1 and 0

    layer.forward(X)
    dX = layer.backward(probe)
    numeric = numerical_gradient(lambda x: np.sum(probe * layer.forward(x)), X)
    np.testing.assert_allclose(dX, numeric, rtol=1e-6, atol=1e-8)

    grads = {name: g.copy() for name, g in layer.grads.items()}
    assert list(grads) == list(layer.parameters())
    for name, value in layer.parameters().items():
        kept = value.copy()

        def loss(w, value=value):
            value[...] = w
            return np.sum(probe * layer.forward(X))

        numeric = numerical_gradient(loss, kept)
        value[...] = kept
        np.testing.assert_allclose(grads[name], numeric, rtol=1e-6, atol=1e-8)


def test_gradients_are_those_of_automatic_differentiation():
    layer, r = MultiHeadAttention(4, 1, rng=rng()), rng()
    X, probe = r.normal(size=(5, 4)), r.normal(size=(5, 4))
    layer.forward(X)
    dX = layer.backward(probe)
    W = {n: ad.Tensor(w, requires_grad=True) for n, w in layer.parameters().items()}
    x = ad.Tensor(X, requires_grad=True)
    scores = (x @ W["W_Q"]) @ (x @ W["W_K"]).T / 2
    out = ad.softmax(scores, axis=-1) @ (x @ W["W_V"]) @ W["W_O"]
    (out * probe).sum().backward()
    np.testing.assert_allclose(dX, x.grad, rtol=1e-12, atol=1e-13)
    for name, w in W.items():
        np.testing.assert_allclose(layer.grads[name], w.grad, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("name", ["attention", "block", "block without norms"])
def test_without_positions_a_layer_does_not_know_the_order(name):
    layer, X, order = LAYERS[name](), rng().normal(size=(5, 4)), [3, 0, 4, 1, 2]
    Y = layer.forward(X)
    np.testing.assert_allclose(layer.forward(X[order]), Y[order], rtol=1e-12)


def test_a_causal_token_does_not_see_what_comes_after_it():
    layer, X = LAYERS["causal attention"](), rng().normal(size=(5, 4))
    Y = layer.forward(X)
    X[3:] += 1.0
    changed = layer.forward(X)
    np.testing.assert_array_equal(changed[:3], Y[:3])
    assert np.abs(changed[3:] - Y[3:]).max() > 0.01
    assert (np.triu(layer.weights[0], 1) == 0).all()


def test_two_heads_are_two_attentions_side_by_side():
    layer, X = MultiHeadAttention(4, 2, rng=rng()), rng().normal(size=(5, 4))
    W = layer.parameters()
    parts = [
        scaled_dot_product_attention(*(X @ W[n][:, h] for n in ("W_Q", "W_K", "W_V")))[
            0
        ]
        for h in (slice(0, 2), slice(2, 4))
    ]
    expected = np.hstack(parts) @ W["W_O"]
    np.testing.assert_allclose(layer.forward(X), expected, rtol=1e-12, atol=1e-14)


def test_initial_weights_have_variance_one_over_d():
    layer = MultiHeadAttention(200, 1, rng=rng())
    for W in layer.parameters().values():
        assert np.var(W) == pytest.approx(1 / 200, rel=0.03)
    block = TransformerBlock(100, 1, 400, rng=rng()).parameters()
    assert np.var(block["W_1"]) == pytest.approx(2 / 100, rel=0.03)
    assert np.var(block["W_2"]) == pytest.approx(2 / 500, rel=0.03)


def test_a_block_learns_which_token_to_copy():
    """The first token of each sequence, wanted at all places: only attention can bring it."""
    r = np.random.default_rng(2)
    block, X = TransformerBlock(8, 2, 16, rng=r), r.normal(size=(200, 4, 8))
    X[:, :, 0], X[:, 0, 0] = 0, 3  # the first token is marked
    target = np.repeat(X[:, :1, 1:2], 4, axis=1)
    losses = []
    for _ in range(150):
        Y = block.forward(X)
        error = Y[..., 1:2] - target
        losses.append(np.mean(error**2))
        dY = np.zeros_like(Y)
        dY[..., 1:2] = 2 * error / error.size
        block.backward(dY)
        for name, value in block.parameters().items():
            value -= 0.2 * block.grads[name]
    assert losses[-1] < 0.3 * losses[0]


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: MultiHeadAttention(4, 3, rng=rng()), ValueError, "divisible"),
        (lambda: MultiHeadAttention(4, 2, rng=0), TypeError, "Generator"),
        (lambda: MultiHeadAttention(4, 0, rng=rng()), ValueError, "at least 1"),
        (lambda: TransformerBlock(4, 2, 0, rng=rng()), ValueError, "d_ff"),
        (lambda: TransformerBlock(4, 2, 8, norm="post", rng=rng()), ValueError, "norm"),
        (lambda: LAYERS["block"]().forward(np.ones((2, 3))), ValueError, "length d=4"),
        (lambda: LAYERS["block"]().forward(np.ones(4)), ValueError, "rows"),
        (
            lambda: LAYERS["block"]().backward(np.ones((2, 4))),
            NotFittedError,
            "forward",
        ),
    ],
)
def test_layers_say_what_is_wrong(make, error, message):
    with pytest.raises(error, match=message):
        make()


@each_layer
def test_the_gradient_must_fit_the_output(make):
    layer = make()
    layer.forward(np.ones((3, 4)))
    with pytest.raises(ValueError, match=r"\(3, 4\), got \(2, 4\)"):
        layer.backward(np.ones((2, 4)))
