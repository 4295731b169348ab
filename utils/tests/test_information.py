"""utils.information against exact values (mpmath), SciPy, scikit-learn and the course's data."""

import itertools
import math
import warnings
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import scipy.integrate
import scipy.special
import scipy.stats
import sklearn.metrics
import sklearn.tree
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import jensenshannon

from utils import information as info
from utils.datasets import (
    expand,
    load_english_bigrams,
    load_english_letters,
    load_iris,
    load_titanic,
)
from utils.information.divergence import BLOCK, excess

pytestmark = pytest.mark.filterwarnings("error")
quick = settings(derandomize=True, deadline=None, max_examples=60)

sizes = st.lists(
    st.one_of(st.just(0.0), st.floats(1e-12, 1.0)), min_size=1, max_size=8
).filter(sum)
seeds = st.integers(0, 10**6)
label_pairs = st.lists(
    st.tuples(st.integers(0, 4), st.integers(-3, 3)), min_size=1, max_size=60
)


def normalized(sizes):
    sizes = np.array(sizes)
    return sizes / sizes.sum()


def exact_entropy(p):
    with mpmath.workdps(60):
        p = [mpmath.mpf(x) for x in np.ravel(p).tolist()]
        return -mpmath.fsum(x * mpmath.log(x) for x in p if x)


def exact_kl(p, q):
    """Of the distributions that the floats stand for, each divided by its exact sum."""
    with mpmath.workdps(60):
        p, q = ([mpmath.mpf(x) for x in np.ravel(a).tolist()] for a in (p, q))
        p, q = ([x / mpmath.fsum(a) for x in a] for a in (p, q))
        return mpmath.fsum(
            x * mpmath.log(x / y) for x, y in zip(p, q, strict=True) if x
        )


def random_distribution(rng, shape):
    p = rng.gamma(0.5, size=shape)
    return p / p.sum()


# Entropy


@pytest.mark.parametrize(
    "p, bits",
    [
        ([1.0], 0),
        ([1, 0, 0], 0),
        ([0.5, 0.5], 1),
        ([0.5, 0.5, 0.0], 1),
        ([0.25] * 4, 2),
        ([0.5, 0.25, 0.125, 0.125], 1.75),
    ],
)
def test_entropies_known_by_hand(p, bits):
    got = info.entropy(p, base=2)
    assert got == bits and type(got) is float
    assert math.copysign(1, got) == 1  # never -0.0
    assert info.entropy(p) == pytest.approx(bits * math.log(2), rel=1e-15)


@quick
@given(sizes)
def test_entropy_keeps_15_digits(sizes):
    p = normalized(sizes)
    want = exact_entropy(p)
    assert info.entropy(p) == pytest.approx(float(want), rel=2e-15, abs=1e-300)


@quick
@given(sizes)
def test_entropy_lies_between_0_and_log_k(sizes):
    p = normalized(sizes)
    assert 0 <= info.entropy(p) <= math.log(len(p)) + 1e-15


def test_entropy_of_many_outcomes_loses_nothing_in_the_sum():
    p = np.random.default_rng(0).random(100_000)
    p /= p.sum()
    terms = (-p * np.log(p)).tolist()
    assert info.entropy(p) == pytest.approx(math.fsum(terms), rel=1e-15)


def test_stacks_agree_with_scipy_along_every_axis():
    rng = np.random.default_rng(0)
    for axis in (0, 1, -1):
        p, q = rng.random((2, 4, 5, 6))
        p[1, 2] = 0
        p[:, :, 0] = 0.5
        p, q = (a / a.sum(axis=axis, keepdims=True) for a in (p, q))
        for ours, theirs in [
            (info.entropy(p, axis=axis), scipy.stats.entropy(p, axis=axis)),
            (info.entropy(p, 2, axis), scipy.stats.entropy(p, base=2, axis=axis)),
            (info.kl_divergence(p, q, 10, axis), scipy.stats.entropy(p, q, 10, axis)),
        ]:
            np.testing.assert_allclose(ours, theirs, rtol=1e-13)


def test_nothing_is_normalized_unless_asked_for():
    assert scipy.stats.entropy([2, 2]) == pytest.approx(math.log(2))
    with pytest.raises(ValueError, match="sum to 1 within 1e-8, got the sum 4"):
        info.entropy([2, 2])
    assert info.entropy([2, 2], base=2, normalize=True) == 1
    assert info.entropy([[2, 2], [0, 7]], base=2, normalize=True).tolist() == [1, 0]
    assert info.entropy([0.5, 0.5 + 9e-9]) == pytest.approx(math.log(2))
    with pytest.raises(ValueError, match="sum to 1"):
        info.entropy([0.5, 0.5 + 2e-8])


def test_bases_are_units():
    p = [0.2, 0.3, 0.5]
    for base in (2, 10, 0.5, np.float64(3)):
        assert info.entropy(p, base) == pytest.approx(info.entropy(p) / math.log(base))
    for base in (1, 0, -2, np.inf, np.nan):
        with pytest.raises(ValueError, match="base"):
            info.entropy(p, base)
    with pytest.raises(TypeError, match="base"):
        info.entropy(p, "2")


def test_round_off_below_zero_becomes_zero_but_a_real_negative_stays_visible():
    assert info.entropy([1 + 5e-13, 0]) == 0
    assert info.entropy([1 + 5e-9, 0]) == pytest.approx(-5e-9, rel=1e-6)


