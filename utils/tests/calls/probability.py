"""Calls of `utils.probability`."""

import numpy as np

from utils.probability import Cauchy, Gamma, Normal, Poisson, Uniform
from utils.tests.calls import call

ANY = "nan infinity empty"
POINTS = [-1.0, 0.0, 0.5, 1.0, 2.0, 7.0]
DATA = [1.0, 2.0, 0.5, 3.0, 2.0, 4.0]
UNIT = [0.25, 0.5, 0.125, 0.875]
COUNTS = [1.0, 2.0, 0.0, 4.0]
LEVELS = [0.0, 0.25, 0.5, 1.0]
PRIOR, LIKELIHOOD = [0.25, 0.75], [0.5, 0.125]
P = [[0.5, 0.5, 0.0], [0.25, 0.25, 0.5], [0.0, 0.75, 0.25]]
ROWS = [[1.0, 2.0], [0.0, 1.0], [3.0, -1.0], [2.0, 2.0]]
COUNTED = [[2.0, 1.0, 1.0], [0.0, 3.0, 1.0]]
SHARES = [[0.25, 0.5, 0.25], [0.5, 0.375, 0.125]]


def law(options, density="pdf", data=DATA, fit=True, **fit_options):
    """A law on the line: all of its methods."""
    found = (
        call(options=options)
        .then(density, **{"k" if density == "pmf" else "x": POINTS}, accepts=ANY)
        .then(
            "log" + density, **{"k" if density == "pmf" else "x": POINTS}, accepts=ANY
        )
        .then("cdf", x=POINTS, accepts=ANY)
        .then("sf", x=POINTS, accepts=ANY)
        .then("ppf", q=LEVELS, accepts="nan empty")
        .then("interval", options={"level": 0.5})
        .then("log_likelihood", x=data)
        .then("sample", options={"n": 3}, rng=True)
        .then("mean")
        .then("var")
        .then("std")
        .then("median")
    )
    return found.then("fit", options=fit_options, x=data) if fit else found


def walk(x, rng):
    return x + rng.normal(size=np.shape(x))


def log_density(x):
    return -0.5 * float(np.sum(np.square(x)))


def first(x, rng):
    return 0.5 * x[1] + rng.normal()


def second(x, rng):
    return 0.5 * x[0] + rng.normal()


