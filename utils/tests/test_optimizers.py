"""utils.optimizers against SciPy, scikit-learn, closed forms and finite differences."""

import numpy as np
import pytest
import scipy.optimize
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_breast_cancer, load_iris
from sklearn.linear_model import LogisticRegression

from utils import optimizers
from utils.optimizers import SGD, Optimizer, OptResult, Problem

RNG = np.random.default_rng(3)
BOWL = optimizers.quadratic_problem([[1, 0], [0, 9]], x0=[9, 1])
X_SMALL = np.column_stack([np.ones(12), RNG.normal(size=(12, 2))])
Y_SMALL = X_SMALL @ [1.0, -2.0, 0.5] + RNG.normal(size=12)
Y_BINARY = np.array([0, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0])
Y_THREE = np.array([0, 1, 2, 0, 2, 1, 1, 2, 0, 0, 1, 2])

PROBLEMS = {
    "quadratic": optimizers.quadratic_problem([[4, 1], [1, 3]], b=[1, -2]),
    "indefinite": optimizers.quadratic_problem([[1, 2], [2, 1]]),
    "ravine": optimizers.ravine_problem(20.0, angle=0.4),
    "rosenbrock": optimizers.rosenbrock_problem(),
    "himmelblau": optimizers.himmelblau_problem(),
    "saddle": optimizers.saddle_problem(2.0),
    "least squares": optimizers.least_squares_problem(X_SMALL, Y_SMALL, lam=0.3),
    "logistic": optimizers.logistic_problem(X_SMALL, Y_BINARY, 0.1, penalize=[1, 2]),
    "softmax": optimizers.softmax_problem(X_SMALL, Y_THREE, lam=0.2),
}
each_problem = pytest.mark.parametrize("problem", PROBLEMS.values(), ids=PROBLEMS)


def central_differences(f, x, h=1e-5):
    """Jacobian of f at x, one row per coordinate of x."""
    steps = h * np.eye(len(x))
    return np.array([(np.asarray(f(x + e)) - f(x - e)) / (2 * h) for e in steps])


# ---------------------------------------------------------------- problems


@each_problem
def test_gradient_is_that_of_f(problem):
    for x in RNG.normal(size=(5, len(problem.x0))):
        slope = central_differences(problem.f, x)
        np.testing.assert_allclose(problem.grad(x), slope, rtol=1e-6, atol=1e-6)


@each_problem
def test_hessian_is_that_of_the_gradient(problem):
    for x in RNG.normal(size=(3, len(problem.x0))):
        H = problem.hess(x)
        np.testing.assert_allclose(
            H, central_differences(problem.grad, x), rtol=1e-6, atol=1e-5
        )
        np.testing.assert_allclose(H, H.T, rtol=1e-13, atol=1e-15)


@each_problem
def test_f_and_gradient_take_a_grid_of_points(problem):
    points = RNG.normal(size=(4, 3, len(problem.x0)))
    singly = [[problem.f(x) for x in row] for row in points]
    slopes = [[problem.grad(x) for x in row] for row in points]
    np.testing.assert_allclose(problem.f(points), singly, rtol=1e-12)
    np.testing.assert_allclose(problem.grad(points), slopes, rtol=1e-10, atol=1e-12)
    assert type(problem.f(points[0, 0])) is float
    assert type(problem.f(list(points[0, 0]))) is float


@each_problem
def test_points_of_the_wrong_length_are_refused(problem):
    with pytest.raises(ValueError, match=r"points must have shape"):
        problem.f(np.zeros(len(problem.x0) + 1))


@each_problem
def test_curvature_stays_within_its_bounds(problem):
    if problem.L is None:
        pytest.skip("no global bound exists")
    for x in 2 * RNG.normal(size=(20, len(problem.x0))):
        lam = np.linalg.eigvalsh(problem.hess(x))
        assert problem.mu - 1e-12 <= lam[0] and lam[-1] <= problem.L + 1e-12


