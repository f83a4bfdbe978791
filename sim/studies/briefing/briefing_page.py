"""The page itself: lights, spending, what the month has changed, what would help."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from sim.report.blocks import Block, Document, Grid, Outline, Paragraph
from sim.report.chances import chance_cell, standing
from sim.report.numerals import number, percent
from sim.report.words import Words
from sim.studies.briefing.briefing_words import LIGHTS, MONEY, SAID
from sim.studies.briefing.helping import YUAN, Help, Source
from sim.studies.briefing.monthly import ChanceMove, News, relative
from sim.studies.nowcast.asking import Answer
from sim.studies.nowcast.driving import KNOWN, OTHER
from sim.studies.nowcast.misfits import series_title, told
from sim.studies.nowcast.observable import CLAIMS
from sim.studies.nowcast.run_cube import Key, is_share

COLOURS = {"red": "F4B6B0", "amber": "FFE08A", "green": "B7DFB9", "none": "E6E6E6"}
OF_STANDING = {"missed": "red", "risk": "amber", "met": "green", "unknown": "none"}
NEWS_SHOWN, CHANGES_SHOWN = 3, 3


@dataclass(frozen=True)
class Brief:
    """All that the page tells."""

    answer: Answer
    month: str
    """The last one with a number."""
    first: bool
    """Whether no earlier month has a number, so that a month ago means without actuals."""
    targets: pd.DataFrame
    """Target table with light, probability_before and defined_before of a month ago."""
    spending: pd.DataFrame
    paid_known: bool
    """Whether the outlay of the month was given."""
    news: Sequence[News]
    changes: Sequence[ChanceMove]
    helps: Sequence[Help]
    source: Source
    costs: pd.Series
    """Measure -> yuan that is still to be paid for it."""


def page(brief: Brief, date: dt.date) -> Document:
    """The document, to be set on one page."""
    settings = brief.answer.result.settings
    words, said = Words.of(settings), SAID[settings.language]
    chinese = settings.language == "zh"
    outline, day = Outline(chinese=chinese), f"{date.year}年{date.month}月{date.day}日" if chinese else date.isoformat()
    named = {"scenario": words.pick(settings.scenario.title), "boundary": settings.region.boundary}
    sections = (_lights, _spending, _changes, _helps)
    return Document(
        title=said["title"].format(district=words.pick(settings.region.title)),
        subtitle=said["subtitle"].format(month=month_told(brief.month, chinese=chinese), **named),
        signed=said["signed"].format(date=day, runs=brief.answer.result.runs, effective=brief.answer.revision.effective),
        blocks=[block for section in sections for block in section(brief, words, outline)],
        chinese=chinese,
        footer=said["footer"],
        stamp=words.stamp(brief.answer.result.runs),
        stamp_told=words.stamp_told(brief.answer.result.runs),
    )


def month_told(month: str, *, chinese: bool) -> str:
    """A month as the page writes it."""
    year, number_of = month.split("-")
    return f"{year}年{int(number_of)}月" if chinese else month


def _lights(brief: Brief, words: Words, outline: Outline) -> Iterator[Block]:
    said = SAID[words.language]
    yield outline.heading(1, said["h_lights"])
    if brief.targets.empty:
        yield Paragraph(words.phrase("no_target"))
        return
    ordered = brief.targets.assign(rank=[list(COLOURS).index(light) for light in brief.targets["light"]])
    rows = [_light(row, words) for row in ordered.sort_values("rank", kind="stable").to_dict("records")]
    half = math.ceil(len(rows) / 2)
    pairs = [[*left, *right] for left, right in zip(rows[:half], [*rows[half:], [""] * 4][:half], strict=True)]
    then = said["forecast" if brief.first else "then"]
    heads = [words.phrase("target"), said["light"], then, said["now"]] * 2
    yield Grid(
        said["t_lights"], "", heads, pairs, (4.3, 1.2, 1.3, 1.3) * 2, said["n_lights"], texts=1, halves=2,
        colours={LIGHTS[words.language][light]: colour for light, colour in COLOURS.items()},
    )  # fmt: skip


def _light(row: dict[str, object], words: Words) -> list[str]:
    before = row | {"probability": row["probability_before"], "defined": row["defined_before"]}
    return [
        words.promise(str(row["id"])),
        LIGHTS[words.language][str(row["light"])],
        chance_cell(before, words),
        chance_cell(row, words),
    ]


def light(row: dict[str, object]) -> str:
    """Colour of a promise."""
    return OF_STANDING[standing(row)]


def _spending(brief: Brief, words: Words, outline: Outline) -> Iterator[Block]:
    said, (divisor, unit) = SAID[words.language], MONEY[words.language]
    yield outline.heading(1, said["h_spending"])
    rows = []
    for n, row in enumerate(brief.spending.to_dict("records")):
        released, planned, low, middle, high = (row[name] / divisor for name in ("released", "planned", "p05", "p50", "p95"))
        known = brief.paid_known and n == 0
        spread = "" if known else f" ({number(low)}–{number(high)})"
        gap = f"{100.0 * (middle / planned - 1.0):+.0f}%" if planned else "-"
        rows.append([_period(row["period"], words), number(released), number(planned), f"{number(middle)}{spread}", gap])
    heads = [said["period"], said["released"], said["planned"], said["paid"], said["gap"]]
    source = said["n_spending"] + ("" if brief.paid_known else said["n_unknown"])
    yield Grid(said["t_spending"], said["unit"].format(unit=unit), heads, rows, (2.4, 1.6, 1.6, 2.6, 1.0), source)


def _period(period: str, words: Words) -> str:
    year, _, month = period.partition(" ")
    return SAID[words.language]["part" if month else "whole"].format(year=year, month=int(month or 12))


def _changes(brief: Brief, words: Words, outline: Outline) -> Iterator[Block]:
    said = SAID[words.language]
    yield outline.heading(1, said["h_changes"])
    told_news = [_news(each, words) for each in brief.news[:NEWS_SHOWN]]
    yield Paragraph(said["news"].format(listed=words.phrase("separator").join(told_news)))
    moved = [_change(each, words) for each in brief.changes[:CHANGES_SHOWN]]
    listed = words.phrase("separator").join(moved)
    yield Paragraph(said["moved"].format(count=len(brief.changes), listed=listed) if moved else said["unmoved"])
    for line in told(brief.answer.misfits[:1], words):
        yield Paragraph(line)


def _news(each: News, words: Words) -> str:
    said, off = SAID[words.language], relative(each)
    scale = 100.0
    size = f"{scale * abs(off):.0f}%" if not is_share(each.key[0]) else said["points"].format(value=scale * abs(off))
    way = said["as_told"] if round(scale * abs(off)) == 0 else said["above" if off > 0.0 else "below"].format(size=size)
    return said["one_news"].format(series=series_title(each.key, words), value=_value(each.key, each.actual, words), way=way)


def _value(key: Key, value: float, words: Words) -> str:
    if is_share(key[0]):
        return percent(value)
    divisor, unit = MONEY[words.language] if key[0] == "outlay" else (1.0, _unit(key[0], words))
    told = number(value / divisor, 0 if abs(value / divisor) >= 20.0 else 2)
    return f"{told}{unit}" if words.language == "zh" else f"{told} {unit}"


def _unit(indicator: str, words: Words) -> str:
    return SAID[words.language]["claims"] if indicator == CLAIMS else words.unit(indicator)


def _change(each: ChanceMove, words: Words) -> str:
    said = SAID[words.language]
    driver = said[each.driver[0]] if each.driver[0] in (KNOWN, OTHER) else series_title(each.driver, words)
    chances = {"before": percent(each.before), "after": percent(each.after)}
    return said["one_change"].format(title=words.promise(each.target), driver=driver, **chances)


def _helps(brief: Brief, words: Words, outline: Outline) -> Iterator[Block]:
    said, (divisor, unit) = SAID[words.language], MONEY[words.language]
    yield outline.heading(1, said["h_helps"])
    if not brief.helps:
        yield Paragraph(said["no_help"])
        return
    targets = brief.answer.result.settings.targets
    rows = []
    for each in brief.helps:
        effect = _effect(each.effect, words.pick(targets[each.target].unit), words)
        cost = number(brief.costs.get(each.measure, 0.0) / divisor)
        rows.append([words.measure(each.measure), words.promise(each.target), effect, percent(each.share), cost])
    amount = f"{number(YUAN / divisor)}{'' if words.language == 'zh' else ' '}{unit}"
    heads = [words.phrase("measure"), said["helps"], said["brings"].format(amount=amount), said["share"], said["cost"]]
    yield Grid(
        said["t_helps"], said["unit"].format(unit=unit), heads, rows, (2.6, 3.0, 2.2, 1.0, 1.3), said[f"n_{brief.source}"],
        texts=2,
    )  # fmt: skip


def _effect(value: float, unit: str, words: Words) -> str:
    return words.phrase("of_group", name=f"+{number(value, 0 if value >= 20.0 else 4 if value < 0.01 else 2)}", group=unit)
