"""What a pot file says: money set aside for measures, tranche by tranche."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from sim.errors import Both, Unfit
from sim.policy.measure import LEVERS_FROM, Window
from sim.schema.bricks import Frozen, Number, Title


class Tranche(Frozen):
    """Money for one period, from all payers together; what is unspent at its end lapses.

    ``monthly``: it is released in equal monthly parts, unspent parts carried over within the period.
    """

    window: Window
    amount: Number
    monthly: bool = False

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if self.window.end is None:
            raise Unfit(Both("每笔资金须有截止日期", "a tranche needs an end"))
        if self.amount.value < 0.0:
            raise Unfit(Both("金额不得为负数", "amount must not be negative"))
        return self


class Pot(Frozen):
    """Money set aside for one or more measures, tranche by tranche; never overdrawn.

    ``when_dry``: ``refuse`` turns claimants away until the pot is topped up; ``queue`` holds them, first come first
    served, until new money comes. Levers, from the month of ``levers_from`` on: ``amount_factor`` multiplies what is
    released (a tranche that opened before is handed out already); ``uncapped`` pays every claim.
    """

    title: Title
    tranches: dict[str, Tranche]
    amount_factor: Annotated[float, Field(ge=0.0, le=100.0)] = 1.0
    uncapped: bool = False
    levers_from: dt.date = LEVERS_FROM
    when_dry: Literal["refuse", "queue"] = "refuse"
    note: str = ""
