"""Calling up one rank after the other: the plain kernel that ``call_up.call_up`` must equal."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.attention import Screen
from sim.behaviour.columns import GoodColumns, OwnerColumns
from sim.behaviour.shuffle import Layers, Shuffle, at_rank, layer_of, luck_at, rank_of
from sim.behaviour.value import Ints
from sim.codes import EMPTY, LEAVES, LOOKS, MUST
from sim.numerics.compile import kernel


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