@each_problem
def test_the_known_minimum_is_one(problem):
    if problem.x_star is None:
        pytest.skip("no minimum, or none in closed form")
    np.testing.assert_allclose(problem.grad(problem.x_star), 0, atol=1e-12)
    assert problem.f(problem.x_star) == pytest.approx(problem.f_star, abs=1e-15)
    assert np.linalg.eigvalsh(problem.hess(problem.x_star))[0] > 0


def test_rosenbrock_agrees_with_scipy():
    ours = PROBLEMS["rosenbrock"]
    for x in 2 * RNG.normal(size=(20, 2)):
        assert ours.f(x) == pytest.approx(scipy.optimize.rosen(x), rel=1e-12)
        np.testing.assert_allclose(ours.grad(x), scipy.optimize.rosen_der(x), rtol=1e-9)
        np.testing.assert_allclose(ours.hess(x), scipy.optimize.rosen_hess(x))


def test_himmelblau_has_its_four_minima():
    ours = PROBLEMS["himmelblau"]
    found = {
        tuple(np.round(scipy.optimize.minimize(ours.f, start, jac=ours.grad).x, 3))
        for start in [(3, 3), (-3, 3), (-3, -3), (3, -3)]
    }
    expected = {(3.0, 2.0), (-2.805, 3.131), (-3.779, -3.283), (3.584, -1.848)}
    assert found == expected
    assert max(ours.f(x) for x in found) < 1e-4


def test_a_quadratic_without_a_minimum_says_so():
    flat = optimizers.quadratic_problem([[1, 0], [0, 0]], b=[0, 1])  # falls along y
    for problem in (flat, PROBLEMS["indefinite"], PROBLEMS["saddle"]):
        assert problem.x_star is None and problem.f_star is None
    valley = optimizers.quadratic_problem([[1, 0], [0, 0]], b=[2, 0])
    np.testing.assert_allclose(valley.x_star, [2, 0])
    assert valley.f_star == -2.0


def test_ravine_has_the_condition_number_asked_for_at_any_angle():
    for angle in (0.0, 0.3, 2.0):
        ravine = optimizers.ravine_problem(50.0, angle)
        np.testing.assert_allclose(np.linalg.eigvalsh(ravine.hess(ravine.x0)), [1, 50])
        assert ravine.f(ravine.x0) == pytest.approx(50 * 51 / 2)
        x_low, x_high, y_low, y_high = ravine.bounds
        assert x_low < ravine.x0[0] < x_high and y_low < ravine.x0[1] < y_high


@pytest.mark.parametrize("lam", [0.0, 0.7])
@pytest.mark.parametrize("shape", [(9, 3), (3, 9)])
def test_least_squares_minimizer_agrees_with_numpy(shape, lam):
    n, d = shape
    X, y = RNG.normal(size=shape), RNG.normal(size=n)
    ours = optimizers.least_squares_problem(X, y, lam)
    if lam:  # ridge as an ordinary problem with d more rows
        X, y = np.vstack([X, np.sqrt(n * lam) * np.eye(d)]), np.append(y, np.zeros(d))
    np.testing.assert_allclose(
        ours.x_star, np.linalg.lstsq(X, y, rcond=None)[0], rtol=1e-10
    )
    lam_all = np.linalg.eigvalsh(ours.hess(ours.x0))
    np.testing.assert_allclose([ours.mu, ours.L], lam_all[[0, -1]], atol=1e-13)


def test_least_squares_of_equal_columns_takes_the_shortest_minimizer():
    x = np.arange(1.0, 6.0)
    ours = optimizers.least_squares_problem(np.column_stack([x, x]), 2 * x)
    np.testing.assert_allclose(ours.x_star, [1, 1])
    assert ours.mu == pytest.approx(0, abs=1e-15)


