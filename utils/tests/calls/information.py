"""Calls of `utils.information`."""

from utils.tests.calls import call

P1, P2 = [0.5, 0.25, 0.25], [0.25, 0.5, 0.25]
JOINT = [[0.25, 0.125], [0.125, 0.5]]
CUBE = [[[0.125, 0.125], [0.25, 0.0]], [[0.125, 0.125], [0.125, 0.125]]]
CHAIN = [[0.5, 0.5], [0.25, 0.75]]
COV0, COV1 = [[2.0, 0.5], [0.5, 1.0]], [[1.0, 0.25], [0.25, 1.0]]
ANY = "infinity complex text"  # a label may be anything but NaN
LABELS, GROUPS = [0, 0, 1, 1, 1, 2], [1, 1, 1, 2, 2, 2]

CALLS = {
    "information.entropy": call(p=P1),
    "information.binary_entropy": call(p=P1, accepts="empty"),
    "information.joint_entropy": call(P=JOINT),
    "information.conditional_entropy": call(P=JOINT),
    "information.entropy_from_counts": call(counts=[3, 0, 5]),
    "information.entropy_rate": call(P=CHAIN, pi=[0.5, 0.5]),
    "information.gaussian_entropy": call(cov=COV0),
    "information.huffman_code": call(p=P1),
    "information.cross_entropy": call(p=P1, q=P2),
    "information.perplexity": call(log_probs=[-1.0, -0.5, -2.0]),
    "information.kl_divergence": call(p=P1, q=P2),
    "information.kl_gaussian": call(
        mean0=[0.0, 1.0], cov0=COV0, mean1=[1.0, 1.0], cov1=COV1
    ),
    "information.kl_standard_normal": call(
        mu=[[0.5, 1.0], [0.0, -1.0]], log_var=[[0.0, 1.0], [-1.0, 0.5]]
    ),
    "information.js_divergence": call(p=P1, q=P2),
    "information.total_variation": call(p=P1, q=P2),
    "information.mutual_information": call(P=JOINT),
    "information.conditional_mutual_information": call(P=CUBE),
    "information.normalized_mutual_information": call(x=LABELS, y=GROUPS, accepts=ANY),
    "information.mutual_information_from_samples": call(
        x=LABELS, y=GROUPS, accepts=ANY
    ),
    "information.information_gain": call(y=LABELS, groups=GROUPS, accepts=ANY),
    "information.best_split": call(
        X=[[1.0, 2.0], [2.0, 1.0], [3.0, 2.0], [4.0, 1.0], [5.0, 2.0], [6.0, 1.0]],
        y=LABELS,
        accepts="y:infinity y:complex y:text",
    ),
}
