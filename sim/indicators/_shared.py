"""Helpers of the indicators: re-weighting to the district, sums over categories and powertrains."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from sim.codes import DISMANTLED, YARD
from sim.model.history import History
from sim.schema.product import POWERTRAINS

Floats = NDArray[np.float64]
Measured = dict[str, Floats]
PLAN_STARTS = dt.date(2024, 1, 1)
"""What the plan counts from this day on is compared with 2023."""


def by_category(history: History, counts: Mapping[str, NDArray[np.int64]]) -> Measured:
    """The total (group "") and each category, re-weighted to the district."""
    scaled = {name: np.asarray(values, dtype=np.float64) / history.scale for name, values in counts.items()}
    return {"": np.sum(list(scaled.values()), axis=0), **scaled} if scaled else {}


def by_powertrain(history: History, counts: Mapping[str, NDArray[np.int64]]) -> Measured:
    """Sums over categories by powertrain, from counts by month and variant [T, V]; nothing without a category."""
    out: Measured = {}
    if not counts:
        return out
    for number, powertrain in enumerate(POWERTRAINS):
        parts = [values[:, history.powertrain[name] == number].sum(axis=1) for name, values in counts.items()]
        out[powertrain] = np.sum(parts, axis=0) / history.scale
    return out


def automobiles(history: History) -> list[str]:
    """Categories of automobiles."""
    return [name for name, product in history.products.items() if product.kind == "automobile"]


def owned(history: History, name: str) -> NDArray[np.int64]:
    """Goods in use at the month's end by variant, without the orders of the last months, not yet installed [T, V]."""
    stocks = [history.start[name], *(month.stocks for month in history.months[name])]
    rows = np.array([stock.owned for stock in stocks])
    lead = history.products[name].lead_months
    return np.asarray(rows[np.maximum(np.arange(1, rows.shape[0]) - lead, 0)])


def watched(history: History, name: str) -> NDArray[np.int64]:
    """Counts that the category watches, installed ones alone [T, watches]."""
    stocks = [history.start[name], *(month.stocks for month in history.months[name])]
    rows = np.array([stock.watched for stock in stocks])
    lead = history.products[name].lead_months
    return np.asarray(rows[np.maximum(np.arange(1, rows.shape[0]) - lead, 0)])


def label_share(history: History, name: str, label: str) -> Floats:
    """Share of the goods in use that carry a label; not a number without any goods."""
    if name not in history.months:
        return np.full(history.length, np.nan)
    counts = owned(history, name).astype(np.float64)
    chosen = np.array([v.label == label for v in history.products[name].variants.values()])
    return share(counts[:, chosen].sum(axis=1), counts.sum(axis=1))


def share(part: NDArray[np.generic], whole: NDArray[np.generic]) -> Floats:
    """part / whole; not a number where there is nothing."""
    total = np.asarray(whole, dtype=np.float64)
    return np.asarray(np.asarray(part, dtype=np.float64) / np.where(total > 0.0, total, np.nan))


def recovered(history: History, names: list[str]) -> dict[str, NDArray[np.int64]]:
    """Goods taken in by the formal channel, by month and category."""
    return {name: history.flow(name, YARD, DISMANTLED) for name in names if name in history.months}


def bought(history: History, names: list[str]) -> dict[str, NDArray[np.int64]]:
    """New goods bought, by month and category."""
    return {
        name: np.array([int(m.tally.new_sales.sum()) for m in history.months[name]]) for name in names if name in history.months
    }


def machines(history: History, field: str) -> list[str]:
    """Categories of machines of a field; works and software are not machines."""
    return [name for name, p in history.products.items() if p.field == field and p.kind == "equipment"]


def trailing_year(values: Floats) -> Floats:
    """Sum of the last twelve months; not a number before there are twelve."""
    sums = np.full(values.size, np.nan)
    if values.size >= 12:
        sums[11:] = np.convolve(values, np.ones(12), mode="valid")
    return sums
