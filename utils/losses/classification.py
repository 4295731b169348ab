"""Cross-entropies: the surprise, in nats, of a forecast at what came."""

import numpy as np

from utils._checks import as_finite, as_matrix, as_vector, count, in_range, same_length
from utils.losses.reduction import all_in, quiet, reduced, reduced_grad, same_shape
from utils.numerics import log_sigmoid, log_softmax, sigmoid, softmax, softplus


def one_hot(y, n_classes=None):
    """Labels 0, ..., K - 1 as rows of an (n, K) array of zeros with a 1 each.

    ``y`` (n,) holds integers, as floats too if whole; K is ``n_classes``, or the largest
    label plus 1. ValueError for negative or fractional labels, labels of n_classes or more,
    and empty y. O(n K). Home: 00-prerequisites/02-numpy-basics.ipynb.

    Examples
    --------
    >>> one_hot([0, 2])
    array([[1., 0., 0.],
           [0., 0., 1.]])
    """
    n_classes = None if n_classes is None else count(n_classes, "n_classes")
    y = _labels(y, n_classes)
    return _one_hot(y, y.max() + 1 if n_classes is None else n_classes)


def binary_cross_entropy(y, p, reduction="mean"):
    """Surprise of the outcome y of an event that was forecast with probability p.

    -y log p - (1 - y) log(1 - p), inf where a forecast of 0 or 1 turns out wrong. y and p in
    [0, 1] (ValueError otherwise) of any one shape; y is 0 or 1, or a probability itself.
    Reduction and other errors as in `utils.losses`. From logits, `bce_with_logits` is more
    accurate. Home: 05-optimization/01-loss-functions.ipynb.
    Source: T. Gneiting and A. Raftery, "Strictly proper scoring rules, prediction, and
    estimation", JASA 102 (2007).

    Examples
    --------
    >>> binary_cross_entropy([1, 0], [0.5, 0.0], reduction="none").round(4)
    array([0.6931, 0.    ])
    """
    y, p = _probabilities(y, p)
    with np.errstate(divide="ignore"):  # log 0 is meant, where it is left
        yes = -np.log(np.where(y > 0, p, 1.0))
        no = -np.log1p(-np.where(y < 1, p, 0.0))
    return reduced(y * yes + (1 - y) * no, reduction)


def binary_cross_entropy_grad(y, p, reduction="mean"):
    """Gradient of `binary_cross_entropy` by p: (1 - y) / (1 - p) - y / p, possibly infinite.

    Home: 05-optimization/01-loss-functions.ipynb.

    >>> binary_cross_entropy_grad([1, 0], [0.5, 0.75], reduction="sum")
    array([-2.,  4.])
    """
    y, p = _probabilities(y, p)
    with np.errstate(divide="ignore", over="ignore"):
        yes = y / np.where(y > 0, p, 1.0)
        no = (1 - y) / (1 - np.where(y < 1, p, 0.0))
    return reduced_grad(no - yes, reduction)


def bce_with_logits(y, z, pos_weight=1.0, reduction="mean"):
    """`binary_cross_entropy` of p = sigmoid(z), without the detour that loses digits.

    Parameters
    ----------
    y, z : array_like of one shape
        Outcomes in [0, 1], and the log-odds that were forecast for them.
    pos_weight : float
        Factor of the part that belongs to y = 1, against rare positives.
    reduction : {"mean", "sum", "none"}

    Returns
    -------
    float or ndarray
        Of pos_weight y log(1 + exp(-z)) + (1 - y) log(1 + exp(z)); for pos_weight 1 that is
        max(z, 0) - y z + log(1 + exp(-|z|)).

    Raises
    ------
    ValueError
        If y isn't in [0, 1] or ``pos_weight`` not positive, and as in `utils.losses`.

    Notes
    -----
    Both logarithms are `numerics.softplus`, which neither overflows nor cancels: error 1e-15
    of the result for any z. O(size). Home: 05-optimization/01-loss-functions.ipynb.
    Source: as `numerics.logsumexp`.

    Examples
    --------
    >>> bce_with_logits([1, 1, 0], [-800, 800, 0], reduction="none").round(4)
    array([8.000e+02, 0.000e+00, 6.931e-01])
    """
    y, z, pos_weight = _logits(y, z, pos_weight)
    return reduced(pos_weight * y * softplus(-z) + (1 - y) * softplus(z), reduction)


def bce_with_logits_grad(y, z, pos_weight=1.0, reduction="mean"):
    """Gradient of `bce_with_logits` by z: sigmoid(z) - y for pos_weight 1.

    In general (1 - y) sigmoid(z) - pos_weight y sigmoid(-z): forecast minus outcome.
    Home: 05-optimization/01-loss-functions.ipynb.

    >>> bce_with_logits_grad([1, 0], [0.0, 0.0], reduction="sum")
    array([-0.5,  0.5])
    """
    y, z, pos_weight = _logits(y, z, pos_weight)
    return reduced_grad((1 - y) * sigmoid(z) - pos_weight * y * sigmoid(-z), reduction)


