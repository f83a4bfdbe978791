"""What every measure file says: one provision of the plan or the law, its dated versions, who pays, from which pot."""

from __future__ import annotations

import datetime as dt
from abc import abstractmethod
from typing import TYPE_CHECKING, Annotated, ClassVar, Generic, Literal, Self, TypeVar

from pydantic import Field, model_validator

from sim.clock import date_of, first_day, month_number
from sim.errors import Both, Unfit
from sim.schema.bricks import Fraction, Frozen, Grade, LagDays, Share, Title

if TYPE_CHECKING:
    from sim.policy.in_force import Rules
    from sim.schema.product import Product

Payer = Literal["central", "province", "city", "district"]
PAYERS: tuple[Payer, ...] = ("central", "province", "city", "district")


class Window(Frozen):
    """Days on which a version is in force, both included; ``end: null`` means until something else is enacted."""

    start: dt.date
    end: dt.date | None = None

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if self.end is not None and self.end < self.start:
            raise Unfit(Both("有效期的结束早于开始", "the window ends before it starts"))
        return self


class VersionBase(Frozen):
    """What every dated version carries: where it is written, in which words, when it was known and in force.

    ``window`` is the window as announced; on its days a version replaces those of the measure that started before it.
    ``apply_by``: last day on which applications under it are taken; absent: the end of the month after the window ends.
    """

    announced: dt.date
    window: Window
    apply_by: dt.date | None = None
    reference: Annotated[str, Field(min_length=1)]
    quote: Annotated[str, Field(min_length=1)]
    grade: Grade
    note: str = ""
    """What is approximated, assumed or not verified."""

    @model_validator(mode="after")
    def _known_in_time(self) -> Self:
        if self.window.end is not None and self.announced > self.window.end:
            raise Unfit(Both("宣布日期晚于有效期的结束", "announced after the window has ended"))
        return self

    @model_validator(mode="after")
    def _open_long_enough(self) -> Self:
        end, last = self.window.end, self.apply_by
        if last is not None and (end is None or last < end):
            days = f"{last} < {end or '...'}"
            raise Unfit(
                Both(
                    f"申请截止日（apply_by）早于有效期的结束：{days}",
                    f"applications end (apply_by) before the window does: {days}",
                )
            )
        return self


LEVERS_FROM = dt.date(2024, 1, 1)
"""Of measures and pots that are not part of settings; those have the month after ``clock.now``."""

V = TypeVar("V", bound=VersionBase)


class MeasureBase(Frozen, Generic[V]):
    """What every measure file says first; on any day the version that started last counts.

    Levers that every measure has: ``enabled: false`` means that it never existed; ``until`` is its last day, whatever
    the versions say, and is known as soon as the version is; ``enacted_until``: what was announced after that day is
    not enacted. An instrument's own levers change its terms from ``levers_from`` on, and are news on that day; settings
    put the month after ``clock.now`` there where files and scenario say nothing.
    """

    levers: ClassVar[tuple[str, ...]] = ()
    """Fields of this instrument that change the terms; as enacted they hold their default."""
    costs_money: ClassVar[bool] = False
    """Whether what it pays or does without stands in the ledger."""
    forgoes_revenue: ClassVar[bool] = False
    """Whether that is revenue not collected, which is no outlay."""
    applied_for: ClassVar[bool] = False
    """Whether who has bought must apply for it."""

    if TYPE_CHECKING:
        instrument: str
        """Name of its file in ``instruments``."""

    title: Title
    article: str
    """Article of the plan that it carries out, e.g. （十三）; empty for law that was there before."""
    quote: str
    """The article's words."""
    goods: tuple[str, ...]
    """Product categories it binds."""
    payers: dict[Payer, Share] = Field(default_factory=dict)
    pot: str | None = None
    application_lag_days: LagDays | None = None
    """Mean days from the purchase to the application; absent: the application is made with the purchase."""
    payment_lag_months: Annotated[int, Field(ge=0, le=24)] = 0
    """Months from the application to the payment."""
    awareness: Fraction | None = None
    """Share of owners that know of it when it starts, where a survey says so; else ``behaviour.awareness_start``."""
    note: str = ""
    enabled: bool = True
    until: dt.date | None = None
    enacted_until: dt.date | None = None
    levers_from: dt.date = LEVERS_FROM
    versions: Annotated[dict[str, V], Field(min_length=1)]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.payers and abs(sum(self.payers.values()) - 1.0) > 1e-9:
            raise Unfit(Both("各出资方的份额合计应为 1", "payers' shares must sum to 1"))
        if (self.pot is not None or self.payment_lag_months) and not self.payers:
            raise Unfit(Both("涉及资金须写明出资方（payers）", "money needs payers"))
        if self.application_lag_days is not None and not self.applied_for:
            raise Unfit(
                Both("application_lag_days 只用于须申请的补贴", "application_lag_days belongs to a subsidy that is applied for")
            )
        starts = [version.window.start for version in self.versions.values()]
        if len(set(starts)) < len(starts):
            raise Unfit(Both("两个版本同日开始", "two versions start on the same day"))
        return self

    @property
    def levers_set(self) -> bool:
        """Whether any lever of the instrument departs from the terms as enacted."""
        fields = type(self).model_fields
        return any(getattr(self, name) != fields[name].default for name in self.levers)

    @property
    def last_day(self) -> dt.date:
        """Last day of any version; ``dt.date.max`` where one has no end."""
        last = max(version.window.end or dt.date.max for version in self.versions.values())
        return min(last, self.until or dt.date.max)

    def as_enacted(self) -> Self:
        """The same with every lever of the instrument where the law has it."""
        fields = type(self).model_fields
        return self.model_copy(update={name: fields[name].default for name in self.levers})

    def last_applications(self) -> dict[str, dt.date]:
        """Version -> last day on which applications under it are taken; those without an end are left out.

        A measure that is ended early (``until``) takes them to the end of the next month, and no longer than was announced.
        """
        found = {}
        for name, version in self.versions.items():
            ends = [day for day in (version.window.end, self.until) if day is not None]
            if ends:
                usual = date_of(first_day(month_number(min(ends)) + 2) - 1)
                early = min(ends) != version.window.end
                last = version.apply_by or usual
                found[name] = min(last, usual) if early else last
        return found

    @abstractmethod
    def rules(self, version: V, product_id: str, product: Product) -> Rules:
        """What a version amounts to for a product, levers applied, as if nothing else were in force."""
