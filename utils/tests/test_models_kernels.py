"""Kernels and kernel ridge against scikit-learn, central differences and explicit features."""

import copy

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.gaussian_process import kernels as sk
from sklearn.kernel_ridge import KernelRidge as SklearnKernelRidge
from sklearn.metrics import pairwise

from utils.models import (
    RBF,
    KernelRidge,
    Linear,
    LinearRegression,
    Matern,
    NotFittedError,
    Periodic,
    Polynomial,
    Ridge,
    WhiteNoise,
)
from utils.models.kernels import Kernel

pytestmark = pytest.mark.filterwarnings("error")

EACH = [
    Linear(),
    Polynomial(1, coef0=0.0),
    Polynomial(3, coef0=0.5),
    RBF(1.7),
    Matern(1.7, nu=0.5),
    Matern(1.7, nu=1.5),
    Matern(1.7, nu=2.5),
    Periodic(0.8, period=1.9),
    WhiteNoise(0.3),
    0.4 * RBF(0.6),
    RBF(0.9) + 2 * Linear(),
    RBF(3.0) * Periodic(1.3, period=1.1),
    3.0 * (Matern(2.0) + WhiteNoise(0.2)) * Polynomial(2, coef0=0.7),
]
each_kernel = pytest.mark.parametrize("kernel", EACH, ids=repr)


def data(n=9, d=2, seed=0):
    return np.random.default_rng(seed).normal(size=(n, d)) * 2 + 1


def of_one_feature(kernel):
    return "Periodic" in repr(kernel)  # scikit-learn's is another one for two features


THEIRS = [
    (Linear(), sk.DotProduct(0.0, "fixed")),
    (Polynomial(3, coef0=0.0), sk.Exponentiation(sk.DotProduct(0.0, "fixed"), 3)),
    (RBF(1.7), sk.RBF(1.7)),
    (RBF(0.01), sk.RBF(0.01)),
    *((Matern(0.7, nu), sk.Matern(0.7, nu=nu)) for nu in (0.5, 1.5, 2.5)),
    (Periodic(0.8, period=1.9), sk.ExpSineSquared(0.8, 1.9)),
    (WhiteNoise(0.3), sk.WhiteKernel(0.3)),
    (0.4 * RBF(0.6), sk.ConstantKernel(0.4) * sk.RBF(0.6)),
    (RBF(0.9) + WhiteNoise(2), sk.RBF(0.9) + sk.WhiteKernel(2)),
    (
        2.5 * (RBF(9.0) * Periodic(1.3) + Matern(2.0)),
        sk.ConstantKernel(2.5)
        * (sk.RBF(9.0) * sk.ExpSineSquared(1.3) + sk.Matern(2.0)),
    ),
]


# The numbers


@pytest.mark.parametrize("ours, theirs", THEIRS, ids=lambda kernel: repr(kernel))
@pytest.mark.parametrize("shift", [0.0, 2000.0])
def test_values_and_gradients_are_scikit_learns(ours, theirs, shift):
    stationary = "Linear" not in repr(ours) and "Polynomial" not in repr(ours)
    X = data(40, 1 if of_one_feature(ours) else 3) + shift * stationary
    Z = data(7, X.shape[1], seed=1) + shift * stationary
    expected, slopes = theirs(X, eval_gradient=True)
    size = np.abs(expected).max()
    np.testing.assert_allclose(ours(X), expected, rtol=1e-12, atol=1e-12 * size)
    np.testing.assert_allclose(ours(X, Z), theirs(X, Z), rtol=1e-12, atol=1e-12 * size)
    np.testing.assert_allclose(ours.diag(X), theirs.diag(X), rtol=1e-14)
    np.testing.assert_allclose(ours.theta, theirs.theta, rtol=1e-14)
    # their gradient by the period takes the distance through a root: fewer digits
    np.testing.assert_allclose(ours.gradient(X), slopes, rtol=1e-10, atol=1e-11 * size)


@pytest.mark.parametrize("degree", [1, 2, 5])
def test_polynomials_are_scikit_learns(degree):
    X, Z = data(8, 3), data(5, 3, seed=1)
    for coef0 in (0.0, 0.5, 2):
        theirs = pairwise.polynomial_kernel(X, Z, degree, gamma=1.0, coef0=coef0)
        ours = Polynomial(degree, coef0=coef0)
        np.testing.assert_allclose(ours(X, Z), theirs, rtol=1e-12, atol=1e-12)
    root = sk.Exponentiation(
        sk.DotProduct(0.5**0.5), degree
    )  # their parameter is a root
    slopes = root(X, eval_gradient=True)[1] / 2
    np.testing.assert_allclose(Polynomial(degree, 0.5).gradient(X), slopes, rtol=1e-11)
    assert Polynomial(degree, coef0=0.0).gradient(X).shape == (8, 8, 0)
    assert Polynomial(degree, coef0=0.0).theta.shape == (0,)


