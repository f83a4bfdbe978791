"""Information campaign: owners hear of measures sooner, and looking costs less."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from sim.policy.effects import Frictions
from sim.policy.measure import MeasureBase, VersionBase
from sim.schema.bricks import NO_EFFECT, Effect, Factor
from sim.schema.product import Product

if TYPE_CHECKING:
    from sim.policy.in_force import Rules


class CampaignVersion(VersionBase):
    """Publicity: how fast owners hear of measures (added to the monthly spread), and how much cheaper a look becomes
    (units of the attention scale)."""

    spread_gain: Effect = NO_EFFECT
    effort_cut: Effect = NO_EFFECT


class InformationCampaign(MeasureBase[CampaignVersion]):
    """Publicity (第三十一条) and events. ``strength``: lever, multiplies every effect."""

    levers = ("strength",)

    instrument: Literal["information_campaign"]
    strength: Factor = 1.0

    def rules(self, version: CampaignVersion, product_id: str, product: Product) -> Rules:
        """Effects, times the lever."""
        from sim.policy.in_force import no_rules

        frictions = Frictions(
            spread_gain=version.spread_gain.value * self.strength, effort_cut=version.effort_cut.value * self.strength
        )
        return replace(no_rules(product), frictions=frictions)
