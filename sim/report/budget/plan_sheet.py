"""The sheet of the budget's workbook that shows what a plan changes: before and after, with the same random numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from sim.report.numerals import number, places
from sim.report.sheets import Sheet

if TYPE_CHECKING:
    from sim.report.budget.book import Book

WAN = 1e4
GAPS = ("before", "after", "difference", "p05", "p95")


class BeforeAfter(NamedTuple):
    """Frames of what a plan changes; columns as ``sim.studies.budget.plan_effects`` gives them."""

    changes: pd.DataFrame
    outlays: pd.DataFrame
    promises: pd.DataFrame
    pots: pd.DataFrame


def compared(book: Book, sheet: Sheet) -> None:
    """What was changed, what that does to the outlay by year and payer, to promises and to pots; money in 万元."""
    said, found = book.said, book.compared
    assert found is not None
    stamp = book.words.stamp_told(book.runs)
    sheet.text(0, 0, f"{said['compared']}: {book.words.pick(book.settings.scenario.title)}", "title")
    sheet.line(1, f"{stamp} {said['compared_note']}".strip(), "stamp" if stamp else "wrapped")
    row = _changes(book, sheet, found.changes, 3)
    row = _outlays(book, sheet, found.outlays, row + 1)
    row = _promises(book, sheet, found.promises, row + 1)
    _pots(book, sheet, found.pots, row + 1)
    sheet.widths(34, 30, *[16] * 5)


def _changes(book: Book, sheet: Sheet, table: pd.DataFrame, at: int) -> int:
    said = book.said
    sheet.text(at, 0, said["changes"], "title")
    sheet.heads(at + 1, [said[name] for name in ("thing", "meaning", "unit", "was", "now", "basis")])
    for n, row in enumerate(table.itertuples(), start=at + 2):
        for c, name in enumerate(("thing", "meaning", "unit", "before", "after", "basis")):
            sheet.text(n, c, str(getattr(row, name)), "wrapped")
    return at + 2 + len(table)


def _outlays(book: Book, sheet: Sheet, table: pd.DataFrame, at: int) -> int:
    """Years, then payers over all years."""
    said = book.said
    sheet.text(at, 0, said["outlay_compared"], "title")
    sheet.heads(
        at + 1, [said["year"], said["payer"], *(said[name] for name in ("was", "now", "gap_mean", "gap_p05", "gap_p95"))]
    )
    rows = table[(table["payer"] == "") | (table["year"] == "")].sort_values(["year", "payer"])
    years, payers = rows[rows["year"] != ""], rows[(rows["year"] == "") & (rows["payer"] != "")]
    payers = payers.set_index("payer").reindex(book.payers).dropna().reset_index()
    whole = rows[(rows["year"] == "") & (rows["payer"] == "")]
    n = at + 2
    for part in (years, payers, whole):
        for row in part.itertuples():
            sheet.text(n, 0, str(row.year) or said["all_years"])
            sheet.text(n, 1, book.words.group(str(row.payer)) if row.payer else said["total"])
            for c, name in enumerate(GAPS, start=2):
                sheet.number(n, c, float(getattr(row, name)) / WAN, "wan")
            n += 1
    return n


def _promises(book: Book, sheet: Sheet, table: pd.DataFrame, at: int) -> int:
    said = book.said
    sheet.text(at, 0, said["promises_compared"], "title")
    sheet.heads(at + 1, [said[name] for name in ("promise", "by", "median_was", "median_now", "chance_was", "chance_now")])
    for n, row in enumerate(table.itertuples(), start=at + 2):
        target = book.settings.targets[str(row.id)]
        sheet.text(n, 0, f"{book.words.heading(target.title)}（{book.words.pick(target.unit)}）", "wrapped")
        sheet.text(n, 1, target.by)
        values = (float(row.before), float(row.after))
        decimals = places(target.promise, *values)
        for c, value in enumerate(values, start=2):
            sheet.text(n, c, number(value, decimals))
        for c, chance in enumerate((row.chance_before, row.chance_after), start=4):
            sheet.number(n, c, float(chance), "share")
    if table.empty:
        sheet.text(at + 2, 0, said["none_moved"])
    return at + 2 + max(len(table), 1)


def _pots(book: Book, sheet: Sheet, table: pd.DataFrame, at: int) -> None:
    said = book.said
    sheet.text(at, 0, said["pots_compared"], "title")
    sheet.heads(at + 1, [said["pot"], said["year"], said["was"], said["now"]])
    for n, row in enumerate(table.itertuples(), start=at + 2):
        sheet.text(n, 0, book.words.pot(str(row.pot)))
        sheet.text(n, 1, str(row.year))
        for c, chance in enumerate((row.before, row.after), start=2):
            sheet.number(n, c, float(chance), "share")
