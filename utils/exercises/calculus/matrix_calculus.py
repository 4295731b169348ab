"""Exercises of 02-calculus/05-matrix-calculus.ipynb."""

import numpy as np

from utils import autodiff as ad
from utils.datasets import load_iris
from utils.exercises.engine import exercise, proof

_rng = np.random.default_rng(5)


def _normal(*shapes):
    return tuple(_rng.normal(size=shape) for shape in shapes)


SCORES = [_normal((4, 3), (4, 3), (4, 4)), _normal((5, 2), (5, 2), (5, 5))]
FACTORS = [_normal((4, 4), (4, 4), (4, 4)), _normal((6, 5), (6, 2), (2, 5))]
SYSTEMS = [
    (np.array([[2.0, 1.0], [4.0, 3.0]]), np.array([1.0, -1.0])),
    (3 * np.eye(4) + _rng.normal(size=(4, 4)), _rng.normal(size=4)),
]
ATTENTION = [
    _normal((4, 4), (4, 4), (4, 4), (4, 4)),
    _normal((3, 2), (5, 2), (5, 6), (3, 6)),
]


@exercise(
    rtol=1e-3,
    hints=[
        "First the residual Xw − y, three numbers. Then the two moves of 2.2.",
        "Xw = (1, 2, 4), so the residual is (0, −1, 2).",
        "Multiply its entries with each column of X, and add up.",
    ],
)
def by_hand():
    r"""The residual is $(1, 2, 4) - (1, 3, 2) = (0, -1, 2)$. The columns of $\mathbf{X}$ have
    the dot products $0 - 1 + 2 = 1$ and $0 - 1 + 6 = 5$ with it.
    """
    return 1.0, 5.0


by_hand.mistake("The residual is Xw − y: yours is y − Xw.", answer=(-1.0, -5.0))
by_hand.mistake("The 2 of the square cancels against the ½.", answer=(2.0, 10.0))
by_hand.mistake(
    "You divided by the number of rows: here the loss is a sum, not a mean.",
    answer=(1 / 3, 5 / 3),
)


@exercise(
    cases=SCORES,
    hints=[
        "dS = dQ Kᵀ + Q dKᵀ. Which factor has to go over in each term?",
        "⟨S̄, dQ Kᵀ⟩: a right factor goes over to the right, transposed, and (Kᵀ)ᵀ = K.",
        "For the other term use ⟨A, B⟩ = ⟨Aᵀ, Bᵀ⟩ first: ⟨S̄, Q dKᵀ⟩ = ⟨S̄ᵀ, dK Qᵀ⟩.",
    ],
)
def scores_backward(Q, K, S_bar):
    r"""$\langle\bar{\mathbf{S}}, d\mathbf{Q}\,\mathbf{K}^\top\rangle = \langle\bar{\mathbf{S}}\mathbf{K}, d\mathbf{Q}\rangle$,
    and
    $\langle\bar{\mathbf{S}}, \mathbf{Q}\,d\mathbf{K}^\top\rangle = \langle\bar{\mathbf{S}}^\top, d\mathbf{K}\,\mathbf{Q}^\top\rangle = \langle\bar{\mathbf{S}}^\top\mathbf{Q}, d\mathbf{K}\rangle$.
    """
    return S_bar @ K, S_bar.T @ Q


@scores_backward.mistake(
    "Right for Q. For K a transpose is missing; with as many queries as keys no shape "
    "tells you, but S̄ has a row for each query, and K̄ needs one for each key."
)
def _(Q, K, S_bar):
    return S_bar @ K, S_bar @ Q


@scores_backward.mistake(
    "You have transposed S̄ in both. Queries belong to the rows of S, keys to its columns."
)
def _(Q, K, S_bar):
    return S_bar.T @ K, S_bar.T @ Q


@scores_backward.mistake("Right, but in the other order: first for Q, then for K.")
def _(Q, K, S_bar):
    return S_bar.T @ Q, S_bar @ K


