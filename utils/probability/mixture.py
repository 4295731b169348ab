"""Mixtures of laws: first a component is drawn, then a value from it."""

import math

import numpy as np

from utils import _checks
from utils.probability.base import (
    Continuous,
    Discrete,
    Distribution,
    as_sample,
    as_shape,
    as_weights,
    frozen,
    ppf_from_cdf,
)


@frozen
class Mixture(Distribution):
    """With probability ``weights[i]``, a draw from ``components[i]``.

    All continuous components give ``pdf`` and ``logpdf``, all discrete ones ``pmf`` and
    ``logpmf``; if both kinds are mixed, neither exists (`TypeError`), but cdf, quantiles
    and samples do. Raises `ValueError` if weights are negative, don't sum to 1 or are not
    as many as components, `TypeError` if a component is no distribution. Every method
    costs what its components cost. Home: 03-probability/03-probability-distributions.ipynb.

    >>> from utils.probability import Normal
    >>> Mixture([0.5, 0.5], [Normal(-1), Normal(1)]).var()
    2.0
    """

    weights: tuple
    components: tuple

    def __init__(self, weights, components):
        weights = as_weights(weights, "weights")
        components = tuple(components)
        if len(weights) != len(components):
            raise ValueError(
                "weights must be as many as components, "
                f"got {len(weights)} and {len(components)}"
            )
        for component in components:
            if not isinstance(component, Distribution):
                raise TypeError(f"components must be distributions, got {component!r}")
        self._set(weights=weights, components=components)

    @property
    def _parts(self):
        return [
            (w, law) for w, law in zip(self.weights, self.components, strict=True) if w
        ]

    @property
    def support(self):
        lows, highs = zip(*(law.support for _, law in self._parts), strict=True)
        return min(lows), max(highs)

    def _average(self, values):
        return sum(w * value for (w, _), value in zip(self._parts, values, strict=True))

    def _inside(self, x):
        low, high = self.support
        return (x >= low) & (x < high)

    def _cdf(self, x):
        return self._average([law.cdf(x) for _, law in self._parts])

    def _sf(self, x):
        return self._average([law.sf(x) for _, law in self._parts])

    def _need(self, kind, method):
        if not all(isinstance(law, kind) for _, law in self._parts):
            wanted = kind.__name__.lower()
            raise TypeError(f"{method} needs {wanted} components, got {self}")

    def _log_average(self, logs):
        """ln(sum of weight times exp(log density)), without underflow."""
        terms = [
            math.log(w) + log for (w, _), log in zip(self._parts, logs, strict=True)
        ]
        with np.errstate(invalid="ignore"):  # NumPy warns of -inf beside -inf
            result = np.logaddexp.reduce(np.array(terms), axis=0)
        return result if np.ndim(result) else float(result)

    def logpdf(self, x):
        """Logarithm of the density, elementwise; ``-inf`` outside the support."""
        self._need(Continuous, "logpdf")
        return self._log_average([law.logpdf(x) for _, law in self._parts])

    def pdf(self, x):
        """Density at x, elementwise; 0 outside the support."""
        self._need(Continuous, "pdf")
        return self._average([law.pdf(x) for _, law in self._parts])

    def logpmf(self, k):
        """Logarithm of P(X = k), elementwise; ``-inf`` where k can't occur."""
        self._need(Discrete, "logpmf")
        return self._log_average([law.logpmf(k) for _, law in self._parts])

    def pmf(self, k):
        """P(X = k), elementwise; 0 where k can't occur."""
        self._need(Discrete, "pmf")
        return self._average([law.pmf(k) for _, law in self._parts])

    def log_likelihood(self, x):
        """Sum of the log densities (log probabilities) of the data ``x``, a float."""
        x = as_sample(x)
        discrete = all(isinstance(law, Discrete) for _, law in self._parts)
        return float(np.sum(self.logpmf(x) if discrete else self.logpdf(x)))

    def _ppf(self, q):
        """Between the smallest and the largest quantile of the components."""
        far = 1e308  # quantiles beyond it count as infinite
        quantiles = np.array([law.ppf(q) for _, law in self._parts]).clip(-far, far)
        lo, hi = quantiles.min(axis=0), quantiles.max(axis=0)
        below, above = (
            (lo == -far) & (self.cdf(lo) > q),
            (hi == far) & (self.cdf(hi) < q),
        )
        apart = (lo < hi) & ~below & ~above
        if all(isinstance(law, Continuous) for _, law in self._parts):
            if apart.any():
                hi[apart] = ppf_from_cdf(
                    self.cdf, q[apart], lo[apart], hi[apart], pdf=self.pdf, sf=self.sf
                )
        elif apart.any():
            hi[apart] = self._smallest_enough(q[apart], lo[apart], hi[apart])
        return np.where(below, -np.inf, np.where(above, np.inf, hi))

    def _smallest_enough(self, q, lo, hi):
        """Bisect to neighboring floats; then the largest atom up to there, if any is near."""
        hi = np.where(self.cdf(lo) >= q, lo, hi)
        while True:
            middle = 0.5 * lo + 0.5 * hi
            if not ((middle > lo) & (middle < hi)).any():
                break
            enough = self.cdf(middle) >= q
            lo, hi = np.where(enough, lo, middle), np.where(enough, middle, hi)
        for _, law in self._parts:
            if isinstance(law, Discrete):
                atom = law.ppf(law.cdf(hi))
                near = np.abs(atom - hi) <= 1e-14 * np.abs(hi)
                hi = np.where(near & (self.cdf(atom) >= q), atom, hi)
        return hi

    def mean(self):
        return float(self._average([law.mean() for _, law in self._parts]))

    def var(self):
        """The mean variance of the components plus the variance of their means."""
        within = self._average([law.var() for _, law in self._parts])
        mean = self.mean()
        return float(
            within + self._average([(law.mean() - mean) ** 2 for _, law in self._parts])
        )

    def sample(self, n, rng):
        """``n`` independent draws: pick a component for each, then draw from it."""
        rng, shape = _checks.as_rng(rng), as_shape(n)
        weights = np.array([w for w, _ in self._parts])
        picks = np.searchsorted(
            np.cumsum(weights)[:-1], rng.random(shape), side="right"
        )
        draws = [
            (picks == i, law.sample(int((picks == i).sum()), rng))
            for i, (_, law) in enumerate(self._parts)
        ]
        out = np.empty(shape, np.result_type(*(values.dtype for _, values in draws)))
        for chosen, values in draws:
            out[chosen] = values
        return out
