"""Calls of `utils.special`."""

from utils.tests.calls import call

ELEMENTWISE = "nan infinity empty"
A, B, X = [0.5, 3.0, 12.0], [2.0, 0.25, 30.0], [0.125, 0.5, 0.875]
N, K = [4.0, 10.0, 20.0], [2.0, 0.0, 21.0]

CALLS = {
    "special.gammaln": call(x=A, accepts=ELEMENTWISE),
    "special.log_factorial": call(n=N, accepts="nan empty"),
    "special.log_binom": call(n=N, k=K, accepts="nan"),
    "special.betaln": call(a=A, b=B, accepts="nan infinity"),
    "special.digamma": call(x=A, accepts=ELEMENTWISE),
    "special.trigamma": call(x=A, accepts=ELEMENTWISE),
    "special.gammainc": call(a=A, x=N, accepts="nan x:infinity"),
    "special.gammaincc": call(a=A, x=N, accepts="nan x:infinity"),
    "special.betainc": call(a=A, b=B, x=X, accepts="nan"),
    "special.betaincc": call(a=A, b=B, x=X, accepts="nan"),
    "special.erf": call(x=X, accepts=ELEMENTWISE),
    "special.erfc": call(x=X, accepts=ELEMENTWISE),
}