@exercise(
    cases=FACTORS,
    hints=[
        "Let R = X − UV be what is left. Then df = ⟨R, dR⟩.",
        "dR = −dU V − U dV: mind the sign.",
        "Move V over to the right, and U over to the left, each transposed.",
    ],
)
def factor_gradients(X, U, V):
    r"""With $\mathbf{R} = \mathbf{X} - \mathbf{U}\mathbf{V}$ we have $df = \langle\mathbf{R}, d\mathbf{R}\rangle$ and
    $d\mathbf{R} = -d\mathbf{U}\,\mathbf{V} - \mathbf{U}\,d\mathbf{V}$, so
    $df = \langle-\mathbf{R}\mathbf{V}^\top, d\mathbf{U}\rangle + \langle-\mathbf{U}^\top\mathbf{R}, d\mathbf{V}\rangle$.
    """
    R = X - U @ V
    return -R @ V.T, -U.T @ R


@factor_gradients.mistake("The sign: U and V enter the residual X − UV with a minus.")
def _(X, U, V):
    R = X - U @ V
    return R @ V.T, U.T @ R


@factor_gradients.mistake("Twice too large: the 2 of the square cancels against the ½.")
def _(X, U, V):
    R = X - U @ V
    return -2 * R @ V.T, -2 * U.T @ R


@exercise(
    rtol=1e-3,
    hints=[
        "Minus the sum is −n ℓ, with ℓ from 2.7 at Λ = S⁻¹. What is ⟨S⁻¹, S⟩?",
        "It is the trace of the identity, 4, so that term gives n d / 2 = 100 in all.",
        "25 · log det S + 100 + 100 · log 2π, with np.cov(X.T, bias=True).",
    ],
)
def versicolor_nll():
    r"""At $\boldsymbol{\Lambda} = \mathbf{S}^{-1}$ the quadratic term needs no data:
    $\langle\mathbf{S}^{-1}, \mathbf{S}\rangle = \mathrm{tr}\,\mathbf{I} = d$. What is left is
    $\tfrac n2\big(\log\det\mathbf{S} + d + d\log 2\pi\big)$.
    """
    X, y = load_iris()
    X = X[y == 1]
    n, d = X.shape
    log_det = np.linalg.slogdet(np.cov(X.T, bias=True))[1]
    return float(n / 2 * (log_det + d + d * np.log(2 * np.pi)))


versicolor_nll.mistake(
    "That is with the divisor n − 1, which np.cov takes by itself. The likelihood is "
    "largest for the divisor n.",
    answer=9.92958,
)
versicolor_nll.mistake(
    "That is the mean for a flower. The task asks for the total.", answer=0.198186
)
versicolor_nll.mistake(
    "Those are the two measurements of the petals. The task asks for all four.",
    answer=-2.029,
)


@exercise(
    cases=SYSTEMS,
    hints=[
        "Two terms, two rules of 2.6. The second is a number: write it as ⟨b, A⁻¹ b⟩.",
        "d of the second is −⟨b, A⁻¹ dA A⁻¹ b⟩. Move A⁻¹ over to the left, and the "
        "column A⁻¹ b to the right.",
        "You get −(A⁻ᵀ b)(A⁻¹ b)ᵀ. The first term gives A⁻ᵀ.",
    ],
)
def gp_gradient(A, b):
    r"""$df = \langle\mathbf{A}^{-\top}, d\mathbf{A}\rangle - \langle\mathbf{b}, \mathbf{A}^{-1}d\mathbf{A}\,\mathbf{A}^{-1}\mathbf{b}\rangle$,
    and in the second term the left factor $\mathbf{A}^{-1}$ and the right factor
    $\mathbf{A}^{-1}\mathbf{b}$ go over:
    $\nabla f = \mathbf{A}^{-\top} - (\mathbf{A}^{-\top}\mathbf{b})(\mathbf{A}^{-1}\mathbf{b})^\top$.
    """
    return np.linalg.inv(A).T - np.outer(np.linalg.solve(A.T, b), np.linalg.solve(A, b))


@gp_gradient.mistake(
    "That is the transpose of the gradient: right for symmetric A only. Each factor "
    "that goes over is transposed."
)
def _(A, b):
    return np.linalg.inv(A) - np.outer(np.linalg.solve(A, b), np.linalg.solve(A.T, b))


