"""Logistic regression for two classes and for many: the linear model of log-odds."""

import warnings

import numpy as np

from utils._checks import count, in_range, moderate
from utils.models.base import ConvergenceWarning, _check_labeled_data, _LogClassifier
from utils.models.preparation import _check_columns, _standardized
from utils.numerics import sigmoid, softplus

EPS, TINIEST = np.finfo(float).eps, np.finfo(float).tiny


class LogisticRegression(_LogClassifier):
    r"""Classifier whose log-odds are linear in the features, by penalized maximum likelihood.

    Minimizes :math:`\sum_i \ell_i + \frac\alpha2 \lVert W\rVert^2`, where :math:`\ell_i` is
    minus the log probability of the label of row i. With two classes
    :math:`p(1 \mid x) = \sigma(w \cdot x + b)`; with K > 2 each class has a score
    :math:`w_k \cdot x + b_k`, and the probabilities are their softmax.

    Parameters
    ----------
    alpha : float
        Strength of the penalty, at least 0; scikit-learn's ``C`` is ``1 / alpha``.
    max_iter : int
        Limit on Newton's steps.
    tol : float
        Stop with the step that can lower the objective by no more than ``tol`` times itself
        (and, if alpha is 0, no longer changes scores by 0.1).

    Attributes
    ----------
    classes_ : ndarray, shape (K,)
        Labels, sorted.
    coef_ : ndarray, shape (1, d) or (K, d)
        One row for two classes, in favor of the second; else one row a class. Then only
        differences between rows matter, and the rows sum to 0.
    intercept_ : ndarray, shape (1,) or (K,)
        Never penalized; sums to 0 if K > 2.
    nll_ : float
        Sum of the losses, in nats, without the penalty.
    cov_ : ndarray of shape (d + 1, d + 1), or None
        For two classes the inverse Hessian of the objective, intercept first: with alpha = 0
        the estimated covariance of (intercept, coefficients), NaN if the classes are
        separated. Otherwise the covariance of the normal approximation to the posterior
        under the prior that the penalty stands for. None for K > 2.
    separated_ : bool
        Whether the fit proves the classes to be separated: every row of the training data
        has its largest score at its own label, or (alpha = 0) the scores can grow forever
        without contradicting a label. Without a penalty there is no minimum then.
    n_iter_, history_, converged_ : int, ndarray of shape (n_iter_ + 1,), bool
        Newton's steps, the objective along them, and whether the tolerance was met.

    Raises
    ------
    ValueError
        If there is only one class, a parameter is out of range, shapes don't match, or X
        isn't finite.
    TypeError
        For labels that mix text with numbers.

    Warns
    -----
    ConvergenceWarning
        If the classes are separated and alpha is 0: the fit stops once this is clear. If
        ``max_iter`` steps were not enough.
    RuntimeWarning
        If alpha is 0 and columns are dependent: of the many solutions the shortest (in units
        of the columns' standard deviations) is taken.

    Notes
    -----
    The penalty depends on the units of the columns: standardize them first. Newton's method,
    its steps halved until the objective falls. H step = -gradient is solved by conjugate
    gradients that know the exact Hessian of every class by itself: with two classes that is
    all, and the first iteration is the whole step. O(K n d^2 + K d^3) a step, O(n (d + K) +
    K d^2) memory. Home: 08-ml-math-case-studies/02-logistic-regression.ipynb.
    Source: McCullagh and Nelder, *Generalized Linear Models*, 2nd ed. (1989), chapters 4 and
    5; for separation, A. Albert and J. A. Anderson, "On the existence of maximum likelihood
    estimates in logistic regression models", Biometrika 71 (1984).

    Examples
    --------
    >>> model = LogisticRegression(alpha=0).fit([[0], [1], [2], [3]], [0, 1, 0, 1])
    >>> model.coef_.round(4), model.intercept_.round(4), round(model.nll_, 4)
    (array([[0.9082]]), array([-1.3623]), 2.3475)
    >>> model.predict_proba([[1.5]])
    array([[0.5, 0.5]])
    """

    def __init__(self, alpha=1.0, max_iter=100, tol=1e-10):
        self.alpha = alpha
        self.max_iter = max_iter
        self.tol = tol

    def fit(self, X, y):
        """Fit to ``X`` (n, d) and labels ``y`` (n,); returns the model."""
        alpha = in_range(self.alpha, "alpha", 0, np.inf, closed=(True, False))
        max_iter = count(self.max_iter, "max_iter")
        tol = in_range(self.tol, "tol", 0, 1, closed=(False, False))
        X, classes, codes = _check_labeled_data(X, y, n_classes=2)

        # w = V v; in v, columns have mean 0 and are equally long (and orthogonal if alpha = 0)
        A, mean, scale = _standardized(moderate(X))
        V = np.eye(A.shape[1]) if alpha else _row_space(A)
        A, V = A @ V, V / scale[:, None]
        run = _Newton(np.column_stack([np.ones(len(A)), A]), codes, _penalty(alpha, V))
        self.converged_ = run.minimize(max_iter, tol, maximum_likelihood=not alpha)

        w = V @ run.W[1:]
        self.coef_, self.intercept_ = w.T, run.W[0] - mean @ w
        self.nll_, self.history_ = run.nll, np.array(run.history)
        self.n_iter_, self.separated_ = len(run.history) - 1, run.separated
        self.cov_ = _covariance(run, V, mean) if len(classes) == 2 else None
        self.classes_ = classes
        self._warn(alpha, tol)
        return self

    def decision_function(self, X):
        """Log-odds of the second of two classes, shape (k,); of K > 2, scores, shape (k, K)."""
        self._check_fitted("coef_")
        X = moderate(_check_columns(X, self.coef_.shape[1]))
        scores = X @ self.coef_.T + self.intercept_
        return scores[:, 0] if len(self.classes_) == 2 else scores

    def _scores(self, X):
        scores = self.decision_function(X)
        if len(self.classes_) == 2:  # the first class has score 0
            return np.column_stack([np.zeros(len(scores)), scores])
        return scores

    def _warn(self, alpha, tol):
        if self.separated_ and not alpha:
            message = (
                "the classes are separated by a linear function of the features, so the "
                "likelihood has no maximum: coefficients would grow for ever. Use alpha > 0"
            )
        elif not self.converged_:
            message = (
                f"LogisticRegression stopped after {self.n_iter_} steps without reaching "
                f"tol={tol:g}: raise max_iter, or standardize the columns"
            )
        else:
            return
        warnings.warn(message, ConvergenceWarning, stacklevel=3)


