"""Gaussian processes against scikit-learn, universal kriging's own system, and exact values."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import null_space
from scipy.optimize import minimize
from scipy.stats import multivariate_normal
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process import kernels as sk

from utils.datasets import load_keeling_co2_monthly, load_olympic_100m
from utils.models import (
    RBF,
    ConvergenceWarning,
    GaussianProcess,
    KernelRidge,
    Linear,
    Matern,
    NotFittedError,
    Periodic,
    Polynomial,
    WhiteNoise,
    gaussian_process,
)

pytestmark = pytest.mark.filterwarnings("error")


def data(n=40, d=1, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.uniform(-3, 3, size=(n, d))
    return X, np.sin(X).sum(axis=1) + 0.1 * rng.normal(size=n)


def fixed(kernel, **options):
    return GaussianProcess(kernel, optimize=False, **options)


def line(X):
    return np.column_stack([np.ones(len(X)), X])


@pytest.fixture(scope="module")
def men():
    games = load_olympic_100m()
    rows = games["sex"] == "men"
    years, times = games["year"][rows, None].astype(float), games["time_s"][rows]
    return years, times - times.mean(), times.mean()


@pytest.fixture(scope="module")
def carbon():
    """Months to 1990 and from 1991: times and ppm above the training mean, and that mean."""
    table = load_keeling_co2_monthly()
    known = np.isfinite(table["co2_ppm"])
    time = (table["year"] + (table["month"] - 0.5) / 12)[known, None]
    ppm, train = table["co2_ppm"][known], time[:, 0] < 1991
    mean = ppm[train].mean()
    return time[train], ppm[train] - mean, time[~train], ppm[~train] - mean, mean


# Conditioning


def test_two_observations_by_hand():
    # rows whose kernel values are 0.5, and 0.8 with the new one
    def kernel(X, Z):
        table = np.array([[1, 0.5, 0.8], [0.5, 1, 0.8], [0.8, 0.8, 1]])
        return table[np.ix_(X[:, 0].astype(int), Z[:, 0].astype(int))]

    gp = fixed(kernel, noise=0.5).fit([[0], [1]], [1, 2])
    mean, std = gp.predict([[2]], return_std=True)
    np.testing.assert_allclose([mean[0], std[0] ** 2], [1.2, 0.36], rtol=1e-14)
    _, std = gp.predict([[2]], return_std=True, include_noise=True)
    assert std[0] ** 2 == pytest.approx(0.86, rel=1e-14)
    np.testing.assert_allclose(gp.alpha_, [0.25, 1.25], rtol=1e-14)
    np.testing.assert_allclose(gp.L_ @ gp.L_.T, [[1.5, 0.5], [0.5, 1.5]], rtol=1e-14)
    # y' K^-1 y = 2.75, det K = 2
    expected = -2.75 / 2 - np.log(2) / 2 - np.log(2 * np.pi)
    assert gp.log_marginal_likelihood() == pytest.approx(expected, rel=1e-14)
    assert gp.beta_.shape == (0,) and gp.noise_ == 0.5


PAIRS = [
    (2.0 * RBF(1.3), sk.ConstantKernel(2.0) * sk.RBF(1.3)),
    (1.5 * Matern(2.0, nu=2.5), sk.ConstantKernel(1.5) * sk.Matern(2.0, nu=2.5)),
    (
        3.0 * (RBF(5.0) * Periodic(1.5, period=2.0)) + WhiteNoise(0.05),
        sk.ConstantKernel(3.0) * (sk.RBF(5.0) * sk.ExpSineSquared(1.5, 2.0))
        + sk.WhiteKernel(0.05),
    ),
]


@pytest.mark.parametrize("ours, theirs", PAIRS, ids=repr)
@pytest.mark.parametrize("n, noise", [(1, 0.1), (40, 1e-2), (150, 1e-3)])
def test_mean_deviation_and_likelihood_are_scikit_learns(ours, theirs, n, noise):
    X, y = data(n)
    Z = np.linspace(-5, 5, 50)[:, None]
    reference = GaussianProcessRegressor(theirs, alpha=noise, optimizer=None).fit(X, y)
    gp = fixed(ours, noise=noise).fit(X, y)
    mean, std = gp.predict(Z, return_std=True)
    expected, deviation = reference.predict(Z, return_std=True)
    np.testing.assert_allclose(mean, expected, atol=1e-8)
    np.testing.assert_allclose(gp.predict(Z), mean, rtol=1e-14)
    np.testing.assert_allclose(std, deviation, atol=1e-8)
    _, cov = gp.predict(Z, return_cov=True)
    np.testing.assert_allclose(cov, reference.predict(Z, return_cov=True)[1], atol=1e-8)
    np.testing.assert_allclose(np.diag(cov), std**2, rtol=1e-14)
    value, slope = gp.log_marginal_likelihood(grad=True)
    wanted, slopes = reference.log_marginal_likelihood(
        reference.kernel_.theta, eval_gradient=True
    )
    assert value == pytest.approx(wanted, rel=1e-9, abs=1e-8)
    np.testing.assert_allclose(slope[:-1], slopes, rtol=1e-7, atol=1e-8)
    assert gp.score(X, y) == pytest.approx(reference.score(X, y)) if n > 1 else True


def test_noise_is_added_only_when_asked_for():
    X, y = data()
    gp = fixed(RBF(), noise=0.3).fit(X, y)
    for option in ("return_std", "return_cov"):
        _, f = gp.predict(X, **{option: True})
        _, new = gp.predict(X, include_noise=True, **{option: True})
        if option == "return_std":
            np.testing.assert_allclose(new**2 - f**2, 0.3, rtol=1e-12)
        else:
            np.testing.assert_allclose(new - f, 0.3 * np.eye(len(X)), atol=1e-14)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 12), st.floats(1e-3, 10), st.integers(0, 99))
def test_observing_narrows_and_the_mean_is_kernel_ridge(n, noise, seed):
    X, y = data(n, 2, seed)
    Z, _ = data(9, 2, seed + 1)
    gp = fixed(2 * RBF(1.5), noise=noise).fit(X, y)
    mean, std = gp.predict(Z, return_std=True)
    assert (std <= np.sqrt(2) * (1 + 1e-12)).all()
    ridge = KernelRidge(2 * RBF(1.5), alpha=noise).fit(X, y)
    np.testing.assert_allclose(mean, ridge.predict(Z), atol=1e-10)
    fewer = fixed(2 * RBF(1.5), noise=noise).fit(X[:1], y[:1])
    assert (std <= fewer.predict(Z, return_std=True)[1] + 1e-12).all()


def test_the_linear_kernel_is_bayesian_linear_regression():
    X, y = data(30, 3)
    Z, _ = data(5, 3, seed=1)
    gp = fixed(0.7 * Linear(), noise=0.2).fit(X, y)
    precision = X.T @ X / 0.2 + np.eye(3) / 0.7
    mean, std = gp.predict(Z, return_std=True)
    np.testing.assert_allclose(mean, Z @ np.linalg.solve(precision, X.T @ y / 0.2))
    variances = np.diag(Z @ np.linalg.solve(precision, Z.T))
    np.testing.assert_allclose(std**2, variances, rtol=1e-9)
    evidence = multivariate_normal(np.zeros(30), 0.7 * X @ X.T + 0.2 * np.eye(30))
    assert gp.log_marginal_likelihood() == pytest.approx(evidence.logpdf(y), rel=1e-11)


def test_without_noise_it_goes_through_the_points():
    X = np.arange(6.0)[:, None]
    gp = fixed(Matern(1.0), noise=0).fit(X, [3, 1, 4, 1, 5, 9])
    mean, std = gp.predict(X, return_std=True)
    np.testing.assert_allclose(mean, [3, 1, 4, 1, 5, 9], rtol=1e-12)
    np.testing.assert_allclose(std, 0, atol=1e-7)
    assert gp.noise_ == 0 and gp.log_marginal_likelihood(grad=True)[1].shape == (1,)


def test_far_away_the_prior_returns():
    X, y = data()
    mean, std = fixed(4 * RBF(), noise=0.1).fit(X, y).predict([[99.0]], return_std=True)
    assert mean[0] == 0 and std[0] == 2


# Draws


def test_draws_have_the_posterior_mean_and_covariance():
    X, y = data(5)
    Z = np.linspace(-3, 3, 4)[:, None]
    gp = fixed(RBF(1.5), noise=0.05, basis=line).fit(X, y)
    mean, cov = gp.predict(Z, return_cov=True)
    draws = gp.sample(Z, 40_000, np.random.default_rng(0))
    assert draws.shape == (40_000, 4)
    error = np.sqrt(np.diag(cov) / 40_000)
    assert (np.abs(draws.mean(axis=0) - mean) < 4 * error).all()
    scale = np.sqrt(np.outer(np.diag(cov), np.diag(cov)))
    np.testing.assert_allclose(np.cov(draws.T) / scale, cov / scale, atol=0.03)
    with pytest.raises(TypeError, match="Generator"):
        gp.sample(Z, 2, 0)
    with pytest.raises(ValueError, match="n must be at least 1"):
        gp.sample(Z, 0, np.random.default_rng(0))


def test_draws_of_a_smooth_function_are_smooth():
    grid = np.linspace(0, 1, 200)[:, None]  # a covariance far from full rank
    gp = fixed(RBF(0.3), noise=1e-4).fit([[0.5]], [1.0])
    draws = gp.sample(grid, 5, np.random.default_rng(0))
    assert np.abs(np.diff(draws, 3)).max() < 1e-4
    np.testing.assert_allclose(draws[:, 100], 1, atol=0.1)


# Basis functions under a flat prior


def kriging(gp, X, y, Z, H, G):
    """Mean and covariance from the system of universal kriging, solved as one."""
    n, q = H.shape
    K = gp.kernel_(X) + gp.noise_ * np.eye(n)
    system = np.block([[K, H], [H.T, np.zeros((q, q))]])
    side = np.vstack([gp.kernel_(X, Z), G.T])
    solved = np.linalg.solve(system, side)
    return solved[:n].T @ y, gp.kernel_(Z) - side.T @ solved


def test_with_a_basis_it_is_universal_kriging():
    X, y = data(25, 2)
    Z, _ = data(8, 2, seed=3)
    y = y + 100 + X @ [3.0, -2.0]
    gp = fixed(1.5 * RBF(1.2), noise=0.02, basis=line).fit(X, y)
    mean, std = gp.predict(Z, return_std=True)
    expected, covariance = kriging(gp, X, y, Z, line(X), line(Z))
    np.testing.assert_allclose(mean, expected, rtol=1e-10)
    np.testing.assert_allclose(std**2, np.diag(covariance), rtol=1e-9)
    cov = gp.predict(Z, return_cov=True)[1]
    np.testing.assert_allclose(cov, covariance, atol=1e-10)
    np.testing.assert_allclose(np.diag(cov), std**2)
    gls = sm.GLS(y, line(X), sigma=gp.kernel_(X) + 0.02 * np.eye(25)).fit()
    np.testing.assert_allclose(gp.beta_, gls.params, rtol=1e-10)


def test_its_likelihood_is_that_of_the_contrasts():
    X, y = data(20)
    y = y + 7 - 3 * X[:, 0]
    gp = fixed(1.5 * RBF(1.2), noise=0.02, basis=line).fit(X, y)
    H = line(X)
    Q = null_space(H.T)  # contrasts, which beta does not reach
    K = gp.kernel_(X) + 0.02 * np.eye(20)
    contrasts = multivariate_normal(np.zeros(18), Q.T @ K @ Q).logpdf(Q.T @ y)
    expected = contrasts - np.linalg.slogdet(H.T @ H)[1] / 2
    assert gp.log_marginal_likelihood() == pytest.approx(expected, rel=1e-11)


def test_as_many_basis_functions_as_rows_leave_nothing_to_chance():
    gp = fixed(RBF(), noise=0.1, basis=line).fit([[0.0], [2.0]], [1.0, 5.0])
    np.testing.assert_allclose(gp.beta_, [1, 2], rtol=1e-12)
    np.testing.assert_allclose(gp.predict([[7.0]]), [15], rtol=1e-12)


# The likelihood and its maximum


@pytest.mark.parametrize("basis", [None, line], ids=["no basis", "line"])
@pytest.mark.parametrize("noise", [0.05, 0.0])
def test_the_gradient_is_that_of_central_differences(basis, noise):
    X = np.linspace(-3, 3, 15)[:, None]
    y = np.sin(X[:, 0]) + 0.1 * np.cos(9 * X[:, 0])
    kernel = 1.3 * RBF(0.9) * Periodic(1.4, period=5.0) + 0.2 * Matern(2.0, nu=0.5)
    gp = fixed(kernel, noise=noise, basis=basis).fit(X, y)
    theta = np.append(kernel.theta, np.log([noise] if noise else []))
    value, slope = gp.log_marginal_likelihood(grad=True)
    assert type(value) is float and slope.shape == theta.shape
    for j in range(len(theta)):
        e = 1e-5 * np.eye(len(theta))[j]
        up, down = (gp.log_marginal_likelihood(theta + s * e) for s in (1, -1))
        assert slope[j] == pytest.approx((up - down) / 2e-5, rel=1e-6, abs=1e-7)
    there = gp.log_marginal_likelihood(theta + 0.3, grad=True)
    fresh = fixed(kernel.with_theta(theta[: len(kernel.theta)] + 0.3), noise=noise * np.exp(0.3), basis=basis).fit(X, y)  # fmt: skip
    np.testing.assert_allclose(there[0], fresh.log_marginal_likelihood(), rtol=1e-12)
    np.testing.assert_allclose(there[1], fresh.log_marginal_likelihood(grad=True)[1])
    assert gp.log_marginal_likelihood() == value  # it has not moved


@pytest.mark.parametrize("basis", [None, line], ids=["no basis", "line"])
def test_the_information_is_the_curvature_of_the_kl_divergence(basis):
    X, y = data(12)
    gp = fixed(1.3 * RBF(0.9), noise=0.3, basis=basis).fit(X, y)
    Q = np.eye(12) if basis is None else null_space(line(X).T)
    start = np.log([1.3, 0.9, 0.3])

    def covariance(theta):
        return Q.T @ (RBF(1.0).with_theta(theta[1:2])(X) * np.exp(theta[0])
                      + np.exp(theta[2]) * np.eye(12)) @ Q  # fmt: skip

    def kl(step):
        K = covariance(start + step)
        ratio = np.linalg.solve(K, covariance(start))
        return (np.trace(ratio) - len(K) - np.linalg.slogdet(ratio)[1]) / 2

    h, E = 1e-3, np.eye(3)
    expected = [
        [(kl(h * (a + b)) - kl(h * (a - b)) - kl(h * (b - a)) + kl(-h * (a + b))) / (4 * h * h) for a in E]
        for b in E
    ]  # fmt: skip
    information = gp._posterior.information
    np.testing.assert_allclose(information, expected, atol=1e-4 * np.max(expected))


@pytest.mark.parametrize("pair", [0, 1])
def test_the_maximum_is_that_of_another_optimizer(pair):
    X, y = data(30)
    kernel, theirs = PAIRS[pair]
    gp = GaussianProcess(kernel, noise=0.05).fit(X, y)
    reference = GaussianProcessRegressor(theirs + sk.WhiteKernel(0.05), alpha=0.0)
    reference.fit(X, y)
    best = minimize(
        lambda t: -reference.log_marginal_likelihood(t),
        reference.kernel_.theta,
        method="Nelder-Mead",
        options={"xatol": 1e-8, "fatol": 1e-12},
    )
    assert gp.history_[-1] == pytest.approx(-best.fun, abs=1e-7)
    got = np.append(gp.kernel_.theta, np.log(gp.noise_))
    np.testing.assert_allclose(got, best.x, atol=1e-4)
    assert gp.converged_ and gp.n_iter_ == len(gp.history_) - 1 < 25
    assert (np.diff(gp.history_) >= -1e-9).all()
    assert gp.history_[-1] == pytest.approx(gp.log_marginal_likelihood(), rel=1e-12)
    assert gp.kernel is kernel and gp.noise == 0.05  # the parameters stay as given
    start = fixed(kernel, noise=0.05).fit(X, y)
    assert gp.history_[0] == pytest.approx(start.log_marginal_likelihood(), rel=1e-12)
    assert start.n_iter_ == 0 and start.converged_ and len(start.history_) == 1


def test_the_hundred_meters_have_two_explanations(men):
    years, times, mean = men
    smooth = GaussianProcess(1.0 * RBF(50.0), noise=0.04).fit(years, times)
    wiggly = GaussianProcess(1.0 * RBF(10.0), noise=0.04).fit(years, times)
    for gp, wanted, value in [(smooth, [0.958, 50.6, 0.192], -1.949), (wiggly, [0.649, 13.3, 0.151], -4.03)]:  # fmt: skip
        variance, scale = np.exp(gp.kernel_.theta)
        got = [variance**0.5, scale, gp.noise_**0.5]
        np.testing.assert_allclose(got, wanted, rtol=4e-3)
        assert gp.log_marginal_likelihood() == pytest.approx(value, abs=5e-4)
    forecast, std = smooth.predict([[2028], [2100]], True, include_noise=True)
    np.testing.assert_allclose(forecast + mean, [9.74, 10.22], atol=5e-3)
    np.testing.assert_allclose(std, [0.24, 0.87], atol=5e-3)
    rng = np.random.default_rng(0)
    both = GaussianProcess(1.0 * RBF(10.0), noise=0.04, n_restarts=6, rng=rng)
    assert both.fit(years, times).history_[-1] == pytest.approx(-1.9489024, abs=1e-6)


def quadratic_trend(carbon):
    """Rasmussen and Williams' kernel; the rational quadratic comes as a function."""
    rational = lambda X, Z: 0.66**2 * (1 + (X - Z.T) ** 2 / (1.56 * 1.44)) ** -0.78  # noqa: E731
    season = 2.4**2 * (RBF(90.0) * Periodic(1.3, 1.0))
    return 66.0**2 * RBF(67.0) + season + rational + 0.18**2 * RBF(1.6 / 12)


