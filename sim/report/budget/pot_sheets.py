"""The sheet of the budget's workbook that follows each pot through the months: what comes, and when claims find nothing."""

from __future__ import annotations

from sim.policy.pot import SHORT_DAYS
from sim.report.budget.book import Book
from sim.report.budget.money import TOP, heading
from sim.report.sheets import Sheet

MONEY = ("opened_mean", "opened_p05", "opened_p50", "opened_p95", "waiting_mean", "void_mean")


def releases(book: Book, sheet: Sheet) -> None:
    """Every pot and month in which money comes, or claims find none, a cap reached, or the counter closed."""
    said = book.said
    heading(book, sheet, "releases", said["not_add"])
    heads = [said["pot"], said["month"], said["opened"], said["p05"], said["p50"], said["p95"], said["queued"], said["void"]]
    sheet.heads(TOP, [*heads, said["chance"], *(said[name] for name in SHORT_DAYS)], repeat=True)
    for n, row in enumerate(book.releases.to_dict("records"), start=TOP + 1):
        sheet.text(n, 0, book.words.pot(str(row["pot"])))
        sheet.text(n, 1, str(row["month"]))
        for c, name in enumerate(MONEY, start=2):
            sheet.number(n, c, float(row[name]), "yuan")
        sheet.number(n, 2 + len(MONEY), float(row["chance"]), "share")
        for c, name in enumerate(SHORT_DAYS, start=3 + len(MONEY)):
            sheet.number(n, c, float(row[name]), "months")
    sheet.widths(30, 10, *[18] * 6, *[16] * 4)
