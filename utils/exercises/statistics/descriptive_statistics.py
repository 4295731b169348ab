"""Exercises of 04-statistics/01-descriptive-statistics.ipynb."""

import numpy as np

from utils.datasets import load_michelson_1879
from utils.exercises.engine import exercise, proof


@exercise(
    rtol=2e-3,
    hints=[
        "The mean is 4. Square the deviations, and add them up.",
        "The squares add up to 28; there are six numbers.",
        "The median is halfway between 3 and 4. Sort the six distances from it.",
    ],
)
def by_hand():
    r"""The mean is 4, the squared deviations are 9, 1, 1, 0, 1, 16, and $s^2 = \frac{28}{5}$.
    The middle values are 3 and 4, so the median is 3.5. The distances from it, sorted, are
    0.5, 0.5, 0.5, 1.5, 2.5, 4.5: the middle of them is $\frac{0.5 + 1.5}{2} = 1$.
    """
    return 28 / 5, 3.5, 1.0


by_hand.mistake(
    "28/6 has divisor n: that is the variance of the data as they are. s² divides by 5.",
    answer=(28 / 6, 3.5, 1.0),
)
by_hand.mistake(
    "That is the mean in the place of the median: sort, and average the two in the middle.",
    answer=(5.6, 4.0, 1.0),
)
by_hand.mistake(
    "Your third number is the mean distance from the median. The MAD is their median.",
    answer=(5.6, 3.5, 10 / 6),
)


@exercise(
    cases=[
        ([1.0, 2.0, 4.0, 8.0], 0.25),
        ([8.0, 1.0, 4.0, 2.0], 0.6),
        ([3.0, 1.0, 2.0], 0.5),
        ([5.0, 9.0, 7.0, 6.0, 1.0], 0.95),
        ([5.0, 9.0, 7.0, 6.0, 1.0], 0.01),
        ([4.0], 0.3),
    ],
    hints=[
        "Sort. Then the position is h = (n + 1) q, but at least 1 and at most n.",
        "The whole part of h says which sorted value is below; the rest, how far to go.",
        "Python counts from 0, the rule from 1: subtract 1 from h first.",
    ],
)
def quantile_exclusive(x, q):
    r"""At position $h = (n + 1)q$, clipped to $[1, n]$ and counted from 1, go from the value
    at $\lfloor h\rfloor$ towards the next one. NumPy calls this method `"weibull"`; it is
    type 6 of Hyndman and Fan. For $q$ near 0 or 1 there are no data to interpolate between.
    """
    x = np.sort(x)
    h = np.clip((x.size + 1) * q, 1, x.size) - 1
    low = int(np.floor(h))
    high = min(low + 1, x.size - 1)
    return x[low] + (h - low) * (x[high] - x[low])


@quantile_exclusive.mistake(
    "That is the rule of the text, position (n - 1) q counted from 0. Here it is (n + 1) q, "
    "counted from 1."
)
def _(x, q):
    return np.quantile(x, q)


@quantile_exclusive.mistake("The data come in any order: sort them first.")
def _(x, q):
    x = np.asarray(x)
    h = np.clip((x.size + 1) * q, 1, x.size) - 1
    low = int(np.floor(h))
    high = min(low + 1, x.size - 1)
    return x[low] + (h - low) * (x[high] - x[low])


@quantile_exclusive.mistake(
    "One place too far: the positions of the rule count from 1, those of Python from 0."
)
def _(x, q):
    x = np.sort(x)
    h = np.clip((x.size + 1) * q, 0, x.size - 1)
    low = int(np.floor(h))
    high = min(low + 1, x.size - 1)
    return x[low] + (h - low) * (x[high] - x[low])


@exercise(
    cases=[
        (8, 5.0, 32.0, 9.0),
        (4, 10.0, 90.0, 4.0),
        (2, 3.0, 2.0, 4.0),
        (5, 7.0, 0.0, 7.0),
        (4, 1e9 + 10.0, 90.0, 1e9 + 16.0),
    ],
    hints=[
        "The old sum, n times the mean, loses x. What is the new mean?",
        "Without large sums: mean - (x - mean)/(n - 1).",
        "Welford's update, read backward: M loses (x - new mean)(x - old mean).",
    ],
)
def forget(n, mean, M, x):
    r"""Let $\bar x$ be the mean with $x$ and $\bar x_0$ the one without. From
    $n\bar x = (n - 1)\bar x_0 + x$ follows $\bar x_0 = \bar x - \frac{x - \bar x}{n - 1}$. Adding
    $x$ to the others would add $(x - \bar x_0)(x - \bar x)$ to $M$, by Welford's update;
    taking it out subtracts the same. (Over millions of steps rounding piles up: now and
    then, start afresh.)
    """
    rest = mean - (x - mean) / (n - 1)
    return rest, M - (x - rest) * (x - mean)


@forget.mistake("M loses (x - new mean)(x - old mean): you took the old mean twice.")
def _(n, mean, M, x):
    return mean - (x - mean) / (n - 1), M - (x - mean) ** 2


@forget.mistake("M loses (x - new mean)(x - old mean): you took the new mean twice.")
def _(n, mean, M, x):
    rest = mean - (x - mean) / (n - 1)
    return rest, M - (x - rest) ** 2


