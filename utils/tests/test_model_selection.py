"""Splits and evaluation loops: what every split must promise, and scikit-learn's scores."""

import copy

import numpy as np
import pytest
import sklearn.inspection
import sklearn.linear_model
import sklearn.metrics
import sklearn.model_selection
import sklearn.neighbors
from hypothesis import given, settings
from hypothesis import strategies as st

from utils import metrics
from utils.model_selection import (
    cross_val_score,
    kfold_indices,
    permutation_importance,
    train_test_split,
)

pytestmark = pytest.mark.filterwarnings("error")
quick = settings(derandomize=True, deadline=None, max_examples=60)


def rng(seed=0):
    return np.random.default_rng(seed)


@quick
@given(st.integers(2, 200), st.floats(0.01, 0.99), st.integers(0, 10**6))
def test_the_parts_are_disjoint_complete_and_of_scikit_learns_size(n, share, seed):
    rows = np.arange(n)
    if np.ceil(share * n) >= n:
        with pytest.raises(ValueError, match="nothing to train on"):
            train_test_split(rows, test_size=share, rng=rng(seed))
        return
    train, test = train_test_split(rows, test_size=share, rng=rng(seed))
    np.testing.assert_array_equal(np.sort(np.concatenate([train, test])), rows)
    theirs = sklearn.model_selection.train_test_split(rows, test_size=share)
    assert (len(train), len(test)) == tuple(map(len, theirs))


def test_the_rule_is_the_published_one():
    perm = rng().permutation(442)
    train, test = train_test_split(np.arange(442), rng=rng())
    np.testing.assert_array_equal(test, perm[:111])
    np.testing.assert_array_equal(train, perm[111:])


