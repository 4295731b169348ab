"""Statistics of the linear model: what one fit says of its coefficients and of each row."""

import math

import numpy as np

from utils._checks import as_data, as_vector, in_range, same_length
from utils.probability import FDist, StudentT
from utils.statistics.parametric import student_quantile
from utils.statistics.pieces import power_of_2
from utils.statistics.results import OLSResult

EPS = np.finfo(float).eps


def ols_inference(X, y, fit_intercept=True, robust=False, level=0.95):
    """Least squares with standard errors, tests and intervals for every coefficient.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Without a column of ones, which ``fit_intercept`` puts in front.
    y : array_like, shape (n,)
    fit_intercept : bool
        Then p = d + 1 coefficients are fitted, the intercept first, else p = d.
    robust : bool
        Standard errors that allow each row a noise of its own (HC3), instead of
        sigma^2 (X'X)^-1, which assumes one sigma for all.
    level : float
        Level of the intervals, in (0, 1).

    Returns
    -------
    OLSResult
        ``coef``, ``se``, ``t``, ``p`` of shape (p,), ``ci`` (p, 2), by Student's law with
        n - p degrees of freedom; ``r2``, ``r2_adj``, ``sigma``; ``f`` and ``f_pvalue`` for
        "all slopes are 0", a Wald test if robust; ``vif`` of shape (d,), 1/(1 - R_j^2) for
        the regression of column j on the others. Without an intercept, R^2 compares with 0
        instead of the mean.

    Raises
    ------
    ValueError
        If n <= p, shapes don't match, the level is out of range, the fit is perfect (then
        there is no noise to measure), or if robust and some leverage is 1 within 1e-12.
    numpy.linalg.LinAlgError
        If a column depends on others; it is named.

    Notes
    -----
    By X = QR of the columns divided by their lengths: units don't matter. O(n p^2).
    Home: 04-statistics/07-statistics-in-ml.ipynb.
    Source: Hastie, Tibshirani and Friedman, *The Elements of Statistical Learning*, 2nd ed.,
    section 3.2; MacKinnon and White, Journal of Econometrics 29 (1985), for HC3.

    Examples
    --------
    >>> result = ols_inference([[1], [2], [3], [4]], [2, 3, 5, 6])
    >>> result.coef.round(3), result.se.round(3), round(result.r2, 3)
    (array([0.5, 1.4]), array([0.387, 0.141]), 0.98)
    """
    X, y = as_data(X), as_vector(y, "y")
    same_length(X, y, ("X", "y"))
    level = in_range(level, "level", 0, 1, closed=(False, False))
    # in units that are powers of 2, so that no square overflows or underflows
    x_unit, y_unit = power_of_2(np.abs(X).max(axis=0)), power_of_2(np.abs(y).max())
    X, y, (n, d) = X / x_unit, y / y_unit, X.shape
    fit_intercept = bool(fit_intercept)
    df = n - d - fit_intercept
    if df < 1:
        raise ValueError(
            f"there must be more rows than coefficients, got {n} and {n - df}"
        )
    C, leverage, vif = _rows_of_pinv(X, fit_intercept)
    coef, residuals = _fit(C, X, y)
    noise, total = _squares(residuals), _squares(y - fit_intercept * y.mean())
    sigma = math.sqrt(noise / df)
    noise_of_rows = _without_own_row(residuals, leverage) if robust else sigma
    spread = C * noise_of_rows  # the covariance of coef is spread @ spread.T
    se = np.sqrt(np.einsum("ij,ij->i", spread, spread))
    slopes = slice(-d, None)
    if robust:
        f = _wald(coef[slopes], spread[slopes], se[slopes]) / d
    else:
        f = (total - noise) / d / sigma**2
    t = coef / se
    margin = student_quantile((1 - level) / 2, df) * se
    r2 = 1 - noise / total
    with np.errstate(all="ignore"):
        unit = y_unit / np.append(np.ones(len(coef) - d), x_unit)
        coef, se, margin = coef * unit, se * unit, margin * unit
        if not np.isfinite(np.abs(coef) + margin).all():
            raise ValueError("coefficients overflow: change the units of X or y")
    return OLSResult(
        coef=coef,
        se=se,
        t=t,
        p=2 * StudentT(df).sf(np.abs(t)),
        ci=np.column_stack([coef - margin, coef + margin]),
        r2=r2,
        r2_adj=1 - (1 - r2) * (n - fit_intercept) / df,
        f=f,
        f_pvalue=FDist(d, df).sf(f),
        sigma=float(sigma * y_unit),
        vif=vif,
    )


