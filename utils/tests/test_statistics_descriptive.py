"""Summaries of one variable against NIST's certified values, exact arithmetic and SciPy."""

import warnings
from fractions import Fraction
from math import inf, nan

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy import stats
from sklearn.preprocessing import StandardScaler

from utils.datasets import load_breast_cancer, load_michelson_1879, load_old_faithful
from utils.statistics import (
    EstimateResult,
    Interval,
    OLSResult,
    RunningStats,
    TestResult,
    bandwidth,
    describe,
    iqr,
    kde,
    kurtosis,
    mad,
    mean,
    median,
    mode,
    quantile,
    skewness,
    standardize,
    std,
    trimmed_mean,
    variance,
    weighted_mean,
    zscore,
)

EPS = np.finfo(float).eps
WORKED = [2, 4, 4, 4, 5, 5, 7, 9]
METHODS = "inverted_cdf", "hazen", "weibull", "linear", "median_unbiased"

LEW = """-213 -564 -35 -15 141 115 -420 -360 203 -338 -431 194 -220 -513 154 -125 -559 92 -21
-579 -52 99 -543 -175 162 -457 -346 204 -300 -474 164 -107 -572 -8 83 -541 -224 180 -420
-374 201 -236 -531 83 27 -564 -112 131 -507 -254 199 -311 -495 143 -46 -579 -90 136 -472
-338 202 -287 -477 169 -124 -568 17 48 -568 -135 162 -430 -422 172 -74 -577 -13 92 -534
-243 194 -355 -465 156 -81 -578 -64 139 -449 -384 193 -198 -538 110 -44 -577 -6 66 -552
-164 161 -460 -344 205 -281 -504 134 -28 -576 -118 156 -437 -381 200 -220 -540 83 11 -568
-160 172 -414 -408 188 -125 -572 -32 139 -492 -321 205 -262 -504 142 -83 -574 0 48 -571
-106 137 -501 -266 190 -391 -406 194 -186 -553 83 -13 -577 -49 103 -515 -280 201 300 -506
131 -45 -578 -80 138 -462 -361 201 -211 -554 32 74 -533 -235 187 -372 -442 182 -147 -566
25 68 -535 -244 194 -351 -463 174 -125 -570 15 72 -550 -190 172 -424 -385 198 -218 -536
96"""
LOTTERY = """162 671 933 414 788 730 817 33 536 875 670 236 473 167 877 980 316 950 456 92
517 557 956 954 104 178 794 278 147 773 437 435 502 610 582 780 689 562 964 791 28 97 848
281 858 538 660 972 671 613 867 448 738 966 139 636 847 659 754 243 122 455 195 968 793 59
730 361 574 522 97 762 431 158 429 414 22 629 788 999 187 215 810 782 47 34 108 986 25 644
829 630 315 567 919 331 207 412 242 607 668 944 749 168 864 442 533 805 372 63 458 777 416
340 436 140 919 350 510 572 905 900 85 389 473 758 444 169 625 692 140 897 672 288 312 860
724 226 884 508 976 741 476 417 831 15 318 432 241 114 799 955 833 358 935 146 630 830 440
642 356 373 271 715 367 393 190 669 8 861 108 795 269 590 326 866 64 523 862 840 219 382
998 4 628 305 747 247 34 747 729 645 856 974 24 568 24 694 608 480 410 729 947 293 53 930
223 203 677 227 62 455 387 318 562 242 428 968"""
MAVRO = """2.00180 2.00170 2.00180 2.00190 2.00180 2.00170 2.00150 2.00140 2.00150 2.00150
2.00170 2.00180 2.00180 2.00190 2.00190 2.00210 2.00200 2.00160 2.00140 2.00130 2.00130
2.00150 2.00150 2.00160 2.00150 2.00140 2.00130 2.00140 2.00150 2.00140 2.00150 2.00160
2.00150 2.00160 2.00190 2.00200 2.00200 2.00210 2.00220 2.00230 2.00240 2.00250 2.00270
2.00260 2.00260 2.00260 2.00270 2.00260 2.00250 2.00240"""


def digits_of_pi(n):
    with mpmath.workdps(n + 10):
        digits = [int(c) for c in mpmath.nstr(mpmath.pi, n + 5) if c != "."][:n]
    digits[digits.index(8)] = 3  # NIST's file, on which its values rest, has one 8 less
    return digits


def alternating(center, below, above):
    return [center] + 500 * [below, above]


