"""utils.probability's laws against SciPy, 50-digit arithmetic, and what a law must satisfy."""

import dataclasses
import math
import pickle
from itertools import product

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
    Continuous,
    Dirichlet,
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
    Multinomial,
    MultivariateNormal,
    NegativeBinomial,
    Normal,
    Pareto,
    Poisson,
    StudentT,
    Uniform,
    inverse_transform,
    ppf_from_cdf,
)

mp.mp.dps = 50
steady = settings(derandomize=True, deadline=None, max_examples=60)
sp = scipy.stats

CONTINUOUS = [
    (Uniform(-1, 3), sp.uniform(-1, 4)),
    (Normal(1, 2), sp.norm(1, 2)),
    (Exponential(3), sp.expon(scale=1 / 3)),
    (Gamma(2.5, 2), sp.gamma(2.5, scale=0.5)),
    (Gamma(0.3, 2), sp.gamma(0.3, scale=0.5)),
    (Gamma(700, 2), sp.gamma(700, scale=0.5)),
    (Beta(2, 5), sp.beta(2, 5)),
    (Beta(0.4, 0.7), sp.beta(0.4, 0.7)),
    (Beta(300, 500), sp.beta(300, 500)),
    (Laplace(1, 2), sp.laplace(1, 2)),
    (Logistic(1, 2), sp.logistic(1, 2)),
    (Gumbel(1, 2), sp.gumbel_r(1, 2)),
    (Cauchy(1, 2), sp.cauchy(1, 2)),
    (LogNormal(0.5, 0.8), sp.lognorm(s=0.8, scale=math.exp(0.5))),
    (Pareto(2.5, 2), sp.pareto(2.5, scale=2)),
    (ChiSquared(4), sp.chi2(4)),
    (ChiSquared(1), sp.chi2(1)),
    (StudentT(4, 1, 2), sp.t(4, 1, 2)),
    (StudentT(0.7), sp.t(0.7)),
    (FDist(4, 9), sp.f(4, 9)),
    (FDist(300, 250), sp.f(300, 250)),
]
DISCRETE = [
    (Bernoulli(0.3), sp.bernoulli(0.3)),
    (DiscreteUniform(-2, 5), sp.randint(-2, 6)),
    (Binomial(20, 0.3), sp.binom(20, 0.3)),
    (Binomial(3000, 0.01), sp.binom(3000, 0.01)),
    (Geometric(0.2), sp.geom(0.2)),
    (NegativeBinomial(2.5, 0.3), sp.nbinom(2.5, 0.3)),
    (Hypergeometric(50, 12, 20), sp.hypergeom(50, 12, 20)),
    (Hypergeometric(30, 25, 20), sp.hypergeom(30, 25, 20)),
    (Poisson(3.5), sp.poisson(3.5)),
    (Poisson(900), sp.poisson(900)),
    (Categorical([0.2, 0.5, 0.3]), sp.rv_discrete(values=([0, 1, 2], [0.2, 0.5, 0.3]))),
]
MIXTURE = Mixture([0.3, 0.7], [Normal(-2, 0.5), Normal(1, 1)])
COUNTS = Mixture([0.25, 0.75], [Poisson(2), Binomial(30, 0.5)])
ALL = [law for law, _ in CONTINUOUS + DISCRETE] + [
    Empirical([3, 1, 2, 2]),
    MIXTURE,
    COUNTS,
]
PROBABILITIES = np.array(
    [1e-10, 1e-4, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 0.9999, 1 - 1e-10]
)


def name_of(value):
    return str(value)[:60] if isinstance(value, Distribution) else ""


each_continuous = pytest.mark.parametrize(("law", "theirs"), CONTINUOUS, ids=name_of)
each_discrete = pytest.mark.parametrize(("law", "theirs"), DISCRETE, ids=name_of)
each_pair = pytest.mark.parametrize(
    ("law", "theirs"), CONTINUOUS + DISCRETE, ids=name_of
)
each_law = pytest.mark.parametrize("law", ALL, ids=name_of)


def close(ours, theirs, rtol=1e-12, atol=0.0):
    np.testing.assert_allclose(ours, theirs, rtol=rtol, atol=atol)


def points_of(theirs):
    """The law's quantiles, and round numbers inside and outside the support."""
    points = theirs.ppf(PROBABILITIES)
    return np.concatenate([points, [-7, -1, 0, 0.5, 1, 2, 3, 8, 40]])


def relative_error(value, exact):
    return abs(float((mp.mpf(float(value)) - exact) / exact))


# Against SciPy ---------------------------------------------------------------------------


@each_continuous
def test_continuous_laws_agree_with_scipy(law, theirs):
    x = points_of(theirs)
    if not law._low_end_counts:
        x = x[x != 0]  # where SciPy gives the density's limit
    close(law.pdf(x), theirs.pdf(x), rtol=2e-12)
    with np.errstate(divide="ignore"):
        close(law.logpdf(x), theirs.logpdf(x), rtol=2e-12, atol=1e-12)
    close(law.cdf(x), theirs.cdf(x), rtol=2e-12, atol=1e-15)
    close(law.sf(x), theirs.sf(x), rtol=2e-12)
    # before SciPy 1.17 quantiles of t and F had 8 digits; round trips below test ours
    digits = 1e-7 if isinstance(law, (StudentT, FDist)) else 1e-12
    close(law.ppf(PROBABILITIES), theirs.ppf(PROBABILITIES), rtol=digits, atol=1e-15)
    close(law.interval(0.9), theirs.interval(0.9), rtol=digits)


@each_discrete
def test_discrete_laws_agree_with_scipy(law, theirs):
    k = points_of(theirs)
    close(law.pmf(k), theirs.pmf(k), rtol=2e-12, atol=1e-300)
    with np.errstate(divide="ignore"):
        close(law.logpmf(k), theirs.logpmf(k), rtol=2e-12, atol=2e-12)
    k = k[~np.isnan(theirs.cdf(k))]  # SciPy's hypergeometric cdf far above the support
    close(law.cdf(k), theirs.cdf(k), atol=1e-300)
    close(law.sf(k), theirs.sf(k), atol=1e-16)
    close(law.ppf(PROBABILITIES), theirs.ppf(PROBABILITIES), rtol=0)
    assert (law.pmf([-np.inf, np.inf, 1.5, -7.25]) == 0).all()


