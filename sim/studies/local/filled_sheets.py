"""Read a workbook of local numbers that departments have filled in; whatever cannot be taken is told by sheet and row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from sim.config.tables.cell_reading import blank, likeness, narrow, read_month, read_number
from sim.config.tables.csv_text import Cell, Line
from sim.config.tables.faults import Fault, Faulty, Unreadable, refusal
from sim.config.tables.interpretations import Readings
from sim.errors import BadInput, Both
from sim.schema.region import Boundary
from sim.studies.common.form_reading import FilledSheet, filled_sheet, form_lines, labelled_value
from sim.studies.local.contradictions import BOUNDS, far_off, within_bounds
from sim.studies.local.district_numbers import LocalNumber, Numbers
from sim.studies.local.form import BOUNDARY, COLUMNS, GRADES, REGION
from sim.studies.local.order_sheet import SHEET

NEEDED = ("code", "unit", "true", "true_date", "true_source", "true_grade")
"""Columns that are read."""
_AGAIN = Both(
    "用 python -m sim local template 重新生成表格，把数字填入其中",
    "make the workbook anew (python -m sim local template) and fill it in",
)


class LocalEntry(NamedTuple):
    """A number that somebody has given."""

    value: float
    source: str
    grade: str
    place: Both
    """Where it was given."""


@dataclass(frozen=True)
class FilledBook:
    """The sheets of a workbook, and which district it is of."""

    path: Path
    region: str
    boundary: Boundary
    sheets: list[FilledSheet]
    unread: list[str]
    """Sheets that are none of the form's."""

    def refuse(self, faults: Sequence[Fault]) -> BadInput:
        """The refusal of the file."""
        return refusal(str(self.path), faults)


def open_book(path: Path) -> FilledBook:
    """Take a workbook apart; raises BadInput if it is none of local numbers."""
    try:
        found = form_lines(path, _AGAIN)
        sheets = [sheet for name, lines in found.items() if (sheet := filled_sheet(name, lines, COLUMNS, NEEDED, _AGAIN))]
        region, boundary = (labelled_value(found, label) for label in (REGION, BOUNDARY))
        if not sheets or not region or boundary not in ("A", "B"):
            wanted = Both(
                "本程序生成的填报表（含填报说明页和编码列）", "a workbook of this program, with its guide and the column Code"
            )
            raise Faulty(Fault(0, "", ", ".join(found), wanted, _AGAIN))
    except Faulty as error:
        raise refusal(str(path), [error.fault]) from None
    names = {sheet.name for sheet in sheets}
    kept: Boundary = "A" if boundary == "A" else "B"
    return FilledBook(path, region, kept, sheets, [name for name in list(found)[1:] if name not in names | {SHEET}])


class FilledIn(NamedTuple):
    """What departments have written, by code, and one line for whatever was not simply taken as written."""

    entries: dict[str, LocalEntry]
    told: list[Both]


def entries(book: FilledBook, numbers: Numbers, confirmed: Sequence[str] = ()) -> FilledIn:
    """What was filled in; raises BadInput that names every fault.

    ``confirmed``: codes of numbers that are right however far they are off.
    """
    found: dict[str, LocalEntry] = {}
    readings = Readings()
    faults: list[Fault] = []
    for sheet in book.sheets:
        for line in sheet.rows:
            if not any(not blank(sheet.cell(line, column)) for column in NEEDED if column.startswith("true")):
                continue
            code = narrow(sheet.cell(line, "code"))
            number = numbers.listed.get(code)
            if number is None:
                allowed = Both("表中原有的编码", "a code of the workbook")
                faults.append(Fault(line.number, sheet.head("code"), code, allowed, _AGAIN))
            elif code in found:
                allowed = Both("每个编码只有一行", "one row for each code")
                remedy = Both(f"与{found[code].place.zh}重复，删除其中一行", f"it repeats {found[code].place.en}: delete one")
                faults.append(Fault(line.number, sheet.head("code"), code, allowed, remedy))
            elif problems := list(_problems(sheet, line, number, numbers, code in confirmed)):
                faults += problems
            else:
                found[code] = _entry(sheet, line, readings)
    if faults:
        raise book.refuse(faults)
    if not found:
        nothing = Both("至少一个真实值", "at least one true value")
        raise book.refuse([Fault(0, "", "", nothing, Both("在“真实值”列填写", "fill in the column True value"))])
    unread = [Both(f"工作表“{name}”未读取", f"the sheet {name} was not read") for name in book.unread]
    return FilledIn(found, [*unread, *readings.told()])


