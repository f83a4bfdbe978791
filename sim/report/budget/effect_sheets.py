"""Sheets of the budget's workbook on what the money buys, how sure it is, what it rests on, and that it adds up."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
from pydantic import BaseModel

from sim.report.budget.book import Book
from sim.report.budget.money import SINCE, TOP, heading
from sim.report.sheets import Sheet
from sim.schema.bricks import Quantity

RESTS_ON = ("pots", "policy", "market", "uncertainty", "behaviour", "money")
"""Groups of settings whose numbers and terms are listed."""
GAINED = (
    ("claims", "claims", "whole"), ("additional", "additional", "whole"), ("pulled_forward", "forward", "whole"),
    ("anyway", "anyway", "whole"), ("months_forward", "months", "months"),
)  # fmt: skip
AMOUNT, NAIVE, ADDITIONAL = 1, 2, 4
"""Columns of the sheet of unit costs."""
COSTS = (("nev", "nev"), ("vehicle_recovered", "elv"), ("appliance_recovered", "waste"))


def gain(book: Book, sheet: Sheet) -> None:
    """What becomes of the claims of each measure: additional, pulled forward, or anyway."""
    said, rows = book.said, book.gained
    heading(book, sheet, "gain", f"{said['note']} {said['undetermined']}")
    sheet.heads(TOP, [said["measure"], *(said[head] for _, head, _ in GAINED), said["share_captured"]], repeat=True)
    first, last = TOP + 1, TOP + len(rows)
    for n, (_, row) in enumerate(rows.iterrows(), start=first):
        sheet.text(n, 0, book.words.measure(str(row["measure"])))
        for c, (name, _, style) in enumerate(GAINED, start=1):
            sheet.number(n, c, float(row[name]), style)
        sheet.number(n, 1 + len(GAINED), float(row["share_captured"]), "share")
    if len(rows):
        shown = [
            {"name": sheet.span(TOP, c, TOP), "categories": sheet.span(first, 0, last), "values": sheet.span(first, c, last)}
            for c in (2, 3, 4)
        ]
        sheet.chart({"type": "bar", "subtype": "percent_stacked"}, said["chart_gain"], shown, last + 2, 0, len(rows))
    sheet.widths(34, *[14] * 6)


def unit_costs(book: Book, sheet: Sheet) -> None:
    """What one more of each kind costs by each measure; costs are formulas over the counts."""
    said, rows = book.said, book.gained
    heading(book, sheet, "unit_costs", said["undetermined"])
    heads = [said["measure"], said["amount"], said["naive"], said["gap"], said["additional"], said["cost_yuan"]]
    heads += [said[f"{kind}_{name}"] for _, name in COSTS for kind in ("add", "cost_add")]
    sheet.heads(TOP, heads, repeat=True)
    for n, (_, row) in enumerate(rows.iterrows(), start=TOP + 1):
        sheet.text(n, 0, book.words.measure(str(row["measure"])))
        if row["measure"] in book.measures:
            sheet.formula(n, AMOUNT, f"={since_cell(book, sheet, str(row['measure']))}", float(row["amount"]), "yuan")
        else:
            sheet.number(n, AMOUNT, float(row["amount"]), "yuan")
        sheet.number(n, NAIVE, float(row["naive"]), "yuan")
        amount = sheet.cell(n, AMOUNT)
        sheet.formula(n, 3, f"=ROUND({amount}-{sheet.cell(n, NAIVE)},2)", float(row["amount"] - row["naive"]), "yuan")
        sheet.number(n, ADDITIONAL, float(row["additional"]), "whole")
        _per_one(sheet, n, 5, amount, sheet.cell(n, ADDITIONAL), float(row["cost_per_additional"]))
        for c, (kind, _) in enumerate(COSTS):
            count = 6 + 2 * c
            sheet.number(n, count, float(row[f"additional_{kind}"]), "whole")
            _per_one(sheet, n, count + 1, amount, sheet.cell(n, count), float(row[f"cost_per_additional_{kind}"]))
    sheet.widths(34, 18, 18, 18, *[14] * 8)


def since_cell(book: Book, sheet: Sheet, measure: str) -> str:
    """Cell of the measures that has what was granted after the reference year."""
    row = TOP + 1 + book.measures.index(measure)
    return sheet.at("measures", row, len(book.payers) + 2 + SINCE)


def _per_one(sheet: Sheet, row: int, column: int, amount: str, count: str, value: float) -> None:
    sheet.formula(row, column, f'=IF({count}>0,ROUND({amount}/{count},2),"–")', round(value, 2), "yuan")


def recipients(book: Book, sheet: Sheet) -> None:
    """Who gets it, all measures in one table."""
    said = book.said
    heading(book, sheet, "who", "")
    heads = [said["measure"], said["quintile"], said["where"], said["organisation"], said["claims"], said["amount"]]
    sheet.heads(TOP, [*heads, said["additional"]], repeat=True)
    kinds = book.settings.region.organisations
    for n, row in enumerate(book.recipients.itertuples(), start=TOP + 1):
        kind = str(row.organisation)
        title = book.words.pick(kinds[kind].title) if kind in kinds else kind
        where = "" if kind else said["urban"] if row.urban else said["rural"]
        for column, word in enumerate((book.words.measure(str(row.measure)), str(row.income_quintile), where, title)):
            sheet.text(n, column, word)
        for column, (value, style) in enumerate(((row.claims, "whole"), (row.amount, "yuan"), (row.additional, "whole")), 4):
            sheet.number(n, column, float(value), style)
    sheet.widths(34, 14, 10, 24, 14, 18, 14)


def dips(book: Book, sheet: Sheet) -> None:
    """Purchases with less without each measure, by month, and a chart of the three most expensive."""
    said = book.said
    heading(book, sheet, "dips", said["dip"])
    wide = book.dips.pivot_table(index="month", columns="measure", values="difference", fill_value=0.0)
    names = [name for name in book.gained.sort_values("amount", ascending=False)["measure"] if name in wide.columns]
    sheet.heads(TOP, [said["month"], *(book.words.measure(name) for name in names)], repeat=True)
    first, last = TOP + 1, TOP + len(wide)
    for n, month in enumerate(wide.index, start=first):
        sheet.text(n, 0, str(month))
        for c, name in enumerate(names, start=1):
            sheet.number(n, c, float(wide.loc[month, name]), "whole")
    if names:
        shown = [
            {"name": sheet.span(TOP, c, TOP), "categories": sheet.span(first, 0, last), "values": sheet.span(first, c, last)}
            for c in range(1, min(len(names), 3) + 1)
        ]
        sheet.chart({"type": "line"}, said["dip"], shown, last + 2, 0)
    sheet.widths(12, *[14] * len(names))


def ranges(book: Book) -> pd.DataFrame:
    """Rows of the sensitivity: measures with the spread of their outlay, the widest first."""
    rows = book.totals[book.totals["measure"] != ""]
    return rows.assign(range=rows["p95"] - rows["p05"]).sort_values("range", ascending=False)


def sensitivity(book: Book, sheet: Sheet) -> None:
    """How far each measure's outlay may be off."""
    said = book.said
    heading(book, sheet, "sensitivity", said["not_add"])
    sheet.heads(TOP, [said["measure"], said["p05"], said["p50"], said["p95"], said["range"]], repeat=True)
    rows = ranges(book)
    first, last = TOP + 1, TOP + len(rows)
    for n, row in enumerate(rows.itertuples(), start=first):
        sheet.text(n, 0, book.words.measure(str(row.measure)))
        for c, value in enumerate((row.p05, row.p50, row.p95), start=1):
            sheet.number(n, c, float(value), "yuan")
        sheet.formula(n, 4, f"=ROUND({sheet.cell(n, 3)}-{sheet.cell(n, 1)},2)", float(row.range), "yuan")
    if len(rows):
        shown = [{"name": said["range"], "categories": sheet.span(first, 0, last), "values": sheet.span(first, 4, last)}]
        sheet.chart({"type": "bar"}, said["chart_range"], shown, last + 2, 0, len(rows))
    sheet.widths(34, *[18] * 4)


