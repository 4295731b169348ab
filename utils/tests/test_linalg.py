"""utils.linalg against LAPACK, exact arithmetic, and what a decomposition promises."""

import inspect

import mpmath
import numpy as np
import pytest
import scipy.linalg
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from sklearn.linear_model import Ridge, RidgeCV

from utils import linalg
from utils.datasets import load_digits

EPS = np.finfo(float).eps
SHAPES = [(1, 1), (4, 1), (1, 4), (5, 3), (3, 5), (7, 7), (60, 24)]
MATRICES = npst.arrays(
    float,
    npst.array_shapes(min_dims=2, max_dims=2, max_side=6),
    # few values: duplicate columns, ties, zeros and lost rank all come up often
    elements=st.sampled_from([0.0, 1.0, -1.0, 2.0, 0.5, 1e-8, -3.0, 1e8]),
)


def matrix(shape, rank="full"):
    """A random matrix of a given shape, with a duplicate column or only zeros if asked."""
    A = np.random.default_rng(7).normal(size=shape)
    if rank == "deficient":
        A[:, -1] = A[:, 0]
    return 0 * A if rank == "zero" else A


def is_orthonormal(Q, tol=1e-14):
    return np.abs(Q.T @ Q - np.eye(Q.shape[1])).max(initial=0.0) <= tol


def projector(Q):
    return Q @ Q.T


# --- triangular systems -----------------------------------------------------------------


@pytest.mark.parametrize("columns", [(), (1,), (3,)])
@pytest.mark.parametrize("n", [1, 2, 40])
def test_substitution_agrees_with_scipy(n, columns):
    rng = np.random.default_rng(n)
    T, b = rng.normal(size=(n, n)) + n * np.eye(n), rng.normal(size=(n, *columns))
    for ours, lower in [
        (linalg.forward_substitution, True),
        (linalg.back_substitution, False),
    ]:
        expected = scipy.linalg.solve_triangular(T, b, lower=lower)
        np.testing.assert_allclose(ours(T, b), expected, rtol=1e-13, atol=1e-15)


def test_forward_substitution_can_take_the_diagonal_as_ones():
    L, b = [[9, 7], [2, 9]], [1, 5]
    np.testing.assert_array_equal(linalg.forward_substitution(L, b, True), [1, 3])


def test_substitution_reads_one_triangle_only():
    L = [[2.0, 99.0], [1.0, 4.0]]
    np.testing.assert_array_equal(linalg.forward_substitution(L, [6, 11]), [3, 2])
    np.testing.assert_array_equal(linalg.back_substitution(np.transpose(L), [8, 8]), [3, 2])  # fmt: skip


@pytest.mark.parametrize("solve", [linalg.forward_substitution, linalg.back_substitution])  # fmt: skip
def test_substitution_says_what_is_wrong(solve):
    with pytest.raises(np.linalg.LinAlgError, match=r"\[1, 1\] is 0"):
        solve(np.diag([1.0, 0.0]), [1, 2])
    with pytest.raises(ValueError, match=r"\(2,\) or \(2, k\)"):
        solve(np.eye(2), [1, 2, 3])
    with pytest.raises(ValueError, match="square"):
        solve(np.ones((2, 3)), [1, 2])
    with pytest.raises(ValueError, match="finite"):
        solve(np.eye(2), [1, np.nan])


# --- QR and least squares ---------------------------------------------------------------


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("rank", ["full", "deficient", "zero"])
def test_qr_has_orthonormal_columns_and_a_triangle_with_nonnegative_diagonal(
    shape, rank
):
    A = matrix(shape, rank)
    Q, R = linalg.qr(A)
    assert Q.shape == (shape[0], min(shape)) and R.shape == (min(shape), shape[1])
    assert is_orthonormal(Q)
    assert (R == np.triu(R)).all() and (np.diag(R) >= 0).all()
    np.testing.assert_allclose(Q @ R, A, atol=1e-14 * max(np.abs(A).max(), 1))


