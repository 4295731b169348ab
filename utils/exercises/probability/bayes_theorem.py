"""Exercises of 03-probability/06-bayes-theorem.ipynb."""

import numpy as np

from utils.datasets import feature_names, load_breast_cancer
from utils.exercises.engine import exercise

rng = np.random.default_rng(0)
# Outputs of a model trained where half are ill, used where one in ten is: x ~ N(0, 1) if
# well and N(2, 1) if ill, whose log-odds are 2 x - 2
ILL = rng.random(400) < 0.1
OUTPUTS = 1 / (1 + np.exp(2 - 2 * rng.normal(2.0 * ILL, 1.0)))
# The same people, seen by a model trained where 40% are ill: its odds are 2/3 of those
OUTPUTS_40 = OUTPUTS / (OUTPUTS + 1.5 * (1 - OUTPUTS))


@exercise(
    rtol=2e-3,
    hints=[
        "Imagine 10000 payments. How many are fraudulent? How many honest?",
        "Of the 100 frauds 80 are flagged, and of the 9900 honest payments 99.",
    ],
)
def by_hand():
    r"""Of 10000 payments 100 are fraudulent and 80 of them flagged; 9900 are honest and 99
    of them flagged. So a flag is right with probability $80/179 = 0.447$: less often than
    not.
    """
    return 80 / 179


by_hand.mistake(
    "That is the probability of a flag for a fraud. The question starts from the flag: "
    "divide by all flagged payments, honest ones too.",
    answer=0.8,
)
by_hand.mistake(
    "That is the share of payments that are fraudulent and flagged. Divide it by the share "
    "that is flagged at all.",
    answer=0.008,
)
by_hand.mistake(
    "One percent of the honest payments is not one percent of the flagged ones: there are "
    "99 honest payments for each fraud.",
    answer=0.99,
)


@exercise(
    cases=[
        (0.01, 0.9, 0.91, 2),
        (0.005, 161 / 212, 345 / 357, 1),
        (0.3, 0.8, 0.7, 3),
        (0.05, 0.6, 0.9, 0),
    ],
    hints=[
        "Each alarm multiplies the odds by the same number.",
        "That number is sensitivity / (1 - specificity); at the end go back from odds.",
    ],
)
def after_alarms(prevalence, sensitivity, specificity, k):
    r"""Conditionally independent evidence multiplies odds: prior odds times
    $\mathrm{LR}^k$, then from odds $o$ back to the probability $o/(1+o)$.
    """
    ratio = sensitivity / (1 - specificity)
    odds = prevalence / (1 - prevalence) * ratio**k
    return odds / (1 + odds)


@after_alarms.mistake(
    "That is the answer after one alarm, whatever k is. Yesterday's posterior is today's "
    "prior."
)
def _(prevalence, sensitivity, specificity, k):
    ill = prevalence * sensitivity
    return ill / (ill + (1 - prevalence) * (1 - specificity))


@after_alarms.mistake(
    "You multiplied the probability by k. Probabilities don't add up over alarms: odds "
    "multiply."
)
def _(prevalence, sensitivity, specificity, k):
    ill = prevalence * sensitivity
    return k * ill / (ill + (1 - prevalence) * (1 - specificity))


@after_alarms.mistake(
    "Those are odds, and they may pass 1. Turn odds o into a probability: o / (1 + o)."
)
def _(prevalence, sensitivity, specificity, k):
    return prevalence / (1 - prevalence) * (sensitivity / (1 - specificity)) ** k


@exercise(
    cases=[
        (np.log([0.5, 0.5]), np.array([-1200.0, -1203.0])),
        (np.log([0.01, 0.99]), np.log([0.9, 0.09])),
        (np.log([0.2, 0.3, 0.5]), np.array([-5000.0, -5001.0, -4999.5])),
    ],
    hints=[
        "Add the logs first: prior times likelihood becomes a sum.",
        "Subtract the largest sum before you exponentiate; the ratios stay the same.",
        "Then divide by the total.",
    ],
)
def posterior_from_logs(log_prior, log_likelihood):
    r"""Subtracting the largest score multiplies all terms by the same number, which cancels
    in the quotient. The largest term becomes $e^0 = 1$, so the total can't be 0. For the
    scores $-1200$ and $-1203$ this gives $1/(1+e^{-3}) = 0.9526$.
    """
    score = log_prior + log_likelihood
    weight = np.exp(score - score.max())
    return weight / weight.sum()


@posterior_from_logs.mistake(
    "Right on paper, but exp(-1200) is 0 for a float, and 0/0 is nan. Subtract the largest "
    "score before exp."
)
def _(log_prior, log_likelihood):
    with np.errstate(invalid="ignore"):
        joint = np.exp(log_prior + log_likelihood)
        return joint / joint.sum()


@posterior_from_logs.mistake(
    "You divided the logs by their sum. It is the probabilities that must add up to 1: "
    "exponentiate first."
)
def _(log_prior, log_likelihood):
    score = log_prior + log_likelihood
    return score / score.sum()


@posterior_from_logs.mistake("Where did the prior go? Add its log to the scores.")
def _(log_prior, log_likelihood):
    weight = np.exp(log_likelihood - log_likelihood.max())
    return weight / weight.sum()


