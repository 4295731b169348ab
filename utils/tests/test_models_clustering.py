"""K-means and Gaussian mixtures against scikit-learn, exact cases, and their own promises."""

import warnings

import numpy as np
import pytest
import sklearn.cluster
import sklearn.mixture
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal

from utils.datasets import load_digits, load_iris, load_old_faithful
from utils.metrics import adjusted_rand_score
from utils.models import ConvergenceWarning, GaussianMixture, KMeans, NotFittedError
from utils.models import clustering as module

pytestmark = pytest.mark.filterwarnings("error::RuntimeWarning")
TYPES = ["full", "tied", "diag", "spherical"]


def rng(seed=0):
    return np.random.default_rng(seed)


def blobs(n=90, d=3, K=3, seed=0, apart=3.0):
    g = rng(seed)
    centers = apart * g.normal(size=(K, d))
    return centers[np.arange(n) % K] + g.normal(size=(n, d))


def faithful():
    table = load_old_faithful()
    return np.column_stack([table["eruption_min"], table["waiting_min"]])


def squared(X, centers):
    return np.sum((X[:, None] - centers) ** 2, axis=2)


# K-means: the numbers


@pytest.mark.parametrize("seed", range(5))
def test_from_one_start_every_result_is_scikit_learns(seed):
    X = blobs(200, 4, 6, seed, apart=1.0)
    start = X[:6]
    ours = KMeans(6, init=start, tol=0.0).fit(X)
    theirs = sklearn.cluster.KMeans(6, init=start, n_init=1, tol=0).fit(X)
    np.testing.assert_array_equal(ours.labels_, theirs.labels_)
    np.testing.assert_allclose(
        ours.cluster_centers_, theirs.cluster_centers_, rtol=1e-12
    )
    assert np.isclose(ours.inertia_, theirs.inertia_, rtol=1e-13)
    new = blobs(50, 4, 6, seed + 100)
    np.testing.assert_array_equal(ours.predict(new), theirs.predict(new))
    np.testing.assert_allclose(ours.transform(new), theirs.transform(new), rtol=1e-9)


def test_the_best_of_ten_is_as_good_as_scikit_learns():
    X, _ = load_digits()
    theirs = sklearn.cluster.KMeans(10, n_init=10, random_state=0, tol=0).fit(X)
    assert KMeans(10, rng=rng()).fit(X).inertia_ <= theirs.inertia_ * (1 + 1e-3)
    there = KMeans(10, init=theirs.cluster_centers_).fit(X)  # their optimum is ours
    assert np.isclose(there.inertia_, theirs.inertia_, rtol=1e-12)
    iris, species = load_iris()
    model = KMeans(3, rng=rng()).fit(iris)
    best = sklearn.cluster.KMeans(3, n_init=10, random_state=0, tol=0).fit(iris)
    assert model.inertia_ <= best.inertia_ * (1 + 1e-8)
    assert round(adjusted_rand_score(species, model.labels_), 3) == 0.730


def test_old_faithful_has_the_numbers_of_the_notebook():
    X = faithful()
    model = KMeans(2, rng=rng()).fit(X)
    assert round(model.inertia_, 2) == 8901.77
    assert round(KMeans(1, rng=rng()).fit(X).inertia_, 2) == 50440.16
    assert sorted(np.bincount(model.labels_)) == [100, 172]


