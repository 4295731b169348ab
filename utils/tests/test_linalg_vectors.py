"""Vectors and matrices of utils.linalg against NumPy, SciPy, math, exact integers."""

import math

import mpmath
import numpy as np
import pytest
import scipy.linalg
import scipy.spatial.distance
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from utils import linalg
from utils.datasets import load_digits

pytestmark = pytest.mark.filterwarnings("error")

LARGEST = np.finfo(float).max
integers = st.integers(-50, 50)
VECTORS = npst.arrays(float, st.integers(1, 8), elements=st.floats(-1e3, 1e3))
SIZES = [1, 2, 3, 10, 1000]


def pair(n):
    return np.random.default_rng(n).normal(size=(2, n))


# --- dot products, lengths --------------------------------------------------------------


@pytest.mark.parametrize("n", SIZES)
def test_dot_is_numpys(n):
    x, y = pair(n)
    assert linalg.dot(x, y) == pytest.approx(np.dot(x, y), abs=1e-13)
    assert type(linalg.dot(x, y)) is float


@given(st.lists(st.tuples(integers, integers), min_size=1, max_size=9))
def test_dot_is_exact_on_integers(pairs):
    x, y = zip(*pairs, strict=True)
    assert linalg.dot(x, y) == sum(a * b for a, b in pairs)


@pytest.mark.parametrize("ord", [1, 1.5, 2, 2.5, 3, 7, 200, np.inf])
@pytest.mark.parametrize("n", SIZES)
def test_norm_is_numpys(n, ord):
    x = pair(n)[0]
    assert linalg.norm(x, ord) == pytest.approx(np.linalg.norm(x, ord), rel=2e-15)
    assert type(linalg.norm(x, ord)) is float


@pytest.mark.parametrize("x", [[3, 4], [2, 3, 6], [1, 4, 8], [-8, 9, 12], [0, 0, 5]])
def test_norm_of_a_box_with_a_whole_diagonal_is_exact(x):
    assert linalg.norm(x) == math.isqrt(sum(v * v for v in x))
    assert linalg.norm(x, 1) == sum(map(abs, x))


@pytest.mark.parametrize("scale", [1e-320, 1e-200, 1e-154, 1e154, 1e200, 1e308])
def test_norm_neither_overflows_nor_underflows(scale):
    x = [scale, -0.5 * scale, 0.25 * scale]
    assert linalg.norm(x) == pytest.approx(math.hypot(*x), rel=1e-15)
    for ord in [1, 1.5, 3, 1000]:
        with mpmath.workdps(40):
            exact = sum(mpmath.mpf(abs(v)) ** ord for v in x) ** (mpmath.mpf(1) / ord)
        # a float near 1e-320 has three digits
        assert linalg.norm(x, ord) == pytest.approx(float(exact), rel=1e-14, abs=1e-323)


@pytest.mark.parametrize("ord", [1, 2, 3.5, 900, 1e6])
def test_norm_of_equal_entries_is_the_root_of_their_number(ord):
    for entry in [1e-3, 0.75, 1.0, 7.0]:
        got = linalg.norm(np.full(10, entry), ord)
        assert got == pytest.approx(entry * 10 ** (1 / ord), rel=1e-15)


@given(VECTORS, VECTORS, st.floats(1, 9))
def test_norm_is_a_norm(x, y, ord):
    n = min(len(x), len(y))
    x, y = x[:n], y[:n]
    together = linalg.norm(x + y, ord)
    assert together <= (linalg.norm(x, ord) + linalg.norm(y, ord)) * (1 + 1e-14)
    assert linalg.norm(-2 * x, ord) == pytest.approx(2 * linalg.norm(x, ord), rel=1e-15)
    high, low = linalg.norm(x, ord), linalg.norm(x, ord + 1)
    assert linalg.norm(x, np.inf) <= low * (1 + 1e-14)
    assert low <= high * (1 + 1e-14) <= linalg.norm(x, 1) * (1 + 1e-13)


