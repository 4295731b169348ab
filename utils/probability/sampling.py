"""Monte Carlo: integrals by random draws, with honest error bars, and draws by rejection."""

import math

import numpy as np

from utils import _checks
from utils.probability.base import as_function, values_at

BLOCK = 100_000  # proposals drawn at once
PATIENCE = 10_000_000  # proposals in a row without an accepted one: then it gives up


def monte_carlo(f, sample, n, rng):
    """Estimate E f(X) by the mean of f over n independent draws, with its standard error.

    Parameters
    ----------
    f : callable
        Takes the n draws at once and returns n finite numbers.
    sample : callable
        ``sample(n, rng)`` returns n draws of X, shape (n,) or (n, d): the method of a
        distribution, or a function of your own.
    n : int
        Number of draws, at least 2.
    rng : numpy.random.Generator

    Returns
    -------
    estimate : float
    standard_error : float
        Standard deviation of the n values (divisor n - 1) over sqrt(n): by the central limit
        theorem estimate +- 1.96 standard errors covers E f(X) about 95 times in 100, if
        f(X) has a variance and n is large.

    Raises
    ------
    ValueError
        If n < 2, if sample doesn't return n draws, or f one finite number for each of them.
    TypeError
        If rng is not a Generator, or f or sample not a function.

    Notes
    -----
    The error falls like 1/sqrt(n) in any dimension; O(n) evaluations and memory. Where f(X)
    has no variance (a Cauchy draw) the standard error looks harmless and means nothing.
    Home: 03-probability/08-monte-carlo-and-markov-chains.ipynb.

    Examples
    --------
    The area of the quarter circle, times 4:

    >>> def square(n, rng):
    ...     return rng.random((n, 2))
    >>> def inside(x):
    ...     return 4.0 * (x[:, 0] ** 2 + x[:, 1] ** 2 < 1)
    >>> pi, error = monte_carlo(inside, square, 10_000, np.random.default_rng(0))
    >>> abs(pi - np.pi) < 3 * error, round(error, 3)
    (True, 0.016)
    """
    rng, n = _checks.as_rng(rng), _checks.count(n, "n", low=2)
    values = _finite_values(f, _draws(as_function(sample, "sample"), n, rng, "sample"))
    return float(values.mean()), _standard_error(values)


def importance_sampling(f, log_target, proposal, n, rng, normalized=True):
    """Estimate E f(X) under a target density from draws of another law, with weights.

    Parameters
    ----------
    f : callable
        Takes n points at once and returns n numbers, finite where the target isn't 0.
    log_target : callable
        Takes n points and returns the log density of the target there, -inf where it is 0.
    proposal : distribution
        Has ``sample(n, rng)`` and ``logpdf`` (or ``logpmf``). It must be possible wherever
        the target is, and should have the heavier tails.
    n : int
        Number of draws, at least 2.
    rng : numpy.random.Generator
    normalized : bool
        Whether log_target includes its normalizing constant. If not, the weights are divided
        by their sum, which costs a bias of order 1/n.

    Returns
    -------
    estimate : float
        The mean of w f, w = target/proposal; or sum(w f)/sum(w) if not normalized.
    standard_error : float
        Standard deviation of w f over sqrt(n), divisor n - 1; if not normalized, the delta
        method's sqrt(sum(w^2 (f - estimate)^2))/sum(w).
    ess : float
        Effective sample size sum(w)^2/sum(w^2), between 1 and n: how many draws of the
        target itself would have weights that vary as little.

    Raises
    ------
    ValueError
        If all weights are zero, n < 2, f or log_target doesn't return one number per point,
        f is not finite where the weight isn't 0, log_target is NaN or +inf, or
        weights overflow (then log_target is not normalized).
    TypeError
        If rng is not a Generator, f or log_target not a function, or proposal no distribution.

    Notes
    -----
    Works with log weights, shifted by their maximum. O(n) evaluations and memory. A small
    ess warns of a bad proposal, but a large one proves nothing: a proposal with lighter
    tails than the target gives small, confident, wrong error bars.
    Home: 03-probability/08-monte-carlo-and-markov-chains.ipynb.
    Source: Owen, *Monte Carlo Theory, Methods and Examples* (2013), chapter 9.

    Examples
    --------
    P(Z > 4) = 3.167e-5 for a normal Z, from draws around 4:

    >>> from utils.probability import Normal
    >>> estimate, error, ess = importance_sampling(
    ...     lambda x: x > 4, Normal().logpdf, Normal(4, 1), 10_000, np.random.default_rng(0)
    ... )
    >>> abs(estimate - 3.167e-5) < 3 * error, error < 0.03 * estimate
    (True, True)
    """
    rng, n = _checks.as_rng(rng), _checks.count(n, "n", low=2)
    if not isinstance(normalized, bool | np.bool_):
        raise TypeError(f"normalized must be True or False, got {normalized!r}")
    x = _draws(_method(proposal, "sample"), n, rng, "proposal")
    log_w = _log_density(log_target, x, "log_target") - _log_proposal(proposal, x)
    largest = log_w.max()
    if largest == -np.inf:
        raise ValueError("the weights are all 0: no draw is possible under log_target")
    w = np.exp(log_w - largest)
    values = _finite_values(f, x, where=w > 0)
    ess = w.sum() ** 2 / (w * w).sum()
    if not normalized:
        estimate = (w * values).sum() / w.sum()
        error = np.sqrt(np.sum((w * (values - estimate)) ** 2)) / w.sum()
        return float(estimate), float(error), float(ess)
    if largest > 700:
        raise ValueError(
            f"the weights reach e^{largest:.0f}: if log_target lacks its constant, pass "
            "normalized=False"
        )
    weighted, scale = w * values, math.exp(largest)
    return scale * float(weighted.mean()), scale * _standard_error(weighted), float(ess)


