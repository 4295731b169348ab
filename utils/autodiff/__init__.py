"""Automatic differentiation: forward mode by dual numbers, reverse mode by a tape.

Imported as ``from utils import autodiff as ad``. A function written with operators, with
NumPy's elementwise functions (``np.exp``) and with those of this module takes numbers,
arrays, `Dual` and `Tensor` alike; what it is given decides what is computed along with the
value.

In the order of ideas: what both modes share, operators and the rules of differentiation
(`operand`), the rules of all other functions (`functions`), forward mode (`dual`), reverse
mode (`tensor`), and derivatives of functions (`derivatives`).
"""

from utils.autodiff.derivatives import (
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    value_and_grad,
    vjp,
)
from utils.autodiff.dual import Dual
from utils.autodiff.functions import (
    absolute,
    broadcast_to,
    clip,
    concatenate,
    cos,
    exp,
    expm1,
    inv,
    log,
    log1p,
    log_softmax,
    logdet,
    logsumexp,
    maximum,
    minimum,
    relu,
    sigmoid,
    sin,
    softmax,
    softplus,
    solve,
    sqrt,
    stack,
    tanh,
    trace,
    where,
)
from utils.autodiff.tensor import Tensor, describe_graph, gradients, no_grad

__all__ = [
    "Dual",
    "Tensor",
    "absolute",
    "broadcast_to",
    "clip",
    "concatenate",
    "cos",
    "describe_graph",
    "exp",
    "expm1",
    "grad",
    "gradients",
    "hessian",
    "hvp",
    "inv",
    "jacobian",
    "jvp",
    "log",
    "log1p",
    "log_softmax",
    "logdet",
    "logsumexp",
    "maximum",
    "minimum",
    "no_grad",
    "relu",
    "sigmoid",
    "sin",
    "softmax",
    "softplus",
    "solve",
    "sqrt",
    "stack",
    "tanh",
    "trace",
    "value_and_grad",
    "vjp",
    "where",
]
