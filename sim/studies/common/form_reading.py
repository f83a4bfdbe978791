"""Read back a form that people have filled in: its sheets by their heads, its rows cell by cell, faults by sheet and row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from sim.config.strict_yaml import read_bytes
from sim.config.tables.cell_reading import likeness, narrow
from sim.config.tables.csv_text import LIMIT_BYTES, Cell, Line
from sim.config.tables.faults import Fault, Faulty
from sim.config.tables.workbook import ZIPPED, read_sheets
from sim.errors import Both
from sim.studies.common.form_layout import FormColumn, labelled

FACTOR = 20.0
"""So many times the number in force, or so small a part of it, is a wrong unit rather than a number."""


class FilledSheet(NamedTuple):
    """A sheet of a form: where its columns stand, and the rows below the heads."""

    name: str
    columns: Sequence[FormColumn]
    places: Mapping[str, int]
    rows: list[Line]

    def cell(self, line: Line, column: str) -> Cell:
        """What a row says in a column."""
        place = self.places[column]
        return line.cells[place] if place < len(line.cells) else None

    def head(self, column: str) -> str:
        """A column as faults name it."""
        (found,) = [each for each in self.columns if each.name == column]
        return f"{self.name} › {found.head.zh} {found.head.en}"

    def place(self, line: Line) -> Both:
        """A row as messages name it."""
        return Both(f"工作表“{self.name}”第 {line.number} 行", f"sheet {self.name}, row {line.number}")


def form_lines(path: Path, again: Both) -> dict[str, list[Line]]:
    """Every sheet of a workbook; raises Faulty. ``again``: how to get a new one."""
    raw = read_bytes(path, str(path), LIMIT_BYTES)
    if not raw.startswith(ZIPPED):
        raise Faulty(Fault(0, "", path.suffix, Both(".xlsx 工作簿", "a workbook, .xlsx"), again))
    return read_sheets(raw)


def labelled_value(found: Mapping[str, list[Line]], label: Both) -> str:
    """What stands beside a label; nothing where there is no such label."""
    for lines in found.values():
        for line in lines:
            if len(line.cells) > 1 and likeness(line.cells[0]) == likeness(labelled(label)):
                return narrow(line.cells[1])
    return ""


def filled_sheet(
    name: str, lines: list[Line], columns: Sequence[FormColumn], needed: Sequence[str], again: Both
) -> FilledSheet | None:
    """The sheet, if it has the first head that is needed; raises Faulty where a head is lost or stands twice."""
    heads = {column.name: likeness(column.label) for column in columns}
    for at, line in enumerate(lines):
        seen = [likeness(cell) for cell in line.cells]
        if heads[needed[0]] not in seen:
            continue
        for column in needed:
            if seen.count(heads[column]) != 1:
                allowed = Both("各列名保持原样，各出现一次", "the heads as they were, each once")
                raise Faulty(Fault(line.number, name, heads[column], allowed, again))
        return FilledSheet(name, columns, {column: seen.index(heads[column]) for column in needed}, lines[at + 1 :])
    return None


def off_by_a_unit(value: float, known: float) -> bool:
    """Whether a number above zero is so far from the one that is known that its unit must be another."""
    return value > 0.0 and known > 0.0 and not known / FACTOR <= value <= known * FACTOR