# NIST's Statistical Reference Datasets, univariate: data, certified mean, certified sd
NIST = {
    "PiDigits": (digits_of_pi(5000), 4.53480000000000, 2.86733906028871),
    "Lottery": (LOTTERY.split(), 518.958715596330, 291.699727470969),
    "Lew": (LEW.split(), -177.435000000000, 277.332168044316),
    "Mavro": (MAVRO.split(), 2.00185600000000, 0.000429123454003053),
    "Michelso": (
        299 + load_michelson_1879()["speed_km_s_minus_299000"] / 1000,
        299.852400000000,
        0.0790105478190518,
    ),
    "NumAcc1": ([10000001, 10000003, 10000002], 10000002, 1),
    "NumAcc2": (alternating(1.2, 1.1, 1.3), 1.2, 0.1),
    "NumAcc3": (alternating(1000000.2, 1000000.1, 1000000.3), 1000000.2, 0.1),
    "NumAcc4": (alternating(10000000.2, 10000000.1, 10000000.3), 10000000.2, 0.1),
}
each_nist = pytest.mark.parametrize("name", NIST)


def exactly(x):
    """Mean and variance (n - 1) of floats in rational arithmetic."""
    x = [Fraction(float(value)) for value in x]
    m = sum(x) / len(x)
    return m, sum((value - m) ** 2 for value in x) / max(len(x) - 1, 1)


def root(fraction):
    with mpmath.workdps(40):
        return float(mpmath.sqrt(mpmath.mpf(fraction.numerator) / fraction.denominator))


@each_nist
def test_every_digit_of_the_certified_values_that_the_data_hold(name):
    data, certified_mean, certified_sd = NIST[name]
    x = np.array(data, dtype=float)
    assert mean(x) == pytest.approx(certified_mean, rel=1e-15)
    # rounding of the data, half an ulp each, is all that separates the sd from NIST's
    held = np.spacing(np.abs(x).max()) / certified_sd
    assert std(x) == pytest.approx(certified_sd, rel=max(1e-14, held))


@each_nist
def test_mean_and_sd_of_nist_data_are_exact_to_the_last_digit(name):
    x = np.array(NIST[name][0], dtype=float)
    m, v = exactly(x)
    assert abs(Fraction(mean(x)) - m) <= Fraction(np.spacing(abs(mean(x))))
    assert variance(x) == pytest.approx(float(v), rel=4 * EPS)
    assert std(x) == pytest.approx(root(v), rel=3 * EPS)
    running = RunningStats().update(x)
    assert running.mean == pytest.approx(float(m), rel=2 * EPS)
    assert running.std() == pytest.approx(root(v), rel=1e-14)


numbers = some.floats(-1e6, 1e6, allow_subnormal=False)


@given(some.lists(numbers, min_size=2, max_size=40), some.integers(-500, 500))
@settings(deadline=None)
def test_moments_are_those_of_rational_arithmetic_in_any_units(x, scale):
    x = np.array(x) * 2.0**scale
    m, v = exactly(x)
    size = np.abs(x).max()
    assert float(abs(Fraction(mean(x)) - m)) <= 2 * EPS * size
    assert std(x) == pytest.approx(root(v), rel=1e-14, abs=4 * EPS * size)


@pytest.mark.parametrize("axis", [None, 0, 1, 2, -1])
def test_summaries_along_an_axis_are_numpys(axis):
    x = np.random.default_rng(0).normal(5, 2, size=(4, 5, 6))
    q = [0.1, 0.5, 0.9]
    np.testing.assert_allclose(mean(x, axis), np.mean(x, axis), rtol=1e-15)
    np.testing.assert_allclose(median(x, axis), np.median(x, axis), rtol=1e-15)
    for ddof in (0, 1, 1.5):
        expected = np.var(x, axis, ddof=ddof)
        np.testing.assert_allclose(variance(x, ddof, axis), expected, rtol=1e-14)
        np.testing.assert_allclose(std(x, ddof, axis), np.sqrt(expected), rtol=1e-14)
    for method in METHODS:
        np.testing.assert_allclose(
            quantile(x, q, method, axis), np.quantile(x, q, axis, method=method), 1e-14
        )
    one = quantile(x, 0.3, axis=axis)
    assert isinstance(one, float) if axis is None else one.shape == mean(x, axis).shape


def test_defaults_are_those_of_the_book():
    assert variance(WORKED) == pytest.approx(32 / 7, rel=1e-15)
    assert variance(WORKED, ddof=0) == 4
    assert std(WORKED) == pytest.approx(np.sqrt(32 / 7), rel=1e-15)
    assert (mean(WORKED), median(WORKED), mode(WORKED)) == (5, 4.5, 4)
    assert mad(WORKED, scale=False) == 0.5
    assert quantile([1, 2, 4, 8], 0.25) == 1.75
    assert isinstance(mean(WORKED), float) and isinstance(variance(WORKED), float)


