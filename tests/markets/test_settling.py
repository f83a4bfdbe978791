"""One decision after the other, in a street made up for it: what moves, what is counted, and what is paid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from made_columns import good_columns, making, owner_columns

from sim.behaviour.columns import GoodColumns, OwnerColumns
from sim.behaviour.offers import Decisions
from sim.behaviour.value import Choices
from sim.codes import (
    DISMANTLED,
    EMPTY,
    FACTORY,
    FORMAL,
    HOARD,
    IDLE,
    INFORMAL,
    INFORMAL_TRADE,
    LOT,
    NEW,
    NO_ROW,
    NOTHING,
    OUTSIDE,
    OWNED,
    PLACES,
    SELL,
    USED,
    YARD,
)
from sim.markets.border import round_keyed, trade_across
from sim.markets.end_of_life import dismantle, give_up_idle
from sim.markets.goods import Good, make_good
from sim.markets.lots import Lots, empty_lots, pop, push
from sim.markets.settlement import claim, deliveries, queue_order, queue_ranks, settle
from sim.markets.settlement_state import Funds, Idle, Tally, World, empty_tally
from sim.numerics.luck import bits, derived, uniform
from sim.owners.offer_table import empty_decisions
from sim.policy.rationing import CAP_REACHED, CLOSED, DAYS, NO_MONEY, PAID, plain_ration

MONTH, DAY, BANDS, OWNERS = 100, 3000, 3, 8
ICE, BEV = 0, 1
NEW_ICE, NEW_BEV, USED_ICE, USED_BEV, NONE = 0, 1, 2, 3, 4
CHOICES = Choices(
    kind=np.array([NEW, NEW, USED, USED, NOTHING]), variant=np.array([ICE, BEV, ICE, BEV, -1]),
    band=np.array([0, 0, 0, 1, 0]), nest=np.zeros(5, dtype=np.int64), age=np.zeros(5, dtype=np.int64), mix=np.zeros((5, 3)),
)  # fmt: skip
DUE = np.array([100_000.0, 150_000.0, 40_000.0, 60_000.0, 0.0])
FUEL, NEV, USE = np.array([0, 2]), np.array([False, True]), np.array([0, 1])


def good(registered: int = 0) -> Good:
    return Good(*(np.int64(x) for x in (registered, 3, 4, 150, 180, 200)))


@dataclass
class Street:
    """Eight households of one community, each with an ICE of three years; a firm beside them."""

    goods: GoodColumns
    owners: OwnerColumns
    world: World
    tally: Tally
    funds: Funds

    def settle(self, *rows: dict[str, Any], **made: Any) -> list[int]:
        """Settle decisions in their order; what is not said: scrap and buy nothing, 50,000 yuan in hand, 1,000 paid."""
        out = decisions(*rows)
        refused = np.full(len(rows), -7, dtype=np.int64)
        order, law = np.arange(len(rows)), making(**made)
        coming = deliveries(order, out, self.goods.id, law, CHOICES, FUEL)
        count = settle(
            order, coming, out, self.world, self.funds, law, self.tally, CHOICES, DUE, FUEL, NEV, USE,
            MONTH, BANDS, refused,
        )  # fmt: skip
        return [int(d) for d in refused[:count]]

    def left(self) -> list[int]:
        """Fen of each pot at the end of the month."""
        return [int(free) for free in self.funds.ration.free[:, -1]]

    def moved(self) -> dict[tuple[str, str], tuple[int, int]]:
        """(from, to) -> goods, and NEV among them."""
        places = [tuple(int(x) for x in place) for place in np.argwhere(self.tally.moved + self.tally.moved_nev)]
        return {(PLACES[a], PLACES[b]): (int(self.tally.moved[a, b]), int(self.tally.moved_nev[a, b])) for a, b in places}


def decisions(*rows: dict[str, Any]) -> Decisions:
    out = empty_decisions(len(rows))
    rest = {
        "alternative": NONE,
        "route": FORMAL,
        "row": NO_ROW,
        "day": DAY,
        "paid": 1_000.0,
        "cash": 50_000.0,
        "principal": 0.0,
    }
    for n, row in enumerate(rows):
        for name, value in ({"slot": n, "grant": 0, "reason": 1} | rest | row).items():
            getattr(out, name)[n] = value
    return out


@pytest.fixture
def street() -> Street:
    goods = good_columns(
        OWNERS + 1, registered=DAY - 1096, vintage=3, emission=4, worn=150, failing=180, end=200, loan=9.0, id=np.arange(9) + 40
    )
    owners = owner_columns(
        OWNERS + 1, kind=[0] * OWNERS + [1], quintile=[1, 2, 3, 4, 5, 1, 2, 3, 0], urban=[0, 1] * 4 + [0], liquid=7.0
    )
    idle = Idle(np.zeros(2, np.int8), np.zeros(2, np.int8), np.zeros(2, np.int8), np.zeros(2, np.int32), np.zeros(1, np.int64))
    world = World(
        goods, owners, np.zeros(1, np.int32), np.array([1, 2, 4, 64]), empty_lots(2 * BANDS, 2), idle, np.zeros(2, np.int64)
    )
    funds = Funds(
        pot_of=np.array([0, 1, -1]), version_of=np.array([0, 1, 1]), once=np.array([0, 1, 0]),
        ration=plain_ration(np.array([3_000, 500])), first_day=DAY, waits=np.array([0, 1], dtype=np.int8),
        draws=np.zeros(2, dtype=np.bool_), found=np.zeros((2, DAYS), dtype=np.int8),
        interest_share=np.array([[0.01, 0.02], [0.0, 0.03], [0.0, 0.0]]),
        interest_most=np.array([[500.0, 1e9], [0.0, 1e9], [0.0, 0.0]]),
    )  # fmt: skip
    return Street(goods, owners, world, empty_tally(2, 2 * BANDS, 2, 2), funds)


# where goods go ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("route", [SELL, FORMAL, INFORMAL, HOARD])
def test_only_formal_scrapping_that_leaves_the_slot_empty_leaves_a_certificate(street: Street, route: int) -> None:
    assert street.settle({"slot": 2, "route": route}, {"slot": 3, "route": route, "alternative": NEW_BEV}) == []
    assert street.goods.scrapped.tolist() == [EMPTY, EMPTY, ICE if route == FORMAL else EMPTY, *[EMPTY] * 6]
    if route == FORMAL:
        kept = [int(column[2]) for column in (street.goods.scrapped_on, street.goods.registered, street.goods.emission)]
        assert kept == [DAY, DAY - 1096, 4]


def test_a_certificate_is_used_up_by_the_next_purchase_and_not_issued_for_what_has_been_paid(street: Street) -> None:
    street.settle({"slot": 2}, {"slot": 4, "row": 0, "grant": 100}, {"slot": 5})
    assert [int(street.goods.scrapped[n]) for n in (2, 4, 5)] == [ICE, EMPTY, ICE]
    street.settle(
        {"slot": 2, "route": -1, "alternative": NEW_BEV, "day": DAY + 9}, {"slot": 5, "route": -1, "alternative": USED_ICE}
    )
    assert [int(street.goods.scrapped[n]) for n in (2, 4, 5)] == [EMPTY] * 3


@pytest.mark.parametrize(("route", "place"), [(SELL, "lot"), (FORMAL, "yard"), (INFORMAL, "informal_trade"), (HOARD, "idle")])
def test_a_good_given_up_leaves_an_empty_slot_and_stands_elsewhere(street: Street, route: int, place: str) -> None:
    assert street.settle({"slot": 2, "route": route}) == []
    assert street.moved() == {("owned", place): (1, 0)}
    assert street.goods.variant.tolist() == [0, 0, EMPTY, 0, 0, 0, 0, 0, 0]
    assert (street.goods.loan[2], street.goods.loan[1]) == (0.0, 9.0)
    assert street.tally.out_by_route[ICE].tolist() == [int(r == route) for r in range(4)]
    assert street.tally.left.tolist() == [1]
    assert street.world.yard.tolist() == [int(route == FORMAL), 0]
    assert street.tally.sold.tolist() == [0, int(route == SELL), 0, 0, 0, 0], "three years old: the second band"
    assert street.world.lots.held.tolist() == street.tally.sold.tolist()
    assert street.world.idle.held[0] == int(route == HOARD)
    if route == SELL:
        assert tuple(pop(street.world.lots, 1)) == (DAY - 1096, 3, 4, 150, 180, 200)
    if route == HOARD:
        idle = street.world.idle
        assert (idle.variant[0], idle.emission[0], idle.use[0], idle.origin[0]) == (ICE, 4, 0, 42)


def test_an_nev_that_is_given_up_is_missed_by_its_community(street: Street) -> None:
    street.goods.variant[2], street.owners.nev[2], street.world.communities[0] = BEV, 1, 1
    street.owners.linked_nev[:8] = 1
    street.settle({"slot": 2, "route": SELL})
    assert street.moved() == {("owned", "lot"): (1, 1)}
    assert (street.owners.nev[2], street.world.communities[0]) == (0, 0)
    assert street.owners.linked_nev.tolist() == [0, 1, 1, 0, 1, 1, 0, 1, 0], "links of household 2: 3, 0 and 6"
    assert street.tally.sold.tolist() == [0, 0, 0, 0, 1, 0]


def test_a_full_lot_and_a_full_garage_send_goods_on(street: Street) -> None:
    street.settle(*({"route": SELL} for _ in range(3)))
    assert street.moved() == {("owned", "lot"): (2, 0), ("owned", "outside"): (1, 0)}
    street.settle(*({"slot": n, "route": HOARD} for n in (3, 4, 5)))
    assert street.tally.moved[OWNED, IDLE] == 2
    assert street.tally.moved[OWNED, INFORMAL_TRADE] == 1


def test_an_age_is_counted_up_to_the_day_of_the_sale(street: Street) -> None:
    """24 months are 730.5 days: one day less is the first band."""
    street.goods.registered[0], street.goods.registered[1] = DAY - 730, DAY - 731
    street.settle({"route": SELL}, {"route": SELL})
    assert street.tally.sold.tolist() == [1, 1, 0, 0, 0, 0]


def test_who_has_nothing_to_give_buys_all_the_same(street: Street) -> None:
    street.goods.variant[:] = EMPTY
    street.settle(
        {"alternative": NEW_BEV, "route": -1}, {"slot": 8, "alternative": NEW_ICE, "route": -1}, {"slot": 3, "route": -1}
    )
    assert street.moved() == {("factory", "owned"): (2, 1)}
    assert street.tally.first_buyers.tolist() == [1, 1]
    assert street.tally.new_sales.tolist() == [[0, 1, 0], [1, 0, 0]], "an ICE by a firm, a BEV by a household"
    assert street.tally.left.tolist() == [1]
    assert street.tally.out_by_route.sum() == 0


def test_a_new_good_stands_in_the_slot_of_the_old_one(street: Street) -> None:
    street.settle({"slot": 2, "alternative": NEW_BEV, "route": INFORMAL, "day": DAY + 5})
    goods = street.goods
    written = (goods.variant[2], goods.registered[2], goods.vintage[2], goods.emission[2], goods.worn[2], goods.failing[2])
    assert written == (BEV, DAY + 5, MONTH // 6, 0, 150, 180)
    assert (goods.end[2], goods.owned_since[2]) == (201, DAY + 5)
    assert street.moved() == {("owned", "informal_trade"): (1, 0), ("factory", "owned"): (1, 1)}
    assert (street.owners.nev[2], street.world.communities[0]) == (1, 1)
    assert street.tally.first_buyers.sum() == 0, "there was one before"
    assert street.tally.paid.tolist() == [150_000.0, 0.0]
    assert street.tally.gamed.sum() == 0


def test_a_used_good_is_the_first_of_its_lane(street: Street) -> None:
    for registered in (900, 800):
        push(street.world.lots, BANDS + 1, good(registered))
    street.settle({"slot": 2, "alternative": USED_BEV, "route": INFORMAL})
    goods = street.goods
    assert (goods.registered[2], goods.vintage[2], goods.emission[2], goods.end[2]) == (900, 3, 4, 200)
    assert (goods.worn[2], goods.failing[2], goods.owned_since[2]) == (150, 180, DAY)
    assert street.moved() == {("owned", "informal_trade"): (1, 0), ("lot", "owned"): (1, 1)}
    assert street.tally.bought.tolist() == [0, 0, 0, 0, 1, 0]
    assert street.tally.paid.tolist() == [0.0, 60_000.0]
    assert street.tally.new_sales.sum() == 0


def test_a_used_good_that_is_not_there_comes_from_outside(street: Street) -> None:
    street.settle({"slot": 2, "alternative": USED_ICE, "route": INFORMAL})
    assert street.moved() == {("owned", "informal_trade"): (1, 0), ("outside", "owned"): (1, 0)}
    age = MONTH - (int(street.goods.end[2]) - 101)
    assert 1 <= age < 24, "of the first band"
    expected = make_good(making(), 0, 42, MONTH, DAY, age)
    assert (street.goods.registered[2], street.goods.worn[2]) == (expected.registered, expected.worn)


def test_what_is_bought_lasts_the_month_and_is_no_older_than_the_first_vintage(street: Street) -> None:
    push(street.world.lots, 0, Good(*(np.int64(x) for x in (5, -4, 1, 10, 20, MONTH))))
    street.settle({"slot": 2, "alternative": USED_ICE, "route": INFORMAL})
    assert (street.goods.end[2], street.goods.vintage[2], street.goods.worn[2]) == (MONTH + 1, 0, 10)


# money ---------------------------------------------------------------------------------------------------------


def test_what_was_paid_is_gone_and_a_second_purchase_draws_on_the_rest(street: Street) -> None:
    street.goods.owner[3] = 2
    street.settle({"slot": 2, "paid": 20_000.0}, {"slot": 3, "paid": 4_000.0}, {"slot": 4, "paid": 60_000.0})
    assert street.owners.liquid.tolist() == [7.0, 7.0, 26_000.0, 7.0, 0.0, 7.0, 7.0, 7.0, 7.0]
    assert street.owners.liquid_month.tolist() == [0, 0, MONTH, 0, MONTH, 0, 0, 0, 0]


def test_loans_earn_interest_by_kind_of_owner_and_each_subsidy_has_its_books(street: Street) -> None:
    """A household borrows 80,000: 1 % up to 500 yuan, and 2 %; a firm 10,000: 3 % of the second alone."""
    borrowed = {"alternative": NEW_ICE, "principal": 80_000.0}
    street.settle(borrowed, {"slot": 8, "alternative": USED_ICE, "principal": 10_000.0}, {"slot": 1, "alternative": NEW_ICE})
    assert street.tally.interest.tolist() == [[1, 500_00], [2, 1_600_00 + 300_00]]
    assert street.tally.loans.tolist() == [1, 1]
    assert street.goods.loan[[0, 8, 1]].tolist() == [80_000.0, 10_000.0, 0.0]
    assert street.goods.loan_month.tolist() == [MONTH, 0, 0, 0, 0, 0, 0, 0, MONTH]
    assert street.tally.paid.tolist() == [200_000.0, 40_000.0]


def test_a_claim_is_entered_with_what_was_bought_and_who_claims(street: Street) -> None:
    rows = [
        {"alternative": NEW_BEV, "row": 0, "grant": 1_000},
        {"row": 0, "grant": 700},
        {"alternative": USED_ICE, "row": 2, "grant": 5},
    ]
    assert street.settle(*rows) == []
    claims, claimed = street.tally.claims, street.tally.claimed
    assert {tuple(int(x) for x in cell): int(claimed[tuple(cell)]) for cell in np.argwhere(claims)} == {
        (0, BEV, 1, 0): 1_000,
        (0, 2, 2, 1): 700,
        (1, 2, 3, 0): 5,
    }
    assert claims.max() == 1
    assert street.left() == [1_300, 500], "the third row draws on no pot"


def test_whoever_finds_the_pot_dry_has_done_nothing(street: Street) -> None:
    rows = [{"row": 0, "grant": fen, "alternative": NEW_ICE} for fen in (2_000, 1_001, 1_000, 1)]
    assert street.settle(*rows) == [1, 3]
    assert street.left() == [0, 500]
    assert street.tally.new_sales.tolist() == [[2, 0, 0], [0, 0, 0]]
    assert street.owners.liquid_month.tolist() == [MONTH, 0, MONTH, 0, 0, 0, 0, 0, 0]
    assert street.tally.waiting.sum() == 0


def test_a_pot_that_lets_wait_enters_those_who_wait(street: Street) -> None:
    rows = [{"row": 1, "grant": fen} for fen in (400, 200, 100)]
    assert street.settle(*rows) == []
    assert street.left() == [3_000, 0]
    assert street.tally.waiting.tolist() == [[0, 0], [1, 200]]
    assert street.tally.claims[1].sum() == 3
    assert street.tally.claimed[1].sum() == 700


def test_a_household_claims_once_for_each_of_two_adults(street: Street) -> None:
    street.goods.owner[:4] = 2
    assert street.settle(*({"slot": n, "row": 1, "grant": 1} for n in range(3))) == [2]
    assert street.owners.claims.tolist() == [0, 0, 2, 0, 0, 0, 0, 0, 0]
    assert street.settle({"slot": 3, "row": 0, "grant": 1}) == [], "where nobody counts"
    assert street.owners.claims[2] == 2


def test_the_counter_says_yes_or_no(street: Street) -> None:
    """Ten fen without a line; on the third day the counter is shut."""
    street.funds.ration.free[0] = 10
    street.funds.ration.turn[0, 2] = CLOSED
    tally = street.tally
    said = [claim(street.funds, tally, 2, 1, 0, 0, fen, DAY + day) for fen, day in ((6, 0), (1, 2), (5, 1), (4, 1), (1, 1))]
    assert said == [True, False, False, True, False]
    assert (street.left(), tally.claims[0, 0, 2, 1], tally.claimed[0, 0, 2, 1]) == ([0, 500], 2, 10)
    assert street.funds.found[0].tolist() == [PAID, NO_MONEY, *[PAID] * 29], "a closed counter is not dry"


def test_a_cap_that_is_reached_is_told_from_a_dry_pot(street: Street) -> None:
    """Seven fen a day on the first two days; those of the second pot wait for the day after."""
    for pot in (0, 1):
        ration = street.funds.ration
        ration.period[pot, :2], ration.quota[pot, :2], ration.turn[pot] = [0, 1], 7, np.arange(DAYS)
    said = [claim(street.funds, street.tally, 0, 0, 0, 0, fen, DAY) for fen in (5, 3, 2)]
    assert said == [True, False, False], "what is left of a cap that a claim does not fit into passes to the next day"
    assert street.funds.ration.quota[0, :2].tolist() == [0, 9]
    assert street.funds.found[0, 0] == CAP_REACHED
    assert [claim(street.funds, street.tally, 0, 0, 1, 0, fen, DAY) for fen in (5, 3)] == [True, True]
    assert street.funds.ration.quota[1, :2].tolist() == [0, 6]
    assert street.tally.waiting.sum() == 0


# zero-mileage used cars ----------------------------------------------------------------------------------------


def test_some_dealers_register_one_more_nev_and_put_it_on_the_lot(street: Street) -> None:
    rows = [{"slot": n, "alternative": NEW_BEV if n < 6 else NEW_ICE, "route": INFORMAL} for n in range(8)]
    street.settle(*rows, gamed_share=0.5)
    luck = [uniform(np.uint32(4), 40 + n) < 0.5 for n in range(6)]
    assert 0 < sum(luck) < 6
    fits = min(sum(luck), 2)
    assert street.tally.gamed.tolist() == [0, fits]
    assert (street.tally.moved[FACTORY, LOT], street.tally.moved_nev[FACTORY, LOT]) == (fits, fits)
    assert street.world.lots.held.tolist() == [0, 0, 0, fits, 0, 0]
    first = 40 + luck.index(True)
    assert tuple(pop(street.world.lots, BANDS)) == tuple(make_good(making(), 2, first ^ 0x40000000, MONTH, DAY, 0))


# the queue -----------------------------------------------------------------------------------------------------


def test_a_rank_is_the_day_then_sixteen_bits_of_luck_then_the_id() -> None:
    made, ids, base = (
        decisions(*({"day": day} for day in (5, 4, 5, 4, 7))),
        np.array([9, 8, 7, 6, 5], dtype=np.int32),
        np.uint32(77),
    )
    ranks = queue_ranks(base, made.slot, made.day, ids, 1, 4)
    assert ranks.tolist() == [
        day * 2**48 + (int(bits(base, who)) // 2**16) * 2**31 + who for day, who in ((4, 8), (5, 7), (4, 6))
    ]
    assert sorted(queue_order(base, made, ids, 1, 4).tolist()) == [1, 2, 3]
    assert queue_order(base, made, ids, 1, 4)[2] == 2, "the only one of the fifth"


# across the border, out of the garage, through the yard --------------------------------------------------------


def crossed(outflow: list[float], inflow: list[float]) -> tuple[Lots, Tally, list[int]]:
    """Cells of an ICE and a BEV in three bands, two goods in each lane that holds two at most."""
    lots, tally, sent = empty_lots(6, 2), empty_tally(2, 6, 1), np.full(6, 10, dtype=np.int64)
    for cell in range(6):
        for n in range(2):
            push(lots, cell, good(100 * cell + n))
    trade_across(lots, np.array(inflow), np.array(outflow), making(), np.uint32(5), MONTH, DAY, FUEL, NEV, BANDS, tally, sent)
    return lots, tally, (sent - 10).tolist()


def test_goods_leave_and_come_cell_by_cell() -> None:
    lots, tally, sent = crossed([0.0, 1.0, 9.0, 2.0, 0.0, 2.0], [0.0, 1.0, 0.0, 1.0, 3.0, 1.0])
    assert sent == [0, 1, 2, 2, 0, 2]
    assert lots.held.tolist() == [2, 2, 0, 1, 2, 1]
    assert (tally.moved[LOT, OUTSIDE], tally.moved_nev[LOT, OUTSIDE]) == (7, 4)
    assert (tally.moved[OUTSIDE, LOT], tally.moved_nev[OUTSIDE, LOT]) == (3, 2), "a full lane takes nothing"
    assert pop(lots, 1).registered == 101, "the older one has left"
    came = pop(lots, 1)
    age = MONTH - (int(came.end) - 101)
    assert 24 <= age < 60
    assert tuple(came) == tuple(make_good(making(), 0, -100_001 & 0xFFFFFFFF, MONTH, DAY, age))


def test_each_newcomer_of_a_cell_has_luck_of_its_own() -> None:
    lots, _, _ = crossed([0.0, 0.0, 2.0, 0.0, 0.0, 2.0], [0.0, 0.0, 2.0, 0.0, 0.0, 2.0])
    ages = [MONTH - (int(pop(lots, cell).end) - 101) for cell in (2, 2, 5, 5)]
    lower = [60 + int(uniform(np.uint32(3), -(cell * 100_000 + n + 1) & 0xFFFFFFFF) * 72) for cell in (2, 5) for n in (0, 1)]
    assert ages == lower
    assert len(set(ages)) > 2


def test_fractions_of_goods_are_rounded_by_keyed_luck() -> None:
    base = np.uint32(5)
    for who in range(20):
        assert round_keyed(1.5, base, who) == 1 + int(uniform(base, who) < 0.5)
    _, _, sent = crossed([1.5] * 6, [0.0] * 6)
    assert sent == [1 + int(uniform(derived(base, 1), cell) < 0.5) for cell in range(6)]
    lots, _, _ = crossed([2.0] * 6, [0.5] * 6)
    assert lots.held.tolist() == [int(uniform(derived(base, 2), cell) < 0.5) for cell in range(6)]


def test_a_lane_goes_round_within_its_room() -> None:
    lots = empty_lots(2, 3)
    for registered in (1, 2, 3):
        assert push(lots, 1, good(registered))
    assert not push(lots, 1, good(4))
    assert [int(pop(lots, 1).registered) for _ in range(2)] == [1, 2]
    assert push(lots, 1, good(5))
    assert lots.registered[1].tolist() == [5, 2, 3]
    assert (lots.head.tolist(), lots.held.tolist()) == ([0, 2], [0, 2])
    assert [int(pop(lots, 1).registered) for _ in range(2)] == [3, 5]
    assert empty_lots(0, 3).registered.shape == (1, 3)


def test_idle_goods_are_given_up_by_luck_and_those_kept_close_ranks() -> None:
    idle = Idle(
        np.array([0, 1, 0, 1, 0, 1, 1, 1], np.int8), np.arange(8, dtype=np.int8), np.arange(10, 18, dtype=np.int8),
        np.arange(20, 28, dtype=np.int32), np.array([7]),
    )  # fmt: skip
    yard, tally, base = np.zeros(2, np.int64), empty_tally(2, 1, 1), np.uint32(4)
    before = [int(v) for v in idle.variant]
    give_up_idle(idle, yard, base, 0.6, np.array([1.0, 0.5]), NEV, tally)
    gone = [n for n in range(7) if uniform(base, 20 + n) < 0.6]
    kept = [n for n in range(7) if n not in gone]
    formal = [n for n in gone if before[n] == 0 or uniform(derived(base, 1), 20 + n) < 0.5]
    assert 0 < len(kept) < 7
    assert 0 < len(formal) < len(gone), "all kinds are seen"
    assert idle.held.tolist() == [len(kept)]
    assert idle.origin[: len(kept)].tolist() == [20 + n for n in kept]
    assert idle.emission[: len(kept)].tolist() == kept
    assert idle.use[: len(kept)].tolist() == [10 + n for n in kept]
    assert idle.variant[: len(kept)].tolist() == [before[n] for n in kept]
    assert yard.tolist() == [sum(before[n] == v for n in formal) for v in (0, 1)]
    assert tally.moved[IDLE, [YARD, INFORMAL_TRADE]].tolist() == [len(formal), len(gone) - len(formal)]
    nev = [n for n in gone if before[n] == 1]
    assert tally.moved_nev[IDLE].sum() == len(nev)
    assert tally.moved_nev[IDLE, YARD] == yard[1]


def test_the_yard_is_emptied_as_far_as_goods_are_taken() -> None:
    yard, tally = np.array([5, 3]), empty_tally(2, 1, 1)
    dismantle(yard, 0, NEV, tally)
    assert (yard.tolist(), tally.moved.sum()) == ([5, 3], 0)
    dismantle(yard, 1, NEV, tally)
    assert yard.tolist() == [5, 2], "five eighths of one are none: the last gets what is left"
    dismantle(yard, 4, NEV, tally)
    assert yard.tolist() == [3, 0]
    assert (tally.moved[YARD, DISMANTLED], tally.moved_nev[YARD, DISMANTLED]) == (5, 3)
    dismantle(np.zeros(2, dtype=np.int64), 0, NEV, tally)
    assert tally.moved.sum() == 5
