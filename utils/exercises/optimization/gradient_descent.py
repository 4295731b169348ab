"""Exercises of 05-optimization/03-gradient-descent.ipynb."""

import numpy as np

from utils.datasets import load_hubble_1929
from utils.exercises.engine import exercise

BOWL = np.diag([1.0, 9.0])
TILTED = np.array([[3.0, 1.0], [1.0, 2.0]])
DEEP = np.diag([1.0, 5.0, 20.0])
X_SMALL, Y_SMALL = np.array([1.0, 2.0, 4.0, 5.0]), np.array([1.0, 3.0, 2.0, 6.0])
X_FAR, Y_FAR = np.array([90.0, 95.0, 100.0]), np.array([-1.0, 0.5, 4.0])


def bowl_gradient(theta):
    return BOWL @ theta


def deep_gradient(theta):
    return DEEP @ theta


def logcosh_gradient(theta):
    return np.tanh(theta)


@exercise(
    rtol=1e-3,
    hints=[
        "The gradient of f is (4x, y).",
        "Each coordinate has its own factor: 1 - 0.3·4 for x and 1 - 0.3·1 for y.",
    ],
)
def two_steps():
    r"""The gradient is $(4x, y)$, so a step with $\eta = 0.3$ multiplies $x$ by
    $1 - 1.2 = -0.2$ and $y$ by $1 - 0.3 = 0.7$: $(1, 4) \to (-0.2, 2.8) \to (0.04, 1.96)$.
    The steep coordinate jumps across the minimum and still closes in, fast.
    """
    return 0.04, 1.96


two_steps.mistake(
    "That is where one step leads. Take the gradient again, there, and step once more.",
    answer=(-0.2, 2.8),
)
two_steps.mistake(
    "You went uphill: the step is minus η times the gradient.",
    answer=(4.84, 6.76),
)
two_steps.mistake(
    "The derivative of ½·4x² is 4x, not x.",
    answer=(0.49, 1.96),
)


@exercise(
    cases=[
        (BOWL, np.array([9.0, 1.0]), 3),
        (TILTED, np.array([1.0, -2.0]), 4),
        (DEEP, np.array([1.0, 1.0, 1.0]), 6),
    ],
    hints=[
        "The minimum is at 0, so the gradient at x is g = H x, and the step is g·g / g·Hg.",
        "Compute g afresh at every step, and store a copy of every point, the start too.",
    ],
)
def exact_descent(H, x0, steps):
    r"""At every step the gradient is $\mathbf{g} = \mathbf{H}\mathbf{x}$ and the lowest point
    along $-\mathbf{g}$ is reached with
    $\eta = \mathbf{g}^\top\mathbf{g} / \mathbf{g}^\top\mathbf{H}\mathbf{g}$: there the new
    gradient $\mathbf{g} - \eta\mathbf{H}\mathbf{g}$ is perpendicular to $\mathbf{g}$.
    `x = x - eta * g` makes a new array each time, so the path holds no views.
    """
    x, path = x0, [x0]
    for _ in range(steps):
        g = H @ x
        eta = (g @ g) / (g @ H @ g)
        x = x - eta * g
        path.append(x)
    return np.array(path)


@exact_descent.mistake(
    "Your step is upside down: g·g stands above g·Hg. Check it where H is λ times the "
    "identity: the step must be 1/λ."
)
def _(H, x0, steps):
    x, path = x0, [x0]
    for _ in range(steps):
        g = H @ x
        x = x - (g @ H @ g) / (g @ g) * g
        path.append(x)
    return np.array(path)


@exact_descent.mistake(
    "The steps look right, but the start belongs to the path: it has steps + 1 rows."
)
def _(H, x0, steps):
    x, path = x0, []
    for _ in range(steps):
        g = H @ x
        x = x - (g @ g) / (g @ H @ g) * g
        path.append(x)
    return np.array(path)


@exact_descent.mistake(
    "All rows of your path are equal: x -= ... changes the array that you stored. Store a "
    "copy, or write x = x - ..."
)
def _(H, x0, steps):
    x = x0.copy()
    path = [x]
    for _ in range(steps):
        g = H @ x
        x -= (g @ g) / (g @ H @ g) * g
        path.append(x)
    return np.array(path)


