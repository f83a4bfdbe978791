"""From ranges to the posterior: simulate, learn, weigh; again where the evidence points; then look whether it holds.

Two waves, as in history matching (Vernon, Goldstein and Bower 2010): the second one runs where the first one's posterior
lies, so that the emulators are good there. An observation that no values within the ranges reach is one that the model is
wrong about; its distance from what the model can say is added to its standard deviation, so that it does not push all inputs
to the ends of their ranges, and it is told as model discrepancy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.runs.executors import Executor
from sim.runs.schedule import Progress
from sim.runs.store.run_keys import LUCK_ALONE, canonical, digest, without_prose
from sim.schema.bricks import Title
from sim.schema.execution import Carried, Parameters
from sim.settings import Settings
from sim.studies.calibrate.emulating import FOLDS, Emulator, learn, said_by
from sim.studies.calibrate.evidence import Evidence
from sim.studies.calibrate.posterior_weights import ENOUGH, Sample, model_discrepancy, speaking, weigh
from sim.studies.calibrate.simulating import PRIOR, inputs, simulate

Floats = NDArray[np.float64]
ROWS = 100
"""Equally likely rows of the posterior that are kept."""
DIGITS = 3
SEED = 1
TRUTHS = 50
ENOUGH_FOR_INTERVALS = 200.0
"""Effective sample size that is asked for where only two quantiles are read off."""
BAND = (0.05, 0.95)
PARTS = ("region", "products", "behaviour", "money", "market", "policy", "pots")
"""Settings that the posterior depends on."""


@dataclass(frozen=True)
class Runs:
    """Draws that were simulated: where their inputs lie, and what they say to the observations."""

    places: Floats
    """[N, D]"""
    said: Floats
    """[N, S]"""

    def __add__(self, other: Runs) -> Runs:
        return Runs(np.concatenate([self.places, other.places]), np.concatenate([self.said, other.said]))


@dataclass(frozen=True)
class Belief:
    """What runs and observations leave of the ranges."""

    emulators: list[Emulator]
    model_discrepancy: Floats
    """How far each observation lies outside what the model can say [S]."""
    sd: Floats
    """Of everything that separates an observation from the emulator [S]."""
    sample: Sample


@dataclass(frozen=True)
class Calibration:
    """The posterior and how it came about."""

    names: list[str]
    """Of the inputs [D]."""
    first: Runs
    """From the ranges alone."""
    belief: Belief
    speaking: NDArray[np.bool_]
    """Inputs that the evidence tells anything about [D]."""
    parameters: Parameters


def calibrated(settings: Settings, evidence: Evidence, draws: int, executor: Executor, progress: Progress) -> Calibration:
    """``settings`` of ``as_known``; ``draws`` from the ranges, then half as many from the first posterior."""
    names = inputs(settings)
    first = Runs(*simulate(settings, evidence, PRIOR, draws, executor, progress))
    found = concluded(names, first, believe(first, evidence.observed, evidence.sd, SEED), evidence, settings)
    second = Runs(*simulate(settings, evidence, found.parameters, draws // 2, executor, progress))
    return concluded(names, first, believe(first + second, evidence.observed, evidence.sd, SEED), evidence, settings)


def believe(runs: Runs, observed: Sequence[float], sd: Sequence[float], seed: int) -> Belief:
    """Learn emulators from the runs and weigh places by the observations."""
    return weighed(runs, learn(runs.places, runs.said, seed), observed, sd, seed, ENOUGH)


def weighed(
    runs: Runs, emulators: list[Emulator], observed: Sequence[float], sd: Sequence[float], seed: int, enough: float
) -> Belief:
    """Weigh places by observations, on emulators that have learned from the runs."""
    seen = np.array(observed)
    gap = model_discrepancy(runs.said, seen)
    width = np.sqrt(np.array(sd) ** 2 + np.array([e.error for e in emulators]) ** 2 + gap**2)
    return Belief(emulators, gap, width, weigh(emulators, seen, width, runs.places.shape[1], seed, enough))


def concluded(names: list[str], first: Runs, belief: Belief, evidence: Evidence, settings: Settings) -> Calibration:
    """The rows of the posterior, of the inputs that the evidence tells anything about."""
    tells = speaking(belief.emulators, belief.sd)
    said = (said_by(belief.emulators, belief.sample.places) - np.array(evidence.observed)) / belief.sd
    rows = belief.sample.rows(ROWS, _along(said, belief.sample.weights))
    smallest = 10.0**-DIGITS
    kept = np.clip(np.round(rows, DIGITS), smallest, 1.0 - smallest)
    parameters = Parameters(
        title=Title(zh=f"按截至{evidence.cutoff}的证据校准", en=f"calibrated to evidence up to {evidence.cutoff}"),
        cutoff=evidence.cutoff,
        found_for=found_for(settings, evidence),
        places={name: tuple(kept[:, n].tolist()) for n, name in enumerate(names) if tells[n]},
        discrepancy=carried(evidence, belief.model_discrepancy),
    )
    return Calibration(names, first, belief, tells, parameters)


def carried(evidence: Evidence, gap: Floats) -> dict[Carried, float]:
    """The largest discrepancy [S] among the observations that are carried to a quantity."""
    found: dict[Carried, float] = {}
    for each, by in zip(evidence.observations.values(), np.round(gap, DIGITS).tolist(), strict=True):
        if each.carried_to and by > 0.0:
            found[each.carried_to] = max(by, found.get(each.carried_to, 0.0))
    return found


def _along(said: Floats, weights: Floats) -> Floats:
    """The direction in which what the posterior says differs most [N]."""
    off = said - weights @ said
    _, directions = np.linalg.eigh((off * weights[:, None]).T @ off)
    main = directions[:, -1]
    return np.asarray(off @ (main * np.sign(main[np.argmax(np.abs(main))])))


def found_for(settings: Settings, evidence: Evidence) -> str:
    """Digest of the values, ranges and observations that a posterior is found with; where a gap is carried moves no row."""
    told = {name: each.model_dump(mode="json", exclude={"carried_to"}) for name, each in evidence.observations.items()}
    data = {"cutoff": evidence.cutoff, "observed": evidence.observed, "observations": told}
    data |= settings.model_dump(mode="json", include=set(PARTS), exclude=LUCK_ALONE)
    return digest(canonical({name: without_prose(part) for name, part in data.items()}))


def recovered(runs: Runs, sd: Sequence[float], seed: int) -> tuple[Floats, Floats]:
    """Known truths and their 90% intervals: truths [T, D], intervals [T, 2, D].

    Each truth is a run from the ranges; what it says, with errors of the observations added, is taken for the evidence, on
    emulators that have not seen it.
    """
    order = np.random.default_rng([seed, 0]).permutation(len(runs.places))
    errors = np.random.default_rng([seed, 1]).standard_normal((TRUTHS, runs.said.shape[1])) * np.array(sd)
    tellable = [n for n in order if np.isfinite(runs.said[n]).all()][:TRUTHS]
    intervals = np.empty((len(tellable), len(BAND), runs.places.shape[1]))
    for fold in range(FOLDS):
        mine = list(range(fold, len(tellable), FOLDS))
        hidden = [tellable[n] for n in mine]
        rows = np.setdiff1d(np.arange(len(runs.places)), hidden)
        others = Runs(runs.places[rows], runs.said[rows])
        emulators = learn(others.places, others.said, seed)
        for n in mine:
            seen = (runs.said[tellable[n]] + errors[n]).tolist()
            sample = weighed(others, emulators, seen, sd, seed, ENOUGH_FOR_INTERVALS).sample
            intervals[n] = sample.quantiles(BAND)
    return runs.places[tellable], intervals
