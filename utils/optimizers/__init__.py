"""Optimizers from scratch, behind one interface: rules step, drivers return `OptResult`.

An update rule (`SGD`, `Adam`) turns a point and a gradient into the next point and knows
nothing of the function. A driver (`minimize`, `newton`, `projected_gradient`) always returns
an `OptResult` with the whole path, which `utils.plotting` draws. A `Problem` is a function
with its derivatives and what is known about its minimum.

In the order of ideas: `results`, `problems`; `rules`, `line_search` and `descent`;
`schedules` and `stochastic`; `second_order` and `least_squares`; `projections` and
`constrained`; `proximal`; `tools`.
"""

from utils._lazy import attach

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "results": ("OptResult", "Problem"),
        "problems": (
            "himmelblau_problem",
            "least_squares_problem",
            "logistic_problem",
            "quadratic_problem",
            "ravine_problem",
            "rosenbrock_problem",
            "saddle_problem",
            "softmax_problem",
        ),
        "rules": (
            "SGD",
            "AdaGrad",
            "Adam",
            "AdamW",
            "Momentum",
            "Optimizer",
            "RMSProp",
        ),
        "line_search": ("armijo", "golden_section", "wolfe"),
        "descent": ("gradient_descent", "minimize"),
        "schedules": (
            "cosine_schedule",
            "exponential_schedule",
            "step_schedule",
            "warmup",
        ),
        "stochastic": ("clip_by_norm", "minibatches", "minimize_stochastic"),
        "second_order": ("bfgs", "lbfgs", "newton", "newton_cg"),
        "least_squares": ("gauss_newton", "levenberg_marquardt"),
        "projections": (
            "project_ball",
            "project_box",
            "project_l1_ball",
            "project_simplex",
        ),
        "constrained": (
            "augmented_lagrangian",
            "projected_gradient",
            "solve_equality_qp",
        ),
        "proximal": (
            "lasso_coordinate_descent",
            "lasso_path",
            "proximal_gradient",
            "soft_threshold",
        ),
        "tools": ("ravel_params", "sharpness"),
    },
)