@each_pair
def test_moments_agree_with_scipy(law, theirs):
    if law != StudentT(0.7):  # no mean: SciPy says infinity
        close(law.mean(), theirs.mean())
        close(law.var(), theirs.var())
        close(law.std(), theirs.std())
    close(law.median(), theirs.median(), rtol=1e-10, atol=1e-15)
    low, high = theirs.support()
    assert law.support == (low, high)


def test_empirical_law_agrees_with_scipy_and_numpy():
    x = np.random.default_rng(5).integers(0, 40, 60) / 4
    law, theirs = Empirical(x), sp.ecdf(x)
    grid = np.linspace(-1, 11, 97)
    close(law.cdf(grid), theirs.cdf.evaluate(grid), rtol=1e-15)
    close(law.sf(grid), theirs.sf.evaluate(grid), rtol=1e-14, atol=1e-15)
    q = np.linspace(0.003, 0.997, 101)
    close(law.ppf(q), np.quantile(x, q, method="inverted_cdf"), rtol=0)
    close([law.mean(), law.var()], [x.mean(), x.var()])
    assert law.pmf(x[0]) == (x == x[0]).mean()


def test_mixtures_are_weighted_sums():
    x, normals = np.linspace(-6, 6, 61), (sp.norm(-2, 0.5), sp.norm(1, 1))
    for ours, theirs in (("cdf", "cdf"), ("sf", "sf"), ("pdf", "pdf")):
        sums = 0.3 * getattr(normals[0], theirs)(x) + 0.7 * getattr(normals[1], theirs)(
            x
        )
        close(getattr(MIXTURE, ours)(x), sums)
    close(MIXTURE.logpdf(x), np.log(MIXTURE.pdf(x)), atol=1e-13)
    close(MIXTURE.logpdf(-1e4), math.log(0.7) + sp.norm(1, 1).logpdf(-1e4))
    close(MIXTURE.mean(), 0.1)
    close(MIXTURE.var(), 0.3 * 0.25 + 0.7 + 0.3 * 2.1**2 + 0.7 * 0.9**2)
    k = np.arange(31)
    close(COUNTS.pmf(k), 0.25 * sp.poisson(2).pmf(k) + 0.75 * sp.binom(30, 0.5).pmf(k))
    assert COUNTS.support == (0, math.inf)


def test_a_mixture_of_both_kinds_has_a_cdf_but_no_density():
    rectified = Mixture([0.5, 0.5], [Categorical([1.0], [0.0]), Exponential()])
    close(rectified.cdf([-1e-9, 0, 1]), [0, 0.5, 1 - 0.5 * math.exp(-1)])
    assert rectified.ppf([0.1, 0.5]).tolist() == [0, 0]
    close(rectified.ppf(0.75), math.log(2), rtol=1e-14)
    for method in ("pdf", "logpdf", "pmf", "logpmf"):
        with pytest.raises(TypeError, match="components"):
            getattr(rectified, method)(1.0)


# Far tails, in 50 digits -----------------------------------------------------------------


def exact_beta_left(a, b, x, y):
    """I_x(a, b) where y = 1 - x, by DLMF's fraction 8.17.22 and digits to spare."""
    with mp.workdps(330 if x > (a + 1) / (a + b + 2) else 50):
        if x > (a + 1) / (a + b + 2):
            return 1 - exact_beta_left(b, a, y, x)
        value = C = mp.mpf(1)
        D = m = mp.mpf(0)
        while m < 2 or abs(C * D - 1) > mp.mpf(10) ** (5 - mp.mp.dps):
            n, odd = divmod(int(m), 2)
            if odd:
                n += 1
                t = n * (b - n) * x / ((a + 2 * n - 1) * (a + 2 * n))
            else:
                t = -(a + n) * (a + b + n) * x / ((a + 2 * n) * (a + 2 * n + 1))
            D, C, m = 1 / (1 + t * D), 1 + t / C, m + 1
            value *= C * D
        return x**a * y**b / (a * mp.beta(a, b) * value)


def test_normal_tails_have_15_digits_down_to_37_deviations():
    z = np.linspace(-37, 8, 451)
    for value, point in zip(Normal().cdf(z), z, strict=True):
        assert relative_error(value, mp.erfc(-mp.mpf(point) / mp.sqrt(2)) / 2) < 1e-15
    np.testing.assert_array_equal(Normal().sf(-z), Normal().cdf(z))


def test_normal_quantiles_have_15_digits_from_1e_300():
    q = np.concatenate([10.0 ** -np.arange(1, 301, 13), np.linspace(0.013, 0.987, 61)])
    q = np.concatenate([q, 1 - 10.0 ** -np.arange(2, 16)])
    for value, p in zip(Normal().ppf(q), q, strict=True):
        exact, p = mp.mpf(float(value)), mp.mpf(float(p))
        for _ in range(3):
            tail = mp.erfc(-exact / mp.sqrt(2)) / 2
            exact -= (tail - p) / mp.npdf(exact)
        assert abs(value - float(exact)) <= 1e-15 * abs(float(exact)) + 1e-17


@pytest.mark.parametrize("df", [0.1, 1, 2, 3, 10, 29, 100, 1e4, 1e6])
def test_student_tails_have_12_digits(df):
    law, nu = StudentT(df), mp.mpf(df)
    for t in (0.01, 1, 2, 5, 20, 37, 100, 1e4, 1e50, 1e200):
        square = mp.mpf(t) ** 2
        x, y = nu / (nu + square), square / (nu + square)
        exact = exact_beta_left(nu / 2, mp.mpf(0.5), x, y) / 2
        if exact > 1e-305:
            assert relative_error(law.sf(t), exact) < 2e-13
            assert law.cdf(-t) == law.sf(t)
            close(law.ppf(law.cdf(-t)), -t, rtol=1e-12)