def test_mauna_loa_as_the_book_has_it(carbon):
    time, ppm, later, truth, mean = carbon
    gp = fixed(quadratic_trend(carbon), noise=0.19**2).fit(time, ppm)
    assert gp.log_marginal_likelihood() == pytest.approx(-95.466, abs=5e-4)
    forecast, std = gp.predict(later, True, include_noise=True)
    error = truth - forecast
    assert np.sqrt(np.mean(error**2)) == pytest.approx(2.02, abs=5e-3)
    assert np.sum(np.abs(error) < 1.96 * std) == 103
    assert forecast[-1] + mean == pytest.approx(373.45, abs=5e-3)
    assert 1.96 * std[-1] == pytest.approx(3.98, abs=5e-3)
    _, cov = gp.predict(later, return_cov=True, include_noise=True)
    assert error @ np.linalg.solve(cov, error) == pytest.approx(135.2, abs=0.05)


def test_parameters_of_very_different_curvature_are_fitted_in_a_few_steps(carbon):
    time, ppm, *_ = carbon
    kernel = quadratic_trend(carbon)
    gp = GaussianProcess(kernel, noise=0.19**2).fit(time, ppm)
    assert gp.converged_ and gp.n_iter_ < 20
    assert gp.history_[-1] == pytest.approx(-92.47238, abs=2e-5)
    start = np.append(np.exp(kernel.theta), 0.19**2)
    bounds = np.outer(start, [1e-2, 1e2])
    bounds[5] = 1.0  # the period is a year
    held = GaussianProcess(kernel, noise=0.19**2, bounds=bounds).fit(time, ppm)
    assert held.converged_ and np.exp(held.kernel_.theta[5]) == 1
    assert held.history_[-1] == pytest.approx(-93.01909, abs=2e-5)


