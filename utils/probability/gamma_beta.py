"""Laws on the incomplete gamma and beta functions: gamma, chi-square, beta, F, Student's t."""

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
    positive,
    ppf_from_cdf,
)
from utils.probability.continuous import box_muller
from utils.special.incomplete import (
    betainc_of_ratio,
    log_beta_kernel,
    log_beta_peak,
    log_gamma_kernel,
    log_gamma_peak,
    products_apart,
)
from utils.special.pieces import flip, piecewise


def parameter(value, name):
    """A shape parameter as a float in [1e-100, 1e100], where `special` can work with it."""
    return _checks.in_range(positive(value, name), name, 1e-100, 1e100)


@frozen
class Gamma(Continuous):
    """Gamma law with ``shape`` and ``rate`` (the inverse of SciPy's scale), both positive.

    Raises `ValueError` for other parameters. A cdf costs an incomplete gamma function.
    Home: 03-probability/03-probability-distributions.ipynb.

    >>> Gamma(shape=6, rate=2).mean()
    3.0
    """

    shape: float
    rate: float

    _low_end_counts = False

    def __init__(self, shape, rate=1.0):
        self._set(shape=parameter(shape, "shape"), rate=positive(rate, "rate"))

    @property
    def support(self):
        return 0.0, math.inf

    @cached_property
    def _log_norm(self):
        return special.gammaln(self.shape)

    @cached_property
    def _log_peak(self):
        return log_gamma_peak(np.float64(self.shape))

    def _logpdf(self, x):
        a, t = self.shape, self.rate * x
        if a < 100:
            log_kernel = a * np.log(t) - t - self._log_norm
        else:  # the terms would cancel
            log_kernel = log_gamma_kernel(a, t, t - a, self._log_peak)
        return log_kernel - np.log(x)

    def _cdf(self, x):
        return special.gammainc(self.shape, self.rate * x)

    def _sf(self, x):
        return special.gammaincc(self.shape, self.rate * x)

    def _ppf(self, q):
        return _gamma_quantile(self.shape, q) / self.rate

    def mean(self):
        return self.shape / self.rate

    def var(self):
        return self.shape / self.rate**2

    def sample(self, n, rng):
        """``n`` independent draws by the method of Marsaglia and Tsang."""
        draws = _log_gamma_draws(self.shape, as_shape(n), _checks.as_rng(rng))
        return np.exp(draws) / self.rate

    @classmethod
    def fit(cls, x):
        """Maximum likelihood by Newton's method on ln a - digamma(a) = ln(mean) - mean ln."""
        x = as_sample(x, 0)
        mean = float(x.mean())
        gap = -float(np.log(x / mean).mean())
        if gap < 1e-14:
            raise ValueError("x must not be constant: the shape would be infinite")
        a = (3 - gap + math.sqrt((gap - 3) ** 2 + 24 * gap)) / (12 * gap)
        for _ in range(50):
            excess = math.log(a) - special.digamma(a) - gap
            slope = 1 - a * special.trigamma(a)  # of the left side, in ln a
            change = -excess / slope
            a *= math.exp(change)
            if abs(change) < 1e-14:  # for large a, rounding may keep it above
                break
        return cls(a, a / mean)


def _gamma_quantile(a, q):
    """Quantiles for rate 1, from P(a, x) <= x^a/Gamma(a + 1), nearly equal at tiny x."""
    log_lo = (np.log(q) + special.gammaln(a + 1)) / a
    x = np.exp(log_lo)
    solve = log_lo > -40
    if solve.any():
        lo = 0.99 * x[solve]
        hi = 2 * lo + a + 10 * math.sqrt(a) + 40
        law = Gamma(a)
        x[solve] = ppf_from_cdf(law.cdf, q[solve], lo, hi, pdf=law.pdf, sf=law.sf)
    return x


def _log_gamma_draws(a, size, rng):
    """Logarithms of Gamma(a, 1) draws, as the draws themselves may underflow for a << 1.

    For a < 1 a draw for a + 1 times U^(1/a). Source: G. Marsaglia and W. W. Tsang, "A
    simple method for generating gamma variables", ACM TOMS 26 (2000).
    """
    if a < 1:
        boost = np.log(1 - rng.random(size)) / a
        return _log_gamma_draws(a + 1, size, rng) + boost
    d = a - 1 / 3
    c = 1 / math.sqrt(9 * d)
    draws = np.empty(math.prod(size))
    missing = np.arange(draws.size)
    while missing.size:
        z, u = box_muller(missing.shape, rng), 1 - rng.random(missing.size)
        root = np.maximum(1 + c * z, 1e-300)
        log_v = 3 * np.log(root)
        accept = np.log(u) < 0.5 * z * z + d * (1 - root**3 + log_v)
        draws[missing[accept]] = math.log(d) + log_v[accept]
        missing = missing[~accept]
    return draws.reshape(size)


