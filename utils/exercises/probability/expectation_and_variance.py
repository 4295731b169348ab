"""Exercises of 03-probability/04-expectation-and-variance.ipynb."""

import numpy as np

from utils.datasets import load_old_faithful
from utils.exercises.engine import exercise, proof


@exercise(
    rtol=2e-3,
    hints=[
        "How many of the 36 pairs have the larger number 1? 2? 3? Look for the pattern.",
        "2k - 1 pairs have the larger number k: add up k (2k - 1)/36.",
        "Or by the tail formula (Going deeper): the larger one is at least k unless both "
        "dice are below k.",
    ],
)
def larger_of_two():
    r"""$2k - 1$ of the 36 pairs have the larger number $k$, so the
    expectation is $\frac{1\cdot1 + 2\cdot3 + 3\cdot5 + 4\cdot7 + 5\cdot9 + 6\cdot11}{36}$,
    which is $\frac{161}{36} = 4.472$. A second route: the larger die is below $k$ only if
    both are, which has probability $\big(\frac{k-1}{6}\big)^2$. So the tail formula gives
    $\sum_{k=1}^{6}\big[1 - \big(\frac{k-1}{6}\big)^2\big] = 6 - \frac{0+1+4+9+16+25}{36}$.
    """
    return 161 / 36


larger_of_two.mistake(
    "That is the expectation of one die. The larger of two tends to be more.",
    answer=3.5,
)
larger_of_two.mistake("That is the expected sum of the two dice.", answer=7.0)
larger_of_two.mistake(
    "You subtracted (k/6)^2: below k are the faces 1 to k - 1, so it is ((k - 1)/6)^2.",
    answer=125 / 36,
)


@exercise(
    cases=[(6,), (1,), (2,), (20,), (365,)],
    hints=[
        "Split the rolls into stages: from k seen faces to k + 1. Expectations add up.",
        "With k faces seen, a roll is new with probability (n - k)/n. How long until then?",
        "A success of probability p takes 1/p rolls: add n/(n - k) for k = 0 to n - 1.",
    ],
)
def rolls_to_see_all(n):
    r"""With $k$ faces seen, a roll shows a new one with probability $(n - k)/n$, and the
    waiting time for it has expectation $n/(n - k)$. The total is a sum of such times, and
    by linearity $n\,(1 + \frac12 + \dots + \frac1n)$: 14.7 for a die.
    """
    return n * np.sum(1 / np.arange(1, n + 1))


@rolls_to_see_all.mistake(
    "n rolls are enough only if none repeats a face; later ones mostly do."
)
def _(n):
    return float(n)


@rolls_to_see_all.mistake(
    "n stages of n rolls each: but early on almost every face is new. The probability of "
    "a new face is 1/n only at the last stage."
)
def _(n):
    return float(n**2)


@rolls_to_see_all.mistake(
    "That is the average probability turned over: the expectation of a sum of 1/p is the sum "
    "of the 1/p, not n divided by the mean of p."
)
def _(n):
    return n / np.mean(np.arange(1, n + 1) / n)


@exercise(
    rtol=1e-3,
    cases=[
        (np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0]),),
        (1e9 + np.array([4.0, 7.0, 13.0, 16.0]),),
        (-1e10 + np.array([0.0, 3.0, 3.0, 6.0]),),
        (np.array([5.0, 5.0]),),
    ],
    hints=[
        "Which of the two forms of the variance subtracts two huge, nearly equal numbers?",
        "Subtract the mean first, then square.",
    ],
)
def variance(x):
    r"""On paper $\mathbb{E}[X^2] - \mu^2$ and $\mathbb{E}[(X - \mu)^2]$ are the same. But
    near $10^{18}$ floats are 128 apart, and so the difference of two such numbers knows
    nothing of a variance of 22.5. Subtracting the mean first keeps all numbers small.
    """
    x = np.asarray(x, dtype=float)
    return np.mean((x - x.mean()) ** 2)


@variance.mistake(
    "Right on paper. But the squares are about 1e18, where floats are 128 apart: their "
    "difference is all rounding. Subtract the mean first."
)
def _(x):
    return np.mean(x**2) - np.mean(x) ** 2


@variance.mistake(
    "You divided by n - 1. That estimates the variance of a law from draws; here the "
    "numbers are the whole law, each with probability 1/n."
)
def _(x):
    return np.sum((x - x.mean()) ** 2) / (x.size - 1)


@variance.mistake("That is the standard deviation: its square is the variance.")
def _(x):
    return np.sqrt(np.mean((x - x.mean()) ** 2))


@exercise(
    rtol=5e-3,
    hints=[
        "The cost is a pinball loss: steeper where the sign promised too little.",
        "At the best promise, the lengths above it weigh as much as those below: 4 times "
        "the share above is the share below.",
        "So the share below is 0.8: which length has 80% of the 272 at or below it?",
    ],
)
def promise():
    r"""The cost is five times the pinball loss with $\tau = \frac45$, so the best promise
    is the 0.8-quantile: the smallest length with at least 80% of the 272 at or below it.
    """
    x = load_old_faithful()["eruption_min"]
    c = np.quantile(x, 0.8, method="inverted_cdf")
    return c, np.mean(np.maximum(4 * (x - c), c - x))