def test_binary_entropy_keeps_15_digits_at_both_ends():
    p = np.array([0, 1e-300, 1e-20, 1e-9, 0.1, 0.5, 0.7, 1 - 1e-9, 1 - 2**-53, 1])
    for x, value in zip(p, info.binary_entropy(p), strict=True):
        with mpmath.workdps(400):
            pair = [mpmath.mpf(x), 1 - mpmath.mpf(x)]
            want = -mpmath.fsum(y * mpmath.log(y) for y in pair if y)
        assert value == pytest.approx(float(want), rel=1e-15, abs=0)
    assert info.binary_entropy(0.5, base=2) == 1
    assert type(info.binary_entropy(0)) is float
    assert info.binary_entropy([[0.5], [1]], base=2).tolist() == [[1], [0]]


@quick
@given(st.integers(1, 5), st.integers(1, 5), seeds)
def test_the_chain_rule_holds_and_knowing_helps_on_average(k, m, seed):
    rng = np.random.default_rng(seed)
    P = random_distribution(rng, (k, m)) * (rng.random((k, m)) < 0.8)
    if not P.sum():
        return
    P /= P.sum()
    h_xy = info.joint_entropy(P)
    h_x, h_y = info.entropy(P.sum(axis=1)), info.entropy(P.sum(axis=0))
    y_given_x = info.conditional_entropy(P)
    x_given_y = info.conditional_entropy(P, given="columns")
    near = pytest.approx
    assert h_xy == near(float(exact_entropy(P)), abs=1e-14)
    assert y_given_x == near(h_xy - h_x, abs=1e-14)
    assert x_given_y == near(h_xy - h_y, abs=1e-14)
    assert y_given_x <= h_y + 1e-15 and x_given_y <= h_x + 1e-15
    rows = [(row.sum(), row / row.sum()) for row in P if row.sum()]
    assert y_given_x == near(sum(w * info.entropy(r) for w, r in rows), abs=1e-14)


def test_the_table_worked_by_hand():
    P = [[0.25, 0.25], [0.5, 0]]
    assert info.joint_entropy(P, base=2) == 1.5
    assert info.conditional_entropy(P, base=2) == 0.5
    assert info.conditional_entropy(P, base=2, given="columns") == pytest.approx(
        0.75 * (math.log2(3) - 2 / 3)
    )
    assert info.mutual_information(P, base=2) == pytest.approx(0.3112781244591328)


def test_entropy_from_counts_is_the_plug_in_and_millers_correction():
    counts = [3, 0, 5, 2]
    want = scipy.stats.entropy(counts)
    assert info.entropy_from_counts(counts) == pytest.approx(want, rel=1e-15)
    corrected = info.entropy_from_counts(counts, correction="miller-madow")
    assert corrected == pytest.approx(want + 2 / 20, rel=1e-15)  # three classes seen
    in_bits = info.entropy_from_counts(counts, 2, "miller-madow")
    assert in_bits == pytest.approx(corrected / math.log(2), rel=1e-15)


def test_millers_correction_removes_most_of_the_bias():
    rng, p = np.random.default_rng(0), np.full(10, 0.1)
    samples = rng.multinomial(50, p, size=2000)
    plug_in = np.mean([info.entropy_from_counts(c) for c in samples])
    corrected = np.mean(
        [info.entropy_from_counts(c, correction="miller-madow") for c in samples]
    )
    assert plug_in - np.log(10) == pytest.approx(-9 / 100, abs=0.01)
    assert abs(corrected - np.log(10)) < 0.01


def test_entropy_rate_of_a_two_state_chain():
    P, pi = [[0.9, 0.1], [0.4, 0.6]], [0.8, 0.2]
    want = 0.8 * info.binary_entropy(0.1) + 0.2 * info.binary_entropy(0.4)
    assert info.entropy_rate(P, pi) == pytest.approx(want, rel=1e-15)
    assert info.entropy_rate(P, pi, 2) == pytest.approx(want / math.log(2), rel=1e-15)
    assert info.entropy_rate(np.eye(3), np.full(3, 1 / 3)) == 0


def test_gaussian_entropy_agrees_with_scipy():
    A = np.random.default_rng(0).normal(size=(5, 5))
    cov = A @ A.T
    theirs = scipy.stats.multivariate_normal(cov=cov).entropy()
    assert info.gaussian_entropy(cov) == pytest.approx(theirs, rel=1e-12)
    assert info.gaussian_entropy(cov, 2) == pytest.approx(theirs / np.log(2), rel=1e-12)
    assert info.gaussian_entropy(4.0) == pytest.approx(
        scipy.stats.norm(scale=2).entropy(), rel=1e-15
    )
    assert info.gaussian_entropy(0.01) < 0
    rounded = [[1, 1e-17], [0, 1]]  # symmetric up to rounding
    assert info.gaussian_entropy(rounded) == info.gaussian_entropy(np.eye(2))
    assert info.gaussian_entropy(1e-300 * np.eye(400)) == pytest.approx(
        400 * info.gaussian_entropy(1e-300), rel=1e-13
    )


# Codes


def code_length(p, words):
    return sum(q * len(words[i]) for i, q in enumerate(p) if i in words)


def prefix_free(words):
    return not any(
        a != b and b.startswith(a) for a in words.values() for b in words.values()
    )


def shortest_possible(p):
    """The smallest average length of lengths that satisfy Kraft's inequality."""
    p = sorted(p, reverse=True)
    return min(
        sum(q * length for q, length in zip(p, lengths, strict=True))
        for lengths in itertools.combinations_with_replacement(range(1, len(p)), len(p))
        if sum(Fraction(1, 2**length) for length in lengths) <= 1
    )