@frozen
class ChiSquared(Continuous):
    """Chi-square law with ``df`` > 0 degrees of freedom: Gamma(df/2, 1/2).

    Raises `ValueError` for other df. Home: 04-statistics/03-estimation.ipynb.

    >>> round(ChiSquared(1).ppf(0.95), 4)
    3.8415
    """

    df: float

    _low_end_counts = False

    def __init__(self, df):
        self._set(df=parameter(df, "df"))

    @property
    def support(self):
        return 0.0, math.inf

    @cached_property
    def _gamma(self):
        return Gamma(0.5 * self.df, 0.5)

    def _logpdf(self, x):
        return self._gamma._logpdf(x)

    def _cdf(self, x):
        return self._gamma._cdf(x)

    def _sf(self, x):
        return self._gamma._sf(x)

    def _ppf(self, q):
        return self._gamma._ppf(q)

    def mean(self):
        return self.df

    def var(self):
        return 2 * self.df

    def sample(self, n, rng):
        """``n`` independent draws, as of a gamma law."""
        return self._gamma.sample(n, rng)


@frozen
class Beta(Continuous):
    """Beta law on [0, 1], density proportional to x^(a - 1) (1 - x)^(b - 1); a, b positive.

    Raises `ValueError` for other parameters. A cdf costs an incomplete beta function.
    Home: 03-probability/03-probability-distributions.ipynb.

    >>> Beta(9, 3).mean()
    0.75
    """

    a: float
    b: float

    def __init__(self, a, b):
        self._set(a=parameter(a, "a"), b=parameter(b, "b"))

    @property
    def support(self):
        return 0.0, 1.0

    @cached_property
    def _log_norm(self):
        return special.betaln(self.a, self.b)

    @cached_property
    def _log_peak(self):
        return log_beta_peak(np.float64(self.a), np.float64(self.b))

    def _logpdf(self, x):
        if max(self.a, self.b) < 100:
            return self._log_powers(x)
        inside = (x > 0) & (x < 1)
        return piecewise([(inside, self._log_kernel), (~inside, self._log_powers)], x)

    def _log_powers(self, x):
        left, right = (
            _times_log(self.a - 1, np.log, x),
            _times_log(self.b - 1, np.log1p, -x),
        )
        return left + right - self._log_norm

    def _log_kernel(self, x):
        """Where the logarithms of large powers would cancel against that of B(a, b)."""
        d = products_apart(np.float64(self.a), np.float64(self.b), x)
        kernel = log_beta_kernel(self.a, self.b, x, 1 - x, d, self._log_peak)
        return kernel - np.log(x) - np.log1p(-x)

    def _cdf(self, x):
        return special.betainc(self.a, self.b, x)

    def _sf(self, x):
        return special.betaincc(self.a, self.b, x)

    def _ppf(self, q):
        """I_x(a, b) is x^a/(a B(a, b)) at tiny x: below it if b > 1, else above it."""
        a, b = self.a, self.b
        log_x = (np.log(q) + math.log(a) + self._log_norm) / a
        x = np.exp(log_x)
        solve = log_x > -40 - math.log1p(b)
        if solve.any():
            end = np.minimum(x[solve], 0.5)
            lo, hi = (0.99 * end, 1.0) if b > 1 else (0.0, 1.0)
            q = q[solve]
            x[solve] = ppf_from_cdf(self.cdf, q, lo, hi, pdf=self.pdf, sf=self.sf)
        return x

    def mean(self):
        return self.a / (self.a + self.b)

    def var(self):
        n = self.a + self.b
        return self.a / n * (self.b / n) / (n + 1)

    def sample(self, n, rng):
        """``n`` independent draws G/(G + H), G and H gamma draws."""
        rng, size = _checks.as_rng(rng), as_shape(n)
        log_g, log_h = (_log_gamma_draws(c, size, rng) for c in (self.a, self.b))
        with np.errstate(over="ignore"):
            return 1 / (1 + np.exp(log_h - log_g))

    @classmethod
    def fit(cls, x):
        """Maximum likelihood by Newton's method in (a, b), for data inside (0, 1)."""
        x = as_sample(x, 0, 1)
        target = np.array([np.log(x).mean(), np.log1p(-x).mean()])
        mean, spread = float(x.mean()), float(x.var())
        if spread == 0:
            raise ValueError("x must not be constant: a and b would be infinite")
        theta = np.array([mean, 1 - mean]) * (mean * (1 - mean) / spread - 1)
        for _ in range(100):
            both = theta.sum()
            slope = target - special.digamma(theta) + special.digamma(both)
            bend = special.trigamma(both) - np.diag(special.trigamma(theta))
            change = -np.linalg.solve(bend, slope)
            length = min(1.0, float(np.min(0.9 * theta / np.maximum(-change, 1e-300))))
            theta = theta + length * change
            if (np.abs(change) < 1e-13 * theta).all():
                return cls(*theta.tolist())
        raise RuntimeError("fit did not converge in 100 steps of Newton's method")


