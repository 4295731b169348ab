"""PCA against scikit-learn and exact cases, probabilistic PCA against SciPy's normal density."""

import numpy as np
import pytest
import sklearn.decomposition as sk
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal

from utils.datasets import load_digits, load_wine
from utils.model_selection import train_test_split
from utils.models import PCA, NotFittedError, ProbabilisticPCA

pytestmark = pytest.mark.filterwarnings("error::RuntimeWarning")
HAND = [[2, 1], [1, 2], [-1, -2], [-2, -1]]
LEARNED = ["mean_", "components_", "explained_variance_", "singular_values_"]


def data(n, d, seed=0, scale=None):
    """Correlated columns about a mean; singular values well apart."""
    rng = np.random.default_rng(seed)
    scale = np.linspace(3, 1, d) if scale is None else scale
    Q, _ = np.linalg.qr(rng.normal(size=(d, d)))
    return rng.normal(size=(n, d)) * scale @ Q + rng.normal(size=d)


def same_directions(A, B, tol):
    """Rows agree up to sign."""
    np.testing.assert_allclose(np.abs(np.sum(A * B, axis=1)), 1, atol=tol)
    sign = np.sign(np.sum(A * B, axis=1))
    np.testing.assert_allclose(A, sign[:, None] * B, atol=tol)


# PCA: the numbers


@pytest.mark.parametrize("whiten", [False, True])
@pytest.mark.parametrize(
    "shape, scale",
    [
        ((80, 6), None),  # well conditioned: by the covariance
        ((80, 6), 10.0 ** -np.arange(6)),  # not so: by the SVD
        ((6, 6), None),
        ((9, 30), None),
        ((2, 3), None),
    ],
)
def test_everything_is_scikit_learns_up_to_sign(shape, scale, whiten):
    X, new = data(*shape, scale=scale), data(5, shape[1], seed=1, scale=scale)
    k = min(shape[0] - 1, shape[1])
    ours = PCA(k, whiten=whiten).fit(X)
    theirs = sk.PCA(k, whiten=whiten, svd_solver="full").fit(X)
    same_directions(ours.components_, theirs.components_, 1e-10)
    sign = np.sign(np.sum(ours.components_ * theirs.components_, axis=1))
    for name in LEARNED[:1] + LEARNED[2:] + ["explained_variance_ratio_"]:
        np.testing.assert_allclose(
            getattr(ours, name), getattr(theirs, name), rtol=1e-10, err_msg=name
        )
    Z = ours.transform(new)
    expected = theirs.transform(new) * sign
    np.testing.assert_allclose(Z, expected, atol=1e-10 * np.abs(expected).max())
    np.testing.assert_allclose(
        ours.inverse_transform(Z), theirs.inverse_transform(Z * sign), atol=1e-10
    )


def test_the_digits_are_scikit_learns_where_the_gaps_are_wide():
    X, _ = load_digits()
    ours, theirs = PCA(20).fit(X), sk.PCA(20, svd_solver="full").fit(X)
    same_directions(ours.components_, theirs.components_, 1e-10)
    np.testing.assert_allclose(
        ours.explained_variance_, theirs.explained_variance_, rtol=1e-12
    )


def test_the_example_by_hand_is_exact():
    model = PCA().fit(HAND)
    np.testing.assert_allclose(model.explained_variance_, [6, 2 / 3], rtol=1e-14)
    np.testing.assert_allclose(model.explained_variance_ratio_, [0.9, 0.1], rtol=1e-13)
    np.testing.assert_allclose(
        model.components_, np.array([[1, 1], [1, -1]]) / np.sqrt(2), atol=1e-15
    )
    one = PCA(1).fit(HAND)
    np.testing.assert_allclose(
        one.transform(HAND).ravel(), np.array([3, 3, -3, -3]) / np.sqrt(2), atol=1e-14
    )
    np.testing.assert_allclose(one.inverse_transform(one.transform([[2, 1]])), 1.5)


def test_a_small_singular_value_keeps_its_digits():
    """Läuchli's matrix: the eigenvalues of X'X would give 0."""
    eps = 1e-8
    X = np.array([[1.0, 1.0], [eps, 0.0], [0.0, eps]])
    X = np.vstack([X, -X])  # its mean is 0
    exact = np.sqrt(2) * np.array([np.sqrt(2 + eps**2), eps])
    np.testing.assert_allclose(PCA().fit(X).singular_values_, exact, rtol=1e-8)
    assert np.linalg.eigvalsh(X.T @ X)[0] < 1e-17


