"""Exercises of 02-calculus/06-hessian-matrix.ipynb."""

import numpy as np

from utils import numerics
from utils.datasets import load_challenger
from utils.exercises.engine import exercise

_rng = np.random.default_rng(6)


def _product(lam):
    """The map v -> H v for a matrix with these eigenvalues."""
    Q = np.linalg.qr(_rng.normal(size=(len(lam), len(lam))))[0]
    H = Q @ np.diag(lam) @ Q.T
    return lambda v: H @ v


def cubic(p):
    return p[0] ** 3 - 3 * p[0] * p[1] + p[1] ** 3


def growth(p):
    return np.exp(p[0] * p[1]) + p[2]


def wave(p):
    return np.cos(p[0]) + 0.1 * p[0] * p[1]


SADDLE = _product([-1.0, 0.5, 2.0, 5.0])
BOWL = _product([1.0, 3.0, 4.0])
DEEP = _product([-4.0, -1.0, 0.0, 2.0, 3.0])
DESIGN = np.column_stack([np.ones(12), _rng.normal(size=(12, 2))])
COUNTS = _rng.integers(0, 6, size=12)


@exercise(
    rtol=2e-3,
    hints=[
        "The first slope is 2xy − 4y = 2y(x − 2): it vanishes for y = 0 and for x = 2.",
        "The critical points are (0, 0), (4, 0) and (2, 2). The diagonal of H is 2y and 2, "
        "beside it stands 2x − 4.",
        "At the origin take v = (1, 1)/√2, of length 1, and compute v·Hv.",
    ],
)
def by_hand():
    r"""$\nabla f = (2y(x - 2),\; x^2 + 2y - 4x)$ vanishes at $(0, 0)$, $(4, 0)$, $(2, 2)$, and
    $\mathbf{H} = \begin{pmatrix} 2y & 2x - 4 \\ 2x - 4 & 2 \end{pmatrix}$. At the first two its
    determinant is $-16$: saddles. At $(2, 2)$ it is $\mathrm{diag}(4, 2)$: a minimum. At the
    origin, along $(1, 1)/\sqrt2$: $\tfrac12(0 - 4 - 4 + 2) = -3$.
    """
    return 2.0, 2.0, -3.0


by_hand.mistake(
    "The point is right, but (1, 1) has length √2: take the unit vector.",
    answer=(2.0, 2.0, -6.0),
)
by_hand.mistake(
    "The point is right. For the curvature both entries off the diagonal count.",
    answer=(2.0, 2.0, -1.0),
)
by_hand.mistake(
    "The point is right, but that is the curvature there. The question is about the origin.",
    answer=(2.0, 2.0, 3.0),
)


@exercise(
    cases=[
        (cubic, np.array([0.0, 0.0]), np.array([1.0, 1.0])),
        (cubic, np.array([1.0, 1.0]), np.array([3.0, -3.0])),
        (growth, np.array([1.0, 1.5, 2.0]), np.array([1.0, 0.0, 2.0])),
        (wave, np.array([0.3, 2.0]), np.array([2.0, 1.0])),
    ],
    rtol=1e-3,
    hints=[
        "Curvature along a direction is the second derivative of a slice. Divide v by its "
        "length first.",
        "The second difference is f(a + hv) − 2 f(a) + f(a − hv), divided by h².",
        "4.1: h near 1e-4 (up to 1e-3 is fine). Much smaller, and rounding eats it.",
    ],
)
def curvature_along(f, a, v):
    r"""The slice $\varphi(t) = f(\mathbf{a} + t\mathbf{v})$ along the *unit* vector, and its
    second difference with a step near $u^{1/4}$. It equals $\mathbf{v}^\top\mathbf{H}\mathbf{v}$
    at the price of three values, whatever the dimension.
    """
    a, v = np.asarray(a, dtype=float), np.asarray(v, dtype=float)
    step = 3e-4 * v / np.linalg.norm(v)
    return (f(a + step) - 2 * f(a) + f(a - step)) / 3e-4**2


@curvature_along.mistake(
    "You didn't normalize v: a direction twice as long would have four times the curvature."
)
def _(f, a, v):
    h = 3e-4 / np.linalg.norm(v)  # what a good step makes of v, not normalized
    return (f(a + h * v) - 2 * f(a) + f(a - h * v)) / h**2


