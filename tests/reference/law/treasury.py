"""Purchase tax and its reduction, what the tax on profits is cut by, and interest that the treasury pays."""

from __future__ import annotations

from fractions import Fraction

from reference.law.people import Applicant, New, fen

VAT = Fraction(13, 100)
TAXED = ("car", "truck", "taxi", "ride_hailing", "mixer_truck", "sanitation_truck")
PASSENGER = ("car", "taxi", "ride_hailing")


def _without_vat(new: New) -> Fraction:
    return new.price / (1 + VAT)


def _reduction(a: Applicant, new: New) -> Fraction:
    """公告2022年第27号 (2023); 公告2023年第10号 (exempt in 2024 and 2025, half in 2026 and 2027; limits for passenger cars)."""
    full = _without_vat(new) / 10
    if not new.nev or not a.between("2023-01-01", "2027-12-31"):
        return Fraction(0)
    halved = a.between("2026-01-01")
    saved = full / 2 if halved else full
    if new.kind not in PASSENGER or a.day.year == 2023:
        return saved
    return min(saved, Fraction(15_000 if halved else 30_000))


def purchase_tax(a: Applicant) -> tuple[int, int]:
    """车辆购置税法第四条: (tax due, what the reduction saves), fen; city buses are exempt by 第九条."""
    if a.new is None or a.new.kind not in TAXED:
        return 0, 0
    saved = _reduction(a, a.new)
    return fen(_without_vat(a.new) / 10 - saved), fen(saved)


AT_ONCE = ("process_line", "emission_control", "machine_tool", "design_software", "sme_digital", "maker_line",
           "construction_machine", "heating_unit", "culture_equipment")  # fmt: skip
WRITTEN_OFF = Fraction(25, 1000)
"""A quarter in tax of what writing off at once is worth over ten years' depreciation."""
SPECIAL = ("benchmark", "grade_a", "grade_b", "efficient")
SMART = ("cnc", "platform", "integrated", "high_end")
AT_ONCE_LIMIT = 5_000_000


def profit_tax_cut(a: Applicant) -> int:
    """企业所得税法第34条, 财税〔2018〕54号 and, for digital conversion, a tenth of half the price: fen."""
    if a.new is None or a.new.kind not in AT_ONCE or not a.between("2018-01-01"):
        return 0
    base, label = _without_vat(a.new), a.new.label
    cut = base * WRITTEN_OFF if base <= AT_ONCE_LIMIT else Fraction(0)
    if label in SPECIAL:
        cut += base / 10
    elif label in SMART and a.between("2024-07-02"):
        cut += base / 2 / 10
    return fen(cut)


RELENT = ("bus", "taxi", "mixer_truck", "sanitation_truck", "process_line", "emission_control", "machine_tool",
          "design_software", "sme_digital", "green_factory", "maker_line", "tractor", "combine", "planter",
          "construction_machine", "lift", "heating_unit", "vocational_equipment", "school_equipment", "sports_equipment",
          "culture_equipment", "hospital_equipment", "township_equipment", "emr_system", "sewage_line", "water_supply",
          "gas_pipe", "camera", "bus_battery", "building_envelope")  # fmt: skip


def equipment_interest(a: Applicant) -> int:
    """财金〔2024〕54号: one point on the principal; 发改环资〔2024〕1104号: one and a half. Fen in a year."""
    if a.private or a.new is None or a.new.kind not in RELENT or not a.between("2024-03-07"):
        return 0
    points = Fraction(15, 1000) if a.between("2024-07-25") else Fraction(1, 100)
    return fen(a.borrowed * points)


def consumer_interest(a: Applicant) -> int:
    """个人消费贷款财政贴息: a point, on at most 50,000 yuan until 2025, at most 3,000 yuan a year and bank. Fen in a year."""
    if not a.private or a.new is None or a.new.kind != "car" or not a.between("2025-09-01", "2026-12-31"):
        return 0
    counted = a.borrowed if a.between("2026-01-01") else min(a.borrowed, Fraction(50_000))
    return fen(min(counted / 100, Fraction(3_000)))
