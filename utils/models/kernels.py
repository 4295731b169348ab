"""Kernels: inner products of features that are never written down.

A kernel is called on data, ``k(X)`` or ``k(X, Z)``, and returns the Gram matrix of all pairs
of rows. Kernels are values: they never change, ``with_theta`` gives another one. Sums,
products and positive multiples of kernels are kernels: ``2.0 * RBF(3.0) + WhiteNoise(0.1)``.
"""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from utils._checks import as_data, as_finite, as_vector, count, in_range


class Kernel:
    """What all kernels share: the Gram matrix, its derivatives, sums, products, multiples.

    A subclass writes ``_gram(X, Z)``, where Z is None if it is X itself; one with parameters
    that can be learned is a frozen dataclass that names them in ``_positive`` and writes
    ``_derivatives(X)``, a list of (n, n) arrays.
    `KernelSVM`, `KernelRidge` and `GaussianProcess` take a kernel, or a function of X and Z.

    Home: 08-ml-math-case-studies/11-gaussian-processes.ipynb.
    """

    _positive: ClassVar[tuple] = ()  # names of the parameters whose logs are theta
    __array_ufunc__ = None  # so that np.float64(2) * kernel comes to __rmul__

    def __call__(self, X, Z=None):
        """The Gram matrix: k of each row of ``X`` (n, d) and each of ``Z`` (m, d), (n, m).

        Without Z it is that of X with itself, (n, n), symmetric.
        """
        X = as_data(X)
        if Z is not None:
            Z = as_data(Z, "Z")
            if X.shape[1] != Z.shape[1]:
                raise ValueError(
                    "X and Z must have equally many columns, "
                    f"got {X.shape[1]} and {Z.shape[1]}"
                )
        with np.errstate(over="ignore", invalid="ignore"):
            return _within_floats(self._gram(X, Z))

    def diag(self, X):
        """k of each row of ``X`` (n, d) and itself, shape (n,): the diagonal of ``k(X)``.

        O(n d), where `k(X)` would take O(n^2 d).
        """
        X = as_data(X)
        with np.errstate(over="ignore", invalid="ignore"):
            return _within_floats(self._diag(X))

    @property
    def theta(self):
        """Natural logs of the parameters that can be learned, shape (p,).

        In the order of the formula as it is written: the factor of a multiple comes first.
        """
        return np.log([getattr(self, name) for name in self._free])

    def with_theta(self, theta):
        """The same kernel with the parameters ``exp(theta)``; ``theta`` has shape (p,)."""
        theta = as_vector(theta, "theta", min_size=0)
        if theta.shape != self.theta.shape:
            raise ValueError(
                f"theta must have shape {self.theta.shape}, got {theta.shape}"
            )
        with np.errstate(over="ignore"):
            return self._with(np.exp(theta))

    def gradient(self, X):
        """Derivatives of ``k(X)`` by the entries of theta, shape (n, n, p)."""
        X = as_data(X)
        with np.errstate(over="ignore", invalid="ignore"):
            parts = self._derivatives(X)
            parts = np.stack(parts, axis=-1) if parts else np.empty((len(X), len(X), 0))
            return _within_floats(parts)

    def __add__(self, other):
        return _Sum(self, _as_kernel(other, "what is added to a kernel"))

    def __radd__(self, other):
        return _as_kernel(other, "what is added to a kernel") + self

    def __mul__(self, other):
        if isinstance(other, Kernel) or callable(other):
            return _Product(self, _as_kernel(other))
        return _multiple(other, self)

    def __rmul__(self, other):
        return _as_kernel(other) * self if callable(other) else _multiple(other, self)

    @property
    def _free(self):
        return self._positive

    def _with(self, values):
        if not self._free:
            return self
        values = [float(value) for value in values]
        return replace(self, **dict(zip(self._free, values, strict=True)))

    def _diag(self, X):
        blocks = np.array_split(X, range(64, len(X), 64))  # small Gram matrices
        return np.concatenate([np.diag(self._gram(block, None)) for block in blocks])

    def _derivatives(self, X):
        return []


@dataclass(frozen=True)
class Linear(Kernel):
    """k(x, z) = x . z: the inner product itself.

    Notes
    -----
    O(n m d). Not learned: a multiple has its factor as parameter.
    Home: 08-ml-math-case-studies/07-support-vector-machines.ipynb.

    Examples
    --------
    >>> Linear()([[1, 2], [0, 1]])
    array([[5., 2.],
           [2., 1.]])
    """

    def _gram(self, X, Z):
        return X @ (X if Z is None else Z).T

    def _diag(self, X):
        return np.einsum("ij,ij->i", X, X)


