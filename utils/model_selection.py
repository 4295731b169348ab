"""Splits and evaluation loops, named as in scikit-learn."""

import copy
import math
from numbers import Integral

import numpy as np

from utils._checks import as_rng, count, in_range, same_length


def train_test_split(*arrays, test_size=0.25, stratify=None, groups=None, rng):
    """Split arrays at random, row by row in step, into a training and a test part.

    Parameters
    ----------
    *arrays : array_like, shape (n, ...)
        One or more, with equally many rows; X and y, for instance.
    test_size : float
        Share of the rows in the test part, strictly between 0 and 1, rounded up.
    stratify : array_like, shape (n,), optional
        Labels: every class is split in this proportion on its own.
    groups : array_like, shape (n,), optional
        Labels of rows that belong together (one patient, one day): a group goes whole to
        one side, and ``test_size`` counts groups. Not together with ``stratify``.
    rng : numpy.random.Generator
        Required: the split is random.

    Returns
    -------
    list of ndarray
        Training part, test part of the first array, then of the second, and so on:
        ``X_train, X_test, y_train, y_test = train_test_split(X, y, rng=rng)``.

    Raises
    ------
    ValueError
        If lengths differ, a side would be empty, or a class has a single member.
    TypeError
        If there is no array, or `rng` is not a `numpy.random.Generator`.

    Notes
    -----
    ``perm = rng.permutation(n)``; its first ``ceil(test_size * n)`` entries are the test
    rows and the rest, in that order, the training rows. With ``stratify`` each class gives
    the first of its rows in the order of ``perm``; with ``groups`` the groups are permuted
    and rows keep their order. O(n log n).
    Home: 00-prerequisites/02-numpy-basics.ipynb.

    Examples
    --------
    >>> x = np.arange(8)
    >>> train, test = train_test_split(x, rng=np.random.default_rng(0))
    >>> len(train), len(test)
    (6, 2)
    """
    rng = as_rng(rng)
    test_size = in_range(test_size, "test_size", 0, 1, closed=(False, False))
    arrays = [np.asarray(array) for array in arrays]
    n = _common_length(arrays)
    if stratify is not None and groups is not None:
        raise ValueError("give stratify or groups, not both")

    if groups is not None:
        train, test = _by_group(_labels(groups, n, "groups"), test_size, rng)
    else:
        perm = rng.permutation(n)
        if stratify is None:
            is_test = np.zeros(n, dtype=bool)
            is_test[perm[: _test_count(n, test_size, "rows")]] = True
        else:
            is_test = _by_class(_labels(stratify, n, "stratify"), perm, test_size)
        train, test = perm[~is_test[perm]], perm[is_test[perm]]
    return [part for array in arrays for part in (array[train], array[test])]


def kfold_indices(n, n_splits=5, y=None, groups=None, *, rng):
    """Deal rows at random into folds; each is the test part once, the others train.

    Parameters
    ----------
    n : int
        Number of rows.
    n_splits : int
        Number of folds, from 2 to n.
    y : array_like, shape (n,), optional
        Labels: every class is dealt out evenly over the folds.
    groups : array_like, shape (n,), optional
        Labels of rows that belong together (one patient, one day): a group goes whole into
        one fold, and folds hold equally many groups, give or take one. Not together with y.
    rng : numpy.random.Generator
        Required: the folds are random.

    Returns
    -------
    list of (train, test)
        ``n_splits`` pairs of arrays of row numbers. Every row is in one test part; without
        groups their sizes differ by at most one.

    Raises
    ------
    ValueError
        If ``n_splits`` is below 2 or above the number of rows, of groups, or of members of a
        class; if lengths differ, or both y and groups are given.
    TypeError
        If `rng` is not a `numpy.random.Generator`.

    Notes
    -----
    ``perm = rng.permutation(n)``; the test parts are ``np.array_split(perm, n_splits)``. With
    y the rows are sorted by class, within a class in the order of ``perm``, and dealt round
    robin; with groups the groups are permuted and split. Training rows, and dealt ones, are in
    the order of ``perm``; with groups rows keep their own order. O(n (n_splits + log n)).
    Home: 04-statistics/07-statistics-in-ml.ipynb.
    Source: Hastie, Tibshirani and Friedman, *The Elements of Statistical Learning*, 2nd ed.,
    section 7.10.

    Examples
    --------
    >>> folds = kfold_indices(7, n_splits=3, rng=np.random.default_rng(0))
    >>> [(len(train), len(test)) for train, test in folds]
    [(4, 3), (5, 2), (5, 2)]
    """
    rng = as_rng(rng)
    n, n_splits = count(n, "n"), count(n_splits, "n_splits", low=2)
    if y is not None and groups is not None:
        raise ValueError("give y or groups, not both")

    if groups is not None:
        names, group = np.unique(_labels(groups, n, "groups"), return_inverse=True)
        fold = _dealt(rng.permutation(len(names)), n_splits, "groups")[group]
        rows = np.arange(n)
    elif y is not None:
        rows = rng.permutation(n)
        fold = _dealt_by_class(_labels(y, n, "y"), rows, n_splits)
    else:
        rows = rng.permutation(n)
        fold = _dealt(rows, n_splits, "rows")
    return [(rows[fold[rows] != k], rows[fold[rows] == k]) for k in range(n_splits)]