@curvature_along.mistake(
    "That is the slope along v, the first derivative of the slice."
)
def _(f, a, v):
    step = 1e-5 * v / np.linalg.norm(v)
    return (f(a + step) - f(a - step)) / 2e-5


@curvature_along.mistake(
    "Half of it: the ½ belongs to the second-order model, not to the curvature."
)
def _(f, a, v):
    step = 3e-4 * v / np.linalg.norm(v)
    return (f(a + step) - 2 * f(a) + f(a - step)) / (2 * 3e-4**2)


@exercise(
    cases=[(SADDLE, 4, 6.0), (BOWL, 3, 4.0), (DEEP, 5, 5.0)],
    rtol=1e-5,
    hints=[
        "Which matrix has the same eigenvectors, and an eigenvalue of largest size where H "
        "has its lowest?",
        "bound·I − H has the eigenvalues bound − λ, none negative; the lowest λ is on top.",
        "Iterate v → bound·v − times_H(v), normalized, from a random start; at the end "
        "return v·Hv.",
    ],
)
def lowest_curvature(times_H, d, bound):
    r"""Power iteration on $b\,\mathbf{I} - \mathbf{H}$, whose eigenvalues $b - \lambda_i$ are not
    negative and largest for the lowest $\lambda_i$. The direction it finds leads off a saddle,
    and $\mathbf{v}^\top\mathbf{H}\mathbf{v}$ there is the answer.
    """
    v = np.random.default_rng(0).normal(size=d)
    for _ in range(500):
        v = bound * v - times_H(v)
        v = v / np.linalg.norm(v)
    return v @ times_H(v)


@lowest_curvature.mistake(
    "That is the eigenvalue of largest size, wherever it lies. Shift the matrix so that the "
    "lowest one becomes the largest."
)
def _(times_H, d, bound):
    v = np.random.default_rng(0).normal(size=d)
    for _ in range(500):
        v = times_H(v)
        v = v / np.linalg.norm(v)
    return v @ times_H(v)


@lowest_curvature.mistake(
    "That is the eigenvalue of the shifted matrix, bound − λ. Give λ itself."
)
def _(times_H, d, bound):
    v = np.random.default_rng(0).normal(size=d)
    for _ in range(500):
        v = bound * v - times_H(v)
        v = v / np.linalg.norm(v)
    return bound - v @ times_H(v)


@lowest_curvature.mistake(
    "You shifted by bound·I in the other direction: H + bound·I has its largest eigenvalue "
    "where H has."
)
def _(times_H, d, bound):
    v = np.random.default_rng(0).normal(size=d)
    for _ in range(500):
        v = bound * v + times_H(v)
        v = v / np.linalg.norm(v)
    return v @ times_H(v)


@exercise(
    rtol=0.02,  # two digits
    hints=[
        "The score is a·β with a = (1, 53), and its standard error √(a·Ca) with C the "
        "inverse of the Hessian of the summed loss.",
        "They are 2.738 and 1.713. Go two standard errors down and up, and only then to "
        "probabilities.",
        "σ(2.738 − 2·1.713) and σ(2.738 + 2·1.713).",
    ],
)
def coldest_flight():
    r"""The score at 53 °F is $2.738 \pm 1.713$. Two standard errors down and up, and then
    through the sigmoid. (On that flight two of the six O-rings were damaged.)
    """
    flights = load_challenger()
    T = flights["temperature_f"].astype(float)
    damage = (flights["distressed_orings"] > 0).astype(float)
    A = np.column_stack([np.ones(23), T])
    beta = np.array([15.0429, -0.23216])
    for _ in range(3):  # Newton's steps polish the fit
        p = numerics.sigmoid(A @ beta)
        H = A.T @ (A * (p * (1 - p))[:, None])
        beta = beta + np.linalg.solve(H, A.T @ (damage - p))
    a = np.array([1.0, 53.0])
    score, error = a @ beta, np.sqrt(a @ np.linalg.solve(H, a))
    low, high = numerics.sigmoid(np.array([score - 2 * error, score + 2 * error]))
    return float(low), float(high)


