"""What the model says to each observation, in every draw of the uncertain inputs."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.errors import ResultsDamaged
from sim.runs.as_known import known_by
from sim.runs.draws import place, together, uncertain_paths, undisturbed
from sim.runs.ensemble import Ensemble, ensembles
from sim.runs.executors import Executor
from sim.runs.plan import Plan
from sim.runs.schedule import Progress, run_failed
from sim.schema.bricks import Title
from sim.schema.execution import Parameters
from sim.settings import Settings
from sim.studies.calibrate.evidence import Evidence, Run
from sim.studies.validate.case import Case, Discount
from sim.studies.validate.case_market import discounted
from sim.studies.validate.quantities import QUANTITIES, View

Floats = NDArray[np.float64]
GROUPS = ("behaviour.", "money.", "market.", "products.car.", "policy.car_")
"""Inputs that evidence on cars can speak about; what the region and other products hold is drawn from its ranges."""
APART = tuple(f"market.path_factor.price_{kind}" for kind in ("appliance", "digital", "equipment"))
"""Inputs of these groups that have nothing to do with cars."""
LAST = "2024-12"
"""The price cuts are tried out in 2024, so every run reaches its end."""
CUT, CUT_FROM = 0.05, dt.date(2024, 1, 1)
CUTS: dict[Run, Discount] = {
    "nev_cut": Discount(powertrains=("bev", "phev"), rate=CUT, start=CUT_FROM),
    "car_cut": Discount(powertrains=("ice", "bev", "phev"), rate=CUT, start=CUT_FROM),
}
PRIOR = Parameters(title=Title(zh="先验区间", en="ranges alone"))
CASE = Case(id="calibration", title=Title(zh="校准", en="calibration"))


def inputs(settings: Settings) -> list[str]:
    """Names of the inputs that are calibrated, in order."""
    names = map(together, uncertain_paths(settings))
    return sorted({name for name in names if name.startswith(GROUPS) and name not in APART})


def as_known(settings: Settings, cutoff: str, last: str = "") -> Settings:
    """The settings as they could be known at the cutoff, up to ``last`` or the end of what the observations need."""
    clock = settings.clock.model_copy(update={"end": max(cutoff, last or LAST)})
    return known_by(settings, cutoff).model_copy(update={"clock": clock})


def simulate(
    settings: Settings, evidence: Evidence, parameters: Parameters, draws: int, executor: Executor, progress: Progress
) -> tuple[Floats, Floats]:
    """Places of the inputs [draws, D], and what each draw says to the observations [draws, S]; not a number where it cannot.

    ``settings`` are those of ``as_known``; the observations' price cuts are tried out on the same draws.
    """
    drawn = undisturbed(settings.model_copy(update={"parameters": parameters}))
    sides: dict[Run, Settings] = {"enacted": drawn, **{name: discounted(drawn, cut) for name, cut in CUTS.items()}}
    wanted: list[Run] = ["enacted", *sorted({each.run for each in evidence.observations.values()} - {"enacted"})]
    found = dict(ensembles([Plan.of(sides[name], 1, draws) for name in wanted], executor, progress))
    for result in found.values():
        if result.failures:
            raise ResultsDamaged(run_failed(result.failures[0]))
    results = {name: found[n] for n, name in enumerate(wanted)}
    points = [[place(drawn, name, draw, draws) for name in inputs(settings)] for draw in range(1, draws + 1)]
    return np.array(points), _told(evidence, results, draws)


def _told(evidence: Evidence, results: dict[Run, Ensemble], draws: int) -> Floats:
    said = np.full((draws, len(evidence.observations)), math.nan)
    views = {name: list(_views(result, results["enacted"], draws)) for name, result in results.items()}
    for n, each in enumerate(evidence.observations.values()):
        for draw, view in enumerate(views[each.run]):
            said[draw, n] = QUANTITIES[each.quantity](view, **each.given)
    return np.where(np.isfinite(said), said, math.nan)


def _views(result: Ensemble, enacted: Ensemble, draws: int) -> Iterator[View]:
    for draw in range(1, draws + 1):
        yield View(CASE, result.settings, *(_of(frame, draw) for frame in (result.monthly, enacted.monthly, result.ledger)))


def _of(frame: pd.DataFrame, draw: int) -> pd.DataFrame:
    return frame[frame["draw"] == draw]


def named(points: Floats, names: Sequence[str]) -> pd.DataFrame:
    """A table of places."""
    return pd.DataFrame(points, columns=list(names))