class _Newton:
    """The objective, where its minimization has got to: weights W, scores Z = A W, shares P.

    A (n, p) begins with a column of ones, and `penalty` (p, 1) with a 0. W is (p, K), or (p, 1)
    for two classes: the first then has score 0.
    """

    def __init__(self, A, codes, penalty):
        self.A, self.codes, self.penalty = A, codes, penalty
        one_hot = codes[:, None] == np.arange(codes.max() + 1)
        self.others = ~one_hot
        self.Y = (one_hot[:, 1:] if one_hot.shape[1] == 2 else one_hot).astype(float)
        self.W = np.zeros((A.shape[1], self.Y.shape[1]))
        self.Z = np.zeros_like(self.Y)
        self.nll, self.value, self.P = self._evaluate(self.W, self.Z)
        self.history, self.separated = [self.value], False

    def minimize(self, max_iter, tol, maximum_likelihood):
        """Damped Newton steps; returns whether the objective is at its minimum."""
        for _ in range(max_iter):
            G = self.A.T @ (self.P - self.Y) + self.penalty * self.W
            D = self._step(G)
            dZ, decrease = self.A @ D, -np.sum(G * D) / 2  # what the quadratic predicts
            self._damped(D, dZ, decrease)
            self.history.append(self.value)

            done = decrease <= tol * self.value
            self.separated = self._separates(self.Z)
            if maximum_likelihood:
                moving = self._margins(dZ).max() > 0.1
                # scores that grow although there is nothing to gain will grow for ever
                self.separated |= bool(moving and decrease <= 1e-9)
                if self.separated:
                    return False
                done &= not moving
            if done:
                return True
        return False

    def _evaluate(self, W, Z):
        """Sum of the losses, objective, and probabilities (of the second of two classes)."""
        if Z.shape[1] == 1:
            nll = np.sum(softplus((1 - 2 * self.Y) * Z))
            P = sigmoid(Z)
        else:
            Z = Z - Z.max(axis=1, keepdims=True)
            P = np.exp(Z)
            total = P.sum(axis=1, keepdims=True)
            nll = np.sum(np.log(total)) - np.sum(Z * self.Y)
            P /= total
        return float(nll), float(nll + np.sum(self.penalty * W**2) / 2), P

    def _damped(self, D, dZ, decrease):
        """The longest of the steps D, D/2, D/4, ... that lowers the objective enough."""
        t = 1.0
        while True:
            W, Z = self.W + t * D, self.Z + t * dZ
            nll, value, P = self._evaluate(W, Z)
            if value <= self.value - 1e-4 * t * decrease + 10 * EPS * self.value:
                break
            t /= 2
        self.W, self.Z, self.P, self.nll, self.value = W, Z, P, nll, value

    def _step(self, G):
        """Newton's step, H D = -G, by conjugate gradients preconditioned with H's blocks."""
        roots = self.block_roots()
        D, R = np.zeros_like(G), -G
        direction = Q = self._precondition(roots, R)
        size = np.sum(R * Q)
        # ever finer, the nearer the minimum: quadratic convergence is kept
        goal = min(0.25, size / max(self.value, TINIEST)) * size
        for _ in range(2 * G.size):
            change = self._hessian_times(direction)
            curvature = np.sum(direction * change)
            if curvature <= 1e-12 * size:  # flat: nothing to be gained but noise
                return D if D.any() else direction
            D = D + size / curvature * direction
            R = R - size / curvature * change
            Q = self._precondition(roots, R)
            last, size = size, np.sum(R * Q)
            if size <= goal:
                break
            direction = Q + size / last * direction
        return D

    def _hessian_times(self, D):
        """H D: the change of the gradient when W moves by D."""
        dZ = self.A @ D
        dP = self.P * (dZ - np.sum(self.P * dZ, axis=1, keepdims=True))
        return self.A.T @ dP + self.penalty * D

    def block_roots(self):
        """Roots of the inverse of each class's own block of the Hessian, shape (K, p, p)."""
        n, p = self.A.shape
        blocks = np.empty((self.P.shape[1], p, p))
        for block, weights in zip(blocks, (self.P * (1 - self.P)).T, strict=True):
            rows = np.sqrt(weights)[:, None] * self.A
            block[:] = rows.T @ rows + np.diag(self.penalty[:, 0])
        diagonal = np.einsum("kii->ki", blocks)
        # a little more of it, and rounding can't take away positive definiteness
        diagonal += 1e-12 * diagonal + 1e-20 * n
        L = np.linalg.cholesky(blocks)
        return np.linalg.solve(L.transpose(0, 2, 1), np.eye(p))

    @staticmethod
    def _precondition(roots, R):
        Q = roots @ (roots.transpose(0, 2, 1) @ R.T[:, :, None])
        Q = Q[:, :, 0].T
        # adding the same to all classes changes nothing: leave that direction out
        return Q if len(roots) == 1 else Q - Q.mean(axis=1, keepdims=True)

    def _separates(self, Z):
        """Whether every row has its largest score, by more than rounding, at its own class."""
        margins = self._margins(Z)
        return bool(margins.min() > 1e-9 * margins.max())

    def _margins(self, Z):
        """How far each row's own class is ahead of every other class, shape (n, K - 1)."""
        if Z.shape[1] == 1:
            Z = np.column_stack([np.zeros(len(Z)), Z])
        own = np.take_along_axis(Z, self.codes[:, None], axis=1)
        return (own - Z)[self.others].reshape(len(Z), -1)