@quick
@given(sizes)
def test_huffmans_code_is_a_full_prefix_code_within_a_bit_of_the_entropy(sizes):
    p = normalized(sizes)
    words = info.huffman_code(p)
    assert list(words) == np.flatnonzero(p).tolist()
    assert prefix_free(words)
    if len(words) == 1:
        assert list(words.values()) == ["0"]
        return
    assert sum(Fraction(1, 2 ** len(word)) for word in words.values()) == 1
    length, h = code_length(p, words), info.entropy(p, base=2)
    assert h - 1e-12 <= length < h + 1 + 1e-12


@settings(derandomize=True, deadline=None, max_examples=25)
@given(st.lists(st.integers(1, 20), min_size=2, max_size=6))
def test_no_prefix_code_is_shorter_than_huffmans(sizes):
    p = normalized(sizes)
    assert code_length(p, info.huffman_code(p)) == pytest.approx(
        shortest_possible(p), rel=1e-14
    )


def test_huffman_by_hand():
    assert info.huffman_code([0.5, 0.25, 0.125, 0.125], "abcd") == {
        "a": "0", "b": "10", "c": "110", "d": "111"
    }  # fmt: skip
    lengths = [len(word) for word in info.huffman_code([0.4, 0.3, 0.2, 0.1]).values()]
    assert lengths == [1, 2, 3, 3]
    assert info.huffman_code([0.25] * 4) == {0: "00", 1: "01", 2: "10", 3: "11"}
    assert info.huffman_code([0, 1], "ab") == {"b": "0"}


def test_a_code_of_a_thousand_unequal_symbols_needs_no_recursion():
    words = info.huffman_code(0.5 ** np.append(np.arange(1, 1060), 1059))
    assert max(map(len, words.values())) == 1059


# Cross-entropy and divergences


def test_cross_entropies_known_by_hand():
    p, q = [1 / 2, 1 / 4, 1 / 8, 1 / 8], [1 / 8, 1 / 2, 1 / 4, 1 / 8]
    assert info.cross_entropy(p, q, base=2) == 2.375
    assert info.cross_entropy(q, p, base=2) == 2.25
    assert info.kl_divergence(p, q, base=2) == pytest.approx(0.625, rel=1e-15)
    assert info.kl_divergence(q, p, base=2) == pytest.approx(0.5, rel=1e-15)
    assert info.cross_entropy([1, 0], [1, 0]) == 0
    assert info.cross_entropy([1, 0], [0, 1]) == math.inf
    assert info.cross_entropy([0, 1], [0, 1], base=2) == 0


@quick
@given(st.integers(1, 8), seeds)
def test_cross_entropy_is_entropy_plus_divergence(k, seed):
    p, q = (random_distribution(np.random.default_rng([seed, i]), k) for i in (0, 1))
    total = info.entropy(p) + info.kl_divergence(p, q)
    assert info.cross_entropy(p, q) == pytest.approx(total, rel=1e-13, abs=1e-14)


def test_perplexity_is_the_geometric_mean():
    assert info.perplexity(np.log([1 / 2, 1 / 4, 1 / 8])) == pytest.approx(4, rel=1e-15)
    assert info.perplexity([0, 0]) == 1
    assert info.perplexity([0, -np.inf]) == math.inf
    assert info.perplexity([-1e4]) == math.inf
    assert info.perplexity([1e-16]) == pytest.approx(1)
    for bad in ([0.1], [np.nan], [], [[0.0]]):
        with pytest.raises(ValueError, match="log_probs"):
            info.perplexity(bad)


@quick
@given(st.integers(1, 8), seeds)
def test_divergences_agree_with_scipy(k, seed):
    p, q = (random_distribution(np.random.default_rng([seed, i]), k) for i in (0, 1))
    kl = float(scipy.special.rel_entr(p, q).sum())
    assert info.kl_divergence(p, q) == pytest.approx(kl, rel=1e-12, abs=1e-14)
    js = jensenshannon(p, q) ** 2
    assert info.js_divergence(p, q) == pytest.approx(js, rel=1e-12, abs=1e-14)
    tv = abs(p - q).sum() / 2
    assert info.total_variation(p, q) == pytest.approx(tv, rel=1e-15)


@pytest.mark.parametrize("apart", [1e-1, 1e-2, 1e-4, 1e-6, 1e-8, 1e-10, 1e-12])
def test_divergence_of_nearly_equal_distributions_keeps_its_digits(apart):
    rng = np.random.default_rng(0)
    p = random_distribution(rng, 50) + 1e-6
    p /= p.sum()
    q = p * (1 + apart * rng.uniform(-1, 1, size=50))
    q /= q.sum()
    reach = 1e-13 if apart >= 1e-8 else 1e-6  # rounding of q in the sums is left
    kl, plain = info.kl_divergence(p, q), np.sum(p * np.log(p / q))
    assert kl == pytest.approx(float(exact_kl(p, q)), rel=reach)
    if apart <= 1e-8:
        assert abs(plain / kl - 1) > 0.01  # the plain formula has lost them
    middle = [(Fraction(x) + Fraction(y)) / 2 for x, y in zip(p, q, strict=True)]
    with mpmath.workdps(60):
        middle = [mpmath.mpf(m.numerator) / m.denominator for m in middle]
        js = sum(exact_terms(a, middle) for a in (p, q)) / 2
    assert info.js_divergence(p, q) == pytest.approx(float(js), rel=reach)


def exact_terms(p, q):
    return mpmath.fsum(
        mpmath.mpf(x) * mpmath.log(x / y) for x, y in zip(p, q, strict=True)
    )


