"""Procurement mandate: a least share of new goods that public bodies and fleets must buy of given powertrains."""

from __future__ import annotations

import numpy as np

from sim.policy.measure import ProcurementMandate
from sim.policy.part import MandatePart, Part
from sim.policy.rows import described
from sim.policy.terms import MandateVersion
from sim.schema.product import Product


def contribution(
    measure: ProcurementMandate, version: MandateVersion, levered: bool, product_id: str, product: Product
) -> Part:
    """The owner types that are bound, the variants that count, and the share."""
    bound = [name for name, kind in product.owners.items() if name in version.owners or kind.owner in version.owners]
    named = set(version.powertrains)
    counts = np.array([bool(named & set(described(variant))) for variant in product.variants.values()])
    share = measure.min_share if levered and measure.min_share is not None else version.share
    return Part(mandate=MandatePart(owners=tuple(bound), variants=counts, share=share))
