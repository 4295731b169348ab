"""Gaussian process regression: a normal law over functions, conditioned on what was seen."""

import warnings
from functools import cached_property, lru_cache

import numpy as np

from utils._checks import (
    as_data,
    as_finite,
    as_matrix,
    as_rng,
    as_vector,
    count,
    in_range,
    same_length,
)
from utils.metrics import r2_score
from utils.models.base import BaseModel, ConvergenceWarning
from utils.models.kernel_ridge import _cholesky, _solve_lower, _solve_upper
from utils.models.kernels import _as_kernel
from utils.models.preparation import _check_columns
from utils.numerics import sigmoid
from utils.optimizers import lbfgs

EPS = np.finfo(float).eps


class GaussianProcess(BaseModel):
    r"""Gaussian process regression, its parameters fitted by the marginal likelihood.

    The model is y = f(x) + h(x) . beta + noise: f has mean 0 and the kernel as covariance, the
    noise is independent of variance `noise`, and beta, if there is a `basis`, may be anything
    (a flat prior).

    Parameters
    ----------
    kernel : kernel or callable
        Such as ``2.0 * RBF(3.0)``, or a function of X (n, d) and Z (m, d) that returns the
        Gram matrix (n, m). Its parameters are where the optimization starts.
    noise : float
        Variance of the noise, at least 0; where the optimization starts. 0 stays 0.
    basis : callable, optional
        Takes X (n, d) and returns H (n, q), whose rows are h(x): functions whose
        coefficients are estimated with the rest, such as a constant or a line.
    optimize : bool
        Whether to choose the parameters; else they stay as given.
    bounds : array_like, shape (2,) or (p, 2), optional
        Lowest and highest value, positive, of every parameter in the order of theta, the
        noise last; in its own unit, not as log. Equal ends hold a parameter where it is.
    n_restarts : int
        Further starts, of which the best result counts: uniform in the logs within the
        bounds, or within a factor of 20 of the given parameters.
    rng : numpy.random.Generator, optional
        Draws these starts; required if there are any.

    Attributes
    ----------
    kernel_ : kernel
        With the fitted parameters.
    noise_ : float
    L_ : ndarray, shape (n, n)
        Cholesky factor of K + noise I.
    alpha_ : ndarray, shape (n,)
        (K + noise I)^-1 (y - H beta): the mean of f at x is the sum of alpha_i k(x, x_i).
    beta_ : ndarray, shape (q,)
        Generalized least squares; empty without a basis.
    n_iter_, history_, converged_ : int, ndarray of shape (n_iter_ + 1,), bool
        Steps of the best start, the log marginal likelihood along them, and whether the
        gradient vanished.

    Raises
    ------
    ValueError
        For parameters out of range or bounds, shapes that don't match, data that aren't
        finite, or a kernel matrix that is not symmetric.
    TypeError
        If ``n_restarts > 0`` and there is no `rng`.
    numpy.linalg.LinAlgError
        If K + noise I is not positive definite in float64, or columns of H are dependent.

    Warns
    -----
    ConvergenceWarning
        If the best start did not converge, as where the likelihood rises without end.

    Notes
    -----
    theta holds the logs of the kernel's parameters, then of the noise (if it is not 0).
    `optimizers.lbfgs` on theta, or on a logistic transform of theta that maps the line onto
    the bounds. The likelihood may have several maxima. O(n^3) for each evaluation, O(n^2 p)
    memory. Home: 08-ml-math-case-studies/11-gaussian-processes.ipynb.
    Source: Rasmussen and Williams, *Gaussian Processes for Machine Learning* (2006),
    sections 2.2 to 2.7 and 5.4.

    Examples
    --------
    >>> from utils.models import RBF
    >>> gp = GaussianProcess(RBF(2.0), noise=0.5, optimize=False).fit([[0], [1]], [1, 2])
    >>> mean, std = gp.predict([[0], [9]], return_std=True)
    >>> mean.round(3), std.round(3)
    (array([1.09, 0.  ]), array([0.495, 1.   ]))
    """

    def __init__(
        self,
        kernel,
        noise=1e-2,
        basis=None,
        optimize=True,
        bounds=None,
        n_restarts=0,
        rng=None,
    ):
        self.kernel = kernel
        self.noise = noise
        self.basis = basis
        self.optimize = optimize
        self.bounds = bounds
        self.n_restarts = n_restarts
        self.rng = rng

    def fit(self, X, y):
        """Condition on ``X`` (n, d) and ``y`` (n,); returns the model."""
        n_restarts = count(self.n_restarts, "n_restarts", low=0)
        rng = as_rng(self.rng) if n_restarts else None
        kernel = _as_kernel(self.kernel)
        noise = in_range(self.noise, "noise", 0, np.inf, closed=(True, False))
        X, y = as_data(X), as_vector(y, "y")
        same_length(X, y, ("X", "y"))

        H = _basis_values(self.basis, X)
        with np.errstate(over="ignore", invalid="ignore"):
            posterior = _Posterior(kernel, noise, X, y, H)
            density = posterior.log_likelihood
        if not np.isfinite(density):
            raise ValueError(
                f"y of up to {np.abs(y).max():.0e} has no density in float64 under this "
                "kernel and noise: scale y"
            )
        self.history_, self.converged_ = np.array([density]), True
        theta = posterior.theta
        if self.optimize and theta.size:
            scale = _Free(theta) if self.bounds is None else _Box(self.bounds, theta)
            starts = [theta, *(scale.draw(rng) for _ in range(n_restarts))]
            runs = [_maximize(posterior, scale, start) for start in starts]
            theta, self.history_, self.converged_ = max(runs, key=lambda r: r[1][-1])
            posterior = posterior.at(theta)
        self._learn(posterior)
        return self

    def predict(self, X, return_std=False, return_cov=False, include_noise=False):
        """Posterior mean at the rows of ``X`` (k, d), with its uncertainty if asked for.

        Parameters
        ----------
        X : array_like, shape (k, d)
        return_std : bool
            Also the standard deviation at each row.
        return_cov : bool
            Also the covariance of all rows; not together with `return_std`.
        include_noise : bool
            For one more observation at each row: adds `noise_` to the variance. Without it
            the uncertainty is that of f (and beta); `WhiteNoise` in the kernel is part of f.

        Returns
        -------
        mean : ndarray, shape (k,)
        std or cov : ndarray, shape (k,) or (k, k)
            Only if asked for.

        Raises
        ------
        ValueError
            If both are asked for, or X doesn't have the columns of the training data.
        numpy.linalg.LinAlgError
            If rounding leaves a variance clearly negative: `noise_` is too small.

        Notes
        -----
        O(k n) for the mean, O(k n^2) for standard deviations. The variance does not depend
        on y, given the parameters: a surprise does not widen it.
        """
        if return_std and return_cov:
            raise ValueError("ask for return_std or return_cov, not both")
        self._check_fitted("alpha_")
        now = self._posterior
        X = _check_columns(X, now.X.shape[1])
        K, H = now.kernel(X, now.X), _basis_values(self.basis, X)
        mean = K @ now.alpha + H @ now.beta
        if not (return_std or return_cov):
            return mean

        V = _solve_lower(now.L, K.T)  # what the data tell about f
        T = np.linalg.solve(now.R.T, H.T - now.W.T @ V)  # what is not known of beta
        prior = now.kernel.diag(X)
        var = prior - np.sum(V**2, axis=0) + np.sum(T**2, axis=0)
        var = _not_negative(var, prior) + include_noise * now.noise
        if return_std:
            return mean, np.sqrt(var)
        cov = now.kernel(X) - V.T @ V + T.T @ T
        np.fill_diagonal(cov, var)
        return mean, cov

    def sample(self, X, n, rng):
        """Draw ``n`` functions from the posterior: their values at ``X`` (k, d), (n, k).

        Values of f (and h . beta), without noise. By the symmetric square root of their
        covariance, whose negative eigenvalues, all rounding errors, count as 0: O(k^3).
        `TypeError` if `rng` is not a `numpy.random.Generator`.
        """
        n, rng = count(n, "n"), as_rng(rng)
        mean, cov = self.predict(X, return_cov=True)
        eigenvalues, U = np.linalg.eigh(cov)
        root = U * np.sqrt(np.maximum(eigenvalues, 0)) @ U.T
        return mean + rng.standard_normal((n, len(mean))) @ root

    def log_marginal_likelihood(self, theta=None, grad=False):
        """Log density of the training y under the prior, in nats, and its gradient.

        Parameters
        ----------
        theta : array_like, shape (p,), optional
            Logs of the kernel's parameters, then of the noise (if it is not 0); by default
            the fitted ones.
        grad : bool
            Also the derivatives by theta.

        Returns
        -------
        value : float
        gradient : ndarray, shape (p,)
            Only if `grad`.

        Raises
        ------
        ValueError
            If `theta` has the wrong shape.
        numpy.linalg.LinAlgError
            If K + noise I is not positive definite in float64 there.

        Notes
        -----
        With a basis it is the density of what is left of y once H beta, under a flat prior,
        is integrated out (Rasmussen and Williams, equation 2.45).
        """
        self._check_fitted("alpha_")
        there = self._posterior
        if theta is not None:
            theta = as_vector(theta, "theta", min_size=0)
            if theta.shape != there.theta.shape:
                raise ValueError(
                    f"theta must have shape {there.theta.shape}, the logs of the "
                    f"parameters of {there.kernel} and of the noise, got {theta.shape}"
                )
            there = there.at(theta)
        value = there.log_likelihood
        return (value, there.gradient) if grad else value

    def score(self, X, y):
        """R^2 of the predicted means for ``X`` (k, d) against ``y`` (k,), a float."""
        return r2_score(y, self.predict(X))

    def _learn(self, posterior):
        self._posterior = posterior
        self.kernel_, self.noise_ = posterior.kernel, posterior.noise
        self.L_, self.alpha_, self.beta_ = posterior.L, posterior.alpha, posterior.beta
        self.n_iter_ = len(self.history_) - 1
        if not self.converged_:
            warnings.warn(
                f"GaussianProcess stopped after {self.n_iter_} steps at {self.kernel_}, "
                f"noise {self.noise_:.3g}, where the likelihood still rises: give bounds, "
                "or other starting values",
                ConvergenceWarning,
                stacklevel=3,
            )


