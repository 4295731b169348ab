"""utils.autodiff against closed forms, SymPy, complex steps and differences.

Each operation stands once in a table, with shapes that broadcast; the tests of the table
hold for all of them: both modes, both orders, and NumPy's value.
"""

import itertools
import math
import sys

import mpmath
import numpy as np
import pytest
import scipy.optimize
import scipy.special
import scipy.stats
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays, mutually_broadcastable_shapes

from utils import autodiff as ad
from utils import calculus, numerics
from utils.autodiff.operand import UFUNCS, unbroadcast
from utils.autodiff.tensor import _ancestors

steady = settings(derandomize=True, deadline=None)
moderate = st.floats(-2, 2, allow_subnormal=False)
M = np.random.default_rng(1).normal(size=(3, 4))
SIXTH_ORDER = np.array([-1, 9, -45, 45, -9, 1]) / 60  # weights of a central difference
ROWS, COLUMNS = np.array([0, 2, 2]), np.array([1, 1, 1])  # the pair (2, 1) comes twice


def leaf(x):
    return ad.Tensor(x, requires_grad=True)


def at(*shape, low=-1.5, high=1.5):
    """A fixed point of a shape, without ties and away from 0."""
    n = math.prod(shape)
    x = np.random.default_rng(n + len(shape)).permutation(
        np.linspace(low, high, 2 * n)[::2]
    )
    return x.reshape(shape)


positive = {"low": 0.3, "high": 3.0}
spd = at(3, 3) @ at(3, 3).T + 2 * np.eye(3) + 0.3 * np.triu(np.ones((3, 3)), 1)

# name: (function of one array, a point)
TABLE = {
    "add": (lambda x: x + M, at(4)),
    "add on the left": (lambda x: M + x, at(3, 1)),
    "add number": (lambda x: 2 + x, at(2)),
    "subtract": (lambda x: x - M, at(1, 4)),
    "subtract from": (lambda x: M - x, at(4)),
    "multiply": (lambda x: x * M, at(3, 1)),
    "multiply on the left": (lambda x: M * x, at(2, 1, 4)),
    "square by product": (lambda x: x * x, at(3)),
    "divide": (lambda x: x / (M + 5), at(4)),
    "divide into": (lambda x: M / x, at(3, 1)),
    "divide into number": (lambda x: 2 / x, at(3)),
    "divide by itself": (lambda x: (x + 3) / (x * x + 1), at(4)),
    "negative": (lambda x: -x, at(3)),
    "positive": (lambda x: +x * 2, at(3)),
    "power 2": (lambda x: x**2, at(3)),
    "power 3": (lambda x: x**3, at(3)),
    "power -1": (lambda x: x**-1, at(3)),
    "power 0": (lambda x: x**0 + x, at(3)),
    "power 1": (lambda x: x**1, at(3)),
    "power 1/2": (lambda x: x**0.5, at(3, **positive)),
    "power by array": (lambda x: x ** np.array([[0.0], [1.0], [3.0]]), at(3)),
    "power by itself": (lambda x: x**x, at(3, **positive)),
    "power of a number": (lambda x: 2.0**x, at(3)),
    "power of an array": (lambda x: np.array([0.5, 2.0, 3.0]) ** x, at(2, 1)),
    "np.power": (lambda x: np.power(x, 2) + np.power(2.0, x), at(3)),
    "abs": (lambda x: abs(x) * x, at(4)),
    "absolute": (lambda x: ad.absolute(x) * x, at(4)),
    "square": (lambda x: np.square(x), at(4)),
    "exp": (lambda x: ad.exp(x), at(4)),
    "log": (lambda x: ad.log(x), at(4, **positive)),
    "log1p": (lambda x: ad.log1p(x), at(4, **positive)),
    "expm1": (lambda x: ad.expm1(x), at(4)),
    "sin": (lambda x: ad.sin(x), at(4)),
    "cos": (lambda x: ad.cos(x), at(4)),
    "tanh": (lambda x: ad.tanh(x), at(4)),
    "sqrt": (lambda x: ad.sqrt(x), at(4, **positive)),
    "np.exp and others": (lambda x: np.exp(np.sin(x)) + np.log1p(x * x), at(3)),
    "relu": (lambda x: ad.relu(x) * x, at(4)),
    "sigmoid": (lambda x: ad.sigmoid(3 * x), at(4)),
    "softplus": (lambda x: ad.softplus(3 * x), at(4)),
    "maximum": (lambda x: ad.maximum(x * x, M), at(4)),
    "minimum": (lambda x: ad.minimum(M, x * x), at(3, 1)),
    "np.maximum": (lambda x: np.maximum(x, x * x) + np.minimum(0.1, x), at(4)),
    "where": (lambda x: ad.where(M > 0, x, x**3), at(4)),
    "where number": (lambda x: ad.where([True, False, True], x * x, 7.0), at(3)),
    "clip": (lambda x: ad.clip(x, -0.8, [[0.5], [0.9]]) ** 3, at(4)),
    "vector @ vector": (lambda x: x @ M[0], at(4)),
    "vector @ itself": (lambda x: x @ x, at(4)),
    "vector @ matrix": (lambda x: x @ M, at(3)),
    "matrix @ vector": (lambda x: M @ x, at(4)),
    "matrix @ vector, left": (lambda x: x @ M[0], at(3, 4)),
    "matrix @ matrix": (lambda x: x @ M, at(2, 3)),
    "matrix @ matrix, right": (lambda x: M @ x, at(4, 2)),
    "list @ matrix": (lambda x: [[1.0, 2.0]] @ x, at(2, 3)),
    "batch @ matrix": (lambda x: x @ M, at(2, 2, 3)),
    "matrix @ batch": (lambda x: M @ x, at(2, 4, 2)),
    "one matrix @ batch": (lambda x: x @ at(5, 3, 2), at(2, 3)),
    "batch @ one matrix": (lambda x: at(5, 2, 3) @ x, at(3, 2)),
    "batches": (lambda x: x @ at(5, 3, 2), at(2, 1, 2, 3)),
    "batch @ vector": (lambda x: at(5, 2, 3) @ x, at(3)),
    "batch @ vector, left": (lambda x: x @ M[0], at(2, 3, 4)),
    "vector @ batch": (lambda x: x @ at(5, 3, 2), at(3)),
    "vector @ batch, right": (lambda x: M[:, 0] @ x, at(2, 3, 2)),
    "matrix @ its transpose": (lambda x: x @ x.T, at(2, 3)),
    "sum": (lambda x: x.sum(), at(2, 3)),
    "sum axis": (lambda x: x.sum(axis=0) * x, at(2, 3)),
    "sum axes": (lambda x: x.sum(axis=(0, -1)), at(2, 3, 2)),
    "sum keepdims": (lambda x: x / (5 + x.sum(axis=1, keepdims=True)), at(2, 3)),
    "np.sum": (lambda x: np.sum(x, axis=1) + np.mean(x), at(2, 3)),
    "mean": (lambda x: x.mean() * x, at(2, 3)),
    "mean axis": (lambda x: (x - x.mean(axis=0)) ** 2, at(4, 2)),
    "max": (lambda x: x.max() * x, at(2, 3)),
    "max axis": (lambda x: x.max(axis=1) ** 2, at(2, 3)),
    "max axes": (lambda x: x.max(axis=(0, 2), keepdims=True), at(2, 3, 2)),
    "min": (lambda x: x.min(axis=-1, keepdims=True) * x, at(2, 3)),
    "np.max": (lambda x: np.max(x, axis=0) - np.min(x), at(2, 3)),
    "reshape": (lambda x: x.reshape(3, 2) ** 2, at(2, 3)),
    "reshape tuple": (lambda x: x.reshape((-1,)) ** 2, at(2, 3)),
    "np.transpose": (lambda x: np.transpose(x) * M[:, :2], at(2, 3)),
    "transpose axes": (lambda x: x.transpose((2, 0, 1)) ** 2, at(2, 3, 4)),
    "transpose from the end": (lambda x: x.transpose((-1, 0, 1)) ** 2, at(2, 2, 2)),
    "T": (lambda x: x.T @ M, at(3, 2)),
    "item": (lambda x: x[1] * x, at(3)),
    "slice": (lambda x: x[1:, ::2] ** 2, at(3, 4)),
    "negative step": (lambda x: x[::-1] * M[:, 0], at(3)),
    "new axis": (lambda x: x[:, None] * M, at(3)),
    "ellipsis": (lambda x: x[..., 1], at(2, 3)),
    "mask": (lambda x: x[M > 0] ** 2, at(3, 4)),
    "index list": (lambda x: x[[0, 0, 2]] ** 2, at(3)),
    "index arrays": (lambda x: x[ROWS, COLUMNS] ** 2, at(3, 4)),
    "index mixed": (lambda x: x[1:, COLUMNS] ** 2, at(3, 4)),
    "empty index": (lambda x: x * x[[]].sum() + x[:0].sum() + x, at(3)),
    "range as index": (lambda x: x[range(2), 1] ** 2, at(3, 4)),
    "iteration": (lambda x: sum(row * row for row in x), at(2, 3)),
    "unpacking": (lambda x: (lambda a, b: a * b + a)(*x), at(2)),
    "broadcast_to": (lambda x: ad.broadcast_to(x, (3, 4)) * M, at(3, 1)),
    "concatenate": (lambda x: ad.concatenate([x, M, x * x], axis=0), at(2, 4)),
    "concatenate -1": (lambda x: ad.concatenate([x, M[:2], x * x], axis=-1), at(2, 3)),
    "stack": (lambda x: ad.stack([x[0] * x[1], 3.0, x[1] ** 2]), at(2)),
    "stack axis": (lambda x: ad.stack([x, x**2], axis=1), at(2, 3)),
    "stack -1": (lambda x: ad.stack([M, x * M], axis=-1), at(4)),
    "logsumexp": (lambda x: ad.logsumexp(x), at(2, 3)),
    "logsumexp axis": (lambda x: ad.logsumexp(3 * x, axis=1), at(2, 3)),
    "logsumexp keepdims": (lambda x: x * ad.logsumexp(x, (0, 1), True), at(2, 3)),
    "log_softmax": (lambda x: ad.log_softmax(3 * x), at(2, 3)),
    "log_softmax axis": (lambda x: ad.log_softmax(x, axis=0) * M[:2, :3], at(2, 3)),
    "softmax": (lambda x: ad.softmax(3 * x), at(2, 3)),
    "softmax axis": (lambda x: ad.softmax(x, axis=0), at(2, 3)),
    "solve for b": (lambda x: ad.solve(spd, x), at(3)),
    "solve for B": (lambda x: ad.solve(spd, x), at(3, 2)),
    "solve for A": (lambda x: ad.solve(x, M[:, 0]), spd),
    "solve for A, many": (lambda x: ad.solve(x, M[:, :2]), spd),
    "solve for both": (lambda x: ad.solve(x, x[0]), spd),
    "inv": (lambda x: ad.inv(x), spd),
    "logdet": (lambda x: ad.logdet(x), spd),
    "trace": (lambda x: ad.trace(x @ x), at(3, 3)),
}  # fmt: skip
each_operation = pytest.mark.parametrize(
    ("f", "x"), list(TABLE.values()), ids=list(TABLE)
)


