"""utils.probability.expectations against closed moments, SciPy's quadrature and mpmath."""

import math
import warnings

import mpmath as mp
import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from utils import probability
from utils.probability import (
    Bernoulli,
    Beta,
    Binomial,
    Categorical,
    Cauchy,
    ChiSquared,
    Discrete,
    DiscreteUniform,
    Distribution,
    Empirical,
    Exponential,
    FDist,
    Gamma,
    Geometric,
    Gumbel,
    Hypergeometric,
    Laplace,
    Logistic,
    LogNormal,
    Mixture,
    NegativeBinomial,
    Normal,
    Pareto,
    Poisson,
    StudentT,
    Uniform,
    expectation,
)

pytestmark = pytest.mark.filterwarnings("error")

steady = settings(derandomize=True, deadline=None, max_examples=40)

LAWS = [
    Uniform(-1, 3),
    Normal(1, 2),
    LogNormal(0.5, 0.7),
    Exponential(3),
    Gamma(0.3, 2),
    Gamma(1e4),
    ChiSquared(1),
    Beta(2, 5),
    Beta(0.5, 2),
    Beta(300, 500),
    FDist(3, 11),
    StudentT(5, 1, 2),
    Laplace(1, 2),
    Logistic(1, 2),
    Gumbel(1, 2),
    Pareto(3.5, 2),
    Bernoulli(0.3),
    DiscreteUniform(-3, 9),
    Binomial(1000, 0.3),
    Geometric(0.001),
    NegativeBinomial(2.5, 0.01),
    Hypergeometric(52, 13, 5),
    Poisson(0.1),
    Poisson(1e6),
    Categorical([0.5, 0.2, 0.3], [7, -1, 2.5]),
    Empirical([3, 1, 2, 2]),
    Mixture([0.3, 0.7], [Normal(-2), Poisson(4)]),
]

each_law = pytest.mark.parametrize("law", LAWS, ids=str)


def warned(match):
    return pytest.warns(RuntimeWarning, match=match)


diverges = "diverges, or converges too slowly"


# Closed forms ----------------------------------------------------------------------------


@each_law
def test_mean_and_variance_have_12_digits(law):
    mean, var = law.mean(), law.var()
    assert type(expectation(law)) is float
    assert expectation(law) == pytest.approx(mean, rel=1e-12, abs=1e-12 * law.std())
    assert expectation(law, lambda x: (x - mean) ** 2) == pytest.approx(var, rel=1e-12)
    assert expectation(law, np.ones_like) == pytest.approx(1, rel=1e-12)


@pytest.mark.parametrize(
    ("law", "f", "exact"),
    [
        (StudentT(3), np.square, 3),
        (Pareto(1.5), None, 3),
        (Pareto(1.1), None, 11),
        (Pareto(2.1), np.square, 21),
        (LogNormal(0, 1), np.square, math.exp(2)),
        (Normal(), lambda x: x**8, 105),
        (Normal(), lambda x: np.exp(20 * x), mp.exp(200)),  # exp overflows further out
        (Normal(), lambda x: np.log(np.abs(x)), -(mp.euler + mp.log(2)) / 2),
        (Normal(), lambda x: x > 0, 0.5),
        (Exponential(), np.log, -mp.euler),
        (Exponential(), lambda x: x**0.5, mp.gamma(1.5)),
        (Gamma(0.01), None, 0.01),
        (Gamma(1e-4), None, 1e-4),  # its median is below the smallest float
        (Laplace(), np.abs, 1),
        (Gumbel(), None, mp.euler),
        (Logistic(), lambda x: x**4, 7 * mp.pi**4 / 15),
        (Beta(3, 2), lambda x: 1 / x, 2),
        (Cauchy(), lambda x: np.cos(0 * x), 1),
        (Poisson(3), lambda k: np.exp(3 * k), mp.exp(3 * (mp.exp(3) - 1))),
        (Poisson(3), lambda k: k * (k - 1) * (k - 2), 27),
        (Geometric(0.5), lambda k: 1.5**k, 3),
        (Geometric(0.25), lambda k: 1 / k, mp.log(4) / 3),
        (Binomial(40, 0.5), lambda k: 2.0**k, mp.mpf(1.5) ** 40),
        (Binomial(5, 0), None, 0),
    ],
)
def test_known_expectations_have_12_digits(law, f, exact):
    assert expectation(law, f) == pytest.approx(float(exact), rel=1e-12)


