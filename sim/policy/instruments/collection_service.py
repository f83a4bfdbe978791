"""Collection service: pick-up, reverse invoicing and network make formal scrapping pay more and cost less trouble."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from sim.policy.effects import Frictions
from sim.policy.measure import MeasureBase, VersionBase
from sim.schema.bricks import NO_EFFECT, Effect, Factor
from sim.schema.product import Product

if TYPE_CHECKING:
    from sim.policy.in_force import Rules


class CollectionVersion(VersionBase):
    """Pick-up, reverse invoicing, network: what formal scrapping gains in price and in saved effort, yuan a good;
    ``capacity_gain``: growth of what dismantlers can take in, as a share."""

    offer_gain: Effect = NO_EFFECT
    effort_saved: Effect = NO_EFFECT
    capacity_gain: Effect = NO_EFFECT


class CollectionService(MeasureBase[CollectionVersion]):
    """Collection service. ``strength``: lever, multiplies every gain."""

    levers = ("strength",)

    instrument: Literal["collection_service"]
    strength: Factor = 1.0

    def rules(self, version: CollectionVersion, product_id: str, product: Product) -> Rules:
        """Gains, times the lever."""
        from sim.policy.in_force import no_rules

        frictions = Frictions(
            offer_gain=version.offer_gain.value * self.strength,
            effort_saved=version.effort_saved.value * self.strength,
            capacity_gain=version.capacity_gain.value * self.strength,
        )
        return replace(no_rules(product), frictions=frictions)