def test_the_example_by_hand_is_exact():
    model = KMeans(2, init=[[1], [2]]).fit([[1], [2], [3], [8], [9], [10]])
    np.testing.assert_allclose(model.history_, [150, 27.28, 4], rtol=1e-14)
    assert model.cluster_centers_.tolist() == [[2.0], [9.0]]
    assert model.labels_.tolist() == [0, 0, 0, 1, 1, 1]
    assert (model.inertia_, model.n_iter_, model.converged_) == (4.0, 2, True)
    assert type(model.inertia_) is float


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 40), st.integers(1, 4), st.booleans())
def test_it_keeps_its_promises(seed, n, d, whole):
    g = rng(seed)
    X = g.integers(-3, 4, size=(n, d)) if whole else g.normal(size=(n, d))
    K = int(g.integers(1, len(np.unique(X, axis=0)) + 1))
    init = "k-means++" if seed % 2 else "random"
    model = KMeans(K, init=init, n_init=2, tol=0.0, rng=g).fit(X)
    assert model.converged_
    # the objective never rises, and is what it says
    history = model.history_
    assert (np.diff(history) <= 1e-12 * history[0]).all()
    assert len(history) == model.n_iter_ + 1 and history[-1] == model.inertia_
    distances = squared(X, model.cluster_centers_)
    nearest = distances.min(axis=1)
    assert np.isclose(model.inertia_, nearest.sum(), rtol=1e-10, atol=1e-12)
    # every row is with its nearest center, every center is the mean of its rows
    own = distances[np.arange(n), model.labels_]
    np.testing.assert_allclose(own, nearest, atol=1e-10)
    assert np.bincount(model.labels_, minlength=K).all()
    for k in range(K):
        mean = X[model.labels_ == k].mean(axis=0)
        np.testing.assert_allclose(model.cluster_centers_[k], mean, atol=1e-12)
    np.testing.assert_array_equal(model.predict(X), model.labels_)
    np.testing.assert_allclose(model.transform(X) ** 2, distances, atol=1e-12)


def test_a_far_origin_costs_no_digits():
    X = np.round(blobs() * 64) / 64
    near = KMeans(3, init=X[:3]).fit(X)
    far = KMeans(3, init=X[:3] + 2.0**30).fit(X + 2.0**30)
    np.testing.assert_array_equal(near.labels_, far.labels_)
    np.testing.assert_allclose(far.history_, near.history_, rtol=1e-13)


def test_rows_are_compared_in_blocks_without_a_trace(monkeypatch):
    X = blobs(100, 3, 4)
    whole = KMeans(4, init=X[:4]).fit(X)
    monkeypatch.setattr(module, "BLOCK", 28)  # 7 rows at a time
    parts = KMeans(4, init=X[:4]).fit(X)
    np.testing.assert_array_equal(parts.labels_, whole.labels_)
    np.testing.assert_allclose(parts.cluster_centers_, whole.cluster_centers_)
    np.testing.assert_allclose(parts.history_, whole.history_)
    monkeypatch.setattr(module, "BLOCK", 1)
    np.testing.assert_array_equal(parts.predict(X), whole.labels_)


# K-means: starts


def test_plus_plus_draws_by_squared_distance():
    """From 0, the rows 1, 2, 4 come second with probabilities 1, 4, 16 over 21."""
    X = np.array([[0.0], [1.0], [2.0], [4.0]])
    g, counts = rng(), np.zeros((4, 4))
    for _ in range(20_000):
        first, second = module._plus_plus(X, 2, g).ravel().astype(int)
        counts[(0, 1, 2, 0, 3)[first], (0, 1, 2, 0, 3)[second]] += 1
    shares = counts / counts.sum(axis=1, keepdims=True)
    exact = squared(X, X) / squared(X, X).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(counts.sum(axis=1) / 20_000, 0.25, atol=0.015)
    np.testing.assert_allclose(shares, exact, atol=0.02)


def test_the_third_center_is_drawn_by_the_distance_to_the_nearer_of_two():
    X = np.array([[0.0], [10.0], [11.0]])
    g = rng()
    orders = [tuple(module._plus_plus(X, 3, g).ravel()) for _ in range(50)]
    assert all(sorted(order) == [0, 10, 11] for order in orders)


def test_plus_plus_starts_better_than_random_rows():
    X, _ = load_digits()
    means = {
        init: np.mean(
            [
                KMeans(10, init=init, n_init=1, rng=rng(i)).fit(X).inertia_
                for i in range(8)
            ]
        )
        for init in ("k-means++", "random")
    }
    assert means["k-means++"] < means["random"]
    assert abs(means["k-means++"] - 1.1785e6) < 1e4  # the notebook's mean of 20


def test_more_runs_are_never_worse_and_the_stream_goes_on():
    X = blobs(60, 2, 8, apart=1.0)
    one, ten = (KMeans(8, n_init=n, rng=rng(3)).fit(X) for n in (1, 10))
    assert ten.inertia_ <= one.inertia_
    g = rng(3)
    first, second = (KMeans(8, n_init=1, rng=g).fit(X).history_[0] for _ in range(2))
    assert first != second


