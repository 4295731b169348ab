"""utils.probability.sampling and sample_logits against exact integrals, SciPy, statsmodels."""

import math
import sys

import numpy as np
import pytest
import scipy.special
import scipy.stats
import statsmodels.api
from hypothesis import given, settings
from hypothesis import strategies as st

from utils import probability
from utils.probability import (
    Beta,
    Binomial,
    Cauchy,
    Exponential,
    MultivariateNormal,
    Normal,
    Poisson,
    StudentT,
    Uniform,
    control_variate,
    importance_sampling,
    monte_carlo,
    rejection_sample,
    sample_logits,
)

# The package's name `monte_carlo` is the function
module = sys.modules["utils.probability.sampling"]
pytestmark = pytest.mark.filterwarnings("error")
steady = settings(derandomize=True, deadline=None, max_examples=50)


def rng(seed=0):
    return np.random.default_rng(seed)


def uniform(n, rng):
    return rng.random(n)


# Monte Carlo -----------------------------------------------------------------------------


def test_the_estimate_and_its_error_are_those_of_the_same_draws():
    estimate, error = monte_carlo(np.exp, uniform, 1000, rng())
    values = np.exp(rng().random(1000))
    assert type(estimate) is type(error) is float
    assert estimate == pytest.approx(math.fsum(values) / 1000, rel=1e-15)
    assert error == pytest.approx(scipy.stats.sem(values), rel=1e-14)


def test_the_error_bar_covers_the_integral_as_often_as_it_says():
    """Of 400 intervals of 1.96 errors, 380 +- 3 * 4.36 should hold e - 1."""
    hits = 0
    for seed in range(400):
        estimate, error = monte_carlo(np.exp, uniform, 200, rng(seed))
        hits += abs(estimate - (math.e - 1)) < 1.96 * error
    assert 367 <= hits <= 393


def test_the_error_falls_with_the_root_of_n_in_ten_dimensions():
    def ball(x):
        return 2.0**10 * ((x * x).sum(axis=1) < 1)

    def cube(n, rng):
        return rng.uniform(-1, 1, (n, 10))

    volume = math.pi**5 / math.factorial(5)
    few, many = (monte_carlo(ball, cube, n, rng(1)) for n in (10_000, 640_000))
    assert few[1] / many[1] == pytest.approx(8, rel=0.1)
    for estimate, error in (few, many):
        assert abs(estimate - volume) < 3 * error


def test_any_law_of_the_package_can_be_drawn_from():
    estimate, error = monte_carlo(np.sqrt, Poisson(4).sample, 20_000, rng())
    assert abs(estimate - probability.expectation(Poisson(4), np.sqrt)) < 3 * error


def test_a_constant_has_no_error():
    assert monte_carlo(lambda x: 0 * x + 0.1, uniform, 5, rng())[1] == 0


def test_tiny_and_huge_values_keep_their_error():
    small = monte_carlo(lambda x: 1e-200 * x, uniform, 100, rng())
    plain = monte_carlo(lambda x: x, uniform, 100, rng())
    large = monte_carlo(lambda x: 1e150 * x, uniform, 100, rng())
    assert small[1] == pytest.approx(1e-200 * plain[1], rel=1e-13)
    assert large[1] == pytest.approx(1e150 * plain[1], rel=1e-13)


# Importance sampling ---------------------------------------------------------------------


def test_a_rare_event_is_seen_from_close_by():
    exact = scipy.stats.norm.sf(4)
    tail = Exponential(4)

    def shifted(x):
        return Normal().logpdf(x + 4)

    near = importance_sampling(
        lambda x: x > 4, Normal().logpdf, Normal(4), 10**4, rng()
    )
    best = importance_sampling(np.ones_like, shifted, tail, 10**4, rng())
    assert all(type(value) is float for value in near)
    for (estimate, error, _), digits in ((near, 0.03), (best, 0.002)):
        assert abs(estimate - exact) < 3 * error < 3 * digits * exact


