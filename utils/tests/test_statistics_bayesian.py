"""Bayesian inference, model choice and conformal intervals against integrals and simulation."""

import math
import warnings
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy import integrate, optimize, stats

from utils.datasets import load_challenger, load_horse_kicks
from utils.probability import (
    Bernoulli,
    Beta,
    Cauchy,
    ChiSquared,
    Exponential,
    Gamma,
    Mixture,
    NegativeBinomial,
    Normal,
    Poisson,
    StudentT,
    Uniform,
)
from utils.statistics import (
    BetaBinomial,
    GammaPoisson,
    NormalInverseGamma,
    NormalKnownVariance,
    aic,
    bias_variance,
    bic,
    hpd_interval,
    laplace_approximation,
    split_conformal_quantile,
)

VALUES = [1.25, -0.5, 3.0, 2.125]
FAMILIES = [
    (BetaBinomial(2, 3), [1, 0, 0, 1, 1]),
    (GammaPoisson(1.5, 0.5), [3, 0, 2, 7]),
    (NormalKnownVariance(1.0, 2.0, 0.5), VALUES),
    (NormalInverseGamma(1.0, 2.0, 3.0, 1.5), VALUES),
]
each_family = pytest.mark.parametrize(
    ("family", "data"), FAMILIES, ids=lambda v: type(v).__name__
)


# Conjugate families --------------------------------------------------------------------


@each_family
def test_data_in_two_parts_are_data_at_once(family, data):
    once = family.update(data)
    twice = family.update(data[:2]).update(data[2:])
    backwards = family.update(data[::-1])
    for name, value in vars(once).items():
        assert getattr(twice, name) == pytest.approx(value, rel=1e-13)
        assert getattr(backwards, name) == pytest.approx(value, rel=1e-13)
    both = family.log_evidence(data[:2]) + family.update(data[:2]).log_evidence(
        data[2:]
    )
    assert family.log_evidence(data) == pytest.approx(both, rel=1e-12)


@each_family
def test_the_evidence_of_one_value_is_its_predictive_law(family, data):
    law = family.predictive()
    log = law.logpmf if hasattr(law, "pmf") else law.logpdf
    for value in data:
        assert family.log_evidence([value]) == pytest.approx(log(value), rel=1e-11)


@each_family
def test_families_are_frozen_and_print_what_makes_them(family, data):
    assert eval(repr(family)) == family and hash(eval(repr(family))) == hash(family)
    with pytest.raises(AttributeError):
        family.extra = 1
    name = next(iter(vars(family)))
    with pytest.raises(AttributeError):
        setattr(family, name, 2.0)
    assert type(family.log_evidence(data)) is float
    assert all(type(value) is float for value in vars(family.update(data)).values())


def evidence_by_integration(prior, likelihood, low, high):
    """Integral of prior times likelihood, in logs."""
    return math.log(
        integrate.quad(
            lambda t: prior(t) * likelihood(t), low, high, epsabs=0, limit=500
        )[0]
    )


def test_beta_and_binomial():
    data = np.repeat([1, 0], [7, 3])
    after = BetaBinomial(2, 2).update(data)
    assert after.posterior == Beta(9, 5)
    assert round(after.posterior.mean(), 3) == 0.643
    assert round(after.posterior.std(), 3) == 0.124
    assert [round(q, 3) for q in after.posterior.interval()] == [0.386, 0.861]
    assert round(after.posterior.sf(0.5), 3) == 0.867
    assert after.predictive() == Bernoulli(9 / 14)
    expected = evidence_by_integration(
        stats.beta(2, 2).pdf, lambda p: p**7 * (1 - p) ** 3, 0, 1
    )
    assert BetaBinomial(2, 2).log_evidence(data) == pytest.approx(expected, rel=1e-12)


def test_lindleys_paradox():
    heads = np.repeat([1, 0], [5098, 4902])
    exact = Fraction(math.comb(10_000, 5098) * 10_001, 2**10_000)
    for_fair = 10_000 * math.log(0.5) - BetaBinomial(1, 1).log_evidence(heads)
    assert math.exp(for_fair) == pytest.approx(float(exact), rel=1e-9)
    assert round(float(exact), 1) == 11.7