class _Posterior:
    """All that follows from data, kernel and noise; W = L^-1 H = Q R whitens the basis."""

    def __init__(self, kernel, noise, X, y, H):
        self.kernel, self.noise, self.X, self.y, self.H = kernel, noise, X, y, H
        self.L = _cholesky(kernel(X), noise, "noise")
        white = _solve_lower(self.L, np.column_stack([y, H]))
        self.W = white[:, 1:]
        self.Q, self.R = _full_rank_qr(self.W)
        part = self.Q.T @ white[:, 0]
        self.beta = np.linalg.solve(self.R, part)
        self.residual = white[:, 0] - self.Q @ part  # L^-1 (y - H beta)
        self.alpha = _solve_upper(self.L, self.residual)

    @property
    def theta(self):
        return np.append(self.kernel.theta, np.log([self.noise] if self.noise else []))

    def at(self, theta):
        """The posterior of the same data with other parameters."""
        p = len(self.kernel.theta)
        noise = float(np.exp(theta[p])) if self.noise else 0.0
        kernel = self.kernel.with_theta(theta[:p])
        return _Posterior(kernel, noise, self.X, self.y, self.H)

    @cached_property
    def log_likelihood(self):
        n, q = self.H.shape
        fit = self.residual @ self.residual / 2
        complexity = np.log(self.L.diagonal()).sum()  # half the log of |K + noise I|
        complexity += np.log(np.abs(self.R.diagonal())).sum()
        return float(-fit - complexity - (n - q) / 2 * np.log(2 * np.pi))

    @cached_property
    def gradient(self):
        """tr((alpha alpha' - P) D) / 2 for the derivative D by each entry of theta."""
        M = np.outer(self.alpha, self.alpha) - self._P
        return np.tensordot(M, self._derivatives, axes=2) / 2

    @cached_property
    def information(self):
        """Fisher information of theta, tr(P D P D') / 2: the expected -Hessian, (p, p)."""
        PD = np.tensordot(self._P, self._derivatives, axes=1)
        return np.tensordot(PD, PD, axes=([0, 1], [1, 0])) / 2

    @cached_property
    def _P(self):
        """L^-T (I - Q Q') L^-1: without a basis the inverse, which traces need whole."""
        B = _solve_lower(self.L, np.eye(len(self.L)))
        B -= self.Q @ (self.Q.T @ B)
        return B.T @ B

    @cached_property
    def _derivatives(self):
        """Derivatives of K + noise I by theta, shape (n, n, p)."""
        parts = [self.kernel.gradient(self.X)]
        if self.noise:
            parts.append(self.noise * np.eye(len(self.X))[:, :, None])
        return np.concatenate(parts, axis=2)


