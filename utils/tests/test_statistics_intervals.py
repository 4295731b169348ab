"""Intervals with formulas against SciPy and statsmodels, and maximum likelihood against
closed forms."""

import re
from math import inf, log, nan, sqrt

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy import optimize, special, stats
from sklearn.linear_model import LogisticRegression

from utils.datasets import load_breast_cancer, load_michelson_1879, load_wine
from utils.probability import Gamma, Normal
from utils.statistics import (
    EstimateResult,
    mean_ci,
    mle,
    poisson_ci,
    proportion_ci,
    variance_ci,
)

MICHELSON = load_michelson_1879()["speed_km_s_minus_299000"]
PROLINE = load_wine()[0][:, -1]
METHODS = "wilson", "wald", "agresti-coull", "clopper-pearson", "jeffreys"
LEVELS = [0.5, 0.95, 0.999, 1 - 1e-6]
each_level = pytest.mark.parametrize("level", LEVELS)


@each_level
@pytest.mark.parametrize("n", [2, 3, 10, 100])
def test_means_and_variances_are_scipys(n, level):
    x = np.random.default_rng(n).normal(5, 2, size=n)
    s = np.std(x, ddof=1)
    found = mean_ci(x, level)
    assert (found.low + found.high) / 2 == pytest.approx(
        np.mean(x), abs=1e-15 * found.high
    )
    t = (found.high - found.low) / 2 / (s / sqrt(n))
    assert t == pytest.approx(stats.t.isf((1 - level) / 2, n - 1), rel=1e-8)
    with mpmath.workdps(30):  # SciPy's quantiles of t have about 9 digits
        square = mpmath.mpf(t) ** 2
        beyond = mpmath.betainc(
            (n - 1) / 2, 0.5, 0, (n - 1) / (n - 1 + square), regularized=True
        )
    assert float(beyond) == pytest.approx(1 - level, rel=1e-11)
    assert (found.level, found.method) == (level, "t")
    chi2 = stats.chi2(n - 1)
    tail = (1 - level) / 2
    expected = (n - 1) * s * s / chi2.isf(tail), (n - 1) * s * s / chi2.ppf(tail)
    found = variance_ci(x, level)
    assert tuple(found) == pytest.approx(expected, rel=1e-10)
    assert (found.level, found.method) == (level, "chi-square")


def test_michelsons_interval_is_tight_and_wrong():
    found = mean_ci(MICHELSON)
    assert (round(found.low, 1), round(found.high, 1)) == (836.7, 868.1)
    assert 734.5 not in found
    wider = mean_ci(MICHELSON, 0.99)
    assert (round(wider.low, 1), round(wider.high, 1)) == (831.6, 873.2)


def test_intervals_cover_as_often_as_they_say():
    rng = np.random.default_rng(0)
    hits = np.zeros(2)
    for _ in range(150):
        x = rng.normal(3, 2, size=5)
        hits += [3 in mean_ci(x, 0.7), 4 in variance_ci(x, 0.7)]
    assert np.all(np.abs(hits / 150 - 0.7) < 4 * sqrt(0.21 / 150))


def test_constant_data_and_extreme_units():
    assert tuple(mean_ci([3, 3, 3])) == (3, 3)
    assert tuple(variance_ci([3, 3, 3])) == (0, 0)
    x = np.array([1.0, 2.0, 4.0])
    for unit in (1e-300, 1e300):
        expected = [unit * end for end in mean_ci(x)]
        assert tuple(mean_ci(unit * x)) == pytest.approx(expected, rel=1e-12)
    with pytest.raises(ValueError, match="variance of x is beyond the largest float"):
        variance_ci(1e300 * x)
    with pytest.raises(ValueError, match="width of the interval is beyond"):
        mean_ci([0, 1e308], 1 - 1e-9)


