"""Update rules, schedules, batches and training tools against formulas written out."""

import copy

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import SGDRegressor

from utils import optimizers
from utils.datasets import load_digits
from utils.optimizers import (
    SGD,
    AdaGrad,
    Adam,
    AdamW,
    Momentum,
    RMSProp,
    clip_by_norm,
    cosine_schedule,
    exponential_schedule,
    minibatches,
    minimize,
    minimize_stochastic,
    project_ball,
    ravel_params,
    sharpness,
    step_schedule,
    warmup,
)

VALLEY = optimizers.rosenbrock_problem()
BOWL = optimizers.quadratic_problem([[1, 0], [0, 9]], x0=[9, 1])


# ------------------------------------------------------- torch's formulas, written out
# As in the documentation of torch.optim, in loops over single numbers: nothing of the
# arithmetic of utils.optimizers, which works in place on whole arrays, is shared.


def torch_sgd(lr, momentum=0.0, nesterov=False):
    buffer = {}

    def update(t, i, p, g):
        buffer[i] = g if t == 1 else momentum * buffer[i] + g
        g = g + momentum * buffer[i] if nesterov else buffer[i]
        return p - lr * g

    return update


def torch_adagrad(lr, eps):
    total = {}

    def update(t, i, p, g):
        total[i] = total.get(i, 0.0) + g**2
        return p - lr * g / (np.sqrt(total[i]) + eps)

    return update


def torch_rmsprop(lr, alpha, eps):
    v = {}

    def update(t, i, p, g):
        v[i] = alpha * v.get(i, 0.0) + (1 - alpha) * g**2
        return p - lr * g / (np.sqrt(v[i]) + eps)

    return update


def torch_adam(lr, beta1, beta2, eps, amsgrad=False, decay=0.0):
    m, v, largest = {}, {}, {}

    def update(t, i, p, g):
        p = p - lr * decay * p  # decoupled: torch.optim.AdamW
        m[i] = beta1 * m.get(i, 0.0) + (1 - beta1) * g
        v[i] = beta2 * v.get(i, 0.0) + (1 - beta2) * g**2
        m_hat, second = m[i] / (1 - beta1**t), v[i]
        if amsgrad:
            second = largest[i] = max(largest.get(i, 0.0), v[i])
        return p - lr * m_hat / (np.sqrt(second / (1 - beta2**t)) + eps)

    return update


RULES = {
    "momentum": (Momentum(1e-4, 0.9), torch_sgd(1e-4, 0.9)),
    "nesterov": (Momentum(1e-4, 0.9, nesterov=True), torch_sgd(1e-4, 0.9, True)),
    "adagrad": (AdaGrad(0.3, 1e-10), torch_adagrad(0.3, 1e-10)),
    "rmsprop": (RMSProp(0.02, 0.95, 1e-7), torch_rmsprop(0.02, 0.95, 1e-7)),
    "adam": (Adam(0.05), torch_adam(0.05, 0.9, 0.999, 1e-8)),
    "adam, other": (Adam(0.02, 0.8, 0.9, 1e-3), torch_adam(0.02, 0.8, 0.9, 1e-3)),
    "amsgrad": (
        Adam(0.05, 0.9, 0.9, amsgrad=True),
        torch_adam(0.05, 0.9, 0.9, 1e-8, amsgrad=True),
    ),
    "adamw": (AdamW(0.05), torch_adam(0.05, 0.9, 0.999, 1e-8, decay=0.01)),
    "adamw, strong": (
        AdamW(0.05, weight_decay=0.7, amsgrad=True),
        torch_adam(0.05, 0.9, 0.999, 1e-8, amsgrad=True, decay=0.7),
    ),
}
each_rule = pytest.mark.parametrize("name", RULES)
every_rule = pytest.mark.parametrize(
    "make", [SGD, Momentum, AdaGrad, RMSProp, Adam, AdamW]
)


@each_rule
def test_a_hundred_steps_are_those_of_torch(name):
    rule, update = RULES[name]
    run = minimize(VALLEY.grad, VALLEY.x0, rule, steps=100)
    theirs = VALLEY.x0.copy()
    for t in range(1, 101):
        g = VALLEY.grad(theirs)
        theirs = np.array([update(t, i, theirs[i], g[i]) for i in range(2)])
        np.testing.assert_allclose(run.path[t], theirs, rtol=1e-12, atol=1e-12)
    assert np.linalg.norm(run.x - VALLEY.x0) > 0.05  # it went somewhere


# ------------------------------------------------------------------------ single rules


