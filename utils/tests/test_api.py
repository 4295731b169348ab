"""The public interface of `utils` is the one in `api.txt`: it changes only on purpose.

Notebooks, exercises and other people's code rely on these names and signatures. If a change is
meant, write the new lines into `api.txt`:

    python -m utils.tests.test_api > utils/tests/api.txt
"""

import inspect
import re
from pathlib import Path

import pytest

from utils.tests.test_library import public_names

STORED = Path(__file__).with_name("api.txt").read_text(encoding="utf-8").splitlines()


def interface():
    """One line for each public name: module, name, signature; then its public methods."""
    for param in public_names():
        layer, name, value = param.values
        yield f"{layer}.{name}{_signature(value)}"
        for method in sorted(vars(value)) if inspect.isclass(value) else ():
            if method[0] != "_" and callable(getattr(value, method)):
                yield f"{layer}.{name}.{method}{_signature(getattr(value, method))}"


@pytest.mark.parametrize("line", STORED)
def test_it_is_still_there(line):
    assert line in CURRENT


def test_nothing_else_is_public():
    assert sorted(CURRENT - set(STORED)) == []


def _signature(value):
    """The signature without annotations, which dataclasses have and functions haven't."""
    try:
        signature = inspect.signature(value)
    except ValueError:  # an exception has NumPy's or Python's own
        return ""
    empty = inspect.Parameter.empty
    parameters = [
        parameter.replace(annotation=empty)
        for parameter in signature.parameters.values()
        if parameter.name not in ("self", "cls")
    ]
    text = str(inspect.Signature(parameters))
    return re.sub(r"<(class|function) '?([\w.]+)'?[^>]*>", r"\2", text)


CURRENT = set(interface())

if __name__ == "__main__":
    print("\n".join(sorted(CURRENT)))
