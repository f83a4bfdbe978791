"""A stored ensemble whose answers are known: one number decides the outlay and the promises, luck does the rest."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from fake_runs import fake_run, fake_solve

from sim.config import load_settings
from sim.runs.executors import SerialExecutor
from sim.runs.plan import Plan
from sim.runs.result import Result
from sim.runs.schedule import carry_out, silent
from sim.runs.store.folder import Store
from sim.runs.worker import Simulator
from sim.settings import Settings

DECIDES = "new_registrations"
"""Number of the baseline that decides."""
LUCK = 0.01
"""Spread of the luck of a run, relative to the outcome."""


def typed(folder: Path, *more: str) -> list[str]:
    """What is typed after the verb: vehicles, at a scale at which the promises hold."""
    fixed = ["population.goods=vehicles", "population.scale=0.1", "executor=serial", f"results.folder={folder / 'results'}"]
    return [*fixed, *more]


def known_run(settings: Settings, seed: int, threads: int) -> Result:
    """A run in which new registrations decide everything: more of them, more NEV and more outlay."""
    plain = fake_run(settings, seed, threads)
    share = settings.region.baseline[DECIDES].value / CENTRE
    luck = float(np.random.default_rng([settings.draw, seed]).normal(1.0, LUCK))
    monthly = pd.DataFrame([("2024-01", "outlay", "", 1e8 * share * luck)], columns=["month", "indicator", "group", "value"])
    value = 50_000.0 * share * luck
    rows = [(name, t.by, t.comparator, t.promise, value, value >= t.promise, t.grade) for name, t in settings.targets.items()]
    targets = pd.DataFrame(rows, columns=["id", "by", "comparator", "promise", "value", "met", "grade"])
    return Result(**{**plain.__dict__, "monthly": monthly, "targets": targets})


CENTRE = load_settings([]).region.baseline[DECIDES].value


def keep_draws(words: list[str], draws: tuple[int, ...] | None = None) -> None:
    """Run the ensemble that these words name, or some of its draws, and keep it."""
    settings = load_settings(words)
    plan = Plan.of(settings)
    chosen = plan if draws is None else Plan(settings, draws, plan.draws, plan.seeds)
    list(carry_out([chosen], Store(Path(settings.results.folder)), SerialExecutor(), silent, Simulator(fake_solve, known_run)))
