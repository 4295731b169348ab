"""utils.calculus against exact derivatives and integrals, SciPy, SymPy and mpmath."""

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import scipy.differentiate
import scipy.integrate
import scipy.optimize
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from utils import calculus
from utils.calculus.derivatives import _fd_weights
from utils.calculus.quadrature import _legendre

steady = settings(derandomize=True, deadline=None)
moderate = st.floats(-3, 3, allow_subnormal=False)
EPS = np.finfo(float).eps


def rosenbrock(x):
    return 100 * (x[1] - x[0] ** 2) ** 2 + (1 - x[0]) ** 2


def slope_of_log(h, error):
    """Observed order of an error: its slope against h on logarithmic axes."""
    return np.polyfit(np.log(h), np.log(error), 1)[0]


class Counted:
    """A function that counts its calls and remembers the points it was given."""

    def __init__(self, f):
        self.f, self.seen = f, []

    calls = property(lambda self: len(self.seen))
    points = property(lambda self: sum(map(np.size, self.seen)))

    def __call__(self, x):
        self.seen.append(x)
        return self.f(x)


# --- difference quotients ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("order", "method", "accuracy", "digits"),
    [
        (1, "forward", None, 7),
        (1, "backward", None, 7),
        (1, "central", None, 10),
        (1, "central", 4, 12),
        (1, "central", 6, 12.5),
        (1, "forward", 3, 10.5),
        (2, "central", None, 7),
        (2, "central", 6, 11),
        (2, "backward", None, 4.5),
        (3, "central", None, 5.5),
        (4, "central", 4, 6.5),
    ],
)
def test_derivatives_have_the_digits_that_are_promised(order, method, accuracy, digits):
    x = np.linspace(-1, 1, 21)
    exact = [np.sin, np.cos, lambda x: -np.sin(x), lambda x: -np.cos(x)]
    got = calculus.numerical_derivative(
        np.sin, x, order, method=method, accuracy=accuracy
    )
    assert np.abs(got - exact[order % 4](x)).max() < 10.0**-digits


@pytest.mark.parametrize("order", [1, 2, 3])
@pytest.mark.parametrize(
    ("method", "accuracy", "expected"),
    [("forward", None, 1), ("backward", 2, 2), ("central", None, 2), ("central", 4, 4)],
)
def test_the_error_falls_with_the_promised_power_of_h(
    order, method, accuracy, expected
):
    h = np.array([0.1, 0.05, 0.025, 0.0125])
    exact = 2**order * math.exp(1.4)

    def error(h):
        options = {"h": h, "method": method, "accuracy": accuracy}
        f = lambda x: math.exp(2 * x)  # noqa: E731
        return abs(calculus.numerical_derivative(f, 0.7, order, **options) - exact)

    assert slope_of_log(h, [error(t) for t in h]) == pytest.approx(expected, abs=0.35)


@pytest.mark.parametrize("method", ["central", "forward", "backward"])
def test_it_agrees_with_scipy_on_every_side(method):
    side = {"central": 0, "forward": 1, "backward": -1}[method]
    x = np.array([0.3, 1.0, 2.0])
    want = scipy.differentiate.derivative(np.sin, x, step_direction=side).df
    got = calculus.numerical_derivative(np.sin, x, method=method, accuracy=6)
    np.testing.assert_allclose(got, want, rtol=1e-10)


@pytest.mark.parametrize(
    ("offsets", "order", "weights"),
    [
        ([0, 1, 2], 1, [-3 / 2, 2, -1 / 2]),
        ([-2, -1, 0, 1, 2], 1, [1 / 12, -2 / 3, 0, 2 / 3, -1 / 12]),
        ([-1, 0, 1], 2, [1, -2, 1]),
        ([-2, -1, 0, 1, 2], 2, [-1 / 12, 4 / 3, -5 / 2, 4 / 3, -1 / 12]),
        ([-2, -1, 0, 1, 2], 3, [-1 / 2, 1, 0, -1, 1 / 2]),
        ([0, 1, 2, 3], 2, [2, -5, 4, -1]),  # Fornberg's tables
    ],
)
def test_weights_are_those_of_the_tables(offsets, order, weights):
    assert _fd_weights(offsets, order) == weights


@pytest.mark.parametrize("nodes", [2, 5, 9])
def test_weights_differentiate_monomials_exactly(nodes):
    offsets = list(range(-nodes // 2, nodes - nodes // 2))
    for order in range(1, nodes):
        weights = [
            Fraction(w).limit_denominator(10**7) for w in _fd_weights(offsets, order)
        ]
        for power in range(nodes):
            total = sum(w * k**power for w, k in zip(weights, offsets, strict=True))
            assert total == (math.factorial(order) if power == order else 0)


def test_a_step_is_one_that_floats_can_take():
    f = Counted(lambda x: x)
    assert calculus.numerical_derivative(f, 0.1, h=1e-8) == 1.0  # not 1 + 5e-10
    behind, ahead = f.seen
    assert ahead - 0.1 == 0.1 - behind != 1e-8


def test_steps_grow_with_x_and_never_shrink_below_those_at_one():
    for x, scale in [(0.0, 1), (1e-9, 1), (-50.0, 50), (1e6, 1e6)]:
        f = Counted(np.sin)
        calculus.numerical_derivative(f, x)
        seen = f.seen
        gap = 2 * 2 ** (-53 / 3) * scale
        assert seen[1] - seen[0] == pytest.approx(gap, rel=1e-4), x


def test_scalars_arrays_integers_and_constants():
    got = calculus.numerical_derivative(math.sin, 0)
    assert type(got) is float and got == pytest.approx(1, abs=1e-9)
    assert type(calculus.numerical_derivative(np.sin, np.float64(1))) is float
    table = np.array([[1, 2], [3, 4]], dtype=np.int8)
    got = calculus.numerical_derivative(np.square, table)
    np.testing.assert_allclose(got, 2 * table, rtol=1e-9)
    assert calculus.numerical_derivative(lambda x: 7.0, [1, 2]).tolist() == [0, 0]
    assert calculus.numerical_derivative(np.sin, []).shape == (0,)
    got = calculus.numerical_derivative(np.exp, [0.0, 1.0], h=[1e-2, 1e-5])
    errors = np.abs(got - np.exp([0, 1]))
    assert errors[0] > 1e-6 > errors[1]


def test_where_f_is_not_finite_neither_is_the_derivative():
    with np.errstate(all="ignore"):
        got = calculus.numerical_derivative(np.log, [0.0, 1.0])
        assert np.isnan(calculus.numerical_gradient(np.log, 0.0))
    assert np.isnan(got[0]) and got[1] == pytest.approx(1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"order": 0}, "order must be at least 1"),
        ({"h": 0.0}, "h must be positive"),
        ({"h": [0.1, -0.1]}, "h must be positive"),
        ({"h": np.nan}, "h must be finite"),
        ({"h": 1e-17}, "too small"),
        ({"h": 1.7e308, "x": [1.7e308] * 2}, "too large"),
        (
            {"h": [0.1] * 3},
            r"h must broadcast to x, shape \(2,\), got \(3,\)|broadcast",
        ),
        ({"h": [[0.1], [0.1]]}, "broadcast"),
        ({"method": "sideways"}, "method must be one of"),
        ({"accuracy": 3}, "even, got 3"),
        ({"accuracy": 0, "method": "forward"}, "at least 1"),
        ({"x": [1.0, np.inf]}, "x must be finite"),
        ({"f": lambda x: np.ones(3)}, r"returned one of shape \(3,\)"),
    ],
)
def test_numerical_derivative_says_what_is_wrong(arguments, message):
    with pytest.raises(ValueError, match=message):
        calculus.numerical_derivative(**({"f": np.sin, "x": [1.0, 2.0]} | arguments))


