"""Exercises of 03-probability/09-probability-in-ml.ipynb."""

import numpy as np

from utils import numerics
from utils.datasets import load_breast_cancer
from utils.exercises.engine import exercise, proof
from utils.metrics import fit_temperature
from utils.models import GaussianNB

rng = np.random.default_rng(0)
FORECASTS = rng.random(300)
OUTCOMES = (rng.random(300) < FORECASTS**2).astype(int)
MEMBERS = rng.random((20, 6))


@exercise(
    rtol=5e-3,
    hints=[
        "Write down the expected cost of treating, and that of not treating, as functions "
        "of p.",
        "Treating costs 2 whatever is true. Not treating costs 12 with probability p.",
    ],
)
def by_hand():
    r"""Treating costs 2 in any case; not treating costs $12p$ on average. The two are equal
    at $p = \frac{2}{12} = \frac16$, and above it treating is cheaper.
    """
    return 2 / 12


by_hand.mistake(
    "You used the threshold of 2.6, C_FP / (C_FP + C_FN). There the right action costs "
    "nothing; here the treatment is paid for in both cases.",
    answer=2 / 14,
)
by_hand.mistake(
    "One half is right only if both errors cost the same. Compare the expected costs.",
    answer=0.5,
)
by_hand.mistake(
    "Above that probability one should *not* leave it untreated: you have exchanged the "
    "two actions.",
    answer=5 / 6,
)


@exercise(
    cases=[
        (np.array([0.5, 0.3, 0.15, 0.05]), 0.7),
        (np.array([0.1, 0.25, 0.05, 0.6]), 0.9),
        (np.array([0.02, 0.9, 0.08]), 0.5),
        (np.full(27, 1 / 27), 0.9),
    ],
    hints=[
        "Sort the probabilities, largest first, and add them up.",
        "A symbol is in if the mass of those before it is still below the given mass.",
    ],
)
def nucleus_size(p, mass):
    r"""Sort, largest first. The nucleus takes symbols until their sum reaches the mass, with
    the one that crosses: a symbol belongs to it as long as the sum *before* it is smaller.
    """
    q = np.sort(p)[::-1]
    return int(np.sum(np.cumsum(q) - q < mass))


@nucleus_size.mistake(
    "You dropped the symbol that crosses the line: what is left has less than the mass."
)
def _(p, mass):
    return int(np.sum(np.cumsum(np.sort(p)[::-1]) < mass))


@nucleus_size.mistake("Sort first: the nucleus takes the likeliest symbols.")
def _(p, mass):
    return int(np.sum(np.cumsum(p) - p < mass))


@nucleus_size.mistake(
    "That is a share of the symbols. The nucleus is a share of the probability."
)
def _(p, mass):
    return int(np.ceil(mass * len(p)))


@exercise(
    cases=[
        (np.array([0.5, 0.5, 0.5, 0.5]), np.array([1, 1, 1, 0])),
        (np.array([0.9, 0.8, 0.2]), np.array([0, 0, 0])),
        (FORECASTS, OUTCOMES),
    ],
    hints=[
        "Promised are p.sum() ones, give or take a standard deviation.",
        "The variance of a single outcome is p (1 - p); variances of independent outcomes "
        "add.",
    ],
)
def accusation(p, y):
    r"""If the forecasts are right, the number of ones has mean $\sum_i p_i$ and variance
    $\sum_i p_i(1-p_i)$. The excess, divided by the root of the variance, is the number of
    standard errors.
    """
    return (np.sum(y) - np.sum(p)) / np.sqrt(np.sum(p * (1 - p)))


@accusation.mistake(
    "The sign: count how far the ones exceed the promise, ones minus promised."
)
def _(p, y):
    return (np.sum(p) - np.sum(y)) / np.sqrt(np.sum(p * (1 - p)))


@accusation.mistake("You divided by the variance. A standard error is its root.")
def _(p, y):
    return (np.sum(y) - np.sum(p)) / np.sum(p * (1 - p))


@accusation.mistake(
    "You treated all forecasts as equal to their mean. That gives a larger variance: "
    "add up p (1 - p) of each."
)
def _(p, y):
    mean = np.mean(p)
    return (np.sum(y) - np.sum(p)) / np.sqrt(len(p) * mean * (1 - mean))


@exercise(
    rtol=5e-3,
    hints=[
        "The log probabilities of predict_log_proba serve as logits.",
        "metrics.fit_temperature(logits of rows 280 to 419, their labels) gives T.",
        "Then the mean of -log_softmax(Z / T) at the true label, over the last 149 rows.",
    ],
)
def temperature():
    r"""The temperature is fitted on rows that the model was not trained on and that the
    log-loss isn't measured on. It is near 5: the thirty measurements of a tumor repeat
    each other. The log-loss falls from 0.720 to 0.185, and no answer changes.
    """
    X, y = load_breast_cancer()
    order = np.random.default_rng(0).permutation(569)
    train, valid, test = order[:280], order[280:420], order[420:]
    model = GaussianNB().fit(X[train], y[train])
    T = fit_temperature(model.predict_log_proba(X[valid]), y[valid])
    log_p = numerics.log_softmax(model.predict_log_proba(X[test]) / T, axis=1)
    return T, -np.mean(log_p[np.arange(149), y[test]])


