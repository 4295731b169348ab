"""Linear algebra from scratch: decompositions and solvers in plain NumPy arithmetic.

In the order of ideas: triangular systems (`systems`), orthonormal bases and least squares
(`orthogonality`), the singular value decomposition (`singular`), and what machine learning
makes of it (`applied`). All names live here: ``from utils import linalg; linalg.svd(A)``.
"""

from utils.linalg.applied import ridge_loo, ridge_path
from utils.linalg.orthogonality import lstsq, qr
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

__all__ = [
    "back_substitution",
    "fix_signs",
    "forward_substitution",
    "low_rank",
    "lstsq",
    "matrix_rank",
    "null_space",
    "orth",
    "pinv",
    "polar",
    "qr",
    "randomized_svd",
    "ridge_loo",
    "ridge_path",
    "svd",
    "svdvals",
]
