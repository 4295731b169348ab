"""Maximum likelihood for any model whose log-likelihood can be computed."""

import numpy as np

from utils import _checks
from utils.calculus import numerical_gradient, numerical_hessian
from utils.numerics import sigmoid
from utils.statistics.results import EstimateResult

MAX_ITER = 100
NO_TOP = "flat, or a saddle; it may be on a bound"
# In standard errors: steps of the differences, and the distance at which one more Newton
# step leaves nothing to gain
GRADIENT_STEP, HESSIAN_STEP, CLOSE = 1e-4, 3e-3, 3e-5
FAR = 1e100  # as good as infinity
FLAT = 1e-6  # curvatures below this share of the largest are rounding
EPS = np.finfo(float).eps


def mle(log_likelihood, theta0, data, bounds=None):
    """Maximum-likelihood estimate by damped Newton steps, with standard errors.

    Parameters
    ----------
    log_likelihood : callable
        ``log_likelihood(theta, data)``: the log-likelihood of all data, a number. Where
        theta makes no sense it may return -inf or NaN, or raise `ValueError`.
    theta0 : float or array_like, shape (p,)
        Where to start. For a float, theta is a float throughout.
    data : array_like or tuple of array_like
        Handed on as float64 arrays.
    bounds : sequence of (low, high), optional
        A pair for each parameter, or one pair for a float; None or infinity for no bound.
        theta stays strictly between them.

    Returns
    -------
    EstimateResult
        ``se`` and ``cov`` from the inverse of the observed information, minus the Hessian
        at the maximum. If ``converged`` is false they are NaN, and ``message`` says why.

    Raises
    ------
    ValueError
        If the log-likelihood isn't finite at ``theta0``, which must lie between the bounds;
        for data that are empty or not finite.
    TypeError
        If ``log_likelihood`` isn't callable.

    Notes
    -----
    Newton's step goes to the top of the parabola that fits gradient and Hessian, both
    numerical; it is halved until the likelihood rises, and turned uphill where the Hessian
    isn't negative definite. A parameter with bounds moves on the log scale (one bound) or
    the logit scale (two): the maximum is the same in every parametrization. Finds the
    maximum that is uphill from ``theta0``, to about 1e-7 standard errors. A step costs 2 p^2
    calls of ``log_likelihood`` or some more. Home: 04-statistics/03-estimation.ipynb.
    Source: Casella and Berger, *Statistical Inference*, 2nd ed. (2002), sections 7.2, 10.1.

    Examples
    --------
    Counts from a Poisson distribution:

    >>> def log_likelihood(rate, counts):
    ...     return np.sum(counts * np.log(rate) - rate)
    >>> fit = mle(log_likelihood, 1.0, [2, 0, 3, 1], bounds=(0, None))
    >>> round(fit.theta, 4), round(fit.se, 4)
    (1.5, 0.6124)
    """
    if not callable(log_likelihood):
        raise TypeError(
            f"log_likelihood must be callable, got {type(log_likelihood).__name__}"
        )
    theta0, scalar = _start(theta0)
    scale = _Scale(_pairs(bounds, len(theta0), scalar), theta0)
    data = _checked(data)

    def value(theta):
        argument = float(theta[0]) if scalar else theta.copy()
        return _checks.scalar(
            log_likelihood(argument, data), "log_likelihood(theta, data)"
        )

    if not np.isfinite(start := value(theta0)):
        raise ValueError(f"log_likelihood must be finite at theta0, got {start}")
    with np.errstate(all="ignore"):  # steps may leave the domain, and come back
        u, loglik, H, n_iter, message = climb(scale.safely(value), scale.inward(theta0))
        theta, jacobian = scale.outward(u), scale.slope(u)
    cov = np.full((len(u), len(u)), np.nan)
    if not message:
        cov = np.linalg.inv(-H) * jacobian * jacobian[:, None]
    se = np.sqrt(np.diag(cov))
    if scalar:
        theta, se, cov = float(theta[0]), float(se[0]), float(cov[0, 0])
    return EstimateResult(
        theta, se, cov, loglik, n_iter, not message, message or "the gradient is zero"
    )


def climb(f, u):
    """Newton's method upward: (u, f(u), its Hessian, steps, what went wrong or "")."""
    value, polished = f(u), False
    width = np.where(u == 0, 1.0, np.abs(u))  # a first guess of the standard errors
    for n_iter in range(MAX_ITER):
        H, width = _hessian(f, u, width)
        gradient = numerical_gradient(f, u, h=_steps(GRADIENT_STEP * width, u))
        if not (np.isfinite(H).all() and np.isfinite(gradient).all()):
            return u, value, H, n_iter, "not finite around theta: give bounds"
        step, is_top = _newton_step(gradient, H, width)
        gain = gradient @ step  # the squared length of the step, in standard errors
        noise = EPS * abs(value) / (GRADIENT_STEP * _wider(value))
        near = gain <= max(CLOSE, 3 * noise) ** 2
        if near and polished:
            is_top = is_top and _is_peak(f, u, value, 1 / np.sqrt(-np.diag(H)))
            message = "" if is_top else NO_TOP
            return u, value, H, n_iter, message
        u, value = _uphill(f, u, value, step, gain)
        polished = near
    return u, value, H, MAX_ITER, f"no maximum within {MAX_ITER} steps"


