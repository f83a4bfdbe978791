"""The workbook of the budget as a file: its sheets in order, with totals that are live formulas."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

import xlsxwriter
from xlsxwriter import Workbook

from sim.report.budget import audit, effect_sheets, guide_sheet, money, plan_sheet, pot_sheets
from sim.report.budget.book import Book
from sim.report.plain_text import fit
from sim.report.sheets import SAFE, Sheet, formats

SHEETS: Sequence[tuple[str, Callable[[Book, Sheet], None]]] = (
    ("guide", guide_sheet.guide),
    ("summary", money.summary),
    ("compared", plan_sheet.compared),
    ("cash", money.cash),
    ("measures", money.measures),
    ("ledger", guide_sheet.ledger),
    ("releases", pot_sheets.releases),
    ("gain", effect_sheets.gain),
    ("unit_costs", effect_sheets.unit_costs),
    ("who", effect_sheets.recipients),
    ("dips", effect_sheets.dips),
    ("sensitivity", effect_sheets.sensitivity),
    ("topups", effect_sheets.topups),
    ("assumptions", effect_sheets.assumptions),
    ("audit", audit.audit),
    ("detail", money.detail),
)


def budget_book(book: Book, more: Callable[[Workbook], None] | None = None) -> bytes:
    """The workbook as the content of an .xlsx file; ``more`` adds sheets at its end."""
    sink = io.BytesIO()
    workbook = xlsxwriter.Workbook(sink, SAFE)
    workbook.set_properties({"title": fit(f"{book.said['budget']} {book.words.pick(book.settings.scenario.title)}")})
    styles = formats(workbook)
    given = {"compared": book.compared is not None, "dips": len(book.dips) > 0, "topups": len(book.effects) > 0}
    sheets = [(name, write) for name, write in SHEETS if given.get(name, True)]
    names = {name: book.said[name] for name, _ in sheets}
    for name, write in sheets:
        write(book, Sheet(workbook, names[name], styles, names, book.said["page"]))
    if more is not None:
        more(workbook)
    workbook.close()
    return sink.getvalue()
