"""A valid call of every public name of `utils`: what `test_robustness.py` bends and breaks.

Each file of this folder has a dict ``CALLS`` from "module.name" to a call::

    CALLS = {
        "linalg.solve": call(A=[[2.0, 1.0], [1.0, 3.0]], b=[1.0, 2.0]),
        "statistics.trimmed_mean": call(x=X1, options={"proportion": 0.25}),
        "statistics.f_oneway": call(groups_0=X1, groups_1=X2),
        "probability.Normal": call(options={"mu": 1.0})
            .then("pdf", x=X1, accepts="nan infinity empty")
            .then("sample", options={"n": 3}, rng=True),
        "models.KMeans": call(options={"n_clusters": 2, "n_init": 1}, rng=True)
            .then("fit", X=X)
            .then("predict", X=X),
    }

- Keywords of `call` and of `.then` are the *data*, arrays by the names of the parameters: the
  walk bends each of them in turn. Arguments of a ``*groups`` parameter are written
  ``groups_0``, ``groups_1``. ``options`` are all other arguments (functions, numbers, names).
- For a class, `call` is the constructor and each ``.then(method, …)`` a method called on the
  object afterwards.
- ``rng=True`` passes a fresh ``default_rng(0)``, which must be required: without it the call
  raises `TypeError`. ``rng="optional"`` where None is allowed.
- ``accepts`` names, in one string, the bad input that this step answers rightly all the same
  ("none" in any of its arrays, "y:none" in y alone): "nan" (passes through), "infinity", "empty", "complex", "text", "none"; and, for elementwise
  functions, "broadcast" (NumPy's error for shapes that don't broadcast) and "domain" (NumPy's
  own floating-point warnings), both of which say enough.
- An option that has state is wrapped: ``fresh(lambda: SGD(0.1))`` builds it for every call.
- Choose small data whose numbers are multiples of 1/8, so that float32 holds them exactly, and
  whole numbers where a test with integers makes sense.
"""

import importlib
import pkgutil
from dataclasses import dataclass, field
from typing import NamedTuple


class fresh(NamedTuple):  # noqa: N801 - reads as a verb in the tables
    """An option that is built anew for every call."""

    make: object


class Step(NamedTuple):
    """One call: of the function or constructor (method ""), or of a method afterwards."""

    method: str
    data: dict
    options: dict
    rng: object
    accepts: frozenset


@dataclass
class Call:
    """A function's call, or a constructor's and what is asked of the object then."""

    steps: list = field(default_factory=list)

    def then(self, method, *, options=None, rng=None, accepts="", **data):
        """The same with one more method called on the object."""
        step = Step(method, data, options or {}, rng, frozenset(accepts.split()))
        return Call([*self.steps, step])


def call(*, options=None, rng=None, accepts="", **data):
    """The call of a function or of a constructor."""
    return Call().then("", options=options, rng=rng, accepts=accepts, **data)


def all_calls():
    """The tables of all files of this folder in one dict."""
    found = {}
    for file in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{file.name}")
        twice = found.keys() & module.CALLS.keys()
        assert not twice, f"{file.name} repeats {sorted(twice)}"
        found.update(module.CALLS)
    return found
