"""The course's map and its commands, on the course itself and on small made-up notebooks."""

import json
import re
import shutil
import subprocess
import sys

import nbformat
import pytest

from utils import course
from utils.course import LESSONS, PLAN, ROOT, CourseError
from utils.exercises import engine

OPENING = (
    "# Title\n\n"
    "[![Open In Colab](x)](https://colab.research.google.com/github/{slug}/blob/main/"
    "01-linear-algebra/07-svd.ipynb)\n\n"
    "**Level** Intermediate · **Time** 60 min · **Needs** "
    "[Linear Systems](03-linear-systems.ipynb), SGD, Adam and RMSProp · **Leads to** none"
)


def make(path, *sources, outputs=()):
    notebook = nbformat.v4.new_notebook()
    opening = OPENING.format(slug=course.REPOSITORY)
    notebook.cells = [nbformat.v4.new_markdown_cell(opening)]
    for text in sources:
        notebook.cells.append(nbformat.v4.new_code_cell(text))
    for cell, text in zip(notebook.cells[1:], outputs, strict=False):
        data = {"text/plain": text}
        cell.outputs = [nbformat.v4.new_output("execute_result", data)]
    nbformat.write(notebook, path)
    return path


def command(*arguments):
    """Run the command line as a learner does; return status, output and error text."""
    done = subprocess.run(
        [sys.executable, "-m", "utils.course", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )
    return done.returncode, done.stdout, done.stderr


def assert_refused(answer, *words):
    status, output, error = answer
    assert status == 2
    assert not output
    assert len(error.strip().splitlines()) == 1
    assert all(word in error for word in words), error


# The map -------------------------------------------------------------------------------


def test_the_plan_has_66_notebooks_in_nine_folders():
    assert len(PLAN) == 9
    assert len(LESSONS) == 66
    assert len({lesson.title.lower() for lesson in LESSONS}) == 66
    assert [lesson.id for lesson in LESSONS] == sorted(lesson.id for lesson in LESSONS)


def test_every_notebook_in_the_folders_is_in_the_plan():
    found = {p.relative_to(ROOT).as_posix() for p in ROOT.glob("[0-9]*-*/*.ipynb")}
    assert found == {f"{s.folder}/{s.stem}.ipynb" for s in course.written_lessons()}


def test_needs_make_no_circle():
    done, waiting = set(), course.written_lessons()
    while waiting:
        ready = [
            s
            for s in waiting
            if all(n in done or not n.written for n in s.opening.needs)
        ]
        assert ready, "a circle of needs"
        done |= set(ready)
        waiting = [s for s in waiting if s not in done]


def test_an_opening_line_is_read_with_and_without_links(tmp_path):
    opening = course.read_opening(make(tmp_path / "a.ipynb"))
    assert (opening.level, opening.minutes) == ("Intermediate", 60)
    assert [need.id for need in opening.needs] == ["01-03", "05-04"]
    assert opening.leads_to == ()


def test_an_unknown_name_in_the_opening_line_is_an_error(tmp_path):
    path = make(tmp_path / "a.ipynb")
    path.write_text(path.read_text().replace("Linear Systems", "Linear Sistems"))
    with pytest.raises(CourseError, match="Linear Sistems"):
        course.read_opening(path)


def test_the_mark_of_a_right_answer_is_the_engines():
    assert course.SOLVED == engine.ICONS[engine.RIGHT]


# run -----------------------------------------------------------------------------------


def test_run_stores_a_clean_fresh_run(tmp_path):
    path = make(tmp_path / "a.ipynb", "x = 2", "print(x)\nprint(x, flush=True)\nx + 1")
    status, output, error = command("run", path)
    assert status == 0, error
    code = nbformat.read(path, as_version=4).cells[1:]
    assert [cell.execution_count for cell in code] == [1, 2]
    printed, value = code[1].outputs
    assert printed.text == "2\n2\n"
    assert value.data["text/plain"] == "3"
    assert "version" not in nbformat.read(path, as_version=4).metadata.language_info
    assert list(tmp_path.iterdir()) == [path]


def test_run_leaves_out_what_changes_with_every_run(tmp_path):
    path = make(tmp_path / "a.ipynb", "object()")
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[1].metadata.tags = ["nbval-ignore-output"]
    nbformat.write(notebook, path)
    assert command("run", path)[0] == 0
    assert nbformat.read(path, as_version=4).cells[1].outputs == []


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("1 / 0", "ZeroDivisionError"),
        ("import warnings\nwarnings.warn('old')", "old"),
        ("raise ValueError('first\\nsecond')", "first"),
        ("raise KeyError", "KeyError"),
    ],
)
def test_run_stores_nothing_when_a_cell_fails_or_warns(tmp_path, text, word):
    path = make(tmp_path / "a.ipynb", text)
    before = path.read_bytes()
    assert_refused(command("run", path), "a.ipynb", word)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_run_says_when_a_data_file_is_missing(tmp_path):
    text = (
        "from pathlib import Path\nfrom utils import datasets\n"
        f"datasets.FOLDER = Path({str(tmp_path)!r})\ndatasets.load_digits()"
    )
    path = make(
        tmp_path / "a.ipynb", f"import sys\nsys.path.insert(0, {str(ROOT)!r})", text
    )
    before = path.read_bytes()
    assert_refused(command("run", path), "digits.csv is missing")
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "damage", ["", "{", "[]", "{}", '{"cells": [1]}', '{"cells": [{"cell_type": "x"}]}']
)
@pytest.mark.parametrize("verb", ["run", "progress"])
def test_a_damaged_notebook_is_refused_and_left_alone(tmp_path, verb, damage):
    path = tmp_path / "a.ipynb"
    path.write_text(damage)
    assert_refused(command(verb, path), "a.ipynb", "not a notebook")
    assert path.read_text() == damage