@pytest.mark.parametrize(
    "arguments",
    [{"order": 1.5}, {"x": 1j}, {"x": "one"}, {"f": lambda x: x + 1j}, {"h": "h"}],
)
def test_numerical_derivative_refuses_what_is_no_number(arguments):
    with pytest.raises(TypeError):
        calculus.numerical_derivative(**({"f": np.sin, "x": 1.0} | arguments))


# --- gradients, Jacobians, Hessians -----------------------------------------------------


def test_the_gradient_agrees_with_sympy_and_scipy():
    a, b, c = sympy.symbols("a b c")
    expression = sympy.exp(a * b) * sympy.sin(c) + a**3 / c + sympy.log(1 + b**2)
    point = [0.7, -1.3, 2.1]
    at = dict(zip((a, b, c), point, strict=True))
    exact = [float(expression.diff(v).subs(at)) for v in (a, b, c)]
    f = sympy.lambdify([[a, b, c]], expression)
    got = calculus.numerical_gradient(f, point)
    np.testing.assert_allclose(got, exact, rtol=1e-9)
    forward = scipy.optimize.approx_fprime(np.array(point), f)
    np.testing.assert_allclose(got, forward, rtol=1e-6)
    hessian = sympy.hessian(expression, (a, b, c)).subs(at)
    np.testing.assert_allclose(
        calculus.numerical_hessian(f, point), np.array(hessian, dtype=float), atol=1e-6
    )


@steady
@given(arrays(float, array_shapes(max_dims=3, max_side=3), elements=moderate))
def test_a_gradient_has_the_shape_of_x_and_a_quadratic_is_nearly_exact(x):
    got = calculus.numerical_gradient(lambda x: (x**2).sum(), x)
    assert got.shape == x.shape
    np.testing.assert_allclose(got, 2 * x, atol=1e-8)


@steady
@given(
    arrays(float, (4,), elements=moderate),
    arrays(float, (4,), elements=moderate),
    st.floats(-2, 2),
)
def test_differentiation_is_linear(x, weights, factor):
    f = lambda x: np.sin(x).sum()  # noqa: E731
    g = lambda x: (weights * x**3).sum()  # noqa: E731
    both = calculus.numerical_gradient(lambda x: f(x) + factor * g(x), x)
    apart = calculus.numerical_gradient(f, x) + factor * calculus.numerical_gradient(
        g, x
    )
    np.testing.assert_allclose(both, apart, atol=1e-7)


@steady
@given(arrays(float, (3,), elements=moderate))
def test_chain_rule_the_jacobian_of_a_composition_is_a_product(x):
    inner = lambda x: np.array([x[0] * x[1], np.sin(x[2])])  # noqa: E731
    outer = lambda u: np.array([u[0] + u[1] ** 2, np.exp(u[1]), u[0] * u[1]])  # noqa: E731
    whole = calculus.numerical_jacobian(lambda x: outer(inner(x)), x)
    product = calculus.numerical_jacobian(
        outer, inner(x)
    ) @ calculus.numerical_jacobian(inner, x)
    np.testing.assert_allclose(whole, product, atol=2e-8)


def test_the_jacobian_agrees_with_scipy_and_has_outputs_as_rows():
    def f(x):
        return np.array(
            [x[0] ** 2 * x[1], np.sin(x[2]) + x[0], x[1] * x[2], x[0] - x[2]]
        )

    x = np.array([0.5, -1.2, 2.0])
    got = calculus.numerical_jacobian(f, x)
    assert got.shape == (4, 3)
    np.testing.assert_allclose(
        got, scipy.differentiate.jacobian(f, x).df, rtol=1e-8, atol=1e-9
    )


def test_jacobians_of_scalars_and_of_arrays_are_flattened_row_by_row():
    assert calculus.numerical_jacobian(math.exp, 0).shape == (1, 1)
    assert calculus.numerical_jacobian(lambda x: x @ x, [1.0, 2.0, 3.0]).shape == (1, 3)
    x = np.arange(6.0).reshape(2, 3)
    got = calculus.numerical_jacobian(lambda x: x.T * 2, x)
    order = np.arange(6).reshape(2, 3).T.ravel()
    np.testing.assert_allclose(got, 2 * np.eye(6)[order], atol=1e-9)


def test_the_hessian_is_symmetric_to_the_bit_and_has_eight_digits():
    x = np.array([1.2, 0.7])
    H = calculus.numerical_hessian(rosenbrock, x)
    assert (H == H.T).all()
    np.testing.assert_allclose(H, scipy.optimize.rosen_hess(x), rtol=3e-7)
    reference = scipy.differentiate.hessian(
        lambda x: 100 * (x[1] - x[0] ** 2) ** 2 + (1 - x[0]) ** 2, x
    ).ddf
    np.testing.assert_allclose(H, reference, rtol=3e-7)


