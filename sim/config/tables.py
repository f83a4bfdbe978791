"""Read the region's tables: one row a fact, with its unit, source, grade and range."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from sim.config.strict_yaml import read_text
from sim.errors import BadInput
from sim.schema.bricks import Grade

BASELINE = ("indicator", "boundary", "date", "value", "unit", "source", "grade", "low", "high")
VINTAGES = ("product", "registration_year", "share")
LIMIT_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True)
class _Row:
    file: str
    line: int
    cells: dict[str, str]

    def bad(self, column: str, allowed: str, remedy: str) -> BadInput:
        key = f"line {self.line}, column {column}"
        return BadInput(file=self.file, key=key, value=self.cells[column], allowed=allowed, remedy=remedy)

    def text(self, column: str) -> str:
        if not self.cells[column].strip():
            raise self.bad(column, "some text", f"fill in {column}")
        return self.cells[column].strip()

    def number(self, column: str) -> float:
        try:
            value = float(self.cells[column])
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise self.bad(column, "a finite number with a decimal point", "write the number without units and commas")
        return value

    def one_of(self, column: str, options: tuple[str, ...]) -> str:
        if self.cells[column] not in options:
            raise self.bad(column, "one of " + ", ".join(options), f"correct {column}")
        return self.cells[column]


def read_baseline(path: Path, shown: str, boundary: str) -> dict[str, dict[str, Any]]:
    """Indicator -> quantity for one boundary; rows marked ``both`` hold for A and for B."""
    baseline: dict[str, dict[str, Any]] = {}
    for row in _rows(path, shown, BASELINE):
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
            raise row.bad("indicator", "one row for each indicator and boundary", "remove one of the two")
        baseline[indicator] = quantity
    return baseline


def read_vintages(path: Path, shown: str) -> dict[str, dict[str, float]]:
    """Product category -> registration year -> share of the stock."""
    vintages: dict[str, dict[str, float]] = {}
    for row in _rows(path, shown, VINTAGES):
        year = row.cells["registration_year"].strip()
        if not (year.isdigit() and len(year) == 4):
            raise row.bad("registration_year", "a year such as 2015", "write four digits")
        shares = vintages.setdefault(row.text("product"), {})
        if year in shares:
            raise row.bad("registration_year", "one row for each product and year", "remove one of the two")
        shares[year] = row.number("share")
    return vintages


def _rows(path: Path, shown: str, columns: tuple[str, ...]) -> Iterator[_Row]:
    """Rows of a table that has all the columns; other columns are not read."""
    reader = csv.DictReader(io.StringIO(read_text(path, shown, LIMIT_BYTES), newline=""), strict=True)
    try:
        missing = [column for column in columns if column not in (reader.fieldnames or ())]
        if missing:
            raise BadInput(
                file=shown,
                key="column " + ", ".join(missing),
                value="(missing)",
                allowed="the columns " + ",".join(columns),
                remedy="add the column to the first line and fill it in",
            )
        for cells in reader:
            if None in cells or None in cells.values():
                raise BadInput(
                    file=shown,
                    key=f"line {reader.line_num}",
                    value=",".join(str(cell) for cell in cells.values()),
                    allowed=f"{len(reader.fieldnames or ())} cells, as in the first line",
                    remedy="put quotes round a cell that holds a comma",
                )
            yield _Row(shown, reader.line_num, cells)
    except csv.Error as error:
        raise BadInput(
            file=shown,
            key=f"line {reader.line_num}",
            value=str(error),
            allowed="comma-separated values",
            remedy="check the quotes on that line",
        ) from None
