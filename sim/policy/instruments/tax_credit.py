"""Tax credit (税额抵免) and accelerated depreciation (加速折旧): firms that buy equipment pay less income tax."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from sim.policy.matching import described, most_specific
from sim.policy.measure import MeasureBase, VersionBase
from sim.schema.bricks import NO_EFFECT, Effect, Factor, Share
from sim.schema.product import Product

if TYPE_CHECKING:
    from sim.policy.in_force import Rules


class TaxCreditVersion(VersionBase):
    """Tax that firms save when they buy equipment, as a share of its price without VAT, by label, size or powertrain.

    ``credit``: deducted from the tax itself (抵免). ``depreciation``: worth of writing the price off at once instead of over
    the years: tax rate x (1 - present value of a yuan of ordinary depreciation).
    """

    credit: dict[str, Share] = Field(default_factory=dict)
    depreciation: Effect = NO_EFFECT


class TaxCredit(MeasureBase[TaxCreditVersion]):
    """Tax credit (税额抵免) and accelerated depreciation (加速折旧) for firms. ``strength``: lever, multiplies both."""

    levers = ("strength",)
    costs_money = True
    forgoes_revenue = True

    instrument: Literal["tax_credit"]
    strength: Factor = 1.0

    def rules(self, version: TaxCreditVersion, product_id: str, product: Product) -> Rules:
        """A purchase tax below zero: what is saved for each variant, as a share of the price without VAT."""
        import numpy as np

        from sim.policy.in_force import no_rules
        from sim.policy.tax import Tax

        found = [most_specific(version.credit, described(variant)) or 0.0 for variant in product.variants.values()]
        saved = (np.array(found) + version.depreciation.value) * self.strength
        return replace(no_rules(product), taxes=(Tax(rates=-saved, full_rate=0.0, max_saving=math.inf),))
