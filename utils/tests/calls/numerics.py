"""Calls of `utils.numerics`."""

from utils.tests.calls import call

X = [0.5, -1.0, 2.0]
TABLE = [[0.0, 1.0, -2.0], [3.0, 0.5, 0.25]]
ELEMENTWISE = "nan infinity empty"


def parabola(x):
    return x * x - 2


def slope(x):
    return 2 * x


CALLS = {
    "numerics.logsumexp": call(a=TABLE, options={"axis": 0}, accepts=ELEMENTWISE),
    "numerics.softmax": call(a=TABLE, accepts=ELEMENTWISE),
    "numerics.log_softmax": call(a=X, accepts="nan infinity"),
    "numerics.sigmoid": call(z=X, accepts=ELEMENTWISE),
    "numerics.log_sigmoid": call(z=X, accepts=ELEMENTWISE),
    "numerics.softplus": call(z=X, accepts=ELEMENTWISE),
    "numerics.two_sum": call(a=X, b=[4.0, 0.25, 8.0], accepts="nan infinity"),
    "numerics.kahan_sum": call(x=X, accepts="empty"),
    "numerics.neumaier_sum": call(x=X, accepts="empty"),
    "numerics.pairwise_sum": call(x=X, accepts="empty"),
    "numerics.horner": call(
        coefficients=[2.0, 0.0, -1.0], x=X, accepts="x:nan x:infinity x:empty"
    ),
    "numerics.bisect": call(options={"f": parabola, "a": 0, "b": 2}),
    "numerics.newton_root": call(options={"f": parabola, "df": slope, "x0": 1}),
    "numerics.fixed_point": call(
        options={"g": lambda x: x / 2 + 1}, x0=X, accepts="empty"
    ),
}
