"""Projections, constraints, proximal gradients and lasso paths against their optimality."""

import numpy as np
import pytest
import scipy.optimize as so
import sklearn.linear_model as sk
from hypothesis import given, settings
from hypothesis import strategies as st

from utils import optimizers
from utils.datasets import load_diabetes
from utils.optimizers import (
    augmented_lagrangian,
    gradient_descent,
    lasso_coordinate_descent,
    lasso_path,
    project_ball,
    project_box,
    project_l1_ball,
    project_simplex,
    projected_gradient,
    proximal_gradient,
    soft_threshold,
    solve_equality_qp,
)

RNG = np.random.default_rng(21)

# --------------------------------------------------------------------------- projections
# Each with a sampler of points of its set: P(v) is the nearest point of a convex set if and
# only if it lies in the set and (v - P(v)).(z - P(v)) <= 0 for every z of the set.

LO, HI = np.array([-1.0, 0.0, -np.inf, 2.0]), np.array([1.0, 0.5, 0.0, 2.0])
CENTER = np.array([1.0, -2.0, 0.0, 3.0])


def in_box(rng, n):
    low, high = np.maximum(LO, -50), HI
    return low + (high - low) * rng.random((n, 4))


def in_ball(rng, n):
    z = rng.normal(size=(n, 4))
    z /= np.linalg.norm(z, axis=1, keepdims=True)
    return CENTER + 1.5 * z * rng.random((n, 1)) ** 0.1


def in_simplex(rng, n):
    return 2.5 * np.vstack([rng.dirichlet(np.full(4, 0.3), size=n - 4), np.eye(4)])


def in_l1_ball(rng, n):
    return in_simplex(rng, n) * rng.choice([-1, 1], size=(n, 4)) * rng.random((n, 1)) ** 0.1  # fmt: skip


def box(v):
    return project_box(v, LO, HI)


def ball(v):
    return project_ball(v, 1.5, CENTER)


def simplex(v):
    return project_simplex(v, 2.5)


def l1_ball(v):
    return project_l1_ball(v, 2.5)


SETS = {
    "box": (box, in_box, lambda x: np.all((x >= LO) & (x <= HI))),
    "ball": (ball, in_ball, lambda x: np.linalg.norm(x - CENTER) <= 1.5 * (1 + 1e-15)),
    "simplex": (
        simplex, in_simplex, lambda x: np.all(x >= 0) and abs(x.sum() - 2.5) < 1e-14,
    ),
    "l1 ball": (l1_ball, in_l1_ball, lambda x: np.abs(x).sum() <= 2.5 + 1e-14),
}  # fmt: skip
each_set = pytest.mark.parametrize("name", SETS)
points = st.lists(st.floats(-100, 100), min_size=4, max_size=4).map(np.array)


@each_set
@settings(max_examples=60, deadline=None)
@given(v=points)
def test_no_point_of_the_set_makes_an_acute_angle(name, v):
    project, sample, inside = SETS[name]
    p = project(v)
    assert inside(p)
    z = sample(np.random.default_rng(0), 200)
    assert ((z - p) @ (v - p)).max() <= 1e-10 * (1 + v @ v)
    np.testing.assert_allclose(project(p), p, rtol=1e-14, atol=1e-14)


@each_set
@settings(max_examples=40, deadline=None)
@given(v=points, w=points)
def test_projections_bring_points_closer(name, v, w):
    project = SETS[name][0]
    apart = np.linalg.norm(project(v) - project(w))
    assert apart <= np.linalg.norm(v - w) * (1 + 1e-12) + 1e-12


@each_set
def test_points_of_the_set_stay(name):
    project, sample, _ = SETS[name]
    for z in sample(RNG, 40):
        np.testing.assert_allclose(project(z), z, rtol=1e-14, atol=1e-14)


@each_set
def test_points_are_projected_each_on_its_own(name):
    project = SETS[name][0]
    V = 3 * RNG.normal(size=(3, 5, 4))
    singly = [[project(v) for v in row] for row in V]
    np.testing.assert_allclose(project(V), singly, rtol=1e-14, atol=1e-15)
    kept = V.copy()
    V.flags.writeable = False
    result = project(V[:, ::-1])  # not contiguous, read-only
    np.testing.assert_array_equal(V, kept)
    assert not np.shares_memory(result, V) and result.flags.writeable
    np.testing.assert_array_equal(project([1, 2, 3, 4]), project([1.0, 2.0, 3.0, 4.0]))
    single = project(np.float32([1, 2, 3, 4]))
    assert single.dtype == float