def test_the_textbook_formula_fails_where_this_does_not():
    x = 1e9 + np.array([4, 7, 13, 16])
    assert variance(x, ddof=0) == 22.5
    assert abs(np.mean(x * x) - np.mean(x) ** 2 - 22.5) > 1


def test_a_mean_between_two_floats_costs_no_digits():
    x = 2.0**52 + np.array([0, 1, 1, 5, 6, 6, 6])  # their mean has no float near it
    m, v = exactly(x)
    small = x - 2.0**52
    assert variance(x) == pytest.approx(float(v), rel=1e-15)
    assert std(x) == pytest.approx(root(v), rel=1e-15)
    np.testing.assert_allclose(zscore(x), stats.zscore(small), rtol=1e-14)
    assert skewness(x) == pytest.approx(stats.skew(small), rel=1e-14)
    assert kurtosis(x) == pytest.approx(stats.kurtosis(small), rel=1e-14)
    assert RunningStats().update(x).variance() == pytest.approx(float(v), rel=1e-15)


def test_equal_numbers_have_exactly_no_spread():
    for value in (0.1, 1 / 3, 1e300, 5e-324, -7.7):
        for n in (2, 3, 10, 1001):
            x = np.full(n, value)
            assert (mean(x), std(x), variance(x)) == (value, 0, 0)


@pytest.mark.parametrize("unit", [1e-300, 1e-160, 1e160, 1e300])
def test_units_do_not_matter(unit):
    x = np.random.default_rng(1).normal(3, 1, size=50)
    for f in (mean, median, std, iqr, mad, mode):
        assert f(unit * x) == pytest.approx(unit * f(x), rel=1e-13)
    for f in (skewness, kurtosis):
        assert f(unit * x) == pytest.approx(f(x), rel=1e-12)
    np.testing.assert_allclose(zscore(unit * x), zscore(x), rtol=1e-11, atol=1e-14)
    Z, m, s = standardize(unit * x[:, None])
    assert s[0] == pytest.approx(unit * std(x, 0), rel=1e-13)
    w = np.linspace(1, 2, 50)
    weighted = weighted_mean(unit * x, unit * w)
    assert weighted == pytest.approx(unit * weighted_mean(x, w), rel=1e-13)


def test_what_no_float_can_hold_is_refused():
    extremes = [-1.7e308, 1.7e308]
    assert (mean(extremes), median(extremes)) == (0, 0)
    assert mean([1.7e308] * 3) == 1.7e308
    for f in (variance, std, iqr, mad):
        with pytest.raises(ValueError, match="beyond the largest float"):
            f([*extremes, *extremes])
    with pytest.raises(ValueError, match="a column is beyond the largest"):
        standardize(np.transpose([extremes]), ddof=1)
    assert std([-1e200, 1e200], ddof=0) == 1e200
    with pytest.raises(ValueError, match="variance of x is beyond"):
        variance([-1e200, 1e200])


@given(
    some.lists(some.tuples(numbers, some.floats(0.01, 100)), min_size=1, max_size=30)
)
@settings(deadline=None)
def test_weighted_mean_is_numpys_average_and_stays_between_the_data(pairs):
    x, w = np.transpose(pairs)
    found = weighted_mean(x, w)
    assert x.min() <= found <= x.max()
    assert found == pytest.approx(np.average(x, weights=w), rel=1e-12, abs=1e-9)


def test_weights_are_counts_of_repeated_rows():
    assert weighted_mean([1, 5, 7], [2, 0, 3]) == pytest.approx(mean([1, 1, 7, 7, 7]))
    assert weighted_mean([0.1] * 7, np.arange(7)) == 0.1
    x = 1e9 + np.array([4, 7, 13, 16])
    assert weighted_mean(x, [1, 2, 3, 4]) == 1e9 + 12.1


@given(
    some.lists(some.integers(-20, 20), min_size=1, max_size=40),
    some.floats(0, 0.499),
)
@settings(deadline=None)
def test_trimmed_mean_is_scipys(x, proportion):
    expected = stats.trim_mean(x, proportion)
    assert trimmed_mean(x, proportion) == pytest.approx(expected, abs=1e-12)


def test_trimming_counts_shares_as_decimals():
    x = np.arange(100.0) ** 2
    assert trimmed_mean(x, 0.29) == mean(x[29:71])  # 0.29 * 100 is 28.999999999999996
    assert trimmed_mean(x, 0.07) == mean(x[7:93])
    assert trimmed_mean(x, 0) == mean(x)
    assert trimmed_mean([3], 0.499) == 3