def test_a_notebook_that_breaks_the_schema_is_not_run(tmp_path):
    path = make(tmp_path / "a.ipynb", "1")
    path.write_text(path.read_text().replace('"metadata": {}', '"metadata": 3'))
    before = path.read_bytes()
    assert_refused(command("run", path), "not a valid notebook")
    assert path.read_bytes() == before


@pytest.mark.parametrize("verb", ["run", "progress"])
def test_a_notebook_that_is_not_there_is_refused(tmp_path, verb):
    assert_refused(command(verb, tmp_path / "none.ipynb"), "none.ipynb")


# The command line ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["dance"], "unknown verb 'dance'"),
        ([], "unknown verb ''"),
        (["run"], "path"),
        (["roadmap", "now"], "roadmap"),
        (["rename"], "rename"),
        (["rename", "no-slash"], "OWNER/NAME"),
    ],
)
def test_a_wrong_command_gets_one_line_and_status_2(arguments, word):
    assert_refused(command(*arguments), word)


def test_help_names_every_verb():
    status, output, _ = command("--help")
    assert status == 0
    for verb in ("run", "progress", "roadmap", "solutions", "rename"):
        assert re.search(rf"^  {verb}\b", output, flags=re.MULTILINE)


# progress ------------------------------------------------------------------------------


def test_progress_counts_the_stored_verdicts(tmp_path):
    path = make(
        tmp_path / "a.ipynb",
        "ex.one.check(answer)",
        "ex.two.check(answer)",
        "ex.three.check(answer)",
        outputs=["✅ Correct.", "🔁 Not yet", "✏️ Your turn"],
    )
    solved = course.exercises_solved(course.read_notebook(path))
    assert solved == {"one": True, "two": False, "three": False}


def test_progress_shows_a_bar_per_folder_and_the_next_notebook(tmp_path, capsys):
    """A copy of the course's first notebook with all verdicts right: the next comes next."""
    first, second = [s for s in LESSONS if s.written][:2]
    copy = tmp_path / f"Copy of {first.path.name}"
    text = first.path.read_text(encoding="utf-8")
    copy.write_text(
        text.replace("✏️ Your turn", "✅ Correct. Your turn"), encoding="utf-8"
    )
    course.progress([])
    untouched = capsys.readouterr().out.splitlines()
    course.progress([copy])
    solved = capsys.readouterr().out.splitlines()
    number = {
        lesson: len(course.exercises_solved(course.read_notebook(lesson.path)))
        for lesson in LESSONS
        if lesson.written and lesson.folder == first.folder
    }
    total = sum(number.values())
    assert untouched[0].endswith(f"{'░' * 20} 0/{total}")
    full = round(20 * number[first] / total)
    assert solved[0].endswith(
        f"{'█' * full}{'░' * (20 - full)} {number[first]}/{total}"
    )
    assert first.path.name in untouched[-1]
    assert second.path.name in solved[-1]


