"""Which places of the ranges the evidence leaves: many are tried on the emulators and weighed by their likelihood.

The prior is even over the places, so the weight of a place is its likelihood alone: independent normal errors whose
variance is that of the observation, of the emulator, and of what the model cannot reach. Self-normalised importance
sampling (Robert and Casella 2004, ch. 3); the effective sample size is Kish's, (sum w)^2 / sum w^2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.errors import Both, SimError
from sim.studies.calibrate.emulating import Emulator, said_by

Floats = NDArray[np.float64]
BATCH = 50_000
MOST = 80
"""Batches that are tried at the most."""
ENOUGH = 1000.0
"""Effective sample size that is asked for."""
FORGOTTEN = 12.0
"""A place whose log-likelihood is this far below the best one is not kept."""
REACHED = (0.01, 0.99)
"""What lies beyond these quantiles of the runs, the model is said not to reach."""
SPEAKS = 0.5
"""An input is drawn from the posterior if it alone moves some observation by this many standard deviations."""


@dataclass(frozen=True)
class Sample:
    """Weighed places of the inputs."""

    places: Floats
    """[N, D]"""
    weights: Floats
    """[N]; they sum to 1."""
    tried: int

    @property
    def size(self) -> float:
        """Effective sample size."""
        return float(1.0 / (self.weights**2).sum())

    def quantiles(self, levels: Sequence[float]) -> Floats:
        """Of each input [levels, D]."""
        return np.stack([weighted_quantiles(column, self.weights, levels) for column in self.places.T], axis=1)

    def rows(self, count: int, along: Floats) -> Floats:
        """``count`` equally likely places [count, D]: even steps through the weights in the order of ``along`` [N].

        The order makes neighbours alike, so that every part of the rows stands for the whole.
        """
        order = np.argsort(along, kind="stable")
        upto = np.cumsum(self.weights[order])
        taken = order[np.minimum(np.searchsorted(upto, (np.arange(count) + 0.5) / count * upto[-1]), order.size - 1)]
        return np.asarray(self.places[taken])


def weighted_quantiles(values: Floats, weights: Floats, levels: Sequence[float]) -> Floats:
    """Quantiles of weighed values [levels]: the smallest value that has the share below or at it."""
    order = np.argsort(values, kind="stable")
    upto = np.cumsum(weights[order])
    return np.asarray(values[order][np.minimum(np.searchsorted(upto, np.array(levels) * upto[-1]), order.size - 1)])


def model_discrepancy(said: Floats, observed: Floats) -> Floats:
    """How far each observation lies outside what runs [N, S] say with values inside the ranges [S]; 0: within."""
    low, high = np.nanquantile(said, REACHED, axis=0)
    return np.asarray(np.maximum(np.maximum(low - observed, observed - high), 0.0))


def weigh(
    emulators: Sequence[Emulator], observed: Floats, sd: Floats, inputs: int, seed: int, enough: float = ENOUGH
) -> Sample:
    """Try batches of places until the effective sample size is enough; raises SimError if it never is.

    ``sd`` [S]: of everything that separates an observation from the emulator.
    """
    places, logs, best = np.empty((0, inputs)), np.empty(0), -np.inf
    for number in range(1, MOST + 1):
        batch = _batch(seed, number, inputs)
        likelihood = -0.5 * (((said_by(emulators, batch) - observed) / sd) ** 2).sum(axis=1)
        best = max(best, float(likelihood.max()))
        new, old = likelihood > best - FORGOTTEN, logs > best - FORGOTTEN
        places, logs = np.concatenate([places[old], batch[new]]), np.concatenate([logs[old], likelihood[new]])
        weights = np.exp(logs - best)
        sample = Sample(places, weights / weights.sum(), number * BATCH)
        if sample.size >= enough:
            return sample
    raise SimError(
        Both(
            f"证据留下的样本太少：{sample.tried:,} 个取值的有效样本量为 {sample.size:.0f}；"
            "请放宽范围或标准差，或去掉互相矛盾的证据",
            f"the evidence leaves too little: effective sample size {sample.size:.0f} of {sample.tried:,} places; "
            "widen ranges or standard deviations, or leave out what contradicts the rest",
        )
    )


def _batch(seed: int, number: int, inputs: int) -> Floats:
    return np.random.default_rng([seed, number]).random((BATCH, inputs))


def speaking(emulators: Sequence[Emulator], sd: Floats) -> NDArray[np.bool_]:
    """Inputs that the evidence can tell anything about [D]."""
    moved = np.stack([emulator.reach() / width for emulator, width in zip(emulators, sd, strict=True)])
    return np.asarray((moved >= SPEAKS).any(axis=0))
