"""Charging roll-out: running on electricity becomes less of a hassle."""

from __future__ import annotations

from sim.policy.measure import ChargingRollout
from sim.policy.part import Part
from sim.policy.rules import Frictions
from sim.policy.terms import ChargingVersion
from sim.schema.product import Product


def contribution(measure: ChargingRollout, version: ChargingVersion, levered: bool, product_id: str, product: Product) -> Part:
    """The cut, times the lever."""
    strength = measure.strength if levered else 1.0
    return Part(
        frictions=Frictions(
            hassle_cut=min(version.hassle_cut.value * strength, 1.0),
        )
    )
