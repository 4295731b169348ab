"""What all laws on the line share: one interface, quantiles by root finding, sampling."""

import math
from abc import ABC, abstractmethod
from dataclasses import FrozenInstanceError, dataclass, fields

import numpy as np

from utils import _checks
from utils.special.pieces import BLOCK, common_shape, elementwise, piecewise

# Quantiles -----------------------------------------------------------------------------


def ppf_from_cdf(cdf, q, lo, hi, pdf=None, sf=None, tol=4e-16):
    """Quantiles of a continuous law: solve cdf(x) = q by Newton inside a bracket.

    Parameters
    ----------
    cdf : callable
        Vectorized, nondecreasing.
    q : array_like
        Probabilities in [0, 1]; NaN passes through.
    lo, hi : array_like, broadcasting with ``q``
        First bracket, ``lo < hi``. An end on the wrong side of the solution is moved
        outward, by steps that double.
    pdf : callable, optional
        Derivative of ``cdf``. Without it, or where its step would leave the bracket, the
        bracket is halved.
    sf : callable, optional
        1 - cdf, accurate where it is small: used for q > 1/2.
    tol : float
        Relative length of the last step; a relative distance of 2 tol from q also ends it.

    Returns
    -------
    float or ndarray, shape of ``q`` and the bracket, broadcast

    Raises
    ------
    ValueError
        If some q is outside [0, 1], lo >= hi, or no bracket is found in 1100 doublings.

    Notes
    -----
    Home: 03-probability/02-random-variables.ipynb. About 5 to 10 evaluations of ``cdf``
    and ``pdf``. Newton's method is applied to the logarithm of the smaller tail, which is
    nearly a straight line where the tail itself is nearly flat.

    Examples
    --------
    >>> def logistic(x):
    ...     return 1 / (1 + np.exp(-x))
    >>> round(ppf_from_cdf(logistic, 0.75, 0, 1), 12) == round(math.log(3), 12)
    True
    """
    q = as_probability(q)
    lo, hi = _checks.as_finite(lo, "lo"), _checks.as_finite(hi, "hi")
    shape = common_shape(q=q, lo=lo, hi=hi)
    q, lo, hi = (np.broadcast_to(v, shape).ravel() for v in (q, lo, hi))
    if not (lo < hi).all():
        raise ValueError("lo must be below hi, got an empty bracket")
    x = np.full(q.shape, np.nan)
    upper = (q > 0.5) & (sf is not None)
    sides = ((upper, True, sf, 1 - q), ((q >= 0) & ~upper, False, cdf, q))
    with np.errstate(all="ignore"):
        for side, is_upper, tail, p in sides:
            if side.any():
                bracket = _bracket(tail, p[side], lo[side], hi[side], is_upper)
                x[side] = _newton(tail, p[side], *bracket, pdf, is_upper, tol)
    return x.reshape(shape) if shape else float(x[0])


def _beyond(tail, p, upper):
    """Where a point with this tail probability lies at or beyond the quantile."""
    return tail <= p if upper else tail >= p


def _bracket(tail, p, lo, hi, upper):
    """Move lo down and hi up, by doubling steps, until the quantile lies between them."""
    step = hi - lo
    for _ in range(1100):
        at_lo = tail(lo)
        low_bad = _beyond(at_lo, p, upper) & (at_lo != p)
        high_bad = ~_beyond(tail(hi), p, upper)
        if not (low_bad | high_bad).any():
            return lo, hi
        lo, hi = (
            np.where(low_bad, lo - step, np.where(high_bad, hi, lo)),
            np.where(high_bad, hi + step, np.where(low_bad, lo, hi)),
        )
        step = 2 * step
    q = 1 - p if upper else p
    raise ValueError(f"no bracket in 1100 doublings for q = {q[low_bad | high_bad][0]}")


