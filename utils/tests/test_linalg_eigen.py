"""utils.linalg.eigen against LAPACK, closed forms, mpmath, and what eigenpairs promise."""

import inspect

import mpmath
import numpy as np
import pytest
import scipy.linalg
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from scipy.optimize import linear_sum_assignment

from utils import linalg
from utils.datasets import load_english_bigrams
from utils.linalg import eigen

EPS = np.finfo(float).eps
SQUARE = npst.arrays(
    float,
    st.integers(1, 7).map(lambda n: (n, n)),
    # few values: repeated eigenvalues, Jordan blocks and zeros all come up often
    elements=st.sampled_from([0.0, 0.0, 1.0, -1.0, 2.0, 0.5, 1e-8, -3.0, 1e8]),
)


def random_matrix(n, seed=0):
    return np.random.default_rng(seed).normal(size=(n, n))


def symmetric(n, seed=0):
    B = random_matrix(n, seed)
    return B + B.T


def with_eigenvalues(w, seed=0):
    """A symmetric matrix that has these eigenvalues."""
    Q, _ = np.linalg.qr(random_matrix(len(w), seed))
    return (Q * w) @ Q.T


def apart(w, expected):
    """The largest distance between eigenvalues, each matched with its own."""
    distance = np.abs(np.asarray(w)[:, None] - np.asarray(expected))
    return distance[linear_sum_assignment(distance)].max()


def backward_error(A, w):
    """How near, relatively, is for each w a matrix that has it as an eigenvalue."""
    shifted = A - w[:, None, None] * np.eye(len(A))
    nearest = np.linalg.svd(shifted, compute_uv=False)[:, -1]
    return nearest.max() / (np.linalg.norm(A) or 1.0)


def is_orthonormal(V, tol=1e-14):
    return np.abs(V.T @ V - np.eye(V.shape[1])).max() <= tol


def largest_is_positive(V):
    size = np.abs(V)
    first = np.argmax(size >= (1 - 1e-8) * size.max(axis=0), axis=0)
    return (V[first, np.arange(V.shape[1])] > 0).all()


def bigrams():
    """How often each letter follows each other, rows that sum to 1."""
    _, counts = load_english_bigrams()
    letters = counts[1:, 1:].astype(float)
    return letters / letters.sum(axis=1, keepdims=True)


# --- all eigenpairs of a symmetric matrix -------------------------------------------------


@pytest.mark.parametrize("n", [1, 2, 3, 7, 10, 61])
def test_eigh_agrees_with_lapack(n):
    A = symmetric(n)
    w, V = linalg.eigh(A)
    expected, vectors = np.linalg.eigh(A)
    np.testing.assert_allclose(w, expected, rtol=0, atol=1e-14 * np.abs(w).max())
    np.testing.assert_allclose(np.abs(np.sum(V * vectors, axis=0)), 1, atol=1e-12)
    assert is_orthonormal(V) and largest_is_positive(V)


@pytest.mark.parametrize("n", [64, 200])
def test_eigh_is_exact_to_14_digits(n):
    A = symmetric(n)
    w, V = linalg.eigh(A)
    assert np.linalg.norm(A @ V - V * w) <= 1e-14 * np.linalg.norm(A)
    assert np.linalg.norm(V * w @ V.T - A) <= 1e-14 * np.linalg.norm(A)
    assert is_orthonormal(V)
    assert (np.diff(w) >= 0).all()


@settings(deadline=None)
@given(SQUARE)
def test_eigh_of_any_symmetric_matrix_reconstructs_it(B):
    A = B + B.T
    w, V = linalg.eigh(A)
    assert is_orthonormal(V) and largest_is_positive(V)
    assert (np.diff(w) >= 0).all()
    assert np.abs((V * w) @ V.T - A).max() <= 2e-14 * np.abs(A).max()


