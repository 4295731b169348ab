"""Metrics against scikit-learn, SciPy, and sums over all pairs written out."""

import itertools
import math
import warnings

import numpy as np
import pytest
import scipy.integrate
import scipy.optimize
import scipy.special
import scipy.stats
import sklearn.calibration
import sklearn.metrics
from hypothesis import given, settings
from hypothesis import strategies as st

from utils import metrics
from utils.metrics import r2_score

pytestmark = pytest.mark.filterwarnings("error")
quick = settings(derandomize=True, deadline=None, max_examples=50)

seeds = st.integers(0, 10**6)
binary_pairs = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1)), min_size=1)
scored = st.lists(
    st.tuples(st.integers(0, 1), st.integers(-4, 4)), min_size=2, max_size=40
).filter(lambda rows: len({y for y, _ in rows}) == 2)
forecasts = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, 40).map(lambda i: i / 40)),
    min_size=1,
    max_size=60,
)


def columns(rows):
    return map(np.array, zip(*rows, strict=True))


# Numbers


@quick
@given(st.integers(2, 50), st.integers(1, 3), st.integers(0, 10**6))
def test_r2_is_scikit_learns(n, m, seed):
    rng = np.random.default_rng(seed)
    y, prediction = rng.normal(size=(2, n, m))
    for a, b in [(y, prediction), (y[:, 0], prediction[:, 0])]:
        expected = sklearn.metrics.r2_score(a, b)
        assert r2_score(a, b) == pytest.approx(expected, rel=1e-12, abs=1e-13)


def test_r2_knows_its_landmarks():
    y = [1, 2, 4]
    assert r2_score(y, y) == 1 and type(r2_score(y, y)) is float
    assert r2_score(y, [7 / 3] * 3) == 0
    assert r2_score(y, [4, 2, 1]) < 0


@pytest.mark.parametrize(
    "y, prediction, message",
    [
        ([3, 3], [1, 2], "constant"),
        ([0.1] * 7, [0.2] * 7, "constant"),
        ([[1, 3], [2, 3]], [[1, 2], [2, 3]], "constant"),  # one column of two
        ([1, 2, 3], [1, 2], "same shape"),
        ([], [], "empty"),
        ([1, np.nan], [1, 2], "finite"),
        (1.0, 1.0, "shape"),
    ],
)
def test_r2_is_refused_where_it_means_nothing(y, prediction, message):
    with pytest.raises(ValueError, match=message):
        r2_score(y, prediction)


@quick
@given(st.integers(1, 30), seeds)
def test_masked_rmse_is_the_root_mean_square_of_the_chosen_cells(n, seed):
    rng = np.random.default_rng(seed)
    M, prediction = rng.normal(size=(2, n, 3))
    mask = rng.random((n, 3)) < 0.5
    mask[0, 0] = True
    want = np.sqrt(sklearn.metrics.mean_squared_error(M[mask], prediction[mask]))
    M[~mask] = np.nan
    got = metrics.masked_rmse(M, prediction.tolist(), mask)
    assert got == pytest.approx(want, rel=1e-14) and type(got) is float


@pytest.mark.parametrize(
    "M, prediction, mask, error, message",
    [
        ([[1, 2]], [[1, 2]], [[False, False]], ValueError, "no cell"),
        ([[1, 2]], [[1, 2]], [[1, 0]], TypeError, "True and False"),
        ([[1, 2]], [[1], [2]], [[True, True]], ValueError, "same shape"),
        ([[1, 2]], [[1, 2]], [True, True], ValueError, "same shape"),
        ([[np.nan, 2]], [[1, 2]], [[True, True]], ValueError, "M_true where"),
        ([[1, 2]], [[np.inf, 2]], [[True, True]], ValueError, "M_pred where"),
        ([], [], np.zeros(0, dtype=bool), ValueError, "no cell"),
        ([["a"]], [[1]], [[True]], TypeError, "real numbers"),
    ],
)
def test_masked_rmse_is_refused_where_it_means_nothing(
    M, prediction, mask, error, message
):
    with pytest.raises(error, match=message):
        metrics.masked_rmse(M, prediction, mask)


# Decisions


