"""A promise of the plan, made countable."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.schema.bricks import Frozen, Grade, Month, Title


class Target(Frozen):
    """A promise of the plan, made countable."""

    title: Title
    quote: str
    article: str
    indicator: str
    group: str = ""
    by: Month
    period: Literal["at", "year", "each_year"]
    """``at``: stock at the end of ``by``; ``year``: flow of the twelve months that end with ``by``; ``each_year``: smallest
    flow of the calendar years from 2024 to ``by``."""
    comparator: Literal[">=", "<="]
    promise: float
    relative_to: Month | None = None
    """If given, the indicator is divided by its own value in the period that ends there."""
    relative_as: Literal["ratio", "difference"] = "ratio"
    """``difference``: that value is subtracted instead."""
    unit: Title
    grade: Grade
    units: Annotated[float, Field(ge=1.0)]
    """Goods in use, or deals of a year, that stand behind the number in the whole district, roughly: see ``sim.verdict``."""
    goods: Literal["all", "vehicles"] = "all"
    """What must be simulated for it."""
    assumption: Title | None = None
    """How the wording was made countable, where it had to be."""

    @property
    def yearly(self) -> bool:
        """Whether the promise is about flows of twelve months."""
        return self.period != "at"
