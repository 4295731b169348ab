"""Calls of decompositions, clusterings, mixtures, matrix factorization and networks."""

from utils.tests.calls import call

X = [[2.0, 1.0], [1.5, 2.0], [-1.0, -2.0], [-2.0, -1.5], [3.0, 2.5], [-3.0, -2.0]]
NEW = [[1.0, 0.5], [-2.0, 3.0]]
WHOLE = [[5.0, 3.0, 1.0], [4.0, 2.0, 1.0], [1.0, 1.0, 5.0], [2.0, 1.0, 4.0]]
MASK = [[1.0, 1.0, 0.0], [1.0, 1.0, 1.0], [0.0, 1.0, 1.0], [1.0, 0.0, 1.0]]
WEIGHT = [[1.0, 2.0, 1.0], [0.5, 1.0, 1.0], [1.0, 1.0, 3.0], [2.0, 1.0, 1.0]]

CALLS = {
    "models.PCA": call(options={"n_components": 1})
    .then("fit", X=X)
    .then("transform", X=NEW)
    .then("inverse_transform", Z=[[1.0], [-2.0]])
    .then("fit_transform", X=X),
    "models.ProbabilisticPCA": call(options={"n_components": 1})
    .then("fit", X=X)
    .then("posterior", X=NEW)
    .then("log_likelihood", X=NEW)
    .then("sample", options={"n": 3}, rng=True),
    "models.KMeans": call(options={"n_clusters": 2, "n_init": 2}, rng=True)
    .then("fit", X=X)
    .then("predict", X=NEW)
    .then("transform", X=NEW),
    "models.GaussianMixture": call(options={"n_components": 2}, rng=True)
    .then("fit", X=X)
    .then("predict", X=NEW)
    .then("predict_proba", X=NEW)
    .then("score_samples", X=NEW)
    .then("bic", X=NEW)
    .then("aic", X=NEW)
    .then("sample", options={"n": 3}, rng=True),
    "models.MatrixFactorization": call(options={"rank": 1, "n_iter": 3}, rng=True)
    .then(
        "fit",
        M=WHOLE,
        mask=MASK,
        sample_weight=WEIGHT,
        accepts="mask:none sample_weight:none",
    )
    .then("predict"),
    "models.he_init": call(options={"n_in": 2, "n_out": 3}, rng=True),
    "models.xavier_init": call(options={"n_in": 2, "n_out": 3}, rng=True),
    "models.MLP": call(options={"hidden": (3,), "epochs": 2}, rng=True)
    .then("fit", X=X, y=[0, 1, 2, 0, 1, 2])
    .then("forward", X=NEW)
    .then("loss_and_grad", X=NEW, y=[2, 0])
    .then("predict", X=NEW)
    .then("predict_proba", X=NEW)
    .then("score", X=NEW, y=[1, 0]),
}
