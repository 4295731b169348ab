"""Exercises of 03-probability/01-probability-basics.ipynb."""

import math

import numpy as np

from utils.datasets import expand, load_titanic
from utils.exercises.engine import exercise, proof

FAIR = np.random.default_rng(0).integers(2, size=400)
RARE = np.random.default_rng(1).random(1000) < 0.1


@exercise(
    rtol=2e-3,
    hints=[
        "List the outcomes with a sum of 9, 10, 11 or 12, as ordered pairs.",
        "There are 4 + 3 + 2 + 1 of them: these are the world you ask in.",
        "How many of the ten contain a six? Don't forget that (3, 6) and (6, 3) are two.",
    ],
)
def by_hand():
    r"""A sum of at least 9 has ten outcomes: four with sum 9, three with 10, two with 11, one
    with 12. Without a six are $(4,5)$, $(5,4)$ and $(5,5)$. So seven of ten have one.
    """
    return 7 / 10


by_hand.mistake(
    "You conditioned on the six: that is the probability of a sum of at least 9, given a "
    "six. The world of the question is the sum.",
    answer=7 / 11,
)
by_hand.mistake(
    "That is the probability of both, among all 36 outcomes. The question is asked in a "
    "smaller world: divide by the outcomes with a sum of at least 9.",
    answer=7 / 36,
)
by_hand.mistake(
    "That is the probability of a six without knowing the sum.",
    answer=11 / 36,
)


@exercise(
    cases=[(365, 0.5), (365, 0.99), (2**20, 0.5), (1, 0.5), (6, 0.9), (2**32, 0.5)],
    hints=[
        "Keep the probability that all are different, and add one item at a time until it "
        "is at most 1 - q.",
        "If k items are different, the next one avoids them with probability 1 - k/m.",
        "Start with n = 1 and different = 1; while different > 1 - q, multiply by 1 - n/m "
        "and raise n.",
    ],
)
def crowd_size(m, q):
    r"""With $n$ items all different, one more keeps it so with probability $1 - n/m$. For
    $m = 2^{32}$ the answer is 77164, that is $1.177\sqrt m$: a 32-bit number is a poor name
    for a hundred thousand things.
    """
    n, different = 1, 1.0
    while different > 1 - q:
        different *= 1 - n / m
        n += 1
    return n


@crowd_size.mistake(
    "The right idea, and one too few: count the item that made the collision likely."
)
def _(m, q):
    n, different = 1, 1.0
    while different > 1 - q:
        different *= 1 - n / m
        n += 1
    return n - 1


@crowd_size.mistake(
    "That is the share q of the boxes: 23/365 thinking. Any two items may collide, so "
    "count pairs, which grow much faster."
)
def _(m, q):
    return math.ceil(q * m)


@crowd_size.mistake(
    "The union bound says that a collision is at most that likely. You found the number "
    "of items at which the bound reaches q; the probability itself reaches it later."
)
def _(m, q):
    n = 1
    while n * (n - 1) / 2 < q * m:
        n += 1
    return n


@exercise(
    cases=[(0.5, FAIR), (0.1, RARE), (0.6, [1, 0, 0, 1, 0]), (0.25, [0, 0, 0])],
    hints=[
        "The share is the mean of the zeros and ones.",
        "The standard error, if the claim is true, is the root of claim (1 - claim) / n.",
    ],
)
def distance(claim, happened):
    r"""The share minus the claim, over $\sqrt{c\,(1-c)/n}$ with the claim $c$. Three failures
    in three tries stand at a distance of $-1$ from the claim 0.25: no reason to doubt it.
    With the share in the root we would divide by zero.
    """
    share, n = np.mean(happened), len(happened)
    return (share - claim) / np.sqrt(claim * (1 - claim) / n)


@distance.mistake("Take the claim in the standard error, not the share.")
def _(claim, happened):
    share, n = np.mean(happened), len(happened)
    with np.errstate(divide="ignore"):
        return (share - claim) / np.sqrt(share * (1 - share) / n)


@distance.mistake(
    "Share minus claim, not claim minus share: a share above is positive."
)
def _(claim, happened):
    share, n = np.mean(happened), len(happened)
    return (claim - share) / np.sqrt(claim * (1 - claim) / n)


@distance.mistake(
    "That is the typical miss of a single try. The share of n tries is closer by the "
    "root of n."
)
def _(claim, happened):
    return (np.mean(happened) - claim) / np.sqrt(claim * (1 - claim))


@exercise(
    rtol=3e-3,
    hints=[
        "Which people are the world of the question? They are the denominator.",
        "people = expand(load_titanic()), then a mask for the crew and one for survivors.",
        "np.mean(crew[survived])",
    ],
)
def crew():
    r"""Of the 711 survivors 212 belonged to the crew: 29.8%, a little more than the 28.6% of
    the first class. Yet of the crew only 24.0% survived, of the first class 62.5%. There
    were many more of the crew.
    """
    people = expand(load_titanic())
    survived = people["survived"] == "yes"
    return np.mean(people["class"][survived] == "crew")


