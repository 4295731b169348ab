"""Exercises of 01-linear-algebra/01-vectors-and-matrices.ipynb."""

import numpy as np

from utils.datasets import load_wine
from utils.exercises.engine import exercise, proof

ROWS = np.array([[1.0, 1.0], [0.0, 0.0], [40.0, 2.0], [-3.0, 1.0]])
BEHIND = np.array([[-1.0, -2.0], [0.0, 0.0], [-5.0, 1.0]])


@exercise(
    rtol=2e-3,
    hints=[
        "Three numbers are needed: the dot product and the two lengths.",
        "The lengths are 3 and 5, and the dot product is 1·3 + 2·0 + 2·4.",
        "np.degrees(np.arccos(11 / 15)): arccos alone answers in radians.",
    ],
)
def by_hand():
    r"""The dot product is $3 + 0 + 8 = 11$, the lengths are 3 and 5: $\cos\theta = 11/15$."""
    return np.degrees(np.arccos(11 / 15))


by_hand.mistake(
    "That is the angle in radians: multiply by 180/π.", answer=np.arccos(11 / 15)
)
by_hand.mistake(
    "That is the arc sine. The dot product goes with the cosine.",
    answer=np.degrees(np.arcsin(11 / 15)),
)
by_hand.mistake("That is the cosine of the angle: one step is missing.", answer=11 / 15)


@exercise(
    cases=[
        (np.array([4.0, 1.0]), np.array([3.0, 4.0]), -6.0),
        (np.array([0.0, 0.0]), np.array([0.0, -2.0]), 5.0),
        (np.array([1.0, -1.0, 2.0]), np.array([1.0, 2.0, -2.0]), 1.0),
        (np.array([2.0, 0.0]), np.array([3.0, 4.0]), -6.0),
    ],
    hints=[
        "Section 2.8 walks from x to the nearest point of the hyperplane. Keep walking.",
        "The walk to the hyperplane is s along -w/‖w‖, with the signed distance s.",
        "Twice that walk: x - 2 s w/‖w‖, and s = (w·x + b)/‖w‖ brings a second ‖w‖.",
    ],
)
def mirror(x, w, b):
    r"""Walk from $\mathbf{x}$ to its foot on the hyperplane, and as far again on the other
    side: $\mathbf{x} - 2s\,\mathbf{w}/\lVert\mathbf{w}\rVert$ with the signed distance $s$.
    """
    return x - 2 * (w @ x + b) / (w @ w) * w


@mirror.mistake(
    "That is the foot on the hyperplane. The mirror image is as far behind."
)
def _(x, w, b):
    return x - (w @ x + b) / (w @ w) * w


@mirror.mistake(
    "One length of w is missing: w/‖w‖ has one, and the signed distance has another."
)
def _(x, w, b):
    return x - 2 * (w @ x + b) / np.linalg.norm(w) * w


@mirror.mistake("You left out b: that is the mirror through the origin.")
def _(x, w, b):
    return x - 2 * (w @ x) / (w @ w) * w


@exercise(
    cases=[
        (ROWS, np.array([1.0, 2.0])),
        (ROWS, np.array([-1.0, 0.2])),
        (BEHIND, np.array([1.0, 2.0])),
        (BEHIND[[1, 0, 2]], np.array([-4.0, -9.0])),
    ],
    hints=[
        "The smallest angle has the largest cosine, and q's own length doesn't choose.",
        "X @ q divided by the lengths of the rows, np.linalg.norm(X, axis=1).",
        "Start from np.full(len(X), -np.inf) and fill in only rows that aren't zero.",
    ],
)
def closest_by_angle(X, q):
    r"""The largest $\mathbf{x}_i\cdot\mathbf{q} / \lVert\mathbf{x}_i\rVert$ has the smallest angle: the
    length of $\mathbf{q}$ divides all of them and doesn't choose. Zero rows stay at $-\infty$.
    """
    lengths = np.linalg.norm(X, axis=1)
    cosine = np.full(len(X), -np.inf)
    some = lengths > 0
    cosine[some] = X[some] @ q / lengths[some]
    return int(np.argmax(cosine))


@closest_by_angle.mistake(
    "Largest dot product: long rows win that way. Divide by the length of each row."
)
def _(X, q):
    return int(np.argmax(X @ q))


@closest_by_angle.mistake(
    "You found a zero row: 0/0 is NaN, and np.argmax stops at the first NaN it meets."
)
def _(X, q):
    with np.errstate(invalid="ignore"):
        return int(np.argmax(X @ q / np.linalg.norm(X, axis=1)))


@closest_by_angle.mistake(
    "A zero row got the cosine 0, and that wins where all true cosines are negative."
)
def _(X, q):
    lengths = np.linalg.norm(X, axis=1)
    return int(np.argmax(X @ q / np.where(lengths > 0, lengths, 1)))


@exercise(
    rtol=2e-3,
    hints=[
        "means = np.array([X[y == kind].mean(axis=0) for kind in range(3)]).",
        "np.sum((X[:, None] - means) ** 2, axis=2) holds all 178 × 3 squared distances.",
        "Standardize X first and take the means afterwards, from the new X.",
    ],
)
def wine_by_nearest_mean():
    r"""In raw units proline, in hundreds of mg/L, decides nearly alone."""
    X, y = load_wine()
    shares = []
    for rows in [X, (X - X.mean(axis=0)) / X.std(axis=0)]:
        means = np.array([rows[y == kind].mean(axis=0) for kind in range(3)])
        squares = np.sum((rows[:, None] - means) ** 2, axis=2)
        shares.append(np.mean(np.argmin(squares, axis=1) == y))
    return tuple(shares)


