"""utils.special against 50-digit arithmetic, SciPy, exact integers, and its own identities."""

import itertools
import math

import mpmath as mp
import numpy as np
import pytest
import scipy.special
from hypothesis import given, settings
from hypothesis import strategies as st

from utils import special
from utils.special import gamma, incomplete, pieces

mp.mp.dps = 50
steady = settings(derandomize=True, deadline=None, max_examples=100)


def relative_error(value, exact):
    """Of one float against an mpmath number."""
    return abs(float((mp.mpf(float(value)) - exact) / exact)) if exact else abs(value)


def worst_error(values, points, exact):
    return max(
        relative_error(v, exact(mp.mpf(float(p))))
        for v, p in zip(values, points, strict=True)
    )


# Exact values to compare with ------------------------------------------------------------


def exact_gamma_tails(a, x):
    """P(a, x) and Q(a, x) by series or continued fraction, with digits to spare."""
    with mp.workdps(110):
        a, x = mp.mpf(a), mp.mpf(x)
        kernel = mp.exp(a * mp.log(x) - x - mp.loggamma(a))
        if x >= a + 1:
            terms = ((n * (a - n), x - a + 2 * n + 1) for n in itertools.count(1))
            right = kernel / exact_fraction(x + 1 - a, terms)
            return 1 - right, right
        term = total = 1 / a
        for n in itertools.count(1):
            term *= x / (a + n)
            total += term
            if term < total * mp.mpf(10) ** -105:
                return kernel * total, 1 - kernel * total


def exact_beta_tails(a, b, x):
    """I_x(a, b) and its complement by DLMF's fraction 8.17.22, with digits to spare."""
    with mp.workdps(110):
        a, b, x = mp.mpf(a), mp.mpf(b), mp.mpf(x)
        if x > (a + 1) / (a + b + 2):
            return exact_beta_tails(b, a, 1 - x)[::-1]

        def numerators():
            yield -(a + b) * x / (a + 1)
            for n in itertools.count(1):
                yield n * (b - n) * x / ((a + 2 * n - 1) * (a + 2 * n))
                yield -(a + n) * (a + b + n) * x / ((a + 2 * n) * (a + 2 * n + 1))

        kernel = mp.exp(
            a * mp.log(x) + b * mp.log1p(-x) + mp.loggamma(a + b) - mp.loggamma(a)
            - mp.loggamma(b)
        )  # fmt: skip
        left = kernel / a / exact_fraction(mp.mpf(1), ((t, 1) for t in numerators()))
        return left, 1 - left


def exact_fraction(start, terms):
    """start + a1/(b1 + a2/(b2 + ...)) in the working precision, by Lentz's method."""
    value = C = start
    D = mp.mpf(0)
    for a, b in terms:
        D, C = 1 / (b + a * D), b + a / C
        value *= C * D
        if abs(C * D - 1) < mp.mpf(10) ** (5 - mp.mp.dps):
            return value


# The gamma function and its relatives ----------------------------------------------------


def test_gammaln_has_15_digits_also_next_to_its_zeros():
    tiny = np.array([1e-15, 1e-9, 1e-3])
    x = np.concatenate(
        [np.geomspace(1e-300, 1e300, 121), np.linspace(0.1, 12, 120)]
        + [c + s * tiny for c in (1, 2) for s in (-1, 1)]
    )
    assert worst_error(special.gammaln(x), x, mp.loggamma) < 1e-15


def test_gammaln_agrees_with_scipy():
    x = np.geomspace(1e-8, 1e8, 2001)
    np.testing.assert_allclose(
        special.gammaln(x), scipy.special.gammaln(x), rtol=1e-12, atol=1e-14
    )


def test_gammaln_at_the_ends():
    assert special.gammaln([0, np.inf]).tolist() == [np.inf, np.inf]
    assert special.gammaln([1, 2]).tolist() == [0, 0]
    assert (
        special.gammaln(1e306) == np.inf
    )  # beyond the largest float, without a warning