@each_level
@pytest.mark.parametrize("method", METHODS)
def test_proportions_are_scipys(method, level):
    for k, n in ((1, 1), (0, 5), (3, 7), (18, 20), (185, 189), (5, 10_000), (500, 501)):
        z = stats.norm.isf((1 - level) / 2)
        tails = [(1 - level) / 2, 1 - (1 - level) / 2]
        p, shrunk = k / n, (k + z * z / 2) / (n + z * z)
        if method == "wilson":
            result = stats.binomtest(k, n).proportion_ci(level, method="wilson")
            expected = result.low, result.high
        elif method == "wald":
            expected = p + np.array([-z, z]) * sqrt(p * (1 - p) / n)
        elif method == "agresti-coull":
            half = z * sqrt(shrunk * (1 - shrunk) / (n + z * z))
            expected = shrunk - half, shrunk + half
        elif method == "clopper-pearson":
            low = stats.beta.ppf(tails[0], k, n - k + 1) if k else 0
            high = stats.beta.ppf(tails[1], k + 1, n - k) if k < n else 1
            expected = low, high
        else:
            expected = stats.beta.ppf(tails, k + 0.5, n - k + 0.5)
            expected = expected[0] if k else 0, expected[1] if k < n else 1
        found = proportion_ci(k, n, level, method)
        assert tuple(found) == pytest.approx(tuple(expected), rel=1e-9, abs=1e-12)
        assert (found.level, found.method) == (level, method)


@pytest.mark.parametrize("method", METHODS[1:])
def test_proportions_are_statsmodels(method):
    from statsmodels.stats.proportion import proportion_confint

    names = {"wald": "normal", "clopper-pearson": "beta", "agresti-coull": None}
    name = names.get(method, method) or "agresti_coull"
    for k, n in ((3, 20), (18, 20), (185, 189)):
        low, high = proportion_confint(k, n, 0.05, name)
        clipped = proportion_ci(k, n, method=method)
        clipped = max(clipped.low, 0), min(clipped.high, 1)
        assert clipped == pytest.approx((max(low, 0), min(high, 1)), rel=1e-9)


def test_quoted_proportions():
    assert proportion_ci(18, 20) == proportion_ci(18, 20, 0.95, "wilson")
    for (k, n, method), expected in {
        (18, 20, "wilson"): (0.699, 0.972),
        (18, 20, "wald"): (0.769, 1.031),
        (18, 20, "clopper-pearson"): (0.683, 0.988),
        (185, 189, "wilson"): (0.947, 0.992),
        (0, 20, "wald"): (0, 0),
        (0, 20, "wilson"): (0, 0.161),
        (0, 20, "clopper-pearson"): (0, 0.168),
    }.items():
        low, high = proportion_ci(k, n, method=method)
        assert (round(low, 3), round(high, 3)) == expected


def test_proportions_keep_their_digits_when_they_are_tiny():
    n, z = 10**9, stats.norm.isf(0.025)
    low, high = proportion_ci(3, n)
    with mpmath.workdps(40):
        a, b, c = n + mpmath.mpf(z) ** 2, -(6 + mpmath.mpf(z) ** 2), mpmath.mpf(9) / n
        root = mpmath.sqrt(b * b - 4 * a * c)
        assert low == pytest.approx(float((-b - root) / (2 * a)), rel=1e-14)
        assert high == pytest.approx(float((-b + root) / (2 * a)), rel=1e-14)
        exact = proportion_ci(3, n, method="clopper-pearson")
        for p, upper, tail in ((exact.low, False, 3), (exact.high, True, 4)):
            p = mpmath.mpf(p)
            below = sum(
                mpmath.binomial(n, i) * p**i * (1 - p) ** (n - i) for i in range(tail)
            )
            assert float(below if upper else 1 - below) == pytest.approx(
                0.025, rel=1e-9
            )


@given(some.integers(1, 60), some.data(), some.floats(0.01, 0.999))
@settings(deadline=None, max_examples=20)
def test_successes_and_failures_mirror_each_other(n, data, level):
    k = data.draw(some.integers(0, n))
    for method in METHODS:
        low, high = proportion_ci(k, n, level, method)
        mirror = proportion_ci(n - k, n, level, method)
        assert (1 - high, 1 - low) == pytest.approx(tuple(mirror), rel=1e-8, abs=1e-12)
        if level > 0.6 or method in ("wald", "wilson"):
            assert low <= k / n <= high
        if method not in ("wald", "agresti-coull"):
            assert 0 <= low and high <= 1
            assert (low == 0) == (k == 0) and (high == 1) == (k == n)