@quick
@given(binary_pairs)
def test_decisions_agree_with_scikit_learn(pairs):
    y, prediction = columns(pairs)
    assert metrics.accuracy_score(y, prediction) == pytest.approx(
        sklearn.metrics.accuracy_score(y, prediction), rel=1e-15
    )
    np.testing.assert_array_equal(
        metrics.confusion_matrix(y, prediction, [1, 0]),
        sklearn.metrics.confusion_matrix(y, prediction, labels=[1, 0]),
    )
    for name in ("precision_score", "recall_score", "f1_score"):
        theirs = getattr(sklearn.metrics, name)(y, prediction, zero_division=np.nan)
        if math.isnan(theirs):
            with pytest.warns(RuntimeWarning, match="undefined"):
                assert math.isnan(getattr(metrics, name)(y, prediction))
        else:
            ours = getattr(metrics, name)(y, prediction)
            assert ours == pytest.approx(theirs, rel=1e-15) and type(ours) is float


def test_precision_recall_and_f1_by_hand():
    y, prediction = [1, 1, 1, 1, 0, 0], [1, 1, 1, 0, 1, 0]
    assert metrics.precision_score(y, prediction) == 3 / 4
    assert metrics.recall_score(y, prediction) == 3 / 4
    assert metrics.f1_score([1, 1, 0, 0, 0], [1, 0, 1, 1, 0]) == 0.4
    assert metrics.f1_score([True, False], [True, False]) == 1
    assert metrics.accuracy_score(y, prediction) == pytest.approx(4 / 6)


def test_what_is_undefined_says_why_and_where():
    for name, y, prediction, why in [
        ("precision_score", [1, 0], [0, 0], "precision is undefined: nothing was pred"),
        ("recall_score", [0, 0], [1, 0], "recall is undefined: nothing is 1"),
        ("f1_score", [0, 0], [0, 0], "F1 is undefined: nothing is 1 and nothing was"),
    ]:
        with pytest.warns(RuntimeWarning, match=why) as caught:
            assert math.isnan(getattr(metrics, name)(y, prediction))
        assert caught[0].filename == __file__


@quick
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(-1, 4)), min_size=1))
def test_confusion_matrix_of_many_classes_is_scikit_learns(pairs):
    y, prediction = columns(pairs)
    present = np.union1d(y, prediction)
    for labels in (None, [4, -1, 2, 0, 1, 3, 17]):
        ours = metrics.confusion_matrix(y, prediction, labels)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a single class
            theirs = sklearn.metrics.confusion_matrix(
                y, prediction, labels=present if labels is None else labels
            )
        np.testing.assert_array_equal(ours, theirs)
        assert ours.dtype.kind == "i"
    words = np.array(list("bcdefa"))  # the last is -1
    np.testing.assert_array_equal(
        metrics.confusion_matrix(words[y], words[prediction]),
        metrics.confusion_matrix(y, prediction),
    )


def test_labels_are_of_one_kind_and_all_listed():
    for name in ("accuracy_score", "confusion_matrix"):
        metric = getattr(metrics, name)
        for y, prediction in [(["1"], [1]), ([1], ["1"])]:
            with pytest.raises(TypeError, match="both be text, or neither"):
                metric(y, prediction)
        with pytest.raises(TypeError, match="y_pred must hold text or numbers, got"):
            metric(["a"], [None])
        mixed = np.array(["a", 1], dtype=object)
        with pytest.raises(
            TypeError, match="y_true must hold text or numbers, not both"
        ):
            metric(mixed, mixed)
        for y, prediction, message in [
            ([1, 2], [1], "2 and 1"),
            ([], [], "vector of labels"),
            ([[1]], [[1]], "vector of labels"),
            (1, 1, "vector of labels"),
            ([np.nan, 1], [1, 1], "NaN"),
        ]:
            with pytest.raises(ValueError, match=message):
                metric(y, prediction)
    with pytest.raises(ValueError, match="every class that occurs, not .*2"):
        metrics.confusion_matrix([0, 2], [0, 1], labels=[0, 1])
    with pytest.raises(ValueError, match="twice"):
        metrics.confusion_matrix([0, 1], [0, 1], labels=[0, 1, 0])
    with pytest.raises(TypeError, match="labels and y_true"):
        metrics.confusion_matrix([0, 1], [0, 1], labels=["0", "1"])
    words = np.array(["no", "yes", "no"], dtype=object)
    assert metrics.accuracy_score(words, ["no", "no", "no"]) == pytest.approx(2 / 3)


# Scores