@quick
@given(st.integers(1, 6), st.floats(0, 1), seeds)
def test_no_divergence_is_negative_and_equality_gives_zero(k, apart, seed):
    rng = np.random.default_rng(seed)
    p = random_distribution(rng, k)
    q = p * (1 + apart**8 * rng.uniform(-0.9, 9, size=k))
    q /= q.sum()
    for name in ("kl_divergence", "js_divergence", "total_variation"):
        divergence = getattr(info, name)
        assert divergence(p, q) >= 0
        assert divergence(p, p) == 0
    assert info.js_divergence(p, q) <= math.log(2) * (1 + 1e-15)
    assert info.js_divergence(p, q) == pytest.approx(
        info.js_divergence(q, p), rel=1e-14, abs=1e-30
    )
    assert info.total_variation(p, q) <= math.sqrt(info.kl_divergence(p, q) / 2) + 1e-12


def test_supports_decide_over_infinity():
    assert info.kl_divergence([1, 0], [0.5, 0.5]) == pytest.approx(
        math.log(2), rel=1e-15
    )
    assert info.kl_divergence([0.5, 0.5], [1, 0]) == math.inf
    assert info.kl_divergence([0.5, 0.5, 0], [0.5, 0.5, 0]) == 0
    assert info.js_divergence([1, 0], [0, 1], base=2) == 1
    assert info.total_variation([1, 0], [0, 1]) == 1
    both = info.kl_divergence([[1, 0], [0, 1]], [[1, 0], [1, 0]])
    assert both.tolist() == [0, math.inf]


def test_probabilities_near_the_smallest_float_are_no_zeros():
    tiny = 5e-324
    want = -math.log(tiny)
    assert info.kl_divergence([1, 0], [tiny, 1]) == pytest.approx(want, rel=1e-15)
    assert info.cross_entropy([1, 0], [tiny, 1]) == pytest.approx(want, rel=1e-15)
    assert info.kl_divergence([tiny, 1], [1, 0]) == math.inf
    assert info.kl_divergence([tiny, 1], [1e-300, 1]) < 1e-299
    assert info.js_divergence([tiny, 1], [0, 1]) < 1e-320
    assert info.entropy([tiny, 1]) < 1e-320
    assert info.mutual_information([[1, 0], [0, 1e-200]]) == pytest.approx(
        2e-200 * 230, rel=0.5
    )


def test_excess_is_accurate_on_both_sides_of_its_switch():
    ratios = [1e-9, 1e-4, 0.02, 0.0299, 0.0301, 0.06, 0.0618, 0.062, 0.3, 0.9]
    ratios = np.array([-r for r in ratios] + ratios + [5, 1e9])
    m = np.full(len(ratios), 0.37)
    x = m * (1 + ratios)
    for got, a, b in zip(excess(x, m), x, m, strict=True):
        with mpmath.workdps(60):
            a, b = mpmath.mpf(a), mpmath.mpf(b)
            want = a * mpmath.log(a / b) - a + b
        assert got == pytest.approx(float(want), rel=5e-14, abs=0)


def test_long_arrays_are_cut_into_blocks_without_a_seam():
    rng = np.random.default_rng(0)
    for n in (BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK + 5):
        p, q = rng.random((2, n))
        p, q = p / p.sum(), q / q.sum()
        terms = scipy.special.rel_entr(p, q).tolist()
        assert info.kl_divergence(p, q) == pytest.approx(math.fsum(terms), rel=1e-14)


def plain_kl_gaussian(m0, S0, m1, S1):
    shift = np.linalg.solve(S1, m1 - m0)
    log_dets = np.linalg.slogdet(S1)[1] - np.linalg.slogdet(S0)[1]
    trace = np.trace(np.linalg.solve(S1, S0))
    return (trace - len(m0) + (m1 - m0) @ shift + log_dets) / 2


@quick
@given(st.integers(1, 6), seeds)
def test_kl_gaussian_is_the_textbook_formula(d, seed):
    rng = np.random.default_rng(seed)
    m0, m1 = rng.normal(size=(2, d))
    S0, S1 = (A @ A.T + 0.5 * np.eye(d) for A in rng.normal(size=(2, d, d)))
    want = plain_kl_gaussian(m0, S0, m1, S1)
    assert info.kl_gaussian(m0, S0, m1, S1) == pytest.approx(want, rel=1e-11, abs=1e-13)
    assert 0 <= info.kl_gaussian(m0, S0, m0, S0) < 1e-29


def test_kl_gaussian_agrees_with_quadrature_and_with_hand():
    assert info.kl_gaussian(0, 1, 1, 4) == pytest.approx(math.log(2) - 1 / 4, rel=1e-15)
    assert info.kl_gaussian(1, 4, 0, 1) == pytest.approx(2 - math.log(2), rel=1e-15)
    p, q = scipy.stats.norm(0.3, 1.2), scipy.stats.norm(-1, 0.8)
    integral, error = scipy.integrate.quad(
        lambda x: p.pdf(x) * (p.logpdf(x) - q.logpdf(x)), -15, 15
    )
    assert info.kl_gaussian(0.3, 1.44, -1, 0.64) == pytest.approx(integral, abs=1e-10)
    assert error < 1e-10
    assert type(info.kl_gaussian(0, 1, 0, 1)) is float


def test_kl_gaussian_of_nearly_equal_laws_is_neither_lost_nor_negative():
    S = np.array([[2.0, 0.6], [0.6, 1.0]])
    for apart in (1e-3, 1e-5, 1e-7):
        # to second order a quarter of the squared relative change of the variances
        got = info.kl_gaussian([0, 0], S, [0, 0], S * (1 + apart))
        assert got == pytest.approx(apart**2 / 2, rel=3 * apart + 1e-7)
    assert info.kl_gaussian(0, 1e-200, 0, 1e200) == pytest.approx(
        200 * math.log(10) - 0.5, rel=1e-15
    )
    assert info.kl_gaussian(0, 1e200, 0, 1e-200) == math.inf