@pytest.mark.parametrize("n", [5, 30])
def test_eigh_gets_the_eigenvalues_of_a_string_of_beads(n):
    """2 on the diagonal, -1 beside it: 2 - 2 cos(k pi / (n + 1)), k = 1, ..., n."""
    A = scipy.linalg.toeplitz([2.0, -1.0] + [0.0] * (n - 2))
    w, V = linalg.eigh(A)
    k = np.arange(1, n + 1)
    np.testing.assert_allclose(w, 2 - 2 * np.cos(k * np.pi / (n + 1)), atol=4e-15)
    waves = np.sin(np.outer(k, k) * np.pi / (n + 1)) * np.sqrt(2 / (n + 1))
    np.testing.assert_allclose(np.abs(np.sum(V * waves, axis=0)), 1, atol=1e-13)


def test_eigh_against_40_digits():
    A = scipy.linalg.hilbert(8)
    with mpmath.workdps(40):
        exact = [float(x) for x in mpmath.eigsy(mpmath.matrix(A.tolist()), True)]
    np.testing.assert_allclose(linalg.eigh(A)[0], sorted(exact), rtol=0, atol=2e-16)


def test_eigh_of_repeated_eigenvalues_spans_the_eigenspaces():
    w = np.array([-2.0, -2.0, -2.0, 1.0, 5.0, 5.0])
    A = with_eigenvalues(w)
    found, V = linalg.eigh(A)
    np.testing.assert_allclose(found, w, atol=1e-14)
    expected = np.linalg.eigh(A)[1]
    for space in [slice(0, 3), slice(3, 4), slice(4, 6)]:
        np.testing.assert_allclose(
            V[:, space] @ V[:, space].T,
            expected[:, space] @ expected[:, space].T,
            atol=1e-14,
        )


@pytest.mark.parametrize("scale", [1e-320, 1e-200, 1e200, 1e307])
def test_eigh_neither_overflows_nor_underflows(scale):
    A = np.array([[5.0, 4.0], [4.0, 5.0]])
    w, V = linalg.eigh(scale * A)
    np.testing.assert_allclose(w / scale, [1, 9], rtol=1e-3 if scale < 1e-300 else 1e-14)  # fmt: skip
    np.testing.assert_allclose(V, np.sqrt([[0.5, 0.5], [0.5, 0.5]]) * [[1, 1], [-1, 1]])


def test_eigh_of_a_diagonal_matrix_only_sorts():
    w, V = linalg.eigh(np.diag([3.0, -1.0, 3.0, 0.0]))
    np.testing.assert_array_equal(w, [-1, 0, 3, 3])
    np.testing.assert_array_equal(V, np.eye(4)[:, [1, 3, 0, 2]])
    for A in [np.zeros((3, 3)), [[0]]]:
        w, V = linalg.eigh(A)
        assert not w.any() and (V == np.eye(len(w))).all()


def test_eigh_takes_the_mean_of_mirror_images_that_nearly_agree():
    w, V = linalg.eigh([[1.0, 2.0 + 4e-11], [2.0 - 4e-11, 1.0]])
    np.testing.assert_allclose(w, [-1, 3], atol=1e-15)
    with pytest.raises(ValueError, match=r"A must be symmetric.* 4e-10"):
        linalg.eigh([[1.0, 2.0 + 2e-10], [2.0 - 2e-10, 1.0]])
    with pytest.raises(ValueError, match="symmetric"):
        linalg.eigh([[1.0, 1e308], [-1e308, 1.0]])


def test_eigh_stops_at_its_tolerance():
    A = np.diag([1.0, 2.0, 3.0]) + 1e-3 * symmetric(3)
    loose, V = linalg.eigh(A, tol=0.1)
    np.testing.assert_array_equal(loose, np.sort(np.diag(A)))
    np.testing.assert_array_equal(V, np.eye(3))
    off = np.linalg.norm(A - np.diag(np.diag(A))) / np.linalg.norm(A)
    assert (linalg.eigh(A, tol=1.001 * off)[1] == np.eye(3)).all()
    assert (linalg.eigh(A, tol=0.999 * off)[1] != np.eye(3)).any()
    np.testing.assert_allclose(linalg.eigh(A, tol=0)[0], np.linalg.eigvalsh(A), rtol=1e-15)  # fmt: skip


