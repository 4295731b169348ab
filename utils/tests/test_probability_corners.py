"""Laws at the ends of their parameters, and records of arrays, against exact values."""

import numpy as np
import pytest
from mpmath import mp

from utils.probability import (
    FDist,
    Geometric,
    Hypergeometric,
    Mixture,
    MultivariateNormal,
    NegativeBinomial,
    Normal,
)


def test_draws_beyond_64_bits_are_refused():
    with pytest.raises(ValueError, match="64-bit"):
        Geometric(1e-30).sample(5, np.random.default_rng(0))


def test_successes_for_certain_leave_no_failures():
    law = NegativeBinomial(2.5, 1.0)
    np.testing.assert_array_equal(law.sample(4, np.random.default_rng(0)), [0, 0, 0, 0])
    assert law.pmf(0) == 1 and law.mean() == 0


@pytest.mark.parametrize(("n", "value"), [(0, 0), (7, 3)])
def test_drawing_nothing_or_everything_leaves_no_chance(n, value):
    law = Hypergeometric(7, 3, n)
    np.testing.assert_array_equal(law.pmf([value - 1, value, value + 1]), [0, 1, 0])
    assert law.var() == 0


def test_a_population_of_one_has_no_variance():
    assert Hypergeometric(1, 1, 1).var() == 0
    assert Hypergeometric(1, 1, 1).mean() == 1


def test_the_f_law_has_its_tail_where_the_ratio_overflows():
    """P(F > x) for x = 1e200 and 3, 0.5 degrees of freedom, in 50 digits."""
    mp.dps = 50
    law = FDist(3, 0.5)
    for x in (1e200, 1e300):
        w = mp.mpf(0.5) / (mp.mpf(0.5) + 3 * mp.mpf(x))
        exact = mp.betainc(0.25, 1.5, 0, w, regularized=True)
        assert law.sf(x) == pytest.approx(float(exact), rel=1e-12)
        assert law.cdf(x) == pytest.approx(float(1 - exact), rel=1e-15)


def test_laws_of_vectors_are_records_too():
    law = MultivariateNormal([0, 1], [[2, 1], [1, 3]])
    same = MultivariateNormal([0.0, 1.0], [[2.0, 1.0], [1.0, 3.0]])
    assert hash(law) == hash(same)
    assert repr(law) == (
        "MultivariateNormal(mean=[0.0, 1.0], cov=[[2.0, 1.0], [1.0, 3.0]])"
    )
    assert eval(repr(law)) == law


def test_an_affine_image_needs_a_shift_of_its_size():
    law = MultivariateNormal([0, 1], [[2, 1], [1, 3]])
    with pytest.raises(ValueError, match=r"b must have shape \(1,\), got \(2,\)"):
        law.affine([[1, 2]], [0, 0])


def test_a_mixture_of_equal_laws_has_their_quantiles():
    law = Mixture([0.5, 0.5], [Normal(1, 2), Normal(1, 2)])
    q = [0.01, 0.5, 0.99]
    np.testing.assert_allclose(law.ppf(q), Normal(1, 2).ppf(q), rtol=1e-14)
