"""Charging roll-out: running on electricity becomes less of a hassle."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from sim.policy.effects import Frictions
from sim.policy.measure import MeasureBase, VersionBase
from sim.schema.bricks import NO_EFFECT, Effect, Factor
from sim.schema.product import Product

if TYPE_CHECKING:
    from sim.policy.in_force import Rules


class ChargingVersion(VersionBase):
    """Charging roll-out: the yearly hassle of running on electricity falls by this share."""

    hassle_cut: Effect = NO_EFFECT


class ChargingRollout(MeasureBase[ChargingVersion]):
    """Public and private chargers. ``strength``: lever, multiplies the cut."""

    levers = ("strength",)

    instrument: Literal["charging_rollout"]
    strength: Factor = 1.0

    def rules(self, version: ChargingVersion, product_id: str, product: Product) -> Rules:
        """The cut, times the lever."""
        from sim.policy.in_force import no_rules

        cut = min(version.hassle_cut.value * self.strength, 1.0)
        return replace(no_rules(product), frictions=Frictions(hassle_cut=cut))