def test_eigh_converges_quadratically_and_says_when_sweeps_run_out():
    A = symmetric(20)
    sweeps = next(k for k in range(1, 60) if _converges(A, k))
    assert 5 <= sweeps <= 9
    with pytest.raises(np.linalg.LinAlgError, match=f"in {sweeps - 1} sweeps"):
        linalg.eigh(A, max_sweeps=sweeps - 1)
    one = np.array([[2.0, 1.0], [1.0, 0.0]])  # a single rotation is enough
    np.testing.assert_allclose(linalg.eigh(one, max_sweeps=1)[0], 1 + np.sqrt([2, 2]) * [-1, 1])  # fmt: skip


def _converges(A, max_sweeps):
    try:
        return linalg.eigh(A, max_sweeps=max_sweeps) is not None
    except np.linalg.LinAlgError:
        return False


def test_eigh_says_what_is_wrong():
    for bad in [{"tol": -1e-9}, {"tol": np.nan}, {"max_sweeps": 0}]:
        with pytest.raises(ValueError, match=next(iter(bad))):
            linalg.eigh(np.eye(2), **bad)
    with pytest.raises(ValueError, match="square"):
        linalg.eigh(np.ones((2, 3)))
    with pytest.raises(np.linalg.LinAlgError, match="largest float64"):
        linalg.eigh(np.full((2, 2), 1e308))


# --- one eigenpair ----------------------------------------------------------------------


def test_power_iteration_forgets_where_a_text_began():
    """The letter chain from the uniform start; the residual is 1e-10 after 28 products."""
    P = bigrams()
    lam, v, n_iter = linalg.power_iteration(P.T, x0=np.ones(26))
    w, V = np.linalg.eig(P.T)
    stationary = V[:, np.argmax(np.abs(w))].real
    assert n_iter == 28 and abs(lam - 1) <= 1e-10
    np.testing.assert_allclose(v / v.sum(), stationary / stationary.sum(), atol=1e-10)


@pytest.mark.parametrize("n", [1, 2, 5, 40])
@pytest.mark.parametrize("sign", [1, -1])
def test_power_iteration_finds_the_largest_eigenvalue_with_its_sign(n, sign):
    A = sign * with_eigenvalues(np.append(np.linspace(-0.7, 0.6, n - 1), 2.0))
    lam, v, n_iter = linalg.power_iteration(A)
    assert abs(lam - sign * 2) <= 1e-14
    assert np.linalg.norm(A @ v - lam * v) <= 1e-10 * abs(lam)
    assert abs(np.linalg.norm(v) - 1) <= 1e-15 and largest_is_positive(v[:, None])
    assert type(lam) is float and type(n_iter) is int


def test_power_iteration_of_a_matrix_that_is_not_symmetric():
    A = [[4, 1], [2, 3]]
    lam, v, _ = linalg.power_iteration(A, tol=1e-14)
    assert abs(lam - 5) <= 1e-13
    np.testing.assert_allclose(v, np.sqrt([0.5, 0.5]), atol=1e-13)


@pytest.mark.parametrize("ratio", [0.5, 0.9])
def test_power_iteration_takes_as_many_steps_as_the_ratio_of_eigenvalues_says(ratio):
    A = np.diag([1.0, ratio])
    _, v, n_iter = linalg.power_iteration(A, x0=[1, 1], tol=1e-8)
    # after k products v is along (1, ratio^k), and the residual (1 - ratio) ratio^k
    expected = np.log(1e-8 / (1 - ratio)) / np.log(ratio)
    assert n_iter == int(np.ceil(expected)) + 1
    np.testing.assert_allclose(v[1], ratio ** (n_iter - 1), rtol=1e-12)


