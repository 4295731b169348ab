"""utils.linalg.iterative and condition numbers against LAPACK, SciPy, and theory."""

import inspect
from fractions import Fraction

import numpy as np
import pytest
import scipy.linalg
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from scipy.sparse.linalg import LinearOperator, cg

from utils import linalg
from utils.datasets import load_breast_cancer, load_diabetes
from utils.linalg import conditioning, iterative
from utils.numerics import IterationResult

SPLITTINGS = [linalg.jacobi, linalg.gauss_seidel]
SOLVERS = [*SPLITTINGS, linalg.conjugate_gradient]
TRIDIAGONAL = np.array([[4.0, 1, 0], [1, 4, 1], [0, 1, 4]])


def dominant(n, seed=0):
    """A strictly diagonally dominant matrix, not symmetric."""
    A = np.random.default_rng(seed).uniform(-1, 1, size=(n, n))
    return A + np.diag(1.1 * np.abs(A).sum(axis=1) + 0.1)


def spd(n, seed=0):
    B = np.random.default_rng(seed).normal(size=(n, n))
    return B @ B.T / n + np.eye(n)


def normal_equations(load, standardized=True):
    X, y = load()
    X = X - X.mean(axis=0)
    X = X / X.std(axis=0) if standardized else X
    return X.T @ X, X.T @ (y - y.mean())


def is_honest(run, A, b, tol=1e-10):
    """Whether what a result says of itself is so."""
    residual = np.linalg.norm(b - A @ run.x)
    assert isinstance(run, IterationResult)
    assert type(run.n_iter) is int and type(run.converged) is bool
    assert run.residual_norms.shape == (run.n_iter + 1,)
    np.testing.assert_allclose(run.residual_norms[-1], residual, rtol=1e-9)
    assert run.converged is bool(residual <= tol * np.linalg.norm(b))
    return True


# --- all three solvers -------------------------------------------------------------------


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("n", [1, 2, 10, 40])
def test_solvers_agree_with_lapack(solver, n):
    A = dominant(n)
    A = A + A.T if solver is linalg.conjugate_gradient else A
    b = np.random.default_rng(1).normal(size=n)
    run = solver(A, b, tol=1e-13)
    assert is_honest(run, A, b, 1e-13) and run.converged
    np.testing.assert_allclose(run.x, np.linalg.solve(A, b), atol=1e-12 * np.abs(b).max())  # fmt: skip
    assert "as asked" in run.message


@pytest.mark.parametrize("solver", SOLVERS)
def test_solvers_count_their_steps(solver):
    A, b = TRIDIAGONAL, np.array([5.0, 7.0, 5.5])
    run = solver(A, b)
    assert run.n_iter > 1
    for k in range(1, run.n_iter + 1):
        part = solver(A, b, max_iter=k)
        assert is_honest(part, A, b) and part.n_iter == k
        assert part.converged is (k == run.n_iter)
        np.testing.assert_allclose(part.residual_norms, run.residual_norms[: k + 1], rtol=1e-9)  # fmt: skip
        assert part.converged or f"after max_iter = {k} steps" in part.message


@pytest.mark.parametrize("solver", SOLVERS)
def test_solvers_start_where_they_are_told(solver):
    A, b, solution = TRIDIAGONAL, [5, 6, 5], np.ones(3)
    there = solver(A, b, x0=[1, 1, 1])
    assert there.n_iter == 0 and there.converged
    np.testing.assert_array_equal(there.x, solution)
    np.testing.assert_array_equal(there.residual_norms, [0])
    start = np.array([3.0, -2.0, 1.0])
    run = solver(A, b, x0=start)
    np.testing.assert_allclose(run.residual_norms[0], np.linalg.norm(b - A @ start))
    np.testing.assert_allclose(run.x, solution, atol=1e-9)
    np.testing.assert_array_equal(start, [3, -2, 1])
    nothing = solver(A, [0, 0, 0])
    assert nothing.converged and nothing.n_iter == 0 and not nothing.x.any()


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("scale", [2.0**-1000, 2.0**-600, 2.0**600, 2.0**1000])
def test_solvers_do_not_mind_the_units_of_b(solver, scale):
    A, b = TRIDIAGONAL, np.array([5.0, 6.0, 5.5])
    run, expected = solver(A, scale * b), solver(A, b)
    assert run.converged and run.n_iter == expected.n_iter
    np.testing.assert_array_equal(run.x, scale * expected.x)
    np.testing.assert_allclose(run.residual_norms / scale, expected.residual_norms, rtol=1e-12)  # fmt: skip


