"""Read the region's tables: one row a fact, with its unit, source, grade and range."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

from sim.config.tables.records import DELETE_ONE, records
from sim.errors import Both
from sim.schema.bricks import Grade

BASELINE = ("indicator", "boundary", "date", "value", "unit", "source", "grade", "low", "high")
VINTAGES = ("product", "registration_year", "share")


def read_baseline(path: Path, shown: str, boundary: str) -> dict[str, dict[str, Any]]:
    """Indicator -> quantity for one boundary; rows marked ``both`` hold for A and for B."""
    baseline: dict[str, dict[str, Any]] = {}
    for row in records(path, shown, BASELINE)[1]:
        marked = row.one_of("boundary", ("A", "B", "both"))
        quantity = {
            "value": row.number("value"),
            "unit": row.text("unit"),
            "source": row.text("source"),
            "grade": row.one_of("grade", get_args(Grade)),
            "low": row.number("low") if row.cells["low"] else None,
            "high": row.number("high") if row.cells["high"] else None,
        }
        if marked not in (boundary, "both"):
            continue
        indicator = row.text("indicator")
        if indicator in baseline:
            raise row.bad("indicator", Both("每个指标和口径只有一行", "one row for each indicator and boundary"), DELETE_ONE)
        baseline[indicator] = quantity
    return baseline


def read_vintages(path: Path, shown: str) -> dict[str, dict[str, float]]:
    """Product category -> registration year -> share of the stock."""
    vintages: dict[str, dict[str, float]] = {}
    for row in records(path, shown, VINTAGES)[1]:
        year = row.cells["registration_year"].strip()
        if not (year.isascii() and year.isdigit() and len(year) == 4):
            raise row.bad(
                "registration_year", Both("年份，如 2015", "a year such as 2015"), Both("写成四位数字", "write four digits")
            )
        shares = vintages.setdefault(row.text("product"), {})
        if year in shares:
            raise row.bad("registration_year", Both("每个品类和年份只有一行", "one row for each product and year"), DELETE_ONE)
        shares[year] = row.number("share")
    return vintages
