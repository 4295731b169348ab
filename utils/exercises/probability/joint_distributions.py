"""Exercises of 03-probability/05-joint-distributions.ipynb."""

import numpy as np

from utils.datasets import load_old_faithful
from utils.exercises.engine import exercise, proof

nan = np.nan
TABLE = np.array([[0.2, 0.2, 0.1], [0.1, 0.1, 0.3]])
LEANING = np.array([[0.05, 0.1, 0.25], [0.1, 0.1, 0.05], [0.25, 0.05, 0.05]])
MEAN3 = np.array([1.0, -2.0, 5.0])
COV3 = np.array([[4.0, 2.0, 1.0], [2.0, 3.0, -0.5], [1.0, -0.5, 2.0]])


@exercise(
    rtol=4e-3,
    hints=[
        "The row sums are 0.4 and 0.6: divide each row by its own.",
        "E[Y | X = 0] is 0.5 times 1 plus 0.25 times 2. The other row: (0.25, 1/12, 2/3).",
        "E[XY] takes the cells with x = 1 only: 0.05 + 2 * 0.40. Subtract E[X] E[Y].",
    ],
)
def by_hand():
    r"""The rows over their sums are $(\frac14, \frac12, \frac14)$ and
    $(\frac14, \frac1{12}, \frac23)$, with the means $1$ and $\frac{17}{12} = 1.417$. Tower
    rule: $0.4 \cdot 1 + 0.6 \cdot \frac{17}{12} = 1.25$, which is
    $\mathbb{E}[Y] = 0.25 + 2 \cdot 0.5$. And
    $\mathrm{Cov}(X, Y) = 0.85 - 0.6 \cdot 1.25 = 0.1$.
    """
    return 1, 17 / 12, 0.1


by_hand.mistake(
    "The means are those of rows that don't add up to 1: divide each row by its sum first.",
    answer=(0.4, 0.85, 0.1),
)
by_hand.mistake(
    "The slices are right. 0.85 is E[XY]; the covariance is E[XY] - E[X] E[Y].",
    answer=(1, 17 / 12, 0.85),
)
by_hand.mistake(
    "Right numbers, the other way round: X = 0 is the row (0.10, 0.20, 0.10).",
    answer=(17 / 12, 1, 0.1),
)


@exercise(
    cases=[
        (TABLE, np.array([0.0, 1.0]), np.array([0.0, 1.0, 2.0])),
        (LEANING, np.array([-1.0, 0.0, 2.0]), np.array([1.0, 2.0, 5.0])),
        (
            np.array([[0.4, 0.1], [0.2, 0.3]]),
            np.array([0.0, 1.0]),
            np.array([3.0, 4.0]),
        ),
    ],
    hints=[
        "Both slopes have the covariance on top. What stands below?",
        "Marginals: p.sum(axis=1) for X, p.sum(axis=0) for Y. Center x and y with them.",
        "The covariance is (x - mean of X) @ p @ (y - mean of Y).",
    ],
)
def both_slopes(p, x, y):
    r"""Both slopes are the covariance over the variance of what is *known*. They aren't
    inverses of each other: their product is $\rho^2$.
    """
    p, x, y = np.asarray(p), np.asarray(x), np.asarray(y)
    px, py = p.sum(axis=1), p.sum(axis=0)
    xc, yc = x - px @ x, y - py @ y
    cov = xc @ p @ yc
    return cov / (px @ xc**2), cov / (py @ yc**2)


@both_slopes.mistake(
    "The covariance goes over the variance of the quantity that is seen: for Y from X, "
    "that of X. You have the two swapped."
)
def _(p, x, y):
    px, py = p.sum(axis=1), p.sum(axis=0)
    xc, yc = x - px @ x, y - py @ y
    cov = xc @ p @ yc
    return cov / (py @ yc**2), cov / (px @ xc**2)


@both_slopes.mistake(
    "The first is right. For the other direction it isn't turned over: the covariance now "
    "goes over the variance of Y."
)
def _(p, x, y):
    px, py = p.sum(axis=1), p.sum(axis=0)
    xc, yc = x - px @ x, y - py @ y
    slope = xc @ p @ yc / (px @ xc**2)
    with np.errstate(divide="ignore"):
        return slope, 1 / slope


@both_slopes.mistake(
    "That is the correlation, the slope in standard units. Here the units are those of X "
    "and Y."
)
def _(p, x, y):
    px, py = p.sum(axis=1), p.sum(axis=0)
    xc, yc = x - px @ x, y - py @ y
    rho = xc @ p @ yc / np.sqrt((px @ xc**2) * (py @ yc**2))
    return rho, rho


