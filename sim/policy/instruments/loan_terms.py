"""Rules for vehicle loans: the highest loan over price; a set down payment replaces what banks would ask."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from sim.policy.effects import Loans
from sim.policy.matching import described, most_specific
from sim.policy.measure import MeasureBase, VersionBase
from sim.schema.bricks import Share
from sim.schema.product import USES, Product

if TYPE_CHECKING:
    from sim.policy.in_force import Rules


class LoanVersion(VersionBase):
    """Highest loan-to-price ratio by powertrain or powertrain/use, and for used goods; 1 leaves it to the bank."""

    max_ratio: dict[str, Share]
    max_ratio_used: Share


class LoanTerms(MeasureBase[LoanVersion]):
    """Rules for vehicle loans.

    ``min_down_payment``: lever, share of the price of a new good paid at once that banks then ask for, neither more nor
    less; null: the rule sets the least and each bank decides.
    """

    levers = ("min_down_payment",)

    instrument: Literal["loan_terms"]
    min_down_payment: Share | None = None

    def rules(self, version: LoanVersion, product_id: str, product: Product) -> Rules:
        """Loan ratios by variant and use; what is not listed is left to the bank."""
        import numpy as np

        from sim.policy.in_force import no_rules

        variants = product.variants.values()
        found = [[most_specific(version.max_ratio, (*described(v), use)) for use in USES] for v in variants]
        ratios = np.array([[1.0 if ratio is None else ratio for ratio in row] for row in found])
        loans = Loans(ratios, version.max_ratio_used, down_payment_set=-1.0)
        if self.min_down_payment is not None:
            loans = Loans(np.full_like(ratios, 1.0 - self.min_down_payment), version.max_ratio_used, self.min_down_payment)
        return replace(no_rules(product), loans=loans)
