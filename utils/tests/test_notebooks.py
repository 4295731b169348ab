"""What every notebook of the course has in common, read from the files without running them."""

import ast
import base64
import importlib
import io
import re
from itertools import pairwise

import matplotlib.image
import nbformat
import pytest

from utils import course
from utils.course import LESSONS, REPOSITORY, read_notebook, source
from utils.exercises.engine import Exercise

WRITTEN = course.written_lessons()
PARTS = [
    "## 1. Concept Overview",
    "## 2. Mathematical Explanation",
    "## 3. Intuition & Visualization",
    "## 4. Python Implementation",
    "## 5. ML Connection",
    "## 6. Summary",
]
# LaTeX that GitHub, Colab, JupyterLab and VS Code all draw
MACROS = set(
    """
    alpha beta gamma delta epsilon varepsilon zeta eta theta kappa lambda mu nu xi pi rho
    sigma tau phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega
    ell infty partial nabla forall exists emptyset varnothing hbar Re Im
    mathbf boldsymbol mathbb mathcal mathrm mathsf text textbf
    frac dfrac tfrac sqrt binom sum prod int iint oint lim max min sup inf log ln exp sin
    cos tan tanh sinh cosh arcsin arccos arctan arg det dim ker deg gcd Pr mathop limits
    hat widehat bar tilde widetilde vec dot ddot overline underline
    underbrace overbrace overset underset xrightarrow stackrel
    left right big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr middle
    lVert rVert Vert lvert rvert vert mid langle rangle lfloor rfloor lceil rceil backslash
    cdot cdots ldots dots vdots ddots times div pm mp ast star circ odot oplus otimes
    top perp dagger prime le leq ge geq ne neq ll gg approx sim simeq equiv cong propto
    prec preceq succ succeq parallel in notin ni subset subseteq supset supseteq cup cap
    bigcup bigcap setminus sqcup land lor wedge vee neg to mapsto gets
    rightarrow leftarrow Rightarrow Leftarrow Leftrightarrow Longleftrightarrow
    longrightarrow longmapsto iff implies uparrow downarrow nearrow searrow leftrightarrow
    begin end quad qquad boxed blacksquare square checkmark displaystyle textstyle
    color not colon bullet triangle
    """.split()
)
ENVIRONMENTS = {"aligned", "bmatrix", "pmatrix", "vmatrix", "cases", "array", "matrix"}

pytestmark = pytest.mark.parametrize("lesson", WRITTEN, ids=lambda lesson: lesson.id)


def cells(lesson, kind=None):
    found = read_notebook(lesson.path)["cells"]
    return [cell for cell in found if kind in (None, cell["cell_type"])]


def prose(lesson):
    return "\n\n".join(source(cell) for cell in cells(lesson, "markdown"))


def without_code(text):
    return re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)


def pictures(lesson):
    for cell in cells(lesson, "code"):
        for output in cell["outputs"]:
            if "image/png" in output.get("data", {}):
                yield output


# The file ------------------------------------------------------------------------------


def test_it_is_a_valid_notebook_with_ids_of_its_own(lesson):
    notebook = nbformat.read(lesson.path, as_version=4)
    nbformat.validate(notebook)
    ids = [cell.id for cell in notebook.cells]
    assert len(ids) == len(set(ids))
    assert notebook.metadata.kernelspec.name == "python3"


def test_it_is_stored_as_one_fresh_run(lesson):
    counts = [cell["execution_count"] for cell in cells(lesson, "code")]
    assert counts == list(range(1, len(counts) + 1))


def test_nothing_failed_or_warned(lesson):
    for cell in cells(lesson, "code"):
        for output in cell["outputs"]:
            assert output["output_type"] != "error"
            assert output.get("name") != "stderr", output["text"]


def test_github_can_show_it(lesson):
    assert lesson.path.stat().st_size < 1_000_000
    for cell in cells(lesson):
        assert "attachments" not in cell
        for output in cell.get("outputs", []):
            shown = set(output.get("data", {}))
            assert shown <= {"text/plain", "text/html", "text/markdown", "image/png"}
    assert not re.search(r"</?[a-z]+[^>\n]*>", without_code(prose(lesson)))


