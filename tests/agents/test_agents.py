"""Dealers, banks, dismantlers and collectors: what each does, worked by hand."""

from __future__ import annotations

from functools import cache
from typing import Any

import mesa
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_settings import shared, small

from sim.agents import dealer as dealing
from sim.agents.bank import Bank
from sim.agents.collector import HIGHEST, LOWEST, Collector
from sim.agents.dealer import Dealer
from sim.agents.dismantler import FULL, HIGHEST_OFFER, LOWEST_OFFER, Dismantler
from sim.agents.used_dealer import HIGHEST_BID, LOWEST_BID, UsedDealer
from sim.model import TradeInModel
from sim.schema.market import Market

MODEL = mesa.Model()
VOLUMES = st.lists(st.integers(0, 5_000), min_size=1, max_size=60)


@cache
def market() -> Market:
    return small().market


def dealer(**changes: float) -> Dealer:
    """A dealer of one variant; some numbers of the market changed."""
    given = {name: getattr(market(), name).model_copy(update={"value": value}) for name, value in changes.items()}
    return Dealer(MODEL, market().model_copy(update=given), np.ones(1))


# banks ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "asked", "ratio"),
    [
        (1.0, -1.0, 0.85),  # nothing is ruled: the bank's own down payment
        (0.8, -1.0, 0.80),  # the rule is stricter
        (0.9, -1.0, 0.85),
        (1.0, 0.0, 1.0),  # a lever: zero down payment
        (0.8, 0.0, 0.8),  # ... within the rule
        (1.0, 0.3, 0.7),  # a lever: thirty percent
        (0.0, -1.0, 0.0),
    ],
)
def test_a_bank_lends_what_rule_and_caution_allow(rule: float, asked: float, ratio: float) -> None:
    assert Bank(MODEL, 0.045, 0.15).loan_ratio(rule, asked) == pytest.approx(ratio)


def test_the_model_s_banks_differ_round_the_means_of_the_market() -> None:
    banks = shared("clock.end=2023-02").model.banks
    rates, downs = [bank.rate for bank in banks], [bank.down_payment for bank in banks]
    assert np.mean(rates) == pytest.approx(market().loan_rate.value)
    assert max(rates) - min(rates) == pytest.approx(market().loan_rate_spread.value)
    assert np.mean(downs) == pytest.approx(market().own_down_payment.value)
    assert np.corrcoef(rates, downs)[0, 1] < -0.99, "who lends at a high rate asks little down"


# new-car dealers -----------------------------------------------------------------------------------------------


def test_a_dealer_who_sells_as_expected_keeps_the_discount() -> None:
    one = dealer()
    for _ in range(12):
        one.sell(100.0, 1.0)
    assert one.discount == pytest.approx(market().discount_start.value)
    assert one.stock == pytest.approx(dealing.STOCK_MONTHS * 100.0)


def test_the_season_is_no_surprise() -> None:
    one = dealer()
    for month in range(24):
        season = (0.8, 1.2)[month % 2]
        one.sell(100.0 * season, season)
    assert one.discount == pytest.approx(market().discount_start.value)


def test_unsold_cars_raise_the_discount_and_empty_yards_lower_it() -> None:
    slow, brisk = dealer(), dealer()
    for one, sold in ((slow, 60.0), (brisk, 140.0)):
        one.sell(100.0, 1.0)
        one.sell(sold, 1.0)
    assert slow.discount > market().discount_start.value > brisk.discount


def test_the_first_reaction_is_the_stated_share_of_the_relative_excess() -> None:
    one = dealer(discount_reaction=0.1)
    one.sell(100.0, 1.0)
    one.sell(60.0, 1.0)
    expected = 100.0 + dealing.SMOOTHING * (60.0 - 100.0)
    target = dealing.STOCK_MONTHS * expected
    excess = (150.0 + 100.0 - 60.0 - target) / target
    assert one.discount == pytest.approx(market().discount_start.value + 0.1 * excess)


@given(VOLUMES, st.floats(0.5, 1.5))
def test_discounts_stay_within_their_bounds(volumes: list[int], season: float) -> None:
    one = dealer()
    for sold in volumes:
        one.sell(float(sold), season)
        assert market().discount_min.value <= one.discount <= market().discount_max.value
        assert np.isfinite(one.stock)


def test_dealers_share_every_variant_among_them() -> None:
    model = shared("clock.end=2023-02").model
    for category in model.categories.values():
        shares = np.sum([one.brand for one in category.intermediaries.dealers], axis=0)
        np.testing.assert_allclose(shares, 1.0)
        assert sum(one.share for one in category.intermediaries.used_dealers) == pytest.approx(1.0)


