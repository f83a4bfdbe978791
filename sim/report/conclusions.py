"""The first chapter of the report: which targets are met, what it costs, how far to trust it."""

from __future__ import annotations

from collections.abc import Iterator

from sim.report.blocks import Block, Outline, Paragraph
from sim.report.findings import Findings
from sim.report.numerals import number, percent
from sim.report.sentences import Say
from sim.report.target_tables import headline_rows, headline_table

MONEY = {"zh": (1e4, "万元"), "en": (1e6, "million yuan")}


def conclusions(found: Findings, outline: Outline, say: Say) -> Iterator[Block]:
    """The whole chapter: it fits on one page, with the title above it."""
    yield outline.heading(1, say("h_conclusions"))
    if found.table.empty:
        yield Paragraph(unjudged(found))
    else:
        yield Paragraph(_counts(found, say))
        yield from headline_table(found, outline, say)
    yield Paragraph(money_in_words(found, say))
    grades = found.table["grade"].value_counts()
    yield Paragraph(say("c_trust", **{grade: int(grades.get(grade, 0)) for grade in "ABC"}))


def unjudged(found: Findings) -> str:
    """That no promise falls due within the clock."""
    settings, clock = found.settings, found.settings.clock
    first = min((target.by for target in settings.targets.values() if target.by > clock.end), default="")
    name = "no_target_until" if first else "no_target"
    return found.words.phrase(name, first=clock.start, last=clock.end, by=first)


def _counts(found: Findings, say: Say) -> str:
    """How many targets are likely, open, unlikely, undetermined."""
    counts = {tier: len(rows) for tier, rows in found.tiers.items()}
    draws, seeds = found.settings.ensemble.draws or 1, found.settings.ensemble.seeds
    told = say("c_counts", total=len(found.table), runs=found.runs, draws=draws, seeds=seeds, **counts)
    return say("space").join([told, say("c_where")] if headline_rows(found) else [told])


def yuan(found: Findings, value: float) -> str:
    """An amount in the unit of the report."""
    return number(value / MONEY[found.settings.language][0])


def money_in_words(found: Findings, say: Say) -> str:
    """Outlay of all years, who bears it, and which households get it."""
    total = found.by_year.loc[""]
    if not total["mean"] > 0.0:
        return say("c_no_money")
    unit, payers = MONEY[found.settings.language][1], found.by_payer.sum()
    parts = [
        say(
            "share",
            name=found.words.group(str(name)),
            value=yuan(found, v),
            unit=unit,
            percent=percent(v / payers.sum()),
        )
        for name, v in payers.items()
    ]
    years = found.by_payer.index
    numbers = {name: yuan(found, total[name]) for name in ("mean", "p05", "p95")}
    told = say("c_money", first=years[0], last=years[-1], unit=unit, payers=say("separator").join(parts), **numbers)
    return say("space").join([told, *quintiles_in_words(found, say)])


def quintiles_in_words(found: Findings, say: Say) -> list[str]:
    """What the poorest and the richest households get; nothing where none gets anything."""
    if not found.uptake["amount_fen"].any():
        return []
    shares = found.by_quintile
    return [say("c_quintiles", poorest=percent(shares.get(1, 0.0)), richest=percent(shares.get(5, 0.0)))]
