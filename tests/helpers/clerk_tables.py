"""A table as one clerk or another would write it down: a plain form of it, and files that hold it in many disguises."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import openpyxl

from sim.config.tables.cell_reading import Names, Reading, month_between, not_negative
from sim.config.tables.csv_text import Cell
from sim.config.tables.layout import Column
from sim.config.tables.reading import Form
from sim.errors import Both

TITLES = {
    "new_registrations": ("新车注册登记量", "New-vehicle registrations"),
    "nev_stock": ("新能源汽车保有量", "New-energy vehicles in use"),
    "outlay": ("财政支出", "Public outlay"),
}
NAMES = Names((name, key) for key, titles in TITLES.items() for name in (key, *titles))
ANY = Both("任意", "any")
FORM = Form(
    (
        Column("month", ("月份",), month_between("2023-01", "2027-12", ANY, ANY)),
        Column("indicator", ("指标",), lambda cell, _: NAMES.read(cell, ANY)),
        Column("group", ("分组",), lambda cell, _: Reading(cell or ""), required=False),
        Column("value", ("数值",), not_negative),
    ),
    ("month", "indicator", "group"),
    "value",
)
WIDTHS = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


class Fact(NamedTuple):
    """One row: year, month, indicator, value."""

    year: int
    month: int
    indicator: str
    value: float


MONTHS: dict[str, Callable[[int, int], Cell]] = {
    "2024-01": lambda y, m: f"{y}-{m:02d}",
    "2024-1": lambda y, m: f"{y}-{m}",
    "2024/1": lambda y, m: f"{y}/{m}",
    "2024/01/01": lambda y, m: f"{y}/{m:02d}/01",
    "2024.01": lambda y, m: f"{y}.{m:02d}",
    "2024.1": lambda y, m: f"{y}.{m}",
    "202401": lambda y, m: f"{y}{m:02d}",
    "2024年1月": lambda y, m: f"{y}年{m}月",
    "2024年 01 月 1 日": lambda y, m: f"{y}年 {m:02d} 月 1 日",
    "serial": lambda y, m: (dt.date(y, m, 1) - dt.date(1899, 12, 30)).days,
    "end of month": lambda y, m: f"{dt.date(y + m // 12, m % 12 + 1, 1) - dt.timedelta(days=1)}",
    "Jan-24": lambda y, m: dt.date(y, m, 1).strftime("%b-%y"),
    "date": lambda y, m: dt.datetime(y, m, 1),
}
NUMBERS: dict[str, Callable[[float], Cell]] = {
    "plain": lambda v: f"{v:.15g}",
    "thousands": lambda v: f"{v:,.1f}",
    "underscores": lambda v: f"{v:_.1f}",
    "power": lambda v: f"{v:.15e}",
    "unit": lambda v: f"{v:.15g}辆",
    "percent": lambda v: f"{100.0 * v:.15g}%",
    "number": lambda v: v,
}


@dataclass(frozen=True)
class Manner:
    """How somebody writes a table."""

    encoding: str
    delimiter: str
    month: str
    number: str
    name: int
    """0: id, 1: Chinese, 2: English."""
    chinese_heads: bool
    wide: bool
    quoted: bool
    newline: str
    title: bool
    total: bool
    blank_rows: bool
    blank_columns: int
    remarks: str | None


def grid(facts: Sequence[Fact], manner: Manner) -> list[list[Cell]]:
    """All cells of the file."""
    heads: list[Cell] = ["月份", "指标", "数值"] if manner.chinese_heads else ["month", "indicator", "value"]
    rows: list[list[Cell]] = [["2024年情况"]] if manner.title else []
    rows.append(heads + (["备注"] if manner.remarks else []))
    for fact in facts:
        cells = [MONTHS[manner.month](fact.year, fact.month), _name(fact, manner), NUMBERS[manner.number](fact.value)]
        rows.append([_wide(cell) if manner.wide else cell for cell in cells] + ([manner.remarks] if manner.remarks else []))
        if manner.blank_rows:
            rows.append([])
    if manner.total:
        rows.append(["合计", None, NUMBERS[manner.number](sum(fact.value for fact in facts))])
    return [row + [None] * manner.blank_columns for row in rows]


def csv_bytes(cells: list[list[Cell]], manner: Manner) -> bytes:
    """The file as text; without ``quoted`` nothing is protected from the delimiter."""
    text = manner.newline.join(manner.delimiter.join(_text(cell, manner.quoted) for cell in row) for row in cells)
    return (text + manner.newline).encode(manner.encoding)


def xlsx_bytes(cells: list[list[Cell]]) -> bytes:
    """The file as a workbook."""
    book = openpyxl.Workbook()
    for n, row in enumerate(cells, start=1):
        for k, cell in enumerate(row, start=1):
            if cell is not None:
                book.active.cell(n, k, cell)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _name(fact: Fact, manner: Manner) -> str:
    return (fact.indicator, *TITLES[fact.indicator])[manner.name]


def _wide(cell: Cell) -> Cell:
    return cell.translate(WIDTHS) if isinstance(cell, str) else cell


def _text(cell: Cell, quoted: bool) -> str:
    text = "" if cell is None else str(cell)
    return f'"{text}"' if quoted and text else text