def test_random_starts_need_a_generator_and_given_ones_do_not():
    X = blobs()
    for wrong in (None, 0, np.random.RandomState(0)):
        with pytest.raises(TypeError, match="default_rng"):
            KMeans(3, rng=wrong).fit(X)
    KMeans(3, init=X[:3]).fit(X)


# K-means: empty clusters, duplicates, ties


def test_an_empty_cluster_takes_the_farthest_row():
    X = [[0.0], [1.0], [2.0], [3.0], [50.0]]
    model = KMeans(3, init=[[1.0], [2.0], [-1000.0]]).fit(X)
    assert model.labels_[4] == 2 and model.converged_
    assert np.bincount(model.labels_).tolist() == [2, 2, 1]
    assert (np.diff(model.history_) <= 0).all()
    # two empty ones take the two farthest
    model = KMeans(4, init=[[1.0], [2.0], [900.0], [-1000.0]]).fit([*X, [-60.0]])
    assert sorted(np.bincount(model.labels_).tolist()) == [1, 1, 2, 2]
    assert model.labels_[4] != model.labels_[5]


def test_the_farthest_row_is_not_taken_from_a_cluster_of_one():
    X = [[0.0], [0.5], [100.0]]  # 100 is farthest from its center, but alone
    model = KMeans(3, init=[[0.0], [60.0], [1000.0]]).fit(X)
    assert sorted(model.labels_.tolist()) == [0, 1, 2]
    assert model.inertia_ == 0
    X = [[0.0], [0.1], [100.0], [101.0]]  # nor twice from a cluster of two
    model = KMeans(4, init=[[0.0], [50.0], [1000.0], [2000.0]]).fit(X)
    assert model.inertia_ == 0 and model.n_iter_ == 2


def test_duplicates_may_fill_a_cluster_but_not_two():
    X = [[0.0]] * 5 + [[1.0]] * 3 + [[7.0]]
    for seed in range(10):
        model = KMeans(3, rng=rng(seed)).fit(X)
        assert model.inertia_ == 0 and len(np.unique(model.labels_)) == 3
    with pytest.raises(ValueError, match="distinct rows, 3, got 4"):
        KMeans(4, rng=rng()).fit(X)
    with pytest.raises(ValueError, match="distinct rows, 3, got 9"):
        KMeans(9, rng=rng()).fit(X)
    many = KMeans(2, init=[[0.0], [0.0]]).fit([[0.0]] * 50 + [[1.0]])
    assert many.inertia_ == 0


