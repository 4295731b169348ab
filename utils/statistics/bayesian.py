"""Bayesian inference: conjugate families, intervals of highest density, Laplace's method."""

import math
import warnings

import numpy as np

from utils import special
from utils._checks import as_vector, in_range, moderate, scalar
from utils.calculus import numerical_hessian, richardson
from utils.probability import (
    Bernoulli,
    Beta,
    Discrete,
    Distribution,
    Gamma,
    NegativeBinomial,
    Normal,
    StudentT,
)
from utils.probability.base import Parametric, finite, frozen, positive
from utils.statistics.estimation import NO_TOP, climb
from utils.statistics.results import Interval

LOG_2PI = math.log(2 * math.pi)

# Conjugate families ----------------------------------------------------------------------


@frozen
class BetaBinomial(Parametric):
    """Successes and failures with an unknown probability p ~ Beta(a, b).

    The prior counts like a successes and b failures seen before: data that hold k ones and
    m zeros make it Beta(a + k, b + m). Data are 0 or 1, shape (n,).

    Parameters
    ----------
    a, b : float
        Positive, else `ValueError`.

    Attributes
    ----------
    posterior : Beta
        What is known of p.

    Notes
    -----
    Home: 04-statistics/05-bayesian-inference.ipynb.
    Source: Gelman et al., *Bayesian Data Analysis*, 3rd ed., section 2.4.

    Examples
    --------
    >>> BetaBinomial(2, 2).update([1, 1, 1, 1, 1, 1, 1, 0, 0, 0]).posterior
    Beta(a=9.0, b=5.0)
    """

    a: float
    b: float

    def __init__(self, a, b):
        self._set(a=positive(a, "a"), b=positive(b, "b"))

    def update(self, data):
        """The same family after seeing ``data``, zeros and ones: a new object. O(n)."""
        x = _outcomes(data, high=1)
        ones = float(x.sum())
        return BetaBinomial(self.a + ones, self.b + (x.size - ones))

    @property
    def posterior(self):
        """The law of p, `Beta`."""
        return Beta(self.a, self.b)

    def predictive(self):
        """The law of the next outcome: `Bernoulli` with the mean of p."""
        return Bernoulli(self.a / (self.a + self.b))

    def log_evidence(self, data):
        """Log of the probability of ``data``, in this order, averaged over p, in nats."""
        after = self.update(data)
        return special.betaln(after.a, after.b) - special.betaln(self.a, self.b)


@frozen
class GammaPoisson(Parametric):
    """Counts of a Poisson law with an unknown rate ~ Gamma(shape a, rate b).

    The prior counts like a events seen in b observations: n counts with sum S make it
    Gamma(a + S, b + n). Data are counts, shape (n,).

    Parameters
    ----------
    a, b : float
        Positive, else `ValueError`.

    Attributes
    ----------
    posterior : Gamma
        What is known of the rate.

    Notes
    -----
    Home: 04-statistics/05-bayesian-inference.ipynb.
    Source: Gelman et al., *Bayesian Data Analysis*, 3rd ed., section 2.6.

    Examples
    --------
    >>> GammaPoisson(2, 1).update([3, 0, 1]).posterior
    Gamma(shape=6.0, rate=4.0)
    """

    a: float
    b: float

    def __init__(self, a, b):
        self._set(a=positive(a, "a"), b=positive(b, "b"))

    def update(self, data):
        """The same family after seeing ``data``, counts: a new object. O(n)."""
        x = _outcomes(data)
        return GammaPoisson(self.a + float(x.sum()), self.b + x.size)

    @property
    def posterior(self):
        """The law of the rate, `Gamma`."""
        return Gamma(self.a, self.b)

    def predictive(self):
        """The law of the next count: `NegativeBinomial`."""
        return NegativeBinomial(self.a, self.b / (self.b + 1))

    def log_evidence(self, data):
        """Log of the probability of ``data``, averaged over the rate, in nats."""
        x = _outcomes(data)
        after = self.update(x)
        before = self.a * math.log(self.b) - special.gammaln(self.a)
        now = after.a * math.log(after.b) - special.gammaln(after.a)
        return before - now - float(special.log_factorial(x).sum())


