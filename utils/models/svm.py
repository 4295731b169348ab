"""Support vector machines: the widest street between two classes, straight or by a kernel."""

import warnings

import numpy as np

from utils._checks import as_rng, count, in_range
from utils.models.base import (
    ConvergenceWarning,
    _check_labeled_data,
    _Classifier,
)
from utils.models.kernels import _as_kernel
from utils.models.preparation import _check_columns

EPS = np.finfo(float).eps


class _SVM(_Classifier):
    """What both machines share: two classes, by the sign of their ``decision_function``."""

    def _scores(self, X):
        f = self.decision_function(X)
        return np.column_stack([-f, f])

    def _warn(self, converged, message):
        if not converged:
            warnings.warn(
                f"{type(self).__name__} stopped {message}: raise max_iter, lower C, or "
                "standardize the columns",
                ConvergenceWarning,
                stacklevel=3,
            )


class LinearSVM(_SVM):
    r"""Linear support vector machine: hinge loss plus the squared length of the weights.

    Minimizes :math:`\frac12(\lVert w\rVert^2 + b^2) + C\sum_i \max(0, 1 - y_i(w\cdot x_i+b))`
    with y_i = 1 for the second class in sorted order and -1 for the first.

    Parameters
    ----------
    C : float
        Weight of the hinge losses, positive. The larger, the less regularization.
    solver : {"dcd", "pegasos"}
        ``"dcd"``, dual coordinate descent: exact, certified by the duality gap.
        ``"pegasos"``, stochastic subgradient steps with the average of their second half:
        a few digits, soon.
    max_iter : int
        Limit on the passes over the data; ``"pegasos"`` does all of them, n steps each.
    tol : float
        ``"dcd"`` stops when the duality gap is at most ``tol`` times the primal objective.
    rng : numpy.random.Generator, optional
        Draws the order of the coordinates (None: ``default_rng(0)``; the result does not
        depend on it beyond ``tol``). Required by ``"pegasos"``, whose result does.

    Attributes
    ----------
    classes_ : ndarray, shape (2,)
        Labels, sorted.
    coef_ : ndarray, shape (d,)
    intercept_ : float
        Penalized like a weight, as a feature that is always 1: for data far from the origin
        the street is another than that of `KernelSVM`. Center the columns.
    dual_coef_ : ndarray, shape (n,)
        y_i alpha_i, 0 for all rows but the support vectors; only by ``"dcd"``.
    primal_, dual_ : float
        Objective, and a lower bound on its minimum; ``dual_`` is NaN for ``"pegasos"``.
    n_iter_, history_, converged_ : int, ndarray of shape (n_iter_,), bool
        Passes done, the primal objective after each (without averaging), and whether the
        tolerance was met; ``"pegasos"`` never knows that.

    Raises
    ------
    ValueError
        For labels of other than two classes, parameters out of range, shapes that don't
        match, or data that aren't finite.
    TypeError
        If ``solver="pegasos"`` gets no `rng`.

    Warns
    -----
    ConvergenceWarning
        If ``max_iter`` passes of ``"dcd"`` were not enough.

    Notes
    -----
    O(n d) a pass; O(n d) memory. ``"dcd"`` leaves out rows whose alpha sits at an end of
    [0, C] that the gradient pushes against: most of them, soon. After each pass it solves
    for the other alphas together, which gives the last digits in tens of passes, where
    coordinate descent alone takes thousands: O(d^3) for each row between the ends.
    Home: 08-ml-math-case-studies/07-support-vector-machines.ipynb.
    Source: Hsieh, Chang, Lin, Keerthi and Sundararajan, "A dual coordinate descent method
    for large-scale linear SVM" (ICML 2008); Shalev-Shwartz, Singer, Srebro and Cotter,
    "Pegasos", Mathematical Programming 127 (2011).

    Examples
    --------
    >>> model = LinearSVM(C=10.0).fit([[-3], [-1], [1], [2]], ["no", "no", "yes", "yes"])
    >>> model.coef_.round(4), model.predict([[0.5]]).item()
    (array([1.]), 'yes')
    """

    def __init__(self, C=1.0, solver="dcd", max_iter=1000, tol=1e-6, rng=None):
        self.C = C
        self.solver = solver
        self.max_iter = max_iter
        self.tol = tol
        self.rng = rng

    def fit(self, X, y):
        """Fit to ``X`` (n, d) and labels ``y`` (n,); returns the model."""
        if self.solver not in ("dcd", "pegasos"):
            raise ValueError(f"solver must be 'dcd' or 'pegasos', got {self.solver!r}")
        C, max_iter, tol = _limits(self)
        random = self.solver == "pegasos" or self.rng is not None
        rng = as_rng(self.rng) if random else np.random.default_rng(0)
        X, self.classes_, y = _two_classes(X, y)

        Z = y[:, None] * np.column_stack([X, np.ones(len(X))])  # margins are Z @ w
        _check_size(np.einsum("ij,ij->i", Z, Z), C)
        self.__dict__.pop("dual_coef_", None)  # of an earlier fit
        if self.solver == "dcd":
            w, alpha, history, gap = _dual_descent(Z, C, max_iter, tol, rng)
            self.dual_coef_, self.dual_ = y * alpha, history[-1] - gap
            self.converged_ = gap <= tol * history[-1]
            self._warn(
                self.converged_,
                f"after {len(history)} passes at a relative gap of "
                f"{gap / history[-1]:.1e}",
            )
        else:
            w, history = _pegasos(Z, C, max_iter, rng)
            self.dual_, self.converged_ = np.nan, False
        self.coef_, self.intercept_ = w[:-1], float(w[-1])
        self.primal_ = _primal(Z, w, C)
        self.history_, self.n_iter_ = np.array(history), len(history)
        return self

    def decision_function(self, X):
        """w . x + b at the rows of ``X`` (k, d), shape (k,): positive for ``classes_[1]``."""
        self._check_fitted("coef_")
        return _check_columns(X, len(self.coef_)) @ self.coef_ + self.intercept_


