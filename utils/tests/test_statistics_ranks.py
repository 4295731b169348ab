"""Permutation tests, ranks, many p-values and power against SciPy, statsmodels, enumeration."""

import itertools
import math
import warnings

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy import stats
from sklearn.metrics import roc_auc_score
from statsmodels.stats.multitest import multipletests

from utils.datasets import load_challenger, load_sleep_student
from utils.probability import Normal
from utils.statistics import (
    adjust_pvalues,
    ks_2samp,
    kstest,
    mannwhitneyu,
    permutation_test,
    power_t,
    power_z,
    ranks,
    sample_size_mean,
    sample_size_proportions,
)

ALTERNATIVES = ["two-sided", "less", "greater"]
few = some.lists(some.integers(0, 6), min_size=1, max_size=5)
distinct = some.lists(some.integers(-99, 99), min_size=2, max_size=14, unique=True)


def difference(x, y, axis=-1):
    return np.mean(x, axis) - np.mean(y, axis)


def plain_difference(x, y):
    return x.mean() - y.mean()


def normal(n, seed=0, shift=0.0):
    return shift + np.random.default_rng([n, seed]).normal(size=n)


# Permutation tests ---------------------------------------------------------------------


@pytest.mark.parametrize("alternative", ALTERNATIVES)
@pytest.mark.parametrize(("m", "n"), [(2, 2), (3, 4), (6, 5), (2, 11)])
def test_all_groupings_are_scipys(m, n, alternative):
    x, y = normal(m), normal(n, 1, 0.5)
    theirs = stats.permutation_test(
        (x, y), difference, alternative=alternative, n_resamples=np.inf
    )
    for statistic in (difference, plain_difference):
        ours = permutation_test(x, y, statistic, alternative=alternative)
        assert ours.statistic == pytest.approx(theirs.statistic, rel=1e-14)
        assert ours.pvalue == pytest.approx(theirs.pvalue, rel=1e-14)
        np.testing.assert_allclose(
            ours.null_distribution, theirs.null_distribution, rtol=0, atol=1e-14
        )


@pytest.mark.parametrize("alternative", ALTERNATIVES)
@pytest.mark.parametrize("n", [2, 4, 6])
def test_all_pairings_are_scipys(n, alternative):
    x, y = normal(n), normal(n, 1)

    def product(x, y):
        return float(x @ y)

    ours = permutation_test(x, y, product, "pairings", alternative)
    theirs = stats.permutation_test(
        (y,),
        lambda y: product(x, y),
        permutation_type="pairings",
        alternative=alternative,
        n_resamples=np.inf,
        vectorized=False,
    )
    assert ours.pvalue == pytest.approx(theirs.pvalue, rel=1e-14)
    assert len(ours.null_distribution) == math.factorial(n)
    expected = [
        product(x, y[list(order)]) for order in itertools.permutations(range(n))
    ]
    np.testing.assert_allclose(ours.null_distribution, expected, rtol=1e-14)


def test_x_stays_where_pairs_are_shuffled():
    x, y = np.array([1.0, 2, 4, 8]), np.array([3.0, 1, 2, 5])
    seen = []

    def statistic(x, y):
        seen.append((x.tolist(), y.tolist()))
        return x @ y

    permutation_test(x, y, statistic, "pairings", n_resamples=50, rng=rng(1))
    assert seen[0] == (x.tolist(), y.tolist())
    assert all(a == x.tolist() and sorted(b) == sorted(y) for a, b in seen)
    assert len(seen) == 51 and len({tuple(b) for _, b in seen}) > 10


def rng(seed=0):
    return np.random.default_rng(seed)


def test_challenger():
    data = load_challenger()
    hurt = data["distressed_orings"] > 0
    temperature = data["temperature_f"]
    result = permutation_test(
        temperature[hurt], temperature[~hurt], difference, alternative="less"
    )
    assert len(result.null_distribution) == 245_157
    assert result.pvalue * 245_157 == pytest.approx(1101)