def _entry(sheet: FilledSheet, line: Line, readings: Readings) -> LocalEntry:
    cell = sheet.cell(line, "true")
    reading = read_number(cell, {})
    readings.note(sheet.head("true"), cell, reading)
    return LocalEntry(
        value=reading.value,
        source=narrow(sheet.cell(line, "true_source")),
        grade=narrow(sheet.cell(line, "true_grade")) or GRADES[0],
        place=sheet.place(line),
    )


def _problems(sheet: FilledSheet, line: Line, number: LocalNumber, numbers: Numbers, confirmed: bool) -> Iterator[Fault]:
    """What cannot be taken of a row that is filled in."""

    def fault(column: str, allowed: Both, remedy: Both) -> Fault:
        return Fault(line.number, sheet.head(column), narrow(sheet.cell(line, column)), allowed, remedy)

    title, cell = number.name, sheet.cell(line, "true")
    try:
        value = read_number(cell, {}).value
        if not within_bounds(number.kind, value, bool(number.table)):
            yield fault("true", BOUNDS[number.kind], Both(f"更正“{title.zh}”", f"correct {title.en}"))
        elif far_off(number, value) and not confirmed:
            yield fault("true", *_near(number))
    except Unreadable as error:
        yield fault("true", error.allowed, error.remedy)
    unit = numbers.unit_words(number)
    if likeness(sheet.cell(line, "unit")) != likeness(f"{unit.zh} {unit.en}"):
        remedy = Both("恢复单位并按其换算真实值", "restore the unit and convert the value to it")
        yield fault("unit", Both(f"{unit.zh}（{unit.en}）", f"{unit.en} ({unit.zh})"), remedy)
    if blank(sheet.cell(line, "true_source")):
        allowed = Both("台账、系统或文件名称", "the register, system or document")
        yield fault("true_source", allowed, Both(f"写明“{title.zh}”的来源", f"say where {title.en} comes from"))
    if not blank(given := sheet.cell(line, "true_grade")) and narrow(given) not in GRADES:
        yield fault("true_grade", Both("A 或 B", "A or B"), Both("选择 A 或 B", "choose A or B"))
    if not blank(date := sheet.cell(line, "true_date")) and not _of_year(date, number.date[:4]):
        year = number.date[:4]
        remedy = Both(f"填 {year} 年的数；以后的数用于 nowcast", f"give the number of {year}; later ones belong to nowcast")
        yield fault("true_date", Both(f"{year} 年（{number.date}）", f"of the year {year} ({number.date})"), remedy)


def _near(number: LocalNumber) -> tuple[Both, Both]:
    estimate, unit = f"{number.quantity.value:,.6g}", number.unit
    allowed = Both(f"与现用估计 {estimate} 相差不到 20 倍的数", f"less than 20 times off today's estimate of {estimate} {unit}")
    remedy = Both(
        f"检查单位（是否以“万”计）；确实无误时加 confirm=[{number.code}]",
        f"check the unit (ten thousands?); if it is right, type confirm=[{number.code}]",
    )
    return allowed, remedy


def _of_year(cell: Cell, year: str) -> bool:
    """Whether a date, written in any way, is of the year."""
    if narrow(cell).startswith(year):
        return True
    try:
        return str(read_month(cell).value).startswith(year)
    except Unreadable:
        return False
