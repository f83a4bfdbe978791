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
from sim.behaviour.offers import Heard
from sim.behaviour.value import Floats, Ints, log_sum
from sim.codes import ABSENT, EMPTY, EVENT, KEEPS, LAST, LEAVES, LOOKS, MUST, PRESENT
from sim.numerics.arithmetic import exp, logistic_share
from sim.numerics.compile import in_place, kernel, leaf, prefetch
from sim.numerics.luck import bits, uniform

WHOLE = 4294967295.0
AHEAD = 16
"""Slots ahead at which a record is asked for (measured; it moves time, not results)."""
AT_ONCE = 1024
"""Slots or owners that are taken out of their columns together (measured; it moves time, not results)."""

KM_CLASSES = (0.5, 0.75, 1.0, 1.3, 1.8)
"""Bounds of the classes of relative kilometres that the screen of vehicles tells apart; nobody drives less or more."""
MEANS_CLASSES = (0.3, 0.6, 0.9, 1.3, 1.8, 2.5, 4.0)
"""Bounds of the classes of liquid assets, in reserves, that the screen of other goods tells apart."""


class Screen(NamedTuple):
    """Upper bounds of the chance to buy when in the market, as 32-bit thresholds, by class Q of kilometres or of means."""

    keep: NDArray[np.uint32]
    """By belief, as in ``Offers`` [W, Q, B, C, lanes]."""
    first: NDArray[np.uint32]
    """Of those who have none: without a certificate of scrapping that counts, and with one [W, 2, Q, K]."""
    certified_from: int
    """Day from which on the scrapping that a certificate tells of may count."""
    fail: NDArray[np.uint32]
    """Chance that a rule ends the good this month, inspection above all [B, lanes]."""


class Entering(NamedTuple):
    """Chances of a month to enter the market, of those out of it; as 32-bit thresholds."""

    held: NDArray[np.uint32]
    """By belief, as in ``Offers`` [W, B, C, lanes]; a good between two vintages has a chance between theirs."""
    first: NDArray[np.uint32]
    """[W, K]."""
    most: NDArray[np.uint32]
    """Highest of ``held`` for each condition and vintage, the next vintage included [C, B]."""
    heard: Heard
    """Who believes what."""
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
    """Fill one belief of ``Entering.held``: F((S - K0 - entry) / scale); ``gains`` [B, C, lanes], ``effort`` [lanes]."""
    B, C, lanes = gains.shape
    for b in range(B):
        for c in range(C):
            gain, row = gains[b, c], out[b, c]
            for i in range(lanes):
                row[i] = np.uint32(WHOLE * logistic_share((gain[i] - effort[i]) / scale))


@leaf
def belief(heard: Heard, who: int) -> int:
    """What an owner believes, as in ``Offers``: 1 for one who has heard of any of the subsidies."""
    for n in range(heard.share.size):
        if uniform(heard.keys[n], who) < heard.share[n]:
            return 1
    return 0


@leaf
def entry_threshold(
    entry: Entering, w: int, b: np.int64, c: int, lane: np.int64, registered: int, failing: bool, event: bool
) -> np.uint32:
    """Chance to enter of one who holds a good and believes ``w``, triggers of the month included."""
    older, younger = float(entry.held[w, b, c, lane]), float(entry.held[w, b + 1, c, lane])
    chance = older + past_vintage(entry.first_vintage, int(b), registered) * (younger - older)
    if failing:
        chance += entry.wear * (WHOLE - chance)
    if event:
        chance += entry.event * (WHOLE - chance)
    return np.uint32(chance)


@leaf
def entry_threshold_first(entry: Entering, w: int, k: np.int64, event: bool) -> np.uint32:
    """The same of one who has none."""
    chance = float(entry.first[w, k])
    if event:
        chance += entry.event * (WHOLE - chance)
    return np.uint32(chance)


@leaf
def certified(scrapped: int, scrapped_on: int, since: int) -> np.int64:
    """Place in ``Screen.first`` of a slot that is empty: 1 where the certificate of what was scrapped counts."""
    return np.int64(scrapped != EMPTY and scrapped_on >= since)


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
    keep, first, fail = screen.keep, screen.first, screen.fail
    variant, types, ids, holder, ends, shopping = goods.variant, goods.type, goods.id, goods.owner, goods.end, goods.shopping
    worn, failing, vintage, registered = goods.worn, goods.failing, goods.vintage, goods.registered
    last, scrapped, scrapped_on, since = keep.shape[3] - 1, goods.scrapped, goods.scrapped_on, screen.certified_from
    least_age = np.array([retirement[:, use[k]].min() for k in range(use.size)])
    most_fail = np.array([fail[b].max() for b in range(fail.shape[0])])
    seen, marks, marked_rows = empty_glance(), np.empty(AT_ONCE, np.bool_), np.empty(AT_ONCE + 1, np.int64)
    for start in range(0, variant.size, AT_ONCE):
        width = min(AT_ONCE, variant.size - start)
        glance(month, today, start, width, goods, marked, entry, most_fail, least_age, seen)
        for n in range(mark(start, width, keys, seen, marks, marked_rows)):
            i = marked_rows[n]
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


@kernel
def mark_owners(month: int, owners: OwnerColumns) -> NDArray[np.int8]:
    """4 x class of kilometres + PRESENT, EVENT (this month), LAST (dissolves this month) or ABSENT (not formed yet, gone)."""
    km_class, event, since, until = owners.km_class, owners.event_month, owners.from_month, owners.until_month
    out = np.empty(km_class.size, np.int8)
    for o in range(out.size):
        here = EVENT if event[o] == month else PRESENT
        here = LAST if until[o] == month else here
        here = ABSENT if since[o] > month or until[o] < month else here
        out[o] = 4 * km_class[o] + here
    return out


@kernel
def means_classes(month: int, owners: OwnerColumns, index: float, rebuild: float, months: float) -> NDArray[np.int8]:
    """Class of liquid assets over reserve of every owner; ``index``: lowest income index that anything is reckoned with."""
    liquid, target, since, income = owners.liquid, owners.liquid_target, owners.liquid_month, owners.income
    out = np.empty(liquid.size, np.int8)
    columns, months_ago = np.empty((3, AT_ONCE), np.float32), np.empty(AT_ONCE, np.float64)
    had, wanted, earned = columns[0], columns[1], columns[2]
    for start in range(0, out.size, AT_ONCE):
        n = min(AT_ONCE, out.size - start)
        for q in range(n):
            o = start + q
            had[q], wanted[q], earned[q], months_ago[q] = liquid[o], target[o], income[o], month - np.int64(since[o])
        for q in range(n):
            cash = wanted[q] + exp(-rebuild * months_ago[q]) * (had[q] / index - wanted[q])
            reserves, reached = cash / (months * earned[q]), np.int8(0)
            for edge in MEANS_CLASSES:
                reached += np.int8(reserves >= edge)
            out[start + q] = reached
    return out


def km_classes(km: NDArray[np.float32]) -> NDArray[np.int8]:
    """Class of relative kilometres of every owner."""
    return (np.searchsorted(np.array(KM_CLASSES[1:-1]), km, side="right")).astype(np.int8)
