"""Steps that know a kink: soft thresholding, proximal gradients, and paths of the lasso."""

import numpy as np

from utils._checks import (
    as_data,
    as_float,
    as_matrix,
    as_vector,
    count,
    in_range,
    same_length,
)
from utils.optimizers.descent import _descend, _History
from utils.optimizers.results import OptResult


def soft_threshold(v, t):
    """Shrink every entry of ``v`` toward 0 by ``t``, and stop at 0.

    This is the proximal operator of t |.|: the x that minimizes (x - v)^2 / 2 + t |x|.
    `v` is an array of any shape, or a number, and `t` a nonnegative number or an array that
    broadcasts against it. Returns the shape of both, a float for two numbers. Raises
    `ValueError` for a negative t. O(size). Home: 05-optimization/07-regularization.ipynb.
    Source: Parikh and Boyd, "Proximal algorithms" (2014), section 6.5.2.

    Examples
    --------
    >>> soft_threshold([3.0, -0.5, -2.0], 1.0)
    array([ 2.,  0., -1.])
    """
    v, t = as_float(v, "v"), as_float(t, "t")
    if not (t >= 0).all():
        raise ValueError(f"t must be nonnegative, got {t}")
    shrunk = _shrink(v, t)
    return shrunk if shrunk.ndim else float(shrunk)


def proximal_gradient(f, grad, prox, x0, lr, steps=1000, accelerated=False, tol=1e-8):
    r"""Minimize a smooth function plus one with kinks: a gradient step, then a proximal one.

    .. math:: x \leftarrow \mathrm{prox}_{\eta h}(x - \eta \nabla g(x)), \qquad
              \mathrm{prox}_{\eta h}(v) = \arg\min_x h(x) + \frac1{2\eta}\lVert x - v\rVert^2

    for g + h, with g smooth and h convex.

    Parameters
    ----------
    f : callable or None
        The whole objective g + h, to record: takes a point, returns a float. None leaves
        NaN.
    grad : callable
        The gradient of the smooth part g, shape (d,).
    prox : callable
        ``prox(v, lr)``, the proximal operator of ``lr * h``: for ``alpha * |x|_1`` it is
        ``lambda v, lr: soft_threshold(v, lr * alpha)``; a projection for a constraint.
    x0 : array_like, shape (d,)
        The start.
    lr : float
        Step size, positive; at most 1/L for an L-smooth g.
    steps : int
        Steps allowed.
    accelerated : bool
        FISTA: take the step from a point ahead on the line through the last two iterates.
        f may rise in between.
    tol : float
        Stop, converged, once |y - x_next| / lr is at most this, where y is the point from
        which the proximal step goes to x_next: x itself, or the point ahead of it (then
        |x - x_next| / lr must be that small too). Zero exactly at a minimizer.

    Returns
    -------
    OptResult
        ``grad_norms`` holds that measure. Not converged, with a message, if the steps run
        out or the iterates diverge.

    Raises
    ------
    ValueError
        If lr is not positive, or a gradient or proximal point has the wrong shape.

    Notes
    -----
    Home: 05-optimization/07-regularization.ipynb. One gradient and one prox a step. The gap to
    the minimum falls like 1/k, accelerated like 1/k^2, and geometrically where g + h is
    strongly convex.

    References
    ----------
    A. Beck and M. Teboulle, "A fast iterative shrinkage-thresholding algorithm for linear
    inverse problems", SIAM J. Imaging Sci. 2 (2009).

    Examples
    --------
    >>> run = proximal_gradient(lambda x: (x @ x) / 2 - 3 * x[0] + abs(x).sum(),
    ...     lambda x: x - [3, 0.5], soft_threshold, [0, 0], lr=1.0)
    >>> run.x
    array([2., 0.])
    """
    lr = in_range(lr, "lr", 0, np.inf, closed=(False, False))
    history = _ProximalHistory(f, grad, prox, x0, lr, accelerated)
    name = "FISTA" if accelerated else "proximal gradient"
    return _descend(history, lambda k, x, g: (history.ahead, lr), steps, tol, name)


class _ProximalHistory(_History):
    """Takes the proximal step where an iterate is recorded: its length is the measure."""

    def __init__(self, f, grad, prox, x0, lr, accelerated):
        super().__init__(f, grad, x0)
        self.prox, self.lr, self.accelerated, self.t = prox, lr, accelerated, 1.0

    def visit(self, x):
        y = x
        if self.accelerated and self.path:
            t = (1 + np.sqrt(1 + 4 * self.t**2)) / 2
            y = x + (self.t - 1) / t * (x - self.path[-1])
            self.t = t
        self.path.append(x.copy())
        self.values.append(np.nan if self.f is None else self.value(x))
        self.ahead = y - self.lr * self.slope(y)
        if np.isfinite(self.ahead).all():
            self.ahead = np.array(self.prox(self.ahead, self.lr), dtype=float)
        if self.ahead.shape != x.shape:
            raise ValueError(
                f"prox must return shape {x.shape}, as x0, got {self.ahead.shape}"
            )
        return max(y - self.ahead, x - self.ahead, key=np.linalg.norm) / self.lr

    def settled(self, norm, tol):
        return f"proximal step over lr at most {tol:g}" if norm <= tol else None


