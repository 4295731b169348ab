"""Bayes' theorem for finitely many hypotheses, and for a grid of them."""

import numpy as np

from utils._checks import as_finite, as_float
from utils.numerics import logsumexp

SMALLEST = np.finfo(float).tiny  # products below it have lost digits


def bayes_update(prior, likelihood):
    """Posterior probabilities of the hypotheses, and the probability of the evidence.

    Parameters
    ----------
    prior : array_like, shape (K,) or (..., K)
        Probability of each hypothesis before the evidence; rows sum to 1.
    likelihood : array_like, shape (K,) or (..., K)
        Probability, or density, of the evidence under each hypothesis: any nonnegative
        numbers, which need not sum to 1. Leading axes are separate updates.

    Returns
    -------
    posterior : ndarray, shape (..., K)
        prior * likelihood / evidence; rows sum to 1.
    evidence : float or ndarray, shape (...)
        sum of prior * likelihood, the total probability of the evidence.

    Raises
    ------
    ValueError
        For shapes that don't fit, negative or infinite entries, a prior that doesn't sum
        to 1 within 1e-8, or evidence of probability 0 under every possible hypothesis.

    Notes
    -----
    O(K) for each update. Many factors at once are safer as logs, in `grid_posterior`.
    Home: 03-probability/06-bayes-theorem.ipynb.

    Examples
    --------
    A test with sensitivity 0.9 and specificity 0.91, where one in a hundred is ill:

    >>> posterior, evidence = bayes_update([0.01, 0.99], [0.9, 0.09])
    >>> posterior.round(4), round(evidence, 4)
    (array([0.0917, 0.9083]), 0.0981)
    """
    prior = _distribution(prior, "prior")
    likelihood = _nonnegative(likelihood, "likelihood")
    _same_hypotheses(prior, likelihood, ("prior", "likelihood"))

    joint = prior * likelihood
    evidence = joint.sum(axis=-1, keepdims=True)
    lost = evidence[..., 0] < SMALLEST
    if lost.any():
        if ((prior > 0) & (likelihood > 0)).any(axis=-1)[lost].all():
            raise ValueError(
                "prior times likelihood is too small for a float: use logarithms, "
                "as grid_posterior does"
            )
        raise ValueError("evidence has probability 0 under every hypothesis")
    return joint / evidence, _scalar(evidence[..., 0])


def grid_posterior(log_prior, log_likelihood, cell=1.0):
    """Posterior density of a parameter on a grid, and the log of the evidence.

    Parameters
    ----------
    log_prior : array_like, any shape
        Log of the prior density at the grid points. A constant left out of it shifts the
        log evidence by the same constant and leaves the posterior as it is.
    log_likelihood : array_like, the same shape
        Log of the probability of the data at the grid points; -inf where it is 0.
    cell : float or array_like that broadcasts to the grid
        Length, area or volume that each point stands for.

    Returns
    -------
    density : ndarray, the grid's shape
        Posterior density: ``(density * cell).sum()`` is 1.
    log_evidence : float
        Log of the integral of prior times likelihood, in nats.

    Raises
    ------
    ValueError
        For shapes that differ, NaN or +inf, a cell that isn't positive, or a product that
        is 0 at every grid point.

    Notes
    -----
    Works in logs throughout, so that a million observations don't underflow. As exact as
    the midpoint rule: the grid must be finer than the posterior is wide. O(grid points).
    Home: 03-probability/06-bayes-theorem.ipynb.

    Examples
    --------
    A coin that fell heads twice, and any bias equally likely before:

    >>> theta = (np.arange(1000) + 0.5) / 1000
    >>> density, log_evidence = grid_posterior(np.zeros(1000), 2 * np.log(theta), 0.001)
    >>> mean = (density * theta).sum() * 0.001
    >>> print(f"mean {mean:.4f}, evidence {np.exp(log_evidence):.4f}")
    mean 0.7500, evidence 0.3333
    """
    log_prior = _log_values(log_prior, "log_prior")
    log_likelihood = _log_values(log_likelihood, "log_likelihood")
    if log_prior.shape != log_likelihood.shape:
        raise ValueError(
            "log_prior and log_likelihood must have the same shape, "
            f"got {log_prior.shape} and {log_likelihood.shape}"
        )
    cell = as_finite(cell, "cell")
    if not _fits(cell.shape, log_prior.shape):
        raise ValueError(
            f"cell must be a number or broadcast to the grid {log_prior.shape}, "
            f"got shape {cell.shape}"
        )
    if not (cell > 0).all():
        raise ValueError(f"cell must be positive, got {cell.min()}")

    log_joint = log_prior + log_likelihood
    log_evidence = logsumexp(log_joint + np.log(cell))
    if log_evidence == -np.inf:
        raise ValueError("prior times likelihood is 0 at every grid point")
    return np.exp(log_joint - log_evidence), log_evidence


def _fits(shape, grid):
    """Whether an array of this shape broadcasts to the grid, without extending it."""
    pairs = zip(shape[::-1], grid[::-1], strict=False)
    return len(shape) <= len(grid) and all(n in (1, size) for n, size in pairs)


def _distribution(p, name):
    """Rows of ``p`` along the last axis, as float64 probabilities that sum to 1."""
    p = _nonnegative(p, name)
    worst = np.abs(p.sum(axis=-1) - 1).max(initial=0.0)
    if worst > 1e-8:
        raise ValueError(f"{name} must sum to 1, and misses it by {worst:.3g}")
    return p


def _nonnegative(p, name):
    """``p`` as a finite float64 array of shape (K,) or (..., K) without negative entries."""
    p = as_finite(p, name)
    if p.ndim == 0 or p.size == 0:
        raise ValueError(
            f"{name} must have shape (K,), one entry per hypothesis, got shape {p.shape}"
        )
    if (p < 0).any():
        raise ValueError(f"{name} must not be negative, got {p.min()}")
    return p


def _same_hypotheses(a, b, names):
    """Raise `ValueError` unless the last axes agree and the others broadcast."""
    try:
        np.broadcast_shapes(a.shape, b.shape)
        if a.shape[-1] == b.shape[-1]:
            return
    except ValueError:
        pass
    raise ValueError(
        f"{names[0]} and {names[1]} must have one entry per hypothesis each, "
        f"got shapes {a.shape} and {b.shape}"
    )


def _log_values(x, name):
    """Logs of nonnegative numbers: -inf is welcome, NaN and +inf are not."""
    x = as_float(x, name)
    if x.size == 0:
        raise ValueError(f"{name} must not be empty, got shape {x.shape}")
    if np.isnan(x).any() or (x == np.inf).any():
        raise ValueError(f"{name} must be finite or -inf, got NaN or +inf")
    return x


def _scalar(x):
    return float(x) if x.ndim == 0 else x
