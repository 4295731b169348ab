"""Mutual information: what one variable tells about another."""

import numpy as np

from utils._checks import same_length
from utils.information.distributions import TINIEST, as_codes, in_base, joint
from utils.information.divergence import excess
from utils.information.entropy import entropy_from_counts


def mutual_information(P, base=None, normalize=False):
    """Mutual information I(X; Y) of the two variables of a joint table.

    Parameters
    ----------
    P : array_like, shape (K, M)
        Joint probabilities, rows x and columns y.
    base : float, optional
        Unit: None for nats, 2 for bits.
    normalize : bool
        Divide P by its sum first, so that a table of counts will do.

    Returns
    -------
    float
        0 if X and Y are independent (within rounding, and only then), at most the smaller
        of H(X) and H(Y). Never negative.

    Raises
    ------
    ValueError
        If P isn't a table of two axes, or not a distribution.

    Notes
    -----
    The divergence of P from the product of its margins, computed as in `kl_divergence`: so
    weak dependence isn't lost in rounding, as it is in H(X) + H(Y) - H(X, Y). O(K M).
    Home: 06-information-theory/04-mutual-information.ipynb.
    Source: Cover and Thomas, *Elements of Information Theory*, 2nd ed., section 2.3.

    Examples
    --------
    >>> round(mutual_information([[0.4, 0.1], [0.1, 0.4]], base=2), 4)
    0.2781
    """
    P = joint(P, normalize=normalize)
    independent = np.outer(P.sum(axis=1), P.sum(axis=0))
    return in_base(np.sum(excess(P, np.maximum(independent, TINIEST))), base)


def conditional_mutual_information(P, base=None):
    """Mutual information of X and Y once Z is known, I(X; Y | Z), a float.

    P (K, L, M) holds joint probabilities with axes x, y, z. The average over z of the mutual
    information of the table of x and y; it may be larger or smaller than I(X; Y). ValueError
    if P doesn't have three axes or isn't a distribution. O(K L M).
    Home: 06-information-theory/04-mutual-information.ipynb.
    Source: Cover and Thomas, *Elements of Information Theory*, 2nd ed., section 2.5.

    Examples
    --------
    Z is X xor Y, of two fair coins: together they tell all, one alone nothing.

    >>> xor = [[[0.25, 0], [0, 0.25]], [[0, 0.25], [0.25, 0]]]
    >>> conditional_mutual_information(xor, base=2)
    1.0
    """
    P = joint(P, ndim=3)
    xz, yz, z = P.sum(axis=1), P.sum(axis=0), P.sum(axis=(0, 1))
    given_z = xz / np.maximum(z, TINIEST)
    independent = given_z[:, None, :] * yz
    return in_base(np.sum(excess(P, np.maximum(independent, TINIEST))), base)


def mutual_information_from_samples(x, y, base=None, correction=None):
    """Estimate I(X; Y) from pairs of labels.

    Parameters
    ----------
    x, y : array_like, shape (n,)
        Labels of any kind; every different value is a class of its own, so measurements
        must be binned first.
    base : float, optional
        Unit: None for nats, 2 for bits.
    correction : {None, "miller-madow"}
        None is the plug-in estimate, the mutual information of the relative frequencies.
        It is too high on average, for independent X and Y by about
        (K_x - 1)(K_y - 1) / 2n nats, with K_x and K_y classes; ``"miller-madow"`` subtracts
        that, and may then return a negative number.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If lengths differ, there are no pairs, a label is NaN, or the correction is unknown.
    TypeError
        If labels mix numbers with text.

    Notes
    -----
    Only pairs that occur are kept: O(n) time and memory for integer labels, O(n log n)
    otherwise. Home: 06-information-theory/04-mutual-information.ipynb.
    Source: L. Paninski, "Estimation of entropy and mutual information", Neural Computation
    15 (2003).

    Examples
    --------
    >>> mutual_information_from_samples(list("aabb"), [0, 0, 1, 1], base=2)
    1.0
    """
    pairs, rows, columns = pair_counts(x, y)
    nats = plug_in(pairs, rows, columns)
    if correction == "miller-madow":
        k_x, k_y = np.count_nonzero(rows), np.count_nonzero(columns)
        nats -= (k_x - 1) * (k_y - 1) / (2 * rows.sum())
    elif correction is not None:
        raise ValueError(
            f"correction must be None or 'miller-madow', got {correction!r}"
        )
    return in_base(nats, base)


def normalized_mutual_information(x, y, average="arithmetic"):
    """Mutual information of two labelings as a share of an average of their entropies.

    Parameters
    ----------
    x, y : array_like, shape (n,)
        Labels of any kind, two clusterings of the same items for instance.
    average : {"arithmetic", "geometric", "min", "max"}
        Which average of H(X) and H(Y) to divide by. Say which one whenever you quote it.

    Returns
    -------
    float
        Between 0 and 1; 1 if each labeling determines the other (with ``"min"``: if one
        does), and if both are constant; 0 if only one is constant.

    Raises
    ------
    ValueError, TypeError
        As `mutual_information_from_samples`, and for an unknown average.

    Notes
    -----
    Not corrected for chance: many small clusters score high. O(n log n) at most.
    Home: 06-information-theory/04-mutual-information.ipynb.
    Source: N. Vinh, J. Epps and J. Bailey, "Information theoretic measures for clusterings
    comparison", JMLR 11 (2010).

    Examples
    --------
    >>> normalized_mutual_information([0, 0, 1, 1], [5, 5, 7, 7])
    1.0
    """
    averages = {
        "arithmetic": lambda a, b: (a + b) / 2,
        "geometric": lambda a, b: np.sqrt(a * b),
        "min": min,
        "max": max,
    }
    if average not in averages:
        raise ValueError(f"average must be one of {list(averages)}, got {average!r}")
    pairs, rows, columns = pair_counts(x, y)
    h_x, h_y = entropy_from_counts(rows), entropy_from_counts(columns)
    if h_x == 0 or h_y == 0:
        return float(h_x == h_y)
    share = plug_in(pairs, rows, columns) / averages[average](h_x, h_y)
    return float(min(share, 1.0))


def pair_counts(x, y, names=("x", "y")):
    """Of two labelings: ``(how often, x, y)`` for each pair that occurs, and both margins.

    The labels of a pair are codes: positions in the margins.
    """
    (x, k_x), (y, k_y) = as_codes(x, names[0]), as_codes(y, names[1])
    same_length(x, y, names)
    code = x * k_y + y
    if k_x * k_y <= 4 * len(x) + 100:
        table = np.bincount(code, minlength=k_x * k_y).reshape(k_x, k_y)
        x_of_pair, y_of_pair = np.nonzero(table)
        counts = table[x_of_pair, y_of_pair]
    else:  # a table of all pairs would be mostly zeros, and perhaps too large
        code, counts = np.unique(code, return_counts=True)
        x_of_pair, y_of_pair = np.divmod(code, k_y)
    rows = np.bincount(x_of_pair, weights=counts)
    columns = np.bincount(y_of_pair, weights=counts)
    return (counts, x_of_pair, y_of_pair), rows, columns


def plug_in(pairs, rows, columns):
    """Mutual information in nats, from what `pair_counts` returns."""
    counts, x, y = pairs
    n = rows.sum()
    independent = rows[x] * columns[y]
    absent = n**2 - np.sum(independent)  # what falls on pairs that never occur, exactly
    return np.sum(excess(counts / n, independent / n**2)) + absent / n**2