def test_two_steps_of_adam_by_hand():
    rule = Adam(lr=0.1)
    first = rule.step(1.0, 1.0)
    second = rule.step(first, 3.0)
    assert first == pytest.approx(0.9, abs=1e-8)
    step = 0.1 * (0.39 / 0.19) / np.sqrt(0.009999 / 0.001999)
    assert second == pytest.approx(0.9 - step, abs=1e-8)
    assert round(second, 5) == 0.80822


def test_adam_without_correction_is_its_raw_formula():
    rule = Adam(lr=0.1, eps=0.0, bias_correction=False)
    assert 1 - rule.step(1.0, 1.0) == pytest.approx(0.1 * 0.1 / np.sqrt(0.001))


def test_by_hand_momentum_adagrad_rmsprop():
    ball = Momentum(lr=0.1, beta=0.5)
    assert [ball.step(0.0, 1.0), ball.step(0.0, 1.0)] == [-0.1, pytest.approx(-0.15)]
    ahead = Momentum(lr=0.1, beta=0.5, nesterov=True)
    steps = [ahead.step(0.0, 1.0), ahead.step(0.0, 1.0)]
    assert steps == [pytest.approx(-0.15), pytest.approx(-0.175)]
    rule = AdaGrad(lr=1.0, eps=0.0)
    assert rule.step(0.0, 3.0) == -1.0
    assert rule.step(0.0, 4.0) == pytest.approx(-4 / 5)
    rule = RMSProp(lr=1.0, rho=0.75, eps=0.0)
    assert rule.step(0.0, 2.0) == pytest.approx(-2.0)
    assert rule.step(0.0, 0.0) == 0.0
    assert rule.step(0.0, 1.0) == pytest.approx(-1 / np.sqrt(0.5625 + 0.25))


@settings(max_examples=40, deadline=None)
@given(
    lam=st.floats(0.1, 10), eta=st.floats(0.001, 0.15), beta=st.floats(0, 0.99),
    steps=st.integers(0, 40),
)  # fmt: skip
def test_the_heavy_ball_on_a_parabola_is_a_power_of_its_matrix(lam, eta, beta, steps):
    run = minimize(lambda x: lam * x, [1.0], Momentum(eta, beta), steps)
    M = np.array([[1 + beta - eta * lam, -beta], [1, 0]])
    powers = [np.linalg.matrix_power(M, k) @ [1, 1] for k in range(steps + 1)]
    np.testing.assert_allclose(run.path[:, 0], np.array(powers)[:, 0], atol=1e-10)


def test_the_best_heavy_ball_halves_the_exponent():
    kappa = 100.0
    beta = ((np.sqrt(kappa) - 1) / (np.sqrt(kappa) + 1)) ** 2
    lr = (2 / (np.sqrt(kappa) + 1)) ** 2
    bowl = optimizers.ravine_problem(kappa)
    run = minimize(bowl.grad, bowl.x0, Momentum(lr, beta), 400)
    left = np.linalg.norm(run.path, axis=1)
    assert (left[400] / left[200]) ** (1 / 200) == pytest.approx(
        np.sqrt(beta), abs=0.01
    )


def test_nesterovs_form_is_the_gradient_at_the_point_ahead():
    """x and v with the gradient taken at x - lr beta v, which is what the rule steps in."""
    eta, beta, x, v = 0.05, 0.8, BOWL.x0.copy(), np.zeros(2)
    run = minimize(BOWL.grad, x, Momentum(eta, beta, nesterov=True), 30)
    for k in range(30):
        ahead = x - eta * beta * v
        np.testing.assert_allclose(run.path[k], ahead, rtol=1e-12, atol=1e-13)
        v = beta * v + BOWL.grad(ahead)
        x = x - eta * v


def test_momentum_without_memory_is_gradient_descent():
    plain = minimize(BOWL.grad, BOWL.x0, SGD(0.1), 20)
    for nesterov in (False, True):
        run = minimize(BOWL.grad, BOWL.x0, Momentum(0.1, 0.0, nesterov), 20)
        np.testing.assert_allclose(run.path, plain.path, rtol=1e-14)


def test_lessards_function_keeps_the_heavy_ball_in_a_cycle():
    def grad(x):
        return np.where(x < 1, 25 * x, np.where(x < 2, x + 24, 25 * x - 24))

    root = np.sqrt(25.0)
    lr, beta = (2 / (root + 1)) ** 2, ((root - 1) / (root + 1)) ** 2
    ball = minimize(grad, [3.3], Momentum(lr, beta), 300).path[-3:, 0]
    assert sorted(ball.round(3)) == [-1.802, 0.647, 2.116]
    calm = minimize(grad, [3.3], Momentum(1 / 25, 4 / 6, nesterov=True), 300)
    assert abs(calm.x[0]) < 1e-9


