"""The network's gradients against differences and autodiff, its training against scikit-learn."""

import warnings

import numpy as np
import pytest
import sklearn.linear_model
import sklearn.neural_network as sk
from hypothesis import given, settings
from hypothesis import strategies as st

from utils import autodiff as ad
from utils.calculus import numerical_gradient
from utils.datasets import load_digits, make_moons
from utils.model_selection import train_test_split
from utils.models import MLP, NotFittedError, he_init, xavier_init
from utils.optimizers import Adam

pytestmark = pytest.mark.filterwarnings("error::RuntimeWarning")
ACTIVATIONS = ["relu", "tanh", "sigmoid", "identity"]


def rng(seed=0):
    return np.random.default_rng(seed)


def data(loss="cross_entropy", n=12, d=3, seed=0):
    g = rng(seed)
    X = g.normal(size=(n, d))
    if loss == "cross_entropy":
        return X, np.array(["b", "a", "c"])[np.arange(n) % 3]
    return X, g.normal(size=(n, 2))


def network(X, y, seed=0, **options):
    """A network at its start, with biases that aren't 0."""
    model = MLP(epochs=0, rng=rng(seed), **({"hidden": (5, 4)} | options)).fit(X, y)
    for b in model.biases_:
        b[:] = 0.1 * rng(9).normal(size=b.shape)
    return model


def flat(weights, biases):
    return np.concatenate([part.ravel() for part in [*weights, *biases]])


def put(model, theta):
    """Parameters from one vector, in the order of `flat`."""
    shapes = [part.shape for part in [*model.weights_, *model.biases_]]
    ends = np.cumsum([np.prod(shape) for shape in shapes])[:-1]
    parts = [p.reshape(s) for p, s in zip(np.split(theta, ends), shapes, strict=True)]
    layers = len(model.weights_)
    model.weights_, model.biases_ = parts[:layers], parts[layers:]


# Gradients


