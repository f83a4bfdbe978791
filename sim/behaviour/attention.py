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

from sim.behaviour.columns import OwnerColumns
from sim.behaviour.gathering import past_vintage
from sim.behaviour.offers import Heard
from sim.behaviour.value import Floats, log_sum
from sim.codes import ABSENT, EMPTY, EVENT, LAST, PRESENT
from sim.numerics.arithmetic import exp, logistic_share
from sim.numerics.compile import kernel, leaf
from sim.numerics.luck import uniform

WHOLE = 4294967295.0
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
