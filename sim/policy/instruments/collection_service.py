"""Collection service: pick-up, reverse invoicing and network make formal scrapping pay more and cost less trouble."""

from __future__ import annotations

from sim.policy.measure import CollectionService
from sim.policy.part import Part
from sim.policy.rules import Frictions
from sim.policy.terms import CollectionVersion
from sim.schema.product import Product


def contribution(
    measure: CollectionService, version: CollectionVersion, levered: bool, product_id: str, product: Product
) -> Part:
    """Gains, times the lever."""
    strength = measure.strength if levered else 1.0
    return Part(
        frictions=Frictions(
            offer_gain=version.offer_gain.value * strength,
            effort_saved=version.effort_saved.value * strength,
            capacity_gain=version.capacity_gain.value * strength,
        )
    )
