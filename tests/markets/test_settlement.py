"""Settling by hand: dry pots refuse or let wait, goods go where they are sent, and who is turned away thinks again."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest
from model_settings import decided, offered, small
from numpy.typing import NDArray

from sim.behaviour.offers import Decisions, Keys, Offers
from sim.clock import first_day, parse_month
from sim.codes import (
    EMPTY,
    FACTORY,
    FORMAL,
    HOARD,
    IDLE,
    INFORMAL,
    INFORMAL_TRADE,
    LOOKS,
    LOT,
    MUST,
    NEW,
    NO_ROW,
    NOTHING,
    OUTSIDE,
    OWNED,
    SELL,
    USED,
    YARD,
)
from sim.markets.goods import band_of
from sim.markets.settlement import deliveries, queue_order, settle
from sim.markets.settlement_state import Funds, Tally, empty_tally
from sim.model import TradeInModel
from sim.model.category import Category
from sim.model.deciding import work_out
from sim.model.month import Considered, Offered
from sim.model.settling import days_of_turn
from sim.numerics.luck import Event, key
from sim.owners.agenda import Found
from sim.owners.offer_table import empty_decisions
from sim.policy.rationing import CAP_REACHED, CLOSED, DAYS, PAID, plain_ration

MAY = parse_month("2024-05")


class Opened(NamedTuple):
    """A category in its first month, and what settling writes."""

    model: TradeInModel
    category: Category
    now: Offered
    tally: Tally
    slots: NDArray[np.intp]
    """Slots of the same variant, held by as many households."""


@pytest.fixture
def counter() -> Opened:
    model = TradeInModel(small("clock.start=2024-05", "clock.end=2024-12"), 1)
    category = model.categories["car"]
    now = offered(model)["car"]
    goods, owners = category.goods, model.district.owners
    held = np.flatnonzero(
        (goods.variant == 1) & (owners.kind[goods.owner] == 0) & (np.arange(goods.id.size) < category.first_slots)
    )
    owners.liquid_month[:] = MAY - 1  # nobody has paid for anything this month
    tally = empty_tally(category.variants, category.cells, category.versions)
    return Opened(model, category, now, tally, held[:6])


def desk(counter: Opened, left: list[int], waits: bool) -> Funds:
    """Every entitlement draws on the first of these pots."""
    count = counter.now.rules.entitlements.measure.size
    return Funds(
        pot_of=np.zeros(count, dtype=np.int64),
        version_of=counter.now.rules.entitlements.version,
        once=counter.now.rules.entitlements.once,
        ration=plain_ration(np.array(left, dtype=np.int64)),
        first_day=first_day(MAY),
        waits=np.full(len(left), waits, dtype=np.int8),
        draws=np.zeros(len(left), dtype=np.bool_),
        found=np.zeros((len(left), DAYS), dtype=np.int8),
        interest_share=np.zeros((3, 0)),
        interest_most=np.zeros((3, 0)),
    )


def alternative(category: Category, kind: int, variant: int = 0, band: int = 0) -> int:
    choices = category.catalogue.choices
    return int(np.flatnonzero((choices.kind == kind) & (choices.variant == variant) & (choices.band == band))[0])


def decide(counter: Opened, *rows: dict[str, Any]) -> Decisions:
    """Decisions, one for each of the counter's slots; what is not said: buy nothing, scrap, claim nothing."""
    out = empty_decisions(len(rows))
    given = {"alternative": alternative(counter.category, NOTHING), "route": FORMAL, "row": NO_ROW, "day": first_day(MAY)}
    rest = {"grant": 0, "principal": 0.0, "paid": 1_000.0, "cash": 50_000.0, "reason": LOOKS}
    for n, row in enumerate(rows):
        for name, value in (given | rest | {"slot": counter.slots[n]} | row).items():
            getattr(out, name)[n] = value
    return out


def do(counter: Opened, decisions: Decisions, at: Funds, order: NDArray[np.int64] | None = None) -> list[int]:
    """Settle in the order given, or in that of the list; returns the decisions turned away."""
    category, catalogue = counter.category, counter.category.catalogue
    refused = np.empty(decisions.slot.size, dtype=np.int64)
    making, queue = category.making(MAY), np.arange(decisions.slot.size) if order is None else order
    coming = deliveries(queue, decisions, category.goods.id, making, catalogue.choices, catalogue.fuel)
    turned_away = settle(
        queue, coming, decisions, category.world, at, making,
        counter.tally, catalogue.choices, counter.now.table.due, catalogue.fuel, catalogue.is_nev, catalogue.use, MAY,
        category.bands, refused,
    )  # fmt: skip
    return [int(d) for d in refused[:turned_away]]


