"""Every exercise accepts its own solution, waits for an answer, and recognizes its recorded mistakes."""

import ast
import builtins
import importlib
import inspect
import pkgutil
import textwrap

import numpy as np
import pytest

import utils.exercises
from utils.exercises.engine import WAITING, Exercise


def all_exercises():
    modules = [
        m.name
        for m in pkgutil.walk_packages(utils.exercises.__path__, "utils.exercises.")
    ]
    return [
        pytest.param(value, id=f"{module.removeprefix('utils.exercises.')}.{name}")
        for module in modules
        for name, value in vars(importlib.import_module(module)).items()
        if isinstance(value, Exercise)
    ]


def as_answer(ex, solution):
    return solution if ex.asks_for_function else solution()


each_exercise = pytest.mark.parametrize("ex", all_exercises())


@each_exercise
def test_the_solution_passes_its_own_check(ex):
    assert ex.is_proof or ex.check(as_answer(ex, ex._solution)).passed


@each_exercise
def test_an_untouched_exercise_waits(ex):
    untouched = (lambda *_: ...) if ex.asks_for_function else ...
    assert ex.check(untouched).status == WAITING


@each_exercise
def test_each_recorded_mistake_gets_its_own_feedback(ex):
    for wrong_solution, feedback in ex.mistakes:
        verdict = ex.check(as_answer(ex, wrong_solution))
        assert not verdict.passed
        assert verdict.message == feedback


@each_exercise
def test_an_answer_that_is_slightly_off_is_wrong(ex):
    """A tolerance so wide that it forgives a tenth of the answer would check nothing."""
    if ex.is_proof:
        return

    def off(*case):
        return shifted(ex._solution(*case))

    assert not ex.check(off if ex.asks_for_function else off()).passed


def shifted(answer):
    if isinstance(answer, tuple):
        return tuple(map(shifted, answer))
    if isinstance(answer, (bool, np.bool_, str)):
        return "something else"
    return np.asarray(answer) * 1.1 + 1e-3


@each_exercise
def test_help_is_there(ex):
    assert 2 <= len(ex.hints) <= 3
    assert ex.is_proof or 1 <= len(ex.mistakes) <= 3
    assert ex.solution().text.strip()


@each_exercise
def test_a_solution_uses_nothing_that_its_reader_can_not_see(ex):
    """Its own names, built-ins, NumPy, and what the module imports: no private helpers."""
    module = inspect.getmodule(ex._solution)
    tree = ast.parse(textwrap.dedent(inspect.getsource(ex._solution))).body[0]
    tree.decorator_list = []
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    own = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    own |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    own |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    imported = {
        alias.asname or alias.name
        for node in ast.parse(inspect.getsource(module)).body
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    }
    used = {node.id for node in names if isinstance(node.ctx, ast.Load)}
    assert used <= own | imported | set(dir(builtins))
