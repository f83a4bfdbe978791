"""Tax credit (税额抵免) and accelerated depreciation (加速折旧): firms that buy equipment pay less income tax."""

from __future__ import annotations

import math

import numpy as np

from sim.policy.keys import most_specific
from sim.policy.measure import TaxCredit
from sim.policy.part import Part, TaxPart
from sim.policy.rows import described
from sim.policy.terms import TaxCreditVersion
from sim.schema.product import Product


def contribution(measure: TaxCredit, version: TaxCreditVersion, levered: bool, product_id: str, product: Product) -> Part:
    """A purchase tax below zero: what is saved for each variant, as a share of the price without VAT."""
    strength = measure.strength if levered else 1.0
    found = [most_specific(version.credit, described(variant)) or 0.0 for variant in product.variants.values()]
    saved = (np.array(found) + version.depreciation.value) * strength
    return Part(tax=TaxPart(rates=-saved, full_rate=0.0, max_saving=math.inf))