def weighted(f, x):
    """A scalar function out of f, with a different weight for each output."""
    shape = np.shape(f(x))
    weights = np.linspace(0.5, 2.0, math.prod(shape)).reshape(shape)
    return lambda x: (weights * f(x)).sum()


# --- what holds for every operation -----------------------------------------------------


@each_operation
def test_the_value_is_the_same_for_arrays_tensors_and_duals(f, x):
    want = f(x)
    assert not isinstance(want, (ad.Tensor, ad.Dual))
    np.testing.assert_array_equal(f(leaf(x)).data, want)
    np.testing.assert_array_equal(f(ad.Dual(x)).value, want)
    assert f(ad.Dual(x)).tangent is not None and not np.any(f(ad.Dual(x)).tangent)


@each_operation
def test_both_modes_agree_to_rounding(f, x):
    reverse, forward = ad.jacobian(f, x), ad.jacobian(f, x, mode="forward")
    assert reverse.shape == (np.size(f(x)), x.size)
    np.testing.assert_allclose(
        reverse, forward, rtol=1e-13, atol=1e-14 * np.abs(forward).max()
    )


@each_operation
def test_first_derivatives_agree_with_differences(f, x):
    J = ad.jacobian(f, x)
    for j in range(x.size):
        move = np.eye(x.size)[j].reshape(x.shape)
        behind_to_ahead = [f(x + k * 2e-3 * move) for k in (-3, -2, -1, 1, 2, 3)]
        want = np.tensordot(SIXTH_ORDER, behind_to_ahead, axes=1).ravel() / 2e-3
        np.testing.assert_allclose(J[:, j], want, rtol=1e-9, atol=1e-9)


@each_operation
def test_second_derivatives_agree_with_differences_of_the_first(f, x):
    scalar = weighted(f, x)
    H = ad.hessian(scalar, x)
    np.testing.assert_allclose(H, H.T, rtol=1e-12, atol=1e-13 * max(1, np.abs(H).max()))
    want = calculus.numerical_jacobian(ad.grad(scalar), x)
    np.testing.assert_allclose(H, want, rtol=1e-7, atol=1e-8)
    v = at(*x.shape)
    np.testing.assert_allclose(
        ad.hvp(scalar, x, v).ravel(), H @ v.ravel(), rtol=1e-12, atol=1e-12
    )


@each_operation
def test_the_pullback_is_the_adjoint_of_the_pushforward(f, x):
    rng = np.random.default_rng(0)
    for _ in range(3):
        v = rng.normal(size=x.shape)
        value, Jv = ad.jvp(f, x, v)
        same, pullback = ad.vjp(f, x)
        np.testing.assert_array_equal(value, same)
        u, w = rng.normal(size=(2, *np.shape(value)))
        forward, backward = np.sum(u * Jv), np.sum(pullback(u) * v)
        assert forward == pytest.approx(backward, rel=1e-12, abs=1e-12)
        both = pullback(2 * u - w)  # reusable, and linear
        np.testing.assert_allclose(both, 2 * pullback(u) - pullback(w), atol=1e-12)


