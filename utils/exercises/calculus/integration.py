"""Exercises of 02-calculus/07-integration.ipynb."""

import math

import numpy as np

from utils.datasets import load_breast_cancer
from utils.exercises.engine import exercise, proof


def decay(x):
    """An exponential: its area from 0 to infinity is 1."""
    return np.exp(-x)


def wave(x):
    """A damped wave, which also goes below the axis."""
    return np.cos(x) * np.exp(-x)


def heavy(x):
    """A tail that falls only like 1/x**2."""
    return 1 / (1 + x) ** 2


@exercise(
    rtol=2e-3,
    hints=[
        "Which factor becomes simpler when it is differentiated? Call that one u.",
        "u = log x and v' = x, so u' = 1/x and v = x²/2.",
        "[x²/2 · log x] from 1 to e, minus the integral of x/2 from 1 to e.",
    ],
)
def by_hand():
    r"""With $u = \log x$ and $v = \frac12x^2$: $\big[\frac12x^2\log x\big]_1^e - \int_1^e \frac x2\,dx = \frac{e^2}{2} - \frac{e^2 - 1}{4} = \frac{e^2 + 1}{4}$."""
    return (math.e**2 + 1) / 4


by_hand.mistake(
    "That is the boundary term alone. The integral of u'v still has to be subtracted.",
    answer=math.e**2 / 2,
)
by_hand.mistake(
    "The remaining integral starts at 1, not at 0: its lower end contributes as well.",
    answer=math.e**2 / 4,
)
by_hand.mistake(
    "A sign: by parts, the second integral is subtracted.",
    answer=math.e**2 / 2 + (math.e**2 - 1) / 4,
)


@exercise(
    cases=[(decay, 10), (heavy, 7), (wave, 40), (decay, 1)],
    hints=[
        "The middles in t are (k + 1/2)/n. What is the stretch factor dx/dt?",
        "By the quotient rule dx/dt = 1/(1 - t)².",
        "The sum of f(t/(1 - t)) / (1 - t)² over the middles t, divided by n.",
    ],
)
def to_infinity(f, n):
    r"""$dx = \frac{dt}{(1-t)^2}$ by the quotient rule, so the integral is $\int_0^1 f\big(\frac{t}{1-t}\big)\frac{dt}{(1-t)^2}$.
    The middles never ask for $t = 1$, where $x$ would be infinite. For $f = 1/(1+x)^2$ the new integrand is exactly 1.
    """
    t = (np.arange(n) + 0.5) / n
    x = t / (1 - t)
    return np.sum(f(x) / (1 - t) ** 2) / n


@to_infinity.mistake(
    "The stretch factor is missing: a sliver of width dt has the width dt/(1 − t)² in x."
)
def _(f, n):
    t = (np.arange(n) + 0.5) / n
    return np.sum(f(t / (1 - t))) / n


@to_infinity.mistake(
    "The derivative of t/(1 − t) isn't 1/(1 − t): by the quotient rule it is 1/(1 − t)²."
)
def _(f, n):
    t = (np.arange(n) + 0.5) / n
    return np.sum(f(t / (1 - t)) / (1 - t)) / n


@to_infinity.mistake(
    "Those are the left ends of the slivers. The middles lie half a sliver further on."
)
def _(f, n):
    t = np.arange(n) / n
    return np.sum(f(t / (1 - t)) / (1 - t) ** 2) / n


@exercise(
    cases=[(0.1,), (0.5,), (1.0,), (4.0,)],
    hints=[
        "Which z have z² = y? And what is the stretch factor at each of them?",
        "z = √y and z = −√y, both with |g'(z)| = 2√y.",
        "Two terms φ(√y)/(2√y).",
    ],
)
def density_of_square(y):
    r"""Two values of $z$ have the square $y$: $\pm\sqrt y$. At both the stretch is $\lvert 2z\rvert = 2\sqrt y$, and the density
    $\varphi(\pm\sqrt y) = \frac{1}{\sqrt{2\pi}}e^{-y/2}$. The sum is $\frac{1}{\sqrt{2\pi y}}\,e^{-y/2}$: infinite at 0, with area 1.
    """
    return np.exp(-y / 2) / np.sqrt(2 * np.pi * y)


@density_of_square.mistake(
    "One branch is missing: −√y has the square y, too. (Your total area is one half.)"
)
def _(y):
    return np.exp(-y / 2) / np.sqrt(2 * np.pi * y) / 2


@density_of_square.mistake(
    "You multiplied by the stretch. Where the map stretches, the density thins: divide."
)
def _(y):
    return 4 * np.sqrt(y) * np.exp(-y / 2) / np.sqrt(2 * np.pi)


@density_of_square.mistake(
    "You put √y into φ and stopped: each branch must be divided by its stretch, 2√y."
)
def _(y):
    return np.exp(-y / 2) / np.sqrt(2 * np.pi)


