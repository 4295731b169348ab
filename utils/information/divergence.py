"""The cost of a wrong belief: cross-entropy, Kullback-Leibler divergence and its relatives."""

import numpy as np

from utils._checks import as_finite, as_float, as_vector
from utils.information.distributions import (
    TINIEST,
    in_base,
    two_distributions,
    two_vectors,
)
from utils.information.entropy import covariance_factor

BLOCK = (
    16_384  # numbers that fit into a processor's cache with all that is made of them
)


def cross_entropy(p, q, base=None):
    """Average surprise of who believes q while outcomes follow p: -sum p log q, a float.

    p and q (K,) are distributions; for labels and predicted probabilities there is
    `losses.cross_entropy`. H(p) if q = p, more otherwise, inf if q rules out what p allows.
    ValueError if p or q isn't a distribution, or the shapes differ. O(K).
    Home: 06-information-theory/02-cross-entropy.ipynb.
    Source: Cover and Thomas, *Elements of Information Theory*, 2nd ed., theorem 5.4.3.

    Examples
    --------
    >>> round(cross_entropy([0.5, 0.5], [0.25, 0.75], base=2), 4)
    1.2075
    """
    p, q = two_vectors(p, q)
    with np.errstate(divide="ignore"):
        surprise = -np.log(np.where(p > 0, q, 1.0))
    return in_base(np.sum(p * surprise), base)


def perplexity(log_probs):
    """How many equally likely outcomes would surprise as much: exp(-mean log-probability).

    ``log_probs`` (n,) holds the log-probability, in nats, that a model gave to each outcome
    that came; -inf makes the perplexity inf. It is the geometric mean of the 1/p.
    ValueError for an empty vector, NaN, or a log-probability above 0 (by more than 1e-8).
    O(n). Home: 06-information-theory/02-cross-entropy.ipynb.
    Source: Jurafsky and Martin, *Speech and Language Processing*, 3rd ed., section 3.3.

    Examples
    --------
    >>> round(perplexity(np.log([1 / 2, 1 / 4, 1 / 8])), 6)
    4.0
    """
    log_probs = as_vector(log_probs, "log_probs", finite=False)
    if not (log_probs <= 1e-8).all():  # false for NaN, too
        raise ValueError("log_probs must be logarithms of probabilities, 0 or less")
    with np.errstate(over="ignore"):
        return float(np.exp(-np.mean(log_probs)))


def kl_divergence(p, q, base=None, axis=-1):
    """Kullback-Leibler divergence D(p || q) = sum p log(p/q): what believing q costs.

    Parameters
    ----------
    p, q : array_like, the same shape
        The truth and the belief: distributions, with the outcomes along ``axis``.
    base : float, optional
        Unit: None for nats, 2 for bits.
    axis : int
        The axis along which p and q sum to 1.

    Returns
    -------
    float or ndarray
        Shape of p without ``axis``. Never negative; 0 if p = q; inf if q is 0 somewhere
        where p isn't.

    Raises
    ------
    ValueError
        If p or q isn't a distribution, or the shapes differ.

    Notes
    -----
    The terms p log(p/q) have both signs and nearly cancel if p and q are close. Computed are
    p log(p/q) - p + q instead, with the same sum, since p and q have equal sums; none of
    these is negative, and all are accurate: `excess` says how. 13 digits or more, also for a
    divergence of 1e-17. O(size of p).
    Home: 06-information-theory/03-kl-divergence.ipynb.
    Source: S. Kullback and R. Leibler, "On information and sufficiency", Annals of
    Mathematical Statistics 22 (1951).

    Examples
    --------
    >>> round(kl_divergence([0.5, 0.5], [0.9, 0.1]), 4)
    0.5108
    >>> kl_divergence([0.5, 0.5], [1, 0])
    inf
    """
    p, q = two_distributions(p, q, axis)
    return in_base(np.sum(excess(p, q, out=p), axis=-1), base)