def test_the_numbers_are_those_of_the_formulas():
    def f(x):
        return x**2

    log_target, proposal, n = Normal(0, 1).logpdf, StudentT(5), 500
    x = proposal.sample(n, rng(3))
    w = scipy.stats.norm.pdf(x) / scipy.stats.t(5).pdf(x)
    plain = importance_sampling(f, log_target, proposal, n, rng(3))
    assert plain[0] == pytest.approx(np.mean(w * f(x)), rel=1e-12)
    assert plain[1] == pytest.approx(scipy.stats.sem(w * f(x)), rel=1e-12)
    assert plain[2] == pytest.approx(w.sum() ** 2 / (w**2).sum(), rel=1e-12)
    ratio = importance_sampling(f, log_target, proposal, n, rng(3), normalized=False)
    m = np.average(f(x), weights=w)
    assert ratio[0] == pytest.approx(m, rel=1e-12)
    delta = math.sqrt(np.mean(w**2 * (f(x) - m) ** 2) / n) / np.mean(w)
    assert ratio[1] == pytest.approx(delta, rel=1e-12)
    assert ratio[2] == plain[2]


@pytest.mark.parametrize("constant", [-5000.0, 0.0, 650.0, 5000.0])
def test_a_constant_in_the_log_target_cancels_if_not_normalized(constant):
    def run(shift):
        return importance_sampling(
            np.cos,
            lambda x: Normal().logpdf(x) + shift,
            StudentT(3),
            300,
            rng(),
            normalized=False,
        )

    np.testing.assert_allclose(run(constant), run(0.0), rtol=1e-10)


def test_both_error_bars_cover_the_truth_as_often_as_they_say():
    for normalized in (True, False):
        hits = 0
        for seed in range(300):
            estimate, error, _ = importance_sampling(
                np.square, Normal().logpdf, StudentT(4), 400, rng(seed), normalized
            )
            hits += abs(estimate - 1) < 1.96 * error
        assert 273 <= hits <= 297  # 285 +- 3 * 3.8


def test_the_share_of_effective_draws_falls_by_a_factor_in_each_dimension():
    """Normals from normals of variance 1.5: (sqrt(2)/1.5)^d = 0.9428^d."""
    for d in (1, 5, 10):
        target = MultivariateNormal(np.zeros(d), np.eye(d))
        proposal = MultivariateNormal(np.zeros(d), 1.5 * np.eye(d))
        _, _, ess = importance_sampling(
            lambda x: x[:, 0], target.logpdf, proposal, 10**5, rng()
        )
        assert ess / 1e5 == pytest.approx((math.sqrt(2) / 1.5) ** d, rel=0.02)


def test_equal_laws_have_equal_weights():
    law = Normal(1, 2)
    estimate, error, ess = importance_sampling(np.sin, law.logpdf, law, 100, rng())
    plain = monte_carlo(np.sin, law.sample, 100, rng())
    assert (estimate, error) == pytest.approx(plain, rel=1e-14)
    assert ess == pytest.approx(100, rel=1e-14)


def test_f_may_be_undefined_where_the_target_is_zero():
    estimate, error, _ = importance_sampling(
        np.log, Beta(2, 3).logpdf, Normal(0.5, 1), 20_000, rng()
    )
    exact = scipy.special.digamma(2) - scipy.special.digamma(5)
    assert abs(estimate - exact) < 3 * error


def test_discrete_proposals_are_weighed_by_their_probabilities():
    estimate, error, _ = importance_sampling(
        lambda k: k, Poisson(3).logpmf, Poisson(4), 20_000, rng()
    )
    assert abs(estimate - 3) < 3 * error < 0.1


def test_what_cannot_be_weighed_is_named():
    ok = (np.sin, Normal().logpdf, Normal(), 10)
    for position, value, message in [
        (0, lambda x: x + np.inf, "f must be finite"),
        (0, lambda x: 1.0, "f must return one number for each of 10 points"),
        (1, lambda x: np.full(10, -np.inf), "weights are all 0"),
        (1, lambda x: np.full(10, np.nan), "log_target must be finite or -inf"),
        (1, lambda x: np.full(10, np.inf), "log_target must be finite or -inf"),
        (1, lambda x: np.full(10, 800.0), "normalized=False"),
        (3, 1, "n must be at least 2"),
    ]:
        bad = [*ok[:position], value, *ok[position + 1 :]]
        with pytest.raises(ValueError, match=message):
            importance_sampling(*bad, rng())
    for position, value, message in [
        (0, 3, "f must be a function"),
        (1, None, "log_target must be a function"),
        (2, 3, "proposal must be a distribution"),
        (2, Normal, "proposal must be a distribution"),
        (3, 2.5, "n must be an integer"),
    ]:
        bad = [*ok[:position], value, *ok[position + 1 :]]
        with pytest.raises(TypeError, match=message):
            importance_sampling(*bad, rng())
    with pytest.raises(TypeError, match="default_rng"):
        importance_sampling(*ok, 0)
    with pytest.raises(TypeError, match="normalized must be True or False"):
        importance_sampling(*ok, rng(), normalized="no")


