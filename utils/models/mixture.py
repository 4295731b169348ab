"""Gaussian mixtures: a few normal laws, and for every row the odds of which it came from."""

import warnings

import numpy as np

from utils._checks import (
    as_data,
    as_finite,
    as_rng,
    as_vector,
    count,
    in_range,
    moderate,
)
from utils.models.base import BaseModel, ConvergenceWarning
from utils.models.clustering import _check_distinct, _lloyd, _plus_plus
from utils.models.preparation import _check_columns, _column_means
from utils.numerics import logsumexp

EPS = np.finfo(float).eps
TYPES = ("full", "tied", "diag", "spherical")


class GaussianMixture(BaseModel):
    r"""Mixture of K normal laws, :math:`p(x) = \sum_k \pi_k N(x; \mu_k, \Sigma_k)`, by EM.

    Each iteration finds the responsibilities :math:`r_{ik}`, the probability that row i came
    from component k (E), and refits every component with these weights (M): N_k = sum of
    r_ik, :math:`\pi_k = N_k/n`, and :math:`\mu_k`, :math:`\Sigma_k` the weighted mean and
    covariance of the rows, divisor N_k. With ``reg_covar=0`` no iteration can lower the
    likelihood; it ends at a stationary point that depends on the start.

    Parameters
    ----------
    n_components : int
        K, at most the number of distinct rows.
    covariance_type : {"full", "tied", "diag", "spherical"}
        Any covariances; one for all; diagonal ones; multiples of the identity.
    reg_covar : float
        Added to the variances after each M step, at least 0. Without it a component that
        shrinks onto a few rows drives the likelihood to infinity. It is in squared units of
        the data, and may lower the likelihood by a little.
    n_init : int
        Runs from new random starts, of which the most likely one counts; one run if `init`
        holds the parameters.
    init : "kmeans" or (weights, means, covariances)
        Start with an M step from the clusters of one k-means run, or with an E step from
        parameters in the shapes of the attributes below.
    tol : float
        Stop when the log-likelihood changes by no more than ``tol`` of itself.
    max_iter : int
        Limit on the iterations of a run.
    rng : numpy.random.Generator
        Draws the starts; needed for ``init="kmeans"``.

    Attributes
    ----------
    weights_ : ndarray, shape (K,)
    means_ : ndarray, shape (K, d)
    covariances_ : ndarray, shape (K, d, d), (d, d), (K, d) or (K,)
        For the four types; ``"diag"`` and ``"spherical"`` hold variances.
    log_likelihood_ : float
        Sum over the rows of log p(x), in nats.
    n_iter_, history_, converged_ : int, ndarray of shape (n_iter_ + 1,), bool
        Of the best run: iterations, the log-likelihood at the start and after each, and
        whether the tolerance was met.

    Raises
    ------
    ValueError
        For parameters out of range or of the wrong shape, more components than distinct
        rows, data that aren't finite or lie beyond 1e150, or another number of columns than
        in ``fit``.
    numpy.linalg.LinAlgError
        If a covariance is not positive definite in float64, or a component loses all rows;
        the message names it.
    TypeError
        Without `rng`, unless `init` holds the parameters.

    Warns
    -----
    ConvergenceWarning
        If the best run stopped at ``max_iter``.

    Notes
    -----
    Responsibilities come from logarithms, by `numerics.logsumexp`: rows far from all
    components are no trouble. O(n K d^2 + K d^3) an iteration, one Cholesky factor a
    component; O(n (d + K)) memory.
    Home: 08-ml-math-case-studies/06-kmeans-and-gaussian-mixtures.ipynb.
    Source: A. P. Dempster, N. M. Laird and D. B. Rubin, "Maximum likelihood from incomplete
    data via the EM algorithm", Journal of the Royal Statistical Society B 39 (1977).

    Examples
    --------
    >>> X = [[0.0], [1.0], [2.0], [10.0], [11.0], [12.0]]
    >>> model = GaussianMixture(2, rng=np.random.default_rng(0)).fit(X)
    >>> np.sort(model.means_.ravel()).round(6), model.weights_.round(6)
    (array([ 1., 11.]), array([0.5, 0.5]))
    """

    def __init__(
        self,
        n_components,
        covariance_type="full",
        reg_covar=1e-6,
        n_init=1,
        init="kmeans",
        tol=1e-8,
        max_iter=500,
        rng=None,
    ):
        self.n_components = n_components
        self.covariance_type = covariance_type
        self.reg_covar = reg_covar
        self.n_init = n_init
        self.init = init
        self.tol = tol
        self.max_iter = max_iter
        self.rng = rng

    def fit(self, X, y=None):
        """Fit to the rows of ``X`` (n, d); ``y`` is ignored. Returns the model."""
        X = moderate(as_data(X))
        K = count(self.n_components, "n_components")
        if self.covariance_type not in TYPES:
            raise ValueError(
                f"covariance_type must be one of {TYPES}, got {self.covariance_type!r}"
            )
        reg = in_range(self.reg_covar, "reg_covar", 0, np.inf, closed=(True, False))
        tol = in_range(self.tol, "tol", 0, np.inf, closed=(True, False))
        limit = count(self.max_iter, "max_iter")
        origin = _column_means(X)
        X -= origin  # far from 0, means and their differences would lose digits
        _check_distinct(X, K, "n_components")

        runs = (
            self._em(X, start, reg, tol, limit)
            for start in self._starts(X, K, origin, reg)
        )
        best = max(runs, key=lambda run: run[1][-1])
        (self.weights_, means, self.covariances_), history, self.converged_ = best
        self.means_, self.history_ = means + origin, np.array(history)
        self.log_likelihood_, self.n_iter_ = history[-1], len(history) - 1
        if not self.converged_:
            warnings.warn(
                f"GaussianMixture stopped after {limit} iterations: raise max_iter or tol",
                ConvergenceWarning,
                stacklevel=2,
            )
        return self

    def score_samples(self, X):
        """Log density log p(x) of each row of ``X`` (m, d), shape (m,)."""
        return logsumexp(self._log_joint(X), axis=1)

    def predict_proba(self, X):
        """Responsibilities of the components for the rows of ``X`` (m, d), shape (m, K)."""
        return _responsibilities(self._log_joint(X))[0]

    def predict(self, X):
        """The most probable component of each row of ``X`` (m, d): ints of shape (m,)."""
        return self._log_joint(X).argmax(axis=1)

    def bic(self, X):
        """Bayesian information criterion, -2 log L + p log m on ``X`` (m, d): less is better.

        p counts the free parameters: K - 1 weights, K d means, and the covariances.
        """
        scores = self.score_samples(X)
        return float(-2 * scores.sum() + self._n_parameters() * np.log(len(scores)))

    def aic(self, X):
        """Akaike's information criterion, -2 log L + 2 p on ``X`` (m, d): less is better."""
        return float(-2 * self.score_samples(X).sum() + 2 * self._n_parameters())

    def sample(self, n, rng):
        """``n`` independent draws, shape (n, d); ``rng`` is a `numpy.random.Generator`."""
        self._check_fitted("means_")
        n, rng = count(n, "n", low=0), as_rng(rng)
        K, d = self.means_.shape
        picks = rng.choice(K, size=n, p=self.weights_ / self.weights_.sum())
        X = rng.normal(size=(n, d))
        for k, W in enumerate(
            _whitening(self.covariances_, self.covariance_type, K, d)
        ):
            rows = picks == k
            X[rows] = X[rows] / W if W.ndim == 1 else np.linalg.solve(W, X[rows].T).T
        return X + self.means_[picks]

    def _starts(self, X, K, origin, reg):
        """The parameters that each run starts with, one after the other."""
        if not isinstance(self.init, str):
            weights, means, covariances = self._given(K, X.shape[1])
            yield weights, means - origin, covariances
            return
        if self.init != "kmeans":
            raise ValueError(
                f"init must be 'kmeans' or (weights, means, covariances), got {self.init!r}"
            )
        rng = as_rng(self.rng)
        for _ in range(count(self.n_init, "n_init")):
            labels = _lloyd(X, _plus_plus(X, K, rng), max_iter=300, tol=1e-10)[1]
            yield _m_step(X, np.eye(K)[labels], self.covariance_type, reg)

    def _given(self, K, d):
        """The parameters in ``init``, checked."""
        if not isinstance(self.init, (tuple, list)) or len(self.init) != 3:
            raise TypeError(
                "init must be 'kmeans' or a tuple (weights, means, covariances), "
                f"got {type(self.init).__name__}"
            )
        weights = as_vector(self.init[0], "the weights of init")
        means = moderate(
            as_data(self.init[1], "the means of init"), "the means of init"
        )
        covariances = as_finite(self.init[2], "the covariances of init")
        shapes = {"full": (K, d, d), "tied": (d, d), "diag": (K, d), "spherical": (K,)}
        wanted = (K,), (K, d), shapes[self.covariance_type]
        if (weights.shape, means.shape, covariances.shape) != wanted:
            raise ValueError(
                f"weights, means and covariances in init must have shapes {wanted}, "
                f"got {weights.shape}, {means.shape}, {covariances.shape}"
            )
        if weights.min() <= 0 or abs(weights.sum() - 1) > 1e-8:
            raise ValueError("the weights of init must be positive and sum to 1")
        if self.covariance_type in ("full", "tied"):
            gap = np.abs(covariances - np.swapaxes(covariances, -1, -2)).max()
            if gap > 1e-10 * np.abs(covariances).max():
                raise ValueError("the covariances of init must be symmetric")
        return weights, means, covariances

    def _em(self, X, parameters, reg, tol, max_iter):
        """One run from ``parameters``: (parameters, log-likelihoods, converged)."""
        floor = (
            10 * EPS * np.abs(X).max(axis=0)
        ) ** 2  # variances that are only rounding
        kind = self.covariance_type
        responsibilities, total = _responsibilities(
            _log_joint(X, parameters, kind, floor)
        )
        history = [total]
        for _ in range(max_iter):
            parameters = _m_step(X, responsibilities, kind, reg)
            joint = _log_joint(X, parameters, kind, floor)
            responsibilities, total = _responsibilities(joint)
            history.append(total)
            if abs(history[-1] - history[-2]) <= tol * abs(history[-1]):
                return parameters, history, True
        return parameters, history, False

    def _log_joint(self, X):
        """log of weight times density, for rows of new data and all components."""
        self._check_fitted("means_")
        X = moderate(_check_columns(X, self.means_.shape[1]))
        parameters = self.weights_, self.means_, self.covariances_
        return _log_joint(X, parameters, self.covariance_type)

    def _n_parameters(self):
        K, d = self.means_.shape
        of_covariances = {
            "full": K * d * (d + 1) // 2,
            "tied": d * (d + 1) // 2,
            "diag": K * d,
            "spherical": K,
        }
        return K - 1 + K * d + of_covariances[self.covariance_type]


