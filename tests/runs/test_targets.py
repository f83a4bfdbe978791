"""What a promise says of an indicator: at a date, of a year, of every year, relative to 2023 as ratio or difference."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from model_settings import district, finish
from small_tree import target

from sim.report.series import as_promised, by_run
from sim.runs.result import off_by_discrepancy, target_value
from sim.schema.target import Target

MONTHS = [f"{year}-{month:02d}" for year in (2023, 2024, 2025) for month in range(1, 13)]


def promise(**changes: Any) -> Target:
    return Target.model_validate({**target(), "indicator": "made_up", **changes})


def monthly(values: list[float]) -> pd.DataFrame:
    return pd.DataFrame({"run": 0, "month": MONTHS, "indicator": "made_up", "group": "", "value": values})


RISING = [1.0] * 12 + [2.0] * 12 + [3.0] * 12


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"period": "at", "by": "2025-12"}, 3.0),
        ({"period": "year", "by": "2025-12"}, 36.0),
        ({"period": "year", "by": "2025-06"}, 30.0),
        ({"period": "each_year", "by": "2025-12"}, 24.0),
        ({"period": "each_year", "by": "2024-12"}, 24.0),
        ({"period": "each_year", "by": "2025-06"}, 24.0),
        ({"period": "year", "by": "2025-12", "relative_to": "2023-12"}, 3.0),
        ({"period": "at", "by": "2025-12", "relative_to": "2023-12", "relative_as": "difference"}, 2.0),
    ],
)
def test_the_indicator_in_the_form_that_the_promise_speaks_of(changes: dict[str, Any], expected: float) -> None:
    assert target_value(promise(**changes), monthly(RISING)) == pytest.approx(expected)


def recovered(draw: int, off: dict[str, float]) -> pd.DataFrame:
    """Recovered vehicles of a run in which the model is off by so much; one group beside the whole, one other indicator."""
    settings = district("parameters=prior")
    parameters = settings.parameters.model_copy(update={"discrepancy": off})
    settings = settings.model_copy(update={"parameters": parameters, "draw": draw})
    whole = monthly(RISING).assign(indicator="elv_recovered")
    told = pd.concat([whole, whole.assign(group="car", value=whole["value"] / 2.0), monthly(RISING)], ignore_index=True)
    return off_by_discrepancy(told, settings)


def test_an_indicator_that_the_calibration_did_not_reach_is_off_after_the_reference_year_and_by_draw() -> None:
    before = recovered(0, {"elv_recovered": 0.3})
    assert before.equals(recovered(3, {})), "neither the central run nor one without a discrepancy is off"
    factors = []
    for draw in range(1, 101):
        after = recovered(draw, {"elv_recovered": 0.3})
        ratio = after["value"] / before["value"]
        moved = (before["indicator"] == "elv_recovered") & (before["month"] >= "2024-01")
        assert (ratio[~moved] == 1.0).all()
        assert np.ptp(ratio[moved]) == pytest.approx(0.0, abs=1e-12)
        factors.append(float(np.log(ratio[moved].iloc[0])))
    assert np.std(factors) == pytest.approx(0.3, rel=4.0 / np.sqrt(200.0))
    promised = promise(indicator="elv_recovered", period="year", by="2025-12", relative_to="2023-12")
    assert target_value(promised, after[after["group"] == ""]) == pytest.approx(3.0 * np.exp(factors[-1]))


def test_the_weakest_year_counts_and_2023_is_none_of_them() -> None:
    values = [0.0] * 12 + [5.0] * 12 + [4.0] * 12
    assert target_value(promise(period="each_year", by="2025-12"), monthly(values)) == 48.0


def test_an_indicator_that_was_not_recorded_is_not_a_number() -> None:
    other = monthly(RISING).assign(indicator="another")
    for changes in ({"period": "at"}, {"period": "each_year"}, {"period": "at", "relative_to": "2023-12"}):
        assert np.isnan(target_value(promise(by="2025-12", **changes), other))


def test_a_figure_shows_what_the_table_says() -> None:
    table = by_run(monthly(RISING), "made_up", "")
    for changes in (
        {"period": "each_year"},
        {"period": "year", "relative_to": "2023-12"},
        {"period": "at", "relative_to": "2023-12", "relative_as": "difference"},
    ):
        given = promise(by="2025-12", **changes)
        shown = as_promised(table, given)[0]
        assert target_value(given, monthly(RISING)) in shown.tolist()


def test_vehicles_alone_answer_the_promises_about_vehicles() -> None:
    whole, vehicles = district(scale=0.01), district("population.goods=vehicles", scale=0.01)
    assert {p.kind for p in vehicles.products.values()} == {"automobile"} != {p.kind for p in whole.products.values()}
    assert set(vehicles.targets) == {name for name, target in whole.targets.items() if target.goods == "vehicles"}
    table = finish(vehicles).result.targets
    assert set(table["id"]) == set(vehicles.targets)
    assert table["value"].notna().all()
