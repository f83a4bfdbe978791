"""New goods bought: levels, changes, what a programme adds, what is paid back afterwards."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sim.clock import MONTHS_A_YEAR, month_text, parse_month
from sim.studies.validate.quantities.registry import quantity
from sim.studies.validate.quantities.view import View

Names = Sequence[str]
MONTHS_A_QUARTER = 3


@quantity("月均销量与基期之比", "sales of a mean month over those of the base months")
def sales_index(view: View, months: Names, base: Names, goods: Names = ()) -> float:
    return _mean(view, months, goods) / _mean(view, base, goods)


def _mean(view: View, months: Names, goods: Names) -> float:
    return view.bought(months, goods) / len(months)


@quantity("sales_index 的自然对数", "natural logarithm of sales_index")
def sales_change(view: View, months: Names, base: Names, goods: Names = ()) -> float:
    return math.log(sales_index(view, months, base, goods))


@quantity("季度销量环比增幅", "sales of a quarter over those of the quarter before, less one")
def quarter_on_quarter(view: View, quarter: str, goods: Names = ()) -> float:
    months = months_of(quarter)
    before = [month_text(parse_month(month) - MONTHS_A_QUARTER) for month in months]
    return sales_index(view, months, before, goods) - 1.0


def months_of(quarter: str) -> list[str]:
    """The three months of a quarter such as 2009Q3."""
    year, number = quarter.split("Q")
    first = MONTHS_A_QUARTER * (int(number) - 1) + 1
    return [f"{year}-{first + n:02d}" for n in range(MONTHS_A_QUARTER)]


@quantity("所列月份月均与全年月均之比，无任何补贴", "mean of these months over the mean month of the year, without any subsidy")
def season(view: View, season_months: Names, year: str, goods: Names = ()) -> float:
    whole = [f"{year}-{month:02d}" for month in range(1, MONTHS_A_YEAR + 1)]
    chosen = [f"{year}-{month}" for month in season_months]
    mean, usual = (view.bought(months, goods, other=True) / len(months) for months in (chosen, whole))
    return mean / usual


@quantity("政策使销量增加的数量", "new goods bought because of the programme")
def induced_total(view: View, during: Names, goods: Names = ()) -> float:
    return view.bought(during, goods) - view.bought(during, goods, other=True)


@quantity("政策使销量增加的比例，各品类合计", "relative change of sales that the programme makes, over all categories named")
def sales_effect(view: View, months: Names, goods: Names = ()) -> float:
    return view.bought(months, goods) / view.bought(months, goods, other=True) - 1.0


@quantity("没有政策时销量会减少的比例", "part of the sales that would not have been made without the programme")
def prevented(view: View, months: Names, goods: Names = ()) -> float:
    return 1.0 - view.bought(months, goods, other=True) / view.bought(months, goods)


@quantity(
    "没有政策也会在同期购买的申领者比例；没有申领则无值",
    "share of claimants who would have bought in the same months anyway; no number without any claim",
)
def inframarginal(view: View, during: Names, measures: Names = (), goods: Names = ()) -> float:
    claims = view.claims(measures, during)
    return 1.0 - induced_total(view, during, goods) / claims if claims else math.nan


@quantity("政策期间增加的销量在其后减少的比例", "part of the sales induced during the programme that is missing afterwards")
def paid_back(view: View, during: Names, after: Names, goods: Names = ()) -> float:
    return -induced_total(view, after, goods) / induced_total(view, during, goods)


@quantity(
    "政策结束后第几个月，累计增加的销量首次低于政策期间增量的 level 倍；直到所列月份末仍未低于，则为末月的下一个月",
    "month after the programme in which its cumulated gain first lies below level times the gain during it; if it never does, "
    "one more than the months given",
)
def paid_back_month(view: View, during: Names, after: Names, level: float, goods: Names = ()) -> float:
    gained = left = induced_total(view, during, goods)
    for number, month in enumerate(after, start=1):
        left += induced_total(view, [month], goods)
        if left < level * gained:
            return float(number)
    return float(len(after) + 1)


@quantity(
    "所列月份中第几个月，指标首次低于基期月均的 level 倍；一直未低于，则为末月的下一个月",
    "which of the months is the first with a value below level times the mean base month; if none is, one more than the months",
)
def first_month_below(view: View, indicator: str, level: float, base: Names, after: Names, group: str = "") -> float:
    bar = level * view.total(indicator, base, group) / len(base)
    below = (number for number, month in enumerate(after, start=1) if view.total(indicator, [month], group) < bar)
    return float(next(below, len(after) + 1))


@quantity("新车销量对试验降价的弹性", "elasticity of new registrations to the price cut that the case tries out")
def elasticity(view: View, groups: Names, months: Names, rate: float) -> float:
    with_it, without_it = (
        sum(view.total("new_registrations", months, group, other) for group in groups) for other in (False, True)
    )
    return math.log(with_it / without_it) / math.log(1.0 - rate)


@quantity(
    "正规与非正规报废量对试验降价的弹性", "elasticity of the vehicles that end, formally or not, to the price cut of the case"
)
def scrap_elasticity(view: View, months: Names, rate: float) -> float:
    ended = [
        sum(view.total(indicator, months, other=other) for indicator in ("elv_recovered", "informal_retirements"))
        for other in (False, True)
    ]
    return math.log(ended[0] / ended[1]) / math.log(1.0 - rate)


@quantity("任一指标两段月份合计之比", "sum of any indicator over months, over its sum over other months")
def ratio(view: View, indicator: str, months: Names, base: Names, group: str = "") -> float:
    return view.total(indicator, months, group) / view.total(indicator, base, group)


@quantity("任一指标月均之比的自然对数", "logarithm of a mean month of any indicator over a mean month of the base")
def log_ratio(view: View, indicator: str, months: Names, base: Names) -> float:
    return math.log(ratio(view, indicator, months, base) * len(base) / len(months))


@quantity("补贴使任一指标变化的比例", "relative change of any indicator that the subsidies make")
def effect(view: View, indicator: str, months: Names, group: str = "") -> float:
    return view.total(indicator, months, group) / view.total(indicator, months, group, other=True) - 1.0