@pytest.mark.parametrize("solver", SOLVERS)
def test_solvers_say_what_is_wrong(solver):
    A, b = TRIDIAGONAL, np.ones(3)
    for bad in [{"tol": -1}, {"tol": 2}, {"tol": np.nan}, {"max_iter": 0}]:
        with pytest.raises(ValueError, match=next(iter(bad))):
            solver(A, b, **bad)
    with pytest.raises(TypeError, match="max_iter"):
        solver(A, b, max_iter=1.5)
    with pytest.raises(ValueError, match="square"):
        solver(np.ones((3, 2)), b)
    with pytest.raises(ValueError, match=r"\(2,\)|\(2, 2\)"):
        solver(A, [1, 2])
    with pytest.raises(ValueError, match="b must be a vector"):
        solver(A, np.ones((3, 2)))
    with pytest.raises(ValueError, match=r"x0 must have the shape of b, \(3,\)"):
        solver(A, b, x0=[1, 2])
    for x in [np.nan, np.inf]:
        with pytest.raises(ValueError, match="finite"):
            solver(A, [1, 2, x])
        with pytest.raises(ValueError, match="finite"):
            solver(A, b, x0=[1, 2, x])


# --- splittings ---------------------------------------------------------------------------


def test_splittings_by_hand():
    """(4 1 0; 1 4 1; 0 1 4) x = (5, 6, 5) from 0, in binary fractions."""
    run = linalg.jacobi(TRIDIAGONAL, [5, 6, 5], max_iter=1)
    np.testing.assert_array_equal(run.x, [1.25, 1.5, 1.25])
    run = linalg.jacobi(TRIDIAGONAL, [5, 6, 5], max_iter=2)
    np.testing.assert_array_equal(run.x, [0.875, 0.875, 0.875])
    run = linalg.gauss_seidel(TRIDIAGONAL, [5, 6, 5], max_iter=1)
    np.testing.assert_array_equal(run.x, [1.25, 1.1875, 0.953125])


@pytest.mark.parametrize("solver", SPLITTINGS)
def test_splittings_multiply_the_error_by_their_matrix(solver):
    """Each step: x = M^-1 (N x + b), with M the diagonal or the lower triangle, A = M - N."""
    A, b = dominant(6), np.arange(6.0)
    M = np.diag(np.diag(A)) if solver is linalg.jacobi else np.tril(A)
    x = np.ones(6)
    for k in range(1, 6):
        x = np.linalg.solve(M, (M - A) @ x + b)
        run = solver(A, b, x0=np.ones(6), max_iter=k)
        np.testing.assert_allclose(run.x, x, rtol=1e-13)


@pytest.mark.parametrize("solver, rate", [(linalg.jacobi, 0.125**0.5), (linalg.gauss_seidel, 0.125)])  # fmt: skip
def test_splittings_converge_as_the_spectral_radius_says(solver, rate):
    norms = solver(TRIDIAGONAL, [1, 2, 4], tol=1e-12).residual_norms
    np.testing.assert_allclose(norms[-1] / norms[-5], rate**4, rtol=1e-2)


def test_positive_definite_is_enough_for_gauss_seidel_and_not_for_jacobi():
    """Normal equations of diabetes: radius 3.02 for Jacobi; Gauss-Seidel needs 1054 sweeps."""
    A, b = normal_equations(load_diabetes)
    run = linalg.gauss_seidel(A, b)
    assert run.converged and run.n_iter == 1054
    run = linalg.jacobi(A, b)
    assert is_honest(run, A, b) and not run.converged
    assert "no convergence" in run.message
    grown = run.residual_norms / run.residual_norms[0]
    assert grown[-2] < 1e8 <= grown[-1]
    G = np.eye(10) - A / np.diag(A)[:, None]
    radius = np.abs(np.linalg.eigvals(G)).max()
    assert round(radius, 2) == 3.02
    np.testing.assert_allclose(grown[-1] / grown[-2], radius, rtol=1e-2)


