"""Exercises of 00-prerequisites/03-mathematical-notation.ipynb."""

import numpy as np

from utils.datasets import expand, load_titanic
from utils.exercises.engine import exercise, proof

MARKS = np.array([[5, 1, 2], [1, 5, 2], [4, 4, 1], [0, 0, 0], [1, 1, 5], [3, 0, 1]])
CHAIN = np.array([[1, 1], [2, 2], [3, 3]])
SAME = np.array([[2, 7], [2, 7], [1, 6]])
TIED = np.array([[5, 1], [5, 3], [2, 2]])


@exercise(
    hints=[
        "Draw the 4 by 4 cells (i, j), and mark those that are visited.",
        "In column j, all visited cells hold the same number. How many are there?",
        "Column j has j of them, each with 2 to the power j: add j · 2ʲ over j.",
    ],
)
def by_hand():
    r"""The cells are those with $1 \le i \le j \le 4$. Column $j$ holds $2^j$ in each of its $j$
    cells, so the sum is $\sum_{j=1}^{4} j\,2^j = 2 + 8 + 24 + 64 = 98$.
    """
    return sum(j * 2**j for j in range(1, 5))


by_hand.mistake(
    "That is the full square. The inner loop starts at j = i, so a part of it is left out.",
    answer=120,
)
by_hand.mistake(
    "That is without the diagonal. The inner loop starts at i, so j = i belongs to it.",
    answer=68,
)
by_hand.mistake(
    "You took the other triangle, j at most i. Here j runs from i up to 4.",
    answer=52,
)


@exercise(
    cases=[(MARKS,), (MARKS[:4],), (CHAIN,), (SAME,), (TIED,), (MARKS[:, :1],)],
    hints=[
        "From the inside: for two rows i and k, when is there a j with a_ij >= a_kj?",
        "That is any(A[i, j] >= A[k, j] for j in range(d)), or np.any(A[i] >= A[k]).",
        "Around it stands all(... for k in range(n)), and around that a list of the i.",
    ],
)
def unbeaten(A):
    r""" "$k$ beats $i$" is $\forall j : a_{kj} > a_{ij}$, and its negation is $\exists j : a_{ij} \ge
    a_{kj}$. Nobody beats $i$ if that holds for all $k$ (for $k = i$ it does anyway). Read the
    formula from the inside: any, all, list. (Economists call these rows *weakly Pareto
    optimal*.)
    """
    n = len(A)
    return [i for i in range(n) if all(np.any(A[i] >= A[k]) for k in range(n))]


@unbeaten.mistake(
    "The quantifiers are swapped: you ask for one subject in which i is best of all. A "
    "student who is second everywhere may be unbeaten, too."
)
def _(A):
    return [i for i in range(len(A)) if np.any(np.all(A[i] >= A, axis=0))]


@unbeaten.mistake(
    "You ask for i to be at least as good as everybody in every subject: the formula has "
    "'there is a j', where you have 'for all j'."
)
def _(A):
    return [i for i in range(len(A)) if np.all(A[i] >= A)]


@unbeaten.mistake(
    "With > instead of >= a student can't even stand up to a twin, or to herself: the "
    "negation of < is >=."
)
def _(A):
    n = len(A)
    return [i for i in range(n) if all(np.any(A[i] > A[k]) for k in range(n))]


@exercise(
    cases=[
        (1.0, 0.5, 0.0, 0.0, 1),
        (-2.0, 3.0, 0.4, 0.02, 3),
        (0.002, 1e-5, 0.0, 0.0, 1),
        (np.array([1.0, 2.0]), np.array([0.1, -8.0]), np.zeros(2), np.ones(2), 7),
    ],
    hints=[
        "Five lines, one for each equation. m and v are updated first.",
        "The hats divide by 1 - beta**t, with t as a power. They aren't kept.",
        "theta - alpha * m_hat / (np.sqrt(v_hat) + epsilon): epsilon is outside the root.",
    ],
)
def adam_step(theta, g, m, v, t):
    r"""The equations as they stand, from the first to the last. In the first step
    $\hat m_1 = g_1$ and $\hat v_1 = g_1^2$, so that $\theta$ moves by $\alpha\,g_1/\lvert g_1\rvert$,
    but for the tiny $\varepsilon$: by $\alpha$, whatever the slope, as long as it is far larger
    than $\varepsilon$.
    """
    alpha, beta1, beta2, epsilon = 0.001, 0.9, 0.999, 1e-8
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    theta = theta - alpha * m_hat / (np.sqrt(v_hat) + epsilon)
    return theta, m, v


@adam_step.mistake("The hats are missing: the last line divides m hat, not m.")
def _(theta, g, m, v, t):
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    return theta - 0.001 * m / (np.sqrt(v) + 1e-8), m, v


@adam_step.mistake(
    "Right for t = 1 only: in the hats, t is a power, and you divided by 1 - beta."
)
def _(theta, g, m, v, t):
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    step = (m / (1 - 0.9)) / (np.sqrt(v / (1 - 0.999)) + 1e-8)
    return theta - 0.001 * step, m, v


@adam_step.mistake(
    "The new theta is right. But what is kept for the next step is m and v, without hats."
)
def _(theta, g, m, v, t):
    theta, m, v = adam_step._solution(theta, g, m, v, t)
    return theta, m / (1 - 0.9**t), v / (1 - 0.999**t)


