"""The shared checks of input: what they accept, what they refuse, and in which words."""

from fractions import Fraction

import numpy as np
import pytest

from utils import _checks


@pytest.mark.parametrize(
    "given",
    [
        [1, 2],
        (1.0, 2.0),
        np.array([1, 2], dtype=np.float32),
        [True, 2],
        [Fraction(1), 2],
    ],
)
def test_anything_with_real_values_becomes_a_float_vector(given):
    x = _checks.as_vector(given)
    assert x.dtype == float
    np.testing.assert_array_equal(x, [1, 2])


def test_what_comes_back_is_a_copy():
    given = np.array([1.0, 2.0])
    given.flags.writeable = False
    x = _checks.as_vector(given)
    x[0] = 5
    assert given[0] == 1


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        (
            [[1]],
            ValueError,
            "x must be a vector, shape (n,), got an array of shape (1, 1)",
        ),
        (3.0, ValueError, "got an array of shape ()"),
        ([], ValueError, "x must not be empty"),
        ([1, np.nan], ValueError, "x must be finite, got NaN or infinity"),
        ([np.inf], ValueError, "finite"),
        ([1j], TypeError, "x must hold real numbers, got dtype complex128"),
        (["a"], TypeError, "real numbers"),
        (["1"], TypeError, "real numbers"),
        ([None], TypeError, "real numbers"),
        ([object()], TypeError, "real numbers, got dtype object"),
        ([[1], [1, 2]], ValueError, "x must be an array of numbers"),
    ],
)
def test_what_is_no_vector_is_refused(given, error, words):
    with pytest.raises(error) as caught:
        _checks.as_vector(given)
    assert words in str(caught.value)


def test_a_vector_may_be_empty_or_infinite_where_that_makes_sense():
    assert _checks.as_vector([], min_size=0).size == 0
    assert np.isinf(_checks.as_vector([np.inf], finite=False)).all()


def test_matrices():
    assert _checks.as_matrix([[1, 2]]).shape == (1, 2)
    assert _checks.as_square([[1]]).shape == (1, 1)
    with pytest.raises(ValueError, match=r"A must be a matrix, shape \(m, n\)"):
        _checks.as_matrix([1, 2])
    with pytest.raises(ValueError, match=r"A must be square, got shape \(1, 2\)"):
        _checks.as_square([[1, 2]])


def test_symmetric_matrices():
    A = [[1.0, 2.0 + 1e-10], [2.0, 1e308]]
    np.testing.assert_array_equal(_checks.as_symmetric(A), np.transpose(_checks.as_symmetric(A)))  # fmt: skip
    assert _checks.as_symmetric(A)[1, 1] == 1e308
    tolerance = 1e-10 * 2.0
    nearly = _checks.as_symmetric([[1, 2.0], [2.0 - 0.99 * tolerance, 1]])
    assert abs(nearly[0, 1] - (2 - 0.495 * tolerance)) <= 5e-16
    for bad in [[[1, 2.0], [2.0 - 1.01 * tolerance, 1]], [[0, 1.7e308], [-1.7e308, 0]]]:
        with pytest.raises(ValueError, match="S must be symmetric.*by up to"):
            _checks.as_symmetric(bad, "S")
    with pytest.raises(ValueError, match="S must be square"):
        _checks.as_symmetric([[1, 2]], "S")


def test_data_with_one_feature_given_flat_shows_the_cure():
    assert _checks.as_data([[1], [2]]).shape == (2, 1)
    with pytest.raises(ValueError, match=r"X\[:, None\]"):
        _checks.as_data([1, 2])


def test_finite_arrays_of_any_shape():
    assert _checks.as_finite(2).shape == ()
    with pytest.raises(ValueError, match="p must be finite"):
        _checks.as_finite([[np.nan]], "p")


def test_a_generator_is_asked_for_by_name():
    rng = np.random.default_rng(0)
    assert _checks.as_rng(rng) is rng
    for wrong in (None, 0, np.random.RandomState(0)):  # noqa: NPY002
        with pytest.raises(TypeError, match=r"pass rng=np.random.default_rng\(0\)"):
            _checks.as_rng(wrong)


def test_equal_lengths():
    _checks.same_length([1], [2], ("X", "y"))
    with pytest.raises(
        ValueError, match="X and y must have equally many rows, got 1 and 2"
    ):
        _checks.same_length([1], [2, 3], ("X", "y"))


def test_ranges_with_open_and_closed_ends():
    assert _checks.in_range(1, "p", 0, 1) == 1.0
    with pytest.raises(ValueError, match=r"p must be in \(0, 1\], got 0"):
        _checks.in_range(0, "p", 0, 1, closed=(False, True))
    with pytest.raises(ValueError, match=r"p must be in \[0, 1\), got 1"):
        _checks.in_range(1, "p", 0, 1, closed=(True, False))
    with pytest.raises(ValueError, match="p must be in"):
        _checks.in_range(np.nan, "p", 0, 1)
    with pytest.raises(TypeError, match="p must be a real number, got 'a'"):
        _checks.in_range("a", "p", 0, 1)
    with pytest.raises(TypeError, match="real number"):
        _checks.in_range([0.5], "p", 0, 1)


def test_counts():
    assert _checks.count(np.int32(3), "n") == 3
    assert _checks.count(0, "n", low=0) == 0
    with pytest.raises(ValueError, match="n must be at least 1, got 0"):
        _checks.count(0, "n")
    for wrong in (1.0, True, "1", [1]):
        with pytest.raises(TypeError, match="n must be an integer"):
            _checks.count(wrong, "n")
