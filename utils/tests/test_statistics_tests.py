"""Tests of means, shares and tables against SciPy, statsmodels, exact arithmetic, mpmath."""

import math
import warnings
from dataclasses import fields
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy import stats
from statsmodels.stats.proportion import proportions_ztest

from utils.datasets import (
    load_berkeley_1973,
    load_mendel_peas,
    load_michelson_1879,
    load_sleep_student,
)
from utils.statistics import (
    binomtest,
    chi2_contingency,
    chisquare,
    f_oneway,
    fisher_exact,
    ttest_1samp,
    ttest_ind,
    ttest_rel,
    z_test_proportions,
)
from utils.statistics.parametric import student_quantile

ALTERNATIVES = ["two-sided", "less", "greater"]
SIZES = [(2, 2), (3, 8), (20, 15), (200, 31), (1000, 1000)]
samples = some.lists(
    some.integers(-1000, 1000).map(lambda k: k / 8), min_size=2, max_size=12
)
close = {"rel": 1e-12, "abs": 0}


def sample(n, seed=0, shift=0.0, scale=1.0):
    return shift + scale * np.random.default_rng([n, seed]).normal(size=n)


def assert_same(ours, theirs, rel=1e-12):
    """Statistic, p-value, df and interval of a t test of SciPy."""
    assert ours.statistic == pytest.approx(theirs.statistic, rel=rel, abs=1e-13)
    assert ours.pvalue == pytest.approx(theirs.pvalue, rel=rel, abs=0)
    assert ours.df == pytest.approx(theirs.df, rel=rel)
    interval = theirs.confidence_interval(ours.ci.level)
    # older releases of SciPy have 8 digits of the quantile, which has a test of its own
    assert tuple(ours.ci) == pytest.approx(tuple(interval), rel=1e-8, abs=1e-8)


def exact_t(x):
    """t of a sample against 0, from its exact numbers, rounded once."""
    x = [Fraction(float(v)) for v in x]
    mean = sum(x) / len(x)
    var = sum((v - mean) ** 2 for v in x) / (len(x) - 1)
    with mpmath.workdps(40):
        ratio = mean * mean * len(x) / var
        return math.copysign(
            mpmath.sqrt(mpmath.mpf(ratio.numerator) / ratio.denominator), mean
        )


def exact_two_sided(t, df):
    """P(|T| > t) by mpmath."""
    with mpmath.workdps(40):
        t, df = mpmath.mpf(t), mpmath.mpf(df)
        return mpmath.betainc(df / 2, 0.5, 0, df / (df + t * t), regularized=True)


# Means ---------------------------------------------------------------------------------


@pytest.mark.parametrize("alternative", ALTERNATIVES)
@pytest.mark.parametrize("n", [2, 3, 10, 60, 1000])
def test_one_sample_is_scipys(n, alternative):
    x = sample(n, shift=0.3)
    theirs = stats.ttest_1samp(x, 0.25, alternative=alternative)
    ours = ttest_1samp(x, 0.25, alternative, level=0.9)
    assert_same(ours, theirs)
    assert ours.estimate == pytest.approx(x.mean(), **close)


@pytest.mark.parametrize("alternative", ALTERNATIVES)
@pytest.mark.parametrize("n", [2, 3, 10, 60, 1000])
def test_paired_is_scipys(n, alternative):
    x, y = sample(n, 1), sample(n, 2)
    ours = ttest_rel(x, y, alternative)
    assert_same(ours, stats.ttest_rel(x, y, alternative=alternative))
    assert ours.estimate == pytest.approx((x - y).mean(), **close)


@pytest.mark.parametrize("alternative", ALTERNATIVES)
@pytest.mark.parametrize("equal_var", [False, True])
@pytest.mark.parametrize(("m", "n"), SIZES)
def test_two_samples_are_scipys(m, n, equal_var, alternative):
    x, y = sample(m, 1, scale=3), sample(n, 2, shift=0.5)
    theirs = stats.ttest_ind(x, y, equal_var=equal_var, alternative=alternative)
    assert_same(ttest_ind(x, y, equal_var, alternative, level=0.99), theirs)