@pytest.mark.parametrize("name", ["least squares", "logistic", "softmax"])
def test_batches_are_means_over_their_rows(name):
    problem = PROBLEMS[name]
    theta = RNG.normal(size=len(problem.x0))
    whole = problem.grad_batch(theta, np.arange(problem.n))
    np.testing.assert_allclose(whole, problem.grad(theta), rtol=1e-12, atol=1e-14)
    parts = [problem.grad_batch(theta, idx) for idx in np.split(np.arange(12), 3)]
    np.testing.assert_allclose(np.mean(parts, axis=0), whole, rtol=1e-12, atol=1e-14)


def sklearn_logistic(X, y, **kwargs):
    return LogisticRegression(tol=1e-12, max_iter=100_000, **kwargs).fit(X, y)


def scipy_minimum(problem):
    return scipy.optimize.minimize(
        problem.f, problem.x0, jac=problem.grad, hess=problem.hess,
        method="trust-exact", options={"gtol": 1e-12},
    )  # fmt: skip


def test_logistic_minimum_is_scikit_learns():
    X, y = load_breast_cancer(return_X_y=True)
    X, n, lam = (X - X.mean(axis=0)) / X.std(axis=0), len(X), 0.01
    ours = optimizers.logistic_problem(
        np.column_stack([np.ones(n), X]), y, lam, penalize=np.arange(31) > 0
    )
    theirs = sklearn_logistic(X, y, C=1 / (n * lam))
    found = scipy_minimum(ours)
    their_x = np.append(theirs.intercept_, theirs.coef_)
    assert found.fun <= ours.f(their_x) * (1 + 1e-12)
    np.testing.assert_allclose(found.x, their_x, rtol=1e-4, atol=1e-5)
    assert ours.mu == 0.0


def test_logistic_without_penalty_is_scikit_learns_with_infinite_C():
    ours = optimizers.logistic_problem(X_SMALL, Y_BINARY)
    theirs = sklearn_logistic(X_SMALL, Y_BINARY, C=np.inf, fit_intercept=False)
    np.testing.assert_allclose(scipy_minimum(ours).x, theirs.coef_[0], atol=1e-6)


def test_softmax_minimum_is_scikit_learns():
    X, y = load_iris(return_X_y=True)
    lam = 0.05
    ours = optimizers.softmax_problem(X, y, lam)
    theirs = sklearn_logistic(X, y, C=1 / (len(X) * lam), fit_intercept=False)
    found = scipy_minimum(ours)
    np.testing.assert_allclose(found.x.reshape(4, 3), theirs.coef_.T, atol=1e-6)
    assert ours.f(ours.x0) == pytest.approx(np.log(3))


def test_logistic_bound_is_reached_at_zero():
    ours = optimizers.logistic_problem(X_SMALL, Y_BINARY, lam=0.1)
    top = np.linalg.eigvalsh(ours.hess(np.zeros(3)))[-1]
    assert ours.L == pytest.approx(top)
    assert ours.mu == 0.1


def test_log_losses_survive_huge_scores():
    logistic = optimizers.logistic_problem([[1.0], [1.0]], [1, 0])
    assert logistic.f([1e6]) == pytest.approx(5e5)
    softmax = optimizers.softmax_problem([[1.0], [1.0]], [1, 0])
    assert softmax.f([1e6, 0.0]) == pytest.approx(5e5)


# ---------------------------------------------------------------- rules


def test_sgd_is_its_formula_for_any_shape():
    theta, grad = RNG.normal(size=(2, 3, 4))
    np.testing.assert_array_equal(SGD(0.3).step(theta, grad), theta - 0.3 * grad)
    assert SGD(0.5).step(2.0, 1.0) == 1.5


def test_weight_decay_of_sgd_is_a_quadratic_penalty():
    theta, grad = RNG.normal(size=(2, 5))
    decayed = SGD(0.1, weight_decay=0.2).step(theta, grad)
    np.testing.assert_allclose(decayed, SGD(0.1).step(theta, grad + 0.2 * theta))


def test_a_schedule_sees_the_clock_and_reset_stops_it():
    rule = SGD(lr=lambda t: 1 / (t + 1))
    assert [rule.current_lr(), float(rule.step(0.0, -1.0))] == [1.0, 1.0]
    assert [rule.t, rule.current_lr()] == [1, 0.5]
    assert rule.reset() is rule
    assert [rule.t, rule.current_lr()] == [0, 1.0]


