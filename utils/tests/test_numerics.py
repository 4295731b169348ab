"""utils.numerics against exact values (mpmath), SciPy, and what must hold for any float."""

import dataclasses
import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import scipy.optimize
import scipy.special
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from utils import numerics
from utils.numerics.sums import product_error

LARGEST, TINIEST = np.finfo(float).max, 5e-324
HARD = [-LARGEST, -1e300, -746.0, -745.0, -40.0, -1.0, -1e-9, -TINIEST]
POINTS = np.array(HARD + [0.0] + [-z for z in HARD] + list(np.linspace(-50, 50, 101)))

floats = st.floats(allow_nan=False, allow_infinity=False)
tables = arrays(float, array_shapes(max_dims=2, max_side=6), elements=floats)


pytestmark = pytest.mark.filterwarnings("error")


def test_no_float_makes_numpy_complain():
    everything = np.concatenate([POINTS, [-np.inf, np.inf, np.nan]])
    with np.errstate(all="raise"):
        for name in ["sigmoid", "log_sigmoid", "softplus"]:
            getattr(numerics, name)(everything)
        for name in ["logsumexp", "softmax", "log_softmax"]:
            getattr(numerics, name)(POINTS)
            getattr(numerics, name)(everything)


def exact(formula, z):
    with mpmath.workdps(60):
        return float(formula(mpmath.mpf(float(z))))


def exact_logsumexp(a):
    with mpmath.workdps(400):
        return float(mpmath.log(sum(mpmath.exp(mpmath.mpf(float(x))) for x in a)))


@pytest.mark.parametrize(
    "ours, formula",
    [
        (numerics.sigmoid, lambda z: 1 / (1 + mpmath.exp(-z))),
        (numerics.log_sigmoid, lambda z: -mpmath.log1p(mpmath.exp(-z))),
        (numerics.softplus, lambda z: mpmath.log1p(mpmath.exp(z))),
    ],
    ids=["sigmoid", "log_sigmoid", "softplus"],
)
def test_elementwise_functions_keep_15_digits_at_every_size(ours, formula):
    got = ours(POINTS)
    for z, value in zip(POINTS, got, strict=True):
        want = exact(formula, z)
        assert value == pytest.approx(want, rel=1e-15, abs=TINIEST), z


def test_they_agree_with_scipy():
    for ours, theirs in [
        (numerics.sigmoid, scipy.special.expit),
        (numerics.log_sigmoid, scipy.special.log_expit),
        (numerics.softplus, lambda z: np.logaddexp(0, z)),
    ]:
        z = np.linspace(-700, 700, 2801)
        np.testing.assert_allclose(ours(z), theirs(z), rtol=2e-15)


@pytest.mark.parametrize(
    "a",
    [
        [0.0],
        [-1000.0, -1000.0],
        [1000.0, 1000.0, 999.0],
        [0.0, -40.0],
        [0.0, -700.0],
        [-1e300, -1e300],
        [-np.inf, 3.0],
        list(np.linspace(-30, 30, 50)),
    ],
)
def test_logsumexp_keeps_15_digits(a):
    assert numerics.logsumexp(a) == pytest.approx(exact_logsumexp(a), rel=1e-15, abs=0)


def test_logs_of_probabilities_that_sum_to_one_give_zero_within_rounding():
    log_p = np.log([0.5, 0.25, 0.125, 0.125])
    assert abs(numerics.logsumexp(log_p) - exact_logsumexp(log_p)) < 1e-16


def test_logsumexp_sees_a_term_far_below_the_largest():
    assert numerics.logsumexp([0.0, -100.0]) == pytest.approx(np.exp(-100), rel=1e-15)


@given(tables)
def test_logsumexp_lies_between_the_maximum_and_the_maximum_plus_log_n(a):
    got = numerics.logsumexp(a, axis=-1)
    high = a.max(axis=-1)
    assert (got >= high).all()
    slack = 4 * np.finfo(float).eps * np.maximum(1, np.abs(high))
    with np.errstate(over="ignore"):
        assert (got <= high + np.log(a.shape[-1]) + slack).all()


@given(tables)
def test_softmax_is_a_distribution_for_any_finite_input(a):
    p = numerics.softmax(a)
    assert (p >= 0).all()
    np.testing.assert_allclose(p.sum(axis=-1), 1, rtol=1e-15)
    np.testing.assert_allclose(np.exp(numerics.log_softmax(a)), p, rtol=1e-13)