@exercise(
    cases=[
        (np.array([2, 1]), np.array([[3, 2], [2, 4]]), 0, 4),
        (np.array([1, 2]), np.array([[4, 2], [2, 3]]), 1, 4),
        (np.array([0, 0]), np.array([[1, -0.9], [-0.9, 2]]), 0, -1.5),
        (np.array([5, -1]), np.array([[2, 0], [0, 9]]), 1, 7),
    ],
    hints=[
        "The other coordinate is 1 - j. Its mean moves along the best line.",
        "The slope is cov[0][1] over the variance of coordinate j, the one that you saw.",
        "From the variance of the other, subtract the slope times the covariance.",
    ],
)
def given(mean, cov, j, value):
    r"""Subtract what coordinate $j$ knows: slope $b = \Sigma_{12}/\Sigma_{jj}$, mean
    $\mu_{1-j} + b\,(x_j - \mu_j)$, and variance
    $\Sigma_{1-j,1-j} - b\,\Sigma_{12}$, whatever the value is.
    """
    mean, cov, other = np.asarray(mean), np.asarray(cov), 1 - j
    slope = cov[other, j] / cov[j, j]
    return mean[other] + slope * (value - mean[j]), cov[other, other] - slope * cov[
        other, j
    ]


@given.mistake(
    "You divided by the variance of the coordinate that you want to know. The slope has "
    "the variance of the one that you saw."
)
def _(mean, cov, j, value):
    mean, cov, other = np.asarray(mean), np.asarray(cov), 1 - j
    slope = cov[other, j] / cov[other, other]
    return mean[other] + slope * (value - mean[j]), cov[other, other] - slope * cov[
        other, j
    ]


@given.mistake("The mean is right. The variance must go down when you know something.")
def _(mean, cov, j, value):
    mean, cov, other = np.asarray(mean), np.asarray(cov), 1 - j
    slope = cov[other, j] / cov[j, j]
    return mean[other] + slope * (value - mean[j]), cov[other, other]


@given.mistake(
    "The second number is the standard deviation; the task asks for its square."
)
def _(mean, cov, j, value):
    mean, cov, other = np.asarray(mean), np.asarray(cov), 1 - j
    slope = cov[other, j] / cov[j, j]
    variance = cov[other, other] - slope * cov[other, j]
    return mean[other] + slope * (value - mean[j]), np.sqrt(variance)


@exercise(
    rtol=5e-4,
    hints=[
        "Within: the variance of each group (divisor n), weighted by its share of the 272.",
        "Between: the squared distances of the group means from 70.9, weighted likewise.",
        "Check: the two must add up to the variance of all, 184.1.",
    ],
)
def geyser():
    r"""Total variance: $184.1 = 35.0 + 149.1$. Knowing only "short or long" takes away four
    fifths of the variance: the standard deviation falls from 13.6 to 5.9 minutes.
    """
    data = load_old_faithful()
    wait, short = data["waiting_min"], data["eruption_min"] < 3
    groups = [wait[short], wait[~short]]
    share = np.array([len(group) / len(wait) for group in groups])
    means = np.array([np.mean(group) for group in groups])
    variances = np.array([np.var(group) for group in groups])
    return share @ variances, share @ (means - np.mean(wait)) ** 2


geyser.mistake(
    "You weighted both groups alike. There are 97 short eruptions and 175 others: weight "
    "each group by its share.",
    answer=(34.740359, 175.844104),
)
geyser.mistake(
    "You divided by n - 1. The 272 are the whole law here, each with probability 1/272.",
    answer=(35.280376, 149.120930),
)
geyser.mistake(
    "Right numbers in the other order: within comes first.",
    answer=(149.120930, 35.022884),
)


@exercise(
    cases=[
        (130.0, 100.0, 10.0, 10.0),
        (0.62, 0.5, 0.02, 0.035),
        (-3.0, 1.0, 2.0, 0.5),
        (7.0, 7.0, 1.0, 3.0),
    ],
    hints=[
        "(X1, X2) is jointly normal. Which variances, and which covariance, have the two?",
        "Var(X1) = Var(X2) = tau^2 + sigma^2. They share only T: Cov(X1, X2) = tau^2.",
        "Now 2.7: slope tau^2 / (tau^2 + sigma^2), and v - tau^4 / v with v the variance.",
    ],
)
def second_score(x, mu, tau, sigma):
    r"""$(X_1, X_2)$ is a linear image of $(T, E_1, E_2)$, so jointly normal, with the variance
    $v = \tau^2 + \sigma^2$ twice and the covariance $\tau^2$. Given $X_1 = x$, the second
    score has the mean $\mu + \frac{\tau^2}{v}(x - \mu)$ and the variance
    $v - \frac{\tau^4}{v}$. The winner of a benchmark is *selected* for talent and for
    luck, and only the talent comes along to fresh data.
    """
    v = tau**2 + sigma**2
    return mu + tau**2 / v * (x - mu), np.sqrt(v - tau**4 / v)


