"""What was observed, and by when it was known."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, TypeAdapter, ValidationError, model_validator

from sim.clock import month_text, parse_month
from sim.config.sources import find_root
from sim.config.strict_yaml import read_yaml
from sim.config.tables.records import DELETE_ONE, records
from sim.config.wording import refused_by
from sim.errors import WHOLE_FILE, BadInput, Both, refused
from sim.schema.bricks import Frozen, Grade, Month, Title
from sim.schema.execution import Carried

FOLDER = "configs/calibration"
OBSERVATIONS, SERIES = "observations.yaml", "china_monthly.csv"
Run = Literal["enacted", "nev_cut", "car_cut"]


SOME_MONTHS = TypeAdapter(Annotated[list[Month], Field(min_length=1)])
"""What an observation that follows from the series names in ``given``."""


class Observation(Frozen):
    """One number, the quantity of a run that it is held against, and how far the two may lie apart."""

    title: Title
    quantity: str
    """Function in ``validation.quantities``."""
    given: dict[str, Any] = Field(default={})
    carried_to: Carried | None = None
    """What is off in forecasts by as much as this observation lies outside what the model can say."""
    run: Run = "enacted"
    """As enacted, or with a price cut for everybody."""
    observed: float | None = None
    """None: follows from the monthly series."""
    sd: Annotated[float, Field(gt=0.0)]
    known: Month
    source: str
    grade: Grade

    @model_validator(mode="after")
    def _observable(self) -> Self:
        if self.observed is None:
            for name in ("months", "base"):
                SOME_MONTHS.validate_python(self.given.get(name))
        return self


@dataclass(frozen=True)
class Evidence:
    """Observations up to a month; the monthly national series they are taken from."""

    cutoff: str
    observations: Mapping[str, Observation]
    observed: tuple[float, ...]
    monthly: Mapping[str, Mapping[str, float]]
    """Series -> month -> value, up to the cutoff."""

    @property
    def names(self) -> list[str]:
        """Ids of the observations, in order."""
        return list(self.observations)

    @property
    def sd(self) -> list[float]:
        """Of each observation."""
        return [each.sd for each in self.observations.values()]


def read_evidence(cutoff: str, folder: Path | None = None, after: int = 0) -> Evidence:
    """Everything known by the end of ``cutoff``.

    Raises BadInput where a file is wrong, where nothing is known yet by then, or where the monthly series do not reach so
    many months ``after`` it.
    """
    place = folder or find_root() / FOLDER
    shown = f"{FOLDER}/{OBSERVATIONS}"
    told = TypeAdapter(Annotated[dict[str, Observation], Field(min_length=1)])
    try:
        every = told.validate_python(read_yaml(place / OBSERVATIONS, shown))
    except ValidationError as error:
        raise refused_by(error, shown) from None
    series = read_series(place)
    earliest, last = min(each.known for each in every.values()), min(max(months) for months in series.values())
    latest = month_text(parse_month(last) - after)
    if not earliest <= cutoff <= latest:
        allowed = Both(f"{earliest} 至 {latest}：证据文件所及", f"{earliest} to {latest}, as far as the evidence reaches")
        raise refused("cutoff", cutoff, allowed, Both(f"例如 cutoff={latest}", f"for instance cutoff={latest}"))
    monthly = {name: {m: v for m, v in months.items() if m <= cutoff} for name, months in series.items()}
    known = {name: each for name, each in every.items() if each.known <= cutoff}
    return Evidence(cutoff, known, tuple(_observed(name, each, monthly) for name, each in known.items()), monthly)


def read_series(folder: Path | None = None) -> dict[str, dict[str, float]]:
    """Series -> month -> value, all of it."""
    table: dict[str, dict[str, float]] = {}
    for row in records((folder or find_root() / FOLDER) / SERIES, f"{FOLDER}/{SERIES}", ("month", "series", "value"))[1]:
        months, month = table.setdefault(row.text("series"), {}), row.month("month")
        if month in months:
            raise row.bad("month", Both("每个序列和月份只有一行", "one row for each series and month"), DELETE_ONE)
        if not (value := row.number("value")) > 0.0:
            raise row.bad("value", Both("大于 0 的数", "a number above 0"), Both("更正该数", "correct the number"))
        months[month] = value
    if not table:
        allowed = Both("至少一个月的数", "the number of at least one month")
        nothing, shown = Both("没有数据行", "no rows"), f"{FOLDER}/{SERIES}"
        raise BadInput(file=shown, key=WHOLE_FILE, value=nothing, allowed=allowed, remedy=Both("补充数据", "add numbers"))
    return table


def _observed(name: str, each: Observation, monthly: Mapping[str, Mapping[str, float]]) -> float:
    if each.observed is not None:
        return each.observed
    months, base = each.given["months"], each.given["base"]
    try:
        if each.quantity == "nev_change":
            return nev_logit(monthly, months) - nev_logit(monthly, base)
        total = monthly["retail_total"]
        return math.log(_sum(total, months) / len(months)) - math.log(_sum(total, base) / len(base))
    except (KeyError, ValueError, ZeroDivisionError) as error:
        raise BadInput(
            file=f"{FOLDER}/{SERIES}",
            key=name,
            value=str(error),
            allowed=Both(
                "观测所需的各月份齐全，且新能源汽车少于汽车总数",
                "every month that an observation needs, fewer NEV than cars",
            ),
            remedy=Both("补上该月份，或为该观测直接给出数值", "add the month, or give the observation its own number"),
        ) from None


def nev_logit(monthly: Mapping[str, Mapping[str, float]], months: Sequence[str]) -> float:
    """Logit of the national NEV share of new cars over some months."""
    nev = _sum(monthly["retail_nev"], months)
    return math.log(nev / (_sum(monthly["retail_total"], months) - nev))


def _sum(series: Mapping[str, float], months: Sequence[str]) -> float:
    return sum(series[month] for month in months)
