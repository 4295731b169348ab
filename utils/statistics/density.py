"""Smooth densities from data: kernel estimates, and how wide their bumps should be."""

import numpy as np

from utils import _checks
from utils.statistics.descriptive import iqr, std
from utils.statistics.pieces import power_of_2

BLOCK = 2**20  # entries of the arrays that hold all pairs of a block: 8 MB each


def bandwidth(x, rule):
    """Bandwidth h for a Gaussian kernel density estimate, a standard deviation.

    Parameters
    ----------
    x : array_like, shape (n,)
        Not constant.
    rule : str
        "silverman": 0.9 min(s, IQR / 1.34) n^(-1/5), or 0.9 s n^(-1/5) where the IQR is 0;
        "scott": 1.06 s n^(-1/5), best for normal data; "loo": the h with the largest
        leave-one-out log-likelihood, sum_i log f(x_i) with f estimated without x_i.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        For an unknown rule, constant data, data that are empty, not finite or not 1-D; for
        "loo" also if the data are so coarse that ever smaller h are ever better.

    Notes
    -----
    At a maximum of "loo" h lies between the root mean squared distance to the nearest
    neighbor and sqrt(2) s: a grid there and golden section find it. If values repeat, they
    were rounded, and tiny h would praise the rounding: then h is at least the smallest gap.
    O(n^2) for each of about 60 values of h, in blocks; the others O(n log n).
    Home: 04-statistics/01-descriptive-statistics.ipynb.
    Source: B. W. Silverman, *Density Estimation for Statistics and Data Analysis* (1986),
    sections 3.4.1, 3.4.2 and 3.4.4.

    Examples
    --------
    >>> round(bandwidth([1, 2, 3, 4, 5], "scott"), 4)
    1.2147
    """
    x = _checks.as_vector(x)
    if rule not in ("silverman", "scott", "loo"):
        raise ValueError(f'rule must be "silverman", "scott" or "loo", got {rule!r}')
    if x.min() == x.max():
        raise ValueError(f"x must not be constant: all values are {x[0]:g}, spread 0")
    if rule == "loo":
        unit = power_of_2(np.abs(x).max())
        return float(_leave_one_out(np.sort(x / unit)) * unit)
    s = std(x)
    if rule == "scott":
        return 1.06 * s * len(x) ** -0.2
    spread = min(s, iqr(x) / 1.34) or s
    return 0.9 * spread * len(x) ** -0.2


_KERNELS = {  # densities with their peak at 0; all but the first are 0 beyond 1
    "gaussian": lambda u: np.exp(-0.5 * u * u) / np.sqrt(2 * np.pi),
    "epanechnikov": lambda u: 0.75 * np.maximum(1 - u * u, 0),
    "linear": lambda u: np.maximum(1 - np.abs(u), 0),
    "tophat": lambda u: 0.5 * (np.abs(u) <= 1),
}


def kde(x, grid, bandwidth="silverman", kernel="gaussian"):
    """Kernel density estimate: the average of bumps of width h, one at every data point.

    Parameters
    ----------
    x : array_like, shape (n,)
        Data.
    grid : array_like, any shape
        Where to compute the density.
    bandwidth : float or str
        h, or a rule of `bandwidth`. (`scipy.stats.gaussian_kde` takes h / s instead.)
    kernel : str
        "gaussian", where h is a standard deviation, or "epanechnikov", "linear", "tophat",
        which reach from -h to h. The rules are meant for the first.

    Returns
    -------
    float or ndarray, the shape of ``grid``
        sum_i K((grid - x_i) / h) / (n h).

    Raises
    ------
    ValueError
        If the bandwidth isn't positive, for an unknown kernel, data that are empty, not
        finite or not 1-D, or a density beyond the largest float64.

    Notes
    -----
    A direct sum, O(n) for each point of the grid, in blocks.
    Home: 04-statistics/01-descriptive-statistics.ipynb.
    Source: B. W. Silverman, *Density Estimation for Statistics and Data Analysis* (1986),
    section 2.4.

    Examples
    --------
    >>> kde([0, 1], [0, 0.5, 3], bandwidth=1, kernel="linear")
    array([0.5, 0.5, 0. ])
    """
    x, grid = _checks.as_vector(x), _checks.as_finite(grid, "grid")
    h = _width(x, bandwidth)
    if kernel not in _KERNELS:
        raise ValueError(f"kernel must be one of {', '.join(_KERNELS)}, got {kernel!r}")
    K = _KERNELS[kernel]
    points, density = grid.ravel(), np.empty(grid.size)
    with np.errstate(all="ignore"):  # far away: exp(-inf) = 0
        for part in _blocks(grid.size, len(x)):
            density[part] = K((points[part, None] - x) / h).mean(axis=1)
        density /= h
    if not np.isfinite(density).all():
        raise ValueError(f"bandwidth {h:g} makes the density too large for a float")
    return density.reshape(grid.shape) if grid.ndim else float(density[0])


def _width(x, h):
    if isinstance(h, str):
        return bandwidth(x, h)
    return _checks.in_range(h, "bandwidth", 0, np.inf, closed=(False, False))


def _leave_one_out(x):
    """The h that maximizes the leave-one-out log-likelihood of sorted data of size 1.

    Where its derivative is 0, n h^2 is a sum of weighted averages of squared distances to
    the other points, one for each point, with weights that fall with the distance. Such an
    average is no smaller than the smallest, and no larger than the plain one: that gives
    the ends of the grid.
    """
    n, gaps = len(x), np.diff(x)
    nearest = np.minimum(np.append(gaps, np.inf), np.append(np.inf, gaps)) ** 2
    low, high = np.sqrt(nearest.mean()), np.sqrt(2) * std(x)
    rounded = not gaps.all()
    if rounded:
        low = max(low, gaps[gaps > 0].min())

    def log_likelihood(log_h):
        half = 0.5 * np.exp(-2 * log_h)
        total = -n * log_h - half * nearest.sum()
        for part in _blocks(n, n):
            squares = (x[part, None] - x) ** 2
            squares[np.arange(len(squares)), np.arange(n)[part]] = np.inf  # itself
            bumps = np.exp(-half * (squares - nearest[part, None]))
            total += np.log(bumps.sum(axis=1)).sum()
        return total

    grid = np.linspace(np.log(low), np.log(max(low, high)), 30)
    best = int(np.argmax([log_likelihood(log_h) for log_h in grid]))
    if rounded and best == 0:
        raise ValueError(
            "the values of x repeat, and the leave-one-out likelihood has no peak above "
            'the smallest gap between them: use rule "silverman"'
        )
    neighbors = grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)]
    return np.exp(_golden_section(log_likelihood, *neighbors))


def _golden_section(f, low, high, steps=35):
    """Where f is largest between low and high, if it has one peak there."""
    ratio = (np.sqrt(5) - 1) / 2
    left, right = high - ratio * (high - low), low + ratio * (high - low)
    f_left, f_right = f(left), f(right)
    for _ in range(steps):
        if f_left >= f_right:
            high, right, f_right = right, left, f_left
            left = high - ratio * (high - low)
            f_left = f(left)
        else:
            low, left, f_left = left, right, f_right
            right = low + ratio * (high - low)
            f_right = f(right)
    return (low + high) / 2


def _blocks(rows, columns):
    """Slices of ``rows`` rows, with about `BLOCK` entries each in ``columns`` columns."""
    step = max(1, BLOCK // columns)
    return [slice(start, start + step) for start in range(0, rows, step)]
