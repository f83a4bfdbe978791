"""Put one set of settings together: files, tables, what the user typed; then the closed schema has its say."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

from pydantic import ValidationError

from sim.clock import date_of, first_day, parse_month
from sim.config.blame import Origins, explain
from sim.config.checks import check_whole
from sim.config.composing import chosen, compose_files
from sim.config.measures_in_force import keep_in_force
from sim.config.overrides import Change, Given
from sim.config.schema_walk import child, names_at
from sim.config.sharing import copied
from sim.config.sources import TAKEN, Sources, nearest
from sim.config.tables.region_tables import read_baseline, read_vintages
from sim.errors import COMMAND_LINE, BadInput, Both, Words, joined, one_of
from sim.schema.bricks import MONTH_PATTERN
from sim.schema.region import Boundary
from sim.settings import Settings

MONTH = re.compile(MONTH_PATTERN)
_CHOOSE_TABLES = {("region", "boundary"), ("region", "files")}
"""Changes that decide which rows of which table are read."""


class Builder:
    """Builds settings from one reading of the files, for as many sets of overrides as are wanted."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self._composed: dict[tuple[tuple[str, str], ...], dict[str, Any]] = {}

    def build(self, given: Given) -> Settings:
        """Raises BadInput, naming the place, for whatever the settings may not hold."""
        for group, name in given.choices.items():
            self.sources.require(group, name, COMMAND_LINE)
        picked = chosen(self.sources, given.choices)
        tree = copied(self._compose(given.choices))
        origins = Origins(self.sources, picked, {}, given.changes)
        tables = [change for change in given.changes if change.path[:2] in _CHOOSE_TABLES]
        for change in tables:
            _apply(tree, change, origins)
        origins = replace(origins, tables=_fill_tables(tree, origins))
        for change in given.changes:
            if change not in tables:
                _apply(tree, change, origins)
        _require_files(tree, origins)
        keep_in_force(tree, origins)
        _date_levers(tree)
        try:
            settings = Settings.model_validate_json(json.dumps(tree), strict=True)
        except ValidationError as error:
            raise explain(error, tree, origins) from None
        check_whole(settings, origins)
        return settings.narrowed()

    def _compose(self, choices: Mapping[str, str]) -> dict[str, Any]:
        key = tuple(sorted(choices.items()))
        if key not in self._composed:
            self._composed[key] = compose_files(self.sources, choices)
        return self._composed[key]


def _apply(tree: dict[str, Any], change: Change, origins: Origins) -> None:
    """Set one value; an entry that is not there yet must be a field of the schema, or be marked with +."""
    node: Any = tree
    for depth, part in enumerate(change.path):
        above = change.path[:depth]
        if isinstance(node, dict):
            known = None if part in node or change.adds else names_at(above, tree)
            if known is not None and part not in known:
                raise _unknown([*above, part], change.value, known, origins, _adding(change.path) if above[1:] else "")
        elif child(node, part) is None:
            raise _too_deep(change, ".".join(above), isinstance(node, list), origins)
        index = int(part) if isinstance(node, list) else part
        if depth == len(change.path) - 1:
            node[index] = change.value
        elif child(node, part) is None:
            node[index] = {}
        node = node[index]


def _adding(path: Sequence[str]) -> Both:
    typed = ".".join(path)
    return Both(f"（要新增一项，输入 +{typed}=值）", f"; to add a new one type +{typed}=VALUE")


def _too_deep(change: Change, above: str, listed: bool, origins: Origins) -> BadInput:
    """The refusal of a key below what has no entries of that name."""
    remedy = Both(f"输入 {above}=值", f"type {above}=VALUE")
    if not listed:
        return origins.bad(change.path, change.value, Both(f"{above} 是单个值", f"{above} is one value"), remedy)
    numbered = joined([remedy, Both("，或写出第几项", ", or the number of an entry")])
    return origins.bad(change.path, change.value, Both(f"{above} 是列表", f"{above} is a list"), numbered)


