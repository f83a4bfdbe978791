"""The bench measures the model that forecasts, writes down what it promises, and says what it could not measure."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from model_settings import small

from sim.settings import Settings
from sim.studies.bench import measuring
from sim.studies.bench import verb as bench
from sim.studies.bench.measuring import SLICE, STAGES, Stopwatch, measure_plain, measure_run

PROMISED = (
    "full_run_s", "peak_mb", "goods", "purchases",
    "agent_months_per_s", "plain_mesa_ratio", "runs_per_minute", "compile_s", "versions",
)  # fmt: skip


@pytest.fixture
def brief(monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A bench of two hundred households and two months, in this process."""

    def here(measure: Callable[[Settings], Any], settings: Settings) -> Any:
        return 60.0 if measure is measuring.measure_ensemble else measure(settings)

    monkeypatch.setattr(bench, "alone", here)
    monkeypatch.setattr(measuring, "ROUNDS", 1)
    monkeypatch.setattr(measuring, "PLAIN_HOUSEHOLDS", 200)
    return small("clock.end=2023-02", scale=0.001)


def test_every_stage_is_measured_and_none_twice(brief: Settings) -> None:
    watch, whole, columnar = measure_run(brief)
    stages = watch.taken(*("stage." + stage for stage in STAGES))
    assert min(watch.wall[name] for name in [*("stage." + s for s in STAGES), *("slice." + s for s in SLICE)]) > 0.0
    assert stages.wall <= watch.wall["months"]
    assert watch.taken("build", "months", "tables").wall <= whole.taken.wall
    assert 0 < columnar.agent_months <= whole.agent_months
    assert 0 < whole.purchases < whole.goods


def test_objects_and_columns_are_counted_alike(brief: Settings) -> None:
    plain = measure_plain(brief)
    _, _, columnar = measure_run(measuring.at_scale(brief, 200 / brief.region.baseline["households"].value))
    assert plain is not None
    assert plain.agent_months == columnar.agent_months


def test_seconds_of_one_name_add_up() -> None:
    watch = Stopwatch()
    for _ in range(2):
        with watch.measuring("twice"):
            pass
    first = dict(watch.wall)
    with watch.measuring("once"):
        pass
    assert watch.taken("twice").wall == first["twice"]
    assert watch.taken("twice", "once").wall == watch.wall["twice"] + watch.wall["once"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_promised_is_written(
    brief: Settings, language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wished = brief.model_copy(update={"language": language, "output": str(tmp_path / "out")})
    assert bench.bench(wished) == 0
    told = json.loads((tmp_path / "out" / "bench.json").read_text(encoding="utf-8"))
    assert set(PROMISED) <= set(told)
    assert told["plain_mesa_ratio"] == told["columnar_slice"] / told["plain_slice"]
    assert told["runs_per_minute"] == 60.0
    said = capsys.readouterr().out
    assert all(bench.SAID[language][name] in said for name in bench.ROWS)


def test_without_the_reference_the_rest_is_measured(
    brief: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(measuring, "plain_reference", lambda: None)
    assert bench.bench(brief.model_copy(update={"language": "en", "output": str(tmp_path)})) == 0
    assert json.loads((tmp_path / "bench.json").read_text(encoding="utf-8"))["plain_mesa_ratio"] is None
    assert bench.SAID["en"]["no_plain"] in capsys.readouterr().out


def test_the_processes_that_measure_compile_again_on_one_core_and_nothing_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", "before")
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    with bench.environment("fresh"):
        assert (os.environ["NUMBA_CACHE_DIR"], os.environ["OMP_NUM_THREADS"]) == ("fresh", "1")
    assert os.environ["NUMBA_CACHE_DIR"] == "before"
    assert "OMP_NUM_THREADS" not in os.environ