@exercise(
    cases=[
        (0.0, 2.0, 1.0, 0.5),
        (12.1, 17.5, 2.4, 0.37),
        (3.0, -1.0, 0.5, 0.9),
    ],
    hints=[
        "Write the log of (prior times density) for each class, and subtract.",
        "Expand both squares: x² appears twice with opposite signs.",
        "What multiplies x is w; all the rest, log prior odds included, is b.",
    ],
)
def sigmoid_parameters(mu0, mu1, sigma, prior1):
    r"""The log-odds are

    $$
    \log\frac{\pi_1}{1-\pi_1} - \frac{(x-\mu_1)^2}{2\sigma^2} + \frac{(x-\mu_0)^2}{2\sigma^2} ,
    $$

    where the factors $1/\sqrt{2\pi\sigma^2}$ have canceled. Expanding the squares, $x^2$
    cancels as well, and $w = (\mu_1-\mu_0)/\sigma^2$,
    $b = \log\frac{\pi_1}{1-\pi_1} - (\mu_1^2-\mu_0^2)/2\sigma^2$ remain.
    """
    w = (mu1 - mu0) / sigma**2
    b = np.log(prior1 / (1 - prior1)) - (mu1**2 - mu0**2) / (2 * sigma**2)
    return w, b


@sigmoid_parameters.mistake("Where did the prior go? Its log-odds belong to b.")
def _(mu0, mu1, sigma, prior1):
    return (mu1 - mu0) / sigma**2, -(mu1**2 - mu0**2) / (2 * sigma**2)


@sigmoid_parameters.mistake(
    "Check the sign of (μ₁² - μ₀²): the square of class 1 enters with a minus."
)
def _(mu0, mu1, sigma, prior1):
    b = np.log(prior1 / (1 - prior1)) + (mu1**2 - mu0**2) / (2 * sigma**2)
    return (mu1 - mu0) / sigma**2, b


@sigmoid_parameters.mistake(
    "The normal density divides by the variance σ², and you divided by σ."
)
def _(mu0, mu1, sigma, prior1):
    b = np.log(prior1 / (1 - prior1)) - (mu1**2 - mu0**2) / (2 * sigma)
    return (mu1 - mu0) / sigma, b


@exercise(
    rtol=1e-2,
    hints=[
        "Sensitivity is the share of alarms among y == 0, the malignant ones.",
        "Then 0.005 * sensitivity over that plus 0.995 * (1 - specificity).",
    ],
)
def concave_points():
    r"""This test finds more tumors than the radius (91% against 76%) and raises two and a half
    times as many false alarms (8.4% against 3.4%). Where illness is rare the false alarms
    decide: $\mathrm{LR}^+ = 10.8$ instead of 22.6, and an alarm is right 5 times in 100.
    """
    X, y = load_breast_cancer()
    alarm = X[:, feature_names("breast_cancer").index("mean_concave_points")] > 0.05
    ill = 0.005 * np.mean(alarm[y == 0])
    well = 0.995 * np.mean(alarm[y == 1])
    return ill / (ill + well)


concave_points.mistake(
    "That is the share in this collection, where 37% are malignant. The question has 1 in "
    "200.",
    answer=193 / 223,
)
concave_points.mistake(
    "That is the sensitivity: the probability of an alarm, given a malignant tumor.",
    answer=193 / 212,
)
concave_points.mistake(
    "You took 1 for malignant. In this y 0 is malignant and 1 benign.",
    answer=0.005 * 30 / 357 / (0.005 * 30 / 357 + 0.995 * 193 / 212),
)


@exercise(
    rtol=5e-3,
    cases=[(OUTPUTS, 0.5), (OUTPUTS[:50], 0.5), (OUTPUTS_40, 0.4)],
    hints=[
        "If you knew the new prevalence, you could correct every output. If you had the "
        "corrected outputs, their mean would estimate the prevalence.",
        "Go round: start from new = old; correct the original p to the prior new; put new "
        "= the mean of the corrected; repeat.",
        "Correcting: odds = p/(1-p) * (1-old)/old * new/(1-new), then odds/(1+odds).",
    ],
)
def estimate_prevalence(p, old):
    r"""Each round corrects the original outputs to the present guess, and takes their mean as
    the next guess. This is the EM algorithm for the likelihood of the new prevalence, so
    that no round makes it worse (Saerens, Latinne and Decaestecker, 2002). No label of the
    new place is needed, but the outputs must have been right at the old one, and the ill
    and the well must look the same in both.
    """
    new = old
    for _ in range(1000):
        odds = p / (1 - p) * (1 - old) / old * new / (1 - new)
        new = np.mean(odds / (1 + odds))
    return new


@estimate_prevalence.mistake(
    "That is the mean of the outputs as they are: they still carry the old prior. Correct "
    "them to your first guess, and go round again."
)
def _(p, old):
    return np.mean(p)


@estimate_prevalence.mistake(
    "A good first step. The mean of the corrected outputs is a better guess than the old "
    "prior: correct to it, and go round until it stays."
)
def _(p, old):
    guess = np.mean(p)
    odds = p / (1 - p) * (1 - old) / old * guess / (1 - guess)
    return np.mean(odds / (1 + odds))