def test_gamma_and_poisson():
    data = [3, 0, 1, 5]
    after = GammaPoisson(2.5, 1.5).update(data)
    assert after.posterior == Gamma(11.5, 5.5)
    expected = evidence_by_integration(
        stats.gamma(2.5, scale=1 / 1.5).pdf,
        lambda rate: np.prod(stats.poisson(rate).pmf(data)),
        0,
        50,
    )
    assert GammaPoisson(2.5, 1.5).log_evidence(data) == pytest.approx(
        expected, rel=1e-10
    )
    assert after.predictive() == NegativeBinomial(11.5, 5.5 / 6.5)
    averaged = integrate.quad(
        lambda r: Poisson(r).pmf(4) * after.posterior.pdf(r), 1e-9, 30
    )
    assert after.predictive().pmf(4) == pytest.approx(averaged[0], rel=1e-9)


def test_shrunken_rate_of_corps_xi():
    data = load_horse_kicks()
    deaths = data["deaths"][data["corps"] == "XI"]
    assert (len(deaths), deaths.sum()) == (20, 25)
    after = GammaPoisson(15.95, 22.78).update(deaths)
    assert round(after.posterior.mean(), 3) == 0.957


def test_normal_with_known_variance():
    family, x = NormalKnownVariance(1.0, 2.0, 0.5), np.array(VALUES)
    after = family.update(x)
    precision = 1 / 2.0**2 + 4 / 0.5**2
    mean = (1.0 / 2.0**2 + x.sum() / 0.5**2) / precision
    assert after.posterior.mu == pytest.approx(mean, rel=1e-14)
    assert after.posterior.sigma == pytest.approx(precision**-0.5, rel=1e-14)
    assert after.sigma == 0.5
    assert after.predictive().var() == pytest.approx(1 / precision + 0.25)
    cov = 0.25 * np.eye(4) + 4.0
    expected = stats.multivariate_normal(np.ones(4), cov).logpdf(x)
    assert family.log_evidence(x) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("tau0", "sigma"), [(1e-200, 1.0), (1e200, 1.0), (1e-3, 1e9)])
def test_normal_with_extreme_widths(tau0, sigma):
    after = NormalKnownVariance(1.0, tau0, sigma).update([2.0, 4.0])
    share = 1 / (1 + (sigma / tau0) * (sigma / tau0) / 2)
    assert after.mu0 == pytest.approx(1 + 2 * share, rel=1e-12)
    assert 0 < after.tau0 <= tau0 * (1 + 1e-15)


def test_normal_with_unknown_variance():
    family, x = NormalInverseGamma(1.0, 2.0, 3.0, 1.5), np.array(VALUES)
    after = family.update(x)
    n, mean = 4, x.mean()
    assert after.kappa0 == 6 and after.alpha0 == 5
    assert after.mu0 == pytest.approx((2 * 1.0 + 4 * mean) / 6)
    beta = 1.5 + 0.5 * ((x - mean) ** 2).sum() + 2 * n * (mean - 1) ** 2 / (2 * 6)
    assert after.beta0 == pytest.approx(beta)
    assert after.posterior_mean == pytest.approx((after.mu0, beta / 4))
    for law, variance in (
        (after.marginal_mu, beta / (5 * 6)),
        (after.predictive(), beta * 7 / (5 * 6)),
    ):
        assert (law.df, law.loc) == (10.0, after.mu0)
        assert law.scale == pytest.approx(math.sqrt(variance), rel=1e-14)
    # its density of the data is Student's in four dimensions
    t = stats.multivariate_t(np.ones(4), 1.5 / 3 * (np.eye(4) + 1 / 2), df=6)
    assert family.log_evidence(x) == pytest.approx(t.logpdf(x), rel=1e-12)
    assert NormalInverseGamma(0, 1, 1, 1).posterior_mean == (0.0, math.inf)


def test_marginal_of_the_mean_by_simulation():
    family = NormalInverseGamma(1.0, 2.0, 3.0, 1.5)
    rng = np.random.default_rng(0)
    variance = 1.5 / rng.gamma(3.0, size=20_000)
    mu = rng.normal(1.0, np.sqrt(variance / 2.0))
    assert stats.kstest(mu, family.marginal_mu.cdf).pvalue > 0.01
    value = rng.normal(mu, np.sqrt(variance))
    assert stats.kstest(value, family.predictive().cdf).pvalue > 0.01
    assert variance.mean() == pytest.approx(family.posterior_mean[1], rel=0.03)


