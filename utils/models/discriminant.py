"""Discriminant analysis: one multivariate normal law per class, combined by Bayes' theorem."""

import numpy as np

from utils._checks import in_range, moderate
from utils.models.base import _check_labeled_data, _finite, _LogClassifier
from utils.models.preparation import _check_columns, _column_means

EPS = np.finfo(float).eps


class LinearDiscriminantAnalysis(_LogClassifier):
    r"""Normal laws with one covariance for all classes: linear boundaries between them.

    Class k is given the score :math:`\log\pi_k - \frac12 (x-\mu_k)^\top\Sigma^{-1}(x-\mu_k)`.
    Its quadratic part is the same for all classes, and what differs is linear in x.

    Attributes
    ----------
    classes_ : ndarray, shape (K,)
        Labels, sorted.
    priors_ : ndarray, shape (K,)
        Shares of the classes.
    means_ : ndarray, shape (K, d)
    covariance_ : ndarray, shape (d, d)
        Within the classes, pooled, with divisor n.
    coef_, intercept_ : ndarray, shape (K, d) and (K,), or (1, d) and (1,)
        Of the linear scores ``X @ coef_.T + intercept_``; for two classes, of the log-odds of
        the second, as in `LogisticRegression`.

    Raises
    ------
    ValueError
        For one class only, an X that isn't a finite matrix, lengths that differ, or another
        number of columns than in ``fit``.
    TypeError
        For labels that mix text with numbers.
    numpy.linalg.LinAlgError
        If the pooled covariance is singular: constant or dependent columns.

    Notes
    -----
    Rows are turned into coordinates in which the covariance is the identity, by the Cholesky
    factor of the correlation matrix; the nearest mean wins, corrected for its share.
    O(n d^2 + d^3). Same as `sklearn.discriminant_analysis` with ``solver="lsqr"``.
    Home: 03-probability/09-probability-in-ml.ipynb.
    Source: Hastie, Tibshirani and Friedman, *The Elements of Statistical Learning*, 2nd ed.,
    section 4.3.

    Examples
    --------
    >>> X = [[0, 0], [2, 0], [1, 2], [4, 3], [6, 3], [5, 5]]
    >>> model = LinearDiscriminantAnalysis().fit(X, [0, 0, 0, 1, 1, 1])
    >>> model.coef_.round(4), model.intercept_.round(4)
    (array([[6.   , 3.375]]), array([-25.3125]))
    """

    def __init__(self):
        pass

    def fit(self, X, y):
        """Means and covariance of ``X`` (n, d) with labels ``y`` (n,); returns the model."""
        X, classes, codes = _check_labeled_data(X, y, n_classes=2)
        self._center = _column_means(moderate(X))
        X = X - self._center
        priors, means = _shares_and_means(X, codes, len(classes))
        X -= means[codes]
        covariance = X.T @ X / len(X)
        root, _ = _whitening(
            covariance,
            len(X),
            "the covariance within the classes",
            "drop columns, or use QuadraticDiscriminantAnalysis(reg_param=...)",
        )
        self.classes_, self.priors_, self.covariance_ = classes, priors, covariance
        self._root, self._means, self.means_ = root, means @ root, means + self._center
        self._set_coefficients()
        return self

    def _set_coefficients(self):
        center, M = self._center @ self._root, self._means
        if len(self.classes_) == 2:  # differences, before an offset of the data enters
            slopes = M[1:] - M[:1]
            intercept = (M[:1] ** 2 - M[1:] ** 2).sum(axis=1) / 2 - slopes @ center
            self.intercept_ = intercept + np.log(self.priors_[1:] / self.priors_[:1])
        else:
            slopes = M + center
            self.intercept_ = np.log(self.priors_) - (slopes**2).sum(axis=1) / 2
        self.coef_ = slopes @ self._root.T

    def _scores(self, X):
        """Log joint density of row and class, up to a constant in each row, shape (n, K)."""
        self._check_fitted("coef_")
        X = moderate(_check_columns(X, len(self._center)))
        with np.errstate(over="ignore", invalid="ignore"):
            Z = (X - self._center) @ self._root
            distances = (self._means**2).sum(axis=1) - 2 * Z @ self._means.T
        return np.log(self.priors_) - _finite(distances) / 2