def test_reddis_example_sends_adam_the_wrong_way():
    def end(rule):
        x = 0.0
        for t in range(3000):
            x = float(np.clip(rule.step(x, 3.0 if t % 3 == 0 else -1.0), -1, 1))
        return x

    def lr(t):
        return 0.5 / np.sqrt(t + 1)

    assert end(Adam(lr, beta1=0.0, beta2=0.1)) > 0.98
    assert end(Adam(lr, beta1=0.0, beta2=0.1, amsgrad=True)) < -0.97
    assert end(SGD(lr)) < -0.97


def test_decoupled_decay_is_alike_for_quiet_and_noisy_weights():
    rng = np.random.default_rng(0)
    noise = np.array([0.01, 1.0])
    inside, decoupled = Adam(0.001), AdamW(0.001, weight_decay=0.1)
    a, b = np.ones((2, 200)), np.ones((2, 200))
    for _ in range(3000):
        g = noise[:, None] * rng.normal(size=a.shape)
        a, b = inside.step(a, g + 0.1 * a), decoupled.step(b, g)
    assert a[0].mean() < 0.01 and abs(a[1].mean() - 0.742) < 0.02
    np.testing.assert_allclose(b.mean(axis=1), (1 - 1e-4) ** 3000, atol=0.02)


@every_rule
def test_weight_decay_only_adds_a_shrinking_of_theta(make):
    theta, g = np.array([1.0, -2.0]), np.array([0.3, 0.4])
    still = make(lr=0.1, weight_decay=0.0).step(theta, g)
    decayed = make(lr=0.1, weight_decay=0.5).step(theta, g)
    np.testing.assert_allclose(decayed, still - 0.1 * 0.5 * theta, rtol=1e-15)


@pytest.mark.parametrize("make", [AdaGrad, RMSProp, Adam])
def test_adaptive_rules_do_not_see_the_scale_of_the_function(make):
    runs = [
        minimize(lambda x, c=c: c * VALLEY.grad(x), VALLEY.x0, make(lr=0.05, eps=0), 50)
        for c in (1.0, 1e-6, 1e9)
    ]
    for run in runs[1:]:
        np.testing.assert_allclose(run.path, runs[0].path, rtol=1e-9, atol=1e-9)


