"""Metrics of probabilities: calibration, the Brier score, and one number that mends much."""

import warnings

import numpy as np

from utils._checks import as_matrix, as_vector, count, same_length
from utils.metrics.labels import class_numbers, zeros_and_ones
from utils.numerics import softmax


def calibration_curve(y_true, y_prob, n_bins=10, strategy="uniform"):
    """Do things happen as often as forecast? Forecasts in bins, with what came.

    Parameters
    ----------
    y_true : array_like, shape (n,)
        Outcomes 0 and 1. For K classes: whether the predicted class was right, with its
        probability, the confidence, as ``y_prob``.
    y_prob : array_like, shape (n,)
        Forecast probabilities of 1.
    n_bins : int
    strategy : {"uniform", "quantile"}
        Bins of equal width, or with about equally many forecasts.

    Returns
    -------
    prob_true, prob_pred : ndarray, shape (m,)
        Share of ones and mean forecast in each bin that isn't empty, lowest first.
    count : ndarray of int, shape (m,)
        Forecasts in the bin.

    Raises
    ------
    ValueError
        If forecasts aren't in [0, 1], labels not 0 and 1, lengths differ, data are empty,
        ``n_bins`` is below 1, or the strategy is unknown.

    Notes
    -----
    A bin holds its upper end but not its lower one, the first bin both: so 0 and 1 are in, and
    the bins are those of scikit-learn. O(n log n_bins), and a sort for quantiles.
    Home: 03-probability/09-probability-in-ml.ipynb.
    Source: A. Niculescu-Mizil and R. Caruana, "Predicting good probabilities with supervised
    learning", ICML (2005).

    Examples
    --------
    >>> prob_true, prob_pred, n = calibration_curve([0, 0, 1, 1], [0, 0.25, 0.75, 1], 2)
    >>> prob_true, prob_pred, n
    (array([0., 1.]), array([0.125, 0.875]), array([2, 2]))
    """
    y_true, y_prob = _forecasts(y_true, y_prob)
    levels = np.linspace(0, 1, count(n_bins, "n_bins") + 1)
    if strategy not in ("uniform", "quantile"):
        raise ValueError(f"strategy must be 'uniform' or 'quantile', got {strategy!r}")
    edges = levels if strategy == "uniform" else np.percentile(y_prob, 100 * levels)
    bins = np.searchsorted(edges[1:-1], y_prob)
    n = np.bincount(bins, minlength=n_bins)
    filled = n > 0
    prob_true, prob_pred = (
        np.bincount(bins, weights=values, minlength=n_bins)[filled] / n[filled]
        for values in (y_true, y_prob)
    )
    return prob_true, prob_pred, n[filled]


def expected_calibration_error(y_true, y_prob, n_bins=10):
    """Average gap between forecast and frequency over the bins of `calibration_curve`.

    A float in [0, 1], each of the ``n_bins`` bins of equal width weighted by the forecasts in
    it. It depends on the bins, and is 0 for a forecaster who always quotes the base rate: low
    is not good by itself. ValueError as `calibration_curve`. O(n log n_bins).
    Home: 03-probability/09-probability-in-ml.ipynb.
    Source: C. Guo and others, "On calibration of modern neural networks", ICML (2017).

    Examples
    --------
    >>> expected_calibration_error([0, 0, 1, 1], [0, 0.25, 0.75, 1], 2)
    0.125
    """
    prob_true, prob_pred, n = calibration_curve(y_true, y_prob, n_bins)
    return float(np.sum(n * np.abs(prob_true - prob_pred)) / n.sum())


def brier_score_loss(y_true, y_prob):
    """Mean squared error of forecast probabilities.

    Parameters
    ----------
    y_true : array_like, shape (n,)
        Outcomes 0 and 1; for a table y_prob, labels 0, ..., K - 1.
    y_prob : array_like, shape (n,) or (n, K)
        Probabilities of 1; or of all classes, in rows that sum to 1.

    Returns
    -------
    float
        Mean of (p - y)^2, in [0, 1]. For a table the mean of the squared distance from the
        one-hot outcome, in [0, 2]: with two classes, twice the binary score.

    Raises
    ------
    ValueError
        If forecasts aren't probabilities (sum 1 within 1e-8), a label is out of range,
        lengths differ, or data are empty.

    Notes
    -----
    On average smallest for who forecasts the true probabilities, and only then. O(n K).
    Home: 03-probability/09-probability-in-ml.ipynb.
    Source: G. Brier, "Verification of forecasts expressed in terms of probability", Monthly
    Weather Review 78 (1950).

    Examples
    --------
    >>> brier_score_loss([1, 0], [0.5, 0.5])
    0.25
    >>> brier_score_loss([1, 0], [[0.5, 0.5], [0.5, 0.5]])
    0.5
    """
    if np.ndim(y_prob) != 2:
        y_true, y_prob = _forecasts(y_true, y_prob)
        return float(np.mean((y_prob - y_true) ** 2))
    P = as_matrix(y_prob, "y_prob")
    if (P < 0).any() or (np.abs(P.sum(axis=1) - 1) > 1e-8).any():
        raise ValueError(
            "rows of y_prob must be probabilities that sum to 1 within 1e-8"
        )
    P[np.arange(len(P)), class_numbers(y_true, P, "y_prob")] -= 1
    return float(np.mean(np.sum(P**2, axis=1)))


