"""Support vector machines against LIBSVM, LIBLINEAR, exact solutions and their KKT conditions."""

import numpy as np
import pytest
import sklearn.svm
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import linprog

from utils.datasets import load_breast_cancer, load_iris
from utils.model_selection import train_test_split
from utils.models import (
    RBF,
    ConvergenceWarning,
    KernelSVM,
    Linear,
    LinearSVM,
    NotFittedError,
    Polynomial,
    StandardScaler,
    WhiteNoise,
)

pytestmark = pytest.mark.filterwarnings("error")


def clouds(n=120, d=3, seed=0, apart=1.0):
    rng = np.random.default_rng(seed)
    y = np.where(rng.random(n) < 0.4, 1, -1)
    return rng.normal(size=(n, d)) + apart * y[:, None] / np.sqrt(d), y


def moons(n, seed=0):
    rng = np.random.default_rng(seed)
    angle, y = np.pi * rng.random(n), np.arange(n) % 2
    X = np.column_stack([np.cos(angle), np.sin(angle)])
    X[y == 1] = [1, 0.5] - X[y == 1]
    return X + 0.3 * rng.normal(size=(n, 2)), y


@pytest.fixture(scope="module")
def cancer():
    X, y = load_breast_cancer()[:2]
    rng = np.random.default_rng(0)
    X, X_test, y, y_test = train_test_split(X, y, rng=rng)
    scaler = StandardScaler().fit(X)
    return scaler.transform(X), y, scaler.transform(X_test), y_test


def petals(first, second):
    X, y = load_iris()[:2]
    keep = np.isin(y, [first, second])
    return X[keep][:, 2:], y[keep]


def gamma_of(length_scale):
    return 1 / (2 * length_scale**2)


# The kernel machine: exact solutions


def test_the_street_between_two_points_and_one():
    model = KernelSVM(Linear(), C=100, tol=1e-12).fit(
        [[2, 1], [1, 2], [0, 0]], [1, 1, 0]
    )
    np.testing.assert_array_equal(model.support_, [0, 1, 2])
    np.testing.assert_allclose(model.dual_coef_, [2 / 9, 2 / 9, -4 / 9], rtol=1e-12)
    assert model.intercept_ == pytest.approx(-1, rel=1e-12)
    np.testing.assert_allclose(
        model.decision_function([[1, 0], [3, 3]]), [-1 / 3, 3], rtol=1e-12
    )


def test_exclusive_or_is_a_product():
    X, y = [[1, 1], [-1, -1], [1, -1], [-1, 1]], [-1, -1, 1, 1]
    model = KernelSVM(Polynomial(2), tol=1e-12).fit(X, y)
    np.testing.assert_allclose(np.abs(model.dual_coef_), 1 / 8, rtol=1e-12)
    Z = np.random.default_rng(0).normal(size=(9, 2))
    np.testing.assert_allclose(
        model.decision_function(Z), -Z[:, 0] * Z[:, 1], atol=1e-12
    )


def test_two_flowers_hold_the_street_of_iris():
    X, y = petals(0, 1)
    model = KernelSVM(Linear(), C=1e6, tol=1e-10).fit(X, y)
    np.testing.assert_allclose(X[model.support_], [[1.9, 0.4], [3.0, 1.1]])
    np.testing.assert_allclose(model.dual_coef_, [-20 / 17, 20 / 17], rtol=1e-9)
    w = model.dual_coef_ @ X[model.support_]
    np.testing.assert_allclose(w, [22 / 17, 14 / 17], rtol=1e-9)
    assert model.intercept_ == pytest.approx(-3.788235294117647, rel=1e-9)
    assert 2 / np.linalg.norm(w) == pytest.approx(np.sqrt(1.7), rel=1e-9)


def test_the_street_narrows_as_C_grows():
    X, y = petals(1, 2)
    for C, width, size in [(0.1, 1.312, 50), (1, 0.637, 24), (10, 0.36, 15), (100, 0.224, 12)]:  # fmt: skip
        model = KernelSVM(Linear(), C=C, tol=1e-6).fit(X, y)
        w = model.dual_coef_ @ X[model.support_]
        assert 2 / np.linalg.norm(w) == pytest.approx(width, abs=5e-4)
        assert len(model.support_) == size


# The kernel machine against LIBSVM


