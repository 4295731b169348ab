"""Exercises of 03-probability/02-random-variables.ipynb."""

import numpy as np

from utils.datasets import load_breast_cancer, load_old_faithful
from utils.exercises.engine import exercise, proof
from utils.probability import Normal


@exercise(
    rtol=2e-3,
    hints=[
        "Y ≤ y means −√y ≤ X ≤ √y. Which part of that interval can X reach?",
        "As long as √y ≤ 1, the length is 2√y, out of 5; beyond, X starts at −1.",
        "P(Y ≤ 4) = P(−1 ≤ X ≤ 2). For the quantile, try 2√y/5 = 0.3: is √y at most 1?",
    ],
)
def by_hand():
    r"""$Y \le 4$ means $-2 \le X \le 2$, and of this $X$ reaches $-1 \le X \le 2$: $P(Y \le 4) = \frac35$. While $\sqrt y \le 1$, both branches count, $F_Y(y) = \frac{2\sqrt y}{5}$,
    and $\frac{2\sqrt y}{5} = 0.3$ gives $\sqrt y = \frac34$, $y = \frac{9}{16}$. (At $\sqrt y = 1$ the height is 0.4: the 0.3-quantile does lie where both branches count.)
    """
    return 3 / 5, 9 / 16


by_hand.mistake(
    "Only one of two branches is counted: the negative x have squares, too.",
    answer=(2 / 5, 9 / 4),
)
by_hand.mistake(
    "The quantile is right. But X never falls below −1: for y > 1 the left branch has ended.",
    answer=(4 / 5, 9 / 16),
)
by_hand.mistake(
    "The probability is right. The quantile isn't the square of X's 0.3-quantile: "
    "quantiles move along only with rising maps.",
    answer=(3 / 5, 1 / 4),
)


@exercise(
    cases=[
        ([1, 2, 3, 4], [0.25, 0.25, 0.25, 0.25], 0.5),
        ([30, 10, 20], [0.25, 0.5, 0.25], 0.6),
        ([30, 10, 20], [0.25, 0.5, 0.25], 0.5),
        ([5, -1, 0, 2], [0.125, 0.5, 0.25, 0.125], 0.875),
        ([5, -1, 0, 2], [0.125, 0.5, 0.25, 0.125], 0.99),
    ],
    hints=[
        "Sort the values, and take the probabilities along.",
        "Add the probabilities up: these are the heights of the stairs.",
        "np.searchsorted(heights, u, side='left') is the first height that is at least u.",
    ],
)
def quantile(values, probs, u):
    r"""The heights of the stairs are cumulative sums in the order of the values. The
    quantile is the first value whose height is at least $u$; where $u$ *is* a height, that
    value is enough, so `side="left"`. (The last height may be rounded to a little below
    1; then the last value is meant.)
    """
    order = np.argsort(values)
    heights = np.cumsum(np.asarray(probs)[order])
    place = np.searchsorted(heights, u, side="left")
    return np.asarray(values)[order][min(place, len(order) - 1)]


@quantile.mistake(
    "Where u is exactly the height of a stair, its value is enough: F(x) ≥ u, not F(x) > u."
)
def _(values, probs, u):
    order = np.argsort(values)
    heights = np.cumsum(np.asarray(probs)[order])
    return np.asarray(values)[order][np.searchsorted(heights, u, side="right")]


@quantile.mistake(
    "The values aren't sorted. The stairs must be climbed from the smallest value up."
)
def _(values, probs, u):
    heights = np.cumsum(probs)
    return np.asarray(values)[np.searchsorted(heights, u, side="left")]


@exercise(
    cases=[(0.5, 1), (0.5, 3), (0.9, 10), (0.05, 4)],
    hints=[
        "When is the first reply later than x? Independent events multiply.",
        "P(first > x) = (e^(−x))^n. So which law has the first reply?",
        "Solve 1 − e^(−nx) = u for x.",
    ],
)
def first_reply(u, n):
    r"""The first reply is later than $x$ if all are: $(e^{-x})^n = e^{-nx}$. So $F_{\min}(x) = 1 - e^{-nx}$, exponential with rate $n$, and $u = 1 - e^{-nx}$ gives
    $x = -\frac{\log(1 - u)}{n}$: ten servers, a tenth of the time.
    """
    return -np.log(1 - u) / n


@first_reply.mistake("That is the time to the last reply, the quantile of the maximum.")
def _(u, n):
    return -np.log(1 - u ** (1 / n))


@first_reply.mistake("That is one server's quantile: n should make it shorter.")
def _(u, n):
    return -np.log(1 - u)


@first_reply.mistake(
    "That is exceeded with probability u. The quantile is exceeded with probability 1 − u."
)
def _(u, n):
    return -np.log(u) / n