def test_a_rule_shows_its_settings():
    rule = SGD(0.1, weight_decay=0.01)
    assert rule.config() == {"lr": 0.1, "weight_decay": 0.01}
    assert repr(rule) == "SGD(lr=0.1, weight_decay=0.01)"


@pytest.mark.parametrize("lr", [0.0, -1.0, np.nan, np.inf])
def test_a_step_size_that_is_not_positive_is_refused(lr):
    with pytest.raises(ValueError, match="lr must be in"):
        SGD(lr)
    with pytest.raises(ValueError, match="lr must be in"):
        optimizers.gradient_descent(BOWL.f, BOWL.grad, BOWL.x0, lr)


def test_a_rule_refuses_shapes_that_do_not_match():
    rule = SGD(0.1)
    with pytest.raises(ValueError, match="shape of theta"):
        rule.step([1.0, 2.0], [1.0])
    rule.step([1.0, 2.0], [1.0, 2.0])
    with pytest.raises(ValueError, match="reset"):
        rule.step([1.0], [1.0])
    rule.reset().step([1.0], [1.0])


def test_a_rule_without_a_direction_says_what_is_missing():
    with pytest.raises(NotImplementedError, match="_direction"):
        Optimizer(0.1).step([1.0], [1.0])


# ---------------------------------------------------------------- drivers


@settings(max_examples=40, deadline=None)
@given(
    lam=st.lists(st.floats(0.01, 10), min_size=1, max_size=5),
    eta=st.floats(0.001, 0.19),
    steps=st.integers(0, 30),
)
def test_each_mode_of_a_quadratic_shrinks_by_its_own_factor(lam, eta, steps):
    lam = np.array(lam)
    problem = optimizers.quadratic_problem(np.diag(lam))
    run = optimizers.minimize(problem.grad, problem.x0, SGD(eta), steps)
    powers = (1 - eta * lam) ** np.arange(steps + 1)[:, None]
    np.testing.assert_allclose(
        run.path[: steps + 1], powers[: len(run.path)], atol=1e-12
    )


def test_two_steps_by_hand():
    run = optimizers.minimize(BOWL.grad, [9, 1], SGD(0.1), steps=2, f=BOWL.f)
    np.testing.assert_allclose(run.path, [[9, 1], [8.1, 0.1], [7.29, 0.01]])
    np.testing.assert_allclose(run.values, [45, 32.85, 26.57250])
    assert (run.n_iter, run.n_grad, run.n_fun) == (2, 3, 3)
    assert not run.converged and run.message == "did all 2 steps"


def test_histories_have_matching_lengths():
    for lr in (0.1, "armijo", "bb", "exact"):
        run = optimizers.gradient_descent(*GD_ARGS, lr, steps=7, tol=0, hess=BOWL.hess)
        assert isinstance(run, OptResult)
        assert run.path.shape == (8, 2)
        assert run.values.shape == run.grad_norms.shape == (8,)
        assert run.step_sizes.shape == (7,)
        assert run.gap(0.0)[-1] == run.fun == run.values[-1]
        np.testing.assert_array_equal(run.x, run.path[-1])
        assert run.x is not run.path and not np.shares_memory(run.x, run.path)


GD_ARGS = (BOWL.f, BOWL.grad, BOWL.x0)


@pytest.mark.parametrize("lr", [0.2, "armijo", "bb", "exact"])
@pytest.mark.parametrize("name", ["quadratic", "ravine", "least squares", "logistic"])
def test_gradient_descent_finds_scipys_minimizer(name, lr):
    problem = PROBLEMS[name]
    lr = min(lr, 1 / problem.L) if isinstance(lr, float) else lr
    run = optimizers.gradient_descent(
        problem.f, problem.grad, problem.x0, lr, 5000, hess=problem.hess
    )
    assert run.converged and run.grad_norms[-1] <= 1e-8
    np.testing.assert_allclose(run.x, scipy_minimum(problem).x, atol=1e-6)


