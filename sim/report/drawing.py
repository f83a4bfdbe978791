"""What all figures share: canvas, colours, month axis, legends, footnotes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator
from matplotlib.transforms import ScaledTranslation

from sim.clock import MONTHS_A_YEAR, month_text, year_of
from sim.report.fitting import DPI, fitted
from sim.report.fonts import use_fonts
from sim.report.numerals import number
from sim.report.words import Words

WIDTH = 9.0
EDGE = 0.012
"""Share of the width that is left free on either side."""
TITLE_SIZE, NOTE_SIZE, SAID_SIZE = 14.0, 8.0, 11.0
AXIS_ROOM = 0.9
"""Inches beside the axes, for the numbers of the vertical one."""
STAMP_ROOM = 0.25
"""Inches that the stamp of a trial adds above the title ..."""
STAMP_MARGIN = 0.06
"""... and those between it and the edge."""
LEGEND_LIFT = 0.32
"""Inches from the axes to the legend: room for the unit."""
LEGEND: Mapping[str, Any] = {"frameon": False, "fontsize": 9, "alignment": "left"}

BLUE, SKY, GREEN, ORANGE, RED, GREY = "#0072B2", "#56B4E9", "#009E73", "#E69F00", "#D55E00", "#8C8C8C"
"""Okabe and Ito's palette, which colour-blind readers can tell apart."""
COLOURS: Mapping[str, str] = {
    "ice": GREY,
    "phev": ORANGE,
    "bev": BLUE,
    "central": BLUE,
    "province": SKY,
    "city": ORANGE,
    "district": RED,
    "urban": BLUE,
    "rural": ORANGE,
    "firms": GREY,
}


def canvas(
    title: str, footnotes: Sequence[str], *, stamp: str = "", rows: int = 1, height: float = 5.0, width: float = WIDTH
) -> tuple[Figure, list[Axes]]:
    """Open a figure with its title above and its footnotes below; its axes come from top to bottom.

    ``stamp``: what marks a trial, on a line of its own above the title.
    """
    use_fonts()
    figure = Figure(figsize=(width, height + (STAMP_ROOM if stamp else 0.0)), dpi=DPI, layout="constrained")
    room = width * (1.0 - 2.0 * EDGE)
    lines = [*([""] if stamp else []), *fitted(title, room, TITLE_SIZE, bold=True)]
    figure.suptitle("\n".join(lines), x=EDGE, ha="left", weight="bold", size=TITLE_SIZE)
    if stamp:
        top = 1.0 - STAMP_MARGIN / figure.get_figheight()
        figure.text(EDGE, top, stamp, ha="left", va="top", weight="bold", size=12, color=RED)
    lines = fitted(" ".join(footnotes).replace("。 ", "。"), room, NOTE_SIZE)
    figure.supxlabel("\n".join(lines), x=EDGE, ha="left", size=NOTE_SIZE, color="#555555")
    axes = [figure.add_subplot(rows, 1, row + 1) for row in range(rows)]
    for axis in axes:
        plain(axis)
    return figure, axes


def plain(axis: Axes) -> None:
    """Leave of the frame what helps reading."""
    axis.spines[["top", "right"]].set_visible(False)
    axis.grid(axis="y", color="#E3E3E3", linewidth=0.8)
    axis.set_axisbelow(True)


def month_axis(axis: Axes, first: int, last: int, words: Words) -> None:
    """Label Januaries with their year, or every third month if the axis is shorter than two years."""
    axis.set_xlim(first - 0.5, last + 0.5)
    if last - first < 2 * MONTHS_A_YEAR:
        ticks = list(range(first, last + 1, 3))
        axis.set_xticks(ticks, [month_text(month) for month in ticks])
        return
    januaries = [month for month in range(first, last + 1) if month % MONTHS_A_YEAR == 0]
    axis.set_xticks(januaries, [year_name(month, words) for month in januaries], ha="left")
    axis.set_xticks(range(first, last + 1, 3), minor=True)


def year_name(month: int, words: Words) -> str:
    """The calendar year of a month, as an axis label."""
    return f"{year_of(month)}年" if words.language == "zh" else str(year_of(month))


def shade_reference(axis: Axes, first: int, words: Words) -> None:
    """Shade the first twelve months, the reference year of every comparison."""
    axis.axvspan(first - 0.5, first + MONTHS_A_YEAR - 0.5, color="#F1F1F1", zorder=0, linewidth=0)
    axis.text(
        first + (MONTHS_A_YEAR - 1) / 2,
        0.985,
        words.phrase("reference_year"),
        transform=axis.get_xaxis_transform(),
        ha="center",
        va="top",
        size=9,
        color="#777777",
    )


def value_axis(axis: Axes, unit: str) -> None:
    """Write the unit above the axis, and its numbers with thousands separators."""
    axis.yaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 2.5, 5, 10]))
    numbered(axis.yaxis)
    axis.set_title(unit, loc="left", size=10, color="#555555")


def numbered(side: Axis) -> None:
    """Numbers of one side with thousands separators."""
    side.set_major_formatter(FuncFormatter(lambda value, _: number(value, _decimals(side.get_majorticklocs()))))


def _decimals(ticks: Iterable[float]) -> int:
    """The fewest decimals that tell these ticks apart."""
    return next((few for few in range(3) if all(abs(tick - round(tick, few)) < 1e-9 for tick in ticks)), 3)


def fan(axis: Axes, shown: pd.DataFrame, words: Words) -> None:
    """Draw quantiles over months: both bands and the median."""
    months = shown.index.to_numpy()
    for low, high, band, strength in (("p05", "p95", "band_90", 0.18), ("p25", "p75", "band_50", 0.30)):
        label = words.phrase(band)
        axis.fill_between(months, shown[low], shown[high], color=BLUE, alpha=strength, linewidth=0, label=label)
    axis.plot(months, shown["p50"], color=BLUE, linewidth=1.8, label=words.phrase("median"))


def legend(figure: Figure, *axes: Axes, said: str = "") -> None:
    """Put a legend of these axes above the first, where it hides nothing; ``said`` is the promise in words."""
    entries = {label: handle for axis in axes for handle, label in zip(*axis.get_legend_handles_labels(), strict=True)}
    above_unit = axes[0].transAxes + ScaledTranslation(0.0, LEGEND_LIFT, figure.dpi_scale_trans)
    box = axes[0].legend(
        list(entries.values()),
        list(entries),
        ncols=len(entries),
        loc="lower left",
        bbox_to_anchor=(0.0, 1.0),
        bbox_transform=above_unit,
        borderaxespad=0.0,
        borderpad=0.0,
        title="\n".join(fitted(said, figure.get_figwidth() - AXIS_ROOM, SAID_SIZE)) or None,
        **LEGEND,
    )
    box.get_title().set(color=RED, size=SAID_SIZE)


def legend_row(row: Axes, example: Axes) -> None:
    """Fill a row of its own with the legend that all panels share."""
    row.axis("off")
    handles, labels = example.get_legend_handles_labels()
    row.legend(handles, labels, ncols=len(labels), loc="center left", **LEGEND)


def source(runs: int, words: Words, *, scenario: bool = True) -> list[str]:
    """Say which scenario and how many runs a figure shows."""
    named = [words.phrase("scenario", scenario=words.pick(words.scenario))] if scenario and words.scenario else []
    return [*named, words.phrase("source", runs=runs)]
