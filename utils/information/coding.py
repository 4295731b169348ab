"""Codes: entropy as a number of bits that can be counted."""

import heapq
from itertools import count

from utils.information.distributions import distribution


def huffman_code(p, symbols=None):
    """The shortest prefix code for symbols that occur with probabilities p.

    The two rarest symbols get the longest words, which differ in the last bit only: merge
    them into one symbol and repeat.

    Parameters
    ----------
    p : array_like, shape (K,)
        A distribution.
    symbols : sequence of K hashable objects, optional
        By default 0, ..., K - 1.

    Returns
    -------
    dict
        From symbol to a string of 0 and 1, in the order of ``symbols``. Symbols of
        probability 0 have no word; a single symbol gets ``"0"``.

    Raises
    ------
    ValueError
        If p isn't a distribution, or there aren't K different symbols.

    Notes
    -----
    No code that gives each symbol a word of its own has a smaller average length, which is
    at least the entropy in bits and less than one bit above it. Of equals, what came first
    is merged first, so the result is always the same; the rarer branch gets the 0.
    O(K log K), and the length of the words.
    Home: 06-information-theory/01-entropy.ipynb.
    Source: D. Huffman, "A method for the construction of minimum-redundancy codes",
    Proceedings of the IRE 40 (1952).

    Examples
    --------
    >>> huffman_code([0.5, 0.25, 0.25], "abc")
    {'a': '0', 'b': '10', 'c': '11'}
    """
    p = distribution(p)
    symbols = list(range(len(p)) if symbols is None else symbols)
    if p.ndim != 1 or len(symbols) != len(p) or len(set(symbols)) != len(symbols):
        raise ValueError(
            "p must be a vector with a symbol of its own for each entry, "
            f"got shape {p.shape} and {len(symbols)} symbols"
        )
    order = count()  # decides between equal probabilities
    heap = [(q, next(order), i) for i, q in enumerate(p.tolist()) if q > 0]
    heapq.heapify(heap)
    while len(heap) > 1:
        rare, _, left = heapq.heappop(heap)
        common, _, right = heapq.heappop(heap)
        heapq.heappush(heap, (rare + common, next(order), (left, right)))

    words = {}
    branches = [(heap[0][2], "")]
    while branches:
        tree, word = branches.pop()
        if isinstance(tree, tuple):
            branches += [(tree[0], word + "0"), (tree[1], word + "1")]
        else:
            words[tree] = word or "0"
    return {symbols[i]: words[i] for i in sorted(words)}
