"""Splits: sizes as scikit-learn's, and what every split must promise."""

import numpy as np
import pytest
import sklearn.model_selection
from hypothesis import given, settings
from hypothesis import strategies as st

from utils.model_selection import train_test_split


def rng(seed=0):
    return np.random.default_rng(seed)


@settings(max_examples=60, deadline=None)
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
    for share in (0, 1, -0.2, 1.5):
        with pytest.raises(ValueError, match="test_size"):
            train_test_split(X, test_size=share, rng=rng())
    with pytest.raises(ValueError, match="single member"):
        train_test_split(X, stratify=[0, 0, 0, 1], rng=rng())
    with pytest.raises(ValueError, match="not both"):
        train_test_split(X, stratify=[0, 0, 1, 1], groups=[0, 0, 1, 1], rng=rng())
    with pytest.raises(ValueError, match="shape"):
        train_test_split(X, stratify=[0, 1], rng=rng())
