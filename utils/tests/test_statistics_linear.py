"""Statistics of the linear model against statsmodels, SciPy, NIST and n refits."""

import math
import warnings

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy import stats
from statsmodels.stats.outliers_influence import variance_inflation_factor

from utils.datasets import load_diabetes, load_longley
from utils.statistics import loo_residuals, ols_inference

# NIST StRD, Longley: https://www.itl.nist.gov/div898/strd/lls/data/Longley.shtml
LONGLEY = {
    "coef": [
        -3482258.63459582, 15.0618722713733, -0.358191792925910e-01, -2.02022980381683,
        -1.03322686717359, -0.511041056535807e-01, 1829.15146461355,
    ],
    "se": [
        890420.383607373, 84.9149257747669, 0.334910077722432e-01, 0.488399681651699,
        0.214274163161675, 0.226073200069370, 455.478499142212,
    ],
    "sigma": 304.854073561965,
    "r2": 0.995479004577296,
    "f": 330.285339234588,
}  # fmt: skip


def data(n, d, seed=0):
    rng = np.random.default_rng([n, d, seed])
    X = rng.normal(size=(n, d)) * 10.0 ** np.arange(-2, d - 2) + 3
    noise = rng.normal(size=n) * (1 + np.abs(X[:, 0] - 3) * 50)
    return X, X @ 0.1 ** np.arange(-2, d - 2) + noise


def assert_same(ours, theirs, level=0.95, rel=1e-10):
    """Every field against a fit of statsmodels."""
    for name, value in (
        ("coef", theirs.params),
        ("se", theirs.bse),
        ("t", theirs.tvalues),
        ("r2", theirs.rsquared),
        ("r2_adj", theirs.rsquared_adj),
        ("f", theirs.fvalue),
        ("sigma", math.sqrt(theirs.scale)),
    ):
        np.testing.assert_allclose(getattr(ours, name), value, rtol=rel, err_msg=name)
    ci = theirs.conf_int(1 - level)
    width = np.ptp(ci, axis=1, keepdims=True)
    np.testing.assert_allclose(ours.ci / width, ci / width, rtol=rel, atol=rel)
    # the smaller p is, the more an error in t weighs: p against SciPy's of the same t
    df = theirs.df_resid
    np.testing.assert_allclose(ours.p, 2 * stats.t.sf(np.abs(ours.t), df), rtol=1e-12)
    np.testing.assert_allclose(ours.p, theirs.pvalues, rtol=1e-7)
    f_pvalue = stats.f.sf(ours.f, len(ours.vif), df)
    assert ours.f_pvalue == pytest.approx(f_pvalue, rel=1e-12, abs=0)
    assert ours.f_pvalue == pytest.approx(float(theirs.f_pvalue), rel=1e-7, abs=0)


@pytest.mark.parametrize("robust", [False, True])
@pytest.mark.parametrize("fit_intercept", [True, False])
@pytest.mark.parametrize(("n", "d"), [(4, 1), (12, 3), (200, 6)])
def test_inference_is_statsmodels(n, d, fit_intercept, robust):
    X, y = data(n, d)
    A = sm.add_constant(X) if fit_intercept else X
    theirs = sm.OLS(y, A).fit(
        method="qr", cov_type="HC3" if robust else "nonrobust", use_t=True
    )
    ours = ols_inference(X, y, fit_intercept, robust, level=0.9)
    assert_same(ours, theirs, 0.9)
    assert ours.ci.shape == (len(ours.coef), 2) and ours.vif.shape == (d,)


@pytest.mark.parametrize("fit_intercept", [True, False])
def test_variance_inflation_is_statsmodels(fit_intercept):
    X, y = data(60, 4)
    X[:, 3] += X[:, 0] - 2 * X[:, 1]
    if fit_intercept:
        A = sm.add_constant(X)
        expected = [variance_inflation_factor(A, j + 1) for j in range(4)]
    else:
        others = [np.delete(X, j, axis=1) for j in range(4)]
        fits = [sm.OLS(X[:, j], A, hasconst=False).fit() for j, A in enumerate(others)]
        expected = [1 / (1 - fit.rsquared) for fit in fits]
    np.testing.assert_allclose(
        ols_inference(X, y, fit_intercept).vif, expected, rtol=1e-10
    )