CALLS = {
    "probability.Uniform": law({"low": 0, "high": 4}),
    "probability.Normal": law({"mu": 1, "sigma": 2}),
    "probability.LogNormal": law({"mu": 0, "sigma": 1}),
    "probability.Exponential": law({"rate": 2}),
    "probability.Gamma": law({"shape": 2.5, "rate": 2}),
    "probability.Beta": law({"a": 2, "b": 5}, data=UNIT),
    "probability.Laplace": law({"loc": 1, "scale": 2}),
    "probability.Logistic": law({"loc": 1, "scale": 2}, fit=False),
    "probability.Gumbel": law({"loc": 1, "scale": 2}, fit=False),
    "probability.Cauchy": law({"loc": 1, "scale": 2}, fit=False),
    "probability.Pareto": law({"alpha": 2.5, "xm": 0.5}),
    "probability.ChiSquared": law({"df": 3}, fit=False),
    "probability.FDist": law({"df1": 3, "df2": 9}, fit=False),
    "probability.StudentT": law({"df": 4, "loc": 1, "scale": 2}, df=4),
    "probability.Bernoulli": law({"p": 0.25}, "pmf", [0.0, 1.0, 1.0]),
    "probability.DiscreteUniform": law({"low": 0, "high": 5}, "pmf", COUNTS),
    "probability.Binomial": law({"n": 5, "p": 0.25}, "pmf", COUNTS, n=5),
    "probability.Geometric": law({"p": 0.25}, "pmf", [1.0, 3.0, 2.0]),
    "probability.NegativeBinomial": law({"r": 2.5, "p": 0.25}, "pmf", [9.0, 0.0, 1.0]),
    "probability.Hypergeometric": law(
        {"N": 20, "K": 8, "n": 5}, "pmf", COUNTS, fit=False
    ),
    "probability.Poisson": law({"mu": 2.5}, "pmf", COUNTS),
    "probability.Categorical": call(
        probs=[0.25, 0.5, 0.25], values=[3.0, 1.0, 2.0], accepts="values:none"
    )
    .then("pmf", k=POINTS, accepts=ANY)
    .then("cdf", x=POINTS, accepts=ANY)
    .then("ppf", q=LEVELS, accepts="nan empty")
    .then("sample", options={"n": 3}, rng=True)
    .then("fit", x=DATA),
    "probability.Empirical": call(x=DATA)
    .then("logpmf", k=POINTS, accepts=ANY)
    .then("sf", x=POINTS, accepts=ANY)
    .then("ppf", q=LEVELS, accepts="nan empty")
    .then("sample", options={"n": 3}, rng=True)
    .then("fit", x=DATA),
    "probability.Mixture": call(
        weights=[0.25, 0.75], options={"components": [Normal(), Gamma(2)]}
    )
    .then("pdf", x=POINTS, accepts=ANY)
    .then("logpdf", x=POINTS, accepts=ANY)
    .then("cdf", x=POINTS, accepts=ANY)
    .then("sf", x=POINTS, accepts=ANY)
    .then("ppf", q=LEVELS, accepts="nan empty")
    .then("log_likelihood", x=DATA)
    .then("sample", options={"n": 3}, rng=True),
    "probability.MultivariateNormal": call(
        mean=[1.0, 2.0], cov=[[2.0, 0.5], [0.5, 1.0]]
    )
    .then("pdf", X=ROWS, accepts=ANY)
    .then("logpdf", X=ROWS, accepts=ANY)
    .then("marginal", options={"idx": [1]})
    .then("conditional", options={"idx": [0]}, values=[1.5])
    .then("affine", A=[[1.0, 1.0]], b=[2.0], accepts="b:none")
    .then("sample", options={"n": 3}, rng=True)
    .then("fit", X=ROWS),
    "probability.Multinomial": call(options={"n": 4}, probs=[0.25, 0.5, 0.25])
    .then("pmf", K=COUNTED, accepts=ANY)
    .then("logpmf", K=COUNTED, accepts=ANY)
    .then("sample", options={"n": 3}, rng=True)
    .then("fit", K=[[2.0, 1.0, 1.0], [0.0, 3.0, 1.0]]),
    "probability.Dirichlet": call(alpha=[1.0, 2.0, 3.0])
    .then("pdf", P=SHARES, accepts=ANY)
    .then("logpdf", P=SHARES, accepts=ANY)
    .then("sample", options={"n": 3}, rng=True),
    "probability.ppf_from_cdf": call(
        options={"cdf": Cauchy().cdf, "pdf": Cauchy().pdf},
        q=[0.25, 0.5, 0.875],
        lo=[-1.0, 0.0, -4.0],
        hi=[1.0, 1.0, 2.0],
        accepts="q:nan",
    ),
    "probability.inverse_transform": call(
        options={"ppf": Normal().ppf, "n": 3}, rng=True
    ),
    "probability.expectation": call(options={"dist": Gamma(2.5), "f": np.square}),
    "probability.bayes_update": call(prior=PRIOR, likelihood=LIKELIHOOD),
    "probability.grid_posterior": call(
        log_prior=[0.0, -1.0, -2.0],
        log_likelihood=[-3.0, -1.0, -2.0],
        cell=[0.5, 0.5, 1.0],
    ),
    "probability.monte_carlo": call(
        options={"f": np.exp, "sample": Uniform().sample, "n": 8}, rng=True
    ),
    "probability.importance_sampling": call(
        options={
            "f": np.square,
            "log_target": Poisson(2).logpmf,
            "proposal": Poisson(3),
            "n": 8,
        },
        rng=True,
    ),
    "probability.control_variate": call(
        options={"g_mean": 0.5},
        f_values=[1.0, 2.5, 3.0, 7.0],
        g_values=[0.25, 0.5, 1.0, 0.75],
    ),
    "probability.rejection_sample": call(
        options={
            "log_target": Normal().logpdf,
            "proposal": Cauchy(),
            "log_m": 1.0,
            "n": 8,
        },
        rng=True,
    ),
    "probability.MarkovChain": call(P=P, options={"states": "abc"})
    .then("n_step", options={"n": 3})
    .then("distribution", p0=[0.25, 0.25, 0.5], options={"n": 2})
    .then("stationary")
    .then("simulate", options={"n": 5, "start": "b"}, rng=True)
    .then("is_irreducible")
    .then("period")
    .then("second_eigenvalue"),
    "probability.metropolis_hastings": call(
        options={"log_density": log_density, "proposal": walk, "n": 8},
        x0=[1.0, 2.0],
        rng=True,
    ),
    "probability.gibbs": call(
        options={"conditionals": [first, second], "n": 8}, x0=[1.0, 2.0], rng=True
    ),
    "probability.autocorrelation": call(x=DATA, options={"max_lag": 3}),
    "probability.effective_sample_size": call(chain=DATA),
    "probability.split_rhat": call(chains=[[1.0, 2.0, 4.0, 3.0], [2.0, 5.0, 1.0, 3.0]]),
    "probability.sample_logits": call(
        options={"temperature": 0.5, "top_k": 3, "top_p": 0.875, "n": 5},
        logits=[1.0, 2.0, 0.5, -1.0],
        rng=True,
    ),
}
