"""What is wrong with a table, told by row; the words in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from sim.errors import BadInput

Language = Literal["zh", "en"]
FAULTS_SHOWN = 5
FAULTS_COUNTED = 100
"""Faults after which a table is not read on."""
VALUE_SHOWN = 60
"""Characters of a value that a message repeats."""


class Both(NamedTuple):
    """A text in Chinese and English."""

    zh: str
    en: str

    def of(self, language: Language) -> str:
        """The text in one language."""
        return self.zh if language == "zh" else self.en


class Fault(NamedTuple):
    """One thing that is wrong; ``row`` as a spreadsheet counts (0: the file), ``column`` as it is headed ("": the row)."""

    row: int
    column: str
    value: object
    allowed: Both
    remedy: Both

    def place(self, language: Language) -> str:
        """Row and column in words."""
        if not self.row:
            return self.column or Both("（文件）", "(file)").of(language)
        if not self.column:
            return Both(f"第 {self.row} 行", f"row {self.row}").of(language)
        return Both(f"第 {self.row} 行“{self.column}”列", f"row {self.row}, column {self.column}").of(language)


class Faulty(Exception):
    """A table that cannot be read on from here."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(fault)


class Unreadable(Exception):
    """A cell that cannot be read; who knows its place makes a fault of it."""

    def __init__(self, allowed: Both, remedy: Both) -> None:
        self.allowed = allowed
        self.remedy = remedy
        super().__init__(allowed.en)


def short(value: object) -> str:
    """A value as messages show it: on one line and not the whole file."""
    text = " ".join(str(value).split())
    return text if len(text) <= VALUE_SHOWN else text[:VALUE_SHOWN] + "…"


def refusal(shown: str, faults: Sequence[Fault], language: Language) -> BadInput:
    """One refusal for all faults of a file: the first are named with their values, the others counted."""
    ordered = sorted(faults, key=lambda fault: (fault.row, fault.column))
    first, more = ordered[:FAULTS_SHOWN], len(ordered) - FAULTS_SHOWN
    join = Both("；", "; ").of(language)
    least = Both("至少", "at least ").of(language) if len(faults) >= FAULTS_COUNTED else ""
    counted = [Both(f"另有{least} {more} 处", f"and {least}{more} more").of(language)] if more > 0 else []
    return BadInput(
        file=shown,
        key=join.join([*(fault.place(language) for fault in first), *counted]),
        value=join.join(short(fault.value) for fault in first),
        allowed=join.join(_distinct(fault.allowed.of(language) for fault in first)),
        remedy=join.join(_distinct(fault.remedy.of(language) for fault in first)),
    )


def _distinct(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))
