"""Sheets of the budget's workbook that hold money: summary, cash flow, measures, and the detail that they sum up."""

from __future__ import annotations

import pandas as pd

from sim.policy.pot import SHORT_DAYS
from sim.report.budget.book import Book
from sim.report.sheets import Sheet

TOP = 3
"""First row below a sheet's title and note: that of the headings."""
MEASURE, TITLE, MONTH, YEAR, PAYER, MEAN, LAST = 0, 1, 2, 3, 4, 5, 8
"""Columns of the detail."""
OWED, GRANTED, SINCE = 4, 5, 6
"""Columns of the measures to the right of the total."""
FEN, WAN = 100.0, 10_000.0


def heading(book: Book, sheet: Sheet, role: str, note: str) -> None:
    """Title and note of a sheet."""
    sheet.text(0, 0, f"{book.said[role]}: {book.words.pick(book.settings.scenario.title)}", "title")
    stamp = book.words.stamp_told(book.runs)
    if words := f"{stamp} {note}".strip():
        sheet.line(1, words, "stamp" if stamp else "wrapped")


def detail(book: Book, sheet: Sheet) -> None:
    """Every measure, month and payer; all totals of the workbook are sums over this."""
    said = book.said
    heading(book, sheet, "detail", said["not_add"])
    heads = ["id", said["measure"], said["month"], said["year"], said["payer"], said["mean_yuan"]]
    sheet.heads(TOP, [*heads, said["p05"], said["p50"], said["p95"]], repeat=True)
    for n, row in enumerate(book.detail.itertuples(), start=TOP + 1):
        words = [row.measure, book.words.measure(str(row.measure)), row.month, row.month[:4], book.words.group(str(row.payer))]
        for column, word in enumerate(words):
            sheet.text(n, column, str(word))
        for column, value in enumerate((row.mean_fen / FEN, row.p05, row.p50, row.p95), start=MEAN):
            sheet.number(n, column, float(value), "yuan")
    sheet.widths(24, 30, 10, 8, 10, 18, 18, 18, 18)


def part(book: Book, sheet: Sheet, column: int) -> str:
    """A column of the detail as a range."""
    return sheet.range("detail", TOP + 1, column, TOP + max(len(book.detail), 1))


def added(book: Book, sheet: Sheet, *conditions: tuple[int, str]) -> str:
    """A formula for the sum of the detail where columns equal cells."""
    given = ",".join(f"{part(book, sheet, column)},{cell}" for column, cell in conditions)
    return f"=ROUND(SUMIFS({part(book, sheet, MEAN)},{given}),2)"


def cash(book: Book, sheet: Sheet) -> None:
    """Months by payers."""
    said, payers, months = book.said, book.payers, book.months
    heading(book, sheet, "cash", said["not_add"])
    heads = [said["month"], *(book.words.group(p) for p in payers), said["total"], said["p05"], said["p50"], said["p95"]]
    sheet.heads(TOP, heads, repeat=True)
    paid = book.detail.groupby(["month", "payer"])["mean_fen"].sum()
    spread = book.monthly.set_index("month")
    first, last, total = TOP + 1, TOP + len(months), len(payers) + 1
    for n, month in enumerate(months, start=first):
        sheet.text(n, 0, month)
        for c, payer in enumerate(payers, start=1):
            formula = added(book, sheet, (MONTH, f"$A{n + 1}"), (PAYER, sheet.cell(TOP, c, True)))
            sheet.formula(n, c, formula, int(paid.get((month, payer), 0)) / FEN, "yuan")
        _row_total(sheet, n, total, int(paid.get(month, pd.Series([0])).sum()) / FEN)
        for c, level in enumerate(("p05", "p50", "p95"), start=total + 1):
            sheet.number(n, c, float(spread[level].get(month, 0.0)), "yuan")
    sheet.text(last + 1, 0, said["total"], "text_total")
    for c, payer in enumerate([*payers, ""], start=1):
        fen = book.detail.loc[book.detail["payer"].isin([payer] if payer else payers), "mean_fen"].sum()
        _column_total(sheet, first, last, c, int(fen) / FEN)
    shown = [
        {"name": sheet.span(TOP, c, TOP), "categories": sheet.span(first, 0, last), "values": sheet.span(first, c, last)}
        for c in range(1, total)
    ]
    sheet.chart({"type": "column", "subtype": "stacked"}, said["chart_cash"], shown, last + 3, 0)
    sheet.widths(12, *[18] * (total + 3))


