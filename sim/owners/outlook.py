"""What the owners of one category expect: values of owning, solved again when what they know changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.announced import Announced, Values, announced_values
from sim.behaviour.expectation import expected_strain
from sim.behaviour.stationary import Stationary, shopping_shares, stationary_values
from sim.behaviour.survival import transitions
from sim.behaviour.value import Owning, Routes, Terms, static_values
from sim.clock import MONTHS_A_YEAR
from sim.codes import UNBORN
from sim.errors import Both, NoSolution
from sim.numerics.arithmetic import exp_all, log_all
from sim.owners.circumstances import Circumstances
from sim.owners.disposal import disposal_routes, route_scales, route_utilities
from sim.owners.purchase import due_at_purchase
from sim.owners.use import flow, running_cost
from sim.owners.vintages import Vintages
from sim.owners.worth_of_rules import WorthOfRules, mean_worth, open_grants
from sim.policy.calendar import Calendar
from sim.policy.in_force import Rules
from sim.population.products import AGES, Catalogue
from sim.schema.behaviour import Behaviour

Floats = NDArray[np.float64]
TOLERANCE = 1e-4
"""Utility within which the stationary values are solved; it moves a hazard by 0.01%."""
ROUNDS = 400
LONGEST_LOOK_AHEAD = 60
"""Months; what is announced for later is not yet reckoned with."""
NOT_ON_OFFER = -1e30
NOT_AVAILABLE = -700.0
"""Score of a variant that a type cannot buy; its exponential is nothing."""


class LongRun(NamedTuple):
    """What the values in the long run follow from."""

    own: Owning
    routes: Routes
    terms: Terms
    """[ROWS, lanes]."""
    utility: Floats
    """[K, J]."""


@dataclass(frozen=True)
class Believed:
    """Values of owning of those who believe the same."""

    asked: LongRun
    final: Stationary
    """Values in the long run: where the next solution starts."""
    values: Values
    upto: int
    """Last of the months that the values were worked out for."""


@dataclass(frozen=True)
class Expectations:
    """Values of owning as known in one month, for the months until they are solved again at the latest."""

    solved: int
    """Month in which they were solved."""
    basis: Circumstances
    """What they were solved for: the prices of the last review, the rules known in the month."""
    own: Owning
    """What stays as it was then in the eyes of owners."""
    routes: Routes
    """Disposal routes at the prices that are expected to stay."""
    beliefs: tuple[Believed, ...]
    """Of those who have heard of no subsidy, and of those who have; one where nobody can hear of any."""

    @property
    def last(self) -> int:
        """Last month that the values hold for."""
        return self.solved + len(self.beliefs[0].values.nothing) - 1

    @property
    def informed(self) -> Believed:
        """What those believe who have heard of the subsidies."""
        return self.beliefs[-1]


class Outlook:
    """How the owners of one category form expectations; holds nothing that changes in a run."""

    def __init__(self, catalogue: Catalogue, behaviour: Behaviour, calendar: Calendar, vintages: Vintages) -> None:
        self.catalogue, self.behaviour, self.calendar, self.vintages = catalogue, behaviour, calendar, vintages
        self.rules_worth = WorthOfRules(catalogue, behaviour, vintages)
        unborn = np.zeros(UNBORN, dtype=np.int64)
        at_age = np.concatenate([unborn, np.arange(AGES)])  # what is not yet made wears out like what is new
        self._moves, self._ends = (np.ascontiguousarray(x[..., at_age]) for x in transitions(catalogue.law, AGES))
        self._moves[..., -1], self._ends[..., -1] = 0.0, 1.0  # nobody reckons with a good beyond the oldest age
        self._bought_at = catalogue.choices.age + UNBORN

    def solve(
        self, now: Circumstances, keep: int, before: Expectations | None, lasting: bool = False
    ) -> Expectations:  # fmt: skip
        """Solve the values as known now, for ``keep`` months; ``lasting``: as if the month held for ever, without subsidies.

        What is solved depends on what is known and on nothing else: not on when it was solved before, nor on what comes later.
        """
        last, earlier = now.month + keep - 1, before if before and same_numbers(_using(now), _using(before.basis)) else None
        own = earlier.own if earlier else self.owning(now)
        routes = earlier.routes if earlier else self.disposal_routes(now)
        static = static_values(own)
        known, made = list(before.beliefs) if before else [], self.vintages.made(last)
        beliefs: list[Believed] = []
        paid = not lasting and bool(self.calendar.granting(now.month, LONGEST_LOOK_AHEAD))
        for grants in (True, False) if paid else (False,):
            settled = now.month if lasting else self.calendar.settled(now.month, LONGEST_LOOK_AHEAD, grants)
            upto = max(settled, last)
            if earlier and not grants and self._stand(now, upto, earlier):
                standing = earlier.beliefs[0]
                beliefs.insert(0, replace(standing, values=standing.values.later(now.month - earlier.solved)))
                continue
            months = np.arange(now.month, upto + 1)
            asked = self._long_run(now, now.month if lasting else upto + 1, grants, own, routes)
            final = self._settled(asked, static, [*beliefs, *(known[-1:] if grants else known[:1])])
            rows = self.vintages.age_rows(np.append(months, upto + 1))[:, : self.vintages.made(upto)]
            bought = self.vintages.of_ages(months, self.catalogue.choices.age)
            values = announced_values(
                own, static, routes, self.catalogue.choices, self._announced(now, months, lasting, grants), rows, bought,
                self.catalogue.new_nests, final, keep,
            )  # fmt: skip
            beliefs.insert(0, Believed(asked, final, values.of_vintages(made), upto))
        return Expectations(now.month, now, own, routes, tuple(beliefs))

    def _stand(self, now: Circumstances, upto: int, earlier: Expectations) -> bool:
        """Whether an earlier solution says of every month what a new one would to those who have heard of no subsidy.

        It does if it came from the same end, through months of the same rules, prices and means.
        """
        if earlier.beliefs[0].upto != upto or earlier.last != upto:
            return False
        if not same_numbers(_buying(now), _buying(earlier.basis)):
            return False
        months, ask = range(now.month, upto + 2), self.calendar.rules
        return all(ask(m, now.month, grants=False) is ask(m, earlier.solved, grants=False) for m in months)

    def shopping(self, now: Circumstances, expected: Expectations, bereft: Floats) -> tuple[Floats, Floats]:
        """Share of owners in the market by age row, condition and lane, and of those who have none by type, without subsidies.

        ``bereft`` [K]: goods that end in a month for each owner who has none.
        """
        terms = self._terms_by_age(self.calendar.rules(now.month, now.month, grants=False), now.month, now)
        static = static_values(expected.own)
        return shopping_shares(
            expected.own, static, expected.routes, self.catalogue.new_nests, terms, UNBORN,
            expected.beliefs[0].final, bereft,
        )  # fmt: skip

    def owning(self, now: Circumstances) -> Owning:
        """What stays as it is now in the eyes of owners."""
        b = self.behaviour
        yearly = running_cost(self.catalogue, b, now.paths, now.priced, now.hassle)
        beta = float(exp_all(log_all(np.array([b.discount_factor_year.value])) / MONTHS_A_YEAR)[0])
        return Owning(
            flow=flow(self.catalogue, now.money, yearly), moves=self._moves, ends=self._ends, money=now.money,
            effort_keep=self.catalogue.effort_keep, effort_first=self.catalogue.effort_first,
            entry_keep=self.catalogue.entry_keep, entry_first=self.catalogue.entry_first, discount=beta,
            foresight=float(b.foresight.value), shopping_scale=b.shopping_scale.value, entry_scale=b.entry_scale.value,
            lost=float(b.interest_lost.value), wear_entry=float(self.catalogue.product.condition.wear_entry.value),
            nest_scale=b.nest_dissimilarity.value, route_scale=self._route_scales(now.money),
        )  # fmt: skip

    def disposal_routes(self, now: Circumstances) -> Routes:
        """Disposal routes of every good at this month's prices."""
        effort = route_utilities(self.catalogue, now.rules.frictions.effort_saved, now.money)
        return disposal_routes(self._route_scales(now.money), now.prices, now.money, effort)

    def _route_scales(self, money: Floats) -> Floats:
        """Scale of the taste shocks of disposal routes [lanes]."""
        return np.repeat(route_scales(self.catalogue, self.behaviour, money), len(self.catalogue.variants))

    def _long_run(self, now: Circumstances, month: int, grants: bool, own: Owning, routes: Routes) -> LongRun:
        """What holds from ``month`` on, when everything that is known has happened."""
        rules = self.calendar.rules(month, now.month, grants)
        utility = purchase_utility(self.catalogue, rules, month, now, burden(self.catalogue, rules, now))
        return LongRun(own, routes, self._terms_by_age(rules, month, now), utility)

    def _settled(self, asked: LongRun, static: Floats, known: Sequence[Believed]) -> Stationary:
        """Values in the long run; where they are ``known`` they are not solved again, else solved from the last of these."""
        for belief in known:
            if same_numbers(belief.asked, asked):
                return belief.final
        start = known[-1].final if known else self._nothing_known(static)
        final, rounds = stationary_values(
            asked.own, static, asked.routes, self.catalogue.choices, self._bought_at, self.catalogue.new_nests, asked.terms,
            asked.utility, start, TOLERANCE, ROUNDS,
        )  # fmt: skip
        if rounds > ROUNDS:
            name = self.catalogue.id
            raise NoSolution(
                Both(
                    f"{name}：持有价值在 {ROUNDS} 轮内未收敛",
                    f"{name}: the values of owning do not settle within {ROUNDS} rounds",
                )
            )
        return final

    def _terms_by_age(self, rules: Rules, month: int, now: Circumstances) -> Terms:
        """What rules do to goods of every age in a month [ROWS, lanes]."""
        at_age = self.vintages.nearest(month)
        terms = self._terms(rules, month, now, self._worth(rules, now))
        return Terms._make(np.ascontiguousarray(column[at_age]) for column in terms)

    def _nothing_known(self, static: Floats) -> Stationary:
        """Where the first solution starts: goods are never sold, and having none is worth nothing."""
        types, nests = len(self.catalogue.types), int(self.catalogue.choices.nest.max()) + 1
        return Stationary(np.stack([static, static], axis=1), np.zeros((types, 2)), np.zeros((types, nests)))

    def _announced(self, now: Circumstances, months: NDArray[np.int64], lasting: bool, grants: bool) -> Announced:
        """What is announced for these months; prices stand still, and months under the same rules are worked out once."""
        places: dict[tuple[object, ...], int] = {}
        same: dict[int, tuple[Floats, Floats]] = {}  # what months under the same rules have in common
        utility, terms, of_month = [], [], []
        for month in months.tolist():
            rules = self.calendar.rules(now.month if lasting else month, now.month, grants)
            key = self.rules_worth.key(rules, month, now)
            if key not in places:
                places[key] = len(places)
                if id(rules) not in same:
                    same[id(rules)] = burden(self.catalogue, rules, now), self._worth(rules, now)
                paying, worth = same[id(rules)]
                utility.append(purchase_utility(self.catalogue, rules, month, now, paying))
                terms.append(self._terms(rules, month, now, worth))
            of_month.append(places[key])
        made = self.vintages.made(int(months[-1]))
        stacked = Terms(*(np.stack([x[:made] for x in column]) for column in zip(*terms, strict=True)))
        return Announced(np.stack(utility), stacked, np.array(of_month))

    def _worth(self, rules: Rules, now: Circumstances) -> Floats:
        """Yuan of each entitlement to a likely buyer of a new good [M, K]; not worked out where none asks for an old one."""
        if not self.rules_worth.grants_for_old(rules):
            return np.zeros((rules.entitlements.route.size, now.money.size))
        return mean_worth(rules, now.prices.new, likely_buyers(self.catalogue, now.prices.new, now.money))

    def _terms(self, rules: Rules, month: int, now: Circumstances, worth: Floats) -> Terms:
        """What rules do to every vintage in a month [B, lanes]; ``worth``: of entitlements [M, K]."""
        cost, ends = self.rules_worth.bindings(rules, month, now.money)
        if not self.rules_worth.grants_for_old(rules):
            none = self.rules_worth.no_boost
            return Terms(cost, ends, none, none, none, self.rules_worth.not_granted)
        boosts = self.rules_worth.boosts(rules, month, worth, now, None)
        return Terms(cost, ends, *boosts, np.max(boosts, axis=(0, 2)) > 1.0)


