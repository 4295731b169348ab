"""Newton's method, quasi-Newton, nonlinear least squares: against SciPy and by hand."""

import numpy as np
import pytest
import scipy.optimize as so
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from utils import optimizers
from utils.datasets import load_breast_cancer, load_challenger, load_keeling_co2
from utils.optimizers import (
    bfgs,
    gauss_newton,
    lbfgs,
    levenberg_marquardt,
    newton,
    newton_cg,
    wolfe,
)

RNG = np.random.default_rng(11)
VALLEY = optimizers.rosenbrock_problem()
BOWL = optimizers.quadratic_problem([[1, 0], [0, 9]], x0=[9, 1])


class Rosenbrock:
    """SciPy's, in any dimension, and as derivatives."""

    f, grad, hess = map(staticmethod, (so.rosen, so.rosen_der, so.rosen_hess))

    def __init__(self, d):
        self.x0 = np.linspace(0.5, 1.6, d)


def tumors():
    X, y = load_breast_cancer()
    Z = np.column_stack([np.ones(len(X)), (X - X.mean(axis=0)) / X.std(axis=0)])
    return optimizers.logistic_problem(Z, y, 0.01, penalize=np.arange(1, 31))


def shuttle():
    data = load_challenger()
    X = np.column_stack([np.ones(23), data["temperature_f"]])
    return optimizers.logistic_problem(X, data["distressed_orings"] > 0)


PROBLEMS = {
    "quadratic": optimizers.quadratic_problem([[4, 1], [1, 3]], b=[1, -2]),
    "ravine": optimizers.ravine_problem(1e4, 0.4),
    "rosenbrock": VALLEY,
    "rosenbrock, 6": Rosenbrock(6),
    "himmelblau": optimizers.himmelblau_problem(),
    "challenger": shuttle(),
    "tumors": tumors(),
}
each_problem = pytest.mark.parametrize("name", PROBLEMS)


def scipys(problem):
    return so.minimize(
        problem.f, problem.x0, jac=problem.grad, hess=problem.hess,
        method="Newton-CG", options={"xtol": 1e-12, "maxiter": 2000},
    )  # fmt: skip


def products(problem):
    return lambda x, v: problem.hess(x) @ v


METHODS = {
    "newton": lambda p: newton(p.f, p.grad, p.hess, p.x0, 200, tol=1e-18),
    "damped": lambda p: newton(p.f, p.grad, p.hess, p.x0, 3000, 1e-18, damping=0.01),
    "newton_cg": lambda p: newton_cg(p.f, p.grad, products(p), p.x0, 500),
    "bfgs": lambda p: bfgs(p.f, p.grad, p.x0),
    "lbfgs": lambda p: lbfgs(p.f, p.grad, p.x0),
    "lbfgs, 1": lambda p: lbfgs(p.f, p.grad, p.x0, memory=1, steps=5000),
}
each_method = pytest.mark.parametrize("method", METHODS)


@each_problem
@each_method
def test_all_methods_find_scipys_minimizer(name, method):
    problem = PROBLEMS[name]
    run, theirs = METHODS[method](problem), scipys(problem)
    assert run.converged, run
    assert run.fun <= theirs.fun + 1e-10 * abs(theirs.fun) + 1e-15
    if np.linalg.norm(run.x - theirs.x) > 1e-5:  # another minimum, as good
        assert name == "himmelblau" or name == "rosenbrock, 6" and theirs.fun > 1
    k = run.n_iter
    assert run.path.shape == (k + 1, len(problem.x0))
    assert run.values.shape == run.grad_norms.shape == (k + 1,)
    assert run.step_sizes.shape == (k,)
    np.testing.assert_array_equal(run.x, run.path[-1])
    np.testing.assert_allclose(run.values, [problem.f(x) for x in run.path])
    norms = [np.linalg.norm(problem.grad(x)) for x in run.path]
    np.testing.assert_allclose(run.grad_norms, norms, rtol=1e-9, atol=1e-300)


# ------------------------------------------------------------------------------- Newton


def test_newton_by_hand_doubles_the_digits():
    run = newton(
        lambda x: x[0] - np.log(x[0]), lambda x: 1 - 1 / x, lambda x: [[1 / x[0] ** 2]],
        [0.5], tol=1e-25,
    )  # fmt: skip
    np.testing.assert_allclose(
        1 - run.path[:5, 0], [0.5, 0.25, 0.0625, 0.5**8, 0.5**16], rtol=1e-10
    )
    assert run.converged and run.n_hess == run.n_grad == run.n_iter + 1


@pytest.mark.parametrize("damping", [0.0, 0.5])
def test_pure_newton_is_its_formula(damping):
    problem = PROBLEMS["challenger"]
    run = newton(
        problem.f, problem.grad, problem.hess, problem.x0, 6, 0.0, False, damping
    )
    for x, new in zip(run.path, run.path[1:], strict=False):
        H = problem.hess(x) + damping * np.eye(2)
        # the residual of the solved system, which is what Cholesky promises
        left = H @ (new - x) + problem.grad(x)
        assert np.linalg.norm(left) < 1e-12 * np.linalg.norm(H) * np.linalg.norm(new)


