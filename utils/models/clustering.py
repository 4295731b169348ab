"""K-means: every row belongs to the nearest of K centers, every center is a mean."""

import warnings

import numpy as np

from utils._checks import as_data, as_rng, count, in_range, moderate
from utils.models.base import BaseModel, ConvergenceWarning
from utils.models.preparation import _check_columns

BLOCK = 2**16  # numbers worked on at a time, half a megabyte: they stay in the cache


class KMeans(BaseModel):
    r"""Split rows into K clusters with small distances to the centers, by Lloyd's algorithm.

    Minimizes the inertia :math:`J = \sum_i \lVert x_i - \mu_{c_i}\rVert^2` over labels c and
    centers :math:`\mu` in turn: the best label is that of the nearest center, the best
    center the mean of its cluster. Neither step can raise J, and there are finitely many
    partitions, so it ends, in general in one of many local minima. A cluster that becomes
    empty takes the row that is farthest from its center.

    Parameters
    ----------
    n_clusters : int
        K, at most the number of distinct rows.
    init : {"k-means++", "random"} or array_like, shape (K, d)
        The start. ``"k-means++"`` draws rows as centers one by one, with probability
        proportional to the squared distance to the centers there are; ``"random"`` draws
        rows; an array is the start itself.
    n_init : int
        Runs from new random starts, of which the one with the smallest inertia counts; one
        run if `init` is an array.
    max_iter : int
        Limit on the iterations of a run.
    tol : float
        A run ends when no label changes, or J falls by no more than ``tol`` of itself.
    rng : numpy.random.Generator
        Draws the starts; needed unless `init` is an array.

    Attributes
    ----------
    cluster_centers_ : ndarray, shape (K, d)
    labels_ : ndarray of int, shape (n,)
        The nearest center of each row; of equally near ones the first.
    inertia_ : float
        J.
    n_iter_, history_, converged_ : int, ndarray of shape (n_iter_ + 1,), bool
        Of the best run: iterations, J at the start and after each, and whether it ended
        by itself.

    Raises
    ------
    ValueError
        For parameters out of range, more clusters than distinct rows, a start of another
        shape, data that aren't finite or lie beyond 1e150, or another number of columns
        than in ``fit``.
    TypeError
        Without `rng`, unless `init` is an array.

    Warns
    -----
    ConvergenceWarning
        If the best run stopped at ``max_iter``.

    Notes
    -----
    Distances depend on the units of the columns. O(n K d) an iteration, as one matrix
    product; O(n d + K d) memory. Home: 08-ml-math-case-studies/06-kmeans-and-gaussian-mixtures.ipynb.
    Source: S. P. Lloyd, "Least squares quantization in PCM", IEEE Trans. Inf. Theory 28
    (1982); D. Arthur and S. Vassilvitskii, "k-means++: the advantages of careful seeding",
    SODA 2007.

    Examples
    --------
    >>> X = [[1], [2], [3], [8], [9], [10]]
    >>> model = KMeans(2, init=[[1], [2]]).fit(X)
    >>> model.history_.round(2), model.cluster_centers_.T
    (array([150.  ,  27.28,   4.  ]), array([[2., 9.]]))
    """

    def __init__(
        self,
        n_clusters,
        init="k-means++",
        n_init=10,
        max_iter=300,
        tol=1e-10,
        rng=None,
    ):
        self.n_clusters = n_clusters
        self.init = init
        self.n_init = n_init
        self.max_iter = max_iter
        self.tol = tol
        self.rng = rng

    def fit(self, X, y=None):
        """Cluster the rows of ``X`` (n, d); ``y`` is ignored. Returns the model."""
        X = moderate(as_data(X))
        K = count(self.n_clusters, "n_clusters")
        limit = count(self.max_iter, "max_iter")
        tol = in_range(self.tol, "tol", 0, np.inf, closed=(True, False))
        # Products lose digits far from 0. A row as the new origin keeps small integers exact.
        origin = X[np.argmin(_squared_distances(X, X.mean(axis=0)))].copy()
        X -= origin
        _check_distinct(X, K, "n_clusters")

        runs = (_lloyd(X, start, limit, tol) for start in self._starts(X, K, origin))
        best = min(runs, key=lambda run: run[2][-1])
        self._centers, self.labels_, self.history_, self.converged_ = best
        self._origin, self.cluster_centers_ = origin, self._centers + origin
        self.inertia_ = float(self.history_[-1])
        self.n_iter_ = len(self.history_) - 1
        if not self.converged_:
            warnings.warn(
                f"KMeans stopped after {limit} iterations: raise max_iter",
                ConvergenceWarning,
                stacklevel=2,
            )
        return self

    def predict(self, X):
        """The nearest center of each row of ``X`` (m, d): ints of shape (m,)."""
        self._check_fitted("cluster_centers_")
        X = moderate(_check_columns(X, self.cluster_centers_.shape[1]))
        return _nearest(X - self._origin, self._centers)

    def transform(self, X):
        """Distances of the rows of ``X`` (m, d) from all centers, shape (m, K)."""
        self._check_fitted("cluster_centers_")
        X = moderate(_check_columns(X, self.cluster_centers_.shape[1]))
        distances = np.empty((len(X), len(self.cluster_centers_)))
        for k, center in enumerate(self.cluster_centers_):  # exact near a center
            distances[:, k] = np.sqrt(_squared_distances(X, center))
        return distances

    def _starts(self, X, K, origin):
        """The starts of all runs, one after the other, as arrays (K, d) about the origin."""
        if not isinstance(self.init, str):
            start = moderate(as_data(self.init, "init"), "init")
            if start.shape != (K, X.shape[1]):
                raise ValueError(
                    f"init must have shape {(K, X.shape[1])}, one row per cluster, "
                    f"got {start.shape}"
                )
            yield start - origin
            return
        if self.init not in _DRAWS:
            raise ValueError(
                f"init must be one of {list(_DRAWS)} or an array, got {self.init!r}"
            )
        rng = as_rng(self.rng)
        for _ in range(count(self.n_init, "n_init")):
            yield _DRAWS[self.init](X, K, rng)