@pytest.mark.parametrize("solver", SPLITTINGS)
def test_splittings_stop_where_numbers_end(solver):
    run = solver([[1e-300, 1e300], [1e300, 1]], [1, 2])
    assert not run.converged and "no convergence" in run.message
    assert run.n_iter == 1 and run.residual_norms[1] == np.inf
    run = solver([[1, 1e300], [1e300, 1]], [1e300, 1e300], x0=[1e300, 0])
    assert not run.converged and run.n_iter == 0 and run.residual_norms[0] == np.inf


@pytest.mark.parametrize("solver", SPLITTINGS)
def test_splittings_need_a_diagonal(solver):
    with pytest.raises(np.linalg.LinAlgError, match=r"A\[1, 1\] is 0.*reorder"):
        solver([[1, 2], [3, 0]], [1, 2])
    with pytest.raises(ValueError, match=r"b must have shape \(2,\), as A has 2 rows"):
        solver(np.eye(2), [1, 2, 3])


@settings(deadline=None)
@given(
    npst.arrays(float, (4, 4), elements=st.sampled_from([0.0, 1, -1, 2, -3])),
    npst.arrays(float, 4, elements=st.sampled_from([0.0, 1, -2, 5])),
)
def test_dominant_rows_make_splittings_converge(A, b):
    A = A + np.diag(np.abs(A).sum(axis=1) * 1.5 + 1)
    A = A + np.diag(
        np.maximum(0, -2 * np.diag(A))
    )  # a negative diagonal entry shrank it
    exact = np.linalg.solve(A, b)
    for solver in SPLITTINGS:
        run = solver(A, b)
        assert run.converged
        np.testing.assert_allclose(run.x, exact, atol=1e-8 * (np.abs(b).max() + 1))


# --- conjugate gradients ------------------------------------------------------------------


def test_conjugate_gradient_by_hand():
    A, b = [[4, 1], [1, 3]], [1, 2]
    np.testing.assert_array_equal(linalg.conjugate_gradient(A, b, max_iter=1).x, [0.25, 0.5])  # fmt: skip
    run = linalg.conjugate_gradient(A, b)
    assert run.n_iter == 2
    np.testing.assert_allclose(run.x, [1 / 11, 7 / 11], rtol=1e-15)
    np.testing.assert_allclose(run.residual_norms[:2], np.sqrt([5, 5 / 16]), rtol=1e-15)


def test_conjugate_gradient_takes_as_many_steps_as_there_are_eigenvalues():
    Q, _ = np.linalg.qr(np.random.default_rng(0).normal(size=(40, 40)))
    w = np.repeat([1.0, 2.0, 5.0, 10.0], 10)
    A = (Q * w) @ Q.T
    run = linalg.conjugate_gradient((A + A.T) / 2, np.arange(40.0))
    assert run.converged and run.n_iter == 4


@pytest.mark.parametrize("tol", [1e-6, 1e-10])
@pytest.mark.parametrize("load, standardized", [(load_diabetes, True), (load_breast_cancer, False)])  # fmt: skip
def test_conjugate_gradient_takes_the_steps_that_scipy_takes(load, standardized, tol):
    A, b = normal_equations(load, standardized)
    for M in [None, np.diag(1 / np.diag(A))]:
        steps = []
        x, _ = cg(A, b, rtol=tol, M=M, callback=steps.append)
        run = linalg.conjugate_gradient(A, b, tol=tol, preconditioner=M)
        assert is_honest(run, A, b, tol) and run.converged
        assert abs(run.n_iter - len(steps)) <= 1 + 0.05 * len(steps)
        size = np.linalg.norm(np.linalg.solve(A, b))
        error = np.linalg.norm(run.x - np.linalg.solve(A, b)) / size
        assert error <= np.linalg.cond(A) * tol


def test_conjugate_gradient_counts_of_diabetes():
    """11 steps for 10 unknowns: after the 10 of theory the residual is still 5e-8."""
    run = linalg.conjugate_gradient(*normal_equations(load_diabetes))
    assert run.n_iter == 11
    relative = run.residual_norms / run.residual_norms[0]
    assert 1e-8 < relative[10] < 1e-7 and relative[11] < 1e-12


