"""The exercise engine: each kind of answer, right, wrong, unfinished or broken, gets its verdict."""

import numpy as np
import pytest

from utils.exercises.engine import RIGHT, WAITING, WRONG, Verdict, exercise, proof


@exercise(
    cases=[(np.array([1.0, 2.0]), 3.0), (np.array([0.0, -1.0]), 2.0)], hints=["a", "b"]
)
def scale(x, c):
    r"""Multiply each entry: $c\mathbf{x}$."""
    # a comment that a learner should see
    return c * x


@scale.mistake("You added.")
def _(x, c):
    return x + c


@exercise(rtol=1e-3)
def pair():
    """Both roots."""
    return np.sqrt(2.0), -np.sqrt(2.0)


pair.mistake("Squares, not roots.", answer=(2.0, 2.0))


@exercise()
def word():
    """It is the second."""
    return "b"


@exercise()
def truth():
    """It holds."""
    return True


@exercise()
def eigenvalues():
    """A turn by 90 degrees has no real direction that it keeps."""
    return np.array([1j, -1j])


@proof(hints=["Expand."])
def square():
    r"""$(a+b)^2 \ge 0$."""


def status(verdict):
    return verdict.status


# Functions -----------------------------------------------------------------------------


def test_a_right_function_passes():
    assert scale.check(lambda x, c: x * c) == Verdict(RIGHT, "Correct.")
    assert scale.check(np.multiply).passed


def test_a_list_that_equals_the_array_is_right():
    assert scale.check(lambda x, c: [c * v for v in x]).passed


def test_a_known_mistake_gets_its_sentence():
    assert scale.check(lambda x, c: x + c) == Verdict(WRONG, "You added.")


def test_an_unknown_mistake_is_shown_with_its_case():
    verdict = scale.check(lambda x, c: -c * x)
    assert status(verdict) == WRONG
    assert "array([-3., -6.])" in verdict.message
    assert "for array([1., 2.]), 3" in verdict.message


def test_tiny_entries_of_a_case_do_not_look_like_zeros():
    @exercise(cases=[(np.array([1.0, 1e-8]),)])
    def total(x):
        return x.sum()

    assert "1.e-08" in total.check(lambda x: 7.0).message


def test_the_expected_value_is_not_given_away():
    assert "3., 6." not in scale.check(lambda x, c: 0 * x).message.split("\n")[0]


def test_a_wrong_shape_is_named():
    message = scale.check(lambda x, c: (c * x)[:, None]).message
    assert "expected shape (2,), got shape (2, 1)" in message


def test_words_where_numbers_belong_are_named():
    assert "expected numbers" in scale.check(lambda x, c: "many").message


def untouched(x, c): ...


def untouched_with_docstring(x, c):
    """Multiply."""


def forgot_return(x, c):
    x * c


def half_done(x, c):
    y = x * c  # noqa: F841
    return ...


@pytest.mark.parametrize("stub", [untouched, untouched_with_docstring, half_done])
def test_an_unfinished_function_waits(stub):
    assert status(scale.check(stub)) == WAITING


def test_a_forgotten_return_is_told_from_an_untouched_stub():
    verdict = scale.check(forgot_return)
    assert status(verdict) == WRONG
    assert "return missing" in verdict.message


def test_a_call_instead_of_the_function_is_explained():
    verdict = scale.check(np.array([3.0, 6.0]))
    assert status(verdict) == WRONG
    assert "without parentheses" in verdict.message


@pytest.mark.parametrize("error", [ZeroDivisionError, NameError, RecursionError])
def test_a_crash_is_feedback(error):
    def crash(x, c):
        raise error("oh")

    verdict = scale.check(crash)
    assert status(verdict) == WRONG
    assert f"{error.__name__}: oh" in verdict.message


def test_a_wrong_number_of_parameters_is_feedback():
    assert "TypeError" in scale.check(lambda x: x).message