def test_power_iteration_stops_where_its_start_is_an_eigenvector():
    A = np.diag([3.0, 1.0])
    lam, v, n_iter = linalg.power_iteration(A, x0=[0, -2])
    assert (lam, n_iter) == (1.0, 1)
    np.testing.assert_array_equal(v, [0, 1])
    assert linalg.power_iteration(np.zeros((2, 2)))[0] == 0.0
    lam, v, _ = linalg.power_iteration([[0, 1], [0, 0]])
    assert lam == 0
    np.testing.assert_array_equal(v, [1, 0])


@pytest.mark.parametrize("scale", [1e-310, 1e-200, 1e200, 1e307])
def test_power_iteration_neither_overflows_nor_underflows(scale):
    A = scale * np.array([[2.0, 1.0], [1.0, 3.0]])
    lam, v, _ = linalg.power_iteration(A, x0=[1e-200, 1e-200])
    np.testing.assert_allclose(lam / scale, (5 + np.sqrt(5)) / 2, rtol=1e-10)
    np.testing.assert_allclose(v[1] / v[0], (1 + np.sqrt(5)) / 2, rtol=1e-9)


@pytest.mark.parametrize("A", [[[0, 1], [1, 0]], [[0, -1], [1, 0]], np.diag([1.0, -1.0, 0.5])])  # fmt: skip
def test_power_iteration_refuses_eigenvalues_of_equal_size(A):
    with pytest.raises(np.linalg.LinAlgError, match="in 50 steps.*eigvals"):
        linalg.power_iteration(A, max_iter=50)


def test_power_iteration_may_use_all_its_steps():
    A = np.diag([1.0, 0.5])
    n_iter = linalg.power_iteration(A)[2]
    assert linalg.power_iteration(A, max_iter=n_iter)[2] == n_iter
    with pytest.raises(np.linalg.LinAlgError):
        linalg.power_iteration(A, max_iter=n_iter - 1)


@pytest.mark.parametrize("iteration", [linalg.power_iteration, lambda A, **options: linalg.inverse_iteration(A, 0.75, **options)])  # fmt: skip
def test_iterations_start_where_they_are_told(iteration):
    A = np.diag([2.0, 1.0, 0.25])
    default = iteration(A)
    again = iteration(A, rng=np.random.default_rng(0))
    assert default[0] == again[0] and (default[1] == again[1]).all()
    other = iteration(A, rng=np.random.default_rng(1))
    np.testing.assert_allclose(other[0], default[0], rtol=1e-9)
    assert (other[1] != default[1]).any()
    with pytest.raises(TypeError, match="Generator"):
        iteration(A, rng=0)
    with pytest.raises(ValueError, match=r"x0 must have shape \(3,\)"):
        iteration(A, x0=[1, 2])
    with pytest.raises(ValueError, match="x0 must not be the zero vector"):
        iteration(A, x0=[0, 0, 0])
    for bad in [{"tol": 2}, {"tol": -1}, {"max_iter": 0}]:
        with pytest.raises(ValueError, match=next(iter(bad))):
            iteration(A, **bad)


@pytest.mark.parametrize("shift", [-4.0, 0.3, 2.9, 20.0])
def test_inverse_iteration_finds_the_nearest_eigenvalue(shift):
    for A in [symmetric(8), np.triu(symmetric(8))]:
        w = np.linalg.eigvals(A).real
        lam, v, _ = linalg.inverse_iteration(A, shift, tol=1e-13, max_iter=2000)
        np.testing.assert_allclose(lam, w[np.argmin(np.abs(w - shift))], atol=1e-11)
        assert np.linalg.norm(A @ v - lam * v) <= 1e-13 * np.abs(A).sum(axis=1).max()
        assert abs(np.linalg.norm(v) - 1) <= 1e-15 and largest_is_positive(v[:, None])
        assert type(lam) is float