def test_welch_is_the_default_and_scipys_is_not():
    x, y = sample(5, scale=9), sample(30)
    assert ttest_ind(x, y).df == pytest.approx(
        stats.ttest_ind(x, y, equal_var=False).df
    )
    assert ttest_ind(x, y).df != pytest.approx(stats.ttest_ind(x, y).df)


@pytest.mark.parametrize("shift", [0.001, 1.5, 2.8, 3.5, 8])
@pytest.mark.parametrize("n", [20, 60])
def test_p_values_hold_twelve_digits_far_out(n, shift):
    x = sample(n, 3, shift)
    t = exact_t(x)
    p = float(exact_two_sided(t, n - 1))
    ours = ttest_1samp(x)
    assert ours.statistic == pytest.approx(t, rel=3e-15)
    assert ours.pvalue == pytest.approx(p, **close)
    assert ours.pvalue == pytest.approx(stats.ttest_1samp(x, 0).pvalue, **close)
    assert ttest_rel(x, np.zeros(n)).pvalue == pytest.approx(p, **close)


def test_one_of_the_p_values_is_near_1e_30():
    assert 1e-33 < ttest_1samp(sample(60, 3, 2.8)).pvalue < 1e-28
    x, y = sample(60, 3, 2.6), sample(70, 4)
    for equal_var in (False, True):
        ours = ttest_ind(x, y, equal_var).pvalue
        assert 1e-33 < ours < 1e-27
        theirs = stats.ttest_ind(x, y, equal_var=equal_var).pvalue
        assert ours == pytest.approx(theirs, **close)
    ours, theirs = f_oneway(x, y), stats.f_oneway(x, y)
    assert ours.pvalue == pytest.approx(theirs.pvalue, **close)


def test_sleep_of_1908():
    d = [1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4]
    result = ttest_1samp(d)
    assert (round(result.estimate, 2), round(result.statistic, 3)) == (1.58, 4.062)
    assert round(result.pvalue, 4) == 0.0028
    assert [round(end, 2) for end in result.ci] == [0.70, 2.46]
    data = load_sleep_student()
    first, second = data["drug1_extra_h"], data["drug2_extra_h"]
    assert ttest_rel(second, first).statistic == pytest.approx(result.statistic)
    welch = ttest_ind(second, first)
    assert (round(welch.statistic, 3), round(welch.df, 1)) == (1.861, 17.8)
    assert round(welch.pvalue, 3) == 0.079


@settings(deadline=None, max_examples=40)
@given(samples, samples, some.sampled_from(ALTERNATIVES))
def test_intervals_hold_what_is_not_rejected(x, y, alternative):
    try:
        result = ttest_ind(x, y, alternative=alternative, level=0.9)
    except ValueError:
        assert np.ptp(x) == np.ptp(y) == 0
        return
    if result.df < 1.0000001:
        return
    for end in result.ci:
        if math.isfinite(end):  # there the p-value is 1 - level
            moved = np.asarray(x) - end
            p = ttest_ind(moved, y, alternative=alternative).pvalue
            assert p == pytest.approx(0.1, rel=1e-9)


@settings(deadline=None, max_examples=40)
@given(samples, samples, some.integers(-200, 200), some.booleans())
def test_units_and_order_do_not_matter(x, y, exponent, equal_var):
    x, y = np.array(x), np.array(y)
    if np.ptp(x) == np.ptp(y) == 0:
        return
    plain = ttest_ind(x, y, equal_var)
    unit = 2.0**exponent
    scaled, swapped = (
        ttest_ind(unit * x, unit * y, equal_var),
        ttest_ind(y, x, equal_var),
    )
    assert (scaled.statistic, scaled.pvalue) == (plain.statistic, plain.pvalue)
    assert swapped.statistic == pytest.approx(-plain.statistic)
    assert swapped.pvalue == pytest.approx(plain.pvalue)
    assert scaled.ci.low == pytest.approx(unit * plain.ci.low)