def test_bounds_hold(men):
    years, times, _ = men
    free = GaussianProcess(1.0 * RBF(20.0), noise=0.04).fit(years, times)
    wide = GaussianProcess(1.0 * RBF(20.0), noise=0.04, bounds=(1e-4, 1e4))
    assert wide.fit(years, times).history_[-1] == pytest.approx(
        free.history_[-1], abs=1e-6
    )
    tight = GaussianProcess(
        1.0 * RBF(10.0), noise=0.04, bounds=[(0.1, 10), (5, 12), (0.04, 0.04)]
    ).fit(years, times)
    assert 11.9 < np.exp(tight.kernel_.theta[1]) <= 12
    assert tight.noise_ == pytest.approx(0.04, rel=1e-14)
    edge = GaussianProcess(
        1.0 * RBF(60.0), 0.04, bounds=[(1e-3, 100), (1, 60), (1e-3, 1)]
    )
    edge.fit(years, times)  # a start on an end is not stuck there
    assert edge.history_[-1] == pytest.approx(-1.9489024, abs=1e-6)


def test_random_starts_lie_within_the_bounds_or_a_factor_of_twenty(monkeypatch):
    starts = []

    def note(posterior, scale, theta):
        starts.append(np.exp(theta))
        return theta, np.array([-np.inf if len(starts) % 9 else 0.0]), True

    monkeypatch.setattr(gaussian_process, "_maximize", note)
    X, y = data(5)
    for bounds in (None, [(0.5, 40), (0.1, 0.3)]):
        starts.clear()
        rng = np.random.default_rng(0)
        gp = GaussianProcess(RBF(2.0), 0.2, bounds=bounds, n_restarts=400, rng=rng)
        gp.fit(X, y)
        np.testing.assert_allclose(starts[0], [2.0, 0.2])
        low, high = np.array(bounds or [(0.1, 40), (0.01, 4)]).T
        drawn = np.log(starts[1:])
        assert drawn.shape == (400, 2)
        share = (drawn - np.log(low)) / (np.log(high) - np.log(low))
        assert (share.min(axis=0) >= 0).all() and (share.max(axis=0) <= 1).all()
        np.testing.assert_allclose(share.mean(axis=0), 0.5, atol=0.05)
        np.testing.assert_allclose(share.var(axis=0), 1 / 12, atol=0.01)
        # the first of the best is kept
        np.testing.assert_allclose(gp.kernel_.theta, np.log(starts[8][0]))