def _newton(tail, p, lo, hi, pdf, upper, tol):
    """Solve tail(x) = p between lo and hi; points are dropped as they settle."""
    out, places, x = np.empty_like(p), np.arange(p.size), _middle(lo, hi)
    for n in range(500):
        value = tail(x)
        beyond = _beyond(value, p, upper)
        lo, hi = np.where(beyond, lo, x), np.where(beyond, x, hi)
        new = _middle(lo, hi)
        if pdf is not None and (n < 50 or n % 2):
            newton = _newton_step(x, value, p, pdf(x), upper)
            inside = (newton >= lo) & (newton <= hi)
            new = np.where(inside, newton, new)
        new = np.where(np.abs(value - p) <= 2 * tol * p, x, new)
        size = tol * np.abs(new)
        going = (np.abs(new - x) > size) & (hi - lo > size)
        out[places] = new
        if not going.any():
            break
        places, x, p, lo, hi = (v[going] for v in (places, new, p, lo, hi))
    return out


def _newton_step(x, value, p, density, upper):
    """Newton on ln(tail) - ln(p), in ln x where x > 0: tails like x^c are then straight."""
    step = np.log(value / p) * value / density
    step = step if upper else -step
    return np.where(x > 0, x * np.exp(step / x), x + step)


def _middle(lo, hi):
    """The mean of lo and hi: the geometric one if they differ in magnitude."""
    small, large = (
        np.minimum(np.abs(lo), np.abs(hi)),
        np.maximum(np.abs(lo), np.abs(hi)),
    )
    geometric = np.copysign(np.sqrt(small) * np.sqrt(large), hi)
    far = (np.sign(lo) * np.sign(hi) > 0) & (large > 4 * small)
    return np.where(far, geometric, 0.5 * lo + 0.5 * hi)


def inverse_transform(ppf, n, rng):
    """``n`` draws of the law with quantile function ``ppf``: ppf(1 - U), U uniform.

    ``n`` is a number or a shape, ``rng`` a `numpy.random.Generator` (else `TypeError`).
    1 - U lies in (0, 1], so that log(q) never sees 0. (log(1 - q) may, once in 2^53 draws.)
    One call of ``ppf``. Home: 03-probability/02-random-variables.ipynb.

    >>> draws = inverse_transform(lambda q: -np.log(q), 1000, np.random.default_rng(0))
    >>> bool(abs(draws.mean() - 1) < 0.1)
    True
    """
    rng = _checks.as_rng(rng)
    return ppf(1 - rng.random(as_shape(n)))


# The interface -------------------------------------------------------------------------


# Every law is a frozen dataclass that checks its parameters in ``__init__``. `Parametric`
# freezes, prints and compares them: dataclass would compile these methods anew for each
# class, which makes the import slower.
frozen = dataclass(init=False, repr=False, eq=False)


class Parametric:
    """What a frozen dataclass with checked parameters has: it prints, compares and hashes."""

    def __setattr__(self, name, value):
        raise FrozenInstanceError(f"cannot assign to field {name!r}")

    def __delattr__(self, name):
        raise FrozenInstanceError(f"cannot delete field {name!r}")

    def _set(self, **values):
        """Store checked parameters; the dataclass is frozen for everybody else."""
        for name, value in values.items():
            object.__setattr__(self, name, value)

    def _parameters(self):
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def __repr__(self):
        parameters = (f"{name}={value!r}" for name, value in self._parameters().items())
        return f"{type(self).__name__}({', '.join(parameters)})"

    def __eq__(self, other):
        return type(self) is type(other) and self._parameters() == other._parameters()

    def __hash__(self):
        return hash((type(self), *self._parameters().values()))


