"""Exercises of 02-calculus/08-calculus-in-ml.ipynb."""

import numpy as np

from utils.datasets import load_diabetes
from utils.exercises.engine import exercise, proof

_rng = np.random.default_rng(8)
TRAIN, VALID = _rng.normal(size=(12, 3)), _rng.normal(size=(8, 3))
TRAIN_TARGET = TRAIN @ [2.0, -1.0, 0.5] + _rng.normal(size=12)
VALID_TARGET = VALID @ [2.0, -1.0, 0.5] + _rng.normal(size=8)
INPUTS, SIGNS = _rng.normal(size=(6, 4)), np.array([1, -1, -1, 1, 1, -1])
WEIGHTS = np.array([1.5, -0.5, 0.0, 2.0])


@exercise(
    rtol=1e-3,
    hints=[
        "Each input can be moved on its own. Which way for a negative weight?",
        "Moving an input by 0.1 in the better direction gains 0.1 times |weight|.",
    ],
)
def by_hand():
    r"""$\varepsilon\lVert\mathbf{w}\rVert_1 = 0.1\cdot(3 + 4 + 0 + 12) = 1.9$."""
    return 0.1 * (3 + 4 + 0 + 12)


by_hand.mistake(
    "That is the typical change by lot, with the Euclidean norm. The largest is asked for.",
    answer=1.3,
)
by_hand.mistake(
    "You moved all inputs up. The one with weight −4 should go down.", answer=1.1
)
by_hand.mistake("You left out ε: each input moves by 0.1.", answer=19.0)


@exercise(
    cases=[
        (np.array([3.0, -4.0, 0.0, 12.0]), 0.5),
        (np.array([0.1, -0.2]), 2.0),
        (np.zeros(3), 1.0),
    ],
    hints=[
        "The inequality of Cauchy and Schwarz bounds gᵀδ. When is it an equality?",
        "δ must point along g, and have the length ε.",
        "Divide g by its length first; a zero vector has no direction.",
    ],
)
def worst_step(g, eps):
    r"""$\mathbf{g}^\top\boldsymbol{\delta} \le \lVert\mathbf{g}\rVert_2\,\varepsilon$, with equality for $\boldsymbol{\delta} = \varepsilon\,\mathbf{g}/\lVert\mathbf{g}\rVert_2$: with this
    ruler the worst step follows the gradient itself, not its signs.
    """
    length = np.linalg.norm(g)
    return eps * g / length if length > 0 else np.zeros(len(g))


@worst_step.mistake(
    "That is the worst step for a limit on each input. Its Euclidean length is too large."
)
def _(g, eps):
    return eps * np.sign(g)


@worst_step.mistake("The direction is right, but the length should be ε.")
def _(g, eps):
    return eps * g


@worst_step.mistake(
    "You divided by the sum of absolute values; the Euclidean length is asked for."
)
def _(g, eps):
    return eps * g / max(np.abs(g).sum(), 1e-300)


@exercise(
    cases=[
        (TRAIN, TRAIN_TARGET, VALID, VALID_TARGET, 0.5),
        (TRAIN, TRAIN_TARGET, VALID, VALID_TARGET, 20.0),
    ],
    hints=[
        "Section 2.6: all sixty slopes, with one penalty for all weights.",
        "A = XᵀX + λI. Solve A w = Xᵀt, and A q = g, where g is the gradient of V.",
        "V is a mean: g = 2 X_valᵀ(X_val w − t_val) / n_val. The slope is −qᵀw.",
    ],
)
def dial_slope(X, t, X_val, t_val, lam):
    r"""$V$ depends on $\lambda$ only through $\mathbf{w}$: the slope is $\mathbf{g}^\top\frac{d\mathbf{w}}{d\lambda} = -\mathbf{g}^\top\mathbf{A}^{-1}\mathbf{w} = -\mathbf{q}^\top\mathbf{w}$."""
    A = X.T @ X + lam * np.eye(X.shape[1])
    w = np.linalg.solve(A, X.T @ t)
    q = np.linalg.solve(A, 2 * X_val.T @ (X_val @ w - t_val) / len(t_val))
    return -q @ w


@dial_slope.mistake("The sign: A dw/dλ + w = 0, so the weights move along −A⁻¹w.")
def _(X, t, X_val, t_val, lam):
    A = X.T @ X + lam * np.eye(X.shape[1])
    w = np.linalg.solve(A, X.T @ t)
    return np.linalg.solve(A, 2 * X_val.T @ (X_val @ w - t_val) / len(t_val)) @ w


@dial_slope.mistake(
    "V has no direct dependence on λ, but w has: the path through w is the answer."
)
def _(X, t, X_val, t_val, lam):
    return 0.0


@dial_slope.mistake(
    "That is the slope of the training error: g belongs to the validation data."
)
def _(X, t, X_val, t_val, lam):
    A = X.T @ X + lam * np.eye(X.shape[1])
    w = np.linalg.solve(A, X.T @ t)
    return -np.linalg.solve(A, 2 * X.T @ (X @ w - t) / len(t)) @ w


@exercise(
    rtol=0.01,
    hints=[
        "Use Exercise 3: the slope in log λ is λ times the slope in λ.",
        "Repeat: log λ loses 0.01 times the slope in log λ; 2000 steps are plenty.",
        "At 10 the slope is negative, so λ grows. It ends between 50 and 200.",
    ],
)
def valley():
    r"""From 10 the slope is negative, and descent ends in the valley near 106. From 1 it is
    positive, and $\lambda$ runs towards 0: between the two lies a hill, near 2.9.
    """
    X, t = load_diabetes()
    order = np.random.default_rng(0).permutation(442)
    a, b = order[:300], order[300:]
    X, t = (X - X[a].mean(axis=0)) / X[a].std(axis=0), t - t[a].mean()
    log_lam = np.log(10.0)
    for _ in range(2000):
        A = X[a].T @ X[a] + np.exp(log_lam) * np.eye(10)
        w = np.linalg.solve(A, X[a].T @ t[a])
        q = np.linalg.solve(A, 2 * X[b].T @ (X[b] @ w - t[b]) / len(b))
        log_lam += 0.01 * np.exp(log_lam) * (q @ w)
    return np.exp(log_lam)


