"""Linear models: least squares with its standard errors, ridge, lasso, elastic net."""

import warnings

import numpy as np

from utils._checks import as_data, as_finite, as_vector, count, in_range, same_length
from utils.metrics import r2_score
from utils.models.base import BaseModel, ConvergenceWarning
from utils.models.preparation import _check_columns, _column_means
from utils.optimizers.proximal import lasso_coordinate_descent
from utils.probability import StudentT

EPS = np.finfo(float).eps


class _LinearModel(BaseModel):
    """What all linear models share: a prediction X @ coef + intercept and its R^2."""

    def predict(self, X):
        """Predictions for the rows of ``X`` (k, d): shape (k,), or (k, m) for m targets."""
        self._check_fitted("coef_")
        X = _check_columns(X, self.coef_.shape[-1])
        return X @ self.coef_.T + self.intercept_

    def score(self, X, y):
        """R^2 of the predictions for ``X`` (k, d) against ``y``, a float."""
        return r2_score(y, self.predict(X))


class LinearRegression(_LinearModel):
    r"""Least squares: the coefficients that minimize :math:`\lVert y - Xw - b\rVert^2`.

    Parameters
    ----------
    fit_intercept : bool
        Whether the model has an intercept b.
    method : {"qr", "svd", "normal"}
        ``"qr"``, by Householder reflections, suits almost every case. ``"svd"`` gives the
        shortest coefficients when they aren't unique. ``"normal"`` solves the normal
        equations of standardized columns and corrects the result once: several times
        faster for many rows, and refused where it would lose all digits.

    Attributes
    ----------
    coef_ : ndarray, shape (d,) or (m, d)
    intercept_ : float or ndarray of shape (m,)
    rank_ : int
        Rank of X, its columns centered if there is an intercept.
    sigma2_ : float or ndarray of shape (m,)
        Estimate of the noise variance, RSS / (n - p), where p counts the coefficients that
        the data determine, the intercept included; NaN if n <= p.
    cov_ : ndarray, shape (p, p) or (m, p, p)
        Estimated covariance of (intercept, coefficients); p = d + 1, or d without intercept.
    stderr_ : ndarray, shape (p,) or (m, p)
        Standard errors in the same order.
    leverage_ : ndarray, shape (n,)
        Diagonal of the hat matrix.

    Raises
    ------
    ValueError
        For an unknown method, shapes that don't match, data that aren't finite, negative
        weights, or no positive weight.
    numpy.linalg.LinAlgError
        From ``"normal"``, if X'X is not positive definite in float64.

    Notes
    -----
    Columns are centered first, which spares ``"qr"`` and ``"normal"`` most of the condition
    number: 13 digits on NIST's Longley data. If columns are dependent, ``"qr"`` warns and
    falls back to ``"svd"``. Standard errors suppose uncorrelated noise of equal variance.
    O(n d^2) time, O(n d) memory. Home: 08-ml-math-case-studies/01-linear-regression.ipynb.
    Source: A. Bjorck, *Numerical Methods for Least Squares Problems* (SIAM, 1996).

    Examples
    --------
    >>> model = LinearRegression().fit([[1], [2], [3], [4]], [2, 3, 5, 6])
    >>> model.coef_.round(6), round(model.intercept_, 6)
    (array([1.4]), 0.5)
    >>> model.leverage_.round(6)
    array([0.7, 0.3, 0.3, 0.7])
    """

    def __init__(self, fit_intercept=True, method="qr"):
        self.fit_intercept = fit_intercept
        self.method = method

    def fit(self, X, y, sample_weight=None):
        """Fit to ``X`` (n, d) and ``y`` (n,) or (n, m); returns the model.

        ``sample_weight`` (n,): how much each squared residual counts, the reciprocal of the
        variance of its noise up to a factor.
        """
        if self.method not in _FACTORIZATIONS:
            raise ValueError(
                f"method must be one of {list(_FACTORIZATIONS)}, got {self.method!r}"
            )
        X, y = _check_training_data(X, y)
        weights = None if sample_weight is None else _weights(sample_weight, X)
        A, b, x_mean, y_mean = _center(X, y, self.fit_intercept, weights)
        if weights is not None:
            root = np.sqrt(weights)
            A, b = root[:, None] * A, (root * b.T).T

        Q, W, coef = _FACTORIZATIONS[self.method](A, b)
        intercept = y_mean - x_mean @ coef
        if self.fit_intercept:  # what rounding has left in the mean of the residuals
            left = y - (X @ coef + intercept)
            intercept = intercept + np.average(left, axis=0, weights=weights)
        self.coef_, self.intercept_, self.rank_ = coef.T, _number(intercept), W.shape[1]
        self._residuals = y - (X @ coef + intercept)
        self._set_errors(b - A @ coef, Q, W, x_mean, weights)
        return self

    def predict_interval(self, X, level=0.95, kind="mean"):
        """Predictions with the ends of a confidence or prediction interval.

        Parameters
        ----------
        X : array_like, shape (k, d)
        level : float
            Coverage, strictly between 0 and 1.
        kind : {"mean", "new"}
            ``"mean"``: where the regression line is; ``"new"``: where one more observation
            will be, which adds the noise of that observation.

        Returns
        -------
        y_hat, lower, upper : ndarray, shape (k,) or (k, m)

        Raises
        ------
        ValueError
            If there are no residual degrees of freedom (n <= p).

        Notes
        -----
        y_hat plus or minus t s sqrt(x' (X'X)^-1 x), plus 1 under the root for ``"new"``,
        with Student's t on n - p degrees of freedom. Exact for normal noise of equal
        variance around a linear mean, and silent about everything else.
        """
        y_hat = self.predict(X)
        level = in_range(level, "level", 0, 1, closed=(False, False))
        if kind not in ("mean", "new"):
            raise ValueError(f"kind must be 'mean' or 'new', got {kind!r}")
        if self._df <= 0:
            raise ValueError(
                "an interval needs more rows than parameters: "
                f"{self._df + self._p} rows, {self._p} parameters"
            )
        centered = as_data(X) - self._x_mean
        spread = np.sum((centered @ self._root) ** 2, axis=1) + self._mean_variance
        if kind == "new":
            spread = spread + 1
        t = StudentT(self._df).ppf((1 + level) / 2)
        half = t * np.sqrt(np.multiply.outer(spread, self.sigma2_))
        return y_hat, y_hat - half, y_hat + half

    def loo_residuals(self):
        """Residual of every training row under the fit to all the others, without refitting.

        Returns e / (1 - leverage), shape (n,) or (n, m). Raises `ValueError` for a row of
        leverage 1 (within 1e-12): the others don't determine its prediction. O(n).
        """
        self._check_fitted("coef_")
        if (stuck := np.flatnonzero(self.leverage_ > 1 - 1e-12)).size:
            raise ValueError(
                f"row {stuck[0]} has leverage 1: without it, its prediction is not determined"
            )
        return (self._residuals.T / (1 - self.leverage_)).T

    def _set_errors(self, residuals, Q, W, x_mean, weights):
        """Leverage, noise variance and covariance, the intercept first."""
        weights = np.ones(len(Q)) if weights is None else weights
        share = weights / weights.sum() if self.fit_intercept else 0 * weights
        # a row of weight 0 has none; LAPACK's Q leaves it a rounding error
        self.leverage_ = share + np.einsum("ij,ij->i", Q, Q) * (weights > 0)

        self._p = self.rank_ + bool(self.fit_intercept)
        self._df = int(np.count_nonzero(weights)) - self._p
        rss = np.sum(residuals**2, axis=0)
        self.sigma2_ = _number(rss / self._df if self._df > 0 else rss * np.nan)

        # W W' = (A'A)^-1 for the centered data; the mean of y adds 1 / sum of weights
        self._root, self._x_mean = W, x_mean
        self._mean_variance = 1 / weights.sum() if self.fit_intercept else 0.0
        unit = W @ W.T
        if self.fit_intercept:
            cross = -unit @ x_mean
            corner = self._mean_variance - x_mean @ cross
            unit = np.block([[corner, cross[None, :]], [cross[:, None], unit]])
        self.cov_ = np.multiply.outer(self.sigma2_, unit)
        self.stderr_ = np.sqrt(np.diagonal(self.cov_, axis1=-2, axis2=-1))


