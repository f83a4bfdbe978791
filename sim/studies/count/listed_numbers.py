"""The list of numbers to be counted first, as it is printed, kept, and put into the workbook and the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from sim.errors import Both
from sim.studies.count.counting_list import Counted
from sim.studies.count.stored_draws import OUTLAY
from sim.studies.count.unknown_numbers import UnknownNumber

NOTHING = (0.0, 0.0, 0.0)


@dataclass(frozen=True)
class ListedNumber:
    """One number of the list."""

    unknown: UnknownNumber
    points: tuple[float, float, float]
    """Share of wrong calls that are avoided over all promises: value, low, high; low and high are sums, so on the safe side."""
    yuan: tuple[float, float, float]
    """Of the budget's loss."""
    promises: tuple[tuple[str, float], ...]
    """Promises for which it stands out, with the share of wrong calls avoided, the most first."""

    @property
    def title(self) -> Both:
        """Its name."""
        return self.unknown.title


def listed_numbers(found: Counted, numbers: Sequence[UnknownNumber]) -> list[ListedNumber]:
    """The numbers that stand out, in order."""
    known = {number.name: number for number in numbers}
    true = found.table[found.table["stands_out"].astype(bool)]
    return [_listed(known[name], true[true["number"] == name]) for name in found.order]


def _listed(unknown: UnknownNumber, rows: pd.DataFrame) -> ListedNumber:
    calls, money = rows[rows["outcome"] != OUTLAY], rows[rows["outcome"] == OUTLAY]
    most = calls.sort_values("value", ascending=False)
    promises = tuple((str(name), float(value)) for name, value in zip(most["outcome"], most["value"], strict=True))
    return ListedNumber(unknown, _sum(calls), _sum(money), promises)


def _sum(rows: pd.DataFrame) -> tuple[float, float, float]:
    return (float(rows["value"].sum()), float(rows["low"].sum()), float(rows["high"].sum())) if len(rows) else NOTHING


def plain_list(
    found: Counted, rows: Sequence[ListedNumber], region: str, boundary: str, runs: int, trial: bool
) -> dict[str, object]:
    """The list as JSON."""
    outcomes = found.outcomes.astype(object).where(found.outcomes.notna(), None).to_dict("records")
    about = {"region": region, "boundary": boundary, "runs": runs, "trial": trial}
    return {**about, "outcomes": outcomes, "numbers": [_plain(row) for row in rows]}


def _plain(row: ListedNumber) -> dict[str, Any]:
    unknown, held = row.unknown, row.unknown.department
    return {
        "number": unknown.name,
        "code": unknown.code,
        "title": unknown.title._asdict(),
        "department": held._asdict() if held else None,
        **unknown.quantity.model_dump(mode="json", include={"value", "low", "high", "unit", "grade"}),
        "points": list(row.points),
        "yuan": list(row.yuan),
        "promises": [list(each) for each in row.promises],
    }