def test_adam_sees_a_rotation_and_gradient_descent_does_not():
    def path(rule, angle):
        valley = optimizers.ravine_problem(100.0, angle)
        turn = np.array(
            [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
        )
        return minimize(valley.grad, valley.x0, rule, 50).path @ turn  # turned back

    plain, turned = (path(Momentum(0.005), angle) for angle in (0.0, np.pi / 4))
    np.testing.assert_allclose(plain, turned, atol=1e-9)
    plain, turned = (path(Adam(0.5), angle) for angle in (0.0, np.pi / 4))
    assert np.abs(plain - turned).max() > 1


def test_the_first_step_of_adam_is_the_sign_of_the_gradient():
    g = np.array([1e-3, -5.0, 1e6, 0.0])
    np.testing.assert_allclose(
        Adam(0.1).step(np.zeros(4), g), -0.1 * np.sign(g), atol=1e-6
    )


@pytest.mark.parametrize("make", [AdaGrad, RMSProp, Adam])
def test_a_coordinate_without_gradients_stands_still_even_without_eps(make):
    rule = make(lr=0.1, eps=0.0)
    theta = np.array([1.0, 1.0])
    for _ in range(3):
        theta = rule.step(theta, [0.0, 1.0])
    assert theta[0] == 1.0 and theta[1] < 1.0


# ------------------------------------------------------------------- the common interface


@every_rule
@pytest.mark.parametrize("shape", [(), (1,), (5,), (3, 4), (2, 3, 2), (0,)])
def test_any_shape_is_stepped_entry_by_entry(make, shape):
    rng = np.random.default_rng(1)
    rule, theta = make(lr=0.1), rng.normal(size=shape)
    single = [make(lr=0.1) for _ in range(theta.size)]
    alone = theta.ravel().copy()
    for _ in range(3):
        g = rng.normal(size=shape)
        theta = rule.step(theta, g)
        alone = [r.step(a, b) for r, a, b in zip(single, alone, g.ravel(), strict=True)]
    assert np.shape(theta) == shape
    np.testing.assert_allclose(np.ravel(theta), alone, rtol=1e-13)
    assert shape or type(theta) is float


@every_rule
def test_inputs_stay_and_results_are_new(make):
    theta, g = np.arange(6.0).reshape(2, 3).T, np.ones((3, 2), dtype=np.float32)
    theta.flags.writeable = g.flags.writeable = False
    rule = make()
    first = rule.step(theta, g)
    kept = first.copy()
    second = rule.step(first, g)
    assert first.flags.writeable and not np.shares_memory(first, second)
    np.testing.assert_array_equal(first, kept)
    np.testing.assert_array_equal(theta, np.arange(6.0).reshape(2, 3).T)
    assert second.dtype == float
    np.testing.assert_array_equal(make().step([1, 2], [3, 4]), make().step([1.0, 2.0], [3.0, 4.0]))  # fmt: skip


@every_rule
def test_reset_forgets_everything(make):
    rule = make(lr=0.1)
    first = [rule.step(np.ones(3), np.arange(3.0)) for _ in range(4)]
    assert rule.t == 4 and rule.reset() is rule and rule.t == 0
    again = [rule.step(np.ones(3), np.arange(3.0)) for _ in range(4)]
    np.testing.assert_array_equal(first, again)
    with pytest.raises(ValueError, match="reset"):
        rule.step([1.0], [1.0])
    rule.reset().step([1.0], [1.0])


@every_rule
def test_a_copy_goes_its_own_way(make):
    rule = make(lr=0.1)
    rule.step([1.0], [2.0])
    twin = copy.deepcopy(rule)
    np.testing.assert_array_equal(rule.step([1.0], [2.0]), twin.step([1.0], [2.0]))


@every_rule
def test_a_rule_follows_a_schedule(make):
    rule = make(lr=lambda t: [0.1, 0.0, 0.2][t])
    theta = np.array([1.0, -1.0])
    first = rule.step(theta, [1.0, 1.0])
    np.testing.assert_array_equal(rule.step(first, [1.0, 1.0]), first)
    assert rule.current_lr() == 0.2


def test_settings_are_shown():
    assert repr(Momentum(0.1)) == (
        "Momentum(lr=0.1, beta=0.9, nesterov=False, weight_decay=0.0)"
    )
    assert Adam().config() == {
        "lr": 0.001, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8,
        "bias_correction": True, "amsgrad": False, "weight_decay": 0.0,
    }  # fmt: skip
    assert AdamW().config() == Adam().config() | {"weight_decay": 0.01}
    assert AdamW().name == "AdamW"
    assert AdaGrad().config() == {"lr": 0.1, "eps": 1e-8, "weight_decay": 0.0}
    assert RMSProp().config()["rho"] == 0.9 and RMSProp().lr == 0.01
    assert repr(Adam(step_schedule(0.5))).startswith("Adam(lr=step_schedule(lr=0.5,")


@pytest.mark.parametrize(
    ("make", "bad"),
    [
        (Momentum, {"beta": 1.0}),
        (Momentum, {"beta": -0.1}),
        (RMSProp, {"rho": 1.0}),
        (RMSProp, {"eps": -1e-8}),
        (AdaGrad, {"eps": np.nan}),
        (AdaGrad, {"lr": 0.0}),
        (Adam, {"beta1": 1.0}),
        (Adam, {"beta2": 1.5}),
        (Adam, {"eps": np.inf}),
        (AdamW, {"weight_decay": -1.0}),
    ],
)
def test_rules_refuse_settings_out_of_range(make, bad):
    with pytest.raises(ValueError, match=f"{next(iter(bad))} must be in"):
        make(**bad)


def test_settings_must_be_numbers():
    with pytest.raises(TypeError, match="beta must be a real number"):
        Momentum(beta="0.9")


# ---------------------------------------------------------------------------- schedules


def test_schedules_have_their_tabulated_values():
    assert step_schedule(0.8, drop=0.1, every=3)(7) == pytest.approx(0.008)
    assert exponential_schedule(2.0, 0.5)(4) == pytest.approx(2 * np.exp(-2))
    assert exponential_schedule(2.0, 0.0)(100) == 2.0
    wave = cosine_schedule(1.0, total=8, lr_min=0.2)
    expected = [1.0, 0.6 + 0.4 * np.sqrt(0.5), 0.6, 0.6 - 0.4 * np.sqrt(0.5), 0.2, 0.2]
    assert [wave(t) for t in (0, 2, 4, 6, 8, 11)] == pytest.approx(expected)


def test_warm_up_then_cosine_by_hand():
    schedule = warmup(cosine_schedule(0.1, total=90), steps=10)
    values = [schedule(t) for t in (0, 9, 10, 55, 100)]
    assert values == pytest.approx([0.01, 0.1, 0.1, 0.05, 0.0])
    constant = warmup(0.4, steps=4)
    assert [constant(t) for t in range(6)] == pytest.approx([0.1, 0.2, 0.3, 0.4, 0.4, 0.4])  # fmt: skip


@pytest.mark.parametrize(
    "schedule",
    [
        step_schedule(0.8),
        exponential_schedule(0.8, 0.01),
        cosine_schedule(0.8, 30, 0.1),
        warmup(cosine_schedule(0.8, 30), 5),
        warmup(lambda t: 0.8 / (1 + t), 5),
        warmup(0.8, 5),
    ],
)
def test_schedules_take_numbers_and_arrays_and_only_fall_after_the_warm_up(schedule):
    t = np.arange(60)
    at_once = schedule(t)
    singly = [schedule(int(k)) for k in t]
    np.testing.assert_allclose(at_once, singly, rtol=1e-15)
    assert at_once.shape == (60,) and all(type(lr) is float for lr in singly)
    assert schedule(t.reshape(6, 10)).shape == (6, 10)
    assert np.all(np.diff(at_once[5:]) <= 1e-15) and np.all(at_once >= 0)


def test_schedules_say_how_they_were_made():
    inner = cosine_schedule(0.1, 90)
    text = "cosine_schedule(lr=0.1, total=90, lr_min=0.0)"
    assert repr(inner) == text
    assert repr(warmup(inner, 10)) == f"warmup({text}, steps=10)"
    assert repr(exponential_schedule(1, 2)) == "exponential_schedule(lr=1.0, rate=2.0)"
    assert repr(step_schedule(1)) == "step_schedule(lr=1.0, drop=0.5, every=10)"


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: step_schedule(0.0), "lr must be in"),
        (lambda: step_schedule(1.0, drop=0.0), "drop must be in"),
        (lambda: step_schedule(1.0, drop=1.5), "drop must be in"),
        (lambda: step_schedule(1.0, every=0), "every must be at least 1"),
        (lambda: exponential_schedule(-1.0, 1.0), "lr must be in"),
        (lambda: exponential_schedule(1.0, -1.0), "rate must be in"),
        (lambda: cosine_schedule(1.0, 0), "total must be at least 1"),
        (lambda: cosine_schedule(1.0, 9, lr_min=2.0), "lr_min must be in"),
        (lambda: warmup(0.1, 0), "steps must be at least 1"),
        (lambda: warmup(-0.1, 3), "schedule must be in"),
        (lambda: step_schedule(1.0)(-1), "counts steps from 0"),
        (lambda: step_schedule(1.0)(np.nan), "t must be finite"),
    ],
)
def test_schedules_say_what_they_need(build, message):
    with pytest.raises(ValueError, match=message):
        build()


