"""The course's own map, read from its notebooks, and the commands that keep it in step.

usage: python -m utils.course VERB [ARGUMENT ...]

  run NOTEBOOK ...      execute notebooks and store clean outputs, the only way to store them
  progress [PATH ...]   exercises solved per folder, and what to open next; PATH names
                        saved notebooks, or folders of them, that lie outside the course
  roadmap               write the generated parts of roadmap.md and README.md
  solutions             write the pages of references/solutions
  rename OWNER/NAME     move every badge, link and setup cell to another repository
"""

import base64
import json
import os
import posixpath
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REPOSITORY = "hamna-munir/math-for-machine-learning"

# Every notebook that the course will have, in reading order: folder, its title and the
# package of its exercises, then name and title of each notebook.
PLAN = {
    ("00-prerequisites", "Prerequisites", "prerequisites"): {
        "01-python-for-math": "Python for Mathematics",
        "02-numpy-basics": "NumPy Basics",
        "03-mathematical-notation": "Mathematical Notation",
    },
    ("01-linear-algebra", "Linear algebra", "linear_algebra"): {
        "01-vectors-and-matrices": "Vectors and Matrices",
        "02-matrix-operations": "Matrix Operations",
        "03-linear-systems": "Linear Systems",
        "04-projections-and-orthogonality": "Projections and Orthogonality",
        "05-eigenvalues-and-eigenvectors": "Eigenvalues and Eigenvectors",
        "06-positive-definite-matrices": "Positive Definite Matrices",
        "07-svd": "Singular Value Decomposition",
        "08-linear-algebra-in-ml": "Linear Algebra in Machine Learning",
    },
    ("02-calculus", "Calculus", "calculus"): {
        "01-derivatives-and-gradients": "Derivatives and Gradients",
        "02-partial-derivatives": "Partial Derivatives",
        "03-chain-rule": "The Chain Rule",
        "04-multivariable-calculus": "Multivariable Calculus",
        "05-matrix-calculus": "Matrix Calculus",
        "06-hessian-matrix": "The Hessian Matrix",
        "07-integration": "Integration",
        "08-calculus-in-ml": "Calculus in Machine Learning",
    },
    ("03-probability", "Probability", "probability"): {
        "01-probability-basics": "Probability Basics",
        "02-random-variables": "Random Variables",
        "03-probability-distributions": "Probability Distributions",
        "04-expectation-and-variance": "Expectation and Variance",
        "05-joint-distributions": "Joint Distributions",
        "06-bayes-theorem": "Bayes' Theorem",
        "07-clt-and-lln": "Central Limit Theorem and Law of Large Numbers",
        "08-monte-carlo-and-markov-chains": "Monte Carlo and Markov Chains",
        "09-probability-in-ml": "Probability in Machine Learning",
    },
    ("04-statistics", "Statistics", "statistics"): {
        "01-descriptive-statistics": "Descriptive Statistics",
        "02-sampling": "Sampling",
        "03-estimation": "Estimation",
        "04-hypothesis-testing": "Hypothesis Testing",
        "05-bayesian-inference": "Bayesian Inference",
        "06-bias-variance-tradeoff": "Bias-Variance Tradeoff",
        "07-statistics-in-ml": "Statistics in Machine Learning",
    },
    ("05-optimization", "Optimization", "optimization"): {
        "01-loss-functions": "Loss Functions",
        "02-convexity": "Convexity",
        "03-gradient-descent": "Gradient Descent",
        "04-sgd-adam-rmsprop": "SGD, Adam and RMSProp",
        "05-second-order-methods": "Second-Order Methods",
        "06-constrained-optimization": "Constrained Optimization",
        "07-regularization": "Regularization",
        "08-optimization-in-ml": "Optimization in Machine Learning",
    },
    ("06-information-theory", "Information theory", "information_theory"): {
        "01-entropy": "Entropy",
        "02-cross-entropy": "Cross-Entropy",
        "03-kl-divergence": "Kullback–Leibler Divergence",
        "04-mutual-information": "Mutual Information",
        "05-information-theory-in-ml": "Information Theory in Machine Learning",
    },
    ("07-numerical-methods", "Numerical methods", "numerical_methods"): {
        "01-floating-point-errors": "Floating-Point Errors",
        "02-numerical-stability": "Numerical Stability",
        "03-conditioning": "Conditioning",
        "04-numerical-differentiation": "Numerical Differentiation",
        "05-numerical-integration": "Numerical Integration",
        "06-iterative-solvers": "Iterative Solvers",
    },
    ("08-ml-math-case-studies", "Case studies", "case_studies"): {
        "01-linear-regression": "Linear Regression",
        "02-logistic-regression": "Logistic Regression",
        "03-pca": "Principal Component Analysis",
        "04-gradient-descent-visualization": "Gradient Descent, Seen",
        "05-neural-network-math": "The Mathematics of a Neural Network",
        "06-kmeans-and-gaussian-mixtures": "K-means and Gaussian Mixtures",
        "07-support-vector-machines": "Support Vector Machines",
        "08-recommender-matrix-factorization": "Recommenders and Matrix Factorization",
        "09-attention-and-transformers": "Attention and Transformers",
        "10-variational-autoencoder": "The Variational Autoencoder",
        "11-gaussian-processes": "Gaussian Processes",
        "12-diffusion-models": "Diffusion Models",
    },
}

