"""How fast `utils` is: our time over a production library's, for the same work.

    python -m utils.benchmarks              # the whole table, about two minutes
    python -m utils.benchmarks svd k-means  # the rows whose task contains one of the words

One thread, one process, the best of several runs; `ours` and `production` are milliseconds.
`at most` is the ratio that the course holds itself to: room for checks of the input and for
code that reads like the formula. Production libraries are imported here alone, inside the
functions that need them; a missing one is a row that says so.
"""

import contextlib
import subprocess
import sys
import time
import warnings

import numpy as np

from utils import (
    datasets,
    information,
    linalg,
    models,
    optimizers,
    probability,
    special,
    statistics,
)

TASKS = []


def task(name, *cases):
    """Register a function as a row for each case: (what to print as size, argument, bound).

    It returns a pair of functions without argument: our work and the production library's.
    """

    def register(make):
        TASKS.extend(
            (name, size, make, argument, most) for size, argument, most in cases
        )
        return make

    return register


def measure(work, at_least=0.05, runs=7):
    """Best time of one call in seconds; short calls are repeated to fill ``at_least``."""
    start = time.perf_counter()
    work()
    once = time.perf_counter() - start
    repeat = max(1, int(at_least / max(once, 1e-7)))
    best = np.inf
    for _ in range(1 if once > 5 else runs):
        start = time.perf_counter()
        for _ in range(repeat):
            work()
        best = min(best, (time.perf_counter() - start) / repeat)
    return best


def rng():
    """The same random numbers in every row."""
    return np.random.default_rng(0)


# Linear algebra, against LAPACK


@task("QR", ("64", 64, 20), ("200", 200, 15))
def _qr(n):
    A = rng().normal(size=(n, n))
    return lambda: linalg.qr(A), lambda: np.linalg.qr(A)


@task("LU solve", ("64", 64, 90), ("200", 200, 80))
def _solve(n):
    A, b = rng().normal(size=(n, n)), rng().normal(size=n)
    return lambda: linalg.solve(A, b), lambda: np.linalg.solve(A, b)


@task("Cholesky", ("64", 64, 40), ("200", 200, 30))
def _cholesky(n):
    B = rng().normal(size=(n, n))
    A = B @ B.T + n * np.eye(n)
    return lambda: linalg.cholesky(A), lambda: np.linalg.cholesky(A)


@task("symmetric eigenvalues", ("64", 64, 250), ("200", 200, 300))
def _eigh(n):
    B = rng().normal(size=(n, n))
    A = B + B.T
    return lambda: linalg.eigh(A), lambda: np.linalg.eigh(A)


@task("SVD", ("64", 64, 120), ("200", 200, 140))
def _svd(n):
    A = rng().normal(size=(n, n))
    return lambda: linalg.svd(A), lambda: np.linalg.svd(A)


@task("power iteration", ("64", 64, 10), ("200", 200, 3))
def _power(n):
    B = rng().normal(size=(n, n))
    A = B @ B.T + 10 * n * np.ones((n, n)) / n  # a dominant eigenvalue
    return lambda: linalg.power_iteration(A), lambda: np.linalg.eigh(A)


# Special functions, distributions, information, statistics


@task("gammaln", ("1e5", 100_000, 10))
def _gammaln(n):
    from scipy import special as scipy

    x = rng().uniform(0.1, 100, n)
    return lambda: special.gammaln(x), lambda: scipy.gammaln(x)


@task("erf", ("1e5", 100_000, 10))
def _erf(n):
    from scipy import special as scipy

    x = rng().normal(size=n)
    return lambda: special.erf(x), lambda: scipy.erf(x)


@task("incomplete gamma", ("1e5", 100_000, 10))
def _gammainc(n):
    from scipy import special as scipy

    x = rng().uniform(0.1, 10, n)
    return lambda: special.gammainc(2.5, x), lambda: scipy.gammainc(2.5, x)


