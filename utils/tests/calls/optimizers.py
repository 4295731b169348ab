"""Calls of `utils.optimizers`."""

import numpy as np

from utils import optimizers
from utils.tests.calls import call, fresh

H = np.array([[2.0, 0.5], [0.5, 1.0]])
X0, V = [1.0, -2.0], [0.5, -2.0, 1.0]
TABLE = [[1.0, 2.0], [2.0, 0.5], [3.0, 1.0], [4.0, 5.0], [5.0, -1.0], [6.0, 2.0]]
Y, BITS, LABELS = [1.0, 2.5, 3.0, 3.5, 5.5, 6.0], [1, 0, 1, 0, 1, 0], [0, 1, 2, 0, 1, 2]


def f(x):
    return 0.5 * float(x @ H @ x)


def grad(x):
    return H @ x


def hess(x):
    return H


def residual(x):
    return np.array([x[0] - 1.0, x[1] + 2.0, x[0] * x[1]])


def jac(x):
    return np.array([[1.0, 0.0], [0.0, 1.0], [x[1], x[0]]])


def on_line(x):
    return np.array([x[0] + x[1] - 1.0])


def on_line_jac(x):
    return np.array([[1.0, 1.0]])


def rule(make, **options):
    """A rule's constructor, and one of its steps."""
    return call(options=options).then(
        "step", theta=X0, grad=[0.5, 1.0], accepts="nan infinity domain"
    )


OBJECTIVE = {"f": f, "grad": grad}
CALLS = {
    f"optimizers.{name}": rule(name)
    for name in ["SGD", "Momentum", "AdaGrad", "RMSProp", "Adam", "AdamW"]
}
CALLS |= {
    "optimizers.quadratic_problem": call(
        A=H.tolist(), b=[1.0, 2.0], x0=X0, accepts="b:none x0:none"
    ),
    "optimizers.ravine_problem": call(),
    "optimizers.rosenbrock_problem": call(),
    "optimizers.himmelblau_problem": call(),
    "optimizers.saddle_problem": call(),
    "optimizers.least_squares_problem": call(X=TABLE, y=Y),
    "optimizers.logistic_problem": call(X=TABLE, y=BITS),
    "optimizers.softmax_problem": call(X=TABLE, y=LABELS),
    "optimizers.minimize": call(
        options={"grad": grad, "optimizer": fresh(optimizers.SGD), "steps": 3}, x0=X0
    ),
    "optimizers.gradient_descent": call(options={**OBJECTIVE, "steps": 3}, x0=X0),
    "optimizers.armijo": call(options={"f": f}, x=X0, p=[-1.0, 1.5], g=[1.0, -1.5]),
    "optimizers.wolfe": call(options=OBJECTIVE, x=X0, p=[-1.0, 1.5]),
    "optimizers.golden_section": call(
        options={"f": lambda x: (x - 1.0) ** 2, "a": 0.0, "b": 3.0}
    ),
    "optimizers.step_schedule": call(options={"lr": 0.5}),
    "optimizers.exponential_schedule": call(options={"lr": 0.5, "rate": 0.5}),
    "optimizers.cosine_schedule": call(options={"lr": 0.5, "total": 10}),
    "optimizers.warmup": call(options={"schedule": lambda t: 0.5, "steps": 3}),
    "optimizers.minibatches": call(options={"n": 5, "batch_size": 2}, rng=True),
    "optimizers.minimize_stochastic": call(
        options={
            "grad_batch": lambda w, i: H @ w,
            "n": 5,
            "optimizer": fresh(optimizers.SGD),
            "batch_size": 2,
        },
        x0=X0,
        rng=True,
    ),
    "optimizers.clip_by_norm": call(options={"max_norm": 1.0}, g=V, accepts="empty"),
    "optimizers.newton": call(options={**OBJECTIVE, "hess": hess}, x0=X0),
    "optimizers.bfgs": call(options=OBJECTIVE, x0=X0),
    "optimizers.lbfgs": call(options=OBJECTIVE, x0=X0),
    "optimizers.newton_cg": call(
        options={**OBJECTIVE, "hvp": lambda x, v: H @ v}, x0=X0
    ),
    "optimizers.gauss_newton": call(options={"residual": residual, "jac": jac}, x0=X0),
    "optimizers.levenberg_marquardt": call(
        options={"residual": residual, "jac": jac}, x0=X0
    ),
    "optimizers.project_box": call(
        v=V, lo=[-1.0, -1.0, -1.0], hi=[1.0, 1.0, 0.5], accepts="hi:infinity"
    ),
    "optimizers.project_ball": call(v=V, center=[0.5, 0.0, 0.0], accepts="center:none"),
    "optimizers.project_simplex": call(v=V),
    "optimizers.project_l1_ball": call(v=V),
    "optimizers.projected_gradient": call(
        options={**OBJECTIVE, "project": lambda x: np.maximum(x, 0.5), "lr": 0.25},
        x0=X0,
    ),
    "optimizers.solve_equality_qp": call(
        P=H.tolist(), q=[1.0, 2.0], A=[[1.0, 1.0]], b=[1.0]
    ),
    "optimizers.augmented_lagrangian": call(
        options={**OBJECTIVE, "h": on_line, "jac_h": on_line_jac}, x0=X0
    ),
    "optimizers.soft_threshold": call(
        options={"t": 0.75}, v=V, accepts="nan infinity empty"
    ),
    "optimizers.proximal_gradient": call(
        options={
            **OBJECTIVE,
            "prox": lambda v, t: optimizers.soft_threshold(v, 0.125 * t),
            "lr": 0.25,
        },
        x0=X0,
    ),
    "optimizers.lasso_coordinate_descent": call(X=TABLE, y=Y, options={"alpha": 0.125}),
    "optimizers.lasso_path": call(X=TABLE, y=Y, options={"n_alphas": 4}),
    "optimizers.ravel_params": call(
        options={"params": [np.array(V), np.array([[1.0]])]}
    ),
    "optimizers.sharpness": call(options={"grad": grad}, x=X0, rng="optional"),
}
