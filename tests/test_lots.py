"""Goods and money change hands in a keyed order: lots are first in, first out; dry pots refuse, and owners think again."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from model_settings import small
from numpy.typing import NDArray

from sim.clock import first_day, parse_month
from sim.counter import empty_decisions
from sim.luck import Event, bits, key
from sim.markets.border import give_up_idle, round_keyed, trade_across
from sim.markets.lots import Good, empty_lots, pop, push
from sim.markets.settlement import (
    DISMANTLED,
    FACTORY,
    IDLE,
    INFORMAL_TRADE,
    LOT,
    OUTSIDE,
    OWNED,
    YARD,
    Desk,
    Tally,
    band_of,
    empty_tally,
    queue_order,
    settle,
)
from sim.model import TradeInModel
from sim.rules.attention import LOOKS
from sim.rules.columns import EMPTY
from sim.rules.offers import NO_ROW, Decisions
from sim.rules.value import FORMAL, HOARD, INFORMAL, NEW, NOTHING, SELL, USED
from sim.sector import Sector

MAY = parse_month("2024-05")


def good(number: int) -> Good:
    """A good that can be told from others."""
    whole = [np.int64(number + n) for n in range(6)]
    return Good(*whole)  # type: ignore[arg-type]


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


# settling by hand ----------------------------------------------------------------------------------------------


class Counter(NamedTuple):
    """A sector in its first month, and what settling writes."""

    model: TradeInModel
    sector: Sector
    tally: Tally
    slots: NDArray[np.intp]
    """Slots of the same variant, held by as many households."""


@pytest.fixture
def counter() -> Counter:
    model = TradeInModel(small("clock.start=2024-05", "clock.end=2024-12"), 1)
    sector = model.sectors["car"]
    for stage in (model._announce, model._price, model._offer):
        stage()
    goods, owners = sector.goods, model.district.owners
    held = np.flatnonzero(
        (goods.variant == 1) & (owners.kind[goods.owner] == 0) & (np.arange(goods.id.size) < sector.first_slots)
    )
    owners.liquid_month[:] = MAY - 1  # nobody has paid for anything this month
    tally = empty_tally(sector.variants, sector.cells, max(len(sector.calendar.versions), 1))
    return Counter(model, sector, tally, held[:6])


def desk(counter: Counter, left: list[int], waits: bool) -> Desk:
    """Every entitlement draws on the first of these pots."""
    count = counter.sector.rules.entitlements.measure.size
    return Desk(
        pot_of=np.zeros(count, dtype=np.int64),
        version_of=counter.sector.rules.entitlements.version,
        once=counter.sector.rules.entitlements.once,
        left=np.array(left, dtype=np.int64),
        waits=np.full(len(left), waits, dtype=np.int8),
        interest_share=0.0,
        interest_principal=0.0,
        interest_cap=0.0,
    )


def alternative(sector: Sector, kind: int, variant: int = 0, band: int = 0) -> int:
    choices = sector.catalogue.choices
    return int(np.flatnonzero((choices.kind == kind) & (choices.variant == variant) & (choices.band == band))[0])


def decide(counter: Counter, *rows: dict[str, Any]) -> Decisions:
    """Decisions, one for each of the counter's slots; what is not said: buy nothing, scrap, claim nothing."""
    out = empty_decisions(len(rows))
    given = {"alternative": alternative(counter.sector, NOTHING), "way": FORMAL, "row": NO_ROW, "day": first_day(MAY)}
    rest = {"grant": 0, "principal": 0.0, "paid": 1_000.0, "cash": 50_000.0, "reason": LOOKS}
    for n, row in enumerate(rows):
        for name, value in (given | rest | {"slot": counter.slots[n]} | row).items():
            getattr(out, name)[n] = value
    return out


def do(counter: Counter, decisions: Decisions, at: Desk) -> list[int]:
    """Settle in the order given; returns the decisions turned away."""
    sector, catalogue = counter.sector, counter.sector.catalogue
    refused = np.empty(decisions.slot.size, dtype=np.int64)
    turned_away = settle(
        np.arange(decisions.slot.size), decisions, sector.world, at, sector.making(MAY), counter.tally, catalogue.choices,
        sector.table.due, catalogue.fuel, catalogue.is_nev, catalogue.use, MAY, sector.bands, refused,
    )  # fmt: skip
    return refused[:turned_away].tolist()