@pytest.mark.parametrize("C", [1e-3, 0.1, 1, 10])
@pytest.mark.parametrize(
    "kernel, options",
    [
        (Linear(), {"kernel": "linear"}),
        (RBF(1.5), {"kernel": "rbf", "gamma": gamma_of(1.5)}),
        (
            Polynomial(2, coef0=2),
            {"kernel": "poly", "degree": 2, "gamma": 1, "coef0": 2},
        ),
    ],
)
def test_support_and_values_are_libsvms(kernel, options, C):
    X, y = clouds()
    ours = KernelSVM(kernel, C=C, tol=1e-8).fit(X, y)
    theirs = sklearn.svm.SVC(C=C, tol=1e-8, **options).fit(X, y)
    np.testing.assert_array_equal(ours.support_, np.sort(theirs.support_))
    Z, _ = clouds(seed=1)
    # LIBSVM keeps its kernel values in float32
    rounding = 6e-8 * np.abs(kernel(X, Z)).max() * np.abs(ours.dual_coef_).sum() + 1e-7
    np.testing.assert_allclose(
        ours.decision_function(Z), theirs.decision_function(Z), atol=rounding
    )
    assert ours.intercept_ == pytest.approx(theirs.intercept_[0], abs=rounding)
    np.testing.assert_array_equal(ours.predict(Z), theirs.predict(Z))
    assert ours.score(Z, y) == theirs.score(Z, y)


@pytest.mark.parametrize("n", [300, 1000])
def test_moons_stopped_early_are_libsvms_stopped_early(n):
    X, y = moons(n)
    ours = KernelSVM(RBF(0.5), tol=1e-4).fit(X, y)
    theirs = sklearn.svm.SVC(gamma=gamma_of(0.5), tol=1e-4).fit(X, y)
    np.testing.assert_array_equal(ours.support_, np.sort(theirs.support_))
    np.testing.assert_allclose(
        ours.decision_function(X), theirs.decision_function(X), atol=1e-3
    )
    # the second-order choice of pairs, from the same side
    assert ours.n_iter_ == pytest.approx(theirs.n_iter_[0], rel=0.25)
    best = KernelSVM(RBF(0.5), tol=1e-9).fit(X, y)  # |w - w*|^2 / 2 is at most the gap
    off = ours.decision_function(X) - best.decision_function(X)
    assert np.ptp(off) / 2 <= np.sqrt(2 * ours.gap_)


def test_breast_cancer_is_told_apart_as_the_course_says(cancer):
    X, y, X_test, y_test = cancer
    linear = KernelSVM(Linear()).fit(X, y)
    assert (
        len(linear.support_) == 34 and round(linear.score(X_test, y_test), 3) == 0.972
    )
    assert 0 <= linear.gap_ / len(X) < 1e-4
    for gamma, C, accuracy, size in [(1 / 30, 1, 0.951, 101), (1 / 30, 10, 0.965, 78), (1, 1, 0.643, 425)]:  # fmt: skip
        model = KernelSVM(RBF((2 * gamma) ** -0.5), C=C).fit(X, y)
        assert round(model.score(X_test, y_test), 3) == accuracy
        assert len(model.support_) == size
    assert model.score(X, y) == 1.0


# The kernel machine: what every solution has


def conditions(model, X, y, kernel):
    """alpha (n,), margins (n,), primal and dual objective, from scratch."""
    sign = np.where(np.asarray(y) == model.classes_[1], 1, -1)
    beta = np.zeros(len(y))
    beta[model.support_] = model.dual_coef_
    K = kernel(X)
    margin = sign * (K @ beta + model.intercept_)
    norm = beta @ K @ beta
    primal = norm / 2 + model.C * np.maximum(0, 1 - margin).sum()
    return sign * beta, margin, primal, np.abs(beta).sum() - norm / 2


@settings(max_examples=60, deadline=None)
@given(
    arrays(float, (8, 2), elements=st.integers(-3, 3)),  # repeated rows are common
    arrays(bool, 8).filter(lambda y: 0 < y.sum() < 8),
    st.sampled_from([1e-3, 0.3, 1.0, 5.0]),
    st.sampled_from([Linear(), RBF(1.0), Polynomial(2), 1e-6 * RBF()]),
)
def test_the_optimality_conditions_hold(X, y, C, kernel):
    model = KernelSVM(kernel, C=C, tol=1e-6).fit(X, y)
    alpha, margin, primal, dual = conditions(model, X, y, kernel)
    assert model.converged_
    assert (0 <= alpha).all() and (alpha <= C).all()
    assert abs(model.dual_coef_.sum()) < 1e-12 * C * len(X)
    assert (margin[alpha == 0] >= 1 - 2e-6).all()
    assert (margin[alpha == C] <= 1 + 2e-6).all()
    assert (np.abs(margin[(alpha > 0) & (alpha < C)] - 1) <= 2e-6).all()
    size = max(primal, np.abs(alpha).sum())
    assert model.gap_ == pytest.approx(primal - dual, abs=1e-9 * size)
    assert 0 <= model.gap_ <= 1e-5 * max(size, C)
    np.testing.assert_array_equal(model.support_, np.flatnonzero(alpha))


