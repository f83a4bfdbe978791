"""Settings of a case: the district's own, or another market in their form, so that one engine runs both.

A market is mapped onto the model's: its reference year becomes that of the district, its money is counted in mean prices of a
new good of its first category, and prices, incomes and energy stand still unless the case gives their paths. Behaviour
stays that of the shipped parameters; only base-year sales and stock are fitted, as they are for the district.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from pydantic import ValidationError

from sim.config import load_settings
from sim.config.wording import refused_by
from sim.errors import Both
from sim.schema.market import PriceCut
from sim.schema.product import Product
from sim.settings import Settings
from sim.studies.validate.case import Case, Discount
from sim.studies.validate.foreign_market import CARS, ForeignMarket, Goods
from sim.studies.validate.market_checks import check_market
from sim.studies.validate.translating import law_in, product_in, scaled, shifted, shifted_month

USUAL_SCALE = 0.1
"""``population.scale`` at which a market has its ``simulated_households``."""
MODEL_YEAR = 2023


def settings_of(case: Case, scale: float, results: str, events: bool = False) -> Settings:
    """Settings of a case under its programmes, or of the district as enacted; ``events``: with what every owner did."""
    goods = case.goods if case.market is None else "all"
    common = [f"population.goods={goods}", f"results.folder={json.dumps(results)}", f"events={str(events).lower()}"]
    if case.market is None:
        return load_settings([*common, *case.overrides, f"population.scale={scale}"])
    district = load_settings(common)
    check_market(case, district.products, district.market.paths)
    tree = district.model_dump(mode="json")
    _fill(tree, case, case.market, scale)
    try:
        return Settings.model_validate_json(json.dumps(tree))
    except ValidationError as error:
        remedy = Both("更正案例的 market、policy 或 pots", "correct the market, the policy or the pots of the case")
        raise refused_by(error, case.file, remedy) from None


def without(settings: Settings, case: Case) -> Settings:
    """The same without the programmes, or the district without any subsidy."""
    if case.market is None:
        return load_settings(["scenario=no_policy", *_again(settings, case)])
    return settings.model_copy(update={"policy": {}, "pots": {}})


def _again(settings: Settings, case: Case) -> list[str]:
    folder = json.dumps(settings.results.folder)
    scale, events = f"population.scale={settings.population.scale}", f"events={str(settings.events).lower()}"
    return [f"population.goods={case.goods}", f"results.folder={folder}", scale, events, *case.overrides]


UNBARRED = {"value": 0, "unit": "emission standard", "source": "a market of its own bars no used goods", "grade": "C"}


def years_of(market: ForeignMarket | None) -> int:
    """Years from the calendar of a market to that of the model."""
    return 0 if market is None else MODEL_YEAR - market.reference_year


def model_month(month: str, market: ForeignMarket | None) -> str:
    """A month of the case in the model's calendar."""
    return shifted_month(month, years_of(market))


def model_day(day: str, market: ForeignMarket | None) -> dt.date:
    """A day of the case in the model's calendar."""
    return shifted(dt.date.fromisoformat(day), years_of(market))


def yuan_of(settings: Settings, market: ForeignMarket | None) -> float:
    """Yuan of the model for one unit of the case's money."""
    if market is None:
        return 1.0
    first, goods = next(iter(market.goods.items()))
    return _usual_price(settings.products[first], settings.region.baseline["average_new_price"].value) / goods.price


def _usual_price(product: Product, of_cars: float) -> float:
    """Mean price of a new one in the reference year of the district."""
    if product.stock is None:
        return of_cars
    variants = product.variants.values()
    return sum(v.price.value * v.share_new.value for v in variants) / sum(v.share_new.value for v in variants)


def _fill(tree: dict[str, Any], case: Case, market: ForeignMarket, scale: float) -> None:
    """Put a market and its programmes into plain settings."""
    base, years = tree["region"]["baseline"], years_of(market)
    products = {name: Product.model_validate(tree["products"][name]) for name in market.goods}
    cars = base["average_new_price"]["value"]
    first = next(iter(market.goods))
    yuan = _usual_price(products[first], cars) / market.goods[first].price
    recovered = {name: _recovered(base, product) for name, product in products.items()}
    _put(base, _people(market, base, yuan))
    for name, goods in market.goods.items():
        product, plain = products[name], tree["products"][name]
        _put(base, _cars(goods, market) if product.stock is None else _units(goods, product))
        plain = product_in(plain, yuan * goods.price / _usual_price(product, cars))
        tree["products"][name] = _filled(plain, goods, _recovered(base, product) / recovered[name])
        _mix(tree["products"][name], base, goods, product)
    if CARS in market.goods:
        ages = {MODEL_YEAR - age: share for age, share in market.goods[CARS].age_shares.items()}
        tree["region"]["vintages"] = {**tree["region"]["vintages"], CARS: ages}
    tree["region"] |= {"season": list(market.season), "spring_festival": False}
    tree["products"] = {name: tree["products"][name] for name in market.goods}
    tree["anchor"] = {name: {**tree["anchor"][name], "solved_for": ""} for name in market.goods}
    tree["targets"] = {}
    points = {name: [(shifted_month(month, years), value) for month, value in path] for name, path in market.paths.items()}
    tree["market"]["paths"] = {name: points.get(name) or [told[0]] for name, told in tree["market"]["paths"].items()}
    simulated = market.simulated_households * scale / USUAL_SCALE
    tree["population"] = {**tree["population"], "scale": simulated / market.households}
    tree["clock"] = {**tree["clock"], "start": f"{MODEL_YEAR}-01", "end": model_month(case.until or "", market)}
    for group, entries in (("policy", case.policy), ("pots", case.pots)):
        tree[group] = {name: law_in(each.model_dump(mode="json"), years, yuan) for name, each in entries.items()}