def test_the_hessian_is_second_order_in_h():
    x = np.array([0.4, -0.9])
    f = lambda x: np.exp(x[0] * x[1]) + np.sin(x[0])  # noqa: E731
    exact = np.array(
        [
            [x[1] ** 2 * np.exp(x[0] * x[1]) - np.sin(x[0]), 0],
            [(1 + x[0] * x[1]) * np.exp(x[0] * x[1]), x[0] ** 2 * np.exp(x[0] * x[1])],
        ]
    )
    exact[0, 1] = exact[1, 0]
    h = np.array([0.4, 0.2, 0.1, 0.05])
    errors = np.array([np.abs(calculus.numerical_hessian(f, x, t) - exact) for t in h])
    for i, j in [(0, 0), (0, 1), (1, 1)]:
        assert slope_of_log(h, errors[:, i, j]) == pytest.approx(2, abs=0.1)


def test_the_number_of_calls_is_as_promised():
    x = np.arange(1.0, 6.0)
    for function, expected in [
        (calculus.numerical_gradient, 10),
        (calculus.numerical_jacobian, 10),
        (calculus.numerical_hessian, 51),
        (calculus.complex_step_gradient, 5),
    ]:
        f = Counted(lambda x: (x**2).sum())
        function(f, x)
        assert f.calls == expected, function.__name__
    for order, accuracy, calls in [(1, None, 2), (2, None, 3), (1, 4, 4)]:
        f = Counted(np.sin)
        calculus.numerical_derivative(f, 1.0, order, accuracy=accuracy)
        assert f.calls == calls


@pytest.mark.parametrize("v", [[1.0, -1.0], [1e-300, 0.0], [1e200, 1e200], [0.0, 0.0]])
def test_the_hessian_vector_product_is_the_hessian_times_the_vector(v):
    x = np.array([1.2, 0.7])
    v = np.array(v)
    got = calculus.numerical_hvp(scipy.optimize.rosen_der, x, v)
    want = scipy.optimize.rosen_hess(x) @ v
    np.testing.assert_allclose(got, want, rtol=1e-8, atol=1e-8 * np.abs(want).max())