def test_ties_are_ties_despite_rounding():
    x, y = np.array([0.1, 0.2, 0.3]), np.array([0.4, 0.5, 0.6])
    whole = permutation_test(10 * x, 10 * y, difference)
    assert permutation_test(x, y, difference).pvalue == whole.pvalue == 0.1
    x, y = [0.1, 0.7, 0.3], [0.3, 0.1, 0.7]  # the same numbers: every p-value is large
    result = permutation_test(x, y, plain_difference, alternative="greater")
    ties = np.abs(result.null_distribution) < 1e-12
    above = result.null_distribution > 1e-12
    assert result.pvalue == (ties | above).mean()


@settings(deadline=None, max_examples=30)
@given(few, few, some.integers(-3, 3))
def test_p_values_change_with_the_alternative_as_they_should(x, y, shift):
    x = [value + shift for value in x]
    p = {
        a: permutation_test(x, y, difference, alternative=a).pvalue
        for a in ALTERNATIVES
    }
    swapped = permutation_test(y, x, difference, alternative="less").pvalue
    assert p["greater"] == pytest.approx(swapped)
    assert p["two-sided"] == pytest.approx(min(1, 2 * min(p["less"], p["greater"])))
    assert p["less"] + p["greater"] >= 1  # ties count on both sides
    assert min(p.values()) >= 1 / math.comb(len(x) + len(y), len(x))


def test_random_labelings_count_the_data_too():
    x, y = normal(30, shift=9.0), normal(30)
    result = permutation_test(x, y, difference, n_resamples=99, rng=rng())
    assert result.pvalue == 2 / 100 and len(result.null_distribution) == 99
    result = permutation_test(x, y, difference, "independent", "greater", 99, rng())
    assert result.pvalue == 1 / 100


def test_random_labelings_come_near_the_exact_p():
    x, y = normal(7, 2, 0.8), normal(8, 3)
    for alternative in ALTERNATIVES:
        exact = permutation_test(x, y, difference, alternative=alternative).pvalue
        drawn = permutation_test(
            x, y, difference, alternative=alternative, n_resamples=20_000, rng=rng(5)
        )
        assert drawn.pvalue == pytest.approx(exact, abs=0.015)
        assert abs(drawn.null_distribution.mean()) < 0.02


def test_blocks_leave_the_result_as_it_is(monkeypatch):
    from utils.statistics import permutation

    x, y = normal(5), normal(4, 1)

    def both():
        drawn = permutation_test(x, y, difference, n_resamples=70, rng=rng(3))
        pairs = permutation_test(x[:4], y, plain_difference, "pairings")
        every = permutation_test(x, y, difference)
        return [r.null_distribution for r in (drawn, pairs, every)]

    whole = both()
    for block in (1, 50):
        monkeypatch.setattr(permutation, "BLOCK", block)
        for a, b in zip(whole, both(), strict=True):
            np.testing.assert_allclose(a, b, rtol=0, atol=1e-15)


def test_compiled_functions_and_tuples_will_do():
    result = permutation_test([1, 5], [2, 3], lambda x, y: np.float32(max(x)))
    assert result.statistic == 5.0
    assert permutation_test((1, 5), (2, 3), np.dot, "pairings").statistic == 17.0
    assert permutation_test([4.0], [2.0], math.dist).statistic == 2.0


def test_permutation_tests_refuse_what_they_cannot_use():
    x, y = normal(12), normal(12, 1)
    with pytest.raises(ValueError, match="2704156 relabelings are too many"):
        permutation_test(x, y, difference)
    with pytest.raises(ValueError, match="362880 relabelings"):
        permutation_test(x[:9], y[:9], plain_difference, "pairings")
    with pytest.raises(TypeError, match="Generator"):
        permutation_test(x, y, difference, n_resamples=10)
    with pytest.raises(ValueError, match="n_resamples must be at least 1"):
        permutation_test(x, y, difference, n_resamples=0, rng=rng())
    with pytest.raises(ValueError, match="permutation_type must be"):
        permutation_test(x, y, difference, "samples")
    with pytest.raises(ValueError, match="alternative must be"):
        permutation_test(x, y, difference, alternative="two_sided")
    with pytest.raises(ValueError, match="equally many rows, got 12 and 3"):
        permutation_test(x, y[:3], difference, "pairings")
    with pytest.raises(TypeError, match="statistic must be a function"):
        permutation_test(x[:2], y[:2], 3.0)


