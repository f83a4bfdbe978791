"""Figures of a forecast and of a comparison: each takes tidy frames and gives a finished figure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd
from matplotlib.axes import Axes

from sim.clock import MONTHS_A_YEAR, month_text, parse_month
from sim.errors import BadInput, Both
from sim.report.chances import SIGNS, chance_words
from sim.report.drawing import (
    BLUE,
    GREY,
    RED,
    canvas,
    fan,
    legend,
    month_axis,
    shade_reference,
    source,
    value_axis,
    year_name,
)
from sim.report.figure_files import Drawn
from sim.report.numerals import FEW, Scale, number, scale_for
from sim.report.overview import promises
from sim.report.series import MONTHLY, as_promised, by_run, in_months, joined_by_month, quantiles
from sim.report.stacks import new_sales_by_powertrain, outlay_by_payer
from sim.report.uptake import uptake_by_measure, uptake_of_organisations
from sim.report.words import Words
from sim.schema.target import Target


def fan_chart(
    monthly: pd.DataFrame,
    indicator: str,
    group: str,
    target: Target | None,
    words: Words,
    chance: str = "",
) -> Drawn:
    """Draw an indicator's course over all runs; with a target, in the target's terms and against its promise.

    ``chance``: of meeting the promise, in words. Stocks are a line of months, promised flows a bar for every twelve months.
    """
    table = by_run(monthly, indicator, group)
    first, runs = parse_month(monthly["month"].min()), table.shape[1]
    stamp = words.stamp(runs)
    if target is None:
        shown, unit, top = quantiles(table), words.unit(indicator), 0.0
        figure, (axis,) = canvas(words.indicator(indicator), source(runs, words), stamp=stamp)
    else:
        shown, unit, top = quantiles(as_promised(table, target)), words.pick(target.unit), target.promise
        notes = [*_caveats(target, words), *source(runs, words)]
        figure, (axis,) = canvas(words.heading(target.title), notes, stamp=stamp)
    scale = scale_for(max(float(shown["p95"].max()), top), unit, words.language)
    if target is not None and target.yearly:
        _bars(axis, shown / scale.divisor, first, words)
    else:
        fan(axis, shown / scale.divisor, words)
        month_axis(axis, first, int(table.index[-1]), words)
        shade_reference(axis, first, words)
    value_axis(axis, scale.unit)
    said = "" if target is None else _promise(axis, target, scale, words, chance)
    lowest = float(shown["p05"].min()) / scale.divisor
    axis.set_ylim(bottom=min(0.0, 1.05 * lowest), top=axis.get_ylim()[1] * 1.05)
    legend(figure, axis, said=said)
    return Drawn(figure, in_months(shown))


def _caveats(target: Target, words: Words) -> list[str]:
    """What the reader must know of the target's numbers."""
    assumption = [words.phrase("assumption", text=words.pick(target.assumption))] if target.assumption else []
    return [words.phrase("grade_" + target.grade), *assumption, words.phrase("band_note")]


def _bars(axis: Axes, shown: pd.DataFrame, first: int, words: Words) -> None:
    """A bar at the median of every twelve months, with both intervals; the reference year in grey, without a label."""
    reference = shown.index < first + MONTHS_A_YEAR
    for part, colour, labelled in ((shown[reference], GREY, False), (shown[~reference], BLUE, True)):
        median, band_90, band_50 = (words.phrase(name) if labelled else "" for name in ("median", "band_90", "band_50"))
        axis.bar(part.index, part["p50"], width=6.5, color=colour, alpha=0.35, label=median)
        axis.vlines(part.index, part["p05"], part["p95"], color=colour, linewidth=1.6, label=band_90)
        axis.vlines(part.index, part["p25"], part["p75"], color=colour, linewidth=6.0, label=band_50)
    axis.set_xticks(shown.index, [_period_name(int(end), first, words) for end in shown.index])


def _period_name(end: int, first: int, words: Words) -> str:
    name = year_name(end, words) if end % MONTHS_A_YEAR == MONTHS_A_YEAR - 1 else month_text(end)
    return f"{name}\n{words.phrase('reference_year')}" if end < first + MONTHS_A_YEAR else name


def _promise(axis: Axes, target: Target, scale: Scale, words: Words, chance: str) -> str:
    """Mark the promise at its date, and return it in words."""
    month, level, label = parse_month(target.by), target.promise / scale.divisor, words.phrase("promise")
    if target.yearly:
        axis.hlines(level, month - 5.0, month + 5.0, color=RED, linewidth=2.5, label=label, zorder=4)
    else:
        axis.axhline(level, color=RED, linewidth=1.0, linestyle=(0, (5, 3)), zorder=3)
        axis.plot([month], [level], "D", color=RED, markersize=8, linestyle="none", label=label, zorder=5)
    return _promise_in_words(target, words) + (words.phrase("met", chance=chance) if chance else "")


