"""Exercises of 03-probability/08-monte-carlo-and-markov-chains.ipynb."""

import numpy as np

from utils.datasets import load_english_bigrams
from utils.exercises.engine import exercise, proof

rng = np.random.default_rng(0)
MOVES, UNIFORM = 2 * rng.normal(size=200), rng.random(200)
AT_4, AT_3, AT_1 = (c + rng.normal(size=500) for c in (4.0, 3.0, 1.0))


def log_normal_shape(x):
    """Log density of N(0, 1), up to a constant."""
    return -(x**2) / 2


def log_exponential_shape(x):
    """Log density of the exponential law with rate 1: -inf below 0."""
    return -x if x >= 0 else -np.inf


@exercise(
    rtol=3e-3,
    hints=[
        "Stationary: as much probability flows from vowels to consonants as back.",
        "The second eigenvalue is the trace minus 1.",
        "tau = (1 + lambda) / (1 - lambda), and 10000 letters are worth 10000 / tau.",
    ],
)
def by_hand():
    r"""The flows balance: $\pi_V\cdot0.878 = (1 - \pi_V)\cdot0.604$, so $\pi_V = 0.604/1.482
    = 0.4076$. The trace is $0.122 + 0.396 = 1 + \lambda_2$, so $\lambda_2 = -0.482$. Then
    $\tau = 0.518/1.482 = 0.3495$, and 10,000 letters are worth about 28,610: alternation
    makes the share more exact than independence would.
    """
    a, b = 0.122, 0.604
    eigenvalue = a - b
    tau = (1 + eigenvalue) / (1 - eigenvalue)
    return b / (1 - a + b), eigenvalue, 10_000 / tau


by_hand.mistake(
    "You averaged the two rows. A chain is in its two states for different shares of the "
    "time: let the flows between them balance.",
    answer=(0.363, -0.482, 10_000 * 1.482 / 0.518),
)
by_hand.mistake(
    "The share and the eigenvalue are right. But 10000 tau is the wrong way round: divide "
    "by tau.",
    answer=(0.604 / 1.482, -0.482, 10_000 * 0.518 / 1.482),
)
by_hand.mistake(
    "The sign of the eigenvalue matters: here the next letter tends to be of the other "
    "kind, so lambda is negative, and tau below 1.",
    answer=(0.604 / 1.482, 0.482, 10_000 * 0.518 / 1.482),
)


@exercise(
    cases=[(4.0, AT_4), (3.0, AT_3), (1.0, AT_1)],
    hints=[
        "The weight is the ratio of the density of N(0, 1) to that of N(c, 1).",
        "Multiply out the square: the weight is exp(c**2 / 2 - c * x).",
        "Average (x > c) * weight over all draws.",
    ],
)
def tail(c, x):
    r"""$w(x) = e^{-x^2/2 + (x-c)^2/2} = e^{c^2/2 - cx}$, and the estimate is the mean of
    $w$ where $x > c$, with 0 elsewhere. Both densities are normalized, so the divisor is
    the number of draws.
    """
    weight = np.exp(c**2 / 2 - c * x)
    return np.mean((x > c) * weight)


@tail.mistake(
    "About one half: that is the share of the proposal's draws beyond c. Multiply each by "
    "its weight."
)
def _(c, x):
    return np.mean(x > c)


@tail.mistake(
    "The weight is upside down: target over proposal, not proposal over target."
)
def _(c, x):
    return np.mean((x > c) * np.exp(c * x - c**2 / 2))


@tail.mistake(
    "You divided by the sum of the weights. That is for a density known up to a constant; "
    "here both are normalized, and a few heavy weights left of c make the sum unsteady. "
    "Divide by the number of draws."
)
def _(c, x):
    weight = np.exp(c**2 / 2 - c * x)
    return np.sum((x > c) * weight) / weight.sum()


