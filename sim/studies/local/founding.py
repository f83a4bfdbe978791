"""``local new``: a district from about a dozen public figures, the rest carried over by the rules of ``elsewhere.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sim.errors import Both, one_of, refused
from sim.schema.bricks import Frozen, Quantity, Title
from sim.studies.common.form_reading import FACTOR
from sim.studies.local.contradictions import BOUNDS, within_bounds
from sim.studies.local.district_numbers import Numbers
from sim.studies.local.filled_sheets import LocalEntry
from sim.studies.local.reshaping import NumberChange, Reshaped, reshaped
from sim.studies.local.rule_book import Elsewhere, Kind, Powers, RuleBook, read_model, rule_book

DIGITS = 5
DISMANTLERS = "dismantlers"
WORKS = ("car", "truck")
"""Categories that dismantlers of vehicles take in."""


class ExampleDistrict(Frozen):
    """A district that does not exist."""

    title: Title
    province: str
    figures: dict[str, float]


class Examples(Frozen):
    """``examples.yaml``."""

    districts: dict[str, ExampleDistrict]


@dataclass(frozen=True)
class Founding:
    """What a district is to be made from."""

    elsewhere: Elsewhere
    province: str
    grade: str
    """No number is better than this."""

    def names(self) -> dict[str, Both]:
        """Titles of the figures that no district's tables hold."""
        return {name: Both(each.title.zh, each.title.en) for name, each in self.elsewhere.beside.items()}

    def kind(self, name: str, numbers: Numbers) -> Kind:
        """Of what kind a figure is."""
        return self.elsewhere.beside[name].kind if name in self.elsewhere.beside else numbers.listed[name].kind


def founding(root: Path, province: object, grade: object) -> Founding:
    """The rules for a province; raises BadInput for one that the data do not hold."""
    elsewhere = read_model(root, "elsewhere", Elsewhere)
    if province not in elsewhere.rates:
        remedy = Both(
            "其他省份没有随程序提供的数据：用 province=nation，并尽量直接给出本区数字",
            "no figures of other provinces are shipped: use province=nation and give more figures of the district",
        )
        raise refused("province", province, one_of(elsewhere.rates), remedy)
    if grade not in ("A", "B", "C"):
        raise refused("grade", grade, one_of(("A", "B", "C")), Both("例如 grade=B", "for instance grade=B"))
    return Founding(elsewhere, str(province), str(grade))


def figures(
    given: Mapping[str, Any], plan: Founding, numbers: Numbers, source: str, confirmed: list[str]
) -> dict[str, LocalEntry]:
    """The figures as numbers that were given; raises BadInput for one that is missing or cannot be."""
    for name, figure in plan.elsewhere.figures.items():
        if figure.required and name not in given:
            allowed = Both("必须给出：" + "、".join(_required(plan)), "needed: " + ", ".join(_required(plan)))
            raise refused(name, Both("（缺失）", "(missing)"), allowed, Both(f"输入 {name}=数值", f"type {name}=NUMBER"))
    return {name: _figure(name, value, plan, numbers, source, confirmed) for name, value in given.items()}


def _required(plan: Founding) -> list[str]:
    return [name for name, figure in plan.elsewhere.figures.items() if figure.required]


def _figure(name: str, value: Any, plan: Founding, numbers: Numbers, source: str, confirmed: list[str]) -> LocalEntry:
    kind = plan.kind(name, numbers)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not within_bounds(kind, value):
        raise refused(
            name,
            value,
            BOUNDS[kind],
            Both(f"例如 {name}={_example(name, plan, numbers)}", f"for instance {name}={_example(name, plan, numbers)}"),
        )
    usual = _usual(name, plan, numbers).value
    if kind != "share" and name not in confirmed and usual > 0.0 and not usual / FACTOR <= value <= usual * FACTOR:
        allowed = Both(f"与 {usual:,.6g} 相差不到 {FACTOR:g} 倍的数", f"less than {FACTOR:g} times off {usual:,.6g}")
        remedy = Both(
            f"检查单位（是否以“万”计）；确实无误时加 confirm=[{name}]",
            f"check the unit (ten thousands?); if it is right, type confirm=[{name}]",
        )
        raise refused(name, value, allowed, remedy)
    return LocalEntry(float(value), source, plan.grade, Both(f"命令行 {name}", f"command line, {name}"))


def _usual(name: str, plan: Founding, numbers: Numbers) -> Quantity:
    return plan.elsewhere.beside[name].value if name in plan.elsewhere.beside else numbers.listed[name].quantity


def _example(name: str, plan: Founding, numbers: Numbers) -> str:
    return f"{_usual(name, plan, numbers).value:.10g}"


def founded(root: Path, numbers: Numbers, given: Mapping[str, LocalEntry], plan: Founding) -> tuple[Reshaped, dict[str, float]]:
    """The numbers of the new district, and by how much sums and promises are larger there."""
    elsewhere = plan.elsewhere
    beside = {name: each.value for name, each in elsewhere.beside.items()}
    rules = rules_elsewhere(rule_book(root, numbers.settings), plan, numbers)
    if DISMANTLERS in given:
        rules = replace(rules, capacity={**rules.capacity, **dict.fromkeys(WORKS, DISMANTLERS)})
    after = reshaped(numbers, given, rules, beside, plan.names())
    after = replace(after, changes=[_no_better(change, plan.grade) for change in after.changes])
    ratios = {change.number.code: change.ratio for change in after.changes}
    return after, {path: float(f"{ratios[name]:.{DIGITS}g}") for path, name in elsewhere.scaled.items()}


def rules_elsewhere(rules: RuleBook, plan: Founding, numbers: Numbers) -> RuleBook:
    """The rules of a district with what holds in another besides."""
    elsewhere, spread = plan.elsewhere, plan.elsewhere.spread
    in_ones = {name for group in rules.ones for name in group}
    plain = [
        each for each in numbers.listed.values() if each.code in numbers.settings.region.baseline and each.code not in in_ones
    ]
    powers: dict[str, Powers] = {name: each.scales_with for name, each in elsewhere.beside.items()}
    return replace(
        rules,
        scales_with={**rules.scales_with, **powers, **elsewhere.scales_with},
        spread={each.code: spread.get(each.code, spread[each.kind]) for each in plain},
        rates=elsewhere.rates_of(plan.province),
    )


def _no_better(change: NumberChange, grade: str) -> NumberChange:
    if grade == "A" or change.after.grade >= grade or change.number.table:
        return change
    how = "carried" if change.how == "stands" else change.how
    return change._replace(how=how, after=change.after.model_copy(update={"grade": grade}))


def example_districts(root: Path) -> dict[str, ExampleDistrict]:
    """The districts that are shipped to try things out on."""
    return read_model(root, "examples", Examples).districts
