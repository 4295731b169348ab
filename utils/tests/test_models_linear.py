"""Linear models against scikit-learn, statsmodels, n refits and NIST's certified values."""

import warnings

import numpy as np
import pytest
import sklearn.linear_model as sk
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from utils import linalg
from utils.datasets import load_diabetes, load_longley
from utils.models import (
    ConvergenceWarning,
    ElasticNet,
    Lasso,
    LinearRegression,
    NotFittedError,
    Ridge,
)

METHODS = ["qr", "svd", "normal"]
NIST_LONGLEY = [
    -3482258.63459582, 15.0618722713733, -0.358191792925910e-01, -2.02022980381683,
    -1.03322686717359, -0.511041056535807e-01, 1829.15146461355,
]  # fmt: skip
NIST_LONGLEY_ERRORS = [
    890420.383607373, 84.9149257747669, 0.334910077722432e-01, 0.488399681651699,
    0.214274163161675, 0.226073200069370, 455.478499142212,
]  # fmt: skip
WAMPLER_NOISE = np.array(
    [759, -2048, 2048, -2048, 2523, -2048, 2048, -2048, 1838, -2048]
)
WAMPLER_NOISE = np.concatenate([WAMPLER_NOISE, [2048], WAMPLER_NOISE[::-1]]).astype(
    float
)


def data(n=60, d=4, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, d)) * 10.0 ** np.arange(d) + 5
    return X, X @ rng.normal(size=d) + rng.normal(size=n) + 3


def parameters(model):
    return np.append(model.intercept_, model.coef_)


def digits(got, certified):
    certified = np.asarray(certified)
    error = np.max(np.abs(got - certified) / np.abs(certified))
    return -np.log10(max(error, 1e-16))


def with_ones(X):
    return np.column_stack([np.ones(len(X)), X])


# Least squares: the numbers


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("intercept", [True, False])
def test_coefficients_are_lapacks(method, intercept):
    X, y = data()
    model = LinearRegression(fit_intercept=intercept, method=method).fit(X, y)
    design = with_ones(X) if intercept else X
    expected = np.linalg.lstsq(design, y, rcond=None)[0]
    got = parameters(model) if intercept else model.coef_
    np.testing.assert_allclose(got, expected, rtol=1e-11)
    np.testing.assert_allclose(model.predict(X), design @ expected, rtol=1e-12)


@pytest.mark.parametrize("method", METHODS)
def test_longley_agrees_with_nist_to_twelve_digits(method):
    model = LinearRegression(method=method).fit(*load_longley())
    assert digits(parameters(model), NIST_LONGLEY) > 12
    assert digits(model.stderr_, NIST_LONGLEY_ERRORS) > 12
    assert digits(model.sigma2_**0.5, 304.854073561965) > 12
    assert digits(model.score(*load_longley()), 0.995479004577296) > 13


def wampler(k):
    x = np.arange(21.0)
    X = x[:, None] ** np.arange(1, 6)
    if k == 2:
        truth = 10.0 ** -np.arange(6)
        return X, np.round(with_ones(X) @ truth, 5), truth
    noise = {1: 0, 3: 1, 4: 100, 5: 10_000}[k]
    return X, with_ones(X).sum(axis=1) + noise * WAMPLER_NOISE, np.ones(6)


@pytest.mark.parametrize("k, needed", [(1, 9), (2, 12), (3, 9), (4, 7), (5, 5)])
def test_wamplers_polynomials_come_out_with_at_least_the_digits_of_lapack(k, needed):
    X, y, truth = wampler(k)
    got = digits(parameters(LinearRegression().fit(X, y)), truth)
    lapack = digits(np.linalg.lstsq(with_ones(X), y, rcond=None)[0], truth)
    assert got > needed and got > lapack - 0.5


def test_wamplers_errors_are_nists():
    certified = [215232.624678170, 236355.173469681, 77934.3524331583, 10147.5507550350,
                 564.566512170752, 11.2324854679312]  # fmt: skip
    X, y, _ = wampler(4)
    assert digits(LinearRegression().fit(X, y).stderr_, certified) > 10


