"""Exercises of 03-probability/03-probability-distributions.ipynb."""

import math

import numpy as np

from utils import special
from utils.datasets import load_old_faithful
from utils.exercises.engine import exercise, proof

rng = np.random.default_rng(0)
UNIFORM = 1 - rng.random((300, 3))  # never 0


@exercise(
    rtol=3e-3,
    hints=[
        "None or exactly one: two probabilities of Bin(20, 0.05), and they add.",
        "None: 0.95^20. Exactly one: 20 places for it, times 0.05 times 0.95^19.",
        "The shortcut: Poisson with mean 20 · 0.05 = 1.",
    ],
)
def by_hand():
    r"""$0.95^{20} + 20\cdot0.05\cdot0.95^{19} = 0.3585 + 0.3774 = 0.7358$. The Poisson law of
    mean 1 gives $e^{-1} + e^{-1} = 0.7358$, too, without a power to compute. Le Cam's bound
    allowed a difference of $20\cdot0.05^2 = 0.05$.
    """
    return 0.95**20 + 20 * 0.05 * 0.95**19


by_hand.mistake(
    "That is the probability of exactly one misread page; at most one includes none. (You "
    "also get it by adding both terms without the factor 20: there are 20 places for the "
    "misread page.)",
    answer=0.95**19,
)
by_hand.mistake(
    "That is the probability that no page is misread. At most one includes exactly one.",
    answer=0.35849,
)
by_hand.mistake(
    "You multiplied the two probabilities. None and one exclude each other: add them.",
    answer=0.95**20 * 0.95**19,
)


@exercise(
    cases=[
        (np.array([0, 1, 2, 5]), 0.7),
        (np.array([0, 1000, 1_000_000]), 1000.0),
        (np.array([3, 200]), 1e-5),
    ],
    hints=[
        "Take the logarithm of the formula by hand first: three terms.",
        "log k! is special.gammaln(k + 1).",
    ],
)
def log_poisson(k, rate):
    r"""$\log\big(e^{-\lambda}\lambda^k/k!\big) = k\log\lambda - \lambda - \log k!$, with
    $\log k! = \log\Gamma(k+1)$. No term overflows, however large $k$ is.
    """
    return k * np.log(rate) - rate - special.gammaln(k + 1)


@log_poisson.mistake(
    "Γ(k) is (k - 1)!, so for k! you need gammaln(k + 1). At k = 0 yours is infinite."
)
def _(k, rate):
    return k * np.log(rate) - rate - special.gammaln(k)


@log_poisson.mistake("Where did the factor e^(-λ) go? Its logarithm is -λ.")
def _(k, rate):
    return k * np.log(rate) - special.gammaln(k + 1)


@log_poisson.mistake("That is the probability. The task asks for its logarithm.")
def _(k, rate):
    return np.exp(k * np.log(rate) - rate - special.gammaln(k + 1))


@exercise(
    cases=[
        (np.array([2.0, 1.0, 0.0]), UNIFORM),
        (np.array([0.5, 0.5, -3.0]), UNIFORM[::-1]),
        (np.array([1000.0, 1001.0]), UNIFORM[:, :2]),
    ],
    hints=[
        "An exponential wait is E = -log U, and Gumbel noise is -log E.",
        "Add the noise to the scores (z broadcasts over the rows), then argmax by row.",
    ],
)
def choose(z, U):
    r"""$-\log(-\log U)$ is Gumbel noise. The argmax of scores plus noise is the winner of the
    race with rates $e^{z_k}$, but without ever computing $e^{z_k}$: scores of 1000 do no
    harm.
    """
    return np.argmax(z - np.log(-np.log(U)), axis=1)


@choose.mistake(
    "That is exponential noise: one logarithm is missing. The noise is -log(-log U)."
)
def _(z, U):
    return np.argmax(z - np.log(U), axis=1)


@choose.mistake(
    "The sign of the noise is turned around: add -log(-log U), don't subtract it."
)
def _(z, U):
    return np.argmax(z + np.log(-np.log(U)), axis=1)


@choose.mistake(
    "The race is right on paper, but exp(1000) overflows, and then all tokens ring at 0. In "
    "logarithms nothing overflows: add the noise to z itself."
)
def _(z, U):
    with np.errstate(over="ignore"):
        return np.argmin(-np.log(U) / np.exp(z), axis=1)


@proof(
    hints=[
        "X + Y = k happens if X = j and Y = k - j for some j from 0 to k. Add up.",
        "Pull out the exponentials, then multiply and divide by k!.",
        "What remains is the binomial theorem for (λ + μ)^k.",
    ]
)
def sum_of_poissons():
    r"""The events "$X = j$ and $Y = k - j$" for $j = 0, \dots, k$ are disjoint and together
    make up $X + Y = k$. By independence each has the product as probability:

    $$
    P(X + Y = k) = \sum_{j=0}^{k} e^{-\lambda}\frac{\lambda^j}{j!}\,
    e^{-\mu}\frac{\mu^{k-j}}{(k-j)!}
    = \frac{e^{-(\lambda+\mu)}}{k!}\sum_{j=0}^{k}\binom kj\lambda^j\mu^{k-j}
    = e^{-(\lambda+\mu)}\frac{(\lambda+\mu)^k}{k!} . \qquad\blacksquare
    $$

    A common shortcut that isn't a proof: "the means add, so it is Poisson with mean
    $\lambda + \mu$". Many laws have that mean. And without independence it is false: with
    $Y = X$ the sum $2X$ is never odd.
    """


