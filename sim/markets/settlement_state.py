"""What settling a category reads and changes: goods in every place, the month's counts, the money behind claims."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.columns import GoodColumns, OwnerColumns
from sim.behaviour.value import Floats, Ints
from sim.codes import KINDS_OF_OWNER, PLACES, ROUTES
from sim.markets.lots import Lots, empty_lots
from sim.policy.rationing import Ration

LOT_ROOM = 4096
"""Goods that fit into one cell of the lots."""
LEAST_IDLE_ROOM = 1024


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
    out_by_route: Ints
    """Goods that left their owners [V, disposal routes]."""
    claims: Ints
    """[Q, V + 1, 6 quintiles (0: no household), 2 urban]."""
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
    shopped: Ints
    """Owners, and those who had none, whose spell in the market has ended with what they did [2]."""
    gamed: Ints
    """New NEV registered by dealers only to be resold [V]."""
    interest: Ints
    """Loans with interest paid by the treasury, and fen for their first year, by subsidy [I, 2]."""


class Funds(NamedTuple):
    """The money behind this month's claims: pots by entitlement and by pot, and interest that the treasury pays."""

    pot_of: Ints
    """Pot of each entitlement, -1: none [M]."""
    version_of: Ints
    """Version of each entitlement [M]."""
    once: Ints
    ration: Ration
    """Money of the pots; falls as claims are settled."""
    first_day: int
    """Of the month."""
    waits: NDArray[np.int8]
    """Whether claims on a dry pot wait [P]."""
    draws: NDArray[np.bool_]
    """Whether a pot is drawn for by lot [P]."""
    found: NDArray[np.int8]
    """The worst that claims of each day have met with [P, DAYS]; written as claims are settled."""
    interest_share: Floats
    """Interest paid by the treasury by kind of owner, share of the principal a year [3, I]."""
    interest_most: Floats
    """Yuan a year [3, I]."""


def open_world(
    goods: GoodColumns, owners: OwnerColumns, communities: NDArray[np.int32], link_masks: Ints, variants: int, cells: int
) -> World:
    """Goods with their owners, and empty lots, garages and yards, with room for what will be for sale or kept idle."""
    room = max(goods.variant.size // 8, LEAST_IDLE_ROOM)
    idle = Idle(
        np.zeros(room, np.int8), np.zeros(room, np.int8), np.zeros(room, np.int8), np.zeros(room, np.int32),
        np.zeros(1, np.int64),
    )  # fmt: skip
    return World(goods, owners, communities, link_masks, empty_lots(cells, LOT_ROOM), idle, np.zeros(variants, np.int64))


def empty_tally(variants: int, cells: int, versions: int, interest: int = 0) -> Tally:
    """All counts at zero; ``interest``: number of interest subsidies."""
    places = len(PLACES)

    def zeros(*shape: int) -> Ints:
        return np.zeros(shape, dtype=np.int64)

    return Tally(
        moved=zeros(places, places), moved_nev=zeros(places, places), new_sales=zeros(variants, KINDS_OF_OWNER),
        first_buyers=zeros(variants), sold=zeros(max(cells, 1)), bought=zeros(max(cells, 1)),
        out_by_route=zeros(variants, ROUTES), claims=zeros(versions, variants + 1, 6, 2),
        claimed=zeros(versions, variants + 1, 6, 2), waiting=zeros(versions, 2), loans=zeros(2), paid=np.zeros(2),
        left=zeros(1), shopped=zeros(2), gamed=zeros(variants), interest=zeros(interest, 2),
    )  # fmt: skip
