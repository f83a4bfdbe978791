"""All promises on one A4 page: a small panel each, in the order of their subjects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.clock import MONTHS_A_YEAR, parse_month, year_of
from sim.report.chances import MARKS, SIGNS, chance_cell, standing
from sim.report.drawing import BLUE, GREEN, GREY, ORANGE, RED, STAMP_ROOM, canvas, plain, source
from sim.report.figure_files import Drawn
from sim.report.fitting import fitted
from sim.report.numerals import number, places, scale_for
from sim.report.series import as_promised, by_run, in_months, quantiles
from sim.report.subjects import by_subject
from sim.report.words import Words
from sim.schema.target import Target

PAGE_WIDTH, PAGE_HEIGHT = 8.27, 11.69
"""Inches of an A4 page."""
COLUMNS = 5
PANEL_WIDTH = 1.3
"""Inches for the words of a panel."""
SIZE = 6.5
COLOURS_OF = {"met": GREEN, "risk": ORANGE, "missed": RED, "unknown": GREY}
LEAST_ROWS = 6
"""Rows of panels that the page has room for; fewer promises leave the rest of it free."""
Row = Mapping[Any, Any]


def promises(monthly: pd.DataFrame, table: pd.DataFrame, targets: Mapping[str, Target], words: Words) -> Drawn:
    """Draw every promise of the table with its course, and what becomes of it; ``table``: what the ensemble says of each."""
    rows = {str(row["id"]): row for row in table.to_dict("records")}
    order = [(subject, name) for subject, names in by_subject(rows, targets) for name in names]
    runs = monthly["run"].nunique()
    months = parse_month(monthly["month"].min()), parse_month(monthly["month"].max())
    counts = {each: sum(standing(row) == each for row in rows.values()) for each in COLOURS_OF}
    title = words.phrase("promises_overview") + words.phrase("colon") + words.phrase("promises_summary", **counts)
    stamp = words.stamp(runs)
    figure, _ = canvas(
        title, [words.phrase("promises_note"), *source(runs, words)], stamp=stamp, rows=0,
        width=PAGE_WIDTH, height=PAGE_HEIGHT - (STAMP_ROOM if stamp else 0.0),
    )  # fmt: skip
    lines = -(-len(order) // COLUMNS)
    grid = figure.add_gridspec(max(lines, LEAST_ROWS), COLUMNS)
    parts = []
    for place, (subject, name) in enumerate(order):
        axis = figure.add_subplot(grid[place // COLUMNS, place % COLUMNS])
        heading = words.phrase("under_subject", subject=words.pick(subject), title=words.heading(targets[name].title))
        axis.set_title("\n".join(fitted(heading, PANEL_WIDTH, SIZE)), loc="left", size=SIZE)
        shown = _course(monthly, targets[name])
        _panel(axis, shown, rows[name], targets[name], words)
        _ticks(axis, *months)
        parts.append(in_months(shown).assign(id=name, title=words.heading(targets[name].title), subject=words.pick(subject)))
    return Drawn(figure, pd.concat(parts, ignore_index=True))


def _course(monthly: pd.DataFrame, target: Target) -> pd.DataFrame:
    """Quantiles in the target's terms; no rows where its goods were not simulated."""
    seen = monthly[(monthly["indicator"] == target.indicator) & (monthly["group"] == target.group)]
    if seen.empty:
        return pd.DataFrame(columns=["p05", "p25", "p50", "p75", "p95"], dtype=float)
    return quantiles(as_promised(by_run(seen, target.indicator, target.group), target))


def _panel(axis: Axes, shown: pd.DataFrame, row: Row, target: Target, words: Words) -> None:
    """One promise: course and band, the level at its date, and below what becomes of it."""
    plain(axis)
    top = max([abs(target.promise), *shown["p95"].dropna().tolist()])
    scale = scale_for(top, words.pick(target.unit), words.language)
    values = shown / scale.divisor
    draw = _bars if target.yearly else _line
    draw(axis, values)
    due, level = parse_month(target.by), target.promise / scale.divisor
    axis.axhline(level, color=RED, linewidth=0.7, linestyle=(0, (4, 3)))
    axis.plot([due], [level], "D", color=RED, markersize=3.5)
    if values["p50"].dropna().empty:
        axis.text(0.5, 0.5, words.phrase("not_simulated"), transform=axis.transAxes, ha="center", va="center", size=SIZE)
    lowest = float(values["p05"].min()) if len(values) else 0.0
    axis.set_ylim(bottom=min(0.0, lowest) * 1.05, top=max(top / scale.divisor, level) * 1.12 or 1.0)
    promised = f"{target.by} {SIGNS[target.comparator]} {number(level, places(level) if level else 0)} {scale.unit}"
    becomes = standing(row)
    chance = words.phrase("undetermined") if becomes == "unknown" else chance_cell(row, words)
    said = [*fitted(promised, PANEL_WIDTH, SIZE, bold=True), f"{MARKS[becomes]} {chance}"]
    axis.set_xlabel("\n".join(said), loc="left", size=SIZE, color=COLOURS_OF[becomes], weight="bold")


def _line(axis: Axes, values: pd.DataFrame) -> None:
    axis.fill_between(values.index.to_numpy(), values["p05"], values["p95"], color=BLUE, alpha=0.25, linewidth=0)
    axis.plot(values.index.to_numpy(), values["p50"], color=BLUE, linewidth=1.2)


def _bars(axis: Axes, values: pd.DataFrame) -> None:
    """A bar a year, as wide as half of it, with the band as a line."""
    axis.bar(values.index.to_numpy(), values["p50"], width=MONTHS_A_YEAR / 2.0, color=BLUE, alpha=0.35)
    axis.vlines(values.index.to_numpy(), values["p05"], values["p95"], color=BLUE, linewidth=1.2)


def _ticks(axis: Axes, first: int, last: int) -> None:
    """The last two digits of years, at their middle; three or four values; all panels over the same months."""
    years = range(year_of(first), year_of(last) + 1)
    axis.set_xlim(first - 0.5, last + 0.5 + MONTHS_A_YEAR / 4.0)
    axis.set_xticks([parse_month(f"{year}-07") for year in years], [f"{year % 100:02d}" for year in years])
    axis.yaxis.set_major_locator(MaxNLocator(nbins=3))
    axis.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
    axis.tick_params(labelsize=SIZE, length=2)