def _row_total(sheet: Sheet, row: int, column: int, value: float) -> None:
    formula = f"=ROUND(SUM({sheet.cell(row, 1)}:{sheet.cell(row, column - 1)}),2)"
    sheet.formula(row, column, formula, value, "yuan")


def _column_total(sheet: Sheet, first: int, last: int, column: int, value: float) -> None:
    formula = f"=ROUND(SUM({sheet.cell(first, column)}:{sheet.cell(last, column)}),2)"
    sheet.formula(last + 1, column, formula, value, "yuan_total")


def measures(book: Book, sheet: Sheet) -> None:
    """Measures by payers."""
    said, payers, names = book.said, book.payers, book.measures
    heading(book, sheet, "measures", said["not_add"])
    heads = [
        "id",
        said["measure"],
        *(book.words.group(p) for p in payers),
        said["total"],
        said["p05"],
        said["p50"],
        said["p95"],
        said["owed_end"],
        said["granted"],
        said["since"],
    ]
    sheet.heads(TOP, heads, repeat=True)
    whole = book.granted.set_index("measure")
    paid = book.detail.groupby(["measure", "payer"])["mean_fen"].sum()
    spread = book.totals.set_index("measure")
    first, last, total = TOP + 1, TOP + len(names), len(payers) + 2
    for n, name in enumerate(names, start=first):
        sheet.text(n, 0, name)
        sheet.text(n, 1, book.words.measure(name))
        for c, payer in enumerate(payers, start=2):
            formula = added(book, sheet, (MEASURE, f"$A{n + 1}"), (PAYER, sheet.cell(TOP, c, True)))
            sheet.formula(n, c, formula, int(paid.get((name, payer), 0)) / FEN, "yuan")
        formula = f"=ROUND(SUM({sheet.cell(n, 2)}:{sheet.cell(n, total - 1)}),2)"
        sheet.formula(n, total, formula, int(book.detail.loc[book.detail["measure"] == name, "mean_fen"].sum()) / FEN, "yuan")
        for c, level in enumerate(("p05", "p50", "p95"), start=total + 1):
            sheet.number(n, c, float(spread.loc[name, level]), "yuan")
        sheet.number(n, total + OWED, int(whole.loc[name, "owed_fen"]) / FEN, "yuan")
        formula = f"=ROUND({sheet.cell(n, total)}+{sheet.cell(n, total + OWED)},2)"
        sheet.formula(n, total + GRANTED, formula, int(whole.loc[name, "granted_fen"]) / FEN, "yuan")
        sheet.number(n, total + SINCE, int(whole.loc[name, "since_fen"]) / FEN, "yuan")
    sheet.text(last + 1, 1, said["total"], "text_total")
    for c, payer in enumerate([*payers, ""], start=2):
        fen = book.detail.loc[book.detail["payer"].isin([payer] if payer else payers), "mean_fen"].sum()
        _column_total(sheet, first, last, c, int(fen) / FEN)
    for place, name in ((OWED, "owed_fen"), (GRANTED, "granted_fen"), (SINCE, "since_fen")):
        _column_total(sheet, first, last, total + place, int(whole.loc[names, name].sum()) / FEN)
    shown = [{"name": said["total"], "categories": sheet.span(first, 1, last), "values": sheet.span(first, total, last)}]
    sheet.chart({"type": "bar"}, f"{said['measures']}: {said['mean_yuan']}", shown, last + 3, 0, len(names))
    sheet.widths(26, 34, *[18] * (len(payers) + 7))


YEARS = 9
"""Row of the first year in the summary."""


def pots_at(book: Book) -> int:
    """Row of the first pot in the summary."""
    return YEARS + len({month[:4] for month in book.months}) + 5


def owed_at(book: Book) -> int:
    """Row of the first year of what is owed in the summary."""
    return pots_at(book) + int((book.dry["chance"] > 0).sum()) + 4