def test_inverse_iteration_needs_the_steps_that_the_distances_say():
    A = np.diag([1.0, 2.0])
    # one system divides by (1 - 0.9) and (2 - 0.9): a factor of 11 a step
    _, v, n_iter = linalg.inverse_iteration(A, 0.9, x0=[1, 1], tol=1e-8)
    np.testing.assert_allclose(v[1], 11.0**-n_iter, rtol=1e-9)
    assert 11.0**-n_iter <= 2e-8 < 11.0 ** (1 - n_iter)
    assert linalg.inverse_iteration(A, 0.9, x0=[1, 1], tol=1e-8, max_iter=n_iter)
    with pytest.raises(np.linalg.LinAlgError, match=f"in {n_iter - 1} steps.*eigvals"):
        linalg.inverse_iteration(A, 0.9, x0=[1, 1], tol=1e-8, max_iter=n_iter - 1)


def test_inverse_iteration_takes_an_eigenvalue_as_shift():
    for w, shift in [([1, 2, 3], 2), ([0, 1, 1e-320], 0), ([5, 5, 5], 5), ([0, 0, 1], 0)]:  # fmt: skip
        A = np.diag(np.array(w, dtype=float))
        lam, v, n_iter = linalg.inverse_iteration(A, shift)
        assert abs(lam - shift) <= 1e-14 and n_iter <= 1
        assert np.linalg.norm(A @ v - shift * v) <= 1e-14
    lam, v, _ = linalg.inverse_iteration([[4, 1], [2, 3]], 2)
    assert abs(lam - 2) <= 1e-14
    np.testing.assert_allclose(v, np.array([-1, 2]) / np.sqrt(5), atol=1e-14)
    assert linalg.inverse_iteration([[7]], 1.0)[:2] == (7.0, [1.0])
    assert linalg.inverse_iteration([[0, 0], [0, 0]], 0.0)[0] == 0.0


@pytest.mark.parametrize("scale", [1e-300, 1e-200, 1e200, 1e307])
def test_inverse_iteration_neither_overflows_nor_underflows(scale):
    A = scale * np.array([[2.0, 1.0], [1.0, 3.0]])
    lam, *_ = linalg.inverse_iteration(A, scale)
    np.testing.assert_allclose(lam / scale, (5 - np.sqrt(5)) / 2, rtol=1e-10)


def test_inverse_iteration_says_when_two_eigenvalues_are_equally_near():
    for A in [np.diag([1.0, -1.0]), [[0, -1], [1, 0]]]:
        with pytest.raises(np.linalg.LinAlgError, match="equally near"):
            linalg.inverse_iteration(A, 0.0)
    with pytest.raises(
        np.linalg.LinAlgError, match="equally near"
    ):  # overflows at once
        linalg.inverse_iteration(np.eye(40, k=1), 0.0)
    with pytest.raises(np.linalg.LinAlgError):
        linalg.inverse_iteration(np.diag([1.0, 2.0]), 1e300)
    for shift in [1e300, -1e300]:
        with pytest.raises(np.linalg.LinAlgError, match="in 200 steps"):
            linalg.inverse_iteration(np.diag([1e-300, 2e-300]), shift)
    for shift in [np.nan, np.inf]:
        with pytest.raises(ValueError, match="shift"):
            linalg.inverse_iteration(np.eye(2), shift)


# --- Hessenberg form --------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 2, 3, 4, 30])
def test_hessenberg_agrees_with_lapack(n):
    A = random_matrix(n)
    H = linalg.hessenberg(A)
    np.testing.assert_allclose(H, scipy.linalg.hessenberg(A), atol=1e-13 * np.abs(A).max())  # fmt: skip
    assert (np.tril(H, -2) == 0).all()


