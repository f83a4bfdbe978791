"""Conditions on the old good: what a measure file may say, and the same resolved for one product."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from sim.clock import MONTHS_A_YEAR, day_number
from sim.errors import Both, Unfit
from sim.policy.tables import FOREVER, NO_CONDITION, Conditions
from sim.schema.bricks import Frozen, Years
from sim.schema.product import FUELS, USES, Fuel, Product, Variant


class OldGood(Frozen):
    """What the old good must be. Every condition that is given must hold; fuel groups named nowhere are not eligible.

    ``registered_by``: last eligible first-registration day by fuel group.
    ``emission_max``: highest eligible emission standard by fuel group (3 = National III).
    Both may name one fuel group: then both must hold. ``fuels``: groups eligible whatever their date and standard.
    ``owned_before``: in the owner's name before that day (strictly). ``age_min``: completed years since registration.
    ``sizes``, ``labels``: of the product file; empty: every one. A good that burns nothing belongs to no fuel group, and
    ``fuels: [petrol, diesel, nev]`` names it too.
    """

    registered_by: dict[Fuel, dt.date] = Field(default_factory=dict)
    emission_max: dict[Literal["petrol", "diesel"], Annotated[int, Field(ge=0, le=6)]] = Field(default_factory=dict)
    fuels: tuple[Fuel, ...] = ()
    owned_before: dt.date | None = None
    age_min: Years = 0.0
    use: Literal["any", "operating", "non_operating"] = "any"
    sizes: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _some_fuel(self) -> Self:
        if not self.eligible_fuels:
            raise Unfit(
                Both(
                    "在 registered_by、emission_max 或 fuels 中至少写一种燃料",
                    "name at least one fuel group in registered_by, emission_max or fuels",
                )
            )
        return self

    @property
    def eligible_fuels(self) -> tuple[Fuel, ...]:
        """Every fuel group that is named somewhere, in the order of ``FUELS``."""
        named = {*self.registered_by, *self.emission_max, *self.fuels}
        return tuple(fuel for fuel in FUELS if fuel in named)


ANY_OLD_GOOD = OldGood(fuels=FUELS)
"""No condition at all, for measures that need no old good."""


def conditions_of(old: OldGood, product: Product, shift: float = 0.0) -> Conditions:
    """One row of conditions, whatever the day; every ``registered_by`` moved by ``shift`` years."""
    import numpy as np

    cutoffs = {fuel: day_number(shift_years(date, shift)) for fuel, date in old.registered_by.items()}
    ceilings: dict[Fuel, int] = {fuel: standard for fuel, standard in old.emission_max.items()}
    return Conditions(
        first_day=np.array([-FOREVER]),
        last_day=np.array([FOREVER]),
        registered_by=np.array([[cutoffs.get(fuel, NO_CONDITION) for fuel in FUELS]]),
        emission_max=np.array([[ceilings.get(fuel, NO_CONDITION) for fuel in FUELS]]),
        fuel_ok=np.array([[int(fuel in old.eligible_fuels) for fuel in FUELS]]),
        owned_before=np.array([FOREVER if old.owned_before is None else day_number(old.owned_before)]),
        min_age_months=np.array([round(old.age_min * MONTHS_A_YEAR)]),
        use=np.array([NO_CONDITION if old.use == "any" else USES.index(old.use)]),
        old_ok=np.array([[int(_named(old, variant)) for variant in product.variants.values()]]),
    )


def shift_years(date: dt.date, years: float) -> dt.date:
    """Move a date by years (whole months), keeping to the end of a shorter month and at the end of the month."""
    month = date.year * MONTHS_A_YEAR + date.month - 1 + round(years * MONTHS_A_YEAR)
    year, index = divmod(month, MONTHS_A_YEAR)
    longest = calendar.monthrange(year, index + 1)[1]
    at_end = date.day == calendar.monthrange(date.year, date.month)[1]
    return dt.date(year, index + 1, longest if at_end else min(date.day, longest))


def _named(old: OldGood, variant: Variant) -> bool:
    """Whether size and label of an old good are among those that are named."""
    return (not old.sizes or variant.size in old.sizes) and (not old.labels or variant.label in old.labels)