@given(
    some.lists(some.floats(-1e3, 1e3), min_size=1, max_size=30),
    some.floats(0, 1),
    some.sampled_from(METHODS),
)
@settings(deadline=None)
def test_quantiles_are_numpys(x, q, method):
    n = len(x)
    if method == "inverted_cdf" and abs(n * q - round(n * q)) < 1e-9:
        q = 0.5 / n  # NumPy rounds n q: see the next test
    expected = np.quantile(x, q, method=method)
    assert quantile(x, q, method) == pytest.approx(expected, rel=1e-12, abs=1e-10)


def test_inverted_cdf_counts_shares_as_decimals():
    x = np.arange(1, 101)
    for k in range(1, 101):
        assert quantile(x, k / 100, "inverted_cdf") == k
        assert quantile(x, k / 100 - 0.005, "inverted_cdf") == k
    assert quantile(x, 0, "inverted_cdf") == 1


def test_quantile_types_of_hyndman_and_fan_by_hand():
    found = {m: quantile([1, 2, 4, 8], 0.25, m) for m in METHODS}
    expected = [1, 1.5, 1.25, 1.75, 1 + 5 / 12]
    assert list(found.values()) == pytest.approx(expected)


@given(some.lists(some.floats(-1e300, 1e300), min_size=2, max_size=20))
@settings(deadline=None)
def test_quantiles_rise_and_stay_between_the_data(x):
    for method in METHODS:
        found = quantile(x, np.linspace(0, 1, 21), method)
        assert np.all(np.diff(found) >= -1e-15 * np.abs(found[1:]))
        assert (found[0], found[-1]) == (min(x), max(x))


def test_the_iqr_is_the_difference_of_the_quartiles():
    x = np.random.default_rng(2).gamma(2, size=77)
    assert iqr(x) == pytest.approx(stats.iqr(x), rel=1e-14)
    assert iqr([1, 2, 4, 8]) == 3.25


def test_the_mode_is_the_smallest_of_the_most_frequent():
    assert mode([3, 1, 3, 1, 2]) == 1
    assert mode([5]) == 5
    assert str(mode([-0.0, 0.0])) == "0.0"
    x = np.random.default_rng(3).integers(0, 9, size=500)
    assert mode(x) == stats.mode(x).mode


def test_mad_is_scipys_and_estimates_a_normal_sd():
    x = np.random.default_rng(4).normal(size=201)
    expected = stats.median_abs_deviation(x, scale="normal")
    assert mad(x) == pytest.approx(expected, rel=1e-14)
    assert mad(x, scale=False) == pytest.approx(stats.median_abs_deviation(x), 1e-14)
    with mpmath.workdps(30):
        factor = 1 / (mpmath.sqrt(2) * mpmath.erfinv(0.5))
    assert mad([0, 1, 2]) == pytest.approx(float(factor), rel=1e-15)
    assert mad([1, 1, 1, 9]) == 0


def test_z_scores_are_scipys_and_bounded():
    x = np.random.default_rng(5).exponential(size=40)
    for ddof in (0, 1):
        np.testing.assert_allclose(zscore(x, ddof), stats.zscore(x, ddof=ddof), 1e-12)
    np.testing.assert_allclose(zscore(WORKED), (np.array(WORKED) - 5) / 2)
    # the largest z-score of n numbers is (n - 1) / sqrt(n), reached by a single outlier
    lonely = zscore([0] * 9 + [1], ddof=1)
    assert lonely.max() == pytest.approx(9 / np.sqrt(10), rel=1e-14)


@pytest.mark.parametrize("n", [3, 4, 5, 50])
def test_shape_is_scipys(n):
    x = np.random.default_rng(n).gamma(2, size=n)
    for bias in (True, False):
        expected = stats.skew(x, bias=bias)
        assert skewness(x, bias=bias) == pytest.approx(expected, rel=1e-12)
        if n > 3 or bias:
            for excess in (True, False):
                expected = stats.kurtosis(x, fisher=excess, bias=bias)
                found = kurtosis(x, excess=excess, bias=bias)
                assert found == pytest.approx(expected, rel=1e-12)


def test_shape_bounds_are_reached():
    for n in (3, 7, 30):
        x = [0] * (n - 1) + [1]  # one outlier has the largest skewness there is
        assert skewness(x) == pytest.approx((n - 2) / np.sqrt(n - 1), rel=1e-13)
    assert kurtosis([-1, 1, -1, 1]) == -2
    assert skewness([-3, 0, 3]) == 0
    assert skewness(1e9 + np.array([0, 0, 3])) == pytest.approx(1 / np.sqrt(2))


