"""Sales of a month over those of a mean one: the twelve numbers of the region, and a holiday that moves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sim.clock import MONTHS_A_YEAR, year_of

SPRING_FESTIVAL: dict[int, tuple[int, int]] = {
    2010: (2, 14), 2011: (2, 3), 2012: (1, 23), 2013: (2, 10), 2014: (1, 31), 2015: (2, 19), 2016: (2, 8), 2017: (1, 28),
    2018: (2, 16), 2019: (2, 5), 2020: (1, 25), 2021: (2, 12), 2022: (2, 1), 2023: (1, 22), 2024: (2, 10), 2025: (1, 29),
    2026: (2, 17), 2027: (2, 6), 2028: (1, 26), 2029: (2, 13), 2030: (2, 3), 2031: (1, 23), 2032: (2, 11), 2033: (1, 31),
    2034: (2, 19), 2035: (2, 8), 2036: (1, 28), 2037: (2, 15), 2038: (2, 4), 2039: (1, 24), 2040: (2, 12),
}  # fmt: skip
"""Month and day of the lunar new year; public calendar."""
QUIET_DAYS = 14
"""Days, from the new year on, in which few buy: up to the Lantern Festival."""


def season_of(month: int, monthly: Sequence[float], quiet: float | None) -> float:
    """Index of a month, from those of the calendar months [12] that average 1.

    January and February share their sum by days, those of the fortnight from Spring Festival on counting ``quiet`` of an
    ordinary one; None: there is no such holiday.
    """
    place, year = month % MONTHS_A_YEAR, year_of(month)
    if quiet is None or place > 1 or year not in SPRING_FESTIVAL:
        return monthly[place]
    weights = festival_days(year, quiet)
    return (monthly[0] + monthly[1]) * weights[place] / (weights[0] + weights[1])


def festival_days(year: int, quiet: float) -> tuple[float, float]:
    """Days of January and of February, a quiet one counting as so much of an ordinary one."""
    first = dt.date(year, *SPRING_FESTIVAL[year])
    quiet_days = [(first + dt.timedelta(n)).month for n in range(QUIET_DAYS)]
    days = [(dt.date(year, month + 1, 1) - dt.date(year, month, 1)).days for month in (1, 2)]
    lost = 1.0 - quiet
    return days[0] - lost * quiet_days.count(1), days[1] - lost * quiet_days.count(2)
