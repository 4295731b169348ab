"""Exercises of 02-calculus/02-partial-derivatives.ipynb."""

import numpy as np

from utils.datasets import load_old_faithful
from utils.exercises.engine import exercise, proof

_rng = np.random.default_rng(2)
X_SMALL, Y_SMALL = np.array([1.0, 2.0, 4.0]), np.array([3.0, 3.0, 8.0])
X_MANY, Y_MANY = _rng.normal(size=40), _rng.normal(size=40)
C_MANY = _rng.uniform(0.1, 3.0, size=40)


def saddle(p):
    return p[0] ** 2 - 3 * p[0] * p[1]


def wave(p):
    return np.sin(p[0]) * np.exp(p[1] - p[2])


def product(x, y):
    return x**3 * y**2


def ripple(x, y):
    return np.sin(x * y) + x**4


@exercise(
    rtol=2e-3,
    hints=[
        "First the two partial derivatives at (3, 1). For the one in x, y is a constant.",
        "They are 3 and 6. Which vector of length 1 points along (4, 3)?",
        "(0.8, 0.6). The slope is its dot product with the gradient.",
    ],
)
def by_hand():
    r"""$f_x = y^2 + 2 = 3$ and $f_y = 2xy = 6$ at $(3, 1)$. The unit vector along $(4, 3)$ is
    $(0.8, 0.6)$, so the slope is $3\cdot0.8 + 6\cdot0.6 = 6$. (The steepest possible is
    $\sqrt{45} \approx 6.708$.)
    """
    return 6.0


by_hand.mistake(
    "The direction isn't normalized: (4, 3) has length 5, and so is your slope 5 times "
    "too large.",
    answer=30.0,
)
by_hand.mistake(
    "You added the two partial derivatives: that is the rate along (1, 1), not normalized.",
    answer=9.0,
)
by_hand.mistake(
    "That is the length of the gradient, the steepest slope there is. The question is "
    "about the direction (4, 3).",
    answer=45**0.5,
)


@exercise(
    cases=[
        (saddle, np.array([1, 2]), np.array([3, 4])),
        (saddle, np.array([0.5, -1.0]), np.array([0.0, 2.0])),
        (wave, np.array([0.3, 0.1, -0.4]), np.array([1.0, -2.0, 2.0])),
    ],
    rtol=1e-4,
    hints=[
        "Make v a unit vector u. Then t → f(a + t u) is a function of one number.",
        "Its slope at 0 is nearly (f(a + t u) − f(a − t u)) / (2 t), with t = 1e-5, say.",
    ],
)
def slope_along(f, a, v):
    r"""Divide $\mathbf{v}$ by its length, and the slice $t \mapsto f(\mathbf{a} + t\,\mathbf{u})$
    has one variable: two evaluations, whatever the dimension. Dividing makes floats, so
    integers do no harm.
    """
    u = v / np.linalg.norm(v)
    t = 1e-5
    return (f(a + t * u) - f(a - t * u)) / (2 * t)


@slope_along.mistake(
    "Right for unit vectors only. Per unit of distance means: divide v by its length first."
)
def _(f, a, v):
    t = 1e-5
    return (f(a + t * v) - f(a - t * v)) / (2 * t)


@slope_along.mistake("Twice too large: from a − t u to a + t u it is a distance of 2t.")
def _(f, a, v):
    u = v / np.linalg.norm(v)
    t = 1e-5
    return (f(a + t * u) - f(a - t * u)) / t


