"""What a report tells, worked out from results: nothing here is simulated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from pydantic import BaseModel

from sim.policy.measure import PAYERS
from sim.report.chances import determined
from sim.report.words import Words
from sim.runs.draws import uncertain_paths
from sim.settings import Settings

MAIN = 9
"""Measures whose uptake is drawn."""
LIKELY, UNLIKELY = 0.9, 0.1
"""From this probability on a target is called likely to be met; below the other, unlikely."""


LEAST_CLAIMS = 100
"""Simulated claims of a measure, in a run, from which its shares are told."""


class ScoreCount(NamedTuple):
    """Checks that the calibration has not seen, how many of them passed, and how many it has seen."""

    total: int
    passed: int
    used: int


class ShippedWorth(NamedTuple):
    """What claims were in the budget that ships with the program, a trial."""

    table: pd.DataFrame
    """measure, claims, additional, pulled_forward, anyway, cost_per_additional, pairs."""
    scale: float

    @property
    def pairs(self) -> int:
        """Pairs of runs that it rests on."""
        return int(self.table["pairs"].max())

    @property
    def told(self) -> pd.DataFrame:
        """Measures of which enough claims were simulated to say anything, the most claimed first."""
        enough = self.table[self.table["claims"] * self.scale >= LEAST_CLAIMS]
        return enough.sort_values("claims", ascending=False)


@dataclass(frozen=True)
class Findings:
    """Results of one ensemble, and what other verbs have left about the same scenario."""

    settings: Settings
    table: pd.DataFrame
    """What the ensemble says of each target."""
    monthly: pd.DataFrame
    uptake: pd.DataFrame
    """Claims and amounts of the district, those in line for money among them."""
    granted: pd.Series[float]
    """Measure -> claims for which money was found, or for which revenue was forgone; means over the runs."""
    runs: int
    failed: int
    figures: Path
    """Folder with the figures of the forecast."""
    command: str
    """What was typed to make the report."""
    dry: pd.DataFrame
    """What comes into each pot in each year, and on how many days claims find nothing, as in ``runs.dry_spells``."""
    made: Mapping[str, str]
    """What made the results: commit, model, settings, store, and versions."""
    counted: Mapping[str, str] = field(default_factory=dict)
    """Target -> how its wording is counted."""
    additionality: pd.DataFrame | None = None
    """measure, additional, pulled_forward, anyway, cost_per_additional; None: not computed."""
    shipped_worth: ShippedWorth | None = None
    """What is told in the place of ``additionality``; None: nothing ships for this district and these terms."""
    scorecard: Sequence[Mapping[str, Any]] | None = None
    """What validation has found; None: not computed."""
    count_first: Mapping[str, Any] | None = None
    """Which numbers to count first; None: not computed."""
    shipped: ScoreCount | None = None
    """What the scorecard that ships with the program says in sum."""

    def command_of(self, verb: str) -> str:
        """The command by which another verb works on the same settings."""
        return self.command.replace("sim report", f"sim {verb}", 1)

    @cached_property
    def words(self) -> Words:
        """The labels."""
        return Words.of(self.settings)

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """Rows of the table, the likeliest target first."""
        ordered = self.table.sort_values("probability", ascending=False).to_dict("records")
        return [{str(k): v for k, v in row.items()} for row in ordered]

    def targets_between(self, least: float, most: float) -> list[dict[str, Any]]:
        """Targets whose probability is determined and lies from ``least`` to below ``most``."""
        return [row for row in self.rows if determined(row) and least <= row["probability"] < most]

    @cached_property
    def tiers(self) -> dict[str, list[dict[str, Any]]]:
        """Rows of the targets that are likely to be met, open, unlikely, and undetermined."""
        return {
            "likely": self.targets_between(LIKELY, 2.0),
            "open": self.targets_between(UNLIKELY, LIKELY),
            "unlikely": self.targets_between(-1.0, UNLIKELY),
            "undetermined": self.undetermined,
        }

    @property
    def undetermined(self) -> list[dict[str, Any]]:
        """Targets of which too few units are simulated, or that have no value in some run."""
        return [row for row in self.rows if not determined(row)]

    @cached_property
    def _outlay(self) -> pd.DataFrame:
        """Outlay rows with their year."""
        rows = self.monthly[self.monthly["indicator"] == "outlay"]
        return rows.assign(year=rows["month"].str[:4])

    @cached_property
    def by_payer(self) -> pd.DataFrame:
        """Yuan by year (rows) and payer (columns), means over the runs."""
        rows = self._outlay[self._outlay["group"].str.startswith("payer:")]
        wide = rows.pivot_table(index="year", columns="group", values="value", aggfunc="sum", fill_value=0.0) / self.runs
        wide = wide.rename(columns=lambda name: str(name).removeprefix("payer:"))
        return wide[[payer for payer in PAYERS if payer in wide]]

    @cached_property
    def by_year(self) -> pd.DataFrame:
        """Yuan of all payers together by year: mean, p05, p95 over the runs; the last row, "", is the sum of the years."""
        rows = self._outlay[self._outlay["group"] == ""]
        wide = rows.pivot_table(index="year", columns="run", values="value", aggfunc="sum", fill_value=0.0)
        wide.loc[""] = wide.sum()
        return pd.DataFrame({"mean": wide.mean(axis=1), "p05": wide.quantile(0.05, axis=1), "p95": wide.quantile(0.95, axis=1)})

    @cached_property
    def by_measure(self) -> pd.DataFrame:
        """Yuan and claims granted of each measure over all years, means over the runs, the most expensive first."""
        rows = self._outlay[self._outlay["group"].str.startswith("measure:")]
        yuan = rows.groupby("group")["value"].sum() / self.runs
        yuan.index = yuan.index.str.removeprefix("measure:")
        table = pd.DataFrame({"yuan": yuan, "claims": self.granted.reindex(yuan.index)})
        return table[table["yuan"] > 0.0].sort_values("yuan", ascending=False)

    @cached_property
    def by_quintile(self) -> pd.Series:
        """Share of the yuan claimed by households that goes to each income quintile, 1 to 5."""
        rows = self.uptake[self.uptake["income_quintile"] > 0]
        paid = rows.groupby("income_quintile")["amount_fen"].sum()
        return paid / paid.sum()

    @cached_property
    def main_claims(self) -> list[str]:
        """Measures of which households claim most yuan, the most expensive first."""
        rows = self.uptake[(self.uptake["income_quintile"] > 0) & (self.uptake["amount_fen"] > 0)]
        return [str(name) for name in rows.groupby("measure")["amount_fen"].sum().nlargest(MAIN).index]

    @cached_property
    def grades(self) -> Counter[str]:
        """How many of the numbers in the settings have each grade."""
        return Counter(_grades(self.settings))

    @cached_property
    def uncertain(self) -> int:
        """How many numbers are drawn from a range."""
        return len(uncertain_paths(self.settings))


def _grades(node: object) -> Iterator[str]:
    """Grades of all numbers and dated terms below a node."""
    if isinstance(node, BaseModel):
        grade = getattr(node, "grade", None)
        if isinstance(grade, str):
            yield grade
        for name in type(node).model_fields:
            yield from _grades(getattr(node, name))
    elif isinstance(node, Mapping):
        for part in node.values():
            yield from _grades(part)
    elif isinstance(node, (tuple, list)):
        for part in node:
            yield from _grades(part)