@pytest.mark.parametrize("lr", ["armijo", "bb"])
def test_gradient_descent_finds_the_end_of_rosenbrocks_valley(lr):
    problem = PROBLEMS["rosenbrock"]
    run = optimizers.gradient_descent(problem.f, problem.grad, problem.x0, lr, 25_000)
    assert run.converged
    np.testing.assert_allclose(run.x, [1, 1], atol=1e-6)


def test_armijo_converges_where_f_is_drowned_in_rounding():
    problem = optimizers.quadratic_problem(np.diag([1.0, 40.0]), b=[1e4, 3e5])
    run = optimizers.gradient_descent(problem.f, problem.grad, problem.x0, tol=1e-7)
    assert run.converged
    np.testing.assert_allclose(run.x, problem.x_star, rtol=1e-10)


def test_exact_line_search_has_kantorovichs_rate_and_orthogonal_gradients():
    for kappa in (2.0, 9.0, 100.0):
        valley = optimizers.ravine_problem(kappa, angle=0.7)
        run = optimizers.gradient_descent(
            valley.f, valley.grad, valley.x0, "exact", 6, hess=valley.hess
        )
        ratio = run.values[1:] / run.values[:-1]
        np.testing.assert_allclose(ratio, ((kappa - 1) / (kappa + 1)) ** 2)
        g = valley.grad(run.path)
        scale = np.linalg.norm(g[1:], axis=1) * np.linalg.norm(g[:-1], axis=1)
        np.testing.assert_allclose(
            np.sum(g[1:] * g[:-1], axis=1) / scale, 0, atol=1e-10
        )


def test_exact_line_search_reports_where_f_curves_down():
    saddle = PROBLEMS["saddle"]
    run = optimizers.gradient_descent(
        saddle.f, saddle.grad, [0.0, 1.0], "exact", hess=saddle.hess
    )
    assert not run.converged and "curve upward" in run.message


def test_barzilai_borwein_is_its_formula():
    run = optimizers.gradient_descent(*GD_ARGS, "bb", steps=5, tol=0)
    s, y = np.diff(run.path, axis=0), np.diff(BOWL.grad(run.path), axis=0)
    by_hand = np.sum(s * s, axis=1) / np.sum(s * y, axis=1)
    np.testing.assert_allclose(run.step_sizes[1:], by_hand[:-1], rtol=1e-10)


def test_divergence_ends_the_run_at_its_last_finite_iterate():
    for run in (
        optimizers.gradient_descent(*GD_ARGS, 1.0, steps=1000),
        optimizers.minimize(BOWL.grad, BOWL.x0, SGD(1.0), 1000, f=BOWL.f),
    ):
        assert not run.converged
        assert run.message == f"diverged at step {run.n_iter + 1}"
        assert np.isfinite(run.path).all() and run.n_iter < 1000


def test_at_the_edge_of_stability_the_sharp_coordinate_flips_for_ever():
    run = optimizers.gradient_descent(*GD_ARGS, 2 / 9, steps=50)
    np.testing.assert_allclose(run.path[:, 1], (-1.0) ** np.arange(51), rtol=1e-12)


def test_a_start_at_the_minimum_has_nothing_to_do():
    run = optimizers.gradient_descent(BOWL.f, BOWL.grad, [0, 0])
    assert run.converged and run.n_iter == 0 and run.path.shape == (1, 2)
    assert run.step_sizes.shape == (0,)


def test_projection_and_callback():
    seen = []

    def callback(k, theta):
        seen.append((k, theta))
        theta[:] = np.nan  # a copy: harmless
        return k == 3

    run = optimizers.minimize(
        BOWL.grad, BOWL.x0, SGD(0.1), 10,
        project=lambda x: np.maximum(x, 0.5), callback=callback,
    )  # fmt: skip
    assert [k for k, _ in seen] == [1, 2, 3]
    assert run.n_iter == 3 and "callback" in run.message
    np.testing.assert_allclose(run.path[1:, 1], 0.5)