# used-car dealers ----------------------------------------------------------------------------------------------


def test_a_full_lot_lowers_the_bid_an_empty_one_raises_it_and_balance_restores_it() -> None:
    full, empty = UsedDealer(MODEL, 0.1, 0.9), UsedDealer(MODEL, 0.1, 0.9)
    full.restock(0.5)
    empty.restock(-0.5)
    assert full.bid_share < 0.9 < empty.bid_share
    for _ in range(60):
        full.restock(0.0)
        empty.restock(0.0)
    assert full.bid_share == pytest.approx(0.9)
    assert empty.bid_share == pytest.approx(0.9)


@given(st.lists(st.floats(-10.0, 10.0), min_size=1, max_size=60))
def test_bids_stay_within_their_bounds(excesses: list[float]) -> None:
    one = UsedDealer(MODEL, 0.1, 0.9)
    for excess in excesses:
        one.restock(excess)
        assert LOWEST_BID <= one.bid_share <= HIGHEST_BID


# the end of life -----------------------------------------------------------------------------------------------


def test_a_dismantler_takes_what_it_has_room_for() -> None:
    one = Dismantler(MODEL, 10.0, 0.5)
    assert [one.take(waiting, 0.0) for waiting in (10, 7, 10, 25, 0)] == [10, 7, 10, 11, 0], (
        "one place more after a quiet month"
    )
    assert Dismantler(MODEL, 10.0, 0.5).take(25, 0.5) == 15, "measures that widen the yards"


def test_fractions_of_a_good_are_not_lost() -> None:
    """Rounding down each month would cost a small district its dismantlers."""
    model = TradeInModel(small("clock.end=2023-02", scale=0.01), 1)
    for name, category in model.categories.items():
        end, yards = model.settings.products[name].end_of_life, category.intermediaries.dismantlers
        room = sum(one.take(10**6, 0.0) for _ in range(12) for one in yards)
        assert abs(room - end.capacity_per_year.value * model.settings.population.scale) <= len(yards)


def test_only_full_yards_grow_and_at_the_stated_rate() -> None:
    full, idle = Dismantler(MODEL, 100.0, 0.6), Dismantler(MODEL, 100.0, 0.6)
    for _ in range(12):
        full.take(10_000, 0.0)
        full.plan()
        idle.take(50, 0.0)
        idle.plan()
    assert full.capacity == pytest.approx(100.0 * 1.05**12)
    assert idle.capacity == 100.0
    assert full.offer < 1.0 < idle.offer


@given(VOLUMES)
def test_offers_stay_within_their_bounds(volumes: list[int]) -> None:
    one = Dismantler(MODEL, 100.0, 0.5)
    for waiting in volumes:
        taken = one.take(waiting, 0.0)
        assert 0 <= taken <= min(waiting, one.capacity + 1.0)
        assert (one.used >= FULL) == (taken >= FULL * one.capacity)
        one.plan()
        assert LOWEST_OFFER <= one.offer <= HIGHEST_OFFER


def test_a_collector_bids_up_when_goods_go_elsewhere_and_not_without_bounds() -> None:
    one = Collector(MODEL)
    one.plan(100)
    assert one.premium == pytest.approx(1.0)
    one.plan(50)
    assert one.premium > 1.0
    for _ in range(100):
        one.plan(0)
        assert LOWEST <= one.premium <= HIGHEST


@given(VOLUMES)
def test_premiums_stay_within_their_bounds(volumes: list[int]) -> None:
    one = Collector(MODEL)
    for taken in volumes:
        one.plan(taken)
        assert LOWEST <= one.premium <= HIGHEST


def test_intermediaries_are_mesa_agents_of_the_model() -> None:
    model = shared("clock.end=2023-02").model
    kinds: dict[type[Any], int] = {kind: 0 for kind in (Bank, Dealer, UsedDealer, Dismantler, Collector)}
    for agent in model.agents:
        if type(agent) in kinds:
            kinds[type(agent)] += 1
    settings = model.settings.market
    assert kinds[Bank] == settings.banks
    assert kinds[UsedDealer] == settings.used_dealers * len(model.categories)
    assert kinds[Dismantler] == settings.dismantlers * len(model.categories)
    assert kinds[Collector] == len(model.categories)
    assert kinds[Dealer] == sum(len(category.intermediaries.dealers) for category in model.categories.values())
