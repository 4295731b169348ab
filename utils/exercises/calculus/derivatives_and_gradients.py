"""Exercises of 02-calculus/01-derivatives-and-gradients.ipynb."""

import numpy as np

from utils.datasets import load_keeling_co2
from utils.exercises.engine import exercise, proof

POINTS = np.array([-3.0, -0.5, 0.0, 1.0, 4.0])
X_SMALL, C_EQUAL = np.array([1.0, 2.0, -4.0]), np.array([0.5, 0.5, 0.5])
X_LONG, C_MIXED = np.array([0.3, 5.0, 2.0, 1.0]), np.array([2.0, 0.1, 0.0, 1.5])


def cubic(x):
    return x**3 - 3 * x


def quartic(x):
    return x**4 + x


def minus_two(x):
    return x * x - 2


def twice(x):
    return 2 * x


def exp_minus_three(x):
    return np.exp(x) - 3


@exercise(
    rtol=2e-3,
    hints=[
        "Write down the difference quotient from 2 to 2 + h. What is f(2)?",
        "It is (6/(3 + h) - 2)/h. Bring the numerator over the denominator 3 + h.",
        "(6 - 2(3 + h))/(h(3 + h)) = -2h/(h(3 + h)): cancel h, then let it go to 0.",
    ],
)
def by_hand():
    r"""With $f(2) = 2$ the quotient is
    $\frac1h\left(\frac{6}{3 + h} - 2\right) = \frac{6 - 6 - 2h}{h\,(3 + h)} =
    \frac{-2}{3 + h}$, and for $h \to 0$ it tends to $-\frac23$.
    """
    return -2 / 3


by_hand.mistake(
    "The sign got lost: 6/(3 + h) is less than 2, so the function falls.", answer=2 / 3
)
by_hand.mistake(
    "One factor 3 is missing: the quotient is -2/(3 + h), with 3 + h still below the bar.",
    answer=-2.0,
)
by_hand.mistake("That is the value f(2). Its slope there is asked for.", answer=2.0)


@exercise(
    cases=[(cubic, 2.0, 0.1), (quartic, 1.0, 0.1), (quartic, -0.5, 0.25)],
    hints=[
        "The slope on the right is (f(x + h) - f(x))/h. And on the left?",
        "Subtract the left slope, (f(x) - f(x - h))/h, and divide by h once more.",
        "(f(x + h) - 2 f(x) + f(x - h)) over h squared.",
    ],
)
def second_difference(f, x, h):
    r"""Slope on the right minus slope on the left, over their distance $h$:
    $\frac{f(x + h) - 2f(x) + f(x - h)}{h^2}$. For a cubic it is exact, since the two
    cubic terms cancel.
    """
    return (f(x + h) - 2 * f(x) + f(x - h)) / h**2


@second_difference.mistake(
    "That is how much the slope changes over one step. Per unit of x: divide by h again."
)
def _(f, x, h):
    return (f(x + h) - 2 * f(x) + f(x - h)) / h


@second_difference.mistake(
    "f(x) stands in both slopes, so it has to be taken away twice."
)
def _(f, x, h):
    return (f(x + h) - f(x) + f(x - h)) / h**2


@second_difference.mistake(
    "The two slopes belong to the middles of their intervals, which are h apart, not 2h."
)
def _(f, x, h):
    return (f(x + h) - 2 * f(x) + f(x - h)) / (2 * h**2)


@exercise(
    cases=[
        (minus_two, twice, 1.0, 1),
        (minus_two, twice, 3.0, 3),
        (exp_minus_three, np.exp, 2.0, 2),
        (minus_two, twice, 5.0, 0),
    ],
    hints=[
        "The tangent at x is f(x) + f'(x) h. For which h is it 0?",
        "h = -f(x)/f'(x). So where do you go from x?",
        "x = x - f(x) / df(x), in a loop of range(steps).",
    ],
)
def newton(f, df, x, steps):
    r"""The tangent $f(x) + f'(x)h$ is zero at $h = -f(x)/f'(x)$, so step there, and repeat.
    For $f(x) = x^2 - 2$ it closes in on the square root of 2.
    """
    for _ in range(steps):
        x = x - f(x) / df(x)
    return x


@newton.mistake("You went to the other side: the tangent is 0 at x minus f(x)/f'(x).")
def _(f, df, x, steps):
    for _ in range(steps):
        x = x + f(x) / df(x)
    return x


@newton.mistake(
    "That step is descent, which looks for f' = 0. Here f itself must be 0."
)
def _(f, df, x, steps):
    for _ in range(steps):
        x = x - df(x)
    return x


@newton.mistake(
    "Upside down: the step is f(x) over f'(x). A steep tangent is soon at 0."
)
def _(f, df, x, steps):
    with np.errstate(all="ignore"):
        for _ in range(steps):
            x = x - df(x) / f(x)
    return x