@pytest.mark.parametrize("shape", [(5, 3), (7, 7), (3, 5)])
def test_qr_agrees_with_lapack_up_to_signs(shape):
    A = matrix(shape)
    Q, R = np.linalg.qr(A)
    sign = np.sign(np.diag(R))
    np.testing.assert_allclose(linalg.qr(A)[0], Q * sign, atol=1e-14)
    np.testing.assert_allclose(linalg.qr(A)[1], R * sign[:, None], atol=1e-14)


def test_qr_is_exact_to_14_digits_at_200():
    A = np.random.default_rng(0).normal(size=(200, 200))
    Q, R = linalg.qr(A)
    assert np.linalg.norm(Q @ R - A) <= 1e-14 * np.linalg.norm(A)
    assert is_orthonormal(Q)


def test_qr_keeps_q_orthogonal_where_gram_schmidt_loses_it():
    Q, _ = linalg.qr(scipy.linalg.hilbert(12))
    assert is_orthonormal(Q)


@pytest.mark.parametrize("scale", [1e-200, 1e200, 1e-320])
def test_qr_neither_overflows_nor_underflows(scale):
    A = np.array([[3.0, 1.0], [4.0, 2.0]])
    Q, R = linalg.qr(scale * A)
    assert is_orthonormal(Q)
    np.testing.assert_allclose(R / scale, linalg.qr(A)[1], rtol=1e-3, atol=1e-3)
    if scale > 1e-300:
        np.testing.assert_allclose(R / scale, linalg.qr(A)[1], atol=1e-14)


@settings(deadline=None)
@given(MATRICES)
def test_qr_of_any_matrix_reconstructs_it(A):
    Q, R = linalg.qr(A)
    assert is_orthonormal(Q)
    assert np.abs(Q @ R - A).max() <= 1e-14 * np.abs(A).max()


@pytest.mark.parametrize("columns", [(), (3,)])
def test_lstsq_agrees_with_lapack_on_good_data(columns):
    rng = np.random.default_rng(1)
    A, b = rng.normal(size=(50, 6)), rng.normal(size=(50, *columns))
    expected = np.linalg.lstsq(A, b, rcond=None)[0]
    np.testing.assert_allclose(linalg.lstsq(A, b), expected, rtol=1e-13)


def test_lstsq_does_not_mind_the_units_of_a_column():
    rng = np.random.default_rng(2)
    A, b, unit = rng.normal(size=(20, 3)), rng.normal(size=20), [1e-150, 1, 1e150]
    np.testing.assert_allclose(
        linalg.lstsq(A * unit, b) * unit, linalg.lstsq(A, b), rtol=1e-12
    )


@pytest.mark.parametrize(
    "A", [[[1, 2], [2, 4], [3, 6]], [[1, 0], [1, 0]], np.ones((2, 3))]
)
def test_lstsq_refuses_what_has_many_solutions(A):
    with pytest.raises(np.linalg.LinAlgError, match="pinv"):
        linalg.lstsq(A, np.ones(len(A)))


# --- singular value decomposition -------------------------------------------------------


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("rank", ["full", "deficient", "zero"])
def test_svd_agrees_with_lapack(shape, rank, full):
    A = matrix(shape, rank)
    U, s, Vt = linalg.svd(A, full_matrices=full)
    expected = np.linalg.svd(A, full_matrices=full)
    assert (U.shape, Vt.shape) == (expected[0].shape, expected[2].shape)
    np.testing.assert_allclose(s, expected[1], atol=1e-13)
    np.testing.assert_allclose(linalg.svdvals(A), s, rtol=1e-14, atol=1e-14)
    r = len(s)
    np.testing.assert_allclose((U[:, :r] * s) @ Vt[:r], A, atol=1e-13)
    assert is_orthonormal(U) and is_orthonormal(Vt.T)
    assert (np.diff(s) <= 0).all() and (s >= 0).all()


def test_svd_is_exact_to_14_digits_at_200():
    A = np.random.default_rng(0).normal(size=(200, 200))
    U, s, Vt = linalg.svd(A)
    assert np.linalg.norm((U * s) @ Vt - A) <= 1e-14 * np.linalg.norm(A)
    assert is_orthonormal(U) and is_orthonormal(Vt.T)