def test_rbf_is_scikit_learns_with_its_gamma():
    X = data(30, 4)
    expected = pairwise.rbf_kernel(X, gamma=1 / (2 * 1.3**2))
    np.testing.assert_allclose(RBF(1.3)(X), expected, rtol=1e-12)


def test_the_polynomial_kernel_of_degree_two_has_the_features_of_the_binomial():
    X, Z = data(6), data(4, seed=3)

    def features(x):
        a, b = x.T
        r = np.sqrt(2)
        return np.column_stack([np.ones(len(x)), r * a, r * b, a**2, b**2, r * a * b])

    np.testing.assert_allclose(Polynomial(2)(X, Z), features(X) @ features(Z).T)


def test_the_periodic_kernel_is_rbf_on_circles_and_a_kernel_in_the_plane_too():
    X = data(25, 2)
    turns = 2 * np.pi * X / 1.9
    circles = np.hstack([np.cos(turns), np.sin(turns)])
    K = Periodic(0.8, period=1.9)(X)
    np.testing.assert_allclose(K, RBF(0.8)(circles), rtol=1e-12)
    assert np.linalg.eigvalsh(K).min() > -1e-12
    assert np.linalg.eigvalsh(sk.ExpSineSquared(0.8, 1.9)(X)).min() < -1e-3


def test_near_points_keep_their_digits_far_from_the_mean():
    X = np.array([[0.0], [1e-7], [1e6], [1e6 + 2.0**-20], [1e6 + 2.0**-20]])
    K = Matern(1.0, nu=0.5)(X)
    np.testing.assert_allclose(1 - K[0, 1], 1e-7, rtol=1e-7)
    np.testing.assert_allclose(1 - K[2, 3], 2.0**-20, rtol=1e-6)
    x = np.array([0.1, 1000.1, 1001.3, 1002.7, 1010.9])
    exact = np.exp(-0.5 * np.subtract.outer(x, x) ** 2)
    np.testing.assert_allclose(RBF(1.0)(x[:, None]), exact, rtol=2e-14)
    assert K[3, 4] == 1 and (np.diag(K) == 1).all() and K[0, 2] == 0


@each_kernel
def test_gradients_are_central_differences(kernel):
    X, theta, h = data(), kernel.theta, 1e-5
    got = kernel.gradient(X)
    assert got.shape == (len(X), len(X), len(theta))
    for j in range(len(theta)):
        e = h * np.eye(len(theta))[j]
        up, down = kernel.with_theta(theta + e)(X), kernel.with_theta(theta - e)(X)
        size = max(1, np.abs(up).max())
        np.testing.assert_allclose(
            got[:, :, j], (up - down) / (2 * h), atol=1e-9 * size
        )


# The algebra


@each_kernel
def test_the_matrix_is_symmetric_with_its_diagonal(kernel):
    X = data(70, 3)
    K = kernel(X)
    np.testing.assert_array_equal(K, K.T)
    np.testing.assert_allclose(kernel.diag(X), np.diag(K), rtol=1e-13)
    if "WhiteNoise" not in repr(kernel):
        np.testing.assert_allclose(kernel(X, X.copy()), K, rtol=1e-12, atol=1e-12)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(EACH),
    arrays(float, (7, 2), elements=st.integers(-8, 8).map(lambda k: k / 4)),
    arrays(float, 7, elements=st.integers(-8, 8)),
)
def test_no_quadratic_form_is_negative(kernel, X, a):
    K = kernel(X)
    assert a @ K @ a >= -1e-12 * (np.abs(a) @ np.abs(K) @ np.abs(a))


def test_sums_products_and_multiples_are_those_of_the_matrices():
    X, Z = data(6), data(4, seed=1)
    a, b, c = RBF(0.7), Polynomial(2), Periodic(1.1)
    np.testing.assert_allclose((a + b)(X, Z), a(X, Z) + b(X, Z), rtol=1e-15)
    np.testing.assert_allclose((a * b)(X, Z), a(X, Z) * b(X, Z), rtol=1e-15)
    np.testing.assert_allclose((3 * a)(X, Z), 3 * a(X, Z), rtol=1e-15)
    left, right = (a + b) * c, a * c + b * c
    np.testing.assert_allclose(left(X, Z), right(X, Z), rtol=1e-14)
    for factor in (3, 3.0, np.float64(3), np.float32(3), np.array(3.0)):
        assert factor * a == a * factor == 3 * a
    assert 2 * (3 * a) == 6 * a and (2 * a) * 3 == 6 * a