@pytest.mark.parametrize("seed", range(4))
def test_slsqp_finds_the_same_points(seed):
    v = 2 * np.random.default_rng(seed).normal(size=4)

    def nearest(constraint, x0):
        found = so.minimize(
            lambda x: np.sum((x - v) ** 2), x0, jac=lambda x: 2 * (x - v),
            method="SLSQP", constraints=constraint, options={"ftol": 1e-15},
        )  # fmt: skip
        return found.x

    on = [{"type": "eq", "fun": lambda x: x.sum() - 2.5}, {"type": "ineq", "fun": lambda x: x}]  # fmt: skip
    np.testing.assert_allclose(simplex(v), nearest(on, np.full(4, 0.6)), atol=1e-7)
    within = {"type": "ineq", "fun": lambda x: 2.25 - np.sum((x - CENTER) ** 2)}
    np.testing.assert_allclose(ball(v), nearest(within, CENTER), atol=1e-6)


def test_projections_by_hand():
    np.testing.assert_allclose(project_simplex([0.8, 0.6, -0.2]), [0.6, 0.4, 0])
    np.testing.assert_allclose(project_simplex([0.0, 0.0]), [0.5, 0.5])
    np.testing.assert_allclose(project_simplex([-7.0]), [1.0])
    np.testing.assert_allclose(project_simplex([3, 3, 0], total=4), [2, 2, 0])
    np.testing.assert_allclose(project_l1_ball([3, -2, 0.5], 2), [1.5, -0.5, 0])
    np.testing.assert_allclose(project_l1_ball([0.3, -0.2], 2), [0.3, -0.2])
    np.testing.assert_allclose(project_ball([3, 4], 10), [3, 4])
    np.testing.assert_allclose(project_ball([0, 0]), [0, 0])
    assert project_box(3, 0, 1) == 1.0 and type(project_box(3, 0, 1)) is float
    assert not np.signbit(project_l1_ball([-5.0, -0.1], 1.0)).any() == 0


def test_zeros_have_no_sign():
    assert not np.signbit(project_l1_ball([5.0, -0.1], 1.0)).any()
    assert not np.signbit(project_simplex([5.0, -0.1])).any()


def test_projections_survive_the_ends_of_floating_point():
    np.testing.assert_allclose(project_ball([3e200, 4e200]), [0.6, 0.8])
    np.testing.assert_allclose(project_ball([3e-200, 4e-200], 1e-200), [6e-201, 8e-201])
    np.testing.assert_allclose(project_simplex([1e16 + 2, 1e16]), [1, 0])
    np.testing.assert_allclose(project_simplex([1e308, -1e308, 1e308]), [0.5, 0, 0.5])
    np.testing.assert_allclose(project_l1_ball([1e308, -1e308]), [0.5, -0.5])
    wide = project_simplex(RNG.normal(size=100_000))
    assert wide.sum() == pytest.approx(1, abs=1e-12) and wide.min() == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: project_box([1, 2], [0, 3], [1, 2]), "lo <= hi"),
        (lambda: project_box([1, 2], np.nan, 1), "lo <= hi"),
        (lambda: project_box([1, 2], [0, 0, 0], 1), "broadcast"),
        (lambda: project_box(1.0, [0, 0], 1), "must broadcast to the shape of v"),
        (lambda: project_box([np.nan], 0, 1), "v must be finite"),
        (lambda: project_ball([1, 2], 0), "radius must be in"),
        (lambda: project_ball([1, 2], 1, [0]), r"center must have shape \(2,\)"),
        (lambda: project_ball(3.0), r"v must have shape \(..., d\)"),
        (lambda: project_simplex([]), r"v must have shape \(..., d\)"),
        (lambda: project_simplex([1, 2], 0), "total must be in"),
        (lambda: project_simplex([1, np.inf]), "v must be finite"),
        (lambda: project_l1_ball([1, 2], -1), "radius must be in"),
        (lambda: project_l1_ball([1, np.nan]), "v must be finite"),
    ],
)
def test_projections_say_what_they_need(call, message):
    with pytest.raises(ValueError, match=message):
        call()


# -------------------------------------------------------------------- projected gradient

BOWL = optimizers.quadratic_problem([[4, 1], [1, 3]], b=[1, -2])


