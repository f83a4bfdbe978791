"""Read a table that somebody hands in: CSV or .xlsx, as spreadsheets save it and clerks fill it in.

Three rules hold for all of it. What is interpreted is told. What could mean two things is refused by row. Nothing is
dropped without a word: title rows, totals and remarks are told, and anything else must be a row of data.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.config.tables.cell_reading import blank, narrow
from sim.config.tables.csv_text import Cell, Line, surplus
from sim.config.tables.faults import FAULTS_COUNTED, Fault, Faulty, Unreadable, refusal, short
from sim.config.tables.interpretations import Readings
from sim.config.tables.layout import Column, Layout, lay_out
from sim.config.tables.totals import Total, checked, says_total
from sim.errors import Both, Language

_REMARK = re.compile(r"(备?注|说明|数据来源|来源|填表|填报|制表|审核|note|source)[^:]*:.*", re.IGNORECASE)


@dataclass(frozen=True)
class Form:
    """What a table must look like."""

    columns: tuple[Column, ...]
    key: tuple[str, ...]
    """Columns that together occur once; the first of them may say 合计."""
    amount: str
    """Column that a total adds up."""


@dataclass(frozen=True)
class ReadTable:
    """What was read, and one line for whatever was not simply taken as written."""

    rows: list[tuple[int, dict[str, Any]]]
    told: list[str]


@dataclass
class _Sorted:
    """Rows of a table by what they are, in the course of reading."""

    rows: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    totals: list[Total] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    readings: Readings = field(default_factory=Readings)
    aside: list[Both] = field(default_factory=list)


def read_table(path: Path, form: Form, language: Language, sheet: str | None = None) -> ReadTable:
    """The rows of a file; raises BadInput that names file, rows, columns, values, what is allowed and the remedy."""
    try:
        layout = lay_out(path, form.columns, sheet)
    except Faulty as error:
        raise refusal(str(path), [error.fault]) from None
    found = _Sorted()
    for line in layout.body:
        if len(found.faults) < FAULTS_COUNTED:
            _sort(line, layout, form, found)
    faults = found.faults + _repeated(found.rows, layout, form)
    if not found.rows and not faults:
        nothing = Both("表头之下至少一行数据", "at least one row below the header")
        faults = [Fault(0, "", "", nothing, Both("填入数据", "fill in what happened"))]
    if faults:
        raise refusal(str(path), faults)
    told = [*_told_of(layout), *found.readings.told(), *found.aside, *checked(found.totals, found.rows, form.amount)]
    return ReadTable(found.rows, [line.of(language) for line in told])


def _sort(line: Line, layout: Layout, form: Form, found: _Sorted) -> None:
    """Take one row below the header for what it is."""
    if all(blank(cell) or _REMARK.fullmatch(narrow(cell)) for cell in line.cells):
        text = short(" ".join(narrow(cell) for cell in line.cells))
        found.aside.append(
            Both(f"第 {line.number} 行是说明，不作为数据：{text}", f"row {line.number} is a remark and no data: {text}")
        )
        return
    if stray := _stray(line, layout) or _numeric_remark(line, layout):
        found.faults.append(stray)
        return
    cells = {column.name: _at(line, layout.places.get(column.name)) for column in form.columns}
    if _is_total(cells, form):
        _take_total(line.number, cells, layout, form, found)
        return
    values = _values(line.number, cells, form.columns, layout, found)
    if len(values) == len(form.columns):
        found.rows.append((line.number, values))


def _stray(line: Line, layout: Layout) -> Fault | None:
    """A cell that stands under no head."""
    headed = {*layout.places.values(), *layout.unread}
    if any(not blank(cell) for n, cell in enumerate(line.cells) if n not in headed):
        width = max(n for n, cell in enumerate(layout.header.cells) if not blank(cell)) + 1
        return surplus(line.number, _without_blanks(line.cells), width)
    return None


def _numeric_remark(line: Line, layout: Layout) -> Fault | None:
    """A bare number among the remarks is the rest of a number that a separator of thousands has split."""
    for n in layout.unread:
        cell = line.cells[n] if n < len(line.cells) else None
        if n and re.fullmatch(r"[0-9.]+", narrow(cell)):
            allowed = Both("备注中为文字", "a remark in words")
            remedy = Both("数字不写千位分隔符；备注用文字", "write numbers without separators, and remarks in words")
            return Fault(line.number, narrow(layout.header.cells[n]), narrow(cell), allowed, remedy)
    return None


def _without_blanks(cells: list[Cell]) -> list[Cell]:
    last = max(n for n, cell in enumerate(cells) if not blank(cell))
    return cells[: last + 1]


def _at(line: Line, place: int | None) -> Cell:
    return line.cells[place] if place is not None and place < len(line.cells) else None


def _values(
    number: int, cells: Mapping[str, Cell], columns: tuple[Column, ...], layout: Layout, found: _Sorted
) -> dict[str, Any]:
    """What the cells of some columns say; a cell that cannot be read is noted as a fault and left out."""
    values: dict[str, Any] = {}
    for column in columns:
        cell, head = cells[column.name], layout.head(column.name)
        try:
            reading = column.read(cell, values)
        except Unreadable as error:
            found.faults.append(Fault(number, head, narrow(cell), error.allowed, error.remedy))
            continue
        found.readings.note(head, cell, reading)
        values[column.name] = reading.value
    return values


def _is_total(cells: Mapping[str, Cell], form: Form) -> bool:
    first, *others = form.key
    return says_total(cells[first]) or (blank(cells[first]) and any(says_total(cells[name]) for name in others))


def _take_total(number: int, cells: Mapping[str, Cell], layout: Layout, form: Form, found: _Sorted) -> None:
    said = [name for name in form.key[1:] if not blank(cells[name]) and not says_total(cells[name])]
    columns = tuple(column for column in form.columns if column.name in (*said, form.amount))
    values = _values(number, cells, columns, layout, found)
    if len(values) == len(columns):
        found.totals.append(Total(number, {name: values[name] for name in said}, values[form.amount]))


def _repeated(rows: list[tuple[int, dict[str, Any]]], layout: Layout, form: Form) -> list[Fault]:
    first: dict[tuple[Any, ...], int] = {}
    faults = []
    for number, row in rows:
        key = tuple(row[name] for name in form.key)
        if (before := first.setdefault(key, number)) != number:
            allowed = Both(
                "、".join(map(layout.head, form.key)) + " 的每种组合只有一行", "one row for each " + ", ".join(form.key)
            )
            remedy = Both(f"与第 {before} 行重复，删除其中一行", f"it repeats row {before}: delete one of the two")
            value = " ".join(str(part) for part in key if part != "")
            faults.append(Fault(number, layout.head(form.key[0]), value, allowed, remedy))
    return faults


def _told_of(layout: Layout) -> list[Both]:
    """How the file was taken, which heads stand for which columns, and what above and beside the data was not read."""
    told = list(layout.told)
    heads = [(layout.head(name), name) for name in layout.places if layout.head(name) != name]
    if heads:
        pairs = ", ".join(f"{head} = {name}" for head, name in heads)
        told.append(Both(f"列名：{pairs}", f"columns: {pairs}"))
    for line in layout.titles:
        text = short(" ".join(narrow(cell) for cell in line.cells if not blank(cell)))
        told.append(
            Both(
                f"第 {line.number} 行在表头之上，不作为数据：{text}",
                f"row {line.number} stands above the header and is no data: {text}",
            )
        )
    for n in layout.unread:
        head = narrow(layout.header.cells[n])
        told.append(Both(f"“{head}”列不读取", f"the column {head} is not read"))
    return told
