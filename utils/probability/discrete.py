"""Laws on integers: Bernoulli, binomial, Poisson and their relatives."""

import math
from functools import cached_property

import numpy as np

from utils import _checks, special
from utils.probability.base import (
    Discrete,
    as_sample,
    as_shape,
    frozen,
    inverse_transform,
    positive,
)
from utils.special.incomplete import (
    log_beta_kernel,
    log_beta_peak,
    log_gamma_kernel,
    log_gamma_peak,
    products_apart,
)
from utils.special.pieces import BLOCK, flip, iterate, piecewise


class IntegerLaw(Discrete):
    """A law on integers: quantiles by bisection, samples from a table of the cdf."""

    _block = 2**17  # more points at once, as a value that repeats is computed only once

    def cdf(self, x):
        return super().cdf(np.floor(_checks.as_float(x, "x")))

    def sf(self, x):
        return super().sf(np.floor(_checks.as_float(x, "x")))

    def _everywhere(self, function, x, below, above):
        return super()._everywhere(lambda k: _once_each(function, k), x, below, above)

    def _mass(self, function, inside, x, nothing):
        return super()._mass(lambda k: _once_each(function, k), inside, x, nothing)

    def _is_atom(self, k):
        low, high = self.support
        return (k >= low) & (k <= high) & (k == np.floor(k)) & np.isfinite(k)

    def _ppf(self, q):
        """The smallest k with cdf(k) >= q, between two ends that step out from the mean."""
        low, high = self.support
        step = max(1.0, math.floor(self.std()))
        lo = hi = np.full_like(q, math.floor(self.mean()))
        while (short := self.cdf(hi) < q).any():
            lo = np.where(short, hi, lo)
            hi = np.where(short, np.minimum(hi + step, high), hi)
            step *= 2
        while (long := (lo >= low) & (self.cdf(lo) >= q)).any():
            lo = np.where(long, np.maximum(lo - step, low - 1), lo)
            step *= 2
        while True:
            middle = np.floor(lo + 0.5 * (hi - lo))
            if not ((middle > lo) & (middle < hi)).any():
                return hi
            enough = self.cdf(middle) >= q
            lo, hi = np.where(enough, lo, middle), np.where(enough, middle, hi)

    def sample(self, n, rng):
        """``n`` independent draws as integers, by looking up uniforms in a table of the cdf."""
        first, table = self._table
        if table is None:
            return as_integers(inverse_transform(self.ppf, n, rng))
        places = inverse_transform(
            lambda u: np.searchsorted(table, 1 - u, side="right"), n, rng
        )
        return first + places

    @cached_property
    def _table(self):
        """The first k worth a place, and the cdf from there to the last value below 1."""
        first, last = int(self.ppf(1e-17)), self.ppf(1 - 2.0**-53)
        if last - first > 1e6:
            return first, None
        table = np.atleast_1d(self.cdf(np.arange(first, last + 1)))
        return first, table[: np.searchsorted(table, 1.0)]


def _once_each(function, k):
    """``function`` of many integers k: where they repeat, computed once for each value."""
    if np.ndim(k) == 0 or k.size < 2:
        return function(k)
    first, last = k.min(), k.max()
    if last - first >= k.size:
        return function(k)
    return function(np.arange(first, last + 1))[(k - first).astype(int)]


def as_integers(x):
    """Whole floats as an int64 array."""
    if x.size and np.abs(x).max() >= 2.0**63:
        raise ValueError(f"draws must fit 64-bit integers, got {np.abs(x).max()}")
    return x.astype(np.int64)


def _probability(value, name="p"):
    return _checks.in_range(value, name, 0, 1)


def _log_binomial_pmf(n, k, p, q):
    """ln(C(n, k) p^k q^(n - k)) for arrays 0 <= k <= n and p + q = 1: no cancellation."""

    def middle(n, k):
        a, b = k, n - k
        d = products_apart(a, b, p)
        kernel = log_beta_kernel(a, b, p, q, d, log_beta_peak(a, b))
        return kernel + np.log(n / (a * b))

    pieces = [
        ((k > 0) & (k < n), middle),
        ((k == 0) & (n > 0), lambda n, k: n * np.log1p(-p)),
        ((k == n) & (n > 0), lambda n, k: n * np.log(p)),
    ]
    return piecewise(pieces, n, k, other=0 * n)