def test_a_proposal_that_denies_its_own_draws_is_named():
    class Liar:
        def sample(self, n, rng):
            return rng.random(n)

        def logpdf(self, x):
            return np.full(len(x), -np.inf)

    with pytest.raises(ValueError, match="proposal.logpdf must be finite"):
        importance_sampling(np.sin, Normal().logpdf, Liar(), 10, rng())


# Control variates ------------------------------------------------------------------------


def test_the_control_variate_of_the_exponential():
    """c* = 6 (3 - e) = 1.6903; the variance falls by a factor 61.4."""
    u = rng().random(200_000)
    estimate, error, c = control_variate(np.exp(u), u, 0.5)
    assert type(estimate) is type(error) is type(c) is float
    assert c == pytest.approx(6 * (3 - math.e), rel=1e-3)
    assert abs(estimate - (math.e - 1)) < 3 * error
    plain = scipy.stats.sem(np.exp(u))
    assert (plain / error) ** 2 == pytest.approx(61.4, rel=0.02)


@steady
@given(st.integers(3, 40), st.integers(0, 10**6), st.floats(-5, 5))
def test_it_is_the_intercept_of_a_regression(n, seed, g_mean):
    f, g = rng(seed).normal(size=(2, n)) + [[3], [1]]
    fit = statsmodels.api.OLS(f, np.column_stack([np.ones(n), g - g_mean])).fit()
    estimate, error, c = control_variate(f, g, g_mean)
    assert estimate == pytest.approx(fit.params[0], rel=1e-9, abs=1e-9)
    assert c == pytest.approx(fit.params[1], rel=1e-9, abs=1e-9)
    if n > 3:
        assert error == pytest.approx(math.sqrt(fit.mse_resid / n), rel=1e-7)


def test_a_perfect_companion_leaves_no_error():
    g = rng().normal(size=50)
    estimate, error, c = control_variate(3 * g + 1, g, 0.25)
    assert estimate == pytest.approx(1.75, rel=1e-14)
    assert c == pytest.approx(3, rel=1e-14) and error < 1e-15


@pytest.mark.parametrize("scale", [1e-200, 1e-20, 1e20, 1e140])
def test_the_units_of_g_do_not_matter(scale):
    f, g = rng().normal(size=(2, 30))
    estimate, error, c = control_variate(f, g, 0.1)
    other = control_variate(f, scale * g, scale * 0.1)
    assert other[:2] == pytest.approx((estimate, error), rel=1e-12)
    assert other[2] * scale == pytest.approx(c, rel=1e-12)


@pytest.mark.parametrize(
    ("f", "g", "g_mean", "message"),
    [
        ([1, 2, 3], [5, 5, 5], 5, "g_values must vary"),
        ([1, 2, 3], [1, 2], 1, "equally many rows"),
        ([1, 2], [1, 2], 1, "at least 3 draws"),
        ([1, 2, np.nan], [1, 2, 3], 1, "f_values must be finite"),
        ([1, 2, 3], [1, 2, np.inf], 1, "g_values must be finite"),
        ([[1, 2, 3]], [1, 2, 3], 1, "f_values must be a vector"),
        ([1, 2, 3], [1, 2, 3], np.nan, "g_mean must be in"),
        ([1, 2, 3], [1, 2, 1e200], 1, "up to 1e150"),
    ],
)
def test_values_that_do_not_fit_are_named(f, g, g_mean, message):
    with pytest.raises(ValueError, match=message):
        control_variate(f, g, g_mean)


# Rejection -------------------------------------------------------------------------------


def test_accepted_draws_follow_the_target():
    x, acceptance = rejection_sample(
        Beta(2, 5).logpdf, Uniform(), math.log(2.4576), 20_000, rng()
    )
    assert x.shape == (20_000,) and type(acceptance) is float
    assert scipy.stats.kstest(x, scipy.stats.beta(2, 5).cdf).pvalue > 0.01
    assert acceptance == pytest.approx(1 / 2.4576, abs=0.01)


