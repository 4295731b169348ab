"""Metrics of clusterings."""

import math

import numpy as np

from utils._checks import same_length
from utils.metrics.labels import as_labels


def adjusted_rand_score(labels_true, labels_pred):
    """Agreement of two clusterings, corrected for chance.

    Parameters
    ----------
    labels_true, labels_pred : array_like, shape (n,)
        Labels of any kind; their names don't matter.

    Returns
    -------
    float
        1 if the clusterings are the same, about 0 for random ones, at least -1/2. 1 as well if
        both put everything into one cluster, or everything apart.

    Raises
    ------
    ValueError
        If lengths differ, there are no labels, or a label is NaN.
    TypeError
        If labels mix numbers with text.

    Notes
    -----
    Counts the pairs of items that are together in both, in one and in none, in exact integers.
    O(n log n) time, O(n) memory.
    Home: 08-ml-math-case-studies/06-kmeans-and-gaussian-mixtures.ipynb.
    Source: L. Hubert and P. Arabie, "Comparing partitions", Journal of Classification 2 (1985).

    Examples
    --------
    >>> adjusted_rand_score([0, 0, 1, 1], ["b", "b", "a", "a"])
    1.0
    """
    names = ("labels_true", "labels_pred")
    labelings = [as_labels(labels_true, names[0]), as_labels(labels_pred, names[1])]
    same_length(*labelings, names)
    a, b = (np.unique(labels, return_inverse=True)[1] for labels in labelings)
    both, of_a, of_b = (
        _pairs(np.unique(codes, return_counts=True)[1])
        for codes in (a * (b.max() + 1) + b, a, b)
    )
    every = math.comb(len(a), 2)
    if of_a == of_b == both:  # the same clustering, a single item included
        return 1.0
    # (both - expected) / (average - expected), expected = of_a of_b / every
    return (2 * (both * every - of_a * of_b)) / (
        (of_a + of_b) * every - 2 * of_a * of_b
    )


def _pairs(counts):
    """How many pairs can be formed within groups of these sizes."""
    return sum(math.comb(n, 2) for n in counts.tolist())
