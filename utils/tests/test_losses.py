"""utils.losses against SciPy, scikit-learn, exact values, and central differences."""

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import scipy.special
import scipy.stats
import sklearn.metrics
import sklearn.preprocessing
from hypothesis import given, settings
from hypothesis import strategies as st

from utils import losses
from utils.losses import REGISTRY, Loss

pytestmark = pytest.mark.filterwarnings("error")
quick = settings(derandomize=True, deadline=None, max_examples=50)

seeds = st.integers(0, 10**6)
each_loss = pytest.mark.parametrize("loss", REGISTRY.values(), ids=REGISTRY)
each_gradient = pytest.mark.parametrize(
    "loss",
    [loss for loss in REGISTRY.values() if loss.grad],
    ids=[name for name, loss in REGISTRY.items() if loss.grad],
)
N, K = 12, 4


def draw(domain, rng):
    """N values from a domain of the registry, the real ones not at a kink."""
    return {
        "real": lambda: 3 * rng.normal(size=N),
        "count": lambda: rng.poisson(3, size=N),
        "sign": lambda: 2 * rng.integers(0, 2, size=N) - 1,
        "binary": lambda: rng.integers(0, 2, size=N),
        "probability": lambda: rng.uniform(0.05, 0.95, size=N),
        "label": lambda: rng.integers(0, K, size=N),
        "distribution": lambda: rng.dirichlet(np.full(K, 3.0), size=N),
        "reals": lambda: 3 * rng.normal(size=(N, K)),
    }[domain]()


def slope(f, x, direction):
    """The derivative of f at x along a direction, from four values: error about h^4."""
    h = 1e-3
    near, far = (
        (f(x + s * direction) - f(x - s * direction)) / (2 * s) for s in (h, 2 * h)
    )
    return (4 * near - far) / 3


# What all losses promise


@each_loss
@pytest.mark.parametrize("seed", range(5))
def test_mean_and_sum_are_those_of_the_single_losses(loss, seed):
    rng = np.random.default_rng(seed)
    y, prediction = draw(loss.domain[0], rng), draw(loss.domain[1], rng)
    single = loss.value(y, prediction, reduction="none")
    assert single.shape == (N,) and (single >= 0).all()
    mean, total = loss.value(y, prediction), loss.value(y, prediction, reduction="sum")
    assert type(mean) is float and type(total) is float
    assert mean == pytest.approx(single.mean(), rel=1e-15)
    assert total == pytest.approx(single.sum(), rel=1e-15)


@each_gradient
@pytest.mark.parametrize("seed", range(5))
def test_every_gradient_agrees_with_central_differences(loss, seed):
    rng = np.random.default_rng(seed)
    y, prediction = draw(loss.domain[0], rng), draw(loss.domain[1], rng)
    direction = rng.normal(size=prediction.shape)
    if loss.domain[1] == "distribution":  # rows go on summing to 1
        direction -= direction.mean(axis=1, keepdims=True)
    if loss.domain[1] in ("distribution", "probability"):
        direction *= 0.01 * prediction.min()
    for reduction in ("mean", "sum"):
        gradient = loss.grad(y, prediction, reduction=reduction)
        assert gradient.shape == prediction.shape

        def f(x, reduction=reduction):
            return loss.value(y, x, reduction=reduction)

        want = slope(f, prediction, direction)
        size = np.abs(gradient * direction).sum()
        assert np.sum(gradient * direction) == pytest.approx(
            want, rel=1e-9, abs=1e-9 * max(size, 1e-3)
        )


@each_gradient
def test_a_gradient_is_of_a_mean_or_of_a_sum(loss):
    rng = np.random.default_rng(0)
    y, prediction = draw(loss.domain[0], rng), draw(loss.domain[1], rng)
    mean, total = (loss.grad(y, prediction, reduction=r) for r in ("mean", "sum"))
    np.testing.assert_allclose(N * mean, total, rtol=1e-15)
    for bad in ("none", "max", None):
        with pytest.raises(ValueError, match="'mean' or 'sum'"):
            loss.grad(y, prediction, reduction=bad)