@pytest.mark.parametrize("C", [0.01, 1])
def test_the_dual_rises_at_every_step_to_the_primal(C):
    X, y = clouds()
    model = KernelSVM(RBF(1.5), C=C, tol=1e-9).fit(X, y)
    _, _, primal, dual = conditions(model, X, y, RBF(1.5))
    assert model.history_[0] == 0 and len(model.history_) == model.n_iter_ + 1
    assert (np.diff(model.history_) >= 0).all()
    assert model.history_[-1] == pytest.approx(dual, rel=1e-12)
    assert dual == pytest.approx(primal, rel=1e-9)


def test_a_looser_tolerance_stops_sooner_and_keeps_its_word():
    X, y = moons(200)
    steps = []
    for tol in (1e-1, 1e-3, 1e-6, 1e-9):
        model = KernelSVM(RBF(0.5), tol=tol).fit(X, y)
        alpha, margin, *_ = conditions(model, X, y, RBF(0.5))
        free = (alpha > 0) & (alpha < 1)
        assert np.ptp(margin[free] * (2 * y[free] - 1) - (2 * y[free] - 1)) <= tol
        steps.append(model.n_iter_)
    assert steps == sorted(set(steps))


def test_rows_that_support_nothing_may_go():
    X, y = clouds()
    kernel = RBF(1.5)
    whole = KernelSVM(kernel, tol=1e-10).fit(X, y)
    part = KernelSVM(kernel, tol=1e-10).fit(X[whole.support_], y[whole.support_])
    Z, _ = clouds(seed=1)
    np.testing.assert_allclose(
        part.decision_function(Z), whole.decision_function(Z), atol=1e-8
    )


@pytest.mark.parametrize("factor", [1e-9, 1e9])
def test_the_unit_of_the_kernel_does_not_matter_if_C_goes_with_it(factor):
    X, y = moons(100)
    plain = KernelSVM(RBF(0.5), C=2.0, tol=1e-8).fit(X, y)
    scaled = KernelSVM(factor * RBF(0.5), C=2.0 / factor, tol=1e-8).fit(X, y)
    np.testing.assert_array_equal(plain.support_, scaled.support_)
    assert scaled.n_iter_ == pytest.approx(plain.n_iter_, abs=20)
    np.testing.assert_allclose(
        scaled.decision_function(X), plain.decision_function(X), atol=1e-7
    )


def test_swapped_labels_change_the_sign_alone():
    X, y = clouds()
    model, swapped = (KernelSVM(RBF(), tol=1e-10).fit(X, s * y) for s in (1, -1))
    np.testing.assert_allclose(
        model.decision_function(X), -swapped.decision_function(X), atol=1e-8
    )


@pytest.mark.parametrize("seed", range(25, 31))
def test_an_alpha_that_reaches_C_is_C_to_the_last_bit(seed):
    X, y = clouds(seed=seed)
    for kernel in (Linear(), RBF(1.5)):
        model = KernelSVM(kernel, C=7.3).fit(X, y)
        alpha = np.abs(model.dual_coef_)
        assert (alpha[alpha > 7.3 * (1 - 1e-9)] == 7.3).all()
        assert alpha.min() > 1e-9


def test_where_no_point_is_on_the_edge_the_intercept_is_in_the_middle():
    X, y = [[-3.0], [-1.0], [1.0], [2.0]], [0, 0, 1, 1]
    model = KernelSVM(Linear(), C=0.01).fit(X, y)
    # w = 0.07; b + w x is at most 1 for x = 1, 2 and at least -1 for x = -3, -1
    np.testing.assert_allclose(model.dual_coef_, [-0.01, -0.01, 0.01, 0.01], rtol=1e-14)
    assert model.intercept_ == pytest.approx((0.86 - 0.79) / 2, rel=1e-13)
    theirs = sklearn.svm.SVC(kernel="linear", C=0.01).fit(X, y)
    assert model.intercept_ == pytest.approx(theirs.intercept_[0], abs=1e-7)