def test_the_shape_of_constants_is_nan_with_a_warning_that_names_them():
    for f, name in ((skewness, "skewness"), (kurtosis, "kurtosis")):
        with pytest.warns(RuntimeWarning, match=f"constant, so its {name} is 0/0") as w:
            assert np.isnan(f([0.1, 0.1, 0.1, 0.1]))
        assert w[0].filename == __file__
        with pytest.warns(RuntimeWarning):
            assert np.isnan(f([2, 2, 2, 2], bias=False))


def test_describe_puts_the_pieces_together():
    x = load_old_faithful()["waiting_min"]
    found = describe(x)
    expected = stats.describe(x)
    assert found["n"] == 272 and isinstance(found["n"], int)
    assert (found["min"], found["max"]) == expected.minmax == (43, 96)
    assert found["mean"] == pytest.approx(expected.mean, rel=1e-15)
    assert found["std"] == pytest.approx(np.sqrt(expected.variance), rel=1e-14)
    assert found["skewness"] == pytest.approx(expected.skewness, rel=1e-12)
    assert found["kurtosis"] == pytest.approx(expected.kurtosis, rel=1e-12)
    quartiles = [found[name] for name in ("q1", "median", "q3")]
    assert quartiles == list(np.quantile(x, [0.25, 0.5, 0.75]))
    assert all(isinstance(value, float | int) for value in found.values())


def test_describe_says_nan_where_there_is_nothing_to_say():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        one, two, constant = describe([7]), describe([1, 3]), describe([4, 4, 4])
    assert (one["n"], one["mean"], one["q1"], one["max"]) == (1, 7, 7, 7)
    assert np.isnan([one["std"], two["skewness"], two["kurtosis"]]).all()
    assert two["std"] == pytest.approx(np.sqrt(2))
    assert constant["std"] == 0 and np.isnan(constant["skewness"])
    assert np.isfinite(describe([1, 2, 4])["kurtosis"])


