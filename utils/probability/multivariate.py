"""Laws of random vectors: multivariate normal, multinomial, Dirichlet."""

import math
from functools import cached_property

import numpy as np

from utils import _checks, special
from utils.probability.base import Parametric, as_shape, as_weights, frozen
from utils.probability.continuous import box_muller
from utils.probability.gamma_beta import _log_gamma_draws


class _RandomVector(Parametric):
    """Densities from their logarithms, and points one by one or in rows."""

    def _points(self, X, name, d):
        """``X`` as rows, shape (n, d), and whether it was a single point, shape (d,)."""
        X = _checks.as_float(X, name)
        if X.ndim not in (1, 2) or X.shape[-1] != d:
            raise ValueError(
                f"{name} must have shape (n, {d}) or ({d},), got shape {X.shape}"
            )
        return np.atleast_2d(X), X.ndim == 1

    def _by_rows(self, function, X, name):
        rows, single = self._points(X, name, self._size)
        with np.errstate(all="ignore"):
            values = np.where(np.isnan(rows).any(axis=1), np.nan, function(rows))
        return float(values[0]) if single else values


@frozen
class MultivariateNormal(_RandomVector):
    """Normal law of a vector, with ``mean``, shape (d,), and covariance ``cov``, (d, d).

    Raises `ValueError` if the shapes don't fit or cov is not symmetric,
    `numpy.linalg.LinAlgError` if it is not positive definite. One Cholesky factor,
    O(d^3), then O(d^2) a point or draw. ``mean()`` and ``cov()`` return copies.
    Home: 03-probability/05-joint-distributions.ipynb.

    >>> law = MultivariateNormal([0, 0], [[4, 1], [1, 2]])
    >>> law.conditional([1], [2.0]).mean()
    array([1.])
    """

    mean_: np.ndarray
    cov_: np.ndarray

    def __init__(self, mean, cov):
        mean = _checks.as_vector(mean, "mean")
        cov = _checks.as_square(cov, "cov")
        if len(cov) != len(mean):
            raise ValueError(
                f"cov must have shape ({len(mean)}, {len(mean)}), got {cov.shape}"
            )
        if np.abs(cov - cov.T).max() > 1e-10 * np.abs(cov).max():
            raise ValueError("cov must be symmetric, got cov != cov.T")
        try:
            factor = np.linalg.cholesky(cov)
        except np.linalg.LinAlgError:
            least = float(np.linalg.eigvalsh(cov)[0])
            raise np.linalg.LinAlgError(
                f"cov must be positive definite, got smallest eigenvalue {least:.3g}: "
                "add a little to its diagonal, or drop dependent coordinates"
            ) from None
        for array in (mean, cov, factor):
            array.flags.writeable = False
        self._set(mean_=mean, cov_=cov, _factor=factor)

    def __eq__(self, other):
        return (
            isinstance(other, MultivariateNormal)
            and np.array_equal(self.mean_, other.mean_)
            and np.array_equal(self.cov_, other.cov_)
        )

    def __hash__(self):
        return hash((self.mean_.tobytes(), self.cov_.tobytes()))

    def __repr__(self):
        mean, cov = self.mean_.tolist(), self.cov_.tolist()
        return f"MultivariateNormal(mean={mean}, cov={cov})"

    @property
    def _size(self):
        return self.mean_.size

    def mean(self):
        return self.mean_.copy()

    def cov(self):
        return self.cov_.copy()

    def _logpdf(self, X):
        z = _forward_substitution(self._factor, (X - self.mean_).T)
        log_root_det = np.log(np.diag(self._factor)).sum()
        constant = log_root_det + 0.5 * self._size * math.log(2 * math.pi)
        return -0.5 * (z * z).sum(axis=0) - constant

    def logpdf(self, X):
        """Logarithm of the density at rows of ``X``, (n, d) to (n,), or at a point (d,)."""
        return self._by_rows(self._logpdf, X, "X")

    def pdf(self, X):
        """Density at rows of ``X``, shape (n, d) to (n,), or at one point, shape (d,)."""
        return self._by_rows(lambda X: np.exp(self._logpdf(X)), X, "X")

    def marginal(self, idx):
        """The law of the coordinates ``idx`` (an index or several, all different)."""
        idx = self._indices(idx)
        return MultivariateNormal(self.mean_[idx], self.cov_[np.ix_(idx, idx)])

    def conditional(self, idx, values):
        """The law of the remaining coordinates, given that those in ``idx`` are ``values``.

        Mean m1 + S12 S22^-1 (values - m2), covariance S11 - S12 S22^-1 S21.
        """
        idx = self._indices(idx)
        values = np.atleast_1d(_checks.as_finite(values, "values"))
        if values.shape != idx.shape:
            raise ValueError(f"values must have shape {idx.shape}, got {values.shape}")
        rest = np.setdiff1d(np.arange(self._size), idx)
        if not rest.size:
            raise ValueError("idx must leave a coordinate over, got all of them")
        factor = np.linalg.cholesky(self.cov_[np.ix_(idx, idx)])
        half = _forward_substitution(factor, self.cov_[np.ix_(idx, rest)])
        z = _forward_substitution(factor, (values - self.mean_[idx])[:, None])[:, 0]
        cov = self.cov_[np.ix_(rest, rest)] - half.T @ half
        return MultivariateNormal(self.mean_[rest] + half.T @ z, cov)

    def affine(self, A, b=None):
        """The law of A X + b, for ``A`` of shape (m, d) and full rank, ``b`` of shape (m,)."""
        A = _checks.as_matrix(A, "A")
        if A.shape[1] != self._size:
            raise ValueError(f"A must have {self._size} columns, got shape {A.shape}")
        b = np.zeros(len(A)) if b is None else _checks.as_vector(b, "b")
        if b.size != len(A):
            raise ValueError(f"b must have shape ({len(A)},), got {b.shape}")
        half = A @ self._factor
        cov = half @ half.T
        return MultivariateNormal(A @ self.mean_ + b, 0.5 * (cov + cov.T))

    def sample(self, n, rng):
        """``n`` independent draws mean + L z, shape (n, d)."""
        rng, shape = _checks.as_rng(rng), as_shape(n)
        z = box_muller((*shape, self._size), rng)
        return self.mean_ + z @ self._factor.T

    @classmethod
    def fit(cls, X):
        """Maximum likelihood: the mean of the rows, and their covariance with divisor n."""
        X = _checks.as_data(X)
        mean = X.mean(axis=0)
        return cls(mean, (X - mean).T @ (X - mean) / len(X))

    def _indices(self, idx):
        idx = np.atleast_1d(np.asarray(idx))
        if idx.ndim != 1 or idx.dtype.kind not in "iu" or not idx.size:
            raise TypeError(f"idx must be integers, got {idx!r}")
        if (idx < -self._size).any() or (idx >= self._size).any():
            raise ValueError(f"idx must be below {self._size}, got {idx.tolist()}")
        idx = idx % self._size
        if np.unique(idx).size != idx.size:
            raise ValueError(f"idx must be distinct, got {idx.tolist()}")
        return idx


