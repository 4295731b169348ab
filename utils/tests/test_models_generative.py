"""The variational autoencoder against exact likelihoods, differences and its own bounds."""

import numpy as np
import pytest
from scipy import stats

from utils.calculus import numerical_gradient
from utils.datasets import load_digits
from utils.model_selection import train_test_split
from utils.models import VAE, NotFittedError, ProbabilisticPCA


def rng(seed=0):
    return np.random.default_rng(seed)


def tiny(X, **changes):
    settings = {"latent": 2, "hidden": 3, "epochs": 2, "batch_size": 4, "rng": rng()}
    return VAE(**(settings | changes)).fit(X)


@pytest.fixture(scope="module")
def digits():
    X, y = load_digits()
    train, test, _, _ = train_test_split(X / 16, y, rng=rng())
    return train, test


@pytest.fixture(scope="module")
def trained(digits):
    return VAE(4, epochs=30, rng=rng()).fit(digits[0])


def optimal_linear(X, k):
    """A linear VAE with the parameters that theory says are the best: those of PPCA."""
    ppca = ProbabilisticPCA(k).fit(X)
    W, noise = ppca.W_, ppca.noise_variance_
    inverse = np.linalg.inv(W.T @ W + noise * np.eye(k))
    model = tiny(X, latent=k, hidden=None)
    model.sigma2_ = noise
    model.params_ = {
        "W_mu": W @ inverse,
        "b_mu": -ppca.mean_ @ W @ inverse,
        "b_var": np.log(noise * np.diag(inverse)),
        "W_out": W.T,
        "b_out": ppca.mean_,
    }
    return model, ppca


@pytest.mark.parametrize("k", [1, 3, 8])
def test_at_the_ppca_optimum_the_bound_of_a_linear_model_is_the_likelihood(digits, k):
    train, test = digits
    model, ppca = optimal_linear(train, k)
    for X in (train, test):
        expected = ppca.log_likelihood(X) / len(X)
        for bound in (model.elbo(X, 2, rng()), model.iwae_bound(X, 3, rng())):
            assert bound == pytest.approx(expected, abs=1e-9)


def test_training_a_linear_model_approaches_that_optimum_from_below(digits):
    train, _ = digits
    best = ProbabilisticPCA(2).fit(train).log_likelihood(train) / len(train)
    reached = [
        VAE(2, hidden=None, epochs=epochs, rng=rng()).fit(train).elbo(train, 20, rng())
        for epochs in (10, 100)
    ]
    error = 0.2  # of the estimated bound, above its standard error
    assert reached[0] < reached[1] < best + error
    assert reached[1] > best - 1.5


@pytest.mark.parametrize("hidden", [None, 3])
@pytest.mark.parametrize("beta", [1.0, 0.25])
def test_gradients_are_those_of_differences(hidden, beta):
    X = rng(1).normal(size=(6, 4))
    model, noise = tiny(X, hidden=hidden, beta=beta), rng(2).normal(size=(6, 2))
    for value in model.params_.values():
        value += rng(3).normal(scale=0.3, size=value.shape)
    _, grads, squared_error = model._loss_and_grad(X, noise)
    assert grads.keys() == model.params_.keys()
    for name, value in model.params_.items():

        def loss(w, name=name):
            kept, model.params_[name] = model.params_[name], w
            result = model._loss_and_grad(X, noise)[0]
            model.params_[name] = kept
            return result

        numeric = numerical_gradient(loss, value)
        np.testing.assert_allclose(grads[name], numeric, rtol=1e-6, atol=1e-8)
    mu, log_var = model.encode(X)
    mean = model.decode(mu + np.exp(log_var / 2) * noise)
    assert squared_error == pytest.approx(np.mean((X - mean) ** 2), rel=1e-13)


def test_the_loss_is_minus_the_bound_by_scipys_densities():
    X = rng(1).normal(size=(5, 3))
    model, noise = tiny(X, sigma2=0.7), rng(2).normal(size=(5, 2))
    mu, log_var = model.encode(X)
    Z = mu + np.exp(log_var / 2) * noise
    fit = stats.norm.logpdf(X, model.decode(Z), np.sqrt(0.7)).sum()
    v = np.exp(log_var)
    divergence = 0.5 * (v + mu**2 - 1 - log_var).sum()
    loss, _, _ = model._loss_and_grad(X, noise)
    assert loss == pytest.approx(-(fit - divergence) / 5, rel=1e-12)


def test_the_weights_are_log_joint_minus_log_posterior_by_scipys_densities():
    X = rng(1).normal(size=(5, 3))
    model = tiny(X)
    mu, log_var = model.encode(X)
    Z = mu + np.exp(log_var / 2) * rng(4).normal(size=mu.shape)
    log_w = stats.norm.logpdf(X, model.decode(Z), np.sqrt(model.sigma2_)).sum(axis=1)
    log_w += stats.norm.logpdf(Z).sum(axis=1)
    log_w -= stats.norm.logpdf(Z, mu, np.exp(log_var / 2)).sum(axis=1)
    assert model.elbo(X, 1, rng(4)) == pytest.approx(log_w.mean(), rel=1e-12)
    assert model.iwae_bound(X, 1, rng(4)) == pytest.approx(log_w.mean(), rel=1e-12)


