"""Nearest neighbors: no model at all, the training rows answer for themselves."""

import numpy as np

from utils._checks import count, moderate
from utils.models.base import _check_labeled_data, _Classifier
from utils.models.preparation import _check_columns

EPS = np.finfo(float).eps


class KNeighborsClassifier(_Classifier):
    """The label that is most frequent among the nearest training rows.

    Parameters
    ----------
    n_neighbors : int
        How many rows vote, from 1 to n.

    Attributes
    ----------
    classes_ : ndarray, shape (K,)
        Labels, sorted.

    Raises
    ------
    ValueError
        If ``n_neighbors`` is below 1 or above n, X isn't a finite matrix, lengths differ, or X
        has another number of columns than in ``fit``.
    TypeError
        For labels that mix text with numbers.

    Notes
    -----
    Euclidean distance, so the units of the columns matter. Of equally distant rows the one
    that comes first is nearer; of equally frequent labels the first in ``classes_`` wins.
    Brute force, O(k n d) for k rows asked, in blocks of at most a million distances: one
    matrix product gives |x|^2 + |z|^2 - 2 x.z, and the few rows that could be nearest as far
    as its rounding goes are compared by their exact differences.
    Home: 00-prerequisites/02-numpy-basics.ipynb.
    Source: T. Cover and P. Hart, "Nearest neighbor pattern classification", IEEE Transactions
    on Information Theory 13 (1967).

    Examples
    --------
    >>> model = KNeighborsClassifier(n_neighbors=3).fit([[0], [1], [5], [6]], list("abbb"))
    >>> model.predict([[0.4]]).item(), model.predict_proba([[0.4]]).round(2)
    ('b', array([[0.33, 0.67]]))
    """

    def __init__(self, n_neighbors=1):
        self.n_neighbors = n_neighbors

    def fit(self, X, y):
        """Keep ``X`` (n, d) and labels ``y`` (n,); returns the model."""
        k = count(self.n_neighbors, "n_neighbors")
        X, self.classes_, self._codes = _check_labeled_data(X, y)
        if k > len(X):
            raise ValueError(f"n_neighbors={k} is more than the {len(X)} rows of X")
        self._X, self._k = moderate(X), k
        return self

    def predict_proba(self, X):
        """Shares of the classes among the nearest rows, shape (k, K)."""
        self._check_fitted("_X")
        X = moderate(_check_columns(X, self._X.shape[1]))
        shares = np.zeros((len(X), len(self.classes_)))
        size = max(1, 10**6 // len(self._X))
        for start in range(0, len(X), size):
            block = slice(start, start + size)
            votes = self._codes[_nearest(X[block], self._X, self._k)]
            for k in range(len(self.classes_)):
                shares[block, k] = np.mean(votes == k, axis=1)
        return shares

    def _scores(self, X):
        return self.predict_proba(X)


def _nearest(X, Z, k):
    """Numbers of the k rows of Z nearest to each row of X, nearest first, shape (m, k)."""
    middle = Z.mean(axis=0)  # around it, squares are as small as can be
    A, B = X - middle, Z - middle
    _, exponent = np.frexp(max(np.abs(A).max(), np.abs(B).max()))
    unit = 2.0**exponent  # dividing by it rounds nothing, and then no square underflows
    A, B = A / unit, B / unit
    a2, b2 = np.sum(A**2, axis=1), np.sum(B**2, axis=1)
    rough = a2[:, None] + b2 - 2 * A @ B.T
    error = 4 * (X.shape[1] + 4) * EPS * (a2 + b2.max())

    limit = np.partition(rough, k - 1, axis=1)[:, k - 1] + 2 * error
    width = int(np.sum(rough <= limit[:, None], axis=1).max())
    near = np.sort(np.argpartition(rough, width - 1, axis=1)[:, :width], axis=1)
    exact = np.zeros(near.shape)
    for x, z in zip(X.T, Z.T, strict=True):
        exact += ((x[:, None] - z[near]) / unit) ** 2
    first = np.argsort(exact, axis=1, kind="stable")[:, :k]
    return np.take_along_axis(near, first, axis=1)
