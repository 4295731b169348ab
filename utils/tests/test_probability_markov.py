"""utils.probability.markov and mcmc against NumPy, exact fractions, NIST and known laws."""

import math
from fractions import Fraction

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from utils.datasets import load_michelson_1879
from utils.probability import (
    MarkovChain,
    autocorrelation,
    effective_sample_size,
    gibbs,
    metropolis_hastings,
    split_rhat,
)

pytestmark = pytest.mark.filterwarnings("error")
steady = settings(derandomize=True, deadline=None, max_examples=60)

MARKOV = [[0.128, 0.872], [0.663, 0.337]]  # vowels and consonants, 1913
CYCLE = [[0, 0.7, 0.3], [0.3, 0, 0.7], [0.7, 0.3, 0]]
TWO_ROOMS = [[0.5, 0.5, 0, 0], [0.5, 0.5, 0, 0], [0, 0, 0.5, 0.5], [0, 0, 0.5, 0.5]]
DRAIN = [[0.5, 0.25, 0.25], [0, 0.5, 0.5], [0, 0.25, 0.75]]  # state 0 is transient


def rng(seed=0):
    return np.random.default_rng(seed)


def random_chain(K, seed, links=1.0):
    """A random matrix whose states form one cycle at least, with some more links."""
    generator = rng(seed)
    P = generator.random((K, K)) * (generator.random((K, K)) < links)
    P += np.roll(np.eye(K), 1, axis=1)
    return P / P.sum(axis=1, keepdims=True)


# Markov chains ---------------------------------------------------------------------------


def test_markovs_own_chain():
    chain = MarkovChain(MARKOV, "VC")
    np.testing.assert_allclose(
        chain.stationary(), [0.663 / 1.535, 0.872 / 1.535], rtol=1e-15
    )
    assert chain.second_eigenvalue() == pytest.approx(0.128 - 0.663, rel=1e-14)
    assert type(chain.second_eigenvalue()) is complex
    assert chain.is_irreducible() is True
    assert chain.period() == 1 and type(chain.period()) is int
    assert chain.states == ("V", "C")
    assert repr(chain) == "MarkovChain(2 states)"