def test_coverage_is_exact_where_it_is_promised_and_poor_where_it_is_not():
    def coverage(p):
        chances = stats.binom.pmf(np.arange(21), 20, p)
        return float(chances @ [p in interval for interval in intervals])

    quoted = {"wald": 0.639, "wilson": 0.925, "clopper-pearson": 0.984}
    for method, expected in quoted.items():
        intervals = [proportion_ci(k, 20, method=method) for k in range(21)]
        assert round(coverage(0.05), 3) == expected
    assert all(coverage(p) >= 0.95 for p in np.linspace(0.001, 0.999, 499))


@each_level
def test_rates_are_scipys(level):
    tail = (1 - level) / 2
    for k in (0, 1, 5, 196, 10_000):
        for exposure in (1, 280, 1e-200):
            low = stats.chi2.ppf(tail, 2 * k) / 2 if k else 0
            high = stats.chi2.isf(tail, 2 * k + 2) / 2
            found = poisson_ci(k, exposure, level)
            expected = low / exposure, high / exposure
            assert tuple(found) == pytest.approx(expected, rel=1e-9)
            assert (found.level, found.method) == (level, "exact")


def test_rates_cover_at_least_as_often_as_promised():
    counts = np.arange(60)
    intervals = [poisson_ci(int(k), 2.0, 0.9) for k in counts]
    for rate in np.linspace(0.05, 9, 200):
        hits = [rate in interval for interval in intervals]
        assert stats.poisson.pmf(counts, 2 * rate) @ hits >= 0.9


def test_quoted_rates():
    low, high = poisson_ci(196, exposure=280)
    assert (round(low, 3), round(high, 3)) == (0.605, 0.805)
    assert poisson_ci(0).high == pytest.approx(-log(0.025), rel=1e-12)
    assert poisson_ci(7) == poisson_ci(7, 1.0, 0.95)


def test_bad_arguments_are_refused():
    for call, message in (
        (lambda: mean_ci([1]), "more than ddof = 1 values, got 1"),
        (lambda: mean_ci([]), "empty"),
        (lambda: mean_ci([[1, 2]]), "vector"),
        (lambda: mean_ci([1, nan]), "finite"),
        (lambda: mean_ci([1, 2], 0), "level must be in"),
        (lambda: mean_ci([1, 2], 1), "level must be in"),
        (lambda: variance_ci([1]), "more than ddof = 1"),
        (lambda: variance_ci([1, inf]), "finite"),
        (lambda: variance_ci([1, 2], 1.5), "level must be in"),
        (lambda: proportion_ci(-1, 5), "k must be at least 0"),
        (lambda: proportion_ci(6, 5), "k must be at most n = 5, got 6"),
        (lambda: proportion_ci(0, 0), "n must be at least 1"),
        (lambda: proportion_ci(1, 5, 95), "level must be in"),
        (lambda: proportion_ci(1, 5, method="exact"), "method must be one of wilson, "),
        (lambda: poisson_ci(-1), "k must be at least 0"),
        (lambda: poisson_ci(1, 0), "exposure must be in"),
        (lambda: poisson_ci(1, inf), "exposure must be in"),
        (lambda: poisson_ci(1, level=0), "level must be in"),
        (lambda: poisson_ci(1, 1e-308), "beyond the largest float"),
    ):
        with pytest.raises(ValueError, match=message):
            call()
    for call in (lambda: proportion_ci(1.5, 5), lambda: poisson_ci(1.5)):
        with pytest.raises(TypeError, match="k must be an integer, got 1.5"):
            call()
    with pytest.raises(TypeError, match="n must be an integer"):
        proportion_ci(1, "5")


# Maximum likelihood --------------------------------------------------------------------


def poisson(rate, x):
    return np.sum(x * np.log(rate) - rate)


def normal(theta, x):
    mu, sigma = theta
    return -len(x) * np.log(sigma) - np.sum((x - mu) ** 2) / (2 * sigma**2)


def gamma(theta, x):
    a, b = theta
    return np.sum(a * np.log(b) - special.gammaln(a) + (a - 1) * np.log(x) - b * x)


def test_poisson_counts_by_hand():
    fit = mle(poisson, 1.0, [2, 0, 3, 1])
    assert fit.converged and isinstance(fit, EstimateResult)
    assert fit.theta == pytest.approx(1.5, rel=1e-8)
    assert fit.se == pytest.approx(sqrt(1.5 / 4), rel=1e-5)
    assert fit.cov == pytest.approx(1.5 / 4, rel=1e-5)
    assert fit.loglik == pytest.approx(6 * log(1.5) - 6, rel=1e-15)
    assert all(isinstance(v, float) for v in (fit.theta, fit.se, fit.cov, fit.loglik))
    assert isinstance(fit.n_iter, int) and 0 < fit.n_iter < 20
    assert fit.message == "the gradient is zero"


