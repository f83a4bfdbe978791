"""Many runs of one scenario: draws of the uncertain inputs, each with several seeds, and what they say together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from sim.experiments.executors import outcomes
from sim.experiments.worker import Job, Outcome
from sim.record import Result
from sim.settings import Settings

Progress = Callable[[int, int], None]
"""Called with the number of runs done and failed."""
FRAMES = ("monthly", "flows", "stocks", "ledger", "pots", "uptake", "targets")


@dataclass(frozen=True)
class Failure:
    """A run that did not end, and how to repeat it."""

    draw: int
    seed: int
    traceback: str


@dataclass(frozen=True)
class Ensemble:
    """Tables of all runs, with columns run, draw and seed before those of ``Result``."""

    settings: Settings
    runs: int
    failures: tuple[Failure, ...]
    frames: dict[str, pd.DataFrame] = field(repr=False)

    @property
    def monthly(self) -> pd.DataFrame:
        """run, draw, seed, month, indicator, group, value."""
        return self.frames["monthly"]

    @property
    def targets(self) -> pd.DataFrame:
        """run, draw, seed, id, by, comparator, promise, value, met, grade."""
        return self.frames["targets"]

    def target_table(self) -> pd.DataFrame:
        """One row for each target: id, by, comparator, promise, p05, p50, p95, probability, grade, luck_share.

        ``luck_share``: part of the variance over runs that remains between seeds of one draw; not a number with one seed.
        """
        rows = []
        for name, values in self.targets.groupby("id", sort=False):
            quantiles = values["value"].quantile([0.05, 0.5, 0.95]).tolist()
            first = values.iloc[0]
            probability, luck = values["met"].mean(), luck_share(values)
            said = (name, first["by"], first["comparator"], first["promise"])
            rows.append((*said, *quantiles, probability, first["grade"], luck))
        columns = ["id", "by", "comparator", "promise", "p05", "p50", "p95", "probability", "grade", "luck_share"]
        return pd.DataFrame(rows, columns=columns)


def luck_share(values: pd.DataFrame) -> float:
    """Mean variance between seeds of a draw over the variance of all runs."""
    seeds = values.groupby("draw")["value"]
    total = values["value"].var(ddof=0)
    if values["seed"].nunique() < 2 or not total > 0.0:
        return float("nan")
    return float(min(seeds.var(ddof=1).mean() / total, 1.0))


def ensemble(
    settings: Settings, seeds: int | Sequence[int] | None = None, draws: int | None = None, progress: Progress | None = None
) -> Ensemble:
    """Run ``draws`` draws (0: the central values alone) with each of the seeds; defaults from ``settings.ensemble``.

    Seeds are the same in every draw and scenario, so that two ensembles can be compared run by run.
    """
    plan = settings.ensemble
    count = plan.seeds if seeds is None else seeds
    chosen = tuple(range(plan.first_seed, plan.first_seed + count)) if isinstance(count, int) else tuple(count)
    total = plan.draws if draws is None else draws
    jobs = [Job(settings, d, total, chosen) for d in (range(1, total + 1) if total else (0,))]
    done: list[Outcome] = []
    for finished in outcomes(jobs, settings.executor):
        done += finished
        if progress is not None:
            progress(len(done), sum(o.result is None for o in done))
    done.sort(key=lambda o: (o.draw, o.seed))
    failures = tuple(Failure(o.draw, o.seed, o.failure) for o in done if o.result is None)
    good = [(o.draw, o.seed, o.result) for o in done if o.result is not None]
    return Ensemble(settings, len(good), failures, {name: _joined(good, name) for name in FRAMES} if good else {})


def _joined(runs: Sequence[tuple[int, int, Result]], name: str) -> pd.DataFrame:
    """One frame of all runs."""
    parts = []
    for number, (draw, seed, result) in enumerate(runs):
        frame: pd.DataFrame = getattr(result, name)
        keys = pd.DataFrame({"run": number, "draw": draw, "seed": seed}, index=frame.index, dtype=np.int64)
        parts.append(pd.concat([keys, frame], axis=1))
    return pd.concat(parts, ignore_index=True)
