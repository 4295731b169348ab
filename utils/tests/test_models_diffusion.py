"""Diffusion: identities of the schedules, exact recursions for normal data, gradients."""

import numpy as np
import pytest
from scipy import stats

from utils.calculus import numerical_gradient
from utils.datasets import load_old_faithful
from utils.models import (
    DiffusionModel,
    DiffusionSchedule,
    NotFittedError,
    ddim_sample,
    ddpm_sample,
    q_sample,
)

KINDS = ("linear", "cosine")


def rng(seed=0):
    return np.random.default_rng(seed)


class NormalScore:
    """The perfect model of normal data with mean 0: all laws on the way are normal too."""

    def __init__(self, schedule, variance=0.25):
        self.schedule, self.variance = schedule, variance

    def eps(self, x, t):
        level = self.schedule.alpha_bar[t]
        return np.sqrt(1 - level) * x / (level * self.variance + 1 - level)


class Shrinking:
    """A model whose prediction is a known multiple of x."""

    def __init__(self, schedule):
        self.schedule = schedule

    def eps(self, x, t):
        return 0.5 * x


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("T", [2, 21, 100, 1000])
def test_what_is_left_of_the_data_is_the_product_of_all_steps(kind, T):
    s = DiffusionSchedule(T, kind)
    expected = 1.0
    for t in range(1, T + 1):
        expected *= 1 - s.beta[t]
        assert s.alpha_bar[t] == pytest.approx(expected, rel=1e-12)
        assert 0 < s.beta[t] <= 0.999
    assert s.alpha_bar[0] == 1 and s.beta[0] == 0 and s.snr[0] == np.inf
    np.testing.assert_allclose(
        s.snr[1:] * (1 - s.alpha_bar[1:]), s.alpha_bar[1:], rtol=1e-14
    )


@pytest.mark.parametrize("kind", KINDS)
def test_the_posterior_variance_is_that_of_bayes(kind):
    """x_{t-1} given x_0 has variance 1 - alpha_bar; x_t given x_{t-1} has variance beta."""
    s = DiffusionSchedule(50, kind)
    for t in range(2, 51):
        precision = 1 / (1 - s.alpha_bar[t - 1]) + (1 - s.beta[t]) / s.beta[t]
        assert s.posterior_variance[t] == pytest.approx(1 / precision, rel=1e-10)
    assert s.posterior_variance[1] == s.posterior_variance[0] == 0


def test_the_schedules_are_the_published_ones():
    linear = DiffusionSchedule(1000)
    np.testing.assert_allclose(linear.beta[[1, 1000]], [1e-4, 0.02], rtol=1e-14)
    assert np.ptp(np.diff(linear.beta[1:])) < 1e-15
    cosine = DiffusionSchedule(1000, "cosine")

    def level(u):
        return np.cos((u + 0.008) / 1.008 * np.pi / 2) ** 2

    u = np.arange(0, 999) / 1000  # the last step is cut off at 0.999
    np.testing.assert_allclose(cosine.alpha_bar[:999], level(u) / level(0), rtol=1e-9)
    assert cosine.beta[-1] == 0.999
    assert repr(cosine) == "DiffusionSchedule(T=1000, kind='cosine')"


def test_steps_taken_one_by_one_have_the_law_of_q_sample():
    s, r = DiffusionSchedule(30), rng()
    x = np.full((100_000, 1), 2.0)
    for t in range(1, 11):
        x = np.sqrt(1 - s.beta[t]) * x + np.sqrt(s.beta[t]) * r.normal(size=x.shape)
    jump = q_sample(np.full((100_000, 1), 2.0), 10, r.normal(size=x.shape), s)
    assert stats.ks_2samp(x[:, 0], jump[:, 0]).pvalue > 0.01
    mean, sd = np.sqrt(s.alpha_bar[10]) * 2, np.sqrt(1 - s.alpha_bar[10])
    assert stats.kstest((jump[:, 0] - mean) / sd, "norm").pvalue > 0.01


def test_each_row_may_have_a_step_of_its_own():
    s, r = DiffusionSchedule(30), rng()
    x0, noise, t = r.normal(size=(4, 3)), r.normal(size=(4, 3)), [0, 7, 30, 7]
    together = q_sample(x0, t, noise, s)
    for i in range(4):
        alone = q_sample(x0[i : i + 1], t[i], noise[i : i + 1], s)
        np.testing.assert_allclose(together[i : i + 1], alone, rtol=1e-15)
    np.testing.assert_array_equal(together[0], x0[0])


