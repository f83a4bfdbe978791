"""Results as the page gets them: an ensemble, whose levels are shown; quick and central runs, which are shown as differences.

Central values may lie outside what an ensemble says, and few owners give other levels than many: beside an ensemble both would
pass for an effect. The difference of two runs with the same values, owners and luck is one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from sim.dashboard.controls import EVERYTHING, goods_of
from sim.runs.ensemble import Ensemble
from sim.runs.once import run
from sim.runs.result import Result
from sim.schema.product import Kind
from sim.settings import Settings

Stage = Literal["quick", "central", "ensemble"]
STAGES: tuple[Stage, ...] = ("quick", "central", "ensemble")
QUICK_SCALE = 0.05
"""Simulated share of the owners in the quick look; fewer take no less time: what goods are worth takes most of it."""
OFF_BY = 1
"""Percent within which nine of ten quick estimates are of single runs of the district (docs/trust/estimates.md)."""
WHOLE: dict[Kind, frozenset[str]] = {
    "automobile": frozenset(
        {
            "elv_recovered", "informal_retirements", "nev_share_new_buses", "nev_share_new_taxis", "nev_stock",
            "new_registrations", "niii_nonoperating_diesel_trucks", "used_car_transactions", "used_new_ratio", "vehicle_stock",
        }
    ),
    "appliance": frozenset({"waste_appliances_recovered"}),
    "equipment": frozenset(
        {
            "below_baseline_capacity", "construction_machines_over_10y", "culture_tourism_renewed",
            "energy_benchmark_capacity_share", "env_grade_a_capacity_share", "farm_machines_bought", "farm_machines_scrapped",
            "high_end_equipment_revenue", "key_process_cnc_rate", "mechanisation_rate", "vocational_equipment_renewed",
        }
    ),
    "system": frozenset({"rd_digital_tool_penetration"}),
}  # fmt: skip
"""Indicators that the goods of one kind decide; the others need every kind."""


@dataclass(frozen=True)
class Look:
    """Tables of one or more runs, and how much of the district they hold."""

    stage: Stage
    settings: Settings
    kinds: frozenset[Kind]
    runs: int
    monthly: pd.DataFrame
    flows: pd.DataFrame
    uptake: pd.DataFrame
    targets: pd.DataFrame
    ensemble: Ensemble | None = None
    """Not for the quick look, which is not kept."""

    def holds(self, indicator: str) -> bool:
        """Whether all goods that the indicator counts were simulated."""
        return self.kinds == EVERYTHING or any(indicator in WHOLE.get(kind, ()) for kind in self.kinds)

    @classmethod
    def of(cls, stage: Stage, result: Ensemble) -> Look:
        """A look at stored runs."""
        frames = (result.monthly, result.flows, result.uptake, result.targets)
        return cls(stage, result.settings, EVERYTHING, result.runs, *frames, ensemble=result)


def quick_kinds(touched: frozenset[Kind]) -> frozenset[Kind]:
    """What a quick look simulates: what is touched; the vehicles, if that is nothing or everything."""
    return touched if touched and touched != EVERYTHING else frozenset({"automobile"})


def quick_settings(settings: Settings, kinds: frozenset[Kind]) -> Settings:
    """The goods of these kinds alone, with few owners."""
    chosen = {name: settings.products[name] for name in goods_of(settings, kinds)}
    population = settings.population.model_copy(update={"scale": min(QUICK_SCALE, settings.population.scale)})
    return settings.model_copy(update={"products": chosen, "population": population})


def quick(settings: Settings, kinds: frozenset[Kind]) -> Look:
    """One run with the central values, the constants of the files and few owners."""
    small = quick_settings(settings, kinds)
    result = run(small, small.ensemble.first_seed)
    tables = [_as_run(getattr(result, name), result) for name in ("monthly", "flows", "uptake", "targets")]
    return Look("quick", small, kinds, 1, *tables)


def _as_run(table: pd.DataFrame, result: Result) -> pd.DataFrame:
    return table.assign(run=0, draw=0, seed=result.seed)
