"""Screen, share out the variance, rank the measures, find where targets fail; print and write it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from rich import box
from rich.table import Table
from rich.text import Text

from sim.config.options import count_option
from sim.report.terminal import terminal
from sim.report.terminal_tables import print_stamp
from sim.report.words import Words
from sim.runs.executors import open_executor
from sim.runs.progress import shown
from sim.settings import Settings
from sim.studies.common.output import output_folder, write_csv
from sim.studies.sensitivity.analysing import (
    EXPLAINED,
    emulators,
    failing_box,
    foremost,
    morris,
    morris_points,
    sobol,
    spread_points,
)
from sim.studies.sensitivity.outputs import OUTLAY, inputs, outputs
from sim.studies.sensitivity.ranking import contributions, ranking
from sim.verdict import is_trial, verdicts

SEED = 1
SHOWN = 3
SAID = {
    "zh": {
        "title": "敏感性", "first": "哪些输入起作用（Morris 平均绝对效应，前{n}位）",
        "variance": "方差份额（Sobol 总指数，90%区间；括号内为替代模型交叉验证解释的方差）", "explained": "（解释 {r2:.0%}）",
        "unexplained": "替代模型只解释 {r2:.0%}（至少须 {least:.0%}），不给出指数；估计约需 {needed} 次运行（points={needed}）",
        "undefined": "{count}/{all} 次运行中没有取值，不作分析", "unmoved": "不随这些输入变化",
        "ranking": "举措排序：至少九成抽样中成立的有 {holds}/{all} 对", "box": "何时不达标（PRIM）",
        "outlay": "财政支出", "never": "全部达标或全部不达标，无从区分",
        "inside": "在这些范围内 {fails:.0%} 不达标（占样本 {share:.0%}）", "results": "结果",
    },
    "en": {
        "title": "sensitivity", "first": "Which inputs matter (Morris, mean absolute effect, first {n})",
        "variance": "Shares of the variance (Sobol total index, 90% interval; in brackets what the emulator explains, "
        "cross-validated)",
        "explained": " ({r2:.0%} explained)",
        "unexplained": "the emulator explains {r2:.0%} only (at least {least:.0%} is needed): no index; about {needed} runs "
        "should do (points={needed})",
        "undefined": "without a value in {count} of {all} runs: not analysed", "unmoved": "not moved by these inputs",
        "ranking": "Ranking of measures: {holds} of {all} pairs hold in at least nine of ten draws",
        "box": "When does a target fail (PRIM)?", "outlay": "public outlay",
        "never": "all runs meet it, or none: nothing to tell apart",
        "inside": "within these bounds {fails:.0%} fail ({share:.0%} of the points)", "results": "results",
    },
}  # fmt: skip


def sensitivity(settings: Settings, options: Mapping[str, Any]) -> int:
    """Options: trajectories (Morris), points (model runs for the emulator), foremost (inputs kept for it)."""
    console, said, words = terminal(), SAID[settings.language], Words.of(settings)
    names, draws = inputs(settings), settings.ensemble.draws
    steps = morris_points(names, count_option(options, "trajectories", 4, 2, 100), SEED)
    count, keep = count_option(options, "points", 60, 20, 5000), count_option(options, "foremost", 8, 2, len(names))
    with open_executor(settings.executor) as executor, shown(console, said["title"], settings.language) as progress:
        screening = outputs(settings, names, steps, executor, progress)
        screened = morris(names, steps, screening)
        kept = foremost(screened, keep)
        places = spread_points(kept, count, SEED)
        found = outputs(settings, kept, places, executor, progress)
        emulated, trust = emulators(places, found, SEED)
        shares = sobol(kept, emulated, SEED)
        added = contributions(settings, draws, executor, progress)
    wanted = [name for name, target in settings.targets.items() if target.comparator == ">="]
    ranked, boxes = ranking(added, wanted), _boxes(settings, kept, places, found)
    runs = min(len(steps), count, max(draws, 1))
    trial = is_trial(settings.population.scale, runs)
    with output_folder("sensitivity", [settings]) as folder:
        for name, table in (
            ("morris", screened),
            ("sobol", shares),
            ("emulators", trust),
            ("ranking", ranked),
            ("boxes", boxes),
        ):
            write_csv(folder / f"{name}.csv", table.assign(trial=trial))
    titles = {
        name: said["outlay"] if name == OUTLAY else words.heading(settings.targets[name].title) for name in map(str, found)
    }
    told = [
        _screening(titles, said, screening, screened), _variance(titles, said, found, shares, trust),
        _failing(titles, said, boxes),
        said["ranking"].format(holds=int(ranked["holds"].sum()), all=len(ranked)),
    ]  # fmt: skip
    print_stamp(words, runs, console)
    for line in told:
        console.print(line)
    console.print(f"{said['results']}: {folder}", soft_wrap=True)
    return 0


def _boxes(settings: Settings, names: Sequence[str], places: np.ndarray[Any, Any], found: pd.DataFrame) -> pd.DataFrame:
    parts = []
    for output in found:
        if output == OUTLAY:
            continue
        target = settings.targets[str(output)]
        values = found[output].to_numpy()
        met = verdicts(values, target.comparator, target.promise)
        told = met.notna().to_numpy()
        fails = ~met[told].to_numpy(dtype=bool)
        if told.any():
            parts.append(failing_box(names, places[told], fails).assign(output=output))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["input", "output"])


def _table(title: str, rows: Iterable[tuple[str, str]]) -> Table:
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, show_header=False)
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def _undefined(said: Mapping[str, str], values: pd.Series[float]) -> str:
    """What to say of an output that has no value in some runs, or the same in all."""
    gaps = int(values.isna().sum())
    return said["undefined"].format(count=gaps, all=len(values)) if gaps else said["unmoved"]


def _screening(titles: Mapping[str, str], said: Mapping[str, str], found: pd.DataFrame, screened: pd.DataFrame) -> Table:
    """For each output the inputs that move it most."""

    def told(output: str) -> str:
        top = screened[(screened["output"] == output) & (screened["mu_star"] > 0.0)].nlargest(SHOWN, "mu_star")
        return ", ".join(f"{r.input} ({r.mu_star:.3g})" for r in top.itertuples()) or _undefined(said, found[output])

    return _table(said["first"].format(n=SHOWN), ((title, told(output)) for output, title in titles.items()))


def _variance(
    titles: Mapping[str, str], said: Mapping[str, str], found: pd.DataFrame, shares: pd.DataFrame, trust: pd.DataFrame
) -> Table:
    """For each output the inputs with the largest share of its variance, or why there is no such share."""
    explained = trust.set_index("output")

    def told(output: str) -> str:
        if output not in explained.index:
            return _undefined(said, found[output])
        r2, needed = float(explained.loc[output, "explained_variance"]), int(explained.loc[output, "needed"])
        if needed:
            return said["unexplained"].format(r2=r2, least=EXPLAINED, needed=needed)
        top = shares[shares["output"] == output].nlargest(SHOWN, "total")
        return ", ".join(f"{r.input} {r.total:.2f}±{r.total_conf:.2f}" for r in top.itertuples()) + said["explained"].format(
            r2=r2
        )

    return _table(said["variance"], ((title, told(output)) for output, title in titles.items()))


def _failing(titles: Mapping[str, str], said: Mapping[str, str], boxes: pd.DataFrame) -> Table:
    """For each target the box in which it fails."""

    def told(output: str) -> str:
        mine = boxes[boxes["output"] == output] if len(boxes) else boxes
        if not len(mine):
            return said["never"]
        bounds = ", ".join(f"{r.input} {r.low:.0%}...{r.high:.0%}" for r in mine.itertuples())
        return f"{bounds}; " + said["inside"].format(fails=float(mine["fails"].iloc[0]), share=float(mine["share"].iloc[0]))

    return _table(said["box"], ((title, told(output)) for output, title in titles.items() if output != OUTLAY))
