"""How long a good lasts and in what condition it is, from one survival curve.

Each good has a physical life L of its own, S(a) = P(L > a) = exp(-(a / scale)^shape) from wear, and an accident that may
come first at a constant rate. It is worn from ``worn_at`` x L on and failing from ``failing_at`` x L on. Owners see age and
condition, not L; what they expect follows from the curve.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.codes import CONDITIONS, FAILING, SOUND, WORN
from sim.numerics.arithmetic import exp, exp_all, log, log_all
from sim.numerics.compile import leaf

Floats = NDArray[np.float64]


class LifeLaw(NamedTuple):
    """The survival curve in months: Weibull scale and shape, accident rate, thresholds as shares of physical life."""

    scale: float
    shape: float
    accident: float
    worn_at: float
    failing_at: float


@leaf
def life_months(law: LifeLaw, u: float, survived: float) -> float:
    """Age at which wear ends the good, for a uniform ``u``, given that it has survived wear to age ``survived``.

    Inverse of S(a) = u S(survived).
    """
    hazard = exp(law.shape * log((survived + 1e-9) / law.scale)) - log(u)
    return law.scale * exp(log(hazard) / law.shape)


@leaf
def accident_months(law: LifeLaw, u: float) -> float:
    """Months until an accident ends the good, from now."""
    return -log(u) / (law.accident + 1e-12)


def wear_survival(law: LifeLaw, age: Floats) -> Floats:
    """S(age) from wear alone; ages in months."""
    return exp_all(-exp_all(law.shape * log_all(np.maximum(age, 1e-9) / law.scale)))


def aged_anew(law: LifeLaw, life: Floats, was: Floats, now: Floats) -> Floats:
    """Physical lives of goods that are as near their end among those of age ``now`` as they were among those of age ``was``.

    S(out) / S(now) = S(life) / S(was); all in months, ``life`` above ``was``.
    """

    def hazard(age: Floats) -> Floats:
        return exp_all(law.shape * log_all(np.maximum(age, 1e-9) / law.scale))

    left = np.maximum(hazard(life) - hazard(was), 1e-12) + hazard(now)
    return np.asarray(law.scale * exp_all(log_all(left) / law.shape))


def transitions(law: LifeLaw, ages: int) -> tuple[Floats, Floats]:
    """Monthly chances by condition and age in months: ``moves`` [from, to, age] and ``ends`` [from, age]; rows sum to 1.

    With P(sound at a) = S(a / w), P(worn) = S(a / f) - S(a / w), P(failing) = S(a) - S(a / f): the chance to leave a
    state is the mass that leaves it in the month over the mass that is in it.
    """
    a = np.arange(ages + 1, dtype=np.float64)
    sound = wear_survival(law, a / law.worn_at)
    not_failing = wear_survival(law, a / law.failing_at)
    alive = wear_survival(law, a)
    tiny = 1e-12
    leave_sound = np.clip(1.0 - sound[1:] / np.maximum(sound[:-1], tiny), 0.0, 1.0)
    leave_worn = np.clip((not_failing[:-1] - not_failing[1:]) / np.maximum(not_failing - sound, tiny)[:-1], 0.0, 1.0)
    leave_failing = np.clip((alive[:-1] - alive[1:]) / np.maximum(alive - not_failing, tiny)[:-1], 0.0, 1.0)
    safe = float(exp_all(np.array([-law.accident]))[0])
    moves = np.zeros((CONDITIONS, CONDITIONS, ages))
    ends = np.full((CONDITIONS, ages), 1.0 - safe)
    for state, leave in ((SOUND, leave_sound), (WORN, leave_worn)):
        moves[state, state] = safe * (1.0 - leave)
        moves[state, state + 1] = safe * leave
    moves[FAILING, FAILING] = safe * (1.0 - leave_failing)
    ends[FAILING] += safe * leave_failing
    return moves, ends


def condition_mix(law: LifeLaw, ages: int) -> Floats:
    """Shares of sound, worn and failing among the goods alive at each age: [condition, age]."""
    a = np.arange(ages, dtype=np.float64)
    alive = np.maximum(wear_survival(law, a), 1e-300)
    sound = wear_survival(law, a / law.worn_at) / alive
    failing = 1.0 - wear_survival(law, a / law.failing_at) / alive
    return np.stack([sound, 1.0 - sound - failing, failing])