def test_conjugate_gradient_falls_at_least_as_fast_as_chebyshev_says():
    A, b = spd(50), np.ones(50)
    exact = np.linalg.solve(A, b)
    w = np.linalg.eigvalsh(A)
    rate = (np.sqrt(w[-1] / w[0]) - 1) / (np.sqrt(w[-1] / w[0]) + 1)
    energy = [np.sqrt(exact @ A @ exact)]
    for k in range(1, 15):
        e = linalg.conjugate_gradient(A, b, max_iter=k).x - exact
        energy.append(np.sqrt(e @ A @ e))
        assert energy[k] <= 2 * rate**k * energy[0]
        assert energy[k] < energy[k - 1]


def test_a_diagonal_preconditioner_is_a_scaling_of_columns():
    A, b = normal_equations(load_breast_cancer, standardized=False)
    d = np.diag(A)
    root = np.sqrt(d)
    preconditioned = linalg.conjugate_gradient(A, b, preconditioner=lambda r: r / d)
    scaled = linalg.conjugate_gradient(A / np.outer(root, root), b / root)
    assert abs(preconditioned.n_iter - scaled.n_iter) <= 8
    assert preconditioned.n_iter < linalg.conjugate_gradient(A, b).n_iter / 3
    exact = linalg.conjugate_gradient(A, b, preconditioner=np.linalg.inv(spd(30)))
    assert exact.converged


def test_the_inverse_is_the_perfect_preconditioner():
    A, b = spd(20), np.arange(20.0)
    inverse = np.linalg.inv(A)
    run = linalg.conjugate_gradient(A, b, preconditioner=(inverse + inverse.T) / 2)
    assert run.n_iter == 1 and run.converged


class Tridiagonal:
    """Knows only how to multiply."""

    def __matmul__(self, v):
        return TRIDIAGONAL @ v


@pytest.mark.parametrize(
    "A",
    [
        TRIDIAGONAL.tolist(),
        TRIDIAGONAL.astype(np.float32),
        np.asfortranarray(TRIDIAGONAL),
        lambda v: TRIDIAGONAL @ v,
        lambda v: (TRIDIAGONAL @ v).tolist(),
        Tridiagonal(),
        scipy.sparse.csr_array(TRIDIAGONAL),
        scipy.sparse.csc_matrix(TRIDIAGONAL),
        LinearOperator((3, 3), matvec=lambda v: TRIDIAGONAL @ v, dtype=float),
    ],
)
def test_conjugate_gradient_takes_anything_that_multiplies(A):
    b = [5.0, 7.0, 5.5]
    expected = linalg.conjugate_gradient(TRIDIAGONAL, b)
    run = linalg.conjugate_gradient(A, b)
    assert run.n_iter == expected.n_iter and run.converged
    np.testing.assert_allclose(run.x, expected.x, rtol=1e-14)
    run = linalg.conjugate_gradient(np.linalg.inv(TRIDIAGONAL), b, preconditioner=A)
    assert run.n_iter == 1 and run.converged


def test_conjugate_gradient_survives_a_function_that_spoils_its_argument():
    def twice(v):
        v *= 2
        return v

    run = linalg.conjugate_gradient(twice, [1, 2, 3])
    np.testing.assert_array_equal(run.x, [0.5, 1, 1.5])
    assert linalg.conjugate_gradient(lambda v: v, [1, 2], preconditioner=twice).n_iter == 1  # fmt: skip


def test_conjugate_gradient_does_not_believe_its_updated_residual():
    """Rounding makes the two residuals part; the result reports the true one."""
    A, b = scipy.linalg.hilbert(12), scipy.linalg.hilbert(12) @ np.ones(12)
    run = linalg.conjugate_gradient(A, b, tol=1e-13)
    assert is_honest(run, A, b, 1e-13) and run.converged
    run = linalg.conjugate_gradient(A, b, tol=0)
    assert is_honest(run, A, b, 0)
    assert run.n_iter == 120 or run.converged  # 10 n by default
    for seed in range(5):  # never exact, and never mistaken for indefinite
        A, b = spd(4, seed), np.sqrt([2.0, 3.0, 5.0, 7.0])
        run = linalg.conjugate_gradient(A, b, tol=0, max_iter=1000)
        assert is_honest(run, A, b, 0) and run.residual_norms[-1] <= 1e-14
    diagonal = np.diag([1.0, 2.0, 3.0])
    run = linalg.conjugate_gradient(diagonal, np.ones(3), tol=0)
    assert run.converged and (diagonal @ run.x == 1).all()