def test_both_routes_agree_where_they_meet():
    """A hundredth of the first singular value is where PCA changes from one to the other."""
    rng = np.random.default_rng(3)
    U, _ = np.linalg.qr(
        rng.normal(size=(40, 4)) - rng.normal(size=(40, 4)).mean(axis=0)
    )
    U, _ = np.linalg.qr(U - U.mean(axis=0))
    Q, _ = np.linalg.qr(rng.normal(size=(4, 4)))
    for smallest in (0.0101, 0.0099):
        s = np.array([1, 0.5, 0.2, smallest])
        model = PCA().fit(U * s @ Q.T)
        np.testing.assert_allclose(model.singular_values_, s, rtol=1e-11)
        same_directions(model.components_, Q.T, 1e-12)


def test_a_far_origin_and_a_constant_column_cost_nothing():
    X = data(50, 4)
    exact = np.round(X * 1024) / 1024
    np.testing.assert_allclose(
        PCA().fit(exact).singular_values_,
        PCA().fit(exact + 2.0**30).singular_values_,
        rtol=1e-12,
    )
    with_constant = PCA().fit(np.column_stack([X, np.full(50, 0.1)]))
    assert with_constant.singular_values_[-1] < 1e-13
    assert with_constant.mean_[-1] == 0.1


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 30), st.integers(1, 8), st.integers(0, 10**6))
def test_kept_variance_and_squared_error_add_up_to_the_total(n, d, seed):
    X = data(n, d, seed)
    total = X.var(axis=0, ddof=1).sum()
    for k in range(1, min(n, d) + 1):
        model = PCA(k).fit(X)
        V = model.components_
        np.testing.assert_allclose(V @ V.T, np.eye(k), atol=1e-12)
        Z = model.transform(X)
        error = np.sum((X - model.inverse_transform(Z)) ** 2) / (n - 1)
        np.testing.assert_allclose(model.explained_variance_.sum() + error, total)
        np.testing.assert_allclose(
            Z.T @ Z / (n - 1), np.diag(model.explained_variance_), atol=1e-10 * total
        )
        assert (np.diff(model.explained_variance_) <= 0).all()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6))
def test_turning_the_data_turns_the_components(seed):
    X = data(30, 4, seed)
    Q, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(4, 4)))
    plain, turned = PCA().fit(X), PCA().fit(X @ Q)
    np.testing.assert_allclose(
        plain.explained_variance_, turned.explained_variance_, rtol=1e-10
    )
    gap = np.diff(plain.explained_variance_).max()  # negative: how far apart they are
    same_directions(turned.components_, plain.components_ @ Q, 1e-12 / -gap + 1e-11)


def test_no_direction_has_more_variance_than_the_first():
    X = data(100, 5)
    directions = np.random.default_rng(1).normal(size=(2000, 5))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    assert (
        np.var(X @ directions.T, axis=0, ddof=1).max()
        <= (PCA().fit(X).explained_variance_[0])
    )


def test_the_largest_loading_is_positive():
    for shape in [(40, 7), (5, 9)]:
        V = PCA().fit(data(*shape)).components_
        assert (V[np.arange(len(V)), np.abs(V).argmax(axis=1)] > 0).all()


def test_whitened_scores_have_the_identity_as_covariance():
    model = PCA(whiten=True)
    Z = model.fit_transform(data(60, 4))
    np.testing.assert_allclose(np.cov(Z.T), np.eye(4), atol=1e-12)
    np.testing.assert_allclose(
        model.inverse_transform(Z), data(60, 4), rtol=1e-12, atol=1e-12
    )


# PCA: how many components


def test_a_share_keeps_as_few_components_as_reach_it():
    X, _ = load_digits()
    cumulated = np.cumsum(PCA().fit(X).explained_variance_ratio_)
    for share, k in [(0.9, 21), (0.95, 29), (1e-9, 1)]:
        assert len(PCA(share).fit(X).components_) == k
        assert cumulated[k - 1] >= share and (k == 1 or cumulated[k - 2] < share)
    square = [[1, 1], [1, -1], [-1, 1], [-1, -1]]  # a half each
    assert len(PCA(0.5).fit(square).components_) == 1
    assert len(PCA(np.float32(0.75)).fit(square).components_) == 2
    assert len(PCA(1 - 1e-16).fit(X).components_) <= 64
    assert PCA().fit(X).components_.shape == (64, 64)


def test_wine_is_one_column_unless_it_is_standardized():
    X, _ = load_wine()
    raw = PCA().fit(X)
    assert round(raw.explained_variance_ratio_[0], 4) == 0.9981
    assert round(raw.components_[0].max(), 4) == 0.9998
    standard = PCA().fit((X - X.mean(axis=0)) / X.std(axis=0))
    ratios = standard.explained_variance_ratio_
    assert round(ratios[0], 3) == 0.362 and round(ratios[:4].sum(), 3) == 0.736


# PCA: the edges


