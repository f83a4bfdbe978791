"""Purchase tax (车辆购置税) and the reduction for new-energy vehicles."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from sim.policy.matching import described, most_specific
from sim.policy.measure import MeasureBase, VersionBase
from sim.schema.bricks import Share, Yuan
from sim.schema.product import Product

if TYPE_CHECKING:
    from sim.policy.in_force import Rules


class TaxVersion(VersionBase):
    """Purchase tax: rate by powertrain on the price without VAT, and the most that a reduction may save.

    A powertrain pays ``rates[powertrain]``, but never less than ``full_rate`` x base - ``max_saving[category]`` of the
    product category; a powertrain that is not listed pays the full rate.
    """

    full_rate: Share
    rates: dict[str, Share]
    max_saving: dict[str, Yuan] = Field(default_factory=dict)


class PurchaseTax(MeasureBase[TaxVersion]):
    """Purchase tax (车辆购置税) and its reduction for NEV; ``payers`` bear the revenue that the reduction costs."""

    costs_money = True
    forgoes_revenue = True

    instrument: Literal["purchase_tax"]

    def rules(self, version: TaxVersion, product_id: str, product: Product) -> Rules:
        """Tax rate of each variant and the limit of the saving for this product category."""
        import numpy as np

        from sim.policy.in_force import no_rules
        from sim.policy.tax import Tax

        found = [most_specific(version.rates, described(variant)) for variant in product.variants.values()]
        rates = np.array([version.full_rate if rate is None else rate for rate in found])
        tax = Tax(rates, version.full_rate, version.max_saving.get(product_id, math.inf))
        return replace(no_rules(product), taxes=(tax,))
