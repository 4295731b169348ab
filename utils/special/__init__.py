"""Gamma, beta and error functions, named as in ``scipy.special``, on whole arrays.

Every function is elementwise: arguments broadcast, lists and integers are accepted, a
scalar gives a Python float, and NaN passes through. Each formula has a range in which it
is accurate and short, so the functions divide their points among a few formulas, work on
all points of a range at once, and loop only over terms (`pieces` holds the tools for that).
In the order of ideas: the gamma function and its relatives (`gamma`), its incomplete forms
and the incomplete beta function (`incomplete`), the error functions (`error`). All names
live here: ``from utils import special; special.gammaln(5)``.
"""

from utils.special.error import erf, erfc
from utils.special.gamma import (
    betaln,
    digamma,
    gammaln,
    log_binom,
    log_factorial,
    trigamma,
)
from utils.special.incomplete import betainc, betaincc, gammainc, gammaincc

__all__ = [
    "betainc",
    "betaincc",
    "betaln",
    "digamma",
    "erf",
    "erfc",
    "gammainc",
    "gammaincc",
    "gammaln",
    "log_binom",
    "log_factorial",
    "trigamma",
]