@each_operation
def test_backward_fills_the_leaf_with_what_grad_returns(f, x):
    scalar, t = weighted(f, x), leaf(x)
    value, gradient = ad.value_and_grad(scalar)(x)
    y = scalar(t)
    y.backward()
    np.testing.assert_array_equal(t.grad, gradient)
    assert t.grad.shape == x.shape and t.grad.flags.owndata and t.grad.flags.writeable
    assert (y.item(), float(y)) == (value, value)
    np.testing.assert_array_equal(t.data, x)


def test_every_numpy_function_that_has_a_rule_is_in_the_table():
    names = {"add", "subtract", "multiply", "divide", "negative", "power", "absolute"}
    names |= {"exp", "log", "log1p", "expm1", "sin", "cos", "tanh", "sqrt", "square"}
    names |= {"maximum", "minimum", "matmul"}
    assert {ufunc.__name__ for ufunc in UFUNCS} == names
    x = np.array([0.5, 2.0])
    for name in names - {"matmul"}:
        ufunc = getattr(np, name)
        args = (x,) * ufunc.nin
        np.testing.assert_array_equal(ufunc(*map(leaf, args)).data, ufunc(*args))
        np.testing.assert_array_equal(ufunc(*map(ad.Dual, args)).value, ufunc(*args))


# --- exact values -----------------------------------------------------------------------

EXACT = {
    "exp": mpmath.exp, "log": mpmath.log, "sin": mpmath.sin, "cos": mpmath.cos,
    "tanh": mpmath.tanh, "sqrt": mpmath.sqrt, "expm1": mpmath.expm1, "log1p": mpmath.log1p,
    "sigmoid": lambda z: 1 / (1 + mpmath.exp(-z)),
    "softplus": lambda z: mpmath.log1p(mpmath.exp(z)),
}  # fmt: skip


@pytest.mark.parametrize("name", EXACT)
def test_elementary_derivatives_are_exact_to_rounding(name):
    f, points = getattr(ad, name), [1e-9, 0.1, 0.5, 1.0, 2.5]
    with mpmath.workdps(60):
        first = [float(mpmath.diff(EXACT[name], mpmath.mpf(p))) for p in points]
        second = [float(mpmath.diff(EXACT[name], mpmath.mpf(p), 2)) for p in points]
    for x, d1, d2 in zip(points, first, second, strict=True):
        assert ad.grad(f)(x) == pytest.approx(d1, rel=1e-14)
        assert ad.jvp(f, x, 1.0)[1] == pytest.approx(d1, rel=1e-14)
        assert ad.hessian(f, x).item() == pytest.approx(d2, rel=1e-14, abs=1e-15)


def test_saturated_slopes_are_right_to_an_absolute_rounding():
    x = np.linspace(-40, 40, 81)
    s = 1 / np.cosh(x) ** 2
    np.testing.assert_allclose(np.diag(ad.jacobian(ad.tanh, x)), s, atol=2e-16)
    p = scipy.special.expit(x)
    slopes = np.diag(ad.jacobian(ad.sigmoid, x))
    np.testing.assert_allclose(slopes, p * scipy.special.expit(-x), atol=2e-16)


def test_an_expression_agrees_with_sympy_in_value_gradient_and_hessian():
    a, b, c = sympy.symbols("a b c", positive=True)
    expression = (
        sympy.exp(a * b) * sympy.sin(c) / (1 + a**2)
        + sympy.log(1 + b**2 + sympy.sqrt(c)) * sympy.tanh(a - c)
        + a**c
    )
    point = [0.7, 1.3, 2.1]
    exact = dict(zip((a, b, c), map(sympy.Float, point, [30] * 3), strict=True))

    def f(x):
        a, b, c = x
        wave = np.exp(a * b) * np.sin(c) / (1 + a**2)
        return wave + ad.log(1 + b**2 + ad.sqrt(c)) * np.tanh(a - c) + a**c

    value, gradient = ad.value_and_grad(f)(point)
    assert value == pytest.approx(float(expression.subs(exact)), rel=1e-14)
    want = [float(expression.diff(v).subs(exact)) for v in (a, b, c)]
    np.testing.assert_allclose(gradient, want, rtol=1e-14)
    hessian = [
        [float(expression.diff(v, w).subs(exact)) for v in (a, b, c)] for w in (a, b, c)
    ]
    np.testing.assert_allclose(ad.hessian(f, point), hessian, rtol=1e-13)


def test_it_agrees_with_the_complex_step():
    x = at(5, **positive)

    def f(x):
        return np.sin(x[0] * x[1]) + (np.exp(-x) / np.sqrt(x)).sum() + x[2] ** 3 / x[4]

    want = calculus.complex_step_gradient(f, x)
    np.testing.assert_allclose(ad.grad(f)(x), want, rtol=1e-14)


X3, Y3 = at(3, 3) + 3 * np.eye(3), at(3)


@pytest.mark.parametrize(
    ("f", "gradient"),
    [
        (lambda X: Y3 @ X @ M[:, 0], np.outer(Y3, M[:, 0])),
        (lambda X: (X**2).sum(), 2 * X3),
        (lambda X: ad.trace(M[:, :3] @ X), M[:, :3].T),
        (lambda X: ad.logdet(X), np.linalg.inv(X3).T),
        (
            lambda X: Y3 @ ad.solve(X, M[:, 0]),
            -np.outer(np.linalg.solve(X3.T, Y3), np.linalg.solve(X3, M[:, 0])),
        ),
        (
            lambda X: Y3 @ ad.inv(X) @ M[:, 0],
            -np.outer(np.linalg.solve(X3.T, Y3), np.linalg.solve(X3, M[:, 0])),
        ),
        (
            lambda X: ((M[:, :3] - X @ M[:, :3]) ** 2).sum(),
            -2 * (M[:, :3] - X3 @ M[:, :3]) @ M[:, :3].T,
        ),
    ],
)
def test_matrix_gradients_are_those_of_the_cookbook(f, gradient):
    got = ad.grad(f)(X3)
    np.testing.assert_allclose(
        got, gradient, rtol=1e-13, atol=1e-14 * np.abs(gradient).max()
    )


@pytest.mark.parametrize("x", [[3.0, 4.0], [1.0, -1.0]])
def test_quadratic_forms_use_both_triangles(x):
    A = np.array([[1.0, 2.0], [0.0, 3.0]])
    f = lambda x: x @ A @ x  # noqa: E731
    np.testing.assert_allclose(ad.grad(f)(x), (A + A.T) @ x)
    np.testing.assert_allclose(ad.hessian(f, x), A + A.T)
    half = lambda x: 0.5 * (x @ np.array([[2.0, 0], [2, 3]]) @ x)  # noqa: E731
    assert ad.hvp(half, [5.0, 5.0], [1.0, -1.0]).tolist() == [1, -2]


def test_worked_by_hand():
    a, b = leaf(2), leaf(3)
    ((a * b + a) ** 2).backward()
    assert (a.grad, b.grad) == (64, 32)
    w, c = leaf(2.0), leaf(-1.0)
    loss = ad.softplus(1.5 * w + c)  # of a neuron with target 0
    loss.backward()
    assert round(loss.item(), 4) == 2.1269
    assert (round(float(w.grad), 4), round(float(c.grad), 4)) == (1.3212, 0.8808)
    x = ad.Dual(1.0, 1.0)
    assert (x * np.exp(-(x**2))).tangent == pytest.approx(-0.367879, abs=5e-7)


