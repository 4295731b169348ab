"""Statistics of the linear model."""

import numpy as np

from utils._checks import as_data, as_vector, same_length


def loo_residuals(X, y):
    """Residual of every row under the least-squares fit to all the others, from one fit.

    Parameters
    ----------
    X : array_like, shape (n, p)
        Design matrix as it stands: a model with an intercept needs a column of ones.
    y : array_like, shape (n,)

    Returns
    -------
    ndarray, shape (n,)
        e_i / (1 - h_i), with the residuals e and the leverages h of the one fit; as
        predicted by the Sherman-Morrison formula, which removes row i from X'X.

    Raises
    ------
    ValueError
        If some leverage is 1 (within 1e-12): without that row its prediction is not
        determined. Also for shapes that don't match and data that aren't finite.
    numpy.linalg.LinAlgError
        If columns are dependent: drop one of them.

    Notes
    -----
    h_i is the squared length of row i of Q in X = QR. O(n p^2), against O(n^2 p^2) for n
    fits. Home: 04-statistics/07-statistics-in-ml.ipynb.
    Source: Hastie, Tibshirani and Friedman, *The Elements of Statistical Learning*, 2nd ed.,
    section 7.10.

    Examples
    --------
    >>> X = np.column_stack([np.ones(4), [1, 2, 3, 4]])
    >>> loo_residuals(X, [2, 3, 5, 6]).round(4)
    array([ 0.3333, -0.4286,  0.4286, -0.3333])
    """
    X, y = as_data(X), as_vector(y, "y")
    same_length(X, y, ("X", "y"))
    n, p = X.shape
    Q, R = np.linalg.qr(X)
    lengths = np.linalg.norm(R, axis=0)
    tolerance = max(n, p) * np.finfo(float).eps * lengths
    if n < p or np.any(np.abs(np.diag(R)) <= tolerance):
        raise np.linalg.LinAlgError(f"the {p} columns of X are dependent: drop some")
    leverage = np.einsum("ij,ij->i", Q, Q)
    if (stuck := np.flatnonzero(leverage > 1 - 1e-12)).size:
        raise ValueError(
            f"row {stuck[0]} has leverage 1: without it, its prediction is not determined"
        )
    return (y - Q @ (Q.T @ y)) / (1 - leverage)