@pytest.mark.parametrize("df", [1, 2, 5, 30, 400, 5000])
def test_chi_square_tails_have_12_digits(df):
    law = ChiSquared(df)
    for x in (df + 5 * math.sqrt(2 * df), df + 20 * math.sqrt(2 * df), df + 1300):
        with mp.workdps(400):
            a, half = mp.mpf(df) / 2, mp.mpf(x) / 2
            exact = mp.gammainc(a, half, mp.inf, regularized=True)
        if exact > 1e-305:
            assert relative_error(law.sf(x), exact) < 5e-13


@pytest.mark.parametrize(
    ("df1", "df2"), [(1, 5), (4, 95), (30, 3), (200, 800), (2e4, 3e4)]
)
def test_f_tails_have_12_digits(df1, df2):
    law = FDist(df1, df2)
    for x in (1e-200, 1e-3, 0.5, 0.99, 1.01, 2.5, 40, 1e6, 1e60):
        a, b, w = mp.mpf(df1) / 2, mp.mpf(df2) / 2, mp.mpf(df1) / df2 * mp.mpf(x)
        left = exact_beta_left(a, b, w / (1 + w), 1 / (1 + w))
        right = exact_beta_left(b, a, 1 / (1 + w), w / (1 + w))
        for value, exact in ((law.sf(x), right), (law.cdf(x), left)):
            if 1e-305 < exact:
                assert relative_error(value, exact) < 5e-13


def test_binomial_and_poisson_tails_have_12_digits():
    n, p, mu = 1000, 0.25, 40.0
    p_, mu_ = mp.mpf(p), mp.mpf(mu)
    binomial = [mp.binomial(n, k) * p_**k * (1 - p_) ** (n - k) for k in range(n + 1)]
    poisson = [mp.exp(-mu_) * mu_**k / mp.factorial(k) for k in range(700)]
    for law, pmf, points in (
        (Binomial(n, p), binomial, (0, 1, 20, 100, 250, 400, 700, 900)),
        (Poisson(mu), poisson, (0, 1, 5, 40, 80, 150, 290)),
    ):
        for k in points:
            for value, exact in (
                (law.pmf(k), pmf[k]),
                (law.cdf(k), mp.fsum(pmf[: k + 1])),
                (law.sf(k), mp.fsum(pmf[k + 1 :])),
            ):
                assert exact < 1e-305 or relative_error(value, exact) < 5e-13


def test_hypergeometric_tails_have_12_digits():
    N, K, n = 400, 150, 120
    weights = [mp.mpf(math.comb(K, k) * math.comb(N - K, n - k)) for k in range(n + 1)]
    total, law = math.comb(N, n), Hypergeometric(N, K, n)
    for k in (0, 3, 20, 44, 45, 46, 70, 100, 119):
        assert relative_error(law.pmf(k), weights[k] / total) < 5e-13
        assert relative_error(law.cdf(k), mp.fsum(weights[: k + 1]) / total) < 5e-13
        assert relative_error(law.sf(k), mp.fsum(weights[k + 1 :]) / total) < 5e-13


@pytest.mark.parametrize(
    ("law", "x", "exact"),
    [
        (Exponential(2), 300.0, mp.exp(-600)),
        (Laplace(0, 1), 650.0, mp.exp(-650) / 2),
        (Logistic(0, 1), 650.0, 1 / (1 + mp.exp(650))),
        (Gumbel(0, 1), 600.0, -mp.expm1(-mp.exp(-600))),
        (Cauchy(0, 1), 1e200, mp.acot(mp.mpf(1e200)) / mp.pi),
        (Pareto(10), 1e25, mp.mpf(1e25) ** -10),
        (LogNormal(0, 1), 1e10, mp.erfc(mp.log(1e10) / mp.sqrt(2)) / 2),
        (Geometric(0.5), 900, mp.mpf(2) ** -900),
        (Uniform(0, 1), 1 - 2.0**-53, mp.mpf(2) ** -53),
    ],
    ids=name_of,
)
def test_closed_tails_do_not_cancel(law, x, exact):
    assert relative_error(law.sf(x), exact) < 2e-13


def test_tiny_probabilities_at_the_lower_end_do_not_cancel():
    close(Exponential(1).cdf(1e-200), 1e-200, rtol=1e-15)
    close(Pareto(2, 1).cdf(1 + 2.0**-52), 2.0**-51, rtol=1e-14)
    close(Gumbel().cdf(-6), math.exp(-math.exp(6)), rtol=1e-12)
    close(Geometric(1e-12).cdf(3), 3e-12, rtol=1e-11)


# What every law must satisfy -------------------------------------------------------------


@each_law
def test_the_interface(law):
    assert isinstance(law, (Continuous, Discrete, Mixture))
    for method in (law.cdf, law.sf, law.ppf):
        assert type(method(0.25)) is float
        assert math.isnan(method(np.nan))
        assert method([[0.25, np.nan], [0.5, 1]]).shape == (2, 2)
        assert method([]).shape == (0,)
    low, high = law.support
    assert (law.ppf(0), law.ppf(1)) == (low, high)
    assert law.cdf([-np.inf, np.inf]).tolist() == [0, 1]
    assert law.sf([-np.inf, np.inf]).tolist() == [1, 0]
    if low > -math.inf:
        assert (law.cdf(low - 1), law.sf(low - 1)) == (0, 1)
    if high < math.inf:
        assert (law.cdf(high), law.sf(high + 1)) == (1, 0)
    assert hash(law) == hash(law) and law == law
    assert repr(law).startswith(type(law).__name__ + "(")


@each_law
def test_laws_are_frozen(law):
    field = dataclasses.fields(law)[0].name
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(law, field, 1)
    with pytest.raises(dataclasses.FrozenInstanceError):
        delattr(law, field)
    assert pickle.loads(pickle.dumps(law)) == law == dataclasses.replace(law)