def _times_log(factor, log, x):
    """factor * log(x), 0 if the factor is 0."""
    return factor * log(x) if factor else 0 * x


@frozen
class FDist(Continuous):
    """F law: the ratio of two chi-square variables, each over its degrees of freedom.

    ``df1``, ``df2`` positive, else `ValueError`. The mean is infinite for df2 <= 2, the
    variance for df2 <= 4. Home: 04-statistics/03-estimation.ipynb.

    >>> round(FDist(4, 95).sf(4.288), 4)
    0.0031
    """

    df1: float
    df2: float

    _low_end_counts = False

    def __init__(self, df1, df2):
        self._set(df1=parameter(df1, "df1"), df2=parameter(df2, "df2"))

    @property
    def support(self):
        return 0.0, math.inf

    @cached_property
    def _log_norm(self):
        return special.betaln(0.5 * self.df1, 0.5 * self.df2)

    @cached_property
    def _log_peak(self):
        return log_beta_peak(np.float64(0.5 * self.df1), np.float64(0.5 * self.df2))

    def _logpdf(self, x):
        """That of w/(1 + w), w = df1 x/df2, by the law Beta(df1/2, df2/2)."""
        a, b, w = 0.5 * self.df1, 0.5 * self.df2, self.df1 / self.df2 * x
        if max(a, b) < 100:
            powers = a * np.log(w) - (a + b) * np.log1p(w)
            return powers - np.log(x) - self._log_norm
        y = 1 / (1 + w)
        d = a * (x - 1) * y
        return log_beta_kernel(a, b, w * y, y, d, self._log_peak) - np.log(x)

    def _tail(self, x, complement):
        """I_u(a, b), or 1 - I_u(a, b), at u = w/(1 + w); b u - a (1 - u) = a (x - 1)/(1 + w)."""
        a, b, ratio = 0.5 * self.df1, 0.5 * self.df2, self.df1 / self.df2
        w = ratio * x

        def computed(w, x):
            d = a * ((x - 1) / (1 + w))
            return betainc_of_ratio(a, b, w, d, complement)

        def far(w, x):  # the first term of a series
            log_w = np.log(x) + math.log(ratio)
            sf = np.exp(-b * log_w - math.log(b) - self._log_norm)
            return sf if complement else 1 - sf

        return piecewise([(w < 1e100, computed), (w >= 1e100, far)], w, x)

    def _cdf(self, x):
        return self._tail(x, complement=False)

    def _sf(self, x):
        return self._tail(x, complement=True)

    def _ppf(self, q):
        """For w: P(W <= w) <= w^a/(a B(a, b)) and P(W > w) <= w^(-b)/(b B(a, b)).

        The two bound the quantile, and where w is tiny or huge, one is the quantile.
        """
        a, b = 0.5 * self.df1, 0.5 * self.df2
        log_B, ratio = self._log_norm, self.df2 / self.df1
        log_lo = (np.log(q) + math.log(a) + log_B) / a
        log_hi = -(np.log1p(-q) + math.log(b) + log_B) / b
        edge = 40 + math.log1p(a + b)
        w = np.exp(np.where(log_lo < -edge, log_lo, log_hi))
        solve = (log_lo >= -edge) & (log_hi <= edge)
        if solve.any():
            lo, hi = 0.99 * np.exp(log_lo[solve]), 1.01 * np.exp(log_hi[solve])
            x = ppf_from_cdf(
                self.cdf, q[solve], ratio * lo, ratio * hi, pdf=self.pdf, sf=self.sf
            )
            w[solve] = x / ratio
        return ratio * w

    def mean(self):
        return self.df2 / (self.df2 - 2) if self.df2 > 2 else math.inf

    def var(self):
        m, n = self.df1, self.df2
        if n > 4:
            return 2 * n**2 * (m + n - 2) / (m * (n - 2) ** 2 * (n - 4))
        return math.inf

    def sample(self, n, rng):
        """``n`` independent draws: ratios of gamma draws."""
        rng, size = _checks.as_rng(rng), as_shape(n)
        log_g, log_h = (
            _log_gamma_draws(0.5 * df, size, rng) for df in (self.df1, self.df2)
        )
        with np.errstate(over="ignore"):
            return self.df2 / self.df1 * np.exp(log_g - log_h)


