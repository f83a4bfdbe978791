"""Pots: money set aside for measures, released and lapsing, never overdrawn on any day. Whole fen throughout."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.clock import day_number, days_in, first_day, month_number, month_text
from sim.errors import BalanceBroken, Both
from sim.policy.foreseeing import Floats, TrancheLeft, funded_ahead
from sim.policy.pot import Cap, Period, Pot, Tranche
from sim.policy.rationing import (
    CAP_REACHED,
    CLOSED,
    DAYS,
    NO_CAP,
    NO_MONEY,
    UNLIMITED,
    Ration,
    drain,
    drainable,
    plain_ration,
)
from sim.policy.releases import Releases, arrival_months, period_numbers, schedule
from sim.policy.tables import Ints
from sim.units import fen


class PotMonth(NamedTuple):
    """One pot in one month: balance = balance before + opened - lapsed - committed.

    ``dry_days``, ``capped_days``: on which a claim found no money, or the cap reached; ``stopped_days``: on which none was
    taken.
    """

    pot: str
    month: int
    opened: int
    lapsed: int
    committed: int
    balance: int
    dry_days: int = 0
    capped_days: int = 0
    stopped_days: int = 0


@dataclass
class _OpenTranche:
    """What is left of one tranche, and when it is released."""

    last: int
    """Month that contains its last day."""
    releases: Releases
    balance: int = 0


@dataclass
class _OpenCap:
    """A cap by days, and what is left of its running period."""

    first: int
    last: int
    per: Period
    amount: int
    levered: int
    running: int = -1
    """Number of the period that the last month ended in."""
    left: int = 0


@dataclass
class _Account:
    """One pot: its tranches, caps and stops by day number, and the running month."""

    uncapped_from: int | None
    pulled: int
    tranches: list[_OpenTranche]
    caps: list[_OpenCap]
    stops: list[tuple[int, int]]
    lottery: Period | None
    waits: bool
    """Whether those who find it dry wait for new money."""
    arrivals: set[int]
    """Months in which a tranche or an instalment comes."""
    month: int | None = None
    opened: int = 0
    lapsed: int = 0
    committed: int = 0
    records: list[tuple[int, ...]] = field(default_factory=list)

    @property
    def uncapped(self) -> bool:
        """Whether every claim of the open month is paid."""
        return self.uncapped_from is not None and self.month is not None and self.month >= self.uncapped_from

    @property
    def balance(self) -> int:
        return sum(tranche.balance for tranche in self.tranches)


class Pots:
    """All pots of a run; months are opened in order, money that a tranche did not spend lapses after its last month."""

    def __init__(self, pots: dict[str, Pot], scale: float) -> None:
        self._accounts = {name: _account(pot, scale) for name, pot in pots.items()}
        self._place = {name: n for n, name in enumerate(pots)}
        self.ration = plain_ration(np.zeros(len(pots), dtype=np.int64))
        """What claims of the open month can draw on, in the order of the pots."""
        self._found = np.zeros((len(pots), DAYS), dtype=np.int8)

    def open_month(self, month: int) -> None:
        """Let tranches that have ended lapse and release what is due; raises BalanceBroken if months are skipped."""
        for name, account in self._accounts.items():
            if account.month is not None and month != account.month + 1:
                new, old = month_text(month), month_text(account.month)
                raise BalanceBroken(Both(f"资金池 {name}：{new} 在 {old} 之后开启", f"pot {name}: {new} opened after {old}"))
            self._close(name, account)
            carried, released = _open(account, month)
            _fill(self.ration, self._place[name], account, carried + np.cumsum(released))
        self._found[:] = 0

    def available(self, pot: str, month: int) -> int:
        """Fen left for claims of ``month``, caps aside; raises BalanceBroken for any month but the open one."""
        account = self._opened(pot, month)
        return UNLIMITED if account.uncapped else account.balance

    def newly_funded(self, pot: str, month: int) -> bool:
        """Whether a tranche or an instalment comes in the open month, its parcelling out aside."""
        return month in self._opened(pot, month).arrivals

    def payable(self, pot: str, month: int, amount: int) -> int:
        """How much of an amount could be paid in the course of the open month."""
        self._opened(pot, month)
        return drainable(self.ration, self._place[pot], amount)

    def spend(self, pot: str, month: int, amount: int) -> None:
        """Commit fen, as early in the month as they are there; raises BalanceBroken on overdraw or a negative amount."""
        left = self.payable(pot, month, max(amount, 0))
        if amount < 0 or amount > left:
            raise self._overdrawn(pot, month, amount, self.available(pot, month))
        drain(self.ration, self._place[pot], amount)
        _commit(self._accounts[pot], amount)

    def draw(self, month: int, before: Ration, after: Ration, found: NDArray[np.int8]) -> None:
        """Commit by day what claims have taken out of ``before``; raises BalanceBroken on overdraw."""
        taken = before.free - after.free
        self.ration.free[:] -= taken
        self.ration.quota[:] -= before.quota - after.quota
        np.maximum(self._found, found, out=self._found)
        spent, names = taken[:, -1], tuple(self._place)
        if min(spent.min(initial=0), self.ration.free.min(initial=0), self.ration.quota.min(initial=0)) < 0:
            over = (spent < 0) | (self.ration.free < 0).any(axis=1) | (self.ration.quota < 0).any(axis=1)
            first = int(np.flatnonzero(over)[0])
            raise self._overdrawn(names[first], month, int(spent[first]), int(self.ration.free[first, -1] + spent[first]))
        for n in np.flatnonzero(spent).tolist():
            _commit(self._opened(names[n], month), int(spent[n]))

    def unclaimed(self) -> set[str]:
        """Pots that can run short and of which nothing has been claimed yet."""
        return {name for name, account in self._accounts.items() if _can_end(account) and _pace(account) <= 0.0}

    def funded(self, ahead: int, likely: Mapping[str, float]) -> Floats:
        """Share of claims that can be expected to find money, in the open month and those after it [P, ahead].

        Claims go on at the pace of the last month in which any were paid, by the days on which money was there; before the
        first, at the ``likely`` one, fen a day. What comes is known once it is announced. Where all claims are paid or wait
        until they are, or nothing can be told of their pace, it is one.
        """
        out = np.ones((len(self._accounts), ahead))
        for name, account in self._accounts.items():
            pace = _pace(account) or likely.get(name, 0.0)
            if account.month is not None and _can_end(account) and pace > 0.0:
                left = [TrancheLeft(one.releases, one.balance, one.last) for one in account.tranches]
                out[self._place[name]] = funded_ahead(left, account.month, pace, ahead)
        return out

    def records(self) -> list[PotMonth]:
        """Every pot in every month so far, the open one included."""
        rows = []
        for name, account in self._accounts.items():
            running = [] if account.month is None else [self._row(name, account)]
            rows += [PotMonth(name, *row) for row in account.records + running]
        return rows

    def _opened(self, pot: str, month: int) -> _Account:
        account = self._accounts[pot]
        if account.month != month:
            when = month_text(month)
            raise BalanceBroken(Both(f"资金池 {pot}：{when} 不是当前月份", f"pot {pot}: {when} is not the open month"))
        return account

    @staticmethod
    def _overdrawn(pot: str, month: int, amount: int, left: int) -> BalanceBroken:
        when = month_text(month)
        return BalanceBroken(
            Both(f"资金池 {pot}，{when}：请求 {amount} 分，可用 {left} 分", f"pot {pot}, {when}: {amount} fen asked of {left}")
        )

    def _close(self, name: str, account: _Account) -> None:
        if account.month is not None:
            account.records.append(self._row(name, account))
            for cap in account.caps:
                _keep_quota(cap, self.ration, self._place[name], account.month)
        account.opened = account.lapsed = account.committed = 0

    def _row(self, name: str, account: _Account) -> tuple[int, ...]:
        assert account.month is not None
        n, length = self._place[name], days_in(account.month)
        found = self._found[n]
        stopped = int((self.ration.turn[n, :length] == CLOSED).sum())
        days = int((found == NO_MONEY).sum()), int((found == CAP_REACHED).sum()), stopped
        return account.month, account.opened, account.lapsed, account.committed, account.balance, *days


def _can_end(account: _Account) -> bool:
    """Whether claimants may be turned away for want of money."""
    return not account.waits and not account.uncapped


def _pace(account: _Account) -> float:
    """Fen that claims took a day in the last month in which any were paid, over the days on which they could be."""
    for month, _, _, committed, _, dry, _, stopped in reversed(account.records):
        if committed:
            return float(committed / max(days_in(month) - dry - stopped, 1))
    return 0.0


def _commit(account: _Account, amount: int) -> None:
    """Take fen out of the tranches, the one that ends first before the others."""
    account.committed += amount
    if account.uncapped:
        account.opened += amount
        return
    for tranche in account.tranches:
        part = min(tranche.balance, amount)
        tranche.balance -= part
        amount -= part


def _open(account: _Account, month: int) -> tuple[int, Ints]:
    """Lapse, then release; returns what was there before and what is released on each day of the month [DAYS].

    A run that starts within a tranche gets what was released before its first month.
    """
    fresh = account.month is None
    account.month = month
    for tranche in account.tranches:
        if month > tranche.last:
            account.lapsed += tranche.balance
            tranche.balance = 0
    carried, released = account.balance, np.zeros(DAYS, dtype=np.int64)
    for tranche in account.tranches if not account.uncapped else ():
        days, amounts, _ = tranche.releases
        due = days < first_day(month + 1)
        due &= (month <= tranche.last) if fresh else days >= first_day(month)
        np.add.at(released, np.maximum(days[due] - first_day(month), 0), amounts[due])
        tranche.balance += int(amounts[due].sum())
    account.opened += int(released.sum())
    return carried, released


def _fill(ration: Ration, n: int, account: _Account, free: Ints) -> None:
    """Write what claims of the open month can draw on; where all of it is there for all of them, days make no difference."""
    assert account.month is not None
    ration.free[n], ration.quota[n], ration.period[n], ration.turn[n] = (column[0] for column in plain_ration(free[-1:]))
    if account.uncapped:
        ration.free[n] = UNLIMITED
        return
    first, length = first_day(account.month), days_in(account.month)
    days = first + np.minimum(np.arange(DAYS), length - 1)
    ration.free[n] = free
    for cap in account.caps:
        _set_quota(cap, ration, n, days, cap.levered if account.month >= account.pulled else cap.amount)
    if account.lottery is not None:
        draws = period_numbers(days, account.lottery)
        ration.turn[n] = np.searchsorted(draws, draws, side="right") - 1
    elif (free != free[0]).any() or (ration.period[n] != ration.period[n, 0]).any():
        ration.turn[n] = days - first
    for start, end in account.stops:
        ration.turn[n, (days >= start) & (days <= end)] = CLOSED


def _set_quota(cap: _OpenCap, ration: Ration, n: int, days: Ints, amount: int) -> None:
    """Enter a cap on the days of its window; a period that has begun before goes on with what it has left."""
    held = (days >= cap.first) & (days <= cap.last)
    if not held.any():
        return
    numbers = period_numbers(days, cap.per)
    taken = np.unique(ration.period[n][ration.period[n] != NO_CAP]).size
    ids, places = np.unique(numbers[held], return_inverse=True)
    ration.period[n, held] = taken + places
    ration.quota[n, taken : taken + ids.size] = amount
    if ids[0] == cap.running:
        ration.quota[n, taken] = cap.left


def _keep_quota(cap: _OpenCap, ration: Ration, n: int, month: int) -> None:
    """Remember what is left of the period that the month ends in."""
    last = first_day(month + 1) - 1
    if cap.first <= last <= cap.last and ration.period[n, DAYS - 1] != NO_CAP:
        cap.running = int(period_numbers(np.array([last]), cap.per)[0])
        cap.left = int(ration.quota[n, ration.period[n, DAYS - 1]])


def _account(pot: Pot, scale: float) -> _Account:
    pulled = month_number(pot.levers_from)
    ordered = sorted(pot.tranches.values(), key=lambda each: (month_number(each.span.end), month_number(each.span.start)))
    return _Account(
        uncapped_from=pulled if pot.uncapped else None,
        pulled=pulled,
        tranches=[_open_tranche(tranche, scale, pot.amount_factor, pulled) for tranche in ordered],
        caps=[_open_cap(cap, scale, scale * pot.amount_factor) for cap in pot.caps.values()],
        stops=[(day_number(stop.closed.start), day_number(stop.closed.end)) for stop in pot.stops.values()],
        lottery=pot.lottery,
        waits=pot.when_dry == "queue",
        arrivals=set().union(*(arrival_months(tranche) for tranche in pot.tranches.values())),
    )


def _open_tranche(tranche: Tranche, scale: float, factor: float, pulled: int) -> _OpenTranche:
    return _OpenTranche(month_number(tranche.span.end), schedule(tranche, scale, factor, pulled))


def _open_cap(cap: Cap, scale: float, levered: float) -> _OpenCap:
    first, last, amount = day_number(cap.span.start), day_number(cap.span.end), cap.amount.value
    return _OpenCap(first, last, cap.per, fen(amount * scale), fen(amount * levered))