def test_it_names_no_machine(lesson):
    text = lesson.path.read_text(encoding="utf-8")
    assert not re.search(r"/home/|/root/|/tmp/|/Users/|[A-Z]:\\\\|0x[0-9a-f]{8}", text)


def test_cells_and_outputs_are_plain(lesson):
    for cell in cells(lesson, "code")[1:]:
        text = source(cell)
        assert len(text.splitlines()) <= 25, text
        assert not re.search(r"^\s*[!%]", text, flags=re.MULTILINE), text
        assert not text.rstrip().endswith(";"), "strict nbval can't compare it"
        for output in cell["outputs"]:
            printed = "".join(output.get("text", ""))
            assert not re.search(r"np\.\w+\(|(?<![\w.])-0\.0*(?!\d)|<\w+ at ", printed)
    for cell in cells(lesson, "markdown"):
        assert len(re.findall(r"^#+ ", without_code(source(cell)), flags=re.M)) <= 1


# Parts, links, place in the course -----------------------------------------------------


def test_the_title_is_that_of_the_plan(lesson):
    assert source(cells(lesson)[0]).startswith(f"# {lesson.title}\n")


def test_the_six_parts_stand_in_order(lesson):
    headings = re.findall(r"^## .*$", without_code(prose(lesson)), flags=re.MULTILINE)
    assert headings == PARTS


def test_the_badges_open_this_notebook(lesson):
    where = f"github/{REPOSITORY}/blob/main/{lesson.folder}/{lesson.path.name}"
    first = source(cells(lesson)[0])
    assert f"(https://colab.research.google.com/{where})" in first
    assert f"(https://nbviewer.org/{where})" in first


def test_the_setup_cell_is_the_shared_one(lesson):
    setup = source(cells(lesson, "code")[0])
    assert f"https://github.com/{REPOSITORY} course" in setup
    assert setup == source(cells(WRITTEN[0], "code")[0])


def test_it_ends_with_the_way_on_and_a_door_for_mistakes(lesson):
    last = source(cells(lesson)[-1])
    place = f"{lesson.folder}/{lesson.stem}"
    assert f"{REPOSITORY}/issues/new?template=mistake.yml&title={place})" in last
    assert "**Next:**" in last


def test_level_and_time_are_in_range(lesson):
    assert lesson.opening.level in ("Beginner", "Intermediate", "Advanced")
    assert 40 <= lesson.opening.minutes <= 90


def test_needs_come_earlier_and_leads_come_later(lesson):
    here = LESSONS.index(lesson)
    assert all(LESSONS.index(need) < here for need in lesson.opening.needs)
    assert all(LESSONS.index(after) > here for after in lesson.opening.leads_to)


def test_relative_links_lead_somewhere(lesson):
    links = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", prose(lesson))
    missing = [link for link in links if not (lesson.path.parent / link).exists()]
    assert not missing


def test_neighbors_are_linked_exactly_when_they_are_written(lesson):
    first, last = source(cells(lesson)[0]), source(cells(lesson)[-1])
    for other in (*lesson.opening.needs, *lesson.opening.leads_to):
        assert (link_to(other, lesson) in first) == other.written, other.title
    after = LESSONS[min(LESSONS.index(lesson) + 1, len(LESSONS) - 1)]
    step = re.search(r"\*\*Next:\*\* (.*)", last)[1]
    named = link_to(after, lesson) if after.written else after.title
    assert step.startswith(named), f"the next notebook is {named}"


def link_to(other, lesson):
    folder = "" if other.folder == lesson.folder else f"../{other.folder}/"
    return f"[{other.title}]({folder}{other.path.name})"


def test_italic_titles_in_the_text_are_links_once_the_notebook_is_there(lesson):
    italics = re.findall(
        r"(?<![*\w\[])\*([^*\n]+)\*(?!\*)", without_code(prose(lesson))
    )
    assert not [other.title for other in WRITTEN if other.title in italics]


# Figures and formulas ------------------------------------------------------------------


def test_it_has_the_figures_that_a_reader_needs(lesson):
    assert 5 <= len(list(pictures(lesson))) <= 10


