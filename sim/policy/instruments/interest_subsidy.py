"""Interest subsidy (贴息): the treasury pays some points of the interest on private loans for new goods."""

from __future__ import annotations

import math

from sim.policy.measure import InterestSubsidy
from sim.policy.part import InterestPart, Part
from sim.policy.terms import InterestSubsidyVersion
from sim.settings import Product


def contribution(
    measure: InterestSubsidy, version: InterestSubsidyVersion, levered: bool, product_id: str, product: Product
) -> Part:
    """Points and limits, times the lever."""
    factor = measure.points_factor if levered else 1.0
    return Part(
        interest=InterestPart(
            points=version.points * factor,
            principal_max=math.inf if version.principal_max is None else version.principal_max,
            cap_per_year=math.inf if version.cap_per_year is None else version.cap_per_year * factor,
        )
    )
