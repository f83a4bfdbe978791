"""The Mesa model: the order of a month, and everything that takes part in it."""

from __future__ import annotations

import mesa
import numpy as np
from numpy.typing import NDArray

from sim.agents.bank import Bank
from sim.agents.collector import Collector
from sim.agents.dealer import Dealer
from sim.agents.dismantler import Dismantler
from sim.agents.government import Government
from sim.agents.used_dealer import UsedDealer
from sim.behaviour.columns import EMPTY
from sim.behaviour.gathering import COMMUNITY, LINKS
from sim.behaviour.life_events import schedule_events
from sim.clock import MONTHS_A_YEAR, day_number, days_in, first_day
from sim.counter import Counter
from sim.errors import BalanceBroken
from sim.history import History, Month, Stocks
from sim.markets.counting import count_old_diesels, count_owned
from sim.markets.prices import Paths
from sim.markets.settlement import DISMANTLED, INFORMAL_TRADE, OUTSIDE, Desk
from sim.numerics.arithmetic import log_all
from sim.numerics.luck import Event, key
from sim.policy.calendar import Calendar
from sim.population.columnar import ColumnarSet
from sim.population.district import District, build_district, meet_neighbours
from sim.population.products import Catalogue, build_catalogue
from sim.schema.product import Anchor
from sim.sector import Sector
from sim.settings import Settings
from sim.wallets import Wallets

Floats = NDArray[np.float64]
GONE = (DISMANTLED, INFORMAL_TRADE, OUTSIDE)


