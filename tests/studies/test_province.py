"""Districts of a sweep added up: counts summed, ratios of the sums, promises judged, runs paired by draw and seed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fake_runs import FAKE, settings_of
from made_districts import Counts, made, made_settings
from model_settings import district, finish

from sim.config import load_settings
from sim.errors import BadInput
from sim.runs.ensemble import SUMMARY, Ensemble, gathered
from sim.runs.executors import SerialExecutor
from sim.runs.plan import Plan
from sim.runs.result import indicator_names
from sim.runs.schedule import carry_out, silent
from sim.runs.store.folder import Store
from sim.runs.store.parquet_tables import encode
from sim.settings import Settings
from sim.studies.forecast import main
from sim.studies.forecast import sweep as sweeping
from sim.studies.forecast.adding_up import COUNTS, WHOLES, adds, series_of, summed
from sim.studies.forecast.province import kept_of, provinces_of, total_of

COUNTY, CITY = "example_county", "example_city"
NOT_ADDED = {"credit_share", "first_buyer_share", "mechanisation_rate", "new_car_price", "used_price_index"}
"""Indicators of which a run holds neither sums nor wholes."""
RUNS = [(1, 1), (1, 2), (2, 1), (2, 2), (3, 1), (3, 2)]


def several(counts: Counts, by: Sequence[float] = (1.0, 1.2, 0.9, 1.1, 1.4, 0.8)) -> dict[tuple[int, int], Counts]:
    """Runs in which stock and sales differ by these factors."""
    return {run: counts._replace(stock=counts.stock * f, new=counts.new * f) for run, f in zip(RUNS, by, strict=True)}


def test_two_districts_are_summed_as_one_would_by_hand() -> None:
    names = (
        "nev_stock", "elv_recovered", "used_new_ratio", "nev_share_new_buses", "energy_benchmark_capacity_share",
        "high_end_equipment_share",
    )  # fmt: skip
    promised = {"nev_stock": 2500.0, "elv_recovered": 100.0}
    here = Counts(stock=1000, recovered=10, new=100, used=50, buses=10, nev_buses=10, lines=100, benchmark=30, outlay=5)
    there = Counts(stock=3000, recovered=20, new=300, used=30, buses=30, nev_buses=15, lines=300, benchmark=30, outlay=6)
    there = there._replace(revenue=10.0, high_end=9.0)
    told = total_of(
        [
            kept_of(made(made_settings(COUNTY, *names, promises=promised), {(1, 1): here})),
            kept_of(made(made_settings(CITY, *names, promises={**promised, "nev_stock": 1600.0}), {(1, 1): there})),
        ]
    )
    table = told.table.set_index("id")
    assert table["p50"].to_dict() == pytest.approx(
        {
            "nev_stock": 4000.0,
            "elv_recovered": 12.0 * 30.0,
            "used_new_ratio": 80.0 / 400.0,
            "nev_share_new_buses": 25.0 / 40.0,
            "energy_benchmark_capacity_share": 60.0 / 400.0,
            "high_end_equipment_share": 19.0 / 50.0,
        },
        rel=1e-12,
    )
    assert table.loc["nev_stock", "promise"] == 4100.0, "promised numbers add"
    assert table.loc["elv_recovered", "promise"] == 200.0
    assert table.loc["used_new_ratio", "promise"] == 0.8, "a promised ratio is the same for all"
    assert table["probability"].to_dict()["nev_stock"] == 0.0
    assert table["probability"].to_dict()["elv_recovered"] == 1.0
    assert table.loc["nev_stock", "outlay_p50"] == 36.0 * 11.0
    assert told.left_out == ()


def test_tools_are_shared_among_the_firms_of_all_districts() -> None:
    runs = [{(1, 1): Counts(firms=50.0, tools=20)}, {(1, 1): Counts(firms=150.0, tools=120)}]
    parts = [
        series_of(made(made_settings(region, "nev_stock"), run), [("rd_digital_tool_penetration", "")])
        for region, run in zip((COUNTY, CITY), runs, strict=True)
    ]
    assert [float(part["whole"].iloc[-1]) for part in parts] == pytest.approx([50.0, 150.0])
    assert summed(parts)["value"].to_numpy() == pytest.approx(140.0 / 200.0)


def test_one_district_alone_is_its_forecast_to_the_last_bit() -> None:
    result = made(made_settings(CITY), several(Counts(used=47.0, stock=3333.3)))
    own, total = result.target_table(), total_of([kept_of(result)])
    kept = own[~own["id"].isin(total.left_out)].reset_index(drop=True)
    assert len(kept) > 5
    pd.testing.assert_frame_equal(total.table[list(SUMMARY)], kept, check_exact=True)


def test_the_same_district_twice_is_double_counts_and_the_same_ratios() -> None:
    one = kept_of(made(made_settings(CITY), several(Counts(used=47.0))))
    alone, twice = (total_of(districts).table.set_index("id") for districts in ([one], [one, one]))
    counts = ["nev_stock", "elv_recovered"]
    others = [name for name in alone.index if name not in (*counts, "high_end_equipment_revenue")]
    quantiles = ["p05", "p50", "p95"]
    np.testing.assert_allclose(twice.loc[counts, [*quantiles, "promise"]], 2.0 * alone.loc[counts, [*quantiles, "promise"]])
    pd.testing.assert_frame_equal(twice.loc[others, quantiles], alone.loc[others, quantiles], check_exact=True)
    assert twice["probability"].to_dict() == pytest.approx(alone["probability"].to_dict(), nan_ok=True)
    np.testing.assert_allclose(twice["outlay_p95"], 2.0 * alone["outlay_p95"])


def test_a_promise_of_everything_is_not_missed_by_rounding() -> None:
    bought = (0.1, 0.7, 1.3, 2.9)
    districts = [
        kept_of(made(made_settings(CITY, "nev_share_new_buses"), {(1, 1): Counts(buses=n, nev_buses=n)})) for n in bought
    ]
    assert total_of(districts).table["p05"].tolist() == [1.0]


def test_a_district_that_buys_no_buses_has_no_say_in_their_share() -> None:
    runs = [Counts(buses=0.0), Counts(buses=8.0, nev_buses=6.0)]
    districts = [kept_of(made(made_settings(CITY, "nev_share_new_buses"), {(1, 1): each})) for each in runs]
    assert districts[0].table["defined"].tolist() == [0]
    assert total_of(districts).table["p50"].tolist() == [0.75]


def test_runs_are_paired_by_draw_and_seed_and_only_those_that_all_have_count() -> None:
    settings = made_settings(CITY, "nev_stock")
    here = {(1, 1): Counts(stock=1.0), (2, 1): Counts(stock=2.0), (3, 1): Counts(stock=4.0)}
    there = {(3, 1): Counts(stock=100.0), (1, 1): Counts(stock=200.0)}
    total = total_of([kept_of(made(settings, runs)) for runs in (here, there)])
    assert total.runs == 2
    (row,) = total.table.to_dict("records")
    assert row["runs"] == row["defined"] == 2
    assert [row["p05"], row["p95"]] == pytest.approx(np.quantile([201.0, 104.0], [0.05, 0.95]).tolist())


def test_what_cannot_be_one_promise_of_all_is_named() -> None:
    names = ("nev_stock", "used_new_ratio", "mechanisation_rate", "elv_recovered")
    here, there = made_settings(COUNTY, *names), made_settings(CITY, *names[:3], promises={"used_new_ratio": 0.7})
    total = total_of([kept_of(made(settings, {(1, 1): Counts()})) for settings in (here, there)])
    assert total.table["id"].tolist() == ["nev_stock"]
    assert total.left_out == ("used_new_ratio", "mechanisation_rate", "elv_recovered")


def test_districts_with_common_luck_have_a_wider_band_together() -> None:
    settings = made_settings(CITY, "nev_stock")
    draws, luck = 40, np.random.default_rng(3)

    def runs(values: Any) -> dict[tuple[int, int], Counts]:
        return {(draw, 1): Counts(stock=float(value)) for draw, value in enumerate(values, start=1)}

    common = 1000.0 + 100.0 * luck.standard_normal(draws)
    others = [1000.0 + 100.0 * luck.standard_normal(draws) for _ in range(2)]
    shared = [kept_of(made(settings, runs(common))) for _ in range(3)]
    apart = [kept_of(made(settings, runs(each))) for each in (common, *others)]
    still = kept_of(made(settings, runs(np.full(draws, 1000.0))))

    def wider(*districts: Any) -> float:
        return float(total_of(districts).table["band_to_independent"].iloc[0])

    assert wider(*shared) == pytest.approx(np.sqrt(3.0), rel=0.2), "three equal districts: three times one, not its root"
    assert wider(*apart) == pytest.approx(1.0, abs=0.25)
    assert wider(shared[0], still) == pytest.approx(1.0), "who does not vary has nothing to share"
    few = [kept_of(made(settings, runs(common[:7]))) for _ in range(2)]
    assert np.isnan(wider(*few)), "a band of nine in ten of seven draws says nothing"


def test_units_behind_a_number_add_so_that_a_chance_may_be_told_of_the_whole() -> None:
    settings = made_settings(CITY, "elv_recovered")
    target = settings.targets["elv_recovered"].model_copy(update={"units": 250.0, "grade": "B"})
    settings = settings.model_copy(update={"targets": {"elv_recovered": target}})
    lower = settings.model_copy(update={"targets": {"elv_recovered": target.model_copy(update={"grade": "C"})}})
    districts = [kept_of(made(each, {(1, 1): Counts()})) for each in (settings, lower)]
    small = settings.population.model_copy(update={"scale": 0.9})
    small_scale = [each._replace(settings=each.settings.model_copy(update={"population": small})) for each in districts]
    row = total_of(small_scale).table.iloc[0]
    assert row["holds"]
    assert row["grade"] == "C", "no better than the weakest"


# what adds ---------------------------------------------------------------------------------------------------------


def test_every_indicator_is_a_count_a_ratio_with_a_whole_or_known_not_to_add() -> None:
    ratios = {indicator for indicator, _ in WHOLES}
    assert COUNTS | ratios | NOT_ADDED == {*indicator_names(), "outlay"}
    assert not NOT_ADDED & (COUNTS | ratios)
    left = {name for name, target in load_settings().targets.items() if not adds((target.indicator, target.group))}
    assert left == {"mechanisation_rate", "vocational_equipment_renewed"}


def test_a_ratio_times_its_whole_is_a_whole_number_of_goods_in_a_run_of_the_model() -> None:
    """The whole is what the indicator divided by: neither another place, nor another month, nor another scale."""
    settings = district("clock.end=2024-02", scale=0.01)
    result = finish(settings).result
    ensemble = Ensemble(settings, 1, (), {}, 0, {(0, 1): encode(result)})
    for key in WHOLES:
        rows = series_of(ensemble, [key])
        if key[0] in ("emr_level", "high_end_equipment_revenue") or rows.empty:
            continue
        parts = (rows["value"] * rows["whole"] * settings.population.scale).to_numpy()
        assert np.isfinite(parts).all(), key
        np.testing.assert_allclose(parts, parts.round(), atol=1e-6, err_msg=str(key))


# a sweep ------------------------------------------------------------------------------------------------------------


def test_cells_that_differ_in_the_district_alone_are_a_province() -> None:
    settings = made_settings(CITY, "nev_stock")
    typed = [f"region={region} x={x} experiment.cell={n}" for n, (x, region) in enumerate((x, r) for x in "12" for r in "ab")]
    found = provinces_of([(words, settings) for words in [*typed, "x=3", "x=3 region=c"]])
    assert [(each.typed, dict(each.cells)) for each in found] == [("x=1", {"a": 0, "b": 1}), ("x=2", {"a": 2, "b": 3})]


def test_a_district_that_is_named_twice_is_refused_before_anything_runs(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        main(["-m", "region=example_city,example_city", f"output={tmp_path / 'out'}"])
    assert caught.value.key.en == "region"
    assert not (tmp_path / "out").exists()


@pytest.fixture
def _quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Fake runs in the place of the model's."""

    def cells(choices: Sequence[Settings], *_: Any) -> Iterator[tuple[int, Ensemble]]:
        plans = [Plan.of(settings) for settings in choices]
        for cell in carry_out(plans, Store(tmp_path / "results"), SerialExecutor(), silent, FAKE):
            yield cell.number, gathered(cell)

    monkeypatch.setattr(sweeping, "run_cells", cells)


