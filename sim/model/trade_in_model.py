"""The Mesa model: the order of a month, and everything that takes part in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import mesa
import numpy as np

from sim.agents.government import Government
from sim.behaviour.life_events import schedule_events
from sim.clock import MONTHS_A_YEAR
from sim.codes import COMMUNITY, LINKS
from sim.markets.prices import Paths
from sim.markets.season import season_of
from sim.model import clearing, deciding, offering, settling
from sim.model.hands import each
from sim.model.history import History, MonthRecord
from sim.model.likely_claims import likely_claims
from sim.model.month import Cleared, Considered, Decided, Informed, Offered, Priced, Settled
from sim.model.nation import Nation, national_shocks
from sim.model.offering import Surroundings
from sim.model.opening import catalogue_of, open_banks, open_category
from sim.model.settling_in import settle_in
from sim.model.stocktaking import check_balance, take_stock
from sim.numerics.luck import Event, district_seed, key
from sim.owners.liquidity import Liquidity
from sim.owners.outlook import LONGEST_LOOK_AHEAD
from sim.policy.rationing import takes_claims
from sim.population.columnar import ColumnarSet
from sim.population.district import District, build_district, meet_neighbours
from sim.settings import Settings

T = TypeVar("T")


class TradeInModel(mesa.Model):
    """A district that renews its durable goods, month by month.

    ``households`` and one set for each product category (``cars``, ``trucks``) are columnar sets; dealers, banks,
    dismantlers and the government are Mesa agents in ``self.agents``. The stages of a month are methods that take the months
    of all categories, by name, as far as the stages before them have come.
    """

    def __init__(self, settings: Settings, seed: int = 1, threads: int = 1) -> None:
        super().__init__(rng=seed)
        self.settings, self.run_seed, self.threads = settings, seed, threads
        self.luck_seed = district_seed(seed, settings.region.luck)
        self.month = settings.clock.first
        self.paths = Paths(settings.market)
        catalogues = {name: catalogue_of(settings, name) for name in sorted(settings.products)}
        self.district: District = build_district(settings, catalogues, self.luck_seed)
        self.liquidity = Liquidity(settings, catalogues.values())
        self.government = Government(self, settings)
        self.banks = open_banks(self, settings)
        self.categories = {n: open_category(self, settings, c, self.district, self.banks) for n, c in catalogues.items()}
        self._largest_first = sorted(self.categories, key=lambda name: -self.categories[name].goods.variant.size)
        self.settle_in()
        owners = self.district.owners._asdict()
        self.households = ColumnarSet({name: column[: self.district.households] for name, column in owners.items()})
        self.organisations = ColumnarSet({name: column[self.district.households :] for name, column in owners.items()})
        self.goods = {name: ColumnarSet(category.goods._asdict()) for name, category in self.categories.items()}
        self.history = self._open_history()

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
        announced = self.announce()
        priced = self.price(announced)
        offered = self.offer(priced)
        considered = self.fail_and_consider(offered)
        decided = self.decide(considered)
        settled = self.settle(decided)
        cleared = self.clear(settled)
        self.collect(cleared)
        self.age(cleared)
        self.record(cleared)

    # the stages ------------------------------------------------------------------------------------------------

    def announce(self) -> dict[str, Informed]:
        """Measures that start, change, end or run out of money."""
        self.government.open_month(self.month)
        if self.month % MONTHS_A_YEAR == 0:
            for category in self.categories.values():
                category.owners.claims[:] = 0  # the notices limit a person's claims within a calendar year
        by_pot = self.government.pots.funded(LONGEST_LOOK_AHEAD, self._likely_claims())
        funded = {n: self.government.funded(c.calendar.measures, by_pot) for n, c in self.categories.items()}
        return {n: offering.announce(c, self.month, funded[n]) for n, c in self.categories.items()}

    def price(self, months: dict[str, Informed]) -> dict[str, Priced]:
        """National paths, and what dealers and dismantlers make of them; earlier claims are topped up."""
        out, nation = {}, self.nation
        for name, category in self.categories.items():
            out[name] = offering.price(category, months[name], self.paths, nation)
            for change in category.calendar.top_ups(self.month):
                claims, prices = category.state.claims_so_far, out[name].prices.new
                self.government.top_up(self.month, category.calendar, change, claims, prices)
        return out

    def offer(self, months: dict[str, Priced]) -> dict[str, Offered]:
        """Net prices, loan terms and expectations of every type."""
        around = self.surroundings()
        return self._each(lambda name: offering.offer(self.categories[name], months[name], around))

    def fail_and_consider(self, months: dict[str, Offered]) -> dict[str, Considered]:
        """Goods that end, and owners for whom enough is at stake to look."""
        government = self.government
        open_pots = takes_claims(government.ration(), government.waits).tolist()
        pays = dict(zip(government.pot_names, open_pots, strict=True))
        means = deciding.classes_of_means(self.district.owners, months.values())

        def consider(name: str) -> Considered:
            category = self.categories[name]
            is_open = deciding.open_rows(category, months[name].rules, government.pot_of, pays)
            return deciding.consider(category, months[name], is_open, means)

        return self._each(consider)

    def decide(self, months: dict[str, Considered]) -> dict[str, Decided]:
        """Pure: reads the world, writes decisions."""
        return self._each(lambda name: deciding.decide(self.categories[name], months[name]))

    def settle(self, months: dict[str, Decided]) -> dict[str, Settled]:
        """The only place where goods and money move between owners, dealers and the treasury."""
        government, ration, out = self.government, self.government.ration(), {}
        funds = {n: settling.funds_of(c, months[n].rules, government, ration, self.month) for n, c in self.categories.items()}
        claiming = [name for name, month in months.items() if settling.anybody_claims(month.decisions)]
        asked = {name: settling.asked(months[name].decisions, funds[name]) for name in claiming}
        rest = sum(asked.values(), np.zeros(ration.turn.shape))
        for name, category in self.categories.items():
            given = funds[name]
            if name in asked:
                share = settling.share_out(government.ration(), asked[name], rest, government.waits)
                rest = rest - asked[name]
                given = given._replace(ration=share.copy())
            out[name] = settling.settle(category, months[name], given)
            if name in asked:
                tally = out[name].tally
                government.pay_out(self.month, share, given.ration, given.found)
                government.enter_claims(self.month, category.calendar, tally.claims, tally.claimed, tally.waiting)
            settling.forgo(category, out[name], government)
        return out

    def clear(self, months: dict[str, Settled]) -> dict[str, Cleared]:
        """Used goods: trade across the border, next month's prices."""
        return {name: clearing.clear(category, months[name]) for name, category in self.categories.items()}

    def collect(self, months: dict[str, Cleared]) -> None:
        """Old goods: dismantlers take in what they can."""
        for name, category in self.categories.items():
            clearing.collect(category, months[name])

    def age(self, months: dict[str, Cleared]) -> None:
        """Life events are rescheduled, dealers book the month, money that is due is paid."""
        rate = self.settings.behaviour.event_rate_per_year.value / MONTHS_A_YEAR
        schedule_events(self.district.owners, self.month, key(self.luck_seed, Event.LIFE_EVENT, self.month), rate)
        for name, category in self.categories.items():
            clearing.book(category, months[name], self.season)
        self.government.close_month(self.month)

    def record(self, months: dict[str, Cleared]) -> None:
        """Write the month down, check that nothing was lost on the way, and turn to the next."""
        for name, category in self.categories.items():
            month, rows = months[name], self.history.months[name]
            stocks = take_stock(category, self.month)
            before = rows[-1].stocks if rows else self.history.start[name]
            check_balance(name, self.month, before, stocks, month.tally)
            rows.append(MonthRecord(month.tally, stocks, month.sent, month.prices.new, category.state.trade.index))
            category.state.standing = month.standing()
        self.month += 1

    def _each(self, work: Callable[[str], T]) -> dict[str, T]:
        """A stage that concerns each category alone; those with most goods first, so that threads end together."""
        done = each(self._largest_first, work, self.threads)
        return {name: done[name] for name in self.categories}

    # what the stages need --------------------------------------------------------------------------------------

    @property
    def season(self) -> float:
        """Sales of the month over those of a mean one."""
        region, behaviour = self.settings.region, self.settings.behaviour
        return season_of(self.month, region.season, behaviour.festival_sales.value if region.spring_festival else None)

    @property
    def nation(self) -> Nation:
        """What the whole nation does this month beyond what was to be expected."""
        return national_shocks(self.settings, self.run_seed, self.month)

    def surroundings(self) -> Surroundings:
        """What all categories share this month."""
        mean, highest = self._exposure()
        poorest = float(self.district.owners.income.min())
        return Surroundings(self.paths, self.liquidity, self.banks, mean, highest, poorest, self.season, self.nation)

    def _likely_claims(self) -> dict[str, float]:
        """Fen a day that pots of which nothing was claimed yet can be expected to be asked for."""
        pot_of, pots = self.government.pot_of, self.government.pots.unclaimed()
        out: dict[str, float] = {}
        for name, category in self.categories.items() if pots else ():
            for pot, fen in likely_claims(category.calendar, self.history.months[name], self.month, pot_of, pots).items():
                out[pot] = out.get(pot, 0.0) + fen
        return out

    def _exposure(self) -> tuple[float, float]:
        """Mean and highest exposure of the households to NEV."""
        owners, communities = self.district.owners, self.district.communities
        linked = owners.linked_nev[: self.district.households]
        here = (owners.from_month[: linked.size] <= self.month) & (owners.until_month[: linked.size] >= self.month)
        mean = (0.5 * float(communities.sum()) + 0.5 * float(linked[here].sum()) / LINKS) / max(int(here.sum()), 1)
        return mean, 0.5 * float(communities.max()) / COMMUNITY + 0.5 * float(linked.max()) / LINKS

    def settle_in(self) -> None:
        """Before the first month: bring the drawn district to rest, and let neighbours see who drives what."""
        around, ration = self.surroundings(), self.government.ration()
        for category in self.categories.values():
            rules = category.calendar.rules(self.month, self.month)
            settle_in(category, around, settling.funds_of(category, rules, self.government, ration, self.month))
        meet_neighbours(self.district, {name: category.catalogue for name, category in self.categories.items()})

    def _open_history(self) -> History:
        settings, categories = self.settings, self.categories
        return History(
            first=self.month,
            scale=settings.population.scale,
            products=settings.products,
            baseline={name: number.value for name, number in settings.region.baseline.items()},
            slots={name: category.goods.variant.size for name, category in categories.items()},
            bands={name: category.bands for name, category in categories.items()},
            powertrain={name: category.catalogue.powertrain for name, category in categories.items()},
            start={name: take_stock(category, self.month) for name, category in categories.items()},
            months={name: [] for name in categories},
        )