@exercise(
    cases=[
        (2.0, 1.0, X_SMALL, Y_SMALL, np.array([1.0, 1.0, 4.0])),
        (-0.5, 0.3, X_MANY, Y_MANY, C_MANY),
        (0.0, 0.0, X_MANY, Y_MANY, 10 * C_MANY),
    ],
    hints=[
        "The weights are constants: each term of the sum keeps its own factor cᵢ.",
        "With r = w x + b − y: the weighted sums of r x and of r, divided by what?",
        "By the sum of the weights.",
    ],
)
def weighted_gradient(w, b, x, y, c):
    r"""As in 2.2, each square gives $2r_ix_i$ or $2r_i$, and the half cancels the 2. The
    weights stay in front: $\partial_wL = \sum c_ir_ix_i/\sum c_i$ and
    $\partial_bL = \sum c_ir_i/\sum c_i$. With equal weights these are the plain averages.
    """
    r = w * x + b - y
    return np.sum(c * r * x) / np.sum(c), np.sum(c * r) / np.sum(c)


@weighted_gradient.mistake("Twice too large: the ½ in L cancels the 2 of the square.")
def _(w, b, x, y, c):
    r = w * x + b - y
    return 2 * np.sum(c * r * x) / np.sum(c), 2 * np.sum(c * r) / np.sum(c)


@weighted_gradient.mistake(
    "You divided by the number of points; the loss divides by the sum of the weights."
)
def _(w, b, x, y, c):
    r = w * x + b - y
    return np.mean(c * r * x), np.mean(c * r)


@weighted_gradient.mistake(
    "The sign is turned round: the residual here is predicted minus observed."
)
def _(w, b, x, y, c):
    r = y - w * x - b
    return np.sum(c * r * x) / np.sum(c), np.sum(c * r) / np.sum(c)


@exercise(
    rtol=2e-3,
    hints=[
        "You need the gradient at (12, 36), and the way from there to the best line.",
        "On the map of (w, b) the arrow is −(∂L/∂w / c², ∂L/∂b). When is it parallel to "
        "the way (m, k)?",
        "When (∂L/∂w / c²) / (∂L/∂b) = m / k. Solve for c.",
    ],
)
def matching_unit():
    r"""The arrow $-(\partial_wL/c^2, \partial_bL)$ is parallel to the way $(m, k)$ to the best
    line if $c^2 = \partial_wL\,k / (\partial_bL\,m)$. From $(12, 36)$ that is another unit
    than from $(10, 30)$, where it is 4.2 minutes: no unit is best everywhere.
    """
    data = load_old_faithful()
    x, y = data["eruption_min"], data["waiting_min"]
    r = 12 * x + 36 - y
    g = np.mean(r * x), np.mean(r)
    m, k = np.polyfit(x, y, 1) - [12, 36]
    return float(np.sqrt(g[0] * k / (g[1] * m)))


matching_unit.mistake(
    "That is c². A step changes w' by a factor 1/c less, and w = w'/c by another.",
    answer=matching_unit._solution() ** 2,
)
matching_unit.mistake(
    "Upside down: a larger unit makes the arrow's w-part smaller, by 1/c².",
    answer=1 / matching_unit._solution(),
)
matching_unit.mistake(
    "That is the unit for the start (10, 30). The question is about (12, 36).",
    answer=4.166,
)


@exercise(
    cases=[
        (np.array([3.0, 4.0]), np.array([1.0, 1.0])),
        (np.array([3.0, 4.0]), np.array([2.0, 0.5])),
        (np.array([-1.0, 0.0, 5.0]), np.array([10.0, 1.0, 0.1])),
    ],
    hints=[
        "Give the fractions a name: uⱼ = vⱼ / sⱼ. The budget is then that u has length 1.",
        "In u, the prediction is Σ gⱼ sⱼ uⱼ: the dot product of u with (g₁s₁, g₂s₂, …).",
        "So u is minus that vector divided by its length. Go back to v = s u.",
    ],
)
def steepest_in_units(g, s):
    r"""With $u_j = v_j/s_j$ the budget says $\lVert\mathbf{u}\rVert = 1$, and
    $\mathbf{g}^\top\mathbf{v} = \sum_j g_js_ju_j$. By Cauchy–Schwarz the best $\mathbf{u}$ is
    minus the vector of the $g_js_j$, divided by its length; then $v_j = s_ju_j$. So
    $\mathbf{v}$ is proportional to $-s_j^2g_j$: the square of the unit, as in 2.9.
    """
    u = -g * s / np.linalg.norm(g * s)
    return s * u


