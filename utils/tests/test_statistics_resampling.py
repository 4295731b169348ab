"""Bootstrap and jackknife against SciPy on the same stream, and against exact laws."""

from functools import partial
from itertools import product
from math import nan, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy import stats

from utils import statistics
from utils.datasets import load_old_faithful
from utils.metrics import roc_auc_score
from utils.statistics import Interval, bootstrap, bootstrap_ci, jackknife
from utils.statistics import resampling as module

X = np.random.default_rng(1).gamma(2, size=30)
Y = X + np.random.default_rng(2).normal(size=30)
SCIPYS = {"percentile": "percentile", "basic": "basic", "bca": "BCa"}


def rng(seed=0):
    return np.random.default_rng(seed)


def plain_mean(x):
    return float(np.sum(x)) / len(x)


def scipys(data, statistic, n, method="percentile", level=0.95, seed=0):
    arguments = dict(n_resamples=n, method=method, confidence_level=level)
    return stats.bootstrap(data, statistic, **arguments, rng=rng(seed), paired=True)


@pytest.mark.parametrize("statistic", [np.mean, np.median, statistics.std, plain_mean])
def test_replicates_are_scipys_on_the_same_stream(statistic):
    expected = scipys((X,), statistic, 500).bootstrap_distribution
    found = bootstrap(X, statistic, 500, rng=rng())
    np.testing.assert_allclose(found, expected, rtol=1e-14)
    assert found.shape == (500,)


@pytest.mark.parametrize("method", SCIPYS)
@pytest.mark.parametrize("level", [0.5, 0.95])
def test_intervals_are_scipys_on_the_same_stream(method, level):
    for statistic in (np.mean, np.var, plain_mean):
        found = bootstrap_ci(X, statistic, level, method, 999, rng=rng(3))
        result = scipys((X,), statistic, 999, SCIPYS[method], level, seed=3)
        expected = result.confidence_interval
        assert tuple(found) == pytest.approx(tuple(expected), rel=1e-12)
        assert (found.level, found.method) == (level, f"{method} bootstrap")
        assert isinstance(found, Interval) and isinstance(found.low, float)


def test_pairs_are_drawn_together_as_scipys():
    def slope(x, y):
        return np.polyfit(x, y, 1)[0]

    for method, name in SCIPYS.items():
        found = bootstrap_ci((X, Y), slope, method=method, n_resamples=200, rng=rng())
        expected = scipys((X, Y), slope, 200, name).confidence_interval
        assert tuple(found) == pytest.approx(tuple(expected), rel=1e-10)
    table = np.column_stack([X, Y])
    rows = bootstrap(table, lambda t: slope(*t.T), 50, rng=rng())
    np.testing.assert_allclose(rows, bootstrap((X, Y), slope, 50, rng=rng()), rtol=1e-9)


def test_defaults():
    assert bootstrap(X, np.mean, rng=rng()).shape == (9999,)
    found = bootstrap_ci(X, np.mean, rng=rng())
    assert found == bootstrap_ci(X, np.mean, 0.95, "percentile", 9999, None, rng=rng())
    replicates = bootstrap(X, np.mean, rng=rng())
    expected = np.quantile(replicates, [0.025, 0.975])
    assert tuple(found) == pytest.approx(tuple(expected), rel=1e-14)


def test_the_bootstrap_of_the_mean_has_the_exact_standard_error():
    replicates = bootstrap(X, np.mean, 20_000, rng=rng())
    exact = np.std(X) / sqrt(30)
    assert replicates.std() == pytest.approx(exact, rel=4 / sqrt(2 * 20_000))
    assert replicates.mean() == pytest.approx(X.mean(), abs=4 * exact / sqrt(20_000))


def test_all_resamples_of_three_are_equally_likely():
    exact = np.bincount([sum(draw) for draw in product([0, 1, 5], repeat=3)]) / 27
    drawn = bootstrap([0, 1, 5], lambda x: x.sum(), 20_000, rng=rng()).astype(int)
    found = np.bincount(drawn, minlength=16) / 20_000
    error = np.sqrt(exact * (1 - exact) / 20_000)
    assert np.all(np.abs(found - exact) <= 4.5 * error)


