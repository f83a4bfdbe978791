"""Settings of a case: the district's own, or another country's car market in their form.

The market is mapped onto the model's: its reference year becomes 2023, its money is counted in units of the mean price of a
new car, its cars take the ages that the case gives, and prices, incomes and energy stand still. Behaviour stays that of the
shipped parameters; only base-year sales and stock are fitted, as they are for the district.
"""

from __future__ import annotations

import datetime as dt
import json
from calendar import monthrange
from typing import Any

from pydantic import ValidationError

from sim.config import load_settings
from sim.config.wording import refused_by
from sim.errors import Both
from sim.schema.market import PriceCut
from sim.settings import Settings
from sim.studies.validate.case import CarMarket, Case, Discount, Programme

MODEL_YEAR = 2023
MEASURE = "programme"
CARS = "car"


def settings_of(case: Case, scale: float, results: str) -> Settings:
    """Settings of a case under its programme, or of the district as enacted."""
    common = [f"population.goods={case.goods}", f"results.folder={json.dumps(results)}", *case.overrides]
    if case.market is None or case.programme is None:
        return load_settings([*common, f"population.scale={scale}"])
    tree = load_settings(common).model_dump(mode="json")
    _fill(tree, case.market, case.programme, shifted(f"{case.until}-28", case.market)[:7])
    try:
        return Settings.model_validate_json(json.dumps(tree))
    except ValidationError as error:
        remedy = Both("更正案例的 market 或 programme", "correct the market or the programme of the case")
        raise refused_by(error, case.id, remedy) from None


def without(settings: Settings, case: Case) -> Settings:
    """The same without the programme, or the district without any subsidy."""
    if case.market is None:
        return load_settings(["scenario=no_policy", *_again(settings, case)])
    return settings.model_copy(update={"policy": {}, "pots": {}})


def _again(settings: Settings, case: Case) -> list[str]:
    folder = json.dumps(settings.results.folder)
    scale = f"population.scale={settings.population.scale}"
    return [f"population.goods={case.goods}", f"results.folder={folder}", scale, *case.overrides]


def shifted(day: str, market: CarMarket) -> str:
    """A date of the country in the model's calendar; 29 February is the 28th where the model's year has none."""
    date = dt.date.fromisoformat(day)
    year = date.year + MODEL_YEAR - market.reference_year
    return date.replace(year=year, day=min(date.day, monthrange(year, date.month)[1])).isoformat()


def _fill(tree: dict[str, Any], market: CarMarket, programme: Programme, end: str) -> None:
    """Put the market and its programme into plain settings."""
    base = tree["region"]["baseline"]
    yuan = base["average_new_price"]["value"] / market.new_price
    head = market.income * yuan / base["household_size"]["value"]
    households, cars = market.households, market.cars
    numbers = {
        "households": households, "population": households * base["household_size"]["value"], "income_urban": head,
        "income_rural": head, "passenger_cars": cars, "household_cars": 0.93 * cars, "civil_vehicles": cars,
        "new_registrations": market.new_cars, "new_passenger_cars": market.new_cars,
        "used_car_transactions": market.used_transactions, "elv_recovered": market.scrapped * market.recovered_share,
        "formal_share_elv": market.recovered_share, "nev_stock": 0.002 * cars, "nev_trucks": 0.0, "fleet_nev_other": 0.0,
        "nev_share_new": 0.004, "truck_share_new": 0.0, "truck_share_elv": 0.0, "truck_share_used": 0.0, "new_trucks": 0.0,
        "empty_slot_buyer_share": market.first_buyer_share, "first_buyer_share": market.first_buyer_share,
        "firms": max(0.02 * households, 1.0), "institutions": max(0.001 * households, 1.0), "niii_passenger_cars": 0.05 * cars,
    }  # fmt: skip
    for name, value in numbers.items():
        base[name] = {**base[name], "value": value, "low": None, "high": None, "source": "case file"}
    years = {MODEL_YEAR - age: share for age, share in market.age_shares.items()}
    tree["region"]["vintages"] = {**tree["region"]["vintages"], CARS: years}
    tree["region"]["season"] = [1.0] * 12
    tree["products"] = {CARS: tree["products"][CARS]}
    tree["anchor"] = {CARS: {**tree["anchor"][CARS], "solved_for": ""}}
    tree["targets"] = {}
    tree["market"]["paths"] = {name: [points[0]] for name, points in tree["market"]["paths"].items()}
    tree["population"] = {**tree["population"], "scale": market.simulated_households / households}
    tree["clock"] = {**tree["clock"], "start": f"{MODEL_YEAR}-01", "end": end}
    tree["policy"], tree["pots"] = {MEASURE: _measure(programme, market, yuan)}, {MEASURE: _pot(programme, market, yuan)}


def _measure(programme: Programme, market: CarMarket, yuan: float) -> dict[str, Any]:
    fuels = ["petrol", "diesel", "nev"]
    grant = {"amount": programme.amount * yuan}
    old: dict[str, Any] = {"fuels": fuels}
    if programme.min_age:
        old["age_min"] = programme.min_age
    title = {"zh": "案例补贴", "en": "programme of the case"}
    version = {
        "announced": shifted(programme.announced, market),
        "window": {"start": shifted(programme.start, market), "end": shifted(programme.end, market)},
        "reference": "case file", "quote": "-", "grade": "B", "owners": ["household"], "old": old,
        "grants": {"ice": grant, "phev": grant, "bev": grant},
    }  # fmt: skip
    instrument = "scrappage_subsidy" if programme.scrap else "replacement_subsidy"
    return {
        "title": title, "article": "-", "quote": "-", "goods": [CARS], "instrument": instrument, "payers": {"central": 1.0},
        "pot": MEASURE, "versions": {"v1": version},
    }  # fmt: skip


def _pot(programme: Programme, market: CarMarket, yuan: float) -> dict[str, Any]:
    amount = {"value": programme.money * yuan, "unit": "yuan", "source": "case file", "grade": "B"}
    window = {"start": shifted(programme.start, market), "end": shifted(programme.end, market)}
    title = {"zh": "案例资金", "en": "money of the case"}
    return {"title": title, "when_dry": "refuse", "tranches": {"all": {"window": window, "amount": amount}}}


def discounted(settings: Settings, discount: Discount) -> Settings:
    """The same with new cars of these powertrains cheaper by a share of their price from a month on, for everybody.

    The reference year is untouched, so both sides have the same constants.
    """
    cut = PriceCut(start=discount.start[:7], rate=discount.rate)
    cuts = {f"price_{powertrain}": cut for powertrain in discount.powertrains}
    return settings.model_copy(update={"market": settings.market.model_copy(update={"cuts": cuts})})