def test_the_hessian_vector_product_of_any_shape_and_with_a_step():
    A = np.arange(6.0).reshape(2, 3)
    grad = Counted(lambda X: 3 * X**2)
    got = calculus.numerical_hvp(grad, A, np.ones((2, 3)), h=1e-4)
    np.testing.assert_allclose(got, 6 * A, atol=1e-7)
    assert grad.calls == 2
    assert calculus.numerical_hvp(lambda x: x**3, 2.0, 1.0) == pytest.approx(
        12, rel=1e-9
    )
    error = [
        abs(calculus.numerical_hvp(np.exp, 0.0, 1.0, h=h) - 1) for h in (0.1, 0.01)
    ]
    assert error[0] / error[1] == pytest.approx(100, rel=0.01)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: calculus.numerical_gradient(np.sum, []), "not be empty"),
        (lambda: calculus.numerical_gradient(np.sin, [1.0, 2.0]), "single number"),
        (lambda: calculus.numerical_gradient(np.sum, [1, np.nan]), "finite"),
        (lambda: calculus.numerical_gradient(np.sum, [1.0], h=-1), "positive"),
        (lambda: calculus.numerical_jacobian(np.sin, []), "not be empty"),
        (lambda: calculus.numerical_hessian(np.sum, [[1.0]]), r"shape \(n,\)"),
        (lambda: calculus.numerical_hessian(np.sum, 1.0), r"shape \(n,\)"),
        (lambda: calculus.numerical_hessian(np.sin, [1.0, 2.0]), "single number"),
        (
            lambda: calculus.numerical_hvp(np.sin, [1.0], [1.0, 2.0]),
            r"shape \(1,\) like x",
        ),
        (
            lambda: calculus.numerical_hvp(np.sum, [1.0, 2.0], [1, 1]),
            "grad must return",
        ),
        (lambda: calculus.numerical_hvp(np.sin, [1.0], [1.0], h=0), "h must be"),
        (lambda: calculus.numerical_hvp(np.sin, [1.0], [1.0], h=1e-20), "rounds to x"),
        (lambda: calculus.numerical_hvp(np.sin, [1.0], [np.inf]), "finite"),
    ],
)
def test_many_variables_are_checked(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_jacobian_whose_output_changes_shape_is_refused():
    grows = lambda x: np.ones(2 if x[0] > 1 else 3)  # noqa: E731
    with pytest.raises(ValueError, match="one shape at all points"):
        calculus.numerical_jacobian(grows, [1.0])


@pytest.mark.parametrize(
    "function",
    [
        calculus.numerical_gradient,
        calculus.numerical_jacobian,
        calculus.numerical_hessian,
        calculus.numerical_derivative,
    ],
)
def test_inputs_stay_as_they_were_even_if_f_changes_what_it_gets(function):
    elementwise = function is calculus.numerical_derivative

    def f(x):
        return x**2 if elementwise else (x**2).sum()

    def destructive(x):
        value = f(x)
        x += 100
        return value

    mixed = np.array([[1.0, 9.0], [2.0, 9.0]])[:, 0]  # a view that isn't contiguous
    for x in [np.array([1.0, 2.0]), mixed, np.array([1.0, 2.0], dtype=np.float32)]:
        before = x.copy()
        x.flags.writeable = False
        np.testing.assert_array_equal(function(destructive, x), function(f, [1, 2]))
        np.testing.assert_array_equal(x, before)


# --- Taylor -----------------------------------------------------------------------------


def test_a_taylor_polynomial_agrees_with_sympy_and_numpy():
    t = sympy.symbols("t")
    f = sympy.exp(sympy.sin(t))
    derivatives = [float(f.diff(t, k).subs(t, 0.3)) for k in range(7)]
    p = calculus.taylor_polynomial(derivatives, x0=0.3)
    coefficients = [d / math.factorial(k) for k, d in enumerate(derivatives)]
    x = np.linspace(-1, 2, 13)
    np.testing.assert_allclose(
        p(x), np.polyval(coefficients[::-1], x - 0.3), rtol=1e-14
    )


def test_a_taylor_polynomial_approximates_what_it_should():
    ours = calculus.taylor_polynomial([1.0] * 6)
    assert ours(1) == pytest.approx(163 / 60, rel=1e-15)
    h = np.array([0.4, 0.2, 0.1])
    assert slope_of_log(h, np.exp(h) - ours(h)) == pytest.approx(6, abs=0.15)


def test_many_terms_neither_overflow_nor_lose_digits():
    p = calculus.taylor_polynomial([1.0] * 400)  # 171! is beyond the largest float
    assert p(20.0) == pytest.approx(math.exp(20), rel=1e-14)
    # at -20 the terms cancel: they grow to 4e7 and end at 2e-9
    assert 1e-10 < abs(p(-20.0) - math.exp(-20)) < 1e-7


def test_taylor_scalars_arrays_and_refusals():
    p = calculus.taylor_polynomial([3, 2])
    assert type(p(1)) is float and p(1) == 5
    assert p([[0, 1]]).tolist() == [[3, 5]]
    assert calculus.taylor_polynomial([4])([1.0, 2.0]).tolist() == [4, 4]
    for bad in [[], [np.nan], 3.0, [[1.0]]]:
        with pytest.raises(ValueError):
            calculus.taylor_polynomial(bad)
    with pytest.raises(ValueError, match="x0 must be finite"):
        calculus.taylor_polynomial([1.0], np.inf)
    with pytest.raises(ValueError, match="finite"):
        p(np.nan)


# --- Richardson and the complex step ----------------------------------------------------


def central(f, x):
    return lambda h: (f(x + h) - f(x - h)) / (2 * h)


def test_richardson_finds_thirteen_digits_where_quotients_have_ten():
    value, error, table = calculus.richardson(central(math.exp, 1.0), 0.5, levels=7)
    assert abs(value - math.e) < 3e-13
    assert error < 1e-11
    assert table.shape == (7, 7) and np.isnan(table[np.triu_indices(7, 1)]).all()
    for column in range(3):
        h = 0.5 / 2.0 ** np.arange(column, 5)
        errors = np.abs(table[column:5, column] - math.e)
        assert slope_of_log(h, errors) == pytest.approx(2 * column + 2, abs=0.2)


def test_richardson_by_hand():
    value, _, table = calculus.richardson(central(lambda x: 1 / x, 1.0), 0.2, levels=2)
    assert table[0, 0] == pytest.approx(-1.0417, abs=5e-5)
    assert table[1, 0] == pytest.approx(-1.0101, abs=5e-5)
    assert value == pytest.approx(-0.99958, abs=5e-6)


@pytest.mark.parametrize("ratio", [1.5, 2.0, 10.0])
@pytest.mark.parametrize("order", [1, 2, 3])
def test_richardson_is_exact_when_the_error_has_few_terms(order, ratio):
    D = lambda h: 7 + 3 * h**order - 2 * h ** (2 * order)  # noqa: E731
    value, error, _ = calculus.richardson(D, 0.5, 4, order, ratio)
    assert value == pytest.approx(7, rel=1e-13)
    assert error < 1e-12


def test_richardson_stops_where_rounding_takes_over():
    value, error, table = calculus.richardson(central(math.exp, 1.0), 0.5, levels=30)
    assert abs(table[-1, -1] - math.e) > 1e-9  # the last entry is noise
    assert abs(value - math.e) < 1e-11 and error < 1e-10


def test_richardson_takes_arrays_and_a_single_level():
    value, error, table = calculus.richardson(
        central(np.sin, np.array([0.0, 1.0])), 0.4
    )
    np.testing.assert_allclose(value, np.cos([0, 1]), atol=1e-9)
    assert error.shape == (2,) and table.shape == (4, 4, 2)
    value, error, table = calculus.richardson(lambda h: 3, 1, levels=1)
    assert (value, error, table.tolist()) == (3.0, np.inf, [[3.0]])
    assert type(value) is float


def test_richardson_prefers_any_number_to_nan():
    D = lambda h: np.nan if h < 0.2 else 1 + h**2  # noqa: E731
    value, error, _ = calculus.richardson(D, 0.5, levels=4)
    assert value == pytest.approx(1) and np.isfinite(error)


@pytest.mark.parametrize(
    "arguments",
    [
        {"levels": 0}, {"ratio": 1.0}, {"h": 0.0}, {"h": np.inf}, {"ratio": np.inf}, {"h": np.nan}, {"order": 0},
        {"D": lambda h: np.ones(2 if h < 0.5 else 3)},
    ],
)  # fmt: skip
def test_richardson_refuses_what_makes_no_sense(arguments):
    with pytest.raises(ValueError):
        calculus.richardson(**({"D": lambda h: h, "h": 1.0} | arguments))


@pytest.mark.parametrize("name", ["exp", "sin", "cos", "tan", "log", "sqrt", "tanh"])
def test_the_complex_step_has_full_precision(name):
    x = np.array([0.05, 0.4, 1.3, 7.0])
    got = calculus.complex_step(getattr(np, name), x)
    with mpmath.workdps(40):
        want = [float(mpmath.diff(getattr(mpmath, name), mpmath.mpf(t))) for t in x]
    np.testing.assert_allclose(got, want, rtol=1e-14)


def test_the_complex_step_on_squire_and_trapps_example():
    f = lambda x: np.exp(x) / np.sqrt(np.sin(x) ** 3 + np.cos(x) ** 3)  # noqa: E731
    x = sympy.symbols("x")
    slope = sympy.diff(sympy.exp(x) / sympy.sqrt(sympy.sin(x) ** 3 + sympy.cos(x) ** 3))
    want = float(slope.subs(x, sympy.Rational(3, 2)).evalf(30))
    assert want == pytest.approx(4.053427893898621, rel=1e-15)
    assert calculus.complex_step(f, 1.5) == pytest.approx(want, rel=1e-14)


def test_the_complex_step_is_small_beside_tiny_arguments():
    x = np.array([1e-40, 1e-100, 1e-200, 1e10])
    np.testing.assert_allclose(
        calculus.complex_step(np.sqrt, x), 0.5 / np.sqrt(x), rtol=1e-14
    )
    assert calculus.complex_step(np.exp, 0.0) == 1.0
    coarse = calculus.complex_step(np.exp, 0.0, h=0.1)
    assert coarse - 1 == pytest.approx(-0.01 / 6, rel=1e-3)


def test_the_complex_gradient_agrees_with_numpy_and_keeps_shapes():
    x = np.array([[0.5, 1.0], [-2.0, 3.0]])
    f = lambda x: np.exp(x[0, 0] * x[1, 1]) + (x**3).sum()  # noqa: E731
    got = calculus.complex_step_gradient(f, x)
    e = np.exp(0.5 * 3.0)
    np.testing.assert_allclose(
        got, 3 * x**2 + e * np.array([[3, 0], [0, 0.5]]), rtol=1e-15
    )
    assert type(calculus.complex_step_gradient(np.exp, 0)) is float
    assert calculus.complex_step_gradient(np.sum, [1, 2]).tolist() == [1, 1]


@pytest.mark.parametrize(
    "broken", [np.abs, np.real, lambda z: 3.0, lambda z: np.greater(z, 0)]
)
def test_a_lost_imaginary_part_is_noticed(broken):
    with pytest.raises(TypeError, match="analytic"):
        calculus.complex_step(broken, 1.0)
    with pytest.raises(TypeError, match="analytic"):
        calculus.complex_step_gradient(broken, 1.0)


def test_the_complex_step_says_what_is_wrong():
    with pytest.raises(ValueError, match="elementwise"):
        calculus.complex_step(np.sum, [1.0, 2.0])
    with pytest.raises(ValueError, match="single number"):
        calculus.complex_step_gradient(np.sin, [1.0, 2.0])
    with pytest.raises(ValueError, match="empty"):
        calculus.complex_step_gradient(np.sum, [])
    for bad in [0.0, -1e-30, np.nan]:
        with pytest.raises(ValueError, match="h must be"):
            calculus.complex_step(np.sin, 1.0, h=bad)
    with pytest.raises(ValueError, match="finite"):
        calculus.complex_step(np.sin, np.inf)
    with pytest.raises(TypeError, match="real"):
        calculus.complex_step(np.sin, 1j)


# --- the gradient check -----------------------------------------------------------------


def logistic(n=40, d=8):
    rng = np.random.default_rng(0)
    X = np.column_stack([np.ones(n), rng.normal(size=(n, d - 1))])
    y, w = rng.integers(2, size=n), 0.1 * rng.normal(size=d)

    def f(w):
        z = X @ w
        return np.mean(np.logaddexp(0, z) - y * z) + 0.05 * (w[1:] @ w[1:])

    def grad(w):
        p = 1 / (1 + np.exp(-X @ w))
        return X.T @ (p - y) / n + 0.1 * np.r_[0, w[1:]]

    return f, grad, w


def test_a_right_gradient_passes_and_agrees_with_scipy():
    f, grad, w = logistic()
    check = calculus.check_gradient(f, grad, w)
    assert check and check.ok and check.relative_error < 1e-9
    assert scipy.optimize.check_grad(f, grad, w) < 1e-6
    np.testing.assert_allclose(check.numeric, calculus.numerical_gradient(f, w))
    np.testing.assert_array_equal(check.analytic, grad(w))
    difference = np.abs(check.numeric - check.analytic)
    assert check.worst_index == (int(difference.argmax()),)
    assert check.worst_error == difference.max()


@pytest.mark.parametrize(
    "bug",
    [
        lambda g, w: g + 0.1 * np.r_[w[0], 0 * w[1:]],  # the intercept regularized too
        lambda g, w: g + 0.1 * np.r_[0, w[1:]],  # the penalty counted twice
        lambda g, w: -g,
        lambda g, w: g * np.where(np.arange(len(g)) == 3, 1.001, 1),
        lambda g, w: g * 40 / 39,
    ],
)
@pytest.mark.parametrize("n_directions", [None, 5])
def test_planted_bugs_are_found(bug, n_directions):
    f, grad, w = logistic()
    check = calculus.check_gradient(
        f,
        lambda w: bug(grad(w), w),
        w,
        n_directions=n_directions,
        rng=np.random.default_rng(1),
    )
    assert not check and check.relative_error > 1e-6


def test_the_worst_coordinate_is_named():
    f, grad, w = logistic()
    check = calculus.check_gradient(f, lambda w: grad(w) + 0.25 * np.eye(8)[5], w)
    assert check.worst_index == (5,) and check.worst_error == pytest.approx(
        0.25, rel=1e-6
    )
    X = np.ones((2, 3))
    check = calculus.check_gradient(
        lambda X: X.sum(), lambda X: X + [[0, 0, 0], [0, 1, 0]], X
    )
    assert check.worst_index == (1, 1)
    # |g - n| = 1, |g| = 3, |n| = sqrt 6
    assert check.relative_error == pytest.approx(1 / (3 + math.sqrt(6)), rel=1e-8)


def test_directions_cost_two_calls_each_and_compare_slopes():
    f, grad, w = logistic()
    counted = Counted(f)
    rng = np.random.default_rng(0)
    check = calculus.check_gradient(counted, grad, w, n_directions=3, rng=rng)
    assert counted.calls == 6 and check
    v = np.random.default_rng(0).normal(size=(3, 8))
    np.testing.assert_allclose(check.analytic, v @ grad(w), rtol=1e-13)
    np.testing.assert_allclose(check.numeric, v @ grad(w), rtol=1e-8)
    assert check.numeric.shape == (3,) and len(check.worst_index) == 1


def test_the_relative_error_where_it_is_delicate():
    def error(g, n, x=(1.0, 1.0)):
        slope = np.array(n)
        return calculus.check_gradient(
            lambda x: slope @ x, lambda x: g, x
        ).relative_error

    assert error([0.0, 0.0], [0.0, 0.0]) == 0
    assert error([1.0, 0.0], [0.0, 0.0]) == 1
    assert error([1e200, 0.0], [1e200, 0.0]) < 1e-9  # no square overflows
    assert error([-2.0, 1.0], [2.0, -1.0]) == pytest.approx(1)
    for bad in [np.nan, np.inf]:
        f, g = lambda x: x @ x, lambda x, bad=bad: [2.0, bad]
        check = calculus.check_gradient(f, g, [1.0, 1.0])
        assert (
            not check and math.isnan(check.relative_error) and check.worst_index == (1,)
        )


def test_a_number_can_be_checked_and_the_step_chosen():
    check = calculus.check_gradient(math.exp, math.exp, 1)
    assert check and check.worst_index == ()
    coarse = calculus.check_gradient(math.exp, math.exp, 1.0, h=0.1)
    assert not coarse and coarse.relative_error == pytest.approx(0.01 / 12, rel=0.01)
    assert calculus.check_gradient(math.exp, math.exp, 1.0, h=0.1, tol=1e-2)
    noisy = calculus.check_gradient(math.exp, math.exp, 1.0, h=1e-12)
    assert not noisy


def test_the_check_says_what_is_wrong():
    f, grad, w = logistic()
    with pytest.raises(ValueError, match=r"shape \(8,\) like x, got shape \(\)"):
        calculus.check_gradient(f, lambda w: 0.0, w)
    with pytest.raises(TypeError, match="rng must be a numpy.random.Generator"):
        calculus.check_gradient(f, grad, w, n_directions=2)
    for arguments in [{"tol": -1}, {"tol": 1.5}, {"h": 0}, {"x": []}, {"x": [np.nan]}]:
        with pytest.raises(ValueError):
            calculus.check_gradient(**({"f": f, "grad": grad, "x": w} | arguments))
    with pytest.raises(ValueError, match="n_directions"):
        calculus.check_gradient(
            f, grad, w, n_directions=0, rng=np.random.default_rng(0)
        )


# --- integrals of samples ---------------------------------------------------------------


@steady
@given(
    arrays(
        float,
        array_shapes(min_dims=1, max_dims=3, min_side=2, max_side=4),
        elements=moderate,
    ),
    st.data(),
)
def test_trapezoid_agrees_with_scipy_on_every_axis(y, data):
    axis = data.draw(st.integers(-y.ndim, y.ndim - 1))
    n = y.shape[axis]
    x = data.draw(arrays(float, n, elements=moderate))
    for options in [{}, {"x": x}, {"dx": 0.3}]:
        want = scipy.integrate.trapezoid(y, axis=axis, **options)
        got = calculus.trapezoid(y, axis=axis, **options)
        np.testing.assert_allclose(got, want, rtol=1e-13, atol=1e-13)
    full = np.moveaxis(np.broadcast_to(x, np.moveaxis(y, axis, -1).shape), -1, axis)
    want = scipy.integrate.trapezoid(y, full, axis=axis)
    np.testing.assert_allclose(calculus.trapezoid(y, full, axis=axis), want, atol=1e-13)


def test_trapezoid_on_an_roc_curve_is_the_probability_of_ranking_right():
    from sklearn.metrics import auc, roc_auc_score, roc_curve

    rng = np.random.default_rng(0)
    y, score = rng.integers(2, size=100), rng.integers(5, size=100)  # many ties
    fpr, tpr, _ = roc_curve(y, score)
    area = calculus.trapezoid(tpr, fpr)
    assert area == pytest.approx(auc(fpr, tpr), rel=1e-14)
    assert area == pytest.approx(roc_auc_score(y, score), rel=1e-14)


def test_trapezoid_signs_repeats_and_types():
    assert calculus.trapezoid([0, 1, 4], [0, 1, 2]) == 3.0
    assert calculus.trapezoid([0, 1, 4], [2, 1, 0]) == -3.0
    assert calculus.trapezoid([1, 5, 5, 1], [0, 1, 1, 2]) == 6.0
    assert type(calculus.trapezoid([1, 2])) is float
    assert calculus.trapezoid([[1, 2], [3, 4]]).tolist() == [1.5, 3.5]
    assert calculus.trapezoid([1.7e308, 1.7e308], dx=0.5) == 0.85e308


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1.0],), "at least two samples"),
        (([],), "at least two samples"),
        ((3.0,), "axis|out of bounds"),
        (([1.0, 2.0], [1.0, 2.0, 3.0]), r"x must have shape \(2,\)"),
        (([1.0, 2.0], [[1.0, 2.0, 3.0]]), "x must have shape"),
        (([1.0, 2.0], 1.0), "x must have shape"),
        (([1.0, np.nan],), "y must be finite"),
        (([1.0, 2.0], [0, np.inf]), "x must be finite"),
        (([1.0, 2.0], None, np.inf), "dx must be finite"),
        (([1.0, 2.0], None, 1.0, 1), "out of bounds"),
    ],
)
def test_trapezoid_says_what_is_wrong(arguments, message):
    with pytest.raises(ValueError, match=message):
        calculus.trapezoid(*arguments)