def test_an_algorithm_can_be_differentiated():
    a = ad.Dual(2, 1)
    r = 1.0
    for _ in range(6):
        r = 0.5 * (r + a / r)
    assert r.value == pytest.approx(math.sqrt(2), rel=1e-15)
    assert r.tangent == pytest.approx(1 / (2 * math.sqrt(2)), rel=1e-14)


# --- models: hand-written gradients -----------------------------------------------------


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
@pytest.mark.parametrize("n", [1, 100])
def test_a_two_layer_network_to_thirteen_digits(activation, n):
    rng = np.random.default_rng(n)
    X, y = rng.normal(size=(n, 64)), rng.integers(10, size=n)
    shapes = [(64, 32), (32,), (32, 10), (10,)]
    params = [rng.normal(size=s) / np.sqrt(s[0]) for s in shapes]
    W1, b1, W2, b2 = tensors = [leaf(p) for p in params]
    h = getattr(ad, activation)(X @ W1 + b1)
    loss = -ad.log_softmax(h @ W2 + b2)[np.arange(n), y].mean()
    loss.backward()

    W1, b1, W2, b2 = params
    z = X @ W1 + b1
    h, slope = {
        "relu": lambda: (np.maximum(z, 0), z > 0),
        "tanh": lambda: (np.tanh(z), 1 / np.cosh(z) ** 2),
        "sigmoid": lambda: (
            scipy.special.expit(z),
            scipy.special.expit(z) * scipy.special.expit(-z),
        ),
    }[activation]()
    P = scipy.special.softmax(h @ W2 + b2, axis=1)
    G = (P - np.eye(10)[y]) / n
    H = (G @ W2.T) * slope
    by_hand = [X.T @ H, H.sum(axis=0), h.T @ G, G.sum(axis=0)]
    for tensor, want in zip(tensors, by_hand, strict=True):
        np.testing.assert_allclose(
            tensor.grad, want, rtol=0, atol=1e-13 * np.abs(want).max()
        )
    want = -np.log(P[np.arange(n), y]).mean()
    assert loss.item() == pytest.approx(want, rel=1e-13)


def test_logistic_and_softmax_regression_collapse_to_residuals():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(50, 4)), rng.integers(2, size=50)
    w = rng.normal(size=4)
    f = lambda w: (ad.softplus(X @ w) - y * (X @ w)).mean()  # noqa: E731
    p = scipy.special.expit(X @ w)
    np.testing.assert_allclose(ad.grad(f)(w), X.T @ (p - y) / 50, rtol=1e-13)
    H = X.T @ ((p * (1 - p))[:, None] * X) / 50
    np.testing.assert_allclose(ad.hessian(f, w), H, rtol=1e-12)
    assert scipy.optimize.check_grad(f, ad.grad(f), w) < 1e-6
    W, labels = rng.normal(size=(4, 3)), rng.integers(3, size=50)
    g = lambda W: -ad.log_softmax(X @ W)[np.arange(50), labels].mean()  # noqa: E731
    P = scipy.special.softmax(X @ W, axis=1)
    want = X.T @ (P - np.eye(3)[labels]) / 50
    np.testing.assert_allclose(ad.grad(g)(W), want, rtol=1e-12, atol=1e-16)


def test_the_gaussian_likelihood_and_its_gradient():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(20, 3)) @ at(3, 3)
    S, mu = np.cov(X.T, ddof=0), X.mean(axis=0)

    def nll(Sigma):
        quadratic = ((X - mu) * ad.solve(Sigma, (X - mu).T).T).sum()
        return 0.5 * (20 * ad.logdet(Sigma) + quadratic + 60 * math.log(2 * math.pi))

    Sigma = S + 0.3 * np.eye(3)
    value, gradient = ad.value_and_grad(nll)(Sigma)
    want = -scipy.stats.multivariate_normal(mu, Sigma).logpdf(X).sum()
    assert value == pytest.approx(want, rel=1e-13)
    inverse = np.linalg.inv(Sigma)
    np.testing.assert_allclose(
        gradient, 10 * (inverse - inverse @ S @ inverse), rtol=1e-10
    )
    assert np.abs(ad.grad(nll)(S)).max() < 1e-10  # the maximum of the likelihood


def test_attention_in_batches_against_loops():
    Q, K, V = (at(2, 3, 4, low=-1 - i) for i in range(3))
    weights = at(2, 3, 4)

    def loss(Q):
        scores = Q @ K.transpose((0, 2, 1)) / 2.0
        return (weights * (ad.softmax(scores) @ V)).sum()

    want = np.zeros(Q.shape)
    for b, i in itertools.product(range(2), range(3)):
        p = scipy.special.softmax(K[b] @ Q[b, i] / 2)
        dp = V[b] @ weights[b, i]
        want[b, i] = K[b].T @ (p * (dp - p @ dp)) / 2
    np.testing.assert_allclose(ad.grad(loss)(Q), want, rtol=1e-13, atol=1e-15)


def test_descent_on_the_tape_finds_the_least_squares_fit():
    x = np.linspace(-1, 1, 20)
    y = 3 * x - 2 + 0.1 * np.sin(9 * x)
    w, b = leaf(0.0), leaf(0.0)
    for _ in range(200):
        w.zero_grad()
        b.zero_grad()
        ((w * x + b - y) ** 2).mean().backward()
        w.data -= 0.5 * w.grad
        b.data -= 0.5 * b.grad
    np.testing.assert_allclose([w.data, b.data], np.polyfit(x, y, 1), rtol=1e-12)


# --- properties -------------------------------------------------------------------------


@steady
@given(mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3), st.data())
def test_unbroadcast_is_the_adjoint_of_broadcasting(shapes, data):
    shape, full = shapes.input_shapes[0], shapes.result_shape
    x = data.draw(arrays(float, shape, elements=moderate))
    g = data.draw(arrays(float, full, elements=moderate))
    back = unbroadcast(g, shape)
    assert np.shape(back) == shape
    forward = np.sum(np.broadcast_to(x, full) * g)
    assert forward == pytest.approx(np.sum(x * back), abs=1e-12)


@steady
@given(mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3), st.data())
def test_gradients_of_broadcast_products_on_any_shapes(shapes, data):
    a, b = (data.draw(arrays(float, s, elements=moderate)) for s in shapes.input_shapes)
    s, t = leaf(a), leaf(b)
    (s * t).sum().backward()
    np.testing.assert_allclose(
        s.grad, unbroadcast(b + 0 * a, a.shape) * np.ones(a.shape), atol=1e-12
    )
    np.testing.assert_allclose(
        t.grad, unbroadcast(a + 0 * b, b.shape) * np.ones(b.shape), atol=1e-12
    )


@steady
@given(
    arrays(float, array_shapes(max_dims=3, max_side=3), elements=moderate), st.data()
)
def test_linear_functions_are_their_own_derivative(x, data):
    axis = data.draw(st.integers(-x.ndim, x.ndim - 1))
    v = data.draw(arrays(float, x.shape, elements=moderate))
    for f in [
        lambda x: x.sum(axis=axis),
        lambda x: x.mean(axis=axis, keepdims=True),
        lambda x: x.reshape(-1),
        lambda x: x.T,
        lambda x: ad.stack([x, x, x], axis),
        lambda x: ad.concatenate([x, x], axis),
        lambda x: 3 * x - x / 2,
        lambda x: -x[..., ::-1],
        lambda x: ad.where(v > 0, x, 0),
    ]:
        np.testing.assert_allclose(ad.jvp(f, x, v)[1], f(v), rtol=1e-15, atol=1e-15)


