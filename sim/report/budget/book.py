"""The workbook of the budget: what a finance office can pass on, with totals that are live formulas."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import xlsxwriter

from sim.report.budget import audit, effect_sheets, money, pot_sheets
from sim.report.budget.budget_words import SAID
from sim.report.plain_text import fit
from sim.report.sheets import SAFE, Sheet, formats
from sim.report.words import Words
from sim.settings import Settings


@dataclass(frozen=True)
class Book:
    """Everything that the workbook shows; money of the frames is in yuan, ``mean_fen`` in whole fen."""

    settings: Settings
    words: Words
    runs: int
    detail: pd.DataFrame
    monthly: pd.DataFrame
    years: pd.DataFrame
    totals: pd.DataFrame
    granted: pd.DataFrame
    owed: pd.DataFrame
    dry: pd.DataFrame
    releases: pd.DataFrame
    effects: pd.DataFrame
    gained: pd.DataFrame
    recipients: pd.DataFrame
    dips: pd.DataFrame
    told: Mapping[str, Any]

    @property
    def said(self) -> dict[str, str]:
        """Labels in the language of the settings."""
        return SAID[self.settings.language]

    @property
    def months(self) -> list[str]:
        """Months of the clock."""
        clock = self.settings.clock
        return [str(month) for month in pd.period_range(clock.start, clock.end, freq="M")]

    @property
    def payers(self) -> list[str]:
        """Who pays, from the centre downwards."""
        return [p for p in ("central", "province", "city", "district") if p in set(self.detail["payer"])]

    @property
    def measures(self) -> list[str]:
        """Measures that cost something, paid or still owed, the most expensive first."""
        costly = self.granted[self.granted["granted_fen"] > 0]
        return list(costly.sort_values(["paid_fen", "owed_fen"], ascending=False)["measure"])


SHEETS: Sequence[tuple[str, Callable[[Book, Sheet], None]]] = (
    ("summary", money.summary),
    ("cash", money.cash),
    ("measures", money.measures),
    ("releases", pot_sheets.releases),
    ("gain", effect_sheets.gain),
    ("sensitivity", effect_sheets.sensitivity),
    ("assumptions", effect_sheets.assumptions),
    ("audit", audit.audit),
    ("detail", money.detail),
)


def budget_book(book: Book) -> bytes:
    """The workbook as the content of an .xlsx file."""
    sink = io.BytesIO()
    workbook = xlsxwriter.Workbook(sink, SAFE)
    workbook.set_properties({"title": fit(f"{book.said['budget']} {book.words.pick(book.settings.scenario.title)}")})
    styles = formats(workbook)
    names = {name: book.said[name] for name, _ in SHEETS}
    for name, write in SHEETS:
        write(book, Sheet(workbook, names[name], styles, names, book.said["page"]))
    workbook.close()
    return sink.getvalue()