def test_norm_of_nothing_is_zero():
    assert linalg.norm([]) == linalg.norm([0.0, 0.0]) == linalg.norm([], np.inf) == 0


# --- directions and angles --------------------------------------------------------------


@pytest.mark.parametrize("ord", [1, 2, 3, np.inf])
@pytest.mark.parametrize("scale", [1e-323, 1e-300, 1, 1e308])
def test_normalize_gives_length_one_at_any_scale(scale, ord):
    x = np.array([1.0, -1.0, 0.0, 1.0])
    got = linalg.normalize(scale * x, ord)
    np.testing.assert_allclose(got, x / np.linalg.norm(x, ord), rtol=1e-15)


def test_cosine_is_scipys():
    for n in SIZES[1:]:
        x, y = pair(n)
        want = 1 - scipy.spatial.distance.cosine(x, y)
        assert linalg.cosine_similarity(x, y) == pytest.approx(want, abs=1e-15)
    assert linalg.cosine_similarity([1, 2, 2], [2, 3, 6]) == pytest.approx(20 / 21)
    assert linalg.cosine_similarity([LARGEST, 1], [LARGEST, 0]) == 1.0


def test_cosine_of_a_vector_with_itself_is_at_most_one():
    cosines = [linalg.cosine_similarity(x, x) for x in np.random.default_rng(0).normal(size=(500, 5))]  # fmt: skip
    assert max(cosines) == 1.0 and min(cosines) > 1 - 1e-15
    assert linalg.cosine_similarity([1e-3, 3.0, 0.7], [-1e-3, -3.0, -0.7]) >= -1.0


def test_digits_are_alike_until_they_are_centered():
    """Mean cosine of all pairs of two different images: 0.688 raw, -0.0002 centered."""
    X, _ = load_digits()
    for data, mean in [(X, 0.688), (X - X.mean(axis=0), -0.0002)]:
        unit = np.array([linalg.normalize(x) for x in data])
        total, n = (unit.sum(axis=0) ** 2).sum(), len(unit)
        assert (total - n) / (n * (n - 1)) == pytest.approx(mean, abs=5e-4)


def test_angle_is_the_arc_cosine_away_from_its_ends():
    for n in SIZES[1:]:
        x, y = pair(n)
        cosine = x @ y / math.sqrt((x @ x) * (y @ y))
        assert linalg.angle(x, y) == pytest.approx(math.acos(cosine), rel=1e-14)
    assert math.degrees(linalg.angle([1, 2, 2], [2, 3, 6])) == pytest.approx(17.7528, abs=1e-4)  # fmt: skip


@pytest.mark.parametrize("t", [0.0, 1e-300, 1e-15, 1e-9, 1e-4, 1.0, 2.0, 3.0])
def test_angle_in_the_plane_is_right_to_1e_16(t):
    got = linalg.angle([1, 0], [math.cos(t), math.sin(t)])
    assert got == pytest.approx(t, rel=4e-16)
    with mpmath.workdps(40):
        x, y = (3e200, 4e200), (-3e-200 * math.cos(t), -4e-200 + 1e-201 * t)
        exact = abs(mpmath.atan2(x[0] * mpmath.mpf(y[1]) - x[1] * mpmath.mpf(y[0]), x[0] * mpmath.mpf(y[0]) + x[1] * mpmath.mpf(y[1])))  # fmt: skip
    assert linalg.angle(x, y) == pytest.approx(float(exact), rel=4e-16)


def test_angle_of_special_pairs():
    x = np.random.default_rng(0).normal(size=7)
    assert linalg.angle(x, x) == linalg.angle(x, 4 * x) == 0.0
    assert linalg.angle(x, -x) == math.pi
    assert linalg.angle([1, 0], [0, 5]) == math.pi / 2
    assert linalg.angle([1.0], [-1e-300]) == math.pi


