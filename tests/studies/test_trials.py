"""A trial says so in every output; a window in which no promise falls due says that; so few owners are refused."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pandas as pd
import pytest
from doc_pages import ROOT
from fake_runs import FAKE, settings_of
from findings_made import DAY, found, words
from matplotlib.text import Text
from report_frames import TARGETS, TITLES, monthly, target_table, uptake
from small_tree import refusal

from sim.config import load_settings
from sim.dashboard.looks import Look
from sim.dashboard.views import Sight, view
from sim.report.docx_file import docx_bytes
from sim.report.figures import difference, forecast_figures
from sim.report.scenario_report import report
from sim.report.terminal import terminal
from sim.report.words import Words
from sim.runs.ensemble import Ensemble, gathered
from sim.runs.executors import SerialExecutor
from sim.runs.plan import Plan
from sim.runs.schedule import carry_out, silent
from sim.runs.store.folder import Store
from sim.runs.store.parquet_tables import SCHEMAS, decode, encoded
from sim.settings import Settings
from sim.studies.compare.verb import target_differences
from sim.studies.forecast.sweep import cell_rows, told
from sim.studies.forecast.verb import show
from sim.studies.report.shipped import shipped_score
from sim.studies.sensitivity import verb as sensitivity
from sim.studies.sensitivity.analysing import Floats

BOTH = pytest.mark.parametrize("language", ["zh", "en"])
RANKED = ["measure", "draw", "output", "value"]
STAMP = {"zh": "试算 TRIAL", "en": "TRIAL 试算"}


def faked(root: Path, *overrides: str) -> Ensemble:
    settings = settings_of(root, "scenario=no_policy", *overrides)
    (cell,) = carry_out([Plan.of(settings)], Store(root / "results"), SerialExecutor(), silent, FAKE)
    return gathered(cell)


# stamps


@BOTH
def test_every_figure_of_a_trial_is_stamped_and_no_other(language: Any) -> None:
    for scale in (0.05, 1.0):
        said = Words(language, TITLES, scale=scale)
        gap = difference(many_runs(), many_runs(), "nev_stock", "", said, ("a", "b"), flow=False)
        for name, drawn in [*forecast_figures(many_runs(), uptake(), target_table(), TARGETS, said), ("gap", gap)]:
            texts = [part.get_text() for part in drawn.figure.findobj(Text) if isinstance(part, Text)]
            assert (STAMP[language] in texts) is (scale < 1.0), name


def many_runs() -> pd.DataFrame:
    """The frames of the figures with twenty runs."""
    parts = [monthly().query("run == 0").assign(run=run, draw=run) for run in range(20)]
    return pd.concat(parts, ignore_index=True)


@BOTH
def test_the_report_of_a_trial_is_stamped_on_every_page(language: str) -> None:
    for runs, stamped in ((3, True), (20, False)):
        document = report(found(language, runs=runs), DAY)
        opened = docx.Document(io.BytesIO(docx_bytes(document)))
        head = opened.sections[0].header.paragraphs[0].text
        assert (head == STAMP[language]) is stamped
        assert any(STAMP[language] in paragraph.text for paragraph in opened.paragraphs) is stamped


def test_tables_manifest_and_workbook_of_a_trial_say_so(tmp_path: Path) -> None:
    for name, overrides, trial in (
        ("small", ["population.scale=0.05", "ensemble.draws=10", "ensemble.seeds=2"], True),
        ("few", ["population.scale=1", "ensemble.draws=2", "ensemble.seeds=2"], True),
        ("full", ["population.scale=1", "ensemble.draws=10", "ensemble.seeds=2"], False),
    ):  # fmt: skip
        result = faked(tmp_path / name, *overrides)
        file = io.StringIO()
        show(result, tmp_path / name / "out", terminal(file=file, width=100))
        assert pd.read_csv(tmp_path / name / "out" / "targets.csv")["trial"].tolist() == [trial]
        assert json.loads((tmp_path / name / "out" / "manifest.json").read_text(encoding="utf-8"))["trial"] is trial
        assert (STAMP["zh"] in file.getvalue()) is trial
        assert target_differences(result, result)["trial"].tolist() == [trial]
        assert [row["trial"] for row in cell_rows(0, "", result, result.target_table())] == [trial]
        assert (STAMP["zh"] in "".join(told(result, result.target_table()))) is trial
        seen = view("job", result.settings, Sight(Look.of("ensemble", result)), "en")
        assert seen["stamp"] == (STAMP["en"] if trial else "")


def test_every_study_of_runs_stamps_what_it_prints_and_what_it_writes() -> None:
    packages = [path for path in (ROOT / "sim" / "studies").iterdir() if path.is_dir() and path.name != "common"]
    texts = {path.name: "".join(file.read_text(encoding="utf-8") for file in path.rglob("*.py")) for path in packages}
    running = {name for name, text in texts.items() if re.search(r"\b(run_cells|ensembles)\(", text)}
    tests_of_the_model = {"validate", "calibrate", "backtest"}  # their pages say with how many draws and at which scale
    assert running >= {"forecast", "compare", "contribution", "budget", "solve", "nowcast", "sensitivity", "report"}
    for name in running - tests_of_the_model:
        assert re.search(r"print_stamp\(|print_targets\(|stamp_told\(|write_report\(", texts[name]), name
        assert re.search(r"trial|write_ensemble\(", texts[name]), name


@pytest.mark.parametrize(("scale", "draws", "trial"), [(1.0, 20, False), (1.0, 10, True), (0.05, 20, True)])
def test_a_sensitivity_of_a_trial_says_so_on_the_terminal_and_in_every_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], scale: float, draws: int, trial: bool
) -> None:
    def outputs(settings: Settings, names: Sequence[str], points: Floats, *_: object) -> pd.DataFrame:
        return pd.DataFrame({"nev_stock": points.sum(axis=1), sensitivity.OUTLAY: points[:, 0]})

    added = [(m, draw, "nev_stock", value + draw) for m, value in (("a", 1.0), ("b", 9.0)) for draw in range(draws)]
    monkeypatch.setattr(sensitivity, "inputs", lambda _: ["a", "b", "c"])
    monkeypatch.setattr(sensitivity, "outputs", outputs)
    monkeypatch.setattr(sensitivity, "contributions", lambda *_: pd.DataFrame(added, columns=RANKED))
    words = [f"population.scale={scale}", f"ensemble.draws={draws}", "executor=serial"]
    settings = settings_of(tmp_path, *words).model_copy(update={"output": str(tmp_path / "o")})
    assert sensitivity.sensitivity(settings, {"points": 40, "trajectories": 20, "foremost": 2}) == 0
    assert (STAMP["zh"] in capsys.readouterr().out) is trial
    for name in ("morris", "sobol", "emulators", "ranking", "boxes"):
        assert set(pd.read_csv(tmp_path / "o" / f"{name}.csv")["trial"]) <= {trial}, name
    assert set(pd.read_csv(tmp_path / "o" / "morris.csv")["trial"]) == {trial}


# no promise in the window


def test_a_window_without_a_promise_says_so_and_writes_what_there_is(tmp_path: Path) -> None:
    result = faked(tmp_path, "clock.end=2024-06", "ensemble.draws=2")
    result = replace(result, tables={run: without_targets(tables) for run, tables in result.tables.items()})
    file = io.StringIO()
    show(result, tmp_path / "out", terminal(file=file, width=100))
    page = "".join(file.getvalue().split())
    assert "2023-01至2024-06内没有到期的目标" in page
    assert "clock.end=2025-12" in page
    assert pd.read_csv(tmp_path / "out" / "targets.csv").empty
    drawn = [path.name for path in (tmp_path / "out" / "figures").iterdir() if not path.name.startswith(".")]
    assert sorted(drawn) == [f"new_sales_by_powertrain.{each}" for each in ("csv", "png", "svg")]
    assert target_differences(result, result).empty
    (row,) = cell_rows(0, "", result, result.target_table())
    assert row["id"] is None
    assert row["runs"] == result.runs
    assert "没有目标的期限落在模拟时段内" in "".join(told(result, result.target_table()))


def without_targets(tables: Any) -> Any:
    schema = SCHEMAS["targets"]
    return {**tables, "targets": encoded(decode(tables["targets"]).to_pandas()[:0], schema)}


@BOTH
def test_a_report_without_a_promise_says_so(language: str) -> None:
    short = load_settings([f"language={language}", "clock.end=2024-06"])
    text = words(report(found(language, settings=short, table=target_table()[:0].assign(grade="B")), DAY))
    assert {"zh": "没有到期的目标", "en": "No promise falls due from 2023-01 to 2024-06"}[language] in text
    assert {"zh": "0项", "en": "Of 0 promises"}[language] not in text.split(
        {"zh": "财政支出", "en": "Public outlay"}[language]
    )[0]


@BOTH
def test_the_report_lists_what_is_not_determined_apart(language: str) -> None:
    table = target_table().assign(grade="B")
    table.loc[0, ["defined", "probability"]] = 7, 0.0
    table.loc[1, ["holds", "least_scale", "probability"]] = False, 0.31, float("nan")
    text = words(report(found(language, table=table), DAY))
    after = text.split({"zh": "无法判定的有2项：", "en": "Not determined, 2: "}[language])[1].splitlines()[0]
    for name in ("nev_stock", "elv_recovered"):
        title = load_settings([f"language={language}"]).targets[name].title
        assert getattr(title, language)[1:] in after
    assert {"zh": "2项无法判定", "en": "2 cannot be determined"}[language] in text
    assert {"zh": "24次运行中7次有数值", "en": "defined in 7 of 24 runs"}[language] in text


# validation


def test_the_report_quotes_the_scorecard_that_ships() -> None:
    page = ROOT / "docs" / "trust" / "scorecard.md"
    score = shipped_score(page)
    assert score is not None
    lines = [line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    fresh = [line for line in lines if line.endswith(("passed |", "**missed** |"))]
    used = [line for line in lines if line.endswith(", used |")]
    assert (score.total, score.used) == (len(fresh), len(used))
    assert score.passed == sum(line.endswith("passed |") for line in fresh)
    for language in ("zh", "en"):
        text = words(report(found(language, shipped=score), DAY))
        assert "docs/trust/scorecard.md" in text
        assert "untested" not in text
    assert shipped_score(ROOT / "docs" / "nothing.md") is None


# too few owners


@pytest.mark.parametrize("scale", ["0.000002", "0.0000001", "0.0003"])
def test_a_district_of_a_handful_of_households_is_refused(scale: str) -> None:
    error = refusal(ROOT / "configs", [f"population.scale={scale}"], lambda lines, _: load_settings(lines))
    assert error.key.en == "population.scale"
    assert "200 simulated households" in error.allowed.en
    assert "population.scale=0.0004" in error.remedy.en


def test_two_hundred_households_are_enough() -> None:
    assert load_settings(["population.scale=0.0004"]).population.scale == 0.0004
