"""Statistics from scratch: estimators, intervals, tests, and what a fit says of its errors."""

from utils.statistics.linear import loo_residuals

__all__ = ["loo_residuals"]
