"""Logistic regression against scikit-learn, statsmodels, exact values and linear programs."""

import warnings

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.special import log_softmax
from sklearn import linear_model

from utils.datasets import (
    load_breast_cancer,
    load_challenger,
    load_digits,
    load_iris,
    load_wine,
)
from utils.models import ConvergenceWarning, LogisticRegression, NotFittedError

pytestmark = pytest.mark.filterwarnings("error")


def standardized(X):
    return (X - X.mean(axis=0)) / X.std(axis=0)


def overlapping(n=200, d=3, K=2, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, d)) * 10.0 ** np.arange(d) + 5
    scores = standardized(X) @ rng.normal(size=(d, K))
    return X, np.argmax(scores + rng.gumbel(size=(n, K)), axis=1)


def objective(coef, intercept, X, y, alpha):
    """Written out with SciPy, for any model's coefficients."""
    Z = X @ coef.T + intercept
    if Z.shape[1] == 1:
        Z = np.hstack([np.zeros_like(Z), Z])
    codes = np.unique(y, return_inverse=True)[1]
    nll = -log_softmax(Z, axis=1)[np.arange(len(y)), codes].sum()
    return nll + alpha / 2 * np.sum(coef**2)


def scikit_learns(X, y, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its solvers warn at small alpha, and of SciPy
        return linear_model.LogisticRegression(**options).fit(X, y)


def gradient_norm(model, X, y, alpha):
    """Of the objective by (intercept, w), at the fitted coefficients, in standard units."""
    A, P = np.column_stack([np.ones(len(X)), X]), model.predict_proba(X)
    G = A.T @ (P - (y[:, None] == model.classes_))
    if len(model.classes_) == 2:
        G = G[:, 1:]
    G[1:] += alpha * model.coef_.T
    return np.abs(G / np.append(1, np.maximum(X.std(axis=0), 1e-6))[:, None]).max()


# The minimum


def test_the_worked_example():
    model = LogisticRegression(alpha=0).fit([[0], [1], [2], [3]], [0, 1, 0, 1])
    np.testing.assert_allclose(model.history_[:2], [4 * np.log(2), 2.3526], atol=5e-5)
    np.testing.assert_allclose(model.coef_, [[0.9082]], atol=5e-5)
    assert model.converged_ and not model.separated_ and model.n_iter_ <= 6


def test_a_table_of_two_rows_has_a_closed_form():
    # 3 of 4 and 1 of 5: the log-odds are log 3 and -log 4
    X, y = [[0]] * 4 + [[1]] * 5, [1, 1, 1, 0, 1, 0, 0, 0, 0]
    model = LogisticRegression(alpha=0, tol=1e-15).fit(X, y)
    np.testing.assert_allclose(model.intercept_, [np.log(3)], rtol=1e-14)
    np.testing.assert_allclose(model.coef_, [[-np.log(12)]], rtol=1e-14)
    nll = -(3 * np.log(3 / 4) + np.log(1 / 4) + np.log(1 / 5) + 4 * np.log(4 / 5))
    assert model.nll_ == pytest.approx(nll, rel=1e-15)
    # variances of log-odds: 1/3 + 1/1, and with the other group 1/1 + 1/4 more
    np.testing.assert_allclose(
        model.cov_, [[4 / 3, -4 / 3], [-4 / 3, 4 / 3 + 5 / 4]], rtol=1e-11
    )


def test_so_has_a_table_of_three_classes():
    X, y = [[0]] * 6 + [[1]] * 4, list("aabccc" + "abbc")
    model = LogisticRegression(alpha=0, tol=1e-15).fit(X, y)
    P = model.predict_proba([[0], [1]])
    np.testing.assert_allclose(P, [[1 / 3, 1 / 6, 1 / 2], [1 / 4, 1 / 2, 1 / 4]], rtol=1e-12)  # fmt: skip
    np.testing.assert_allclose(model.coef_.sum(axis=0), 0, atol=1e-14)
    np.testing.assert_allclose(model.intercept_.sum(), 0, atol=1e-14)
    assert model.cov_ is None


@pytest.mark.parametrize("alpha", [100.0, 1.0, 1e-2, 1e-6])
@pytest.mark.parametrize("load", [load_breast_cancer, load_iris, load_wine])
def test_the_objective_is_scikit_learns_optimum_or_below(load, alpha):
    X, y = load()
    X = standardized(X)
    ours = LogisticRegression(alpha=alpha).fit(X, y)
    theirs = scikit_learns(X, y, C=1 / alpha, tol=1e-10, max_iter=3000)
    value = objective(ours.coef_, ours.intercept_, X, y, alpha)
    best = objective(theirs.coef_, theirs.intercept_, X, y, alpha)
    assert value <= best * (1 + 1e-10)
    assert ours.converged_
    np.testing.assert_allclose(ours.history_[-1], value, rtol=1e-10)
    assert gradient_norm(ours, X, y, alpha) < 1e-6 * len(X)
    if alpha >= 1:
        np.testing.assert_allclose(ours.coef_, theirs.coef_, atol=1e-5)
        np.testing.assert_allclose(
            ours.predict_proba(X), theirs.predict_proba(X), atol=1e-6
        )


def test_ten_classes_of_digits():
    X, y = load_digits()
    X = X / 16
    ours = LogisticRegression().fit(X, y)
    theirs = scikit_learns(X, y, tol=1e-8, max_iter=5000)
    value = objective(ours.coef_, ours.intercept_, X, y, 1.0)
    assert value <= objective(theirs.coef_, theirs.intercept_, X, y, 1.0) * (1 + 1e-12)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, atol=1e-4)
    assert gradient_norm(ours, X, y, 1.0) < 1e-5
    assert ours.n_iter_ <= 8