BOUNDS = [
    None,
    [(None, None), (0, None)],
    [(-1e4, 1e4), (1e-6, 1e4)],
    [(0, 2e3), (0, inf)],
]


@pytest.mark.parametrize("bounds", BOUNDS)
def test_the_normal_law_in_every_parametrization(bounds):
    fit = mle(normal, [500, 300], MICHELSON, bounds=bounds)
    n, s = 100, np.std(MICHELSON)
    np.testing.assert_allclose(fit.theta, [MICHELSON.mean(), s], rtol=1e-8)
    np.testing.assert_allclose(fit.se, [s / sqrt(n), s / sqrt(2 * n)], rtol=1e-5)
    np.testing.assert_allclose(fit.cov, np.diag(fit.se**2), atol=1e-4)
    assert fit.converged and fit.theta.shape == (2,) and fit.cov.shape == (2, 2)


@pytest.mark.parametrize("bounds", [None, [(0, None), (0, None)]])
@pytest.mark.parametrize("start", [[5, 0.01], [1, 1], [1, 1e-9]])
def test_the_gamma_law_of_proline(start, bounds):
    fit = mle(gamma, start, PROLINE, bounds=bounds)
    spread = log(PROLINE.mean()) - np.mean(np.log(PROLINE))
    shape = optimize.brentq(
        lambda a: np.log(a) - special.digamma(a) - spread, 1, 20, xtol=1e-13
    )
    np.testing.assert_allclose(fit.theta, [shape, shape / PROLINE.mean()], rtol=3e-8)
    a, b, n = *fit.theta, len(PROLINE)
    information = n * np.array([[special.polygamma(1, a), -1 / b], [-1 / b, a / b**2]])
    np.testing.assert_allclose(fit.cov, np.linalg.inv(information), rtol=1e-4)
    assert fit.cov[0, 1] / fit.se.prod() == pytest.approx(0.96, abs=0.005)
    assert [round(v, d) for v, d in zip(fit.theta, (4, 6), strict=True)] == [
        6.0015,
        0.008035,
    ]


def test_distributions_that_refuse_their_parameters_are_only_avoided():
    def log_likelihood(theta, x):
        return Gamma(*theta).log_likelihood(x)  # ValueError for theta <= 0

    fit = mle(log_likelihood, [20, 0.001], PROLINE)
    assert fit.theta == pytest.approx([6.00152044, 0.00803531], rel=1e-6)
    with pytest.raises(ValueError, match="positive|must be"):
        mle(log_likelihood, [-1, 1], PROLINE)  # at the start it is the caller's error


def test_the_upper_bound_alone():
    # data below theta with density exp(x - theta) mirrored: the rate of theta - x
    x = -np.random.default_rng(3).exponential(size=50)

    def log_likelihood(theta, x):  # rate -theta, theta < 0
        return 50 * np.log(-theta) - theta * x.sum()

    fit = mle(log_likelihood, -3.0, x, bounds=(None, 0))
    assert fit.theta == pytest.approx(-1 / -x.mean(), rel=1e-8)
    assert fit.se == pytest.approx(-fit.theta / sqrt(50), rel=1e-5)


def test_a_share_between_its_bounds():
    def log_likelihood(p, counts):
        return counts[0] * np.log(p) + counts[1] * np.log(1 - p)

    for start in (0.5, 0.01, 0.999):
        fit = mle(log_likelihood, start, [7, 3], bounds=(0, 1))
        assert fit.theta == pytest.approx(0.7, rel=1e-8)
        assert fit.se == pytest.approx(sqrt(0.021), rel=1e-5)


