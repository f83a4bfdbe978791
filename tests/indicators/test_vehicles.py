"""Indicators of vehicles, worked by hand: two categories, two months, half the district."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from made_history import goods, history, month, stocks

from sim.codes import DISMANTLED, IDLE, INFORMAL_TRADE, LOT, OWNED, YARD
from sim.indicators import (
    credit_share,
    elv_recovered,
    first_buyer_share,
    informal_retirements,
    nev_share_new_buses,
    nev_share_new_taxis,
    nev_stock,
    new_car_price,
    new_registrations,
    niii_nonoperating_diesel_trucks,
    used_car_transactions,
    used_new_ratio,
    used_price_index,
    vehicle_stock,
)
from sim.indicators._shared import Measured
from sim.model.history import History

MOVED = {(YARD, DISMANTLED): 3, (OWNED, INFORMAL_TRADE): 5, (IDLE, INFORMAL_TRADE): 7, (LOT, YARD): 11, (OWNED, YARD): 13}
BUSY: dict[str, Any] = {
    "new_sales": [[1, 0, 2], [4, 1, 0]],
    "gamed": [0, 6],
    "first_buyers": [1, 1],
    "loans": [2, 9],
    "paid": [400.0, 99.0],
    "bought": [10, 20],
    "sent": (1, 2),
}


def two_categories() -> History:
    """Cars with a busy month and a quiet one, trucks with two quiet months, televisions beside them."""
    cars = [
        month(stocks([10, 20], lot=[1, 2], idle=[3, 4], yard=[50, 60], old_idle_diesel=2), MOVED, **BUSY),
        month(stocks([5, 6], old_idle_diesel=1), new_sales=[[1, 0, 0], [0, 0, 0]], paid=[30.0, 0.0]),
    ]
    trucks = [month(stocks([100, 200], old_idle_diesel=40)), month(stocks([7, 0], lot=[0, 9]))]
    others = [month(stocks([1000, 1000]), MOVED, **BUSY)] * 2
    return history(
        {
            "car": (goods(), stocks([0, 0]), cars),
            "truck": (goods(), stocks([0, 0]), trucks),
            "tv": (goods(kind="appliance"), stocks([0, 0]), others),
        }
    )


def same(found: Measured, expected: dict[str, list[float]]) -> None:
    assert set(found) == set(expected)
    for group, values in expected.items():
        np.testing.assert_allclose(found[group], values, rtol=1e-12, err_msg=group)


def test_registered_vehicles_are_owned_for_sale_or_idle() -> None:
    same(vehicle_stock.measure(two_categories()), {"": [680.0, 54.0], "car": [80.0, 22.0], "truck": [600.0, 32.0]})


def test_new_energy_vehicles_are_counted_wherever_they_stand() -> None:
    same(nev_stock.measure(two_categories()), {"": [452.0, 30.0], "car": [52.0, 12.0], "truck": [400.0, 18.0]})


def test_registrations_include_those_that_dealers_made_up() -> None:
    expected = {
        "": [28.0, 2.0],
        "car": [28.0, 2.0],
        "truck": [0.0, 0.0],
        "ice": [6.0, 2.0],
        "phev": [0.0] * 2,
        "bev": [22.0, 0.0],
    }
    same(new_registrations.measure(two_categories()), expected)


def test_vehicles_end_in_a_licensed_yard_or_in_the_informal_trade() -> None:
    same(elv_recovered.measure(two_categories()), {"": [6.0, 0.0], "car": [6.0, 0.0], "truck": [0.0, 0.0]})
    same(informal_retirements.measure(two_categories()), {"": [24.0, 0.0], "car": [24.0, 0.0], "truck": [0.0, 0.0]})


def test_used_transactions_are_purchases_from_the_lots_and_sales_to_other_regions() -> None:
    same(used_car_transactions.measure(two_categories()), {"": [66.0, 0.0], "car": [66.0, 0.0], "truck": [0.0, 0.0]})


def test_shares_and_prices_are_those_of_new_goods() -> None:
    nothing = [np.nan, np.nan]
    same(credit_share.measure(two_categories()), {"car": [0.25, 0.0], "truck": nothing})
    same(first_buyer_share.measure(two_categories()), {"car": [0.25, 0.0], "truck": nothing})
    same(new_car_price.measure(two_categories()), {"car": [50.0, 30.0], "truck": nothing})


def test_old_diesels_of_every_category_are_counted() -> None:
    made = two_categories()
    for row in made.months["tv"]:
        assert row.stocks.old_idle_diesel == 0
    same(niii_nonoperating_diesel_trucks.measure(made), {"": [84.0, 2.0]})


def test_the_price_index_is_the_mean_of_the_age_bands() -> None:
    index = [[1.0, 0.5], [0.25, 0.75], [2.0, 1.0]]
    made = history({"car": (goods(), stocks([0, 0]), [month(stocks([0, 0]), index=index), month(stocks([0, 0]))])})
    same(used_price_index.measure(made), {"ice": [0.75, 1.0], "phev": [0.5, 1.0], "bev": [1.5, 1.0]})
    same(used_price_index.measure(history({})), {})


def year_of_sales(name: str, **said: Any) -> History:
    """Thirteen months in which 3 ICE and 1 BEV are sold, but for the first: 12 BEV."""
    rows = [month(stocks([0, 0]), new_sales=[[0, 0, 0], [0, 0, 12]])]
    rows += [month(stocks([0, 0]), new_sales=[[1, 2, 0], [0, 1, 0]]) for _ in range(12)]
    return history({name: (goods(**said), stocks([0, 0]), rows)})


@pytest.mark.parametrize(("name", "module"), [("bus", nev_share_new_buses), ("taxi", nev_share_new_taxis)])
def test_the_share_of_new_energy_vehicles_is_that_of_the_last_twelve_months(name: str, module: Any) -> None:
    found = module.measure(year_of_sales(name))[""]
    assert np.isnan(found[:11]).all()
    assert found[11:].tolist() == pytest.approx([23.0 / 56.0, 12.0 / 48.0])
    assert module.measure(year_of_sales("tram")) == {}


def test_plug_in_hybrids_are_new_energy_vehicles() -> None:
    made = year_of_sales("bus")
    made.powertrain["bus"] = np.array([0, 1])
    assert nev_share_new_buses.measure(made)[""][12] == 0.25
    made.powertrain["taxi"], made.months["taxi"] = made.powertrain["bus"], made.months["bus"]
    assert nev_share_new_taxis.measure(made)[""][12] == 0.25
    cars = two_categories()
    cars.powertrain["car"] = np.array([0, 1])
    assert nev_stock.measure(cars)["car"].tolist() == [52.0, 12.0]


def test_used_transactions_are_related_to_registrations_of_the_same_year() -> None:
    def rows(new: int, used: int) -> list[Any]:
        none = [month(stocks([0, 0]), bought=[used, 0], sent=(used, 0)) for _ in range(12)]
        return [*none, *(month(stocks([0, 0]), new_sales=[[new, 0, 0], [0, 0, 0]], bought=[used, 0]) for _ in range(1))]

    kinds = {"car": (goods(), stocks([0, 0]), rows(4, 1)), "truck": (goods(), stocks([0, 0]), rows(1, 2))}
    found = used_new_ratio.measure(history(kinds))
    # cars: 11 months of 2 and one of 1 are 23 over 4; both: 69 over 5
    for group, ratio in (("", 13.8), ("all", 13.8), ("passenger", 5.75)):
        assert np.isnan(found[group][:12]).all(), "nothing was registered in the first twelve months"
        assert found[group][12] == pytest.approx(ratio)
    kinds["car"][2][12].tally.new_sales[0, 0] = 0
    kinds["truck"][2][12].tally.new_sales[0, 0] = 1
    assert used_new_ratio.measure(history(kinds))["all"][12] == pytest.approx(69.0)
    del kinds["car"]
    assert set(used_new_ratio.measure(history(kinds))) == {"", "all"}
    assert used_new_ratio.measure(history({})) == {}
