"""The numbers the model rests on: each says where it comes from, and together they describe one possible district."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from sim.config.sharing import content_of
from sim.config.sources import Sources
from sim.schema.behaviour import Behaviour, Money
from sim.schema.bricks import Quantity
from sim.schema.market import Market
from sim.schema.product import Product
from sim.schema.region import Region

CONFIGS = Path(__file__).resolve().parents[2] / "configs"
PRODUCTS = ("car", "truck")
MPS_NATIONAL_NEV_SHARE = 7.43 / 24.56


def read_yaml(name: str) -> dict[str, Any]:
    content = yaml.safe_load((CONFIGS / name).read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content


def read_rows(name: str) -> list[dict[str, str]]:
    with (CONFIGS / "region" / "dongchangfu" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def quantity_of(row: dict[str, str]) -> Quantity:
    bounds = {key: float(row[key]) for key in ("low", "high") if row[key]}
    fields = {key: row[key] for key in ("unit", "source", "grade")}
    return Quantity.model_validate({"value": float(row["value"]), **fields, **bounds})


def baseline(boundary: str) -> dict[str, Quantity]:
    return {row["indicator"]: quantity_of(row) for row in read_rows("baseline.csv") if row["boundary"] == boundary}


def central(boundary: str = "A") -> dict[str, float]:
    return {indicator: quantity.value for indicator, quantity in baseline(boundary).items()}


def vintages() -> dict[str, dict[int, float]]:
    shares: dict[str, dict[int, float]] = {}
    for row in read_rows("vintages.csv"):
        shares.setdefault(row["product"], {})[int(row["registration_year"])] = float(row["share"])
    return shares


def region(boundary: str) -> Region:
    given = read_yaml("region/dongchangfu.yaml")
    del given["files"]
    return Region.model_validate({**given, "boundary": boundary, "baseline": baseline(boundary), "vintages": vintages()})


def product(name: str) -> Product:
    return Product.model_validate(content_of(Sources(CONFIGS.parent), "products", name))


def quantities(node: object, place: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every mapping that holds a value, with the place it stands in."""
    if isinstance(node, dict):
        if "value" in node:
            yield place, node
        for key, child in node.items():
            yield from quantities(child, f"{place}.{key}")


def all_quantities() -> list[tuple[str, Quantity]]:
    """Every sourced number of the owners', goods' and markets' files and of the district's baseline."""
    names = [f"products/{name}.yaml" for name in PRODUCTS]
    names += [f"product_defaults/{path.stem}.yaml" for path in sorted((CONFIGS / "product_defaults").glob("*.yaml"))]
    names += ["behaviour/central.yaml", "money/central.yaml", "market/central.yaml"]
    found = [(place, Quantity.model_validate(given)) for name in names for place, given in quantities(read_yaml(name), name)]
    found += [(f"baseline.{row['indicator']}.{row['boundary']}", quantity_of(row)) for row in read_rows("baseline.csv")]
    return found


def test_every_file_fits_its_schema() -> None:
    Behaviour.model_validate(read_yaml("behaviour/central.yaml"))
    Money.model_validate(read_yaml("money/central.yaml"))
    Market.model_validate(read_yaml("market/central.yaml"))
    assert region("A").baseline.keys() == region("B").baseline.keys()
    for name in PRODUCTS:
        assert product(name).variants


def test_every_number_has_unit_and_source() -> None:
    found = all_quantities()
    assert len(found) > 400
    for place, quantity in found:
        assert quantity.unit.strip(), place
        assert len(quantity.source.strip()) >= 10, f"{place}: say where the number comes from"


def test_no_number_claims_a_district_observation() -> None:
    """No count of the district was found; whoever enters one names it, and changes this test with it."""
    assert [place for place, quantity in all_quantities() if quantity.grade == "A"] == []


def test_the_two_boundaries_tell_the_same_story() -> None:
    broad, narrow = baseline("A"), baseline("B")
    assert broad.keys() == narrow.keys()
    for indicator, quantity in broad.items():
        assert quantity.unit == narrow[indicator].unit
        if quantity.unit in {"vehicles", "vehicles/year", "households", "persons"} and indicator != "household_size":
            assert 0.70 <= narrow[indicator].value / quantity.value <= 0.76, indicator


@pytest.mark.parametrize("boundary", ["A", "B"])
def test_the_stocks_and_flows_of_2023_add_up(boundary: str) -> None:
    value = central(boundary)
    assert value["used_car_transactions"] / value["new_registrations"] == pytest.approx(0.73, abs=0.02)
    buses = value["new_registrations"] - value["new_passenger_cars"] - value["new_trucks"]
    assert 0 <= buses <= 0.01 * value["new_registrations"]
    assert value["new_trucks"] == pytest.approx(value["truck_share_new"] * value["new_registrations"], rel=0.01)
    assert value["household_cars"] < value["passenger_cars"]
    assert value["passenger_cars"] + value["trucks"] < value["civil_vehicles"]
    assert value["households"] == pytest.approx(value["population"] / value["household_size"], rel=0.01)
    assert value["niii_nonoperating_diesel_trucks"] < value["niii_diesel_trucks"]
    assert value["nev_share_new"] * value["new_registrations"] < 0.4 * value["nev_stock"]


