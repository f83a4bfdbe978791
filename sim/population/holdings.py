"""Who holds the goods of a category that is described by its product file alone: households by layers, organisations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.columns import GoodColumns, OwnerColumns
from sim.behaviour.layers import Layers
from sim.codes import NEVER
from sim.numerics.luck import derived, uniforms
from sim.population.products import Catalogue
from sim.population.stock import StockLaw, empty_goods
from sim.population.unit_goods import UnitLaw, fill_layer, fill_places, slots_needed, unit_law
from sim.settings import Settings

Floats = NDArray[np.float64]
MOST_HELD = 0.97
"""Largest share of the households of a group that hold a good in one layer: some always have none for now."""
LEVEL_ROUNDS = 30


@dataclass(frozen=True)
class OpeningGoods:
    """Goods of one category at the start."""

    goods: GoodColumns
    law: StockLaw | UnitLaw
    first_slots: int
    """Rows from a first slot to the second one of the same household; 0: no second slots."""
    layers: Layers | None = None
    """Slots by household and layer, for goods that nearly every household has."""


def unit_stock(
    settings: Settings,
    catalogue: Catalogue,
    owners: OwnerColumns,
    rows: int,
    classes: dict[str, NDArray[np.int64]],
    base: np.uint32,
) -> OpeningGoods:
    """Goods in use at the start, drawn for households or organisations as the product file says."""
    law = unit_law(settings, catalogue)
    stock = catalogue.product.stock
    assert stock is not None
    if stock.per_household:
        return _household_units(settings, catalogue, law, owners, rows, base)
    return _organisation_units(settings, catalogue, law, classes, base)


def units_at_start(settings: Settings, catalogue: Catalogue) -> float:
    """Goods in use when the clock starts, whole district: a year later's less the year's sales, plus what left."""
    base, stock = settings.region.baseline, catalogue.product.stock
    assert stock is not None
    product = catalogue.product
    return base[product.baseline_stock].value - base[product.baseline_sales].value + base[stock.retired].value


def _household_units(
    settings: Settings, catalogue: Catalogue, law: UnitLaw, owners: OwnerColumns, rows: int, base: np.uint32
) -> OpeningGoods:
    stock = catalogue.product.stock
    assert stock is not None
    covered = rows - settings.population.spare
    chances = layer_shares(settings, catalogue)
    potential = np.minimum(chances * stock.room, 1.0)
    counts = [slots_needed(base, n, covered, potential[n], owners) for n in range(stock.most)]
    goods = empty_goods(sum(counts))
    place = np.empty((stock.most, covered), dtype=np.int32)
    types = _types_by_quintile(catalogue)
    first = np.zeros(stock.most, dtype=np.int64)
    row = 0
    for n in range(stock.most):
        first[n] = row
        row = fill_layer(law, base, n, covered, chances[n], potential[n], types, owners, row, place[n], goods)
    return OpeningGoods(goods, law, 0, Layers(first, place))


def layer_shares(settings: Settings, catalogue: Catalogue) -> Floats:
    """Share of households with a good in each layer at the start, by urban and quintile [L, 2, 6].

    The mean of a group fills one layer after the other up to ``MOST_HELD``; its level makes the district's count right.
    """
    base, stock = settings.region.baseline, catalogue.product.stock
    assert stock is not None
    wanted = units_at_start(settings, catalogue) / base["households"].value
    urban = base["urban_share"].value
    by_quintile = np.array(stock.by_quintile or (1.0,) * 5)
    group = np.array([stock.per_household["rural"].value, stock.per_household["urban"].value])
    each = group[:, None] * by_quintile[None, :]
    weight = np.array([1.0 - urban, urban])[:, None] * 0.2 * np.ones(5)[None, :]
    level = wanted / (weight * each).sum()
    for _ in range(LEVEL_ROUNDS):
        level *= wanted / (weight * _filled(level * each, stock.most).sum(axis=0)).sum()
    out = np.zeros((stock.most, 2, 6))
    out[:, :, 1:] = _filled(level * each, stock.most)
    return out


def _filled(mean: Floats, layers: int) -> Floats:
    """Goods per household spread over layers [L, 2, 5]."""
    return np.stack([np.clip(mean - n * MOST_HELD, 0.0, MOST_HELD) for n in range(layers)])


def _types_by_quintile(catalogue: Catalogue) -> NDArray[np.int64]:
    """Owner type of each quintile [6]."""
    types = np.zeros(6, dtype=np.int64)
    for k, owner in enumerate(catalogue.product.owners.values()):
        types[owner.income_quintile] = k
    return types


def _organisation_units(
    settings: Settings, catalogue: Catalogue, law: UnitLaw, classes: dict[str, NDArray[np.int64]], base: np.uint32
) -> OpeningGoods:
    product = catalogue.product
    assert product.stock is not None
    total = units_at_start(settings, catalogue) * settings.population.scale
    counts = [round(total * share) for share in product.owner_shares.values()]
    rooms = [max(round(count * product.stock.room), 1) for count in counts]
    goods = empty_goods(sum(rooms))
    first = 0
    for kind, (name, count, room) in enumerate(zip(product.owner_shares, counts, rooms, strict=True)):
        pool = classes[product.owners[name].organisation]
        holders = holders_of(pool, room, derived(base, 50 + kind))
        types = np.full(room, catalogue.type_index(name))
        fill_places(law, base, first, count, kind, types, holders, goods)
        first += room
    return OpeningGoods(goods, law, 0)


def holders_of(pool: NDArray[np.intp], room: int, base: np.uint32) -> NDArray[np.int64]:
    """Owner of each slot: skewed, a few organisations hold many (square of a uniform over the pool)."""
    luck = uniforms(base, np.arange(room))
    return pool[(luck**2 * pool.size).astype(np.int64)].astype(np.int64)


def leaving_by_month(settings: Settings, owners: OwnerColumns, rows: int) -> dict[int, NDArray[np.int64]]:
    """Households that dissolve, by month of the run."""
    first, months = settings.clock.first, settings.clock.months
    until = owners.until_month[:rows].astype(np.int64)
    inside = np.flatnonzero((until >= first) & (until < min(first + months, NEVER)))
    order = inside[np.argsort(until[inside], kind="stable")]
    starts = np.searchsorted(until[order], np.arange(first, first + months + 1))
    return {first + m: order[starts[m] : starts[m + 1]] for m in range(months)}