def test_one_feature_is_scipys_regression():
    X, y = data(30, 1)
    ours, theirs = ols_inference(X, y), stats.linregress(X[:, 0], y)
    np.testing.assert_allclose(ours.coef, [theirs.intercept, theirs.slope], rtol=1e-12)
    np.testing.assert_allclose(
        ours.se, [theirs.intercept_stderr, theirs.stderr], rtol=1e-12
    )
    assert ours.p[1] == pytest.approx(theirs.pvalue, rel=1e-11)
    assert ours.r2 == pytest.approx(theirs.rvalue**2, rel=1e-12)
    assert ours.f == pytest.approx(ours.t[1] ** 2, rel=1e-12)
    assert ours.vif[0] == pytest.approx(1.0, rel=1e-14)


def test_longley_has_nists_digits():
    X, y = load_longley()
    result = ols_inference(X, y)
    for name, certified in LONGLEY.items():
        np.testing.assert_allclose(getattr(result, name), certified, rtol=1e-11)


def test_diabetes_of_the_notebook():
    X, y = load_diabetes(scaled=True)
    plain, robust = ols_inference(X, y), ols_inference(X, y, robust=True)
    bmi, s1 = 3, 5  # after the intercept: age, sex, bmi, bp, s1
    assert round(plain.coef[bmi], 1) == 519.8 and round(plain.t[bmi], 2) == 7.81
    assert [round(end, 1) for end in plain.ci[bmi]] == [389.1, 650.6]
    assert [round(r.se[bmi], 1) for r in (plain, robust)] == [66.5, 68.6]
    assert round(plain.vif[s1 - 1]) == 59 and round(plain.t[s1], 2) == -1.90
    np.testing.assert_array_equal(plain.coef, robust.coef)
    assert plain.sigma == robust.sigma and plain.r2 == robust.r2


@pytest.mark.parametrize("robust", [False, True])
@settings(deadline=None, max_examples=25)
@given(some.integers(-250, 250), some.integers(-80, 80), some.integers(0, 99))
def test_units_do_not_matter(robust, y_unit, x_unit, seed):
    X, y = data(15, 3, seed)
    a, b = 2.0**x_unit, 2.0**y_unit
    plain = ols_inference(X, y, robust=robust)
    scaled = ols_inference(X * [a, 1, 1 / a], y * b, robust=robust)
    for name in ("t", "p", "r2", "r2_adj", "f", "f_pvalue", "vif"):
        np.testing.assert_allclose(
            getattr(scaled, name), getattr(plain, name), rtol=1e-9, err_msg=name
        )
    factor = b / np.array([1, a, 1, 1 / a])
    for name in ("coef", "se"):
        np.testing.assert_allclose(
            getattr(scaled, name), factor * getattr(plain, name), rtol=1e-9
        )
    np.testing.assert_allclose(scaled.ci, factor[:, None] * plain.ci, rtol=1e-8)
    assert scaled.sigma == pytest.approx(b * plain.sigma, rel=1e-10)


@pytest.mark.parametrize("exponent", [-1000, 900])
def test_extreme_units_are_no_obstacle(exponent):
    X, y = data(15, 2)
    plain, scaled = ols_inference(X, y), ols_inference(X, y * 2.0**exponent)
    np.testing.assert_allclose(scaled.t, plain.t, rtol=1e-10)
    scaled = ols_inference(X * 2.0**exponent, y, robust=True)
    np.testing.assert_allclose(scaled.t, ols_inference(X, y, robust=True).t, rtol=1e-10)


def test_coefficients_beyond_the_largest_float_are_refused():
    X, y = data(15, 2)
    with pytest.raises(ValueError, match="coefficients overflow"):
        ols_inference(X * 2.0**-600, y * 2.0**600)


def test_intervals_cover_as_often_as_they_say():
    X, _ = data(12, 2)
    rng = np.random.default_rng(0)
    hits = np.zeros(3)
    for _ in range(600):
        ci = ols_inference(X, X @ [5, 0.5] + 2 + rng.normal(size=12), level=0.8).ci
        hits += (ci[:, 0] <= [2, 5, 0.5]) & ([2, 5, 0.5] <= ci[:, 1])
    np.testing.assert_allclose(hits / 600, 0.8, atol=0.05)


