"""Matrix factorization against singular values, ridge regression and a general minimizer."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from sklearn.linear_model import Ridge

from utils.calculus import numerical_gradient
from utils.datasets import load_digits
from utils.models import MatrixFactorization, NotFittedError

pytestmark = pytest.mark.filterwarnings("error::RuntimeWarning")


def rng(seed=0):
    return np.random.default_rng(seed)


def fitted(M, rank, mask=None, weight=None, **options):
    model = MatrixFactorization(rank, rng=rng(), **options)
    return model.fit(M, mask, weight)


def world():
    """The notebook's world: 400 users, 120 items, three tastes, a fifth of the cells."""
    g = rng()
    b, c = 0.4 * g.normal(size=400), 0.5 * g.normal(size=120)
    U, V = g.normal(size=(400, 3)), g.normal(size=(120, 3))
    b, c, U, V = (part - part.mean(axis=0) for part in (b, c, U, V))
    truth = 3.5 + b[:, None] + c + U * [0.8, 0.5, 0.3] @ V.T
    scores = truth + 0.5 * g.normal(size=truth.shape)
    return truth, scores, g.random((400, 120)) < 0.2


def small(seed=0, n=5, m=4, weighted=False):
    """A matrix with holes, its mask (no row or column is empty) and weights."""
    g = rng(seed)
    M, mask = g.normal(size=(n, m)) * 2 + 1, g.random((n, m)) < 0.6
    mask[np.arange(n), np.arange(n) % m] = True
    mask[np.arange(m) % n, np.arange(m)] = True
    weight = g.uniform(0.2, 3, size=(n, m)) if weighted else None
    return np.where(mask, M, np.nan), mask, weight


def parts(model):
    return [model.U_, model.V_, model.user_bias_, model.item_bias_]


def objective(M, mask, weight, lam, mu, U, V, b, c):
    """F, cell by cell."""
    total = 0.0
    for i, j in zip(*np.nonzero(mask), strict=True):
        error = M[i, j] - (
            mu + b[i] + c[j] + sum(U[i, a] * V[j, a] for a in range(U.shape[1]))
        )
        total += 0.5 * (1 if weight is None else weight[i, j]) * error**2
    return total + 0.5 * lam * sum(np.sum(part**2) for part in (U, V, b, c))


# Alternating least squares: the numbers


@pytest.mark.parametrize("k", [1, 2, 4])
def test_without_holes_and_penalty_it_is_the_truncated_svd(k):
    M = rng(1).normal(size=(8, 6)) * 2.0 ** -np.arange(6)
    U, s, Vt = np.linalg.svd(M)
    best = U[:, :k] * s[:k] @ Vt[:k]
    model = fitted(M, k, lam=0.0, biases=False, n_iter=300)
    np.testing.assert_allclose(model.predict(), best, atol=1e-10)
    nearly = fitted(M, k, lam=1e-9, biases=False, n_iter=300)
    np.testing.assert_allclose(nearly.predict(), best, atol=1e-7)


@pytest.mark.parametrize("lam", [0.1, 0.6, 1.5])
def test_without_holes_the_penalty_shrinks_every_singular_value_by_lam(lam):
    M = rng(2).normal(size=(9, 7))
    U, s, Vt = np.linalg.svd(M, full_matrices=False)
    for k in (2, 7):
        kept = np.maximum(s - lam, 0)[:k]
        model = fitted(M, k, lam=lam, biases=False, n_iter=500)
        expected = U[:, :k] * kept @ Vt[:k]
        np.testing.assert_allclose(model.predict(), expected, atol=1e-7)
        np.testing.assert_allclose(
            model.U_.T @ model.U_, model.V_.T @ model.V_, atol=1e-6
        )


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("lam", [0.5, 3.0])
def test_biases_alone_are_a_ridge_regression_on_two_sets_of_indicators(weighted, lam):
    M, mask, weight = small(3, 7, 6, weighted)
    model = fitted(M, 0, mask, weight, lam=lam, n_iter=200)
    rows, columns = np.nonzero(mask)
    design = np.hstack([np.eye(7)[rows], np.eye(6)[columns]])
    w = None if weight is None else weight[mask]
    assert np.isclose(model.mu_, np.average(M[mask], weights=w), rtol=1e-14)
    ridge = Ridge(lam, fit_intercept=False).fit(design, M[mask] - model.mu_, w)
    got = np.concatenate([model.user_bias_, model.item_bias_])
    np.testing.assert_allclose(got, ridge.coef_, atol=1e-10)
    assert model.U_.shape == (7, 0) and model.predict().shape == (7, 6)


