"""What the reference year of 2023 should show of each category, and what a run of the model shows of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.codes import DISMANTLED, EMPTY, FORMAL, IDLE, INFORMAL_TRADE, OWNED, YARD
from sim.model import TradeInModel
from sim.model.category import Category
from sim.population.district import passenger_nev, truck_nev_sales
from sim.runs.once import forget
from sim.schema.product import Product
from sim.settings import Settings

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
MONTHS = 12
UNSEEN = (np.nan, np.nan)


@dataclass(frozen=True)
class Year:
    """What the reference year should show, or shows, for one category; vehicles of the district."""

    new: Floats
    """New goods by variant [V]."""
    first: float
    """New goods bought by those who had none."""
    bought: float
    """Used goods bought by local owners; not observed, as transfers count both sides of the border."""
    bought_age: float
    """Their mean age, years."""
    sold: float
    """Goods sold to dealers; not observed."""
    recovered: float
    informal: float
    """Ended outside the formal channel."""
    idle: float
    """Put away unused."""
    transfers: float
    stock: float
    """Registered at the year's end."""
    nev: float
    credit: float = np.nan
    """Share of the new goods bought on credit; not observed of anything but cars."""
    shopped: tuple[float, float] = UNSEEN
    """Owners, and those who had none, who ended a spell in the market of their own accord [2]; not observed."""
    pool: tuple[float, float] = UNSEEN
    """Months that they were in the market, together [2]; not observed."""
    without: float = np.nan
    """Mean number of places for a good that are empty and could be filled; not observed."""

    @property
    def replaced(self) -> float:
        """New goods bought by owners who gave one up."""
        return float(self.new.sum()) - self.first


def observed(settings: Settings, product: str) -> Year:
    """The reference year of the district baseline; what crosses the border is left to the market."""
    if settings.products[product].stock is not None:
        return observed_units(settings, settings.products[product])
    base = settings.region.baseline
    truck = product == "truck"
    share = {name: base[f"truck_share_{name}"].value for name in ("used", "elv")}
    share = share if truck else {name: 1.0 - value for name, value in share.items()}
    new = new_by_variant(settings, product)
    transfers = base["used_car_transactions"].value * share["used"]
    recovered = base["elv_recovered"].value * share["elv"]
    return Year(
        new=new,
        first=base["empty_slot_buyer_share"].value * (FIRST_TRUCKS if truck else 1.0) * float(new.sum()),
        bought=np.nan,
        bought_age=base["used_bought_age"].value,
        sold=np.nan,
        recovered=recovered,
        informal=recovered * (1.0 / base["formal_share_elv"].value - 1.0),
        idle=recovered / base["formal_share_elv"].value * base["idle_share_elv"].value,
        transfers=transfers,
        stock=base[settings.products[product].baseline_stock].value,
        nev=base["nev_trucks"].value if truck else passenger_nev(settings),
        credit=np.nan if truck else base["credit_share_new"].value,
    )


def observed_units(settings: Settings, product: Product) -> Year:
    """The reference year of a category that its file describes: sales, stock, and what became of what was retired."""
    base, stock = settings.region.baseline, product.stock
    assert stock is not None
    sales, retired = base[product.baseline_sales].value, base[stock.retired].value
    shares = np.array([v.share_new.value for v in product.variants.values()])
    recovered = min(base[stock.recovered].value, MOST_FORMAL * retired)
    idle = stock.idle_share.value * (retired - recovered)
    return Year(
        new=shares / shares.sum() * sales, first=stock.first_share.value * sales, bought=0.0, bought_age=0.0, sold=0.0,
        recovered=recovered, informal=max(retired - recovered - idle, 0.02 * retired), idle=max(idle, 0.01 * retired),
        transfers=0.0, stock=base[product.baseline_stock].value, nev=0.0,
    )  # fmt: skip


MOST_FORMAL = 0.95
"""Largest part of what is retired that the formal channel can have taken."""
FIRST_TRUCKS = 0.5
"""First buyers among truck buyers relative to car buyers: fleets grow slowly (assumption, grade C)."""


