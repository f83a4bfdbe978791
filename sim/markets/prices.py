"""What things cost this month: national paths, local discount, used prices, and what each disposal route pays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.clock import month_text, parse_month
from sim.codes import CONDITIONS
from sim.population.products import AGES, Catalogue
from sim.schema.market import Market
from sim.schema.product import POWERTRAINS

Floats = NDArray[np.float64]
Points = tuple[tuple[str, float], ...]

SALE_FACTOR = np.array([1.0, 0.85, 0.55])
"""Price of a sound, worn and failing good relative to a sound one (assumption, grade C)."""


class Paths:
    """Exogenous national paths: straight lines between dated points, flat outside, departures scaled by ``path_factor``."""

    def __init__(self, market: Market) -> None:
        self._points = {
            name: (np.array([parse_month(m) for m, _ in points]), np.array([x for _, x in points]))
            for name, points in market.paths.items()
        }
        self._factor = {name: factor.value for name, factor in market.path_factor.items()}
        self._cuts = {name: (parse_month(cut.start), 1.0 - cut.rate) for name, cut in market.cuts.items()}
        self._known: dict[tuple[str, int], float] = {}

    def at(self, name: str, month: int) -> float:
        """Value of a path in a month, worked out once."""
        if (name, month) not in self._known:
            self._known[name, month] = self._value(name, month)
        return self._known[name, month]

    def _value(self, name: str, month: int) -> float:
        months, values = self._points[name]
        value = float(np.interp(month, months, values))
        value = float(values[0]) + self._factor.get(name, 1.0) * (value - float(values[0]))
        start, left = self._cuts.get(name, (month, 1.0))
        return value * left if month >= start else value


def upto(points: Points, last: int) -> Points:
    """The points of a path up to a month, and where it is then."""
    months, values = [parse_month(m) for m, _ in points], [x for _, x in points]
    kept = tuple(point for point, month in zip(points, months, strict=True) if month < last)
    return (*kept, (month_text(last), float(np.interp(last, months, values))))


@dataclass(frozen=True)
class Prices:
    """Prices of one category in one month."""

    new: Floats
    """Retail price of each new variant after discount, yuan [V]."""
    used: Floats
    """Asking price of used goods by variant and age in months, sound [V, AGES]."""
    sale: Floats
    """What a dealer pays the owner [AGES, CONDITIONS, V]."""
    formal: Floats
    """What a dismantler pays [V]."""
    informal: Floats
    """What the informal trade pays [AGES, CONDITIONS, V]."""


def new_prices(catalogue: Catalogue, paths: Paths, month: int, discount: Floats, captured: Floats) -> Floats:
    """List price on its path, less the local discount, plus what dealers keep of the subsidies [V]."""
    return np.asarray(catalogue.list_price * price_path(catalogue, paths, month) * (1.0 - discount) + captured)


def price_path(catalogue: Catalogue, paths: Paths, month: int) -> Floats:
    """List price of each variant relative to January 2023 [V]."""
    if catalogue.product.price_path:
        return np.full(catalogue.powertrain.size, paths.at(catalogue.product.price_path, month))
    return np.array([paths.at(f"price_{p}", month) for p in POWERTRAINS])[catalogue.powertrain]


def used_prices(catalogue: Catalogue, paths: Paths, month: int, index: Floats) -> Floats:
    """National residual x list price on its path x local index, straight lines between the bands' typical ages [V, AGES].

    Residuals are shares of the list price at the discounts of the start; as discounts deepen, what is used gets cheaper with
    what is new.
    """
    national = catalogue.residual * (catalogue.list_price * price_path(catalogue, paths, month))[:, None]
    ages = np.arange(AGES, dtype=np.float64)
    if not catalogue.band_age.size:
        return np.asarray(national)
    national *= (1.0 - paths.at("discount_national", month)) / (1.0 - paths.at("discount_national", 0))
    local = np.stack([np.interp(ages, catalogue.band_age, row) for row in index])
    return np.asarray(national * local[catalogue.powertrain])


class LocalTerms(NamedTuple):
    """What the district's dealers and dismantlers make of national prices this month."""

    discount: Floats
    """Off the list price [V]."""
    captured: Floats
    """Yuan of the subsidies that dealers keep [V]."""
    used_index: Floats
    """Local over national price of used goods by powertrain and age band [3, bands]."""
    bid_share: float
    """What a dealer pays for a used good, as a share of what it asks."""
    offer_per_t: float
    """What dismantlers pay for a ton in January 2023 prices, yuan."""
    offer_gain: float
    """Yuan a good that services add to it."""
    premium: float
    """What the informal trade pays above scrap, yuan a good."""


def quote(catalogue: Catalogue, paths: Paths, month: int, local: LocalTerms) -> Prices:
    """All prices of a category this month; scrap follows steel, dealers buy below what they ask."""
    used = used_prices(catalogue, paths, month, local.used_index)
    end = catalogue.product.end_of_life
    scrap = catalogue.numbers.scrap_mass_t * local.offer_per_t * paths.at("steel", month)
    by_condition = used.T[:, None, :] * SALE_FACTOR[None, :, None]
    informal = np.maximum(scrap + local.premium, end.parts_share.value * by_condition)
    return Prices(
        new=new_prices(catalogue, paths, month, local.discount, local.captured),
        used=used,
        sale=np.ascontiguousarray(by_condition * local.bid_share),
        formal=scrap + local.offer_gain,
        informal=np.ascontiguousarray(informal),
    )


assert SALE_FACTOR.size == CONDITIONS