def test_impossible_data_and_parameters_are_refused():
    for bad in ([0, 2], [0.5], [-1, 0]):
        with pytest.raises(ValueError, match="data must be 0 or 1, got"):
            BetaBinomial(1, 1).update(bad)
    for bad in ([0.5], [3, -1]):
        with pytest.raises(ValueError, match="data must be counts 0, 1, 2, ..., got"):
            GammaPoisson(1, 1).log_evidence(bad)
    for family, _ in FAMILIES:
        for data in ([], [math.nan], [[1]], 1):
            with pytest.raises(ValueError, match="data must"):
                family.update(data)
            with pytest.raises(ValueError, match="data must"):
                family.log_evidence(data)
    for make in (BetaBinomial, GammaPoisson):
        with pytest.raises(ValueError, match="a must be positive"):
            make(0, 1)
        with pytest.raises(ValueError, match="b must be positive"):
            make(1, -1)
    with pytest.raises(ValueError, match="tau0 must be positive"):
        NormalKnownVariance(0, 0, 1)
    with pytest.raises(ValueError, match="sigma must be positive"):
        NormalKnownVariance(0, 1, 0)
    with pytest.raises(ValueError, match="mu0 must be finite"):
        NormalKnownVariance(math.inf, 1, 1)
    for i, name in enumerate(["mu0", "kappa0", "alpha0", "beta0"]):
        parameters = [1.0] * 4
        parameters[i] = math.nan
        with pytest.raises(ValueError, match=f"{name} must be"):
            NormalInverseGamma(*parameters)
    for family in (FAMILIES[2][0], FAMILIES[3][0]):
        with pytest.raises(ValueError, match="data must hold numbers up to 1e150"):
            family.update([1e200, 0.0])


# Highest density -----------------------------------------------------------------------

LAWS = [
    Beta(9, 5),
    Beta(1.5, 40),
    Gamma(2, 3),
    Gamma(1.5, 1),
    Normal(3, 2),
    StudentT(3, 1, 2),
    Cauchy(0, 1),
    ChiSquared(5),
]


@pytest.mark.parametrize("level", [0.5, 0.99])
@pytest.mark.parametrize("law", LAWS, ids=repr)
def test_ends_of_highest_density_are_equally_dense(law, level):
    low, high = hpd_interval(law, level)
    assert law.cdf(high) - law.cdf(low) == pytest.approx(level, rel=1e-12)
    assert law.logpdf(low) == pytest.approx(law.logpdf(high), rel=1e-8, abs=1e-8)
    equal_tails = law.interval(level)
    assert high - low <= (equal_tails[1] - equal_tails[0]) * (1 + 1e-12)


def test_the_notebooks_interval():
    assert [round(end, 4) for end in hpd_interval(Beta(9, 5))] == [0.4013, 0.8737]
    expected = optimize.minimize_scalar(
        lambda g: np.diff(stats.beta(9, 5).ppf([g, g + 0.95]))[0],
        bounds=(0, 0.05),
        method="bounded",
        options={"xatol": 1e-12},
    )
    low, high = hpd_interval(Beta(9, 5))
    assert high - low == pytest.approx(expected.fun, rel=1e-12)


def test_symmetric_laws_have_symmetric_intervals():
    low, high = hpd_interval(Normal(3, 2), 0.95)
    assert (low, high) == pytest.approx(Normal(3, 2).interval(0.95), rel=1e-9)


def test_densities_that_only_fall_or_rise():
    assert tuple(hpd_interval(Exponential(2), 0.9)) == pytest.approx(
        (0.0, -math.log(0.1) / 2)
    )
    assert hpd_interval(Exponential(2), 0.9).low == 0.0
    assert hpd_interval(Beta(1, 3), 0.9).low == 0.0
    interval = hpd_interval(Beta(3, 1), 0.9)
    assert tuple(interval) == pytest.approx((0.1 ** (1 / 3), 1.0))
    low, high = hpd_interval(Uniform(2, 4), 0.75)
    assert high - low == pytest.approx(1.5) and 2 <= low and high <= 4