@task("incomplete beta", ("1e5", 100_000, 10))
def _betainc(n):
    from scipy import special as scipy

    x = rng().random(n)
    return lambda: special.betainc(2.5, 3.5, x), lambda: scipy.betainc(2.5, 3.5, x)


def _laws():
    from scipy import stats

    return {
        "normal": (probability.Normal(1, 2), stats.norm(1, 2), rng().normal),
        "gamma": (probability.Gamma(2.5), stats.gamma(2.5), rng().gamma),
        "beta": (probability.Beta(2.5, 3.5), stats.beta(2.5, 3.5), None),
        "Student": (probability.StudentT(5), stats.t(5), rng().normal),
    }


def _points(draw, n):
    if draw is None:
        return rng().random(n)
    return draw(2.5, size=n)


@task(
    "density", *((f"{k}, 1e5", k, 0.5) for k in ("normal", "gamma", "beta", "Student"))
)
def _density(name):
    ours, scipys, draw = _laws()[name]
    x = _points(draw, 100_000)
    return lambda: ours.pdf(x), lambda: scipys.pdf(x)


@task("cdf", *((f"{k}, 1e5", k, 10) for k in ("normal", "gamma", "beta", "Student")))
def _cdf(name):
    ours, scipys, draw = _laws()[name]
    x = _points(draw, 100_000)
    return lambda: ours.cdf(x), lambda: scipys.cdf(x)


@task("entropy", ("1e5", 100_000, 1), ("1e6", 1_000_000, 1))
def _entropy(n):
    from scipy import stats

    p = rng().dirichlet(np.ones(n))
    return lambda: information.entropy(p), lambda: stats.entropy(p)


@task("KL divergence", ("1e5", 100_000, 1), ("1e6", 1_000_000, 1))
def _kl(n):
    from scipy import stats

    p, q = rng().dirichlet(np.ones(n), size=2)
    return lambda: information.kl_divergence(p, q), lambda: stats.entropy(p, q)


@task("mutual information", ("1e5", 100_000, 1), ("1e6", 1_000_000, 1))
def _mutual(n):
    from sklearn.metrics import mutual_info_score

    x, y = rng().integers(0, 10, (2, n))
    ours = information.mutual_information_from_samples
    return lambda: ours(x, y), lambda: mutual_info_score(x, y)


@task("bootstrap of the mean", ("10,000 of 100", 100, 1.5))
def _bootstrap(n):
    from scipy import stats

    x = rng().normal(size=n)
    return (
        lambda: statistics.bootstrap(x, np.mean, n_resamples=10_000, rng=rng()),
        lambda: stats.bootstrap(
            (x,), np.mean, n_resamples=10_000, vectorized=True, method="percentile"
        ),
    )


@task("t test", ("100", 100, 1))
def _t_test(n):
    from scipy import stats

    x, y = rng().normal(size=(2, n))
    return lambda: statistics.ttest_ind(x, y), lambda: stats.ttest_ind(x, y)


@task("chi-square test", ("2 x 4", (2, 4), 1))
def _chi_square(shape):
    from scipy import stats

    table = rng().integers(5, 100, shape)
    ours = statistics.chi2_contingency
    return lambda: ours(table), lambda: stats.chi2_contingency(table, correction=False)


# Automatic differentiation and optimizers, against torch


@task("gradient of a network", ("100 rows", 100, 3), ("1000 rows", 1000, 3))
def _network(n):
    import torch

    from utils import autodiff as ad

    torch.set_num_threads(1)
    X, y = rng().normal(size=(n, 64)), rng().integers(0, 10, n)
    W1, W2 = rng().normal(size=(64, 32)) / 8, rng().normal(size=(32, 10)) / 6
    rows = np.arange(n)

    def ours():
        V1, V2 = ad.Tensor(W1, requires_grad=True), ad.Tensor(W2, requires_grad=True)
        loss = -ad.log_softmax(ad.relu(X @ V1) @ V2)[rows, y].mean()
        loss.backward()

    inputs, labels = torch.tensor(X), torch.tensor(y)
    T1 = torch.tensor(W1, requires_grad=True)
    T2 = torch.tensor(W2, requires_grad=True)

    def torchs():
        T1.grad = T2.grad = None
        loss = torch.nn.functional.cross_entropy(torch.relu(inputs @ T1) @ T2, labels)
        loss.backward()

    return ours, torchs