@each_loss
def test_inputs_of_any_form_give_the_same_and_stay_as_they_are(loss):
    rng = np.random.default_rng(1)
    y, prediction = draw(loss.domain[0], rng), draw(loss.domain[1], rng)
    for array in (y, prediction):
        array.flags.writeable = False
    want = loss.value(y, prediction)
    copies = y.copy(), prediction.copy()
    assert loss.value(y.tolist(), prediction.tolist()) == want
    view = np.repeat(prediction, 2, axis=0)[::2]
    assert loss.value(np.repeat(y, 2)[::2], np.asfortranarray(view)) == want
    rounded = loss.value(y.astype(np.float32), prediction.astype(float))
    assert rounded == pytest.approx(want, rel=1e-6)
    if loss.grad:
        loss.grad(y, prediction)
    np.testing.assert_array_equal(y, copies[0])
    np.testing.assert_array_equal(prediction, copies[1])


@each_loss
def test_bad_input_is_named(loss):
    rng = np.random.default_rng(2)
    y, prediction = draw(loss.domain[0], rng), draw(loss.domain[1], rng)
    calls = [loss.value] + [loss.grad] * (loss.grad is not None)
    broken = prediction.astype(float)
    for hole in (np.nan, np.inf, -np.inf):
        broken.flat[3] = hole
        for call in calls:
            with pytest.raises(ValueError, match="finite"):
                call(y, broken)
    y_broken = y.astype(float)
    y_broken[3] = np.nan
    for call in calls:
        with pytest.raises(ValueError, match="y must be finite"):
            call(y_broken, prediction)
        with pytest.raises(ValueError, match="shape|rows"):
            call(y[:-1], prediction)
        with pytest.raises(ValueError, match="shape"):
            call(y[:, None], prediction)
        with pytest.raises(ValueError, match="empty|shape"):
            call([], [])
        with pytest.raises(TypeError, match="real numbers"):
            call(y, prediction.astype(complex))
        with pytest.raises(TypeError, match="real numbers"):
            call(list("abcdefghijkl"), prediction)
    with pytest.raises(ValueError, match="'mean', 'sum' or 'none'"):
        loss.value(y, prediction, reduction="max")


def test_a_single_number_gives_numbers():
    for name, loss in REGISTRY.items():
        if loss.domain[1] in ("distribution", "reals"):
            continue
        y, prediction = 1, 0.25
        value = loss.value(y, prediction)
        single = loss.value(y, prediction, reduction="none")
        assert type(value) is float and type(single) is float and value == single, name
        if loss.grad:
            assert type(loss.grad(y, prediction)) is float, name


def test_a_table_of_predictions_counts_every_entry():
    y, y_hat = np.zeros((2, 3)), np.arange(6.0).reshape(2, 3)
    assert losses.squared_error(y, y_hat) == pytest.approx(55 / 6)
    assert losses.squared_error(y, y_hat) == pytest.approx(
        sklearn.metrics.mean_squared_error(y, y_hat)
    )
    np.testing.assert_allclose(losses.squared_error_grad(y, y_hat), y_hat / 3)


def test_the_registry_holds_all_losses_with_one_prediction():
    gradients = {name for name in losses.__all__ if name.endswith("_grad")}
    with_gradient = {f"{name}_grad" for name, loss in REGISTRY.items() if loss.grad}
    assert gradients - with_gradient == {"gaussian_nll_grad", "l2_penalty_grad"}
    assert [name for name, loss in REGISTRY.items() if not loss.grad] == ["zero_one"]
    for name, loss in REGISTRY.items():
        assert isinstance(loss, Loss) and loss.name == name
        assert loss.value is getattr(losses, name)
        assert loss.kind in ("regression", "margin", "probability", "logits")


# Numbers


@quick
@given(st.integers(1, 30), st.floats(0.01, 0.99), seeds)
def test_errors_of_numbers_agree_with_scikit_learn_and_scipy(n, tau, seed):
    y, y_hat = 5 * np.random.default_rng(seed).normal(size=(2, n))
    near = pytest.approx
    assert losses.squared_error(y, y_hat) == near(
        sklearn.metrics.mean_squared_error(y, y_hat), rel=1e-14
    )
    assert losses.absolute_error(y, y_hat) == near(
        sklearn.metrics.mean_absolute_error(y, y_hat), rel=1e-14
    )
    assert losses.pinball(y, y_hat, tau) == near(
        sklearn.metrics.mean_pinball_loss(y, y_hat, alpha=tau), rel=1e-14
    )
    assert losses.huber(y, y_hat, 1 / tau) == near(
        scipy.special.huber(1 / tau, y_hat - y).mean(), rel=1e-14
    )
    assert losses.huber_grad(y, y_hat, 1 / tau, "sum") == near(
        np.clip(y_hat - y, -1 / tau, 1 / tau), rel=1e-15
    )
    margin = np.maximum(0, np.abs(y - y_hat) - tau)
    assert losses.epsilon_insensitive(y, y_hat, tau) == near(margin.mean(), rel=1e-14)
    np.testing.assert_array_equal(
        losses.epsilon_insensitive_grad(y, y_hat, tau, "sum"),
        np.sign(y_hat - y) * (margin > 0),
    )


