"""A market of its own: a country or region in the year before its programmes, in its own money and dates."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from sim.errors import Both, Unfit
from sim.schema.bricks import Frozen, Month, Share

Positive = Annotated[float, Field(gt=0.0)]
ROUNDING = 1e-3
CARS = "car"
"""The category that is told by ages and transfers; of the others their files say it."""


def _whole(shares: dict[int, float] | dict[str, float], key: str) -> None:
    total = sum(shares.values())
    if shares and abs(total - 1.0) > ROUNDING:
        raise Unfit(Both(f"{key} 的合计应为 1，现为 {total:g}", f"{key} must sum to 1, not {total:g}"))


class Goods(Frozen):
    """One category of the market in its reference year: stock and flows of the whole market.

    ``mix``: variant of the category's product file -> share of sales; of cars among those of its powertrain. Without it the
    shares of the district stand. ``fleets``: owner of the product file that is no household -> share of the stock.
    """

    stock: Positive
    """Goods in use at the end of the year."""
    sales: Positive
    """New goods sold in the year."""
    price: Positive
    """Mean price of a new one, taxes included."""
    retired: Positive
    """Goods that left the stock in the year."""
    recovered_share: Annotated[float, Field(gt=0.0, le=1.0)] = 0.9
    """Share of them taken in by licensed works or the formal channel."""
    first_buyer_share: Share
    """Share of new goods bought by those who give none up."""
    mix: dict[str, Share] = Field(default={})
    fleets: dict[str, Share] = Field(default={})
    used_transactions: Positive | None = None
    """Transfers a year; cars alone."""
    age_shares: dict[Annotated[int, Field(ge=0, le=40)], Share] = Field(default={})
    """Share of the stock by age in years, the last entry holds all that are older; cars alone."""
    nev_share_new: Share = 0.004
    """NEV among new cars of the year; cars alone."""
    nev_share_stock: Share = 0.002
    """NEV among the cars in use at its end; cars alone."""
    use_years: Positive | None = None
    """Years after which a good is usually replaced, which shapes the ages in the stock; goods other than cars."""
    growth_per_year: Annotated[float, Field(gt=-1.0, lt=1.0)] | None = None
    """Past growth of sales a year, as ``use_years``."""

    @model_validator(mode="after")
    def _sums(self) -> Self:
        _whole(self.age_shares, "age_shares")
        if sum(self.fleets.values()) >= 1.0:
            raise Unfit(Both("fleets 的合计应小于 1", "fleets must hold less than the whole stock"))
        return self


class ForeignMarket(Frozen):
    """Who lives there, and the categories that are simulated; everything else of the district is left out."""

    households: Positive
    people: Positive | None = None
    """Without it a household has as many people as in the district."""
    income: Positive
    """Mean disposable income of a household a year."""
    reference_year: Annotated[int, Field(ge=1950, le=2100)]
    """Calendar year whose sales and stock the numbers are; the programmes start after it."""
    goods: Annotated[dict[str, Goods], Field(min_length=1)]
    """Category of ``configs/products`` -> its numbers; money is counted in mean prices of the first one."""
    season: tuple[Positive, ...] = (1.0,) * 12
    """Sales of each calendar month relative to the mean month without a programme."""
    paths: dict[str, tuple[tuple[Month, Positive], ...]] = Field(default={})
    """Path of ``configs/market`` -> points in the country's months, such as income; all others stand still."""
    simulated_households: Annotated[int, Field(ge=2000, le=500_000)] = 26_000
    """At ``population.scale`` 0.1; more or fewer in proportion."""

    @model_validator(mode="after")
    def _twelve(self) -> Self:
        if len(self.season) != 12:
            raise Unfit(Both("season 应为 12 个数", "season takes twelve numbers"))
        if abs(sum(self.season) / 12.0 - 1.0) > 0.01:
            raise Unfit(Both("season 的均值应为 1", "the twelve numbers of season must average 1"))
        return self