# ------------------------------------------------------------------------------ batches


@settings(max_examples=60, deadline=None)
@given(n=st.integers(1, 50), size=st.integers(1, 50), drop=st.booleans())
def test_a_pass_meets_every_row_once_in_full_batches_but_the_last(n, size, drop):
    size = min(size, n)
    batches = list(minibatches(n, size, np.random.default_rng(0), drop_last=drop))
    sizes = [len(b) for b in batches]
    assert sizes == [size] * (n // size) + [n % size] * (n % size > 0 and not drop)
    rows = np.concatenate(batches)
    assert len(set(rows.tolist())) == len(rows)
    if not drop:
        np.testing.assert_array_equal(np.sort(rows), np.arange(n))


def test_drawing_with_replacement_repeats_rows():
    rng = np.random.default_rng(0)
    rows = np.concatenate(list(minibatches(1000, 100, rng, replace=True)))
    assert len(rows) == 1000 and rows.min() >= 0 and rows.max() < 1000
    assert 600 < len(np.unique(rows)) < 660  # 1 - 1/e of them
    few = [next(minibatches(3, 3, rng, replace=True)) for _ in range(30)]
    assert set(np.concatenate(few).tolist()) == {0, 1, 2}


def test_batches_differ_from_pass_to_pass_and_repeat_with_the_seed():
    def first(rng):
        return next(minibatches(100, 10, rng))

    rng = np.random.default_rng(7)
    a, b = first(rng), first(rng)
    assert not np.array_equal(a, b)
    np.testing.assert_array_equal(a, first(np.random.default_rng(7)))


def test_batches_refuse_what_they_can_not_do():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="batch_size must be at most n = 3, got 4"):
        minibatches(3, 4, rng)  # at once, not at the first batch
    with pytest.raises(ValueError, match="batch_size must be at least 1"):
        minibatches(3, 0, rng)
    with pytest.raises(TypeError, match="numpy.random.Generator"):
        minibatches(3, 1, 0)


# --------------------------------------------------------------------- stochastic descent

RNG = np.random.default_rng(5)
X = np.column_stack([np.ones(60), RNG.normal(size=(60, 3))])
Y = X @ [1.0, -2.0, 0.5, 0.0] + 0.1 * RNG.normal(size=60)
LINE = optimizers.least_squares_problem(X, Y)