temperature.mistake(
    "Your first number is 1/T. Divide the logits by the temperature.",
    answer=(0.20767, 0.18541),
)
temperature.mistake(
    "That is the log-loss before scaling. Divide the logits of the test rows by T.",
    answer=(4.81543, 0.72018),
)


@temperature.mistake(
    "You fitted T on the test rows: then their log-loss is no test any more."
)
def _():
    X, y = load_breast_cancer()
    order = np.random.default_rng(0).permutation(569)
    train, test = order[:280], order[420:]
    model = GaussianNB().fit(X[train], y[train])
    Z = model.predict_log_proba(X[test])
    T = fit_temperature(Z, y[test])
    log_p = numerics.log_softmax(Z / T, axis=1)
    return T, -np.mean(log_p[np.arange(149), y[test]])


@exercise(
    cases=[(0.7,), (0.3,), (0.51,), (0.0,), (1.0,), (0.49,)],
    hints=[
        "With probability q the score is 1 - p, else p. Write down the mean.",
        "It is a straight line in p. Where on [0, 1] is a line lowest?",
    ],
)
def best_for_distance(q):
    r"""The expected distance is $q(1-p) + (1-q)p = q + (1-2q)\,p$: a straight line in $p$.
    It falls if $q > \frac12$, so that $p = 1$ is best, and rises if $q < \frac12$, so that
    $p = 0$ is best. The honest $p = q$ isn't best (unless $q$ is 0 or 1): the score is not
    proper, and it breeds overconfidence.
    """
    return 1.0 if q > 0.5 else 0.0


@best_for_distance.mistake(
    "That is the answer for a proper score such as $(p - Y)^2$. Write down the mean of "
    "the distance: it is linear in p."
)
def _(q):
    return q


@best_for_distance.mistake(
    "The line q + (1 - 2q) p falls if q is above one half. You took the other end."
)
def _(q):
    return 0.0 if q > 0.5 else 1.0


@proof(
    hints=[
        "Write p - e_Y = (p - q) + (q - e_Y) and expand the square.",
        "What is the expectation of e_Y?",
    ]
)
def brier_many_classes():
    r"""Let $\mathbf{q}$ be the true probabilities. Then $\mathbb{E}[\mathbf{e}_Y] = \mathbf{q}$,
    since place $k$ of $\mathbf{e}_Y$ is 1 with probability $q_k$ and else 0. Expand

    $$
    \lVert\mathbf{p} - \mathbf{e}_Y\rVert^2 = \lVert\mathbf{p} - \mathbf{q}\rVert^2
    + 2\,(\mathbf{p} - \mathbf{q})^\top(\mathbf{q} - \mathbf{e}_Y)
    + \lVert\mathbf{q} - \mathbf{e}_Y\rVert^2 .
    $$

    The middle term has expectation 0, and the last one doesn't depend on $\mathbf{p}$; its
    expectation is $1 - \lVert\mathbf{q}\rVert^2$. So the expected score is
    $\lVert\mathbf{p} - \mathbf{q}\rVert^2$ plus a constant: smallest for
    $\mathbf{p} = \mathbf{q}$, and for no other $\mathbf{p}$. $\blacksquare$
    """


@exercise(
    cases=[
        (np.array([[0.9, 0.5, 0.2], [0.1, 0.5, 0.4]]),),
        (MEMBERS,),
        (MEMBERS[:2],),
    ],
    hints=[
        "Aleatoric: the mean over models of p (1 - p). Epistemic: the variance over models "
        "of p.",
        "The parts must add up to m (1 - m), where m is the mean over models. Which divisor "
        "does that?",
    ],
)
def split_variance(p):
    r"""Chance is the mean over models of $p(1-p)$, disagreement the variance of $p$ over
    models, with divisor $M$, so that the parts add up to $\bar p(1-\bar p)$ exactly. On
    data: fit twenty classifiers to bootstrap samples of the training rows, stack their
    probabilities, and take the argmax of the second part.
    """
    p = np.asarray(p)
    return np.mean(p * (1 - p), axis=0), np.var(p, axis=0)


@split_variance.mistake(
    "Your aleatoric part is the total: it is computed from the mean forecast. Average "
    "p (1 - p) over the models instead."
)
def _(p):
    mean = np.mean(p, axis=0)
    return mean * (1 - mean), np.var(p, axis=0)


@split_variance.mistake(
    "You went along the cases. Average over the models, which are the rows."
)
def _(p):
    return np.mean(p * (1 - p), axis=1), np.var(p, axis=1)


@split_variance.mistake(
    "With divisor M - 1 the parts don't add up to the total. Here the M models are all "
    "that there is: divide by M."
)
def _(p):
    return np.mean(p * (1 - p), axis=0), np.var(p, axis=0, ddof=1)
