"""utils.probability.bayes against hand tables, exact fractions and the exact Beta posterior."""

from fractions import Fraction

import numpy as np
import pytest
import scipy.special
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from utils.probability import bayes_update, grid_posterior

pytestmark = pytest.mark.filterwarnings("error")

weights = st.lists(st.integers(1, 1000), min_size=3, max_size=3)


def shares(counts):
    return np.array(counts) / np.sum(counts)


def test_the_medical_test_by_hand():
    posterior, evidence = bayes_update([0.01, 0.99], [0.9, 0.09])
    assert type(evidence) is float
    assert evidence == pytest.approx(0.0981, rel=1e-15)
    np.testing.assert_allclose(posterior, [9 / 98.1, 89.1 / 98.1], rtol=1e-15)


def test_monty_hall_by_hand():
    knows, evidence = bayes_update([1 / 3] * 3, [1 / 2, 1, 0])
    np.testing.assert_allclose(knows, [1 / 3, 2 / 3, 0], rtol=1e-15)
    assert evidence == pytest.approx(1 / 2, rel=1e-15)
    luck, _ = bayes_update([1 / 3] * 3, [1 / 2, 1 / 2, 0])
    np.testing.assert_allclose(luck, [1 / 2, 1 / 2, 0], rtol=1e-15)


@given(weights, weights)
def test_update_agrees_with_exact_fractions(prior, likelihood):
    joint = [
        Fraction(p, sum(prior)) * Fraction(q, 1000)
        for p, q in zip(prior, likelihood, strict=True)
    ]
    exact = [float(j / sum(joint)) for j in joint]
    posterior, evidence = bayes_update(shares(prior), np.array(likelihood) / 1000)
    np.testing.assert_allclose(posterior, exact, rtol=2e-15)
    assert evidence == pytest.approx(float(sum(joint)), rel=2e-15)


@given(weights, weights, weights)
def test_the_order_of_evidence_does_not_matter(prior, first, second):
    p, a, b = shares(prior), np.array(first) / 1000, np.array(second) / 1000
    ab = bayes_update(bayes_update(p, a)[0], b)[0]
    ba = bayes_update(bayes_update(p, b)[0], a)[0]
    np.testing.assert_allclose(ab, ba, rtol=1e-14)
    np.testing.assert_allclose(ab, bayes_update(p, a * b)[0], rtol=1e-14)


def test_rows_are_separate_updates():
    prior, likelihood = [0.2, 0.8], [[0.5, 0.1], [0.3, 0.3], [0, 1]]
    posterior, evidence = bayes_update(prior, likelihood)
    for row, p, e in zip(likelihood, posterior, evidence, strict=True):
        alone, total = bayes_update(prior, row)
        np.testing.assert_array_equal(p, alone)
        assert e == total
    many_priors, _ = bayes_update([[0.2, 0.8], [1, 0]], [0.5, 0.1])
    np.testing.assert_allclose(many_priors[1], [1, 0])


def test_a_prior_of_zero_stays_zero():
    np.testing.assert_array_equal(bayes_update([0, 1], [1, 1e-9])[0], [0, 1])


def test_inputs_stay_as_they_are():
    prior, likelihood = np.array([0.5, 0.5]), np.array([0.2, 0.4])
    bayes_update(prior, likelihood)
    np.testing.assert_array_equal(prior, [0.5, 0.5])
    np.testing.assert_array_equal(likelihood, [0.2, 0.4])


@pytest.mark.parametrize(
    "prior, likelihood, message",
    [
        ([0.5, 0.4], [1, 1], "sum to 1"),
        ([0.5, 0.5], [1, 1, 1], "one entry per hypothesis each"),
        ([1.5, -0.5], [1, 1], "negative"),
        ([0.5, 0.5], [1, -1], "negative"),
        ([0.5, 0.5], [1, np.nan], "finite"),
        ([0.5, 0.5], [0, 0], "probability 0 under every hypothesis"),
        ([1, 0], [0, 1], "probability 0 under every hypothesis"),
        ([0.5, 0.5], [1e-320, 1e-321], "use logarithms"),
        ([0.5, 0.5], [[1, 1], [0, 0]], "probability 0 under every hypothesis"),
        (1.0, 1.0, "shape"),
        ([], [], "shape"),
    ],
)
def test_update_says_what_it_needs(prior, likelihood, message):
    with pytest.raises(ValueError, match=message):
        bayes_update(prior, likelihood)


@pytest.mark.parametrize("heads, tosses", [(0, 0), (3, 5), (29, 50), (310, 500)])
def test_grid_agrees_with_the_exact_beta_posterior(heads, tosses):
    n = 20_000
    theta = (np.arange(n) + 0.5) / n
    log_likelihood = heads * np.log(theta) + (tosses - heads) * np.log1p(-theta)
    density, log_evidence = grid_posterior(np.zeros(n), log_likelihood, 1 / n)
    exact = scipy.stats.beta(heads + 1, tosses - heads + 1).pdf(theta)
    np.testing.assert_allclose(density, exact, rtol=1e-6)
    want = scipy.special.betaln(heads + 1, tosses - heads + 1)
    assert log_evidence == pytest.approx(want, abs=1e-6)
    assert density.sum() / n == pytest.approx(1, rel=1e-13)


def test_grid_survives_a_million_tosses():
    theta = (np.arange(10_000) + 0.5) / 10_000
    log_likelihood = 600_000 * np.log(theta) + 400_000 * np.log1p(-theta)
    density, log_evidence = grid_posterior(np.zeros(10_000), log_likelihood, 1e-4)
    assert (density * theta).sum() * 1e-4 == pytest.approx(
        600_001 / 1_000_002, abs=1e-6
    )
    assert log_evidence == pytest.approx(
        scipy.special.betaln(600_001, 400_001), abs=0.01
    )


def test_uneven_cells_and_planes():
    edges = np.linspace(0, 1, 2001) ** 2
    theta, cell = (edges[1:] + edges[:-1]) / 2, np.diff(edges)
    density, log_evidence = grid_posterior(np.zeros(2000), np.log(theta), cell)
    assert (density * cell).sum() == pytest.approx(1, rel=1e-13)
    assert log_evidence == pytest.approx(np.log(1 / 2), abs=1e-6)

    plane = np.add.outer(np.log(theta), np.log(theta))
    density, _ = grid_posterior(np.zeros_like(plane), plane, np.outer(cell, cell))
    assert density.shape == plane.shape


@pytest.mark.parametrize(
    "log_prior, log_likelihood, cell, message",
    [
        ([0.0, 0.0], [0.0], 1.0, "same shape"),
        ([-np.inf, 0.0], [0.0, -np.inf], 1.0, "0 at every grid point"),
        ([0.0, np.nan], [0.0, 0.0], 1.0, "finite or -inf"),
        ([0.0, 0.0], [0.0, np.inf], 1.0, "finite or -inf"),
        ([0.0, 0.0], [0.0, 0.0], 0.0, "cell must be positive"),
        ([0.0, 0.0], [0.0, 0.0], [1.0, 1.0, 1.0], "cell must be a number or broadcast"),
        ([0.0], [0.0], [1.0, 1.0], "cell must be a number or broadcast"),
        ([0.0], [0.0], [[1.0]], "cell must be a number or broadcast"),
        ([], [], 1.0, "empty"),
    ],
)
def test_grid_says_what_it_needs(log_prior, log_likelihood, cell, message):
    with pytest.raises(ValueError, match=message):
        grid_posterior(log_prior, log_likelihood, cell)