coldest_flight.mistake(
    "That is one standard error to each side; two were asked for.",
    answer=(0.736, 0.988),
)
coldest_flight.mistake(
    "Those are scores. Send both through the sigmoid.", answer=(-0.688, 6.165)
)
coldest_flight.mistake(
    "You used a·Ca itself: that is the square of the standard error, take its root.",
    answer=(0.042, 1.0),
)


@exercise(
    cases=[
        (DESIGN, COUNTS, np.array([0.2, -0.5, 0.3])),
        (DESIGN, np.zeros(12, dtype=int), np.zeros(3)),
        (DESIGN[:5], COUNTS[:5], np.array([1.0, 0.4, -1.2])),
    ],
    hints=[
        "2.6 has the Hessian of any loss of linear scores: you need ℓ''(z) only.",
        "ℓ' = e^z − y, so ℓ'' = e^z. The counts have dropped out.",
        "Scale row i of X by e^{z_i}, multiply by Xᵀ from the left, divide by n.",
    ],
)
def count_hessian(X, y, w):
    r"""$\ell'' = e^z$, so $\mathbf{H} = \frac1n\mathbf{X}^\top\mathrm{diag}(e^{z_i})\,\mathbf{X}$. It is
    semidefinite everywhere, so the loss is convex. But $e^z$ has no bound (unlike
    $p(1 - p) \le \tfrac14$), so no speed limit holds everywhere, unless the data are all zero.
    """
    X = np.asarray(X, dtype=float)
    s = np.exp(X @ w)
    return X.T @ (X * s[:, None]) / len(X)


@count_hessian.mistake(
    "That is the Hessian of the sum. The loss is a mean: divide by n."
)
def _(X, y, w):
    return X.T @ (X * np.exp(X @ w)[:, None])


@count_hessian.mistake(
    "You weighted with ℓ' = e^z − y. The Hessian wants ℓ'', and y drops out."
)
def _(X, y, w):
    return X.T @ (X * (np.exp(X @ w) - y)[:, None]) / len(X)


@count_hessian.mistake("That is least squares: the weights e^z are missing.")
def _(X, y, w):
    return X.T @ X / len(X)


@exercise(
    cases=[(0.5,), (0.1,), (0.9,), (0.8,)],
    hints=[
        "The Hessian at uv = 1 is [[v², 1], [1, u²]] (its corner is 2uv − 1). Determinant?",
        "The determinant is 0, the trace u² + v²: so the eigenvalues are 0 and u² + 1/u².",
        "Put q = u². q + 1/q ≤ 2/η is q² − (2/η) q + 1 ≤ 0: between two roots.",
    ],
)
def held(eta):
    r"""$\mathbf{H} = \begin{pmatrix} v^2 & 2uv - 1 \\ 2uv - 1 & u^2 \end{pmatrix}$ has at $uv = 1$
    the eigenvalues 0 and $u^2 + 1/u^2$: the same product $uv$, any sharpness from 2 up. With
    $q = u^2$, the condition $q + 1/q \le 2/\eta$ holds between the roots
    $q = (1 \pm \sqrt{1 - \eta^2})/\eta$. For $\eta > 1$ there are none: even the flattest
    minimum, $u = v = 1$, is sharper than $2/\eta$.
    """
    root = np.sqrt(1 - eta**2)
    return np.sqrt((1 - root) / eta), np.sqrt((1 + root) / eta)


@held.mistake("Those are bounds for u². Take the root.")
def _(eta):
    root = np.sqrt(1 - eta**2)
    return (1 - root) / eta, (1 + root) / eta


@held.mistake("Right bounds, wrong order: the smallest u comes first.")
def _(eta):
    root = np.sqrt(1 - eta**2)
    return np.sqrt((1 + root) / eta), np.sqrt((1 - root) / eta)


@held.mistake(
    "You bounded u² + 1/u² by 4/η (or forgot to halve in the quadratic formula). The limit "
    "is 2/η."
)
def _(eta):
    root = np.sqrt(4 - eta**2)
    return np.sqrt((2 - root) / eta), np.sqrt((2 + root) / eta)
