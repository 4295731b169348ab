"""Covariances and correlations against NumPy, SciPy, exact arithmetic and regression."""

from fractions import Fraction
from math import inf, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy import stats

from utils.datasets import load_anscombe, load_diabetes, load_hubble_1929
from utils.statistics import (
    correlation,
    cov_to_corr,
    covariance,
    kendall,
    partial_correlation,
    pearson,
    rank,
    spearman,
    variance,
)

PAIRWISE = [pearson, spearman, kendall]
SCIPY = [stats.pearsonr, stats.spearmanr, stats.kendalltau]
X, Y = load_diabetes()


def random_covariance(d, seed):
    A = np.random.default_rng(seed).normal(size=(2 * d, d))
    scale = 10.0 ** np.arange(d)
    return scale * (A.T @ A) * scale[:, None]


def test_covariances_and_correlations_are_numpys():
    for ddof in (0, 1):
        expected = np.cov(X, rowvar=False, ddof=ddof)
        np.testing.assert_allclose(covariance(X, ddof), expected, rtol=1e-11)
    np.testing.assert_array_equal(covariance(X), covariance(X, 1))
    R = correlation(X)
    np.testing.assert_allclose(R, np.corrcoef(X, rowvar=False), rtol=1e-12, atol=1e-14)
    np.testing.assert_array_equal(R, R.T)
    np.testing.assert_array_equal(np.diag(R), 1)
    np.testing.assert_array_equal(covariance(X), covariance(X).T)
    np.testing.assert_allclose(np.diag(covariance(X)), variance(X, axis=0), rtol=1e-14)
    bmi, s5, s3 = (pearson(X[:, j], Y) for j in (2, 8, 6))
    assert [round(r, 3) for r in (bmi, s5, s3)] == [0.586, 0.566, -0.395]


def test_a_large_offset_costs_no_digits():
    small = np.array([[4, 1], [7, 5], [13, 2], [16, 4]])
    np.testing.assert_array_equal(covariance(small + 1e9), covariance(small))
    assert pearson(*(small + 1e9).T) == pearson(*small.T)
    x, y = (small + 1e9).T
    exact = Fraction(int(((x - x.mean()) * (y - y.mean())).sum()), 3)
    assert covariance(small + 1e9)[0, 1] == float(exact)


@pytest.mark.parametrize("unit", [1e-300, 1e-160, 1e160, 1e300])
def test_units_do_not_matter(unit):
    scaled = X[:40, :3] * [unit, 1, 1 / unit]
    np.testing.assert_allclose(correlation(scaled), correlation(X[:40, :3]), rtol=1e-12)
    for f in PAIRWISE:
        expected = f(X[:40, 2], Y[:40])
        assert f(unit * X[:40, 2], Y[:40]) == pytest.approx(expected, rel=1e-13)


def test_a_mean_between_two_floats_costs_no_digits():
    small = X[:7, [1, 5, 6]].round()
    far = small + 2.0**52
    np.testing.assert_allclose(covariance(far), np.cov(small, rowvar=False), rtol=1e-13)
    np.testing.assert_allclose(correlation(far), correlation(small), rtol=1e-13)


def test_covariances_of_columns_in_units_far_apart():
    units = np.array([2.0**500, 2.0**-500, 1])
    expected = covariance(X[:, :3]) * units * units[:, None]
    np.testing.assert_array_equal(covariance(X[:, :3] * units), expected)


def test_a_covariance_beyond_all_floats_is_refused():
    with pytest.raises(
        ValueError, match="a covariance of X is beyond the largest float"
    ):
        covariance([[1e200, 1], [-1e200, 2]])


def test_correlation_is_the_cosine_of_an_angle():
    hubble = load_hubble_1929()
    x, y = hubble["distance_mpc"], hubble["velocity_km_s"]
    r = pearson(x, y)
    assert round(r, 4) == 0.7896
    assert round(np.degrees(np.arccos(r)), 1) == 37.8
    slope = np.polyfit(x, y, 1)[0]
    assert slope == pytest.approx(r * np.std(y) / np.std(x), rel=1e-12)


def test_anscombes_correlations():
    table = load_anscombe()
    rows = [table["dataset"] == name for name in np.unique(table["dataset"])]
    found = [(table["x"][row], table["y"][row]) for row in rows]
    assert [round(pearson(x, y), 3) for x, y in found] == [0.816, 0.816, 0.816, 0.817]
    assert [round(spearman(*p), 3) for p in found] == [0.818, 0.691, 0.991, 0.5]