def cross_entropy(y, P, reduction="mean"):
    """Surprise of the classes that came, under forecast probabilities.

    Parameters
    ----------
    y : array_like, shape (n,) or (n, K)
        Labels 0, ..., K - 1, or for each row the probabilities of the classes.
    P : array_like, shape (n, K)
        Forecasts: rows that sum to 1.
    reduction : {"mean", "sum", "none"}

    Returns
    -------
    float or ndarray of shape (n,)
        Of -log P[i, y_i], or -sum_k Y[i, k] log P[i, k]; inf where what came was ruled out.

    Raises
    ------
    ValueError
        If rows of P, or of a table y, aren't distributions (sum 1 within 1e-8), a label is
        out of range, lengths differ, or data are empty, NaN or infinite.

    Notes
    -----
    scikit-learn's `log_loss` is the same for labels, but clips P at machine epsilon. From
    logits, `cross_entropy_with_logits` is more accurate. O(n K).
    Home: 05-optimization/01-loss-functions.ipynb. Source: as `binary_cross_entropy`.

    Examples
    --------
    >>> round(cross_entropy([0, 1], [[0.5, 0.5], [0.75, 0.25]]), 4)
    1.0397
    """
    P = _distributions(P, "P")
    y = _targets(y, P, "P")
    with np.errstate(divide="ignore"):
        return reduced(_expected(y, -np.log(P)), reduction)


def cross_entropy_grad(y, P, reduction="mean"):
    """Gradient of `cross_entropy` by P: -Y / P, where Y is 1 at the label and 0 elsewhere.

    As if the entries of P could vary freely. Home: 05-optimization/01-loss-functions.ipynb.

    >>> cross_entropy_grad([0], [[0.5, 0.5]])
    array([[-2.,  0.]])
    """
    P = _distributions(P, "P")
    Y = _as_table(_targets(y, P, "P"), P)
    with np.errstate(divide="ignore", over="ignore"):
        slopes = -Y / np.where(Y > 0, P, 1.0)
    return reduced_grad(slopes, reduction, len(P))


def cross_entropy_with_logits(y, Z, label_smoothing=0.0, reduction="mean"):
    """`cross_entropy` of P = softmax(Z), without the detour that loses digits.

    Parameters
    ----------
    y : array_like, shape (n,) or (n, K)
        Labels 0, ..., K - 1, or for each row the probabilities of the classes.
    Z : array_like, shape (n, K)
        Logits: log-probabilities up to a constant in each row.
    label_smoothing : float
        Share, in [0, 1), of each target that is spread evenly over the K classes.
    reduction : {"mean", "sum", "none"}

    Returns
    -------
    float or ndarray of shape (n,)
        Of log sum_k exp(Z[i, k]) - Z[i, y_i] for labels without smoothing.

    Raises
    ------
    ValueError
        If a label or ``label_smoothing`` is out of range, rows of a table y aren't
        distributions, lengths differ, or data are empty, NaN or infinite.

    Notes
    -----
    No finite logits overflow. With smoothing the loss can't reach 0: its floor is the entropy
    of the smoothed target. O(n K). Home: 05-optimization/01-loss-functions.ipynb.
    Source: Goodfellow, Bengio and Courville, *Deep Learning*, section 6.2.2; C. Szegedy and
    others, "Rethinking the Inception architecture", CVPR (2016), for label smoothing.

    Examples
    --------
    >>> cross_entropy_with_logits([0, 2], [[1000, 0, -1000]] * 2, reduction="none")
    array([   0., 2000.])
    """
    y, Z, smoothing = _class_logits(y, Z, label_smoothing)
    surprise = -log_softmax(Z)
    values = _expected(y, surprise)
    if smoothing:
        values = (1 - smoothing) * values + smoothing * surprise.mean(axis=1)
    return reduced(values, reduction)


def cross_entropy_with_logits_grad(y, Z, label_smoothing=0.0, reduction="mean"):
    """Gradient of `cross_entropy_with_logits` by Z: softmax(Z) minus the target.

    The target is 1 at the label, smoothed if asked for; each row of the gradient sums to 0.
    Home: 05-optimization/01-loss-functions.ipynb.

    >>> cross_entropy_with_logits_grad([0, 1], [[0, 0], [0, 0]])
    array([[-0.25,  0.25],
           [ 0.25, -0.25]])
    """
    y, Z, smoothing = _class_logits(y, Z, label_smoothing)
    target = (1 - smoothing) * _as_table(y, Z) + smoothing / Z.shape[1]
    return reduced_grad(softmax(Z) - target, reduction, len(Z))


