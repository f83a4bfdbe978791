"""Before the first month: intermediaries and categories are set up, and what the drawing left unsettled is settled."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.agents.bank import Bank
from sim.agents.collector import Collector
from sim.agents.dealer import Dealer
from sim.agents.dismantler import Dismantler
from sim.agents.used_dealer import UsedDealer
from sim.behaviour.columns import OwnerColumns
from sim.clock import MONTHS_A_YEAR
from sim.codes import VINTAGE_MONTHS
from sim.markets.counting import count_owned
from sim.markets.settlement_state import open_world
from sim.markets.used_market import start_trade
from sim.model.category import Category, Intermediaries, Luck
from sim.model.events import Witness
from sim.model.state import State
from sim.owners.agenda import Agenda, room_for
from sim.owners.outlook import LONGEST_LOOK_AHEAD, Outlook
from sim.owners.vintages import Vintages
from sim.policy.calendar import Calendar
from sim.population.district import District
from sim.population.holdings import OpeningGoods
from sim.population.products import Catalogue, build_catalogue
from sim.schema.product import Anchor
from sim.settings import Settings

DOWN_PAYMENT_SPREAD = 1.6
"""Relative spread of what banks of their own accord ask down, from the first to the last (assumption, grade C)."""
LOWEST_RATE = 0.001
POWERTRAINS_SOLD = 3
"""Every third dealer leans to the same powertrain ..."""
LEANING = 3.0
"""... and sells so many times more of it than of others, on top (assumption, grade C)."""


def catalogue_of(settings: Settings, name: str) -> Catalogue:
    """One category as arrays, with the constants that make the reference year fit."""
    base = settings.region.baseline
    home = (
        base["urban_share"].value * base["home_charging_urban"].value
        + (1.0 - base["urban_share"].value) * base["home_charging_rural"].value
    )
    return build_catalogue(name, settings.products[name], settings.behaviour, home, settings.anchor.get(name, Anchor()))


def open_banks(model: Any, settings: Settings) -> list[Bank]:
    """Rates and own down payments spread evenly round their means."""
    market = settings.market
    places = np.linspace(-0.5, 0.5, market.banks) if market.banks > 1 else np.zeros(1)
    rates = market.loan_rate.value + market.loan_rate_spread.value * places
    downs = market.own_down_payment.value * (1.0 + DOWN_PAYMENT_SPREAD * places[::-1])
    return [
        Bank(model, max(float(rate), LOWEST_RATE), float(np.clip(down, 0.0, 1.0)))
        for rate, down in zip(rates, downs, strict=True)
    ]


def open_category(model: Any, settings: Settings, catalogue: Catalogue, district: District, banks: list[Bank]) -> Category:
    """A category with its dealers, dismantlers and collectors, before anybody has traded; luck from ``model.luck_seed``."""
    calendar = Calendar(settings.policy, catalogue.id, catalogue.product)
    stock = district.stocks[catalogue.id]
    first, months = settings.clock.first, settings.clock.months
    start = stock.law.vintage_start
    # vintages for everything that owners look ahead to, beyond the end of the clock as well
    vintages = Vintages(start, (first + months - 1 + LONGEST_LOOK_AHEAD - start) // VINTAGE_MONTHS + 3)
    return Category(
        settings=settings,
        catalogue=catalogue,
        calendar=calendar,
        outlook=Outlook(catalogue, settings.behaviour, calendar, vintages),
        law=stock.law,
        first_slots=stock.first_slots,
        quiet=district.quiet,
        intermediaries=_intermediaries(model, settings, catalogue, banks),
        luck=Luck(model.luck_seed, catalogue.product.luck),
        workspace=room_for(stock.goods.variant.size),
        state=_state(settings, catalogue, stock, district, max(len(calendar.versions), 1)),
    )


def _state(settings: Settings, catalogue: Catalogue, stock: OpeningGoods, district: District, versions: int) -> State:
    goods, variants = stock.goods, len(catalogue.variants)
    cells = variants * int(catalogue.band_edges.size)
    months = range(settings.clock.first, settings.clock.first + settings.clock.months)
    held = np.zeros(variants, dtype=np.int64)
    count_owned(goods.variant, held)
    return State(
        world=open_world(goods, owners_of(catalogue, district), district.communities, district.link_masks, variants, cells),
        held=held,
        trade=start_trade(catalogue, cells),
        captured=np.zeros(variants),
        claims_so_far=np.zeros((versions, variants), dtype=np.int64),
        agenda=None if stock.layers is None else Agenda(stock.layers, goods, district.leaving, variants, months),
        witness=Witness() if settings.events else None,
    )


def owners_of(catalogue: Catalogue, district: District) -> OwnerColumns:
    """Owners as a category sees them: outside the car market life events move nobody, and claims count by category."""
    if catalogue.product.stock is None:
        return district.owners
    return district.owners._replace(event_month=district.never, claims=np.zeros_like(district.owners.claims))


def _intermediaries(model: Any, settings: Settings, catalogue: Catalogue, banks: list[Bank]) -> Intermediaries:
    market, product = settings.market, catalogue.product
    dealers = _open_dealers(model, settings, catalogue)
    used: list[UsedDealer] = []
    if product.used_market:
        bid = product.used_market.bid_share.value
        used = [UsedDealer(model, 1.0 / market.used_dealers, bid) for _ in range(market.used_dealers)]
    end = product.end_of_life
    capacity = end.capacity_per_year.value * settings.population.scale / MONTHS_A_YEAR / market.dismantlers
    yards = [Dismantler(model, capacity, end.capacity_growth_per_year.value) for _ in range(market.dismantlers)]
    return Intermediaries(dealers, used, yards, [Collector(model)], banks)


def _open_dealers(model: Any, settings: Settings, catalogue: Catalogue) -> list[Dealer]:
    """Dealers of vehicles by sales; other goods have national street prices, which no local dealer moves."""
    if catalogue.product.stock is not None:
        return []
    market, base = settings.market, settings.region.baseline
    share = base[catalogue.product.baseline_sales].value / base["new_registrations"].value
    dealers = max(round(market.dealers * share), 2)
    brands = np.array([1.0 + LEANING * (catalogue.powertrain == d % POWERTRAINS_SOLD) for d in range(dealers)])
    brands /= brands.sum(axis=0)
    return [Dealer(model, market, brand) for brand in brands]