def test_laws_print_and_compare_by_their_parameters():
    assert repr(Normal(0, 1)) == "Normal(mu=0.0, sigma=1.0)"
    assert repr(Binomial(10, 0.5)) == "Binomial(n=10, p=0.5)"
    assert (
        repr(Categorical([0.5, 0.5])) == "Categorical(probs=(0.5, 0.5), values=(0, 1))"
    )
    assert repr(Empirical([2, 1])) == "Empirical(n=2)"
    assert Normal(0, 1) == Normal(0.0, 1.0) != Normal(0, 2)
    assert len({Empirical([1, 2]), Empirical([2, 1]), Empirical([1, 2, 2])}) == 2


@each_law
def test_outside_the_support_nothing_happens(law):
    name = "pdf" if hasattr(law, "pdf") and not isinstance(law, Discrete) else "pmf"
    if law is COUNTS:
        name = "pmf"
    low, high = law.support
    outside = [x for x in (low - 1, high + 1, low - 1e9, -np.inf, np.inf) if x != 0]
    outside = [x for x in outside if x < low or x > high or math.isinf(x)]
    for x in outside:
        assert getattr(law, name)(x) == 0
        assert getattr(law, "log" + name)(x) == -math.inf
    assert math.isnan(getattr(law, name)(np.nan))
    assert math.isnan(getattr(law, "log" + name)(np.nan))


@each_law
def test_cdf_rises_and_sf_mirrors_it(law):
    low, high = law.interval(1 - 1e-9)
    x = np.linspace(low - 1, high + 1, 800)
    cdf, sf = law.cdf(x), law.sf(x)
    assert (np.diff(cdf) >= -1e-15).all() and (np.diff(sf) <= 1e-15).all()
    close(cdf + sf, 1, rtol=4e-15)


@each_continuous
def test_the_density_integrates_to_differences_of_the_cdf(law, theirs):
    nodes, weights = np.polynomial.legendre.leggauss(40)
    ends = law.ppf(np.linspace(0.02, 0.98, 25))
    for left, right in zip(ends[:-1], ends[1:], strict=True):
        x = left + 0.5 * (right - left) * (1 + nodes)
        area = 0.5 * (right - left) * (weights @ law.pdf(x))
        close(area, law.cdf(right) - law.cdf(left), rtol=1e-11)


@pytest.mark.parametrize(
    "law", [law for law, _ in DISCRETE] + [COUNTS, Empirical([3, 1, 2, 2])], ids=name_of
)
def test_the_probabilities_sum_to_one_and_to_the_cdf(law):
    low, high = law.support
    k = np.arange(low, min(high, law.ppf(1 - 1e-15) + 40) + 1)
    close(law.pmf(k).sum(), 1)
    close(np.cumsum(law.pmf(k)), law.cdf(k), atol=1e-300)


@pytest.mark.parametrize(
    "law",
    [law for law, _ in DISCRETE]
    + [
        COUNTS,
        Empirical([3, 1, 2, 2, 0.1]),
        Geometric(1),
        Binomial(0, 0.5),
        Binomial(4, 1),
    ]
    + [
        Categorical([0.25, 0, 0.75], [0.3, 0.1, 0.7]),
        Binomial(10**9, 0.3),
        Poisson(1e10),
    ]
    + [Hypergeometric(9, 9, 4), NegativeBinomial(3, 1), NegativeBinomial(0.01, 1e-4)],
    ids=name_of,
)
def test_quantiles_of_discrete_laws_undo_the_cdf_exactly(law):
    k = np.unique(law.ppf(np.linspace(1e-6, 1 - 1e-6, 301)))
    k = k[law.pmf(k) > 1e-12]  # where the cdf tells neighbors apart
    np.testing.assert_array_equal(law.ppf(law.cdf(k)), k)
    assert [law.ppf(law.cdf(v)) for v in k[:5]] == k[:5].tolist()


@each_law
def test_quantiles_are_the_smallest_that_reach_the_probability(law):
    q = np.concatenate([PROBABILITIES, np.linspace(0.05, 0.95, 19)])
    x = law.ppf(q)
    assert (law.cdf(np.nextafter(x, np.inf)) >= q * (1 - 1e-13) - 1e-16).all()
    step = 1e-12 * np.maximum(1, np.abs(x))
    assert (law.cdf(x - step) <= q).all()


@pytest.mark.parametrize(
    "law",
    [
        law
        for law, _ in CONTINUOUS
        if type(law) in (Gamma, Beta, StudentT, FDist, ChiSquared)
    ],
    ids=name_of,
)
def test_quantiles_make_the_round_trip_from_1e_300(law):
    q = 10.0 ** -np.arange(1, 301, 23)
    x = law.ppf(q)
    usual = (np.abs(x) > 1e-290) & np.isfinite(
        x
    )  # else it is no ordinary float any more
    close(law.cdf(x)[usual], q[usual], rtol=1e-11)


shapes = st.floats(-1.5, 4).map(lambda e: 10.0**e)
levels = st.floats(-250, -0.001).map(lambda e: 10.0**e)


@steady
@given(shapes, shapes, levels)
def test_quantiles_make_the_round_trip_for_any_parameters(a, b, q):
    for law in (Gamma(a, b), Beta(a, b), StudentT(a, 0, b), FDist(a, b), Normal(0, b)):
        x = law.ppf(q)
        if 1e-290 < abs(x) < 1e290 and x != 1:
            slack = abs(law.cdf(x * (1 + 1e-15)) - law.cdf(x * (1 - 1e-15)))
            assert abs(law.cdf(x) - q) < 1e-11 * q + slack


@steady
@given(st.integers(1, 3000), st.floats(0.01, 0.99), st.floats(0.001, 0.999))
def test_counting_laws_describe_the_same_trials(n, p, q):
    k = Binomial(n, p).ppf(q)
    close(Binomial(n, p).cdf(k), Binomial(n, 1 - p).sf(n - k - 1), rtol=1e-9)
    r = int(k) + 1  # at most k successes in n: the r-th needs more than n trials
    if r <= n:
        close(Binomial(n, p).cdf(k), NegativeBinomial(r, p).sf(n - r), rtol=1e-11)
        close(Binomial(n, p).sf(k), Beta(r, n - r + 1).cdf(p), rtol=1e-11)
    close(Poisson(n * p).cdf(k), Gamma(k + 1).sf(n * p), rtol=1e-11)


