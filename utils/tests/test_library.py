"""The form of `utils` as a library: homes, layers, what an import costs."""

import ast
import importlib
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

from utils.course import LESSONS, ROOT, read_notebook, source

# Who may import whom, lowest first; a module may also import what stands left of it in its
# own row's list. `_checks` is below all.
LAYERS = {
    "numerics": set(),
    "special": set(),
    "datasets": set(),
    "plotting": set(),
    "metrics": {"numerics"},
    "model_selection": {"metrics"},
    "linalg": {"numerics"},
    "calculus": {"numerics"},
    "autodiff": {"numerics"},
    "information": {"numerics"},
    "losses": {"numerics"},
    "probability": {"special", "linalg", "numerics"},
    "optimizers": {"linalg", "calculus", "numerics"},
    "statistics": {"probability", "special", "linalg", "calculus", "numerics"},
}
LAYERS["models"] = set(LAYERS) - {"datasets", "plotting"}
# Results, base classes and warnings are plumbing: no notebook builds them
PLUMBING = {"BaseModel", "ConvergenceWarning", "NotFittedError", "IterationResult"}
PLUMBING |= {"OptResult", "Problem"}
PLUMBING |= {"EstimateResult", "Interval", "OLSResult", "TestResult"}
NO_HOME = {"datasets", "plotting"}  # loaders and drawing


def present(layer):
    folder, file = ROOT / "utils" / layer, ROOT / "utils" / f"{layer}.py"
    return sorted(folder.glob("*.py")) if folder.is_dir() else [file] * file.exists()


def public_names():
    for layer in LAYERS:
        if not present(layer):
            continue
        module = importlib.import_module(f"utils.{layer}")
        for name in getattr(module, "__all__", vars(module)):
            value = getattr(module, name)
            if name.startswith("_") or not callable(value):
                continue
            if value.__module__.startswith(module.__name__):
                yield pytest.param(layer, name, value, id=f"{layer}.{name}")


each_name = pytest.mark.parametrize(("layer", "name", "value"), list(public_names()))


def home_of(value):
    found = re.search(r"Home: ([\w-]+/[\w-]+)\.ipynb", inspect.getdoc(value) or "")
    return found and found[1]


def imports(path):
    """Full names of what a file imports, and where: at its top, or inside a function."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def used_in(lesson):
    """What a notebook takes from `utils`: pairs (module, name)."""
    modules = {}  # the name that the notebook gives a module, and the module's own
    for cell in read_notebook(lesson.path)["cells"]:
        if cell["cell_type"] != "code" or "\n    !" in source(cell):
            continue
        for node in ast.walk(ast.parse(source(cell))):
            if isinstance(node, ast.ImportFrom) and node.module == "utils":
                modules |= {
                    alias.asname or alias.name: alias.name for alias in node.names
                }
            elif isinstance(node, ast.ImportFrom) and node.module.startswith("utils."):
                layer = node.module.split(".")[1]
                yield from ((layer, alias.name) for alias in node.names)
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                yield modules.get(node.value.id), node.attr


@each_name
def test_it_is_documented_with_its_home(layer, name, value):
    assert inspect.getdoc(value), f"{name} has no docstring"
    if layer not in NO_HOME and name not in PLUMBING:
        homes = {f"{lesson.folder}/{lesson.stem}" for lesson in LESSONS}
        assert home_of(value) in homes, f"{name} names no notebook as its home"


@each_name
def test_its_home_uses_it(layer, name, value):
    lesson = next(
        (s for s in LESSONS if f"{s.folder}/{s.stem}" == home_of(value)), None
    )
    if lesson and lesson.written:
        assert (layer, name) in set(used_in(lesson))


@each_name
def test_some_test_names_it(layer, name, value):
    tests = Path(__file__).parent.glob("test_*.py")
    assert any(re.search(rf"\b{name}\b", p.read_text(encoding="utf-8")) for p in tests)


@pytest.mark.parametrize("layer", LAYERS)
def test_it_imports_only_from_below(layer):
    for path in present(layer):
        for name in imports(path):
            top, *rest = name.split(".")
            if top != "utils":
                third = {"numpy", "matplotlib", "PIL", "IPython", "ipywidgets"}
                allowed = third if layer == "plotting" else {"numpy"}
                assert top in allowed | sys.stdlib_module_names, f"{path}: {name}"
            else:
                assert rest[0] in LAYERS[layer] | {layer, "_checks", "_lazy"}, (
                    f"{path}: {name}"
                )


@pytest.mark.parametrize("layer", sorted(set(LAYERS) - {"plotting"}))
def test_importing_it_loads_nothing_but_numpy(layer):
    if not present(layer):
        pytest.skip("not written yet")
    probe = (
        f"import sys, numpy; import utils.{layer} as layer;"
        "[getattr(layer, name) for name in dir(layer)];"  # loads what is loaded on demand
        "heavy = {'scipy', 'sklearn', 'matplotlib', 'pandas', 'IPython', 'ipywidgets'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    run = [sys.executable, "-c", probe]
    assert subprocess.check_output(run, cwd=ROOT, text=True).strip() == "[]"


def test_drawing_loads_no_widgets():
    probe = "import sys, utils.plotting; print('ipywidgets' in sys.modules)"
    run = [sys.executable, "-c", probe]
    assert subprocess.check_output(run, cwd=ROOT, text=True).strip() == "False"


def test_the_top_level_holds_what_the_house_has_and_nothing_else():
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    top = {line.split("/")[0] for line in listed.stdout.splitlines()}
    files = {
        "README.md",
        "roadmap.md",
        "CONTRIBUTING.md",
        "LICENSE",
        "requirements.txt",
    }
    files |= {"pyproject.toml", ".gitignore"}
    folders = {"datasets", "utils", "references"}
    folders |= {".ci", ".github", ".devcontainer", ".binder"}
    folders |= {lesson.folder for lesson in LESSONS}
    assert top <= files | folders
    assert files <= top