def test_projected_steps_are_their_formula():
    run = projected_gradient(BOWL.f, BOWL.grad, project_simplex, [3, 1], 0.1, steps=20)
    for x, new in zip(run.path, run.path[1:], strict=False):
        np.testing.assert_array_equal(new, project_simplex(x - 0.1 * BOWL.grad(x)))
    moved = np.linalg.norm(np.diff(run.path, axis=0), axis=1) / 0.1
    np.testing.assert_allclose(run.grad_norms[:-1], moved, rtol=1e-12)
    assert run.path[0].tolist() == [3, 1]  # the start needn't lie in the set
    np.testing.assert_array_equal(run.step_sizes, 0.1)


def test_without_walls_it_is_gradient_descent():
    run = projected_gradient(BOWL.f, BOWL.grad, lambda x: x, [3, 1], 0.1)
    plain = gradient_descent(BOWL.f, BOWL.grad, [3, 1], 0.1)
    np.testing.assert_allclose(run.path, plain.path, atol=1e-14)
    np.testing.assert_allclose(run.grad_norms, plain.grad_norms, rtol=1e-5, atol=1e-13)


def test_on_the_simplex_it_finds_slsqps_minimizer_and_kkt_holds():
    A = RNG.normal(size=(6, 6))
    p = optimizers.quadratic_problem(A @ A.T + 0.1 * np.eye(6), RNG.normal(size=6))
    run = projected_gradient(
        p.f, p.grad, project_simplex, np.full(6, 1 / 6), 1 / p.L, 20_000, tol=1e-10
    )
    theirs = so.minimize(
        p.f, np.full(6, 1 / 6), jac=p.grad, method="SLSQP", bounds=[(0, None)] * 6,
        constraints={"type": "eq", "fun": lambda x: x.sum() - 1}, options={"ftol": 1e-15},
    )  # fmt: skip
    assert run.converged and run.message.startswith("projected gradient norm at most")
    np.testing.assert_allclose(run.x, theirs.x, atol=1e-6)
    slope = p.grad(run.x)
    price = slope[run.x > 0]  # equal where mass lies, no smaller where none lies
    np.testing.assert_allclose(price, price[0], atol=1e-9)
    assert 0 < np.count_nonzero(run.x == 0) and slope.min() >= price[0] - 1e-9


def test_the_shares_of_the_titanics_classes():
    counts = np.array([325, 285, 706, 885.0])
    share = counts / counts.sum()
    run = projected_gradient(
        lambda p: -share @ np.log(p), lambda p: -share / p, project_simplex,
        np.full(4, 0.25), 0.05, tol=1e-10,
    )  # fmt: skip
    np.testing.assert_allclose(run.x, share, atol=1e-9)


def test_projected_gradient_ends_with_a_message():
    run = projected_gradient(None, BOWL.grad, lambda x: x, [3, 1], 0.01, steps=3)
    assert not run.converged and run.message == "did all 3 steps"
    assert np.isnan(run.values).all() and run.n_fun == 0 and run.n_grad == 4
    wild = projected_gradient(BOWL.f, BOWL.grad, lambda x: x, [3, 1], 10.0)
    assert wild.message == f"diverged at step {wild.n_iter + 1}"


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({"lr": 0.0}, "lr must be in"),
        ({"project": lambda x: x[:1]}, r"project must return shape \(2,\)"),
        ({"grad": lambda x: x[:1]}, "grad must return shape"),
        ({"steps": -1}, "steps must be at least 0"),
        ({"x0": [np.nan, 0.0]}, "x0 must be finite"),
    ],
)
def test_projected_gradient_says_what_it_needs(kwargs, message):
    defaults = {"f": BOWL.f, "grad": BOWL.grad, "project": project_simplex, "lr": 0.1}
    with pytest.raises(ValueError, match=message):
        projected_gradient(**{"x0": [3, 1]} | defaults | kwargs)


# ------------------------------------------------------------------- equations, exactly


def kkt_of_a_random_qp(n, m, seed, scale=1.0):
    rng = np.random.default_rng(seed)
    B = rng.normal(size=(n, n))
    P, q = scale * B @ B.T, scale * rng.normal(size=n)
    A, b = rng.normal(size=(m, n)), rng.normal(size=m)
    return P, q, A, b


@pytest.mark.parametrize(("n", "m"), [(1, 1), (3, 1), (5, 5), (40, 12)])
@pytest.mark.parametrize("scale", [1.0, 1e12, 1e-12])
def test_the_conditions_of_optimality_hold(n, m, scale):
    P, q, A, b = kkt_of_a_random_qp(n, m, seed=n, scale=scale)
    x, nu = solve_equality_qp(P, q, A, b)
    size = np.abs(P).max() * max(1, np.abs(x).max())
    np.testing.assert_allclose(P @ x + q + A.T @ nu, 0, atol=1e-11 * size)
    np.testing.assert_allclose(A @ x, b, atol=1e-11)


