"""What those who look decide: a nested choice of what to buy, how to pay, and where the old good goes.

Pure: reads columns and this month's offers, writes a list of decisions. All luck is keyed by the slot, so neither the order
of the list nor the cut into batches matters. An owner acts if IV - K > effort + scale x logit(u), with IV as in ``weighing``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.columns import GoodColumns, OwnerColumns
from sim.behaviour.entitling import awareness_keys, best_claims, entitle
from sim.behaviour.gathering import appraise, believe, bring_goods, bring_owners, gather, open_routes, raise_bar, reckon
from sim.behaviour.lanes import (
    WIDTH,
    Means,
    Owned,
    Payments,
    Rights,
    Scores,
    means_lanes,
    owned_lanes,
    price_lanes,
    rights_lanes,
    score_lanes,
)
from sim.behaviour.offers import Decisions, Financing, Keys, Offers
from sim.behaviour.picking import accept, empty_team, force, race_goods, race_nests, race_routes
from sim.behaviour.utility import LOWEST, bound, join_nests, join_routes, lend, mandate, restrict, value_up, weigh_route
from sim.behaviour.value import Choices, Floats, Ints
from sim.codes import EMPTY, FORMAL, ROUTES, SELL
from sim.numerics.compile import in_place, kernel

if TYPE_CHECKING:
    from sim.policy.entitlements import Entitlements

SIEVED = 8
"""Alternatives beyond which it pays to send away by a bound those who look in vain (measured; it moves time, not results)."""


@in_place
def prepare(
    slots: Ints, reasons: NDArray[np.int8], lucks: NDArray[np.uint32], first: int, n: int, goods: GoodColumns,
    owners: OwnerColumns, communities: NDArray[np.int32], offers: Offers, financing: Financing, keys: Keys,
    heard: NDArray[np.uint32], ent: Entitlements, fuel: Ints, use: Ints, owned: Owned, means: Means, rights: Rights,
    prices: Payments,
) -> bool:  # fmt: skip
    """Fill the lanes with ``n`` owners from place ``first`` of the list on; returns whether any of them knows of a grant."""
    gather(slots, reasons, lucks, first, n, offers.month, goods, owners, owned, means)
    reckon(n, offers, financing, keys, goods, owners, owned, means)
    believe(n, offers.heard, offers.money.size, owned)
    appraise(n, offers, goods, owned, means)
    open_routes(n, offers, owned, means)
    raise_bar(n, offers, communities, owners, owned, means)
    granted = entitle(n, offers, ent, heard, goods, fuel, use, owned, rights)
    value_up(n, offers, owned, means, prices)
    if offers.nev_only.any():
        mandate(n, offers, keys.mandate, owned, prices)
    if offers.loan_max.max() > 0.0:
        lend(n, offers, financing, use, owned, means, prices)
    return granted


@in_place
def weigh(
    n: int, first_route: int, granted: bool, weight: float, offers: Offers, nest_of: Ints, owned: Owned, means: Means,
    rights: Rights, prices: Payments, scores: Scores,
) -> None:  # fmt: skip
    """Fill ``scores``: utility of every disposal route and alternative, and what acting is worth in all."""
    lending = offers.loan_max.max() > 0.0
    for r in range(first_route, ROUTES):
        weigh_route(n, r, lending, granted, weight, offers, owned, means, prices, rights, scores)
    restrict(n, offers.patience, offers.effort_keep, owned, scores)
    join_routes(n, first_route == SELL, means.route_scale, scores)
    join_nests(n, nest_of, offers.nest_scale, scores)


@in_place
def write(
    acted: int, at: int, actors: Ints, good: Ints, route: Ints, row: Ints, fen: Ints, due: Floats, owned: Owned, means: Means,
    scores: Scores, out: Decisions,
) -> None:  # fmt: skip
    """Enter the decisions of a batch from place ``at`` on; columns leave their tuples first: each access counts references."""
    slot, alternative, routes, rows, grant = out.slot, out.alternative, out.route, out.row, out.grant
    days, principals, paid, cash, reasons, lucks = out.day, out.principal, out.paid, out.cash, out.reason, out.luck
    slots, variant, day, reason, luck = owned.slot, owned.variant, owned.day, owned.reason, owned.luck
    had, proceeds, principal = means.cash, means.proceeds, scores.principal
    for z in range(acted):
        q, j, r, n = actors[z], good[z], route[z], at + z
        lent = principal[r, j, q]
        slot[n], alternative[n], routes[n] = slots[q], j, r if variant[q] != EMPTY else -1
        rows[n], grant[n], days[n], principals[n] = row[z], fen[z], day[q], lent
        paid[n] = due[j] - lent - (proceeds[r, q] if variant[q] != EMPTY else 0.0)
        cash[n], reasons[n], lucks[n] = had[q], reason[q], luck[q]


@kernel
def sieve(
    slots: Ints, reasons: NDArray[np.int8], lucks: NDArray[np.uint32], count: int, goods: GoodColumns, owners: OwnerColumns,
    communities: NDArray[np.int32], offers: Offers, financing: Financing, keys: Keys, choices: Choices, ent: Entitlements,
    fuel: Ints, use: Ints,
) -> tuple[Ints, NDArray[np.int8], NDArray[np.uint32], int]:  # fmt: skip
    """The list without those who cannot find anything worth its effort: slots, reasons, lucks and their number."""
    width, J = min(WIDTH, count), choices.kind.size
    owned, means, prices = owned_lanes(width), means_lanes(width), price_lanes(J, width)
    rights = rights_lanes(offers.open.size, offers.grants.shape[1], width)
    scores = score_lanes(J, choices.nest.max() + 1, width)
    left, why, luck = np.empty(count, np.int64), np.empty(count, np.int8), np.empty(count, np.uint32)
    heard, kept, lending = awareness_keys(keys.awareness, ent.measure), 0, offers.loan_max.max() > 0.0
    bring_goods(goods, slots, 0, width)
    bring_owners(goods, owners, slots, 0, width)
    for first in range(0, count, WIDTH):
        n, upto = min(WIDTH, count - first), min(first + 2 * WIDTH, count)
        granted = prepare(
            slots, reasons, lucks, first, n, goods, owners, communities, offers, financing, keys, heard, ent, fuel, use,
            owned, means, rights, prices,
        )  # fmt: skip
        bring_goods(goods, slots, first + n, upto)
        bound(n, lending, granted, financing.strain_weight, offers, choices.nest, owned, means, prices, rights, scores)
        bring_owners(goods, owners, slots, first + n, upto)
        for q in range(n):
            left[kept], why[kept], luck[kept] = owned.slot[q], owned.reason[q], owned.luck[q]
            kept += int(scores.inclusive[q] > means.bar[q])
    return left, why, luck, kept


def decide(
    slots: Ints, reasons: NDArray[np.int8], lucks: NDArray[np.uint32], count: int, goods: GoodColumns, owners: OwnerColumns,
    communities: NDArray[np.int32], offers: Offers, financing: Financing, keys: Keys, choices: Choices, ent: Entitlements,
    fuel: Ints, use: Ints, out: Decisions,
) -> int:  # fmt: skip
    """Work out the first ``count`` slots; write those who act to ``out`` and return their number.

    ``lucks``: 32 random bits of each, the same that the screen let pass. Two kernels, for they compile quicker than one.
    """
    given = goods, owners, communities, offers, financing, keys, choices, ent, fuel, use
    if choices.kind.size > SIEVED:
        slots, reasons, lucks, count = sieve(slots, reasons, lucks, count, *given)
    return choose(slots, reasons, lucks, count, *given, out)


@kernel
def choose(
    slots: Ints, reasons: NDArray[np.int8], lucks: NDArray[np.uint32], count: int, goods: GoodColumns, owners: OwnerColumns,
    communities: NDArray[np.int32], offers: Offers, financing: Financing, keys: Keys, choices: Choices, ent: Entitlements,
    fuel: Ints, use: Ints, out: Decisions,
) -> int:  # fmt: skip
    """Let the first ``count`` slots weigh everything; write those who act to ``out`` and return their number."""
    width, J, nest_of = min(WIDTH, count), choices.kind.size, choices.nest
    owned, means, prices = owned_lanes(width), means_lanes(width), price_lanes(J, width)
    rights = rights_lanes(offers.open.size, offers.grants.shape[1], width)
    scores = score_lanes(J, nest_of.max() + 1, width)
    t = np.zeros((7, width), np.int64)
    actors, who, nest, good, route, row, fen = t[0], t[1], t[2], t[3], t[4], t[5], t[6]
    heard, first_wait, done = awareness_keys(keys.awareness, ent.measure), np.zeros(width), 0
    team = empty_team(width)
    first_route = SELL if offers.route_utility[:, SELL].max() > LOWEST else FORMAL  # goods without a used market
    scores.utility[:first_route] = -1e30
    bring_goods(goods, slots, 0, width)
    bring_owners(goods, owners, slots, 0, width)
    for first in range(0, count, WIDTH):
        n, upto = min(WIDTH, count - first), min(first + 2 * WIDTH, count)
        granted = prepare(
            slots, reasons, lucks, first, n, goods, owners, communities, offers, financing, keys, heard, ent, fuel, use,
            owned, means, rights, prices,
        )  # fmt: skip
        bring_goods(goods, slots, first + n, upto)
        weigh(n, first_route, granted, financing.strain_weight, offers, nest_of, owned, means, rights, prices, scores)
        acted = accept(n, owned, means, scores, actors, who)
        race_nests(acted, actors, keys, who, scores, first_wait, nest)
        race_goods(acted, actors, keys, who, nest_of, nest, scores, team, good)
        race_routes(acted, first_route, actors, keys, who, means.route_scale, good, scores, first_wait, route)
        force(acted, actors, owned, scores, good, route)
        bring_owners(goods, owners, slots, first + n, upto)
        best_claims(acted, actors, good, route, choices, offers.grants, ent, owned, rights, row, fen)
        write(acted, done, actors, good, route, row, fen, offers.due, owned, means, scores, out)
        done += acted
    return done
