"""Scrappage subsidy (报废更新): an old good goes to a formal dismantler, usually a new one is bought."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from sim.policy.claims import SCRAP_ROUTE
from sim.policy.subsidy import Subsidy, SubsidyVersion
from sim.schema.product import Product

if TYPE_CHECKING:
    from sim.policy.in_force import Rules


class ScrappageSubsidy(Subsidy):
    """Scrappage subsidy (报废更新); terms and levers are those of every subsidy."""

    pays_scrapping = True

    instrument: Literal["scrappage_subsidy"]

    def rules(self, version: SubsidyVersion, product_id: str, product: Product) -> Rules:
        """Entitlements of one version."""
        from sim.policy.entitlements import entitlements
        from sim.policy.in_force import no_rules

        return replace(no_rules(product), entitlements=entitlements(self, version, product, SCRAP_ROUTE))