def test_logistic_regression_is_scikit_learns():
    X, y = load_breast_cancer()
    X = (X[:, :3] - X[:, :3].mean(axis=0)) / X[:, :3].std(axis=0)
    X = np.column_stack([np.ones(len(X)), X[:, :2]])

    def log_likelihood(w, data):
        X, y = data
        z = X @ w
        return y @ z - np.sum(np.logaddexp(0, z))

    fit = mle(log_likelihood, np.zeros(3), (X, y))
    reference = LogisticRegression(C=1e12, tol=1e-10, max_iter=1000).fit(X[:, 1:], y)
    expected = [*reference.intercept_, *reference.coef_[0]]
    np.testing.assert_allclose(fit.theta, expected, rtol=1e-5)
    p = special.expit(X @ fit.theta)
    information = (X * (p * (1 - p))[:, None]).T @ X
    np.testing.assert_allclose(fit.cov, np.linalg.inv(information), rtol=1e-5)


@given(some.floats(-8, 8), some.floats(-3, 3), some.integers(0, 1000))
@settings(deadline=None, max_examples=25)
def test_estimates_move_with_the_units_of_the_data(shift, log_scale, seed):
    scale = 10.0**log_scale
    x = shift * scale + scale * np.random.default_rng(seed).normal(size=30)
    start = [np.median(x), 2 * np.std(x)]
    fit = mle(normal, start, x, bounds=[(None, None), (0, None)])
    assert fit.converged
    assert fit.theta[0] == pytest.approx(x.mean(), abs=1e-6 * scale)
    assert fit.theta[1] == pytest.approx(np.std(x), rel=1e-6)
    assert fit.se[1] == pytest.approx(np.std(x) / sqrt(60), rel=1e-4)


def test_a_million_numbers_do_not_drown_the_derivatives():
    x = np.random.default_rng(4).poisson(3, size=1_000_000).astype(float)
    fit = mle(poisson, 1.0, x, bounds=(0, None))
    assert fit.converged and fit.theta == pytest.approx(x.mean(), abs=1e-5 * fit.se)


def test_the_scale_of_a_parameter_need_not_be_known():
    for scale in (1e-9, 1e-4, 1e4, 1e9):
        x = scale * np.array([-1.0, 1.0, 3.0])

        def log_likelihood(theta, x, scale=scale):
            return -np.sum((x - theta) ** 2) / scale**2

        for start in (0.0, scale, -7 * scale):
            fit = mle(log_likelihood, start, x)
            assert fit.converged
            assert fit.theta == pytest.approx(scale, rel=1e-7)
            assert fit.se == pytest.approx(scale / sqrt(6), rel=1e-5)


@pytest.mark.parametrize("constant", [1e6, -1e9, 1e10, 1e11, 1e12])
def test_a_constant_in_the_likelihood_costs_digits_but_not_the_estimate(constant):
    def log_likelihood(theta, x):
        mu, sigma = theta
        return np.sum(constant / len(x) - np.log(sigma) - ((x - mu) / sigma) ** 2 / 2)

    fit = mle(log_likelihood, [500, 300], MICHELSON, bounds=[(None, None), (0, None)])
    s = np.std(MICHELSON)
    expected_se = np.array([s / 10, s / sqrt(200)])
    digits = 1e-16 * abs(constant)  # rounding of the values, where a parabola drops 1/2
    assert fit.converged
    error = np.abs(fit.theta - [MICHELSON.mean(), s]) / expected_se
    assert error.max() < 1e-6 + sqrt(10 * digits)
    assert fit.n_iter < 12
    np.testing.assert_allclose(fit.se, expected_se, rtol=2e-5 + sqrt(10 * digits))


def test_what_has_no_maximum_is_not_called_converged():
    def separable(w, x):
        return -np.sum(np.log1p(np.exp(-w * x)))

    def flat(theta, x):  # only the sum of the two matters
        return -0.5 * np.sum((x - theta[0] - theta[1]) ** 2)

    def saddle(theta, x):
        return theta[0] ** 2 - theta[1] ** 2

    def share(p, k):
        return k[0] * np.log(p)

    def wall(theta, x):  # finite on one side of the start alone
        return -np.inf if theta > 1 else theta

    for f, start, bounds, message in (
        (separable, 0.5, None, "flat, or a saddle"),
        (flat, [0.3, 0.4], None, "flat, or a saddle"),
        (saddle, [0.0, 1.0], None, "flat, or a saddle"),
        (share, 0.5, (0, 1), "flat, or a saddle; it may be on a bound"),
        (lambda theta, x: -((theta - 1) ** 4), 0.0, None, "flat, or a saddle"),
        (lambda theta, x: -abs(theta - 1), 0.0, None, "flat, or a saddle"),
        (lambda theta, x: theta, 0.0, None, "no maximum within 100 steps"),
        (wall, 1.0, None, "not finite around theta"),
        (lambda theta, x: 0.0, 1.0, None, "flat, or a saddle"),
    ):
        fit = mle(f, start, [1.0, 2.0], bounds=bounds)
        assert not fit.converged
        assert np.isnan(fit.se).all() and np.isnan(fit.cov).all()
        assert re.search(message, fit.message)


