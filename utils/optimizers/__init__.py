"""Optimizers from scratch, behind one interface: rules step, drivers return `OptResult`.

An update rule (`SGD`, `Adam`) turns a point and a gradient into the next point and knows
nothing of the function. A driver (`minimize`, `newton`, `projected_gradient`) always returns
an `OptResult` with the whole path, which `utils.plotting` draws. A `Problem` is a function
with its derivatives and what is known about its minimum.

In the order of ideas: `results`, `problems`; `rules`, `line_search` and `descent`;
`schedules` and `stochastic`; `second_order` and `least_squares`; `projections` and
`constrained`; `proximal`; `tools`.
"""

from utils.optimizers.constrained import (
    augmented_lagrangian,
    projected_gradient,
    solve_equality_qp,
)
from utils.optimizers.descent import gradient_descent, minimize
from utils.optimizers.least_squares import gauss_newton, levenberg_marquardt
from utils.optimizers.line_search import armijo, golden_section, wolfe
from utils.optimizers.problems import (
    himmelblau_problem,
    least_squares_problem,
    logistic_problem,
    quadratic_problem,
    ravine_problem,
    rosenbrock_problem,
    saddle_problem,
    softmax_problem,
)
from utils.optimizers.projections import (
    project_ball,
    project_box,
    project_l1_ball,
    project_simplex,
)
from utils.optimizers.proximal import (
    lasso_coordinate_descent,
    lasso_path,
    proximal_gradient,
    soft_threshold,
)
from utils.optimizers.results import OptResult, Problem
from utils.optimizers.rules import (
    SGD,
    AdaGrad,
    Adam,
    AdamW,
    Momentum,
    Optimizer,
    RMSProp,
)
from utils.optimizers.schedules import (
    cosine_schedule,
    exponential_schedule,
    step_schedule,
    warmup,
)
from utils.optimizers.second_order import bfgs, lbfgs, newton, newton_cg
from utils.optimizers.stochastic import (
    clip_by_norm,
    minibatches,
    minimize_stochastic,
)
from utils.optimizers.tools import ravel_params, sharpness

__all__ = [
    "AdaGrad",
    "Adam",
    "AdamW",
    "Momentum",
    "OptResult",
    "Optimizer",
    "Problem",
    "RMSProp",
    "SGD",
    "armijo",
    "augmented_lagrangian",
    "bfgs",
    "clip_by_norm",
    "cosine_schedule",
    "exponential_schedule",
    "gauss_newton",
    "golden_section",
    "gradient_descent",
    "himmelblau_problem",
    "lasso_coordinate_descent",
    "lasso_path",
    "lbfgs",
    "least_squares_problem",
    "levenberg_marquardt",
    "logistic_problem",
    "minibatches",
    "minimize",
    "minimize_stochastic",
    "newton",
    "newton_cg",
    "project_ball",
    "project_box",
    "project_l1_ball",
    "project_simplex",
    "projected_gradient",
    "proximal_gradient",
    "quadratic_problem",
    "ravel_params",
    "ravine_problem",
    "rosenbrock_problem",
    "saddle_problem",
    "sharpness",
    "soft_threshold",
    "softmax_problem",
    "solve_equality_qp",
    "step_schedule",
    "warmup",
    "wolfe",
]
