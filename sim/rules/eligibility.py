"""Who may claim what for an old good: one function per rule, for single goods and for compiled kernels alike.

``ent`` is an ``Entitlements`` or ``OldRules`` of ``sim.policy.rules``, ``m`` its row; days count from 1990-01-01.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.compile import kernel

if TYPE_CHECKING:
    from sim.policy.rules import Entitlements, OldRules

_DAYS_TO_MARCH_0000 = 726_773
"""From 0000-03-01 to 1990-01-01; years that begin in March have their leap day at the end."""
_DAYS_IN_400_YEARS = 146_097


@kernel
def _month_and_day(day: int) -> tuple[int, int]:
    """Month count and day of the month (from 0) of a day number (proleptic Gregorian, as ``datetime``)."""
    shifted = day + _DAYS_TO_MARCH_0000
    era = shifted // _DAYS_IN_400_YEARS
    of_era = shifted - era * _DAYS_IN_400_YEARS
    year = (of_era - of_era // 1460 + of_era // 36524 - of_era // 146096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    month = (5 * of_year + 2) // 153
    return (era * 400 + year) * 12 + month, of_year - (153 * month + 2) // 5


@kernel
def completed_months(start: int, end: int) -> int:
    """Whole months from one day to another, as birthdays are counted; a day that a month lacks counts in the next."""
    months_start, day_start = _month_and_day(start)
    months_end, day_end = _month_and_day(end)
    return months_end - months_start - (1 if day_end < day_start else 0)


@kernel
def eligible_old(
    ent: Entitlements | OldRules,
    m: int,
    variant: int,
    fuel: int,
    registered_day: int,
    emission: int,
    owned_since_day: int,
    use: int,
    day: int,
) -> bool:
    """Whether the old good meets row ``m`` on ``day``: dates included, ``owned_before`` strictly before."""
    if day < ent.first_day[m] or day > ent.last_day[m]:
        return False
    if ent.fuel_ok[m, fuel] == 0 or ent.old_ok[m, variant] == 0:
        return False
    if ent.use[m] >= 0 and ent.use[m] != use:
        return False
    if ent.registered_by[m, fuel] >= 0 and registered_day > ent.registered_by[m, fuel]:
        return False
    if ent.emission_max[m, fuel] >= 0 and emission > ent.emission_max[m, fuel]:
        return False
    if owned_since_day >= ent.owned_before[m]:
        return False
    return bool(ent.min_age_months[m] == 0 or completed_months(registered_day, day) >= ent.min_age_months[m])


@kernel
def scrap_grant_fen(
    ent: Entitlements, m: int, variant: int, registered_day: int, retirement_months: int, day: int
) -> int:
    """Subsidy for scrapping the old good itself, fen: the best tier whose years remain to mandatory retirement."""
    months_start, day_start = _month_and_day(registered_day)
    months_now, day_now = _month_and_day(day)
    remaining = months_start + retirement_months - months_now - (1 if day_start < day_now else 0)
    best = 0
    for k in range(ent.scrap_fen.shape[2]):
        if remaining >= 12.0 * ent.scrap_years[m, variant, k] and ent.scrap_fen[m, variant, k] > best:
            best = ent.scrap_fen[m, variant, k]
    return best
