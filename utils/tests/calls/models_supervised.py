"""Calls of scalers, linear models and classifiers."""

from utils.tests.calls import call

X = [[0.0, 1.0], [2.0, -1.0], [1.0, 3.0], [-2.0, 0.0], [3.0, 2.0], [1.0, 1.0], [-1.0, 2.0],
     [4.0, -2.0]]  # fmt: skip
Z = [[1.0, 0.0], [-1.0, 2.0], [4.0, 1.0]]
y = [1.0, -2.0, 0.5, 3.0, 2.0, 0.0, -1.5, 4.0]
weights = [1.0, 2.0, 1.0, 0.5, 1.0, 1.0, 3.0, 1.0]
labels = [0, 1, 1, 0, 1, 0, 0, 1]
three = [0, 1, 2, 0, 1, 2, 0, 1]
bits = [[0, 1], [1, 1], [1, 0], [0, 0], [1, 1], [0, 1], [0, 0], [1, 0]]


def regression(**options):
    """Fit, then what can be asked of every regression."""
    fitted = call(options=options).then("fit", X=X, y=y)
    return fitted.then("predict", X=Z).then("score", X=X, y=y)


def classifier(X=X, y=three, **options):
    """Fit, then what can be asked of every classifier."""
    return (
        call(options=options)
        .then("fit", X=X, y=y)
        .then("predict", X=X[:3])
        .then("predict_proba", X=X[:3])
        .then("score", X=X, y=y)
    )


def generative(X=X, **options):
    return classifier(X, **options).then("predict_log_proba", X=X[:3])


CALLS = {
    "models.StandardScaler": call()
    .then("fit", X=X)
    .then("transform", X=Z)
    .then("inverse_transform", X=Z)
    .then("fit_transform", X=X),
    "models.PolynomialFeatures": call(options={"degree": 3})
    .then("fit", X=X)
    .then("transform", X=Z)
    .then("fit_transform", X=X),
    "models.random_features": call(X=X, options={"p": 4}, rng=True),
    "models.LinearRegression": call()
    .then("fit", X=X, y=y, sample_weight=weights, accepts="sample_weight:none")
    .then("predict", X=Z)
    .then("predict_interval", X=Z, options={"kind": "new"})
    .then("loo_residuals")
    .then("score", X=X, y=y),
    "models.Ridge": regression(alpha=0.5),
    "models.Lasso": regression(alpha=0.125),
    "models.ElasticNet": regression(alpha=0.125),
    "models.BayesianLinearRegression": regression(sigma2=0.5, tau2=2.0).then(
        "predict", X=Z, options={"return_std": True}
    ),
    "models.LogisticRegression": generative(y=labels, alpha=0.5).then(
        "decision_function", X=Z
    ),
    "models.KNeighborsClassifier": classifier(n_neighbors=3),
    "models.BernoulliNB": generative(bits),
    "models.GaussianNB": generative(),
    "models.LinearDiscriminantAnalysis": generative(),
    "models.QuadraticDiscriminantAnalysis": generative(reg_param=0.5),
    "models.DecisionTreeClassifier": classifier(criterion="gini", max_depth=2),
}