class Ridge(_LinearModel):
    r"""Least squares with a squared penalty: :math:`\lVert y-Xw-b\rVert^2+\alpha\lVert w\rVert^2`.

    Parameters
    ----------
    alpha : float
        Strength, at least 0; 0 gives the shortest least-squares solution, which is also
        the limit of ridge as alpha falls to 0.
    fit_intercept : bool
        Whether there is an intercept b. It is never penalized.

    Attributes
    ----------
    coef_ : ndarray, shape (d,) or (m, d)
    intercept_ : float or ndarray of shape (m,)
    dof_ : float
        Effective degrees of freedom of the slopes, sum of s^2 / (s^2 + alpha) over the
        singular values s of the (centered) X; the intercept is one more.

    Raises
    ------
    ValueError
        For a negative `alpha`, shapes that don't match, or data that aren't finite.

    Notes
    -----
    The penalty depends on the units of the columns: standardize them first. One SVD of the
    centered X, O(n d min(n, d)), as in `linalg.ridge_path`, which reuses it for many alphas.
    Home: 08-ml-math-case-studies/01-linear-regression.ipynb.
    Source: Hoerl and Kennard, "Ridge regression", Technometrics 12 (1970).

    Examples
    --------
    >>> model = Ridge(alpha=2.0).fit([[1], [2], [3], [4]], [2, 3, 5, 6])
    >>> model.coef_.round(6), round(model.intercept_, 6)
    (array([1.]), 1.5)
    """

    def __init__(self, alpha=1.0, fit_intercept=True):
        self.alpha = alpha
        self.fit_intercept = fit_intercept

    def fit(self, X, y):
        """Fit to ``X`` (n, d) and ``y`` (n,) or (n, m); returns the model."""
        alpha = in_range(self.alpha, "alpha", 0, np.inf, closed=(True, False))
        X, y = _check_training_data(X, y)
        A, b, x_mean, y_mean = _center(X, y, self.fit_intercept)
        U, s, Vt = _svd_of_rank(A)
        shrink = s / (s**2 + alpha)
        coef = (Vt.T * shrink) @ (U.T @ b)
        self.coef_, self.intercept_ = coef.T, _number(y_mean - x_mean @ coef)
        self.dof_ = float(np.sum(s * shrink))
        return self