def _using(now: Circumstances) -> tuple[Any, ...]:
    """What using a good and parting with it depend on."""
    return now.priced, now.money, now.hassle, now.rules.frictions.effort_saved, *vars(now.prices).values()


def _buying(now: Circumstances) -> tuple[Any, ...]:
    """What buying depends on besides, subsidies apart."""
    return now.taste, *vars(now.buyer).values()


def same_numbers(one: Any, other: Any) -> bool:
    """Whether two arrays, numbers, or tuples of them are equal to the last digit."""
    if one is other:
        return True
    if isinstance(one, tuple):
        return all(same_numbers(a, b) for a, b in zip(one, other, strict=True))
    return bool(np.array_equal(one, other))


def purchase_utility(catalogue: Catalogue, rules: Rules, month: int, now: Circumstances, paying: Floats) -> Floats:
    """Everything but the value of use, for each type and alternative [K, J]; ``paying``: ``burden``."""
    table = now.taste[None, :] + paying
    table += now.grant_money[:, None] * open_grants(catalogue, rules, month, now)[None, :]
    table[:, -1] = 0.0
    return np.where(catalogue.on_offer, table, NOT_ON_OFFER)


def burden(catalogue: Catalogue, rules: Rules, now: Circumstances) -> Floats:
    """Utility of paying for each alternative, strain included [K, J]."""
    due, buyer = due_at_purchase(catalogue, rules, now.prices), now.buyer
    strain = expected_strain(
        due, buyer.loan_share * due, buyer.cash, buyer.reserve, buyer.weight, now.money, buyer.credit,
        buyer.aversion, buyer.interest_share, buyer.interest_most, buyer.room, buyer.approval,
    )  # fmt: skip
    return np.asarray(strain - now.money[:, None] * due[None, :])


def likely_buyers(catalogue: Catalogue, prices: Floats, money: Floats) -> Floats:
    """Which new variants buyers of each type take, roughly: a logit on price alone [K, V]."""
    scores = -money[:, None] * prices[None, :] + np.where(catalogue.available, 0.0, NOT_AVAILABLE)
    weights = exp_all(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))