small_numbers = some.integers(-6, 6).map(float)


@given(some.lists(some.tuples(small_numbers, small_numbers), min_size=2, max_size=25))
@settings(deadline=None)
def test_pairs_with_ties_are_scipys(pairs):
    x, y = np.transpose(pairs)
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return
    for f, reference in zip(PAIRWISE, SCIPY, strict=True):
        assert f(x, y) == pytest.approx(reference(x, y).statistic, abs=1e-13)
        assert f(x, y) == pytest.approx(f(y, x), abs=1e-15)
        assert f(x, -y) == pytest.approx(-f(x, y), abs=1e-13)
        assert abs(f(x, y)) <= 1


@given(some.lists(small_numbers, min_size=1, max_size=30))
@settings(deadline=None)
def test_ranks_are_scipys_and_add_up(x):
    found = rank(x)
    np.testing.assert_array_equal(found, stats.rankdata(x))
    assert found.sum() == len(x) * (len(x) + 1) / 2


@given(some.lists(some.integers(-(2**40), 2**40), min_size=3, max_size=20, unique=True))
@settings(deadline=None)
def test_ranks_see_order_alone(x):
    y = np.random.default_rng(0).permutation(len(x))
    x = np.array(x, dtype=float)
    for f in (spearman, kendall):
        assert f(x, y) == f(np.arctan(x / 2**40), y) == f(8 * x + 1, y)
    assert spearman(x, np.cbrt(x)) == pytest.approx(1, abs=1e-15)
    assert kendall(x, -np.cbrt(x)) == -1


def test_perfect_lines_have_correlation_one():
    x = np.random.default_rng(1).normal(size=100)
    for f in PAIRWISE:
        assert f(x, 3 * x + 1) == pytest.approx(1, abs=4e-16) and f(x, 3 * x + 1) <= 1
    assert pearson(x, -x) == pytest.approx(-1, abs=4e-16)
    assert isinstance(pearson(x, x), float) and isinstance(kendall(x, x), float)
    parabola = np.arange(-5, 6)
    for f in PAIRWISE:
        assert f(parabola, parabola**2) == pytest.approx(0, abs=1e-15)


def test_kendall_counts_pairs():
    x, y = [1, 2, 3, 4, 5], [3, 1, 2, 5, 4]  # 7 pairs agree, 3 don't
    assert kendall(x, y) == pytest.approx(0.4, rel=1e-15)
    assert kendall([1, 1, 2], [1, 2, 2]) == pytest.approx(
        0.5, rel=1e-15
    )  # 1 of 2 and 2


def test_constants_have_no_correlation():
    for f in PAIRWISE:
        for x, y in (([0.1] * 3, [1, 2, 3]), ([1, 2, 3], [7] * 3), ([1, 1], [1, 1])):
            with pytest.warns(RuntimeWarning, match="constant, so .* 0/0") as caught:
                assert np.isnan(f(x, y))
            assert caught[0].filename == __file__
    with pytest.warns(RuntimeWarning, match="constant") as caught:
        R = correlation([[1, 0.1, 2], [2, 0.1, 1], [4, 0.1, 0]])
    assert caught[0].filename == __file__
    np.testing.assert_array_equal(np.isnan(R), [[0, 1, 0], [1, 1, 1], [0, 1, 0]])
    assert R[0, 2] < -0.9 and R[0, 0] == 1


def test_covariance_becomes_correlation():
    S = covariance(X)
    np.testing.assert_allclose(cov_to_corr(S), correlation(X), rtol=1e-12, atol=1e-14)
    S = random_covariance(5, 2)
    R = cov_to_corr(S)
    np.testing.assert_array_equal(np.diag(R), 1)
    np.testing.assert_array_equal(R, R.T)
    d = np.sqrt(np.diag(S))
    np.testing.assert_allclose(R * np.outer(d, d), S, rtol=1e-14)
    np.testing.assert_allclose(cov_to_corr(R), R, rtol=1e-15)
    np.testing.assert_allclose(cov_to_corr(S * 2.0**900), R, rtol=1e-14)
    np.testing.assert_allclose(cov_to_corr(S * 2.0**-900), R, rtol=1e-14)
    assert cov_to_corr([[4]]).tolist() == [[1]]
    nearly = [[1, 1 + 1e-12], [1 + 3e-12, 1]]
    assert cov_to_corr(nearly).tolist() == [[1, 1], [1, 1]]


