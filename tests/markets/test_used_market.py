"""The used market by hand: what dealers expect, what crosses the border, how local prices move, who sees whose NEV."""

from __future__ import annotations

from math import exp, log
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from sim.markets.neighbours import count_nev
from sim.markets.used_market import Crossing, Trade, cell_places, crossing, moved_index, next_index, start_trade


def number(value: float) -> Any:
    return SimpleNamespace(value=value)


def catalogue(elasticity: float = 0.0, powertrain: tuple[int, ...] = (0,), bands: int = 1) -> Any:
    market = SimpleNamespace(border_elasticity=number(elasticity), stock_months=number(2.0), price_reaction=number(0.5))
    return SimpleNamespace(
        product=SimpleNamespace(used_market=market), powertrain=np.array(powertrain), variants=powertrain,
        band_edges=np.arange(1, bands + 1), band_age=12 * np.arange(1, bands + 1),
    )  # fmt: skip


SHARES: Any = {"used_inflow_share": number(0.5), "used_outflow_share": number(0.1)}


def crossed(
    sales: float, supply: float, held: int, index: float = 1.0, elasticity: float = 0.0, price: float = 1000.0, cut: float = 0.0
) -> list[float]:
    """Inflow, outflow, wished for, and the gap, in the only cell."""
    used = np.full((1, 360), 7.0)
    used[0, 12] = price  # at the band's typical age of twelve months
    trade = Trade(np.array([[index], [5.0], [5.0]]), np.array([sales]), np.array([supply]))
    prices: Any = SimpleNamespace(used=used)
    found = crossing(catalogue(elasticity), trade, prices, np.array([held]), SHARES, cut)
    return [float(column[0]) for column in found]


def test_expectations_move_three_tenths_of_the_way() -> None:
    trade = Trade(np.ones((3, 1)), np.array([10.0]), np.array([4.0])).after(np.array([20.0]), np.array([0.0]))
    assert (trade.expected_sales.tolist(), trade.expected_supply.tolist()) == ([13.0], [2.8])
    moved = trade.moved(np.full((3, 1), 2.0))
    assert (moved.index == 2.0).all()
    assert moved.expected_sales.tolist() == [13.0]


def test_where_more_is_sold_than_offered_the_rest_comes_from_outside() -> None:
    assert crossed(10.0, 2.0, 20) == pytest.approx([8.0, 0.0, 5.0, 0.2, 0.0])


def test_where_more_is_offered_than_sold_the_rest_leaves() -> None:
    assert crossed(4.0, 10.0, 8) == pytest.approx([2.0, 8.0, 2.0, 1.0, 0.0])


def test_no_more_comes_than_dealers_can_sell() -> None:
    assert crossed(3.0, 2.0, 6, index=2.0, elasticity=3.0) == pytest.approx([3.0, 2.0, 12.0, 0.025, 0.0])


@pytest.mark.parametrize(
    ("held", "more_in", "more_out", "gap"),
    [
        (8, 0.0, 0.0, 0.0),
        (9, 0.0, 0.0, 1.0),
        (10, 0.0, 0.3, 2.0),
        (18, 0.0, 2.7, 10.0),
        (7, 0.0, 0.0, -1.0),
        (0, 2.1, 0.0, -8.0),
    ],
)
def test_lots_too_full_or_too_empty_are_corrected_beyond_one_car(
    held: int, more_in: float, more_out: float, gap: float
) -> None:
    assert crossed(4.0, 10.0, held) == pytest.approx([2.0 + more_in, 8.0 + more_out, 2.0, 1.0, gap])


def test_dear_districts_draw_goods_and_cheap_ones_send_them() -> None:
    assert crossed(4.0, 4.0, 8, index=2.0, elasticity=2.0)[2:4] == pytest.approx([0.5 * 4 * 4, 0.1 * 4 / 4])
    assert crossed(4.0, 4.0, 8, index=0.5, elasticity=2.0)[2:4] == pytest.approx([0.5 * 4 / 4, 0.1 * 4 * 4])


def test_a_cheaper_border_makes_both_ways_worth_more() -> None:
    """50 yuan of 100 are half the price; of a price below the cut the relief stays below the whole."""
    assert crossed(4.0, 4.0, 8, elasticity=1.0, price=100.0, cut=50.0)[2:4] == pytest.approx([0.5 * 4 * 1.5, 0.1 * 4 / 0.5])
    share = 60.0 / 61.0
    assert crossed(4.0, 4.0, 8, elasticity=1.0, price=10.0, cut=60.0)[2:4] == pytest.approx(
        [0.5 * 4 * (1 + share), 0.1 * 4 / (1 - share)]
    )


def test_nothing_is_worth_less_than_a_millionth() -> None:
    assert crossed(4.0, 4.0, 8, index=1e-9, elasticity=1.0)[2:4] == pytest.approx([0.5 * 4 * 1e-6, 0.1 * 4 * 1e6])