def loo_residuals(X, y):
    """Residual of every row under the least-squares fit to all the others, from one fit.

    Parameters
    ----------
    X : array_like, shape (n, p)
        Design matrix as it stands: a model with an intercept needs a column of ones.
    y : array_like, shape (n,)

    Returns
    -------
    ndarray, shape (n,)
        e_i / (1 - h_i), with the residuals e and the leverages h of the one fit; as
        predicted by the Sherman-Morrison formula, which removes row i from X'X.

    Raises
    ------
    ValueError
        If some leverage is 1 (within 1e-12): without that row its prediction is not
        determined. Also for shapes that don't match and data that aren't finite.
    numpy.linalg.LinAlgError
        If columns are dependent: drop one of them.

    Notes
    -----
    h_i is the squared length of row i of Q in X = QR. O(n p^2), against O(n^2 p^2) for n
    fits. Home: 04-statistics/07-statistics-in-ml.ipynb.
    Source: Hastie, Tibshirani and Friedman, *The Elements of Statistical Learning*, 2nd ed.,
    section 7.10.

    Examples
    --------
    >>> X = np.column_stack([np.ones(4), [1, 2, 3, 4]])
    >>> loo_residuals(X, [2, 3, 5, 6]).round(4)
    array([ 0.3333, -0.4286,  0.4286, -0.3333])
    """
    X, y = as_data(X), as_vector(y, "y")
    same_length(X, y, ("X", "y"))
    n, p = X.shape
    Q, R = np.linalg.qr(X)
    lengths = np.linalg.norm(R, axis=0)
    tolerance = max(n, p) * np.finfo(float).eps * lengths
    if n < p or np.any(np.abs(np.diag(R)) <= tolerance):
        raise np.linalg.LinAlgError(f"the {p} columns of X are dependent: drop some")
    return _without_own_row(y - Q @ (Q.T @ y), np.einsum("ij,ij->i", Q, Q))


def _rows_of_pinv(X, fit_intercept):
    """The matrix C with coef = C y, the leverages, and the variance inflation factors.

    With an intercept the columns are centered, which takes it out of the other equations.
    """
    n, d = X.shape
    center = X.mean(axis=0) if fit_intercept else np.zeros(d)
    A = X - center
    largest = np.abs(A).max(axis=0)
    rounding = max(n, d) * EPS * np.abs(X).max(axis=0)
    if (constant := np.flatnonzero(largest <= rounding)).size:
        raise np.linalg.LinAlgError(
            f"column {constant[0]} of X is constant, which the intercept is, too: drop it"
            if fit_intercept
            else f"column {constant[0]} of X is zero: drop it"
        )
    Q, R = np.linalg.qr(A / largest)
    left = np.abs(np.diag(R)) * largest  # of a column, without the columns before it
    if (dependent := np.flatnonzero(left <= math.sqrt(n) * rounding)).size:
        raise np.linalg.LinAlgError(
            f"column {dependent[0]} of X depends on the columns before it: drop one of them"
        )
    C = np.linalg.solve(R, Q.T) / largest[:, None]
    vif = _squares(A / largest) * _squares((C * largest[:, None]).T)
    leverage = np.einsum("ij,ij->i", Q, Q)
    if fit_intercept:
        C, leverage = np.vstack([1 / n - center @ C, C]), leverage + 1 / n
    return C, leverage, vif


def _fit(C, X, y):
    """Coefficients and residuals."""
    coef = C @ y
    coef += C @ (y - _predicted(X, coef))  # once more: the digits that rounding took
    residuals = y - _predicted(X, coef)
    if _squares(residuals) <= (8 * EPS) ** 2 * _squares(y):
        raise ValueError(
            "the fit is perfect: without residuals there is no noise to measure"
        )
    return coef, residuals


def _predicted(X, coef):
    """Predictions from (intercept and) slopes."""
    intercept = coef[: len(coef) - X.shape[1]].sum()
    return intercept + X @ coef[-X.shape[1] :]


def _squares(x):
    """Sums of the squares of the columns; of a vector, a float."""
    return float(x @ x) if x.ndim == 1 else np.einsum("ij,ij->j", x, x)


def _without_own_row(residuals, leverage):
    """Residuals e / (1 - h) under the fit to all other rows."""
    if (stuck := np.flatnonzero(leverage > 1 - 1e-12)).size:
        raise ValueError(
            f"row {stuck[0]} has leverage 1: without it, its prediction is not determined"
        )
    return residuals / (1 - leverage)


def _wald(coef, spread, se):
    """coef' V^-1 coef for V = spread spread', computed from correlations."""
    z, half = coef / se, spread / se[:, None]
    R = np.linalg.qr(half.T, mode="r")
    if np.abs(np.diag(R)).min() <= len(z) * EPS:
        raise np.linalg.LinAlgError(
            "the robust covariance is singular: too few rows have residuals"
        )
    return _squares(np.linalg.solve(R.T, z))