def test_the_district_lags_the_nation_in_electric_sales_as_assumed() -> None:
    share = baseline("A")["nev_share_new"]
    ratios = [share.low or 0.0, share.value, share.high or 0.0]
    assert [bound / MPS_NATIONAL_NEV_SHARE for bound in ratios] == pytest.approx([0.75, 0.95, 1.05], abs=0.005)


def test_firms_and_institutions_hold_what_households_do_not() -> None:
    value = central()
    held = sum(product("car").owner_shares.values())
    assert held == pytest.approx(1.0 - value["household_cars"] / value["passenger_cars"], abs=0.005)


def test_vintages_sum_to_one_and_end_in_2023() -> None:
    for name, shares in vintages().items():
        assert sum(shares.values()) == pytest.approx(1.0, abs=1e-9), name
        assert max(shares) == 2023, name
        assert min(shares.values()) >= 0.0, name


def diesel_share(first: dt.date, until: dt.date) -> float:
    """Share of trucks registered in [first, until), registrations spread evenly over each year."""

    def before(day: dt.date) -> float:
        year = dt.date(day.year, 1, 1)
        fraction = (day - year).days / 365.25
        shares = vintages()["truck"]
        return sum(share for y, share in shares.items() if y < day.year) + fraction * shares.get(day.year, 0.0)

    return before(until) - before(first)


def test_old_diesel_trucks_come_out_of_the_vintages() -> None:
    """The truck vintages were fitted to the two counts of old diesel trucks the targets rest on."""
    value = central()
    diesel = value["trucks"] * value["diesel_share_of_trucks"]
    starts = {step.standard: step.start for step in product("truck").emission["diesel"]}
    oldest = dt.date(min(vintages()["truck"]), 1, 1)
    assert diesel * diesel_share(oldest, starts[4]) == pytest.approx(value["niii_diesel_trucks"], rel=0.03)
    assert diesel * diesel_share(starts[4], starts[5]) == pytest.approx(value["niv_diesel_trucks"], rel=0.03)


def test_old_petrol_cars_come_out_of_the_vintages() -> None:
    """16 million cars of National III and below among 288 million in China: 5.6 % (read off: 1.8 + 3.9 %)."""
    shares = vintages()["car"]
    early = next(step.early_share for step in product("car").emission["petrol"] if step.standard == 4)
    old = sum(share for year, share in shares.items() if year <= 2008)
    mixed = shares[2009] + shares[2010] + shares[2011] / 2
    assert old + (1.0 - early) * mixed == pytest.approx(0.056, abs=0.004)


def test_season_averages_one_and_shows_the_known_peaks() -> None:
    season = region("A").season
    assert len(season) == 12
    assert sum(season) / 12 == pytest.approx(1.0, abs=1e-6)
    assert season[0] == season[1], "January and February are pooled: Spring Festival moves between them"
    assert 0.74 <= season[0] <= 0.98
    assert 1.08 <= (season[8] + season[9]) / 2 <= 1.19
    assert 1.27 <= season[11] <= 1.38


def test_incomes_average_to_the_regional_mean() -> None:
    given = region("A")
    for group, quintiles in given.income_quintiles.items():
        assert sum(quintiles) / 5 == pytest.approx(1.0, abs=1e-3), group
        assert list(quintiles) == sorted(quintiles)
    assert sum(given.ownership_by_quintile) / 5 == pytest.approx(1.0)
    urban = baseline("A")["urban_share"].value
    owners = product("car").owners.values()
    for slot in ("first", "second"):
        households = [owner for owner in owners if owner.owner == "household" and owner.slot == slot]
        weights = {True: urban, False: 1.0 - urban, None: 1.0}
        total = sum(weights[owner.urban] for owner in households)
        mean = sum(weights[owner.urban] * owner.income_factor.value for owner in households) / total
        assert mean == pytest.approx(1.0, abs=0.005), slot


def test_new_prices_average_to_what_the_district_is_assumed_to_pay() -> None:
    value = central()
    cars = product("car").variants
    trucks_nev = sum(value[f"new_mix_{name}"] for name in ("light_bev", "heavy_bev")) * value["new_trucks"]
    all_nev = value["nev_share_new"] * value["new_registrations"]
    nev = (all_nev - trucks_nev) / value["new_passenger_cars"]
    bev = nev * value["bev_share_new_nev"]
    weight = {"ice": 1.0 - nev, "phev": nev - bev, "bev": bev}
    mean = sum(weight[variant.powertrain] * value[f"new_mix_{name}"] * variant.price.value for name, variant in cars.items())
    assert mean == pytest.approx(value["average_new_price"], rel=0.02)