@frozen
class Bernoulli(IntegerLaw):
    """One trial: 1 with probability ``p`` in [0, 1] (else `ValueError`), 0 otherwise.

    Home: 03-probability/03-probability-distributions.ipynb.

    >>> Bernoulli(0.25).var()
    0.1875
    """

    p: float

    def __init__(self, p):
        self._set(p=_probability(p))

    @property
    def support(self):
        return 0.0, 1.0

    def _logpmf(self, k):
        return np.log(self._pmf(k))

    def _pmf(self, k):
        return k * self.p + (1 - k) * (1 - self.p)

    def _cdf(self, k):
        return np.full_like(k, 1 - self.p)

    def _sf(self, k):
        return np.full_like(k, self.p)

    def mean(self):
        return self.p

    def var(self):
        return self.p * (1 - self.p)

    def sample(self, n, rng):
        """``n`` independent draws, 0 or 1: whether U < p."""
        return (_checks.as_rng(rng).random(as_shape(n)) < self.p).astype(np.int64)

    @classmethod
    def fit(cls, x):
        """p = the mean of data that are 0 or 1."""
        x = as_sample(x, 0, 1, strict=False, integers=True)
        return cls(float(x.mean()))


@frozen
class DiscreteUniform(IntegerLaw):
    """Every integer from ``low`` to ``high``, both included, with the same probability.

    Raises `TypeError` if an end is not an integer, `ValueError` if low > high.
    Home: 03-probability/03-probability-distributions.ipynb.

    >>> DiscreteUniform(1, 6).mean()
    3.5
    """

    low: int
    high: int

    def __init__(self, low, high):
        low = _checks.count(low, "low", low=-(2**62))
        self._set(low=low, high=_checks.count(high, "high", low=low))

    @property
    def support(self):
        return float(self.low), float(self.high)

    @property
    def _size(self):
        return self.high - self.low + 1

    def _logpmf(self, k):
        return np.full_like(k, -math.log(self._size))

    def _pmf(self, k):
        return np.full_like(k, 1 / self._size)

    def _cdf(self, k):
        return (k - self.low + 1) / self._size

    def _sf(self, k):
        return (self.high - k) / self._size

    def mean(self):
        return 0.5 * (self.low + self.high)

    def var(self):
        return (self._size**2 - 1) / 12

    def sample(self, n, rng):
        """``n`` independent draws as integers."""
        return _checks.as_rng(rng).integers(self.low, self.high + 1, as_shape(n))

    @classmethod
    def fit(cls, x):
        """low and high = the smallest and the largest of integer data."""
        x = as_sample(x, integers=True)
        return cls(int(x.min()), int(x.max()))


@frozen
class Binomial(IntegerLaw):
    """Number of successes in ``n`` independent trials that succeed with probability ``p``.

    n >= 0 (`TypeError` if not an integer), p in [0, 1], else `ValueError`. A cdf costs an
    incomplete beta function. Home: 03-probability/03-probability-distributions.ipynb.

    >>> round(Binomial(10, 0.1).sf(1), 5)
    0.2639
    """

    n: int
    p: float

    def __init__(self, n, p):
        self._set(n=_checks.count(n, "n", low=0), p=_probability(p))

    @property
    def support(self):
        return 0.0, float(self.n)

    def _logpmf(self, k):
        return _log_binomial_pmf(float(self.n) + 0 * k, k, self.p, 1 - self.p)

    def _cdf(self, k):
        return special.betaincc(k + 1, self.n - k, self.p)

    def _sf(self, k):
        return special.betainc(k + 1, self.n - k, self.p)

    def mean(self):
        return self.n * self.p

    def var(self):
        return self.n * self.p * (1 - self.p)

    @classmethod
    def fit(cls, x, n):
        """p = mean/n, for data of counts out of a known ``n``."""
        n = _checks.count(n, "n")
        x = as_sample(x, 0, n, strict=False, integers=True)
        return cls(n, float(x.mean()) / n)