def _lloyd(X, centers, max_iter, tol):
    """Run from ``centers`` to the end: (centers, labels, inertia along the way, ended)."""
    labels = _nearest(X, centers)
    history = [_inertia(X, centers, labels)]
    for _ in range(max_iter):
        centers = _means(X, centers, labels)
        old, labels = labels, _nearest(X, centers)
        history.append(_inertia(X, centers, labels))
        stays = np.array_equal(old, labels)
        stays = stays or history[-2] - history[-1] <= tol * history[-2]
        if stays and np.bincount(labels, minlength=len(centers)).all():
            return centers, labels, np.array(history), True
    return centers, labels, np.array(history), False


def _nearest(X, centers):
    """Index of the nearest center for each row.

    |x - c|^2 = |x|^2 - 2 x.c + |c|^2, where the first term is the same for all centers.
    """
    labels = np.empty(len(X), dtype=int)
    lengths = np.einsum("kj,kj->k", centers, centers)
    for rows in _blocks(X, centers):
        scores = X[rows] @ (-2 * centers.T)
        scores += lengths
        labels[rows] = scores.argmin(axis=1)
    return labels


def _means(X, centers, labels):
    """Means of the clusters; before, empty clusters are given a row each."""
    K = len(centers)
    sizes = np.bincount(labels, minlength=K)
    if not sizes.all():
        labels, far = labels.copy(), np.sum((X - centers[labels]) ** 2, axis=1)
        for k in np.flatnonzero(sizes == 0):
            i = np.argmax(np.where(sizes[labels] > 1, far, -1.0))
            sizes[labels[i]] -= 1
            labels[i], sizes[k], far[i] = k, 1, 0.0
    sums = np.zeros_like(centers)
    for rows in _blocks(X, centers):
        one_hot = labels[rows] == np.arange(K)[:, None]
        sums += one_hot.astype(float) @ X[rows]
    return sums / sizes[:, None]


def _blocks(X, centers):
    """Slices of the rows of X that go at a time: neither (n, K) nor (n, d) arrays arise."""
    step = max(1, BLOCK // max(centers.shape))
    return (slice(i, i + step) for i in range(0, len(X), step))


def _inertia(X, centers, labels):
    """Summed squared distance of the rows from their centers."""
    total = 0.0
    for rows in _blocks(X, centers):
        difference = centers.take(labels[rows], axis=0)
        difference -= X[rows]
        total += np.vdot(difference, difference)
    return float(total)


def _squared_distances(X, point):
    """Squared distance of each row from a point, shape (n,): 0 only at the point itself."""
    difference = X - point
    return np.einsum("ij,ij->i", difference, difference)


def _plus_plus(X, K, rng):
    """K rows, drawn far from each other."""
    picks = [rng.integers(len(X))]
    nearest = _squared_distances(X, X[picks[0]])
    for _ in range(K - 1):
        total = nearest.sum()
        if total == 0:  # squares of 1e-170 are 0
            raise ValueError("X has rows too close together to square: rescale it")
        picks.append(rng.choice(len(X), p=nearest / total))
        nearest = np.minimum(nearest, _squared_distances(X, X[picks[-1]]))
    return X[picks]


def _random_rows(X, K, rng):
    """K rows, drawn without replacement."""
    return X[rng.choice(len(X), K, replace=False)]


_DRAWS = {"k-means++": _plus_plus, "random": _random_rows}


def _check_distinct(X, K, name):
    """Raise `ValueError` unless X has K distinct rows; a few rows usually settle it."""
    if len(np.unique(X[: 5 * K], axis=0)) < K:
        distinct = len(np.unique(X, axis=0))
        if distinct < K:
            raise ValueError(
                f"{name} must be at most the number of distinct rows, {distinct}, got {K}"
            )