def test_a_start_where_the_matrix_fails_does_no_harm():
    X = np.linspace(0, 1, 20)[:, None]
    y = np.sin(6 * X[:, 0]) + 0.1 * np.random.default_rng(0).normal(size=20)
    bounds = [(1e-3, 1e6), (0.1, 1e3), (1e-16, 1.0)]
    kernel, rng = 1.0 * RBF(0.3), np.random.default_rng(1)
    gp = GaussianProcess(kernel, 0.01, bounds=bounds, n_restarts=6, rng=rng).fit(X, y)
    alone = GaussianProcess(kernel, 0.01, bounds=bounds).fit(X, y)
    assert gp.history_[-1] >= alone.history_[-1] - 1e-9 and gp.converged_


def test_a_likelihood_that_rises_without_end_is_told():
    with pytest.warns(ConvergenceWarning, match="the likelihood still rises") as w:
        gp = GaussianProcess(1.0 * RBF(), noise=0.1).fit(
            [[0.0], [1.0], [2.0]], [0, 0, 0]
        )
    assert w[0].filename == __file__ and not gp.converged_
    np.testing.assert_array_equal(gp.predict([[0.5]]), [0])


def test_nothing_to_optimize_is_no_trouble():
    gp = GaussianProcess(Linear(), noise=0).fit([[2.0]], [4.0])
    np.testing.assert_allclose(gp.predict([[5.0]]), [10])
    assert gp.n_iter_ == 0
    only_noise = GaussianProcess(Linear(), noise=1.0).fit(*data(20))
    assert only_noise.converged_ and only_noise.noise_ != 1.0