def test_known_relations_between_continuous_laws():
    x = np.linspace(0.05, 8, 60)
    close(ChiSquared(1).sf(x**2), 2 * Normal().sf(x))
    close(StudentT(1).cdf(x), Cauchy().cdf(x))
    close(FDist(1, 7).sf(x**2), 2 * StudentT(7).sf(x))
    close(Gamma(1, 3).pdf(x), Exponential(3).pdf(x))
    close(LogNormal(0.2, 1.5).sf(x), Normal(0.2, 1.5).sf(np.log(x)))
    close(StudentT(1e15).sf(x), Normal().sf(x), rtol=1e-11)
    close(Beta(1, 1).cdf(x / 8), x / 8)


def test_moments_that_do_not_exist():
    assert math.isnan(Cauchy().mean()) and math.isnan(Cauchy().var())
    assert math.isnan(StudentT(1).mean()) and math.isnan(StudentT(0.5).var())
    assert StudentT(1.5).mean() == 0 and StudentT(2).var() == math.inf
    assert Pareto(1).mean() == math.inf and Pareto(2).var() == math.inf
    assert FDist(3, 2).mean() == math.inf and FDist(3, 4).var() == math.inf
    assert math.isnan(Mixture([0.5, 0.5], [Normal(), Cauchy()]).mean())


def test_densities_at_the_end_of_the_support():
    assert Exponential(3).pdf(0) == 3
    assert Uniform(0, 2).pdf([0, 2]).tolist() == [0.5, 0.5]
    assert Beta(1, 1).pdf([0, 1]).tolist() == [1, 1]
    assert Beta(0.5, 2).pdf([0, 1]).tolist() == [math.inf, 0]
    assert Beta(200, 1).pdf([0, 1]).tolist() == pytest.approx([0, 200])
    assert Gamma(0.5).pdf(0) == Gamma(1).pdf(0) == ChiSquared(2).pdf(0) == 0
    assert LogNormal(0, 1).pdf(0) == FDist(2, 3).pdf(0) == 0


# Samples and fits ------------------------------------------------------------------------


@each_law
def test_samples_have_the_shape_and_type_asked_for(law):
    rng = np.random.default_rng(0)
    for n, shape in ((5, (5,)), ((2, 3), (2, 3)), (0, (0,)), ((), ())):
        assert np.shape(law.sample(n, rng)) == shape
    draws = law.sample(100, rng)
    counting = isinstance(law, Discrete) and not isinstance(law, Empirical)
    assert draws.dtype == (np.int64 if counting or law is COUNTS else np.float64)
    again = law.sample(50, np.random.default_rng(1))
    np.testing.assert_array_equal(again, law.sample(50, np.random.default_rng(1)))
    for bad in (None, 0, np.random.RandomState(0)):
        with pytest.raises(TypeError, match="rng must be a numpy.random.Generator"):
            law.sample(5, bad)
    with pytest.raises(ValueError, match="n must be at least 0"):
        law.sample(-1, rng)
    with pytest.raises(TypeError, match="n must be an integer"):
        law.sample(2.5, rng)


@pytest.mark.parametrize("law", [law for law, _ in CONTINUOUS] + [MIXTURE], ids=name_of)
def test_continuous_samples_pass_kolmogorov_and_smirnov(law):
    draws = law.sample(20_000, np.random.default_rng(2026))
    assert sp.kstest(draws, law.cdf).pvalue > 1e-3


@pytest.mark.parametrize("law", [law for law, _ in DISCRETE] + [COUNTS], ids=name_of)
def test_discrete_samples_pass_the_chi_square_test(law):
    draws = law.sample(20_000, np.random.default_rng(2027))
    edges = np.unique(law.ppf(np.linspace(0.02, 0.98, 17)))
    cells = np.diff(np.concatenate([[0], law.cdf(edges), [1]]))
    counts = np.bincount(np.searchsorted(edges, draws), minlength=cells.size)
    kept = cells > 1e-4
    observed, expected = counts[kept], 20_000 * cells[kept]
    assert counts[~kept].sum() <= 10
    statistic = ((observed - expected) ** 2 / expected).sum()
    assert sp.chi2(max(1, kept.sum() - 1)).sf(statistic) > 1e-3


def test_samples_of_extreme_laws_stay_in_the_support():
    rng = np.random.default_rng(0)
    for law in (Beta(1e-3, 1e-3), Gamma(1e-3), StudentT(0.05), FDist(0.01, 0.02)):
        draws = law.sample(2000, rng)
        assert not np.isnan(draws).any()
        low, high = law.support
        assert (draws >= low).all() and (draws <= high).all()
    assert abs(Beta(1e-3, 1e-3).sample(4000, rng).mean() - 0.5) < 0.03
    assert (
        abs(Poisson(1e13).sample(100, rng).mean() / 1e13 - 1) < 1e-6
    )  # too many for a table


FITS = [
    (Uniform(-1, 3), ()),
    (Bernoulli(0.3), ()),
    (DiscreteUniform(-2, 5), ()),
    (Binomial(20, 0.3), (20,)),
    (Geometric(0.2), ()),
    (NegativeBinomial(2.5, 0.3), ()),
    (Poisson(3.5), ()),
    (Normal(1, 2), ()),
    (Exponential(3), ()),
    (Gamma(2.5, 2), ()),
    (Gamma(0.05, 1), ()),
    (Gamma(500, 3), ()),
    (Beta(2, 5), ()),
    (Beta(0.5, 0.7), ()),
    (Beta(800, 20), ()),
    (Laplace(1, 2), ()),
    (LogNormal(0.5, 0.8), ()),
    (Pareto(2.5, 2), ()),
    (StudentT(4, 1, 2), (4,)),
    (Categorical([0.2, 0.5, 0.3]), ()),
]


