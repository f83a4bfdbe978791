"""One product category at work: its owners' outlook, its market, and the month's stages for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.attention import LOOKS, Screen, look, mark_owners
from sim.behaviour.choice import decide
from sim.behaviour.columns import OwnerColumns
from sim.behaviour.gathering import AGE_STEP
from sim.behaviour.offers import Decisions, Keys, Offers
from sim.behaviour.value import NOTHING, SELL, USED
from sim.calls import Calls
from sim.clock import MONTHS_A_YEAR, days_in, first_day
from sim.counter import Counter, Table, awareness, build_offers, build_screen, build_table, empty_decisions
from sim.events import Witness
from sim.markets.border import give_up_idle, trade_across
from sim.markets.counting import count_owned
from sim.markets.lots import empty_lots
from sim.markets.prices import Paths, Prices, moved_index, quote, start_index
from sim.markets.settlement import (
    DISMANTLED,
    INFORMAL_TRADE,
    YARD,
    Desk,
    Idle,
    Making,
    Tally,
    World,
    empty_tally,
    queue_order,
    settle,
)
from sim.numerics.arithmetic import exp_all, log_all
from sim.numerics.luck import Event, key
from sim.outlook import LONGEST_LOOK_AHEAD, Outlook
from sim.policy.calendar import Calendar
from sim.policy.rules import Rules
from sim.population.district import District
from sim.population.holdings import Stock
from sim.population.products import AVERAGE_DAYS, VINTAGE_MONTHS, Catalogue
from sim.population.stock import draw_again, vintage_start
from sim.population.unit_goods import UnitLaw
from sim.rules.claims import CLAIMS_PER_HOUSEHOLD
from sim.settings import Settings

if TYPE_CHECKING:
    from sim.agents.bank import Bank
    from sim.agents.collector import Collector
    from sim.agents.dealer import Dealer
    from sim.agents.dismantler import Dismantler
    from sim.agents.used_dealer import UsedDealer

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LOT_ROOM = 4096
ROUNDS = 8
"""Rounds in which mismatches are drawn again before the first month."""
LUCK_GAP = 1000
"""Months by which the luck of these rounds is set apart from that of the run."""
RESOLVE_EVERY = 12
"""Months after which values are solved again even without news, because prices have moved."""
SMOOTHING = 0.3
"""Weight of the last month in what used-car dealers expect (assumption, grade C)."""
STOCK_CORRECTION = 0.3
"""Share of a gap between lot and target that trade with other regions closes in a month (assumption, grade C)."""
PULL = 0.08
"""Share of a gap between local and national price that arbitrage closes in a month (assumption, grade C)."""


class Sector:
    """State and stages of one category; ``model.step`` calls the stages in order."""

    def __init__(
        self, settings: Settings, catalogue: Catalogue, calendar: Calendar, stock: Stock, district: District, seed: int
    ) -> None:
        self.settings, self.catalogue, self.calendar, self.seed = settings, catalogue, calendar, seed
        self.goods, self.first_slots, self._law = stock.goods, stock.first_slots, stock.law
        self.owners = owners_of(catalogue, district)
        self.first, self.last = settings.clock.first, settings.clock.first + settings.clock.months - 1
        self.variants, self.types = len(catalogue.variants), len(catalogue.types)
        self.bands = max(catalogue.band_edges.size, 1)
        self.cells = self.variants * catalogue.band_edges.size
        start = vintage_start(self.first)
        # vintages for everything that owners look ahead to, beyond the end of the clock as well
        self.bins = (self.last + LONGEST_LOOK_AHEAD - start) // VINTAGE_MONTHS + 2
        self.outlook = Outlook(catalogue, settings.behaviour, calendar, start, self.bins)
        self.world = self._world(district)
        self.index = start_index(catalogue)
        self.captured = np.zeros(self.variants)
        self.second = np.array([o.slot == "second" for o in catalogue.product.owners.values()])
        self.expected_sales = np.zeros(self.cells)
        self.expected_supply = np.zeros(self.cells)
        self.started: dict[int, int] = {}
        self.claims_so_far = np.zeros((max(len(calendar.versions), 1), self.variants), dtype=np.int64)
        self.dealers: list[Dealer] = []
        self.used_dealers: list[UsedDealer] = []
        self.dismantlers: list[Dismantler] = []
        self.collectors: list[Collector] = []
        self.banks: list[Bank] = []
        self.sent = np.zeros(self.cells, dtype=np.int64)
        self.rules: Rules
        self.prices: Prices
        self.tally: Tally
        self.table: Table
        room = self.goods.variant.size + 1  # one more, where a slot is written down before it is known whether it counts
        self._slots = np.empty(room, dtype=np.int64)
        self._reasons = np.empty(room, dtype=np.int8)
        self._lucks = np.empty(room, dtype=np.uint32)
        self._luck_shift = 0
        self.reviews = catalogue.product.stock is not None
        self.calls = Calls(stock, district, self.first, settings.clock.months) if stock.layers is not None else None
        self.due, self._reviewed, self._renewed = True, -1, True
        self._quiet = district.quiet
        self._open_then = np.zeros(0, dtype=np.bool_)
        self._screen: Screen
        self._offers: Offers
        self.witness = Witness() if settings.events else None
        self.held = np.zeros(self.variants, dtype=np.int64)
        count_owned(self.goods.variant, self.held)

    def _world(self, district: District) -> World:
        """What settling changes, with room for the goods that are for sale or kept idle."""
        room = max(self.goods.variant.size // 8, 1024)
        idle = Idle(
            np.zeros(room, np.int8), np.zeros(room, np.int8), np.zeros(room, np.int8), np.zeros(room, np.int32),
            np.zeros(1, np.int64),
        )  # fmt: skip
        return World(
            self.goods, self.owners, district.communities, district.link_masks,
            empty_lots(self.cells, LOT_ROOM), idle, np.zeros(self.variants, np.int64),
        )  # fmt: skip

    def making(self, month: int) -> Making:
        """How goods are made up this month."""
        today = first_day(month)
        newest = np.zeros(3, dtype=np.int64)
        since = np.full((3, 8), np.iinfo(np.int64).max)
        for fuel, steps in enumerate(self.catalogue.emission):
            for standard, start, _, _ in steps:
                since[fuel, standard] = start
                if start <= today:
                    newest[fuel] = max(newest[fuel], standard)
        return Making(
            self.catalogue.law, self.outlook.vintage_start, newest, since,
            self.key(Event.LIFE, month), self.key(Event.FATE, month), self.key(Event.BORDER, month),
            self.key(Event.GAMING, month), self.settings.behaviour.gamed_share.value, self.catalogue.band_edges,
        )  # fmt: skip

    def key(self, event: Event, month: int) -> np.uint32:
        """Key of this category's luck of one kind in a month."""
        luck = self.catalogue.product.luck
        return key(self.seed, event, (month + self._luck_shift) * 16 + luck % 16 + (luck // 16 << 24))

    def settle_in(self, month: int, counter: Counter) -> None:
        """Give those who would sell at once another good of the stock before the first month, then fill the used lots.

        The drawn district knows nothing of tastes and prices, so it holds mismatches that a real one has long resolved; left
        in, they would all be sold in the first months. What the last round sells and buys is what dealers expect.
        """
        closed = np.zeros(self.rules.entitlements.route.size, dtype=bool)
        for self._luck_shift in range(-ROUNDS * LUCK_GAP, 0, LUCK_GAP):
            self.consider(month, counter, closed)
            self.decide(month, counter, closed)
            self._draw_again()
        self._luck_shift = 0
        self._expect_and_stock()

    def _draw_again(self) -> None:
        """Give another good from the stock to all who would sell of their own accord."""
        chosen = slice(0, self._acted)
        willing = (self._decisions.way[chosen] == SELL) & (self._decisions.reason[chosen] == LOOKS)
        slots = self._decisions.slot[chosen][willing].astype(np.int64)
        if not self.first_slots or isinstance(self._law, UnitLaw):
            return  # the use of a truck was drawn from its size and standard, so it keeps them
        draw_again(self._law, self._keys.day, slots, self.owners, self.catalogue.powertrain, self.goods)

    def _expect_and_stock(self) -> None:
        """Set what dealers expect to sell and be offered in a month of mean season, and fill the lots with it."""
        market = self.catalogue.product.used_market
        if market is None:
            return
        chosen, choices = slice(0, self._acted), self.catalogue.choices
        bought = choices.kind[self._decisions.alternative[chosen]] == USED
        taken = self._decisions.alternative[chosen][bought]
        sold = self._decisions.slot[chosen][self._decisions.way[chosen] == SELL]
        ages = (first_day(self.first) - self.goods.registered[sold]) / AVERAGE_DAYS
        band = np.minimum(np.searchsorted(self.catalogue.band_edges, ages, side="right"), self.bands - 1)
        season = self.settings.region.season[self.first % MONTHS_A_YEAR]
        wanted = np.bincount(choices.variant[taken] * self.bands + choices.band[taken], minlength=self.cells)
        offered = np.bincount(self.goods.variant[sold].astype(np.int64) * self.bands + band, minlength=self.cells)
        self.expected_sales, self.expected_supply = wanted / season, offered / season
        trade_across(
            self.world.lots, self.expected_sales * market.stock_months.value, np.zeros(self.cells),
            self.making(self.first), self.key(Event.SYNTHESIS, 0), self.first - 1, first_day(self.first) - 1,
            self.catalogue.fuel, self.catalogue.is_nev, self.bands, empty_tally(self.variants, self.cells, 1),
            np.zeros(self.cells, dtype=np.int64),
        )  # fmt: skip

    # stages ----------------------------------------------------------------------------------------------------

    def announce(self, month: int) -> bool:
        """Take up this month's rules; returns whether what owners know has changed."""
        before = getattr(self, "rules", None)
        self.rules = self.calendar.rules(month, month)
        for measure in self.rules.entitlements.measure:
            self.started.setdefault(int(measure), month)
        news = month in self.calendar.knowledge_months(month, month)
        stale = month - self.outlook.solved >= RESOLVE_EVERY
        self.tally = empty_tally(self.variants, self.cells, max(len(self.calendar.versions), 1))
        solve = news or stale or self.outlook.values is None
        rest = month - self._reviewed < self.catalogue.product.review_months and self.rules is before
        self.due = solve or not (self.reviews and rest)
        if self.due:
            self._reviewed = month
        return solve

    def aware(self, month: int) -> Floats:
        """Share of owners that know each entitlement [M]."""
        behaviour = self.settings.behaviour
        months = np.array([month - self.started[int(m)] for m in self.rules.entitlements.measure], dtype=np.float64)
        spread = behaviour.awareness_spread.value + self.rules.frictions.spread_gain
        return awareness(behaviour.awareness_start.value, spread, months)

    def price(self, month: int, paths: Paths) -> None:
        """Quote this month's prices from paths, dealers' discounts, used-car index, dismantlers' offers."""
        market, end = self.catalogue.product.used_market, self.catalogue.product.end_of_life
        discount = self._discount(paths, month)
        bid = sum(d.bid_share * d.share for d in self.used_dealers) if market else 0.0
        capacity = sum(d.capacity for d in self.dismantlers)
        offer = sum(d.offer * d.capacity for d in self.dismantlers) / capacity
        premium = end.informal_premium.value * np.mean([c.premium for c in self.collectors])
        self.prices = quote(
            self.catalogue, paths, month, discount, self.captured, self.index, float(bid),
            end.formal_offer_per_t.value * offer, self.rules.frictions.offer_gain, float(premium),
        )  # fmt: skip

    def _discount(self, paths: Paths, month: int) -> Floats:
        """Local discount off the list price [V]; goods without dealers of their own are listed at their street price."""
        if not self.dealers:
            return np.zeros(self.variants)
        national = paths.at("discount_national", month) - paths.at("discount_national", 0)
        brands = np.stack([d.brand for d in self.dealers])
        return np.asarray(np.array([d.discount for d in self.dealers]) @ brands + national)

    def offer(self, month: int, counter: Counter, solve: bool) -> None:
        """Work out what owners are offered and, if their knowledge has changed, what they expect."""
        taste = self.taste(month, counter.social_mean)
        if solve:
            self.outlook.solve(
                month,
                self._until(month),
                self.prices,
                counter.paths,
                taste,
                counter.money,
                counter.wallet,
                self._hassle(month),
            )
        self.table = build_table(self.outlook, self.rules, self.prices, counter, taste, month)

    def _until(self, month: int) -> int:
        """Last month for which the values of this solution are needed."""
        news = self.calendar.knowledge_months(month + 1, self.last)
        return min([month + RESOLVE_EVERY - 1, self.last, *(n - 1 for n in news)])

    def _hassle(self, month: int) -> float:
        """Charging trouble relative to the start: falls by itself and with the roll-out."""
        years = (month - self.first) / MONTHS_A_YEAR
        fall = float(exp_all(np.array([-self.settings.behaviour.charging_hassle_decline.value * years]))[0])
        return fall * (1.0 - self.rules.frictions.hassle_cut)

    def taste(self, month: int, social_mean: float) -> Floats:
        """Utility of each alternative that price, cost and use do not explain [J]."""
        c = self.catalogue
        years, age = (month - self.first) / MONTHS_A_YEAR, c.choices.age / MONTHS_A_YEAR
        variant = c.taste + self.settings.behaviour.social_weight.value * social_mean * c.is_nev
        out = variant[c.choices.variant] + c.improvement[c.choices.variant] * (years - age)
        out += np.where(c.choices.kind == USED, c.taste_used + c.taste_age * age, 0.0)
        out[c.choices.kind == NOTHING] = 0.0
        return np.asarray(out, dtype=np.float64)

    def consider(self, month: int, counter: Counter, is_open: NDArray[np.bool_]) -> None:
        """Find the slots that need working out: those that may look, and those whose good has ended."""
        self._renewed = self.due or is_open.size != self._open_then.size or bool((is_open & ~self._open_then).any())
        if self._renewed:
            self._screen = build_screen(self.outlook, self.table, self.rules, self.prices, counter, is_open, month)
            self._open_then = is_open.copy()
        room = self._slots, self._reasons, self._lucks
        if self.calls is not None:
            if self._renewed:
                self.calls.review(month + self.catalogue.product.review_months, self.goods, self._screen, self.variants)
            base = self.key(Event.CALL, month)
            self._found = self.calls.find(month, base, self.goods, self.owners, self._screen, self.variants, room)
            return
        screen = self._screen
        retirement = (self.rules.retirement_months * AVERAGE_DAYS).astype(np.int64)
        today = first_day(month) + days_in(month) - 1
        self._found = look(
            month, self.key(Event.ATTENTION, month), self.key(Event.INSPECTION, month), self.goods,
            self._quiet if self.reviews else mark_owners(month, self.owners), screen,
            self.second, self.catalogue.use, retirement, today, self.first_slots, self.variants,
            self._youngest_bound(month, screen), *room,
        )  # fmt: skip

    def _youngest_bound(self, month: int, screen: Screen) -> int:
        """Youngest vintage that a retirement age or an inspection can concern this month; -1: none."""
        starts = self.outlook.vintage_start + VINTAGE_MONTHS * np.arange(self.bins)
        concerned = screen.fail.any(axis=1) | (month + 1 - starts >= int(self.rules.retirement_months.min()))
        return int(np.flatnonzero(concerned).max(initial=-1))

    def decide(self, month: int, counter: Counter, is_open: NDArray[np.bool_]) -> None:
        """Work out everyone found; writes nothing but the list of decisions."""
        if self._renewed:
            self._offers = build_offers(self.outlook, self.table, self.rules, self.prices, counter, is_open, self.banks, month)
        else:
            self._offers = self._offers._replace(
                month=month,
                first_day=first_day(month),
                days=days_in(month),
                open=is_open.astype(np.int8),
                aware=self.aware(month),
            )
        self._keys = Keys(
            attention=self.key(Event.ATTENTION, month), nest=self.key(Event.TASTE_NEST, month),
            variant=self.key(Event.TASTE_VARIANT, month), way=self.key(Event.TASTE_WAY, month),
            day=self.key(Event.DAY, month), approval=self.key(Event.APPROVAL, month),
            awareness=self.key(Event.AWARENESS, 0), mandate=self.key(Event.MANDATE, month),
        )  # fmt: skip
        self._decisions, self._acted = self._decide(self._slots, self._reasons, self._lucks, self._found, counter, self._offers)

    def _decide(
        self,
        slots: Ints,
        reasons: NDArray[np.int8],
        lucks: NDArray[np.uint32],
        count: int,
        counter: Counter,
        offers: Offers,
    ) -> tuple[Decisions, int]:
        decisions = empty_decisions(count)
        acted = decide(
            slots, reasons, lucks, count, self.goods, self.owners, self.world.communities, offers, counter.purse, self._keys,
            self.catalogue.choices, self.rules.entitlements, self.catalogue.fuel, self.catalogue.use, decisions,
        )  # fmt: skip
        return decisions, acted

    def settle(self, month: int, counter: Counter, desk: Desk) -> None:
        """Settle all decisions in keyed order; those whom a dry pot turned away decide once more without its measures."""
        making = self.making(month)
        decisions, count, offers = self._decisions, self._acted, self._offers
        acted = decisions.slot[:count].astype(np.int64)
        self._settle(month, counter, desk, making, decisions, count, offers)
        if self.reviews:
            self.held += self.tally.new_sales.sum(axis=1) - self.tally.out_by_way.sum(axis=1)
        if self.calls is not None and count:
            self.calls.note(acted, self.goods)

    def _settle(
        self, month: int, counter: Counter, desk: Desk, making: Making, decisions: Decisions, count: int, offers: Offers
    ) -> None:
        while count:
            if self.calls is not None and bool((_asked(decisions, count, desk) <= desk.left).all()):
                order = np.arange(count)  # nobody is turned away, so the order of the queue decides nothing
            else:
                order = queue_order(self.key(Event.QUEUE, month), decisions, self.goods.id, 0, count)
            refused = np.empty(count, dtype=np.int64)
            seen = self.witness.before(decisions, count, self.goods) if self.witness else {}
            turned_away = settle(
                order, decisions, self.world, desk, making, self.tally, self.catalogue.choices, offers.due,
                self.catalogue.fuel, self.catalogue.is_nev, self.catalogue.use, month, self.bands, refused,
            )  # fmt: skip
            if self.witness:
                gone, measures = refused[:turned_away], self.rules.entitlements.measure
                self.witness.accept(month, seen, gone, self.catalogue.choices, self.owners, measures, self.prices.new)
            if not turned_away:
                return
            again = np.sort(refused[:turned_away])
            closed = offers.open.copy()
            rows = decisions.row[again]
            claimed = self.owners.claims[self.goods.owner[decisions.slot[again]]]
            used_up = (desk.once[rows] > 0) & (claimed >= desk.once[rows] * CLAIMS_PER_HOUSEHOLD)
            closed[np.unique(rows[~used_up])] = 0  # a limit that one household has used up is open to others
            offers = offers._replace(open=closed)
            slots = decisions.slot[again].astype(np.int64)
            reasons, lucks = decisions.reason[again].copy(), decisions.luck[again].copy()
            decisions, count = self._decide(slots, reasons, lucks, turned_away, counter, offers)

    def asked(self, desk: Desk) -> Floats:
        """Fen that this month's decisions ask of each pot [P]."""
        return _asked(self._decisions, self._acted, desk)

    def clear(self, month: int) -> None:
        """Trade used goods across the border, move local prices, let dealers adjust their bids."""
        market = self.catalogue.product.used_market
        if market is None:
            return
        demand, supply = self.tally.bought.astype(float), self.tally.sold.astype(float)
        self.expected_sales += SMOOTHING * (demand - self.expected_sales)
        self.expected_supply += SMOOTHING * (supply - self.expected_supply)
        base, cut = self.settings.region.baseline, self.rules.frictions.border_cost_cut
        inflow_share, outflow_share = base["used_inflow_share"].value, base["used_outflow_share"].value
        powertrain = np.repeat(self.catalogue.powertrain, self.bands)
        band = np.tile(np.arange(self.bands), self.variants)
        relief = cut / np.maximum(self.prices.used[:, self.catalogue.band_age // AGE_STEP].ravel(), cut + 1.0)
        ratio = self.index[powertrain, band]
        elasticity = market.border_elasticity.value
        wished_in = inflow_share * self.expected_sales * _power(ratio * (1.0 + relief), elasticity)
        wished_out = outflow_share * self.expected_supply * _power(ratio * (1.0 - relief), -elasticity)
        inflow = np.maximum(np.minimum(wished_in, self.expected_sales), self.expected_sales - self.expected_supply)
        outflow = np.maximum(self.expected_supply + inflow - self.expected_sales, 0.0)
        gap = self.world.lots.held - market.stock_months.value * self.expected_sales
        # a lot of one car more or less than wished for is no reason to send one across the country
        inflow += STOCK_CORRECTION * np.maximum(-gap - 1.0, 0.0)
        outflow += STOCK_CORRECTION * np.maximum(gap - 1.0, 0.0)
        self.sent = np.zeros(self.cells, dtype=np.int64)
        trade_across(
            self.world.lots, inflow, outflow, self.making(month), self.key(Event.BORDER, month), month,
            first_day(month) + days_in(month) - 1, self.catalogue.fuel, self.catalogue.is_nev, self.bands, self.tally,
            self.sent,
        )  # fmt: skip
        where, cells = powertrain * self.bands + band, self.index.size
        wanted = np.bincount(where, demand + wished_out, cells).astype(np.float64).reshape(self.index.shape)
        offered = np.bincount(where, supply + wished_in, cells).astype(np.float64).reshape(self.index.shape)
        self.index = moved_index(self.index, wanted, offered, market.price_reaction.value, PULL)
        excess = float(gap.sum() / max((market.stock_months.value * self.expected_sales).sum(), 1.0))
        for dealer in self.used_dealers:
            dealer.restock(excess)

    def collect(self, month: int) -> None:
        """Take goods in at the dismantlers, let idle goods go, let the trades adjust what they offer."""
        end = self.catalogue.product.end_of_life
        rho = self.settings.behaviour.way_dissimilarity.value
        money = float(np.median(self.table.money))
        informal = self.prices.informal[-1, -1]
        effort = float((self.table.ways[:, 1] - self.table.ways[:, 2]).mean())
        lead = (money * (self.prices.formal - informal) + effort) / rho
        formal_share = 1.0 / (1.0 + exp_all(-lead))
        chance = 1.0 - float(exp_all(np.array([-end.release_per_year.value / MONTHS_A_YEAR]))[0])
        give_up_idle(
            self.world.idle, self.world.yard, self.key(Event.RELEASE, month), chance, formal_share,
            self.catalogue.is_nev, self.tally,
        )  # fmt: skip
        for dismantler in self.dismantlers:
            taken = dismantler.take(int(self.world.yard.sum()), self.rules.frictions.capacity_gain)
            self._dismantle(taken)
            dismantler.plan()
        informal_goods = int(self.tally.moved[:, INFORMAL_TRADE].sum())
        for collector in self.collectors:
            collector.plan(informal_goods)

    def _dismantle(self, taken: int) -> None:
        """Take goods out of the yard in proportion to what waits there."""
        waiting = self.world.yard
        if not taken:
            return
        upto = np.cumsum(waiting) * taken // waiting.sum()
        out = np.diff(upto, prepend=0)
        waiting -= out
        self.tally.moved[YARD, DISMANTLED] += taken
        self.tally.moved_nev[YARD, DISMANTLED] += int(out[self.catalogue.is_nev].sum())

    def finish(self, season: float) -> None:
        """Let dealers book the month's sales, and work out what they keep of next month's subsidies."""
        sold = self.tally.new_sales.sum(axis=1)
        for dealer in self.dealers:
            dealer.sell(float((dealer.brand * sold).sum()), season)
        claimed = self.tally.claimed[:, : self.variants].sum(axis=(0, 2, 3)) / 100.0
        kept = 1.0 - self.settings.market.pass_through.value
        mean = np.where(sold > 0, claimed / np.maximum(sold, 1), 0.0)
        self.captured += SMOOTHING * (kept * mean - self.captured)
        self.claims_so_far += self.tally.claims[:, : self.variants].sum(axis=(2, 3))

    def open_rows(self, left: dict[str, int], pot_of: dict[str, str | None], waits: dict[str, bool]) -> NDArray[np.bool_]:
        """Whether the pot of each entitlement can pay, or lets claims wait."""
        measures = [self.calendar.measures[int(m)] for m in self.rules.entitlements.measure]
        pots = [pot_of[m] for m in measures]
        return np.array([p is None or left[p] > 0 or waits[p] for p in pots], dtype=bool)


def _asked(decisions: Decisions, count: int, desk: Desk) -> Floats:
    """Fen that the first decisions ask of each pot [P]."""
    claims = np.flatnonzero(decisions.row[:count] >= 0)
    pots = desk.pot_of[decisions.row[claims]]
    fen = decisions.grant[claims][pots >= 0].astype(np.float64)
    return np.asarray(np.bincount(pots[pots >= 0], fen, desk.left.size), dtype=np.float64)


def owners_of(catalogue: Catalogue, district: District) -> OwnerColumns:
    """Owners as a category sees them: outside the car market life events move nobody, and claims count by category."""
    if catalogue.product.stock is None:
        return district.owners
    return district.owners._replace(event_month=district.never, claims=np.zeros_like(district.owners.claims))


def _power(base: Floats, exponent: float) -> Floats:
    """base ** exponent with our own exp and log."""
    return exp_all(exponent * log_all(np.maximum(base, 1e-6)))