SHOWN = ("01-07", 1)  # the notebook, and which of its figures, that README.md shows
FIGURE = "references/readme-figure.png"
SOLVED = "✅"  # how the verdict on a right answer begins (exercises.engine.ICONS)


class CourseError(Exception):
    """Something a person can mend; the command line prints it as one line."""


@dataclass(frozen=True)
class Lesson:
    """One notebook of the plan, written or not."""

    folder: str
    stem: str
    title: str

    @property
    def path(self):
        return ROOT / self.folder / f"{self.stem}.ipynb"

    @property
    def id(self):
        return f"{self.folder[:2]}-{self.stem[:2]}"

    @property
    def written(self):
        return self.path.exists()

    @cached_property
    def opening(self):
        return read_opening(self.path)


@dataclass(frozen=True)
class Opening:
    """What the first cell of a notebook says about its place in the course."""

    level: str
    minutes: int
    needs: tuple
    leads_to: tuple


LESSONS = [
    Lesson(folder, stem, title)
    for (folder, _, _), notebooks in PLAN.items()
    for stem, title in notebooks.items()
]
_BY_TITLE = {lesson.title.lower(): lesson for lesson in LESSONS}
_BY_PATH = {f"{lesson.folder}/{lesson.stem}.ipynb": lesson for lesson in LESSONS}


# The map -------------------------------------------------------------------------------


def written_lessons():
    """The lessons that exist as notebooks, in reading order."""
    return [lesson for lesson in LESSONS if lesson.written]


def read_notebook(path):
    """The notebook at ``path`` as a dict, or a `CourseError` that says what is wrong."""
    path = Path(path)
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CourseError(f"{path}: can't be read: {error.strerror}") from None
    except ValueError as error:
        raise CourseError(f"{path}: not a notebook: not valid JSON, {error}") from None
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list) or not all(
        isinstance(cell, dict) and "cell_type" in cell and "source" in cell
        for cell in cells
    ):
        raise CourseError(f"{path}: not a notebook: it has no list of cells")
    return notebook


def source(cell):
    """The text of a notebook's cell, which may be stored as a list of lines."""
    return "".join(cell["source"])


def read_opening(path):
    """Level, minutes and neighbors of a notebook, from its first cell."""
    text = source(read_notebook(path)["cells"][0])
    found = re.search(
        r"^\*\*Level\*\* (?P<level>\w+) · \*\*Time\*\* (?P<minutes>\d+) min · "
        r"\*\*Needs\*\* (?P<needs>.+) · \*\*Leads to\*\* (?P<leads>.+)$",
        text,
        flags=re.MULTILINE,
    )
    if not found:
        raise CourseError(
            f"{path}: the first cell has no line "
            "'**Level** … · **Time** NN min · **Needs** … · **Leads to** …'"
        )
    return Opening(
        level=found["level"],
        minutes=int(found["minutes"]),
        needs=_lessons_named(found["needs"], path),
        leads_to=_lessons_named(found["leads"], path),
    )