@pytest.mark.parametrize(
    "r", [0, 1e-300, 1e-9, 1e-4, 0.3, 0.99, 1.01, 2, 30, 800, 1e300]
)
def test_log_cosh_keeps_15_digits_from_nothing_to_anything(r):
    with mpmath.workdps(700):
        x = mpmath.mpf(r)
        # log cosh x from 1 + (cosh x - 1), whose square root is exact enough at 1e-300
        want = (
            x - mpmath.log(2) if r > 800 else mpmath.log1p(2 * mpmath.sinh(x / 2) ** 2)
        )
        want = float(want)
    for sign in (1, -1):
        assert losses.log_cosh(0.0, sign * r) == pytest.approx(want, rel=1e-15, abs=0)
        assert losses.log_cosh(sign * r, 0.0) == pytest.approx(want, rel=1e-15, abs=0)
        assert losses.log_cosh_grad(0.0, sign * r) == pytest.approx(
            math.tanh(sign * r), rel=1e-15
        )


def minimum(loss, y, **options):
    """The best constant prediction, on a fine grid."""
    grid = np.arange(0, 16.001, 0.125)
    totals = [loss(y, np.full(len(y), c), reduction="sum", **options) for c in grid]
    best = int(np.argmin(totals))
    return grid[best], totals[best]


def test_the_best_constant_of_each_loss_as_worked_by_hand():
    y = np.array([1, 2, 3, 4, 15])
    assert minimum(losses.squared_error, y) == (5, 130)
    assert minimum(losses.absolute_error, y) == (3, 16)
    assert minimum(losses.huber, y, delta=3) == (3.25, 34.375)
    assert minimum(losses.pinball, y, tau=0.25) == (2, 4.75)
    at_the_best = np.full(5, 3.25)
    assert losses.huber_grad(y, at_the_best, 3).sum() == 0


def test_gradients_are_zero_at_kinks():
    assert losses.absolute_error_grad([2], [2]).tolist() == [0]
    assert losses.pinball_grad([2], [2], 0.3).tolist() == [0]
    assert losses.epsilon_insensitive_grad([2, 2], [2.5, 1.5], 0.5).tolist() == [0, 0]
    assert losses.epsilon_insensitive_grad([2], [2], 0).tolist() == [0]
    assert losses.hinge_grad([1, -1], [1, -1]).tolist() == [0, 0]
    assert losses.hinge_grad([1, -1], [1, -1], power=2).tolist() == [0, 0]
    for gradient in (losses.squared_error_grad, losses.log_cosh_grad):
        assert math.copysign(1, gradient(1.0, 1.0)) == 1  # never -0.0


@quick
@given(st.integers(1, 20), seeds)
def test_likelihoods_agree_with_scipy(n, seed):
    rng = np.random.default_rng(seed)
    y, mean, s = rng.normal(size=(3, n))
    logpdf = scipy.stats.norm.logpdf(y, mean, np.exp(s / 2))
    np.testing.assert_allclose(
        losses.gaussian_nll(y, mean, s, "none"), -logpdf, rtol=1e-12, atol=1e-14
    )
    counts, a = rng.poisson(5, size=n), 2 * rng.normal(size=n)
    logpmf = scipy.stats.poisson.logpmf(counts, np.exp(a))
    np.testing.assert_allclose(
        losses.poisson_nll(counts, a, reduction="none"), -logpmf, rtol=1e-12, atol=1e-13
    )
    without = losses.poisson_nll(counts, a, full=False, reduction="none")
    np.testing.assert_allclose(
        losses.poisson_nll(counts, a, reduction="none") - without,
        scipy.special.gammaln(counts + 1.0),
        rtol=1e-12,
        atol=1e-12,
    )
    np.testing.assert_array_equal(
        losses.poisson_nll_grad(counts, a),
        losses.poisson_nll_grad(counts, a, full=False),
    )


