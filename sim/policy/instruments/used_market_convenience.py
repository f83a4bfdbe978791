"""Used-market convenience: less friction for transfers and for cars that leave or enter the district."""

from __future__ import annotations

from sim.policy.measure import UsedMarketConvenience
from sim.policy.part import Part
from sim.policy.rules import Frictions
from sim.policy.terms import UsedMarketVersion
from sim.schema.product import Product


def contribution(
    measure: UsedMarketConvenience, version: UsedMarketVersion, levered: bool, product_id: str, product: Product
) -> Part:
    """Cuts, times the lever."""
    strength = measure.strength if levered else 1.0
    return Part(
        frictions=Frictions(
            transaction_cost_cut=version.transaction_cost_cut.value * strength,
            border_cost_cut=version.border_cost_cut.value * strength,
        )
    )
