"""Handing the goods of one stock over to those who hold another: who holds something keeps holding something."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.columns import GoodColumns
from sim.behaviour.survival import LifeLaw, aged_anew
from sim.codes import AVERAGE_DAYS, EMPTY, NEVER
from sim.numerics.luck import derived, uniforms

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
WHOLE_GOOD = (
    "variant", "registered", "vintage", "emission", "worn", "failing", "end", "owned_since", "loan_month", "loan",
)  # fmt: skip


class Dealt(NamedTuple):
    """Columns of a stock, before anybody has traded."""

    columns: dict[str, NDArray[Any]]
    here: NDArray[np.bool_]
    """Whether the owner of a slot is there."""


def dealt_from(goods: GoodColumns, here: NDArray[np.bool_]) -> Dealt:
    """A copy of what makes up the goods; ``here``: whether the owner of a slot is there."""
    return Dealt({name: getattr(goods, name).copy() for name in WHOLE_GOOD}, here)


class Kinds(NamedTuple):
    """What the goods of a category are."""

    powertrain: Ints
    """Of each variant [V]."""
    law: LifeLaw


def deal(key: np.uint32, today: int, drawn: Dealt, goods: GoodColumns, kinds: Kinds, together: bool) -> None:
    """Give the drawn goods to those who hold one now: as many of each type, of the same variants and registration dates.

    Of a variant the oldest goes to the holder of the oldest. The loan stays with the holder, and the good is as near its end
    among those of its age as the one that was held. ``today``: the day of dealing; ``together``: variants are counted over all
    types, else within each.
    """
    _as_many(derived(key, 0), drawn, goods)
    groups = [np.flatnonzero(goods.variant >= 0)]
    held = [np.flatnonzero(drawn.columns["variant"] >= 0)]
    if not together:
        types = np.unique(goods.type)
        groups = [groups[0][goods.type[groups[0]] == k] for k in types]
        held = [held[0][goods.type[held[0]] == k] for k in types]
    registered = goods.registered.astype(np.float64)
    for now, then in zip(groups, held, strict=True):
        _same_variants(derived(key, 1), drawn, goods, kinds.powertrain, now, then)
        _same_dates(drawn, goods, now, then)
    _same_fates(kinds.law, today, registered, goods)
    goods.owned_since[:] = np.maximum(goods.owned_since, goods.registered)


def _as_many(key: np.uint32, drawn: Dealt, goods: GoodColumns) -> None:
    """Let every type hold as many goods as it was drawn to hold.

    Goods too many are taken from owners who were drawn to hold one, so that those stay who came by one of their own accord;
    goods that are missing go back to owners who gave theirs up. Of those who then have none as large a share as before are in
    the market.
    """
    had, has = drawn.columns["variant"] != EMPTY, goods.variant != EMPTY
    for slots in _by_type(goods, np.flatnonzero(drawn.here)):
        without, holding = slots[~has[slots]], slots[has[slots]]
        looking = float(goods.shopping[without].mean()) if without.size else 0.0
        more = holding.size - int(had[slots].sum())
        if more > 0:
            order = np.lexsort((_luck(key, goods, holding), ~had[holding]))
            goods.variant[holding[order[:more]]] = EMPTY
            goods.loan[holding[order[:more]]] = 0.0
        elif more < 0:
            pool = slots[had[slots] & ~has[slots]]
            back = pool[np.argsort(_luck(key, goods, pool))[:-more]]
            for name in WHOLE_GOOD:
                getattr(goods, name)[back] = drawn.columns[name][back]
            goods.shopping[back] = 0  # a good lost put them in the market
        _as_eager(key, goods, slots[goods.variant[slots] == EMPTY], looking)


def _as_eager(key: np.uint32, goods: GoodColumns, without: Ints, share: float) -> None:
    """Let such a share of these owners be in the market, changing as few as that takes."""
    inside = goods.shopping[without] != 0
    more = round(share * without.size) - int(inside.sum())
    pool = without[inside] if more < 0 else without[~inside]
    goods.shopping[pool[np.argsort(_luck(key, goods, pool))[: abs(more)]]] = np.int8(more > 0)


def _by_type(goods: GoodColumns, slots: Ints) -> list[Ints]:
    """These slots, those of each type together, in the order of memory."""
    order = slots[np.argsort(goods.type[slots], kind="stable")]
    return np.split(order, np.flatnonzero(np.diff(goods.type[order])) + 1)


def _luck(key: np.uint32, goods: GoodColumns, slots: Ints) -> Floats:
    return uniforms(key, goods.id[slots].astype(np.int64))


def _same_variants(key: np.uint32, drawn: Dealt, goods: GoodColumns, powertrain: Ints, now: Ints, then: Ints) -> None:
    """Change variants of as few slots of ``now`` as makes their counts those of ``then``; the same powertrain first."""
    kinds = powertrain.size
    wanted = np.bincount(drawn.columns["variant"][then].astype(np.int64), minlength=kinds)
    seen = np.bincount(goods.variant[now].astype(np.int64), minlength=kinds)
    taken = []
    for v in range(kinds):
        if seen[v] > wanted[v]:
            pool = now[goods.variant[now] == v]
            taken.append(pool[np.argsort(_luck(key, goods, pool))[: seen[v] - wanted[v]]])
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


def _same_fates(law: LifeLaw, today: int, registered: Floats, goods: GoodColumns) -> None:
    """Let goods whose dates have changed be as near their end, among those of their age, as before; ``registered``: till then.

    An accident comes when it would have come.
    """
    moved = np.flatnonzero((goods.registered != registered) & (goods.variant != EMPTY) & (goods.failing < NEVER))
    before, after = registered[moved], goods.registered[moved].astype(np.float64)
    start, since = np.floor(before / AVERAGE_DAYS), np.floor(after / AVERAGE_DAYS)
    life = np.asarray((goods.failing[moved] + 0.5 - start) / law.failing_at, dtype=np.float64)
    accident = goods.end[moved] < start + np.floor((goods.failing[moved] - start) / law.failing_at)
    anew = aged_anew(law, life, (today - before) / AVERAGE_DAYS, (today - after) / AVERAGE_DAYS)
    ends = np.maximum(since + np.floor(anew) + 1.0, round(today / AVERAGE_DAYS))
    for name, at in (("worn", law.worn_at), ("failing", law.failing_at)):
        getattr(goods, name)[moved] = np.minimum(since + np.floor(at * anew), NEVER)
    goods.end[moved] = np.minimum(np.where(accident, np.minimum(goods.end[moved], ends), ends), NEVER)