@pytest.mark.parametrize("unit", [1e-310, 1e-200, 1e200, 1e307])
def test_extreme_units_are_no_obstacle(unit):
    x, y = np.array([1.0, 2, 4]), np.array([3.0, 7, 9])
    for test in (ttest_rel, ttest_ind, f_oneway):
        assert test(unit * x, unit * y).pvalue == pytest.approx(test(x, y).pvalue)
    assert ttest_1samp(unit * x, unit).pvalue == pytest.approx(ttest_1samp(x, 1).pvalue)


def test_a_large_mean_takes_no_digits():
    x, y = np.array([1.0, 2, 4]), np.array([3.0, 7, 10])
    far = 2.0**50  # spacing 1/4, while the means end in thirds
    assert ttest_ind(far + x, far + y).statistic == pytest.approx(
        ttest_ind(x, y).statistic, rel=1e-15
    )
    assert ttest_1samp(far + x, far + 1).statistic == pytest.approx(
        ttest_1samp(x, 1).statistic, rel=1e-15
    )
    assert f_oneway(far + x, far + y).statistic == pytest.approx(
        f_oneway(x, y).statistic, rel=1e-14
    )


def test_constants_are_refused_even_after_rounding():
    rng = np.random.default_rng(0)
    x = rng.normal(size=50)
    with pytest.raises(ValueError, match="x - y must vary"):
        ttest_rel(x, x + 0.1)
    with pytest.raises(ValueError, match="x must vary"):
        ttest_1samp([0.1 * 3, 0.3, 0.3])
    with pytest.raises(ValueError, match="x or y must vary"):
        ttest_ind([1, 1], [2, 2])
    with pytest.raises(ValueError, match="within the groups must vary"):
        f_oneway([0.1, 0.1, 0.1], [0.7, 0.7, 0.7])
    assert ttest_1samp(1e6 + 1e-6 * x, 1e6).pvalue > 0.01  # small, but real


def test_one_constant_sample_is_enough_variation():
    for equal_var in (False, True):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = stats.ttest_ind([1, 1, 1], [1, 2, 4], equal_var=equal_var)
        assert_same(ttest_ind([1, 1, 1], [1, 2, 4], equal_var), theirs)


def test_too_few_or_too_large_values_are_refused():
    for test in (lambda: ttest_1samp([1]), lambda: ttest_ind([1], [1, 2])):
        with pytest.raises(ValueError, match="x must have at least 2 values, got 1"):
            test()
    with pytest.raises(ValueError, match="y must have at least 2"):
        ttest_ind([1, 2], [1])
    with pytest.raises(ValueError, match="x - y must be finite"):
        ttest_rel([1e308, 1e308], [-1e308, 1])
    with pytest.raises(ValueError, match="overflow"):
        ttest_ind([1.5e308, 1.4e308], [-1.5e308, -1.4e308])
    with pytest.raises(ValueError, match="equally many"):
        ttest_rel([1, 2], [1, 2, 3])
    with pytest.raises(ValueError, match=r"mu must be in \(-inf, inf\), got nan"):
        ttest_1samp([1, 2], math.nan)


def test_unknown_options_are_refused():
    with pytest.raises(
        ValueError, match='"two-sided", "less" or "greater", got \'both\''
    ):
        ttest_1samp([1, 2], alternative="both")
    for level in (0, 1, 95):
        with pytest.raises(ValueError, match=r"level must be in \(0, 1\)"):
            ttest_rel([1, 2], [3, 5], level=level)


@pytest.mark.parametrize("df", [1, 1.5, 2.9, 3, 4.4, 9, 17.8, 100, 1e4, 1e7])
@pytest.mark.parametrize(
    "tail", [1e-12, 9e-5, 2e-4, 0.005, 0.025, 0.1, 0.3, 0.4999, 0.5, 0.8, 0.99]
)
def test_students_quantile_is_right(df, tail):
    t = student_quantile(tail, df)
    exact = exact_two_sided(t, df) / 2
    found = exact if t >= 0 else 1 - exact
    # an error in t weighs this much, relative to the tail
    weight = 1 + t * t * (df + 1) / (df + t * t)
    assert found == pytest.approx(tail, rel=1e-12 * weight)


