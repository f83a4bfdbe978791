"""Many runs of one scenario: draws of the uncertain inputs, each with several seeds, and what they say together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pandas as pd
import pyarrow as pa

from sim.runs.executors import Executor, open_executor
from sim.runs.plan import Plan
from sim.runs.schedule import Cell, Failure, Progress, carry_out, silent
from sim.runs.store.folder import Store
from sim.runs.store.parquet_tables import SCHEMAS, Tables, decode
from sim.schema.target import Target
from sim.settings import Settings
from sim.verdict import Chance, chance, holds, is_trial, least_scale

FRAMES = tuple(name for name in SCHEMAS if name != "events")
"""Tables that are read for all runs together; what every owner did is read run by run, as it is long."""
QUANTILES = (0.05, 0.5, 0.95)
SUMMARY = (
    "id", "title", "by", "comparator", "promise", "unit", "p05", "p50", "p95", "probability", "defined", "runs", "grade",
    "seed_variance_share", "holds", "least_scale", "trial",
)  # fmt: skip
"""Columns of the target table."""


@dataclass(frozen=True)
class Ensemble:
    """Tables of all runs, with columns run, draw and seed before those of ``Result``; ``runs`` are those that ended."""

    settings: Settings
    runs: int
    failures: tuple[Failure, ...]
    keys: Mapping[tuple[int, int], str] = field(repr=False)
    """Key in the store by draw and seed."""
    found: int
    """Runs that were there already."""
    tables: Mapping[tuple[int, int], Tables] = field(repr=False)

    @cached_property
    def frames(self) -> dict[str, pd.DataFrame]:
        """Every table of all runs together."""
        return {name: self._joined(name) for name in FRAMES}

    @property
    def monthly(self) -> pd.DataFrame:
        """run, draw, seed, month, indicator, group, value."""
        return self.frames["monthly"]

    @property
    def flows(self) -> pd.DataFrame:
        """run, draw, seed, month, good, from, to, count."""
        return self.frames["flows"]

    @property
    def ledger(self) -> pd.DataFrame:
        """run, draw, seed, month, measure, payer, claims, applications, amount_fen, paid_fen."""
        return self.frames["ledger"]

    @property
    def claims(self) -> pd.DataFrame:
        """run, draw, seed, month, measure, claims, applications: of the ledger, in which every payer repeats them."""
        columns = ["run", "draw", "seed", "month", "measure"]
        return self.ledger.groupby(columns, as_index=False)[["claims", "applications"]].first()

    @property
    def pots(self) -> pd.DataFrame:
        """run, draw, seed, and the columns of a run's pots: money by month, and days on which claims found none."""
        return self.frames["pots"]

    @property
    def uptake(self) -> pd.DataFrame:
        """run, draw, seed, measure, income_quintile, urban, claims, amount_fen."""
        return self.frames["uptake"]

    @property
    def targets(self) -> pd.DataFrame:
        """run, draw, seed, id, by, comparator, promise, value, met, grade."""
        return self.frames["targets"]

    def target_table(self) -> pd.DataFrame:
        """One row for each target, in the columns ``SUMMARY``.

        ``probability``: among the ``defined`` ones of the ``runs``; not a number where none is, and below ``least_scale``, the
        share of the owners from which it ``holds``. ``seed_variance_share``: part of the variance over runs that
        remains between seeds of one draw; not a number with one seed.
        """
        return target_summary(self.targets, self.settings.targets, self.settings, self.runs)

    @property
    def trial(self) -> bool:
        """Whether this is a trial, and no forecast to be quoted."""
        return is_trial(self.settings.population.scale, self.runs)

    def chance(self, target: str) -> Chance:
        """Of meeting a target; without a probability where too few units are simulated to tell it."""
        mine = self.targets.loc[self.targets["id"] == target, "met"]
        return _told_chance(mine, self.settings.targets[target], self.settings.population.scale)

    def _joined(self, name: str) -> pd.DataFrame:
        parts = []
        for number, ((draw, seed), tables) in enumerate(self.tables.items()):
            table = decode(tables[name])
            for place, (column, value) in enumerate((("run", number), ("draw", draw), ("seed", seed))):
                table = table.add_column(place, column, pa.repeat(pa.scalar(value, pa.int64()), table.num_rows))
            parts.append(table)
        empty = SCHEMAS[name].empty_table()
        return (pa.concat_tables(parts) if parts else empty).to_pandas()


def target_summary(judged: pd.DataFrame, targets: Mapping[str, Target], settings: Settings, runs: int) -> pd.DataFrame:
    """A row for each target, in the columns ``SUMMARY``.

    ``judged``: draw, seed, id, value and met, a row for each target and run; ``targets``: what was promised.
    """
    scale, rows = settings.population.scale, []
    for name, values in judged.groupby("id", sort=False):
        target = targets[str(name)]
        title, unit = (t.zh if settings.language == "zh" else t.en for t in (target.title, target.unit))
        quantiles = values["value"].quantile(list(QUANTILES)).tolist()
        says = (*_told_chance(values["met"], target, scale), target.grade, seed_variance_share(values))
        held = (holds(target.units, scale), least_scale(target.units), is_trial(scale, runs))
        rows.append((name, title, target.by, target.comparator, target.promise, unit, *quantiles, *says, *held))
    return pd.DataFrame(rows, columns=list(SUMMARY))


def _told_chance(met: pd.Series[bool], target: Target, scale: float) -> Chance:
    """The chance; without a probability where too few units are simulated to tell it."""
    verdict = chance(met)
    return verdict if holds(target.units, scale) else verdict._replace(probability=float("nan"))


def seed_variance_share(values: pd.DataFrame) -> float:
    """Mean variance between seeds of a draw over the variance of all runs."""
    seeds = values.groupby("draw")["value"]
    total = values["value"].var(ddof=0)
    if values["seed"].nunique() < 2 or not total > 0.0:
        return float("nan")
    return float(min(seeds.var(ddof=1).mean() / total, 1.0))


def ensemble(
    settings: Settings,
    seeds: int | Sequence[int] | None = None,
    draws: int | None = None,
    executor: Executor | None = None,
    progress: Progress = silent,
) -> Ensemble:
    """Run ``draws`` draws (0: the central values alone) with each of the seeds; defaults from ``settings.ensemble``.

    Runs that are in ``settings.results.folder`` are taken from there, the others are added to it. Without an executor
    the one in the settings is opened for this call. A run that fails is told in ``failures``.
    """
    plan = Plan.of(settings, seeds, draws)
    if executor is not None:
        ((_, result),) = ensembles([plan], executor, progress)
        return result
    with open_executor(settings.executor) as opened:
        return ensemble(settings, seeds, draws, opened, progress)


def ensembles(plans: Sequence[Plan], executor: Executor, progress: Progress = silent) -> Iterator[tuple[int, Ensemble]]:
    """Several ensembles whose runs are carried out side by side, each with its place among the plans, as they are ready.

    Results are kept where the first one's settings say.
    """
    store = Store(Path(plans[0].settings.results.folder))
    for cell in carry_out(plans, store, executor, progress):
        yield cell.number, gathered(cell)


def gathered(cell: Cell) -> Ensemble:
    """The ensemble of a cell whose runs have all ended or failed."""
    plan = cell.plan
    return Ensemble(
        settings=plan.settings,
        runs=len(cell.tables),
        failures=tuple(sorted(cell.failures, key=lambda failure: (failure.draw, failure.seed))),
        keys={run: plan.key(*run) for run in plan.runs},
        found=cell.found,
        tables={run: cell.tables[run] for run in plan.runs if run in cell.tables},
    )