@exercise(
    cases=[(X_SMALL, Y_SMALL), (X_FAR, Y_FAR)],
    hints=[
        "With z = (x - m)/s and start 0, one step of size 1 is minus the gradient at 0: "
        "(mean of y, mean of z·y).",
        "Put z = (x - m)/s into a + c·z and sort by powers of x.",
    ],
)
def one_step_line(x, y):
    r"""On standardized $z$ the Hessian is the identity, so the step $\eta = 1$ from
    $\mathbf{0}$ lands on the minimizer $(a, c) = (\bar y, \overline{zy})$. Then
    $a + c\,\frac{x - m}{s} = \left(a - \frac{cm}{s}\right) + \frac{c}{s}\,x$ is the same line
    in the old unit.
    """
    m, s = x.mean(), x.std()
    z = (x - m) / s
    a, c = y.mean(), np.mean(z * y)
    return a - c * m / s, c / s


@one_step_line.mistake(
    "Right numbers in the wrong coordinates: those are intercept and slope for z. "
    "Translate them back to x."
)
def _(x, y):
    return y.mean(), np.mean((x - x.mean()) / x.std() * y)


@one_step_line.mistake(
    "The slope is right. The intercept is the height at x = 0, and z is not 0 there."
)
def _(x, y):
    return y.mean(), np.mean((x - x.mean()) / x.std() * y) / x.std()


@one_step_line.mistake(
    "You standardized with the n - 1 standard deviation. Then the mean of z² is not 1, and "
    "one step misses: use x.std()."
)
def _(x, y):
    m, s = x.mean(), x.std(ddof=1)
    c = np.mean((x - m) / s * y)
    return y.mean() - c * m / s, c / s


@exercise(
    rtol=5e-3,
    hints=[
        "The limit is 2/λ_max of XᵀX/n, and X has a column of ones.",
        "Multiply the distances by 3.2616 first, then np.linalg.eigvalsh(X.T @ X / n).",
    ],
)
def light_year_limit():
    r"""Gradient descent on a quadratic is stable below $2/\lambda_{\max}$, here with
    $\mathbf{H} = \frac1n\mathbf{X}^\top\mathbf{X}$. The larger numbers of the smaller unit
    raise $\lambda_{\max}$ from 2.03 to 13.8, and the limit falls from 0.984 to 0.145.
    """
    distance = 3.2616 * load_hubble_1929()["distance_mpc"]
    X = np.column_stack([np.ones(len(distance)), distance])
    return 2 / np.linalg.eigvalsh(X.T @ X / len(X))[-1]


light_year_limit.mistake(
    "That is 1/λ_max, the step with the best promise. Iterates stay bounded up to twice that.",
    answer=0.0725929,
)
light_year_limit.mistake(
    "You forgot the 1/n: the loss is a mean over 24 nebulae, so its Hessian is XᵀX/24.",
    answer=0.00604941,
)
light_year_limit.mistake(
    "The column of ones is missing: the intercept is a parameter too.",
    answer=0.152861,
)


@exercise(
    cases=[(0.0, 1.0), (0.91, 0.63), (911.0, 632.0), (-3.0, 0.5)],
    hints=[
        "The Hessian is [[1, m], [m, m² + s²]], because the mean of x² is m² + s².",
        "Its trace is T = 1 + m² + s² and its determinant s². Both eigenvalues solve "
        "λ² - Tλ + s² = 0.",
        "Their ratio is (T + r)/(T - r) with r = √(T² - 4s²). To avoid T - r when it is "
        "tiny, use λ_min = s²/λ_max: κ = λ_max²/s².",
    ],
)
def line_condition(m, s):
    r"""The Hessian $\begin{pmatrix}1 & m\\ m & m^2+s^2\end{pmatrix}$ has trace
    $T = 1 + m^2 + s^2$ and determinant $s^2 = \lambda_{\max}\lambda_{\min}$. So
    $\lambda_{\max} = \frac12\big(T + \sqrt{T^2 - 4s^2}\big)$ and
    $\kappa = \lambda_{\max}/\lambda_{\min} = \lambda_{\max}^2/s^2$. It is 1 only for $m = 0$,
    $s = 1$. In a unit $c$ times smaller, $m$ and $s$ grow by $c$, and $\kappa$ for large $c$
    by $c^2$. Without centering the best unit makes $m^2 + s^2 = 1$, because $\kappa$ grows with
    $T^2/s^2$. Then $T = 2$, and $\kappa = (1 + \lvert m\rvert)/(1 - \lvert m\rvert)$.
    """
    T = 1 + m**2 + s**2
    largest = (T + np.sqrt(T**2 - 4 * s**2)) / 2
    return largest**2 / s**2


