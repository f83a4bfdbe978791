"""What all indicators reckon with: re-weighting, sums, goods not yet installed, shares of nothing."""

from __future__ import annotations

import numpy as np
import pytest
from made_history import goods, history, machines, month, stocks

from sim.codes import DISMANTLED, IDLE, INFORMAL_TRADE, OWNED, YARD
from sim.indicators import _shared as shared
from sim.model.history import History


def ordered(lead: int) -> History:
    """Three months of a category in which 1, 2, 3 and at last 4 goods are owned."""
    rows = [month(stocks([count, 0], watched=(10 * count, count))) for count in (2, 3, 4)]
    return history({"press": (machines("industry", lead_months=lead), stocks([1, 0], watched=(10, 1)), rows)})


@pytest.mark.parametrize(("lead", "owned"), [(0, [2, 3, 4]), (1, [1, 2, 3]), (2, [1, 1, 2]), (9, [1, 1, 1])])
def test_orders_of_the_last_months_are_not_yet_in_use(lead: int, owned: list[int]) -> None:
    found = ordered(lead)
    assert shared.owned(found, "press")[:, 0].tolist() == owned
    assert shared.watched(found, "press").tolist() == [[10 * count, count] for count in owned]


def test_counts_are_those_of_the_whole_district() -> None:
    found = shared.by_category(ordered(0), {"press": np.array([1, 2, 3]), "saw": np.array([10, 0, 1])})
    assert {name: values.tolist() for name, values in found.items()} == {
        "": [22.0, 4.0, 8.0],
        "press": [2.0, 4.0, 6.0],
        "saw": [20.0, 0.0, 2.0],
    }
    assert shared.by_category(ordered(0), {}) == {}


def test_powertrains_are_summed_over_categories() -> None:
    kinds = {"car": (goods(), stocks([0, 0]), []), "bus": (goods(), stocks([0, 0]), [])}
    made = history(kinds, powertrain={"car": (0, 1, 2), "bus": (2, 0)})
    counts = {"car": np.array([[1, 2, 3], [4, 5, 6]]), "bus": np.array([[10, 20], [30, 40]])}
    found = shared.by_powertrain(made, counts)
    assert {name: values.tolist() for name, values in found.items()} == {
        "ice": [42.0, 88.0],
        "phev": [4.0, 10.0],
        "bev": [26.0, 72.0],
    }
    assert shared.by_powertrain(made, {}) == {}


def test_automobiles_and_machines_of_a_field_are_told_apart() -> None:
    kinds = {"car": goods(), "tv": goods(kind="appliance"), "plough": machines("farming"), "press": machines("industry")}
    kinds["silo"] = machines("farming").model_copy(update={"kind": "system"})
    made = history({name: (each, stocks([0, 0]), []) for name, each in kinds.items()})
    assert shared.automobiles(made) == ["car"]
    assert shared.machines(made, "farming") == ["plough"]
    assert shared.machines(made, "industry") == ["press"]


def test_a_share_of_nothing_is_no_number() -> None:
    found = shared.share(np.array([1, 0, 1]), np.array([4, 0, 1]))
    np.testing.assert_array_equal(found, [0.25, np.nan, 1.0])


def test_the_share_of_a_label_is_that_of_the_goods_in_use() -> None:
    rows = [month(stocks([1, 3, 4])), month(stocks([0, 0, 0])), month(stocks([2, 0, 0]))]
    line = machines("industry", ("low", "high", "mean"), (0.0, 0.0, 0.0))
    made = history({"line": (line, stocks([0, 0, 0]), rows)})
    np.testing.assert_array_equal(shared.label_share(made, "line", "high"), [0.375, np.nan, 0.0])
    np.testing.assert_array_equal(shared.label_share(made, "none", "high"), [np.nan] * 3)


def test_what_is_recovered_went_from_the_yard_and_what_is_bought_is_new() -> None:
    moved = {(YARD, DISMANTLED): 3, (OWNED, YARD): 5, (OWNED, INFORMAL_TRADE): 7, (IDLE, YARD): 2}
    rows = [month(stocks([0, 0]), moved=moved, new_sales=[[1, 0, 2], [4, 0, 0]]), month(stocks([0, 0]))]
    made = history({"tv": (goods(), stocks([0, 0]), rows)})
    assert {name: values.tolist() for name, values in shared.recovered(made, ["tv", "none"]).items()} == {"tv": [3, 0]}
    assert {name: values.tolist() for name, values in shared.bought(made, ["tv", "none"]).items()} == {"tv": [7, 0]}


def test_a_year_is_twelve_months_and_no_fewer() -> None:
    sums = shared.trailing_year(np.arange(1.0, 14.0))
    assert np.isnan(sums[:11]).all()
    assert sums[11:].tolist() == [78.0, 90.0]
    assert shared.trailing_year(np.ones(12))[11] == 12.0
    assert np.isnan(shared.trailing_year(np.ones(11))).all()
