"""Who may claim what for an old good: one function per rule, for single goods and for compiled kernels alike.

``ent`` is an ``Entitlements`` or ``OldRules`` of ``sim.policy.rules``, ``m`` its row; days count from 1990-01-01.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.behaviour.value import Floats, Ints
from sim.numerics.compile import leaf

if TYPE_CHECKING:
    from sim.policy.rules import Entitlements, OldRules

_DAYS_TO_MARCH_0000 = 726_773
"""From 0000-03-01 to 1990-01-01; years that begin in March have their leap day at the end."""
_DAYS_IN_400_YEARS = 146_097


@leaf
def _month_and_day(day: int) -> tuple[int, int]:
    """Month count and day of the month (from 0) of a day number (proleptic Gregorian, as ``datetime``)."""
    shifted = day + _DAYS_TO_MARCH_0000
    era = shifted // _DAYS_IN_400_YEARS
    of_era = shifted - era * _DAYS_IN_400_YEARS
    year = (of_era - of_era // 1460 + of_era // 36524 - of_era // 146096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    month = (5 * of_year + 2) // 153
    return (era * 400 + year) * 12 + month, of_year - (153 * month + 2) // 5


@leaf
def completed_months(start: int, end: int) -> int:
    """Whole months from one day to another, as birthdays are counted; a day that a month lacks counts in the next."""
    months_start, day_start = _month_and_day(start)
    months_end, day_end = _month_and_day(end)
    return months_end - months_start - (1 if day_end < day_start else 0)


@leaf
def meets(
    first_day: Ints,
    last_day: Ints,
    fuel_ok: Ints,
    old_ok: Ints,
    for_use: Ints,
    registered_by: Ints,
    emission_max: Ints,
    owned_before: Ints,
    min_age_months: Ints,
    m: int,
    variant: int,
    fuel: int,
    registered_day: int,
    emission: int,
    owned_since_day: int,
    use: int,
    day: int,
) -> bool:
    """``eligible_old`` on bare columns: kernels pass these, for a wide named tuple is copied whole at every call."""
    if day < first_day[m] or day > last_day[m]:
        return False
    if fuel_ok[m, fuel] == 0 or old_ok[m, variant] == 0:
        return False
    if for_use[m] >= 0 and for_use[m] != use:
        return False
    if registered_by[m, fuel] >= 0 and registered_day > registered_by[m, fuel]:
        return False
    if emission_max[m, fuel] >= 0 and emission > emission_max[m, fuel]:
        return False
    if owned_since_day >= owned_before[m]:
        return False
    return bool(min_age_months[m] == 0 or completed_months(registered_day, day) >= min_age_months[m])


@leaf
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
    return meets(
        ent.first_day, ent.last_day, ent.fuel_ok, ent.old_ok, ent.use, ent.registered_by, ent.emission_max,
        ent.owned_before, ent.min_age_months, m, variant, fuel, registered_day, emission, owned_since_day, use, day,
    )  # fmt: skip


@leaf
def best_tier(
    scrap_years: Floats, scrap_fen: Ints, m: int, variant: int, registered_day: int, retirement_months: int, day: int
) -> int:
    """``scrap_grant_fen`` on bare columns."""
    months_start, day_start = _month_and_day(registered_day)
    months_now, day_now = _month_and_day(day)
    remaining = months_start + retirement_months - months_now - (1 if day_start < day_now else 0)
    best = 0
    for k in range(scrap_fen.shape[2]):
        if remaining >= 12.0 * scrap_years[m, variant, k] and scrap_fen[m, variant, k] > best:
            best = scrap_fen[m, variant, k]
    return best


@leaf
def scrap_grant_fen(ent: Entitlements, m: int, variant: int, registered_day: int, retirement_months: int, day: int) -> int:
    """Subsidy for scrapping the old good itself, fen: the best tier whose years remain to mandatory retirement."""
    return best_tier(ent.scrap_years, ent.scrap_fen, m, variant, registered_day, retirement_months, day)