class Distribution(Parametric, ABC):
    """A law on the real line: what every distribution of this package can do.

    Subclasses are frozen dataclasses that check their parameters when they are made. They
    give ``support`` and, for points inside it, ``_cdf``, ``_sf`` and ``_ppf``; the methods
    without an underscore add the checks, the points outside the support, NaN and scalars:
    every method is elementwise, and a scalar gives a Python float.

    Home: 03-probability/02-random-variables.ipynb.
    """

    _block = BLOCK  # how many points the formulas are given at once

    @property
    @abstractmethod
    def support(self):
        """The smallest interval ``(low, high)`` that holds all probability."""

    @abstractmethod
    def mean(self):
        """Expectation: NaN where it doesn't exist, ``inf`` where it is infinite."""

    @abstractmethod
    def var(self):
        """Variance: NaN where it doesn't exist, ``inf`` where it is infinite."""

    @abstractmethod
    def log_likelihood(self, x):
        """Sum of the log densities (log probabilities) of the data ``x``, a float."""

    @abstractmethod
    def _inside(self, x):
        """Where the cdf has to be computed, as x is neither below nor beyond the support."""

    @abstractmethod
    def _cdf(self, x): ...

    @abstractmethod
    def _ppf(self, q): ...

    def _sf(self, x):
        return 1 - self._cdf(x)

    def cdf(self, x):
        """P(X <= x), elementwise."""
        return self._everywhere(self._cdf, x, 0.0, 1.0)

    def sf(self, x):
        """P(X > x), elementwise: accurate where it is tiny, which 1 - cdf(x) is not."""
        return self._everywhere(self._sf, x, 1.0, 0.0)

    def ppf(self, q):
        """Quantile: the smallest x with cdf(x) >= q; the ends of the support at 0 and 1.

        Raises `ValueError` if some q is outside [0, 1].
        """
        q = as_probability(q)
        out, inside = np.where(q == 0, *self.support), (q > 0) & (q < 1)
        out[np.isnan(q)] = np.nan
        with np.errstate(all="ignore"):
            if inside.any():
                out[inside] = self._ppf(q[inside])
        return out if q.ndim else float(out)

    def std(self):
        """Standard deviation."""
        return math.sqrt(self.var())

    def median(self):
        """The smallest x with cdf(x) >= 1/2."""
        return self.ppf(0.5)

    def interval(self, level=0.95):
        """``(low, high)`` with equal tails and probability ``level`` between them.

        Raises `ValueError` unless 0 < level < 1.
        """
        level = _checks.in_range(level, "level", 0, 1, closed=(False, False))
        return self.ppf((1 - level) / 2), self.ppf((1 + level) / 2)

    def sample(self, n, rng):
        """``n`` independent draws (``n`` a number or a shape) from the generator ``rng``."""
        return inverse_transform(self.ppf, n, rng)

    @classmethod
    def fit(cls, x):
        """The law of this family that makes the data ``x`` most likely."""
        raise NotImplementedError(f"{cls.__name__} has no fit")

    def _everywhere(self, function, x, below, above):
        """``function`` inside the support, and the given values outside of it."""

        def pieces(x):
            low, high = self.support
            inside = self._inside(x)
            beyond = ~inside & (x >= high)
            before = ~inside & ~beyond & (x <= low)
            groups = [
                (inside, function),
                (before, lambda x: np.full_like(x, below)),
                (beyond, lambda x: np.full_like(x, above)),
            ]
            return piecewise(groups, x)

        return elementwise(pieces, self._block, x=_checks.as_float(x, "x"))

    def _mass(self, function, inside, x, nothing):
        """``function`` where the mask ``inside`` holds, ``nothing`` elsewhere."""

        def pieces(x):
            mask = inside(x)
            if mask.all():
                return function(x)
            elsewhere = ~mask & ~np.isnan(x)
            groups = [(mask, function), (elsewhere, lambda x: np.full_like(x, nothing))]
            return piecewise(groups, x)

        return elementwise(pieces, self._block, x=_checks.as_float(x, "x"))


class Continuous(Distribution):
    """A law with a density: adds ``pdf`` and ``logpdf``.

    Subclasses give ``_logpdf``, and either ``_ppf`` or a first ``_bracket`` for it.
    Home: 03-probability/02-random-variables.ipynb.
    """

    _low_end_counts = True  # whether the density is asked for at the support's low end

    @abstractmethod
    def _logpdf(self, x): ...

    def _pdf(self, x):
        return np.exp(self._logpdf(x))

    def _bracket(self, q):
        raise NotImplementedError

    def _ppf(self, q):
        return ppf_from_cdf(self.cdf, q, *self._bracket(q), pdf=self.pdf, sf=self.sf)

    def _inside(self, x):
        low, high = self.support
        return (x > low) & (x < high)

    def _has_density(self, x):
        low, high = self.support
        above = x >= low if self._low_end_counts else x > low
        return above & (x <= high) & np.isfinite(x)

    def pdf(self, x):
        """Density at x, elementwise; 0 outside the support."""
        return self._mass(self._pdf, self._has_density, x, 0.0)

    def logpdf(self, x):
        """Logarithm of the density, elementwise; ``-inf`` outside the support."""
        return self._mass(self._logpdf, self._has_density, x, -np.inf)

    def log_likelihood(self, x):
        """Sum of the log densities of the data ``x``, a float."""
        return float(np.sum(self.logpdf(as_sample(x))))