@frozen
class NormalKnownVariance(Parametric):
    """Normal values with known ``sigma`` and an unknown mean ~ Normal(mu0, tau0).

    Precisions add: after n values with mean m, 1/tau^2 = 1/tau0^2 + n/sigma^2, and the new
    mu0 is the mean of mu0 and m, weighted by their precisions. Data have shape (n,).

    Parameters
    ----------
    mu0 : float
        Mean of the unknown mean.
    tau0, sigma : float
        Standard deviations of the unknown mean and of one value: positive, else
        `ValueError`.

    Attributes
    ----------
    posterior : Normal
        What is known of the mean.

    Notes
    -----
    Home: 04-statistics/05-bayesian-inference.ipynb.
    Source: Gelman et al., *Bayesian Data Analysis*, 3rd ed., section 2.5.

    Examples
    --------
    >>> posterior = NormalKnownVariance(0, 1, sigma=1).update([2, 2, 2]).posterior
    >>> round(posterior.mu, 6), round(posterior.sigma, 6)
    (1.5, 0.5)
    """

    mu0: float
    tau0: float
    sigma: float

    def __init__(self, mu0, tau0, sigma):
        tau0, sigma = positive(tau0, "tau0"), positive(sigma, "sigma")
        self._set(mu0=finite(mu0, "mu0"), tau0=tau0, sigma=sigma)

    def update(self, data):
        """The same family after seeing ``data``: a new object. O(n)."""
        x = moderate(as_vector(data, "data"), "data")
        se = self.sigma / math.sqrt(x.size)
        total = math.hypot(self.tau0, se)
        share = (self.tau0 / total) ** 2  # of the data in the new mean
        mu = self.mu0 + share * float((x - self.mu0).mean())
        return NormalKnownVariance(mu, self.tau0 / total * se, self.sigma)

    @property
    def posterior(self):
        """The law of the mean, `Normal`."""
        return Normal(self.mu0, self.tau0)

    def predictive(self):
        """The law of the next value: `Normal`, with both variances."""
        return Normal(self.mu0, math.hypot(self.tau0, self.sigma))

    def log_evidence(self, data):
        """Log density of ``data``, averaged over the mean, in nats."""
        x = moderate(as_vector(data, "data"), "data")
        n, mean = x.size, x.mean()
        se = self.sigma / math.sqrt(n)
        about_mean = -0.5 * float((((x - mean) / self.sigma) ** 2).sum())
        about_mean -= 0.5 * (n - 1) * LOG_2PI + n * math.log(self.sigma) - math.log(se)
        return about_mean + Normal(self.mu0, math.hypot(self.tau0, se)).logpdf(mean)


@frozen
class NormalInverseGamma(Parametric):
    """Normal values with unknown mean and variance, both learned.

    The variance has an inverse gamma law, 1/sigma^2 ~ Gamma(alpha0, beta0), and given it
    the mean is Normal(mu0, sigma/sqrt(kappa0)): the prior counts like kappa0 values for the
    mean and 2 alpha0 for the variance. Data have shape (n,).

    Parameters
    ----------
    mu0 : float
    kappa0, alpha0, beta0 : float
        Positive, else `ValueError`.

    Attributes
    ----------
    posterior_mean : tuple of float
        Expectations of the mean and of the variance.
    marginal_mu : StudentT
        What is known of the mean.

    Notes
    -----
    Home: 04-statistics/05-bayesian-inference.ipynb.
    Source: Gelman et al., *Bayesian Data Analysis*, 3rd ed., section 3.3.

    Examples
    --------
    >>> NormalInverseGamma(0, 1, 2, 2).update([2, 4, 6])
    NormalInverseGamma(mu0=3.0, kappa0=4.0, alpha0=3.5, beta0=12.0)
    """

    mu0: float
    kappa0: float
    alpha0: float
    beta0: float

    def __init__(self, mu0, kappa0, alpha0, beta0):
        kappa0, alpha0 = positive(kappa0, "kappa0"), positive(alpha0, "alpha0")
        beta0 = positive(beta0, "beta0")
        self._set(mu0=finite(mu0, "mu0"), kappa0=kappa0, alpha0=alpha0, beta0=beta0)

    def update(self, data):
        """The same family after seeing ``data``: a new object. O(n)."""
        x = moderate(as_vector(data, "data"), "data")
        n, mean = x.size, x.mean()
        kappa = self.kappa0 + n
        surprise = mean - self.mu0
        beta = self.beta0 + 0.5 * float(((x - mean) ** 2).sum())
        beta += 0.5 * self.kappa0 * n / kappa * float(surprise) ** 2
        mu = self.mu0 + n / kappa * float(surprise)
        return NormalInverseGamma(mu, kappa, self.alpha0 + 0.5 * n, beta)

    @property
    def posterior_mean(self):
        """Expectations of the mean and of the variance; ``inf`` for the second if alpha0 <= 1."""
        if self.alpha0 <= 1:
            return self.mu0, math.inf
        return self.mu0, self.beta0 / (self.alpha0 - 1)

    @property
    def marginal_mu(self):
        """The law of the mean, `StudentT`."""
        scale = math.sqrt(self.beta0 / self.alpha0 / self.kappa0)
        return StudentT(2 * self.alpha0, self.mu0, scale)

    def predictive(self):
        """The law of the next value, `StudentT`."""
        scale = math.sqrt(self.beta0 / self.alpha0 * (1 + 1 / self.kappa0))
        return StudentT(2 * self.alpha0, self.mu0, scale)

    def log_evidence(self, data):
        """Log density of ``data``, averaged over mean and variance, in nats."""
        after = self.update(data)
        n = np.size(data)
        gammas = special.gammaln(after.alpha0) - special.gammaln(self.alpha0)
        powers = self.alpha0 * math.log(self.beta0) - after.alpha0 * math.log(
            after.beta0
        )
        return (
            gammas + powers + 0.5 * (math.log(self.kappa0 / after.kappa0) - n * LOG_2PI)
        )