def test_slsqp_finds_the_same_minimum():
    P, q, A, b = kkt_of_a_random_qp(6, 2, seed=3)
    x, _ = solve_equality_qp(P, q, A, b)
    theirs = so.minimize(
        lambda x: x @ P @ x / 2 + q @ x, np.zeros(6), jac=lambda x: P @ x + q,
        method="SLSQP", constraints={"type": "eq", "fun": lambda x: A @ x - b},
        options={"ftol": 1e-15},
    )  # fmt: skip
    np.testing.assert_allclose(x, theirs.x, atol=1e-5)


def test_the_shortest_solution_is_that_of_the_pseudoinverse():
    A, b = RNG.normal(size=(3, 7)), RNG.normal(size=3)
    x, nu = solve_equality_qp(np.eye(7), np.zeros(7), A, b)
    np.testing.assert_allclose(x, np.linalg.pinv(A) @ b, atol=1e-13)
    np.testing.assert_allclose(-A.T @ nu, x, atol=1e-13)


def test_multipliers_are_prices():
    P, q, A, b = kkt_of_a_random_qp(4, 2, seed=8)

    def minimum(b):
        x, _ = solve_equality_qp(P, q, A, b)
        return x @ P @ x / 2 + q @ x

    _, nu = solve_equality_qp(P, q, A, b)
    slopes = [(minimum(b + e) - minimum(b - e)) / 2e-4 for e in 1e-4 * np.eye(2)]
    np.testing.assert_allclose(slopes, -nu, rtol=1e-6)


def test_the_scale_of_one_equation_does_not_matter():
    P, q, A, b = kkt_of_a_random_qp(4, 2, seed=8)
    x, nu = solve_equality_qp(P, q, A, b)
    c = np.array([1e-14, 1e14])
    other, prices = solve_equality_qp(P, q, c[:, None] * A, c * b)
    np.testing.assert_allclose(other, x, rtol=1e-10)
    np.testing.assert_allclose(prices * c, nu, rtol=1e-10)


def test_curvature_is_needed_only_along_the_equations():
    x, nu = solve_equality_qp([[-1, 0], [0, 1]], [0, 3], [[1, 0]], [2])
    np.testing.assert_allclose(x, [2, -3])
    np.testing.assert_allclose(nu, [2])
    whole, _ = solve_equality_qp(np.zeros((2, 2)), [1, 1], [[1, 2], [3, 4]], [5, 6])
    np.testing.assert_allclose(whole, np.linalg.solve([[1, 2], [3, 4]], [5, 6]))


@pytest.mark.parametrize(
    ("P", "A", "b", "message"),
    [
        (np.eye(2), [[1, 1], [2, 2]], [1, 2], "drop dependent rows"),
        (np.eye(2), [[0, 0]], [0], "singular"),
        (np.diag([1.0, 0.0]), [[1, 0]], [1], "flat along a direction"),
        (np.diag([1.0, -1.0]), [[1, 0]], [1], "no minimum"),
        (np.eye(1), [[1], [2]], [1, 2], "singular"),
    ],
)
def test_problems_without_one_minimum_are_refused(P, A, b, message):
    with pytest.raises(np.linalg.LinAlgError, match=message):
        solve_equality_qp(P, np.zeros(len(P)), A, b)


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (([[1, 2], [3, 4]], [0, 0], [[1, 1]], [1]), "P must be symmetric"),
        (([[1, 2]], [0, 0], [[1, 1]], [1]), "P must be square"),
        ((np.eye(2), [0, 0], [[1, 1]], [1, 2]), "must have shapes"),
        ((np.eye(2), [0], [[1, 1]], [1]), "must have shapes"),
        ((np.eye(2), [0, 0], [[1, 1, 1]], [1]), "must have shapes"),
        ((np.eye(2), [0, np.nan], [[1, 1]], [1]), "q must be finite"),
    ],
)
def test_the_quadratic_program_says_what_it_needs(args, message):
    with pytest.raises(ValueError, match=message):
        solve_equality_qp(*args)


# ------------------------------------------------------------------ augmented Lagrangian


