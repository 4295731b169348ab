"""Laws with a density in closed form: uniform, normal, exponential and their relatives."""

import math
from functools import cached_property

import numpy as np

from utils import _checks, special
from utils.probability.base import (
    Continuous,
    as_sample,
    as_shape,
    finite,
    frozen,
    inverse_transform,
    positive,
)
from utils.special.error import normal_tail
from utils.special.pieces import flip, piecewise, rational


@frozen
class Uniform(Continuous):
    """Uniform law between ``low`` and ``high``; `ValueError` unless low < high, both finite.

    Home: 03-probability/02-random-variables.ipynb.

    >>> Uniform(0, 0.1).pdf(0.05)
    10.0
    """

    low: float
    high: float

    def __init__(self, low=0.0, high=1.0):
        low, high = finite(low, "low"), finite(high, "high")
        if not low < high:
            raise ValueError(f"low must be below high, got {low} and {high}")
        self._set(low=low, high=high)

    @property
    def support(self):
        return self.low, self.high

    @property
    def _width(self):
        return self.high - self.low

    def _pdf(self, x):
        return np.full_like(x, 1 / self._width)

    def _logpdf(self, x):
        return np.full_like(x, -math.log(self._width))

    def _cdf(self, x):
        return (x - self.low) / self._width

    def _sf(self, x):
        return (self.high - x) / self._width

    def _ppf(self, q):
        return self.low + self._width * q

    def mean(self):
        return self.low + 0.5 * self._width

    def var(self):
        return self._width**2 / 12

    def sample(self, n, rng):
        """``n`` independent draws: uniforms from [0, 1), stretched."""
        return self._ppf(_checks.as_rng(rng).random(as_shape(n)))

    @classmethod
    def fit(cls, x):
        """low and high = the smallest and the largest value."""
        x = as_sample(x)
        return cls(float(x.min()), float(x.max()))


class _LocationScale(Continuous):
    """A law of loc + scale Z: subclasses give the functions of Z, on the whole line."""

    def _z(self, x):
        return (x - self.loc) / self.scale

    def __init__(self, loc=0.0, scale=1.0):
        self._set(loc=finite(loc, "loc"), scale=positive(scale, "scale"))

    @property
    def support(self):
        return -math.inf, math.inf


@frozen
class Normal(Continuous):
    """Normal law with mean ``mu`` and standard deviation ``sigma`` (not the variance).

    Raises `ValueError` unless mu is finite and sigma positive. cdf and sf are accurate to
    1e-15 down to the smallest floats.
    Home: 03-probability/03-probability-distributions.ipynb.

    >>> round(Normal().ppf(0.975), 6)
    1.959964
    """

    mu: float
    sigma: float

    def __init__(self, mu=0.0, sigma=1.0):
        self._set(mu=finite(mu, "mu"), sigma=positive(sigma, "sigma"))

    @property
    def support(self):
        return -math.inf, math.inf

    def _z(self, x):
        return (x - self.mu) / self.sigma

    def _logpdf(self, x):
        z = self._z(x)
        return -0.5 * (z * z) - (math.log(self.sigma) + 0.5 * math.log(2 * math.pi))

    def _pdf(self, x):
        z = self._z(x)
        return np.exp(-0.5 * (z * z)) * (1 / (self.sigma * math.sqrt(2 * math.pi)))

    def _cdf(self, x):
        return normal_tail(-self._z(x))

    def _sf(self, x):
        return normal_tail(self._z(x))

    def _ppf(self, q):
        return self.mu + self.sigma * _normal_quantile(q)

    def mean(self):
        return self.mu

    def var(self):
        return self.sigma**2

    def sample(self, n, rng):
        """``n`` independent draws by the method of Box and Muller."""
        return self.mu + self.sigma * box_muller(as_shape(n), _checks.as_rng(rng))

    @classmethod
    def fit(cls, x):
        """mu = the mean, sigma = the standard deviation with divisor n."""
        x = as_sample(x)
        return cls(float(x.mean()), float(x.std()))


