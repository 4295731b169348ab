"""utils.linalg.positive_definite and whitening against LAPACK, SciPy and exact factors."""

import inspect
from fractions import Fraction

import numpy as np
import pytest
import scipy.linalg
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from scipy.spatial.distance import mahalanobis as scipy_mahalanobis
from scipy.stats import chi2
from sklearn.decomposition import PCA

from utils import linalg
from utils.datasets import load_diabetes, load_digits, load_wine
from utils.linalg import positive_definite

EPS = np.finfo(float).eps
SQUARE = npst.arrays(
    float,
    st.integers(1, 6).map(lambda n: (n, n)),
    elements=st.sampled_from([0.0, 1.0, -1.0, 2.0, 0.5, -3.0, 10.0]),
)


def spd(n, seed=0):
    B = np.random.default_rng(seed).normal(size=(n, n))
    return B @ B.T + np.eye(n)


def with_eigenvalues(w, seed=0):
    """A symmetric matrix that has these eigenvalues."""
    Q, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(len(w), len(w))))
    A = (Q * w) @ Q.T
    return (A + A.T) / 2


# --- Cholesky ---------------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 2, 3, 10, 64])
def test_cholesky_agrees_with_lapack(n):
    A = spd(n)
    L = linalg.cholesky(A)
    np.testing.assert_allclose(L, np.linalg.cholesky(A), rtol=0, atol=1e-14 * n)
    assert (L == np.tril(L)).all() and (np.diag(L) > 0).all()


@pytest.mark.parametrize("n", [64, 200])
def test_cholesky_is_exact_to_14_digits(n):
    A = spd(n)
    L = linalg.cholesky(A)
    assert np.linalg.norm(L @ L.T - A) <= 1e-14 * np.linalg.norm(A)


@settings(deadline=None)
@given(SQUARE)
def test_cholesky_of_any_gram_matrix_plus_identity(B):
    A = B @ B.T + np.eye(len(B))
    L = linalg.cholesky(A)
    np.testing.assert_allclose(L @ L.T, A, rtol=0, atol=1e-15 * np.abs(A).max() * len(B))  # fmt: skip
    assert (np.diag(L) >= 1 - 1e-12).all()


@settings(deadline=None)
@given(SQUARE)
def test_cholesky_recovers_a_factor_of_whole_numbers(B):
    L = np.tril(np.rint(B), -1) + np.diag(np.abs(np.rint(np.diag(B))) + 1)
    np.testing.assert_allclose(linalg.cholesky(L @ L.T), L, atol=1e-9)


def test_cholesky_by_hand():
    A = [[4, 2, -2], [2, 10, 2], [-2, 2, 6]]
    np.testing.assert_array_equal(linalg.cholesky(A), [[2, 0, 0], [1, 3, 0], [-1, 1, 2]])  # fmt: skip
    np.testing.assert_array_equal(linalg.cholesky([[9]]), [[3]])


def test_cholesky_keeps_every_digit_of_a_graded_matrix():
    """Units don't matter to elimination: the factor of D A D is D times the factor of A."""
    A, D = spd(5), 2.0 ** np.array([-300, -100, 0, 150, 400])
    np.testing.assert_array_equal(
        linalg.cholesky(D[:, None] * A * D), D[:, None] * linalg.cholesky(A)
    )


@pytest.mark.parametrize("scale", [1e-300, 1e300, 1e307])
def test_cholesky_neither_overflows_nor_underflows(scale):
    L = linalg.cholesky(scale * np.array([[4.0, 2.0], [2.0, 10.0]]))
    np.testing.assert_allclose(L / np.sqrt(scale), [[2, 0], [1, 3]], rtol=1e-14)


@pytest.mark.parametrize(
    "A, pivot",
    [
        ([[1, 2], [2, 1]], "pivot 1 is -3"),
        ([[0]], "pivot 0 is 0"),
        ([[-1, 0], [0, 1]], "pivot 0 is -1"),
        (np.ones((3, 3)), "pivot 1 is 0"),
        (np.diag([1.0, 2.0, 0.0]), "pivot 2 is 0"),
        ([[1e-300, 1e300], [1e300, 1]], "pivot 1 is -inf"),
        ([[1e-310, 1, 1], [1, 1, 1e300], [1, 1e300, 1]], "pivot 1 is"),
    ],
)
def test_cholesky_refuses_what_is_not_definite(A, pivot):
    with pytest.raises(np.linalg.LinAlgError, match=f"not positive definite: {pivot}"):
        linalg.cholesky(A)
    assert linalg.is_positive_definite(A) is False


