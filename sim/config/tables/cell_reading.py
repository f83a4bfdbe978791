"""One cell at a time: numbers, months and names as clerks write them; raises Unreadable for what could mean two things."""

from __future__ import annotations

import datetime as dt
import difflib
import math
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, NamedTuple

from sim.clock import month_number, month_text
from sim.config.tables.csv_text import Cell
from sim.config.tables.faults import Unreadable
from sim.errors import Both

WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " "}
"""Full-width characters and their ordinary ones; no other character is taken for another."""
UNSEEN = "\u200b\u200e\u200f\u2060\ufeff"
CLOSE = 0.4
"""How alike a name must be to be proposed."""
DAY_ZERO = dt.date(1899, 12, 30)
SERIAL = range(36526, 73051)
"""Excel's count of days, from 2000 to 2099."""

_PLAIN = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?")
_MONTH = re.compile(r"(?P<y>20[0-9]{2})(?P<s>[-/.])(?P<m>[0-9]{1,2})((?P=s)(?P<d>[0-9]{1,2})( 0?0:00(:00)?)?)?")
_CHINESE = re.compile(r"(?P<y>20[0-9]{2}) ?年 ?(?P<m>[0-9]{1,2}) ?月( ?(?P<d>[0-9]{1,2}) ?[日号])?(?P<s>)")
_DIGITS = re.compile(r"(?P<y>20[0-9]{2})(?P<m>[0-9]{2})(?P<d>[0-9]{2})?(?P<s>)")

NUMBER = Both("不带单位的数字，如 1480 或 1480.5", "a number without a unit, such as 1480 or 1480.5")
NOT_NEGATIVE = Both("不小于零的数字，不带单位", "a number of zero or more, without a unit")
MONTH = Both("月份，如 2024-01", "a month, such as 2024-01")
DAY = Both("日期，如 2026-06-30", "a day, such as 2026-06-30")
REWRITE = Both("改写该单元格", "write the cell anew")


class Reading(NamedTuple):
    """What a cell says; ``how`` names the rule if it was not simply taken as written."""

    value: Any
    how: str = ""


Reader = Callable[[Cell, Mapping[str, Any]], Reading]
"""(cell, what the cells before it in the row say) -> reading."""


def as_written(cell: Cell) -> str:
    """A cell's text without blanks and invisible marks around it; "" for an empty cell."""
    return "" if cell is None else str(cell).strip().strip(UNSEEN).strip()


def narrow(cell: Cell) -> str:
    """The same in ordinary width."""
    return as_written(cell).translate(WIDE).strip()


def blank(cell: Cell) -> bool:
    """Whether nothing can be seen in a cell."""
    return not narrow(cell)


def likeness(text: Cell) -> str:
    """Names that are alike in it are the same name: width, case and runs of blanks do not count."""
    return " ".join(narrow(text).split()).casefold()


def read_number(cell: Cell, _: Mapping[str, Any]) -> Reading:
    """A finite number; separators of thousands and % are read, units, powers of ten and underscores are not."""
    if isinstance(cell, (int, float)):
        return Reading(_finite(cell))
    text = narrow(cell)
    share = text.endswith("%")
    bare = text.removesuffix("%").rstrip()
    grouped = bool(_GROUPED.fullmatch(bare))
    if isinstance(cell, dt.date) or not (grouped or _PLAIN.fullmatch(bare)):
        raise Unreadable(
            NUMBER, Both("只写数字：不写单位、下划线和科学计数法", "write digits only: no unit, underscore or power of ten")
        )
    value = _finite(bare.replace(",", ""))
    how = "percent" if share else "thousands" if grouped else "width" if text != as_written(cell) else ""
    return Reading(value / 100.0 if share else value, how)


def not_negative(cell: Cell, row: Mapping[str, Any]) -> Reading:
    """As ``read_number``, for what is counted or paid."""
    reading = read_number(cell, row)
    if reading.value < 0.0:
        raise Unreadable(NOT_NEGATIVE, REWRITE)
    return reading


def month_between(first: str, last: str, why: Both, remedy: Both) -> Reader:
    """Months from ``first`` to ``last``; ``why`` tells where the bounds come from, ``remedy`` what to do beyond them."""

    def read(cell: Cell, _: Mapping[str, Any]) -> Reading:
        reading = read_month(cell)
        if not first <= reading.value <= last:
            allowed = Both(f"{first} 至 {last} 的月份（{why.zh}）", f"a month from {first} to {last} ({why.en})")
            raise Unreadable(allowed, remedy)
        return reading

    return read