TEN = 10_000_00


def test_a_pot_that_refuses_turns_away_whom_it_cannot_pay_and_serves_the_next(counter: Opened) -> None:
    new = alternative(counter.category, NEW, 0)
    asked = [TEN, 2 * TEN, TEN, TEN]
    decisions = decide(counter, *({"alternative": new, "row": 0, "grant": fen} for fen in asked))
    at = desk(counter, [2 * TEN + 5], waits=False)
    before = counter.category.goods.registered[counter.slots].copy()
    assert do(counter, decisions, at) == [1, 3]
    assert at.ration.free[:, -1].tolist() == [5]
    assert counter.tally.claims.sum() == 2
    assert counter.tally.claimed.sum() == 2 * TEN
    assert counter.tally.waiting.sum() == 0
    assert counter.tally.moved[OWNED, YARD] == counter.tally.moved[FACTORY, OWNED] == 2
    unchanged = counter.category.goods.registered[counter.slots] == before
    assert unchanged[:4].tolist() == [False, True, False, True], "who is turned away has done nothing yet"


def test_a_pot_with_a_line_lets_them_buy_and_wait(counter: Opened) -> None:
    new = alternative(counter.category, NEW, 0)
    decisions = decide(counter, *({"alternative": new, "row": 0, "grant": TEN} for _ in range(3)))
    at = desk(counter, [TEN], waits=True)
    assert do(counter, decisions, at) == []
    version = int(at.version_of[0])
    assert counter.tally.claims[version].sum() == 3
    assert counter.tally.waiting[version].tolist() == [2, 2 * TEN]
    assert counter.tally.moved[FACTORY, OWNED] == 3
    assert at.ration.free[:, -1].tolist() == [0]


def test_claims_on_stopped_days_are_turned_away_whether_or_not_others_wait(counter: Opened) -> None:
    new, first = alternative(counter.category, NEW, 0), first_day(MAY)
    decisions = decide(counter, *({"alternative": new, "row": 0, "grant": TEN, "day": first + day} for day in (0, 9, 20)))
    for waits in (False, True):
        at = desk(counter, [9 * TEN], waits=waits)
        at.ration.turn[0, 9:15] = CLOSED
        at.ration.turn[0, :9], at.ration.turn[0, 15:] = np.arange(9), np.arange(15, DAYS)
        refused = do(counter, decisions, at)
        assert refused == [1]
        assert at.ration.free[0, -1] == 7 * TEN
        assert not at.found.any(), "the money was there"


def test_a_daily_cap_pays_each_day_so_much_and_marks_the_days_on_which_it_was_reached(counter: Opened) -> None:
    new, first = alternative(counter.category, NEW, 0), first_day(MAY)
    days = (0, 0, 1, 1, 2)
    decisions = decide(counter, *({"alternative": new, "row": 0, "grant": TEN, "day": first + day} for day in days))
    at = desk(counter, [4 * TEN], waits=False)
    at.ration.turn[0], at.ration.period[0] = np.arange(DAYS), np.arange(DAYS)
    at.ration.quota[0, :DAYS] = TEN
    assert do(counter, decisions, at) == [1, 3]
    assert at.found[0, :3].tolist() == [CAP_REACHED, CAP_REACHED, PAID]
    assert at.ration.free[0].tolist() == [3 * TEN, 2 * TEN] + [TEN] * 29
    assert counter.tally.claimed.sum() == 3 * TEN


def test_a_line_is_served_by_the_caps_of_later_days(counter: Opened) -> None:
    new, first = alternative(counter.category, NEW, 0), first_day(MAY)
    decisions = decide(counter, *({"alternative": new, "row": 0, "grant": TEN, "day": first + 28} for _ in range(5)))
    at = desk(counter, [9 * TEN], waits=True)
    at.ration.turn[0], at.ration.period[0] = np.arange(DAYS), np.arange(DAYS)
    at.ration.quota[0, :DAYS] = TEN
    assert do(counter, decisions, at) == []
    assert counter.tally.waiting[int(at.version_of[0])].tolist() == [2, 2 * TEN], "three days are left of the month"