def _date_levers(tree: Mapping[str, Any]) -> None:
    """Levers act from the month after ``clock.now`` where nobody says from when."""
    clock = tree.get("clock")
    now = clock.get("now") if isinstance(clock, dict) else None
    if not isinstance(now, str) or not MONTH.fullmatch(now):
        return  # the schema says so
    day = date_of(first_day(parse_month(now) + 1)).isoformat()
    for group in ("policy", "pots"):
        for content in _entries(tree.get(group)):
            content.setdefault("levers_from", day)


def _entries(group: object) -> list[dict[str, Any]]:
    return [content for content in group.values() if isinstance(content, dict)] if isinstance(group, dict) else []


def _unknown(path: Sequence[str], value: object, known: Sequence[str], origins: Origins, adding: Words = "") -> BadInput:
    allowed = one_of(sorted(known)) if known else Both("此处没有任何项", "no entries")
    return origins.bad(path, value, allowed, joined([nearest(path[-1], known), adding]))


def _require_files(tree: Mapping[str, Any], origins: Origins) -> None:
    """Scenarios depart from what has a file; they bring in nothing of their own."""
    for group in TAKEN:
        known = origins.sources.names(group)
        entries = tree.get(group)
        for name, content in entries.items() if isinstance(entries, dict) else ():  # else the schema says so
            if name not in known:
                raise _unknown([group, name], content, known, origins)


def _fill_tables(tree: dict[str, Any], origins: Origins) -> dict[str, str]:
    """Read the region's tables into the tree, under what departs from them; returns key -> table."""
    region = tree.get("region")
    files = region.pop("files", None) if isinstance(region, dict) else None
    if not isinstance(region, dict) or not isinstance(files, dict) or set(files) != {"baseline", "vintages"}:
        allowed = Both("baseline 和 vintages，各为一张表", "baseline and vintages, each a table")
        raise origins.bad(["region", "files"], files, allowed, Both("写出两张表的名称", "name both tables"))
    places = {key: _table(key, name, origins) for key, name in files.items()}
    shown = {key: path.relative_to(origins.sources.root).as_posix() for key, path in places.items()}
    boundary = region.get("boundary")
    if not isinstance(boundary, str) or boundary not in get_args(Boundary):
        remedy = Both("输入 region.boundary=A 或 region.boundary=B", "type region.boundary=A or region.boundary=B")
        raise origins.bad(["region", "boundary"], boundary, Both("A 或 B", "A or B"), remedy)
    read = {
        "baseline": read_baseline(places["baseline"], shown["baseline"], boundary),
        "vintages": read_vintages(places["vintages"], shown["vintages"]),
    }
    if not read["baseline"]:
        other = Both("表中有数据的口径", "a boundary that the table has rows for")
        remedy = Both("改用另一口径", "choose the other one")
        raise origins.bad(["region", "boundary"], boundary, other, remedy)
    for key, rows in read.items():
        region[key] = _departing(rows, region.get(key, {}), key, origins)
    return shown


def _table(key: str, name: object, origins: Origins) -> Path:
    folder = origins.sources.folder("region")
    path = (folder / str(name)).resolve()
    if not path.is_relative_to(folder) or not path.is_file():
        allowed = Both("configs/region/ 下的表格文件名", "the name of a table below configs/region/")
        raise origins.bad(["region", "files", key], name, allowed, Both("检查文件名", "check the name of the file"))
    return path


def _departing(rows: dict[str, Any], departures: object, key: str, origins: Origins) -> dict[str, Any]:
    if not isinstance(departures, dict):
        allowed = Both("表中各行的名称及其取值", "names of rows of the table, with values")
        raise origins.bad(["region", key], departures, allowed, Both(f"写出 {key} 下的名称", f"name rows under {key}"))
    for name, value in departures.items():
        if name not in rows:
            raise _unknown(["region", key, name], value, list(rows), origins)
        rows[name] = {**rows[name], **value} if isinstance(value, dict) else value
    return rows
