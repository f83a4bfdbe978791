"""The ensemble as it stands once it has seen what happened: known months are as they were, all others are moved."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.runs.ensemble import Ensemble
from sim.runs.result import target_value
from sim.schema.target import Target
from sim.schema.uncertainty import MeasurementErrors
from sim.studies.nowcast.run_cube import Cube, Floats, is_share
from sim.studies.nowcast.smoothing import Seen, Smoothed, smooth
from sim.studies.nowcast.statistics_seen import KnownMonths, Stretch, unknowns, window


@dataclass(frozen=True)
class Revision:
    """An ensemble before and after what was observed."""

    before: Cube
    after: Cube
    known: KnownMonths
    observed: list[Stretch]
    asked: list[Stretch]
    window: Seen
    moved: Smoothed

    @property
    def effective(self) -> float:
        """Runs that the revised forecast is worth: all count alike, less what the gains have used up of them."""
        draws = len(np.unique(self.before.draws))
        return float(len(self.before.draws) * (1.0 - self.moved.spent.max(initial=0.0) / draws))

    def target_values(self, target: Target) -> Floats:
        """Of each run, given what was observed."""
        return values_of(self.after, target)


def revise(cube: Cube, actuals: pd.DataFrame, error: float, errors: MeasurementErrors) -> Revision:
    """``actuals``: month, indicator, group, value; ``error``: of the district's levels in the model, relative to them."""
    known = KnownMonths.of(actuals, cube)
    observed, asked = known.stretches(cube, known=True), known.stretches(cube, known=False)
    seen = window(cube, known, observed, error, errors)
    moved = smooth(seen, unknowns(cube, asked, observed, error), cube.draws)
    after = with_known(shifted(cube, asked, moved.shifts), known)
    return Revision(cube, after, known, observed, asked, seen, moved)


def shifted(cube: Cube, stretches: list[Stretch], shifts: Floats) -> Cube:
    """A cube whose stretches are moved [runs, stretches]: shares by so much, all else by so much in logs."""
    values = cube.values.copy()
    for stretch, shift in zip(stretches, shifts.T, strict=True):
        place = cube.places[stretch.key]
        mine = values[:, place, stretch.places]
        moved = np.clip(mine + shift[:, None], 0.0, 1.0) if is_share(stretch.key[0]) else mine * np.exp(shift)[:, None]
        values[:, place, stretch.places] = moved
    return Cube(values, cube.keys, cube.months, cube.draws)


def with_known(cube: Cube, known: KnownMonths) -> Cube:
    """A cube whose known months are as they were in every run."""
    told = np.isfinite(known.values)
    return Cube(np.where(told, known.values, cube.values), cube.keys, cube.months, cube.draws)


def values_of(cube: Cube, target: Target) -> Floats:
    """Value of a target in each run [N]; not a number where a run has none."""
    key = target.indicator, target.group
    if key not in cube.places:
        return np.full(len(cube.draws), np.nan)
    return np.array([target_value(target, cube.table(key, run)) for run in range(len(cube.draws))])


def due(result: Ensemble) -> list[str]:
    """Targets that the runs judge, in their order."""
    return list(dict.fromkeys(result.targets["id"]))