def test_two_hills_draw_a_warning():
    law = Mixture([0.5, 0.5], [Normal(-3, 1), Normal(3, 1)])
    with pytest.warns(RuntimeWarning, match="valley between two hills"):
        hpd_interval(law)
    with pytest.warns(RuntimeWarning, match="valley"):
        low, high = hpd_interval(Beta(0.5, 0.5), 0.5)
    assert high - low < 0.51
    with pytest.warns(RuntimeWarning, match="valley"):
        hpd_interval(law.sample(2000, np.random.default_rng(0)))
    lopsided = Mixture([0.8, 0.2], [Normal(0, 1), Normal(8, 1)])
    with pytest.warns(RuntimeWarning, match="valley"):
        low, high = hpd_interval(lopsided, 0.7)
    assert -2.2 < low < -1 and 1 < high < 2.2


@pytest.mark.parametrize("law", [*LAWS[:5], Exponential(1), Uniform(0, 1)], ids=repr)
def test_draws_of_one_hill_draw_no_warning(law):
    for seed in range(12):
        draws = law.sample(500 * (1 + seed), np.random.default_rng(seed))
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            hpd_interval(draws)


def test_many_draws_come_near_the_law():
    draws = Gamma(2, 3).sample(200_000, np.random.default_rng(0))
    expected = hpd_interval(Gamma(2, 3), 0.8)
    assert tuple(hpd_interval(draws, 0.8)) == pytest.approx(tuple(expected), abs=0.02)


@settings(deadline=None)
@given(
    some.lists(some.integers(-50, 50), min_size=1, max_size=30),
    some.sampled_from([0.05, 0.5, 0.9, 0.95, 0.99]),
)
def test_no_shorter_window_holds_as_many_draws(draws, level):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        low, high = hpd_interval(draws, level)
    needed = max(1, math.ceil(Fraction(str(level)) * len(draws)))
    x = np.sort(draws)
    assert np.sum((x >= low) & (x <= high)) >= needed
    shortest = min(x[i + needed - 1] - x[i] for i in range(len(x) - needed + 1))
    assert high - low == shortest
    assert low in x and high in x


def test_intervals_refuse_what_they_cannot_use():
    with pytest.raises(TypeError, match="the law must be continuous"):
        hpd_interval(Poisson(3))
    with pytest.raises(TypeError, match="continuous"):
        hpd_interval(Mixture([0.5, 0.5], [Poisson(3), Poisson(9)]))
    for level in (0, 1):
        with pytest.raises(ValueError, match=r"level must be in \(0, 1\)"):
            hpd_interval([1, 2], level)
    with pytest.raises(ValueError, match="draws must not be empty"):
        hpd_interval([])
    result = hpd_interval([1, 2, 3, 9], 0.75)
    assert tuple(result) == (1.0, 3.0)
    assert (result.level, result.method) == (0.75, "highest density")
    assert type(result.low) is type(hpd_interval(Beta(2, 2)).high) is float


# Laplace -------------------------------------------------------------------------------


@pytest.mark.parametrize("units", [1.0, 1e-6, 1e5])
def test_a_normal_posterior_is_its_own_approximation(units):
    rng = np.random.default_rng(1)
    root = rng.normal(size=(3, 3)) + 2 * np.eye(3)
    cov = units**2 * root @ root.T
    center = units * np.array([1.0, -4.0, 20.0])
    law = stats.multivariate_normal(center, cov)
    mode, found, log_evidence = laplace_approximation(
        lambda t: 7.0 - law.logpdf(t), units * np.ones(3)
    )
    np.testing.assert_allclose(mode, center, rtol=1e-7)
    np.testing.assert_allclose(found, cov, rtol=1e-6, atol=1e-7 * units**2)
    np.testing.assert_array_equal(found, found.T)
    assert log_evidence == pytest.approx(-7.0, abs=1e-6)


def challenger_posterior(spread):
    data = load_challenger()
    x = (data["temperature_f"] - 70) / 10
    y = data["distressed_orings"] > 0

    def neg_log_post(theta):
        z = theta[0] + theta[1] * x
        log_likelihood = np.sum(np.where(y, z, 0) - np.logaddexp(0, z))
        return -log_likelihood - stats.norm(0, spread).logpdf(theta).sum()

    return neg_log_post