TEN = 10_000_00


def test_a_pot_that_refuses_turns_away_whom_it_cannot_pay_and_serves_the_next(counter: Counter) -> None:
    new = alternative(counter.sector, NEW, 0)
    asked = [TEN, 2 * TEN, TEN, TEN]
    decisions = decide(counter, *({"alternative": new, "row": 0, "grant": fen} for fen in asked))
    at = desk(counter, [2 * TEN + 5], waits=False)
    before = counter.sector.goods.registered[counter.slots].copy()
    assert do(counter, decisions, at) == [1, 3]
    assert at.left.tolist() == [5]
    assert counter.tally.claims.sum() == 2
    assert counter.tally.claimed.sum() == 2 * TEN
    assert counter.tally.waiting.sum() == 0
    assert counter.tally.moved[OWNED, YARD] == counter.tally.moved[FACTORY, OWNED] == 2
    unchanged = counter.sector.goods.registered[counter.slots] == before
    assert unchanged[:4].tolist() == [False, True, False, True], "who is turned away has done nothing yet"


def test_a_pot_with_a_line_lets_them_buy_and_wait(counter: Counter) -> None:
    new = alternative(counter.sector, NEW, 0)
    decisions = decide(counter, *({"alternative": new, "row": 0, "grant": TEN} for _ in range(3)))
    at = desk(counter, [TEN], waits=True)
    assert do(counter, decisions, at) == []
    version = int(at.version_of[0])
    assert counter.tally.claims[version].sum() == 3
    assert counter.tally.waiting[version].tolist() == [2, 2 * TEN]
    assert counter.tally.moved[FACTORY, OWNED] == 3
    assert at.left.tolist() == [0]


def test_claims_are_counted_by_what_was_bought_and_who_claimed(counter: Counter) -> None:
    owners = counter.model.district.owners
    new = alternative(counter.sector, NEW, 2)
    decisions = decide(
        counter, {"alternative": new, "row": 0, "grant": TEN}, {"alternative": new, "row": 0, "grant": 7}, {"grant": 9}
    )
    at = desk(counter, [3 * TEN], waits=False)
    do(counter, decisions, at)
    for n in range(2):
        owner = counter.sector.goods.owner[counter.slots[n]]
        cell = (int(at.version_of[0]), 2, int(owners.fifth[owner]), int(owners.urban[owner]))
        assert counter.tally.claims[cell] > 0
    assert counter.tally.claims.sum() == 2, "nothing is claimed without an entitlement"
    assert counter.tally.claimed.sum() == TEN + 7


@pytest.mark.parametrize(("way", "place"), [(SELL, LOT), (FORMAL, YARD), (INFORMAL, INFORMAL_TRADE), (HOARD, IDLE)])
def test_the_old_good_goes_where_it_is_sent(counter: Counter, way: int, place: int) -> None:
    goods, world, slot = counter.sector.goods, counter.sector.world, counter.slots[0]
    registered, lot = int(goods.registered[slot]), world.lots.held.copy()
    do(counter, decide(counter, {"way": way}), desk(counter, [0], waits=False))
    assert goods.variant[slot] == EMPTY
    assert counter.tally.moved[OWNED, place] == counter.tally.moved.sum() == 1
    assert counter.tally.out_by_way[1, way] == counter.tally.left[0] == 1
    if way == SELL:
        age = (first_day(MAY) - registered) / 30.4375
        cell = counter.sector.bands + band_of(counter.sector.making(MAY), age)
        change = world.lots.held - lot
        assert change[cell] == change.sum() == 1
        at = (world.lots.head[cell] + world.lots.held[cell] - 1) % world.lots.registered.shape[1]
        assert world.lots.registered[cell, at] == registered, "it stands at the end of its lane"
    if way == HOARD:
        assert world.idle.origin[world.idle.held[0] - 1] == goods.id[slot]
    if way == FORMAL:
        assert world.yard[1] == 1