@settings(deadline=None)
@given(SQUARE)
def test_hessenberg_is_similar_to_any_matrix(A):
    H = linalg.hessenberg(A)
    size = np.abs(A).max() or 1.0
    H, A = H / size, A / size
    assert (np.tril(H, -2) == 0).all()
    np.testing.assert_allclose(np.linalg.norm(H), np.linalg.norm(A), rtol=1e-13)
    for k in range(1, 4):  # sums of powers of the eigenvalues; entries are 1 at most
        traces = [np.trace(np.linalg.matrix_power(M, k)) for M in (H, A)]
        assert abs(traces[0] - traces[1]) <= 1e-14 * len(A) ** k


def test_hessenberg_of_a_symmetric_matrix_is_tridiagonal():
    H = linalg.hessenberg(symmetric(12))
    np.testing.assert_allclose(H, H.T, atol=1e-13)
    assert np.abs(np.triu(H, 2)).max() <= 1e-13


def test_hessenberg_leaves_alone_what_has_its_form():
    H = np.triu(random_matrix(6), -1)
    np.testing.assert_array_equal(linalg.hessenberg(H), H)
    np.testing.assert_array_equal(linalg.hessenberg([[1, 2], [3, 4]]), [[1, 2], [3, 4]])

    assert not np.signbit(linalg.hessenberg(-np.zeros((3, 3)))).any()


@pytest.mark.parametrize("scale", [1e-320, 1e-200, 1e200, 1e307])
def test_hessenberg_neither_overflows_nor_underflows(scale):
    A = np.array([[1.0, 3.0, 4.0], [3.0, 2.0, 0.0], [4.0, 0.0, 2.0]])
    H = linalg.hessenberg(scale * A) / scale
    expected = [[1, -5, 0], [-5, 2, 0], [0, 0, 2]]
    np.testing.assert_allclose(H, expected, atol=1e-2 if scale < 1e-300 else 1e-14)
    with pytest.raises(np.linalg.LinAlgError, match="largest float64"):
        linalg.hessenberg(np.full((3, 3), 1.7e308))


# --- all eigenvalues of any matrix --------------------------------------------------------


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 10, 60])
@pytest.mark.parametrize("seed", [0, 1])
def test_eigvals_agrees_with_lapack(n, seed):
    A = random_matrix(n, seed)
    w = linalg.eigvals(A)
    assert w.dtype == complex and w.shape == (n,)
    assert apart(w, np.linalg.eigvals(A)) <= 1e-13 * n


def test_eigvals_of_a_chain_of_letters():
    """Vowels and consonants alternate: the second eigenvalue is negative, and real."""
    w = linalg.eigvals(bigrams())
    np.testing.assert_allclose(w[:2], [1, -0.4205], atol=5e-5)
    assert w[1].imag == 0
    assert apart(w, np.linalg.eigvals(bigrams())) <= 1e-13


@settings(deadline=None)
@given(SQUARE)
def test_eigvals_of_any_matrix_are_those_of_one_nearby(A):
    w = linalg.eigvals(A)
    size = np.linalg.norm(A) or 1.0
    assert backward_error(A, w) <= 1e-14
    for k in range(1, len(A) + 1):  # together: sums of powers are traces of powers
        trace = np.trace(np.linalg.matrix_power(A / size, k))
        assert abs(np.sum((w / size) ** k) - trace) <= 1e-13
    assert (np.diff(np.abs(w)) <= 0).all()
    assert sorted(w[w.imag > 0].tolist(), key=abs) == sorted(
        w[w.imag < 0].conj().tolist(), key=abs
    )


def test_eigvals_of_graphs_are_those_of_one_nearby():
    """Random directed graphs: singular, with Jordan blocks of several sizes at 0.

    Where rounding has cut a coupling, it must stay cut: only the block goes on turning.
    """
    for seed in range(100):
        A = np.random.default_rng(seed).random((11, 11)) < 0.15
        assert backward_error(A, linalg.eigvals(A.astype(int))) <= 1e-14