def test_dependent_columns_are_named():
    X, y = data(20, 3)
    cases = [
        (np.column_stack([X, X[:, 0] + 2 * X[:, 1]]), "column 3 of X depends"),
        (np.column_stack([X[:, 0], 1 - X[:, 0], X[:, 1]]), "column 1 of X depends"),
        (np.column_stack([X[:, 0], X[:, 0] + 1e9]), "column 1 of X depends"),
        (np.column_stack([X, np.full(20, 0.1)]), "column 3 of X is constant"),
        (np.column_stack([np.zeros(20), X]), "column 0 of X is constant"),
    ]
    for A, message in cases:
        with pytest.raises(np.linalg.LinAlgError, match=message):
            ols_inference(A, y)
    with pytest.raises(np.linalg.LinAlgError, match="column 1 of X is zero"):
        ols_inference(np.column_stack([X[:, 0], np.zeros(20)]), y, fit_intercept=False)
    ones = np.column_stack([np.ones(20), X])  # an intercept of one's own
    ours, theirs = ols_inference(ones, y, fit_intercept=False), ols_inference(X, y)
    np.testing.assert_allclose(ours.se, theirs.se, rtol=1e-10)


def test_perfect_fits_leave_nothing_to_infer():
    x = np.linspace(0, 1, 30)
    for y in (2 * x + 1, np.full(30, 3.0), np.zeros(30)):
        with pytest.raises(ValueError, match="the fit is perfect"):
            ols_inference(x[:, None], y)
    for y in (2 * x, np.zeros(30)):
        with pytest.raises(ValueError, match="the fit is perfect"):
            ols_inference(x[:, None], y, fit_intercept=False)
    noise = 1e-9 * np.random.default_rng(0).normal(size=30)
    result = ols_inference(x[:, None], 2 * x + 1 + noise)
    assert result.sigma == pytest.approx(1e-9, rel=0.3)


def test_inference_refuses_what_it_cannot_use():
    X, y = data(5, 2)
    with pytest.raises(ValueError, match="more rows than coefficients, got 3 and 3"):
        ols_inference(X[:3], y[:3])
    assert len(ols_inference(X[:3], y[:3], fit_intercept=False).coef) == 2
    with pytest.raises(ValueError, match="more rows than coefficients, got 2 and 2"):
        ols_inference(X[:2], y[:2], fit_intercept=False)
    with pytest.raises(ValueError, match=r"level must be in \(0, 1\)"):
        ols_inference(X, y, level=1)
    with pytest.raises(ValueError, match="equally many rows, got 5 and 4"):
        ols_inference(X, y[:4])
    with pytest.raises(ValueError, match="a single feature is"):
        ols_inference(y, y)
    with pytest.raises(ValueError, match="row 4 has leverage 1"):
        ols_inference([[0.0], [0], [0], [0], [1]], [1, 2, 3, 5, 9], robust=True)
    with pytest.raises(np.linalg.LinAlgError, match="robust covariance is singular"):
        X = np.eye(4)[[0, 0, 1, 1, 2, 2, 3, 3]][:, :3]
        ols_inference(X, [1, 1, 2, 2, 3, 3, 5, 6], robust=True)


def test_nothing_warns_and_inputs_are_left_alone():
    X, y = data(9, 2)
    before = X.copy(), y.copy()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ols_inference(X, y, robust=True)
        result = ols_inference(X.tolist(), y.tolist())
        loo_residuals(X, y)
    np.testing.assert_array_equal(X, before[0])
    np.testing.assert_array_equal(y, before[1])
    for name in ("r2", "r2_adj", "f", "f_pvalue", "sigma"):
        assert type(getattr(result, name)) is float


def test_leave_one_out_is_n_refits():
    X, y = load_diabetes()
    X = np.column_stack([np.ones(60), X[:60]])
    y = y[:60]
    got = loo_residuals(X, y)
    for i, keep in enumerate(~np.eye(60, dtype=bool)):
        coef = np.linalg.lstsq(X[keep], y[keep], rcond=None)[0]
        assert got[i] == pytest.approx(y[i] - X[i] @ coef, rel=1e-8)


def test_leave_one_out_on_diabetes():
    X, y = load_diabetes(scaled=True)
    errors = loo_residuals(np.column_stack([np.ones(442), X]), y)
    assert round(float((errors**2).mean()), 1) == 3001.8


def test_leave_one_out_refuses_what_is_not_determined():
    with pytest.raises(ValueError, match="row 2 has leverage 1"):
        loo_residuals([[1, 0], [1, 0], [1, 1]], [1, 2, 3])
    with pytest.raises(np.linalg.LinAlgError, match="dependent"):
        loo_residuals([[1, 2], [2, 4], [3, 6]], [1, 2, 3])
    with pytest.raises(np.linalg.LinAlgError, match="dependent"):
        loo_residuals([[1, 2, 3]], [1])