def test_they_agree_with_scipy_on_every_axis():
    a = np.random.default_rng(0).normal(scale=20, size=(3, 4, 5))
    for axis in [None, 0, 1, -1, (0, 2)]:
        for name in ["logsumexp", "softmax", "log_softmax"]:
            ours, theirs = getattr(numerics, name), getattr(scipy.special, name)
            with np.errstate(all="ignore"):
                want = theirs(a, axis=axis)
            np.testing.assert_allclose(ours(a, axis=axis), want, rtol=1e-14, atol=1e-15)
    kept = numerics.logsumexp(a, axis=1, keepdims=True)
    assert kept.shape == (3, 1, 5)


def test_log_softmax_keeps_what_softmax_rounds_to_one_or_zero():
    log_p = numerics.log_softmax([0.0, -100.0, -LARGEST])
    assert log_p[0] == pytest.approx(-np.exp(-100), rel=1e-15)
    assert log_p[1] == -100.0
    assert log_p[2] == -LARGEST
    np.testing.assert_array_equal(
        numerics.softmax([LARGEST, -LARGEST, LARGEST]), [0.5, 0, 0.5]
    )


def test_infinite_terms():
    inf = np.inf
    assert numerics.logsumexp([-inf, -inf]) == -inf
    assert numerics.logsumexp([inf, -inf, 1.0]) == inf
    assert numerics.logsumexp([]) == -inf
    np.testing.assert_array_equal(
        numerics.logsumexp(np.ones((2, 0)), axis=1), [-inf] * 2
    )
    np.testing.assert_array_equal(numerics.softmax([-inf, 0.0, 0.0]), [0, 0.5, 0.5])
    assert np.isnan(numerics.softmax([-inf, -inf])).all()
    assert np.isnan(numerics.logsumexp([np.nan, 1.0]))
    assert np.isnan(numerics.sigmoid(np.nan))
    np.testing.assert_array_equal(numerics.sigmoid([-inf, inf]), [0, 1])
    np.testing.assert_array_equal(numerics.softplus([-inf, inf]), [0, inf])
    np.testing.assert_array_equal(numerics.log_sigmoid([-inf, inf]), [-inf, 0])


@pytest.mark.parametrize(
    "name",
    ["logsumexp", "softmax", "log_softmax", "sigmoid", "log_sigmoid", "softplus"],
)
def test_dtypes_scalars_and_refusals(name):
    f = getattr(numerics, name)
    for dtype in [np.float16, np.float32, np.float64]:
        a = np.array([-3.0, 0.5, 2.0], dtype=dtype)
        before = a.copy()
        got = f(a)
        assert (
            got.dtype == dtype if name != "logsumexp" or dtype != np.float64 else True
        )
        np.testing.assert_array_equal(a, before)
        np.testing.assert_allclose(got, f(a.astype(float)), rtol=np.finfo(dtype).eps)
    np.testing.assert_array_equal(f([1, 2]), f(np.array([1.0, 2.0])))
    with pytest.raises(TypeError, match="real numbers"):
        f([1j])
    with pytest.raises(TypeError, match="real numbers"):
        f(["one"])


def test_python_numbers_give_python_floats():
    for f in [numerics.sigmoid, numerics.log_sigmoid, numerics.softplus]:
        assert type(f(2)) is float
    assert type(numerics.logsumexp([1, 2])) is float
    assert type(numerics.logsumexp(3)) is float


def test_many_float16_terms_do_not_overflow_the_sum():
    assert numerics.logsumexp(np.zeros(100_000, np.float16)) == np.float16(np.log(1e5))


@pytest.mark.parametrize("f", [numerics.softmax, numerics.log_softmax])
@pytest.mark.parametrize("empty", [[], np.ones((3, 0))])
def test_softmax_of_nothing_is_refused(f, empty):
    with pytest.raises(ValueError, match="at least one entry along axis -1"):
        f(empty)


@pytest.mark.parametrize("name", ["logsumexp", "softmax", "log_softmax"])
def test_an_axis_that_is_not_there_is_refused(name):
    f = getattr(numerics, name)
    for axis in [2, -3, (0, 2)]:
        with pytest.raises(ValueError, match="axis must be"):
            f(np.ones((2, 3)), axis=axis)
    with pytest.raises(TypeError, match="axis must be an integer"):
        f([1.0], axis=0.5)
    assert f(1.0, axis=-1) in (0.0, 1.0)


def test_sigmoid_and_softplus_fit_together():
    z = np.linspace(-800, 800, 1601)
    np.testing.assert_array_equal(numerics.log_sigmoid(z), -numerics.softplus(-z))
    np.testing.assert_allclose(
        numerics.sigmoid(z) + numerics.sigmoid(-z), 1, rtol=1e-15
    )


