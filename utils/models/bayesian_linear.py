"""Linear regression with a prior: not one line but how plausible all of them are."""

import numpy as np

from utils._checks import as_vector, in_range, moderate
from utils.models.linear import _center, _check_training_data, _LinearModel
from utils.models.preparation import _check_columns


class BayesianLinearRegression(_LinearModel):
    r"""Posterior of the coefficients under a normal prior, with normal noise of known variance.

    :math:`y = Xw + b + \varepsilon` with :math:`\varepsilon\sim\mathcal N(0, \sigma^2 I)` and
    :math:`w\sim\mathcal N(0, \tau^2 I)`; every b is as plausible as any other beforehand.

    Parameters
    ----------
    sigma2 : float
        Variance of the noise, positive.
    tau2 : float
        Variance of each coefficient under the prior, positive.
    fit_intercept : bool
        Whether there is an intercept b. For a normal prior on it too, leave it out and give X
        a column of ones.

    Attributes
    ----------
    mean_ : ndarray, shape (p,)
        Posterior mean of (intercept, coefficients); p = d + 1, or d without intercept.
    cov_ : ndarray, shape (p, p)
        Posterior covariance in the same order.
    coef_, intercept_ : ndarray of shape (d,), float
        The parts of ``mean_``: those of `Ridge` with ``alpha = sigma2 / tau2``.
    log_evidence_ : float
        Log of the density of y under the model, all coefficients integrated out. With an
        intercept this takes 1 as the density of b, so that only models that all have one can
        be compared.

    Raises
    ------
    ValueError
        For a variance that isn't positive, shapes that don't match, or data that aren't
        finite.

    Notes
    -----
    One SVD of X, its columns centered if there is an intercept: no normal equations, and more
    columns than rows are welcome. O(n d min(n, d) + d^3) time, O(n d + d^2) memory.
    Home: 04-statistics/05-bayesian-inference.ipynb.
    Source: C. Bishop, *Pattern Recognition and Machine Learning* (2006), sections 3.3 and 3.5.

    Examples
    --------
    >>> model = BayesianLinearRegression(sigma2=1.0, tau2=0.5, fit_intercept=False)
    >>> model.fit([[1], [1], [2]], [1, 2, 3]).mean_, model.cov_
    (array([1.125]), array([[0.125]]))
    >>> mean, std = model.predict([[4]], return_std=True)
    >>> mean, (std**2).round(6)
    (array([4.5]), array([3.]))
    """

    def __init__(self, sigma2, tau2, fit_intercept=True):
        self.sigma2 = sigma2
        self.tau2 = tau2
        self.fit_intercept = fit_intercept

    def fit(self, X, y):
        """Posterior given ``X`` (n, d) and ``y`` (n,); returns the model."""
        sigma2 = in_range(self.sigma2, "sigma2", 0, np.inf, closed=(False, False))
        tau2 = in_range(self.tau2, "tau2", 0, np.inf, closed=(False, False))
        X, y = _check_training_data(X, as_vector(y, "y"))
        A, b, x_mean, y_mean = _center(
            moderate(X), moderate(y, "y"), self.fit_intercept
        )

        # along the singular vectors of A, y and the coefficients fall apart into independent
        # pairs: y_j = s_j w_j + noise
        n, d = A.shape
        U, s, Vt = np.linalg.svd(A, full_matrices=n < d)  # all d directions of w
        r, ridge = len(s), sigma2 / tau2
        along = U[:, :r].T @ b
        self.coef_ = Vt[:r].T @ (s / (s**2 + ridge) * along)
        self.intercept_ = float(y_mean - x_mean @ self.coef_)
        precision = np.append(s**2, np.zeros(d - r)) + ridge  # in units of 1 / sigma2
        self._set_posterior(Vt.T * np.sqrt(sigma2 / precision), x_mean, sigma2, n)

        rest = b - U[:, :r] @ along
        gain = s**2 / ridge  # variance of y_j due to w_j, in units of sigma2
        misfit = rest @ rest + np.sum(along**2 / (1 + gain))
        free = n - bool(self.fit_intercept)
        log_evidence = free * np.log(2 * np.pi * sigma2) + np.log1p(gain).sum()
        log_evidence += misfit / sigma2 + (np.log(n) if self.fit_intercept else 0.0)
        self.log_evidence_ = float(-log_evidence / 2)
        return self

    def predict(self, X, return_std=False):
        """Predictive means for the rows of ``X`` (k, d), shape (k,); with ``return_std`` also
        the standard deviations of new observations there, noise included.
        """
        y_hat = super().predict(X)
        if not return_std:
            return y_hat
        X = moderate(_check_columns(X, len(self.coef_)))
        spread = np.sum(((X - self._x_mean) @ self._root) ** 2, axis=1)
        return y_hat, np.sqrt(self._sigma2 + self._mean_variance + spread)

    def _set_posterior(self, root, x_mean, sigma2, n):
        """Mean and covariance of (intercept, w), where root root' is the covariance of w."""
        self._root, self._x_mean, self._sigma2 = root, x_mean, sigma2
        self._mean_variance = sigma2 / n if self.fit_intercept else 0.0
        self.mean_, self.cov_ = self.coef_, root @ root.T
        if self.fit_intercept:
            to_all = np.vstack([-x_mean @ root, root])
            self.cov_ = to_all @ to_all.T
            self.cov_[0, 0] += self._mean_variance
            self.mean_ = np.append(self.intercept_, self.coef_)
