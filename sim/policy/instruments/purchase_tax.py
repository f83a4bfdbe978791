"""Purchase tax (车辆购置税) and the reduction for new-energy vehicles."""

from __future__ import annotations

import math

import numpy as np

from sim.policy.keys import most_specific
from sim.policy.measure import PurchaseTax
from sim.policy.part import Part, TaxPart
from sim.policy.rows import described
from sim.policy.terms import TaxVersion
from sim.schema.product import Product


def contribution(measure: PurchaseTax, version: TaxVersion, levered: bool, product_id: str, product: Product) -> Part:
    """Tax rate of each variant and the limit of the saving for this product category."""
    found = [most_specific(version.rates, described(variant)) for variant in product.variants.values()]
    return Part(
        tax=TaxPart(
            rates=np.array([version.full_rate if rate is None else rate for rate in found]),
            full_rate=version.full_rate,
            max_saving=version.max_saving.get(product_id, math.inf),
        )
    )
