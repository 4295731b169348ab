"""Exercises of 02-calculus/03-chain-rule.ipynb."""

import numpy as np

from utils.datasets import load_challenger
from utils.exercises.engine import exercise

_rng = np.random.default_rng(3)
ROWS, INDEX = _rng.normal(size=(6, 2)), np.array([0, 3, 3, 1, 3, 0])


@exercise(
    hints=[
        "First forward: u = 3, v = 6, f = 36. Then the last step first.",
        "The step f = v² sends 2v = 12 back to v, and v = a u sends to a and to u.",
        "a is used twice: in v = a u, and in u = a + b.",
    ],
)
def by_hand():
    r"""Forward: $u = 3$, $v = 6$, $f = 36$. Backward: $\bar v = 2v = 12$; from $v = au$
    come $12\cdot u = 36$ to $a$ and $\bar u = 12\cdot a = 24$; from $u = a + b$ come 24 to
    $a$ and 24 to $b$. So $\bar a = 36 + 24 = 60$ and $\bar b = 24$.
    """
    return 60.0, 24.0


by_hand.mistake(
    "Your adjoint of a has only the message from v = a u. a is used once more, in u = a + b.",
    answer=(36.0, 24.0),
)
by_hand.mistake(
    "Your adjoint of a has only the message that came through u. v = a u uses a as well.",
    answer=(24.0, 24.0),
)
by_hand.mistake(
    "The step f = v² has the slope 2v, which is 12 here: you sent v itself back.",
    answer=(30.0, 12.0),
)


@exercise(
    cases=[
        ((6.0, 1.0), (2.0, 0.0)),
        ((1.0, 0.0), (4.0, 1.0)),
        ((3.0, -2.0), (-5.0, 0.5)),
        ((0.0, 1.0), (0.1, 7.0)),
    ],
    hints=[
        "With q = v/w: the product rule on q w = v gives q' w + q w' = v'.",
        "Solve that for q'.",
    ],
)
def divide(v, w):
    r"""From $q\,w = v$ follows $\dot q\,w + q\,\dot w = \dot v$, hence
    $\dot q = (\dot v - q\,\dot w)/w$: the quotient rule, with the quotient used again.
    """
    q = v[0] / w[0]
    return q, (v[1] - q * w[1]) / w[0]


@divide.mistake("The tangents don't divide by themselves: v/w depends on both values.")
def _(v, w):
    with np.errstate(divide="ignore", invalid="ignore"):
        return v[0] / w[0], np.divide(v[1], w[1])


@divide.mistake("Check the sign: a growing denominator makes the quotient smaller.")
def _(v, w):
    q = v[0] / w[0]
    return q, (v[1] + q * w[1]) / w[0]


@divide.mistake("You treated w as a constant: its tangent must enter, too.")
def _(v, w):
    return v[0] / w[0], v[1] / w[0]


@exercise(
    cases=[
        (ROWS, INDEX, 4),
        (ROWS, INDEX, 7),
        (ROWS[:3], np.array([2, 1, 0]), 3),
        (np.ones((4, 3)), np.zeros(4, dtype=int), 2),
    ],
    hints=[
        "A row that is looked up three times reaches three rows of the result: their "
        "adjoints add up.",
        "Start with zeros of shape (m, k) and go through the words one by one with +=.",
        "np.add.at(z, index, g) is that loop; z[index] += g is not.",
    ],
)
def lookup_adjoint(g, index, m):
    r"""Row $i$ of the table is copied to every place $k$ with `index[k]` equal to $i$, so
    its adjoint is the sum of the adjoints there, and zero if the word never occurs.
    `z[index] += g` reads all rows first and writes them afterward: of repeated words only
    the last survives. `np.add.at` adds one by one.
    """
    z = np.zeros((m, g.shape[1]))
    np.add.at(z, index, g)
    return z


@lookup_adjoint.mistake(
    "Where a word repeats, only its last adjoint survives. Copied there, summed back: and "
    "z[index] += g doesn't add repeated rows; np.add.at does."
)
def _(g, index, m):
    z = np.zeros((m, g.shape[1]))
    z[index] = g
    return z


@lookup_adjoint.mistake(
    "You looked up once more. The way back puts g[k] to row index[k]."
)
def _(g, index, m):
    return np.resize(g[index % len(g)], (m, g.shape[1]))