@exercise(
    rtol=2e-3,
    hints=[
        "Keep only waits above 70. Which share of them is above 80?",
        "The exponential law forgets the 70 minutes: only the 10 count, and the mean.",
        "P(T > 10) = exp(-10 / mean).",
    ],
)
def ten_more_minutes():
    r"""Of the waits longer than 70 minutes a share of 0.509 is longer than 80. An exponential
    law with the mean 70.9 would say $e^{-10/70.9} = 0.868$, whatever you have waited
    already. The geyser remembers: after 70 minutes it is due.
    """
    waits = load_old_faithful()["waiting_min"]
    long = waits[waits > 70]
    return np.mean(long > 80), math.exp(-10 / waits.mean())


@ten_more_minutes.mistake(
    "The first number is a share of all waits. The question knows that 70 minutes have "
    "passed: divide by the waits longer than 70."
)
def _():
    waits = load_old_faithful()["waiting_min"]
    return np.mean(waits > 80), math.exp(-10 / waits.mean())


@ten_more_minutes.mistake(
    "The second number is P(T > 80) from the start. Given 70 minutes of waiting, divide by "
    "P(T > 70), or use that the law has no memory."
)
def _():
    waits = load_old_faithful()["waiting_min"]
    return np.mean(waits[waits > 70] > 80), math.exp(-80 / waits.mean())


@ten_more_minutes.mistake("More than 10 minutes longer: exclude waits of exactly 80.")
def _():
    waits = load_old_faithful()["waiting_min"]
    return np.mean(waits[waits > 70] >= 80), math.exp(-10 / waits.mean())


@exercise(
    cases=[(1.0, 1.0, 2.0), (3.0, 1.0, 2.0), (50.0, 10.0, 0.8), (2.0, 0.0, 1.5)],
    hints=[
        "Conditional probability: P(X > s + t and X > s) divided by P(X > s).",
        "X > s + t includes X > s. So it is a quotient of two tails.",
    ],
)
def still_more(s, t, alpha):
    r"""$P(X > s + t \mid X > s) = \frac{(s+t)^{-\alpha}}{s^{-\alpha}} =
    \big(\frac{s}{s+t}\big)^{\alpha}$. For fixed $t$ it *rises* with $s$, up to 1: the larger
    the file is known to be, the more is still to come. It is the opposite of a geyser, and
    the exponential law stands exactly between the two.
    """
    return (s / (s + t)) ** alpha


@still_more.mistake(
    "That forgets s. But this law isn't exponential: only that one is memoryless."
)
def _(s, t, alpha):
    return (1 + t) ** -alpha


@still_more.mistake(
    "That is P(X > s + t) before anything was known. Divide by P(X > s)."
)
def _(s, t, alpha):
    return (s + t) ** -alpha


@still_more.mistake("Upside down: a probability can't be larger than 1.")
def _(s, t, alpha):
    return ((s + t) / s) ** alpha


@exercise(
    cases=[
        (np.arange(6), 2.0, 3.0),
        (np.arange(40), 0.5, 0.25),
        (np.array([0, 7, 90]), 10.0, 1.0),
    ],
    hints=[
        "Collect powers of λ and exponentials: λ^(a + k - 1) e^(-(b + 1) λ).",
        "That is a gamma density without its factor; its integral is "
        "Γ(a + k) / (b + 1)^(a + k).",
        "Bring in b^a/Γ(a) and 1/k!. Large factorials go better in logarithms.",
    ],
)
def mixed_poisson(k, a, b):
    r"""The integrand is $\frac{b^a}{\Gamma(a)\,k!}\lambda^{a+k-1}e^{-(b+1)\lambda}$, so

    $$
    P(N = k) = \frac{\Gamma(a+k)}{\Gamma(a)\,k!}\Big(\frac{b}{b+1}\Big)^a
    \Big(\frac{1}{b+1}\Big)^k :
    $$

    the negative binomial law with $r = a$ and $p = \frac{b}{b+1}$. Its mean is $\frac ab$
    and its variance $\frac ab\big(1 + \frac1b\big)$: more than the mean, so such counts
    spread more than Poisson's.
    """
    log_p = special.gammaln(a + k) - special.gammaln(a) - special.gammaln(k + 1)
    log_p = log_p + a * np.log(b / (b + 1)) - k * np.log(b + 1)
    return np.exp(log_p)


@mixed_poisson.mistake(
    "That is Poisson with the mean rate a/b. Averaging the rate first loses its spread: "
    "average the probabilities."
)
def _(k, a, b):
    return np.exp(k * np.log(a / b) - a / b - special.gammaln(k + 1))


@mixed_poisson.mistake(
    "b is a rate, and you used it as a scale: the density has e^(-bλ) and b^a."
)
def _(k, a, b):
    log_p = special.gammaln(a + k) - special.gammaln(a) - special.gammaln(k + 1)
    return np.exp(log_p - a * np.log(b + 1) + k * np.log(b / (b + 1)))


@mixed_poisson.mistake(
    "The factor b^a of the gamma density is missing: your probabilities don't sum to 1."
)
def _(k, a, b):
    log_p = special.gammaln(a + k) - special.gammaln(a) - special.gammaln(k + 1)
    return np.exp(log_p - (a + k) * np.log(b + 1))