def _maximize(posterior, scale, theta):
    """theta where the likelihood is largest, its values on the way, and whether it is.

    In coordinates v, where theta = scale.theta(u0 + S v) and the Fisher information at the
    start is nearly the identity: a unit of v is a standard error, tol is measured in these.
    """
    try:
        first = posterior.at(theta)
    except ValueError:  # a random start where the kernel matrix fails
        return theta, np.array([-np.inf]), False
    u0, slope = scale.u(theta), scale.slope(scale.u(theta))
    F = slope[:, None] * first.information * slope
    precision, axes = np.linalg.eigh(F)
    S = axes / np.sqrt(np.maximum(precision, 0) + 0.1)  # 0.1: where the data are silent

    @lru_cache(maxsize=1)  # lbfgs asks for f, then for the gradient at the same point
    def at(*v):
        try:
            return posterior.at(scale.theta(u0 + S @ v))
        except ValueError:  # not positive definite, or a parameter beyond float64
            return None

    def f(v):
        there = at(*v)
        return np.inf if there is None else -there.log_likelihood

    def grad(v):
        return -S.T @ (scale.slope(u0 + S @ v) * at(*v).gradient)

    run = lbfgs(f, grad, np.zeros(len(theta)), tol=1e-4)
    converged = run.converged or run.grad_norms[-1] < 1e-2  # where rounding ended it
    return scale.theta(u0 + S @ run.x), -run.values, converged


