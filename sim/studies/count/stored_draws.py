"""What the stored runs of a forecast say of each promise and of the outlay, draw by draw; nothing is run."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.errors import BadInput, Both
from sim.runs.draws import place
from sim.runs.plan import Plan
from sim.runs.store.folder import Store
from sim.runs.store.parquet_tables import Tables
from sim.settings import Settings
from sim.verdict import holds, margin

Floats = NDArray[np.float64]
LEAST_DRAWS = 20
"""Below so many draws no number can be told from noise."""
OUTLAY = "outlay"


@dataclass(frozen=True)
class StoredDraws:
    """Runs of the draws of which every seed is stored."""

    draws: tuple[int, ...]
    asked: int
    """Draws of the ensemble."""
    seeds: int
    margins: dict[str, Floats]
    """Promise -> by how much each run [draws, seeds] meets it; not a number where a run has no value."""
    outlay: Floats
    """Yuan of all months and payers [draws, seeds]."""
    unjudged: tuple[str, ...]
    """Promises that too few units are simulated for."""

    def places(self, settings: Settings, name: str) -> Floats:
        """Where each draw puts a number."""
        total = settings.ensemble.draws
        return np.array([place(settings, name, draw, total) for draw in self.draws])


def stored_draws(settings: Settings, words: str) -> StoredDraws:
    """Read them; raises BadInput if there are fewer than ``LEAST_DRAWS``. ``words``: what ``forecast`` is to be given."""
    plan, store = Plan.of(settings), Store(Path(settings.results.folder))
    if plan.draws < LEAST_DRAWS:
        raise _too_few_asked(plan.draws)
    whole = {}
    for draw in plan.draw_numbers:
        tables = [store.load(plan.key(draw, seed)) for seed in plan.seeds]
        kept = [each for each in tables if each is not None]
        if len(kept) == len(plan.seeds):
            whole[draw] = kept
    if len(whole) < LEAST_DRAWS:
        raise _too_few_stored(settings, len(whole), words)
    return _read(settings, plan, whole)


def _read(settings: Settings, plan: Plan, whole: dict[int, list[Tables]]) -> StoredDraws:
    targets = [[_targets(tables) for tables in seeds] for seeds in whole.values()]
    names = list(targets[0][0])
    judged = [name for name in names if holds(settings.targets[name].units, settings.population.scale)]
    margins = {name: np.array([[_margin(settings, name, run[name]) for run in seeds] for seeds in targets]) for name in judged}
    outlay = np.array([[_outlay(tables) for tables in seeds] for seeds in whole.values()])
    unjudged = tuple(name for name in names if name not in judged)
    return StoredDraws(tuple(whole), len(plan.draw_numbers), len(plan.seeds), margins, outlay, unjudged)


def _margin(settings: Settings, name: str, value: float) -> float:
    target = settings.targets[name]
    return float(margin(value, target.comparator, target.promise))


def _targets(tables: Tables) -> dict[str, float]:
    table = pd.read_parquet(io.BytesIO(tables["targets"]), columns=["id", "value"])
    return dict(zip(table["id"], table["value"].astype(np.float64), strict=True))


def _outlay(tables: Tables) -> float:
    table = pd.read_parquet(io.BytesIO(tables["monthly"]), columns=["indicator", "group", "value"])
    return float(table.loc[(table["indicator"] == OUTLAY) & (table["group"] == ""), "value"].sum())


def _too_few_asked(draws: int) -> BadInput:
    return BadInput(
        file=Both("命令行", "command line"),
        key="ensemble.draws",
        value=draws,
        allowed=Both(f"不小于 {LEAST_DRAWS}", f"at least {LEAST_DRAWS}"),
        remedy=Both("写 ensemble.draws=100，与 forecast 所用相同", "type ensemble.draws=100, as forecast was given"),
    )


def _too_few_stored(settings: Settings, found: int, words: str) -> BadInput:
    command = f"python -m sim forecast {words}".strip()
    return BadInput(
        file=settings.results.folder,
        key=Both("已存的抽样", "stored draws"),
        value=Both(f"{settings.ensemble.draws} 次中有 {found} 次", f"{found} of {settings.ensemble.draws}"),
        allowed=Both(
            f"这些设定下用现行模型完成的运行，至少 {LEAST_DRAWS} 次抽样",
            f"runs of these very settings by this version of the model, of at least {LEAST_DRAWS} draws",
        ),
        remedy=Both(
            f"先运行 {command}；若已运行过，键和值须与当时相同（results list 可查）",
            f"run {command} first; if that was done, give the same keys and values as then (see results list)",
        ),
    )