@line_condition.mistake(
    "Your lower right entry is s². The mean of x² is m² + s²: a column that is not "
    "centered has its mean in there."
)
def _(m, s):
    H = np.array([[1.0, m], [m, s**2]])
    lam = np.linalg.eigvalsh(H)
    return lam[-1] / lam[0]


@line_condition.mistake(
    "That is λ_max alone. The condition number divides it by λ_min = s²/λ_max."
)
def _(m, s):
    T = 1 + m**2 + s**2
    return (T + np.sqrt(T**2 - 4 * s**2)) / 2


@line_condition.mistake(
    "That is √κ, the condition number of X. The Hessian XᵀX/n has its square."
)
def _(m, s):
    T = 1 + m**2 + s**2
    return (T + np.sqrt(T**2 - 4 * s**2)) / 2 / s


@exercise(
    cases=[
        (bowl_gradient, np.array([9.0, 1.0]), 0.1, 5),
        (deep_gradient, np.array([1.0, 1.0, 1.0]), 0.05, 6),
        (logcosh_gradient, np.array([1.0, -0.5]), 0.5, 4),
    ],
    hints=[
        "Keep the previous point and the previous gradient: s and y are the differences.",
        "On a quadratic y = H s, so s·s / s·y is one over an average eigenvalue of H.",
        "First step: η₀. From then on: step, take the new gradient, then set η for the next.",
    ],
)
def barzilai_borwein(grad, x0, eta0, steps):
    r"""The two points behind you tell the curvature along the way you came: on a quadratic
    $\mathbf{y} = \mathbf{H}\mathbf{s}$, so $\mathbf{s}^\top\mathbf{s}/\mathbf{s}^\top\mathbf{y}$
    is one over a weighted average of the eigenvalues. A step that is right for one
    eigenvector and wrong for the others makes the loss rise now and then, and yet on
    strictly convex quadratics the method always converges (Raydan, 1993). With the eigenvalues
    `np.logspace(0, 4, 50)` and a start of ones it shrinks the length of the error to a millionth
    in about a thousand steps ($\eta_0$, and even rounding, moves that number by hundreds), where
    the best fixed step takes 61,039.
    """
    x, g, eta, path = x0, grad(x0), eta0, [x0]
    for _ in range(steps):
        new = x - eta * g
        s, y = new - x, grad(new) - g
        x, g, eta = new, g + y, (s @ s) / (s @ y)
        path.append(x)
    return np.array(path)


@barzilai_borwein.mistake(
    "You used s·y / s·s: that estimates λ. The step is one over it."
)
def _(grad, x0, eta0, steps):
    x, g, eta, path = x0, grad(x0), eta0, [x0]
    for _ in range(steps):
        new = x - eta * g
        s, y = new - x, grad(new) - g
        x, g, eta = new, g + y, (s @ y) / (s @ s)
        path.append(x)
    return np.array(path)


@barzilai_borwein.mistake(
    "Your step size never changes. Compute s·s / s·y after every step, for the next one."
)
def _(grad, x0, eta0, steps):
    x, path = x0, [x0]
    for _ in range(steps):
        x = x - eta0 * grad(x)
        path.append(x)
    return np.array(path)


@barzilai_borwein.mistake(
    "That is the other step of Barzilai and Borwein, s·y / y·y. It works too; this task "
    "asks for s·s / s·y."
)
def _(grad, x0, eta0, steps):
    x, g, eta, path = x0, grad(x0), eta0, [x0]
    for _ in range(steps):
        new = x - eta * g
        s, y = new - x, grad(new) - g
        x, g, eta = new, g + y, (s @ y) / (y @ y)
        path.append(x)
    return np.array(path)
