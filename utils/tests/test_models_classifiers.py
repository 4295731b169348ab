"""Neighbors, discriminants, trees, and what all classifiers share, against production libraries."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.spatial.distance import cdist
from scipy.stats import multivariate_normal
from sklearn import discriminant_analysis, neighbors, tree

from utils import information
from utils._checks import as_labels
from utils.datasets import load_breast_cancer, load_digits, load_iris, load_wine
from utils.models import (
    BernoulliNB,
    DecisionTreeClassifier,
    GaussianNB,
    KNeighborsClassifier,
    LinearDiscriminantAnalysis,
    LogisticRegression,
    NotFittedError,
    QuadraticDiscriminantAnalysis,
)

pytestmark = pytest.mark.filterwarnings("error")

ALL = [
    BernoulliNB(),
    DecisionTreeClassifier(),
    GaussianNB(),
    KNeighborsClassifier(n_neighbors=3),
    LinearDiscriminantAnalysis(),
    LogisticRegression(),
    QuadraticDiscriminantAnalysis(reg_param=0.1),
]
LOG = [m for m in ALL if hasattr(m, "predict_log_proba")]
each = pytest.mark.parametrize("model", ALL, ids=lambda m: type(m).__name__)


def data(n=80, d=3, K=3, seed=0):
    rng = np.random.default_rng(seed)
    y = np.arange(n) % K
    return rng.normal(size=(n, d)) + rng.normal(size=(K, d))[y], y


def data_for(model, **kwargs):
    X, y = data(**kwargs)
    return ((X > 0) if isinstance(model, BernoulliNB) else X), y


# What all classifiers share


@each
def test_labels_may_be_anything_that_has_an_order(model):
    X, y = data_for(model)
    plain = model.clone().fit(X, y)
    for names in [
        np.array(["b", "c", "d"]),
        np.array([-1, 0, 7]),
        np.array([0.5, 1.5, 2.5]),
    ]:
        other = model.clone().fit(X.tolist(), list(names[y]))
        np.testing.assert_array_equal(other.classes_, names)
        np.testing.assert_array_equal(other.predict(X), names[plain.predict(X)])
        np.testing.assert_array_equal(other.predict_proba(X), plain.predict_proba(X))
        assert other.score(X, names[y]) == plain.score(X, y)


@each
def test_probabilities_are_a_distribution_and_the_largest_wins(model):
    X, y = data_for(model)
    model = model.clone().fit(X, y)
    P = model.predict_proba(X)
    assert P.shape == (80, 3) and (P >= 0).all()
    np.testing.assert_allclose(P.sum(axis=1), 1, rtol=1e-14)
    np.testing.assert_array_equal(model.predict(X), P.argmax(axis=1))
    assert model.score(X, y) == np.mean(model.predict(X) == y)
    if hasattr(model, "predict_log_proba"):
        np.testing.assert_allclose(model.predict_log_proba(X), np.log(P), atol=1e-12)


@each
def test_the_order_of_rows_is_no_information(model):
    X, y = data_for(model)
    perm = np.random.default_rng(1).permutation(len(X))
    P = model.clone().fit(X, y).predict_proba(X)
    np.testing.assert_allclose(
        model.clone().fit(X[perm], y[perm]).predict_proba(X), P, atol=1e-8
    )


@each
def test_inputs_stay_as_they_are_and_fit_starts_afresh(model):
    X, y = data_for(model)
    X.flags.writeable = y.flags.writeable = False
    before = X.copy()
    again = model.clone().fit(X[:40, ::-1], y[:40] > 0)
    assert again.fit(X, y) is again
    assert again.predict(X).shape == (80,)
    np.testing.assert_array_equal(X, before)
    np.testing.assert_array_equal(
        again.predict_proba(X), model.clone().fit(X, y).predict_proba(X)
    )


@each
def test_misuse_is_named(model):
    X, y = data_for(model)
    with pytest.raises(NotFittedError, match="call fit first"):
        model.clone().predict(X)
    fitted = model.clone().fit(X, y)
    with pytest.raises(ValueError, match="3 columns"):
        fitted.predict(X[:, :2])
    with pytest.raises(ValueError, match="equally many rows"):
        model.clone().fit(X, y[:-1])
    with pytest.raises(ValueError, match=r"shape \(n,\)"):
        model.clone().fit(X, y[:, None])
    with pytest.raises(ValueError, match="one row per example"):
        model.clone().fit(X[:, 0], y)
    with pytest.raises(ValueError, match="finite"):
        model.clone().fit(np.where(np.arange(3) == 1, np.nan, X), y)
    with pytest.raises(ValueError, match="finite"):
        model.clone().fit(X, np.where(y == 0, np.nan, y))
    with pytest.raises(TypeError, match="text"):
        model.clone().fit(X, ["a", 1] * 40)
    with pytest.raises(TypeError, match="text"):
        fitted.score(X, ["a"] * 80)


@pytest.mark.parametrize(
    "y", [["b", "a"], np.array(["b", "a"], dtype=object), [2, 1], [True, False],
          np.array([2, 1], dtype=object), np.array([2.5, 1.5], dtype=np.float32)]
)  # fmt: skip
def test_labels_of_one_kind_are_taken(y):
    labels = as_labels(y)
    assert labels.shape == (2,) and labels.dtype.kind != "O"
    assert list(labels) == list(y)


@pytest.mark.parametrize(
    ("y", "error", "says"),
    [
        ([], ValueError, r"shape \(0,\)"),
        (3, ValueError, r"shape \(\)"),
        ([[1], [2, 3]], ValueError, "vector of labels"),
        ([1, "a"], TypeError, "text or numbers"),
        ([None, "a"], TypeError, "text or numbers"),
        ([None, 1], TypeError, "dtype object"),
        ([1j, 2], TypeError, "dtype complex128"),
        (np.array([1, "a"], dtype=object), TypeError, "not both"),
        ([1.0, np.inf], ValueError, "labels must be finite"),
    ],
)
def test_other_labels_are_refused(y, error, says):
    with pytest.raises(error, match=says):
        as_labels(y, "labels")


@pytest.mark.parametrize("model", LOG, ids=lambda m: type(m).__name__)
def test_classes_without_hope_still_have_a_log_probability(model):
    X, y = data_for(model, K=2)
    if not isinstance(model, BernoulliNB):
        X = X + 40 * y[:, None]
    log_p = model.clone().fit(X, y).predict_log_proba(X)
    assert np.isfinite(log_p).all() and log_p.max() <= 0


@pytest.mark.parametrize(
    "model",
    [GaussianNB(), QuadraticDiscriminantAnalysis()],
    ids=lambda m: type(m).__name__,
)
def test_rows_beyond_all_measure_are_refused_not_guessed(model):
    X, y = data()
    model = model.clone().fit(X * 1e-100, y)
    with pytest.raises(ValueError, match="row 1 of X is too far"):
        model.predict(np.array([[0, 0, 0], [1e140, 0, 0]]))
    with pytest.raises(ValueError, match="1e150"):
        model.predict([[1e200, 0, 0]])


def test_linear_scores_reach_farther_but_not_everywhere():
    X, y = data(K=2)
    model = LinearDiscriminantAnalysis().fit((X + 1e10 * y[:, None]) * 1e-150, y)
    assert model.predict([[1e100, 1e100, 1e100]]).item() == 1
    with pytest.raises(ValueError, match="row 0 of X is too far"):
        model.predict([[1e150, 1e150, 1e150]])


# Nearest neighbors


def test_neighbors_of_digits_are_scikit_learns():
    X, y = load_digits()
    X = X + np.random.default_rng(0).normal(size=X.shape) / 100  # no ties
    train, test = slice(0, 1000), slice(1000, None)
    for k in [1, 4, 10]:
        ours = KNeighborsClassifier(k).fit(X[train], y[train])
        theirs = neighbors.KNeighborsClassifier(k).fit(X[train], y[train])
        np.testing.assert_allclose(
            ours.predict_proba(X[test]), theirs.predict_proba(X[test]), rtol=1e-15
        )


def test_neighbors_of_digits_as_published():
    X, y = load_digits()
    model = KNeighborsClassifier().fit(X[:1000], y[:1000])
    assert np.sum(model.predict(X[1000:]) != y[1000:]) == 30


@given(
    arrays(float, (12, 2), elements=st.integers(-3, 3)),
    arrays(float, (5, 2), elements=st.integers(-3, 3)),
    st.integers(1, 12),
    st.sampled_from([1.0, 2.0**-700, 2.0**490]),
)
@settings(deadline=None)
def test_of_equally_near_rows_the_first_counts(Z, X, k, factor):
    y = np.arange(12) % 3
    order = np.argsort(cdist(X, Z, "sqeuclidean"), axis=1, kind="stable")[:, :k]
    want = np.mean(y[order][:, :, None] == np.arange(3), axis=1)
    model = KNeighborsClassifier(k).fit(Z * factor, y)
    np.testing.assert_allclose(model.predict_proba(X * factor), want, rtol=1e-15)


@pytest.mark.parametrize("offset", [0.0, 1e8])
def test_small_differences_in_far_clusters_are_seen(offset):
    # |x|^2 + |z|^2 - 2 x.z alone would lose them: the squares are 1e16 times larger
    Z = np.array([[0.0], [0.5], [2e8], [2e8 + 0.5]]) + offset
    model = KNeighborsClassifier().fit(Z, list("abcd"))
    X = np.array([[0.2], [0.3], [2e8 + 0.2], [2e8 + 0.3]]) + offset
    assert "".join(model.predict(X)) == "abcd"


def test_blocks_change_nothing():
    rng = np.random.default_rng(0)
    Z, X = rng.normal(size=(3000, 2)), rng.normal(size=(900, 2))  # three blocks
    model = KNeighborsClassifier(1).fit(Z, np.arange(3000))
    np.testing.assert_array_equal(model.predict(X), cdist(X, Z).argmin(axis=1))


def test_a_vote_that_is_even_goes_to_the_first_label():
    model = KNeighborsClassifier(2).fit([[0.0], [1.0]], ["z", "a"])
    assert model.predict([[0.0]]).item() == "a"


def test_as_many_neighbors_as_rows_and_no_more():
    X, y = data()
    model = KNeighborsClassifier(len(X)).fit(X, y)
    np.testing.assert_allclose(model.predict_proba(X[:1])[0], np.bincount(y) / len(y))
    with pytest.raises(ValueError, match="n_neighbors=81 is more than the 80 rows"):
        KNeighborsClassifier(81).fit(X, y)
    with pytest.raises(ValueError, match="n_neighbors must be at least 1"):
        KNeighborsClassifier(0).fit(X, y)
    one = KNeighborsClassifier().fit([[3.0]], ["only"])
    assert one.predict([[3.0], [9.0]]).tolist() == ["only", "only"]


# Discriminant analysis


@pytest.mark.parametrize("load", [load_iris, load_wine, load_breast_cancer])
def test_linear_discriminants_are_scikit_learns(load):
    X, y = load()
    X = (X - X.mean(axis=0)) / X.std(axis=0) + 1
    ours = LinearDiscriminantAnalysis().fit(X, y)
    theirs = discriminant_analysis.LinearDiscriminantAnalysis(
        solver="lsqr", store_covariance=True
    ).fit(X, y)
    for name in ["means_", "priors_", "covariance_"]:
        np.testing.assert_allclose(getattr(ours, name), getattr(theirs, name), rtol=1e-9, atol=1e-12)  # fmt: skip
    np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=1e-8, atol=1e-9)
    np.testing.assert_allclose(ours.intercept_, theirs.intercept_, rtol=1e-8)
    np.testing.assert_allclose(
        ours.predict_log_proba(X), theirs.predict_log_proba(X), rtol=1e-8, atol=1e-8
    )


@pytest.mark.parametrize("K", [2, 3])
def test_linear_scores_have_the_published_coefficients(K):
    X, y = data(K=K)
    model = LinearDiscriminantAnalysis().fit(X, y)
    Z = X @ model.coef_.T + model.intercept_
    if K == 2:
        Z = np.hstack([np.zeros_like(Z), Z])
    P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(P, model.predict_proba(X), rtol=1e-11)


def log_joint(X, means, covariances, priors):
    laws = zip(means, covariances, priors, strict=True)
    return np.column_stack(
        [multivariate_normal(m, S).logpdf(X) + np.log(p) for m, S, p in laws]
    )


@pytest.mark.parametrize("gamma", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("load", [load_iris, load_wine])
def test_quadratic_discriminants_are_bayes_theorem_with_scipys_densities(load, gamma):
    X, y = load()
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    model = QuadraticDiscriminantAnalysis(reg_param=gamma).fit(X, y)
    groups = [X[y == k] for k in range(3)]
    means = [rows.mean(axis=0) for rows in groups]
    d = X.shape[1]
    S = [(1 - gamma) * np.cov(rows.T, bias=True) + gamma * np.eye(d) for rows in groups]
    np.testing.assert_allclose(model.means_, means, atol=1e-14)
    np.testing.assert_allclose(model.covariances_, S, atol=1e-14)
    np.testing.assert_allclose(model.priors_, np.bincount(y) / len(y), rtol=1e-15)
    joint = log_joint(X, means, S, np.bincount(y) / len(y))
    joint -= np.logaddexp.reduce(joint, axis=1, keepdims=True)
    np.testing.assert_allclose(model.predict_log_proba(X), joint, rtol=1e-9, atol=1e-9)


def test_discriminants_of_digits_as_published():
    X, y = load_digits()
    perm = np.random.default_rng(0).permutation(len(X))
    train, test = perm[:1200], perm[1200:]
    qda = QuadraticDiscriminantAnalysis(reg_param=0.1).fit(X[train] / 16, y[train])
    assert round(qda.score(X[test] / 16, y[test]), 3) > 0.95
    used = X[train].std(axis=0) > 0
    with pytest.raises(np.linalg.LinAlgError, match="singular"):
        LinearDiscriminantAnalysis().fit(X[train], y[train])
    lda = LinearDiscriminantAnalysis().fit(X[train][:, used], y[train])
    assert round(lda.score(X[test][:, used], y[test]), 4) == 0.9581


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=30, deadline=None)
def test_discriminants_do_not_care_for_coordinates(seed):
    rng = np.random.default_rng(seed)
    X, y = data(seed=seed % 1000)
    A, b = rng.normal(size=(3, 3)) + 3 * np.eye(3), 100 * rng.normal(size=3)
    if np.linalg.cond(A) > 1e3:
        return
    for model in [LinearDiscriminantAnalysis(), QuadraticDiscriminantAnalysis()]:
        P = model.fit(X, y).predict_proba(X)
        np.testing.assert_allclose(
            model.fit(X @ A + b, y).predict_proba(X @ A + b), P, atol=1e-7
        )


@pytest.mark.parametrize(
    "model",
    [LinearDiscriminantAnalysis(), QuadraticDiscriminantAnalysis(), GaussianNB()],
)
def test_a_large_offset_costs_no_digits(model):
    X, y = data()
    X = np.round(X * 2**20) / 2**20
    P = model.clone().fit(X, y).predict_proba(X)
    np.testing.assert_allclose(
        model.clone().fit(X + 2**20, y).predict_proba(X + 2**20), P, atol=1e-9
    )


def test_columns_of_very_different_size_are_not_singular():
    X, y = data()
    scales = np.array([1e-60, 1.0, 1e60])
    for model in [LinearDiscriminantAnalysis(), QuadraticDiscriminantAnalysis()]:
        P = model.fit(X, y).predict_proba(X)
        np.testing.assert_allclose(
            model.fit(X * scales, y).predict_proba(X * scales), P, rtol=1e-9
        )


def test_singular_covariances_are_named():
    X, y = data()
    dependent = np.column_stack([X, X[:, 0] + X[:, 1]])
    constant = np.column_stack([X, np.full(80, 0.1)])
    for bad in [dependent, constant]:
        with pytest.raises(
            np.linalg.LinAlgError, match="within the classes is singular"
        ):
            LinearDiscriminantAnalysis().fit(bad, y)
        with pytest.raises(np.linalg.LinAlgError, match=r"class 0 \(27 of 80 rows\)"):
            QuadraticDiscriminantAnalysis().fit(bad, y)
    with pytest.raises(
        np.linalg.LinAlgError, match=r"class True \(1 of 80 .* reg_param"
    ):
        QuadraticDiscriminantAnalysis().fit(X, np.arange(80) == 5)
    assert (
        QuadraticDiscriminantAnalysis(0.1).fit(dependent, y).score(dependent, y) > 0.5
    )


@pytest.mark.parametrize("seed", range(20))
def test_rounding_does_not_hide_a_singular_covariance(seed):
    X, y = data(
        seed=seed
    )  # a pivot that should be 0 comes out as 1e-16, of either sign
    X = np.column_stack([X, X @ [1.0, -2.0, 3.0] + 7])
    with pytest.raises(np.linalg.LinAlgError, match="singular"):
        LinearDiscriminantAnalysis().fit(X, y)
    with pytest.raises(np.linalg.LinAlgError, match="singular"):
        QuadraticDiscriminantAnalysis().fit(X, y)


def test_discriminants_need_two_classes():
    for model in [LinearDiscriminantAnalysis(), QuadraticDiscriminantAnalysis()]:
        with pytest.raises(ValueError, match="2 classes or more, got only 7"):
            model.fit([[1.0], [2.0]], [7, 7])
    for gamma in [-0.1, 1.1]:
        with pytest.raises(ValueError, match="reg_param must be in"):
            QuadraticDiscriminantAnalysis(gamma).fit(*data())
    with pytest.raises(ValueError, match="1e150"):
        QuadraticDiscriminantAnalysis().fit([[1e200], [2.0]], [0, 1])


# Decision trees


@pytest.mark.parametrize("criterion", ["entropy", "gini"])
@pytest.mark.parametrize("load", [load_iris, load_wine, load_breast_cancer])
def test_trees_fit_as_well_as_scikit_learns_at_every_depth(load, criterion):
    X, y = load()
    for depth in [1, 2, 3, 4, None]:
        ours = DecisionTreeClassifier(criterion, depth).fit(X, y)
        theirs = tree.DecisionTreeClassifier(
            criterion=criterion, max_depth=depth, random_state=0
        ).fit(X, y)
        assert ours.score(X, y) == pytest.approx(theirs.score(X, y), abs=1.5 / len(y))
        assert ours.tree_.depth.max() <= (depth or np.inf)
    assert ours.score(X, y) == 1.0


@pytest.mark.parametrize("criterion", ["entropy", "gini"])
def test_the_tree_is_scikit_learns_where_no_gains_are_equal(criterion):
    rng = np.random.default_rng(3)
    X = rng.normal(size=(4000, 3)).astype(np.float32).astype(float)  # as they store it
    y = (X @ [1, 2, 3] + rng.normal(size=4000) > 0).astype(int) + (X[:, 0] > 1)
    ours = DecisionTreeClassifier(criterion, max_depth=4).fit(X, y).tree_
    theirs = (
        tree.DecisionTreeClassifier(criterion=criterion, max_depth=4).fit(X, y).tree_
    )
    inner = theirs.children_left >= 0
    np.testing.assert_array_equal(ours.left, theirs.children_left)
    np.testing.assert_array_equal(ours.right, theirs.children_right)
    np.testing.assert_array_equal(ours.feature[inner], theirs.feature[inner])
    np.testing.assert_allclose(
        ours.threshold[inner], theirs.threshold[inner], atol=1e-7
    )
    unit = np.log(2) if criterion == "entropy" else 1  # they count bits
    np.testing.assert_allclose(ours.impurity, theirs.impurity * unit, atol=1e-14)
    np.testing.assert_array_equal(ours.counts.sum(axis=1), theirs.n_node_samples)
    assert np.isnan(ours.threshold[~inner]).all() and (ours.feature[~inner] == -1).all()


def test_the_first_question_is_the_best_split():
    for load in [load_iris, load_wine, load_breast_cancer]:
        X, y = load()
        root = DecisionTreeClassifier(max_depth=1).fit(X, y).tree_
        feature, threshold, gain = information.best_split(X, y)
        assert (root.feature[0], root.threshold[0]) == (feature, threshold)
        n = root.counts.sum(axis=1)
        left = root.impurity[0] - n[1:] @ root.impurity[1:] / n[0]
        assert left == pytest.approx(gain, rel=1e-12)


def test_trees_of_breast_cancer_as_published():
    X, y = load_breast_cancer()
    perm = np.random.default_rng(0).permutation(len(X))
    train, test, rates = perm[:400], perm[400:], []
    for depth in [1, 3, 5]:
        model = DecisionTreeClassifier(max_depth=depth).fit(X[train], y[train])
        rates += [model.score(X[train], y[train]), model.score(X[test], y[test])]
    np.testing.assert_allclose(rates[::2], [0.925, 0.98, 1.0], atol=5e-4)
    np.testing.assert_allclose(rates[1::2], [0.905, 0.929, 0.959], atol=7e-3)  # ties
    root = model.tree_
    assert (root.feature[0], round(root.threshold[0], 2)) == (22, 114.45)


@given(
    arrays(float, (14, 2), elements=st.integers(0, 4)),
    arrays(int, 14, elements=st.integers(0, 2)),
    st.sampled_from(["entropy", "gini"]),
)
@settings(deadline=None)
def test_without_limit_every_leaf_is_pure_or_has_equal_rows(X, y, criterion):
    model = DecisionTreeClassifier(criterion).fit(X, y)
    for x in np.unique(X, axis=0):
        same = (X == x).all(axis=1)
        shares = np.mean(y[same][:, None] == model.classes_, axis=0)
        np.testing.assert_allclose(model.predict_proba(x[None])[0], shares, rtol=1e-15)


def test_a_question_without_gain_is_asked_for_what_comes_after():
    X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]  # xor
    assert information.best_split(X, y)[0] is None
    assert DecisionTreeClassifier().fit(X, y).score(X, y) == 1.0


def test_ties_go_to_the_first_feature_and_the_lowest_threshold():
    model = DecisionTreeClassifier().fit([[0, 5], [1, 6], [2, 7]], list("aba"))
    assert (model.tree_.feature[0], model.tree_.threshold[0]) == (0, 0.5)


def test_thresholds_hold_between_neighboring_floats_and_huge_ones():
    # halfway between neighbors rounds down to the one, or up to the other
    for low in [1.0, 1.0 + 2**-52]:
        close = np.array([[low], [np.nextafter(low, 2)]])
        assert DecisionTreeClassifier().fit(close, [0, 1]).score(close, [0, 1]) == 1.0
    far = np.array([[-1.7e308], [1.5e308], [1.7e308]])
    model = DecisionTreeClassifier().fit(far, [0, 0, 1])
    assert model.score(far, [0, 0, 1]) == 1.0 and np.isfinite(model.tree_.threshold[0])


def test_a_value_at_the_threshold_goes_left():
    model = DecisionTreeClassifier().fit([[0.0], [2.0]], ["left", "right"])
    assert model.predict([[1.0], [1.0000001]]).tolist() == ["left", "right"]


def test_trees_of_a_single_leaf():
    for X, y in [([[1.0]], [5]), ([[1.0], [1.0]], [5, 5]), ([[2.0], [2.0]], [5, 6])]:
        model = DecisionTreeClassifier().fit(X, y)
        assert len(model.tree_.feature) == 1 and model.predict([[9.0]]).item() == 5


def test_unknown_criteria_and_depths_are_named():
    with pytest.raises(
        ValueError, match="criterion must be one of .*'entropy', 'gini'"
    ):
        DecisionTreeClassifier("log_loss").fit(*data())
    with pytest.raises(ValueError, match="criterion"):
        DecisionTreeClassifier(None).fit(*data())
    with pytest.raises(ValueError, match="max_depth must be at least 1"):
        DecisionTreeClassifier(max_depth=0).fit(*data())
    with pytest.raises(TypeError, match="max_depth must be an integer"):
        DecisionTreeClassifier(max_depth=2.5).fit(*data())