def test_conjugate_gradient_starts_again_when_the_true_residual_is_too_large():
    """A product with noise of 1e-6: the updated residual falls on, the true one can't."""
    noise = np.random.default_rng(0)

    def noisy(v):
        return TRIDIAGONAL @ v + 1e-6 * np.abs(v).max() * noise.normal(size=3)

    run = linalg.conjugate_gradient(noisy, [5, 6, 5], max_iter=40)
    assert not run.converged and run.n_iter == 40
    np.testing.assert_allclose(run.x, 1, atol=1e-5)
    one = linalg.conjugate_gradient(noisy, [5, 6, 5], tol=1e-4)
    assert one.converged and one.n_iter <= 4


def test_conjugate_gradient_of_nothing_is_nothing():
    with pytest.raises(ValueError, match="x0 must have"):
        linalg.conjugate_gradient(TRIDIAGONAL, [0, 0, 0], x0=[1])
    run = linalg.conjugate_gradient(TRIDIAGONAL, [0, 0, 0], x0=[1, 2, 3])
    assert run.converged and run.n_iter == 0 and not run.x.any()


@pytest.mark.parametrize("A", [[[1, 2], [2, 1]], np.zeros((2, 2)), -np.eye(2)])
def test_conjugate_gradient_refuses_what_is_not_definite(A):
    with pytest.raises(np.linalg.LinAlgError, match="A is not positive definite: p.T A p"):  # fmt: skip
        linalg.conjugate_gradient(A, [1, -1])
    with pytest.raises(np.linalg.LinAlgError, match="preconditioner M is not positive"):
        linalg.conjugate_gradient(np.eye(2), [1, -1], preconditioner=A)


def test_conjugate_gradient_says_what_is_wrong_with_a_product():
    with pytest.raises(ValueError, match="A must be symmetric"):
        linalg.conjugate_gradient([[1, 1], [0, 1]], [1, 2])
    with pytest.raises(ValueError, match=r"A must have shape \(2, 2\), as b has 2"):
        linalg.conjugate_gradient(scipy.sparse.csr_array(TRIDIAGONAL), [1, 2])
    with pytest.raises(ValueError, match=r"preconditioner must have shape \(3, 3\)"):
        linalg.conjugate_gradient(TRIDIAGONAL, [1, 2, 3], preconditioner=np.eye(2))
    with pytest.raises(ValueError, match=r"product of A and a vector must have shape"):
        linalg.conjugate_gradient(lambda v: v[:1], [1, 2])
    with pytest.raises(ValueError, match="product of A and a vector must be finite"):
        linalg.conjugate_gradient(lambda v: v * np.nan, [1, 2])
    with pytest.raises(ValueError, match="product of the preconditioner and a vector"):
        linalg.conjugate_gradient(np.eye(2), [1, 2], preconditioner=lambda v: v[None])
    with pytest.raises(TypeError, match="A must hold real numbers"):
        linalg.conjugate_gradient(None, [1, 2])
    with pytest.raises(np.linalg.LinAlgError, match="largest float64"):
        linalg.conjugate_gradient(1e-300 * np.eye(2), [1e300, 1e300])


# --- condition numbers --------------------------------------------------------------------


@pytest.mark.parametrize("p", [1, 2, np.inf, "fro"])
@pytest.mark.parametrize("n", [1, 2, 5, 30])
def test_cond_agrees_with_lapack(n, p):
    A = np.random.default_rng(n).normal(size=(n, n))
    found = linalg.cond(A, p)
    assert type(found) is float
    np.testing.assert_allclose(found, np.linalg.cond(A, p), rtol=1e-11)


