"""Scrappage subsidy (报废更新): an old good goes to a formal dismantler, usually a new one is bought."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from sim.policy.claims import SCRAP_ROUTE
from sim.policy.in_force import Rules, no_rules
from sim.policy.subsidy import Subsidy, SubsidyVersion, entitlements
from sim.schema.product import Product


class ScrappageSubsidy(Subsidy):
    """Scrappage subsidy (报废更新); terms and levers are those of every subsidy."""

    pays_scrapping = True

    instrument: Literal["scrappage_subsidy"]

    def rules(self, version: SubsidyVersion, product_id: str, product: Product) -> Rules:
        """Entitlements of one version."""
        return replace(no_rules(product), entitlements=entitlements(self, version, product, SCRAP_ROUTE))