@pytest.mark.parametrize(
    ("statistic", "error", "message"),
    [
        (lambda x, y: math.nan, ValueError, "finite numbers, got nan"),
        (lambda x, y: x, ValueError, "one number per labeling"),
        (lambda x, y, axis: x.mean(), ValueError, "one number per labeling"),
        (lambda x, y: "far", TypeError, "must hold real numbers"),
    ],
)
def test_statistics_must_be_numbers(statistic, error, message):
    with pytest.raises(error, match=message):
        permutation_test([1, 2], [3, 5], statistic)


# Kolmogorov and Smirnov ----------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 2, 3, 7, 20, 80, 140])
def test_one_sample_is_scipys_exact_test(n):
    for shift in (0.0, 0.2, 1.0):
        x = normal(n, 4, shift)
        ours = kstest(x, Normal().cdf)
        theirs = stats.kstest(x, stats.norm.cdf, method="exact")
        assert ours.statistic == pytest.approx(theirs.statistic, rel=1e-13)
        assert ours.pvalue == pytest.approx(theirs.pvalue, rel=1e-10)


@pytest.mark.parametrize("n", [1, 4, 30, 140])
def test_kolmogorovs_law_is_right_everywhere(n):
    """Between its pieces too: near 0 (cdf 0), d = 1/2, n d^2 = 4, and in the tail."""
    for z in (0.05, 0.3, 0.7, 1.2, 1.5, 1.99, 2.01, 3, 6):
        d = z / math.sqrt(n)
        if d < 1:
            expected = stats.kstwo.sf(d, n)
            assert ranks._kolmogorov_sf(d, n) == pytest.approx(expected, rel=1e-10)
    for d in (0.499, 0.5, 0.501):
        expected = stats.kstwo.sf(d, n)
        assert ranks._kolmogorov_sf(d, n) == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("n", [1000, 10_000])
def test_large_samples_are_exact_too(n):
    for z in (0.5, 0.9, 1.4, 1.9):  # SciPy approximates here, to 6 digits
        ours = ranks._kolmogorov_sf(z / math.sqrt(n), n)
        assert ours == pytest.approx(stats.kstwo.sf(z / math.sqrt(n), n), rel=2e-6)
    far = 3.3 / math.sqrt(n)
    assert ranks._kolmogorov_sf(far, n) == pytest.approx(
        stats.kstwo.sf(far, n), rel=1e-4
    )


@pytest.mark.parametrize("z", [1e-9, 0.2, 0.5, 0.99, 1.0, 1.01, 2, 5])
def test_the_limit_is_kolmogorovs_series(z):
    assert ranks._kolmogorov_limit(z) == pytest.approx(stats.kstwobign.sf(z), rel=1e-13)


