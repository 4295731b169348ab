"""What estimators and tests give back: frozen records with named fields."""

from dataclasses import dataclass

import numpy as np


# Records that can hold arrays have eq=False: two arrays have no single answer to ==.
@dataclass(frozen=True, eq=False)
class TestResult:
    """What a hypothesis test found; fields that don't apply are None.

    Attributes
    ----------
    statistic : float
        The test statistic.
    pvalue : float
        Probability, under the null hypothesis, of a statistic at least as extreme.
    df : float or tuple of float, optional
        Degrees of freedom.
    estimate : float, optional
        What the test is about: a mean, a difference, a share.
    ci : Interval, optional
        Confidence interval for ``estimate``.
    method : str
        The test, in words.
    null_distribution : ndarray, optional
        The statistic under the null hypothesis, where it was enumerated or simulated.

    Examples
    --------
    >>> TestResult(statistic=2.0, pvalue=0.25, method="sign test").pvalue
    0.25
    """

    __test__ = False  # pytest takes classes named Test... for tests

    statistic: float
    pvalue: float
    df: float | tuple | None = None
    estimate: float | None = None
    ci: "Interval | None" = None
    method: str = ""
    null_distribution: np.ndarray | None = None


@dataclass(frozen=True)
class Interval:
    """An interval for one number, and how it was made; unpacks as a pair.

    Attributes
    ----------
    low, high : float
        Its ends, which belong to it.
    level : float
        Coverage (confidence) or content (credibility) that ``method`` aims at.
    method : str
        How it was made.

    Examples
    --------
    >>> interval = Interval(0.25, 0.75, level=0.95)
    >>> low, high = interval
    >>> high - low, 0.5 in interval
    (0.5, True)
    """

    low: float
    high: float
    level: float = 0.95
    method: str = ""

    def __iter__(self):
        """The ends, low first: ``low, high = interval``."""
        yield self.low
        yield self.high

    def __contains__(self, value):
        """Whether a number lies in the interval, ends included."""
        return bool(self.low <= value <= self.high)


@dataclass(frozen=True, eq=False)
class EstimateResult:
    """A maximum-likelihood estimate with its standard errors.

    Attributes
    ----------
    theta : ndarray, shape (p,)
        The estimate; a float if the parameter is one number.
    se : ndarray, shape (p,)
        Standard errors, the square roots of the diagonal of ``cov``.
    cov : ndarray, shape (p, p)
        Inverse of the observed information, the estimated covariance of ``theta``.
    loglik : float
        The log-likelihood at ``theta``.
    n_iter : int
        Steps done.
    converged : bool
        Whether ``theta`` is a maximum; if not, ``se`` and ``cov`` mean nothing.
    message : str
        Why the search ended, in words.

    Examples
    --------
    >>> EstimateResult(theta=1.5, se=0.6, cov=0.36, loglik=-6.8, n_iter=4, converged=True).se
    0.6
    """

    theta: np.ndarray
    se: np.ndarray
    cov: np.ndarray
    loglik: float
    n_iter: int
    converged: bool
    message: str = ""


@dataclass(frozen=True, eq=False)
class OLSResult:
    """A linear regression with what it says of its own errors.

    Attributes
    ----------
    coef : ndarray, shape (p,)
        Coefficients, the intercept first where there is one.
    se : ndarray, shape (p,)
        Their standard errors.
    t : ndarray, shape (p,)
        Coefficients over standard errors.
    p : ndarray, shape (p,)
        Two-sided p-values of "this coefficient is 0".
    ci : ndarray, shape (p, 2)
        Confidence intervals, one row per coefficient.
    r2, r2_adj : float
        Share of the variance that the model explains, plain and adjusted for p.
    f, f_pvalue : float
        F statistic of "all slopes are 0", and its p-value.
    sigma : float
        Residual standard deviation, with divisor n - p.
    vif : ndarray
        Variance inflation factor of every column of the data.

    Examples
    --------
    >>> from dataclasses import fields
    >>> [field.name for field in fields(OLSResult)][:4]
    ['coef', 'se', 't', 'p']
    """

    coef: np.ndarray
    se: np.ndarray
    t: np.ndarray
    p: np.ndarray
    ci: np.ndarray
    r2: float
    r2_adj: float
    f: float
    f_pvalue: float
    sigma: float
    vif: np.ndarray