def _lessons_named(text, path):
    """The lessons in a list of titles, linked or not; titles may contain commas."""
    if text.strip() == "none":
        return ()
    rest = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text).strip()
    lessons = []
    while rest:
        matches = [title for title in _BY_TITLE if rest.lower().startswith(title)]
        if not matches:
            raise CourseError(f"{path}: no notebook of the course is called {rest!r}")
        title = max(matches, key=len)
        lessons.append(_BY_TITLE[title])
        rest = rest[len(title) :].removeprefix(",").strip()
    return tuple(lessons)


# run -----------------------------------------------------------------------------------


def run(paths):
    """Execute notebooks from a fresh kernel, and store their outputs if all cells worked."""
    if not paths:
        raise CourseError("run needs the path of a notebook")
    notebooks = [(Path(path), _load(path)) for path in paths]
    for path, notebook in notebooks:
        _execute(notebook, path)
        _clean(notebook, path)
        _store(notebook, path)
        print(f"{path}: stored")


def _load(path):
    import nbformat  # with nbclient the only need for Jupyter here

    read_notebook(path)
    try:
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
    except Exception as error:
        reason = str(error).splitlines()[0]
        raise CourseError(f"{path}: not a valid notebook: {reason}") from None
    return notebook


def _execute(notebook, path):
    from nbclient import NotebookClient
    from nbclient.exceptions import (
        CellExecutionError,
        CellTimeoutError,
        DeadKernelError,
    )

    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    client = NotebookClient(
        notebook,
        timeout=120,
        kernel_name="python3",
        record_timing=False,
        store_widget_state=True,  # nbclient fails without, and `_clean` drops it
        resources={"metadata": {"path": path.resolve().parent}},
    )
    # as in the tests: on a busy machine BLAS threads wait for each other for minutes
    env = {"OPENBLAS_NUM_THREADS": "1", **os.environ}
    try:
        # the kernel's own log isn't a cell's
        client.execute(env=env, stderr=subprocess.DEVNULL)
    except CellExecutionError as error:
        reason = f"{error.ename}: {str(error.evalue).partition(chr(10))[0]}"
    except (CellTimeoutError, DeadKernelError) as error:
        reason = str(error).splitlines()[0]
    else:
        return
    raise CourseError(f"{path}: nothing stored, a cell failed with {reason}")


def _clean(notebook, path):
    """Keep of the outputs what readers see, and nothing that changes from run to run."""
    notebook.metadata.pop("widgets", None)
    notebook.metadata.get("language_info", {}).pop("version", None)
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        cell.metadata.pop("execution", None)
        if "nbval-ignore-output" in cell.metadata.get("tags", []):
            cell.outputs = []
        for output in cell.outputs:
            if output.get("name") == "stderr":
                line = output.text.strip().splitlines()[0]
                raise CourseError(f"{path}: nothing stored, a cell warns: {line}")
        cell.outputs = _joined(cell.outputs)


def _joined(outputs):
    """Outputs with neighboring pieces of printed text as one: where they break is chance."""
    joined = []
    for output in outputs:
        if joined and output.output_type == "stream" == joined[-1].output_type:
            joined[-1].text += output.text
        else:
            joined.append(output)
    return joined


def _store(notebook, path):
    """Write through a neighbor file, so that an interruption can't leave half a notebook."""
    import nbformat

    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(nbformat.writes(notebook) + "\n")
        os.chmod(name, path.stat().st_mode)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


# progress ------------------------------------------------------------------------------


def exercises_solved(notebook):
    """For each exercise that a saved notebook checks: whether its stored verdict is right."""
    solved = {}
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        for name in re.findall(r"\bex\.(\w+)\.check\(", source(cell)):
            texts = [
                "".join(output.get("data", {}).get("text/plain", ""))
                for output in cell.get("outputs", [])
            ]
            right = any(text.startswith(SOLVED) for text in texts)
            solved[name] = solved.get(name, False) or right
    return solved


