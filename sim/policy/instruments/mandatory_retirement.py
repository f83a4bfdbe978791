"""Mandatory scrappage ages (机动车强制报废标准规定)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from sim.clock import MONTHS_A_YEAR
from sim.policy.matching import described, most_specific
from sim.policy.measure import MeasureBase, VersionBase
from sim.policy.tables import FOREVER
from sim.schema.bricks import Years
from sim.schema.product import USES, Product

if TYPE_CHECKING:
    from sim.policy.in_force import Rules


class RetirementVersion(VersionBase):
    """Age in years at which a good must be scrapped, by product category, size, label and use in any combination of
    ``a/b``; the most specific key counts; null: no limit; 0: goods of the kind must go at once."""

    years: dict[str, Years | None]


class MandatoryRetirement(MeasureBase[RetirementVersion]):
    """Mandatory scrappage ages (强制报废年限). ``years_cut``: lever, shortens every limit."""

    levers = ("years_cut",)

    instrument: Literal["mandatory_retirement"]
    years_cut: Years = 0.0

    def rules(self, version: RetirementVersion, product_id: str, product: Product) -> Rules:
        """Age in months at which each variant must go, by use."""
        import numpy as np

        from sim.policy.in_force import no_rules

        variants = product.variants.values()
        found = [[most_specific(version.years, (product_id, *described(v), use)) for use in USES] for v in variants]
        limits = np.array([[self._months(years) for years in row] for row in found], dtype=np.int64)
        return replace(no_rules(product), retirement_months=limits)

    def _months(self, years: float | None) -> int:
        return FOREVER if years is None else max(round((years - self.years_cut) * MONTHS_A_YEAR), 0)
