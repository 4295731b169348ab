"""Naive Bayes: one simple law per feature and class, combined by Bayes' theorem."""

import numpy as np

from utils._checks import as_data, in_range, moderate
from utils.models.base import _check_labeled_data, _finite, _LogClassifier
from utils.models.preparation import _check_columns

EPS, TINIEST = np.finfo(float).eps, np.finfo(float).tiny


class BernoulliNB(_LogClassifier):
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
        X, self.classes_, index = _check_labeled_data(_binary(X), y)
        one_hot = np.eye(len(self.classes_))[index]  # (n, K)
        n_k = one_hot.sum(axis=0)  # examples per class
        n_kj = one_hot.T @ X  # how many of them have feature j
        total = np.log(n_k + 2 * alpha)[:, None]
        self.class_log_prior_ = np.log(n_k) - np.log(len(X))
        self.feature_log_prob_ = np.log(n_kj + alpha) - total
        self._log_prob_of_0 = np.log(n_k[:, None] - n_kj + alpha) - total
        return self

    def _scores(self, X):
        """Unnormalized log posterior of each class, shape (n, K)."""
        self._check_fitted("feature_log_prob_")
        X = _binary(_check_columns(X, self.feature_log_prob_.shape[1]))
        log_1, log_0 = self.feature_log_prob_, self._log_prob_of_0
        # x log p + (1 - x) log q = log q + x (log p - log q), summed over features
        return self.class_log_prior_ + log_0.sum(axis=1) + X @ (log_1 - log_0).T


class GaussianNB(_LogClassifier):
    r"""Naive Bayes classifier for numbers: a normal law for each feature in each class.

    Class k is given the score :math:`\log\pi_k - \sum_j \left[\tfrac12\log(2\pi\sigma_{kj}^2)
    + (x_j - \mu_{kj})^2 / (2\sigma_{kj}^2)\right]`, with the share :math:`\pi_k`, the means
    and the variances of its training rows. The scores, normalized, are log probabilities, and
    overconfident wherever features tell the same story twice.

    Parameters
    ----------
    var_smoothing : float
        Added to all variances, as a share of the largest variance of a column of X; at least
        0. A feature that is constant within a class has no density without it.

    Attributes
    ----------
    classes_ : ndarray, shape (K,)
        Labels, sorted.
    class_prior_ : ndarray, shape (K,)
        Shares of the classes.
    theta_, var_ : ndarray, shape (K, d)
        Means, and variances (divisor n_k) after smoothing.
    epsilon_ : float
        What was added to the variances.

    Raises
    ------
    ValueError
        If X isn't a finite matrix or has another number of columns than in ``fit``, lengths
        differ, ``var_smoothing`` is negative, or a variance is 0 even so.
    TypeError
        For labels that mix text with numbers.

    Notes
    -----
    Variances from the residuals, so that a large offset costs no digits; class sums are products with a one-hot
    matrix. O(n d K) time, O(n (d + K)) memory, for predicting too. Same formulas as
    `sklearn.naive_bayes.GaussianNB`. Home: 03-probability/09-probability-in-ml.ipynb.
    Source: Hastie, Tibshirani and Friedman, *The Elements of Statistical Learning*, 2nd ed.,
    section 6.6.3.

    Examples
    --------
    >>> model = GaussianNB().fit([[0.0], [2.0], [9.0], [11.0]], ["low", "low", "high", "high"])
    >>> model.predict([[3.0], [8.0]]).tolist(), model.theta_.ravel()
    (['low', 'high'], array([10.,  1.]))
    """

    def __init__(self, var_smoothing=1e-9):
        self.var_smoothing = var_smoothing

    def fit(self, X, y):
        """Means and variances per class: ``X`` (n, d), labels ``y`` (n,); returns the model."""
        share = in_range(
            self.var_smoothing, "var_smoothing", 0, np.inf, closed=(True, False)
        )
        X, classes, codes = _check_labeled_data(X, y)
        moderate(X)
        one_hot = np.eye(len(classes))[codes]
        n_k = one_hot.sum(axis=0)[:, None]
        prior = n_k[:, 0] / len(X)

        means = one_hot.T @ X / n_k
        X -= means[codes]
        var = one_hot.T @ np.square(X, out=X) / n_k
        var[var <= (len(codes) * EPS * means) ** 2] = (
            0.0  # what rounding of the mean leaves
        )
        # the variance of a column: within the classes plus between their means
        total = prior @ (var + (means - prior @ means) ** 2)
        epsilon = share * float(total.max())
        var += epsilon
        if (var < TINIEST).any():
            k, j = np.argwhere(var < TINIEST)[0]
            raise ValueError(
                f"feature {j} has variance 0 in class {classes[k]}, which has no density: "
                "raise var_smoothing or drop the feature"
            )
        self.classes_, self.class_prior_ = classes, prior
        self.theta_, self.var_, self.epsilon_ = means, var, epsilon
        return self

    def _scores(self, X):
        """Log joint density of row and class, up to a constant, shape (n, K)."""
        self._check_fitted("theta_")
        X = moderate(_check_columns(X, self.theta_.shape[1]))
        log_dets = np.log(self.var_).sum(axis=1)
        distances, work = np.empty((len(X), len(self.classes_))), np.empty_like(X)
        with np.errstate(over="ignore"):
            for k, (mean, var) in enumerate(zip(self.theta_, self.var_, strict=True)):
                np.square(np.subtract(X, mean, out=work), out=work)
                distances[:, k] = work @ (1 / var)
        return np.log(self.class_prior_) - (log_dets + _finite(distances)) / 2


def _binary(X):
    """Data ``X`` of shape (n, d) whose entries are all 0 or 1."""
    X = as_data(X)
    if not ((X == 0) | (X == 1)).all():
        raise ValueError("X must hold only 0 and 1: compare it with a threshold first")
    return X