def progress(paths=()):
    """Print a bar per folder of exercises solved, and the next notebook to open."""
    state = {
        lesson: exercises_solved(read_notebook(lesson.path))
        for lesson in written_lessons()
    }
    for path in _notebooks_at(paths):
        notebook = read_notebook(path)
        lesson = _lesson_of(notebook, path)
        for name, right in exercises_solved(notebook).items():
            known = state.setdefault(lesson, {})
            known[name] = known.get(name, False) or right

    for folder, title, _ in PLAN:
        marks = [m for s, d in state.items() if s.folder == folder for m in d.values()]
        if marks:
            filled = round(20 * sum(marks) / len(marks))
            bar = "█" * filled + "░" * (20 - filled)
            print(f"{folder[:2]} {title:20s} {bar} {sum(marks)}/{len(marks)}")
    step = next_lesson(state)
    if step is None:
        print("Every exercise that is here is solved.")
    else:
        print(f"Next: {step.title} ({step.folder}/{step.stem}.ipynb)")


def next_lesson(state):
    """The first lesson in reading order with open exercises whose needs are all solved.

    state : dict from lesson to its exercises, each solved (True) or not. A lesson that
        isn't in it, because it isn't written yet, keeps nobody waiting.
    """
    done = {lesson for lesson, marks in state.items() if all(marks.values())}
    for lesson in LESSONS:
        if lesson in state and lesson not in done:
            if all(need in done or need not in state for need in lesson.opening.needs):
                return lesson
    return None


def _notebooks_at(paths):
    for path in map(Path, paths):
        if path.is_dir():
            yield from sorted(path.rglob("*.ipynb"))
        else:
            yield path


def _lesson_of(notebook, path):
    """Which lesson a copy of a notebook is, by its badge: learners rename their copies."""
    text = source(notebook["cells"][0]) if notebook["cells"] else ""
    found = re.search(r"/blob/[^/]+/([\w-]+/[\w-]+\.ipynb)", text)
    if not found or found[1] not in _BY_PATH:
        raise CourseError(
            f"{path}: not a notebook of this course: it has no badge of it"
        )
    return _BY_PATH[found[1]]


# roadmap -------------------------------------------------------------------------------


def generated_texts():
    """Text of roadmap.md and README.md with their generated parts made anew, by path."""
    parts = {
        "roadmap.md": {
            "tables": roadmap_tables(),
            "dependencies": dependency_picture(),
        },
        "README.md": {"figure": shown_figure()[0], "topics": topic_map()},
    }
    texts = {}
    for name, regions in parts.items():
        path = ROOT / name
        text = path.read_text(encoding="utf-8")
        for region, content in regions.items():
            text = _replace_region(text, region, content, path)
        texts[path] = text
    return texts


def roadmap_tables():
    """A table per folder: the notebooks in order, with what each takes and needs."""
    blocks = []
    for folder, title, _ in PLAN:
        rows = [
            f"### {folder[:2]} {title}\n",
            "| | Notebook | Level | Minutes | Needs |",
            "|---|---|---|---|---|",
        ]
        for lesson in (s for s in LESSONS if s.folder == folder):
            if lesson.written:
                opening = lesson.opening
                needs = ", ".join(need.id for need in opening.needs) or "–"
                cells = (
                    f"{_linked(lesson)} | {opening.level} | {opening.minutes} | {needs}"
                )
            else:
                cells = f"{lesson.title} | | | "
            rows.append(f"| {lesson.id} | {cells} |")
        blocks.append("\n".join(rows))
    return "\n\n".join(blocks)


def dependency_picture():
    """Which notebook needs which, as mermaid; what follows from other arrows is left out."""
    drawn = written_lessons()
    needs = {lesson: set(lesson.opening.needs) for lesson in drawn}
    for lesson in drawn:
        indirect = {far for need in needs[lesson] for far in needs.get(need, ())}
        needs[lesson] = needs[lesson] - indirect
    nodes = set(drawn).union(*needs.values())
    lines = ["```mermaid", "flowchart LR"]
    for folder, title, _ in PLAN:
        members = [s for s in LESSONS if s.folder == folder and s in nodes]
        if members:
            lines.append(f'  subgraph F{folder[:2]}["{title}"]')
            lines += [f'    N{_key(s)}["{s.id} {s.title}"]' for s in members]
            lines.append("  end")
    for lesson in drawn:
        for need in sorted(needs[lesson], key=LESSONS.index):
            lines.append(f"  N{_key(need)} --> N{_key(lesson)}")
    planned = ",".join(f"N{_key(s)}" for s in LESSONS if s in nodes and not s.written)
    if planned:
        lines.append("  classDef planned stroke-dasharray: 4 4")
        lines.append(f"  class {planned} planned")
    return "\n".join([*lines, "```"])