# What comes in


def test_forms_of_the_data_do_not_matter_and_nothing_is_changed():
    X, y = np.array([[1, 2], [3, 4], [0, 1]]), np.array([1, 2, 0])
    expected = fixed(RBF(), noise=0.1).fit(X, y).predict(X, return_std=True)
    view = np.zeros((6, 4), dtype=np.float32)[::2, ::2]
    view[...] = X
    view.flags.writeable = False
    for form in (X.tolist(), view, np.asfortranarray(X)):
        gp = fixed(RBF(), noise=0.1)
        assert gp.fit(form, y.tolist()) is gp
        np.testing.assert_allclose(gp.predict(form, return_std=True), expected)
    np.testing.assert_array_equal(view, X)
    np.testing.assert_array_equal(y, [1, 2, 0])
    gp.fit(X, -y)  # a fresh start
    np.testing.assert_allclose(gp.predict(X), -expected[0])


def test_equal_rows_and_constant_columns_are_fine_with_noise():
    X, y = np.ones((4, 2)), [1.0, 2.0, 3.0, 4.0]
    mean, std = fixed(RBF(), noise=0.5).fit(X, y).predict([[1, 1]], return_std=True)
    np.testing.assert_allclose([mean[0], std[0] ** 2], [10 / 4.5, 1 / 9], rtol=1e-12)


