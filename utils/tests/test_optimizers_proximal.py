"""Soft thresholding and coordinate descent against their definitions and scikit-learn."""

import numpy as np
import pytest
import sklearn.linear_model as sk
from scipy.optimize import minimize_scalar

from utils.optimizers import OptResult, lasso_coordinate_descent, soft_threshold


def problem(n=50, d=6, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, d))
    X[:, 1] = X[:, 0] + 0.3 * X[:, 1]
    y = X @ [3, -2, 0, 0, 0.1, 0][:d] + rng.normal(size=n)
    return X - X.mean(axis=0), y - y.mean()


@pytest.mark.parametrize("v", [-3.0, -0.4, 0.0, 0.7, 5.0])
def test_soft_threshold_minimizes_the_proximal_objective(v):
    best = minimize_scalar(lambda x: (x - v) ** 2 / 2 + 1.3 * abs(x), bounds=(-9, 9),
                           method="bounded", options={"xatol": 1e-10})  # fmt: skip
    assert soft_threshold(v, 1.3) == pytest.approx(best.x, abs=1e-7)


def test_soft_threshold_takes_numbers_arrays_and_broadcasts():
    assert soft_threshold(-3, 1) == -2 and type(soft_threshold(-3, 1)) is float
    got = soft_threshold([[3, -3]], [[1], [5]])
    assert got.tolist() == [[2, -2], [0, 0]] and not np.signbit(got[1]).any()
    with pytest.raises(ValueError, match="nonnegative"):
        soft_threshold([1.0], -0.1)


@pytest.mark.parametrize("alpha", [0.05, 0.5])
@pytest.mark.parametrize("l1_ratio", [0.3, 1.0])
def test_it_finds_scikit_learns_minimizer(alpha, l1_ratio):
    X, y = problem()
    run = lasso_coordinate_descent(X, y, alpha, l1_ratio=l1_ratio, tol=1e-12)
    reference = sk.ElasticNet(alpha, l1_ratio=l1_ratio, tol=1e-14, fit_intercept=False)
    reference.fit(X, y)
    np.testing.assert_allclose(run.x, reference.coef_, atol=1e-9)
    assert isinstance(run, OptResult) and run.converged


def test_without_penalty_it_is_least_squares_and_with_l2_alone_ridge():
    X, y = problem()
    free = lasso_coordinate_descent(X, y, 0.0, tol=1e-12).x
    np.testing.assert_allclose(free, np.linalg.lstsq(X, y, rcond=None)[0], atol=1e-9)
    ridge = lasso_coordinate_descent(X, y, 0.4, l1_ratio=0.0, tol=1e-12).x
    expected = np.linalg.solve(X.T @ X + 50 * 0.4 * np.eye(6), X.T @ y)
    np.testing.assert_allclose(ridge, expected, atol=1e-9)


def test_no_sweep_climbs_and_the_path_is_complete():
    X, y = problem()
    run = lasso_coordinate_descent(X, y, 0.1, w0=np.full(6, 5.0))
    assert np.all(np.diff(run.values) <= 1e-12)
    assert run.path.shape == (run.n_iter + 1, 6) and run.path[0].tolist() == [5.0] * 6
    assert len(run.values) == len(run.grad_norms) == len(run.step_sizes) + 1
    w = run.path[3]
    objective = np.mean((y - X @ w) ** 2) / 2 + 0.1 * np.abs(w).sum()
    assert run.values[3] == pytest.approx(objective)


def test_the_smallest_subgradient_vanishes_at_the_minimizer():
    X, y = problem()
    run = lasso_coordinate_descent(X, y, 0.3, tol=1e-13)
    slope = X.T @ (y - X @ run.x) / len(y)
    active = run.x != 0
    np.testing.assert_allclose(slope[active], 0.3 * np.sign(run.x[active]), atol=1e-12)
    assert np.all(np.abs(slope[~active]) <= 0.3) and not active.all()


def test_a_limit_is_reported_and_a_zero_column_is_left_out():
    X, y = problem()
    run = lasso_coordinate_descent(X, y, 0.01, max_sweeps=2)
    assert not run.converged and run.n_iter == 2 and "2 sweeps" in run.message
    X[:, 2] = 0
    run = lasso_coordinate_descent(X, y, 0.01, w0=np.ones(6))
    assert run.converged and run.x[2] == 0


def test_bad_input_is_refused():
    X, y = problem()
    for kwargs in (
        {"alpha": -1},
        {"alpha": 1, "l1_ratio": 1.5},
        {"alpha": 1, "w0": [1]},
    ):
        with pytest.raises(ValueError):
            lasso_coordinate_descent(X, y, **kwargs)
    with pytest.raises(ValueError, match="equally many rows"):
        lasso_coordinate_descent(X, y[:-1], 1.0)
