"""Calls of `utils.linalg`: vectors, matrices, elimination, projections, least squares."""

from utils.tests.calls import call

X, Y = [1.0, 2.0, 2.0], [2.0, 3.0, 6.0]
SQUARE = [[2.0, 1.0, 0.0], [4.0, 3.0, 3.0], [0.0, 8.0, 5.0]]
TALL = [[1.0, 3.0], [2.0, 3.0], [2.0, 0.0]]
LOWER = [[2.0, 0.0, 0.0], [1.0, 4.0, 0.0], [3.0, 5.0, 8.0]]
UPPER = [[2.0, 1.0, 3.0], [0.0, 4.0, 5.0], [0.0, 0.0, 8.0]]

CALLS = {
    "linalg.dot": call(x=X, y=Y),
    "linalg.norm": call(x=X, options={"ord": 3}, accepts="empty"),
    "linalg.normalize": call(x=X),
    "linalg.cosine_similarity": call(x=X, y=Y),
    "linalg.angle": call(x=X, y=Y),
    "linalg.matmul": call(A=SQUARE, B=TALL),
    "linalg.outer": call(x=X, y=[3.0, 4.0]),
    "linalg.trace": call(A=SQUARE),
    "linalg.matrix_norm": call(A=TALL, options={"ord": 2}),
    "linalg.is_symmetric": call(A=[[1.0, 2.0], [2.0, 5.0]]),
    "linalg.pairwise_sq_distances": call(X=TALL, Y=[[0.0, 1.0]], accepts="Y:none"),
    "linalg.forward_substitution": call(L=LOWER, b=X),
    "linalg.back_substitution": call(U=UPPER, b=TALL),
    "linalg.lu": call(A=SQUARE),
    "linalg.solve": call(A=SQUARE, b=TALL),
    "linalg.det": call(A=SQUARE),
    "linalg.slogdet": call(A=SQUARE),
    "linalg.inv": call(A=SQUARE),
    "linalg.rref": call(A=[[1.0, 2.0, 3.0], [2.0, 4.0, 7.0]]),
    "linalg.project": call(b=TALL, A=Y),
    "linalg.projection_matrix": call(A=TALL),
    "linalg.gram_schmidt": call(A=TALL),
    "linalg.qr": call(A=TALL),
    "linalg.lstsq": call(A=TALL, b=X),
}
