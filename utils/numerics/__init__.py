"""Arithmetic that survives rounding: stable functions, exact sums, roots of equations.

In the order of ideas: log-sum-exp and its family, which neither overflow nor underflow
(`stable`), sums that keep track of their rounding errors, and polynomials (`sums`), and
equations solved by iteration (`roots`).

Everything computes in float64, but arrays of float32 or float16 come back in their own
dtype: the stable functions round once, at the end; the sums and `horner` do all their
arithmetic in it, since rounding is what they are about. Elementwise, NaN goes in and out.
Python numbers give Python floats.
"""

from utils._lazy import attach

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "stable": (
            "log_sigmoid",
            "log_softmax",
            "logsumexp",
            "sigmoid",
            "softmax",
            "softplus",
        ),
        "sums": ("horner", "kahan_sum", "neumaier_sum", "pairwise_sum", "two_sum"),
        "roots": ("IterationResult", "bisect", "fixed_point", "newton_root"),
    },
)
