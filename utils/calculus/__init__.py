"""Calculus in floating point: derivatives from values, how far to trust them, and areas.

In the order of ideas: difference quotients and Taylor polynomials (`derivatives`), sharper
quotients and the gradient check (`checking`), integrals (`quadrature`). All names live
here: ``from utils import calculus; calculus.numerical_gradient(f, x)``. Exact derivatives
of a program are `utils.autodiff`.
"""

from utils.calculus.checking import (
    GradientCheck,
    check_gradient,
    complex_step,
    complex_step_gradient,
    richardson,
)
from utils.calculus.derivatives import (
    numerical_derivative,
    numerical_gradient,
    numerical_hessian,
    numerical_hvp,
    numerical_jacobian,
    taylor_polynomial,
)
from utils.calculus.quadrature import (
    QuadratureResult,
    adaptive_simpson,
    gauss_legendre,
    simpson_rule,
    trapezoid,
    trapezoid_rule,
)

__all__ = [
    "GradientCheck",
    "QuadratureResult",
    "adaptive_simpson",
    "check_gradient",
    "complex_step",
    "complex_step_gradient",
    "gauss_legendre",
    "numerical_derivative",
    "numerical_gradient",
    "numerical_hessian",
    "numerical_hvp",
    "numerical_jacobian",
    "richardson",
    "simpson_rule",
    "taylor_polynomial",
    "trapezoid",
    "trapezoid_rule",
]