@steepest_in_units.mistake("That is u, the answer in the new units. Go back: v = s u.")
def _(g, s):
    return -g * s / np.linalg.norm(g * s)


@steepest_in_units.mistake(
    "This goes up. The prediction g·v should be as low as possible."
)
def _(g, s):
    return s * (g * s) / np.linalg.norm(g * s)


@steepest_in_units.mistake(
    "That is the answer for the plain length. Here the knobs have different units s."
)
def _(g, s):
    return -g / np.linalg.norm(g)


@proof(
    hints=[
        "What is the function on the two axes? That gives both partial derivatives.",
        "If it were differentiable, which plane would it be, and what would ρ(h) be?",
        "Look at ρ(h) divided by the length of h on the diagonal h = (t, t).",
    ]
)
def no_plane():
    r"""**Continuous:** $\lvert xy\rvert \le x^2 + y^2$, because $\lvert x\rvert$ and
    $\lvert y\rvert$ are at most $\lVert(x, y)\rVert$. So
    $0 \le \sqrt{\lvert xy\rvert} \le \lVert(x, y)\rVert$, which tends to 0.

    **Partial derivatives:** on both axes the function is constantly 0, so both slices have
    derivative 0 at the origin, and the gradient is $\mathbf{0}$.

    **Not differentiable:** a vector $\mathbf{g}$ as in 2.3 would have to be the gradient, so
    $\rho(\mathbf{h}) = \sqrt{\lvert h_1h_2\rvert} - 0 - 0$. For $\mathbf{h} = (t, t)$ with
    $t \ne 0$ this is $\lvert t\rvert$, while $\lVert\mathbf{h}\rVert = \sqrt2\,\lvert t\rvert$.
    The quotient is $1/\sqrt2$ for every $t$, and doesn't tend to 0. $\blacksquare$

    (To argue "the partial derivatives aren't continuous, hence it isn't differentiable"
    would be wrong: continuity is sufficient, not necessary.)
    """


@exercise(
    cases=[(product, 1.0, 2.0), (product, -1.5, 0.5), (ripple, 0.7, 0.4)],
    rtol=5e-4,
    hints=[
        "f_x at (a, b + h) minus f_x at (a, b − h), divided by 2h, and f_x itself is such a "
        "quotient.",
        "Put one into the other: four values of f at the corners of a square, with signs "
        "+, −, −, +.",
        "Divide by 4h². Rounding is divided by h², too: h = 1e-4 is about right, 1e-8 not.",
    ],
)
def mixed_partial(f, a, b):
    r"""A central difference in $y$ of a central difference in $x$: the second difference over
    a square with sides $2h$, divided by $4h^2$. Exchange the two, and the same four values
    appear: that is the idea of the proof of Schwarz's theorem. Errors of rounding, about
    $10^{-16}$, are divided by $h^2$, so $h$ must not be too small.
    """
    h = 1e-4
    right = f(a + h, b + h) - f(a + h, b - h)
    left = f(a - h, b + h) - f(a - h, b - h)
    return (right - left) / (4 * h**2)


@mixed_partial.mistake("Four times too large: each of the two distances is 2h, not h.")
def _(f, a, b):
    h = 1e-4
    right = f(a + h, b + h) - f(a + h, b - h)
    left = f(a - h, b + h) - f(a - h, b - h)
    return (right - left) / h**2


@mixed_partial.mistake(
    "That is f_xx, twice in the same direction. Move x by ±h and y by ±h."
)
def _(f, a, b):
    h = 1e-4
    return (f(a + h, b) - 2 * f(a, b) + f(a - h, b)) / h**2