def _dual_descent(Z, C, max_iter, tol, rng):
    """Maximize sum(alpha) - |Z' alpha|^2 / 2 over 0 <= alpha <= C, one alpha at a time."""
    n, d = Z.shape
    alpha, w, history = np.zeros(n), np.zeros(d), []
    curvature = np.einsum("ij,ij->i", Z, Z)
    slope = np.full(n, -1.0)  # of minus the objective: Z @ w - 1
    for _ in range(max_iter):
        free = ((alpha > 0) | (slope < 0)) & ((alpha < C) | (slope > 0))
        for i in rng.permutation(np.flatnonzero(free)):
            step = (1 - Z[i] @ w) / curvature[i]
            new = min(max(alpha[i] + step, 0.0), C)
            w += (new - alpha[i]) * Z[i]
            alpha[i] = new
        _solve_inside(Z, alpha, C)
        w = alpha @ Z  # without the rounding errors of the pass
        slope = Z @ w - 1
        # primal - dual, whose terms are nonnegative one by one: no cancellation
        gap = float(np.sum(np.where(slope < 0, (alpha - C) * slope, alpha * slope)))
        history.append(_primal(Z, w, C))
        if gap <= tol * history[-1]:
            break
    return w, alpha, history, gap


def _solve_inside(Z, alpha, C):
    """Move the alphas inside (0, C) together to their optimum; who meets an end stays there.

    Single coordinates take thousands of passes over the last digits. Once it is known which
    rows hold the street, no more than the d columns of Z, a linear system gives them all.
    """
    d = Z.shape[1]
    inside = np.flatnonzero((alpha > 0) & (alpha < C))
    while len(inside):
        some = inside[: d + 1]
        A = Z[some]
        if len(some) > d:  # dependent rows: A' step = 0 leaves w, the dual rises
            step, most = np.linalg.svd(A.T)[2][-1], np.inf
            step *= np.copysign(1, step.sum())
        else:
            step, most = np.linalg.lstsq(A @ A.T, 1 - A @ (alpha @ Z), rcond=None)[0], 1
        with np.errstate(divide="ignore", over="ignore"):
            room = np.where(step > 0, C - alpha[some], alpha[some]) / np.abs(step)
        first = np.argmin(room)
        alpha[some] = np.clip(alpha[some] + min(room[first], most) * step, 0, C)
        if room[first] >= most:
            return
        alpha[some[first]] = C if step[first] > 0 else 0.0
        inside = np.delete(inside, first)


