"""Exercises of 01-linear-algebra/05-eigenvalues-and-eigenvectors.ipynb."""

import numpy as np

from utils.datasets import load_english_bigrams
from utils.exercises.engine import exercise, proof

PLAIN = np.array([[4.0, 1.0], [2.0, 3.0]])
SPIRAL = np.array([[0.6, -0.9], [0.8, 0.5]])
THREE = np.array([[2.0, 1.0, 0.0], [0.0, 3.0, 1.0], [1.0, 0.0, 5.0]])
PATH = np.array([[4.0, 1.0, 0.0], [1.0, 3.0, 1.0], [0.0, 1.0, 2.0]])
NEGATIVE = -np.array([[2.0, 1.0], [1.0, 3.0]])
MIXED = np.array([[1.0, 2.0, 0.0], [2.0, -4.0, 1.0], [0.0, 1.0, 2.0]])
FOUR_PAGES = np.array([[0, 1, 1, 0], [0, 0, 1, 0], [1, 0, 0, 0], [0, 0, 1, 0]])
DANGLING = np.array([[0, 1, 1, 0], [0, 0, 1, 1], [1, 0, 0, 0], [0, 0, 0, 0]])


@exercise(
    rtol=5e-3,
    hints=[
        "Trace and determinant are enough: 2.2 has the formula.",
        "The trace is 1, the determinant −6: two numbers with that sum and that product.",
        "λ² − λ − 6 = (λ − 3)(λ + 2).",
    ],
)
def by_hand():
    r"""$\lambda^2 - \lambda - 6 = (\lambda - 3)(\lambda + 2)$; the eigenvectors lie along $(1, 1)$
    and $(2, -3)$.
    """
    return 3.0, -2.0


by_hand.mistake(
    "Those stand on the diagonal. They are the eigenvalues of triangular matrices only.",
    answer=(1.0, 0.0),
)
by_hand.mistake(
    "Signs: the sum of the eigenvalues must be the trace, 1.",
    answer=(2.0, -3.0),
)
by_hand.mistake(
    "Right numbers; but the task asks for the larger one first.",
    answer=(-2.0, 3.0),
)


@exercise(
    cases=[(PLAIN, 3), (PATH, 5), (THREE, 0), (THREE, 4), (SPIRAL, 7)],
    hints=[
        "Aᵏ = V Λᵏ V⁻¹ (2.4), and Λᵏ is as easy as powers of numbers.",
        "Multiplying columns by numbers is V * w**k; V⁻¹ is np.linalg.inv(V).",
        "A complex pair adds up to a real matrix, but for rounding: take .real at the end.",
    ],
)
def power_by_eigenvectors(A, k):
    r"""$\mathbf{A}^k = \mathbf{V}\boldsymbol{\Lambda}^k\mathbf{V}^{-1}$. Terms of conjugate
    eigenvalues are conjugate matrices, so their imaginary parts cancel.
    """
    w, V = np.linalg.eig(A)
    return ((V * w**k) @ np.linalg.inv(V)).real


@power_by_eigenvectors.mistake(
    "Vᵀ is V⁻¹ only if the eigenvectors are perpendicular: symmetric matrices, say."
)
def _(A, k):
    w, V = np.linalg.eig(A)
    return ((V * w**k) @ V.T).real


@power_by_eigenvectors.mistake(
    "A**k takes the power of each entry. That isn't the k-th power of the matrix."
)
def _(A, k):
    return A**k


@power_by_eigenvectors.mistake(
    "You took the real part of eigenvalues or eigenvectors too early: of the product only."
)
def _(A, k):
    w, V = np.linalg.eig(A)
    w, V = w.real, V.real
    return (V * w**k) @ np.linalg.pinv(V)


@exercise(
    cases=[(PATH,), (NEGATIVE,), (MIXED,)],
    hints=[
        "Power iteration gives λ₁ and the unit vector q₁. Which term of the sum is that?",
        "A − λ₁ q₁q₁ᵀ has the same eigenvectors, and 0 in the place of λ₁.",
        "B = A - lam * np.outer(v, v), then power iteration again; lam = v @ B @ v.",
    ],
)
def second_eigenvalue(A):
    r"""Subtract the leading term: $\mathbf{A} - \lambda_1\mathbf{q}_1\mathbf{q}_1^\top$ sends
    $\mathbf{q}_1$ to $\mathbf{0}$ and treats the other eigenvectors as before. Its leading
    eigenvalue is the one wanted. This is called deflation.
    """
    for _ in range(2):
        v = np.arange(1.0, len(A) + 1)
        for _ in range(200):
            v = A @ v / np.linalg.norm(A @ v)
        lam = v @ A @ v
        A = A - lam * np.outer(v, v)
    return lam


@second_eigenvalue.mistake("That is the first eigenvalue: its term is still there.")
def _(A):
    w = np.linalg.eigvalsh(A)
    return w[np.argmax(np.abs(w))]


@second_eigenvalue.mistake(
    "The size is right, the sign is lost: ‖Av‖ is never negative. v @ A @ v keeps the sign."
)
def _(A):
    return np.sort(np.abs(np.linalg.eigvalsh(A)))[-2]


@second_eigenvalue.mistake(
    "You took q₁q₁ᵀ away without its factor λ₁: the term is λ₁ q₁q₁ᵀ, with q₁ of length 1."
)
def _(A):
    w, Q = np.linalg.eigh(A)
    q = Q[:, np.argmax(np.abs(w))]
    w = np.linalg.eigvalsh(A - np.outer(q, q))
    return w[np.argmax(np.abs(w))]