@pytest.mark.parametrize("seed", range(5))
def test_the_two_gradients_of_gaussian_nll(seed):
    y, mean, s, *directions = np.random.default_rng(seed).normal(size=(5, N))
    for reduction in ("mean", "sum"):
        by_mean, by_s = losses.gaussian_nll_grad(y, mean, s, reduction)
        along_mean = slope(
            lambda m, r=reduction: losses.gaussian_nll(y, m, s, r), mean, directions[0]
        )
        along_s = slope(
            lambda t, r=reduction: losses.gaussian_nll(y, mean, t, r), s, directions[1]
        )
        assert by_mean @ directions[0] == pytest.approx(along_mean, rel=1e-9, abs=1e-9)
        assert by_s @ directions[1] == pytest.approx(along_s, rel=1e-8, abs=1e-9)
    with pytest.raises(
        ValueError, match="y and mean and log_var must have the same shape"
    ):
        losses.gaussian_nll_grad(y, mean, s[:-1])


def test_certainty_in_the_right_place_is_no_nan():
    assert losses.gaussian_nll(1.0, 1.0, -2000.0) == pytest.approx(-999.0810614667954)
    assert losses.gaussian_nll_grad(1.0, 1.0, -2000.0) == (0, 0.5)
    assert losses.gaussian_nll(1.0, 2.0, -2000.0) == math.inf
    assert losses.gaussian_nll(0.0, 1e200, 2000.0) == pytest.approx(1000.9189385332046)


def test_poisson_takes_counts_only_if_it_must_know_their_factorial():
    for bad in ([-1], [0.5]):
        for call in (losses.poisson_nll, losses.poisson_nll_grad):
            with pytest.raises(ValueError, match="counts"):
                call(bad, [0.0])
            call(bad, [0.0], full=False)
    assert losses.poisson_nll([[0, 3]], [[0.0, 0.0]]) == pytest.approx(
        1 + math.log(6) / 2
    )
    big = losses.poisson_nll(1e6, math.log(1e6))
    stirling = math.log(2 * math.pi * 1e6) / 2 + 1 / 12e6
    assert big == pytest.approx(stirling, abs=1e-8)
    assert losses.poisson_nll(1e306, 0.0) == math.inf


# Margins


@quick
@given(st.lists(st.tuples(st.sampled_from([-1, 1]), st.floats(-20, 20)), min_size=2))
def test_margin_losses_agree_with_scikit_learn_and_stay_above_zero_one(pairs):
    y, s = map(np.array, zip(*pairs, strict=True))
    near = pytest.approx
    wrong = losses.zero_one(y, s, "none")
    if (s != 0).all():
        assert losses.zero_one(y, s) == near(
            sklearn.metrics.zero_one_loss(y, np.sign(s))
        )
    if len(set(y)) == 2:  # scikit-learn takes a single class for the negative one
        want = sklearn.metrics.hinge_loss(y, s)
        assert losses.hinge(y, s) == near(want, rel=1e-13, abs=1e-15)
    want = np.maximum(0, 1 - y * s)
    np.testing.assert_array_equal(losses.hinge(y, s, reduction="none"), want)
    np.testing.assert_allclose(
        losses.hinge(y, s, 2, "none"),
        losses.hinge(y, s, reduction="none") ** 2,
        rtol=1e-15,
    )
    np.testing.assert_allclose(
        losses.logistic_margin(y, s, "none"),
        -scipy.special.log_expit(y * s),
        rtol=2e-15,
    )
    np.testing.assert_allclose(
        losses.exponential(y, s, "none"), np.exp(-y * s), rtol=1e-15
    )
    for surrogate in (
        losses.hinge(y, s, reduction="none"),
        losses.exponential(y, s, "none"),
        losses.logistic_margin(y, s, "none") / math.log(2),
    ):
        assert (surrogate >= wrong - 1e-15).all()


def test_margins_by_hand():
    assert losses.zero_one([1, 1, -1, -1], [2, 0, 0, -1e-300], "none").tolist() == [
        0,
        1,
        1,
        0,
    ]
    assert losses.hinge([1, -1, 1], [0.5, 0.5, 3], reduction="none").tolist() == [
        0.5,
        1.5,
        0,
    ]
    assert losses.hinge_grad([1, -1], [0, 0.5], 2, "sum").tolist() == [-2, 3]
    assert losses.exponential([1.0], [-800]) == math.inf
    assert losses.exponential_grad([1, -1], [-800, -800], "sum").tolist() == [
        -math.inf,
        0,
    ]
    assert losses.logistic_margin_grad([1, -1], [-800, -800], "sum").tolist() == [-1, 0]
    assert not np.signbit(losses.exponential_grad([1.0], [800])).any()  # never -0.0
    for name in ("zero_one", "hinge", "logistic_margin", "exponential"):
        for bad in ([0, 1], [2, 1], [0.5, 1]):
            with pytest.raises(ValueError, match="only 1 and -1"):
                getattr(losses, name)(bad, [1, 1])
    for call in (losses.hinge, losses.hinge_grad):
        for bad in (0, 3, 1.5, "2"):
            with pytest.raises(ValueError, match="power must be 1 or 2"):
                call([1], [1], power=bad)