@pytest.mark.parametrize("T", [10, 50])
@pytest.mark.parametrize("kind", KINDS)
def test_ddpm_of_normal_data_follows_the_exact_recursion_of_variances(kind, T):
    s = DiffusionSchedule(T, kind)
    v = 1.0
    for t in range(T, 0, -1):
        now, before, alpha = s.alpha_bar[t], s.alpha_bar[t - 1], 1 - s.beta[t]
        data = np.sqrt(now) * 0.25 / (now * 0.25 + 1 - now)  # E[x_0 | x_t] / x_t
        factor = np.sqrt(before) * s.beta[t] / (1 - now) * data
        factor += np.sqrt(alpha) * (1 - before) / (1 - now)
        v = factor**2 * v + s.posterior_variance[t]
    x = ddpm_sample(NormalScore(s), 100_000, 1, rng())
    assert np.var(x) == pytest.approx(v, rel=4 * np.sqrt(2 / 100_000))
    assert stats.kstest(x[:, 0] / np.sqrt(v), "norm").pvalue > 0.01


@pytest.mark.parametrize("steps", [1, 7, 50])
@pytest.mark.parametrize("kind", KINDS)
def test_ddim_of_normal_data_only_rescales_the_starting_points(kind, steps):
    s = DiffusionSchedule(50, kind)
    start = rng().normal(size=(5, 2))
    factor, times = 1.0, np.rint(np.linspace(50, 0, steps + 1)).astype(int)
    for t, u in zip(times[:-1], times[1:], strict=True):
        now, then = s.alpha_bar[t], s.alpha_bar[u]
        total = now * 0.25 + 1 - now
        data, noise = np.sqrt(now) * 0.25 / total, np.sqrt(1 - now) / total
        factor *= np.sqrt(then) * data + np.sqrt(1 - then) * noise
    found = ddim_sample(NormalScore(s), 5, 2, steps, rng())
    # the predicted data are a difference divided by sqrt(alpha_bar): that much is lost
    lost = 10 * np.finfo(float).eps / np.sqrt(s.alpha_bar[-1])
    np.testing.assert_allclose(found, factor * start, rtol=1e-12, atol=lost)


@pytest.mark.parametrize(
    ("T", "ddpm", "ddim"), [(10, 0.151, 0.182), (50, 0.219, 0.235)]
)
def test_more_steps_come_closer_to_the_true_variance(T, ddpm, ddim):
    """Data variance 0.25, cosine schedule, perfect model: the bias is that of the steps."""
    model = NormalScore(DiffusionSchedule(T, "cosine"))
    assert np.var(ddpm_sample(model, 100_000, 1, rng())) == pytest.approx(
        ddpm, abs=0.003
    )
    start = rng().normal(size=(100_000, 1))
    found = ddim_sample(model, 100_000, 1, T, rng())
    assert np.var(found / start * 1.0) < 1e-20  # one factor for all
    assert (found[0] / start[0])[0] ** 2 == pytest.approx(ddim, abs=0.0006)


def test_clipping_bounds_the_predicted_data():
    model = Shrinking(DiffusionSchedule(20, "cosine"))
    wild = ddim_sample(model, 200, 1, 1, rng())
    tame = ddim_sample(model, 200, 1, 1, rng(), clip=1.5)
    assert np.abs(wild).max() > 100
    np.testing.assert_array_equal(tame, np.clip(wild, -1.5, 1.5))
    assert np.abs(ddpm_sample(model, 200, 1, rng(), clip=1.5)).max() <= 1.5
    many = ddim_sample(model, 200, 1, 20, rng(), clip=1.5)
    assert np.abs(many).max() <= 1.5


def test_the_gradient_is_that_of_differences():
    s, r = DiffusionSchedule(30), rng()
    model = DiffusionModel(s, hidden=5, steps=1, batch_size=4, rng=r).fit(
        r.normal(size=(6, 2))
    )
    x0, noise, t = r.normal(size=(7, 2)), r.normal(size=(7, 2)), r.integers(1, 31, 7)
    _, grads = model._loss_and_grad(x0, t, noise)
    for k, p in enumerate(model.params_):

        def loss(w, k=k):
            kept, model.params_[k] = model.params_[k], w
            value = model._loss_and_grad(x0, t, noise)[0]
            model.params_[k] = kept
            return value

        numeric = numerical_gradient(loss, p)
        np.testing.assert_allclose(grads[k], numeric, rtol=1e-6, atol=1e-9)


def test_the_loss_is_the_mean_squared_error_of_the_noise():
    s, r = DiffusionSchedule(30), rng()
    model = DiffusionModel(s, hidden=5, steps=1, rng=r).fit(r.normal(size=(6, 2)))
    x0, noise = r.normal(size=(7, 2)), r.normal(size=(7, 2))
    predicted = model.eps(q_sample(x0, 9, noise, s), 9)
    loss, _ = model._loss_and_grad(x0, np.full(7, 9), noise)
    assert loss == pytest.approx(np.mean((predicted - noise) ** 2), rel=1e-14)


