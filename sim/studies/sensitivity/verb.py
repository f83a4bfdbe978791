"""Screen, share out the variance, rank the measures, find where targets fail; print and write it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from rich import box
from rich.console import Console
from rich.table import Table

from sim.config.options import count_option
from sim.report.words import Words
from sim.runs.executors import open_executor
from sim.runs.progress import shown
from sim.settings import Settings
from sim.studies.common.output import folder_of, write_csv
from sim.studies.sensitivity.analysing import failing_box, foremost, morris, morris_points, sobol, spread_points
from sim.studies.sensitivity.outputs import OUTLAY, inputs, outputs
from sim.studies.sensitivity.ranking import contributions, ranking

SEED = 1
SHOWN = 3
SAID = {
    "zh": {
        "title": "敏感性", "first": "哪些输入起作用（Morris 平均绝对效应，前{n}位）",
        "variance": "方差份额（Sobol 总指数，90%区间；替代模型解释 {r2:.0%}）",
        "ranking": "举措排序：至少九成抽样中成立的有 {holds}/{all} 对", "box": "何时不达标（PRIM）",
        "outlay": "财政支出", "never": "全部达标或全部不达标，无从区分",
        "inside": "在这些范围内 {fails:.0%} 不达标（占样本 {share:.0%}）", "results": "结果",
    },
    "en": {
        "title": "sensitivity", "first": "Which inputs matter (Morris, mean absolute effect, first {n})",
        "variance": "Shares of the variance (Sobol total index, 90 % interval; the emulator foretells {r2:.0%})",
        "ranking": "Ranking of measures: {holds} of {all} pairs hold in at least nine of ten draws",
        "box": "When does a target fail (PRIM)?", "outlay": "public outlay",
        "never": "all runs meet it, or none: nothing to tell apart",
        "inside": "within these bounds {fails:.0%} fail ({share:.0%} of the points)", "results": "results",
    },
}  # fmt: skip


def sensitivity(settings: Settings, options: Mapping[str, Any]) -> int:
    """Options: trajectories (Morris), points (model runs for the emulator), foremost (inputs kept for it)."""
    console, said, words = Console(), SAID[settings.language], Words.of(settings)
    names, draws = inputs(settings), settings.ensemble.draws
    steps = morris_points(names, count_option(options, "trajectories", 4, 2, 100), SEED)
    count, keep = count_option(options, "points", 60, 20, 5000), count_option(options, "foremost", 8, 2, len(names))
    with open_executor(settings.executor) as executor, shown(console, said["title"], settings.language) as progress:
        screened = morris(names, steps, outputs(settings, names, steps, executor, progress))
        kept = foremost(screened, keep)
        places = spread_points(kept, count, SEED)
        found = outputs(settings, kept, places, executor, progress)
        shares = sobol(kept, places, found, SEED)
        added = contributions(settings, draws, executor, progress)
    wanted = [name for name, target in settings.targets.items() if target.comparator == ">="]
    ranked, boxes = ranking(added, wanted), _boxes(settings, kept, places, found)
    folder = folder_of("sensitivity", [settings])
    for name, table in (("morris", screened), ("sobol", shares), ("ranking", ranked), ("boxes", boxes)):
        write_csv(folder / f"{name}.csv", table)
    for line in _told(settings, words, said, screened, shares, ranked, boxes):
        console.print(line, highlight=False)
    console.print(f"{said['results']}: {folder}", highlight=False, markup=False, soft_wrap=True)
    return 0


def _boxes(settings: Settings, names: Sequence[str], places: np.ndarray[Any, Any], found: pd.DataFrame) -> pd.DataFrame:
    parts = []
    for output in found:
        if output == OUTLAY:
            continue
        target = settings.targets[str(output)]
        values = found[output].to_numpy()
        fails = values < target.promise if target.comparator == ">=" else values > target.promise
        parts.append(failing_box(names, places, fails).assign(output=output))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["input", "output"])


def _told(
    settings: Settings, words: Words, said: Mapping[str, str], screened: pd.DataFrame, shares: pd.DataFrame,
    ranked: pd.DataFrame, boxes: pd.DataFrame,
) -> list[Table | str]:  # fmt: skip
    """What people read: for each target the inputs that matter most, and in which box it fails."""

    def title(output: str) -> str:
        return said["outlay"] if output == OUTLAY else words.heading(settings.targets[output].title)

    first = Table(title=said["first"].format(n=SHOWN), title_justify="left", box=box.SIMPLE_HEAD, show_header=False)
    for output, part in screened.groupby("output", sort=False):
        top = part.nlargest(SHOWN, "mu_star")
        first.add_row(title(str(output)), ", ".join(f"{r.input} ({r.mu_star:.3g})" for r in top.itertuples()))
    second = Table(title_justify="left", box=box.SIMPLE_HEAD, show_header=False)
    second.title = said["variance"].format(r2=float(shares["foretold"].median()))
    for output, part in shares.groupby("output", sort=False):
        top = part.nlargest(SHOWN, "total")
        second.add_row(title(str(output)), ", ".join(f"{r.input} {r.total:.2f}±{r.total_conf:.2f}" for r in top.itertuples()))
    third = Table(title=said["box"], title_justify="left", box=box.SIMPLE_HEAD, show_header=False)
    for output in dict.fromkeys(screened["output"]):
        mine = boxes[boxes["output"] == output] if len(boxes) else boxes
        if output != OUTLAY and len(mine):
            bounds = ", ".join(f"{r.input} {r.low:.0%}...{r.high:.0%}" for r in mine.itertuples())
            told = said["inside"].format(fails=float(mine["fails"].iloc[0]), share=float(mine["share"].iloc[0]))
            third.add_row(title(output), f"{bounds}; {told}")
        elif output != OUTLAY:
            third.add_row(title(output), said["never"])
    pairs = said["ranking"].format(holds=int(ranked["holds"].sum()), all=len(ranked))
    return [first, second, third, pairs]
