"""The variational autoencoder: a latent-variable model with a network for its posterior."""

import math

import numpy as np

from utils._checks import as_data, as_rng, count, in_range
from utils.models.base import BaseModel
from utils.numerics import logsumexp
from utils.optimizers import Adam

LOG_2PI = math.log(2 * math.pi)
LARGEST_LOG_VAR = 20.0


class VAE(BaseModel):
    r"""Data as a network's image of standard normal latents, plus noise of equal variance.

    The decoder says :math:`x \sim N(g(z), \sigma^2 I)`, :math:`z \sim N(0, I)`; the encoder
    gives a normal law :math:`q(z\mid x)` with diagonal covariance. Both are trained to
    maximize the mean over rows of :math:`E_q \log p(x\mid z) - \beta\,KL(q \Vert p(z))`, with
    :math:`z = \mu + \sigma_q\varepsilon` in place of draws from q.

    Parameters
    ----------
    latent : int
        Length of z.
    hidden : int or None
        Units (ReLU) in the one hidden layer of encoder and decoder. None: both are linear,
        and the variances of q are the same for all rows.
    beta : float
        Weight of the divergence, at least 0; 1 is the evidence lower bound.
    sigma2 : "learn" or float
        Noise variance of the decoder; learned as a running mean of the squared error.
    lr : float
        Adam's step size at the start; it falls to 0 along a straight line.
    epochs, batch_size : int
    rng : numpy.random.Generator
        Draws initial weights, batches and latents.

    Attributes
    ----------
    params_ : dict of ndarray
        Weights (inputs, outputs) and biases: W_in, b_in, W_mu, b_mu, W_var, b_var of the
        encoder, W_z, b_z, W_out, b_out of the decoder; without hidden layers W_in, b_in,
        W_var, W_z, b_z are absent.
    sigma2_ : float
    history_ : ndarray, shape (epochs,)
        Mean over the batches of what is minimized: minus the bound, with beta, in nats.

    Raises
    ------
    ValueError
        For parameters out of range, data that aren't finite, or a loss that isn't.
    TypeError
        Without a generator.

    Notes
    -----
    With a fixed sigma2 larger than all eigenvalues of the data's covariance every latent dies:
    q becomes the prior. O(epochs n hidden (d + latent)).
    Home: 08-ml-math-case-studies/10-variational-autoencoder.ipynb.
    Source: Kingma and Welling, "Auto-encoding variational Bayes", ICLR 2014; the learned
    variance: Rybkin, Daniilidis and Levine, ICML 2021.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(300, 1)) @ [[1.0, 2.0]] + 0.1 * rng.normal(size=(300, 2))
    >>> model = VAE(latent=1, hidden=None, epochs=200, rng=rng).fit(X)
    >>> mu, log_var = model.encode(X)
    >>> mu.shape, log_var.shape, bool(abs(np.corrcoef(mu[:, 0], X[:, 1])[0, 1]) > 0.99)
    ((300, 1), (300, 1), True)
    """

    def __init__(
        self,
        latent,
        hidden=64,
        beta=1.0,
        sigma2="learn",
        lr=5e-3,
        epochs=60,
        batch_size=64,
        *,
        rng,
    ):
        self.latent = latent
        self.hidden = hidden
        self.beta = beta
        self.sigma2 = sigma2
        self.lr = lr
        self.epochs = epochs
        self.batch_size = batch_size
        self.rng = rng

    def fit(self, X):
        """Train on the rows of ``X`` (n, d); returns the model."""
        X, rng = as_data(X), as_rng(self.rng)
        epochs, batch_size = (
            count(self.epochs, "epochs"),
            count(self.batch_size, "batch_size"),
        )
        in_range(self.beta, "beta", 0, np.inf, closed=(True, False))
        lr = in_range(self.lr, "lr", 0, np.inf, closed=(False, False))
        self.sigma2_ = self._first_sigma2(X)
        self.params_ = self._initial(X.mean(axis=0), rng)

        steps = epochs * math.ceil(len(X) / batch_size)
        rules = {name: Adam(lambda t: lr * (1 - t / steps)) for name in self.params_}
        self.history_ = np.empty(epochs)
        for epoch in range(epochs):
            order, losses = rng.permutation(len(X)), []
            for start in range(0, len(X), batch_size):
                rows = X[order[start : start + batch_size]]
                noise = rng.normal(size=(len(rows), self.latent))
                losses.append(self._train(rows, noise, rules))
            self.history_[epoch] = np.mean(losses)
            if not np.isfinite(self.history_[epoch]):
                raise ValueError(
                    f"the loss became {self.history_[epoch]} in epoch {epoch}: "
                    "try a smaller lr, or standardize the data"
                )
        return self

    def encode(self, X):
        """Mean and log-variance of q(z | x) for the rows of ``X``, each (n, latent)."""
        self._check_fitted("params_")
        X = as_data(X)
        d = self.params_["b_out"].size
        if X.shape[1] != d:
            raise ValueError(f"X must have {d} columns, as in fit, got {X.shape[1]}")
        return self._encode(X)[1:]

    def decode(self, Z):
        """Means g(z) for the rows of ``Z`` (n, latent), shape (n, d)."""
        self._check_fitted("params_")
        Z = as_data(Z, "Z")
        if Z.shape[1] != self.latent:
            raise ValueError(f"Z must have {self.latent} columns, got {Z.shape[1]}")
        return self._decode(Z)[1]

    def sample(self, n, rng):
        """New rows (n, d): latents from the prior, decoded, with the decoder's noise."""
        self._check_fitted("params_")
        Z = as_rng(rng).normal(size=(count(n, "n"), self.latent))
        mean = self.decode(Z)
        return mean + math.sqrt(self.sigma2_) * rng.normal(size=mean.shape)

    def elbo(self, X, n_samples, rng):
        """Evidence lower bound in nats per row, a float, from ``n_samples`` latents a row.

        The mean of log p(x, z) - log q(z | x), with beta 1 whatever the model was trained
        with; in expectation at most the mean log-likelihood.
        """
        return float(self._log_weights(X, n_samples, rng).mean())

    def iwae_bound(self, X, K, rng):
        """The tighter bound from ``K`` latents a row: mean of the log of their mean weight.

        Grows with K towards the log-likelihood. Source: Burda, Grosse and Salakhutdinov,
        "Importance weighted autoencoders", ICLR 2016.
        """
        log_weights = self._log_weights(X, K, rng)
        return float(
            (logsumexp(log_weights, axis=0) - math.log(len(log_weights))).mean()
        )

    def _log_weights(self, X, n_samples, rng):
        """log p(x, z) - log q(z | x) for n_samples draws from q: shape (n_samples, n)."""
        n_samples, rng = count(n_samples, "n_samples"), as_rng(rng)
        mu, log_var = self.encode(X)
        X, values = as_data(X), np.empty((n_samples, len(mu)))
        for row in values:
            noise = rng.normal(size=mu.shape)
            Z = mu + np.exp(log_var / 2) * noise
            misfit = ((X - self._decode(Z)[1]) ** 2).sum(axis=1) / self.sigma2_
            log_noise = X.shape[1] * (LOG_2PI + math.log(self.sigma2_))
            # of the two normal laws of z the factors 2 pi cancel
            row[:] = (noise**2 + log_var - Z**2).sum(axis=1) / 2 - (
                misfit + log_noise
            ) / 2
        return values

    def _train(self, X, noise, rules):
        loss, grads, squared_error = self._loss_and_grad(X, noise)
        for name, rule in rules.items():
            self.params_[name] = rule.step(self.params_[name], grads[name])
        if self.sigma2 == "learn":
            self.sigma2_ = max(0.9 * self.sigma2_ + 0.1 * squared_error, 1e-12)
        return loss

    def _loss_and_grad(self, X, noise):
        """Minus the bound per row, its gradients, and the mean squared error."""
        W, n = self.params_, len(X)
        h, mu, log_var = self._encode(X)
        spread = np.exp(log_var / 2)
        Z = mu + spread * noise
        g, mean = self._decode(Z)
        error = mean - X
        squared_error = float(np.mean(error**2))
        divergence = (spread**2 + mu**2 - 1 - log_var).sum() / (2 * n)
        fit = (
            X.shape[1]
            / 2
            * (LOG_2PI + math.log(self.sigma2_) + squared_error / self.sigma2_)
        )

        d_mean = error / (self.sigma2_ * n)
        grads = {"W_out": g.T @ d_mean, "b_out": d_mean.sum(axis=0)}
        d_Z = d_mean @ W["W_out"].T
        if self.hidden is not None:
            d_g = d_Z * (g > 0)
            grads |= {"W_z": Z.T @ d_g, "b_z": d_g.sum(axis=0)}
            d_Z = d_g @ W["W_z"].T
        d_mu = d_Z + self.beta * mu / n
        d_var = d_Z * noise * spread / 2 + self.beta * (spread**2 - 1) / (2 * n)
        d_var = d_var * (np.abs(log_var) < LARGEST_LOG_VAR)
        grads |= {
            "W_mu": h.T @ d_mu,
            "b_mu": d_mu.sum(axis=0),
            "b_var": d_var.sum(axis=0),
        }
        if self.hidden is not None:
            grads["W_var"] = h.T @ d_var
            d_h = (d_mu @ W["W_mu"].T + d_var @ W["W_var"].T) * (h > 0)
            grads |= {"W_in": X.T @ d_h, "b_in": d_h.sum(axis=0)}
        return fit + self.beta * divergence, grads, squared_error

    def _encode(self, X):
        """Hidden layer (or X), mean and log-variance."""
        W = self.params_
        if self.hidden is None:
            h, log_var = X, np.tile(W["b_var"], (len(X), 1))
        else:
            h = np.maximum(X @ W["W_in"] + W["b_in"], 0)
            log_var = h @ W["W_var"] + W["b_var"]
        return (
            h,
            h @ W["W_mu"] + W["b_mu"],
            np.clip(log_var, -LARGEST_LOG_VAR, LARGEST_LOG_VAR),
        )

    def _decode(self, Z):
        """Hidden layer (or Z) and the mean of x."""
        W = self.params_
        g = Z if self.hidden is None else np.maximum(Z @ W["W_z"] + W["b_z"], 0)
        return g, g @ W["W_out"] + W["b_out"]

    def _initial(self, mean, rng):
        """Weights of variance 1 / inputs; at first the mean of all rows, and little noise in z."""
        d, k = len(mean), count(self.latent, "latent")
        if self.hidden is None:
            sizes = {"mu": (d, k), "out": (k, d)}
        else:
            m = count(self.hidden, "hidden")
            sizes = {
                "in": (d, m),
                "mu": (m, k),
                "var": (m, k),
                "z": (k, m),
                "out": (m, d),
            }
        params = {}
        for name, (n_in, n_out) in sizes.items():
            params[f"W_{name}"] = rng.normal(
                scale=1 / math.sqrt(n_in), size=(n_in, n_out)
            )
            params[f"b_{name}"] = np.zeros(n_out)
        first = "mu" if self.hidden is None else "in"
        params[f"b_{first}"] = -mean @ params[f"W_{first}"]
        params["b_out"] = mean
        params["b_var"] = np.full(k, -4.0)  # so that the decoder can see the latents
        if self.hidden is not None:
            params["W_var"] *= 0.0
        return params

    def _first_sigma2(self, X):
        if isinstance(self.sigma2, str):
            if self.sigma2 != "learn":
                raise ValueError(
                    f"sigma2 must be 'learn' or a number, got {self.sigma2!r}"
                )
            return max(float(X.var(axis=0).mean()), 1e-12)
        return in_range(self.sigma2, "sigma2", 0, np.inf, closed=(False, False))