@steady
@given(arrays(float, (3,), elements=moderate))
def test_chain_rule_the_jacobian_of_a_composition_is_a_product(x):
    inner = lambda x: ad.stack([x[0] * x[1], np.sin(x[2]), x.sum()])  # noqa: E731
    outer = lambda u: ad.softmax(u * np.array([[1.0], [-2.0]])) @ M[:, :2]  # noqa: E731
    for mode in ["reverse", "forward"]:
        whole = ad.jacobian(lambda x: outer(inner(x)), x, mode)
        product = ad.jacobian(outer, inner(x), mode) @ ad.jacobian(inner, x, mode)
        np.testing.assert_allclose(whole, product, atol=1e-13)


@steady
@given(arrays(float, (4,), elements=moderate), moderate)
def test_the_gradient_is_linear_in_the_function(x, factor):
    f = lambda x: np.exp(x[0] * x[1]) + ad.relu(x).sum()  # noqa: E731
    g = lambda x: ad.logsumexp(x) * x[2]  # noqa: E731
    both = ad.grad(lambda x: f(x) + factor * g(x))(x)
    np.testing.assert_allclose(both, ad.grad(f)(x) + factor * ad.grad(g)(x), atol=1e-12)


@steady
@given(st.lists(st.sampled_from([0.0, 1.0, 2.0]), min_size=1, max_size=6))
def test_ties_share_the_derivative_of_max_and_min(x):
    x = np.array(x)
    for f, extreme in [(lambda x: x.max(), x.max()), (lambda x: x.min(), x.min())]:
        g = ad.grad(f)(x)
        np.testing.assert_allclose(g, (x == extreme) / np.sum(x == extreme))


# --- conventions at kinks ---------------------------------------------------------------


def test_the_derivative_at_a_kink():
    slope = lambda f, x: (ad.grad(f)(x), ad.jvp(f, x, 1.0)[1])  # noqa: E731
    assert slope(ad.relu, 0.0) == (0, 0)
    assert slope(ad.absolute, 0.0) == (0, 0)
    assert slope(lambda x: ad.maximum(x, 1.0), 1.0) == (0.5, 0.5)
    assert slope(lambda x: ad.minimum(1.0, x), 1.0) == (0.5, 0.5)
    assert slope(lambda x: ad.maximum(x, x), 1.0) == (1, 1)
    for edge in [0.0, 1.0]:
        assert slope(lambda x: ad.clip(x, 0, 1), edge) == (0, 0)
    assert slope(lambda x: ad.clip(x, 0, 1), 0.5) == (1, 1)
    assert slope(lambda x: x**0, 0.0) == (0, 0)
    assert slope(lambda x: x**1, 0.0) == (1, 1)
    assert slope(lambda x: x**2, 0.0) == (0, 0)
    assert slope(lambda x: (x ** np.array([0.0, 1, 2])).sum(), 0.0) == (1, 1)
    assert ad.hessian(lambda x: ad.relu(x) + abs(x), 0.0).item() == 0


def test_the_branch_not_taken_must_still_be_finite():
    x = np.array([-1.0, 0.0, 2.0])
    with np.errstate(all="ignore"):
        naive = ad.grad(lambda x: ad.where(x > 0, ad.log(x), 0.0).sum())(x)
    assert np.isnan(naive[1])
    safe = lambda x: ad.where(x > 0, ad.log(ad.where(x > 0, x, 1.0)), 0.0).sum()  # noqa: E731
    assert ad.grad(safe)(x).tolist() == [0, 0, 0.5]


def test_large_arguments_neither_overflow_nor_lose_the_gradient():
    big = np.array([1000.0, -1000.0, 0.0])
    with np.errstate(over="raise", divide="raise", invalid="raise"):
        np.testing.assert_array_equal(
            ad.grad(lambda x: ad.softplus(x).sum())(big), numerics.sigmoid(big)
        )
        np.testing.assert_allclose(ad.grad(ad.logsumexp)(big), [1, 0, 0])
        np.testing.assert_allclose(
            ad.grad(lambda x: ad.sigmoid(x).sum())(big), [0, 0, 0.25]
        )
        assert ad.grad(lambda x: -ad.log_softmax(x)[1])(big).tolist() == [1, -1, 0]
        minus = np.array([-np.inf, 0.0])
        assert ad.grad(ad.logsumexp)(minus).tolist() == [0, 1]


def test_numpy_warns_where_it_would():
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        ad.log(leaf(0.0))
    with pytest.warns(RuntimeWarning):
        assert ad.grad(ad.sqrt)(0.0) == np.inf


# --- the tape ---------------------------------------------------------------------------


def test_ten_thousand_operations_need_no_recursion():
    limit = sys.getrecursionlimit()
    x = leaf(1.0)
    y = x
    for _ in range(20_000):
        y = y * 1.0001
    sys.setrecursionlimit(150 + len(__import__("inspect").stack()))
    try:
        y.backward()
        ordered = _ancestors(y, lambda parent: True)
        nodes = ad.describe_graph(y)
        (slope,) = ad.gradients(y, [x], create_graph=True)
        del y
    finally:
        sys.setrecursionlimit(limit)
    assert x.grad == pytest.approx(1.0001**20_000, rel=1e-11)
    assert slope.item() == x.grad
    assert len(ordered) == len(nodes) == 40_001


def test_a_deep_graph_with_many_paths_costs_its_edges_not_its_paths():
    x = leaf(1.0)
    y = x
    for _ in range(1000):
        y = (y + y) / 2.0  # 2^1000 paths
    y.backward()
    assert x.grad == 1.0
    assert ad.hvp(lambda x: x**2 + chain(x, 500), 1.0, 1.0) == pytest.approx(2.0)


def chain(x, n):
    for _ in range(n):
        x = (x + x) * 0.5
    return x


def test_parents_come_before_children_and_children_before_parents_backward():
    a, b = leaf(1.0), leaf(2.0)
    late = a * b
    root = late + (a + late * b) * a
    order = [node._number for node in _ancestors(root, lambda parent: True)]
    assert order == sorted(order, reverse=True) and len(set(order)) == len(order) == 7
    nodes = ad.describe_graph(root)
    for node in nodes:
        assert all(parent < node["id"] for parent in node["parents"])


