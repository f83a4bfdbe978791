"""Who takes up subsidies: households by income quintile, a panel a measure; organisations in a table."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from sim.report.drawing import canvas, legend_row, plain, source, value_axis
from sim.report.figure_files import Drawn
from sim.report.fitting import fitted
from sim.report.numerals import number
from sim.report.stacks import stack, sums
from sim.report.words import Words

PLACES = ("urban", "rural")
QUINTILES = (1, 2, 3, 4, 5)
"""Poorest to richest; 0 in the results holds firms and institutions."""
PANELS_A_ROW = 4
PANEL_ROOM = 1.7
"""Inches for the title of a panel."""
PANEL_SIZE = 9.0
ROW_HEIGHT = 0.25
"""Inches of a line of the table."""
COLUMNS = (0.01, 0.7, 0.98)
"""Where the columns of the table stand, as shares of its width: the first begins there, the others end."""


def uptake_by_measure(uptake: pd.DataFrame, runs: int, words: Words) -> Drawn:
    """Draw the households' mean claims by income quintile, urban and rural stacked, a panel for every measure with any."""
    rows = uptake[uptake["income_quintile"] > 0]
    rows = rows.assign(place=rows["urban"].map({True: "urban", False: "rural"}), claims=rows["claims"] / runs)
    claims = sums(rows, ["measure", "income_quintile"], "place", "claims").reindex(columns=list(PLACES), fill_value=0.0)
    measures = [str(name) for name, total in claims.sum(axis=1).groupby("measure").sum().items() if total > 0.0]
    lines = -(-len(measures) // PANELS_A_ROW)
    notes = [words.phrase("uptake_axis"), words.phrase("means_of_runs"), *source(runs, words)]
    figure, _ = canvas(words.phrase("uptake_by_measure"), notes, stamp=words.stamp(runs), rows=0, height=1.6 + 2.1 * lines)
    grid = figure.add_gridspec(1 + lines, PANELS_A_ROW, height_ratios=[0.12, *[1.0] * lines])
    panels = [figure.add_subplot(grid[1 + k // PANELS_A_ROW, k % PANELS_A_ROW]) for k in range(len(measures))]
    for axis, measure in zip(panels, measures, strict=True):
        _panel(axis, claims.loc[measure], words.measure(measure), words)
    legend_row(figure.add_subplot(grid[0, :]), panels[0])
    return Drawn(figure, claims.loc[measures].reset_index().rename_axis(columns=None))


def _panel(axis: Axes, claims: pd.DataFrame, title: str, words: Words) -> None:
    shown = claims.reindex(QUINTILES, fill_value=0.0).set_axis(pd.RangeIndex(len(QUINTILES)))
    plain(axis)
    stack(axis, shown, words)
    axis.set_xticks(range(len(QUINTILES)), [words.group(f"quintile_{quintile}") for quintile in QUINTILES], size=7)
    value_axis(axis, "")
    axis.tick_params(axis="y", labelsize=8)
    axis.set_title("\n".join(fitted(title, PANEL_ROOM, PANEL_SIZE)), loc="left", size=PANEL_SIZE)


def organisations_claims(uptake: pd.DataFrame, runs: int) -> pd.DataFrame:
    """Claims and yuan of firms and institutions by measure, means over the runs, the largest amount first."""
    rows = uptake[uptake["income_quintile"] == 0]
    table = rows.groupby("measure")[["claims", "amount_fen"]].sum() / runs
    found = pd.DataFrame({"claims": table["claims"], "yuan": table["amount_fen"] / 100.0})
    return found[found["claims"] > 0.0].sort_values("yuan", ascending=False).reset_index()


def organisations_rows(table: pd.DataFrame, words: Words) -> list[list[str]]:
    """The same as people read it."""
    divisor = 1e4 if words.language == "zh" else 1e6
    return [
        [words.measure(str(row["measure"])), number(row["claims"]), number(row["yuan"] / divisor, 1)]
        for row in table.to_dict("records")
    ]


def uptake_of_organisations(uptake: pd.DataFrame, runs: int, words: Words) -> Drawn:
    """Draw what firms and institutions claim as a table."""
    table = organisations_claims(uptake, runs)
    rows = [[words.phrase(name) for name in ("measure", "claims", "amount")], *organisations_rows(table, words)]
    notes = [words.phrase("means_of_runs"), *source(runs, words)]
    height = 1.1 + ROW_HEIGHT * len(rows)
    figure, (axis,) = canvas(words.phrase("uptake_of_organisations"), notes, stamp=words.stamp(runs), height=height)
    axis.set_axis_off()
    axis.set(xlim=(0.0, 1.0), ylim=(len(rows), 0.0))
    for line, cells in enumerate(rows):
        for column, (place, cell) in enumerate(zip(COLUMNS, cells, strict=True)):
            axis.text(
                place, line + 0.5, cell, ha="right" if column else "left", va="center", size=10,
                weight="normal" if line else "bold",
            )  # fmt: skip
        axis.axhline(line + 1.0, color="#E3E3E3" if line else "#8C8C8C", linewidth=0.8)
    return Drawn(figure, table)
