"""The sheet of the workbook that says which numbers to count first, where ``count`` has found an order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sim.errors import Both
from sim.report.plain_text import fit

SHEET = "先查这些 Count first"
HEAD_ROW = 3
WAN = 1e4
LINES = Both(
    "按查清后的作用排序：目标误判减少（百分点，各项合计）或预算偏差减少（万元）。来自 python -m sim count；"
    "没有编码的数字不在填报表内，请直接告知。",
    "Ordered by what knowing them brings: wrong calls avoided (percentage points, all promises) or misplanned money avoided "
    "(10,000 yuan). From python -m sim count; numbers without a code are not in this workbook: tell them directly.",
)
TRIAL = Both("试算，仅供参考", "a trial, not to be quoted")


class OrderColumn(NamedTuple):
    """A column of the sheet."""

    head: str
    width: float


COLUMNS = (
    OrderColumn("顺序\nOrder", 8), OrderColumn("所在行的编码\nCode of its row", 22), OrderColumn("要查清的指标\nNumber", 40),
    OrderColumn("掌握单位\nHeld by", 26), OrderColumn("现用估计\nEstimate in use", 16),
    OrderColumn("现用等级\nGrade in use", 10),
    OrderColumn("误判减少（百分点）\nWrong calls avoided", 16),
    OrderColumn("预算偏差减少（万元）\nMisplanned money avoided", 20),
)  # fmt: skip


def write_order(sheet: Any, styles: Mapping[str, Any], told: Mapping[str, Any]) -> None:
    """Fill the sheet from what ``count`` has found: numbers that somebody can count, the first at the top."""
    sheet.write_string(0, 0, SHEET, styles["title"])
    trial = f"{TRIAL.zh} {TRIAL.en}　" if told.get("trial") else ""
    sheet.merge_range(1, 0, 1, len(COLUMNS) - 1, f"{trial}{LINES.zh}\n{LINES.en}", styles["line"])
    sheet.set_row(1, 64)
    for place, column in enumerate(COLUMNS):
        sheet.set_column(place, place, column.width)
        sheet.write_string(HEAD_ROW, place, column.head, styles["head"])
    sheet.set_row(HEAD_ROW, 32)
    held = [each for each in told["numbers"] if each["department"]]
    for order, number in enumerate(held, start=1):
        _line(sheet, styles, HEAD_ROW + order, order, number)


def _line(sheet: Any, styles: Mapping[str, Any], row: int, order: int, number: Mapping[str, Any]) -> None:
    title, held = number["title"], number["department"]
    cells = (
        float(order), number["code"], f"{title['zh']}\n{title['en']}", f"{held['zh']}\n{held['en']}", float(number["value"]),
        number["grade"], round(100.0 * number["points"][0], 1), round(number["yuan"][0] / WAN, 1),
    )  # fmt: skip
    for place, value in enumerate(cells):
        if isinstance(value, float):
            sheet.write_number(row, place, value, styles["count"])
        else:
            sheet.write_string(row, place, fit(str(value)), styles["text"])
