"""Functions to minimize, with exact derivatives: test functions of the plane, and models."""

import numpy as np

from utils import _checks
from utils.numerics import logsumexp, sigmoid, softmax, softplus
from utils.optimizers.results import Problem


def quadratic_problem(A, b=None, x0=None):
    """The quadratic f(x) = x.Ax / 2 - b.x, with its exact curvature bounds.

    Parameters
    ----------
    A : array_like, shape (d, d)
        Symmetric; it is the Hessian.
    b : array_like, shape (d,), optional
        Zero by default.
    x0 : array_like, shape (d,), optional
        The start; ones by default.

    Returns
    -------
    Problem
        ``L`` is the largest eigenvalue of A in modulus, ``mu`` the smallest eigenvalue.
        ``x_star`` and ``f_star`` are None if f has no minimum; of several minimizers,
        ``x_star`` is the shortest.

    Raises
    ------
    ValueError
        If A is not symmetric, or the shapes don't match.

    Notes
    -----
    Home: 05-optimization/03-gradient-descent.ipynb. O(d^3) once, for the eigenvalues.

    Examples
    --------
    >>> bowl = quadratic_problem([[1, 0], [0, 9]], x0=[9, 1])
    >>> bowl.f(bowl.x0), bowl.grad(bowl.x0), bowl.L
    (45.0, array([9., 9.]), 9.0)
    """
    A = _checks.as_square(A)
    if not np.allclose(A, A.T, rtol=1e-12, atol=1e-12 * np.abs(A).max()):
        raise ValueError("A must be symmetric: use (A + A.T) / 2, the same quadratic")
    d = len(A)
    b = np.zeros(d) if b is None else _vector(b, "b", d)
    x0 = np.ones(d) if x0 is None else _vector(x0, "x0", d)
    lam, V = np.linalg.eigh(A)
    x_star = _shortest_minimizer(lam, V, b)
    f = _on_points(lambda x: 0.5 * np.sum(x @ A * x, axis=-1) - x @ b, d)
    return Problem(
        name="quadratic",
        f=f,
        grad=lambda x: np.asarray(x, dtype=float) @ A - b,
        hess=lambda x: A.copy(),
        x0=x0,
        x_star=x_star,
        f_star=None if x_star is None else f(x_star),
        L=float(np.abs(lam).max()),
        mu=float(lam[0]),
    )


def ravine_problem(kappa=10.0, angle=0.0):
    """A quadratic valley: curvature 1 along it and ``kappa`` across, turned by ``angle``.

    The start, (kappa, 1) along and across, is the one from which exact line search
    zigzags most: its gradient has equal parts in both directions.

    Parameters
    ----------
    kappa : float
        Condition number, at least 1.
    angle : float
        Direction of the valley, in radians from the first axis.

    Returns
    -------
    Problem
        With ``bounds`` that hold the contour through the start.

    Raises
    ------
    ValueError
        If kappa < 1.

    Notes
    -----
    Home: 05-optimization/03-gradient-descent.ipynb.

    Examples
    --------
    >>> ravine = ravine_problem(9)
    >>> ravine.x0, ravine.f(ravine.x0)
    (array([9., 1.]), 45.0)
    """
    kappa = _checks.in_range(kappa, "kappa", 1, np.inf, closed=(True, False))
    angle = _checks.scalar(angle, "angle")
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    A = turn * [1.0, kappa] @ turn.T
    half_axes = np.sqrt([kappa**2 + kappa, kappa + 1])  # of the contour through x0
    width, height = 1.15 * np.linalg.norm(turn * half_axes, axis=1)
    valley = quadratic_problem((A + A.T) / 2, x0=turn @ [kappa, 1.0])
    return Problem(
        name=f"ravine, kappa = {kappa:g}",
        f=valley.f,
        grad=valley.grad,
        hess=valley.hess,
        x0=valley.x0,
        x_star=np.zeros(2),
        f_star=0.0,
        L=kappa,
        mu=1.0,
        bounds=(-float(width), float(width), -float(height), float(height)),
    )


