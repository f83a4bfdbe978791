"""Who of very many owners looks this month, without visiting all of them.

The luck of a slot in a month is its rank in a keyed shuffle of all slots: a permutation that can be followed both ways. So
the slots whose luck lies below a bound are listed by walking the first ranks backwards through the shuffle, and work grows
with those who may look, not with what exists. Slots of classes that look more often than the bound (old, failing) are kept
in a list of their own and asked for their rank one by one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.attention import Screen
from sim.behaviour.columns import GoodColumns, OwnerColumns
from sim.behaviour.shuffle import Layers, Shuffle, layer_of, luck_at, step_back, step_on
from sim.behaviour.value import Ints
from sim.codes import EMPTY, LEAVES, LOOKS, MUST
from sim.numerics.compile import kernel, leaf, prefetch

BLOCK = 512
"""Places that are worked out together (measured; it moves time, not results)."""
AHEAD, SOON = 16, 8
"""Places ahead in a list at which goods, and their owners, are asked for (measured; they move time, not results)."""


@kernel
def classify(
    month: int,
    goods: GoodColumns,
    keep: NDArray[np.uint32],
    first: NDArray[np.uint32],
    variants: int,
    classes: NDArray[np.int8],
    counts: Ints,
) -> None:
    """Write the power of two that bounds each slot's chance to look (of 2^32), and count slots by it [34].

    ``month``: until when it holds; a good only gets worse, and its class is that of the condition that looks most.
    ``keep`` [Q, B, C, lanes] and ``first`` [Q, K] as in ``Screen``.
    """
    variant, vintage, worn, failing, types = goods.variant, goods.vintage, goods.worn, goods.failing, goods.type
    Q, B, C, lanes = keep.shape
    exponent, empty = np.zeros((B, C, lanes), np.int8), np.zeros(first.shape[1], np.int8)
    for q in range(Q):
        for k in range(first.shape[1]):
            empty[k] = max(empty[k], bit_length(first[q, k]))
        for b in range(B):
            for c in range(C):
                for i in range(lanes):
                    exponent[b, c, i] = max(exponent[b, c, i], bit_length(keep[q, b, c, i]))
    for b in range(B):
        for c in range(1, C):
            for i in range(lanes):
                exponent[b, c, i] = max(exponent[b, c, i], exponent[b, c - 1, i])
    for i in range(variant.size):
        of = np.int64(types[i])
        if variant[i] == EMPTY:
            classes[i] = empty[of]
        else:
            worse = min(np.int64(month >= worn[i]) + np.int64(month >= failing[i]), C - 1)
            classes[i] = exponent[np.int64(vintage[i]), worse, of * variants + np.int64(variant[i])]
        counts[classes[i]] += 1


@leaf
def bit_length(x: np.uint32) -> int:
    """Smallest n with x < 2^n."""
    n, rest = 0, np.int64(x)
    while rest > 0:
        rest >>= 1
        n += 1
    return n


@kernel
def call_up(
    month: int, layers: Layers, s: Shuffle, goods: GoodColumns, owners: OwnerColumns, screen: Screen, variants: int,
    classes: NDArray[np.int8], ranks: int, listed: Ints, ended: Ints, leaving: Ints, slots: Ints, reasons: NDArray[np.int8],
    lucks: NDArray[np.uint32],
) -> int:  # fmt: skip
    """Write the slots that need working out, why, and their luck; returns their number.

    ``classes``: from ``classify``; ``ranks``: places of each shuffle that are walked; ``listed``: slots that look more
    often; ``ended``: slots whose good may end this month; ``leaving``: slots of households that dissolve. First come those
    whose luck is below the bound of their class, without a branch; then it is seen what they are this month.
    """
    found = forced(month, goods, owners, ended, leaving, slots, reasons, lucks)
    seen = walk(layers, s, classes, min(ranks, s.mask + 1), found, slots, lucks)
    seen = ask(layers, s, goods.owner, classes, ranks, listed, seen, slots, lucks)
    return sift(month, goods, owners, screen, variants, found, seen, slots, reasons, lucks)


@kernel
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


@kernel
def walk(
    layers: Layers, s: Shuffle, classes: NDArray[np.int8], ranks: int, found: int, slots: Ints, lucks: NDArray[np.uint32]
) -> int:
    """Append those at the first places of each shuffle, in blocks: numbers and luck as vectors, then the slots they name."""
    place, households, width, size = layers.place, layers.households, s.width, layers.first.size
    numbers, luck, named = np.empty(BLOCK, np.uint32), np.empty(BLOCK, np.uint32), np.empty(BLOCK, np.int64)
    mask, half = np.uint32(s.mask), np.uint32(s.half)
    for layer in range(size):
        b0, b1, b2 = np.uint32(s.back[layer, 0]), np.uint32(s.back[layer, 1]), np.uint32(s.back[layer, 2])
        p0, p1, p2 = np.uint32(s.plus[layer, 0]), np.uint32(s.plus[layer, 1]), np.uint32(s.plus[layer, 2])
        here, key = place[layer], s.jitter[layer]
        for first in range(0, ranks, BLOCK):
            count = min(BLOCK, ranks - first)
            for n in range(count):
                x = step_back(np.uint32(first + n), b2, p2, mask, half)
                numbers[n] = step_back(step_back(x, b1, p1, mask, half), b0, p0, mask, half)
                luck[n] = luck_at(key, width, first + n)
            for n in range(count):
                prefetch(here, min(int(np.int64(numbers[n])), households - 1))
            for n in range(count):
                named[n] = here[min(np.int64(numbers[n]), households - 1)]
                prefetch(classes, max(int(named[n]), 0))
            for n in range(count):
                slots[found], lucks[found] = named[n], luck[n]
                below = np.int64(luck[n]) >> np.int64(classes[max(named[n], 0)]) == 0
                found += int(below and named[n] >= 0 and np.int64(numbers[n]) < households)
    return found


@kernel
def ask(
    layers: Layers, s: Shuffle, holder: NDArray[np.int32], classes: NDArray[np.int8], ranks: int, listed: Ints, found: int,
    slots: Ints, lucks: NDArray[np.uint32],
) -> int:  # fmt: skip
    """Append those of the list whose place, beyond the ones walked, gives them luck below their bound; in blocks of a layer."""
    starts, width, size = layers.first, s.width, layers.first.size
    numbers, luck, rank = np.empty(BLOCK, np.uint32), np.empty(BLOCK, np.uint32), np.empty(BLOCK, np.uint32)
    mask, half, at = np.uint32(s.mask), np.uint32(s.half), 0
    while at < listed.size:
        layer = layer_of(starts, int(listed[at]))
        above, count = starts[layer + 1] if layer + 1 < size else np.int64(holder.size), 0
        while count < BLOCK and at + count < listed.size and starts[layer] <= listed[at + count] < above:
            numbers[count] = holder[listed[at + count]]
            count += 1
        t0, t1, t2 = np.uint32(s.times[layer, 0]), np.uint32(s.times[layer, 1]), np.uint32(s.times[layer, 2])
        p0, p1, p2 = np.uint32(s.plus[layer, 0]), np.uint32(s.plus[layer, 1]), np.uint32(s.plus[layer, 2])
        key = s.jitter[layer]
        for n in range(count):
            x = step_on(step_on(numbers[n], t0, p0, mask, half), t1, p1, mask, half)
            rank[n] = step_on(x, t2, p2, mask, half)
            luck[n] = luck_at(key, width, rank[n])
        for n in range(count):
            i = listed[at + n]
            slots[found], lucks[found] = i, luck[n]
            below = np.int64(luck[n]) >> np.int64(classes[i]) == 0
            found += int(np.int64(rank[n]) >= ranks and below)
        at += count
    return found


@kernel
def sift(
    month: int, goods: GoodColumns, owners: OwnerColumns, screen: Screen, variants: int, found: int, seen: int, slots: Ints,
    reasons: NDArray[np.int8], lucks: NDArray[np.uint32],
) -> int:  # fmt: skip
    """Of places ``found`` ... ``seen`` - 1, keep those who may look as they are this month."""
    variant, ends, types, vintage = goods.variant, goods.end, goods.type, goods.vintage
    worn, failing, holder = goods.worn, goods.failing, goods.owner
    from_month, until_month, km_class = owners.from_month, owners.until_month, owners.km_class
    keep, first, last = screen.keep, screen.first, screen.keep.shape[2] - 1
    for n in range(found, seen):
        if n + AHEAD < seen:
            ahead = slots[n + AHEAD]
            prefetch(variant, ahead)
            prefetch(types, ahead)
            prefetch(vintage, ahead)
            prefetch(worn, ahead)
            prefetch(failing, ahead)
            prefetch(ends, ahead)
            prefetch(holder, ahead)
        if n + SOON < seen:
            soon = holder[slots[n + SOON]]
            prefetch(km_class, soon)
            prefetch(from_month, soon)
            prefetch(until_month, soon)
        i, luck = int(slots[n]), lucks[n]
        household, k, v = int(holder[i]), np.int64(types[i]), np.int64(variant[i])
        if v == EMPTY:
            if luck >= first[km_class[household], k]:
                continue
        else:
            c = min(np.int64(month >= worn[i]) + np.int64(month >= failing[i]), last)
            if luck >= keep[km_class[household], np.int64(vintage[i]), c, k * variants + v] or ends[i] <= month:
                continue
        if from_month[household] > month or until_month[household] <= month:
            continue
        slots[found], reasons[found], lucks[found] = i, LOOKS, luck
        found += 1
    return found


@kernel
def by_month(variant: NDArray[np.int8], ends: NDArray[np.int16], first: int, months: int) -> tuple[Ints, Ints]:
    """Slots whose good ends in one of so many months, sorted by month: (start of each month [months + 1], slots)."""
    starts = np.zeros(months + 2, np.int64)
    for i in range(ends.size):
        if variant[i] != EMPTY and ends[i] < first + months:
            starts[max(int(ends[i]) - first, 0) + 2] += 1
    for m in range(months):
        starts[m + 2] += starts[m + 1]
    slots = np.empty(starts[months + 1], np.int64)
    for i in range(ends.size):
        if variant[i] != EMPTY and ends[i] < first + months:
            m = max(int(ends[i]) - first, 0) + 1
            slots[starts[m]] = i
            starts[m] += 1
    return starts[: months + 1], slots