def _forward_substitution(L, B):
    """Solve L Z = B for lower triangular ``L``, (d, d), and ``B``, (d, n)."""
    Z = np.empty_like(B)
    for i in range(len(L)):
        Z[i] = (B[i] - L[i, :i] @ Z[:i]) / L[i, i]
    return Z


@frozen
class Multinomial(_RandomVector):
    """Counts of K outcomes with probabilities ``probs``, shape (K,), in ``n`` draws.

    Raises `ValueError` if probs are negative or don't sum to 1, or n < 0.
    Home: 03-probability/05-joint-distributions.ipynb.

    >>> round(Multinomial(3, [0.5, 0.25, 0.25]).pmf([1, 1, 1]), 4)
    0.1875
    """

    n: int
    probs: tuple

    def __init__(self, n, probs):
        self._set(n=_checks.count(n, "n", low=0), probs=as_weights(probs))

    @property
    def _size(self):
        return len(self.probs)

    @cached_property
    def _p(self):
        return np.array(self.probs)

    def mean(self):
        return self.n * self._p

    def cov(self):
        return self.n * (np.diag(self._p) - np.outer(self._p, self._p))

    def _logpmf(self, K):
        possible = (K >= 0) & (K == np.floor(K)) & np.isfinite(K)
        possible = possible.all(axis=1) & (K.sum(axis=1) == self.n)
        K = np.where(possible[:, None], K, 0)
        logs = np.where(K > 0, K * np.log(self._p), 0)  # 0 log 0 = 0
        total = special.log_factorial(self.n) - special.log_factorial(K).sum(axis=1)
        return np.where(possible, total + logs.sum(axis=1), -np.inf)

    def logpmf(self, K):
        """Log probability of rows of counts ``K``, (n, K) to (n,); ``-inf`` if impossible."""
        return self._by_rows(self._logpmf, K, "K")

    def pmf(self, K):
        """Probability of rows of counts ``K``, (n, K) to (n,); 0 if they can't occur."""
        return self._by_rows(lambda K: np.exp(self._logpmf(K)), K, "K")

    def sample(self, n, rng):
        """``n`` independent draws, integers of shape (n, K): one binomial draw a column."""
        rng, shape = _checks.as_rng(rng), as_shape(n)
        out = np.zeros((*shape, self._size), np.int64)
        left, weight = np.full(shape, self.n), 1.0
        last = np.flatnonzero(self._p)[-1]
        for k, p in enumerate(self.probs[:last]):
            share = min(1.0, p / weight) if weight > 0 else 0.0
            out[..., k] = rng.binomial(left, share)
            left, weight = left - out[..., k], weight - p
        out[..., last] = left
        return out

    @classmethod
    def fit(cls, K):
        """Relative frequencies, from rows of counts ``K`` that all have the same sum."""
        K = _checks.as_data(K, "K")
        totals = K.sum(axis=1)
        if (K < 0).any() or (K != np.floor(K)).any():
            raise ValueError("K must hold counts, got negative numbers or fractions")
        if (totals != totals[0]).any() or totals[0] == 0:
            raise ValueError("the rows of K must have the same positive sum")
        return cls(int(totals[0]), K.sum(axis=0) / totals.sum())