def rosenbrock_problem():
    """Rosenbrock's banana, 100 (y - x^2)^2 + (1 - x)^2: a curved valley, minimum 0 at (1, 1).

    Its gradient is not Lipschitz on the whole plane, so ``L`` and ``mu`` are None; at the
    minimum the Hessian's condition number is 2508.
    Home: 05-optimization/03-gradient-descent.ipynb. Source: H. H. Rosenbrock, Comput. J. 3
    (1960).

    Examples
    --------
    >>> round(rosenbrock_problem().f([-1.2, 1.0]), 9)
    24.2
    """

    def f(x, y):
        return 100 * (y - x**2) ** 2 + (1 - x) ** 2

    def grad(x, y):
        return -400 * x * (y - x**2) - 2 * (1 - x), 200 * (y - x**2)

    def hess(x, y):
        return [[1200 * x**2 - 400 * y + 2, -400 * x], [-400 * x, 200.0]]

    return _plane_problem(
        "Rosenbrock", f, grad, hess, x0=(-1.2, 1.0), x_star=(1.0, 1.0),
        bounds=(-2.0, 2.0, -1.0, 3.0),
    )  # fmt: skip


def himmelblau_problem():
    """Himmelblau's (x^2 + y - 11)^2 + (x + y^2 - 7)^2: four minima, all of them 0.

    ``x_star`` is (3, 2), the only one with whole coordinates; ``L`` and ``mu`` are None.
    Home: 05-optimization/03-gradient-descent.ipynb. Source: D. M. Himmelblau, *Applied
    Nonlinear Programming* (1972).

    Examples
    --------
    >>> himmelblau_problem().f([[3, 2], [0, 0]])
    array([  0., 170.])
    """

    def f(x, y):
        return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2

    def grad(x, y):
        a, b = x**2 + y - 11, x + y**2 - 7
        return 4 * x * a + 2 * b, 2 * a + 4 * y * b

    def hess(x, y):
        off = 4 * (x + y)
        return [[12 * x**2 + 4 * y - 42, off], [off, 4 * x + 12 * y**2 - 26]]

    return _plane_problem(
        "Himmelblau", f, grad, hess, x0=(0.0, 0.0), x_star=(3.0, 2.0),
        bounds=(-5.0, 5.0, -5.0, 5.0),
    )  # fmt: skip


def saddle_problem(a=1.0):
    """The saddle (x^2 - a y^2) / 2, a > 0: a minimum along x, a maximum along y, no minimum.

    Starts at (1, 0.001), almost on the axis that leads to the saddle point 0. ``x_star``
    and ``f_star`` are None. Raises `ValueError` unless a > 0.
    Home: 05-optimization/03-gradient-descent.ipynb.

    Examples
    --------
    >>> saddle_problem(2).grad([1, 1])
    array([ 1., -2.])
    """
    a = _checks.in_range(a, "a", 0, np.inf, closed=(False, False))
    return _plane_problem(
        f"saddle, a = {a:g}",
        f=lambda x, y: (x**2 - a * y**2) / 2,
        grad=lambda x, y: (x, -a * y),
        hess=lambda x, y: [[1.0, 0.0], [0.0, -a]],
        x0=(1.0, 1e-3),
        bounds=(-2.0, 2.0, -2.0, 2.0),
        L=max(1.0, a),
        mu=-a,
    )


def least_squares_problem(X, y, lam=0.0):
    r"""Least squares on a mean: |y - Xw|^2 / (2n) + lam |w|^2 / 2.

    Parameters
    ----------
    X : array_like, shape (n, d)
        The design matrix; an intercept is a column of ones in it.
    y : array_like, shape (n,)
        Targets.
    lam : float
        Penalty on all coefficients, at least 0.

    Returns
    -------
    Problem
        Starts at 0. ``x_star`` comes from the singular value decomposition (the shortest of
        several minimizers), ``L`` and ``mu`` are the extreme eigenvalues of
        ``X.T X / n + lam I``.

    Raises
    ------
    ValueError
        If the shapes don't match, the data are empty or not finite, or lam < 0.

    Notes
    -----
    Home: 05-optimization/03-gradient-descent.ipynb. A gradient costs O(n d).

    Examples
    --------
    >>> line = least_squares_problem([[1, 0], [1, 1], [1, 2]], [1, 3, 5])
    >>> line.x_star.round(6)
    array([1., 2.])
    """
    X, y, lam = _data(X, y, lam)
    n, d = X.shape
    U, s, Vt = np.linalg.svd(X, full_matrices=False)
    kept = s > (max(n, d) * np.finfo(float).eps * s[0] if lam == 0 else 0.0)
    scores = s[kept] * (U.T @ y)[kept] / (s[kept] ** 2 + n * lam)
    x_star = scores @ Vt[kept]

    def value(w):
        residual = w @ X.T - y
        return np.mean(residual**2, axis=-1) / 2 + lam / 2 * np.sum(w**2, axis=-1)

    def grad_batch(w, idx):
        w, Xb = np.asarray(w, dtype=float), X[idx]
        return (w @ Xb.T - y[idx]) @ Xb / len(Xb) + lam * w

    f = _on_points(value, d)
    return Problem(
        name="least squares",
        f=f,
        grad=lambda w: grad_batch(w, slice(None)),
        hess=lambda w: X.T @ X / n + lam * np.eye(d),
        grad_batch=grad_batch,
        x0=np.zeros(d),
        n=n,
        x_star=x_star,
        f_star=f(x_star),
        L=float(s[0] ** 2 / n + lam),
        mu=float((s[-1] ** 2 / n if n >= d else 0.0) + lam),
    )


