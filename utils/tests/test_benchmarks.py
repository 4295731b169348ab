"""The benchmark runs: every row's two pieces of work, and what its lines say."""

import subprocess
import sys

import pytest

from utils import benchmarks
from utils.course import ROOT

pytest.importorskip("sklearn")
SMALLEST = {name: (make, arg) for name, _, make, arg, _ in reversed(benchmarks.TASKS)}


@pytest.mark.filterwarnings("ignore")  # few steps don't converge: that is meant
@pytest.mark.parametrize("name", SMALLEST)
def test_both_pieces_of_work_run(name):
    make, argument = SMALLEST[name]
    try:
        ours, production = make(argument)
    except ModuleNotFoundError as missing:
        pytest.skip(f"{missing.name} isn't installed")
    ours()
    production()


def test_the_table_has_a_line_for_each_chosen_row():
    command = [sys.executable, "-m", "utils.benchmarks", "cholesky", "QR"]
    out = subprocess.check_output(command, cwd=ROOT, text=True).splitlines()
    assert out[0].split()[:3] == ["task", "size", "ours"]
    assert [line.split()[:2] for line in out[1:]] == [
        *(["QR", n] for n in ("64", "200")),
        *(["Cholesky", n] for n in ("64", "200")),
    ]
    for line in out[1:]:
        ours, production, ratio = (float(cell) for cell in line.split()[2:5])
        assert ratio == pytest.approx(ours / production, rel=0.02)


def test_a_missing_library_is_a_line_that_says_so(capsys):
    def make(argument):
        import no_such_library  # noqa: F401

    benchmarks._print_row("task", "size", make, None, 1)
    assert "no_such_library isn't installed" in capsys.readouterr().out


def test_an_import_costs_something():
    numpys, ours = benchmarks.import_times("metrics", runs=1)
    assert numpys > 0 and ours > 0
