"""Information campaign: owners hear of measures sooner, and looking costs less."""

from __future__ import annotations

from sim.policy.measure import InformationCampaign
from sim.policy.part import Part
from sim.policy.rules import Frictions
from sim.policy.terms import CampaignVersion
from sim.schema.product import Product


def contribution(
    measure: InformationCampaign, version: CampaignVersion, levered: bool, product_id: str, product: Product
) -> Part:
    """Effects, times the lever."""
    strength = measure.strength if levered else 1.0
    return Part(
        frictions=Frictions(
            spread_gain=version.spread_gain.value * strength,
            effort_cut=version.effort_cut.value * strength,
        )
    )