@pytest.mark.parametrize(("law", "known"), FITS, ids=name_of)
def test_fits_recover_the_law_and_maximize_the_likelihood(law, known):
    x = law.sample(20_000, np.random.default_rng(11))
    fitted = type(law).fit(x, *known)
    assert type(fitted) is type(law)
    best = fitted.log_likelihood(x)
    assert best >= law.log_likelihood(x)
    for field in dataclasses.fields(law):
        value, estimate = getattr(law, field.name), getattr(fitted, field.name)
        if field.name != "values":
            np.testing.assert_allclose(estimate, value, rtol=0.06, atol=0.02)
        if isinstance(estimate, float) and not isinstance(
            law, (Uniform, DiscreteUniform)
        ):
            for factor in (0.999, 1.001):
                nearby = {field.name: estimate * factor}
                if field.name in ("xm", "df"):  # an end of the data; given
                    continue
                other = dataclasses.replace(fitted, **nearby)
                assert other.log_likelihood(x) <= best + 1e-9 * abs(best)


def test_fits_agree_with_scipy():
    rng = np.random.default_rng(12)
    x = Gamma(6, 0.008).sample(178, rng)
    shape, _, scale = sp.gamma.fit(x, floc=0)
    close([Gamma.fit(x).shape, Gamma.fit(x).rate], [shape, 1 / scale], rtol=1e-6)
    u = Beta(2, 5).sample(178, rng)
    a, b, _, _ = sp.beta.fit(u, floc=0, fscale=1)
    close([Beta.fit(u).a, Beta.fit(u).b], [a, b], rtol=1e-6)
    t = StudentT(3, 10, 2).sample(200, rng)
    _, loc, scale = sp.t.fit(t, fix_df=3)
    close([StudentT.fit(t, 3).loc, StudentT.fit(t, 3).scale], [loc, scale], rtol=1e-4)


def test_variances_of_fits_have_divisor_n():
    assert Normal.fit([1, 2, 3, 4]).var() == pytest.approx(1.25, rel=1e-15)
    assert Empirical.fit([1, 2, 3, 4]).var() == 1.25


@pytest.mark.parametrize(
    "family",
    [Hypergeometric, Logistic, Gumbel, Cauchy, ChiSquared, FDist, Mixture],
)
def test_families_without_a_fit_say_so(family):
    with pytest.raises(NotImplementedError, match=f"{family.__name__} has no fit"):
        family.fit([1.0, 2.0])


@each_pair
def test_log_likelihood_is_the_sum_of_the_logs(law, theirs):
    x = law.sample(50, np.random.default_rng(3))
    logs = theirs.logpmf(x) if isinstance(law, Discrete) else theirs.logpdf(x)
    close(law.log_likelihood(x), logs.sum(), rtol=1e-11)
    assert type(law.log_likelihood(x)) is float
    for bad in ([], [1.0, np.nan], [np.inf]):
        with pytest.raises(ValueError, match="x must"):
            law.log_likelihood(bad)


# Quantiles by root finding ---------------------------------------------------------------


def test_ppf_from_cdf_finds_a_bracket_and_the_root():
    law = sp.gumbel_r(3, 2)
    q = np.array([1e-12, 1e-3, 0.4, 0.6, 0.999])
    for options in (
        {},
        {"pdf": law.pdf},
        {"sf": law.sf},
        {"pdf": law.pdf, "sf": law.sf},
    ):
        close(ppf_from_cdf(law.cdf, q, 100, 101, **options), law.ppf(q), rtol=1e-11)
    assert type(ppf_from_cdf(law.cdf, 0.5, 0, 1)) is float
    assert math.isnan(ppf_from_cdf(law.cdf, np.nan, 0, 1))
    close(
        ppf_from_cdf(lambda x: 1 - (1 + x) * np.exp(-x), 0.5, 0, 10), 1.678346990016661
    )


def test_ppf_from_cdf_uses_sf_where_the_cdf_has_no_digits_left():
    q = 1 - 2.0**-50
    value = ppf_from_cdf(sp.norm.cdf, q, -1, 1, pdf=sp.norm.pdf, sf=sp.norm.sf)
    close(value, sp.norm.isf(2.0**-50), rtol=1e-14)


def test_ppf_from_cdf_names_what_is_wrong():
    with pytest.raises(ValueError, match=r"q must be in \[0, 1\], got 1.5"):
        ppf_from_cdf(sp.norm.cdf, 1.5, 0, 1)
    with pytest.raises(ValueError, match="lo must be below hi"):
        ppf_from_cdf(sp.norm.cdf, 0.5, 1, 1)
    with pytest.raises(ValueError, match="no bracket in 1100 doublings for q = 0.5"):
        ppf_from_cdf(lambda x: 0.2 + 0 * x, 0.5, 0, 1)


def test_inverse_transform_never_asks_for_the_quantile_of_zero():
    class Zeros(np.random.Generator):
        def random(self, size=None):
            return np.zeros(size)

    rng = Zeros(np.random.PCG64(0))
    assert inverse_transform(np.log, 3, rng).tolist() == [0, 0, 0]
    with pytest.raises(TypeError, match="rng must be a numpy.random.Generator"):
        inverse_transform(np.log, 3, None)


