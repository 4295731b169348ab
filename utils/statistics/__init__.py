"""Statistics from scratch: estimators, intervals, tests, and what a fit says of its errors."""

from utils.statistics.association import (
    correlation,
    cov_to_corr,
    covariance,
    kendall,
    partial_correlation,
    pearson,
    rank,
    spearman,
)
from utils.statistics.bayesian import (
    BetaBinomial,
    GammaPoisson,
    NormalInverseGamma,
    NormalKnownVariance,
    hpd_interval,
    laplace_approximation,
)
from utils.statistics.conformal import split_conformal_quantile
from utils.statistics.counts import binomtest, chi2_contingency, chisquare, fisher_exact
from utils.statistics.density import bandwidth, kde
from utils.statistics.descriptive import (
    describe,
    iqr,
    kurtosis,
    mad,
    mean,
    median,
    mode,
    quantile,
    skewness,
    standardize,
    std,
    trimmed_mean,
    variance,
    weighted_mean,
    zscore,
)
from utils.statistics.estimation import mle
from utils.statistics.intervals import (
    mean_ci,
    poisson_ci,
    proportion_ci,
    variance_ci,
)
from utils.statistics.linear import loo_residuals, ols_inference
from utils.statistics.model_choice import aic, bias_variance, bic
from utils.statistics.parametric import (
    f_oneway,
    ttest_1samp,
    ttest_ind,
    ttest_rel,
    z_test_proportions,
)
from utils.statistics.permutation import permutation_test
from utils.statistics.power import (
    power_t,
    power_z,
    sample_size_mean,
    sample_size_proportions,
)
from utils.statistics.ranks import adjust_pvalues, ks_2samp, kstest, mannwhitneyu
from utils.statistics.resampling import bootstrap, bootstrap_ci, jackknife
from utils.statistics.results import EstimateResult, Interval, OLSResult, TestResult
from utils.statistics.running import RunningStats

__all__ = [
    "BetaBinomial",
    "EstimateResult",
    "GammaPoisson",
    "Interval",
    "NormalInverseGamma",
    "NormalKnownVariance",
    "OLSResult",
    "RunningStats",
    "TestResult",
    "adjust_pvalues",
    "aic",
    "bandwidth",
    "bias_variance",
    "bic",
    "binomtest",
    "bootstrap",
    "bootstrap_ci",
    "chi2_contingency",
    "chisquare",
    "correlation",
    "cov_to_corr",
    "covariance",
    "describe",
    "f_oneway",
    "fisher_exact",
    "hpd_interval",
    "iqr",
    "jackknife",
    "kde",
    "kendall",
    "ks_2samp",
    "kstest",
    "kurtosis",
    "laplace_approximation",
    "loo_residuals",
    "mad",
    "mannwhitneyu",
    "mean",
    "mean_ci",
    "median",
    "mle",
    "mode",
    "ols_inference",
    "partial_correlation",
    "pearson",
    "permutation_test",
    "poisson_ci",
    "power_t",
    "power_z",
    "proportion_ci",
    "quantile",
    "rank",
    "sample_size_mean",
    "sample_size_proportions",
    "skewness",
    "spearman",
    "split_conformal_quantile",
    "standardize",
    "std",
    "trimmed_mean",
    "ttest_1samp",
    "ttest_ind",
    "ttest_rel",
    "variance",
    "variance_ci",
    "weighted_mean",
    "z_test_proportions",
    "zscore",
]
