"""The verb validate: does it reproduce what happened elsewhere?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich import box
from rich.table import Table

from sim.config.sources import find_root
from sim.report.numerals import number
from sim.report.terminal import terminal
from sim.runs.executors import open_executor
from sim.runs.progress import shown
from sim.runs.store.disk import write_file
from sim.runs.store.run_keys import digest
from sim.settings import Settings
from sim.studies.common.output import output_folder
from sim.studies.validate import scoring
from sim.studies.validate.case import Case, chosen, shipped
from sim.studies.validate.scorecard import decimals_of, page
from sim.studies.validate.scoring import Verdict, predict, prepared, score, write_scorecard
from sim.studies.validate.sealing import PREDICTIONS, made_with, read_predictions, write_predictions

PAGE = "docs/trust/scorecard.md"
SAID = {
    "zh": {
        "title": "检验", "case": "案例与指标", "predicted": "预测（P5…P95）", "observed": "实测", "band": "通过范围",
        "verdict": "结果", "naive": "最好的简单预测", "passed": "通过", "missed": "未通过",
        "used": "（校准已用）",
        "open": "仅为预测", "no_test": "另有 {count} 项尚无实测值，仅为预测，不构成检验。",
        "sum": "未用于校准的 {all} 项中 {passed} 项通过，{compared} 项可比的有 {beaten} 项不差于简单预测。",
        "hash": "预测于 {written} 先写入 {path}（摘要 {seal}，含案例、程序、参数和时间），后评分。",
        "written": "已写入", "results": "结果",
    },
    "en": {
        "title": "validation", "case": "case and quantity", "predicted": "predicted (P5...P95)", "observed": "observed",
        "band": "passes within", "verdict": "", "naive": "best simple forecast", "passed": "passed", "missed": "missed",
        "used": ", used in calibration",
        "open": "prediction only", "no_test": "{count} without a measured number: a prediction only, no test.",
        "sum": "Of what the calibration has not seen, {passed} of {all} passed; {beaten} of {compared} are no worse than the "
        "best simple forecast.",
        "hash": "Predictions were written to {path} at {written} (digest {seal} of cases, code, parameters and time) before "
        "scoring.",
        "written": "written",
        "results": "results",
    },
}  # fmt: skip


def validate(settings: Settings, name: str | None = None, write: bool = False) -> int:
    """Predict the shipped cases, or one, write the predictions, score them; with ``write`` also the page of the docs."""
    console, said = terminal(), SAID[settings.language]
    cases = [chosen(name)] if name else shipped()
    sides = prepared(cases, settings.population.scale, settings.results.folder)
    with open_executor(settings.executor) as executor, shown(console, said["title"], settings.language) as progress:
        predictions = predict(sides, settings.ensemble.draws, executor, progress)
    with output_folder(f"validate-{digest(name)[:6]}" if name else "validate", [settings]) as folder:
        seal = write_predictions(folder, predictions, made_with([side.case for side in sides], settings, scoring.__name__))
        sealed = read_predictions(folder)
        verdicts = score(cases, sealed["predictions"])
        write_scorecard(folder, verdicts, name, settings)
    console.print(_table(cases, verdicts, settings.language, said))
    console.print(summary(verdicts, said))
    told = said["hash"].format(path=folder / PREDICTIONS, seal=seal[:12], written=sealed["written"])
    for words in (told, f"{said['results']}: {folder}"):
        console.print(words, soft_wrap=True)
    if write:
        path = write_file(find_root() / PAGE, page(cases, verdicts, settings, sealed).encode())
        console.print(f"{said['written']}: {path}", soft_wrap=True)
    return 0


def summary(verdicts: Sequence[Verdict], said: Mapping[str, str]) -> str:
    """How many of those that the calibration has not seen passed, and are no worse than simple forecasts."""
    scored = [verdict for verdict in verdicts if verdict.passed is not None]
    fresh = [verdict for verdict in scored if not verdict.calibrated]
    compared = [verdict for verdict in fresh if verdict.beats_naive is not None]
    lines = []
    if scored:
        passed, beaten = (
            sum(bool(each) for each in many) for many in ([v.passed for v in fresh], [v.beats_naive for v in compared])
        )
        lines.append(said["sum"].format(passed=passed, all=len(fresh), beaten=beaten, compared=len(compared)))
    if len(scored) < len(verdicts):
        lines.append(said["no_test"].format(count=len(verdicts) - len(scored)))
    return "\n".join(lines)


def _table(cases: Sequence[Case], verdicts: Sequence[Verdict], language: str, said: Mapping[str, str]) -> Table:
    titles = {score.id: (score.title.zh if language == "zh" else score.title.en) for case in cases for score in case.asked}
    out = Table(box=box.SIMPLE_HEAD)
    for column in ("case", "predicted", "observed", "band", "naive", "verdict"):
        out.add_column(said[column], justify="left" if column in ("case", "verdict") else "right")
    for verdict in verdicts:
        measured = () if verdict.observed is None else (verdict.observed,)
        decimals = decimals_of(verdict)
        show = [number(value, decimals) for value in (verdict.predicted, verdict.p05, verdict.p95)]
        seen = "".join(number(value, decimals) for value in measured)
        band = " ... ".join(number(edge, decimals) for edge in verdict.band or ())
        naive = "" if verdict.best_naive is None else f"{number(verdict.best_naive, decimals)} ({verdict.naive})"
        told = said["open" if verdict.passed is None else "passed" if verdict.passed else "missed"]
        told += said["used"] if verdict.calibrated else ""
        title = f"{verdict.case}: {titles[verdict.id]}"
        out.add_row(title, f"{show[0]} ({show[1]}...{show[2]})", seen, band, naive, told)
    return out