# --- rules on functions -----------------------------------------------------------------

RULES = [calculus.trapezoid_rule, calculus.simpson_rule, calculus.gauss_legendre]


@pytest.mark.parametrize("n", [2, 4, 10, 100])
def test_rules_agree_with_scipy_on_the_same_points(n):
    x = np.linspace(-0.5, 2.0, n + 1)
    y = np.exp(np.sin(x))
    f = lambda x: np.exp(np.sin(x))  # noqa: E731
    got = calculus.trapezoid_rule(f, -0.5, 2, n)
    assert got == pytest.approx(scipy.integrate.trapezoid(y, x), rel=1e-14)
    got = calculus.simpson_rule(f, -0.5, 2, n)
    assert got == pytest.approx(scipy.integrate.simpson(y, x=x), rel=1e-14)
    got = calculus.gauss_legendre(f, -0.5, 2, n)
    assert got == pytest.approx(
        scipy.integrate.fixed_quad(f, -0.5, 2, n=n)[0], rel=1e-13
    )


def test_rules_converge_to_scipys_quad():
    f = lambda x: np.cos(3 * x) / (1 + x**2)  # noqa: E731
    want = scipy.integrate.quad(f, -1, 2, epsabs=1e-14)[0]
    assert calculus.trapezoid_rule(f, -1, 2, 20000) == pytest.approx(want, abs=1e-8)
    assert calculus.simpson_rule(f, -1, 2, 1000) == pytest.approx(want, abs=1e-11)
    assert calculus.gauss_legendre(f, -1, 2, 40) == pytest.approx(want, abs=1e-14)
    assert float(calculus.adaptive_simpson(f, -1, 2, 1e-11)) == pytest.approx(
        want, abs=1e-11
    )


