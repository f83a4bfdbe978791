"""Purchase subsidy: a new good is bought, no old one is needed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from sim.policy.claims import ANY_ROUTE
from sim.policy.subsidy import Subsidy, SubsidyVersion
from sim.schema.product import Product

if TYPE_CHECKING:
    from sim.policy.in_force import Rules


class PurchaseSubsidy(Subsidy):
    """Purchase subsidy; terms and levers are those of every subsidy."""

    needs_old = False

    instrument: Literal["purchase_subsidy"]

    def rules(self, version: SubsidyVersion, product_id: str, product: Product) -> Rules:
        """Entitlements of one version."""
        from sim.policy.entitlements import entitlements
        from sim.policy.in_force import no_rules

        return replace(no_rules(product), entitlements=entitlements(self, version, product, ANY_ROUTE))