class QuadraticDiscriminantAnalysis(_LogClassifier):
    r"""Normal laws with a covariance for each class: quadratic boundaries between them.

    Class k is given the score :math:`\log\pi_k - \frac12\log\det\Sigma_k -
    \frac12 (x-\mu_k)^\top\Sigma_k^{-1}(x-\mu_k)`.

    Parameters
    ----------
    reg_param : float
        :math:`\gamma` from 0 to 1: :math:`(1-\gamma)\Sigma_k + \gamma I` takes the place of
        the covariance. Needed where a class has no more rows than X has columns; standardize
        the columns first.

    Attributes
    ----------
    classes_ : ndarray, shape (K,)
        Labels, sorted.
    priors_ : ndarray, shape (K,)
        Shares of the classes.
    means_ : ndarray, shape (K, d)
    covariances_ : ndarray, shape (K, d, d)
        With divisor n_k, after the correction by ``reg_param``.

    Raises
    ------
    ValueError
        For one class only, a ``reg_param`` out of range, an X that isn't a finite matrix,
        lengths that differ, or another number of columns than in ``fit``.
    TypeError
        For labels that mix text with numbers.
    numpy.linalg.LinAlgError
        If the covariance of a class, which is named, is singular.

    Notes
    -----
    As `LinearDiscriminantAnalysis`, with coordinates of its own for each class; the
    determinant is the product of the Cholesky factor's squared diagonal. O(n d^2 + K d^3), to
    predict O(n K d^2). Home: 03-probability/09-probability-in-ml.ipynb.
    Source: J. H. Friedman, "Regularized discriminant analysis", JASA 84 (1989).

    Examples
    --------
    >>> X, y = [[-1.0], [1.0], [-4.0], [4.0]], ["near", "near", "far", "far"]
    >>> model = QuadraticDiscriminantAnalysis().fit(X, y)
    >>> model.covariances_.ravel(), model.predict([[0.5], [-3.0]]).tolist()
    (array([16.,  1.]), ['near', 'far'])
    """

    def __init__(self, reg_param=0.0):
        self.reg_param = reg_param

    def fit(self, X, y):
        """Means and covariances of ``X`` (n, d) with labels ``y`` (n,); returns the model."""
        gamma = in_range(self.reg_param, "reg_param", 0, 1)
        X, classes, codes = _check_labeled_data(X, y, n_classes=2)
        center = _column_means(moderate(X))
        X = X - center
        priors, means = _shares_and_means(X, codes, len(classes))
        X -= means[codes]

        covariances, roots, log_dets = [], [], []
        for k, label in enumerate(classes):
            rows = X[codes == k]
            covariance = (1 - gamma) * (rows.T @ rows / len(rows))
            covariance += gamma * np.eye(X.shape[1])
            root, log_det = _whitening(
                covariance,
                len(rows),
                f"the covariance of class {label} ({len(rows)} of {len(X)} rows)",
                "use reg_param > 0, or fewer columns",
            )
            covariances.append(covariance)
            roots.append(root)
            log_dets.append(log_det)
        self.classes_, self.priors_, self.means_ = classes, priors, means + center
        self.covariances_ = np.array(covariances)
        self._roots, self._log_dets = roots, np.array(log_dets)
        return self

    def _scores(self, X):
        """Log joint density of row and class, up to a constant, shape (n, K)."""
        self._check_fitted("covariances_")
        X = moderate(_check_columns(X, self.means_.shape[1]))
        distances = np.empty((len(X), len(self.classes_)))
        for k, (mean, root) in enumerate(zip(self.means_, self._roots, strict=True)):
            with np.errstate(over="ignore", invalid="ignore"):
                distances[:, k] = np.sum(((X - mean) @ root) ** 2, axis=1)
        return np.log(self.priors_) - (self._log_dets + _finite(distances)) / 2


def _shares_and_means(X, codes, n_classes):
    """Share and mean of each class, (K,) and (K, d), by one product with a one-hot matrix."""
    one_hot = np.eye(n_classes)[codes]
    n_k = one_hot.sum(axis=0)
    return n_k / len(X), one_hot.T @ X / n_k[:, None]


def _whitening(covariance, n, what, remedy):
    """R (d, d) such that (X - mean) R has covariance I, and the log determinant."""
    sd = np.sqrt(np.diag(covariance))
    L = None
    if sd.min() > 0:
        try:
            L = np.linalg.cholesky(covariance / sd / sd[:, None])
        except np.linalg.LinAlgError:
            pass
    if L is None or np.diag(L).min() ** 2 <= max(n, len(sd)) * EPS:
        raise np.linalg.LinAlgError(
            f"{what} is singular in float64, there is no density: {remedy}"
        )
    root = np.linalg.solve(L.T, np.eye(len(sd))) / sd[:, None]
    return root, 2 * float(np.sum(np.log(np.diag(L)) + np.log(sd)))