@exercise(
    rtol=3e-3,
    hints=[
        "Rows 25, 45 and 65 of load_keeling_co2() are 1984, 2004 and 2024.",
        "Two slopes: (co2[65] - co2[45]) / 20 and (co2[45] - co2[25]) / 20.",
        "The middles are 1994 and 2014. Divide the difference of the slopes by 20.",
    ],
)
def acceleration():
    r"""The slope rose from 1.6415 to 2.3455 ppm per year between 1994 and 2014, by 0.0352 a
    year. It is the second difference of exercise 2 with $h = 20$ years. (The fits of
    Section 5 spread from -0.077 to 0.083 in 2024.)
    """
    co2 = load_keeling_co2()["co2_ppm"]
    later, earlier = (co2[65] - co2[45]) / 20, (co2[45] - co2[25]) / 20
    return (later - earlier) / 20


acceleration.mistake(
    "That is by how much the slope grew in all. Per year: divide by the 20 years between.",
    answer=0.704,
)
acceleration.mistake(
    "You divided by 40 years. But the middles of the intervals, 1994 and 2014, are 20 apart.",
    answer=0.0176,
)
acceleration.mistake(
    "That is a rise in ppm per year. Asked is how fast this rise itself grows.",
    answer=2.3455,
)


@exercise(
    cases=[(POINTS,), (np.array([[0.3, -7.0]]),)],
    hints=[
        "It is a product, of z and σ(z).",
        "1 · σ(z) + z · σ'(z), and σ' stands in Section 2.5.",
        "s + z * s * (1 - s) with s = 1 / (1 + np.exp(-z)).",
    ],
)
def silu_slope(z):
    r"""The product rule: $(z\,\sigma)' = \sigma + z\,\sigma' = \sigma + z\,\sigma\,(1 -
    \sigma)$. Unlike a sigmoid's it tends to 1 on the right, and unlike ReLU's it has no jump.
    """
    s = 1 / (1 + np.exp(-z))
    return s + z * s * (1 - s)


@silu_slope.mistake(
    "The derivative of a product isn't the product of the derivatives, 1 · σ'."
)
def _(z):
    s = 1 / (1 + np.exp(-z))
    return s * (1 - s)


@silu_slope.mistake("Half of the product rule: the slope of z, times σ(z), is missing.")
def _(z):
    s = 1 / (1 + np.exp(-z))
    return z * s * (1 - s)


@silu_slope.mistake("Almost: σ' is σ(1 - σ), and rises. You have the other sign.")
def _(z):
    s = 1 / (1 + np.exp(-z))
    return s - z * s * (1 - s)


@exercise(
    cases=[(X_SMALL, C_EQUAL), (X_LONG, C_MIXED), (np.array([3.0]), np.array([1.0]))],
    hints=[
        "What is L'(w)? And L''(w)? Each term is a parabola in w.",
        "L'' is twice the sum of cᵢxᵢ², whatever w is. Section 2.9 has the limit.",
        "2/M with M = L''. Here the bound on the step is exact, since L'' is constant.",
    ],
)
def step_limit(x, c):
    r"""$L'(w) = 2\sum_i c_i x_i (w x_i - y_i)$, so $L'' = 2\sum_i c_i x_i^2 = M$ everywhere, and
    the limit $2/M$ is $1/\sum_i c_i x_i^2$. As $L''$ is constant, the inequality of 2.9 is an
    equation: at the limit the loss stays what it was, above it rises.
    """
    return 1 / np.sum(c * x**2)


@step_limit.mistake(
    "That is 1/M, the step with the best guarantee. The loss falls up to twice that."
)
def _(x, c):
    return 1 / (2 * np.sum(c * x**2))


@step_limit.mistake(
    "The 2 of the square is missing in L'': the derivative of (wx - y)² is 2x(wx - y)."
)
def _(x, c):
    return 2 / np.sum(c * x**2)


@step_limit.mistake("The weights stand in the loss, so they stand in L'', too.")
def _(x, c):
    return 1 / np.sum(x**2)


@proof(
    hints=[
        "At 0 the rules don't apply. Write the difference quotient from 0 to h.",
        "It is h sin(1/h). How large can a sine be?",
        "For the second part, look at f' at the points x = 1/(kπ) with whole k.",
    ]
)
def wild_slope():
    r"""**At 0.** The quotient is $\frac{h^2\sin(1/h) - 0}{h} = h\sin\frac1h$. A sine lies between
    $-1$ and $1$, so the quotient lies between $-\lvert h\rvert$ and $\lvert h\rvert$, and is
    squeezed to 0. So $f'(0) = 0$.

    **Near 0.** At $x_k = \frac{1}{k\pi}$, $k = 1, 2, \dots$, the sine of $1/x_k = k\pi$ is 0 and
    the cosine is $(-1)^k$, so $f'(x_k) = -(-1)^k$: the slopes are $1, -1, 1, -1, \dots$ while
    $x_k \to 0$. They don't tend to $f'(0) = 0$, nor to anything else: $f'$ isn't continuous
    at 0.

    (That $\cos(1/x)$ has no limit shows that $f'$ jumps about near 0. It does *not* show that
    $f'(0)$ doesn't exist: the definition never looks at slopes nearby. With $\frac x2$ added,
    the function has slope $\frac12$ at 0, and yet isn't increasing on any interval around 0.)
    """
