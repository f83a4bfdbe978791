"""Pots: money set aside for measures, opened and lapsing by month, never overdrawn. Whole fen throughout."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from sim.clock import month_number, month_text
from sim.errors import BalanceBroken, Both
from sim.policy.pot import Pot, Tranche
from sim.units import fen

UNLIMITED = 2**62
"""Fen available in an uncapped pot."""


class PotMonth(NamedTuple):
    """One pot in one month: balance = balance before + opened - lapsed - committed."""

    pot: str
    month: int
    opened: int
    lapsed: int
    committed: int
    balance: int


@dataclass
class _OpenTranche:
    """What is left of one tranche; the months that contain its days. ``levered``: its amount for what is released from
    the month ``pulled`` on."""

    first: int
    last: int
    amount: int
    monthly: bool
    pulled: int
    levered: int
    balance: int = 0

    def release(self, month: int) -> int:
        """Fen released in ``month``; equal parts, the rounding spread so that they sum to the amount."""
        if not self.first <= month <= self.last:
            return 0
        amount = self.levered if month >= self.pulled else self.amount
        if not self.monthly:
            return amount if month == self.first else 0
        parts, part = self.last - self.first + 1, month - self.first
        return amount * (part + 1) // parts - amount * part // parts


@dataclass
class _Account:
    """One pot: its tranches and the running month."""

    uncapped_from: int | None
    tranches: list[_OpenTranche]
    month: int | None = None
    opened: int = 0
    lapsed: int = 0
    committed: int = 0
    records: list[tuple[int, int, int, int, int]] = field(default_factory=list)

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

    def open_month(self, month: int) -> None:
        """Let tranches that have ended lapse and release what is due; raises BalanceBroken if months are skipped."""
        for name, account in self._accounts.items():
            if account.month is not None and month != account.month + 1:
                new, old = month_text(month), month_text(account.month)
                raise BalanceBroken(Both(f"资金池 {name}：{new} 在 {old} 之后开启", f"pot {name}: {new} opened after {old}"))
            self._close(account)
            _open(account, month)

    def available(self, pot: str, month: int) -> int:
        """Fen that claims of ``month`` can still be paid from; raises BalanceBroken for any month but the open one."""
        account = self._opened(pot, month)
        return UNLIMITED if account.uncapped else account.balance

    def spend(self, pot: str, month: int, amount: int) -> None:
        """Commit fen, from the tranche that ends first; raises BalanceBroken on overdraw or a negative amount."""
        account = self._opened(pot, month)
        if amount < 0 or amount > self.available(pot, month):
            when, left = month_text(month), self.available(pot, month)
            raise BalanceBroken(
                Both(
                    f"资金池 {pot}，{when}：请求 {amount} 分，可用 {left} 分",
                    f"pot {pot}, {when}: {amount} fen asked of {left}",
                )
            )
        account.committed += amount
        if account.uncapped:
            account.opened += amount
            return
        for tranche in account.tranches:
            part = min(tranche.balance, amount)
            tranche.balance -= part
            amount -= part

    def records(self) -> list[PotMonth]:
        """Every pot in every month so far, the open one included."""
        rows = []
        for name, account in self._accounts.items():
            running = [] if account.month is None else [_row(account, account.month)]
            rows += [PotMonth(name, *row) for row in account.records + running]
        return rows

    def _opened(self, pot: str, month: int) -> _Account:
        account = self._accounts[pot]
        if account.month != month:
            when = month_text(month)
            raise BalanceBroken(Both(f"资金池 {pot}：{when} 不是当前月份", f"pot {pot}: {when} is not the open month"))
        return account

    @staticmethod
    def _close(account: _Account) -> None:
        if account.month is not None:
            account.records.append(_row(account, account.month))
        account.opened = account.lapsed = account.committed = 0


def _row(account: _Account, month: int) -> tuple[int, int, int, int, int]:
    return month, account.opened, account.lapsed, account.committed, account.balance


def _open(account: _Account, month: int) -> None:
    """Lapse, then release; a run that starts within a tranche gets what was released before its first month."""
    fresh = account.month is None
    account.month = month
    for tranche in account.tranches:
        if month > tranche.last:
            account.lapsed += tranche.balance
            tranche.balance = 0
        months = range(tranche.first, month + 1) if fresh and month <= tranche.last else (month,)
        released = 0 if account.uncapped else sum(tranche.release(due) for due in months)
        tranche.balance += released
        account.opened += released


def _account(pot: Pot, scale: float) -> _Account:
    pulled = month_number(pot.levers_from)
    tranches = [_open_tranche(tranche, scale, scale * pot.amount_factor, pulled) for tranche in pot.tranches.values()]
    ordered = sorted(tranches, key=lambda tranche: (tranche.last, tranche.first))
    return _Account(uncapped_from=pulled if pot.uncapped else None, tranches=ordered)


def _open_tranche(tranche: Tranche, scale: float, levered: float, pulled: int) -> _OpenTranche:
    start, end = tranche.window.start, tranche.window.end
    assert end is not None  # refused by the schema
    amount, of_scale = tranche.amount.value, fen(tranche.amount.value * scale)
    return _OpenTranche(month_number(start), month_number(end), of_scale, tranche.monthly, pulled, fen(amount * levered))