def _put(base: dict[str, Any], numbers: dict[str, float]) -> None:
    for name, value in numbers.items():
        base[name] = {**base[name], "value": value, "low": None, "high": None, "source": "case file"}


def _people(market: ForeignMarket, base: dict[str, Any], yuan: float) -> dict[str, float]:
    households = market.households
    size = base["household_size"]["value"] if market.people is None else market.people / households
    head = market.income * yuan / size
    return {
        "households": households, "population": households * size, "household_size": size, "income_urban": head,
        "income_rural": head, "firms": max(0.02 * households, 1.0), "institutions": max(0.001 * households, 1.0),
    }  # fmt: skip


def _cars(goods: Goods, market: ForeignMarket) -> dict[str, float]:
    """Numbers of the baseline for a market of cars alone: no trucks, no other fleets."""
    cars, fleets = goods.stock, sum(goods.fleets.values()) if goods.fleets else 0.07
    return {
        "passenger_cars": cars, "household_cars": (1.0 - fleets) * cars, "civil_vehicles": cars,
        "new_registrations": goods.sales, "new_passenger_cars": goods.sales,
        "used_car_transactions": goods.used_transactions or 0.0, "elv_recovered": goods.retired * goods.recovered_share,
        "formal_share_elv": goods.recovered_share, "nev_stock": goods.nev_share_stock * cars,
        "nev_trucks": 0.0, "fleet_nev_other": 0.0, "nev_share_new": goods.nev_share_new, "truck_share_new": 0.0,
        "truck_share_elv": 0.0, "truck_share_used": 0.0, "new_trucks": 0.0,
        "empty_slot_buyer_share": goods.first_buyer_share, "first_buyer_share": goods.first_buyer_share,
        "niii_passenger_cars": 0.05 * cars,
    }  # fmt: skip


def _units(goods: Goods, product: Product) -> dict[str, float]:
    """Numbers of the baseline for a category that its file describes."""
    assert product.stock is not None
    return {
        product.baseline_stock: goods.stock, product.baseline_sales: goods.sales, product.stock.retired: goods.retired,
        product.stock.recovered: goods.retired * goods.recovered_share,
    }  # fmt: skip


def _recovered(base: dict[str, Any], product: Product) -> float:
    """Goods that the formal channel takes in, in a year of the baseline."""
    if product.stock is not None:
        return float(base[product.stock.recovered]["value"])
    return float(base["elv_recovered"]["value"] * (1.0 - base["truck_share_elv"]["value"]))


def _filled(plain: dict[str, Any], goods: Goods, larger: float) -> dict[str, Any]:
    """A product with what a case says of it; its works are as much larger as what they take in."""
    end = {**plain["end_of_life"], "capacity_per_year": scaled(plain["end_of_life"]["capacity_per_year"], larger)}
    out = {**plain, "end_of_life": end, "owner_shares": goods.fleets or plain["owner_shares"]}
    if plain["stock"] is not None:
        told = {"first_share": goods.first_buyer_share, "use_years": goods.use_years, "growth_per_year": goods.growth_per_year}
        out["stock"] = {**plain["stock"], **{name: value for name, value in told.items() if value is not None}}
    if plain["used_market"] is not None:
        out["used_market"] = {**plain["used_market"], "admitted_standard": UNBARRED}
    return out


def _mix(plain: dict[str, Any], base: dict[str, Any], goods: Goods, product: Product) -> None:
    """Shares of the variants in the sales, of cars within their powertrain."""
    if product.stock is None:
        _put(base, {f"new_mix_{variant}": share for variant, share in goods.mix.items()})
        return
    for variant, share in goods.mix.items():
        plain["variants"][variant] = {**plain["variants"][variant], "share_new": share}


def discounted(settings: Settings, discount: Discount) -> Settings:
    """The same with new cars of these powertrains cheaper by a share of their price from a month on, for everybody.

    The reference year is untouched, so both sides have the same constants.
    """
    cut = PriceCut(start=discount.start.isoformat()[:7], rate=discount.rate)
    cuts = {f"price_{powertrain}": cut for powertrain in discount.powertrains}
    return settings.model_copy(update={"market": settings.market.model_copy(update={"cuts": cuts})})