def logistic_problem(X, y, lam=0.0, penalize=None):
    r"""Mean log-loss of logistic regression, plus lam / 2 times the squared coefficients.

    Parameters
    ----------
    X : array_like, shape (n, d)
        The design matrix; an intercept is a column of ones in it.
    y : array_like, shape (n,)
        Labels 0 and 1.
    lam : float
        Penalty, at least 0; scikit-learn's ``C`` is ``1 / (n * lam)``.
    penalize : array_like of int or bool, optional
        Which columns the penalty acts on, by index or mask; all of them by default. Leave
        the intercept's column out to match scikit-learn.

    Returns
    -------
    Problem
        Starts at 0. ``L`` is the largest eigenvalue of ``X.T X / (4n)`` plus the penalty's
        Hessian, a bound that is reached at w = 0; ``mu`` is lam if every column is
        penalized, else 0. There is no closed form, so ``x_star`` and ``f_star`` are None.

    Raises
    ------
    ValueError
        If labels are not 0 and 1, shapes don't match, or lam < 0.

    Notes
    -----
    Home: 05-optimization/03-gradient-descent.ipynb. A gradient costs O(n d).

    Examples
    --------
    >>> coin = logistic_problem([[1], [1], [1], [1]], [1, 1, 1, 0])
    >>> round(coin.f([0.0]), 4), coin.grad([0.0])
    (0.6931, array([-0.25]))
    """
    X, y, lam = _data(X, y, lam)
    if not np.isin(y, (0, 1)).all():
        raise ValueError(f"labels must be 0 and 1, got {np.unique(y)[:5]}")
    n, d = X.shape
    on = np.zeros(d)
    on[slice(None) if penalize is None else np.asarray(penalize)] = lam
    sign = 1 - 2 * y  # log-loss of a row: softplus(-z) if y = 1, softplus(z) if y = 0

    def value(w):
        losses = softplus(w @ X.T * sign)
        return np.mean(losses, axis=-1) + np.sum(on * w**2, axis=-1) / 2

    def grad_batch(w, idx):
        w, Xb = np.asarray(w, dtype=float), X[idx]
        return (sigmoid(w @ Xb.T) - y[idx]) @ Xb / len(Xb) + on * w

    def hess(w):
        p = sigmoid(X @ np.asarray(w, dtype=float))
        return X.T * (p * (1 - p)) @ X / n + np.diag(on)

    return Problem(
        name="logistic regression",
        f=_on_points(value, d),
        grad=lambda w: grad_batch(w, slice(None)),
        hess=hess,
        grad_batch=grad_batch,
        x0=np.zeros(d),
        n=n,
        L=float(np.linalg.eigvalsh(X.T @ X / (4 * n) + np.diag(on))[-1]),
        mu=float(on.min()),
    )


