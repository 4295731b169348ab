"""Forward mode: numbers that carry the change of themselves along."""

import numpy as np

from utils.autodiff.operand import Operand, as_array, returned


class Dual(Operand):
    """A value with its tangent: how fast it changes along one direction of the input.

    A dual number a + b eps, with eps^2 = 0, times another: (a + b eps)(c + d eps) =
    ac + (ad + bc) eps, the product rule; any function gives f(a) + f'(a) b eps. So a
    program run on dual numbers returns its value and, with no step size and no truncation,
    a directional derivative. With arrays as both parts one run gives J v.

    Parameters
    ----------
    value : array_like, any shape
        Real numbers.
    tangent : array_like
        Their rates of change; broadcasts to the shape of the value. 0 is a constant.

    Attributes
    ----------
    value, tangent : float or ndarray
        Of equal shape; floats for a single number.
    shape, ndim, size, T
        As in NumPy.

    Raises
    ------
    TypeError
        If a part is complex, text or a `Tensor`; in use: for a NumPy function without a
        rule here, or with ``out=`` or ``where=``.
    ValueError
        If the tangent doesn't broadcast to the value.

    Notes
    -----
    Home: 02-calculus/03-chain-rule.ipynb. Operators, comparisons (which compare values),
    indexing, `sum`, `mean`, `max`, `min`, `reshape`, `transpose`, NumPy's elementwise
    functions as far as `utils.autodiff` has them, and all functions of this module. About
    twice the cost of the program on floats, and no memory of the past. Functions of `math`
    refuse a Dual.
    Source: A. Griewank and A. Walther, *Evaluating Derivatives*, 2nd ed., chapter 3.

    Examples
    --------
    >>> x = Dual(1.0, 1.0)
    >>> y = x * np.exp(-(x**2))
    >>> round(y.value, 6), round(y.tangent, 6)
    (0.367879, -0.367879)
    """

    __slots__ = ("_tangent", "data")

    def __init__(self, value, tangent=0.0):
        self.data = as_array(value)
        tangent = as_array(tangent)
        try:
            self._tangent = np.broadcast_to(tangent, self.data.shape)
        except ValueError:
            raise ValueError(
                f"the tangent must broadcast to the value's shape {self.data.shape}, "
                f"got shape {tangent.shape}"
            ) from None

    value = property(lambda self: returned(self.data))
    tangent = property(lambda self: returned(self._tangent))

    def __repr__(self):
        return f"Dual({self.value}, {self.tangent})"

    @staticmethod
    def _apply(op, args, options):
        """Chain rule: the changes that arrive through the arguments add up."""
        data = [a.data if isinstance(a, Dual) else as_array(a) for a in args]
        y = np.asarray(op.value(*data, **options))
        changes = [
            op.jvps[i](a._tangent, y, *data, **options)
            for i, a in enumerate(args)
            if isinstance(a, Dual)  # a constant doesn't change
        ]
        return Dual(y, sum(changes))
