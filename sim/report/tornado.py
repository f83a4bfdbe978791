"""Which lever moves one promise most: for each lever a bar to either side of what is reached as things stand."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from sim.report.drawing import BLUE, ORANGE, canvas, source
from sim.report.figure_files import Drawn
from sim.report.fitting import fitted
from sim.report.words import Words

ROOM = 0.62
"""Inches for each lever."""
NAME_ROOM, NAME_SIZE = 2.9, 9.0
HEIGHT = 0.36
FAINT = 0.35
"""Opacity of a bar that cannot be told from nothing."""
LABELS = {
    "zh": ("哪个杠杆最能改变“{target}”", "与现行政策相比的变化（{unit}）", "调到下限", "调到上限",
           "线段为成对运行的 P5 至 P95；浅色表示差异不显著（区间包含零）。括号内为杠杆的范围。"),
    "en": ("Which lever moves {target} most?", "change against policy as it is ({unit})", "at its lower end",
           "at its upper end",
           "Lines: P5 to P95 of the pairs of runs; faint: not told from nothing. In brackets: bounds of the lever."),
}  # fmt: skip


class LeverShift(NamedTuple):
    """What one end of a lever does to the promise: mean, P5 and P95 of the differences run by run."""

    lever: str
    upper: bool
    value: float
    mean: float
    p05: float
    p95: float
    told: bool
    """Whether enough pairs of runs lie on one side of nothing."""


def tornado(rows: list[LeverShift], target: str, unit: str, runs: int, words: Words) -> Drawn:
    """Levers in the order of ``rows``, the first at the top."""
    title, below, low, high, note = LABELS[words.language]
    names = list(dict.fromkeys(row.lever for row in rows))
    figure, (axis,) = canvas(
        title.format(target=target), [note, *source(runs, words)], stamp=words.stamp(runs), height=2.0 + ROOM * len(names)
    )
    for upper, label, colour in ((False, low, ORANGE), (True, high, BLUE)):
        mine = [row for row in rows if row.upper is upper]
        places = [names.index(row.lever) + (HEIGHT / 2 if upper else -HEIGHT / 2) for row in mine]
        bars = axis.barh(places, [row.mean for row in mine], height=HEIGHT, color=colour, label=label)
        for bar, row in zip(bars, mine, strict=True):
            bar.set_alpha(1.0 if row.told else FAINT)
        axis.hlines(places, [row.p05 for row in mine], [row.p95 for row in mine], color="#333333", linewidth=1.0)
    axis.axvline(0.0, color="#333333", linewidth=0.8)
    axis.set_yticks(range(len(names)), ["\n".join(fitted(name, NAME_ROOM, NAME_SIZE)) for name in names], size=NAME_SIZE)
    axis.invert_yaxis()
    axis.grid(visible=False, axis="y")
    axis.grid(axis="x", color="#E3E3E3", linewidth=0.8)
    axis.set_xlabel(below.format(unit=unit))
    axis.legend(frameon=False, fontsize=9, loc="lower right")
    return Drawn(figure, pd.DataFrame(rows))
