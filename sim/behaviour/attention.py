"""Who enters the market this month, and who of those in it has enough to gain to be worked out.

Both take an effort: entry + scale x logit(u) with keyed u, so an owner for whom being in the market is worth the gain S - K0
enters with probability F((S - K0 - entry) / scale). Who is in the market buys with probability F((G - effort) / scale) with a
narrower scale; a first pass compares u with an upper bound of that probability, tabulated by type, vintage and condition, and
only those who pass are worked out one by one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.columns import GoodColumns, OwnerColumns
from sim.behaviour.gathering import past_vintage
from sim.behaviour.value import Floats, Ints, log_sum
from sim.codes import ABSENT, EMPTY, EVENT, KEEPS, LAST, LEAVES, LOOKS, MUST, PRESENT
from sim.numerics.arithmetic import exp, logistic_share
from sim.numerics.compile import kernel, leaf
from sim.numerics.luck import bits

WHOLE = 4294967295.0

KM_CLASSES = (0.5, 0.75, 1.0, 1.3, 1.8)
"""Bounds of the classes of relative kilometres that the screen of vehicles tells apart; nobody drives less or more."""
MEANS_CLASSES = (0.3, 0.6, 0.9, 1.3, 1.8, 2.5, 4.0)
"""Bounds of the classes of liquid assets, in reserves, that the screen of other goods tells apart."""


class Screen(NamedTuple):
    """Upper bounds of the chance to buy when in the market, as 32-bit thresholds, by class Q of kilometres or of means."""

    keep: NDArray[np.uint32]
    """[Q, B, C, lanes]."""
    first: NDArray[np.uint32]
    """Of those who have none: without a certificate of scrapping that counts, and with one [2, Q, K]."""
    certified_from: int
    """Day from which on the scrapping that a certificate tells of may count."""
    fail: NDArray[np.uint32]
    """Chance that a rule ends the good this month, inspection above all [B, lanes]."""


class Entering(NamedTuple):
    """Chances of a month to enter the market, of those out of it; as 32-bit thresholds."""

    held: NDArray[np.uint32]
    """[B, C, lanes]; a good between two vintages has a chance between theirs."""
    first: NDArray[np.uint32]
    """[K]."""
    most: NDArray[np.uint32]
    """Highest of ``held`` for each condition and vintage, the next vintage included [C, B]."""
    wear: float
    """Chance that a good that begins to fail brings its owner into the market."""
    event: float
    """Chance that a life event does."""
    lost: np.uint32
    """Chance that one who is in the market and does not buy is out of it afterwards."""
    first_vintage: int
    """Month of vintage 0."""


class LookingLuck(NamedTuple):
    """Keys of the month's luck of entering, of buying, of losing interest and of inspection."""

    entry: np.uint32
    shopping: np.uint32
    lost: np.uint32
    inspection: np.uint32


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
    """Fill a row of ``Screen.first``: chance that one who has none buys, nest values [K, N]."""
    for k in range(nothing.size):
        gain = log_sum(nests[k], 0, nests.shape[1] - 1) - nothing[k] - effort[k]
        out[k] = np.uint32(WHOLE * logistic_share(gain / scale))


@kernel
def entry_chances(gains: NDArray[np.float32], effort: Floats, scale: float, out: NDArray[np.uint32]) -> None:
    """Fill ``Entering.held`` with F((S - K0 - entry) / scale); ``gains`` [B, C, lanes], ``effort`` [lanes] with season."""
    B, C, lanes = gains.shape
    for b in range(B):
        for c in range(C):
            gain, row = gains[b, c], out[b, c]
            for i in range(lanes):
                row[i] = np.uint32(WHOLE * logistic_share((gain[i] - effort[i]) / scale))


@leaf
def entry_threshold(
    entry: Entering, b: np.int64, c: int, lane: np.int64, registered: int, failing: bool, event: bool
) -> np.uint32:
    """Chance to enter of one who holds a good, triggers of the month included."""
    older, younger = float(entry.held[b, c, lane]), float(entry.held[b + 1, c, lane])
    chance = older + past_vintage(entry.first_vintage, int(b), registered) * (younger - older)
    if failing:
        chance += entry.wear * (WHOLE - chance)
    if event:
        chance += entry.event * (WHOLE - chance)
    return np.uint32(chance)


@leaf
def entry_threshold_first(entry: Entering, k: np.int64, event: bool) -> np.uint32:
    """The same of one who has none."""
    chance = float(entry.first[k])
    if event:
        chance += entry.event * (WHOLE - chance)
    return np.uint32(chance)


