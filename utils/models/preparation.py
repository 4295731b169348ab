"""Transformations of the columns of X that come before a model."""

from math import comb

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
        _, self.mean_, self.scale_ = _standardized(as_data(X))
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


class PolynomialFeatures(BaseModel):
    """Products of the columns, up to a degree: what makes a linear model a polynomial.

    Parameters
    ----------
    degree : int
        Largest total degree, at least 0.
    interaction_only : bool
        Whether to leave out products in which a column occurs twice.
    include_bias : bool
        Whether there is a column of ones, the product of no columns. Leave it out where the
        model has an intercept of its own.

    Attributes
    ----------
    powers_ : ndarray of int, shape (p, d)
        Exponent of each column of X in each column of the result.

    Raises
    ------
    ValueError
        For a negative degree, an X that isn't a finite matrix or has another number of
        columns than in ``fit``, no column at all in the result, or products beyond float64.
    NotFittedError
        If asked to transform before ``fit``.

    Notes
    -----
    Graded order, as in scikit-learn: by degree, and within a degree 2 of columns a, b, c as
    aa, ab, ac, bb, bc, cc. One product for each new column, O(n p), where p is the binomial
    coefficient (d + degree over degree): it grows fast.
    Home: 05-optimization/07-regularization.ipynb.
    Source: Hastie, Tibshirani and Friedman, *The Elements of Statistical Learning*, 2nd ed.,
    section 5.1.

    Examples
    --------
    >>> PolynomialFeatures(degree=2).fit_transform([[2, 3]])
    array([[1., 2., 3., 4., 6., 9.]])
    """

    def __init__(self, degree=2, interaction_only=False, include_bias=True):
        self.degree = degree
        self.interaction_only = interaction_only
        self.include_bias = include_bias

    def fit(self, X, y=None):
        """Learn the exponents for the columns of ``X`` (n, d); ``y`` is ignored."""
        degree, d = count(self.degree, "degree", low=0), as_data(X).shape[1]
        if degree == 0 and not self.include_bias:
            raise ValueError(
                "degree=0 without include_bias leaves no column: raise degree"
            )
        # exponents of products are sums of exponents
        self.powers_ = _products(
            np.eye(d, dtype=int), degree, self.interaction_only, np.add
        )[0 if self.include_bias else 1 :]
        self._fitted = degree, bool(self.interaction_only), bool(self.include_bias)
        return self

    def transform(self, X):
        """The products for the rows of ``X`` (k, d), shape (k, p)."""
        self._check_fitted("powers_")
        X = _check_columns(X, self.powers_.shape[1])
        degree, interaction_only, include_bias = self._fitted
        with np.errstate(over="ignore", invalid="ignore"):
            columns = _products(X.T.copy(), degree, interaction_only, np.multiply)
        if not np.isfinite(columns).all():
            raise ValueError(
                f"products of degree {degree} are beyond float64: rescale X"
            )
        return columns[0 if include_bias else 1 :].T

    def fit_transform(self, X, y=None):
        """``fit``, then ``transform`` of the same data."""
        return self.fit(X).transform(X)


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


def _products(columns, degree, distinct, multiply):
    """Rows: the unit of `multiply`, the d columns, their products of two, of three, ...

    A product of g + 1 columns that begins with column i is column i times a product of g that
    begins with column i or later (later, if the columns must be distinct): those are the last
    ones of degree g, from row ``begin[i]`` on.
    """
    d = len(columns)
    sizes = [comb(d, g) if distinct else comb(d + g - 1, g) for g in range(degree + 1)]
    rows = np.empty((sum(sizes), columns.shape[1]), columns.dtype)
    rows[0], begin, end = multiply.identity, [0] * (d + 1), 1
    for _ in range(degree):
        last, starts = rows[:end], []
        for i in range(d):
            factors = last[begin[i + 1 if distinct else i] :]
            starts.append(end)
            end += len(factors)
            multiply(columns[i], factors, out=rows[starts[i] : end])
        begin = [*starts, end]
    return rows


def _column_means(X, weights=None):
    """Means of the columns, corrected once: a constant column gets its value exactly."""
    mean = np.average(X, axis=0, weights=weights)
    return mean + np.average(X - mean, axis=0, weights=weights)


def _standardized(X):
    """(X - mean) / scale, mean and scale of the columns; the scale of a constant one is 1."""
    with np.errstate(over="ignore", invalid="ignore"):
        mean = _column_means(X)
        centered = X - mean
        largest = np.abs(centered).max(axis=0)
    if not np.isfinite(largest).all():
        column = int(np.argmin(np.isfinite(largest)))
        raise ValueError(f"column {column} of X is too large for float64: rescale it")
    unit = np.where(
        largest > np.finfo(float).tiny, largest, 1.0
    )  # no square underflows
    centered /= unit
    spread = np.sqrt(np.mean(centered**2, axis=0))
    spread[largest <= np.finfo(float).tiny] = 1.0
    return centered / spread, mean, unit * spread


def _check_columns(X, d):
    """``X`` as data with the ``d`` columns that fit saw."""
    X = as_data(X)
    if X.shape[1] != d:
        raise ValueError(
            f"X must have the {d} columns of the data given to fit, got {X.shape[1]}"
        )
    return X