def js_divergence(p, q, base=None):
    """Jensen-Shannon divergence: how far p and q are from their average, a float.

    (D(p || m) + D(q || m)) / 2 with m = (p + q) / 2. Symmetric, and at most log 2, which
    it reaches when p and q have no outcome in common. Its square root is a distance, and is
    what `scipy.spatial.distance.jensenshannon` returns. ValueError if p or q (K,) isn't a
    distribution, or the shapes differ. O(K).
    Home: 06-information-theory/03-kl-divergence.ipynb.
    Source: J. Lin, "Divergence measures based on the Shannon entropy", IEEE Transactions
    on Information Theory 37 (1991).

    Examples
    --------
    >>> js_divergence([1, 0], [0, 1], base=2)
    1.0
    """
    p, q = two_vectors(p, q)
    # p against m is 2p against p + q, halved; the differences are exact where p is near q
    total, difference = p + q, p - q
    of_p = np.sum(excess(2 * p, total, difference))
    of_q = np.sum(excess(2 * q, total, -difference))
    return in_base((of_p + of_q) / 4, base)


def total_variation(p, q):
    """Total variation distance: the most that p and q can disagree on any event, a float.

    Half the sum of abs(p - q), between 0 and 1. ValueError if p or q (K,) isn't a
    distribution, or the shapes differ. O(K).
    Home: 06-information-theory/03-kl-divergence.ipynb.
    Source: Levin and Peres, *Markov Chains and Mixing Times*, 2nd ed., section 4.1.

    Examples
    --------
    >>> total_variation([0.5, 0.5], [0.75, 0.25])
    0.25
    """
    p, q = two_vectors(p, q)
    return float(np.sum(np.abs(p - q)) / 2)


def kl_gaussian(mean0, cov0, mean1, cov1):
    """Kullback-Leibler divergence of one normal distribution from another, in nats, a float.

    Parameters
    ----------
    mean0, cov0 : array_like, shapes (d,) and (d, d), or two floats
        Mean and covariance of the truth; floats are a mean and a variance.
    mean1, cov1 : array_like, the same shapes
        Mean and covariance of the belief.

    Returns
    -------
    float
        Never negative.

    Raises
    ------
    ValueError
        If shapes don't fit, entries aren't finite, or a covariance isn't symmetric.
    numpy.linalg.LinAlgError
        If a covariance isn't positive definite.

    Notes
    -----
    Half of tr(S1^-1 S0) - d + log(det S1 / det S0) + (m1 - m0)' S1^-1 (m1 - m0). With the
    Cholesky factors L0 and L1, M = L1^-1 L0 is triangular and the first three terms are the
    sum of the m_ij^2 off its diagonal and of m_ii^2 - 1 - log m_ii^2 on it: nothing cancels.
    O(d^3). Home: 06-information-theory/03-kl-divergence.ipynb.
    Source: Rasmussen and Williams, *Gaussian Processes for Machine Learning*, appendix A.5.

    Examples
    --------
    >>> round(kl_gaussian(0, 1, 1, 4), 4)
    0.4431
    """
    mean0, L0 = _gaussian(mean0, cov0, "0")
    mean1, L1 = _gaussian(mean1, cov1, "1")
    if mean0.shape != mean1.shape:
        raise ValueError(
            "both distributions must have the same dimension, "
            f"got {len(mean0)} and {len(mean1)}"
        )
    M = np.tril(np.linalg.solve(L1, L0))
    shift = np.linalg.solve(L1, mean1 - mean0)
    stretch = _exp_above_tangent(2 * np.log(np.diag(L0) / np.diag(L1)))
    return float((np.sum(np.tril(M, -1) ** 2) + np.sum(stretch) + shift @ shift) / 2)


