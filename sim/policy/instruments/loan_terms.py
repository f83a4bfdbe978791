"""Rules for vehicle loans: the highest loan over price; a set down payment replaces what banks would ask."""

from __future__ import annotations

import numpy as np

from sim.policy.keys import most_specific
from sim.policy.measure import LoanTerms
from sim.policy.part import LoanPart, Part
from sim.policy.rows import described
from sim.policy.terms import USES, LoanVersion
from sim.schema.product import Product


def contribution(measure: LoanTerms, version: LoanVersion, levered: bool, product_id: str, product: Product) -> Part:
    """Loan ratios by variant and use; what is not listed is left to the bank."""
    ratios = np.array(
        [
            [_ratio(most_specific(version.max_ratio, (*described(variant), use))) for use in USES]
            for variant in product.variants.values()
        ]
    )
    if not levered or measure.min_down_payment is None:
        return Part(loans=LoanPart(ratios, version.max_ratio_used, down_payment_set=-1.0))
    ratios = np.full_like(ratios, 1.0 - measure.min_down_payment)
    return Part(loans=LoanPart(ratios, version.max_ratio_used, down_payment_set=measure.min_down_payment))


def _ratio(found: float | None) -> float:
    return 1.0 if found is None else found