valley.mistake(
    "That is the top of the hill between the two valleys: you went uphill.",
    answer=2.879,
)
valley.mistake(
    "Into that valley one comes from 1, or from 10 with steps so large that they jump over "
    "the hill. The start was λ = 10, the steps small.",
    answer=0.0,
)
valley.mistake(
    "You standardized with all 442 patients: the validation patients are not known yet.",
    answer=103.94,
)


@exercise(
    cases=[
        (np.array([2.0, -1.0, 0.5]), 1),
        (np.array([2.0, -1.0, 0.5]), 4),
        (np.array([0.0, 3.0]), 10),
    ],
    hints=[
        "A block has k² pixels. What is the weight of each, if they add up to w?",
        "Largest: add up all absolute values. Typical: square, add up, take the root.",
        "k² terms (wⱼ/k²)² add up to wⱼ²/k².",
    ],
)
def finer(w, k):
    r"""Each weight becomes $k^2$ weights $w_j/k^2$. The absolute values still add up to
    $\lVert\mathbf{w}\rVert_1$; the squares add up to $\lVert\mathbf{w}\rVert_2^2/k^2$. A finer scan averages chance away, and does
    nothing against a computed change.
    """
    return np.abs(w).sum(), np.linalg.norm(w) / k


@finer.mistake("Typical: a block has k² squares of w/k², so w²/k² is left, not w²/k⁴.")
def _(w, k):
    return np.abs(w).sum(), np.linalg.norm(w) / k**2


@finer.mistake(
    "You kept each weight for each fine pixel; the scores would be k² times as large."
)
def _(w, k):
    return k**2 * np.abs(w).sum(), k * np.linalg.norm(w)


@finer.mistake("The largest is right. But chance averages out over the k² pixels.")
def _(w, k):
    return np.abs(w).sum(), np.linalg.norm(w)


@proof(
    hints=[
        "Suppose V(a) < V(b) with a < b. What do chords from a through b force beyond b?",
        "For c > b the point b lies between a and c; solve the inequality for V(c).",
        "For the second half: where does V go as λ tends to 0, and to infinity?",
    ]
)
def never_convex():
    r"""*Bounded above and convex means constant.* Suppose not: there are two points with
    different values, say $V(a) < V(b)$ with $a < b$ (else look at $V(-x)$, which is convex and
    bounded above, too). For $c > b$ let $s = (b - a)/(c - a)$, so that $b = (1-s)a + sc$. Convexity gives
    $V(b) \le (1-s)V(a) + sV(c)$, that is

    $$V(c) \ge V(a) + \frac{V(b) - V(a)}{s} = V(a) + \frac{V(b) - V(a)}{b - a}\,(c - a) .$$

    The right side grows without bound with $c$: a contradiction.

    *Ridge.* For $0 < \lambda < \infty$ the weights never are longer than the shortest
    least-squares weights: in each singular direction of the data the component is
    $\sigma_i^2/(\sigma_i^2 + \lambda) \le 1$ of theirs. So $\mathbf{w}$ stays in a ball, the continuous function $V$ of $\mathbf{w}$ is
    bounded there, and $V$ as a function of $\log\lambda$, on the whole line, is bounded above. By the
    first half it is convex only if it is constant.
    """


@exercise(
    cases=[
        (WEIGHTS, 0.3, INPUTS, SIGNS, 0.2),
        (WEIGHTS, -1.0, INPUTS, SIGNS, 0.0),
        (-WEIGHTS, 0.0, INPUTS, SIGNS, 1.0),
    ],
    hints=[
        "The loss falls when yz rises. By how much can yz be lowered at most?",
        "yz changes by y δᵀw, whose least value is −ε‖w‖₁, for either label.",
        "So replace yz by yz − ε‖w‖₁; np.logaddexp(0, -m) is log(1 + exp(-m)).",
    ],
)
def worst_loss(w, b, X, y, eps):
    r"""The loss is a falling function of the margin $yz$, and the worst change lowers each margin by
    exactly $\varepsilon\lVert\mathbf{w}\rVert_1$. It resembles a penalty on $\lVert\mathbf{w}\rVert_1$, but stands inside the loss: examples
    with a large margin feel little of it.
    """
    margin = y * (X @ w + b) - eps * np.abs(w).sum()
    return np.mean(np.logaddexp(0, -margin))


@worst_loss.mistake("The sign: you helped the classifier. The margin must shrink.")
def _(w, b, X, y, eps):
    return np.mean(np.logaddexp(0, -(y * (X @ w + b) + eps * np.abs(w).sum())))


@worst_loss.mistake(
    "You lowered all scores. For y = −1 the worst case raises the score: take ε‖w‖₁ off "
    "the margin, after multiplying by y."
)
def _(w, b, X, y, eps):
    return np.mean(np.logaddexp(0, -y * (X @ w + b - eps * np.abs(w).sum())))


@worst_loss.mistake(
    "That is the loss plus a penalty. The change acts inside the logarithm."
)
def _(w, b, X, y, eps):
    return np.mean(np.logaddexp(0, -y * (X @ w + b))) + eps * np.abs(w).sum()