def test_huge_samples_use_the_limit():
    n = 10_001
    x = (np.arange(n) + 0.5) / n
    x[: n // 2] *= 0.98
    ours = kstest(x, lambda x: x)
    expected = stats.kstwobign.sf(math.sqrt(n) * ours.statistic)
    assert ours.pvalue == pytest.approx(expected, rel=1e-12)
    assert 0.01 < ours.pvalue < 0.9


def test_a_fit_beyond_doubt_and_one_beyond_hope():
    n = 10
    assert kstest((np.arange(n) + 0.5) / n, lambda x: x).pvalue == 1.0
    assert kstest([5.0, 6.0], lambda x: np.ones(2)).pvalue == 0.0


def test_smallest_p_values_keep_their_digits():
    with mpmath.workdps(50):  # one value beyond d: 2 (1 - d)^n at d >= 1 - 1/n
        expected = float(2 * (1 - mpmath.mpf(0.95)) ** 20)
    assert 1e-27 < expected < 1e-25
    assert ranks._kolmogorov_sf(0.95, 20) == pytest.approx(expected, rel=1e-12)


def test_kstest_checks_the_cdf():
    with pytest.raises(
        ValueError, match=r"one number per value, shape \(3,\), got \(\)"
    ):
        kstest([1, 2, 3], lambda x: 0.5)
    with pytest.raises(ValueError, match=r"numbers in \[0, 1\]"):
        kstest([1, 2, 3], lambda x: x)
    with pytest.raises(ValueError, match=r"numbers in \[0, 1\]"):
        kstest([1, 2, 3], lambda x: x * math.nan)
    with pytest.raises(ValueError, match="x must not be empty"):
        kstest([], Normal().cdf)


@pytest.mark.parametrize(("m", "n"), [(1, 1), (2, 3), (9, 9), (30, 12), (150, 101)])
def test_two_samples_are_scipys_exact_test(m, n):
    for shift in (0.0, 0.5, 2.0):
        x, y = normal(m, 5), normal(n, 6, shift)
        ours, theirs = ks_2samp(x, y), stats.ks_2samp(x, y, method="exact")
        assert ours.statistic == pytest.approx(theirs.statistic, rel=1e-14)
        assert ours.pvalue == pytest.approx(theirs.pvalue, rel=1e-11, abs=0)


@settings(deadline=None, max_examples=60)
@given(few, few)
def test_two_samples_enumerate_their_relabelings_ties_included(x, y):
    def distance(x, y):
        points = np.concatenate([x, y])
        below = (x[:, None] <= points).mean(axis=0) - (y[:, None] <= points).mean(
            axis=0
        )
        return np.abs(below).max()

    expected = permutation_test(x, y, distance, alternative="greater")
    result = ks_2samp(x, y)
    assert result.statistic == pytest.approx(expected.statistic)
    assert result.pvalue == pytest.approx(expected.pvalue)
    assert ks_2samp(y, x).pvalue == pytest.approx(result.pvalue)


def test_two_huge_samples_use_the_limit():
    x, y = np.arange(10_001.0), 0.5 + 1.03 * np.arange(9000.0)
    d = ks_2samp(x, y).statistic
    z = d * math.sqrt(10_001 * 9000 / 19_001)
    assert ks_2samp(x, y).pvalue == pytest.approx(stats.kstwobign.sf(z), rel=1e-12)


def test_samples_without_overlap_have_the_smallest_p():
    result = ks_2samp(np.arange(40), np.arange(50) + 100)
    assert result.pvalue == pytest.approx(2 / math.comb(90, 40), rel=1e-12)
    assert ks_2samp([1, 1], [1, 1]).pvalue == 1.0
    with pytest.raises(ValueError, match="y must not be empty"):
        ks_2samp([1], [])


# Mann and Whitney ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("m", "n"), [(1, 1), (1, 30), (8, 8), (5, 200), (9, 9), (60, 45)]
)
def test_ranks_are_scipys(m, n):
    for shift in (0.0, 0.6, 3.0):
        x, y = normal(m, 7, shift), normal(n, 8)
        ours, theirs = mannwhitneyu(x, y), stats.mannwhitneyu(x, y)
        assert ours.statistic == theirs.statistic
        assert ours.pvalue == pytest.approx(theirs.pvalue, rel=1e-12, abs=0)


@settings(deadline=None, max_examples=40)
@given(some.lists(some.integers(0, 9), min_size=1, max_size=30), few)
def test_tied_ranks_are_scipys(x, y):
    if len({*x, *y}) in (1, len(x) + len(y)):
        return
    ours, theirs = mannwhitneyu(x, y), stats.mannwhitneyu(x, y, method="asymptotic")
    assert ours.statistic == theirs.statistic
    assert ours.pvalue == pytest.approx(theirs.pvalue, rel=1e-12)
    labels = np.repeat([1, 0], [len(x), len(y)])
    assert ours.estimate == pytest.approx(roc_auc_score(labels, [*x, *y]))


