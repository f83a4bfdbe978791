"""What the owners of one category expect: values of owning, solved again when what they know changes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.expectation import expected_strain
from sim.behaviour.survival import transitions
from sim.behaviour.value import Announced, Owning, Routes, Values, announced_values, static_values, stationary_values
from sim.clock import MONTHS_A_YEAR
from sim.codes import AGE_STEP
from sim.errors import Both, NoSolution
from sim.markets.prices import ROWS, Prices
from sim.numerics.arithmetic import exp_all, log_all
from sim.owners.circumstances import Circumstances
from sim.owners.disposal import disposal_routes, route_utilities
from sim.owners.purchase import due_at_purchase, on_offer
from sim.owners.use import flow, running_cost
from sim.owners.vintages import Vintages
from sim.owners.worth_of_rules import WorthOfRules, mean_worth, open_grants
from sim.policy.calendar import Calendar
from sim.policy.in_force import Rules
from sim.population.products import Catalogue
from sim.schema.behaviour import Behaviour

Floats = NDArray[np.float64]
TOLERANCE = 1e-3
"""Utility within which the stationary values are solved; a thousandth of a taste shock moves a hazard by 0.1 %."""
ROUNDS = 400
LONGEST_LOOK_AHEAD = 60
"""Months; what is announced for later is taken as stationary."""
NOT_ON_OFFER = -1e30
NOT_AVAILABLE = -700.0
"""Score of a variant that a type cannot buy; its exponential is nothing."""


@dataclass(frozen=True)
class Expectations:
    """Values of owning as known in one month, for all months until what is known can next change."""

    solved: int
    """Month in which they were solved."""
    values: Values
    stationary: tuple[Floats, Floats, Floats]
    """W, values of none and nests in the long run: where the next solution starts."""


class Outlook:
    """How the owners of one category form expectations; holds nothing that changes in a run."""

    def __init__(self, catalogue: Catalogue, behaviour: Behaviour, calendar: Calendar, vintages: Vintages) -> None:
        self.catalogue, self.behaviour, self.calendar, self.vintages = catalogue, behaviour, calendar, vintages
        self.rules_worth = WorthOfRules(catalogue, behaviour.way_dissimilarity.value, vintages)
        monthly = transitions(catalogue.law, ROWS * AGE_STEP)
        self._monthly = tuple(np.ascontiguousarray(x[..., 1::AGE_STEP]) for x in monthly)
        self._quarterly = quarterly(*monthly)

    def solve(self, now: Circumstances, last: int, before: Expectations | None) -> Expectations:
        """Solve the values as known now, for all months until what is known can next change or ``last``."""
        month, money, choices = now.month, now.money, self.catalogue.choices
        months = np.arange(month, month + self._horizon(month, last))
        yearly = running_cost(self.catalogue, self.behaviour, now.paths, month, now.hassle)
        use = flow(self.catalogue, self.behaviour, money, yearly)
        later = self.owning(use, money, True)
        routes = self.disposal_routes(
            now.prices, money, route_utilities(self.catalogue, now.rules.frictions.effort_saved, money)
        )
        ahead, final = self._ahead(now, months)
        static = static_values(later)
        start = before.stationary if before else self._nothing_known(static)
        W, none, nests, rounds = stationary_values(later, static, routes, choices, final, *start, TOLERANCE, ROUNDS)
        if rounds == ROUNDS:
            name = self.catalogue.id
            raise NoSolution(
                Both(
                    f"{name}：持有价值在 {ROUNDS} 轮内未收敛",
                    f"{name}: the values of owning do not settle within {ROUNDS} rounds",
                )
            )
        rows = self.vintages.age_rows(np.arange(month, month + months.size + 1))
        values = announced_values(
            self.owning(use, money, False), static, routes, choices, ahead, rows, self.vintages.of_ages(months, choices.age),
            self.catalogue.new_nests, np.ascontiguousarray(W[rows[-1]]), none, nests, min(months.size, last - month + 1),
        )  # fmt: skip
        return Expectations(month, values, (W, none, nests))

    def owning(self, use: Floats, money: Floats, quarter: bool) -> Owning:
        """Constants of the value functions, by month or by quarter; ``use``: monthly utility of use."""
        b = self.behaviour
        beta = float(exp_all(log_all(np.array([b.discount_factor_year.value])) / MONTHS_A_YEAR)[0])
        if quarter:
            use = use * (1.0 + beta + beta * beta)
        moves, ends = self._quarterly if quarter else self._monthly
        return Owning(
            flow=use, moves=moves, ends=ends, money=money,
            effort_keep=self.catalogue.effort_keep, effort_first=self.catalogue.effort_first,
            discount=beta**AGE_STEP if quarter else beta,
            foresight=float(b.foresight.value), attention_scale=b.attention_scale.value,
            nest_scale=b.nest_dissimilarity.value, route_scale=b.way_dissimilarity.value,
            step=AGE_STEP if quarter else 1, looks=float(AGE_STEP) if quarter else 1.0,
        )  # fmt: skip

    def disposal_routes(self, prices: Prices, money: Floats, effort: Floats) -> Routes:
        """Disposal routes of every good at one month's prices."""
        return disposal_routes(self.behaviour.way_dissimilarity.value, prices, money, effort)

    def _nothing_known(self, static: Floats) -> tuple[Floats, Floats, Floats]:
        """Where the first solution starts: goods are never sold, and having none is worth nothing."""
        types, nests = len(self.catalogue.types), int(self.catalogue.choices.nest.max()) + 1
        return static, np.zeros(types), np.zeros((types, nests))

    def _horizon(self, month: int, last: int) -> int:
        """Months until everything known now has either ended or become permanent, and at least until ``last``."""
        end = month + 1
        for ahead in range(month + 1, month + LONGEST_LOOK_AHEAD):
            if self.calendar.rules(ahead, month) is not self.calendar.rules(ahead - 1, month):
                end = ahead
        return max(end, last) - month + 1

    def _ahead(self, now: Circumstances, months: NDArray[np.int64]) -> tuple[Announced, Floats]:
        """What is announced for these months, and the utility of purchases after them; prices stand still."""
        burdens: dict[int, Floats] = {}

        def purchase(rules: Rules, t: int) -> Floats:
            if id(rules) not in burdens:
                burdens[id(rules)] = burden(self.catalogue, rules, now)
            return self._purchase_utility(rules, t, now, burdens[id(rules)])

        buyers = likely_buyers(self.catalogue, now.prices.new, now.money)
        tables = []
        for t in months.tolist():
            rules = self.calendar.rules(t, now.month)
            worth = mean_worth(rules, now.prices.new, buyers)
            bindings = self.rules_worth.bindings(rules, t, now.money)
            tables.append((purchase(rules, t), *bindings, *self.rules_worth.boosts(rules, t, worth, now.money, None)))
        after = self.calendar.rules(int(months[-1]) + 1, now.month)
        # grants that need no old good are counted by their days of this month, in the long run as well (an approximation)
        return Announced(*(np.stack(column) for column in zip(*tables, strict=True))), purchase(after, now.month)

    def _purchase_utility(self, rules: Rules, month: int, now: Circumstances, paying: Floats) -> Floats:
        """Everything but the value of use, for each type and alternative [K, J]."""
        table = now.taste[None, :] + paying
        table += now.money[:, None] * open_grants(self.catalogue, rules, now.prices.new, month)[None, :]
        table[:, -1] = 0.0
        return np.where(on_offer(self.catalogue), table, NOT_ON_OFFER)