def test_eigvals_converge_where_couplings_underflow_or_vanish_with_the_diagonal():
    A = np.outer(
        np.arange(30.0), np.ones(30)
    )  # rank 1: the rest is rounding of rounding
    w = linalg.eigvals(A)
    assert abs(w[0] - 435) <= 1e-11 and np.abs(w[1:]).max() <= 1e-11
    for n in range(5, 14):  # pairs of equal imaginary eigenvalues, the diagonal all 0
        A = np.kron(random_matrix(n) - random_matrix(n).T, np.eye(2))
        assert apart(linalg.eigvals(A), np.linalg.eigvals(A)) <= 1e-13


@pytest.mark.parametrize("n", [3, 4, 5, 8, 16])
def test_eigvals_of_a_cycle_are_roots_of_unity(n):
    """Unshifted, Francis's step leaves an orthogonal matrix as it is: it needs the odd shift."""
    roots = np.exp(2j * np.pi * np.arange(n) / n)
    for A in [np.roll(np.eye(n), 1, axis=0), np.roll(np.eye(n), -1, axis=0)]:
        assert apart(linalg.eigvals(A), roots) <= 1e-14


@pytest.mark.parametrize(
    "A, expected",
    [
        (np.triu(random_matrix(6)), np.diag(random_matrix(6))),
        (np.diag([1e-20, 1.0, 1e20]), [1e20, 1.0, 1e-20]),
        (np.eye(5, k=1), np.zeros(5)),
        (np.zeros((3, 3)), np.zeros(3)),
        (np.eye(3), np.ones(3)),
        ([[1e-150, 0], [0, -1e150]], [-1e150, 1e-150]),
        ([[0, 1], [1e-20, 0]], [1e-10, -1e-10]),
        ([[1, 1e-9], [-1e-9, 1]], [1 + 1e-9j, 1 - 1e-9j]),
        ([[1, 1], [0, 1]], [1, 1]),
    ],
)
def test_eigvals_are_exact_where_they_can_be_read_off(A, expected):
    w = linalg.eigvals(A)
    expected = sorted(expected, key=lambda x: (-abs(x), -np.imag(x)))
    np.testing.assert_allclose(w, expected, rtol=4e-16)


def test_eigvals_of_a_2_x_2_do_not_cancel():
    """1e8 and 1e-8, of trace 1e8 + 1e-8 and determinant 1."""
    A = [[1e8, 1.0], [0.0, 1e-8]]
    np.testing.assert_allclose(linalg.eigvals(A), [1e8, 1e-8], rtol=1e-15)
    A = [[1e8, 1e-8], [1e-8, 1e-8]]  # determinant 1 - 1e-16
    np.testing.assert_allclose(linalg.eigvals(A), [1e8, 1e-8], rtol=1e-15)
    np.testing.assert_allclose(linalg.eigvals([[0, 1], [-1e16, 1e8 + 1]]), np.roots([1, -1e8 - 1, 1e16]), rtol=1e-15)  # fmt: skip


def test_eigvals_of_a_skew_symmetric_matrix_are_imaginary():
    for n in [7, 8]:
        B = random_matrix(n)
        w = linalg.eigvals(B - B.T)
        assert np.abs(w.real).max() <= 1e-14 and apart(w, np.linalg.eigvals(B - B.T)) <= 1e-13  # fmt: skip


def test_eigvals_of_a_symmetric_matrix_are_those_of_eigh():
    A = with_eigenvalues([-3.0, -1.0, -1.0, 0.0, 2.0, 2.0, 2.0, 7.0])
    w = linalg.eigvals(A)
    assert apart(w, linalg.eigh(A)[0]) <= 1e-14


def test_eigvals_of_a_companion_matrix_are_roots():
    w = linalg.eigvals(scipy.linalg.companion(np.poly(np.arange(1, 9))))
    np.testing.assert_allclose(w, np.arange(8, 0, -1), rtol=1e-8)