class ElasticNet(_LinearModel):
    r"""Least squares with both penalties, the one that selects and the one that shrinks.

    Minimizes :math:`\frac1{2n}\lVert y-Xw-b\rVert^2 + \alpha\rho\lVert w\rVert_1 +
    \frac{\alpha(1-\rho)}2\lVert w\rVert^2` with :math:`\rho` = `l1_ratio`.

    Parameters
    ----------
    alpha : float
        Strength, at least 0.
    l1_ratio : float
        Share of the l1 penalty, from 0 to 1.
    max_iter : int
        Limit on the sweeps over the coefficients.
    tol : float
        Stop when the smallest subgradient is at most ``tol`` times the gradient at w = 0.

    Attributes
    ----------
    coef_ : ndarray, shape (d,)
        Exact zeros where the l1 penalty wins.
    intercept_ : float
        Never penalized.
    dual_gap_ : float
        Upper bound on how far the objective is above its minimum.
    n_iter_, history_, converged_ : int, ndarray of shape (n_iter_ + 1,), bool
        Sweeps done, the objective along them, and whether the tolerance was met.

    Raises
    ------
    ValueError
        For parameters out of range, shapes that don't match, or data that aren't finite.

    Warns
    -----
    ConvergenceWarning
        If ``max_iter`` sweeps were not enough.

    Notes
    -----
    Standardize the columns first. `optimizers.lasso_coordinate_descent` on centered data,
    O(n d) a sweep. Home: 08-ml-math-case-studies/01-linear-regression.ipynb.
    Source: Zou and Hastie, "Regularization and variable selection via the elastic net",
    Journal of the Royal Statistical Society B 67 (2005).

    Examples
    --------
    >>> model = ElasticNet(alpha=1.0, l1_ratio=0.5).fit([[0], [2]], [0, 4])
    >>> model.coef_.round(6), round(model.intercept_, 6)
    (array([1.]), 1.0)
    """

    def __init__(self, alpha=1.0, l1_ratio=0.5, max_iter=10_000, tol=1e-8):
        self.alpha = alpha
        self.l1_ratio = l1_ratio
        self.max_iter = max_iter
        self.tol = tol

    def fit(self, X, y):
        """Fit to ``X`` (n, d) and ``y`` (n,); returns the model."""
        self._fit(X, y, self.l1_ratio)
        return self

    def _fit(self, X, y, l1_ratio):
        X, y = _check_training_data(X, as_vector(y, "y"))
        A, b, x_mean, y_mean = _center(X, y)
        run = lasso_coordinate_descent(
            A,
            b,
            self.alpha,
            l1_ratio=l1_ratio,
            max_sweeps=count(self.max_iter, "max_iter"),
            tol=self.tol,
        )
        self.coef_, self.intercept_ = run.x, float(y_mean - x_mean @ run.x)
        self.n_iter_, self.history_ = run.n_iter, run.values
        self.converged_ = run.converged
        self.dual_gap_ = _dual_gap(A, b, run.x, self.alpha, l1_ratio)
        if not run.converged:
            warnings.warn(
                f"{type(self).__name__} stopped after {run.n_iter} sweeps, dual gap "
                f"{self.dual_gap_:.1e}: raise max_iter, or standardize the columns",
                ConvergenceWarning,
                stacklevel=3,
            )