def test_the_table_by_hand():
    run = augmented_lagrangian(
        lambda x: x @ x, lambda x: 2 * x, lambda x: x[0] + x[1] - 1, lambda x: [1, 1],
        [0, 0],
    )  # fmt: skip
    nu = [0.0]
    for _ in range(
        run.n_iter
    ):  # the inner minimizer is x = y = (rho - nu) / (2 + 2 rho)
        x = (10 - nu[-1]) / 22
        nu.append(nu[-1] + 10 * (2 * x - 1))
    np.testing.assert_allclose(run.extra["nu_path"][:, 0], nu, atol=1e-7)
    assert run.extra["nu_path"][6, 0] == pytest.approx(-0.9999994, abs=1e-7)
    assert run.extra["violation"][6] == pytest.approx(5.6e-7, rel=0.01)
    assert run.extra["violation"][1] == pytest.approx(0.0909, abs=1e-4)
    np.testing.assert_array_equal(run.step_sizes, 10.0)
    assert run.converged and run.extra["nu"] == pytest.approx(-1)
    k = run.n_iter
    assert run.path.shape == (k + 1, 2) and run.values.shape == (k + 1,)
    assert run.extra["violation"].shape == run.grad_norms.shape == (k + 1,)


HOCK_SCHITTKOWSKI = {
    "6": (
        lambda x: (1 - x[0]) ** 2,
        lambda x: np.array([-2 * (1 - x[0]), 0]),
        lambda x: 10 * (x[1] - x[0] ** 2),
        lambda x: np.array([-20 * x[0], 10]),
        [-1.2, 1.0],
    ),
    "7": (
        lambda x: np.log(1 + x[0] ** 2) - x[1],
        lambda x: np.array([2 * x[0] / (1 + x[0] ** 2), -1]),
        lambda x: (1 + x[0] ** 2) ** 2 + x[1] ** 2 - 4,
        lambda x: np.array([4 * x[0] * (1 + x[0] ** 2), 2 * x[1]]),
        [2.0, 2.0],
    ),
    "28": (
        lambda x: (x[0] + x[1]) ** 2 + (x[1] + x[2]) ** 2,
        lambda x: 2 * np.array([x[0] + x[1], x[0] + 2 * x[1] + x[2], x[1] + x[2]]),
        lambda x: [x[0] + 2 * x[1] + 3 * x[2] - 1],
        lambda x: [[1, 2, 3]],
        [-4.0, 1.0, 1.0],
    ),
    "39": (
        lambda x: -x[0],
        lambda x: np.array([-1.0, 0, 0, 0]),
        lambda x: np.array(
            [x[1] - x[0] ** 3 - x[2] ** 2, x[0] ** 2 - x[1] - x[3] ** 2]
        ),
        lambda x: np.array(
            [[-3 * x[0] ** 2, 1, -2 * x[2], 0], [2 * x[0], -1, 0, -2 * x[3]]]
        ),
        [2.0, 2.0, 2.0, 2.0],
    ),
}


@pytest.mark.parametrize("rho", [0.5, 10.0])
@pytest.mark.parametrize("name", HOCK_SCHITTKOWSKI)
def test_hock_and_schittkowskis_problems(name, rho):
    f, grad, h, jac, x0 = HOCK_SCHITTKOWSKI[name]
    run = augmented_lagrangian(f, grad, h, jac, x0, rho)
    theirs = so.minimize(
        f, x0, jac=grad, method="SLSQP", options={"ftol": 1e-15, "maxiter": 500},
        constraints={"type": "eq", "fun": h, "jac": jac},
    )  # fmt: skip
    assert run.converged
    np.testing.assert_allclose(run.x, theirs.x, atol=1e-6)
    J, nu = np.atleast_2d(jac(run.x)), run.extra["nu"]
    assert np.linalg.norm(grad(run.x) + nu @ J) <= 1e-8
    assert np.linalg.norm(np.atleast_1d(h(run.x))) <= 1e-8
    assert run.n_grad >= run.n_iter


def test_the_largest_eigenvalue_is_a_multiplier():
    A = np.diag([1.0, 2.0, 5.0])
    run = augmented_lagrangian(
        lambda w: -w @ A @ w, lambda w: -2 * A @ w, lambda w: w @ w - 1,
        lambda w: 2 * w, [1, 1, 1], rho=0.1,
    )  # fmt: skip
    np.testing.assert_allclose(np.abs(run.x), [0, 0, 1], atol=1e-7)
    assert run.extra["nu"][0] == pytest.approx(5)


def test_a_weight_that_is_too_small_grows():
    f, grad, h, jac, x0 = HOCK_SCHITTKOWSKI["39"]
    run = augmented_lagrangian(f, grad, h, jac, x0, rho=0.5)
    assert run.step_sizes[0] == 0.5 < run.step_sizes[-1]
    assert set(np.log10(run.step_sizes[1:] / run.step_sizes[:-1]).round(9)) <= {0, 1}