# Intervals of highest density ------------------------------------------------------------


def hpd_interval(dist_or_samples, level=0.95):
    """The shortest interval that holds a probability: where the density is highest.

    Parameters
    ----------
    dist_or_samples : Distribution or array_like, shape (n,)
        A law with a density from `probability`, or draws from one.
    level : float
        In (0, 1).

    Returns
    -------
    Interval
        Of draws, from one draw to another, with at least ``level * n`` of them inside.

    Raises
    ------
    ValueError
        If the draws are empty or not finite, or the level is out of range.
    TypeError
        For a discrete law.

    Warns
    -----
    RuntimeWarning
        If the density has a valley between two hills: then the region of highest density
        is two intervals or more, and this one interval is longer than they are together.

    Notes
    -----
    Of a law: the shortest of the intervals from ppf(g) to ppf(g + level) over 401 values of
    g, then ever finer between its neighbors, about 15 vectorized quantiles in all; at an end
    where the density isn't 0 the interval may start with the support. Of draws: the
    shortest window of the sorted draws, O(n log n).
    Home: 04-statistics/05-bayesian-inference.ipynb.
    Source: Box and Tiao, *Bayesian Inference in Statistical Analysis*, section 2.8.

    Examples
    --------
    >>> low, high = hpd_interval(Beta(9, 5))
    >>> round(low, 4), round(high, 4)
    (0.4013, 0.8737)
    """
    level = in_range(level, "level", 0, 1, closed=(False, False))
    if isinstance(dist_or_samples, Discrete):
        raise TypeError(f"the law must be continuous, got {dist_or_samples!r}")
    if isinstance(dist_or_samples, Distribution):
        low, high, valley = _shortest_of_law(dist_or_samples, level)
    else:
        low, high, valley = _shortest_of_draws(dist_or_samples, level)
    if valley:
        warnings.warn(
            "the density has a valley between two hills: the region of highest density is "
            "more than one interval",
            RuntimeWarning,
            stacklevel=2,
        )
    return Interval(low, high, level, "highest density")


