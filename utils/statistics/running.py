"""Mean, variance and skewness of a stream, in one pass and without keeping it."""

import copy
import warnings

import numpy as np

from utils import _checks
from utils.statistics.pieces import centered, degrees, in_units, plain


class RunningStats:
    """Moments of data that arrive one by one, in batches, or in several places at once.

    Keeps the number of values n, their mean and the sums M2 and M3 of their squared and
    cubed deviations from it. Two such records make one (`merge`), and `update` merges in
    what is new. For a single number x that is Welford's algorithm: mean += (x - mean) / n.

    Parameters
    ----------
    dtype : NumPy dtype
        Floating type that everything is computed and kept in.

    Attributes
    ----------
    n : int
        Values, or rows, so far.
    mean : float or ndarray
        Their mean: an array of shape (d,) if the data are rows.
    skewness : float or ndarray
        g1 = m3 / m2^(3/2), as `statistics.skewness`; needs n >= 3.

    Raises
    ------
    TypeError
        If ``dtype`` isn't a floating type.
    ValueError
        For data that are empty, not finite or beyond ``dtype``, rows of another length than
        before, or a statistic of too few values.

    Notes
    -----
    O(1) memory and time per value. Sums are kept in units of a power of 2, near the largest
    value of the first batch, so that cubes neither overflow nor underflow.
    Home: 04-statistics/01-descriptive-statistics.ipynb.
    Source: B. P. Welford, "Note on a method for calculating corrected sums of squares and
    products", Technometrics 4 (1962); T. Chan, G. Golub and R. LeVeque, "Algorithms for
    computing the sample variance", The American Statistician 37 (1983), for the merge.

    Examples
    --------
    >>> stats = RunningStats()
    >>> stats.update([4, 7]).update(13).update(16)
    <RunningStats of 4 values>
    >>> stats.mean, stats.variance(ddof=0)
    (10.0, 22.5)
    """

    def __init__(self, dtype=np.float64):
        self.dtype = np.dtype(dtype)
        if self.dtype.kind != "f":
            raise TypeError(f"dtype must be a floating type, got {self.dtype}")
        self._n = 0

    def update(self, x):
        """Take in a number, numbers (k,), or rows (k, d); returns the object itself."""
        x = _checks.as_finite(x)
        if x.ndim > 2 or x.size == 0:
            raise ValueError(
                "x must be a number, numbers (k,) or rows (k, d), not empty, "
                f"got shape {x.shape}"
            )
        with np.errstate(over="ignore", invalid="ignore"):  # both are checked for
            columns = np.ascontiguousarray(np.atleast_1d(x).T, self.dtype)
            if not np.isfinite(columns).all():
                raise ValueError(f"x must fit {self.dtype}, got {np.abs(x).max():g}")
            self.__dict__.update(self.merge(_batch(columns)).__dict__)
        return self

    def merge(self, other):
        """A new `RunningStats` of the data of both; neither of them changes."""
        if not isinstance(other, RunningStats):
            raise TypeError(f"other must be RunningStats, got {type(other).__name__}")
        if not (self._n and other._n):
            return copy.copy(self if self._n else other)
        if self.dtype != other.dtype or self._mean.shape != other._mean.shape:
            raise ValueError(
                "both must hold the same kind of data, got "
                f"{self.dtype} of shape {self._mean.shape} and "
                f"{other.dtype} of shape {other._mean.shape}"
            )
        merged = RunningStats(self.dtype)
        merged._n = n = self._n + other._n
        merged._unit = unit = np.maximum(self._unit, other._unit)
        a_mean, a_m2, a_m3 = self._sums(unit)
        b_mean, b_m2, b_m3 = other._sums(unit)
        a, b = self._n / n, other._n / n
        with np.errstate(over="ignore"):
            delta = b_mean - a_mean
            between = delta * delta * (a * other._n)
            merged._mean = a_mean + delta * b
            merged._m2 = a_m2 + b_m2 + between
            merged._m3 = (
                a_m3
                + b_m3
                + between * delta * (a - b)
                + 3 * delta * (a * b_m2 - b * a_m2)
            )
        if not np.isfinite([merged._m2, merged._m3]).all():
            raise ValueError(f"the sums of {n} values are beyond {self.dtype}")
        return merged

    @property
    def n(self):
        """Values, or rows, so far: an int."""
        return self._n

    @property
    def mean(self):
        """Mean of the values so far; `ValueError` if there are none."""
        self._more_than(0)
        return plain(self._mean * self._unit)

    def variance(self, ddof=1):
        """Variance with divisor n - ddof; `ValueError` if n <= ddof."""
        scaled = self._m2_over(ddof)
        return in_units(scaled, self._unit, self._unit, what="the variance")

    def std(self, ddof=1):
        """Standard deviation, the root of `variance`; `ValueError` if n <= ddof."""
        scaled = np.sqrt(self._m2_over(ddof))
        return in_units(scaled, self._unit, what="the standard deviation")

    @property
    def skewness(self):
        """g1 = m3 / m2^(3/2), or NaN with a warning for constants; needs n >= 3."""
        self._more_than(2)
        constant = self._m2 == 0
        if constant.any():
            warnings.warn(
                "the data are constant, so their skewness is 0/0: NaN",
                RuntimeWarning,
                stacklevel=2,
            )
        m2 = np.where(constant, 1, self._m2)
        g1 = np.sqrt(self._n) * (self._m3 / m2 / np.sqrt(m2))
        return plain(np.where(constant, np.nan, g1))

    def __repr__(self):
        of = f"rows of {self._mean.size}" if self._n and self._mean.ndim else "values"
        return f"<RunningStats of {self._n} {of}>"

    def _sums(self, unit):
        """mean, M2 and M3 in another unit."""
        ratio = self._unit / unit
        return self._mean * ratio, self._m2 * ratio**2, self._m3 * ratio**3

    def _m2_over(self, ddof):
        divisor = degrees(self._n, ddof, "the data")
        return self._m2 / divisor

    def _more_than(self, n):
        if self._n <= n:
            raise ValueError(f"this needs more than {n} values, got {self._n}")


def _batch(columns):
    """The record of one batch; its values are along the last axis."""
    batch = RunningStats(columns.dtype)
    mean, d, unit = centered(columns)
    zeros = ~columns.any(axis=-1)  # they fit every unit, so leave the choice to others
    batch._n = columns.shape[-1]
    batch._unit = np.where(zeros, np.finfo(columns.dtype).tiny, unit[..., 0])
    batch._mean = np.asarray(mean[..., 0] / batch._unit)
    batch._m2 = np.asarray((d * d).sum(axis=-1))
    batch._m3 = np.asarray((d * d * d).sum(axis=-1))
    return batch
