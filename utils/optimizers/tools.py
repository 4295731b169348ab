"""Around a training run: many arrays as one vector, and how sharply the loss curves."""

import numpy as np

from utils import _checks
from utils.calculus import numerical_hvp


def ravel_params(params):
    """Several arrays, such as the weights of a network, as one vector, and the way back.

    Parameters
    ----------
    params : sequence of array_like
        At least one; numbers and arrays of any shape.

    Returns
    -------
    theta : ndarray, shape (p,)
        All entries, array after array, each in C order.
    unravel : callable
        Takes a vector of shape (p,) and returns the list of arrays in their shapes (copies,
        and floats for numbers).

    Raises
    ------
    ValueError
        If the list is empty or an entry isn't finite; from ``unravel``, for a vector of
        another length.

    Notes
    -----
    Home: 05-optimization/08-optimization-in-ml.ipynb. O(p).

    Examples
    --------
    >>> theta, unravel = ravel_params([[[1, 2], [3, 4]], [5, 6]])
    >>> theta
    array([1., 2., 3., 4., 5., 6.])
    >>> unravel(2 * theta)[1]
    array([10., 12.])
    """
    if isinstance(params, np.ndarray) or np.isscalar(params):
        raise TypeError("params must be a list of arrays: for a single array write [W]")
    arrays = [_checks.as_finite(a, f"params[{i}]") for i, a in enumerate(params)]
    if not arrays:
        raise ValueError("params must hold at least one array, got none")
    shapes = [a.shape for a in arrays]
    ends = np.cumsum([a.size for a in arrays])

    def unravel(theta):
        theta = np.asarray(theta, dtype=float)
        if theta.shape != (ends[-1],):
            raise ValueError(f"theta must have shape ({ends[-1]},), got {theta.shape}")
        parts = np.split(theta, ends[:-1])
        return [
            part.reshape(shape).copy() if shape else float(part[0])
            for part, shape in zip(parts, shapes, strict=True)
        ]

    return np.concatenate([a.ravel() for a in arrays]), unravel


def sharpness(grad, x, n_iter=20, v0=None, h=1e-4, rng=None):
    r"""The largest eigenvalue of the Hessian, from gradients alone.

    Parameters
    ----------
    grad : callable
        Takes an array in the shape of x and returns the gradient there, of the same shape.
    x : array_like, any shape
        The point.
    n_iter : int
        Power iterations, two gradients each, at least 1.
    v0 : array_like, shape of x, optional
        Start of the iteration: during training, the vector of the last call saves most of
        them. By default random.
    h : float
        Step of the differences of gradients, positive.
    rng : numpy.random.Generator, optional
        Draws v0; default_rng(0) if not given.

    Returns
    -------
    lam_max : float
        The Rayleigh quotient v.Hv, at most the largest eigenvalue (up to the rounding of
        the differences), and close to it after enough iterations.
    v : ndarray, shape of x
        The vector, of length 1; its entry of largest modulus is positive.

    Raises
    ------
    ValueError
        If x isn't finite or empty, shapes don't match, v0 is zero, or h <= 0.
    TypeError
        If rng is given and no Generator.

    Notes
    -----
    Home: 05-optimization/08-optimization-in-ml.ipynb. Power iteration on
    `calculus.numerical_hvp` finds the eigenvalue of largest modulus. Where that may be a
    negative one (v.Hv is clearly below |Hv|), n_iter further iterations on H + |Hv| I, which
    has no negative eigenvalues, find the largest. The error shrinks with the squared ratio
    of the two largest eigenvalues at each iteration. Gradient descent with step size lr is
    stable at a minimum while lam_max < 2 / lr.

    References
    ----------
    J. Cohen et al., "Gradient descent on neural networks typically occurs at the edge of
    stability", ICLR 2021.

    Examples
    --------
    >>> lam, v = sharpness(lambda x: [x[0], 9 * x[1]], [1, 1])
    >>> round(lam, 6), abs(v).round(6)
    (9.0, array([0., 1.]))
    """
    x = _checks.as_finite(x, "x")
    if x.size == 0:
        raise ValueError(f"x must not be empty, got shape {x.shape}")
    n_iter = _checks.count(n_iter, "n_iter")
    rng = np.random.default_rng(0) if rng is None else _checks.as_rng(rng)
    v0 = rng.normal(size=x.shape) if v0 is None else _checks.as_finite(v0, "v0")
    if v0.shape != x.shape or not v0.any():
        raise ValueError(f"v0 must have shape {x.shape}, as x, and not be 0, got {v0}")

    def times(v):
        return numerical_hvp(grad, x, v, h)

    lam, size, v = _power_iteration(times, v0, n_iter)
    if lam < 0.99 * size:
        shifted = _power_iteration(lambda v: times(v) + size * v, v0, n_iter)
        lam, v = shifted[0] - size, shifted[2]
    first = np.argmax(np.abs(v))
    return float(lam), np.asarray(v * np.sign(np.ravel(v)[first])) + 0.0


def _power_iteration(times, v, n_iter):
    """v.Hv, |Hv| and v after ``n_iter`` multiplications, each scaled back to length 1."""
    v = v / np.linalg.norm(v)
    Hv = times(v)
    for _ in range(n_iter):
        size = np.linalg.norm(Hv)
        if size == 0:
            break
        v = Hv / size
        Hv = times(v)
    return float(np.sum(v * Hv)), float(np.linalg.norm(Hv)), v