def test_kl_standard_normal_is_kl_gaussian_row_by_row():
    rng = np.random.default_rng(0)
    mu, log_var = rng.normal(size=(2, 6, 3))
    want = [
        info.kl_gaussian(m, np.diag(np.exp(s)), np.zeros(3), np.eye(3))
        for m, s in zip(mu, log_var, strict=True)
    ]
    np.testing.assert_allclose(info.kl_standard_normal(mu, log_var), want, rtol=1e-13)
    assert info.kl_standard_normal([[1, -0.5]], np.log([[0.5, 2]])) == pytest.approx(
        0.875
    )
    one = info.kl_standard_normal(mu[0], log_var[0])
    assert type(one) is float and one == pytest.approx(want[0])


@pytest.mark.parametrize(
    "s", [1e-9, -1e-6, 0.05, 0.5, 0.99, -0.99, 1.01, -30, -1000, 700]
)
def test_kl_standard_normal_keeps_15_digits_at_any_variance(s):
    with mpmath.workdps(60):
        want = float((mpmath.expm1(mpmath.mpf(s)) - mpmath.mpf(s)) / 2)
    assert info.kl_standard_normal([0.0], [s]) == pytest.approx(want, rel=1e-14, abs=0)
    assert info.kl_standard_normal([0.0], [0]) == 0
    assert info.kl_standard_normal([0.0, 1], [0, 1000]) == math.inf


# Mutual information


@quick
@given(st.integers(1, 5), st.integers(1, 5), seeds)
def test_mutual_information_in_three_ways(k, m, seed):
    P = random_distribution(np.random.default_rng(seed), (k, m))
    got = info.mutual_information(P)
    h_x, h_y = info.entropy(P.sum(axis=1)), info.entropy(P.sum(axis=0))
    independent = np.outer(P.sum(axis=1), P.sum(axis=0))
    assert got == pytest.approx(float(exact_kl(P, independent)), abs=1e-15, rel=1e-13)
    assert got == pytest.approx(h_x + h_y - info.joint_entropy(P), abs=1e-14)
    assert got == pytest.approx(h_y - info.conditional_entropy(P), abs=1e-14)
    assert 0 <= got <= min(h_x, h_y) + 1e-15
    assert info.mutual_information(P.T) == pytest.approx(got, abs=1e-15)
    assert info.mutual_information(P, 2) == pytest.approx(got / math.log(2))
    assert info.mutual_information(7 * P, normalize=True) == pytest.approx(
        got, abs=1e-15
    )
    assert info.mutual_information(independent / independent.sum()) < 1e-16


def test_mutual_information_of_a_noisy_channel():
    for error in (0, 0.2, 0.5, 1):
        P = [[(1 - error) / 2, error / 2], [error / 2, (1 - error) / 2]]
        want = 1 - info.binary_entropy(error, base=2)
        assert info.mutual_information(P, base=2) == pytest.approx(want, abs=1e-15)
    assert info.mutual_information(np.eye(8) / 8, base=2) == pytest.approx(3)


def test_weak_dependence_is_not_lost():
    c = 1e-9
    P = np.array([[0.25 + c, 0.25 - c], [0.25 - c, 0.25 + c]])
    assert info.mutual_information(P) == pytest.approx(8 * c**2, rel=1e-6)
    differences = 2 * info.entropy([0.5, 0.5]) - info.joint_entropy(P)
    assert abs(differences / (8 * c**2) - 1) > 1  # as H + H - H it would be


@quick
@given(st.integers(1, 4), st.integers(1, 4), st.integers(1, 4), seeds)
def test_conditioning_averages_over_the_third_variable(k, l, m, seed):  # noqa: E741
    rng = np.random.default_rng(seed)
    P = random_distribution(rng, (k, l, m)) * (rng.random(m) < 0.8)
    if not P.sum():
        return
    P /= P.sum()
    slices = [P[:, :, z] for z in range(m) if P[:, :, z].any()]
    want = sum(S.sum() * info.mutual_information(S / S.sum()) for S in slices)
    got = info.conditional_mutual_information(P)
    assert got == pytest.approx(want, rel=1e-12, abs=1e-15)
    # I(X, Z; Y) = I(Z; Y) + I(X; Y | Z)
    pairs = np.moveaxis(P, 1, 2).reshape(k * m, l)
    chain = info.mutual_information(P.sum(axis=0).T) + got
    assert info.mutual_information(pairs) == pytest.approx(chain, abs=1e-14)


def test_xor_tells_nothing_alone_and_all_together():
    P = np.zeros((2, 2, 2))
    for x, y in itertools.product((0, 1), repeat=2):
        P[x, y, x ^ y] = 0.25
    assert info.conditional_mutual_information(P, base=2) == 1
    assert info.mutual_information(P.sum(axis=2)) == 0


