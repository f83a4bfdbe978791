"""Who looks at the market this month: attention follows the stakes.

Looking costs an effort kappa = effort + season + scale x logit(u) with keyed u, so an owner with gain G looks with
probability F((G - effort) / scale). A first pass compares u with an upper bound of that probability, tabulated by type,
vintage and condition; only those who pass are worked out one by one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.compile import kernel
from sim.luck import bits
from sim.rules.arithmetic import logistic_share
from sim.rules.columns import EMPTY, GoodColumns, OwnerColumns
from sim.rules.value import Floats, Ints

WHOLE = 4294967295.0

KEEPS, LOOKS, MUST, LEAVES = 0, 1, 2, 3
"""Why a slot is worked out: it may look; its good has ended; its household dissolves."""


class Screen(NamedTuple):
    """Upper bounds of the chance to look, as 32-bit thresholds."""

    keep: NDArray[np.uint32]
    """[B, C, lanes]."""
    first: NDArray[np.uint32]
    """[K]."""
    fail: NDArray[np.uint32]
    """Chance that a rule ends the good this month, inspection above all [B, lanes]."""


@kernel
def thresholds(gains: Floats, margin: Floats, shift: float, scale: float, out: NDArray[np.uint32]) -> None:
    """Fill ``Screen.keep`` with F((G - effort + margin - shift) / scale); states [B, C, lanes].

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
def look(
    month: int,
    attention_key: np.uint32,
    inspection_key: np.uint32,
    goods: GoodColumns,
    owners: OwnerColumns,
    screen: Screen,
    second: NDArray[np.bool_],
    use: Ints,
    retirement: Ints,
    today: int,
    first_slots: int,
    variants: int,
    slots: Ints,
    reasons: NDArray[np.int8],
) -> int:
    """Write the slots that need working out and why; returns their number. The only pass over every slot.

    ``second`` [K]: types that hold a second good, in the slot ``first_slots`` rows after the first; they look only while the
    first slot is filled. ``today``: last day of the month; ``retirement`` [V, use]: age limit in days.
    """
    found = 0
    conditions, lanes = screen.keep.shape[1], screen.keep.shape[2]
    for i in range(goods.variant.size):
        owner = goods.owner[i]
        if month < owners.from_month[owner] or month > owners.until_month[owner]:
            continue
        v = int(goods.variant[i])
        k = int(goods.type[i])
        who = int(goods.id[i])
        reason = KEEPS
        if v == EMPTY:
            if second[k] and goods.variant[i - first_slots] == EMPTY:
                continue
            if month == owners.until_month[owner]:
                continue
            if bits(attention_key, who) < screen.first[k] or owners.event_month[owner] == month:
                reason = LOOKS
        else:
            b = int(goods.vintage[i])
            lane = k * variants + v
            if month == owners.until_month[owner]:
                reason = LEAVES
            elif goods.end[i] <= month or today - goods.registered[i] >= retirement[v, use[k]]:
                reason = MUST
            elif screen.fail[b, lane] > 0 and bits(inspection_key, who) < screen.fail[b, lane]:
                reason = MUST
            else:
                c = min((1 if month >= goods.worn[i] else 0) + (1 if month >= goods.failing[i] else 0), conditions - 1)
                if bits(attention_key, who) < screen.keep[b, c, lane] or owners.event_month[owner] == month:
                    reason = LOOKS
        if reason != KEEPS:
            slots[found] = i
            reasons[found] = reason
            found += 1
    return found
