"""Trucks, buses and farm machines."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

from reference.law.people import Applicant, New, Old, Right, anniversary, fen, on, share

TRUCK_YEARS = 15
"""商务部等4部门令2012年第12号第五条: 其他载货汽车使用15年."""

# trucks --------------------------------------------------------------------------------------------------------

SCRAPPED = {"medium": ((4, 25_000), (2, 18_000), (1, 10_000)), "heavy": ((4, 45_000), (2, 35_000), (1, 12_000))}
BOUGHT_DIESEL = {"medium": 25_000, "heavy": 55_000}
BOUGHT_NEV = {"medium": 35_000, "heavy": 85_000}
"""Heavy trucks as those with three axles."""


def _years_early(old: Old, day: dt.date, years: int) -> bool:
    """Whether at least so many years remain until the truck must go."""
    return day <= anniversary(old.registered, TRUCK_YEARS - years)


def _for_a_truck(new: New | None) -> Fraction:
    if new is None or new.kind != "truck" or new.drive not in ("ice", "bev"):
        return Fraction(0)
    return Fraction((BOUGHT_DIESEL if new.drive == "ice" else BOUGHT_NEV).get(str(new.size), 0))


def trucks(a: Applicant) -> Right:
    """交规划发〔2024〕90号; 发改环资〔2025〕13号: operating diesel trucks of National III, from 2025 National IV and below."""
    old = a.old
    if old is None or old.kind != "truck" or a.route != "scrap" or not a.between("2024-07-31", "2027-12-31"):
        return Right()
    dirtiest = 3 if a.day.year == 2024 else 4
    if not old.operating or old.burns != "diesel" or old.standard > dirtiest or old.size not in SCRAPPED:
        return Right()
    early = [amount for years, amount in SCRAPPED[old.size] if _years_early(old, a.day, years)]
    return Right(fen(_for_a_truck(a.new)), fen(Fraction(max(early, default=0))))


# buses ---------------------------------------------------------------------------------------------------------


def _bus_of_age(a: Applicant) -> bool:
    """新能源城市公交车及动力电池更新补贴实施细则 of 2024 and 2025; 2026 on as assumed."""
    if a.old is None or a.route != "scrap":
        return False
    if a.between("2024-07-01", "2024-12-31"):
        return a.old.registered <= on("2016-12-31")
    if a.between("2025-01-01", "2025-12-31"):
        return a.old.registered <= on("2017-12-31")
    return a.between("2026-01-01") and a.old.registered <= on("2018-12-31")


def buses(a: Applicant) -> Right:
    new = a.new
    paid = new is not None and new.kind == "bus" and new.drive == "bev" and _bus_of_age(a)
    return Right(fen(Fraction(80_000))) if paid else Right()


def batteries(a: Applicant) -> Right:
    paid = a.new is not None and a.new.kind == "bus_battery" and _bus_of_age(a)
    return Right(fen(Fraction(42_000))) if paid else Right()


# farm machines -------------------------------------------------------------------------------------------------

FARM_OLD = {
    "small_tractor": 1_000,
    "large_tractor": 6_000,
    "combine": 8_000,
    "large_combine": 12_000,
    "drill": 500,
    "precision_drill": 1_500,
}
HALF_MORE = ("combine", "large_combine", "drill", "precision_drill")
FARM_NEW_2021 = {
    "small_tractor": 20, "large_tractor": 28, "combine": 28, "large_combine": 30, "drill": 28, "precision_drill": 30,
}  # fmt: skip
FARM_NEW_2024 = {
    "small_tractor": 15, "large_tractor": 30, "combine": 25, "large_combine": 30, "drill": 25, "precision_drill": 30,
}  # fmt: skip


def farm_scrapping(a: Applicant) -> Right:
    """农办机〔2024〕4号: small tractors 1,500 yuan; combines and drills half more if one of their kind is bought, too."""
    old = a.old
    if old is None or old.size not in FARM_OLD or a.route != "scrap" or not a.between("2020-03-01"):
        return Right()
    if a.day < anniversary(old.registered, 10):
        return Right()
    amount, more = FARM_OLD[old.size], Fraction(0)
    if a.between("2024-07-25"):
        if old.size == "small_tractor":
            amount = 1_500
        elif old.size in HALF_MORE and a.new is not None and a.new.kind == old.kind:
            more = Fraction(amount, 2)
    return Right(fen(more), fen(Fraction(amount)))


def farm_buying(a: Applicant) -> Right:
    """农办计财〔2021〕8号 and the rules of 2024 to 2026: a share of the price, at most 50,000 yuan."""
    if a.new is None or a.new.size not in FARM_NEW_2021:
        return Right()
    if a.between("2021-03-15", "2023-12-31"):
        return Right(fen(share(FARM_NEW_2021[a.new.size], a.new.price, 50_000)))
    return Right(fen(share(FARM_NEW_2024[a.new.size], a.new.price, 50_000))) if a.between("2024-01-01") else Right()


def beidou(a: Applicant) -> Right:
    """农办机〔2024〕4号: 30 % of a terminal's price, at most 800 yuan."""
    if a.new is None or a.new.kind != "beidou_terminal" or not a.between("2024-03-15"):
        return Right()
    return Right(fen(share(30, a.new.price, 800)))
