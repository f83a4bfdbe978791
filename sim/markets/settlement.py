"""Settling decisions: the only place where goods and money move.

Decisions are settled in a keyed order that no slot number decides. Whoever finds a pot dry is turned away (to decide again
without the subsidy) or waits for new money, as the pot's rule says; whoever finds a lot empty gets a car from outside.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.columns import EMPTY, HOUSEHOLD, GoodColumns, OwnerColumns
from sim.behaviour.gathering import COMMUNITY, LINKS
from sim.behaviour.offers import NO_ROW, Decisions
from sim.behaviour.survival import LifeLaw, accident_months, life_months
from sim.behaviour.value import FORMAL, HOARD, INFORMAL, NEW, NOTHING, SELL, Choices, Floats, Ints
from sim.markets.lots import Good, Lots, pop, push
from sim.numerics.compile import kernel, leaf, prefetch
from sim.numerics.luck import bits, uniform
from sim.rules.claims import CLAIMS_PER_HOUSEHOLD

FACTORY, OUTSIDE, OWNED, LOT, IDLE, YARD, DISMANTLED, INFORMAL_TRADE = 0, 1, 2, 3, 4, 5, 6, 7
PLACES = ("factory", "outside", "owned", "lot", "idle", "yard", "dismantled", "informal_trade")
"""Where a good can be: not yet made, in another region, with its owner, for sale, kept idle, in a dismantler's yard, ..."""
LAST_MONTH = 30_000
MONTH_DAYS = 30.4375
AHEAD, SOON = 8, 4
"""Places ahead in the queue at which goods, and their owners, are asked for (measured; they move time, not results)."""


class Tally(NamedTuple):
    """What a month's settlement counts; V variants, 3 owner kinds, cells of the used market, Q measure versions."""

    moved: Ints
    """Goods from place to place [places, places]."""
    moved_nev: Ints
    """NEV among them [places, places]."""
    new_sales: Ints
    """[V, 3]."""
    first_buyers: Ints
    """New goods bought by owners of none, by powertrain group: [V]."""
    sold: Ints
    """Goods that owners sold to dealers [cells]."""
    bought: Ints
    """Used goods that owners bought [cells]."""
    out_by_way: Ints
    """Goods that left their owners [V, ways out]."""
    claims: Ints
    """[Q, V + 1, 6 fifths (0: no household), 2 urban]."""
    claimed: Ints
    """Fen, same axes."""
    waiting: Ints
    """Claims and fen that wait for money [Q, 2]."""
    loans: Ints
    """New goods bought on credit, used ones [2]."""
    paid: Floats
    """Yuan paid for new and used goods, price and tax [2]."""
    left: Ints
    """Goods given up without a replacement [1]."""
    gamed: Ints
    """New NEV registered by dealers only to be resold [V]."""
    interest: Ints
    """Loans with interest paid by the treasury, and fen for their first year [2]."""


class Desk(NamedTuple):
    """What the counter knows: pots by entitlement and by pot."""

    pot_of: Ints
    """Pot of each entitlement, -1: none [M]."""
    version_of: Ints
    """Version of each entitlement [M]."""
    once: Ints
    left: Ints
    """Fen left in each pot [P]; falls as claims are settled."""
    waits: NDArray[np.int8]
    """Whether claims on a dry pot wait [P]."""
    interest_share: float
    interest_principal: float
    interest_cap: float
    interest_for: Ints
    """Whose loans it is paid on [3], by kind of owner."""


class Idle(NamedTuple):
    """Goods kept idle [room] and their number [1]."""

    variant: NDArray[np.int8]
    emission: NDArray[np.int8]
    use: NDArray[np.int8]
    origin: NDArray[np.int32]
    held: Ints


class World(NamedTuple):
    """What settling one product changes."""

    goods: GoodColumns
    owners: OwnerColumns
    communities: NDArray[np.int32]
    link_masks: Ints
    lots: Lots
    idle: Idle
    yard: Ints
    """Goods that wait to be dismantled [V]."""


class Making(NamedTuple):
    """How a good that is new or comes from outside is made up."""

    law: LifeLaw
    vintage_start: int
    """First month of vintage 0."""
    newest_emission: Ints
    """Standard of a new good by fuel group [3]."""
    emission_from: Ints
    """First day of each standard by fuel group [3, 8]; a standard that does not exist starts never."""
    life_key: np.uint32
    accident_key: np.uint32
    age_key: np.uint32
    game_key: np.uint32
    gamed_share: float
    band_edges: Ints
    """Upper age of each band, months."""


