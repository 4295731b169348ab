"""Which model: bias and variance of its predictions, and what a parameter costs."""

import math

import numpy as np

from utils._checks import as_finite, as_float, as_rng, count, in_range, moderate


def bias_variance(fit_predict, draw_training, f_true, x_test, reps, rng):
    """Squared bias and variance of predictions, by fitting to many training sets.

    Parameters
    ----------
    fit_predict : callable
        ``fit_predict(x, y, x_test)`` fits to a training set and returns predictions, (m,).
    draw_training : callable
        ``draw_training(rng)`` returns a new training set ``(x, y)``.
    f_true : callable
        ``f_true(x_test)`` returns the true values without noise, (m,).
    x_test : array_like, shape (m,) or (m, d)
        Where to predict.
    reps : int
        Number of training sets, at least 2.
    rng : numpy.random.Generator

    Returns
    -------
    bias2 : float
        Mean over x_test of the squared bias, estimated without bias: it may come out
        slightly negative.
    variance : float
        Mean over x_test of the variance of the predictions (divisor reps - 1).
    se : float
        Standard error of bias2 + variance, from the spread between training sets.

    Raises
    ------
    ValueError
        If reps < 2, or predictions or true values aren't m finite numbers.
    TypeError
        If rng is not a generator.

    Notes
    -----
    The mean of the predictions is itself uncertain, which adds variance/reps to its squared
    distance from the truth: this is subtracted. With it, bias2 + variance is exactly the mean
    of the squared errors. ``reps`` fits; keeps reps * m predictions.
    Home: 04-statistics/06-bias-variance-tradeoff.ipynb.
    Source: Hastie, Tibshirani and Friedman, *The Elements of Statistical Learning*, 2nd ed.,
    section 7.3.

    Examples
    --------
    The mean of 10 values, shrunk by a fifth, as an estimate of 2:

    >>> def draw(rng):
    ...     return None, rng.normal(2, 1, size=10)
    >>> bias2, variance, se = bias_variance(
    ...     lambda x, y, x_test: np.full(1, 0.8 * y.mean()),
    ...     draw, lambda x: np.full(1, 2.0), [0.0], 2000, np.random.default_rng(0),
    ... )
    >>> round(bias2, 2), round(variance, 2)  # exactly 0.16 and 0.064
    (0.16, 0.06)
    """
    reps, rng = count(reps, "reps", low=2), as_rng(rng)
    x_test = as_finite(x_test, "x_test")
    if x_test.ndim == 0 or not len(x_test):
        raise ValueError(f"x_test must hold points in rows, got shape {x_test.shape}")
    truth = _one_per_point(f_true(x_test), "f_true(x_test)", x_test)
    predictions = np.empty((reps, truth.size))
    for rep in range(reps):
        x, y = draw_training(rng)
        predicted = fit_predict(x, y, x_test)
        predictions[rep] = _one_per_point(
            predicted, "fit_predict(x, y, x_test)", x_test
        )
    variance = float(predictions.var(axis=0, ddof=1).mean())
    errors = ((predictions - truth) ** 2).mean(axis=1)  # one per training set
    bias2 = float(((predictions.mean(axis=0) - truth) ** 2).mean()) - variance / reps
    return bias2, variance, float(errors.std(ddof=1)) / math.sqrt(reps)


def aic(loglik, k):
    """Akaike's information criterion 2k - 2 loglik, a float: smaller is better.

    ``loglik`` is the largest log-likelihood of the model in nats, ``k`` >= 0 its number of
    free parameters, or of effective ones. Raises `ValueError` for k < 0 or values that
    aren't finite. Home: 04-statistics/06-bias-variance-tradeoff.ipynb.
    Source: Akaike, "A new look at the statistical model identification", IEEE Transactions
    on Automatic Control 19 (1974).

    >>> aic(-100.0, 3)
    206.0
    """
    return 2 * _parameters(k) - 2 * _log_likelihood(loglik)


def bic(loglik, k, n):
    """Bayesian information criterion k ln(n) - 2 loglik, a float: smaller is better.

    As `aic`, for ``n`` >= 1 data; -bic/2 approximates the log evidence of the model. Raises
    `ValueError` for k < 0, n < 1 or values that aren't finite.
    Home: 04-statistics/06-bias-variance-tradeoff.ipynb.
    Source: Schwarz, "Estimating the dimension of a model", Annals of Statistics 6 (1978).

    >>> round(bic(-100.0, 3, n=50), 4)
    211.7361
    """
    penalty = _parameters(k) * math.log(count(n, "n"))
    return penalty - 2 * _log_likelihood(loglik)


def _parameters(k):
    return in_range(k, "k", 0, math.inf, closed=(True, False))


def _log_likelihood(loglik):
    return in_range(loglik, "loglik", -math.inf, math.inf, closed=(False, False))


def _one_per_point(values, name, x_test):
    values = as_float(values, name)
    if values.shape != x_test.shape[:1]:
        raise ValueError(
            f"{name} must have one value per point, shape {x_test.shape[:1]}, "
            f"got {values.shape}"
        )
    if not np.isfinite(values).all():
        raise ValueError(f"{name} must be finite, got NaN or infinity")
    return moderate(values, name)