def test_challenger():
    f = challenger_posterior(5.0)
    mode, cov, log_evidence = laplace_approximation(f, [0.0, 0.0])
    assert round(log_evidence, 2) == -14.10
    found = optimize.minimize(f, [0.0, 0.0], tol=1e-12)
    np.testing.assert_allclose(mode, found.x, rtol=1e-5)
    a, b = np.meshgrid(np.linspace(-6, 4, 201), np.linspace(-8, 2, 201))
    data = load_challenger()
    x, hurt = (data["temperature_f"] - 70) / 10, data["distressed_orings"] > 0
    z = a[..., None] + b[..., None] * x
    log_joint = (np.where(hurt, z, 0) - np.logaddexp(0, z)).sum(axis=-1)
    log_joint += stats.norm(0, 5).logpdf(a) + stats.norm(0, 5).logpdf(b)
    assert log_joint[100, 100] == pytest.approx(-f([a[100, 100], b[100, 100]]))
    grid = np.log(np.exp(log_joint).sum() * 0.05**2)
    assert round(float(grid), 2) == -14.02
    assert np.sqrt(np.diag(cov))[1] == pytest.approx(0.98, abs=0.15)


@pytest.mark.parametrize("start", [[0.0], [-3.0], [6.0], [40.0]])
def test_the_start_does_not_matter(start):
    heads, n = 7, 10
    mode, cov, log_evidence = laplace_approximation(
        lambda t: n * np.logaddexp(0, t[0]) - heads * t[0], start
    )
    assert mode[0] == pytest.approx(math.log(7 / 3), rel=1e-8)
    assert cov[0, 0] == pytest.approx(1 / (10 * 0.7 * 0.3), rel=1e-8)
    expected = (
        7 * math.log(0.7) + 3 * math.log(0.3) + 0.5 * math.log(2 * math.pi * cov[0, 0])
    )
    assert log_evidence == pytest.approx(expected, rel=1e-6)
    assert type(log_evidence) is float


def test_a_bounded_parameter_may_be_infinite_outside():
    def f(theta):
        return math.inf if theta[0] <= 0 else 3 * theta[0] - 4 * math.log(theta[0])

    mode, cov, _ = laplace_approximation(f, [0.01])
    assert mode[0] == pytest.approx(4 / 3, rel=1e-8)
    assert cov[0, 0] == pytest.approx(4 / 9, rel=1e-7)


def test_laplace_refuses_what_has_no_peak():
    with pytest.raises(np.linalg.LinAlgError, match="not positive definite"):
        laplace_approximation(lambda t: (t[0] - t[1]) ** 2, [1.0, 0.0])
    with pytest.raises(np.linalg.LinAlgError, match="not positive definite"):
        laplace_approximation(lambda t: 3.0, [1.0])
    for f in (
        lambda t: (t[0] - 1) ** 4,
        lambda t: abs(t[0] - 0.25),
    ):
        with pytest.raises(np.linalg.LinAlgError, match="not positive definite"):
            laplace_approximation(f, [1.5])
    with pytest.raises(np.linalg.LinAlgError, match="not positive definite"):
        laplace_approximation(lambda t: (t[0] - 1) ** 4, [1.0])  # starts at the top
    for f in (lambda t: -t[0], lambda t: -np.hypot(1, t[0]), lambda t: -(t[0] ** 3)):
        with pytest.raises(RuntimeError, match="no minimum of neg_log_post was found"):
            laplace_approximation(f, [1.0])
    for value in (math.inf, math.nan):
        with pytest.raises(ValueError, match="finite at theta0"):
            laplace_approximation(lambda t, value=value: value, [1.0])
    with pytest.raises(TypeError, match="must be a real number"):
        laplace_approximation(lambda t: t, [1.0, 2.0])
    with pytest.raises(ValueError, match="theta0 must be a vector"):
        laplace_approximation(lambda t: t**2, 1.0)
    with pytest.raises(TypeError, match="neg_log_post must be callable"):
        laplace_approximation(3.0, [1.0])


