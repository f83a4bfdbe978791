"""Restricted use and stricter inspection of old goods."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from sim.clock import MONTHS_A_YEAR
from sim.policy.conditions import OldGood, conditions_of
from sim.policy.measure import MeasureBase, VersionBase
from sim.policy.restrictions import Restrictions
from sim.schema.bricks import NO_EFFECT, Effect, Factor
from sim.schema.product import Product

if TYPE_CHECKING:
    from sim.policy.in_force import Rules

TINY = 1e-300
"""Survives where all fail: a logarithm must be taken of it."""


class RestrictionVersion(VersionBase):
    """Use restriction or stricter inspection of the named goods.

    ``cost_per_year``: lost use and trouble, yuan. ``fail_per_year``: share that fails inspection and must go.
    """

    old: OldGood
    cost_per_year: Effect
    fail_per_year: Effect = NO_EFFECT


class UseRestriction(MeasureBase[RestrictionVersion]):
    """Restricted use or inspection. ``strength``: lever, multiplies cost and failures."""

    levers = ("strength",)

    instrument: Literal["use_restriction"]
    strength: Factor = 1.0

    def rules(self, version: RestrictionVersion, product_id: str, product: Product) -> Rules:
        """Monthly cost and monthly chance to fail; twelve months compound to the yearly share."""
        import numpy as np

        from sim.numerics.arithmetic import exp_all, log_all
        from sim.policy.in_force import no_rules

        failing = min(version.fail_per_year.value * self.strength, 1.0)
        restrictions = Restrictions(
            *conditions_of(version.old, product),
            cost_per_month=np.array([version.cost_per_year.value * self.strength / MONTHS_A_YEAR]),
            fail_per_month=1.0 - exp_all(log_all(np.array([max(1.0 - failing, TINY)])) / MONTHS_A_YEAR),
        )
        return replace(no_rules(product), restrictions=restrictions)
