"""The verb backtest: forecast from earlier dates, seal what was said, then score it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from rich import box
from rich.table import Table

from sim.config.options import count_option, month_option
from sim.config.sources import find_root
from sim.report.figure_files import save_all
from sim.report.numerals import number
from sim.report.terminal import terminal
from sim.runs.executors import open_executor
from sim.runs.progress import shown
from sim.runs.store.disk import write_file
from sim.settings import Settings
from sim.studies.backtest import forecasting
from sim.studies.backtest.backtest_page import figure, page
from sim.studies.backtest.forecasting import Forecast, forecast_from, observed, size
from sim.studies.backtest.proper_scores import Scored, score
from sim.studies.calibrate.evidence import read_evidence, read_series
from sim.studies.calibrate.shock_estimates import national_estimates
from sim.studies.common.output import output_folder, write_figures
from sim.studies.validate.sealing import made_with, read_predictions, write_predictions

PAGE = "docs/trust/backtest.md"
LEAST_SCORED = 6
"""Months after a cut-off that must be known for it to be scored."""
CUTOFFS = ("2023-12", "2024-06", "2024-12")
SAID = {
    "zh": {
        "title": "回测", "cutoff": "截止", "series": "指标", "crps": "CRPS", "simple": "最好的简单预测", "half": "落入50%区间",
        "most": "落入90%区间", "brier": "Brier", "sales": "新车销量（辆/月）", "nev_share": "新能源渗透率",
        "hash": "预测先写入 {path}（摘要 {seal}），后评分。", "results": "结果", "written": "已写入",
    },
    "en": {
        "title": "backtest", "cutoff": "cut-off", "series": "series", "crps": "CRPS", "simple": "best simple forecast",
        "half": "in 50%", "most": "in 90%", "brier": "Brier", "sales": "new cars a month", "nev_share": "NEV share",
        "hash": "Forecasts were written to {path} (digest {seal}) before scoring.", "results": "results", "written": "written",
    },
}  # fmt: skip


def backtest(settings: Settings, options: Mapping[str, Any], write: bool = False) -> int:
    """Options: cutoff (one date alone), runs (of each forecast); ``ensemble.draws`` go into each calibration."""
    cutoffs = (month_option(options, "cutoff", CUTOFFS[0]),) if "cutoff" in options else CUTOFFS
    runs = count_option(options, "runs", 50, 2, 1000)
    known = [read_evidence(cutoff, after=LEAST_SCORED) for cutoff in cutoffs]
    for evidence in known:
        national_estimates(evidence, settings.region.season)  # refused now where there are too few months, not after hours
    console, said = terminal(), SAID[settings.language]
    with open_executor(settings.executor) as executor, shown(console, said["title"], settings.language) as progress:
        forecasts = [forecast_from(settings, evidence, settings.ensemble.draws, runs, executor, progress) for evidence in known]
    said_then = {each.cutoff: asdict(each) for each in forecasts}
    with output_folder("backtest", [settings]) as folder:
        seal = write_predictions(folder, said_then, made_with([], settings, forecasting.__name__))
        sealed = [Forecast(**told) for told in read_predictions(folder)["predictions"].values()]
        seen = {cutoff: observed(read_series(), cutoff, size(settings)) for cutoff in cutoffs}
        scores = [line for each in sealed for line in score(each, seen[each.cutoff])]
        write_file(folder / "scores.json", json.dumps([asdict(each) for each in scores], indent=1).encode())
        write_figures([("backtest", figure(sealed, seen, scores, settings))], folder)
    console.print(_table(scores, said))
    for words in (said["hash"].format(path=folder / "predictions.json", seal=seal[:12]), f"{said['results']}: {folder}"):
        console.print(words, soft_wrap=True)
    if write:
        root = find_root()
        write_file(root / PAGE, page(scores, seal, runs, size(settings)).encode())
        english = settings.model_copy(update={"language": "en"})
        save_all([("backtest", figure(sealed, seen, scores, english))], root / "docs" / "images", ("png",))
        console.print(f"{said['written']}: {PAGE}")
    return 0


def _table(scores: Sequence[Scored], said: Mapping[str, str]) -> Table:
    out = Table(box=box.SIMPLE_HEAD)
    for column in ("cutoff", "series", "crps", "simple", "half", "most", "brier"):
        out.add_column(said[column], justify="left" if column in ("cutoff", "series") else "right")
    for each in scores:
        digits = 0 if each.series == "sales" else 3
        out.add_row(
            each.cutoff, said[each.series], number(each.crps, digits), f"{number(each.simple_crps, digits)} ({each.simple})",
            f"{each.half:.0%}", f"{each.most:.0%}", f"{each.brier:.2f} ({each.simple_brier:.2f})",
        )  # fmt: skip
    return out