# Model choice --------------------------------------------------------------------------


def mean_of_ten(rng):
    return None, rng.normal(2.0, 1.0, size=10)


def shrunken(x, y, x_test, factor=0.8):
    return np.full(len(x_test), factor * y.mean())


def truth(x_test):
    return np.full(len(x_test), 2.0)


@pytest.mark.parametrize("factor", [1.0, 0.8, 0.3])
def test_bias_and_variance_of_a_shrunken_mean(factor):
    bias2, variance, se = bias_variance(
        lambda x, y, x_test: shrunken(x, y, x_test, factor),
        mean_of_ten,
        truth,
        np.zeros(3),
        4000,
        np.random.default_rng(0),
    )
    assert variance == pytest.approx(factor**2 / 10, rel=0.08)
    exact = (1 - factor) ** 2 * 4 + factor**2 / 10
    assert abs(bias2 + variance - exact) < 4 * se
    assert bias2 == pytest.approx((1 - factor) ** 2 * 4, abs=0.03)
    assert all(type(v) is float for v in (bias2, variance, se))


def test_the_parts_add_up_to_the_mean_of_the_squared_errors():
    errors = []

    def fit_predict(x, y, x_test):
        predicted = np.polyval(np.polyfit(x, y, 1), x_test)
        errors.append(((predicted - np.sin(x_test)) ** 2).mean())
        return predicted

    def draw(rng):
        x = rng.uniform(0, 3, 20)
        return x, np.sin(x) + 0.1 * rng.normal(size=20)

    grid = np.linspace(0, 3, 7)
    bias2, variance, se = bias_variance(
        fit_predict, draw, np.sin, grid, 30, np.random.default_rng(0)
    )
    assert bias2 + variance == pytest.approx(np.mean(errors), rel=1e-12)
    assert se == pytest.approx(np.std(errors, ddof=1) / math.sqrt(30), rel=1e-12)


def test_bias_is_estimated_without_bias():
    """Two training sets only: what variance adds to the squared bias has to go."""
    rng = np.random.default_rng(0)
    runs = [
        bias_variance(shrunken, mean_of_ten, truth, [0.0], 2, rng) for _ in range(3000)
    ]
    bias2, variance, _ = np.mean(runs, axis=0)
    assert bias2 == pytest.approx(0.16, abs=0.012)
    assert variance == pytest.approx(0.064, abs=0.006)


def test_an_exact_smoother_of_the_notebook():
    """Cubic fits to 25 points: bias^2 + variance by linear algebra, and by simulation."""
    x, sigma = np.linspace(0, 1, 25), 0.3
    f = np.sin(2 * np.pi * x)
    basis = np.polynomial.legendre.legvander(2 * x - 1, 3)
    S = basis @ np.linalg.pinv(basis)
    exact = ((f - S @ f) ** 2).mean(), sigma**2 * np.trace(S @ S.T) / 25
    bias2, variance, se = bias_variance(
        lambda _, y, x_test: S @ y,
        lambda rng: (x, f + sigma * rng.normal(size=25)),
        lambda x: np.sin(2 * np.pi * x),
        x,
        3000,
        np.random.default_rng(0),
    )
    assert (bias2, variance) == pytest.approx(exact, abs=4 * se)


def test_bias_variance_refuses_what_it_cannot_use():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="reps must be at least 2, got 1"):
        bias_variance(shrunken, mean_of_ten, truth, [0.0], 1, rng)
    with pytest.raises(TypeError, match="Generator"):
        bias_variance(shrunken, mean_of_ten, truth, [0.0], 5, 0)
    with pytest.raises(ValueError, match="x_test must hold points in rows"):
        bias_variance(shrunken, mean_of_ten, truth, 0.0, 5, rng)
    with pytest.raises(ValueError, match="x_test must hold points in rows"):
        bias_variance(shrunken, mean_of_ten, truth, [], 5, rng)
    with pytest.raises(
        ValueError, match=r"f_true\(x_test\) must have one value per point"
    ):
        bias_variance(shrunken, mean_of_ten, lambda x: 2.0, [0.0], 5, rng)
    with pytest.raises(ValueError, match=r"fit_predict.* shape \(1,\), got \(2,\)"):
        bias_variance(lambda *_: np.zeros(2), mean_of_ten, truth, [0.0], 5, rng)
    with pytest.raises(ValueError, match="fit_predict.* must be finite"):
        bias_variance(lambda *_: [math.nan], mean_of_ten, truth, [0.0], 5, rng)
    with pytest.raises(ValueError, match="fit_predict.* up to 1e150"):
        bias_variance(lambda *_: [1e200], mean_of_ten, truth, [0.0], 5, rng)
    wide = bias_variance(shrunken, mean_of_ten, truth, np.zeros((4, 2)), 5, rng)
    assert len(wide) == 3


