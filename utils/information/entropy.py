"""Entropy: how many nats, or bits, of surprise an outcome holds on average."""

import numpy as np

from utils._checks import as_float, as_matrix, as_vector, scalar
from utils.information.distributions import (
    TINIEST,
    distribution,
    in_base,
    joint,
)


def entropy(p, base=None, axis=-1, normalize=False):
    """Entropy H = -sum p log p: the average surprise of one outcome.

    Parameters
    ----------
    p : array_like, any shape
        Probabilities, with the outcomes along ``axis``; outcomes of probability 0 add 0.
    base : float, optional
        Unit: None for nats, 2 for bits.
    axis : int
        The axis along which p sums to 1.
    normalize : bool
        Divide p by its sum first, so that counts will do. (SciPy does so unasked.)

    Returns
    -------
    float or ndarray
        Shape of p without ``axis``; between 0 and log K for K outcomes.

    Raises
    ------
    ValueError
        If p isn't a distribution (negative, NaN, empty, a sum other than 1 by more than
        1e-8), or the base is 1 or not positive.

    Notes
    -----
    Error about 1e-16 of the result. O(size of p).
    Home: 06-information-theory/01-entropy.ipynb.
    Source: C. Shannon, "A mathematical theory of communication", Bell System Technical
    Journal 27 (1948).

    Examples
    --------
    >>> entropy([0.5, 0.25, 0.125, 0.125], base=2)
    1.75
    """
    return in_base(_entropy(distribution(p, "p", axis, normalize)), base)


def binary_entropy(p, base=None):
    """Entropy of a coin that shows heads with probability p, elementwise.

    -p log p - (1 - p) log(1 - p), the second logarithm by log1p, so that a rare event keeps
    all digits. Takes a number or an array, gives the same. ValueError unless 0 <= p <= 1.
    O(n). Home: 06-information-theory/01-entropy.ipynb. Source: as `entropy`.

    Examples
    --------
    >>> binary_entropy(0.5, base=2)
    1.0
    """
    p = as_float(p, "p")
    if not ((p >= 0) & (p <= 1)).all():  # false for NaN, too
        raise ValueError("p must be in [0, 1], got something outside")
    with np.errstate(divide="ignore", invalid="ignore"):
        tails = np.where(p < 1, (1 - p) * np.log1p(-p), 0.0)
    return in_base(-(p * np.log(np.maximum(p, TINIEST)) + tails), base)


def joint_entropy(P, base=None):
    """Entropy of the pair (X, Y) whose probabilities the table P holds, a float.

    P has rows x and columns y and sums to 1 (ValueError otherwise). At most H(X) + H(Y),
    with equality if and only if X and Y are independent. O(size of P).
    Home: 06-information-theory/01-entropy.ipynb. Source: as `entropy`.

    Examples
    --------
    >>> joint_entropy([[0.25, 0.25], [0.5, 0]], base=2)
    1.5
    """
    return in_base(_entropy(joint(P).ravel()), base)


def conditional_entropy(P, base=None, given="rows"):
    """What remains uncertain about one variable, on average, once the other is known.

    Parameters
    ----------
    P : array_like, shape (K, M)
        Joint probabilities, rows x and columns y.
    base : float, optional
        Unit: None for nats, 2 for bits.
    given : {"rows", "columns"}
        What is known: ``"rows"`` gives H(Y | X), ``"columns"`` H(X | Y).

    Returns
    -------
    float
        The average of the entropies of the rows (columns), each divided by its sum, with
        these sums as weights. A single row may well have more entropy than Y itself.

    Raises
    ------
    ValueError
        If P isn't a joint distribution, or ``given`` is something else.

    Notes
    -----
    H(Y | X) = H(X, Y) - H(X), computed as -sum P log(P / row sum), which has no
    cancellation. O(K M). Home: 06-information-theory/01-entropy.ipynb.
    Source: Cover and Thomas, *Elements of Information Theory*, 2nd ed., section 2.2.

    Examples
    --------
    >>> conditional_entropy([[0.25, 0.25], [0.5, 0]], base=2)
    0.5
    """
    P = joint(P)
    if given not in ("rows", "columns"):
        raise ValueError(f"given must be 'rows' or 'columns', got {given!r}")
    known = P.sum(axis=1 if given == "rows" else 0, keepdims=True)
    share = P / np.maximum(known, TINIEST)
    return in_base(-np.sum(P * np.log(np.maximum(share, TINIEST))), base)


