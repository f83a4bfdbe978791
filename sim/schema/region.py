"""The district at the start: counts, shares, incomes, organisations."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sim.schema.bricks import Frozen, NotNegative, Number, Positive, Title

Boundary = Literal["A", "B"]


class OrganisationClass(Frozen):
    """Firms or public institutions of one kind: how many there are and what each can spend."""

    title: Title
    kind: Literal["firm", "institution"]
    count: str
    """Key in the region's baseline: organisations at the end of 2023."""
    turnover: Positive
    """Median monthly turnover, or budget that is not tied to wages, yuan."""
    spread: NotNegative
    """Standard deviation of the log of turnover."""


class Region(Frozen):
    """The district at the start of the clock, for the chosen boundary."""

    title: Title
    boundary: Boundary
    baseline: dict[str, Number]
    """Indicators of ``configs/region/<id>/baseline.csv`` for this boundary: stocks, flows, incomes, shares."""
    vintages: dict[str, dict[int, float]]
    """Product category -> registration year -> share of the stock at the start of 2024, summing to 1."""
    income_quintiles: dict[Literal["urban", "rural"], tuple[float, ...]]
    """Mean income of each quintile, relative to the group's mean."""
    ownership_by_quintile: tuple[float, ...]
    """Cars per household of each quintile relative to the mean."""
    season: tuple[float, ...]
    """New-car sales of each calendar month relative to the annual mean; the twelve average 1."""
    spring_festival: bool = True
    """Whether January and February share their sales by the date of Spring Festival, or stand as they are."""
    organisations: dict[str, OrganisationClass] = {}
    """Owners of equipment, by class."""
    luck: Annotated[int, Field(ge=0, lt=2**31)] = 0
    """Sets the luck of the district's owners apart from that of others with the same seed; a district of the same number, as
    one with better numbers, shares it. Shocks to the nation are common to all."""

    @property
    def year(self) -> int:
        """The reference year: that of the last registrations in the stock. The baseline is of its end."""
        return max(year for shares in self.vintages.values() for year in shares)