@settings(deadline=None)
@given(MATRICES, st.booleans())
def test_svd_of_any_matrix_reconstructs_it(A, full):
    U, s, Vt = linalg.svd(A, full)
    r = len(s)
    assert is_orthonormal(U) and is_orthonormal(Vt.T)
    assert (np.diff(s) <= 0).all()
    assert np.abs((U[:, :r] * s) @ Vt[:r] - A).max() <= 2e-14 * np.abs(A).max()


def exact_singular_values(A, digits):
    """Square roots of the eigenvalues of A^T A, with so many digits that it doesn't hurt."""
    with mpmath.workdps(digits):
        M = mpmath.matrix(A.tolist())
        M = M if M.rows >= M.cols else M.T
        eigenvalues = mpmath.eigsy(M.T * M, eigvals_only=True)
        return sorted((mpmath.sqrt(abs(x)) for x in eigenvalues), reverse=True)


GRADES = {
    "columns": lambda B, d: B * d[:6],
    "rows": lambda B, d: d[:, None] * B,
    "rows, small first": lambda B, d: d[::-1, None] * B,
    "both": lambda B, d: d[:, None] * B * d[:6],
    "square, columns": lambda B, d: B[:6] * d[:6],
    "square, rows": lambda B, d: d[:6, None] * B[:6],
    "wide": lambda B, d: (B * d[:6]).T,
}


@pytest.mark.parametrize("decades", [8, 20, 100])
@pytest.mark.parametrize("grade", GRADES)
def test_svd_gets_every_singular_value_of_a_graded_matrix(grade, decades):
    B = np.random.default_rng(3).normal(size=(10, 6))
    A = GRADES[grade](B, np.logspace(0, -decades, 10))
    exact = exact_singular_values(A, digits=5 * decades + 60)
    for s in [linalg.svd(A)[1], linalg.svdvals(A)]:
        errors = [abs(mpmath.mpf(x) / y - 1) for x, y in zip(s, exact, strict=True)]
        assert max(errors) <= 1e-12


@pytest.mark.parametrize("tiny", [1e-8, 1e-12, 1e-160, 1e-300])
def test_svd_keeps_small_singular_values_that_squaring_would_lose(tiny):
    for A in ([[1, 1], [tiny, 0], [0, tiny]], [[tiny, 0], [0, tiny], [1, 1]]):
        exact = [np.sqrt(2), tiny]
        np.testing.assert_allclose(linalg.svd(A)[1], exact, rtol=1e-14)
        np.testing.assert_allclose(linalg.svd(np.transpose(A))[1], exact, rtol=1e-14)


@pytest.mark.parametrize(
    "s",
    [[1e200, 1.0, 1e-200], [1e-200, 1e-250, 1e-300], [1e308], [5e-324], [1e200, 1e199]],
)
def test_svd_neither_overflows_nor_underflows(s):
    np.testing.assert_array_equal(linalg.svd(np.diag(s))[1], s)


@pytest.mark.parametrize("scale", [1e-200, 1e200, 2.0**1000])
def test_svd_of_a_multiple_is_a_multiple(scale):
    A = matrix((5, 3))
    U, s, Vt = linalg.svd(A)
    U2, s2, Vt2 = linalg.svd(scale * A)
    np.testing.assert_allclose(s2 / scale, s, rtol=1e-14)
    np.testing.assert_allclose(U2, U, atol=1e-14)
    np.testing.assert_allclose(Vt2, Vt, atol=1e-14)


DIFFICULT = {
    "repeated values": scipy.linalg.hadamard(8),
    "blocks": np.kron(np.eye(4), np.ones((2, 2))),
    "duplicates": np.repeat(np.arange(12.0).reshape(4, 3), 3, axis=1),
    "permutation": np.eye(9)[::-1],
    "nilpotent": np.diag(np.ones(6), 1),
    "Hilbert": scipy.linalg.hilbert(20),
    "Vandermonde": np.vander(np.linspace(0, 1, 15)),
    "Kahan": np.triu(np.full((20, 20), -0.5), 1) + np.diag(0.8 ** np.arange(20)),
    "rank one, tiny": np.full((30, 30), 1e-310),
    "nearly parallel": np.ones((5, 5)) + 1e-15 * np.arange(25).reshape(5, 5),
    "integers": np.arange(20).reshape(4, 5),
    "list": [[1, 2], [3, 4], [5, 6]],
    "booleans": [[True, False], [True, True]],
}


