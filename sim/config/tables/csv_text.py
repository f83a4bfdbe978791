"""Separated values, strictly: every row is counted, quotes must close, nothing invisible is let through."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator
from typing import NamedTuple

from sim.config.tables.faults import Fault, Faulty
from sim.errors import Both

Cell = str | int | float | dt.date | None
"""Text from a CSV; numbers and dates as well from a workbook. None: empty."""

LIMIT_BYTES = 4 * 1024 * 1024
LIMIT_ROWS = 200_000
LIMIT_COLUMNS = 200
_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


class Line(NamedTuple):
    """One row of a table; ``number`` as a spreadsheet counts, empty rows included."""

    number: int
    cells: list[Cell]


def csv_lines(text: str, delimiter: str) -> Iterator[Line]:
    """Rows of a text; raises Faulty at a control character, where quotes do not fit together, and beyond the limits."""
    lines = list(io.StringIO(text, newline=""))
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    number = 0
    while True:
        begun, number = reader.line_num, number + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise Faulty(_stray_quote(number, lines[begun])) from None
        for line in lines[begun : reader.line_num]:
            if found := _INVISIBLE.search(line):
                raise Faulty(_invisible(number, found[0]))
        if number > LIMIT_ROWS or len(cells) > LIMIT_COLUMNS:
            raise Faulty(too_large(f"{number} x {len(cells)}"))
        yield Line(number, [*cells])


def surplus(number: int, cells: list[Cell], width: int) -> Fault:
    """A row with more cells than the header, or none to put a cell under."""
    count = len(cells)
    return Fault(
        number, "", ",".join("" if cell is None else str(cell) for cell in cells),
        Both(f"与表头相同的 {width} 个单元格（本行有 {count} 个）", f"{width} cells, as in the header (this row has {count})"),
        Both("数字不写千位分隔符，含分隔符的单元格加引号", "write numbers without separators, or quote the cell"),
    )  # fmt: skip


def too_large(value: str) -> Fault:
    """More rows and columns than a table of ours can need."""
    allowed = Both(f"最多 {LIMIT_ROWS} 行、{LIMIT_COLUMNS} 列", f"at most {LIMIT_ROWS} rows and {LIMIT_COLUMNS} columns")
    return Fault(0, "", value, allowed, Both("把要读的行复制到新文件", "copy the rows to be read into a new file"))


def _stray_quote(number: int, line: str) -> Fault:
    return Fault(
        number, "", line,
        Both("成对的引号", "quotes that open and close in one cell"),
        Both("检查从该行开始的引号", "check the quotes from this row on"),
    )  # fmt: skip


def _invisible(number: int, character: str) -> Fault:
    return Fault(
        number, "", f"U+{ord(character):04X}",
        Both("文字和数字，不含控制字符", "text and numbers without control characters"),
        Both("删除该行中看不见的字符，或重新导出文件", "delete what cannot be seen on that row, or export the file anew"),
    )  # fmt: skip
