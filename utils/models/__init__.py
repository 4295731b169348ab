"""Estimators from scratch, with scikit-learn's protocol: fit, predict, transform, score."""

from utils._lazy import attach

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "base": ("BaseModel", "ConvergenceWarning", "NotFittedError"),
        "preparation": ("PolynomialFeatures", "StandardScaler", "random_features"),
        "linear": ("ElasticNet", "Lasso", "LinearRegression", "Ridge"),
        "bayesian_linear": ("BayesianLinearRegression",),
        "logistic": ("LogisticRegression",),
        "neighbors": ("KNeighborsClassifier",),
        "bayes": ("BernoulliNB", "GaussianNB"),
        "discriminant": ("LinearDiscriminantAnalysis", "QuadraticDiscriminantAnalysis"),
        "tree": ("DecisionTreeClassifier",),
        "kernels": ("RBF", "Linear", "Matern", "Periodic", "Polynomial", "WhiteNoise"),
        "svm": ("KernelSVM", "LinearSVM"),
        "kernel_ridge": ("KernelRidge",),
        "gaussian_process": ("GaussianProcess",),
        "neural": ("MLP", "he_init", "xavier_init"),
        "decomposition": ("PCA", "ProbabilisticPCA"),
        "clustering": ("KMeans",),
        "mixture": ("GaussianMixture",),
        "factorization": ("MatrixFactorization",),
        "attention": (
            "MultiHeadAttention",
            "TransformerBlock",
            "layer_norm",
            "scaled_dot_product_attention",
            "sinusoidal_positions",
        ),
        "generative": ("VAE",),
        "diffusion": (
            "DiffusionModel",
            "DiffusionSchedule",
            "ddim_sample",
            "ddpm_sample",
            "q_sample",
        ),
    },
)
