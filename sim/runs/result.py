"""From a run's history to tidy tables: what users and reports read."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

import sim.indicators
from sim.clock import MONTHS_A_YEAR, month_text
from sim.codes import PLACES
from sim.model.events import no_events
from sim.model.history import History
from sim.model.nation import discrepancy
from sim.numerics.arithmetic import exp
from sim.policy.ledger import Ledger
from sim.schema.result_tables import FORGONE, POTS, Entry
from sim.schema.target import Target
from sim.settings import Settings
from sim.verdict import verdicts

if TYPE_CHECKING:
    from sim.model import TradeInModel

FIRST_YEAR = "2024-01"
"""First month of the years that a promise of every year speaks of."""
PLACES_COUNTED = ("owned", "lot", "idle", "yard")


@dataclass(frozen=True)
class Result:
    """Tables of one run; counts are re-weighted to the district, money is whole fen of the district."""

    settings: Settings
    seed: int
    monthly: pd.DataFrame
    """month, indicator, group, value."""
    flows: pd.DataFrame
    """month, good, from, to, count: simulated goods, not re-weighted, so that balances are exact."""
    stocks: pd.DataFrame
    """month, good, place, count: simulated goods at the month's end; month before the first: at the start."""
    ledger: pd.DataFrame
    """month, measure, payer, claims (by purchase), applications, amount_fen, paid_fen: simulated owners, not re-weighted."""
    pots: pd.DataFrame
    """pot, month, opened, lapsed, committed, balance, waiting (claims that wait for money at the month's end), void (claims
    whose queue lapsed) in fen; days on which a claim found no money, the cap reached, and on which none was taken."""
    uptake: pd.DataFrame
    """measure, income_quintile (0: no household), urban, claims, amount_fen."""
    targets: pd.DataFrame
    """id, by, comparator, promise, value, met (NA: the run has no value), grade."""
    events: pd.DataFrame
    """What every owner did, in the columns of ``sim.model.events``; empty unless ``settings.events``."""


def tabulate(model: TradeInModel) -> Result:
    """All tables of a finished run."""
    history = model.history
    monthly = off_by_discrepancy(_monthly(history, model.government.ledger), model.settings)
    return Result(
        settings=model.settings,
        seed=model.run_seed,
        monthly=monthly,
        flows=_flows(history),
        stocks=_stocks(history),
        ledger=_ledger(model.government.ledger),
        pots=_pots(model),
        uptake=_uptake(model),
        targets=_targets(model.settings, monthly),
        events=_events(model),
    )