def test_a_matrix_that_is_not_positive_definite_says_what_helps():
    with pytest.raises(np.linalg.LinAlgError, match="raise noise, by 1e-10 or more"):
        fixed(RBF(), noise=0).fit([[1.0], [1.0]], [1, 2])
    X = np.linspace(0, 1, 50)[:, None]
    with pytest.raises(np.linalg.LinAlgError, match="raise noise"):
        GaussianProcess(RBF(0.1), noise=0).fit(X, X[:, 0])
    gp = fixed(RBF(0.1), noise=1e-10).fit(X, X[:, 0])
    np.testing.assert_allclose(gp.predict(X), X[:, 0], atol=1e-6)
    with pytest.raises(np.linalg.LinAlgError, match="raise noise"):
        gp.log_marginal_likelihood([0.0, -80.0])

    def no_kernel(X, Z):  # definite on the training rows alone
        return np.where(X == Z.T, 1.0, np.where(X + Z.T > 3, 2.0, 0.0))

    gp = fixed(no_kernel, noise=0.1).fit([[0.0], [1.0]], [1.0, 2.0])
    with pytest.raises(np.linalg.LinAlgError, match="row 0 came out as -2.6"):
        gp.predict([[3.0]], return_std=True)


def test_bases_that_do_not_fit_are_refused():
    X, y = data(5)

    def fit(basis, X=X, y=y):
        return fixed(RBF(), noise=0.1, basis=basis).fit(X, y)

    with pytest.raises(np.linalg.LinAlgError, match="2 columns of .* are dependent"):
        fit(lambda X: np.ones((len(X), 2)))
    with pytest.raises(np.linalg.LinAlgError, match="dependent on these 1 rows"):
        fit(line, X[:1], y[:1])
    with pytest.raises(TypeError, match="basis must be a function"):
        fit("line")
    with pytest.raises(ValueError, match=r"basis\(X\) must be a matrix"):
        fit(lambda X: X[:, 0])
    with pytest.raises(ValueError, match="equally many rows"):
        fit(lambda X: np.ones((3, 1)))
    with pytest.raises(ValueError, match=r"basis\(X\) must be finite"):
        fit(lambda X: X * np.nan)