def box_muller(shape, rng):
    """Standard normal draws: points with a random angle and an exponential radius^2 / 2."""
    size = math.prod(shape)
    radius = np.sqrt(-2 * np.log(1 - rng.random((size + 1) // 2)))
    angle = 2 * math.pi * rng.random((size + 1) // 2)
    pairs = np.concatenate([radius * np.cos(angle), radius * np.sin(angle)])
    return pairs[:size].reshape(shape)


# Wichura's rational pieces, numerators and denominators by rising powers: z/(q - 1/2) in
# 0.180625 - (q - 1/2)^2 near the middle, then z in r = sqrt(-ln(tail)) less 1.6, less 5
_QUANTILE_MIDDLE = (
    (3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3,
     1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
     3.3430575583588128105e4, 2.5090809287301226727e3),
    (1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
     2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4,
     5.2264952788528545610e3),
)  # fmt: skip
_QUANTILE_TAIL = (
    (1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0,
     3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1,
     2.27238449892691845833e-2, 7.74545014278341407640e-4),
    (1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
     1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
     1.05075007164441684324e-9),
)  # fmt: skip
_QUANTILE_FAR_TAIL = (
    (6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0,
     2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
     2.71155556874348757815e-5, 2.01033439929228813265e-7),
    (1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1,
     1.48753612908506148525e-2, 7.86869131145613259100e-4, 1.84631831751005468180e-5,
     1.42151175831644588870e-7, 2.04426310338993978564e-15),
)  # fmt: skip


def _normal_quantile(q):
    """Quantiles of the standard normal law for 0 < q < 1, to the last digit.

    Source: M. J. Wichura, "Algorithm AS 241: The percentage points of the normal
    distribution", Applied Statistics 37 (1988).
    """
    half = q - 0.5
    r = np.sqrt(-np.log(np.minimum(q, 1 - q)))
    middle, far = np.abs(half) <= 0.425, r > 5

    def near_half(half, r):
        return half * rational(_QUANTILE_MIDDLE, 0.180625 - half * half)

    def tail(half, r):
        return np.copysign(rational(_QUANTILE_TAIL, r - 1.6), half)

    def far_tail(half, r):
        return np.copysign(rational(_QUANTILE_FAR_TAIL, r - 5), half)

    pieces = [(middle, near_half), (~middle & ~far, tail), (~middle & far, far_tail)]
    return piecewise(pieces, half, r)


@frozen
class LogNormal(Continuous):
    """Law of exp(Z) for Z normal with mean ``mu`` and standard deviation ``sigma``.

    Raises `ValueError` unless mu is finite and sigma positive.
    Home: 03-probability/03-probability-distributions.ipynb.

    >>> round(LogNormal(0, 1).mean(), 6)
    1.648721
    """

    mu: float
    sigma: float

    _low_end_counts = False

    def __init__(self, mu, sigma):
        self._set(mu=finite(mu, "mu"), sigma=positive(sigma, "sigma"))

    @property
    def support(self):
        return 0.0, math.inf

    @cached_property
    def _normal(self):
        return Normal(self.mu, self.sigma)

    def _logpdf(self, x):
        log_x = np.log(x)
        return self._normal._logpdf(log_x) - log_x

    def _cdf(self, x):
        return self._normal._cdf(np.log(x))

    def _sf(self, x):
        return self._normal._sf(np.log(x))

    def _ppf(self, q):
        return np.exp(self._normal._ppf(q))

    def mean(self):
        return float(np.exp(self.mu + 0.5 * self.sigma**2))

    def var(self):
        with np.errstate(over="ignore"):
            return float(np.expm1(self.sigma**2) * np.exp(2 * self.mu + self.sigma**2))

    def sample(self, n, rng):
        """``n`` independent draws: exponentials of normal draws."""
        return np.exp(self._normal.sample(n, rng))

    @classmethod
    def fit(cls, x):
        """mu and sigma = the mean and the standard deviation (divisor n) of ln x."""
        normal = Normal.fit(np.log(as_sample(x, 0)))
        return cls(normal.mu, normal.sigma)


@frozen
class Exponential(Continuous):
    """Waiting time for an event that comes with a constant ``rate`` > 0 (not the mean).

    Raises `ValueError` for other rates.
    Home: 03-probability/03-probability-distributions.ipynb.

    >>> Exponential(rate=2).mean()
    0.5
    """

    rate: float

    def __init__(self, rate=1.0):
        self._set(rate=positive(rate, "rate"))

    @property
    def support(self):
        return 0.0, math.inf

    def _logpdf(self, x):
        return math.log(self.rate) - self.rate * x

    def _pdf(self, x):
        return self.rate * np.exp(-self.rate * x)

    def _cdf(self, x):
        return -np.expm1(-self.rate * x)

    def _sf(self, x):
        return np.exp(-self.rate * x)

    def _ppf(self, q):
        return -np.log1p(-q) / self.rate

    def mean(self):
        return 1 / self.rate

    def var(self):
        return 1 / self.rate**2

    def sample(self, n, rng):
        """``n`` independent draws: -ln(1 - U)/rate."""
        return inverse_transform(lambda u: -np.log(u) / self.rate, n, rng)

    @classmethod
    def fit(cls, x):
        """rate = 1/mean; `ValueError` if some data are negative, or all 0."""
        return cls(
            1 / positive(float(as_sample(x, 0, strict=False).mean()), "mean of x")
        )


@frozen
class Laplace(_LocationScale):
    """Laplace law, density proportional to exp(-|x - loc|/scale).

    Raises `ValueError` unless loc is finite and scale positive.
    Home: 03-probability/03-probability-distributions.ipynb.

    >>> Laplace(0, 1).var()
    2.0
    """

    loc: float
    scale: float

    def _logpdf(self, x):
        return -np.abs(self._z(x)) - math.log(2 * self.scale)

    def _tail(self, z):
        """P(Z > z)."""
        half = 0.5 * np.exp(-np.abs(z))
        return flip(half, z < 0)

    def _cdf(self, x):
        return self._tail(-self._z(x))

    def _sf(self, x):
        return self._tail(self._z(x))

    def _ppf(self, q):
        z = np.log(2 * np.minimum(q, 1 - q))
        return self.loc + self.scale * np.copysign(z, q - 0.5)

    def mean(self):
        return self.loc

    def var(self):
        return 2 * self.scale**2

    @classmethod
    def fit(cls, x):
        """loc = a median, scale = the mean distance from it."""
        x = as_sample(x)
        loc = float(np.median(x))
        return cls(loc, float(np.abs(x - loc).mean()))


@frozen
class Logistic(_LocationScale):
    """Logistic law: its cdf is the sigmoid of (x - loc)/scale.

    Raises `ValueError` unless loc is finite and scale positive.
    Home: 03-probability/03-probability-distributions.ipynb.

    >>> Logistic(0, 1).pdf(0)
    0.25
    """

    loc: float
    scale: float

    def _logpdf(self, x):
        size = np.abs(self._z(x))
        return -size - 2 * np.log1p(np.exp(-size)) - math.log(self.scale)

    def _tail(self, z):
        """P(Z > z), the sigmoid of -z."""
        small = np.exp(-np.abs(z))
        return flip(small / (1 + small), z < 0)

    def _cdf(self, x):
        return self._tail(-self._z(x))

    def _sf(self, x):
        return self._tail(self._z(x))

    def _ppf(self, q):
        return self.loc + self.scale * (np.log(q) - np.log1p(-q))

    def mean(self):
        return self.loc

    def var(self):
        return (math.pi * self.scale) ** 2 / 3


@frozen
class Gumbel(_LocationScale):
    """Gumbel law of maxima: its cdf is exp(-exp(-(x - loc)/scale)).

    Raises `ValueError` unless loc is finite and scale positive.
    Home: 03-probability/03-probability-distributions.ipynb.

    >>> round(Gumbel(0, 1).mean(), 6)
    0.577216
    """

    loc: float
    scale: float

    def _logpdf(self, x):
        z = self._z(x)
        return -z - np.exp(-z) - math.log(self.scale)

    def _cdf(self, x):
        return np.exp(-np.exp(-self._z(x)))

    def _sf(self, x):
        return -np.expm1(-np.exp(-self._z(x)))

    def _ppf(self, q):
        log_q = np.where(q > 0.5, np.log1p(q - 1), np.log(q))
        return self.loc - self.scale * np.log(-log_q)

    def mean(self):
        return self.loc - special.digamma(1) * self.scale

    def var(self):
        return (math.pi * self.scale) ** 2 / 6


@frozen
class Cauchy(_LocationScale):
    """Cauchy law, density proportional to 1/(1 + z^2), z = (x - loc)/scale: no mean.

    Raises `ValueError` unless loc is finite and scale positive.
    Home: 03-probability/03-probability-distributions.ipynb.

    >>> Cauchy(0, 1).sf(1)
    0.25
    """

    loc: float
    scale: float

    def _logpdf(self, x):
        z = np.abs(self._z(x))
        pieces = [
            (z < 1e8, lambda z: np.log1p(z * z)),
            (z >= 1e8, lambda z: 2 * np.log(z)),  # z * z may overflow
        ]
        return -piecewise(pieces, z) - math.log(math.pi * self.scale)

    def _pdf(self, x):
        z = self._z(x)
        return 1 / (math.pi * self.scale) / (1 + z * z)

    def _cdf(self, x):
        return np.arctan2(1, -self._z(x)) / math.pi

    def _sf(self, x):
        return np.arctan2(1, self._z(x)) / math.pi

    def _ppf(self, q):
        tail = np.minimum(q, 1 - q)
        return self.loc + self.scale * np.copysign(1 / np.tan(math.pi * tail), q - 0.5)

    def mean(self):
        return math.nan

    def var(self):
        return math.nan


@frozen
class Pareto(Continuous):
    """Pareto law on [xm, inf): P(X > x) = (xm/x)^alpha.

    Raises `ValueError` unless alpha and xm are positive. The mean is infinite for
    alpha <= 1, the variance for alpha <= 2.
    Home: 03-probability/03-probability-distributions.ipynb.

    >>> Pareto(2).sf(10)
    0.01
    """

    alpha: float
    xm: float

    def __init__(self, alpha, xm=1.0):
        self._set(alpha=positive(alpha, "alpha"), xm=positive(xm, "xm"))

    @property
    def support(self):
        return self.xm, math.inf

    def _logpdf(self, x):
        log_ratio = np.log(x / self.xm)
        return math.log(self.alpha / self.xm) - (self.alpha + 1) * log_ratio

    def _cdf(self, x):
        return -np.expm1(-self.alpha * np.log1p((x - self.xm) / self.xm))

    def _sf(self, x):
        return (x / self.xm) ** -self.alpha

    def _ppf(self, q):
        return self.xm * np.exp(-np.log1p(-q) / self.alpha)

    def mean(self):
        if self.alpha <= 1:
            return math.inf
        return self.alpha * self.xm / (self.alpha - 1)

    def var(self):
        if self.alpha <= 2:
            return math.inf
        return self.alpha * (self.xm / (self.alpha - 1)) ** 2 / (self.alpha - 2)

    @classmethod
    def fit(cls, x):
        """xm = the smallest value, alpha = n / (sum of ln(x/xm))."""
        x = as_sample(x, 0)
        xm = float(x.min())
        spread = positive(float(np.log(x / xm).sum()), "spread of ln x")
        return cls(x.size / spread, xm)
