"""Every public name of `utils` with bad input: the right answer, or an error that says why.

The valid calls stand in `utils/tests/calls`. Each array of each call is bent in turn: another
form of the same numbers must give the same result, and numbers that make no sense must be
refused by a ``raise`` of ours, never by an error from inside NumPy or by a quiet NaN.
"""

import dataclasses
import inspect
import linecache
import numbers
import types
import warnings
from pathlib import Path

import numpy as np
import pytest

import utils
from utils.tests.calls import all_calls, fresh
from utils.tests.test_library import public_names

CALLS = all_calls()
UTILS = Path(utils.__file__).parent
CALLS_FOLDER = UTILS / "tests" / "calls"
NUMPYS_OWN = "invalid value|divide by zero|overflow|Mean of empty|Degrees of freedom"
REFUSALS = (ValueError, TypeError, RuntimeError)  # LinAlgError is a ValueError
FORMS = {
    "list": lambda a: a.tolist(),
    "float32": lambda a: a.astype(np.float32),
    "integers": lambda a: a.astype(np.int64),
    "read-only": lambda a: _read_only(a.copy()),
    "every second": lambda a: np.repeat(a, 2, axis=0)[::2],
    "Fortran order": np.asfortranarray,
}
NONSENSE = {
    "nan": lambda a: _with(a, np.nan),
    "infinity": lambda a: _with(a, np.inf),
    "empty": lambda a: a[:0],
    "complex": lambda a: a + 1j,
    "text": lambda a: np.full(a.shape, "text"),
    "none": lambda a: None,
}
DEGENERATE = {
    "scalar": lambda a: a.flat[0],
    "two more axes": lambda a: a[..., None, None],
    "first axis lost": lambda a: a[0],
    "last row lost": lambda a: a[:-1],
    "last column lost": lambda a: a[..., :-1],
    "constant": lambda a: np.ones_like(a),
    "zero": np.zeros_like,
    "negative": lambda a: -a,
}


def arrays():
    """All (name of the call, number of the step, name of the argument)."""
    for name, call in CALLS.items():
        for i, step in enumerate(call.steps):
            for key in step.data:
                where = f"{name}.{step.method}" if step.method else name
                yield pytest.param(name, i, key, id=f"{where}-{key}")


each_array = pytest.mark.parametrize(("name", "step", "key"), list(arrays()))
each_call = pytest.mark.parametrize("name", sorted(CALLS))


def test_every_public_name_has_a_call():
    without_data = {
        "datasets",
        "plotting",
    }  # loaders and drawing have tests of their own
    names = {p.values[:2] for p in public_names() if p.values[0] not in without_data}
    expected = {f"{layer}.{name}" for layer, name in names}
    plumbing = {name for name in expected if not _takes_data(_find(name))}
    assert sorted(expected - plumbing - CALLS.keys()) == []
    assert sorted(CALLS.keys() - expected) == []


@each_call
def test_the_call_is_valid_and_leaves_its_input_alone(name):
    data = _data(name)
    before = [{k: a.copy() for k, a in step.items()} for step in data]
    _run(name, data)
    for old, new in zip(before, data, strict=True):
        for key in old:
            np.testing.assert_array_equal(old[key], new[key], err_msg=f"{key} changed")


@each_array
def test_the_form_of_the_numbers_does_not_matter(name, step, key):
    array = _data(name)[step][key]
    expected = _leaves(_run(name, _data(name)))
    for form, change in FORMS.items():
        if form == "integers" and np.any(array != np.rint(array)):
            continue
        data = _data(name)
        data[step][key] = change(array)
        found = _leaves(_run(name, data))
        np.testing.assert_array_equal(np.asarray(data[step][key]), array, form)
        assert len(found) == len(expected) > 0, form
        kept = name.startswith("numerics.") and form == "float32"  # its own precision
        rtol, atol = (1e-6, 1e-6) if kept else (1e-9, 1e-12)
        for a, b in zip(found, expected, strict=True):
            np.testing.assert_allclose(a, b, rtol=rtol, atol=atol, err_msg=form)


@each_array
def test_what_makes_no_sense_is_refused(name, step, key):
    accepts = CALLS[name].steps[step].accepts
    for kind, spoil in NONSENSE.items():
        data = _data(name)
        if kind == "complex" and data[step][key].dtype.kind == "U":
            continue
        data[step][key] = spoil(data[step][key])
        result, error = _attempt(name, data)
        if {kind, f"{key}:{kind}"} & accepts:
            assert error is None, f"said to accept {kind}, but {error!r}"
        else:
            assert error is not None, f"{kind} in {key} gave {result!r}"


@each_array
def test_what_is_degenerate_gets_an_answer_or_a_reason(name, step, key):
    for change in DEGENERATE.values():
        data = _data(name)
        try:
            data[step][key] = change(data[step][key])
        except (TypeError, IndexError, np.exceptions.DTypePromotionError):
            continue  # not possible with this array
        _attempt(name, data)