def test_in_a_lottery_luck_and_not_the_day_decides_among_those_who_apply_in_a_period(counter: Opened) -> None:
    """One of four is drawn; over many draws each wins a quarter, within four standard errors."""
    new, first, draws, wins = alternative(counter.category, NEW, 0), first_day(MAY), 4000, np.zeros(4)
    asked = ({"alternative": new, "row": 0, "grant": TEN, "day": first + day} for day in (0, 7, 19, 30))
    decisions = decide(counter, *asked)
    at = desk(counter, [TEN], waits=False)._replace(draws=np.ones(1, dtype=np.bool_))
    queue = decisions._replace(day=days_of_turn(decisions, at))
    assert set(queue.day.tolist()) == {first + DAYS - 1}
    for draw in range(draws):
        order = queue_order(key(draw, Event.QUEUE, MAY), queue, counter.category.goods.id, 0, 4)
        wins[order[0]] += 1
    error = np.sqrt(0.25 * 0.75 / draws)
    assert (np.abs(wins / draws - 0.25) < 4.0 * error).all()
    assert do(counter, decisions, at, order) == [int(d) for d in order[1:]]


def test_without_a_lottery_the_first_day_comes_first(counter: Opened) -> None:
    new, first = alternative(counter.category, NEW, 0), first_day(MAY)
    decisions = decide(counter, *({"alternative": new, "row": 0, "grant": TEN, "day": first + day} for day in (19, 0, 30)))
    at = desk(counter, [TEN], waits=False)
    queue = decisions._replace(day=days_of_turn(decisions, at))
    assert queue_order(key(1, Event.QUEUE, MAY), queue, counter.category.goods.id, 0, 3).tolist() == [1, 0, 2]


def test_claims_are_counted_by_what_was_bought_and_who_claimed(counter: Opened) -> None:
    owners = counter.model.district.owners
    new = alternative(counter.category, NEW, 2)
    decisions = decide(
        counter, {"alternative": new, "row": 0, "grant": TEN}, {"alternative": new, "row": 0, "grant": 7}, {"grant": 9}
    )
    at = desk(counter, [3 * TEN], waits=False)
    do(counter, decisions, at)
    for n in range(2):
        owner = counter.category.goods.owner[counter.slots[n]]
        cell = (int(at.version_of[0]), 2, int(owners.quintile[owner]), int(owners.urban[owner]))
        assert counter.tally.claims[cell] > 0
    assert counter.tally.claims.sum() == 2, "nothing is claimed without an entitlement"
    assert counter.tally.claimed.sum() == TEN + 7


@pytest.mark.parametrize(("route", "place"), [(SELL, LOT), (FORMAL, YARD), (INFORMAL, INFORMAL_TRADE), (HOARD, IDLE)])
def test_the_old_good_goes_where_it_is_sent(counter: Opened, route: int, place: int) -> None:
    goods, world, slot = counter.category.goods, counter.category.world, counter.slots[0]
    registered, lot = int(goods.registered[slot]), world.lots.held.copy()
    do(counter, decide(counter, {"route": route}), desk(counter, [0], waits=False))
    assert goods.variant[slot] == EMPTY
    assert counter.tally.moved[OWNED, place] == counter.tally.moved.sum() == 1
    assert counter.tally.out_by_route[1, route] == counter.tally.left[0] == 1
    if route == SELL:
        age = (first_day(MAY) - registered) / 30.4375
        cell = counter.category.bands + band_of(counter.category.making(MAY), age)
        change = world.lots.held - lot
        assert change[cell] == change.sum() == 1
        at = (world.lots.head[cell] + world.lots.held[cell] - 1) % world.lots.registered.shape[1]
        assert world.lots.registered[cell, at] == registered, "it stands at the end of its lane"
    if route == HOARD:
        assert world.idle.origin[world.idle.held[0] - 1] == goods.id[slot]
    if route == FORMAL:
        assert world.yard[1] == 1


def test_a_used_good_comes_from_the_lot_oldest_offer_first_and_else_from_outside(counter: Opened) -> None:
    lots, goods = counter.category.world.lots, counter.category.goods
    cell = 1 * counter.category.bands + 1
    waiting = int(lots.held[cell])
    first = int(lots.registered[cell, lots.head[cell]])
    wish = {"alternative": alternative(counter.category, USED, 1, 1), "route": INFORMAL}
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


