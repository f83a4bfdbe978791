"""Read a plan that a finance officer has filled in; whatever cannot be taken is told by sheet and row before anything runs."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from sim.config.tables.cell_reading import REWRITE, blank, likeness, narrow, read_day, read_number
from sim.config.tables.csv_text import Line
from sim.config.tables.faults import Fault, Faulty, Unreadable, refusal
from sim.config.tables.interpretations import Readings
from sim.errors import BadInput, Both, refused
from sim.policy.measure import PAYERS
from sim.policy.pot import LENGTH
from sim.settings import Settings
from sim.studies.budget.plan_form import BELONGS, COLUMNS, both_lines
from sim.studies.budget.plan_rows import ADDED, CAPPED, PlanRow, plan_rows
from sim.studies.common.form_reading import FilledSheet, filled_sheet, form_lines, labelled_value, off_by_a_unit

NEEDED = ("code", "told", "new", "basis")
"""Columns that are read."""
ROUNDING = 1e-6
AGAIN = Both(
    "用 python -m sim budget template 重新生成表格，把新值填入其中",
    "make the workbook anew (python -m sim budget template) and fill it in",
)
WHOLE = {
    f"tranches.{ADDED}": ("amount", "window.start", "window.end"),
    f"caps.{CAPPED}": ("amount", "per", "window.start", "window.end"),
}
"""What is added to a pot, and what it needs to be whole."""
Load = Callable[[Sequence[str]], Settings]


class FilledRow(NamedTuple):
    """A new value, with where it was given and why."""

    row: PlanRow
    value: float | str
    basis: str
    sheet: FilledSheet
    line: Line

    def fault(self, allowed: Both, remedy: Both) -> Fault:
        """The same as something that cannot be."""
        return Fault(self.line.number, self.sheet.head("new"), narrow(self.sheet.cell(self.line, "new")), allowed, remedy)


@dataclass(frozen=True)
class BudgetPlan:
    """Everything that is to be changed."""

    path: Path
    entries: Mapping[str, FilledRow]
    told: Sequence[Both] = ()
    """One line for whatever was not simply taken as written."""

    @property
    def words(self) -> list[str]:
        """The changes of the settings, as they would be typed."""
        parts = {code: entry for code, entry in self.entries.items() if entry.row.sheet != "payers"}
        added = {head for code in parts for head in [_added(code)] if head}
        plain = [f"{code}={_typed(entry.value)}" for code, entry in parts.items() if not _added(code)]
        return [*plain, *(f"+{head}={self._whole(head)}" for head in sorted(added))]

    def _whole(self, head: str) -> str:
        """What is added to a pot as Hydra's grammar has it."""

        def of(part: str) -> str:
            return _typed(self.entries[f"{head}.{part}"].value)

        per = f", per: {of('per')}" if f"{head}.per" in self.entries else ""
        return f"{{window: {{start: {of('window.start')}, end: {of('window.end')}}}, amount: {of('amount')}{per}}}"

    @property
    def shares(self) -> dict[str, dict[str, float]]:
        """Measure -> payer -> share, of measures whose payers change."""
        found: dict[str, dict[str, float]] = {}
        for code, entry in self.entries.items():
            if entry.row.sheet == "payers":
                _, measure, _, payer = code.split(".")
                found.setdefault(measure, {})[payer] = float(entry.value)
        return found

    @property
    def given(self) -> dict[str, tuple[object, str]]:
        """Code -> value and reason, as the form has them."""
        return {code: (entry.value, entry.basis) for code, entry in self.entries.items()}


def _typed(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.15g}"


def _added(code: str) -> str:
    """Key of what is added to a pot, if the row is part of such a thing."""
    return next((code[: code.index(head) + len(head)] for head in WHOLE if f".{head}." in code), "")


