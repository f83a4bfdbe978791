"""What is wrong with a table, told by row; the words in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sim.errors import WHOLE_FILE, BadInput, Both, both, joined

FAULTS_SHOWN = 5
FAULTS_COUNTED = 100
"""Faults after which a table is not read on."""
VALUE_SHOWN = 60
"""Characters of a value that a message repeats."""


class Fault(NamedTuple):
    """One thing that is wrong; ``row`` as a spreadsheet counts (0: the file), ``column`` as it is headed ("": the row)."""

    row: int
    column: str
    value: object
    allowed: Both
    remedy: Both

    @property
    def place(self) -> Both:
        """Row and column in words."""
        if not self.row:
            return both(self.column) if self.column else WHOLE_FILE
        return row_and_column(self.row, self.column) if self.column else Both(f"第 {self.row} 行", f"row {self.row}")


def row_and_column(row: int, column: str) -> Both:
    """A cell as messages name it."""
    return Both(f"第 {row} 行“{column}”列", f"row {row}, column {column}")


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


def refusal(shown: str, faults: Sequence[Fault]) -> BadInput:
    """One refusal for all faults of a file: the first are named with their values, the others counted."""
    ordered = sorted(faults, key=lambda fault: (fault.row, fault.column))
    first, more = ordered[:FAULTS_SHOWN], len(ordered) - FAULTS_SHOWN
    between = Both("；", "; ")
    least = Both("至少", "at least ") if len(faults) >= FAULTS_COUNTED else Both("", "")
    counted = [Both(f"另有{least.zh} {more} 处", f"and {least.en}{more} more")] if more > 0 else []
    return BadInput(
        file=shown,
        key=joined([*(fault.place for fault in first), *counted], between),
        value="; ".join(short(fault.value) for fault in first),
        allowed=joined(_distinct(fault.allowed for fault in first), between),
        remedy=joined(_distinct(fault.remedy for fault in first), between),
    )


def _distinct(texts: Iterable[Both]) -> list[Both]:
    return list(dict.fromkeys(texts))