def test_newton_solves_a_quadratic_in_one_step():
    A = RNG.normal(size=(30, 30))
    problem = optimizers.quadratic_problem(A @ A.T + np.eye(30), RNG.normal(size=30))
    run = newton(problem.f, problem.grad, problem.hess, problem.x0)
    assert run.n_iter == 1
    np.testing.assert_allclose(run.x, problem.x_star, rtol=1e-9, atol=1e-11)


def test_newton_stops_on_the_decrease_that_the_model_predicts():
    assert BOWL.f(BOWL.x0) == 45.0  # and so much a quadratic model predicts
    for tol, damping, steps in [(45.01, 0, 0), (44.99, 0, 1), (45.01, 50, 0), (44.99, 50, 1)]:  # fmt: skip
        run = newton(BOWL.f, BOWL.grad, BOWL.hess, BOWL.x0, 1, tol, damping=damping)
        assert run.n_iter == steps


def test_newton_does_not_see_a_change_of_units():
    p, A = PROBLEMS["challenger"], np.array([[1.0, 0.5], [200.0, -3.0]])
    plain = newton(p.f, p.grad, p.hess, p.x0)
    turned = newton(
        lambda z: p.f(A @ z), lambda z: A.T @ p.grad(A @ z),
        lambda z: A.T @ p.hess(A @ z) @ A, np.zeros(2),
    )  # fmt: skip
    assert turned.n_iter == plain.n_iter == 5
    np.testing.assert_allclose(turned.path @ A.T, plain.path, rtol=1e-7, atol=1e-9)


def test_newton_on_challenger_is_the_known_regression():
    p = PROBLEMS["challenger"]
    run = newton(p.f, p.grad, p.hess, p.x0)
    np.testing.assert_allclose(run.path[1], [9.6190, -0.14952], atol=5e-5)
    np.testing.assert_allclose(run.x, [15.0429, -0.232163], rtol=1e-5)
    errors = np.linalg.norm(run.path - [15.04290165, -0.23216274], axis=1)
    np.testing.assert_allclose(
        errors[:5], [15.04, 5.424, 1.387, 0.1046, 6e-4], rtol=0.02
    )
    assert run.n_iter == 5
    stderr = np.sqrt(np.diag(np.linalg.inv(23 * p.hess(run.x))))
    np.testing.assert_allclose(stderr, [7.379, 0.1082], rtol=1e-3)
    data = load_challenger()
    theirs = LogisticRegression(C=np.inf, tol=1e-12, solver="newton-cholesky").fit(
        data["temperature_f"][:, None], data["distressed_orings"] > 0
    )
    np.testing.assert_allclose(run.x[1], theirs.coef_[0, 0], rtol=1e-6)


def root(x):
    return float(np.sqrt(1 + x[0] ** 2))


def test_newton_without_line_search_runs_off_where_x_becomes_minus_x_cubed():
    args = root, lambda x: x / np.sqrt(1 + x**2), lambda x: [[(1 + x[0] ** 2) ** -1.5]]
    inside = newton(*args, [0.9], line_search=False, tol=1e-20)
    np.testing.assert_allclose(inside.path[1:4], -(inside.path[:3] ** 3), rtol=1e-9)
    assert inside.converged
    run = newton(*args, [1.1], line_search=False)
    assert run.message == f"diverged at step {run.n_iter + 1}" and not run.converged
    assert np.isfinite(run.path).all() and abs(run.x[0]) > 1e90
    safe = newton(*args, [1.1])
    assert safe.converged and abs(safe.x[0]) < 1e-5 and np.all(np.diff(safe.values) < 0)


def test_newton_leaves_a_saddle_unless_it_stands_on_it():
    def f(v):
        return v[0] ** 2 / 2 - v[1] ** 2 / 2 + v[1] ** 4 / 4

    def grad(v):
        return np.array([v[0], v[1] ** 3 - v[1]])

    def hess(v):
        return np.diag([1.0, 3 * v[1] ** 2 - 1])

    for line_search in (True, False):
        run = newton(f, grad, hess, [1.0, 1e-9], line_search=line_search)
        assert run.converged
        np.testing.assert_allclose(run.x, [0, 1], atol=1e-4)
        stuck = newton(f, grad, hess, [0.0, 0.0], line_search=line_search)
        assert not stuck.converged and "no minimum" in stuck.message
    top = newton(lambda x: -(x[0] ** 2), lambda x: -2 * x, lambda x: [[-2.0]], [0.0])
    assert not top.converged and "no minimum" in top.message


def test_where_the_hessian_is_not_positive_definite_the_step_still_leads_down():
    for x0 in 4 * RNG.normal(size=(30, 2)):
        p = PROBLEMS["himmelblau"]
        run = newton(p.f, p.grad, p.hess, x0)
        assert run.converged and run.fun < 1e-9, (x0, run)
        assert np.all(np.diff(run.values) <= 0)