@dataclass(frozen=True)
class Polynomial(Kernel):
    """k(x, z) = (x . z + coef0)^degree: inner product of all monomials up to the degree.

    Parameters
    ----------
    degree : int
        At least 1.
    coef0 : float
        At least 0; at 0 only monomials of exactly that degree are left. Its log is the one
        entry of theta, unless it is 0: then there is none.

    Raises
    ------
    ValueError, TypeError
        For a degree that is not an integer of at least 1, or a negative `coef0`.

    Notes
    -----
    O(n m d). Home: 08-ml-math-case-studies/07-support-vector-machines.ipynb.
    Source: Schoelkopf and Smola, *Learning with Kernels* (2002), section 2.1.

    Examples
    --------
    >>> Polynomial(2)([[1, 2], [0, 1]])
    array([[36.,  9.],
           [ 9.,  4.]])
    """

    degree: int
    coef0: float = 1.0

    _positive: ClassVar[tuple] = ("coef0",)

    def __post_init__(self):
        count(self.degree, "degree")
        in_range(self.coef0, "coef0", 0, np.inf, closed=(True, False))

    @property
    def _free(self):
        return self._positive if self.coef0 > 0 else ()

    def _gram(self, X, Z):
        return (Linear()._gram(X, Z) + self.coef0) ** self.degree

    def _diag(self, X):
        return (Linear()._diag(X) + self.coef0) ** self.degree

    def _derivatives(self, X):
        base = Linear()._gram(X, None) + self.coef0
        slope = self.degree * base ** (self.degree - 1) * self.coef0
        return [slope] * len(self._free)


class _Stationary(Kernel):
    """Kernels of x - z alone that are 1 at x = z."""

    def __post_init__(self):
        for name in self._positive:
            _check_positive(getattr(self, name), name)

    def _diag(self, X):
        return np.ones(len(X))


@dataclass(frozen=True)
class RBF(_Stationary):
    r"""k(x, z) = exp(-|x - z|^2 / (2 length_scale^2)): near points are alike.

    Parameters
    ----------
    length_scale : float
        The distance over which the kernel falls to 0.61, positive. scikit-learn's `gamma`
        of support vector machines is 1 / (2 length_scale^2). Its log is theta.

    Raises
    ------
    ValueError
        If `length_scale` is not positive and finite.

    Notes
    -----
    O(n m d) by one matrix product; distances in which that would cancel are taken from the
    differences, so that the kernel of near points keeps its digits wherever they lie.
    Home: 08-ml-math-case-studies/07-support-vector-machines.ipynb.
    Source: Rasmussen and Williams, *Gaussian Processes for Machine Learning* (2006),
    section 4.2, as for the kernels below.

    Examples
    --------
    >>> RBF(length_scale=2.0)([[0], [2]]).round(4)
    array([[1.    , 0.6065],
           [0.6065, 1.    ]])
    """

    length_scale: float = 1.0

    _positive: ClassVar[tuple] = ("length_scale",)

    def _gram(self, X, Z):
        D = _squared_distances(X, Z, self.length_scale)
        D *= -0.5
        return np.exp(D, out=D)

    def _derivatives(self, X):
        D = _squared_distances(X, None, self.length_scale)
        return [_vanishing(D, lambda D: D * np.exp(-0.5 * D))]


@dataclass(frozen=True)
class Matern(_Stationary):
    r"""Matern kernel: like `RBF` for functions that are less smooth.

    With r = sqrt(2 nu) |x - z| / length_scale it is exp(-r) for nu = 1/2, times 1 + r for
    nu = 3/2, or 1 + r + r^2 / 3 for nu = 5/2. Its functions have nu - 1/2 derivatives (in
    mean square).

    Parameters
    ----------
    length_scale : float
        Positive. Its log is theta.
    nu : float
        0.5, 1.5 or 2.5.

    Raises
    ------
    ValueError
        If `length_scale` is not positive and finite, or `nu` another number.

    Notes
    -----
    Cost as `RBF`. Home: 08-ml-math-case-studies/11-gaussian-processes.ipynb.
    Source: Rasmussen and Williams (2006), section 4.2.1.

    Examples
    --------
    >>> Matern(length_scale=2.0, nu=0.5)([[0], [2]]).round(4)
    array([[1.    , 0.3679],
           [0.3679, 1.    ]])
    """

    length_scale: float = 1.0
    nu: float = 1.5

    _positive: ClassVar[tuple] = ("length_scale",)

    def __post_init__(self):
        super().__post_init__()
        if self.nu not in (0.5, 1.5, 2.5):
            raise ValueError(f"nu must be 0.5, 1.5 or 2.5, got {self.nu!r}")

    def _gram(self, X, Z):
        polynomial = {
            0.5: lambda r: 1.0,
            1.5: lambda r: 1 + r,
            2.5: lambda r: 1 + r + r**2 / 3,
        }[self.nu]
        return _vanishing(self._r(X, Z), lambda r: polynomial(r) * np.exp(-r))

    def _derivatives(self, X):
        polynomial = {
            0.5: lambda r: r,
            1.5: lambda r: r**2,
            2.5: lambda r: (1 + r) * r**2 / 3,
        }[self.nu]
        return [_vanishing(self._r(X, None), lambda r: polynomial(r) * np.exp(-r))]

    def _r(self, X, Z):
        return np.sqrt(2 * self.nu * _squared_distances(X, Z, self.length_scale))


