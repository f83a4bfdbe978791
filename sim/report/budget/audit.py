"""The audit of the budget's workbook: every number that stands twice, both places as live formulas, and whether they agree."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sim.report.budget.book import Book
from sim.report.budget.effect_sheets import AMOUNT, ranges, since_cell
from sim.report.budget.money import FEN, GRANTED, MEAN, OWED, TOP, YEARS, heading, owed_at, part, pots_at
from sim.report.sheets import Sheet

TOLERANCE = 0.005
"""Half a fen in yuan; counts and chances agree as closely."""
LEVELS = (("p05", "P5", 1), ("p50", "P50", 2), ("p95", "P95", 3))


class Reconciliation(NamedTuple):
    """One number in two places: formulas without their sign, and what each comes to."""

    name: str
    left: str
    left_value: float
    right: str
    right_value: float
    style: str = "yuan"

    @property
    def agrees(self) -> bool:
        """Whether both are the same."""
        return abs(self.left_value - self.right_value) <= TOLERANCE


def audit(book: Book, sheet: Sheet) -> None:
    """Checks that recalculate, then which runs of which program the numbers come from."""
    said = book.said
    heading(book, sheet, "audit", said["not_add"])
    sheet.heads(TOP, [said["check"], said["left"], said["right"], said["result"]], repeat=True)
    row = TOP
    for row, check in enumerate(checks(book, sheet), start=TOP + 1):
        sheet.text(row, 0, check.name, "wrapped")
        sheet.formula(row, 1, f"={check.left}", check.left_value, check.style)
        sheet.formula(row, 2, f"={check.right}", check.right_value, check.style)
        agrees = f'=IF(ABS({sheet.cell(row, 1)}-{sheet.cell(row, 2)})<={TOLERANCE},"{said["ok"]}","{said["bad"]}")'
        sheet.formula(row, 3, agrees, said["ok" if check.agrees else "bad"], "text")
    at = row + 3
    sheet.text(at, 0, said["provenance"], "title")
    for n, (name, value) in enumerate(_provenance(book), start=at + 1):
        sheet.text(n, 0, name, "wrapped")
        sheet.text(n, 1, value)
    sheet.widths(44, 24, 24, 12)


def checks(book: Book, sheet: Sheet) -> Iterator[Reconciliation]:
    """Every number that stands twice."""
    yield from _totals(book, sheet)
    yield from _measures(book, sheet)
    yield from _gained(book, sheet)
    yield from _pots(book, sheet)


def _totals(book: Book, sheet: Sheet) -> Iterator[Reconciliation]:
    """The outlay as the sum of months, measures, payers and years."""
    said, payers = book.said, len(book.payers)
    everything = int(book.detail["mean_fen"].sum()) / FEN
    detail = f"ROUND(SUM({part(book, sheet, MEAN)}),2)"
    months, measures = TOP + len(book.months) + 1, TOP + len(book.measures) + 1
    years = len({month[:4] for month in book.months})
    book_last = TOP + len(book.ledger)
    sums = (
        ("c_ledger", f"ROUND(SUM({sheet.range('ledger', TOP + 1, 4, max(book_last, TOP + 1))}),2)"),
        ("c_months", sheet.at("cash", months, payers + 1)),
        ("c_measures", sheet.at("measures", measures, payers + 2)),
        ("c_payers", f"ROUND(SUM({sheet.range('cash', months, 1, months, max(payers, 1))}),2)"),
        ("c_years", f"ROUND({sheet.at('summary', YEARS + years, payers + 1)}*10000,2)"),
    )
    yield from (Reconciliation(said[name], left, everything, detail, everything) for name, left in sums)


def _measures(book: Book, sheet: Sheet) -> Iterator[Reconciliation]:
    """Paid, owed and granted of each measure, and its quantiles."""
    said, total, whole = book.said, len(book.payers) + 2, book.granted.set_index("measure")
    spread, order = book.totals.set_index("measure"), list(ranges(book)["measure"])
    for n, name in enumerate(book.measures, start=TOP + 1):
        paid, owed, granted = (sheet.at("measures", n, total + place) for place in (0, OWED, GRANTED))
        title, told = book.words.measure(name), whole.loc[name]
        both = int(told["paid_fen"] + told["owed_fen"]) / FEN
        yield Reconciliation(
            said["c_granted"].format(name=title), f"ROUND({paid}+{owed},2)", both, granted, int(told["granted_fen"]) / FEN
        )
        for level, shown, place in LEVELS:
            left = sheet.at("sensitivity", TOP + 1 + order.index(name), place)
            right = sheet.at("measures", n, total + place)
            value = float(spread.loc[name, level])
            yield Reconciliation(said["c_quantile"].format(level=shown, name=title), left, value, right, value)
    if len(book.owed):
        year, waiting = str(book.owed["year"].max()), book.owed["measure"] == "waiting"
        last = owed_at(book) + book.owed["year"].nunique() - 1
        seen = int(book.owed.loc[(book.owed["year"] == year) & ~waiting, "mean_fen"].sum()) / FEN
        left = sheet.at("measures", TOP + len(book.measures) + 1, total + OWED)
        mine = int(whole.loc[book.measures, "owed_fen"].sum()) / FEN
        if book.settings.clock.end == f"{year}-12":
            yield Reconciliation(said["c_owed"], left, mine, f"ROUND({sheet.at('summary', last, 1)}*10000,2)", seen)


def _gained(book: Book, sheet: Sheet) -> Iterator[Reconciliation]:
    """Claims and money of what each measure buys, against the measures and against who gets it."""
    said, whole, first = book.said, book.granted.set_index("measure"), TOP + 1
    last = first + max(len(book.recipients), 1) - 1
    names = sheet.range("who", first, 0, last)
    for n, (_, row) in enumerate(book.gained.iterrows(), start=TOP + 1):
        name, title = str(row["measure"]), book.words.measure(str(row["measure"]))
        claims, amount, mine = sheet.at("gain", n, 1), sheet.at("unit_costs", n, AMOUNT), sheet.at("gain", n, 0)
        if name in book.measures:
            since = int(whole.loc[name, "since_fen"]) / FEN
            yield Reconciliation(
                said["c_gain"].format(name=title), amount, float(row["amount"]), since_cell(book, sheet, name), since
            )
        parts = float(row["additional"] + row["pulled_forward"] + row["anyway"])
        if parts == parts:  # a measure that nobody claims at the counter has no classes
            left = f"SUM({sheet.range('gain', n, 2, n, 4)})"
            yield Reconciliation(said["c_claims"].format(name=title), left, parts, claims, float(row["claims"]), "whole")
        for check, column, cell, style in (("c_whom", "claims", claims, "whole"), ("c_who", "amount", amount, "yuan")):
            theirs = book.recipients[book.recipients["measure"] == name]
            place = 4 if column == "claims" else 5
            summed = f"SUMIFS({sheet.range('who', first, place, last)},{names},{mine})"
            if len(theirs):
                value = float(theirs[column].sum())
                yield Reconciliation(said[check].format(name=title), summed, value, cell, float(row[column]), style)


def _pots(book: Book, sheet: Sheet) -> Iterator[Reconciliation]:
    """Chances of running dry, and where the money of a top-up goes."""
    said, dry = book.said, book.dry[book.dry["chance"] > 0].reset_index(drop=True)
    for n, row in enumerate(book.effects.itertuples(), start=TOP + 1):
        title = book.words.pot(str(row.pot))
        there = dry[(dry["pot"] == row.pot) & (dry["year"] == row.year)]
        right = sheet.at("summary", pots_at(book) + int(there.index[0]), 2)
        name = said["c_dry"].format(name=title, year=row.year)
        yield Reconciliation(
            name, sheet.at("topups", n, 9), float(row.chance_before), right, float(there["chance"].iloc[0]), "share"
        )
        parts = float(row.extra_granted) + float(row.extra_unspent)
        left, money = sheet.at("topups", n, 3), float(row.extra_money)
        yield Reconciliation(
            said["c_topup"].format(name=title), left, money, f"SUM({sheet.range('topups', n, 4, n, 5)})", parts
        )


def _provenance(book: Book) -> Iterator[tuple[str, str]]:
    said, told = book.said, book.told
    yield said["scenario"], str(book.settings.scenario.id)
    yield said["scale"], f"{book.settings.population.scale:g}"
    yield said["model"], str(told.get("model", ""))
    yield said["commit"], str(told.get("commit", ""))
    yield said["versions"], ", ".join(f"{name} {version}" for name, version in dict(told.get("versions", {})).items())
    yield said["failed"], str(len(told.get("failures", [])))
    for run in told.get("runs", []):
        yield said["keys"], f"{run['draw']}, {run['seed']}, {run['key']}"