@frozen
class Geometric(IntegerLaw):
    """Number of the trial, 1, 2, ..., that brings the first success; ``p`` in (0, 1].

    Raises `ValueError` for other p. As in NumPy and SciPy the successful trial counts.
    Home: 03-probability/03-probability-distributions.ipynb.

    >>> round(Geometric(0.5).pmf(3), 12)
    0.125
    """

    p: float

    _block = BLOCK  # the formulas are as short as a look into a table

    def __init__(self, p):
        p = _checks.in_range(p, "p", 0, 1, closed=(False, True))
        self._set(p=p)

    @property
    def support(self):
        return 1.0, (math.inf if self.p < 1 else 1.0)

    @property
    def _log_failure(self):
        return math.log1p(-self.p) if self.p < 1 else -math.inf

    def _logpmf(self, k):
        log_failures = (k - 1) * self._log_failure if self.p < 1 else 0 * k
        return log_failures + math.log(self.p)

    def _cdf(self, k):
        return -np.expm1(k * self._log_failure)

    def _sf(self, k):
        return np.exp(k * self._log_failure)

    def mean(self):
        return 1 / self.p

    def var(self):
        return (1 - self.p) / self.p**2

    def sample(self, n, rng):
        """``n`` independent draws as integers: an exponential waiting time, rounded up."""
        log_failure = self._log_failure
        draws = inverse_transform(
            lambda u: 1 + np.floor(np.log(u) / log_failure), n, rng
        )
        return as_integers(draws)

    @classmethod
    def fit(cls, x):
        """p = 1/mean, for data 1, 2, ..."""
        return cls(1 / float(as_sample(x, 1, strict=False, integers=True).mean()))


@frozen
class NegativeBinomial(IntegerLaw):
    """Number of failures before the ``r``-th success, for real ``r`` > 0, ``p`` in (0, 1].

    Raises `ValueError` for other r or p. Also a Poisson law whose rate is drawn from
    Gamma(r, p/(1 - p)): counts that vary more than Poisson's. A cdf costs an incomplete
    beta function. Home: 03-probability/03-probability-distributions.ipynb.

    >>> round(NegativeBinomial(2, 0.5).pmf(1), 12)
    0.25
    """

    r: float
    p: float

    def __init__(self, r, p):
        p = _checks.in_range(p, "p", 0, 1, closed=(False, True))
        self._set(r=positive(r, "r"), p=p)

    @property
    def support(self):
        return 0.0, (math.inf if self.p < 1 else 0.0)

    def _logpmf(self, k):
        """C(n, k) p^r q^k with n = r + k, times r/n."""
        r, p = self.r, self.p

        def positive_k(k):
            d = products_apart(r + 0 * k, k, p + 0 * k)
            peak = log_beta_peak(r + 0 * k, k)
            return log_beta_kernel(r, k, p, 1 - p, d, peak) - np.log(k)

        zero = r * math.log(p) + 0 * k
        return piecewise([(k > 0, positive_k)], k, other=zero)

    def _cdf(self, k):
        return special.betainc(self.r, k + 1, self.p)

    def _sf(self, k):
        return special.betaincc(self.r, k + 1, self.p)

    def mean(self):
        return self.r * (1 - self.p) / self.p

    def var(self):
        return self.mean() / self.p

    def sample(self, n, rng):
        """``n`` independent draws as integers: Poisson, each with its own gamma rate."""
        rng, shape = _checks.as_rng(rng), as_shape(n)
        if self.p == 1:
            return np.zeros(shape, np.int64)
        return rng.poisson(rng.gamma(self.r, (1 - self.p) / self.p, shape))

    @classmethod
    def fit(cls, x):
        """Maximum likelihood by Newton's method in ln r, with p = r/(r + mean).

        Raises `ValueError` where the likelihood has no maximum: if the 1/n variance of the
        data is not above their mean (then it still grows as r goes to infinity: Poisson).
        """
        x = as_sample(x, 0, strict=False, integers=True).ravel()
        mean, spread = float(x.mean()), float(x.var())
        if spread <= mean:
            raise ValueError(
                "x must vary more than a Poisson law (variance above the mean), "
                f"got mean {mean} and variance {spread}: fit Poisson"
            )
        values, counts = np.unique(x, return_counts=True)
        weights = counts / x.size
        r = mean**2 / (spread - mean)
        for _ in range(100):
            slope = weights @ special.digamma(values + r) - special.digamma(r)
            slope -= math.log1p(mean / r)
            bend = weights @ special.trigamma(values + r) - special.trigamma(r)
            bend += mean / (r * (r + mean))
            curvature = bend * r + slope  # of the likelihood in ln r, over r
            change = -slope / curvature if curvature < 0 else math.copysign(0.5, slope)
            r *= math.exp(max(-2.0, min(2.0, change)))
            if abs(change) < 1e-12:
                return cls(r, r / (r + mean))
        raise RuntimeError("fit did not converge in 100 steps of Newton's method")