@pytest.mark.parametrize("b", [0.5, 0.7])
def test_a_density_infinite_at_an_end_other_than_zero_leaves_6_digits(b):
    assert expectation(Beta(2, b)) == pytest.approx(2 / (2 + b), rel=1e-6)


def test_it_agrees_with_scipy():
    pairs = [
        (Gamma(2.5, 2), scipy.stats.gamma(2.5, scale=0.5)),
        (StudentT(7), scipy.stats.t(7)),
        (Poisson(4.5), scipy.stats.poisson(4.5)),
        (NegativeBinomial(3, 0.2), scipy.stats.nbinom(3, 0.2)),
    ]
    for ours, theirs in pairs:
        for f in (np.cos, lambda x: np.exp(-x * x), np.sqrt):
            if f is np.sqrt and ours.support[0] < 0:
                continue
            assert expectation(ours, f) == pytest.approx(
                theirs.expect(f), rel=1e-7, abs=1e-8
            )


def test_the_cosine_of_a_normal_variable_has_12_digits():
    with mp.workdps(30):
        for t in (0.5, 3, 10):
            exact = float(mp.exp(-(mp.mpf(t) ** 2) / 2))
            value = expectation(Normal(), lambda x, t=t: np.cos(t * x))
            assert value == pytest.approx(exact, abs=1e-13)


# Properties ------------------------------------------------------------------------------


@steady
@given(st.floats(-3, 3), st.floats(-3, 3), st.integers(0, len(LAWS) - 1))
def test_it_is_linear(a, b, i):
    law = LAWS[i]
    scale = law.mean() + law.std()
    first = expectation(law, lambda x: np.sin(x / scale))
    second = expectation(law, lambda x: np.cos(x / scale))
    both = expectation(law, lambda x: a * np.sin(x / scale) + b * np.cos(x / scale))
    assert both == pytest.approx(a * first + b * second, abs=1e-12)


def test_a_mixture_is_the_weighted_mean_of_its_components():
    parts = [Normal(-1, 2), Gamma(3), Poisson(2)]
    mixture = Mixture([0.2, 0.5, 0.3], parts)
    each = [expectation(law, np.cos) for law in parts]
    assert expectation(mixture, np.cos) == pytest.approx(
        np.dot([0.2, 0.5, 0.3], each), rel=1e-14
    )


def test_f_does_not_matter_where_there_is_no_probability():
    coin = Categorical([0.5, 0, 0.5], [1, 0, 4])
    assert expectation(coin, lambda x: 1 / x) == 0.625
    assert (
        expectation(Categorical([1.0, 0.0]), lambda x: np.where(x > 0, np.nan, 3)) == 3
    )
    assert expectation(Binomial(3, 0), lambda k: np.where(k > 0, np.nan, 2)) == 2


def test_f_may_be_zero_for_long_before_it_is_not():
    law = Poisson(1e6)
    up = expectation(law, lambda k: k > 1_002_000)
    down = expectation(law, lambda k: k <= 998_000)
    assert up == pytest.approx(law.sf(1_002_000), rel=1e-11)
    assert down == pytest.approx(law.cdf(998_000), rel=1e-11)


