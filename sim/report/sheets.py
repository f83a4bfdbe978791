"""Write one sheet of a workbook: text that stays text, numbers with their format, live formulas with their value."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from rich.cells import cell_len
from xlsxwriter import Workbook
from xlsxwriter.utility import xl_rowcol_to_cell

from sim.report.plain_text import fit

A4 = 9
ROW_PIXELS = 20
LINE_HEIGHT, LINE_FILLED = 16.0, 0.9
"""Points of a line of text, and the share of the columns' characters that it holds for sure."""
FORMATS: Mapping[str, Mapping[str, object]] = {
    "title": {"bold": True, "font_size": 14},
    "stamp": {"bold": True, "font_color": "#D55E00", "text_wrap": True, "valign": "top"},
    "head": {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "bg_color": "#E8EEF4"},
    "head_centred": {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "align": "center", "bg_color": "#E8EEF4"},
    "text": {"valign": "top"},
    "wrapped": {"valign": "top", "text_wrap": True},
    "yuan": {"align": "right", "num_format": "#,##0.00"},
    "whole": {"align": "right", "num_format": "#,##0"},
    "wan": {"align": "right", "num_format": "#,##0.00"},
    "share": {"align": "right", "num_format": "0.0%"},
    "months": {"align": "right", "num_format": "0.0"},
    "number": {"num_format": "General", "align": "left"},
    "yuan_total": {"align": "right", "num_format": "#,##0.00", "bold": True, "top": 1},
    "text_total": {"bold": True, "top": 1},
    "wan_total": {"align": "right", "num_format": "#,##0.00", "bold": True, "top": 1},
}
Styles = Mapping[str, Any]
SAFE = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
"""Options of a workbook in which text stays text."""


def formats(workbook: Workbook) -> Styles:
    """The formats of a workbook by name."""
    return {name: workbook.add_format({"font_name": "宋体", **told}) for name, told in FORMATS.items()}


class Sheet:
    """One sheet, set up to be printed on A4; rows and columns count from 0."""

    def __init__(self, workbook: Workbook, name: str, styles: Styles, names: Mapping[str, str], page: str) -> None:
        self.workbook, self.name, self.names = workbook, name, names
        """``names``: every sheet's name by its role."""
        self._sheet, self._styles = workbook.add_worksheet(name), styles
        self._lines: list[tuple[int, str, str]] = []
        """Sentences whose room is known with the widths of the columns."""
        self._sheet.set_paper(A4)
        self._sheet.set_landscape()
        self._sheet.fit_to_pages(1, 0)
        self._sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
        self._sheet.set_footer(f"&L&A&R{page}")

    def text(self, row: int, column: int, words: str, style: str = "text") -> None:
        """Text, whatever it begins with."""
        self._sheet.write_string(row, column, fit(words), self._styles[style])

    def line(self, row: int, words: str, style: str = "wrapped") -> None:
        """A sentence across the columns of the sheet, broken where they end; to be written before ``widths``."""
        self._lines.append((row, fit(words), style))

    def heads(self, row: int, words: Sequence[str], column: int = 0, repeat: bool = False) -> None:
        """A row of headings; ``repeat``: on every printed page."""
        for place, word in enumerate(words):
            self.text(row, column + place, word, "head" if column + place == 0 else "head_centred")
        if repeat:
            self._sheet.repeat_rows(row)
            self._sheet.freeze_panes(row + 1, 1)

    def number(self, row: int, column: int, value: float, style: str) -> None:
        """A number; a dash where there is none."""
        if math.isfinite(value):
            self._sheet.write_number(row, column, value, self._styles[style])
        else:
            self.text(row, column, "–", style)

    def value(self, row: int, column: int, value: object) -> None:
        """What a frame holds: text as text, numbers and yes or no as they are; nothing where there is none."""
        plain = value.item() if isinstance(value, np.generic) else value
        if plain is None or plain is pd.NA or (isinstance(plain, float) and not math.isfinite(plain)):
            return
        if isinstance(plain, bool):
            self._sheet.write_boolean(row, column, plain)
        elif isinstance(plain, (int, float)):
            self._sheet.write_number(row, column, plain)
        else:
            self.text(row, column, str(plain))

    def formula(self, row: int, column: int, formula: str, value: float | str, style: str) -> None:
        """A live formula, and what it comes to, for readers that do not recalculate."""
        shown = value if isinstance(value, str) or math.isfinite(value) else "–"
        self._sheet.write_formula(row, column, formula, self._styles[style], shown)

    def widths(self, *widths: float) -> None:
        """Widths of the columns, in characters; sentences are broken to them."""
        for column, width in enumerate(widths):
            self._sheet.set_column(column, column, width)
        for row, words, style in self._lines:
            self._sheet.merge_range(row, 0, row, len(widths) - 1, words, self._styles[style])
            self._sheet.set_row(row, LINE_HEIGHT * max(math.ceil(cell_len(words) / (LINE_FILLED * sum(widths))), 1))

    def chart(
        self, kind: Mapping[str, str], title: str, series: Sequence[Mapping[str, Any]], row: int, column: int, bars: int = 0
    ) -> None:
        """A native chart with its upper left corner in a cell; ``bars``: how many lie below one another."""
        chart = self.workbook.add_chart(dict(kind))
        for each in series:
            chart.add_series(dict(each))
        chart.set_title({"name": title, "name_font": {"size": 11}})
        chart.set_legend({"position": "bottom"})
        chart.set_size({"width": 760, "height": ROW_PIXELS * self.chart_rows(bars)})
        small = {"num_font": {"size": 8}}
        if kind["type"] == "bar":
            chart.set_x_axis({"num_format": "#,##0", **small})
            chart.set_y_axis({"reverse": True, "interval_unit": 1, **small})  # the upright axis of a bar chart
        else:
            chart.set_y_axis({"num_format": "#,##0", **small})
            chart.set_x_axis(small)
        self._sheet.insert_chart(row, column, chart)

    @staticmethod
    def chart_rows(bars: int) -> int:
        """Rows of the sheet that a chart covers."""
        return 17 if bars <= 8 else bars + 9

    def span(self, first_row: int, column: int, last_row: int, last_column: int | None = None) -> list[object]:
        """A range of this sheet, as charts want it."""
        return [self.name, first_row, column, last_row, column if last_column is None else last_column]

    @staticmethod
    def cell(row: int, column: int, fixed: bool = False) -> str:
        """The name of a cell, such as B2."""
        return str(xl_rowcol_to_cell(row, column, row_abs=fixed, col_abs=fixed))

    def range(self, role: str, first_row: int, column: int, last_row: int, last_column: int | None = None) -> str:
        """A range of a sheet for a formula, e.g. '明细'!$A$2:$A$9."""
        end = self.cell(last_row, column if last_column is None else last_column, True)
        return f"'{self.names[role]}'!{self.cell(first_row, column, True)}:{end}"

    def at(self, role: str, row: int, column: int) -> str:
        """A cell of a sheet for a formula, e.g. '明细'!$A$2."""
        return f"'{self.names[role]}'!{self.cell(row, column, True)}"
