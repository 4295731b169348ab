"""utils.numerics against exact values (mpmath), SciPy, and what must hold for any float."""

import mpmath
import numpy as np
import pytest
import scipy.special
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from utils import numerics

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


def test_sigmoid_and_softplus_fit_together():
    z = np.linspace(-800, 800, 1601)
    np.testing.assert_array_equal(numerics.log_sigmoid(z), -numerics.softplus(-z))
    np.testing.assert_allclose(
        numerics.sigmoid(z) + numerics.sigmoid(-z), 1, rtol=1e-15
    )
