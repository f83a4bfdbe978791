"""Write the sheets of the budget's workbook that a finance officer fills in: a guide, amounts, money and caps, who pays."""

from __future__ import annotations

import datetime as dt
import io
import math
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import xlsxwriter
from xlsxwriter import Workbook

from sim.errors import Both
from sim.policy.pot import LENGTH
from sim.report.plain_text import fit
from sim.report.sheets import SAFE
from sim.settings import Settings
from sim.studies.budget.plan_rows import PlanRow, Sheet, plan_rows
from sim.studies.common.form_layout import HEAD_ROW, FormColumn, checked_cell, form_page, form_sheet, form_styles, labelled

COLUMNS = (
    FormColumn("code", Both("编码", "Code"), 28),
    FormColumn("thing", Both("措施或资金", "Measure or pot"), 24),
    FormColumn("meaning", Both("项目", "Item"), 30),
    FormColumn("unit", Both("单位", "Unit"), 10),
    FormColumn("dates", Both("执行期", "In force"), 14),
    FormColumn("told", Both("现行", "As it is"), 24),
    FormColumn("allowed", Both("可填范围", "What may be given"), 26),
    FormColumn("new", Both("新值", "New value"), 16, True),
    FormColumn("basis", Both("调整依据", "Reason"), 28, True),
)
GUIDE = "方案填写说明 Plan"
TABS: Mapping[Sheet, str] = {
    "amounts": "方案：补贴标准 Amounts",
    "money": "方案：资金与限额 Money",
    "payers": "方案：分担比例 Payers",
}
BELONGS: Mapping[str, Both] = {
    "scenario": Both("情景", "Scenario"), "region": Both("地区代码", "Region code"),
    "region.boundary": Both("口径", "Boundary"), "clock.now": Both("视为现在", "Taken for now"),
}  # fmt: skip
"""Keys of the settings that a plan belongs to, and their labels on the first sheet."""
LINES = (
    Both(
        "只填橙色单元格：不改的留空。填好后运行 python -m sim budget from=本文件.xlsx，得到调整前后对照的新测算表。",
        "Fill in orange cells alone; what stays as it is stays empty. Then: python -m sim budget from=THIS.xlsx gives a new "
        "workbook that shows before and after.",
    ),
    Both(
        "一切调整自 {since} 起生效，此前已下达、已支付的不变；已开始的年度资金用“倍数”或“追加资金”调整。",
        "All changes act from {since} on; what was released or paid before stays. Change the money of a year that has begun by "
        "its factor, or by more money.",
    ),
    Both(
        "金额以元为单位，不写“万元”；比例写 0 到 1 之间的数或百分数，同一措施各级合计为 1；日期写 2026-06-30。",
        "Money in yuan; shares as 0 to 1 or as percentages, summing to 1 for each measure; days as 2026-06-30.",
    ),
    Both(
        "“每笔补贴金额”和“倍数”择一填写：前者替代规定标准，后者按规定标准的倍数。",
        "Give an amount a claim or a factor: the one takes the place of the terms, the other multiplies them.",
    ),
)


class PlanBase(NamedTuple):
    """The settings that a plan changes, and the name of their region's file."""

    settings: Settings
    region: str

    @property
    def values(self) -> dict[str, str]:
        """What the plan belongs to, by key."""
        clock, region = self.settings.clock, self.settings.region
        named = (self.settings.scenario.id, self.region, region.boundary, clock.now)
        return dict(zip(BELONGS, named, strict=True))


def plan_book(base: PlanBase) -> bytes:
    """A workbook of these sheets alone, as the content of an .xlsx file."""
    sink = io.BytesIO()
    workbook = xlsxwriter.Workbook(sink, SAFE)
    add_plan(workbook, base, {})
    workbook.close()
    return sink.getvalue()


def add_plan(workbook: Workbook, base: PlanBase, given: Mapping[str, tuple[object, str]]) -> None:
    """Add the sheets to a workbook; ``given``: code -> new value and reason, where a plan has been filled in already."""
    styles = form_styles(workbook)
    _guide(workbook, styles, base)
    for role, rows in groupby(plan_rows(base.settings), key=lambda row: row.sheet):
        _sheet(workbook, styles, role, list(rows), given)


def _guide(workbook: Workbook, styles: Mapping[str, Any], base: PlanBase) -> None:
    sheet = form_page(workbook, GUIDE)
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 100)
    sheet.write_string(0, 0, "财政测算：调整方案 Budget: what to change", styles["title"])
    row = 1
    for key, value in base.values.items():
        sheet.write_string(row, 0, labelled(BELONGS[key]), styles["line"])
        sheet.write_string(row, 1, fit(value), styles["line"])
        row += 1
    for line in LINES:
        said = f"{line.zh}\n{line.en}".format(since=base.settings.clock.levers_from)
        sheet.write_string(row + 1, 1, said, styles["line"])
        sheet.set_row(row + 1, 46)
        row += 1
    sheet.protect("", {})


def _sheet(
    workbook: Workbook, styles: Mapping[str, Any], role: Sheet, rows: Sequence[PlanRow], given: Mapping[str, tuple[object, str]]
) -> None:
    sheet = form_sheet(workbook, styles, TABS[role], TABS[role], COLUMNS)
    for at, row in enumerate(rows, start=HEAD_ROW + 1):
        _row(sheet, styles, at, row, given.get(row.code, (None, "")))
    sheet.autofilter(HEAD_ROW, 0, HEAD_ROW + len(rows), len(COLUMNS) - 1)


def _row(sheet: Any, styles: Mapping[str, Any], at: int, row: PlanRow, given: tuple[object, str]) -> None:
    texts = {"code": Both(row.code, row.code), "dates": Both(row.dates, row.dates)}
    pairs = {"thing": row.thing, "meaning": row.meaning, "unit": row.unit, "told": row.told, "allowed": row.allowed}
    for place, column in enumerate(COLUMNS):
        if not column.filled:
            words = texts[column.name].zh if column.name in texts else both_lines(pairs[column.name])
            sheet.write_string(at, place, fit(words), styles["code" if column.name == "code" else "text"])
            continue
        value = given[0] if column.name == "new" else given[1]
        style = styles["fill_number" if column.name == "new" and row.kind in ("yuan", "number", "share") else "fill"]
        if isinstance(value, float):
            sheet.write_number(at, place, value, style)
        else:
            sheet.write_string(at, place, fit(str(value)), style) if value else sheet.write_blank(at, place, None, style)
        if column.name == "new":
            checked_cell(sheet, at, place, _rule(row), row.meaning.zh, both_lines(row.allowed))


def both_lines(words: Both) -> str:
    """A text in both languages, once where they are the same."""
    return words.zh if words.zh == words.en else f"{words.zh}\n{words.en}"


def _rule(row: PlanRow) -> dict[str, object]:
    if row.kind == "period":
        return {"validate": "list", "source": list(LENGTH)}
    if row.kind == "date":
        ends = {name: dt.date.fromisoformat(day) for name, day in (("minimum", row.first), ("maximum", row.last))}
        return {"validate": "date", "criteria": "between", **ends}
    assert math.isfinite(row.low), row.code
    return {"validate": "decimal", "criteria": "between", "minimum": row.low, "maximum": row.high}
