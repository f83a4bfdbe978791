"""Read what has happened so far: months, indicators, groups and values, in a CSV or .xlsx as offices keep it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from sim.clock import month_number, month_text
from sim.config.tables.cell_reading import month_between, not_negative
from sim.config.tables.layout import Column
from sim.config.tables.reading import Form, read_table
from sim.errors import Both, refused
from sim.settings import Settings
from sim.studies.nowcast.names import group_reader, indicator_reader

KEY = ("month", "indicator", "group")
HEADS = {
    "month": ("月份", "月", "年月", "时间", "日期", "统计月份", "date", "period"),
    "indicator": ("指标", "指标名称", "项目", "名称"),
    "group": ("分组", "组别", "类别", "分类"),
    "value": ("数值", "值", "数量", "实际值", "完成值", "number", "actual"),
}
"""Column -> Chinese and English heads it goes by."""


class Actuals(NamedTuple):
    """What was read."""

    table: pd.DataFrame
    """month, indicator, group, value."""
    rows: list[tuple[int, dict[str, Any]]]
    """The same by row of the file."""
    told: list[str]
    """One line for everything that was interpreted."""


class AllActuals(NamedTuple):
    """What was read from all files together."""

    table: pd.DataFrame
    """month, indicator, group, value; of a number that stands in several files, the last one."""
    files: dict[Path, Actuals]
    told: list[str]
    """What was interpreted, and which numbers a later file has in another way."""

    @property
    def last(self) -> str:
        """The latest month with a number."""
        return str(self.table["month"].max())


def last_full_month(today: dt.date) -> str:
    """The month before this one: the last that can have happened as a whole."""
    return month_text(month_number(today) - 1)


def read_actuals(path: Path, settings: Settings, groups: Mapping[str, Collection[str]], data_to: str) -> Actuals:
    """Raises BadInput for what cannot be used, and for months outside the clock or after ``data_to``.

    ``groups``: of each indicator.
    """
    start, last = settings.clock.start, min(settings.clock.end, data_to)
    if last < start:
        allowed = Both(f"{start} 及以后的月份", f"a month from {start} on")
        raise refused("data_to", data_to, allowed, Both(f"例如 data_to={start}", f"for instance data_to={start}"))
    why = Both(
        f"模拟期自 {start} 至 {settings.clock.end}，数据截至 {data_to}",
        f"the clock runs from {start} to {settings.clock.end}, data end with {data_to}",
    )
    remedy = Both(
        "删除该行；数据截至别的月份时写 data_to=YYYY-MM", "delete the row, or state the last month of data: data_to=YYYY-MM"
    )
    form = Form(
        (
            Column("month", HEADS["month"], month_between(start, last, why, remedy)),
            Column("indicator", HEADS["indicator"], indicator_reader(settings, groups)),
            Column("group", HEADS["group"], group_reader(settings, groups), required=False),
            Column("value", HEADS["value"], not_negative),
        ),
        KEY,
        "value",
    )
    found = read_table(path, form, settings.language)
    table = pd.DataFrame([row for _, row in found.rows], columns=[*KEY, "value"])
    return Actuals(table, found.rows, found.told)


def read_all(paths: Sequence[Path], settings: Settings, groups: Mapping[str, Collection[str]], data_to: str) -> AllActuals:
    """Read files as ``read_actuals``; a later one holds where it has another number for the same month, and that is told."""
    files = {path: read_actuals(path, settings, groups, data_to) for path in paths}
    told = [line if len(paths) == 1 else f"{path.name}: {line}" for path, found in files.items() for line in found.told]
    kept: dict[tuple[str, ...], tuple[float, Path]] = {}
    for path, found in files.items():
        for row in found.table.to_dict("records"):
            key, value = tuple(str(row[name]) for name in KEY), float(row["value"])
            if key in kept and kept[key][0] != value:
                told.append(_replaced(key, kept[key], (value, path)).of(settings.language))
            kept[key] = value, path
    table = pd.DataFrame([(*key, value) for key, (value, _) in kept.items()], columns=[*KEY, "value"])
    return AllActuals(table.sort_values("month", kind="stable", ignore_index=True), files, told)


def _replaced(key: tuple[str, ...], old: tuple[float, Path], new: tuple[float, Path]) -> Both:
    which = " ".join(part for part in key if part)
    (first, there), (second, here) = old, new
    return Both(
        f"{which}：{there.name} 为 {first:g}，以后给出的 {here.name} 为 {second:g}，取后者",
        f"{which}: {first:g} in {there.name}, {second:g} in {here.name}, which was given later and holds",
    )