@settings(deadline=None, max_examples=25)
@given(distinct, some.integers(1, 4))
def test_few_ranks_enumerate_their_relabelings(values, m):
    m = min(m, len(values) - 1)
    x, y = values[:m], values[m:]

    def won(x, y):
        return float((x[:, None] > y).sum())

    expected = permutation_test(x, y, won)
    assert mannwhitneyu(x, y).pvalue == pytest.approx(expected.pvalue)


def test_equal_values_say_nothing():
    assert mannwhitneyu([2, 2, 2], [2, 2]).pvalue == 1.0
    assert mannwhitneyu([1, 2] * 20, [1, 2] * 20).pvalue == 1.0
    with pytest.raises(ValueError, match="x must not be empty"):
        mannwhitneyu([], [1])


def test_many_ties_do_not_overflow():
    x = np.repeat([0.0, 1.0], [60_000, 40_000])
    y = np.repeat([0.0, 1.0], [61_000, 39_000])
    ours, theirs = mannwhitneyu(x, y), stats.mannwhitneyu(x, y)
    assert ours.pvalue == pytest.approx(theirs.pvalue, rel=1e-10)


# Many p-values -------------------------------------------------------------------------

p_values = some.lists(some.floats(0, 1), min_size=1, max_size=20)


@settings(deadline=None, max_examples=30)
@given(p_values, some.sampled_from(["bonferroni", "holm", "bh"]))
def test_adjusted_p_values_are_statsmodels(p, method):
    theirs = multipletests(p, method={"bh": "fdr_bh"}.get(method, method))[1]
    ours = adjust_pvalues(p, method)
    np.testing.assert_allclose(ours, theirs, rtol=1e-13, atol=0)
    assert (ours >= p).all() and (ours <= 1).all()


@settings(deadline=None, max_examples=30)
@given(p_values)
def test_bh_is_scipys(p):
    theirs = stats.false_discovery_control(p, method="bh")
    np.testing.assert_allclose(adjust_pvalues(p, "bh"), theirs, rtol=1e-13)
    bonferroni, holm, bh = (adjust_pvalues(p, m) for m in ("bonferroni", "holm", "bh"))
    assert (bh <= holm + 1e-15).all() and (holm <= bonferroni).all()


def test_the_example_of_the_notebook():
    p = [0.001, 0.008, 0.039, 0.041, 0.042, 0.060, 0.074, 0.205, 0.212, 0.216]
    rejected = {
        m: (adjust_pvalues(p, m) <= 0.05).sum() for m in ("bonferroni", "holm", "bh")
    }
    assert rejected == {"bonferroni": 1, "holm": 1, "bh": 2}


def test_what_is_no_p_value_is_refused():
    for bad in (1.1, -0.1):
        with pytest.raises(ValueError, match=r"p must be in \[0, 1\]"):
            adjust_pvalues([0.5, bad], "bh")
    with pytest.raises(ValueError, match='"bonferroni", "holm" or "bh", got \'fdr\''):
        adjust_pvalues([0.5], "fdr")


# Power and sample size -----------------------------------------------------------------


def power_by_scipy(delta, sigma, n, alpha):
    """By the noncentral t law."""
    df, shift = n - 1, delta / sigma * math.sqrt(n)
    t = stats.t.isf(alpha / 2, df)
    return stats.nct.sf(t, df, shift) + stats.nct.sf(t, df, -shift)


