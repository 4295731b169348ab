"""Calls of `utils.statistics`: summaries, association, resampling, intervals, likelihood."""

import numpy as np

from utils.tests.calls import call

X1 = [2.0, 4.0, 4.0, 7.0, 5.0, 9.0, 1.0, 3.0]
X2 = [1.0, 3.0, 5.0, 6.0, 2.0, 8.0, 4.0, 7.0]
WEIGHTS = [1.0, 2.0, 0.0, 1.0, 3.0, 1.0, 1.0, 2.0]
TABLE = [
    [1.0, 2.0, 8.0],
    [3.0, 1.0, 4.0],
    [2.0, 5.0, 2.0],
    [6.0, 3.0, 1.0],
    [4.0, 4.0, 9.0],
]
COVARIANCE = [[4.0, 2.0, 1.0], [2.0, 9.0, 3.0], [1.0, 3.0, 8.0]]


def _log_likelihood(theta, data):
    return -np.sum((data - theta) ** 2)


CALLS = {
    f"statistics.{name}": call(x=X1)
    for name in (
        *("mean", "median", "mode", "iqr", "variance", "std", "mad", "zscore"),
        *("skewness", "kurtosis", "describe", "rank", "mean_ci", "variance_ci"),
    )
}
CALLS |= {
    f"statistics.{name}": call(x=X1, y=X2)
    for name in ("pearson", "spearman", "kendall")
}
CALLS |= {
    "statistics.standardize": call(X=TABLE),
    "statistics.weighted_mean": call(x=X1, w=WEIGHTS),
    "statistics.trimmed_mean": call(x=X1, options={"proportion": 0.25}),
    "statistics.quantile": call(x=X1, options={"q": [0.25, 0.5]}),
    "statistics.covariance": call(X=TABLE),
    "statistics.correlation": call(X=TABLE),
    "statistics.cov_to_corr": call(S=COVARIANCE),
    "statistics.partial_correlation": call(S=COVARIANCE),
    "statistics.RunningStats": call()
    .then("update", x=X1)
    .then("variance")
    .then("std")
    .then("update", x=X2)
    .then("variance"),
    "statistics.bandwidth": call(x=X2, options={"rule": "loo"}),
    "statistics.kde": call(x=X1, grid=[0.0, 2.5, 4.0], accepts="grid:empty"),
    "statistics.bootstrap": call(
        data=X1, options={"statistic": np.mean, "n_resamples": 9}, rng=True
    ),
    "statistics.jackknife": call(data=X1, options={"statistic": np.median}),
    "statistics.bootstrap_ci": call(
        data=X1,
        options={"statistic": np.mean, "method": "bca", "n_resamples": 50},
        rng=True,
    ),
    "statistics.proportion_ci": call(options={"k": 3, "n": 8}),
    "statistics.poisson_ci": call(options={"k": 3, "exposure": 2.0}),
    "statistics.mle": call(
        data=X1, options={"log_likelihood": _log_likelihood, "theta0": 1.0}
    ),
}