class Lasso(ElasticNet):
    r"""Least squares with an l1 penalty, which sets some coefficients to exactly 0.

    Minimizes :math:`\frac1{2n}\lVert y-Xw-b\rVert^2 + \alpha\lVert w\rVert_1`. Parameters,
    attributes, errors and cost are those of `ElasticNet`, without `l1_ratio`.

    Notes
    -----
    Home: 08-ml-math-case-studies/01-linear-regression.ipynb.
    Source: Tibshirani, "Regression shrinkage and selection via the lasso", Journal of the
    Royal Statistical Society B 58 (1996).

    Examples
    --------
    >>> model = Lasso(alpha=1.0).fit([[0], [2]], [0, 4])
    >>> model.coef_.round(6), round(model.intercept_, 6)
    (array([1.]), 1.0)
    """

    def __init__(self, alpha=1.0, max_iter=10_000, tol=1e-8):
        self.alpha = alpha
        self.max_iter = max_iter
        self.tol = tol

    def fit(self, X, y):
        """Fit to ``X`` (n, d) and ``y`` (n,); returns the model."""
        self._fit(X, y, 1.0)
        return self


# Each factorization returns Q (n, r) with orthonormal columns that span those of A, W (d, r)
# with A W = Q, so that W W' = (A'A)^-1, and the least-squares coefficients.


def _by_qr(A, b):
    n, d = A.shape
    if n >= d:
        Q, R = np.linalg.qr(A)
        lengths = np.linalg.norm(R, axis=0)  # of the columns of A
        s = np.linalg.svd(R / np.where(lengths > 0, lengths, 1.0), compute_uv=False)
        if s[-1] > max(n, d) * EPS * s[0]:  # independent, whatever the units
            coef = np.linalg.solve(R, Q.T @ b)
            coef = coef + np.linalg.solve(
                R, Q.T @ (b - A @ coef)
            )  # rounding, once less
            return Q, np.linalg.solve(R, np.eye(d)), coef
    Q, W, coef = _by_svd(A, b)
    warnings.warn(
        f"the {d} columns of X have rank {W.shape[1]}: of the many least-squares "
        "solutions this is the shortest",
        RuntimeWarning,
        stacklevel=3,
    )
    return Q, W, coef


