"""Linear algebra from scratch: decompositions and solvers in plain NumPy arithmetic.

In the order of ideas: vectors (`vectors`), matrices (`matrices`), triangular systems
(`systems`), elimination (`elimination`), orthonormal bases and least squares
(`orthogonality`), eigenvalues (`eigen`), positive definite matrices (`positive_definite`),
the singular value decomposition (`singular`), what machine learning makes of it
(`applied`), condition numbers (`conditioning`), and iterative solvers (`iterative`). All
names live here: ``from utils import linalg; linalg.svd(A)``.
"""

from utils.linalg.applied import ridge_loo, ridge_path, whiten
from utils.linalg.conditioning import cond
from utils.linalg.eigen import (
    eigh,
    eigvals,
    hessenberg,
    inverse_iteration,
    power_iteration,
)
from utils.linalg.elimination import det, inv, lu, rref, slogdet, solve
from utils.linalg.iterative import conjugate_gradient, gauss_seidel, jacobi
from utils.linalg.matrices import (
    is_symmetric,
    matmul,
    matrix_norm,
    outer,
    pairwise_sq_distances,
    trace,
)
from utils.linalg.orthogonality import (
    gram_schmidt,
    lstsq,
    project,
    projection_matrix,
    qr,
)
from utils.linalg.positive_definite import (
    cho_solve,
    cholesky,
    is_positive_definite,
    logdet_spd,
    mahalanobis,
    solve_spd,
    sqrtm_psd,
)
from utils.linalg.singular import (
    fix_signs,
    low_rank,
    matrix_rank,
    null_space,
    orth,
    pinv,
    polar,
    randomized_svd,
    svd,
    svdvals,
)
from utils.linalg.systems import back_substitution, forward_substitution
from utils.linalg.vectors import angle, cosine_similarity, dot, norm, normalize

__all__ = [
    "angle",
    "back_substitution",
    "cho_solve",
    "cholesky",
    "cond",
    "conjugate_gradient",
    "cosine_similarity",
    "det",
    "dot",
    "eigh",
    "eigvals",
    "fix_signs",
    "forward_substitution",
    "gauss_seidel",
    "gram_schmidt",
    "hessenberg",
    "inv",
    "inverse_iteration",
    "is_positive_definite",
    "is_symmetric",
    "jacobi",
    "logdet_spd",
    "low_rank",
    "lstsq",
    "lu",
    "mahalanobis",
    "matmul",
    "matrix_norm",
    "matrix_rank",
    "norm",
    "normalize",
    "null_space",
    "orth",
    "outer",
    "pairwise_sq_distances",
    "pinv",
    "polar",
    "power_iteration",
    "project",
    "projection_matrix",
    "qr",
    "randomized_svd",
    "ridge_loo",
    "ridge_path",
    "rref",
    "slogdet",
    "solve",
    "solve_spd",
    "sqrtm_psd",
    "svd",
    "svdvals",
    "trace",
    "whiten",
]
