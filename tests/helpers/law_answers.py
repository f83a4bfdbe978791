"""What the program says to applicants of the second calculator."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

import numpy as np
from policy_files import measures, product
from reference.law.crowd import Drawn
from reference.law.people import Applicant, Old, Right

from sim.clock import day_number, month_of_day
from sim.policy.calendar import Calendar
from sim.policy.eligibility import Held, condition, meets, scrap_grant
from sim.policy.in_force import Rules
from sim.policy.interest import interest_fen
from sim.schema.product import FUELS, OWNERS, USES
from sim.units import fen

ROUTES = ("any", "scrap", "transfer")
PERSONS = 2


@cache
def binding(kind: str) -> frozenset[str]:
    """Measures that name this category."""
    return frozenset(name for name, measure in measures().items() if kind in measure.goods)


@cache
def calendar(kind: str) -> Calendar:
    return Calendar({name: measures()[name] for name in sorted(binding(kind))}, kind, product(kind))


@cache
def rules_of(kind: str, month: int) -> Rules:
    """What the counter applies in a month."""
    return calendar(kind).rules(month, month)


def _day(day: dt.date) -> int:
    return day_number(day)


class Counter:
    """The program's answers to one applicant."""

    def __init__(self, drawn: Drawn) -> None:
        applicant = drawn.applicant
        self.applicant: Applicant = applicant
        self.kind = drawn.kind
        self.day = _day(applicant.day)
        self.rules = rules_of(self.kind, month_of_day(self.day))
        self.variants = list(product(self.kind).variants)
        self.new = -1 if drawn.new is None else self.variants.index(drawn.new)
        self.old_variant = -1 if drawn.old is None else self.variants.index(drawn.old)
        self.prices = np.full(len(self.variants), float(applicant.new.price) if applicant.new else 0.0)
        self.use = USES.index("operating" if applicant.old and applicant.old.operating else "non_operating")

    def _meets(self, m: int, old: Old) -> bool:
        fuel = FUELS.index(old.burns or FUELS[0])  # type: ignore[arg-type]
        held = Held(self.old_variant, fuel, _day(old.registered), old.standard, _day(old.owned_since), self.use)
        return bool(meets(condition(self.rules.entitlements, m), held, self.day))

    def _open(self, m: int) -> bool:
        ent, old = self.rules.entitlements, self.applicant.old
        once = int(ent.once[m])
        if not ent.owner_ok[m, OWNERS.index(self.applicant.who)] or (once and self.applicant.claims >= once * PERSONS):
            return False
        route = ROUTES[int(ent.route[m])]
        if old is None:
            return route == "any" and bool(ent.first_day[m] <= self.day <= ent.last_day[m])
        return route in ("any", self.applicant.route) and self._meets(m, old)

    def _scrapped(self, m: int) -> int:
        old, ent = self.applicant.old, self.rules.entitlements
        if old is None or ROUTES[int(ent.route[m])] != "scrap":
            return 0
        months = int(self.rules.retirement_months[self.old_variant, self.use])
        years, amounts = ent.scrap_years[m, self.old_variant], ent.scrap_fen[m, self.old_variant]
        return int(scrap_grant(years, amounts, _day(old.registered), months, self.day))

    def rights(self) -> dict[str, Right]:
        """What each measure pays; those that pay nothing are left out."""
        ent, found = self.rules.entitlements, {}
        rows = [m for m in range(len(ent.measure)) if self._open(m)]
        grants: Any = self.rules.grants_fen(self.prices) if rows else None
        for m in rows:
            name = calendar(self.kind).measures[int(ent.measure[m])]
            right = Right(int(grants[m, self.new]) if self.new >= 0 else 0, self._scrapped(m))
            best = max(right, found.get(name, right), key=lambda each: each.bought + each.scrapped)
            found[name] = best
        return {name: right for name, right in found.items() if right != Right()}

    def taxes(self) -> tuple[int, int]:
        """Tax due and tax saved, to the fen as it is booked."""
        if self.new < 0:
            return 0, 0
        due = float(self.rules.tax_yuan(self.prices)[self.new])  # below zero where a tax on profits is cut
        saved = sum(int(tax.relief_fen(self.prices)[self.new]) for tax in self.rules.taxes)
        return fen(due) if due >= 0.0 else -fen(-due), saved

    def interest(self) -> int:
        """Interest that the treasury pays in a year, fen."""
        if self.new < 0:
            return 0
        who = OWNERS.index(self.applicant.who)
        share, most = (rows[who] for rows in self.rules.interest.by_owner())
        return sum(
            int(interest_fen(part, limit, float(self.applicant.borrowed))) for part, limit in zip(share, most, strict=True)
        )
