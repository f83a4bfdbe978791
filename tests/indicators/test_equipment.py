"""Indicators of equipment and of other consumer goods, worked by hand at half scale."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from made_history import goods, history, machines, month, stocks

from sim.codes import DISMANTLED, YARD
from sim.indicators import (
    below_baseline_capacity,
    construction_machines_over_10y,
    culture_tourism_renewed,
    emr_level,
    energy_benchmark_capacity_share,
    env_grade_a_capacity_share,
    equipment_investment,
    farm_machines_bought,
    farm_machines_scrapped,
    goods_bought,
    goods_in_use,
    green_factories,
    high_end_equipment_revenue,
    key_process_cnc_rate,
    mechanisation_rate,
    rd_digital_tool_penetration,
    sewage_upgrade_rate,
    smes_digitalised,
    vocational_equipment_renewed,
    waste_appliances_recovered,
)
from sim.model.history import History

LABELLED = (
    (below_baseline_capacity, "process_line", "below_baseline"),
    (energy_benchmark_capacity_share, "process_line", "benchmark"),
    (env_grade_a_capacity_share, "emission_control", "grade_a"),
    (key_process_cnc_rate, "machine_tool", "cnc"),
    (sewage_upgrade_rate, "sewage_line", "upgraded"),
)
ABSENT = (
    construction_machines_over_10y,
    culture_tourism_renewed,
    emr_level,
    equipment_investment,
    green_factories,
    high_end_equipment_revenue,
    mechanisation_rate,
    rd_digital_tool_penetration,
    smes_digitalised,
    vocational_equipment_renewed,
)


def one(name: str, each: Any, *rows: Any) -> History:
    return history({name: (each, stocks([0, 0], watched=(0,) * len(rows[0].stocks.watched)), rows)})


@pytest.mark.parametrize(("module", "name", "label"), LABELLED, ids=[label for _, _, label in LABELLED])
def test_the_share_of_a_label_among_the_lines_in_use(module: Any, name: str, label: str) -> None:
    found = module.measure(one(name, machines("industry", ("other", label)), month(stocks([3, 1])), month(stocks([1, 1]))))
    assert found[""].tolist() == [0.25, 0.5]


@pytest.mark.parametrize("module", ABSENT, ids=[module.__name__.split(".")[-1] for module in ABSENT])
def test_a_category_that_the_district_does_not_have_has_no_indicator(module: Any) -> None:
    assert module.measure(one("car", goods(), month(stocks([3, 1])))) == {}


def test_machines_older_than_ten_years_are_a_share_of_those_in_use() -> None:
    rows = month(stocks([3, 5], watched=(2, 7))), month(stocks([1, 0], watched=(1, 7)))
    found = construction_machines_over_10y.measure(one("construction_machine", machines("construction"), *rows))
    assert found[""].tolist() == [0.25, 1.0]


def test_what_was_not_registered_before_the_plan_is_renewed() -> None:
    rows = month(stocks([3, 5], watched=(2, 7))), month(stocks([1, 0], watched=(1, 7)))
    found = culture_tourism_renewed.measure(one("culture_equipment", machines("culture_tourism"), *rows))
    assert found[""].tolist() == [0.75, 0.0]


def test_vocational_equipment_is_renewed_as_far_as_the_old_has_gone() -> None:
    """Of 8 urgent sets at the end of the first year 6 are left in its last month; 5 of 10 in use are older than the plan."""
    rows = [month(stocks([5, 5], watched=(n, 9))) for n in (20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 8, 6)]
    rows[-1] = month(stocks([6, 4], watched=(6, 5)))
    found = vocational_equipment_renewed.measure(one("vocational_equipment", machines("education"), *rows))
    assert found["urgent"][[11, 12]].tolist() == [0.0, 0.25]
    assert np.isnan(found["urgent"][:11]).all(), "nothing is renewed since a day that is still to come"
    assert found[""][[0, 12]].tolist() == pytest.approx([0.1, 0.5])
    short = vocational_equipment_renewed.measure(one("vocational_equipment", machines("education"), *rows[:2]))
    np.testing.assert_array_equal(short["urgent"], [np.nan, 0.0])  # the last month stands for the year


def test_the_mean_level_is_weighted_with_the_systems_in_use() -> None:
    rows = month(stocks([1, 3])), month(stocks([0, 0]))
    found = emr_level.measure(one("emr_system", machines("health", levels=(2.0, 4.0)), *rows))[""]
    np.testing.assert_array_equal(found, [3.5, np.nan])


def test_high_end_revenue_is_in_hundred_millions_and_a_share_of_all() -> None:
    """Lines of 100 and 300 million yuan a year, at half scale: 3 x 300 and 1 x 100, then 1 x 300 and 2 x 100, twice."""
    line = machines("industry", ("basic", "high_end"), (100.0, 300.0))
    found = high_end_equipment_revenue.measure(one("maker_line", line, month(stocks([1, 3])), month(stocks([2, 1]))))
    assert found[""] == pytest.approx([18.0, 6.0])
    assert found["share"] == pytest.approx([0.9, 0.6])


def test_design_tools_are_counted_over_all_firms() -> None:
    made = one("design_software", machines("industry"), month(stocks([1, 2])), month(stocks([6, 3])))
    made.slots["design_software"] = 12
    assert rd_digital_tool_penetration.measure(made)[""].tolist() == [0.25, 0.75]


def test_firms_digitalised_for_the_first_time() -> None:
    rows = month(stocks([9, 9]), first_buyers=[1, 2]), month(stocks([9, 9]))
    assert smes_digitalised.measure(one("sme_digital", machines("industry"), *rows))[""].tolist() == [6.0, 0.0]


@pytest.mark.parametrize(
    ("first", "named"),
    [("2023-11", [0.0, 0.0, 2.0, 4.0]), ("2023-12", [0.0, 2.0, 4.0, 6.0]), ("2024-05", [2.0, 4.0, 6.0, 8.0])],
)
def test_model_firms_are_those_named_since_the_plan_began(first: str, named: list[float]) -> None:
    rows = [month(stocks([0, 0]), first_buyers=[0, 1]) for _ in range(4)]
    made = history({"green_factory": (machines("industry"), stocks([0, 0]), rows)}, first=first)
    assert green_factories.measure(made)[""].tolist() == named


def test_investment_is_summed_over_seven_fields_with_the_eighth_beside_it() -> None:
    kinds = {"press": "industry", "robot": "industry", "scanner": "health", "pump": "municipal", "crane": "transport"}
    paid = {"press": [10.0, 1.0], "robot": [20.0, 2.0], "scanner": [100.0, 0.0], "pump": [1000.0, 500.0], "crane": [0.0, 4.0]}
    made = history({n: (machines(f), stocks([0, 0]), [month(stocks([0, 0]), paid=paid[n])] * 2) for n, f in kinds.items()})
    found = equipment_investment.measure(made)
    assert {name: values.tolist() for name, values in found.items()} == {
        "": [274.0, 274.0],
        "transport": [8.0, 8.0],
        "industry": [66.0, 66.0],
        "health": [200.0, 200.0],
        "municipal": [3000.0, 3000.0],
    }


def test_farm_machines_are_those_of_farming_alone() -> None:
    row = month(stocks([0, 0]), {(YARD, DISMANTLED): 4}, new_sales=[[1, 2, 0], [0, 0, 0]])
    made = history({name: (machines(name), stocks([0, 0]), [row]) for name in ("farming", "industry")})
    assert {name: values.tolist() for name, values in farm_machines_bought.measure(made).items()} == {
        "": [6.0],
        "farming": [6.0],
    }
    assert {n: values.tolist() for n, values in farm_machines_scrapped.measure(made).items()} == {"": [8.0], "farming": [8.0]}


def test_consumer_goods_are_neither_vehicles_nor_equipment() -> None:
    row = month(stocks([3, 4]), {(YARD, DISMANTLED): 5}, new_sales=[[1, 2, 0], [0, 0, 0]])
    tv, bike = goods(kind="appliance", waste_appliance=True), goods(kind="two_wheeler")
    kinds = {"tv": tv, "bike": bike, "car": goods(), "press": machines("industry")}
    quiet = month(stocks([1, 0]))
    made = history({name: (each, stocks([0, 0]), [row, quiet]) for name, each in kinds.items()})
    made.products = {**made.products, "unused": tv}
    assert {n: values.tolist() for n, values in goods_bought.measure(made).items()} == {"tv": [6.0, 0.0], "bike": [6.0, 0.0]}
    assert {n: values.tolist() for n, values in goods_in_use.measure(made).items()} == {"tv": [14.0, 2.0], "bike": [14.0, 2.0]}
    found = waste_appliances_recovered.measure(made)
    assert {n: values.tolist() for n, values in found.items()} == {"": [10.0, 0.0], "tv": [10.0, 0.0]}


def test_the_odds_of_work_by_machine_grow_with_the_capacity_in_use() -> None:
    """Capacity after the first year: twice the ploughing, as much sowing, half the harvest."""
    levels, changes = (1.0, 3.0), {"tractor": ([1, 1], [2, 2]), "planter": ([4, 0], [1, 1]), "combine": ([2, 2], [4, 0])}
    kinds = {
        name: (
            machines("farming", levels=levels),
            stocks([9, 9]),
            [month(stocks([9, 9]))] * 11 + [month(stocks(before)), month(stocks(after))],
        )
        for name, (before, after) in changes.items()
    }
    rates = {"mechanisation_ploughing": 0.8, "mechanisation_sowing": 0.5, "mechanisation_harvest": 0.9}
    found = mechanisation_rate.measure(history(kinds, baseline=rates))
    worked = {"ploughing": 1.6 / 1.8, "sowing": 0.5, "harvest": 0.45 / 0.55}
    assert {name: found[name][12] for name in worked} == pytest.approx(worked)
    assert found[""][12] == pytest.approx(0.4 * 1.6 / 1.8 + 0.3 * 0.5 + 0.3 * 0.45 / 0.55)
    assert [found[name][11] for name in ("", "ploughing", "sowing", "harvest")] == pytest.approx([0.74, 0.8, 0.5, 0.9])
    short = {name: (each, start, rows[:3]) for name, (each, start, rows) in kinds.items()}
    assert mechanisation_rate.measure(history(short, baseline=rates))["harvest"][2] == pytest.approx(0.9)
    del kinds["combine"]
    assert mechanisation_rate.measure(history(kinds, baseline=rates)) == {}