@pytest.mark.parametrize(("alpha", "K"), [(0, 2), (0, 4), (1e-3, 2), (1e-3, 4), (5, 3)])
def test_the_gradient_vanishes_whatever_the_units(alpha, K):
    X, y = overlapping(K=K)
    model = LogisticRegression(alpha=alpha).fit(X, y)
    assert gradient_norm(model, X, y, alpha) < 1e-7
    assert model.n_iter_ <= 12
    # with an unpenalized intercept, forecasts are right on average
    shares = np.bincount(y) / len(y)
    np.testing.assert_allclose(model.predict_proba(X).mean(axis=0), shares, atol=1e-10)


def test_raw_columns_of_very_different_size_are_no_obstacle():
    X, y = load_breast_cancer()  # from 1e-3 to 1e3
    model = LogisticRegression().fit(X, y)
    assert model.n_iter_ <= 12
    assert gradient_norm(model, X, y, 1.0) < 1e-6


def test_iris_as_published_in_the_course():
    X, y = load_iris()
    model = LogisticRegression().fit(X, y)
    assert round(model.nll_, 4) == 17.9455
    assert round(model.score(X, y), 3) == 0.973


@given(st.integers(0, 2**32 - 1), st.integers(2, 4), st.sampled_from([0.01, 1.0, 30.0]))
@settings(max_examples=40, deadline=None)
def test_no_coefficients_nearby_are_better(seed, K, alpha):
    rng = np.random.default_rng(seed)
    X, y = (
        rng.normal(size=(15, 2)),
        np.append(np.arange(K), rng.integers(K, size=15 - K)),
    )
    model = LogisticRegression(alpha=alpha).fit(X, y)
    best = objective(model.coef_, model.intercept_, X, y, alpha)
    for size in [1e-3, 1.0]:
        coef = model.coef_ + size * rng.normal(size=model.coef_.shape)
        intercept = model.intercept_ + size * rng.normal(size=len(model.intercept_))
        assert objective(coef, intercept, X, y, alpha) > best
    assert (np.diff(model.history_) <= 1e-13 * model.history_[0]).all()
    assert model.history_[0] == pytest.approx(15 * np.log(K))
    assert len(model.history_) == model.n_iter_ + 1


def test_steps_that_overshoot_are_halved_until_the_objective_falls():
    X = np.array([[2, 44, 269], [22, -2, 25], [-9, 4, -4], [-3, -4, 7], [-7, -5, 2],
                  [-2, 1, 149], [-75, 4, -12]])  # fmt: skip
    y, alpha = np.array([1, 0, 1, 1, 0, 1, 1]), 1e-3
    model = LogisticRegression(alpha=alpha).fit(X, y)

    A, w, values, halved = np.column_stack([np.ones(7), X]), np.zeros(4), [], 0
    penalty = alpha * np.diag([0, 1, 1, 1])

    def f(w):
        return np.sum(np.logaddexp(0, (1 - 2 * y) * (A @ w))) + w @ penalty @ w / 2

    for _ in range(model.n_iter_):
        p = 1 / (1 + np.exp(-A @ w))
        H = A.T @ np.diag(p * (1 - p)) @ A + penalty
        step = -np.linalg.solve(H, A.T @ (p - y) + penalty @ w)
        values.append(f(w))
        while f(w + step) > values[-1]:
            step, halved = step / 2, halved + 1
        w = w + step
    assert halved
    np.testing.assert_allclose(model.history_[:-1], values, rtol=1e-6)


