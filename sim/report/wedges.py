"""What each measure brings: steps from a promise without measures to what is reached, and what a unit of each step costs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from sim.report.drawing import BLUE, GREEN, GREY, ORANGE, RED, canvas, numbered, source
from sim.report.figure_files import Drawn
from sim.report.fitting import fitted
from sim.report.numerals import FEW, number, places, scale_for
from sim.report.words import Words

ROOM = 0.52
"""Inches for each step."""
NAME_ROOM, NAME_SIZE = 2.9, 9.0
FAINT = 0.35
"""Opacity of a step that cannot be told from nothing."""
LABELS = {
    "zh": {
        "title": "各项措施为“{target}”贡献多少", "none": "没有这些措施", "rest": "相互作用",
        "all": "全部措施", "promise": "虚线：目标值 {value}",
        "note": "每项措施的贡献为逐一取消该项措施后的减少量；线段为成对运行的 P5 至 P95，{faint}。"
        "相互作用为合计与各项贡献之和的差。",
        "faint": "浅色表示贡献不显著（区间包含零）", "few": "成对运行不足，不能判断是否显著，一律用浅色",
        "cost": "“{target}”：每增加一个单位的财政支出", "x": "增加的数量（{unit}），按单位支出由低到高累计",
        "y": "每个单位的财政支出（{unit}）", "yuan": "元",
        "cost_note": "宽度为该项措施增加的数量，高度为因它而增加的支出除以该数量。"
        "未列出（增加的数量不显著）：{names}。",
        "nobody": "无", "and": "、",
    },
    "en": {
        "title": "What each measure brings: {target}", "none": "without these measures", "rest": "interaction",
        "all": "with all of them", "promise": "dashed: promised {value}",
        "note": "What a measure brings is what is missing without it; lines: P5 to P95 of the pairs of runs; {faint}. "
        "Interaction: what all bring together less the sum of what each brings.",
        "faint": "faint: not told from nothing", "few": "all are faint, as too few pairs tell none from nothing",
        "cost": "{target}: what one more costs", "x": "more ({unit}), the cheapest first", "y": "outlay for each ({unit})",
        "yuan": "yuan",
        "cost_note": "Width: how many more the measure brings; height: the outlay that is due to it, over that number. "
        "Not shown, as what they bring cannot be told from nothing: {names}.",
        "nobody": "none", "and": ", ",
    },
}  # fmt: skip


class Step(NamedTuple):
    """What a measure brings to a promise, and the outlay that is due to it: means, P5 and P95 over pairs of runs."""

    name: str
    mean: float
    p05: float
    p95: float
    yuan: float
    told: bool
    """Whether enough pairs of runs lie on one side of nothing."""


class Climb(NamedTuple):
    """A promise without measures, step by step up to what is reached with all."""

    target: str
    unit: str
    steps: Sequence[Step]
    interaction: float
    reached: float
    promise: float
    enough: bool
    """Whether there are enough pairs of runs to tell anything from nothing."""


def wedges(climb: Climb, runs: int, words: Words) -> Drawn:
    """A waterfall from the level without measures to that with all of them, the largest step first."""
    said = LABELS[words.language]
    steps = sorted(climb.steps, key=lambda step: -abs(step.mean))
    without = climb.reached - climb.interaction - sum(step.mean for step in steps)
    names = [said["none"], *(step.name for step in steps), said["rest"], said["all"]]
    sizes = [without, *(step.mean for step in steps), climb.interaction, climb.reached]
    starts, level = [0.0], without
    for size in sizes[1:-1]:
        starts.append(level)
        level += size
    starts.append(0.0)
    colours = [GREY, *(BLUE if size >= 0.0 else ORANGE for size in sizes[1:-2]), GREY, GREEN]
    faint = said["faint" if climb.enough else "few"]
    figure, (axis,) = canvas(
        said["title"].format(target=climb.target), [said["note"].format(faint=faint), *source(runs, words)],
        stamp=words.stamp(runs), height=2.2 + ROOM * len(names),
    )  # fmt: skip
    bars = axis.barh(range(len(names)), sizes, left=starts, height=0.62, color=colours)
    for n, step in enumerate(steps, start=1):
        bars[n].set_alpha(1.0 if step.told else FAINT)
        axis.hlines(n, starts[n] + step.p05, starts[n] + step.p95, color="#333333", linewidth=1.0)
    decimals = places(*sizes)
    for n, (start, size) in enumerate(zip(starts, sizes, strict=True)):
        told = number(size, decimals)
        sign = "+" if 0 < n < len(names) - 1 and size > 0.0 and told != number(0.0, decimals) else ""
        far = max(start, start + size, starts[n] + steps[n - 1].p95 if 0 < n <= len(steps) else start)
        ground = {"facecolor": "white", "edgecolor": "none", "pad": 1.0}  # the line of the promise must not cross a number
        axis.annotate(f"{sign}{told}", (far, n), (5, 0), textcoords="offset points", va="center", size=8, bbox=ground)
    axis.axvline(climb.promise, color=RED, linewidth=1.2, linestyle="--")
    label = said["promise"].format(value=number(climb.promise, places(climb.promise)))
    axis.set_title(label, loc="right", size=9, color=RED)
    axis.set_yticks(range(len(names)), ["\n".join(fitted(name, NAME_ROOM, NAME_SIZE)) for name in names], size=NAME_SIZE)
    axis.invert_yaxis()
    axis.grid(visible=False, axis="y")
    axis.margins(x=0.14, y=0.01)
    numbered(axis.xaxis)
    axis.set_xlabel(climb.unit)
    data = pd.DataFrame({"step": names, "from": starts, "size": sizes})
    edges = pd.DataFrame([(step.name, step.p05, step.p95, step.yuan) for step in steps], columns=["step", "p05", "p95", "yuan"])
    return Drawn(figure, data.merge(edges, on="step", how="left"))


def cost_curve(climb: Climb, runs: int, words: Words) -> Drawn | None:
    """Measures side by side, the cheapest for each unit first.

    None if none of them surely brings anything, and for ratios, of which there is no unit to pay for.
    """
    said = LABELS[words.language]
    sure = sorted((step for step in climb.steps if step.told and step.mean > 0.0), key=lambda step: step.yuan / step.mean)
    if not sure or climb.promise < FEW:
        return None
    left_out = said["and"].join(step.name for step in climb.steps if step not in sure) or said["nobody"]
    figure, (axis,) = canvas(
        said["cost"].format(target=climb.target), [said["cost_note"].format(names=left_out), *source(runs, words)],
        stamp=words.stamp(runs), height=5.2,
    )  # fmt: skip
    costs = [step.yuan / step.mean for step in sure]
    money = scale_for(max(map(abs, costs)), said["yuan"], words.language)
    starts = [sum(step.mean for step in sure[:n]) for n in range(len(sure))]
    colours = [(BLUE, ORANGE, GREEN, GREY)[n % 4] for n in range(len(sure))]
    for n, (step, cost) in enumerate(zip(sure, costs, strict=True)):
        height = cost / money.divisor
        label = f"{step.name}: {number(height, places(height))}"
        axis.bar(starts[n], height, width=step.mean, align="edge", color=colours[n], edgecolor="white", label=label)
    axis.axhline(0.0, color="#333333", linewidth=0.8)
    axis.set_xlim(left=0.0)
    numbered(axis.xaxis)
    numbered(axis.yaxis)
    axis.set_xlabel(said["x"].format(unit=climb.unit))
    axis.set_ylabel(said["y"].format(unit=money.unit))
    axis.legend(  # above the bars: within, it would cover those that stand far left
        frameon=False, fontsize=9, loc="lower left", bbox_to_anchor=(0.0, 1.01), borderaxespad=0.0, ncols=2, alignment="left"
    )
    rows = [(step.name, start, step.mean, cost) for step, start, cost in zip(sure, starts, costs, strict=True)]
    return Drawn(figure, pd.DataFrame(rows, columns=["measure", "from", "more", "yuan_each"]))
