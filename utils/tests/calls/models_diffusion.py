"""Calls of diffusion models."""

from utils.models import DiffusionSchedule
from utils.tests.calls import call

X = [[1.0, 0.5], [0.0, 1.0], [2.0, -1.0]]
SCHEDULE = DiffusionSchedule(5)
SMALL = {"schedule": SCHEDULE, "hidden": 3, "steps": 2, "batch_size": 2}


class Half:
    schedule = SCHEDULE

    def eps(self, x, t):
        return 0.5 * x


CALLS = {
    "models.DiffusionSchedule": call(options={"T": 5}),
    "models.q_sample": call(
        options={"schedule": SCHEDULE, "t": 2}, x0=X, eps=[[1.0, 0.0]] * 3
    ),
    "models.DiffusionModel": call(options=SMALL, rng=True)
    .then("fit", X=X)
    .then("eps", x=X, options={"t": 3}),
    "models.ddpm_sample": call(options={"model": Half(), "n": 3, "d": 2}, rng=True),
    "models.ddim_sample": call(
        options={"model": Half(), "n": 3, "d": 2, "steps": 2}, rng=True
    ),
}