def control_variate(f_values, g_values, g_mean):
    """Reduce the variance of a mean by a companion g whose exact mean is known.

    Parameters
    ----------
    f_values, g_values : array_like, shape (n,)
        Values of f and g at the same n independent draws; n at least 3.
    g_mean : float
        The exact expectation of g.

    Returns
    -------
    estimate : float
        mean(f) - c (mean(g) - g_mean).
    standard_error : float
        Standard deviation of f - c g over sqrt(n), with divisor n - 2, since c is fitted too.
    c : float
        Covariance of f and g over the variance of g, which makes the error least: the
        variance becomes 1 - rho^2 of what it was, rho the correlation.

    Raises
    ------
    ValueError
        If the two differ in length, n < 3, g is constant, or something isn't finite.

    Notes
    -----
    The intercept of the regression of f on g - g_mean. O(n). As c comes from the same draws,
    the bias is of order 1/n. Home: 03-probability/08-monte-carlo-and-markov-chains.ipynb.

    Examples
    --------
    The integral of e^u from 0 to 1, with g(u) = u, whose mean is 1/2:

    >>> u = np.random.default_rng(0).random(10_000)
    >>> estimate, error, c = control_variate(np.exp(u), u, 0.5)
    >>> abs(estimate - (np.e - 1)) < 3 * error, round(c, 2)
    (True, 1.69)
    """
    f = _checks.moderate(_checks.as_vector(f_values, "f_values"), "f_values")
    g = _checks.moderate(_checks.as_vector(g_values, "g_values"), "g_values")
    _checks.same_length(f, g, ("f_values", "g_values"))
    if len(f) < 3:
        raise ValueError(f"f_values must hold at least 3 draws, got {len(f)}")
    g_mean = _checks.in_range(g_mean, "g_mean", -1e150, 1e150)
    if g.min() == g.max():
        raise ValueError(f"g_values must vary, got {g[0]} throughout")
    deviation = g - g.mean()
    scale = np.abs(deviation).max()
    deviation /= scale  # squares of tiny numbers would underflow
    c = (deviation @ (f - f.mean())) / (deviation @ deviation) / scale
    adjusted = f - c * (g - g_mean)
    return float(adjusted.mean()), _standard_error(adjusted, fitted=2), float(c)