@leaf
def certified(scrapped: int, scrapped_on: int, since: int) -> np.int64:
    """Place in ``Screen.first`` of a slot that is empty: 1 where the certificate of what was scrapped counts."""
    return np.int64(scrapped != EMPTY and scrapped_on >= since)


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
    found, turns = 0, 0
    keep, first, fail, most = screen.keep, screen.first, screen.fail, entry.most
    variant, types, ids, holder, ends, shopping = goods.variant, goods.type, goods.id, goods.owner, goods.end, goods.shopping
    worn, failing, vintage, registered = goods.worn, goods.failing, goods.vintage, goods.registered
    last, most_first, scrapped, since = keep.shape[2] - 1, entry.first.max(), goods.scrapped, screen.certified_from
    scrapped_on = goods.scrapped_on
    for i in range(variant.size):
        v, empty, inside = np.int64(variant[i]), variant[i] == EMPTY, shopping[i] != 0
        luck = bits(keys.entry, ids[i])
        mark = marked[holder[i]]
        c = min(np.int64(month >= worn[i]) + np.int64(month >= failing[i]), last)
        if not inside and luck >= (most_first if empty else most[c, vintage[i]]) and (mark & 3) == PRESENT:
            if empty or (ends[i] > month and vintage[i] > bound and failing[i] != month):
                continue
        k, q, mark = np.int64(types[i]), mark >> 2, mark & 3
        b, lane, event = np.int64(vintage[i]), k * variants + v, mark == EVENT
        if mark == ABSENT or (empty and (mark == LAST or (second[k] and variant[i - first_slots] == EMPTY))):
            continue
        now = inside
        if not inside and mark != LAST:
            if empty:
                now = luck < entry_threshold_first(entry, k, event)
            else:
                now = luck < entry_threshold(entry, b, c, lane, registered[i], failing[i] == month, event)
        effort, reason = bits(keys.shopping, ids[i]), KEEPS
        holds = certified(scrapped[i], scrapped_on[i], since)
        if now and effort < (first[holds, q, k] if empty else keep[q, b, c, lane]):
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
        if mark == LAST:
            reason = LEAVES
        turned[turns] = i
        turns += int(now != inside)
        slots[found], reasons[found], lucks[found] = i, reason, effort
        found += int(reason != KEEPS)
    return found, turns


@kernel
def lose_interest(
    slots: Ints, reasons: NDArray[np.int8], ids: NDArray[np.int32], key: np.uint32, lost: np.uint32, shopping: NDArray[np.int8],
    out: Ints,
) -> int:  # fmt: skip
    """Of those who looked and did not buy some leave the market; writes their slots to ``out``, returns their number."""
    count = 0
    for n in range(slots.size):
        i = slots[n]
        if reasons[n] == LOOKS and shopping[i] != 0 and bits(key, ids[i]) < lost:
            shopping[i] = 0
            out[count] = i
            count += 1
    return count


def mark_owners(month: int, owners: OwnerColumns) -> NDArray[np.int8]:
    """4 x class of kilometres + PRESENT, EVENT (this month), LAST (dissolves this month) or ABSENT (not formed yet, gone)."""
    out = np.multiply(owners.km_class, 4, dtype=np.int8)
    out += owners.event_month == month
    last = owners.until_month == month
    out[last] = 4 * owners.km_class[last] + LAST
    absent = (owners.from_month > month) | (owners.until_month < month)
    out[absent] = 4 * owners.km_class[absent] + ABSENT
    return out


@kernel
def means_classes(month: int, owners: OwnerColumns, index: float, rebuild: float, months: float) -> NDArray[np.int8]:
    """Class of liquid assets over reserve of every owner; ``index``: lowest income index that anything is reckoned with."""
    liquid, target, since, income = owners.liquid, owners.liquid_target, owners.liquid_month, owners.income
    out = np.empty(liquid.size, np.int8)
    for i in range(out.size):
        left = exp(-rebuild * (np.float64(month) - np.float64(since[i])))
        cash = target[i] + left * (liquid[i] / index - target[i])
        reserves = cash / (months * income[i])
        out[i] = 0
        for edge in MEANS_CLASSES:
            out[i] += np.int8(reserves >= edge)
    return out


def km_classes(km: NDArray[np.float32]) -> NDArray[np.int8]:
    """Class of relative kilometres of every owner."""
    return (np.searchsorted(np.array(KM_CLASSES[1:-1]), km, side="right")).astype(np.int8)
