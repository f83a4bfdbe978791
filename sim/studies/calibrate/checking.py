"""Whether a calibration holds: what fresh runs of the posterior say, how inputs moved, whether known truths come back."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.runs.executors import Executor
from sim.runs.schedule import Progress
from sim.settings import Settings
from sim.studies.calibrate.calibrating import BAND, SEED, Calibration, Runs, recovered
from sim.studies.calibrate.evidence import Evidence
from sim.studies.calibrate.simulating import simulate

LEVELS = (BAND[0], 0.5, BAND[1])
FEWEST, MOST = 0.82, 0.98
"""Of the truths, that 90% intervals should cover: 41 to 49 of fifty, the 3% and 97% points of the binomial."""


@dataclass(frozen=True)
class Check:
    """Tables for people and programs."""

    observations: pd.DataFrame
    """id, observed, sd, model_discrepancy, explained_variance, prior_p05 ... prior_p95, posterior_p05 ... posterior_p95."""
    inputs: pd.DataFrame
    """input, speaks, p05, p50, p95 (places), covered: truths of fifty within their interval."""
    truths: int
    predictive: Runs
    """Fresh runs of the shipped rows."""

    @property
    def bounds(self) -> tuple[int, int]:
        """How many truths 90% intervals should cover, at least and at most."""
        return math.ceil(FEWEST * self.truths), math.floor(MOST * self.truths)

    @property
    def as_wanted(self) -> int:
        """Inputs whose intervals cover so many."""
        return int(self.inputs["covered"].between(*self.bounds).sum())


def check(
    calibration: Calibration, settings: Settings, evidence: Evidence, draws: int, executor: Executor, progress: Progress
) -> Check:
    """Run ``draws`` draws of the posterior; see whether fifty known truths are recovered from the first runs."""
    predictive = Runs(*simulate(settings, evidence, calibration.parameters, draws, executor, progress))
    belief = calibration.belief
    observations = pd.DataFrame(
        {
            "id": evidence.names,
            "observed": evidence.observed,
            "sd": evidence.sd,
            "model_discrepancy": belief.model_discrepancy,
            "explained_variance": [emulator.explained_variance for emulator in belief.emulators],
            **_quantiles("prior", calibration.first.said),
            **_quantiles("posterior", predictive.said),
        }
    )
    truths, intervals = recovered(calibration.first, evidence.sd, SEED)
    covered = ((truths >= intervals[:, 0]) & (truths <= intervals[:, 1])).sum(axis=0)
    places = belief.sample.quantiles(LEVELS)
    inputs = pd.DataFrame({"input": calibration.names, "speaks": calibration.speaking, "covered": covered})
    for name, row in zip(("p05", "p50", "p95"), places, strict=True):
        inputs[name] = row
    return Check(observations, inputs, len(truths), predictive)


def _quantiles(name: str, said: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> dict[str, list[float]]:
    rows = np.nanquantile(said, LEVELS, axis=0)
    return {f"{name}_{level}": row.tolist() for level, row in zip(("p05", "p50", "p95"), rows, strict=True)}
