"""Goods and money change hands in a keyed order: lots are first in, first out; dry pots refuse, and owners think again."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from model_settings import small

from sim.behaviour.offers import Decisions
from sim.clock import first_day, parse_month
from sim.codes import DISMANTLED, IDLE, LOT, OUTSIDE, YARD
from sim.markets.border import round_keyed, trade_across
from sim.markets.end_of_life import dismantle, give_up_idle
from sim.markets.goods import Good
from sim.markets.lots import empty_lots, pop, push
from sim.markets.settlement import queue_order
from sim.markets.settlement_state import empty_tally
from sim.model import TradeInModel
from sim.numerics.luck import Event, bits, key
from sim.owners.offer_table import empty_decisions

MAY = parse_month("2024-05")


def good(number: int) -> Good:
    """A good that can be told from others."""
    whole = [np.int64(number + n) for n in range(6)]
    return Good(*whole)


# lots ----------------------------------------------------------------------------------------------------------


@hypothesis_settings(deadline=None)  # compiling takes its time once
@given(st.lists(st.tuples(st.integers(0, 2), st.booleans()), max_size=60))
def test_every_lane_is_first_in_first_out(steps: list[tuple[int, bool]]) -> None:
    lots, room = empty_lots(3, 4), 4
    lanes: list[list[Good]] = [[], [], []]
    for number, (cell, comes) in enumerate(steps):
        if comes:
            assert push(lots, cell, good(number)) == (len(lanes[cell]) < room)
            lanes[cell] += [good(number)] if len(lanes[cell]) < room else []
        elif lanes[cell]:
            assert tuple(pop(lots, cell)) == tuple(lanes[cell].pop(0))
        assert lots.held.tolist() == [len(lane) for lane in lanes]


def test_a_full_lane_takes_nothing_more() -> None:
    lots = empty_lots(1, 2)
    assert [push(lots, 0, good(n)) for n in range(3)] == [True, True, False]
    assert [pop(lots, 0).registered for _ in range(2)] == [0, 1]


# the order of the queue ----------------------------------------------------------------------------------------


def decisions_of(days: list[int]) -> Decisions:
    """One decision in each slot, on these days."""
    out = empty_decisions(len(days))
    out.slot[:], out.day[:] = np.arange(len(days)), days
    return out


def test_the_queue_is_ordered_by_day_then_by_luck() -> None:
    luck = np.random.default_rng(3)
    days, ids = luck.integers(12_000, 12_030, 500), luck.permutation(1 << 20)[:500].astype(np.int32)
    base = key(1, Event.QUEUE, MAY)
    order = queue_order(base, decisions_of(days.tolist()), ids, 0, 500)
    expected = sorted(range(500), key=lambda n: (days[n], int(bits(base, int(ids[n]))) >> 16, ids[n]))
    assert order.tolist() == expected
    assert len({int(days[n]) for n in range(500)}) == 30


def test_the_queue_is_the_same_in_whatever_order_decisions_were_made() -> None:
    days, ids = [5, 5, 5, 4, 6], np.array([70, 1 << 29, 3, 1 << 28, 9], dtype=np.int32)
    base = key(2, Event.QUEUE, MAY)
    found = ids[queue_order(base, decisions_of(days), ids, 0, 5)].tolist()
    shuffled = [3, 0, 4, 2, 1]
    other = decisions_of([days[n] for n in shuffled])
    assert ids[shuffled][queue_order(base, other, ids[shuffled], 0, 5)].tolist() == found
    assert found[0] == 1 << 28
    assert found[-1] == 9


def test_luck_of_another_month_gives_another_queue() -> None:
    ids = np.arange(40, dtype=np.int32)
    orders = {tuple(queue_order(key(1, Event.QUEUE, MAY + n), decisions_of([1] * 40), ids, 0, 40).tolist()) for n in range(5)}
    assert len(orders) == 5


# across the border, and out of the garage ----------------------------------------------------------------------


def test_trade_across_the_border_moves_what_was_wished_for_and_never_more_than_there_is() -> None:
    model = TradeInModel(small("clock.end=2023-02"), 1)
    category = model.categories["car"]
    lots, catalogue = category.world.lots, category.catalogue
    before, tally = lots.held.copy(), empty_tally(category.variants, category.cells, 1)
    inflow, outflow = np.full(category.cells, 2.0), np.full(category.cells, 5.0)
    sent = np.zeros(category.cells, dtype=np.int64)
    trade_across(
        lots, inflow, outflow, category.making(model.month), key(1, Event.BORDER, 7), model.month, first_day(model.month),
        catalogue.fuel, catalogue.is_nev, category.bands, tally, sent,
    )  # fmt: skip
    np.testing.assert_array_equal(sent, np.minimum(before, 5))
    np.testing.assert_array_equal(lots.held, before - sent + 2)
    assert tally.moved[LOT, OUTSIDE] == sent.sum()
    assert tally.moved[OUTSIDE, LOT] == 2 * category.cells
    nev = np.repeat(catalogue.is_nev, category.bands)
    assert tally.moved_nev[LOT, OUTSIDE] == sent[nev].sum()
    for cell in range(category.cells):
        at = (lots.head[cell] + np.arange(lots.held[cell])) % lots.registered.shape[1]
        age = (first_day(model.month) - lots.registered[cell, at]) / 30.4375
        edges = np.concatenate([[0], catalogue.band_edges])
        assert (age >= edges[cell % category.bands] - 2).all(), "goods of the start have aged within their lane"
        assert (lots.end[cell, at] >= model.month).all()


def test_fractions_are_rounded_up_as_often_as_they_say() -> None:
    base, draws = key(1, Event.BORDER, 1), 4_000
    found = np.array([round_keyed(2.3, base, who) for who in range(draws)])
    assert set(found) == {2, 3}
    assert abs(found.mean() - 2.3) < 4.0 * np.sqrt(0.3 * 0.7 / draws)
    assert {round_keyed(4.0, base, who) for who in range(50)} == {4}


def test_idle_goods_are_given_up_at_their_rate_and_the_others_stay() -> None:
    model = TradeInModel(small("clock.end=2023-02", scale=0.1), 1)
    category = model.categories["car"]
    idle, count = category.world.idle, 3_000
    tally, yard = empty_tally(category.variants, category.cells, 1), np.zeros(category.variants, dtype=np.int64)
    idle.held[0] = count
    idle.variant[:count], idle.origin[:count] = np.arange(count) % category.variants, np.arange(count)
    share = np.where(np.arange(category.variants) == 0, 0.0, 0.5)
    give_up_idle(idle, yard, key(1, Event.RELEASE, 1), 0.2, share, category.catalogue.is_nev, tally)
    gone = count - int(idle.held[0])
    assert tally.moved[IDLE].sum() == gone
    assert abs(gone - 0.2 * count) < 4.0 * np.sqrt(0.16 * count)
    assert yard[0] == 0, "nobody takes the first variant to a dismantler"
    rest = gone * (1.0 - 1.0 / category.variants)
    assert abs(tally.moved[IDLE, YARD] - 0.5 * rest) < 4.0 * np.sqrt(0.25 * rest) + 4.0 * np.sqrt(gone / category.variants)
    kept = idle.origin[: idle.held[0]]
    assert (np.diff(kept) > 0).all(), "those that stay keep their order"
    np.testing.assert_array_equal(idle.variant[: idle.held[0]], kept % category.variants)


def test_the_yard_is_cleared_in_proportion_to_what_waits_there() -> None:
    yard, nev, tally = np.array([60, 30, 10]), np.array([False, True, True]), empty_tally(3, 0, 1)
    dismantle(yard, 50, nev, tally)
    assert yard.tolist() == [30, 15, 5]
    assert tally.moved[YARD, DISMANTLED] == 50
    assert tally.moved_nev[YARD, DISMANTLED] == 20
    dismantle(yard, 50, nev, tally)
    assert yard.sum() == 0