# --- sums that keep track of rounding ---------------------------------------------------

moderate = st.floats(-1e300, 1e300)
UNIT = {np.float64: 2.0**-53, np.float32: 2.0**-24, np.float16: 2.0**-11}
SUMS = [numerics.kahan_sum, numerics.neumaier_sum, numerics.pairwise_sum]


def exact_sum(x):
    return sum(Fraction(float(v)) for v in x)


@given(moderate, moderate)
def test_two_sum_loses_nothing(a, b):
    s, e = numerics.two_sum(a, b)
    assert type(s) is float and type(e) is float
    assert s == a + b
    assert Fraction(s) + Fraction(e) == Fraction(a) + Fraction(b)


@pytest.mark.parametrize("dtype", UNIT)
def test_two_sum_is_exact_in_every_precision(dtype):
    rng = np.random.default_rng(0)
    a, b = (rng.normal(size=200) * 10 ** rng.uniform(-4, 4, 200) for _ in range(2))
    a, b = a.astype(dtype), b.astype(dtype)
    s, e = numerics.two_sum(a, b)
    assert s.dtype == e.dtype == dtype
    assert e.any()
    for values in zip(a, b, s, e, strict=True):
        a_i, b_i, s_i, e_i = (Fraction(float(v)) for v in values)
        assert a_i + b_i == s_i + e_i


def test_two_sum_broadcasts_and_mixes_to_float64():
    s, e = numerics.two_sum(np.float32([1, 2]), [[1e-20], [1.0]])
    assert s.dtype == e.dtype == np.float64
    np.testing.assert_array_equal(s, [[1, 2], [2, 3]])
    np.testing.assert_array_equal(e, [[1e-20, 1e-20], [0, 0]])
    assert type(numerics.two_sum(np.float32(1), np.float32(1e-9))[1]) is np.float32
    with pytest.raises(ValueError, match=r"broadcast, got shapes \(2,\) and \(3,\)"):
        numerics.two_sum([1, 2], [1, 2, 3])
    with pytest.raises(TypeError, match="b must hold real"):
        numerics.two_sum(1.0, 1j)
    assert numerics.two_sum(LARGEST, LARGEST)[0] == np.inf
    assert np.isnan(numerics.two_sum(np.nan, 1.0)).all()


@given(*[st.floats(1e-100, 1e100) | st.floats(-1e100, -1e-100)] * 2)
def test_the_error_of_a_product_is_exact(a, b):
    error = product_error(a, b, a * b)
    assert Fraction(a) * Fraction(b) == Fraction(a * b) + Fraction(error)