def _row_space(A):
    """V (d, r), r the rank of A, such that A V has orthogonal columns of variance 1."""
    n, d = A.shape
    _, s, Vt = np.linalg.svd(A, full_matrices=False)
    keep = s > max(n, d) * EPS * s[0]
    if keep.sum() < d:
        warnings.warn(
            f"the {d} columns of X, centered, have rank {keep.sum()}: of the many maxima of "
            "the likelihood this is the one with the shortest coefficients in standard units",
            RuntimeWarning,
            stacklevel=3,
        )
    return Vt[keep].T / s[keep] * np.sqrt(n)


def _penalty(alpha, V):
    """The penalty's second derivative by each row of weights: 0 for the intercept."""
    with np.errstate(over="ignore"):
        slopes = alpha * np.sum(V**2, axis=0)
    return np.append(0.0, np.minimum(slopes, 1e300))[:, None]


def _covariance(run, V, mean):
    """Inverse Hessian of two classes by (intercept, w), where w = V v; NaN if there is none."""
    d, r = V.shape
    to_w = np.block([[np.ones((1, 1)), -(mean @ V)[None, :]], [np.zeros((d, 1)), V]])
    root = to_w @ run.block_roots()[0]
    unlimited = run.separated and not run.penalty.any()
    return np.full((d + 1, d + 1), np.nan) if unlimited else root @ root.T