def test_standardizing_is_scikit_learns():
    X, _ = load_breast_cancer()
    Z, m, s = standardize(X)
    scaler = StandardScaler().fit(X)
    np.testing.assert_allclose(Z, scaler.transform(X), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(m, scaler.mean_, rtol=1e-14)
    np.testing.assert_allclose(s, scaler.scale_, rtol=1e-12)
    np.testing.assert_allclose(Z.mean(axis=0), 0, atol=1e-14)
    np.testing.assert_allclose(Z.var(axis=0), 1, rtol=1e-13)
    assert Z.flags.c_contiguous
    Z1, _, s1 = standardize(X, ddof=1)
    np.testing.assert_allclose(s1, X.std(axis=0, ddof=1), rtol=1e-12)
    np.testing.assert_allclose(Z1 * s1 + m, X, rtol=1e-12, atol=1e-15)


def test_a_constant_column_becomes_exactly_zero():
    X = np.column_stack([np.full(11, 0.1), np.arange(11), np.full(11, 1e8 + 0.1)])
    Z, m, s = standardize(X)
    assert (Z[:, [0, 2]] == 0).all() and (s[[0, 2]] == 0).all()
    assert m[0] == 0.1 and s[1] == pytest.approx(np.sqrt(10))


BAD = {
    "NaN or infinity": [1.0, nan, 2.0, 3.0],
    "finite": [1.0, inf, 2.0, 3.0],
    "empty|at least one": [],
    "shape|dimension|1-D|vector|array with": 3.0,
}
ONE_SAMPLE = [mean, median, mode, iqr, variance, std, mad, zscore, skewness, kurtosis]


@pytest.mark.parametrize("f", [*ONE_SAMPLE, describe])
@pytest.mark.parametrize("message", BAD)
def test_bad_data_are_refused(f, message):
    with pytest.raises(ValueError, match=message):
        f(BAD[message])
    with pytest.raises(TypeError, match="real numbers"):
        f(["a", "b", "c", "d"])


def test_bad_arguments_are_refused():
    for call, message in (
        (lambda: variance([1]), "more than ddof = 1 values, got 1"),
        (lambda: std([1, 2], ddof=2), "more than ddof = 2"),
        (lambda: variance([1, 2], ddof=-1), "ddof must be in"),
        (lambda: mean([1, 2], axis=1), "axis must be below 1, got 1"),
        (lambda: mean([1, 2], axis=-2), "axis must be at least -1"),
        (lambda: quantile([1, 2], 1.5), r"q must be in \[0, 1\]"),
        (lambda: quantile([1, 2], [0.5, -0.1]), r"q must be in \[0, 1\]"),
        (lambda: quantile([1, 2], nan), "q must be finite"),
        (lambda: quantile([1, 2], 0.5, method="type7"), "method must be one of"),
        (lambda: trimmed_mean([1, 2], 0.5), "proportion must be in"),
        (lambda: trimmed_mean([1, 2], -0.1), "proportion must be in"),
        (lambda: weighted_mean([1, 2], [1]), "equally many"),
        (lambda: weighted_mean([1, 2], [1, -1]), "nonnegative"),
        (lambda: weighted_mean([1, 2], [0, 0]), "not all 0"),
        (lambda: zscore([2, 2, 2]), "must not be constant"),
        (lambda: zscore([2], ddof=1), "more than ddof"),
        (lambda: standardize([1, 2]), r"X\[:, None\]"),
        (lambda: standardize([[1, 2]], ddof=1), "X must have more than ddof = 1"),
        (lambda: skewness([1, 2]), "at least 3 values, got 2"),
        (lambda: kurtosis([1, 2]), "at least 3 values, got 2"),
        (lambda: kurtosis([1, 2, 3], bias=False), "at least 4 values, got 3"),
    ):
        with pytest.raises(ValueError, match=message):
            call()
    with pytest.raises(TypeError, match="axis must be an integer"):
        mean([[1, 2]], axis=0.5)


# One pass ------------------------------------------------------------------------------


@given(
    some.lists(
        some.lists(some.floats(-100, 100), min_size=1, max_size=8),
        min_size=1,
        max_size=6,
    ),
    some.integers(-300, 300),
)
@settings(deadline=None)
def test_running_statistics_of_any_batches_are_those_of_all_data(batches, scale):
    batches = [np.array(batch) * 2.0**scale for batch in batches]
    running, merged = RunningStats(), RunningStats()
    for batch in batches:
        running.update(batch)
        one_by_one = RunningStats()
        for value in batch:
            one_by_one.update(value)
        merged = merged.merge(one_by_one)
    x = np.concatenate(batches)
    size = np.abs(x).max()
    for found in (running, merged):
        assert found.n == len(x)
        assert found.mean == pytest.approx(mean(x), rel=1e-13, abs=1e-14 * size)
        assert found.std(0) == pytest.approx(std(x, 0), rel=1e-12, abs=1e-14 * size)
        if len(x) > 2 and std(x, 0) > 1e-3 * size:
            assert found.skewness == pytest.approx(skewness(x), rel=1e-9, abs=1e-9)


def test_running_statistics_of_rows_are_those_of_the_columns():
    X = np.random.default_rng(6).gamma(2, size=(60, 3)) * [1, 1e-5, 1e5]
    running = RunningStats().update(X[:20]).update(X[20:21]).update(X[21:])
    np.testing.assert_allclose(running.mean, X.mean(axis=0), rtol=1e-14)
    np.testing.assert_allclose(running.variance(), X.var(axis=0, ddof=1), rtol=1e-13)
    np.testing.assert_allclose(running.std(0), X.std(axis=0), rtol=1e-13)
    np.testing.assert_allclose(running.skewness, stats.skew(X), rtol=1e-12)
    assert repr(running) == "<RunningStats of 60 rows of 3>"
    running.mean[0] = 7
    assert running.mean[0] != 7


def test_the_merge_of_two_halves_by_hand():
    x = 1e9 + np.array([4, 7, 13, 16])
    left, right = RunningStats().update(x[:2]), RunningStats().update(x[2:])
    both = left.merge(right)
    assert (both.n, both.mean, both.variance(ddof=0)) == (4, 1e9 + 10, 22.5)
    assert both.variance() == 30 and both.std(0) == np.sqrt(22.5)
    assert (left.n, right.n) == (2, 2)
    assert isinstance(both.mean, float) and isinstance(both.variance(), float)
    empty = RunningStats()
    assert (empty.merge(left).mean, left.merge(empty).mean) == (left.mean, left.mean)
    left.merge(empty).update(5)
    assert left.n == 2 and repr(empty) == "<RunningStats of 0 values>"


def test_running_statistics_keep_their_units_whatever_comes_first():
    for x in ([0, 0, 1e-200, 3e-200], [1e-200, 3e200, 1e200, 0], [1e150, 1, 2, 3]):
        running = RunningStats()
        for value in x:
            running.update(value)
        assert running.std() == pytest.approx(std(x), rel=1e-14)
        assert running.skewness == pytest.approx(skewness(x), rel=1e-12)
    with pytest.raises(ValueError, match="variance is beyond the largest float"):
        RunningStats().update([1e200, 3e200]).variance()


def test_low_precision_is_kept_where_asked():
    x = np.random.default_rng(7).normal(1000, 1, size=2000)
    exact = variance(x.astype(np.float32))
    errors = []
    for dtype in (np.float16, np.float32, np.float64):
        running = RunningStats(dtype)
        for value in x[:500]:
            running.update(value)
        running.update(x[500:])
        assert running._mean.dtype == running._m3.dtype == dtype
        errors.append(abs(running.variance() / exact - 1))
    assert errors[0] > 1e-2 and 1e-9 < errors[1] < 1e-4 and errors[2] < 1e-6
    with pytest.raises(ValueError, match="must fit float16, got 100000"):
        RunningStats(np.float16).update(1e5)
    ones = RunningStats(np.float16)
    with pytest.raises(ValueError, match="sums of 100001 values are beyond float16"):
        ones.update(np.tile([-1.0, 1.5], 50_000)).update(1)


def test_running_statistics_refuse_what_makes_no_sense():
    for call, error, message in (
        (lambda: RunningStats(int), TypeError, "floating type, got int64"),
        (lambda: RunningStats().mean, ValueError, "more than 0 values, got 0"),
        (lambda: RunningStats().variance(), ValueError, "more than ddof = 1"),
        (lambda: RunningStats().update(3).std(), ValueError, "more than ddof = 1"),
        (lambda: RunningStats().update([1, 2]).skewness, ValueError, "more than 2"),
        (lambda: RunningStats().update([]), ValueError, "not empty"),
        (lambda: RunningStats().update(nan), ValueError, "finite"),
        (lambda: RunningStats().update(np.ones((2, 2, 2))), ValueError, "shape"),
        (lambda: RunningStats().update([[1, 2]]).update(3), ValueError, "same kind"),
        (lambda: RunningStats().update([[1, 2]]).update([[3]]), ValueError, "kind"),
        (
            lambda: RunningStats().merge([1]),
            TypeError,
            "must be RunningStats, got list",
        ),
        (
            lambda: RunningStats().update(1).merge(RunningStats("f4").update(1)),
            ValueError,
            "float64 of shape .* float32 of shape",
        ),
    ):
        with pytest.raises(error, match=message):
            call()
    running = RunningStats().update([1, 2])
    with pytest.raises(ValueError):
        running.update([[1, 2]])
    assert running.n == 2  # as it was
    with pytest.warns(RuntimeWarning, match="constant") as caught:
        found = RunningStats().update([[1, 0], [1, 0], [1, 3]]).skewness
    assert np.isnan(found[0]) and found[1] == pytest.approx(1 / np.sqrt(2))
    assert caught[0].filename == __file__


# Densities -----------------------------------------------------------------------------

WAITING = load_old_faithful()["waiting_min"]


def test_bandwidths_of_old_faithful():
    assert bandwidth(WAITING, "silverman") == pytest.approx(3.988, abs=5e-4)
    assert bandwidth(WAITING, "scott") == pytest.approx(4.70, abs=5e-3)
    assert bandwidth(WAITING, "loo") == pytest.approx(2.3, abs=0.05)


def test_plug_in_bandwidths_are_the_formulas_on_scipys_pieces():
    x = np.random.default_rng(8).standard_cauchy(size=90)
    spread = min(np.std(x, ddof=1), stats.iqr(x) / 1.34)
    assert bandwidth(x, "silverman") == pytest.approx(0.9 * spread * 90**-0.2, 1e-13)
    scott = 1.06 * np.std(x, ddof=1) * 90**-0.2
    assert bandwidth(x, "scott") == pytest.approx(scott, rel=1e-13)
    half_equal = [3.0] * 9 + [4.0, 8.0]
    s = np.std(half_equal, ddof=1)
    assert bandwidth(half_equal, "silverman") == pytest.approx(0.9 * s * 11**-0.2)


def log_likelihood_without_itself(x, h):
    total = 0.0
    for i in range(len(x)):
        total += np.log(kde(np.delete(x, i), x[i], h))
    return total


@pytest.mark.parametrize("unit", [1, 1e-200, 1e200])
def test_the_loo_bandwidth_is_the_best_of_all(unit):
    x = np.random.default_rng(9).normal(size=40)
    h = bandwidth(unit * x, "loo") / unit
    best = log_likelihood_without_itself(x, h)
    for other in h * np.array([0.05, 0.3, 0.99, 1.01, 3, 20]):
        assert log_likelihood_without_itself(x, other) < best
    # at a maximum, h^2 is the average over i of the squared distances, weighted by kernels
    d2 = (x[:, None] - x) ** 2
    weights = np.exp(-d2 / (2 * h * h)) * (1 - np.eye(40))
    averages = (weights * d2).sum(axis=1) / weights.sum(axis=1)
    assert h**2 == pytest.approx(averages.mean(), rel=1e-5)


def test_the_loo_bandwidth_in_blocks_is_the_same(monkeypatch):
    x = np.random.default_rng(10).gamma(3, size=60)
    whole = bandwidth(x, "loo")
    monkeypatch.setattr("utils.statistics.density.BLOCK", 7 * 60)
    assert bandwidth(x, "loo") == pytest.approx(whole, rel=1e-6)
    grid = np.linspace(0, 8, 33)
    np.testing.assert_allclose(
        kde(x, grid, 0.5), stats.gaussian_kde(x, 0.5 / np.std(x, ddof=1))(grid), 1e-12
    )


def test_two_points_have_their_distance_as_loo_bandwidth():
    assert bandwidth([1, 4], "loo") == pytest.approx(3, rel=1e-6)


def test_rounded_data_do_not_mislead_the_loo_bandwidth():
    assert bandwidth(np.round(WAITING, -1), "scott") > 4
    with pytest.raises(ValueError, match="repeat, and .* no peak above"):
        bandwidth([0, 0, 0, 1, 1, 1, 5, 5, 5], "loo")


@pytest.mark.parametrize("rule", ["silverman", "scott", "loo"])
def test_a_gaussian_kde_is_scipys(rule):
    grid = np.linspace(30, 110, 41)
    h = bandwidth(WAITING, rule)
    expected = stats.gaussian_kde(WAITING, h / np.std(WAITING, ddof=1))(grid)
    np.testing.assert_allclose(kde(WAITING, grid, rule), expected, rtol=1e-11)
    np.testing.assert_allclose(kde(WAITING, grid, h), expected, rtol=1e-11)


def test_the_default_is_silvermans_rule_and_a_gaussian():
    h = bandwidth(WAITING, "silverman")
    assert kde(WAITING, 70.5) == kde(WAITING, 70.5, h, "gaussian")


@pytest.mark.parametrize("kernel", ["gaussian", "epanechnikov", "linear", "tophat"])
def test_kernels_are_scikit_learns_and_densities(kernel):
    from sklearn.neighbors import KernelDensity

    x = np.random.default_rng(11).normal(size=30)
    grid = np.linspace(-9, 9, 4001)
    found = kde(x, grid, 0.7, kernel)
    reference = KernelDensity(bandwidth=0.7, kernel=kernel).fit(x[:, None])
    expected = np.exp(reference.score_samples(grid[:, None]))
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-15)
    assert np.trapezoid(found, grid) == pytest.approx(1, abs=2e-3)
    assert found.min() >= 0


