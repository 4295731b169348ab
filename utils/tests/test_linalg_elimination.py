"""Elimination in utils.linalg against LAPACK, SymPy, exact fractions, and what it promises."""

import math
from fractions import Fraction

import numpy as np
import pytest
import scipy.linalg
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from utils import linalg

pytestmark = pytest.mark.filterwarnings("error")

LARGEST = np.finfo(float).max
SQUARE = st.integers(1, 5).flatmap(
    lambda n: npst.arrays(float, (n, n), elements=st.integers(-4, 4))
)
TABLES = npst.arrays(
    float,
    npst.array_shapes(min_dims=2, max_dims=2, max_side=5),
    elements=st.integers(-3, 3),
)


def matrix(n):
    return np.random.default_rng(n).normal(size=(n, n))


def exact_det(A):
    return sympy.Matrix(A.astype(int).tolist()).det()


# --- LU ---------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 2, 3, 10, 60])
def test_lu_is_scipys(n):
    A = matrix(n)
    perm, L, U = linalg.lu(A)
    P, L_want, U_want = scipy.linalg.lu(A)
    np.testing.assert_array_equal(np.eye(n)[perm].T, P)  # A = P L U
    np.testing.assert_allclose(L, L_want, atol=1e-13)
    np.testing.assert_allclose(U, U_want, atol=1e-13)


@settings(deadline=None)
@given(SQUARE)
def test_lu_of_any_matrix_rebuilds_it(A):
    perm, L, U = linalg.lu(A)
    assert sorted(perm) == list(range(len(A)))
    np.testing.assert_allclose(L @ U, A[perm], atol=1e-13)
    assert (
        (L == np.tril(L)).all() and (np.diag(L) == 1).all() and (np.abs(L) <= 1).all()
    )
    assert (U == np.triu(U)).all()


def test_lu_is_exact_to_14_digits_at_200():
    A = matrix(200)
    perm, L, U = linalg.lu(A)
    assert np.linalg.norm(L @ U - A[perm]) <= 1e-14 * np.linalg.norm(A)


def test_lu_without_exchanges_follows_the_hand():
    A = [[1, 2, 1], [2, 2, 3], [-1, -3, 0]]
    perm, L, U = linalg.lu(A, pivot=False)
    np.testing.assert_array_equal(perm, [0, 1, 2])
    np.testing.assert_array_equal(L, [[1, 0, 0], [2, 1, 0], [-1, 0.5, 1]])
    np.testing.assert_array_equal(U, [[1, 2, 1], [0, -2, 1], [0, 0, 0.5]])
    perm, L, U = linalg.lu(A)
    np.testing.assert_array_equal(perm, [1, 2, 0])
    np.testing.assert_array_equal(U, [[2, 2, 3], [0, -2, 1.5], [0, 0, 0.25]])


def test_lu_needs_exchanges_for_a_zero_pivot_with_something_below():
    with pytest.raises(np.linalg.LinAlgError, match="pivot 1 is 0.*pivot=True"):
        linalg.lu([[1, 1, 1], [1, 1, 2], [1, 2, 1]], pivot=False)
    for A in [[[1, 1], [1, 1]], [[0, 1], [0, 2]], np.zeros((3, 3))]:
        _, L, U = linalg.lu(A, pivot=False)  # nothing to eliminate
        np.testing.assert_array_equal(L @ U, A)


def test_a_small_pivot_ruins_what_an_exchange_saves():
    A, b = np.array([[1e-20, 1], [1, 1]]), [1, 2]
    _, L, U = linalg.lu(A, pivot=False)
    assert np.abs(L @ U - A).max() == 1.0
    perm, L, U = linalg.lu(A)
    np.testing.assert_array_equal(L @ U, A[perm])
    np.testing.assert_allclose(linalg.solve(A, b), [1, 1], rtol=1e-15)


# --- systems ----------------------------------------------------------------------------


@pytest.mark.parametrize("columns", [(), (1,), (3,), (0,)])
@pytest.mark.parametrize("n", [1, 2, 10, 60])
def test_solve_is_lapacks(n, columns):
    A = matrix(n) + n * np.eye(n)
    b = np.random.default_rng(0).normal(size=(n, *columns))
    got = linalg.solve(A, b)
    assert got.shape == b.shape
    np.testing.assert_allclose(got, np.linalg.solve(A, b), rtol=1e-12, atol=1e-15)


@settings(deadline=None)
@given(SQUARE, st.lists(st.integers(-5, 5), min_size=5, max_size=5))
def test_solve_is_right_or_refuses_on_small_integers(A, x):
    x = np.array(x[: len(A)], dtype=float)
    try:
        got = linalg.solve(A, A @ x)
    except np.linalg.LinAlgError:
        assert exact_det(A) == 0
    else:
        if exact_det(A) != 0:
            np.testing.assert_allclose(got, x, atol=1e-9)