def rejection_sample(log_target, proposal, log_m, n, rng):
    """Draw n times from a target density: propose, and accept with probability target/(M q).

    Parameters
    ----------
    log_target : callable
        Takes an array of points and returns the log density of the target there, up to a
        constant; -inf where it is 0.
    proposal : distribution
        Has ``sample(n, rng)`` and ``logpdf`` (or ``logpmf``): the law q of the proposals.
    log_m : float
        Log of the bound M: target <= M q everywhere.
    n : int
        Number of draws wanted.
    rng : numpy.random.Generator

    Returns
    -------
    x : ndarray, shape (n,) or (n, d)
    acceptance : float
        Share of the proposals that were accepted, about 1/M if the target is normalized.

    Raises
    ------
    ValueError
        If some proposal has log_target > log_m + log q (by more than 1e-9): then M is no
        bound, and the draws would not follow the target.
    RuntimeError
        If 10,000,000 proposals in a row are rejected.
    TypeError
        If rng is not a Generator, log_target not a function, or proposal no distribution.

    Notes
    -----
    n M proposals are needed on average, drawn 100,000 at a time at most.
    Home: 03-probability/08-monte-carlo-and-markov-chains.ipynb.

    Examples
    --------
    Beta(2, 5) under a uniform, whose bound is the density's maximum 2.4576:

    >>> from utils.probability import Beta, Uniform
    >>> x, acceptance = rejection_sample(
    ...     Beta(2, 5).logpdf, Uniform(), np.log(2.4576), 1000, np.random.default_rng(0)
    ... )
    >>> len(x), abs(acceptance - 1 / 2.4576) < 0.05
    (1000, True)
    """
    rng, n = _checks.as_rng(rng), _checks.count(n, "n")
    log_m = _checks.in_range(log_m, "log_m", -1e300, 1e300)
    sample = _method(proposal, "sample")
    kept, accepted, proposed, in_vain = [], 0, 0, 0
    while accepted < n:
        expected = (accepted + 1) / (proposed + 1)
        size = int(min(BLOCK, 1.1 * (n - accepted) / expected + 10))
        x = _draws(sample, size, rng, "proposal")
        log_u = np.log(1 - rng.random(size))
        accept = log_u < _log_ratio(log_target, proposal, log_m, x)
        kept.append(x[accept])
        accepted, proposed = accepted + int(accept.sum()), proposed + size
        in_vain = 0 if accept.any() else in_vain + size
        if in_vain > PATIENCE:
            raise RuntimeError(
                f"no proposal was accepted among {in_vain}: log_m is too large, or the "
                "proposals miss the target"
            )
    return np.concatenate(kept)[:n], accepted / proposed


# What they share -------------------------------------------------------------------------


def _standard_error(values, fitted=1):
    """Of their mean: the standard deviation with divisor n - ``fitted``, over sqrt(n)."""
    deviation = values - values.mean()
    size = np.abs(deviation).max()
    if size == 0:
        return 0.0
    squares = np.sum((deviation / size) ** 2)  # which neither overflow nor underflow
    return float(size * np.sqrt(squares / (len(values) - fitted) / len(values)))


def _method(law, name):
    if not callable(getattr(law, name, None)) or isinstance(law, type):
        raise TypeError(f"proposal must be a distribution, got {law!r}")
    return getattr(law, name)


def _draws(sample, n, rng, name):
    """n draws as an array, shape (n,) or (n, d)."""
    x = np.array(sample(n, rng))
    if x.ndim not in (1, 2) or len(x) != n or x.dtype.kind not in "biuf":
        raise ValueError(
            f"{name} must give {n} draws, numbers of shape ({n},) or ({n}, d), got "
            f"shape {x.shape} of dtype {x.dtype}"
        )
    return x


def _finite_values(f, x, where=True):
    """f(x), which must be finite at the points ``where`` it counts; 0 elsewhere."""
    values = np.where(where, values_at(f, x), 0.0)
    if not np.isfinite(values).all():
        worst = np.flatnonzero(~np.isfinite(values))[0]
        raise ValueError(f"f must be finite, got f({x[worst]}) = {values[worst]}")
    return _checks.moderate(values, "f")


def _log_density(log_target, x, name):
    values = values_at(log_target, x, name)
    if np.isnan(values).any() or (values == np.inf).any():
        raise ValueError(f"{name} must be finite or -inf, got NaN or +inf")
    return values


def _log_proposal(proposal, x):
    """Log density of the proposal at its own draws, where it can't be 0."""
    discrete = not hasattr(proposal, "logpdf")
    name = "logpmf" if discrete else "logpdf"
    values = values_at(_method(proposal, name), x, f"proposal.{name}")
    if not np.isfinite(values).all():
        raise ValueError(f"proposal.{name} must be finite at the proposal's own draws")
    return values


def _log_ratio(log_target, proposal, log_m, x):
    """ln(target/(M q)), which must not be positive beyond rounding."""
    log_target = _log_density(log_target, x, "log_target")
    log_bound = log_m + _log_proposal(proposal, x)
    over = log_target - log_bound
    if over.max() > 1e-9:
        worst = over.argmax()
        raise ValueError(
            f"log_target must not exceed log_m + log q, but does so by {over[worst]:.3g} "
            f"at x = {x[worst]}: raise log_m"
        )
    return over
