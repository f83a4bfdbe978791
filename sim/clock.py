"""Dates as integers: months and days since January 1990, so that columns can hold them."""

from __future__ import annotations

import datetime as dt
from functools import cache

EPOCH = dt.date(1990, 1, 1)
MONTHS_A_YEAR = 12


def day_number(date: dt.date) -> int:
    """Days since 1990-01-01; fits int16 until 2079."""
    return (date - EPOCH).days


def date_of(day: int) -> dt.date:
    """The date of a day number."""
    return EPOCH + dt.timedelta(days=int(day))


def month_number(date: dt.date) -> int:
    """Months since January 1990."""
    return (date.year - EPOCH.year) * MONTHS_A_YEAR + date.month - 1


def parse_month(text: str) -> int:
    """``"2023-01"`` to a month number; raises ValueError for anything else."""
    return month_number(dt.datetime.strptime(text, "%Y-%m").date())


def month_text(month: int) -> str:
    """A month number to ``"2023-01"``."""
    return f"{EPOCH.year + month // MONTHS_A_YEAR:04d}-{month % MONTHS_A_YEAR + 1:02d}"


@cache
def first_day(month: int) -> int:
    """Day number of the first day of a month."""
    return day_number(dt.date(EPOCH.year + month // MONTHS_A_YEAR, month % MONTHS_A_YEAR + 1, 1))


def days_in(month: int) -> int:
    """Number of days of a month."""
    return first_day(month + 1) - first_day(month)


def month_of_day(day: int) -> int:
    """The month number a day number falls in."""
    return month_number(date_of(day))


def year_of(month: int) -> int:
    """Calendar year of a month number."""
    return EPOCH.year + month // MONTHS_A_YEAR