@pytest.mark.parametrize("make", [SGD, Momentum, Adam])
def test_the_full_batch_is_plain_descent(make):
    rng = np.random.default_rng(0)
    run = minimize_stochastic(
        LINE.grad_batch, LINE.x0, 60, make(lr=0.1), 25, 60, f=LINE.f, rng=rng
    )
    plain = minimize(LINE.grad, LINE.x0, make(lr=0.1), 25, f=LINE.f)
    np.testing.assert_allclose(run.path, plain.path, rtol=1e-11, atol=1e-12)
    np.testing.assert_allclose(run.values, plain.values, rtol=1e-11)
    np.testing.assert_array_equal(run.step_sizes, plain.step_sizes)
    assert run.n_iter == run.n_grad == 25 and run.n_fun == 26
    assert run.name == plain.name and run.message == "did all 25 epochs"


def test_one_row_at_a_time_in_order_is_scikit_learns():
    run = minimize_stochastic(
        LINE.grad_batch, LINE.x0, 60, SGD(0.01), 5, batch_size=1, shuffle=False
    )
    theirs = SGDRegressor(
        learning_rate="constant", eta0=0.01, penalty=None, shuffle=False,
        fit_intercept=False, max_iter=5, tol=None,
    ).fit(X, Y)  # fmt: skip
    np.testing.assert_allclose(run.x, theirs.coef_, rtol=1e-12)


@pytest.mark.parametrize("replace", [False, True])
def test_it_is_a_loop_over_batches(replace):
    run = minimize_stochastic(
        LINE.grad_batch, LINE.x0, 60, Adam(0.02), 3, 25, replace,
        record="step", f=LINE.f, clip_norm=0.5, rng=np.random.default_rng(3),
    )  # fmt: skip
    rng, rule, theta, path, norms = np.random.default_rng(3), Adam(0.02), LINE.x0, [LINE.x0], []  # fmt: skip
    for _ in range(3):
        for idx in minibatches(60, 25, rng, replace):
            g = LINE.grad_batch(theta, idx)
            norms.append(np.linalg.norm(g))
            theta = rule.step(theta, clip_by_norm(g, 0.5))
            path.append(theta)
    np.testing.assert_array_equal(run.path, path)
    np.testing.assert_allclose(run.grad_norms[:-1], norms)
    assert np.isnan(run.grad_norms[-1]) and max(norms) > 0.5
    np.testing.assert_allclose(run.values, [LINE.f(p) for p in path])
    np.testing.assert_allclose(
        run.extra["epochs"], [0, *(k + j for k in range(3) for j in (25 / 60, 50 / 60, 1))]
    )  # fmt: skip
    assert run.n_iter == 9 and run.step_sizes.shape == (9,)


def test_epochs_are_every_so_many_steps():
    kwargs = {"n": 60, "epochs": 4, "batch_size": 16}
    lr = exponential_schedule(0.1, 0.01)
    every = minimize_stochastic(
        LINE.grad_batch, LINE.x0, optimizer=SGD(lr), record="step",
        rng=np.random.default_rng(1), **kwargs,
    )  # fmt: skip
    passes = minimize_stochastic(
        LINE.grad_batch, LINE.x0, optimizer=SGD(lr), rng=np.random.default_rng(1),
        **kwargs,
    )  # fmt: skip
    np.testing.assert_array_equal(passes.path, every.path[::4])
    np.testing.assert_array_equal(passes.step_sizes, every.step_sizes[::4])
    np.testing.assert_array_equal(passes.extra["epochs"], np.arange(5))
    assert passes.n_iter == every.n_iter == 16
    assert np.isnan(passes.grad_norms).all() and np.isnan(passes.values).all()
    assert passes.n_fun == 0 and not passes.converged


def test_the_noise_floor_falls_with_the_step():
    lam, sigma, y = 1.0, 1.0, RNG.normal(size=4000)
    y = (y - y.mean()) / y.std()
    floors = []
    for eta in (0.2, 0.1):
        run = minimize_stochastic(
            lambda x, idx: lam * x - y[idx], [0.0], 4000, SGD(eta), 8, 1,
            replace=True, record="step", rng=np.random.default_rng(0),
        )  # fmt: skip
        floors.append(run.path[1000:].var())
        assert floors[-1] == pytest.approx(eta * sigma**2 / (2 - eta), rel=0.1)
    assert floors[1] < 0.55 * floors[0]


