"""The front of outlay against the chance that all targets are met."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.ticker import PercentFormatter

from sim.report.drawing import BLUE, GREY, RED, canvas
from sim.report.figure_files import Drawn
from sim.report.numerals import scale_for
from sim.report.words import Words

LABELS = {
    "zh": ("财政支出与全部目标同时实现的概率", "财政支出（{unit}）", "搜索中评估过的组合", "前沿", "要求的概率", "元"),
    "en": (
        "Outlay and the probability of meeting all targets",
        "outlay ({unit})",
        "settings evaluated",
        "front",
        "asked for",
        "yuan",
    ),
}


def front_figure(tried: Sequence[tuple[float, float]], front: Sequence[tuple[float, float]], p: float, words: Words) -> Drawn:
    """All settings of the levers that were evaluated, (yuan, probability), and those that no other one beats.

    The search runs few draws at a small scale, so the figure is a trial whatever the settings' own scale.
    """
    title, below, dots, line, asked, yuan = LABELS[words.language]
    figure, (axis,) = canvas(title, [], stamp=words.phrase("trial"))
    scale = scale_for(max(cost for cost, _ in tried), yuan, words.language)
    axis.plot(
        [cost / scale.divisor for cost, _ in tried], [chance for _, chance in tried], "o", color=GREY, alpha=0.6, label=dots
    )
    edge = [(cost / scale.divisor, chance) for cost, chance in front]
    axis.step(*zip(*edge, strict=True), where="post", color=BLUE, marker="o", label=line)
    axis.axhline(p, color=RED, linestyle="--", linewidth=1.0, label=asked)
    axis.set_ylim(-0.03, 1.03)
    axis.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axis.set_xlabel(below.format(unit=scale.unit))
    axis.legend(frameon=False, fontsize=9, loc="best")
    data = pd.DataFrame(tried, columns=["yuan", "probability"])
    return Drawn(figure, data.assign(front=[point in set(front) for point in tried]))
