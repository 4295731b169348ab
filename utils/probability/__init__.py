"""Probability from scratch: distributions, Bayes' theorem, Monte Carlo, Markov chains.

In the order of ideas: the interface of all laws (`base`); laws with a density
(`continuous`, `gamma_beta`), on integers (`discrete`), on finitely many numbers (`finite`),
mixed (`mixture`), of vectors (`multivariate`); expectations (`expectation`); Bayes' theorem
(`bayes`); random draws for integrals (`monte_carlo`), Markov chains (`markov`), and chains
that draw from any density (`mcmc`). All names live here:
``from utils.probability import Normal, monte_carlo``.
"""

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
from utils.probability.expectation import expectation
from utils.probability.finite import Categorical, Empirical, sample_logits
from utils.probability.gamma_beta import Beta, ChiSquared, FDist, Gamma, StudentT
from utils.probability.markov import MarkovChain
from utils.probability.mcmc import (
    autocorrelation,
    effective_sample_size,
    gibbs,
    metropolis_hastings,
    split_rhat,
)
from utils.probability.mixture import Mixture
from utils.probability.monte_carlo import (
    control_variate,
    importance_sampling,
    monte_carlo,
    rejection_sample,
)
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
    "MarkovChain",
    "Mixture",
    "Multinomial",
    "MultivariateNormal",
    "NegativeBinomial",
    "Normal",
    "Pareto",
    "Poisson",
    "StudentT",
    "Uniform",
    "autocorrelation",
    "bayes_update",
    "control_variate",
    "effective_sample_size",
    "expectation",
    "gibbs",
    "grid_posterior",
    "importance_sampling",
    "inverse_transform",
    "metropolis_hastings",
    "monte_carlo",
    "ppf_from_cdf",
    "rejection_sample",
    "sample_logits",
    "split_rhat",
]
