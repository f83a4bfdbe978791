"""Mandatory scrappage ages (机动车强制报废标准规定)."""

from __future__ import annotations

import numpy as np

from sim.clock import MONTHS_A_YEAR
from sim.policy.keys import most_specific
from sim.policy.measure import MandatoryRetirement
from sim.policy.part import Part
from sim.policy.rows import described
from sim.policy.rules import FOREVER
from sim.policy.terms import USES, RetirementVersion
from sim.schema.product import Product


def contribution(
    measure: MandatoryRetirement, version: RetirementVersion, levered: bool, product_id: str, product: Product
) -> Part:
    """Age in months at which each variant must go, by use."""
    cut = measure.years_cut if levered else 0.0
    limits = [
        [_months(most_specific(version.years, (product_id, *described(variant), use)), cut) for use in USES]
        for variant in product.variants.values()
    ]
    return Part(retirement_months=np.array(limits, dtype=np.int64))


def _months(years: float | None, cut: float) -> int:
    return FOREVER if years is None else max(round((years - cut) * MONTHS_A_YEAR), 0)
