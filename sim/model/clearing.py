"""The end of a category's month: used goods are cleared, old ones collected, dealers book what they have sold."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.clock import MONTHS_A_YEAR, days_in, first_day
from sim.codes import FORMAL, INFORMAL, INFORMAL_TRADE
from sim.markets.border import trade_across
from sim.markets.end_of_life import dismantle, give_up_idle
from sim.markets.used_market import SMOOTHING, crossing, next_index
from sim.model.category import Category
from sim.model.month import Cleared, Settled
from sim.numerics.arithmetic import exp, exp_all
from sim.numerics.luck import Event
from sim.owners.disposal import route_scales


def clear(category: Category, month: Settled) -> Cleared:
    """Trade used goods across the border, move local prices, let dealers adjust their bids."""
    sent = np.zeros(category.cells, dtype=np.int64)
    market, catalogue, lots = category.catalogue.product.used_market, category.catalogue, category.world.lots
    if market is None:
        return Cleared(**vars(month), sent=sent)
    number, tally = month.number, month.tally
    demand, supply = tally.bought.astype(float), tally.sold.astype(float)
    trade = category.state.trade.after(demand, supply)
    baseline, cut = category.settings.region.baseline, month.rules.frictions.border_cost_cut
    flows = crossing(catalogue, trade, month.prices, lots.held, baseline, cut)
    trade_across(
        lots, flows.inflow, flows.outflow, category.making(number), category.luck.key(Event.BORDER, number), number,
        first_day(number) + days_in(number) - 1, catalogue.fuel, catalogue.is_nev, category.bands, tally, sent,
    )  # fmt: skip
    category.state.trade = trade.moved(next_index(catalogue, trade.index, demand + flows.wished_out, supply + flows.wished_in))
    excess = flows.relative_excess(market.stock_months.value * trade.expected_sales)
    for dealer in category.intermediaries.used_dealers:
        dealer.restock(excess)
    return Cleared(**vars(month), sent=sent)


def collect(category: Category, month: Cleared) -> None:
    """Take goods in at the dismantlers, let idle goods go, let the trades adjust what they offer."""
    world, catalogue, tally = category.world, category.catalogue, month.tally
    if world.idle.held[0]:
        chance = 1.0 - exp(-catalogue.product.end_of_life.release_per_year.value / MONTHS_A_YEAR)
        release = category.luck.key(Event.RELEASE, month.number)
        give_up_idle(world.idle, world.yard, release, chance, formal_share(category, month), catalogue.is_nev, tally)
    for dismantler in category.intermediaries.dismantlers:
        taken = dismantler.take(int(world.yard.sum()), month.rules.frictions.capacity_gain)
        dismantle(world.yard, taken, catalogue.is_nev, tally)
        dismantler.plan()
    informal_goods = int(tally.moved[:, INFORMAL_TRADE].sum())
    for collector in category.intermediaries.collectors:
        collector.plan(informal_goods)


def formal_share(category: Category, month: Cleared) -> NDArray[np.float64]:
    """Share of the idle goods given up that dismantlers get rather than the informal trade [V]."""
    money = month.circumstances.money
    scale = route_scales(category.catalogue, category.settings.behaviour, money)
    trouble = month.table.routes[:, FORMAL] - month.table.routes[:, INFORMAL]
    lead = np.multiply.outer(money, month.prices.formal - month.prices.informal[-1, -1]) + trouble[:, None]
    return np.asarray((1.0 / (1.0 + exp_all(-lead / scale[:, None]))).mean(axis=0))


def book(category: Category, month: Cleared, season: float) -> None:
    """Let dealers book the month's sales, and work out what they keep of next month's subsidies."""
    state, tally, variants = category.state, month.tally, category.variants
    sold = tally.new_sales.sum(axis=1)
    for dealer in category.intermediaries.dealers:
        dealer.sell(float((dealer.brand * sold).sum()), season)
    claimed = tally.claimed[:, :variants].sum(axis=(0, 2, 3)) / 100.0
    kept = 1.0 - category.settings.market.pass_through.value
    mean = np.where(sold > 0, claimed / np.maximum(sold, 1), 0.0)
    state.captured = state.captured + SMOOTHING * (kept * mean - state.captured)
    state.claims_so_far = state.claims_so_far + tally.claims[:, :variants].sum(axis=(2, 3))
