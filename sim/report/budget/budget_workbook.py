"""The workbook of the budget as a file: its sheets in order, with totals that are live formulas."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

import xlsxwriter

from sim.report.budget import audit, effect_sheets, money, pot_sheets
from sim.report.budget.book import Book
from sim.report.plain_text import fit
from sim.report.sheets import SAFE, Sheet, formats

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