@exercise(
    cases=[
        (log_normal_shape, 0.0, MOVES, UNIFORM),
        (log_exponential_shape, 1.0, MOVES, UNIFORM),
        (log_normal_shape, 5.0, MOVES[:3], UNIFORM[:3]),
    ],
    hints=[
        "Loop over the moves; keep the present x, and append it after every step.",
        "Accept if u < exp(log_p(y) - log_p(x)), or compare np.log(u) with the difference.",
        "After a rejection, append the old x.",
    ],
)
def metropolis(log_p, x0, moves, u):
    r"""The proposal is symmetric, so $\alpha = \min\{1, \pi(y)/\pi(x)\}$, and $u < \alpha$
    exactly if $\log u < \log\pi(y) - \log\pi(x)$ (for $u < 1$ the minimum with 1 changes
    nothing). A rejected proposal leaves $x$ where it is, and $x$ is recorded again.
    """
    x, positions = x0, []
    for move, uniform in zip(moves, u, strict=True):
        y = x + move
        if np.log(uniform) < log_p(y) - log_p(x):
            x = y
        positions.append(x)
    return np.array(positions)


@metropolis.mistake(
    "Accept if u is *less* than the ratio; yours accepts when it is more."
)
def _(log_p, x0, moves, u):
    x, positions = x0, []
    for move, uniform in zip(moves, u, strict=True):
        if np.log(uniform) >= log_p(x + move) - log_p(x):
            x = x + move
        positions.append(x)
    return np.array(positions)


@metropolis.mistake(
    "You left out the rejected steps. The old point counts once more: the time the chain "
    "dwells is what makes likely points frequent."
)
def _(log_p, x0, moves, u):
    x, positions = x0, []
    for move, uniform in zip(moves, u, strict=True):
        if np.log(uniform) < log_p(x + move) - log_p(x):
            x = x + move
            positions.append(x)
    return np.array(positions)


@metropolis.mistake(
    "That only climbs: a step downhill must be accepted sometimes, with probability "
    "pi(y) / pi(x)."
)
def _(log_p, x0, moves, u):
    x, positions = x0, []
    for move in moves:
        if log_p(x + move) >= log_p(x):
            x = x + move
        positions.append(x)
    return np.array(positions)


@exercise(
    rtol=3e-3,
    hints=[
        "Row i of the table counts what comes after symbol i.",
        "Divide the row of T by its sum, gap included, and look at H.",
    ],
)
def h_after_t():
    """Normalize the row of T, which counts all symbols that come after it, the gap among
    them: T ends many words. The entry at H is 0.303.
    """
    symbols, counts = load_english_bigrams()
    t, h = np.flatnonzero(symbols == "t")[0], np.flatnonzero(symbols == "h")[0]
    return counts[t, h] / counts[t].sum()


@h_after_t.mistake(
    "That is a column: how often the symbol before an H is a T. Normalize the row of T."
)
def _():
    symbols, counts = load_english_bigrams()
    t, h = np.flatnonzero(symbols == "t")[0], np.flatnonzero(symbols == "h")[0]
    return counts[t, h] / counts[:, h].sum()


@h_after_t.mistake(
    "That is the probability within words. In running text, T is often followed by the gap: "
    "keep symbol 0 in the sum."
)
def _():
    symbols, counts = load_english_bigrams()
    t, h = np.flatnonzero(symbols == "t")[0], np.flatnonzero(symbols == "h")[0]
    return counts[t, h] / counts[t, 1:].sum()


@h_after_t.mistake(
    "That is the share of TH among all pairs. The question starts from a T: divide by the "
    "number of pairs that begin with T."
)
def _():
    symbols, counts = load_english_bigrams()
    t, h = np.flatnonzero(symbols == "t")[0], np.flatnonzero(symbols == "h")[0]
    return counts[t, h] / counts.sum()


@exercise(
    cases=[(1.0, 2.0), (2.0, 1.0), (0.1, 0.3), (3.0, 6.0), (6.0, 0.01), (1.5, 1.5)],
    hints=[
        "log y is normal with mean log x. Change variables to get the density of y itself.",
        "q(y | x) = phi(log(y / x)) / y, where phi is the normal density. Now the ratio.",
        "phi cancels, for log(y / x) only changes sign: q(x | y) / q(y | x) = y / x.",
    ],
)
def acceptance(x, y):
    r"""$\log y = \log x + z$, so $q(y \mid x) = \varphi(\log\frac yx)\cdot\frac1y$: the factor
    $\frac1y$ is the derivative of $\log y$. As $\varphi$ is even, $\frac{q(x \mid y)}{q(y
    \mid x)} = \frac{1/x}{1/y} = \frac yx$: not symmetric. With $\frac{\pi(y)}{\pi(x)} =
    \frac yx e^{x - y}$ this gives $\alpha = \min\{1, (y/x)^2\,e^{x - y}\}$.
    """
    return min(1.0, (y / x) ** 2 * np.exp(x - y))