@pytest.mark.parametrize(
    "X, y, coef, error",
    [
        (np.arange(60, 71), np.arange(130, 141), 2.07438016528926, 0.0165289256198347),
        ([4, 5, 6], [3, 4, 4], 0.727272727272727, 0.0420827318078432),
    ],
)
def test_lines_through_the_origin_are_nists(X, y, coef, error):
    model = LinearRegression(fit_intercept=False).fit(np.asarray(X)[:, None], y)
    assert digits(model.coef_[0], coef) > 14 and digits(model.stderr_[0], error) > 13


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("weighted", [False, True])
def test_errors_and_leverages_are_statsmodels(method, weighted):
    X, y = data()
    w = np.random.default_rng(1).uniform(0.1, 3, size=len(y)) if weighted else None
    model = LinearRegression(method=method).fit(X, y, sample_weight=w)
    reference = sm.WLS(y, with_ones(X), weights=1.0 if w is None else w).fit()
    np.testing.assert_allclose(parameters(model), reference.params, rtol=1e-10)
    np.testing.assert_allclose(model.stderr_, reference.bse, rtol=1e-9)
    np.testing.assert_allclose(model.cov_, reference.cov_params(), rtol=1e-8)
    np.testing.assert_allclose(model.sigma2_, reference.scale, rtol=1e-10)
    if not weighted:
        influence = sm.OLS(y, with_ones(X)).fit().get_influence().hat_matrix_diag
        np.testing.assert_allclose(model.leverage_, influence, rtol=1e-9)
        np.testing.assert_allclose(model.score(X, y), reference.rsquared, rtol=1e-12)


def test_integer_weights_are_repeated_rows():
    X, y = data(20, 2)
    w = np.arange(20) % 4  # some rows count for nothing
    weighted = LinearRegression().fit(X, y, sample_weight=w)
    repeated = LinearRegression().fit(np.repeat(X, w, axis=0), np.repeat(y, w))
    np.testing.assert_allclose(parameters(weighted), parameters(repeated), rtol=1e-12)
    assert weighted.leverage_[0] == 0 and np.isclose(weighted.leverage_.sum(), 3)


def test_several_targets_are_several_fits():
    X, y = data()
    Y = np.column_stack([y, 2 * y - X[:, 0], X[:, 1] ** 2])
    together = LinearRegression().fit(X, Y)
    apart = [LinearRegression().fit(X, column) for column in Y.T]
    assert together.coef_.shape == (3, 4) and together.cov_.shape == (3, 5, 5)
    for i, model in enumerate(apart):
        np.testing.assert_allclose(together.coef_[i], model.coef_, rtol=1e-8, atol=1e-9)
        np.testing.assert_allclose(
            together.stderr_[i], model.stderr_, rtol=1e-8, atol=1e-12
        )
        np.testing.assert_allclose(
            together.loo_residuals()[:, i], model.loo_residuals(), rtol=1e-6, atol=1e-8
        )
    np.testing.assert_allclose(
        together.predict(X), np.column_stack([m.predict(X) for m in apart]), rtol=1e-10
    )
    assert together.predict_interval(X[:7])[1].shape == (7, 3)


@settings(max_examples=40, deadline=None)
@given(st.integers(3, 30), st.integers(1, 6), st.integers(0, 10**6))
def test_residuals_are_perpendicular_and_leverages_add_up_to_the_parameters(n, d, seed):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(n, d)), rng.normal(size=n)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # wide or square: rank n - 1
        model = LinearRegression().fit(X, y)
    residuals = y - model.predict(X)
    np.testing.assert_allclose(with_ones(X).T @ residuals, 0, atol=1e-9)
    assert np.isclose(model.leverage_.sum(), min(n - 1, d) + 1)
    assert model.leverage_.min() >= 1 / n - 1e-12 and model.leverage_.max() <= 1 + 1e-12


# Least squares: intervals and leave-one-out


@pytest.mark.parametrize("kind, suffix", [("mean", "mean_ci"), ("new", "obs_ci")])
def test_intervals_are_statsmodels(kind, suffix):
    X, y = data()
    new = X[:9] * 1.3
    fit = sm.OLS(y, with_ones(X)).fit()
    table = fit.get_prediction(with_ones(new)).summary_frame(alpha=0.1)
    got = LinearRegression().fit(X, y).predict_interval(new, level=0.9, kind=kind)
    expected = [table["mean"], table[f"{suffix}_lower"], table[f"{suffix}_upper"]]
    np.testing.assert_allclose(got, expected, rtol=1e-9)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("weighted", [False, True])
def test_leave_one_out_is_n_refits(method, intercept, weighted):
    X, y = data(25, 3)
    w = np.random.default_rng(2).uniform(0.5, 2, size=25) if weighted else np.ones(25)
    model = LinearRegression(fit_intercept=intercept, method=method)
    got = model.fit(X, y, sample_weight=w).loo_residuals()
    for i, keep in enumerate(~np.eye(25, dtype=bool)):
        again = model.clone().fit(X[keep], y[keep], sample_weight=w[keep])
        assert np.isclose(got[i], y[i] - again.predict(X[i : i + 1])[0], rtol=1e-8)


def test_a_row_that_stands_alone_can_not_be_left_out():
    model = LinearRegression().fit([[0], [0], [0], [1]], [1, 2, 3, 9])
    with pytest.raises(ValueError, match="row 3 has leverage 1"):
        model.loo_residuals()