def test_kde_keeps_the_form_of_the_grid():
    assert isinstance(kde([0, 1], 0.5, 1), float)
    assert kde([0, 1], np.zeros((2, 3)), 1).shape == (2, 3)
    assert kde([0.0], 0, 1) == pytest.approx(1 / np.sqrt(2 * np.pi), rel=1e-15)
    assert kde([-1.7e308], 1.7e308, 1) == 0


def test_densities_refuse_what_makes_no_sense():
    for call, message in (
        (lambda: bandwidth([1, 2], "fd"), '"silverman", "scott" or "loo", got'),
        (lambda: bandwidth([2, 2], "scott"), "must not be constant"),
        (lambda: bandwidth([2], "loo"), "must not be constant"),
        (lambda: kde([1, 2], 0, 0), "bandwidth must be in"),
        (lambda: kde([1, 2], 0, -1), "bandwidth must be in"),
        (lambda: kde([1, 2], 0, nan), "bandwidth must be in"),
        (lambda: kde([1, 2], 0, 1, "box"), "kernel must be one of gaussian, "),
        (lambda: kde([1, 2], [0, nan], 1), "grid must be finite"),
        (lambda: kde([], 0, 1), "not be empty"),
        (lambda: kde([1.0], 1, 1e-310), "too large for a float"),
    ):
        with pytest.raises(ValueError, match=message):
            call()


# Results -------------------------------------------------------------------------------


def test_results_are_frozen_records():
    interval = Interval(1.0, 2.0, 0.9, "t")
    low, high = interval
    assert (low, high, interval.level, interval.method) == (1, 2, 0.9, "t")
    assert 1 in interval and 2 in interval and 1.5 in interval
    assert 0.9 not in interval and 2.1 not in interval and nan not in interval
    assert interval == Interval(1, 2, 0.9, "t") != Interval(1, 2, 0.95, "t")
    result = TestResult(1.0, 0.5)
    assert (result.df, result.ci, result.null_distribution) == (None, None, None)
    estimate = EstimateResult(np.zeros(2), np.ones(2), np.eye(2), -1.0, 3, True)
    table = OLSResult(*np.zeros((5, 1)), 0.5, 0.4, 1.0, 0.2, 1.0, np.ones(1))
    for record in (interval, result, estimate, table):
        with pytest.raises(AttributeError):
            record.level = 0
    assert estimate == estimate and estimate != table  # by identity: arrays inside
