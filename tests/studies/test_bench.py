"""The bench measures the model that forecasts, writes down what it promises, and says what it could not measure."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from model_settings import small

from sim.cli import main
from sim.model import TradeInModel
from sim.model.history import MonthRecord
from sim.runs.once import run
from sim.settings import Settings
from sim.studies.bench import measuring
from sim.studies.bench import verb as bench
from sim.studies.bench.event_profile import KINDS, PARTS, kind_of, measure_profile
from sim.studies.bench.floor import Costs, Events, floor_seconds, measure_costs
from sim.studies.bench.growth import variants
from sim.studies.bench.measuring import SLICE, STAGES, Stopwatch, measure_plain, measure_run

PROMISED = (
    "full_run_s", "peak_mb", "goods", "purchases",
    "agent_months_per_s", "plain_mesa_ratio", "runs_per_minute", "compile_s", "versions", "over_floor", "two_threads_ratio",
    "events", "costs_ns", "profile_cpu_s", "growth", "date", "machine",
)  # fmt: skip


@pytest.fixture
def brief(monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A bench of two hundred households and two months, in this process."""

    def here(measure: Callable[[Settings], Any], settings: Settings) -> Any:
        return 60.0 if measure is measuring.measure_ensemble else measure(settings)

    monkeypatch.setattr(bench, "alone", here)
    monkeypatch.setattr(measuring, "ROUNDS", 1)
    monkeypatch.setattr(measuring, "PLAIN_HOUSEHOLDS", 200)
    monkeypatch.setattr(bench, "read_kept", lambda: None)
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


def test_what_happens_is_counted_as_the_run_has_it_and_nothing_stays_observed(brief: Settings) -> None:
    before = [getattr(module, name) for module, name in PARTS]
    profile = measure_profile(brief)
    assert [getattr(module, name) for module, name in PARTS] == before
    model = TradeInModel(brief)
    slots = sum(category.goods.variant.size for category in model.categories.values())
    bought = sum(int(month.tally.new_sales.sum()) for rows in run_months(model, brief) for month in rows)
    assert profile.events.slot_months == 2 * slots
    assert bought <= profile.events.decided <= profile.events.weighed < profile.events.exponentials
    kinds = {kind_of(category) for category in model.categories.values()}
    assert all((parts[kind] > 0.0) == (kind in kinds) for parts in profile.parts.values() for kind in KINDS)


def run_months(model: TradeInModel, settings: Settings) -> list[list[MonthRecord]]:
    """Every category's months."""
    for _ in range(settings.clock.months):
        model.step()
    return list(model.history.months.values())


def test_the_floor_is_what_each_event_costs_times_how_many_there_are() -> None:
    costs, events = Costs(hash=1.0, exponential=2.0, fetch=10.0, stream=0.5), Events(1000, 100, 3000, 50)
    assert floor_seconds(events, costs) == pytest.approx(1e-9 * (500.0 + 100 * (20.0 + 3.0) + 6000.0 + 50 * 20.0))
    assert floor_seconds(events.plus(events), costs) == pytest.approx(2.0 * floor_seconds(events, costs))
    assert all(cost > 0.0 for cost in measure_costs())


def test_what_grows_is_one_thing_at_a_time(brief: Settings) -> None:
    found = list(variants(brief))
    for along, size, other in found:
        same = {
            "scale": other.population.scale == brief.population.scale, "months": other.clock == brief.clock,
            "measures": other.policy == brief.policy, "goods": other.products == brief.products,
        }  # fmt: skip
        assert [name for name, alike in same.items() if not alike] in ([along], []), (along, size)
    assert {along for along, _, _ in found} == {"scale", "months", "measures", "goods"}
    assert [size for along, size, _ in found if along == "goods"][-1] == len(brief.products)
    fewest = next(other for along, size, other in found if (along, size) == ("measures", 0))
    assert run(fewest).ledger["claims"].sum() == 0


def test_a_run_is_held_against_the_last_release_only_where_the_same_was_measured() -> None:
    told = {"scale": 1.0, "months": 60, "categories": 53, "over_floor": 12.0}
    assert bench.over(told, {**told, "over_floor": 16.0}) == 0.75
    assert bench.over(told, {**told, "categories": 2}) is None
    assert bench.over(told, None) is None


def test_growth_is_yes_or_no(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "growth=maybe"]) == 2
    assert "growth" in capsys.readouterr().err


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
    assert bench.bench(wished, growth=False) == 0
    told = json.loads((tmp_path / "out" / "bench.json").read_text(encoding="utf-8"))
    assert set(PROMISED) <= set(told)
    assert told["plain_mesa_ratio"] == told["columnar_slice"] / told["plain_slice"]
    assert told["runs_per_minute"] == 60.0
    said = capsys.readouterr().out
    shown = [name for name in (*bench.RATIOS, *bench.ROWS) if told[name] is not None]
    places = [said.index(bench.SAID[language][name]) for name in shown]
    assert places == sorted(places), "ratios first"
    assert all(kind in said for kind in bench.KIND_WORDS[language].values())
    assert told["over_floor"] == pytest.approx(told["cpu"]["full_run_s"] / told["floor_s"])
    assert (told["over_kept"], told["growth"]) == (None, [])


def test_without_the_reference_the_rest_is_measured(
    brief: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(measuring, "plain_reference", lambda: None)
    assert bench.bench(brief.model_copy(update={"language": "en", "output": str(tmp_path)}), growth=False) == 0
    assert json.loads((tmp_path / "bench.json").read_text(encoding="utf-8"))["plain_mesa_ratio"] is None
    assert bench.SAID["en"]["no_plain"] in capsys.readouterr().out


def test_the_processes_that_measure_compile_again_on_one_core_and_nothing_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", "before")
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    with bench.environment("fresh"):
        assert (os.environ["NUMBA_CACHE_DIR"], os.environ["OMP_NUM_THREADS"]) == ("fresh", "1")
    assert os.environ["NUMBA_CACHE_DIR"] == "before"
    assert "OMP_NUM_THREADS" not in os.environ