@pytest.mark.parametrize(
    "f", [linalg.dot, linalg.cosine_similarity, linalg.angle, linalg.outer]
)
def test_pairs_of_vectors_say_what_is_wrong(f):
    if f is not linalg.outer:
        with pytest.raises(ValueError, match=r"equal lengths, got shapes \(2,\) and \(3,\)"):  # fmt: skip
            f([1, 2], [1, 2, 3])
    with pytest.raises(ValueError, match="y must be finite"):
        f([1, 2], [1, np.nan])
    with pytest.raises(ValueError, match="x must be a vector"):
        f([[1, 2]], [1, 2])
    with pytest.raises(ValueError, match="x must not be empty"):
        f([], [])
    with pytest.raises(TypeError, match="y must hold real"):
        f([1], [1j])


def test_zero_vectors_have_no_direction():
    with pytest.raises(ValueError, match="x must not be the zero vector"):
        linalg.normalize([0, 0])
    for f in [linalg.cosine_similarity, linalg.angle]:
        with pytest.raises(ValueError, match="x must not be the zero vector"):
            f([0, 0], [0, 0])
        with pytest.raises(ValueError, match="y must not be the zero vector"):
            f([0, 1], [0, 0])


@pytest.mark.parametrize("f", [linalg.norm, linalg.normalize])
def test_an_ord_below_one_makes_no_norm(f):
    for ord in [0.5, 0, -1, -np.inf, np.nan]:
        with pytest.raises(ValueError, match="ord must be in"):
            f([1, 2], ord)
    with pytest.raises(TypeError, match="ord must be a real number"):
        f([1, 2], "fro")


# --- products, trace --------------------------------------------------------------------

SHAPES = [(1, 1, 1), (1, 5, 1), (4, 1, 3), (2, 3, 4), (7, 5, 6)]


@pytest.mark.parametrize("m, n, p", SHAPES)
def test_matmul_is_numpys(m, n, p):
    rng = np.random.default_rng(m)
    A, B = rng.normal(size=(m, n)), rng.normal(size=(n, p))
    got = linalg.matmul(A, B)
    assert got.shape == (m, p)
    np.testing.assert_allclose(got, A @ B, atol=1e-14)
    np.testing.assert_allclose(linalg.matmul(B.T, A.T), got.T, atol=1e-14)


def test_matmul_is_exact_on_integers():
    A, B = [[1, 2], [3, 4], [5, 6]], [[7, 8, 9], [10, 11, 12]]
    want = [[27, 30, 33], [61, 68, 75], [95, 106, 117]]
    np.testing.assert_array_equal(linalg.matmul(A, B), want)


def test_outer_and_trace_are_numpys():
    x, y = [1, 2, 3], [4.0, -5.0]
    np.testing.assert_array_equal(linalg.outer(x, y), np.outer(x, y))
    A = np.random.default_rng(0).normal(size=(6, 6))
    assert linalg.trace(A) == pytest.approx(np.trace(A), rel=1e-15)
    B = np.random.default_rng(1).normal(size=(6, 6))
    assert linalg.trace(A @ B) == pytest.approx(linalg.trace(B @ A), rel=1e-13)
    assert type(linalg.trace([[2]])) is float


def test_products_and_trace_say_what_is_wrong():
    with pytest.raises(
        ValueError, match=r"rows of B, got shapes \(1, 2\) and \(1, 2\)"
    ):
        linalg.matmul([[1, 2]], [[1, 2]])
    with pytest.raises(ValueError, match="B must be a matrix"):
        linalg.matmul([[1, 2]], [1, 2])
    with pytest.raises(ValueError, match="square"):
        linalg.trace([[1, 2]])


# --- size and symmetry ------------------------------------------------------------------

ORDS = ["fro", 1, 2, np.inf, "nuc"]


