"""What a pot file says: money set aside for measures, when it is handed out, and who gets it when it is short."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import pairwise
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import Field, model_validator

from sim.errors import Both, Unfit
from sim.policy.measure import LEVERS_FROM, Window
from sim.schema.bricks import Frozen, NotNegative, Number, Quantity, Title

Period = Literal["day", "week", "month", "quarter", "year"]
"""Weeks begin on Mondays."""
LENGTH: dict[Period, int] = {"day": 0, "week": 1, "month": 2, "quarter": 3, "year": 4}
"""Periods in the order of their length."""
ON_TIME = Quantity(value=0.0, unit="days", source="on the day that is named", grade="A")
ROUNDING = 1e-6
SHORT_DAYS = ("dry_days", "capped_days", "stopped_days")
"""What is counted of every pot: days on which a claim found no money, or the cap reached, and on which none was taken."""


class Span(NamedTuple):
    """Days from the first to the last, both included."""

    start: dt.date
    end: dt.date

    def within(self, other: Span) -> bool:
        """Whether none of its days lies outside the other."""
        return other.start <= self.start and self.end <= other.end


class Dated(Frozen):
    """What holds from a first to a last day."""

    window: Window

    @model_validator(mode="after")
    def _ends(self) -> Self:
        if self.window.end is None:
            raise Unfit(Both("须有截止日期（window.end）", "the window needs an end"))
        return self

    @property
    def span(self) -> Span:
        """Its days as they are written."""
        assert self.window.end is not None  # refused above
        return Span(self.window.start, self.window.end)

    @property
    def known(self) -> dt.date:
        """When it was announced; where nothing is said, as it starts."""
        return self.window.start


def _apart(spans: Iterable[Span], what: Both) -> None:
    """Refuse spans that share a day."""
    for before, after in pairwise(sorted(spans)):
        if after.start <= before.end:
            days = f"{before.start} – {before.end}, {after.start} – {after.end}"
            raise Unfit(Both(f"{what.zh}的日期重叠：{days}", f"{what.en} overlap: {days}"))


def moved(date: dt.date, days: Quantity) -> dt.date:
    """The date so many days later, or earlier."""
    return date + dt.timedelta(days=round(days.value))


class Instalment(Frozen):
    """Part of a tranche that reaches the counters on a day of its own.

    ``delay_days``: from ``start`` until it is there, where the district's own date is not known a number with a range.
    """

    start: dt.date
    announced: dt.date | None = None
    share: Annotated[float, Field(gt=0.0, le=1.0)]
    delay_days: NotNegative = ON_TIME

    @model_validator(mode="after")
    def _known_in_time(self) -> Self:
        _announced_before(self.announced, self.start)
        return self

    @property
    def known(self) -> dt.date:
        """When it was announced; where nothing is said, as it starts."""
        return self.announced or self.start

    @property
    def there(self) -> dt.date:
        """Day from which claims are paid from it."""
        return moved(self.start, self.delay_days)


def _announced_before(announced: dt.date | None, start: dt.date) -> None:
    if announced is not None and announced > start:
        raise Unfit(Both("资金的宣布日期（announced）晚于开始日期", "money is announced after it starts"))


class Tranche(Dated):
    """Money for one period, from all payers together; what is unspent at its end lapses.

    ``release``: handed out whole, or in equal parts by calendar periods, unspent parts carried over within the tranche.
    ``instalments``: it arrives in parts, each handed out until the next one comes; their shares make up the whole. Money that
    is raised later is a tranche of its own, with its own ``announced``.
    """

    amount: Number
    announced: dt.date | None = None
    release: Literal["whole", "day", "week", "month", "quarter", "year"] = "whole"
    instalments: dict[str, Instalment] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if self.amount.value < 0.0:
            raise Unfit(Both("金额不得为负数", "amount must not be negative"))
        _announced_before(self.announced, self.window.start)
        if self.instalments:
            self._check_instalments()
        return self

    def _check_instalments(self) -> None:
        parts = self.instalments.values()
        total = sum(part.share for part in parts)
        if abs(total - 1.0) > ROUNDING:
            raise Unfit(Both(f"各批份额合计应为 1，现为 {total:g}", f"shares of instalments must sum to 1, here {total:g}"))
        if len({part.start for part in parts}) < len(self.instalments):
            raise Unfit(Both("两批资金同日开始", "two instalments start on the same day"))
        for name, part in self.instalments.items():
            delay = part.delay_days
            latest = part.start + dt.timedelta(days=round(delay.value if delay.high is None else delay.high))
            if not Span(part.start, latest).within(self.span):
                days = f"{part.start} – {latest}"
                raise Unfit(Both(f"{name} 批的日期不在有效期内：{days}", f"instalment {name} lies outside the window: {days}"))

    @property
    def known(self) -> dt.date:
        """When it was announced; where nothing is said, as it starts."""
        return self.announced or self.window.start


class Cap(Dated):
    """Most that may be claimed in each period within the window; what a period does not use does not add to the next."""

    per: Period
    amount: NotNegative


class Stop(Dated):
    """Days on which no claims are taken, though money may be there.

    ``start_shift_days``, ``end_shift_days``: how much later (earlier, if negative) than written; numbers with a range where
    the district's own dates are not known. A stop that would end before it starts does not take place.
    """

    start_shift_days: Number = ON_TIME
    end_shift_days: Number = ON_TIME

    @property
    def closed(self) -> Span:
        """Its days as they turn out."""
        return Span(moved(self.span.start, self.start_shift_days), moved(self.span.end, self.end_shift_days))


POT_LEVERS = ("amount_factor", "uncapped")
"""Fields of a pot that act from ``levers_from`` on."""


class Pot(Frozen):
    """Money set aside for one or more measures, tranche by tranche; never overdrawn.

    ``when_dry``: ``refuse`` turns claimants away until there is money again; ``queue`` holds them, first come first served,
    until new money comes. ``queue_carries_over: false``: those who still wait when a new tranche or instalment comes get
    nothing. ``lottery``: vouchers are drawn among all who apply within a day, a week or a month. Levers, from the month of
    ``levers_from`` on: ``amount_factor`` multiplies what is released, and caps (a tranche that opened before is handed out
    already); ``uncapped`` pays every claim, whatever caps and stops say.
    """

    title: Title
    tranches: dict[str, Tranche]
    caps: dict[str, Cap] = Field(default_factory=dict)
    stops: dict[str, Stop] = Field(default_factory=dict)
    amount_factor: Annotated[float, Field(ge=0.0, le=100.0)] = 1.0
    uncapped: bool = False
    levers_from: dt.date = LEVERS_FROM
    when_dry: Literal["refuse", "queue"] = "refuse"
    queue_carries_over: bool = True
    lottery: Literal["day", "week", "month"] | None = None
    note: str = ""

    @property
    def last_day(self) -> dt.date:
        """Last day of any tranche; ``dt.date.max`` where there is none."""
        return max((tranche.span.end for tranche in self.tranches.values()), default=dt.date.max)

    @model_validator(mode="after")
    def _dated(self) -> Self:
        _apart((cap.span for cap in self.caps.values()), Both("限额（caps）", "caps"))
        _apart((stop.span for stop in self.stops.values()), Both("停办期（stops）", "stops"))
        spans = [tranche.span for tranche in self.tranches.values()]
        for name, dated in (*self.caps.items(), *self.stops.items()):
            if not spans or not dated.span.within(Span(min(s.start for s in spans), max(s.end for s in spans))):
                days = f"{dated.span.start} – {dated.span.end}"
                raise Unfit(Both(f"{name} 的日期不在资金的有效期内：{days}", f"{name} lies outside the tranches: {days}"))
        return self

    @model_validator(mode="after")
    def _served(self) -> Self:
        if self.lottery is not None and self.when_dry == "queue":
            raise Unfit(
                Both("摇号（lottery）不设排队：when_dry 应为 refuse", "a lottery has no queue: when_dry must be refuse")
            )
        if not self.queue_carries_over and self.when_dry == "refuse":
            raise Unfit(Both("只有 when_dry 为 queue 才有排队", "there is a queue with when_dry: queue only"))
        for cap in self.caps.values():
            if self.lottery is not None and LENGTH[self.lottery] > LENGTH[cap.per]:
                raise Unfit(
                    Both("摇号的周期不得长于限额的周期", "the period of a lottery must not be longer than that of a cap")
                )
        return self
