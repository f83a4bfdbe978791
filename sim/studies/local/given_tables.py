"""Tables of a district that were filled in with counts or amounts: from them to shares, and to the level they tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import fsum, prod
from typing import NamedTuple

from sim.errors import Both, both
from sim.studies.local.contradictions import Clash
from sim.studies.local.district_numbers import Numbers
from sim.studies.local.filled_sheets import LocalEntry


class GivenTable(NamedTuple):
    """A table of shares that was given whole."""

    shares: dict[int, float]
    total: float
    """What its cells say of the level, in the level's unit."""
    entry: LocalEntry
    """One of its cells."""


def given_tables(given: Mapping[str, LocalEntry], numbers: Numbers) -> tuple[dict[str, GivenTable], list[Clash]]:
    """Tables of which all cells are given, and faults for those of which some are."""
    found: dict[str, GivenTable] = {}
    faults: list[Clash] = []
    for table in numbers.families.tables:
        places = numbers.shares(table)
        cells = {place: given[f"{table}.{place}"] for place in places if f"{table}.{place}" in given}
        if not cells:
            continue
        missing = [str(place) for place in places if place not in cells]
        if missing:
            allowed = Both("整表填写或整表留空", "all cells of the table or none")
            remedy = Both("补填：" + "、".join(missing), "also fill in " + ", ".join(missing))
            value = both(f"{table}: {len(cells)}/{len(places)}")
            faults.append(Clash(next(iter(cells.values())).place, value, allowed, remedy))
        else:
            found[table] = _table(table, cells, numbers)
    return found, faults


def _table(table: str, cells: Mapping[int, LocalEntry], numbers: Numbers) -> GivenTable:
    words = numbers.families.tables[table]
    total = fsum(cell.value for cell in cells.values())
    mean = total / len(cells)
    level = (total if words.whole == "sum" else mean) / words.times
    shares = {place: cell.value / (total if words.whole == "sum" else mean) for place, cell in cells.items()}
    return GivenTable(shares, level, next(iter(cells.values())))


def told_levels(tables: Mapping[str, GivenTable], given: Mapping[str, LocalEntry], numbers: Numbers) -> dict[str, LocalEntry]:
    """Numbers that are not given themselves and that a table adds up to."""
    found = {}
    for table, each in tables.items():
        words = numbers.families.tables[table]
        (name,) = words.level if words.gives else ("",)
        if name and name not in given:
            found[name] = each.entry._replace(value=each.total, source=f"sum of {table}: {each.entry.source}")
    return found


def unlike_levels(tables: Mapping[str, GivenTable], values: Mapping[str, float], numbers: Numbers) -> Iterator[Clash]:
    """Tables whose sum or mean is not that of the number they are a table of."""
    for table, each in tables.items():
        words = numbers.families.tables[table]
        level = prod(values[name] ** power for name, power in words.level.items())
        if abs(each.total - level) > words.within * level:
            names = [numbers.listed[name].name for name in words.level]
            zh, en = "、".join(name.zh for name in names), ", ".join(name.en for name in names)
            allowed = Both(
                f"与“{zh}”（{level:,.6g}）相差不超过 {words.within:.0%}", f"within {words.within:.0%} of {en} ({level:,.6g})"
            )
            remedy = Both("核对该表与该数字，更正其中之一", "compare the two and correct one")
            yield Clash(each.entry.place, both(f"{table}: {each.total:,.6g}"), allowed, remedy)
