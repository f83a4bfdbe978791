"""Everything a run is told, typed and frozen; what each number means stands beside it. Built by ``sim.config`` alone."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from sim.clock import month_number, month_text
from sim.errors import Both, Unfit
from sim.policy.instruments import Measure
from sim.policy.pot import Pot
from sim.schema.behaviour import Behaviour, Money
from sim.schema.bricks import Frozen, Month, Title
from sim.schema.execution import EnsembleSettings, ExecutorSettings, Experiment, Parameters, ResultsSettings
from sim.schema.market import Market
from sim.schema.product import Anchor, Product
from sim.schema.region import Region
from sim.schema.target import Target
from sim.schema.uncertainty import Uncertainty


class ClockSettings(Frozen):
    """First and last month simulated, both included; the first twelve are the reference year."""

    start: Month = "2023-01"
    end: Month = "2027-12"
    now: Month
    """The month that is taken to be the present, never read from a calendar. What is over by its end cannot be changed: levers
    act from the month after it where nothing else is said of them."""

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if self.end < self.start:
            raise Unfit(Both("clock.end 早于 clock.start", "clock.end lies before clock.start"))
        if not "2000-01" <= self.start <= self.end <= "2060-12":
            raise Unfit(Both("模拟期应在 2000-01 至 2060-12 之内", "the clock runs from 2000-01 to 2060-12 at most"))
        return self

    @property
    def levers_from(self) -> str:
        """First month that can still be changed."""
        return month_text(month_number(dt.date.fromisoformat(self.now + "-01")) + 1)

    @property
    def first(self) -> int:
        """Month number of the first step."""
        return month_number(dt.date.fromisoformat(self.start + "-01"))

    @property
    def months(self) -> int:
        """Number of steps."""
        return month_number(dt.date.fromisoformat(self.end + "-01")) - self.first + 1


class PopulationSettings(Frozen):
    """``scale``: simulated households per real household; counts are reported re-weighted by 1 / scale."""

    scale: Annotated[float, Field(gt=0.0, le=2.0)] = 1.0
    spare: Annotated[int, Field(ge=0, le=1000)] = 0
    """Rows for households that never form; they change nothing, which a test holds."""
    goods: Literal["all", "vehicles"] = "all"
    """``vehicles``: automobiles alone, for questions about them; promises that need other goods are left out, and what
    households spend on those is not missing when they buy a car."""


class ScenarioInfo(Frozen):
    """What a scenario file says of itself."""

    id: str
    title: Title
    decided_by: str
    description: str = ""


class Settings(Frozen):
    """All of it. Two equal ``Settings`` and an equal seed give equal results."""

    scenario: ScenarioInfo
    clock: ClockSettings
    population: PopulationSettings
    region: Region
    products: dict[str, Product]
    behaviour: Behaviour
    money: Money
    market: Market
    uncertainty: Uncertainty
    parameters: Parameters
    anchor: dict[str, Anchor] = {}
    """By product."""
    policy: dict[str, Measure]
    pots: dict[str, Pot]
    targets: dict[str, Target]
    ensemble: EnsembleSettings
    executor: ExecutorSettings
    results: ResultsSettings
    experiment: Experiment | None = None
    events: bool = False
    """Whether a run keeps what every owner did, one row for each good bought or given up."""
    language: Literal["zh", "en"] = "zh"
    output: str | None = None
    draw: Annotated[int, Field(ge=0)] = 0
    """Number of the draw these settings hold; 0 is the central values."""

    def narrowed(self) -> Settings:
        """The same with the goods, constants and targets that ``population.goods`` asks for."""
        if self.population.goods == "all":
            return self
        products = {name: product for name, product in self.products.items() if product.kind == "automobile"}
        targets = {name: target for name, target in self.targets.items() if target.goods == "vehicles"}
        anchor = {name: constants for name, constants in self.anchor.items() if name in products}
        return self.model_copy(update={"products": products, "targets": targets, "anchor": anchor})
