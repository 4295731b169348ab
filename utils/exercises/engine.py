"""Auto-checked exercises: one decorator turns a reference solution into an exercise.

An exercise module mirrors one notebook, and each of its functions is a solution:

    @exercise(cases=[(A, 1), (A, 2)], hints=["Which columns of U survive?"])
    def best_rank_k(A, k):
        '''Keep the $k$ largest singular triplets.'''
        U, s, Vt = np.linalg.svd(A, full_matrices=False)
        return (U[:, :k] * s[:k]) @ Vt[:k]

    @best_rank_k.mistake("Singular values come largest first: you kept the smallest.")
    def _(A, k): ...

The notebook states the task and calls ``ex.best_rank_k.check(my_function)``. A solution
without parameters is a question with one right answer, and ``check`` takes that answer.
The tests send every solution and every recorded mistake through ``check``, so a right
answer can't be refused and feedback can't go stale. A proof, which no program can check,
is told in the docstring of an empty function under ``@proof``.

A solution is shown to the learner as it stands here, so it uses nothing but its own
parameters, NumPy and what the module imports.
"""

import ast
import copy
import dis
import inspect
import reprlib
import textwrap
import warnings
from dataclasses import dataclass
from html import escape

import numpy as np

RIGHT, WRONG, WAITING = "right", "wrong", "waiting"
ICONS = {RIGHT: "✅", WRONG: "🔁", WAITING: "✏️"}
COLORS = {RIGHT: "#1a7f37", WRONG: "#b3261e", WAITING: "#8a6d00"}


@dataclass(frozen=True)
class Verdict:
    """What a check found: a colored line in a notebook, plain text in a terminal."""

    status: str
    message: str

    @property
    def passed(self):
        return self.status == RIGHT

    def __repr__(self):
        return f"{ICONS[self.status]} {self.message}"

    def _repr_html_(self):
        style = f"border-left: 4px solid {COLORS[self.status]}; padding: .3em .8em"
        text = escape(repr(self)).replace("\n", "<br>")
        return f'<div style="{style}">{text}</div>'


@dataclass(frozen=True)
class Note:
    """Markdown for the learner: a hint or a solution."""

    text: str

    def __repr__(self):
        return self.text

    def _repr_markdown_(self):
        return self.text


def exercise(*, cases=(), hints=(), rtol=1e-6):
    """Turn a reference solution into an `Exercise`; its docstring explains the idea.

    cases : argument tuples to check a function on; a question with one answer has none.
    hints : from a nudge to nearly the answer.
    rtol : relative error that still counts as right; raise it for answers by hand.
    """
    return lambda solution: Exercise(solution, list(cases), list(hints), rtol)


def proof(*, hints=()):
    """Turn a function whose docstring is a proof into an `Exercise` without a check."""
    return lambda solution: Exercise(solution, [], list(hints), rtol=0, is_proof=True)


class Exercise:
    """A reference solution with the cases, hints and known mistakes that go with it."""

    def __init__(self, solution, cases, hints, rtol, is_proof=False):
        self.name = solution.__name__
        self.asks_for_function = bool(inspect.signature(solution).parameters)
        if self.asks_for_function and not cases:
            raise ValueError(f"exercise {self.name}: a function needs cases")
        if cases and not self.asks_for_function:
            raise ValueError(f"exercise {self.name}: one answer needs no cases")
        self.cases = cases if self.asks_for_function else [()]
        self.is_proof = is_proof
        self.hints = hints
        self.rtol = rtol
        self.mistakes = []
        self._solution = solution
        self._hints_given = 0

    def __repr__(self):
        return f"<exercise {self.name}: .check(...), .hint(), .solution()>"

    def mistake(self, feedback, answer=None):
        """Record what to tell a learner who gives exactly this wrong answer.

        Pass a wrong value as ``answer``, or decorate a wrong function.
        """

        def record(wrong_solution):
            self.mistakes.append((wrong_solution, feedback))
            return wrong_solution

        return record if answer is None else record(lambda: answer)

    def check(self, answer=...):
        """Compare an answer, or a function where the task asks for one, with the solution.

        Returns a `Verdict` and never raises: a crash of the learner's code is feedback.
        """
        if self.is_proof:
            return Verdict(
                WAITING, "No program checks a proof: compare it with .solution()."
            )
        if answer is ... or answer is None:
            return _waiting()
        if self.asks_for_function and not callable(answer):
            return Verdict(
                WRONG,
                f"This task asks for a function, and got {_show(answer)}. "
                "Pass its name, without parentheses.",
            )
        attempt = answer if self.asks_for_function else lambda: answer

        answers = []
        for case in self.cases:
            try:
                answers.append(attempt(*copy.deepcopy(case)))
            except (
                Exception
            ) as error:  # the learner's bug is feedback here, not a crash
                reason = f"It raised {type(error).__name__}: {error}"
                return Verdict(WRONG, reason + _where(case))
            if answers[-1] is ... or (answers[-1] is None and _is_untouched(answer)):
                return _waiting()
            if answers[-1] is None:
                reason = "Your function gives back None: is a return missing?"
                return Verdict(WRONG, reason + _where(case))
        return self._wrong(answers) or Verdict(RIGHT, "Correct.")

    def hint(self):
        """The next hint; the last one stays."""
        if not self.hints:
            return Note("No hint for this one: the section above it has all you need.")
        self._hints_given = min(self._hints_given + 1, len(self.hints))
        return Note(f"💡 {self.hints[self._hints_given - 1]}")

    def solution(self):
        """The idea of the reference solution, its answer if it is one, and its code."""
        idea = inspect.getdoc(self._solution) or ""
        if self.is_proof:
            return Note(idea)
        code = f"```python\n{_code(self._solution)}\n```"
        if self.asks_for_function:
            return Note(f"{idea}\n\n{code}")
        answer = self._solution()
        values = answer if isinstance(answer, tuple) else (answer,)
        shown = ", ".join(v if isinstance(v, str) else _show(v) for v in values)
        return Note(f"{idea}\n\n**Answer:** {shown}\n\n{code}")

    def _wrong(self, answers):
        for answer, case in zip(answers, self.cases, strict=True):
            difference = self._differ(answer, self._solution(*copy.deepcopy(case)))
            if difference:
                feedback = f"Not yet: {difference}{_where(case)}"
                return Verdict(WRONG, self._recognized(answers) or feedback)
        return None

    def _recognized(self, answers):
        """The feedback of the known mistake that gives the same answers, if one does."""
        for wrong_solution, feedback in self.mistakes:
            with warnings.catch_warnings(action="ignore"):  # wrong on purpose: 0/0, say
                known = [wrong_solution(*copy.deepcopy(case)) for case in self.cases]
            if not any(map(self._differ, answers, known)):
                return feedback
        return None

    def _differ(self, got, expected):
        return _difference(got, expected, self.rtol)


