"""Permutation tests: under "it makes no difference", every relabeling is as likely as ours."""

import inspect
import itertools
import math

import numpy as np

from utils._checks import as_float, as_rng, as_vector, count, same_length
from utils.statistics.results import TestResult

MOST_RELABELINGS = 300_000  # that are enumerated
BLOCK = 1 << 19  # numbers that are handled at a time


def permutation_test(
    x,
    y,
    statistic,
    permutation_type="independent",
    alternative="two-sided",
    n_resamples=None,
    rng=None,
):
    """Test of "the labels don't matter" by computing the statistic for other labelings.

    Parameters
    ----------
    x, y : array_like, shapes (m,) and (n,)
        Two groups; or, for ``"pairings"``, the two columns of n = m pairs.
    statistic : callable
        ``statistic(x, y)`` returns a number. If it has a parameter ``axis``, it gets whole
        blocks, one labeling a row, with ``axis=-1``, and returns one number per row: that is
        many times faster.
    permutation_type : {"independent", "pairings"}
        Deal the pooled values anew into groups of sizes m and n; or shuffle y against x.
    alternative : {"two-sided", "less", "greater"}
        Which statistics are extreme. Two-sided is twice the smaller of the other two.
    n_resamples : int, optional
        Number of random labelings. By default all labelings are enumerated, up to 300 000.
    rng : numpy.random.Generator, optional
        Needed with ``n_resamples``.

    Returns
    -------
    TestResult
        ``statistic`` of the data as they are, ``pvalue``, and ``null_distribution``: the
        statistic of every labeling. Enumerated, p is the share of labelings that are at
        least as extreme; with B random ones it is (1 + how many) / (1 + B), never 0.

    Raises
    ------
    ValueError
        If there are too many labelings to enumerate, ``statistic`` gives something else than
        finite numbers, pairs don't match, or an option is unknown.
    TypeError
        If ``n_resamples`` comes without ``rng``.

    Notes
    -----
    Two statistics within 1e-12 of the largest in size are tied: rounding must not decide.
    One call of ``statistic`` per labeling, or per block; the null distribution is kept.
    Home: 04-statistics/04-hypothesis-testing.ipynb.
    Source: Lehmann and Romano, *Testing Statistical Hypotheses*, 3rd ed., section 15.2.

    Examples
    --------
    >>> def difference(x, y, axis=-1):
    ...     return x.mean(axis) - y.mean(axis)
    >>> result = permutation_test([4, 5, 6], [1, 2, 3], difference)
    >>> result.statistic, result.pvalue  # 2 of the 20 labelings
    (3.0, 0.1)
    """
    x, y = as_vector(x, "x"), as_vector(y, "y")
    check_alternative(alternative)
    if permutation_type not in ("independent", "pairings"):
        raise ValueError(
            f'permutation_type must be "independent" or "pairings", got {permutation_type!r}'
        )
    paired = permutation_type == "pairings"
    if paired:
        same_length(x, y, ("x", "y"))
    values = y if paired else np.concatenate([x, y])
    if n_resamples is None:
        orders = _all_orders(values.size, values.size if paired else x.size, paired)
    else:
        orders = _random_orders(values.size, count(n_resamples, "n_resamples"), rng)

    on_blocks = _values_of(statistic)
    observed = float(on_blocks(x[None], y[None])[0])
    null = []
    for order in orders:
        dealt = values[order]
        if paired:
            groups = np.tile(x, (len(order), 1)), dealt
        else:
            groups = np.split(dealt, [x.size], axis=1)
        null.append(on_blocks(*groups))
    null = np.concatenate(null)
    return TestResult(
        statistic=observed,
        pvalue=_pvalue(observed, null, alternative, exact=n_resamples is None),
        method=f"{'exact' if n_resamples is None else 'random'} permutation test, "
        f"{permutation_type}, {alternative}",
        null_distribution=null,
    )


def check_alternative(alternative):
    """Raise `ValueError` unless ``alternative`` is one of the three that there are."""
    if alternative not in ("two-sided", "less", "greater"):
        raise ValueError(
            f'alternative must be "two-sided", "less" or "greater", got {alternative!r}'
        )


def _pvalue(observed, null, alternative, exact):
    tie = 1e-12 * max(abs(observed), float(np.abs(null).max()))
    itself = 0 if exact else 1  # the data are one labeling more, if it isn't among them
    total = null.size + itself
    less = (int((null <= observed + tie).sum()) + itself) / total
    greater = (int((null >= observed - tie).sum()) + itself) / total
    both = min(1.0, 2 * min(less, greater))
    return {"less": less, "greater": greater, "two-sided": both}[alternative]


def _all_orders(size, chosen, paired):
    """Blocks of index arrays, a labeling a row: every permutation, or every first group."""
    total = math.factorial(size) if paired else math.comb(size, chosen)
    if total > MOST_RELABELINGS:
        raise ValueError(
            f"{total} relabelings are too many to enumerate (at most {MOST_RELABELINGS}): "
            "pass n_resamples and rng"
        )
    pick = itertools.permutations if paired else itertools.combinations
    picks = itertools.chain.from_iterable(pick(range(size), chosen))
    for rows in _block_rows(total, size):
        first = np.fromiter(itertools.islice(picks, rows * chosen), int)
        first = first.reshape(rows, chosen)
        rest = np.ones((rows, size), dtype=bool)
        np.put_along_axis(rest, first, False, axis=1)
        yield np.hstack([first, np.nonzero(rest)[1].reshape(rows, size - chosen)])


def _random_orders(size, n_resamples, rng):
    rng = as_rng(rng)
    for rows in _block_rows(n_resamples, size):
        yield rng.permuted(np.tile(np.arange(size), (rows, 1)), axis=1)


def _block_rows(total, size):
    rows = max(1, BLOCK // size)
    return [min(rows, total - start) for start in range(0, total, rows)]


def _values_of(statistic):
    """``statistic`` as a function of two blocks, one labeling a row, with checked values."""
    try:
        whole_blocks = "axis" in inspect.signature(statistic).parameters
    except (TypeError, ValueError):  # not callable, or compiled and without a signature
        whole_blocks = False
    if not callable(statistic):
        raise TypeError(f"statistic must be a function of x and y, got {statistic!r}")

    def on_blocks(X, Y):
        if whole_blocks:
            values = statistic(X, Y, axis=-1)
        else:
            values = [statistic(x, y) for x, y in zip(X, Y, strict=True)]
        values = as_float(values, "statistic(x, y)")
        if values.shape != X.shape[:1]:
            raise ValueError(
                f"statistic must return one number per labeling, shape {X.shape[:1]}, "
                f"got shape {values.shape}"
            )
        if not np.isfinite(values).all():
            raise ValueError(
                "statistic must return finite numbers, got "
                f"{values[~np.isfinite(values)][0]} for some labeling"
            )
        return values

    return on_blocks
