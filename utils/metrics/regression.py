"""Metrics of predicted numbers."""

import numpy as np

from utils._checks import as_finite, as_float


def r2_score(y_true, y_pred):
    """Coefficient of determination: the share of the variance that predictions explain.

    R^2 = 1 - RSS/TSS with RSS = sum (y - prediction)^2 and TSS = sum (y - mean)^2, the mean
    being that of `y_true` itself.

    Parameters
    ----------
    y_true, y_pred : array_like, shape (n,) or (n, m)
        What was observed and what was predicted; with m columns the score is the mean of
        the columns' scores.

    Returns
    -------
    float
        1 for a perfect prediction, 0 for one no better than the mean, negative for a worse
        one. It is a square only for least squares with an intercept, on its own data.

    Raises
    ------
    ValueError
        If the shapes differ, the data are empty or not finite, or `y_true` is constant.

    Notes
    -----
    O(n m). Home: 08-ml-math-case-studies/01-linear-regression.ipynb.
    Source: Hastie, Tibshirani and Friedman, *The Elements of Statistical Learning*, 2nd ed.

    Examples
    --------
    >>> r2_score([2, 3, 5, 6], [1.9, 3.3, 4.7, 6.1])
    0.98
    """
    y_true, y_pred = as_finite(y_true, "y_true"), as_finite(y_pred, "y_pred")
    if y_true.shape != y_pred.shape or y_true.ndim not in (1, 2) or not y_true.size:
        raise ValueError(
            "y_true and y_pred must have the same shape, (n,) or (n, m), and not be "
            f"empty, got {y_true.shape} and {y_pred.shape}"
        )
    rss = np.sum((y_true - y_pred) ** 2, axis=0)
    tss = np.sum((y_true - y_true.mean(axis=0)) ** 2, axis=0)
    if np.any(np.ptp(y_true, axis=0) == 0):
        raise ValueError("y_true is constant: R^2 has no variance to explain")
    return float(np.mean(1 - rss / tss))


def masked_rmse(M_true, M_pred, mask):
    """Root mean squared error over the cells of a matrix where ``mask`` is True, a float.

    M_true, M_pred and mask have one shape, any. What stands in the other cells doesn't matter,
    not even NaN: ratings nobody gave, for instance. ValueError if shapes differ, no cell is
    chosen, or a chosen one is NaN or infinite; TypeError if ``mask`` isn't boolean. O(size).
    Home: 08-ml-math-case-studies/08-recommender-matrix-factorization.ipynb.
    Source: Y. Koren, R. Bell and C. Volinsky, "Matrix factorization techniques for recommender
    systems", Computer 42 (2009).

    Examples
    --------
    >>> masked_rmse([[1, 2], [np.nan, 4]], [[1, 5], [3, 4]], [[False, True], [False, False]])
    3.0
    """
    M_true, M_pred = as_float(M_true, "M_true"), as_float(M_pred, "M_pred")
    mask = np.asarray(mask)
    if mask.dtype != bool:
        raise TypeError(f"mask must hold True and False, got dtype {mask.dtype}")
    if not M_true.shape == M_pred.shape == mask.shape:
        raise ValueError(
            "M_true, M_pred and mask must have the same shape, "
            f"got {M_true.shape}, {M_pred.shape}, {mask.shape}"
        )
    if not mask.any():
        raise ValueError("mask chooses no cell")
    true = as_finite(M_true[mask], "M_true where mask is True")
    predicted = as_finite(M_pred[mask], "M_pred where mask is True")
    return float(np.sqrt(np.mean((predicted - true) ** 2)))
