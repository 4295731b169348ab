"""Arithmetic that survives rounding: stable functions, exact sums, roots of equations.

In the order of ideas: log-sum-exp and its family, which neither overflow nor underflow
(`stable`), sums that keep track of their rounding errors, and polynomials (`sums`), and
equations solved by iteration (`roots`).

Everything computes in float64, but arrays of float32 or float16 come back in their own
dtype: the stable functions round once, at the end; the sums and `horner` do all their
arithmetic in it, since rounding is what they are about. Elementwise, NaN goes in and out.
Python numbers give Python floats.
"""

from utils.numerics.roots import IterationResult, bisect, fixed_point, newton_root
from utils.numerics.stable import (
    log_sigmoid,
    log_softmax,
    logsumexp,
    sigmoid,
    softmax,
    softplus,
)
from utils.numerics.sums import (
    horner,
    kahan_sum,
    neumaier_sum,
    pairwise_sum,
    two_sum,
)

__all__ = [
    "IterationResult",
    "bisect",
    "fixed_point",
    "horner",
    "kahan_sum",
    "log_sigmoid",
    "log_softmax",
    "logsumexp",
    "neumaier_sum",
    "newton_root",
    "pairwise_sum",
    "sigmoid",
    "softmax",
    "softplus",
    "two_sum",
]
