"""Probability from scratch: distributions, Bayes' theorem, Monte Carlo, Markov chains.

In the order of ideas: the interface of all laws (`base`); laws with a density
(`continuous`, `gamma_beta`), on integers (`discrete`), on finitely many numbers (`finite`),
mixed (`mixture`), of vectors (`multivariate`); expectations (`expectations`); Bayes' theorem
(`bayes`); random draws for integrals (`sampling`), Markov chains (`markov`), and chains
that draw from any density (`mcmc`). All names live here:
``from utils.probability import Normal, monte_carlo``.
"""

from utils._lazy import attach

__getattr__, __dir__, __all__ = attach(
    __name__,
    {
        "base": (
            "Continuous",
            "Discrete",
            "Distribution",
            "inverse_transform",
            "ppf_from_cdf",
        ),
        "continuous": (
            "Cauchy",
            "Exponential",
            "Gumbel",
            "Laplace",
            "Logistic",
            "LogNormal",
            "Normal",
            "Pareto",
            "Uniform",
        ),
        "gamma_beta": ("Beta", "ChiSquared", "FDist", "Gamma", "StudentT"),
        "discrete": (
            "Bernoulli",
            "Binomial",
            "DiscreteUniform",
            "Geometric",
            "Hypergeometric",
            "NegativeBinomial",
            "Poisson",
        ),
        "finite": ("Categorical", "Empirical", "sample_logits"),
        "mixture": ("Mixture",),
        "multivariate": ("Dirichlet", "Multinomial", "MultivariateNormal"),
        "expectations": ("expectation",),
        "bayes": ("bayes_update", "grid_posterior"),
        "sampling": (
            "control_variate",
            "importance_sampling",
            "monte_carlo",
            "rejection_sample",
        ),
        "markov": ("MarkovChain",),
        "mcmc": (
            "autocorrelation",
            "effective_sample_size",
            "gibbs",
            "metropolis_hastings",
            "split_rhat",
        ),
    },
)