def lasso_coordinate_descent(
    X, y, alpha, w0=None, l1_ratio=1.0, max_sweeps=10_000, tol=1e-8
):
    r"""Minimize a squared error with an l1 penalty, one exact coordinate step at a time.

    The objective is scikit-learn's,

    .. math:: \frac1{2n}\lVert y - Xw\rVert^2 + \alpha\rho\lVert w\rVert_1
              + \frac{\alpha(1-\rho)}2\lVert w\rVert^2, \qquad \rho = \text{l1\_ratio};

    1 is the lasso, less is the elastic net.

    Parameters
    ----------
    X : array_like, shape (n, d)
    y : array_like, shape (n,)
        There is no intercept: center the columns of X, and y, before.
    alpha : float
        Strength of the penalty, at least 0. From ``max |X.T @ y| / (n * l1_ratio)`` on
        every coefficient is 0.
    w0 : array_like, shape (d,), optional
        Start; by default 0.
    l1_ratio : float
        Share of the penalty that is l1, from 0 to 1.
    max_sweeps : int
        Limit on the passes over all coordinates.
    tol : float
        Stop when the smallest subgradient is at most ``tol`` times the length of the
        gradient of the squared error at w = 0.

    Returns
    -------
    OptResult
        One row of the path for each sweep. ``grad_norms`` holds the length of the smallest
        subgradient, which is 0 exactly at a minimizer.

    Raises
    ------
    ValueError
        For a negative `alpha`, an `l1_ratio` outside [0, 1], or shapes that don't match.

    Notes
    -----
    For one coordinate the minimizer is known: w_j = S(x_j . r / n, alpha rho) / (|x_j|^2 / n
    + alpha (1 - rho)), where r is the residual without x_j and S is `soft_threshold`. O(n d)
    a sweep. Strongly correlated columns need many sweeps: then ``converged`` is False.
    Home: 05-optimization/07-regularization.ipynb.
    Source: Friedman, Hastie, Hofling and Tibshirani, "Pathwise coordinate optimization",
    Annals of Applied Statistics 1 (2007).

    Examples
    --------
    >>> X, y = np.array([[1.0, 0.0], [-1.0, 0.0]]), np.array([3.0, -3.0])
    >>> lasso_coordinate_descent(X, y, alpha=1.0).x
    array([2., 0.])
    """
    X, y = as_matrix(X, "X"), as_vector(y, "y")
    same_length(X, y, ("X", "y"))
    alpha = in_range(alpha, "alpha", 0, np.inf, closed=(True, False))
    l1_ratio = in_range(l1_ratio, "l1_ratio", 0, 1)
    max_sweeps = count(max_sweeps, "max_sweeps", low=0)
    n, d = X.shape
    w = np.zeros(d) if w0 is None else as_vector(w0, "w0")
    if w.shape != (d,):
        raise ValueError(f"w0 must have shape ({d},), got {w.shape}")

    X = np.asfortranarray(X)  # columns are read one at a time
    l1, l2 = alpha * l1_ratio, alpha * (1 - l1_ratio)
    curvature = np.einsum("ij,ij->j", X, X) / n + l2
    goal = in_range(tol, "tol", 0, np.inf) * np.linalg.norm(X.T @ y / n)

    path, values, slopes = [], [], []
    for sweep in range(max_sweeps + 1):
        residual = y - X @ w
        gradient = -X.T @ residual / n + l2 * w
        penalty = l1 * np.abs(w).sum() + l2 / 2 * (w @ w)
        path.append(w.copy())
        values.append(residual @ residual / (2 * n) + penalty)
        slopes.append(np.linalg.norm(_smallest_subgradient(gradient, w, l1)))
        if slopes[-1] <= goal or sweep == max_sweeps:
            break
        for j in range(d):
            old = w[j]
            pull = X[:, j] @ residual / n + (curvature[j] - l2) * old
            w[j] = _shrink(pull, l1) / curvature[j] if curvature[j] else 0.0
            if w[j] != old:
                residual -= (w[j] - old) * X[:, j]

    converged = bool(slopes[-1] <= goal)
    return OptResult(
        x=path[-1],
        path=np.array(path),
        values=np.array(values),
        grad_norms=np.array(slopes),
        step_sizes=np.ones(sweep),
        converged=converged,
        message="tolerance met" if converged else f"limit of {max_sweeps} sweeps",
        name="coordinate descent",
        n_iter=sweep,
        n_fun=sweep + 1,
        n_grad=sweep + 1,
    )