class TradeInModel(mesa.Model):
    """A district that renews its durable goods, month by month.

    ``households`` and one set for each product category (``cars``, ``trucks``) are columnar sets; dealers, banks,
    dismantlers and the government are Mesa agents in ``self.agents``.
    """

    def __init__(self, settings: Settings, seed: int = 1) -> None:
        super().__init__(rng=seed)
        self.settings, self.luck_seed = settings, seed
        self.month = settings.clock.first
        self.paths = Paths(settings.market)
        catalogues = {name: self._catalogue(name) for name in sorted(settings.products)}
        self.district: District = build_district(settings, catalogues, seed)
        self.wallets = Wallets(settings)
        self.government = Government(self, settings)
        self.banks = self._open_banks()
        self.sectors = {name: self._open_sector(catalogue) for name, catalogue in catalogues.items()}
        self._counters: dict[str, Counter] = {}
        self._settle_in(catalogues)
        self.households = ColumnarSet({n: c[: self.district.households] for n, c in self._owner_columns()})
        self.organisations = ColumnarSet({n: c[self.district.households :] for n, c in self._owner_columns()})
        self.goods = {name: ColumnarSet(sector.goods._asdict()) for name, sector in self.sectors.items()}
        self.history = History(
            first=self.month,
            scale=settings.population.scale,
            products=settings.products,
            baseline={key: number.value for key, number in settings.region.baseline.items()},
            slots={name: sector.goods.variant.size for name, sector in self.sectors.items()},
            bands={name: sector.bands for name, sector in self.sectors.items()},
            powertrain={name: sector.catalogue.powertrain for name, sector in self.sectors.items()},
            start={name: self._stocks(sector) for name, sector in self.sectors.items()},
            months={name: [] for name in self.sectors},
        )

    @property
    def cars(self) -> ColumnarSet:
        """Slots for passenger cars; those with ``variant`` -1 are empty."""
        return self.goods["car"]

    @property
    def trucks(self) -> ColumnarSet:
        """Slots for trucks."""
        return self.goods["truck"]

    def step(self) -> None:
        """One month, in the order in which it happens."""
        self._announce()
        self._price()
        self._offer()
        self._fail_and_consider()
        self._decide()
        self._settle()
        self._clear()
        self._collect()
        self._age()
        self._record()
        self.month += 1

    # the stages ------------------------------------------------------------------------------------------------

    def _announce(self) -> None:
        """Measures that start, change, end or run out of money."""
        self.government.open_month(self.month)
        if self.month % MONTHS_A_YEAR == 0:
            for sector in self.sectors.values():
                sector.owners.claims[:] = 0  # the notices limit a person's claims within a calendar year
        self._news = {name: sector.announce(self.month) for name, sector in self.sectors.items()}

    def _price(self) -> None:
        """National paths, and what dealers and dismantlers make of them; earlier claims are topped up."""
        for sector in self.sectors.values():
            if sector.due:
                sector.price(self.month, self.paths)
            for change in sector.calendar.top_ups(self.month):
                self.government.top_up(self.month, sector.calendar, change, sector.claims_so_far, sector.prices.new)

    def _offer(self) -> None:
        """Net prices, loan terms and expectations of every type."""
        social = self._social()
        for name, sector in self.sectors.items():
            if sector.due:
                self._counters[name] = self._counter(sector, social)
                sector.offer(self.month, self._counters[name], self._news[name])

    def _fail_and_consider(self) -> None:
        """Goods that end, and owners for whom enough is at stake to look."""
        government = self.government
        left = dict(zip(government.pot_names, government.left(self.month).tolist(), strict=True))
        waits = dict(zip(government.pot_names, government.waits.astype(bool).tolist(), strict=True))
        self._open = {n: sector.open_rows(left, government.pot_of, waits) for n, sector in self.sectors.items()}
        for name, sector in self.sectors.items():
            sector.consider(self.month, self._counters[name], self._open[name])

    def _decide(self) -> None:
        """Pure: reads the world, writes decisions."""
        for name, sector in self.sectors.items():
            sector.decide(self.month, self._counters[name], self._open[name])

    def _settle(self) -> None:
        """The only place where goods and money move between owners, dealers and the treasury."""
        desks = {name: self._desk(sector) for name, sector in self.sectors.items()}
        asked = {name: sector.asked(desks[name]) for name, sector in self.sectors.items()}
        rest = np.sum(list(asked.values()), axis=0)
        for name, sector in self.sectors.items():
            desk = desks[name]._replace(left=fair_share(self.government.left(self.month), asked[name], rest, desks[name].waits))
            rest = rest - asked[name]
            sector.settle(self.month, self._counters[name], desk)
            tally, calendar = sector.tally, sector.calendar
            self.government.enter_claims(self.month, calendar, tally.claims, tally.claimed, tally.waiting)
            self._forgo_tax(sector)

    def _clear(self) -> None:
        """Used goods: trade across the border, next month's prices."""
        for sector in self.sectors.values():
            sector.clear(self.month)

    def _collect(self) -> None:
        """Old goods: dismantlers take in what they can."""
        for sector in self.sectors.values():
            sector.collect(self.month)

    def _age(self) -> None:
        """Life events are rescheduled, dealers book the month, money that is due is paid."""
        rate = self.settings.behaviour.event_rate_per_year.value / MONTHS_A_YEAR
        schedule_events(self.district.owners, self.month, key(self.luck_seed, Event.LIFE_EVENT, self.month), rate)
        for sector in self.sectors.values():
            sector.finish(self._season())
        self.government.close_month(self.month)

    def _record(self) -> None:
        """Write the month down, and check that nothing was lost on the way."""
        for name, sector in self.sectors.items():
            stocks = self._stocks(sector)
            rows = self.history.months[name]
            before = rows[-1].stocks if rows else self.history.start[name]
            check_balance(name, self.month, before, stocks, sector)
            rows.append(Month(sector.tally, stocks, sector.sent, sector.prices.new, sector.index))

    def _settle_in(self, catalogues: dict[str, Catalogue]) -> None:
        """Before the first month: resolve the mismatches of the drawn district, with the first month's prices."""
        social = self._social()
        for sector in self.sectors.values():
            if sector.reviews:
                continue  # drawn with the ages that owners keep their goods to: nothing to settle
            sector.announce(self.month)
            sector.price(self.month, self.paths)
            counter = self._counter(sector, social)
            sector.offer(self.month, counter, True)
            sector.settle_in(self.month, counter)
        meet_neighbours(self.district, catalogues)

    # what the stages need --------------------------------------------------------------------------------------

    def _catalogue(self, name: str) -> Catalogue:
        base = self.settings.region.baseline
        home = (
            base["urban_share"].value * base["home_charging_urban"].value
            + (1.0 - base["urban_share"].value) * base["home_charging_rural"].value
        )
        anchor = self.settings.anchor.get(name, Anchor())
        return build_catalogue(name, self.settings.products[name], self.settings.behaviour, home, anchor)

    def _open_banks(self) -> list[Bank]:
        """Rates and own down payments spread evenly round their means."""
        market = self.settings.market
        places = np.linspace(-0.5, 0.5, market.banks) if market.banks > 1 else np.zeros(1)
        rates = market.loan_rate.value + market.loan_rate_spread.value * places
        downs = market.own_down_payment.value * (1.0 + 1.6 * places[::-1])
        return [
            Bank(self, max(float(rate), 0.001), float(np.clip(down, 0.0, 1.0))) for rate, down in zip(rates, downs, strict=True)
        ]

    def _open_sector(self, catalogue: Catalogue) -> Sector:
        settings, market = self.settings, self.settings.market
        calendar = Calendar(settings.policy, catalogue.id, catalogue.product)
        sector = Sector(settings, catalogue, calendar, self.district.stocks[catalogue.id], self.district, self.luck_seed)
        sector.dealers = self._open_dealers(catalogue)
        bid = catalogue.product.used_market.bid_share.value if catalogue.product.used_market else 0.0
        if catalogue.product.used_market:
            sector.used_dealers = [UsedDealer(self, 1.0 / market.used_dealers, bid) for _ in range(market.used_dealers)]
        end = catalogue.product.end_of_life
        capacity = end.capacity_per_year.value * settings.population.scale / MONTHS_A_YEAR / market.dismantlers
        sector.dismantlers = [Dismantler(self, capacity, end.capacity_growth_per_year.value) for _ in range(market.dismantlers)]
        sector.collectors = [Collector(self)]
        sector.banks = self.banks
        return sector

    def _open_dealers(self, catalogue: Catalogue) -> list[Dealer]:
        """Dealers of vehicles by sales; other goods have national street prices, which no local dealer moves."""
        if catalogue.product.stock is not None:
            return []
        market, base = self.settings.market, self.settings.region.baseline
        share = base[catalogue.product.baseline_sales].value / base["new_registrations"].value
        dealers = max(round(market.dealers * share), 2)
        brands = np.array([1.0 + 3.0 * (catalogue.powertrain == d % 3) for d in range(dealers)])
        brands /= brands.sum(axis=0)
        return [Dealer(self, market, brand) for brand in brands]

    def _social(self) -> tuple[float, float]:
        """Mean and highest exposure of the households to NEV."""
        owners, communities = self.district.owners, self.district.communities
        linked = owners.linked_nev[: self.district.households]
        here = (owners.from_month[: linked.size] <= self.month) & (owners.until_month[: linked.size] >= self.month)
        mean = (0.5 * float(communities.sum()) + 0.5 * float(linked[here].sum()) / LINKS) / max(int(here.sum()), 1)
        return mean, 0.5 * float(communities.max()) / COMMUNITY + 0.5 * float(linked.max()) / LINKS

    def _counter(self, sector: Sector, social: tuple[float, float]) -> Counter:
        """What the month offers to all owners of a category."""
        income = self.paths.at("income", self.month)
        rules, behaviour = sector.rules, self.settings.behaviour
        season = behaviour.season_strength.value * float(log_all(np.array([self._season()]))[0])
        return Counter(
            paths=self.paths,
            money=self.wallets.marginal_utility(sector.catalogue, income),
            wallet=self.wallets.typical(sector.catalogue, self.banks, rules, income),
            purse=self.wallets.purse(self.banks, rules, income),
            social_mean=social[0],
            most_exposed=social[1],
            season_shift=-behaviour.attention_scale.value * (0.0 if sector.reviews else season) - rules.frictions.effort_cut,
            aware=sector.aware(self.month),
        )

    def _season(self) -> float:
        return self.settings.region.season[self.month % MONTHS_A_YEAR]

    def _desk(self, sector: Sector) -> Desk:
        """The counter's view of the pots, by entitlement."""
        government, rules = self.government, sector.rules
        pots = {name: n for n, name in enumerate(government.pot_names)}
        measures = [sector.calendar.measures[int(m)] for m in rules.entitlements.measure]
        named = [government.pot_of[m] for m in measures]
        interest = rules.interest[0] if rules.interest else None
        return Desk(
            pot_of=np.array([-1 if p is None else pots[p] for p in named], dtype=np.int64),
            version_of=rules.entitlements.version,
            once=rules.entitlements.once,
            left=government.left(self.month),
            waits=government.waits,
            interest_share=interest.points / 100.0 if interest else 0.0,
            interest_principal=interest.principal_max if interest else 0.0,
            interest_cap=interest.cap_per_year if interest else 0.0,
            interest_for=interest.owner_ok if interest else np.zeros(3, dtype=np.int64),
        )

    def _forgo_tax(self, sector: Sector) -> None:
        """Book the tax that reductions save buyers, and interest that the treasury pays."""
        sold = sector.tally.new_sales.sum(axis=1)
        for tax in sector.rules.taxes:
            relief = np.floor(tax.relief(sector.prices.new) * 100.0 + 0.5).astype(np.int64)
            bought = int(sold[relief > 0].sum())
            self.government.forgo(self.month, sector.calendar.measures[tax.measure], bought, int((sold * relief).sum()))
        if sector.rules.interest:
            measure = sector.calendar.measures[sector.rules.interest[0].measure]
            loans, fen = (int(x) for x in sector.tally.interest)
            self.government.forgo(self.month, measure, loans, fen)

    def _stocks(self, sector: Sector) -> Stocks:
        """Count every place from the columns."""
        world = sector.world
        owned = np.zeros(sector.variants, dtype=np.int64)
        if sector.reviews and (self.month + 1) % MONTHS_A_YEAR and self.month < sector.last:
            owned = sector.held.copy()  # counted from the columns once a year
        else:
            count_owned(sector.goods.variant, owned)
        kept = int(world.idle.held[0])
        idle = np.bincount(world.idle.variant[:kept].astype(np.int64), minlength=sector.variants)
        lots = world.lots.held.reshape(sector.variants, -1).sum(axis=1) if sector.cells else np.zeros_like(owned)
        catalogue = sector.catalogue
        diesels = 0
        if (catalogue.fuel == 1).any() and catalogue.product.stock is None:
            diesels = count_old_diesels(sector.goods, catalogue.use, catalogue.fuel, world.idle)
        return Stocks(owned, lots, idle, world.yard.copy(), diesels, watched_goods(sector, self.month))

    def _owner_columns(self) -> list[tuple[str, NDArray[np.generic]]]:
        return list(self.district.owners._asdict().items())


