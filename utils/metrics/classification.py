"""Metrics of decisions, and of the scores behind them."""

import math
import warnings

import numpy as np

from utils._checks import as_vector, same_length
from utils.metrics.labels import as_labels, same_kind, two_labelings, zeros_and_ones


def accuracy_score(y_true, y_pred):
    """Share of the predictions that are right, a float.

    y_true and y_pred (n,) hold labels of one kind. ValueError if lengths differ, there are
    none, or a label is NaN; TypeError if text meets numbers. O(n).
    Home: 04-statistics/07-statistics-in-ml.ipynb.
    Source: Hastie, Tibshirani and Friedman, *The Elements of Statistical Learning*, 2nd ed.,
    section 9.2, also for the metrics of decisions below.

    Examples
    --------
    >>> accuracy_score(["cat", "dog", "dog", "cat"], ["cat", "dog", "cat", "cat"])
    0.75
    """
    y_true, y_pred = two_labelings(y_true, y_pred)
    return float(np.mean(y_true == y_pred))


def confusion_matrix(y_true, y_pred, labels=None):
    """How often each class was taken for each.

    Parameters
    ----------
    y_true, y_pred : array_like, shape (n,)
        Labels of one kind.
    labels : array_like, shape (K,), optional
        The classes in the order wanted, which must hold all that occur; by default those,
        sorted.

    Returns
    -------
    ndarray of int, shape (K, K)
        Rows are the truth, columns the prediction.

    Raises
    ------
    ValueError
        If lengths differ, there are no labels or NaN among them, ``labels`` holds a class
        twice, or a class is missing from it. (scikit-learn drops such rows without a word.)
    TypeError
        If text meets numbers.

    Notes
    -----
    O(n log K + K^2). Home: 04-statistics/07-statistics-in-ml.ipynb.
    Source: as `accuracy_score`.

    Examples
    --------
    >>> confusion_matrix([0, 0, 1, 1, 1], [0, 1, 1, 1, 0])
    array([[1, 1],
           [1, 2]])
    """
    y_true, y_pred = two_labelings(y_true, y_pred)
    both = np.concatenate([y_true, y_pred])
    if labels is None:
        labels = np.unique(both)
    labels = as_labels(labels, "labels")
    same_kind(labels, y_true, ("labels", "y_true"))
    order = np.argsort(labels)
    if (labels[order][1:] == labels[order][:-1]).any():
        raise ValueError("labels must not hold a class twice")
    if not (known := np.isin(both, labels)).all():
        raise ValueError(
            f"labels must hold every class that occurs, not {both[~known][0]!r}"
        )
    codes = order[np.searchsorted(labels, both, sorter=order)]
    true, predicted = codes[: len(y_true)], codes[len(y_true) :]
    k = len(labels)
    return np.bincount(true * k + predicted, minlength=k * k).reshape(k, k)


def precision_score(y_true, y_pred):
    """Of those predicted to be 1, the share that is 1: TP / (TP + FP), a float.

    NaN with a `RuntimeWarning` if nothing was predicted to be 1. ValueError for labels other
    than 0 and 1, lengths that differ, or no labels. O(n).
    Home: 04-statistics/07-statistics-in-ml.ipynb. Source: as `accuracy_score`.

    Examples
    --------
    >>> round(precision_score([0, 1, 1, 1], [1, 1, 1, 0]), 4)
    0.6667
    """
    tp, fp, _ = _binary_counts(y_true, y_pred)
    return _share(tp, tp + fp, "precision", "nothing was predicted to be 1")


def recall_score(y_true, y_pred):
    """Of those that are 1, the share predicted to be: TP / (TP + FN), a float.

    Also called sensitivity, or true positive rate. NaN with a `RuntimeWarning` if nothing is
    1. ValueError as `precision_score`. O(n).
    Home: 04-statistics/07-statistics-in-ml.ipynb. Source: as `accuracy_score`.

    Examples
    --------
    >>> recall_score([0, 1, 1, 1, 1], [1, 1, 1, 1, 0])
    0.75
    """
    tp, _, fn = _binary_counts(y_true, y_pred)
    return _share(tp, tp + fn, "recall", "nothing is 1")


def f1_score(y_true, y_pred):
    """Harmonic mean of precision and recall, 2 TP / (2 TP + FP + FN), a float.

    NaN with a `RuntimeWarning` if nothing is 1 and nothing was predicted to be. ValueError as
    `precision_score`. O(n). Home: 04-statistics/07-statistics-in-ml.ipynb.
    Source: C. van Rijsbergen, *Information Retrieval*, 2nd ed. (1979), chapter 7.

    Examples
    --------
    >>> f1_score([0, 1, 1, 1], [0, 1, 1, 0])
    0.8
    """
    tp, fp, fn = _binary_counts(y_true, y_pred)
    why = "nothing is 1 and nothing was predicted to be"
    return _share(2 * tp, 2 * tp + fp + fn, "F1", why)


