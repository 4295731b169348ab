"""StandardScaler against scikit-learn, random features against their kernel."""

import numpy as np
import pytest
from sklearn import preprocessing

from utils.datasets import load_wine
from utils.models import NotFittedError, StandardScaler, random_features


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