def summary(book: Book, sheet: Sheet) -> None:
    """One page: by year and payer in 万元, with intervals, pots, claims outstanding."""
    said, settings = book.said, book.settings
    heading(book, sheet, "summary", said["not_add"])
    clock = settings.clock
    facts = [(said["scenario"], book.words.pick(settings.scenario.title)), (said["runs"], str(book.runs))]
    facts += [(said["period"], f"{clock.start} – {clock.end}"), (said["boundary"], settings.region.boundary)]
    for n, (name, value) in enumerate(facts, start=2):
        sheet.text(n, 0, name)
        sheet.text(n, 1, value)
    row = _by_year(book, sheet, YEARS - 2)
    assert row + 4 == pots_at(book)
    row = _pots(book, sheet, row + 2)
    _owed(book, sheet, row + 2)
    sheet.widths(22, *[16] * 9)


def _by_year(book: Book, sheet: Sheet, at: int) -> int:
    """Years by payers from the detail, in 万元; returns the row below."""
    said, payers = book.said, book.payers
    years = sorted({month[:4] for month in book.months})
    names = [book.words.group(p) for p in payers]
    sheet.text(at, 0, f"{said['by_payer']} ({said['money_wan']})", "title")
    heads = [said["year"], *names, said["total"], said["p05_wan"], said["p50_wan"], said["p95_wan"]]
    sheet.heads(at + 1, heads)
    spread = book.years[(book.years["measure"] == "") & (book.years["payer"] == "")].set_index("year")
    paid = book.detail.assign(year=book.detail["month"].str[:4]).groupby(["year", "payer"])["mean_fen"].sum()
    first, total = at + 2, len(payers) + 1
    for n, year in enumerate(years, start=first):
        sheet.text(n, 0, year)
        for c, payer in enumerate(payers, start=1):
            sums = added(book, sheet, (YEAR, f"$A{n + 1}"), (PAYER, sheet.cell(at + 1, c, True)))
            sheet.formula(n, c, f"{sums}/10000", int(paid.get((year, payer), 0)) / FEN / WAN, "wan")
        value = int(paid.get(year, pd.Series([0])).sum()) / FEN / WAN
        sheet.formula(n, total, f"=SUM({sheet.cell(n, 1)}:{sheet.cell(n, total - 1)})", value, "wan")
        for c, level in enumerate(("p05", "p50", "p95"), start=total + 1):
            sheet.number(n, c, float(spread[level].get(year, 0.0)) / WAN, "wan")
    last = at + 1 + len(years)
    sheet.text(last + 1, 0, said["total"], "text_total")
    for c, payer in enumerate([*payers, ""], start=1):
        fen = book.detail.loc[book.detail["payer"].isin([payer] if payer else payers), "mean_fen"].sum()
        formula = f"=SUM({sheet.cell(first, c)}:{sheet.cell(last, c)})"
        sheet.formula(last + 1, c, formula, int(fen) / FEN / WAN, "wan_total")
    whole = book.totals[book.totals["measure"] == ""]
    for c, level in enumerate(("p05", "p50", "p95"), start=total + 1):
        sheet.number(last + 1, c, float(whole[level].iloc[0]) / WAN if len(whole) else 0.0, "wan_total")
    return last + 2


def _pots(book: Book, sheet: Sheet, at: int) -> int:
    said = book.said
    sheet.text(at, 0, said["pots"], "title")
    sheet.heads(at + 1, [said["pot"], said["year"], said["chance"], said["first_dry"], *(said[name] for name in SHORT_DAYS)])
    rows = book.dry[book.dry["chance"] > 0]
    for n, row in enumerate(rows.itertuples(), start=at + 2):
        sheet.text(n, 0, book.words.pot(str(row.pot)))
        sheet.text(n, 1, str(row.year))
        sheet.number(n, 2, float(row.chance), "share")
        sheet.text(n, 3, str(row.first_p50))
        for c, value in enumerate((row.dry_days, row.capped_days, row.stopped_days), start=4):
            sheet.number(n, c, float(value), "months")
    return at + 2 + len(rows)


def _owed(book: Book, sheet: Sheet, at: int) -> None:
    said = book.said
    sheet.text(at, 0, said["year_end"], "title")
    sheet.heads(at + 1, [said["year"], said["in_payment"], said["in_line"]])
    waiting = book.owed["measure"] == "waiting"
    for n, year in enumerate(sorted(book.owed["year"].unique()), start=at + 2):
        sheet.text(n, 0, year)
        mine = book.owed["year"] == year
        for column, which in ((1, ~waiting), (2, waiting)):
            sheet.number(n, column, int(book.owed.loc[mine & which, "mean_fen"].sum()) / FEN / WAN, "wan")