@quick
@given(scored)
def test_roc_agrees_with_scikit_learn_with_and_without_ties(rows):
    y, score = columns(rows)
    ours = metrics.roc_curve(y, score)
    theirs = sklearn.metrics.roc_curve(y, score, drop_intermediate=False)
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-15)
    auc = metrics.roc_auc_score(y, score)
    assert auc == pytest.approx(sklearn.metrics.roc_auc_score(y, score), rel=1e-14)
    assert auc == pytest.approx(scipy.integrate.trapezoid(ours[1], ours[0]), rel=1e-14)
    assert type(auc) is float
    pairs = itertools.product(score[y == 1], score[y == 0])
    wins = [1.0 if one > zero else 0.5 * (one == zero) for one, zero in pairs]
    assert auc == np.mean(wins) or auc == pytest.approx(np.mean(wins), rel=1e-15)
    u = scipy.stats.mannwhitneyu(score[y == 1], score[y == 0], method="asymptotic")
    assert auc == pytest.approx(u.statistic / len(wins), rel=1e-15)
    # only the order counts, and turning it around mirrors the area
    assert metrics.roc_auc_score(y, np.exp(score)) == auc
    assert metrics.roc_auc_score(y, -score) == pytest.approx(1 - auc, abs=1e-15)


def test_the_scores_worked_by_hand():
    y, score = [1, 1, 0, 1, 0], [0.9, 0.6, 0.7, 0.4, 0.3]
    assert metrics.roc_auc_score(y, score) == pytest.approx(2 / 3, rel=1e-15)
    fpr, tpr, thresholds = metrics.roc_curve(y, score)
    assert fpr.tolist() == [0, 0, 0.5, 0.5, 0.5, 1]
    np.testing.assert_allclose(tpr, np.array([0, 1, 1, 2, 3, 3]) / 3)
    assert thresholds.tolist() == [np.inf, 0.9, 0.7, 0.6, 0.4, 0.3]
    assert metrics.roc_auc_score([0, 1], [5, 5]) == 0.5
    assert metrics.roc_auc_score([False, True], [0, 1]) == 1


def test_auc_of_a_hundred_thousand_scores_needs_no_table_of_pairs():
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, size=100_000)
    score = (rng.normal(size=100_000) + y).round(3)
    want = sklearn.metrics.roc_auc_score(y, score)
    assert metrics.roc_auc_score(y, score) == pytest.approx(want, rel=1e-14)


@pytest.mark.parametrize("name", ["roc_curve", "roc_auc_score"])
@pytest.mark.parametrize(
    "y, score, message",
    [
        ([1, 1], [0, 1], "single class"),
        ([0, 0], [0, 1], "single class"),
        ([0, 2], [0, 1], "only 0 and 1"),
        ([-1, 1], [0, 1], "only 0 and 1"),
        ([0, 1], [0, np.nan], "finite"),
        ([0, 1], [0, np.inf], "finite"),
        ([0, np.nan], [0, 1], "finite"),
        ([0, 1], [0], "2 and 1"),
        ([], [], "empty"),
        ([[0, 1]], [[0, 1]], "vector"),
    ],
)
def test_scores_are_refused_where_they_mean_nothing(name, y, score, message):
    with pytest.raises(ValueError, match=message):
        getattr(metrics, name)(y, score)


# Probabilities


@quick
@given(forecasts, st.integers(1, 15), st.sampled_from(["uniform", "quantile"]))
def test_calibration_curve_is_scikit_learns_even_on_the_edges_of_bins(
    rows, bins, strategy
):
    y, p = columns(rows)
    prob_true, prob_pred, n = metrics.calibration_curve(y, p, bins, strategy)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a single class
        theirs = sklearn.calibration.calibration_curve(
            y == 1, p, pos_label=True, n_bins=bins, strategy=strategy
        )
    np.testing.assert_allclose(prob_true, theirs[0], rtol=1e-15)
    np.testing.assert_allclose(prob_pred, theirs[1], rtol=1e-15)
    assert n.sum() == len(y) and n.dtype.kind == "i" and (n > 0).all()
    assert n @ prob_true == pytest.approx(y.sum())


def test_every_forecast_has_a_bin():
    prob_true, prob_pred, n = metrics.calibration_curve(
        [1, 0, 1, 1], [0, 0.5, 0.5001, 1], 2
    )
    assert n.tolist() == [2, 2]  # 0 and 0.5 below, 0.5001 and 1 above
    assert prob_true.tolist() == [0.5, 1]
    assert prob_pred.tolist() == [0.25, 0.75005]