@pytest.mark.parametrize("biases", [True, False])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("seed", [0, 1])
def test_a_general_minimizer_finds_nothing_better_nearby(biases, weighted, seed):
    M, mask, weight = small(seed, weighted=weighted)
    model = fitted(M, 2, mask, weight, lam=0.3, biases=biases, n_iter=600)
    shapes = [(5, 2), (4, 2), (5,), (4,)]
    ends = np.cumsum([np.prod(shape) for shape in shapes])[:-1]

    def F(theta):
        blocks = [
            block.reshape(shape)
            for block, shape in zip(np.split(theta, ends), shapes, strict=True)
        ]
        if not biases:
            blocks[2:] = np.zeros(5), np.zeros(4)
        return objective(M, mask, weight, 0.3, model.mu_, *blocks)

    theta = np.concatenate([part.ravel() for part in parts(model)])
    assert np.isclose(F(theta), model.history_[-1], rtol=1e-12)
    assert np.abs(numerical_gradient(F, theta)).max() < 1e-6
    run = minimize(F, theta, method="BFGS", options={"gtol": 1e-9})
    assert model.history_[-1] <= run.fun * (1 + 1e-8)
    if not biases:
        assert (
            model.mu_ == 0 and not model.user_bias_.any() and not model.item_bias_.any()
        )


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 4), st.booleans(), st.floats(0.01, 10))
def test_the_objective_never_rises(seed, rank, weighted, lam):
    M, mask, weight = small(seed, 6, 5, weighted)
    model = fitted(M, rank, None, weight, lam=lam, n_iter=15)
    assert model.history_.shape == (16,) and model.n_iter_ == 15
    assert (np.diff(model.history_) <= 1e-12 * model.history_[0]).all()
    F = objective(M, mask, weight, lam, model.mu_, *parts(model))
    assert np.isclose(model.history_[-1], F, rtol=1e-11)
    P = model.mu_ + model.user_bias_[:, None] + model.item_bias_ + model.U_ @ model.V_.T
    np.testing.assert_allclose(model.predict(), P, rtol=1e-12)


def test_the_start_is_drawn_users_first():
    M, mask, _ = small()
    model = fitted(M, 2, lam=1.0, n_iter=1)
    g = rng()
    U, V = 0.1 * g.normal(size=(5, 2)), 0.1 * g.normal(size=(4, 2))
    F = objective(M, mask, None, 1.0, model.mu_, U, V, np.zeros(5), np.zeros(4))
    assert np.isclose(model.history_[0], F, rtol=1e-13)
    # then rows, then columns: the columns are the best for these rows
    for j in range(4):
        here = mask[:, j]
        features = np.column_stack([model.U_[here], np.ones(here.sum())])
        target = M[here, j] - model.mu_ - model.user_bias_[here]
        x = np.linalg.solve(features.T @ features + np.eye(3), features.T @ target)
        np.testing.assert_allclose([*model.V_[j], model.item_bias_[j]], x, rtol=1e-10)


def test_the_only_completion_of_rank_1_is_found():
    M = np.outer([1.0, 2.0, -1.0], [3.0, 1.0, 2.0])
    holes = M.copy()
    holes[[0, 2], [1, 0]] = np.nan
    model = fitted(holes, 1, lam=0.0, biases=False, n_iter=200)
    np.testing.assert_allclose(model.predict(), M, atol=1e-10)


def test_the_world_is_recovered_as_in_the_notebook():
    truth, scores, mask = world()
    assert mask.sum() == 9688

    def error(k, **options):
        model = fitted(scores, k, mask, **options)
        return np.sqrt(np.mean((model.predict() - truth)[~mask] ** 2)), model.history_

    expected = {0: 0.972, 1: 0.698, 2: 0.395, 3: 0.263, 4: 0.316, 8: 0.454}
    for k, rounded in expected.items():
        assert round(error(k)[0], 3) == rounded
    history = error(3)[1]
    assert round(history[5]) == 1441 and round(history[30], 2) == 1341.96


def test_surplus_rank_is_switched_off_by_the_penalty():
    """The certificate: a residual of spectral norm at most lam belongs to a global optimum."""
    _, scores, mask = world()
    left = scores - fitted(scores, 0, mask).predict()
    for k in (3, 5):
        model = fitted(left, k, mask, lam=8.0, biases=False, n_iter=400)
        assert np.isclose(model.history_[-1], 3245.914, atol=5e-4)
        residual = np.where(mask, left - model.predict(), 0)
        assert np.isclose(np.linalg.norm(residual, 2), 8.0, rtol=1e-6)
        assert np.linalg.svd(model.predict())[1][3] < 1e-4


# Known cells and weights