@pytest.mark.parametrize(
    "k, error, message",
    [
        (0, ValueError, "at least 1"),
        (3, ValueError, r"min\(n, d\) = 2, got 3"),
        (1.5, ValueError, "n_components"),
        (0.0, ValueError, "n_components"),
        (1.0, ValueError, "n_components"),
        ("mle", TypeError, "n_components"),
        (True, TypeError, "n_components"),
    ],
)
def test_how_many_must_make_sense(k, error, message):
    with pytest.raises(error, match=message):
        PCA(k).fit(HAND)


@pytest.mark.parametrize("model", [PCA(), ProbabilisticPCA(1)])
@pytest.mark.parametrize(
    "X, message",
    [
        ([[1, 2]], "rows that differ"),
        ([[0.1, 2]] * 7, "rows that differ"),
        ([[1, 2], [3, 1e200]], "1e150"),
        ([1, 2, 3], r"X\[:, None\]"),
        ([[1, 2], [3, np.nan]], "finite"),
        (np.zeros((0, 2)), "empty"),
    ],
)
def test_bad_data_are_refused(model, X, message):
    with pytest.raises(ValueError, match=message):
        model.fit(X)


def test_large_and_small_units_are_no_trouble():
    X = data(20, 3)
    plain = PCA().fit(X)
    for scale in (2.0**450, 2.0**-400):
        model = PCA().fit(X * scale)
        np.testing.assert_allclose(
            model.explained_variance_ratio_, plain.explained_variance_ratio_, rtol=1e-13
        )
        np.testing.assert_allclose(model.components_, plain.components_, atol=1e-12)


def test_a_direction_without_variance_can_not_be_whitened():
    X = data(30, 3)
    X = np.column_stack([X, X[:, 0] + X[:, 1]])
    with pytest.raises(np.linalg.LinAlgError, match="n_components=3"):
        PCA(whiten=True).fit(X)
    Z = PCA(3, whiten=True).fit_transform(X)
    np.testing.assert_allclose(np.cov(Z.T), np.eye(3), atol=1e-10)


def test_columns_must_be_those_of_fit_and_fit_comes_first():
    model = PCA(1).fit(HAND)
    with pytest.raises(ValueError, match="2 columns"):
        model.transform([[1, 2, 3]])
    with pytest.raises(ValueError, match="each of the 1 components, got 2"):
        model.inverse_transform(HAND)
    for call in (PCA().transform, PCA().inverse_transform):
        with pytest.raises(NotFittedError):
            call(HAND)


def test_input_is_left_alone_and_may_be_of_any_kind():
    X = np.array(HAND)
    expected = PCA(1).fit_transform(X.astype(float))
    for given_X in (HAND, X, X.astype(np.float32), np.asfortranarray(X)):
        np.testing.assert_array_equal(PCA(1).fit_transform(given_X), expected)
    assert X.tolist() == HAND


# Probabilistic PCA


@pytest.mark.parametrize(
    "shape, k", [((60, 5), 1), ((60, 5), 4), ((60, 5), 2), ((6, 9), 3), ((40, 2), 1)]
)
def test_log_densities_are_scipys(shape, k):
    X, new = data(*shape), data(7, shape[1], seed=1)
    model = ProbabilisticPCA(k).fit(X)
    C = model.W_ @ model.W_.T + model.noise_variance_ * np.eye(shape[1])
    law = multivariate_normal(model.mean_, C)
    for row in new:
        assert np.isclose(model.log_likelihood(row[None]), law.logpdf(row), rtol=1e-9)
    total = model.log_likelihood(new)
    assert type(total) is float and np.isclose(total, law.logpdf(new).sum(), rtol=1e-10)


def test_little_noise_costs_no_digits():
    """Variances 1 and 1e-12: a difference of squares would lose all of them."""
    X = data(50, 3, scale=np.array([1.0, 1e-6, 0.5e-6]))
    model = ProbabilisticPCA(1).fit(X)
    exact = -0.5 * 50 * (3 * np.log(2 * np.pi) + 3)  # trace(C^-1 S) is d at the optimum
    s = np.linalg.svd(X - X.mean(axis=0), compute_uv=False)
    log_det = np.log(s[0] ** 2 / 50) + 2 * np.log(np.mean(s[1:] ** 2 / 50))
    assert np.isclose(model.log_likelihood(X), exact - 25 * log_det, rtol=1e-10)