def test_noise_in_the_kernel_is_a_squared_slack():
    X, y = clouds(40)
    kernel = RBF(1.5) + WhiteNoise(0.5)
    model = KernelSVM(kernel, C=1e6, tol=1e-10).fit(X, y)
    alpha, *_ = conditions(model, X, y, kernel)
    f = model.decision_function(X)  # without the noise of the training rows
    short = np.maximum(0, 1 - y * f)
    np.testing.assert_allclose(alpha, short / 0.5, atol=1e-7)


def test_a_function_may_be_the_kernel_and_labels_may_be_words():
    X, y = moons(60)
    words = np.array(["no", "yes"])[y]
    inner = KernelSVM(lambda X, Z: X @ Z.T, tol=1e-8).fit(X, words)
    assert list(inner.classes_) == ["no", "yes"]
    linear = KernelSVM(Linear(), tol=1e-8).fit(X.tolist(), y)
    np.testing.assert_allclose(inner.decision_function(X), linear.decision_function(X))
    assert (
        (inner.predict(X) == words).mean()
        == inner.score(X, words)
        == linear.score(X, y)
    )
    zero = KernelSVM(Linear()).fit([[0.0], [0.0]], [3, 7])
    assert zero.decision_function([[5.0]]) == [0] and zero.predict([[5.0]]) == [3]


# The linear machine


def objective(X, y, w, b, C):
    sign = np.where(y == np.max(y), 1, -1)
    losses = [max(0.0, 1 - s * (x @ w + b)) for x, s in zip(X, sign, strict=True)]
    return (w @ w + b * b) / 2 + C * sum(losses)


@pytest.mark.parametrize("C", [0.01, 1.0, 10.0])
def test_the_objective_is_liblinears_and_certified(C, cancer):
    for X, y in (cancer[:2], clouds()):
        ours = LinearSVM(C=C, tol=1e-12).fit(X, y)
        theirs = sklearn.svm.LinearSVC(C=C, loss="hinge", tol=1e-8, max_iter=10**6)
        theirs.fit(X, y)
        best = objective(X, y, theirs.coef_[0], theirs.intercept_[0], C)
        assert ours.primal_ == pytest.approx(best, rel=1e-8)
        assert ours.primal_ <= best * (1 + 1e-13)
        got = objective(X, y, ours.coef_, ours.intercept_, C)
        assert ours.primal_ == pytest.approx(got, rel=1e-12)
        assert 0 <= ours.primal_ - ours.dual_ <= 1e-11 * ours.primal_
        assert ours.n_iter_ < 40
        np.testing.assert_allclose(ours.coef_, theirs.coef_[0], atol=1e-3)
        assert ours.converged_ and ours.history_[-1] == ours.primal_
        assert ours.n_iter_ == len(ours.history_)


def test_the_dual_coefficients_make_the_weights():
    X, y = clouds()
    model = LinearSVM(C=0.5, tol=1e-12).fit(X, y)
    alpha = y * model.dual_coef_
    assert (0 <= alpha).all() and (alpha <= 0.5).all()
    np.testing.assert_allclose(model.dual_coef_ @ X, model.coef_, rtol=1e-10)
    assert model.dual_coef_.sum() == pytest.approx(model.intercept_, rel=1e-9)
    norm = model.coef_ @ model.coef_ + model.intercept_**2
    assert model.dual_ == pytest.approx(alpha.sum() - norm / 2, rel=1e-12)
    margin = y * model.decision_function(X)
    assert (margin[alpha == 0] > 1 - 1e-4).all() and (
        margin[alpha == 0.5] < 1 + 1e-4
    ).all()


def test_it_is_the_kernel_machine_with_one_more_feature_and_no_intercept():
    X, y = clouds(50)
    mirrored = np.vstack([X, -X])  # by symmetry the free intercept is 0
    both = np.concatenate([y, -y])
    linear = LinearSVM(C=0.7, tol=1e-12).fit(mirrored, both)
    kernel = KernelSVM(Linear(), C=0.7, tol=1e-9).fit(mirrored, both)
    np.testing.assert_allclose(
        linear.decision_function(X), kernel.decision_function(X), atol=1e-4
    )
    assert abs(linear.intercept_) < 1e-5 and abs(kernel.intercept_) < 1e-5