@pytest.mark.parametrize(("rule", "order"), [(RULES[0], 2), (RULES[1], 4)])
def test_the_order_of_the_rules(rule, order):
    n = np.array([4, 8, 16, 32, 64])
    errors = [abs(rule(np.exp, 0, 1, int(k)) - (math.e - 1)) for k in n]
    assert slope_of_log(1 / n, errors) == pytest.approx(order, abs=0.05)


def test_the_constants_of_the_errors():
    # trapezoid: -(b-a) h^2 f'' / 12; Simpson: -(b-a) h^4 f'''' / 180
    got = calculus.trapezoid_rule(lambda x: x**2, 0, 3, 3)
    assert got - 9 == pytest.approx(3 * 2 / 12)
    got = calculus.simpson_rule(lambda x: x**4, 0, 2, 2)
    assert got - 32 / 5 == pytest.approx(2 * 24 / 180)


def test_values_worked_by_hand():
    f = lambda x: x * np.exp(-x)  # noqa: E731
    assert calculus.trapezoid_rule(f, 0, 1, 4) == pytest.approx(0.259045, abs=5e-7)
    assert calculus.simpson_rule(f, 0, 1, 4) == pytest.approx(0.264193, abs=5e-7)
    one_over = lambda x: 1 / x  # noqa: E731
    assert calculus.trapezoid_rule(one_over, 1, 2, 4) == pytest.approx(
        0.697024, abs=5e-7
    )
    assert calculus.simpson_rule(one_over, 1, 2, 4) == pytest.approx(0.693254, abs=5e-7)
    two_points = calculus.gauss_legendre(lambda x: x**4, -1, 1, 2)
    assert two_points == pytest.approx(2 / 9, rel=1e-15)