def test_eigvals_of_a_perturbed_jordan_block_lie_on_a_circle():
    A = np.eye(16, k=1)
    A[-1, 0] = 1e-12
    np.testing.assert_allclose(np.abs(linalg.eigvals(A)), 1e-12 ** (1 / 16), rtol=1e-5)


def test_eigvals_are_ordered_by_size_then_by_imaginary_part():
    A = scipy.linalg.block_diag([[0, -2], [2, 0]], [[3]], [[1, 1], [-1, 1]], [[-2]])
    expected = [3, 2j, -2, -2j, 1 + 1j, 1 - 1j]
    np.testing.assert_allclose(linalg.eigvals(A), expected, atol=1e-15)
    np.testing.assert_array_equal(linalg.eigvals(np.diag([-2.0, 2.0])), [2, -2])
    assert not np.signbit(linalg.eigvals(-np.zeros((2, 2))).real).any()


@pytest.mark.parametrize("scale", [1e-300, 1e-200, 1e200, 1e307])
def test_eigvals_neither_overflow_nor_underflow(scale):
    A = random_matrix(5)
    w = linalg.eigvals(scale * A)
    np.testing.assert_allclose(w / scale, linalg.eigvals(A), rtol=1e-12)
    with pytest.raises(np.linalg.LinAlgError, match="largest float64"):
        linalg.eigvals(np.full((3, 3), 1e308))


def test_eigvals_give_up_after_60_steps(monkeypatch):
    steps = []
    monkeypatch.setattr(
        eigen, "_francis_step", lambda H, exceptional: steps.append(exceptional)
    )
    with pytest.raises(np.linalg.LinAlgError, match="60 steps"):
        linalg.eigvals(random_matrix(4))
    assert len(steps) == 60
    assert [k + 1 for k, odd in enumerate(steps) if odd] == [11, 22, 33, 44, 55]


def test_couplings_are_measured_by_what_stands_around_them():
    """Each diagonal is 0: the neighbors of a coupling are the other couplings."""
    for rows, start in [
        ([[0, 1, 0], [1, 0, 1], [0, 2e-16, 0]], 2),
        ([[0, 1, 0], [2e-16, 0, 1], [0, 1, 0]], 1),
        ([[0, 1, 0], [3e-16, 0, 1], [0, 1, 0]], 0),
        ([[0, 1], [1e-100, 0]], 0),
        ([[0, 1], [1e-141, 0]], 1),
    ]:
        H = np.array(rows, dtype=float)
        assert eigen._last_block(H, 1.0) == start
        assert start == 0 or H[start, start - 1] == 0


def test_francis_step_is_a_similarity_with_the_last_two_eigenvalues_as_shifts():
    H = np.triu(random_matrix(6), -1)
    S = (H - np.linalg.eigvals(H[-2:, -2:])[0] * np.eye(6)) @ (
        H - np.linalg.eigvals(H[-2:, -2:])[1] * np.eye(6)
    )
    Q, _ = np.linalg.qr(S.real)
    expected, found = Q.T @ H @ Q, H.copy()
    eigen._francis_step(found, exceptional=False)
    np.testing.assert_allclose(np.abs(found), np.abs(expected), atol=1e-12)
    assert (np.tril(found, -2) == 0).all()


# --- the module -------------------------------------------------------------------------


@pytest.mark.parametrize("function", [linalg.hessenberg, linalg.eigvals, linalg.eigh, linalg.power_iteration])  # fmt: skip
def test_matrices_must_be_square_and_finite(function):
    for bad in [np.ones((2, 3)), [[1, np.nan], [0, 1]], [1, 2], np.empty((0, 0))]:
        with pytest.raises(ValueError, match="A must"):
            function(bad)


def test_the_module_uses_none_of_numpys_decompositions():
    code = inspect.getsource(eigen).replace("np.linalg.LinAlgError", "")
    code = code.replace("numpy.linalg.LinAlgError", "")
    assert "linalg" not in code.replace("utils.linalg", "")