def topic_map():
    """The README's table: a row per folder, a Colab badge per finished notebook."""
    lines = [
        f"{len(written_lessons())} of {len(LESSONS)} notebooks are finished: they have a "
        "link, and a badge that opens them in Colab. The others are being written.\n",
        "| | Topic | Notebooks |",
        "|---|---|---|",
    ]
    for folder, title, _ in PLAN:
        names = [
            f"{_linked(s)} {colab_badge(s)}" if s.written else s.title
            for s in LESSONS
            if s.folder == folder
        ]
        lines.append(f"| {folder[:2]} | **{title}** | {' <br> '.join(names)} |")
    return "\n".join(lines)


def shown_figure():
    """The README's figure: its Markdown, with its sentence and notebook, and its PNG."""
    lesson = next(s for s in LESSONS if s.id == SHOWN[0])
    pictures = [
        output["data"]
        for cell in read_notebook(lesson.path)["cells"]
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    ]
    data = pictures[SHOWN[1] - 1]
    sentence = "".join(data["text/plain"])
    text = (
        f"[![{sentence}]({FIGURE})]({lesson.folder}/{lesson.stem}.ipynb)\n\n"
        f"*From [{lesson.title}]({lesson.folder}/{lesson.stem}.ipynb). {sentence}*"
    )
    return text, base64.b64decode("".join(data["image/png"]))


def colab_badge(lesson):
    """Markdown of the badge that opens a lesson in Colab."""
    where = f"{REPOSITORY}/blob/main/{lesson.folder}/{lesson.stem}.ipynb"
    return (
        "[![Open In Colab](https://colab.research.google.com/assets/colab-badge.svg)]"
        f"(https://colab.research.google.com/github/{where})"
    )


def _linked(lesson):
    return f"[{lesson.title}]({lesson.folder}/{lesson.stem}.ipynb)"


def _key(lesson):
    return lesson.id.replace("-", "")


def _replace_region(text, region, content, path):
    begin, end = f"<!-- generated: {region} -->", f"<!-- end: {region} -->"
    head, found, rest = text.partition(begin)
    _, closed, tail = rest.partition(end)
    if not (found and closed):
        raise CourseError(f"{path}: the markers '{begin}' and '{end}' are missing")
    return f"{head}{begin}\n\n{content}\n\n{end}{tail}"


def roadmap():
    """Write the generated parts of roadmap.md and README.md, and the README's figure."""
    for path, text in generated_texts().items():
        _write_if_new(path, text)
    (ROOT / FIGURE).write_bytes(shown_figure()[1])


def _write_if_new(path, text):
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    print(f"{path.relative_to(ROOT)}: written")


# solutions -----------------------------------------------------------------------------


def solution_pages():
    """Markdown of the page of each notebook's tasks, hints and solutions, by path."""
    pages = {}
    for lesson in written_lessons():
        path = ROOT / "references/solutions" / lesson.folder / f"{lesson.stem}.md"
        pages[path] = _solution_page(lesson)
    return pages


def solutions():
    """Write the pages of references/solutions."""
    for path, text in solution_pages().items():
        _write_if_new(path, text)


def tasks(notebook):
    """The Markdown of each exercise's task, by the exercise's name, in order.

    A task is a Markdown cell that begins with its number in bold. It names its exercise
    in the code cell after it, or, for a proof, in its own text.
    """
    named, task = {}, None
    for cell in notebook["cells"]:
        text = source(cell)
        if cell["cell_type"] == "markdown":
            task = re.search(r"^\*\*\d+\. .*", text, flags=re.MULTILINE | re.DOTALL)
            name = task and re.search(r"`ex\.(\w+)\.solution\(\)`", task[0])
        else:
            name = task and re.search(r"\bex\.(\w+)\.check\(", text)
        if task and name:
            named[name[1]] = task[0].strip()
    return named


def _solution_page(lesson):
    module = exercise_module(lesson)
    blocks = [
        f"# {lesson.title}: exercises, hints, solutions",
        f"Of [{lesson.folder}/{lesson.stem}](../../../{lesson.folder}/{lesson.stem}.ipynb), "
        "where your answers are checked as you go. Try each one before you open what is folded.",
    ]
    for name, task in tasks(read_notebook(lesson.path)).items():
        exercise = getattr(module, name)
        blocks.append(_moved_links(task, lesson.folder))
        for number, hint in enumerate(exercise.hints, start=1):
            blocks.append(_folded(f"Hint {number}", hint))
        blocks.append(_folded("Solution", exercise.solution().text.strip()))
    return _for_github("\n\n".join(blocks)) + "\n"


