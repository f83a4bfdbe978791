"""Who looks at the market this month: attention follows the stakes.

Looking costs an effort kappa = effort + season + scale x logit(u) with keyed u, so an owner with gain G looks with
probability F((G - effort) / scale). A first pass compares u with an upper bound of that probability, tabulated by type,
vintage and condition; only those who pass are worked out one by one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.columns import GoodColumns, OwnerColumns
from sim.behaviour.value import Floats, Ints, log_sum
from sim.codes import ABSENT, EMPTY, EVENT, KEEPS, LAST, LEAVES, LOOKS, MUST, PRESENT
from sim.numerics.arithmetic import logistic_share
from sim.numerics.compile import kernel
from sim.numerics.luck import bits

WHOLE = 4294967295.0

KM_CLASSES = (0.5, 0.75, 1.0, 1.3, 1.8)
"""Bounds of the classes of relative kilometres that the screen tells apart; nobody drives less or more."""


class Screen(NamedTuple):
    """Upper bounds of the chance to look, as 32-bit thresholds, by class of kilometres Q."""

    keep: NDArray[np.uint32]
    """[Q, B, C, lanes]."""
    first: NDArray[np.uint32]
    """[Q, K]."""
    fail: NDArray[np.uint32]
    """Chance that a rule ends the good this month, inspection above all [B, lanes]."""
    most: NDArray[np.uint32]
    """Highest threshold of ``keep`` for each condition and vintage [C, B]."""


@kernel
def thresholds(gains: Floats, margin: Floats, shift: float, scale: float, out: NDArray[np.uint32]) -> None:
    """Fill one class of ``Screen.keep`` with F((G - effort + margin - shift) / scale); states [B, C, lanes].

    ``gains`` [B, C, lanes] with the best grants any owner of the vintage can get; ``margin`` [lanes] bounds what kilometres,
    neighbours and credit can add to G; ``shift`` is the season's effort.
    """
    B, C, lanes = gains.shape
    for b in range(B):
        for c in range(C):
            gain, row = gains[b, c], out[b, c]
            for i in range(lanes):
                row[i] = np.uint32(WHOLE * logistic_share((gain[i] + margin[i] - shift) / scale))


@kernel
def look_first(nests: Floats, nothing: Floats, effort: Floats, scale: float, out: NDArray[np.uint32]) -> None:
    """Fill a row of ``Screen.first``: chance that one who has none looks, nest values [K, N]."""
    for k in range(nothing.size):
        gain = log_sum(nests[k], 0, nests.shape[1] - 1) - nothing[k] - effort[k]
        out[k] = np.uint32(WHOLE * logistic_share(gain / scale))


@kernel
def look(
    month: int,
    attention_key: np.uint32,
    inspection_key: np.uint32,
    goods: GoodColumns,
    marked: NDArray[np.int8],
    screen: Screen,
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
) -> int:
    """Write the slots that need working out, why, and their luck; returns their number. The only pass over every slot.

    ``second`` [K]: types that hold a second good, in the slot ``first_slots`` rows after the first; they look only while the
    first slot is filled. ``today``: last day of the month; ``retirement`` [V, use]: age limit in days; ``bound``: the
    youngest vintage that a retirement age or an inspection can concern.
    """
    found = 0
    keep, first, fail = screen.keep, screen.first, screen.fail
    variant, types, ids, holder, ends = goods.variant, goods.type, goods.id, goods.owner, goods.end
    worn, failing, vintage, registered = goods.worn, goods.failing, goods.vintage, goods.registered
    last, most, most_first = keep.shape[2] - 1, screen.most, first.max()
    for i in range(variant.size):
        v = np.int64(variant[i])
        luck = bits(attention_key, ids[i])
        mark = marked[holder[i]]
        empty = v == EMPTY
        c = min(np.int64(month >= worn[i]) + np.int64(month >= failing[i]), last)
        if luck >= (most_first if empty else most[c, vintage[i]]) and (mark & 3) == PRESENT:
            if empty or (ends[i] > month and vintage[i] > bound):
                continue
        k, q, mark = np.int64(types[i]), mark >> 2, mark & 3
        if empty:
            if luck >= first[q, k] and mark != EVENT:
                continue
            if mark >= LAST or (second[k] and variant[i - first_slots] == EMPTY):
                continue
            reason = LOOKS
        else:
            b, lane = np.int64(vintage[i]), k * variants + v
            reason = KEEPS
            if luck < keep[q, b, c, lane] or mark == EVENT:
                reason = LOOKS
            if ends[i] <= month:
                reason = MUST
            elif vintage[i] <= bound:
                if today - registered[i] >= retirement[v, use[k]] or (
                    fail[b, lane] > 0 and bits(inspection_key, ids[i]) < fail[b, lane]
                ):
                    reason = MUST
            if mark == LAST:
                reason = LEAVES
            if reason == KEEPS or mark == ABSENT:
                continue
        slots[found] = i
        reasons[found] = reason
        lucks[found] = luck
        found += 1
    return found


def mark_owners(month: int, owners: OwnerColumns) -> NDArray[np.int8]:
    """4 x class of kilometres + PRESENT, EVENT (this month), LAST (dissolves this month) or ABSENT (not formed yet, gone)."""
    out = np.multiply(owners.km_class, 4, dtype=np.int8)
    out += owners.event_month == month
    last = owners.until_month == month
    out[last] = 4 * owners.km_class[last] + LAST
    absent = (owners.from_month > month) | (owners.until_month < month)
    out[absent] = 4 * owners.km_class[absent] + ABSENT
    return out


def km_classes(km: NDArray[np.float32]) -> NDArray[np.int8]:
    """Class of relative kilometres of every owner."""
    return (np.searchsorted(np.array(KM_CLASSES[1:-1]), km, side="right")).astype(np.int8)
