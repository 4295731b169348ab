"""Markov chain Monte Carlo: dependent draws from a density known up to a constant, and how
much they are worth."""

import math

import numpy as np

from utils import _checks
from utils.probability.base import as_function

# Samplers --------------------------------------------------------------------------------


def metropolis_hastings(log_density, x0, proposal, n, rng, log_q_ratio=None):
    """Draw a chain that has the given density as its stationary law.

    Parameters
    ----------
    log_density : callable
        ``log_density(x)``, a number: log of the target density at one point, up to a
        constant; -inf where it is 0.
    x0 : float or array_like, shape (d,)
        Where the chain starts; the target must not be 0 there.
    proposal : callable
        ``proposal(x, rng)`` draws a point of the same shape as x, given the present one.
    n : int
        Number of steps.
    rng : numpy.random.Generator
    log_q_ratio : callable, optional
        ``log_q_ratio(x, y)`` = ln q(x | y) - ln q(y | x), where q(y | x) is the density of
        proposing y at x. Without it the proposal is taken to be symmetric.

    Returns
    -------
    samples : ndarray, shape (n,) or (n, d)
        The chain after each step (x0 not included). Where a proposal was rejected, the old
        point is repeated: it counts again.
    acceptance : float
        Share of the proposals that were accepted.

    Raises
    ------
    ValueError
        If log_density(x0) is -inf, log_density or log_q_ratio gives NaN or +inf, or a
        proposal isn't finite or has another shape than x0.
    TypeError
        If rng is not a Generator, or a function is not one.

    Notes
    -----
    Accepts y at x with probability min(1, pi(y) q(x | y) / (pi(x) q(y | x))), which makes the
    flows x to y and y to x equal (detailed balance). Only a ratio of densities is needed.
    One evaluation of log_density a step. How good the chain is, `effective_sample_size`
    and `split_rhat` say, not the acceptance. For a random walk on one coordinate 0.44 is
    about best.
    Home: 03-probability/08-monte-carlo-and-markov-chains.ipynb.
    Source: W. K. Hastings, "Monte Carlo sampling methods using Markov chains and their
    applications", Biometrika 57 (1970).

    Examples
    --------
    >>> def step(x, rng):
    ...     return x + 2.4 * rng.normal()
    >>> chain, acceptance = metropolis_hastings(
    ...     lambda x: -0.5 * x**2, 0.0, step, 20_000, np.random.default_rng(0)
    ... )
    >>> bool(abs(chain.mean()) < 0.1), round(acceptance, 1)
    (True, 0.4)
    """
    n, rng = _checks.count(n, "n"), _checks.as_rng(rng)
    as_function(log_density, "log_density"), as_function(proposal, "proposal")
    if log_q_ratio is not None:
        as_function(log_q_ratio, "log_q_ratio")
    x = _start(x0)
    shape = np.shape(x)
    log_p = _log_value(log_density(x), "log_density")
    if log_p == -math.inf:
        raise ValueError(f"log_density(x0) must not be -inf, got it at x0 = {x0!r}")
    samples, accepted = np.empty((n, *shape)), 0
    for i in range(n):
        y = _point(proposal(x, rng), shape, "proposal(x, rng)")
        log_p_y = _log_value(log_density(y), "log_density")
        log_ratio = log_p_y - log_p
        if log_q_ratio is not None and log_p_y > -math.inf:
            log_ratio += _log_value(log_q_ratio(x, y), "log_q_ratio")
        if math.log(1 - rng.random()) < log_ratio:
            x, log_p, accepted = y, log_p_y, accepted + 1
        samples[i] = x
    return samples, accepted / n


