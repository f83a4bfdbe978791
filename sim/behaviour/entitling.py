"""Which subsidies the owners of a batch may claim, and the best that each knows of for every purchase and disposal route."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.columns import GoodColumns
from sim.behaviour.lanes import Owned, Rights
from sim.behaviour.offers import Offers
from sim.behaviour.value import Choices, Floats, Ints
from sim.codes import EMPTY, FORMAL, HOARD, MUST, NEW, NO_ROW, ROUTES, SELL
from sim.numerics.compile import in_place, kernel
from sim.numerics.luck import derived, uniform
from sim.policy.claims import ANY_ROUTE, CLAIMS_PER_HOUSEHOLD, SCRAP_ROUTE
from sim.policy.eligibility import Held, condition, qualifies, scrap_grant
from sim.policy.tables import FOREVER

if TYPE_CHECKING:
    from sim.policy.entitlements import Entitlements


@in_place
def admit(n: int, m: int, offers: Offers, ent: Entitlements, owned: Owned, rights: Rights) -> None:
    """Fill ``eligible`` of row ``m`` with what dates, kind of owner and claims made so far allow."""
    day, kind, claims, eligible, scrapped = owned.day, owned.kind, owned.claims, rights.eligible[m], rights.scrapped[m]
    first, last, owner_ok = ent.first_day[m], ent.last_day[m], ent.owner_ok[m]
    most = ent.once[m] * CLAIMS_PER_HOUSEHOLD if ent.once[m] > 0 else np.int64(1 << 40)
    is_open = offers.open[m] != 0
    for q in range(n):
        eligible[q] = is_open and owner_ok[kind[q]] != 0 and first <= day[q] <= last and claims[q] < most
        scrapped[q] = 0.0


@kernel
def check_old(
    n: int, m: int, offers: Offers, ent: Entitlements, goods: GoodColumns, fuel: Ints, use: Ints, owned: Owned, rights: Rights
) -> None:
    """Strike out of ``eligible`` whose old good does not meet row ``m``; ``scrapped``: fen for scrapping it.

    Who has none may hold the certificate of a good that was scrapped before.
    """
    slot, of_type, variant, day = owned.slot, owned.type, owned.variant, owned.day
    certificate, scrapped_on, since_day = goods.scrapped, goods.scrapped_on, ent.scrapped_from[m]
    registered, emission, since, retirement = goods.registered, goods.emission, goods.owned_since, offers.retirement
    eligible, scrapped = rights.eligible[m], rights.scrapped[m]
    row, tiers = condition(ent, m), ent.route[m] == SCRAP_ROUTE
    scrap_years, scrap_fen = ent.scrap_years[m], ent.scrap_fen[m]
    for q in range(n):
        if not eligible[q]:
            continue
        v, i, parted = variant[q], slot[q], day[q]
        if v == EMPTY:
            v, parted = np.int64(certificate[i]), np.int64(scrapped_on[i])
            if v == EMPTY or parted < since_day:
                eligible[q] = False
                continue
        of_use = int(use[of_type[q]])
        old = Held(v, int(fuel[v]), int(registered[i]), int(emission[i]), int(since[i]), of_use)
        eligible[q] = qualifies(row, old, parted)
        if eligible[q] and tiers:
            scrapped[q] = scrap_grant(scrap_years[v], scrap_fen[v], old.registered_day, int(retirement[v, of_use]), parted)


@in_place
def hear(n: int, m: int, key: np.uint32, aware: float, owned: Owned, rights: Rights) -> bool:
    """Fill ``known`` with who may claim row ``m`` and has heard of it; returns whether anybody has."""
    who, eligible, known = owned.who, rights.eligible[m], rights.known
    heard = 0
    for q in range(n):
        known[q] = eligible[q] and uniform(key, who[q]) < aware
        heard += int(known[q])
    return heard > 0


@in_place
def grant_best(n: int, m: int, grants: Ints, ent: Entitlements, owned: Owned, rights: Rights) -> None:
    """Raise ``grant`` to what row ``m`` pays those who know of it; a certificate counts where nothing is parted with."""
    scrapped, known, variant, V = rights.scrapped[m], rights.known, owned.variant, grants.size
    first = FORMAL if ent.route[m] == SCRAP_ROUTE else SELL
    for r in range(first, ROUTES if ent.route[m] == ANY_ROUTE else first + 1):
        for j in range(V):
            grant, fen = rights.grant[r, j], float(grants[j])
            for q in range(n):
                pays = fen + scrapped[q] if known[q] else 0.0
                grant[q] = max(grant[q], pays)
        if ent.purchase_required[m] == 0:
            alone = rights.grant[r, V]
            for q in range(n):
                alone[q] = max(alone[q], scrapped[q] if known[q] else 0.0)
    if ent.scrapped_from[m] < FOREVER:
        for j in range(V):
            grant, fen = rights.grant[HOARD, j], float(grants[j])
            for q in range(n):
                pays = fen + scrapped[q] if known[q] and variant[q] == EMPTY else 0.0
                grant[q] = max(grant[q], pays)


@in_place
def hope(n: int, m: int, chance: Floats, fen: Floats, owned: Owned, rights: Rights) -> None:
    """Raise ``later`` to what a certificate of scrapping may bring those who know of row ``m`` and have lost their good.

    ``chance`` [K] of a purchase to come, ``fen`` [K] for it.
    """
    scrapped = rights.scrapped[m]
    known, variant, reason, of_type, later = rights.known, owned.variant, owned.reason, owned.type, rights.later
    for q in range(n):
        counts = known[q] and reason[q] == MUST and variant[q] != EMPTY
        k = of_type[q]
        later[q] = max(later[q], chance[k] * (fen[k] + scrapped[q]) if counts else 0.0)


@in_place
def entitle(
    n: int, offers: Offers, ent: Entitlements, keys: NDArray[np.uint32], goods: GoodColumns, fuel: Ints, use: Ints,
    owned: Owned, rights: Rights,
) -> bool:  # fmt: skip
    """Fill ``rights``; returns whether anybody knows of a grant. ``keys`` [M]: luck of having heard of each row."""
    rights.grant[:] = 0.0
    rights.later[:] = 0.0
    granted = False
    for m in range(offers.open.size):
        admit(n, m, offers, ent, owned, rights)
        if offers.open[m] == 0:
            continue
        if ent.route[m] != ANY_ROUTE:
            check_old(n, m, offers, ent, goods, fuel, use, owned, rights)
        if hear(n, m, keys[m], offers.aware[m], owned, rights):
            grant_best(n, m, offers.grants[m], ent, owned, rights)
            if ent.scrapped_from[m] < FOREVER:
                hope(n, m, offers.later_chance[m], offers.later_fen[m], owned, rights)
            granted = True
    return granted


@kernel
def awareness_keys(base: np.uint32, measure: Ints) -> NDArray[np.uint32]:
    """Key of the luck of having heard of each row's measure [M]."""
    out = np.empty(measure.size, np.uint32)
    for m in range(measure.size):
        out[m] = derived(base, int(measure[m]))
    return out