def _promise_in_words(target: Target, words: Words) -> str:
    counts = target.promise >= FEW
    value = number(target.promise, 0 if counts else 2) + (f" {words.pick(target.unit)}" if counts else "")
    sign = SIGNS[target.comparator]
    if target.period == "at":
        return words.phrase("promise_at", month=target.by, sign=sign, value=value)
    if target.period == "each_year":
        return words.phrase("promise_each_year", year=target.by[:4], sign=sign, value=value)
    if target.by.endswith("-12"):
        return words.phrase("promise_year", year=target.by[:4], sign=sign, value=value)
    return words.phrase("promise_period", month=target.by, sign=sign, value=value)


def difference(
    base: pd.DataFrame,
    other: pd.DataFrame,
    indicator: str,
    group: str,
    words: Words,
    titles: tuple[str, str],
    *,
    flow: bool,
) -> Drawn:
    """Draw other minus base, month by month over paired runs, and for flows what the difference adds up to.

    ``base`` and ``other``: monthly rows of two ensembles with the same draws and seeds; ``titles``: of the scenarios.
    """
    pair = ["draw", "seed"]
    gap = (by_run(other, indicator, group, pair) - by_run(base, indicator, group, pair)).dropna(how="all", axis=1)
    if gap.empty:
        raise BadInput(
            file=MONTHLY,
            key="draw, seed",
            value=Both("没有可配对的运行", "no pair in common"),
            allowed=Both("抽样和随机种子相同的两个集合预测", "two ensembles with the same draws and seeds"),
            remedy=Both("两个情景用同样的 ensemble 设置运行", "run both scenarios with equal ensemble settings"),
        )
    name = words.indicator(indicator)
    if group:
        name = words.phrase("of_group", name=name, group=words.group(group))
    title = words.phrase("difference", name=name, base=titles[0], other=titles[1])
    notes = [words.phrase("difference_note"), words.phrase("band_note"), *source(gap.shape[1], words, scenario=False)]
    rows, height = (2, 6.5) if flow else (1, 5.0)
    figure, axes = canvas(title, notes, stamp=words.stamp(gap.shape[1]), rows=rows, height=height)
    unit = words.unit(indicator)
    _gap(axes[0], gap, unit, "a_month" if flow else None, words)
    if flow:
        _gap(axes[1], gap.cumsum(), unit, "cumulated", words)
    legend(figure, axes[0])
    cumulated = [in_months(quantiles(gap.cumsum()), "cumulated_")] if flow else []
    return Drawn(figure, joined_by_month(in_months(quantiles(gap)), *cumulated))


def _gap(axis: Axes, gap: pd.DataFrame, unit: str, over: str | None, words: Words) -> None:
    """Draw the difference in ``unit``; ``over``: phrase for the time that it is counted over, None: at a point in time."""
    shown = quantiles(gap)
    scale = scale_for(float(shown.abs().max().max()), unit, words.language)
    axis.axhline(0.0, color="#444444", linewidth=0.9)
    fan(axis, shown / scale.divisor, words)
    month_axis(axis, int(gap.index[0]), int(gap.index[-1]), words)
    value_axis(axis, words.phrase(over, unit=scale.unit) if over else scale.unit)


def forecast_figures(
    monthly: pd.DataFrame, uptake: pd.DataFrame, table: pd.DataFrame, targets: Mapping[str, Target], words: Words
) -> Iterator[tuple[str, Drawn]]:
    """Every figure of a forecast with its file name, one at a time; ``table``: what the ensemble says of each target."""
    if not table.empty:
        yield "promises", promises(monthly, table, targets, words)
    for row in table.to_dict("records"):
        name, target = str(row["id"]), targets[row["id"]]
        seen = monthly[(monthly["indicator"] == target.indicator) & (monthly["group"] == target.group)]
        if seen.empty:
            continue  # too small a population to hold a single one of these goods
        yield f"target_{name}", fan_chart(monthly, target.indicator, target.group, target, words, chance_words(row, words))
    yield "new_sales_by_powertrain", new_sales_by_powertrain(monthly, words)
    runs = monthly["run"].nunique()
    households = uptake["income_quintile"] > 0
    if uptake.loc[households, "claims"].any():
        yield "uptake_by_measure", uptake_by_measure(uptake, runs, words)
    if uptake.loc[~households, "claims"].any():
        yield "uptake_of_organisations", uptake_of_organisations(uptake, runs, words)
    if monthly.loc[monthly["indicator"] == "outlay", "value"].any():
        yield "outlay_by_payer", outlay_by_payer(monthly, words)