# Bad input -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("family", "parameters", "message"),
    [
        (Normal, (0, -1), "sigma must be positive, got -1.0"),
        (Normal, (0, 0), "sigma must be positive, got 0.0"),
        (Normal, (np.nan, 1), "mu must be finite, got nan"),
        (Normal, (0, np.inf), "sigma must be finite, got inf"),
        (Normal, (0, np.nan), "sigma must be positive, got nan"),
        (Uniform, (1, 1), "low must be below high, got 1.0 and 1.0"),
        (Uniform, (0, np.inf), "high must be finite"),
        (Exponential, (0,), "rate must be positive"),
        (Gamma, (-1, 1), "shape must be positive"),
        (Gamma, (1, 0), "rate must be positive"),
        (Gamma, (1e200, 1), "shape must be in"),
        (Beta, (0, 1), "a must be positive"),
        (Beta, (1, -1), "b must be positive"),
        (ChiSquared, (0,), "df must be positive"),
        (StudentT, (-3,), "df must be positive"),
        (StudentT, (3, 0, 0), "scale must be positive"),
        (FDist, (0, 1), "df1 must be positive"),
        (FDist, (1, 0), "df2 must be positive"),
        (Laplace, (0, 0), "scale must be positive"),
        (Logistic, (np.inf, 1), "loc must be finite"),
        (Gumbel, (0, -2), "scale must be positive"),
        (Cauchy, (0, -2), "scale must be positive"),
        (LogNormal, (0, 0), "sigma must be positive"),
        (Pareto, (0,), "alpha must be positive"),
        (Pareto, (1, 0), "xm must be positive"),
        (Bernoulli, (1.5,), r"p must be in \[0, 1\], got 1.5"),
        (Bernoulli, (np.nan,), r"p must be in \[0, 1\]"),
        (Binomial, (-1, 0.5), "n must be at least 0, got -1"),
        (Binomial, (3, -0.5), r"p must be in \[0, 1\], got -0.5"),
        (Geometric, (0,), r"p must be in \(0, 1\], got 0"),
        (NegativeBinomial, (0, 0.5), "r must be positive"),
        (NegativeBinomial, (2, 0), r"p must be in \(0, 1\], got 0"),
        (Hypergeometric, (10, 11, 3), "K must be at most N = 10, got 11"),
        (Hypergeometric, (10, 3, 11), "n must be at most N = 10, got 11"),
        (Poisson, (0,), "mu must be positive"),
        (DiscreteUniform, (3, 2), "high must be at least 3, got 2"),
        (Categorical, ([0.5, 0.6],), "probs must sum to 1, got 1.1"),
        (Categorical, ([1.5, -0.5],), "probs must be nonnegative, got -0.5"),
        (Categorical, ([],), "probs must not be empty"),
        (Categorical, ([0.5, 0.5], [1]), "values must be as many as probs"),
        (Categorical, ([0.5, 0.5], [1, 1]), "values must be distinct"),
        (Empirical, ([],), "x must not be empty"),
        (Empirical, ([1, np.nan],), "x must be finite"),
        (
            Mixture,
            ([1.0], [Normal(), Normal()]),
            "weights must be as many as components",
        ),
        (Mixture, ([0.5, 0.4], [Normal(), Normal()]), "weights must sum to 1"),
        (MultivariateNormal, ([0, 0], [[1, 2, 3]]), "cov must be square"),
        (MultivariateNormal, ([0, 0], np.eye(3)), r"cov must have shape \(2, 2\)"),
        (MultivariateNormal, ([0, 0], [[1, 0.5], [0.2, 1]]), "cov must be symmetric"),
        (Multinomial, (-1, [1.0]), "n must be at least 0"),
        (Multinomial, (2, [0.5, 0.6]), "probs must sum to 1"),
        (Dirichlet, ([1, 0],), "alpha must be positive"),
    ],
)
def test_bad_parameters_are_named(family, parameters, message):
    with pytest.raises(ValueError, match=message):
        family(*parameters)


@pytest.mark.parametrize(
    ("family", "parameters"),
    [
        (Normal, ("0", 1)),
        (Normal, ([0, 1], 1)),
        (Gamma, (1j, 1)),
        (Binomial, (2.5, 0.5)),
        (Hypergeometric, (10, 2.0, 3)),
        (DiscreteUniform, (0.5, 2)),
        (Mixture, ([1.0], [sp.norm])),
        (Poisson, (None,)),
    ],
)
def test_parameters_of_the_wrong_type_are_type_errors(family, parameters):
    with pytest.raises(TypeError, match="must"):
        family(*parameters)


@each_law
def test_bad_arguments_are_named(law):
    for q in (-0.1, 1.5, [0.5, 2]):
        with pytest.raises(ValueError, match=r"q must be in \[0, 1\]"):
            law.ppf(q)
    for level in (0, 1, -0.5, 95):
        with pytest.raises(ValueError, match="level must be in"):
            law.interval(level)
    for bad in ("1", None, 1j):
        with pytest.raises(TypeError, match="real numbers"):
            law.cdf(bad)


@pytest.mark.parametrize(
    ("family", "args", "message"),
    [
        (Exponential, ([1, -1],), "x must lie in"),
        (Exponential, ([0, 0],), "mean of x must be positive"),
        (Gamma, ([1, 0],), "x must lie in"),
        (Gamma, ([2, 2],), "x must not be constant"),
        (Beta, ([0.5, 1],), "x must lie in"),
        (Beta, ([0.5, 0.5],), "x must not be constant"),
        (LogNormal, ([1, -1],), "x must lie in"),
        (Pareto, ([2, 2],), "spread of ln x must be positive"),
        (Normal, ([2, 2],), "sigma must be positive"),
        (Normal, ([],), "x must not be empty"),
        (Normal, ([1, np.nan],), "x must be finite"),
        (Laplace, ([2, 2],), "scale must be positive"),
        (Uniform, ([2, 2],), "low must be below high"),
        (StudentT, ([2, 2], 3), "spread of x must be positive"),
        (Bernoulli, ([0, 2],), "x must lie in"),
        (Bernoulli, ([0, 0.5],), "x must hold integers"),
        (Binomial, ([3, 5], 4), "x must lie in"),
        (Geometric, ([0, 1],), "x must lie in"),
        (Poisson, ([0, 0],), "mu must be positive"),
        (Poisson, ([-1, 0],), "x must lie in"),
        (NegativeBinomial, ([1, 2, 1, 2],), "fit Poisson"),
        (DiscreteUniform, ([0.5, 1],), "x must hold integers"),
    ],
)
def test_data_that_a_family_can_not_have_made_are_refused(family, args, message):
    with pytest.raises(ValueError, match=message):
        family.fit(*args)


# Random vectors --------------------------------------------------------------------------

MEAN = np.array([1.0, 2.0, 3.0])
COV = np.array([[2.0, 0.5, 0.1], [0.5, 1.0, 0.2], [0.1, 0.2, 1.0]])


def test_multivariate_normal_agrees_with_scipy():
    law, theirs = MultivariateNormal(MEAN, COV), sp.multivariate_normal(MEAN, COV)
    X = theirs.rvs(50, random_state=0) * 3
    close(law.logpdf(X), theirs.logpdf(X))
    close(law.pdf(X), theirs.pdf(X))
    assert type(law.pdf(MEAN)) is float
    assert law.pdf(X[:1]).shape == (1,)
    assert np.isnan(law.pdf([[np.nan, 0, 0], MEAN])).tolist() == [True, False]
    close(law.mean(), MEAN, rtol=0)
    close(law.cov(), COV, rtol=0)