@in_place
def best_claims(
    acted: int, actors: Ints, good: Ints, route: Ints, choices: Choices, grants: Ints, ent: Entitlements, owned: Owned,
    rights: Rights, row: Ints, fen: Ints,
) -> None:  # fmt: skip
    """Row that pays each actor most for purchase and disposal route, heard of or not, and its fen; NO_ROW and 0: none.

    The counter knows every measure.
    """
    variant, kinds, bought, V = owned.variant, choices.kind, choices.variant, grants.shape[1]
    for z in range(acted):
        row[z], fen[z] = NO_ROW, 0
    for m in range(grants.shape[0]):
        eligible, scrapped, of_variant = rights.eligible[m], rights.scrapped[m], grants[m]
        way, alone = ent.route[m], ent.purchase_required[m] == 0
        for z in range(acted):
            q, j = actors[z], good[z]
            scrapping = FORMAL if variant[q] != EMPTY else HOARD
            counts = eligible[q] and (way == ANY_ROUTE or route[z] == (scrapping if way == SCRAP_ROUTE else SELL))
            pays = np.int64(scrapped[q]) if alone else np.int64(0)
            if kinds[j] == NEW:
                pays = of_variant[min(bought[j], V - 1)] + np.int64(scrapped[q])
            if counts and pays > fen[z]:
                row[z], fen[z] = m, pays
