"""Information theory from scratch: entropy and its relatives, in nats unless `base` says so.

In the order of ideas: uncertainty (`entropy`), the code that reaches it (`coding`), the cost
of a wrong belief (`divergence`), what one variable tells of another (`mutual`), and the
question worth asking next (`splits`). All names live here: ``from utils import information;
information.entropy(p)``. Probabilities must sum to 1 within 1e-8: nothing is normalized
unless `normalize=True` asks for it.
"""

from utils.information.coding import huffman_code
from utils.information.divergence import (
    cross_entropy,
    js_divergence,
    kl_divergence,
    kl_gaussian,
    kl_standard_normal,
    perplexity,
    total_variation,
)
from utils.information.entropy import (
    binary_entropy,
    conditional_entropy,
    entropy,
    entropy_from_counts,
    entropy_rate,
    gaussian_entropy,
    joint_entropy,
)
from utils.information.mutual import (
    conditional_mutual_information,
    mutual_information,
    mutual_information_from_samples,
    normalized_mutual_information,
)
from utils.information.splits import best_split, information_gain

__all__ = [
    "best_split",
    "binary_entropy",
    "conditional_entropy",
    "conditional_mutual_information",
    "cross_entropy",
    "entropy",
    "entropy_from_counts",
    "entropy_rate",
    "gaussian_entropy",
    "huffman_code",
    "information_gain",
    "joint_entropy",
    "js_divergence",
    "kl_divergence",
    "kl_gaussian",
    "kl_standard_normal",
    "mutual_information",
    "mutual_information_from_samples",
    "normalized_mutual_information",
    "perplexity",
    "total_variation",
]