def entropy_from_counts(counts, base=None, correction=None):
    """Estimate the entropy of a source from how often each outcome occurred, a float.

    Parameters
    ----------
    counts : array_like, shape (K,)
        Not negative and not all 0.
    base : float, optional
        Unit: None for nats, 2 for bits.
    correction : {None, "miller-madow"}
        None is the plug-in estimate, the entropy of the relative frequencies, which is too
        low on average: by about (K - 1) / 2n nats for n observations.
        ``"miller-madow"`` adds that, with the number of outcomes seen for K.

    Raises
    ------
    ValueError
        For negative or all-zero counts, NaN, infinity, or an unknown correction.

    Notes
    -----
    O(K). Home: 06-information-theory/01-entropy.ipynb.
    Source: G. Miller, "Note on the bias of information estimates" (1955); L. Paninski,
    "Estimation of entropy and mutual information", Neural Computation 15 (2003).

    Examples
    --------
    >>> entropy_from_counts([5, 5], base=2)
    1.0
    """
    counts = as_vector(counts, "counts")
    nats = _entropy(distribution(counts, "counts", normalize=True))
    if correction == "miller-madow":
        nats += (np.count_nonzero(counts) - 1) / (2 * counts.sum())
    elif correction is not None:
        raise ValueError(
            f"correction must be None or 'miller-madow', got {correction!r}"
        )
    return in_base(nats, base)


def entropy_rate(P, pi, base=None):
    """Entropy per step of a Markov chain, sum_i pi_i H(row i of P), a float.

    P (K, K) holds in row i the probabilities of the next state, pi (K,) how often each state
    is visited. That is the rate only if pi is stationary, pi P = pi, which isn't checked;
    ``probability.MarkovChain(P).stationary()`` finds such a pi. ValueError unless pi and the
    rows of P are distributions of K states. O(K^2).
    Home: 06-information-theory/01-entropy.ipynb.
    Source: Cover and Thomas, *Elements of Information Theory*, 2nd ed., section 4.2.

    Examples
    --------
    >>> round(entropy_rate([[0.5, 0.5], [1, 0]], [2 / 3, 1 / 3], base=2), 4)
    0.6667
    """
    P, pi = distribution(P, "P"), distribution(pi, "pi")
    if P.ndim != 2 or P.shape[0] != P.shape[1] or pi.shape != P.shape[:1]:
        raise ValueError(
            f"P must be (K, K) and pi (K,), got shapes {P.shape} and {pi.shape}"
        )
    return in_base(np.sum(pi * _entropy(P)), base)


def gaussian_entropy(cov, base=None):
    """Differential entropy of a normal distribution, log det(2 pi e cov) / 2, a float.

    ``cov`` is the covariance matrix (d, d), or a variance. The result depends on the unit
    of measurement and may be negative. ValueError if cov isn't symmetric,
    numpy.linalg.LinAlgError if it isn't positive definite. O(d^3), by Cholesky.
    Home: 06-information-theory/01-entropy.ipynb.
    Source: Cover and Thomas, *Elements of Information Theory*, 2nd ed., theorem 8.4.1.

    Examples
    --------
    >>> round(gaussian_entropy(1.0), 4)
    1.4189
    """
    L = covariance_factor(cov)
    log_det = 2 * np.sum(np.log(np.diag(L)))
    nats = 0.5 * (len(L) * (1 + np.log(2 * np.pi)) + log_det)
    return in_base(nats, base)


def covariance_factor(cov, name="cov"):
    """The Cholesky factor of a covariance matrix, or of a variance as a 1 by 1 matrix."""
    if np.ndim(cov) == 0:
        cov = [[scalar(cov, name)]]
    cov = as_matrix(cov, name)
    size = np.abs(cov).max()
    if cov.shape[0] != cov.shape[1] or np.any(np.abs(cov - cov.T) > 1e-10 * size):
        raise ValueError(
            f"{name} must be a variance or a symmetric matrix, got shape {cov.shape}"
        )
    try:
        return np.linalg.cholesky(cov)
    except np.linalg.LinAlgError:
        raise np.linalg.LinAlgError(f"{name} is not positive definite") from None


def _entropy(p):
    """-sum p log p along the last axis, in nats; 0 log 0 is 0."""
    terms = np.maximum(p, TINIEST)
    np.log(terms, out=terms)  # in place: new memory would cost more than the logarithms
    terms *= p
    return -np.sum(terms, axis=-1)