@quick
@given(forecasts, st.integers(1, 12))
def test_calibration_error_and_brier_decomposition_from_their_definitions(rows, bins):
    y, p = columns(rows)
    upper = np.linspace(0, 1, bins + 1)[1:]
    bin_of = np.array([np.flatnonzero(x <= upper)[0] for x in p])
    groups = [bin_of == b for b in np.unique(bin_of)]
    ece = sum(abs(y[g].mean() - p[g].mean()) * g.mean() for g in groups)
    got = metrics.expected_calibration_error(y, p, bins)
    assert got == pytest.approx(ece, abs=1e-15) and type(got) is float
    parts = metrics.brier_decomposition(y, p, bins)
    assert all(type(part) is float for part in parts)
    reliability, resolution, uncertainty = parts
    assert uncertainty == pytest.approx(np.var(y), abs=1e-15)
    assert resolution == pytest.approx(
        sum((y[g].mean() - y.mean()) ** 2 * g.mean() for g in groups), abs=1e-15
    )
    binned = np.array([p[bin_of == b].mean() for b in bin_of])
    assert reliability - resolution + uncertainty == pytest.approx(
        metrics.brier_score_loss(y, binned), abs=1e-15
    )


def test_a_constant_base_rate_is_calibrated_and_useless():
    y = [0, 1, 1, 0, 1]
    p = [0.6] * 5
    assert metrics.expected_calibration_error(y, p) == pytest.approx(0, abs=1e-15)
    reliability, resolution, uncertainty = metrics.brier_decomposition(y, p)
    assert (reliability, resolution) == pytest.approx((0, 0), abs=1e-30)
    assert uncertainty == pytest.approx(0.24)


@quick
@given(forecasts)
def test_brier_score_agrees_with_scikit_learn(rows):
    y, p = columns(rows)
    ours = metrics.brier_score_loss(y, p)
    theirs = sklearn.metrics.brier_score_loss(y == 1, p, pos_label=True)
    assert ours == pytest.approx(theirs, rel=1e-14) and type(ours) is float
    two_columns = np.column_stack([1 - p, p])
    assert metrics.brier_score_loss(y, two_columns) == pytest.approx(
        2 * ours, rel=1e-14
    )


def test_brier_score_of_many_classes():
    rng = np.random.default_rng(0)
    P, y = rng.dirichlet(np.ones(4), size=50), rng.integers(0, 4, size=50)
    P.flags.writeable = False
    want = np.mean(
        [np.sum((row - np.eye(4)[k]) ** 2) for row, k in zip(P, y, strict=True)]
    )
    assert metrics.brier_score_loss(y, P) == pytest.approx(want, rel=1e-14)
    assert metrics.brier_score_loss([0], [[0, 1]]) == 2
    assert metrics.brier_score_loss([1], [[0, 1]]) == 0


@pytest.mark.parametrize(
    "y, p, message",
    [
        ([0, 1], [0.5, 1.1], r"y_prob must be in \[0, 1\], got 0.5 to 1.1"),
        ([0, 1], [-0.1, 1], r"in \[0, 1\]"),
        ([0, 1], [0.5, np.nan], "finite"),
        ([0, 2], [0.5, 0.5], "only 0 and 1"),
        ([0], [0.5, 0.5], "1 and 2"),
        ([], [], "empty"),
    ],
)
def test_forecasts_must_be_probabilities_of_what_happened_or_not(y, p, message):
    for name in ("calibration_curve", "expected_calibration_error", "brier_score_loss",
                 "brier_decomposition"):  # fmt: skip
        with pytest.raises(ValueError, match=message):
            getattr(metrics, name)(y, p)


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda: metrics.calibration_curve([0], [0], 0), ValueError, "n_bins"),
        (lambda: metrics.calibration_curve([0], [0], 2.5), TypeError, "n_bins"),
        (
            lambda: metrics.calibration_curve([0], [0], 2, "equal"),
            ValueError,
            "'quantile'",
        ),
        (lambda: metrics.brier_score_loss([2], [[0.5, 0.5]]), ValueError, "0, ..., 1"),
        (lambda: metrics.brier_score_loss([-1], [[0.5, 0.5]]), ValueError, "labels"),
        (lambda: metrics.brier_score_loss([0.5], [[0.5, 0.5]]), ValueError, "labels"),
        (lambda: metrics.brier_score_loss([0], [[0.5, 0.6]]), ValueError, "sum to 1"),
        (lambda: metrics.brier_score_loss([0], [[1.5, -0.5]]), ValueError, "sum to 1"),
        (lambda: metrics.brier_score_loss([0, 0], [[1, 0]]), ValueError, "2 and 1"),
        (lambda: metrics.brier_score_loss(0, 0.5), ValueError, "vector"),
    ],
)
def test_misuse_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_rows_may_miss_one_by_rounding_only():
    metrics.brier_score_loss([0], [[0.5, 0.5 + 9e-9]])
    with pytest.raises(ValueError, match="sum to 1"):
        metrics.brier_score_loss([0], [[0.5, 0.5 + 2e-8]])


