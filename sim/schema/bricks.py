"""The bricks all settings are made of: frozen models and numbers that know where they come from."""

from __future__ import annotations

import math
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from sim.errors import Both, Unfit

Grade = Literal["A", "B", "C"]
"""A observed in the district, B scaled from city, province or nation, C assumption."""


class Frozen(BaseModel):
    """A settings node: immutable, refuses unknown keys, NaN and infinities."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, validate_default=True)


class Title(Frozen):
    """A name people read, in both languages."""

    zh: str
    en: str


class Quantity(Frozen):
    """One number with unit, source, grade and, where it is uncertain, a range.

    ``low`` and ``high`` bound a triangular distribution with mode ``value``; without them the number is not sampled.
    """

    value: float
    unit: str
    source: str
    grade: Grade
    low: float | None = None
    high: float | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if (self.low is None) != (self.high is None):
            raise Unfit(Both("low 和 high 应同时给出", "low and high come together"))
        if self.low is not None and self.high is not None and not self.low <= self.value <= self.high:
            raise Unfit(Both("value 应在 low 与 high 之间", "value must lie between low and high"))
        return self


def _plain_number(given: object) -> object:
    """A bare number, as typed on the command line, is a quantity the user answers for: exact and not sampled."""
    if isinstance(given, (int, float)) and not isinstance(given, bool):
        return {"value": given, "unit": "as documented", "source": "given by the user", "grade": "C"}
    return given


Number = Annotated[Quantity, BeforeValidator(_plain_number)]
"""A quantity in a settings file; on the command line a bare number will do."""


def _limited(least: float, most: float, rule: Both) -> AfterValidator:
    """Bound the number and its range, so that no draw can leave what the model can compute with."""

    def check(given: Quantity) -> Quantity:
        low = given.value if given.low is None else given.low
        high = given.value if given.high is None else given.high
        if not least <= low <= high <= most:
            raise PydanticCustomError("out_of_range", "Input should be {en}", rule._asdict())
        return given

    return AfterValidator(check)


NotNegative = Annotated[Number, _limited(0.0, math.inf, Both("不小于 0 的数", "a number of at least 0"))]
Positive = Annotated[Number, _limited(math.ulp(0.0), math.inf, Both("大于 0 的数", "a number above 0"))]
Fraction = Annotated[Number, _limited(0.0, 1.0, Both("0 到 1 之间的数", "a number from 0 to 1"))]
PositiveFraction = Annotated[
    Number, _limited(math.ulp(0.0), 1.0, Both("大于 0 且不大于 1 的数", "a number above 0 and at most 1"))
]

LagDays = Annotated[Number, _limited(0.0, 180.0, Both("0 到 180 天", "from 0 to 180 days"))]
"""Mean days from one step of a claim to the next."""

Share = Annotated[float, Field(ge=0.0, le=1.0)]
Yuan = Annotated[float, Field(ge=0.0, le=10_000_000.0)]
EmissionStandard = Annotated[Number, _limited(0.0, 7.0, Both("0 到 7 之间的阶段", "a stage from 0 to 7"))]
"""A Chinese emission standard: 4 is National IV."""
Years = Annotated[float, Field(ge=0.0, le=60.0)]
Factor = Annotated[float, Field(ge=0.0, le=10.0)]


def _not_negative(given: Quantity) -> Quantity:
    if given.value < 0.0 or (given.low is not None and given.low < 0.0):
        raise Unfit(Both("不得为负数", "must not be negative"))
    return given


Effect = Annotated[Number, AfterValidator(_not_negative)]
"""Size of an effect: estimated, not enacted, so it carries its own unit, source, grade and range."""
NO_EFFECT = Quantity(value=0.0, unit="none", source="not affected by this version", grade="A")

MONTH_PATTERN = r"^(19|20)\d\d-(0[1-9]|1[0-2])$"
Month = Annotated[str, Field(pattern=MONTH_PATTERN)]
NONE = Quantity(value=0.0, unit="none", source="does not apply to this kind of good", grade="A")
ONE = Quantity(value=1.0, unit="ratio", source="the yardstick", grade="A")