def test_newton_stops_where_the_curvature_is_zero_at_a_minimum():
    flat = newton(lambda v: v[0] ** 2, lambda v: [2 * v[0], 0], lambda v: [[2, 0], [0, 0]], [3, 4])  # fmt: skip
    assert flat.converged
    np.testing.assert_allclose(flat.x, [0, 4], atol=1e-4)
    zero = newton(lambda v: 1.0, lambda v: 0 * v, lambda v: [[0.0]], [3.0])
    assert zero.converged and zero.n_iter == 0


def test_newton_takes_its_last_steps_where_f_is_drowned_in_rounding():
    p = optimizers.quadratic_problem(np.diag([1.0, 40.0]), b=[1e4, 3e5])

    def f(x):
        return p.f(x) + 1e9 + 1e-9 * np.sum((x - p.x_star) ** 4)

    def grad(x):
        return p.grad(x) + 4e-9 * (x - p.x_star) ** 3

    def hess(x):
        return p.hess(x) + np.diag(12e-9 * (x - p.x_star) ** 2)

    for run in (
        newton(f, grad, hess, p.x0, tol=1e-18),
        newton_cg(f, grad, lambda x, v: hess(x) @ v, p.x0),
        bfgs(f, grad, p.x0, tol=1e-6),
        lbfgs(f, grad, p.x0, tol=1e-6),
    ):
        assert run.converged, run
        np.testing.assert_allclose(run.x, p.x_star, rtol=1e-9)


def test_newton_reports_steps_below_rounding_and_curvature_beyond_it():
    def f(x):
        return (x[0] - 1e8) ** 2

    start = [1e8 + 1e-8]
    run = newton(f, lambda x: 2 * (x - 1e8) + 1e-9, lambda x: [[2.0]], start, tol=0.0)
    assert not run.converged and "below rounding" in run.message
    huge = newton(
        lambda x: float(x[0]), lambda x: np.ones(3),
        lambda x: np.full((3, 3), -1.7e308), np.ones(3),
    )  # fmt: skip
    assert not huge.converged and huge.message == "diverged at step 1"


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({"hess": lambda x: [[1.0, 2.0], [0.0, 1.0]]}, "symmetric"),
        ({"hess": lambda x: [[1.0]]}, r"hess must return shape \(2, 2\), got \(1, 1\)"),
        ({"grad": lambda x: x[:1]}, "grad must return shape"),
        ({"damping": -1.0}, "damping must be in"),
        ({"steps": -1}, "steps must be at least 0"),
        ({"tol": -1.0}, "tol must be in"),
        ({"x0": [[1.0, 2.0]]}, "x0 must be a vector"),
    ],
)
def test_newton_says_what_it_needs(kwargs, message):
    defaults = {"f": BOWL.f, "grad": BOWL.grad, "hess": BOWL.hess, "x0": BOWL.x0}
    with pytest.raises(ValueError, match=message):
        newton(**defaults | kwargs)


def test_derivatives_that_are_not_numbers_end_a_run():
    for run in (
        newton(BOWL.f, BOWL.grad, lambda x: np.full((2, 2), np.nan), BOWL.x0),
        newton(BOWL.f, lambda x: x * np.nan, BOWL.hess, BOWL.x0),
        bfgs(BOWL.f, lambda x: x * np.nan, BOWL.x0),
        lbfgs(BOWL.f, lambda x: x * np.nan, BOWL.x0),
        newton_cg(BOWL.f, lambda x: x * np.nan, lambda x, v: v, BOWL.x0),
        newton_cg(BOWL.f, BOWL.grad, lambda x, v: v * np.nan, BOWL.x0, steps=2),
    ):
        assert not run.converged and np.isfinite(run.path).all()


# -------------------------------------------------------------------------------- Wolfe


def test_wolfe_by_hand():
    assert wolfe(BOWL.f, BOWL.grad, [9, 1], [-9, -9]) == (0.25, 3, 1)
    # on a parabola from slope -1: c2 = 0.9 asks for at least a tenth of the way
    f, grad = (lambda x: x[0] ** 2 / 2 - x[0]), (lambda x: x - 1)
    assert wolfe(f, grad, [0.0], [1.0], alpha0=0.01) == (0.16, 5, 5)
    assert wolfe(f, grad, [0.0], [1.0], c2=0.1, alpha0=4.0)[0] == 1.0


@settings(max_examples=80, deadline=None)
@given(
    c1=st.floats(1e-4, 0.4), c2=st.floats(0.41, 0.95), log_alpha=st.floats(-6, 6),
    x=st.lists(st.floats(-3, 3), min_size=2, max_size=2),
)  # fmt: skip
def test_both_conditions_hold_at_the_step_found(c1, c2, log_alpha, x):
    g = VALLEY.grad(x)
    if np.linalg.norm(g) < 1e-6:
        return
    alpha, n_fun, n_grad = wolfe(
        VALLEY.f, VALLEY.grad, x, -g, c1, c2, np.exp(log_alpha)
    )
    new, slope = np.array(x) - alpha * g, -(g @ g)
    assert VALLEY.f(new) <= VALLEY.f(x) + c1 * alpha * slope
    assert VALLEY.grad(new) @ -g >= c2 * slope
    assert 1 <= n_grad <= n_fun <= 60 and type(alpha) is float