@leaf
def make_good(making: Making, fuel: int, who: int, month: int, day: int, age: int) -> Good:
    """A good of this age that has survived so far; luck keyed by whom it is made for."""
    survived = float(age)
    life = life_months(making.law, uniform(making.life_key, who), survived)
    accident = accident_months(making.law, uniform(making.accident_key, who))
    start = month - age
    registered = day - int(age * MONTH_DAYS)
    standard = int(making.newest_emission[fuel])
    if age > 0:
        standard = 0
        for s in range(making.emission_from.shape[1]):
            if registered >= making.emission_from[fuel, s]:
                standard = s
    worn = min(start + int(making.law.worn_at * life), LAST_MONTH)
    failing = min(start + int(making.law.failing_at * life), LAST_MONTH)
    end = min(start + int(life) + 1, month + 1 + int(min(accident, 20_000.0)), LAST_MONTH)
    vintage = (start - making.vintage_start) // 6
    return Good(np.int64(registered), np.int64(vintage), np.int64(standard), np.int64(worn), np.int64(failing), np.int64(end))


@leaf
def band_of(making: Making, months: float) -> int:
    """Age band of a used good."""
    for b in range(making.band_edges.size - 1):
        if months < making.band_edges[b]:
            return b
    return making.band_edges.size - 1


@leaf
def age_in_band(making: Making, band: int, who: int) -> int:
    """Age in months of a used good from outside: even over its band, the last band six years wide."""
    lower = 0 if band == 0 else int(making.band_edges[band - 1])
    width = min(int(making.band_edges[band]), lower + 72) - lower
    return max(lower + int(uniform(making.age_key, who) * width), 1)