def test_cholesky_looks_at_both_triangles():
    A = np.array([[4.0, 2.0], [0.0, 10.0]])
    np.linalg.cholesky(A)  # sees the zero, and never the 2
    with pytest.raises(ValueError, match="symmetric"):
        linalg.cholesky(A)
    nearly = np.array([[4.0, 2.0 + 2e-10], [2.0, 10.0]])
    assert linalg.cholesky(nearly)[1, 0] == pytest.approx(1 + 5e-11, abs=1e-16)


def test_cholesky_of_digits_fails_for_its_dead_pixels():
    X, _ = load_digits()
    A = np.cov(X, rowvar=False)
    assert not linalg.is_positive_definite(A)
    assert linalg.is_positive_definite(A + 1e-3 * np.eye(64))


# --- what the factor makes easy ---------------------------------------------------------


@pytest.mark.parametrize("columns", [(), (1,), (3,)])
@pytest.mark.parametrize("n", [1, 2, 30])
def test_solving_agrees_with_lapack(n, columns):
    A, b = spd(n), np.random.default_rng(1).normal(size=(n, *columns))
    expected = np.linalg.solve(A, b)
    np.testing.assert_allclose(linalg.solve_spd(A, b), expected, atol=1e-12)
    np.testing.assert_allclose(linalg.cho_solve(np.linalg.cholesky(A), b), expected, atol=1e-12)  # fmt: skip
    np.testing.assert_allclose(
        linalg.cho_solve(linalg.cholesky(A), b),
        scipy.linalg.cho_solve((np.linalg.cholesky(A), True), b),
        atol=1e-12,
    )


def test_cho_solve_reads_one_triangle_only():
    np.testing.assert_array_equal(linalg.cho_solve([[2, 99], [1, 3]], [4, 20]), [0, 2])
    with pytest.raises(np.linalg.LinAlgError, match=r"\[1, 1\] is 0"):
        linalg.cho_solve([[2, 0], [1, 0]], [4, 20])


def test_solve_spd_against_fractions():
    """Hilbert's 6 x 6 system in exact arithmetic: residual of rounding, error of cond."""
    n = 6
    A, b = scipy.linalg.hilbert(n), np.ones(n)
    # the inverse is made of whole numbers, and so is the solution for ones
    exact = [int(sum(Fraction(int(x)) for x in row)) for row in scipy.linalg.invhilbert(n)]  # fmt: skip
    x = linalg.solve_spd(A, b)
    np.testing.assert_allclose(x, exact, rtol=np.linalg.cond(A) * EPS)
    assert np.abs(A @ x - b).max() <= 1e-14 * np.abs(A).sum() * np.abs(x).max()


def test_solving_says_what_is_wrong():
    for solve in [linalg.solve_spd, linalg.cho_solve]:
        with pytest.raises(ValueError, match=r"\(2,\) or \(2, k\)"):
            solve(np.eye(2), [1, 2, 3])
        with pytest.raises(ValueError, match="square"):
            solve(np.ones((2, 3)), [1, 2])
    with pytest.raises(ValueError, match="symmetric"):
        linalg.solve_spd([[1, 1], [0, 1]], [1, 2])
    with pytest.raises(np.linalg.LinAlgError, match="not positive definite"):
        linalg.solve_spd([[1, 2], [2, 1]], [1, 2])


@settings(deadline=None)
@given(SQUARE)
def test_positive_definite_is_what_has_positive_eigenvalues(B):
    A = B + B.T
    least = np.linalg.eigvalsh(A)[0]
    if abs(least) > 1e-8:
        assert linalg.is_positive_definite(A) is bool(least > 0)


def test_positive_definite_needs_symmetry():
    """Eigenvalues 1 and 1, and x^T A x = -2 at (1, -1)."""
    assert linalg.is_positive_definite([[1, 4], [0, 1]]) is False
    assert linalg.is_positive_definite([[1]]) is True
    for bad in [np.ones((2, 3)), [[1, np.nan], [np.nan, 1]], np.empty((0, 0)), [1, 2]]:
        with pytest.raises(ValueError, match="A must"):
            linalg.is_positive_definite(bad)


