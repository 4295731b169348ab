"""Metrics of predictions, named as in scikit-learn: truth first.

In the order of ideas: decisions and scores (`classification`), probabilities (`calibration`),
numbers (`regression`), groups (`clustering`). Binary scores and probabilities refer to
class 1. All names live here: ``from utils import metrics; metrics.roc_auc_score(y, score)``.
"""

from utils.metrics.calibration import (
    brier_decomposition,
    brier_score_loss,
    calibration_curve,
    expected_calibration_error,
    fit_temperature,
)
from utils.metrics.classification import (
    accuracy_score,
    confusion_matrix,
    f1_score,
    precision_score,
    recall_score,
    roc_auc_score,
    roc_curve,
)
from utils.metrics.clustering import adjusted_rand_score
from utils.metrics.regression import masked_rmse, r2_score

__all__ = [
    "accuracy_score",
    "adjusted_rand_score",
    "brier_decomposition",
    "brier_score_loss",
    "calibration_curve",
    "confusion_matrix",
    "expected_calibration_error",
    "f1_score",
    "fit_temperature",
    "masked_rmse",
    "precision_score",
    "r2_score",
    "recall_score",
    "roc_auc_score",
    "roc_curve",
]
