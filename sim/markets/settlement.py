"""Settling decisions: the only place where goods and money move.

Decisions are settled in a keyed order that no slot number decides. Whoever finds a pot dry is turned away (to decide again
without the subsidy) or waits for new money, as the pot's rule says; whoever finds a lot empty gets a car from outside.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.offers import Decisions
from sim.behaviour.value import Choices, Floats, Ints
from sim.codes import (
    AVERAGE_DAYS,
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
    YARD,
)
from sim.markets.goods import Good, Making, age_in_band, band_of, fates, good_of, make_good
from sim.markets.lots import pop, push
from sim.markets.neighbours import count_nev
from sim.markets.settlement_state import Funds, Idle, Tally, World
from sim.numerics.compile import in_place, kernel, leaf, prefetch
from sim.numerics.luck import bits, uniform
from sim.policy.claims import CLAIMS_PER_HOUSEHOLD
from sim.policy.interest import interest_fen
from sim.policy.rationing import CAP_REACHED, CLOSED, DAYS, NO_MONEY, free_from, place

AHEAD, SOON = 8, 4
"""Places ahead in the queue at which goods, and their owners, are asked for (measured; they move time, not results)."""


class Deliveries(NamedTuple):
    """Goods that are made or come from outside, one for each decision in the order of the queue [N]."""

    who: Ints
    """Whom it is for: what its luck is keyed by."""
    age: Ints
    """Months; 0: new, or none."""
    life: Floats
    accident: Floats
    """As ``goods.fates`` has them."""


@leaf
def put_away(idle: Idle, variant: int, emission: int, use: int, origin: int) -> bool:
    """Keep a good idle; False if there is no room."""
    at = idle.held[0]
    if at >= idle.variant.size:
        return False
    idle.variant[at] = variant
    idle.emission[at] = emission
    idle.use[at] = use
    idle.origin[at] = origin
    idle.held[0] += 1
    return True


@leaf
def claim(funds: Funds, tally: Tally, quintile: int, urban: int, row: int, column: int, fen: int, day: int) -> bool:
    """Enter a claim; False if the pot takes none on that day, or is dry and turns claimants away."""
    pot, version = int(funds.pot_of[row]), int(funds.version_of[row])
    if pot >= 0:
        on = day - funds.first_day
        turn, waits = int(funds.ration.turn[pot, on]), funds.waits[pot] > 0
        if turn == CLOSED:
            return False
        if place(funds.ration, pot, turn, DAYS - 1 if waits else turn, fen) == CLOSED:
            short = NO_MONEY if free_from(funds.ration, pot, turn) < fen else CAP_REACHED
            funds.found[pot, on] = max(funds.found[pot, on], short)
            if not waits:
                return False
            tally.waiting[version, 0] += 1
            tally.waiting[version, 1] += fen
    tally.claims[version, column, quintile, urban] += 1
    tally.claimed[version, column, quintile, urban] += fen
    return True


@kernel
def deliveries(
    order: Ints, decisions: Decisions, ids: NDArray[np.int32], making: Making, choices: Choices, fuel: Ints
) -> Deliveries:  # fmt: skip
    """What may come from the factory or from outside for each of the decisions in ``order``."""
    slots, alternatives, kinds, variants, bands = (
        decisions.slot, decisions.alternative, choices.kind, choices.variant, choices.band,
    )  # fmt: skip
    who, age = np.empty(order.size, np.int64), np.zeros(order.size, np.int64)
    for n in range(order.size):
        if n + AHEAD < order.size:
            prefetch(ids, slots[order[n + AHEAD]])
        j = alternatives[order[n]]
        who[n] = ids[slots[order[n]]]
        if kinds[j] != NEW and kinds[j] != NOTHING:
            age[n] = age_in_band(making, int(fuel[variants[j]]), int(bands[j]), int(who[n]))
    life, accident = fates(making, who, age)
    return Deliveries(who, age, life, accident)


@in_place
def settle(
    order: Ints,
    coming: Deliveries,
    decisions: Decisions,
    world: World,
    funds: Funds,
    making: Making,
    tally: Tally,
    choices: Choices,
    due: Floats,
    fuel: Ints,
    nev: NDArray[np.bool_],
    use: Ints,
    month: int,
    bands: int,
    refused: Ints,
) -> int:
    """Settle decisions in ``order``; writes those turned away by a dry pot or a used-up limit to ``refused``, returns how many.

    Columns are taken out of their named tuples before the loop: within it, each access would count references.
    """
    goods, owners, lots, idle, yard = world.goods, world.owners, world.lots, world.idle, world.yard
    holder, types, variant = goods.owner, goods.type, goods.variant
    registered, vintage, owned_since, emission = goods.registered, goods.vintage, goods.owned_since, goods.emission
    worn, failing, end, loan, loan_month = goods.worn, goods.failing, goods.end, goods.loan, goods.loan_month
    shopping, reasons, scrapped, scrapped_on = goods.shopping, decisions.reason, goods.scrapped, goods.scrapped_on
    liquid, liquid_month, kinds, quintiles, urban = (
        owners.liquid,
        owners.liquid_month,
        owners.kind,
        owners.quintile,
        owners.urban,
    )
    owner_nev, linked, claimed_so_far = owners.nev, owners.linked_nev, owners.claims
    communities, masks = world.communities, world.link_masks
    slots, alternatives, routes, rows, days = (
        decisions.slot,
        decisions.alternative,
        decisions.route,
        decisions.row,
        decisions.day,
    )
    grants, principals, paid, cash = decisions.grant, decisions.principal, decisions.paid, decisions.cash
    kind_of, variant_of, band_of_choice = choices.kind, choices.variant, choices.band
    moved, moved_nev, sold, bought, out_by_route = tally.moved, tally.moved_nev, tally.sold, tally.bought, tally.out_by_route
    new_sales, first_buyers, spent_on, loans = tally.new_sales, tally.first_buyers, tally.paid, tally.loans
    left, interest, once, held, shopped = tally.left, tally.interest, funds.once, lots.held, tally.shopped
    interest_share, interest_most = funds.interest_share, funds.interest_most
    made_for, ages, life, accident = coming
    V, turned_away = fuel.size, 0
    for n in range(order.size):
        if n + AHEAD < order.size:
            ahead = slots[order[n + AHEAD]]
            prefetch(holder, ahead)
            prefetch(owned_since, ahead)
        if n + SOON < order.size:
            prefetch(liquid, holder[slots[order[n + SOON]]])
        d = order[n]
        slot, j, route = int(slots[d]), int(alternatives[d]), int(routes[d])
        owner, day = int(holder[slot]), int(days[d])
        kind, v = int(kind_of[j]), int(variant_of[j])
        row, who, age = int(rows[d]), int(made_for[n]), int(ages[n])
        if row != NO_ROW:
            column = v if kind == NEW else V
            used_up = once[row] > 0 and claimed_so_far[owner] >= once[row] * CLAIMS_PER_HOUSEHOLD
            if used_up or not claim(funds, tally, int(quintiles[owner]), int(urban[owner]), row, column, int(grants[d]), day):
                refused[turned_away] = d
                turned_away += 1
                continue
            if once[row] > 0:
                claimed_so_far[owner] += 1
        # a second purchase in one month draws on what the first one left
        before = liquid[owner] if liquid_month[owner] == month else cash[d]
        liquid[owner] = max(before - paid[d], np.float32(0.0))
        liquid_month[owner] = month
        old = int(variant[slot])
        if old != EMPTY:
            place = LOT
            if route == SELL:
                cell = old * bands + band_of(making, (day - int(registered[slot])) / AVERAGE_DAYS)
                sold[cell] += 1
                good = Good(
                    np.int64(registered[slot]), np.int64(vintage[slot]), np.int64(emission[slot]), np.int64(worn[slot]),
                    np.int64(failing[slot]), np.int64(end[slot]),
                )  # fmt: skip
                if not push(lots, cell, good):
                    place = OUTSIDE
            elif route == FORMAL:
                place = YARD
                yard[old] += 1
            elif route == INFORMAL:
                place = INFORMAL_TRADE
            elif route == HOARD:
                kept = put_away(idle, old, int(emission[slot]), int(use[types[slot]]), who)
                place = IDLE if kept else INFORMAL_TRADE
            moved[OWNED, place] += 1
            out_by_route[old, route] += 1
            variant[slot] = EMPTY
            loan[slot] = 0.0
            if nev[old]:
                moved_nev[OWNED, place] += 1
                count_nev(kinds, owner_nev, linked, communities, masks, owner, -1)
        shopped[int(old == EMPTY)] += int(reasons[d] == LOOKS)
        if kind == NOTHING:
            left[0] += 1
            shopping[slot] = reasons[d] == MUST  # who has lost a good without wanting to looks for another
            if old != EMPTY and route == FORMAL and row == NO_ROW:
                scrapped[slot], scrapped_on[slot] = old, day
            continue
        shopping[slot] = 0
        scrapped[slot] = EMPTY
        place, cell = FACTORY, v * bands + int(band_of_choice[j])
        if kind != NEW:
            bought[cell] += 1
            place = LOT if held[cell] > 0 else OUTSIDE
        good = pop(lots, cell) if place == LOT else good_of(making, int(fuel[v]), month, day, age, life[n], accident[n])
        variant[slot] = v
        registered[slot] = good.registered
        vintage[slot] = max(int(good.vintage), 0)
        emission[slot] = good.emission
        worn[slot] = good.worn
        failing[slot] = good.failing
        end[slot] = max(int(good.end), month + 1)
        owned_since[slot] = day
        moved[place, OWNED] += 1
        if nev[v]:
            moved_nev[place, OWNED] += 1
            count_nev(kinds, owner_nev, linked, communities, masks, owner, 1)
        spent = 0 if kind == NEW else 1
        spent_on[spent] += due[j]
        if principals[d] > 0.0:
            loan[slot] = principals[d]
            loan_month[slot] = month
            loans[spent] += 1
            for m in range(interest_share.shape[1]):
                share = interest_share[kinds[owner], m]
                if share > 0.0:
                    interest[m, 0] += 1
                    interest[m, 1] += interest_fen(share, interest_most[kinds[owner], m], principals[d])
        if kind == NEW:
            new_sales[v, kinds[owner]] += 1
            if old == EMPTY:
                first_buyers[v] += 1
            if nev[v] and making.gamed_share > 0.0 and uniform(making.game_key, who) < making.gamed_share:
                resell(world, making, tally, v, int(fuel[v]), who, month, day, bands)
    return turned_away


@leaf
def resell(
    world: World, making: Making, tally: Tally, variant: int, fuel: int, who: int, month: int, day: int, bands: int
) -> None:
    """Register one more new NEV and put it straight on the used lot: a zero-mileage used car."""
    good = make_good(making, fuel, who ^ 0x40000000, month, day, 0)
    if push(world.lots, variant * bands, good):
        tally.moved[FACTORY, LOT] += 1
        tally.moved_nev[FACTORY, LOT] += 1
        tally.gamed[variant] += 1


def queue_order(key: np.uint32, decisions: Decisions, ids: NDArray[np.int32], first: int, count: int) -> Ints:
    """Keyed order of decisions ``first`` ... ``count`` - 1: by day, then by luck, then by id."""
    ranks = queue_ranks(key, decisions.slot, decisions.day, ids, first, count)
    return np.asarray(np.argsort(ranks) + first, dtype=np.int64)  # no two are equal: any way of sorting gives this order


@kernel
def queue_ranks(
    key: np.uint32, slots: NDArray[np.int32], days: NDArray[np.int16], ids: NDArray[np.int32], first: int, count: int
) -> Ints:
    """Day, luck and id of decisions ``first`` ... ``count`` - 1 in one word each."""
    rank = np.empty(count - first, np.int64)
    for n in range(first, count):
        who = int(ids[slots[n]])
        rank[n - first] = (int(days[n]) << 48) + (int(bits(key, who) >> np.uint32(16)) << 31) + who
    return rank
