"""What the scores of a case ask for, checked before anything runs: quantities, their arguments, months and names."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from sim.clock import month_text
from sim.config.sources import nearest
from sim.config.wording import shortened
from sim.errors import BadInput, Both, joined, one_of
from sim.runs.result import indicator_names
from sim.schema.product import POWERTRAINS
from sim.settings import Settings
from sim.studies.validate.case import Case, Score
from sim.studies.validate.case_market import years_of
from sim.studies.validate.quantities import ARGUMENTS, QUANTITIES
from sim.studies.validate.quantities.registry import Kind
from sim.studies.validate.quantities.view import days_of
from sim.studies.validate.translating import shifted_month

HISTORIES = ("first", "replacing")
MONTH, QUARTER = re.compile(r"\d{4}-(0[1-9]|1[0-2])"), re.compile(r"\d{4}Q[1-4]")
OUTLAY = "outlay"
"""The indicator that is no module of its own."""


class Known(NamedTuple):
    """What the arguments of a case may name."""

    months: tuple[str, ...]
    """Of the run, in the case's calendar."""
    measures: tuple[str, ...]
    goods: tuple[str, ...]
    sizes: tuple[str, ...]
    indicators: tuple[str, ...]
    baseline: tuple[str, ...]


def known(case: Case, settings: Settings) -> Known:
    """What there is in the runs of a case."""
    back, clock = -years_of(case.market), settings.clock
    variants = [variant for product in settings.products.values() for variant in product.variants.values()]
    return Known(
        months=tuple(shifted_month(month_text(clock.first + n), back) for n in range(clock.months)),
        measures=tuple(settings.policy),
        goods=tuple(settings.products),
        sizes=tuple(dict.fromkeys(word for variant in variants for word in (variant.size, variant.label) if word)),
        indicators=(*indicator_names(), OUTLAY),
        baseline=tuple(settings.region.baseline),
    )


def check_quantity(case: Case, score: Score) -> None:
    """Refuse a quantity that there is not, and arguments that are missing or that it has not."""
    if score.quantity not in QUANTITIES:
        raise BadInput(
            file=case.file,
            key=Both(f"{score.id} 的 scores.quantity", f"scores.quantity of {score.id}"),
            value=score.quantity,
            allowed=one_of(QUANTITIES),
            remedy=nearest(score.quantity, QUANTITIES),
        )
    wanted = QUANTITIES[score.quantity].arguments
    for given in [score.given] if score.over is None else [score.given, {**score.given, **score.over.given}]:
        odd = [name for name in given if name not in wanted]
        missing = [name for name, needed in wanted.items() if needed and name not in given]
        if odd or missing:
            allowed = Both("这些参数：" + "、".join(wanted), "the arguments " + ", ".join(wanted))
            remedy = nearest(odd[0], wanted) if odd else Both("补上 " + "、".join(missing), "add " + ", ".join(missing))
            raise _refusal(case, score, given, allowed, remedy)


def check_values(case: Case, score: Score, given: Mapping[str, Any], settings: Settings, of: Case | None = None) -> None:
    """Refuse arguments that name what the runs of the case do not hold, or those of ``of`` where it is divided by that."""
    there = known(of or case, settings)
    for name, value in given.items():
        fault = CHECKS[ARGUMENTS[name].kind](value, there)
        if fault is not None:
            raise _refusal(case, score, {name: value}, *fault)


def _refusal(case: Case, score: Score, given: object, allowed: Both, remedy: Both) -> BadInput:
    key = Both(f"{score.id} 的 scores.given", f"scores.given of {score.id}")
    return BadInput(file=case.file, key=key, value=shortened(given), allowed=allowed, remedy=remedy)


Fault = tuple[Both, Both] | None
"""What is allowed and what to do; None: nothing is wrong."""


def _one(names: Callable[[Known], Sequence[str]], what: Both) -> Callable[[Any, Known], Fault]:
    def check(value: Any, there: Known) -> Fault:
        listed = names(there)
        return None if isinstance(value, str) and value in listed else (_of(what, listed), nearest(str(value), listed))

    return check


