"""Calls of kernels, support vector machines and Gaussian processes."""

import numpy as np

from utils.models import RBF, Linear
from utils.tests.calls import call

X = [[0.0, 1.0], [2.0, -1.0], [1.0, 3.0], [-2.0, 0.0], [3.0, 2.0]]
Z = [[1.0, 0.0], [-1.0, 2.0], [4.0, 1.0]]
y = [1.0, -2.0, 0.0, 3.0, 2.0]
labels = [0, 1, 1, 0, 1]


def kernel(**options):
    """A kernel's parameters, then all that is asked of a kernel."""
    return (
        call(options=options)
        .then("__call__", X=X, Z=Z, accepts="Z:none")
        .then("diag", X=X)
        .then("gradient", X=X)
    )


def constant(X):
    return np.ones((len(X), 1))


CALLS = {
    "models.Linear": kernel(),
    "models.Polynomial": kernel(degree=2, coef0=0.5),
    "models.RBF": kernel(length_scale=2.0).then("with_theta", theta=[0.5]),
    "models.Matern": kernel(length_scale=2.0, nu=2.5),
    "models.Periodic": kernel(length_scale=1.0, period=3.0),
    "models.WhiteNoise": kernel(variance=0.5),
    "models.LinearSVM": call()
    .then("fit", X=X, y=labels)
    .then("predict", X=X)
    .then("decision_function", X=X)
    .then("score", X=X, y=labels),
    "models.KernelSVM": call(options={"kernel": RBF(2.0), "tol": 1e-10})
    .then("fit", X=X, y=labels)
    .then("predict", X=X)
    .then("decision_function", X=X)
    .then("score", X=X, y=labels),
    "models.KernelRidge": call(options={"kernel": RBF(2.0), "alpha": 0.5})
    .then("fit", X=X, y=y)
    .then("predict", X=X)
    .then("score", X=X, y=y),
    "models.GaussianProcess": call(
        options={
            "kernel": 2.0 * RBF(2.0) + Linear(),
            "noise": 0.5,
            "basis": constant,
            "bounds": (1e-2, 1e2),
        }
    )
    .then("fit", X=X, y=y)
    .then("predict", X=Z, options={"return_cov": True, "include_noise": True})
    .then("sample", X=Z, options={"n": 2}, rng=True)
    .then(
        "log_marginal_likelihood",
        theta=[0.0, 0.5, 0.0],
        options={"grad": True},
        accepts="theta:none",
    )
    .then("score", X=X, y=y),
}