wine_by_nearest_mean.mistake(
    "Right numbers, wrong order: first raw, then standardized.",
    answer=(174 / 178, 129 / 178),
)
wine_by_nearest_mean.mistake(
    "You took the mean with the largest dot product. The bias is missing: long means win.",
    answer=(59 / 178, 159 / 178),
)
wine_by_nearest_mean.mistake(
    "You compared angles with the means. The task asks for the nearest, by distance.",
    answer=(121 / 178, 170 / 178),
)


@exercise(
    cases=[
        (np.array([5.0, 3.0]), np.array([4.0, 4.0]), np.array([1.0, 3.0])),
        (
            np.array([1.0, 2.0, 2.0]),
            np.array([2.0, 3.0, 6.0]),
            np.array([0.0, 1.0, 1.0]),
        ),
        (np.array([3.0, 1.0]), np.array([1.0, 1.0]), np.array([4.0, 0.0])),
    ],
    hints=[
        "Set the squared distances of a x from y and from z equal, both written out.",
        "a²‖x‖² cancels, and a is left in one term on each side.",
        "‖y‖² - ‖z‖² = 2a x·y - 2a x·z: solve for a.",
    ],
)
def tipping_strength(x, y, z):
    r"""$-2a\,\mathbf{x}\cdot\mathbf{y} + \lVert\mathbf{y}\rVert^2 = -2a\,\mathbf{x}\cdot\mathbf{z} + \lVert\mathbf{z}\rVert^2$, because
    $a^2\lVert\mathbf{x}\rVert^2$ stands on both sides. Solve for $a$:
    $a = (\lVert\mathbf{y}\rVert^2 - \lVert\mathbf{z}\rVert^2) / (2\,\mathbf{x}\cdot(\mathbf{y} - \mathbf{z}))$.
    """
    return (y @ y - z @ z) / (2 * x @ (y - z))


@tipping_strength.mistake(
    "A factor 2 is missing: the middle term of the box is -2 x·y."
)
def _(x, y, z):
    return (y @ y - z @ z) / (x @ (y - z))


@tipping_strength.mistake("The lengths in the box are squared: y @ y, without a root.")
def _(x, y, z):
    return (np.linalg.norm(y) - np.linalg.norm(z)) / (2 * x @ (y - z))


@tipping_strength.mistake(
    "A sign got lost on the way: y comes first above and below, or z does."
)
def _(x, y, z):
    return (y @ y - z @ z) / (2 * x @ (z - y))


@proof(
    hints=[
        "Suppose that a combination of them is 0. What has to be shown of its coefficients?",
        "Take the dot product of both sides with one of the vectors, say with v_j.",
        "All products of v_j with the others are zero. Which single term is left?",
    ]
)
def perpendicular_are_independent():
    r"""Let $c_1\mathbf{v}_1 + \dots + c_k\mathbf{v}_k = \mathbf{0}$. Take the dot product of both sides with
    one of the vectors, $\mathbf{v}_j$. On the right there is $0$. On the left every term with
    $i \ne j$ vanishes, because $\mathbf{v}_i\cdot\mathbf{v}_j = 0$, and only $c_j\lVert\mathbf{v}_j\rVert^2$ is
    left. So $c_j\lVert\mathbf{v}_j\rVert^2 = 0$, and since $\mathbf{v}_j \ne \mathbf{0}$, its length isn't zero:
    $c_j = 0$. As $j$ was any of them, all coefficients are zero.

    "They point in different directions" would not do: so do $(1, 0)$, $(0, 1)$ and $(1, 1)$,
    which are dependent.
    """


@exercise(
    cases=[
        (np.array([4.0, 1.0]), np.array([3.0, 4.0]), -6.0),
        (np.array([1.0, -1.0, 2.0]), np.array([1.0, -2.0, 0.0]), -5.0),
        (np.array([0.5, 0.5]), np.array([-2.0, 0.0]), 3.0),
    ],
    hints=[
        "With a change d, w·x changes by w·d. Which d with entries of at most ε makes "
        "that largest?",
        "Each entry goes up or down by the whole ε, with the sign of its weight.",
        "So w·x can change by ε(|w₁| + ... + |wₙ|), and it has to change by |w·x + b|.",
    ],
)
def smallest_nudge(x, w, b):
    r"""A change $\mathbf{d}$ with entries of size at most $\varepsilon$ changes $\mathbf{w}\cdot\mathbf{x}$ by
    $\lvert\mathbf{w}\cdot\mathbf{d}\rvert \le \sum_i\lvert w_i\rvert\lvert d_i\rvert \le \varepsilon\sum_i\lvert w_i\rvert$, and reaches this
    with $d_i = \pm\varepsilon$, of the sign of $w_i$ or of its opposite. It has to make up for
    $\mathbf{w}\cdot\mathbf{x} + b$. With many weights of similar size the sum is far larger than
    $\lVert\mathbf{w}\rVert$: many changes that nobody sees add up.
    """
    return abs(w @ x + b) / np.sum(np.abs(w))


@smallest_nudge.mistake(
    "That is the distance from the hyperplane: the whole length of the change is limited "
    "there. Here each entry has a limit of its own, so all can help at once."
)
def _(x, w, b):
    return abs(w @ x + b) / np.linalg.norm(w)


@smallest_nudge.mistake(
    "A nudge has a size, not a sign: take the absolute value of w·x + b."
)
def _(x, w, b):
    return (w @ x + b) / np.sum(np.abs(w))


@smallest_nudge.mistake(
    "You let only the entry with the largest weight move. All of them may."
)
def _(x, w, b):
    return abs(w @ x + b) / np.max(np.abs(w))
