"""What a case file may say: a market, the programmes in it, and what was measured there."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import pandas as pd
from pydantic import Field, PrivateAttr, ValidationError, field_validator, model_validator

from sim.config.sources import Sources, find_root, nearest
from sim.config.strict_yaml import read_yaml
from sim.config.wording import refused_by
from sim.errors import Both, Unfit, joined, one_of, refused
from sim.policy.instruments import Measure
from sim.policy.pot import Pot
from sim.schema.bricks import Frozen, Grade, Month, Share, Title
from sim.studies.validate.band_rules import Rule, band_of
from sim.studies.validate.foreign_market import ForeignMarket

MONTHS = re.compile(r"(\d{4}-(?:0[1-9]|1[0-2])) to (\d{4}-(?:0[1-9]|1[0-2]))")
"""A span of months in the arguments of a quantity."""
IN_WORDS = {"article": "-", "quote": "-", "payers": {"central": 1.0}}
"""What a measure file of the district must say and a case may leave out."""
BY_VERSION = {"reference": "case file", "quote": "-", "grade": "B"}
"""The same of each version."""


class Discount(Frozen):
    """A discount for everybody that is tried out on the district's own settings."""

    powertrains: tuple[Literal["ice", "phev", "bev"], ...]
    rate: Share
    """Of the price."""
    start: dt.date


class Other(Frozen):
    """The case whose number divides this one's."""

    case: str
    """A shipped case, or a file."""
    given: dict[str, Any] = Field(default={})
    """Arguments there, in place of those given here."""


