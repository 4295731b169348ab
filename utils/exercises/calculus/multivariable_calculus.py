"""Exercises of 02-calculus/04-multivariable-calculus.ipynb."""

import numpy as np

from utils.datasets import load_diabetes
from utils.exercises.engine import exercise, proof

SCORES = np.array([0.0, np.log(2.0), np.log(3.0)])


@exercise(
    hints=[
        "Row i of J is the gradient of output i.",
        "The first output is xy: its slopes are y along x, and x along y.",
        "J = [[y, x], [2x, -1]]. Put in (2, 3); the determinant is ad - bc.",
    ],
)
def by_hand():
    r"""Row by row: $xy$ has the slopes $(y, x) = (3, 2)$, and $x^2 - y$ has $(2x, -1) = (4, -1)$.
    The determinant is $3 \cdot (-1) - 2 \cdot 4$.
    """
    return np.array([[3.0, 2.0], [4.0, -1.0]]), -11.0


by_hand.mistake(
    "That is the transpose: outputs go in rows, inputs in columns.",
    answer=(np.array([[3.0, 4.0], [2.0, -1.0]]), -11.0),
)
by_hand.mistake(
    "The matrix is right. The determinant is ad - bc, with a minus.",
    answer=(np.array([[3.0, 2.0], [4.0, -1.0]]), 5.0),
)
by_hand.mistake(
    "The matrix is right. Of the determinant you have only the diagonal: subtract bc.",
    answer=(np.array([[3.0, 2.0], [4.0, -1.0]]), -3.0),
)


@exercise(
    cases=[
        (np.array([3.0, 4.0]),),
        (np.array([1.0, 2.0, 2.0]),),
        (np.array([-0.1, 0.2, 0.0, 0.4]),),
    ],
    hints=[
        "Output i is x_i / n with n = ‖x‖. What is the slope of n along x_j?",
        "∂n/∂x_j = x_j / n. Quotient rule, once for i = j and once for i ≠ j.",
        "With u = x/‖x‖: (I − u uᵀ) / ‖x‖.",
    ],
)
def direction_jacobian(x):
    r"""With $n = \lVert\mathbf{x}\rVert$ and $\mathbf{u} = \mathbf{x}/n$ we have $\partial n/\partial x_j = u_j$, so
    $\partial(x_i/n)/\partial x_j$ is $-u_iu_j/n$, plus $1/n$ if $i = j$. Together that is
    $(\mathbf{I} - \mathbf{u}\mathbf{u}^\top)/n$: the projection onto what is perpendicular to $\mathbf{x}$. A step along
    $\mathbf{x}$ changes the length only, so it is sent to zero.
    """
    x = np.asarray(x, dtype=float)
    length = np.linalg.norm(x)
    u = x / length
    return (np.eye(x.size) - np.outer(u, u)) / length


@direction_jacobian.mistake(
    "You held the length fixed. It depends on every x_j, too: a term −u uᵀ is missing."
)
def _(x):
    return np.eye(x.size) / np.linalg.norm(x)


@direction_jacobian.mistake(
    "Almost: divide by the length once more. The longer x, the less a step turns it."
)
def _(x):
    u = x / np.linalg.norm(x)
    return np.eye(x.size) - np.outer(u, u)


@direction_jacobian.mistake("Here x stands where its direction u = x/‖x‖ should.")
def _(x):
    return (np.eye(x.size) - np.outer(x, x)) / np.linalg.norm(x)


@exercise(
    cases=[
        (SCORES, np.array([1.0, 0.0, 0.0])),
        (SCORES, np.array([2.0, -1.0, 0.5])),
        (np.array([1.0, -2.0, 0.5, 0.0]), np.array([0.3, 1.0, -2.0, 4.0])),
    ],
    hints=[
        "What is the slope of log p_i along z_j? The sum contributes −p_j to every output.",
        "J = I − 1 pᵀ. Now transpose it before you multiply by u.",
        "Jᵀu = u − p · (sum of u).",
    ],
)
def log_softmax_vjp(z, u):
    r"""$\partial\log p_i/\partial z_j$ is $-p_j$, plus 1 if $i = j$: $\mathbf{J} = \mathbf{I} - \mathbf{1}\mathbf{p}^\top$. So
    $\mathbf{J}^\top\mathbf{u} = \mathbf{u} - \mathbf{p}\,(\mathbf{1}^\top\mathbf{u})$: a sum and a softmax, no matrix. With
    $\mathbf{u} = -\mathbf{e}_y$ this is the gradient of the cross-entropy, $\mathbf{p} - \mathbf{e}_y$.
    """
    z, u = np.asarray(z, dtype=float), np.asarray(u, dtype=float)
    e = np.exp(z - np.max(z))
    p = e / np.sum(e)
    return u - p * np.sum(u)


@log_softmax_vjp.mistake(
    "That is J u, a change (JVP). The pullback is Jᵀu, and this J isn't symmetric."
)
def _(z, u):
    p = np.exp(z) / np.exp(z).sum()
    return u - p @ u


@log_softmax_vjp.mistake(
    "That is the pullback of softmax. With the logarithm one factor p_i goes away."
)
def _(z, u):
    p = np.exp(z) / np.exp(z).sum()
    return p * u - p * (p @ u)


@log_softmax_vjp.mistake(
    "That holds if u sums to 1. In general every u_i contributes −p_j: multiply by sum(u)."
)
def _(z, u):
    return u - np.exp(z) / np.exp(z).sum()