def _log_joint(X, parameters, kind, floor=0.0):
    """log(pi_k) + log N(x_i; mu_k, Sigma_k), shape (n, K)."""
    weights, means, covariances = parameters
    K, d = means.shape
    joint, Z = np.empty((len(X), K)), np.empty_like(X)
    for k, W in enumerate(_whitening(covariances, kind, K, d, floor)):
        np.subtract(X, means[k], out=Z)
        with np.errstate(over="ignore"):  # then the density is 0
            if W.ndim == 1:
                square = np.square(Z, out=Z) @ W**2
            else:
                white = Z @ W.T
                square = np.einsum("ij,ij->i", white, white)
        log_det = np.log(W if W.ndim == 1 else np.diag(W)).sum()
        joint[:, k] = np.log(weights[k]) + log_det - 0.5 * square
    return joint - 0.5 * d * np.log(2 * np.pi)


def _responsibilities(joint):
    """Probabilities of the components for each row, (n, K), and the log-likelihood of all."""
    density = logsumexp(joint, axis=1)
    if density.min() == -np.inf:
        raise ValueError(
            f"row {density.argmin()} is so far from all components that the square of its "
            "distance overflows: rescale X, or start nearer to it"
        )
    joint -= density[:, None]
    return np.exp(joint, out=joint), float(density.sum())


