"""A decision tree: yes-no questions about one feature at a time, each as telling as can be."""

from dataclasses import dataclass

import numpy as np

from utils._checks import count
from utils.models.base import _check_labeled_data, _Classifier
from utils.models.preparation import _check_columns


class DecisionTreeClassifier(_Classifier):
    """Classifier that asks about one feature after the other, whichever tells most.

    Grown greedily: each node asks whether ``X[:, feature] <= threshold``, for the feature and
    threshold that lower the impurity of the labels most, and so on in both halves, until the
    labels are all the same, no question separates the rows, or the depth is reached.

    Parameters
    ----------
    criterion : {"entropy", "gini"}
        Impurity: -sum_k p_k log p_k, so that a question's gain is its mutual information with
        the label, or sum_k p_k (1 - p_k).
    max_depth : int, optional
        Longest chain of questions, at least 1; by default as long as it takes.

    Attributes
    ----------
    classes_ : ndarray, shape (K,)
        Labels, sorted.
    tree_ : object
        The nodes as arrays, a node before those below it, those on the left first: ``feature``,
        ``threshold``, ``left``, ``right`` (node numbers; -1 in leaves), ``counts`` (nodes, K)
        of the training rows of each class, ``impurity`` (in nats, or Gini's) and ``depth``.

    Raises
    ------
    ValueError
        For another criterion, a ``max_depth`` below 1, an X that isn't a finite matrix,
        lengths that differ, or another number of columns than in ``fit``.
    TypeError
        For labels that mix text with numbers.

    Notes
    -----
    At each node the columns are sorted and the classes counted from the lowest value up,
    which gives the impurities on both sides of every threshold at once: O(d n log n + d n K)
    for each level, O(n d) memory. Thresholds lie halfway between neighboring values. Of equal
    gains (within 1e-12) the first feature wins, then the lowest threshold; a question without
    gain is asked if there is none better, as two together may tell something (xor). With
    entropy the first question is `information.best_split`.
    Home: 06-information-theory/05-information-theory-in-ml.ipynb.
    Source: Breiman, Friedman, Olshen and Stone, *Classification and Regression Trees* (1984);
    for entropy, J. R. Quinlan, "Induction of decision trees", Machine Learning 1 (1986).

    Examples
    --------
    >>> model = DecisionTreeClassifier().fit([[7, 1], [8, 2], [7, 3], [8, 4]], list("aabb"))
    >>> model.tree_.feature.tolist(), model.tree_.threshold[0].item()
    ([1, -1, -1], 2.5)
    >>> model.predict([[9, 2.4]]).item()
    'a'
    """

    def __init__(self, criterion="entropy", max_depth=None):
        self.criterion = criterion
        self.max_depth = max_depth

    def fit(self, X, y):
        """Grow the tree on ``X`` (n, d) and labels ``y`` (n,); returns the model."""
        if not isinstance(self.criterion, str) or self.criterion not in _IMPURITIES:
            raise ValueError(
                f"criterion must be one of {list(_IMPURITIES)}, got {self.criterion!r}"
            )
        depth = np.inf if self.max_depth is None else count(self.max_depth, "max_depth")
        X, self.classes_, codes = _check_labeled_data(X, y)
        one_hot = np.eye(len(self.classes_))[codes]
        self.tree_ = _grow(X, one_hot, _IMPURITIES[self.criterion], depth)
        self._d = X.shape[1]
        return self

    def predict_proba(self, X):
        """Shares of the classes among the training rows of each row's leaf, shape (k, K)."""
        self._check_fitted("tree_")
        X, tree = _check_columns(X, self._d), self.tree_
        node = np.zeros(len(X), dtype=int)
        for _ in range(tree.depth.max()):  # all rows go down one level
            asked = np.flatnonzero(tree.feature[node] >= 0)
            at = node[asked]
            yes = X[asked, tree.feature[at]] <= tree.threshold[at]
            node[asked] = np.where(yes, tree.left[at], tree.right[at])
        counts = tree.counts[node]
        return counts / counts.sum(axis=1, keepdims=True)

    def _scores(self, X):
        return self.predict_proba(X)


@dataclass
class _Tree:
    """The nodes of a decision tree, as `DecisionTreeClassifier` describes them."""

    feature: np.ndarray
    threshold: np.ndarray
    left: np.ndarray
    right: np.ndarray
    counts: np.ndarray
    impurity: np.ndarray
    depth: np.ndarray


def _grow(X, one_hot, impurity, max_depth):
    """The tree for the rows of X; `impurity` takes class counts (..., K)."""
    nodes = {name: [] for name in _Tree.__dataclass_fields__}
    waiting = [(np.arange(len(X)), 0, None, None)]  # rows, depth, parent and its side
    while waiting:
        rows, depth, parent, side = waiting.pop()
        number, counts = len(nodes["feature"]), one_hot[rows].sum(axis=0)
        if parent is not None:
            nodes[side][parent] = number
        feature, threshold = -1, np.nan
        if depth < max_depth and np.count_nonzero(counts) > 1:
            feature, threshold = _best_question(X[rows], one_hot[rows], impurity)
        node = (feature, threshold, -1, -1, counts, impurity(counts), depth)
        for name, value in zip(nodes, node, strict=True):
            nodes[name].append(value)
        if feature >= 0:
            yes = X[rows, feature] <= threshold
            waiting.append((rows[~yes], depth + 1, number, "right"))
            waiting.append((rows[yes], depth + 1, number, "left"))  # comes out first
    return _Tree(**{name: np.array(values) for name, values in nodes.items()})


def _best_question(X, one_hot, impurity):
    """Feature and threshold of the largest gain; (-1, nan) if all rows are the same."""
    order = np.argsort(X, axis=0, kind="stable")
    X = np.take_along_axis(X, order, axis=0)
    cuts = X[:-1] < X[1:]  # below which rows a column can be cut
    if not cuts.any():
        return -1, np.nan

    n = len(X)
    left = np.cumsum(one_hot[order[:-1]], axis=0)  # class counts up to each cut
    right = one_hot.sum(axis=0) - left
    n_left = np.arange(1, n)[:, None]
    rest = (n_left * impurity(left) + (n - n_left) * impurity(right)) / n
    rest[~cuts] = np.inf
    lowest = rest.min(axis=0)
    feature = int(np.argmax(lowest <= lowest.min() + 1e-12))
    row = int(np.argmax(rest[:, feature] <= lowest[feature] + 1e-12))
    low, high = X[row, feature], X[row + 1, feature]
    middle = low / 2 + high / 2  # halves first: low + high may overflow
    return feature, float(middle if middle < high else low)


def _entropy(counts):
    p = counts / counts.sum(axis=-1, keepdims=True)
    return -np.sum(p * np.log(np.where(p > 0, p, 1.0)), axis=-1)


def _gini(counts):
    p = counts / counts.sum(axis=-1, keepdims=True)
    return np.sum(p * (1 - p), axis=-1)


_IMPURITIES = {"entropy": _entropy, "gini": _gini}
