"""Restricted use and stricter inspection of old goods."""

from __future__ import annotations

from sim.clock import MONTHS_A_YEAR
from sim.policy.measure import UseRestriction
from sim.policy.part import Part, RestrictionRow
from sim.policy.rows import old_row
from sim.policy.terms import RestrictionVersion
from sim.schema.product import Product


def contribution(
    measure: UseRestriction, version: RestrictionVersion, levered: bool, product_id: str, product: Product
) -> Part:
    """Monthly cost and monthly chance to fail; twelve months compound to the yearly share."""
    strength = measure.strength if levered else 1.0
    failing = min(version.fail_per_year.value * strength, 1.0)
    return Part(
        restrictions=(
            RestrictionRow(
                old=old_row(version.old, product),
                cost_per_month=version.cost_per_year.value * strength / MONTHS_A_YEAR,
                fail_per_month=float(1.0 - (1.0 - failing) ** (1.0 / MONTHS_A_YEAR)),
            ),
        )
    )