def _update(ours, torchs, n):
    import torch

    torch.set_num_threads(1)
    theta, grad = rng().normal(size=(2, n))
    parameter = torch.nn.Parameter(torch.tensor(theta))
    parameter.grad = torch.tensor(grad)
    production = getattr(torch.optim, torchs)([parameter], lr=0.001)
    return lambda: ours.step(theta, grad), production.step


@task("Adam step", ("1e4", 10_000, 2), ("1e6", 1_000_000, 3))
def _adam(n):
    return _update(optimizers.Adam(), "Adam", n)


@task("RMSProp step", ("1e4", 10_000, 2), ("1e6", 1_000_000, 3))
def _rmsprop(n):
    return _update(optimizers.RMSProp(lr=0.001), "RMSprop", n)


# Models, against scikit-learn


@task("linear regression", ("1e3 x 10", (1000, 10), 2), ("1e5 x 50", (100_000, 50), 3))
def _linear(shape):
    from sklearn.linear_model import LinearRegression

    X = rng().normal(size=shape)
    y = X.sum(axis=1) + rng().normal(size=len(X))
    ours, sklearns = models.LinearRegression(), LinearRegression()
    return lambda: ours.fit(X, y), lambda: sklearns.fit(X, y)


@task("logistic, binary", ("569 x 30", None, 2))
def _logistic(_):
    from sklearn.linear_model import LogisticRegression

    X, y = datasets.load_breast_cancer()
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    sklearns = LogisticRegression(C=1.0, tol=1e-6, max_iter=10_000)
    return lambda: models.LogisticRegression(1.0).fit(X, y), lambda: sklearns.fit(X, y)


@task("logistic, 10 classes", ("1797 x 64", None, 2))
def _multinomial(_):
    from sklearn.linear_model import LogisticRegression

    X, y = datasets.load_digits()
    X = X / 16
    sklearns = LogisticRegression(C=1.0, tol=1e-6, max_iter=10_000)
    return lambda: models.LogisticRegression(1.0).fit(X, y), lambda: sklearns.fit(X, y)


@task("Gaussian naive Bayes", ("1797 x 64", None, 0.6))
def _naive_bayes(_):
    from sklearn.naive_bayes import GaussianNB

    X, y = datasets.load_digits()
    ours, sklearns = models.GaussianNB(), GaussianNB()
    return (
        lambda: ours.fit(X, y).predict_proba(X),
        lambda: sklearns.fit(X, y).predict_proba(X),
    )


@task("PCA", ("1797 x 64", None, 4), ("5000 x 200", (5000, 200), 4))
def _pca(shape):
    from sklearn.decomposition import PCA

    X = rng().normal(size=shape) if shape else datasets.load_digits()[0]
    return lambda: models.PCA(10).fit(X), lambda: PCA(10).fit(X)


@task("k-means, one start", ("1797 x 64", None, 2))
def _k_means(_):
    from sklearn.cluster import KMeans

    X, _ = datasets.load_digits()
    start = X[rng().choice(len(X), 10, replace=False)]
    ours = models.KMeans(10, init=start, n_init=1, tol=0.0)
    sklearns = KMeans(10, init=start, n_init=1, tol=0.0, algorithm="lloyd")
    return lambda: ours.fit(X), lambda: sklearns.fit(X)