def test_the_last_step_is_the_first_that_gains_less_than_tol():
    X, y = overlapping()
    history = LogisticRegression(alpha=1e-3).fit(X, y).history_
    gains = -np.diff(history) / history[1:]
    for k, gain in enumerate(gains[:-1]):
        if k and gain < 0.05:  # near the minimum the quadratic predicts the gain well
            for factor, steps in [(1.3, k + 1), (0.7, k + 2)]:
                model = LogisticRegression(alpha=1e-3, tol=factor * gain).fit(X, y)
                assert model.n_iter_ == steps and model.converged_


# Standard errors


def test_standard_errors_are_those_of_statsmodels():
    X, y = overlapping(d=4)
    ours = LogisticRegression(alpha=0).fit(X, y)
    theirs = sm.Logit(y, sm.add_constant(X)).fit(disp=0, tol=1e-14)
    np.testing.assert_allclose(np.append(ours.intercept_, ours.coef_), theirs.params, rtol=1e-8)  # fmt: skip
    np.testing.assert_allclose(ours.cov_, theirs.cov_params(), rtol=1e-7)
    assert ours.nll_ == pytest.approx(-theirs.llf, rel=1e-13)


def test_challenger_as_published():
    table = load_challenger()
    T = table["temperature_f"][:, None]
    model = LogisticRegression(alpha=0).fit(T, table["distressed_orings"] > 0)
    assert round(model.intercept_[0], 4) == 15.0429
    assert round(model.coef_[0, 0], 4) == -0.2322
    assert round(np.sqrt(model.cov_[1, 1]), 4) == 0.1082
    assert round(model.predict_proba([[31.0]])[0, 1], 4) == 0.9996


def test_with_a_penalty_the_covariance_is_the_inverse_hessian():
    X, y = overlapping(d=2)
    model = LogisticRegression(alpha=3.0).fit(X, y)
    A = np.column_stack([np.ones(len(X)), X])
    p = model.predict_proba(X)[:, 1]
    H = A.T @ ((p * (1 - p))[:, None] * A) + np.diag([0, 3, 3])
    np.testing.assert_allclose(model.cov_ @ H, np.eye(3), atol=1e-9)


# Separation


def is_separated(X, codes):
    """A linear program: can scores grow without end, and contradict no label?"""
    A, K = np.column_stack([np.ones(len(X)), X]), codes.max() + 1
    rows = []
    for a, own in zip(A, codes, strict=True):
        for other in set(range(K)) - {own}:
            row = np.zeros((K, A.shape[1]))
            row[own], row[other] = a, -a
            rows.append(row.ravel())
    rows = np.array(rows)
    best = linprog(
        -rows.sum(axis=0), A_ub=-rows, b_ub=np.zeros(len(rows)), bounds=(-1, 1)
    )
    return -best.fun > 1e-7


@given(st.integers(0, 2**32 - 1), st.integers(1, 3), st.integers(2, 4))
@settings(max_examples=150, deadline=None)
def test_separation_is_found_if_a_linear_program_finds_it(seed, d, K):
    rng = np.random.default_rng(seed)
    n = rng.integers(5, 22)
    X = rng.integers(0, 4, size=(n, d)) / 2 if seed % 2 else rng.normal(size=(n, d))
    scores = X @ rng.normal(size=(d, K)) + rng.normal(size=(n, K)) * rng.choice(
        [0.1, 1]
    )
    y = np.append(np.argmax(scores, axis=1)[:-2], [0, 1])
    codes = np.unique(y, return_inverse=True)[1]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model = LogisticRegression(alpha=0).fit(X, y)
    expected = is_separated(X, codes)
    assert model.separated_ == expected
    assert model.converged_ == (not expected)
    told = [w for w in caught if issubclass(w.category, ConvergenceWarning)]
    assert bool(told) == expected


def test_scores_that_fall_back_far_ahead_are_no_contradiction():
    # in the last steps row 0 loses some of its lead over class 0, by far not all
    X, y = [[2, 1], [1, 1], [2, 1], [0, 0], [1, 2], [0, 0]], [2, 1, 2, 0, 3, 3]
    with pytest.warns(ConvergenceWarning, match="separated"):
        assert LogisticRegression(alpha=0).fit(X, y).separated_


def test_an_outlier_is_not_taken_for_separation():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(20_000, 2))
    y = rng.random(20_000) < 1 / (1 + np.exp(-X @ [0.5, 1]))
    X[0] = [2000, 0]  # its log-odds are uncertain by dozens
    y[0] = True
    model = LogisticRegression(alpha=0).fit(X, y)
    assert model.converged_ and not model.separated_
    assert gradient_norm(model, X, y, 0) < 1e-6


