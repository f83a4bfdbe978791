"""Every number of a district with its name, definition, unit, and the department that holds it, in both languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import prod
from pathlib import Path
from typing import Any, Literal

from sim.errors import Both
from sim.schema.bricks import Frozen, Quantity, Title
from sim.settings import Settings
from sim.studies.local.rescaling import Derived
from sim.studies.local.rule_book import Kind, Powers, read_model
from sim.studies.local.source_words import SourceWords, read_source_words

TABLES = "tables"
ORGANISATIONS = "organisations"
MIX = "new_mix_"
YEARLY = "/year"
NOTED = "see the notes of the region's file"


class SubjectSheet(Frozen):
    """A sheet of the workbook."""

    title: Title
    department: str


class LocalUnit(Frozen):
    """A unit as the tables write it, in Chinese, and of what kind the numbers are."""

    zh: str
    kind: Kind


class Subjects(Frozen):
    """``subjects.yaml``."""

    departments: dict[str, Title]
    subjects: dict[str, SubjectSheet]
    units: dict[str, LocalUnit]
    guide: tuple[Title, ...]
    """What the first sheet says."""


class NumberWords(Frozen):
    """A number that has a name of its own."""

    subject: str
    title: Title
    means: Title
    department: str = ""
    unit: str = ""
    """Where the tables have none that says enough."""
    used: bool = True


class FamilyWords(Frozen):
    """What the numbers of a family are called; ``{of}`` is the title of the category, class or variant."""

    title: Title
    means: Title


class CategoryPlace(Frozen):
    """Where the numbers of a category stand."""

    subject: str
    department: str = ""


class TableWords(FamilyWords):
    """A table of shares, told in counts or amounts: share x level x times."""

    department: str
    unit: str
    level: Powers
    times: float = 1.0
    whole: Literal["sum", "mean"]
    within: float
    gives: bool = False


class Families(Frozen):
    """``families.yaml``."""

    goods: dict[str, FamilyWords]
    organisations: dict[str, FamilyWords]
    mix: FamilyWords
    categories: dict[str, CategoryPlace]
    recovered_by: dict[str, str]
    classes: dict[str, str]
    tables: dict[str, TableWords]


@dataclass(frozen=True)
class LocalNumber:
    """One number of a district, as people are asked for it."""

    code: str
    subject: str
    department: Title
    title: Title
    means: Title
    unit: str
    kind: Kind
    date: str
    quantity: Quantity
    used: bool = True
    table: str = ""
    """The table that it is a cell of."""

    @property
    def name(self) -> Both:
        """Its title as messages tell it."""
        return Both(self.title.zh, self.title.en)


@dataclass(frozen=True)
class Numbers:
    """All numbers of one district."""

    settings: Settings
    subjects: Subjects
    families: Families
    named: Mapping[str, NumberWords]
    dates: Mapping[str, str]
    """Of the baseline's rows."""
    sources: SourceWords

    @cached_property
    def listed(self) -> dict[str, LocalNumber]:
        """By code, in the order of the sheets."""
        found = [*self._baseline(), *self._classes(), *self._cells()]
        order = list(self.subjects.subjects)
        return {each.code: each for each in sorted(found, key=lambda each: order.index(each.subject))}

    def unit_words(self, number: LocalNumber) -> Both:
        """The unit of a number in both languages; a category counts in its own."""
        category = number.code.rpartition("_")[0]
        if category not in self.families.categories:
            return Both(self.subjects.units[number.unit].zh, number.unit)
        own, yearly = self.settings.products[category].unit, number.unit.endswith(YEARLY)
        return Both(own.zh + ("/年" if yearly else ""), own.en + (YEARLY if yearly else ""))

    def _baseline(self) -> Iterator[LocalNumber]:
        for code, quantity in self.settings.region.baseline.items():
            words, unit = self._words(code), quantity.unit
            yield self._made(code, words, words.unit or ("units" if unit == "unit" else unit), quantity, self.dates[code])

    def _made(self, code: str, words: NumberWords, unit: str, quantity: Quantity, date: str, table: str = "") -> LocalNumber:
        held = words.department or self.subjects.subjects[words.subject].department
        return LocalNumber(
            code, words.subject, self.subjects.departments[held], words.title, words.means, unit,
            self.subjects.units[unit].kind, date, quantity, words.used, table,
        )  # fmt: skip

    def _words(self, code: str) -> NumberWords:
        if code in self.named:
            return self.named[code]
        if code.startswith(MIX):
            variant = code.removeprefix(MIX)
            titles = {name: v.title for product in self.settings.products.values() for name, v in product.variants.items()}
            return _told(self.families.mix, "new_mix", titles[variant])
        if code.startswith(ORGANISATIONS):
            return self._class_words(code.removeprefix(f"{ORGANISATIONS}_"), "count")
        category, _, suffix = code.rpartition("_")
        place = self.families.categories[category]
        by = self.families.recovered_by.get(place.subject, "") if suffix == "recovered" else ""
        return _told(self.families.goods[suffix], place.subject, self.settings.products[category].title, place.department or by)

    def _class_words(self, name: str, family: str) -> NumberWords:
        title = self.settings.region.organisations[name].title
        return _told(self.families.organisations[family], ORGANISATIONS, title, self.families.classes[name])

    def _classes(self) -> Iterator[LocalNumber]:
        for name, held in self.settings.region.organisations.items():
            for family in ("turnover", "spread"):
                quantity: Quantity = getattr(held, family)
                words = self._class_words(name, family)
                code = f"{ORGANISATIONS}.{name}.{family}"
                yield self._made(code, words, quantity.unit, quantity, str(self.settings.region.year))

    def _cells(self) -> Iterator[LocalNumber]:
        for table, words in self.families.tables.items():
            for place, share in self.shares(table).items():
                value = share * self.level(table)
                quantity = Quantity(value=value, unit=words.unit, source=NOTED, grade="C")
                of = Title(zh=str(place), en=str(place))
                told = _told(words, TABLES, of, words.department)
                date = f"{self.settings.region.year}-12-31" if table.startswith("vintages") else str(self.settings.region.year)
                yield self._made(f"{table}.{place}", told, words.unit, quantity, date, table)

    def shares(self, table: str) -> dict[int, float]:
        """A table of the region: registration year, month or quintile -> share."""
        return table_shares(self.settings.region.model_dump(mode="python"), table)

    def level(self, table: str) -> float:
        """What a share of a table is multiplied with to be a count or an amount."""
        words, base = self.families.tables[table], self.settings.region.baseline
        return words.times * prod(float(base[name].value ** power) for name, power in words.level.items())

    @cached_property
    def derived(self) -> dict[str, Derived]:
        """Quantities that numbers scale with and that are worked out of others."""
        found = {
            "urban_population": Derived((("population", "urban_share"),), (1.0,)),
            "rural_population": Derived((("population", "-urban_share"),), (1.0,)),
            "income_per_head": Derived((("urban_share", "income_urban"), ("-urban_share", "income_rural")), (1.0, 1.0)),
        }
        for good, product in self.settings.products.items():
            if product.stock is not None and product.stock.per_household:
                held = product.stock.per_household
                weights = (held["urban"].value, held["rural"].value)
                found[f"{good}_urban_mix"] = Derived((("urban_share",), ("-urban_share",)), weights)
        return found


def table_shares(region: Mapping[str, Any], table: str) -> dict[int, float]:
    """Cells of a table in the content of a region."""
    node: Any = region
    for part in table.split("."):
        node = node[part]
    return dict(sorted(node.items())) if isinstance(node, Mapping) else dict(enumerate(node, start=1))


def _told(words: FamilyWords, subject: str, of: Title, department: str = "") -> NumberWords:
    title = Title(zh=words.title.zh.replace("{of}", of.zh), en=words.title.en.replace("{of}", of.en))
    return NumberWords(subject=subject, title=title, means=words.means, department=department)


class NamedNumbers(Frozen):
    """``numbers.yaml``."""

    numbers: dict[str, NumberWords]


def numbers_of(root: Path, settings: Settings, dates: Mapping[str, str]) -> Numbers:
    """The numbers of the settings' region; ``dates``: of the rows of its baseline."""
    return Numbers(
        settings,
        read_model(root, "subjects", Subjects),
        read_model(root, "families", Families),
        read_model(root, "numbers", NamedNumbers).numbers,
        dates,
        read_source_words(root),
    )
