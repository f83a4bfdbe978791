"""Rows that say 合计 below the others: never data, but checked against the sum."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sim.config.tables.cell_reading import likeness
from sim.config.tables.csv_text import Cell
from sim.errors import Both

TOTAL = ("合计", "总计", "共计", "total", "sum", "grand total")
CLOSE = 1e-9


class Total(NamedTuple):
    """A row of this kind; ``series``: what it says of the other columns of the key, blanks left out."""

    row: int
    series: dict[str, Any]
    value: float


def says_total(cell: Cell) -> bool:
    """Whether a cell heads a total."""
    return likeness(cell).rstrip(":").replace(" ", "") in {word.replace(" ", "") for word in TOTAL}


def checked(totals: Sequence[Total], rows: Sequence[tuple[int, Mapping[str, Any]]], amount: str) -> Iterator[Both]:
    """What to tell of each total: that it adds up, or what the rows above it sum to.

    A total holds for all rows of its series above it, or for those since the total before it.
    """
    since: dict[str, int] = {}
    for total in totals:
        mine = [(number, row[amount]) for number, row in rows if number < total.row and _belongs(row, total.series)]
        later = [value for number, value in mine if number > since.get(str(total.series), 0)]
        since[str(total.series)] = total.row
        sums = [math.fsum(value for _, value in mine), math.fsum(later)]
        if any(math.isclose(total.value, each, rel_tol=CLOSE, abs_tol=CLOSE) for each in sums):
            yield Both(
                f"第 {total.row} 行是合计，与各行之和相符，不作为数据", f"row {total.row} is a total, adds up, and is no data"
            )
        else:
            yield Both(
                f"注意：第 {total.row} 行合计 {total.value:.15g}，各行之和为 {sums[0]:.15g}，请核对；合计不作为数据",
                f"note: row {total.row} says {total.value:.15g} in all, but the rows sum to {sums[0]:.15g}: please check; "
                "the total is no data",
            )


def _belongs(row: Mapping[str, Any], series: Mapping[str, Any]) -> bool:
    return all(row[name] == value for name, value in series.items())
