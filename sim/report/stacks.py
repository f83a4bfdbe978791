"""Stacked figures: what is bought, who takes up subsidies, who pays."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.clock import parse_month
from sim.policy.measure import PAYERS
from sim.report.drawing import (
    COLOURS,
    canvas,
    fan,
    legend,
    legend_row,
    month_axis,
    plain,
    shade_reference,
    source,
    value_axis,
)
from sim.report.numerals import scale_for
from sim.report.series import by_run, quantiles
from sim.report.words import Words
from sim.report.wrapping import wrapped
from sim.schema.product import POWERTRAINS

PLACES = ("urban", "rural", "firms")
QUINTILES = (1, 2, 3, 4, 5, 0)
"""Poorest to richest; 0 holds firms and institutions."""
PANELS_A_ROW = 3
TITLE_CELLS = 30
"""Half-width characters on one line above a panel."""


def new_sales_by_powertrain(monthly: pd.DataFrame, words: Words) -> Figure:
    """Draw mean monthly new registrations by powertrain, and below them the NEV share over all runs."""
    tables = {name: by_run(monthly, "new_registrations", name) for name in POWERTRAINS}
    means = pd.DataFrame({name: table.mean(axis=1) for name, table in tables.items()})
    notes = [words.phrase("means_add_up"), words.phrase("band_note"), *source(tables["ice"].shape[1], words)]
    figure, (sales, share) = canvas(
        words.phrase("sales_by_powertrain"), notes, stamp=words.stamp(tables["ice"].shape[1]), rows=2, height=6.5
    )
    unit = words.phrase("a_month", unit=words.unit("new_registrations"))
    scale = scale_for(float(means.sum(axis=1).max()), unit, words.language)
    _stack(sales, means / scale.divisor, words)
    value_axis(sales, scale.unit)
    nev = tables["phev"] + tables["bev"]
    fan(share, quantiles(nev / (nev + tables["ice"])), words)
    share.set_ylim(0.0, 1.0)
    value_axis(share, words.phrase("nev_share"))
    for axis in (sales, share):
        month_axis(axis, int(means.index[0]), int(means.index[-1]), words)
        shade_reference(axis, int(means.index[0]), words)
    legend(figure, sales, share)
    return figure


def _stack(axis: Axes, parts: pd.DataFrame, words: Words) -> None:
    """Stacked bars, a colour for every column."""
    bottom = np.zeros(len(parts))
    for name in parts.columns:
        heights = parts[name].to_numpy(dtype=float)
        axis.bar(parts.index, heights, bottom=bottom, width=0.85, color=COLOURS[name], label=words.group(name))
        bottom = bottom + heights
    axis.set_ylim(0.0, max(1.06 * bottom.max(), 1e-9))


def uptake_by_measure(uptake: pd.DataFrame, runs: int, words: Words) -> Figure:
    """Draw mean claims by income quintile, urban and rural stacked, a panel for every measure that has any."""
    place = uptake["urban"].map({True: "urban", False: "rural"}).where(uptake["income_quintile"] > 0, "firms")
    rows = uptake.assign(place=place, claims=uptake["claims"] / runs)
    claims = _sums(rows, ["measure", "income_quintile"], "place", "claims")
    claims = claims.reindex(columns=[name for name in PLACES if name in claims])
    measures = [name for name, total in claims.sum(axis=1).groupby("measure").sum().items() if total > 0.0]
    lines = -(-len(measures) // PANELS_A_ROW)
    notes = [words.phrase("uptake_axis"), words.phrase("means_add_up"), *source(runs, words)]
    figure, _ = canvas(words.phrase("uptake_by_measure"), notes, stamp=words.stamp(runs), rows=0, height=1.8 + 2.5 * lines)
    grid = figure.add_gridspec(1 + lines, PANELS_A_ROW, height_ratios=[0.12, *[1.0] * lines])
    panels = [figure.add_subplot(grid[1 + k // PANELS_A_ROW, k % PANELS_A_ROW]) for k in range(len(measures))]
    for axis, measure in zip(panels, measures, strict=True):
        _panel(axis, claims.loc[measure], words.measure(str(measure)), words)
    legend_row(figure.add_subplot(grid[0, :]), panels[0])
    return figure


def _panel(axis: Axes, claims: pd.DataFrame, title: str, words: Words) -> None:
    quintiles = [quintile for quintile in QUINTILES if quintile or quintile in claims.index]
    shown = claims.reindex(quintiles, fill_value=0.0)
    shown.index = pd.RangeIndex(len(quintiles))
    plain(axis)
    _stack(axis, shown, words)
    axis.set_xticks(range(len(quintiles)), [words.group(f"quintile_{quintile}") for quintile in quintiles], size=8)
    value_axis(axis, "")
    axis.set_title("\n".join(wrapped(title, TITLE_CELLS)), loc="left", size=10)


def outlay_by_payer(monthly: pd.DataFrame, words: Words) -> Figure:
    """Draw what each payer pays in a month (mean), and below it the cumulated sum of all over the runs."""
    total = by_run(monthly, "outlay", "")
    paid = monthly[(monthly["indicator"] == "outlay") & monthly["group"].str.startswith("payer:")]
    by_payer = _sums(paid.assign(month=[parse_month(text) for text in paid["month"]]), "month", "group", "value")
    payers = [name for name in PAYERS if f"payer:{name}" in by_payer]
    means = pd.DataFrame({name: by_payer[f"payer:{name}"] / total.shape[1] for name in payers})
    notes = [words.phrase("means_add_up"), words.phrase("band_note"), *source(total.shape[1], words)]
    figure, (each_month, cumulated) = canvas(
        words.phrase("outlay_by_payer"), notes, stamp=words.stamp(total.shape[1]), rows=2, height=6.5
    )
    scale = scale_for(float(means.sum(axis=1).max()), words.unit("outlay"), words.language)
    _stack(each_month, means / scale.divisor, words)
    value_axis(each_month, words.phrase("a_month", unit=scale.unit))
    shown = quantiles(total.cumsum())
    scale = scale_for(float(shown["p95"].max()), words.unit("outlay"), words.language)
    fan(cumulated, shown / scale.divisor, words)
    cumulated.set_ylim(bottom=0.0)
    value_axis(cumulated, words.phrase("cumulated", unit=scale.unit))
    for axis in (each_month, cumulated):
        month_axis(axis, int(total.index[0]), int(total.index[-1]), words)
    legend(figure, each_month, cumulated)
    return figure


def _sums(rows: pd.DataFrame, index: str | list[str], columns: str, values: str) -> pd.DataFrame:
    return rows.pivot_table(index=index, columns=columns, values=values, aggfunc="sum", fill_value=0.0)
