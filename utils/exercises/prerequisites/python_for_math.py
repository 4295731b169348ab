"""Exercises of 00-prerequisites/01-python-for-math.ipynb."""

import math

from utils.datasets import load_hubble_1929
from utils.exercises.engine import exercise, proof


@exercise(
    rtol=2e-3,
    hints=[
        "Which two sums does the formula of Section 2.3 need?",
        "Above: 1·3 + 2·4 + 2·6. Below: the squares of the three x.",
    ],
)
def by_hand():
    r"""Above the line $1\cdot3 + 2\cdot4 + 2\cdot6 = 23$, below it $1 + 4 + 4 = 9$, so the
    slope is $23/9 \approx 2.556$.
    """
    return 23 / 9


by_hand.mistake(
    "That is the sum of all y over the sum of all x. The formula multiplies x and y pair by "
    "pair before it adds.",
    answer=13 / 5,
)
by_hand.mistake(
    "That is the mean of the three ratios y/x. In the best slope the point with x = 1 "
    "weighs less than the two others.",
    answer=8 / 3,
)
by_hand.mistake(
    "Below the line you squared the sum. The formula sums the squares: 1 + 4 + 4.",
    answer=23 / 25,
)


@exercise(
    cases=[([1, 2, 3, 4],), ([5, 5, 5],), ([-1.5, 2.0, 7.0],), ([0, 10],)],
    hints=[
        "From the inside out: first the mean, then the deviations from it.",
        "Square each deviation, add up, divide by n, and take the root last.",
        "mean = sum(x) / len(x), then math.sqrt(sum((a - mean)**2 for a in x) / len(x)).",
    ],
)
def spread(x):
    r"""Read the formula from the inside out: the mean, the deviations, their squares, the sum,
    the division by $n$, the root. It is called the *standard deviation*.
    """
    mean = sum(x) / len(x)
    return math.sqrt(sum((a - mean) ** 2 for a in x) / len(x))


@spread.mistake("All there but the last step: the root over everything is missing.")
def _(x):
    mean = sum(x) / len(x)
    return sum((a - mean) ** 2 for a in x) / len(x)


@spread.mistake(
    "You divided by n - 1. That version exists, and statistics has a use for it; but this "
    "formula says 1/n."
)
def _(x):
    mean = sum(x) / len(x)
    return math.sqrt(sum((a - mean) ** 2 for a in x) / (len(x) - 1))


@spread.mistake("You squared the numbers themselves: first subtract the mean.")
def _(x):
    return math.sqrt(sum(a**2 for a in x) / len(x))


@exercise(
    cases=[([50, -50],), ([10, 20, 30],), ([25] * 5000,), ([-90] * 400 + [30],)],
    hints=[
        "A change of p percent multiplies by 1 + p/100. So n years multiply by a product.",
        "With n equal factors g the product is g to the power n. What is log g?",
        "log g is the mean of the logs of the factors. At the end go back: 100 * (g - 1).",
    ],
)
def average_growth(percent):
    r"""The years multiply by $\prod_i f_i$ with $f_i = 1 + p_i/100$, and $n$ equal years by
    $g^n$. So $n\log g = \sum_i \log f_i$: the log of $g$ is the mean of the logs, and no
    product is ever formed that could overflow or underflow.
    """
    logs = [math.log(1 + p / 100) for p in percent]
    g = math.exp(sum(logs) / len(logs))
    return 100 * (g - 1)


@average_growth.mistake(
    "That is the mean of the percentages. But up 50% and down 50% is 1.5 · 0.5 = 0.75 of "
    "what you had, and not all of it: factors multiply."
)
def _(percent):
    return sum(percent) / len(percent)


@average_growth.mistake(
    "Right for a few years. For thousands the product overflows to inf, or underflows to 0, "
    "before you take its root: add logs instead."
)
def _(percent):
    return 100 * (math.prod(1 + p / 100 for p in percent) ** (1 / len(percent)) - 1)


@average_growth.mistake(
    "That is the factor per year. The task asks for percent: 100 * (factor - 1)."
)
def _(percent):
    return math.exp(sum(math.log(1 + p / 100) for p in percent) / len(percent))


@exercise(
    rtol=3e-3,
    hints=[
        "Two means first, one of the distances, one of the velocities.",
        "Subtract them, and give the two lists of deviations to slope_through_origin.",
        "The age in billion years is 977.8 / K, or age(K).",
    ],
)
def hubble_line():
    r"""The formula of 2.3 on deviations. Why is it right? Fix $K$ and write
    $u_i = v_i - Kr_i$: the best $a$ for $\sum_i(u_i - a)^2$ is the mean $\bar u = \bar v -
    K\bar r$ (expand, and complete the square as in 2.3). Put it in, and
    $u_i - \bar u = (v_i - \bar v) - K(r_i - \bar r)$: a line through the origin again, for
    the deviations.
    """
    table = load_hubble_1929()
    r, v = table["distance_mpc"].tolist(), table["velocity_km_s"].tolist()
    dr = [a - sum(r) / len(r) for a in r]
    dv = [a - sum(v) / len(v) for a in v]
    K = sum(a * b for a, b in zip(dr, dv, strict=True)) / sum(a * a for a in dr)
    return K, 977.8 / K