def test_scipys_steps_are_acceptable_to_wolfe():
    """The strong conditions imply ours: started at SciPy's step, the search keeps it."""
    for x in 2 * RNG.normal(size=(20, 2)):
        g = VALLEY.grad(x)
        p = -g / np.linalg.norm(g)
        theirs = so.line_search(VALLEY.f, VALLEY.grad, x, p, c1=1e-4, c2=0.9)[0]
        assert wolfe(VALLEY.f, VALLEY.grad, x, p, alpha0=theirs) == (theirs, 1, 1)


def test_wolfe_steps_back_from_where_f_or_its_gradient_is_not_a_number():
    def f(x):
        return x[0] - np.log(x[0]) if x[0] > 0 else np.nan

    alpha, *_ = wolfe(f, lambda x: 1 - 1 / x, [4.0], [-0.75], alpha0=8.0)
    assert 0 < 4 - 0.75 * alpha < 3.9

    def holed(x):
        return 2 * x if x[0] > 1 else np.array([np.nan])

    alpha, *_ = wolfe(lambda x: x[0] ** 2, holed, [4.0], [-8.0], alpha0=0.5)
    assert 1 < 4 - 8 * alpha < 3.9


def test_wolfe_refuses_to_climb_and_gives_up_where_f_falls_for_ever():
    with pytest.raises(ValueError, match="descent direction"):
        wolfe(BOWL.f, BOWL.grad, [9, 1], [9, 9])
    with pytest.raises(RuntimeError, match="bounded below"):
        wolfe(lambda x: -x[0], lambda x: [-1.0], [0.0], [1.0])
    with pytest.raises(RuntimeError, match="no step of 3 trials"):
        wolfe(BOWL.f, BOWL.grad, [9, 1], [-9, -9], alpha0=1e9, max_iter=3)


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({"c1": 0.9, "c2": 0.5}, "c1 must be in"),
        ({"c1": 0.0}, "c1 must be in"),
        ({"c2": 1.0}, "c2 must be in"),
        ({"alpha0": 0.0}, "alpha0 must be in"),
        ({"max_iter": 0}, "max_iter must be at least 1"),
        ({"p": [-1.0]}, "same shape"),
        ({"grad": lambda x: x[:1]}, "grad must return shape"),
    ],
)
def test_wolfe_says_what_it_needs(kwargs, message):
    defaults = {"f": BOWL.f, "grad": BOWL.grad, "x": [9, 1], "p": [-9, -9]}
    with pytest.raises(ValueError, match=message):
        wolfe(**defaults | kwargs)


# ------------------------------------------------------------------------- quasi-Newton


def updated(H, s, y):
    """The update as it is written in books, with its d^3 operations."""
    rho, one = 1 / (y @ s), np.eye(len(s))
    return (one - rho * np.outer(s, y)) @ H @ (
        one - rho * np.outer(y, s)
    ) + rho * np.outer(s, s)


def test_the_update_by_hand():
    H = updated(np.eye(2), np.array([1.0, 0.0]), np.array([2.0, 1.0]))
    np.testing.assert_allclose(H, [[0.75, -0.5], [-0.5, 1.0]])


@pytest.mark.parametrize("name", ["ravine", "rosenbrock", "rosenbrock, 6", "tumors"])
def test_each_step_of_bfgs_goes_along_the_matrix_of_all_pairs(name):
    problem = PROBLEMS[name]
    run = bfgs(problem.f, problem.grad, problem.x0, steps=15)
    H, g = np.eye(len(problem.x0)), problem.grad(run.path[0])
    for k in range(run.n_iter):
        s = run.path[k + 1] - run.path[k]
        expected = -run.step_sizes[k] * H @ g
        np.testing.assert_allclose(s, expected, rtol=1e-6, atol=1e-9 * np.abs(s).max())
        y = problem.grad(run.path[k + 1]) - g
        assert y @ s > 0
        H, g = updated(H, s, y), g + y
        np.testing.assert_allclose(H @ y, s, atol=1e-9)


@pytest.mark.parametrize("memory", [1, 3, 50])
@pytest.mark.parametrize("name", ["ravine", "rosenbrock", "rosenbrock, 6", "tumors"])
def test_each_step_of_lbfgs_goes_along_the_matrix_of_its_last_pairs(name, memory):
    problem = PROBLEMS[name]
    run = lbfgs(problem.f, problem.grad, problem.x0, memory, steps=15)
    slopes = [problem.grad(x) for x in run.path]
    pairs = []
    for k in range(run.n_iter):
        H = np.eye(len(problem.x0))
        if pairs:
            s, y = pairs[-1]
            H *= (s @ y) / (y @ y)
        for s, y in pairs[-memory:]:
            H = updated(H, s, y)
        s = run.path[k + 1] - run.path[k]
        expected = -run.step_sizes[k] * H @ slopes[k]
        np.testing.assert_allclose(s, expected, rtol=1e-6, atol=1e-9 * np.abs(s).max())
        pairs.append((s, slopes[k + 1] - slopes[k]))