@pytest.mark.parametrize("name", DIFFICULT)
def test_svd_converges_on_difficult_matrices(name):
    A = np.asarray(DIFFICULT[name], dtype=float)
    A = A / np.abs(A).max()
    U, s, Vt = linalg.svd(A)
    assert is_orthonormal(U) and is_orthonormal(Vt.T)
    np.testing.assert_allclose((U * s) @ Vt, A, atol=1e-14)
    np.testing.assert_allclose(s, np.linalg.svd(A, compute_uv=False), atol=1e-13)


def test_svd_of_the_digits_is_lapacks():
    X, _ = load_digits()
    s = linalg.svd(X - X.mean(axis=0))[1]
    expected = np.linalg.svd(X - X.mean(axis=0), compute_uv=False)
    np.testing.assert_allclose(s, expected, atol=1e-14 * expected[0])


def test_svd_chooses_the_free_signs():
    for shape in [(6, 4), (4, 6)]:
        U, s, Vt = linalg.svd(matrix(shape))
        largest = Vt[np.arange(len(Vt)), np.argmax(np.abs(Vt), axis=1)]
        assert (largest > 0).all()


@pytest.mark.parametrize(
    "bad, error, words",
    [
        ([1.0, 2.0], ValueError, "matrix"),
        ([[1.0, np.nan]], ValueError, "finite"),
        ([[np.inf]], ValueError, "finite"),
        (np.empty((0, 3)), ValueError, "empty"),
        ([[1j]], TypeError, "real"),
        ([["a"]], TypeError, "real"),
        ([[1, 2], [3]], ValueError, "array of numbers"),
    ],
)
@pytest.mark.parametrize(
    "function", [linalg.svd, linalg.svdvals, linalg.qr, linalg.pinv, linalg.polar,
                 linalg.matrix_rank, linalg.null_space, linalg.orth]
)  # fmt: skip
def test_decompositions_say_what_they_need(function, bad, error, words):
    with pytest.raises(error, match=words):
        function(bad)


def test_svd_says_when_it_does_not_converge_or_overflows():
    with pytest.raises(np.linalg.LinAlgError, match="1 sweeps"):
        linalg.svd(matrix((7, 7)), max_sweeps=1)
    with pytest.raises(np.linalg.LinAlgError, match="largest float64"):
        linalg.svd(np.full((5, 5), 1.7e308))


# --- signs ------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(5, 3), (3, 5), (4, 4)])
@pytest.mark.parametrize("full", [False, True])
def test_fix_signs_keeps_the_product_of_any_svd(shape, full):
    A = matrix(shape)
    U, s, Vt = linalg.fix_signs(*np.linalg.svd(A, full_matrices=full))
    r = len(s)
    np.testing.assert_allclose((U[:, :r] * s) @ Vt[:r], A, atol=1e-13)
    assert is_orthonormal(U) and is_orthonormal(Vt.T)
    assert (Vt[np.arange(len(Vt)), np.argmax(np.abs(Vt), axis=1)] > 0).all()


def test_fix_signs_does_not_depend_on_the_signs_it_got():
    U, s, Vt = np.linalg.svd(matrix((5, 3)), full_matrices=False)
    flip = np.array([1, -1, -1])
    for got, expected in zip(
        linalg.fix_signs(U * flip, s, flip[:, None] * Vt),
        linalg.fix_signs(U, s, Vt),
        strict=True,
    ):
        np.testing.assert_array_equal(got, expected)


