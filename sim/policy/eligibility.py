"""Whether an old good meets the conditions of a row of the law, for single goods and for compiled kernels alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sim.numerics.compile import leaf, view

if TYPE_CHECKING:
    from sim.policy.entitlements import Entitlements
    from sim.policy.restrictions import Restrictions
    from sim.policy.tables import Conditions, Floats, Ints

_DAYS_TO_MARCH_0000 = 726_773
"""From 0000-03-01 to 1990-01-01; years that begin in March have their leap day at the end."""
_DAYS_IN_400_YEARS = 146_097


class Condition(NamedTuple):
    """One row of ``Conditions``: kernels take it out once, for a table is copied whole whenever it is passed on."""

    first_day: int
    last_day: int
    registered_by: Ints
    emission_max: Ints
    fuel_ok: Ints
    owned_before: int
    min_age_months: int
    use: int
    old_ok: Ints


class Held(NamedTuple):
    """The old good as its owner holds it."""

    variant: int
    fuel: int
    registered_day: int
    emission: int
    owned_since_day: int
    use: int


@view
def condition(table: Conditions | Entitlements | Restrictions, m: int) -> Condition:
    """Row ``m`` of a table."""
    return Condition(
        table.first_day[m], table.last_day[m], table.registered_by[m], table.emission_max[m], table.fuel_ok[m],
        table.owned_before[m], table.min_age_months[m], table.use[m], table.old_ok[m],
    )  # fmt: skip


@leaf
def meets(row: Condition, old: Held, day: int) -> bool:
    """Whether the old good meets the row on ``day``: dates included."""
    return bool(row.first_day <= day <= row.last_day and qualifies(row, old, day))


@leaf
def qualifies(row: Condition, old: Held, day: int) -> bool:
    """Whether the old good is one that the row asks for, whenever it is in force; ``owned_before`` strictly before.

    ``day``: on which the owner parts with it, or has.
    """
    if row.fuel_ok[old.fuel] == 0 or row.old_ok[old.variant] == 0:
        return False
    if row.use >= 0 and row.use != old.use:
        return False
    if row.registered_by[old.fuel] >= 0 and old.registered_day > row.registered_by[old.fuel]:
        return False
    if row.emission_max[old.fuel] >= 0 and old.emission > row.emission_max[old.fuel]:
        return False
    if old.owned_since_day >= row.owned_before:
        return False
    return bool(row.min_age_months == 0 or completed_months(old.registered_day, day) >= row.min_age_months)


@leaf
def scrap_grant(years: Floats, fen: Ints, registered_day: int, retirement_months: int, day: int) -> int:
    """Subsidy for scrapping an old good itself, fen: the best tier whose years remain to mandatory retirement.

    ``years``, ``fen`` [K]: tiers for its variant, as in ``Entitlements``.
    """
    months_start, day_start = _month_and_day(registered_day)
    months_now, day_now = _month_and_day(day)
    remaining = months_start + retirement_months - months_now - (1 if day_start < day_now else 0)
    best = 0
    for k in range(fen.size):
        if remaining >= 12.0 * years[k] and fen[k] > best:
            best = fen[k]
    return best


@leaf
def completed_months(start: int, end: int) -> int:
    """Whole months from one day to another, as birthdays are counted; a day that a month lacks counts in the next."""
    months_start, day_start = _month_and_day(start)
    months_end, day_end = _month_and_day(end)
    return months_end - months_start - (1 if day_end < day_start else 0)


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
