"""Probability from scratch: distributions, and Bayes' theorem."""

from utils.probability.base import (
    Continuous,
    Discrete,
    Distribution,
    inverse_transform,
    ppf_from_cdf,
)
from utils.probability.bayes import bayes_update, grid_posterior
from utils.probability.continuous import (
    Cauchy,
    Exponential,
    Gumbel,
    Laplace,
    Logistic,
    LogNormal,
    Normal,
    Pareto,
    Uniform,
)
from utils.probability.discrete import (
    Bernoulli,
    Binomial,
    DiscreteUniform,
    Geometric,
    Hypergeometric,
    NegativeBinomial,
    Poisson,
)
from utils.probability.finite import Categorical, Empirical
from utils.probability.gamma_beta import Beta, ChiSquared, FDist, Gamma, StudentT
from utils.probability.mixture import Mixture
from utils.probability.multivariate import Dirichlet, Multinomial, MultivariateNormal

__all__ = [
    "Bernoulli",
    "Beta",
    "Binomial",
    "Categorical",
    "Cauchy",
    "ChiSquared",
    "Continuous",
    "Dirichlet",
    "Discrete",
    "DiscreteUniform",
    "Distribution",
    "Empirical",
    "Exponential",
    "FDist",
    "Gamma",
    "Geometric",
    "Gumbel",
    "Hypergeometric",
    "Laplace",
    "LogNormal",
    "Logistic",
    "Mixture",
    "Multinomial",
    "MultivariateNormal",
    "NegativeBinomial",
    "Normal",
    "Pareto",
    "Poisson",
    "StudentT",
    "Uniform",
    "bayes_update",
    "grid_posterior",
    "inverse_transform",
    "ppf_from_cdf",
]