@pytest.mark.parametrize("solve", [bfgs, lbfgs])
def test_every_step_meets_both_wolfe_conditions(solve):
    run = solve(VALLEY.f, VALLEY.grad, VALLEY.x0)
    for k in range(run.n_iter):
        x, new = run.path[k], run.path[k + 1]
        s, g = new - x, VALLEY.grad(x)
        assert run.values[k + 1] <= run.values[k] + 1e-4 * (g @ s)
        assert VALLEY.grad(new) @ s >= 0.9 * (g @ s)
    assert 30 <= run.n_iter <= 45  # SciPy's BFGS needs 34
    assert run.n_grad < run.n_fun <= 70


def test_no_gradient_is_computed_twice():
    seen = []

    def grad(x):
        seen.append(tuple(x))
        return VALLEY.grad(x)

    for solve in (bfgs, lbfgs):
        seen.clear()
        run = solve(VALLEY.f, grad, VALLEY.x0)
        assert len(seen) == len(set(seen)) == run.n_grad
    values = []

    def f(x):
        values.append(1)
        return VALLEY.f(x)

    assert bfgs(f, VALLEY.grad, VALLEY.x0).n_fun == len(values)


def test_a_pair_lost_in_rounding_is_skipped():
    p = optimizers.quadratic_problem(np.diag([1.0, 1e21]), x0=[1.0, 10**-31.5])
    for solve in (bfgs, lbfgs):
        run = solve(p.f, p.grad, p.x0, steps=2)
        s, g = run.path[2] - run.path[1], p.grad(run.path[1])
        np.testing.assert_allclose(s, -run.step_sizes[1] * g, atol=1e-20)


@pytest.mark.parametrize("solve", [bfgs, lbfgs])
def test_after_a_search_that_fails_it_starts_again_from_the_gradient(solve):
    before = solve(VALLEY.f, VALLEY.grad, VALLEY.x0, steps=5)
    calls = 0

    def f(x):  # the sixth search, sixty trials, meets a wall
        nonlocal calls
        calls += 1
        wall = before.n_fun < calls <= before.n_fun + 60
        return np.inf if wall else VALLEY.f(x)

    run = solve(f, VALLEY.grad, VALLEY.x0)
    assert run.converged
    np.testing.assert_array_equal(run.path[:6], before.path)
    s, g = run.path[6] - run.path[5], VALLEY.grad(run.path[5])
    np.testing.assert_allclose(s, -run.step_sizes[5] * g, rtol=1e-6)
    assert run.step_sizes[5] <= 1 / np.linalg.norm(g)


@pytest.mark.parametrize("solve", [bfgs, lbfgs])
def test_a_kink_ends_in_a_message(solve):
    run = solve(
        lambda x: abs(x[0]) + x[1] ** 2, lambda x: [np.sign(x[0]), 2 * x[1]], [1.3, 1.0]
    )
    assert not run.converged and run.fun < 1e-2


def test_a_function_without_a_minimum_ends_in_a_message():
    run = bfgs(lambda x: x[0], lambda x: np.ones(1), [1.0])
    assert not run.converged and run.message == (
        "no step meets the Wolfe conditions at step 1"
    )


def test_softmax_regression_by_lbfgs_is_scipys():
    X, y = load_breast_cancer()
    Z = (X - X.mean(axis=0)) / X.std(axis=0)
    p = optimizers.softmax_problem(Z, y, lam=0.01)
    run = lbfgs(p.f, p.grad, p.x0)
    theirs = so.minimize(
        p.f, p.x0, jac=p.grad, method="L-BFGS-B",
        options={"ftol": 0, "gtol": 1e-9, "maxiter": 5000},
    )  # fmt: skip
    assert run.converged and run.fun <= theirs.fun * (1 + 1e-13)
    np.testing.assert_allclose(run.x, theirs.x, atol=1e-6)
    assert run.n_iter <= 1.5 * theirs.nit


def test_quasi_newton_says_what_it_needs():
    with pytest.raises(ValueError, match="memory must be at least 1"):
        lbfgs(BOWL.f, BOWL.grad, BOWL.x0, memory=0)
    for solve in (bfgs, lbfgs):
        with pytest.raises(ValueError, match="grad must return shape"):
            solve(BOWL.f, lambda x: x[:1], BOWL.x0)
        with pytest.raises(ValueError, match="x0 must be finite"):
            solve(BOWL.f, BOWL.grad, [np.inf, 1])
        assert solve(BOWL.f, BOWL.grad, [0, 0]).n_iter == 0
    with pytest.raises(ValueError, match="my own"):  # errors of f are not swallowed

        def f(x):
            raise ValueError("my own")

        bfgs(f, BOWL.grad, BOWL.x0)


