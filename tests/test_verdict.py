"""Met, missed or undefined: decided in one place, and told the same way in every output."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from doc_pages import ROOT
from fake_runs import FAKE, settings_of
from small_tree import target

from sim.config import load_settings
from sim.report.chances import chance_cell, chance_notes, chance_words, determined
from sim.report.words import Words
from sim.runs.ensemble import Ensemble, gathered
from sim.runs.executors import SerialExecutor
from sim.runs.plan import Plan
from sim.runs.result import Result, target_value
from sim.runs.schedule import carry_out, silent
from sim.runs.store.folder import Store
from sim.runs.worker import Simulator
from sim.schema.target import Target
from sim.schema.uncertainty import EXACT
from sim.studies.compare.verb import target_differences
from sim.studies.nowcast.asking import Answer
from sim.studies.nowcast.observable import observable
from sim.studies.nowcast.revised_tables import target_table as revised_table
from sim.studies.nowcast.revising import revise
from sim.studies.nowcast.run_cube import cube_of
from sim.studies.solve.evaluating import margins, outcome
from sim.studies.solve.evaluating import told as solved
from sim.verdict import MINIMUM_UNITS, chance, holds, is_trial, least_scale, margin, verdicts

NOTHING = float("nan")
BASELINE = ROOT / "configs" / "region" / "dongchangfu" / "baseline.csv"
COUNTED = {
    "below_baseline_capacity": ("process_line_stock",),
    "energy_benchmark_capacity_share": ("process_line_stock",),
    "construction_machines_over_10y": ("construction_machine_stock",),
    "culture_tourism_renewed": ("culture_equipment_stock",),
    "elv_recovered": ("elv_recovered",),
    "elv_recovered_growth": ("elv_recovered",),
    "emr_level": ("emr_system_stock",),
    "env_grade_a_capacity_share": ("emission_control_stock",),
    "farm_machines_bought": ("tractor_sales", "combine_sales", "planter_sales"),
    "farm_machines_scrapped": ("tractor_recovered", "combine_recovered", "planter_recovered"),
    "green_factories": ("green_factory_sales",),
    "high_end_equipment_revenue": ("maker_line_stock",),
    "high_end_equipment_share": ("maker_line_stock",),
    "key_process_cnc_rate": ("machine_tool_stock",),
    "mechanisation_rate": ("combine_stock",),
    "nev_share_new_buses": ("bus_sales",),
    "nev_share_new_taxis": ("taxi_sales",),
    "nev_stock": ("nev_stock",),
    "niii_nonoperating_diesel_trucks": ("niii_nonoperating_diesel_trucks",),
    "rd_digital_tool_penetration": ("organisations_industrial_firm",),
    "sewage_upgrade_rate": ("sewage_line_stock",),
    "smes_digitalised": ("sme_digital_sales",),
    "used_car_transactions": ("used_car_transactions",),
    "used_new_ratio": ("used_car_transactions",),
    "used_new_ratio_passenger": ("used_car_transactions",),
    "vocational_equipment_renewed_2027": ("vocational_equipment_stock",),
    "waste_appliances_recovered": tuple(
        f"{name}_recovered" for name in ("refrigerator", "washer", "air_conditioner", "television", "computer")
    ),
}  # fmt: skip
"""Entries of the baseline that the units behind a target are counted by; the others are worked out in their files."""


# the verdict


@pytest.mark.parametrize(
    ("value", "comparator", "promise", "met"),
    [
        (5.0, ">=", 5.0, True), (np.nextafter(5.0, 0.0), ">=", 5.0, False), (5.0, "<=", 5.0, True),
        (np.nextafter(5.0, 9.0), "<=", 5.0, False), (0.0, "<=", 0.0, True), (NOTHING, ">=", 5.0, None),
        (NOTHING, "<=", 5.0, None), (math.inf, ">=", 5.0, True),
    ],
)  # fmt: skip
def test_a_promise_is_met_at_its_very_value_and_undefined_without_one(
    value: float, comparator: str, promise: float, met: bool | None
) -> None:
    (verdict,) = verdicts([value], comparator, promise).tolist()
    assert verdict is pd.NA if met is None else verdict is met
    assert np.isnan(margin(value, comparator, promise)) == (met is None)


def test_the_chance_is_that_of_the_runs_that_have_a_value() -> None:
    met = verdicts([1.0, 3.0, NOTHING, 3.0, NOTHING], ">=", 2.0)
    assert chance(met) == (pytest.approx(2.0 / 3.0), 3, 5)
    assert chance(met).partial
    assert chance(met, np.array([0.1, 0.1, 0.7, 0.1, 0.0])) == (pytest.approx(2.0 / 3.0), 3, 5)


def test_without_a_single_value_there_is_no_chance() -> None:
    found = chance(verdicts([NOTHING, NOTHING], ">=", 2.0))
    assert math.isnan(found.probability)
    assert found[1:] == (0, 2)


def test_a_column_read_back_from_a_file_says_the_same(tmp_path: Path) -> None:
    met = verdicts([1.0, 3.0, NOTHING], ">=", 2.0)
    pd.DataFrame({"met": met}).to_parquet(tmp_path / "met.parquet")
    assert chance(pd.read_parquet(tmp_path / "met.parquet")["met"]) == chance(met)
    assert chance(met.astype(object).where(met.notna(), None)) == chance(met)


@pytest.mark.parametrize("months", [0, 1, 11])
def test_less_than_a_year_is_no_flow_of_a_year(months: int) -> None:
    promised = Target.model_validate({**target(), "indicator": "made_up", "period": "year", "by": "2025-12"})
    rows = [{"month": f"2025-{12 - n:02d}", "indicator": "made_up", "group": "", "value": 1.0} for n in range(months)]
    frame = pd.DataFrame(rows, columns=["month", "indicator", "group", "value"]).sort_values("month")
    assert np.isnan(target_value(promised, frame))


# how few units are too few


def test_a_number_holds_from_the_scale_at_which_enough_units_are_simulated() -> None:
    assert least_scale(2 * MINIMUM_UNITS) == 0.5
    assert least_scale(1.0) == 1.0
    assert holds(2 * MINIMUM_UNITS, 0.5)
    assert not holds(2 * MINIMUM_UNITS, 0.499)
    assert holds(1.0, 1.0)


def test_the_units_behind_every_target_are_those_of_the_baseline() -> None:
    rows = pd.read_csv(BASELINE, comment="#", header=None).query("`1` == 'A'").set_index(0)[3].astype(float)
    told = load_settings([]).targets
    for name, keys in COUNTED.items():
        assert told[name].units == pytest.approx(sum(rows[key] for key in keys), rel=0.05), name
    assert set(told) - set(COUNTED) == {
        "equipment_investment", "vocational_equipment_renewed", "waste_appliances_recovered_2027",
    }  # fmt: skip


@pytest.mark.parametrize(("scale", "runs", "trial"), [(1.0, 20, False), (1.0, 19, True), (0.999, 20, True), (0.05, 10, True)])
def test_below_full_scale_or_twenty_runs_everything_is_a_trial(scale: float, runs: int, trial: bool) -> None:
    assert is_trial(scale, runs) is trial
    for language in ("zh", "en"):
        words = Words(language, scale=scale)
        assert {"TRIAL", "试算"} == set(words.stamp(runs).split()) if trial else not words.stamp(runs)
        assert words.stamp_told(runs).startswith(words.stamp(runs))


# what is printed


def row(**given: Any) -> dict[str, Any]:
    return {"id": "nev_stock", "probability": 0.5, "defined": 4, "runs": 4, "holds": True, "least_scale": 0.3, **given}


@pytest.mark.parametrize(
    ("given", "cell", "words"),
    [
        ({}, "50%", "50%"),
        ({"defined": 3}, "50% ~", "defined in 3 of 4 runs, of which 50% meet it"),
        ({"defined": 0, "probability": NOTHING}, "n. d.", "defined in none of 4 runs"),
        ({"holds": False, "probability": NOTHING}, "#", "not given below population.scale 0.3"),
    ],
)
def test_a_chance_is_a_number_or_says_why_it_is_none(given: dict[str, Any], cell: str, words: str) -> None:
    assert chance_cell(row(**given), Words("en")) == cell
    assert chance_words(row(**given), Words("en")) == words
    assert determined(row(**given)) is (not given)


def test_every_mark_in_the_table_is_explained_under_it() -> None:
    told = {"nev_stock": Target.model_validate(target())}
    notes = chance_notes(pd.DataFrame([row(defined=3), row(holds=False)]), told, Words("en"))
    assert [note[0] for note in notes] == ["#", "~"]
    assert "0.3: Name" in notes[0]
    assert "defined in 3 of 4 runs" in notes[1]
    assert chance_notes(pd.DataFrame([row()]), told, Words("en")) == []


# one definition, every output


def undefined_with_seed_2(settings: Any, seed: int, threads: int) -> Result:
    """The fake's run; with seed 2 the target has no value."""
    done = FAKE.run(settings, seed, threads)
    table = done.targets.assign(value=NOTHING if seed == 2 else done.targets["value"])
    met = verdicts(table["value"], table["comparator"], table["promise"])
    return Result(**{**vars(done), "targets": table.assign(met=met)})