@pytest.mark.usefixtures("_quick")
@pytest.mark.parametrize(
    ("language", "told"), [("zh", "各区县合计（2 个区县，8 次配对运行）"), ("en", "All districts together")]
)
def test_a_sweep_over_districts_ends_with_the_province(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str, told: str
) -> None:
    words = ["targets.nev_stock.by=2024-12", "ensemble.draws=4", f"language={language}"]
    settings = settings_of(tmp_path, *words).model_copy(update={"output": str(tmp_path / "out")})
    dearer = "policy.car_scrappage.nev_amount=25000"
    more = settings_of(tmp_path, *words, dearer).model_copy(update={"output": str(tmp_path / "out")})
    cells = [(f"region={region} {x}", each) for x, each in (("y=1", settings), (dearer, more)) for region in ("a", "b")]
    assert sweeping.sweep(cells) == 0
    table = pd.read_csv(tmp_path / "out" / "province.csv")
    alone = pd.read_csv(tmp_path / "out" / "sweep.csv").set_index("cell")
    assert table["districts"].tolist() == ["a b", "a b"]
    assert table["promise"].tolist() == [2030.0, 2030.0]
    assert table["p50"].tolist() == [2.0 * alone.loc[0, "p50"], 2.0 * alone.loc[2, "p50"]]
    assert table["outlay_p50"].tolist() == [2.0 * alone.loc[0, "outlay_p50"], 2.0 * alone.loc[2, "outlay_p50"]]
    costs = pd.read_csv(tmp_path / "out" / "sweep_costs.csv")
    assert {(row["cell"], row["against"]) for _, row in costs.iterrows()} == {(2, 0), (3, 1)}, "each against its own district"
    assert told in capsys.readouterr().out