def nll(T, Z, y):
    return -scipy.special.log_softmax(Z / T, axis=1)[np.arange(len(y)), y].mean()


@pytest.mark.parametrize("scale", [0.2, 1.0, 5.0, 40.0])
@pytest.mark.parametrize("k", [2, 5])
def test_the_fitted_temperature_is_where_the_loss_is_smallest(scale, k):
    rng = np.random.default_rng(k)
    y = rng.integers(0, k, size=300)
    Z = rng.normal(size=(300, k)) + 1.5 * np.eye(k)[y]
    T = metrics.fit_temperature(scale * Z, y)
    assert type(T) is float
    best = scipy.optimize.minimize_scalar(
        lambda log_T: nll(np.exp(log_T), scale * Z, y),
        bounds=(-3, 5),
        method="bounded",
        options={"xatol": 1e-10},
    )
    assert T == pytest.approx(np.exp(best.x), rel=1e-6)
    # at the optimum the true logit is on average the expected one
    P = scipy.special.softmax(scale * Z / T, axis=1)
    assert np.mean(np.sum(P * Z, axis=1)) == pytest.approx(
        Z[range(300), y].mean(), abs=1e-13
    )
    # shifted rows are the same logits, scaled ones have the scaled temperature
    shifted = scale * Z + rng.normal(size=(300, 1))
    assert metrics.fit_temperature(shifted, y) == pytest.approx(T, rel=1e-12)
    assert metrics.fit_temperature(2 * scale * Z, y) == pytest.approx(2 * T, rel=1e-12)


def test_a_temperature_known_by_hand_at_any_scale():
    y = [0] * 3 + [1]
    for scale in (1e-3, 0.1, 1, 30, 1e4):
        Z = [[scale, 0.0]] * 4
        T = metrics.fit_temperature(Z, y, bounds=(1e-5, 1e5))
        assert T == pytest.approx(scale / math.log(3), rel=1e-13)


def test_newton_needs_few_steps(monkeypatch):
    calls = []

    def counted(a):
        calls.append(a)
        return scipy.special.softmax(a, axis=-1)

    monkeypatch.setattr("utils.metrics.calibration.softmax", counted)
    rng = np.random.default_rng(0)
    y = rng.integers(0, 5, size=300)
    Z = 4 * rng.normal(size=(300, 5)) + 6 * np.eye(5)[y]
    metrics.fit_temperature(Z, y)
    assert len(calls) <= 12  # two at the bounds


def test_newtons_step_beyond_the_bracket_becomes_a_bisection():
    # nearly all rows are sure at T = 1, so that the curvature there is almost 0
    Z = np.array([[60.0, 0.0]] * 99 + [[0.0, 300.0]])
    y = [0] * 99 + [0]
    T = metrics.fit_temperature(Z, y)
    slope = 99 * 60 * scipy.special.expit(-60 / T) - 300 * scipy.special.expit(300 / T)
    assert slope == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    "Z, y, bound",
    [
        ([[3, 0], [0, 3]], [0, 1], 0.05),  # all right: the surer the better
        ([[1e6, 0], [0, 1e6]], [0, 1], 0.05),  # sure already
        ([[3, 0], [0, 3]], [1, 0], 100),  # all wrong: the less sure the better
        ([[3, 0], [3, 0]], [0, 1], 100),  # chance
    ],
)
def test_a_temperature_beyond_the_bounds_is_a_bound_with_a_warning(Z, y, bound):
    with pytest.warns(RuntimeWarning, match="beyond the bound") as caught:
        T = metrics.fit_temperature(Z, y)
    assert T == bound and type(T) is float
    assert caught[0].filename == __file__