def test_a_discrete_law_of_your_own_is_summed_over_the_integers():
    class Geometric2(Discrete):  # from 0 on, p = 1/2
        support = (0.0, math.inf)

        def _logpmf(self, k):
            return -(k + 1) * math.log(2)

        def _is_atom(self, k):
            return (k >= 0) & (k == np.floor(k))

        def _cdf(self, x):
            return 1 - 0.5 ** (np.floor(x) + 1)

        def _ppf(self, q):
            return np.ceil(-np.log2(1 - q)) - 1

        def mean(self):
            return 1.0

        def var(self):
            return 2.0

    assert expectation(Geometric2()) == pytest.approx(1, rel=1e-12)


# What has no expectation -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("law", "f"),
    [
        (Cauchy(), None),
        (Cauchy(3, 2), np.abs),
        (StudentT(1), None),
        (StudentT(2), np.square),
        (Pareto(1), None),
        (Pareto(0.5), None),
        (Normal(), lambda x: 1 / x),
        (Normal(), lambda x: np.exp(0.5 * x * x)),
        (Normal(), lambda x: np.exp(x * x)),
        (Normal(), lambda x: np.exp(37 * x)),  # the density underflows on the way
        (Uniform(), lambda x: 1 / x),
        (Uniform(), lambda x: np.full_like(x, np.inf)),
        (LogNormal(0, 1), np.exp),
        (Beta(0.1, 0.1), None),  # too few floats below 1
        (Geometric(0.5), lambda k: 2.0**k),  # St Petersburg
        (Geometric(0.5), lambda k: 2.01**k),
        (Poisson(2), lambda k: np.exp(k * k)),
        (Categorical([0.5, 0.5]), lambda x: 1 / x),
        (Mixture([0.5, 0.5], [Normal(), Cauchy()]), None),
    ],
)
def test_what_diverges_is_nan_with_a_warning(law, f):
    with warned(diverges):
        assert math.isnan(expectation(law, f))


def test_a_jump_costs_digits_and_is_warned_of():
    with warned("a jump or a corner"):
        assert expectation(Normal(), lambda x: x > 1) == pytest.approx(0.1587, abs=2e-3)
    with warnings.catch_warnings(record=True):
        value = expectation(Normal(), lambda x: np.abs(x - 0.3))
    exact = 2 * Normal().pdf(0.3) + 0.3 * (2 * Normal().cdf(0.3) - 1)
    assert value == pytest.approx(exact, rel=1e-6)


# Bad input -------------------------------------------------------------------------------


@pytest.mark.parametrize("law", [Normal(), Poisson(3), Empirical([1, 2])], ids=str)
@pytest.mark.parametrize(
    ("f", "message"),
    [
        (lambda x: 1.0, "must return one number for each of"),
        (lambda x: x[:1], "must return one number for each of"),
        (lambda x: np.stack([x, x]), "must return one number for each of"),
        (math.sqrt, "at once, but:"),
        (lambda x: 1 if x > 0 else 0, "at once, but:"),
        (lambda x: 1j * x, "must hold real numbers"),
        (lambda x: np.full_like(x, np.nan), "f must not be NaN"),
        (lambda x: np.multiply(x, 2, out=x), "read-only"),
    ],
)
def test_functions_that_do_not_fit_are_named(law, f, message):
    with pytest.raises(ValueError, match=message):
        expectation(law, f)


def test_what_is_no_law_or_no_function_is_a_type_error():
    for law in (None, 3, scipy.stats.norm(), Normal, [1, 2]):
        with pytest.raises(TypeError, match="dist must be a distribution"):
            expectation(law)
    with pytest.raises(TypeError, match="f must be a function"):
        expectation(Normal(), 3)

    class Neither(Distribution):
        support = (0.0, 1.0)
        _cdf = _ppf = _inside = mean = var = log_likelihood = None

    with pytest.raises(TypeError, match="discrete or continuous"):
        expectation(Neither())


def test_a_law_on_too_many_integers_is_refused():
    for law in (Geometric(1e-8), DiscreteUniform(0, 10**9)):
        with pytest.raises(ValueError, match="must not spread over 10000000 integers"):
            expectation(law)
    assert "expectation" in probability.__all__