def _pegasos(Z, C, max_iter, rng):
    """Steps of size 1 / (lam t) along the subgradient of the loss of one row at a time.

    The objective divided by C n is lam |w|^2 / 2 plus the mean hinge loss, lam = 1 / (C n).
    In terms of u = lam t w a step only adds the row, if its margin is below 1.
    """
    n, d = Z.shape
    u, total, history = np.zeros(d), np.zeros(d), []
    lam, t, half = 1 / (C * n), 0, max_iter * n // 2
    for _ in range(max_iter):
        for i in rng.integers(n, size=n):
            if t == 0 or Z[i] @ u < lam * t:  # w is 0, or w = u / (lam t)
                u += Z[i]
            t += 1
            if t > half:
                total += u / (lam * t)
        history.append(_primal(Z, u / (lam * t), C))
    return total / (t - half), history


def _primal(Z, w, C):
    return float(w @ w / 2 + C * np.maximum(0, 1 - Z @ w).sum())


class KernelSVM(_SVM):
    r"""Support vector machine on the features of a kernel.

    Minimizes :math:`\frac12\lVert w\rVert^2 + C\sum_i\xi_i` over functions
    f(x) = w . phi(x) + b with y_i f(x_i) >= 1 - xi_i and xi_i >= 0, where phi are the
    kernel's features and y_i is 1 for the second class in sorted order, -1 for the first.

    Parameters
    ----------
    kernel : kernel or callable
        Such as ``RBF(2.0)``, or a function of X (n, d) and Z (m, d) that returns the Gram
        matrix (n, m).
    C : float
        Weight of the slacks, positive. The larger, the less regularization; a very large one
        gives the hard margin of classes that can be separated.
    tol : float
        Stop when no pair of rows violates the optimality conditions by more than this, in
        units where the half-width of the street is 1.
    max_iter : int
        Limit on the steps, each of which moves one pair.

    Attributes
    ----------
    classes_ : ndarray, shape (2,)
        Labels, sorted.
    support_ : ndarray, shape (s,)
        Numbers of the rows with positive alpha, the support vectors, ascending.
    dual_coef_ : ndarray, shape (s,)
        y_i alpha_i of these rows; they sum to 0.
    intercept_ : float
        Not penalized.
    gap_ : float
        Primal minus dual objective: the minimum is at most this far below.
    n_iter_, history_, converged_ : int, ndarray of shape (n_iter_ + 1,), bool
        Steps done, the dual objective along them, and whether the tolerance was met.

    Raises
    ------
    ValueError
        For labels of other than two classes, a kernel matrix that is not symmetric,
        parameters out of range, shapes that don't match, or data that aren't finite.

    Warns
    -----
    ConvergenceWarning
        If ``max_iter`` steps were not enough.

    Notes
    -----
    Sequential minimal optimization: O(n) a step and O(n^2) memory, for the Gram matrix.
    Where the kernel matrix is not positive semidefinite the result is a stationary point.
    Home: 08-ml-math-case-studies/07-support-vector-machines.ipynb.
    Source: J. Platt, "Fast training of support vector machines using sequential minimal
    optimization" (1998); Fan, Chen and Lin, "Working set selection using second order
    information for training support vector machines", JMLR 6 (2005).

    Examples
    --------
    >>> from utils.models import Polynomial
    >>> X, y = [[1, 1], [-1, -1], [1, -1], [-1, 1]], ["same", "same", "not", "not"]
    >>> model = KernelSVM(Polynomial(2)).fit(X, y)
    >>> model.dual_coef_, model.decision_function([[3, 2]])  # f is the product
    (array([ 0.125,  0.125, -0.125, -0.125]), array([6.]))
    """

    def __init__(self, kernel, C=1.0, tol=1e-3, max_iter=100_000):
        self.kernel = kernel
        self.C = C
        self.tol = tol
        self.max_iter = max_iter

    def fit(self, X, y):
        """Fit to ``X`` (n, d) and labels ``y`` (n,); returns the model."""
        kernel = _as_kernel(self.kernel)
        C, max_iter, tol = _limits(self)
        X, self.classes_, y = _two_classes(X, y)
        K = kernel(X)
        _check_size(K.diagonal(), C)

        beta, history, self.converged_ = _smo(K, y, C, tol, max_iter)
        g = y - K @ beta  # without the rounding errors of the steps
        self.intercept_ = _intercept(g, beta, y, C)
        self.support_ = np.flatnonzero(beta)
        self.dual_coef_ = beta[self.support_]
        # slack times C minus alpha times (1 - margin), each term nonnegative
        short = y * (g - self.intercept_)  # 1 - margin
        self.gap_ = float(np.sum(C * np.maximum(short, 0) - y * beta * short))
        self.history_, self.n_iter_ = np.array(history), len(history) - 1
        self._kernel, self._support_vectors = kernel, X[self.support_]
        self._warn(
            self.converged_,
            f"after {self.n_iter_} steps at a duality gap of {self.gap_:.1e}",
        )
        return self

    def decision_function(self, X):
        """f at the rows of ``X`` (k, d), shape (k,): positive for ``classes_[1]``."""
        self._check_fitted("dual_coef_")
        X = _check_columns(X, self._support_vectors.shape[1])
        K = self._kernel(X, self._support_vectors)
        return K @ self.dual_coef_ + self.intercept_


