"""Scaling and polynomials against scikit-learn, random features against their kernel."""

from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn import preprocessing

from utils.datasets import load_wine
from utils.models import (
    NotFittedError,
    PolynomialFeatures,
    StandardScaler,
    random_features,
)


def test_scaling_is_scikit_learns():
    X, _ = load_wine()
    ours, theirs = StandardScaler().fit(X[:100]), preprocessing.StandardScaler()
    theirs.fit(X[:100])
    np.testing.assert_allclose(ours.mean_, theirs.mean_, rtol=1e-14)
    np.testing.assert_allclose(ours.scale_, theirs.scale_, rtol=1e-13)
    np.testing.assert_allclose(ours.transform(X), theirs.transform(X), atol=1e-12)
    np.testing.assert_allclose(ours.inverse_transform(ours.transform(X)), X, rtol=1e-13)


def test_a_constant_column_becomes_exactly_zero():
    X = np.column_stack([np.full(1000, 0.1), np.arange(1000)])
    scaler = StandardScaler()
    Z = scaler.fit_transform(X)
    assert not Z[:, 0].any() and scaler.scale_[0] == 1 and scaler.mean_[0] == 0.1


def test_a_large_offset_costs_no_digits():
    Z = StandardScaler().fit_transform(np.array([[0.0], [1.0], [2.0]]) + 2.0**50)
    np.testing.assert_allclose(Z[:, 0], np.array([-1, 0, 1]) * np.sqrt(1.5), rtol=1e-15)


def test_misuse_is_named():
    with pytest.raises(NotFittedError):
        StandardScaler().transform([[1.0]])
    with pytest.raises(ValueError, match="2 columns"):
        StandardScaler().fit([[1, 2], [3, 4]]).transform([[1.0]])


@pytest.mark.parametrize("factor", [1e-200, 1e200])
def test_tiny_and_huge_columns_are_scaled_like_others(factor):
    X = np.array([[1.0], [2.0], [4.0]])
    Z = StandardScaler().fit_transform(X * factor)
    np.testing.assert_allclose(Z, StandardScaler().fit_transform(X), rtol=1e-14)


def test_columns_beyond_float64_are_refused():
    with pytest.raises(ValueError, match="column 1 of X is too large"):
        StandardScaler().fit([[0.0, 1.7e308], [1.0, 1.7e308], [2.0, -1e308]])


@pytest.mark.parametrize("interaction_only", [False, True])
@pytest.mark.parametrize("include_bias", [False, True])
@pytest.mark.parametrize("degree", [0, 1, 2, 3, 5])
@pytest.mark.parametrize("d", [1, 2, 4])
def test_products_are_scikit_learns(d, degree, include_bias, interaction_only):
    if degree == 0 and not include_bias:
        return
    X = np.random.default_rng(0).normal(size=(6, d))
    ours = PolynomialFeatures(degree, interaction_only, include_bias).fit(X)
    theirs = preprocessing.PolynomialFeatures(
        degree, interaction_only=interaction_only, include_bias=include_bias
    ).fit(X)
    np.testing.assert_array_equal(ours.powers_, theirs.powers_)
    np.testing.assert_allclose(ours.transform(X), theirs.transform(X), rtol=1e-14)
    np.testing.assert_array_equal(ours.fit_transform(X), ours.transform(X))


@given(arrays(int, (3, 3), elements=st.integers(-5, 5)), st.integers(0, 4))
def test_products_are_powers_multiplied(X, degree):
    model = PolynomialFeatures(degree)
    got = model.fit_transform(X)
    assert got.shape == (3, comb(3 + degree, degree))
    want = np.prod(X[:, None, :].astype(float) ** model.powers_, axis=2)
    np.testing.assert_array_equal(got, want)
    assert len(np.unique(model.powers_, axis=0)) == len(model.powers_)


def test_other_parameters_after_fit_change_nothing():
    model = PolynomialFeatures(degree=2).fit([[1, 2]])
    model.set_params(degree=3, include_bias=False)
    assert model.transform([[2, 3]]).tolist() == [[1, 2, 3, 4, 6, 9]]


def test_misuse_of_polynomials_is_named():
    with pytest.raises(NotFittedError):
        PolynomialFeatures().transform([[1.0]])
    with pytest.raises(ValueError, match="degree must be at least 0"):
        PolynomialFeatures(-1).fit([[1.0]])
    with pytest.raises(TypeError, match="degree must be an integer"):
        PolynomialFeatures(1.5).fit([[1.0]])
    with pytest.raises(ValueError, match="leaves no column"):
        PolynomialFeatures(0, include_bias=False).fit([[1.0]])
    with pytest.raises(ValueError, match="2 columns"):
        PolynomialFeatures().fit([[1, 2], [3, 4]]).transform([[1.0]])
    with pytest.raises(ValueError, match="degree 2 are beyond float64"):
        PolynomialFeatures().fit_transform([[1e200]])


def test_random_features_are_relus_of_what_the_generator_draws():
    X = np.random.default_rng(1).normal(size=(5, 3))
    rng = np.random.default_rng(2)
    W, b = rng.normal(scale=3**-0.5, size=(3, 7)), rng.normal(size=7)
    expected = np.maximum(X @ W + b, 0) / np.sqrt(7)
    got = random_features(X.tolist(), 7, np.random.default_rng(2))
    np.testing.assert_allclose(got, expected, atol=1e-15)


def test_random_features_tend_to_the_arc_cosine_kernel():
    x, z = np.array([0.5, -1.0]), np.array([2.0, 0.3])
    F = random_features([x, z], 400_000, np.random.default_rng(0))
    S = np.array([[x @ x, x @ z], [x @ z, z @ z]]) / 2 + 1  # covariances of w.x + b
    angle = np.arccos(S[0, 1] / np.sqrt(S[0, 0] * S[1, 1]))
    kernel = np.sqrt(S[0, 0] * S[1, 1]) / (2 * np.pi)
    kernel *= np.sin(angle) + (np.pi - angle) * np.cos(angle)
    np.testing.assert_allclose(F[0] @ F[1], kernel, rtol=0.01)
    np.testing.assert_allclose(F[0] @ F[0], S[0, 0] / 2, rtol=0.01)


def test_random_features_need_a_generator_and_a_number_of_features():
    with pytest.raises(TypeError, match="default_rng"):
        random_features([[1.0]], 3, 0)
    with pytest.raises(ValueError, match="p must be at least 1"):
        random_features([[1.0]], 0, np.random.default_rng(0))
