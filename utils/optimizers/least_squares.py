"""Sums of squares: Gauss and Newton's shortcut to the Hessian, and how to damp it."""

from functools import cached_property

import numpy as np

from utils import _checks
from utils.optimizers.descent import _descend, _History, _NoStep
from utils.optimizers.line_search import EPS


def gauss_newton(residual, jac, x0, steps=100, tol=1e-10):
    r"""Minimize half a sum of squares, |r(x)|^2 / 2, by solving linear least squares.

    Each step makes the linear model r + J p of the residuals as short as it can be.

    Parameters
    ----------
    residual : callable
        Takes a point of shape (d,) and returns the residuals, shape (n,) with n >= d.
    jac : callable
        Takes a point and returns their Jacobian, shape (n, d).
    x0 : array_like, shape (d,)
        The start.
    steps : int
        Steps allowed.
    tol : float
        Stop, converged, once the part of the residual that the linear model can still
        remove, |J p|, is at most ``tol * |r|``, or the step p, in units of the columns of
        J, at most ``tol`` times x.

    Returns
    -------
    OptResult
        ``values`` are |r|^2 / 2. ``extra["cov"]``, shape (d, d), estimates the covariance
        of x: (J^T J)^-1 times |r|^2 / (n - d), NaN if n = d and infinite if the columns
        of J are dependent. Not converged, with a message, if the steps run out, the
        iterates diverge, or the columns of J become dependent.

    Raises
    ------
    ValueError
        If there are fewer residuals than parameters, or something has the wrong shape.

    Notes
    -----
    Home: 05-optimization/05-second-order-methods.ipynb. J^T J is the Hessian without the
    terms r_i times the Hessian of r_i: close to it where residuals are small or almost
    linear, and then nearly as fast as Newton's method. The steps are full, nothing guards
    them: `levenberg_marquardt` does. One SVD of J a step, O(n d^2).

    References
    ----------
    J. Nocedal and S. J. Wright, *Numerical Optimization* (2006), section 10.3.

    Examples
    --------
    >>> t, y = np.array([0.0, 1.0, 2.0]), np.array([2.0, 1.0, 0.5])
    >>> run = gauss_newton(lambda x: x[0] * np.exp(x[1] * t) - y,
    ...     lambda x: np.column_stack([np.exp(x[1] * t), x[0] * t * np.exp(x[1] * t)]),
    ...     [1.0, 0.0])
    >>> run.converged, run.x.round(6)
    (True, array([ 2.      , -0.693147]))
    """
    history = _SumOfSquares(residual, jac, x0)

    def move(k, x, g):
        history.fit.check()
        if history.fit.rank < len(x):
            raise _NoStep(
                f"the Jacobian has rank {history.fit.rank} of {len(x)} "
                "(levenberg_marquardt can go on)"
            )
        return x + history.fit.step(0.0), 1.0

    run = _descend(history, move, steps, tol, "Gauss-Newton")
    run.extra = {"cov": history.fit.covariance()}
    return run


def levenberg_marquardt(residual, jac, x0, lam=1e-3, steps=200, tol=1e-10):
    r"""Gauss-Newton with a damping that grows when a step fails and fades when it works.

    .. math:: (J^\top J + \lambda\, \mathrm{diag}(J^\top J))\, p = -J^\top r

    Parameters
    ----------
    residual : callable
        Takes a point of shape (d,) and returns the residuals, shape (n,) with n >= d.
    jac : callable
        Takes a point and returns their Jacobian, shape (n, d).
    x0 : array_like, shape (d,)
        The start; residuals and Jacobian must be finite there.
    lam : float
        First damping, positive. It is divided by 3 after a step that lowers the sum, and
        doubled, with a new trial from the same point, after one that doesn't.
    steps : int
        Steps allowed; trials that fail don't count.
    tol : float
        As for `gauss_newton`, whose undamped step the test uses.

    Returns
    -------
    OptResult
        As for `gauss_newton`; ``extra["lam"]``, shape (k,), holds the damping of each step.
        ``n_fun`` counts residuals and with them the trials, ``n_grad`` Jacobians.

    Raises
    ------
    ValueError
        If there are fewer residuals than parameters, lam is not positive, or something has
        the wrong shape.

    Notes
    -----
    Home: 05-optimization/05-second-order-methods.ipynb. Small lam: Gauss-Newton; large lam: a
    short step against the gradient, each parameter in its own units. Dependent columns of J
    do no harm. One SVD of J a step, O(n d^2), serves all trials. Where f changes by rounding
    only, a trial must lower |J p| / |r| instead.

    References
    ----------
    D. W. Marquardt, "An algorithm for least-squares estimation of nonlinear parameters",
    SIAM J. Appl. Math. 11 (1963). J. J. More, "The Levenberg-Marquardt algorithm:
    implementation and theory", Lecture Notes in Mathematics 630 (1978).

    Examples
    --------
    >>> t, y = np.array([0.0, 1.0, 2.0]), np.array([2.0, 1.0, 0.5])
    >>> run = levenberg_marquardt(lambda x: x[0] * np.exp(x[1] * t) - y,
    ...     lambda x: np.column_stack([np.exp(x[1] * t), x[0] * t * np.exp(x[1] * t)]),
    ...     [10.0, 0.0])
    >>> run.converged, run.x.round(6)
    (True, array([ 2.      , -0.693147]))
    """
    lam = _checks.in_range(lam, "lam", 0, np.inf, closed=(False, False))
    history, dampings = _SumOfSquares(residual, jac, x0), []

    def move(k, x, g):
        nonlocal lam
        history.fit.check()
        for _ in range(200):
            new = x + history.fit.step(lam)
            if history.improves(new):
                dampings.append(lam)
                lam /= 3
                return new, 1.0
            lam *= 2
        raise _NoStep("no damping lowers the sum of squares")

    run = _descend(history, move, steps, tol, "Levenberg-Marquardt")
    run.extra = {"lam": np.array(dampings), "cov": history.fit.covariance()}
    return run


