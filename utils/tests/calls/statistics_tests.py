"""Calls of `utils.statistics`: tests, power, Bayesian inference, model choice, regression."""

import numpy as np

from utils.tests.calls import call

X1 = [2.0, 4.0, 4.0, 7.0, 5.0, 9.0, 1.0, 3.0]
X2 = [1.0, 3.0, 5.0, 6.0, 2.0, 8.0, 4.0, 7.0]
X3 = [6.0, 8.0, 7.0, 9.0, 5.0, 7.0, 3.0, 4.0]
ZEROS_AND_ONES = [1.0, 0.0, 1.0, 1.0, 0.0, 1.0]
COUNTS = [18.0, 25.0, 17.0, 20.0]
TABLE = [[12.0, 9.0], [7.0, 16.0]]
DESIGN = [[1.0, 2.0], [3.0, 1.0], [2.0, 5.0], [6.0, 3.0], [4.0, 4.0], [5.0, 7.0]]
TARGET = [2.0, 4.0, 3.0, 8.0, 5.0, 9.0]


def _difference(x, y, axis=-1):
    return x.mean(axis) - y.mean(axis)


def _uniform_cdf(x):
    return np.clip(x / 10, 0.0, 1.0)


def _neg_log_post(theta):
    return float(np.sum((theta - 0.5) ** 2 + np.cosh(theta)))


def _fit_predict(x, y, x_test):
    return np.full(len(x_test), y.mean())


def _draw_training(rng):
    return None, rng.normal(size=4)


def _true_values(x_test):
    return np.zeros(len(x_test))


def _family(data, **parameters):
    family = call(options=parameters).then("update", data=data).then("predictive")
    return family.then("log_evidence", data=data)


CALLS = {
    "statistics.permutation_test": call(
        x=X1[:4], y=X3[:4], options={"statistic": _difference}
    ),
    "statistics.ttest_1samp": call(x=X1, options={"mu": 3.0}),
    "statistics.ttest_rel": call(x=X1, y=X3),
    "statistics.ttest_ind": call(x=X1, y=X3, options={"alternative": "less"}),
    "statistics.f_oneway": call(groups_0=X1, groups_1=X2, groups_2=X3),
    "statistics.z_test_proportions": call(
        options={"k1": 12, "n1": 40, "k2": 21, "n2": 45}
    ),
    "statistics.binomtest": call(options={"k": 7, "n": 10}),
    "statistics.chisquare": call(observed=COUNTS, expected=[20.0, 20.0, 20.0, 20.0]),
    "statistics.chi2_contingency": call(table=TABLE),
    "statistics.fisher_exact": call(table=TABLE),
    "statistics.kstest": call(x=X1, options={"cdf": _uniform_cdf}),
    "statistics.ks_2samp": call(x=X1, y=X3),
    "statistics.mannwhitneyu": call(x=X1, y=X3),
    "statistics.adjust_pvalues": call(
        p=[0.125, 0.0, 1.0, 0.25], options={"method": "holm"}
    ),
    "statistics.power_z": call(options={"delta": 0.5, "sigma": 1.0, "n": 20}),
    "statistics.power_t": call(options={"delta": 0.5, "sigma": 1.0, "n": 20}),
    "statistics.sample_size_mean": call(options={"delta": 0.5, "sigma": 1.0}),
    "statistics.sample_size_proportions": call(options={"p1": 0.25, "p2": 0.5}),
    "statistics.BetaBinomial": _family(ZEROS_AND_ONES, a=2.0, b=3.0),
    "statistics.GammaPoisson": _family(COUNTS, a=2.0, b=0.5),
    "statistics.NormalKnownVariance": _family(X1, mu0=1.0, tau0=2.0, sigma=3.0),
    "statistics.NormalInverseGamma": _family(
        X1, mu0=1.0, kappa0=2.0, alpha0=3.0, beta0=4.0
    ),
    "statistics.hpd_interval": call(dist_or_samples=X1, options={"level": 0.5}),
    "statistics.laplace_approximation": call(
        theta0=[1.0, -1.0], options={"neg_log_post": _neg_log_post}
    ),
    "statistics.bias_variance": call(
        x_test=[0.0, 1.0, 2.0],
        options={
            "fit_predict": _fit_predict,
            "draw_training": _draw_training,
            "f_true": _true_values,
            "reps": 5,
        },
        rng=True,
    ),
    "statistics.aic": call(options={"loglik": -12.5, "k": 3}),
    "statistics.bic": call(options={"loglik": -12.5, "k": 3, "n": 20}),
    "statistics.split_conformal_quantile": call(scores=X1, options={"alpha": 0.25}),
    "statistics.ols_inference": call(X=DESIGN, y=TARGET, options={"robust": True}),
    "statistics.loo_residuals": call(X=DESIGN, y=TARGET),
}