@pytest.mark.parametrize("f", SUMS)
@pytest.mark.parametrize("dtype", UNIT)
def test_sums_stay_within_their_bounds(f, dtype):
    u = UNIT[dtype]
    for n in [1, 2, 7, 8, 9, 63, 64, 65, 1000]:
        x = np.random.default_rng(n).normal(size=n).astype(dtype)
        x = np.append(x, -x[: n // 2][::-1])  # so that much cancels
        total = f(x)
        assert type(total) is (float if dtype is np.float64 else dtype)
        exact, size = exact_sum(x), float(exact_sum(np.abs(x)))
        n = len(x)
        bound = {
            numerics.kahan_sum: (2 * u + 2 * n * u**2) * size,
            numerics.neumaier_sum: u * abs(float(exact)) + (n * u) ** 2 * size,
            numerics.pairwise_sum: (8 + max(np.log2(n / 8), 0)) * u * size,
        }[f]
        assert abs(Fraction(float(total)) - exact) <= bound


@given(st.lists(st.floats(-1e15, 1e15), max_size=20))
def test_neumaiers_sum_is_that_of_his_own_loop(x):
    total, errors = 0.0, 0.0
    for term in x:
        new = total + term
        large, small = (total, term) if abs(total) >= abs(term) else (term, total)
        errors += (large - new) + small
        total = new
    assert numerics.neumaier_sum(x) == total + errors


def test_where_kahan_and_neumaier_differ():
    x = [1.0, 1e100, 1.0, -1e100]
    assert numerics.kahan_sum(x) == 0.0
    assert numerics.neumaier_sum(x) == 2.0
    assert numerics.kahan_sum([1.0] + [1e-16] * 10_000) == 1 + 1e-12
    assert numerics.neumaier_sum([1.0] + [1e-16] * 10_000) == 1 + 1e-12


def test_sums_in_half_precision_pass_the_point_where_one_no_longer_counts():
    ones = np.ones(4096, np.float16)
    assert np.add.accumulate(ones)[-1] == 2048
    for f in SUMS:
        assert f(ones) == 4096 and type(f(ones)) is np.float16


def test_float32_sums_are_not_secretly_done_in_float64():
    x = np.full(100_000, 0.1, np.float32)
    assert numerics.pairwise_sum(x, block=100_000) == np.add.accumulate(x)[-1]
    assert numerics.pairwise_sum(x, block=100_000) != np.float32(
        exact_sum(x[:1]) * 10**5
    )
    assert numerics.kahan_sum(x) == np.float32(float(exact_sum(x)))


def test_pairwise_sum_adds_neighbors_and_blocks_in_order():
    x = np.array([2048, 1, 1, 1], np.float16)  # 2048 + 1 rounds to 2048
    assert numerics.pairwise_sum(x, block=1) == 2050
    assert numerics.pairwise_sum(x, block=2) == 2050
    assert numerics.pairwise_sum(x, block=4) == 2048
    assert numerics.pairwise_sum(np.float16([1, 1, 2048, 0]), block=1) == 2050
    y = np.array([2048, 1, 1, 1, 1, 1, 1], np.float16)
    assert numerics.pairwise_sum(y, block=3) == 2052  # (2048 + 3) + 1, ties to even
    assert numerics.pairwise_sum(y) == 2048  # in order, as n < 8
    long = np.array([2048] + [1] * 15, np.float16)
    assert numerics.pairwise_sum(long) == 2056  # 2048 + 8: two blocks of 8


@pytest.mark.parametrize("f", SUMS)
def test_sums_of_little_and_of_nonsense(f):
    assert f([]) == 0.0 and type(f([])) is float
    assert type(f(np.array([], np.float32))) is np.float32
    assert f([2.5]) == 2.5 and f((1, 2, 3)) == 6.0
    assert f(np.arange(20.0)[::-2]) == 100.0
    for bad in [[np.nan], [np.inf, 1.0]]:
        with pytest.raises(ValueError, match="finite"):
            f(bad)
    with pytest.raises(ValueError, match="vector"):
        f([[1.0]])
    with pytest.raises(TypeError, match="real numbers"):
        f([1j])
    with pytest.raises(ValueError, match="beyond the largest float64"):
        f([LARGEST, LARGEST, -LARGEST])
    with pytest.raises(ValueError, match="beyond the largest float16"):
        f(np.float16([60000, 60000]))


def test_pairwise_sum_needs_a_block():
    with pytest.raises(ValueError, match="block must be at least 1"):
        numerics.pairwise_sum([1.0], block=0)
    with pytest.raises(TypeError, match="block must be an integer"):
        numerics.pairwise_sum([1.0], block=1.5)


# --- polynomials ------------------------------------------------------------------------


@given(
    st.lists(st.integers(-9, 9), min_size=1, max_size=6),
    st.lists(st.integers(-9, 9), max_size=4),
)
def test_horner_is_exact_on_small_integers(coefficients, x):
    n = len(coefficients)
    want = [sum(c * v ** (n - 1 - i) for i, c in enumerate(coefficients)) for v in x]
    np.testing.assert_array_equal(numerics.horner(coefficients, x), np.array(want))


def test_horner_agrees_with_numpy_on_any_shape():
    rng = np.random.default_rng(0)
    c, x = rng.normal(size=8), rng.normal(size=(3, 2, 4))
    np.testing.assert_allclose(numerics.horner(c, x), np.polyval(c, x), rtol=1e-13)
    assert numerics.horner([1.0, 0, 0], 3) == 9.0
    assert type(numerics.horner([1, 2], 3)) is float


def test_horner_computes_in_the_precision_of_x():
    c, x = [1.0, -3.0, 3.0, -1.0], np.linspace(0.99, 1.01, 50)
    value = numerics.horner(c, x.astype(np.float32))
    assert value.dtype == np.float32
    error = np.abs(value - (x.astype(np.float32).astype(float) - 1) ** 3).max()
    assert 1e-8 < error < 1e-6, "the rounding of float32 has to show"


def test_horner_where_x_is_not_finite():
    x = [np.inf, -np.inf, np.nan]
    np.testing.assert_array_equal(
        numerics.horner([2, 0, 0], x), [np.inf, np.inf, np.nan]
    )
    np.testing.assert_array_equal(numerics.horner([1, 0, 5, 0], x), x)
    np.testing.assert_array_equal(numerics.horner([0, 0, 3], x), [3, 3, np.nan])
    np.testing.assert_array_equal(numerics.horner([0.0], x), [0, 0, np.nan])
    assert numerics.horner([1.0, 0.0, 0.0], 1e200) == np.inf


def test_horner_says_what_is_wrong():
    with pytest.raises(ValueError, match="coefficients must not be empty"):
        numerics.horner([], 1.0)
    with pytest.raises(ValueError, match="coefficients must be finite"):
        numerics.horner([np.nan], 1.0)
    with pytest.raises(TypeError, match="x must hold real"):
        numerics.horner([1.0], ["x"])


# --- equations --------------------------------------------------------------------------

CUBIC = (
    lambda x: x**3 - 2 * x - 5,
    lambda x: 3 * x**2 - 2,
)  # Wallis's and Newton's own
EQUATIONS = {
    "Newton's cubic": (*CUBIC, (2, 3)),
    "cosine": (lambda x: math.cos(x) - x, lambda x: -math.sin(x) - 1, (0, 1)),
    "exponential": (lambda x: math.exp(x) - 1e6, math.exp, (-5, 30)),
    "large root": (lambda x: x**2 - 2e20, lambda x: 2 * x, (1, 1e12)),
}


@pytest.mark.parametrize("name", EQUATIONS)
def test_roots_are_scipys(name):
    f, df, (a, b) = EQUATIONS[name]
    root = scipy.optimize.brentq(f, a, b, xtol=1e-300, rtol=1e-15)
    found = numerics.bisect(f, a, b)
    assert found.converged and abs(found.x - root) <= max(1e-12, math.ulp(root))
    for bracket in [None, (a, b)]:
        x0 = scipy.optimize.brentq(f, a, b, xtol=0.1 * abs(root))
        found = numerics.newton_root(f, df, x0, bracket=bracket)
        assert found.converged and found.x == pytest.approx(root, rel=1e-12)
        assert found.residual_norms[-1] == abs(f(found.x))
        assert len(found.residual_norms) == found.n_iter + 1


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.floats(1e-3, 1e6))
def test_bisection_gains_a_bit_a_step(root, left, right):
    tol, f = 1e-9, lambda x: math.atan(x - root)
    found = numerics.bisect(f, root - left, root + right, tol=tol)
    assert found.converged and abs(found.x - root) <= tol
    assert found.n_iter <= math.ceil(math.log2((left + right) / tol)) + 1
    assert len(found.residual_norms) == found.n_iter or found.n_iter == 0
    assert found.residual_norms[-1] == abs(f(found.x))


def test_bisect_halves_in_this_order():
    seen = []
    found = numerics.bisect(lambda x: seen.append(x) or x - 0.7, 1, 0, tol=0.13)
    assert seen == [0.0, 1.0, 0.5, 0.75, 0.625]
    assert found.x == 0.625 and found.n_iter == 3 and found.converged
    np.testing.assert_allclose(found.residual_norms, [0.2, 0.05, 0.075])


def test_bisect_ends_where_floats_do():
    found = numerics.bisect(lambda x: x**2 - 2, 0, 2, tol=0)
    assert found.converged and abs(found.x - math.sqrt(2)) <= math.ulp(1.0)
    found = numerics.bisect(lambda x: x - 1e300 / 3, -1.7e308, 1.7e308, max_iter=2000)
    assert found.converged and found.x == pytest.approx(1e300 / 3, rel=1e-15)
    found = numerics.bisect(lambda x: x - 1.5e-323, 0, 1, tol=0, max_iter=2000)
    assert found.converged and found.x == 1.5e-323


def test_bisect_takes_a_root_it_meets():
    for a, b in [(0, 3), (-3, 0)]:
        found = numerics.bisect(lambda x: x, a, b)
        assert found.x == 0 and found.n_iter == 0 and found.converged
        np.testing.assert_array_equal(found.residual_norms, [0])
    assert numerics.bisect(lambda x: x, 0, 0).x == 0
    found = numerics.bisect(lambda x: x, -1, 1)
    assert found.x == 0 and found.n_iter == 1 and found.message == "f is 0"


def test_bisect_admits_that_it_has_not_converged():
    found = numerics.bisect(lambda x: x - 0.3, 0, 1, max_iter=4)
    assert not found.converged and found.n_iter == 4 and "6.2e-02" in found.message
    found = numerics.bisect(lambda x: 1 / (x - 1 / 3), 0, 1)
    assert not found.converged and "pole" in found.message
    found = numerics.bisect(lambda x: 1 / x, -1, 1)  # Python's division by 0
    assert not found.converged and found.message == "f is not a number at 0.0"
    found = numerics.bisect(lambda x: math.nan if 0.4 < x < 0.6 else x - 0.7, 0, 1)
    assert not found.converged and found.message == "f is not a number at 0.5"


@pytest.mark.parametrize(
    "arguments, error, words",
    [
        ((lambda x: x**2 + 1, 0, 1), ValueError, r"opposite signs.*f\(0.0\) = 1.0 and"),
        ((lambda x: -1.0, 0, 1), ValueError, "opposite signs"),
        ((lambda x: math.nan, 0, 1), ValueError, "opposite signs"),
        ((lambda x: x, -1, math.inf), ValueError, "b must be in"),
        ((lambda x: x, math.nan, 1), ValueError, "a must be in"),
        ((lambda x: x, -1, 1, -1e-3), ValueError, "tol must be in"),
        ((lambda x: x, -1, 1, 1e-3, 0), ValueError, "max_iter must be at least 1"),
        ((lambda x: x, [-1], 1), TypeError, "a must be a real number"),
        ((lambda x: [x], -1, 1), TypeError, r"f\(-1.0\) must be a real number"),
        ((lambda x: 1j * x, -1, 1), TypeError, r"f\(-1.0\) must be a real number"),
        ((3.0, -1, 1), TypeError, "f must be a function, got 3.0"),
    ],
)
def test_bisect_says_what_is_wrong(arguments, error, words):
    with pytest.raises(error, match=words):
        numerics.bisect(*arguments)


def test_newton_doubles_the_digits():
    found = numerics.newton_root(
        lambda x: math.cos(x) - x, lambda x: -math.sin(x) - 1, 1
    )
    assert found.n_iter == 4 and found.x == pytest.approx(0.7390851332151607, rel=1e-15)
    r = found.residual_norms
    assert (r[1:4] <= r[:3] ** 2).all() and r[3] < 1e-9


def test_newton_takes_two_thirds_steps_at_a_triple_root():
    found = numerics.newton_root(lambda x: (x - 1) ** 3, lambda x: 3 * (x - 1) ** 2, 2)
    assert not found.converged and found.n_iter == 50
    assert found.x - 1 == pytest.approx((2 / 3) ** 50, rel=1e-6)
    assert "the next step is still" in found.message


@pytest.mark.parametrize("scale", [1e-100, 1, 1e100])
@pytest.mark.parametrize("root", [1e-200, 1e-15, 1, 1e200])
def test_newton_minds_no_units(scale, root):
    found = numerics.newton_root(
        lambda x: scale * (x / root - 1) * (x / root + 2),
        lambda x: scale / root * (2 * x / root + 1),
        1.5 * root,
    )
    assert found.converged and found.x == pytest.approx(root, rel=1e-12)


def test_newton_without_a_step_to_take():
    found = numerics.newton_root(math.atan, lambda x: 1 / (1 + x**2), 1.4)
    assert not found.converged and abs(found.x) > 1e100  # where x**2 overflows
    found = numerics.newton_root(lambda x: x**2 + 1, lambda x: 2 * x, 0)
    assert not found.converged and found.n_iter == 0 and "slope 0" in found.message
    found = numerics.newton_root(lambda x: math.nan, lambda x: 1.0, 2)
    assert not found.converged and found.x == 2.0 and "f is nan" in found.message
    found = numerics.newton_root(lambda x: 1.0, lambda x: math.inf, 2)
    assert not found.converged and "slope inf" in found.message
    found = numerics.newton_root(lambda x: 1e300, lambda x: 1e-300, 2)
    assert not found.converged and "infinity" in found.message


def test_newton_ends_where_floats_do():
    found = numerics.newton_root(lambda x: x**2 - 2, lambda x: 2 * x, 1, tol=0)
    assert found.converged and found.x == pytest.approx(math.sqrt(2), rel=3e-16)
    found = numerics.newton_root(lambda x: x**2 - 2, lambda x: 2 * x, 1, max_iter=4)
    assert not found.converged or found.n_iter <= 4
    found = numerics.newton_root(lambda x: x - 2, lambda x: 1.0, 7)
    assert (
        found.x == 2 and found.n_iter == 1 and found.residual_norms.tolist() == [5, 0]
    )


@given(st.floats(-50, 50), st.floats(0.1, 50), st.floats(0.1, 50), st.floats(0, 1))
def test_newton_in_a_bracket_always_arrives(root, left, right, where):
    a, b = root - left, root + right
    found = numerics.newton_root(
        lambda x: math.atan(10 * (x - root)) + (x - root) ** 3 / 1e4,
        lambda x: 10 / (1 + 100 * (x - root) ** 2) + 3 * (x - root) ** 2 / 1e4,
        min(a + where * (right + left), b),
        bracket=(a, b),
        max_iter=200,
    )
    assert found.converged and a <= found.x <= b
    assert abs(found.x - root) <= 1e-12 * max(abs(root), 1e-3)


def test_newton_bisects_where_its_step_can_not_be_trusted():
    def arctan_slope(x):
        return 1 / (1 + x**2)

    found = numerics.newton_root(math.atan, arctan_slope, 1.4, bracket=(-2, 3))
    assert found.converged and abs(found.x) < 1e-12
    # slope 0 at the start; the first bisection halves [0, 4], as f(0) < 0
    found = numerics.newton_root(*CUBIC, math.sqrt(2 / 3), bracket=(4, 0))
    assert found.converged and found.x == pytest.approx(2.0945514815423265, rel=1e-15)
    seen = []
    found = numerics.newton_root(
        lambda x: seen.append(x) or x**3 - 1,
        lambda x: 0.0,
        0,
        bracket=(0, 4),
        max_iter=3,
    )
    assert seen == [0, 4, 0, 2.0, 1.0] and found.x == 1 and found.n_iter == 2


def test_newton_in_a_bracket_does_not_creep_to_a_multiple_root():
    found = numerics.newton_root(
        lambda x: (x - 0.3) ** 9, lambda x: 9 * (x - 0.3) ** 8, 0.9, bracket=(0, 1),
        max_iter=100,
    )  # fmt: skip
    assert found.converged and found.x == pytest.approx(0.3, rel=1e-11)
    alone = numerics.newton_root(
        lambda x: (x - 0.3) ** 9, lambda x: 9 * (x - 0.3) ** 8, 0.9, max_iter=100
    )
    assert not alone.converged


def test_newton_in_a_bracket_needs_no_slope():
    for slope in [0.0, math.inf, math.nan]:
        found = numerics.newton_root(
            CUBIC[0], lambda x, slope=slope: slope, 2.5, bracket=(2, 3)
        )
        assert found.converged and found.n_iter > 30
        assert found.x == pytest.approx(2.0945514815423265, rel=2e-12)


def test_newton_in_a_bracket_refuses_what_bisect_refuses():
    def hyperbola(x):
        return 1 / (x - 1 / 3)

    def slope(x):
        return -1 / (x - 1 / 3) ** 2

    found = numerics.newton_root(hyperbola, slope, 0.5, bracket=(0, 1), max_iter=200)
    assert not found.converged and "pole" in found.message
    found = numerics.newton_root(lambda x: x, lambda x: 1.0, 1, bracket=(0, 2))
    assert found.converged and found.x == 0 and found.n_iter == 0
    found = numerics.newton_root(lambda x: x - 2, lambda x: 1.0, 1, bracket=(0, 2))
    assert found.converged and found.x == 2 and found.n_iter == 0
    gap = lambda x: math.nan if x == 0.5 else x - 0.7  # noqa: E731
    found = numerics.newton_root(gap, lambda x: 1.0, 0.5, bracket=(0, 1))
    assert not found.converged and "not a number at 0.5" in found.message
    found = numerics.newton_root(*CUBIC, 2.9, bracket=(2, 3), max_iter=1)
    assert not found.converged and found.n_iter == 1 and "still" in found.message
    with pytest.raises(ValueError, match="opposite signs"):
        numerics.newton_root(*CUBIC, 4, bracket=(3, 5))
    with pytest.raises(ValueError, match=r"x0 must lie in the bracket \[2.0, 3.0\]"):
        numerics.newton_root(*CUBIC, 4, bracket=(2, 3))
    for bad in [2, (1, 2, 3)]:
        with pytest.raises(ValueError, match="bracket must be two numbers"):
            numerics.newton_root(*CUBIC, 2, bracket=bad)


def test_newton_says_what_is_wrong():
    with pytest.raises(TypeError, match="df must be a function"):
        numerics.newton_root(math.sin, None, 1)
    with pytest.raises(TypeError, match=r"df\(1.0\) must be a real number, got None"):
        numerics.newton_root(math.sin, lambda x: None, 1)
    with pytest.raises(ValueError, match="x0 must be in"):
        numerics.newton_root(math.sin, math.cos, math.inf)
    with pytest.raises(TypeError, match="x0 must be a real number"):
        numerics.newton_root(math.sin, math.cos, [1, 2])


# --- fixed points -----------------------------------------------------------------------


def test_fixed_points_are_scipys():
    for g, x0 in [
        (math.cos, 1.0),
        (lambda x: math.exp(-x), 0.3),
        (lambda x: 1 / (1 + x), 9),
    ]:
        found = numerics.fixed_point(g, x0)
        want = scipy.optimize.fixed_point(g, x0, xtol=1e-14)
        assert found.converged and type(found.x) is float
        assert found.x == pytest.approx(float(want), abs=1e-11)
        assert found.residual_norms[-1] == abs(g(found.x) - found.x) <= 1e-12
        assert len(found.residual_norms) == found.n_iter + 1


def test_fixed_point_of_a_contraction_shrinks_its_residual_by_that_factor():
    found = numerics.fixed_point(lambda x: x / 2 + 1, 0)
    np.testing.assert_array_equal(found.residual_norms, 0.5 ** np.arange(40))
    assert found.converged and found.x == pytest.approx(2, abs=1e-11)
    assert found.residual_norms[-1] <= 2e-12 < 2 * found.residual_norms[-2]


def test_fixed_point_of_a_system_is_its_solution():
    G = np.array([[0.2, -0.3, 0.1], [0.0, 0.4, 0.2], [0.3, 0.1, -0.5]])
    c = np.array([1.0, 2.0, 3.0])
    x0 = np.zeros(3)
    found = numerics.fixed_point(lambda x: G @ x + c, x0)
    want = np.linalg.solve(np.eye(3) - G, c)
    np.testing.assert_allclose(found.x, want, atol=1e-11)
    np.testing.assert_array_equal(x0, 0)
    largest = np.abs(G @ found.x + c - found.x).max()
    assert found.residual_norms[-1] == largest <= 1e-12 * np.abs(found.x).max()


def test_damping_tames_an_iteration_that_swings():
    def g(x):
        return 2.5 - 1.5 * x

    assert not numerics.fixed_point(g, 0).converged
    found = numerics.fixed_point(g, 0, damping=0.5)  # error shrinks by -1/4
    assert found.converged and found.x == pytest.approx(1, abs=1e-12)
    np.testing.assert_allclose(found.residual_norms[:4], 2.5 * 0.25 ** np.arange(4))


def test_fixed_point_tolerance_is_absolute_below_one_and_relative_above():
    small = numerics.fixed_point(lambda x: x / 2, 1.0, tol=1e-3)
    assert small.converged and small.x == 2.0**-9  # residual 2^-10 < 1e-3
    large = numerics.fixed_point(lambda x: x / 2 + 500, 0.0, tol=1e-3)
    assert large.converged and 0.5 < large.residual_norms[-1] <= 1


def test_fixed_point_admits_that_it_has_not_converged():
    found = numerics.fixed_point(lambda x: x + 1, 0, max_iter=5)
    assert not found.converged and found.n_iter == 5 and found.x == 5
    np.testing.assert_array_equal(found.residual_norms, np.ones(6))
    assert "still differ by 1.0e+00" in found.message
    found = numerics.fixed_point(lambda x: x * x, 2.0)
    assert not found.converged and "not finite" in found.message
    assert np.isfinite(found.x)
    found = numerics.fixed_point(lambda x: -1.7e308 if x > 0 else 1.0, 1.7e308)
    assert not found.converged and "not finite after 0 steps" in found.message


def test_fixed_point_is_safe_from_a_g_that_changes_its_argument():
    def g(x):
        x *= 0.5
        x += 1
        return x

    found = numerics.fixed_point(g, [0.0, 4.0])
    assert found.converged
    np.testing.assert_allclose(found.x, [2, 2], atol=1e-11)


@pytest.mark.parametrize(
    "arguments, error, words",
    [
        ((math.cos, 1, 1e-12, 10, 0), ValueError, "damping must be in"),
        ((math.cos, 1, 1e-12, 10, 1.5), ValueError, "damping must be in"),
        ((math.cos, math.nan), ValueError, "x0 must be finite"),
        ((lambda x: x[:1], [1, 2]), ValueError, r"shape of x, \(2,\), got \(1,\)"),
        ((lambda x: "a", 1), TypeError, r"g\(x\) must hold real numbers"),
        ((None, 1), TypeError, "g must be a function"),
        ((math.cos, 1, math.inf), ValueError, "tol must be in"),
        ((math.cos, 1, 1e-3, 2.5), TypeError, "max_iter must be an integer"),
    ],
)
def test_fixed_point_says_what_is_wrong(arguments, error, words):
    with pytest.raises(error, match=words):
        numerics.fixed_point(*arguments)


def test_the_result_of_an_iteration_is_frozen():
    result = numerics.IterationResult(1.0, 2, True, np.array([0.0]), "done")
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.x = 2.0