@pytest.fixture
def partly(tmp_path: Path) -> Ensemble:
    """Draws 1 and 2 with seeds 1 and 2: 1,009 misses 1,015, 1,017 meets it; the two runs with seed 2 have no value."""
    settings = settings_of(
        tmp_path,
        "scenario=no_policy",
        "targets.nev_stock.by=2024-12",
        "ensemble.draws=2",
        "ensemble.seeds=2",
        "population.scale=1",
    )
    simulator, store = Simulator(FAKE.solve, undefined_with_seed_2), Store(tmp_path / "results")
    (cell,) = carry_out([Plan.of(settings)], store, SerialExecutor(), silent, simulator)
    return gathered(cell)


def test_all_outputs_tell_the_chance_of_the_runs_that_have_a_value(partly: Ensemble) -> None:
    (line,) = partly.target_table().to_dict("records")
    assert (line["probability"], line["defined"], line["runs"]) == (0.5, 2, 4)
    (gap,) = target_differences(partly, partly).to_dict("records")
    assert (gap["probability"], gap["defined"], gap["pairs"]) == (0.5, 2, 2)
    found = solved(partly, ["nev_stock"], 0.8, "2024-01")
    assert found["targets"]["nev_stock"]["probability"] == 0.5  # type: ignore[index]
    assert found["targets"]["nev_stock"]["defined"] == 2  # type: ignore[index]


def test_a_run_without_a_value_never_counts_as_a_target_reached(partly: Ensemble) -> None:
    assert (margins(partly, ["nev_stock"])["nev_stock"] >= 0.0).tolist() == [False, False, True, False]
    assert outcome(partly, ["nev_stock"]).probability == 0.25


def test_a_nowcast_counts_the_runs_that_have_a_value(partly: Ensemble) -> None:
    values = observable(partly)
    values = values[(values["indicator"] != "nev_stock") | (values["seed"] != 2)]
    nothing = pd.DataFrame(columns=["month", "indicator", "group", "value"])
    (line,) = revised_table(Answer(partly, revise(cube_of(values), nothing, 0.1, EXACT), [])).to_dict("records")
    assert line["probability"] == 0.5
    assert (line["defined"], line["runs"]) == (2, 4)
    assert (line["probability_before"], line["defined_before"]) == (0.5, 2)