def test_fix_signs_takes_the_first_of_entries_equal_up_to_rounding():
    h = np.sqrt(0.5)
    _, _, Vt = linalg.fix_signs(np.eye(2), [1, 1], [[-h, h * (1 + 2 * EPS)], [h, h]])
    np.testing.assert_allclose(Vt, [[h, -h], [h, h]])


def test_fix_signs_leaves_a_row_of_zeros_alone():
    U, _, Vt = linalg.fix_signs([[1.0, 2.0]], [0, 0], [[0, 0], [-1, 0]])
    np.testing.assert_array_equal(U, [[1, -2]])
    np.testing.assert_array_equal(Vt, [[0, 0], [1, 0]])


def test_fix_signs_refuses_what_is_no_svd():
    with pytest.raises(ValueError, match="at least r"):
        linalg.fix_signs(np.eye(2), [3, 2, 1], np.eye(3))


# --- what the singular values tell -------------------------------------------------------


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("rank", ["full", "deficient", "zero"])
def test_rank_and_subspaces_agree_with_numpy_and_scipy(shape, rank):
    A = matrix(shape, rank)
    r = linalg.matrix_rank(A)
    N, C = linalg.null_space(A), linalg.orth(A)
    assert type(r) is int and r == np.linalg.matrix_rank(A)
    assert N.shape == (shape[1], shape[1] - r) and C.shape == (shape[0], r)
    assert is_orthonormal(N) and is_orthonormal(C)
    np.testing.assert_allclose(A @ N, 0, atol=1e-13)
    np.testing.assert_allclose(
        projector(N), projector(scipy.linalg.null_space(A)), atol=1e-13
    )
    expected = scipy.linalg.orth(A) if rank != "zero" else np.zeros((shape[0], 0))
    np.testing.assert_allclose(projector(C), projector(expected), atol=1e-13)


def test_rank_tolerance_is_absolute_and_strict():
    A = np.diag([4.0, 1.0, 1e-3])
    assert [linalg.matrix_rank(A, tol) for tol in [0, 1e-3, 1, 5]] == [3, 2, 1, 0]
    assert linalg.null_space(A, tol=1).shape == (3, 2)
    assert linalg.orth(A, tol=1).shape == (3, 1)
    for function in [linalg.matrix_rank, linalg.null_space, linalg.orth]:
        with pytest.raises(ValueError, match="tol"):
            function(A, -1.0)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("rank", ["full", "deficient", "zero"])
def test_pinv_satisfies_penroses_four_equations(shape, rank):
    A = matrix(shape, rank)
    P = linalg.pinv(A)
    for got, expected in [
        (A @ P @ A, A), (P @ A @ P, P), ((A @ P).T, A @ P), ((P @ A).T, P @ A),
    ]:  # fmt: skip
        np.testing.assert_allclose(got, expected, atol=1e-13)
    np.testing.assert_allclose(P, scipy.linalg.pinv(A), atol=1e-12)


def test_pinv_cuts_where_it_is_told():
    A = np.diag([4.0, 1.0])
    np.testing.assert_array_equal(linalg.pinv(A), np.diag([0.25, 1.0]))
    np.testing.assert_array_equal(linalg.pinv(A, rcond=0.25), np.diag([0.25, 0.0]))
    with pytest.raises(ValueError, match="rcond"):
        linalg.pinv(A, rcond=-1e-3)


def test_pinv_does_not_invert_rounding():
    A = np.outer([1.0, 2.0, 3.0], [0.1, 0.2])
    np.testing.assert_allclose(linalg.pinv(A), A.T / (A**2).sum(), rtol=1e-13)


@pytest.mark.parametrize("shape", [(6, 4), (4, 6)])
def test_low_rank_misses_by_the_first_value_left_out(shape):
    A = matrix(shape)
    s = np.append(np.linalg.svd(A, compute_uv=False), 0)
    for k in range(min(shape) + 1):
        B = linalg.low_rank(A, k)
        assert np.linalg.matrix_rank(B) == k
        np.testing.assert_allclose(np.linalg.norm(A - B, 2), s[k], atol=1e-13)
        np.testing.assert_allclose(
            np.linalg.norm(A - B), np.sqrt((s[k:] ** 2).sum()), atol=1e-13
        )


