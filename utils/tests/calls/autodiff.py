"""Calls of `utils.autodiff`: as NumPy's functions, they pass NaN and infinity through."""

import numpy as np

from utils import autodiff as ad
from utils.tests.calls import call

X, POSITIVE = [0.5, -1.0, 2.0], [0.5, 1.0, 2.0]
A, B = [[2.0, 1.0], [0.5, 3.0]], [1.0, 2.0]
PASSES = "nan infinity empty broadcast domain"
FLOWS = "nan infinity domain"
BINARY = "nan infinity broadcast domain"


def energy(x):
    return ad.exp(x).sum() + (x * x).sum()


def pair(x):
    return ad.stack([x.sum(), (x * x).sum()])


def leaf():
    return ad.Tensor(np.array(X), requires_grad=True)


def output_and_leaf():
    x = leaf()
    return {"output": (x * x).sum(), "inputs": [x]}


elementwise = ["absolute", "cos", "exp", "expm1", "relu", "sigmoid", "sin", "softplus"]
CALLS = {
    f"autodiff.{name}": call(x=X, accepts=PASSES) for name in [*elementwise, "tanh"]
}
CALLS |= {
    f"autodiff.{f}": call(x=POSITIVE, accepts=PASSES) for f in ["log", "log1p", "sqrt"]
}
CALLS |= {
    "autodiff.Dual": call(value=X, tangent=POSITIVE, accepts=BINARY),
    "autodiff.Tensor": call(data=X, accepts=PASSES),
    "autodiff.no_grad": call(),
    "autodiff.maximum": call(a=X, b=POSITIVE, accepts=BINARY),
    "autodiff.minimum": call(a=X, b=POSITIVE, accepts=BINARY),
    "autodiff.where": call(
        options={"cond": np.array([True, False, True])}, a=X, b=POSITIVE, accepts=BINARY
    ),
    "autodiff.clip": call(options={"lo": -0.5, "hi": 1.0}, t=X, accepts=PASSES),
    "autodiff.concatenate": call(options={"ts": [leaf(), leaf()]}),
    "autodiff.stack": call(options={"ts": [leaf(), leaf()]}),
    "autodiff.broadcast_to": call(options={"shape": (2, 3)}, t=X, accepts=BINARY),
    "autodiff.logsumexp": call(t=X, accepts=PASSES),
    "autodiff.softmax": call(t=X, accepts=FLOWS),
    "autodiff.log_softmax": call(t=X, accepts=FLOWS),
    "autodiff.solve": call(A=A, b=B, accepts=FLOWS),
    "autodiff.inv": call(A=A, accepts=FLOWS),
    "autodiff.logdet": call(A=A, accepts=FLOWS),
    "autodiff.trace": call(A=A, accepts=FLOWS),
    "autodiff.describe_graph": call(options={"root": energy(leaf())}),
    "autodiff.value_and_grad": call(options={"f": energy}).then(
        "__call__", args_0=X, accepts=PASSES
    ),
    "autodiff.grad": call(options={"f": energy}).then(
        "__call__", args_0=X, accepts=PASSES
    ),
    "autodiff.jvp": call(options={"f": energy}, x=X, v=POSITIVE, accepts=FLOWS),
    "autodiff.vjp": call(options={"f": pair}, x=X, accepts=PASSES),
    "autodiff.jacobian": call(options={"f": pair}, x=X, accepts=PASSES),
    "autodiff.gradients": call(options=output_and_leaf()),
    "autodiff.hvp": call(options={"f": energy}, x=X, v=POSITIVE, accepts=FLOWS),
    "autodiff.hessian": call(options={"f": energy}, x=X, accepts=PASSES),
}