def test_theta_is_in_the_order_of_the_formula():
    kernel = (
        66.0**2 * RBF(67.0) + 5.76 * (RBF(90) * Periodic(1.3, 1.0)) + WhiteNoise(0.04)
    )
    expected = [66.0**2, 67.0, 5.76, 90, 1.3, 1.0, 0.04]
    np.testing.assert_allclose(np.exp(kernel.theta), expected, rtol=1e-14)
    other = kernel.with_theta(np.log(np.arange(1.0, 8.0)))
    wanted = 1 * RBF(2.0) + 3 * (RBF(4.0) * Periodic(5.0, 6.0)) + WhiteNoise(7.0)
    np.testing.assert_allclose(other(data()), wanted(data()), rtol=1e-13)
    np.testing.assert_allclose(np.exp(kernel.theta), expected, rtol=1e-14)


def test_the_same_kernel_twice_has_its_parameters_twice():
    a = RBF(2.0)
    np.testing.assert_allclose(np.exp((a + a).with_theta([0, 1]).theta), [1, np.e])


def test_they_read_as_they_are_written():
    kernel = 2 * (RBF(1.5) + WhiteNoise(0.1)) * Linear()
    assert repr(kernel) == (
        "2.0 * (RBF(length_scale=1.5) + WhiteNoise(variance=0.1)) * Linear()"
    )
    assert repr(3 * (RBF() + Linear())) == "3.0 * (RBF(length_scale=1.0) + Linear())"
    assert eval(repr(kernel)) == kernel
    assert copy.deepcopy(kernel) == kernel


def test_white_noise_is_that_of_one_measurement():
    X = [[1.0], [1.0]]
    np.testing.assert_array_equal(WhiteNoise(0.5)(X), 0.5 * np.eye(2))
    np.testing.assert_array_equal(WhiteNoise(0.5)(X, X), np.zeros((2, 2)))


def brownian(s, t):
    return np.minimum(s, t.T)


def test_a_function_of_two_arrays_joins_in():
    X = np.arange(1.0, 140.0)[:, None]
    for kernel in (RBF() + brownian, brownian + RBF()):
        np.testing.assert_array_equal(kernel(X), RBF()(X) + brownian(X, X))
    for kernel in (RBF() * brownian, brownian * RBF()):
        np.testing.assert_array_equal(kernel(X), RBF()(X) * brownian(X, X))
        np.testing.assert_array_equal(kernel.diag(X), X[:, 0])
        assert kernel.gradient(X).shape == (139, 139, 1)
    assert repr(2 * (RBF() + brownian)) == "2.0 * (RBF(length_scale=1.0) + brownian)"
    same = (RBF() + brownian).with_theta([1.0])
    np.testing.assert_allclose(same.theta, [1.0])
    with pytest.raises(ValueError, match="must return shape"):
        (RBF() + (lambda X, Z: np.zeros(3)))([[1.0], [2.0]])
    with pytest.raises(ValueError, match="kernel function returns must be finite"):
        (RBF() + (lambda X, Z: np.full((len(X), len(Z)), np.nan)))([[1.0], [2.0]])


def test_three_lines_make_a_kernel():
    class Brownian(Kernel):
        def _gram(self, X, Z):
            return np.minimum(X, (X if Z is None else Z).T)

    X = np.arange(1.0, 140.0)[:, None]
    kernel = 2 * Brownian()
    np.testing.assert_array_equal(kernel.diag(X), 2 * X[:, 0])
    np.testing.assert_array_equal(kernel(X), 2 * brownian(X, X))
    assert kernel.with_theta([0.0])(X)[3, 5] == 4
    assert Brownian().theta.shape == (0,) and Brownian().with_theta([]).theta.size == 0


# What comes in


@each_kernel
def test_lists_integers_and_views_are_welcome_and_nothing_is_changed(kernel):
    X = np.array([[1, 2], [3, 4], [5, 7]])
    expected = kernel(X.astype(float))
    big = np.zeros((6, 4), dtype=np.float32)
    big[::2, ::2] = X
    view = big[::2, ::2]
    view.flags.writeable = False
    for form in (X, X.tolist(), view, np.asfortranarray(X)):
        np.testing.assert_allclose(kernel(form), expected, rtol=1e-14)
        np.testing.assert_allclose(kernel.diag(form), np.diag(expected), rtol=1e-14)
    np.testing.assert_array_equal(view, X)
    assert kernel(X[:1]).shape == (1, 1) and kernel(X[:, :1]).shape == (3, 3)