def test_the_bootstrap_of_the_maximum_has_a_spike():
    x = rng(5).random(50)
    at_max = np.mean(bootstrap(x, np.max, 4000, rng=rng()) == x.max())
    exact = 1 - (1 - 1 / 50) ** 50
    assert at_max == pytest.approx(exact, abs=4 * sqrt(exact * (1 - exact) / 4000))


def test_old_faithfuls_correlation_has_the_quoted_standard_error():
    table = load_old_faithful()
    data = table["eruption_min"], table["waiting_min"]
    replicates = bootstrap(data, statistics.pearson, 2000, rng=rng())
    assert replicates.std() == pytest.approx(0.0089, abs=0.0006)
    assert stats.skew(replicates) < 0


@pytest.mark.parametrize("statistic", [np.mean, plain_mean])
def test_blocks_change_nothing(statistic, monkeypatch):
    whole = bootstrap(X, statistic, 100, rng=rng())
    left_out = jackknife(X, statistic)
    for size in (1, 30, 31, 500, 2999, 3000):
        monkeypatch.setattr(module, "BLOCK", size)
        np.testing.assert_array_equal(bootstrap(X, statistic, 100, rng=rng()), whole)
        np.testing.assert_array_equal(jackknife(X, statistic), left_out)


@pytest.mark.parametrize(
    "vectorized", [np.median, statistics.variance, partial(np.quantile, q=0.3)]
)
def test_one_call_for_many_resamples_gives_the_same_as_many_calls(vectorized):
    def one_by_one(x):
        return vectorized(x)

    many = bootstrap(X, vectorized, 77, rng=rng())
    np.testing.assert_allclose(
        many, bootstrap(X, one_by_one, 77, rng=rng()), rtol=1e-14
    )
    many = jackknife(X, vectorized)
    np.testing.assert_allclose(many, jackknife(X, one_by_one), rtol=1e-14)


def test_statistics_with_an_axis_are_called_with_it():
    def needs_axis(x, y, axis):
        calls.append(x.shape)
        return (x * y).mean(axis=axis)

    calls = []
    found = bootstrap((X, Y), needs_axis, 40, rng=rng())
    np.testing.assert_allclose(
        found, bootstrap((X, Y), lambda x, y: np.mean(x * y), 40, rng=rng()), rtol=1e-13
    )
    assert calls == [(40, 30)]


def test_an_axis_that_means_something_else_is_not_trusted():
    def ignores_axis(x, axis=None):
        return x.mean()

    quartiles = partial(np.quantile, q=[0.25, 0.75])  # its first axis is that of q
    for n in (2, 5):
        found = bootstrap(X, quartiles, n, rng=rng())
        assert found.shape == (n, 2) and (found[:, 0] < found[:, 1]).all()
        expected = bootstrap(X, np.mean, n, rng=rng())
        np.testing.assert_allclose(bootstrap(X, ignores_axis, n, rng=rng()), expected)
    matrix = np.column_stack([X, Y])
    assert bootstrap(matrix, np.mean, 5, rng=rng()).shape == (5,)
    assert bootstrap(matrix, partial(np.mean, axis=0), 5, rng=rng()).shape == (5, 2)


def test_functions_that_hide_their_signature_work():
    expected = bootstrap(X, lambda x: np.max(x), 20, rng=rng())
    for f in (max, np.max, np.maximum.reduce):
        np.testing.assert_array_equal(bootstrap(X, f, 20, rng=rng()), expected)


def test_the_jackknife_of_the_mean_by_hand():
    n, total = len(X), X.sum()
    np.testing.assert_allclose(jackknife(X, np.mean), (total - X) / (n - 1), rtol=1e-14)
    assert jackknife([1, 5], np.mean).tolist() == [5, 1]
    both = jackknife((X, Y), lambda x, y: np.array([x.sum(), y.sum()]))
    expected = np.column_stack([total - X, Y.sum() - Y])
    np.testing.assert_allclose(both, expected, rtol=1e-13)
    spread = (n - 1) / n * np.sum((jackknife(X, np.mean) - X.mean()) ** 2)
    assert spread == pytest.approx(np.var(X, ddof=1) / n, rel=1e-12)


