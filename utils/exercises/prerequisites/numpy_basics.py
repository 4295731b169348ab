"""Exercises of 00-prerequisites/02-numpy-basics.ipynb."""

import numpy as np

from utils.datasets import load_digits, load_english_bigrams, load_iris
from utils.exercises.engine import exercise

FLOWERS = load_iris()[0]
SMALL = np.array(
    [[1.0, 200.0, 7.0], [3.0, 100.0, 7.0], [2.0, 400.0, 7.0], [-5.0, 0.0, 7.0]]
)
SQUARE = np.array([[2.0, 1.0], [4.0, 5.0]])

_rng = np.random.default_rng(2)
LINE = np.array([1.0, 2.0, 3.0, 4.0])
GUESSES = np.array([2.0, 2.0, 4.0, 5.0])
TRUTH, FORECAST = _rng.normal(3.0, 2.0, size=9), _rng.normal(1.0, 1.0, size=9)

DIGIT = load_digits()[0][0].reshape(8, 8)
LANDSCAPE = np.arange(35.0).reshape(5, 7) ** 2
BRIGHT = np.array(
    [[250, 240, 10, 30], [200, 220, 255, 90], [90, 255, 120, 60]], np.uint8
)


@exercise(
    hints=[
        "Write the two shapes one below the other, aligned at the right.",
        "In (a) the positions are 2 with nothing, 1 with 5, and 6 with 1.",
        "In (c), aligned at the right, the 4 of the second shape stands below the 3.",
    ],
)
def shapes():
    r"""Aligned at the right: (a) 2 with nothing, 1 with 5, 6 with 1; (b) 1 with 7, 6 with 1;
    (c) 3 with 4, and neither is 1. To mean one number for each row, write `b[:, None]`.
    """
    return (2, 5, 6), (7, 6), False


shapes.mistake(
    "(a): an axis of length 1 stretches to the other's size, whichever of the two has it. "
    "Here 1 meets 5.",
    answer=((2, 1, 6), (7, 6), False),
)
shapes.mistake(
    "(b): rows come first. The first axis is 1 with 7, the second 6 with 1.",
    answer=((2, 5, 6), (6, 7), False),
)
shapes.mistake(
    "(c): shapes are aligned at the right, so 3 meets 4, although there are four rows. "
    "You need b[:, None].",
    answer=((2, 5, 6), (7, 6), True),
)


@exercise(
    hints=[
        "Three arrays are made from a. Which of them read the same memory as a?",
        "A slice and this reshape are views; picking with a list makes a copy.",
        "b[1] is a[2], c[0] is nobody's but c's, and d[1] is a[3], a[4], a[5].",
    ],
)
def views():
    """`b` is a view of entries 0, 2, 4, so `b[1] = 10` changes `a[2]`. `c` is a copy, and `a`
    doesn't notice. `d` is a view whose second row is entries 3, 4, 5, and `*=` writes there.
    """
    a = np.arange(6)
    b = a[::2]
    b[1] = 10
    c = a[[0, 2]]
    c[0] = 7
    d = a.reshape(2, 3)
    d[1] *= 2
    return a


views.mistake(
    "You took all three for copies. A slice is a view, and so is this reshape.",
    answer=[0, 1, 2, 3, 4, 5],
)
views.mistake(
    "Nearly: picking with a list, as in a[[0, 2]], makes a copy. Changing c leaves a alone.",
    answer=[7, 1, 10, 6, 8, 10],
)
views.mistake(
    "Nearly: this reshape is a view too, and *= writes into it.",
    answer=[0, 1, 10, 3, 4, 5],
)


@exercise(
    cases=[(FLOWERS,), (SMALL,), (SQUARE,)],
    hints=[
        "One minimum for each column: which axis should disappear?",
        "low = X.min(axis=0) has shape (d,), and so has high. What is (X - low) / (high - low)?",
        "Where high equals low, divide by 1 instead: np.where(high > low, high - low, 1).",
    ],
)
def min_max(X):
    r"""$(x_{ij} - \min_j) / (\max_j - \min_j)$, with one minimum and one maximum for each
    column: `axis=0` disappears. Where they are equal, $0/0$ is avoided by dividing by 1.
    """
    low, high = X.min(axis=0), X.max(axis=0)
    return (X - low) / np.where(high > low, high - low, 1)


@min_max.mistake(
    "You used one minimum and one maximum for the whole matrix. Each column needs its own."
)
def _(X):
    return (X - X.min()) / (X.max() - X.min())


@min_max.mistake(
    "You scaled each row. The axis that is named disappears: for one minimum per column "
    "it is axis 0."
)
def _(X):
    low, high = X.min(axis=1, keepdims=True), X.max(axis=1, keepdims=True)
    return (X - low) / np.where(high > low, high - low, 1)


@min_max.mistake(
    "Right until a column is constant: 0/0 is nan, and it should become 0."
)
def _(X):
    low, high = X.min(axis=0), X.max(axis=0)
    with np.errstate(invalid="ignore"):  # 0/0 is the point here
        return (X - low) / (high - low)