@pytest.mark.parametrize("shape", [(6, 3), (3, 6), (1, 4), (4, 1)])
def test_cond_of_a_tall_or_wide_matrix(shape):
    A = np.random.default_rng(0).normal(size=shape)
    np.testing.assert_allclose(linalg.cond(A), np.linalg.cond(A), rtol=1e-13)
    for p in [1, np.inf, "fro"]:
        with pytest.raises(ValueError, match="square unless p is 2"):
            linalg.cond(A, p)


def test_cond_by_hand():
    A = [[1, 2], [3, 4]]
    assert abs(linalg.cond(A, 1) - 21) <= 1e-13
    assert abs(linalg.cond(A, np.inf) - 21) <= 1e-13
    assert abs(linalg.cond(A, "fro") - 15) <= 1e-13
    assert abs(linalg.cond(A) - (15 + np.sqrt(221)) / 2) <= 1e-13
    turn = [[0.6, -0.8], [0.8, 0.6]]
    assert abs(linalg.cond(turn) - 1) <= 1e-15
    assert linalg.cond(0.1 * np.eye(100)) == 1  # though the determinant is 1e-100


@pytest.mark.parametrize("n, rtol", [(4, 1e-12), (8, 1e-6), (10, 1e-3)])
def test_cond_of_hilberts_matrix_against_whole_numbers(n, rtol):
    """Its inverse is made of whole numbers: cond_1 is exact in fractions."""
    A = scipy.linalg.hilbert(n)
    columns = [sum(Fraction(1, i + j + 1) for i in range(n)) for j in range(n)]
    inverse = scipy.linalg.invhilbert(n, exact=True)
    exact = float(max(columns) * max(int(x) for x in np.abs(inverse).sum(axis=0)))
    np.testing.assert_allclose(linalg.cond(A, 1), exact, rtol=rtol)


def test_cond_of_longley_and_of_a_graded_matrix():
    D = np.diag(10.0 ** np.array([0, -8, -16, -24]))
    A = np.random.default_rng(0).normal(size=(6, 4)) @ D
    with_digits = linalg.svdvals(A)
    assert 1e22 < linalg.cond(A) < 1e26
    assert linalg.cond(A) == with_digits[0] / with_digits[-1]


@pytest.mark.parametrize("p", [1, 2, np.inf, "fro"])
def test_cond_of_a_singular_matrix_is_infinite(p):
    for A in [np.zeros((2, 2)), [[1, 0], [0, 0]], [[0]]]:
        assert linalg.cond(A, p) == np.inf
    assert linalg.cond([[1, 1], [1, 1]], p) > 1e15
    assert linalg.cond([[1, 2, 3], [4, 5, 6], [7, 8, 9]], p) > 1e15
    assert linalg.cond(np.diag([1e200, 1e-200]), p) == np.inf  # 1e400


@pytest.mark.parametrize("p", [1, 2, np.inf, "fro"])
@pytest.mark.parametrize("scale", [2.0**-1060, 2.0**-600, 2.0**600, 2.0**1020])
def test_cond_does_not_mind_units(scale, p):
    A = np.array([[1.0, 2.0], [3.0, 4.0]])
    assert linalg.cond(scale * A, p) == linalg.cond(A, p)


@pytest.mark.parametrize("p", [3, 0, -2, "nuc", "2", None, np.nan, [1], np.ones(2)])
def test_cond_knows_its_norms(p):
    with pytest.raises(ValueError, match="p must be 1, 2, np.inf or 'fro'"):
        linalg.cond(np.eye(2), p)


@settings(deadline=None)
@given(npst.arrays(float, (3, 3), elements=st.sampled_from([0.0, 1, -1, 2, 5])))
def test_cond_is_at_least_1_and_that_of_the_inverse(A):
    for p in [1, 2, np.inf, "fro"]:
        size = linalg.cond(A, p)
        assert size >= 1 - 1e-15
        if size < 1e6:
            np.testing.assert_allclose(linalg.cond(np.linalg.inv(A), p), size, rtol=1e-9)  # fmt: skip


@pytest.mark.parametrize("module", [conditioning, iterative])
def test_the_modules_use_none_of_numpys_solvers(module):
    code = inspect.getsource(module).replace("numpy.linalg.LinAlgError", "")
    code = code.replace("np.linalg.LinAlgError", "").replace("utils.linalg", "")
    assert "linalg" not in code
