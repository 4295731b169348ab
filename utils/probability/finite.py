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


class _FiniteLaw(Discrete):
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
class Categorical(_FiniteLaw):
    """``values`` (by default 0, ..., K - 1) with the probabilities ``probs``, shape (K,).

    Raises `ValueError` if probs are negative or don't sum to 1, or if values are not
    distinct, finite and as many. Draws are integers if all values are. O(log K) a point.
    Home: 03-probability/03-probability-distributions.ipynb.

    >>> Categorical([0.5, 0.25, 0.25]).mean()
    0.75
    """

    probs: tuple
    values: tuple = None

    def __post_init__(self):
        probs = as_weights(self.probs)
        values = range(len(probs)) if self.values is None else self.values
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
class Empirical(_FiniteLaw):
    """The law of a sample ``x``, shape (n,): each of its values has probability 1/n.

    Raises `ValueError` if x is empty or not finite. ``x`` is kept sorted. Sorting costs
    O(n log n), a cdf or quantile O(log n). Home: 03-probability/02-random-variables.ipynb.

    >>> Empirical([3, 1, 2, 2]).cdf(2)
    0.75
    """

    x: np.ndarray

    def __post_init__(self):
        x = np.sort(_checks.as_vector(self.x, "x"))
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