def test_the_acceptance_is_the_share_of_all_proposals():
    counted = []

    class Counting:
        logpdf = staticmethod(Uniform().logpdf)

        def sample(self, n, rng):
            counted.append(n)
            return rng.random(n)

    generator = rng(5)
    x, acceptance = rejection_sample(
        Beta(2, 5).logpdf, Counting(), math.log(2.4576), 1000, generator
    )
    accepted = acceptance * sum(counted)
    assert accepted == pytest.approx(round(accepted), abs=1e-9) and accepted >= 1000
    assert sum(counted) < 1.5 * 1000 * 2.4576  # not many more than needed
    assert max(counted) <= module.BLOCK


def test_a_loose_bound_costs_draws_but_not_correctness():
    x, acceptance = rejection_sample(
        Normal(1).logpdf, Cauchy(1), math.log(15.0), 5000, rng()
    )
    assert scipy.stats.kstest(x, scipy.stats.norm(1).cdf).pvalue > 0.01
    assert acceptance == pytest.approx(1 / 15, rel=0.1)


def test_a_target_up_to_a_constant_and_in_the_plane():
    square = MultivariateNormal([0, 0], np.eye(2))

    def quarter(x):
        return np.where((x > 0).all(axis=1), square.logpdf(x) + 3, -np.inf)

    x, acceptance = rejection_sample(quarter, square, 3.0, 3000, rng())
    assert x.shape == (3000, 2) and (x > 0).all()
    assert acceptance == pytest.approx(0.25, abs=0.03)


def test_whole_numbers_stay_whole():
    law = Binomial(5, 0.5)
    x, _ = rejection_sample(law.logpmf, law, 0.0, 10, rng())
    assert x.dtype.kind == "i" and len(x) == 10


def test_a_bound_that_is_none_is_refused():
    with pytest.raises(ValueError, match="log_target must not exceed log_m"):
        rejection_sample(Beta(2, 5).logpdf, Uniform(), math.log(2.4), 1000, rng())
    with pytest.raises(ValueError, match="does so by 1e-08"):
        rejection_sample(Uniform().logpdf, Uniform(), -1e-8, 10, rng())
    rejection_sample(Uniform().logpdf, Uniform(), -1e-10, 10, rng())  # rounding


def test_it_gives_up_when_nothing_is_accepted(monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 1000)
    with pytest.raises(RuntimeError, match="no proposal was accepted"):
        rejection_sample(lambda x: np.full(len(x), -np.inf), Uniform(), 0.0, 5, rng())


def test_patience_counts_proposals_in_a_row(monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 1000)

    def narrow(x):
        return np.where(x < 0.02, 0.0, -np.inf)

    x, _ = rejection_sample(narrow, Uniform(), 0.0, 100, rng())
    assert len(x) == 100 and x.max() < 0.02


def test_bad_arguments_of_the_samplers_are_named():
    with pytest.raises(TypeError, match="sample must be a function"):
        monte_carlo(np.sin, Normal(), 10, rng())
    with pytest.raises(TypeError, match="default_rng"):
        monte_carlo(np.sin, uniform, 10, None)
    with pytest.raises(TypeError, match="default_rng"):
        rejection_sample(np.sin, Uniform(), 0.0, 10, 0)
    with pytest.raises(ValueError, match="log_m must be in"):
        rejection_sample(np.sin, Uniform(), np.inf, 10, rng())
    with pytest.raises(ValueError, match="n must be at least 2"):
        monte_carlo(np.sin, uniform, 1, rng())
    for sample in (
        lambda n, rng: rng.random(n + 1),
        lambda n, rng: 1.0,
        lambda n, rng: rng.random((n, 2, 2)),
        lambda n, rng: ["a"] * n,
    ):
        with pytest.raises(ValueError, match="sample must give 10 draws"):
            monte_carlo(np.sin, sample, 10, rng())
    with pytest.raises(ValueError, match="f must be finite, got f"):
        monte_carlo(lambda x: 1 / (x - x), uniform, 10, rng())


# Symbols ---------------------------------------------------------------------------------


def share(logits, n=100_000, **options):
    draws = sample_logits(logits, rng(), n=n, **options)
    return np.bincount(draws, minlength=len(logits)) / n


def agrees(frequencies, probabilities, n=100_000):
    possible = probabilities > 0
    assert (frequencies[~possible] == 0).all()
    expected = n * probabilities[possible]
    return scipy.stats.chisquare(n * frequencies[possible], expected).pvalue > 0.001


LOGITS = np.array([0.3, -1.0, 2.0, -np.inf, 1.5, -0.2])