@pytest.mark.parametrize("sizes", [(2, 1), (3, 4, 5), (1, 1, 9), (20,) * 5])
def test_analysis_of_variance_is_scipys(sizes):
    groups = [sample(n, i, shift=0.2 * i) for i, n in enumerate(sizes)]
    ours, theirs = f_oneway(*groups), stats.f_oneway(*groups)
    assert ours.statistic == pytest.approx(theirs.statistic, **close)
    assert ours.pvalue == pytest.approx(theirs.pvalue, **close)
    assert ours.df == (len(sizes) - 1, sum(sizes) - len(sizes))


@settings(deadline=None, max_examples=30)
@given(samples, samples)
def test_f_of_two_groups_is_t_squared(x, y):
    if np.ptp(x) == np.ptp(y) == 0:
        return
    t, f = ttest_ind(x, y, equal_var=True), f_oneway(x, y)
    assert f.statistic == pytest.approx(t.statistic**2, rel=1e-11, abs=1e-25)
    assert f.pvalue == pytest.approx(t.pvalue, rel=1e-11)


def test_michelsons_experiments_differ():
    data = load_michelson_1879()
    speed = data["speed_km_s_minus_299000"]
    groups = [speed[data["experiment"] == i] for i in range(1, 6)]
    result = f_oneway(*groups)
    assert (round(result.statistic, 3), round(result.pvalue, 4)) == (4.288, 0.0031)
    assert result.df == (4, 95)


def test_analysis_of_variance_refuses_what_it_cannot_use():
    with pytest.raises(ValueError, match="at least two groups, got 1"):
        f_oneway([1, 2, 3])
    with pytest.raises(ValueError, match="more values than groups, got 2 and 2"):
        f_oneway([1], [2])
    with pytest.raises(ValueError, match="group 1 must not be empty"):
        f_oneway([1, 2], [])


# Counts --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "counts", [(120, 1000, 150, 1000), (185, 189, 174, 189), (0, 5, 4, 9), (5, 5, 3, 8)]
)
def test_two_shares_are_statsmodels(counts):
    k1, n1, k2, n2 = counts
    z, p = proportions_ztest([k1, k2], [n1, n2])
    result = z_test_proportions(*counts)
    assert result.statistic == pytest.approx(z, **close)
    assert result.pvalue == pytest.approx(p, **close)
    p1, p2 = k1 / n1, k2 / n2
    half = stats.norm.ppf(0.975) * math.sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
    assert result.estimate == pytest.approx(p1 - p2)
    assert tuple(result.ci) == pytest.approx((p1 - p2 - half, p1 - p2 + half))


def test_the_syllabus_of_two_shares():
    assert round(z_test_proportions(120, 1000, 150, 1000).pvalue, 4) == 0.0496
    assert round(z_test_proportions(185, 189, 174, 189).pvalue, 4) == 0.0096


@given(some.integers(1, 50), some.integers(1, 50), some.data())
def test_z_squared_is_chi_square(n1, n2, data):
    k1, k2 = data.draw(some.integers(0, n1)), data.draw(some.integers(0, n2))
    if k1 + k2 in (0, n1 + n2):
        with pytest.raises(ValueError, match="came out the same way"):
            z_test_proportions(k1, n1, k2, n2)
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        table = chi2_contingency([[k1, n1 - k1], [k2, n2 - k2]])
    z = z_test_proportions(k1, n1, k2, n2)
    assert table.statistic == pytest.approx(z.statistic**2, rel=1e-12, abs=1e-15)
    assert table.pvalue == pytest.approx(z.pvalue, rel=1e-10)


