"""Exercises of 01-linear-algebra/03-linear-systems.ipynb."""

import numpy as np

from utils import linalg
from utils.datasets import expand, load_titanic
from utils.exercises.engine import exercise, proof

SWAP = np.array([[0.0, 1.0], [1.0, 0.0]])
CYCLE = np.array([[0.0, 2.0, 0.0], [0.0, 0.0, 3.0], [4.0, 0.0, 0.0]])
BY_HAND = np.array([[1.0, 2.0, 1.0], [2.0, 6.0, 1.0], [1.0, 1.0, 4.0]])
PAIRS = np.array([[0, 1, 0, 0], [2, 0, 0, 0], [0, 0, 0, 3], [0, 0, 5, 0.0]])
FOUR = np.array([[0, 0, 1, 2], [0, 3, 1, 0], [5, 1, 0, 0], [1, 0, 0, 7.0]])
NEGATIVE = np.array([[-3.0, 1.0], [0.0, 2.0]])
SINGULAR = np.array([[1.0, 2.0], [2.0, 4.0]])
RANK_TWO = np.array([[1, 2, 3, 4], [2, 4, 7, 9], [3, 6, 10, 13.0]])
TALL = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])

_rng = np.random.default_rng(1)
_X = _rng.normal(size=(12, 3))
_y = _X @ [1.0, -2.0, 0.5] + 0.3 * _rng.normal(size=12)
INVERSE = np.linalg.inv(_X.T @ _X)
WEIGHTS = INVERSE @ _X.T @ _y


@exercise(
    rtol=5e-3,
    hints=[
        "Which multiple of the first row clears the 6? It goes into L.",
        "L is [[1, 0], [3, 1]] and U is [[2, 1], [0, 5]]. First solve L y = b.",
        "y is (5, 10). Now U x = y, from the bottom.",
    ],
)
def by_hand():
    r"""The multiplier is $\ell = 6/2 = 3$, so $\mathbf{U}$ has the rows $(2, 1)$ and $(0, 5)$. Forward:
    $\mathbf{y} = (5, 25 - 3\cdot5) = (5, 10)$. Back: $x_2 = 10/5 = 2$ and $x_1 = (5 - 2)/2 = 1.5$.
    """
    return 1.5, 2.0


by_hand.mistake(
    "You solved U x = b. The right side has to be eliminated, too: first L y = b.",
    answer=(0.0, 5.0),
)
by_hand.mistake(
    "Look at the sign of the multiplier: the second entry of y is 25 − 3 · 5.",
    answer=(-1.5, 8.0),
)
by_hand.mistake(
    "That is y, the solution of L y = b. U x = y is still to be solved.",
    answer=(5.0, 10.0),
)


@exercise(
    cases=[(BY_HAND,), (SWAP,), (NEGATIVE,), (CYCLE,), (PAIRS,), (FOUR,), (SINGULAR,)],
    hints=[
        "The product of the diagonal of U, up to a sign. What decides the sign?",
        "Count how many exchanges of two rows bring perm into the order 0, 1, 2, …",
        "Put 0 into place 0 by one exchange if it isn't there, then 1 into place 1, …",
    ],
)
def determinant(A):
    r"""The product of the pivots, times $-1$ for each exchange of two rows that sorts `perm`."""
    perm, _, U = linalg.lu(A)
    perm, value = list(perm), np.prod(np.diag(U))
    for i in range(len(perm)):
        if perm[i] != i:
            j = perm.index(i)
            perm[i], perm[j] = perm[j], perm[i]
            value = -value
    return value


@determinant.mistake(
    "The size is right. Each exchange of two rows flips the sign: count them in perm."
)
def _(A):
    return np.prod(np.diag(linalg.lu(A)[2]))


@determinant.mistake(
    "You flipped the sign once for each row that moved. Three rows that change places "
    "in a circle take only two exchanges."
)
def _(A):
    perm, _, U = linalg.lu(A)
    moved = np.sum(perm != np.arange(len(perm)))
    return np.prod(np.diag(U)) * (-1) ** moved


