"""Exercises of 08-ml-math-case-studies/01-linear-regression.ipynb."""

import numpy as np

from utils.datasets import load_diabetes, load_hubble_1929
from utils.exercises.engine import exercise, proof
from utils.models import StandardScaler, random_features

HUBBLE = load_hubble_1929()["distance_mpc"][:, None]
PLANE = np.array([[0.0, 1.0], [1.0, 3.0], [2.0, 2.0], [3.0, 5.0], [7.0, 4.0]])
HEIGHTS = np.array([1.0, 2.0, 2.0, 5.0, 4.0])


@exercise(
    rtol=2e-3,
    hints=[
        "Center first: the means are 1.5 and 3.",
        "Sxx = 5 and Sxy = 6. The slope is their ratio.",
        "The fitted values are 1.2, 2.4, 3.6, 4.8; subtract, square, add. TSS is 10.",
    ],
)
def by_hand():
    r"""$S_{xx} = 5$ and $S_{xy} = 6$, so the slope is 1.2 and the intercept $3 - 1.2 \cdot 1.5 =
    1.2$. The residuals $(0.8, -1.4, 0.4, 0.2)$ give RSS $= 2.8$; with TSS $= 10$, $R^2 = 0.72$.
    """
    return 1.2, 1.2, 2.8, 0.72


by_hand.mistake(
    "1.714 is Σxy / Σx²: the line that is forced through the origin. Center both variables.",
    answer=(24 / 14, 0, 46 - 24**2 / 14, 1 - (46 - 24**2 / 14) / 10),
)
by_hand.mistake(
    "0.6 is Sxy / Syy: the slope of x on y. To predict y from x, divide by Sxx.",
    answer=(0.6, 2.1, 4.6, 0.54),
)
by_hand.mistake(
    "Right line. R² is the share that is explained: 1 − RSS/TSS, not RSS/TSS.",
    answer=(1.2, 1.2, 2.8, 0.28),
)


@exercise(
    rtol=2e-3,
    hints=[
        "Multiplying a column by c replaces X by XC with an invertible C.",
        "The fitted values don't move, so neither do the residuals.",
    ],
)
def rescaled():
    r"""The fitted values are the same, so each coefficient is divided by what its column was
    multiplied with: $454.16 / 8 = 56.77$. Residuals and $R^2 = 0.6235$ don't change. A common
    error of all distances is invisible in the fit.
    """
    return 454.158 / 8, 0.62353


rescaled.mistake(
    "The slope is velocity per distance: larger distances make it smaller, not larger.",
    answer=(454.158 * 8, 0.62353),
)
rescaled.mistake(
    "The slope is right, but R² compares residuals in km/s with velocities in km/s: nothing "
    "in it has changed.",
    answer=(454.158 / 8, 0.62353 / 8),
)
rescaled.mistake(
    "The slope is right, but R² compares residuals in km/s with velocities in km/s: nothing "
    "in it has changed.",
    answer=(454.158 / 8, 0.62353 / 64),
)


@exercise(
    cases=[(HUBBLE,), (PLANE,)],
    hints=[
        "The model has an intercept: put a column of ones in front of X.",
        "H = QQᵀ, and you need only its diagonal.",
        "Row i of Q has squared length h_i: (Q**2).sum(axis=1).",
    ],
)
def leverage(X):
    r"""With $\mathbf{X} = \mathbf{QR}$ the hat matrix is $\mathbf{QQ}^\top$; entry $i$ of its diagonal is the squared length of row $i$ of $\mathbf{Q}$."""
    Q, _ = np.linalg.qr(np.column_stack([np.ones(len(X)), X]))
    return (Q**2).sum(axis=1)


@leverage.mistake(
    "You forgot the column of ones: these are the leverages of a fit through the origin."
)
def _(X):
    return (np.linalg.qr(X)[0] ** 2).sum(axis=1)


@leverage.mistake(
    "Every leverage is 1: you took the complete QR, whose Q is square. Use the reduced one."
)
def _(X):
    Q, _ = np.linalg.qr(np.column_stack([np.ones(len(X)), X]), mode="complete")
    return (Q**2).sum(axis=1)


@leverage.mistake("That is the length of each row of Q. The leverage is its square.")
def _(X):
    Q, _ = np.linalg.qr(np.column_stack([np.ones(len(X)), X]))
    return np.linalg.norm(Q, axis=1)


@exercise(
    cases=[
        (PLANE, HEIGHTS, 2.0),
        (PLANE, HEIGHTS, 0.1),
        (HUBBLE, HUBBLE[:, 0] ** 2, 5.0),
    ],
    hints=[
        "Center X and y; the intercept then drops out of the problem.",
        "Solve (A'A + λI) w = A'b for the centered A and b.",
        "The intercept brings the means back: mean(y) − mean(X) · w.",
    ],
)
def ridge(X, y, lam):
    r"""Centering takes the intercept out of the penalized problem; it is recovered from the means, as in ordinary least squares."""
    x_mean, y_mean = X.mean(axis=0), y.mean()
    A, b = X - x_mean, y - y_mean
    w = np.linalg.solve(A.T @ A + lam * np.eye(A.shape[1]), A.T @ b)
    return y_mean - x_mean @ w, w


@ridge.mistake(
    "You penalized the intercept too: then adding 100 to every y would change the slopes."
)
def _(X, y, lam):
    X1 = np.column_stack([np.ones(len(X)), X])
    theta = np.linalg.solve(X1.T @ X1 + lam * np.eye(X1.shape[1]), X1.T @ y)
    return theta[0], theta[1:]