@dataclass
class _Reader:
    """What is gathered while rows are read."""

    rows: Mapping[str, PlanRow]
    confirmed: Collection[str]
    found: dict[str, FilledRow] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    readings: Readings = field(default_factory=Readings)

    def take(self, sheet: FilledSheet, line: Line) -> None:
        """Read one row that is filled in."""
        code = narrow(sheet.cell(line, "code"))
        row = self.rows.get(code)
        if row is None:
            self.faults.append(
                Fault(line.number, sheet.head("code"), code, Both("表中原有的编码", "a code of the form"), AGAIN)
            )
        elif code in self.found:
            remedy = Both("删除其中一行", "delete one of them")
            self.faults.append(
                Fault(line.number, sheet.head("code"), code, Both("每个编码只有一行", "one row for each code"), remedy)
            )
        else:
            problems = list(self._problems(sheet, line, row))
            self.faults += problems
            if not problems:
                self.found[code] = self._entry(sheet, line, row)

    def _entry(self, sheet: FilledSheet, line: Line, row: PlanRow) -> FilledRow:
        cell = sheet.cell(line, "new")
        if row.kind == "period":
            return FilledRow(row, narrow(cell), narrow(sheet.cell(line, "basis")), sheet, line)
        reading = read_day(cell, {}) if row.kind == "date" else read_number(cell, {})
        self.readings.note(sheet.head("new"), cell, reading)
        return FilledRow(row, reading.value, narrow(sheet.cell(line, "basis")), sheet, line)

    def _problems(self, sheet: FilledSheet, line: Line, row: PlanRow) -> Iterator[Fault]:
        def fault(column: str, allowed: Both, remedy: Both) -> Fault:
            return Fault(line.number, sheet.head(column), narrow(sheet.cell(line, column)), allowed, remedy)

        if likeness(sheet.cell(line, "told")) != likeness(both_lines(row.told)):
            remedy = Both(
                "输入制表时的同样设置，或重新生成表格", "type the settings that the form was made with, or make it anew"
            )
            yield fault("told", row.told, remedy)
        try:
            within, close = _fits(sheet, line, row)
        except Unreadable as error:
            yield fault("new", error.allowed, error.remedy)
            return
        if not within:
            yield fault("new", row.allowed, Both(f"改写“{row.meaning.zh}”", f"correct: {row.meaning.en}"))
        elif not close and row.code not in self.confirmed:
            allowed = Both(f"与现行 {row.told.zh} 相差不到 20 倍的数", f"less than 20 times off {row.told.en}")
            typed = f"confirm=[{row.code}]"
            yield fault(
                "new", allowed, Both(f"检查单位是否为元；无误时加 {typed}", f"is it in yuan? if it is right, type {typed}")
            )


def _fits(sheet: FilledSheet, line: Line, row: PlanRow) -> tuple[bool, bool]:
    """Whether a cell is within what is allowed, and not so far off that its unit must be another; raises Unreadable."""
    cell = sheet.cell(line, "new")
    if row.kind == "period":
        return narrow(cell) in LENGTH, True
    if row.kind == "date":
        return row.first <= read_day(cell, {}).value <= row.last, True
    value = read_number(cell, {}).value
    return row.low <= value <= row.high, row.kind != "yuan" or not off_by_a_unit(value, row.known)


class PlanFile(NamedTuple):
    """The sheets of a plan, and the words that it belongs to."""

    path: Path
    sheets: list[FilledSheet]
    fixed: dict[str, str]


def open_plan(path: Path, words: Sequence[str]) -> PlanFile:
    """Take a workbook apart; raises BadInput if it is no plan, or one of other settings than were typed."""
    try:
        found = form_lines(path, AGAIN)
        sheets = [each for name, lines in found.items() if (each := filled_sheet(name, lines, COLUMNS, NEEDED, AGAIN))]
        labels = {key: labelled_value(found, label) for key, label in BELONGS.items()}
        if not sheets or not all(labels.values()):
            wanted = Both("budget 或 budget template 写出的工作簿", "a workbook of budget, or of budget template")
            raise Faulty(Fault(0, "", ", ".join(found), wanted, AGAIN))
    except Faulty as error:
        raise refusal(str(path), [error.fault]) from None
    typed = dict(word.split("=", 1) for word in words if "=" in word)
    for key, value in labels.items():
        if typed.get(key, value) != value:
            remedy = Both(f"删去 {key}=，或重新生成表格", f"leave {key}= out, or make the workbook anew")
            raise refused(key, typed[key], Both(f"{value}（该表所属）", f"{value}, which the workbook belongs to"), remedy)
    return PlanFile(path, sheets, {key: value for key, value in labels.items() if key not in typed})