def test_more_latents_a_row_tighten_the_bound(digits, trained):
    _, test = digits
    bounds = [trained.iwae_bound(test, K, rng()) for K in (1, 5, 50)]
    assert bounds[0] < bounds[1] < bounds[2]
    assert trained.elbo(test, 50, rng()) == pytest.approx(bounds[0], abs=0.3)


def test_the_importance_weighted_bound_reaches_the_exact_likelihood():
    """One latent, linear decoder, a wrong encoder: the likelihood is known all the same."""
    x = np.ones((50, 1))
    model = tiny(x, latent=1, hidden=None, sigma2=1.0)
    model.params_ = {
        **{"W_mu": np.zeros((1, 1)), "b_mu": np.zeros(1), "b_var": np.zeros(1)},
        **{"W_out": np.ones((1, 1)), "b_out": np.zeros(1)},
    }
    exact = stats.norm.logpdf(1.0, 0, np.sqrt(2))
    assert model.iwae_bound(x, 2000, rng()) == pytest.approx(exact, abs=0.015)
    # q is the prior: the bound is that of the expected squared distance, 2
    assert model.elbo(x, 2000, rng()) == pytest.approx(
        -0.5 * np.log(2 * np.pi) - 1, abs=0.02
    )


def test_it_says_more_about_unseen_digits_than_the_best_linear_model(digits, trained):
    train, test = digits
    linear = ProbabilisticPCA(4).fit(train).log_likelihood(test) / len(test)
    assert trained.elbo(test, 10, rng()) > linear + 5
    assert trained.history_[-1] < trained.history_[0] - 10


def test_with_noise_above_all_eigenvalues_every_latent_dies(digits):
    train, test = digits
    assert np.linalg.eigvalsh(np.cov(train.T)).max() < 1
    model = VAE(3, sigma2=1.0, epochs=20, rng=rng()).fit(train)
    mu, log_var = model.encode(test)
    divergence = 0.5 * (np.exp(log_var) + mu**2 - 1 - log_var).mean(axis=0)
    assert divergence.max() < 0.02
    assert model.sigma2_ == 1.0


def test_samples_have_the_mean_and_covariance_of_the_model(digits):
    model, ppca = optimal_linear(digits[0], 3)
    S = model.sample(20_000, rng())
    C = ppca.W_ @ ppca.W_.T + ppca.noise_variance_ * np.eye(64)
    np.testing.assert_allclose(S.mean(axis=0), ppca.mean_, atol=0.02)
    np.testing.assert_allclose(np.cov(S.T), C, atol=0.02)


def test_the_same_generator_gives_the_same_model():
    X = rng(1).normal(size=(9, 3))
    np.testing.assert_array_equal(tiny(X).history_, tiny(X).history_)


def test_constant_data_are_learned_without_a_zero_variance():
    model = tiny(np.ones((8, 3)), epochs=50)
    assert model.sigma2_ >= 1e-12
    assert np.isfinite(model.history_).all()
    np.testing.assert_allclose(model.decode([[0.0, 0.0]]), 1, atol=0.2)


X = [[1.0, 2.0], [3.0, 5.0]]


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: tiny(X, latent=0), ValueError, "latent"),
        (lambda: tiny(X, hidden=0), ValueError, "hidden"),
        (lambda: tiny(X, beta=-1.0), ValueError, "beta"),
        (lambda: tiny(X, sigma2="fixed"), ValueError, "'learn'"),
        (lambda: tiny(X, sigma2=0.0), ValueError, "sigma2"),
        (lambda: tiny(X, lr=0.0), ValueError, "lr"),
        (lambda: tiny(X, epochs=0), ValueError, "epochs"),
        (lambda: tiny(X, batch_size=0), ValueError, "batch_size"),
        (lambda: tiny(X, rng=0), TypeError, "Generator"),
        (lambda: tiny(X, lr=1e200), ValueError, "smaller lr"),
        (lambda: VAE(1, rng=rng()).encode(X), NotFittedError, "fit"),
        (lambda: VAE(1, rng=rng()).decode(X), NotFittedError, "fit"),
        (lambda: VAE(1, rng=rng()).sample(3, rng()), NotFittedError, "fit"),
        (lambda: tiny(X).encode([[1.0]]), ValueError, "2 columns"),
        (lambda: tiny(X).decode([[1.0]]), ValueError, "2 columns"),
        (lambda: tiny(X).sample(0, rng()), ValueError, "n must be"),
        (lambda: tiny(X).elbo(X, 0, rng()), ValueError, "n_samples"),
        (lambda: tiny(X).elbo(X, 1, 0), TypeError, "Generator"),
    ],
)
@pytest.mark.filterwarnings("ignore:(overflow|invalid value):RuntimeWarning")
def test_it_says_what_is_wrong(make, error, message):
    with pytest.raises(error, match=message):
        make()
