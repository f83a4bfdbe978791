"""Random applicants, drawn around the days, prices and ages on which the law turns."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any

from reference.law.people import Applicant, New, Old, anniversary, on

FIRST, LAST = on("2023-01-01"), on("2028-02-28")
OLDEST = on("2004-01-01")
TURNS = [
    on(day)
    for day in (
        "2023-12-31", "2024-03-07", "2024-03-15", "2024-04-24", "2024-06-20", "2024-07-01", "2024-07-02", "2024-07-25",
        "2024-07-31", "2024-08-15", "2024-08-24", "2024-09-01", "2024-12-31", "2025-01-01", "2025-01-08", "2025-01-20",
        "2025-03-19", "2025-09-01", "2025-12-31", "2026-01-20", "2026-08-31", "2026-12-31", "2027-12-31",
    )
]  # fmt: skip
"""Days on which terms start, end or become known."""
CUT_OFFS = [
    on(day)
    for day in (
        "2012-06-30", "2013-06-30", "2014-06-30", "2015-06-30", "2016-06-30", "2016-12-31", "2017-12-31", "2018-04-30",
        "2018-12-31", "2019-12-31", "2020-12-31", "2012-02-29", "2016-02-29",
    )
]  # fmt: skip
HOLDING = [on(day) for day in ("2024-07-25", "2025-01-08", "2026-01-08")]
STEPS = (1_500, 6_000, 50_000, 100_000, 200_000)
SHARES = (5, 6, 8, 10, 12, 15, 20, 25, 28, 30, 40)
CAPS = (300, 500, 800, 1_500, 2_000, 10_000, 13_000, 15_000, 20_000, 50_000, 100_000, 150_000, 5_000_000)
LOANS = (0, 4_999_900, 5_000_000, 5_000_050, 29_999_950, 30_000_000, 30_000_100)
"""Fen."""
TAX_TURNS = (339_000, 5_650_000)


@dataclass(frozen=True)
class Shop:
    """One category of goods: its name and what its file says of each variant."""

    kind: str
    variants: dict[str, dict[str, Any]]


def _near(rng: Random, days: list[dt.date]) -> dt.date:
    return rng.choice(days) + dt.timedelta(days=rng.choice((-2, -1, 0, 0, 1, 2)))


def _between(rng: Random, first: dt.date, last: dt.date) -> dt.date:
    return first + dt.timedelta(days=rng.randrange((last - first).days + 1))


def _price(rng: Random, list_price: float) -> Fraction:
    """Whole fen: around a step, around where a share meets its cap, or around the list price."""
    kind = rng.randrange(4)
    if kind == 0:
        middle = rng.choice(STEPS + TAX_TURNS) * 100
    elif kind == 1:
        middle = rng.choice(CAPS) * 10_000 // rng.choice(SHARES)
    else:
        return Fraction(int(list_price * 100 * rng.uniform(0.4, 1.8)), 100)
    return Fraction(max(middle + rng.choice((-100, -1, 0, 0, 1, 100)), 1), 100)


def _registered(rng: Random, day: dt.date) -> dt.date:
    kind = rng.randrange(4)
    if kind == 0:
        found = _near(rng, CUT_OFFS)
    elif kind == 1:  # so many whole years before, as ages and years to retirement are counted
        found = anniversary(day, -rng.randrange(1, 16)) + dt.timedelta(days=rng.choice((-1, 0, 1)))
    else:
        found = _between(rng, OLDEST, day)
    return min(found, day)


def _owned_since(rng: Random, registered: dt.date, day: dt.date) -> dt.date:
    found = _near(rng, HOLDING) if rng.random() < 0.4 else registered if rng.random() < 0.5 else _between(rng, registered, day)
    return min(max(found, registered), day)


def _old(rng: Random, shop: Shop, day: dt.date, operating: bool) -> tuple[str, Old]:
    name = rng.choice(sorted(shop.variants))
    facts = shop.variants[name]
    registered = _registered(rng, day)
    burns = facts.get("fuel")
    if burns == "petrol" and rng.random() < 0.3:
        burns = "diesel"
    since = _owned_since(rng, registered, day)
    return name, Old(shop.kind, facts.get("size"), burns, rng.randrange(7), registered, since, operating)


def _new(rng: Random, shop: Shop) -> tuple[str, New]:
    name = rng.choice(sorted(shop.variants))
    facts = shop.variants[name]
    said = (facts.get("powertrain"), facts.get("size"), facts.get("label"), facts.get("displacement_l"))
    return name, New(shop.kind, *said, _price(rng, float(facts["price"]["value"])))


@dataclass(frozen=True)
class Drawn:
    """An applicant, and the variants that the program knows the goods by."""

    kind: str
    applicant: Applicant
    old: str | None
    new: str | None


def draw(rng: Random, shop: Shop) -> Drawn:
    """One applicant at random."""
    day = _near(rng, TURNS) if rng.random() < 0.5 else _between(rng, FIRST, LAST)
    who = rng.choice(("household", "household", "firm", "institution"))
    operating = rng.random() < 0.5
    new_name, new = _new(rng, shop) if rng.random() < 0.9 else (None, None)
    old_name, old = _old(rng, shop, day, operating) if rng.random() < 0.85 else (None, None)
    route = rng.choice(("scrap", "transfer")) if old else "none"
    borrowed = Fraction(rng.choice((*LOANS, rng.randrange(10**9))), 100)
    applicant = Applicant(who, day, old, route, new, rng.choice((0, 0, 1, 2, 3, 5, 6)), borrowed)
    return Drawn(shop.kind, applicant, old_name, new_name)