# ---------------------------------------------------------------------------- Newton-CG


def test_newton_cg_needs_no_more_products_than_unknowns_on_a_quadratic():
    A = np.diag(np.linspace(1, 5, 40))
    p = optimizers.quadratic_problem(A, b=RNG.normal(size=40))
    run = newton_cg(p.f, p.grad, products(p), p.x0, tol=1e-10)
    assert run.converged and run.n_hess <= 60 and run.n_iter < 10
    np.testing.assert_allclose(run.x, p.x_star, atol=1e-9)


def test_newton_cg_takes_the_gradient_where_f_curves_down_at_once():
    saddle = optimizers.saddle_problem()
    run = newton_cg(saddle.f, saddle.grad, products(saddle), [0.0, 0.5], steps=1)
    np.testing.assert_allclose(run.x, [0.0, 1.0])  # x - g, g = (0, -0.5)
    assert run.n_hess == 1


def test_newton_cg_keeps_what_it_has_when_a_later_direction_curves_down():
    A, g = np.diag([8.0, 2.0, -4.0]), np.array([1.0, 2.0, 1.0])
    p = optimizers.quadratic_problem(A, b=-g, x0=np.zeros(3))
    run = newton_cg(p.f, p.grad, products(p), p.x0, steps=1)
    first = -(g @ g) / (g @ A @ g) * g  # one step of conjugate gradients
    r = g + A @ first
    second = -r - (r @ r) / (g @ g) * g
    assert second @ A @ second < 0 and run.n_hess == 2
    np.testing.assert_allclose(run.x, run.step_sizes[0] * first, rtol=1e-12)


def test_newton_cg_survives_a_hessian_that_exhausts_its_inner_steps():
    lam = np.logspace(0, 12, 8)
    p = optimizers.quadratic_problem(np.diag(lam), x0=1e-3 / lam)
    run = newton_cg(p.f, p.grad, products(p), p.x0, tol=1e-12)
    assert run.converged and run.n_hess > 8 * run.n_iter
    assert np.all(np.diff(run.values) < 0)


def test_newton_cg_ends_although_its_products_belong_to_no_symmetric_matrix():
    A = np.array([[1.0, 8.0], [-8.0, 1.0]])
    run = newton_cg(BOWL.f, BOWL.grad, lambda x, v: A @ v, [9.0, 1.0], steps=3)
    assert run.n_hess <= 4 * 3 and not run.converged


def test_newton_cg_says_what_it_needs():
    with pytest.raises(ValueError, match=r"hvp must return shape \(2,\)"):
        newton_cg(BOWL.f, BOWL.grad, lambda x, v: v[:1], BOWL.x0)


def test_a_wrong_gradient_is_reported():
    def f(x):
        return BOWL.f(x) - BOWL.f(BOWL.x0)  # so that no rise is lost in rounding

    for run in (
        newton(f, lambda x: -BOWL.grad(x), BOWL.hess, BOWL.x0),
        newton_cg(f, lambda x: -BOWL.grad(x), products(BOWL), BOWL.x0),
    ):
        assert run.message == "no step lowers f enough at step 1"


# ------------------------------------------------------------------------ least squares
# Misra1a and its certified values: NIST StRD, nonlinear regression.

MISRA_T = np.array([77.6, 114.9, 141.1, 190.8, 239.9, 289.0, 332.8, 378.4, 434.8, 477.3, 536.8, 593.1, 689.1, 760.0])  # fmt: skip
MISRA_Y = np.array([10.07, 14.73, 17.94, 23.93, 29.61, 35.18, 40.02, 44.82, 50.76, 55.05, 61.01, 66.40, 75.47, 81.78])  # fmt: skip


def misra(t, a, b):
    return a * (1 - np.exp(-b * t))


def misra_residual(x):
    return misra(MISRA_T, *x) - MISRA_Y


def misra_jac(x):
    e = np.exp(-x[1] * MISRA_T)
    return np.column_stack([1 - e, x[0] * MISRA_T * e])


@pytest.mark.parametrize("start", [(500, 0.0001), (250, 0.0005)])
@pytest.mark.parametrize("solve", [gauss_newton, levenberg_marquardt])
def test_nists_certified_fit(solve, start):
    run = solve(misra_residual, misra_jac, start)
    assert run.converged
    np.testing.assert_allclose(run.x, [2.3894212918e2, 5.5015643181e-4], rtol=1e-10)
    np.testing.assert_allclose(2 * run.fun, 1.2455138894e-1, rtol=1e-10)
    np.testing.assert_allclose(
        np.sqrt(np.diag(run.extra["cov"])), [2.7070075241, 7.2668688436e-6], rtol=1e-9
    )


