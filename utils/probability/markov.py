"""Markov chains on finitely many states: where they go, how fast, and in which rhythm."""

from bisect import bisect_right

import numpy as np

from utils import _checks


class MarkovChain:
    """A Markov chain with transition matrix ``P``: P[i, j] is the probability of i to j.

    Parameters
    ----------
    P : array_like, shape (K, K)
        Rows are distributions: nonnegative, summing to 1 within 1e-8.
    states : sequence of K distinct labels, optional
        By default 0, ..., K - 1. A string gives one state per character.

    Attributes
    ----------
    P : ndarray, shape (K, K), read-only
    states : tuple of K labels

    Raises
    ------
    ValueError
        If P is not square, has a negative entry or a row that doesn't sum to 1, or if states
        are not K distinct labels.

    Notes
    -----
    Distributions are row vectors: after a step, p becomes p P.
    Home: 03-probability/08-monte-carlo-and-markov-chains.ipynb.

    Examples
    --------
    Vowels and consonants in Markov's count of *Eugene Onegin* (1913):

    >>> chain = MarkovChain([[0.128, 0.872], [0.663, 0.337]], "VC")
    >>> chain.stationary().round(4)
    array([0.4319, 0.5681])
    >>> round(chain.second_eigenvalue().real, 3)
    -0.535
    """

    def __init__(self, P, states=None):
        P = _checks.as_square(P, "P")
        if (P < 0).any():
            raise ValueError(f"P must not be negative, got {P.min()}")
        miss = np.abs(P.sum(axis=1) - 1)
        if miss.max() > 1e-8:
            row = miss.argmax()
            raise ValueError(
                f"the rows of P must sum to 1, got {P[row].sum()} in row {row}"
            )
        P.flags.writeable = False
        self.P, self.states = P, _labels(states, len(P))

    def __repr__(self):
        return f"MarkovChain({len(self.P)} states)"

    def n_step(self, n):
        """Transition probabilities of n >= 0 steps, the power P^n: O(K^3 log n)."""
        return np.linalg.matrix_power(self.P, _checks.count(n, "n", low=0))

    def distribution(self, p0, n):
        """Distribution p0 P^n after ``n`` steps from the distribution ``p0``, shape (K,)."""
        p0 = _checks.as_vector(p0, "p0")
        if p0.size != len(self.P):
            raise ValueError(f"p0 must have shape ({len(self.P)},), got {p0.shape}")
        if (p0 < 0).any() or abs(p0.sum() - 1) > 1e-8:
            raise ValueError("p0 must be nonnegative and sum to 1")
        return p0 @ self.n_step(n)

    def stationary(self):
        """The distribution pi with pi P = pi, shape (K,); 0 for transient states.

        Raises `ValueError` if the chain has more than one closed class of states, which it
        can't leave: then pi depends on where it starts. Instead of solving (P' - I) pi = 0
        with sum(pi) = 1, it removes one state after the other and lets the rest take over
        its visits. No step subtracts, so every probability has nearly all its digits, even a
        tiny one. O(K^3).

        Source: W. K. Grassmann, M. I. Taksar and D. P. Heyman, "Regenerative analysis and
        steady state distributions for Markov chains", Operations Research 33 (1985).
        """
        states = self._closed_class()
        A = self.P[np.ix_(states, states)]
        for k in range(len(A) - 1, 0, -1):
            A[:k, k] /= A[k, :k].sum()
            A[:k, :k] += np.outer(A[:k, k], A[k, :k])
        visits = np.ones(len(A))
        for k in range(1, len(A)):
            visits[k] = visits[:k] @ A[:k, k]
        pi = np.zeros(len(self.P))
        pi[states] = visits / visits.sum()
        return pi

    def simulate(self, n, rng, start):
        """A path of ``n`` states, the first of them ``start``, as an array of labels.

        ``start`` is one of the states, ``rng`` a `numpy.random.Generator`. O(log K) a step:
        a uniform number is looked up in the cumulative sums of the present state's row.
        """
        n, rng = _checks.count(n, "n"), _checks.as_rng(rng)
        if start not in self.states:
            raise ValueError(f"start must be one of the states, got {start!r}")
        levels = np.cumsum(self.P, axis=1)
        last = len(self.P) - 1 - np.argmax(self.P[:, ::-1] > 0, axis=1)
        levels[np.arange(len(levels)) >= last[:, None]] = 1.0  # for a sum just below 1
        levels, path = levels.tolist(), [self.states.index(start)]
        for u in rng.random(n - 1).tolist():
            path.append(bisect_right(levels[path[-1]], u))
        return np.array(self.states)[path]

    def is_irreducible(self):
        """Whether every state can be reached from every other."""
        return bool(self._reachable().all())

    def period(self):
        """Greatest common divisor of the lengths of all ways back: 1 means aperiodic.

        Of the states in the one closed class; `ValueError` if there are several.
        """
        states = self._closed_class()
        links = self.P[np.ix_(states, states)] > 0
        level = np.full(len(links), -1)
        front, depth = np.arange(len(links)) == 0, 0
        while front.any():  # level = fewest steps from the first state
            level[front], depth = depth, depth + 1
            front = links[front].any(axis=0) & (level < 0)
        i, j = np.nonzero(links)
        return int(np.gcd.reduce(level[i] + 1 - level[j]))

    def second_eigenvalue(self):
        """The eigenvalue of second-largest modulus, a complex: its modulus is the rate.

        The distance to the stationary distribution shrinks like modulus^n. Of a pair, the one
        with positive imaginary part. `ValueError` for a single state. O(K^3).
        """
        if len(self.P) == 1:
            raise ValueError("P must have at least 2 states, got 1")
        values = np.linalg.eigvals(self.P)
        values = np.delete(values, np.argmin(np.abs(values - 1)))
        modulus = np.abs(values)
        largest = values[modulus >= modulus.max() * (1 - 1e-10)]
        return complex(largest[np.argmax(largest.imag)])

    def _reachable(self):
        """R[i, j]: whether j can be reached from i, in any number of steps; K x K."""
        R = (self.P > 0) | np.eye(len(self.P), dtype=bool)
        for _ in range(len(R).bit_length()):
            R = R.astype(np.float32) @ R.astype(np.float32) > 0
        return R

    def _closed_class(self):
        """Indices of the states that the chain ends up in, if it is one class of states."""
        R = self._reachable()
        closed = np.flatnonzero((R <= R.T).all(axis=1))  # all they reach lead back
        if not R[np.ix_(closed, closed)].all():
            raise ValueError(
                "the chain must have one closed class of states, got several: where it "
                "ends up depends on the start"
            )
        return closed


def _labels(states, K):
    if states is None:
        return tuple(range(K))
    try:
        states = tuple(states)
        distinct = len(set(states))
    except TypeError:
        raise TypeError(
            f"states must be a sequence of hashable labels, got {states!r}"
        ) from None
    if len(states) != K or distinct != K:
        raise ValueError(
            f"states must be {K} distinct labels, one per row of P, got {len(states)} "
            f"of which {distinct} distinct"
        )
    return states