def topups(book: Book, sheet: Sheet) -> None:
    """What more money in a pot does."""
    said = book.said
    heading(book, sheet, "topups", said["not_add"])
    heads = [said["pot"], said["topup"], said["in_year"], said["extra_money"], said["extra_granted"], said["extra_unspent"]]
    heads += [said["p05"], said["p95"], said["elsewhere"], said["before"], said["after"]]
    sheet.heads(TOP, heads, repeat=True)
    for n, row in enumerate(book.effects.itertuples(), start=TOP + 1):
        sheet.text(n, 0, book.words.pot(str(row.pot)))
        sheet.number(n, 1, float(row.topup), "share")
        sheet.text(n, 2, str(row.year))
        money = (row.extra_money, row.extra_granted, row.extra_unspent, row.extra_p05, row.extra_p95, row.extra_elsewhere)
        for c, value in enumerate(money, start=3):
            sheet.number(n, c, float(value), "yuan")
        for c, value in enumerate((row.chance_before, row.chance_after), start=9):
            sheet.number(n, c, float(value), "share")
    sheet.widths(34, 12, 10, *[18] * 6, 14, 14)


def assumptions(book: Book, sheet: Sheet) -> None:
    """Every number and term that the money rests on, with its range, grade and source."""
    said = book.said
    heading(book, sheet, "assumptions", said["grades"])
    heads = [said["item"], said["value"], said["low"], said["high"], said["unit"], said["grade"], said["source"]]
    sheet.heads(TOP, heads, repeat=True)
    row = TOP
    for group in RESTS_ON:
        for path, number in quantities(getattr(book.settings, group), group):
            row += 1
            sheet.text(row, 0, path, "wrapped")
            for c, value in enumerate((number.value, number.low, number.high), start=1):
                if value is not None:
                    sheet.number(row, c, value, "number")
            unit, source = book.units.get(number.unit, number.unit), book.sources.get(number.source, number.source)
            for c, word in enumerate((unit, number.grade, source), start=4):
                sheet.text(row, c, word, "wrapped")
    for name in book.measures:
        measure = book.settings.policy[name]
        for version, terms in measure.versions.items():
            row += 1
            sheet.text(row, 0, f"policy.{name}.{version}", "wrapped")
            sheet.text(row, 1, str(terms.window.start))
            sheet.text(row, 3, str(terms.window.end or ""))
            sheet.text(row, 5, str(getattr(terms, "grade", "")))
            sheet.text(row, 6, f"{getattr(terms, 'reference', '')}：{getattr(terms, 'quote', '')}", "wrapped")
    sheet.widths(46, 14, 14, 14, 16, 8, 80)


def quantities(node: object, path: str) -> Iterator[tuple[str, Quantity]]:
    """Every number below a node of the settings, with its path."""
    if isinstance(node, Quantity):
        yield path, node
    elif isinstance(node, BaseModel):
        for name in type(node).model_fields:
            yield from quantities(getattr(node, name), f"{path}.{name}")
    elif isinstance(node, dict):
        for key, entry in node.items():
            yield from quantities(entry, f"{path}.{key}")