def test_a_run_that_diverges_ends_at_its_last_finite_iterate():
    for record in ("epoch", "step"):
        run = minimize_stochastic(
            LINE.grad_batch, LINE.x0, 60, SGD(1e3), 50, 7, record=record, f=LINE.f,
            rng=np.random.default_rng(0),
        )  # fmt: skip
        assert run.message == f"diverged at step {run.n_iter + 1}"
        assert not run.converged and np.isfinite(run.path).all()
        assert len(run.path) == len(run.values) == len(run.step_sizes) + 1
        assert run.extra["epochs"][-1] == pytest.approx(
            run.n_iter // 9 + 7 * (run.n_iter % 9) / 60
        )
        np.testing.assert_array_equal(run.x, run.path[-1])
        assert run.n_grad == run.n_iter + 1
    at_once = minimize_stochastic(
        lambda x, idx: np.array([np.inf]), [0.0], 4, SGD(1.0), 2, 2,
        clip_norm=1.0, shuffle=False,
    )  # fmt: skip
    assert at_once.message == "diverged at step 1" and at_once.path.shape == (1, 1)


def test_no_epochs_leave_the_start():
    run = minimize_stochastic(LINE.grad_batch, [1, 2, 3, 4], 60, Adam(), 0, shuffle=False)  # fmt: skip
    assert run.path.tolist() == [[1, 2, 3, 4]] and run.step_sizes.shape == (0,)
    once = minimize_stochastic(LINE.grad_batch, LINE.x0, 60, Adam(), shuffle=False)
    assert once.message == "did all 1 epoch" and once.n_iter == 2


def test_the_rule_is_reset_so_that_runs_repeat():
    rule = Adam(0.1)
    rule.step([1.0], [1.0])
    runs = [
        minimize_stochastic(
            LINE.grad_batch, LINE.x0, 60, rule, 2, rng=np.random.default_rng(0)
        )
        for _ in range(2)
    ]
    np.testing.assert_array_equal(runs[0].path, runs[1].path)


def test_one_pass_over_the_digits_beats_one_full_step():
    images, labels = load_digits()
    order = np.random.default_rng(0).permutation(len(labels))[:1400]
    A = np.column_stack([np.ones(1400), images[order] / 16])
    p = optimizers.softmax_problem(A, labels[order])
    losses = [
        minimize_stochastic(
            p.grad_batch, p.x0, 1400, SGD(lr), 1, size, f=p.f,
            rng=np.random.default_rng(0),
        ).fun
        for lr, size in [(0.5, 1400), (0.5, 32), (0.1, 1)]
    ]  # fmt: skip
    assert losses[0] == pytest.approx(2.205, abs=5e-4)
    assert losses[1] == pytest.approx(0.709, abs=0.03)
    assert losses[2] == pytest.approx(0.243, abs=0.03)


@pytest.mark.parametrize(
    ("kwargs", "error", "message"),
    [
        ({"rng": None}, TypeError, "numpy.random.Generator"),
        ({"optimizer": 0.1}, TypeError, "update rule"),
        ({"record": "batch"}, ValueError, 'record must be "epoch" or "step"'),
        ({"batch_size": 61}, ValueError, "at most n = 60"),
        ({"epochs": -1}, ValueError, "epochs must be at least 0"),
        ({"replace": True, "shuffle": False}, ValueError, "needs shuffle=True"),
        ({"clip_norm": 0.0}, ValueError, "clip_norm must be in"),
        ({"x0": [np.nan] * 4}, ValueError, "x0 must be finite"),
        ({"grad_batch": lambda x, i: x[:2]}, ValueError, r"must return shape \(4,\)"),
    ],
)
def test_stochastic_descent_says_what_it_needs(kwargs, error, message):
    defaults = {
        "grad_batch": LINE.grad_batch, "x0": LINE.x0, "n": 60, "optimizer": SGD(0.1),
        "rng": np.random.default_rng(0),
    }  # fmt: skip
    with pytest.raises(error, match=message):
        minimize_stochastic(**defaults | kwargs)


# --------------------------------------------------------------------------------- tools


def test_clipping_by_hand():
    np.testing.assert_allclose(clip_by_norm([3, 4], 1), [0.6, 0.8], rtol=1e-15)
    np.testing.assert_array_equal(clip_by_norm([0.3, 0.4], 1), [0.3, 0.4])
    np.testing.assert_array_equal(clip_by_norm([0.0, 0.0], 1), [0, 0])
    assert clip_by_norm(-5.0, 2.0) == -2.0 and type(clip_by_norm(5, 2)) is float


@settings(max_examples=60, deadline=None)
@given(v=st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=6), c=st.floats(1e-3, 1e3))
def test_clipping_is_the_projection_on_a_ball(v, c):
    clipped = clip_by_norm(v, c)
    np.testing.assert_allclose(clipped, project_ball(v, c), rtol=1e-13, atol=1e-300)
    assert np.linalg.norm(clipped) <= c * (1 + 1e-14)


