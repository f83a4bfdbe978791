"""The goods in use at the start are those that the baseline describes, within sampling error."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from drawn import FIRST_YEAR, SEEDS, Drawn, base, district, first_households, held, near, share_near
from numpy.typing import NDArray
from scipy.optimize import brentq

from sim.clock import day_number
from sim.codes import AVERAGE_DAYS, EMPTY
from sim.model import TradeInModel
from sim.population.district import LEVELLING, MOST_ENDED, nev_at_start, start_of_year

Floats = NDArray[np.float64]
pytestmark = pytest.mark.full


@pytest.fixture(params=SEEDS)
def model(request: pytest.FixtureRequest) -> TradeInModel:
    """The whole district as drawn; read only."""
    return district(Drawn, request.param)


# goods ---------------------------------------------------------------------------------------------------------


def test_ownership_follows_place_and_quintile(model: TradeInModel) -> None:
    """Cars per household are the mean x the place's factor x the quintile's, for first and second cars together."""
    owners, rows, category = model.district.owners, first_households(model), model.categories["car"]
    slots = category.goods.variant != EMPTY
    first, second = slots[: category.first_slots], slots[category.first_slots : 2 * category.first_slots]
    assert not (second & ~first).any(), "a second car needs a first"
    ended = base(model, "elv_recovered") * (1.0 - base(model, "truck_share_elv")) / base(model, "formal_share_elv")
    cars = base(model, "passenger_cars") - base(model, "new_passenger_cars") + ended
    of_households = cars * (1.0 - sum(category.catalogue.product.owner_shares.values()))
    town, urban_share = base(model, "urban_car_factor"), base(model, "urban_share")
    country = 1.0 / (urban_share * town + 1.0 - urban_share)
    for urban, factor in ((1, town * country), (0, country)):
        for quintile, relative in enumerate(model.settings.region.ownership_by_quintile, start=1):
            chosen = (owners.urban[rows] == urban) & (owners.quintile[rows] == quintile)
            cars_each = first[rows][chosen].astype(np.int64) + second[rows][chosen]
            expected = of_households / base(model, "households") * factor * relative
            near(float(cars_each.mean()), expected, float(cars_each.std() / np.sqrt(cars_each.size)), bias=0.001)
    share_near(second[rows], base(model, "second_car_share"))


def test_firms_and_institutions_hold_their_share_of_cars(model: TradeInModel) -> None:
    category = model.categories["car"]
    kinds = model.district.owners.kind[held(category).owner]
    for kind, name in ((1, "firm"), (2, "institution")):
        expected = category.catalogue.product.owner_shares[name]
        assert (kinds == kind).mean() == pytest.approx(expected, rel=0.01)


def test_with_the_year_s_additions_the_stock_of_nev_is_the_baseline_s(model: TradeInModel) -> None:
    counted = sum(int(category.catalogue.is_nev[held(category).variant].sum()) for category in model.categories.values())
    added = base(model, "nev_share_new") * base(model, "new_registrations")
    expected = base(model, "nev_stock") - base(model, "fleet_nev_other") - added
    near(counted, expected, np.sqrt(counted), bias=0.02)  # a few of the additions end within the year


def test_nev_are_battery_cars_and_hybrids_in_the_baseline_s_proportion(model: TradeInModel) -> None:
    category = model.categories["car"]
    powertrain = category.catalogue.powertrain[held(category).variant]
    share_near(powertrain[powertrain > 0] == 2, base(model, "bev_share_of_nev"))


def test_richer_quintiles_hold_more_expensive_cars(model: TradeInModel) -> None:
    category, owners = model.categories["car"], model.district.owners
    goods = held(category)
    quintile, price = owners.quintile[goods.owner], category.catalogue.list_price[goods.variant]
    means = [float(price[quintile == q].mean()) for q in range(1, 6)]
    assert means == sorted(means)
    assert means[-1] > 1.1 * means[0]


def test_diesel_trucks_have_their_share(model: TradeInModel) -> None:
    category = model.categories["truck"]
    share_near(category.catalogue.fuel[held(category).variant] == 1, base(model, "diesel_share_of_trucks"))


def test_trucks_belong_to_their_types_of_owner(model: TradeInModel) -> None:
    category = model.categories["truck"]
    types = np.array(category.catalogue.types)[held(category).type]
    shares = category.catalogue.product.owner_shares
    assert sum(shares.values()) == pytest.approx(1.0)
    for name, share in shares.items():
        near(float((types == name).mean()), share, float(np.sqrt(share * (1.0 - share) / types.size)), bias=0.1)


@pytest.mark.parametrize("name", ["operating_share_of_trucks", "firm_share_of_trucks", "light_share_of_trucks"])
def test_use_owners_and_sizes_of_trucks_have_their_shares(model: TradeInModel, name: str) -> None:
    category = model.categories["truck"]
    types = np.array(category.catalogue.types)[held(category).type]
    chosen = {
        "operating_share_of_trucks": np.char.find(types, "_operating") >= 0,
        "firm_share_of_trucks": np.char.startswith(types, "firm"),
        "light_share_of_trucks": np.char.endswith(types, "light"),
    }[name]
    if name == "operating_share_of_trucks":
        chosen = chosen & (np.char.find(types, "non_operating") < 0)
    share_near(chosen, base(model, name))


def expected_old(model: TradeInModel, product: str, fuel: str, standard: int) -> float:
    """Goods of a fuel up to a standard, as share of its stock: the vintages before the first year, by date of the standard."""
    vintages = {year: share for year, share in model.settings.region.vintages[product].items() if year < FIRST_YEAR}
    steps = model.settings.products[product].emission[fuel]  # type: ignore[index]
    (step,) = [s for s in steps if s.standard == standard + 1]

    def before(date: dt.date, year: int) -> float:
        """Part of the year before the date."""
        days = (dt.date(year + 1, 1, 1) - dt.date(year, 1, 1)).days
        return float(np.clip((date - dt.date(year, 1, 1)).days / days, 0.0, 1.0))

    early = step.early_share if step.early_from else 0.0
    old = {
        year: before(step.start, year) - early * (before(step.start, year) - before(step.early_from or step.start, year))
        for year in vintages
    }
    there = dict(
        zip(vintages, at_start(model, product, np.array(list(vintages)), np.array(list(vintages.values()))), strict=True)
    )
    return sum(there[year] * old[year] for year in vintages) / sum(there.values())


def at_start(model: TradeInModel, product: str, years: NDArray[np.int64], shares: Floats) -> Floats:
    """Vehicles that burn fuel by vintage, a year before the table counts them: with those that end in the year, by hazard."""
    settings, catalogue = model.settings, model.categories[product].catalogue
    nev, law = nev_at_start(settings, catalogue), catalogue.law
    electric = np.array([settings.region.vintages["nev"].get(int(year), 0.0) for year in years])
    left = base(model, catalogue.product.baseline_stock) * shares - nev * electric / electric.sum()
    age = 12.0 * (FIRST_YEAR - 1 - years + 0.5)
    wear = 1.0 - np.exp((age / law.scale) ** law.shape - ((age + 12.0) / law.scale) ** law.shape)
    hazard = np.clip(wear + 12.0 * law.accident, 1e-6, 1.0) ** LEVELLING
    gone = start_of_year(settings, catalogue) - nev - left.sum()

    def total(c: float) -> float:
        chance = np.minimum(c * hazard, MOST_ENDED)
        return float((left * chance / (1.0 - chance)).sum()) - gone

    chance = np.minimum(brentq(total, 0.0, 1.0 / hazard.min()) * hazard, MOST_ENDED)
    return np.asarray(left / (1.0 - chance))


@pytest.mark.parametrize(
    ("product", "fuel", "standard"), [("car", "petrol", 3), ("truck", "diesel", 3), ("truck", "diesel", 4)]
)
def test_old_standards_are_as_frequent_as_the_vintages_say(model: TradeInModel, product: str, fuel: str, standard: int) -> None:
    category = model.categories[product]
    goods = held(category)
    of_fuel = category.catalogue.fuel[goods.variant] == ("petrol", "diesel").index(fuel)
    old = goods.emission[of_fuel] <= standard
    share = expected_old(model, product, fuel, standard)
    # NEV are younger than the stock as a whole, so that what burns fuel is a little older
    near(float(old.mean()), share, float(np.sqrt(share * (1.0 - share) / old.size)), bias=0.07 if product == "car" else 0.02)


@pytest.mark.parametrize(
    "name", ["niii_passenger_cars", "niii_diesel_trucks", "niii_nonoperating_diesel_trucks", "niv_diesel_trucks"]
)
def test_a_year_before_the_baseline_s_count_there_are_those_old_vehicles_as_well_that_end_in_the_year(
    model: TradeInModel, name: str
) -> None:
    category = model.categories["car" if "cars" in name else "truck"]
    goods, catalogue = held(category), category.catalogue
    fuel, emission = catalogue.fuel[goods.variant], goods.emission
    counted = {
        "niii_passenger_cars": (fuel < 2) & (emission <= 3),
        "niii_diesel_trucks": (fuel == 1) & (emission <= 3),
        "niii_nonoperating_diesel_trucks": (fuel == 1) & (emission <= 3) & (catalogue.use[goods.type] == 1),
        "niv_diesel_trucks": (fuel == 1) & (emission == 4),
    }[name].sum()
    settings, count = model.settings, base(model, name)
    sold, after = (base(model, getattr(catalogue.product, f"baseline_{what}")) for what in ("sales", "stock"))
    assert count <= counted <= count + start_of_year(settings, catalogue) + sold - after, counted


@pytest.mark.parametrize("product", ["car", "truck"])
def test_goods_of_the_start_are_registered_before_it_and_outlive_it(model: TradeInModel, product: str) -> None:
    goods = held(model.categories[product])
    start = day_number(dt.date(FIRST_YEAR, 1, 1))
    assert goods.registered.max() <= start
    assert (goods.owned_since >= goods.registered).all()
    assert goods.owned_since.max() <= start + 1
    assert (goods.end >= model.month).all()
    assert (goods.worn <= goods.failing).all()
    month = np.floor(goods.registered / AVERAGE_DAYS)
    assert (np.abs((month - model.categories[product].outlook.vintages.start) // 6 - goods.vintage) <= 1).all()


@pytest.mark.parametrize("product", ["car", "truck"])
def test_who_bought_lately_owes_with_the_share_of_credit(model: TradeInModel, product: str) -> None:
    goods = held(model.categories[product])
    months = model.month - np.floor(goods.owned_since / AVERAGE_DAYS)
    term = model.settings.market.loan_term_months.value
    share_near(goods.loan[months < term - 1] > 0.0, base(model, "credit_share_new"))
    assert not goods.loan[months > term + 1].any()
    age = model.month - np.floor(goods.registered / AVERAGE_DAYS)
    changed = goods.owned_since > goods.registered
    chance = base(model, "bought_used_share") * np.maximum(age - 1.0, 0.0) / np.maximum(age, 1.0)
    near(float(changed.sum()), float(chance.sum()), float(np.sqrt((chance * (1.0 - chance)).sum())), bias=0.01)