@steady
@given(st.integers(2, 12), st.integers(0, 10**6), st.sampled_from([0.1, 0.5, 1.0]))
def test_the_stationary_law_is_the_eigenvector_of_numpy(K, seed, links):
    P = random_chain(K, seed, links)
    pi = MarkovChain(P).stationary()
    values, vectors = np.linalg.eig(P.T)
    vector = vectors[:, np.argmin(np.abs(values - 1))].real
    np.testing.assert_allclose(pi, vector / vector.sum(), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(pi @ P, pi, rtol=1e-13)


@steady
@given(
    st.lists(
        st.lists(st.integers(0, 20), min_size=4, max_size=4), min_size=4, max_size=4
    )
)
def test_the_stationary_law_has_all_digits(counts):
    """Against the determinants of exact fractions (the Markov chain tree theorem)."""
    counts = [
        [c + (j == (i + 1) % 4) for j, c in enumerate(row)]
        for i, row in enumerate(counts)
    ]
    exact = [[Fraction(c, sum(row)) for c in row] for row in counts]
    weights = []
    for k in range(4):
        keep = [i for i in range(4) if i != k]
        a = [[(i == j) - exact[i][j] for j in keep] for i in keep]
        weights.append(
            a[0][0] * (a[1][1] * a[2][2] - a[1][2] * a[2][1])
            - a[0][1] * (a[1][0] * a[2][2] - a[1][2] * a[2][0])
            + a[0][2] * (a[1][0] * a[2][1] - a[1][1] * a[2][0])
        )
    pi = MarkovChain(np.array(exact, dtype=float)).stationary()
    np.testing.assert_allclose(
        pi, [float(w / sum(weights)) for w in weights], rtol=1e-14
    )


def test_tiny_probabilities_keep_their_digits():
    """Two pairs of states with a bridge of 1e-12 there and 2e-12 back: 2 to 1."""
    a, b = 1e-12, 2e-12
    P = [
        [0.5, 0.5, 0, 0],
        [0.5 - a, 0.5, a, 0],
        [0, b, 0.5 - b, 0.5],
        [0, 0, 0.5, 0.5],
    ]
    pi = MarkovChain(P).stationary()
    flow = (pi[1] * a, pi[2] * b)
    assert flow[0] == pytest.approx(flow[1], rel=1e-14)
    assert pi[0] + pi[1] == pytest.approx(2 / 3, rel=1e-11)


def test_a_cycle_is_stationary_without_detailed_balance():
    chain = MarkovChain(CYCLE)
    pi = chain.stationary()
    np.testing.assert_allclose(pi, np.full(3, 1 / 3), rtol=1e-15)
    flow = pi[:, None] * chain.P
    assert flow[0, 1] == pytest.approx(0.7 / 3) and flow[1, 0] == pytest.approx(0.1)


def test_transient_states_get_exactly_nothing():
    chain = MarkovChain(DRAIN)
    np.testing.assert_allclose(chain.stationary(), [0, 1 / 3, 2 / 3], rtol=1e-15)
    assert chain.stationary()[0] == 0
    assert not chain.is_irreducible() and chain.period() == 1


def test_several_closed_classes_are_refused():
    for P in (TWO_ROOMS, np.eye(3), [[0.5, 0.25, 0.25], [0, 1, 0], [0, 0, 1]]):
        chain = MarkovChain(P)
        for ask in (chain.stationary, chain.period):
            with pytest.raises(ValueError, match="one closed class"):
                ask()
        assert not chain.is_irreducible()
        assert chain.second_eigenvalue() == 1


def test_steps_are_powers_and_distributions_are_rows():
    P = random_chain(6, 0)
    chain = MarkovChain(P)
    np.testing.assert_allclose(chain.n_step(3), P @ P @ P, rtol=1e-14)
    np.testing.assert_array_equal(chain.n_step(0), np.eye(6))
    p = np.arange(1, 7) / 21
    np.testing.assert_allclose(chain.distribution(p, 2), p @ P @ P, rtol=1e-14)
    np.testing.assert_allclose(chain.distribution(p, 1)[1], p @ P[:, 1], rtol=1e-14)
    far = chain.distribution(p, 10_000)
    np.testing.assert_allclose(far, chain.stationary(), rtol=1e-11)


@steady
@given(st.integers(2, 8), st.integers(0, 10**6))
def test_the_second_eigenvalue_is_the_rate_of_forgetting(K, seed):
    chain = MarkovChain(random_chain(K, seed, 0.7))
    values = np.linalg.eigvals(chain.P)
    moduli = np.sort(np.abs(values))
    second = chain.second_eigenvalue()
    assert abs(second) == pytest.approx(moduli[-2], rel=1e-12, abs=1e-14)
    assert second.imag >= 0
    assert np.abs(values - second).min() < 1e-12


def test_the_second_eigenvalue_of_a_cycle_has_positive_imaginary_part():
    third = MarkovChain(np.roll(np.eye(3), 1, axis=1)).second_eigenvalue()
    assert third == pytest.approx(np.exp(2j * np.pi / 3), rel=1e-14)
    assert MarkovChain([[0, 1], [1, 0]]).second_eigenvalue() == pytest.approx(-1)
    with pytest.raises(ValueError, match="at least 2 states"):
        MarkovChain([[1]]).second_eigenvalue()


@pytest.mark.parametrize("K", [1, 2, 3, 4, 6])
def test_the_period_of_a_cycle_is_its_length(K):
    P = np.roll(np.eye(K), 1, axis=1)
    assert MarkovChain(P).period() == K
    lazy = MarkovChain(0.5 * P + 0.5 * np.eye(K))
    assert lazy.period() == 1 and lazy.is_irreducible()


def test_the_period_is_the_common_divisor_of_all_ways_back():
    links = np.zeros((10, 10))
    for i, j in [(0, 1), (1, 2), (2, 3), (3, 0), (3, 4), (4, 5), (5, 0)]:
        links[i, j] = 1  # cycles of 4 and 6
    for k in range(6, 10):
        links[k, k - 1] = 1  # and a way in
    chain = MarkovChain(links / links.sum(axis=1, keepdims=True))
    assert chain.period() == 2
    assert MarkovChain(np.array(CYCLE)).period() == 1  # cycles of 2 and 3


def test_a_path_starts_at_its_start_and_counts_like_the_chain():
    chain = MarkovChain(random_chain(4, 1, 0.6), ["a", "b", "c", "d"])
    path = chain.simulate(50_000, rng(), "c")
    assert path.shape == (50_000,) and path[0] == "c"
    index = np.searchsorted(["a", "b", "c", "d"], path)
    counts = np.zeros((4, 4))
    np.add.at(counts, (index[:-1], index[1:]), 1)
    for row, p in zip(counts, chain.P, strict=True):
        assert (row[p == 0] == 0).all()
        if (p > 0).sum() > 1:
            expected = row.sum() * p[p > 0]
            assert scipy.stats.chisquare(row[p > 0], expected).pvalue > 0.001
    shares = np.bincount(index) / len(index)
    np.testing.assert_allclose(shares, chain.stationary(), atol=0.01)


def test_paths_are_integers_by_default_and_impossible_steps_never_come():
    path = MarkovChain(np.roll(np.eye(3), 1, axis=1)).simulate(7, rng(), 1)
    assert path.tolist() == [1, 2, 0, 1, 2, 0, 1] and path.dtype.kind == "i"
    assert MarkovChain(MARKOV).simulate(1, rng(), 0).tolist() == [0]
    short = MarkovChain([[1 - 9e-9, 0], [0.5, 0.5]])  # a row just below 1

    class Late(np.random.Generator):
        def random(self, n):
            return np.full(n, 1 - 2.0**-53)

    assert short.simulate(3, Late(np.random.PCG64(0)), 0).tolist() == [0, 0, 0]


def test_the_matrix_is_kept_but_not_yours():
    P = np.array(MARKOV)
    chain = MarkovChain(P)
    P[0] = [1, 0]
    assert chain.P[0, 0] == 0.128
    chain.stationary()
    with pytest.raises(ValueError, match="read-only"):
        chain.P[0, 0] = 1


@pytest.mark.parametrize(
    ("P", "states", "message"),
    [
        ([[0.5, 0.5]], None, "P must be square"),
        ([0.5, 0.5], None, "P must be a matrix"),
        ([[]], None, "P must not be empty"),
        ([[0.5, 0.4], [0.5, 0.5]], None, r"rows of P must sum to 1, got 0.9 in row 0"),
        ([[1.5, -0.5], [0.5, 0.5]], None, "P must not be negative, got -0.5"),
        ([[np.nan, 1], [0.5, 0.5]], None, "P must be finite"),
        (MARKOV, "VCX", "2 distinct labels"),
        (MARKOV, "VV", "2 distinct labels"),
    ],
)
def test_what_is_no_chain_is_named(P, states, message):
    with pytest.raises(ValueError, match=message):
        MarkovChain(P, states)


def test_bad_questions_to_a_chain_are_named():
    chain = MarkovChain(MARKOV, "VC")
    for p0, message in [
        ([1, 0, 0], "p0 must have shape"),
        ([0.5, 0.4], "sum to 1"),
        ([1.5, -0.5], "nonnegative"),
        ([np.nan, 1], "p0 must be finite"),
    ]:
        with pytest.raises(ValueError, match=message):
            chain.distribution(p0, 1)
    with pytest.raises(ValueError, match="n must be at least 0"):
        chain.n_step(-1)
    with pytest.raises(ValueError, match="n must be at least 1"):
        chain.simulate(0, rng(), "V")
    with pytest.raises(ValueError, match="start must be one of the states, got 0"):
        chain.simulate(5, rng(), 0)
    with pytest.raises(TypeError, match="default_rng"):
        chain.simulate(5, 0, "V")
    for states in (3, [[1], [2]]):
        with pytest.raises(TypeError, match="hashable labels"):
            MarkovChain(MARKOV, states)


# Samplers --------------------------------------------------------------------------------


def log_normal_density(x):
    return -0.5 * x * x


def walk(step):
    return lambda x, rng: x + step * rng.normal()


@pytest.mark.parametrize("step", [0.5, 2.4, 10.0])
def test_a_random_walk_accepts_as_often_as_theory_says(step):
    """On a standard normal: (2/pi) arctan(2/s)."""
    chain, acceptance = metropolis_hastings(
        log_normal_density, 0, walk(step), 20_000, rng()
    )
    assert acceptance == pytest.approx(2 / math.pi * math.atan(2 / step), abs=0.02)
    assert type(acceptance) is float and chain.shape == (20_000,)
    moved = np.mean(np.diff(chain, prepend=0) != 0)
    assert moved == acceptance  # a rejected proposal repeats the old point
    error = math.sqrt(1 / effective_sample_size(chain))
    assert abs(chain.mean()) < 3.5 * error
    assert chain.var() == pytest.approx(1, abs=5 * error)


def test_the_hastings_factor_makes_gamma_from_multiplicative_steps():
    def log_gamma_density(x):
        return math.log(x) - x if x > 0 else -math.inf

    def stretch(x, rng):
        return x * math.exp(rng.normal())

    def log_ratio(x, y):  # q(y | x) is log-normal: ln q(x | y) - ln q(y | x)
        return math.log(y / x)

    right, _ = metropolis_hastings(
        log_gamma_density, 1, stretch, 60_000, rng(), log_q_ratio=log_ratio
    )
    assert right.mean() == pytest.approx(2, abs=0.05)
    thinned = right[::30]
    assert scipy.stats.kstest(thinned, scipy.stats.gamma(2).cdf).pvalue > 0.01
    wrong, _ = metropolis_hastings(log_gamma_density, 1, stretch, 60_000, rng())
    assert wrong.mean() == pytest.approx(1, abs=0.05)  # without it: Exp(1)


def test_the_banana_has_its_moments():
    """y = z + x^2 with x, z standard normal: E y = 1, Var y = 3."""

    def log_banana(x):
        return -0.5 * (x[0] ** 2 + (x[1] - x[0] ** 2) ** 2)

    def step(x, rng):
        return x + 1.2 * rng.normal(size=2)

    chain, _ = metropolis_hastings(log_banana, [0, 0], step, 60_000, rng())
    assert chain.shape == (60_000, 2)
    np.testing.assert_allclose(chain.mean(axis=0), [0, 1], atol=0.15)
    assert chain[:, 1].var() == pytest.approx(3, rel=0.2)


def test_a_target_of_zero_is_never_entered():
    chain, acceptance = metropolis_hastings(
        lambda x: 0.0 if 0 <= x <= 1 else -math.inf, 0.5, walk(1.0), 5000, rng()
    )
    assert chain.min() >= 0 and chain.max() <= 1 and 0 < acceptance < 1
    assert scipy.stats.kstest(chain[::20], "uniform").pvalue > 0.01


def test_the_first_sample_is_the_first_step_and_draws_repeat():
    up, acceptance = metropolis_hastings(lambda x: x, 0, lambda x, rng: x + 1, 3, rng())
    assert up.tolist() == [1, 2, 3] and acceptance == 1
    one, two = (
        metropolis_hastings(log_normal_density, 0, walk(1), 50, rng(7))[0] for _ in "12"
    )
    np.testing.assert_array_equal(one, two)


def test_bad_chains_are_named():
    ok = (log_normal_density, 0.0, walk(1.0), 10)

    def nan_at_second(x):
        return 0.0 if x == 0 else math.nan

    for position, value, message in [
        (0, lambda x: -math.inf, r"log_density\(x0\) must not be -inf"),
        (0, lambda x: math.nan, "log_density must be finite or -inf, got nan"),
        (0, lambda x: math.inf, "log_density must be finite or -inf, got inf"),
        (0, nan_at_second, "log_density must be finite or -inf, got nan"),
        (1, math.nan, "x0 must be finite"),
        (1, [], "x0 must be a number or have shape"),
        (1, [[0.0]], "x0 must be a number or have shape"),
        (2, lambda x, rng: [x], "must have shape"),
        (2, lambda x, rng: math.nan, "must be finite"),
        (3, 0, "n must be at least 1"),
    ]:
        bad = [*ok[:position], value, *ok[position + 1 :]]
        with pytest.raises(ValueError, match=message):
            metropolis_hastings(*bad, rng())
    for position, value, message in [
        (0, lambda x: [0.0], "log_density must be a real number"),
        (0, 3, "log_density must be a function"),
        (2, None, "proposal must be a function"),
        (2, lambda x, rng: None, "must hold real numbers"),
    ]:
        bad = [*ok[:position], value, *ok[position + 1 :]]
        with pytest.raises(TypeError, match=message):
            metropolis_hastings(*bad, rng())
    with pytest.raises(TypeError, match="log_q_ratio must be a function"):
        metropolis_hastings(*ok, rng(), log_q_ratio=0)
    with pytest.raises(ValueError, match="log_q_ratio must be finite"):
        metropolis_hastings(*ok, rng(), log_q_ratio=lambda x, y: math.nan)
    with pytest.raises(TypeError, match="default_rng"):
        metropolis_hastings(*ok, None)


def test_functions_can_not_change_the_chain_from_inside():
    def meddle(x):
        x += 1

    with pytest.raises(ValueError, match="read-only"):
        metropolis_hastings(meddle, [0.0, 0.0], walk(1), 5, rng())
    with pytest.raises(ValueError, match="read-only"):
        gibbs([lambda x, rng: meddle(x)], [0.0], 5, rng())


def test_gibbs_has_the_moments_and_the_memory_of_theory():
    rho, tail = 0.8, 0.6
    conditionals = [
        lambda x, rng: rho * x[1] + tail * rng.normal(),
        lambda x, rng: rho * x[0] + tail * rng.normal(),
    ]
    chain = gibbs(conditionals, [5, 5], 40_000, rng())[100:]
    np.testing.assert_allclose(chain.mean(axis=0), 0, atol=0.05)
    np.testing.assert_allclose(np.cov(chain.T), [[1, rho], [rho, 1]], atol=0.05)
    memory = autocorrelation(chain[:, 0], 3)
    np.testing.assert_allclose(memory, rho ** (2 * np.arange(4)), atol=0.04)


def test_gibbs_renews_in_order_and_sees_what_is_new():
    chain = gibbs(
        [lambda x, rng: x[1] + 1, lambda x, rng: 10 * x[0], lambda x, rng: x[1]],
        [0, 0, 0],
        2,
        rng(),
    )
    assert chain.tolist() == [[1, 10, 10], [11, 110, 110]]


def test_bad_conditionals_are_named():
    def draw(x, rng):
        return rng.normal()

    for conditionals in ([draw], [draw] * 3, draw):
        with pytest.raises(ValueError, match="conditionals must be 2 functions"):
            gibbs(conditionals, [0, 0], 5, rng())
    with pytest.raises(TypeError, match="each of conditionals must be a function"):
        gibbs([draw, 3], [0, 0], 5, rng())
    for value, message in [(math.nan, "finite"), ([1.0], "shape"), ([1, 2], "shape")]:
        with pytest.raises(ValueError, match=message):
            gibbs([draw, lambda x, rng, v=value: v], [0, 0], 5, rng())
    with pytest.raises(TypeError, match="default_rng"):
        gibbs([draw], [0], 5, 0)
    with pytest.raises(ValueError, match="x0 must be a vector"):
        gibbs([draw], 0.0, 5, rng())


# Diagnostics -----------------------------------------------------------------------------


def direct_autocorrelation(x, k):
    x = np.asarray(x, dtype=float)
    d = x - x.mean()
    return math.fsum(d[: len(d) - k] * d[k:]) / math.fsum(d * d)


def ar1(phi, n, seed=0):
    noise = rng(seed).normal(size=n)
    x = np.empty(n)
    x[0] = noise[0] / math.sqrt(1 - phi * phi)
    for t in range(1, n):
        x[t] = phi * x[t - 1] + noise[t]
    return x


def test_michelsons_autocorrelation_is_that_of_nist():
    speed = load_michelson_1879()["speed_km_s_minus_299000"]
    assert autocorrelation(speed, 1)[1] == pytest.approx(0.535199668621283, rel=1e-13)
    shifted = 299_000 + np.asarray(speed, dtype=float)
    assert autocorrelation(shifted, 1)[1] == pytest.approx(0.535199668621283, rel=1e-12)


@steady
@given(st.lists(st.integers(-1000, 1000), min_size=4, max_size=60), st.data())
def test_the_fast_sums_are_the_direct_sums(x, data):
    if len(set(x)) == 1:
        x[0] += 1
    max_lag = data.draw(st.integers(0, len(x) - 1))
    r = autocorrelation(x, max_lag)
    assert r.shape == (max_lag + 1,) and r[0] == 1
    exact = [direct_autocorrelation(x, k) for k in range(max_lag + 1)]
    np.testing.assert_allclose(r, exact, atol=1e-14)
    assert r.min() >= -0.5 * len(x) and abs(r).max() <= 1 + 1e-14


@pytest.mark.parametrize("scale", [1e-200, 1e-3, 1e140])
def test_units_do_not_matter_to_the_diagnostics(scale):
    x = rng().normal(size=101)
    np.testing.assert_allclose(
        autocorrelation(scale * x, 50), autocorrelation(x, 50), atol=1e-14
    )
    chains = x[:100].reshape(4, 25)
    assert split_rhat(scale * chains) == pytest.approx(split_rhat(chains), rel=1e-12)


@pytest.mark.parametrize("phi", [-0.5, 0.0, 0.5, 0.9])
def test_the_effective_size_of_an_autoregression(phi):
    """tau = (1 + phi)/(1 - phi)."""
    n = 100_000
    size = effective_sample_size(ar1(phi, n))
    assert type(size) is float
    assert size / n == pytest.approx((1 - phi) / (1 + phi), rel=0.1)


def test_the_pairs_are_summed_up_to_the_first_that_is_not_positive():
    x = [1, 1, 2, 1, 1, 5, 5, 2, 5, 2, 3, 4, 5]
    r = [direct_autocorrelation(x, k) for k in range(13)]
    pairs = [r[k] + r[k + 1] for k in range(0, 12, 2)]
    assert [pair > 0 for pair in pairs] == [True, True, False, True, False, False]
    tau = 1 + 2 * (r[1] + r[2] + r[3])
    assert effective_sample_size(x) == pytest.approx(13 / tau, rel=1e-13)


def test_repelling_neighbors_are_worth_more_than_n_but_not_without_bound():
    alternating = np.tile([1.0, -1.0], 500)
    assert effective_sample_size(alternating) == pytest.approx(3000, rel=1e-12)
    assert effective_sample_size([0, 1, 0, 1]) == pytest.approx(4 * math.log10(4))


def test_the_bounds_of_a_mean_hold_as_often_as_the_effective_size_says():
    hits = 0
    for seed in range(200):
        x = ar1(0.7, 2000, seed)
        error = x.std(ddof=1) / math.sqrt(effective_sample_size(x))
        hits += abs(x.mean()) < 1.96 * error
    assert 180 <= hits <= 199  # 190 +- 3 * 3.1


def test_split_rhat_is_the_ratio_of_variances_of_halves():
    chains = rng().normal(size=(3, 11)) + [[0], [1], [0]]
    halves = [half for c in chains for half in (c[:5], c[6:])]
    within = np.mean([np.var(h, ddof=1) for h in halves])
    between = 5 * np.var([np.mean(h) for h in halves], ddof=1)
    exact = math.sqrt((4 / 5 * within + between / 5) / within)
    assert split_rhat(chains) == pytest.approx(exact, rel=1e-13)
    assert type(split_rhat(chains)) is float


def test_split_rhat_sees_drift_and_separate_modes():
    mixed = rng().normal(size=(4, 1000))
    assert split_rhat(mixed) == pytest.approx(1, abs=0.01)
    assert split_rhat(mixed + np.linspace(0, 3, 1000)) > 1.2  # all drift alike
    assert split_rhat(mixed + [[0], [0], [3], [3]]) > 1.5
    assert split_rhat(mixed[:1]) == pytest.approx(
        1, abs=0.01
    )  # one chain has halves too
    assert split_rhat([[0, 1, 5, 6]]) > 3
    stuck = np.repeat([[0.0], [1.0]], 10, axis=1)
    stuck[0, 0] = 0.1
    assert split_rhat(stuck) > 10


@pytest.mark.parametrize(
    "ask", [effective_sample_size, lambda x: autocorrelation(x, 1)]
)
def test_series_that_say_nothing_are_refused(ask):
    for x, message in [
        ([1, 2, 3], "at least 4 values, got 3"),
        ([2, 2, 2, 2], "must vary, got 2.0 throughout"),
        ([1, 2, 3, np.nan], "must be finite"),
        ([[1, 2, 3, 4]], "must be a vector"),
        ([1, 2, 3, 1e200], "up to 1e150"),
    ]:
        with pytest.raises(ValueError, match=message):
            ask(x)


def test_lags_and_chains_that_do_not_fit_are_refused():
    for lag, message in [(4, "max_lag must be below 4"), (-1, "at least 0")]:
        with pytest.raises(ValueError, match=message):
            autocorrelation([1, 2, 3, 5], lag)
    with pytest.raises(TypeError, match="max_lag must be an integer"):
        autocorrelation([1, 2, 3, 5], 1.5)
    for chains, message in [
        ([[1, 2, 3]], "at least 4 draws"),
        (np.ones((3, 10)), "chains must vary"),
        (np.repeat([[0.0], [1.0]], 10, axis=1), "chains must vary"),
        ([1, 2, 3, 4], "chains must be a matrix"),
        ([[1, 2, 3, np.inf]], "chains must be finite"),
    ]:
        with pytest.raises(ValueError, match=message):
            split_rhat(chains)
