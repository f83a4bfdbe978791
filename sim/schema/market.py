"""Dealers, dismantlers, banks, and national paths."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from sim.errors import Both, Unfit
from sim.schema.bricks import Fraction, Frozen, Month, NotNegative, Number, Positive


class PriceCut(Frozen):
    """A national path lies lower from a month on, for everybody: what if?"""

    start: Month
    rate: Annotated[float, Field(ge=0.0, lt=1.0)]
    """Of the value."""


class Market(Frozen):
    """New-car dealers, used-car dealers, dismantlers and banks."""

    dealers: Annotated[int, Field(ge=1, le=100)]
    used_dealers: Annotated[int, Field(ge=1, le=100)]
    dismantlers: Annotated[int, Field(ge=1, le=100)]
    banks: Annotated[int, Field(ge=1, le=100)]
    discount_start: Number
    discount_min: Number
    discount_max: Number
    discount_reaction: NotNegative
    pass_through: Fraction
    """Share of a subsidy that reaches the buyer."""
    loan_rate: Fraction
    loan_rate_spread: Number
    loan_term_months: Positive
    own_down_payment: Fraction
    """What banks ask for where the rules leave it to them."""
    approval: Fraction
    """Share of applicants with sufficient income who are approved."""
    paths: dict[str, tuple[tuple[Month, float], ...]]
    """Exogenous national paths: name -> (month, value), straight lines between the points, flat outside."""
    path_factor: dict[str, NotNegative]
    """Uncertainty of each path: factor on its departure from the value of its first point."""
    cuts: dict[str, PriceCut] = {}
    """Path -> cut of its value, whatever the factor."""

    @model_validator(mode="after")
    def _cuts_of_paths(self) -> Self:
        for name in self.cuts:
            if name not in self.paths:
                raise Unfit(
                    Both(
                        f"cuts.{name} 不是价格路径；可用：{'、'.join(self.paths)}",
                        f"cuts.{name}: not a path; one of {', '.join(self.paths)}",
                    )
                )
        return self