def test_without_degrees_of_freedom_there_is_no_interval():
    model = LinearRegression().fit([[0], [1]], [1, 2])
    assert np.isnan(model.sigma2_)
    with pytest.raises(ValueError, match="2 rows, 2 parameters"):
        model.predict_interval([[2]])


# Least squares: the edges


@pytest.mark.parametrize("shape", [(6, 10), (10, 4)])
def test_dependent_columns_give_the_shortest_solution_and_a_warning(shape):
    rng = np.random.default_rng(3)
    X, y = rng.normal(size=shape), rng.normal(size=shape[0])
    X[:, -1] = X[:, 0] - 2 * X[:, 1]
    with pytest.warns(RuntimeWarning, match="rank"):
        model = LinearRegression().fit(X, y)
    centered = X - X.mean(axis=0)
    expected = np.linalg.pinv(centered, rcond=1e-12) @ (y - y.mean())
    np.testing.assert_allclose(model.coef_, expected, atol=1e-12)
    assert model.rank_ == np.linalg.matrix_rank(centered)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        svd = LinearRegression(method="svd").fit(X, y)  # asked for: no warning
    np.testing.assert_allclose(svd.coef_, model.coef_, atol=1e-12)
    with pytest.raises(np.linalg.LinAlgError, match="qr"):
        LinearRegression(method="normal").fit(X, y)


def test_a_constant_column_is_recognized_whatever_its_value():
    X, y = data(30, 2)
    constant = np.full((30, 1), 0.1)
    with pytest.warns(RuntimeWarning, match="rank 2"):
        model = LinearRegression().fit(np.hstack([X, constant]), y)
    np.testing.assert_allclose(model.coef_[:2], LinearRegression().fit(X, y).coef_)
    assert model.coef_[2] == 0


def test_columns_of_wildly_different_units_are_not_called_dependent():
    X, y = data(40, 2)
    scale = np.array([1e-120, 1e90])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = LinearRegression().fit(X * scale, y)
    np.testing.assert_allclose(
        model.coef_ * scale, LinearRegression().fit(X, y).coef_, rtol=1e-12
    )


def test_a_far_origin_costs_no_digits():
    """Years, or seconds since 1970: the offset must not matter."""
    x = np.arange(50.0)
    y = 2 * x + np.sin(x)
    near = LinearRegression().fit(x[:, None], y)
    far = LinearRegression().fit(x[:, None] + 2.0**40, y)
    np.testing.assert_allclose(far.coef_, near.coef_, rtol=1e-14)
    np.testing.assert_allclose(far.stderr_[1], near.stderr_[1], rtol=1e-12)


def test_lists_and_integers_are_welcome_and_inputs_stay_as_they_are():
    X, y = [[1, 2], [3, 5], [4, 4], [6, 1]], [1, 2, 3, 5]
    A, b = np.array(X), np.array(y)
    model = LinearRegression().fit(X, y)
    np.testing.assert_array_equal(model.coef_, LinearRegression().fit(A, b).coef_)
    assert A.tolist() == X and b.tolist() == y
    assert type(model.intercept_) is float and type(model.sigma2_) is float
    assert type(model.score(X, y)) is float and type(model.rank_) is int


@pytest.mark.parametrize(
    "X, y, message",
    [
        ([1, 2, 3], [1, 2, 3], r"X\[:, None\]"),
        ([[1], [2]], [1, 2, 3], "equally many rows"),
        ([[1], [np.nan]], [1, 2], "finite"),
        ([[1], [2]], [1, np.inf], "finite"),
        (np.zeros((0, 2)), [], "empty"),
        ([[1], [2]], np.zeros((2, 1, 1)), r"\(n,\) or \(n, m\)"),
    ],
)
@pytest.mark.parametrize("model", [LinearRegression(), Ridge(), Lasso()])
def test_bad_data_are_refused(model, X, y, message):
    if isinstance(model, Lasso) and np.ndim(y) == 3:
        message = "vector"
    with pytest.raises(ValueError, match=message):
        model.fit(X, y)


def test_bad_parameters_are_refused():
    X, y = data()
    for model, message in [
        (LinearRegression(method="lu"), "method must be one of"),
        (Ridge(alpha=-1), "alpha"),
        (Lasso(alpha=-1), "alpha"),
        (ElasticNet(l1_ratio=2), "l1_ratio"),
        (Lasso(max_iter=0), "max_iter"),
    ]:
        with pytest.raises(ValueError, match=message):
            model.fit(X, y)
    for weights in (-np.ones(60), np.zeros(60), np.ones(3)):
        with pytest.raises(ValueError, match="sample_weight"):
            LinearRegression().fit(X, y, sample_weight=weights)
    fitted = LinearRegression().fit(X, y)
    with pytest.raises(ValueError, match="kind"):
        fitted.predict_interval(X, kind="median")
    with pytest.raises(ValueError, match="4 columns"):
        fitted.predict(X[:, :3])
    with pytest.raises(NotFittedError):
        LinearRegression().predict(X)