def test_resamples_that_fail_are_drawn_again():
    y, score = np.array([0, 0, 0, 0, 1]), np.arange(5.0)
    found = bootstrap((y, score), roc_auc_score, 300, rng=rng())  # one class: error
    assert found.shape == (300,) and np.isfinite(found).all()

    def undefined(x):
        return nan if x[0] == 0 else x[0]

    assert set(bootstrap([0, 1, 2], undefined, 300, rng=rng())) == {1, 2}

    def fails_at_once(x, axis):
        if (x[..., 0] == 0).any():
            raise ValueError("no zeros")
        return x[..., 0]

    assert set(bootstrap([0, 1, 2], fails_at_once, 300, rng=rng())) == {1, 2}

    def nan_at_once(x, axis):
        return np.where(x[..., 0] == 0, nan, x[..., 0])

    assert set(bootstrap([0, 1, 2], nan_at_once, 300, rng=rng())) == {1, 2}


def test_redrawing_ends_after_a_hundred():
    calls = []

    def never(x):
        calls.append(1)
        raise ValueError("one class")

    with pytest.raises(ValueError, match="and on 100 others in its place: one class"):
        bootstrap(X, never, 5, rng=rng())
    assert len(calls) == 101
    with pytest.raises(ValueError, match="in its place: it is NaN"):
        bootstrap(X, lambda x: nan, 5, rng=rng())

    def mostly(x):
        if x[0] > 0:
            raise ValueError("positive")
        return 0.0

    assert bootstrap([0] + 9 * [1], mostly, 200, rng=rng()).sum() == 0


def standard_error(x, axis=-1):
    return np.std(x, axis=axis, ddof=1) / np.sqrt(np.shape(x)[axis])


def test_studentized_by_hand():
    found = bootstrap_ci(X, np.mean, 0.9, "studentized", 400, standard_error, rng=rng())
    index = rng().integers(0, 30, size=(400, 30))
    means, errors = X[index].mean(axis=1), standard_error(X[index])
    t = (means - X.mean()) / errors
    low, high = X.mean() - standard_error(X) * np.quantile(t, [0.95, 0.05])
    assert tuple(found) == pytest.approx((low, high), rel=1e-13)
    one_by_one = bootstrap_ci(
        X,
        plain_mean,
        0.9,
        "studentized",
        400,
        lambda x: standard_error(x),
        rng=rng(),
    )
    assert tuple(one_by_one) == pytest.approx((low, high), rel=1e-13)


def test_studentized_draws_again_where_its_error_fails():
    def se(x):
        if np.ptp(x) == 0:
            raise ValueError("no spread")
        return standard_error(x)

    few = [1.0, 2.0, 4.0]
    found = bootstrap_ci(few, np.mean, 0.9, "studentized", 300, se, rng=rng())
    assert found.low < 7 / 3 < found.high
    with pytest.raises(ValueError, match="se must be positive .* got 0"):
        bootstrap_ci(few, np.mean, 0.9, "studentized", 300, standard_error, rng=rng())
    with pytest.raises(ValueError, match="se must be positive .* got -1"):
        bootstrap_ci(few, np.mean, 0.9, "studentized", 9, lambda x: -1, rng=rng())


def test_coverage_of_the_studentized_interval_beats_the_percentile():
    generator, hits = rng(7), np.zeros(2)
    for _ in range(300):
        x = generator.exponential(size=20)
        for i, method in enumerate(("percentile", "studentized")):
            interval = bootstrap_ci(
                x, np.mean, 0.95, method, 300, standard_error, rng=generator
            )
            hits[i] += 1 in interval
    low, high = hits / 300
    assert 0.84 < low < 0.94 < high + 0.02 and low < high


@given(some.floats(-5, 5), some.floats(0.1, 10))
@settings(deadline=None, max_examples=20)
def test_intervals_of_a_mean_move_with_the_data(shift, scale):
    for method in SCIPYS:
        low, high = bootstrap_ci(X, np.mean, 0.9, method, 199, rng=rng())
        moved = bootstrap_ci(shift + scale * X, np.mean, 0.9, method, 199, rng=rng())
        expected = shift + scale * low, shift + scale * high
        assert tuple(moved) == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_constant_data_give_an_interval_of_width_zero():
    for method in SCIPYS:
        found = bootstrap_ci([2.0] * 5, np.mean, 0.9, method, 99, rng=rng())
        assert tuple(found) == (2, 2)