def read_plan(file: PlanFile, settings: Settings, load: Load, confirmed: Collection[str] = ()) -> BudgetPlan:
    """What was filled in; raises BadInput that names every fault. ``load``: the settings with further words typed."""
    reader = _Reader({row.code: row for row in plan_rows(settings)}, confirmed)
    for sheet in file.sheets:
        for line in sheet.rows:
            if not blank(sheet.cell(line, "new")):
                reader.take(sheet, line)
    faults = reader.faults or [*_halves(reader.found), *_sums(reader.found, settings)]
    if not faults and not reader.found:
        faults = [
            Fault(0, "", "", Both("至少一个新值", "at least one new value"), Both("在橙色单元格填写", "fill in orange cells"))
        ]
    if faults:
        raise refusal(str(file.path), faults)
    plan = BudgetPlan(file.path, _with_others(reader.found, reader.rows), list(reader.readings.told()))
    _require_loads(plan, load)
    return plan


def _halves(found: Mapping[str, FilledRow]) -> Iterator[Fault]:
    """What is added to a pot, but not whole."""
    for head in dict.fromkeys(_added(code) for code in found):
        parts = next((needed for name, needed in WHOLE.items() if head.endswith(name)), ())
        mine = [entry for code, entry in found.items() if head and code.startswith(head + ".")]
        missing = [part for part in parts if f"{head}.{part}" not in found]
        if missing:
            allowed = Both("金额、周期、起止日期一并填写", "amount, period, first and last day together")
            yield mine[0].fault(allowed, Both(f"另填 {'、'.join(missing)}", f"fill in {', '.join(missing)} too"))


def _sums(found: Mapping[str, FilledRow], settings: Settings) -> Iterator[Fault]:
    """Shares of a measure's payers that do not sum to one."""
    for name, measure in settings.policy.items():
        codes = {payer: f"policy.{name}.payers.{payer}" for payer in PAYERS}
        mine = [found[code] for code in codes.values() if code in found]
        shares = [
            float(found[code].value) if code in found else float(measure.payers.get(payer, 0.0))
            for payer, code in codes.items()
        ]
        if mine and abs(math.fsum(shares) - 1.0) > ROUNDING:
            told = f"{math.fsum(shares):g}"
            allowed = Both(
                f"各级合计为 1（现为 {told}，未填的按现行）", f"shares that sum to 1 (here {told}, with those left as they are)"
            )
            yield mine[0].fault(allowed, Both(f"更正“{measure.title.zh}”各级比例", f"correct the payers of {measure.title.en}"))


def _with_others(found: Mapping[str, FilledRow], rows: Mapping[str, PlanRow]) -> dict[str, FilledRow]:
    """The same, with the shares of a measure's other payers as they are, so that its shares are whole."""
    whole = dict(found)
    for entry in found.values():
        if entry.row.sheet == "payers":
            head = entry.row.code.rpartition(".")[0]
            for payer in PAYERS:
                row = rows[f"{head}.{payer}"]
                whole.setdefault(row.code, entry._replace(row=row, value=row.known, basis=""))
    return whole


def _require_loads(plan: BudgetPlan, load: Load) -> None:
    """Refuse a plan that the settings cannot hold, naming the row behind it."""
    try:
        load(plan.words)
    except BadInput as error:
        named = [plan.entries[error.key.en]] if error.key.en in plan.entries else []
        named += [entry for code, entry in plan.entries.items() if _about(error.key.en, code)]
        if not named:
            raise
        raise refusal(str(plan.path), [named[0].fault(error.allowed, REWRITE)]) from None


def _about(key: str, code: str) -> bool:
    """Whether what is refused under a key has to do with a row."""
    head = _added(code) or code
    return bool(key) and (key.startswith(head) or head.startswith(key))


class Planned(NamedTuple):
    """A plan, and the settings with it."""

    plan: BudgetPlan
    settings: Settings