def test_minimize_resets_the_rule_so_that_runs_repeat():
    rule = SGD(lr=lambda t: 0.1 / (t + 1))
    first = optimizers.minimize(BOWL.grad, BOWL.x0, rule, 5)
    again = optimizers.minimize(BOWL.grad, BOWL.x0, rule, 5)
    np.testing.assert_array_equal(first.path, again.path)
    np.testing.assert_allclose(again.step_sizes, 0.1 / np.arange(1, 6))
    assert np.isnan(first.values).all()


def test_inputs_are_never_changed_and_lists_of_integers_do():
    x0 = np.array([9, 1])
    optimizers.gradient_descent(BOWL.f, BOWL.grad, x0)
    np.testing.assert_array_equal(x0, [9, 1])
    run = optimizers.gradient_descent(BOWL.f, lambda v: [v[0], 9 * v[1]], [9, 1])
    assert run.converged


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({"lr": "newton"}, '"armijo"'),
        ({"lr": "exact"}, "needs hess"),
        ({"steps": -1}, "steps must be at least 0"),
        ({"tol": -1.0}, "tol must be in"),
        ({"x0": [[9.0, 1.0]]}, "x0 must be a vector"),
        ({"x0": [np.nan, 1.0]}, "x0 must be finite"),
        ({"grad": lambda x: x[:1]}, "grad must return shape"),
    ],
)
def test_gradient_descent_says_what_it_needs(kwargs, message):
    with pytest.raises(ValueError, match=message):
        optimizers.gradient_descent(
            **{"f": BOWL.f, "grad": BOWL.grad, "x0": BOWL.x0} | kwargs
        )


def test_minimize_wants_a_rule():
    with pytest.raises(TypeError, match="SGD"):
        optimizers.minimize(BOWL.grad, BOWL.x0, 0.1)


def test_a_result_tells_its_story():
    run = optimizers.gradient_descent(*GD_ARGS, 0.1, steps=1)
    assert repr(run) == (
        "<OptResult gradient descent, lr = 0.1: not converged after 1 step, "
        "did all 1 steps>"
    )


# ---------------------------------------------------------------- line searches


def test_armijo_by_hand():
    assert optimizers.armijo(BOWL.f, [9, 1], [-9, -9], [9, 9]) == (0.25, 3)


@settings(max_examples=60, deadline=None)
@given(c1=st.floats(1e-4, 0.9), L=st.floats(0.1, 100), start=st.floats(-3, 3))
def test_armijo_never_falls_below_half_of_its_guarantee(c1, L, start):
    problem = optimizers.quadratic_problem([[L, 0], [0, 0.1]], x0=[1.0, start])
    g = problem.grad(problem.x0)
    alpha, _ = optimizers.armijo(problem.f, problem.x0, -g, g, alpha0=30.0, c1=c1)
    assert alpha >= min(30.0, (1 - c1) / L * (1 - 1e-9))
    decrease = problem.f(problem.x0) - problem.f(problem.x0 - alpha * g)
    assert decrease >= c1 * alpha * (g @ g) * (1 - 1e-9)


def test_armijo_refuses_to_climb_and_gives_up_on_a_wrong_gradient():
    with pytest.raises(ValueError, match="descent direction"):
        optimizers.armijo(BOWL.f, [9, 1], [9, 9], [9, 9])
    with pytest.raises(RuntimeError, match="gradient"):  # every way from 0 leads up
        optimizers.armijo(BOWL.f, [0, 0], [9, 9], [-9, -9])


def test_armijo_accepts_what_rounding_hides():
    def f(x):
        return 1e8 + x[0] ** 2

    alpha, _ = optimizers.armijo(f, [1e-6], [-2e-6], [2e-6])
    assert alpha == 1.0