@pytest.mark.parametrize(
    "Z, y, bounds, message",
    [
        ([[1, 1], [5, 5]], [0, 1], (0.05, 100), "must differ"),
        ([[1]], [0], (0.05, 100), "must differ"),
        ([[1e200, 0]], [1], (0.05, 100), "less than 1e100"),
        ([[1e308, -1e308]], [1], (0.05, 100), "less than 1e100"),
        ([[1, 0]], [2], (0.05, 100), "labels 0, ..., 1"),
        ([[1, 0]], [0, 1], (0.05, 100), "2 and 1"),
        ([[1, np.nan]], [0], (0.05, 100), "finite"),
        ([1, 0], [0], (0.05, 100), "matrix"),
        ([[1, 0]], [0], (2, 1), "0 < low < high"),
        ([[1, 0]], [0], (0, 1), "0 < low < high"),
        ([[1, 0]], [0], (1, 2, 3), "pair"),
    ],
)
def test_a_temperature_is_refused_where_it_means_nothing(Z, y, bounds, message):
    with pytest.raises(ValueError, match=message):
        metrics.fit_temperature(Z, y, bounds)


# Clusterings


@quick
@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5)), min_size=1, max_size=40)
)
def test_adjusted_rand_agrees_with_scikit_learn_and_ignores_names(pairs):
    a, b = columns(pairs)
    ours = metrics.adjusted_rand_score(a, b)
    theirs = sklearn.metrics.adjusted_rand_score(a, b)
    assert ours == pytest.approx(theirs, rel=1e-14, abs=1e-15) and type(ours) is float
    assert -0.5 <= ours <= 1
    assert metrics.adjusted_rand_score(b, a) == ours
    assert metrics.adjusted_rand_score(a, a) == 1
    renamed = np.array(list("xywzuv"))[b]
    assert metrics.adjusted_rand_score(a, renamed) == ours


def test_adjusted_rand_at_its_landmarks():
    score = metrics.adjusted_rand_score
    assert score([0, 0, 1, 1], [1, 1, 0, 0]) == 1
    assert score([0, 0, 1, 1], [0, 1, 0, 1]) == -0.5
    assert score([0, 0, 0], [0, 1, 2]) == 0
    assert score([7], ["a"]) == 1
    assert score(range(5), range(5, 0, -1)) == 1
    rng = np.random.default_rng(0)
    random = [score(*rng.integers(0, 4, size=(2, 100))) for _ in range(300)]
    assert abs(np.mean(random)) < 0.005
    big = np.arange(100_000)
    assert score(big, big // 2) == 0  # no pair is together in one of them


@pytest.mark.parametrize(
    "a, b, error, message",
    [
        ([0, 1], [0], ValueError, "2 and 1"),
        ([], [], ValueError, "vector of labels"),
        ([[0]], [[0]], ValueError, "vector of labels"),
        ([0, np.nan], [0, 1], ValueError, "NaN"),
        (
            [0, 1],
            np.array(["a", 1], dtype=object),
            TypeError,
            "labels_pred must hold text or numbers, not both",
        ),
    ],
)
def test_clusterings_are_refused_where_they_mean_nothing(a, b, error, message):
    with pytest.raises(error, match=message):
        metrics.adjusted_rand_score(a, b)


def test_inputs_of_any_form_stay_as_they_are():
    rng = np.random.default_rng(0)
    y, p = rng.integers(0, 2, size=20), rng.random(20)
    Z = rng.normal(size=(20, 2)) + np.eye(2)[y]
    for array in (y, p, Z):
        array.flags.writeable = False
    forms = [(y.tolist(), p.tolist()), (np.repeat(y, 2)[::2], np.repeat(p, 2)[::2])]
    for name in ("roc_auc_score", "brier_score_loss", "expected_calibration_error"):
        metric = getattr(metrics, name)
        assert all(metric(*form) == metric(y, p) for form in forms)
        assert metric(y.astype(float), p) == metric(y == 1, p)
    for name in ("accuracy_score", "f1_score", "adjusted_rand_score"):
        metric = getattr(metrics, name)
        hard = p > 0.5
        assert metric(y.tolist(), hard.astype(int).tolist()) == metric(
            y, hard.astype(int)
        )
    assert metrics.fit_temperature(Z.astype(np.float32), y) == pytest.approx(
        metrics.fit_temperature(Z, y), rel=1e-5
    )
