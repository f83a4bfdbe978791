"""Which measures of the plan help an open promise most for a yuan, and where that is known from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from sim.config.tables.frame import read_frame
from sim.schema.target import Target
from sim.settings import Settings
from sim.studies.common.output import left_by, made_by
from sim.studies.nowcast.asking import Answer
from sim.studies.nowcast.revised_tables import MEASURE, OUTLAY, paid
from sim.studies.nowcast.revising import values_of
from sim.studies.nowcast.run_cube import Floats
from sim.studies.nowcast.smoothing import Asked, Seen, smooth
from sim.studies.solve.levers import usual_levers

YUAN = 1e7
"""What effects are told for."""
TELLING = 0.1
"""Least share of the variance of unseen draws that outlays must explain."""
SHOWN = 3
Source = Literal["contribution", "runs"]


class Help(NamedTuple):
    """A measure, the promise that it helps most, and what so many yuan more bring."""

    measure: str
    target: str
    effect: float
    """For ``YUAN``, in the unit of the promise; the right way, so above zero."""
    share: float
    """The same, of what is lacking."""


def helping(answer: Answer, lacking: dict[str, float]) -> tuple[list[Help], Source]:
    """Measures with the largest effect for a yuan, one line each; ``lacking``: of each open promise."""
    settings = answer.result.settings
    known = _contributions(settings)
    source: Source = "runs" if known is None else "contribution"
    found = _from_runs(answer, list(lacking)) if known is None else _from_contributions(known, settings, list(lacking))
    helps = [Help(m, t, effect, effect / lacking[t]) for m, t, effect in found if effect > 0.0 and lacking[t] > 0.0]
    best: dict[str, Help] = {}
    for each in sorted(helps, key=lambda each: -each.share):
        best.setdefault(each.measure, each)
    return list(best.values())[:SHOWN], source


def _contributions(settings: Settings) -> pd.DataFrame | None:
    """What ``contribution`` has found for these very settings; None if it has not been run."""
    for folder in left_by("contribution", settings):
        path = folder / "contributions.csv"
        if made_by(folder, "contribution", [settings]) and path.is_file():
            return _read(path)
    return None


def _read(path: Path) -> pd.DataFrame:
    return read_frame(path, str(path), ("quantity", "measure")).set_index(["measure", "quantity"])


def _from_contributions(table: pd.DataFrame, settings: Settings, names: Sequence[str]) -> list[tuple[str, str, float]]:
    """measure, promise, effect of ``YUAN``: what is missing without the measure over what it costs."""
    rows = []
    for measure in settings.policy:
        cost = float(table["contribution"].get((measure, OUTLAY), 0.0))
        for name in names if cost > 0.0 else ():
            added = float(table["contribution"].get((measure, name), 0.0))
            rows.append((measure, name, sign(settings.targets[name]) * added * YUAN / cost))
    return rows


def _from_runs(answer: Answer, names: Sequence[str]) -> list[tuple[str, str, float]]:
    """The same from how the runs differ: those that pay more for a measure against those that pay less."""
    rows = []
    for name in names:
        target = answer.result.settings.targets[name]
        values, outlays = values_of(answer.revision.before, target), _outlays(answer, _acting_on(target))
        if np.isfinite(values).all() and outlays and np.ptp(values) > 0.0:
            effects = _slopes(sign(target) * values, outlays, answer.revision.before.draws)
            rows += [(measure, name, effect) for measure, effect in effects.items()]
    return rows


def _acting_on(target: Target) -> list[str]:
    """Measures that have a lever for the target's indicator."""
    files = [file for file in usual_levers() if target.indicator in file.indicators]
    return list(dict.fromkeys(key.split(".")[1] for file in files for key in file.levers if key.startswith("policy.")))


def _outlays(answer: Answer, measures: Sequence[str]) -> dict[str, Floats]:
    """Yuan of all months in each run, of measures that every run pays."""
    cube = answer.revision.before
    keys = {measure: (OUTLAY, MEASURE + measure) for measure in measures}
    sums = {m: paid(cube, key, np.arange(len(cube.months))) for m, key in keys.items() if key in cube.places}
    return {measure: each for measure, each in sums.items() if each.min() > 0.0}


def _slopes(values: Floats, outlays: dict[str, Floats], draws: np.typing.NDArray[np.int64]) -> dict[str, float]:
    """What ``YUAN`` more of each measure goes with; nothing if unseen draws are not foretold."""
    logs = np.log(np.stack(list(outlays.values()), axis=1))
    none = np.zeros((logs.shape[1], 0))
    seen = Seen(logs, logs.mean(axis=0), none, np.zeros(logs.shape[1]))
    moved = smooth(seen, Asked(values[:, None], np.zeros((1, 0))), draws)
    if moved.explained[0] < TELLING:
        return {}
    return {m: float(moved.gains[n, 0] * YUAN / outlays[m].mean()) for n, m in enumerate(outlays)}


def sign(target: Target) -> float:
    """1 where more is better, else -1."""
    return 1.0 if target.comparator == ">=" else -1.0
