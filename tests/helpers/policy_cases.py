"""Hand-worked cases: read them, and let calendar, rules and eligibility say what they come to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from policy_files import CASES, measure, product, read

from sim.clock import day_number, month_of_day, parse_month
from sim.policy.calendar import Calendar
from sim.policy.eligibility import Held, condition, meets, scrap_grant
from sim.policy.entitlements import Entitlements
from sim.policy.in_force import Rules
from sim.policy.interest import all_interest
from sim.policy.restrictions import Restrictions
from sim.policy.tables import FOREVER
from sim.schema.product import FUELS, OWNERS, USES, Product


@dataclass(frozen=True)
class Case:
    """One sentence, what is given, and what must come out."""

    measure: str
    name: str
    given: Mapping[str, Any]
    expect: Mapping[str, Any]


def read_cases() -> list[Case]:
    """All cases of tests/cases; ``base`` of a file holds for each of its cases unless the case says otherwise."""
    cases = []
    for path in sorted(CASES.glob("*.yaml")):
        content = read(path)
        for entry in content["cases"]:
            given = {**content["base"], **entry["given"]}
            given["old"] = {**content["base"].get("old", {}), **entry["given"].get("old", {})}
            cases.append(Case(path.stem, entry["name"], given, entry["expect"]))
    return cases


def _day(text: str) -> int:
    return day_number(dt.date.fromisoformat(text))


class Answer:
    """What the rules of one measure say to what is given; one method per quantity that a case may expect."""

    def __init__(self, case: Case) -> None:
        given = case.given
        self.given = given
        self.product: Product = product(given["product"])
        self.variants = list(self.product.variants)
        self.day = _day(given["day"])
        self.month = month_of_day(self.day)
        policy = {case.measure: measure(case.measure, **given.get("levers", {}))}
        self.calendar = Calendar(policy, given["product"], self.product)
        known_at = parse_month(given["known_at"]) if "known_at" in given else self.month
        self.rules: Rules = self.calendar.rules(self.month, known_at)
        self.prices = np.full(len(self.variants), float(given.get("price", 0.0)))
        self.new = self.variants.index(given["new"]) if "new" in given else -1
        self.owner = OWNERS.index(given.get("owner", "household"))
        self.use = USES.index(given.get("use", "non_operating"))

    def _eligible(self, rows: Entitlements | Restrictions, m: int) -> bool:
        old = self.given["old"]
        name = old["variant"]
        fuel = FUELS.index(self.product.variants[name].fuel or FUELS[0]) if "fuel" not in old else FUELS.index(old["fuel"])
        owned = _day(old["owned_since"]) if "owned_since" in old else _day(old["registered"])
        held = Held(self.variants.index(name), fuel, _day(old["registered"]), old.get("emission", 6), owned, self.use)
        return bool(meets(condition(rows, m), held, self.day))

    def _open_rows(self) -> list[int]:
        ent: Entitlements = self.rules.entitlements
        rows = [m for m in range(len(ent.measure)) if ent.owner_ok[m, self.owner]]
        if not self.given["old"]:
            return [m for m in rows if ent.route[m] == 0 and ent.first_day[m] <= self.day <= ent.last_day[m]]
        return [m for m in rows if self._eligible(ent, m)]

    def grant(self) -> float:
        """Yuan for the new good."""
        grants = self.rules.grants_fen(self.prices)
        return max((grants[m, self.new] / 100 for m in self._open_rows()), default=0.0)

    def scrap(self) -> float:
        """Yuan for scrapping the old good."""
        ent, old = self.rules.entitlements, self.given["old"]
        index = self.variants.index(old["variant"])
        given = (_day(old["registered"]), self.given["retirement_months"], self.day)
        fen = [scrap_grant(ent.scrap_years[m, index], ent.scrap_fen[m, index], *given) for m in self._open_rows()]
        return max(fen, default=0) / 100

    def top_up(self) -> float:
        """Yuan paid on top of claims for the new good since the retroactive day."""
        found = self.calendar.top_ups(self.month)
        return sum(each.difference_fen(self.prices)[self.new] / 100 for each in found)

    def tax(self) -> float:
        return float(self.rules.tax_yuan(self.prices)[self.new])

    def tax_relief(self) -> float:
        return float(sum(tax.relief(self.prices)[self.new] for tax in self.rules.taxes))

    def max_loan_ratio(self) -> float:
        return float(self.rules.loans.max_ratio[self.new, self.use])

    def max_loan_ratio_used(self) -> float:
        return self.rules.loans.max_ratio_used

    def down_payment_set(self) -> float:
        return self.rules.loans.down_payment_set

    def interest_per_year(self) -> float:
        share, most = self.rules.interest.by_owner()
        return float(all_interest(share[self.owner], most[self.owner], self.given["principal"]))

    def retirement_years(self) -> float | None:
        months = self.rules.retirement_months[self.variants.index(self.given["old"]["variant"]), self.use]
        return None if months >= FOREVER else months / 12

    def _hit(self) -> list[int]:
        rows = self.rules.restrictions
        return [r for r in range(rows.use.size) if self._eligible(rows, r)]

    def cost_per_year(self) -> float:
        return float(sum(12 * self.rules.restrictions.cost_per_month[r] for r in self._hit()))

    def fail_per_year(self) -> float:
        return float(1 - np.prod([(1 - self.rules.restrictions.fail_per_month[r]) ** 12 for r in self._hit()]))

    def mandate_share(self) -> float:
        owner = self.given["owner_type"]
        return max((m.share for m in self.rules.mandates if owner in m.owners and m.variants[self.new]), default=0.0)

    def ask(self, quantity: str) -> Any:
        """The quantity a case names: a method of this class or a friction."""
        own = getattr(self, quantity, None)
        return own() if callable(own) else getattr(self.rules.frictions, quantity)