def test_a_notebook_waits_until_its_needs_are_solved():
    need = next(s for s in LESSONS if s.id == "01-07")
    lesson = next(s for s in LESSONS if s.id == "08-01")
    assert need in lesson.opening.needs
    assert course.next_lesson({need: {"a": False}, lesson: {"a": False}}) == need
    assert course.next_lesson({need: {"a": True}, lesson: {"a": False}}) == lesson
    assert course.next_lesson({lesson: {"a": False}}) == lesson
    assert course.next_lesson({need: {"a": True}, lesson: {"a": True}}) is None


def test_progress_refuses_a_notebook_from_elsewhere(tmp_path):
    path = make(tmp_path / "a.ipynb")
    path.write_text(path.read_text().replace("07-svd.ipynb", "99-other.ipynb"))
    assert_refused(command("progress", path), "no badge")


# Generated texts -----------------------------------------------------------------------


def test_roadmap_and_readme_are_in_step():
    for path, text in course.generated_texts().items():
        hint = f"{path.name} is out of step: python -m utils.course roadmap"
        assert path.read_text(encoding="utf-8") == text, hint


def test_the_readme_shows_a_figure_as_its_notebook_does():
    _, picture = course.shown_figure()
    assert (ROOT / course.FIGURE).read_bytes() == picture


def test_the_readmes_commands_lead_to_the_first_notebook():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = re.findall(r"```(bash|powershell)\n(.+?)\n```", text)
    start, test, progress = [line for shell, line in commands if shell == "bash"]
    windows_start, windows_test = [line for shell, line in commands if shell != "bash"]
    first = course.written_lessons()[0]
    for line in (start, windows_start):
        assert line.startswith(f"git clone https://github.com/{course.REPOSITORY} ")
        assert line.endswith(f"lab {first.folder}/{first.stem}.ipynb")
    for line in (start, test, windows_start, windows_test):
        assert "pip install -r requirements.txt" in line
    assert test.endswith("pytest") and windows_test.endswith("pytest")
    assert progress.endswith("-m utils.course progress")


def test_a_tasks_links_are_moved_with_it_and_its_code_is_not():
    text = (
        "[A](../02-calculus/a.ipynb#b), [B](b.ipynb), [C](https://c.org), `f(x)[1](u)`"
    )
    assert course._moved_links(text, "03-probability") == (
        "[A](../../../02-calculus/a.ipynb#b), [B](../../../03-probability/b.ipynb), "
        "[C](https://c.org), `f(x)[1](u)`"
    )


def test_links_in_the_texts_lead_somewhere():
    for path in [*ROOT.glob("*.md"), *(ROOT / "references").rglob("*.md")]:
        text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.S)
        for link in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", text):
            assert (path.parent / link).exists(), f"{path.name}: {link}"


def test_the_solutions_pages_are_in_step():
    pages = course.solution_pages()
    for path, text in pages.items():
        hint = f"{path.name} is out of step: python -m utils.course solutions"
        assert path.exists() and path.read_text(encoding="utf-8") == text, hint
    assert set((ROOT / "references/solutions").rglob("*-*.md")) == set(pages)


def test_a_page_without_its_markers_is_an_error():
    with pytest.raises(CourseError, match="markers"):
        course._replace_region("no markers", "tables", "x", "roadmap.md")


def test_formulas_survive_githubs_markdown():
    text = r"$a$, $\{b\}$ and `\{c\}`" + "\n\n$$\nx \\\\ y\n$$\n\n$$\nz\n$$"
    expected = r"$a$, $`\{b\}`$ and `\{c\}`" + "\n\n```math\nx \\\\ y\n```\n\n$$\nz\n$$"
    assert course._for_github(text) == expected


# rename --------------------------------------------------------------------------------


def test_rename_moves_every_mention_and_nothing_else(tmp_path):
    copy = tmp_path / "copy"
    skip = shutil.ignore_patterns(
        ".git", ".venv", "*cache*", ".ipynb_checkpoints", "course"
    )
    shutil.copytree(ROOT, copy, ignore=skip)
    (copy / "other.md").write_text(f"https://github.com/{course.REPOSITORY}-fork\n")
    course.rename("some-one/math.course", root=copy)
    left = [
        path
        for path in copy.rglob("*")
        if path.is_file() and course.REPOSITORY.encode() in path.read_bytes()
    ]
    assert left == [copy / "other.md"]
    svd = json.loads((copy / "01-linear-algebra/07-svd.ipynb").read_text("utf-8"))
    text = "".join(course.source(cell) for cell in svd["cells"])
    assert "github.com/some-one/math.course course" in text
    assert "github/some-one/math.course/blob/main/" in text
    assert "github.com/some-one/math.course/issues" in text
