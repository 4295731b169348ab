"""utils.models.bayes against scikit-learn, and against Bayes' theorem by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn import naive_bayes
from sklearn.datasets import load_digits

from utils.models import BernoulliNB, NotFittedError

pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture(scope="module")
def digits():
    X, y = load_digits(return_X_y=True)
    perm = np.random.default_rng(0).permutation(len(X))
    train, test = perm[:1200], perm[1200:]
    return X[train] > 7, y[train], X[test] > 7, y[test]


@pytest.mark.parametrize("alpha", [1e-3, 0.5, 1.0, 10])
def test_agrees_with_scikit_learn_on_digits(digits, alpha):
    X, y, X_test, y_test = digits
    ours = BernoulliNB(alpha=alpha).fit(X, y)
    theirs = naive_bayes.BernoulliNB(alpha=alpha).fit(X, y)
    for name in ["classes_", "class_log_prior_", "feature_log_prob_"]:
        np.testing.assert_allclose(
            getattr(ours, name), getattr(theirs, name), rtol=1e-13
        )
    np.testing.assert_allclose(
        ours.predict_log_proba(X_test), theirs.predict_log_proba(X_test), rtol=1e-10, atol=1e-10
    )  # fmt: skip
    np.testing.assert_array_equal(ours.predict(X_test), theirs.predict(X_test))
    assert ours.score(X_test, y_test) == theirs.score(X_test, y_test)


@given(
    arrays(int, (6, 3), elements=st.integers(0, 1)),
    st.sampled_from([[0, 1] * 3, [0, 1, 2] * 2, [5, 5, 5, 5, -1, 5], [1] * 6]),
)
def test_it_is_bayes_theorem_with_smoothed_counts(X, y):
    y, model = np.array(y), BernoulliNB(alpha=1.0).fit(X, y)
    joint = []
    for label in np.unique(y):
        members = X[y == label]
        p = (members.sum(axis=0) + 1) / (len(members) + 2)
        factors = np.where(X == 1, p, 1 - p)
        joint.append(np.mean(y == label) * factors.prod(axis=1))
    want = np.array(joint).T / np.sum(joint, axis=0)[:, None]
    np.testing.assert_allclose(model.predict_proba(X), want, rtol=1e-12)


def test_ten_thousand_features_do_not_underflow():
    rng = np.random.default_rng(0)
    X, y = rng.integers(0, 2, size=(20, 10_000)), np.arange(20) % 2
    model = BernoulliNB().fit(X, y)
    assert np.isfinite(model.predict_log_proba(X)).all()
    np.testing.assert_allclose(model.predict_proba(X).sum(axis=1), 1, rtol=1e-14)
    assert model.score(X, y) == 1.0


def test_labels_may_be_words_and_inputs_stay_as_they_are():
    X, y = np.array([[1, 0], [0, 1], [1, 1]]), np.array(["yes", "no", "yes"])
    before = X.copy()
    model = BernoulliNB().fit(X.tolist(), list(y))
    assert list(model.classes_) == ["no", "yes"]
    assert list(model.predict(X)) == ["yes", "no", "yes"]
    assert type(model.score(X, y)) is float
    np.testing.assert_array_equal(X, before)


def test_fit_twice_is_a_fresh_start():
    X = np.array([[1, 0], [0, 1]])
    model = BernoulliNB().fit(X, [0, 1])
    again = model.fit(X, [1, 0])
    assert again is model
    np.testing.assert_array_equal(
        model.feature_log_prob_, BernoulliNB().fit(X, [1, 0]).feature_log_prob_
    )


def test_it_says_what_it_needs():
    X, y = [[1, 0], [0, 1]], [0, 1]
    with pytest.raises(NotFittedError):
        BernoulliNB().predict(X)
    with pytest.raises(ValueError, match="only 0 and 1"):
        BernoulliNB().fit([[0.5, 0], [0, 1]], y)
    with pytest.raises(ValueError, match="one row per example"):
        BernoulliNB().fit([1, 0], y)
    with pytest.raises(ValueError, match="equally many rows"):
        BernoulliNB().fit(X, [0])
    with pytest.raises(ValueError, match="y must have shape"):
        BernoulliNB().fit(X, [[0], [1]])
    with pytest.raises(ValueError, match="finite"):
        BernoulliNB().fit(X, [0, np.nan])
    with pytest.raises(ValueError, match="2 columns"):
        BernoulliNB().fit(X, y).predict([[1, 0, 1]])
    for alpha in [0, -1]:
        with pytest.raises(ValueError, match="alpha must be in"):
            BernoulliNB(alpha=alpha).fit(X, y)


def test_it_keeps_the_protocol():
    model = BernoulliNB(alpha=2.0)
    assert model.get_params() == {"alpha": 2.0}
    assert repr(model) == "BernoulliNB(alpha=2.0)"
    assert model.clone().alpha == 2.0