@quiet
def focal_with_logits(y, z, gamma=2.0, reduction="mean"):
    """Focal loss -(1 - p)^gamma log p, where p is the probability given to what came.

    Parameters
    ----------
    y, z : array_like of one shape
        Labels 0 and 1, and the log-odds that were forecast for 1.
    gamma : float
        How much less an example counts that is already right; 0 gives `bce_with_logits`.
    reduction : {"mean", "sum", "none"}

    Returns
    -------
    float or ndarray

    Raises
    ------
    ValueError
        If y isn't 0 or 1 or ``gamma`` is negative, and as in `utils.losses`.

    Notes
    -----
    Computed from the logarithms of p and 1 - p, so that nothing underflows before it must.
    O(size). Home: 05-optimization/01-loss-functions.ipynb.
    Source: T.-Y. Lin and others, "Focal loss for dense object detection", ICCV (2017).

    Examples
    --------
    >>> round(focal_with_logits([1, 0], [0, 0], gamma=1), 4)
    0.3466
    """
    sign, z, gamma = _focal(y, z, gamma)
    return reduced(
        np.exp(gamma * log_sigmoid(-sign * z)) * softplus(-sign * z), reduction
    )


@quiet
def focal_with_logits_grad(y, z, gamma=2.0, reduction="mean"):
    """Gradient of `focal_with_logits` by z.

    With q = 1 - p and the sign of 2y - 1 in front: q^gamma (gamma p log p - q).
    Home: 05-optimization/01-loss-functions.ipynb.

    >>> focal_with_logits_grad([1, 0], [0, 0], gamma=0, reduction="sum")
    array([-0.5,  0.5])
    """
    sign, z, gamma = _focal(y, z, gamma)
    p, q = sigmoid(sign * z), sigmoid(-sign * z)
    down = np.exp(gamma * log_sigmoid(-sign * z))
    slopes = down * (gamma * p * log_sigmoid(sign * z) - q)
    return reduced_grad(sign * slopes, reduction)


def _labels(y, n_classes=None):
    """Labels as integers from 0, below ``n_classes``."""
    y = as_vector(y, "y")
    if (y < 0).any() or (y % 1).any():
        raise ValueError(
            "y must hold labels 0, 1, 2, ..., got a negative or a fraction"
        )
    if n_classes is not None and y.max() >= n_classes:
        raise ValueError(f"y must be below {n_classes}, got the label {int(y.max())}")
    return y.astype(int)


def _one_hot(y, n_classes):
    rows = np.zeros((len(y), n_classes))
    rows[np.arange(len(y)), y] = 1.0
    return rows


def _probabilities(y, p):
    y, p = same_shape(("y", "p"), y, p)
    all_in(y, "y", 0, 1)
    all_in(p, "p", 0, 1)
    return y, p


def _logits(y, z, pos_weight):
    y, z = same_shape(("y", "z"), y, z)
    all_in(y, "y", 0, 1)
    return y, z, in_range(pos_weight, "pos_weight", 0, np.inf, closed=(False, False))


def _focal(y, z, gamma):
    y, z = same_shape(("y", "z"), y, z)
    if not ((y == 0) | (y == 1)).all():
        raise ValueError("y must hold only 0 and 1")
    return 2 * y - 1, z, in_range(gamma, "gamma", 0, np.inf, closed=(True, False))


def _class_logits(y, Z, label_smoothing):
    Z = as_matrix(Z, "Z")
    smoothing = in_range(label_smoothing, "label_smoothing", 0, 1, closed=(True, False))
    return _targets(y, Z, "Z"), Z, smoothing


def _distributions(P, name):
    """``P`` (n, K) with rows that sum to 1."""
    P = as_matrix(P, name)
    if (P < 0).any():
        raise ValueError(f"{name} must not be negative, got {P.min()}")
    off = np.abs(P.sum(axis=1) - 1)
    if (off > 1e-8).any():
        row = int(np.argmax(off))
        raise ValueError(
            f"rows of {name} must sum to 1 within 1e-8, got {P[row].sum()} in row {row}"
        )
    return P


def _targets(y, forecasts, name):
    """Labels (n,), or a table (n, K) of distributions, that fit the forecasts (n, K)."""
    y = as_finite(y, "y")
    if y.ndim != 2:
        y = _labels(y, forecasts.shape[1])
        same_length(y, forecasts, ("y", name))
    elif y.shape != forecasts.shape:
        raise ValueError(
            f"y must have the shape of {name}, {forecasts.shape}, or (n,), got {y.shape}"
        )
    else:
        y = _distributions(y, "y")
    return y


def _as_table(y, forecasts):
    return y if y.ndim == 2 else _one_hot(y, forecasts.shape[1])


def _expected(y, surprise):
    """The surprise (n, K) at the label of each row, or its average under the targets y."""
    if y.ndim == 1:
        return surprise[np.arange(len(y)), y]
    return np.sum(y * np.where(y > 0, surprise, 0.0), axis=1)