@exercise(
    rtol=2e-3,
    hints=[
        "M27 of Section 5.1 is the matrix; np.linalg.eigvals gives all 27 eigenvalues.",
        "w[np.argsort(-np.abs(w))] lists them by size.",
        "The second of that list is real and negative.",
    ],
)
def with_gaps():
    r"""Negative again, and smaller in size: vowels and consonants still alternate, and with
    the gaps between words the start is forgotten faster.
    """
    symbols, counts = load_english_bigrams()
    M = (counts / counts.sum(axis=1, keepdims=True)).T
    w = np.linalg.eigvals(M)
    return float(w[np.argsort(-np.abs(w))[1]].real)


with_gaps.mistake(
    "You kept the size and dropped the sign, which is what tells of alternation.",
    answer=0.3377,
)
with_gaps.mistake(
    "You sorted by value: the second largest real part. Order by np.abs(w).",
    answer=0.14688,
)
with_gaps.mistake(
    "That is the chain of 26 letters. Keep row and column 0, the gap, this time.",
    answer=-0.4205,
)


@exercise(
    cases=[(0.128, 0.663), (0.1218, 0.604), (0.9, 0.3), (0.5, 0.5), (0.0, 1.0)],
    hints=[
        "Columns sum to 1: M = [[a, b], [1 − a, 1 − b]]. One eigenvalue you know already.",
        "The other follows from the trace. For the share, solve p = a p + b (1 − p).",
        "The eigenvalues are 1 and a − b; p (1 − a + b) = b.",
    ],
)
def two_states(a, b):
    r"""$\mathbf{M} = \begin{pmatrix} a & b \\ 1 - a & 1 - b \end{pmatrix}$ has the eigenvalue 1 and the
    trace $1 + a - b$, so the other is $a - b$. In the long run $p = ap + b(1 - p)$, hence
    $p = b/(1 - a + b)$. For *Onegin* that is $-0.535$ and $0.432$: strong alternation.
    """
    return a - b, b / (1 - a + b)


@two_states.mistake("The sign of the eigenvalue: the trace is a + (1 − b), not more.")
def _(a, b):
    return b - a, b / (1 - a + b)


@two_states.mistake(
    "The share isn't the average of a and b: the two states aren't equally frequent."
)
def _(a, b):
    return a - b, (a + b) / 2


@two_states.mistake("That is the share of consonants. The vowels have the rest.")
def _(a, b):
    return a - b, (1 - a) / (1 - a + b)


@proof(
    hints=[
        "Put Av = λv into it: what is left is λ times a sum of squares.",
        "A number equals its own transpose. What does that, with the bar, do to the product?",
    ]
)
def real_eigenvalues():
    r"""Let $\mathbf{A}\mathbf{v} = \lambda\mathbf{v}$ and $z = \bar{\mathbf{v}}^\top\mathbf{A}\mathbf{v}$. On the one
    hand $z = \lambda\,\bar{\mathbf{v}}^\top\mathbf{v} = \lambda\sum_j\lvert v_j\rvert^2$, and the sum is positive. On
    the other hand, $z$ is a number and equals its transpose; with $\mathbf{A}^\top = \mathbf{A}$ and
    $\bar{\mathbf{A}} = \mathbf{A}$ we get
    $\bar{z} = \mathbf{v}^\top\mathbf{A}\bar{\mathbf{v}} = (\bar{\mathbf{v}}^\top\mathbf{A}\mathbf{v})^\top = z$. So $z$ is
    real, and $\lambda$, which is $z$ divided by a positive number, is real, too.

    (The bar is needed: for $\mathbf{v} = (1, i)$ the product $\mathbf{v}^\top\mathbf{v}$ is
    $1 + i^2 = 0$, and nothing could be divided by it.)
    """


@exercise(
    cases=[(FOUR_PAGES, 0.85), (DANGLING, 0.85), (DANGLING, 0.5), (FOUR_PAGES.T, 0.9)],
    hints=[
        "Divide each row by its sum, and give 1/n to every entry of a row without links.",
        "G = alpha * S.T + (1 - alpha) / n: its columns sum to 1.",
        "Start from equal shares and multiply by G until nothing changes: 300 times is plenty.",
    ],
)
def pagerank(links, alpha):
    r"""Rows without links become $1/n$ throughout, the others are divided by their sums;
    the transpose, mixed with the even jump, is $\mathbf{G}$. Power iteration converges at
    least like $\alpha^k$, and keeps the sum 1.
    """
    n = len(links)
    out = links.sum(axis=1, keepdims=True)
    S = np.where(out > 0, links / np.maximum(out, 1), 1 / n)
    G = alpha * S.T + (1 - alpha) / n
    p = np.full(n, 1 / n)
    for _ in range(300):
        p = G @ p
    return p


@pagerank.mistake(
    "You multiplied by the rows: transpose, so that G @ p is where the surfer is next."
)
def _(links, alpha):
    n = len(links)
    out = links.sum(axis=1, keepdims=True)
    S = np.where(out > 0, links / np.maximum(out, 1), 1 / n)
    return np.full(n, 1 / n) @ np.linalg.matrix_power(
        alpha * S.T + (1 - alpha) / n, 300
    )


@pagerank.mistake(
    "Surfers are lost on pages without links: the result doesn't sum to 1. They jump, too."
)
def _(links, alpha):
    n = len(links)
    S = links / np.maximum(links.sum(axis=1, keepdims=True), 1)
    p = np.full(n, 1 / n)
    for _ in range(300):
        p = alpha * S.T @ p + (1 - alpha) / n
    return p


@pagerank.mistake("You swapped the two: alpha is the probability to follow a link.")
def _(links, alpha):
    return pagerank._solution(links, 1 - alpha)
