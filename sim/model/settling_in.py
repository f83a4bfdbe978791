"""Resolving, before the first month, the mismatches of the drawn district.

The drawn district knows nothing of tastes and prices, so it holds mismatches that a real one has long resolved; left in, they
would all be sold in the first months.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sim.behaviour.offers import Decisions
from sim.clock import MONTHS_A_YEAR, first_day
from sim.codes import AVERAGE_DAYS, LOOKS, SELL, USED
from sim.markets.border import trade_across
from sim.markets.settlement_state import empty_tally
from sim.model.category import Category
from sim.model.deciding import consider, decide
from sim.model.month import Decided
from sim.model.offering import Surroundings, announce, offer, price
from sim.numerics.luck import Event
from sim.population.stock import StockLaw, draw_again

ROUNDS = 8
"""Rounds in which mismatches are drawn again before the first month."""
LUCK_GAP = 1000
"""Months by which the luck of these rounds is set apart from that of the run."""


def settle_in(category: Category, around: Surroundings) -> None:
    """Give those who would sell at once another good of the stock, with the first month's prices, then fill the used lots.

    What the last round sells and buys is what dealers expect.
    """
    month = offer(category, price(category, announce(category, category.first), around.paths, around.nation), around)
    closed = np.zeros(month.rules.entitlements.route.size, dtype=bool)
    for shift in range(-ROUNDS * LUCK_GAP, 0, LUCK_GAP):
        shifted = replace(category, luck=category.luck._replace(shift=shift))
        decided = decide(shifted, consider(shifted, month, closed))
        _draw_again(category, decided)
    _expect_and_stock(category, decided.decisions)
    category.state.standing = decided.standing()


def _draw_again(category: Category, month: Decided) -> None:
    """Give another good from the stock to all who would sell of their own accord."""
    if not category.first_slots or not isinstance(category.law, StockLaw):
        return  # the use of a truck was drawn from its size and standard, so it keeps them
    decisions = month.decisions
    willing = (decisions.route == SELL) & (decisions.reason == LOOKS)
    slots = decisions.slot[willing].astype(np.int64)
    draw_again(category.law, month.keys.day, slots, category.owners, category.catalogue.powertrain, category.goods)


def _expect_and_stock(category: Category, decisions: Decisions) -> None:
    """Set what dealers expect to sell and be offered in a month of mean season, and fill the lots with it."""
    market, catalogue, goods = category.catalogue.product.used_market, category.catalogue, category.goods
    if market is None:
        return
    choices, bands, cells = catalogue.choices, category.bands, category.cells
    taken = decisions.alternative[choices.kind[decisions.alternative] == USED]
    sold = decisions.slot[decisions.route == SELL]
    ages = (first_day(category.first) - goods.registered[sold]) / AVERAGE_DAYS
    band = np.minimum(np.searchsorted(catalogue.band_edges, ages, side="right"), bands - 1)
    season = category.settings.region.season[category.first % MONTHS_A_YEAR]
    wanted = np.bincount(choices.variant[taken] * bands + choices.band[taken], minlength=cells)
    offered = np.bincount(goods.variant[sold].astype(np.int64) * bands + band, minlength=cells)
    trade = replace(category.state.trade, expected_sales=wanted / season, expected_supply=offered / season)
    category.state.trade = trade
    trade_across(
        category.world.lots, trade.expected_sales * market.stock_months.value, np.zeros(cells),
        category.making(category.first), category.luck.key(Event.SYNTHESIS, 0), category.first - 1,
        first_day(category.first) - 1, catalogue.fuel, catalogue.is_nev, bands, empty_tally(category.variants, cells, 1),
        np.zeros(cells, dtype=np.int64),
    )  # fmt: skip
