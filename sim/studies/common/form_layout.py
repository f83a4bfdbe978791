"""The form of a workbook that people fill in: locked but for the orange cells, each of which says what it takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from xlsxwriter import Workbook

from sim.errors import Both
from sim.report.plain_text import fit
from sim.report.sheets import A4

HEAD_ROW = 2
"""Row of the heads on every sheet that is filled in, from 0."""
HEAD_HEIGHT = 32
FORMATS: Mapping[str, Mapping[str, object]] = {
    "title": {"bold": True, "font_size": 14},
    "head": {"bold": True, "text_wrap": True, "valign": "vcenter", "bg_color": "#E8EEF4", "border": 1},
    "fill_head": {"bold": True, "text_wrap": True, "valign": "vcenter", "bg_color": "#F7D9A8", "border": 1},
    "text": {"text_wrap": True, "valign": "top", "border": 1},
    "code": {"text_wrap": True, "valign": "top", "border": 1, "font_color": "#808080", "font_size": 8},
    "line": {"text_wrap": True, "valign": "top"},
    "count": {"num_format": "#,##0.##", "valign": "top", "border": 1},
    "share": {"num_format": "0.0000", "valign": "top", "border": 1},
    "fill": {"bg_color": "#FFF8E6", "valign": "top", "border": 1, "locked": False, "text_wrap": True},
    "fill_number": {"bg_color": "#FFF8E6", "valign": "top", "border": 1, "locked": False, "num_format": "#,##0.####"},
}
PROTECTION = {"format_columns": True, "format_rows": True, "select_locked_cells": True, "autofilter": True, "sort": False}
TITLE_LENGTH, NOTE_LENGTH = 32, 255
"""Most characters of the heading and the text of a note that Excel shows beside a cell."""


class FormColumn(NamedTuple):
    """A column: its name, its head in both languages, and how wide it is."""

    name: str
    head: Both
    width: float
    filled: bool = False
    """Whether it is to be filled in."""

    @property
    def label(self) -> str:
        """The head as it stands in the sheet."""
        return f"{self.head.zh}\n{self.head.en}"


def labelled(words: Both) -> str:
    """A label of the first sheet."""
    return f"{words.zh} {words.en}"


def form_styles(workbook: Workbook) -> dict[str, Any]:
    """The formats of a form by name."""
    return {name: workbook.add_format({"font_name": "宋体", "font_size": 10, **told}) for name, told in FORMATS.items()}


def form_page(workbook: Workbook, name: str) -> Any:
    """An empty sheet, set up to be printed on A4, one page wide."""
    sheet = workbook.add_worksheet(name)
    sheet.set_paper(A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&A&R&P / &N")
    return sheet


def form_sheet(workbook: Workbook, styles: Mapping[str, Any], name: str, title: str, columns: Sequence[FormColumn]) -> Any:
    """A sheet with its title and heads, rows still to be written; it is protected, without a password."""
    sheet = form_page(workbook, name)
    sheet.write_string(0, 0, fit(title), styles["title"])
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
        sheet.write_string(HEAD_ROW, place, column.label, styles["fill_head" if column.filled else "head"])
    sheet.set_row(HEAD_ROW, HEAD_HEIGHT)
    sheet.freeze_panes(HEAD_ROW + 1, 2)
    sheet.repeat_rows(HEAD_ROW)
    sheet.protect("", PROTECTION)
    return sheet


def checked_cell(sheet: Any, row: int, place: int, rule: Mapping[str, object], title: str, said: str) -> None:
    """Say what a cell takes when it is chosen, and warn (of a list: refuse) when something else is typed."""
    words = {
        "ignore_blank": True,
        "input_title": title[:TITLE_LENGTH],
        "input_message": said[:NOTE_LENGTH],
        "error_title": "请核对 Please check",
        "error_message": said[:NOTE_LENGTH],
        "error_type": "stop" if rule.get("validate") == "list" else "warning",
    }
    sheet.data_validation(row, place, row, place, {**rule, **words})