# Probabilities and logits


@quick
@given(st.integers(2, 6), st.integers(1, 20), seeds)
def test_cross_entropies_agree_with_scikit_learn_and_scipy(k, n, seed):
    rng = np.random.default_rng(seed)
    Z = 3 * rng.normal(size=(n, k))
    y, P = rng.integers(0, k, size=n), scipy.special.softmax(Z, axis=1)
    near = pytest.approx
    want = sklearn.metrics.log_loss(y, P, labels=range(k))
    assert losses.cross_entropy(y, P) == near(want, rel=1e-12)
    log_P = scipy.special.log_softmax(Z, axis=1)
    want = -log_P[np.arange(n), y]
    np.testing.assert_allclose(
        losses.cross_entropy_with_logits(y, Z, reduction="none"),
        want,
        rtol=1e-12,
        atol=3e-16,  # which SciPy's log of a sum near 1 leaves
    )
    Y = losses.one_hot(y, k)
    for labels, table in [
        (losses.cross_entropy, P),
        (losses.cross_entropy_with_logits, Z),
    ]:
        assert labels(y, table) == near(labels(Y, table), rel=1e-14)
    soft = rng.dirichlet(np.ones(k), size=n)
    assert losses.cross_entropy(soft, P) == near(-(soft * log_P).sum() / n, rel=1e-12)
    smooth = 0.8 * Y + 0.2 / k
    want = losses.cross_entropy_with_logits(smooth, Z)
    assert losses.cross_entropy_with_logits(y, Z, 0.2) == near(want, rel=1e-13)
    np.testing.assert_allclose(
        losses.cross_entropy_with_logits_grad(y, Z, 0.2, "sum"), P - smooth, atol=1e-14
    )
    np.testing.assert_allclose(
        losses.cross_entropy_with_logits_grad(y, Z).sum(axis=1), 0, atol=1e-15
    )
    binary, p, z = soft[:, 0], P[:, 0], Z[:, 0]
    want = -(binary * np.log(p) + (1 - binary) * np.log1p(-p))
    np.testing.assert_allclose(
        losses.binary_cross_entropy(binary, p, "none"), want, rtol=1e-13
    )
    y = (y > 0).astype(int)
    assert losses.binary_cross_entropy(y, p) == near(
        sklearn.metrics.log_loss(y, p, labels=[0, 1]), rel=1e-12
    )
    want = losses.binary_cross_entropy(binary, scipy.special.expit(z))
    assert losses.bce_with_logits(binary, z) == near(want, rel=1e-12)
    np.testing.assert_allclose(
        losses.bce_with_logits_grad(binary, z, reduction="sum"),
        scipy.special.expit(z) - binary,
        atol=1e-15,
    )
    assert losses.focal_with_logits(y, z, 0) == near(
        losses.bce_with_logits(y, z), rel=1e-14
    )
    signs = 2 * y - 1
    assert losses.logistic_margin(signs, z) == near(
        losses.bce_with_logits(y, z), rel=1e-15
    )


def test_the_softmax_example_worked_by_hand():
    Z, y = [[2, 1, 0], [0, 0, 0]], [0, 2]
    single = losses.cross_entropy_with_logits(y, Z, reduction="none")
    np.testing.assert_allclose(single, [0.4076059644, np.log(3)], rtol=1e-9)
    want = [[-0.1674, 0.1224, 0.0450], [0.1667, 0.1667, -0.3333]]
    got = losses.cross_entropy_with_logits_grad(y, Z)
    np.testing.assert_array_equal(got.round(4), want)


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("size", [0, 1e-20, 0.3, 5, 40, 710, 800, 1e300])
@pytest.mark.parametrize("y", [0, 1, 0.25])
def test_bce_with_logits_keeps_15_digits_at_any_logit(sign, size, y):
    z = sign * size
    with mpmath.workdps(400):
        x, t = mpmath.mpf(z), mpmath.mpf(y)
        if size > 1e4:  # the logarithms are 0 to 4000 digits
            want, p = max(x, mpmath.mpf(0)) - t * x, mpmath.mpf(z > 0)
        else:
            yes, no = (mpmath.log1p(mpmath.exp(a)) for a in (-x, x))
            want, p = t * yes + (1 - t) * no, 1 / (1 + mpmath.exp(-x))
        want, slope_want = float(want), float((1 - t) * p - t * (1 - p))
    assert losses.bce_with_logits(y, z) == pytest.approx(want, rel=1e-15, abs=0)
    lost = 1e-16 if y == 0.25 else 0  # in a difference of numbers below 1
    got = losses.bce_with_logits_grad(y, z)
    assert got == pytest.approx(slope_want, rel=1e-14, abs=lost)