def brier_decomposition(y_true, y_prob, n_bins=10):
    """What the Brier score consists of: reliability - resolution + uncertainty.

    Parameters
    ----------
    y_true, y_prob, n_bins
        As for `calibration_curve`, with bins of equal width.

    Returns
    -------
    reliability : float
        Mean squared gap between forecast and frequency in a bin: 0 if calibrated.
    resolution : float
        Variance of the frequencies between bins: what the forecasts tell apart.
    uncertainty : float
        Variance of the outcome itself, base rate times its complement.

    Raises
    ------
    ValueError
        As `calibration_curve`.

    Notes
    -----
    The sum is exactly the Brier score of the forecasts after each was replaced by the mean of
    its bin, so of the forecasts themselves if those in a bin are equal. O(n log n_bins).
    Home: 03-probability/09-probability-in-ml.ipynb.
    Source: A. Murphy, "A new vector partition of the probability score", Journal of Applied
    Meteorology 12 (1973).

    Examples
    --------
    >>> brier_decomposition([0, 1, 1, 1], [0.25, 0.25, 1, 1])
    (0.03125, 0.0625, 0.1875)
    """
    prob_true, prob_pred, n = calibration_curve(y_true, y_prob, n_bins)
    weights = n / n.sum()
    base_rate = weights @ prob_true
    reliability = weights @ (prob_pred - prob_true) ** 2
    resolution = weights @ (prob_true - base_rate) ** 2
    return float(reliability), float(resolution), float(base_rate * (1 - base_rate))


def fit_temperature(logits, y_true, bounds=(0.05, 100.0)):
    """The temperature T that makes softmax(logits / T) fit best: one number for calibration.

    Parameters
    ----------
    logits : array_like, shape (n, K)
        Of validation rows that the model was not trained on.
    y_true : array_like, shape (n,)
        Labels 0, ..., K - 1.
    bounds : pair of float
        Where to look for T, 0 < low < high.

    Returns
    -------
    float
        T above 1 if the model was too sure of itself. If the best T isn't inside the bounds,
        the nearer bound, with a `RuntimeWarning`: low if all predictions are right, high if
        the logits are no better than chance.

    Raises
    ------
    ValueError
        If a label is out of range, lengths differ, bounds are out of order, data are empty,
        NaN or infinite, or all logits of each row are equal (or 1e100 apart), so that T
        changes nothing.

    Notes
    -----
    Newton's method in beta = 1/T, in which the mean of logsumexp(beta z) - beta z_y is convex:
    its slope is the mean expected logit minus the mean true one, its curvature the mean
    variance of the logits. A step that leaves the interval in which the slope changes sign is
    replaced by a bisection (of log beta). No prediction changes. O(n K) a step, fewer than ten as a rule.
    Home: 03-probability/09-probability-in-ml.ipynb.
    Source: C. Guo and others, "On calibration of modern neural networks", ICML (2017).

    Examples
    --------
    Always 90 percent sure, and right three times in four: the best T makes it 75 percent.

    >>> logits = [[np.log(9), 0]] * 4
    >>> round(fit_temperature(logits, [0, 0, 0, 1]), 4)  # log 9 / log 3
    2.0
    """
    Z = as_matrix(logits, "logits")
    y = class_numbers(y_true, Z, "logits")
    low, high = _bounds(bounds)
    with np.errstate(over="ignore"):
        Z -= Z.max(axis=1, keepdims=True)  # changes no probability
    if not -1e100 < Z.min() < 0:
        raise ValueError(
            "logits must differ within a row, by less than 1e100: "
            "else no temperature changes the probabilities"
        )
    target = np.mean(Z[np.arange(len(Z)), y])

    def slope_and_curvature(beta):
        P = softmax(beta * Z)
        mean = np.sum(P * Z, axis=1, keepdims=True)
        return np.mean(mean) - target, np.mean(np.sum(P * (Z - mean) ** 2, axis=1))

    if slope_and_curvature(1 / low)[0] <= 0:
        bound = low
    elif slope_and_curvature(1 / high)[0] >= 0:
        bound = high
    else:
        return 1 / _zero(slope_and_curvature, 1 / high, 1 / low)
    warnings.warn(
        f"the best temperature is beyond the bound {bound:g}: returning the bound",
        RuntimeWarning,
        stacklevel=2,
    )
    return float(bound)


def _zero(slope_and_curvature, left, right):
    """Where an increasing slope is 0, by Newton's method inside a bracket."""
    beta = min(max(1.0, left), right)
    for _ in range(100):
        slope, curvature = slope_and_curvature(beta)
        left, right = (left, beta) if slope > 0 else (beta, right)
        step = slope / curvature if curvature > 0 else np.inf
        if abs(step) <= 1e-13 * beta:
            break
        beta = beta - step if left < beta - step < right else np.sqrt(left * right)
    return float(beta)


def _forecasts(y_true, y_prob):
    """Outcomes 0 and 1, and forecasts in [0, 1]."""
    y_true, y_prob = zeros_and_ones(y_true, "y_true"), as_vector(y_prob, "y_prob")
    same_length(y_true, y_prob, ("y_true", "y_prob"))
    if y_prob.min() < 0 or y_prob.max() > 1:
        raise ValueError(
            f"y_prob must be in [0, 1], got {y_prob.min():g} to {y_prob.max():g}"
        )
    return y_true, y_prob


def _bounds(bounds):
    bounds = as_vector(bounds, "bounds")
    if len(bounds) != 2 or not 0 < bounds[0] < bounds[1]:
        raise ValueError(f"bounds must be a pair 0 < low < high, got {bounds}")
    return bounds