@ridge.mistake(
    "You left the data uncentered: this is ridge through the origin, shifted afterwards."
)
def _(X, y, lam):
    w = np.linalg.solve(X.T @ X + lam * np.eye(X.shape[1]), X.T @ y)
    return y.mean() - X.mean(axis=0) @ w, w


@ridge.mistake(
    "Your penalty grows with the number of rows: here the error is a sum, not a mean."
)
def _(X, y, lam):
    A, b = X - X.mean(axis=0), y - y.mean()
    w = np.linalg.solve(A.T @ A + lam * len(X) * np.eye(A.shape[1]), A.T @ b)
    return y.mean() - X.mean(axis=0) @ w, w


@exercise(
    rtol=5e-3,
    hints=[
        "Now the distance is y and the velocity is x.",
        "Your slope is in Mpc per km/s. H₀ is its reciprocal.",
        "The product of the two slopes is R² = 0.6235.",
    ],
)
def the_other_line():
    r"""Minimizing errors in distance gives another line: its slope is $S_{xy}/S_{yy}$, so read the
    other way $S_{yy}/S_{xy} = 454.2/R^2 = 728.4$ km/s/Mpc, and an age of 1.34 billion years.
    Which line is right depends on where the errors are, and the data don't say.
    """
    table = load_hubble_1929()
    x = table["distance_mpc"] - table["distance_mpc"].mean()
    v = table["velocity_km_s"] - table["velocity_km_s"].mean()
    hubble = (v @ v) / (x @ v)
    return hubble, 977.8 / hubble


the_other_line.mistake(
    "That is the first line again. Swapping the axes is not inverting the line, unless R² = 1.",
    answer=(454.158, 977.8 / 454.158),
)
the_other_line.mistake(
    "Your slope is in Mpc per km/s: invert it first.",
    answer=(0.00137294, 977.8 / 0.00137294),
)


@proof(
    hints=[
        "Write the residuals as Mε with M = I − H. Why does θ drop out?",
        "RSS = εᵀMε is a sum of M_ij ε_i ε_j. Take the expectation term by term.",
        "tr(I − H) = n − tr(QQᵀ) = n − tr(QᵀQ).",
    ]
)
def expected_rss():
    r"""Put $\mathbf{M} = \mathbf{I} - \mathbf{H}$. Then $\mathbf{MX} = \mathbf{0}$, so
    $\mathbf{e} = \mathbf{My} = \mathbf{M}(\mathbf{X}\boldsymbol{\theta} + \boldsymbol{\varepsilon}) =
    \mathbf{M}\boldsymbol{\varepsilon}$. Since $\mathbf{M}$ is symmetric and $\mathbf{M}^2 = \mathbf{M}$,

    $$
    \mathrm{RSS} = \mathbf{e}^\top\mathbf{e} = \boldsymbol{\varepsilon}^\top\mathbf{M}\boldsymbol{\varepsilon}
    = \sum_{i,j} M_{ij}\,\varepsilon_i\varepsilon_j .
    $$

    Uncorrelated errors of mean 0 and equal variance have $\mathbb{E}\,\varepsilon_i\varepsilon_j = 0$ for
    $i \ne j$ and $\mathbb{E}\,\varepsilon_i^2 = \sigma^2$. Only the diagonal survives:

    $$
    \mathbb{E}\,\mathrm{RSS} = \sigma^2\,\mathrm{tr}(\mathbf{M}) = \sigma^2\left(n - \mathrm{tr}(\mathbf{Q}\mathbf{Q}^\top)\right)
    = \sigma^2\left(n - \mathrm{tr}(\mathbf{Q}^\top\mathbf{Q})\right) = (n - p)\,\sigma^2 . \qquad\blacksquare
    $$

    Neither normality nor independence was used. (A common slip is $n - 1$: that is right only for
    $p = 1$, when the mean is all that is fitted.)
    """


@exercise(
    rtol=0.02,
    hints=[
        "In one_draw only the 100 in np.split has to change.",
        "The smallest singular value is nearest to 0 when the matrix is square.",
        "np.median([one_draw(p, seed, y)[0] for seed in range(10)]) for each p.",
    ],
)
def fewer_rows():
    r"""The peak sits where the number of features meets the number of **training rows**, $p = 50$:
    there the feature matrix is square and its smallest singular value is closest to 0. Far beyond,
    at $p = 1000$, the median error is back at 1.2.
    """
    X, y = load_diabetes()
    medians = {}
    for p in [10, 30, 50, 100, 1000]:
        errors = []
        for seed in range(10):
            rng = np.random.default_rng(seed)
            train, test = np.split(rng.permutation(442), [50])
            Z = StandardScaler().fit(X[train]).transform(X)
            F = random_features(Z, p, rng)
            center = y[train].mean()
            w = np.linalg.pinv(F[train], rcond=1e-10) @ (y[train] - center)
            misses = F[test] @ w + center - y[test]
            errors.append(np.mean(misses**2) / y.var())
        medians[p] = np.median(errors)
    return max(medians, key=medians.get), medians[1000]


fewer_rows.mistake(
    "The peak moves with the number of training rows: with 50 of them it can't stay at 100. "
    "Did you train on 100?",
    answer=(100, 1.058),
)
fewer_rows.mistake(
    "Without a peak something is regularizing: a penalty, or a cut-off so large that it "
    "drops small singular values.",
    answer=(10, 0.580),
)