def test_a_trained_model_comes_much_nearer_to_the_data_than_a_normal_law():
    table, r = load_old_faithful(), rng()
    X = np.column_stack([table["eruption_min"], table["waiting_min"]])
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    model = DiffusionModel(DiffusionSchedule(100), steps=1500, rng=r).fit(X)
    assert model.history_[-200:].mean() < 0.22  # a perfect model would reach 0.187
    normal = r.multivariate_normal([0, 0], np.cov(X.T), 1000)
    samples = (
        ddpm_sample(model, 1000, 2, r, clip=3.0),
        ddim_sample(model, 1000, 2, 50, r, clip=3.0),
    )
    for S in samples:
        assert np.corrcoef(S.T)[0, 1] == pytest.approx(0.90, abs=0.03)
        for j in range(2):
            ours, theirs = (
                stats.energy_distance(sample[:, j], X[:, j]) for sample in (S, normal)
            )
            assert ours < 0.5 * theirs


def test_the_same_generator_gives_the_same_model():
    X = rng(1).normal(size=(20, 2))
    a, b = (
        DiffusionModel(DiffusionSchedule(10), hidden=4, steps=20, rng=rng()).fit(X)
        for _ in range(2)
    )
    np.testing.assert_array_equal(a.history_, b.history_)
    c = a.clone().fit(X)  # the copy goes on where the generator stood
    assert not np.array_equal(c.history_, a.history_)


def tiny(**changes):
    settings = {"hidden": 3, "steps": 2, "rng": rng()} | changes
    return DiffusionModel(DiffusionSchedule(5), **settings)


class WrongShape:
    schedule = DiffusionSchedule(5)

    def eps(self, x, t):
        return x[:, :1]


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: DiffusionSchedule(1), ValueError, "at least 2"),
        (lambda: DiffusionSchedule(10, "square"), ValueError, "'square'"),
        (
            lambda: q_sample([[1.0]], 11, [[1.0]], DiffusionSchedule(10)),
            ValueError,
            "T=10",
        ),
        (
            lambda: q_sample([[1.0]], -1, [[1.0]], DiffusionSchedule(10)),
            ValueError,
            "T=10",
        ),
        (
            lambda: q_sample([[1.0]], 1.0, [[1.0]], DiffusionSchedule(10)),
            TypeError,
            "integer",
        ),
        (
            lambda: q_sample([[1.0]], [1, 2], [[1.0]], DiffusionSchedule(9)),
            ValueError,
            "or 1",
        ),
        (
            lambda: q_sample([[1.0]], 1, [[1.0, 2]], DiffusionSchedule(9)),
            ValueError,
            "shape",
        ),
        (lambda: tiny().eps([[1.0]], 1), NotFittedError, "fit"),
        (lambda: tiny().fit([[1.0]]).eps([[1.0, 2.0]], 1), ValueError, "1 columns"),
        (lambda: tiny().fit([[1.0]]).eps([[1.0]], 0), ValueError, "from 1"),
        (lambda: tiny(rng=None).fit([[1.0]]), TypeError, "Generator"),
        (lambda: tiny(lr=0.0).fit([[1.0]]), ValueError, "lr"),
        (lambda: tiny(lr=1e300).fit([[1e200]]), ValueError, "smaller lr"),
        (lambda: tiny(hidden=0).fit([[1.0]]), ValueError, "hidden"),
        (lambda: tiny(batch_size=0).fit([[1.0]]), ValueError, "batch_size"),
        (
            lambda: ddpm_sample(WrongShape(), 2, 2, rng()),
            ValueError,
            "must return shape",
        ),
        (lambda: ddpm_sample(WrongShape(), 0, 2, rng()), ValueError, "n must be"),
        (lambda: ddpm_sample(WrongShape(), 2, 2, 0), TypeError, "Generator"),
        (lambda: ddim_sample(WrongShape(), 2, 2, 6, rng()), ValueError, "T=5, got 6"),
        (lambda: ddim_sample(WrongShape(), 2, 2, 0, rng()), ValueError, "steps"),
        (lambda: ddim_sample(WrongShape(), 2, 2, 5, rng(), clip=0), ValueError, "clip"),
    ],
)
@pytest.mark.filterwarnings("ignore:(overflow|invalid value):RuntimeWarning")
def test_it_says_what_is_wrong(make, error, message):
    with pytest.raises(error, match=message):
        make()
