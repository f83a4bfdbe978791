"""The district that is drawn is the one that the baseline describes, within sampling error."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

import numpy as np
import pytest
from model_settings import small
from numpy.typing import NDArray

from sim.clock import day_number
from sim.model import TradeInModel
from sim.products import AVERAGE_DAYS
from sim.rules.choice import COMMUNITY, LINKS
from sim.rules.columns import EMPTY, GoodColumns
from sim.sector import Sector
from sim.synthesis.people import FOREVER_MONTH, SAME_AS_COMMUNITY

pytestmark = pytest.mark.full
SEEDS = (1, 2)
STANDARD_ERRORS = 4.0
FIRST_YEAR = 2023


class Drawn(TradeInModel):
    """The district as drawn: mismatches are not resolved, lots are empty."""

    def _settle_in(self, catalogues: Any) -> None:
        pass


@cache
def district(kind: type[TradeInModel], seed: int) -> TradeInModel:
    return kind(small("clock.end=2023-12", scale=1.0), seed)


@pytest.fixture(params=SEEDS)
def model(request: pytest.FixtureRequest) -> TradeInModel:
    """The whole district as drawn; read only."""
    return district(Drawn, request.param)


@pytest.fixture(params=SEEDS)
def settled(request: pytest.FixtureRequest) -> TradeInModel:
    """The whole district in which mismatches are resolved; read only."""
    return district(TradeInModel, request.param)


def base(model: TradeInModel, name: str) -> float:
    return model.settings.region.baseline[name].value


def near(counted: float, expected: float, error: float, bias: float = 0.0) -> None:
    """Assert that a figure is within four standard errors, and a relative bias where one is known, of what it should be."""
    assert abs(counted - expected) <= STANDARD_ERRORS * error + bias * abs(expected), f"{counted} instead of {expected}"


def share_near(chosen: NDArray[np.bool_], share: float, clusters: float | None = None) -> None:
    """Assert a share of independent draws, or of ``clusters`` as good as independent ones."""
    near(float(chosen.mean()), share, float(np.sqrt(share * (1.0 - share) / (clusters or chosen.size))))


def held(sector: Sector) -> GoodColumns:
    """The goods that somebody has."""
    rows = sector.goods.variant != EMPTY
    return GoodColumns(*(column[rows] for column in sector.goods))


def first_households(model: TradeInModel) -> slice:
    return slice(round(base(model, "households")))


# people --------------------------------------------------------------------------------------------------------


def test_there_are_as_many_owners_as_the_baseline_has(model: TradeInModel) -> None:
    owners = model.district.owners
    there = owners.from_month <= model.month
    assert (owners.kind[there] == 0).sum() - (owners.from_month[there] == model.month).sum() == base(model, "households")
    assert (owners.kind == 1).sum() == base(model, "firms")
    assert (owners.kind == 2).sum() == base(model, "institutions")
    assert (owners.kind[: model.district.households] == 0).all(), "households come first"


def test_households_form_and_dissolve_at_their_rates(model: TradeInModel) -> None:
    owners, money = model.district.owners, model.settings.money
    rows = slice(model.district.households)
    year = model.settings.clock.months
    formed = (owners.from_month[rows] >= model.month) & (owners.from_month[rows] < model.month + year)
    assert formed.sum() == pytest.approx(base(model, "households") * money.formation_per_year.value, rel=0.01)
    there = first_households(model)
    gone = owners.until_month[there] < model.month + year
    share_near(gone, 1.0 - np.exp(-money.dissolution_per_year.value))
    assert (owners.until_month[rows] >= owners.from_month[rows])[owners.from_month[rows] < FOREVER_MONTH].all()


def test_town_and_country_and_the_fifths_have_their_shares(model: TradeInModel) -> None:
    owners, rows = model.district.owners, first_households(model)
    communities = owners.kind[rows].size / COMMUNITY
    share_near(owners.urban[rows] == 1, base(model, "urban_share"), communities)
    # members of a community have the same fifth with the square of the chance that each takes the community's
    alike = SAME_AS_COMMUNITY**2
    effective = owners.kind[rows].size / (1.0 + (COMMUNITY - 1) * alike)
    for fifth in range(1, 6):
        share_near(owners.fifth[rows] == fifth, 0.2, effective)
    assert (owners.fifth[owners.kind > 0] == 0).all()
    assert len(np.unique(owners.urban[:COMMUNITY])) == 1, "a community is a place"


def test_home_charging_depends_on_where_one_lives(model: TradeInModel) -> None:
    owners, rows = model.district.owners, first_households(model)
    for urban, name in ((1, "home_charging_urban"), (0, "home_charging_rural")):
        share_near(owners.home[rows][owners.urban[rows] == urban] == 1, base(model, name))


def test_incomes_have_the_means_of_their_place_and_fifth(model: TradeInModel) -> None:
    owners, rows, region = model.district.owners, first_households(model), model.settings.region
    for urban, place in ((1, "urban"), (0, "rural")):
        each = base(model, f"income_{place}") * model.settings.money.household_size.value / 12.0
        for fifth, factor in enumerate(region.income_fifths[place], start=1):  # type: ignore[index]
            chosen = (owners.urban[rows] == urban) & (owners.fifth[rows] == fifth)
            income = owners.income[rows][chosen].astype(np.float64)
            # the spread is logistic in logs, whose mean exceeds the lognormal's by a tenth of a percent
            near(float(income.mean()), each * factor, float(income.std() / np.sqrt(income.size)), bias=0.001)
            assert income.std() / income.mean() == pytest.approx(model.settings.money.income_spread.value, rel=0.1)


def test_the_median_household_holds_the_median_of_what_the_mean_and_the_spread_imply(model: TradeInModel) -> None:
    owners, rows, money = model.district.owners, first_households(model), model.settings.money
    months = owners.liquid[rows].astype(np.float64) / owners.income[rows]
    expected = money.liquid_months.value * np.exp(-0.5 * money.liquid_spread.value**2)
    share_near(months < expected, 0.5)
    np.testing.assert_array_equal(owners.liquid, owners.liquid_target)


# goods ---------------------------------------------------------------------------------------------------------


def test_ownership_follows_place_and_fifth(model: TradeInModel) -> None:
    """Cars per household are the mean x the place's factor x the fifth's, for first and second cars together."""
    owners, rows, sector = model.district.owners, first_households(model), model.sectors["car"]
    slots = sector.goods.variant != EMPTY
    first, second = slots[: sector.first_slots], slots[sector.first_slots : 2 * sector.first_slots]
    assert not (second & ~first).any(), "a second car needs a first"
    ended = base(model, "elv_recovered") * (1.0 - base(model, "truck_share_elv")) / base(model, "formal_share_elv")
    cars = base(model, "passenger_cars") - base(model, "new_passenger_cars") + ended
    of_households = cars * (1.0 - sum(sector.catalogue.product.owner_shares.values()))
    town, urban_share = base(model, "urban_car_factor"), base(model, "urban_share")
    country = 1.0 / (urban_share * town + 1.0 - urban_share)
    for urban, factor in ((1, town * country), (0, country)):
        for fifth, relative in enumerate(model.settings.region.ownership_by_fifth, start=1):
            chosen = (owners.urban[rows] == urban) & (owners.fifth[rows] == fifth)
            cars_each = first[rows][chosen].astype(np.int64) + second[rows][chosen]
            expected = of_households / base(model, "households") * factor * relative
            near(float(cars_each.mean()), expected, float(cars_each.std() / np.sqrt(cars_each.size)), bias=0.001)
    share_near(second[rows], base(model, "second_car_share"))


def test_firms_and_institutions_hold_their_share_of_cars(model: TradeInModel) -> None:
    sector = model.sectors["car"]
    kinds = model.district.owners.kind[held(sector).owner]
    for kind, name in ((1, "firm"), (2, "institution")):
        expected = sector.catalogue.product.owner_shares[name]
        assert (kinds == kind).mean() == pytest.approx(expected, rel=0.01)


def test_with_the_year_s_additions_the_stock_of_nev_is_the_baseline_s(model: TradeInModel) -> None:
    counted = sum(int(sector.catalogue.is_nev[held(sector).variant].sum()) for sector in model.sectors.values())
    added = base(model, "nev_share_new") * base(model, "new_registrations")
    expected = base(model, "nev_stock") - base(model, "fleet_nev_other") - added
    near(counted, expected, np.sqrt(counted), bias=0.02)  # a few of the additions end within the year


def test_nev_are_battery_cars_and_hybrids_in_the_baseline_s_proportion(model: TradeInModel) -> None:
    sector = model.sectors["car"]
    powertrain = sector.catalogue.powertrain[held(sector).variant]
    share_near(powertrain[powertrain > 0] == 2, base(model, "bev_share_of_nev"))


def test_richer_fifths_hold_dearer_cars(model: TradeInModel) -> None:
    sector, owners = model.sectors["car"], model.district.owners
    goods = held(sector)
    fifth, price = owners.fifth[goods.owner], sector.catalogue.list_price[goods.variant]
    means = [float(price[fifth == q].mean()) for q in range(1, 6)]
    assert means == sorted(means)
    assert means[-1] > 1.1 * means[0]


def test_diesel_trucks_have_their_share(model: TradeInModel) -> None:
    sector = model.sectors["truck"]
    share_near(sector.catalogue.fuel[held(sector).variant] == 1, base(model, "diesel_share_of_trucks"))


def test_trucks_belong_to_their_types_of_owner(model: TradeInModel) -> None:
    sector = model.sectors["truck"]
    types = np.array(sector.catalogue.types)[held(sector).type]
    shares = sector.catalogue.product.owner_shares
    assert sum(shares.values()) == pytest.approx(1.0)
    for name, share in shares.items():
        near(float((types == name).mean()), share, float(np.sqrt(share * (1.0 - share) / types.size)), bias=0.1)


@pytest.mark.parametrize("name", ["operating_share_of_trucks", "firm_share_of_trucks", "light_share_of_trucks"])
def test_use_owners_and_sizes_of_trucks_have_their_shares(model: TradeInModel, name: str) -> None:
    sector = model.sectors["truck"]
    types = np.array(sector.catalogue.types)[held(sector).type]
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
    return sum(share * old[year] for year, share in vintages.items()) / sum(vintages.values())


@pytest.mark.parametrize(
    ("product", "fuel", "standard"), [("car", "petrol", 3), ("truck", "diesel", 3), ("truck", "diesel", 4)]
)
def test_old_standards_are_as_frequent_as_the_vintages_say(model: TradeInModel, product: str, fuel: str, standard: int) -> None:
    sector = model.sectors[product]
    goods = held(sector)
    of_fuel = sector.catalogue.fuel[goods.variant] == ("petrol", "diesel").index(fuel)
    old = goods.emission[of_fuel] <= standard
    share = expected_old(model, product, fuel, standard)
    # NEV are younger than the stock as a whole, so that what burns fuel is a little older
    near(float(old.mean()), share, float(np.sqrt(share * (1.0 - share) / old.size)), bias=0.07 if product == "car" else 0.02)


@pytest.mark.parametrize(
    "name", ["niii_passenger_cars", "niii_diesel_trucks", "niii_nonoperating_diesel_trucks", "niv_diesel_trucks"]
)
def test_a_year_before_the_baseline_s_count_there_are_somewhat_more_old_vehicles(model: TradeInModel, name: str) -> None:
    sector = model.sectors["car" if "cars" in name else "truck"]
    goods, catalogue = held(sector), sector.catalogue
    fuel, emission = catalogue.fuel[goods.variant], goods.emission
    counted = {
        "niii_passenger_cars": (fuel < 2) & (emission <= 3),
        "niii_diesel_trucks": (fuel == 1) & (emission <= 3),
        "niii_nonoperating_diesel_trucks": (fuel == 1) & (emission <= 3) & (catalogue.use[goods.type] == 1),
        "niv_diesel_trucks": (fuel == 1) & (emission == 4),
    }[name].sum()
    assert 1.0 <= counted / base(model, name) <= 1.2, counted


@pytest.mark.parametrize("product", ["car", "truck"])
def test_goods_of_the_start_are_registered_before_it_and_outlive_it(model: TradeInModel, product: str) -> None:
    goods = held(model.sectors[product])
    start = day_number(dt.date(FIRST_YEAR, 1, 1))
    assert goods.registered.max() <= start
    assert (goods.owned_since >= goods.registered).all()
    assert goods.owned_since.max() <= start + 1
    assert (goods.end >= model.month).all()
    assert (goods.worn <= goods.failing).all()
    month = np.floor(goods.registered / AVERAGE_DAYS)
    assert (np.abs((month - model.sectors[product].outlook.vintage_start) // 6 - goods.vintage) <= 1).all()


@pytest.mark.parametrize("product", ["car", "truck"])
def test_who_bought_lately_owes_with_the_share_of_credit(model: TradeInModel, product: str) -> None:
    goods = held(model.sectors[product])
    months = model.month - np.floor(goods.owned_since / AVERAGE_DAYS)
    term = model.settings.market.loan_term_months.value
    share_near(goods.loan[months < term - 1] > 0.0, base(model, "credit_share_new"))
    assert not goods.loan[months > term + 1].any()
    age = model.month - np.floor(goods.registered / AVERAGE_DAYS)
    changed = goods.owned_since > goods.registered
    chance = base(model, "bought_used_share") * np.maximum(age - 1.0, 0.0) / np.maximum(age, 1.0)
    near(float(changed.sum()), float(chance.sum()), float(np.sqrt((chance * (1.0 - chance)).sum())), bias=0.01)


def test_another_seed_draws_other_people() -> None:
    one, other = (district(Drawn, seed).district.owners for seed in SEEDS)
    rows = first_households(district(Drawn, SEEDS[0]))
    alike = (one.fifth[rows] == other.fifth[rows]).mean()
    assert abs(alike - 0.2) < 0.04, "of two people drawn at random every fifth has the same fifth"


# the district in which mismatches are resolved -----------------------------------------------------------------


@pytest.mark.parametrize("product", ["car", "truck"])
def test_resolving_mismatches_moves_goods_between_owners_but_adds_none(settled: TradeInModel, product: str) -> None:
    drawn = district(Drawn, settled.luck_seed)
    before, after = (model.sectors[product].goods for model in (drawn, settled))
    np.testing.assert_array_equal(before.variant == EMPTY, after.variant == EMPTY)
    np.testing.assert_array_equal(before.owner, after.owner)
    changed = (before.registered != after.registered).mean()
    assert 0.0 < changed < 0.2
    is_nev = settled.sectors[product].catalogue.is_nev
    nev = [int(is_nev[goods.variant[goods.variant != EMPTY]].sum()) for goods in (before, after)]
    assert nev[1] == pytest.approx(nev[0], rel=0.01)


@pytest.mark.parametrize("product", ["car", "truck"])
def test_goods_that_are_exchanged_are_as_sound_as_any(settled: TradeInModel, product: str) -> None:
    goods = held(settled.sectors[product])
    assert (goods.end >= settled.month).all()
    assert (goods.worn <= goods.failing).all()
    assert (goods.owned_since >= goods.registered).all()
    assert goods.registered.max() <= day_number(dt.date(FIRST_YEAR, 1, 1))


def test_every_truck_belongs_to_a_type_that_buys_its_size(settled: TradeInModel) -> None:
    sector = settled.sectors["truck"]
    goods = held(sector)
    assert sector.catalogue.available[goods.type, goods.variant].all()


def test_old_diesel_trucks_stay_with_those_who_do_not_operate_them(settled: TradeInModel) -> None:
    sector = settled.sectors["truck"]
    goods, catalogue = held(sector), sector.catalogue
    old = (catalogue.fuel[goods.variant] == 1) & (goods.emission <= 3)
    expected = base(settled, "niii_nonoperating_diesel_trucks") / base(settled, "niii_diesel_trucks")
    share_near(catalogue.use[goods.type[old]] == 1, expected)


def test_links_are_mutual(settled: TradeInModel) -> None:
    nev, linked = settled.households.get("nev") > 0, settled.households.get("linked_nev")
    rows = np.arange(nev.size)
    expected = np.zeros(nev.size, dtype=np.int64)
    for mask in settled.district.link_masks:
        other = rows ^ mask
        expected += (other < nev.size) & nev[np.minimum(other, nev.size - 1)]
    np.testing.assert_array_equal(linked, expected)
    assert settled.district.link_masks.size == LINKS
    assert nev.sum() > 0


@pytest.mark.parametrize("product", ["car", "truck"])
def test_lots_hold_the_usual_months_of_sales(settled: TradeInModel, product: str) -> None:
    sector = settled.sectors[product]
    market = sector.catalogue.product.used_market
    assert market is not None
    wanted = float(sector.expected_sales.sum()) * market.stock_months.value
    assert wanted > 0.0
    near(int(sector.world.lots.held.sum()), wanted, np.sqrt(0.25 * sector.cells))