def read_month(cell: Cell) -> Reading:
    """A month from 2000 on as ``YYYY-MM``: dates, 2024/1, 2024年1月, 202401 and Excel's count of days; days are left out."""
    if isinstance(cell, dt.date):
        return Reading(month_text(month_number(cell)), "date")
    text = narrow(cell)
    if isinstance(cell, float) and not cell.is_integer():  # a workbook's 2024.1 may have been typed as 2024.10
        raise Unreadable(MONTH, REWRITE)
    whole = str(int(cell)) if isinstance(cell, float) else text
    if whole.isascii() and whole.isdigit() and len(whole) == 5 and int(whole) in SERIAL:
        return Reading(month_text(month_number(DAY_ZERO + dt.timedelta(days=int(whole)))), "serial")
    month = _written(whole)
    return Reading(month, "" if month == as_written(cell) else "width" if month == text else "date")


def read_day(cell: Cell, _: Mapping[str, Any]) -> Reading:
    """A day from 2000 on as ``YYYY-MM-DD``: dates, 2026/6/30, 2026年6月30日, 20260630."""
    if isinstance(cell, dt.date):
        return Reading(f"{cell:%Y-%m-%d}")
    text = narrow(str(int(cell)) if isinstance(cell, float) and cell.is_integer() else cell)
    found = _MONTH.fullmatch(text) or _CHINESE.fullmatch(text) or _DIGITS.fullmatch(text)
    if not found or not found["d"]:
        raise Unreadable(DAY, REWRITE)
    try:
        day = dt.date(int(found["y"]), int(found["m"]), int(found["d"])).isoformat()
    except ValueError:
        raise Unreadable(DAY, REWRITE) from None
    return Reading(day, "" if day == as_written(cell) else "date")


def _written(text: str) -> str:
    found = _MONTH.fullmatch(text) or _CHINESE.fullmatch(text) or _DIGITS.fullmatch(text)
    if not found:
        raise Unreadable(MONTH, REWRITE)
    year, month, day = int(found["y"]), int(found["m"]), int(found["d"] or 1)
    if found["s"] == "." and found["m"] == "1" and not found["d"]:
        remedy = Both("一月写 2024-01，十月写 2024-10", "write 2024-01 for January, 2024-10 for October")
        raise Unreadable(MONTH, remedy)  # spreadsheets drop the zero of 2024.10
    try:
        return month_text(month_number(dt.date(year, month, day)))
    except ValueError:
        raise Unreadable(MONTH, REWRITE) from None


def _finite(number: str | float) -> float:
    try:
        value = float(number)
    except OverflowError:
        value = math.inf
    if not math.isfinite(value):
        raise Unreadable(NUMBER, REWRITE)
    return value


class Names:
    """Things by all their names; a name that two of them share says nothing."""

    def __init__(self, named: Iterable[tuple[str, str]]) -> None:
        """``named``: (name, id); ids name themselves, whatever else bears their name."""
        pairs = list(named)
        self._ids: dict[str, set[str]] = {}
        for name, identity in pairs:
            self._ids.setdefault(likeness(name), set()).add(identity)
        self._ids |= {likeness(identity): {identity} for _, identity in pairs}

    def find(self, cell: Cell) -> Collection[str]:
        """Ids that a cell may mean."""
        return self._ids.get(likeness(cell), set())

    def read(self, cell: Cell, allowed: Both) -> Reading:
        """The one thing that a cell means; raises Unreadable with these words and the names most like it."""
        found = self.find(cell)
        if len(found) != 1:
            raise Unreadable(allowed, self._instead(likeness(cell)))
        (identity,) = found
        return Reading(identity, "" if as_written(cell) == identity else "name")

    def _instead(self, name: str) -> Both:
        near = [one for one in difflib.get_close_matches(name, self._ids, n=3, cutoff=CLOSE) if one and one != name]
        if not near:
            return Both("改用列出的名称或代码", "use a name or an id from the list")
        return Both("是否为：" + "、".join(near) + "？", "did you mean " + " or ".join(near) + "?")
