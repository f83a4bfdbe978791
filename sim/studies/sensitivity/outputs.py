"""Runs of the model at chosen places of the uncertain inputs, and what is asked of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.runs.draws import placed_settings, together, uncertain_paths
from sim.runs.ensemble import Ensemble, ensembles
from sim.runs.executors import Executor
from sim.runs.plan import Plan
from sim.runs.schedule import Progress
from sim.settings import Settings

Floats = NDArray[np.float64]
OUTLAY = "outlay"
GROUPS = ("behaviour.", "money.", "market.")
"""Inputs that are looked at one by one; those of region and products are estimates of levels, which the anchor takes up."""
EDGE = 1e-6


def inputs(settings: Settings) -> list[str]:
    """Names of the uncertain inputs that are screened, in order."""
    names = {together(path) for path in uncertain_paths(settings)}
    return sorted(name for name in names if name.startswith(GROUPS))


def outputs(settings: Settings, names: Sequence[str], points: Floats, executor: Executor, progress: Progress) -> pd.DataFrame:
    """Value of every target and of the whole outlay [points, outputs]; points lie in the unit cube [N, len(names)]."""
    inside = np.clip(points, EDGE, 1.0 - EDGE)
    cells = [placed_settings(settings, dict(zip(names, map(float, row), strict=True))) for row in inside]
    found = dict(ensembles([Plan.of(cell, 1, 0) for cell in cells], executor, progress))
    return pd.DataFrame([values(found[n]) for n in range(len(cells))])


def values(result: Ensemble) -> dict[str, float]:
    """Targets and outlay of one run; not a number for a run that failed."""
    if not result.runs:
        return {}
    table = result.targets.groupby("id", sort=False)["value"].mean()
    monthly = result.monthly
    paid = monthly[(monthly["indicator"] == OUTLAY) & (monthly["group"] == "")]["value"].sum() / result.runs
    return {**{str(name): float(value) for name, value in table.items()}, OUTLAY: float(paid)}