def off_by_discrepancy(monthly: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Indicators that the calibration could not reach, off by what this draw takes the model to be off by.

    After the reference year, every group alike; flows between places stay as they are, so that balances are exact.
    """
    after = monthly["month"] >= month_text(settings.clock.first + MONTHS_A_YEAR)
    values = monthly["value"]
    for name in indicator_names():
        if name in settings.parameters.discrepancy and (by := discrepancy(settings, name)):
            values = values.where(~(after & (monthly["indicator"] == name)), values * exp(by))
    return monthly.assign(value=values)


def indicator_names() -> list[str]:
    """Modules of ``sim.indicators``."""
    return sorted(m.name for m in pkgutil.iter_modules(sim.indicators.__path__) if not m.name.startswith("_"))


def _monthly(history: History, ledger: Ledger) -> pd.DataFrame:
    months = [month_text(history.first + t) for t in range(history.length)]
    parts = []
    for name in indicator_names():
        measured = importlib.import_module(f"sim.indicators.{name}").measure(history)
        for group, values in measured.items():
            parts.append(pd.DataFrame({"month": months, "indicator": name, "group": group, "value": values}))
    parts.append(_outlay(history, ledger))
    return pd.concat(parts, ignore_index=True).dropna(subset="value", ignore_index=True)


def _outlay(history: History, ledger: Ledger) -> pd.DataFrame:
    """Money paid out by month: in all, by measure, by payer; yuan of the district, tax relief left out."""
    months = range(history.first, history.first + history.length)
    entries = [e for e in ledger.entries() if e.payer != FORGONE]
    groups: dict[str, dict[int, int]] = {"": dict.fromkeys(months, 0)}
    for entry in entries:
        for group in ("", f"measure:{entry.measure}", f"payer:{entry.payer}"):
            table = groups.setdefault(group, dict.fromkeys(months, 0))
            if entry.month in table:
                table[entry.month] += entry.paid_fen
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "month": [month_text(m) for m in table],
                    "indicator": "outlay",
                    "group": group,
                    "value": [fen / 100.0 / history.scale for fen in table.values()],
                }
            )
            for group, table in groups.items()
        ],
        ignore_index=True,
    )


def _flows(history: History) -> pd.DataFrame:
    rows = []
    for good, months in history.months.items():
        for t, month in enumerate(months):
            moved = month.tally.moved
            for source, target in zip(*np.nonzero(moved), strict=True):
                rows.append((month_text(history.first + t), good, PLACES[source], PLACES[target], int(moved[source, target])))
    return pd.DataFrame(rows, columns=["month", "good", "from", "to", "count"])


def _stocks(history: History) -> pd.DataFrame:
    rows = []
    for good, months in history.months.items():
        for t, stocks in enumerate([history.start[good], *(m.stocks for m in months)]):
            for place in PLACES_COUNTED:
                rows.append((month_text(history.first + t - 1), good, place, int(getattr(stocks, place).sum())))
    return pd.DataFrame(rows, columns=["month", "good", "place", "count"])


def _ledger(ledger: Ledger) -> pd.DataFrame:
    rows = [(month_text(entry.month), *entry[1:]) for entry in ledger.entries()]
    return pd.DataFrame(rows, columns=list(Entry._fields))


def _pots(model: TradeInModel) -> pd.DataFrame:
    government = model.government
    rows = [
        row._asdict()
        | {"month": month_text(row.month)}
        | {name: fen.get((row.pot, row.month), 0) for name, fen in (("waiting", government.waited), ("void", government.void))}
        for row in government.pots.records()
    ]
    return pd.DataFrame(rows, columns=list(POTS))


def _uptake(model: TradeInModel) -> pd.DataFrame:
    rows = []
    for name, category in model.categories.items():
        claims = np.sum([m.tally.claims for m in model.history.months[name]], axis=0).sum(axis=1)
        claimed = np.sum([m.tally.claimed for m in model.history.months[name]], axis=0).sum(axis=1)
        for q, (measure, _) in enumerate(category.calendar.versions):
            for quintile, urban in zip(*np.nonzero(claims[q]), strict=True):
                rows.append(
                    (measure, int(quintile), bool(urban), int(claims[q, quintile, urban]), int(claimed[q, quintile, urban]))
                )
    frame = pd.DataFrame(rows, columns=["measure", "income_quintile", "urban", "claims", "amount_fen"])
    return frame.groupby(["measure", "income_quintile", "urban"], as_index=False).sum()


def _events(model: TradeInModel) -> pd.DataFrame:
    goods, measures = list(model.categories), list(model.settings.policy)
    months = range(model.history.first, model.history.first + model.history.length)
    parts = [
        category.state.witness.table(name, category.calendar, goods, measures, months)
        for name, category in model.categories.items()
        if category.state.witness
    ]
    parts = [part for part in parts if len(part)]
    return pd.concat(parts, ignore_index=True) if parts else no_events()


def _targets(settings: Settings, monthly: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for name, target in settings.targets.items():
        if target.by > settings.clock.end or (target.relative_to or target.by) < settings.clock.start:
            continue
        rows.append((name, target.by, target.comparator, target.promise, target_value(target, monthly), target.grade))
    table = pd.DataFrame(rows, columns=["id", "by", "comparator", "promise", "value", "grade"])
    table.insert(5, "met", verdicts(table["value"], table["comparator"], table["promise"]))
    return table


def target_value(target: Target, monthly: pd.DataFrame) -> float:
    """The indicator in the form that the promise speaks of."""
    series = monthly[(monthly["indicator"] == target.indicator) & (monthly["group"] == target.group)]
    values = series.set_index("month")["value"]

    def period(end: str) -> float:
        if target.period == "at":
            return float(values.get(end, np.nan))
        if target.period == "each_year":
            years = values[FIRST_YEAR:end].groupby(lambda month: month[:4])
            return float(years.sum()[years.size() == MONTHS_A_YEAR].min())
        last = values[:end].iloc[-MONTHS_A_YEAR:]
        return float(last.sum()) if last.size == MONTHS_A_YEAR and last.index[-1] == end else np.nan

    value = period(target.by)
    if target.relative_to is None:
        return value
    start = period(target.relative_to)
    return value - start if target.relative_as == "difference" else value / start if start else np.nan
