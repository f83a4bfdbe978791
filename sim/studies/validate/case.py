"""What a case file may say: a market, a programme in it, and what was measured there."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import pandas as pd
from pydantic import AfterValidator, Field, ValidationError, model_validator

from sim.config.sources import Sources, find_root, nearest
from sim.config.strict_yaml import read_yaml
from sim.config.wording import refused_by
from sim.errors import Both, Unfit, joined, one_of, refused
from sim.schema.bricks import Frozen, Month, Title

Positive = Annotated[float, Field(gt=0.0)]
Share = Annotated[float, Field(ge=0.0, le=1.0)]


def _day(text: str) -> str:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        raise Unfit(Both("日期写作 2009-07-24", "a day is written as 2009-07-24")) from None
    return text


Day = Annotated[str, AfterValidator(_day)]
"""A day that exists, as 2009-07-24."""


class CarMarket(Frozen):
    """A country's car market in the year before the programme, in its own money; the model's cars stand for its cars."""

    households: Positive
    cars: Positive
    new_cars: Positive
    """New cars a year."""
    first_buyer_share: Share
    """Share of new cars bought by those who give none up."""
    used_transactions: Positive
    """Transfers a year."""
    scrapped: Positive
    """Cars a year that leave the stock."""
    recovered_share: Share = 0.9
    """Share of them taken in by licensed works."""
    new_price: Positive
    """Mean price of a new car."""
    income: Positive
    """Mean disposable income of a household a year."""
    age_shares: dict[int, Share]
    """Share of the stock by age in years; the last entry holds all that are older."""
    reference_year: int
    """Calendar year whose sales and stock the numbers are; the programme starts after it."""
    simulated_households: Annotated[int, Field(ge=2000, le=500_000)] = 26_000

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if abs(sum(self.age_shares.values()) - 1.0) > 1e-3:
            total = f"{sum(self.age_shares.values()):g}"
            raise Unfit(Both(f"age_shares 的合计应为 1，现为 {total}", f"age_shares must sum to 1, not {total}"))
        return self


class Programme(Frozen):
    """A subsidy for a new car against an old one, in the country's own dates and money."""

    announced: Day
    start: Day
    end: Day
    amount: Positive
    """Per car."""
    min_age: Annotated[int, Field(ge=0, le=40)] = 0
    """Years since first registration that the old car must have."""
    money: Positive
    """What is set aside; when it is spent, claimants are turned away."""
    scrap: bool = True
    """Whether the old car must be scrapped."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.announced <= self.start <= self.end:
            raise Unfit(Both("announced、start、end 应先后相继", "announced, start and end must follow one another"))
        return self


class Discount(Frozen):
    """A discount for everybody that is tried out on the district's own settings."""

    powertrains: tuple[Literal["ice", "phev", "bev"], ...]
    rate: Share
    """Of the price."""
    start: Day


class Score(Frozen):
    """One number, what it is in the results, and within which band of what was measured the model passes.

    ``observed``, ``low`` and ``high`` are left out together while nothing has been measured: it is predicted then, not scored.
    """

    id: str
    quantity: str
    """Function in ``quantities``."""
    given: dict[str, Any] = Field(default={})
    """Its arguments."""
    title: Title
    observed: float | None = None
    low: float | None = None
    high: float | None = None
    source: str = ""
    calibrated: bool = False
    """Whether the parameters were held against it, or against a number that nearly contains it: a pass is no test then."""
    naive: dict[Literal["no_change", "trend", "elasticity", "logistic"], float] = Field(default={})
    """What simple forecasts say, made with what was known beforehand."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        told = (self.observed, self.low, self.high)
        if None in told:
            if told != (None, None, None) or self.calibrated or self.naive:
                raise Unfit(
                    Both(
                        "observed、low、high 应同时给出；没有它们就无从比较",
                        "observed, low and high belong together; without them there is nothing to compare with",
                    )
                )
        elif not self.source:
            raise Unfit(Both("缺少 source：数据来自何处？", "source is missing: where was it measured?"))
        elif self.low is not None and self.high is not None and not self.low < self.high:
            raise Unfit(Both("low 应小于 high", "low must lie below high"))
        return self

    @property
    def band(self) -> tuple[float, float, float] | None:
        """(observed, low, high); None while nothing has been measured."""
        if self.observed is None or self.low is None or self.high is None:
            return None
        return self.observed, self.low, self.high


class Case(Frozen):
    """A case is either a programme in a market of its own, or scenarios of the district's own settings."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    title: Title
    market: CarMarket | None = None
    programme: Programme | None = None
    goods: Literal["all", "vehicles"] = "vehicles"
    discount: Discount | None = None
    """If given, runs with it are compared with runs without it, both as enacted."""
    overrides: tuple[str, ...] = ()
    """Of the district's settings, e.g. clock.end=2025-12."""
    until: Month | None = None
    """Last month of a market of its own, in the country's dates."""
    scores: tuple[Score, ...] = ()
    unscored: tuple[Title, ...] = ()
    """What the evidence holds and is not scored, and why."""
    reading: Title | None = None
    """What a miss means: whether model, configuration or evidence is the likely cause."""

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if (self.market is None) != (self.programme is None) or (self.market is None) != (self.until is None):
            raise Unfit(Both("market、programme、until 应同时给出", "a market, its programme and until belong together"))
        if self.market is not None and self.programme is not None:
            year = self.market.reference_year
            if int(self.programme.start[:4]) <= year:
                raise Unfit(
                    Both(
                        f"政策应在基年 {year} 之后开始，否则会改变基年的销量",
                        f"the programme must start after the reference year {year}, whose sales it would have changed",
                    )
                )
            if (self.until or "") < self.programme.start[:7]:
                raise Unfit(Both("until 早于政策开始的日期", "until lies before the start of the programme"))
        return self

    @property
    def asked(self) -> tuple[Score, ...]:
        """What is predicted: the scores, or for a programme without any its claims per thousand people."""
        if self.scores or self.programme is None or self.until is None:
            return self.scores
        last = min(self.programme.end[:7], self.until)
        months = [str(month) for month in pd.period_range(self.programme.start[:7], last, freq="M")]
        given = {"measures": ["programme"], "months": months}
        title = Title(zh="每千人申领（笔）", en="claims per thousand people")
        return (Score(id=f"{self.id}_claims", quantity="claims_per_thousand", given=given, title=title),)


def load_case(place: Path, shown: str) -> Case:
    """Read a case file; raises BadInput naming file, key and value."""
    try:
        return Case.model_validate(read_yaml(place, shown))
    except ValidationError as error:
        remedy = Both(
            "更正该项；案例文件的写法见 docs/trust/validation.md", "correct it; docs/trust/validation.md describes a case file"
        )
        raise refused_by(error, shown, remedy) from None


def shipped() -> list[Case]:
    """Every case of the program, in order of their names."""
    sources = Sources(find_root())
    shown = [sources.shown("evidence", name) for name in sources.names("evidence")]
    return [load_case(sources.root / place, place) for place in shown]


def chosen(name: str) -> Case:
    """One case: a shipped one by its id, or any file."""
    path = Path(name)
    if path.suffix in (".yaml", ".yml") or path.exists():
        return load_case(path, name)
    cases = {case.id: case for case in shipped()}
    if name not in cases:
        raise refused("case", name, joined([Both("文件，或", "a file, or "), one_of(cases)]), nearest(name, list(cases)))
    return cases[name]
