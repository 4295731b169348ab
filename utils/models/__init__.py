"""Estimators from scratch, with scikit-learn's protocol: fit, predict, transform, score."""

from utils.models.base import BaseModel, ConvergenceWarning, NotFittedError
from utils.models.bayes import BernoulliNB
from utils.models.linear import ElasticNet, Lasso, LinearRegression, Ridge
from utils.models.preparation import StandardScaler, random_features

__all__ = [
    "BaseModel",
    "BernoulliNB",
    "ConvergenceWarning",
    "ElasticNet",
    "Lasso",
    "LinearRegression",
    "NotFittedError",
    "Ridge",
    "StandardScaler",
    "random_features",
]
