"""A matrix with holes as a product of two thin ones: what recommenders rest on."""

import numpy as np

from utils._checks import as_float, as_rng, count, in_range, moderate
from utils.models.base import BaseModel

EPS = np.finfo(float).eps
BATCH = 64  # cells of a stochastic gradient step


class MatrixFactorization(BaseModel):
    r"""Rank-k model of a matrix of which only some cells are known.

    Cell (i, j) is predicted as :math:`\hat m_{ij} = \mu + b_i + c_j + u_i^\top v_j`, with
    :math:`\mu` the (weighted) mean of the known cells and all else chosen to minimize

    .. math:: F = \tfrac12 \sum_{ij\ \text{known}} w_{ij} (m_{ij} - \hat m_{ij})^2
              + \tfrac\lambda2 \bigl(\lVert U\rVert^2 + \lVert V\rVert^2
              + \lVert b\rVert^2 + \lVert c\rVert^2\bigr).

    ``"als"``: for given V and c, every (u_i, b_i) is a small ridge regression of its own,
    and the other way round; F can't rise. ``"sgd"``: steps along the gradients of a few cells
    at a time. F is not convex, and the factors are known only up to a rotation.

    Parameters
    ----------
    rank : int
        k, at least 0; 0 leaves the biases alone.
    lam : float
        Strength of the penalty, at least 0.
    method : {"als", "sgd"}
    biases : bool
        False sets mu, b and c to 0.
    n_iter : int
        Sweeps over rows and columns for ``"als"``, passes over the known cells for
        ``"sgd"``.
    lr : float or callable
        Step size of ``"sgd"`` for each cell: positive, or a schedule from 0, 1, 2, ... (the
        pass) to a step size.
    rng : numpy.random.Generator
        Draws the start, 0.1 times standard normal factors, U before V; and the order of the
        cells for ``"sgd"``.

    Attributes
    ----------
    U_, V_ : ndarray, shapes (n, k), (m, k)
    mu_ : float
    user_bias_, item_bias_ : ndarray, shapes (n,), (m,)
    n_iter_ : int
    history_ : ndarray, shape (n_iter_ + 1,)
        F at the start and after each sweep or pass.

    Raises
    ------
    ValueError
        For parameters out of range, shapes that don't match, no known cell, NaN or infinity
        in a known cell, negative weights, or an ``"sgd"`` that diverges.
    numpy.linalg.LinAlgError
        From ``"als"``, if a row or column has too few known cells for ``lam=0``.
    TypeError
        Without `rng`.

    Notes
    -----
    ``"als"``: O(n m k^2 + (n + m) k^3) a sweep, two matrix products and one batched solve
    for all rows, then for all columns; O(n m + (n + m) k^2) memory. ``"sgd"``: O(k) for each
    known cell of a pass. A row without known cells is predicted by the columns' biases.
    Home: 08-ml-math-case-studies/08-recommender-matrix-factorization.ipynb.
    Source: Y. Koren, R. Bell and C. Volinsky, "Matrix factorization techniques for
    recommender systems", IEEE Computer 42 (2009).

    Examples
    --------
    >>> M = [[4.0, 2.0], [2.0, np.nan]]
    >>> model = MatrixFactorization(1, lam=0, biases=False, rng=np.random.default_rng(0))
    >>> model.fit(M).predict().round(4)
    array([[4., 2.],
           [2., 1.]])
    """

    def __init__(
        self, rank, lam=1.0, method="als", biases=True, n_iter=30, lr=0.03, *, rng
    ):
        self.rank = rank
        self.lam = lam
        self.method = method
        self.biases = biases
        self.n_iter = n_iter
        self.lr = lr
        self.rng = rng

    def fit(self, M, mask=None, sample_weight=None):
        """Fit to the known cells of ``M`` (n, m); returns the model.

        ``mask`` (n, m), booleans: which cells are known; by default those that aren't NaN.
        ``sample_weight`` (n, m), nonnegative: how much each counts, 1 by default.
        """
        k = count(self.rank, "rank", low=0)
        lam = in_range(self.lam, "lam", 0, np.inf, closed=(True, False))
        n_iter = count(self.n_iter, "n_iter")
        if self.method not in _SWEEPS:
            raise ValueError(
                f"method must be one of {list(_SWEEPS)}, got {self.method!r}"
            )
        if k == 0 and not self.biases:
            raise ValueError("rank 0 without biases leaves nothing to fit: raise rank")
        rng = as_rng(self.rng)
        M, W = _known_cells(M, mask, sample_weight)

        n, m = M.shape
        U, V = 0.1 * rng.normal(size=(n, k)), 0.1 * rng.normal(size=(m, k))
        mu = float(np.sum(W * M) / W.sum()) if self.biases else 0.0
        # Unknown rows and columns stay at 0, where the penalty wants them.
        U[~W.any(axis=1)], V[~W.any(axis=0)] = 0.0, 0.0
        parts = U, V, np.zeros(n), np.zeros(m)
        residual = M - mu
        history = [_objective(residual, W, parts, lam)]
        for sweep in range(n_iter):
            parts = _SWEEPS[self.method](self, residual, W, parts, lam, sweep)
            history.append(_objective(residual, W, parts, lam))
        self.U_, self.V_, self.user_bias_, self.item_bias_ = parts
        self.mu_, self.history_, self.n_iter_ = mu, np.array(history), n_iter
        return self

    def predict(self):
        """Predictions for all cells, known or not, shape (n, m)."""
        self._check_fitted("U_")
        parts = self.U_, self.V_, self.user_bias_, self.item_bias_
        return self.mu_ + _prediction(parts)

    def _als(self, M, W, parts, lam, sweep):
        """All rows, then all columns: each the best there is, given the others."""
        U, V, b, c = parts
        U, b = self._side(M - c, W, V, lam, "row")
        V, c = self._side((M - b[:, None]).T, W.T, U, lam, "column")
        return U, V, b, c

    def _side(self, target, W, V, lam, what):
        """Factors and biases of one side, from a ridge regression for each of its rows.

        With features F = [V, 1] the normal equations of row i are
        (F' W_i F + lam I) x_i = F' W_i target_i, where W_i is diagonal.
        """
        F = np.column_stack([V, np.ones(len(V))]) if self.biases else V
        p = F.shape[1]
        products = (F[:, :, None] * F[:, None, :]).reshape(len(F), p * p)
        gram = (W @ products).reshape(-1, p, p) + lam * np.eye(p)
        _check_determined(gram, lam, what)
        x = np.linalg.solve(gram, ((W * target) @ F)[:, :, None])[:, :, 0]
        if self.biases:
            return x[:, :-1], x[:, -1]
        return x, np.zeros(len(x))

    def _sgd(self, M, W, parts, lam, sweep):
        """One pass over the known cells in random order, a batch at a time."""
        lr = self.lr(sweep) if callable(self.lr) else self.lr
        lr = in_range(lr, "lr", 0, np.inf, closed=(False, False))
        U, V, b, c = parts
        rows, columns = np.nonzero(W)
        # A row is met once for each of its cells: each time it bears its share of lam.
        lam_row = lam / np.maximum(np.count_nonzero(W, axis=1), 1)
        lam_column = lam / np.maximum(np.count_nonzero(W, axis=0), 1)
        order = self.rng.permutation(len(rows))
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            i, j = rows[batch], columns[batch]
            u, v = U[i], V[j]
            error = W[i, j] * (M[i, j] - b[i] - c[j] - np.sum(u * v, axis=1))
            e, li, lj = error[:, None], lam_row[i], lam_column[j]
            np.add.at(U, i, lr * (e * v - li[:, None] * u))
            np.add.at(V, j, lr * (e * u - lj[:, None] * v))
            if self.biases:
                steps = lr * (error - li * b[i]), lr * (error - lj * c[j])
                np.add.at(b, i, steps[0])
                np.add.at(c, j, steps[1])
        return U, V, b, c