def test_bad_data_and_parameters_are_named():
    X, y = [[1.0], [2.0]], [1.0, 2.0]
    gp = GaussianProcess(RBF())
    for call in (gp.predict, lambda X: gp.sample(X, 1, np.random.default_rng(0))):
        with pytest.raises(NotFittedError, match="call fit first"):
            call(X)
    with pytest.raises(NotFittedError):
        gp.log_marginal_likelihood()
    with pytest.raises(ValueError, match="one row per example"):
        gp.fit([1.0, 2.0], y)
    with pytest.raises(ValueError, match="X must be finite"):
        gp.fit([[1.0], [np.inf]], y)
    with pytest.raises(ValueError, match="y must be a vector"):
        gp.fit(X, [[1.0], [2.0]])
    with pytest.raises(ValueError, match="y must be finite"):
        gp.fit(X, [1.0, np.nan])
    with pytest.raises(ValueError, match="equally many rows"):
        gp.fit(X, [1.0])
    with pytest.raises(ValueError, match="no density in float64"):
        gp.fit(X, [1e300, 0.0])
    for bad in ({"noise": -1}, {"n_restarts": -1}):
        with pytest.raises(ValueError, match=f"{next(iter(bad))} must be"):
            gp.clone().set_params(**bad).fit(X, y)
    for rng in (None, 0):
        with pytest.raises(TypeError, match="Generator"):
            GaussianProcess(RBF(), n_restarts=1, rng=rng).fit(X, y)
    with pytest.raises(TypeError, match="kernel must be a kernel"):
        GaussianProcess("rbf").fit(X, y)
    with pytest.raises(ValueError, match="must be symmetric"):
        fixed(lambda X, Z: X - 2 * Z.T).fit(X, y)
    gp = fixed(RBF()).fit(X, y)
    with pytest.raises(ValueError, match="return_std or return_cov, not both"):
        gp.predict(X, return_std=True, return_cov=True)
    with pytest.raises(ValueError, match="1 columns"):
        gp.predict([[1.0, 2.0]])
    with pytest.raises(ValueError, match=r"theta must have shape \(2,\), the logs"):
        gp.log_marginal_likelihood([1.0])


