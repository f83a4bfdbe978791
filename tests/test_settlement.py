"""Settling by hand: dry pots refuse or let wait, goods go where they are sent, and who is turned away thinks again."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest
from model_settings import small
from numpy.typing import NDArray

from sim.behaviour.attention import LOOKS
from sim.behaviour.columns import EMPTY
from sim.behaviour.offers import NO_ROW, Decisions
from sim.behaviour.value import FORMAL, HOARD, INFORMAL, NEW, NOTHING, SELL, USED
from sim.clock import first_day, parse_month
from sim.counter import empty_decisions
from sim.markets.settlement import (
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
    settle,
)
from sim.model import TradeInModel
from sim.sector import Sector

MAY = parse_month("2024-05")


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
        interest_for=np.zeros(3, dtype=np.int64),
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
    return [int(d) for d in refused[:turned_away]]


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

    def watched(
        self: Sector, slots: Any, reasons: Any, lucks: Any, count: int, counter: Any, offers: Any
    ) -> tuple[Decisions, int]:
        decisions, acted = decide(self, slots, reasons, lucks, count, counter, offers)
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