def test_a_new_good_is_registered_on_the_day_of_the_decision_and_a_loan_written_down(counter: Opened) -> None:
    goods, owners = counter.category.goods, counter.model.district.owners
    slot, day = counter.slots[0], first_day(MAY) + 9
    new = {"alternative": alternative(counter.category, NEW, 0), "day": day, "principal": 60_000.0, "paid": 20_000.0}
    do(counter, decide(counter, new), desk(counter, [0], waits=False))
    assert (goods.registered[slot], goods.owned_since[slot], goods.variant[slot]) == (day, day, 0)
    assert (goods.loan[slot], goods.loan_month[slot]) == (60_000.0, MAY)
    assert owners.liquid[goods.owner[slot]] == 30_000.0
    assert counter.tally.loans.tolist() == [1, 0]
    assert counter.tally.new_sales[0, 0] == counter.tally.new_sales.sum() == 1
    assert counter.tally.first_buyers.sum() == 0


def test_a_purchase_ends_the_spell_in_the_market_and_a_lost_good_begins_one(counter: Opened) -> None:
    """Who buys or gives up is out of it, who has lost a good and buys nothing is in it; counted are those who looked."""
    goods, slots = counter.category.goods, counter.slots
    new = {"alternative": alternative(counter.category, NEW, 0)}
    goods.shopping[slots] = [1, 1, 0, 1, 1, 1]
    goods.variant[slots[4]] = EMPTY
    rows = new, {}, {"reason": MUST}, new | {"reason": MUST}, new | {"route": -1}
    do(counter, decide(counter, *rows), desk(counter, [0], waits=False))
    assert goods.shopping[slots].tolist() == [0, 0, 1, 0, 0, 1]
    assert counter.tally.shopped.tolist() == [2, 1]


def test_who_finds_the_pot_dry_stays_in_the_market(counter: Opened) -> None:
    goods, slot = counter.category.goods, counter.slots[0]
    goods.shopping[slot] = 1
    asked = {"alternative": alternative(counter.category, NEW, 0), "row": 0, "grant": TEN}
    assert do(counter, decide(counter, asked), desk(counter, [TEN - 1], waits=False)) == [0]
    assert goods.shopping[slot] == 1
    assert counter.tally.shopped.sum() == 0


def test_nobody_is_left_with_less_than_nothing(counter: Opened) -> None:
    do(counter, decide(counter, {"paid": 80_000.0}), desk(counter, [0], waits=False))
    assert counter.model.district.owners.liquid[counter.category.goods.owner[counter.slots[0]]] == 0.0


def test_two_purchases_of_a_month_are_paid_one_after_the_other(counter: Opened) -> None:
    second = counter.slots[0] + counter.category.first_slots
    counter.category.goods.variant[second] = 1
    rows = ({"paid": 15_000.0}, {"paid": 10_000.0, "slot": second})
    do(counter, decide(counter, *rows), desk(counter, [0], waits=False))
    assert counter.model.district.owners.liquid[counter.category.goods.owner[second]] == 25_000.0


# thinking again ------------------------------------------------------------------------------------------------


def test_whoever_a_dry_pot_turns_away_decides_again_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = small(
        "clock.start=2023-05",
        "clock.end=2023-06",
        "pots.car_vouchers.amount_factor=0.05",
        "pots.car_vouchers.levers_from=2023-01-01",
        scale=0.1,
    )
    model = TradeInModel(settings, 1)
    rounds: list[tuple[set[int], NDArray[np.int8], Decisions]] = []

    def watched(category: Category, month: Considered, found: Found, offers: Offers, keys: Keys) -> Decisions:
        decisions = work_out(category, month, found, offers, keys)
        if category.name == "car":
            rounds.append((set(found.slots.tolist()), offers.open.copy(), decisions))
        return decisions

    monkeypatch.setattr("sim.model.deciding.work_out", watched)
    monkeypatch.setattr("sim.model.settling.work_out", watched)
    months = model.settle(decided(model))
    (_, first_open, first), (again, then_open, second), *_ = rounds
    claimants = set(first.slot[first.row != NO_ROW].tolist())
    assert again <= claimants
    assert 0 < len(again) < len(claimants), "some found money, some did not"
    assert (then_open <= first_open).all()
    assert then_open.sum() < first_open.sum()
    closed = np.flatnonzero(then_open < first_open)
    assert not np.isin(second.row, closed).any()
    assert second.slot.size < len(again), "without the voucher some do not buy"
    pot = model.government.pots.available("car_vouchers", model.month)
    assert 0 <= pot < months["car"].rules.grants_fen(months["car"].prices.new).max()
    claims = months["car"].tally.claims.sum()
    assert claims == len(claimants) - len(again) + (second.row != NO_ROW).sum()