def fair_share(left: NDArray[np.int64], asked: Floats, rest: Floats, waits: NDArray[np.int8]) -> NDArray[np.int64]:
    """Fen of each pot that a category may draw on this month, where several share it.

    A pot that cannot pay all that is still asked of it (``rest``) is shared out in proportion to what each asks: no category
    comes first. Where claims wait for money, nothing has to be shared out.
    """
    short = (rest > left) & (asked < rest) & (waits == 0)
    share = np.where(short, np.floor(left * (asked / np.maximum(rest, 1.0))), left)
    return np.asarray(share, dtype=np.int64)


def watched_goods(sector: Sector, month: int) -> tuple[int, ...]:
    """What the category's file wants counted: goods registered before a day, goods older than so many years."""
    watch = sector.catalogue.product.watch
    today = first_day(month) + days_in(month)
    days = [day_number(day) for day in watch.registered_before]
    days += [round(today - years * 365.25) for years in watch.older_than_years]
    held = sector.goods.registered[sector.goods.variant != EMPTY] if days else np.empty(0)
    return tuple(int((held < day).sum()) for day in days)


def check_balance(name: str, month: int, before: Stocks, after: Stocks, sector: Sector) -> None:
    """Raise BalanceBroken unless every place holds what it held, plus what came, less what went."""
    moved = sector.tally.moved
    counted = {
        "owned": (before.owned, after.owned, 2),
        "lot": (before.lot, after.lot, 3),
        "idle": (before.idle, after.idle, 4),
        "yard": (before.yard, after.yard, 5),
    }
    for place, (was, now, index) in counted.items():
        expected = int(was.sum()) + int(moved[:, index].sum()) - int(moved[index].sum())
        if expected != int(now.sum()):
            raise BalanceBroken(f"{name}, month {month}, {place}: {int(now.sum())} counted, {expected} booked")