def test_logits_far_apart_cost_what_they_must():
    Z = [[1000, 0, -1000]] * 3
    single = losses.cross_entropy_with_logits([0, 1, 2], Z, reduction="none")
    assert single.tolist() == [0, 1000, 2000]
    assert not np.signbit(single).any()  # never -0.0
    assert losses.cross_entropy_with_logits([0], [[1e308, -1e308]]) == 0
    assert losses.cross_entropy_with_logits([1], [[1e308, -1e308]]) == math.inf
    assert losses.cross_entropy_with_logits([[1, 0]], [[1e308, -1e308]]) == 0
    assert losses.cross_entropy_with_logits([1], [[0, -40.0]]) == pytest.approx(
        40, rel=1e-15
    )
    tail = losses.cross_entropy_with_logits([0], [[0, -40.0]])
    assert tail == pytest.approx(math.exp(-40), rel=1e-14)


def test_an_outcome_that_was_ruled_out_costs_infinity_and_nothing_is_clipped():
    p, y = [0, 1, 0, 1], [1, 0, 0, 1]
    single = losses.binary_cross_entropy(y, p, "none")
    assert single.tolist() == [math.inf, math.inf, 0, 0]
    slopes = losses.binary_cross_entropy_grad(y, p, "sum")
    assert slopes.tolist() == [-math.inf, math.inf, 1, -1]
    assert losses.binary_cross_entropy(0.5, 0) == math.inf
    P = [[1, 0], [1, 0]]
    assert losses.cross_entropy([0, 1], P, "none").tolist() == [0, math.inf]
    assert losses.cross_entropy([[1, 0], [0.5, 0.5]], P, "none").tolist() == [
        0,
        math.inf,
    ]
    gradient = losses.cross_entropy_grad([0, 1], P, "sum")
    assert gradient.tolist() == [[-1, 0], [0, -math.inf]]
    assert losses.binary_cross_entropy(1e-300, 1e-300) == pytest.approx(
        1e-300 * (1 + 300 * math.log(10)), rel=1e-14
    )


def test_gibbs_the_best_forecast_is_the_target():
    rng = np.random.default_rng(0)
    for target in rng.dirichlet(np.ones(5), size=10):
        at_best = losses.cross_entropy([target], [target])
        assert at_best == pytest.approx(scipy.stats.entropy(target), rel=1e-13)
        others = rng.dirichlet(np.ones(5), size=50)
        assert losses.cross_entropy([target] * 50, others, "none").min() >= at_best


def test_label_smoothing_has_its_floor():
    target = np.full(10, 0.01)
    target[3] = 0.91
    floor = losses.cross_entropy_with_logits([3], [np.log(target)], 0.1)
    assert round(floor, 4) == 0.5003
    gradient = losses.cross_entropy_with_logits_grad([3], [np.log(target)], 0.1)
    np.testing.assert_allclose(gradient, 0, atol=2e-16)


def test_pos_weight_multiplies_what_belongs_to_the_positives():
    y, z = np.array([0, 1, 0.3]), np.array([-1.0, 0.5, 2.0])
    yes, no = -scipy.special.log_expit(z), -scipy.special.log_expit(-z)
    want = 7 * y * yes + (1 - y) * no
    np.testing.assert_allclose(
        losses.bce_with_logits(y, z, 7, "none"), want, rtol=1e-15
    )
    direction = np.array([1.0, -2.0, 0.5])
    gradient = losses.bce_with_logits_grad(y, z, 7)
    along = slope(lambda x: losses.bce_with_logits(y, x, 7), z, direction)
    assert gradient @ direction == pytest.approx(along, rel=1e-9)


