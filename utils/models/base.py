"""What every estimator has in common: parameters, copies, and a clear error before fit."""

import copy
import inspect

import numpy as np

from utils._checks import as_data, as_labels, same_length
from utils.metrics import accuracy_score
from utils.numerics import log_softmax, softmax


class NotFittedError(ValueError, AttributeError):
    """A model was asked for what it learns only in ``fit``."""


class ConvergenceWarning(UserWarning):
    """An iterative fit stopped at its limit before it met its tolerance."""


class BaseModel:
    """Parameters by name, for estimators that store them unchanged in ``__init__``.

    Attributes learned from data end in an underscore; ``clone`` leaves them behind.

    Examples
    --------
    >>> class Shift(BaseModel):
    ...     def __init__(self, by=1.0):
    ...         self.by = by
    >>> Shift(by=2.0).set_params(by=3.0).clone()
    Shift(by=3.0)
    """

    def get_params(self):
        """The constructor's parameters as a dict from name to value."""
        return {name: getattr(self, name) for name in self._parameter_names()}

    def set_params(self, **params):
        """Change parameters by name and return the model; `TypeError` for unknown names."""
        known = self._parameter_names()
        for name in params:
            if name not in known:
                raise TypeError(
                    f"{type(self).__name__} has no parameter {name!r}, only {known}"
                )
        for name, value in params.items():
            setattr(self, name, value)
        return self

    def clone(self):
        """A model with the same parameters that has learned nothing yet.

        Parameters are copied, a random generator with its present state.
        """
        return type(self)(**copy.deepcopy(self.get_params()))

    def __repr__(self):
        defaults = inspect.signature(type(self).__init__).parameters
        changed = [
            f"{name}={value!r}"
            for name, value in self.get_params().items()
            if not _same(value, defaults[name].default)
        ]
        return f"{type(self).__name__}({', '.join(changed)})"

    @classmethod
    def _parameter_names(cls):
        return list(inspect.signature(cls.__init__).parameters)[1:]

    def _check_fitted(self, attribute):
        """Raise `NotFittedError` unless ``fit`` has set ``attribute``."""
        if not hasattr(self, attribute):
            raise NotFittedError(
                f"this {type(self).__name__} has not learned anything yet: call fit first"
            )


class _Classifier(BaseModel):
    """What all classifiers share; a subclass adds ``_scores(X)``, one column per class."""

    def predict(self, X):
        """The label of the largest score in each row of ``X`` (k, d), the first of equals."""
        best = np.argmax(self._scores(X), axis=1)
        return self.classes_[best]

    def score(self, X, y):
        """Share of the rows of ``X`` (k, d) whose predicted label is that of ``y`` (k,)."""
        return accuracy_score(as_labels(y), self.predict(X))


class _LogClassifier(_Classifier):
    """A classifier whose scores are log probabilities, up to a constant in each row."""

    def predict_log_proba(self, X):
        """Log probabilities of the classes for ``X`` (k, d), shape (k, K)."""
        return log_softmax(self._scores(X), axis=1)

    def predict_proba(self, X):
        """Probabilities of the classes for ``X`` (k, d), shape (k, K)."""
        return softmax(self._scores(X), axis=1)


def _check_labeled_data(X, y, n_classes=1):
    """``X`` (n, d), the sorted labels in ``y`` and the number of each row's label among them."""
    X, y = as_data(X), as_labels(y)
    same_length(X, y, ("X", "y"))
    classes, codes = np.unique(y, return_inverse=True)
    if len(classes) < n_classes:
        raise ValueError(
            f"y must hold {n_classes} classes or more, got only {classes[0]}"
        )
    return X, classes, codes


def _finite(distances):
    """Squared distances of rows from classes (k, K), if they are numbers yet."""
    if not np.isfinite(distances).all():
        row = int(np.argmin(np.isfinite(distances).all(axis=1)))
        raise ValueError(
            f"row {row} of X is too far from the data given to fit: the squared distance, in "
            "standard deviations, is beyond float64"
        )
    return distances


def _same(value, default):
    if isinstance(value, np.ndarray) or isinstance(default, np.ndarray):
        return False
    return type(value) is type(default) and value == default
