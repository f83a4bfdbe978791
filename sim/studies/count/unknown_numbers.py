"""The uncertain numbers of some settings that can bear on a run, with their names and who could count them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path

from sim.config.region_saving import region_chosen
from sim.config.sources import find_root
from sim.errors import Both, Language, both
from sim.runs.draws import together
from sim.schema.bricks import Frozen, Quantity, Title
from sim.settings import Settings
from sim.studies.local.district_numbers import LocalNumber, Numbers, Subjects
from sim.studies.local.rule_book import read_model
from sim.studies.local.verb import local_numbers
from sim.studies.pedigree.verb import numbers

MEASUREMENT = "uncertainty.measurement."
"""Numbers that say how well something is published; no run reads them."""
BASELINE, CLASSES = "region.baseline.", "region.organisations."
SEVERAL = "*"
DATED = {"v": Both("{year}年规定", "rules of {year}"), "y": Both("{year}年", "{year}")}
"""Names of versions and of years of money in the files, by their first letter."""


class HeldBy(Frozen):
    """Numbers of which a department has records."""

    path: str
    department: str


class Unknowns(Frozen):
    """``unknowns.yaml``."""

    held: tuple[HeldBy, ...]
    beyond_vehicles: tuple[str, ...]
    """Patterns of numbers that a run of automobiles alone does not read."""
    units: dict[str, str]
    """In Chinese."""
    parts: dict[str, Title]
    """Parts of a measure or pot."""
    titles: dict[str, Title]


@dataclass(frozen=True)
class UnknownNumber:
    """An uncertain number, as people are told of it."""

    name: str
    """What it is drawn by."""
    title: Both
    quantity: Quantity
    department: Both | None
    """Who holds it; None: it cannot be counted, only surveyed or observed."""
    unit: Both
    code: str = ""
    """In the workbook of local numbers."""

    @property
    def several(self) -> bool:
        """Whether it stands for the same field of several kinds of a good, of which ``quantity`` is the first."""
        return SEVERAL in self.name


def unit_words(language: Language) -> dict[str, str]:
    """Units of numbers, as the files have them -> as people read them."""
    if language == "en":
        return {}
    root = find_root()
    return in_chinese(read_model(root, "unknowns", Unknowns), read_model(root, "subjects", Subjects))


def in_chinese(told: Unknowns, subjects: Subjects) -> dict[str, str]:
    """Units in Chinese, those of the workbook of local numbers first."""
    return told.units | {name: unit.zh for name, unit in subjects.units.items()}


def unknowns_of(settings: Settings, typed: Sequence[str]) -> list[UnknownNumber]:
    """Those of settings made from the words ``typed``."""
    root = find_root()
    region = region_chosen(root, typed)
    local = local_numbers(root, region, [f"region={region}", f"region.boundary={settings.region.boundary}"])
    return unknown_numbers(root, settings, local)


def unknown_numbers(root: Path, settings: Settings, local: Numbers) -> list[UnknownNumber]:
    """All of them, each once, in the order of their names; ``local``: the whole workbook of the district."""
    naming = Naming(settings, local, read_model(root, "unknowns", Unknowns))
    table = numbers(settings)
    moving = table[table["low"] < table["high"]].sort_values("path", ascending=False).to_dict("records")
    found = {together(row["path"]): Quantity(**{name: row[name] for name in Quantity.model_fields}) for row in moving}
    return [naming.unknown(name, found[name]) for name in sorted(found) if naming.acts(name)]


@dataclass(frozen=True)
class Naming:
    """Names numbers, and knows which can bear on a run."""

    settings: Settings
    local: Numbers
    told: Unknowns

    def unknown(self, name: str, quantity: Quantity) -> UnknownNumber:
        """One number with its name and holder."""
        number = self._local(name)
        if number is not None:
            title = Both(number.title.zh, number.title.en)
            return UnknownNumber(name, title, quantity, _both(number.department), self.local.unit_words(number), number.code)
        held = next((each.department for each in self.told.held if fnmatchcase(name, each.path)), None)
        department = None if held is None else _both(self.local.subjects.departments[held])
        return UnknownNumber(name, self.title(name), quantity, department, self._unit(quantity.unit))

    def acts(self, name: str) -> bool:
        """Whether a run of these settings reads the number: goods, measures and money that it leaves out are not in doubt."""
        number, group, thing = self._local(name), *name.split(".")[:2]
        if number is not None and (not number.used or name in self._elsewhere):
            return False
        if self.settings.population.goods == "vehicles" and any(fnmatchcase(name, p) for p in self.told.beyond_vehicles):
            return False
        if group == "policy":
            return not self.settings.products.keys().isdisjoint(self.settings.policy[thing].goods)
        if group == "pots":
            return thing in self._drawn_on
        return not name.startswith(MEASUREMENT)

    def title(self, name: str) -> Both:
        """Of a number that the workbook does not have: the thing, which part of it, and the field; else its name."""
        parts = name.split(".")
        suffix = next((tail for tail in (".".join(parts[n:]) for n in range(len(parts))) if tail in self.told.titles), None)
        if suffix is None:
            return both(name)
        words = self.told.titles[suffix]
        things = {"policy": self.settings.policy, "pots": self.settings.pots, "products": self.settings.products}
        if parts[0] not in things:
            return _both(words)
        owner: Title = things[parts[0]][parts[1]].title  # type: ignore[index]
        which = [] if parts[0] == "products" else [self._part(part) for part in parts[3:-1] if part != "instalments"]
        listed = Both("，".join(part.zh for part in which), ", ".join(part.en for part in which))
        return Both(
            f"{owner.zh}{f'（{listed.zh}）' if which else '：'}{words.zh}",
            f"{owner.en}{f' ({listed.en})' if which else ''}: {words.en}",
        )

    def _part(self, name: str) -> Both:
        """A version of a measure, a year's money, an instalment or a stop; what is not known is shown as the file has it."""
        if name in self.told.parts:
            return _both(self.told.parts[name])
        kind, year = name[:1], name[1:]
        if kind not in DATED or not year.isdecimal():
            return Both(name, name)
        return Both(*(words.format(year=year) for words in DATED[kind]))

    def _unit(self, unit: str) -> Both:
        """As the files write it, and in Chinese."""
        return Both(self._units.get(unit, unit), unit)

    @cached_property
    def _units(self) -> dict[str, str]:
        return in_chinese(self.told, self.local.subjects)

    def _local(self, name: str) -> LocalNumber | None:
        return self.local.listed.get(name.removeprefix(BASELINE).removeprefix("region."))

    @cached_property
    def _elsewhere(self) -> frozenset[str]:
        """Numbers of goods that are left out, and of organisations that own none of the others."""
        goods = self.local.families.categories.keys() - self.settings.products.keys()
        owners = (owner for product in self.settings.products.values() for owner in product.owners.values())
        idle = self.settings.region.organisations.keys() - {owner.organisation for owner in owners}
        of_goods = {f"{BASELINE}{good}_{what}" for good in goods for what in self.local.families.goods}
        of_idle = {f"{BASELINE}organisations_{each}" for each in idle} | {f"{CLASSES}{each}.turnover" for each in idle}
        return frozenset(of_goods | of_idle | {f"{CLASSES}{each}.spread" for each in idle})

    @cached_property
    def _drawn_on(self) -> frozenset[str]:
        """Money that a measure for goods in the settings draws on."""
        products = self.settings.products.keys()
        return frozenset(str(m.pot) for m in self.settings.policy.values() if not products.isdisjoint(m.goods))


def _both(title: Title) -> Both:
    return Both(title.zh, title.en)
