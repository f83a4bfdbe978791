"""The first chapter of the report: which targets are met, what it costs, how far to trust it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sim.report.blocks import Block, Outline, Paragraph
from sim.report.chances import SIGNS
from sim.report.findings import LIKELY, UNLIKELY, Findings
from sim.report.numerals import number, percent, places

MONEY = {"zh": (1e4, "万元"), "en": (1e6, "million yuan")}
Say = Callable[..., str]


def conclusions(found: Findings, outline: Outline, say: Say) -> Iterator[Block]:
    """The whole chapter."""
    yield outline.heading(1, say("h_conclusions"))
    yield outline.heading(2, say("h_targets_short"))
    if found.table.empty:
        yield Paragraph(unjudged(found))
    else:
        yield from _groups(found, outline, say)
    yield outline.heading(2, say("h_money_short"))
    yield Paragraph(money_in_words(found, say))
    if found.uptake["amount_fen"].any():
        quintiles = found.by_quintile
        yield Paragraph(say("c_quintiles", poorest=percent(quintiles.get(1, 0.0)), richest=percent(quintiles.get(5, 0.0))))
    yield outline.heading(2, say("h_trust_short"))
    grades = found.table["grade"].value_counts()
    yield Paragraph(say("c_trust", **{grade: int(grades.get(grade, 0)) for grade in "ABC"}))


def unjudged(found: Findings) -> str:
    """That no promise falls due within the clock."""
    settings, clock = found.settings, found.settings.clock
    first = min((target.by for target in settings.targets.values() if target.by > clock.end), default="")
    name = "no_target_until" if first else "no_target"
    return found.words.phrase(name, first=clock.start, last=clock.end, by=first)


def _groups(found: Findings, outline: Outline, say: Say) -> Iterator[Block]:
    """The targets by their chance."""
    groups = {
        "likely": found.targets_between(LIKELY, 2.0),
        "open": found.targets_between(UNLIKELY, LIKELY),
        "unlikely": found.targets_between(-1.0, UNLIKELY),
        "undetermined": found.undetermined,
    }
    draws, seeds = found.settings.ensemble.draws or 1, found.settings.ensemble.seeds
    counts = {name: len(rows) for name, rows in groups.items()}
    yield Paragraph(say("c_counts", total=len(found.table), runs=found.runs, draws=draws, seeds=seeds, **counts))
    for name, rows in groups.items():
        if not rows:
            continue
        yield outline.heading(3, say(f"h_{name}"))
        if name == "undetermined":
            yield Paragraph(say("c_undetermined", names=say("separator").join(heading_of(found, row) for row in rows)))
            continue
        names = [say("named", title=heading_of(found, row), probability=percent(row["probability"])) for row in rows]
        yield Paragraph(say("c_group", names=say("separator").join(names)))
        told = [_told(found, row, say) for row in rows if row["grade"] != "C"]
        if told:
            yield Paragraph(say("c_told", told=say("separator").join(told)))


def heading_of(found: Findings, row: Mapping[str, Any]) -> str:
    """The title of a row's target."""
    return found.words.heading(found.settings.targets[row["id"]].title)


def _told(found: Findings, row: Mapping[str, Any], say: Say) -> str:
    """One target in numbers."""
    target = found.settings.targets[row["id"]]
    values = {name: float(row[name]) for name in ("p05", "p50", "p95")}
    decimals = places(target.promise, *values.values())
    said = {name: number(value, decimals) for name, value in values.items()}
    unit = found.words.pick(target.unit)
    counts = unit if not decimals else ""
    promise = number(target.promise, decimals)
    return say(
        "of_this",
        title=heading_of(found, row),
        by=target.by,
        sign=SIGNS[target.comparator],
        promise=promise,
        unit=counts,
        **said,
    )


def yuan(found: Findings, value: float) -> str:
    """An amount in the unit of the report."""
    return number(value / MONEY[found.settings.language][0])


def money_in_words(found: Findings, say: Say) -> str:
    """Outlay of all years, and who bears it."""
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
    return say("c_money", first=years[0], last=years[-1], unit=unit, payers=say("separator").join(parts), **numbers)