def test_partial_correlations_are_those_of_residuals():
    S = covariance(X[:, :6])
    found = partial_correlation(S)
    centered = X[:, :6] - X[:, :6].mean(axis=0)
    for i in range(6):
        for j in range(i):
            others = np.delete(centered, [i, j], axis=1)
            left = [
                centered[:, k]
                - others @ np.linalg.lstsq(others, centered[:, k], rcond=None)[0]
                for k in (i, j)
            ]
            expected = np.corrcoef(left)[0, 1]
            assert found[i, j] == pytest.approx(expected, rel=1e-9, abs=1e-12)
            assert found[j, i] == found[i, j]
    assert (np.diag(found) == 1).all()
    np.testing.assert_allclose(partial_correlation(cov_to_corr(S)), found, rtol=1e-9)


def test_partial_correlation_of_three_by_the_formula():
    a, b, c = 0.5, 0.3, -0.2
    R = [[1, a, b], [a, 1, c], [b, c, 1]]
    expected = (a - b * c) / np.sqrt((1 - b * b) * (1 - c * c))
    assert partial_correlation(R)[0, 1] == pytest.approx(expected, rel=1e-14)
    pair = partial_correlation([[4, 3], [3, 9]])
    np.testing.assert_allclose(pair, [[1, 0.5], [0.5, 1]], rtol=1e-14)
    assert partial_correlation([[3]]).tolist() == [[1]]
    # a chain 0 - 1 - 2: without 1, its ends have nothing to do with each other
    chain = [[1, 0.5, 0.25], [0.5, 1, 0.5], [0.25, 0.5, 1]]
    assert partial_correlation(chain)[0, 2] == pytest.approx(0, abs=1e-15)


def test_a_variable_that_others_determine_is_named():
    for S in ([[1, 1], [1, 1]], [[1, 1, 2], [1, 1, 2], [2, 2, 4]]):
        with pytest.raises(np.linalg.LinAlgError, match="leave out a variable"):
            partial_correlation(S)
    impossible = [[1, 0.9, 0.9], [0.9, 1, -0.9], [0.9, -0.9, 1]]
    with pytest.raises(np.linalg.LinAlgError, match="not positive definite"):
        partial_correlation(impossible)
    cov_to_corr(impossible)  # it looks only at pairs


@pytest.mark.parametrize("f", [cov_to_corr, partial_correlation])
def test_what_is_no_covariance_is_refused(f):
    for S, message in (
        ([[1, 0], [0, 0]], "positive diagonal, the variances, got 0"),
        ([[1, 0], [0, -1]], "positive diagonal"),
        ([[1, 0.5], [0.4, 1]], "symmetric, but .* differ by 0.1"),
        ([[1, 2], [2, 1]], "a correlation of size 2"),
        ([[1e-300, 1e300], [1e300, 1e-300]], "a correlation of size inf"),
        ([[1, 0.5]], "square"),
        ([1, 2], "matrix"),
        ([[1, nan], [nan, 1]], "finite"),
        ([[inf]], "finite"),
        (np.empty((0, 0)), "empty"),
    ):
        with pytest.raises(ValueError, match=message):
            f(S)


@pytest.mark.parametrize("f", PAIRWISE)
def test_pairs_that_do_not_fit_are_refused(f):
    for x, y, message in (
        ([1], [2], "more than ddof = 1 values, got 1"),
        ([1, 2], [1, 2, 3], "equally many"),
        ([1, nan], [1, 2], "x must be finite"),
        ([1, 2], [1, inf], "y must be finite"),
        ([], [], "empty"),
        ([[1, 2]], [[1, 2]], "vector"),
    ):
        with pytest.raises(ValueError, match=message):
            f(x, y)
    with pytest.raises(TypeError, match="real numbers"):
        f(["a", "b"], [1, 2])


def test_matrices_that_do_not_fit_are_refused():
    for call, message in (
        (lambda: covariance([1, 2]), r"X\[:, None\]"),
        (lambda: covariance([[1, 2]]), "X must have more than ddof = 1"),
        (lambda: covariance([[1], [2]], ddof=2), "more than ddof = 2"),
        (lambda: correlation([[1, 2]]), "X must have more than"),
        (lambda: correlation([[1, nan], [1, 2]]), "finite"),
        (lambda: correlation(np.empty((0, 2))), "empty"),
        (lambda: rank([]), "empty"),
        (lambda: rank([1, nan]), "finite"),
        (lambda: rank([[1]]), "vector"),
    ):
        with pytest.raises(ValueError, match=message):
            call()