hubble_line.mistake(
    "That is the line through the origin. Subtract both means first.",
    answer=(423.937, 2.306),
)
hubble_line.mistake(
    "You fitted distance against velocity and turned the result over. The formula isn't "
    "symmetric: the list that is squared below is that of the distances.",
    answer=(728.366, 1.342),
)
hubble_line.mistake(
    "That is the mean of the ratios v/r. Near nebulae, with their tiny r, run away with it.",
    answer=(812.044, 1.204),
)


@exercise(
    cases=[(0.5, 10), (2, 5), (-1, 4), (1, 7), (0, 3), (1.1, 20)],
    hints=[
        "Write S = 1 + r + ... + r^(n-1), and below it r times S. What do they share?",
        "S - r S = 1 - r^n. Now solve for S.",
        "You divided by 1 - r: which r needs a line of its own, and what is S then?",
    ],
)
def geometric_sum(r, n):
    r"""$S = 1 + r + \dots + r^{n-1}$ and $rS = r + \dots + r^{n-1} + r^n$ share all but the
    first and the last term, so $S - rS = 1 - r^n$, and $S = \frac{1 - r^n}{1 - r}$ if
    $r \ne 1$. For $r = 1$ the sum is $n$ times 1.
    """
    return n if r == 1 else (1 - r**n) / (1 - r)


@geometric_sum.mistake(
    "Those are n + 1 terms. From k = 0 to n - 1 there are n, and the last is r^(n-1)."
)
def _(r, n):
    return n if r == 1 else (1 - r ** (n + 1)) / (1 - r)


@geometric_sum.mistake("The term with k = 0 is missing: r^0 is 1.")
def _(r, n):
    return sum(r**k for k in range(1, n))


@geometric_sum.mistake("Yours runs from k = 1 to n. The task's begins with r^0 = 1.")
def _(r, n):
    return sum(r**k for k in range(1, n + 1))


@proof(
    hints=[
        "The n-th odd number is 2n - 1. Which one does the step from n to n + 1 add?",
        "It adds 2n + 1. What is (n + 1)² multiplied out?",
    ]
)
def odd_numbers():
    r"""*Base.* For $n = 1$ the sum is $1 = 1^2$. *Step.* Suppose that the first $n$ odd
    numbers add up to $n^2$. The next one is $2(n + 1) - 1 = 2n + 1$, and

    $$
    n^2 + (2n + 1) = (n + 1)^2 ,
    $$

    which is the claim for $n + 1$. $\blacksquare$

    As a picture: a square of $n \times n$ dots becomes one of $(n + 1) \times (n + 1)$ by
    a corner of $n$ dots above, $n$ dots on the right, and one between them.

    And by rules: $\sum_{k=1}^{n}(2k - 1) = 2\sum_{k=1}^{n} k - n = n(n + 1) - n = n^2$.
    """


@exercise(
    cases=[(7,), (2,), (0.1,), (1,)],
    hints=[
        "Write e = 1 - a x for the error before the step. What is 1 - a x (2 - a x)?",
        "It is e². So the errors go e, e², e⁴, ...: for which e do they shrink to 0?",
        "For e between -1 and 1. Now solve -1 < 1 - a x < 1 for x.",
    ],
)
def starts_that_work(a):
    r"""Let $e_k = 1 - ax_k$. Then $e_{k+1} = 1 - ax_k(2 - ax_k) = 1 - 2ax_k + a^2x_k^2 = e_k^2$.
    Squaring again and again leads to 0 exactly if $-1 < e_0 < 1$, that is if $0 < ax_0 < 2$.
    So the starts between $0$ and $2/a$ work, and no others; the ends themselves don't:
    both go to $x_1 = 0$ and stay there.
    """
    return 0.0, 2 / a


@starts_that_work.mistake(
    "Some starts above 1/a work, too: there 1 - a x is negative, but its square isn't. How "
    "far up may you go?"
)
def _(a):
    return 0.0, 1 / a


@starts_that_work.mistake(
    "Not every positive start: try a = 7 and x = 1. The error is -6, then 36, then 1296."
)
def _(a):
    return 0.0, math.inf


@starts_that_work.mistake(
    "Those are the bounds of a x, the product. Divide by a to get those of x itself."
)
def _(a):
    return 0.0, 2.0