@pytest.mark.parametrize("k, error", [(-1, ValueError), (3, ValueError), (1.5, TypeError)])  # fmt: skip
def test_low_rank_refuses_a_rank_that_can_not_be(k, error):
    with pytest.raises(error, match="k must be"):
        linalg.low_rank(np.eye(2), k)


@pytest.mark.parametrize("shape", [(1, 1), (4, 4), (6, 3)])
def test_polar_agrees_with_scipy(shape):
    A = matrix(shape)
    Q, P = linalg.polar(A)
    for got, expected in zip((Q, P), scipy.linalg.polar(A), strict=True):
        np.testing.assert_allclose(got, expected, atol=1e-13)


@settings(deadline=None)
@given(MATRICES)
def test_polar_is_a_turn_after_a_stretch(A):
    A = A if A.shape[0] >= A.shape[1] else A.T
    Q, P = linalg.polar(A)
    scale = np.abs(A).max() or 1.0
    assert is_orthonormal(Q) and (P == P.T).all()
    assert np.linalg.eigvalsh(P / scale).min() >= -1e-14
    np.testing.assert_allclose(Q @ P / scale, A / scale, atol=2e-14)


def test_polar_needs_a_tall_matrix():
    with pytest.raises(ValueError, match="rows"):
        linalg.polar(np.ones((2, 3)))


def test_randomized_svd_is_exact_when_the_sketch_holds_the_rank():
    rng = np.random.default_rng(4)
    A = rng.normal(size=(80, 5)) @ rng.normal(size=(5, 40))
    U, s, Vt = linalg.randomized_svd(A, 5)
    np.testing.assert_allclose(s, np.linalg.svd(A, compute_uv=False)[:5], rtol=1e-12)
    np.testing.assert_allclose((U * s) @ Vt, A, atol=1e-12)
    assert is_orthonormal(U) and is_orthonormal(Vt.T)


def test_randomized_svd_improves_with_each_iteration():
    X, _ = load_digits()
    X = X - X.mean(axis=0)
    s = np.linalg.svd(X, compute_uv=False)[:10]
    errors = [
        np.max(1 - linalg.randomized_svd(X, 10, n_iter=q)[1] / s) for q in range(4)
    ]
    assert errors == sorted(errors, reverse=True) and errors[3] < 1e-3
    assert errors[3] >= 0, "a compression can't stretch more than the matrix"


def test_randomized_svd_takes_every_k_and_one_generator():
    A = matrix((6, 4))
    for k in range(1, 5):
        U, s, Vt = linalg.randomized_svd(A, k, rng=np.random.default_rng(1))
        assert (U.shape, s.shape, Vt.shape) == ((6, k), (k,), (k, 4))
        np.testing.assert_allclose(s, np.linalg.svd(A, compute_uv=False)[:k], rtol=1e-12)  # fmt: skip
    for bad in [{"k": 0}, {"k": 5}, {"k": 1, "n_iter": -1}, {"k": 1, "n_oversamples": -1}]:  # fmt: skip
        with pytest.raises(ValueError):
            linalg.randomized_svd(A, **bad)
    with pytest.raises(TypeError, match="Generator"):
        linalg.randomized_svd(A, 1, rng=0)


# --- ridge ------------------------------------------------------------------------------


def ridge_data(n=30, d=4):
    rng = np.random.default_rng(5)
    X = rng.normal(size=(n, d)) + 3
    return X, X @ np.arange(d) + 2 + rng.normal(size=n)


@pytest.mark.parametrize("n, d", [(30, 4), (4, 30), (5, 1)])
def test_ridge_path_agrees_with_scikit_learn(n, d):
    X, y = ridge_data(n, d)
    alphas = [1e-3, 0.5, 10, 1e6]
    coefs, intercepts = linalg.ridge_path(X, y, alphas)
    assert coefs.shape == (4, d) and intercepts.shape == (4,)
    for alpha, w, b in zip(alphas, coefs, intercepts, strict=True):
        model = Ridge(alpha=alpha, solver="svd").fit(X, y)
        np.testing.assert_allclose(w, model.coef_, rtol=1e-10, atol=1e-13)
        np.testing.assert_allclose(b, model.intercept_, rtol=1e-10)