@exercise(
    rtol=3e-3,
    hints=[
        "The chain has three links now: from °C to °F to score to risk.",
        "At each flight the slope is p(1 − p) times 0.2322 times 1.8.",
        "Compute that at all 23 temperatures, then take the mean.",
    ],
)
def per_celsius():
    r"""One more link: $dp/dC = \frac{dp}{dz}\,\frac{dz}{dT}\,\frac{dT}{dC}
    = p(1-p)\,\beta_1\cdot1.8$, taken at every flight and averaged. Statisticians call it an
    average marginal effect.
    """
    T = load_challenger()["temperature_f"]
    p = 1 / (1 + np.exp(-(15.0429 - 0.2322 * T)))
    return np.mean(p * (1 - p) * 0.2322 * 1.8)


per_celsius.mistake(
    "That is per degree Fahrenheit. A degree Celsius is larger: one more link in the chain.",
    answer=0.0329116,
)
per_celsius.mistake(
    "That is the slope of the score. The step from the score to the risk is missing.",
    answer=0.2322 * 1.8,
)


@per_celsius.mistake(
    "That is the slope at the mean temperature. The mean of the slopes is asked for, and the "
    "slope isn't linear."
)
def _():
    T = load_challenger()["temperature_f"].mean()
    p = 1 / (1 + np.exp(-(15.0429 - 0.2322 * T)))
    return p * (1 - p) * 0.2322 * 1.8


@exercise(
    cases=[
        (0.0, 1),
        (2.0, 1),
        (2.0, -1),
        (-3.5, 1),
        (-1.0, -1),
        (np.array([-4.0, 0.5, 6.0]), np.array([1.0, -1.0, -1.0])),
    ],
    hints=[
        "Three links: log, then 1 + e^(...), then −yz with the slope −y.",
        "You get −y e^(−yz) / (1 + e^(−yz)). Divide numerator and denominator by e^(−yz).",
    ],
)
def margin_slope(z, y):
    r"""$\frac{dL}{dz} = \frac{1}{1 + e^{-yz}}\cdot e^{-yz}\cdot(-y)
    = \frac{-y}{1 + e^{yz}} = -y\,\sigma(-yz)$. It is near $-y$ where the sign of $z$ is
    wrong, and near 0 where it is right: for $y = 1$ it equals $p - 1$, as in Section 5.
    """
    return -y / (1 + np.exp(y * z))


@margin_slope.mistake("The innermost link −yz has the slope −y: the sign is missing.")
def _(z, y):
    return y / (1 + np.exp(y * z))


@margin_slope.mistake(
    "That is −y σ(yz): largest where the model is right. Which exponential stands above?"
)
def _(z, y):
    return -y / (1 + np.exp(-y * z))


@margin_slope.mistake("The innermost link −yz has the slope −y, not −1.")
def _(z, y):
    return -1 / (1 + np.exp(y * z))


@exercise(
    cases=[(2.0, 6), (2.0, 1), (9.0, 2), (0.5, 3), (100.0, 10), (3.0, 0)],
    hints=[
        "The start r = 1 doesn't depend on a, so its tangent is 0; that of a is 1.",
        "The quotient a/r has the tangent (1 − (a/r)·r')/r, as in Exercise 2.",
        "Update r and its tangent together, from the old values of both.",
    ],
)
def newton_root(a, steps):
    r"""Every line gets its tangent: with $\dot a = 1$, $a/r$ changes by $(1 - (a/r)\,\dot
    r)/r$. Both are updated from the old values. The derivative of the program after few
    steps isn't $1/(2\sqrt a)$, but it converges to it: after one step it is $\tfrac12$,
    whatever $a$ is.
    """
    r, dr = 1.0, 0.0
    for _ in range(steps):
        r, dr = (r + a / r) / 2, (dr + (1 - a / r * dr) / r) / 2
    return r, dr


@newton_root.mistake(
    "That is the derivative of the exact root at your r. Asked for is that of the program "
    "after so many steps: carry the tangent through the loop."
)
def _(a, steps):
    r = 1.0
    for _ in range(steps):
        r = (r + a / r) / 2
    return r, 1 / (2 * r)


@newton_root.mistake(
    "You changed r first and then used the new r for its tangent. Both come from the old r: "
    "update them together."
)
def _(a, steps):
    r, dr = 1.0, 0.0
    for _ in range(steps):
        r = (r + a / r) / 2
        dr = (dr + (1 - a / r * dr) / r) / 2
    return r, dr


@newton_root.mistake(
    "You treated r as a constant in a/r. It changes with a too, from the second step on."
)
def _(a, steps):
    r, dr = 1.0, 0.0
    for _ in range(steps):
        r, dr = (r + a / r) / 2, (dr + 1 / r) / 2
    return r, dr