@pytest.mark.parametrize("gamma", [0, 0.5, 1, 2, 5])
def test_focal_loss_is_its_formula_at_any_logit(gamma):
    z = np.array([-800, -40, -3, -0.1, 0, 0.1, 3, 40, 700])
    for y in (0, 1):
        got = losses.focal_with_logits(np.full(9, y), z, gamma, "none")
        slopes = losses.focal_with_logits_grad(np.full(9, y), z, gamma, "sum")
        for value, slope_, x in zip(got, slopes, z, strict=True):
            with mpmath.workdps(700):
                m = mpmath.mpf(x) * (2 * y - 1)
                p, q = 1 / (1 + mpmath.exp(-m)), 1 / (1 + mpmath.exp(m))
                want = -(q**gamma) * mpmath.log(p)
                slope_want = (2 * y - 1) * q**gamma * (gamma * p * mpmath.log(p) - q)
            assert value == pytest.approx(float(want), rel=1e-12, abs=1e-300)
            assert slope_ == pytest.approx(float(slope_want), rel=1e-12, abs=1e-300)


@quick
@given(st.lists(st.integers(0, 9), min_size=1, max_size=20))
def test_one_hot_is_scikit_learns(y):
    encoder = sklearn.preprocessing.OneHotEncoder(categories=[range(10)])
    want = encoder.fit_transform(np.array(y)[:, None]).toarray()
    got = losses.one_hot(y, n_classes=10)
    assert got.dtype == float
    np.testing.assert_array_equal(got, want)
    np.testing.assert_array_equal(losses.one_hot(y), want[:, : max(y) + 1])
    np.testing.assert_array_equal(losses.one_hot(np.array(y, dtype=float), 10), want)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: losses.one_hot([0, -1]), "negative or a fraction"),
        (lambda: losses.one_hot([0, 0.5]), "negative or a fraction"),
        (lambda: losses.one_hot([0, 3], 3), "below 3, got the label 3"),
        (lambda: losses.one_hot([]), "empty"),
        (lambda: losses.one_hot([[0]]), "vector"),
        (lambda: losses.one_hot([0], 0), "n_classes"),
        (lambda: losses.binary_cross_entropy([2], [0.5]), r"y must be in \[0, 1\]"),
        (lambda: losses.binary_cross_entropy([1], [1.1]), r"p must be in \[0, 1\]"),
        (lambda: losses.binary_cross_entropy_grad([-0.1], [1]), r"y must be in \[0, 1\]"),
        (lambda: losses.bce_with_logits([2], [0]), r"y must be in \[0, 1\]"),
        (lambda: losses.bce_with_logits([1], [0], pos_weight=0), "pos_weight"),
        (lambda: losses.bce_with_logits_grad([1], [0], pos_weight=-1), "pos_weight"),
        (lambda: losses.cross_entropy([0], [[0.5, 0.4]]), "0.9 in row 0"),
        (lambda: losses.cross_entropy([0, 0], [[1, 0], [0.5, 0.4]]), "0.9 in row 1"),
        (lambda: losses.cross_entropy([0], [[1.5, -0.5]]), "P must not be negative"),
        (lambda: losses.cross_entropy([2], [[0.5, 0.5]]), "below 2"),
        (lambda: losses.cross_entropy([[1, 1]], [[0.5, 0.5]]), "rows of y must sum"),
        (lambda: losses.cross_entropy([[2, -1]], [[0.5, 0.5]]), "y must not be negative"),
        (lambda: losses.cross_entropy([[1]], [[0.5, 0.5]]), "shape of P"),
        (lambda: losses.cross_entropy([0, 0], [[0.5, 0.5]]), "y and P"),
        (lambda: losses.cross_entropy_grad([0], [0.5, 0.5]), "P must be a matrix"),
        (lambda: losses.cross_entropy_with_logits([0], [1, 2]), "Z must be a matrix"),
        (lambda: losses.cross_entropy_with_logits([0, 1], [[1, 2]]), "y and Z"),
        (lambda: losses.cross_entropy_with_logits([-1], [[1, 2]]), "negative"),
        (lambda: losses.cross_entropy_with_logits([0], [[1, 2]], 1), "label_smoothing"),
        (lambda: losses.cross_entropy_with_logits([0], [[1, 2]], -0.1), "label_smoothing"),
        (lambda: losses.focal_with_logits([0.5], [0]), "only 0 and 1"),
        (lambda: losses.focal_with_logits([1], [0], gamma=-1), "gamma"),
        (lambda: losses.focal_with_logits_grad([1], [0], gamma=np.inf), "gamma"),
        (lambda: losses.huber([1], [1], delta=0), "delta"),
        (lambda: losses.huber([1], [1], delta=np.inf), "delta"),
        (lambda: losses.epsilon_insensitive_grad([1], [1], epsilon=-1), "epsilon"),
        (lambda: losses.huber_grad([1], [1], delta=-1), "delta"),
        (lambda: losses.pinball([1], [1], tau=0), "tau"),
        (lambda: losses.pinball_grad([1], [1], tau=1), "tau"),
        (lambda: losses.epsilon_insensitive([1], [1], epsilon=-1), "epsilon"),
        (lambda: losses.epsilon_insensitive_grad([1], [1], epsilon=np.nan), "epsilon"),
        (lambda: losses.l2_penalty([1], -1), "lam"),
        (lambda: losses.l1_penalty([1], np.inf), "lam"),
        (lambda: losses.l1_subgradient([np.nan], 1), "finite"),
        (lambda: losses.l2_penalty([], 1), "empty"),
        (lambda: losses.l2_penalty_grad([1, 2], 1, [True]), "mask"),
        (lambda: losses.elastic_net_penalty([1], 1, 1.5), "l1_ratio"),
        (lambda: losses.elastic_net_penalty([1], -1), "lam"),
    ],
)  # fmt: skip
def test_misuse_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_rows_may_miss_one_by_rounding_only():
    losses.cross_entropy([0], [[0.5, 0.5 + 9e-9]])
    with pytest.raises(ValueError, match="sum to 1"):
        losses.cross_entropy([0], [[0.5, 0.5 + 2e-8]])