def cross_val_score(model, X, y, cv=5, scoring=None, rng=None):
    """Score a model on rows that it was not trained on, fold by fold.

    Parameters
    ----------
    model : object with ``fit(X, y)`` and ``predict(X)``
        Each fold trains a deep copy; the model itself stays as it is. Whatever looks at y, or
        at test rows, belongs inside ``fit``: scaling, selection of features, tuning.
    X, y : array_like, n rows each
    cv : int or list of (train, test)
        Number of folds, dealt by `kfold_indices` with ``rng``; or row numbers for each fold.
    scoring : callable, optional
        ``scoring(y_true, y_pred)``, such as `metrics.r2_score`; by default ``model.score``.
    rng : numpy.random.Generator
        Required if ``cv`` is an integer.

    Returns
    -------
    ndarray, shape (number of folds,)

    Raises
    ------
    ValueError
        If lengths differ, there is no fold, or a fold has an empty side or row numbers beyond
        the data.
    TypeError
        If ``cv`` is an integer and `rng` not a `numpy.random.Generator`, or ``cv`` is neither
        an integer nor a list of pairs, or holds something else than row numbers.

    Notes
    -----
    The mean estimates how well models trained on this many rows do on average, not the one
    you will use. The scores share training rows, so they aren't independent. One fit a fold.
    Home: 04-statistics/07-statistics-in-ml.ipynb. Source: as `kfold_indices`.

    Examples
    --------
    >>> class Mean:
    ...     def fit(self, X, y):
    ...         self.mean = np.mean(y)
    ...     def predict(self, X):
    ...         return np.full(len(X), self.mean)
    >>> halves = [([0, 1], [2, 3]), ([2, 3], [0, 1])]
    >>> worst = lambda y, prediction: np.max(np.abs(y - prediction))
    >>> cross_val_score(Mean(), np.zeros((4, 1)), [1, 3, 5, 9], halves, scoring=worst)
    array([7., 6.])
    """
    X, y = _rows(X, "X"), _rows(y, "y")
    same_length(X, y, ("X", "y"))
    scores = []
    for train, test in _folds(cv, len(X), rng):
        fitted = copy.deepcopy(model)
        fitted.fit(X[train], y[train])
        scores.append(_score(fitted, X[test], y[test], scoring))
    return np.array(scores)


def permutation_importance(model, X, y, scoring=None, n_repeats=10, *, rng):
    """How much worse a fitted model gets when one column of the data is shuffled.

    Parameters
    ----------
    model : object with ``predict(X)``, already fitted
    X : array_like, shape (n, d)
        Preferably rows that the model was not trained on.
    y : array_like, shape (n,) or (n, m)
    scoring : callable, optional
        ``scoring(y_true, y_pred)``, larger for better; by default ``model.score``.
    n_repeats : int
        Shuffles of each column.
    rng : numpy.random.Generator
        Required: the shuffles are random.

    Returns
    -------
    mean, std : ndarray, shape (d,)
        Of the score on X minus the score after a shuffle, over the repeats; the standard
        deviation with divisor ``n_repeats``, as in scikit-learn.

    Raises
    ------
    ValueError
        If X isn't a table with rows and columns, lengths differ, or ``n_repeats`` is below 1.
    TypeError
        If `rng` is not a `numpy.random.Generator`.

    Notes
    -----
    Of two columns that say the same, either may look useless: the model has the other.
    ``d * n_repeats`` predictions. Home: 04-statistics/07-statistics-in-ml.ipynb.
    Source: L. Breiman, "Random forests", Machine Learning 45 (2001).

    Examples
    --------
    >>> class First:
    ...     def predict(self, X):
    ...         return X[:, 0]
    >>> X = np.arange(20.0).reshape(10, 2)
    >>> minus_worst = lambda y, prediction: -np.max(np.abs(y - prediction))
    >>> rng = np.random.default_rng(0)
    >>> mean, std = permutation_importance(First(), X, X[:, 0], minus_worst, rng=rng)
    >>> mean > 0
    array([ True, False])
    """
    rng, n_repeats = as_rng(rng), count(n_repeats, "n_repeats")
    X, y = _rows(X, "X").copy(), _rows(y, "y")
    same_length(X, y, ("X", "y"))
    if X.ndim != 2 or not X.size:
        raise ValueError(f"X must be a table, shape (n, d), got shape {X.shape}")
    score = _score(model, X, y, scoring)
    drops = np.empty((X.shape[1], n_repeats))
    for j in range(X.shape[1]):
        column = X[:, j].copy()
        for repeat in range(n_repeats):
            X[:, j] = rng.permutation(column)
            drops[j, repeat] = score - _score(model, X, y, scoring)
        X[:, j] = column
    return drops.mean(axis=1), drops.std(axis=1)