def test_a_used_good_comes_from_the_lot_oldest_offer_first_and_else_from_outside(counter: Counter) -> None:
    lots, goods = counter.sector.world.lots, counter.sector.goods
    cell = 1 * counter.sector.bands + 1
    waiting = int(lots.held[cell])
    first = int(lots.registered[cell, lots.head[cell]])
    wish = {"alternative": alternative(counter.sector, USED, 1, 1), "way": INFORMAL}
    do(counter, decide(counter, wish), desk(counter, [0], waits=False))
    assert waiting > 0
    assert goods.registered[counter.slots[0]] == first
    assert lots.held[cell] == waiting - 1
    lots.held[cell] = 0
    do(counter, decide(counter, wish, wish | {"slot": counter.slots[1]}), desk(counter, [0], waits=False))
    assert counter.tally.moved[LOT, OWNED] == 1
    assert counter.tally.moved[OUTSIDE, OWNED] == 2
    assert counter.tally.bought[cell] == 3
    assert (goods.variant[counter.slots[:2]] == 1).all()
    assert (goods.end[counter.slots[:2]] > MAY).all(), "what is bought does not end on the spot"


def test_a_new_good_is_registered_on_the_day_of_the_decision_and_a_loan_written_down(counter: Counter) -> None:
    goods, owners = counter.sector.goods, counter.model.district.owners
    slot, day = counter.slots[0], first_day(MAY) + 9
    new = {"alternative": alternative(counter.sector, NEW, 0), "day": day, "principal": 60_000.0, "paid": 20_000.0}
    do(counter, decide(counter, new), desk(counter, [0], waits=False))
    assert (goods.registered[slot], goods.owned_since[slot], goods.variant[slot]) == (day, day, 0)
    assert (goods.loan[slot], goods.loan_month[slot]) == (60_000.0, MAY)
    assert owners.liquid[goods.owner[slot]] == 30_000.0
    assert counter.tally.loans.tolist() == [1, 0]
    assert counter.tally.new_sales[0, 0] == counter.tally.new_sales.sum() == 1
    assert counter.tally.first_buyers.sum() == 0


def test_nobody_is_left_with_less_than_nothing(counter: Counter) -> None:
    do(counter, decide(counter, {"paid": 80_000.0}), desk(counter, [0], waits=False))
    assert counter.model.district.owners.liquid[counter.sector.goods.owner[counter.slots[0]]] == 0.0


def test_two_purchases_of_a_month_are_paid_one_after_the_other(counter: Counter) -> None:
    second = counter.slots[0] + counter.sector.first_slots
    counter.sector.goods.variant[second] = 1
    rows = ({"paid": 15_000.0}, {"paid": 10_000.0, "slot": second})
    do(counter, decide(counter, *rows), desk(counter, [0], waits=False))
    assert counter.model.district.owners.liquid[counter.sector.goods.owner[second]] == 25_000.0


# thinking again ------------------------------------------------------------------------------------------------


def test_whoever_a_dry_pot_turns_away_decides_again_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = small("clock.start=2023-05", "clock.end=2023-06", "pots.car_vouchers.amount_factor=0.05", scale=0.1)
    model = TradeInModel(settings, 1)
    sector = model.sectors["car"]
    rounds: list[tuple[set[int], NDArray[np.int8], Decisions, int]] = []
    decide = Sector._decide

    def watched(self: Sector, slots: Any, reasons: Any, count: int, counter: Any, offers: Any) -> tuple[Decisions, int]:
        decisions, acted = decide(self, slots, reasons, count, counter, offers)
        if self is sector:
            rounds.append((set(slots[:count].tolist()), offers.open.copy(), decisions, acted))
        return decisions, acted

    monkeypatch.setattr(Sector, "_decide", watched)
    model.step()
    (_, first_open, first, first_acted), (again, then_open, second, second_acted), *_ = rounds
    claimants = {int(first.slot[n]) for n in range(first_acted) if first.row[n] != NO_ROW}
    assert again <= claimants
    assert 0 < len(again) < len(claimants), "some found money, some did not"
    assert (then_open <= first_open).all()
    assert then_open.sum() < first_open.sum()
    closed = np.flatnonzero(then_open < first_open)
    assert not np.isin(second.row[:second_acted], closed).any()
    assert second_acted < len(again), "without the voucher some do not buy"
    pot = model.government.pots.available("car_vouchers", model.month - 1)
    assert 0 <= pot < sector.rules.grants_fen(sector.prices.new).max()
    claims = sector.tally.claims.sum()
    assert claims == len(claimants) - len(again) + (second.row[:second_acted] != NO_ROW).sum()


