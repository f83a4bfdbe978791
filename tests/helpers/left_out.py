"""How well a nowcast foretells draws that it has not seen: each in turn is what happened, and is left out of the runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.schema.uncertainty import MeasurementErrors
from sim.studies.nowcast.observable import measurement_error
from sim.studies.nowcast.revised_tables import quantiles, summary
from sim.studies.nowcast.revising import revise
from sim.studies.nowcast.run_cube import Cube, Key

BAND = (0.05, 0.95)
Floats = NDArray[np.float64]


class Score(NamedTuple):
    """Of one series over all draws that were left out."""

    covered: int
    """Draws within the 90 % interval of the nowcast."""
    error: float
    """Mean error of the median, relative to the truth ..."""
    error_before: float
    """... and of the median of the runs as they were."""


def actuals_of(cube: Cube, run: int, series: Sequence[Key], months: tuple[str, str], errors: MeasurementErrors) -> pd.DataFrame:
    """What one run has, published with an error of measurement that the months of a year share."""
    luck, rows = np.random.default_rng([7, run]), []
    for key in series:
        off = {year: np.exp(measurement_error(errors, key[0]) * luck.normal()) for year in ("2024", "2025", "2026")}
        values = cube.values[run, cube.places[key]]
        told = [(month, value) for month, value in zip(cube.months, values, strict=True) if months[0] <= month <= months[1]]
        rows += [(month, *key, value * off[month[:4]]) for month, value in told if np.isfinite(value)]
    return pd.DataFrame(rows, columns=["month", "indicator", "group", "value"])


def without(cube: Cube, run: int) -> Cube:
    """All runs but one."""
    kept = np.arange(len(cube.draws)) != run
    return Cube(cube.values[kept], cube.keys, cube.months, cube.draws[kept])


def left_out(
    cube: Cube, series: Sequence[Key], error: float, errors: MeasurementErrors, runs: int = 50
) -> tuple[dict[Key, Score], float]:
    """Scores of the year 2026 after the months of 2024 and 2025, and the least effective share of the runs."""
    year = np.array([month.startswith("2026") for month in cube.months])
    told: dict[Key, list[tuple[bool, float, float]]] = {key: [] for key in series}
    effective = []
    for run in range(runs):
        found = revise(without(cube, run), actuals_of(cube, run, series, ("2024-01", "2025-12"), errors), error, errors)
        effective.append(found.effective / len(found.before.draws))
        for key in series:
            truth, before, after = (
                summary(key, each[:, cube.places[key], year])
                for each in (cube.values[run : run + 1], found.before.values, found.after.values)
            )
            low, high = quantiles(after, BAND)
            errs = [float(abs(np.median(each) - truth[0]) / truth[0]) for each in (after, before)]
            told[key].append((bool(low <= truth[0] <= high), *errs))
    scores = {key: Score(sum(row[0] for row in rows), *(np.mean([row[n] for row in rows]) for n in (1, 2)))
              for key, rows in told.items()}  # fmt: skip
    return scores, min(effective)