def test_the_residual_of_solve_is_small_whatever_the_condition():
    A = scipy.linalg.hilbert(12)
    b = A @ np.ones(12)
    x = linalg.solve(A, b)
    assert np.abs(A @ x - b).max() <= 1e-15 * np.abs(A).sum(1).max() * np.abs(x).max()
    assert np.abs(x - 1).max() > 1e-3, "the answer is wrong all the same"


def test_solve_of_exact_fractions():
    got = linalg.solve([[2, 1], [6, 8]], [5, 25])
    np.testing.assert_allclose(got, [1.5, 2], rtol=1e-15)
    np.testing.assert_array_equal(
        linalg.solve([[0, 2], [4, 0]], [[2], [4]]), [[1], [1]]
    )


@pytest.mark.parametrize("scale", [1e-300, 1e300])
def test_solve_does_not_mind_units(scale):
    A, b = matrix(5), np.arange(5.0)
    np.testing.assert_allclose(linalg.solve(scale * A, scale * b), linalg.solve(A, b), rtol=1e-12)  # fmt: skip


@pytest.mark.parametrize(
    "A", [[[1, 2], [2, 4]], [[0]], [[0, 1], [0, 2]], np.ones((3, 3))]
)
def test_solve_and_inv_refuse_singular_matrices(A):
    for call in [lambda: linalg.solve(A, np.ones(len(A))), lambda: linalg.inv(A)]:
        with pytest.raises(
            np.linalg.LinAlgError, match="A is singular: .* column .*pinv"
        ):
            call()


@pytest.mark.parametrize("n", [1, 2, 10, 60])
def test_inv_is_lapacks(n):
    A = matrix(n) + n * np.eye(n)
    np.testing.assert_allclose(linalg.inv(A), np.linalg.inv(A), atol=1e-14)
    np.testing.assert_allclose(linalg.inv(A) @ A, np.eye(n), atol=1e-14)
    np.testing.assert_array_equal(linalg.inv([[0, 2], [4, 0]]), [[0, 0.25], [0.5, 0]])


# --- determinants -----------------------------------------------------------------------


@settings(deadline=None)
@given(SQUARE)
def test_det_of_small_integers_is_exact_up_to_rounding(A):
    exact = int(exact_det(A))
    got = linalg.det(A)
    assert type(got) is float and got == pytest.approx(exact, abs=1e-11)
    sign, log_size = linalg.slogdet(A)
    assert type(sign) is type(log_size) is float
    if exact:
        assert sign == np.sign(exact)
        assert log_size == pytest.approx(math.log(abs(exact)), abs=1e-12)


@pytest.mark.parametrize("n", [1, 2, 5, 40, 300])
def test_determinants_are_lapacks(n):
    A = matrix(n)
    sign, log_size = linalg.slogdet(A)
    want = np.linalg.slogdet(A)
    assert sign == want[0] and log_size == pytest.approx(want[1], rel=1e-13)
    if n < 100:
        assert linalg.det(A) == pytest.approx(np.linalg.det(A), rel=1e-12)


@given(st.permutations(range(7)))
def test_det_of_a_permutation_is_its_sign(p):
    inversions = sum(p[i] > p[j] for i in range(7) for j in range(i + 1, 7))
    assert linalg.det(np.eye(7)[list(p)]) == (-1) ** inversions


def test_det_multiplies():
    A, B = matrix(6), matrix(7)[:6, :6]
    assert linalg.det(A @ B) == pytest.approx(linalg.det(A) * linalg.det(B), rel=1e-12)
    assert linalg.det(3 * A) == pytest.approx(3**6 * linalg.det(A), rel=1e-13)
    assert linalg.det(A.T) == pytest.approx(linalg.det(A), rel=1e-13)
    assert linalg.det([[2, 0], [0, 3]]) == 6.0


def test_determinants_too_small_or_too_large_for_a_float():
    tiny = 0.1 * np.eye(400)
    assert linalg.det(tiny) == 0.0
    sign, log_size = linalg.slogdet(tiny)
    assert sign == 1 and log_size == pytest.approx(400 * math.log(0.1), rel=1e-15)
    large = np.diag([1e200, 1e200, -1e-100, 1e-100])
    assert linalg.det(large) == pytest.approx(-1e200, rel=1e-14)
    with pytest.raises(np.linalg.LinAlgError, match="use slogdet"):
        linalg.det(10 * np.eye(400))
    assert linalg.slogdet(-10 * np.eye(401))[0] == -1
    assert linalg.slogdet(np.eye(5)) == (1.0, 0.0)
    assert linalg.slogdet(np.diag([2.0, 0.5])) == (1.0, 0.0)


