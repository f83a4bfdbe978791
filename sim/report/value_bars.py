"""What it is worth to know each of some numbers: bars of wrong calls avoided, and of yuan."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from sim.report.drawing import BLUE, GREEN, canvas, source
from sim.report.figure_files import Drawn
from sim.report.numerals import scale_for
from sim.report.words import Words

Interval = tuple[float, float, float]
"""Value, low, high."""
ROOM = 0.45
"""Inches for each number."""
LABELS = {
    "zh": ("先查清哪些数字", "各项目标误判减少（百分点，合计）", "预算偏差减少（{unit}）", "线段为 90% 区间。", "元"),
    "en": (
        "What to count first", "wrong calls avoided (percentage points, all promises)", "misplanned money avoided ({unit})",
        "Lines: intervals of 90%.", "yuan",
    ),
}  # fmt: skip


def value_bars(numbers: Sequence[tuple[str, Interval, Interval]], runs: int, words: Words) -> Drawn:
    """Bars of each (name, share of wrong calls avoided, yuan), the first at the top."""
    title, calls, money, note, yuan = LABELS[words.language]
    figure, axes = canvas(
        title, [note, *source(runs, words)], stamp=words.stamp(runs), rows=2, height=2.6 + 2.0 * ROOM * len(numbers)
    )
    scale = scale_for(max(high for *_, (_, _, high) in numbers), yuan, words.language)
    places = range(len(numbers))
    for axis, label, which, factor, colour in (
        (axes[0], calls, 1, 100.0, BLUE), (axes[1], money.format(unit=scale.unit), 2, 1.0 / scale.divisor, GREEN),
    ):  # fmt: skip
        told = [(row[1] if which == 1 else row[2]) for row in numbers]
        axis.barh(places, [value * factor for value, _, _ in told], color=colour, height=0.6)
        axis.hlines(places, [low * factor for _, low, _ in told], [high * factor for _, _, high in told], color="#333333")
        axis.set_yticks(places, [name for name, _, _ in numbers])
        axis.invert_yaxis()
        axis.grid(visible=False, axis="y")
        axis.set_xlabel(label)
        axis.set_xlim(left=0.0)
    columns = ["value", "low", "high"]
    parts = [pd.DataFrame([row[n] for row in numbers], columns=columns).add_prefix(p) for n, p in ((1, "calls_"), (2, "yuan_"))]
    return Drawn(figure, pd.concat([pd.Series([name for name, _, _ in numbers], name="number"), *parts], axis=1))