@exercise(
    rtol=1e-3,
    hints=[
        "Both are F(85) − F(75), for two different F.",
        "Empirical(waits).cdf, and Normal(waits.mean(), waits.std()).cdf.",
    ],
)
def on_the_interval():
    """Four waits in ten fall here, and one bell expects fewer than one in four. Its hump is
    at 71 minutes, where the data have their gap.
    """
    waits = load_old_faithful()["waiting_min"]
    bell = Normal(waits.mean(), waits.std())
    counted = np.mean((waits > 75) & (waits <= 85))
    return counted, bell.cdf(85) - bell.cdf(75)


on_the_interval.mistake(
    "You counted the waits of exactly 75 minutes, too: they aren't longer than 75.",
    answer=(117 / 272, 0.23185277250657343),
)
on_the_interval.mistake(
    "You left out the waits of exactly 85 minutes: they are at most 85.",
    answer=(103 / 272, 0.23185277250657343),
)
on_the_interval.mistake(
    "The share is right. For the bell, Normal takes the standard deviation, not the "
    "variance.",
    answer=(109 / 272, 0.02163560545688803),
)


@exercise(
    cases=[(0, 1.0), (1, 1.0), (3, 0.5), (2, 2.0), (7, 0.1)],
    hints=[
        "For which values of X is the whole part k?",
        "k ≤ X < k + 1. Use the CDF at both ends.",
    ],
)
def pmf_of_whole_part(k, rate):
    r"""$K = k$ means $k \le X < k + 1$, and since single values have probability 0, $P(K = k) = F(k+1) - F(k) = e^{-\lambda k} - e^{-\lambda(k+1)} = (1 - q)\,q^k$
    with $q = e^{-\lambda}$. These are the probabilities of $k$ failures before the first success of probability $1 - q$: a geometric law.
    """
    return np.exp(-rate * k) - np.exp(-rate * (k + 1))


@pmf_of_whole_part.mistake(
    "That is P(K ≥ k), the probability to reach k. Subtract what goes on to k + 1."
)
def _(k, rate):
    return np.exp(-rate * k)


@pmf_of_whole_part.mistake(
    "That is the density at k, not the area between k and k + 1."
)
def _(k, rate):
    return rate * np.exp(-rate * k)


@pmf_of_whole_part.mistake(
    "That is P(X ≤ k + 1): it counts everything below k as well."
)
def _(k, rate):
    return 1 - np.exp(-rate * (k + 1))


@proof(
    hints=[
        "F may have no inverse in the strict sense. But there is the switch of 2.4.",
        "Start from P(F(X) ≥ u), and write the event as one about X.",
        "P(X ≥ F⁻¹(u)) = 1 − P(X < F⁻¹(u)). What does continuity say about P(X < c)?",
    ]
)
def uniform_heights():
    r"""Let $0 < u < 1$ and $c = F^{-1}(u)$, the smallest $x$ with $F(x) \ge u$. By the switch, for each value $x$ that $X$ takes,
    $F(x) \ge u$ says the same as $x \ge c$. So

    $$
    P\big(F(X) \ge u\big) = P(X \ge c) = 1 - P(X < c) = 1 - F(c^-) = 1 - F(c) ,
    $$

    where the last step uses that $F$ is continuous: no jump at $c$. It remains to see that $F(c) = u$. By definition $F(c) \ge u$; and $F(x) < u$ for all $x < c$, so
    $F(c^-) \le u$, and $F(c) = F(c^-)$. Therefore $P(F(X) < u) = u$ for all $0 < u < 1$.

    This is the uniform law: for $0 < u < v < 1$ we have $u = P(F(X) < u) \le P(F(X) \le u) \le P(F(X) < v) = v$, and $v$ may be as close to $u$ as we like, so that $P(F(X) \le u) = u$.

    Continuity was used twice, and a strict inverse never: on a flat stretch many $x$ share one height, but $X$ falls there with probability 0.
    """


@exercise(
    rtol=1e-4,
    hints=[
        "log p(a) has two parts: the normal log density of z = log a, and the stretch.",
        "The density of a is φ((log a − μ)/σ)/(σ a). Take its logarithm.",
        "Normal(z.mean(), z.std()).logpdf(z).sum() − z.sum() with z = log a.",
    ],
)
def log_normal_fit():
    r"""$p(a) = \frac1a\,p_z(\log a)$, so the log-likelihood is the normal one of the logarithms minus $\sum_i \log a_i$, the logs of the stretch. Compared in the same units, the
    log-normal law is better than the normal one by about 130, with two parameters each. This is a normalizing flow with one layer and no network.
    """
    z = np.log(load_breast_cancer()[0][:, 3])
    return Normal(z.mean(), z.std()).log_likelihood(z) - z.sum()


log_normal_fit.mistake(
    "That is the log-likelihood of the logarithms: in other units, it can't be compared. "
    "The stretch of the map is missing.",
    answer=-392.95633929163455,
)
log_normal_fit.mistake(
    "The stretch has the wrong sign: e^z stretches by a, so the density is divided by a.",
    answer=3227.695886434688,
)
log_normal_fit.mistake(
    "That is the mean. The sum over all tumors is asked for.",
    answer=-7.053793611630857,
)