def exercise_module(lesson):
    """The module that holds a lesson's exercises."""
    from importlib import import_module  # exercises may import all of utils: only here

    package = next(p for folder, _, p in PLAN if folder == lesson.folder)
    stem = lesson.stem[3:].replace("-", "_")
    return import_module(f"utils.exercises.{package}.{stem}")


def _moved_links(text, folder):
    """A task's links, relative to ``folder``, as they read from its page of solutions."""

    def moved(found):
        if found[1] is None:  # code, where brackets and parentheses mean something else
            return found[0]
        return "](../../../" + posixpath.normpath(f"{folder}/{found[1]}")

    code = r"```.*?```|`[^`\n]*`"
    link = r"\]\((?!https?:|#)([^)\s]+)"
    return re.sub(f"{code}|{link}", moved, text, flags=re.DOTALL)


def _folded(summary, text):
    return f"<details><summary>{summary}</summary>\n\n{text}\n\n</details>"


def _for_github(text):
    r"""Markdown whose formulas survive GitHub, which takes ``\,`` and ``\\`` for escapes.

    Only formulas with such a pair change: inline ones get GitHub's backtick form, displayed
    ones a math fence.
    """
    fragile = re.compile(r"\\[^\w\s]")
    code = r"```.*?```|`[^`\n]*`"

    def mend(match):
        display, inline = match["display"], match["inline"]
        if display and fragile.search(display):
            return f"```math\n{display.strip()}\n```"
        if inline and fragile.search(inline):
            return f"$`{inline}`$"
        return match[0]

    pattern = rf"{code}|\$\$(?P<display>.+?)\$\$|\$(?P<inline>[^$\n]+?)\$"
    return re.sub(pattern, mend, text, flags=re.DOTALL)


# rename --------------------------------------------------------------------------------


def rename(slug, root=ROOT):
    """Replace the repository's name in every text file of the course."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]*/[\w.-]+", slug):
        raise CourseError(f"rename needs OWNER/NAME, got {slug!r}")
    old = re.compile(rf"(?<![\w-]){re.escape(REPOSITORY)}(?![\w-])")
    changed = 0
    for path in _text_files(root):
        text = path.read_bytes().decode("utf-8")
        new = old.sub(slug, text)
        if new != text:
            path.write_bytes(new.encode("utf-8"))
            changed += 1
    print(f"{REPOSITORY} is now {slug} in {changed} files")


def _text_files(root):
    kinds = {".ipynb", ".md", ".py", ".yml", ".json", ".toml", ".txt"}
    kept = {".ci", ".github", ".devcontainer", ".binder"}
    for folder, folders, files in os.walk(root):
        folders[:] = [f for f in folders if f in kept or f[0] not in "._"]
        for name in files:
            if Path(name).suffix in kinds or Path(folder).name == ".ci":
                yield Path(folder, name)


# The command line ----------------------------------------------------------------------


def main(arguments):
    """Carry out one verb; return the exit status."""
    if sys.stdout.encoding and sys.stdout.encoding.lower() != "utf-8":
        sys.stdout.reconfigure(encoding="utf-8")  # a Windows console may lack the bars
    verbs = {"run": run, "progress": progress}
    plain = {"roadmap": roadmap, "solutions": solutions}
    verb, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    try:
        if verb in ("-h", "--help"):
            print(__doc__.strip())
        elif verb in verbs:
            verbs[verb](rest)
        elif verb in plain and not rest:
            plain[verb]()
        elif verb == "rename" and len(rest) == 1:
            rename(rest[0])
        elif verb in (*plain, "rename"):
            raise CourseError(
                f"{verb} takes {'one name' if verb == 'rename' else 'no argument'}"
            )
        else:
            known = ", ".join((*verbs, *plain, "rename"))
            raise CourseError(f"unknown verb {verb!r}: use one of {known}")
    except CourseError as error:
        print(f"course: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
