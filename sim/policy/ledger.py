"""Money the measures cost: claims, payments with their lag, and who bears them, in whole fen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from sim.errors import BalanceBroken, Both

FORGONE = "tax_forgone"
"""Payer of tax relief: revenue that the centre does not collect. It is shown, but is no outlay."""


class Entry(NamedTuple):
    """One measure, payer and month: claims entered, fen claimed, fen paid out."""

    month: int
    measure: str
    payer: str
    claims: int
    amount_fen: int
    paid_fen: int


def split(amount: int, shares: Mapping[str, float]) -> dict[str, int]:
    """Share out fen so that the parts sum to the whole: each rounded down, what is left goes to the first payer."""
    parts = {payer: int(amount * share) for payer, share in shares.items()}
    first = next(iter(parts))
    parts[first] += amount - sum(parts.values())
    return parts


@dataclass
class Ledger:
    """Claims and payments of a run."""

    payers: dict[str, Mapping[str, float]]
    """Measure -> payer -> share."""
    lags: dict[str, int]
    """Measure -> months from claim to payment."""
    claims: dict[tuple[int, str], tuple[int, int]] = field(default_factory=dict)
    """Month, measure -> claims and fen entered."""
    paid: dict[tuple[int, str], int] = field(default_factory=dict)
    """Month, measure -> fen."""
    due: dict[tuple[int, str], int] = field(default_factory=dict)
    """Month from which it is to be paid, measure -> fen not yet paid."""

    def claim(self, month: int, measure: str, claims: int, fen: int) -> None:
        """Enter claims that money has been set aside for; they are paid after the measure's lag."""
        before = self.claims.get((month, measure), (0, 0))
        self.claims[month, measure] = before[0] + claims, before[1] + fen
        payable = month + self.lags.get(measure, 0)
        self.due[payable, measure] = self.due.get((payable, measure), 0) + fen

    def pay(self, month: int) -> None:
        """Pay everything that is due this month."""
        for when, measure in [k for k in self.due if k[0] <= month]:
            fen = self.due.pop((when, measure))
            self.paid[month, measure] = self.paid.get((month, measure), 0) + fen

    @property
    def outstanding(self) -> int:
        """Fen claimed and not yet paid."""
        return sum(self.due.values())

    def entries(self) -> list[Entry]:
        """Every month, measure and payer with something to show; shares of a month sum to the month's amount."""
        rows = []
        for month, measure in sorted(set(self.claims) | set(self.paid)):
            claims, fen = self.claims.get((month, measure), (0, 0))
            shares = self.payers[measure]
            claimed, paid = split(fen, shares), split(self.paid.get((month, measure), 0), shares)
            rows += [Entry(month, measure, payer, claims, claimed[payer], paid[payer]) for payer in shares]
        return rows

    def check(self) -> None:
        """Raise BalanceBroken unless everything claimed has been paid or is outstanding."""
        claimed = sum(fen for _, fen in self.claims.values())
        paid = sum(self.paid.values())
        if claimed != paid + self.outstanding:
            raise BalanceBroken(
                Both(
                    f"台账：申领 {claimed} 分，已付 {paid} 分，未付 {self.outstanding} 分",
                    f"ledger: {claimed} fen claimed, {paid} paid, {self.outstanding} outstanding",
                )
            )