def gibbs(conditionals, x0, n, rng):
    """Draw a chain by renewing one coordinate after the other, given all the others.

    Parameters
    ----------
    conditionals : sequence of d callables
        ``conditionals[i](x, rng)`` draws coordinate i from its law given the others, as they
        stand in ``x``, shape (d,), which is read-only and changes from call to call.
    x0 : array_like, shape (d,)
    n : int
        Number of sweeps; each renews the coordinates 0, ..., d - 1 in this order.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray, shape (n, d)
        The chain after each sweep (x0 not included).

    Raises
    ------
    ValueError
        If there are not d conditionals, or one draws something else than a finite number.
    TypeError
        If rng is not a Generator, or a conditional is not a function.

    Notes
    -----
    Each step is a Metropolis-Hastings step that is always accepted. n d draws. Slow where
    coordinates depend strongly on each other: a pair of normals with correlation rho keeps
    rho^2 of its deviation from sweep to sweep.
    Home: 03-probability/08-monte-carlo-and-markov-chains.ipynb.
    Source: S. Geman and D. Geman, "Stochastic relaxation, Gibbs distributions, and the
    Bayesian restoration of images", IEEE TPAMI 6 (1984).

    Examples
    --------
    Two normals with correlation 0.6:

    >>> def first(x, rng):
    ...     return 0.6 * x[1] + 0.8 * rng.normal()
    >>> def second(x, rng):
    ...     return 0.6 * x[0] + 0.8 * rng.normal()
    >>> chain = gibbs([first, second], [0, 0], 10_000, np.random.default_rng(0))
    >>> bool(abs(np.corrcoef(chain.T)[0, 1] - 0.6) < 0.05)
    True
    """
    x, n, rng = _checks.as_vector(x0, "x0"), _checks.count(n, "n"), _checks.as_rng(rng)
    if callable(conditionals) or len(conditionals) != x.size:
        raise ValueError(f"conditionals must be {x.size} functions, one per coordinate")
    for draw in conditionals:
        as_function(draw, "each of conditionals")
    shown = x.view()
    shown.flags.writeable = False
    samples = np.empty((n, x.size))
    for sample in samples:
        for i, draw in enumerate(conditionals):
            x[i] = _point(draw(shown, rng), (), f"conditionals[{i}](x, rng)")
        sample[:] = x
    return samples


# Diagnostics -----------------------------------------------------------------------------


def autocorrelation(x, max_lag):
    """Correlation of a series with itself, 0, 1, ..., ``max_lag`` steps later.

    Parameters
    ----------
    x : array_like, shape (n,)
        A series, at least 4 values, not constant.
    max_lag : int
        At most n - 1.

    Returns
    -------
    ndarray, shape (max_lag + 1,)
        r_k = sum over t of (x_t - m)(x_{t+k} - m), divided by its value at k = 0, with m the
        mean of the whole series. r_0 = 1.

    Raises
    ------
    ValueError
        If x has fewer than 4 values or is constant, or max_lag is not in 0, ..., n - 1.

    Notes
    -----
    All lags at once by the fast Fourier transform, O(n log n): the transform of the sums is
    the squared modulus of the transform of x, which is followed by zeros so that its end
    doesn't meet its beginning. Every sum is divided by n, not n - k: far lags, with few
    products, are drawn to 0. Home: 03-probability/08-monte-carlo-and-markov-chains.ipynb.

    Examples
    --------
    >>> autocorrelation([1, -1, 1, -1], 2)
    array([ 1.  , -0.75,  0.5 ])
    """
    x = _chain(x, "x")
    max_lag = _checks.count(max_lag, "max_lag", low=0)
    if max_lag >= x.size:
        raise ValueError(f"max_lag must be below {x.size}, got {max_lag}")
    return _autocorrelation(x)[: max_lag + 1]


def effective_sample_size(chain):
    """How many independent draws would give a mean as exact as this chain's.

    Parameters
    ----------
    chain : array_like, shape (n,)
        One coordinate, or one function, of the chain; at least 4 values, not constant.

    Returns
    -------
    float
        n/tau with tau = 1 + 2 (r_1 + r_2 + ...), r the autocorrelations. More than n where
        neighbors repel each other, at most n log10(n).

    Raises
    ------
    ValueError
        If the chain has fewer than 4 values or is constant.

    Notes
    -----
    The far r_k are noise. For a reversible chain the sums r_{2m} + r_{2m+1} are positive in
    theory, so they are added up as long as they are. O(n log n). A chain that has not yet
    seen a part of its law doesn't know: compare several by `split_rhat`.
    Home: 03-probability/08-monte-carlo-and-markov-chains.ipynb.
    Source: C. J. Geyer, "Practical Markov chain Monte Carlo", Statistical Science 7 (1992);
    the bound as in Vehtari et al., Bayesian Analysis 16 (2021).

    Examples
    --------
    >>> chain = np.random.default_rng(0).normal(size=10_000)
    >>> 9000 < effective_sample_size(chain) < 11000
    True
    """
    r = _autocorrelation(_chain(chain, "chain"))
    n = r.size
    pairs = r[: n - n % 2].reshape(-1, 2).sum(axis=1)
    negative = np.flatnonzero(pairs <= 0)
    pairs = pairs[: negative[0]] if negative.size else pairs
    tau = 2 * pairs.sum() - 1
    return float(n / max(tau, 1 / math.log10(n)))