def test_bca_says_where_it_cannot_work():
    def marks_the_data(x, mark):
        return mark if np.array_equal(x, X) else 0.0

    for mark, side in ((1.0, "below"), (-1.0, "above")):
        with pytest.raises(ValueError, match=f"both sides .* all are {side} it"):
            statistic = partial(marks_the_data, mark=mark)
            bootstrap_ci(X, statistic, 0.9, "bca", 99, rng=rng())
    lonely = [0.0] * 40 + [1.0]
    with pytest.raises(ValueError, match="acceleration of 0.1"):
        bootstrap_ci(lonely, np.mean, 1 - 1e-10, "bca", 999, rng=rng())


def test_lists_integers_and_read_only_arrays_give_the_same():
    whole = np.arange(12) ** 2
    expected = bootstrap(whole.astype(float), np.mean, 50, rng=rng())
    frozen = whole.astype(float)
    frozen.flags.writeable = False
    for data in (whole, whole.tolist(), whole.astype(np.float32), frozen):
        np.testing.assert_array_equal(bootstrap(data, np.mean, 50, rng=rng()), expected)

    def spoils_its_argument(x):
        x.sort()
        return x[0] + x[-1]

    data = X.copy()
    bootstrap(data, spoils_its_argument, 5, rng=rng())
    jackknife(data, spoils_its_argument)
    bootstrap_ci(data, spoils_its_argument, n_resamples=5, rng=rng())
    np.testing.assert_array_equal(data, X)


FUNCTIONS = [
    partial(bootstrap, rng=rng()),
    jackknife,
    partial(bootstrap_ci, rng=rng()),
]


@pytest.mark.parametrize("f", FUNCTIONS)
def test_bad_data_are_refused(f):
    for data, message in (
        ([], "data must have shape"),
        (3.0, "data must have shape"),
        ((), "empty tuple"),
        ([1, nan], "data must be finite"),
        (([1, 2], [1, 2, 3]), r"data\[0\] and data\[1\] must have equally many"),
        (([1, 2], [1, nan]), r"data\[1\] must be finite"),
    ):
        with pytest.raises(ValueError, match=message):
            f(data, np.mean)
    with pytest.raises(TypeError, match="real numbers"):
        f(["a", "b"], np.mean)
    with pytest.raises(TypeError, match="statistic must be callable, got str"):
        f([1, 2], "mean")
    with pytest.raises(TypeError, match="the statistic must hold real numbers"):
        f([1, 2], lambda x: "text")


def test_bad_arguments_are_refused():
    def shapes(x):
        return np.ones(1 + (x[0] > 2))

    def infinite(x):
        return np.inf if x[0] > 2 else 1.0

    for call, message in (
        (lambda: bootstrap(X, np.mean, 0, rng=rng()), "at least 1, got 0"),
        (lambda: bootstrap(X, shapes, 50, rng=rng()), "always return one shape"),
        (lambda: jackknife([1], np.mean), "at least 2 rows, got 1"),
        (lambda: jackknife([1, 2], lambda x: nan), "without any one row, got NaN"),
        (lambda: bootstrap_ci(X, np.mean, 0, rng=rng()), "level must be in"),
        (lambda: bootstrap_ci(X, np.mean, 1, rng=rng()), "level must be in"),
        (lambda: bootstrap_ci(X, np.mean, method="t", rng=rng()), "method must be one"),
        (
            lambda: bootstrap_ci(X, np.mean, method="studentized", rng=rng()),
            "studentized needs se",
        ),
        (lambda: bootstrap_ci(X, lambda x: x, rng=rng()), "one finite number on the"),
        (
            lambda: bootstrap_ci(X, lambda x: nan, rng=rng()),
            "one finite number, got|nan",
        ),
        (lambda: bootstrap_ci(np.sort(X), infinite, rng=rng()), "infinite on some"),
    ):
        with pytest.raises(ValueError, match=message):
            call()
    for f in (bootstrap, bootstrap_ci):
        for wrong in (None, 0, np.random.RandomState(0)):
            with pytest.raises(TypeError, match="numpy.random.Generator"):
                f(X, np.mean, rng=wrong)
        with pytest.raises(TypeError, match="rng"):
            f(X, np.mean)
        with pytest.raises(TypeError, match="n_resamples must be an integer"):
            f(X, np.mean, n_resamples=9.5, rng=rng())
    with pytest.raises(TypeError, match="must be callable, got int"):
        bootstrap_ci(X, np.mean, method="studentized", se=1, rng=rng())