@pytest.mark.parametrize("ord", ORDS)
@pytest.mark.parametrize("shape", [(1, 1), (4, 4), (5, 3), (3, 5), (1, 4)])
def test_matrix_norm_is_numpys(shape, ord):
    A = np.random.default_rng(0).normal(size=shape)
    got = linalg.matrix_norm(A, ord)
    assert type(got) is float
    assert got == pytest.approx(np.linalg.norm(A, ord), rel=1e-14)
    assert linalg.matrix_norm(0 * A, ord) == 0


def test_matrix_norm_is_the_frobenius_norm_if_not_told_otherwise():
    assert linalg.matrix_norm([[1, 2], [4, 2]]) == 5.0
    assert linalg.matrix_norm([[1, 2], [-4, 2]], np.int64(1)) == 5.0
    assert linalg.matrix_norm([[1, 2], [-4, 2]], math.inf) == 6.0


@pytest.mark.parametrize("ord", ORDS)
def test_matrix_norms_are_submultiplicative_and_survive_scaling(ord):
    A, B = np.random.default_rng(0).normal(size=(2, 4, 4))
    a, b = linalg.matrix_norm(A, ord), linalg.matrix_norm(B, ord)
    assert linalg.matrix_norm(A @ B, ord) <= a * b
    for scale in [1e-300, 1e300]:
        assert linalg.matrix_norm(scale * A, ord) / scale == pytest.approx(a, rel=1e-14)


@pytest.mark.parametrize("bad", [3, "spec", None, [1], -1, np.ones(2)])
def test_matrix_norm_names_the_norms_it_knows(bad):
    with pytest.raises(ValueError, match="'fro', 1, np.inf, 2 or 'nuc'"):
        linalg.matrix_norm(np.eye(2), bad)


def test_is_symmetric_is_scipys():
    rng = np.random.default_rng(0)
    for noise in [0, 1e-13, 1e-9, 1e-7]:
        A = rng.normal(size=(5, 5))
        A = A + A.T
        A /= np.abs(A).max()
        A[1, 3] += noise
        want = scipy.linalg.issymmetric(A, atol=1e-8)
        assert linalg.is_symmetric(A, rtol=1e-8) is want
        assert linalg.is_symmetric(A) is (noise < 1e-10)
    assert linalg.is_symmetric([[LARGEST, 1], [1, 0]])
    assert not linalg.is_symmetric([[0, LARGEST], [-LARGEST, 0]])
    assert not linalg.is_symmetric([[0, 1e-320], [0, 0]])
    assert linalg.is_symmetric(np.zeros((2, 2)), rtol=0)
    assert linalg.is_symmetric([[0, 4], [2, 4]], rtol=0.5)  # 2 <= 0.5 * 4
    with pytest.raises(ValueError, match="square"):
        linalg.is_symmetric([[1, 2]])
    with pytest.raises(ValueError, match="rtol must be in"):
        linalg.is_symmetric([[1]], rtol=-1)


# --- distances --------------------------------------------------------------------------


@pytest.mark.parametrize("n, m, d", [(1, 1, 1), (5, 3, 2), (3, 40, 10), (60, 7, 64)])
def test_squared_distances_are_scipys(n, m, d):
    rng = np.random.default_rng(n)
    X, Y = rng.normal(size=(n, d)), rng.normal(size=(m, d)) + 1
    got = linalg.pairwise_sq_distances(X, Y)
    want = scipy.spatial.distance.cdist(X, Y, "sqeuclidean")
    np.testing.assert_allclose(got, want, rtol=1e-13)
    got = linalg.pairwise_sq_distances(X)
    want = scipy.spatial.distance.cdist(X, X, "sqeuclidean")
    np.testing.assert_allclose(got, want, rtol=1e-13, atol=1e-13)


