"""Linear algebra from scratch: decompositions and solvers in plain NumPy arithmetic.

In the order of ideas: vectors (`vectors`), matrices (`matrices`), triangular systems
(`systems`), elimination (`elimination`), orthonormal bases and least squares
(`orthogonality`), eigenvalues (`eigen`), positive definite matrices (`positive_definite`),
the singular value decomposition (`singular`), what machine learning makes of it
(`applied`), condition numbers (`conditioning`), and iterative solvers (`iterative`). All
names live here: ``from utils import linalg; linalg.svd(A)``.
"""

from utils._lazy import attach

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "vectors": ("angle", "cosine_similarity", "dot", "norm", "normalize"),
        "matrices": (
            "is_symmetric",
            "matmul",
            "matrix_norm",
            "outer",
            "pairwise_sq_distances",
            "trace",
        ),
        "systems": ("back_substitution", "forward_substitution"),
        "elimination": ("det", "inv", "lu", "rref", "slogdet", "solve"),
        "orthogonality": (
            "gram_schmidt",
            "lstsq",
            "project",
            "projection_matrix",
            "qr",
        ),
        "eigen": (
            "eigh",
            "eigvals",
            "hessenberg",
            "inverse_iteration",
            "power_iteration",
        ),
        "positive_definite": (
            "cho_solve",
            "cholesky",
            "is_positive_definite",
            "logdet_spd",
            "mahalanobis",
            "solve_spd",
            "sqrtm_psd",
        ),
        "singular": (
            "fix_signs",
            "low_rank",
            "matrix_rank",
            "null_space",
            "orth",
            "pinv",
            "polar",
            "randomized_svd",
            "svd",
            "svdvals",
        ),
        "applied": ("ridge_loo", "ridge_path", "whiten"),
        "conditioning": ("cond",),
        "iterative": ("conjugate_gradient", "gauss_seidel", "jacobi"),
    },
)
