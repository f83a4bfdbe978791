"""The rules by which the numbers of a district hang together: ``configs/local/``, with the families spelt out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, ValidationError

from sim.config.strict_yaml import read_yaml
from sim.errors import BadInput, Both
from sim.schema.bricks import Frozen, Quantity, Title
from sim.settings import Settings

M = TypeVar("M", bound=Frozen)
FOLDER = "configs/local"
Powers = dict[str, float]
Kind = Literal["count", "share", "amount", "signed"]
Terms = tuple[tuple[str, ...], ...]
"""A sum of products of numbers; a product of nothing is one."""


class LocalCheck(Frozen):
    """A relation between numbers of a district: at most, or equal within a tolerance."""

    left: Terms
    at_most: Terms | None = None
    equals: Terms | None = None
    within: Annotated[float, Field(ge=0.0)] = 0.0


class YearBand(Frozen):
    """Registrations before a point in time that are scaled from a count over a product of numbers."""

    before: float
    count: str
    of: tuple[str, ...]


class OwnerMargin(Frozen):
    """How much of a stock some of its owners hold: a number, or one less a number over another."""

    held_by: tuple[str, ...]
    share: str = ""
    less: str = ""
    over: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The numbers that it follows from."""
        return (self.share,) if self.share else (self.less, self.over)

    def value(self, values: Mapping[str, float]) -> float:
        """The share."""
        return values[self.share] if self.share else 1.0 - values[self.less] / values[self.over]


class LocalRules(Frozen):
    """``rules.yaml``."""

    wholes: dict[str, tuple[str, ...]]
    ones: tuple[tuple[str, ...], ...]
    scales_with: dict[str, Powers]
    household_goods: dict[str, Powers]
    organisation_goods: dict[str, Powers]
    registered_before: dict[str, tuple[YearBand, ...]]
    capacity: dict[str, str]
    owner_shares: dict[str, tuple[OwnerMargin, ...]]
    checks: tuple[LocalCheck, ...]


class LocalFigure(Frozen):
    """One of the dozen."""

    required: bool = False


class FigureBeside(Frozen):
    """A figure that no district's tables hold, with its value where the ratios are taken from."""

    title: Title
    kind: Kind
    value: Quantity
    scales_with: Powers


class LocalRate(Quantity):
    """What province or nation had, over the number that ``per`` names."""

    per: str = ""


class Elsewhere(Frozen):
    """``elsewhere.yaml``."""

    figures: dict[str, LocalFigure]
    beside: dict[str, FigureBeside]
    scales_with: dict[str, Powers]
    spread: dict[str, Annotated[float, Field(ge=0.0)]]
    rates: dict[str, dict[str, LocalRate | Title]]
    scaled: dict[str, str]

    def rates_of(self, province: str) -> dict[str, LocalRate]:
        """Rates of the nation with those of the province in their place."""
        found = {**self.rates["nation"], **self.rates[province]}
        return {name: rate for name, rate in found.items() if isinstance(rate, LocalRate)}


@dataclass(frozen=True)
class RuleBook:
    """Rules for the categories and classes of some settings, every number by its own name."""

    wholes: Mapping[str, tuple[str, ...]]
    ones: tuple[tuple[str, ...], ...]
    scales_with: Mapping[str, Powers]
    checks: tuple[LocalCheck, ...]
    bands: Mapping[str, tuple[YearBand, ...]]
    capacity: Mapping[str, str]
    """Category -> number that the capacity of its works is scaled from."""
    owner_shares: Mapping[str, tuple[OwnerMargin, ...]] = field(default_factory=dict)
    spread: Mapping[str, float] = field(default_factory=dict)
    rates: Mapping[str, LocalRate] = field(default_factory=dict)


def read_model(root: Path, name: str, kind: type[M]) -> M:
    """A file of ``configs/local/``; raises BadInput that names it."""
    shown = f"{FOLDER}/{name}.yaml"
    content = read_yaml(root / shown, shown)
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        key = ".".join(str(part) for part in problem["loc"])
        allowed = Both(f"符合格式的内容（{problem['msg']}）", f"content of the right form ({problem['msg']})")
        remedy = Both("恢复程序自带的文件，或更正该项", "restore the file that the program came with, or correct the entry")
        raise BadInput(file=shown, key=key, value=problem["input"], allowed=allowed, remedy=remedy) from None


def rule_book(root: Path, settings: Settings) -> RuleBook:
    """The rules within one district."""
    rules = read_model(root, "rules", LocalRules)
    goods = [name for name, product in settings.products.items() if product.stock is not None]
    return RuleBook(
        wholes=dict(_spelt(rules.wholes, goods)),
        ones=rules.ones,
        scales_with={**_of_goods(rules, settings), **rules.scales_with},
        checks=tuple(_checks(rules, goods)),
        bands=rules.registered_before,
        owner_shares=rules.owner_shares,
        capacity={**{good: f"{good}_recovered" for good in goods}, **rules.capacity},
    )


def _spelt(wholes: Mapping[str, tuple[str, ...]], goods: list[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for whole, parts in wholes.items():
        for good in goods if "{good}" in whole else [""]:
            yield whole.replace("{good}", good), tuple(part.replace("{good}", good) for part in parts)


def _of_goods(rules: LocalRules, settings: Settings) -> dict[str, Powers]:
    found: dict[str, Powers] = {}
    for good, product in settings.products.items():
        if product.stock is None:
            continue
        classes = [owner.organisation for owner in product.owners.values() if owner.organisation]
        family = rules.organisation_goods if classes else rules.household_goods
        for suffix, powers in family.items():
            named = {
                key.replace("{good}", good).replace("{class}", classes[0] if classes else ""): p for key, p in powers.items()
            }
            found[f"{good}_{suffix}"] = named
    return found


def _checks(rules: LocalRules, goods: list[str]) -> Iterator[LocalCheck]:
    for whole, parts in _spelt(rules.wholes, goods):
        yield LocalCheck(left=tuple((part,) for part in parts), at_most=((whole,),))
    for group in rules.ones:
        yield LocalCheck(left=tuple((part,) for part in group), equals=((),), within=0.001)
    for check in rules.checks:
        told = check.model_dump()
        for good in goods if "{good}" in str(told) else [""]:
            yield LocalCheck.model_validate(_named(told, good))


def _named(node: Any, good: str) -> Any:
    if isinstance(node, str):
        return node.replace("{good}", good)
    if isinstance(node, dict):
        return {key: _named(value, good) for key, value in node.items()}
    return [_named(part, good) for part in node] if isinstance(node, (list, tuple)) else node