def test_curve_fit_and_least_squares_agree():
    run = levenberg_marquardt(misra_residual, misra_jac, [250, 5e-4])
    popt, pcov = so.curve_fit(misra, MISRA_T, MISRA_Y, [250, 5e-4], xtol=1e-13, ftol=1e-13)  # fmt: skip
    np.testing.assert_allclose(run.x, popt, rtol=1e-7)
    np.testing.assert_allclose(run.extra["cov"], pcov, rtol=1e-5)
    theirs = so.least_squares(
        misra_residual, [250, 5e-4], misra_jac, method="lm",
        xtol=1e-15, ftol=1e-15, gtol=1e-15,
    )  # fmt: skip
    np.testing.assert_allclose(run.x, theirs.x, rtol=1e-9)
    np.testing.assert_allclose(run.fun, theirs.cost, rtol=1e-12)


def keeling():
    data = load_keeling_co2()
    t, ppm = data["year"] - 1959.0, data["co2_ppm"]
    t, ppm = t[t <= 65], ppm[t <= 65]

    def residual(x):
        return x[0] + x[1] * np.exp(x[2] * t) - ppm

    def jac(x):
        e = np.exp(x[2] * t)
        return np.column_stack([np.ones_like(t), e, x[1] * t * e])

    return residual, jac


@pytest.mark.parametrize("start", [(300, 15, 0.02), (0, 300, 0)])
def test_the_keeling_curve_from_a_good_and_from_a_singular_start(start):
    run = levenberg_marquardt(*keeling(), start)
    assert run.converged
    np.testing.assert_allclose(run.x[:2], [255.46, 59.258], rtol=1e-4)
    assert np.log(2) / run.x[2] == pytest.approx(43.04, abs=0.01)
    assert np.sqrt(run.extra["cov"][0, 0]) == pytest.approx(2.10, abs=0.01)
    assert np.sqrt(2 * run.fun / 66) == pytest.approx(0.683, abs=5e-4)
    assert run.n_fun <= 40 and run.n_grad == run.n_iter + 1
    assert np.all(np.diff(run.values) <= 1e-12 * run.values[:-1])


def test_gauss_newton_reports_dependent_columns_and_points_to_damping():
    run = gauss_newton(*keeling(), [0, 300, 0])
    assert not run.converged and run.n_iter == 0
    assert "rank 2 of 3" in run.message and "levenberg_marquardt" in run.message
    assert np.isinf(run.extra["cov"]).all()


def test_gauss_newton_steps_are_linear_least_squares():
    run = gauss_newton(misra_residual, misra_jac, [250, 5e-4], steps=4)
    for x, new in zip(run.path, run.path[1:], strict=False):
        p = np.linalg.lstsq(misra_jac(x), -misra_residual(x))[0]
        np.testing.assert_allclose(new - x, p, rtol=1e-7, atol=1e-15)
    np.testing.assert_allclose(
        run.grad_norms,
        [np.linalg.norm(misra_jac(x).T @ misra_residual(x)) for x in run.path],
        rtol=1e-6,
    )


def test_levenberg_marquardts_steps_are_marquardts_and_lam_follows_them():
    residual, jac = keeling()
    run = levenberg_marquardt(residual, jac, [0, 300, 0], lam=0.01)
    for x, new, lam in zip(run.path, run.path[1:], run.extra["lam"], strict=False):
        J = jac(x)
        D = np.diag(np.diag(J.T @ J))
        p = np.linalg.solve(J.T @ J + lam * D, -J.T @ residual(x))
        scale = np.sqrt(np.diag(D))
        np.testing.assert_allclose(
            scale * (new - x), scale * p, rtol=1e-4, atol=1e-6 * np.abs(scale * p).max()
        )
    doublings = np.log2(3 * run.extra["lam"][1:] / run.extra["lam"][:-1])
    np.testing.assert_allclose(doublings, doublings.round(), atol=1e-9)
    assert (
        run.extra["lam"][0] == 0.01 and doublings.round().min() == 0 < doublings.max()
    )
    assert doublings.sum() == run.n_fun - run.n_iter - 1  # the trials that failed
    assert run.extra["lam"].shape == run.step_sizes.shape == (run.n_iter,)


def test_units_of_the_parameters_do_not_change_the_path():
    c = np.array([1e6, 1e-4])
    plain = levenberg_marquardt(misra_residual, misra_jac, [500, 1e-4])
    other = levenberg_marquardt(
        lambda z: misra_residual(c * z), lambda z: misra_jac(c * z) * c, [500, 1e-4] / c
    )
    np.testing.assert_allclose(other.path * c, plain.path, rtol=1e-7)


@pytest.mark.parametrize("solve", [gauss_newton, levenberg_marquardt])
def test_a_linear_model_is_ordinary_least_squares(solve):
    X, y = RNG.normal(size=(20, 3)), RNG.normal(size=20)
    run = solve(lambda w: X @ w - y, lambda w: X, np.zeros(3))
    np.testing.assert_allclose(run.x, np.linalg.lstsq(X, y)[0], rtol=1e-9)
    s2 = np.sum((y - X @ run.x) ** 2) / 17
    np.testing.assert_allclose(run.extra["cov"], s2 * np.linalg.inv(X.T @ X), rtol=1e-9)
    assert solve is levenberg_marquardt or run.n_iter == 1


