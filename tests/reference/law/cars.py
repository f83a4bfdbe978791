"""Passenger cars: scrapping, replacement, and the vouchers that came before."""

from __future__ import annotations

from fractions import Fraction

from reference.law.people import Applicant, New, Old, Right, fen, on, share

BURNING = ("petrol", "diesel")
PERSONS = 2
"""A household is two persons, each with a claim of their own."""


def _buys_a_car(a: Applicant) -> bool:
    return a.private and a.new is not None and a.new.kind == "car"


def _gives_a_car(a: Applicant, route: str) -> bool:
    return a.old is not None and a.old.kind == "car" and a.route == route


def _small_engine(new: New) -> bool:
    return new.drive == "ice" and new.litres is not None and new.litres <= 2.0


# scrapping -----------------------------------------------------------------------------------------------------


def _old_enough_2024(old: Old) -> bool:
    """商消费函〔2024〕75号: National III and below, or an NEV registered before 30 April 2018 (that day included)."""
    if old.burns == "nev":
        return old.registered <= on("2018-04-30")
    return old.standard <= 3


def _registered_by(old: Old, petrol: str, diesel: str, nev: str) -> bool:
    return old.registered <= on({"petrol": petrol, "diesel": diesel, "nev": nev}[str(old.burns)])


def _scrapping_terms(a: Applicant, old: Old) -> tuple[str, str, str] | None:
    """Last days of registration of the rules of 2025 (商办消费函〔2025〕8号), of 2026, and of 2027 as assumed."""
    if a.between("2025-01-01", "2025-12-31"):
        return "2012-06-30", "2014-06-30", "2018-12-31"
    if a.between("2026-01-01", "2026-12-31"):
        return "2013-06-30", "2015-06-30", "2019-12-31"
    if a.between("2027-01-01", "2027-12-31"):
        return "2014-06-30", "2016-06-30", "2020-12-31"
    return None


def _may_scrap(a: Applicant, old: Old) -> bool:
    if a.between("2024-04-24", "2024-07-24"):
        return _old_enough_2024(old)
    if a.between("2024-07-25", "2024-12-31"):  # 发改环资〔2024〕1104号
        return _old_enough_2024(old) and old.owned_since < on("2024-07-25")
    terms = _scrapping_terms(a, old)
    if terms is None:
        return False
    held = "2026-01-08" if a.day.year == 2027 else "2025-01-08"
    return _registered_by(old, *terms) and old.owned_since < on(held)


def _for_scrapping(a: Applicant, new: New) -> Fraction:
    """A petrol car of up to 2.0 litres is paid for only if the old one burned fuel, too."""
    if a.day.year >= 2026:
        return share(12, new.price, 20_000) if new.nev else share(10, new.price, 15_000)
    if a.day < on("2024-07-25"):
        return Fraction(10_000 if new.nev else 7_000)
    return Fraction(20_000 if new.nev else 15_000)


def scrapping(a: Applicant) -> Right:
    """汽车报废更新."""
    if not (_buys_a_car(a) and _gives_a_car(a, "scrap")) or a.new is None or a.old is None:
        return Right()
    if a.day.year >= 2026 and a.claims >= PERSONS:  # one subsidy a person, for scrapping or for replacement
        return Right()
    opens = a.new.nev or (_small_engine(a.new) and a.old.burns in BURNING)
    return Right(fen(_for_scrapping(a, a.new))) if opens and _may_scrap(a, a.old) else Right()


def doubling(new: New) -> int:
    """发改环资〔2024〕1104号: what claims made since 24 April 2024 under the first terms get on top, fen."""
    if new.nev:
        return fen(Fraction(20_000 - 10_000))
    return fen(Fraction(15_000 - 7_000)) if _small_engine(new) else 0


# replacement ---------------------------------------------------------------------------------------------------

NEV_STEPS = ((50_000, 8_000), (100_000, 12_000), (200_000, 15_000))
STEPS_2024 = ((50_000, 5_000), (100_000, 8_000), (200_000, 12_000))
STEPS_2025 = ((50_000, 6_000), (100_000, 10_000), (200_000, 13_000))


def _step(price: Fraction, steps: tuple[tuple[int, int], ...]) -> Fraction:
    """The amount of the highest step whose price is reached."""
    return Fraction(max((amount for start, amount in steps if price >= start), default=0))


def _for_replacing(a: Applicant, new: New) -> Fraction:
    if a.day.year >= 2026:
        if new.nev:
            return share(8, new.price, 15_000)
        return share(6, new.price, 13_000) if _small_engine(new) else Fraction(0)
    if new.nev:
        return min(_step(new.price, NEV_STEPS), Fraction(15_000))
    return min(_step(new.price, STEPS_2024 if a.day.year == 2024 else STEPS_2025), Fraction(13_000))


def replacement(a: Applicant) -> Right:
    """汽车置换更新: the steps stand for the table of the province, which was not found; the caps are the nation's."""
    if not (_buys_a_car(a) and _gives_a_car(a, "transfer") and a.between("2024-08-15", "2027-12-31")):
        return Right()
    if a.new is None or a.old is None or (a.day.year >= 2026 and a.claims >= PERSONS):
        return Right()
    held = {2024: "2024-07-25", 2025: "2025-01-08", 2026: "2025-01-08", 2027: "2026-01-08"}[a.day.year]
    return Right(fen(_for_replacing(a, a.new))) if a.old.owned_since < on(held) else Right()


# vouchers ------------------------------------------------------------------------------------------------------

VOUCHER_NEV = ((50_000, 2_000), (100_000, 4_000), (200_000, 6_000))
VOUCHER_ICE = ((50_000, 2_000), (100_000, 3_000), (200_000, 5_000))


def vouchers(a: Applicant) -> Right:
    """汽车消费券 of province and city, 2023 to July 2024, one a person and year; no old car is asked for."""
    if not _buys_a_car(a) or a.new is None or not a.between("2023-01-01", "2024-07-31") or a.claims >= PERSONS:
        return Right()
    return Right(fen(_step(a.new.price, VOUCHER_NEV if a.new.nev else VOUCHER_ICE)))
