"""Calls of the variational autoencoder."""

from utils.tests.calls import call

X = [[1.0, 0.5, 2.0], [0.0, 1.0, -1.0], [2.0, -1.0, 0.5], [1.0, 1.0, 1.0]]

CALLS = {
    "models.VAE": call(
        options={"latent": 2, "hidden": 3, "epochs": 2, "batch_size": 2}, rng=True
    )
    .then("fit", X=X)
    .then("encode", X=X)
    .then("decode", Z=[[0.5, -1.0]])
    .then("sample", options={"n": 2}, rng=True)
    .then("elbo", X=X, options={"n_samples": 2}, rng=True)
    .then("iwae_bound", X=X, options={"K": 2}, rng=True),
}