def laplace_approximation(neg_log_post, theta0):
    """Normal approximation of a posterior: around its mode, with the curvature there.

    Parameters
    ----------
    neg_log_post : callable
        Takes a vector of shape (k,), returns minus the log of likelihood times prior, in
        nats, constants included; ``inf`` where that is 0.
    theta0 : array_like, shape (k,)
        Where to start.

    Returns
    -------
    mode : ndarray, shape (k,)
        Minimum of ``neg_log_post``.
    cov : ndarray, shape (k, k)
        Inverse of its Hessian H there.
    log_evidence : float
        ln p(D) is about -neg_log_post(mode) + (k/2) ln(2 pi) - (1/2) ln det H.

    Raises
    ------
    ValueError
        If ``neg_log_post`` isn't finite at theta0, or returns more than one number.
    numpy.linalg.LinAlgError
        If H is not positive definite: in some direction the data say nothing.
    RuntimeError
        If Newton's method finds no minimum in 100 steps.

    Notes
    -----
    Damped Newton steps with numerical derivatives, as in `mle`, and in the end an
    extrapolated Hessian: for smooth functions the mode is right to 1e-6 of a standard
    deviation, and cov to 7 digits. A parameter with bounds is better replaced, say by its
    logarithm: then the approximation is better, too. About 2 k^2 values of
    ``neg_log_post`` a step.
    Home: 04-statistics/05-bayesian-inference.ipynb.
    Source: Tierney and Kadane, "Accurate approximations for posterior moments and marginal
    densities", Journal of the American Statistical Association 81 (1986).

    Examples
    --------
    Seven heads in ten, with a flat prior on the log-odds:

    >>> f = lambda t: 10 * np.log1p(np.exp(t[0])) - 7 * t[0]
    >>> mode, cov, log_evidence = laplace_approximation(f, [0.0])
    >>> mode.round(4), cov.round(4)
    (array([0.8473]), array([[0.4762]]))
    """
    theta0 = as_vector(theta0, "theta0")
    if not callable(neg_log_post):
        raise TypeError(f"neg_log_post must be callable, got {neg_log_post!r}")

    def log_joint(theta):
        if not np.abs(theta).max() < 1e100:  # on the way to infinity
            return -math.inf
        value = scalar(neg_log_post(theta.copy()), "neg_log_post(theta)")
        return -math.inf if math.isnan(value) else -value

    if not math.isfinite(start := log_joint(theta0)):
        raise ValueError(f"neg_log_post must be finite at theta0, got {-start}")
    with np.errstate(all="ignore"):  # it may be infinite where a step leads
        mode, top, H, _, message = climb(log_joint, theta0)
    flat = message == NO_TOP
    if message and not flat:
        raise RuntimeError(
            f"no minimum of neg_log_post was found on the way to {mode}: it may be at "
            "infinity, or at the edge of where neg_log_post is finite"
        )
    if not flat:
        width = 1 / np.sqrt(-np.diag(H))
        H, _, _ = richardson(
            lambda h: numerical_hessian(log_joint, mode, h * width), 0.02, levels=3
        )
        # with ones on its diagonal, or it was no peak
        scaled = -H * width * width[:, None]
        flat = np.diag(scaled).min() < 0.5 or np.linalg.eigvalsh(scaled)[0] <= 0
    if flat:
        raise np.linalg.LinAlgError(
            f"the Hessian of neg_log_post is not positive definite at {mode}: use a prior "
            "that says something in every direction"
        )
    cov, (_, log_det) = np.linalg.inv(-H), np.linalg.slogdet(-H)
    log_evidence = top + 0.5 * (theta0.size * LOG_2PI - float(log_det))
    return mode, 0.5 * (cov + cov.T), log_evidence


# The parts -------------------------------------------------------------------------------


def _outcomes(data, high=math.inf):
    """Data as a vector of integers from 0 to ``high``."""
    x = as_vector(data, "data")
    bad = (x < 0) | (x > high) | (x != np.floor(x))
    if bad.any():
        wanted = "0 or 1" if high == 1 else "counts 0, 1, 2, ..."
        raise ValueError(f"data must be {wanted}, got {x[bad][0]}")
    return x


def _shortest_of_law(law, level):
    """Ends of the shortest interval from ppf(g) to ppf(g + level), and if there is a valley."""

    def ends(g):
        return law.ppf(g), law.ppf(np.minimum(g + level, 1.0))

    g = np.linspace(0, 1 - level, 401)
    low, high = ends(g)
    best = int(np.argmin(high - low))
    left, right = g[max(best - 1, 0)], g[min(best + 1, 400)]
    for _ in range(6):  # until left and right are 1e-14 apart
        g = np.linspace(left, right, 51)
        low, high = ends(g)
        shrinks = law.logpdf(high) > law.logpdf(low)  # if moved to the right
        last = int(np.argmin(shrinks)) - 1 if not shrinks.all() else 50
        left, right = g[max(last, 0)], g[min(last + 1, 50)]
        if left == right:
            break
    low, high = ends(left)
    densities = law.logpdf(law.ppf(np.linspace(0, 1, 401)[1:-1]))
    return low, high, _depth_of_valley(densities) > 0.01


def _shortest_of_draws(draws, level):
    x = np.sort(as_vector(draws, "draws"))
    inside = max(1, math.ceil(level * x.size - 1e-9))
    best = int(np.argmin(x[inside - 1 :] - x[: x.size - inside + 1]))
    bulk = x[x.size // 100 : x.size - x.size // 100]
    counts, _ = np.histogram(bulk, bins=max(1, round(x.size ** (1 / 3))))
    # the root of a count has a standard deviation of 1/2, whatever the count
    return (
        float(x[best]),
        float(x[best + inside - 1]),
        _depth_of_valley(np.sqrt(counts)) > 3,
    )


def _depth_of_valley(heights):
    """How far the deepest valley lies below the lower of the hills on its two sides."""
    left = np.maximum.accumulate(heights)
    right = np.maximum.accumulate(heights[::-1])[::-1]
    return float((np.minimum(left, right) - heights).max())
