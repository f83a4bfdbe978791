"""Appliances, digital goods, electric bicycles and renovation: for private persons."""

from __future__ import annotations

from fractions import Fraction

from reference.law.cars import PERSONS
from reference.law.people import Applicant, Right, fen, share

APPLIANCES_2024 = ("refrigerator", "washer", "television", "air_conditioner", "computer", "water_heater", "stove", "range_hood")
APPLIANCES_2025 = (*APPLIANCES_2024, "microwave", "water_purifier", "dishwasher", "rice_cooker")
APPLIANCES_2026 = ("refrigerator", "washer", "television", "air_conditioner", "water_heater", "computer")
DIGITAL = ("phone", "tablet", "watch")


def _bought(a: Applicant, kinds: tuple[str, ...]) -> bool:
    return a.private and a.new is not None and a.new.kind in kinds


def _labelled(label: str | None, price: Fraction) -> Fraction:
    """15 % for label 2 and better, 5 % more for label 1, at most 2,000 yuan."""
    return share({"level1": 20, "level2": 15}.get(str(label), 0), price, 2_000)


def appliances(a: Applicant) -> Right:
    """商务部等4部门 2024-08-24; the notice of 2025-01-15; the rules of 2026 and, as assumed, 2027."""
    if a.new is None or not a.private:
        return Right()
    year, kind, label, price = a.day.year, a.new.kind, a.new.label, a.new.price
    each = 3 if kind == "air_conditioner" and year == 2025 else 1
    if a.claims >= each * PERSONS:
        return Right()
    if a.between("2024-08-24", "2024-12-31") and kind in APPLIANCES_2024:
        return Right(fen(_labelled(label, price)))
    if a.between("2025-01-20", "2025-12-31") and kind in APPLIANCES_2025:
        return Right(fen(_labelled(label, price)))
    if a.between("2026-01-01", "2027-12-31") and kind in APPLIANCES_2026 and label == "level1":
        return Right(fen(share(15, price, 1_500)))
    return Right()


def digital(a: Applicant) -> Right:
    """手机、平板、智能手表（手环）购新补贴: 15 % up to 500 yuan, for goods of at most 6,000 yuan."""
    if not _bought(a, DIGITAL) or a.new is None or a.claims >= PERSONS:
        return Right()
    if not a.between("2025-01-20", "2025-12-31") and not a.between("2026-01-01", "2027-12-31"):
        return Right()
    return Right(fen(share(15, a.new.price, 500))) if a.new.price <= 6_000 else Right()


def e_bikes(a: Applicant) -> Right:
    """电动自行车以旧换新 2024 and 2025: the mean amounts, for bicycles of 1,500 yuan and more; the old one is handed in."""
    if not _bought(a, ("e_bike",)) or a.new is None or a.old is None or a.route != "scrap" or a.claims >= PERSONS:
        return Right()
    if a.new.price < 1_500:
        return Right()
    if a.between("2024-09-01", "2024-12-31"):
        return Right(fen(Fraction(435)))
    if a.between("2025-01-01", "2025-12-31"):
        return Right(fen(Fraction(640 if a.new.label == "lead_acid" else 540)))
    return Right()


def renovation(a: Applicant) -> Right:
    """家装厨卫焕新 2024 and 2025: 15 %, 20 % for what is smart and green, at most 10,000 yuan a home."""
    if not _bought(a, ("home_renovation",)) or a.new is None:
        return Right()
    if not a.between("2024-09-01", "2024-12-31") and not a.between("2025-01-20", "2025-12-31"):
        return Right()
    return Right(fen(share(20 if a.new.label == "smart_green" else 15, a.new.price, 10_000)))