def test_separation_by_a_rare_feature_is_found_among_many_rows():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(20_000, 2))
    y = rng.random(20_000) < 1 / (1 + np.exp(-X[:, 0]))
    X[:, 1] = y & (rng.random(20_000) < 0.01)  # never 1 where y is 0
    with pytest.warns(ConvergenceWarning, match="separated"):
        assert LogisticRegression(alpha=0).fit(X, y).separated_


@pytest.mark.parametrize("tol", [1e-2, 1e-10])
def test_overlap_is_never_taken_for_separation(tol):
    for seed in range(20):
        X, y = overlapping(n=60, K=2 + seed % 3, seed=seed)
        if not is_separated(standardized(X), y):
            assert not LogisticRegression(alpha=0, tol=tol).fit(X, y).separated_


def test_separated_classes_are_named_and_every_row_is_right():
    X, y = load_breast_cancer()
    model = LogisticRegression(alpha=0)
    with pytest.warns(ConvergenceWarning, match="separated .* no maximum.* alpha > 0"):
        model.fit(standardized(X), y)
    assert model.separated_ and not model.converged_
    assert model.score(standardized(X), y) == 1.0
    assert np.isnan(model.cov_).all() and model.cov_.shape == (31, 31)
    assert np.isfinite(model.coef_).all()


def test_a_penalty_makes_separation_a_fact_not_a_problem():
    X, y = load_breast_cancer()
    model = LogisticRegression(alpha=1e-6).fit(standardized(X), y)
    assert model.separated_ and model.converged_
    assert np.isfinite(model.cov_).all()
    assert not LogisticRegression().fit(standardized(X), y).separated_


def test_touching_classes_are_separated_too():
    # at 1 both labels occur: complete separation fails, and still nothing stops the slope
    X, y = [[0], [1], [1], [2]], [0, 0, 1, 1]
    with pytest.warns(ConvergenceWarning, match="separated"):
        model = LogisticRegression(alpha=0).fit(X, y)
    assert model.separated_
    assert model.nll_ == pytest.approx(2 * np.log(2), rel=1e-8)  # the infimum


def test_too_few_steps_are_reported():
    X, y = overlapping()
    with pytest.warns(ConvergenceWarning, match="after 2 steps .* raise max_iter"):
        model = LogisticRegression(max_iter=2).fit(X, y)
    assert not model.converged_ and model.n_iter_ == 2


# Dependent columns and other edges


def test_dependent_columns_without_penalty_share_their_weight():
    X, y = overlapping(d=2)
    plain = LogisticRegression(alpha=0).fit(X, y)
    doubled = np.column_stack([X, X[:, 1], np.full(len(X), 7.0)])
    with pytest.warns(RuntimeWarning, match="have rank 2"):
        model = LogisticRegression(alpha=0).fit(doubled, y)
    first, second = plain.coef_[0]
    np.testing.assert_allclose(
        model.coef_, [[first, second / 2, second / 2, 0]], rtol=1e-9
    )
    np.testing.assert_allclose(model.predict_proba(doubled), plain.predict_proba(X), rtol=1e-9)  # fmt: skip
    assert np.isfinite(model.cov_).all()


def test_columns_that_say_nothing_leave_the_shares():
    X, y = [[3.0], [3.0], [3.0], [3.0]], ["a", "b", "b", "b"]
    model = LogisticRegression(tol=1e-15).fit(X, y)
    np.testing.assert_allclose(model.predict_proba([[3.0]]), [[0.25, 0.75]], rtol=1e-14)
    with pytest.warns(RuntimeWarning, match="rank 0"):
        model = LogisticRegression(alpha=0).fit(X, y)
    assert model.coef_.item() == 0.0


def test_nothing_to_learn_is_learned_at_once():
    model = LogisticRegression().fit([[3.0], [3.0], [1.0], [1.0]], [0, 1, 0, 1])
    assert model.converged_ and model.n_iter_ == 1
    assert model.coef_.item() == 0.0 and model.intercept_.item() == 0.0