_SWEEPS = {"als": MatrixFactorization._als, "sgd": MatrixFactorization._sgd}


def _known_cells(M, mask, sample_weight):
    """``M`` with zeros in the unknown cells, and the weights, 0 there."""
    M = as_float(M, "M")
    if M.ndim != 2 or not M.size:
        raise ValueError(f"M must be a matrix, shape (n, m), got shape {M.shape}")
    known = ~np.isnan(M) if mask is None else _as_mask(mask, M.shape)
    if not known.any():
        raise ValueError("M must have a known cell, got none")
    if not np.isfinite(M[known]).all():
        raise ValueError("the known cells of M must be finite, got NaN or infinity")
    W = known.astype(float)
    if sample_weight is not None:
        weight = as_float(sample_weight, "sample_weight")
        if weight.shape != M.shape:
            raise ValueError(
                f"sample_weight must have the shape of M, {M.shape}, got {weight.shape}"
            )
        W[known] = weight[known]
        if not (np.isfinite(W).all() and W.min() >= 0 and W.any()):
            raise ValueError(
                "sample_weight must be finite, nonnegative and not all 0 in known cells"
            )
    return moderate(np.where(known, M, 0.0), "M"), moderate(W, "sample_weight")


def _as_mask(mask, shape):
    mask = as_float(mask, "mask")
    if mask.shape != shape:
        raise ValueError(f"mask must have the shape of M, {shape}, got {mask.shape}")
    if not ((mask == 0) | (mask == 1)).all():
        raise ValueError("mask must hold booleans: True where a cell is known")
    return mask == 1


def _prediction(parts):
    U, V, b, c = parts
    return U @ V.T + b[:, None] + c


def _objective(M, W, parts, lam):
    """F: half the weighted squares of the errors, plus the penalty."""
    with np.errstate(over="ignore", invalid="ignore"):
        errors = np.sum(W * (M - _prediction(parts)) ** 2)
        F = 0.5 * errors + 0.5 * lam * sum(np.sum(part**2) for part in parts)
    if not np.isfinite(F):
        raise ValueError(
            "the objective is no longer finite: lower lr for 'sgd', or rescale M and "
            "sample_weight"
        )
    return float(F)


def _check_determined(gram, lam, what):
    """Raise unless all systems have one solution, as far as float64 can tell."""
    p = gram.shape[-1]
    # No eigenvalue is below lam or above the trace: that settles most systems.
    doubtful = np.flatnonzero(lam <= p * EPS * np.trace(gram, axis1=1, axis2=2))
    eigenvalues = np.linalg.eigvalsh(gram[doubtful])  # smallest first
    free = eigenvalues[:, 0] <= p * EPS * eigenvalues[:, -1]
    if free.any():
        raise np.linalg.LinAlgError(
            f"{what} {doubtful[free.argmax()]} has too few known cells to determine its "
            "factors: raise lam, or lower rank"
        )
