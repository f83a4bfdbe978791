"""Interest subsidy (贴息): the treasury pays some points of the interest on loans for new goods."""

from __future__ import annotations

import math

import numpy as np

from sim.policy.measure import InterestSubsidy
from sim.policy.part import InterestPart, Part
from sim.policy.terms import OWNERS, InterestSubsidyVersion
from sim.schema.product import Product


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
            owner_ok=np.array([owner in version.owners for owner in OWNERS], dtype=np.int64),
        )
    )