def test_bounds_that_make_no_sense_are_refused():
    X, y = data(5)

    def fit(bounds):
        return GaussianProcess(RBF(2.0), noise=0.1, bounds=bounds).fit(X, y)

    for bounds in ([(1, 2)], [1, 2, 3], 3.0):
        with pytest.raises(
            ValueError, match=r"bounds must have shape \(2,\) or \(2, 2\)"
        ):
            fit(bounds)
    for bounds in ((0, 1), (-1, 1), (3, 1)):
        with pytest.raises(ValueError, match="bounds must be positive, low <= high"):
            fit(bounds)
    with pytest.raises(ValueError, match="bounds must be finite"):
        fit((1, np.inf))
    with pytest.raises(ValueError, match="parameter 0 starts at 2, outside its bounds"):
        fit((0.01, 1))
    with pytest.raises(ValueError, match="parameter 1 starts at 0.1, outside"):
        fit((1, 10))


def test_it_keeps_the_protocol():
    gp = GaussianProcess(2.0 * RBF(3.0), noise=0.5)
    assert repr(gp) == (
        "GaussianProcess(kernel=2.0 * RBF(length_scale=3.0), noise=0.5)"
    )
    copy = gp.clone()
    assert copy.kernel == gp.kernel and copy.noise == 0.5
    assert Polynomial(2) * gp.kernel == Polynomial(2) * copy.kernel
