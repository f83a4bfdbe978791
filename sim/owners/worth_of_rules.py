"""What rules mean to owners of each type and vintage: expected grants, restrictions, forced ends."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.expectation import concerned_share
from sim.clock import days_in, first_day
from sim.numerics.arithmetic import exp_all
from sim.owners.circumstances import Circumstances
from sim.owners.disposal import route_scales
from sim.owners.vintages import Vintages
from sim.policy.claims import ANY_ROUTE, SCRAP_ROUTE
from sim.policy.in_force import Rules
from sim.policy.tables import FOREVER
from sim.population.products import Catalogue
from sim.population.stock import emission_arrays
from sim.schema.behaviour import Behaviour
from sim.schema.product import USES

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
FOR_ANY_WAY, FOR_SCRAPPING, FOR_SCRAPPING_ALONE = 0, 1, 2
"""What expected grants are paid for: a purchase with the old good passed on or scrapped, with it scrapped, no purchase."""
MID_MONTH = 14
"""Days after the first on which the share of a vintage that a rule concerns is taken."""


class WorthOfRules:
    """Rules as owners of one category reckon with them; remembers, for speed alone, which part of a vintage a rule concerns."""

    def __init__(self, catalogue: Catalogue, behaviour: Behaviour, vintages: Vintages) -> None:
        self._catalogue, self._behaviour, self._vintages = catalogue, behaviour, vintages
        self._days, self._emission = vintages.sample_days, emission_arrays(catalogue)
        self._shares: dict[tuple[int, int, bool, int], Floats] = {}
        self._bindings: dict[tuple[int, int], tuple[Floats, Floats]] = {}
        self._keys: dict[tuple[int, int], tuple[object, ...]] = {}
        self._kept: list[Rules] = []  # what is remembered by identity must stay alive
        self._uses = tuple(int(use) for use in np.unique(catalogue.use))
        lanes = len(catalogue.types) * len(catalogue.variants)
        self.no_boost, self.unbound = np.ones((vintages.count, lanes)), np.zeros((vintages.count, lanes))
        self.not_granted = np.zeros(vintages.count, dtype=np.bool_)

    def share(self, rules: Rules, m: int, restriction: bool, use: int, day: int) -> Floats:
        """Share of each vintage and variant that a row concerns [B, V]; rows without an age are worked out once."""
        table = rules.restrictions if restriction else rules.entitlements
        by_age = int(table.min_age_months[m]) > 0
        inside = min(max(day, int(table.first_day[m])), int(table.last_day[m]))
        key = (id(rules), m, restriction, use * 100_000 + (inside if by_age else 0))
        if key not in self._shares:
            self._kept.append(rules)
            out = np.empty((self._vintages.count, len(self._catalogue.variants)))
            emission, early = self._emission
            concerned_share(table, m, self._catalogue.fuel, self._days, emission, early, use, inside, out)
            self._shares[key] = out
        return self._shares[key]

    def key(self, rules: Rules, month: int, now: Circumstances) -> tuple[object, ...]:
        """What tells months under rules apart: days on which rows hold, money, whom they concern, what ends by age."""
        if (id(rules), month) not in self._keys:
            self._kept.append(rules)
            self._keys[id(rules), month] = self._key(rules, month)
        return (*self._keys[id(rules), month], funded(rules, month, now).tobytes())

    def _key(self, rules: Rules, month: int) -> tuple[object, ...]:
        days, day, ent = active_days(rules, month), first_day(month) + MID_MONTH, rules.entitlements
        by_age = np.flatnonzero((ent.route != ANY_ROUTE) & (ent.min_age_months > 0)).tolist()  # others concern the same always
        concerned = tuple(id(self.share(rules, m, False, use, day)) for m in by_age for use in self._uses)
        return (id(rules), days.tobytes(), concerned, *(id(table) for table in self._binding(rules, month)))

    def grants_for_old(self, rules: Rules) -> bool:
        """Whether any entitlement asks for an old good."""
        return bool((rules.entitlements.route != ANY_ROUTE).any())

    def boosts(
        self, rules: Rules, month: int, worth: Floats, now: Circumstances, is_open: Bools | None
    ) -> tuple[Floats, Floats, Floats]:
        """exp(money x salience x expected grant / rho) for selling, scrapping and scrapping alone [B, K x V].

        ``worth`` [M, K]: yuan of each entitlement to a buyer of a new good. ``is_open`` [M]: count these alone, at the best
        that any owner can get; None: all of them, at the mean over owners.
        """
        K, V, B = len(self._catalogue.types), len(self._catalogue.variants), self._vintages.count
        ent = rules.entitlements
        if not self.grants_for_old(rules):
            return self.no_boost, self.no_boost, self.no_boost
        yuan = np.zeros((3, B, K, V))
        days = expected_days(rules, month, now).tolist() if is_open is None else [None] * ent.route.size
        for m in range(ent.route.size):
            if ent.route[m] != ANY_ROUTE and (is_open is None or is_open[m]):
                self._add_grant(rules, m, month, worth[m], days[m], yuan)
        boosted = np.ones((3, B, K * V))
        paid = yuan.any(axis=(0, 2, 3))
        scale = route_scales(self._catalogue, self._behaviour, now.money)
        scaled = yuan[:, paid] * (now.grant_money / scale)[None, None, :, None]
        boosted[:, paid] = exp_all(scaled.reshape(3, -1, K * V))
        return boosted[FOR_ANY_WAY], boosted[FOR_SCRAPPING], boosted[FOR_SCRAPPING_ALONE]

    def _add_grant(
        self, rules: Rules, m: int, month: int, worth: Floats, days: float | None, yuan: Floats
    ) -> None:  # fmt: skip
        """Add the yuan of one entitlement, ``worth`` [K] to a buyer of a new good, to ``yuan`` [3, B, K, V].

        ``days``: share of the month's days on which it can be expected to pay; None: the best that an owner can get.
        """
        ent = rules.entitlements
        scrapping = ent.route[m] == SCRAP_ROUTE
        for use in range(len(USES)):
            chosen = self._catalogue.use == use
            if not chosen.any() or (ent.use[m] >= 0 and ent.use[m] != use):
                continue
            share = self.share(rules, m, False, use, first_day(month) + MID_MONTH)
            part = (share > 0).astype(float) if days is None else share * days
            grant = part[:, None, :] * worth[None, chosen, None]
            yuan[FOR_SCRAPPING if scrapping else FOR_ANY_WAY][:, chosen] += grant
            if ent.scrap_fen[m].any():
                scrap = part * ent.scrap_fen[m].max(axis=1)[None, :] / 100.0
                paid_for = FOR_SCRAPPING if ent.purchase_required[m] else FOR_SCRAPPING_ALONE
                yuan[paid_for][:, chosen] += scrap[:, None, :]

    def bindings(self, rules: Rules, month: int, money: Floats) -> tuple[Floats, Floats]:
        """Monthly utility lost to restrictions, and the chance that a rule ends the good [B, K x V]."""
        yuan, ends = self._binding(rules, month)
        return self.unbound if yuan is self.unbound else yuan * np.repeat(money, len(self._catalogue.variants)), ends

    def _binding(self, rules: Rules, month: int) -> tuple[Floats, Floats]:
        """``_bound``, worked out once."""
        if not rules.restrictions.use.size and rules.earliest_retirement >= FOREVER:
            return self.unbound, self.unbound
        if (id(rules), month) not in self._bindings:
            self._kept.append(rules)
            self._bindings[id(rules), month] = self._bound(rules, month)
        return self._bindings[id(rules), month]

    def _bound(self, rules: Rules, month: int) -> tuple[Floats, Floats]:
        """Yuan lost to restrictions in a month, and the chance that a rule ends the good [B, K x V]."""
        of_use = (len(USES), self._vintages.count, len(self._catalogue.variants))
        cost, ends, ages = np.zeros(of_use), np.zeros(of_use), self._vintages.ages(month)
        for use in self._uses:
            for r in range(rules.restrictions.use.size):
                share = self.share(rules, r, True, use, first_day(month) + MID_MONTH)
                cost[use] += share * rules.restrictions.cost_per_month[r]
                ends[use] += share * rules.restrictions.fail_per_month[r]
            ends[use][ages[:, None] >= rules.retirement_months[None, :, use]] = 1.0
        return self._by_lane(cost), self._by_lane(np.minimum(ends, 1.0))

    def _by_lane(self, of_use: Floats) -> Floats:
        """What goods of each use [USES, B, V] have, by lane [B, K x V]."""
        if not of_use.any():
            return self.unbound
        return of_use[self._catalogue.use].transpose(1, 0, 2).reshape(self._vintages.count, -1)


def open_grants(catalogue: Catalogue, rules: Rules, month: int, now: Circumstances, best_case: bool = False) -> Floats:
    """Expected (or best possible) subsidies that need no old good, by alternative, yuan [J]."""
    ent = rules.entitlements
    out = np.zeros(catalogue.choices.kind.size)
    free = ent.route == ANY_ROUTE
    if not free.any():
        return out
    grants = rules.grants_fen(now.prices.new) / 100.0
    days = (active_days(rules, month) > 0).astype(float) if best_case else expected_days(rules, month, now)
    out[: len(catalogue.variants)] = (grants * (days * free)[:, None]).max(axis=0, initial=0.0)
    return out


def mean_worth(rules: Rules, new_prices: Floats, buyers: Floats) -> Floats:
    """Yuan of each entitlement to a buyer of a new good of each type [M, K]; ``buyers`` [K, V] sum to one."""
    grants = rules.grants_fen(new_prices) / 100.0
    return np.asarray((grants[:, None, :] * buyers[None, :, :]).sum(axis=2))


def best_worth(rules: Rules, new_prices: Floats, types: int) -> Floats:
    """The same to the buyer who gains most [M, K]."""
    grants = rules.grants_fen(new_prices) / 100.0
    return np.repeat(grants.max(axis=1, initial=0.0)[:, None], types, axis=1)


def expected_days(rules: Rules, month: int, now: Circumstances) -> Floats:
    """Share of a month's days on which each entitlement is in force, times that of claims for which money is expected [M]."""
    return active_days(rules, month) * funded(rules, month, now)


def funded(rules: Rules, month: int, now: Circumstances) -> Floats:
    """Share of the claims of a month on each entitlement that can be expected to find money [M]."""
    ahead = month - now.month
    if ahead >= now.funded.shape[1]:
        return np.ones(rules.entitlements.measure.size)
    return np.asarray(now.funded[rules.entitlements.measure, ahead])


def active_days(rules: Rules, month: int) -> Floats:
    """Share of a month's days on which each entitlement is in force [M]."""
    start, days, ent = first_day(month), days_in(month), rules.entitlements
    held = np.minimum(ent.last_day, start + days - 1) - np.maximum(ent.first_day, start) + 1
    return np.asarray(np.maximum(held, 0) / days)