@pytest.mark.parametrize("n", [1, 2, 30])
def test_logdet_agrees_with_lapack(n):
    found = linalg.logdet_spd(spd(n))
    assert type(found) is float
    np.testing.assert_allclose(found, np.linalg.slogdet(spd(n))[1], rtol=1e-13, atol=1e-15)  # fmt: skip


def test_logdet_is_ordinary_where_the_determinant_is_0():
    """A covariance of 500 features: the determinant underflows, its logarithm is -3486.89."""
    X = np.random.default_rng(0).normal(size=(4000, 500))
    A = 1e-3 * np.cov(X, rowvar=False)
    assert np.linalg.det(A) == 0.0
    assert round(linalg.logdet_spd(A), 2) == -3486.89
    np.testing.assert_allclose(linalg.logdet_spd(A), np.linalg.slogdet(A)[1], rtol=1e-14)  # fmt: skip


# --- Mahalanobis distances ---------------------------------------------------------------


@pytest.mark.parametrize("d", [1, 2, 6])
def test_mahalanobis_agrees_with_scipy(d):
    rng = np.random.default_rng(d)
    X, mean, cov = rng.normal(size=(20, d)), rng.normal(size=d), spd(d)
    inverse = np.linalg.inv(cov)
    expected = [scipy_mahalanobis(x, mean, inverse) for x in X]
    found = linalg.mahalanobis(X, mean, cov)
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    one = linalg.mahalanobis(X[3], mean, cov)
    assert type(one) is float and abs(one - found[3]) <= 1e-15 * found[3]


def test_mahalanobis_finds_the_most_unusual_wine():
    """Index 121 at 7.66; over a sample with its own covariance the mean square is 13 (n-1)/n."""
    X, _ = load_wine()
    distances = linalg.mahalanobis(X, X.mean(axis=0), np.cov(X, rowvar=False))
    assert distances.argmax() == 121 and round(distances.max(), 2) == 7.66
    np.testing.assert_allclose(np.mean(distances**2), 13 * 177 / 178, rtol=1e-12)


def test_mahalanobis_does_not_mind_units_or_axes():
    rng = np.random.default_rng(0)
    X, cov, A = rng.normal(size=(50, 3)), spd(3), rng.normal(size=(3, 3))
    np.testing.assert_allclose(
        linalg.mahalanobis(X @ A.T, A @ np.ones(3), A @ cov @ A.T),
        linalg.mahalanobis(X, np.ones(3), cov),
        rtol=1e-11,
    )
    far = linalg.mahalanobis([[3e200, 0], [0, 4e-200]], [0, 0], np.eye(2))
    np.testing.assert_allclose(far, [3e200, 4e-200], rtol=1e-15)
    assert linalg.mahalanobis([-2.0], [1.0], [[4.0]]) == 1.5


def test_mahalanobis_squared_is_chi_squared_for_normal_data():
    rng = np.random.default_rng(1)
    X = rng.multivariate_normal([1, 2, 3], spd(3), size=20_000)
    inside = np.mean(linalg.mahalanobis(X, [1, 2, 3], spd(3)) ** 2 <= chi2(3).ppf(0.9))
    assert abs(inside - 0.9) <= 4 * np.sqrt(0.09 / 20_000)


def test_mahalanobis_says_what_is_wrong():
    for X in [np.ones((4, 3)), np.ones(3), 1.0, np.ones((0, 2)), np.ones((1, 1, 2))]:
        with pytest.raises(ValueError, match=r"X must have shape \(n, 2\) or \(2,\)"):
            linalg.mahalanobis(X, [0, 0], np.eye(2))
    with pytest.raises(ValueError, match=r"cov must have shape \(2, 2\)"):
        linalg.mahalanobis([1, 2], [0, 0], np.eye(3))
    with pytest.raises(ValueError, match="cov must be symmetric"):
        linalg.mahalanobis([1, 2], [0, 0], [[1, 1], [0, 1]])
    with pytest.raises(np.linalg.LinAlgError, match="cov is not positive definite"):
        linalg.mahalanobis([1, 2], [0, 0], [[1, 2], [2, 1]])
    with pytest.raises(ValueError, match="finite"):
        linalg.mahalanobis([1, np.nan], [0, 0], np.eye(2))
    for X, mean in [([1.7e308, 0], [-1.7e308, 0]), ([1.7e308, 1.7e308], [0, 0])]:
        with pytest.raises(np.linalg.LinAlgError, match="largest float64"):
            linalg.mahalanobis(X, mean, np.eye(2))


