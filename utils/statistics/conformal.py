"""Prediction intervals that assume nothing of the model or of the noise."""

import math

import numpy as np

from utils._checks import as_vector, in_range


def split_conformal_quantile(scores, alpha):
    """The score that a new one exceeds with probability at most alpha.

    Parameters
    ----------
    scores : array_like, shape (n,)
        How badly a fitted model predicts n points that it hasn't seen, for example the
        absolute residuals |y - f(x)|.
    alpha : float
        In (0, 1).

    Returns
    -------
    float
        The k-th smallest score, k = ceil((n + 1)(1 - alpha)); ``inf`` if k > n, as then no
        score is large enough. The set of all y whose score is at most this one, such as
        f(x) plus or minus it, holds the true y with probability 1 - alpha or more.

    Raises
    ------
    ValueError
        If scores are empty or not finite, or alpha is outside (0, 1).

    Notes
    -----
    Assumes that the n + 1 scores are exchangeable, nothing else: then the rank of the new
    one is uniform on 1, ..., n + 1. The probability is an average over x and over the n
    points. O(n). Home: 04-statistics/07-statistics-in-ml.ipynb.
    Source: Vovk, Gammerman and Shafer, *Algorithmic Learning in a Random World*, 2005.

    Examples
    --------
    >>> split_conformal_quantile(range(1, 101), alpha=0.1)
    91.0
    """
    scores = as_vector(scores, "scores")
    alpha = in_range(alpha, "alpha", 0, 1, closed=(False, False))
    wanted = (scores.size + 1) * (1 - alpha)
    k = math.ceil(wanted * (1 - 1e-14))  # rounding must not lift it over an integer
    if k > scores.size:
        return math.inf
    return float(np.partition(scores, k - 1)[k - 1])