def test_counts_must_be_counts():
    with pytest.raises(ValueError, match="k1 must be at most n1 = 3, got 4"):
        z_test_proportions(4, 3, 1, 3)
    with pytest.raises(ValueError, match="k2 must be at most n2 = 3, got 5"):
        z_test_proportions(1, 3, 5, 3)
    with pytest.raises(ValueError, match="n2 must be at least 1, got 0"):
        z_test_proportions(1, 3, 0, 0)
    with pytest.raises(TypeError, match="k must be an integer"):
        binomtest(1.5, 3)
    with pytest.raises(ValueError, match="k must be at most n = 3, got 4"):
        binomtest(4, 3)
    with pytest.raises(ValueError, match=r"p must be in \[0, 1\], got 1.5"):
        binomtest(1, 3, 1.5)


def sum_of_no_likelier(pmf, k):
    """By enumeration in rational arithmetic."""
    return sum(p for p in pmf if p <= pmf[k])


@pytest.mark.parametrize("p", [Fraction(1, 2), Fraction(1, 8), Fraction(3, 4)])
@pytest.mark.parametrize("n", [1, 2, 7, 10, 23])
def test_binomial_p_values_are_exact(n, p):
    pmf = [math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)]
    for k in range(n + 1):
        expected = float(sum_of_no_likelier(pmf, k))
        assert binomtest(k, n, float(p)).pvalue == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize(
    ("k", "n", "p"),
    [(5098, 10_000, 0.5), (130, 1000, 0.1), (40, 1000, 0.1), (700, 1000, 0.1)],
)
def test_binomial_test_is_scipys(k, n, p):
    ours, theirs = binomtest(k, n, p), stats.binomtest(k, n, p)
    assert ours.pvalue == pytest.approx(theirs.pvalue, rel=1e-11, abs=0)
    assert ours.statistic == k and ours.estimate == k / n
    ci = theirs.proportion_ci(method="exact")
    assert tuple(ours.ci) == pytest.approx((ci.low, ci.high), rel=1e-9)


def test_binomial_test_of_a_rare_event():
    with mpmath.workdps(30):  # SciPy has 10 digits here
        n, p = 10**6, mpmath.mpf(1e-5)
        pmf = [mpmath.binomial(n, k) * p**k * (1 - p) ** (n - k) for k in range(99)]
        expected = float(sum_of_no_likelier(pmf, 3))
    assert binomtest(3, 10**6, 1e-5).pvalue == pytest.approx(expected, rel=1e-13)


def test_binomial_test_at_the_ends():
    assert binomtest(0, 5, 0).pvalue == binomtest(5, 5, 1).pvalue == 1.0
    assert binomtest(1, 5, 0).pvalue == binomtest(4, 5, 1).pvalue == 0.0
    assert binomtest(0, 5).ci.low == 0.0 and binomtest(5, 5).ci.high == 1.0
    assert binomtest(11, 11).pvalue == pytest.approx(2.0**-10)


@pytest.mark.parametrize("ddof", [0, 2])
@pytest.mark.parametrize("k", [4, 7, 200])
def test_fit_is_scipys(k, ddof):
    rng = np.random.default_rng(k)
    observed, expected = rng.integers(5, 90, k), rng.uniform(5, 90, k)
    expected *= observed.sum() / expected.sum()
    expected = np.maximum(expected, 5)
    expected *= observed.sum() / expected.sum()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        ours = chisquare(observed, expected, ddof)
    theirs = stats.chisquare(observed, expected, ddof)
    assert ours.statistic == pytest.approx(theirs.statistic, **close)
    assert ours.pvalue == pytest.approx(theirs.pvalue, **close)
    assert ours.df == k - 1 - ddof


def test_fit_holds_twelve_digits_far_out():
    result = chisquare([150, 50, 40], [80, 80, 80])
    assert 1e-23 < result.pvalue < 1e-20
    result = chisquare([5474, 1250], [5043, 1681])
    assert 1e-34 < result.pvalue < 1e-30
    with mpmath.workdps(30):
        exact = mpmath.gammainc(0.5, mpmath.mpf(result.statistic) / 2, regularized=True)
    assert result.pvalue == pytest.approx(float(exact), **close)