def test_armijo_steps_back_from_where_f_is_not_a_number():
    def f(x):
        return -np.log(x[0]) + x[0] if x[0] > 0 else np.nan

    alpha, _ = optimizers.armijo(f, [4.0], [-0.75], [0.75], alpha0=8.0)
    assert 0 < alpha <= 4 and f(np.array([4.0 - 0.75 * alpha])) < f([4.0])


@pytest.mark.parametrize(
    "bad", [{"c1": 0.0}, {"c1": 1.0}, {"shrink": 1.0}, {"alpha0": 0.0}]
)
def test_armijo_refuses_parameters_out_of_range(bad):
    with pytest.raises(ValueError, match="must be in"):
        optimizers.armijo(BOWL.f, [9, 1], [-9, -9], [9, 9], **bad)


@pytest.mark.parametrize(
    ("f", "a", "b"),
    [
        (lambda t: (t - 2) ** 2, 0, 5),
        (np.cosh, -1, 3),
        (lambda t: t - np.log(t), 0.1, 9),
        (lambda t: abs(t + 1), -4, 0),
    ],
)
def test_golden_section_agrees_with_scipy(f, a, b):
    x, _ = optimizers.golden_section(f, a, b)
    reference = scipy.optimize.minimize_scalar(
        f, bounds=(a, b), method="bounded", options={"xatol": 1e-9}
    )
    assert x == pytest.approx(reference.x, abs=1e-6)
    assert type(x) is float


def test_golden_section_shrinks_by_the_golden_ratio_each_time():
    for tol in (1e-2, 1e-4, 1e-6):
        _, n = optimizers.golden_section(lambda t: (t - 0.3) ** 2, 0, 1, tol)
        ratio = (np.sqrt(5) - 1) / 2
        assert n == int(np.ceil(np.log(tol) / np.log(ratio))) + 1


def test_golden_section_finds_a_minimum_at_an_end_and_ends_far_from_zero():
    assert optimizers.golden_section(lambda t: t, 1, 2)[0] == pytest.approx(1, abs=1e-8)
    x, _ = optimizers.golden_section(lambda t: abs(t - 3e12), 1e12, 9e12)
    assert x == pytest.approx(3e12, rel=1e-14)


def test_golden_section_says_what_it_needs():
    with pytest.raises(ValueError, match="a < b"):
        optimizers.golden_section(np.cosh, 2, 1)
    with pytest.raises(ValueError, match="NaN"):
        optimizers.golden_section(lambda t: np.nan, 0, 1)
    with pytest.raises(RuntimeError, match="still"):
        optimizers.golden_section(np.cosh, -1, 1, max_iter=3)


# ---------------------------------------------------------------- bad problems


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: optimizers.quadratic_problem([[1, 2], [3, 4]]), "symmetric"),
        (lambda: optimizers.quadratic_problem([[1, 2]]), "square"),
        (lambda: optimizers.quadratic_problem(np.eye(2), b=[1]), "b must have shape"),
        (lambda: optimizers.ravine_problem(0.5), "kappa"),
        (lambda: optimizers.saddle_problem(0.0), "a must be in"),
        (lambda: optimizers.least_squares_problem(X_SMALL, Y_SMALL[1:]), "rows"),
        (lambda: optimizers.least_squares_problem(X_SMALL, Y_SMALL, -1), "lam"),
        (lambda: optimizers.logistic_problem(X_SMALL, Y_THREE), "0 and 1"),
        (lambda: optimizers.softmax_problem(X_SMALL, Y_THREE + 1), r"0, ..., K - 1"),
        (lambda: optimizers.softmax_problem(X_SMALL, 0 * Y_THREE), "at least 2"),
        (lambda: optimizers.softmax_problem(X_SMALL, Y_SMALL), r"0, ..., K - 1"),
    ],
)
def test_problems_say_what_they_need(build, message):
    with pytest.raises(ValueError, match=message):
        build()


def test_a_problem_can_not_be_changed():
    with pytest.raises(AttributeError):
        BOWL.L = 1.0
    assert isinstance(BOWL, Problem)
