"""What the owners of one category know and expect: values of owning, re-solved when their knowledge changes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.expectation import SAMPLES, concerned_share, expected_strain
from sim.behaviour.gathering import AGE_STEP
from sim.behaviour.paying import Credit
from sim.behaviour.survival import CONDITIONS, transitions
from sim.behaviour.value import (
    NEW,
    NOTHING,
    USED,
    Announced,
    Owning,
    Values,
    WaysOut,
    announced_values,
    static_values,
    stationary_values,
)
from sim.clock import MONTHS_A_YEAR, days_in, first_day
from sim.errors import NoSolution
from sim.markets.prices import ROWS, Paths, Prices
from sim.numerics.arithmetic import exp_all, log_all
from sim.policy.calendar import Calendar
from sim.policy.rules import FOREVER, ROUTE_ANY, ROUTE_SCRAP, Rules
from sim.population.products import AVERAGE_DAYS, USES, VINTAGE_MONTHS, Catalogue
from sim.population.stock import emission_arrays
from sim.schema.behaviour import Behaviour

Floats = NDArray[np.float64]
TOLERANCE = 1e-3
"""Utility within which the stationary values are solved; a thousandth of a taste shock moves a hazard by 0.1 %."""
ROUNDS = 400
LONGEST_LOOK_AHEAD = 60
"""Months; what is announced for later is taken as stationary."""


@dataclass(frozen=True)
class Money:
    """How the typical buyer of each type pays, for expectations [K, ...]."""

    cash: Floats
    """Liquid assets at five quantiles, yuan [K, 5]."""
    reserve: Floats
    room: Floats
    """Largest instalment, yuan a month."""
    weight: float
    approval: float
    credit: Credit
    loan_share: Floats
    """Largest loan over price [K, J]."""


def quarterly(moves: Floats, ends: Floats) -> tuple[Floats, Floats]:
    """Chances over three months from monthly ones, at ages 0, 3, 6, ... months."""
    C, months = ends.shape[0], ends.shape[1]
    rows = months // AGE_STEP
    chain = np.broadcast_to(np.eye(C), (rows, C, C)).copy()
    for step in range(AGE_STEP):
        chain = chain @ np.moveaxis(moves[:, :, step::AGE_STEP][:, :, :rows], 2, 0)
    stay = np.moveaxis(chain, 0, 2)
    return np.ascontiguousarray(stay), np.ascontiguousarray(1.0 - stay.sum(axis=1))


class Outlook:
    """Values of owning the goods of one category."""

    def __init__(self, catalogue: Catalogue, behaviour: Behaviour, calendar: Calendar, vintage_start: int, bins: int) -> None:
        self.catalogue, self.behaviour, self.calendar = catalogue, behaviour, calendar
        self.vintage_start, self.bins = vintage_start, bins
        self.types, self.variants = len(catalogue.types), len(catalogue.variants)
        monthly = transitions(catalogue.law, ROWS * AGE_STEP)
        self._monthly = tuple(np.ascontiguousarray(x[..., 1::AGE_STEP]) for x in monthly)
        self._quarterly = quarterly(*monthly)
        starts = vintage_start + VINTAGE_MONTHS * np.arange(bins)
        self._sample_days: Floats = np.asarray(
            (starts[:, None] + np.arange(SAMPLES)[None, :] + 0.5) * AVERAGE_DAYS, dtype=np.float64
        )
        self._emission = emission_arrays(catalogue)
        self._shares: dict[tuple[int, int, bool, int], Floats] = {}
        self._kept: list[Rules] = []
        self._start: tuple[Floats, Floats, Floats] | None = None
        self._no_boost = np.ones((bins, self.types * self.variants))
        self._unbound = np.zeros_like(self._no_boost)
        self.values: Values | None = None
        self.solved = -1

    # what owners expect of goods of each age -------------------------------------------------------------------

    def age_rows(self, months: NDArray[np.int64]) -> NDArray[np.int64]:
        """Tabulated age of every vintage in each month [T, B]."""
        middle = self.vintage_start + VINTAGE_MONTHS * np.arange(self.bins) + VINTAGE_MONTHS // 2
        return np.asarray(np.clip((months[:, None] - middle[None, :]) // AGE_STEP, 0, ROWS - 1), dtype=np.int64)

    def alternative_bins(self, months: NDArray[np.int64]) -> NDArray[np.int64]:
        """Vintage of every alternative in each month [T, J]."""
        ages = self.catalogue.choices.age
        bins = (months[:, None] - ages[None, :] - self.vintage_start) // VINTAGE_MONTHS
        return np.asarray(np.clip(bins, 0, self.bins - 1), dtype=np.int64)

    def age_row(self, ages: NDArray[np.int64]) -> NDArray[np.int64]:
        """Tabulated age of ages in months."""
        return np.minimum(ages // AGE_STEP, ROWS - 1)

    def energy_cost(self, paths: Paths, month: int) -> Floats:
        """Fuel and power of each type and variant, yuan a year [K, V]."""
        c = self.catalogue
        variants = c.product.variants.values()
        litres = np.array([v.litres_per_100km.value for v in variants])
        kwh = np.array([v.kwh_per_100km.value for v in variants])
        fuel = np.where(c.fuel == 1, paths.at("diesel", month), paths.at("petrol", month))
        home, public = paths.at("electricity_home", month), paths.at("electricity_public", month)
        power = c.home * home + (1.0 - c.home) * public
        return np.asarray(c.km[:, None] / 100.0 * (litres * fuel + kwh * power[:, None]))

    def running_cost(self, paths: Paths, month: int, hassle: float) -> Floats:
        """Energy, power, insurance and charging trouble of each type and variant, yuan a year [K, V]."""
        c = self.catalogue
        variants = c.product.variants.values()
        energy = self.energy_cost(paths, month)
        insurance = np.array([v.insurance_per_year.value for v in variants])
        insurance = insurance + np.array([v.kwh_per_year.value for v in variants]) * paths.at("electricity_home", month)
        plug = np.where(c.powertrain == 2, 1.0, np.where(c.powertrain == 1, 0.25, 0.0))
        trouble = hassle * (
            c.home * self.behaviour.charging_hassle_home.value + (1.0 - c.home) * self.behaviour.charging_hassle_public.value
        )
        return np.asarray(energy + insurance + trouble[:, None] * plug)

    def flow(self, paths: Paths, month: int, money: Floats, hassle: float) -> Floats:
        """Monthly utility of use [ROWS, CONDITIONS, K x V]: service that declines with age less costs that grow."""
        c, condition = self.catalogue, self.catalogue.product.condition
        years = np.arange(ROWS) * AGE_STEP / MONTHS_A_YEAR
        fall = exp_all(-condition.service_decline_per_year.value * years)
        rise = exp_all(condition.upkeep_growth_per_year.value * years)
        service_factor = np.array([1.0, condition.service_factor_worn.value, condition.service_factor_failing.value])
        upkeep_factor = np.array([1.0, condition.upkeep_factor_worn.value, condition.upkeep_factor_failing.value])
        per_yuan = c.product.sensitivity.value * self.behaviour.price_sensitivity.value * 1e-4
        owners, variants = c.product.owners.values(), c.product.variants.values()
        worth = np.array([o.service_factor.value for o in owners])[:, None] * np.array(
            [v.service_per_year.value for v in variants]
        )
        upkeep = np.array([v.upkeep_per_year.value for v in variants])
        service = per_yuan * worth.ravel()
        yearly = (
            fall[:, None, None] * service_factor[None, :, None] * service[None, None, :]
            - rise[:, None, None] * upkeep_factor[None, :, None] * (money[:, None] * upkeep).ravel()[None, None, :]
            - (money[:, None] * self.running_cost(paths, month, hassle)).ravel()[None, None, :]
        )
        return np.ascontiguousarray(yearly / MONTHS_A_YEAR)

    def owning(self, flow: Floats, money: Floats, quarter: bool) -> Owning:
        """Constants of the value functions, by month or by quarter."""
        b = self.behaviour
        beta = float(exp_all(log_all(np.array([b.discount_factor_year.value])) / MONTHS_A_YEAR)[0])
        shift = self.catalogue
        if quarter:
            flow = flow * (1.0 + beta + beta * beta)
        moves, ends = self._quarterly if quarter else self._monthly
        return Owning(
            flow=flow, moves=moves, ends=ends, money=money,
            effort_keep=shift.effort_keep, effort_first=shift.effort_first,
            discount=beta**AGE_STEP if quarter else beta,
            foresight=float(b.foresight.value), attention_scale=b.attention_scale.value,
            nest_scale=b.nest_dissimilarity.value, way_scale=b.way_dissimilarity.value,
            step=AGE_STEP if quarter else 1, looks=float(AGE_STEP) if quarter else 1.0,
        )  # fmt: skip

    def way_utilities(self, effort_saved: float, money: Floats) -> Floats:
        """Trouble of selling, formal scrapping, informal trade, keeping idle [K, 4]."""
        c = self.catalogue
        row = np.array([-c.effort_sell, -c.effort_formal, -c.effort_informal, -c.effort_idle])
        table = np.tile(row, (self.types, 1))
        table[:, 1] += money * effort_saved
        return table

    def ways(self, prices: Prices, money: Floats, effort: Floats) -> WaysOut:
        """Ways out of every good at this month's prices."""
        rho = self.behaviour.way_dissimilarity.value
        K, V = self.types, self.variants

        def utility(yuan: Floats, way: int) -> Floats:
            by_type = money[None, None, :, None] * yuan[:, :, None, :] + effort[None, None, :, way, None]
            return exp_all(np.ascontiguousarray(by_type.reshape(yuan.shape[0], yuan.shape[1], K * V) / rho))

        formal = exp_all(((money[:, None] * prices.formal + effort[:, 1:2]) / rho).ravel())
        informal = utility(prices.informal, 2)
        idle = np.repeat(exp_all(effort[:, 3] / rho), V)
        last = informal[-1, CONDITIONS - 1]
        return WaysOut(
            sell=utility(prices.sale, 0),
            formal=formal,
            rest=informal + idle[None, None, :],
            forced=rho * log_all(formal + last),
        )

    # what rules mean for each vintage --------------------------------------------------------------------------

    def share(self, rules: Rules, m: int, restriction: bool, use: int, day: int) -> Floats:
        """Share of each vintage and variant that a row concerns [B, V]; rows without an age are worked out once."""
        table = rules.restrictions if restriction else rules.entitlements
        by_age = int(table.min_age_months[m]) > 0
        inside = min(max(day, int(table.first_day[m])), int(table.last_day[m]))
        key = (id(rules), m, restriction, use * 100_000 + (inside if by_age else 0))
        if key not in self._shares:
            self._kept.append(rules)
            out = np.empty((self.bins, self.variants))
            emission, early = self._emission
            concerned_share(table, m, self.catalogue.fuel, self._sample_days, emission, early, use, inside, out)
            self._shares[key] = out
        return self._shares[key]

    def boosts(
        self, rules: Rules, month: int, worth: Floats, money: Floats, best_case: bool, is_open: NDArray[np.bool_] | None
    ) -> tuple[Floats, Floats, Floats]:
        """exp(money x expected grant / rho) for selling, scrapping and scrapping alone [B, K x V].

        ``worth`` [M, K]: expected yuan of each entitlement to a buyer of a new good. ``best_case`` takes the best that any
        owner can get instead of the mean.
        """
        K, V, B = self.types, self.variants, self.bins
        ent = rules.entitlements
        if bool((ent.route == ROUTE_ANY).all()):
            return self._no_boost, self._no_boost, self._no_boost
        yuan = np.zeros((3, B, K, V))
        for m in range(ent.route.size):
            if ent.route[m] == ROUTE_ANY or (is_open is not None and not is_open[m]):
                continue
            days = active_days(ent.first_day[m], ent.last_day[m], month)
            for use in range(len(USES)):
                chosen = self.catalogue.use == use
                if not chosen.any() or (ent.use[m] >= 0 and ent.use[m] != use):
                    continue
                share = self.share(rules, m, False, use, first_day(month) + 14)
                part = (share > 0).astype(float) if best_case else share * days
                grant = part[:, None, :] * worth[m][None, chosen, None]
                yuan[1 if ent.route[m] == ROUTE_SCRAP else 0][:, chosen] += grant
                if ent.scrap_fen.shape[2]:
                    scrap = part * ent.scrap_fen[m].max(axis=1)[None, :] / 100.0
                    place = 1 if ent.purchase_required[m] else 2
                    yuan[place][:, chosen] += scrap[:, None, :]
        rho = self.behaviour.way_dissimilarity.value
        scaled = (yuan * (money / rho)[None, None, :, None]).reshape(3, B, K * V)
        boosted = exp_all(np.ascontiguousarray(scaled))
        return boosted[0], boosted[1], boosted[2]

    def bindings(self, rules: Rules, month: int, money: Floats) -> tuple[Floats, Floats]:
        """Monthly utility lost to restrictions, and the chance that a rule ends the good [B, K x V]."""
        K, V, B = self.types, self.variants, self.bins
        if not rules.cost_per_month.size and int(rules.retirement_months.min()) >= FOREVER:
            return self._unbound, self._unbound
        cost, ends = np.zeros((B, K, V)), np.zeros((B, K, V))
        ages = month - (self.vintage_start + VINTAGE_MONTHS * np.arange(B) + VINTAGE_MONTHS // 2)
        for use in range(len(USES)):
            chosen = self.catalogue.use == use
            if not chosen.any():
                continue
            for r in range(rules.cost_per_month.size):
                share = self.share(rules, r, True, use, first_day(month) + 14)
                cost[:, chosen] += (share * rules.cost_per_month[r])[:, None, :]
                ends[:, chosen] += (share * rules.fail_per_month[r])[:, None, :]
            over = ages[:, None] >= rules.retirement_months[None, :, use]
            ends[:, chosen] = np.where(over[:, None, :], 1.0, ends[:, chosen])
        cost *= money[None, :, None]
        return cost.reshape(B, K * V), np.minimum(ends, 1.0).reshape(B, K * V)

    # putting it together ---------------------------------------------------------------------------------------

    def burden(self, rules: Rules, prices: Prices, money: Floats, wallet: Money) -> Floats:
        """Utility of paying for each alternative, strain included [K, J]."""
        due = self.due(rules, prices)
        strain = expected_strain(
            due, wallet.loan_share * due, wallet.cash, wallet.reserve, wallet.weight, money, wallet.credit,
            wallet.room, wallet.approval,
        )  # fmt: skip
        return np.asarray(strain - money[:, None] * due[None, :])

    def price_utility(
        self,
        rules: Rules,
        prices: Prices,
        month: int,
        taste: Floats,
        money: Floats,
        wallet: Money,
        known: dict[int, Floats],
    ) -> Floats:
        """Everything but the value of use, for each type and alternative [K, J].

        ``known``: burdens by rules, worked out once in a solution, whose prices stand still.
        """
        if id(rules) not in known:
            known[id(rules)] = self.burden(rules, prices, money, wallet)
        table = taste[None, :] + known[id(rules)]
        table += money[:, None] * self.open_grants(rules, prices, month)[None, :]
        table[:, -1] = 0.0
        return np.where(self.on_offer(), table, -1e30)

    def on_offer(self) -> NDArray[np.bool_]:
        """Which alternatives each type may take [K, J]."""
        choices = self.catalogue.choices
        allowed = self.catalogue.available[:, choices.variant]
        return np.asarray(allowed | (choices.kind == NOTHING)[None, :])

    def due(self, rules: Rules, prices: Prices) -> Floats:
        """Price, tax and fees of every alternative, yuan [J]."""
        choices = self.catalogue.choices
        new = prices.new + rules.tax_yuan(prices.new)
        due = np.zeros(choices.kind.size)
        due[choices.kind == NEW] = new[choices.variant[choices.kind == NEW]]
        market = self.catalogue.product.used_market
        if market is not None:
            used = choices.kind == USED
            fee = max(market.transaction_cost.value - rules.frictions.transaction_cost_cut, 0.0)
            due[used] = prices.used[choices.variant[used], self.age_row(choices.age[used])] + fee
        return due

    def open_grants(self, rules: Rules, prices: Prices, month: int, best_case: bool = False) -> Floats:
        """Expected (or best possible) subsidies that need no old good, by alternative, yuan [J]."""
        ent = rules.entitlements
        out = np.zeros(self.catalogue.choices.kind.size)
        if not ent.route.size:
            return out
        grants = rules.grants_fen(prices.new) / 100.0
        days = np.array([active_days(f, last, month) for f, last in zip(ent.first_day, ent.last_day, strict=True)])
        days = (days > 0).astype(float) if best_case else days
        free = ent.route == ROUTE_ANY
        out[: self.variants] = (grants * (days * free)[:, None]).max(axis=0, initial=0.0)
        return out

    def worth(self, rules: Rules, prices: Prices, buyers: Floats, best_case: bool = False) -> Floats:
        """Yuan of each entitlement to a buyer of a new good of each type [M, K]; ``buyers`` [K, V] sum to one."""
        grants = rules.grants_fen(prices.new) / 100.0
        if best_case:
            return np.repeat(grants.max(axis=1, initial=0.0)[:, None], self.types, axis=1)
        return grants @ buyers.T

    def solve(
        self,
        month: int,
        last: int,
        prices: Prices,
        paths: Paths,
        taste: Floats,
        money: Floats,
        wallet: Money,
        hassle: float,
    ) -> None:
        """Solve the values as known in ``month``, for all months until what is known can next change or ``last``."""
        horizon = self._horizon(month, last)
        months = np.arange(month, month + horizon)
        flow = self.flow(paths, month, money, hassle)
        owning, stationary = self.owning(flow, money, False), self.owning(flow, money, True)
        effort = self.way_utilities(self.calendar.rules(month, month).frictions.effort_saved, money)
        ways = self.ways(prices, money, effort)
        buyers = self._buyers(prices, money)
        burdens: dict[int, Floats] = {}
        tables = [self._month_ahead(t, month, prices, taste, money, wallet, buyers, burdens) for t in months.tolist()]
        after = self.calendar.rules(int(months[-1]) + 1, month)
        final = self.price_utility(after, prices, month, taste, money, wallet, burdens)
        static = static_values(stationary)
        if self._start is None:
            nests = int(self.catalogue.choices.nest.max()) + 1
            self._start = static, np.zeros(self.types), np.zeros((self.types, nests))
        W, none, nest_values, rounds = stationary_values(
            stationary, static, ways, self.catalogue.choices, final, *self._start, TOLERANCE, ROUNDS
        )
        if rounds == ROUNDS:
            raise NoSolution(f"{self.catalogue.id}: the values of owning do not settle within {ROUNDS} rounds")
        self._start = W, none, nest_values
        rows = self.age_rows(np.arange(month, month + horizon + 1))
        ahead = Announced(*(np.stack(column) for column in zip(*tables, strict=True)))
        self.values = announced_values(
            owning, static, ways, self.catalogue.choices, ahead, rows, self.alternative_bins(months),
            self.catalogue.new_nests, np.ascontiguousarray(W[rows[-1]]), none, nest_values, min(horizon, last - month + 1),
        )  # fmt: skip
        self.solved = month

    def _horizon(self, month: int, last: int) -> int:
        """Months until everything known now has either ended or become permanent, and at least until ``last``."""
        end = month + 1
        for ahead in range(month + 1, month + LONGEST_LOOK_AHEAD):
            if self.calendar.rules(ahead, month) is not self.calendar.rules(ahead - 1, month):
                end = ahead
        return max(end, last) - month + 1

    def _buyers(self, prices: Prices, money: Floats) -> Floats:
        """Which new variants buyers of each type take, roughly: a logit on price alone [K, V]."""
        scores = -money[:, None] * prices.new[None, :] + np.where(self.catalogue.available, 0.0, -700.0)
        weights = exp_all(scores - scores.max(axis=1, keepdims=True))
        return np.asarray(weights / weights.sum(axis=1, keepdims=True))

    def _month_ahead(
        self,
        t: int,
        known_at: int,
        prices: Prices,
        taste: Floats,
        money: Floats,
        wallet: Money,
        buyers: Floats,
        burdens: dict[int, Floats],
    ) -> tuple[Floats, ...]:
        """One month of ``Announced``."""
        rules = self.calendar.rules(int(t), known_at)
        price = self.price_utility(rules, prices, int(t), taste, money, wallet, burdens)
        cost, ends = self.bindings(rules, int(t), money)
        worth = self.worth(rules, prices, buyers)
        return (price, cost, ends, *self.boosts(rules, int(t), worth, money, False, None))


def active_days(first: int, last: int, month: int) -> float:
    """Share of a month's days on which a row is in force."""
    start, days = first_day(month), days_in(month)
    return max(min(int(last), start + days - 1) - max(int(first), start) + 1, 0) / days