@pytest.mark.parametrize("temperature", [0.3, 1.0, 4.0])
def test_frequencies_are_the_softmax_of_the_scaled_logits(temperature):
    p = scipy.special.softmax(LOGITS / temperature)
    assert agrees(share(LOGITS, temperature=temperature), p)
    assert agrees(share(LOGITS + 1000, temperature=temperature), p)


def test_top_k_and_top_p_cut_and_renormalize():
    p = scipy.special.softmax(LOGITS)
    for kept, options in [
        ([2, 4], {"top_k": 2}),
        ([2], {"top_k": 1}),
        ([2, 4, 0, 5, 1], {"top_k": 99}),
        ([2], {"top_p": 0.5}),  # 0.5089 alone
        ([2, 4], {"top_p": 0.52}),
        ([2, 4, 0], {"top_p": 0.9}),
        ([2, 4], {"top_k": 2, "top_p": 0.9}),
        ([2], {"top_k": 2, "top_p": 0.6}),  # 0.6225 of the two
        ([2, 4, 0, 5, 1], {"top_p": 1.0}),
    ]:
        cut = np.zeros(6)
        cut[kept] = p[kept]
        if len(kept) == 1:
            assert share(LOGITS, n=100, **options)[kept[0]] == 1
        else:
            assert agrees(share(LOGITS, **options), cut / cut.sum())


def test_the_symbol_that_crosses_top_p_is_in_and_the_next_one_not():
    logits = np.log([0.4, 0.3, 0.2, 0.1])
    for top_p, symbols in [
        (0.39, 1),
        (0.4, 1),
        (0.41, 2),
        (0.7, 2),
        (0.9, 3),
        (0.91, 4),
    ]:
        draws = sample_logits(logits, rng(), top_p=top_p, n=10_000)
        assert sorted(set(draws.tolist())) == list(range(symbols))


def test_temperature_comes_before_top_p():
    logits = np.log([0.6, 0.3, 0.1])
    assert set(sample_logits(logits, rng(), top_p=0.6, n=1000)) == {0}
    warm = sample_logits(logits, rng(), temperature=2.0, top_p=0.6, n=1000)
    assert set(warm) == {0, 1}  # now 0.473, 0.334, 0.193


def test_at_temperature_zero_the_first_of_the_largest_is_drawn():
    assert sample_logits([1, 3, 2, 3], rng(), temperature=0) == 1
    assert sample_logits([1, 3, 2, 3], rng(), temperature=0, n=4).tolist() == [1] * 4
    cold = sample_logits([1, 3, 2, 3], rng(), temperature=1e-310, n=1000)
    assert set(cold) == {1, 3}
    assert sample_logits([1, 3, 2, 3], rng(), top_k=1, n=3).tolist() == [1] * 3


def test_each_symbol_has_an_interval_closed_on_the_left():
    class Given(np.random.Generator):
        def random(self, n):
            return np.array([0.0, 0.25, 0.5, 1 - 2.0**-53])

    generator = Given(np.random.PCG64(0))
    assert sample_logits([0, 0], generator, n=4).tolist() == [0, 0, 1, 1]


def test_one_draw_is_an_int_and_none_is_empty():
    one = sample_logits([0, 1], rng())
    assert type(one) is int and one in (0, 1)
    assert sample_logits([0, 1], rng(), n=0).shape == (0,)
    assert sample_logits([5.0], rng(), n=2).tolist() == [0, 0]


@pytest.mark.parametrize(
    ("logits", "options", "message"),
    [
        ([], {}, "logits must not be empty"),
        ([[1, 2]], {}, "logits must be a vector"),
        ([1, np.nan], {}, "logits must be finite or -inf"),
        ([1, np.inf], {}, "logits must be finite or -inf"),
        ([-np.inf], {}, "not all -inf"),
        ([1, 2], {"temperature": -1}, "temperature must be in"),
        ([1, 2], {"temperature": np.inf}, "temperature must be in"),
        ([1, 2], {"temperature": np.nan}, "temperature must be in"),
        ([1, 2], {"top_k": 0}, "top_k must be at least 1"),
        ([1, 2], {"top_p": 0}, "top_p must be in"),
        ([1, 2], {"top_p": 1.1}, "top_p must be in"),
        ([1, 2], {"n": -1}, "n must be at least 0"),
    ],
)
def test_logits_and_options_that_make_no_law_are_named(logits, options, message):
    with pytest.raises(ValueError, match=message):
        sample_logits(logits, rng(), **options)
    with pytest.raises(TypeError, match="default_rng"):
        sample_logits([1, 2], 0)