def test_determinants_of_singular_matrices():
    for A in [[[0.0]], [[1, 2], [2, 4]], np.zeros((3, 3))]:
        assert linalg.det(A) == 0.0
        assert linalg.slogdet(A) == (0.0, -np.inf)


# --- reduced echelon form ---------------------------------------------------------------


@settings(deadline=None)
@given(TABLES)
def test_rref_of_small_integers_is_sympys(A):
    R, pivots = linalg.rref(A)
    want, want_pivots = sympy.Matrix(A.astype(int).tolist()).rref()
    assert pivots == want_pivots
    np.testing.assert_allclose(R, np.array(want.tolist(), dtype=float), atol=1e-12)
    assert not np.signbit(R[R == 0]).any()
    np.testing.assert_array_equal(R[:, list(pivots)], np.eye(len(A))[:, : len(pivots)])


def test_rref_of_the_example():
    A = [[1, 2, 3, 4], [2, 4, 7, 9], [3, 6, 10, 13]]
    R, pivots = linalg.rref(A)
    assert pivots == (0, 2) and all(type(j) is int for j in pivots)
    np.testing.assert_allclose(
        R, [[1, 2, 0, 1], [0, 0, 1, 1], [0, 0, 0, 0]], atol=1e-14
    )


def test_rref_solves_with_exact_fractions():
    A = np.array([[2, 1, 5], [6, 8, 25]], dtype=float)
    R, _ = linalg.rref(A)
    np.testing.assert_allclose(R[:, 2], [float(Fraction(3, 2)), 2], rtol=1e-15)


def test_rref_sees_rank_where_rounding_left_something():
    A = np.outer([0.1, 0.2, 0.3], [1, 3, 7.0]) + np.outer(
        [0.7, 0.1, 0.9], [0.3, 0.2, 1]
    )
    for scale in [1e-300, 1.0, 1e300]:
        assert linalg.rref(scale * A)[1] == (0, 1)
    assert linalg.rref(A, tol=0)[1] == (0, 1, 2)
    assert linalg.rref([[1e-3, 1], [0, 1e-5]], tol=1e-4)[1] == (0,)
    assert linalg.rref([[1e-3, 1], [0, 1e-5]], tol=2e-3)[1] == (1,)
    # tol itself still counts as zero
    assert linalg.rref([[0.5, 1]], tol=0.5)[1] == (1,)
    assert linalg.rref(np.diag([1.0, 3 * 2.0**-52]))[1] == (0, 1)
    assert linalg.rref(np.diag([1.0, 2 * 2.0**-52]))[1] == (0,)
    # by rows: [1, 1] has size 2
    assert linalg.rref([[1, 1], [0, 4 * 2.0**-52]])[1] == (0,)


# --- bad input --------------------------------------------------------------------------

SINGLES = [linalg.lu, linalg.det, linalg.slogdet, linalg.inv]


@pytest.mark.parametrize("f", SINGLES)
def test_square_matrices_are_asked_for(f):
    with pytest.raises(ValueError, match=r"square, got shape \(1, 2\)"):
        f([[1, 2]])
    with pytest.raises(ValueError, match="finite"):
        f([[np.nan]])
    with pytest.raises(ValueError, match="empty"):
        f(np.empty((0, 0)))
    with pytest.raises(TypeError, match="real"):
        f([[1j]])


def test_solve_and_rref_say_what_is_wrong():
    with pytest.raises(ValueError, match=r"b must have shape \(2,\) or \(2, k\)"):
        linalg.solve(np.eye(2), [1, 2, 3])
    with pytest.raises(ValueError, match="square"):
        linalg.solve([[1, 2]], [1])
    with pytest.raises(ValueError, match="b must be finite"):
        linalg.solve(np.eye(2), [1, np.inf])
    with pytest.raises(ValueError, match="matrix"):
        linalg.rref([1, 2])
    with pytest.raises(ValueError, match="tol must be in"):
        linalg.rref([[1, 2]], tol=-1e-3)


@pytest.mark.parametrize(
    "call, what",
    [
        (lambda: linalg.solve([[1e-200]], [1e200]), "the solution"),
        (lambda: linalg.inv([[1e-320]]), "the solution"),
        (lambda: linalg.forward_substitution([[1e-200]], [1e200]), "the solution"),
        (lambda: linalg.back_substitution([[1e-200]], [[1e200, 1]]), "the solution"),
        (
            lambda: linalg.lu([[1e-300, 1e300], [1, 1]], pivot=False),
            "an entry of L or U",
        ),
        (lambda: linalg.lu([[LARGEST, LARGEST], [LARGEST, -LARGEST]]), "an entry of L"),
        (lambda: linalg.rref([[1e-200, 1e200]], tol=0), "an entry"),
    ],
)
def test_what_no_float_can_hold_is_said(call, what):
    with pytest.raises(np.linalg.LinAlgError, match=f"{what}.* is beyond the largest"):
        call()
