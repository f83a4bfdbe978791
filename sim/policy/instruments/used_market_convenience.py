"""Used-market convenience: less friction for transfers and for cars that leave or enter the district."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from sim.policy.effects import Frictions
from sim.policy.measure import MeasureBase, VersionBase
from sim.schema.bricks import NO_EFFECT, Effect, Factor
from sim.schema.product import Product

if TYPE_CHECKING:
    from sim.policy.in_force import Rules


class UsedMarketVersion(VersionBase):
    """One-permit registration, pending-sale endorsement, platforms, export: friction that is taken away, yuan a car."""

    transaction_cost_cut: Effect = NO_EFFECT
    border_cost_cut: Effect = NO_EFFECT


class UsedMarketConvenience(MeasureBase[UsedMarketVersion]):
    """Used-market convenience. ``strength``: lever, multiplies every cut."""

    levers = ("strength",)

    instrument: Literal["used_market_convenience"]
    strength: Factor = 1.0

    def rules(self, version: UsedMarketVersion, product_id: str, product: Product) -> Rules:
        """Cuts, times the lever."""
        from sim.policy.in_force import no_rules

        frictions = Frictions(
            transaction_cost_cut=version.transaction_cost_cut.value * self.strength,
            border_cost_cut=version.border_cost_cut.value * self.strength,
        )
        return replace(no_rules(product), frictions=frictions)