def test_arrays_are_split_in_step_and_stay_as_they_are():
    X, y = np.arange(20).reshape(10, 2), list("abcdefghij")
    X_train, X_test, y_train, y_test = train_test_split(X, y, rng=rng(1))
    for rows, letters in [(X_train, y_train), (X_test, y_test)]:
        assert [y[row[0] // 2] for row in rows] == list(letters)
    X_train[:] = -1
    assert X.min() == 0


def test_stratified_parts_keep_the_shares_of_the_classes():
    labels = np.repeat([0, 1, 2], [100, 40, 8])
    train, test = train_test_split(labels, stratify=labels, rng=rng())
    assert np.bincount(test).tolist() == [25, 10, 2]
    assert np.bincount(train).tolist() == [75, 30, 6]
    assert np.any(np.diff(train) < 0)  # still shuffled


def test_groups_go_whole_to_one_side():
    groups = np.repeat(list("abcdefgh"), 5)
    train, test = train_test_split(groups, groups=groups, rng=rng())
    assert not set(train) & set(test)
    assert len(set(test)) == 2 and len(test) == 10


def test_every_row_is_drawn_equally_often():
    counts = np.zeros(8)
    generator = rng()
    for _ in range(2000):
        counts[train_test_split(np.arange(8), rng=generator)[1]] += 1
    assert np.all(np.abs(counts - 500) < 5 * np.sqrt(500 * 0.75))


def test_misuse_is_named():
    X = np.zeros((4, 2))
    with pytest.raises(TypeError, match="default_rng"):
        train_test_split(X, rng=0)
    with pytest.raises(TypeError):
        train_test_split(X)
    with pytest.raises(TypeError, match="at least one array"):
        train_test_split(rng=rng())
    with pytest.raises(ValueError, match="equally many rows"):
        train_test_split(X, np.zeros(3), rng=rng())
    with pytest.raises(ValueError, match="single number"):
        train_test_split(3, rng=rng())
    for share in (0, 1, -0.2, 1.5):
        with pytest.raises(ValueError, match="test_size"):
            train_test_split(X, test_size=share, rng=rng())
    with pytest.raises(ValueError, match="single member"):
        train_test_split(X, stratify=[0, 0, 0, 1], rng=rng())
    with pytest.raises(ValueError, match="not both"):
        train_test_split(X, stratify=[0, 0, 1, 1], groups=[0, 0, 1, 1], rng=rng())
    with pytest.raises(ValueError, match="shape"):
        train_test_split(X, stratify=[0, 1], rng=rng())
    for option in ("stratify", "groups"):
        with pytest.raises(ValueError, match=f"{option} must not hold NaN"):
            train_test_split(X, **{option: [0, 0, np.nan, np.nan]}, rng=rng())


# Folds


def check_partition(folds, n, n_splits):
    assert len(folds) == n_splits
    rows = np.arange(n)
    tests = np.concatenate([test for _, test in folds])
    np.testing.assert_array_equal(np.sort(tests), rows)
    for train, test in folds:
        assert train.dtype.kind == test.dtype.kind == "i"
        np.testing.assert_array_equal(np.sort(np.concatenate([train, test])), rows)


@quick
@given(st.integers(2, 60), st.data())
def test_each_row_is_tested_once_in_folds_of_scikit_learns_sizes(n, data):
    n_splits = data.draw(st.integers(2, n))
    folds = kfold_indices(n, n_splits, rng=rng(n))
    check_partition(folds, n, n_splits)
    theirs = sklearn.model_selection.KFold(n_splits).split(np.zeros((n, 1)))
    assert [len(test) for _, test in folds] == [len(test) for _, test in theirs]


def test_the_rule_of_the_folds_is_the_published_one():
    perm = rng().permutation(23)
    for (train, test), block in zip(
        kfold_indices(23, 4, rng=rng()), np.array_split(perm, 4), strict=True
    ):
        np.testing.assert_array_equal(test, block)
        np.testing.assert_array_equal(train, perm[~np.isin(perm, block)])


@quick
@given(
    st.lists(st.integers(3, 20), min_size=1, max_size=5),
    st.integers(2, 3),
    st.integers(0, 99),
)
def test_stratified_folds_share_every_class_evenly(sizes, n_splits, seed):
    y = np.repeat(list("abcde")[: len(sizes)], sizes)
    y = rng(seed).permutation(y)
    folds = kfold_indices(len(y), n_splits, y=y.tolist(), rng=rng(seed))
    check_partition(folds, len(y), n_splits)
    for label in np.unique(y):
        counts = [np.sum(y[test] == label) for _, test in folds]
        assert max(counts) - min(counts) <= 1
    counts = [len(test) for _, test in folds]
    assert max(counts) - min(counts) <= 1
    theirs = sklearn.model_selection.StratifiedKFold(n_splits).split(y, y)
    assert sorted(counts) == sorted(len(test) for _, test in theirs)


def test_stratified_folds_are_shuffled():
    y = np.repeat([0, 1], 50)
    first, second = (kfold_indices(100, y=y, rng=rng(seed))[0][1] for seed in (0, 1))
    assert set(first) != set(second)
    assert np.any(np.diff(first) < 0)


@quick
@given(st.lists(st.integers(0, 6), min_size=8, max_size=40), st.integers(2, 3))
def test_a_group_is_never_on_both_sides(groups, n_splits):
    names = np.unique(groups)
    if len(names) < n_splits:
        return
    groups = np.array(groups)
    folds = kfold_indices(len(groups), n_splits, groups=groups, rng=rng())
    check_partition(folds, len(groups), n_splits)
    in_folds = [set(groups[test]) for _, test in folds]
    for (train, test), chosen in zip(folds, in_folds, strict=True):
        assert not chosen & set(groups[train])
        assert len(test) == np.isin(groups, list(chosen)).sum()
    assert max(map(len, in_folds)) - min(map(len, in_folds)) <= 1


def test_every_row_meets_every_fold_equally_often():
    counts, generator = np.zeros((6, 3)), rng()
    for _ in range(1500):
        for k, (_, test) in enumerate(kfold_indices(6, 3, rng=generator)):
            counts[test, k] += 1
    assert np.all(np.abs(counts - 500) < 5 * np.sqrt(500 * 2 / 3))


@pytest.mark.parametrize(
    "arguments, error, message",
    [
        (dict(n=4, n_splits=5), ValueError, "more than the 4 rows"),
        (dict(n=4, n_splits=1), ValueError, "n_splits must be at least 2"),
        (dict(n=0, n_splits=2), ValueError, "n must be at least 1"),
        (dict(n=4.0, n_splits=2), TypeError, "n must be an integer"),
        (dict(n=4, n_splits="2"), TypeError, "n_splits must be an integer"),
        (dict(n=4, n_splits=2, y=[0, 0, 0, 1]), ValueError, "the 1 members of class 1"),
        (dict(n=4, n_splits=3, groups=[0, 0, 1, 1]), ValueError, "the 2 groups"),
        (dict(n=4, n_splits=2, y=[0, 1]), ValueError, r"y must have shape \(4,\)"),
        (dict(n=2, n_splits=2, groups=[0.0, np.nan]), ValueError, "NaN"),
        (dict(n=2, n_splits=2, y=[0, 0], groups=[0, 1]), ValueError, "not both"),
        (dict(n=4, n_splits=2, rng=0), TypeError, "default_rng"),
        (dict(n=4, n_splits=2, rng=None), TypeError, "default_rng"),
    ],
)
def test_misuse_of_folds_is_named(arguments, error, message):
    with pytest.raises(error, match=message):
        kfold_indices(**{"rng": rng(), **arguments})


# Scores


def regression_data(n=40, d=3):
    X = rng(1).normal(size=(n, d))
    return X, X @ np.arange(d) + rng(2).normal(size=n)


def test_cross_validation_gives_scikit_learns_scores_on_the_same_folds():
    X, y = regression_data()
    folds = kfold_indices(len(X), 4, rng=rng())
    for model, theirs, ours in [
        (sklearn.linear_model.LinearRegression(), "r2", None),
        (sklearn.linear_model.LinearRegression(), "r2", metrics.r2_score),
        (sklearn.neighbors.KNeighborsClassifier(3), "accuracy", metrics.accuracy_score),
    ]:
        target = y if theirs == "r2" else (y > 0).astype(int)
        want = sklearn.model_selection.cross_val_score(
            model, X, target, cv=folds, scoring=theirs
        )
        for cv, generator in [(folds, None), (4, rng()), (iter(folds), None)]:
            got = cross_val_score(model, X, target, cv, ours, generator)
            np.testing.assert_allclose(got, want, rtol=1e-12)
        np.testing.assert_allclose(
            cross_val_score(
                model, X.tolist(), target.tolist(), np.int64(4), ours, rng()
            ),
            want,
            rtol=1e-12,
        )


class Recorder:
    """Draws a random number in each fit, and remembers what it has seen."""

    def __init__(self, rng):
        self.rng, self.seen = rng, None

    def fit(self, X, y):
        assert self.seen is None, "a model was fitted twice"
        self.seen, self.number = X, self.rng.random()

    def predict(self, X):
        assert not set(X.ravel()) & set(self.seen.ravel())
        return np.full(len(X), self.number)


def test_every_fold_trains_a_copy_on_the_other_rows_only():
    model = Recorder(rng(3))
    state = copy.deepcopy(model.rng.bit_generator.state)
    X, y = np.arange(10)[:, None], np.zeros(10)
    scores = cross_val_score(
        model, X, y, 5, lambda y, prediction: prediction[0] - y[0], rng()
    )
    assert model.seen is None and model.rng.bit_generator.state == state
    np.testing.assert_array_equal(scores, rng(3).random())  # copies copy the generator


def test_texts_can_be_cross_validated_too():
    class Longest:
        def fit(self, X, y):
            self.words = {word for text in X for word in text.split()}

        def score(self, X, y):
            return np.mean([set(text.split()) <= self.words for text in X])

    texts = ["a b", "b c", "c a", "z z"]
    folds = [([0, 1, 3], [2]), ([0, 1, 2], [3])]
    assert cross_val_score(Longest(), texts, [0, 0, 0, 1], folds).tolist() == [1, 0]


@pytest.mark.parametrize(
    "arguments, error, message",
    [
        (dict(), TypeError, "default_rng"),
        (dict(rng=0), TypeError, "default_rng"),
        (dict(y=[1]), ValueError, "X and y must have equally many rows"),
        (dict(X=3.0), ValueError, "X must have rows"),
        (dict(X=[], y=[]), ValueError, "X must have rows"),
        (dict(cv=99, rng=rng()), ValueError, "more than the 6 rows"),
        (dict(cv=True, rng=rng()), TypeError, "n_splits must be an integer"),
        (dict(cv=2.5), TypeError, "number of folds or a list of pairs"),
        (dict(cv=[([0], [1], [2])]), TypeError, "list of pairs"),
        (dict(cv=[]), ValueError, "at least one fold"),
        (dict(cv=[([0, 1], [])]), ValueError, "not empty"),
        (dict(cv=[([[0, 1]], [2])]), ValueError, "vector"),
        (dict(cv=[([0, 1], [6])]), ValueError, "from 0 to 5"),
        (dict(cv=[([0, -1], [2])]), ValueError, "from 0 to 5"),
        (dict(cv=[([0.0, 1.0], [2])]), TypeError, "row numbers"),
        (dict(cv=[([True] * 6, [2])]), TypeError, "row numbers"),
    ],
)
def test_misuse_of_cross_validation_is_named(arguments, error, message):
    X, y = regression_data(6)
    model = sklearn.linear_model.LinearRegression()
    with pytest.raises(error, match=message):
        cross_val_score(model, **{"X": X, "y": y, **arguments})


# Importance


def test_the_importances_are_scikit_learns_up_to_the_shuffles():
    X, y = regression_data(200, 4)
    X.flags.writeable = y.flags.writeable = False
    before = X.copy()
    model = sklearn.linear_model.LinearRegression().fit(X, y)
    mean, std = permutation_importance(model, X, y, n_repeats=60, rng=rng())
    theirs = sklearn.inspection.permutation_importance(
        model, X, y, n_repeats=60, random_state=0
    )
    error = np.hypot(std, theirs.importances_std) / np.sqrt(60)
    assert np.all(np.abs(mean - theirs.importances_mean) < 4 * error)
    np.testing.assert_allclose(std, theirs.importances_std, rtol=0.5)
    assert list(np.argsort(mean)[1:]) == [1, 2, 3]
    np.testing.assert_array_equal(X, before)


def test_importance_by_the_letter():
    class First:
        def predict(self, X):
            return X[:, 0]

    X, y = np.array([[1, 9, 5], [2, 8, 5], [4, 7, 5]]), [1.0, 2.0, 4.0]

    def minus_absolute(y, prediction):
        return -np.abs(y - prediction).sum()

    mean, std = permutation_importance(First(), X, y, minus_absolute, 3, rng=rng(5))
    generator = rng(5)
    shuffles = [generator.permutation(X[:, 0]) for _ in range(3)]
    drops = [np.abs(y - shuffled).sum() for shuffled in shuffles]
    assert mean.tolist() == [pytest.approx(np.mean(drops)), 0, 0]
    assert std.tolist() == [pytest.approx(np.std(drops)), 0, 0]
    once = permutation_importance(First(), X.tolist(), y, minus_absolute, 1, rng=rng(5))
    assert once[0][0] == drops[0] and once[1].tolist() == [0, 0, 0]


def test_with_many_columns_a_shuffled_one_comes_back():
    X, y = regression_data(30, 3)
    model = sklearn.linear_model.LinearRegression().fit(X, y)
    seen = []

    class Watching:
        def score(self, X, y):
            seen.append(X.copy())
            return 0.0

    permutation_importance(Watching(), X, y, n_repeats=2, rng=rng())
    assert len(seen) == 1 + 3 * 2
    for k, shuffled in enumerate(seen[1:]):
        changed = np.flatnonzero((shuffled != X).any(axis=0))
        assert changed.tolist() == [k // 2]
        np.testing.assert_array_equal(np.sort(shuffled, axis=0), np.sort(X, axis=0))
    mean, _ = permutation_importance(model, X, y, n_repeats=1, rng=rng())
    assert mean.shape == (3,)


@pytest.mark.parametrize(
    "arguments, error, message",
    [
        (dict(rng=None), TypeError, "default_rng"),
        (dict(n_repeats=0), ValueError, "n_repeats"),
        (dict(n_repeats=1.5), TypeError, "n_repeats"),
        (dict(y=[1]), ValueError, "X and y must have equally many rows"),
        (dict(X=np.zeros(6)), ValueError, r"X must be a table, shape \(n, d\)"),
        (dict(X=np.zeros((6, 0))), ValueError, "X must be a table"),
        (dict(X=1.0), ValueError, "X must have rows"),
    ],
)
def test_misuse_of_importance_is_named(arguments, error, message):
    X, y = regression_data(6)
    model = sklearn.linear_model.LinearRegression().fit(X, y)
    with pytest.raises(error, match=message):
        permutation_importance(model, **{"X": X, "y": y, "rng": rng(), **arguments})


def test_the_random_source_must_be_given():
    X, y = regression_data(6)
    model = sklearn.linear_model.LinearRegression().fit(X, y)
    with pytest.raises(TypeError):
        permutation_importance(model, X, y)
    with pytest.raises(TypeError):
        kfold_indices(6)