@given(
    npst.arrays(
        float,
        st.tuples(st.integers(1, 6), st.integers(1, 3)),
        elements=st.floats(-1e3, 1e3),
    )  # fmt: skip
)
def test_squared_distances_are_symmetric_and_never_negative(X):
    D = linalg.pairwise_sq_distances(X)
    assert (D == D.T).all() and (D >= 0).all() and (np.diag(D) == 0).all()
    assert (linalg.pairwise_sq_distances(X, X[::-1]) >= 0).all()


def test_rounding_does_not_make_a_squared_distance_negative():
    X = np.random.default_rng(0).normal(size=(200, 64))
    sizes = np.vecdot(X, X)
    assert (np.add.outer(sizes, sizes) - 2 * X @ X.T).min() < 0
    for D in [linalg.pairwise_sq_distances(X), linalg.pairwise_sq_distances(X, X + 0)]:
        assert D.min() == 0 and np.diag(D).max() <= 1e-12


def test_squared_distances_do_not_mind_a_common_shift():
    """200 standard normal points in 64 dimensions, far from 0, where the terms cancel."""
    X = np.random.default_rng(0).normal(size=(200, 64))
    far = X + 1e8
    naive = (far**2).sum(1)[:, None] + (far**2).sum(1) - 2 * far @ far.T
    assert naive.min() < -1000
    want = scipy.spatial.distance.cdist(far, far, "sqeuclidean")
    np.testing.assert_allclose(linalg.pairwise_sq_distances(far), want, atol=1e-11)
    got = linalg.pairwise_sq_distances(far[:50], far[50:])
    np.testing.assert_allclose(got, want[:50, 50:], atol=1e-11)


def test_squared_distances_of_digits_are_exact():
    X, _ = load_digits()
    X = X[:300]
    want = scipy.spatial.distance.cdist(X, X, "sqeuclidean")  # integers
    np.testing.assert_allclose(linalg.pairwise_sq_distances(X), want, rtol=1e-13)


@pytest.mark.parametrize("scale", [2.0**-500, 2.0**500])
def test_squared_distances_neither_overflow_nor_underflow(scale):
    X = scale * np.random.default_rng(0).normal(size=(4, 3))
    want = scipy.spatial.distance.cdist(X, X) ** 2
    np.testing.assert_allclose(linalg.pairwise_sq_distances(X), want, rtol=1e-13)
    assert (linalg.pairwise_sq_distances([[1e300], [1e300]]) == 0).all()


def test_squared_distances_say_what_is_wrong():
    with pytest.raises(ValueError, match=r"columns, got shapes \(1, 2\) and \(1, 3\)"):
        linalg.pairwise_sq_distances([[1, 2]], [[1, 2, 3]])
    with pytest.raises(ValueError, match="Y must be finite"):
        linalg.pairwise_sq_distances([[1.0]], [[np.inf]])
    with pytest.raises(ValueError, match=r"X must have shape \(n, d\)"):
        linalg.pairwise_sq_distances([1, 2])


@pytest.mark.parametrize(
    "call, what",
    [
        (lambda: linalg.dot([1e200, 1e200], [1e200, -1e200]), "the dot product"),
        (lambda: linalg.norm([LARGEST, LARGEST]), "the norm"),
        (lambda: linalg.norm([LARGEST, LARGEST], 1), "the norm"),
        (lambda: linalg.norm([LARGEST, LARGEST], 3), "the norm"),
        (lambda: linalg.matmul([[1e200]], [[1e200]]), "the product"),
        (lambda: linalg.outer([1e200], [1e200]), "a product"),
        (lambda: linalg.trace(LARGEST * np.eye(2)), "the trace"),
        (lambda: linalg.matrix_norm([[LARGEST, LARGEST]], np.inf), "the norm"),
        (lambda: linalg.pairwise_sq_distances([[0], [1e200]]), "a squared distance"),
    ],
)
def test_what_no_float_can_hold_is_said(call, what):
    with pytest.raises(np.linalg.LinAlgError, match=f"{what} is beyond the largest"):
        call()