def test_log_factorial_is_the_logarithm_of_the_exact_integer():
    n = np.array([0, 1, 2, 3, 10, 25, 170, 171, 1000, 5000])
    exact = [float(mp.log(math.factorial(k))) for k in n.tolist()]
    np.testing.assert_allclose(special.log_factorial(n), exact, rtol=1e-15)


@pytest.mark.parametrize("n", [0, 1, 5, 20, 61, 100, 2000, 10**6])
def test_log_binom_is_the_logarithm_of_the_exact_integer(n):
    for k in {0, 1, 2, n // 7, n // 2, n - 1, n}:
        if 0 <= k <= n and min(k, n - k) <= 2000:
            exact = float(mp.log(math.comb(n, k)))
            assert abs(special.log_binom(n, k) - exact) < 2e-15 * max(1, exact)


def test_log_binom_outside_the_triangle():
    np.testing.assert_array_equal(
        special.log_binom(5, [-1, 0, 5, 6, 1e300]), [-np.inf, 0, 0, -np.inf, -np.inf]
    )


def test_betaln_does_not_cancel():
    sizes = [1e-10, 0.01, 0.3, 1, 2.5, 9.9, 10, 50, 1e3, 1e8, 1e12]
    a, b = (v.ravel() for v in np.meshgrid(sizes, sizes))
    for value, x, y in zip(special.betaln(a, b), a, b, strict=True):
        exact = float(mp.log(mp.beta(x, y)))
        assert abs(value - exact) < 4e-15 * max(1, abs(exact))


@pytest.mark.parametrize("name", ["digamma", "trigamma"])
def test_digamma_and_trigamma_have_15_digits(name):
    exact = {"digamma": mp.digamma, "trigamma": lambda x: mp.psi(1, x)}[name]
    x = np.concatenate([np.geomspace(1e-100, 1e100, 81), np.linspace(0.1, 12, 120)])
    for value, point in zip(getattr(special, name)(x), x, strict=True):
        target = exact(mp.mpf(point))
        assert abs(float(value - target)) < 1e-15 * max(1, abs(float(target)))


def test_digamma_and_trigamma_agree_with_scipy():
    x = np.geomspace(1e-3, 1e5, 1001)
    np.testing.assert_allclose(
        special.digamma(x), scipy.special.digamma(x), rtol=1e-13, atol=1e-14
    )
    np.testing.assert_allclose(
        special.trigamma(x), scipy.special.polygamma(1, x), rtol=2e-14
    )


def test_the_tables_of_coefficients_are_what_their_comments_say():
    for k, value in enumerate(gamma._ZETA_MINUS_1, start=2):
        assert relative_error(value, mp.zeta(k) - 1) < 2.3e-16
    for k, value in enumerate(gamma._BERNOULLI, start=1):
        assert relative_error(value, mp.bernoulli(2 * k)) < 2.3e-16


# The incomplete gamma function -----------------------------------------------------------

GAMMA_SHAPES = [1e-50, 1e-10, 1e-3, 0.1, 0.5, 1, 1.5, 3, 10, 50.5, 499, 501, 1e4, 1e6]


@pytest.mark.parametrize("a", GAMMA_SHAPES)
def test_incomplete_gamma_has_12_digits_in_both_tails(a):
    deviations = (-30, -10, -5, -1, -0.01, 0, 0.01, 1, 5, 10, 30)
    points = [1e-200, 1e-10, 1e-3, 0.5, 0.99, 1.01, 1.4, 2, 5, 20, 100, 650]
    points += [a + k * math.sqrt(a) for k in deviations]
    for x in (float(x) for x in points if x > 0):
        for value, exact in zip(
            (special.gammainc(a, x), special.gammaincc(a, x)),
            exact_gamma_tails(a, x),
            strict=True,
        ):
            assert exact < 1e-290 or relative_error(value, exact) < 3e-13


def test_incomplete_gamma_agrees_with_scipy():
    a = np.geomspace(1e-2, 1e4, 61)[:, None]
    x = a * np.geomspace(0.05, 20, 81)
    for name in ("gammainc", "gammaincc"):
        ours, theirs = (getattr(m, name)(a, x) for m in (special, scipy.special))
        usual = theirs > 1e-30  # further out SciPy itself is off by 1e-12
        np.testing.assert_allclose(ours[usual], theirs[usual], rtol=1e-12)


def test_incomplete_gamma_at_the_ends():
    assert special.gammainc(2.5, [0, np.inf]).tolist() == [0, 1]
    assert special.gammaincc(2.5, [0, np.inf]).tolist() == [1, 0]
    assert special.gammaincc([0.1, 1e-50, 1e50], 1e300).tolist() == [0, 0, 0]


def test_incomplete_gamma_of_a_whole_shape_counts_poisson_events():
    mu, n = 7.25, np.arange(30)
    pmf = np.exp(n * math.log(mu) - mu - special.log_factorial(n))
    np.testing.assert_allclose(special.gammaincc(n + 1, mu), np.cumsum(pmf), rtol=1e-14)


# The incomplete beta function ------------------------------------------------------------

BETA_SIZES = [1e-50, 1e-3, 0.01, 0.1, 0.5, 1, 3, 10, 50.5, 300, 3000, 1e4]


@pytest.mark.parametrize("a", BETA_SIZES)
def test_incomplete_beta_has_12_digits_in_both_tails(a):
    for b in BETA_SIZES:
        p = a / (a + b)
        sd = math.sqrt(p * (1 - p) / (a + b + 1))
        points = [1e-100, 1e-6, 0.01, 0.3, 0.5, 0.99]
        points += [p + k * sd for k in (-15, -5, -1, 1, 5, 15)]
        for x in (float(x) for x in points if 0 < x < 1):
            for value, exact in zip(
                (special.betainc(a, b, x), special.betaincc(a, b, x)),
                exact_beta_tails(a, b, x),
                strict=True,
            ):
                assert exact < 1e-290 or relative_error(value, exact) < 4e-13


@pytest.mark.parametrize(("a", "b"), [(501, 501), (1e6, 2e6), (600, 1e9), (1e7, 501)])
def test_incomplete_beta_of_huge_parameters_has_12_digits(a, b):
    p = a / (a + b)
    sd = math.sqrt(p * (1 - p) / (a + b + 1))
    for x in (p - 20 * sd, p - 3 * sd, p, p + 3 * sd, p + 20 * sd):
        for value, exact in zip(
            (special.betainc(a, b, x), special.betaincc(a, b, x)),
            exact_beta_tails(a, b, x),
            strict=True,
        ):
            assert relative_error(value, exact) < 2e-13


def test_incomplete_beta_agrees_with_scipy():
    sizes = np.geomspace(0.1, 1000, 21)
    a, b, x = sizes[:, None, None], sizes[:, None], np.linspace(0.02, 0.98, 49)
    for name in ("betainc", "betaincc"):
        ours, theirs = (getattr(m, name)(a, b, x) for m in (special, scipy.special))
        usual = theirs > 1e-200
        np.testing.assert_allclose(ours[usual], theirs[usual], rtol=1e-12)


def test_incomplete_beta_at_the_ends():
    assert special.betainc(2.5, 0.5, [0, 1]).tolist() == [0, 1]
    assert special.betaincc(2.5, 0.5, [0, 1]).tolist() == [1, 0]


def test_incomplete_beta_of_whole_parameters_counts_successes():
    n, p, k = 12, 0.375, np.arange(12)
    pmf = [math.comb(n, j) * p**j * (1 - p) ** (n - j) for j in range(n)]
    np.testing.assert_allclose(
        special.betaincc(k + 1, n - k, p), np.cumsum(pmf), rtol=1e-14
    )


sizes = st.floats(-2, 4).map(lambda e: 10.0**e)
dyadic = st.integers(1, 2**20 - 1).map(lambda k: k / 2**20)  # 1 - x is exact


@steady
@given(sizes, sizes, dyadic)
def test_the_tails_of_incomplete_beta_mirror_each_other(a, b, x):
    left, right = special.betainc(a, b, x), special.betaincc(a, b, x)
    assert abs(left + right - 1) < 1e-15
    assert math.isclose(left, special.betaincc(b, a, 1 - x), rel_tol=1e-12)
    assert math.isclose(right, special.betainc(b, a, 1 - x), rel_tol=1e-12)


@steady
@given(sizes, sizes)
def test_incomplete_functions_increase(a, b):
    x = np.linspace(0, 1, 200)
    assert (np.diff(special.betainc(a, b, x)) >= -1e-15).all()
    assert (np.diff(special.gammainc(a, a * 3 * x)) >= -1e-15).all()
    assert (np.diff(special.gammaincc(a, a * 3 * x)) <= 1e-15).all()


# The error functions ---------------------------------------------------------------------


def test_error_functions_have_15_digits():
    x = np.concatenate(
        [
            np.linspace(-6, 6, 601),
            np.linspace(6, 26.5, 206),
            np.geomspace(1e-300, 1e-2, 31),
        ]
    )
    assert worst_error(special.erf(x), x, mp.erf) < 1e-15
    assert worst_error(special.erfc(x), x, mp.erfc) < 1e-15


def test_error_functions_agree_with_scipy():
    x = np.linspace(-8, 26, 3001)
    for name in ("erf", "erfc"):
        ours, theirs = (getattr(m, name)(x) for m in (special, scipy.special))
        np.testing.assert_allclose(ours, theirs, rtol=2e-13)


def test_error_functions_are_incomplete_gamma_functions():
    x = np.linspace(0.01, 20, 500)
    np.testing.assert_allclose(special.erf(x), special.gammainc(0.5, x**2), rtol=1e-13)
    np.testing.assert_allclose(
        special.erfc(x), special.gammaincc(0.5, x**2), rtol=1e-12
    )


def test_error_functions_at_the_ends():
    assert special.erf([-np.inf, 0, np.inf, 1e200]).tolist() == [-1, 0, 1, 1]
    assert special.erfc([-np.inf, 0, np.inf, 1e200]).tolist() == [2, 1, 0, 0]
    assert 0 < special.erfc(27.2) < 1e-320  # down to the smallest floats
    assert math.copysign(1, special.erf(-0.0)) == -1


# What all functions share ----------------------------------------------------------------

CALLS = [
    ("gammaln", (3.7,)),
    ("log_factorial", (7.0,)),
    ("log_binom", (9.0, 4.0)),
    ("betaln", (3.7, 12.0)),
    ("digamma", (3.7,)),
    ("trigamma", (3.7,)),
    ("gammainc", (3.7, 2.5)),
    ("gammaincc", (3.7, 6.5)),
    ("betainc", (3.7, 1.5, 0.25)),
    ("betaincc", (3.7, 1.5, 0.75)),
    ("erf", (0.3,)),
    ("erfc", (1.3,)),
]
every_function = pytest.mark.parametrize(("name", "args"), CALLS)


@every_function
def test_a_scalar_gives_a_python_float(name, args):
    function = getattr(special, name)
    assert type(function(*args)) is float
    assert type(function(*(np.float32(v) for v in args))) is float
    assert function(*([v] for v in args)).shape == (1,)


@every_function
def test_integers_lists_and_shapes_broadcast(name, args):
    function = getattr(special, name)
    first = np.full((3, 1), args[0])
    rest = [np.full(4, v) for v in args[1:]]
    expected = (3, 4) if rest else (3, 1)
    assert function(first, *rest).shape == expected
    np.testing.assert_array_equal(function(first, *rest), function(*args))
    assert function(*(np.empty(0) for _ in args)).shape == (0,)


@every_function
def test_nan_passes_through_and_nothing_else_changes(name, args):
    function = getattr(special, name)
    for place in range(len(args)):
        arrays = [np.array([v, v, v]) for v in args]
        arrays[place][1] = np.nan
        kept = [array.copy() for array in arrays]
        result = function(*arrays)
        assert np.isnan(result).tolist() == [False, True, False]
        assert result[0] == function(*args)
        for array, copy in zip(arrays, kept, strict=True):
            np.testing.assert_array_equal(array, copy)  # the input is untouched


@pytest.mark.parametrize("name", ["gammainc", "gammaincc", "betainc", "betaincc"])
def test_a_value_does_not_depend_on_its_neighbors(name):
    rng = np.random.default_rng(3)
    a, b = 10.0 ** rng.uniform(-3, 4, size=(2, 400))
    args = (
        (a, b, rng.random(400))
        if name.startswith("beta")
        else (a, a * 3 * rng.random(400))
    )
    function = getattr(special, name)
    together = function(*args)
    one_by_one = [function(*(v[i] for v in args)) for i in range(400)]
    np.testing.assert_array_equal(together, one_by_one)


def test_long_arrays_are_worked_on_in_blocks_without_a_seam():
    x = np.linspace(0.01, 40, 3 * pieces.BLOCK + 5)
    for values, one in [
        (special.gammaln(x), special.gammaln),
        (special.gammainc(3.5, x), lambda x: special.gammainc(3.5, x)),
        (special.betaincc(2, x, 0.25), lambda x: special.betaincc(2, x, 0.25)),
    ]:
        for i in (0, pieces.BLOCK - 1, pieces.BLOCK, 2 * pieces.BLOCK, -1):
            assert values[i] == pytest.approx(one(x[i]), rel=1e-14)
    square = special.erf(x[: 2 * pieces.BLOCK].reshape(2, -1))
    np.testing.assert_array_equal(square.ravel(), special.erf(x[: 2 * pieces.BLOCK]))
    assert special.erf(np.empty((0, 3))).shape == (0, 3)


@pytest.mark.parametrize(("a", "b"), [(3, 5), (1e-100, 1), (1e8, 3e7), (1e40, 1e41)])
def test_the_difference_of_products_has_all_digits_near_the_mean(a, b):
    mean = a / (a + b)
    for x in (mean, np.nextafter(mean, 1), 0.5 * mean, 0.1, 0.9):
        exact = mp.mpf(b) * mp.mpf(x) - mp.mpf(a) * (1 - mp.mpf(x))
        found = incomplete.products_apart(np.float64(a), np.float64(b), np.float64(x))
        assert abs(found - exact) <= 4e-16 * abs(exact) + 1e-30 * (a + b)


@pytest.mark.parametrize(
    ("name", "args", "message"),
    [
        ("gammaln", (-0.5,), "x must be nonnegative, got -0.5"),
        ("log_factorial", (-1,), "n must be nonnegative, got -1"),
        ("log_factorial", (2.5,), "n must be an integer, got 2.5"),
        ("log_factorial", (np.inf,), "n must be an integer, got inf"),
        ("log_binom", (-3, 1), "n must be nonnegative, got -3"),
        ("log_binom", (3, 0.5), "k must be an integer, got 0.5"),
        ("betaln", (0, 1), "a must be positive, got 0"),
        ("betaln", (1, [2, -1]), "b must be positive, got -1"),
        ("digamma", (0,), "x must be positive, got 0"),
        ("trigamma", (-2,), "x must be positive, got -2"),
        ("gammainc", (0, 1), "a must be positive, got 0"),
        ("gammainc", (np.inf, 1), "a must be in .*, got inf"),
        ("gammaincc", (1, -1e-300), "x must be nonnegative, got -1e-300"),
        ("betainc", (1, 0, 0.5), "b must be positive, got 0"),
        ("betainc", (1e-200, 1, 0.5), "a must be in .*, got 1e-200"),
        ("betainc", (1, 1, 1.5), r"x must be in \[0, 1\], got 1.5"),
        ("betaincc", (1, 1, [0.5, -0.1]), r"x must be in \[0, 1\], got -0.1"),
        (
            "betaln",
            ([1, 2], [1, 2, 3]),
            r"shapes must broadcast, got a \(2,\), b \(3,\)",
        ),
        ("betainc", ([1, 2], 1, [0, 0, 1]), r"shapes must broadcast"),
    ],
)
def test_bad_input_is_named(name, args, message):
    with pytest.raises(ValueError, match=message):
        getattr(special, name)(*args)


@every_function
@pytest.mark.parametrize("bad", ["3", 1j, None])
def test_what_is_no_real_number_is_a_type_error(name, args, bad):
    with pytest.raises(TypeError, match="must hold real numbers"):
        getattr(special, name)(bad, *args[1:])