@pytest.mark.parametrize("name", PRODUCTS)
def test_the_mix_of_new_goods_is_whole(name: str) -> None:
    variants = product(name).variants
    groups: dict[str, float] = {}
    for key, variant in variants.items():
        group = variant.powertrain if name == "car" else name
        groups[group] = groups.get(group, 0.0) + central()[f"new_mix_{key}"]
    assert groups == {group: pytest.approx(1.0, abs=1e-9) for group in groups}


@pytest.mark.parametrize("name", PRODUCTS)
def test_used_goods_lose_value_every_year(name: str) -> None:
    market = product(name).used_market
    assert market is not None
    assert list(market.age_bands) == sorted(market.age_bands)
    assert set(market.residual) == {variant.powertrain for variant in product(name).variants.values()}
    for powertrain, curve in market.residual.items():
        assert len(curve) == 31, powertrain
        assert all(later < earlier for earlier, later in pairwise(curve)), powertrain
        assert 0.0 < curve[-1] < curve[0] < 1.0, powertrain


def test_residual_values_agree_with_the_published_ones() -> None:
    """Guazi 2025: petrol after one and three years, NEV after two; CADA June 2025: BEV and PHEV after three."""
    market = product("car").used_market
    assert market is not None
    ice, phev, bev = market.residual["ice"], market.residual["phev"], market.residual["bev"]
    assert [ice[1], ice[3]] == pytest.approx([0.66, 0.50], abs=0.02)
    assert [bev[2], bev[3], phev[3]] == pytest.approx([0.50, 0.43, 0.44], abs=0.02)


def test_truck_owners_hold_the_whole_stock_within_the_known_margins() -> None:
    trucks, value = product("truck"), central()
    share = trucks.owner_shares
    assert share.keys() == trucks.owners.keys()
    assert sum(share.values()) == pytest.approx(1.0, abs=1e-9)
    operating = sum(share[key] for key, owner in trucks.owners.items() if owner.use == "operating")
    assert operating == pytest.approx(value["operating_share_of_trucks"], abs=0.005)
    light = sum(share[key] for key, owner in trucks.owners.items() if owner.sizes == ("light",))
    assert light == pytest.approx(value["light_share_of_trucks"], abs=0.005)
    firms = sum(part for key, part in share.items() if key.startswith("firm_"))
    assert firms == pytest.approx(value["firm_share_of_trucks"], abs=0.005)


@pytest.mark.parametrize("name", PRODUCTS)
def test_emission_steps_rise_and_cover_every_fuel(name: str) -> None:
    given = product(name)
    assert set(given.emission) == {v.fuel for v in given.variants.values() if v.fuel != "nev"}
    for fuel, steps in given.emission.items():
        assert [step.standard for step in steps] == [2, 3, 4, 5, 6], fuel
        assert all(earlier.start < later.start for earlier, later in pairwise(steps)), fuel


@pytest.mark.parametrize("name", PRODUCTS)
def test_dismantlers_could_take_more_than_they_did(name: str) -> None:
    value = central()
    trucks = value["truck_share_elv"]
    part = trucks if name == "truck" else 1.0 - trucks
    capacity = product(name).end_of_life.capacity_per_year.value
    assert capacity == pytest.approx(1.4 * part * value["elv_recovered"], rel=0.03)


def test_national_paths_start_at_one_point_and_run_forward() -> None:
    market = Market.model_validate(read_yaml("market/central.yaml"))
    assert market.paths.keys() == market.path_factor.keys()
    for name, points in market.paths.items():
        months = [month for month, _ in points]
        assert months == sorted(set(months)), name
        taste = name == "new_vehicle_taste"  # a utility, nothing until the reference year is over
        assert months[0] == ("2023-12" if taste else "2023-01"), name
        assert (points[0][1] == 0.0) if taste else all(value > 0.0 for _, value in points), name
    for name in ("price_ice", "price_phev", "price_bev", "income", "steel"):
        assert market.paths[name][0][1] == 1.0, f"{name} is an index: January 2023 = 1"


def test_electric_cars_became_cheaper_as_published() -> None:
    """CPCA averages by year, taken as mid-year: 184 thousand yuan in 2023, 171 in 2024, 161 in 2025."""
    points = dict(Market.model_validate(read_yaml("market/central.yaml")).paths["price_bev"])
    assert points["2024-07"] / points["2023-07"] == pytest.approx(171 / 184, abs=0.005)
    assert points["2025-07"] / points["2023-07"] == pytest.approx(161 / 184, abs=0.005)