# --- roots --------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 2, 5, 30])
def test_sqrtm_agrees_with_scipy(n):
    A = spd(n)
    expected = scipy.linalg.sqrtm(A).real
    np.testing.assert_allclose(linalg.sqrtm_psd(A), expected, atol=1e-13 * n)
    np.testing.assert_allclose(linalg.sqrtm_psd(A, inverse=True), np.linalg.inv(expected), atol=1e-12)  # fmt: skip


@settings(deadline=None)
@given(SQUARE)
def test_sqrtm_of_any_gram_matrix_squares_to_it(B):
    A = B @ B.T
    R = linalg.sqrtm_psd(A)
    size = np.abs(A).max() or 1.0
    assert (R == R.T).all()
    np.testing.assert_allclose(R @ R / size, A / size, atol=1e-14)
    assert np.linalg.eigvalsh(R / np.sqrt(size))[0] >= -1e-14


def test_sqrtm_by_hand():
    np.testing.assert_allclose(linalg.sqrtm_psd([[5, 4], [4, 5]]), [[2, 1], [1, 2]], atol=1e-15)  # fmt: skip
    np.testing.assert_allclose(linalg.sqrtm_psd(np.diag([4.0, 0.25]), inverse=True), np.diag([0.5, 2]), rtol=1e-15)  # fmt: skip
    np.testing.assert_array_equal(linalg.sqrtm_psd(np.zeros((2, 2))), np.zeros((2, 2)))
    np.testing.assert_allclose(linalg.sqrtm_psd(np.diag([1.0, 1e-30])), np.diag([1, 1e-15]))  # fmt: skip


def test_sqrtm_counts_rounding_below_zero_as_zero():
    tau = 2 * EPS  # n eps times the largest eigenvalue, 1
    almost = np.diag([1.0, -0.999 * tau])
    np.testing.assert_array_equal(linalg.sqrtm_psd(almost), np.diag([1.0, 0.0]))
    with pytest.raises(np.linalg.LinAlgError, match="at least 0"):
        linalg.sqrtm_psd(np.diag([1.0, -1.001 * tau]))
    with pytest.raises(np.linalg.LinAlgError, match="positive"):
        linalg.sqrtm_psd(np.diag([1.0, tau]), inverse=True)
    inverse = linalg.sqrtm_psd(np.diag([1.0, 1.001 * tau]), inverse=True)
    np.testing.assert_allclose(inverse, np.diag([1, 1 / np.sqrt(1.001 * tau)]))
    for A in [np.zeros((2, 2)), -np.eye(2)]:
        with pytest.raises(np.linalg.LinAlgError, match="positive, got"):
            linalg.sqrtm_psd(A, inverse=True)
    with pytest.raises(ValueError, match="symmetric"):
        linalg.sqrtm_psd([[1, 1], [0, 1]])


# --- whitening ----------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["pca", "zca"])
@pytest.mark.parametrize("load", [load_wine, load_diabetes])
def test_whitened_data_have_the_identity_as_covariance(load, method):
    X, _ = load()
    Z, W, mean = linalg.whiten(X, method)
    np.testing.assert_allclose(np.cov(Z, rowvar=False), np.eye(X.shape[1]), atol=1e-13)
    np.testing.assert_allclose(Z.mean(axis=0), 0, atol=1e-13)
    np.testing.assert_array_equal(Z, (X - mean) @ W)
    np.testing.assert_allclose(mean, X.mean(axis=0), rtol=1e-15)
    np.testing.assert_allclose(W.T @ np.cov(X, rowvar=False) @ W, np.eye(X.shape[1]), atol=1e-11)  # fmt: skip


def test_pca_whitening_agrees_with_scikit_learn_up_to_signs():
    X, _ = load_wine()
    model = PCA(whiten=True, svd_solver="full")
    expected, (Z, W, _) = model.fit_transform(X), linalg.whiten(X)
    signs = np.sign(np.sum(Z * expected, axis=0))
    np.testing.assert_allclose(Z, expected * signs, atol=1e-12)
    largest = np.argmax(np.abs(W), axis=0)
    assert (W[largest, np.arange(13)] > 0).all()


