"""Numbers as people read them: thousands separators, two decimals for ratios, 万 and 亿 or millions on axes."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.errors import Language

FEW = 20.0
"""Quantities below this, unless they count things, are ratios and get two decimals."""


def places(*values: float) -> int:
    """Decimals for numbers that are shown together: two if one is a small fraction, else none."""
    fractions = [value for value in values if math.isfinite(value) and not value.is_integer()]
    largest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    return 2 if fractions and largest < FEW else 0


def number(value: float, decimals: int = 0) -> str:
    """``1234.5`` to ``1,234``; not-a-number, which a ratio without a denominator gives, to a dash."""
    if not math.isfinite(value):
        return "-"
    rounded = round(value, decimals)
    return f"{rounded if rounded else 0.0:,.{decimals}f}"


def percent(probability: float) -> str:
    """``0.625`` to ``62%``; only certainty in every run is shown as 0 or 100."""
    if not math.isfinite(probability):
        return "-"
    if 0.0 < probability < 1.0:
        probability = min(max(probability, 0.01), 0.99)
    return f"{probability * 100:.0f}%"


@dataclass(frozen=True)
class Scale:
    """What an axis is divided by, and the unit that this leaves."""

    divisor: float
    unit: str


def scale_for(largest: float, unit: str, language: Language) -> Scale:
    """Choose a readable axis for values up to ``largest`` in ``unit``."""
    steps = (
        ((2e8, 1e8, "亿{}"), (2e4, 1e4, "万{}")) if language == "zh" else ((2e9, 1e9, "billion {}"), (2e6, 1e6, "million {}"))
    )
    for at_least, divisor, wording in steps:
        if abs(largest) >= at_least:
            return Scale(divisor, wording.format(unit))
    return Scale(1.0, unit)
