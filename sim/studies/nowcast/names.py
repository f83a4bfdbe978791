"""Indicators and groups by their ids, their Chinese and English titles, and what offices call them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from sim.config.tables.cell_reading import Names, Reader, Reading
from sim.config.tables.csv_text import Cell
from sim.errors import Both
from sim.report.words import GROUPS, INDICATORS
from sim.settings import Settings
from sim.studies.nowcast.observable import CLAIMS

CLAIMS_TITLE = ("申领量", "Claims")
CALLED = {
    "new_registrations": ("新车上牌量", "上牌量", "新车注册量", "新车登记量"),
    "nev_stock": ("新能源车保有量",),
    "used_car_transactions": ("二手车过户量", "二手车成交量"),
    "elv_recovered": ("报废汽车回收量", "报废汽车回收拆解量"),
    "waste_appliances_recovered": ("废旧家电回收量",),
    "outlay": ("补贴支出",),
    CLAIMS: ("补贴申领量", "申请量", "补贴申请量"),
}
"""Everyday names for exactly what an indicator counts."""


def indicator_reader(settings: Settings, indicators: Collection[str]) -> Reader:
    """Reads an indicator by any of its names."""
    names = Names(_named(settings, indicators))
    titles = [INDICATORS[name][0] if name in INDICATORS else name for name in sorted(indicators)]
    allowed = Both("、".join(titles), "one of " + ", ".join(sorted(indicators)))

    def read(cell: Cell, _: Mapping[str, object]) -> Reading:
        return names.read(cell, allowed)

    return read


def group_reader(settings: Settings, groups: Mapping[str, Collection[str]]) -> Reader:
    """Reads a group of the indicator that the row has named."""
    known = {indicator: Names(_groups(settings, ids)) for indicator, ids in groups.items()}
    allowed = {indicator: _allowed(ids) for indicator, ids in groups.items()}

    def read(cell: Cell, row: Mapping[str, object]) -> Reading:
        indicator = row.get("indicator")
        if not isinstance(indicator, str):
            return Reading("")  # the indicator is refused already
        return known[indicator].read(cell, allowed[indicator])

    return read


def _allowed(groups: Collection[str]) -> Both:
    ids = ", ".join(sorted(group for group in groups if group)) or "-"
    return Both(f"空白，或 {ids}", f"empty, or one of {ids}") if "" in groups else Both(ids, f"one of {ids}")


def _named(settings: Settings, indicators: Collection[str]) -> Iterator[tuple[str, str]]:
    """(name, indicator); a promise lends its title where it is about the indicator itself, at the end of a month."""
    for indicator in indicators:
        titles = CLAIMS_TITLE if indicator == CLAIMS else INDICATORS[indicator][:2]
        yield from ((name, indicator) for name in (indicator, *titles, *CALLED.get(indicator, ())))
    for target in settings.targets.values():
        if target.period == "at" and target.relative_to is None and not target.group and target.indicator in indicators:
            yield from ((name, target.indicator) for name in (target.title.zh, target.title.en))


def _groups(settings: Settings, ids: Collection[str]) -> Iterator[tuple[str, str]]:
    """(name, group): the id, what stands behind its colon, and the titles of that."""
    for identity in ids:
        bare = identity.rpartition(":")[2]
        yield from ((name, identity) for name in (identity, bare, *_titles(settings, bare)))


def _titles(settings: Settings, name: str) -> tuple[str, ...]:
    for things in (settings.policy, settings.products):
        if name in things:
            return things[name].title.zh, things[name].title.en
    return GROUPS.get(name, ())