# Penalties


@pytest.mark.parametrize("alpha", [0.0, 1e-3, 1.0, 1e4])
@pytest.mark.parametrize("intercept", [True, False])
def test_ridge_is_scikit_learns(alpha, intercept):
    X, y = load_diabetes(scaled=True)
    got = Ridge(alpha, fit_intercept=intercept).fit(X, y)
    reference = sk.Ridge(alpha, fit_intercept=intercept, solver="svd").fit(X, y)
    np.testing.assert_allclose(got.coef_, reference.coef_, rtol=1e-9)
    np.testing.assert_allclose(got.predict(X), reference.predict(X), rtol=1e-10)


def test_ridge_is_one_point_of_the_ridge_path():
    X, y = load_diabetes(scaled=True)
    coefs, intercepts = linalg.ridge_path(X, y, [0.01, 1.0])
    for alpha, coef, intercept in zip([0.01, 1.0], coefs, intercepts, strict=True):
        model = Ridge(alpha).fit(X, y)
        np.testing.assert_allclose(model.coef_, coef, rtol=1e-10)
        np.testing.assert_allclose(model.intercept_, intercept, rtol=1e-12)


def test_ridge_counts_its_degrees_of_freedom_as_a_trace():
    X, y = data(30, 3)
    A = X - X.mean(axis=0)
    hat = A @ np.linalg.solve(A.T @ A + 5 * np.eye(3), A.T)
    assert np.isclose(Ridge(5.0).fit(X, y).dof_, np.trace(hat))


def test_ridge_without_penalty_is_the_shortest_solution():
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(5, 12)), rng.normal(size=(5, 2))
    expected = np.linalg.pinv(X - X.mean(axis=0)) @ (Y - Y.mean(axis=0))
    np.testing.assert_allclose(Ridge(0.0).fit(X, Y).coef_, expected.T, atol=1e-12)
    np.testing.assert_allclose(Ridge(1e-10).fit(X, Y).coef_, expected.T, atol=1e-8)


@pytest.mark.parametrize("alpha", [0.01, 0.3, 1.0])
@pytest.mark.parametrize("l1_ratio", [0.2, 0.7, 1.0])
def test_lasso_and_elastic_net_are_scikit_learns(alpha, l1_ratio):
    X, y = load_diabetes(scaled=True)
    X = X * np.sqrt(len(X))  # columns of variance 1
    model = Lasso(alpha) if l1_ratio == 1 else ElasticNet(alpha, l1_ratio)
    model.set_params(tol=1e-11)
    model.fit(X, y)
    reference = sk.ElasticNet(alpha, l1_ratio=l1_ratio, tol=1e-12, max_iter=100_000)
    reference.fit(X, y)
    np.testing.assert_allclose(model.coef_, reference.coef_, atol=1e-6)
    np.testing.assert_allclose(model.intercept_, reference.intercept_, rtol=1e-8)
    assert model.converged_ and 0 <= model.dual_gap_ < 1e-6 * model.history_[0]


def test_the_dual_gap_bounds_the_distance_to_the_minimum():
    X, y = load_diabetes(scaled=True)
    X = X * np.sqrt(len(X))
    for l1_ratio in (1.0, 0.5):
        best = ElasticNet(0.5, l1_ratio).fit(X, y).history_[-1]
        for sweeps in (1, 3, 10):
            with pytest.warns(ConvergenceWarning, match=f"after {sweeps} sweeps"):
                early = ElasticNet(0.5, l1_ratio, max_iter=sweeps).fit(X, y)
            assert 0 < early.history_[-1] - best <= early.dual_gap_


def test_a_large_penalty_leaves_nothing_but_the_mean():
    X, y = data(30, 3)
    centered = X - X.mean(axis=0)
    alpha_max = np.abs(centered.T @ (y - y.mean())).max() / 30
    assert not Lasso(alpha_max * (1 + 1e-12)).fit(X, y).coef_.any()
    assert Lasso(alpha_max * 0.99).fit(X, y).coef_.any()
    assert Lasso(alpha_max * 2).fit(X, y).predict(X[:1])[0] == pytest.approx(y.mean())


def test_penalties_ask_for_one_target_only_where_they_must():
    X, y = data(30, 3)
    with pytest.raises(ValueError, match="vector"):
        Lasso().fit(X, np.column_stack([y, y]))
    assert Ridge().fit(X, np.column_stack([y, y])).coef_.shape == (2, 3)
