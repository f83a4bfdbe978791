"""Settling decisions: the only place where goods and money move.

Decisions are settled in a keyed order that no slot number decides. Whoever finds a pot dry is turned away (to decide again
without the subsidy) or waits for new money, as the pot's rule says; whoever finds a lot empty gets a car from outside.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.compile import kernel, leaf
from sim.luck import bits, uniform
from sim.markets.lots import Good, Lots, pop, push
from sim.rules.choice import COMMUNITY, LINKS
from sim.rules.columns import EMPTY, HOUSEHOLD, GoodColumns, OwnerColumns
from sim.rules.offers import NO_ROW, Decisions
from sim.rules.survival import LifeLaw, accident_months, life_months
from sim.rules.value import FORMAL, HOARD, INFORMAL, NEW, NOTHING, SELL, Choices, Floats, Ints

FACTORY, OUTSIDE, OWNED, LOT, IDLE, YARD, DISMANTLED, INFORMAL_TRADE = 0, 1, 2, 3, 4, 5, 6, 7
PLACES = ("factory", "outside", "owned", "lot", "idle", "yard", "dismantled", "informal_trade")
"""Where a good can be: not yet made, in another region, with its owner, for sale, kept idle, in a dismantler's yard, ..."""
LAST_MONTH = 30_000
MONTH_DAYS = 30.4375


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
def count_nev(world: World, owner: int, change: int) -> None:
    """Keep each household's NEV, its community's count and what its links see; only changes are pushed."""
    owners = world.owners
    if change == 0 or owners.kind[owner] != HOUSEHOLD:
        return
    had = owners.nev[owner] > 0
    owners.nev[owner] += change
    has = owners.nev[owner] > 0
    if had == has:
        return
    step = 1 if has else -1
    world.communities[owner // COMMUNITY] += step
    for link in range(LINKS):
        other = owner ^ int(world.link_masks[link])
        if other < owners.kind.size and owners.kind[other] == HOUSEHOLD:
            owners.linked_nev[other] += step


@leaf
def take_old(
    world: World,
    making: Making,
    tally: Tally,
    slot: int,
    way: int,
    month: int,
    day: int,
    nev: bool,
    use: int,
    bands: int,
) -> None:
    """Move the old good of a slot to where its owner sends it."""
    goods = world.goods
    v = int(goods.variant[slot])
    place = LOT
    if way == SELL:
        age = (day - int(goods.registered[slot])) / MONTH_DAYS
        cell = v * bands + band_of(making, age)
        tally.sold[cell] += 1
        good = Good(
            np.int64(goods.registered[slot]), np.int64(goods.vintage[slot]), np.int64(goods.emission[slot]),
            np.int64(goods.worn[slot]), np.int64(goods.failing[slot]), np.int64(goods.end[slot]),
        )  # fmt: skip
        if not push(world.lots, cell, good):
            place = OUTSIDE
    elif way == FORMAL:
        place = YARD
        world.yard[v] += 1
    elif way == INFORMAL:
        place = INFORMAL_TRADE
    elif way == HOARD:
        place = IDLE
        at = world.idle.held[0]
        if at < world.idle.variant.size:
            world.idle.variant[at] = v
            world.idle.emission[at] = goods.emission[slot]
            world.idle.use[at] = use
            world.idle.origin[at] = goods.id[slot]
            world.idle.held[0] += 1
        else:
            place = INFORMAL_TRADE
    tally.moved[OWNED, place] += 1
    tally.moved_nev[OWNED, place] += 1 if nev else 0
    tally.out_by_way[v, way] += 1
    goods.variant[slot] = EMPTY
    goods.loan[slot] = 0.0
    if nev:
        count_nev(world, int(goods.owner[slot]), -1)


@leaf
def give_new(
    world: World,
    making: Making,
    tally: Tally,
    slot: int,
    kind: int,
    variant: int,
    band: int,
    month: int,
    day: int,
    fuel: int,
    nev: bool,
    bands: int,
) -> None:
    """Put what was bought into the slot: new from the factory, used from the lot or, if that is empty, from outside."""
    goods = world.goods
    place, age, cell = FACTORY, 0, variant * bands + band
    if kind != NEW:
        tally.bought[cell] += 1
        place = LOT if world.lots.held[cell] > 0 else OUTSIDE
        age = age_in_band(making, band, int(goods.id[slot]))
    good = pop(world.lots, cell) if place == LOT else make_good(making, fuel, int(goods.id[slot]), month, day, age)
    goods.variant[slot] = variant
    goods.registered[slot] = good.registered
    goods.vintage[slot] = max(int(good.vintage), 0)
    goods.emission[slot] = good.emission
    goods.worn[slot] = good.worn
    goods.failing[slot] = good.failing
    goods.end[slot] = max(int(good.end), month + 1)
    goods.owned_since[slot] = day
    tally.moved[place, OWNED] += 1
    tally.moved_nev[place, OWNED] += 1 if nev else 0
    if nev:
        count_nev(world, int(goods.owner[slot]), 1)


@leaf
def claim(world: World, desk: Desk, tally: Tally, owner: int, row: int, column: int, fen: int) -> bool:
    """Enter a claim; False if the pot is dry and turns claimants away."""
    pot, version = int(desk.pot_of[row]), int(desk.version_of[row])
    fifth, urban = int(world.owners.fifth[owner]), int(world.owners.urban[owner])
    if pot >= 0 and desk.left[pot] < fen:
        if desk.waits[pot] == 0:
            return False
        tally.waiting[version, 0] += 1
        tally.waiting[version, 1] += fen
    elif pot >= 0:
        desk.left[pot] -= fen
    tally.claims[version, column, fifth, urban] += 1
    tally.claimed[version, column, fifth, urban] += fen
    if desk.once[row] > 0:
        world.owners.claims[owner] += 1
    return True


@leaf
def pay(owners: OwnerColumns, owner: int, decisions: Decisions, d: int, month: int) -> None:
    """Write what the owner has left after paying; a second purchase in one month draws on what the first one left."""
    before = owners.liquid[owner] if owners.liquid_month[owner] == month else decisions.cash[d]
    owners.liquid[owner] = max(before - decisions.paid[d], np.float32(0.0))
    owners.liquid_month[owner] = month


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
    """Settle decisions in ``order``; writes those that a dry pot turned away to ``refused`` and returns their number."""
    goods, owners = world.goods, world.owners
    V = fuel.size
    turned_away = 0
    for n in range(order.size):
        d = order[n]
        slot, j, way = int(decisions.slot[d]), int(decisions.alternative[d]), int(decisions.way[d])
        owner, day = int(goods.owner[slot]), int(decisions.day[d])
        kind, v = int(choices.kind[j]), int(choices.variant[j])
        row = int(decisions.row[d])
        column = v if kind == NEW else V
        if row != NO_ROW and not claim(world, desk, tally, owner, row, column, int(decisions.grant[d])):
            refused[turned_away] = d
            turned_away += 1
            continue
        pay(owners, owner, decisions, d, month)
        had = goods.variant[slot] != EMPTY
        if had:
            old = int(goods.variant[slot])
            take_old(world, making, tally, slot, way, month, day, nev[old], int(use[goods.type[slot]]), bands)
        if kind == NOTHING:
            tally.left[0] += 1
        else:
            give_new(world, making, tally, slot, kind, v, int(choices.band[j]), month, day, int(fuel[v]), nev[v], bands)
            spent = 0 if kind == NEW else 1
            tally.paid[spent] += due[j]
            if decisions.principal[d] > 0.0:
                goods.loan[slot] = decisions.principal[d]
                goods.loan_month[slot] = month
                tally.loans[spent] += 1
                if desk.interest_share > 0.0 and desk.interest_for[owners.kind[owner]] != 0:
                    subsidised = desk.interest_share * min(decisions.principal[d], desk.interest_principal)
                    tally.interest[0] += 1
                    tally.interest[1] += int(min(subsidised, desk.interest_cap) * 100.0 + 0.5)
            if kind == NEW:
                tally.new_sales[v, owners.kind[owner]] += 1
                if not had:
                    tally.first_buyers[v] += 1
                if nev[v] and uniform(making.game_key, goods.id[slot]) < making.gamed_share:
                    resell(world, making, tally, v, int(fuel[v]), int(goods.id[slot]), month, day, bands)
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


@kernel
def queue_order(key: np.uint32, decisions: Decisions, ids: NDArray[np.int32], first: int, count: int) -> Ints:
    """Keyed order of decisions ``first`` ... ``count`` - 1: by day, then by luck, then by id."""
    rank = np.empty(count - first, np.int64)
    for n in range(first, count):
        who = int(ids[decisions.slot[n]])
        rank[n - first] = (int(decisions.day[n]) << 48) + (int(bits(key, who) >> np.uint32(16)) << 31) + who
    return np.argsort(rank, kind="mergesort") + first


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
