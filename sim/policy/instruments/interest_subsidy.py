"""Interest subsidy (贴息): the treasury pays some points of the interest on loans for new goods."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from sim.policy.measure import MeasureBase, VersionBase
from sim.policy.tables import Interest
from sim.schema.bricks import Factor, Yuan
from sim.schema.product import OWNERS, Owner, Product

if TYPE_CHECKING:
    from sim.policy.in_force import Rules

PER_CENT = 100.0


class InterestSubsidyVersion(VersionBase):
    """Interest paid by the treasury on a loan for a new good: percentage points on at most ``principal_max`` of it.

    ``cap_per_year``: most that one borrower receives in a year, yuan. ``owners``: whose loans it is paid on.
    """

    owners: tuple[Owner, ...] = ("household",)
    points: Annotated[float, Field(ge=0.0, le=10.0)]
    principal_max: Yuan | None = None
    cap_per_year: Yuan | None = None


class InterestSubsidy(MeasureBase[InterestSubsidyVersion]):
    """Interest subsidy (贴息) for private loans. ``points_factor``: lever, multiplies the points and the cap."""

    levers = ("points_factor",)
    costs_money = True

    instrument: Literal["interest_subsidy"]
    points_factor: Factor = 1.0

    def rules(self, version: InterestSubsidyVersion, product_id: str, product: Product) -> Rules:
        """Points and limits, times the lever."""
        import numpy as np

        from sim.policy.in_force import no_rules

        share = version.points * self.points_factor / PER_CENT
        cap = None if version.cap_per_year is None else version.cap_per_year * self.points_factor
        interest = Interest(
            measure=np.array([-1]),
            version=np.array([-1]),
            share=np.array([share]),
            most=np.array([most_a_year(share, version.principal_max, cap)]),
            owner_ok=np.array([[int(owner in version.owners) for owner in OWNERS]]),
        )
        return replace(no_rules(product), interest=interest)


def most_a_year(share: float, principal_max: float | None, cap_per_year: float | None) -> float:
    """Yuan that a year's interest cannot exceed: that on the highest principal, and the cap."""
    on_principal = math.inf if principal_max is None else share * principal_max
    return min(on_principal, math.inf if cap_per_year is None else cap_per_year)