def test_mendels_peas_fit_too_well():
    peas, statistics = load_mendel_peas(), []
    for dominant, recessive in zip(peas["dominant"], peas["recessive"], strict=True):
        n = dominant + recessive
        statistics.append(
            chisquare([dominant, recessive], [0.75 * n, 0.25 * n]).statistic
        )
    assert len(statistics) == 7
    assert round(sum(statistics), 2) == 2.14


def test_fit_refuses_what_it_cannot_use():
    with pytest.raises(ValueError, match="observed must hold counts, nonnegative"):
        chisquare([-1, 3], [1, 1])
    with pytest.raises(ValueError, match=r"expected must be positive, got 0\.0"):
        chisquare([1, 1], [0, 2])
    with pytest.raises(ValueError, match=r"one sum, got 3\.0 and 2\.0"):
        chisquare([1, 2], [1, 1])
    with pytest.raises(ValueError, match="equally long, got 2 and 3"):
        chisquare([1, 2], [1, 1, 1])
    with pytest.raises(
        ValueError, match="leave a degree of freedom, got 1 for 2 classes"
    ):
        chisquare([8, 8], [8, 8], ddof=1)
    with pytest.warns(RuntimeWarning, match="an expected count is 4, below 5"):
        chisquare([3, 9], [4, 8])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        chisquare([4, 6], [5, 5])
        assert chisquare([10, 10], [10, 10 + 1e-7]).pvalue == pytest.approx(1)
    with pytest.raises(ValueError, match="one sum"):
        chisquare([10, 10], [10, 10 + 1e-6])


@pytest.mark.parametrize("shape", [(2, 2), (2, 3), (5, 4), (20, 20)])
def test_independence_is_scipys(shape):
    table = np.random.default_rng(shape).integers(8, 60, shape)
    ours = chi2_contingency(table)
    theirs = stats.chi2_contingency(table, correction=False)
    assert ours.statistic == pytest.approx(theirs.statistic, **close)
    assert ours.pvalue == pytest.approx(theirs.pvalue, **close)
    assert ours.df == theirs.dof


@pytest.mark.parametrize("table", [[[20, 9], [14, 31]], [[10, 10], [10, 11]]])
def test_yates_correction_is_scipys(table):
    ours, theirs = (
        chi2_contingency(table, correction=True),
        stats.chi2_contingency(table),
    )
    assert ours.statistic == pytest.approx(theirs.statistic, rel=1e-12, abs=1e-15)
    assert ours.pvalue == pytest.approx(theirs.pvalue, **close)


def test_berkeley_of_1973():
    data = load_berkeley_1973()
    counts = np.column_stack([data["admitted"], data["rejected"]])
    men = data["sex"] == "male"
    pooled = chi2_contingency([counts[men].sum(axis=0), counts[~men].sum(axis=0)])
    assert round(pooled.statistic, 1) == 92.2
    A = chi2_contingency(counts[data["department"] == "A"])
    assert round(A.statistic, 1) == 17.2


def test_tables_that_say_nothing_are_refused():
    for test in (chi2_contingency, fisher_exact):
        with pytest.raises(ValueError, match="row or column of zeros"):
            test([[0, 0], [3, 4]])
        with pytest.raises(ValueError, match="row or column of zeros"):
            test([[0, 2], [0, 4]])
        with pytest.raises(ValueError, match="table must hold counts, nonnegative"):
            test([[-1, 2], [3, 4]])
    for shape in ((1, 4), (4, 1)):
        with pytest.raises(ValueError, match="two rows and columns or more"):
            chi2_contingency(np.ones(shape))
    with pytest.raises(ValueError, match=r"2 x 2 tables, got shape \(2, 3\)"):
        chi2_contingency([[5, 6, 7], [8, 9, 10]], correction=True)
    with pytest.raises(ValueError, match=r"shape \(2, 2\), got \(2, 3\)"):
        fisher_exact([[5, 6, 7], [8, 9, 10]])
    with pytest.raises(ValueError, match="must hold integers"):
        fisher_exact([[1.5, 2], [3, 4]])
    with pytest.warns(RuntimeWarning, match="below 5"):
        chi2_contingency([[3, 2], [1, 4]])


