"""Purchase subsidy: a new good is bought, no old one is needed."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from sim.policy.claims import ANY_ROUTE
from sim.policy.in_force import Rules, no_rules
from sim.policy.subsidy import Subsidy, SubsidyVersion, entitlements
from sim.schema.product import Product


class PurchaseSubsidy(Subsidy):
    """Purchase subsidy; terms and levers are those of every subsidy."""

    needs_old = False

    instrument: Literal["purchase_subsidy"]

    def rules(self, version: SubsidyVersion, product_id: str, product: Product) -> Rules:
        """Entitlements of one version."""
        return replace(no_rules(product), entitlements=entitlements(self, version, product, ANY_ROUTE))
