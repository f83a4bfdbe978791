"""Who applies, with what, and how sums are rounded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

FEN = 100


@dataclass(frozen=True)
class Old:
    """A good that its owner gives away. ``burns``: petrol, diesel, nev, or nothing at all."""

    kind: str
    size: str | None
    burns: str | None
    standard: int
    registered: dt.date
    owned_since: dt.date
    operating: bool


@dataclass(frozen=True)
class New:
    """A good that is bought. ``drive``: ice, phev, bev or none; the price with VAT, in yuan."""

    kind: str
    drive: str | None
    size: str | None
    label: str | None
    litres: float | None
    price: Fraction

    @property
    def nev(self) -> bool:
        return self.drive in ("bev", "phev")


@dataclass(frozen=True)
class Applicant:
    """``way``: scrap or transfer of the old good; ``claims``: how many its household made for this category this year."""

    who: str
    day: dt.date
    old: Old | None
    route: str
    new: New | None
    claims: int = 0
    borrowed: Fraction = Fraction(0)

    @property
    def private(self) -> bool:
        return self.who == "household"

    def between(self, first: str, last: str = "9999-12-31") -> bool:
        """Whether it applies on one of these days, the first and the last included."""
        return on(first) <= self.day <= on(last)


@dataclass(frozen=True)
class Right:
    """What one measure pays, in whole fen: for the new good, and for scrapping the old one."""

    bought: int = 0
    scrapped: int = 0


Document = Callable[[Applicant], Right]


def on(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def fen(yuan: Fraction) -> int:
    """Whole fen; half a fen counts as one, as at any counter."""
    return int((yuan * FEN + Fraction(1, 2)) // 1)


def share(percent: int, of: Fraction, most: int) -> Fraction:
    """So many per cent of a price, and no more than a cap."""
    return min(Fraction(percent, 100) * of, Fraction(most))


def anniversary(day: dt.date, years: int) -> dt.date:
    """The same day so many years on; for the 29th of February of a common year it is the 1st of March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return dt.date(day.year + years, 3, 1)