def test_the_graph_is_described_for_the_reader():
    x, y = leaf([1.0, 2.0]), ad.Tensor([3.0, 4.0])
    root = (ad.exp(x) * y - 2).sum() ** 2
    assert ad.describe_graph(root) == [
        {"id": 0, "op": "input", "shape": (2,), "parents": []},
        {"id": 1, "op": "constant", "shape": (2,), "parents": []},
        {"id": 2, "op": "exp", "shape": (2,), "parents": [0]},
        {"id": 3, "op": "*", "shape": (2,), "parents": [2, 1]},
        {"id": 4, "op": "2", "shape": (), "parents": []},
        {"id": 5, "op": "-", "shape": (2,), "parents": [3, 4]},
        {"id": 6, "op": "sum", "shape": (), "parents": [5]},
        {"id": 7, "op": "** 2", "shape": (), "parents": [6]},
    ]
    assert ad.describe_graph(x**y)[-1]["op"] == "**"
    assert ad.describe_graph(x ** np.ones(2))[-1]["op"] == "**"
    assert ad.describe_graph(y)[0]["op"] == "constant"
    with pytest.raises(TypeError, match="root must be a Tensor"):
        ad.describe_graph(3.0)


def test_gradients_accumulate_until_they_are_reset():
    x = leaf([1.0, 2.0])
    y = (x * x).sum()
    y.backward()
    first = x.grad
    y.backward()
    assert x.grad.tolist() == [4, 8] and first.tolist() == [2, 4]
    x.zero_grad()
    assert x.grad is None
    y.backward()
    assert x.grad.tolist() == [2, 4]


def test_leaves_never_share_a_gradient():
    a, b, seed = leaf([1.0, 2.0]), leaf([3.0, 4.0]), np.ones(2)
    (a + b).backward(seed)
    a.grad *= 10
    assert b.grad.tolist() == [1, 1] and seed.tolist() == [1, 1]


def test_gradients_are_arrays_of_their_own():
    a, b = leaf([1.0, 2.0]), leaf([3.0, 4.0])
    da, db = ad.gradients((a + b).sum(), [a, b])
    da.data[0] = 9.0
    assert db.data.tolist() == [1, 1]


def test_backward_starts_from_what_it_is_given():
    x = leaf([1.0, 2.0])
    (x**2).backward([10, 100])
    assert x.grad.tolist() == [20, 400]
    x.zero_grad()
    (x**2).backward(ad.Tensor([1.0, 0.0]))
    assert x.grad.tolist() == [2, 0]
    single = leaf([[3.0]])
    (single * 2).backward()
    assert single.grad.tolist() == [[2]]
    alone = leaf(3.0)
    alone.backward()
    assert alone.grad == 1


def test_constants_are_neither_recorded_nor_given_gradients():
    x, c = leaf(2.0), ad.Tensor(3.0)
    y = x * c
    y.backward()
    assert c.grad is None and y.grad is None and x.grad == 3
    assert not (c * c).requires_grad and ad.describe_graph(c * c)[0]["parents"] == []


def test_detach_shares_the_numbers_and_stops_the_gradient():
    x = leaf([1.0, 2.0])
    d = x.detach()
    assert d.data is x.data and not d.requires_grad
    (x * d).sum().backward()
    assert x.grad.tolist() == [1, 2]  # not 2x


def test_no_grad_nests_and_ends_with_an_exception():
    x, quiet = leaf(2.0), ad.no_grad()
    with quiet:
        assert not (x * x).requires_grad
        with quiet, ad.no_grad():
            assert not (x * x).requires_grad
        assert not (x * x).requires_grad
        assert ad.grad(lambda x: x**3)(2.0) == 12  # who asks for a derivative gets one
        assert ad.hessian(lambda x: x**3, 2.0).item() == 12
        assert ad.hvp(lambda x: x**3, 2.0, 2.0) == 24
    assert (x * x).requires_grad
    with pytest.raises(ZeroDivisionError), ad.no_grad():
        1 / 0  # noqa: B018
    assert (x * x).requires_grad


def test_gradients_leave_grad_alone_and_reach_inner_nodes():
    x, z = leaf(3.0), leaf(1.0)
    u = x * x
    y = u * u + x
    dx, du, dz, dy = ad.gradients(y, [x, u, z, y])
    assert (dx.item(), du.item(), dz.item(), dy.item()) == (4 * 27 + 1, 18, 0, 1)
    assert x.grad is None and isinstance(dx, ad.Tensor) and not dx.requires_grad
    (again,) = ad.gradients(y, (t for t in [x]))
    assert again.item() == dx.item()
    (weighted_sum,) = ad.gradients(ad.stack([x, 2 * x]), [x], [1.0, 10.0])
    assert weighted_sum.item() == 21


def test_gradients_of_gradients():
    x = leaf(2.0)
    y = x**5
    for expected in [80, 160, 240, 240, 120, 0, 0]:
        (y,) = (
            ad.gradients(y, [x], create_graph=True)
            if y.requires_grad
            else ad.gradients(y, [x])
        )
        assert y.item() == expected
    (plain,) = ad.gradients(x**2, [x])
    assert not plain.requires_grad
    weight = leaf(3.0)
    (slope,) = ad.gradients(x**2, [x], grad_output=weight, create_graph=True)
    (back,) = ad.gradients(slope, [weight])  # d/dw of w 2x
    assert back.item() == 4


def test_a_gradient_penalty_trains_through_the_gradient():
    w, x = leaf([1.0, -2.0]), leaf([0.5, 0.3])
    (slope,) = ad.gradients(np.tanh(w @ x), [x], create_graph=True)
    (slope**2).sum().backward()

    def penalty(w):
        s = 1 - np.tanh(w @ [0.5, 0.3]) ** 2
        return (s * w) @ (s * w)

    np.testing.assert_allclose(
        w.grad, calculus.complex_step_gradient(penalty, [1.0, -2.0]), rtol=1e-13
    )


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: leaf([1.0, 2.0]).backward(),
            ValueError,
            "needs the gradient to start",
        ),
        (
            lambda: leaf([1.0, 2.0]).backward([1.0]),
            ValueError,
            r"shape \(2,\), got \(1,\)",
        ),
        (lambda: ad.Tensor(1.0).backward(), RuntimeError, "nothing to differentiate"),
        (lambda: leaf([1.0, 2.0]).item(), ValueError, "size 1"),
        (lambda: float(leaf([1.0, 2.0])), ValueError, "size 1"),
        (lambda: ad.gradients(leaf([1.0, 2.0]), []), ValueError, "needs the gradient"),
        (lambda: ad.gradients(3.0, []), TypeError, "output must be a Tensor"),
        (lambda: ad.gradients(leaf(1.0), leaf([1.0])), TypeError, "list of Tensor"),
        (lambda: ad.gradients(leaf(1.0), [2.0]), TypeError, "list of Tensor"),
        (
            lambda: ad.gradients(leaf(1.0), [ad.Tensor(1.0)]),
            RuntimeError,
            "requires_grad",
        ),
    ],
)
def test_the_tape_says_what_is_wrong(call, error, message):
    with pytest.raises(error, match=message):
        call()


# --- Tensor and Dual as numbers ---------------------------------------------------------


@pytest.mark.parametrize("kind", [leaf, ad.Tensor, ad.Dual])
def test_they_look_like_arrays(kind):
    t = kind([[1, 2, 3], [4, 5, 6]])
    assert (t.shape, t.ndim, t.size, len(t)) == ((2, 3), 2, 6, 2)
    assert t.T.shape == (3, 2) and len(list(t)) == 2
    assert (t > 2).tolist() == [[False, False, True], [True] * 3]
    assert (2 >= t).tolist() == [[True, True, False], [False] * 3]
    assert (t >= 5).tolist() == [[False] * 3, [False, True, True]]
    assert (t <= t).all() and not (t < t).any() and not (t != t).any()
    assert (np.array([1, 2, 9]) == t).tolist() == [[True, True, False], [False] * 3]
    assert np.less(t, 2).tolist() == [[True, False, False], [False] * 3]
    assert bool(kind(1.0)) and not kind(0.0) and len({t, t}) == 1
    with pytest.raises(TypeError):
        len(kind(1.0))
    with pytest.raises(TypeError):
        list(kind(1.0))
    with pytest.raises(TypeError, match="item assignment"):
        t[0] = 1.0
    with pytest.raises(ValueError, match="ambiguous"):
        bool(t)