@determinant.mistake(
    "That is the size of the determinant, always positive. Keep the signs of the pivots, "
    "and flip the sign at each exchange."
)
def _(A):
    return abs(np.prod(np.diag(linalg.lu(A)[2])))


@exercise(
    cases=[
        (BY_HAND, np.array([2.0, 7.0, -2.0])),
        (SINGULAR, np.array([3.0, 6.0])),
        (SINGULAR, np.array([3.0, 5.0])),
        (RANK_TWO, np.array([4.0, 9.0, 13.0])),
        (RANK_TWO, np.array([4.0, 9.0, 14.0])),
        (TALL, np.array([1.0, 2.0, 3.0])),
        (TALL, np.array([1.0, 2.0, 4.0])),
        (np.zeros((2, 2)), np.array([0.0, 0.0])),
        (np.zeros((2, 2)), np.array([0.0, 1.0])),
    ],
    hints=[
        "Put b beside A as one more column. What would a pivot in that column say?",
        "A pivot in the column of b is an equation 0 = 1: no solution.",
        "Otherwise count the pivots of A: are there as many as columns?",
    ],
)
def count_solutions(A, b):
    r"""Eliminate on $\mathbf{A}$ with $\mathbf{b}$ as one more column. A pivot in that column is the
    equation $0 = 1$: no solution. Otherwise there is one, and it is the only one exactly
    when no column of $\mathbf{A}$ is free.
    """
    n = A.shape[1]
    pivots = linalg.rref(np.column_stack([A, b]))[1]
    if n in pivots:
        return 0
    return 1 if len(pivots) == n else np.inf


@count_solutions.mistake(
    "You counted equations and unknowns. Rows may repeat or contradict each other: "
    "what counts is the rank."
)
def _(A, b):
    m, n = A.shape
    return 1 if m == n else (np.inf if m < n else 0)


@count_solutions.mistake(
    "You looked at A alone. With dependent rows it is b that decides between none and "
    "infinitely many."
)
def _(A, b):
    return 1 if len(linalg.rref(A)[1]) == A.shape[1] else np.inf


@count_solutions.mistake(
    "Without n pivots you always said 0. Dependent rows are harmless if b repeats what "
    "they repeat."
)
def _(A, b):
    n = A.shape[1]
    pivots = linalg.rref(np.column_stack([A, b]))[1]
    return 1 if pivots == tuple(range(n)) else 0


@exercise(
    rtol=1e-3,
    hints=[
        "Build the columns in two loops and call np.linalg.matrix_rank.",
        "The eight pairs add up to any class, to any age and to the intercept.",
        "Count the pairs that somebody aboard has. What does sex add to them?",
    ],
)
def titanic_pairs():
    r"""Classes, ages and the intercept are sums of pairs, so they add nothing to them. There
    were no children in the crew, so one pair is a column of zeros, and seven are left, which
    are independent. One column of sex adds one more; the other is the intercept minus it.
    """
    people = expand(load_titanic())
    levels = {f: np.unique(people[f]) for f in ("class", "sex", "age")}
    columns = [np.ones(len(people["class"]))]
    columns += [people[f] == level for f in levels for level in levels[f]]
    for c in levels["class"]:
        columns += [
            (people["class"] == c) & (people["age"] == a) for a in levels["age"]
        ]
    X = np.column_stack(columns).astype(float)
    rank = int(np.linalg.matrix_rank(X))
    return rank, X.shape[1] - rank


titanic_pairs.mistake(
    "Nearly: either the two numbers are in the wrong order, or you counted a pair that "
    "nobody aboard has. Look for a column of zeros.",
    answer=(9, 8),
)
titanic_pairs.mistake(
    "The rank is right. Rank and dimension of the null space add up to the number of "
    "columns, not of rows.",
    answer=(8, 2193),
)
titanic_pairs.mistake(
    "That is the rank of the nine columns of Section 5.2. The pairs add to it.",
    answer=(6, 11),
)