def split_rhat(chains):
    """Whether several chains agree: the factor by which the spread might still shrink.

    Parameters
    ----------
    chains : array_like, shape (m, n)
        m chains of n draws of one quantity, one per row, started far apart; n at least 4.

    Returns
    -------
    float
        Near 1 if all halves of all chains look alike; above 1.01 they need more time.

    Raises
    ------
    ValueError
        If chains is not of shape (m, n) with n >= 4, or a half of every chain is constant.

    Notes
    -----
    Each chain is cut in halves, so that one that drifts disagrees with itself (of an odd
    number the middle draw is left out). With N draws in a half, W the mean variance of the
    halves and B/N the variance of their means: R^2 = (N - 1)/N + (B/N)/W. O(m n).
    Home: 03-probability/08-monte-carlo-and-markov-chains.ipynb.
    Source: A. Gelman et al., *Bayesian Data Analysis*, 3rd ed. (2013), section 11.4.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> chains = rng.normal(size=(4, 1000))
    >>> round(split_rhat(chains), 2), split_rhat(chains + [[0], [0], [0], [1]]) > 1.1
    (1.0, True)
    """
    chains = _checks.moderate(_checks.as_matrix(chains, "chains"), "chains")
    half = chains.shape[1] // 2
    if half < 2:
        raise ValueError(
            f"chains must have at least 4 draws in each row, got shape {chains.shape}"
        )
    halves = np.concatenate([chains[:, :half], chains[:, -half:]])
    if (halves == halves[:, :1]).all():
        raise ValueError("chains must vary, got a constant in every half of a chain")
    halves = halves - halves.mean()
    halves /= np.abs(halves).max()  # squares of tiny numbers would underflow
    within = halves.var(axis=1, ddof=1).mean()
    between = halves.mean(axis=1).var(ddof=1)
    return math.sqrt((half - 1) / half + between / within)


# What they share -------------------------------------------------------------------------


def _start(x0):
    x = _checks.as_finite(x0, "x0")
    if x.ndim > 1 or x.size == 0:
        raise ValueError(f"x0 must be a number or have shape (d,), got shape {x.shape}")
    return _frozen(x)


def _point(value, shape, name):
    """``value`` as a float or a read-only array, if it is finite and of this shape."""
    value = _checks.as_finite(value, name)
    if value.shape != shape:
        raise ValueError(f"{name} must have shape {shape}, got {value.shape}")
    return _frozen(value)


def _frozen(x):
    x.flags.writeable = False
    return x if x.ndim else float(x)


def _log_value(value, name):
    number = _checks.scalar(value, name)
    if math.isnan(number) or number == math.inf:
        raise ValueError(f"{name} must be finite or -inf, got {number}")
    return number


def _chain(x, name):
    x = _checks.moderate(_checks.as_vector(x, name), name)
    if x.size < 4:
        raise ValueError(f"{name} must have at least 4 values, got {x.size}")
    if (x == x[0]).all():
        raise ValueError(f"{name} must vary, got {x[0]} throughout")
    return x


def _autocorrelation(x):
    """All n autocorrelations of a series."""
    deviation = x - x.mean()
    deviation /= np.abs(deviation).max()
    size = 1 << (2 * x.size - 1).bit_length()
    sums = np.fft.irfft(np.abs(np.fft.rfft(deviation, size)) ** 2, size)[: x.size]
    return sums / sums[0]