@second_score.mistake(
    "That is the law of the talent T, given the score. The second score brings new luck of "
    "its own: add its variance."
)
def _(x, mu, tau, sigma):
    v = tau**2 + sigma**2
    return mu + tau**2 / v * (x - mu), np.sqrt(tau**2 - tau**4 / v)


@second_score.mistake(
    "You expect the same score again. Part of a high score was luck, and luck doesn't "
    "repeat."
)
def _(x, mu, tau, sigma):
    return x, np.sqrt(2) * sigma


@second_score.mistake("The mean is right. You gave the variance: take its root.")
def _(x, mu, tau, sigma):
    v = tau**2 + sigma**2
    return mu + tau**2 / v * (x - mu), v - tau**4 / v


@proof(
    hints=[
        "For the law of SX split by the coin: P(SX <= t) is the mean of two probabilities.",
        "E[S X^2] is a product, because S and X^2 are independent.",
        "A weighted sum of jointly normal coordinates is normal or constant. Try X + SX.",
    ]
)
def coin_times_normal():
    r"""*Normal.* By total probability, for every $t$,
    $P(SX \le t) = \frac12 P(X \le t) + \frac12 P(-X \le t) = P(X \le t)$, because the bell is
    symmetric: $-X$ has the same law as $X$.

    *Uncorrelated.* $S$ and $X^2$ are independent, so
    $\mathbb{E}[X \cdot SX] = \mathbb{E}[S]\,\mathbb{E}[X^2] = 0 \cdot 1 = 0$, and
    $\mathbb{E}[X] = \mathbb{E}[SX] = 0$.

    *Not jointly normal.* Every weighted sum of jointly normal coordinates is normal or
    constant. $X + SX$ is 0 when $S = -1$, so $P(X + SX = 0) = \frac12$ (when $S = 1$ it is
    $2X$, which is 0 with probability 0). A normal variable takes each value with
    probability 0, a constant takes one with probability 1; $\frac12$ is neither.
    $\blacksquare$ So these two are uncorrelated normals that are far from independent:
    $\lvert SX\rvert = \lvert X\rvert$. Consequence 3 of 2.6 needs *joint* normality.
    """


@exercise(
    cases=[
        (np.array([nan, 0.0, 4.0]), MEAN3, COV3),
        (np.array([3.0, nan, nan]), MEAN3, COV3),
        (np.array([1.5, 2.5, 3.5]), MEAN3, COV3),
        (np.array([nan, nan, nan]), MEAN3, COV3),
    ],
    hints=[
        "gone = np.isnan(x) and here = ~gone choose blocks: cov[np.ix_(gone, here)].",
        "Solve a system with the block of what is here; the right side is x - mean there.",
        "x[gone] = mean[gone] + S_gh @ np.linalg.solve(S_hh, x[here] - mean[here]).",
    ],
)
def fill_in(x, mean, cov):
    r"""The mean of 2.7: $\boldsymbol{\mu}_1 + \boldsymbol{\Sigma}_{12}
    \boldsymbol{\Sigma}_{22}^{-1}(\mathbf{x}_2 - \boldsymbol{\mu}_2)$, with 2 for what is
    there. With nothing missing there is nothing to replace; with everything missing the
    block is empty, and the mean remains.
    """
    x, mean, cov = np.array(x, dtype=float), np.asarray(mean), np.asarray(cov)
    gone = np.isnan(x)
    here = ~gone
    known = np.linalg.solve(cov[np.ix_(here, here)], x[here] - mean[here])
    x[gone] = mean[gone] + cov[np.ix_(gone, here)] @ known
    return x


@fill_in.mistake(
    "That is the mean of each coordinate, as if the others had nothing to say about it."
)
def _(x, mean, cov):
    return np.where(np.isnan(x), mean, x)


@fill_in.mistake(
    "You used each seen coordinate on its own and added up. They are correlated with each "
    "other, so this counts twice: solve with their whole block."
)
def _(x, mean, cov):
    gone = np.isnan(x)
    x = x.copy()
    slopes = cov[np.ix_(gone, ~gone)] / np.diag(cov)[~gone]
    x[gone] = mean[gone] + slopes @ (x[~gone] - mean[~gone])
    return x


@fill_in.mistake("Subtract the means of the seen coordinates before you solve.")
def _(x, mean, cov):
    gone = np.isnan(x)
    x = x.copy()
    known = np.linalg.solve(cov[np.ix_(~gone, ~gone)], x[~gone])
    x[gone] = mean[gone] + cov[np.ix_(gone, ~gone)] @ known
    return x
