"""Before the first month: the drawn district is brought to rest.

The drawing knows nothing of tastes and prices: it gives goods to owners who would sell them at once, and leaves eager ones
without. Owners of vehicles therefore live through two years in which everything stands as in the first month, nothing can be
claimed and nobody comes or goes. What they then hold is handed over to the drawn stock: every type holds as many goods as it
was drawn to hold, of the variants and registration dates of the draw; who holds which, how near its end it is, and who is in
the market, is what the two years have made of it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.clock import MONTHS_A_YEAR, first_day
from sim.codes import EMPTY, NEVER
from sim.markets.dates import back_in_time
from sim.markets.prices import Paths, quote
from sim.markets.settlement_state import Funds, World
from sim.model.category import Category
from sim.model.clearing import clear
from sim.model.deciding import classes_of_means, consider, decide
from sim.model.month import Offered
from sim.model.offering import Surroundings, announce, local_terms, offer, price
from sim.model.settling import settle
from sim.numerics.luck import Event
from sim.owners.offer_table import build_table
from sim.owners.outlook import LONGEST_LOOK_AHEAD, Expectations
from sim.population.dealing import Kinds, deal, dealt_from
from sim.population.spells import draw_spells

MONTHS = 2 * MONTHS_A_YEAR
"""Months before the first one that owners of vehicles live through."""
LUCK_GAP = 1000
"""Months by which the luck of this time is set apart from that of the run."""


def settle_in(category: Category, around: Surroundings, funds: Funds) -> None:
    """Let owners be in the market as the long run has it, and those of vehicles come to rest."""
    known = announce(category, category.first, np.ones((len(category.calendar.measures), LONGEST_LOOK_AHEAD)))
    month = offer(category, price(category, known, around.paths, around.nation), around)
    bereft = ended_for_each_without(category)
    share, first = category.outlook.shopping(month.circumstances, month.expected, bereft)
    key = category.luck.key(Event.SPELL, 0)
    draw_spells(key, category.first, category.goods, category.owners, category.variants, share, first)
    if not category.reviews:  # the others are drawn with the ages that owners keep their goods to
        _come_to_rest(category, month, around.paths, funds)


def ended_for_each_without(category: Category) -> NDArray[np.float64]:
    """Goods that end in a month of the first year for each owner of a type who has none [K]."""
    goods, first = category.goods, category.first
    here = category.owners.from_month[goods.owner] <= first
    types = len(category.catalogue.types)
    ending = (goods.variant != EMPTY) & (goods.end <= first + MONTHS_A_YEAR)
    without = np.bincount(goods.type[here & (goods.variant == EMPTY)], minlength=types)
    return np.asarray(np.bincount(goods.type[ending], minlength=types) / MONTHS_A_YEAR / np.maximum(without, 1))


def _come_to_rest(category: Category, month: Offered, paths: Paths, funds: Funds) -> None:
    owners, first = category.owners, category.first
    here = (owners.from_month <= first) & (owners.until_month >= first)
    drawn = dealt_from(category.goods, here[category.goods.owner])
    trial = _apart(category)
    expected = category.outlook.solve(month.circumstances, MONTHS, month.expected, lasting=True)
    for number in range(category.first, category.first + MONTHS):
        _live(trial, month, expected, paths, number, funds)
    category.state.trade = trial.state.trade
    world = category.world
    back_in_time(world, category.first, MONTHS)
    together = category.first_slots > 0  # the use of a truck was drawn from its size and standard, so each type keeps its own
    kinds, today = Kinds(category.catalogue.powertrain, category.catalogue.law), first_day(category.first)
    deal(category.luck.key(Event.SYNTHESIS, 1), today, drawn, world.goods, kinds, together)
    world.yard[:] = 0
    world.goods.scrapped[:] = EMPTY  # what was scrapped then carries dates that are still to come


def _apart(category: Category) -> Category:
    """The same category with luck of its own, and with owners of whom none comes or goes."""
    owners = category.owners
    here = owners.from_month <= category.first
    never = np.int16(NEVER)
    settled = owners._replace(
        from_month=np.where(here, owners.from_month, never),
        until_month=np.where(owners.until_month >= category.first, never, owners.until_month),
        event_month=np.roll(owners.event_month, 1),  # a neighbour's: one's own are still to come
    )
    world: World = category.world._replace(owners=settled)
    state = replace(category.state, world=world, witness=None)
    return replace(category, luck=category.luck._replace(shift=-LUCK_GAP), state=state)


def _live(trial: Category, start: Offered, expected: Expectations, paths: Paths, number: int, funds: Funds) -> None:
    """One month in which only the local prices of used goods move."""
    terms = local_terms(trial, start, paths)
    prices = quote(trial.catalogue, paths, start.number, terms)
    now = replace(start.circumstances, month=number, prices=prices, season=0.0)
    table = build_table(trial.outlook, now, expected)
    month = Offered(number, start.rules, True, start.number, start.funded, terms, terms, prices, now, expected, table)
    closed = np.zeros(start.rules.entitlements.route.size, dtype=bool)
    means = classes_of_means(trial.owners, [month])
    clear(trial, settle(trial, decide(trial, consider(trial, month, closed, means)), funds))
