"""Sums and polynomials: what rounding takes from them, and how to win it back."""

import numpy as np

from utils._checks import as_vector, count
from utils.numerics.precision import quiet, returned, working


@quiet
def two_sum(a, b):
    """A sum and its rounding error, elementwise: ``a + b == s + e`` exactly.

    Parameters
    ----------
    a, b : array_like of real numbers
        Two arrays of the same dtype, float16 or float32, are added in it; everything else
        in float64. They broadcast.

    Returns
    -------
    s, e : float or ndarray
        The rounded sum, and what the rounding left out. Where s isn't finite, e is NaN.

    Raises
    ------
    ValueError
        If the shapes don't broadcast.
    TypeError
        If `a` or `b` holds complex numbers or text.

    Notes
    -----
    Six additions, no branch. Home: 07-numerical-methods/01-floating-point-errors.ipynb.
    Source: D. Knuth, *The Art of Computer Programming*, vol. 2, section 4.2.2, theorem B.

    Examples
    --------
    >>> two_sum(1e16, 1.0)
    (1e+16, 1.0)
    """
    (a, dtype), (b, other) = working(a, "a"), working(b, "b")
    dtype = dtype if dtype == other else np.dtype(float)
    a, b = a.astype(dtype), b.astype(dtype)
    try:
        s = a + b
    except ValueError:
        raise ValueError(
            f"a and b must broadcast, got shapes {a.shape} and {b.shape}"
        ) from None
    return returned(s, dtype), returned(sum_error(a, b, s), dtype)


@quiet
def kahan_sum(x):
    """Sum of a vector, term by term, each step mending the rounding of the one before.

    Parameters
    ----------
    x : array_like, shape (n,)
        Real and finite. float16 and float32 are added in their own precision.

    Returns
    -------
    float, or a scalar of the dtype of x
        0 for no terms. The error is at most 2u sum |x| whatever n is, up to terms in u^2,
        where u is the unit roundoff; adding in order has (n - 1)u.

    Raises
    ------
    ValueError
        If x isn't a finite vector, or a partial sum overflows.

    Notes
    -----
    Four additions a term, one after the other. A term larger than the sum so far takes its
    low digits along: see `neumaier_sum`.
    Home: 07-numerical-methods/01-floating-point-errors.ipynb.
    Source: W. Kahan, "Further remarks on reducing truncation errors", Communications of the
    ACM 8 (1965).

    Examples
    --------
    >>> kahan_sum([0.1] * 10), sum([0.1, 0.1, 0.1])
    (1.0, 0.30000000000000004)
    """
    x, dtype = _terms(x)
    # Python's floats are float64, and faster than NumPy's scalars
    terms = x.tolist() if dtype == np.float64 else x
    total = missing = dtype.type(0)
    for term in terms:
        mended = term - missing
        new = total + mended
        missing = (new - total) - mended  # 0, were it not for rounding
        total = new
    return _finite_sum(total, dtype)


@quiet
def neumaier_sum(x):
    """Sum of a vector: the rounding errors of all additions are added up on the side.

    Parameters
    ----------
    x : array_like, shape (n,)
        Real and finite. float16 and float32 are added in their own precision.

    Returns
    -------
    float, or a scalar of the dtype of x
        0 for no terms. The error is at most u |sum| + (n u)^2 sum |x| or so, where u is
        the unit roundoff: as good as a sum in twice the precision, rounded once.

    Raises
    ------
    ValueError
        If x isn't a finite vector, or a partial sum overflows.

    Notes
    -----
    Nothing flows back into the partial sums, so NumPy can form them all at once, and their
    errors by `two_sum`; Neumaier's loop finds the same errors with a branch. Seven
    additions a term, O(n) memory.
    Home: 07-numerical-methods/01-floating-point-errors.ipynb.
    Source: A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher
    Summen", ZAMM 54 (1974); T. Ogita, S. M. Rump and S. Oishi, "Accurate sum and dot
    product", SIAM J. Sci. Comput. 26 (2005), for the bound.

    Examples
    --------
    >>> neumaier_sum([1, 1e100, 1, -1e100]), kahan_sum([1, 1e100, 1, -1e100])
    (2.0, 0.0)
    """
    x, dtype = _terms(x)
    if x.size == 0:
        return returned(0, dtype)
    partial = np.add.accumulate(x)  # in order, rounded at each step
    errors = sum_error(partial[:-1], x[1:], partial[1:])
    return _finite_sum(partial[-1] + _in_order(errors), dtype)