class _SumOfSquares(_History):
    """|r|^2 / 2 along the path, with the linear model of r at the last iterate."""

    def __init__(self, residual, jac, x0):
        super().__init__(None, None, x0)
        self.residual, self.jac = residual, jac
        self.ahead = None  # the linear model at the next iterate, where a trial made it

    def visit(self, x):
        self.x, self.fit = x, self.ahead or self.model(x)
        self.ahead = None
        self.path.append(x.copy())
        self.values.append(self.fit.half_sum)
        return self.fit.gradient

    def settled(self, norm, tol):
        fit = self.fit
        if np.linalg.norm(fit.c) <= tol * np.linalg.norm(fit.r):
            return f"the model can remove at most {tol:g} of the residual"
        if np.linalg.norm(fit.c / fit.s) <= tol * np.linalg.norm(fit.scale * self.x):
            return f"step at most {tol:g} of x"
        return None

    def improves(self, new):
        """Whether the sum falls; where it can't tell, whether the model has less to remove."""
        model = self.model(new)
        self.ahead = model
        if self.fit.c @ self.fit.c > 20 * EPS * self.fit.half_sum:
            return model.half_sum < self.fit.half_sum
        return np.linalg.norm(model.c) < np.linalg.norm(self.fit.c)

    def model(self, x):
        r = np.array(self.residual(x), dtype=float)
        d = len(x)
        if r.ndim != 1 or len(r) < d:
            raise ValueError(
                f"residual must return shape (n,) with n >= {d}, as many as parameters, "
                f"got {r.shape}"
            )
        self.n_fun += 1
        return _LinearModel(r, lambda: self.jacobian(x, (len(r), d)))

    def jacobian(self, x, shape):
        J = np.array(self.jac(x), dtype=float)
        if J.shape != shape:
            raise ValueError(f"jac must return shape {shape}, got {J.shape}")
        self.n_grad += 1
        return J


class _LinearModel:
    """r + J p around a point; one SVD of J, its columns scaled to length 1, serves all lam."""

    def __init__(self, r, jacobian):
        self.r, self._jacobian = r, jacobian
        self.half_sum = float(r @ r / 2)

    @cached_property
    def J(self):
        return self._jacobian()

    @cached_property
    def gradient(self):
        return self.J.T @ self.r

    @cached_property
    def finite(self):
        return np.isfinite(self.r).all() and np.isfinite(self.J).all()

    @cached_property
    def scale(self):
        lengths = np.linalg.norm(self.J, axis=0)
        return np.where(lengths > 0, lengths, 1.0)

    @cached_property
    def svd(self):
        """Singular values, rows of Vt and the coordinates U^T r, up to the rank."""
        if not self.finite:
            d = self.J.shape[1]
            return np.full(d, np.nan), np.eye(d), np.full(d, np.nan)
        U, s, Vt = np.linalg.svd(self.J / self.scale, full_matrices=False)
        kept = s > max(self.J.shape) * EPS * s[0]
        return s[kept], Vt[kept], U[:, kept].T @ self.r

    @property
    def s(self):
        return self.svd[0]

    @property
    def c(self):
        """Coordinates of the part of r that the columns of J can remove."""
        return self.svd[2]

    @property
    def rank(self):
        return len(self.s)

    def check(self):
        if not self.finite:
            raise _NoStep("the residuals or their Jacobian are not finite")

    def step(self, lam):
        s, Vt, c = self.svd
        return -(s * c / (s**2 + lam)) @ Vt / self.scale

    def covariance(self):
        s, Vt, _ = self.svd
        n, d = self.J.shape
        if n == d or not self.finite:
            return np.full((d, d), np.nan)
        if self.rank < d:
            return np.full((d, d), np.inf)
        V = Vt.T / s / self.scale[:, None]
        return 2 * self.half_sum / (n - d) * V @ V.T
