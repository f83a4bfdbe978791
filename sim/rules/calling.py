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

from sim.compile import kernel, leaf
from sim.luck import bits, derived
from sim.rules.attention import LEAVES, LOOKS, MUST, Screen
from sim.rules.columns import EMPTY, GoodColumns, OwnerColumns
from sim.rules.value import Ints

SMALLEST_SHUFFLE = 4
"""Bits of the smallest shuffle."""


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
def rank_of(s: Shuffle, layer: int, number: int) -> int:
    """Place of a number in the shuffle."""
    x = number
    for n in range(3):
        x = (x * s.times[layer, n] + s.plus[layer, n]) & s.mask
        x ^= x >> s.half
    return x


@leaf
def at_rank(s: Shuffle, layer: int, rank: int) -> int:
    """The number at a place: ``rank_of`` backwards."""
    x = rank
    for step in range(3):
        n = 2 - step
        x ^= x >> s.half
        x = ((x - s.plus[layer, n]) * s.back[layer, n]) & s.mask
    return x


@leaf
def luck_at(s: Shuffle, layer: int, rank: int) -> np.uint32:
    """32 bits for a rank: even over all ranks, with keyed bits below the shuffle's width."""
    return np.uint32((rank << (32 - s.width)) | (np.int64(bits(s.jitter[layer], rank)) >> s.width))


@leaf
def threshold(i: int, month: int, km: int, goods: GoodColumns, screen: Screen, variants: int) -> np.uint32:
    """Bound of the chance to look of one slot."""
    k, v = np.int64(goods.type[i]), np.int64(goods.variant[i])
    if v == EMPTY:
        return screen.first[km, k]
    c = min(np.int64(month >= goods.worn[i]) + np.int64(month >= goods.failing[i]), screen.keep.shape[2] - 1)
    return screen.keep[km, np.int64(goods.vintage[i]), c, k * variants + v]


@kernel
def spread_of(month: int, goods: GoodColumns, most: NDArray[np.uint32], most_first: np.uint32, counts: Ints) -> None:
    """Count slots by the power of two that bounds their chance to look [33]."""
    last = most.shape[0] - 1
    exponent = np.zeros(most.shape, np.int64)
    for c in range(most.shape[0]):
        for b in range(most.shape[1]):
            exponent[c, b] = bit_length(most[c, b])
    first = bit_length(most_first)
    for i in range(goods.variant.size):
        if goods.variant[i] == EMPTY:
            counts[first] += 1
        else:
            c = min(np.int64(month >= goods.worn[i]) + np.int64(month >= goods.failing[i]), last)
            counts[exponent[c, np.int64(goods.vintage[i])]] += 1


@leaf
def bit_length(x: np.uint32) -> int:
    """Smallest n with x < 2^n."""
    n, rest = 0, np.int64(x)
    while rest > 0:
        rest >>= 1
        n += 1
    return n


@kernel
def watched(
    month: int, goods: GoodColumns, most: NDArray[np.uint32], most_first: np.uint32, bound: int, out: Ints
) -> int:
    """Write the slots whose chance to look may reach ``bound`` (of 2^32); returns their number."""
    found, last = 0, most.shape[0] - 1
    open_first = np.int64(most_first) > bound
    for i in range(goods.variant.size):
        if goods.variant[i] == EMPTY:
            if not open_first:
                continue
        else:
            c = min(np.int64(month >= goods.worn[i]) + np.int64(month >= goods.failing[i]), last)
            if np.int64(most[c, np.int64(goods.vintage[i])]) <= bound:
                continue
        out[found] = i
        found += 1
    return found


@leaf
def enter(i: int, reason: int, luck: np.uint32, found: int, slots: Ints, reasons: NDArray[np.int8], lucks: NDArray[np.uint32]) -> int:
    """Put a slot on the list."""
    slots[found], reasons[found], lucks[found] = i, reason, luck
    return found + 1


@kernel
def call_up(
    month: int,
    layers: Layers,
    s: Shuffle,
    goods: GoodColumns,
    owners: OwnerColumns,
    screen: Screen,
    variants: int,
    ranks: int,
    listed: Ints,
    ended: Ints,
    leaving: Ints,
    slots: Ints,
    reasons: NDArray[np.int8],
    lucks: NDArray[np.uint32],
) -> int:
    """Write the slots that need working out, why, and their luck; returns their number.

    ``ranks``: places of each shuffle that are walked; ``listed``: slots that look more often; ``ended``: slots whose good
    may end this month; ``leaving``: slots of households that dissolve.
    """
    found = 0
    for n in range(ended.size):
        i = ended[n]
        if goods.variant[i] != EMPTY and goods.end[i] <= month:
            leaves = owners.until_month[goods.owner[i]] <= month
            found = enter(i, LEAVES if leaves else MUST, np.uint32(0), found, slots, reasons, lucks)
    for n in range(leaving.size):
        i = leaving[n]
        if goods.variant[i] != EMPTY and goods.end[i] > month:
            found = enter(i, LEAVES, np.uint32(0), found, slots, reasons, lucks)
    for layer in range(layers.first.size):
        for rank in range(min(ranks, s.mask + 1)):
            household = at_rank(s, layer, rank)
            if household >= layers.households:
                continue
            i = np.int64(layers.place[layer, household])
            if i < 0 or (goods.variant[i] != EMPTY and goods.end[i] <= month):
                continue
            if owners.from_month[household] > month or owners.until_month[household] <= month:
                continue
            luck = luck_at(s, layer, rank)
            if luck < threshold(i, month, np.int64(owners.km_class[household]), goods, screen, variants):
                found = enter(i, LOOKS, luck, found, slots, reasons, lucks)
    for n in range(listed.size):
        i = listed[n]
        household = np.int64(goods.owner[i])
        if (goods.variant[i] != EMPTY and goods.end[i] <= month) or owners.from_month[household] > month:
            continue
        if owners.until_month[household] <= month:
            continue
        layer = layer_of(layers.first, i)
        rank = rank_of(s, layer, household)
        luck = luck_at(s, layer, rank)
        if rank >= ranks and luck < threshold(i, month, np.int64(owners.km_class[household]), goods, screen, variants):
            found = enter(i, LOOKS, luck, found, slots, reasons, lucks)
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
            starts[max(np.int64(ends[i]) - first, 0) + 2] += 1
    for m in range(months):
        starts[m + 2] += starts[m + 1]
    slots = np.empty(starts[months + 1], np.int64)
    for i in range(ends.size):
        if variant[i] != EMPTY and ends[i] < first + months:
            m = max(np.int64(ends[i]) - first, 0) + 1
            slots[starts[m]] = i
            starts[m] += 1
    return starts[: months + 1], slots
