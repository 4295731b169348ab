"""Naive Bayes and Bayesian regression against scikit-learn, SciPy, and theorems by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats
from sklearn import linear_model, naive_bayes
from sklearn.datasets import load_digits

from utils.datasets import load_diabetes, load_olympic_100m, load_wine
from utils.models import (
    BayesianLinearRegression,
    BernoulliNB,
    GaussianNB,
    NotFittedError,
    Ridge,
)

pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture(scope="module")
def digits():
    X, y = load_digits(return_X_y=True)
    perm = np.random.default_rng(0).permutation(len(X))
    train, test = perm[:1200], perm[1200:]
    return X[train] > 7, y[train], X[test] > 7, y[test]


@pytest.mark.parametrize("alpha", [1e-3, 0.5, 1.0, 10])
def test_agrees_with_scikit_learn_on_digits(digits, alpha):
    X, y, X_test, y_test = digits
    ours = BernoulliNB(alpha=alpha).fit(X, y)
    theirs = naive_bayes.BernoulliNB(alpha=alpha).fit(X, y)
    for name in ["classes_", "class_log_prior_", "feature_log_prob_"]:
        np.testing.assert_allclose(
            getattr(ours, name), getattr(theirs, name), rtol=1e-13
        )
    np.testing.assert_allclose(
        ours.predict_log_proba(X_test), theirs.predict_log_proba(X_test), rtol=1e-10, atol=1e-10
    )  # fmt: skip
    np.testing.assert_array_equal(ours.predict(X_test), theirs.predict(X_test))
    assert ours.score(X_test, y_test) == theirs.score(X_test, y_test)


@given(
    arrays(int, (6, 3), elements=st.integers(0, 1)),
    st.sampled_from([[0, 1] * 3, [0, 1, 2] * 2, [5, 5, 5, 5, -1, 5], [1] * 6]),
)
def test_it_is_bayes_theorem_with_smoothed_counts(X, y):
    y, model = np.array(y), BernoulliNB(alpha=1.0).fit(X, y)
    joint = []
    for label in np.unique(y):
        members = X[y == label]
        p = (members.sum(axis=0) + 1) / (len(members) + 2)
        factors = np.where(X == 1, p, 1 - p)
        joint.append(np.mean(y == label) * factors.prod(axis=1))
    want = np.array(joint).T / np.sum(joint, axis=0)[:, None]
    np.testing.assert_allclose(model.predict_proba(X), want, rtol=1e-12)


def test_ten_thousand_features_do_not_underflow():
    rng = np.random.default_rng(0)
    X, y = rng.integers(0, 2, size=(20, 10_000)), np.arange(20) % 2
    model = BernoulliNB().fit(X, y)
    assert np.isfinite(model.predict_log_proba(X)).all()
    np.testing.assert_allclose(model.predict_proba(X).sum(axis=1), 1, rtol=1e-14)
    assert model.score(X, y) == 1.0


def test_labels_may_be_words_and_inputs_stay_as_they_are():
    X, y = np.array([[1, 0], [0, 1], [1, 1]]), np.array(["yes", "no", "yes"])
    before = X.copy()
    model = BernoulliNB().fit(X.tolist(), list(y))
    assert list(model.classes_) == ["no", "yes"]
    assert list(model.predict(X)) == ["yes", "no", "yes"]
    assert type(model.score(X, y)) is float
    np.testing.assert_array_equal(X, before)


def test_fit_twice_is_a_fresh_start():
    X = np.array([[1, 0], [0, 1]])
    model = BernoulliNB().fit(X, [0, 1])
    again = model.fit(X, [1, 0])
    assert again is model
    np.testing.assert_array_equal(
        model.feature_log_prob_, BernoulliNB().fit(X, [1, 0]).feature_log_prob_
    )


def test_it_says_what_it_needs():
    X, y = [[1, 0], [0, 1]], [0, 1]
    with pytest.raises(NotFittedError):
        BernoulliNB().predict(X)
    with pytest.raises(ValueError, match="only 0 and 1"):
        BernoulliNB().fit([[0.5, 0], [0, 1]], y)
    with pytest.raises(ValueError, match="one row per example"):
        BernoulliNB().fit([1, 0], y)
    with pytest.raises(ValueError, match="equally many rows"):
        BernoulliNB().fit(X, [0])
    with pytest.raises(ValueError, match=r"shape \(n,\)"):
        BernoulliNB().fit(X, [[0], [1]])
    with pytest.raises(ValueError, match="finite"):
        BernoulliNB().fit(X, [0, np.nan])
    with pytest.raises(ValueError, match="2 columns"):
        BernoulliNB().fit(X, y).predict([[1, 0, 1]])
    for alpha in [0, -1]:
        with pytest.raises(ValueError, match="alpha must be in"):
            BernoulliNB(alpha=alpha).fit(X, y)


def test_it_keeps_the_protocol():
    model = BernoulliNB(alpha=2.0)
    assert model.get_params() == {"alpha": 2.0}
    assert repr(model) == "BernoulliNB(alpha=2.0)"
    assert model.clone().alpha == 2.0


# Gaussian naive Bayes


@pytest.mark.parametrize("smoothing", [1e-9, 1e-2, 3.0])
def test_gaussian_agrees_with_scikit_learn_on_digits(smoothing):
    X, y = load_digits(return_X_y=True)
    ours = GaussianNB(smoothing).fit(X[:1200], y[:1200])
    theirs = naive_bayes.GaussianNB(var_smoothing=smoothing).fit(X[:1200], y[:1200])
    for name in ["classes_", "class_prior_", "theta_", "var_", "epsilon_"]:
        np.testing.assert_allclose(
            getattr(ours, name), getattr(theirs, name), rtol=1e-10, atol=1e-15
        )
    np.testing.assert_allclose(
        ours.predict_log_proba(X), theirs.predict_log_proba(X), rtol=1e-9, atol=1e-9
    )
    np.testing.assert_array_equal(ours.predict(X), theirs.predict(X))


def test_gaussian_digits_as_published():
    X, y = load_digits(return_X_y=True)
    perm = np.random.default_rng(0).permutation(len(X))
    train, test = perm[:1200], perm[1200:]
    for smoothing, accuracy in [(1e-9, 0.804), (1e-2, 0.910)]:
        model = GaussianNB(smoothing).fit(X[train], y[train])
        assert round(model.score(X[test], y[test]), 3) == accuracy


def test_gaussian_is_bayes_theorem_with_scipys_densities():
    X, y = load_wine()
    model = GaussianNB(var_smoothing=0).fit(X, y)
    joint = np.empty((len(X), 3))
    for k in range(3):
        members = X[y == k]
        law = stats.norm(members.mean(axis=0), members.std(axis=0))
        joint[:, k] = law.logpdf(X).sum(axis=1) + np.log(np.mean(y == k))
    joint -= np.logaddexp.reduce(joint, axis=1, keepdims=True)
    np.testing.assert_allclose(
        model.predict_log_proba(X), joint, rtol=1e-10, atol=1e-12
    )


@pytest.mark.parametrize("factor", [2.0**-400, 2.0**400])
def test_gaussian_does_not_care_for_units(factor):
    X, y = load_wine()
    log_p = GaussianNB().fit(X, y).predict_log_proba(X)
    scaled = GaussianNB().fit(X * factor, y).predict_log_proba(X * factor)
    np.testing.assert_allclose(scaled, log_p, rtol=1e-11, atol=1e-11)


def test_a_copy_of_a_feature_doubles_its_log_odds():
    X, y = np.array([[0.0], [1.0], [2.0], [4.0]]), [0, 0, 1, 1]
    once = GaussianNB().fit(X, y).predict_log_proba(X)
    twice = GaussianNB().fit(np.hstack([X, X]), y).predict_log_proba(np.hstack([X, X]))
    np.testing.assert_allclose(np.diff(twice), 2 * np.diff(once), rtol=1e-12)


def test_a_constant_feature_needs_smoothing():
    X, y = [[0.1, 1], [0.1, 2], [0.1, 5], [0.3, 7], [0.4, 9], [0.5, 8]], list("aaabbb")
    with pytest.raises(ValueError, match="feature 0 has variance 0 in class a"):
        GaussianNB(var_smoothing=0).fit(X, y)
    assert GaussianNB().fit(X, y).predict(X).tolist() == y
    with pytest.raises(ValueError, match="feature 0 has variance 0 in class 3"):
        GaussianNB().fit([[2.0], [2.0]], [3, 4])  # no spread to take a share of
    with pytest.raises(ValueError, match="var_smoothing must be in"):
        GaussianNB(-1e-9).fit(X, y)


def test_one_row_a_class_and_one_class():
    model = GaussianNB().fit([[0.0], [1.0]], ["a", "b"])
    assert model.predict([[0.4], [0.6]]).tolist() == ["a", "b"]
    model = GaussianNB().fit([[0.0], [1.0]], ["a", "a"])
    assert model.predict_proba([[9.0]]).tolist() == [[1.0]]


# Bayesian linear regression


def line(n=12, d=3, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, d)) * [1, 5, 0.2][:d] + 3
    return X, X @ np.arange(1.0, d + 1) + rng.normal(size=n) - 4


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("n", [2, 12])
def test_the_mean_is_ridge(intercept, n):
    X, y = line(n=n)
    model = BayesianLinearRegression(0.5, 2.0, intercept).fit(X, y)
    ridge = Ridge(alpha=0.25, fit_intercept=intercept).fit(X, y)
    np.testing.assert_allclose(model.coef_, ridge.coef_, rtol=1e-11)
    assert model.intercept_ == pytest.approx(ridge.intercept_, rel=1e-10, abs=1e-14)
    np.testing.assert_allclose(model.predict(X), ridge.predict(X), rtol=1e-11)
    both = np.append(model.intercept_, model.coef_)
    np.testing.assert_array_equal(model.mean_, both if intercept else model.coef_)


@pytest.mark.parametrize("n", [2, 12])
def test_posterior_and_evidence_are_those_of_one_joint_normal_law(n):
    X, y = line(n=n)
    sigma2, tau2 = 0.5, 2.0
    model = BayesianLinearRegression(sigma2, tau2, fit_intercept=False).fit(X, y)
    of_y = tau2 * X @ X.T + sigma2 * np.eye(n)  # covariance of y, without w
    gain = tau2 * X.T @ np.linalg.inv(of_y)
    np.testing.assert_allclose(model.mean_, gain @ y, rtol=1e-9)
    np.testing.assert_allclose(model.cov_, tau2 * (np.eye(3) - gain @ X), atol=1e-11)
    evidence = stats.multivariate_normal(cov=of_y).logpdf(y)
    assert model.log_evidence_ == pytest.approx(evidence, rel=1e-11)
    X_new = X[:2] + 1
    mean, std = model.predict(X_new, return_std=True)
    noise = np.einsum("ij,jk,ik->i", X_new, model.cov_, X_new) + sigma2
    np.testing.assert_allclose(std**2, noise, rtol=1e-11)
    np.testing.assert_array_equal(mean, model.predict(X_new))


@pytest.mark.parametrize("n", [3, 12])
def test_a_flat_intercept_is_the_limit_of_a_wide_one(n):
    X, y = line(n=n)
    model = BayesianLinearRegression(0.5, 2.0).fit(X, y)
    wide = 1e7  # variance of b under the prior
    A = np.column_stack([np.ones(n), X])
    prior = np.diag([wide, 2.0, 2.0, 2.0])
    of_y = A @ prior @ A.T + 0.5 * np.eye(n)
    cov = np.linalg.inv(A.T @ A / 0.5 + np.linalg.inv(prior))
    np.testing.assert_allclose(model.cov_, cov, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(model.mean_, cov @ A.T @ y / 0.5, rtol=1e-5, atol=1e-5)
    # a density of 1 in place of 1 / sqrt(2 pi wide)
    evidence = stats.multivariate_normal(cov=of_y).logpdf(y)
    evidence += np.log(2 * np.pi * wide) / 2
    assert model.log_evidence_ == pytest.approx(evidence, abs=1e-5)
    x = A[:2] + [[0, 1, 1, 1]]
    _, std = model.predict(x[:, 1:], return_std=True)
    np.testing.assert_allclose(std**2, 0.5 + np.sum(x @ cov * x, axis=1), rtol=1e-5)


def test_scikit_learns_regression_at_fixed_precisions():
    X, y = load_diabetes(scaled=True)
    theirs = linear_model.BayesianRidge(
        alpha_init=1 / 3000, lambda_init=1 / 1e5, max_iter=1, tol=1e30
    )
    theirs.alpha_1 = theirs.lambda_1 = 1e30  # gamma priors so sharp that nothing moves
    theirs.alpha_2, theirs.lambda_2 = 3000 * 1e30, 1e5 * 1e30
    theirs.fit(X, y)
    ours = BayesianLinearRegression(1 / theirs.alpha_, 1 / theirs.lambda_).fit(X, y)
    assert theirs.alpha_ == pytest.approx(1 / 3000)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=1e-9)
    np.testing.assert_allclose(ours.cov_[1:, 1:], theirs.sigma_, rtol=1e-8, atol=1e-6)


def test_the_evidence_prefers_the_cubic_for_olympic_times():
    table = load_olympic_100m()
    rows = (table["sex"] == "men") & (table["year"] <= 2008)
    t, y = (table["year"][rows] - 1952) / 56, table["time_s"][rows] - 10
    evidence = {}
    for degree in [1, 3, 8]:
        model = BayesianLinearRegression(0.2**2, 1.0, fit_intercept=False)
        model.fit(np.polynomial.legendre.legvander(t, degree), y)
        evidence[degree] = round(model.log_evidence_, 2)
    assert evidence == {1: -5.16, 3: -3.44, 8: -8.66}  # as published in the course


def test_a_weak_prior_costs_no_digits():
    X, y = line()
    model = BayesianLinearRegression(1e-3, 1e12).fit(X, y)
    A = np.column_stack([np.ones(len(X)), X])
    np.testing.assert_allclose(model.cov_, 1e-3 * np.linalg.inv(A.T @ A), rtol=1e-9)


def test_what_the_data_leave_open_stays_as_it_was():
    X, y = np.array([[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]]), [1.0, 2.0, 3.0]
    model = BayesianLinearRegression(0.01, 4.0, fit_intercept=False).fit(X, y)
    across = np.array([1.0, -1.0]) / np.sqrt(
        2
    )  # the data say nothing in this direction
    assert across @ model.cov_ @ across == pytest.approx(4.0, rel=1e-14)
    single = BayesianLinearRegression(0.01, 4.0).fit([[5.0, 1.0]], [2.0])
    assert single.intercept_ == 2.0 and not single.coef_.any()
    np.testing.assert_allclose(single.cov_[1:, 1:], 4 * np.eye(2), rtol=1e-14)
    assert single.log_evidence_ == 0.0  # one number, explained by a flat intercept


def test_regression_says_what_it_needs():
    X, y = line()
    with pytest.raises(NotFittedError):
        BayesianLinearRegression(1, 1).predict(X)
    for bad in [0, -1, np.inf]:
        with pytest.raises(ValueError, match="sigma2 must be in"):
            BayesianLinearRegression(bad, 1).fit(X, y)
        with pytest.raises(ValueError, match="tau2 must be in"):
            BayesianLinearRegression(1, bad).fit(X, y)
    with pytest.raises(ValueError, match="y must be a vector"):
        BayesianLinearRegression(1, 1).fit(X, y[:, None])
    with pytest.raises(ValueError, match="1e150"):
        BayesianLinearRegression(1, 1).fit(X * 1e200, y)
    with pytest.raises(ValueError, match="3 columns"):
        BayesianLinearRegression(1, 1).fit(X, y).predict(X[:, :2], return_std=True)
    assert (
        repr(BayesianLinearRegression(1, 2))
        == "BayesianLinearRegression(sigma2=1, tau2=2)"
    )