@exercise(
    rtol=1e-4,
    hints=[
        "Fit at 20, solve for the derivative at 20, and take a step of 5.",
        "dw = -np.linalg.solve(G + 20 * I, w), then w + 5 * dw; the entry is number 4.",
        "The second number is ridge(25.0)[4].",
    ],
)
def ridge_prediction():
    r"""$\mathbf{w} + 5\,d\mathbf{w}/d\lambda$ with $d\mathbf{w}/d\lambda = -(\mathbf{X}^\top\mathbf{X} + 20\,\mathbf{I})^{-1}\mathbf{w}$. The
    tangent goes a little too far: the path bends.
    """
    X, target = load_diabetes()
    X, target = (X - X.mean(axis=0)) / X.std(axis=0), target - target.mean()
    G, c, identity = X.T @ X, X.T @ target, np.eye(10)
    w = np.linalg.solve(G + 20 * identity, c)
    dw = -np.linalg.solve(G + 20 * identity, w)
    refitted = np.linalg.solve(G + 25 * identity, c)
    return float(w[4] + 5 * dw[4]), float(refitted[4])


ridge_prediction.mistake(
    "The sign of the derivative: this prediction walks back toward the penalty 15.",
    answer=(-8.290597609601729, -6.008641889352244),
)
ridge_prediction.mistake(
    "You added the slope itself. It is the change per unit of penalty, and you go 5 units.",
    answer=(-6.795150881156092, -6.008641889352244),
)
ridge_prediction.mistake(
    "The derivative must be taken at 20; you started from the fit at 10.",
    answer=(-0.3649937049798577, -6.008641889352244),
)


@exercise(
    cases=[(0.5, 0.3), (-0.8, 0.6), (0.9, -0.2), (0.0, 0.5)],
    hints=[
        "Differentiate both sides by x. On the right, y depends on x as well.",
        "y' = (1 − tanh²)(a y' + 1), and tanh of the bracket is y itself.",
        "With d = 1 − y²: y' = d (a y' + 1). Solve for y'.",
    ],
)
def slope(a, y):
    r"""Differentiate the equation: $y' = (1 - y^2)(a\,y' + 1)$, since $\tanh(ay + x) = y$. Collect
    $y'$: with $d = 1 - y^2$ it is $d/(1 - a\,d)$. The denominator is positive, because $0 < d \le 1$
    and $\lvert a\rvert < 1$. However many steps the neuron took to settle, its slope needs none of them.
    """
    d = 1 - y**2
    return d / (1 - a * d)


@slope.mistake(
    "You held the y inside tanh fixed. It depends on x, too: a term a·y' is missing."
)
def _(a, y):
    return 1 - y**2


@slope.mistake(
    "A sign: bring a·d·y' to the left, and it is y'(1 − a·d) that stands there."
)
def _(a, y):
    d = 1 - y**2
    return d / (1 + a * d)


@slope.mistake("Only one side was collected: the factor d in front is missing.")
def _(a, y):
    return 1 / (1 - a * (1 - y**2))


@proof(
    hints=[
        "The squared length is wᵀw. What is its derivative by λ?",
        "2 wᵀw'. Put in w' from Section 2.7: what kind of matrix stands between?",
    ]
)
def ridge_shrinks():
    r"""Let $\mathbf{M} = \mathbf{X}^\top\mathbf{X} + \lambda\mathbf{I}$, positive definite for $\lambda > 0$. By the product rule
    and 2.7,

    $$
    \frac{d}{d\lambda}\lVert\mathbf{w}\rVert^2 = 2\,\mathbf{w}^\top\frac{d\mathbf{w}}{d\lambda} = -2\,\mathbf{w}^\top\mathbf{M}^{-1}\mathbf{w} .
    $$

    The inverse of a positive definite matrix is positive definite: its eigenvalues are $1/\mu_i$
    with $\mu_i > 0$, on the same eigenvectors. So the derivative is negative wherever
    $\mathbf{w} \ne \mathbf{0}$. And $\mathbf{w} = \mathbf{M}^{-1}\mathbf{X}^\top\mathbf{y}$ is zero only if $\mathbf{X}^\top\mathbf{y} = \mathbf{0}$.
    A function with a negative derivative on an interval falls strictly there (mean value
    theorem), and with the square the length falls.
    """


@exercise(
    cases=[(0.1,), (0.3,), (0.5,), (1.2,)],
    hints=[
        "Let J be the quarter turn. The field at q is J q; write the whole step as a matrix.",
        "q + ηJ(q + ηJq) = (I + ηJ + η²J²) q, and J² = −I.",
        "((1 − η²) I + ηJ): a turn with a stretch. Its columns have one length.",
    ],
)
def extragradient_factor(eta):
    r"""With the quarter turn $\mathbf{J}$, $\mathbf{J}^2 = -\mathbf{I}$, a step is $\mathbf{I} + \eta\mathbf{J} + \eta^2\mathbf{J}^2 = (1 - \eta^2)\,\mathbf{I} + \eta\mathbf{J}$. Its
    columns are perpendicular, both of length $\sqrt{(1 - \eta^2)^2 + \eta^2} = \sqrt{1 - \eta^2 + \eta^4}$: the
    factor. It is below 1 exactly if $\eta^4 < \eta^2$, that is for $0 < \eta < 1$. Without looking ahead it is
    $\sqrt{1 + \eta^2}$, which is never below 1.
    """
    return np.sqrt((1 - eta**2) ** 2 + eta**2)


@extragradient_factor.mistake(
    "That is the simultaneous step, I + ηJ. Extragradient reads the field at the new point."
)
def _(eta):
    return np.sqrt(1 + eta**2)


@extragradient_factor.mistake(
    "That is only the part along q. The part ηJq is perpendicular to it: add the squares."
)
def _(eta):
    return 1 - eta**2


@extragradient_factor.mistake("That is the square of the factor: take the root.")
def _(eta):
    return (1 - eta**2) ** 2 + eta**2