def test_clipping_survives_the_ends_of_floating_point():
    np.testing.assert_allclose(clip_by_norm([3e200, 4e200], 1.0), [0.6, 0.8])
    np.testing.assert_array_equal(clip_by_norm([3e-310, 0.0], 1.0), [3e-310, 0.0])
    matrix = np.full((2, 2), 2.0)
    np.testing.assert_allclose(clip_by_norm(matrix, 2.0), matrix / 2)
    assert matrix[0, 0] == 2.0
    with pytest.raises(ValueError, match="g must be finite"):
        clip_by_norm([np.inf, 1.0], 1.0)
    with pytest.raises(ValueError, match="max_norm must be in"):
        clip_by_norm([1.0], 0.0)


def test_parameters_make_the_round_trip():
    params = [RNG.normal(size=(3, 4)), RNG.normal(size=4), 2.0, RNG.normal(size=(0, 2))]
    theta, unravel = ravel_params(params)
    assert theta.shape == (17,)
    back = unravel(theta)
    for before, after in zip(params, back, strict=True):
        np.testing.assert_array_equal(before, after)
    assert type(back[2]) is float
    back[0][:] = 0  # a copy
    assert theta[0] == params[0][0, 0] != 0


def test_parameters_refuse_what_does_not_fit():
    with pytest.raises(ValueError, match="at least one array"):
        ravel_params([])
    with pytest.raises(TypeError, match="list of arrays"):
        ravel_params(np.ones((2, 2)))
    with pytest.raises(ValueError, match=r"params\[1\] must be finite"):
        ravel_params([[1.0], [np.nan]])
    _, unravel = ravel_params([[1, 2], [3]])
    with pytest.raises(ValueError, match=r"theta must have shape \(3,\), got \(2,\)"):
        unravel([1.0, 2.0])


def symmetric(eigenvalues, seed=0):
    rng = np.random.default_rng(seed)
    Q, _ = np.linalg.qr(rng.normal(size=(len(eigenvalues),) * 2))
    A = Q * eigenvalues @ Q.T
    return (A + A.T) / 2


@pytest.mark.parametrize(
    "eigenvalues",
    [[1, 2, 9.0], [-9, 1, 4.0], [-5, 5.0, 1], [-3, -1, -0.5], [2.0], [-2.0], [0, 0, 3]],
)
def test_sharpness_is_the_largest_eigenvalue_also_beside_larger_negative_ones(
    eigenvalues,
):
    A = symmetric(np.array(eigenvalues, dtype=float))
    lam, v = sharpness(lambda x: A @ x, np.ones(len(A)), n_iter=200)
    assert lam == pytest.approx(np.linalg.eigvalsh(A)[-1], abs=1e-6)
    assert type(lam) is float and np.linalg.norm(v) == pytest.approx(1)
    np.testing.assert_allclose(A @ v, lam * v, atol=1e-5)
    assert v[np.argmax(np.abs(v))] > 0


def test_sharpness_of_a_model_is_that_of_its_hessian():
    w = RNG.normal(size=4)
    p = optimizers.logistic_problem(X, Y > 0, lam=0.01)
    top = np.linalg.eigvalsh(p.hess(w))[-1]
    lam, v = sharpness(p.grad, w, n_iter=100)
    assert lam == pytest.approx(top, rel=1e-6)
    warm, _ = sharpness(p.grad, w, n_iter=1, v0=v)
    assert warm == pytest.approx(top, rel=1e-6)
    other, _ = sharpness(p.grad, w, n_iter=100, rng=np.random.default_rng(9))
    assert other == pytest.approx(top, rel=1e-6)


def test_sharpness_takes_any_shape_and_a_flat_function():
    lam, v = sharpness(lambda x: 3 * x, np.ones((2, 3)))
    assert lam == pytest.approx(3) and v.shape == (2, 3)
    lam, v = sharpness(lambda x: 0 * x + 1, np.ones(3))
    assert lam == 0.0 and np.linalg.norm(v) == pytest.approx(1)


@pytest.mark.parametrize(
    ("kwargs", "error", "message"),
    [
        ({"v0": [0.0, 0.0]}, ValueError, "not be 0"),
        ({"v0": [1.0]}, ValueError, "v0 must have shape"),
        ({"x": []}, ValueError, "x must not be empty"),
        ({"x": [np.nan, 1.0]}, ValueError, "x must be finite"),
        ({"h": 0.0}, ValueError, "h must be"),
        ({"n_iter": 0}, ValueError, "n_iter must be at least 1"),
        ({"rng": 3}, TypeError, "Generator"),
        ({"grad": lambda x: x[:1]}, ValueError, "grad must return shape"),
    ],
)
def test_sharpness_says_what_it_needs(kwargs, error, message):
    with pytest.raises(error, match=message):
        sharpness(**{"grad": lambda x: x, "x": [1.0, 2.0]} | kwargs)
