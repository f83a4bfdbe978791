"""Replacement subsidy (置换更新): an old good is transferred to somebody else and a new one is bought."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from sim.policy.claims import TRANSFER_ROUTE
from sim.policy.in_force import Rules, no_rules
from sim.policy.subsidy import Subsidy, SubsidyVersion, entitlements
from sim.schema.product import Product


class ReplacementSubsidy(Subsidy):
    """Replacement subsidy (置换更新); terms and levers are those of every subsidy."""

    instrument: Literal["replacement_subsidy"]

    def rules(self, version: SubsidyVersion, product_id: str, product: Product) -> Rules:
        """Entitlements of one version."""
        return replace(no_rules(product), entitlements=entitlements(self, version, product, TRANSFER_ROUTE))