def test_the_order_of_the_coordinates_does_not_matter():
    X, y = clouds()
    a = LinearSVM(tol=1e-12).fit(X, y)
    b = LinearSVM(tol=1e-12, rng=np.random.default_rng(7)).fit(X, y)
    assert a.primal_ == pytest.approx(b.primal_, rel=1e-11)
    assert not np.array_equal(a.history_, b.history_[: len(a.history_)])
    again = LinearSVM(tol=1e-12, rng=np.random.default_rng(0)).fit(X, y)
    np.testing.assert_array_equal(again.coef_, a.coef_)  # None is default_rng(0)


def test_classes_can_be_told_apart_exactly_when_a_linear_program_says_so():
    for seed in range(12):
        X, y = clouds(12, 2, seed, apart=1.5)
        Z = y[:, None] * np.column_stack([X, np.ones(12)])
        feasible = (
            linprog(np.zeros(3), -Z, -np.ones(12), bounds=(None, None)).status == 0
        )
        model = LinearSVM(C=1e6).fit(X, y)
        assert (model.score(X, y) == 1.0) == feasible


def test_pegasos_comes_near_the_minimum(cancer):
    X, y = cancer[:2]
    best = LinearSVM(tol=1e-12).fit(X, y).primal_
    excess = []
    for epochs in (3, 24, 235):  # 1e3, 1e4, 1e5 steps
        rng = np.random.default_rng(0)
        model = LinearSVM(solver="pegasos", max_iter=epochs, rng=rng).fit(X, y)
        got = objective(X, y, model.coef_, model.intercept_, 1.0)
        assert model.primal_ == pytest.approx(got, rel=1e-12)
        assert model.n_iter_ == len(model.history_) == epochs
        assert np.isnan(model.dual_) and not model.converged_
        excess.append(model.primal_ / best - 1)
    assert excess[0] > excess[1] > excess[2] > 0 and excess[2] < 0.05


