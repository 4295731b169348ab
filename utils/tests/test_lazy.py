"""Packages that load their files on demand look like any other package."""

import subprocess
import sys

import pytest

from utils import linalg, models
from utils.course import ROOT


def run(code):
    command = [sys.executable, "-c", code]
    return subprocess.check_output(command, cwd=ROOT, text=True).strip()


def test_a_name_loads_its_own_file_and_no_other():
    loaded = run(
        "import sys; from utils.models import KMeans;"
        "print([n for n in ('clustering', 'svm') if f'utils.models.{n}' in sys.modules])"
    )
    assert loaded == "['clustering']"


def test_a_second_look_finds_the_name_itself():
    assert (
        run("from utils import linalg; linalg.svd; print('svd' in vars(linalg))")
        == "True"
    )


def test_all_names_are_listed_and_come_with_a_star():
    assert "PCA" in dir(models) and "PCA" in models.__all__
    assert (
        run("from utils.linalg import *; print(svd.__module__)")
        == "utils.linalg.singular"
    )


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(
        AttributeError, match="'utils.linalg' has no attribute 'no_such'"
    ):
        _ = linalg.no_such
    with pytest.raises(ImportError, match="no_such"):
        from utils.linalg import no_such  # noqa: F401


@pytest.mark.parametrize(
    "package",
    ["numerics", "linalg", "probability", "optimizers", "statistics", "models"],
)
def test_no_file_is_called_as_a_name(package):
    """Once loaded, the file would hide the name."""
    names = __import__(f"utils.{package}", fromlist=["*"]).__all__
    files = {path.stem for path in (ROOT / "utils" / package).glob("*.py")}
    assert not files & set(names)