def test_a_period_is_integrated_with_spectral_accuracy():
    f = lambda t: np.exp(np.cos(t))  # noqa: E731
    exact = 2 * math.pi * float(mpmath.besseli(0, 1))
    error = calculus.trapezoid_rule(f, 0, 2 * np.pi, 12) - exact
    assert error == pytest.approx(6.5e-12, abs=1e-12)
    assert abs(calculus.simpson_rule(f, 0, 2 * np.pi, 12) - exact) > 5e-5


@pytest.mark.parametrize("n", [1, 2, 3, 5, 10, 20])
def test_gauss_is_exact_to_degree_2n_minus_1_and_no_further(n):
    for degree in range(2 * n + 1):
        got = calculus.gauss_legendre(lambda x, k=degree: x**k, -1, 1, n)
        want = 2 / (degree + 1) if degree % 2 == 0 else 0
        if degree < 2 * n:
            assert got == pytest.approx(want, abs=1e-15), degree
        else:  # the square of the polynomial with these zeros is the obstacle
            assert abs(got - want) > 1e-13


@pytest.mark.parametrize("n", [1, 2, 3, 7, 20, 50, 101])
def test_gauss_points_and_weights_to_the_last_digits(n):
    nodes, weights = _legendre(n)
    x, w = np.polynomial.legendre.leggauss(n)
    np.testing.assert_allclose(nodes, x, atol=4e-16)
    np.testing.assert_allclose(weights, w, atol=1e-14)
    assert (nodes == -nodes[::-1]).all() and (np.diff(nodes) > 0).all()
    assert weights.sum() == pytest.approx(2, rel=1e-15)
    with pytest.raises(ValueError, match="read-only"):
        nodes[0] = 0
    if n <= 20:
        for x, w in zip(nodes, weights, strict=True):
            with mpmath.workdps(30):
                root = (
                    mpmath.findroot(lambda t: mpmath.legendre(n, t), float(x) + 1e-9)
                    if abs(x) > 1e-12
                    else mpmath.mpf(0)
                )
                slope = mpmath.diff(lambda t: mpmath.legendre(n, t), root)
                assert abs(root - x) < 2e-16
                assert abs(2 / ((1 - root**2) * slope**2) - w) < 1e-15


def test_students_p_value_from_twenty_points():
    t, k = 4.0621, 9
    c = math.gamma(5) / (math.gamma(4.5) * math.sqrt(k * math.pi))
    density = lambda x: c * (1 + x**2 / k) ** (-(k + 1) / 2)  # noqa: E731
    half = calculus.gauss_legendre(density, 0, t, 20)
    exact = scipy.integrate.quad(density, 0, t, epsabs=1e-15)[0]
    assert half == pytest.approx(exact, abs=1e-12)


@pytest.mark.parametrize("rule", RULES)
def test_rules_on_constants_flipped_and_empty_intervals(rule):
    assert rule(lambda x: 2.0, 0, 3, 4) == pytest.approx(6, rel=1e-15)
    assert rule(np.exp, 1, 0, 4) == pytest.approx(-rule(np.exp, 0, 1, 4), rel=1e-15)
    assert rule(np.exp, 1, 1, 4) == 0
    assert type(rule(np.exp, 0, 1, 4)) is float
    f = Counted(np.exp)
    rule(f, 0, 1, 8)
    assert (f.calls, f.points) == (1, 8 if rule is calculus.gauss_legendre else 9)


@steady
@given(st.floats(-5, 5), st.floats(-5, 5), st.floats(-2, 2))
def test_integration_is_linear_and_additive(a, b, factor):
    for rule in RULES:
        both = rule(lambda x: np.sin(x) + factor * x**2, a, b, 6)
        apart = rule(np.sin, a, b, 6) + factor * rule(np.square, a, b, 6)
        assert both == pytest.approx(apart, rel=1e-12, abs=1e-12)
    middle = (a + b) / 2
    parts = calculus.simpson_rule(np.sin, a, middle, 4) + calculus.simpson_rule(
        np.sin, middle, b, 4
    )
    assert calculus.simpson_rule(np.sin, a, b, 8) == pytest.approx(parts, abs=1e-12)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"n": 0}, ValueError, "n must be at least"),
        ({"n": 2.5}, TypeError, "integer"),
        ({"a": -np.inf}, ValueError, "finite"),
        ({"b": np.nan}, ValueError, "finite"),
        ({"a": -1.7e308, "b": 1.7e308}, ValueError, "b - a must be finite"),
        ({"a": [0.0]}, TypeError, "real number"),
        ({"f": lambda x: np.where(x == x[1], np.nan, x)}, ValueError, "isn't at"),
        ({"f": lambda x: x[:1]}, ValueError, "like x"),
        ({"f": lambda x: 1.0 if x > 0 else 0.0}, TypeError, "np.vectorize"),
        ({"f": math.sqrt}, TypeError, "array"),
        ({"f": lambda x: x + 1j}, TypeError, "real numbers"),
    ],
)
def test_rules_say_what_is_wrong(rule, arguments, error, message):
    with pytest.raises(error, match=message):
        rule(**({"f": np.exp, "a": 0, "b": 1, "n": 4} | arguments))


@pytest.mark.parametrize("n", [1, 3, 99])
def test_simpson_needs_an_even_number_of_subintervals(n):
    with pytest.raises(ValueError, match="even|at least 2"):
        calculus.simpson_rule(np.exp, 0, 1, n)


def test_a_singular_end_is_named():
    with np.errstate(divide="ignore"):
        with pytest.raises(ValueError, match="isn't at 0.0"):
            calculus.trapezoid_rule(lambda x: 1 / np.sqrt(x), 0, 1, 4)
        with pytest.raises(ValueError, match="isn't at 0.5"):
            calculus.adaptive_simpson(lambda x: 1 / (x - 0.5) ** 2, 0, 1)
    # Gauss doesn't touch the ends
    assert calculus.gauss_legendre(
        lambda x: 1 / np.sqrt(x), 0, 1, 200
    ) == pytest.approx(2, abs=0.01)