def test_goods_too_many_are_related_to_those_wanted() -> None:
    none = np.zeros(2)
    found = Crossing(none, none, none, none, np.array([6.0, -2.0]))
    assert found.relative_excess(np.array([3.0, 5.0])) == 0.5
    assert found.relative_excess(np.array([0.1, 0.1])) == 4.0, "at least one is wanted"


def test_trade_starts_at_the_national_price_without_expectations() -> None:
    trade = start_trade(catalogue(bands=2), 4)
    assert trade.index.tolist() == [[1.0, 1.0]] * 3
    assert trade.expected_sales.tolist() == trade.expected_supply.tolist() == [0.0] * 4
    bare = catalogue()
    bare.band_age = np.array([])
    assert start_trade(bare, 0).index.shape == (3, 1)


def test_cells_are_variants_by_bands() -> None:
    powertrain, band = cell_places(catalogue(powertrain=(2, 0), bands=3))
    assert powertrain.tolist() == [2, 2, 2, 0, 0, 0]
    assert band.tolist() == [0, 1, 2, 0, 1, 2]


def test_prices_rise_with_relative_excess_demand_and_are_pulled_to_the_national_level() -> None:
    index, demand, supply = np.array([1.0, 1.2, 1.2, 1.0]), np.array([30.0, 0.0, 4.0, 0.0]), np.array([10.0, 0.0, 4.0, 8.0])
    found = moved_index(index, demand, supply, reaction=0.4, pull=0.1)
    assert found == pytest.approx([exp(0.2), exp(0.9 * log(1.2)), exp(0.9 * log(1.2)), exp(-0.4)])
    assert moved_index(np.ones(1), np.array([0.3]), np.array([0.1]), 0.4, 0.1) == pytest.approx([exp(0.08)]), "less than a car"


def test_prices_stay_between_half_and_twice_the_national_ones() -> None:
    found = moved_index(np.array([2.0, 0.5]), np.array([9.0, 0.0]), np.array([0.0, 9.0]), reaction=5.0, pull=0.1)
    assert found == pytest.approx([exp(0.7), exp(-0.7)])


def test_variants_of_one_powertrain_share_an_index() -> None:
    """Two BEV and an ICE in two bands: demand 3 + 1 against supply 1 + 3 in the first band of BEV leaves the price."""
    index = np.ones((3, 2))
    demand, supply = np.array([3.0, 6.0, 1.0, 0.0, 5.0, 0.0]), np.array([1.0, 2.0, 3.0, 0.0, 0.0, 0.0])
    found = next_index(catalogue(powertrain=(2, 2, 0), bands=2), index, demand, supply)
    assert found[2] == pytest.approx([1.0, exp(0.25)])
    assert found[0] == pytest.approx([exp(0.5), 1.0])
    assert found[1].tolist() == [1.0, 1.0]
    pulled = next_index(catalogue(powertrain=(2, 2, 0), bands=2), 2.0 * index, 0.0 * demand, supply * 0.0)
    assert pulled == pytest.approx(np.full((3, 2), exp(0.92 * log(2.0))), abs=1e-9), "eight per cent of the gap a month"


# neighbours ----------------------------------------------------------------------------------------------------


class Street:
    """512 households and two firms; household 3 is linked to 2, 1, 7 and 259."""

    def __init__(self) -> None:
        self.kinds = np.zeros(514, np.int8)
        self.kinds[512:] = 1
        self.nev, self.linked = np.zeros(514, np.int8), np.zeros(514, np.int8)
        self.communities, self.masks = np.zeros(3, np.int32), np.array([1, 2, 4, 256])

    def change(self, owner: int, by: int) -> None:
        count_nev(self.kinds, self.nev, self.linked, self.communities, self.masks, owner, by)


def test_a_households_first_nev_is_seen_by_its_community_and_its_links() -> None:
    street = Street()
    street.change(3, 1)
    assert (street.nev[3], street.communities.tolist()) == (1, [1, 0, 0])
    assert np.flatnonzero(street.linked).tolist() == [1, 2, 7, 259]
    street.change(3, 1)
    assert (street.nev[3], street.communities.tolist()) == (2, [1, 0, 0]), "the second one is no news"
    assert street.linked.sum() == 4
    street.change(3, -1)
    assert street.linked.sum() == 4
    street.change(3, -1)
    assert (street.nev[3], street.communities.tolist(), street.linked.sum()) == (0, [0, 0, 0], 0)


def test_households_of_the_second_community_are_counted_there() -> None:
    street = Street()
    street.change(256, 1)
    street.change(511, 1)
    assert street.communities.tolist() == [0, 2, 0]


def test_firms_are_nobodys_neighbours() -> None:
    street = Street()
    street.change(512, 1)
    assert not street.nev.any()
    assert not street.communities.any()
    street.masks[:] = 512
    street.change(0, 1)
    street.change(5, 1)
    assert street.nev[[0, 5]].tolist() == [1, 1]
    assert not street.linked.any(), "links to firms, or to nobody, see nothing"


def test_no_change_is_no_change() -> None:
    street = Street()
    street.change(3, 0)
    assert not street.communities.any()