@gp_gradient.mistake("The sign: d(A⁻¹) = −A⁻¹ dA A⁻¹.")
def _(A, b):
    return np.linalg.inv(A).T + np.outer(np.linalg.solve(A.T, b), np.linalg.solve(A, b))


@gp_gradient.mistake(
    "The second term is right. The gradient of log det is the transposed inverse."
)
def _(A, b):
    return np.linalg.inv(A) - np.outer(np.linalg.solve(A.T, b), np.linalg.solve(A, b))


@proof(
    hints=[
        "Take differentials on both sides of Av = λv, and of vᵀv = 1.",
        "Multiply the first equation by vᵀ from the left. What is vᵀA?",
    ]
)
def eigenvalue_slope():
    r"""Two equations hold while $\mathbf{A}$ changes. From $\mathbf{v}^\top\mathbf{v} = 1$ follows
    $2\,\mathbf{v}^\top d\mathbf{v} = 0$. From $\mathbf{A}\mathbf{v} = \lambda\mathbf{v}$ follows

    $$
    d\mathbf{A}\,\mathbf{v} + \mathbf{A}\,d\mathbf{v} = d\lambda\,\mathbf{v} + \lambda\,d\mathbf{v} .
    $$

    Multiply by $\mathbf{v}^\top$. Because $\mathbf{A}$ is symmetric,
    $\mathbf{v}^\top\mathbf{A} = \lambda\mathbf{v}^\top$, so the second term on the left is
    $\lambda\,\mathbf{v}^\top d\mathbf{v} = 0$, and so is the last one on the right. What remains is
    $\mathbf{v}^\top d\mathbf{A}\,\mathbf{v} = d\lambda\,\mathbf{v}^\top\mathbf{v} = d\lambda$. $\blacksquare$

    As a gradient: $d\lambda = \langle\mathbf{v}\mathbf{v}^\top, d\mathbf{A}\rangle$. A double eigenvalue
    may split, with two different slopes, and then has no differential:
    $\mathrm{diag}(1 + t, 1 - t)$ has the largest eigenvalue $1 + \lvert t\rvert$.
    """


@exercise(
    cases=ATTENTION,
    hints=[
        "Walk back: from O to P and V (a product), from P to S (softmax, row by row: "
        "Going deeper after 4.5), from S to Q and K (Exercise 2).",
        "V̄ = Pᵀ Ō and P̄ = Ō Vᵀ. Then S̄ = P ⊙ (P̄ − the sum of P̄ ⊙ P in each row).",
        "Q̄ = S̄ K / √d and K̄ = S̄ᵀ Q / √d.",
    ],
)
def attention_backward(Q, K, V, O_bar):
    r"""Three rules in a row: a product, the softmax of each row, a product with a
    transpose. FlashAttention does exactly this, in blocks.
    """
    scale = 1 / np.sqrt(Q.shape[1])
    P = ad.softmax(scale * Q @ K.T)
    V_bar, P_bar = P.T @ O_bar, O_bar @ V.T
    S_bar = P * (P_bar - (P_bar * P).sum(axis=1, keepdims=True))
    return scale * S_bar @ K, scale * S_bar.T @ Q, V_bar


@attention_backward.mistake(
    "The factor 1/√d is missing on the way back: it scales Q̄ and K̄, too."
)
def _(Q, K, V, O_bar):
    P = ad.softmax(Q @ K.T / np.sqrt(Q.shape[1]))
    V_bar, P_bar = P.T @ O_bar, O_bar @ V.T
    S_bar = P * (P_bar - (P_bar * P).sum(axis=1, keepdims=True))
    return S_bar @ K, S_bar.T @ Q, V_bar


@attention_backward.mistake(
    "You took the diagonal p(1 − p) of the softmax's Jacobian only. Probabilities share: "
    "raising one score lowers the others."
)
def _(Q, K, V, O_bar):
    scale = 1 / np.sqrt(Q.shape[1])
    P = ad.softmax(scale * Q @ K.T)
    V_bar, P_bar = P.T @ O_bar, O_bar @ V.T
    S_bar = P * (1 - P) * P_bar
    return scale * S_bar @ K, scale * S_bar.T @ Q, V_bar