def test_multivariate_normal_parts_and_images():
    law = MultivariateNormal(MEAN, COV)
    part = law.marginal([2, 0])
    close(part.mean(), [3, 1], rtol=0)
    close(part.cov(), COV[np.ix_([2, 0], [2, 0])], rtol=0)
    given_1 = law.conditional(1, 2.5)
    close(given_1.mean(), MEAN[[0, 2]] + COV[[0, 2], 1] * 0.5)
    rest = COV[np.ix_([0, 2], [0, 2])] - np.outer(COV[[0, 2], 1], COV[1, [0, 2]])
    close(given_1.cov(), rest)
    # p(x1, x2, x3) = p(x2) p(x1, x3 | x2)
    x = np.array([0.3, 2.5, 1.7])
    both = law.marginal(1).logpdf([2.5]) + given_1.logpdf(x[[0, 2]])
    close(law.logpdf(x), both)
    A, b = np.array([[1.0, 1, 0], [0, 1, -2]]), np.array([5.0, 0])
    image = law.affine(A, b)
    close(image.mean(), A @ MEAN + b)
    close(image.cov(), A @ COV @ A.T)
    assert law == MultivariateNormal(MEAN.tolist(), COV.tolist())
    assert law.marginal(-1) == law.marginal([2])


def test_multivariate_samples_have_the_moments_of_the_law():
    rng = np.random.default_rng(4)
    cases = [
        (MultivariateNormal(MEAN, COV), 0.03),
        (Multinomial(12, [0.2, 0.3, 0.5]), 0.06),
        (Dirichlet([0.5, 2, 3]), 0.004),
    ]
    for law, tolerance in cases:
        X = law.sample(40_000, rng)
        assert X.shape == (40_000, 3) and law.sample((2, 5), rng).shape == (2, 5, 3)
        close(X.mean(axis=0), law.mean(), rtol=0, atol=tolerance)
        close(np.cov(X.T), law.cov(), rtol=0, atol=2 * tolerance)
        with pytest.raises(TypeError, match="rng must be"):
            law.sample(3, None)


def test_multinomial_agrees_with_scipy():
    law, theirs = Multinomial(7, [0.2, 0, 0.8]), sp.multinomial(7, [0.2, 0, 0.8])
    counts = [[k, 0, 7 - k] for k in range(8)] + [[1, 1, 5], [7, 7, 7]]
    close(law.pmf(counts), theirs.pmf(counts))
    close(law.pmf(counts[:8]).sum(), 1)
    assert law.pmf([1.5, 0, 5.5]) == 0 and law.logpmf([-1, 0, 8]) == -math.inf
    close(law.mean(), [1.4, 0, 5.6])
    close(law.cov(), theirs.cov())
    draws = law.sample(1000, np.random.default_rng(0))
    assert draws.dtype == np.int64 and (draws.sum(axis=1) == 7).all()
    assert (draws[:, 1] == 0).all()
    triples = [k for k in product(range(5), repeat=3) if sum(k) == 4]
    close(Multinomial(4, [0.1, 0.6, 0.3]).pmf(triples).sum(), 1)


def test_dirichlet_agrees_with_scipy():
    alpha = [0.5, 2, 3]
    law, theirs = Dirichlet(alpha), sp.dirichlet(alpha)
    P = np.random.default_rng(0).dirichlet([1, 1, 1], 40)
    close(law.logpdf(P), theirs.logpdf(P.T))
    close(law.mean(), theirs.mean())
    close(law.cov(), theirs.cov())
    assert law.pdf([0.5, 0.5, 0.5]) == 0 and law.logpdf([1.2, -0.1, -0.1]) == -math.inf
    draws = Dirichlet([1e-3, 1e-3, 1e-3]).sample(500, np.random.default_rng(0))
    close(draws.sum(axis=1), 1, rtol=1e-14)


def test_multivariate_fits():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 3)) @ np.diag([1, 2, 3])
    fitted = MultivariateNormal.fit(X)
    close(fitted.mean(), X.mean(axis=0))
    close(fitted.cov(), np.cov(X.T, ddof=0), rtol=1e-12, atol=1e-15)
    counts = Multinomial(9, [0.2, 0.3, 0.5]).sample(50, rng)
    close(Multinomial.fit(counts).probs, counts.mean(axis=0) / 9)
    with pytest.raises(ValueError, match="same positive sum"):
        Multinomial.fit([[1, 2], [2, 2]])


def test_bad_random_vectors_are_named():
    law = MultivariateNormal(MEAN, COV)
    singular = [[1, 1], [1, 1]]
    with pytest.raises(np.linalg.LinAlgError, match="positive definite"):
        MultivariateNormal([0, 0], [[1, 2], [2, 1]])
    with pytest.raises(np.linalg.LinAlgError, match="positive definite"):
        MultivariateNormal([0, 0], singular)
    with pytest.raises(ValueError, match=r"X must have shape \(n, 3\)"):
        law.pdf([1, 2])
    with pytest.raises(ValueError, match="idx must be distinct"):
        law.marginal([0, 0])
    with pytest.raises(ValueError, match="idx must be below 3"):
        law.marginal(3)
    with pytest.raises(TypeError, match="idx must be integers"):
        law.marginal(0.5)
    with pytest.raises(ValueError, match="idx must leave a coordinate"):
        law.conditional([0, 1, 2], [1, 2, 3])
    with pytest.raises(ValueError, match="values must have shape"):
        law.conditional([0], [1, 2])
    with pytest.raises(ValueError, match="A must have 3 columns"):
        law.affine([[1, 2]])


def test_the_package_exports_every_law():
    laws = {type(law).__name__ for law in ALL}
    laws |= {"MultivariateNormal", "Multinomial", "Dirichlet"}
    assert laws <= set(probability.__all__)