def test_every_figure_is_followed_by_what_to_notice(lesson):
    for cell, after in pairwise(cells(lesson)):
        drawn = [o for o in cell.get("outputs", []) if "image/png" in o.get("data", {})]
        if drawn:
            assert after["cell_type"] == "markdown", source(cell)[:80]
            assert "**What to notice.**" in source(after), source(cell)[:80]


def test_every_figure_says_what_it_shows(lesson):
    for picture in pictures(lesson):
        sentence = picture["metadata"]["image/png"]["alt"]
        assert len(sentence.split()) >= 8
        assert "".join(picture["data"]["text/plain"]) == sentence


def test_every_figure_is_on_white(lesson):
    for picture in pictures(lesson):
        png = base64.b64decode("".join(picture["data"]["image/png"]))
        pixels = matplotlib.image.imread(io.BytesIO(png), format="png")
        assert (pixels[[0, 0, -1, -1], [0, -1, 0, -1]] == 1).all()


def test_something_can_be_played_with(lesson):
    played = [c for c in cells(lesson, "code") if "plotting.explore(" in source(c)]
    assert played
    for cell in played:
        assert "nbval-ignore-output" in cell["metadata"].get("tags", [])
        assert not cell["outputs"]


def test_mathematics_renders_everywhere(lesson):
    text = without_code(prose(lesson))
    displayed = re.findall(r"\$\$(.+?)\$\$", text, flags=re.DOTALL)
    rest = re.sub(r"\$\$.+?\$\$", "", text, flags=re.DOTALL)
    inline = re.findall(r"(?<!\\)\$([^$\n]+?)(?<!\\)\$", rest)
    formulas = "\n".join(displayed + inline)
    assert set(re.findall(r"\\([A-Za-z]+)", formulas)) <= MACROS
    assert set(re.findall(r"\\begin\{(\w+\*?)\}", formulas)) <= ENVIRONMENTS
    assert not [f for f in inline if f != f.strip()], "a space just inside the dollars"
    assert "$" not in re.sub(r"\$[^$\n]+?\$", "", rest), "a dollar without its partner"
    for heading in re.findall(r"^#+ .*$", rest, flags=re.MULTILINE):
        assert "$" not in heading
    assert not re.search(r"\[[^\]\n]*\$[^\]\n]*\]\(", rest), "mathematics in a link"
    for row in re.findall(r"^\|.*\|$", text, flags=re.MULTILINE):
        for formula in re.findall(r"\$([^$]+)\$", row):
            assert "|" not in formula, (
                "a bar ends a table's cell: write \\mid or \\lvert"
            )


def test_displayed_formulas_stand_alone(lesson):
    for cell in cells(lesson, "markdown"):
        lines = source(cell).splitlines()
        marks = [i for i, line in enumerate(lines) if line.strip().startswith("$$")]
        for opening, closing in zip(marks[::2], marks[1::2], strict=True):
            assert lines[opening].strip() == lines[closing].strip() == "$$"
            assert opening == 0 or not lines[opening - 1].strip()
            assert closing == len(lines) - 1 or not lines[closing + 1].strip()


# Exercises -----------------------------------------------------------------------------


def test_exercises_are_in_step_with_their_module(lesson):
    asked = list(course.tasks(read_notebook(lesson.path)))
    module = course.exercise_module(lesson)
    kept = [name for name, value in vars(module).items() if isinstance(value, Exercise)]
    assert asked == kept
    assert 5 <= len(asked) <= 7
    assert f"{lesson.folder}/{lesson.path.name}" in module.__doc__


def test_exercises_wait_for_the_reader(lesson):
    checks = [c for c in cells(lesson, "code") if ".check(" in source(c)]
    for cell in checks:
        (output,) = cell["outputs"]
        assert "Your turn" in "".join(output["data"]["text/plain"])


def test_its_code_parses_and_imports_come_from_the_library(lesson):
    for cell in cells(lesson, "code")[1:]:
        for node in ast.walk(ast.parse(source(cell))):
            if isinstance(node, ast.ImportFrom) and node.module.startswith("utils"):
                module = importlib.import_module(node.module)
                for alias in node.names:
                    assert not alias.name.startswith("_")
                    whole = f"{node.module}.{alias.name}"
                    assert hasattr(module, alias.name) or importlib.import_module(whole)