def test_equations_without_a_solution_are_not_solved():
    run = augmented_lagrangian(
        lambda x: x @ x, lambda x: 2 * x, lambda x: x[0] ** 2 + 1,
        lambda x: [2 * x[0], 0], [1, 1],
    )  # fmt: skip
    assert not run.converged and run.message == "did all 20 rounds"
    assert run.extra["violation"][-1] >= 1


def test_a_start_that_is_the_solution_takes_no_round():
    run = augmented_lagrangian(
        lambda x: x @ x, lambda x: 2 * x, lambda x: x[0], lambda x: [1, 0], [0, 0]
    )
    assert run.converged and run.n_iter == 0 and run.extra["nu"].tolist() == [0]


def test_values_beyond_floating_point_end_the_rounds():
    run = augmented_lagrangian(
        lambda x: x @ x, lambda x: 2 * x, lambda x: np.inf * x[0], lambda x: [1.0, 0],
        [1, 1],
    )  # fmt: skip
    assert run.message == "diverged at step 1" and run.path.shape == (1, 2)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rho": 0.0}, "rho must be in"),
        ({"outer": -1}, "outer must be at least 0"),
        ({"tol": -1.0}, "tol must be in"),
        ({"h": lambda x: np.eye(2)}, "h must return a number"),
        ({"jac_h": lambda x: [1, 2, 3]}, r"jac_h must return shape \(1, 2\)"),
        ({"grad": lambda x: x[:1]}, r"grad must return shape \(2,\)"),
        ({"x0": [[1, 2]]}, "x0 must be a vector"),
    ],
)
def test_the_augmented_lagrangian_says_what_it_needs(change, message):
    defaults = {
        "f": BOWL.f, "grad": BOWL.grad, "h": lambda x: x[0], "jac_h": lambda x: [1, 0],
        "x0": [1, 2],
    }  # fmt: skip
    with pytest.raises(ValueError, match=message):
        augmented_lagrangian(**defaults | change)


# -------------------------------------------------------------------- proximal gradient


def diabetes():
    X, y = load_diabetes()
    return (X - X.mean(axis=0)) / X.std(axis=0), y - y.mean()


Z, TARGET = diabetes()
N = len(TARGET)
LIPSCHITZ = np.linalg.norm(Z, 2) ** 2 / N


def lasso(w, alpha):
    return np.mean((TARGET - Z @ w) ** 2) / 2 + alpha * np.abs(w).sum()


def smooth(w):
    return Z.T @ (Z @ w - TARGET) / N


@pytest.mark.parametrize("accelerated", [False, True])
@pytest.mark.parametrize("alpha", [1.0, 10.0])
def test_proximal_gradient_finds_scikit_learns_lasso(accelerated, alpha):
    run = proximal_gradient(
        lambda w: lasso(w, alpha), smooth, lambda v, lr: soft_threshold(v, lr * alpha),
        np.zeros(10), 1 / LIPSCHITZ, 5000, accelerated, tol=1e-9,
    )  # fmt: skip
    theirs = sk.Lasso(alpha, tol=1e-14, max_iter=100_000).fit(Z, TARGET)
    assert run.converged and run.message == "proximal step over lr at most 1e-09"
    np.testing.assert_allclose(run.x, theirs.coef_, atol=1e-7)
    np.testing.assert_array_equal(run.x == 0, theirs.coef_ == 0)
    np.testing.assert_allclose(run.values, [lasso(w, alpha) for w in run.path])


def test_proximal_gradient_finds_scikit_learns_elastic_net():
    alpha, ratio = 2.0, 0.5

    def prox(v, lr):
        return soft_threshold(v, lr * alpha * ratio) / (1 + lr * alpha * (1 - ratio))

    run = proximal_gradient(None, smooth, prox, np.zeros(10), 1 / LIPSCHITZ, tol=1e-10)
    theirs = sk.ElasticNet(alpha, l1_ratio=ratio, tol=1e-14, max_iter=100_000)
    np.testing.assert_allclose(run.x, theirs.fit(Z, TARGET).coef_, atol=1e-8)
    assert np.isnan(run.values).all()


def fista_as_printed(grad, prox, x0, lr, steps):
    x = y = x0
    t, path = 1.0, [x0]
    for _ in range(steps):
        new = prox(y - lr * grad(y), lr)
        t_new = (1 + np.sqrt(1 + 4 * t * t)) / 2
        y = new + (t - 1) / t_new * (new - x)
        x, t = new, t_new
        path.append(x)
    return np.array(path)