@pytest.mark.parametrize("shape", [(80, 5), (6, 9)])
def test_parameters_are_the_closed_form_of_the_covariance(shape):
    X = data(*shape)
    model = ProbabilisticPCA(2).fit(X)
    eigenvalues = np.linalg.eigvalsh(np.cov(X.T, ddof=0))[::-1]
    assert np.isclose(model.noise_variance_, eigenvalues[2:].mean(), rtol=1e-12)
    assert type(model.noise_variance_) is float
    lengths = np.sum(model.W_**2, axis=0) + model.noise_variance_
    np.testing.assert_allclose(lengths, eigenvalues[:2], rtol=1e-12)
    assert abs(model.W_[:, 0] @ model.W_[:, 1]) < 1e-12
    np.testing.assert_allclose(model.mean_, X.mean(axis=0), rtol=1e-13)
    assert (model.W_[np.abs(model.W_).argmax(axis=0), [0, 1]] > 0).all()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 3))
def test_no_other_parameters_are_more_likely(seed, k):
    X = data(40, 4, seed)
    model = ProbabilisticPCA(k).fit(X)
    best = model.log_likelihood(X)
    rng = np.random.default_rng(seed)
    W = model.W_ + 0.05 * rng.normal(size=model.W_.shape)
    noise = model.noise_variance_ * np.exp(0.1 * rng.normal())
    mean = model.mean_ + 0.05 * rng.normal(size=4)
    other = multivariate_normal(mean, W @ W.T + noise * np.eye(4))
    assert other.logpdf(X).sum() <= best + 1e-9 * abs(best)


def test_scikit_learns_score_is_the_same_up_to_its_divisor():
    X, _ = load_digits()
    X = X[:, X.std(axis=0) > 1]
    ours = ProbabilisticPCA(8).fit(X).log_likelihood(X) / len(X)
    theirs = sk.PCA(8, svd_solver="full").fit(X).score(X)
    assert abs(ours - theirs) < 1e-4
    assert ours >= theirs  # ours is the maximum


def test_digits_have_the_likelihoods_of_the_notebooks():
    X, y = load_digits()
    rng = np.random.default_rng(0)
    train, test, *_ = train_test_split(X / 16, y, test_size=0.25, rng=rng)
    expected = {2: (-0.07, 0.17), 4: (6.93, 6.43), 16: (24.03, 23.25)}
    for k, rounded in expected.items():
        model = ProbabilisticPCA(k).fit(train)
        got = [model.log_likelihood(part) / len(part) for part in (train, test)]
        np.testing.assert_allclose(got, rounded, atol=0.005)


def test_the_posterior_is_that_of_the_joint_normal_law():
    X = data(60, 4)
    model = ProbabilisticPCA(2).fit(X)
    W, noise = model.W_, model.noise_variance_
    across = np.linalg.solve(W @ W.T + noise * np.eye(4), W)  # C^-1 cov(x, z)
    mean, cov = model.posterior(X[:6])
    np.testing.assert_allclose(mean, (X[:6] - model.mean_) @ across, atol=1e-12)
    np.testing.assert_allclose(cov, np.eye(2) - W.T @ across, atol=1e-12)


def test_draws_have_the_moments_of_the_model():
    model = ProbabilisticPCA(2).fit(data(60, 4))
    draws = model.sample(200_000, np.random.default_rng(0))
    C = model.W_ @ model.W_.T + model.noise_variance_ * np.eye(4)
    np.testing.assert_allclose(draws.mean(axis=0), model.mean_, atol=0.03)
    np.testing.assert_allclose(np.cov(draws.T), C, atol=0.15)
    assert model.sample(0, np.random.default_rng(0)).shape == (0, 4)
    with pytest.raises(TypeError, match="Generator"):
        model.sample(3, None)


def test_noise_must_be_left():
    for k in (4, 5):
        with pytest.raises(ValueError, match="below d = 4"):
            ProbabilisticPCA(k).fit(data(30, 4))
    plane = data(30, 2) @ np.arange(10.0).reshape(2, 5)
    assert ProbabilisticPCA(1).fit(plane).noise_variance_ > 0
    with pytest.raises(np.linalg.LinAlgError, match="plane of 2 dimensions"):
        ProbabilisticPCA(2).fit(plane)
    with pytest.raises(np.linalg.LinAlgError, match="plane of 3"):
        ProbabilisticPCA(3).fit(data(3, 6))  # three rows lie in a plane


def test_an_improbable_row_has_a_very_small_likelihood_and_no_warning():
    model = ProbabilisticPCA(1).fit(np.array(HAND) * 1e-10)
    assert model.log_likelihood([[1e150, -1e150]]) == -np.inf
    with pytest.raises(ValueError, match="1e150"):
        model.log_likelihood([[1e151, 0]])
    with pytest.raises(ValueError, match="2 columns"):
        model.posterior([[1, 2, 3]])
    with pytest.raises(NotFittedError):
        ProbabilisticPCA(1).sample(3, np.random.default_rng(0))
    with pytest.raises(NotFittedError):
        ProbabilisticPCA(1).log_likelihood(HAND)
