"""Who of very many owners looks this month, without visiting all of them.

The luck of a slot in a month is its rank in a keyed shuffle of all slots: a permutation that can be followed both ways. So
the slots whose luck lies below a bound are listed by walking the first ranks backwards through the shuffle, and work grows
with those who may look, not with what exists. Slots of classes that look more often than the bound (old, failing) are kept
in a list of their own and asked for their rank one by one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.attention import Screen
from sim.behaviour.columns import GoodColumns, OwnerColumns
from sim.behaviour.value import Ints
from sim.codes import EMPTY, LEAVES, LOOKS, MUST
from sim.numerics.compile import kernel, leaf, prefetch
from sim.numerics.luck import bits, derived

SMALLEST_SHUFFLE = 4
"""Bits of the smallest shuffle."""
AHEAD, SOON = 16, 8
"""Places ahead in a list at which goods, and their owners, are asked for (measured; they move time, not results)."""


class Layers(NamedTuple):
    """Slots of a category by layer: the first good of every household, the second, ..."""

    first: Ints
    """Row of the layer's first slot [L]."""
    households: int
    """Households that the shuffle covers, from the first row of owners on."""
    place: NDArray[np.int32]
    """Slot of a household in a layer, -1: none [L, households]."""
    width: int
    """Bits of the shuffle."""


class Shuffle(NamedTuple):
    """Keyed permutations of the numbers below 2^width, one for each layer: odd multipliers, their inverses, what is added."""

    width: int
    mask: int
    half: int
    times: Ints
    """[L, 3]."""
    back: Ints
    plus: Ints
    jitter: NDArray[np.uint32]
    """Key of the bits below the shuffle's width [L]."""


def shuffle(base: np.uint32, width: int, layers: int) -> Shuffle:
    """The permutations that belong to a key."""
    size = 1 << width
    keys = [derived(base, layer) for layer in range(layers)]
    times = [[int(bits(derived(key, n), 0)) % size | 1 for n in range(3)] for key in keys]
    plus = [[int(bits(derived(key, 10 + n), 0)) % size for n in range(3)] for key in keys]
    back = [[pow(m, -1, size) for m in row] for row in times]
    jitter = np.array([derived(key, 20) for key in keys], dtype=np.uint32)
    return Shuffle(width, size - 1, (width + 1) // 2, np.array(times), np.array(back), np.array(plus), jitter)


@leaf
def rank_of(times: Ints, plus: Ints, mask: int, half: int, layer: int, number: int) -> int:
    """Place of a number in the shuffle."""
    x = number
    for n in range(3):
        x = (x * times[layer, n] + plus[layer, n]) & mask
        x ^= x >> half
    return x


@leaf
def at_rank(back: Ints, plus: Ints, mask: int, half: int, layer: int, rank: int) -> int:
    """The number at a place: ``rank_of`` backwards."""
    x = rank
    for step in range(3):
        n = 2 - step
        x ^= x >> half
        x = ((x - plus[layer, n]) * back[layer, n]) & mask
    return x


@leaf
def luck_at(jitter: np.uint32, width: int, rank: int) -> np.uint32:
    """32 bits for a rank: even over all ranks, with keyed bits below the shuffle's width."""
    return np.uint32((rank << (32 - width)) | (np.int64(bits(jitter, rank)) >> width))


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
    month: int,
    layers: Layers,
    s: Shuffle,
    goods: GoodColumns,
    owners: OwnerColumns,
    screen: Screen,
    variants: int,
    classes: NDArray[np.int8],
    ranks: int,
    listed: Ints,
    ended: Ints,
    leaving: Ints,
    slots: Ints,
    reasons: NDArray[np.int8],
    lucks: NDArray[np.uint32],
) -> int:
    """Write the slots that need working out, why, and their luck; returns their number.

    ``classes``: from ``classify``; ``ranks``: places of each shuffle that are walked; ``listed``: slots that look more
    often; ``ended``: slots whose good may end this month; ``leaving``: slots of households that dissolve. Columns are taken
    out of their named tuples first: within the loops, each access would count references.
    """
    variant, ends, types, vintage = goods.variant, goods.end, goods.type, goods.vintage
    worn, failing, holder = goods.worn, goods.failing, goods.owner
    from_month, until_month, km_class = owners.from_month, owners.until_month, owners.km_class
    keep, first, place, households = screen.keep, screen.first, layers.place, layers.households
    times, back, plus, jitter, mask, half, width = s.times, s.back, s.plus, s.jitter, s.mask, s.half, s.width
    last, starts = keep.shape[2] - 1, layers.first
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
    # first those whose luck is below the bound of their class, without a branch; then what they are this month
    seen = found
    for layer in range(starts.size):
        key = jitter[layer]
        for rank in range(min(ranks, mask + 1)):
            household = at_rank(back, plus, mask, half, layer, rank)
            i = int(place[layer, min(household, households - 1)])
            luck = luck_at(key, width, rank)
            slots[seen], lucks[seen] = i, luck
            below = np.int64(luck) >> np.int64(classes[max(i, 0)]) == 0
            seen += int(below and i >= 0 and household < households)
    for n in range(listed.size):
        i = int(listed[n])
        layer = layer_of(starts, i)
        rank = rank_of(times, plus, mask, half, layer, int(holder[i]))
        luck = luck_at(jitter[layer], width, rank)
        slots[seen], lucks[seen] = i, luck
        seen += int(rank >= ranks and np.int64(luck) >> np.int64(classes[i]) == 0)
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


@leaf
def layer_of(first: Ints, slot: int) -> int:
    """Layer of a slot."""
    layer = first.size - 1
    while first[layer] > slot:
        layer -= 1
    return layer


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