@acceptance.mistake(
    "Without the factor q(x | y) / q(y | x) = y / x your chain samples pi(x) / x, here the "
    "exponential law with mean 1, not the Gamma law with mean 2."
)
def _(x, y):
    return min(1.0, y / x * np.exp(x - y))


@acceptance.mistake(
    "The factor of the proposal is upside down: q(x | y) stands above, q(y | x) below."
)
def _(x, y):
    return min(1.0, np.exp(x - y))


@acceptance.mistake("A probability can't exceed 1: take the minimum with 1.")
def _(x, y):
    return (y / x) ** 2 * np.exp(x - y)


@proof(
    hints=[
        "Sum the equation of detailed balance over i.",
        "For the second part look at three states on a circle. If the columns sum to 1 as "
        "well, the uniform law is stationary.",
    ],
)
def balance():
    r"""**Detailed balance implies stationary.** Let $\pi_i p_{ij} = \pi_j p_{ji}$ for all
    $i, j$. Sum over $i$:

    $$\sum_i\pi_i p_{ij} = \sum_i\pi_j p_{ji} = \pi_j\sum_i p_{ji} = \pi_j ,$$

    because row $j$ sums to 1. The left side is entry $j$ of $\boldsymbol{\pi}\mathbf{P}$.

    **The converse is false.** Three states on a circle; go clockwise with probability 0.7,
    else counterclockwise:

    $$\mathbf{P} = \begin{pmatrix} 0 & 0.7 & 0.3 \\ 0.3 & 0 & 0.7 \\ 0.7 & 0.3 & 0
    \end{pmatrix} .$$

    Every column sums to 1, so the uniform law is stationary: $\sum_i\frac13p_{ij} =
    \frac13$. But $\pi_1p_{12} = 0.233$ and $\pi_2p_{21} = 0.1$: more flows from 1 to 2 than
    back, and the rest returns through 3. $\blacksquare$
    """


@exercise(
    rtol=5e-3,
    hints=[
        "c is Cov(f, g) / Var(g), and Var(U) = 1/12.",
        "E[U e^U] = 1 by parts, so Cov(e^U, U) = 1 - (e - 1) / 2 = (3 - e) / 2.",
        "The variance becomes 1 - rho^2 of what it was; the factor is 1 / (1 - rho^2).",
    ],
)
def control():
    r"""By parts $\mathbb{E}[Ue^U] = 1$, so the covariance is $1 - \frac{e-1}{2} =
    \frac{3-e}{2}$, and $c^\ast = 12\cdot\frac{3-e}{2} = 6(3 - e) = 1.690$. With
    $\mathrm{Var}(e^U) = \frac{e^2-1}{2} - (e-1)^2 = 0.2420$, the squared correlation is
    $\rho^2 = 12\,\big(\frac{3-e}{2}\big)^2/0.2420 = 0.9837$. The variance shrinks by the
    factor $1/(1 - \rho^2) = 61.4$.
    """
    covariance = (3 - np.e) / 2
    variance = (np.e**2 - 1) / 2 - (np.e - 1) ** 2
    rho2 = covariance**2 / (variance / 12)
    return 12 * covariance, 1 / (1 - rho2)


control.mistake(
    "c is right. The second number is the correlation: how much smaller is the variance, "
    "1 / (1 - rho^2)?",
    answer=(6 * (3 - np.e), 0.99180),
)
control.mistake(
    "c is right. The second number is what is left of the variance, 1 - rho^2; the factor "
    "by which it shrinks is one over that.",
    answer=(6 * (3 - np.e), 0.016287),
)
control.mistake(
    "You subtracted U with coefficient 1. The variance is a parabola in c; find its lowest "
    "point.",
    answer=(1.0, 0.24204 / (0.24204 - 0.281718 + 1 / 12)),
)