def test_unknown_cells_may_hold_anything():
    M, mask, _ = small()
    plain = fitted(M, 2, lam=0.5).predict()
    for filler in (0.0, 1e300, np.inf, np.nan):
        filled = np.where(mask, M, filler)
        for given_mask in (mask, mask.astype(int), mask.tolist()):
            np.testing.assert_array_equal(
                fitted(filled, 2, given_mask, lam=0.5).predict(), plain
            )


@pytest.mark.parametrize("method", ["als", "sgd"])
def test_weight_zero_means_unknown_and_weights_mean_copies(method):
    M, mask, _ = small(4, 8, 6)
    weight = np.where(rng(5).random(mask.shape) < 0.2, 0.0, 1.0)
    left = mask & (weight > 0)
    a = fitted(M, 2, mask, weight, method=method, lam=0.5)
    b = fitted(M, 2, left, method=method, lam=0.5)
    np.testing.assert_allclose(a.predict(), b.predict(), rtol=1e-12)
    np.testing.assert_allclose(a.history_, b.history_, rtol=1e-12)


@pytest.mark.parametrize("method", ["als", "sgd"])
def test_a_row_without_known_cells_is_predicted_by_the_columns(method):
    M, mask, _ = small(6, 8, 6)
    M[3], M[:, 2] = np.nan, np.nan
    model = fitted(M, 2, method=method, lam=0.5)
    assert model.user_bias_[3] == 0 and not model.U_[3].any()
    assert model.item_bias_[2] == 0 and not model.V_[2].any()
    np.testing.assert_allclose(
        model.predict()[3], model.mu_ + model.item_bias_, rtol=1e-14
    )


def test_weights_for_propensities_move_the_mean_back():
    """Fives are recorded with probability 0.8, ones with 0.2: the naive mean is 4.2."""
    M = np.array([[5.0] * 8 + [1.0] * 2] * 3)  # what is recorded, of eight each
    weight = np.where(M == 5, 1 / 0.8, 1 / 0.2)
    assert np.isclose(fitted(M, 0).mu_, 4.2)
    assert np.isclose(fitted(M, 0, None, weight).mu_, 3.0)


# Stochastic gradients


@pytest.mark.parametrize("biases", [True, False])
@pytest.mark.parametrize("weighted", [False, True])
def test_one_batch_is_one_step_along_the_gradient(biases, weighted):
    M, mask, weight = small(7, 6, 5, weighted)
    lam, lr = 0.7, 1e-3
    model = fitted(
        M, 2, mask, weight, lam=lam, lr=lr, method="sgd", biases=biases, n_iter=1
    )
    g = rng()
    start = [
        0.1 * g.normal(size=(6, 2)),
        0.1 * g.normal(size=(5, 2)),
        np.zeros(6),
        np.zeros(5),
    ]
    for position, after in enumerate(parts(model)):

        def F(part, position=position):
            blocks = start[:position] + [part] + start[position + 1 :]
            return objective(M, mask, weight, lam, model.mu_, *blocks)

        if position >= 2 and not biases:
            assert not after.any()
        else:
            slope = numerical_gradient(F, start[position])
            np.testing.assert_allclose((start[position] - after) / lr, slope, atol=1e-7)


def test_small_steps_reach_the_objective_of_the_other_method():
    """Biases alone are a convex problem, with one minimum for both."""
    M, mask, _ = small(8, 12, 9)
    als = fitted(M, 0, lam=1.0, n_iter=100)
    sgd = fitted(
        M, 0, lam=1.0, n_iter=400, method="sgd", lr=lambda t: 0.1 / (1 + t / 9)
    )
    assert 0 <= sgd.history_[-1] / als.history_[-1] - 1 < 1e-5


def test_batches_cover_every_cell_once_a_pass():
    """With biases that can't move the others, a pass over 1 x 200 cells is known exactly."""
    M = rng(1).normal(size=(200, 1))
    model = fitted(M, 0, lam=0.0, method="sgd", lr=0.5, n_iter=1)
    # each row has one cell: its bias moves by lr (m - mu - c), with c of the batch's start
    batches = np.array_split(np.arange(200), [64, 128, 192])
    order = rng().permutation(200)
    c, b = 0.0, np.zeros(200)
    for batch in batches:
        error = M[order[batch], 0] - model.mu_ - c
        b[order[batch]] += 0.5 * error
        c += 0.5 * error.sum()
    np.testing.assert_allclose(model.user_bias_, b, rtol=1e-10)
    assert np.isclose(model.item_bias_[0], c, rtol=1e-10)


def test_the_world_by_gradients_is_the_notebooks():
    _, scores, mask = world()
    model = fitted(
        scores, 3, mask, method="sgd", n_iter=5, lr=lambda t: 0.05 / (1 + t / 20)
    )
    assert round(model.history_[5]) == 1935