@exercise(
    rtol=2e-3,
    hints=[
        "table = counts[1:, 1:]. Which axis must disappear for one total per row?",
        "(26, 26) / (26,) would divide along the wrong axis: keepdims=True.",
        "Then pick the row of 'q', the column of 'u': position 16 and 20 in the alphabet.",
    ],
)
def after_q():
    """One total for each row, kept as a column so that it divides its own row."""
    symbols, counts = load_english_bigrams()
    letters, table = symbols[1:], counts[1:, 1:]
    shares = table / table.sum(axis=1, keepdims=True)
    return shares[letters == "q", letters == "u"].item()


after_q.mistake(
    "Without keepdims the totals lie along the columns: column j was divided by the total of "
    "row j. A square table hides it.",
    answer=0.044077,
)
after_q.mistake(
    "You scaled the columns: that is the share of q among the letters before a u.",
    answer=0.047023,
)
after_q.mistake(
    "You left the gap between words in: its row and column have to go before you scale.",
    answer=0.96908,
)


@exercise(
    rtol=3e-4,
    hints=[
        "For the means use X[:1000] and y[:1000] only, as in Section 4.4.",
        "The distances from 797 images to 10 means are an array of shape (797, 10).",
        "argmin(axis=1) of it is the label; compare with y[1000:], and take the mean.",
    ],
)
def templates():
    """Ten means from the first 1000 rows; the nearest of them labels each of the others."""
    X, y = load_digits()
    train, labels = X[:1000], y[:1000]
    means = np.array([train[labels == digit].mean(axis=0) for digit in range(10)])
    distances = ((X[1000:, None] - means) ** 2).sum(axis=2)  # (797, 10)
    return float((distances.argmin(axis=1) == y[1000:]).mean())


templates.mistake(
    "Your means were computed from all 1,797 images, the test images among them. Use rows 0 "
    "to 999 only.",
    answer=724 / 797,
)
templates.mistake(
    "That is the share of rows 0 to 999, from which the means were made. Test on the others.",
    answer=0.909,
)
templates.mistake(
    "That is the nearest image. Here each image is compared with ten means only.",
    answer=767 / 797,
)


@exercise(
    cases=[(LINE, LINE), (LINE, GUESSES), (TRUTH, FORECAST)],
    hints=[
        "Multiply out the square as in 2.8, with p in place of one of the y.",
        "mean(y²) - 2 mean(y) mean(p) + mean(p²): and mean(y²) is Var(y) plus mean(y)².",
        "What is mean(y)² - 2 mean(y) mean(p) + mean(p)²?",
    ],
)
def bugged_error(y, p):
    r"""Multiply out and sum, as in 2.8: $\frac1n\sum_j y_j^2 - 2\,\bar y\,\bar p + \frac1n\sum_i p_i^2$.
    Insert $\frac1n\sum_j y_j^2 = \mathrm{Var}(y) + \bar y^2$, and the same for $p$:

    $$
    \mathrm{Var}(y) + \mathrm{Var}(p) + (\bar y - \bar p)^2 .
    $$

    It is smallest, $\mathrm{Var}(y)$, when all predictions equal $\bar y$: a model that makes
    this number small learns to say the mean, whatever its input.
    """
    return y.var() + p.var() + (y.mean() - p.mean()) ** 2


@bugged_error.mistake(
    "That is the error that was meant: each prediction against its own true value. The bug "
    "compares every pair."
)
def _(y, p):
    return ((y - p) ** 2).mean()


@bugged_error.mistake(
    "Right if y and p have the same mean. What is left of the three products of means?"
)
def _(y, p):
    return y.var() + p.var()


@bugged_error.mistake("That is for perfect predictions only. Here p isn't y.")
def _(y, p):
    return 2 * y.var()


@exercise(
    cases=[(DIGIT, 3), (LANDSCAPE, 2), (LANDSCAPE, 1), (BRIGHT, 2)],
    hints=[
        "For one position (i, j) in the square, all the pixels there form one slice.",
        "That slice is image[i : i + h - k + 1, j : j + w - k + 1]. Add up all k² of them.",
        "Start from np.zeros((h - k + 1, w - k + 1)), which holds floats: uint8 would wrap.",
    ],
)
def box_blur(image, k):
    r"""Each of the $k^2$ positions in the square is one slice of the image, shifted; their sum
    divided by $k^2$ is the mean of every square at once. The sum is kept in floats. With
    weights instead of equal shares this is the convolution of neural networks.
    """
    h, w = image.shape
    rows, columns = h - k + 1, w - k + 1
    total = np.zeros((rows, columns))
    for i in range(k):
        for j in range(k):
            total += image[i : i + rows, j : j + columns]
    return total / k**2


@box_blur.mistake(
    "Right for floats. In uint8 your sum wraps beyond 255: add up in floats."
)
def _(image, k):
    rows, columns = image.shape[0] - k + 1, image.shape[1] - k + 1
    total = np.zeros((rows, columns), dtype=image.dtype)
    for i in range(k):
        for j in range(k):
            total += image[i : i + rows, j : j + columns]
    return total / k**2


@box_blur.mistake(
    "The last row and the last column are missing: h - k + 1 squares fit."
)
def _(image, k):
    rows, columns = image.shape[0] - k, image.shape[1] - k
    total = np.zeros((rows, columns))
    for i in range(k):
        for j in range(k):
            total += image[i : i + rows, j : j + columns]
    return total / k**2


@box_blur.mistake("Those are the sums over the squares: divide by k² for the mean.")
def _(image, k):
    return k**2 * box_blur._solution(image, k)