def _m_step(X, responsibilities, kind, reg):
    """(weights, means, covariances) that fit best, given the responsibilities."""
    sizes = responsibilities.sum(axis=0)  # N_k
    if not sizes.all():
        raise np.linalg.LinAlgError(
            f"component {sizes.argmin()} has lost all rows to the others: start nearer to "
            "the data, or with fewer components"
        )
    shares = responsibilities / sizes
    weights, means = sizes / len(X), shares.T @ X
    spreads, matrices, Z = [], kind in ("full", "tied"), np.empty_like(X)
    for share, mean in zip(shares.T, means, strict=True):
        np.subtract(X, mean, out=Z)
        if matrices:
            Z *= np.sqrt(share)[:, None]
        spreads.append(Z.T @ Z if matrices else share @ np.square(Z, out=Z))
    covariances = np.array(spreads)
    if kind == "tied":
        covariances = np.tensordot(weights, covariances, axes=1)
    if kind == "spherical":
        covariances = covariances.mean(axis=1)
    return weights, means, covariances + (reg * np.eye(X.shape[1]) if matrices else reg)


def _whitening(covariances, kind, K, d, floor=0.0):
    """For each component W with W Sigma W' = I: an array (d, d), or (d,) if diagonal.

    W is the inverse of the Cholesky factor, a triangle: the determinants are products.
    """
    if kind in ("diag", "spherical"):
        variances = np.broadcast_to(covariances.reshape(K, -1), (K, d))
        for k in np.flatnonzero((variances <= floor).any(axis=1)):
            raise _singular(f"of component {k}")
        return 1 / np.sqrt(variances)
    if kind == "tied":
        return [_inverse_root(covariances, "that all components share", floor)] * K
    return [
        _inverse_root(C, f"of component {k}", floor) for k, C in enumerate(covariances)
    ]


def _inverse_root(C, whose, floor):
    try:
        L = np.linalg.cholesky(C)
    except np.linalg.LinAlgError:
        raise _singular(whose) from None
    pivots, variances = np.diag(L) ** 2, np.diag(C)
    if (pivots <= np.maximum(len(C) * EPS * variances, floor)).any():
        raise _singular(whose)
    return np.linalg.solve(L, np.eye(len(C)))


def _singular(whose):
    return np.linalg.LinAlgError(
        f"the covariance {whose} is not positive definite: raise reg_covar, or use fewer "
        "components or a simpler covariance_type"
    )