@exercise(
    rtol=2e-4,
    hints=[
        "The feature is X[:, 27], and malignant is y == 0.",
        "Count pairs as in Section 1, or build both rates and use calculus.trapezoid.",
        "difference = s[malignant][:, None] - s[~malignant]; wins plus half of the ties.",
    ],
)
def auc_of_features():
    r"""All pairs at once, ties counting one half. The shape of the nucleus' outline ranks far better than its symmetry."""
    X, y = load_breast_cancer()
    areas = []
    for column in (27, 8):
        score, malignant = X[:, column], y == 0
        difference = score[malignant][:, None] - score[~malignant]
        areas.append(np.mean(difference > 0) + np.mean(difference == 0) / 2)
    return tuple(areas)


auc_of_features.mistake(
    "The classes are swapped: in this table y = 0 is malignant.",
    answer=(0.03329633740288568, 0.30143755615453727),
)
auc_of_features.mistake(
    "Right numbers, wrong order: first worst_concave_points, then mean_symmetry.",
    answer=(0.6985624438454627, 0.9667036625971143),
)
auc_of_features.mistake(
    "Those are columns 26 and 7, two others: NumPy counts columns from 0.",
    answer=(0.9213638285502881, 0.9644376618571957),
)


@exercise(
    cases=[(0.0,), (0.5,), (1.0,), (2.0,), (3.5,)],
    hints=[
        "φ(x)φ(y) depends on x² + y² = r² only. What is the area of a thin ring?",
        "Integrate (1/2π) e^(−r²/2) · 2πr from r = 0 to R.",
        "r e^(−r²/2) has the antiderivative −e^(−r²/2).",
    ],
)
def share_within(R):
    r"""$\varphi(x)\varphi(y) = \frac{1}{2\pi}e^{-r^2/2}$, and a ring has the area $2\pi r\,dr$: $\int_0^R r\,e^{-r^2/2}\,dr = 1 - e^{-R^2/2}$. For
    $R = 1$ that is 39%, not 68%: the middle is where the darts are densest, but it is small.
    """
    return 1 - np.exp(-(R**2) / 2)


@share_within.mistake(
    "That is one dimension: the share of one error within R. A ring has the area 2πr dr."
)
def _(R):
    return math.erf(R / math.sqrt(2))


@share_within.mistake(
    "That is the share in a square: each error within R. You want a disk."
)
def _(R):
    return math.erf(R / math.sqrt(2)) ** 2


@share_within.mistake(
    "That belongs to the hill e^(−r²) of Section 3. Here the exponent is −r²/2."
)
def _(R):
    return 1 - np.exp(-(R**2))


@proof(
    hints=[
        "Suppose that f(c) > 0 at some c. What does continuity say about f near c?",
        "Near c, f is larger than f(c)/2. How large is the area of that piece at least?",
    ]
)
def zero_area():
    r"""Suppose $f(c) > 0$ for some $c$ in $[a, b]$. Since $f$ is continuous there, some $\delta > 0$ exists with $f(x) > \frac12f(c)$ for
    all $x$ in $[a, b]$ with $\lvert x - c\rvert \le \delta$. These $x$ contain an interval $I$ of a length $\ell > 0$
    (if $c$ is an end of $[a, b]$, at least the part on the inner side). Split the integral at the ends of $I$. The pieces outside $I$ are
    not negative, because $f \ge 0$, so

    $$
    \int_a^b f \;\ge\; \int_I f \;\ge\; \tfrac12 f(c)\,\ell \;>\; 0 ,
    $$

    against the assumption. So there is no such $c$: $f = 0$ everywhere.

    Both conditions are needed. Sine on $[0, 2\pi]$ is continuous with integral 0, but changes sign. And a function that is 1 at a
    single point and 0 elsewhere is nowhere negative and has integral 0, but isn't continuous.
    """


@exercise(
    cases=[(0.5,), (1.0,), (2.0,), (3.0,)],
    hints=[
        "θ stands in the upper limit and inside the sine: each place gives a term.",
        "The limit gives sin(θ · θ). Inside, the slope by θ is x cos(θx).",
        "The integral of x cos(θx) by parts: [x sin(θx)/θ] + [cos(θx)/θ²], from 0 to θ.",
    ],
)
def slope(theta):
    r"""The moving limit adds $\sin(\theta^2)$. Inside, by parts,
    $\int_0^\theta x\cos(\theta x)\,dx = \Big[\frac{x\sin(\theta x)}{\theta}\Big]_0^\theta + \Big[\frac{\cos(\theta x)}{\theta^2}\Big]_0^\theta = \sin(\theta^2) + \frac{\cos(\theta^2) - 1}{\theta^2}$.
    The same follows from $F(\theta) = \frac{1 - \cos(\theta^2)}{\theta}$ by the quotient rule.
    """
    return 2 * np.sin(theta**2) - (1 - np.cos(theta**2)) / theta**2


@slope.mistake(
    "That is the inside alone. The upper limit moves, too, and adds a sliver of height sin(θ²)."
)
def _(theta):
    return np.sin(theta**2) - (1 - np.cos(theta**2)) / theta**2


@slope.mistake(
    "That is the moving limit alone. The sine under the integral changes with θ, too."
)
def _(theta):
    return np.sin(theta**2)


@slope.mistake("That is F(θ) itself. Its derivative is asked for.")
def _(theta):
    return (1 - np.cos(theta**2)) / theta
