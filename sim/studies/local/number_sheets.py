"""Write the workbook of local numbers: a guide, then one sheet for each subject, with cells to be filled in."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import xlsxwriter
from xlsxwriter import Workbook

from sim.report.plain_text import fit
from sim.report.sheets import SAFE
from sim.schema.bricks import Title
from sim.studies.common.form_layout import HEAD_ROW, PROTECTION, checked_cell, form_page, form_sheet, form_styles, labelled
from sim.studies.local.contradictions import BOUNDS
from sim.studies.local.district_numbers import LocalNumber, Numbers
from sim.studies.local.form import BOUNDARY, COLUMNS, GRADES, GUIDE, NO, REGION, YES
from sim.studies.local.order_sheet import SHEET, write_order


def template_book(numbers: Numbers, region: str, order: Mapping[str, Any] | None = None) -> bytes:
    """The workbook as the content of an .xlsx file; ``region``: the name of the region's file.

    ``order``: which numbers to count first, as ``count`` has found them; None: not known.
    """
    sink = io.BytesIO()
    workbook = xlsxwriter.Workbook(sink, SAFE)
    styles = form_styles(workbook)
    title = numbers.settings.region.title
    workbook.set_properties({"title": fit(f"{title.zh} 本地数据填报表")})
    _guide(workbook, styles, numbers, region)
    if order is not None:
        sheet = form_page(workbook, SHEET)
        write_order(sheet, styles, order)
        sheet.protect("", PROTECTION)
    for subject in numbers.subjects.subjects:
        rows = [each for each in numbers.listed.values() if each.subject == subject]
        if rows:
            _sheet(workbook, styles, numbers, subject, rows)
    workbook.close()
    return sink.getvalue()


def _guide(workbook: Workbook, styles: Mapping[str, Any], numbers: Numbers, region: str) -> None:
    sheet = form_page(workbook, GUIDE)
    settings, title = numbers.settings, numbers.settings.region.title
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 100)
    sheet.write_string(0, 0, fit(f"{title.zh}本地数据填报表 Local numbers of {title.en}"), styles["title"])
    for row, (label, value) in enumerate(((REGION, region), (BOUNDARY, settings.region.boundary)), start=1):
        sheet.write_string(row, 0, labelled(label), styles["line"])
        sheet.write_string(row, 1, value, styles["line"])
    row = 4
    for line in numbers.subjects.guide:
        sheet.write_string(row, 1, f"{line.zh}\n{line.en}", styles["line"])
        sheet.set_row(row, 66)
        row += 1
    for name, subject in numbers.subjects.subjects.items():
        held = [each for each in numbers.listed.values() if each.subject == name]
        departments = {each.department.zh: each.department for each in held}
        said = "、".join(departments), ", ".join(each.en for each in departments.values())
        if held:
            sheet.write_url(row, 0, f"internal:'{_tab(subject.title)}'!A1", styles["line"], _tab(subject.title))
            sheet.write_string(row, 1, f"{len(held)}：{said[0]}\n{said[1]}", styles["line"])
            sheet.set_row(row, 32)
            row += 1
    sheet.protect("", PROTECTION)


def _tab(title: Title) -> str:
    """Name of a sheet."""
    return title.zh


def _sheet(workbook: Workbook, styles: Mapping[str, Any], numbers: Numbers, subject: str, rows: list[LocalNumber]) -> None:
    words = numbers.subjects.subjects[subject]
    sheet = form_sheet(workbook, styles, _tab(words.title), f"{words.title.zh} {words.title.en}", COLUMNS)
    for row, number in enumerate(rows, start=HEAD_ROW + 1):
        _row(sheet, styles, row, number, numbers)
    sheet.autofilter(HEAD_ROW, 0, HEAD_ROW + len(rows), len(COLUMNS) - 1)


def _row(sheet: Any, styles: Mapping[str, Any], row: int, number: LocalNumber, numbers: Numbers) -> None:
    quantity, unit = number.quantity, numbers.unit_words(number)
    source = numbers.sources.of(quantity.source)
    cells: dict[str, object] = {
        "code": number.code,
        "title": f"{number.title.zh}\n{number.title.en}",
        "means": f"{number.means.zh}\n{number.means.en}",
        "unit": f"{unit.zh}\n{unit.en}",
        "date": number.date,
        "estimate": _shown(number, quantity.value),
        "low": "" if quantity.low is None else _shown(number, quantity.low),
        "high": "" if quantity.high is None else _shown(number, quantity.high),
        "grade": quantity.grade,
        "used": YES if number.used else NO,
        "department": f"{number.department.zh}\n{number.department.en}",
        "source": source.zh if source.zh == source.en else f"{source.zh}\n{source.en}",
    }
    for place, column in enumerate(COLUMNS):
        value = cells.get(column.name)
        if column.filled:
            sheet.write_blank(row, place, None, styles["fill_number" if column.name == "true" else "fill"])
            _validate(sheet, row, place, column.name, number)
        elif isinstance(value, float):
            sheet.write_number(row, place, value, styles["share" if number.kind == "share" else "count"])
        else:
            sheet.write_string(row, place, fit(str(value)), styles["code" if column.name == "code" else "text"])


def _shown(number: LocalNumber, value: float) -> float:
    """An estimate as the sheet has it; cells of tables are worked out, and rounded."""
    return float(round(value, None if number.kind == "count" else 1)) if number.table else value


def _validate(sheet: Any, row: int, place: int, column: str, number: LocalNumber) -> None:
    """What may be typed in a cell, with a note that says so when the cell is chosen."""
    if column == "true_grade":
        rule: dict[str, object] = {"validate": "list", "source": list(GRADES)}
        said = "A 实数 counted；B 估计 estimated"
    elif column == "true":
        rule = _number_rule(number)
        said = f"{BOUNDS[number.kind].zh}\n{BOUNDS[number.kind].en}"
    elif column == "true_source":
        rule = {"validate": "length", "criteria": "between", "minimum": 2, "maximum": 200}
        said = "台账、系统或文件名称\nRegister, system or document"
    else:
        rule = {"validate": "length", "criteria": "<=", "value": 20}
        said = f"与 {number.date[:4]} 年同年\nOf the year {number.date[:4]}"
    checked_cell(sheet, row, place, rule, number.title.zh, said)


def _number_rule(number: LocalNumber) -> dict[str, object]:
    if number.kind == "share":
        return {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 1}
    if number.kind == "count":
        return {"validate": "integer", "criteria": ">=", "value": 0 if number.table else 1}
    if number.kind == "amount":
        return {"validate": "decimal", "criteria": ">", "value": 0}
    return {"validate": "decimal", "criteria": "between", "minimum": -100, "maximum": 100}
