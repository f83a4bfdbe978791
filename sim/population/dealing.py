"""Handing the goods of one stock over to those who hold another: who holds something keeps holding something."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.columns import GoodColumns, OwnerColumns
from sim.codes import AVERAGE_DAYS, EMPTY, NEVER, VINTAGE_MONTHS
from sim.markets.lots import Lots
from sim.numerics.luck import derived, uniforms

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
DATES = ("worn", "failing", "end")
WHOLE_GOOD = ("variant", "registered", "vintage", "emission", *DATES, "owned_since", "loan_month", "loan")


class Dealt(NamedTuple):
    """Columns of a stock, before anybody has traded."""

    columns: dict[str, NDArray[Any]]


def dealt_from(goods: GoodColumns) -> Dealt:
    """A copy of what makes up the goods."""
    return Dealt({name: getattr(goods, name).copy() for name in WHOLE_GOOD})


def back_in_time(goods: GoodColumns, lots: Lots, owners: OwnerColumns, first: int, months: int) -> None:
    """Move every date of goods, and of money spent since ``first``, so many months back."""
    days = round(months * AVERAGE_DAYS)
    for place in (goods, lots):
        place.registered[...] -= np.int16(days)
        place.vintage[...] = np.maximum(place.vintage - months // VINTAGE_MONTHS, 0)
        for name in DATES:
            column = getattr(place, name)
            column[column < NEVER] -= np.int16(months)
    goods.owned_since[:] -= np.int16(days)
    goods.loan_month[:] -= np.int16(months)
    owners.liquid_month[owners.liquid_month >= first] -= np.int16(months)


def deal(key: np.uint32, drawn: Dealt, goods: GoodColumns, powertrain: Ints, together: bool) -> None:
    """Give the drawn goods to those who hold one now: as many of each type, of the same variants and registration dates.

    Of a variant the oldest goes to the holder of the oldest. Condition, life and loan stay with the holder. ``together``:
    variants are counted over all types, else within each.
    """
    luck = [uniforms(derived(key, n), goods.id.astype(np.int64)) for n in range(2)]
    _as_many(drawn, goods, luck[0])
    groups = [np.flatnonzero(goods.variant >= 0)]
    held = [np.flatnonzero(drawn.columns["variant"] >= 0)]
    if not together:
        kinds = np.unique(goods.type)
        groups = [groups[0][goods.type[groups[0]] == k] for k in kinds]
        held = [held[0][goods.type[held[0]] == k] for k in kinds]
    for now, then in zip(groups, held, strict=True):
        _same_variants(drawn, goods, powertrain, luck[1], now, then)
        _same_dates(drawn, goods, now, then)
    goods.owned_since[:] = np.maximum(goods.owned_since, goods.registered)


def _as_many(drawn: Dealt, goods: GoodColumns, luck: Floats) -> None:
    """Let every type hold as many goods as it was drawn to hold.

    Goods too many are taken from owners who were drawn to hold one, so that those stay who came by one of their own accord;
    goods that are missing go back to owners who gave theirs up.
    """
    had, has = drawn.columns["variant"] != EMPTY, goods.variant != EMPTY
    for k in np.unique(goods.type):
        of_type = goods.type == k
        more = int((has & of_type).sum()) - int((had & of_type).sum())
        if more > 0:
            pool = np.flatnonzero(has & of_type)
            order = np.lexsort((luck[pool], ~had[pool]))
            goods.variant[pool[order[:more]]] = EMPTY
            goods.loan[pool[order[:more]]] = 0.0
        elif more < 0:
            pool = np.flatnonzero(had & ~has & of_type)
            back = pool[np.argsort(luck[pool])[:-more]]
            for name in WHOLE_GOOD:
                getattr(goods, name)[back] = drawn.columns[name][back]


def _same_variants(drawn: Dealt, goods: GoodColumns, powertrain: Ints, luck: Floats, now: Ints, then: Ints) -> None:
    """Change variants of as few slots of ``now`` as makes their counts those of ``then``; the same powertrain first."""
    kinds = powertrain.size
    wanted = np.bincount(drawn.columns["variant"][then].astype(np.int64), minlength=kinds)
    seen = np.bincount(goods.variant[now].astype(np.int64), minlength=kinds)
    taken = []
    for v in range(kinds):
        if seen[v] > wanted[v]:
            pool = now[goods.variant[now] == v]
            taken.append(pool[np.argsort(luck[pool])[: seen[v] - wanted[v]]])
    if not taken:
        return
    slots = np.concatenate(taken)
    slots = slots[np.argsort(powertrain[goods.variant[slots]], kind="stable")]
    missing = np.repeat(np.arange(kinds), np.maximum(wanted - seen, 0))
    goods.variant[slots] = missing[np.argsort(powertrain[missing], kind="stable")]


def _same_dates(drawn: Dealt, goods: GoodColumns, now: Ints, then: Ints) -> None:
    """Rank for rank within a variant, take over the dates of registration and what follows from them."""
    old = then[np.lexsort((drawn.columns["registered"][then], drawn.columns["variant"][then]))]
    new = now[np.lexsort((goods.registered[now], goods.variant[now]))]
    for name in ("registered", "vintage", "emission"):
        getattr(goods, name)[new] = drawn.columns[name][old]