@dataclass(frozen=True)
class Periodic(_Stationary):
    r"""k(x, z) = exp(-2 sum_j sin^2(pi (x_j - z_j) / period) / length_scale^2).

    `RBF` on the circle: each feature x_j is replaced by (cos, sin) of 2 pi x_j / period.

    Parameters
    ----------
    length_scale : float
        Positive; a number without unit, as the circle has radius 1.
    period : float
        Positive, in the unit of X. theta holds the logs of both, in this order.

    Raises
    ------
    ValueError
        If a parameter is not positive and finite.

    Notes
    -----
    O(n m d). For one feature it is scikit-learn's `ExpSineSquared`, which puts the sine of
    the Euclidean distance in place of the sum and so is no kernel for two features or more.
    Home: 08-ml-math-case-studies/11-gaussian-processes.ipynb.
    Source: D. MacKay, "Introduction to Gaussian processes" (1998).

    Examples
    --------
    >>> Periodic(period=12.0)([[0]], [[6], [12]]).round(4)
    array([[0.1353, 1.    ]])
    """

    length_scale: float = 1.0
    period: float = 1.0

    _positive: ClassVar[tuple] = ("length_scale", "period")

    def _gram(self, X, Z):
        return np.exp(-0.5 * self._squared_chords(X, Z))

    def _derivatives(self, X):
        D = self._squared_chords(X, None)
        K = np.exp(-0.5 * D)
        turn = 0.0  # sum of phi sin(phi), phi the angle between x_j and z_j
        for x in X.T:
            phi = 2 * np.pi / self.period * np.subtract.outer(x, x)
            turn = turn + phi * np.sin(phi)
        return [
            _vanishing(D, lambda D: D * np.exp(-0.5 * D)),
            np.where(K > 0, K * turn / self.length_scale / self.length_scale, 0.0),
        ]

    def _squared_chords(self, X, Z):
        """|u - v|^2 / length_scale^2 for points on circles: chords are 2 sin(angle / 2)."""
        total = 0.0
        for x, z in zip(X.T, (X if Z is None else Z).T, strict=True):
            half = np.pi / self.period * np.subtract.outer(x, z)
            total = total + (2 * np.sin(half) / self.length_scale) ** 2
        return total


@dataclass(frozen=True)
class WhiteNoise(Kernel):
    """Independent noise of every row: `variance` where a row meets itself, 0 elsewhere.

    Parameters
    ----------
    variance : float
        Positive. Its log is theta.

    Raises
    ------
    ValueError
        If `variance` is not positive and finite.

    Notes
    -----
    ``k(X)`` is `variance` times the identity, even where rows are equal; ``k(X, Z)`` is 0,
    even if Z equals X: other measurements have other noise.
    Home: 08-ml-math-case-studies/11-gaussian-processes.ipynb.

    Examples
    --------
    >>> WhiteNoise(0.5)([[3], [3]])
    array([[0.5, 0. ],
           [0. , 0.5]])
    """

    variance: float = 1.0

    _positive: ClassVar[tuple] = ("variance",)

    def __post_init__(self):
        _check_positive(self.variance, "variance")

    def _gram(self, X, Z):
        if Z is not None:
            return np.zeros((len(X), len(Z)))
        return self.variance * np.eye(len(X))

    def _diag(self, X):
        return np.full(len(X), float(self.variance))

    def _derivatives(self, X):
        return [self._gram(X, None)]


@dataclass(frozen=True)
class _Pair(Kernel):
    """A sum or product of two kernels; theta holds that of the first, then of the second."""

    first: Kernel
    second: Kernel

    @property
    def theta(self):
        return np.concatenate([self.first.theta, self.second.theta])

    def _with(self, values):
        p = len(self.first.theta)
        return type(self)(self.first._with(values[:p]), self.second._with(values[p:]))


@dataclass(frozen=True, repr=False)
class _Sum(_Pair):
    def _gram(self, X, Z):
        return self.first._gram(X, Z) + self.second._gram(X, Z)

    def _diag(self, X):
        return self.first._diag(X) + self.second._diag(X)

    def _derivatives(self, X):
        return self.first._derivatives(X) + self.second._derivatives(X)

    def __repr__(self):
        return f"{self.first} + {self.second}"


