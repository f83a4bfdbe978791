"""When a pot's money comes: pure functions from what its file says to fen by day."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from sim.clock import EPOCH, MONTHS_A_YEAR, day_number, first_day, month_number
from sim.policy.pot import ROUNDING, Period, Tranche
from sim.policy.tables import Ints
from sim.units import fen

DAYS_A_WEEK, MONTHS_A_QUARTER = 7, 3
EPOCH_DAY = np.datetime64(EPOCH, "D")
EPOCH_MONTH = EPOCH_DAY.astype("datetime64[M]")


class Releases(NamedTuple):
    """Days on which money comes, in order, and how much of it, whole fen."""

    days: Ints
    fen: Ints
    known: Ints
    """Day on which each was announced."""


def months_of(days: Ints) -> Ints:
    """The month number of each day number."""
    return np.asarray(((EPOCH_DAY + days).astype("datetime64[M]") - EPOCH_MONTH).astype(np.int64))


def period_numbers(days: Ints, per: Period) -> Ints:
    """Number of the calendar period that each day number falls in; day 0 was a Monday."""
    if per == "day":
        return days
    if per == "week":
        return days // DAYS_A_WEEK
    length = {"month": 1, "quarter": MONTHS_A_QUARTER, "year": MONTHS_A_YEAR}[per]
    return months_of(days) // length


def release_days(first: int, last: int, per: Period) -> Ints:
    """The first day, and the first of every later period up to the last day."""
    days = np.arange(first, max(first, last) + 1, dtype=np.int64)
    numbers = period_numbers(days, per)
    return days[np.diff(numbers, prepend=numbers[0] - 1) > 0]


def equal_parts(amount: int, count: int) -> Ints:
    """So many parts of an amount, the rounding spread so that they sum to it."""
    upto = np.array([amount * (n + 1) // count for n in range(count)], dtype=np.int64)
    return np.diff(upto, prepend=0)


def shared_parts(amount: int, shares: Sequence[float]) -> list[int]:
    """Shares of an amount, the rounding spread so that all of them sum to it; some may be left out, as not yet known."""
    reached = np.cumsum(shares)
    reached[np.abs(reached - 1.0) <= ROUNDING] = 1.0
    return [after - before for before, after in pairwise([0, *(round(amount * each) for each in reached.tolist())])]


def schedule(tranche: Tranche, scale: float, factor: float, pulled: int) -> Releases:
    """All money of a tranche; what comes from the month ``pulled`` on is multiplied by ``factor``."""
    starts, shares, known = _arrivals(tranche)
    last = day_number(tranche.span.end)
    ends = [after - 1 for after in starts[1:]] + [last]
    yuan = tranche.amount.value
    sides = [shared_parts(fen(yuan * times), shares) for times in (scale, scale * factor)]
    parts = [_parcelled(start, end, tranche, *amounts) for start, end, *amounts in zip(starts, ends, *sides, strict=True)]
    days, plain, levered = (np.concatenate(column) for column in zip(*parts, strict=True))
    told = np.repeat(np.array(known, dtype=np.int64), [part[0].size for part in parts])
    return Releases(days, np.where(months_of(days) >= pulled, levered, plain), told)


def _arrivals(tranche: Tranche) -> tuple[list[int], list[float], list[int]]:
    """Days on which its instalments come, their shares, days of announcement; whole money is there from its first month on."""
    if tranche.instalments:
        parts = sorted(tranche.instalments.values(), key=lambda part: part.there)
        known = [day_number(max(part.known, tranche.known)) for part in parts]
        return [day_number(part.there) for part in parts], [part.share for part in parts], known
    by_day = tranche.release in ("day", "week")
    start = day_number(tranche.span.start) if by_day else first_day(month_number(tranche.span.start))
    return [start], [1.0], [day_number(tranche.known)]


def _parcelled(first: int, last: int, tranche: Tranche, amount: int, levered: int) -> tuple[Ints, Ints, Ints]:
    """Days from the first to the last on which the amount is handed out, and the parts of either amount."""
    days = np.array([first]) if tranche.release == "whole" else release_days(first, last, tranche.release)
    return days, equal_parts(amount, days.size), equal_parts(levered, days.size)


def arrival_months(tranche: Tranche) -> set[int]:
    """Months in which new money comes, its parcelling out aside."""
    return set(months_of(np.array(_arrivals(tranche)[0], dtype=np.int64)).tolist())
