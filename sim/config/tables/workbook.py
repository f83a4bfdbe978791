"""The sheets of a workbook (.xlsx) that hold something, as rows of cells."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import openpyxl
from openpyxl.utils.datetime import CALENDAR_WINDOWS_1900

from sim.config.tables.csv_text import LIMIT_COLUMNS, Cell, Line, too_large
from sim.config.tables.faults import Fault, Faulty
from sim.errors import Both

ZIPPED, OLD_EXCEL, MARKUP = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"<"
LIMIT_UNPACKED = 32 * 1024 * 1024
LIMIT_CELLS = 1_000_000

_SAVE = Both("用 Excel 或 WPS 打开，另存为 .xlsx 或 CSV", "open it in Excel or WPS and save it as .xlsx or CSV")
_TABLE = Both("CSV 或 .xlsx 文件", "a CSV or .xlsx file")


class ReadSheet(NamedTuple):
    """What was read, and the names of hidden sheets that were not."""

    title: str
    lines: list[Line]
    hidden: list[str]


def refuse_other_files(raw: bytes) -> None:
    """Refuse old workbooks, encrypted ones, and web pages that call themselves workbooks."""
    if raw.startswith(OLD_EXCEL):
        raise Faulty(Fault(0, "", ".xls", _TABLE, _SAVE))
    if raw.lstrip()[:1] == MARKUP:
        raise Faulty(Fault(0, "", raw[:40].decode("utf-8", "replace"), _TABLE, _SAVE))


def read_sheet(raw: bytes, name: str | None = None) -> ReadSheet:
    """The named sheet, or the only visible one with content; raises Faulty where that is not one."""
    with _guarded():
        results, formulas = _opened(raw)
        filled = _filled(results)
        hidden = [title for title in filled if results[title].sheet_state != "visible" and title != name]
        title = _chosen([title for title in filled if title not in hidden], name)
        lines = _known_lines(results, formulas, title) if title else []
    return ReadSheet(title, lines, hidden)


def read_sheets(raw: bytes) -> dict[str, list[Line]]:
    """Every sheet with content, by name; raises Faulty."""
    with _guarded():
        results, formulas = _opened(raw)
        return {title: _known_lines(results, formulas, title) for title in _filled(results)}


@contextmanager
def _guarded() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions, which hold no values
        try:
            yield
        except Faulty:
            raise
        except Exception as error:  # a damaged workbook fails in any way that its XML and zip readers have
            raise Faulty(Fault(0, "", f"{type(error).__name__}: {error}", _TABLE, _SAVE)) from None


def _opened(raw: bytes) -> tuple[Any, Any]:
    """The workbook with the results of its formulas, and with the formulas."""
    _refuse_huge(raw)
    return _open(raw, True), _open(raw, False)


def _filled(book: Any) -> list[str]:
    return [ws.title for ws in book.worksheets if any(not _empty(line) for line in _lines(ws))]


def _known_lines(results: Any, formulas: Any, title: str) -> list[Line]:
    lines = list(_lines(results[title]))
    _refuse_unknown_results(lines, _lines(formulas[title]))
    return lines


def _refuse_huge(raw: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(raw)) as parts:
        if sum(part.file_size for part in parts.infolist()) > LIMIT_UNPACKED:
            raise Faulty(too_large("> 32 MB"))


def _open(raw: bytes, data_only: bool) -> Any:
    book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=data_only)
    if book.epoch != CALENDAR_WINDOWS_1900:
        allowed = Both("1900 日期系统", "the date system of 1900")
        raise Faulty(Fault(0, "", "1904", allowed, Both("在 Excel 选项中取消“1904 日期系统”", "turn the 1904 date system off")))
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # some programs write a size that is too small, and rows beyond it would be lost
    return book


def _lines(sheet: Any) -> Iterator[Line]:
    covered = 0
    for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        covered += len(row)
        filled = [n for n, value in enumerate(row) if value is not None]
        width = filled[-1] + 1 if filled else 0
        if covered > LIMIT_CELLS or width > LIMIT_COLUMNS:
            raise Faulty(too_large(f"{sheet.title}: {number} x {len(row)}"))
        yield Line(number, [_cell(value) for value in row[:width]])


def _cell(value: Any) -> Cell:
    return str(value) if isinstance(value, bool) or not isinstance(value, Cell) else value


def _empty(line: Line) -> bool:
    return all(cell is None or not str(cell).strip() for cell in line.cells)


def _chosen(filled: list[str], name: str | None) -> str:
    if name is not None and name not in filled:
        allowed = Both("有内容的工作表：" + "、".join(filled), "a sheet with content: " + ", ".join(filled))
        raise Faulty(Fault(0, "", name, allowed, Both("检查工作表名称", "check the name of the sheet")))
    if name is None and len(filled) > 1:
        allowed = Both("只有一个工作表有内容", "one sheet with content")
        remedy = Both("只留要读的工作表，其余删除或隐藏", "keep the sheet to be read and delete or hide the others")
        raise Faulty(Fault(0, "", ", ".join(filled), allowed, remedy))
    return name or (filled[0] if filled else "")


def _refuse_unknown_results(results: Iterable[Line], formulas: Iterable[Line]) -> None:
    """A formula that was never worked out would read as an empty cell."""
    for found, written in zip(results, formulas, strict=False):
        for n, cell in enumerate(written.cells):
            if cell is not None and (n >= len(found.cells) or found.cells[n] is None):
                allowed = Both("已算出结果的公式，或数字", "a formula with its result, or a number")
                raise Faulty(
                    Fault(found.number, "", cell, allowed, Both("用 Excel 打开并保存后再读", "open and save it in Excel"))
                )