@forget.mistake("The mean of the rest is shared by n - 1 rows: divide by n - 1, not n.")
def _(n, mean, M, x):
    rest = mean - (x - mean) / n
    return rest, M - (x - rest) * (x - mean)


@exercise(
    rtol=1e-6,
    hints=[
        "Sort the speeds. The rest after k deletions are the 100 - k smallest.",
        "speeds[: 100 - k].mean(): try k = 0, 1, 2, ... until it is at most 734.5.",
        "np.cumsum(speeds) / np.arange(1, 101) has all the means of the smallest at once.",
    ],
)
def runs_to_delete():
    r"""The mean of the $k$ smallest grows with $k$. It is at most 734.5 for the 16 smallest
    (734.4) and no longer for 17, so 84 runs must go. Whoever deletes 84% of the data to get
    the right answer hasn't removed outliers: the error is in nearly all of the runs.
    """
    speeds = np.sort(load_michelson_1879()["speed_km_s_minus_299000"])
    means = np.cumsum(speeds) / np.arange(1, 101)  # of the smallest 1, 2, ..., 100
    kept = int(np.sum(means <= 734.5))
    return 100 - kept, np.median(speeds[:kept])


runs_to_delete.mistake(
    "That is the number of runs that are kept. How many had to go?", answer=(16, 745.0)
)
runs_to_delete.mistake(
    "After 83 deletions the mean is 737.06, still above 734.5: one more.",
    answer=(83, 750.0),
)
runs_to_delete.mistake(
    "You deleted until the median was at most 734.5. The question is about the mean.",
    answer=(90, 730.0),
)


@proof(
    hints=[
        "Mean minus median is the average of the x_i minus the median.",
        "An average is no larger in size than the average of the sizes. And which c makes "
        "the average of |x_i - c| smallest?",
        "Last step: a mean of sizes is at most the root of the mean of squares (Jensen).",
    ]
)
def mean_and_median():
    r"""Write $m$ for the median. Since $\bar x - m$ is the average of the $x_i - m$,

    $$
    \lvert\bar x - m\rvert \;\le\; \frac1n\sum_i\lvert x_i - m\rvert \;\le\; \frac1n\sum_i\lvert x_i - \bar x\rvert \;\le\; \sqrt{\frac1n\sum_i (x_i - \bar x)^2} = \hat\sigma .
    $$

    First step: the triangle inequality. Second: the median has the smallest sum of absolute
    distances, so the mean's can't be smaller (2.2). Third: Jensen's inequality for the
    square, $(\text{mean of sizes})^2 \le$ mean of squares. For data such as 0 and 1 (once
    each), mean and median agree; the bound is approached by barely more than half zeros and
    the rest ones: with $n$ large, the median is 0, the mean and $\hat\sigma$ both near
    $\frac12$.
    """


@exercise(
    cases=[
        ((2, 1.0, 2.0, 2.0), (3, 4.0, 0.0, -1.0)),
        ((1, 5.0, 7.0, 0.0), (4, 2.0, 3.0, 6.0)),
        ((3, 1.0, 1.0, 5.0), (3, 1.0, 4.0, -2.0)),
        ((10, -3.0, 2.5, 40.0), (30, 2.0, -1.5, 12.0)),
    ],
    hints=[
        "The identity of 2.2 has a twin: the sum of (x - c)(y - k) is C + n (mean_x - c)"
        "(mean_y - k). Why do the mixed terms vanish?",
        "Apply it to both parts, with the means of the whole table for c and k.",
        "C = C_a + C_b + (n_a n_b / n) times the difference of the x means times that of "
        "the y means.",
    ],
)
def merge_reports(a, b):
    r"""For any $c$ and $k$, $\sum (x_i - c)(y_i - k) = C + n(\bar x - c)(\bar y - k)$, because the
    deviations of each column cancel. With the whole table's means for $c$ and $k$, both
    parts add up to $C_a + C_b + \frac{n_a n_b}{n}\delta_x\delta_y$, exactly as for the
    variance, which is the case $y = x$.
    """
    n_a, x_a, y_a, C_a = a
    n_b, x_b, y_b, C_b = b
    n, dx, dy = n_a + n_b, x_b - x_a, y_b - y_a
    C = C_a + C_b + dx * dy * n_a * n_b / n
    return n, x_a + dx * n_b / n, y_a + dy * n_b / n, C


@merge_reports.mistake(
    "The term between the parts is missing: if their means differ in both columns, that "
    "alone makes x and y go together."
)
def _(a, b):
    n = a[0] + b[0]
    x, y = ((a[0] * a[k] + b[0] * b[k]) / n for k in (1, 2))
    return n, x, y, a[3] + b[3]


@merge_reports.mistake(
    "The mean of two means is right only for parts of equal size: weigh them by n."
)
def _(a, b):
    n, dx, dy = a[0] + b[0], b[1] - a[1], b[2] - a[2]
    C = a[3] + b[3] + dx * dy * a[0] * b[0] / n
    return n, (a[1] + b[1]) / 2, (a[2] + b[2]) / 2, C


@merge_reports.mistake(
    "The differences of the means have signs: in C they are multiplied as they are."
)
def _(a, b):
    n, dx, dy = a[0] + b[0], b[1] - a[1], b[2] - a[2]
    C = a[3] + b[3] + abs(dx * dy) * a[0] * b[0] / n
    return n, a[1] + dx * b[0] / n, a[2] + dy * b[0] / n, C
