"""What a quantity sees: the recorded tables of one draw with the programmes, and of the same draw and luck without them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from sim.clock import day_number
from sim.model.events import no_events
from sim.schema.product import Product
from sim.settings import Settings
from sim.studies.validate.case import Case
from sim.studies.validate.case_market import model_day, model_month, yuan_of

DAYS_A_YEAR = 365.25


@dataclass(frozen=True)
class View:
    """Tables of one draw, in the model's calendar and counts; methods take months, days and money of the case."""

    case: Case
    settings: Settings
    monthly: pd.DataFrame
    """month, indicator, group, value: under the programmes, or as enacted."""
    other: pd.DataFrame
    """The same without them."""
    ledger: pd.DataFrame
    """month, measure, payer, claims, applications, amount_fen: of the simulated population."""
    events: pd.DataFrame = field(default_factory=no_events)
    """What every owner did; empty where no quantity of the case asks for it."""
    other_events: pd.DataFrame = field(default_factory=no_events)

    def month(self, month: str) -> str:
        """A month of the case in the model's calendar."""
        return model_month(month, self.case.market)

    @property
    def scale(self) -> float:
        """Simulated households per real one."""
        return self.settings.population.scale

    @property
    def measures(self) -> list[str]:
        """Every measure of the case."""
        return list(self.settings.policy)

    @property
    def goods(self) -> list[str]:
        """Categories of the market; none: the district's automobiles."""
        return [] if self.case.market is None else list(self.case.market.goods)

    def money(self, yuan: float) -> float:
        """An amount of the model in the case's money."""
        return yuan / yuan_of(self.settings, self.case.market)

    def series(self, indicator: str, group: str = "", other: bool = False) -> pd.Series[float]:
        """Values by month of the model's calendar."""
        frame = self.other if other else self.monthly
        chosen = frame[(frame["indicator"] == indicator) & (frame["group"] == group)]
        return chosen.set_index("month")["value"]

    def total(self, indicator: str, months: Sequence[str], group: str = "", other: bool = False) -> float:
        """Sum over months."""
        return float(self.series(indicator, group, other)[[self.month(m) for m in months]].sum())

    def bought(self, months: Sequence[str], goods: Sequence[str] = (), other: bool = False) -> float:
        """New goods bought, summed over categories."""
        named = list(goods) or self.goods
        if not named:
            return self.total("new_registrations", months, other=other)
        return sum(self.total(_sales(self.settings.products[good]), months, good, other) for good in named)

    def claims(self, measures: Sequence[str], months: Sequence[str]) -> float:
        """Claims by month of the purchase, of the district or of the market of the case."""
        return self._entered(measures, months, "claims", "max")  # every payer's row tells the same claims

    def applications(self, measures: Sequence[str], months: Sequence[str]) -> float:
        """Claims by month of the application, as they are counted officially; without a lag those by purchase."""
        return self._entered(measures, months, "applications", "max")

    def claimed(self, measures: Sequence[str], months: Sequence[str]) -> float:
        """Money claimed, in the case's money."""
        return self.money(self._entered(measures, months, "amount_fen", "sum") / 100.0)

    def _entered(self, measures: Sequence[str], months: Sequence[str], column: str, payers: str) -> float:
        named = list(measures) or self.measures
        chosen = self.ledger[self.ledger["measure"].isin(named) & self.ledger["month"].isin([self.month(m) for m in months])]
        once = chosen.groupby(["month", "measure"])[column].agg(payers)
        return float(once.sum()) / self.scale

    def claimants(self, measures: Sequence[str], months: Sequence[str] = (), period: str = "") -> pd.DataFrame:
        """Rows of the events that claim a measure, in these months, or from a first to a last day."""
        named = list(measures) or self.measures
        rows = self.events[self.events["measure"].astype(str).isin(named)]
        if months:
            rows = rows[rows["month"].astype(str).isin([self.month(m) for m in months])]
        if period:
            first, last = (day_number(model_day(day, self.case.market)) for day in days_of(period))
            rows = rows[(rows["day"] >= first) & (rows["day"] <= last)]
        return rows

    def purchases(self, months: Sequence[str], goods: Sequence[str] = (), other: bool = False) -> pd.DataFrame:
        """Rows of the events in which a new good is bought, described."""
        rows = self.other_events if other else self.events
        named = list(goods) or self.goods or [n for n, p in self.settings.products.items() if p.kind == "automobile"]
        chosen = rows["month"].astype(str).isin([self.month(m) for m in months]) & rows["good"].astype(str).isin(named)
        return self.described(rows[chosen & rows["new"].astype(bool)])

    def described(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The same rows with size, label and powertrain of the new good, and the age in years of the old one (NaN: none)."""
        parts = []
        for good, part in rows.groupby(rows["good"].astype(str)):
            variants = list(self.settings.products[str(good)].variants.values())
            at = part["variant"].astype(int)
            named = {name: [str(getattr(variants[v], name) or "") for v in at] for name in ("size", "label", "powertrain")}
            age = (part["day"].astype(float) - part["old_registered"].astype(float)) / DAYS_A_YEAR
            parts.append(part.assign(**named, old_age=np.where(part["old_variant"].astype(int) >= 0, age, np.nan)))
        columns = [*rows.columns, "size", "label", "powertrain", "old_age"]
        return pd.concat(parts) if parts else pd.DataFrame(columns=columns)


def _sales(product: Product) -> str:
    """Indicator that counts new goods of a category."""
    return "new_registrations" if product.kind == "automobile" else "goods_bought"


def days_of(period: str) -> list[str]:
    """First and last day of a span of days."""
    return period.split(" to ")


def length_of(period: str) -> int:
    """Days of a span."""
    first, last = (dt.date.fromisoformat(day) for day in days_of(period))
    return (last - first).days + 1