@quick
@given(label_pairs)
def test_labels_agree_with_scikit_learn(pairs):
    x, y = map(list, zip(*pairs, strict=True))
    want = sklearn.metrics.mutual_info_score(x, y)
    got = info.mutual_information_from_samples(x, y)
    assert got == pytest.approx(want, rel=1e-12, abs=1e-14) and got >= 0
    in_bits = info.mutual_information_from_samples(x, y, 2)
    assert in_bits == pytest.approx(got / math.log(2))
    table = sklearn.metrics.cluster.contingency_matrix(x, y)
    by_table = info.mutual_information(table, normalize=True)
    assert got == pytest.approx(by_table, rel=1e-12, abs=1e-18)
    k_x, k_y = table.shape
    corrected = info.mutual_information_from_samples(x, y, correction="miller-madow")
    assert corrected == pytest.approx(got - (k_x - 1) * (k_y - 1) / (2 * len(x)))
    for average in ("arithmetic", "geometric", "min", "max"):
        if min(k_x, k_y) > 1 or k_x == k_y:  # else scikit-learn's 0/0 is a convention
            theirs = sklearn.metrics.normalized_mutual_info_score(
                x, y, average_method=average
            )
            ours = info.normalized_mutual_information(x, y, average)
            assert ours == pytest.approx(theirs, rel=1e-11, abs=1e-13)
            assert type(ours) is float and 0 <= ours <= 1


@pytest.mark.parametrize(
    "x",
    [
        [3, 1, 3, 1],
        np.array([-128, 127, -128, 127], dtype=np.int8),
        np.array([2**64 - 1, 2**64 - 2] * 2, dtype=np.uint64),
        np.array([0, 2**64 - 1] * 2, dtype=np.uint64),
        [-(2**62), 2**62] * 2,
        [True, False] * 2,
        ["yes", "no"] * 2,
        [0.1, 0.2] * 2,
        np.array(["b", "a"] * 2, dtype=object),
    ],
)
def test_labels_of_any_kind_do(x):
    y = [1, 0, 1, 0]
    assert info.mutual_information_from_samples(x, y, base=2) == 1
    assert info.normalized_mutual_information(y, x) == 1
    assert info.information_gain(y, x, base=2) == 1


def test_as_many_labels_as_samples_take_no_square_of_memory():
    n = 100_000
    x = np.random.default_rng(0).random(n)
    assert info.mutual_information_from_samples(x, x) == pytest.approx(np.log(n))
    assert info.mutual_information_from_samples(np.arange(n), -np.arange(n)) == (
        pytest.approx(np.log(n))
    )


def test_normalized_mutual_information_where_a_labeling_is_constant():
    assert info.normalized_mutual_information([0, 0], ["a", "a"]) == 1
    for average in ("arithmetic", "geometric", "min", "max"):
        assert info.normalized_mutual_information([0, 0], [0, 1], average) == 0
        assert info.normalized_mutual_information([0, 1], [0, 0], average) == 0


def test_plug_in_bias_is_as_predicted_for_independent_labels():
    rng = np.random.default_rng(0)
    x, y = rng.integers(0, 5, size=(2, 1000, 100))
    pairs = list(zip(x, y, strict=True))
    plug_in = [info.mutual_information_from_samples(*pair) for pair in pairs]
    assert np.mean(plug_in) == pytest.approx(0.08, abs=0.01)
    corrected = [
        info.mutual_information_from_samples(*pair, correction="miller-madow")
        for pair in pairs
    ]
    assert abs(np.mean(corrected)) < 0.01 and min(corrected) < 0


# Splits


def gains_by_hand(X, y):
    """Every split of every column, as (feature, threshold, gain)."""
    for j, column in enumerate(np.transpose(X)):
        values = np.unique(column)
        for low, high in itertools.pairwise(values):
            middle = (low + high) / 2
            yield j, middle, info.information_gain(y, column <= middle)


@quick
@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 2)),
        min_size=1,
        max_size=25,
    )
)
def test_the_best_split_is_the_first_of_the_best(rows):
    *columns, y = map(list, zip(*rows, strict=True))
    X = np.transpose(columns)
    feature, threshold, gain = info.best_split(X, y)
    splits = list(gains_by_hand(X, y))
    best = max((g for *_, g in splits), default=0.0)
    assert gain == pytest.approx(best, abs=1e-13)
    if feature is None:
        assert (threshold, gain) == (None, 0.0) and best < 1e-11
    else:
        first = next((j, t) for j, t, g in splits if g > best - 1e-13)
        assert (feature, threshold) == first
        assert info.information_gain(y, X[:, feature] <= threshold) == (
            pytest.approx(gain, rel=1e-10)
        )


def test_the_first_question_about_iris():
    X, y = load_iris()
    feature, threshold, gain = info.best_split(X, y, base=2)
    assert (feature, round(threshold, 10), round(gain, 4)) == (2, 2.45, 0.9183)
    assert type(feature) is int and type(threshold) is float and type(gain) is float
    rest = X[:, 2] > 2.45
    feature, threshold, gain = info.best_split(X[rest], y[rest], base=2)
    assert (feature, round(threshold, 10), round(gain, 4)) == (3, 1.75, 0.6902)
    tree = sklearn.tree.DecisionTreeClassifier(criterion="entropy", max_depth=1)
    impurity = tree.fit(X[rest], y[rest]).tree_.impurity
    weights = tree.tree_.n_node_samples[1:] / rest.sum()
    assert gain == pytest.approx(impurity[0] - weights @ impurity[1:], rel=1e-6)