crew.mistake(
    "That is the share of the crew that survived. The question draws a survivor: divide by "
    "all survivors.",
    answer=212 / 885,
)
crew.mistake(
    "That is the probability to be both, of the crew and a survivor, for a person drawn "
    "from all 2201. Here only survivors are drawn.",
    answer=212 / 2201,
)
crew.mistake(
    "That is the share of the crew among all people. Take the survivors only.",
    answer=885 / 2201,
)


@exercise(
    cases=[(1 / 6, 0.5), (1 / 36, 0.5), (0.001, 0.95), (0.3, 0.9), (0.9, 0.2)],
    hints=[
        "No success in n independent attempts has probability (1 - p)**n.",
        "You need (1 - p)**n <= 1 - q. Take logarithms, and mind that they are negative.",
        "Dividing by log(1 - p), a negative number, turns the inequality around; round up.",
    ],
)
def attempts(p, q):
    r""" "At least one" is the opposite of "none": $1 - (1-p)^n \ge q$, that is
    $n \log(1-p) \le \log(1-q)$. Since $\log(1-p)$ is negative, division turns the sign
    around: $n \ge \log(1-q)/\log(1-p)$, and the smallest whole number is found by rounding
    up. De Méré needed 25 throws of two dice instead of 24.

    (If a whole number hits q exactly, rounding errors may lift the quotient just above it:
    for p = 0.1 and q = 0.3439, which is 1 - 0.9⁴, this gives 5. Where it matters, try n - 1.)
    """
    return math.ceil(math.log(1 - q) / math.log(1 - p))


@attempts.mistake(
    "n p >= q is de Méré's mistake: probabilities of events that can happen together don't "
    "add up."
)
def _(p, q):
    return math.ceil(q / p)


@attempts.mistake("The formula is right. The number of attempts is whole: round up.")
def _(p, q):
    return math.log(1 - q) / math.log(1 - p)


@attempts.mistake("Round up, not down: with fewer attempts the probability is below q.")
def _(p, q):
    return math.floor(math.log(1 - q) / math.log(1 - p))


@proof(
    hints=[
        "B consists of two disjoint pieces: the part in A, and the part outside.",
        "So P(Aᶜ ∩ B) = P(B) - P(A ∩ B). Now use independence, and take out P(B).",
        "For the second claim use the first one again, with the roles exchanged.",
    ]
)
def complements():
    r"""**First claim.** $B$ consists of the disjoint pieces $A \cap B$ and $A^c \cap B$. By the
    third rule, and then by independence,

    $$
    P(A^c \cap B) = P(B) - P(A \cap B) = P(B) - P(A)\,P(B) = (1 - P(A))\,P(B) = P(A^c)\,P(B) .
    $$

    **Second claim.** The first one says: of two independent events, one may be replaced by
    its complement. $A^c$ and $B$ are independent; replace $B$, and so are $A^c$ and $B^c$.
    $\blacksquare$

    Beware of "$P(A^c \cap B^c) = 1 - P(A \cap B)$": the opposite of "both" is "not both",
    and that is $A^c \cup B^c$.
    """


@exercise(
    cases=[(1000, 0.02, 0.05), (1, 0.02, 0.05), (10**6, 0.02, 0.05), (50, 0.1, 0.01)],
    hints=[
        "At least one of M models is off by epsilon: at most M times 2 exp(-2 n epsilon²).",
        "Ask that this be at most delta, and solve for n.",
        "n >= log(2 M / delta) / (2 epsilon²), rounded up.",
    ],
)
def examples_needed(M, epsilon, delta):
    r"""$2M e^{-2n\varepsilon^2} \le \delta$ holds for
    $n \ge \log(2M/\delta) / (2\varepsilon^2)$. To within 0.02, at 95%, one model needs 4612
    examples, a thousand need 13246 and a million 21881: six more zeros, less than five times
    the examples.
    """
    return math.ceil(math.log(2 * M / delta) / (2 * epsilon**2))


@examples_needed.mistake(
    "That protects one model, chosen before the test. For all M at once the union bound "
    "puts an M into the logarithm."
)
def _(M, epsilon, delta):
    return math.ceil(math.log(2 / delta) / (2 * epsilon**2))


@examples_needed.mistake(
    "You multiplied the number of examples by M. The union bound multiplies the "
    "probability by M, and only its logarithm enters."
)
def _(M, epsilon, delta):
    return M * math.ceil(math.log(2 / delta) / (2 * epsilon**2))


@examples_needed.mistake(
    "Where is the 2 in front of the exponential? Hoeffding's bound counts both sides, too "
    "high and too low."
)
def _(M, epsilon, delta):
    return math.ceil(math.log(M / delta) / (2 * epsilon**2))
