"""Interest subsidy (贴息): the treasury pays some points of the interest on loans for new goods."""

from __future__ import annotations

import numpy as np

from sim.policy.interest import most_a_year
from sim.policy.measure import InterestSubsidy
from sim.policy.part import InterestPart, Part
from sim.policy.terms import OWNERS, InterestSubsidyVersion
from sim.schema.product import Product

PER_CENT = 100.0


def contribution(
    measure: InterestSubsidy, version: InterestSubsidyVersion, levered: bool, product_id: str, product: Product
) -> Part:
    """Points and limits, times the lever."""
    factor = measure.points_factor if levered else 1.0
    share = version.points * factor / PER_CENT
    cap = None if version.cap_per_year is None else version.cap_per_year * factor
    return Part(
        interest=InterestPart(
            share=share,
            most=most_a_year(share, version.principal_max, cap),
            owner_ok=np.array([owner in version.owners for owner in OWNERS], dtype=np.int64),
        )
    )
