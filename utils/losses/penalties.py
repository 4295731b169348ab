"""What is added to a mean loss to keep weights small."""

import numpy as np

from utils._checks import as_finite, in_range
from utils.losses.reduction import as_given, quiet


@quiet
def l2_penalty(w, lam, mask=None):
    """Ridge penalty lam / 2 times the sum of squared weights, a float.

    w of any shape, lam >= 0 (ValueError otherwise); ``mask``, of the shape of w, is False at
    entries that are free, such as an intercept. O(size of w).
    Home: 05-optimization/07-regularization.ipynb.
    Source: Hastie, Tibshirani and Friedman, *The Elements of Statistical Learning*, 2nd ed.,
    section 3.4, also for the penalties below.

    Examples
    --------
    >>> l2_penalty([3, 4], lam=2)
    25.0
    """
    w, lam = _penalized(w, lam, mask)
    return float(lam / 2 * np.sum(w**2))


@quiet
def l2_penalty_grad(w, lam, mask=None):
    """Gradient of `l2_penalty`: lam w, 0 at free entries. One step of SGD along it is decay.

    Home: 05-optimization/07-regularization.ipynb.

    >>> l2_penalty_grad([3, 4], lam=2, mask=[True, False])
    array([6., 0.])
    """
    w, lam = _penalized(w, lam, mask)
    return as_given(lam * w)


@quiet
def l1_penalty(w, lam, mask=None):
    """Lasso penalty, lam times the sum of absolute weights, a float.

    Arguments and errors as `l2_penalty`. Home: 05-optimization/07-regularization.ipynb.
    Source: as `l2_penalty`.

    Examples
    --------
    >>> l1_penalty([3, -4], lam=2)
    14.0
    """
    w, lam = _penalized(w, lam, mask)
    return float(lam * np.sum(np.abs(w)))


def l1_subgradient(w, lam, mask=None):
    """A subgradient of `l1_penalty`: lam times the sign of each weight, 0 at 0.

    At 0 any number in [-lam, lam] would do. Home: 05-optimization/07-regularization.ipynb.

    >>> l1_subgradient([3, 0, -4], lam=2)
    array([ 2.,  0., -2.])
    """
    w, lam = _penalized(w, lam, mask)
    return as_given(lam * np.sign(w))


@quiet
def elastic_net_penalty(w, lam, l1_ratio=0.5, mask=None):
    """Elastic net penalty: ``l1_ratio`` of `l1_penalty` and the rest of `l2_penalty`, a float.

    lam (l1_ratio sum |w| + (1 - l1_ratio) / 2 sum w^2), as in scikit-learn. ValueError unless
    l1_ratio is in [0, 1]; other arguments and errors as `l2_penalty`.
    Home: 05-optimization/07-regularization.ipynb.
    Source: H. Zou and T. Hastie, "Regularization and variable selection via the elastic net",
    JRSS B 67 (2005).

    Examples
    --------
    >>> elastic_net_penalty([3, -4], lam=2, l1_ratio=0.5)
    19.5
    """
    ratio = in_range(l1_ratio, "l1_ratio", 0, 1)
    return ratio * l1_penalty(w, lam, mask) + (1 - ratio) * l2_penalty(w, lam, mask)


def _penalized(w, lam, mask):
    """The weights, with zeros at free entries, and lam as a float."""
    w, lam = as_finite(w, "w"), in_range(lam, "lam", 0, np.inf, closed=(True, False))
    if not w.size:
        raise ValueError("w must not be empty")
    if mask is not None:
        mask = np.asarray(mask)
        if mask.dtype != bool:
            raise TypeError(f"mask must hold True and False, got dtype {mask.dtype}")
        if mask.shape != w.shape:
            raise ValueError(
                f"mask must have the shape of w, {w.shape}, got {mask.shape}"
            )
        w = np.where(mask, w, 0.0)
    return w, lam
