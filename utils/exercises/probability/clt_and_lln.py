"""Exercises of 03-probability/07-clt-and-lln.ipynb."""

import numpy as np

from utils.datasets import feature_names, load_breast_cancer
from utils.exercises.engine import exercise, proof
from utils.probability import Normal

rng = np.random.default_rng(0)
LOSSES = rng.exponential(2.0, size=200)
DIE = np.full(6, 1 / 6)


@exercise(
    rtol=5e-3,
    hints=[
        "The total has mean 105 · 3.5 and variance 105 · 35/12. Its standard deviation is a "
        "nice number.",
        "Mean 367.5, standard deviation 17.5. The bar at 385 begins at 384.5.",
    ],
)
def die_sum():
    r"""The total has mean $105\cdot3.5 = 367.5$ and standard deviation
    $\sqrt{105\cdot\frac{35}{12}} = 17.5$. The bar at 385 begins at 384.5, so
    $z = \frac{17}{17.5} = 0.971$ and $1 - \Phi(z) = 0.166$. (Exactly, by adding laws, it is
    0.166 too.)
    """
    z = (384.5 - 105 * 3.5) / np.sqrt(105 * 35 / 12)
    return 1 - Normal(0, 1).cdf(z)


die_sum.mistake(
    "You started at 385 itself. The total is a whole number, and its bar begins at 384.5.",
    answer=0.158655,
)
die_sum.mistake(
    "That is the probability of a total below 385: take the other side.",
    answer=0.834333,
)
die_sum.mistake(
    "You divided by the standard deviation of one roll. The total of 105 rolls spreads "
    "√105 times as much.",
    answer=0.0,
)


@exercise(
    cases=[
        (DIE, 10, 35),
        ([0.5, 0.5], 100, 60),
        ([0.9, 0.1], 30, 5),
        (np.array([0.2, 0.0, 0.5, 0.3]), 7, 12),
        (DIE, 1, 0),
    ],
    hints=[
        "Exact: convolve the law of the sum so far with p, n - 1 times, then add the "
        "probabilities from k on.",
        "Bell: the mean of one draw is the sum of j p_j, its variance the sum of "
        "(j - mean)² p_j. The sum has n times both.",
        "The bar at k begins at k - 0.5.",
    ],
)
def tail_twice(p, n, k):
    r"""Convolving adds one draw at a time. For the bell, the sum has mean $n\mu$ and standard
    deviation $\sigma\sqrt n$, and the bar at $k$ begins at $k - \frac12$.
    """
    p = np.asarray(p, dtype=float)
    law = p
    for _ in range(n - 1):
        law = np.convolve(law, p)
    values = np.arange(len(p))
    mean = p @ values
    std = np.sqrt(p @ (values - mean) ** 2)
    z = (k - 0.5 - n * mean) / (std * np.sqrt(n))
    return law[k:].sum(), Normal(0, 1).sf(z)


def _law_mean_std(p, n):
    """What the mistakes share: the law of the sum, mean and deviation of one draw."""
    p = np.asarray(p, dtype=float)
    law = p
    for _ in range(n - 1):
        law = np.convolve(law, p)
    values = np.arange(len(p))
    mean = p @ values
    std = np.sqrt(p @ (values - mean) ** 2)
    return law, mean, std


@tail_twice.mistake(
    "The bell lacks the continuity correction: the bar at k begins at k - 0.5."
)
def _(p, n, k):
    law, mean, std = _law_mean_std(p, n)
    return law[k:].sum(), Normal(0, 1).sf((k - n * mean) / (std * np.sqrt(n)))


@tail_twice.mistake(
    "That is the probability of *more* than k. At least k includes k itself."
)
def _(p, n, k):
    law, mean, std = _law_mean_std(p, n)
    z = (k + 0.5 - n * mean) / (std * np.sqrt(n))
    return law[k + 1 :].sum(), Normal(0, 1).sf(z)


@exercise(
    cases=[(LOSSES,), (LOSSES[:10],), ([1.0, 2.0, 4.0],)],
    hints=[
        "First the standard error of the mean loss: s/√n.",
        "Near the mean loss m, the curve e^x has slope e^m: it stretches a small error by "
        "that factor.",
    ],
)
def perplexity(losses):
    r"""Near $\bar L$ the curve $g(x) = e^x$ is nearly a line of slope $g'(\bar L) = e^{\bar L}$,
    so an error of $\bar L$ comes out multiplied by $e^{\bar L}$: the standard error is
    $e^{\bar L}\,s/\sqrt n$. This is the delta method.
    """
    losses = np.asarray(losses, dtype=float)
    error = losses.std(ddof=1) / np.sqrt(len(losses))
    value = np.exp(losses.mean())
    return value, value * error


@perplexity.mistake(
    "That is the standard error of the mean loss. The curve e^x stretches it by its slope."
)
def _(losses):
    losses = np.asarray(losses, dtype=float)
    return np.exp(losses.mean()), losses.std(ddof=1) / np.sqrt(len(losses))


@perplexity.mistake(
    "You averaged e^loss. The perplexity is e to the average loss, which is smaller (Jensen)."
)
def _(losses):
    values = np.exp(np.asarray(losses, dtype=float))
    return values.mean(), values.std(ddof=1) / np.sqrt(len(values))


@perplexity.mistake(
    "You put the standard error into the exponent: e^(s/√n) is a factor near 1, not an error."
)
def _(losses):
    losses = np.asarray(losses, dtype=float)
    return np.exp(losses.mean()), np.exp(losses.std(ddof=1) / np.sqrt(len(losses)))