def test_ridge_path_without_penalty_is_least_squares():
    X, y = ridge_data()
    coefs, intercepts = linalg.ridge_path(X, y, 0)
    expected = linalg.lstsq(np.column_stack([np.ones(len(X)), X]), y)
    np.testing.assert_allclose([*intercepts, *coefs[0]], expected, rtol=1e-12)


@pytest.mark.parametrize("n, d, alphas", [(12, 3, [0, 0.1, 10]), (6, 9, [0.1, 10])])
def test_ridge_loo_is_what_refitting_gives(n, d, alphas):
    X, y = ridge_data(n, d)
    errors = np.zeros((len(alphas), n))
    for i in range(n):
        others = np.arange(n) != i
        for k, alpha in enumerate(alphas):
            w, b = linalg.ridge_path(X[others], y[others], alpha)
            errors[k, i] = y[i] - X[i] @ w[0] - b[0]
    np.testing.assert_allclose(
        linalg.ridge_loo(X, y, alphas), np.mean(errors**2, axis=1), rtol=1e-9
    )


def test_ridge_loo_chooses_as_scikit_learn():
    X, y = ridge_data()
    alphas = np.logspace(-3, 3, 13)
    model = RidgeCV(alphas=alphas).fit(X, y)
    loo = linalg.ridge_loo(X, y, alphas)
    assert alphas[np.argmin(loo)] == model.alpha_
    np.testing.assert_allclose(loo.min(), -model.best_score_, rtol=1e-9)


@pytest.mark.parametrize("ridge", [linalg.ridge_path, linalg.ridge_loo])
def test_ridge_says_what_it_needs(ridge):
    X, y = ridge_data()
    with pytest.raises(ValueError, match="at least 0"):
        ridge(X, y, [-1.0])
    with pytest.raises(ValueError, match="equally many"):
        ridge(X, y[:-1], [1.0])
    with pytest.raises(np.linalg.LinAlgError, match="pinv"):
        ridge(np.column_stack([X, X[:, 0]]), y, [0.0])
    with pytest.raises(np.linalg.LinAlgError, match="pinv"):
        ridge(X[:3], y[:3], [0.0])


def test_ridge_loo_refuses_an_example_that_only_it_explains():
    X = np.array([[0.0], [0.0], [0.0], [1.0]])
    with pytest.raises(np.linalg.LinAlgError, match="leverage 1"):
        linalg.ridge_loo(X, [1, 2, 3, 4], [0.0])


# --- the module -------------------------------------------------------------------------


def test_inputs_are_never_changed():
    A, b = matrix((6, 4)), np.arange(6.0)
    U, s, Vt = np.linalg.svd(A, full_matrices=False)
    T = np.triu(A[:4]) + 9 * np.eye(4)
    calls = {
        "back_substitution": (T, b[:4]), "forward_substitution": (T, b[:4]),
        "fix_signs": (U, s, -Vt), "low_rank": (A, 2), "lstsq": (A, b),
        "randomized_svd": (A, 2), "ridge_path": (A, b, b + 1), "ridge_loo": (A, b, b + 1),
    }  # fmt: skip
    factors = ["matrix_rank", "null_space", "orth", "pinv", "polar", "qr", "svd", "svdvals"]  # fmt: skip
    for name in [*calls, *factors]:
        arguments = calls.get(name, (A,))
        before = [np.copy(x) for x in arguments]
        getattr(linalg, name)(*arguments)
        for x, copy in zip(arguments, before, strict=True):
            np.testing.assert_array_equal(x, copy)


def test_the_module_uses_none_of_numpys_decompositions():
    basic = ["vectors", "matrices", "systems", "elimination", "orthogonality"]
    for name in [*basic, "singular", "applied"]:
        code = inspect.getsource(getattr(linalg, name))
        code = code.replace("np.linalg.LinAlgError", "")
        assert "np.linalg" not in code
