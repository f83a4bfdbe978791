"""The project's own tables, exactly as written: UTF-8, commas, one header, as many cells in each row, plain numbers."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sim.clock import parse_month
from sim.config.strict_yaml import read_text
from sim.config.tables.csv_text import LIMIT_BYTES, csv_lines, surplus
from sim.config.tables.faults import Fault, Faulty, refusal, row_and_column
from sim.errors import MISSING, BadInput, Both, one_of

_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
DELETE_ONE = Both("删除其中一行", "remove one of the two")
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")


@dataclass(frozen=True)
class Record:
    """One row by column."""

    file: str
    row: int
    cells: Mapping[str, str]

    def bad(self, column: str, allowed: Both, remedy: Both) -> BadInput:
        """The refusal of one cell."""
        key = row_and_column(self.row, column)
        return BadInput(file=self.file, key=key, value=self.cells[column], allowed=allowed, remedy=remedy)

    def text(self, column: str) -> str:
        """Some text."""
        if not self.cells[column].strip():
            raise self.bad(column, Both("文字，不能为空", "some text"), Both(f"填写 {column} 列", f"fill in {column}"))
        return self.cells[column].strip()

    def number(self, column: str) -> float:
        """A finite number."""
        text = self.cells[column].strip()
        value = float(text) if _NUMBER.fullmatch(text) else math.nan
        if not math.isfinite(value):
            allowed = Both("有限数，小数点用“.”", "a finite number with a decimal point")
            raise self.bad(column, allowed, Both("只写数字，不写单位和千位分隔符", "write the number without units and commas"))
        return value

    def month(self, column: str) -> str:
        """A month of the calendar."""
        text = self.cells[column]
        try:
            parse_month(text if _MONTH.fullmatch(text) else "")
        except ValueError:
            raise self.bad(
                column, Both("月份，格式 YYYY-MM", "a month, YYYY-MM"), Both("如 2024-01", "write it as 2024-01")
            ) from None
        return text

    def one_of(self, column: str, options: tuple[str, ...]) -> str:
        """One of some words."""
        if self.cells[column] not in options:
            raise self.bad(column, one_of(options), Both(f"更正 {column} 列", f"correct {column}"))
        return self.cells[column]


def records(path: Path, shown: str, columns: tuple[str, ...]) -> tuple[list[str], list[Record]]:
    """(heads, rows) of a table that has all the columns, among others; empty lines are no rows.

    Raises BadInput that names ``shown``.
    """
    text = read_text(path, shown, LIMIT_BYTES)
    try:
        lines = [(line.number, [str(cell) for cell in line.cells]) for line in csv_lines(text, ",")]
        heads = lines[0][1] if lines else []
        _check_heads(heads, shown, columns)
        rows = [(number, cells) for number, cells in lines[1:] if cells]
        for number, cells in rows:
            if len(cells) != len(heads):
                raise Faulty(surplus(number, [*cells], len(heads)))
    except Faulty as error:
        raise refusal(shown, [error.fault]) from None
    return heads, [Record(shown, number, dict(zip(heads, cells, strict=True))) for number, cells in rows]


def _check_heads(heads: list[str], shown: str, columns: tuple[str, ...]) -> None:
    for column in columns:
        if column not in heads:
            raise BadInput(
                file=shown,
                key=Both(f"“{column}”列", f"column {column}"),
                value=MISSING,
                allowed=Both("含这些列：" + "、".join(columns), "the columns " + ",".join(columns)),
                remedy=Both("在首行补上该列的列名并填写数据", "add the column to the first line and fill it in"),
            )
    if twice := [head for head in heads if heads.count(head) > 1]:
        once = Both("每列一个名称", "each column once")
        raise Faulty(Fault(1, twice[0], twice[0], once, Both("删除或改名其中一列", "delete or rename one of the two")))
