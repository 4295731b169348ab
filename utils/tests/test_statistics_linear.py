"""Statistics of the linear model against brute force."""

import numpy as np
import pytest

from utils.datasets import load_diabetes
from utils.statistics import loo_residuals


def test_leave_one_out_is_n_refits():
    X, y = load_diabetes()
    X = np.column_stack([np.ones(60), X[:60]])
    y = y[:60]
    got = loo_residuals(X, y)
    for i, keep in enumerate(~np.eye(60, dtype=bool)):
        coef = np.linalg.lstsq(X[keep], y[keep], rcond=None)[0]
        assert got[i] == pytest.approx(y[i] - X[i] @ coef, rel=1e-8)


def test_leave_one_out_refuses_what_is_not_determined():
    with pytest.raises(ValueError, match="row 2 has leverage 1"):
        loo_residuals([[1, 0], [1, 0], [1, 1]], [1, 2, 3])
    with pytest.raises(np.linalg.LinAlgError, match="dependent"):
        loo_residuals([[1, 2], [2, 4], [3, 6]], [1, 2, 3])
    with pytest.raises(np.linalg.LinAlgError, match="dependent"):
        loo_residuals([[1, 2, 3]], [1])
