"""Where the program follows a method of its own and not the letter of a document: each by name, and whom it concerns.

What is listed here is tested to differ: an entry that no longer does must be struck out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

from reference.law.people import Applicant, on
from reference.law.treasury import AT_ONCE, AT_ONCE_LIMIT, TAXED, VAT

MIDDLE = 15
"""Taxes and interest are worked out by the month, with the terms of this day of it."""
NEWS = {"bus_renewal": "2025-03-19", "bus_battery_renewal": "2025-03-19", "interest": "2024-06-20"}
"""Terms made known after they began: nothing is paid before the month of the announcement."""


def of_the_month(a: Applicant) -> Applicant:
    """The applicant as taxes and interest see it."""
    return replace(a, day=a.day.replace(day=MIDDLE))


def not_announced(subject: str, a: Applicant) -> bool:
    """Rules of 2025 for buses and of 2024 for interest came months after the day from which they hold."""
    if subject not in NEWS:
        return False
    news = on(NEWS[subject])
    return dt.date(news.year, 1, 1) <= a.day < news.replace(day=1)


def uplift_by_new_size(subject: str, a: Applicant) -> bool:
    """The half more for a combine or drill is half of the old one's amount; the program pays by the size of the new one."""
    return subject == "farm_scrappage" and a.old is not None and a.new is not None and a.old.size != a.new.size


def written_off_above_limit(subject: str, a: Applicant) -> bool:
    """Writing off at once ends at five million yuan a unit; the program knows no limit."""
    if subject != "taxes" or a.new is None or a.new.kind not in AT_ONCE:
        return False
    return a.new.price / (1 + VAT) > AT_ONCE_LIMIT


def vehicles_without_tax(subject: str, a: Applicant) -> bool:
    """Taxis, ride-hailing cars, mixers and sanitation trucks pay purchase tax; the program taxes cars and trucks alone."""
    return subject == "taxes" and a.new is not None and a.new.kind in TAXED and a.new.kind not in ("car", "truck")


DEPARTURES: dict[str, Callable[[str, Applicant], bool]] = {
    "not announced": not_announced,
    "uplift by new size": uplift_by_new_size,
    "written off above the limit": written_off_above_limit,
    "vehicles without tax": vehicles_without_tax,
}


def departure(subject: str, a: Applicant) -> str | None:
    """The departure that concerns this applicant, if any."""
    return next((name for name, concerns in DEPARTURES.items() if concerns(subject, a)), None)