class Discrete(Distribution):
    """A law on separate points: adds ``pmf`` and ``logpmf``.

    Subclasses give ``_logpmf``, and ``_is_atom``, which says where it may be asked for.
    Home: 03-probability/02-random-variables.ipynb.
    """

    @abstractmethod
    def _logpmf(self, k): ...

    @abstractmethod
    def _is_atom(self, k): ...

    def _pmf(self, k):
        return np.exp(self._logpmf(k))

    def _inside(self, x):
        low, high = self.support
        return (x >= low) & (x < high)

    def pmf(self, k):
        """P(X = k), elementwise; 0 where k can't occur."""
        return self._mass(self._pmf, self._is_atom, k, 0.0)

    def logpmf(self, k):
        """Logarithm of P(X = k), elementwise; ``-inf`` where k can't occur."""
        return self._mass(self._logpmf, self._is_atom, k, -np.inf)

    def log_likelihood(self, x):
        """Sum of the log probabilities of the data ``x``, a float."""
        return float(np.sum(self.logpmf(as_sample(x))))


# Checks --------------------------------------------------------------------------------


def as_probability(q, name="q"):
    """``q`` as a float array with entries in [0, 1] or NaN."""
    q = _checks.as_float(q, name)
    bad = (q < 0) | (q > 1)
    if bad.any():
        raise ValueError(f"{name} must be in [0, 1], got {q[bad].flat[0]}")
    return q


def as_weights(probs, name="probs"):
    """Probabilities that sum to 1 within 1e-8, as a tuple of floats."""
    probs = _checks.as_vector(probs, name)
    if (probs < 0).any():
        raise ValueError(f"{name} must be nonnegative, got {probs[probs < 0][0]}")
    if abs(probs.sum() - 1) > 1e-8:
        raise ValueError(f"{name} must sum to 1, got {float(probs.sum())}")
    return tuple(probs.tolist())


def as_shape(n):
    """``n``, a number of draws or a shape, as a tuple."""
    sizes = n if isinstance(n, tuple) else (n,)
    return tuple(_checks.count(size, "n", low=0) for size in sizes)


def as_sample(x, low=-math.inf, high=math.inf, *, strict=True, integers=False):
    """Data ``x`` as a finite, nonempty float array with values between low and high."""
    x = _checks.as_finite(x, "x")
    if x.size == 0:
        raise ValueError(f"x must not be empty, got shape {x.shape}")
    bad = (x <= low) | (x >= high) if strict else (x < low) | (x > high)
    if bad.any():
        ends = f"({low}, {high})" if strict else f"[{low}, {high}]"
        raise ValueError(f"x must lie in {ends}, got {x[bad].flat[0]}")
    if integers and (x != np.floor(x)).any():
        raise ValueError(f"x must hold integers, got {x[x != np.floor(x)].flat[0]}")
    return x


def as_function(f, name):
    """``f`` itself, if it can be called."""
    if not callable(f):
        raise TypeError(f"{name} must be a function, got {f!r}")
    return f


def values_at(function, x, name="f"):
    """``function(x)`` as floats, one for each of the n points of ``x``, (n,) or (n, d).

    ``x`` is made read-only first, so that the function can't change it.
    """
    as_function(function, name)
    x.flags.writeable = False
    try:
        with np.errstate(all="ignore"):
            values = _checks.as_float(function(x), f"{name}(x)")
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"{name} must take an array of {len(x)} points at once, but: {error}"
        ) from error
    if values.shape != x.shape[:1]:
        raise ValueError(
            f"{name} must return one number for each of {len(x)} points, shape "
            f"({len(x)},), got shape {values.shape}"
        )
    return values


def finite(value, name):
    """A parameter as a finite float."""
    number = _checks.scalar(value, name)
    if not math.isfinite(number):
        raise ValueError(f"{name} must be finite, got {number}")
    return number


def positive(value, name):
    """A parameter as a positive, finite float."""
    number = _checks.scalar(value, name)
    if not 0 < number < math.inf:
        wanted = "finite" if number == math.inf else "positive"
        raise ValueError(f"{name} must be {wanted}, got {number}")
    return number
