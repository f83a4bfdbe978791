"""Purchase subsidy: a new good is bought, no old one is needed."""

from __future__ import annotations

from sim.policy.measure import Subsidy
from sim.policy.part import Part
from sim.policy.rows import subsidy_rows
from sim.policy.rules import ROUTE_ANY
from sim.policy.terms import SubsidyVersion
from sim.schema.product import Product


def contribution(measure: Subsidy, version: SubsidyVersion, levered: bool, product_id: str, product: Product) -> Part:
    """Entitlements of one version."""
    return Part(subsidies=subsidy_rows(measure, version, levered, product, ROUTE_ANY))