# --- adaptive ---------------------------------------------------------------------------


@pytest.mark.parametrize("tol", [1e-4, 1e-8, 1e-12])
@pytest.mark.parametrize(
    ("f", "a", "b", "exact"),
    [
        (np.exp, 0, 1, math.e - 1),
        (np.sqrt, 0, 1, 2 / 3),
        (lambda x: np.abs(x - 0.3), 0, 1, 0.29),
        (lambda x: 1 / (1e-4 + x**2), -1, 1, 200 * math.atan(100)),
        (lambda x: np.sin(50 * x), 0, 1, (1 - math.cos(50)) / 50),
        (lambda x: (x > 0.3) * 1.0, 0, 1, 0.7),
    ],
)
def test_adaptive_simpson_keeps_its_tolerance(f, a, b, exact, tol):
    result = calculus.adaptive_simpson(f, a, b, tol)
    assert result.converged and result.error <= tol
    assert abs(float(result) - exact) <= max(tol, 1e-13 * abs(exact))
    assert isinstance(result, calculus.QuadratureResult)
    back = calculus.adaptive_simpson(f, b, a, tol)
    assert back.value == pytest.approx(-result.value, rel=1e-12)


def test_adaptive_simpson_looks_where_it_must():
    result = calculus.adaptive_simpson(np.sqrt, 0, 1)
    assert result.n_evals == 317  # composite Simpson with as many errs by 1e-5
    assert abs(result.value - 2 / 3) < 3e-11
    assert abs(calculus.simpson_rule(np.sqrt, 0, 1, 316) - 2 / 3) > 1e-5
    f = Counted(np.sqrt)
    result = calculus.adaptive_simpson(f, 0, 1)
    assert f.points == result.n_evals and f.calls < 40


def test_adaptive_simpson_is_exact_for_cubics_at_once():
    result = calculus.adaptive_simpson(lambda x: 4 * x**3 - x + 2, -1, 3, 1e-10)
    assert result.n_evals == 33 and result.value == pytest.approx(84, rel=1e-14)
    constant = calculus.adaptive_simpson(lambda x: 3.0, 0, 2)
    assert (constant.value, constant.n_evals, constant.converged) == (6.0, 33, True)


def test_a_wave_that_fools_five_points_is_seen():
    f = lambda x: np.sin(50 * x)  # noqa: E731
    exact = (1 - math.cos(50)) / 50
    fooled = calculus.adaptive_simpson(f, 0, 1, 1e-6, max_depth=0)
    assert fooled.converged and abs(fooled.value - exact) > 0.1
    assert abs(calculus.adaptive_simpson(f, 0, 1, 1e-6).value - exact) < 1e-6


def test_what_is_accepted_gets_its_estimated_error_taken_off():
    # five values of x^6 on [0, 1], then Richardson: this is Boole's rule
    result = calculus.adaptive_simpson(lambda x: x**6, 0, 1, tol=1.0, max_depth=0)
    y = np.linspace(0, 1, 5) ** 6
    assert result.value == pytest.approx(y @ [7, 32, 12, 32, 7] / 90, rel=1e-14)
    S1, S2 = y[::2] @ [1, 4, 1] / 6, y @ [1, 4, 2, 4, 1] / 12
    assert result.error == pytest.approx(abs(S2 - S1) / 15, rel=1e-12)


def test_an_interval_is_accepted_when_its_share_of_the_tolerance_is_met():
    f = lambda x: x**6  # noqa: E731
    y = np.linspace(0, 1, 33) ** 6  # eighths, each with five points
    panels = np.stack([y[i : i + 5] for i in range(0, 32, 4)])
    one, two = panels[:, ::2] @ [1, 4, 1] / 48, panels @ [1, 4, 2, 4, 1] / 96
    largest = np.abs(two - one).max() / 15 * 8
    assert calculus.adaptive_simpson(f, 0, 1, tol=1.001 * largest).n_evals == 33
    assert calculus.adaptive_simpson(f, 0, 1, tol=0.999 * largest).n_evals == 37


def test_limits_and_noise_are_reported():
    shallow = calculus.adaptive_simpson(np.sqrt, 0, 1, tol=1e-12, max_depth=3)
    assert not shallow.converged and shallow.error > 1e-12
    assert abs(shallow.value - 2 / 3) < 10 * shallow.error
    assert calculus.adaptive_simpson(np.sqrt, 0, 1, max_depth=0).n_evals == 5
    rng = np.random.default_rng(0)
    noise = calculus.adaptive_simpson(lambda x: rng.normal(size=x.shape), 0, 1)
    assert not noise.converged and 1e5 < noise.n_evals <= 1e6
    divergent = calculus.adaptive_simpson(lambda x: 1 / np.abs(x - 0.3), 0, 1)
    assert not divergent.converged and divergent.error > 1e-3
    # asked for more than floats have: it stops, and says so
    beyond = calculus.adaptive_simpson(np.exp, 0, 1, tol=1e-30)
    assert not beyond.converged and beyond.n_evals < 1e5
    assert beyond.value == pytest.approx(math.e - 1, rel=1e-15)
    assert EPS < beyond.error < 1e-14


def test_a_spike_between_the_points_goes_unseen():
    spike = lambda x: np.exp(-(((x - 1.2345) / 1e-4) ** 2))  # noqa: E731
    assert float(calculus.adaptive_simpson(spike, -10, 10)) == 0  # as documented


@pytest.mark.parametrize(
    "arguments",
    [{"tol": 0}, {"tol": -1e-8}, {"tol": np.nan}, {"b": np.inf}, {"max_depth": -1}],
)
def test_adaptive_simpson_refuses_what_makes_no_sense(arguments):
    with pytest.raises(ValueError):
        calculus.adaptive_simpson(**({"f": np.exp, "a": 0, "b": 1} | arguments))


def test_results_cannot_be_changed():
    result = calculus.adaptive_simpson(np.exp, 0, 1)
    with pytest.raises(AttributeError):
        result.value = 0.0
    f, grad, w = logistic()
    check = calculus.check_gradient(f, grad, w)
    assert isinstance(check, calculus.GradientCheck)
    with pytest.raises(AttributeError):
        check.ok = False