@proof(
    hints=[
        "One direction takes a single multiplication. Start with that.",
        "For the other: multiply AᵀA x = 0 by xᵀ from the left.",
        "xᵀAᵀA x is the squared length of A x.",
    ]
)
def same_null_space():
    r"""If $\mathbf{A}\mathbf{x} = \mathbf{0}$, then $\mathbf{A}^\top\mathbf{A}\mathbf{x} = \mathbf{A}^\top\mathbf{0} = \mathbf{0}$. If $\mathbf{A}^\top\mathbf{A}\mathbf{x} = \mathbf{0}$,
    multiply by $\mathbf{x}^\top$: $0 = \mathbf{x}^\top\mathbf{A}^\top\mathbf{A}\mathbf{x} = (\mathbf{A}\mathbf{x})^\top(\mathbf{A}\mathbf{x}) = \lVert\mathbf{A}\mathbf{x}\rVert^2$, and only the zero vector has
    length 0. So $\mathbf{A}\mathbf{x} = \mathbf{0}$.

    "Cancel $\mathbf{A}^\top$" is no proof: $\mathbf{A}^\top$ may send other vectors to zero. What saves the argument
    is that $\mathbf{A}\mathbf{x}$ is in the column space of $\mathbf{A}$, which is perpendicular to all of those.

    Since both matrices have as many columns, rank–nullity gives them the same rank.
    """


@exercise(
    cases=[
        (INVERSE, WEIGHTS, _X[0], _y[0]),
        (INVERSE, WEIGHTS, _X[5], _y[5]),
        (INVERSE, WEIGHTS, _X[11], _y[11]),
    ],
    hints=[
        "Forgetting a row takes x xᵀ away: u = −x and v = x.",
        "With h = xᵀB x, first show that the new inverse sends x to B x / (1 − h).",
        "As in Section 5, the weights move along B x, by a multiple of y − xᵀw.",
    ],
)
def forget(B, w, x, y):
    r"""Let $h = \mathbf{x}^\top\mathbf{B}\mathbf{x}$. With $\mathbf{u} = -\mathbf{x}$ and $\mathbf{v} = \mathbf{x}$ the new inverse is
    $\mathbf{B}' = \mathbf{B} + \mathbf{B}\mathbf{x}\mathbf{x}^\top\mathbf{B}/(1 - h)$, and $\mathbf{B}'\mathbf{x} = \mathbf{B}\mathbf{x}\,(1 + h/(1 - h)) = \mathbf{B}\mathbf{x}/(1 - h)$.
    Write $\mathbf{A}$ for $\mathbf{X}^\top\mathbf{X}$. The new right side is
    $\mathbf{A}\mathbf{w} - y\,\mathbf{x} = (\mathbf{A} - \mathbf{x}\mathbf{x}^\top)\mathbf{w} - \mathbf{x}\,(y - \mathbf{x}^\top\mathbf{w})$; multiply by $\mathbf{B}'$:

    $$
    \mathbf{w}' = \mathbf{w} - \frac{\mathbf{B}\mathbf{x}}{1 - h}\,(y - \mathbf{x}^\top\mathbf{w}) .
    $$

    It fails only for $h = 1$: then no other row tells anything about some direction.
    """
    h = x @ B @ x
    return w - B @ x * (y - x @ w) / (1 - h)


@forget.mistake(
    "The row is taken away: with u = −x the denominator is 1 − h, not 1 + h."
)
def _(B, w, x, y):
    return w - B @ x * (y - x @ w) / (1 + x @ B @ x)


@forget.mistake(
    "Your weights learn the row a second time. To forget it, move the other way, and "
    "mind the denominator."
)
def _(B, w, x, y):
    return w + B @ x * (y - x @ w) / (1 + x @ B @ x)


@forget.mistake(
    "Almost: you used the old inverse. The new one sends x to B x / (1 − h)."
)
def _(B, w, x, y):
    return w - B @ x * (y - x @ w)