def test_there_is_nothing_to_ask_where_nothing_helps():
    xor = [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert info.best_split(xor, [0, 1, 1, 0]) == (None, None, 0.0)
    assert info.best_split([[1], [1]], [0, 1], base=2) == (None, None, 0.0)
    assert info.best_split([[1], [2]], ["a", "a"]) == (None, None, 0.0)
    assert info.best_split([[5.0]], [0]) == (None, None, 0.0)


@pytest.mark.parametrize(
    "low, high",
    [(1.0, np.nextafter(1, 2)), (-1e308, 1e308), (1e308, 1.5e308), (0.0, 5e-324)],
)
def test_a_threshold_separates_even_neighboring_floats(low, high):
    _, threshold, _ = info.best_split([[high], [low]], [1, 0])
    assert low <= threshold < high


def test_an_identity_column_gains_all():
    y = [0, 0, 1, 2]
    assert info.information_gain(y, range(4), 2) == pytest.approx(1.5, rel=1e-15)
    assert info.information_gain(y, [7] * 4) == 0


# The course's data


def test_numbers_of_english():
    letters, (_, table) = load_english_letters(), load_english_bigrams()
    p = letters["count"] / letters["count"].sum()
    h = info.entropy(p, base=2)
    words = info.huffman_code(p, letters["letter"].tolist())
    length = sum(q * len(word) for q, word in zip(p, words.values(), strict=True))
    assert (round(h, 4), round(length, 4)) == (4.1654, 4.1936)
    P = table / table.sum()
    assert round(info.joint_entropy(P, 2), 4) == 7.4907
    assert round(info.conditional_entropy(P, 2), 4) == 3.3808
    pi = P.sum(axis=1)
    rate = info.entropy_rate(P / pi[:, None], pi, 2)
    assert rate == pytest.approx(info.conditional_entropy(P, 2), rel=1e-13)
    uniform = np.full(26, 1 / 26)
    assert round(info.kl_divergence(p, uniform, 2), 3) == 0.535
    assert round(info.kl_divergence(uniform, p, 2), 3) == 0.868


def test_numbers_of_the_titanic():
    people = expand(load_titanic())
    survived = people["survived"]
    for name, bits in [("sex", 0.1424), ("class", 0.0593), ("age", 0.0064)]:
        got = info.mutual_information_from_samples(people[name], survived, base=2)
        assert round(got, 4) == bits
    rows = [
        np.unique(people[name], return_inverse=True)[1]
        for name in ("class", "survived", "sex")
    ]
    counts = np.zeros((4, 2, 2))
    np.add.at(counts, tuple(rows), 1)
    given_sex = info.conditional_mutual_information(counts / counts.sum(), base=2)
    assert round(given_sex, 4) == 0.0561


# Input


DISTRIBUTIONS = ["entropy", "huffman_code"]
PAIRS = ["cross_entropy", "kl_divergence", "js_divergence", "total_variation"]
TABLES = ["joint_entropy", "conditional_entropy", "mutual_information"]
NOT_DISTRIBUTIONS = [
    ([0.5, 0.6], "sum to 1"),
    ([0.5, 0.4], "sum to 1"),
    ([1.5, -0.5], "negative"),
    ([0.5, np.nan], "NaN"),
    ([0.5, np.inf], "sum inf"),
    ([], "shape"),
    (1.0, "shape"),
    ([[0.5], [0.5, 0.5]], "array of numbers"),
]


@pytest.mark.parametrize("p, message", NOT_DISTRIBUTIONS)
def test_what_is_no_distribution_is_refused(p, message):
    for name in DISTRIBUTIONS:
        with pytest.raises(ValueError, match=message):
            getattr(info, name)(p)
    for name in PAIRS:
        with pytest.raises(ValueError, match=message):
            getattr(info, name)(p, [0.5, 0.5])
        with pytest.raises(ValueError, match=message):
            getattr(info, name)([0.5, 0.5], p)
    with pytest.raises(ValueError, match=message):
        info.entropy_rate(np.eye(2), p)
    if np.ndim(p if isinstance(p, float) else p[:1]) == 1 and len(p):
        for name in TABLES:
            with pytest.raises(ValueError, match=message):
                getattr(info, name)([p])
        with pytest.raises(ValueError, match=message):
            info.conditional_mutual_information([[p]])


@pytest.mark.parametrize("name", DISTRIBUTIONS + PAIRS + TABLES)
def test_text_and_complex_numbers_are_refused(name):
    for bad in (["a", "b"], [1j, 1]):
        with pytest.raises(TypeError, match="real numbers"):
            getattr(info, name)(*[bad] * (2 if name in PAIRS else 1))


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: info.kl_divergence([1], [0.5, 0.5]), r"same shape, got \(1,\) and \(2,\)"),
        (lambda: info.kl_divergence([[1, 0]], [0.5, 0.5]), "same shape"),
        (lambda: info.cross_entropy([[1]], [[1]]), "vectors"),
        (lambda: info.js_divergence([[1]], [[1]]), "vectors"),
        (lambda: info.entropy([1], axis=1), "axis"),
        (lambda: info.entropy([0, 0], normalize=True), "positive and finite sum"),
        (lambda: info.entropy([1e308, 1e308], normalize=True), "finite sum"),
        (lambda: info.entropy([-1, 2], normalize=True), "negative"),
        (lambda: info.binary_entropy(1.1), "in \\[0, 1\\]"),
        (lambda: info.binary_entropy([0.5, np.nan]), "in \\[0, 1\\]"),
        (lambda: info.joint_entropy([0.5, 0.5]), "2 axes"),
        (lambda: info.mutual_information([[[1]]]), "2 axes"),
        (lambda: info.mutual_information(np.empty((0, 2))), "2 axes"),
        (lambda: info.mutual_information([[0]], normalize=True), "positive"),
        (lambda: info.conditional_mutual_information([[1]]), "3 axes"),
        (lambda: info.conditional_entropy([[1]], given="x"), "'rows' or 'columns'"),
        (lambda: info.entropy_from_counts([0, 0]), "sum"),
        (lambda: info.entropy_from_counts([2, -1]), "negative"),
        (lambda: info.entropy_from_counts([1, np.inf]), "finite"),
        (lambda: info.entropy_from_counts([[1]]), "vector"),
        (lambda: info.entropy_from_counts([1], correction="bias"), "miller-madow"),
        (lambda: info.entropy_rate([[0.5, 0.5]], [1]), r"\(K, K\)"),
        (lambda: info.entropy_rate([[1, 0], [0, 1]], [1]), r"\(K, K\) and pi"),
        (lambda: info.entropy_rate([[0.5, 0.4], [0, 1]], [0.5, 0.5]), "P must sum"),
        (lambda: info.entropy_rate([1], [1]), r"\(K, K\)"),
        (lambda: info.huffman_code([[1]]), "vector"),
        (lambda: info.huffman_code([1], "ab"), "2 symbols"),
        (lambda: info.huffman_code([0.5, 0.5], "aa"), "symbol of its own"),
        (lambda: info.gaussian_entropy([[1, 0.5], [0, 1]]), "symmetric"),
        (lambda: info.gaussian_entropy([[1, 0]]), "symmetric"),
        (lambda: info.gaussian_entropy([1, 1]), "matrix"),
        (lambda: info.gaussian_entropy([[np.nan]]), "finite"),
        (lambda: info.kl_gaussian([0, 0], np.eye(2), 0, 1), "dimension, got 2 and 1"),
        (lambda: info.kl_gaussian([0, 0], 1, [0, 0], 1), "shapes"),
        (lambda: info.kl_gaussian(0, 1, 0, [[1, 2], [0, 1]]), "cov1"),
        (lambda: info.kl_gaussian(np.nan, 1, 0, 1), "mean0"),
        (lambda: info.kl_standard_normal([[0]], [0]), "same shape"),
        (lambda: info.kl_standard_normal(0, 0), "same shape"),
        (lambda: info.kl_standard_normal([], []), "empty"),
        (lambda: info.kl_standard_normal([np.inf], [0]), "finite"),
        (lambda: info.mutual_information_from_samples([1, 2], [1]), "2 and 1"),
        (lambda: info.mutual_information_from_samples([], []), "vector of labels"),
        (lambda: info.mutual_information_from_samples([[1]], [1]), "vector of labels"),
        (lambda: info.mutual_information_from_samples([np.nan], [1]), "NaN"),
        (lambda: info.mutual_information_from_samples([1], [1], None, "x"), "correction"),
        (lambda: info.normalized_mutual_information([1], [1], "mean"), "average"),
        (lambda: info.normalized_mutual_information([1, 2], [1]), "2 and 1"),
        (lambda: info.information_gain([1, 2], [1]), "y and groups"),
        (lambda: info.best_split([1, 2], [1, 2]), "one row per example"),
        (lambda: info.best_split([[1], [2]], [1]), "X and y"),
        (lambda: info.best_split([[np.nan], [2]], [1, 2]), "finite"),
        (lambda: info.best_split([[1], [2]], [np.nan, 2]), "NaN"),
        (lambda: info.best_split([[1], [1]], [1, 2], base=1), "base"),
        (lambda: info.best_split(np.empty((0, 2)), []), "empty"),
    ],
)  # fmt: skip
def test_misuse_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(
    "call",
    [
        lambda: info.gaussian_entropy(0.0),
        lambda: info.gaussian_entropy([[1, 2], [2, 1]]),
        lambda: info.kl_gaussian(0, -1, 0, 1),
        lambda: info.kl_gaussian([0, 0], np.eye(2), [0, 0], np.ones((2, 2)) - 1),
    ],
)
def test_a_covariance_must_be_positive_definite(call):
    with pytest.raises(np.linalg.LinAlgError, match="not positive definite"):
        call()