def hypergeometric(table):
    """Probabilities of all tables with these margins, and the place of this one."""
    (a, b), (c, d) = table
    row, column, N = a + b, a + c, a + b + c + d
    low, high = max(0, row + column - N), min(row, column)
    total = math.comb(N, row)
    pmf = [
        Fraction(math.comb(column, x) * math.comb(N - column, row - x), total)
        for x in range(low, high + 1)
    ]
    return pmf, a - low


tables = some.tuples(*[some.integers(0, 25)] * 4).filter(
    lambda t: min(t[0] + t[1], t[2] + t[3], t[0] + t[2], t[1] + t[3]) > 0
)


@settings(deadline=None)
@given(tables)
def test_fishers_test_enumerates(counts):
    a, b, c, d = counts
    pmf, place = hypergeometric([[a, b], [c, d]])
    expected = {
        "two-sided": sum_of_no_likelier(pmf, place),
        "less": sum(pmf[: place + 1]),
        "greater": sum(pmf[place:]),
    }
    for alternative, p in expected.items():
        result = fisher_exact([[a, b], [c, d]], alternative)
        assert result.pvalue == pytest.approx(float(p), rel=1e-11)
        assert result.pvalue <= 1
        odds = a * d / (b * c) if b * c else math.inf
        assert result.statistic == result.estimate == odds


@pytest.mark.parametrize(
    "table", [[[8, 2], [1, 5]], [[190, 800], [200, 900]], [[0, 9], [7, 3]]]
)
def test_fishers_test_is_scipys(table):
    for alternative in ALTERNATIVES:
        theirs = stats.fisher_exact(table, alternative=alternative)
        ours = fisher_exact(table, alternative)
        assert ours.pvalue == pytest.approx(theirs.pvalue, rel=1e-11)
    with pytest.raises(ValueError, match="alternative must be"):
        fisher_exact(table, "upper")


# All of them ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "result",
    [
        ttest_1samp([1, 2, 4], 1),
        ttest_rel([1, 2, 4], [2, 2, 1], "less"),
        ttest_ind([1, 2, 4], [2, 2, 1], True, "greater"),
        f_oneway([1, 2], [3, 5], [6, 8]),
        z_test_proportions(3, 9, 5, 8),
        binomtest(3, 9),
        chisquare([5, 9], [7, 7]),
        chi2_contingency([[20, 10], [10, 20]]),
        fisher_exact([[2, 1], [1, 2]]),
    ],
    ids=lambda result: result.method,
)
def test_results_hold_pythons_own_numbers(result):
    numbers = [result.statistic, result.pvalue, result.estimate, *(result.ci or ())]
    df = result.df if isinstance(result.df, tuple) else (result.df,)
    for number in (*numbers, *df):
        assert number is None or type(number) in (int, float)
    assert 0 <= result.pvalue <= 1
    assert result.method and "null_distribution" in {f.name for f in fields(result)}
    if result.ci:
        assert result.ci.low <= result.estimate <= result.ci.high


def test_inputs_are_left_alone():
    x, y = np.array([1.0, 2, 4]), np.array([2.0, 2, 1])
    for test in (ttest_rel, ttest_ind, f_oneway, ttest_1samp):
        test(x, y) if test is not ttest_1samp else test(x)
    observed, expected = np.array([10.0, 20]), np.array([15.0, 15])
    chisquare(observed, expected)
    assert x.tolist() == [1, 2, 4] and y.tolist() == [2, 2, 1]
    assert observed.tolist() == [10, 20] and expected.tolist() == [15, 15]