@each_call
def test_one_row_or_one_column_of_everything(name):
    for cut in (lambda a: a[:1], lambda a: a[:, :1] if a.ndim > 1 else a):
        data = [{k: cut(a) for k, a in step.items()} for step in _data(name)]
        _attempt(name, data)


@each_call
def test_random_results_need_a_generator(name):
    steps = CALLS[name].steps
    if not any(step.rng is True for step in steps):
        pytest.skip("nothing random")
    for wrong in (None, 0, np.random.RandomState(0)):
        with pytest.raises(TypeError, match="Generator"):
            _run(name, _data(name), rng=wrong)


def _run(name, data, rng=...):
    """The results of all steps, the object's own state among them."""
    target, results = _find(name), []
    for step, arrays in zip(CALLS[name].steps, data, strict=True):
        function = getattr(target, step.method) if step.method else target
        options = {
            k: v.make() if isinstance(v, fresh) else v for k, v in step.options.items()
        }
        if step.rng:
            given = np.random.default_rng(0) if rng is ... else rng
            options["rng"] = given if step.rng is True else np.random.default_rng(0)
        result = _apply(function, options, arrays)
        if isinstance(result, types.GeneratorType):
            result = list(result)
        results.append(result)
        if not step.method:
            target = result
    return results


def _apply(function, options, arrays):
    """Call by keywords; ``groups_0``, ``groups_1`` belong to a parameter ``*groups``."""
    several = [
        parameter.name
        for parameter in inspect.signature(function).parameters.values()
        if parameter.kind is parameter.VAR_POSITIONAL
    ]
    named, positional = dict(options), []
    for key, array in arrays.items():
        if several and key.startswith(several[0] + "_"):
            positional.append(array)
        else:
            named[key] = array
    return function(*positional, **named)


def _attempt(name, data):
    """(results, None), or (None, error) for an error that was ours to raise."""
    accepts = frozenset().union(*(step.accepts for step in CALLS[name].steps))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if "domain" not in accepts:
            warnings.filterwarnings("error", NUMPYS_OWN, RuntimeWarning)
        try:
            return _run(name, data), None
        except Exception as error:
            path, line, text = _place(error)
            if CALLS_FOLDER in path.parents:
                return (
                    None,
                    error,
                )  # a function that a user gave fails: it passes through
            of_numpy = "broadcast" in accepts and "broadcast" in str(error)
            ours = isinstance(error, REFUSALS) and text.startswith("raise")
            assert ours or of_numpy, (
                f"not refused by us, but by {path}:{line}: {text} with {error!r}"
            )
            assert len(str(error)) > 10, f"says too little: {error!r}"
            return None, error


def _place(error):
    """Where an error comes from: file, line, and the text of that line."""
    last = inspect.getinnerframes(error.__traceback__)[-1]
    path = Path(last.filename)
    inside = UTILS in path.parents
    text = (
        linecache.getline(last.filename, last.lineno).strip() if inside else "outside"
    )
    return path, last.lineno, text


def _data(name):
    """Fresh arrays of all steps."""
    return [
        {key: np.array(value) for key, value in step.data.items()}
        for step in CALLS[name].steps
    ]


def _find(name):
    layer, _, attribute = name.partition(".")
    return getattr(__import__(f"utils.{layer}", fromlist=["*"]), attribute)


def _takes_data(value):
    """False for results, exceptions and abstract classes, which nobody calls with data."""
    if not inspect.isclass(value):
        return True
    plumbing = issubclass(value, BaseException) or inspect.isabstract(value)
    return not plumbing and value.__name__ not in PLUMBING


PLUMBING = {
    *("BaseModel", "Continuous", "Discrete", "Distribution", "EstimateResult"),
    *("GradientCheck", "Interval", "IterationResult", "Loss", "OLSResult", "OptResult"),
    *("Optimizer", "Problem", "QuadratureResult", "TestResult"),
}


def _leaves(value):
    """All numbers in a result, in a fixed order."""
    if isinstance(value, np.ndarray) and value.dtype.kind in "biufc":
        return [value]
    if isinstance(value, numbers.Number):
        return [value]
    if isinstance(value, (list, tuple)):
        return [leaf for part in value for leaf in _leaves(part)]
    if isinstance(value, dict):
        return [leaf for key in value for leaf in _leaves(value[key])]
    if dataclasses.is_dataclass(value):
        fields = dataclasses.fields(value)
        return [leaf for f in fields for leaf in _leaves(getattr(value, f.name))]
    if hasattr(value, "__dict__") and not callable(value):
        return _leaves({k: v for k, v in vars(value).items() if k[0] != "_"})
    return [0.0] if value is not None else []


def _with(array, value):
    array = array.astype(float)
    array.flat[-1] = value
    return array


def _read_only(array):
    array.flags.writeable = False
    return array