def test_tensors_keep_float64_and_copy_only_leaves_that_learn():
    x = np.array([1.0, 2.0])
    assert ad.Tensor(x).data is x
    w = leaf(x)
    w.data -= 1
    assert x.tolist() == [1, 2] and w.data.tolist() == [0, 1]
    strided = np.array([1, 9, 2])[::2]
    for data in [[1, 2], (True, 2), np.array([1, 2], np.float32), strided]:
        w = leaf(data)
        assert w.data.dtype == np.float64 and w.data.tolist() == [1, 2]
    read_only = np.array([1.0, 2.0])
    read_only.flags.writeable = False
    leaf(read_only).data[0] = 5.0
    assert read_only[0] == 1.0


def test_representations():
    assert repr(leaf([1.0, 2.0])) == "Tensor([1., 2.], requires_grad=True)"
    assert repr(ad.Tensor(3)) == "Tensor(3.)"
    assert repr(ad.Dual(2, 1)) == "Dual(2.0, 1.0)"


def test_duals_hold_a_value_and_a_tangent_of_one_shape():
    x = ad.Dual([1, 2], 1)
    assert x.value.tolist() == [1, 2] and x.tangent.tolist() == [1, 1]
    assert type(ad.Dual(2).value) is float and ad.Dual(2).tangent == 0
    y = x * np.ones((3, 1))
    assert y.value.shape == y.tangent.shape == (3, 2)
    assert ad.exp(ad.Dual(0.0, 2.0)).tangent == 2
    with pytest.raises(ValueError):
        ad.Dual([1, 2], [1, 2, 3])
    with pytest.raises(TypeError):
        math.sin(x[0])
    a, b = ad.Dual(2.0, 3.0), ad.Dual(5.0, 7.0)
    assert ((a * b).value, (a * b).tangent) == (10, 3 * 5 + 2 * 7)
    assert (a / b).tangent == pytest.approx((3 * 5 - 2 * 7) / 25)
    assert (a**b).tangent == pytest.approx(32 * (7 * math.log(2) + 5 * 3 / 2))


def test_arrays_on_the_left_make_tensors_not_object_arrays():
    x = leaf([1.0, 2.0])
    for y in [
        np.ones(2) + x,
        np.ones((2, 2)) @ x,
        np.float64(2) * x,
        [1, 2] - x,
        np.ones(2) / x,
    ]:
        assert isinstance(y, ad.Tensor)
    array = np.ones(2)
    with pytest.raises(TypeError, match="out="):
        array += x


@pytest.mark.parametrize("kind", [leaf, ad.Dual])
@pytest.mark.parametrize(
    "misuse",
    [
        lambda t: np.asarray(t),
        lambda t: np.array([t, t]),
        lambda t: np.sign(t),
        lambda t: np.arctan(t),
        lambda t: np.add.reduce(t),
        lambda t: np.exp(t, where=[True, False]),
        lambda t: np.add(t, 1, out=np.zeros(2)),
        lambda t: np.concatenate([t, t]),
        lambda t: np.linalg.norm(t),
        lambda t: np.where(t > 0, t, 0),
        lambda t: t.sum(out=np.zeros(())),
        lambda t: t.mean(dtype=np.float32),
        lambda t: np.sum(t, dtype=np.float32),
        lambda t: np.max(t, out=np.zeros(())),
        lambda t: t + 1j,
        lambda t: t * "two",
        lambda t: t @ [[1j], [0]],
        lambda t: ad.Tensor(t),
        lambda t: ad.Dual(t),
        lambda t: ad.where(t, 1.0, 0.0),
        lambda t: ad.clip(t, t, 1.0),
        lambda t: ad.Tensor([1.0, 2.0]) * ad.Dual([1.0, 2.0]) + t,
    ],
)
def test_what_has_no_derivative_fails_loudly(kind, misuse):
    with pytest.raises(TypeError):
        misuse(kind([1.0, 2.0]))


@pytest.mark.parametrize("bad", [1j, "text", [1j, 2], [[1, 2], [3]], {}])
def test_data_must_be_real_numbers(bad):
    for kind in [ad.Tensor, ad.Dual, ad.exp]:
        with pytest.raises((TypeError, ValueError)):
            kind(bad)


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda t: t + np.ones(3), ValueError),
        (lambda t: t @ np.ones(3), ValueError),
        (lambda t: t @ 2.0, ValueError),
        (lambda t: t.reshape(3), ValueError),
        (lambda t: t.transpose((0, 1)), ValueError),
        (lambda t: t.sum(axis=1), ValueError),
        (lambda t: t[2], IndexError),
        (lambda t: ad.broadcast_to(t, (3,)), ValueError),
        (lambda t: ad.concatenate([]), ValueError),
        (lambda t: ad.concatenate([t, t[None]]), ValueError),
        (lambda t: ad.concatenate([t[None], t], axis=1), ValueError),
        (lambda t: ad.concatenate([t[None], t[None, :1]]), ValueError),
        (lambda t: ad.concatenate([t[0], t[1]]), ValueError),
        (lambda t: ad.concatenate([t, t], axis=1), ValueError),
        (lambda t: ad.stack([]), ValueError),
        (lambda t: ad.stack([t, t[:1]]), ValueError),
        (lambda t: ad.stack([t, t], axis=3), ValueError),
        (lambda t: ad.clip(t, 1, 0), ValueError),
        (lambda t: ad.clip(t, np.nan, 0), ValueError),
        (lambda t: t**t - (-t) ** t, ValueError),
        (lambda t: 0.0**t, ValueError),
        (lambda t: (-1.0) ** t, ValueError),
        (lambda t: ad.softmax(t[:0]), ValueError),
        (lambda t: ad.log_softmax(t[:0]), ValueError),
        (lambda t: ad.solve(t, t), ValueError),
        (lambda t: ad.solve(np.eye(3), t), ValueError),
        (lambda t: ad.solve(np.eye(2), t[None, None]), ValueError),
        (lambda t: ad.solve(np.ones((2, 2)), t), np.linalg.LinAlgError),
        (lambda t: ad.inv(t[None]), ValueError),
        (lambda t: ad.inv(t * np.ones((2, 2)) * 0), np.linalg.LinAlgError),
        (lambda t: ad.logdet(t[None]), ValueError),
        (lambda t: ad.logdet(t * np.array([[0, 1], [1, 0]])), ValueError),
        (lambda t: ad.logdet(t * np.zeros((2, 2))), np.linalg.LinAlgError),
        (lambda t: ad.trace(t), ValueError),
        (lambda t: ad.trace(t[None]), ValueError),
    ],
)
@pytest.mark.parametrize("kind", [leaf, ad.Dual])
def test_impossible_shapes_and_values_are_refused(kind, call, error):
    with pytest.raises(error):
        call(kind([1.0, 2.0]))


