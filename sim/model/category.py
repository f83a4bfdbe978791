"""One product category: its goods, its rules and its trade; what it is for the whole run, with the state that lasts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.columns import GoodColumns, OwnerColumns
from sim.behaviour.entitling import awareness_keys
from sim.behaviour.offers import Heard
from sim.clock import MONTHS_A_YEAR, first_day
from sim.codes import NEW, NOTHING, USED
from sim.markets.from_outside import ages_from_outside
from sim.markets.goods import Making
from sim.markets.prices import Paths
from sim.markets.settlement_state import World
from sim.model.state import State
from sim.numerics.luck import Event, key
from sim.owners.agenda import Room
from sim.owners.circumstances import awareness
from sim.owners.outlook import LONGEST_LOOK_AHEAD, Outlook
from sim.policy.calendar import Calendar
from sim.policy.in_force import Rules
from sim.population.products import Catalogue
from sim.population.stock import StockLaw
from sim.population.unit_goods import UnitLaw
from sim.schema.product import FUELS
from sim.settings import Settings

if TYPE_CHECKING:
    from sim.agents.bank import Bank
    from sim.agents.collector import Collector
    from sim.agents.dealer import Dealer
    from sim.agents.dismantler import Dismantler
    from sim.agents.used_dealer import UsedDealer

Floats = NDArray[np.float64]


class Luck(NamedTuple):
    """Where the keyed luck of a category comes from."""

    seed: int
    number: int
    """The category's own, from its file."""
    shift: int = 0
    """Months by which the luck of the rounds before the first month is set apart."""

    def key(self, event: Event, month: int) -> np.uint32:
        """Key of this category's luck of one kind in a month."""
        return key(self.seed, event, (month + self.shift) * 16 + self.number % 16 + (self.number // 16 << 24))


class Intermediaries(NamedTuple):
    """Everyone between owners, factories and furnaces; Mesa agents."""

    dealers: list[Dealer]
    used_dealers: list[UsedDealer]
    dismantlers: list[Dismantler]
    collectors: list[Collector]
    banks: list[Bank]


@dataclass(frozen=True)
class Category:
    """What does not change in a run, and ``state``, which does."""

    settings: Settings
    catalogue: Catalogue
    calendar: Calendar
    outlook: Outlook
    law: StockLaw | UnitLaw
    """How its goods were drawn at the start."""
    first_slots: int
    """Rows from a first slot to the second one of the same household; 0: no second slots."""
    quiet: NDArray[np.int8]
    """Marks of owners of whom none is special."""
    intermediaries: Intermediaries
    luck: Luck
    workspace: Room
    """Room that is rewritten every month, so that none is asked for; nobody reads what an earlier month left there."""
    state: State

    @property
    def name(self) -> str:
        """Id of its product file."""
        return self.catalogue.id

    @property
    def first(self) -> int:
        """First month of the run."""
        return self.settings.clock.first

    @property
    def last(self) -> int:
        """Last month of the run."""
        return self.first + self.settings.clock.months - 1

    @property
    def variants(self) -> int:
        """V."""
        return len(self.catalogue.variants)

    @property
    def bands(self) -> int:
        """Age bands of used goods, at least one."""
        return max(self.catalogue.band_edges.size, 1)

    @property
    def cells(self) -> int:
        """Cells of the used market: variants x bands; 0 where there is none."""
        return self.variants * int(self.catalogue.band_edges.size)

    @property
    def versions(self) -> int:
        """Q: versions of the measures that pay, at least one."""
        return max(len(self.calendar.versions), 1)

    @property
    def reviews(self) -> bool:
        """Whether prices and offers stand until they are reviewed, as for goods that are described by their file alone."""
        return self.catalogue.product.stock is not None

    @cached_property
    def second(self) -> NDArray[np.bool_]:
        """Types that hold a household's second good [K]."""
        return np.array([o.slot == "second" for o in self.catalogue.product.owners.values()])

    @property
    def world(self) -> World:
        """Goods in every place, and their owners."""
        return self.state.world

    @property
    def goods(self) -> GoodColumns:
        """Every slot for a good."""
        return self.state.world.goods

    @property
    def owners(self) -> OwnerColumns:
        """Owners as this category sees them."""
        return self.state.world.owners

    def making(self, month: int) -> Making:
        """How goods are made up this month."""
        catalogue, luck = self.catalogue, self.luck
        return Making(
            catalogue.law, self.outlook.vintages.start, catalogue.newest_emission(first_day(month)), catalogue.emission_from,
            luck.key(Event.LIFE, month), luck.key(Event.FATE, month), luck.key(Event.BORDER, month),
            luck.key(Event.GAMING, month), self.settings.behaviour.gamed_share.value, catalogue.band_edges,
            self._ages_from_outside(month),
        )  # fmt: skip

    def _ages_from_outside(self, month: int) -> NDArray[np.int64]:
        """Equally likely ages of used goods from outside, months [3, bands, places]."""
        catalogue, market = self.catalogue, self.catalogue.product.used_market
        if market is None:
            return np.zeros((len(FUELS), 0, 1), dtype=np.int64)
        table = self.settings.region.vintages
        first, last = min(min(shares) for shares in table.values()), self.settings.region.year
        columns = [table["nev" if fuel == "nev" else self.name] for fuel in FUELS]
        stock = np.array([[shares.get(year, 0.0) for year in range(first, last + 1)] for shares in columns])
        standard = int(market.admitted_standard.value)
        return ages_from_outside(
            stock, first, catalogue.law, catalogue.emission_from, standard, catalogue.band_edges, month
        )  # fmt: skip

    def aware(self, rules: Rules, month: int) -> Floats:
        """Share of owners that know each entitlement [M]."""
        return self._aware([(m, month) for m in rules.entitlements.measure.tolist()], month)

    def heard(self, month: int, beliefs: int) -> Heard:
        """Who has heard of the subsidies that can be claimed this month or that are announced; ``beliefs``: as were solved."""
        begins = list(self.calendar.granting(month, LONGEST_LOOK_AHEAD).items()) if beliefs > 1 else []
        measures = np.array([measure for measure, _ in begins], dtype=np.int64)
        return Heard(awareness_keys(self.luck.key(Event.AWARENESS, 0), measures), self._aware(begins, month))

    def _aware(self, begins: Sequence[tuple[int, int]], month: int) -> Floats:
        """Share of owners that know each of these measures; with each, the month in which it begins if it has not yet."""
        behaviour = self.settings.behaviour
        heard = [self.state.heard.get(measure, [(0, begin)]) for measure, begin in begins]
        months = np.array([month - versions[0][1] for versions in heard], dtype=np.float64)
        changes = np.array([len(versions) - 1 for versions in heard], dtype=np.float64)
        told = [self.calendar.awareness[measure] or behaviour.awareness_start for measure, _ in begins]
        start = np.array([share.value for share in told], dtype=np.float64)
        gain = self.calendar.rules(month, month).frictions.spread_gain
        return awareness(start, behaviour.awareness_spread.value + gain, behaviour.awareness_jump.value, months, changes)

    def taste(self, month: int, paths: Paths, social_mean: float) -> Floats:
        """Utility of each alternative that price, cost and use do not explain [J]."""
        c = self.catalogue
        years, age = (month - self.first) / MONTHS_A_YEAR, c.choices.age / MONTHS_A_YEAR
        variant = c.taste + self.settings.behaviour.social_weight.value * social_mean * c.is_nev
        out = variant[c.choices.variant] + c.improvement[c.choices.variant] * (years - age)
        out += np.where(c.choices.kind == USED, c.taste_used + c.taste_age * age, 0.0)
        if not self.reviews:
            out[c.choices.kind == NEW] += paths.at("new_vehicle_taste", month)
        out[c.choices.kind == NOTHING] = 0.0
        return np.asarray(out, dtype=np.float64)