@pytest.mark.parametrize("alpha", [0.2, 0.05, 1e-3])
@pytest.mark.parametrize("n", [2, 3, 5, 10, 40, 300])
def test_power_of_t_is_that_of_the_noncentral_law(n, alpha):
    for d in (0.0, 0.1, 0.5, 1.0, -1.0, 2.5):
        expected = power_by_scipy(3 * d, 3.0, n, alpha)
        assert power_t(3 * d, 3.0, n, alpha) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    ("delta", "n", "alpha"),
    [(1.0, 10, 0.05), (0.3, 2, 1e-6), (5.0, 3, 1e-4), (0.01, 10**5, 0.01)],
)
def test_power_of_t_holds_twelve_digits(delta, n, alpha):
    with mpmath.workdps(25):
        df, d = n - 1, mpmath.mpf(delta) * mpmath.sqrt(n)
        t = mpmath.mpf(stats.t.isf(alpha / 2, df))
        norm = (
            2
            * mpmath.mpf(df)
            / 2 ** mpmath.mpf(df / 2)
            / mpmath.gamma(mpmath.mpf(df) / 2)
        )

        def integrand(s):
            v = df * s * s
            density = norm * s * v ** (mpmath.mpf(df) / 2 - 1) * mpmath.exp(-v / 2)
            return density * (mpmath.ncdf(d - t * s) + mpmath.ncdf(-d - t * s))

        width = 14 / mpmath.sqrt(2 * df)
        cuts = {max(mpmath.mpf(0), 1 - width), 1, 1 + width}
        cuts |= {
            c
            for c in ((d - 7) / t, d / t, (d + 7) / t, 7 / t)
            if min(cuts) < c < max(cuts)
        }
        expected = float(mpmath.quad(integrand, sorted(cuts)))
    assert power_t(delta, 1.0, n, alpha) == pytest.approx(
        expected, rel=1e-10, abs=1e-12
    )


def test_power_of_the_notebook():
    assert round(power_t(1, 1, 10), 3) == 0.803
    assert round(power_z(1, 1, 10), 3) == 0.885


@pytest.mark.parametrize("alpha", [0.2, 0.05, 1e-9])
def test_power_of_z_is_a_tail_of_the_normal_law(alpha):
    for d, n in ((0.0, 5), (0.3, 1), (-0.3, 50), (2.0, 7)):
        z, shift = stats.norm.isf(alpha / 2), d / 2 * math.sqrt(n)
        expected = stats.norm.sf(z - shift) + stats.norm.cdf(-z - shift)
        assert power_z(d, 2.0, n, alpha) == pytest.approx(expected, rel=1e-11)


@settings(deadline=None, max_examples=12)
@given(some.floats(0, 5), some.integers(2, 50), some.sampled_from([0.01, 0.05, 0.2]))
def test_power_grows_from_alpha_to_that_of_z(delta, n, alpha):
    assert power_t(0, 1, n, alpha) == pytest.approx(alpha, rel=1e-10)
    assert power_z(0, 1, n, alpha) == pytest.approx(alpha, rel=1e-12)
    t, more = power_t(delta, 1, n, alpha), power_t(delta + 0.1, 1, n, alpha)
    assert alpha * (1 - 1e-9) <= t <= power_z(delta, 1, n, alpha) + 1e-12
    assert t <= more + 1e-12
    assert power_t(-delta, 1, n, alpha) == pytest.approx(t, rel=1e-9)


def test_power_with_extreme_numbers():
    assert power_t(1e300, 1e-5, 2) == power_z(1e300, 1e-5, 2) == pytest.approx(1)
    assert power_t(1e308, 1e-308, 2) == power_z(-1e308, 1e-308, 2) == pytest.approx(1)
    assert power_t(0.1, 1, 2, alpha=1 - 2.0**-53) == pytest.approx(1)
    assert power_t(0, 1, 2, alpha=1e-200) == pytest.approx(1e-200, abs=1e-13)
    assert power_t(0.5, 1, 10**9) == pytest.approx(1)


@pytest.mark.parametrize("power", [0.5, 0.8, 0.99])
@pytest.mark.parametrize("delta", [1, 0.5, 0.2, -0.1])
def test_sample_sizes_are_the_smallest_that_suffice(delta, power):
    def achieved(n):  # without rejections on the wrong side
        return stats.norm.sf(stats.norm.isf(0.025) - abs(delta) / 2 * math.sqrt(n))

    n = sample_size_mean(delta, 2.0, power=power)
    assert achieved(n) >= power > achieved(n - 1)
    assert power_z(delta, 2.0, n) >= power
    both = sample_size_mean(delta, 2.0, power=power, two_sample=True)
    assert achieved(both / 2) >= power > achieved((both - 1) / 2)