@frozen
class Hypergeometric(IntegerLaw):
    """Successes among ``n`` draws without replacement from ``N`` items, ``K`` successes.

    Raises `TypeError` if a parameter is not an integer, `ValueError` unless
    0 <= K, n <= N. A cdf sums the shorter tail, O(standard deviation) terms.
    Home: 03-probability/03-probability-distributions.ipynb.

    >>> round(Hypergeometric(52, 13, 5).pmf(0), 6)  # no heart in five cards
    0.221534
    """

    N: int
    K: int
    n: int

    def __init__(self, N, K, n):
        N = _checks.count(N, "N", low=0)
        K, n = _checks.count(K, "K", low=0), _checks.count(n, "n", low=0)
        for name, value in (("K", K), ("n", n)):
            if value > N:
                raise ValueError(f"{name} must be at most N = {N}, got {value}")
        self._set(N=N, K=K, n=n)

    @property
    def support(self):
        return float(max(0, self.n + self.K - self.N)), float(min(self.n, self.K))

    def _logpmf(self, k):
        """Two binomial laws given their sum: the p in them cancels, n/N is best."""
        p = self.n / self.N if self.N else 0.0
        if p in (0.0, 1.0):
            return 0 * k
        q = (self.N - self.n) / self.N

        def log_binomial(size, k):
            return _log_binomial_pmf(float(size) + 0 * k, k, p, q)

        hits, misses = (
            log_binomial(self.K, k),
            log_binomial(self.N - self.K, self.n - k),
        )
        return hits + misses - log_binomial(self.N, float(self.n) + 0 * k)

    def _cdf(self, k):
        return self._shorter_tail(k, lower=True)

    def _sf(self, k):
        return self._shorter_tail(k, lower=False)

    def _shorter_tail(self, k, lower):
        """P(X <= k), or P(X > k): the sum of the tail that doesn't hold the mean."""
        below = k < self.mean()
        pieces = [(below, self._sum_down), (~below, self._sum_up)]
        tail = piecewise(pieces, k)
        return flip(tail, ~below if lower else below)

    def _sum_down(self, k):
        """P(X <= k) = pmf(k) (1 + pmf(k - 1)/pmf(k) + ...)."""
        N, K, n = self.N, self.K, self.n

        def step(m, total, term, k):
            j = k - (m - 1)
            term = term * (j * (N - K - n + j) / ((K - j + 1) * (n - j + 1)))
            return (total + term, term, k), term / total

        one = 1 + 0 * k
        return self._pmf(k) * iterate(step, one, one, k)

    def _sum_up(self, k):
        """P(X > k) = pmf(k + 1) (1 + pmf(k + 2)/pmf(k + 1) + ...)."""
        N, K, n = self.N, self.K, self.n

        def step(m, total, term, k):
            j = k + m
            term = term * ((K - j) * (n - j) / ((j + 1) * (N - K - n + j + 1)))
            return (total + term, term, k), term / total

        one = 1 + 0 * k
        return self._pmf(k + 1) * iterate(step, one, one, k)

    def mean(self):
        return self.n * self.K / self.N if self.N else 0.0

    def var(self):
        if self.N < 2:
            return 0.0
        share = self.K / self.N
        return self.n * share * (1 - share) * (self.N - self.n) / (self.N - 1)


@frozen
class Poisson(IntegerLaw):
    """Number of events that come independently, at a mean number ``mu`` > 0.

    Raises `ValueError` for other mu. A cdf costs an incomplete gamma function.
    Home: 03-probability/03-probability-distributions.ipynb.

    >>> round(280 * Poisson(0.7).pmf(0), 1)  # corps-years without deadly horse kicks
    139.0
    """

    mu: float

    def __init__(self, mu):
        self._set(mu=positive(mu, "mu"))

    @property
    def support(self):
        return 0.0, math.inf

    def _logpmf(self, k):
        def positive_k(k):
            d, peak = self.mu - k, log_gamma_peak(k)
            return log_gamma_kernel(k, self.mu, d, peak) - np.log(k)

        return piecewise([(k > 0, positive_k)], k, other=-self.mu + 0 * k)

    def _cdf(self, k):
        return special.gammaincc(k + 1, self.mu)

    def _sf(self, k):
        return special.gammainc(k + 1, self.mu)

    def mean(self):
        return self.mu

    def var(self):
        return self.mu

    @classmethod
    def fit(cls, x):
        """mu = the mean of counts; `ValueError` if all of them are 0."""
        x = as_sample(x, 0, strict=False, integers=True)
        return cls(float(x.mean()))