class Score(Frozen):
    """One number, what it is in the results, and within which band of what was measured the model passes.

    Without ``observed`` nothing has been measured: it is predicted then, not scored. The band is told in one of three ways:
    ``low`` and ``high``, a ``standard_error`` (two to either side), or a ``rule`` of ``band_rules``.
    """

    id: str
    quantity: str
    """Function in ``quantities``."""
    given: dict[str, Any] = Field(default={})
    """Its arguments."""
    over: Other | None = None
    """Divide by the same quantity of another case, draw by draw."""
    title: Title
    observed: float | None = None
    low: float | None = None
    high: float | None = None
    standard_error: Annotated[float, Field(gt=0.0)] | None = None
    rule: Rule | None = None
    source: str = ""
    grade: Grade | None = None
    """Of the evidence: A read at its origin, B read in a secondary source or derived, C recalled."""
    calibrated: bool = False
    """Whether the parameters were held against it, or against a number that nearly contains it: a pass is no test then."""
    naive: dict[Literal["no_change", "trend", "elasticity", "logistic"], float] = Field(default={})
    """What simple forecasts say, made with what was known beforehand."""

    @field_validator("given")
    @classmethod
    def _spans(cls, given: dict[str, Any]) -> dict[str, Any]:
        return {name: _months(value) for name, value in given.items()}

    @model_validator(mode="after")
    def _measured(self) -> Self:
        edges = self.low is not None and self.high is not None
        ways = edges + (self.standard_error is not None) + (self.rule is not None)
        half = (self.low is None) != (self.high is None)
        if self.observed is None:
            if ways or half or self.calibrated or self.naive:
                raise Unfit(
                    Both(
                        "缺少 observed：没有实测值，就没有通过范围、校准和简单预测可言",
                        "observed is missing: without it there is no band, no calibration and nothing to compare with",
                    )
                )
        elif ways != 1 or half:
            raise Unfit(
                Both(
                    "通过范围只用一种方式说明：low 和 high，或 standard_error，或 rule",
                    "tell the band in one way: low and high, or standard_error, or rule",
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
        if self.observed is None:
            return None
        if self.low is not None and self.high is not None:
            return self.observed, self.low, self.high
        return self.observed, *band_of(self.observed, self.standard_error, self.rule)


def _months(value: object) -> object:
    """The months of a span, or the value as it is."""
    found = MONTHS.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return value
    months = [str(month) for month in pd.period_range(found[1], found[2], freq="M")]
    if not months:
        raise Unfit(Both(f"{value}：起止颠倒", f"{value}: it ends before it starts"))
    return months


class Case(Frozen):
    """A case is either programmes in a market of its own, or scenarios of the district's own settings.

    ``policy`` and ``pots`` are written like the files of ``configs/policy`` and ``configs/pots``, in the country's dates and
    money; what those may say, a case may say.
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    title: Title
    market: ForeignMarket | None = None
    policy: dict[str, Measure] = Field(default={})
    pots: dict[str, Pot] = Field(default={})
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
    _shown: str = PrivateAttr(default="")

    @model_validator(mode="before")
    @classmethod
    def _completed(cls, told: Any) -> Any:
        """Fill in what the district's files must say and a case need not."""
        if not isinstance(told, dict):
            return told
        title, market = told.get("title"), told.get("market")
        goods = list(market["goods"]) if isinstance(market, dict) and isinstance(market.get("goods"), dict) else None
        usual = {**IN_WORDS, "title": title, **({"goods": goods} if goods else {})}
        policy = {name: _with(measure, usual) for name, measure in _entries(told, "policy")}
        for measure in policy.values():
            if isinstance(measure, dict) and isinstance(measure.get("versions"), dict):
                measure["versions"] = {name: _with(each, BY_VERSION) for name, each in _entries(measure, "versions")}
        pots = {name: _with(pot, {"title": title}) for name, pot in _entries(told, "pots")}
        return {**told, **({"policy": policy} if policy else {}), **({"pots": pots} if pots else {})}

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if self.market is None:
            if self.policy or self.pots or self.until is not None:
                raise Unfit(
                    Both(
                        "policy、pots、until 属于案例自己的市场（market）；本区的情景用 overrides 说明",
                        "policy, pots and until belong to a market of its own; scenarios of the district are told by overrides",
                    )
                )
            return self
        if self.until is None or not self.policy:
            raise Unfit(Both("market、policy、until 应同时给出", "a market, its policy and until belong together"))
        if self.discount is not None or self.overrides:
            raise Unfit(Both("discount、overrides 只用于本区的情景", "discount and overrides are for the district's scenarios"))
        self._dated(self.market.reference_year, self.until)
        return self

    def _dated(self, year: int, until: str) -> None:
        first = min(version.window.start for measure in self.policy.values() for version in measure.versions.values())
        if first.year <= year:
            raise Unfit(
                Both(
                    f"政策应在基年 {year} 之后开始，否则会改变基年的销量",
                    f"a programme must start after the reference year {year}, whose sales it would have changed",
                )
            )
        if until < first.isoformat()[:7]:
            raise Unfit(Both("until 早于政策开始的日期", "until lies before the start of the programme"))

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        names = [score.id for score in self.scores]
        if len(set(names)) < len(names):
            raise Unfit(Both("scores 中有重复的 id", "two scores have the same id"))
        return self

    @property
    def file(self) -> str:
        """The file that it was read from, as messages name it."""
        return self._shown or self.id

    @property
    def asked(self) -> tuple[Score, ...]:
        """What is predicted: the scores, or for a market of its own without any its claims."""
        if self.scores or self.market is None:
            return self.scores
        title = Title(zh="申领笔数", en="claims")
        return (Score(id=f"{self.id}_claims", quantity="claims_total", title=title),)


def _entries(told: dict[str, Any], key: str) -> list[tuple[str, Any]]:
    entries = told.get(key)
    return list(entries.items()) if isinstance(entries, dict) else []


def _with(told: Any, usual: dict[str, Any]) -> Any:
    return {**usual, **told} if isinstance(told, dict) else told


def load_case(place: Path, shown: str) -> Case:
    """Read a case file; raises BadInput naming file, key and value."""
    try:
        case = Case.model_validate(read_yaml(place, shown))
    except ValidationError as error:
        remedy = Both(
            "更正该项；案例文件的写法见 docs/trust/validation.md", "correct it; docs/trust/validation.md describes a case file"
        )
        raise refused_by(error, shown, remedy) from None
    case._shown = shown
    return case


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