def test_an_answer_can_not_change_the_cases():
    @exercise(cases=[([3, 1, 2],), ([2, 1],)])
    def smallest(values):
        return min(values)

    def sorting_in_place(values):
        values.sort()
        return values[0]

    assert smallest.check(sorting_in_place).passed
    assert smallest.cases == [([3, 1, 2],), ([2, 1],)]


def test_functions_as_arguments_are_shown_by_name():
    def slope(f, x):
        return 0.0

    @exercise(cases=[(np.sin, 1.0)])
    def derivative(f, x):
        return np.cos(x)

    message = derivative.check(slope).message
    assert "for the function sin, 1" in message
    assert "0x" not in message


# Values --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer", [(1.4142, -1.4142), [1.4142, -1.4142], np.array([1.4142, -1.4142])]
)
def test_a_pair_may_come_in_any_sequence(answer):
    assert pair.check(answer).passed


@pytest.mark.parametrize("answer", [1.4142, (1.4142,), (1, 2, 3), "no", (1.4142, None)])
def test_a_pair_that_is_none_is_wrong(answer):
    assert status(pair.check(answer)) == WRONG


def test_a_known_wrong_value_gets_its_sentence():
    assert pair.check((2, 2)).message == "Squares, not roots."


@pytest.mark.parametrize("answer", [..., None])
def test_an_untouched_value_waits(answer):
    for question in (pair, word, truth):
        assert status(question.check(answer)) == WAITING
    assert status(pair.check()) == WAITING


def test_words_and_truths_are_compared_as_such():
    assert word.check("b").passed
    assert not word.check("a").passed
    assert truth.check(True).passed
    assert truth.check(np.True_).passed
    assert not truth.check(False).passed
    assert not truth.check([True, True]).passed
    assert not truth.check("yes").passed


def test_complex_answers_are_compared_as_such():
    assert eigenvalues.check([1j, -1j]).passed
    assert not eigenvalues.check([1.0, -1.0]).passed
    assert not pair.check((1.4142j, -1.4142j)).passed


def test_nan_and_infinity_are_not_right():
    assert not pair.check((np.nan, np.nan)).passed
    assert not pair.check((np.inf, -np.inf)).passed


# Help ----------------------------------------------------------------------------------


def test_hints_climb_and_the_last_one_stays():
    texts = [scale.hint().text for _ in range(3)]
    assert texts == ["💡 a", "💡 b", "💡 b"]
    assert "No hint" in word.hint().text


def test_a_solution_is_its_idea_and_its_code_as_written():
    text = scale.solution().text
    assert text.startswith(r"Multiply each entry: $c\mathbf{x}$.")
    code = text.split("```python\n")[1].removesuffix("\n```")
    assert code.splitlines() == [
        "def scale(x, c):",
        "    # a comment that a learner should see",
        "    return c * x",
    ]


def test_the_solution_of_a_question_says_its_answer():
    assert "**Answer:** 1.41421, -1.41421" in pair.solution().text
    assert "**Answer:** b" in word.solution().text


def test_a_proof_is_told_and_never_judged():
    assert status(square.check("my proof")) == WAITING
    assert square.solution().text == r"$(a+b)^2 \ge 0$."


def test_what_a_learner_sees_when_an_exercise_is_shown():
    assert repr(scale) == "<exercise scale: .check(...), .hint(), .solution()>"


def test_a_verdict_is_escaped_in_a_notebook():
    html = Verdict(WRONG, "a < b\nfor c")._repr_html_()
    assert "a &lt; b<br>for c" in html
    assert repr(Verdict(RIGHT, "Correct.")) == "✅ Correct."


def test_an_exercise_without_cases_or_with_idle_ones_is_refused():
    with pytest.raises(ValueError, match="needs cases"):
        exercise()(lambda x: x)
    with pytest.raises(ValueError, match="needs no cases"):
        exercise(cases=[(1,)])(lambda: 1)
