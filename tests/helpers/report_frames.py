"""Small frames, shaped like the results of an ensemble, whose every number can be checked by hand."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sim.clock import month_text, parse_month
from sim.schema.bricks import Title
from sim.schema.target import Target

FIRST = parse_month("2023-01")
MONTHS = [month_text(FIRST + month) for month in range(60)]
RUNS = (0, 1, 2)
TITLES = {
    "car_scrappage": Title(zh="汽车报废更新补贴", en="Car scrappage subsidy"),
    "car_replacement": Title(zh="汽车置换更新补贴", en="Car replacement subsidy"),
    "unused": Title(zh="无人申领的补贴", en="Subsidy that nobody claims"),
}
VEHICLES = Title(zh="辆", en="vehicles")


def target(**given: Any) -> Target:
    """A target; what is not given is the promise of 50,000 new-energy vehicles."""
    promised: dict[str, Any] = {
        "title": Title(zh="新能源汽车保有量", en="new-energy vehicles in use"),
        "quote": "新能源汽车保有量达到5万辆以上",
        "article": "一",
        "indicator": "nev_stock",
        "by": "2025-12",
        "period": "at",
        "comparator": ">=",
        "promise": 50_000.0,
        "unit": VEHICLES,
        "units": 26_000,
        "grade": "B",
    }
    return Target(**(promised | given))


TARGETS = {
    "nev_stock": target(),
    "elv_recovered": target(
        title=Title(zh="报废汽车规范回收拆解量", en="end-of-life vehicles recovered"),
        indicator="elv_recovered",
        period="year",
        promise=10_000.0,
    ),
    "elv_recovered_growth": target(
        title=Title(zh="报废汽车回收量与2023年之比", en="end-of-life vehicles recovered, relative to 2023"),
        indicator="elv_recovered",
        period="year",
        by="2027-12",
        promise=2.0,
        relative_to="2023-12",
        unit=Title(zh="与2023年之比", en="ratio to 2023"),
        grade="C",
        assumption=Title(zh="“约一倍”按不低于两倍理解", en="about twice is read as at least twice"),
    ),
    "used_new_ratio": target(
        title=Title(zh="二手车交易量与新车销售比值", en="used transactions to new registrations"),
        indicator="used_new_ratio",
        promise=0.8,
        unit=Title(zh="比值", en="ratio"),
    ),
}


def rows(indicator: str, group: str, values: dict[int, list[float]]) -> pd.DataFrame:
    """Monthly rows of one indicator: for each run its values, month by month; run r is draw r with seed 1."""
    return pd.DataFrame(
        [
            {"run": run, "draw": run, "seed": 1, "month": month, "indicator": indicator, "group": group, "value": value}
            for run, column in values.items()
            for month, value in zip(MONTHS, column, strict=False)
        ]
    )


def steady(*levels: float) -> dict[int, list[float]]:
    """Run r has the same value every month: the r-th of those given."""
    return {run: [level] * len(MONTHS) for run, level in enumerate(levels)}


def monthly() -> pd.DataFrame:
    """All indicators that the figures of a forecast need, over three runs and five years."""
    rising = {run: [40_000.0 + 500.0 * month + 2_000.0 * run for month in range(60)] for run in RUNS}
    parts = [
        rows("nev_stock", "", rising),
        rows("elv_recovered", "", steady(400.0, 500.0, 600.0)),
        rows("used_new_ratio", "", steady(0.7, 0.8, 0.9)).query("month >= '2023-12'"),
        rows("new_registrations", "ice", steady(600.0, 700.0, 800.0)),
        rows("new_registrations", "phev", steady(100.0, 100.0, 100.0)),
        rows("new_registrations", "bev", steady(200.0, 300.0, 400.0)),
        outlay(),
    ]
    return pd.concat(parts, ignore_index=True)


def outlay() -> pd.DataFrame:
    """Payments of May and June 2024 in yuan: 100,000 and 0 in run 0, 170,000 and 30,000 in run 1, nothing in run 2."""
    central = {run: [0.0] * len(MONTHS) for run in RUNS}
    district = {run: [0.0] * len(MONTHS) for run in RUNS}
    may, june = MONTHS.index("2024-05"), MONTHS.index("2024-06")
    central[0][may], district[0][may] = 85_000.0, 15_000.0
    central[1][may], district[1][june] = 170_000.0, 30_000.0
    total = {run: [c + d for c, d in zip(central[run], district[run], strict=True)] for run in RUNS}
    # A payer is recorded only in runs in which it ever pays.
    parts = [rows("outlay", "", total)]
    parts += [rows("outlay", "payer:central", {run: central[run] for run in (0, 1)})]
    parts += [rows("outlay", "payer:district", {run: district[run] for run in (0, 1)})]
    return pd.concat(parts, ignore_index=True)


def uptake() -> pd.DataFrame:
    """Claims by quintile and place; firms (quintile 0) have no place."""
    lines = [
        (0, "car_scrappage", 1, True, 30, 1),
        (1, "car_scrappage", 1, True, 60, 1),
        (0, "car_scrappage", 1, False, 15, 1),
        (0, "car_scrappage", 5, True, 90, 1),
        (2, "car_replacement", 0, None, 12, 1),
        (0, "unused", 3, True, 0, 0),
    ]
    return pd.DataFrame(lines, columns=["run", "measure", "income_quintile", "urban", "claims", "amount_fen"])


def target_table() -> pd.DataFrame:
    """What the ensemble says of each target."""
    lines = [
        ("nev_stock", 48_210.0, 56_110.4, 61_333.0, 0.83, 0.04),
        ("elv_recovered", 6_210.0, 8_110.0, 9_933.0, 0.002, 0.10),
        ("elv_recovered_growth", 1.421, 1.81, 2.23, 0.21, 0.20),
        ("used_new_ratio", 0.7, 0.8, 0.9, 1.0, float("nan")),
    ]
    table = pd.DataFrame(lines, columns=["id", "p05", "p50", "p95", "probability", "seed_variance_share"])
    return table.assign(defined=24, runs=24, holds=True, least_scale=0.02, trial=False)
