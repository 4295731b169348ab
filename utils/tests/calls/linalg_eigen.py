"""Calls of `utils.linalg`: eigenvalues, definite matrices, singular values, iterations."""

import numpy as np

from utils.tests.calls import call

A = [[4.0, 1.0, 0.0], [2.0, 3.0, 1.0], [0.0, 1.0, 8.0]]
S = [[4.0, 1.0, 0.0], [1.0, 3.0, -1.0], [0.0, -1.0, 8.0]]  # positive definite
TALL = [[2.0, 0.5], [1.0, 3.0], [0.0, 1.0], [4.0, -1.0]]
B, X0 = [5.0, 6.0, -2.0], np.array([1.0, 2.0, -1.0])

CALLS = {
    "linalg.power_iteration": call(A=A, rng="optional"),
    "linalg.inverse_iteration": call(A=A, options={"shift": 2.5}, rng="optional"),
    "linalg.eigh": call(A=S),
    "linalg.hessenberg": call(A=A),
    "linalg.eigvals": call(A=A),
    "linalg.cholesky": call(A=S),
    "linalg.cho_solve": call(L=A, b=B),
    "linalg.solve_spd": call(A=S, b=B),
    "linalg.is_positive_definite": call(A=S),
    "linalg.logdet_spd": call(A=S),
    "linalg.mahalanobis": call(X=A, mean=B, cov=S),
    "linalg.sqrtm_psd": call(A=S, options={"inverse": True}),
    "linalg.svd": call(A=TALL, options={"full_matrices": True}),
    "linalg.fix_signs": call(U=TALL[:2], s=[3.0, 2.0], Vt=[[-1.0, 0.5], [0.5, 1.0]]),
    "linalg.svdvals": call(A=TALL),
    "linalg.matrix_rank": call(A=TALL),
    "linalg.null_space": call(A=np.transpose(TALL)),
    "linalg.orth": call(A=TALL),
    "linalg.pinv": call(A=TALL),
    "linalg.low_rank": call(A=TALL, options={"k": 1}),
    "linalg.polar": call(A=TALL),
    "linalg.randomized_svd": call(A=TALL, options={"k": 1}, rng="optional"),
    "linalg.ridge_path": call(X=TALL, y=[1.0, 2.0, 3.0, 5.0], alphas=[0.5, 2.0]),
    "linalg.ridge_loo": call(X=TALL, y=[1.0, 2.0, 3.0, 5.0], alphas=[0.5, 2.0]),
    "linalg.whiten": call(X=TALL, options={"method": "zca"}),
    "linalg.cond": call(A=A, options={"p": 1}),
    "linalg.jacobi": call(A=A, b=B, options={"x0": X0}),
    "linalg.gauss_seidel": call(A=A, b=B, options={"x0": X0}),
    "linalg.conjugate_gradient": call(A=S, b=B, options={"x0": X0}),
}
