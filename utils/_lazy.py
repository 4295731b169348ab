"""Packages that load a file when one of its names is first used.

``import utils.models`` must cost hardly more than NumPy's own import, and ``from utils.models
import PCA`` what PCA needs, not every estimator. A package says in its ``__init__`` which file
has which names, and Python asks its ``__getattr__`` for those that aren't there yet (PEP 562).
"""

import importlib
import sys


def attach(package, files):
    """``__getattr__``, ``__dir__`` and ``__all__`` for a package.

    ``files`` is a dict from the name of a file, without ``.py``, to the public names in it. No
    file may be called as one of the names: once loaded, it would hide it.
    """
    home = {name: file for file, names in files.items() for name in names}

    def getattr_(name):
        if name not in home:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(importlib.import_module(f"{package}.{home[name]}"), name)
        setattr(sys.modules[package], name, value)  # from now on found without asking
        return value

    return getattr_, lambda: sorted(home), sorted(home)