class _Free:
    """theta as it is."""

    def __init__(self, theta):
        self.center = theta

    def theta(self, u):
        return u

    def u(self, theta):
        return theta

    def slope(self, u):
        return np.ones(len(u))

    def draw(self, rng):
        return self.center + np.log(20) * rng.uniform(-1, 1, size=len(self.center))


class _Box:
    """theta = low + (high - low) sigmoid(u): within the bounds for every u."""

    def __init__(self, bounds, theta):
        bounds = as_finite(bounds, "bounds")
        if bounds.shape not in ((2,), (len(theta), 2)):
            raise ValueError(
                f"bounds must have shape (2,) or {(len(theta), 2)}, one row for each entry "
                f"of theta, got {bounds.shape}"
            )
        bounds = np.broadcast_to(bounds, (len(theta), 2))
        if not ((bounds[:, 0] > 0) & (bounds[:, 0] <= bounds[:, 1])).all():
            raise ValueError(f"bounds must be positive, low <= high, got {bounds}")
        self.low, self.width = np.log(bounds[:, 0]), np.log(bounds[:, 1] / bounds[:, 0])
        outside = np.abs(theta - self.low - self.width / 2) > self.width / 2 + 1e-9
        if outside.any():
            k = np.flatnonzero(outside)[0]
            raise ValueError(
                f"parameter {k} starts at {np.exp(theta[k]):g}, outside its bounds "
                f"{bounds[k]}"
            )

    def theta(self, u):
        return self.low + self.width * sigmoid(u)

    def u(self, theta):
        share = (theta - self.low) / np.where(self.width > 0, self.width, 1.0)
        share = np.clip(share, 0.01, 0.99)  # at an end it could not move
        return np.log(share / (1 - share))

    def slope(self, u):
        return self.width * sigmoid(u) * sigmoid(-u)

    def draw(self, rng):
        return self.low + self.width * rng.uniform(size=len(self.low))


def _basis_values(basis, X):
    """H (n, q): the basis functions at the rows of ``X``; no columns without a basis."""
    if basis is None:
        return np.empty((len(X), 0))
    if not callable(basis):
        raise TypeError(f"basis must be a function of X, got {basis!r}")
    H = as_matrix(basis(X), "basis(X)")
    same_length(X, H, ("X", "basis(X)"))
    return H


def _full_rank_qr(W):
    """QR of the whitened basis, if its columns are independent."""
    Q, R = np.linalg.qr(W)
    lengths = np.linalg.norm(W, axis=0)
    if W.shape[1] > W.shape[0] or (np.abs(R.diagonal()) <= 100 * EPS * lengths).any():
        raise np.linalg.LinAlgError(
            f"the {W.shape[1]} columns of basis(X) are dependent on these {len(W)} rows: "
            "beta is not determined, leave out columns"
        )
    return Q, R


def _not_negative(var, prior):
    """Variances with rounding errors below 0 set to 0, and an error where they are large."""
    k = np.argmin(var + 1e-6 * prior)
    if var[k] < -1e-6 * prior[k]:
        raise np.linalg.LinAlgError(
            f"the variance at row {k} came out as {var[k]:.1e}: the kernel is not positive "
            "semidefinite, or its matrix too close to singular (raise noise)"
        )
    return np.maximum(var, 0)
