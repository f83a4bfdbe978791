"""Who of very many owners enters the market or looks this month, at a fraction of a nanosecond for each who does not.

Every slot carries the upper half of a bound on its luck: of the chance to enter for those out of the market, of the chance to
buy (or to lose interest) for those in it. A month streams over these bounds and compares each with half of a hash, one hash for
two slots; a processor does eight at a time (Fog 2023, Optimizing software in C++, ch. 12). The few slots that pass are then
looked at as they are.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.attention import (
    WHOLE,
    Entering,
    LookingLuck,
    Screen,
    belief,
    certified,
    entry_threshold,
    entry_threshold_first,
)
from sim.behaviour.columns import GoodColumns, OwnerColumns
from sim.behaviour.value import Ints
from sim.codes import EMPTY, LEAVES, LOOKS, MUST
from sim.numerics.compile import in_place, kernel, leaf, prefetch
from sim.numerics.luck import bits, derived

BLOCK = 4096
"""Slots of a block: the first half of them shares its hashes with the second."""
AHEAD, SOON = 16, 8
"""Places ahead in a list at which goods, and their owners, are asked for (measured; they move time, not results)."""


class LuckBounds(NamedTuple):
    """Upper halves of the highest thresholds until the next review."""

    enter: NDArray[np.uint16]
    """[B, C, lanes]."""
    enter_first: NDArray[np.uint16]
    """[K]."""
    buy: NDArray[np.uint16]
    """Chance to buy or to lose interest [B, C, lanes]."""
    buy_first: NDArray[np.uint16]


@in_place
def bound_all(until: int, goods: GoodColumns, bounds: LuckBounds, variants: int, out: NDArray[np.uint16]) -> None:
    """Bounds of all slots until the month ``until``, by which a good may have become worse."""
    types, variant, vintage, worn, failing = goods.type, goods.variant, goods.vintage, goods.worn, goods.failing
    shopping, last = goods.shopping, bounds.buy.shape[1] - 1
    enter, enter_first, buy, buy_first = bounds.enter, bounds.enter_first, bounds.buy, bounds.buy_first
    for i in range(variant.size):
        k, v, inside = np.int64(types[i]), np.int64(variant[i]), shopping[i] != 0
        if v == EMPTY:
            out[i] = buy_first[k] if inside else enter_first[k]
        else:
            c = min(np.int64(until >= worn[i]) + np.int64(until >= failing[i]), last)
            b, lane = np.int64(vintage[i]), k * variants + v
            out[i] = buy[b, c, lane] if inside else enter[b, c, lane]


@in_place
def bound_some(
    slots: Ints, until: int, goods: GoodColumns, bounds: LuckBounds, variants: int, out: NDArray[np.uint16]
) -> None:  # fmt: skip
    """Bounds of slots that have changed."""
    types, variant, vintage, worn, failing = goods.type, goods.variant, goods.vintage, goods.worn, goods.failing
    shopping, last = goods.shopping, bounds.buy.shape[1] - 1
    enter, enter_first, buy, buy_first = bounds.enter, bounds.enter_first, bounds.buy, bounds.buy_first
    for i in slots:
        k, v, inside = np.int64(types[i]), np.int64(variant[i]), shopping[i] != 0
        if v == EMPTY:
            out[i] = buy_first[k] if inside else enter_first[k]
        else:
            c = min(np.int64(until >= worn[i]) + np.int64(until >= failing[i]), last)
            b, lane = np.int64(vintage[i]), k * variants + v
            out[i] = buy[b, c, lane] if inside else enter[b, c, lane]


@leaf
def slot_luck(base: np.uint32, row: int) -> np.uint32:
    """32 bits of luck of a row: half of the hash that it shares with another row, then half of one of its own."""
    block, place = row // BLOCK, row % BLOCK
    shared = bits(base, block * (BLOCK // 2) + place % (BLOCK // 2))
    half = np.uint32(shared & np.uint32(0xFFFF)) if place < BLOCK // 2 else np.uint32(shared >> np.uint32(16))
    own = np.uint32(bits(derived(base, 0), row) & np.uint32(0xFFFF))
    return np.uint32(np.uint32(half << np.uint32(16)) | own)


@kernel
def stream(base: np.uint32, bounds: NDArray[np.uint16], out: Ints) -> int:
    """Write the rows whose upper half of luck is at or below their bound; whole blocks. Returns their number."""
    half, found = BLOCK // 2, np.int64(0)
    low, high, passed = np.empty(half, np.uint16), np.empty(half, np.uint16), np.empty(BLOCK, np.uint8)
    words = passed.view(np.uint64)
    for first in range(0, bounds.size, BLOCK):
        start, here = first // 2, bounds[first : first + BLOCK]
        for n in range(half):
            shared = bits(base, start + n)
            low[n], high[n] = np.uint16(shared), np.uint16(shared >> np.uint32(16))
        for n in range(half):
            passed[n] = np.uint8(low[n] <= here[n])
        for n in range(half):
            passed[half + n] = np.uint8(high[n] <= here[half + n])
        for w in range(BLOCK // 8):
            word = words[w]
            if word != np.uint64(0):
                for byte in range(8):
                    out[found] = first + 8 * w + byte
                    found += np.int64(word & np.uint64(1))
                    word = np.uint64(word >> np.uint64(8))
    return int(found)


@in_place
def forced(
    month: int, goods: GoodColumns, owners: OwnerColumns, ended: Ints, leaving: Ints, slots: Ints, reasons: NDArray[np.int8],
    lucks: NDArray[np.uint32],
) -> int:  # fmt: skip
    """Write those who must act: goods that end, households that dissolve."""
    variant, ends, holder, until_month = goods.variant, goods.end, goods.owner, owners.until_month
    found = 0
    for n in range(ended.size):
        i = int(ended[n])
        if variant[i] != EMPTY and ends[i] <= month:
            reasons[found] = LEAVES if until_month[holder[i]] <= month else MUST
            slots[found], lucks[found] = i, 0
            found += 1
    for n in range(leaving.size):
        i = int(leaving[n])
        if variant[i] != EMPTY and ends[i] > month:
            slots[found], reasons[found], lucks[found] = i, LEAVES, 0
            found += 1
    return found


@in_place
def sift(
    month: int, base: np.uint32, keys: LookingLuck, goods: GoodColumns, owners: OwnerColumns, means: NDArray[np.int8],
    screen: Screen, entry: Entering, variants: int, begins: bool, candidates: Ints, count: int, found: int, turns: int,
    slots: Ints, reasons: NDArray[np.int8], lucks: NDArray[np.uint32], turned: Ints,
) -> tuple[int, int]:  # fmt: skip
    """Of the candidates, append those who look to the first ``found`` slots, and those who enter or leave to ``turned``.

    ``means``: class of every owner. ``begins``: the candidates are the slots whose goods may begin to fail this month, which
    are nobody's business otherwise.
    """
    variant, ends, types, vintage, ids = goods.variant, goods.end, goods.type, goods.vintage, goods.id
    worn, failing, holder, registered, shopping = goods.worn, goods.failing, goods.owner, goods.registered, goods.shopping
    from_month, until_month = owners.from_month, owners.until_month
    keep, first, last = screen.keep, screen.first, screen.keep.shape[3] - 1
    scrapped, scrapped_on, since = goods.scrapped, goods.scrapped_on, screen.certified_from
    for n in range(count):
        if n + AHEAD < count:
            ahead = candidates[n + AHEAD]
            prefetch(holder, ahead)
        if n + SOON < count:
            soon = holder[candidates[n + SOON]]
            prefetch(means, soon)
            prefetch(from_month, soon)
        i = int(candidates[n])
        household, k, v = int(holder[i]), np.int64(types[i]), np.int64(variant[i])
        empty, inside, luck = v == EMPTY, shopping[i] != 0, slot_luck(base, i)
        fails = not empty and failing[i] == month
        if fails != begins or (not empty and ends[i] <= month):
            continue
        if from_month[household] > month or until_month[household] <= month:
            continue
        c = min(np.int64(month >= worn[i]) + np.int64(month >= failing[i]), last)
        b, lane, q = np.int64(vintage[i]), k * variants + v, means[household]
        now, w = inside, belief(entry.heard, ids[i])
        if not inside:
            if empty:
                now = luck < entry_threshold_first(entry, w, k, False)
            else:
                now = luck < entry_threshold(entry, w, b, c, lane, registered[i], fails, False)
            luck = bits(keys.shopping, ids[i])
        buys = first[w, certified(scrapped[i], scrapped_on[i], since), q, k] if empty else keep[w, q, b, c, lane]
        if now and luck < buys:
            slots[found], reasons[found], lucks[found] = i, LOOKS, luck
            found += 1
        elif now and float(luck) < float(buys) + float(entry.lost) * (1.0 - float(buys) / WHOLE):
            now = False  # the same chance for whoever does not buy, however tight the bound
        turned[turns] = i
        turns += int(now != inside)
    return found, turns


@kernel
def by_month(
    variant: NDArray[np.int8], dates: NDArray[np.int16], first: int, months: int
) -> tuple[Ints, NDArray[np.int32]]:  # fmt: skip
    """Slots by the month of a date of their goods, for so many months: (start of each month [months + 1], slots)."""
    starts = np.zeros(months + 2, np.int64)
    for i in range(dates.size):
        if variant[i] != EMPTY and dates[i] < first + months:
            starts[max(int(dates[i]) - first, 0) + 2] += 1
    for m in range(months):
        starts[m + 2] += starts[m + 1]
    slots = np.empty(starts[months + 1], np.int32)
    for i in range(dates.size):
        if variant[i] != EMPTY and dates[i] < first + months:
            m = max(int(dates[i]) - first, 0) + 1
            slots[starts[m]] = i
            starts[m] += 1
    return starts[: months + 1], slots