@pytest.mark.parametrize("solve", [gauss_newton, levenberg_marquardt])
def test_equations_are_solved_to_the_last_digit(solve):
    """As many residuals as parameters, and none left at the solution."""
    run = solve(
        lambda x: [10 * (x[1] - x[0] ** 2), 1 - x[0]],
        lambda x: [[-20 * x[0], 10], [-1, 0]],
        [-1.2, 1],
    )
    assert run.converged
    np.testing.assert_allclose(
        run.x, [1, 1], rtol=1e-14 if solve is gauss_newton else 1e-9
    )
    assert np.isnan(run.extra["cov"]).all()


@pytest.mark.parametrize("factor", [1, 10])
def test_kowaliks_enzyme_reaction_is_scipys(factor):
    y = np.array([0.1957, 0.1947, 0.1735, 0.16, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246])  # fmt: skip
    u = np.array([4, 2, 1, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625])

    def residual(x):
        return x[0] * (u**2 + u * x[1]) / (u**2 + u * x[2] + x[3]) - y

    def jac(x):
        top, bottom = u**2 + u * x[1], u**2 + u * x[2] + x[3]
        drop = -x[0] * top / bottom**2
        return np.column_stack([top / bottom, x[0] * u / bottom, drop * u, drop])

    start = factor * np.array([0.25, 0.39, 0.415, 0.39])
    run = levenberg_marquardt(residual, jac, start)
    theirs = so.least_squares(
        residual, start, jac, method="lm", xtol=1e-15, ftol=1e-15, gtol=1e-15
    )
    assert run.converged and 2 * run.fun == pytest.approx(3.07505603849e-4, rel=1e-10)
    if factor == 1:  # from ten times as far MINPACK runs off to infinity
        np.testing.assert_allclose(run.x, theirs.x, rtol=1e-6)
    # here curvature of the residuals is left out of J^T J: only linear convergence
    assert np.all(np.diff(run.values) <= 1e-14 * run.values[1:])


def test_a_zero_column_stands_still():
    run = levenberg_marquardt(
        lambda x: np.array([x[0] - 1, x[0] + 1, 0.0]),
        lambda x: [[1, 0], [1, 0], [0, 0]], [5, 7],
    )  # fmt: skip
    assert run.converged and run.x[1] == 7 and abs(run.x[0]) < 1e-9
    assert np.isinf(run.extra["cov"]).all()
    still = levenberg_marquardt(lambda x: np.ones(2), lambda x: np.zeros((2, 1)), [3])
    assert still.converged and still.x[0] == 3


def test_trials_that_leave_the_domain_are_damped_away():
    run = levenberg_marquardt(
        lambda x: np.array([np.log(x[0]), 0.1 * (x[0] - 1)]),
        lambda x: np.array([[1 / x[0]], [0.1]]), [9.0],
    )  # fmt: skip
    assert run.converged and run.x[0] == pytest.approx(1)
    with np.errstate(invalid="ignore"):
        lost = gauss_newton(
            lambda x: [np.log(x[0])], lambda x: [[1 / x[0]]], [9.0], steps=5
        )
    assert not lost.converged and "not finite" in lost.message


@pytest.mark.parametrize("solve", [gauss_newton, levenberg_marquardt])
def test_residuals_that_are_not_numbers_end_a_run(solve):
    run = solve(lambda x: [np.nan, 1.0], lambda x: [[1.0], [1.0]], [1.0])
    assert not run.converged and "not finite" in run.message
    run = solve(lambda x: [2.0, 1.0], lambda x: [[np.inf], [1.0]], [1.0])
    assert not run.converged and np.isnan(run.extra["cov"]).all()


def test_a_wrong_jacobian_is_reported():
    run = levenberg_marquardt(lambda x: x - 1, lambda x: -np.eye(2), [3.0, 3.0])
    assert not run.converged and "no damping lowers" in run.message


@pytest.mark.parametrize("solve", [gauss_newton, levenberg_marquardt])
@pytest.mark.parametrize(
    ("residual", "jac", "message"),
    [
        (lambda x: x[:1], lambda x: np.ones((1, 2)), "n >= 2"),
        (lambda x: np.ones((3, 1)), lambda x: np.ones((3, 2)), "n >= 2"),
        (lambda x: np.ones(3), lambda x: np.ones((2, 3)), r"shape \(3, 2\)"),
    ],
)
def test_least_squares_says_what_it_needs(solve, residual, jac, message):
    with pytest.raises(ValueError, match=message):
        solve(residual, jac, [1.0, 2.0])


def test_damping_must_be_positive():
    with pytest.raises(ValueError, match="lam must be in"):
        levenberg_marquardt(misra_residual, misra_jac, [1, 1], lam=0.0)