@leaf
def count_nev(
    kinds: NDArray[np.int8],
    nev: NDArray[np.int8],
    linked: NDArray[np.int8],
    communities: NDArray[np.int32],
    masks: Ints,
    owner: int,
    change: int,
) -> None:
    """Keep each household's NEV, its community's count and what its links see; only changes are pushed."""
    if change == 0 or kinds[owner] != HOUSEHOLD:
        return
    had = nev[owner] > 0
    nev[owner] += change
    has = nev[owner] > 0
    if had == has:
        return
    step = 1 if has else -1
    communities[owner // COMMUNITY] += step
    for link in range(LINKS):
        other = owner ^ int(masks[link])
        if other < kinds.size and kinds[other] == HOUSEHOLD:
            linked[other] += step


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
def claim(desk: Desk, tally: Tally, fifth: int, urban: int, row: int, column: int, fen: int) -> bool:
    """Enter a claim; False if the pot is dry and turns claimants away."""
    pot, version = int(desk.pot_of[row]), int(desk.version_of[row])
    if pot >= 0 and desk.left[pot] < fen:
        if desk.waits[pot] == 0:
            return False
        tally.waiting[version, 0] += 1
        tally.waiting[version, 1] += fen
    elif pot >= 0:
        desk.left[pot] -= fen
    tally.claims[version, column, fifth, urban] += 1
    tally.claimed[version, column, fifth, urban] += fen
    return True


@kernel
def settle(
    order: Ints,
    decisions: Decisions,
    world: World,
    desk: Desk,
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
    ids, holder, types, variant = goods.id, goods.owner, goods.type, goods.variant
    registered, vintage, owned_since, emission = goods.registered, goods.vintage, goods.owned_since, goods.emission
    worn, failing, end, loan, loan_month = goods.worn, goods.failing, goods.end, goods.loan, goods.loan_month
    liquid, liquid_month, kinds, fifths, urban = owners.liquid, owners.liquid_month, owners.kind, owners.fifth, owners.urban
    owner_nev, linked, claimed_so_far = owners.nev, owners.linked_nev, owners.claims
    communities, masks = world.communities, world.link_masks
    slots, alternatives, ways, rows, days = decisions.slot, decisions.alternative, decisions.way, decisions.row, decisions.day
    grants, principals, paid, cash = decisions.grant, decisions.principal, decisions.paid, decisions.cash
    kind_of, variant_of, band_of_choice = choices.kind, choices.variant, choices.band
    moved, moved_nev, sold, bought, out_by_way = tally.moved, tally.moved_nev, tally.sold, tally.bought, tally.out_by_way
    new_sales, first_buyers, spent_on, loans = tally.new_sales, tally.first_buyers, tally.paid, tally.loans
    left, interest, once, held = tally.left, tally.interest, desk.once, lots.held
    interest_for, interest_share = desk.interest_for, desk.interest_share
    V, turned_away = fuel.size, 0
    for n in range(order.size):
        if n + AHEAD < order.size:
            ahead = slots[order[n + AHEAD]]
            prefetch(ids, ahead)
            prefetch(holder, ahead)
            prefetch(types, ahead)
            prefetch(variant, ahead)
            prefetch(registered, ahead)
            prefetch(vintage, ahead)
            prefetch(owned_since, ahead)
            prefetch(emission, ahead)
            prefetch(worn, ahead)
            prefetch(failing, ahead)
            prefetch(end, ahead)
            prefetch(loan, ahead)
        if n + SOON < order.size:
            soon = holder[slots[order[n + SOON]]]
            prefetch(liquid, soon)
            prefetch(liquid_month, soon)
            prefetch(kinds, soon)
            prefetch(fifths, soon)
            prefetch(urban, soon)
        d = order[n]
        slot, j, way = int(slots[d]), int(alternatives[d]), int(ways[d])
        owner, day = int(holder[slot]), int(days[d])
        kind, v = int(kind_of[j]), int(variant_of[j])
        row, who = int(rows[d]), int(ids[slot])
        if row != NO_ROW:
            column = v if kind == NEW else V
            used_up = once[row] > 0 and claimed_so_far[owner] >= once[row] * CLAIMS_PER_HOUSEHOLD
            if used_up or not claim(desk, tally, int(fifths[owner]), int(urban[owner]), row, column, int(grants[d])):
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
            if way == SELL:
                cell = old * bands + band_of(making, (day - int(registered[slot])) / MONTH_DAYS)
                sold[cell] += 1
                good = Good(
                    np.int64(registered[slot]), np.int64(vintage[slot]), np.int64(emission[slot]), np.int64(worn[slot]),
                    np.int64(failing[slot]), np.int64(end[slot]),
                )  # fmt: skip
                if not push(lots, cell, good):
                    place = OUTSIDE
            elif way == FORMAL:
                place = YARD
                yard[old] += 1
            elif way == INFORMAL:
                place = INFORMAL_TRADE
            elif way == HOARD:
                kept = put_away(idle, old, int(emission[slot]), int(use[types[slot]]), who)
                place = IDLE if kept else INFORMAL_TRADE
            moved[OWNED, place] += 1
            out_by_way[old, way] += 1
            variant[slot] = EMPTY
            loan[slot] = 0.0
            if nev[old]:
                moved_nev[OWNED, place] += 1
                count_nev(kinds, owner_nev, linked, communities, masks, owner, -1)
        if kind == NOTHING:
            left[0] += 1
            continue
        place, age, cell = FACTORY, 0, v * bands + int(band_of_choice[j])
        if kind != NEW:
            bought[cell] += 1
            place = LOT if held[cell] > 0 else OUTSIDE
            age = age_in_band(making, int(band_of_choice[j]), who)
        good = pop(lots, cell) if place == LOT else make_good(making, int(fuel[v]), who, month, day, age)
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
            if interest_share > 0.0 and interest_for[kinds[owner]] != 0:
                subsidised = interest_share * min(principals[d], desk.interest_principal)
                interest[0] += 1
                interest[1] += int(min(subsidised, desk.interest_cap) * 100.0 + 0.5)
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


def empty_tally(variants: int, cells: int, versions: int) -> Tally:
    """All counts at zero."""
    places = len(PLACES)

    def zeros(*shape: int) -> Ints:
        return np.zeros(shape, dtype=np.int64)

    return Tally(
        moved=zeros(places, places), moved_nev=zeros(places, places), new_sales=zeros(variants, 3),
        first_buyers=zeros(variants), sold=zeros(max(cells, 1)), bought=zeros(max(cells, 1)),
        out_by_way=zeros(variants, 4), claims=zeros(versions, variants + 1, 6, 2),
        claimed=zeros(versions, variants + 1, 6, 2), waiting=zeros(versions, 2), loans=zeros(2), paid=np.zeros(2),
        left=zeros(1), gamed=zeros(variants), interest=zeros(2),
    )  # fmt: skip