def test_the_search_ends(monkeypatch):
    monkeypatch.setattr("utils.statistics.estimation.MAX_ITER", 3)
    fit = mle(gamma, [1, 1], PROLINE, bounds=[(0, None), (0, None)])
    assert (fit.converged, fit.n_iter) == (False, 3)
    assert fit.message == "no maximum within 3 steps"
    assert fit.loglik > gamma([1, 1], PROLINE)


def test_arguments_come_as_promised():
    seen = []

    def log_likelihood(theta, data):
        seen.append((theta, data))
        a, b = data
        return -np.sum((a - theta) ** 2) - np.sum((b - theta) ** 2)

    mle(log_likelihood, 1, ([1, 2], [3]))
    theta, (a, b) = seen[0]
    assert isinstance(theta, float) and a.dtype == b.dtype == float
    start = np.array([1.0, 2.0])

    def spoils(theta, x):
        value = -np.sum((x - theta) ** 2)
        theta[:] = 99
        return value

    fit = mle(spoils, start, np.array([[3.0, 4.0]]))
    np.testing.assert_allclose(fit.theta, [3, 4], rtol=1e-8)
    np.testing.assert_array_equal(start, [1, 2])


def test_mle_refuses_what_makes_no_sense():
    def square(theta, x):
        return -np.sum((x - theta) ** 2)

    for call, message in (
        (lambda: mle(lambda t, x: -inf, 1.0, [1]), "finite at theta0, got -inf"),
        (lambda: mle(lambda t, x: nan, 1.0, [1]), "finite at theta0, got nan"),
        (lambda: mle(square, nan, [1]), "theta0 must be finite"),
        (lambda: mle(square, [[1]], [1]), "theta0 must be a number or a vector"),
        (lambda: mle(square, [], [1]), "theta0 must be a number or a vector"),
        (lambda: mle(square, 1.0, []), "data must not be empty"),
        (lambda: mle(square, 1.0, [1, nan]), "data must be finite"),
        (lambda: mle(square, 1.0, ([1], [inf])), "data must be finite"),
        (lambda: mle(square, 1.0, [1], bounds=(1, 2)), "theta0 must lie between"),
        (lambda: mle(square, 2.0, [1], bounds=(1, 2)), "theta0 must lie between"),
        (lambda: mle(square, 1.0, [1], bounds=[(0, 1)]), "a pair .* each of 1"),
        (lambda: mle(square, [1.0, 2], [1], bounds=[(0, 3)]), "a pair .* each of 2"),
        (lambda: mle(square, [1.0], [1], bounds=[(0, 3, 4)]), "a pair"),
        (lambda: mle(square, [1.0], [1], bounds=[0]), "a pair"),
    ):
        with pytest.raises(ValueError, match=message):
            call()
    for call, message in (
        (lambda: mle("f", 1.0, [1]), "log_likelihood must be callable, got str"),
        (lambda: mle(square, "a", [1]), "real numbers"),
        (lambda: mle(square, 1.0, ["a"]), "data must hold real numbers"),
        (lambda: mle(lambda t, x: x - t, 1.0, [1, 2]), "must be a real number"),
        (lambda: mle(square, 1.0, [1], bounds=("a", "b")), "bounds must be a real"),
    ):
        with pytest.raises(TypeError, match=message):
            call()


def test_normal_quantiles_hold_for_levels_next_to_one():
    level = 1 - 2.0**-53
    for f in (lambda: mean_ci([1, 2, 3], level), lambda: proportion_ci(3, 9, level)):
        low, high = f()
        assert np.isfinite([low, high]).all() and low < high
    assert proportion_ci(3, 9, level).low > 0
    assert Normal().ppf(0.975) == pytest.approx(stats.norm.ppf(0.975), rel=1e-15)
