"""Equipment of firms and institutions, and what is built into homes: shares of the price, awards, old lifts."""

from __future__ import annotations

from fractions import Fraction

from reference.law.people import Applicant, Document, Right, anniversary, fen, share

FROM_THE_BONDS = "2024-07-25"
"""发改环资〔2024〕1104号."""
FROM_THE_PLAN = "2024-07-02"
"""东昌政发〔2024〕2号."""


def _share_of(kinds: tuple[str, ...], percents: dict[str, int], most: int, first: str, firms_only: bool = False) -> Document:
    """A measure that pays a share of the price by label from a day on."""

    def document(a: Applicant) -> Right:
        new = a.new
        if new is None or new.kind not in kinds or not a.between(first) or (firms_only and a.who != "firm"):
            return Right()
        return Right(fen(share(percents.get(str(new.label), 0), new.price, most)))

    return document


def _bonds(kinds: tuple[str, ...], **percents: int) -> Document:
    return _share_of(kinds, percents, 5_000_000, FROM_THE_BONDS)


schools = _bonds(("vocational_equipment", "school_equipment"), standard=20, advanced=40)
hospitals = _bonds(("hospital_equipment", "emr_system"), standard=15, advanced=30, emr4=30, emr5=30)
townships = _bonds(("township_equipment",), standard=20, advanced=40)
sports = _bonds(("sports_equipment",), standard=15, advanced=30)
culture = _bonds(("culture_equipment",), standard=10, advanced=20)
municipal = _bonds(("sewage_line", "water_supply", "gas_pipe", "camera"), upgraded=30, advanced=20)
insulation = _share_of(("building_envelope",), {"insulated": 15}, 150_000, FROM_THE_BONDS)
_TO_RENEW = {"benchmark": 10, "grade_a": 10, "cnc": 10, "platform": 10, "high_end": 10}
industry = _share_of(
    ("process_line", "emission_control", "machine_tool", "design_software", "maker_line"),
    _TO_RENEW, 3_000_000, FROM_THE_PLAN, firms_only=True,
)  # fmt: skip
small_firms = _share_of(("sme_digital",), {"basic": 20, "integrated": 20}, 100_000, FROM_THE_PLAN, firms_only=True)
gas_stoves = _share_of(("restaurant_stove",), {"safe": 20}, 300, FROM_THE_PLAN, firms_only=True)


def building(a: Applicant) -> Right:
    """Heating that saves energy: 15 % up to two million yuan; electric construction machines: 10 % up to 100,000 yuan."""
    if a.new is None or not a.between(FROM_THE_BONDS):
        return Right()
    if a.new.kind == "heating_unit" and a.new.label == "efficient":
        return Right(fen(share(15, a.new.price, 2_000_000)))
    if a.new.kind == "construction_machine" and a.new.label == "electric":
        return Right(fen(share(10, a.new.price, 100_000)))
    return Right()


def _fixed(kind: str, yuan: int, firms_only: bool = False) -> Document:
    def document(a: Applicant) -> Right:
        paid = a.new is not None and a.new.kind == kind and a.between(FROM_THE_PLAN) and (a.who == "firm" or not firms_only)
        return Right(fen(Fraction(yuan))) if paid else Right()

    return document


green_factories = _fixed("green_factory", 300_000, firms_only=True)
added_lifts = _fixed("added_lift", 120_000)


def lifts(a: Applicant) -> Right:
    """住宅老旧电梯更新: 150,000 yuan for a lift that has been used for fifteen years."""
    old, new = a.old, a.new
    if old is None or new is None or new.kind != "lift" or a.route != "scrap" or not a.between(FROM_THE_BONDS):
        return Right()
    return Right(fen(Fraction(150_000))) if a.day >= anniversary(old.registered, 15) else Right()
