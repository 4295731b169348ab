"""Laws on finitely many numbers: given probabilities, and the law of a sample."""

from functools import cached_property

import numpy as np

from utils import _checks
from utils.probability.base import (
    Discrete,
    as_sample,
    as_shape,
    as_weights,
    frozen,
    inverse_transform,
)


class FiniteLaw(Discrete):
    """A law on finitely many numbers: ``_points``, sorted, with ``_weights``."""

    @cached_property
    def _levels(self):
        """cdf and sf at the points; the first point at which all weight is in has 1 and 0."""
        levels, rest = np.cumsum(self._weights), np.cumsum(self._weights[::-1])[::-1]
        last = np.flatnonzero(self._weights)[-1]
        levels[last:] = 1.0
        return levels, np.append(rest[1:], 0.0)

    @property
    def support(self):
        points = self._points[np.flatnonzero(self._weights)]
        return float(points[0]), float(points[-1])

    def _is_atom(self, k):
        places = np.searchsorted(self._points, k).clip(max=self._points.size - 1)
        return self._points[places] == k

    def _pmf(self, k):
        return self._weights[np.searchsorted(self._points, k)]

    def _logpmf(self, k):
        return np.log(self._pmf(k))

    def _cdf(self, x):
        return self._levels[0][np.searchsorted(self._points, x, side="right") - 1]

    def _sf(self, x):
        return self._levels[1][np.searchsorted(self._points, x, side="right") - 1]

    def _ppf(self, q):
        return self._points[np.searchsorted(self._levels[0], q)]

    def mean(self):
        return float(self._weights @ self._points)

    def var(self):
        return float(self._weights @ (self._points - self.mean()) ** 2)


@frozen
class Categorical(FiniteLaw):
    """``values`` (by default 0, ..., K - 1) with the probabilities ``probs``, shape (K,).

    Raises `ValueError` if probs are negative or don't sum to 1, or if values are not
    distinct, finite and as many. Draws are integers if all values are. O(log K) a point.
    Home: 03-probability/03-probability-distributions.ipynb.

    >>> Categorical([0.5, 0.25, 0.25]).mean()
    0.75
    """

    probs: tuple
    values: tuple

    def __init__(self, probs, values=None):
        probs = as_weights(probs)
        values = range(len(probs)) if values is None else values
        values = _checks.as_vector(values, "values")
        if values.size != len(probs):
            raise ValueError(
                f"values must be as many as probs, got {values.size} and {len(probs)}"
            )
        if np.unique(values).size != values.size:
            raise ValueError("values must be distinct, got some twice")
        whole = (values == np.floor(values)).all() and np.abs(values).max() < 2**53
        values = values.astype(np.int64 if whole else float)
        self._set(probs=probs, values=tuple(values.tolist()))

    @cached_property
    def _order(self):
        return np.argsort(self.values)

    @cached_property
    def _points(self):
        return np.array(self.values, dtype=float)[self._order]

    @cached_property
    def _weights(self):
        return np.array(self.probs)[self._order]

    def sample(self, n, rng):
        """``n`` independent draws: uniforms are looked up in the cumulative sum."""
        draws = inverse_transform(self.ppf, n, rng)
        return np.asarray(draws, dtype=np.asarray(self.values).dtype)

    @classmethod
    def fit(cls, x):
        """Relative frequencies of the values that occur."""
        values, counts = np.unique(as_sample(x), return_counts=True)
        return cls(counts / counts.sum(), values)