@each_gradient
def test_the_largest_floats_give_infinity_without_a_warning(loss):
    if loss.domain[1] != "real":
        return
    y = 1 if loss.domain[0] != "real" else -1e308
    for prediction in (1.7e308, -1.7e308):
        assert loss.value(y, prediction) >= 0
        assert not math.isnan(loss.grad(y, prediction))
    assert losses.squared_error([0, 0], [1e200, 0]) == math.inf
    assert losses.absolute_error([0, 0], [1.7e308, 1.7e308]) == math.inf  # their sum


# Penalties


def test_penalties_by_hand_and_against_finite_differences():
    w, lam = np.array([[3.0, -4.0], [0.0, 2.0]]), 0.5
    mask = np.array([[True, True], [True, False]])
    assert losses.l2_penalty(w, lam) == 0.25 * 29
    assert losses.l2_penalty(w, lam, mask) == 0.25 * 25
    assert losses.l1_penalty(w, lam) == 4.5
    assert losses.l1_penalty(w, lam, mask) == 3.5
    assert losses.elastic_net_penalty(w, lam, 0.25, mask) == 0.25 * 3.5 + 0.75 * 6.25
    assert losses.elastic_net_penalty(w, lam, 1) == losses.l1_penalty(w, lam)
    assert losses.elastic_net_penalty(w, lam, 0) == losses.l2_penalty(w, lam)
    assert losses.l2_penalty_grad(w, lam, mask).tolist() == [[1.5, -2], [0, 0]]
    assert losses.l1_subgradient(w, lam, mask).tolist() == [[0.5, -0.5], [0, 0]]
    direction = np.random.default_rng(0).normal(size=(2, 2))
    along = slope(lambda x: losses.l2_penalty(x, lam, mask), w, direction)
    gradient = losses.l2_penalty_grad(w, lam, mask)
    assert np.sum(gradient * direction) == pytest.approx(along, rel=1e-10)
    assert losses.l2_penalty(3, 2) == 9 and losses.l2_penalty_grad(3, 2) == 6
    assert losses.l2_penalty([1e200], 1) == math.inf
    for bad in ([1, 0, 1, 1], "mask"):
        with pytest.raises(TypeError, match="mask"):
            losses.l1_penalty(w.ravel(), lam, bad)
    assert losses.l1_penalty([Fraction(1, 4)], 2) == 0.5


def test_the_elastic_net_objective_is_scikit_learns():
    from sklearn.linear_model import ElasticNet

    rng = np.random.default_rng(0)
    X = rng.normal(size=(40, 3))
    y = X @ [1.0, 0.0, -2.0] + rng.normal(size=40)
    fit = ElasticNet(alpha=0.3, l1_ratio=0.6, fit_intercept=False, tol=1e-12).fit(X, y)

    def objective(w):
        half_error = losses.squared_error(y, X @ w) / 2
        return half_error + losses.elastic_net_penalty(w, 0.3, 0.6)

    best = objective(fit.coef_)
    for _ in range(50):
        assert objective(fit.coef_ + 1e-3 * rng.normal(size=3)) >= best
