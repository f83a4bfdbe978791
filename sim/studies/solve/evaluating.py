"""Evaluate levers on the model: outlay, and how far each target is met or missed in every run."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sim.runs.dry_spells import PAIR
from sim.runs.ensemble import Ensemble, ensembles
from sim.runs.executors import Executor
from sim.runs.schedule import Progress
from sim.settings import Settings
from sim.studies.budget.runs import pair_plan
from sim.studies.solve.levers import Floats, Lever, Load, typed
from sim.studies.solve.search import Outcome, reached
from sim.verdict import margin

NEVER = -1e3
"""Margin of a target without a value."""


class Evaluator:
    """Runs the levers' settings at a reduced scale, with few draws; what has been run before comes from the store."""

    def __init__(
        self, load: Load, levers: Sequence[Lever], targets: Sequence[str], scale: float, draws: int, executor: Executor,
        progress: Progress,
    ) -> None:  # fmt: skip
        self._load, self._levers, self._targets = load, levers, targets
        self._scale, self._draws, self._executor, self._progress = scale, draws, executor, progress
        self.results: list[Ensemble] = []
        """In the order of evaluation."""

    def __call__(self, points: Sequence[Floats]) -> list[Outcome]:
        """Run all points side by side."""
        plans = [pair_plan(self._settings(point), self._draws, events=False) for point in points]
        done = [result for _, result in sorted(ensembles(plans, self._executor, self._progress), key=lambda item: item[0])]
        self.results += done
        return [outcome(result, self._targets) for result in done]

    def _settings(self, point: Floats) -> Settings:
        settings = self._load(typed(self._levers, point))
        smaller = settings.population.model_copy(update={"scale": self._scale})
        return settings.model_copy(update={"population": smaller})


def outlays(result: Ensemble, since: str = "") -> pd.Series[float]:
    """Yuan paid out in each run, over the whole clock or from a month on."""
    monthly = result.monthly
    paid = monthly[(monthly["indicator"] == "outlay") & (monthly["group"] == "") & (monthly["month"] >= since)]
    return paid.groupby(PAIR)["value"].sum()


def margins(result: Ensemble, targets: Sequence[str]) -> pd.DataFrame:
    """Relative margin of every run and target: (value - promise) / |promise|, the other way round for upper limits."""
    rows = result.targets[result.targets["id"].isin(targets)]
    size = rows["promise"].abs().clip(lower=1e-9)
    rows = rows.assign(margin=(margin(rows["value"], rows["comparator"], rows["promise"]) / size).fillna(NEVER))
    return rows.pivot_table(index=PAIR, columns="id", values="margin")[list(targets)]


def outcome(result: Ensemble, targets: Sequence[str]) -> Outcome:
    """Outlay and worst margins; runs that failed count as missed."""
    if not result.runs:
        return Outcome(float("inf"), (NEVER,))
    worst = [*margins(result, targets).min(axis=1), *[NEVER] * len(result.failures)]
    return Outcome(float(outlays(result).mean()), tuple(float(value) for value in worst))


def _chance(result: Ensemble, target: str) -> dict[str, object]:
    """Probability, and the runs in which it is defined."""
    found = result.chance(target)
    return {"probability": found.probability, "defined": found.defined, "runs": found.runs}


def told(result: Ensemble, targets: Sequence[str], p: float, since: str) -> dict[str, object]:
    """Outlay and, for each target, its probability, what is reached with ``p``, and by how much that misses the promise.

    ``since``: first month that can be changed; what was paid before is the same whatever the levers.
    """
    paid, still = outlays(result), outlays(result, since)
    by_target = {}
    for name in targets:
        rows = result.targets[result.targets["id"] == name]
        sign = 1.0 if rows["comparator"].iloc[0] == ">=" else -1.0
        value = sign * reached(list(sign * rows["value"].fillna(-sign * np.inf)), p)
        promise = float(rows["promise"].iloc[0])
        by_target[name] = {
            **_chance(result, name),
            "promise": promise,
            "reached_with_p": value,
            "missed_by": max(sign * (promise - value), 0.0),
        }
    whole = outcome(result, targets)
    return {
        "outlay_yuan": {"mean": float(paid.mean()), "p05": float(paid.quantile(0.05)), "p95": float(paid.quantile(0.95))},
        "outlay_from_levers_yuan": float(still.mean()),
        "probability_of_all": whole.probability,
        "runs": result.runs,
        "targets": by_target,
    }