def test_sample_sizes_of_the_notebook():
    sizes = [sample_size_mean(d, 1) for d in (1, 0.5, 0.2, 0.1)]
    assert sizes == [8, 32, 197, 785]
    assert sample_size_mean(0.5, 1, two_sample=True) == 63
    assert sample_size_proportions(0.05, 0.055) == 31_231
    assert type(sample_size_proportions(0.5, 0.9)) is int


@pytest.mark.parametrize(
    ("p1", "p2"), [(0.1, 0.3), (0.3, 0.1), (0.0, 0.02), (1.0, 0.4)]
)
def test_sample_sizes_of_shares_reach_their_power(p1, p2):
    for alpha, power in ((0.05, 0.8), (0.01, 0.95)):
        n = sample_size_proportions(p1, p2, alpha, power)

        def achieved(n, alpha=alpha):
            se = math.sqrt((p1 * (1 - p1) + p2 * (1 - p2)) / n)
            return stats.norm.sf(stats.norm.isf(alpha / 2) - abs(p1 - p2) / se)

        assert achieved(n) >= power
        assert n == 1 or achieved(n - 1) < power


def test_power_refuses_what_it_cannot_use():
    with pytest.raises(ValueError, match="delta must not be 0"):
        sample_size_mean(0, 1)
    with pytest.raises(ValueError, match=r"p1 and p2 must differ, got 0\.5 twice"):
        sample_size_proportions(0.5, 0.5)
    for test in (power_z, power_t, sample_size_mean):
        for sigma in (0, -1, math.inf):
            with pytest.raises(ValueError, match=r"sigma must be in \(0, inf\)"):
                test(1, sigma, 5) if test is not sample_size_mean else test(1, sigma)
    with pytest.raises(ValueError, match="n must be at least 2, got 1"):
        power_t(1, 1, 1)
    with pytest.raises(ValueError, match="n must be at least 1, got 0"):
        power_z(1, 1, 0)
    for alpha in (0, 1):
        with pytest.raises(ValueError, match=r"alpha must be in \(0, 1\)"):
            power_z(1, 1, 5, alpha)
    for power in (0.05, 1):
        with pytest.raises(ValueError, match=r"power must be in \(0.05, 1\)"):
            sample_size_mean(1, 1, power=power)
    with pytest.raises(ValueError, match=r"p2 must be in \[0, 1\]"):
        sample_size_proportions(0.5, 1.5)
    for small in (1e-9, 1e-300):
        with pytest.raises(ValueError, match="difference is too small"):
            sample_size_mean(small, 1)


@pytest.mark.parametrize(
    "result",
    [
        permutation_test([1, 2], [3, 5], difference),
        kstest([0.1, 0.4], lambda x: x),
        ks_2samp([1, 2], [3, 5]),
        mannwhitneyu([1, 2], [3, 5]),
        mannwhitneyu([1, 2, 2], [3, 5]),
    ],
    ids=lambda result: result.method,
)
def test_results_hold_pythons_own_numbers(result):
    assert type(result.statistic) is type(result.pvalue) is float
    assert result.estimate is None or type(result.estimate) is float
    assert 0 <= result.pvalue <= 1 and result.method


def test_inputs_are_left_alone_and_nothing_warns():
    x, y = np.array([4.0, 1, 2]), np.array([2.5, 7, 1])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        permutation_test(x, y, difference)
        kstest(x, Normal().cdf)
        for test in (ks_2samp, mannwhitneyu):
            test(x, y)
        p = np.array([0.5, 0.1])
        adjust_pvalues(p, "holm")
    assert x.tolist() == [4, 1, 2] and y.tolist() == [2.5, 7, 1]
    assert p.tolist() == [0.5, 0.1]


def test_sleep_by_flipped_signs():
    """The notebook's sign flips are a permutation test of each pair's two values."""
    data = load_sleep_student()
    d = data["drug2_extra_h"] - data["drug1_extra_h"]
    null = np.array(list(itertools.product([1, -1], repeat=10))) @ np.abs(d)
    assert (np.abs(null) >= abs(d.sum()) - 1e-9).sum() == 4