promise.mistake(
    "You took the 0.2-quantile: it guards against promising too much. Here it is costly to "
    "promise too little.",
    answer=(2.0, 6.099735),
)
promise.mistake(
    "That is the mean, which is best for squared errors.", answer=(3.487783, 2.605634)
)
promise.mistake(
    "That is the median: it is best if both kinds of error cost the same.",
    answer=(4.0, 1.662842),
)


@exercise(
    cases=[(1.0, 1.0, 0.0), (1.0, 2.0, 0.0), (2.0, 1.0, 0.3), (1.0, 3.0, 0.6)],
    hints=[
        "Var(wX + (1 - w)Y) = w^2 a^2 + (1 - w)^2 b^2 + 2 w (1 - w) Cov(X, Y).",
        "Cov(X, Y) = rho a b. The variance is a parabola in w: set its derivative to zero.",
        "w (a^2 + b^2 - 2 rho a b) = b^2 - rho a b.",
    ],
)
def best_weight(a, b, rho):
    r"""$v(w) = w^2a^2 + (1-w)^2b^2 + 2w(1-w)\rho ab$ is a parabola in $w$, and its slope
    $2wa^2 - 2(1-w)b^2 + 2(1-2w)\rho ab$ is zero at
    $w = \frac{b^2 - \rho ab}{a^2 + b^2 - 2\rho ab}$. The denominator is
    $\mathrm{Var}(X - Y)$, so it is positive unless $X - Y$ is constant. For $\rho = 0$ the
    weights are as $1/a^2$ to $1/b^2$; for large $\rho$, the weight of the worse estimate
    becomes negative.
    """
    return (b**2 - rho * a * b) / (a**2 + b**2 - 2 * rho * a * b)


@best_weight.mistake("Right for uncorrelated estimates. Where is the covariance?")
def _(a, b, rho):
    return b**2 / (a**2 + b**2)


@best_weight.mistake(
    "That is the weight of Y: the estimate with the smaller variance deserves more."
)
def _(a, b, rho):
    return (a**2 - rho * a * b) / (a**2 + b**2 - 2 * rho * a * b)


@best_weight.mistake(
    "You weighted by standard deviations. Variances add up, and so they decide."
)
def _(a, b, rho):
    return b / (a + b)


@proof(
    hints=[
        "Write the difference as an expectation: mu - m = E[X - m].",
        "Jensen for the absolute value; then: which c makes E|X - c| smallest?",
        "Jensen once more, for the square: (E|Y|)^2 is at most E[Y^2].",
    ]
)
def mean_and_median():
    r"""Let $\sigma < \infty$. Three steps, each from this notebook:

    $$
    \lvert\mu - m\rvert = \lvert\mathbb{E}[X - m]\rvert \;\le\; \mathbb{E}\lvert X - m\rvert
    \;\le\; \mathbb{E}\lvert X - \mu\rvert \;\le\; \sqrt{\mathbb{E}[(X - \mu)^2]} = \sigma .
    $$

    The first inequality is Jensen's for the convex function $\lvert\cdot\rvert$. The second
    holds because a median minimizes $c \mapsto \mathbb{E}\lvert X - c\rvert$, so it can't do
    worse than $c = \mu$. The third is Jensen's for the square, applied to
    $\lvert X - \mu\rvert$. $\blacksquare$ Chebyshev's inequality alone gives a weaker
    result, $\sqrt2\,\sigma$.
    """


@exercise(
    cases=[(0.0,), (1.0,), (3.0,), (-2.0,)],
    hints=[
        "E[(f - b)^2 eps^2] is a parabola in b. You need E[f^2 eps^2] and E[f eps^2].",
        "With E[eps^2] = 1, E[eps^4] = 3 and odd powers 0: E[f eps^2] = mu^2 + 3.",
        "The lowest point of A - 2 b B + b^2 is b = B, with value A - B^2; then subtract "
        "the square of the mean, (2 mu)^2.",
    ],
)
def best_baseline(mu):
    r"""With $f = (\mu + \epsilon)^2$, the estimate $(f - b)\,\epsilon$ has the mean $2\mu$
    for every $b$, so only $\mathbb{E}[(f - b)^2\epsilon^2] = A - 2bB + b^2$ matters, with
    $B = \mathbb{E}[f\epsilon^2] = \mu^2 + 3$ and
    $A = \mathbb{E}[f^2\epsilon^2] = \mu^4 + 18\mu^2 + 15$. The minimum is at $b = B$; the
    variance there is $A - B^2 - 4\mu^2 = 8\mu^2 + 6$.
    """
    return mu**2 + 3, 8 * mu**2 + 6


@best_baseline.mistake(
    "b = E[f] is common practice, but not the best: f is weighted with eps^2 here."
)
def _(mu):
    return mu**2 + 1, mu**4 + 14 * mu**2 + 15 - 2 * (mu**2 + 1) * (mu**2 + 3) + (
        mu**2 + 1
    ) ** 2


@best_baseline.mistake(
    "The baseline is right. From E[(f - b)^2 eps^2] you must still subtract the square of "
    "the mean, (2 mu)^2."
)
def _(mu):
    return mu**2 + 3, 12 * mu**2 + 6