def _smo(K, y, C, tol, max_iter):
    """Maximize y.b - b'Kb / 2 over b = y alpha: two entries at a time, their sum kept.

    Entry i lies between 0 and C y_i. Along b_i - t, b_j + t the objective is a parabola
    with slope g_j - g_i at t = 0, g = y - K b, and curvature K_ii + K_jj - 2 K_ij.
    """
    low, high = np.minimum(0, C * y), np.maximum(0, C * y)
    beta, g, history = np.zeros(len(y)), y.copy(), [0.0]
    diagonal = K.diagonal().copy()
    least = max(1e-12 * np.abs(diagonal).max(), 1e-300)
    # added to g, these rule out entries that can't rise, or can't fall
    rise, fall = np.where(beta < high, 0, -np.inf), np.where(beta > low, 0, np.inf)
    for _ in range(max_iter):
        i = int(np.argmin(g + fall))
        lead = g + rise - g[i]  # -inf where the other entry can't rise
        if not lead.max() > tol:
            return beta, history, True
        curvature = np.maximum(diagonal[i] + diagonal - 2 * K[i], least)
        j = int(np.argmax(np.maximum(lead, 0) ** 2 / curvature))  # the largest gain

        t = min(lead[j] / curvature[j], beta[i] - low[i], high[j] - beta[j])
        beta[i], beta[j] = _at_end(beta[i] - t, C), _at_end(beta[j] + t, C)
        g += t * (K[i] - K[j])
        history.append(history[-1] + t * (lead[j] - t * curvature[j] / 2))
        for k in (i, j):
            rise[k] = 0 if beta[k] < high[k] else -np.inf
            fall[k] = 0 if beta[k] > low[k] else np.inf
    return beta, history, not ((g + rise).max() - (g + fall).min() > tol)


def _at_end(b, C):
    """b, or the end of its interval that it differs from only by rounding."""
    for end in (-C, 0.0, C):
        if abs(b - end) <= 8 * EPS * C:
            return end
    return b


def _intercept(g, beta, y, C):
    """The b with y_i f(x_i) = 1 on the street's edges: there g_i = b."""
    edge = (beta != 0) & (np.abs(beta) < C)
    if edge.any():
        return float(g[edge].mean())
    up, down = np.where(y > 0, beta < C, beta < 0), np.where(y > 0, beta > 0, beta > -C)
    return float((g[up].max() + g[down].min()) / 2)  # anything between would do


def _limits(model):
    C = in_range(model.C, "C", 0, np.inf, closed=(False, False))
    tol = in_range(model.tol, "tol", 0, 1)
    return C, count(model.max_iter, "max_iter"), tol


def _two_classes(X, y):
    """``X``, the two labels, and y as 1 for the second and -1 for the first."""
    X, classes, codes = _check_labeled_data(X, y, n_classes=2)
    if len(classes) > 2:
        raise ValueError(f"y must hold exactly 2 classes, got {len(classes)}")
    return X, classes, 2.0 * codes - 1


def _check_size(squares, C):
    """Raise `ValueError` unless the dual objective stays within float64."""
    with np.errstate(over="ignore", invalid="ignore"):
        worst = np.square(C * len(squares)) * np.abs(squares).max()
    if not np.isfinite(worst):
        raise ValueError(
            f"C = {C:g} with squared lengths of up to {np.abs(squares).max():.0e} is beyond "
            "the largest float64: scale the columns, or lower C"
        )