def test_zca_whitening_moves_the_data_least():
    """It is the inverse root of the covariance, and no turn of it comes nearer to X."""
    X, _ = load_wine()
    X = X / X.std(axis=0)
    Z, W, mean = linalg.whiten(X, "zca")
    np.testing.assert_allclose(W, linalg.sqrtm_psd(np.cov(X, rowvar=False), inverse=True), atol=1e-12)  # fmt: skip
    distance = np.linalg.norm(Z - (X - mean))
    rng = np.random.default_rng(0)
    for turn in [*np.linalg.qr(rng.normal(size=(5, 13, 13)))[0], linalg.svd(W)[0]]:
        assert np.linalg.norm(Z @ turn - (X - mean)) > distance


def test_eps_keeps_directions_of_no_variance_from_being_blown_up():
    X, _ = load_digits()
    variances = np.linalg.eigvalsh(np.cov(X, rowvar=False))[::-1]
    Z, W, _ = linalg.whiten(X, eps=0.5)
    np.testing.assert_allclose(Z.var(axis=0, ddof=1), variances / (variances + 0.5), atol=1e-12)  # fmt: skip
    np.testing.assert_allclose(np.linalg.norm(W, axis=0), 1 / np.sqrt(np.maximum(variances, 0) + 0.5), rtol=1e-12)  # fmt: skip


@pytest.mark.parametrize("method", ["pca", "zca"])
def test_more_columns_than_rows_need_an_eps(method):
    X = np.random.default_rng(2).normal(size=(4, 6))
    Z, W, mean = linalg.whiten(X, method, eps=0.25)
    assert W.shape == (6, 6) and Z.shape == (4, 6)
    S = np.cov(X, rowvar=False)
    root = scipy.linalg.sqrtm(np.linalg.inv(S + 0.25 * np.eye(6))).real
    np.testing.assert_allclose(W @ W.T, root @ root, atol=1e-13)
    if method == "zca":
        np.testing.assert_allclose(W, root, atol=1e-13)
    with pytest.raises(np.linalg.LinAlgError, match="positive eps"):
        linalg.whiten(X, method)


@pytest.mark.parametrize(
    "X", [[[1, 2], [1, 3], [1, 7]], [[1, 2], [2, 4], [3, 6]], np.ones((5, 2)), [[1, 2], [3, 5]]]
)  # fmt: skip
def test_whitening_refuses_a_singular_covariance(X):
    with pytest.raises(np.linalg.LinAlgError, match="covariance of X is singular"):
        linalg.whiten(X)
    Z, *_ = linalg.whiten(X, eps=1e-3)
    assert np.isfinite(Z).all()


def test_whitening_neither_overflows_nor_underflows():
    X = np.random.default_rng(3).normal(size=(20, 3))
    for scale in [2.0**-600, 2.0**600]:
        np.testing.assert_allclose(linalg.whiten(scale * X)[0], linalg.whiten(X)[0], rtol=1e-10)  # fmt: skip


def test_whitening_says_what_is_wrong():
    X = np.random.default_rng(3).normal(size=(20, 3))
    for method in ["PCA", None, 1]:
        with pytest.raises(ValueError, match="'pca' or 'zca'"):
            linalg.whiten(X, method)
    with pytest.raises(ValueError, match="at least 2 rows"):
        linalg.whiten([[1, 2]])
    for eps in [-1e-9, np.inf, np.nan]:
        with pytest.raises(ValueError, match="eps must be"):
            linalg.whiten(X, eps=eps)
    with pytest.raises(ValueError, match=r"X\[:, None\]"):
        linalg.whiten([1, 2, 3])
    with pytest.raises(np.linalg.LinAlgError, match="largest float64"):
        linalg.whiten([[1.7e308], [1.7e308], [0]])


def test_the_module_uses_none_of_numpys_decompositions():
    code = inspect.getsource(positive_definite).replace("numpy.linalg.LinAlgError", "")
    code = code.replace("np.linalg.LinAlgError", "").replace("utils.linalg", "")
    assert "linalg" not in code