def _some(names: Callable[[Known], Sequence[str]], what: Both) -> Callable[[Any, Known], Fault]:
    def check(value: Any, there: Known) -> Fault:
        listed = names(there)
        if not isinstance(value, list) or not value:
            allowed = joined([Both("方括号中的列表：", "a list in brackets of "), _of(what, listed)])
            return allowed, Both("写成列表", "give a list")
        odd = [each for each in value if each not in listed]
        return (_of(what, listed), nearest(str(odd[0]), listed)) if odd else None

    return check


def _of(what: Both, listed: Sequence[str]) -> Both:
    names = listed if len(listed) <= 12 else (*listed[:6], "…", *listed[-5:])
    return Both(f"{what.zh}：{'、'.join(names)}", f"{what.en}: {', '.join(names)}")


_MONTH_NAME = Both("运行期内的月份", "months of the run")


def _span(value: Any, there: Known) -> Fault:
    allowed = Both(
        f"起止日期，如“2009-07-24 to 2009-08-07”，在 {there.months[0]} 至 {there.months[-1]} 之内",
        f"days such as 2009-07-24 to 2009-08-07, from {there.months[0]} to {there.months[-1]}",
    )
    try:
        first, last = (dt.date.fromisoformat(day) for day in days_of(str(value)))
    except ValueError:
        return allowed, Both("更正日期", "correct the days")
    within = {first.isoformat()[:7], last.isoformat()[:7]} <= set(there.months)
    return None if within and first <= last else (allowed, Both("更正日期", "correct the days"))


def _quarter(value: Any, there: Known) -> Fault:
    quarters = [f"{month[:4]}Q{int(month[5:]) // 3}" for month in there.months[5:] if int(month[5:]) % 3 == 0]
    what = Both("运行期内的季度，且上一季度也在其内", "quarters of the run whose quarter before is in it too")
    return None if value in quarters else (_of(what, quarters), nearest(str(value), quarters))


def _year(value: Any, there: Known) -> Fault:
    years = sorted({m[:4] for m in there.months if {f"{m[:4]}-{n:02d}" for n in range(1, 13)} <= set(there.months)})
    what = Both("运行期内的整年（加引号）", "whole years of the run, in quotes")
    return None if value in years else (_of(what, years), nearest(str(value), years))


def _number(value: Any, there: Known) -> Fault:
    good = isinstance(value, int | float) and not isinstance(value, bool)
    return None if good else (Both("数", "a number"), Both("写一个数", "give a number"))


def _start_day(value: Any, there: Known) -> Fault:
    good = isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 28
    return None if good else (Both("1 至 28 的整数", "a whole number from 1 to 28"), Both("更正该数", "correct it"))


def _group(value: Any, there: Known) -> Fault:
    return None if isinstance(value, str) else (Both("分组名称", "the name of a group"), Both("写一个名称", "give a name"))


CALENDAR = [f"{month:02d}" for month in range(1, 13)]
CHECKS: Mapping[Kind, Callable[[Any, Known], Fault]] = {
    "month": _one(lambda there: there.months, _MONTH_NAME),
    "months": _some(lambda there: there.months, _MONTH_NAME),
    "period": _span,
    "quarter": _quarter,
    "calendar_months": _some(lambda there: CALENDAR, Both("两位数的月份（加引号）", "months as two digits in quotes")),
    "year": _year,
    "measure": _one(lambda there: there.measures, Both("案例的措施", "measures of the case")),
    "measures": _some(lambda there: there.measures, Both("案例的措施", "measures of the case")),
    "goods": _some(lambda there: there.goods, Both("案例的品类", "categories of the case")),
    "sizes": _some(lambda there: there.sizes, Both("级别或标签", "sizes or labels")),
    "powertrains": _some(lambda there: POWERTRAINS, Both("动力类型", "powertrains")),
    "indicator": _one(lambda there: there.indicators, Both("指标", "indicators")),
    "group": _group,
    "baseline": _one(lambda there: there.baseline, Both("基准表中的数", "numbers of the baseline")),
    "history": _one(lambda there: HISTORIES, Both("购买者此前", "what the buyer had")),
    "number": _number,
    "whole": _start_day,
}
"""Kind of an argument -> what is wrong with a value."""