def kl_standard_normal(mu, log_var):
    """Divergence of N(mu, diag exp(log_var)) from N(0, I) in nats, for each row.

    Half the sum over the columns of exp(s) + mu^2 - 1 - s, s = log_var: the price of the code
    in a variational autoencoder. ``mu`` and ``log_var`` have the same shape (n, d), the result
    is (n,), or a float for one row of shape (d,). Never negative. ValueError for shapes that
    differ, numbers, empty data, NaN or infinity. O(n d).
    Home: 08-ml-math-case-studies/10-variational-autoencoder.ipynb.
    Source: D. Kingma and M. Welling, "Auto-encoding variational Bayes" (2014), appendix B.

    Examples
    --------
    >>> kl_standard_normal([[1, -0.5]], np.log([[0.5, 2]])).round(4)
    array([0.875])
    """
    mu, log_var = as_finite(mu, "mu"), as_finite(log_var, "log_var")
    if mu.shape != log_var.shape or mu.ndim == 0 or not mu.size:
        raise ValueError(
            "mu and log_var must have the same shape, (n, d), and not be empty, "
            f"got {mu.shape} and {log_var.shape}"
        )
    with np.errstate(over="ignore"):
        return in_base(np.sum(_exp_above_tangent(log_var) + mu**2, axis=-1) / 2, None)


def excess(x, m, difference=None, out=None):
    """x log(x/m) - x + m for arrays of one shape, elementwise; each accurate, none negative.

    m where x is 0, inf where only m is 0. ``difference`` is x - m, for who knows it better
    than a subtraction would; ``out``, which may be x, spares a new array. With
    v = (x - m) / (x + m) it equals

        (x - m) v + 2 x (v^3/3 + v^5/5 + ...),     since log(x/m) = 2 artanh v,

    and this is used where abs(v) < 0.03: there the plain formula would lose digits.
    Source: C. Loader, "Fast and accurate computation of binomial probabilities" (2000).
    """
    out = np.empty(x.shape) if out is None else out
    xs, ms, outs = (a.reshape(-1) for a in (x, m, out))
    differences = None if difference is None else difference.reshape(-1)
    for start in range(0, x.size, BLOCK):
        part = slice(start, start + BLOCK)
        a, b = xs[part], ms[part]
        outs[part] = _excess(a, b, a - b if differences is None else differences[part])
    return out


@np.errstate(all="ignore")
def _excess(x, m, difference):
    total = x + m
    near = np.abs(difference) < 0.03 * total
    if near.all():
        return _excess_near(x, difference, total)
    value = _excess_far(x, m, difference)
    value[near] = _excess_near(x[near], difference[near], total[near])
    return value


def _excess_near(x, difference, total):
    v = difference / total
    v2 = v * v
    series = v2 * (1 / 3 + v2 * (1 / 5 + v2 * (1 / 7 + v2 * (1 / 9 + v2 / 11))))
    return v * (difference + 2 * x * series)


def _excess_far(x, m, difference):
    logs = np.log(np.fmax(x / m, TINIEST))  # fmax: 0/0 counts as 0
    if m.min() < 1e-300:  # x/m may be beyond the largest float
        logs = np.where((m > 0) & np.isinf(logs), np.log(x) - np.log(m), logs)
    return x * logs - difference


def _exp_above_tangent(s):
    """exp(s) - 1 - s, elementwise, which is about s^2/2 near 0 and never negative."""
    near = np.clip(s, -1, 1)
    accurate = excess(np.ones_like(near), np.exp(near), -np.expm1(near))
    with np.errstate(over="ignore"):
        return np.where(np.abs(s) < 1, accurate, np.expm1(s) - s)


def _gaussian(mean, cov, which):
    """Mean as a vector (d,), and the Cholesky factor (d, d) of the covariance."""
    L = covariance_factor(cov, f"cov{which}")
    mean = as_float(mean, f"mean{which}")
    mean = as_vector(mean[None] if mean.ndim == 0 else mean, f"mean{which}")
    if len(mean) != len(L):
        raise ValueError(
            f"mean{which} and cov{which} must have shapes (d,) and (d, d), or be floats, "
            f"got {mean.shape} and {L.shape}"
        )
    return mean, L
