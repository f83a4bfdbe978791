"""Districts whose runs are written by hand: what is bought, used and owned in every month, and the ratios that follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from sim.clock import month_text
from sim.config import load_settings
from sim.runs.ensemble import Ensemble
from sim.runs.result import _targets
from sim.runs.store.parquet_tables import SCHEMAS, encoded
from sim.settings import Settings

END = "2025-12"


class Counts(NamedTuple):
    """Of one run, the same in every month."""

    stock: float = 1000.0
    """NEV in use."""
    recovered: float = 10.0
    new: float = 100.0
    used: float = 50.0
    buses: float = 10.0
    nev_buses: float = 10.0
    lines: int = 100
    """Process lines in use."""
    benchmark: int = 30
    firms: float = 50.0
    """Places for design software."""
    tools: int = 20
    """Of them filled."""
    revenue: float = 40.0
    high_end: float = 10.0
    outlay: float = 5.0


def made_settings(region: str, *names: str, promises: Mapping[str, float] | None = None) -> Settings:
    """Shipped settings of a district at full scale up to the end of 2025, with these promises alone."""
    settings = load_settings([f"region={region}", f"clock.end={END}"])
    said = promises or {}
    targets = {
        name: settings.targets[name].model_copy(update={"promise": said.get(name, settings.targets[name].promise)})
        for name in (names or settings.targets)
    }
    return settings.model_copy(update={"targets": targets})


def made(settings: Settings, runs: Mapping[tuple[int, int], Counts]) -> Ensemble:
    """The ensemble with these runs, by draw and seed."""
    tables = {}
    for run, counts in runs.items():
        monthly = _monthly(settings, counts)
        told = {"monthly": monthly, "stocks": _stocks(settings, counts), "targets": _targets(settings, monthly)}
        frames = {name: told.get(name, SCHEMAS[name].empty_table().to_pandas()) for name in SCHEMAS}
        tables[run] = {name: encoded(frame, SCHEMAS[name]) for name, frame in frames.items()}
    return Ensemble(settings=settings, runs=len(runs), failures=(), keys={}, found=0, tables=tables)


def months(settings: Settings) -> Sequence[str]:
    return [month_text(settings.clock.first + n) for n in range(settings.clock.months)]


def _monthly(settings: Settings, counts: Counts) -> pd.DataFrame:
    flows = {
        ("nev_stock", ""): counts.stock,
        ("elv_recovered", ""): counts.recovered,
        ("new_registrations", ""): counts.new,
        ("new_registrations", "car"): counts.new,
        ("new_registrations", "bus"): counts.buses,
        ("used_car_transactions", ""): counts.used,
        ("energy_benchmark_capacity_share", ""): counts.benchmark / counts.lines,
        ("rd_digital_tool_penetration", ""): counts.tools / counts.firms,
        ("high_end_equipment_revenue", ""): counts.high_end,
        ("high_end_equipment_revenue", "share"): counts.high_end / counts.revenue,
        ("mechanisation_rate", ""): 0.9,
        ("outlay", ""): counts.outlay,
    }
    yearly = {("used_new_ratio", "all"): counts.used / counts.new, ("used_new_ratio", "passenger"): counts.used / counts.new}
    if counts.buses:
        yearly["nev_share_new_buses", ""] = counts.nev_buses / counts.buses
    rows = [(month, *key, value) for month in months(settings) for key, value in flows.items()]
    rows += [(month, *key, value) for month in months(settings)[11:] for key, value in yearly.items()]
    return pd.DataFrame(rows, columns=["month", "indicator", "group", "value"])


def _stocks(settings: Settings, counts: Counts) -> pd.DataFrame:
    """Goods in use, from the month before the first; what lies elsewhere must not be taken for it."""
    at = [month_text(settings.clock.first - 1), *months(settings)]
    goods = {"process_line": counts.lines, "design_software": counts.tools}
    rows = [(month, good, "owned", count) for month in at for good, count in goods.items()]
    rows += [(month, good, "lot", 7) for month in at for good in goods]
    return pd.DataFrame(rows, columns=["month", "good", "place", "count"])
