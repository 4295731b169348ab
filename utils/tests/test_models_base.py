"""Parameters, copies and the error before fit, compared with scikit-learn's own base class."""

import numpy as np
import pytest
import sklearn.base

from utils.models import BaseModel, ConvergenceWarning, NotFittedError


class Model(BaseModel):
    def __init__(self, alpha=1.0, weights=None, rng=None):
        self.alpha = alpha
        self.weights = weights
        self.rng = rng

    def fit(self, X):
        self.mean_ = np.mean(X)
        return self

    def predict(self):
        self._check_fitted("mean_")
        return self.mean_


def test_parameters_are_those_of_the_constructor():
    model = Model(alpha=2.0)
    assert model.get_params() == {"alpha": 2.0, "weights": None, "rng": None}
    assert model.set_params(alpha=3.0) is model
    assert model.alpha == 3.0


def test_an_unknown_parameter_changes_nothing():
    model = Model()
    with pytest.raises(TypeError, match="Model has no parameter 'beta', only"):
        model.set_params(alpha=5.0, beta=1.0)
    assert model.alpha == 1.0


def test_a_clone_has_the_parameters_and_none_of_the_learning():
    class Theirs(sklearn.base.BaseEstimator):
        __init__ = Model.__init__

    weights = np.array([1.0, 2.0])
    ours = Model(2.0, weights).fit([1.0])
    copy = ours.clone()
    theirs = sklearn.base.clone(Theirs(2.0, weights))
    assert copy.alpha == theirs.alpha == 2.0
    np.testing.assert_array_equal(copy.weights, theirs.weights)
    assert copy.weights is not weights
    assert not hasattr(copy, "mean_")


def test_a_clone_continues_the_random_stream_of_its_own():
    model = Model(rng=np.random.default_rng(0))
    copy = model.clone()
    assert model.rng.random() == copy.rng.random()


def test_what_is_shown_is_what_differs_from_the_default():
    assert repr(Model()) == "Model()"
    assert repr(Model(alpha=2.0)) == "Model(alpha=2.0)"
    assert repr(Model(alpha=1)) == "Model(alpha=1)"
    assert repr(Model(weights=np.ones(2))) == "Model(weights=array([1., 1.]))"


def test_asking_before_fit_is_an_error_of_both_kinds():
    with pytest.raises(NotFittedError, match="call fit first"):
        Model().predict()
    assert issubclass(NotFittedError, (ValueError, AttributeError))
    assert issubclass(ConvergenceWarning, UserWarning)
    assert Model().fit([1.0, 3.0]).predict() == 2.0