def _waiting():
    return Verdict(WAITING, "Your turn: replace the ... and run the cell again.")


def _is_untouched(function):
    """Whether a function's body still is a lone ``...``: it loads nothing but constants."""
    try:
        steps = {step.opname for step in dis.get_instructions(function)}
    except TypeError:  # a built-in, or an object with __call__
        return False
    idle = {"RESUME", "NOP", "POP_TOP", "LOAD_CONST", "RETURN_CONST", "RETURN_VALUE"}
    return steps <= idle


def _code(function):
    """The source of ``function`` as written, comments kept, decorators and docstring cut."""
    source = textwrap.dedent(inspect.getsource(function))
    lines = source.splitlines()
    definition = ast.parse(source).body[0]
    cut = set(range(1, definition.lineno))  # decorators stand above the def
    if ast.get_docstring(definition):
        docstring = definition.body[0]
        cut |= set(range(docstring.lineno, docstring.end_lineno + 1))
    return "\n".join(line for i, line in enumerate(lines, 1) if i not in cut)


def _where(case):
    return "\nfor " + ", ".join(map(_show, case)) if case else ""


def _show(value):
    """A short text for ``value`` without memory addresses, as a learner wants to see it."""
    if callable(value):
        return f"the function {getattr(value, '__name__', type(value).__name__)}"
    if isinstance(value, np.ndarray):
        sizes = np.abs(value[value != 0]) if value.dtype.kind in "fc" else []
        plain = (
            np.min(sizes, initial=1.0) >= 1e-4
        )  # tiny entries mustn't look like zeros
        with np.printoptions(precision=4, suppress=plain, threshold=40, edgeitems=2):
            return repr(value)
    if isinstance(value, np.generic):
        value = value.item()
    return f"{value:.6g}" if isinstance(value, float) else reprlib.repr(value)


def _difference(got, expected, rtol):
    """How ``got`` differs from ``expected``, in a learner's words; empty if they agree."""
    if isinstance(expected, tuple):
        try:
            got = tuple(got)
        except TypeError:
            return f"expected {len(expected)} values, got {_show(got)}."
        if len(got) != len(expected):
            return f"expected {len(expected)} values, got {len(got)}: {_show(got)}."
        pairs = zip(got, expected, strict=True)
        return next(filter(None, (_difference(g, e, rtol) for g, e in pairs)), "")
    if isinstance(expected, (bool, np.bool_, str)):
        same = np.ndim(got) == 0 and bool(got == expected)
        return "" if same else f"{_show(got)} is not it."
    kind = complex if np.iscomplexobj(expected) else float
    try:
        got, expected = np.asarray(got), np.asarray(expected, dtype=kind)
        got = got.astype(complex if np.iscomplexobj(got) else kind)
    except (TypeError, ValueError):
        return f"expected numbers, got {_show(got)}."
    if got.shape != expected.shape:
        return f"expected shape {expected.shape}, got shape {got.shape}."
    scale = np.abs(expected[np.isfinite(expected)]).max(initial=0.0) or 1.0
    if np.allclose(got, expected, rtol=0.0, atol=rtol * scale, equal_nan=True):
        return ""
    return f"got {_show(got if got.ndim else got.item())}, which is off."