@exercise(
    hints=[
        "First the skewness of one draw: the mean of z³, with z standardized (np.std).",
        "The skewness of a mean of n is that of one draw divided by √n.",
        "Solve |γ|/√n ≤ 0.1 for n, and round up.",
    ],
)
def enough_nuclei():
    r"""One draw has the skewness $\gamma = 1.641$. From $\lvert\gamma\rvert/\sqrt n \le 0.1$
    follows $n \ge (\gamma/0.1)^2 = 269.4$, so 270. No rule of thumb knows this number.
    """
    X, _ = load_breast_cancer()
    x = X[:, feature_names("breast_cancer").index("mean_area")]
    skewness = np.mean(((x - x.mean()) / x.std()) ** 3)
    return int(np.ceil((skewness / 0.1) ** 2))


enough_nuclei.mistake(
    "Skewness falls like 1/√n, not like 1/n: square the quotient.",
    answer=17,
)
enough_nuclei.mistake(
    "Round up: with 269 draws the skewness is still a little above 0.1.",
    answer=269,
)
enough_nuclei.mistake(
    "That is a rule of thumb, not an answer: compute the skewness of one draw.",
    answer=30,
)


@exercise(
    cases=[
        (np.array([1.0, 2.0, 4.0, 9.0]), 2),
        (np.array([1.0, 2.0, 4.0, 9.0]), 4),
        (LOSSES, 1),
        (LOSSES, 64),
        ([3, 5], 1),
    ],
    hints=[
        "The sum of b draws has variance b σ² + b (b - 1) c, where σ² is the variance of one "
        "draw (divisor N) and c the covariance of two.",
        "For b = N the sum is always the same, so its variance is 0: c = -σ²/(N - 1).",
        "Divide the variance of the sum by b².",
    ],
)
def batch_variance(values, b):
    r"""All pairs of draws have the same covariance $c$, so the sum of $b$ draws has variance
    $b\sigma^2 + b(b-1)c$. For $b = N$ the sum is fixed: $0 = N\sigma^2 + N(N-1)c$, hence
    $c = -\frac{\sigma^2}{N-1}$. Dividing by $b^2$,

    $$
    \mathrm{Var} = \frac{\sigma^2}{b}\Big(1 - \frac{b-1}{N-1}\Big)
    = \frac{\sigma^2}{b}\cdot\frac{N-b}{N-1} .
    $$
    """
    values = np.asarray(values, dtype=float)
    N = len(values)
    return values.var() / b * (N - b) / (N - 1)


@batch_variance.mistake(
    "That is the variance with replacement. Without, a batch of all N has no variance at all."
)
def _(values, b):
    return np.var(values) / b


@batch_variance.mistake(
    "Nearly: for b = N it is 0, but for b = 1 it must be the variance of one draw, with the "
    "divisor N. Check the last factor, or the divisor of your variance."
)
def _(values, b):
    return np.var(values) / b * (1 - b / len(values))


@batch_variance.mistake(
    "That is the standard deviation; the question is about its square."
)
def _(values, b):
    N = len(values)
    return np.sqrt(np.var(values) / b * (N - b) / (N - 1))


@proof(
    hints=[
        "Divide by the standard deviation of S_n, √n/2: what does |S_n - n/2| ≤ K say of Z_n?",
        "For every δ > 0 the event is, for large n, part of |Z_n| ≤ δ. What does the CLT say "
        "of that?",
    ]
)
def no_balance():
    r"""The sum has the standard deviation $\frac12\sqrt n$, so $\lvert S_n - \frac n2\rvert \le K$
    is the same as $\lvert Z_n\rvert \le \frac{2K}{\sqrt n}$. Fix any $\delta > 0$. As soon as
    $n \ge (2K/\delta)^2$, this implies $\lvert Z_n\rvert \le \delta$, so

    $$
    P\big(\lvert S_n - \tfrac n2\rvert \le K\big) \le P\big(\lvert Z_n\rvert \le \delta\big)
    \to 2\Phi(\delta) - 1
    $$

    by the central limit theorem. The right side is at most $2\varphi(0)\,\delta < 0.8\,\delta$,
    because the bell is nowhere higher than $\varphi(0) = 0.399$. So in the limit the
    probability is at most $0.8\,\delta$, and $\delta$ was arbitrary: the limit is 0.
    $\blacksquare$

    That doesn't contradict the fact that heads and tails *are* even again and again, with
    probability 1 infinitely often. They only don't stay so, and at any given late time they
    are hardly ever near it.
    """


@exercise(
    cases=[(1,), (5,), (16,), (64,)],
    hints=[
        "Start with one product q k: its mean is 0. What are the means of (q k)² and (q k)⁴?",
        "The excess kurtosis of one product is 9/1 - 3. And for sums of independent terms?",
        "It falls like 1/d for a mean, and a factor in front of the sum changes nothing.",
    ],
)
def score_kurtosis(d):
    r"""One product has $\mathbb{E}[(qk)^2] = 1$ and
    $\mathbb{E}[(qk)^4] = \mathbb{E}[q^4]\,\mathbb{E}[k^4] = 9$, hence the excess kurtosis 6. For a
    sum of $d$ such terms it is $\frac6d$ (2.6), and dividing by $\sqrt d$ doesn't matter, since
    the kurtosis is that of the standardized variable. At $d = 64$ it is 0.094: closer to
    normal than the mean of five waits, with $-0.229$.
    """
    return 6 / d


@score_kurtosis.mistake(
    "That is what one normal factor would suggest. A product has E(qk)⁴ = 3 · 3."
)
def _(d):
    return 3 / d


@score_kurtosis.mistake(
    "You forgot to subtract the 3 of the normal law, before dividing by d."
)
def _(d):
    return 9 / d


@score_kurtosis.mistake(
    "The excess of one product is 6. Adding d independent terms divides it by d: fourth "
    "moments grow like d, the square of the variance like d²."
)
def _(d):
    return 6.0
