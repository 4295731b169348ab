"""Calls of `utils.metrics` and `utils.model_selection`."""

from utils.models import LinearRegression
from utils.tests.calls import call

TRUE, PRED = [1, 0, 1, 0, 1, 0], [1, 0, 0, 0, 1, 1]
PROB = [0.75, 0.25, 0.5, 0.125, 0.875, 0.625]
LABELS, CLUSTERS = [0, 0, 1, 1, 2, 2], [1, 1, 0, 2, 2, 2]
LOGITS = [[1.0, 0.0], [0.5, 2.0], [0.0, 0.25], [-1.0, 3.0], [2.0, 1.0], [1.0, 1.5]]
X = [[1.0, 2.0], [2.0, 0.5], [3.0, 1.0], [4.0, 5.0], [5.0, -1.0], [6.0, 2.0]]
Y = [1.0, 2.5, 3.0, 3.5, 5.5, 6.0]

CALLS = {
    "metrics.accuracy_score": call(y_true=LABELS, y_pred=CLUSTERS),
    "metrics.confusion_matrix": call(y_true=LABELS, y_pred=CLUSTERS),
    "metrics.precision_score": call(y_true=TRUE, y_pred=PRED),
    "metrics.recall_score": call(y_true=TRUE, y_pred=PRED),
    "metrics.f1_score": call(y_true=TRUE, y_pred=PRED),
    "metrics.roc_curve": call(y_true=TRUE, y_score=PROB),
    "metrics.roc_auc_score": call(y_true=TRUE, y_score=PROB),
    "metrics.calibration_curve": call(y_true=TRUE, y_prob=PROB),
    "metrics.expected_calibration_error": call(y_true=TRUE, y_prob=PROB),
    "metrics.brier_score_loss": call(y_true=TRUE, y_prob=PROB),
    "metrics.brier_decomposition": call(y_true=TRUE, y_prob=PROB),
    "metrics.fit_temperature": call(logits=LOGITS, y_true=TRUE),
    "metrics.r2_score": call(y_true=Y, y_pred=PROB),
    "metrics.adjusted_rand_score": call(
        labels_true=LABELS, labels_pred=CLUSTERS, accepts="text"
    ),
    "metrics.masked_rmse": call(
        M_true=[[1.0, 2.0], [3.0, 4.0]],
        M_pred=[[1.5, 2.0], [2.0, 4.0]],
        options={"mask": [[True, False], [True, True]]},
    ),
    "model_selection.train_test_split": call(
        arrays_0=X, arrays_1=Y, rng=True, accepts="nan infinity complex text"
    ),
    "model_selection.kfold_indices": call(
        options={"n": 6, "n_splits": 2}, y=TRUE, rng=True, accepts="complex text none"
    ),
    "model_selection.cross_val_score": call(
        options={"model": LinearRegression(), "cv": 2}, X=X, y=Y, rng=True
    ),
    "model_selection.permutation_importance": call(
        options={"model": LinearRegression().fit(X, Y), "n_repeats": 2},
        X=X,
        y=Y,
        rng=True,
    ),
}
