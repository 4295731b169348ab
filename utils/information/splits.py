"""The question worth asking next: what a split tells about the labels."""

import numpy as np

from utils._checks import as_data, same_length
from utils.information.distributions import as_codes, in_base
from utils.information.mutual import pair_counts, plug_in


def information_gain(y, groups, base=None):
    """How much entropy of the labels y a split into groups removes on average, a float.

    H(y) minus the entropies of y within the groups, weighted by their sizes: the mutual
    information of the two, in the unit of ``base`` (None for nats, 2 for bits). y and groups
    (n,) hold labels of any kind. An identity column gains all of H(y) and teaches nothing.
    ValueError if lengths differ or a label is NaN. O(n log n) at most.
    Home: 06-information-theory/05-information-theory-in-ml.ipynb.
    Source: J. R. Quinlan, "Induction of decision trees", Machine Learning 1 (1986).

    Examples
    --------
    >>> information_gain([0, 0, 1, 1], [True, True, False, False], base=2)
    1.0
    """
    return in_base(plug_in(*pair_counts(y, groups, ("y", "groups"))), base)


def best_split(X, y, base=None):
    """The feature and threshold whose yes-no question tells most about the labels.

    Parameters
    ----------
    X : array_like, shape (n, d)
    y : array_like, shape (n,)
        Labels of any kind.
    base : float, optional
        Unit of the gain: None for nats, 2 for bits.

    Returns
    -------
    feature : int or None
        Column of the best split ``X[:, feature] <= threshold``; None if no split gains
        anything, which happens even where two splits together would (xor).
    threshold : float or None
        Halfway between two neighboring values of that column.
    gain : float
        The `information_gain` of the split, 0.0 if there is none.

    Raises
    ------
    ValueError
        If X isn't a finite matrix, lengths differ, or a label is NaN.

    Notes
    -----
    Each column is sorted once; running counts of the classes then give the entropies on both
    sides of every threshold. Of equal gains (within 1e-12) the first feature wins, then the
    lowest threshold. O(d n log n + d n K) for K classes.
    Home: 06-information-theory/05-information-theory-in-ml.ipynb.
    Source: J. R. Quinlan, "Induction of decision trees", Machine Learning 1 (1986).

    Examples
    --------
    >>> best_split([[7, 1], [8, 2], [7, 3], [8, 4]], list("aabb"), base=2)
    (1, 2.5, 1.0)
    """
    X = as_data(X)
    labels, _ = as_codes(y, "y")
    same_length(X, labels, ("X", "y"))
    classes, labels = np.unique(labels, return_inverse=True)
    one_hot = labels[:, None] == np.arange(len(classes))

    best = (None, None, 0.0)
    for feature, column in enumerate(X.T):
        threshold, gain = _best_threshold(column, one_hot)
        if gain > best[2] + 1e-12:
            best = (feature, threshold, gain)
    feature, threshold, gain = best
    return feature, threshold, in_base(gain, base)


def _best_threshold(column, one_hot):
    """Best threshold of one column, and its gain in nats; (None, 0.0) for a constant one."""
    order = np.argsort(column, kind="stable")
    column = column[order]
    cuts = np.flatnonzero(column[:-1] < column[1:]) + 1  # how many rows go to the left
    if not cuts.size:
        return None, 0.0
    left = np.cumsum(one_hot[order], axis=0)[cuts - 1]
    total = one_hot.sum(axis=0)
    gains = (
        _weighted_entropy(total)
        - _weighted_entropy(left)
        - _weighted_entropy(total - left)
    ) / len(column)
    best = int(np.argmax(gains >= gains.max() - 1e-12))
    low, high = column[cuts[best] - 1], column[cuts[best]]
    middle = low / 2 + high / 2  # halves first: low + high may overflow
    return float(middle if middle < high else low), float(gains[best])


def _weighted_entropy(counts):
    """n H for class counts along the last axis, n their sum: n log n - sum c log c."""
    n = counts.sum(axis=-1)
    return _x_log_x(n) - _x_log_x(counts).sum(axis=-1)


def _x_log_x(x):
    return x * np.log(np.maximum(x, 1))