@exercise(
    rtol=1e-3,
    hints=[
        "Of whom is it the share? They make the denominator.",
        "Below: the sum of 1[class is 3rd] · 1[female]. Above: the same times 1[survived].",
        "group = (people['class'] == '3rd') & (people['sex'] == 'female').",
    ],
)
def third_class():
    r"""Two sums of indicators, with $T$ the travelers of the third class and $W$, $S$ as in 2.2:
    $\frac{\sum_i \mathbb{1}[i \in T]\,\mathbb{1}[i \in W]\,\mathbb{1}[i \in S]}{\sum_i \mathbb{1}[i \in T]\,\mathbb{1}[i \in W]} = \frac{90}{196}$.
    """
    people = expand(load_titanic())
    group = (people["class"] == "3rd") & (people["sex"] == "female")
    return np.sum(group & (people["survived"] == "yes")) / np.sum(group)


third_class.mistake(
    "You divided by all survivors: that is the share of the survivors who were such women.",
    answer=90 / 711,
)
third_class.mistake(
    "You divided by all people: that is the share of everybody who were such women and "
    "survived.",
    answer=90 / 2201,
)
third_class.mistake(
    "Those are the grown women only; the girls belong to the group as well.",
    answer=76 / 165,
)


@exercise(
    cases=[
        (np.array([1, 2, 3]),),
        (np.array([4]),),
        (np.array([-1.5, 2.0, 0.5, 3.0]),),
        (np.linspace(-1, 2, 5000),),
    ],
    hints=[
        "Draw the cells (i, j). The square of the sum has all of them; you want j > i.",
        "The square has the diagonal once, and each pair twice.",
        "So S² = Q + 2P, with S the sum, Q the sum of squares, and P what you want.",
    ],
)
def pair_products(x):
    r"""By factoring, $\big(\sum_i x_i\big)^2 = \sum_i\sum_j x_i x_j$: all cells of the square. The
    diagonal holds $\sum_i x_i^2$, and the triangles above and below it hold the same products.
    So $\big(\sum_i x_i\big)^2 = \sum_i x_i^2 + 2P$, and $P$ is half of the difference. (The same
    trick makes factorization machines fast; Rendle, 2010.)
    """
    return (np.sum(x) ** 2 - np.sum(x**2)) / 2


@pair_products.mistake(
    "Each pair is in the square twice, as (i, j) and (j, i): halve it."
)
def _(x):
    return np.sum(x) ** 2 - np.sum(np.square(x))


@pair_products.mistake(
    "The square holds the diagonal, too, where i = j: take the sum of squares away first."
)
def _(x):
    return np.sum(x) ** 2 / 2


@pair_products.mistake(
    "That keeps the diagonal: it is the sum over j ≥ i, and the task says j > i."
)
def _(x):
    return (np.sum(x) ** 2 + np.sum(np.square(x))) / 2


@proof(
    hints=[
        "Call the largest number M, and compare the sum with exp(M).",
        "The sum contains exp(M), and no term is larger: exp(M) ≤ sum ≤ n · exp(M).",
    ]
)
def soft_maximum():
    r"""Let $M = \max_i x_i$. One of the terms is $e^M$ and no term is negative, so the sum is at
    least $e^M$. No term is larger than $e^M$, and there are $n$ of them, so the sum is at most
    $n\,e^M$:

    $$
    e^M \;\le\; \sum_{i=1}^{n} e^{x_i} \;\le\; n\,e^M .
    $$

    Take logarithms, which keeps the order: $\log e^M = M$ and $\log(n\,e^M) = \log n + M$.
    $\blacksquare$

    For $(1, 2, 3)$: $3 \le 3.4076 \le 4.0986$. The sum in the middle is a maximum with rounded
    corners; you will meet it under the name log-sum-exp.
    """


@exercise(
    cases=[(0.3,), (0.25,), (0.07,), (1 / 64,), (0.003,), (0.6,), (2.0,)],
    hints=[
        "Put a_n - 2 over the common denominator n + 1.",
        "The distance is 1/(n + 1), and falls. It is below epsilon exactly if n + 1 > 1/epsilon.",
        "n > 1/epsilon - 1. The smallest such whole number is 1/epsilon, rounded down.",
    ],
)
def first_safe(epsilon):
    r"""$a_n - 2 = \frac{2n + 1 - 2(n + 1)}{n + 1} = \frac{-1}{n + 1}$, so $\lvert a_n - 2\rvert <
    \varepsilon$ exactly if $n > 1/\varepsilon - 1$. The smallest whole number above $1/\varepsilon - 1$ is
    $\lfloor 1/\varepsilon\rfloor$, and all larger ones are above it, too. For $\varepsilon > 1$ that
    would be 0, and the terms start at 1.
    """
    return max(1, int(np.floor(1 / epsilon)))


@first_safe.mistake(
    "That N is safe, but not always the smallest: the distance is 1/(n + 1), not 1/n."
)
def _(epsilon):
    return int(np.floor(1 / epsilon)) + 1


@first_safe.mistake(
    "You rounded up. If 1/epsilon is no whole number, one less is already safe."
)
def _(epsilon):
    return max(1, int(np.ceil(1 / epsilon)))


@first_safe.mistake(
    "Look at epsilon = 0.25: at your N the distance is 0.25, and the task says less than that."
)
def _(epsilon):
    return max(1, int(np.ceil(1 / epsilon - 1)))
