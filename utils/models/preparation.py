"""Transformations of the columns of X that come before a model."""

import numpy as np

from utils._checks import as_data, as_rng, count
from utils.models.base import BaseModel


class StandardScaler(BaseModel):
    """Give every column mean 0 and variance 1, as measured on the data of ``fit``.

    Attributes
    ----------
    mean_ : ndarray, shape (d,)
        Means of the columns, in their units.
    scale_ : ndarray, shape (d,)
        Standard deviations with divisor n; 1 where a column is constant, which therefore
        becomes 0.

    Raises
    ------
    ValueError
        For an X that is not a finite matrix, or has another number of columns than in
        ``fit``.
    NotFittedError
        If asked to transform before ``fit``.

    Notes
    -----
    Fit it on the training rows alone: means that have seen the test rows leak. O(n d).
    Home: 04-statistics/01-descriptive-statistics.ipynb.
    Source: the corrected two-pass mean of Chan, Golub and LeVeque, "Algorithms for
    computing the sample variance", The American Statistician 37 (1983).

    Examples
    --------
    >>> StandardScaler().fit_transform([[1, 5], [3, 5]])
    array([[-1.,  0.],
           [ 1.,  0.]])
    """

    def __init__(self):
        pass

    def fit(self, X, y=None):
        """Learn mean and scale of each column of ``X`` (n, d); ``y`` is ignored."""
        X = as_data(X)
        self.mean_ = _column_means(X)
        spread = np.sqrt(np.mean((X - self.mean_) ** 2, axis=0))
        self.scale_ = np.where(spread > 0, spread, 1.0)
        return self

    def transform(self, X):
        """``X`` (k, d) in standard units."""
        return (self._check(X) - self.mean_) / self.scale_

    def inverse_transform(self, X):
        """``X`` (k, d) back in the units of ``fit``."""
        return self._check(X) * self.scale_ + self.mean_

    def fit_transform(self, X, y=None):
        """``fit``, then ``transform`` of the same data."""
        return self.fit(X).transform(X)

    def _check(self, X):
        self._check_fitted("mean_")
        return _check_columns(X, len(self.mean_))


def random_features(X, p, rng):
    """p random ReLU features of X: a wide layer of a network that is never trained.

    Feature j of a row x is max(0, w_j . x + b_j) / sqrt(p), where the d entries of w_j
    have variance 1/d and b_j has variance 1, all normal and independent.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Data, best in standard units.
    p : int
        Number of features, at least 1.
    rng : numpy.random.Generator
        Draws the weights: d p numbers, then p. Another call draws others, so give
        training and test rows to one call.

    Returns
    -------
    ndarray, shape (n, p)
        Nonnegative. Thanks to the factor 1/sqrt(p) the inner product of two rows tends to
        a fixed kernel as p grows.

    Raises
    ------
    ValueError
        If `p` is below 1 or `X` is not a finite matrix.
    TypeError
        If `rng` is missing or something else.

    Notes
    -----
    O(n d p). Home: 04-statistics/06-bias-variance-tradeoff.ipynb.
    Source: A. Rahimi and B. Recht, "Weighted sums of random kitchen sinks" (NIPS 2008);
    for the kernel, Y. Cho and L. Saul, "Kernel methods for deep learning" (NIPS 2009).

    Examples
    --------
    >>> random_features([[0.5, -1.0]], 3, np.random.default_rng(0)).shape
    (1, 3)
    """
    X, p, rng = as_data(X), count(p, "p"), as_rng(rng)
    d = X.shape[1]
    W = rng.normal(scale=1 / np.sqrt(d), size=(d, p))
    b = rng.normal(size=p)
    return np.maximum(X @ W + b, 0) / np.sqrt(p)


def _column_means(X, weights=None):
    """Means of the columns, corrected once: a constant column gets its value exactly."""
    mean = np.average(X, axis=0, weights=weights)
    return mean + np.average(X - mean, axis=0, weights=weights)


def _check_columns(X, d):
    """``X`` as data with the ``d`` columns that fit saw."""
    X = as_data(X)
    if X.shape[1] != d:
        raise ValueError(
            f"X must have the {d} columns of the data given to fit, got {X.shape[1]}"
        )
    return X