@pytest.mark.parametrize("l2", [0.0, 0.3])
@pytest.mark.parametrize("loss", ["cross_entropy", "mse"])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_gradient_is_that_of_differences(activation, loss, l2):
    X, y = data(loss)
    model = network(X, y, activation=activation, loss=loss, l2=l2)
    value, grads = model.loss_and_grad(X, y)
    theta = flat(model.weights_, model.biases_)

    def objective(theta):
        put(model, theta)
        return model.loss_and_grad(X, y)[0]

    numerical = numerical_gradient(objective, theta)
    put(model, theta)
    error = np.abs(flat(*grads) - numerical).max() / np.abs(numerical).max()
    assert error < 1e-6 and type(value) is float
    assert [g.shape for g in grads[0]] == [(5, 3), (4, 5), (model.weights_[2].shape)]


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 10**6),
    st.sampled_from(ACTIVATIONS),
    st.sampled_from(["cross_entropy", "mse"]),
    st.lists(st.integers(1, 6), max_size=3),
    st.floats(0, 1),
)
def test_the_gradient_is_autodiffs(seed, activation, loss, hidden, l2):
    X, y = data(loss, seed=seed)
    model = network(X, y, seed, activation=activation, loss=loss, hidden=hidden, l2=l2)
    phi = {"relu": ad.relu, "tanh": ad.tanh, "sigmoid": ad.sigmoid}.get(
        activation, lambda z: z
    )
    leaves = [
        ad.Tensor(part, requires_grad=True)
        for part in [*model.weights_, *model.biases_]
    ]
    weights, biases = leaves[: len(leaves) // 2], leaves[len(leaves) // 2 :]
    A = X
    for i, (W, b) in enumerate(zip(weights, biases, strict=True)):
        Z = A @ W.T + b
        A = phi(Z) if i < len(weights) - 1 else Z
    if loss == "mse":
        total = ((A - y) ** 2).mean()
    else:
        codes = np.searchsorted(["a", "b", "c"], y)
        total = -ad.log_softmax(A)[np.arange(len(y)), codes].mean()
    total = total + sum(0.5 * l2 * (W**2).sum() for W in weights)
    total.backward()
    value, grads = model.loss_and_grad(X, y)
    assert np.isclose(value, float(total), rtol=1e-12)
    for ours, leaf in zip([*grads[0], *grads[1]], leaves, strict=True):
        scale = max(1.0, np.abs(leaf.grad).max())
        np.testing.assert_allclose(ours, leaf.grad, atol=1e-12 * scale, rtol=1e-12)


def test_the_example_by_hand():
    """x = (2, 1), target 2, the output is 1: here the loss is (1 - 2)^2, without the 1/2."""
    first, last = np.array([[1.0, 1.0], [1.0, -1.0]]), np.array([[1.0, -2.0]])
    model = MLP((2,), loss="mse", epochs=0, rng=rng()).fit([[2, 1]], [2.0])
    model.weights_ = [first, last]
    outputs, cache = model.forward([[2, 1]])
    assert outputs.tolist() == [[1.0]]
    assert [layer.tolist() for layer in cache] == [[[2.0, 1.0]], [[3.0, 1.0]]]
    value, (by_weights, by_biases) = model.loss_and_grad([[2, 1]], [2.0])
    assert value == 1.0
    assert by_weights[1].tolist() == [[-6.0, -2.0]]
    assert by_weights[0].tolist() == [[-4.0, -2.0], [8.0, 4.0]]
    assert [b.tolist() for b in by_biases] == [[-2.0, 4.0], [-2.0]]


def test_a_unit_at_its_kink_has_slope_0():
    model = MLP((2,), loss="mse", epochs=0, rng=rng()).fit([[1.0]], [1.0])
    model.weights_ = [np.zeros((2, 1)), np.ones((1, 2))]
    _, (by_weights, _) = model.loss_and_grad([[1.0]], [1.0])
    assert not by_weights[0].any() and not by_weights[1].any()


def test_huge_logits_neither_overflow_nor_lose_the_loss():
    model = MLP((), epochs=0, rng=rng()).fit([[1.0], [0.0]], [0, 1])
    model.weights_ = [np.array([[1e4], [-1e4]])]
    value, grads = model.loss_and_grad([[1.0]], [1])
    assert value == 2e4
    assert grads[1][0].tolist() == [1.0, -1.0]
    assert model.predict_proba([[1.0]]).tolist() == [[1.0, 0.0]]


# Predictions and training


@pytest.mark.parametrize(
    "activation, theirs", [("relu", "relu"), ("tanh", "tanh"), ("sigmoid", "logistic")]
)
def test_full_batch_training_is_scikit_learns_step_for_step(activation, theirs):
    X, y = data(n=30)
    other = sk.MLPClassifier(
        (5, 4), activation=theirs, solver="sgd", momentum=0, alpha=0.3,
        learning_rate_init=0.1, batch_size=30, shuffle=False, random_state=0,
    )  # fmt: skip
    other.partial_fit(X, y, classes=np.unique(y))  # draws the weights, steps once
    ours = MLP(
        (5, 4), activation, lr=0.1, epochs=7, batch_size=30, l2=0.3 / 30,
        optimizer="sgd", warm_start=True, rng=rng(),
    )  # fmt: skip
    ours.set_params(epochs=0).fit(X, y)
    ours.weights_ = [W.T.copy() for W in other.coefs_]
    ours.biases_ = [b.copy() for b in other.intercepts_]
    np.testing.assert_allclose(
        ours.predict_proba(X), other.predict_proba(X), rtol=1e-12
    )
    losses = []
    for _ in range(7):
        other.partial_fit(X, y)
        losses.append(other.loss_)
    ours.set_params(epochs=7).fit(X, y)
    np.testing.assert_allclose(ours.history_, losses, rtol=1e-12)
    for W, b, V, c in zip(
        ours.weights_, ours.biases_, other.coefs_, other.intercepts_, strict=True
    ):
        np.testing.assert_allclose(W, V.T, rtol=1e-10, atol=1e-13)
        np.testing.assert_allclose(b, c, rtol=1e-10, atol=1e-13)
    assert (ours.predict(X) == other.predict(X)).all()
    assert np.isclose(ours.score(X, y), other.score(X, y))


def test_regression_is_scikit_learns_step_for_step():
    X, Y = data("mse", n=30)
    y = Y[:, 0]
    other = sk.MLPRegressor(
        hidden_layer_sizes=(5,), solver="sgd", momentum=0, alpha=0, shuffle=False,
        learning_rate_init=0.2, batch_size=30, random_state=0,
    )  # fmt: skip
    other.partial_fit(X, y)
    ours = MLP(
        (5,), loss="mse", lr=0.1, epochs=0, batch_size=99, optimizer="sgd",
        warm_start=True, rng=rng(),
    ).fit(X, y)  # fmt: skip
    ours.weights_ = [W.T.copy() for W in other.coefs_]
    ours.biases_ = [b.copy() for b in other.intercepts_]
    for _ in range(5):
        other.partial_fit(X, y)  # half our loss, twice our step
    ours.set_params(epochs=5).fit(X, y)
    np.testing.assert_allclose(ours.predict(X), other.predict(X), rtol=1e-10)
    assert np.isclose(ours.score(X, y), other.score(X, y), rtol=1e-9)
    assert ours.predict(X).shape == (30,)
    assert MLP((5,), loss="mse", rng=rng()).fit(X, Y).predict(X).shape == (30, 2)


def test_without_hidden_layers_the_optimum_is_logistic_regressions():
    X, y = data(n=60)
    reference = sklearn.linear_model.LogisticRegression(C=2.0, tol=1e-10).fit(X, y)
    model = MLP((), l2=1 / (2.0 * 60), epochs=0, rng=rng()).fit(X, y)
    model.weights_, model.biases_ = [reference.coef_.copy()], [reference.intercept_]
    np.testing.assert_allclose(
        model.predict_proba(X), reference.predict_proba(X), rtol=1e-12
    )
    _, grads = model.loss_and_grad(X, y)
    assert np.abs(flat(*grads)).max() < 1e-8
    trained = MLP(
        (), l2=1 / (2.0 * 60), epochs=400, lr=0.1, batch_size=60, rng=rng()
    ).fit(X, y)
    np.testing.assert_allclose(
        trained.predict_proba(X), reference.predict_proba(X), atol=1e-3
    )


def test_digits_are_read_as_in_the_notebook():
    X, y = load_digits()
    train, test, y_train, y_test = train_test_split(
        X / 16, y, test_size=0.25, rng=rng()
    )
    model = MLP((32,), l2=1e-4, rng=rng(0)).fit(train, y_train)
    assert model.score(test, y_test) >= 0.95 and model.score(train, y_train) > 0.99
    assert round(model.score(test, y_test), 3) == 0.969
    assert len(flat(model.weights_, model.biases_)) == 2410
    assert model.history_.shape == (30,) and model.n_iter_ == 30
    assert model.history_[-1] < 0.05 < model.history_[0]
    P = model.predict_proba(test)
    np.testing.assert_allclose(P.sum(axis=1), 1, rtol=1e-13)
    np.testing.assert_array_equal(P.argmax(axis=1), model.predict(test))


def test_two_moons_and_their_text_labels():
    X, y = make_moons(200, noise=0.1, rng=rng())
    names = np.array(["upper", "lower"])[y]
    model = MLP((16,), "tanh", epochs=150, rng=rng()).fit(X, names)
    assert model.classes_.tolist() == ["lower", "upper"]
    assert model.score(X, names) > 0.98


@pytest.mark.parametrize(
    "rule", ["sgd", "momentum", "adagrad", "rmsprop", "adam", "adamw"]
)
def test_every_optimizer_lowers_the_loss(rule):
    X, y = make_moons(100, noise=0.1, rng=rng())
    model = MLP((8,), optimizer=rule, lr=0.05, epochs=15, rng=rng()).fit(X, y)
    assert model.history_[-1] < 0.7 * model.history_[0]


def test_one_step_is_the_optimizers():
    X, y = data()
    start = MLP((5,), epochs=0, rng=rng()).fit(X, y)
    theta = flat(start.weights_, start.biases_)
    gradient = flat(*start.loss_and_grad(X, y)[1])
    model = MLP((5,), epochs=1, batch_size=12, rng=rng()).fit(X, y)
    np.testing.assert_allclose(
        flat(model.weights_, model.biases_),
        Adam(lr=0.01).step(theta, gradient),
        rtol=1e-12,
        atol=1e-12,
    )
    assert np.isclose(model.history_[0], start.loss_and_grad(X, y)[0], rtol=1e-13)


def test_the_history_is_the_mean_over_rows_of_the_epoch():
    """With steps of almost 0 it is the loss itself, although the last batch is short."""
    X, y = data(n=11)
    model = MLP((5,), lr=1e-13, epochs=1, batch_size=4, l2=0.1, rng=rng()).fit(X, y)
    assert np.isclose(model.history_[0], model.loss_and_grad(X, y)[0], rtol=1e-9)


def test_a_warm_start_goes_on_and_a_cold_one_starts_again():
    X, y = data(n=40)
    options = {"hidden": (6,), "batch_size": 8}
    whole = MLP(epochs=6, rng=rng(), **options).fit(X, y)
    warm = MLP(epochs=2, warm_start=True, rng=rng(), **options)
    for _ in range(3):
        warm.fit(X, y)
    np.testing.assert_array_equal(
        flat(whole.weights_, whole.biases_), flat(warm.weights_, warm.biases_)
    )
    np.testing.assert_array_equal(whole.history_, warm.history_)
    assert warm.n_iter_ == 6
    cold = MLP(epochs=2, rng=rng(), **options)
    first, second = (cold.fit(X, y).history_[0] for _ in range(2))
    assert first != second and cold.n_iter_ == 2  # the generator goes on


@pytest.mark.parametrize("before", ["sgd", "momentum"])
def test_a_warm_start_takes_a_new_step_size_and_another_rule(before):
    X, y = data()
    model = MLP((4,), optimizer=before, warm_start=True, epochs=1, rng=rng()).fit(X, y)
    theta = flat(model.weights_, model.biases_)
    gradient = flat(*model.loss_and_grad(X, y)[1])
    model.set_params(optimizer="sgd", lr=0.5).fit(X, y)
    np.testing.assert_allclose(
        flat(model.weights_, model.biases_), theta - 0.5 * gradient, rtol=1e-12
    )


def test_a_warm_start_must_fit_what_there_is():
    X, y = data()
    model = MLP((4,), warm_start=True, epochs=1, rng=rng()).fit(X, y)
    with pytest.raises(ValueError, match="sizes"):
        model.set_params(hidden=(5,)).fit(X, y)
    model.set_params(hidden=(4,))
    with pytest.raises(ValueError, match="sizes"):
        model.fit(X[:, :2], y)
    with pytest.raises(ValueError, match="labels given to fit, got d"):
        model.fit(X, np.where(y == "a", "d", y))
    model.fit(X[y != "a"], y[y != "a"])  # a class may be missing


# Initial weights


@pytest.mark.parametrize(
    "draw, n_in, n_out, variance",
    [(he_init, 400, 300, 2 / 400), (xavier_init, 400, 100, 2 / 500)],
)
def test_initial_weights_have_their_variance(draw, n_in, n_out, variance):
    W = draw(n_in, n_out, rng())
    assert W.shape == (n_out, n_in)
    assert abs(W.var() / variance - 1) < 0.02 and abs(W.mean()) < 0.001
    kurtosis = np.mean(W**4) / np.mean(W**2) ** 2
    assert abs(kurtosis - 3) < 0.1  # normal


def test_twenty_relu_layers_keep_the_size_of_the_signal_after_he():
    g, X = rng(), rng(1).normal(size=(200, 256))
    for _ in range(20):
        X = np.maximum(X @ he_init(256, 256, g).T, 0)
    assert 0.2 < np.mean(X**2) < 5  # 2**-20 or 1.5**20 after another variance


@pytest.mark.parametrize("draw", [he_init, xavier_init])
def test_initial_weights_need_sizes_and_a_generator(draw):
    for sizes in ((0, 3), (3, 0)):
        with pytest.raises(ValueError, match="at least 1"):
            draw(*sizes, rng())
    with pytest.raises(TypeError, match="integer"):
        draw(2.5, 1, rng())
    for wrong in (None, 0, np.random.RandomState(0)):
        with pytest.raises(TypeError, match="default_rng"):
            draw(2, 3, wrong)


def test_the_network_draws_its_first_layer_first():
    X, y = data()
    for name, draw in [("he", he_init), ("xavier", xavier_init)]:
        model = MLP((5, 4), init=name, epochs=0, rng=rng(3)).fit(X, y)
        g = rng(3)
        for W, (n_in, n_out) in zip(
            model.weights_, [(3, 5), (5, 4), (4, 3)], strict=True
        ):
            np.testing.assert_array_equal(W, draw(n_in, n_out, g))
        assert not any(b.any() for b in model.biases_)
        assert model.history_.size == model.n_iter_ == 0


def test_zero_weights_learn_nothing_but_the_last_bias():
    X, y = load_digits()
    model = MLP(
        (32, 32), epochs=3, optimizer="sgd", lr=0.1, rng=rng(),
        init=lambda n_in, n_out, rng: np.zeros((n_out, n_in)),
    ).fit(X / 16, y)  # fmt: skip
    assert not any(W.any() for W in model.weights_)
    assert abs(model.history_[-1] - np.log(10)) < 0.01


# What is refused


@pytest.mark.parametrize(
    "options, error, message",
    [
        ({"hidden": (0,)}, ValueError, "each size in hidden"),
        ({"hidden": (2.5,)}, TypeError, "each size in hidden"),
        ({"hidden": 32}, TypeError, "hidden must be a sequence"),
        ({"activation": "swish"}, ValueError, "activation must be one of"),
        ({"activation": np.tanh}, ValueError, "activation must be one of"),
        ({"loss": "hinge"}, ValueError, "loss must be one of"),
        ({"init": "zeros"}, ValueError, "init must be one of"),
        ({"init": lambda m, n, rng: np.ones((m, n))}, ValueError, "init must draw"),
        ({"init": lambda m, n, rng: np.nan * np.ones((n, m))}, ValueError, "finite"),
        ({"optimizer": "lbfgs"}, ValueError, "optimizer must be one of"),
        ({"optimizer": ["sgd"]}, ValueError, "optimizer must be one of"),
        ({"lr": 0.0}, ValueError, "lr"),
        ({"l2": -1.0}, ValueError, "l2"),
        ({"epochs": -1}, ValueError, "epochs"),
        ({"batch_size": 0}, ValueError, "batch_size"),
        ({"rng": None}, TypeError, "default_rng"),
        ({"rng": 0}, TypeError, "default_rng"),
    ],
)
def test_parameters_out_of_range_are_refused(options, error, message):
    with pytest.raises(error, match=message):
        MLP(**({"rng": rng()} | options)).fit(*data())


@pytest.mark.parametrize(
    "loss, X, y, error, message",
    [
        (
            "cross_entropy",
            [[1], [2]],
            [1, 1],
            ValueError,
            "2 classes or more, got only 1",
        ),
        ("cross_entropy", [[1], [2]], [1, 2, 1], ValueError, "equally many rows"),
        ("cross_entropy", [[1], [2]], [0, np.nan], ValueError, "finite"),
        ("cross_entropy", [[1], [2]], [[0], [1]], ValueError, "vector of labels"),
        ("cross_entropy", [1, 2], [0, 1], ValueError, r"X\[:, None\]"),
        ("cross_entropy", [[1], [np.inf]], [0, 1], ValueError, "finite"),
        ("cross_entropy", [[1], [1e200]], [0, 1], ValueError, "1e150"),
        ("mse", [[1], [2]], [1, np.nan], ValueError, "finite"),
        ("mse", [[1], [2]], [1, 2, 3], ValueError, "equally many rows"),
        ("mse", [[1], [2]], [1, 1e200], ValueError, "1e150"),
        ("mse", [[1], [2]], 3.0, ValueError, r"\(n,\) or \(n, m\)"),
        ("mse", [[1], [2]], [], ValueError, r"\(n,\) or \(n, m\)"),
        ("mse", [[1], [2]], ["a", "b"], TypeError, "real numbers"),
    ],
)
def test_bad_data_are_refused(loss, X, y, error, message):
    with pytest.raises(error, match=message):
        MLP(loss=loss, rng=rng()).fit(X, y)


def test_a_loss_that_diverges_is_reported_with_its_epoch():
    X, y = data("mse", n=30)
    model = MLP(loss="mse", optimizer="sgd", lr=1e4, epochs=50, rng=rng())
    with pytest.raises(ValueError, match=r"no longer finite in epoch \d+: lower lr"):
        model.fit(100 * X, y)
    with pytest.raises(NotFittedError):  # nothing quietly wrong is left
        model.predict(X)


def test_predictions_need_a_fit_and_its_columns():
    X, y = data()
    for method in ("forward", "predict", "predict_proba"):
        with pytest.raises(NotFittedError):
            getattr(MLP(rng=rng()), method)(X)
        with pytest.raises(ValueError, match="3 columns"):
            getattr(network(X, y), method)(X[:, :2])
    with pytest.raises(NotFittedError):
        MLP(rng=rng()).loss_and_grad(X, y)
    with pytest.raises(NotFittedError):
        MLP(rng=rng()).score(X, y)
    with pytest.raises(ValueError, match="labels given to fit"):
        network(X, y).loss_and_grad(X[:1], ["z"])
    with pytest.raises(ValueError, match="equally many"):
        network(X, y).loss_and_grad(X[:2], y)
    X, y = data("mse")
    with pytest.raises(ValueError, match="no probabilities"):
        network(X, y, loss="mse").predict_proba(X)
    with pytest.raises(ValueError, match="as in fit"):
        network(X, y, loss="mse").loss_and_grad(X, y[:, 0])


def test_inputs_stay_as_they_are_and_may_be_of_any_kind():
    X, y = [[1, 2], [3, 5], [4, 4], [6, 1]], [0, 1, 1, 0]
    A, b = np.array(X), np.array(y)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        got = MLP((3,), epochs=2, rng=rng()).fit(X, y).predict_proba(X)
        expected = MLP((3,), epochs=2, rng=rng()).fit(A, b).predict_proba(A)
    np.testing.assert_array_equal(got, expected)
    assert A.tolist() == X and b.tolist() == y