@each_kernel
@pytest.mark.parametrize("call", ["__call__", "diag", "gradient"])
def test_bad_data_are_named(kernel, call):
    k = getattr(kernel, call)
    with pytest.raises(ValueError, match="one row per example"):
        k([1.0, 2.0])
    for bad in ([[np.nan]], [[np.inf]]):
        with pytest.raises(ValueError, match="X must be finite"):
            k(bad)
    with pytest.raises(ValueError, match="must not be empty"):
        k(np.empty((0, 2)))
    with pytest.raises(TypeError, match="real numbers"):
        k([["a"]])
    with pytest.raises(ValueError, match=r"equally many columns, got 1 and 2"):
        kernel([[1.0]], [[1.0, 2.0]])
    with pytest.raises(ValueError, match="Z must be finite"):
        kernel([[1.0]], [[np.nan]])


def test_extreme_numbers_give_a_limit_or_an_error():
    X = [[1e200], [1.0], [1e200]]
    same = [[1, 0, 1], [0, 1, 0], [1, 0, 1]]
    for kernel in (RBF(), Matern(1e-200, 0.5), Matern(1.0, 1.5), Matern(1.0, 2.5)):
        np.testing.assert_array_equal(kernel(X), same)
        np.testing.assert_array_equal(kernel.gradient(X), np.zeros((3, 3, 1)))
    np.testing.assert_array_equal(Periodic(1e-200)(X), same)
    np.testing.assert_array_equal(Periodic(1e-200).gradient(X), np.zeros((3, 3, 2)))
    assert RBF(1e-200)([[0.0], [2e-200]])[0, 1] == pytest.approx(np.exp(-2), rel=1e-12)
    assert RBF(1e200)([[0.0], [2e200]])[0, 1] == pytest.approx(np.exp(-2), rel=1e-12)
    for kernel in (Linear(), Polynomial(2), RBF() * Linear()):
        for call in (kernel, kernel.diag, (Linear() + RBF() * kernel).gradient):
            with pytest.raises(ValueError, match="beyond the largest float64"):
                call(X)


@pytest.mark.parametrize("value", [0, -1.0, np.nan, np.inf])
def test_parameters_are_positive(value):
    makes = [
        (lambda v: RBF(v), "length_scale"),
        (lambda v: Matern(v), "length_scale"),
        (lambda v: Periodic(v), "length_scale"),
        (lambda v: Periodic(1.0, v), "period"),
        (lambda v: WhiteNoise(v), "variance"),
        (lambda v: v * RBF(), "factor of a kernel"),
        (lambda v: RBF() * v, "factor of a kernel"),
    ]
    for make, name in makes:
        with pytest.raises(ValueError, match=f"{name} must be in"):
            make(value)
    if value != 0:
        with pytest.raises(ValueError, match="coef0 must be in"):
            Polynomial(2, coef0=value)


def test_wrong_parameters_say_what_was_expected():
    with pytest.raises(ValueError, match=r"nu must be 0.5, 1.5 or 2.5, got 2.0"):
        Matern(1.0, nu=2.0)
    with pytest.raises(ValueError, match="degree must be at least 1"):
        Polynomial(0)
    with pytest.raises(TypeError, match="degree must be an integer"):
        Polynomial(1.5)
    with pytest.raises(TypeError, match="length_scale must be a real number"):
        RBF("long")
    for bad in (1.0, None, RBF, "x"):
        with pytest.raises(TypeError, match="added to a kernel must be a kernel"):
            RBF() + bad
        with pytest.raises(TypeError, match="added to a kernel must be a kernel"):
            bad + RBF()
    for bad in (None, "x", np.ones(2)):
        with pytest.raises(TypeError, match="factor of a kernel must be a real number"):
            bad * RBF()
    with pytest.raises(TypeError, match="must be a kernel"):
        RBF() * RBF
    with pytest.raises(ValueError, match=r"theta must have shape \(1,\), got \(2,\)"):
        RBF().with_theta([0, 0])
    for theta in (800, -800):
        with pytest.raises(ValueError, match="length_scale must be in"):
            RBF().with_theta([theta])
    with pytest.raises(AttributeError):  # kernels are values
        RBF().length_scale = 2.0


# Kernel ridge


