"""The report's section on what to count first: numbers that would lessen the doubt most, and who holds them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sim.report.blocks import Block, Grid, Outline, Paragraph
from sim.report.conclusions import MONEY, yuan
from sim.report.findings import Findings
from sim.report.numerals import number
from sim.report.sentences import Say

LISTED = 10


def count_section(found: Findings, outline: Outline, say: Say) -> Iterator[Block]:
    """The first numbers that can be counted, then those that can be surveyed only."""
    yield outline.heading(1, say("h_count"))
    told = found.count_first
    if told is None:
        yield Paragraph(say("p_count_missing"))
        return
    if not told["numbers"]:
        yield Paragraph(say("p_count_none", runs=told["runs"]))
        return
    yield Paragraph(say("p_count", runs=told["runs"]))
    for name in ("counted", "surveyed"):
        rows = [each for each in told["numbers"] if (each["department"] is not None) == (name == "counted")][:LISTED]
        if rows:
            unit = say("t_unit_count", unit=MONEY[found.settings.language][1])
            heads = [say(f"count_{head}") for head in ("number", "held", "estimate", "grade", "points", "yuan")]
            yield Grid(
                outline.caption("grid", say(f"t_count_{name}")), unit, heads,
                [_row(found, each) for each in rows], (3.0, 1.8, 2.2, 0.8, 1.2, 1.4), "count_first.json", texts=2,
            )  # fmt: skip


def _row(found: Findings, each: Mapping[str, Any]) -> list[str]:
    language, held = found.settings.language, each["department"]
    span = f"{each['value']:,.4g} ({each['low']:,.4g} - {each['high']:,.4g})"
    points, money = each["points"][0], each["yuan"][0]
    told = (number(100.0 * points, 1) if points else "-", yuan(found, money) if money else "-")
    return [each["title"][language], held[language] if held else "-", span, each["grade"], *told]