def test_of_equally_near_centers_the_first_counts():
    X = [[0.0], [1.0], [2.0], [3.0], [4.0]]
    model = KMeans(2, init=[[0.0], [4.0]], max_iter=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(X)
    assert model.labels_[2] == 0
    assert KMeans(2, init=[[4.0], [0.0]]).fit(X).labels_[2] == 0
    same = KMeans(2, init=[[0.0], [4.0]]).fit([[0.0], [4.0]])
    assert same.predict([[2.0]])[0] == 0


def test_a_loose_tolerance_stops_early_but_leaves_no_cluster_empty():
    X = blobs(200, 2, 5, apart=0.5)
    strict, loose = (KMeans(5, init=X[:5], tol=t).fit(X) for t in (0.0, 0.05))
    assert loose.n_iter_ < strict.n_iter_ and loose.converged_
    drop = 1 - loose.history_[-1] / loose.history_[-2]
    assert 0 < drop <= 0.05
    far = KMeans(3, init=[[0.0], [1e6], [2e6]], tol=1e9).fit(
        [[0.0], [1.0], [5.0], [6.0]]
    )
    assert np.bincount(far.labels_, minlength=3).all()


def test_one_cluster_and_one_row():
    X = blobs()
    model = KMeans(1, rng=rng()).fit(X)
    np.testing.assert_allclose(model.cluster_centers_[0], X.mean(axis=0))
    single = KMeans(1, rng=rng()).fit([[2.0, 3.0]])
    assert single.cluster_centers_.tolist() == [[2.0, 3.0]] and single.inertia_ == 0
    each = KMeans(7, rng=rng()).fit(X[:7])
    assert each.inertia_ < 1e-25 and len(set(each.labels_)) == 7


# K-means: what is refused


@pytest.mark.parametrize(
    "options, error, message",
    [
        ({"n_clusters": 0}, ValueError, "n_clusters"),
        ({"n_clusters": 2.0}, TypeError, "n_clusters"),
        ({"n_clusters": 91}, ValueError, "distinct rows, 90, got 91"),
        ({"init": "best"}, ValueError, "init must be one of"),
        ({"init": np.zeros((2, 3))}, ValueError, r"init must have shape \(3, 3\)"),
        ({"init": [[np.nan] * 3] * 3}, ValueError, "init must be finite"),
        ({"init": [[1e200] * 3] * 3}, ValueError, "init must hold numbers up to 1e150"),
        ({"n_init": 0}, ValueError, "n_init"),
        ({"max_iter": 0}, ValueError, "max_iter"),
        ({"tol": -1}, ValueError, "tol"),
    ],
)
def test_parameters_out_of_range_are_refused(options, error, message):
    with pytest.raises(error, match=message):
        KMeans(**({"n_clusters": 3, "rng": rng()} | options)).fit(blobs())


@pytest.mark.parametrize(
    "model", [KMeans(1, init=[[0.0, 0.0]]), GaussianMixture(1, rng=rng())]
)
@pytest.mark.parametrize(
    "X, message",
    [
        ([1, 2, 3], r"X\[:, None\]"),
        ([[1, 2], [np.inf, 0]], "finite"),
        (np.zeros((0, 2)), "empty"),
        ([[1e200, 0], [0, 1]], "1e150"),
    ],
)
def test_bad_data_are_refused(model, X, message):
    with pytest.raises(ValueError, match=message):
        model.fit(X)


def test_rows_too_close_to_square_are_refused():
    with pytest.raises(ValueError, match="too close together"):
        KMeans(3, rng=rng()).fit([[0.0], [1e-170], [1.0]])
    model = KMeans(2, init=[[0.0], [1e-170]], max_iter=5)
    with pytest.warns(ConvergenceWarning):  # nothing can tell the two apart
        model.fit([[0.0], [1e-170]])


def test_prediction_needs_a_fit_and_its_columns():
    for method in ("predict", "transform"):
        with pytest.raises(NotFittedError):
            getattr(KMeans(2), method)([[0.0]])
        with pytest.raises(ValueError, match="3 columns"):
            getattr(KMeans(1, rng=rng()).fit(blobs()), method)([[0.0]])


def test_stopping_at_the_limit_warns():
    X = blobs(200, 2, 5, apart=0.5)
    with pytest.warns(ConvergenceWarning, match="after 2 iterations"):
        model = KMeans(5, init=X[:5], max_iter=2).fit(X)
    assert model.n_iter_ == 2 and not model.converged_
    np.testing.assert_array_equal(model.predict(X), model.labels_)


def test_kmeans_takes_any_kind_of_numbers_and_leaves_them_alone():
    X = [[1, 2], [3, 5], [4, 4], [6, 1]]
    A = np.array(X)
    a, b = (KMeans(2, init=X[:2]).fit(given_X) for given_X in (X, A))
    np.testing.assert_array_equal(a.cluster_centers_, b.cluster_centers_)
    assert A.tolist() == X


# Gaussian mixtures: the numbers


def start(X, K, kind):
    """Weights, means, covariances in the shape that the type needs."""
    d = X.shape[1]
    C = np.cov(X.T, ddof=0).reshape(d, d)
    covariances = {
        "full": np.stack([C] * K),
        "tied": C,
        "diag": np.stack([np.diag(C)] * K),
        "spherical": np.full(K, np.diag(C).mean()),
    }
    return np.full(K, 1 / K), X[:K], covariances[kind]


def precisions(covariances, kind):
    return np.linalg.inv(covariances) if kind in ("full", "tied") else 1 / covariances


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("steps", [1, 7])
def test_after_as_many_steps_every_parameter_is_scikit_learns(kind, steps):
    X = blobs(150, 3, 3, apart=1.0)
    init = start(X, 3, kind)
    theirs = sklearn.mixture.GaussianMixture(
        3, covariance_type=kind, tol=0, max_iter=steps, weights_init=init[0],
        means_init=init[1], precisions_init=precisions(init[2], kind),
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ours = GaussianMixture(3, kind, init=init, tol=0.0, max_iter=steps).fit(X)
        theirs.fit(X)
    for name in ("weights_", "means_", "covariances_"):
        np.testing.assert_allclose(
            getattr(ours, name), getattr(theirs, name), rtol=1e-9, atol=1e-12
        )
    new = blobs(20, 3, 3, seed=5)
    np.testing.assert_allclose(
        ours.score_samples(new), theirs.score_samples(new), rtol=1e-9
    )
    np.testing.assert_allclose(
        ours.predict_proba(new), theirs.predict_proba(new), atol=1e-9
    )
    np.testing.assert_array_equal(ours.predict(new), theirs.predict(new))
    assert np.isclose(ours.log_likelihood_, theirs.score(X) * 150, rtol=1e-11)
    assert np.isclose(ours.bic(new), theirs.bic(new), rtol=1e-10)
    assert np.isclose(ours.aic(new), theirs.aic(new), rtol=1e-10)
    assert type(ours.bic(X)) is type(ours.aic(X)) is type(ours.log_likelihood_) is float


@pytest.mark.parametrize("kind", TYPES)
def test_the_optimum_is_no_worse_than_scikit_learns(kind):
    X, _ = load_iris()
    theirs = sklearn.mixture.GaussianMixture(
        3, covariance_type=kind, tol=1e-12, max_iter=2000, random_state=0
    ).fit(X)
    ours = GaussianMixture(3, kind, tol=1e-13, max_iter=2000, n_init=5, rng=rng()).fit(
        X
    )
    best = theirs.score(X) * len(X)
    assert ours.log_likelihood_ >= best - 1e-8 * abs(best)


def test_the_mixture_of_old_faithful_is_the_notebooks():
    X = faithful()
    model = GaussianMixture(2, tol=1e-12, rng=rng()).fit(X)
    assert abs(model.log_likelihood_ + 1130.264) < 5e-4
    order = np.argsort(model.weights_)
    np.testing.assert_allclose(model.weights_[order], [0.356, 0.644], atol=5e-4)
    np.testing.assert_allclose(
        model.means_[order], [[2.036, 54.48], [4.290, 79.97]], atol=5e-3
    )
    assert [
        round(GaussianMixture(K, rng=rng(1), n_init=5).fit(X).bic(X), 1)
        for K in (1, 2, 3)
    ] == [2607.6, 2322.2, 2333.7]


def test_a_bad_start_ends_at_another_maximum():
    X = faithful()
    C = np.cov(X.T)
    init = ([0.5, 0.5], [[2.0, 90.0], [5.0, 45.0]], [C, C])
    model = GaussianMixture(2, init=init, tol=1e-10).fit(X)
    assert abs(model.log_likelihood_ + 1285.31) < 0.01
    assert model.n_iter_ > 100 and model.converged_
    assert (np.diff(model.history_) > 0).all()


@pytest.mark.parametrize("kind", TYPES)
def test_one_component_is_the_normal_law_of_the_data(kind):
    X = blobs()
    model = GaussianMixture(1, kind, reg_covar=0.0, rng=rng()).fit(X)
    C = np.cov(X.T, ddof=0)
    exact = {"full": C, "tied": C, "diag": np.diag(C), "spherical": np.trace(C) / 3}
    np.testing.assert_allclose(np.squeeze(model.covariances_), exact[kind], rtol=1e-12)
    np.testing.assert_allclose(model.means_[0], X.mean(axis=0), rtol=1e-13)
    assert model.weights_.tolist() == [1.0]
    cov = {"full": C, "tied": C, "diag": np.diag(np.diag(C))}.get(
        kind, np.trace(C) / 3 * np.eye(3)
    )
    expected = multivariate_normal(X.mean(axis=0), cov).logpdf(X)
    np.testing.assert_allclose(model.score_samples(X), expected, rtol=1e-11)


def test_one_step_by_hand():
    """x = 0, 1, 2, 3 from means 0 and 3 with variance 1: responsibilities are logistic."""
    X = np.arange(4.0)[:, None]
    init = ([0.5, 0.5], [[0.0], [3.0]], [[[1.0]], [[1.0]]])
    with pytest.warns(ConvergenceWarning, match="after 1 iterations"):
        model = GaussianMixture(2, init=init, max_iter=1, reg_covar=0.0).fit(X)
    r = 1 / (1 + np.exp(3 * np.arange(4) - 4.5))
    mean = r @ np.arange(4) / r.sum()
    np.testing.assert_allclose(model.means_.ravel(), [mean, 3 - mean], rtol=1e-13)
    variance = r @ (np.arange(4) - mean) ** 2 / r.sum()
    np.testing.assert_allclose(model.covariances_.ravel(), variance, rtol=1e-13)
    assert round(mean, 4) == 0.6077 and round(variance, 4) == 0.4538


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from(TYPES), st.integers(1, 3))
def test_the_likelihood_never_falls_and_is_what_it_says(seed, kind, d):
    X = blobs(60, d, 3, seed)
    model = GaussianMixture(3, kind, reg_covar=0.0, max_iter=60, rng=rng(seed))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        try:
            model.fit(X)
        except np.linalg.LinAlgError as error:  # a component on a single row
            assert "component" in str(error)
            return
    history = model.history_
    assert (np.diff(history) >= -1e-11 * np.abs(history[1:])).all()
    assert len(history) == model.n_iter_ + 1 and history[-1] == model.log_likelihood_
    assert np.isclose(model.weights_.sum(), 1, rtol=1e-13)
    P = model.predict_proba(X)
    np.testing.assert_allclose(P.sum(axis=1), 1, rtol=1e-12)
    full = {
        "full": model.covariances_,
        "tied": [model.covariances_] * 3,
        "diag": [np.diag(v) for v in model.covariances_] if kind == "diag" else None,
        "spherical": [v * np.eye(d) for v in np.ravel(model.covariances_)[:3]],
    }[kind]
    densities = [
        w * multivariate_normal(m, C, allow_singular=True).pdf(X)
        for w, m, C in zip(model.weights_, model.means_, full, strict=True)
    ]
    np.testing.assert_allclose(
        model.score_samples(X), np.log(np.sum(densities, axis=0)), rtol=1e-8, atol=1e-8
    )
    np.testing.assert_allclose(P.T * np.sum(densities, axis=0), densities, atol=1e-8)


def test_moving_the_data_moves_the_means_only():
    X = np.round(blobs() * 64) / 64
    near, far = (
        GaussianMixture(3, rng=rng(1)).fit(X + shift) for shift in (0, 2.0**30)
    )
    np.testing.assert_allclose(far.covariances_, near.covariances_, rtol=1e-9)
    np.testing.assert_allclose(far.log_likelihood_, near.log_likelihood_, rtol=1e-11)


@pytest.mark.parametrize("kind", TYPES)
def test_mixture_draws_have_the_moments_of_the_model(kind):
    model = GaussianMixture(3, kind, rng=rng(2)).fit(blobs(120, 2, 3))
    X = model.sample(150_000, rng())
    d = model.means_.shape[1]
    full = {
        "full": lambda C: C,
        "tied": lambda C: np.stack([C] * 3),
        "diag": lambda C: np.stack([np.diag(v) for v in C]),
        "spherical": lambda C: C[:, None, None] * np.eye(d),
    }[kind](model.covariances_)
    mean = model.weights_ @ model.means_
    apart = model.means_ - mean
    cov = np.tensordot(model.weights_, full, 1) + (apart.T * model.weights_) @ apart
    np.testing.assert_allclose(X.mean(axis=0), mean, atol=0.05)
    np.testing.assert_allclose(np.cov(X.T), cov, atol=0.02 * np.abs(cov).max())
    # not only the moments: each component has its share
    shares = np.bincount(model.predict(X), minlength=3) / len(X)
    expected = model.predict_proba(X).mean(axis=0)
    np.testing.assert_allclose(expected, model.weights_, atol=0.01)
    assert np.abs(shares - model.weights_).max() < 0.1
    assert model.sample(0, rng()).shape == (0, 2)


# Gaussian mixtures: singular components and other edges


def test_a_component_that_collapses_is_named():
    X = np.vstack([blobs(30, 2, 1), np.full((5, 2), 40.0)])  # five equal rows
    C = np.stack([np.eye(2)] * 2)
    init = ([0.5, 0.5], [[0.0, 0.0], [40.0, 40.0]], C)
    with pytest.raises(np.linalg.LinAlgError, match="of component 1 is not positive"):
        GaussianMixture(2, reg_covar=0.0, init=init).fit(X)
    repaired = GaussianMixture(2, init=init).fit(X)
    np.testing.assert_allclose(repaired.covariances_[1], 1e-6 * np.eye(2), atol=1e-12)
    assert np.isclose(repaired.weights_[1], 1 / 7)
    for kind, cov in [("diag", np.ones((2, 2))), ("spherical", np.ones(2))]:
        with pytest.raises(np.linalg.LinAlgError, match="of component 1"):
            GaussianMixture(2, kind, reg_covar=0.0, init=(*init[:2], cov)).fit(X)


def test_dependent_columns_are_singular_for_all_types_that_see_them():
    X = blobs(40, 2, 2)
    X = np.column_stack([X, X @ [1.0, -2.0]])
    for kind, whose in [("full", "of component 0"), ("tied", "that all components")]:
        with pytest.raises(np.linalg.LinAlgError, match=whose):
            GaussianMixture(2, kind, reg_covar=0.0, rng=rng()).fit(X)
    for kind in ("diag", "spherical"):
        assert GaussianMixture(2, kind, reg_covar=0.0, rng=rng()).fit(X).converged_
    assert np.isfinite(GaussianMixture(2, rng=rng()).fit(X).log_likelihood_)


@pytest.mark.parametrize("kind", ["full", "diag", "spherical"])
def test_a_variance_that_is_only_rounding_counts_as_zero(kind):
    """The mean of three copies of 0.1 is off by an ulp: their variance is 2e-31, not 0."""
    for copies, value in [(3, 0.1), (6, 0.3), (7, 0.3), (10, 0.3)]:
        X = np.concatenate([np.full(copies, value), [5.0, 6.0, 7.5]])[:, None]
        with pytest.raises(np.linalg.LinAlgError, match="positive definite"):
            GaussianMixture(2, kind, reg_covar=0.0, rng=rng()).fit(X)


def test_a_constant_column_needs_a_floor():
    X = np.column_stack([blobs(30, 1, 1), np.full(30, 0.1)])
    for kind in ("full", "tied", "diag"):
        with pytest.raises(np.linalg.LinAlgError, match="positive definite"):
            GaussianMixture(1, kind, reg_covar=0.0, rng=rng()).fit(X)
    floor = GaussianMixture(1, "diag", rng=rng()).fit(X).covariances_[0, 1]
    assert np.isclose(floor, 1e-6, rtol=1e-12)


def test_a_covariance_that_only_rounding_keeps_positive_is_refused():
    X, eps = blobs(30, 2, 1), np.finfo(float).eps
    for excess, singular in [(eps, True), (1e-12, False)]:
        C = np.array([[[1.0, 1.0], [1.0, 1.0 + excess]]])
        model = GaussianMixture(1, init=([1.0], [[0.0, 0.0]], C))
        if singular:
            with pytest.raises(np.linalg.LinAlgError, match="component 0"):
                model.fit(X)
        else:
            assert model.fit(X).converged_


def test_the_trap_of_rounded_data():
    """Five diagonal components: one shrinks onto the 14 eruptions after 83 minutes."""
    X = faithful()
    model = GaussianMixture(5, "diag", max_iter=2000, rng=rng(2)).fit(X)
    narrow = model.covariances_[:, 1].argmin()
    assert np.isclose(model.covariances_[narrow, 1], 1e-6, rtol=1e-3)
    assert round(model.means_[narrow, 1], 3) == 83
    assert round(model.weights_[narrow] * 272) == 14
    assert round(model.bic(X), 1) == 2220.6


def test_rows_far_from_everything_do_not_underflow():
    model = GaussianMixture(2, reg_covar=0.0, rng=rng()).fit([[0.0], [1], [9], [10]])
    P = model.predict_proba([[1e8], [-1e8], [5.0]])
    np.testing.assert_allclose(P.max(axis=1)[:2], 1)
    np.testing.assert_allclose(P[2], 0.5)
    scores = model.score_samples([[1e8], [1e100]])
    exact = (
        np.log(0.5) - 0.5 * np.log(2 * np.pi * 0.25) - 0.5 * ((1e8 - 9.5) / 0.5) ** 2
    )
    assert np.isclose(scores[0], exact, rtol=1e-14) and np.isfinite(scores).all()
    tiny = ([1.0], [[0.0]], [[[1e-20]]])
    with pytest.raises(ValueError, match="row 0 is so far"):
        GaussianMixture(1, init=tiny).fit([[1e149]])


def test_a_component_without_rows_is_named():
    init = ([0.5, 0.5], [[0.5], [1e6]], [[[1.0]], [[1.0]]])
    with pytest.raises(np.linalg.LinAlgError, match="component 1 has lost all rows"):
        GaussianMixture(2, init=init).fit([[0.0], [1.0]])


def test_starts_that_make_no_sense_are_refused():
    X = blobs(20, 2, 2)
    w, m, C = [0.5, 0.5], X[:2], np.stack([np.eye(2)] * 2)
    bent = C.copy()
    bent[0, 0, 1] = 0.5
    for init, error, message in [
        (None, TypeError, "tuple"),
        ((w, m), TypeError, "tuple"),
        ("random", ValueError, "'kmeans' or"),
        (([0.5, 0.6], m, C), ValueError, "sum to 1"),
        (([1.0, 0.0], m, C), ValueError, "positive"),
        ((w, X[:3], C), ValueError, "shapes"),
        ((w, m, np.eye(2)), ValueError, "shapes"),
        ((w, m, C * np.nan), ValueError, "covariances of init must be finite"),
        ((w, m * 1e200, C), ValueError, "means of init"),
        ((w, m, bent), ValueError, "symmetric"),
        ((w, m, -C), np.linalg.LinAlgError, "component 0"),
    ]:
        with pytest.raises(error, match=message):
            GaussianMixture(2, init=init).fit(X)
    with pytest.raises(np.linalg.LinAlgError, match="component 1"):
        GaussianMixture(2, "spherical", init=(w, m, [1.0, -1.0])).fit(X)


@pytest.mark.parametrize(
    "options, error, message",
    [
        ({"n_components": 0}, ValueError, "n_components"),
        ({"n_components": 91}, ValueError, "n_components must be at most the number"),
        ({"covariance_type": "round"}, ValueError, "covariance_type"),
        ({"reg_covar": -1e-9}, ValueError, "reg_covar"),
        ({"tol": -1}, ValueError, "tol"),
        ({"max_iter": 0}, ValueError, "max_iter"),
        ({"n_init": 0}, ValueError, "n_init"),
        ({"rng": None}, TypeError, "default_rng"),
    ],
)
def test_parameters_of_a_mixture_out_of_range_are_refused(options, error, message):
    with pytest.raises(error, match=message):
        GaussianMixture(**({"n_components": 3, "rng": rng()} | options)).fit(blobs())


def test_a_mixture_predicts_only_after_fit_and_for_its_columns():
    for method in ("predict", "predict_proba", "score_samples", "bic", "aic"):
        with pytest.raises(NotFittedError):
            getattr(GaussianMixture(2), method)([[0.0]])
        with pytest.raises(ValueError, match="3 columns"):
            getattr(GaussianMixture(1, rng=rng()).fit(blobs()), method)([[0.0]])
    with pytest.raises(NotFittedError):
        GaussianMixture(2).sample(3, rng())
    with pytest.raises(TypeError, match="Generator"):
        GaussianMixture(1, rng=rng()).fit(blobs()).sample(3, None)


def test_more_starts_are_never_less_likely():
    X, _ = load_iris()
    one, five = (
        GaussianMixture(4, "diag", n_init=n, rng=rng(4)).fit(X) for n in (1, 5)
    )
    assert five.log_likelihood_ >= one.log_likelihood_


def test_iris_without_labels():
    X, species = load_iris()
    model = GaussianMixture(3, n_init=5, rng=rng()).fit(X)
    assert round(adjusted_rand_score(species, model.predict(X)), 3) == 0.904


def test_a_mixture_takes_any_kind_of_numbers_and_leaves_them_alone():
    X = np.round(blobs(40, 2, 2) * 4)
    before = X.copy()
    a = GaussianMixture(2, rng=rng()).fit(X)
    b = GaussianMixture(2, rng=rng()).fit(X.astype(int).tolist())
    np.testing.assert_array_equal(a.covariances_, b.covariances_)
    np.testing.assert_array_equal(X, before)
