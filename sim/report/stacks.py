"""Stacked figures: what is bought, who pays; means, which add up, above the course of all runs, each with its own legend."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.clock import parse_month
from sim.policy.measure import PAYERS
from sim.report.drawing import (
    COLOURS,
    canvas,
    fan,
    legend,
    month_axis,
    shade_reference,
    source,
    value_axis,
)
from sim.report.figure_files import Drawn
from sim.report.numerals import scale_for
from sim.report.series import by_run, in_months, joined_by_month, quantiles
from sim.report.words import Words
from sim.schema.product import POWERTRAINS


def new_sales_by_powertrain(monthly: pd.DataFrame, words: Words) -> Drawn:
    """Draw mean monthly new registrations by powertrain, and below them the NEV share over all runs."""
    tables = {name: by_run(monthly, "new_registrations", name) for name in POWERTRAINS}
    means = pd.DataFrame({name: table.mean(axis=1) for name, table in tables.items()})
    notes = [words.phrase("band_note"), *source(tables["ice"].shape[1], words)]
    figure, (sales, share) = canvas(
        words.phrase("sales_by_powertrain"), notes, stamp=words.stamp(tables["ice"].shape[1]), rows=2, height=6.5
    )
    unit = words.phrase("a_month", unit=words.unit("new_registrations"))
    scale = scale_for(float(means.sum(axis=1).max()), unit, words.language)
    stack(sales, means / scale.divisor, words)
    value_axis(sales, words.phrase("mean_of_runs", unit=scale.unit))
    nev = tables["phev"] + tables["bev"]
    shown = quantiles(nev / (nev + tables["ice"]))
    fan(share, shown, words)
    share.set_ylim(0.0, 1.0)
    value_axis(share, words.phrase("all_runs", unit=words.phrase("nev_share")))
    for axis in (sales, share):
        month_axis(axis, int(means.index[0]), int(means.index[-1]), words)
        shade_reference(axis, int(means.index[0]), words)
        legend(figure, axis)
    return Drawn(figure, joined_by_month(in_months(means, "mean_"), in_months(shown, "nev_share_")))


def stack(axis: Axes, parts: pd.DataFrame, words: Words) -> None:
    """Stacked bars, a colour for every column."""
    bottom = np.zeros(len(parts))
    for name in parts.columns:
        heights = parts[name].to_numpy(dtype=float)
        axis.bar(parts.index, heights, bottom=bottom, width=0.85, color=COLOURS[name], label=words.group(name))
        bottom = bottom + heights
    axis.set_ylim(0.0, max(1.06 * bottom.max(), 1e-9))


def outlay_by_payer(monthly: pd.DataFrame, words: Words) -> Drawn:
    """Draw what each payer pays in a month (mean), and below it the cumulated sum of all over the runs."""
    total = by_run(monthly, "outlay", "")
    paid = monthly[(monthly["indicator"] == "outlay") & monthly["group"].str.startswith("payer:")]
    by_payer = sums(paid.assign(month=[parse_month(text) for text in paid["month"]]), "month", "group", "value")
    payers = [name for name in PAYERS if f"payer:{name}" in by_payer]
    means = pd.DataFrame({name: by_payer[f"payer:{name}"] / total.shape[1] for name in payers})
    notes = [words.phrase("band_note"), *source(total.shape[1], words)]
    figure, (each_month, cumulated) = canvas(
        words.phrase("outlay_by_payer"), notes, stamp=words.stamp(total.shape[1]), rows=2, height=6.5
    )
    scale = scale_for(float(means.sum(axis=1).max()), words.unit("outlay"), words.language)
    stack(each_month, means / scale.divisor, words)
    value_axis(each_month, words.phrase("mean_of_runs", unit=words.phrase("a_month", unit=scale.unit)))
    shown = quantiles(total.cumsum())
    scale = scale_for(float(shown["p95"].max()), words.unit("outlay"), words.language)
    fan(cumulated, shown / scale.divisor, words)
    cumulated.set_ylim(bottom=0.0)
    value_axis(cumulated, words.phrase("all_runs", unit=words.phrase("cumulated", unit=scale.unit)))
    for axis in (each_month, cumulated):
        month_axis(axis, int(total.index[0]), int(total.index[-1]), words)
        legend(figure, axis)
    return Drawn(figure, joined_by_month(in_months(means, "mean_"), in_months(shown, "cumulated_")))


def sums(rows: pd.DataFrame, index: str | list[str], columns: str, values: str) -> pd.DataFrame:
    return rows.pivot_table(index=index, columns=columns, values=values, aggfunc="sum", fill_value=0.0)