def test_labels_must_not_mix_text_and_numbers():
    with pytest.raises(TypeError, match="one kind"):
        info.mutual_information_from_samples(np.array(["a", 1], dtype=object), [0, 1])
    with pytest.raises(TypeError, match="real number"):
        info.gaussian_entropy("1")


def test_inputs_of_any_form_give_the_same_and_stay_as_they_are():
    P = np.array([[0.125, 0.25, 0.125], [0.25, 0.125, 0.125]])
    want = info.mutual_information(P)
    given = [
        P.tolist(),
        P.astype(np.float32),
        np.asfortranarray(P),
        np.repeat(P, 2, axis=1)[:, ::2],
        [[Fraction(x) for x in row] for row in P.tolist()],
    ]
    for table in given:
        assert info.mutual_information(table) == want
        assert info.entropy(table, axis=0, normalize=True).shape == (3,)
    P.flags.writeable = False
    counts = (8 * P).astype(int)
    counts.flags.writeable = False
    before = P.copy()
    assert info.mutual_information(counts, normalize=True) == pytest.approx(want)
    for call in (info.joint_entropy, info.conditional_entropy, info.mutual_information):
        call(P)
    info.kl_divergence(P.ravel(), P.ravel()[::-1])
    info.huffman_code(P.ravel())
    info.best_split(P, [0, 1])
    info.kl_standard_normal(P, P)
    info.conditional_mutual_information(P[:, :, None])
    np.testing.assert_array_equal(P, before)


def test_nothing_warns_at_zeros():
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        P = np.array([[0.5, 0.0], [0.0, 0.5]])
        info.entropy(P, axis=0, normalize=True)
        info.conditional_entropy([[1, 0], [0, 0]])
        info.mutual_information([[1, 0], [0, 0]])
        info.conditional_mutual_information([[[1, 0]], [[0, 0]]])
        info.kl_divergence([1, 0], [0, 1])
        info.js_divergence([1, 0], [0, 1])
        info.cross_entropy([1, 0], [0, 1])
        info.binary_entropy([0, 1])
        info.mutual_information_from_samples([0, 1], [0, 1])