def _by_svd(A, b):
    U, s, Vt = _svd_of_rank(A)
    W = Vt.T / s
    return U, W, W @ (U.T @ b)


def _by_normal_equations(A, b):
    n, d = A.shape
    lengths = np.sqrt(np.einsum("ij,ij->j", A, A))
    scale = np.where(lengths > 0, lengths, 1.0)
    G = A.T @ A / np.multiply.outer(scale, scale)  # ones on the diagonal
    try:
        L = np.linalg.cholesky(G)
    except np.linalg.LinAlgError:
        L = np.zeros((d, d))
    if np.diag(L).min() ** 2 <= np.sqrt(EPS):  # one correction would not be enough
        raise np.linalg.LinAlgError(
            "X'X is not safely positive definite in float64: use method='qr' or 'svd'"
        )
    W = np.linalg.solve(L.T, np.eye(d)) / scale[:, None]
    coef = W @ (W.T @ (A.T @ b))
    coef = coef + W @ (W.T @ (A.T @ (b - A @ coef)))  # one correction: the lost digits
    return A @ W, W, coef


_FACTORIZATIONS = {"qr": _by_qr, "svd": _by_svd, "normal": _by_normal_equations}


def _svd_of_rank(A):
    """Thin SVD of A without the singular values that are 0 in float64."""
    U, s, Vt = np.linalg.svd(A, full_matrices=False)
    keep = s > max(A.shape) * EPS * s.max(initial=0.0)
    return U[:, keep], s[keep], Vt[keep]


def _center(X, y, fit_intercept=True, weights=None):
    """X and y minus their (weighted) means, and the means; zeros without an intercept."""
    if not fit_intercept:
        return X, y, np.zeros(X.shape[1]), np.zeros(y.shape[1:])
    x_mean, y_mean = _column_means(X, weights), _column_means(y, weights)
    return X - x_mean, y - y_mean, x_mean, y_mean


def _check_training_data(X, y):
    X, y = as_data(X), as_finite(y, "y")
    if y.ndim not in (1, 2) or not y.size:
        raise ValueError(f"y must have shape (n,) or (n, m), got {y.shape}")
    same_length(X, y, ("X", "y"))
    return X, y


def _weights(sample_weight, X):
    weights = as_vector(sample_weight, "sample_weight")
    same_length(X, weights, ("X", "sample_weight"))
    if weights.min() < 0 or weights.max() == 0:
        raise ValueError(
            "sample_weight must be nonnegative and not all 0, got values from "
            f"{weights.min():g} to {weights.max():g}"
        )
    return weights


def _number(x):
    """A Python float for one number, an array for several."""
    return float(x) if np.ndim(x) == 0 else x


def _dual_gap(A, b, w, alpha, l1_ratio):
    """Primal minus dual objective of the elastic net: at least the distance to the minimum."""
    n, l1, l2 = len(b), alpha * l1_ratio, alpha * (1 - l1_ratio)
    residual = b - A @ w
    primal = residual @ residual / (2 * n) + l1 * np.abs(w).sum() + l2 / 2 * (w @ w)
    u = residual / n
    pull = np.abs(A.T @ u)
    if l2 > 0:
        penalty = np.sum(np.maximum(pull - l1, 0) ** 2) / (2 * l2)
    else:  # the dual point must satisfy |A'u| <= l1: shrink it until it does
        u, penalty = (
            u * min(1.0, l1 / max(pull.max(initial=0.0), np.finfo(float).tiny)),
            0,
        )
    dual = b @ u - n / 2 * (u @ u) - penalty
    return float(max(primal - dual, 0.0))
