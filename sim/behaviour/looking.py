"""Look at every slot of vehicles and equipment: at first glance at all, closely at the few that it does not clear."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.attention import (
    AT_ONCE,
    Entering,
    LookingLuck,
    Screen,
    belief,
    certified,
    entry_threshold,
    entry_threshold_first,
)
from sim.behaviour.columns import GoodColumns
from sim.behaviour.value import Ints
from sim.codes import ABSENT, EMPTY, EVENT, KEEPS, LAST, LEAVES, LOOKS, MUST, PRESENT
from sim.numerics.compile import in_place, kernel, prefetch
from sim.numerics.luck import bits

AHEAD = 16
"""Slots ahead at which a record is asked for (measured; it moves time, not results)."""


class Glance(NamedTuple):
    """What decides at first glance whether a slot is looked at, slot by slot [AT_ONCE]."""

    id: NDArray[np.int32]
    enters: NDArray[np.uint32]
    """Highest chance to enter the market."""
    ends: NDArray[np.uint32]
    """Highest chance that a rule ends the good."""
    certain: NDArray[np.bool_]
    """Whether it has to be looked at whatever its luck."""


@in_place
def glance(
    month: int, today: int, first: int, n: int, goods: GoodColumns, marked: NDArray[np.int8], entry: Entering,
    most_fail: NDArray[np.uint32], least_age: Ints, out: Glance,
) -> None:  # fmt: skip
    """Fill ``out`` for the slots from row ``first`` on; ``most_fail`` [B] and ``least_age`` [K], days: the strictest rules."""
    variant, holder, shopping, ends, vintage = goods.variant, goods.owner, goods.shopping, goods.end, goods.vintage
    id_of, worn, failing, registered, types = goods.id, goods.worn, goods.failing, goods.registered, goods.type
    ids, enters, ending, certain = out
    most, most_first, last = entry.most, entry.first.max(), np.uint64(entry.most.shape[0] - 1)
    for q in range(n):
        i, z = np.uint64(first + q), np.uint64(q)
        held, b = variant[i] != EMPTY, np.uint64(vintage[i])
        c = min(np.uint64(month >= worn[i]) + np.uint64(month >= failing[i]), last)
        ids[z], enters[z], ending[z] = id_of[i], most[c, b] if held else most_first, most_fail[b] if held else 0
        due = (ends[i] <= month) | (failing[i] == month) | (today - registered[i] >= least_age[np.uint64(types[i])])
        certain[z] = (shopping[i] != 0) | ((marked[np.uint64(holder[i])] & 3) != PRESENT) | (held & due)


@kernel
def empty_glance() -> Glance:
    """Room for it."""
    chances = np.empty((2, AT_ONCE), np.uint32)
    return Glance(np.empty(AT_ONCE, np.int32), chances[0], chances[1], np.empty(AT_ONCE, np.bool_))


@in_place
def mark(first: int, n: int, keys: LookingLuck, given: Glance, marks: NDArray[np.bool_], out: Ints) -> int:
    """Write the rows that may enter the market, end by a rule, or are certain to be looked at; returns their number.

    A processor does eight of them at a time; none that the strict rules let through is left out.
    """
    ids, enters, ending, certain = given
    for q in range(n):
        marks[q] = certain[q] | (bits(keys.entry, ids[q]) < enters[q]) | (bits(keys.inspection, ids[q]) < ending[q])
    count = 0
    for q in range(n):
        out[count] = first + q
        count += int(marks[q])
    return count


@in_place
def look_closely(
    month: int, keys: LookingLuck, goods: GoodColumns, marked: NDArray[np.int8], screen: Screen, entry: Entering,
    second: NDArray[np.bool_], use: Ints, retirement: Ints, today: int, first_slots: int, variants: int, bound: int, rows: Ints,
    count: int, found: int, turns: int, slots: Ints, reasons: NDArray[np.int8], lucks: NDArray[np.uint32], turned: Ints,
) -> tuple[int, int]:  # fmt: skip
    """Look at the first ``count`` of ``rows``; append what is found to the first ``found``, and ``turns``, as ``look`` does."""
    keep, first, fail = screen.keep, screen.first, screen.fail
    variant, types, ids, holder, ends, shopping = goods.variant, goods.type, goods.id, goods.owner, goods.end, goods.shopping
    worn, failing, vintage, registered = goods.worn, goods.failing, goods.vintage, goods.registered
    last, scrapped, scrapped_on, since = keep.shape[3] - 1, goods.scrapped, goods.scrapped_on, screen.certified_from
    for n in range(count):
        i = rows[n]
        v, empty, inside = np.int64(variant[i]), variant[i] == EMPTY, shopping[i] != 0
        here = marked[holder[i]]
        c = min(np.int64(month >= worn[i]) + np.int64(month >= failing[i]), last)
        k, q, here = np.int64(types[i]), here >> 2, here & 3
        b, lane, event = np.int64(vintage[i]), k * variants + v, here == EVENT
        if here == ABSENT or (empty and (here == LAST or (second[k] and variant[i - first_slots] == EMPTY))):
            continue
        now, w = inside, belief(entry.heard, ids[i])
        if not inside and here != LAST:
            luck = bits(keys.entry, ids[i])
            if empty:
                now = luck < entry_threshold_first(entry, w, k, event)
            else:
                now = luck < entry_threshold(entry, w, b, c, lane, registered[i], failing[i] == month, event)
        effort, reason = bits(keys.shopping, ids[i]), KEEPS
        holds = certified(scrapped[i], scrapped_on[i], since)
        if now and effort < (first[w, holds, q, k] if empty else keep[w, q, b, c, lane]):
            reason = LOOKS
        elif now and bits(keys.lost, ids[i]) < entry.lost:
            now = False
        if not empty and ends[i] <= month:
            reason = MUST
        elif not empty and b <= bound:
            if today - registered[i] >= retirement[v, use[k]] or (
                fail[b, lane] > 0 and bits(keys.inspection, ids[i]) < fail[b, lane]
            ):
                reason = MUST
        if here == LAST:
            reason = LEAVES
        turned[turns] = i
        turns += int(now != inside)
        slots[found], reasons[found], lucks[found] = i, reason, effort
        found += int(reason != KEEPS)
    return found, turns


@kernel
def look(
    month: int,
    keys: LookingLuck,
    goods: GoodColumns,
    marked: NDArray[np.int8],
    screen: Screen,
    entry: Entering,
    second: NDArray[np.bool_],
    use: Ints,
    retirement: Ints,
    today: int,
    first_slots: int,
    variants: int,
    bound: int,
    slots: Ints,
    reasons: NDArray[np.int8],
    lucks: NDArray[np.uint32],
    turned: Ints,
) -> tuple[int, int]:
    """Write the slots that need working out, why, and their luck; returns their number. The only pass over every slot.

    Slots whose owners enter the market, or lose interest, go to ``turned``; their number is returned as well. ``second`` [K]:
    types that hold a second good, in the slot ``first_slots`` rows after the first; they look only while the first slot is
    filled. ``today``: last day of the month; ``retirement`` [V, use]: age limit in days; ``bound``: the youngest vintage that
    a retirement age or an inspection can concern.
    """
    found, turns, fail = 0, 0, screen.fail
    least_age = np.array([retirement[:, use[k]].min() for k in range(use.size)])
    most_fail = np.array([fail[b].max() for b in range(fail.shape[0])])
    seen, marks, rows = empty_glance(), np.empty(AT_ONCE, np.bool_), np.empty(AT_ONCE + 1, np.int64)
    for start in range(0, goods.variant.size, AT_ONCE):
        width = min(AT_ONCE, goods.variant.size - start)
        glance(month, today, start, width, goods, marked, entry, most_fail, least_age, seen)
        count = mark(start, width, keys, seen, marks, rows)
        found, turns = look_closely(
            month, keys, goods, marked, screen, entry, second, use, retirement, today, first_slots, variants, bound, rows,
            count, found, turns, slots, reasons, lucks, turned,
        )  # fmt: skip
    return found, turns


@in_place
def lose_interest(
    slots: Ints, reasons: NDArray[np.int8], ids: NDArray[np.int32], key: np.uint32, lost: np.uint32, shopping: NDArray[np.int8],
    out: Ints,
) -> int:  # fmt: skip
    """Of those who looked and did not buy some leave the market; writes their slots to ``out``, returns their number."""
    count = 0
    for n in range(slots.size):
        if n + AHEAD < slots.size:
            prefetch(ids, slots[n + AHEAD])
        i = slots[n]
        if reasons[n] == LOOKS and shopping[i] != 0 and bits(key, ids[i]) < lost:
            shopping[i] = 0
            out[count] = i
            count += 1
    return count
