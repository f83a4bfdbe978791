"""Dates and money of a country in those of the model: everything that a measure, a pot or a path may say."""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from typing import Any

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
LAW = frozenset(
    {
        "amount", "cap", "price_from", "price_max", "nev_amount", "ice_amount", "principal_max", "cap_per_year", "max_saving",
    }
)  # fmt: skip
"""Words of measures and pots whose numbers are money."""
LEVERS = frozenset({"levers_from"})
"""Dates of the model's own calendar."""
MONEY_UNIT = "yuan"
"""What the unit of an amount of money begins with."""


def shifted(date: dt.date, years: int) -> dt.date:
    """A date so many years later; 29 February is the 28th where there is none, and no date lies outside the calendar."""
    year = min(max(date.year + years, dt.MINYEAR), dt.MAXYEAR)
    return date.replace(year=year, day=min(date.day, monthrange(year, date.month)[1]))


def shifted_month(month: str, years: int) -> str:
    """A month so many years later."""
    return f"{int(month[:4]) + years:04d}{month[4:]}"


def law_in(node: Any, years: int, rate: float, key: str = "") -> Any:
    """Plain data of a measure or pot with its days moved by ``years`` and its money multiplied by ``rate``."""
    if isinstance(node, dict):
        if _is_money(node) or (key in LAW and "unit" in node):
            return scaled(node, rate)
        return {name: law_in(value, years, rate, key if key in LAW else name) for name, value in node.items()}
    if isinstance(node, list):
        return [law_in(value, years, rate, key) for value in node]
    if isinstance(node, str) and DAY.fullmatch(node) and key not in LEVERS:
        return shifted(dt.date.fromisoformat(node), years).isoformat()
    if key in LAW and isinstance(node, int | float) and not isinstance(node, bool):
        return node * rate
    return node


def product_in(node: Any, factor: float) -> Any:
    """Plain data of a product with every amount of money multiplied by ``factor``, and owners as sensitive to it as before."""
    if not isinstance(node, dict):
        return node
    if _is_money(node):
        return scaled(node, factor)
    out = {name: product_in(value, factor) for name, value in node.items()}
    if isinstance(out.get("sensitivity"), dict):
        out["sensitivity"] = scaled(out["sensitivity"], 1.0 / factor)
    return out


def scaled(number: dict[str, Any], factor: float) -> dict[str, Any]:
    """A quantity and its range times a factor."""
    ends = ("value", "low", "high")
    return {**number, **{end: number[end] * factor for end in ends if number.get(end) is not None}}


def _is_money(node: dict[str, Any]) -> bool:
    return {"value", "unit"} <= set(node) and str(node["unit"]).startswith(MONEY_UNIT)
