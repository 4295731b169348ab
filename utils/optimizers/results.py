"""What an optimization starts from and what it leaves behind: `Problem` and `OptResult`."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np


@dataclass
class OptResult:
    """The whole history of one run; every driver of `utils.optimizers` returns one.

    Attributes
    ----------
    x : ndarray, shape (d,)
        The last iterate. It is a minimizer only if ``converged``.
    path : ndarray, shape (k + 1, d)
        Every iterate, the start included; copies, never views.
    values : ndarray, shape (k + 1,)
        f along the path, NaN where f was not given.
    grad_norms : ndarray, shape (k + 1,)
        Euclidean norms of the gradient along the path, NaN where not computed.
    step_sizes : ndarray, shape (k,)
        The step size of every step.
    converged : bool
        Whether the tolerance was met.
    message : str
        Why the run ended, in words.
    name : str
        The method, for legends.
    n_iter, n_fun, n_grad, n_hess : int
        Steps done, and evaluations of f, of its gradient and of its Hessian.
    extra : dict
        Whatever else a method knows: multipliers, damping, epochs.

    Notes
    -----
    Home: 05-optimization/03-gradient-descent.ipynb.

    Examples
    --------
    >>> run = OptResult(
    ...     x=np.zeros(1), path=np.array([[2.0], [0.0]]), values=np.array([5.0, 1.0]),
    ...     grad_norms=np.array([2.0, 0.0]), step_sizes=np.array([1.0]),
    ...     converged=True, message="the gradient is zero")
    >>> run.fun
    1.0
    >>> run.gap(1.0)
    array([4., 0.])
    """

    x: np.ndarray
    path: np.ndarray
    values: np.ndarray
    grad_norms: np.ndarray
    step_sizes: np.ndarray
    converged: bool
    message: str
    name: str = ""
    n_iter: int = 0
    n_fun: int = 0
    n_grad: int = 0
    n_hess: int = 0
    extra: dict = field(default_factory=dict)

    @property
    def fun(self):
        """f at the last iterate, a float."""
        return float(self.values[-1])

    def gap(self, f_star):
        """How far f is above ``f_star`` at every iterate, shape (k + 1,)."""
        return self.values - f_star

    def __repr__(self):
        state = "converged" if self.converged else "not converged"
        name = f"{self.name}: " if self.name else ""
        steps = "1 step" if self.n_iter == 1 else f"{self.n_iter} steps"
        return f"<OptResult {name}{state} after {steps}, {self.message}>"


@dataclass(frozen=True)
class Problem:
    """A function to minimize, with what is known about it.

    Attributes
    ----------
    name : str
        For titles and legends.
    f : callable
        Takes points of shape (..., d) and returns values of shape (...), so that a
        contour plot needs no loop; a float for one point.
    grad : callable
        Takes a point (d,) and returns the gradient (d,). The gradients of
        `utils.optimizers.problems` take points of shape (..., d) as well.
    x0 : ndarray, shape (d,)
        A customary start.
    hess : callable, optional
        Takes a point (d,) and returns the Hessian (d, d).
    grad_batch : callable, optional
        ``grad_batch(theta, idx)``: the gradient of the mean loss over the rows ``idx``.
    n : int, optional
        Number of rows of the data.
    x_star, f_star : ndarray of shape (d,) and float, optional
        A minimizer and the minimum, where they are known in closed form.
    L, mu : float, optional
        Bounds of the curvature, ``mu <= eigenvalues of the Hessian <= L`` everywhere;
        ``mu > 0`` makes f strongly convex.
    bounds : tuple, optional
        (x_low, x_high, y_low, y_high) of a picture worth drawing.

    Notes
    -----
    Home: 05-optimization/03-gradient-descent.ipynb.

    Examples
    --------
    >>> parabola = Problem("parabola", lambda x: x[..., 0] ** 2, lambda x: 2 * x, np.ones(1))
    >>> parabola.grad(parabola.x0)
    array([2.])
    """

    name: str
    f: Callable
    grad: Callable
    x0: np.ndarray
    hess: Callable | None = None
    grad_batch: Callable | None = None
    n: int | None = None
    x_star: np.ndarray | None = None
    f_star: float | None = None
    L: float | None = None
    mu: float | None = None
    bounds: tuple | None = None