@dataclass(frozen=True, repr=False)
class _Product(_Pair):
    def _gram(self, X, Z):
        return self.first._gram(X, Z) * self.second._gram(X, Z)

    def _diag(self, X):
        return self.first._diag(X) * self.second._diag(X)

    def _derivatives(self, X):
        A, B = self.first._gram(X, None), self.second._gram(X, None)
        left = [dA * B for dA in self.first._derivatives(X)]
        return left + [A * dB for dB in self.second._derivatives(X)]

    def __repr__(self):
        return f"{_factor(self.first)} * {_factor(self.second)}"


@dataclass(frozen=True, repr=False)
class _Multiple(Kernel):
    """factor * kernel; theta holds the log of the factor, then that of the kernel."""

    factor: float
    kernel: Kernel

    @property
    def theta(self):
        return np.append(np.log(self.factor), self.kernel.theta)

    def _with(self, values):
        return _Multiple(float(values[0]), self.kernel._with(values[1:]))

    def __post_init__(self):
        _check_positive(self.factor, "the factor of a kernel")

    def _gram(self, X, Z):
        return self.factor * self.kernel._gram(X, Z)

    def _diag(self, X):
        return self.factor * self.kernel._diag(X)

    def _derivatives(self, X):
        inner = [self.factor * dK for dK in self.kernel._derivatives(X)]
        return [self._gram(X, None), *inner]

    def __repr__(self):
        return f"{self.factor!r} * {_factor(self.kernel)}"


@dataclass(frozen=True)
class _Function(Kernel):
    """A function of X and Z as a kernel without parameters."""

    function: object

    def _gram(self, X, Z):
        same, Z = Z is None, X if Z is None else Z
        K = as_finite(self.function(X, Z), "what the kernel function returns")
        if K.shape != (len(X), len(Z)):
            raise ValueError(
                f"a kernel function must return shape {(len(X), len(Z))} for X of shape "
                f"{X.shape} and Z of shape {Z.shape}, got {K.shape}"
            )
        if same and np.abs(K - K.T).max() > 1e-10 * np.abs(K).max():
            raise ValueError(
                "the kernel's matrix must be symmetric, and k(x, z) differs from k(z, x): "
                "this function is not a kernel"
            )
        return K

    def __repr__(self):
        return getattr(self.function, "__name__", repr(self.function))


def _as_kernel(kernel, name="kernel"):
    """``kernel`` itself, or a function of X and Z as one; `TypeError` for anything else."""
    if isinstance(kernel, Kernel):
        return kernel
    if isinstance(kernel, type) or not callable(kernel):
        raise TypeError(
            f"{name} must be a kernel, such as RBF(), or a function of X and Z that "
            f"returns their Gram matrix, got {kernel!r}"
        )
    return _Function(kernel)


def _multiple(factor, kernel):
    _check_positive(factor, "the factor of a kernel")
    if isinstance(kernel, _Multiple):  # two factors would be one parameter too many
        return _Multiple(float(factor) * kernel.factor, kernel.kernel)
    return _Multiple(float(factor), kernel)


def _factor(kernel):
    return f"({kernel})" if isinstance(kernel, _Sum) else f"{kernel}"


def _check_positive(value, name):
    in_range(value, name, 0, np.inf, closed=(False, False))


def _squared_distances(X, Z, scale):
    """|x - z|^2 / scale^2 for all pairs of rows, shape (n, m); Z None stands for X.

    |x|^2 + |z|^2 - 2 x.z is one matrix product, and right where it is not much smaller than
    its terms (measured from the mean). The rest is computed from the differences.
    """
    center = X.mean(axis=0)
    A = (X - center) / scale
    B = A if Z is None else (Z - center) / scale
    Z = X if Z is None else Z
    D = A @ B.T
    D *= -2
    size = np.add.outer(np.einsum("ij,ij->i", A, A), np.einsum("ij,ij->i", B, B))
    D += size
    size *= 0.01
    i, j = np.nonzero(~(D >= size))  # also what has overflowed to NaN
    close = np.zeros(len(i))
    for x, z in zip(X.T, Z.T, strict=True):
        close += ((x[i] - z[j]) / scale) ** 2
    D[i, j] = close
    return D


def _vanishing(D, f):
    """f(D) where f falls to 0 faster than exp(-sqrt(D)): 0 at infinity, not NaN."""
    return f(np.minimum(D, 1e6, out=D))


def _within_floats(K):
    if not np.isfinite(K).all():
        raise ValueError(
            "the kernel is beyond the largest float64 for these data: scale their columns"
        )
    return K