def roc_curve(y_true, y_score):
    """Share of the zeros and of the ones above each threshold of a score.

    Parameters
    ----------
    y_true : array_like, shape (n,)
        Labels 0 and 1, both present.
    y_score : array_like, shape (n,)
        Larger for what looks more like 1; need not be a probability.

    Returns
    -------
    fpr, tpr : ndarray, shape (m,)
        False and true positive rate if all with ``y_score >= threshold`` are called 1, from
        (0, 0) to (1, 1).
    thresholds : ndarray, shape (m,)
        inf, then the different scores from the largest down.

    Raises
    ------
    ValueError
        If there is only one class, labels other than 0 and 1, lengths differ, or a score is
        NaN or infinite.

    Notes
    -----
    Equal scores make one step, which is a sloping one if both classes are among them; the
    area below is `roc_auc_score`. O(n log n).
    Home: 04-statistics/07-statistics-in-ml.ipynb.
    Source: T. Fawcett, "An introduction to ROC analysis", Pattern Recognition Letters 27
    (2006).

    Examples
    --------
    >>> fpr, tpr, thresholds = roc_curve([1, 1, 0, 1, 0], [0.9, 0.6, 0.7, 0.4, 0.3])
    >>> fpr
    array([0. , 0. , 0.5, 0.5, 0.5, 1. ])
    """
    scores, zeros, ones = _counts_by_score(y_true, y_score)
    fpr, tpr = (
        np.concatenate([[0], np.cumsum(counts[::-1])]) / counts.sum()
        for counts in (zeros, ones)
    )
    return fpr, tpr, np.concatenate([[np.inf], scores[::-1]])


def roc_auc_score(y_true, y_score):
    """How often a one scores higher than a zero, over all pairs of them.

    Parameters
    ----------
    y_true : array_like, shape (n,)
        Labels 0 and 1, both present.
    y_score : array_like, shape (n,)
        Larger for what looks more like 1; only the order counts.

    Returns
    -------
    float
        1/2 for a score that says nothing; pairs with equal scores count 1/2. It is the area
        under `roc_curve`, and the Mann-Whitney U divided by the number of pairs.

    Raises
    ------
    ValueError
        As `roc_curve`.

    Notes
    -----
    Each one beats the zeros below it: with the scores sorted, a running count of the zeros
    gives all pairs at once. The count is exact. O(n log n).
    Home: 04-statistics/07-statistics-in-ml.ipynb.
    Source: J. Hanley and B. McNeil, "The meaning and use of the area under a receiver
    operating characteristic (ROC) curve", Radiology 143 (1982).

    Examples
    --------
    >>> round(roc_auc_score([1, 1, 0, 1, 0], [0.9, 0.6, 0.7, 0.4, 0.3]), 4)
    0.6667
    """
    _, zeros, ones = _counts_by_score(y_true, y_score)
    below = np.cumsum(zeros) - zeros
    won_twice = int(np.sum(ones * (2 * below + zeros)))
    return won_twice / (2 * int(zeros.sum()) * int(ones.sum()))


def _binary_counts(y_true, y_pred):
    """How many true positives, false positives and false negatives."""
    true, predicted = zeros_and_ones(y_true, "y_true"), zeros_and_ones(y_pred, "y_pred")
    same_length(true, predicted, ("y_true", "y_pred"))
    tp = int(true @ predicted)
    return tp, int(predicted.sum()) - tp, int(true.sum()) - tp


def _share(part, whole, name, why):
    if whole == 0:
        warnings.warn(f"{name} is undefined: {why}", RuntimeWarning, stacklevel=3)
        return math.nan
    return part / whole


def _counts_by_score(y_true, y_score):
    """The different scores, ascending, and how many zeros and ones have each."""
    y_true, y_score = zeros_and_ones(y_true, "y_true"), as_vector(y_score, "y_score")
    same_length(y_true, y_score, ("y_true", "y_score"))
    if y_true.min() == y_true.max():
        raise ValueError("y_true holds a single class: no pair of a one and a zero")
    scores, position, n = np.unique(y_score, return_inverse=True, return_counts=True)
    ones = np.bincount(position, weights=y_true, minlength=len(n)).astype(int)
    return scores, n - ones, ones
