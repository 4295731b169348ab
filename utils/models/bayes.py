"""Naive Bayes: one simple law per feature and class, combined by Bayes' theorem."""

import numpy as np

from utils._checks import as_data, in_range, same_length
from utils.models.base import BaseModel
from utils.numerics import log_softmax


class BernoulliNB(BaseModel):
    """Naive Bayes classifier for features that are 0 or 1.

    Class k is given the score

        log pi_k + sum_j [ x_j log p_kj + (1 - x_j) log(1 - p_kj) ],

    where pi_k is its share of the training data, and p_kj = (n_kj + alpha) / (n_k + 2 alpha)
    estimates how often feature j is 1 in it. The scores, normalized by log-sum-exp, are log
    probabilities; they are as trustworthy as the assumption that features are independent
    within each class.

    Parameters
    ----------
    alpha : float
        Pseudo-counts of 0 and of 1 added to each feature of each class, positive: without
        them a value never seen in a class would rule that class out for ever.

    Attributes
    ----------
    classes_ : ndarray, shape (K,)
        Labels, sorted.
    class_log_prior_ : ndarray, shape (K,)
        log pi_k.
    feature_log_prob_ : ndarray, shape (K, d)
        log p_kj.

    Raises
    ------
    ValueError
        In ``fit`` and at prediction, for features that are not 0 or 1, a wrong number of
        columns, or ``alpha`` not positive.

    Notes
    -----
    Home: 03-probability/06-bayes-theorem.ipynb. Fitting costs O(n d K), as one product with a one-hot
    matrix; so does predicting. Same formulas as `sklearn.naive_bayes.BernoulliNB`.
    Source: Manning, Raghavan and Schuetze, *Introduction to Information Retrieval* (2008),
    section 13.3.

    Examples
    --------
    >>> X, y = [[1, 1], [1, 0], [0, 1], [0, 0]], ["a", "a", "b", "b"]
    >>> model = BernoulliNB().fit(X, y)
    >>> model.predict([[1, 0]]).item(), model.predict_proba([[1, 0]]).round(2)
    ('a', array([[0.75, 0.25]]))
    """

    def __init__(self, alpha=1.0):
        self.alpha = alpha

    def fit(self, X, y):
        """Count ones per class: ``X`` of shape (n, d) with entries 0 or 1, ``y`` of shape (n,)."""
        alpha = in_range(self.alpha, "alpha", 0, np.inf, closed=(False, False))
        X, y = _binary(X), _labels(y)
        same_length(X, y, ("X", "y"))

        self.classes_, index = np.unique(y, return_inverse=True)
        one_hot = np.eye(len(self.classes_))[index]  # (n, K)
        n_k = one_hot.sum(axis=0)  # examples per class
        n_kj = one_hot.T @ X  # how many of them have feature j
        total = np.log(n_k + 2 * alpha)[:, None]
        self.class_log_prior_ = np.log(n_k) - np.log(len(y))
        self.feature_log_prob_ = np.log(n_kj + alpha) - total
        self._log_prob_of_0 = np.log(n_k[:, None] - n_kj + alpha) - total
        return self

    def predict_log_proba(self, X):
        """Log probabilities of the classes, shape (n, K)."""
        return log_softmax(self._scores(X), axis=1)

    def predict_proba(self, X):
        """Probabilities of the classes, shape (n, K)."""
        return np.exp(self.predict_log_proba(X))

    def predict(self, X):
        """The most probable label of each row, shape (n,)."""
        best = np.argmax(self._scores(X), axis=1)
        return self.classes_[best]

    def score(self, X, y):
        """Share of rows whose predicted label is right."""
        predicted, y = self.predict(X), _labels(y)
        same_length(predicted, y, ("X", "y"))
        return float(np.mean(predicted == y))

    def _scores(self, X):
        """Unnormalized log posterior of each class, shape (n, K)."""
        self._check_fitted("feature_log_prob_")
        X, d = _binary(X), self.feature_log_prob_.shape[1]
        if X.shape[1] != d:
            raise ValueError(f"X must have {d} columns, as in fit, got {X.shape[1]}")
        log_1, log_0 = self.feature_log_prob_, self._log_prob_of_0
        # x log p + (1 - x) log q = log q + x (log p - log q), summed over features
        return self.class_log_prior_ + log_0.sum(axis=1) + X @ (log_1 - log_0).T


def _binary(X):
    """Data ``X`` of shape (n, d) whose entries are all 0 or 1."""
    X = as_data(X)
    if not ((X == 0) | (X == 1)).all():
        raise ValueError("X must hold only 0 and 1: compare it with a threshold first")
    return X


def _labels(y):
    """Labels ``y`` as an array of shape (n,)."""
    y = np.asarray(y)
    if y.ndim != 1:
        raise ValueError(f"y must have shape (n,), got shape {y.shape}")
    if y.dtype.kind == "f" and not np.isfinite(y).all():
        raise ValueError("y must be finite, got NaN or infinity")
    return y