def test_pegasos_steps_are_those_of_the_paper():
    X, y = clouds(7, 2)
    C, epochs, n = 0.3, 3, 7
    rng, lam, w, average, iterates = (
        np.random.default_rng(5),
        1 / (C * 7),
        np.zeros(3),
        0,
        [],
    )
    for t in range(1, epochs * n + 1):
        if t % n == 1:
            rows = rng.integers(n, size=n)
        x = np.append(X[rows[(t - 1) % n]], 1.0)
        sign = y[rows[(t - 1) % n]]
        inside = sign * (w @ x) < 1
        w = (1 - 1 / t) * w + inside * sign * x / (lam * t)
        iterates.append(w)
    average = np.mean(iterates[epochs * n // 2 :], axis=0)
    model = LinearSVM(
        C, solver="pegasos", max_iter=epochs, rng=np.random.default_rng(5)
    )
    model.fit(X, y)
    np.testing.assert_allclose(np.append(model.coef_, model.intercept_), average)
    ends = [objective(X, y, w[:2], w[2], C) for w in iterates[n - 1 :: n]]
    np.testing.assert_allclose(model.history_, ends)


def test_another_solver_forgets_the_certificate():
    X, y = clouds()
    model = LinearSVM().fit(X, y)
    model.set_params(solver="pegasos", max_iter=2, rng=np.random.default_rng(0)).fit(
        X, y
    )
    assert not hasattr(model, "dual_coef_") and np.isnan(model.dual_)


# What comes in


MACHINES = [KernelSVM(RBF()), LinearSVM()]
each_machine = pytest.mark.parametrize("machine", MACHINES, ids=["kernel", "linear"])


@each_machine
def test_forms_of_the_data_do_not_matter_and_nothing_is_changed(machine):
    X = np.array([[1, 2], [3, 4], [0, 1], [7, 5], [2, 2], [6, 6]])
    y = np.array([0, 1, 0, 1, 0, 1])
    expected = machine.clone().fit(X, y).decision_function(X)
    view = np.zeros((12, 4), dtype=np.float32)[::2, ::2]
    view[...] = X
    view.flags.writeable = False
    for form in (X.tolist(), view, np.asfortranarray(X)):
        model = machine.clone()
        assert model.fit(form, y) is model
        np.testing.assert_allclose(model.decision_function(form), expected, atol=1e-9)
    np.testing.assert_array_equal(view, X)
    model.fit(X, 1 - y)  # a fresh start
    np.testing.assert_allclose(model.decision_function(X), -expected, atol=2e-3)


@each_machine
def test_bad_data_are_named(machine):
    X, y = [[1.0], [2.0], [3.0]], [0, 1, 1]
    model = machine.clone()
    for call in (model.predict, model.decision_function):
        with pytest.raises(NotFittedError, match="call fit first"):
            call(X)
    with pytest.raises(ValueError, match="one row per example"):
        model.fit([1.0, 2.0, 3.0], y)
    with pytest.raises(ValueError, match="X must be finite"):
        model.fit([[1.0], [np.nan], [3.0]], y)
    with pytest.raises(ValueError, match="equally many rows"):
        model.fit(X, [0, 1])
    with pytest.raises(ValueError, match="y must hold 2 classes or more, got only 1"):
        model.fit(X, [1, 1, 1])
    with pytest.raises(ValueError, match="exactly 2 classes, got 3"):
        model.fit(X, [0, 1, 2])
    with pytest.raises(ValueError, match="y must be finite"):
        model.fit(X, [0, 1, np.nan])
    with pytest.raises(ValueError, match="beyond the largest float64"):
        model.set_params(C=1e200).fit([[1e100], [2e100], [0]], y)
    model.set_params(C=1.0).fit(X, y)
    with pytest.raises(ValueError, match="1 columns"):
        model.predict([[1.0, 2.0]])
    for bad in ({"C": 0}, {"C": -1}, {"C": np.inf}, {"tol": -1}, {"tol": 2}, {"max_iter": 0}):  # fmt: skip
        with pytest.raises(ValueError, match=f"{next(iter(bad))} must be"):
            machine.clone().set_params(**bad).fit(X, y)


def test_what_only_one_machine_needs():
    X, y = [[1.0], [2.0]], [0, 1]
    with pytest.raises(TypeError, match="kernel must be a kernel"):
        KernelSVM("rbf").fit(X, y)
    with pytest.raises(ValueError, match="must be symmetric"):
        KernelSVM(lambda X, Z: X - Z.T).fit(X, y)
    with pytest.raises(ValueError, match="solver must be 'dcd' or 'pegasos'"):
        LinearSVM(solver="smo").fit(X, y)
    for rng in (None, 0):
        with pytest.raises(TypeError, match="Generator"):
            LinearSVM(solver="pegasos", rng=rng).fit(X, y)
    with pytest.raises(TypeError, match="Generator"):
        LinearSVM(rng=0).fit(X, y)


def test_a_limit_that_is_too_low_is_told():
    X, y = clouds()
    with pytest.warns(
        ConvergenceWarning, match="after 5 steps at a duality gap of"
    ) as w:
        model = KernelSVM(RBF(), max_iter=5).fit(X, y)
    assert w[0].filename == __file__
    assert not model.converged_ and model.n_iter_ == 5
    _, _, primal, dual = conditions(model, X, y, RBF())
    assert model.gap_ == pytest.approx(primal - dual, rel=1e-10)
    with pytest.warns(
        ConvergenceWarning, match="LinearSVM stopped after 2 passes"
    ) as w:
        model = LinearSVM(max_iter=2).fit(X, y)
    assert w[0].filename == __file__ and model.n_iter_ == 2 and not model.converged_


def test_a_limit_that_is_just_enough_is_not():
    X, y = clouds()
    steps = KernelSVM(RBF()).fit(X, y).n_iter_
    assert KernelSVM(RBF(), max_iter=steps).fit(X, y).converged_
    passes = LinearSVM().fit(X, y).n_iter_
    assert LinearSVM(max_iter=passes).fit(X, y).converged_
    with pytest.warns(ConvergenceWarning):
        assert not KernelSVM(RBF(), max_iter=steps - 1).fit(X, y).converged_


def test_constant_columns_and_repeated_rows_are_no_trouble():
    X, y = np.ones((6, 2)), np.array([0, 1, 0, 1, 0, 1])
    for machine in MACHINES:
        f = machine.clone().fit(X, y).decision_function(X)
        np.testing.assert_allclose(f, f[0], atol=1e-12)
    X, y = clouds(30)
    twice = KernelSVM(RBF(), C=0.5, tol=1e-10).fit(np.vstack([X, X]), np.append(y, y))
    once = KernelSVM(RBF(), C=1.0, tol=1e-10).fit(X, y)
    np.testing.assert_allclose(
        twice.decision_function(X), once.decision_function(X), atol=1e-8
    )


def test_they_keep_the_protocol():
    model = KernelSVM(RBF(2.0), C=3.0)
    assert repr(model) == "KernelSVM(kernel=RBF(length_scale=2.0), C=3.0)"
    assert model.clone().get_params() == model.get_params()
    assert (
        repr(LinearSVM(C=2.0, solver="pegasos")) == "LinearSVM(C=2.0, solver='pegasos')"
    )
