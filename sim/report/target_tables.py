"""Promises in the report: the headline ones in a table of their own, all of them by their chance and by subject."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sim.report.blocks import Block, Grid, Outline, Paragraph
from sim.report.chances import SIGNS, chance_cell, chance_error, chance_notes
from sim.report.findings import Findings
from sim.report.numerals import number, percent, places
from sim.report.sentences import Say
from sim.report.subjects import HEADLINES, by_subject

Row = Mapping[str, Any]
COLUMNS = ("target", "unit", "by", "promise", "p05", "p50", "p95", "probability", "grade", "seed_variance_share")
WIDTHS = (5.0, 2.0, 1.4, 1.6, 1.25, 1.25, 1.25, 1.6, 1.1, 1.5)


def heading_of(found: Findings, row: Row) -> str:
    """The title of a row's target."""
    return found.words.heading(found.settings.targets[row["id"]].title)


def rows_by_subject(found: Findings) -> list[tuple[str, list[Row]]]:
    """Title of each subject, and the rows of its targets."""
    rows = {row["id"]: row for row in found.rows}
    order = by_subject(sorted(rows), found.settings.targets)
    return [(found.words.pick(title), [rows[name] for name in names]) for title, names in order]


def headline_rows(found: Findings) -> list[Row]:
    """Rows of the headline promises that fall due, in their order."""
    rows = {row["id"]: row for row in found.rows}
    return [rows[name] for name in HEADLINES if name in rows]


def headline_table(found: Findings, outline: Outline, say: Say) -> Iterator[Grid]:
    """What becomes of the headline promises; nothing if none falls due."""
    rows = headline_rows(found)
    if rows:
        yield _grid(found, outline.caption("grid", say("t_headlines")), [_cells(found, row) for row in rows], say)


def subject_table(found: Findings, outline: Outline, say: Say) -> Iterator[Block]:
    """All targets by subject, and what has to be known to read their chances."""
    rows: list[Sequence[str]] = []
    for title, each in rows_by_subject(found):
        rows += [[title], *(_cells(found, row) for row in each)]
    yield _grid(found, outline.caption("grid", say("t_targets")), rows, say)
    notes = chance_notes(found.table, found.settings.targets, found.words)
    for note in (*chance_error(found.settings.ensemble.draws, found.words), *notes):
        yield Paragraph(note)


def tiers(found: Findings, say: Say) -> Iterator[Paragraph]:
    """Targets by their chance, the likeliest first; a tier without any is left out."""
    for tier, rows in found.tiers.items():
        if rows:
            named = say("separator").join(_named(found, row, say, told=tier != "undetermined") for row in rows)
            yield Paragraph(say(f"c_{tier}", count=len(rows), names=named))


def _named(found: Findings, row: Row, say: Say, *, told: bool) -> str:
    title = heading_of(found, row)
    return say("named", title=title, probability=percent(row["probability"])) if told else title


def _grid(found: Findings, caption: str, rows: Sequence[Sequence[str]], say: Say) -> Grid:
    columns = len(COLUMNS) if found.table["seed_variance_share"].notna().any() else len(COLUMNS) - 1
    heads = [found.words.phrase(name) for name in COLUMNS[:columns]]
    source = say("t_source", runs=found.runs, note=say("note_targets"))
    return Grid(caption, "", heads, [row[:columns] for row in rows], WIDTHS[:columns], source, texts=2)


def _cells(found: Findings, row: Row) -> list[str]:
    target = found.settings.targets[row["id"]]
    values = [float(row[name]) for name in ("p05", "p50", "p95")]
    decimals = places(target.promise, *values)
    promise = f"{SIGNS[target.comparator]} {number(target.promise, decimals)}"
    said = [number(value, decimals) for value in values]
    unit, chance = found.words.pick(target.unit), chance_cell(row, found.words)
    return [heading_of(found, row), unit, target.by, promise, *said, chance, target.grade, percent(row["seed_variance_share"])]