def _hessian(f, u, width):
    """The Hessian, and standard errors if only one parameter were free at a time.

    The differences need steps that fit those, and those need the differences: a few rounds.
    """
    wider = _wider(f(u))
    for _ in range(12):
        H = numerical_hessian(f, u, h=_steps(HESSIAN_STEP * width, u))
        if not np.isfinite(H).all():
            width = width / 10  # the steps left the domain
            continue
        curvature = np.abs(np.diag(H))
        found = np.where(curvature > 0, wider / np.sqrt(curvature), 100 * width)
        fits = (found < 3 * width) & (width < 3 * found)
        width = np.clip(found, width / 100, np.minimum(100 * width, FAR))
        if fits.all():
            break
    return H, width


def _wider(value):
    """How much wider steps must be, lest rounding of so large a value drown differences."""
    return np.sqrt(max(1.0, 1e3 * EPS * abs(value) / HESSIAN_STEP**2))


def _steps(h, u):
    return np.maximum(h, 8 * np.spacing(np.abs(u)))


def _newton_step(gradient, H, width):
    """The step to the top of the parabola, and whether it has a top.

    Along eigenvectors of H that bend upward the step is as long as if they bent downward.
    """
    w, V = np.linalg.eigh(H * width * width[:, None])
    size = np.abs(w).max()
    along = (V.T @ (gradient * width)) / np.maximum(np.abs(w), FLAT * size or 1.0)
    return width * (V @ along), bool(w[-1] < -FLAT * size)


def _is_peak(f, u, value, se):
    """Whether half a standard error away, to all sides, the likelihood is lower as it should.

    A parabola falls by 1/8. On a plateau the Hessian may promise it, and doesn't keep it.
    """
    sides = np.concatenate([np.diag(se / 2), -np.diag(se / 2)])
    return all(0.01 < value - f(u + side) < 10 for side in sides)


def _uphill(f, u, value, step, gain):
    """The first of u + step, u + step / 2, ... where f rises as it should; or u itself."""
    for t in 0.5 ** np.arange(60):
        new = u + t * step
        new_value = f(new)
        if new_value >= value + 1e-4 * t * gain - 4 * EPS * abs(value):
            return new, new_value
    return u, value


class _Scale:
    """Parameters between bounds as numbers without bounds, by logarithms."""

    def __init__(self, bounds, theta0):
        self.low, self.high = bounds
        self.below, self.above = np.isfinite(self.low), np.isfinite(self.high)
        if not self.inside(theta0):
            raise ValueError(
                f"theta0 must lie between the bounds {self.low} and {self.high}, "
                f"got {theta0}"
            )

    def inside(self, theta):
        return bool(np.all((theta > self.low) & (theta < self.high)))

    def inward(self, theta):
        """u = theta, log(theta - low), -log(high - theta), or the difference of the two."""
        u = np.where(self.below, 0.0, np.where(self.above, 0.0, theta))
        u[self.below] += np.log((theta - self.low)[self.below])
        u[self.above] -= np.log((self.high - theta)[self.above])
        return u

    def outward(self, u):
        """theta from u."""
        theta = np.where(self.below, self.low + np.exp(u), u)
        theta = np.where(self.above, self.high - np.exp(-u), theta)
        both = self.below & self.above
        width = np.where(both, self.high - self.low, 0.0)
        return np.where(both, self.low + width * sigmoid(u), theta)

    def slope(self, u):
        """d theta / d u."""
        slope = np.where(self.below, np.exp(u), np.where(self.above, np.exp(-u), 1.0))
        both = self.below & self.above
        width = np.where(both, self.high - self.low, 0.0)
        return np.where(both, width * sigmoid(u) * sigmoid(-u), slope)

    def safely(self, value):
        """The log-likelihood as a function of u: -inf where theta makes no sense."""

        def f(u):
            theta = self.outward(u)
            if not self.inside(theta) or np.abs(u).max() > FAR:
                return -np.inf
            try:
                loglik = value(theta)
            except ValueError:
                return -np.inf
            return -np.inf if np.isnan(loglik) else loglik

        return f


def _start(theta0):
    """theta0 as a vector, and whether it was a single number."""
    theta0 = _checks.as_finite(theta0, "theta0")
    if theta0.ndim > 1 or theta0.size == 0:
        raise ValueError(
            f"theta0 must be a number or a vector (p,), got shape {theta0.shape}"
        )
    return np.atleast_1d(theta0), theta0.ndim == 0


def _pairs(bounds, p, scalar):
    """Lower and upper bounds as arrays (p,), infinite where there are none."""
    if bounds is None:
        return np.full(p, -np.inf), np.full(p, np.inf)
    pairs = [bounds] if scalar else list(bounds)
    if len(pairs) != p or any(np.ndim(pair) != 1 or len(pair) != 2 for pair in pairs):
        raise ValueError(
            f"bounds must be a pair (low, high) for each of {p} parameters, got {bounds!r}"
        )
    low = [-np.inf if a is None else _checks.scalar(a, "bounds") for a, _ in pairs]
    high = [np.inf if b is None else _checks.scalar(b, "bounds") for _, b in pairs]
    return np.array(low), np.array(high)


def _checked(data):
    if isinstance(data, tuple):
        return tuple(_checked(part) for part in data)
    data = _checks.as_finite(data, "data")
    if data.size == 0:
        raise ValueError(f"data must not be empty, got shape {data.shape}")
    return data
