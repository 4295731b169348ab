"""Calls of `utils.calculus`."""

import numpy as np

from utils.tests.calls import call

X = [0.5, -1.0, 2.0]


def quadratic(x):
    return float(np.sum(x * x) + x[0] * x[-1])


def gradient(x):
    return 2 * x + np.eye(len(x))[0] * x[-1] + np.eye(len(x))[-1] * x[0]


def analytic(x):
    return np.sum(x * x * x)


CALLS = {
    "calculus.numerical_derivative": call(options={"f": np.sin}, x=X, accepts="empty"),
    "calculus.taylor_polynomial": call(derivatives=[1.0, 2.0, 3.0]).then(
        "__call__", x=X, accepts="empty"
    ),
    "calculus.numerical_gradient": call(options={"f": quadratic}, x=X),
    "calculus.numerical_jacobian": call(options={"f": np.cumsum}, x=X),
    "calculus.numerical_hessian": call(options={"f": quadratic}, x=X),
    "calculus.numerical_hvp": call(options={"grad": gradient}, x=X, v=[1.0, 0.0, 2.0]),
    "calculus.richardson": call(options={"D": lambda h: np.exp(h), "h": 0.5}),
    "calculus.complex_step": call(options={"f": np.sin}, x=X, accepts="empty"),
    "calculus.complex_step_gradient": call(options={"f": analytic}, x=X),
    "calculus.check_gradient": call(options={"f": quadratic, "grad": gradient}, x=X),
    "calculus.trapezoid_rule": call(options={"f": np.exp, "a": 0.0, "b": 1.0, "n": 4}),
    "calculus.simpson_rule": call(options={"f": np.exp, "a": 0.0, "b": 1.0, "n": 4}),
    "calculus.trapezoid": call(y=[1.0, 3.0, 2.0], x=[0.0, 1.0, 4.0], accepts="x:none"),
    "calculus.adaptive_simpson": call(options={"f": np.exp, "a": 0.0, "b": 1.0}),
    "calculus.gauss_legendre": call(options={"f": np.exp, "a": 0.0, "b": 1.0, "n": 4}),
}
