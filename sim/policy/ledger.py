"""Money the measures cost: claims, applications and payments with their lags, and who bears them, in whole fen.

A claim is entered in the month of the purchase, when its pot sets the money aside. Who has bought applies later; payment
becomes due some months after the application. The delay is memoryless, shorter as the last day for applications comes near,
and purchases are spread evenly over their month: one number says how many are still to apply (approximations).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sim.clock import days_in, first_day
from sim.errors import BalanceBroken, Both
from sim.numerics.arithmetic import exp
from sim.policy.tables import FOREVER
from sim.schema.result_tables import Entry

HURRY = 3.0
"""Mean delays that fit between a month's end and the last day for applications, at the least (grade C: of the car subsidies
of 2024, open to applications until 10 January, 6.6 of 6.8 million had been applied for by the end of December)."""


def split(amount: int, shares: Mapping[str, float]) -> dict[str, int]:
    """Share out fen so that the parts sum to the whole: each rounded down, what is left goes to the first payer."""
    parts = {payer: int(amount * share) for payer, share in shares.items()}
    first = next(iter(parts))
    parts[first] += amount - sum(parts.values())
    return parts


def kept_from_before(days: float, mean: float) -> float:
    """Of those who have not applied at a month's start, the share that has not at its end, so many days later."""
    return exp(-days / mean)


def kept_of_month(days: float, mean: float) -> float:
    """The same of a month's own purchases, spread evenly over its days."""
    return mean / days * (1.0 - exp(-days / mean))


@dataclass
class Backlog:
    """Claims under one version whose owners have yet to apply."""

    claims: int = 0
    fen: int = 0
    bought: int = 0
    """Of the claims, those entered since the last month was closed."""
    expected: float = 0.0
    """What the shares alone, without rounding, leave of the others."""

    def enter(self, claims: int, fen: int) -> None:
        """Take up claims of this month's purchases."""
        self.claims, self.fen, self.bought = self.claims + claims, self.fen + fen, self.bought + claims

    def applied(self, days: float, mean: float, last: bool) -> tuple[int, int]:
        """Claims and fen applied for in a month of so many days, in its ``last`` all; those of a version are taken as alike.

        What is left is rounded, not what applies: roundings of the months then do not add up, and a single claim in a small
        district is not put off to the last month.
        """
        kept = self.expected * kept_from_before(days, mean) + self.bought * kept_of_month(days, mean)
        self.expected = 0.0 if last else kept
        claims = self.claims - min(int(self.expected + 0.5), self.claims)
        fen = self.fen - self.fen * (self.claims - claims) // self.claims if claims else 0
        self.claims, self.fen, self.bought = self.claims - claims, self.fen - fen, 0
        return claims, fen


@dataclass
class Ledger:
    """Claims, applications and payments of a run."""

    payers: dict[str, Mapping[str, float]]
    """Measure -> payer -> share."""
    lags: dict[str, int]
    """Measure -> months from application to payment."""
    application_lags: Mapping[str, float] = field(default_factory=dict)
    """Measure -> mean days from purchase to application; what is not named, or 0: both at once."""
    last_days: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """Measure, version -> last day on which applications are taken; what is not named has none."""
    claims: dict[tuple[int, str], tuple[int, int]] = field(default_factory=dict)
    """Month, measure -> claims and fen entered."""
    applications: dict[tuple[int, str], int] = field(default_factory=dict)
    """Month, measure -> applications made."""
    backlogs: dict[tuple[str, str], Backlog] = field(default_factory=dict)
    """Measure, version -> claims that are yet to be applied for."""
    paid: dict[tuple[int, str], int] = field(default_factory=dict)
    """Month, measure -> fen."""
    due: dict[tuple[int, str], int] = field(default_factory=dict)
    """Month from which it is to be paid, measure -> fen not yet paid."""

    def claim(self, month: int, measure: str, claims: int, fen: int, version: str = "") -> None:
        """Enter claims that money has been set aside for; they are paid after the measure's lags.

        ``version``: of owners who have just bought under its terms and are yet to apply. Without one they have applied:
        who waited in a line stands in it with an application, and a top-up goes to earlier applicants.
        """
        before = self.claims.get((month, measure), (0, 0))
        self.claims[month, measure] = before[0] + claims, before[1] + fen
        if version and claims and self.application_lags.get(measure, 0.0) > 0.0:
            self.backlogs.setdefault((measure, version), Backlog()).enter(claims, fen)
        else:
            self._take(month, measure, claims, fen)

    def apply(self, month: int) -> None:
        """Take the applications of a month that ends: of its purchases and of those before."""
        end = first_day(month + 1) - 1
        for (measure, version), backlog in self.backlogs.items():
            mean, left = self.application_lags[measure], self.last_days.get((measure, version), FOREVER) - end
            claims, fen = backlog.applied(days_in(month), min(mean, max(left, 1) / HURRY), last=left <= 0)
            if claims:
                self._take(month, measure, claims, fen)

    def _take(self, month: int, measure: str, applications: int, fen: int) -> None:
        """Book applications of a month, and when they are to be paid."""
        self.applications[month, measure] = self.applications.get((month, measure), 0) + applications
        payable = month + self.lags.get(measure, 0)
        self.due[payable, measure] = self.due.get((payable, measure), 0) + fen

    def pay(self, month: int) -> None:
        """Pay everything that is due this month."""
        for when, measure in [k for k in self.due if k[0] <= month]:
            fen = self.due.pop((when, measure))
            self.paid[month, measure] = self.paid.get((month, measure), 0) + fen

    @property
    def outstanding(self) -> int:
        """Fen claimed and not yet paid, applied for or not."""
        return sum(self.due.values()) + sum(backlog.fen for backlog in self.backlogs.values())

    def entries(self) -> list[Entry]:
        """Every month, measure and payer with something to show; shares of a month sum to the month's amount."""
        rows = []
        for month, measure in sorted(set(self.claims) | set(self.applications) | set(self.paid)):
            claims, fen = self.claims.get((month, measure), (0, 0))
            applied = self.applications.get((month, measure), 0)
            shares = self.payers[measure]
            claimed, paid = split(fen, shares), split(self.paid.get((month, measure), 0), shares)
            rows += [Entry(month, measure, payer, claims, applied, claimed[payer], paid[payer]) for payer in shares]
        return rows

    def check(self) -> None:
        """Raise BalanceBroken unless what is claimed has been paid or is outstanding, and applied for or still to be."""
        claimed = sum(fen for _, fen in self.claims.values())
        paid = sum(self.paid.values())
        if claimed != paid + self.outstanding:
            raise BalanceBroken(
                Both(
                    f"台账：申领 {claimed} 分，已付 {paid} 分，未付 {self.outstanding} 分",
                    f"ledger: {claimed} fen claimed, {paid} paid, {self.outstanding} outstanding",
                )
            )
        claims, applied = sum(count for count, _ in self.claims.values()), sum(self.applications.values())
        pending = sum(backlog.claims for backlog in self.backlogs.values())
        if claims != applied + pending:
            raise BalanceBroken(
                Both(
                    f"台账：申领 {claims} 笔，已申请 {applied} 笔，待申请 {pending} 笔",
                    f"ledger: {claims} claims, {applied} applied for, {pending} yet to be",
                )
            )