def test_steps_that_are_too_long_are_reported():
    M, _, _ = small(0, 12, 9)
    with pytest.raises(ValueError, match="lower lr"):
        fitted(M, 2, method="sgd", lr=5.0, n_iter=500)


# What is refused


@pytest.mark.parametrize(
    "options, error, message",
    [
        ({"rank": -1}, ValueError, "rank"),
        ({"rank": 1.0}, TypeError, "rank"),
        ({"rank": 0, "biases": False}, ValueError, "nothing to fit"),
        ({"lam": -0.1}, ValueError, "lam"),
        ({"method": "svd"}, ValueError, "method must be one of"),
        ({"n_iter": 0}, ValueError, "n_iter"),
        ({"method": "sgd", "lr": 0.0}, ValueError, "lr"),
        ({"method": "sgd", "lr": lambda t: -1.0}, ValueError, "lr"),
        ({"rng": None}, TypeError, "default_rng"),
        ({"rng": np.random.RandomState(0)}, TypeError, "default_rng"),
    ],
)
def test_parameters_out_of_range_are_refused(options, error, message):
    with pytest.raises(error, match=message):
        MatrixFactorization(**({"rank": 1, "rng": rng()} | options)).fit(small()[0])


@pytest.mark.parametrize(
    "M, mask, weight, error, message",
    [
        ([1.0, 2.0], None, None, ValueError, "matrix"),
        (np.zeros((0, 3)), None, None, ValueError, "matrix"),
        ([[np.nan, np.nan]], None, None, ValueError, "known cell, got none"),
        ([[1.0, 2.0]], [[False, False]], None, ValueError, "known cell, got none"),
        ([[1.0, np.inf]], None, None, ValueError, "known cells of M must be finite"),
        ([[1.0, np.nan]], [[True, True]], None, ValueError, "must be finite"),
        ([[1.0, 2.0]], [True, False], None, ValueError, "mask must have the shape"),
        ([[1.0, 2.0]], [[0.5, 1.0]], None, ValueError, "booleans"),
        ([[1.0, 2.0]], [["a", "b"]], None, TypeError, "mask"),
        ([[1.0, 2.0]], None, [1.0, 2.0], ValueError, "sample_weight must have"),
        ([[1.0, 2.0]], None, [[1.0, -2.0]], ValueError, "nonnegative"),
        ([[1.0, 2.0]], None, [[np.nan, 1.0]], ValueError, "nonnegative"),
        ([[1.0, 2.0]], None, [[0.0, 0.0]], ValueError, "not all 0"),
        ([[1e200, 2.0]], None, None, ValueError, "1e150"),
        ([[1e140, -1e140]], None, [[1e100, 1e100]], ValueError, "rescale M"),
        ([["a", "b"]], None, None, TypeError, "real numbers"),
    ],
)
def test_bad_data_are_refused(M, mask, weight, error, message):
    with pytest.raises(error, match=message):
        fitted(M, 1, mask, weight)


def test_too_few_cells_without_a_penalty_are_named():
    M = rng().normal(size=(5, 4))
    M[2, 1:] = np.nan
    with pytest.raises(np.linalg.LinAlgError, match="row 2 has too few known cells"):
        fitted(M, 2, lam=0.0, biases=False)
    with pytest.raises(np.linalg.LinAlgError, match="column 1"):
        M = rng().normal(size=(5, 4))
        M[1:, 1] = np.nan
        fitted(M, 2, lam=0.0, biases=False)
    M[:, 3] = np.nan
    with pytest.raises(np.linalg.LinAlgError, match="column 3"):
        fitted(M, 0, lam=0.0)
    assert np.isfinite(fitted(M, 2, lam=1e-3).predict()).all()


def test_digits_with_half_their_pixels_hidden():
    X, _ = load_digits()
    hidden = rng().random(X.shape) < 0.5
    P = fitted(X, 15, ~hidden, lam=30.0, n_iter=20).predict()
    assert round(float(np.sqrt(np.mean((P - X)[hidden] ** 2))), 2) == 3.14


def test_a_second_fit_is_a_fresh_start_and_prediction_needs_one():
    M, _, _ = small()
    model = MatrixFactorization(2, rng=rng(), n_iter=1)
    with pytest.raises(NotFittedError):
        model.predict()
    first = model.fit(M).history_[0]
    assert model.fit(M).history_[0] != first  # the stream goes on
    before = M.copy()
    model.fit(M)
    np.testing.assert_array_equal(M, before)
    whole = [[1, 2, 3], [4, 5, 7]]
    assert np.isfinite(MatrixFactorization(1, rng=rng()).fit(whole).predict()).all()