def quarterly(moves: Floats, ends: Floats) -> tuple[Floats, Floats]:
    """Chances over three months from monthly ones, at ages 0, 3, 6, ... months."""
    C, months = ends.shape[0], ends.shape[1]
    rows = months // AGE_STEP
    chain = np.broadcast_to(np.eye(C), (rows, C, C)).copy()
    for step in range(AGE_STEP):
        chain = chain @ np.moveaxis(moves[:, :, step::AGE_STEP][:, :, :rows], 2, 0)
    stay = np.moveaxis(chain, 0, 2)
    return np.ascontiguousarray(stay), np.ascontiguousarray(1.0 - stay.sum(axis=1))


def burden(catalogue: Catalogue, rules: Rules, now: Circumstances) -> Floats:
    """Utility of paying for each alternative, strain included [K, J]."""
    due, buyer = due_at_purchase(catalogue, rules, now.prices), now.buyer
    strain = expected_strain(
        due, buyer.loan_share * due, buyer.cash, buyer.reserve, buyer.weight, now.money, buyer.credit,
        buyer.interest_share, buyer.interest_most, buyer.room, buyer.approval,
    )  # fmt: skip
    return np.asarray(strain - now.money[:, None] * due[None, :])


def likely_buyers(catalogue: Catalogue, prices: Floats, money: Floats) -> Floats:
    """Which new variants buyers of each type take, roughly: a logit on price alone [K, V]."""
    scores = -money[:, None] * prices[None, :] + np.where(catalogue.available, 0.0, NOT_AVAILABLE)
    weights = exp_all(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))