@task("Gaussian mixture, 20 steps", ("5000 x 10", (5000, 10), 1.5))
def _mixture(shape):
    from sklearn.mixture import GaussianMixture

    n, d = shape
    X = rng().normal(size=shape) + 3 * rng().integers(0, 2, (n, 1))
    start = np.full(3, 1 / 3), X[:3], np.stack([np.eye(d)] * 3)
    ours = models.GaussianMixture(3, init=start, tol=0.0, max_iter=20)
    sklearns = GaussianMixture(
        3,
        weights_init=start[0],
        means_init=start[1],
        precisions_init=start[2],
        init_params="random_from_data",  # or it would run k-means first, for nothing
        tol=0.0,
        max_iter=20,
    )
    return lambda: ours.fit(X), lambda: sklearns.fit(X)


@task("SVM, RBF kernel", ("300", 300, 10), ("1000", 1000, 10))
def _svm(n):
    from sklearn.svm import SVC

    X, y = datasets.make_moons(n, noise=0.25, rng=rng())
    ours = models.KernelSVM(models.RBF(0.5), C=1.0)
    sklearns = SVC(kernel="rbf", gamma=2.0, C=1.0)
    return lambda: ours.fit(X, y), lambda: sklearns.fit(X, y)


@task("network, one epoch", ("64-32-10, batch 32", None, 1.5))
def _epoch(_):
    from sklearn.neural_network import MLPClassifier

    X, y = datasets.load_digits()
    X = X / 16
    sklearns = MLPClassifier((32,), batch_size=32, max_iter=1, random_state=0)
    return (
        lambda: models.MLP((32,), epochs=1, batch_size=32, rng=rng()).fit(X, y),
        lambda: sklearns.fit(X, y),
    )


# What an import costs, over NumPy's own


LIGHT = (
    "autodiff",
    "calculus",
    "datasets",
    "information",
    "linalg",
    "losses",
    "metrics",
)
LIGHT += ("model_selection", "models", "numerics", "optimizers", "probability")
LIGHT += ("special", "statistics")


def import_times(module, runs=7):
    """CPU seconds of ``import numpy``, then of ``import utils.<module>``: the best of several."""
    probe = (
        "import time; a = time.process_time(); import numpy; b = time.process_time();"
        f"import utils.{module}; print(b - a, time.process_time() - b)"
    )
    run = [sys.executable, "-c", probe]
    found = [subprocess.check_output(run, text=True).split() for _ in range(runs)]
    return np.array(found, dtype=float).min(axis=0)


def main(words=()):
    """Print the table, or those of its rows whose task contains one of the words."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        _print_table(words)


def _print_table(words):
    head = ("task", "size", "ours", "production", "ratio", "at most")
    print("{:<27}{:<20}{:>10}{:>12}{:>8}{:>9}".format(*head))
    for name, size, make, argument, most in TASKS:
        if _wanted(name, words):
            _print_row(name, size, make, argument, most)
    for module in LIGHT:
        if _wanted(f"import utils.{module}", words):
            numpys, ours = import_times(module)
            times = (numpys + ours, numpys)
            _print_times(f"import utils.{module}", "over NumPy's", times, 1.2)


def _wanted(name, words):
    return not words or any(word.lower() in name.lower() for word in words)


def _print_row(name, size, make, argument, most):
    try:
        ours, production = make(argument)
    except ModuleNotFoundError as missing:
        print(f"{name:<27}{size:<20}{missing.name} isn't installed")
        return
    with warnings.catch_warnings(), contextlib.redirect_stdout(None):
        warnings.simplefilter("ignore")  # few steps don't converge: that is meant
        times = measure(ours), measure(production)
    _print_times(name, size, times, most)


def _print_times(name, size, times, most):
    ours, production = times
    print(
        f"{name:<27}{size:<20}{1e3 * ours:>10.3f}{1e3 * production:>12.3f}"
        f"{ours / production:>8.2f}{most:>9}",
        flush=True,
    )


if __name__ == "__main__":
    main(sys.argv[1:])
