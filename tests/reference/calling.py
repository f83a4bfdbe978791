"""Asking every slot in turn: the plain call-up that streaming over bounds and sifting must equal, slot by slot."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np

from reference.chance import WORD, bits, derived, uniform
from sim.behaviour.attention import Entering, LookingLuck, Screen
from sim.behaviour.columns import GoodColumns, OwnerColumns
from sim.behaviour.offers import Heard

EMPTY = -1
LOOKS, MUST, LEAVES = 1, 2, 3
BLOCK = 4096
MONTH_DAYS = 30.4375


class Called(NamedTuple):
    """Slots that are worked out by (slot, reason, luck), and slots whose owners enter or leave the market, in their order."""

    found: list[tuple[int, int, int]]
    turned: list[int]


def row_luck(base: int, row: int) -> int:
    """32 bits of a row: half of a hash that it shares with the row half a block away, then half of its own."""
    block, place = divmod(row, BLOCK)
    shared = bits(base, block * BLOCK // 2 + place % (BLOCK // 2))
    half = shared & 0xFFFF if place < BLOCK // 2 else shared >> 16
    return half << 16 | bits(derived(base, 0), row) & 0xFFFF


def believes(heard: Heard, who: int) -> int:
    """1 for one who has heard of at least one subsidy, 0 for one who has heard of none."""
    return int(any(uniform(key, who) < share for key, share in zip(heard.keys.tolist(), heard.share.tolist(), strict=True)))


def chance_to_enter(
    entry: Entering, w: int, state: tuple[int, int, int] | None, k: int, registered: int, fails: bool, event: bool
) -> int:
    """As a 32-bit number, for one out of the market who believes ``w``.

    ``state``: vintage, condition and lane of the good, None: no good.
    """
    if state is None:
        chance = float(entry.first[w, k])
    else:
        b, c, lane = state
        months = registered / MONTH_DAYS - 0.5 - (entry.first_vintage + 6 * b)
        place = min(max(months / 6.0, 0.0), 1.0)
        older, younger = float(entry.held[w, b, c, lane]), float(entry.held[w, b + 1, c, lane])
        chance = older + place * (younger - older)
    for happens, brings in ((fails, entry.wear), (event, entry.event)):
        if happens:
            chance += brings * (WORD - chance)
    return int(chance)


def call_up(
    month: int,
    base: int,
    keys: LookingLuck,
    goods: GoodColumns,
    owners: OwnerColumns,
    means: Any,
    screen: Screen,
    entry: Entering,
    variants: int,
) -> Called:
    """Ask all: what ends, who dissolves, who enters the market, who in it may find enough, who loses interest."""
    found, turned = [], []
    names = (
        "id",
        "owner",
        "type",
        "variant",
        "registered",
        "vintage",
        "worn",
        "failing",
        "end",
        "shopping",
        "scrapped",
        "scrapped_on",
    )
    spans, classes = list(zip(owners.from_month.tolist(), owners.until_month.tolist(), strict=True)), means.tolist()
    for i, row in enumerate(zip(*(getattr(goods, name).tolist() for name in names), strict=True)):
        good = SimpleNamespace(**dict(zip(names, row, strict=True)))
        first, last = spans[good.owner]
        if good.variant != EMPTY and (good.end <= month or last == month):
            found.append((i, LEAVES if last <= month else MUST, 0))
            continue
        if first > month or last <= month:
            continue
        looks, inside = ask(month, row_luck(base, i), int(keys.shopping), good, classes[good.owner], screen, entry, variants)
        if looks is not None:
            found.append((i, LOOKS, looks))
        if inside != bool(good.shopping):
            turned.append(i)
    return Called(found, turned)


def ask(
    month: int, luck: int, shopping: int, good: Any, means: int, screen: Screen, entry: Entering, variants: int
) -> tuple[int | None, bool]:
    """The luck with which the owner of a slot looks, None: does not; and whether the owner is in the market afterwards."""
    state, w = None, believes(entry.heard, good.id)
    if good.variant != EMPTY:
        worse = int(month >= good.worn) + int(month >= good.failing)
        state = good.vintage, min(worse, screen.keep.shape[3] - 1), good.type * variants + good.variant
    if not good.shopping:
        fails = state is not None and good.failing == month
        if luck >= chance_to_enter(entry, w, state, good.type, good.registered, fails, False):
            return None, False
        luck = bits(shopping, good.id)
    certified = int(good.scrapped != EMPTY and good.scrapped_on >= screen.certified_from)
    least = int(screen.first[w, certified, means, good.type] if state is None else screen.keep[(w, means, *state)])
    if luck < least:
        return luck, True
    return None, luck >= least + float(entry.lost) * (1.0 - least / WORD)


def as_called(slots: Any, reasons: Any, lucks: Any, turned: Any) -> Called:
    """What the agenda has found, to be compared."""
    rows = zip(*(np.asarray(column).tolist() for column in (slots, reasons, lucks)), strict=True)
    return Called(sorted(rows), sorted(np.asarray(turned).tolist()))
