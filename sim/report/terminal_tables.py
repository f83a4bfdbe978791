"""Tables on the terminal."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.report.chances import SIGNS, chance_cell, chance_error, chance_notes
from sim.report.numerals import number, percent, places
from sim.report.subjects import by_subject
from sim.report.terminal import name_room, print_note
from sim.report.words import Words
from sim.report.wrapping import wrapped
from sim.schema.target import Target
from sim.settings import Settings

WIDE = 100
"""Columns of a terminal from which there is room for the share of seed variance."""


def print_targets(
    frame: pd.DataFrame, targets: Mapping[str, Target], words: Words, console: Console, runs: int, draws: int
) -> None:  # fmt: skip
    """Print each target with its promise, range, probability and grade, by subject, and what the grades mean for the reader.

    ``frame``: what the ensemble says of each; the rest comes from the targets themselves. A trial is stamped.
    A terminal that cannot show Chinese gets English, one that knows only ASCII gets plain lines and signs.
    """
    if words.language == "zh" and not _shows("目标", console):
        words = replace(words, language="en")
        console.print(words.phrase("no_chinese"), style="yellow")
    print_stamp(words, runs, console)
    if frame.empty:
        return
    console.print(_table(frame, targets, words, console))
    marked = any(targets[name].assumption for name in frame["id"])
    notes = [
        words.phrase("quantiles", runs=number(runs)),
        *chance_error(draws, words),
        *chance_notes(frame, targets, words),
        *_seed_variance(frame, targets, words),
    ]
    notes += [words.phrase("assumption_mark")] if marked else []
    for note in (*notes, words.phrase("notice")):
        print_note(note, console)


def print_stamp(words: Words, runs: int, console: Console) -> None:
    """Mark what follows as a trial, with the reason, if it is one."""
    if stamp := words.stamp_told(runs):
        print_note(stamp, console, style="bold red")


def print_unjudged(settings: Settings, judged: int, words: Words, console: Console) -> None:
    """Say how many promises fall due after the simulated months, and that none is left if so; nothing if all are judged."""
    clock, later = settings.clock, sorted(t.by for t in settings.targets.values() if t.by > settings.clock.end)
    if later and not judged:
        print_note(words.phrase("no_target_until", first=clock.start, last=clock.end, by=later[0]), console)
    elif later:
        print_note(words.phrase("later_targets", count=len(later), last=clock.end), console)


def _seed_variance(frame: pd.DataFrame, targets: Mapping[str, Target], words: Words) -> list[str]:
    """What seeds make of the variance: of the middle target, and of the one with most of it; nothing with one seed."""
    known = frame.dropna(subset="seed_variance_share")
    if known.empty:
        return []
    most = known.loc[known["seed_variance_share"].idxmax()]
    told = words.phrase(
        "seed_variance_told",
        median=percent(known["seed_variance_share"].median()),
        most=percent(most["seed_variance_share"]),
        target=words.heading(targets[most["id"]].title),
    )
    return [told]


def _shows(text: str, console: Console) -> bool:
    try:
        text.encode(console.encoding)
    except UnicodeEncodeError:
        return False
    return True


def _table(frame: pd.DataFrame, targets: Mapping[str, Target], words: Words, console: Console) -> Table:
    lines = box.SIMPLE_HEAD if _shows("─", console) else box.ASCII
    table = Table(title=words.phrase("targets_table"), title_justify="left", title_style="bold", box=lines)
    table.pad_edge, table.padding = False, (0, 1, 0, 0)
    table.add_column(words.phrase("target"), overflow="fold")
    for heading in ("by", "promise", "p05", "p50", "p95", "probability"):
        table.add_column(words.phrase(heading), justify="right", no_wrap=True)
    table.add_column(words.phrase("grade"), justify="center", no_wrap=True)
    wide = console.width >= WIDE
    seeded = wide and bool(frame["seed_variance_share"].notna().any())
    table.leading = 0 if wide else 1
    if seeded:
        table.add_column(words.phrase("seed_variance_share"), justify="right", no_wrap=True)
    cells = {
        row["id"]: [
            *target_cells(row, targets[row["id"]], words, signs=_shows("≥", console)),
            *([percent(row["seed_variance_share"])] if seeded else []),
        ]
        for row in frame.to_dict("records")
    }
    room = name_room(console.width, [str(column.header) for column in table.columns[1:]], list(cells.values()))
    for subject, names in by_subject(sorted(cells), targets):
        table.add_section()
        table.add_row("\n".join(wrapped(words.pick(subject), room)), style="bold")
        for name in names:
            table.add_row(_name(targets[name], words, room, wide=wide), *cells[name])
    return table


def _name(target: Target, words: Words, room: int, *, wide: bool) -> Text:
    """Title and unit, on one line if there is room; a star if the wording had to be made countable."""
    unit = words.pick(target.unit)
    name = words.heading(target.title) + ("*" if target.assumption else "")
    lines = wrapped(f"{name} ({unit})" if wide else name, room) + ([] if wide else wrapped(unit, room))
    text = Text("\n".join(lines))
    text.highlight_regex(re.escape(f"({unit})" if wide else unit) + "$", "dim")
    return text


def target_cells(row: Mapping[Any, Any], target: Target, words: Words, *, signs: bool) -> list[str]:
    """Date, promise, three quantiles, probability and grade of one target."""
    values = [row["p05"], row["p50"], row["p95"]]
    decimals = places(target.promise, *values)
    sign = SIGNS[target.comparator] if signs else target.comparator
    promise = f"{sign} {number(target.promise, decimals)}"
    return [
        target.by,
        promise,
        *(number(value, decimals) for value in values),
        chance_cell(row, words),
        target.grade,
    ]