def _dealt(perm, n_splits, what):
    """The fold of each item: consecutive blocks of ``perm``, of nearly equal size."""
    if n_splits > len(perm):
        raise ValueError(f"n_splits={n_splits} is more than the {len(perm)} {what}")
    fold = np.empty(len(perm), dtype=int)
    for k, block in enumerate(np.array_split(perm, n_splits)):
        fold[block] = k
    return fold


def _dealt_by_class(labels, perm, n_splits):
    """The fold of each row: rows sorted by class, then dealt round robin."""
    names, sizes = np.unique(labels, return_counts=True)
    if sizes.min() < n_splits:
        raise ValueError(
            f"n_splits={n_splits} is more than the {sizes.min()} members of class "
            f"{names[np.argmin(sizes)]}"
        )
    order = perm[np.argsort(labels[perm], kind="stable")]
    fold = np.empty(len(perm), dtype=int)
    fold[order] = np.arange(len(perm)) % n_splits
    return fold


def _folds(cv, n, rng):
    """Pairs of row numbers (train, test), checked."""
    if isinstance(cv, Integral):
        return kfold_indices(n, cv, rng=as_rng(rng))
    try:
        pairs = [(np.asarray(train), np.asarray(test)) for train, test in cv]
    except (TypeError, ValueError):
        raise TypeError(
            "cv must be a number of folds or a list of pairs (train, test)"
        ) from None
    if not pairs:
        raise ValueError("cv must hold at least one fold")
    for rows in (rows for pair in pairs for rows in pair):
        if rows.ndim != 1 or not len(rows):
            raise ValueError(
                f"the rows of a fold must be a vector, not empty, got shape {rows.shape}"
            )
        if rows.dtype.kind not in "iu":
            raise TypeError(f"cv must hold row numbers, got dtype {rows.dtype}")
        if rows.min() < 0 or rows.max() >= n:
            raise ValueError(f"cv must hold row numbers from 0 to {n - 1}")
    return pairs


def _rows(array, name):
    array = np.asarray(array)
    if array.ndim == 0 or not len(array):
        raise ValueError(f"{name} must have rows, got shape {array.shape}")
    return array


def _score(model, X, y, scoring):
    if scoring is None:
        return float(model.score(X, y))
    return float(scoring(y, model.predict(X)))


def _by_group(groups, test_size, rng):
    """Rows of the training and of the test groups, each in their original order."""
    names = np.unique(groups)
    perm = rng.permutation(len(names))
    chosen = names[perm[: _test_count(len(names), test_size, "groups")]]
    is_test = np.isin(groups, chosen)
    return np.flatnonzero(~is_test), np.flatnonzero(is_test)


def _by_class(labels, perm, test_size):
    """Mark the test rows: in each class the first ones in the order of ``perm``."""
    is_test = np.zeros(len(labels), dtype=bool)
    for name in np.unique(labels):
        members = perm[labels[perm] == name]
        if len(members) < 2:
            raise ValueError(f"class {name} has a single member: it can't be split")
        n_test = _test_count(len(members), test_size, f"rows of class {name}")
        is_test[members[:n_test]] = True
    return is_test


def _test_count(n, test_size, what):
    n_test = math.ceil(test_size * n)
    if n_test >= n:
        raise ValueError(
            f"test_size={test_size} of {n} {what} leaves nothing to train on"
        )
    return n_test


def _common_length(arrays):
    if not arrays:
        raise TypeError("train_test_split needs at least one array")
    for array in arrays:
        if array.ndim == 0:
            raise ValueError("every array must have rows, got a single number")
        if len(array) != len(arrays[0]):
            lengths = [len(array) for array in arrays]
            raise ValueError(f"all arrays must have equally many rows, got {lengths}")
    return len(arrays[0])


def _labels(labels, n, name):
    labels = np.asarray(labels)
    if labels.shape != (n,):
        raise ValueError(f"{name} must have shape ({n},), got {labels.shape}")
    if (labels != labels).any():
        raise ValueError(f"{name} must not hold NaN")
    return labels