def test_functions_of_plain_numbers_give_plain_numbers():
    for name in [
        "exp",
        "log",
        "sin",
        "relu",
        "sigmoid",
        "softplus",
        "absolute",
        "sqrt",
    ]:
        value = getattr(ad, name)(1)
        assert type(value) is float, name
        assert getattr(ad, name)([1, 1]).tolist() == [value, value]
    assert type(ad.maximum(1, 2)) is type(ad.logsumexp([1, 2])) is float
    for name in ["softmax", "log_softmax"]:
        np.testing.assert_array_equal(
            getattr(ad, name)([1, 2]), getattr(numerics, name)([1, 2])
        )
    x = np.array([1.0, -2.0])
    before = x.copy()
    x.flags.writeable = False
    for f in [ad.relu, ad.exp, ad.softmax, lambda x: ad.clip(x, 0, 1)]:
        f(x)
    np.testing.assert_array_equal(x, before)


# --- derivatives of functions -----------------------------------------------------------


def test_grad_takes_any_argument_and_passes_the_others_on():
    f = lambda a, b, *, c: (a * b).sum() * c  # noqa: E731
    assert ad.grad(f)([1.0, 2.0], np.array([3.0, 4.0]), c=2).tolist() == [6, 8]
    assert ad.grad(f, argnum=1)(np.array([1.0, 2.0]), [3, 4], c=2).tolist() == [2, 4]
    value, slope = ad.value_and_grad(lambda x: x**2)(3)
    assert (value, slope) == (9, 6) and type(value) is type(slope) is float
    one_entry = lambda x: (x**2).reshape(1, 1)  # noqa: E731
    assert ad.grad(one_entry)(3.0) == 6
    with pytest.raises(IndexError, match="no argument 2 among 1"):
        ad.grad(f, argnum=2)([1.0])
    with pytest.raises(ValueError, match="argnum"):
        ad.grad(f, argnum=-1)
    with pytest.raises(TypeError, match="argnum"):
        ad.grad(f, argnum=0.5)


def test_unconnected_outputs_have_zero_derivatives():
    constant = lambda x: ad.Tensor(3.0)  # noqa: E731
    assert ad.grad(constant)([1.0, 2.0]).tolist() == [0, 0]
    linear = lambda x: x @ np.array([1.0, 2.0])  # noqa: E731
    assert ad.hessian(linear, [1.0, 2.0]).tolist() == [[0, 0], [0, 0]]
    assert ad.hvp(linear, [1.0, 2.0], [1.0, 1.0]).tolist() == [0, 0]
    assert ad.vjp(constant, 1.0)[1](1.0) == 0


def test_shapes_of_jacobians_and_products():
    f = lambda X: X.T * 2 @ M  # noqa: E731
    X = at(3, 2)
    for mode in ["reverse", "forward"]:
        assert ad.jacobian(f, X, mode).shape == (8, 6)
        assert ad.jacobian(np.sin, 1.0, mode).shape == (1, 1)
        assert ad.jacobian(lambda x: x @ x, [1.0, 2.0], mode).tolist() == [[2, 4]]
    value, change = ad.jvp(np.sin, 0, 2)
    assert (value, change) == (0, 2) and type(value) is type(change) is float
    value, pullback = ad.vjp(f, X)
    assert value.shape == (2, 4) and pullback(np.ones((2, 4))).shape == (3, 2)
    value, pull_back = ad.vjp(np.exp, [0.0, 1.0])
    value[:] = 0  # the learner's own copy
    np.testing.assert_array_equal(pull_back([1, 1]), np.exp([0.0, 1.0]))
    assert ad.hessian(lambda X: (X**3).sum(), X).shape == (6, 6)
    assert ad.hvp(lambda X: (X**3).sum(), X, X).shape == (3, 2)
    assert type(ad.hvp(lambda x: x**3, 1, 1)) is float


def test_the_softmax_jacobian_of_one_sixth_one_third_one_half():
    want = np.array([[5, -2, -3], [-2, 8, -6], [-3, -6, 9]]) / 36
    for mode in ["reverse", "forward"]:
        got = ad.jacobian(ad.softmax, np.log([1, 2, 3]), mode)
        np.testing.assert_allclose(got, want, rtol=1e-14)
    hessian = ad.hessian(ad.logsumexp, np.log([1, 2, 3]))
    np.testing.assert_allclose(hessian, want, rtol=1e-13)


def test_the_rosenbrock_hessian_is_scipys():
    f = lambda x: (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()  # noqa: E731
    x = at(5)
    np.testing.assert_allclose(ad.grad(f)(x), scipy.optimize.rosen_der(x), rtol=1e-13)
    np.testing.assert_allclose(
        ad.hessian(f, x), scipy.optimize.rosen_hess(x), rtol=1e-13
    )
    np.testing.assert_allclose(
        ad.hvp(f, x, x), scipy.optimize.rosen_hess_prod(x, x), rtol=1e-12
    )


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: ad.grad(np.sin)([1.0, 2.0]),
            ValueError,
            r"single number, got shape \(2,\)",
        ),
        (lambda: ad.hessian(np.sin, [1.0, 2.0]), ValueError, "single number"),
        (lambda: ad.hvp(np.sin, [1.0, 2.0], [1, 1]), ValueError, "single number"),
        (
            lambda: ad.grad(lambda x: math.sin(x))(1.0),
            TypeError,
            "f must return a Tensor",
        ),
        (lambda: ad.grad(lambda x: x.data)(1.0), TypeError, "got ndarray"),
        (lambda: ad.jvp(lambda x: 3.0, 1.0, 1.0), TypeError, "f must return a Dual"),
        (lambda: ad.jvp(np.sin, [1.0], 1.0), ValueError, r"shape \(1,\) like x"),
        (lambda: ad.hvp(lambda x: x @ x, [1.0], [1.0, 2.0]), ValueError, "like x"),
        (
            lambda: ad.vjp(np.sin, [1.0])[1]([1.0, 2.0]),
            ValueError,
            r"\(1,\), got \(2,\)",
        ),
        (lambda: ad.jacobian(np.sin, 1.0, "sideways"), ValueError, "mode must be"),
        (lambda: ad.grad(np.sin)(1j), TypeError, "real"),
        (lambda: ad.grad(np.sin)(leaf(1.0)), TypeError, "data must be numbers"),
    ],
)
def test_derivatives_say_what_is_wrong(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_nan_goes_in_and_out():
    assert np.isnan(ad.grad(lambda x: (x * x).sum())([np.nan, 1.0])).tolist() == [
        True,
        False,
    ]
    assert np.isnan(ad.jvp(np.exp, np.nan, 1.0)[1])


def test_empty_arrays():
    assert ad.grad(lambda x: x.sum())([]).shape == (0,)
    assert ad.grad(lambda x: x.sum() + (x * M[:0]).sum())(np.ones((0, 4))).shape == (
        0,
        4,
    )
    with pytest.warns(RuntimeWarning):
        assert np.isnan(leaf(np.ones((0, 2))).mean(axis=0).data).all()
    with pytest.raises(ValueError):
        leaf([]).max()