@frozen
class Empirical(FiniteLaw):
    """The law of a sample ``x``, shape (n,): each of its values has probability 1/n.

    Raises `ValueError` if x is empty or not finite. ``x`` is kept sorted. Sorting costs
    O(n log n), a cdf or quantile O(log n). Home: 03-probability/02-random-variables.ipynb.

    >>> Empirical([3, 1, 2, 2]).cdf(2)
    0.75
    """

    x: np.ndarray

    def __init__(self, x):
        x = np.sort(_checks.as_vector(x, "x"))
        x.flags.writeable = False
        self._set(x=x)

    def __eq__(self, other):
        return isinstance(other, Empirical) and np.array_equal(self.x, other.x)

    def __hash__(self):
        return hash(self.x.tobytes())

    def __repr__(self):
        return f"Empirical(n={self.x.size})"

    @cached_property
    def _distinct(self):
        return np.unique(self.x, return_counts=True)

    @property
    def _points(self):
        return self._distinct[0]

    @cached_property
    def _weights(self):
        return self._distinct[1] / self.x.size

    @cached_property
    def _levels(self):
        counts = np.cumsum(self._distinct[1])
        return counts / self.x.size, (self.x.size - counts) / self.x.size

    def mean(self):
        return float(self.x.mean())

    def var(self):
        """Variance of the sample with divisor n."""
        return float(self.x.var())

    def sample(self, n, rng):
        """``n`` draws from the data, with replacement: what the bootstrap does."""
        return self.x[_checks.as_rng(rng).integers(self.x.size, size=as_shape(n))]

    @classmethod
    def fit(cls, x):
        """The data are the fit."""
        return cls(as_sample(x).ravel())


def sample_logits(logits, rng, temperature=1.0, top_k=None, top_p=None, n=None):
    """Draw symbols 0, ..., K - 1 with probabilities softmax(logits / temperature).

    Parameters
    ----------
    logits : array_like, shape (K,)
        Unnormalized log probabilities; -inf for a symbol that can't come.
    rng : numpy.random.Generator
    temperature : float
        Below 1 the likely symbols gain, above 1 the unlikely ones. 0 is the argmax, the first
        of equals.
    top_k : int, optional
        Keep only the k likeliest symbols (of equals at the edge, the first).
    top_p : float, optional
        Keep only the nucleus: the likeliest symbols, up to and with the one at which their
        probability reaches top_p. Applied after temperature and top_k.
    n : int, optional
        Number of draws; by default one, as an int.

    Returns
    -------
    int or ndarray of int, shape (n,)

    Raises
    ------
    ValueError
        If temperature is negative or infinite, top_k < 1, top_p outside (0, 1], a logit is
        NaN or +inf, or all are -inf.
    TypeError
        If rng is not a Generator.

    Notes
    -----
    One sort, O(K log K), then O(log K) a draw: a uniform number is looked up in the
    cumulative probabilities of the symbols that are kept.
    Home: 03-probability/09-probability-in-ml.ipynb.
    Source: Holtzman et al., "The curious case of neural text degeneration", ICLR 2020, for
    the nucleus.

    Examples
    --------
    >>> draws = sample_logits([2, 1, 0], np.random.default_rng(0), top_k=2, n=10_000)
    >>> (np.bincount(draws, minlength=3) / 10_000).round(1)
    array([0.7, 0.3, 0. ])
    """
    logits, rng = _checks.as_vector(logits, "logits", finite=False), _checks.as_rng(rng)
    temperature = _checks.in_range(temperature, "temperature", 0, np.finfo(float).max)
    if np.isnan(logits).any() or not np.isfinite(logits.max()):
        raise ValueError("logits must be finite or -inf, and not all -inf, got others")
    top_k = logits.size if top_k is None else _checks.count(top_k, "top_k")
    if top_p is not None:
        top_p = _checks.in_range(top_p, "top_p", 0, 1, closed=(False, True))
    size = 1 if n is None else _checks.count(n, "n", low=0)

    order = np.argsort(-logits, kind="stable")[: top_k if temperature else 1]
    with np.errstate(all="ignore"):
        scaled = (logits[order] - logits.max()) / (temperature or 1.0)
    levels = np.cumsum(np.exp(scaled))
    levels /= levels[-1]
    if top_p is not None:
        kept = levels[: np.searchsorted(levels, top_p - 1e-12) + 1]
        levels = kept / kept[-1]
    draws = order[np.searchsorted(levels, rng.random(size), side="right")]
    return int(draws[0]) if n is None else draws