# across the border, and out of the garage ----------------------------------------------------------------------


def test_trade_across_the_border_moves_what_was_wished_for_and_never_more_than_there_is() -> None:
    model = TradeInModel(small("clock.end=2023-02"), 1)
    sector = model.sectors["car"]
    lots, catalogue = sector.world.lots, sector.catalogue
    before, tally = lots.held.copy(), empty_tally(sector.variants, sector.cells, 1)
    inflow, outflow = np.full(sector.cells, 2.0), np.full(sector.cells, 5.0)
    sent = np.zeros(sector.cells, dtype=np.int64)
    trade_across(
        lots, inflow, outflow, sector.making(model.month), key(1, Event.BORDER, 7), model.month, first_day(model.month),
        catalogue.fuel, catalogue.is_nev, sector.bands, tally, sent,
    )  # fmt: skip
    np.testing.assert_array_equal(sent, np.minimum(before, 5))
    np.testing.assert_array_equal(lots.held, before - sent + 2)
    assert tally.moved[LOT, OUTSIDE] == sent.sum()
    assert tally.moved[OUTSIDE, LOT] == 2 * sector.cells
    nev = np.repeat(catalogue.is_nev, sector.bands)
    assert tally.moved_nev[LOT, OUTSIDE] == sent[nev].sum()
    for cell in range(sector.cells):
        at = (lots.head[cell] + np.arange(lots.held[cell])) % lots.registered.shape[1]
        age = (first_day(model.month) - lots.registered[cell, at]) / 30.4375
        edges = np.concatenate([[0], catalogue.band_edges])
        assert (age >= edges[cell % sector.bands] - 2).all(), "goods of the start have aged within their lane"
        assert (lots.end[cell, at] >= model.month).all()


def test_fractions_are_rounded_up_as_often_as_they_say() -> None:
    base, draws = key(1, Event.BORDER, 1), 4_000
    found = np.array([round_keyed(2.3, base, who) for who in range(draws)])
    assert set(found) == {2, 3}
    assert abs(found.mean() - 2.3) < 4.0 * np.sqrt(0.3 * 0.7 / draws)
    assert {round_keyed(4.0, base, who) for who in range(50)} == {4}


def test_idle_goods_are_given_up_at_their_rate_and_the_others_stay() -> None:
    model = TradeInModel(small("clock.end=2023-02", scale=0.1), 1)
    sector = model.sectors["car"]
    idle, count = sector.world.idle, 3_000
    tally, yard = empty_tally(sector.variants, sector.cells, 1), np.zeros(sector.variants, dtype=np.int64)
    idle.held[0] = count
    idle.variant[:count], idle.origin[:count] = np.arange(count) % sector.variants, np.arange(count)
    share = np.where(np.arange(sector.variants) == 0, 0.0, 0.5)
    give_up_idle(idle, yard, key(1, Event.RELEASE, 1), 0.2, share, sector.catalogue.is_nev, tally)
    gone = count - int(idle.held[0])
    assert tally.moved[IDLE].sum() == gone
    assert abs(gone - 0.2 * count) < 4.0 * np.sqrt(0.16 * count)
    assert yard[0] == 0, "nobody takes the first variant to a dismantler"
    rest = gone * (1.0 - 1.0 / sector.variants)
    assert abs(tally.moved[IDLE, YARD] - 0.5 * rest) < 4.0 * np.sqrt(0.25 * rest) + 4.0 * np.sqrt(gone / sector.variants)
    kept = idle.origin[: idle.held[0]]
    assert (np.diff(kept) > 0).all(), "those that stay keep their order"
    np.testing.assert_array_equal(idle.variant[: idle.held[0]], kept % sector.variants)


def test_the_yard_is_cleared_in_proportion_to_what_waits_there() -> None:
    sector = TradeInModel(small("clock.end=2023-02"), 1).sectors["car"]
    sector.announce(sector.first)
    sector.world.yard[:] = 0
    sector.world.yard[:3] = 60, 30, 10
    sector._dismantle(50)
    assert sector.world.yard[:3].tolist() == [30, 15, 5]
    assert sector.tally.moved[YARD, DISMANTLED] == 50
    sector._dismantle(50)
    assert sector.world.yard.sum() == 0
