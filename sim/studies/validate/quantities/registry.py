"""The one register of quantities: what a score may ask for, with which arguments, and what both mean.

A quantity is a pure function of a ``View``. Its arguments are named from ``ARGUMENTS``, so that one word means one thing in
every quantity, is checked in one way before anything runs, and stands in the docs with its meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from inspect import Parameter, signature
from typing import Any, Literal, NamedTuple

from sim.errors import Both
from sim.studies.validate.quantities.view import View

Kind = Literal[
    "month", "months", "period", "quarter", "calendar_months", "year", "measure", "measures", "goods", "sizes", "powertrains",
    "indicator", "group", "baseline", "history", "number", "whole",
]  # fmt: skip
"""How an argument is checked."""


class Argument(NamedTuple):
    """How it is checked, and what it says."""

    kind: Kind
    says: Both


ARGUMENTS: Mapping[str, Argument] = {
    "months": Argument("months", Both("月份列表，或“2009-07 to 2009-08”", "a list of months, or 2009-07 to 2009-08")),
    "base": Argument("months", Both("作比较的月份", "the months compared with")),
    "during": Argument("months", Both("政策实施的月份", "the months of the programme")),
    "after": Argument("months", Both("其后的月份", "the months afterwards")),
    "month": Argument("month", Both("月份，如 2024-08", "a month such as 2024-08")),
    "first": Argument("month", Both("第一个月", "the first month")),
    "last": Argument("month", Both("最后一个月", "the last month")),
    "period": Argument("period", Both("起止日期，如“2009-07-24 to 2009-08-07”", "days such as 2009-07-24 to 2009-08-07")),
    "base_period": Argument("period", Both("作比较的起止日期", "the days compared with")),
    "quarter": Argument("quarter", Both("季度，如 2009Q3", "a quarter such as 2009Q3")),
    "season_months": Argument("calendar_months", Both("两位数的月份，如 \"12\"", "months of the year, such as \"12\"")),
    "year": Argument("year", Both("年份，如 \"2024\"", "a year, such as \"2024\"")),
    "measure": Argument("measure", Both("一项措施", "one measure")),
    "measures": Argument("measures", Both("若干措施；不写即案例的全部措施", "measures; all of the case if left out")),
    "among": Argument("measures", Both("作分母的措施", "the measures it is a share of")),
    "goods": Argument(
        "goods",
        Both(
            "若干品类，合计；不写即案例市场的全部品类，本区为全部汽车",
            "categories, added up; if left out all of the market, of the district all automobiles",
        ),
    ),
    "sizes": Argument("sizes", Both("产品文件中的级别或能效标签", "sizes or labels of the product files")),
    "groups": Argument("powertrains", Both("动力类型：ice、phev、bev", "powertrains: ice, phev, bev")),
    "indicator": Argument("indicator", Both("结果表中的指标", "an indicator of the results")),
    "group": Argument("group", Both("指标的分组；不写即合计", "its group; the total if left out")),
    "of": Argument("baseline", Both("地区基准表中的一个数", "a number of the region's baseline")),
    "history": Argument(
        "history",
        Both("购买者此前：first 没有旧品，replacing 以旧换新", "what the buyer had: first (nothing), replacing (an old good)"),
    ),
    "rate": Argument("number", Both("试验的降价幅度", "the price cut that is tried out")),
    "level": Argument("number", Both("水平，比值", "a level, as a ratio")),
    "old_age": Argument("number", Both("旧品的最低年限", "least age in years of the old good")),
    "start_day": Argument("whole", Both("首月的起始日", "the day of the first month on which it starts")),
}  # fmt: skip
"""Every argument that quantities have."""


@dataclass(frozen=True)
class Scorable:
    """A function of a view, and what it says."""

    function: Callable[..., float]
    says: Both
    events: bool
    """Whether it needs what every owner did."""

    @property
    def name(self) -> str:
        return self.function.__name__

    @property
    def arguments(self) -> dict[str, bool]:
        """Name -> whether it must be given."""
        return {name: each.default is Parameter.empty for name, each in list(signature(self.function).parameters.items())[1:]}

    def __call__(self, view: View, **given: Any) -> float:
        return float(self.function(view, **given))


QUANTITIES: dict[str, Scorable] = {}
"""Every quantity by its name, in the order of the files."""


def quantity(zh: str, en: str, events: bool = False) -> Callable[[Callable[..., float]], Callable[..., float]]:
    """Enter a function into the register; raises KeyError for an argument that ``ARGUMENTS`` does not know."""

    def entered(function: Callable[..., float]) -> Callable[..., float]:
        told = Scorable(function, Both(zh, en), events)
        if unknown := set(told.arguments) - set(ARGUMENTS):
            raise KeyError(f"{told.name}: {unknown} not in ARGUMENTS")
        QUANTITIES[told.name] = told
        return function

    return entered
