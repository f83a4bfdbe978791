"""Run the cells of a study with one executor and one bar of progress, draw a forecast's figures, tell what failed."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console

from sim.errors import Language, SimError
from sim.report.words import Words
from sim.runs.ensemble import Ensemble, ensembles
from sim.runs.executors import open_executor
from sim.runs.plan import Plan
from sim.runs.progress import shown
from sim.runs.schedule import Failure
from sim.settings import Settings
from sim.studies.common.kept_figures import figures_key, keep, kept
from sim.studies.common.output import write_figures

SAID = {
    "zh": {
        "runs": "模拟", "results": "结果", "figures": "图", "found": "本次 {runs} 次运行中 {found} 次取自 {folder}",
        "failed": "失败的运行（{count}）", "again": "只重复它", "settings": "设置", "draw": "抽样", "seed": "种子",
    },
    "en": {
        "runs": "runs", "results": "results", "figures": "figures",
        "found": "{found} of {runs} runs were found in {folder}", "failed": "failed runs ({count})",
        "again": "to repeat it alone", "settings": "settings", "draw": "draw", "seed": "seed",
    },
}  # fmt: skip


def run_cells(cells: Sequence[Settings], console: Console, title: str) -> Iterator[tuple[int, Ensemble]]:
    """Run all cells with one executor and one progress bar; yields each with its number, as it is ready."""
    first = cells[0]
    with (
        shown(console, f"{title}, {SAID[first.language]['runs']}", first.language) as report,
        open_executor(first.executor) as executor,
    ):
        yield from ensembles([Plan.of(settings) for settings in cells], executor, report)


def draw(result: Ensemble, folder: Path) -> Path:
    """Write the figures of a forecast below ``folder``, unless they are there, and return where they are."""
    settings, table, place = result.settings, result.target_table(), folder / "figures"
    uptake = result.uptake.copy()
    uptake[["claims", "amount_fen"]] = uptake[["claims", "amount_fen"]] / settings.population.scale
    words = Words.of(settings)
    key = figures_key([result.monthly, uptake, table], settings.targets, words)
    if not kept(place, key):
        from sim.report.figures import forecast_figures  # the drawing library is slow to load

        keep(place, key, write_figures(forecast_figures(result.monthly, uptake, table, settings.targets, words), place))
    return place


def report_failures(failures: Sequence[tuple[str, Failure]], language: Language, console: Console) -> int:
    """List what failed with settings, draw, seed, traceback and the command that repeats only it; 1 if there is anything.

    ``failures``: each with what was typed after ``forecast`` for its cell.
    """
    if not failures:
        return 0
    said = SAID[language]
    lines = [said["failed"].format(count=len(failures))]
    for words, failure in failures:
        lines += [
            f"- {said['settings']} {failure.settings}, {said['draw']} {failure.draw}, {said['seed']} {failure.seed}",
            *("  " + line for line in failure.traceback.strip().splitlines()),
            f"  {said['again']}: {repeating(words, failure)}",
        ]
    console.print("\n".join(lines), soft_wrap=True)
    return SimError.exit_code


def repeating(words: str, failure: Failure) -> str:
    """The command that repeats one run; it leaves the tables and figures of the whole alone."""
    typed = [word for word in shlex.split(words) if not word.lstrip("+").startswith(("ensemble.", "output="))]
    which = [f"ensemble.draws={failure.draws}", f"ensemble.draw={failure.draw}"]
    one = ["ensemble.seeds=1", f"ensemble.first_seed={failure.seed}"]
    return "python -m sim forecast " + shlex.join([*typed, *which, *one])