@frozen
class StudentT(Continuous):
    """Student's t with ``df`` > 0, moved to ``loc`` and stretched by ``scale`` > 0.

    Raises `ValueError` for other parameters. The mean is NaN for df <= 1; the variance is
    infinite for 1 < df <= 2 and NaN below. Home: 04-statistics/03-estimation.ipynb.

    >>> round(2 * StudentT(3).sf(5), 5)
    0.01539
    """

    df: float
    loc: float
    scale: float

    def __init__(self, df, loc=0.0, scale=1.0):
        self._set(
            df=parameter(df, "df"),
            loc=finite(loc, "loc"),
            scale=positive(scale, "scale"),
        )

    @property
    def support(self):
        return -math.inf, math.inf

    def _z(self, x):
        return (x - self.loc) / self.scale

    @cached_property
    def _log_norm(self):
        return special.betaln(0.5 * self.df, 0.5)

    def _logpdf(self, x):
        w = np.abs(self._z(x)) / math.sqrt(self.df)
        pieces = [
            (w < 1e8, lambda w: np.log1p(w * w)),
            (w >= 1e8, lambda w: 2 * np.log(w)),  # w * w may overflow
        ]
        log_power = piecewise(pieces, w)
        norm = self._log_norm + 0.5 * math.log(self.df) + math.log(self.scale)
        return -0.5 * (self.df + 1) * log_power - norm

    def _tail(self, z):
        """P(Z > z), half of 1 - I_u(1/2, df/2) at u = w^2/(1 + w^2)."""
        half, size = 0.5 * self.df, np.abs(z)
        w = size / math.sqrt(self.df)

        def computed(w, size):
            d = 0.5 * (size * size - 1) / (1 + w * w)
            return 0.5 * betainc_of_ratio(0.5, half, w * w, d, complement=True)

        def far(w, size):  # the first term of a series, as w * w may overflow
            log_x = -2 * np.log(w)
            return 0.5 * np.exp(half * log_x - math.log(half) - self._log_norm)

        pieces = [
            (w < 1e-150, lambda w, size: np.full_like(w, 0.5)),
            ((w >= 1e-150) & (w < 1e9), computed),
            (w >= 1e9, far),
        ]
        return flip(piecewise(pieces, w, size), z < 0)

    def _cdf(self, x):
        return self._tail(-self._z(x))

    def _sf(self, x):
        return self._tail(self._z(x))

    def _ppf(self, q):
        return self.loc + self.scale * _student_quantile(self.df, q)

    def mean(self):
        return self.loc if self.df > 1 else math.nan

    def var(self):
        if self.df > 2:
            return self.scale**2 * self.df / (self.df - 2)
        return math.inf if self.df > 1 else math.nan

    def sample(self, n, rng):
        """``n`` independent draws: normal over the root of a chi-square, over df."""
        rng, size = _checks.as_rng(rng), as_shape(n)
        log_ratio = _log_gamma_draws(0.5 * self.df, size, rng) - math.log(0.5 * self.df)
        with np.errstate(over="ignore"):
            z = box_muller(size, rng) * np.exp(-0.5 * log_ratio)
        return self.loc + self.scale * z

    @classmethod
    def fit(cls, x, df):
        """loc and scale by the EM algorithm, for a given ``df``.

        Each step is a weighted mean and variance, in which far points weigh less.
        """
        x, df = as_sample(x), positive(df, "df")
        loc = float(np.median(x))
        scale = positive(float(np.abs(x - loc).mean()), "spread of x")
        for _ in range(10_000):
            weights = (df + 1) / (df + ((x - loc) / scale) ** 2)
            new_loc = float((weights * x).sum() / weights.sum())
            new_scale = math.sqrt(float((weights * (x - new_loc) ** 2).mean()))
            change = max(abs(new_loc - loc), abs(new_scale - scale))
            loc, scale = new_loc, new_scale
            if change <= 1e-13 * scale:
                return cls(df, loc, scale)
        raise RuntimeError("fit did not converge in 10000 steps of the EM algorithm")


def _student_quantile(df, q):
    """Quantiles of the standard t: the lower tail is solved, symmetry gives the sign.

    With x = df/(df + t^2), the tail is at least x^(df/2) / (df B(df/2, 1/2)), which bounds
    the quantile from one side, and closely where the tail is far out.
    """
    law, half = StudentT(df), 0.5 * df
    p = np.minimum(q, 1 - q)
    log_x = np.minimum((np.log(df * p) + law._log_norm) / half, 0)
    t = math.sqrt(df) * np.exp(-0.5 * log_x) * np.sqrt(-np.expm1(log_x))
    solve = (p < 0.5) & (t < 1e300)
    if solve.any():
        near = -0.99 * t[solve]
        t[solve] = -ppf_from_cdf(law.cdf, p[solve], 2 * near - 1, near, pdf=law.pdf)
    t[p == 0.5] = 0
    return np.copysign(t, q - 0.5)