def test_the_iterates_are_those_of_the_papers():
    def prox(v, lr):
        return soft_threshold(v, 5 * lr)

    lr, w, path = 1 / LIPSCHITZ, np.full(10, 3.0), [np.full(10, 3.0)]
    for _ in range(40):
        w = prox(w - lr * smooth(w), lr)
        path.append(w)
    run = proximal_gradient(None, smooth, prox, path[0], lr, 40, tol=0)
    np.testing.assert_allclose(run.path, path, rtol=1e-13, atol=1e-13)
    moved = np.linalg.norm(np.diff(run.path, axis=0), axis=1) / lr
    np.testing.assert_allclose(run.grad_norms[:-1], moved, rtol=1e-12)
    run = proximal_gradient(None, smooth, prox, path[0], lr, 40, True, tol=0)
    fista = fista_as_printed(smooth, prox, path[0], lr, 40)
    np.testing.assert_allclose(run.path, fista, rtol=1e-12, atol=1e-12)
    assert run.n_grad == 41 and run.name == "FISTA"


def test_acceleration_pays_where_the_valley_is_long():
    valley = optimizers.quadratic_problem(np.diag(np.logspace(0, -5, 30)))
    gaps = [
        proximal_gradient(
            valley.f, valley.grad, lambda v, lr: v, valley.x0, 1.0, 300, fast
        ).fun
        for fast in (False, True)
    ]
    assert gaps[1] < gaps[0] / 10


def test_a_converged_fista_is_at_a_minimizer_and_not_only_on_its_way_through():
    """With one valley the point ahead may be optimal while the iterate is not."""
    p = optimizers.quadratic_problem([[1.0]], x0=[1.0])
    for lr in np.linspace(0.02, 0.9, 40):
        run = proximal_gradient(
            p.f, p.grad, lambda v, lr: v, p.x0, lr, 20_000, True, tol=1e-3
        )
        assert run.converged and abs(run.x[0]) <= 4e-3


def test_the_prox_of_a_wall_is_a_projection():
    run = proximal_gradient(
        BOWL.f, BOWL.grad, lambda v, lr: project_simplex(v), [3, 1], 0.1, steps=20
    )
    walls = projected_gradient(BOWL.f, BOWL.grad, project_simplex, [3, 1], 0.1, steps=20)  # fmt: skip
    np.testing.assert_array_equal(run.path, walls.path)


def test_proximal_gradient_says_what_it_needs_and_how_it_ends():
    with pytest.raises(ValueError, match="lr must be in"):
        proximal_gradient(None, smooth, soft_threshold, np.zeros(10), 0.0)
    with pytest.raises(ValueError, match=r"prox must return shape \(2,\)"):
        proximal_gradient(None, BOWL.grad, lambda v, lr: v[:1], [1, 2], 0.1)
    with pytest.raises(ValueError, match="grad must return shape"):
        proximal_gradient(None, lambda x: x[:1], soft_threshold, [1, 2], 0.1)
    wild = proximal_gradient(None, BOWL.grad, lambda v, lr: v, [1, 2], 10.0)
    assert wild.message == f"diverged at step {wild.n_iter + 1}"


# ----------------------------------------------------------------------------- the path


def test_the_path_is_scikit_learns():
    alphas, coefs, intercepts = lasso_path(Z, TARGET + 7)
    assert alphas.shape == (60,) and coefs.shape == (60, 10)
    assert alphas[0] == pytest.approx(45.16, abs=0.005)
    assert alphas[-1] == pytest.approx(alphas[0] / 1000)
    np.testing.assert_allclose(np.diff(np.log(alphas)), np.log(1e-3) / 59)
    _, theirs, _ = sk.lasso_path(Z, TARGET, alphas=alphas, tol=1e-14, max_iter=100_000)
    np.testing.assert_allclose(coefs, theirs.T, atol=1e-8)
    np.testing.assert_allclose(intercepts, 7, atol=1e-10)


def test_on_raw_columns_it_is_the_lasso_with_an_intercept():
    X, y = load_diabetes()
    alphas, coefs, intercepts = lasso_path(X, y, n_alphas=8, eps=1e-2)
    for alpha, w, b in zip(alphas, coefs, intercepts, strict=True):
        theirs = sk.Lasso(alpha, tol=1e-14, max_iter=200_000).fit(X, y)
        np.testing.assert_allclose(w, theirs.coef_, rtol=1e-6, atol=1e-8)
        assert b == pytest.approx(theirs.intercept_, rel=1e-7)