def test_criteria_charge_for_parameters():
    import statsmodels.api as sm

    rng = np.random.default_rng(0)
    X = sm.add_constant(rng.normal(size=(40, 3)))
    fit = sm.OLS(X @ [1.0, 2, 0, 0] + rng.normal(size=40), X).fit()
    assert aic(fit.llf, 4) == pytest.approx(fit.aic, rel=1e-14)
    assert bic(fit.llf, 4, 40) == pytest.approx(fit.bic, rel=1e-14)
    assert aic(0, 2.5) == 5.0 and bic(3, 2, 1) == -6.0
    assert type(aic(-3, 1)) is type(bic(-3, 1, 5)) is float
    for bad in ((math.nan, 1), (math.inf, 1), (0.0, -1), (0.0, math.inf)):
        with pytest.raises(ValueError, match="must be in"):
            aic(*bad)
        with pytest.raises(ValueError, match="must be in"):
            bic(*bad, 10)
    with pytest.raises(ValueError, match="n must be at least 1"):
        bic(0.0, 1, 0)


def test_bic_approximates_the_evidence():
    f = challenger_posterior(5.0)
    best = -optimize.minimize(challenger_posterior(1e6), [0.0, 0.0]).fun
    log_likelihood = best - 2 * stats.norm(0, 1e6).logpdf(0)
    constant = 7 * math.log(7 / 23) + 16 * math.log(16 / 23)
    factor = math.exp(0.5 * (bic(constant, 1, 23) - bic(log_likelihood, 2, 23)))
    assert round(factor, 1) == 11.1
    assert laplace_approximation(f, [0.0, 0.0])[2] < log_likelihood


# Conformal -----------------------------------------------------------------------------


@settings(deadline=None)
@given(
    some.lists(some.integers(-99, 99), min_size=1, max_size=60),
    some.sampled_from(["0.01", "0.05", "0.1", "0.25", "0.3", "0.58", "0.7", "0.93"]),
)
def test_conformal_quantiles_are_order_statistics(scores, alpha):
    k = math.ceil((len(scores) + 1) * (1 - Fraction(alpha)))
    expected = sorted(scores)[k - 1] if k <= len(scores) else math.inf
    result = split_conformal_quantile(scores, float(alpha))
    assert result == expected and type(result) is float


def test_rounding_does_not_move_the_rank():
    for n in range(1, 400):
        for percent in range(1, 100):
            k = math.ceil((n + 1) * (1 - Fraction(percent, 100)))
            expected = k if k <= n else math.inf
            assert (
                split_conformal_quantile(np.arange(1, n + 1), percent / 100) == expected
            )


def test_conformal_intervals_cover_as_promised():
    """Rank argument: the chance is k/(n + 1) exactly, here 91/101."""
    rng = np.random.default_rng(0)
    scores = rng.exponential(size=(20_000, 101))
    covered = [row[-1] <= split_conformal_quantile(row[:-1], 0.1) for row in scores]
    assert np.mean(covered) == pytest.approx(91 / 101, abs=0.008)


def test_conformal_refuses_what_it_cannot_use():
    for alpha in (0, 1, -0.1):
        with pytest.raises(ValueError, match=r"alpha must be in \(0, 1\)"):
            split_conformal_quantile([1, 2], alpha)
    with pytest.raises(ValueError, match="scores must not be empty"):
        split_conformal_quantile([], 0.1)
    with pytest.raises(ValueError, match="scores must be finite"):
        split_conformal_quantile([1, math.nan], 0.1)
    assert split_conformal_quantile([1, 2], 1e-18) == math.inf