def test_a_nearly_flat_objective_ends_the_search():
    # three classes, one of them soon out of reach: conjugate gradients once ran wild here
    X = [[3, 2, 2], [3, 1, 1], [1, 0, 1], [1, 2, 2], [1, 1, 0], [0, 2, 0], [0, 1, 2],
         [1, 2, 0], [2, 3, 1], [3, 3, 1], [0, 2, 0], [3, 0, 2], [0, 1, 0], [2, 1, 3],
         [1, 2, 2], [0, 2, 3], [3, 0, 0]]  # fmt: skip
    y = [0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 2, 0, 1, 0, 0, 0, 2]
    X = np.array(X) * [1000, 1000, 10_000]
    assert is_separated(standardized(X), np.array(y))
    with pytest.warns(ConvergenceWarning, match="separated"):
        model = LogisticRegression(alpha=0).fit(X, y)
    assert model.separated_ and model.n_iter_ < 40
    assert model.nll_ == pytest.approx(
        2 * np.log(2), rel=1e-7
    )  # two equal rows, 0 and 2


def test_more_columns_than_rows():
    X = np.random.default_rng(0).normal(size=(6, 20))
    y = np.array([0, 1, 2] * 2)
    model = LogisticRegression().fit(X, y)
    assert gradient_norm(model, X, y, 1.0) < 1e-8
    with pytest.warns() as caught:
        model = LogisticRegression(alpha=0).fit(X, y)
    assert {w.category for w in caught} == {ConvergenceWarning, RuntimeWarning}
    assert model.separated_ and model.score(X, y) == 1.0


@pytest.mark.parametrize("factor", [1e-120, 1e120])
def test_the_scale_of_the_data_costs_nothing(factor):
    X, y = overlapping()
    small = LogisticRegression(alpha=0).fit(X, y)
    scaled = LogisticRegression(alpha=0).fit(X * factor, y)
    np.testing.assert_allclose(scaled.coef_ * factor, small.coef_, rtol=1e-9)


def test_a_penalty_that_crushes_all_coefficients():
    X, y = overlapping(K=3)
    for model in [
        LogisticRegression(alpha=1e300).fit(X, y),
        LogisticRegression().fit(X * 1e-170, y),
    ]:
        np.testing.assert_allclose(model.coef_ * X.std(axis=0), 0, atol=1e-10)
        np.testing.assert_allclose(
            model.predict_proba(X[:1]), [np.bincount(y) / len(y)], rtol=1e-9
        )


def test_words_as_labels_and_lists_as_data():
    X = [[0], [1], [2], [3], [4], [5]]
    model = LogisticRegression().fit(X, ["no", "yes", "no", "yes", "yes", "yes"])
    assert list(model.classes_) == ["no", "yes"]
    assert model.predict([[-9], [9]]).tolist() == ["no", "yes"]
    score = model.decision_function(X)
    np.testing.assert_allclose(1 / (1 + np.exp(-score)), model.predict_proba(X)[:, 1])
    np.testing.assert_allclose(
        np.exp(model.predict_log_proba(X)), model.predict_proba(X), rtol=1e-14
    )
    assert model.decision_function(X).shape == (6,)
    assert model.coef_.shape == (1, 1) and model.intercept_.shape == (1,)


def test_probabilities_far_out_keep_their_logarithms():
    model = LogisticRegression(alpha=0).fit([[0], [1], [2], [3]], [0, 1, 0, 1])
    log_p = model.predict_log_proba([[-1e6]])[0]
    assert log_p[0] == 0.0
    np.testing.assert_allclose(log_p[1], model.decision_function([[-1e6]])[0])


def test_fitting_again_forgets():
    X, y = overlapping(K=3)
    model = LogisticRegression().fit(X, y == 0)
    assert model.cov_ is not None
    model.fit(X, y)
    assert model.cov_ is None and model.decision_function(X).shape == (200, 3)
    np.testing.assert_array_equal(model.coef_, LogisticRegression().fit(X, y).coef_)


def test_misuse_is_named():
    X, y = [[0.0], [1.0], [2.0]], [0, 1, 0]
    with pytest.raises(NotFittedError):
        LogisticRegression().predict(X)
    with pytest.raises(ValueError, match="2 classes or more, got only 1"):
        LogisticRegression().fit(X, [1, 1, 1])
    with pytest.raises(ValueError, match="alpha must be in"):
        LogisticRegression(alpha=-1).fit(X, y)
    for tol in [0, 1, -1e-3]:
        with pytest.raises(ValueError, match="tol must be in"):
            LogisticRegression(tol=tol).fit(X, y)
    with pytest.raises(ValueError, match="max_iter"):
        LogisticRegression(max_iter=0).fit(X, y)
    with pytest.raises(ValueError, match="1e150"):
        LogisticRegression().fit([[0.0], [1e300], [2.0]], y)
    with pytest.raises(ValueError, match="1 columns"):
        LogisticRegression().fit(X, y).predict_proba([[1.0, 2.0]])
