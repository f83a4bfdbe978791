"""Procurement mandate: a least share of new goods that public bodies and fleets must buy of given powertrains."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from sim.policy.effects import Mandate
from sim.policy.matching import described
from sim.policy.measure import MeasureBase, VersionBase
from sim.schema.bricks import Share
from sim.schema.product import Product

if TYPE_CHECKING:
    from sim.policy.in_force import Rules


class MandateVersion(VersionBase):
    """Of what the named owners buy new, at least this share must be of the named powertrains or labels.

    ``owners``: kinds of owner or owner types of the product file.
    """

    owners: tuple[str, ...]
    powertrains: tuple[str, ...]
    share: Share


class ProcurementMandate(MeasureBase[MandateVersion]):
    """What public bodies must buy. ``min_share``: lever, in place of every share."""

    levers = ("min_share",)

    instrument: Literal["procurement_mandate"]
    min_share: Share | None = None

    def rules(self, version: MandateVersion, product_id: str, product: Product) -> Rules:
        """The owner types that are bound, the variants that count, and the share."""
        import numpy as np

        from sim.policy.in_force import no_rules

        bound = [name for name, kind in product.owners.items() if name in version.owners or kind.owner in version.owners]
        named = set(version.powertrains)
        counts = np.array([bool(named & set(described(variant))) for variant in product.variants.values()])
        share = version.share if self.min_share is None else self.min_share
        return replace(no_rules(product), mandates=(Mandate(tuple(bound), counts, share),))