def new_by_variant(settings: Settings, product: str) -> Floats:
    """New goods of the reference year by variant [V]."""
    base = settings.region.baseline
    variants = settings.products[product].variants
    mix = np.array([base[f"new_mix_{v}"].value for v in variants])
    sales = base[settings.products[product].baseline_sales].value
    if product == "truck":
        return np.asarray(mix / mix.sum() * sales)
    nev = base["nev_share_new"].value * base["new_registrations"].value - truck_nev_sales(settings)
    bev = base["bev_share_new_nev"].value
    part = {"ice": sales - nev, "phev": nev * (1.0 - bev), "bev": nev * bev}
    return np.asarray(mix * np.array([part[v.powertrain or "ice"] for v in variants.values()]))


def simulated(settings: Settings, product: str, model: TradeInModel, waiting: Ints) -> Year:
    """The reference year as the model has it.

    ``waiting`` [3], at the end of a month, summed over the year: owners in the market, those in it who have none, and all who
    have none.
    """
    months = model.history.months[product][:MONTHS]
    catalogue = model.categories[product].catalogue
    scale = settings.population.scale
    last = months[-1].stocks
    held = last.owned + last.lot + last.idle
    bought = np.sum([m.tally.bought for m in months], axis=0)
    ages = np.tile(catalogue.band_age / 12.0, len(catalogue.variants))

    shopped = np.sum([m.tally.shopped for m in months], axis=0)

    def year(values: list[int]) -> float:
        return float(sum(values)) / scale

    return Year(
        new=np.sum([m.tally.new_sales.sum(axis=1) for m in months], axis=0) / scale,
        first=year([int(m.tally.first_buyers.sum()) for m in months]),
        bought=float(bought.sum()) / scale,
        bought_age=float((bought * ages).sum() / max(bought.sum(), 1)),
        sold=year([int(m.tally.sold.sum()) for m in months]),
        recovered=year([int(m.tally.moved[YARD, DISMANTLED]) for m in months])
        if settings.products[product].stock is None
        else year([int(m.tally.out_by_route[:, FORMAL].sum()) for m in months]),
        informal=year([int(m.tally.moved[:, INFORMAL_TRADE].sum()) for m in months]),
        idle=year([int(m.tally.moved[OWNED, IDLE]) for m in months]),
        transfers=year([int(m.tally.bought.sum() + m.sent.sum()) for m in months]),
        stock=float(held.sum() if settings.products[product].stock is None else last.owned.sum()) / scale,
        nev=float(held[catalogue.is_nev].sum()) / scale if settings.products[product].stock is None else 0.0,
        credit=(float(sum(m.tally.loans[0] for m in months)) + 1.0)
        / (float(sum(m.tally.new_sales.sum() for m in months)) + 2.0),
        shopped=(shopped[0] / scale, shopped[1] / scale),
        pool=((shopped[0] + waiting[0]) / scale, (shopped[1] + waiting[1]) / scale),
        without=float(waiting[2]) / MONTHS / scale,
    )


def reference_year(settings: Settings, seed: int) -> dict[str, Year]:
    """Simulate the first twelve months and read off the year of every category."""
    model = TradeInModel(settings, seed)
    waiting = {name: np.zeros(3, dtype=np.int64) for name in settings.products}
    for _ in range(MONTHS):
        month = model.month
        model.step()
        for name, category in model.categories.items():
            inside = category.goods.shopping != 0
            waiting[name][:2] += np.bincount(category.goods.variant[inside] == EMPTY, minlength=2)
            waiting[name][2] += empty_places(category, month)
    years = {name: simulated(settings, name, model, waiting[name]) for name in settings.products}
    forget(model)
    return years


def empty_places(category: Category, month: int) -> int:
    """Empty places for a good whose owners are there to fill them; a second one counts where the first is filled."""
    goods, owners = category.goods, category.owners
    there = (owners.from_month <= month) & (owners.until_month >= month)
    empty = (goods.variant == EMPTY) & there[goods.owner]
    second = np.flatnonzero(empty & category.second[goods.type])
    return int(empty.sum()) - int((goods.variant[second - category.first_slots] == EMPTY).sum())