@frozen
class Dirichlet(_RandomVector):
    """Law of K probabilities, density proportional to the product of p_k^(alpha_k - 1).

    ``alpha``, shape (K,), positive, else `ValueError`. Outside the simplex (sums off by
    more than 1e-8) the density is 0. Home: 04-statistics/05-bayesian-inference.ipynb.

    >>> Dirichlet([1, 1, 1]).pdf([0.2, 0.3, 0.5])
    2.0
    """

    alpha: tuple

    def __init__(self, alpha):
        alpha = _checks.as_vector(alpha, "alpha", min_size=2)
        if (alpha <= 0).any():
            raise ValueError(f"alpha must be positive, got {alpha[alpha <= 0][0]}")
        self._set(alpha=tuple(alpha.tolist()))

    @property
    def _size(self):
        return len(self.alpha)

    @cached_property
    def _a(self):
        return np.array(self.alpha)

    def mean(self):
        return self._a / self._a.sum()

    def cov(self):
        m = self.mean()
        return (np.diag(m) - np.outer(m, m)) / (self._a.sum() + 1)

    def _logpdf(self, P):
        inside = (P >= 0).all(axis=1) & (np.abs(P.sum(axis=1) - 1) <= 1e-8)
        logs = np.where(self._a == 1, 0.0, (self._a - 1) * np.log(np.abs(P)))
        constant = special.gammaln(self._a.sum()) - special.gammaln(self._a).sum()
        return np.where(inside, logs.sum(axis=1) + constant, -np.inf)

    def logpdf(self, P):
        """Log density at rows of ``P``, shape (n, K) to (n,), or at one point, (K,)."""
        return self._by_rows(self._logpdf, P, "P")

    def pdf(self, P):
        """Density at rows of ``P``, shape (n, K) to (n,), or at one point, shape (K,)."""
        return self._by_rows(lambda P: np.exp(self._logpdf(P)), P, "P")

    def sample(self, n, rng):
        """``n`` independent draws, shape (n, K): gamma draws over their sum."""
        rng, shape = _checks.as_rng(rng), as_shape(n)
        logs = np.stack([_log_gamma_draws(a, shape, rng) for a in self.alpha], axis=-1)
        draws = np.exp(logs - logs.max(axis=-1, keepdims=True))
        return draws / draws.sum(axis=-1, keepdims=True)