def optimality(X, y, alpha, w):
    """How far the subgradient conditions are from holding, relative to alpha."""
    pull = X.T @ (y - y.mean() - (X - X.mean(axis=0)) @ w) / len(y)
    on = w != 0
    return max(
        np.abs(pull[on] - alpha * np.sign(w[on])).max(initial=0) / alpha,
        (np.abs(pull[~on]).max(initial=0) - alpha) / alpha,
    )


@pytest.mark.parametrize("shape", [(30, 5), (12, 12), (10, 40), (200, 64)])
def test_every_point_of_the_path_is_optimal(shape):
    rng = np.random.default_rng(4)
    X = rng.normal(size=shape) + rng.normal(size=(shape[0], 1))  # correlated
    y = X[:, :3] @ [3.0, -2.0, 1.0] + rng.normal(size=shape[0])
    alphas, coefs, _ = lasso_path(X, y, n_alphas=25, eps=1e-2)
    for alpha, w in zip(alphas, coefs, strict=True):
        assert optimality(X, y, alpha, w) < 1e-7
    np.testing.assert_array_equal(coefs[0], 0)
    assert np.count_nonzero(coefs[1]) >= 1


def test_variables_enter_in_the_known_order_and_s3_comes_back_with_another_sign():
    alphas, coefs, _ = lasso_path(Z, TARGET, n_alphas=800, eps=1e-4)
    names = ["age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6"]
    first = np.argmax(coefs != 0, axis=0)
    order = [names[j] for j in np.argsort(first, kind="stable")]
    assert order == ["bmi", "s5", "bp", "s3", "sex", "s6", "s1", "s4", "s2", "age"]
    s3 = np.sign(coefs[:, 6])
    assert {-1.0, 1.0} <= set(s3) and 0 in s3[first[6] :]
    at_ten = lasso_path(Z, TARGET, alphas=[10])[1][0]
    assert {names[j] for j in np.flatnonzero(at_ten)} == {"bmi", "bp", "s3", "s5"}


def test_alphas_may_come_in_any_order_and_beyond_the_largest():
    alphas, coefs, intercepts = lasso_path(Z, TARGET, alphas=[1, 100, 10])
    assert alphas.tolist() == [100, 10, 1]
    assert not coefs[0].any() and coefs[1].any() and intercepts.shape == (3,)
    for alpha, w in zip(alphas, coefs, strict=True):
        run = lasso_coordinate_descent(Z, TARGET, alpha, tol=1e-12, max_sweeps=50_000)
        np.testing.assert_allclose(w, run.x, atol=1e-8)
    one, *_ = lasso_path(Z, TARGET, n_alphas=1)
    assert one.shape == (1,)


def test_equal_and_constant_columns_have_a_path_too():
    X = np.column_stack([Z[:, 2], Z[:, 2], np.ones(N), Z[:, 8]])
    alphas, coefs, _ = lasso_path(X, TARGET, n_alphas=10, eps=0.05)
    for alpha, w in zip(alphas, coefs, strict=True):
        assert optimality(X, TARGET, alpha, w) < 1e-6
    assert not coefs[:, 2].any()
    both, *_ = lasso_path(Z[:, [2, 8]], TARGET, alphas=alphas)[1:]
    np.testing.assert_allclose(coefs[:, 0] + coefs[:, 1], both[:, 0], atol=1e-6)


def test_columns_that_are_nearly_dependent_are_reported(monkeypatch):
    monkeypatch.setattr(optimizers.proximal, "_with_signs", lambda *args: None)
    t = np.linspace(-1, 1, 30)
    X = np.vander(t, 12)[:, :-1]
    with pytest.raises(RuntimeError, match="did not converge at alpha"):
        lasso_path(X, np.sin(9 * t), alphas=[1e-7])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: lasso_path(Z, TARGET, alphas=[1, 0]), "alphas must be positive"),
        (lambda: lasso_path(Z, TARGET, alphas=[]), "alphas must not be empty"),
        (lambda: lasso_path(Z, TARGET[1:]), "equally many rows"),
        (lambda: lasso_path(Z, np.ones(N)), "uncorrelated"),
        (lambda: lasso_path(Z, TARGET, n_alphas=0), "n_alphas must be at least 1"),
        (lambda: lasso_path(Z, TARGET, eps=1.0), "eps must be in"),
        (lambda: lasso_path(Z[:, 0], TARGET), "one row per example"),
        (lambda: lasso_path(Z, TARGET * np.nan), "y must be finite"),
    ],
)
def test_the_path_says_what_it_needs(call, message):
    with pytest.raises(ValueError, match=message):
        call()