@pytest.mark.parametrize("n", [5, 64, 65, 200])
def test_kernel_ridge_is_scikit_learns(n):
    X, Z = data(n, 2), data(9, 2, seed=1)
    Y = np.column_stack([np.sin(X).sum(axis=1), X[:, 0] ** 2])
    for y in (Y[:, 0], Y):
        for alpha in (1e-3, 0.5, 10):
            ours = KernelRidge(RBF(1.5), alpha=alpha).fit(X, y)
            theirs = SklearnKernelRidge(alpha=alpha, kernel="rbf", gamma=1 / 4.5)
            theirs.fit(X, y)
            scale = np.abs(theirs.dual_coef_).max()
            np.testing.assert_allclose(
                ours.dual_coef_, theirs.dual_coef_, atol=1e-10 * scale
            )
            np.testing.assert_allclose(ours.predict(Z), theirs.predict(Z), atol=1e-10)
            assert ours.score(X, y) == pytest.approx(theirs.score(X, y), rel=1e-10)


def test_with_the_linear_kernel_it_is_ridge_through_the_origin():
    X, Z = data(20, 3), data(5, 3, seed=1)
    y = X @ [1.0, 2.0, -1.0] + np.random.default_rng(0).normal(size=20)
    primal = Ridge(alpha=0.7, fit_intercept=False).fit(X, y)
    dual = KernelRidge(Linear(), alpha=0.7).fit(X, y)
    np.testing.assert_allclose(dual.predict(Z), primal.predict(Z), rtol=1e-11)
    np.testing.assert_allclose(X.T @ dual.dual_coef_, primal.coef_, rtol=1e-11)


def test_without_penalty_it_interpolates():
    X, y = np.arange(6.0)[:, None], np.array([3.0, 1, 4, 1, 5, 9])
    np.testing.assert_allclose(KernelRidge(RBF(1.0), 0).fit(X, y).predict(X), y)
    line = KernelRidge(Polynomial(1), alpha=1e-6).fit(X, y)  # penalized, though hardly
    flat = LinearRegression().fit(X, y)
    np.testing.assert_allclose(line.predict(X), flat.predict(X), atol=1e-5)


def test_a_singular_kernel_matrix_is_refused_and_says_what_helps():
    y = [1.0, 2.0, 3.0]
    for X, kernel in (
        ([[1.0], [2.0], [3.0]], Linear()),
        ([[1.0], [1.0], [2.0]], RBF()),
        ([[1.0], [1 + 2e-8], [2.0]], RBF()),  # Cholesky alone passes by luck
    ):
        with pytest.raises(np.linalg.LinAlgError, match="raise alpha, by .* or more"):
            KernelRidge(kernel, alpha=0).fit(X, y)
        KernelRidge(kernel, alpha=1e-8).fit(X, y)
    with pytest.raises(np.linalg.LinAlgError, match="raise alpha"):
        KernelRidge(Linear(), alpha=0).fit([[0.0], [0.0], [0.0]], y)


def test_kernel_ridge_says_what_it_needs():
    X, y = [[1.0], [2.0]], [1.0, 2.0]
    with pytest.raises(NotFittedError, match="call fit first"):
        KernelRidge(RBF()).predict(X)
    with pytest.raises(ValueError, match="alpha must be in"):
        KernelRidge(RBF(), alpha=-1).fit(X, y)
    with pytest.raises(TypeError, match="kernel must be a kernel"):
        KernelRidge("rbf").fit(X, y)
    with pytest.raises(ValueError, match="equally many rows"):
        KernelRidge(RBF()).fit(X, [1.0])
    with pytest.raises(ValueError, match="1 columns"):
        KernelRidge(RBF()).fit(X, y).predict([[1.0, 2.0]])
    with pytest.raises(ValueError, match="must be symmetric"):
        KernelRidge(lambda X, Z: X - Z.T).fit(X, y)
    with pytest.raises(np.linalg.LinAlgError, match="scale"):
        KernelRidge(RBF(), alpha=1e-6).fit([[1.0], [1.0]], [1e308, -1e308])


def test_kernel_ridge_keeps_the_protocol():
    kernel, X, y = RBF(2.0), np.array([[1.0], [2.0]]), np.array([1.0, 2.0])
    model = KernelRidge(kernel, alpha=2.0)
    assert repr(model) == "KernelRidge(kernel=RBF(length_scale=2.0), alpha=2.0)"
    assert model.clone().kernel == kernel and model.fit(X, y) is model
    first = model.predict(X)
    model.fit(X, -y)
    np.testing.assert_allclose(model.predict(X), -first)
    np.testing.assert_array_equal(X, [[1.0], [2.0]])