def softmax_problem(X, y, lam=0.0):
    r"""Mean cross-entropy of softmax regression, plus lam / 2 times the squared weights.

    The variable is the matrix of weights W, shape (d, K), flattened row by row:
    ``theta.reshape(d, K)``. Class k scores ``X @ W[:, k]``.

    Parameters
    ----------
    X : array_like, shape (n, d)
        The design matrix; an intercept is a column of ones in it.
    y : array_like, shape (n,)
        Labels 0, ..., K - 1, each present.
    lam : float
        Penalty on all weights, at least 0; scikit-learn's ``C`` is ``1 / (n * lam)``.

    Returns
    -------
    Problem
        Starts at 0, where f is log K. ``L`` is half the largest eigenvalue of ``X.T X / n``
        plus lam (a bound), ``mu`` is lam. ``x_star`` and ``f_star`` are None.

    Raises
    ------
    ValueError
        If labels are not 0, ..., K - 1 with K of at least 2, shapes don't match, or lam < 0.

    Notes
    -----
    Home: 05-optimization/03-gradient-descent.ipynb. A gradient costs O(n d K); the Hessian
    has shape (d K, d K). The bound L: D. Bohning, "Multinomial logistic regression
    algorithm", Ann. Inst. Statist. Math. 44 (1992).

    Examples
    --------
    >>> three = softmax_problem([[1, 0], [1, 1], [1, 2]], [0, 1, 2])
    >>> round(three.f(three.x0), 4)
    1.0986
    """
    X, y, lam = _data(X, y, lam)
    n, d = X.shape
    K = int(y.max()) + 1
    if K < 2 or not np.array_equal(np.unique(y), np.arange(K)):
        raise ValueError(
            f"labels must be 0, ..., K - 1 with K of at least 2, got {np.unique(y)[:12]}"
        )
    Y = np.eye(K)[y.astype(int)]  # one row per example, a 1 in the column of its class

    def value(theta):
        scores = X @ theta.reshape(*theta.shape[:-1], d, K)
        losses = logsumexp(scores, axis=-1) - np.sum(scores * Y, axis=-1)
        return np.mean(losses, axis=-1) + lam / 2 * np.sum(theta**2, axis=-1)

    def grad_batch(theta, idx):
        theta, Xb = np.asarray(theta, dtype=float), X[idx]
        P = softmax(Xb @ theta.reshape(*theta.shape[:-1], d, K), axis=-1)
        G = Xb.T @ (P - Y[idx]) / len(Xb)
        return G.reshape(theta.shape) + lam * theta

    def hess(theta):
        P = softmax(X @ np.asarray(theta, dtype=float).reshape(d, K), axis=-1)
        H = np.empty((d, K, d, K))
        for k in range(K):  # weights of class k against those of class m
            for m in range(K):
                weight = P[:, k] * ((k == m) - P[:, m])
                H[:, k, :, m] = X.T * weight @ X / n
        return H.reshape(d * K, d * K) + lam * np.eye(d * K)

    return Problem(
        name="softmax regression",
        f=_on_points(value, d * K),
        grad=lambda theta: grad_batch(theta, slice(None)),
        hess=hess,
        grad_batch=grad_batch,
        x0=np.zeros(d * K),
        n=n,
        L=float(np.linalg.norm(X, 2) ** 2 / (2 * n) + lam),
        mu=lam,
    )


def _plane_problem(name, f, grad, hess, x0, bounds, x_star=None, L=None, mu=None):
    """A `Problem` of the plane from formulas in the two coordinates."""

    def split(theta):
        theta = np.asarray(theta, dtype=float)
        return theta[..., 0], theta[..., 1]

    return Problem(
        name=name,
        f=_on_points(lambda theta: f(*split(theta)), 2),
        grad=lambda theta: np.stack(grad(*split(theta)), axis=-1),
        hess=lambda theta: np.array(hess(*split(theta)), dtype=float),
        x0=np.array(x0),
        x_star=None if x_star is None else np.array(x_star),
        f_star=None if x_star is None else 0.0,
        L=L,
        mu=mu,
        bounds=bounds,
    )


def _on_points(value, d):
    """``value`` with its argument checked: points (..., d) in, a float for a single one."""

    def f(theta):
        theta = np.asarray(theta, dtype=float)
        if theta.ndim == 0 or theta.shape[-1] != d:
            raise ValueError(f"points must have shape (..., {d}), got {theta.shape}")
        result = value(theta)
        return float(result) if theta.ndim == 1 else result

    return f


def _shortest_minimizer(lam, V, b):
    """Of x.Ax / 2 - b.x with A = V diag(lam) V.T; None if f falls for ever."""
    tol = len(lam) * np.finfo(float).eps * np.abs(lam).max()
    flat, c = np.abs(lam) <= tol, V.T @ b
    if lam[0] < -tol or np.abs(c[flat]).max(initial=0.0) > 1e-12 * np.linalg.norm(b):
        return None
    return V[:, ~flat] @ (c[~flat] / lam[~flat])


def _data(X, y, lam):
    X, y = _checks.as_data(X), _checks.as_vector(y, "y")
    _checks.same_length(X, y, ("X", "y"))
    return X, y, _checks.in_range(lam, "lam", 0, np.inf, closed=(True, False))


def _vector(v, name, d):
    v = _checks.as_vector(v, name)
    if len(v) != d:
        raise ValueError(f"{name} must have shape ({d},), as A needs, got {v.shape}")
    return v