@quiet
def pairwise_sum(x, block=8):
    """Sum of a vector in pairs, pairs of pairs, and so on: how `numpy.sum` does it.

    Parameters
    ----------
    x : array_like, shape (n,)
        Real and finite. float16 and float32 are added in their own precision.
    block : int
        So many neighbors are added in order before the pairing begins.

    Returns
    -------
    float, or a scalar of the dtype of x
        0 for no terms. The error is at most (block + log2(n / block)) u sum |x|, up to
        terms in u^2, where u is the unit roundoff.

    Raises
    ------
    ValueError
        If x isn't a finite vector, ``block`` is below 1, or a partial sum overflows.

    Notes
    -----
    n - 1 additions. Home: 07-numerical-methods/01-floating-point-errors.ipynb.
    Source: N. J. Higham, *Accuracy and Stability of Numerical Algorithms*, 2nd ed., 4.1.

    Examples
    --------
    >>> pairwise_sum([0.1] * 10, block=1), pairwise_sum([])
    (1.0, 0.0)
    """
    x, dtype = _terms(x)
    block = count(block, "block")
    n_blocks = -(-x.size // block)
    width = 1 << max(n_blocks - 1, 0).bit_length()  # the next power of 2
    padded = np.zeros(width * block, dtype)  # adding 0 rounds nothing
    padded[: x.size] = x
    sums = _in_order(padded.reshape(width, block))
    while len(sums) > 1:
        sums = sums[::2] + sums[1::2]
    return _finite_sum(sums[0], dtype)


@quiet
def horner(coefficients, x):
    """Value of a polynomial, elementwise: ((c_0 x + c_1) x + c_2) x + ...

    Parameters
    ----------
    coefficients : array_like, shape (n,)
        Highest power first; a power that is missing has a 0.
    x : float or array_like, any shape
        Where to evaluate. float16 and float32 are computed in their own precision.

    Returns
    -------
    float or ndarray, the shape of x
        NaN for NaN, and infinity where a partial result overflows.

    Raises
    ------
    ValueError
        If there are no coefficients, or they aren't finite.
    TypeError
        For complex numbers or text.

    Notes
    -----
    n - 1 multiplications and additions for each value. Near a multiple root the terms
    cancel, and few digits are left.
    Home: 00-prerequisites/01-python-for-math.ipynb.
    Source: Knuth, *The Art of Computer Programming*, vol. 2, section 4.6.4.

    Examples
    --------
    >>> horner([2, 0, -1], 3)  # 2x^2 - 1
    17.0
    """
    x, dtype = working(x, "x")
    x = x.astype(dtype)
    c = np.trim_zeros(as_vector(coefficients, "coefficients"), "f")  # 0 * inf is no 0
    c = (c if c.size else np.zeros(1)).astype(dtype)
    value = np.where(np.isnan(x), x, c[0])
    for coefficient in c[1:]:
        value = value * x + coefficient
    return returned(value, dtype)


def sum_error(a, b, s):
    """What rounding has taken from s = a + b, exactly (Knuth)."""
    b_added = s - a  # what of b has reached s
    a_kept = s - b_added  # what of a is left in it
    return (a - a_kept) + (b - b_added)


def product_error(a, b, p):
    """What rounding has taken from p = a * b in float64, exactly.

    Unless a factor is beyond 1e300 or a product of halves below 1e-308.
    Source: T. J. Dekker, "A floating-point technique for extending the available
    precision", Numerische Mathematik 18 (1971).
    """
    a_high, b_high = _upper_half(a), _upper_half(b)
    a_low, b_low = a - a_high, b - b_high
    return ((a_high * b_high - p) + a_high * b_low + a_low * b_high) + a_low * b_low


def _upper_half(a):
    """The upper half of the digits of a: products of halves are exact."""
    shifted = (2.0**27 + 1) * a
    return shifted - (shifted - a)


def _terms(x):
    """Finite terms in the dtype that they are added in."""
    _, dtype = working(x, "x")
    return as_vector(x, min_size=0).astype(dtype), dtype


def _in_order(x):
    """Sums along the last axis, first to last, each step rounded."""
    if x.shape[-1] == 0:
        return x.dtype.type(0)
    return np.add.accumulate(x, axis=-1)[..., -1]


def _finite_sum(total, dtype):
    if not np.isfinite(total):
        raise ValueError(f"a partial sum is beyond the largest {dtype}: scale x down")
    return returned(total, dtype)