def lasso_path(X, y, alphas=None, n_alphas=60, eps=1e-3):
    r"""The lasso for many penalties, from the one that leaves no coefficient on downwards.

    Parameters
    ----------
    X : array_like, shape (n, d)
        Standardize the columns first, else alpha means something else for each.
    y : array_like, shape (n,)
        X and y are centered here; the intercept isn't penalized.
    alphas : array_like, shape (k,), optional
        Positive penalties, in any order. By default ``n_alphas`` of them, from the largest
        down to ``eps`` times it, evenly in the logarithm.
    n_alphas : int
        How many, at least 1, if ``alphas`` is not given.
    eps : float
        Smallest over largest, in (0, 1).

    Returns
    -------
    alphas : ndarray, shape (k,)
        Largest first. The first of the default is max |Xc.T @ yc| / n, Xc and yc being
        centered: from there on every coefficient is 0.
    coefs : ndarray, shape (k, d)
        Minimizers of |y - b - X w|^2 / (2n) + alpha |w|_1, a row for each alpha.
    intercepts : ndarray, shape (k,)

    Raises
    ------
    ValueError
        If some alpha is not positive, the shapes don't match, the data are empty or not
        finite, or (without ``alphas``) y is uncorrelated with every column.
    RuntimeError
        If a fit isn't found in 10,000 sweeps.

    Notes
    -----
    Home: 05-optimization/07-regularization.ipynb. `lasso_coordinate_descent` from the last
    solution each time, ten sweeps at once. In between the signs found so far are put to
    the test: if they are right, linear equations give the rest exactly. With n > d it works
    on d rows that have the same inner products, from a QR decomposition: O(n d^2) once, then
    O(d^2) a sweep.

    References
    ----------
    J. Friedman, T. Hastie and R. Tibshirani, "Regularization paths for generalized linear
    models via coordinate descent", J. Stat. Software 33 (2010).

    Examples
    --------
    >>> X, y = [[1, 0], [-1, 0], [0, 1], [0, -1]], [3, -1, 2, 0]
    >>> alphas, coefs, intercepts = lasso_path(X, y, alphas=[0.25, 0.75])
    >>> coefs
    array([[0.5, 0. ],
           [1.5, 0.5]])
    """
    X, y = as_data(X), as_vector(y, "y")
    same_length(X, y, ("X", "y"))
    n, d = X.shape
    x_mean, y_mean = X.mean(axis=0), y.mean()
    X, y = X - x_mean, y - y_mean
    largest = np.abs(X.T @ y).max() / n
    if alphas is None:
        alphas = _alpha_grid(largest, n_alphas, eps)
    else:
        alphas = np.sort(as_vector(alphas, "alphas"))[::-1]
    if not (alphas > 0).all():
        raise ValueError(f"alphas must be positive, got {alphas.min():g}")
    if n > d:  # min(n, d) rows with the same inner products, and the same 1/n
        Q, R = np.linalg.qr(X)
        X, y = R * np.sqrt(d / n), Q.T @ y * np.sqrt(d / n)

    coefs, w = np.zeros((len(alphas), d)), np.zeros(d)
    for i, alpha in enumerate(alphas):
        coefs[i] = w = _next_on_path(X, y, alpha, w)
    return alphas, coefs, y_mean - coefs @ x_mean


def _next_on_path(X, y, alpha, w):
    """The lasso's minimizer from a start nearby: sweeps, until they have found its signs."""
    for _ in range(1000):
        exact = _with_signs(X, y, alpha, np.sign(w))
        if exact is not None:
            return exact
        run = lasso_coordinate_descent(X, y, alpha, w, max_sweeps=10, tol=1e-10)
        w = run.x
        if run.converged:
            return w
    raise RuntimeError(
        f"the lasso did not converge at alpha = {alpha:.3g} in 10,000 sweeps: the columns "
        "are nearly dependent; stop at a larger alpha"
    )


def _with_signs(X, y, alpha, signs):
    """The minimizer if its coefficients have these signs, else None.

    Where the signs are known the penalty is linear, and the coefficients solve linear
    equations; that they have the signs, and that the zeros may stay zero, is checked.
    """
    n, on = len(X), signs != 0
    A, w = X[:, on], np.zeros(len(signs))
    try:
        w[on] = np.linalg.solve(A.T @ A, A.T @ y - n * alpha * signs[on])
    except np.linalg.LinAlgError:
        return None
    pull = X.T @ (y - A @ w[on]) / n
    right = np.array_equal(np.sign(w), signs) and np.allclose(
        pull[on], alpha * signs[on], rtol=1e-8, atol=0
    )
    return w if right and (np.abs(pull) <= alpha * (1 + 1e-8)).all() else None


def _alpha_grid(largest, n_alphas, eps):
    n_alphas = count(n_alphas, "n_alphas")
    eps = in_range(eps, "eps", 0, 1, closed=(False, False))
    if largest == 0:
        raise ValueError("y is uncorrelated with every column: pass alphas yourself")
    return np.geomspace(largest, largest * eps, n_alphas)


def _shrink(v, t):
    return np.copysign(np.maximum(np.abs(v) - t, 0.0), v) + 0.0  # no -0.0


def _smallest_subgradient(gradient, w, l1):
    """The shortest vector in gradient + l1 times the subdifferential of |w|_1."""
    at_kink = _shrink(gradient, l1)
    return np.where(w == 0, at_kink, gradient + l1 * np.sign(w))
