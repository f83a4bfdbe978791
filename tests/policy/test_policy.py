"""Measures as files, and what must hold of any rules made from them."""

from __future__ import annotations

import ast
import datetime as dt
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from policy_files import MEASURE, ROOT, articles, measure, measures, pot, product, words
from pydantic import ValidationError

from sim.clock import day_number, parse_month
from sim.policy.calendar import Calendar
from sim.policy.conditions import OldGood, conditions_of, shift_years
from sim.policy.eligibility import Held, completed_months, condition, meets
from sim.policy.in_force import Rules
from sim.policy.instruments import Measure
from sim.policy.matching import most_specific
from sim.policy.subsidy import Subsidy
from sim.schema.product import FUELS, USES

FIRST, LAST = parse_month("2023-01"), parse_month("2027-12")
DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2027, 12, 31))
MONTHS = st.integers(FIRST, LAST)
SUBSIDIES = sorted(name for name, each in measures().items() if isinstance(each, Subsidy))


@cache
def calendar(good: str) -> Calendar:
    return Calendar(measures(), good, product(good))


# What the files say.


@pytest.mark.parametrize("name", sorted(measures()))
def test_the_article_is_the_plans_and_quoted_in_its_words(name: str) -> None:
    each = measures()[name]
    assert each.article in articles()
    assert words(each.quote) in words(articles()[each.article]["text"])


@pytest.mark.parametrize("name", sorted(measures()))
def test_every_version_says_where_it_is_written(name: str) -> None:
    for version in measures()[name].versions.values():
        assert version.reference.strip()
        assert version.quote.strip()
        assert version.grade != "C" or version.note or measures()[name].note, "an assumption is admitted"


@pytest.mark.parametrize("name", sorted(measures()))
def test_versions_follow_one_another_as_written_and_as_announced(name: str) -> None:
    versions = list(measures()[name].versions.values())
    assert all(a.window.start < b.window.start and a.announced <= b.announced for a, b in pairwise(versions))


def test_the_plan_has_thirty_one_articles() -> None:
    assert len(articles()) == 31


def _keys(each: Measure) -> set[tuple[str, ...]]:
    """Keys of every table in a measure's versions, with the products it binds."""
    tables = ("grants", "scrap_grants", "rates", "max_ratio", "years", "max_saving")
    found = [key for version in each.versions.values() for table in tables for key in getattr(version, table, ())]
    return {tuple(key.split("/")) for key in found}


@pytest.mark.parametrize("name", sorted(measures()))
def test_every_key_of_a_measure_describes_something_that_can_be_bought(name: str) -> None:
    each = measures()[name]
    vocabulary = {*each.goods, *USES, "bev"}
    for good in each.goods:
        for variant in product(good).variants.values():
            vocabulary |= {variant.powertrain, variant.fuel, variant.size, variant.label}
    assert {word for key in _keys(each) for word in key} <= vocabulary


def test_instruments_do_not_import_one_another() -> None:
    for path in (ROOT / "sim" / "policy" / "instruments").glob("*.py"):
        imported = [node.module or "" for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom)]
        assert not [name for name in imported if "instruments" in name], path.name


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"payers": {"central": 0.5}}, "sum to 1"),
        ({"payers": {}}, "payers"),
        ({"nev_amonut": 1}, "extra"),
        ({"amount_factor": -1.0}, "greater than or equal to 0"),
        ({"instrument": "gift"}, "instrument"),
    ],
)
def test_a_measure_that_cannot_be_meant_is_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        measure("car_scrappage", **change)


def test_a_grant_is_given_in_one_way() -> None:
    content = MEASURE.dump_python(measure("car_scrappage"), mode="json")
    content["versions"]["v2025"]["grants"]["bev"]["rate"] = 0.1
    with pytest.raises(ValidationError, match="exactly one"):
        MEASURE.validate_python(content)


# Levers.


@settings(deadline=None)  # compiling takes its time once
@given(month=MONTHS, price=st.floats(20_000, 600_000), name=st.sampled_from(SUBSIDIES))
def test_amounts_of_zero_are_as_good_as_no_measure(month: int, price: float, name: str) -> None:
    good = measures()[name].goods[0]
    prices = np.full(len(product(good).variants), price)
    levers = {"amount_factor": 0.0, "levers_from": "2020-01-01"}
    nothing = Calendar({name: measure(name, **levers)}, good, product(good)).rules(month, month)
    off = Calendar({name: measure(name, enabled=False)}, good, product(good)).rules(month, month)
    assert nothing.grants_fen(prices).sum() == nothing.entitlements.scrap_fen.sum() == 0
    assert off.grants_fen(prices).sum() == len(off.entitlements.measure) == 0


def test_indices_do_not_move_when_measures_are_switched_off() -> None:
    changed = measures() | {name: measure(name, enabled=False) for name in SUBSIDIES}
    other = Calendar(changed, "car", product("car"))
    assert other.measures == calendar("car").measures
    assert other.versions == calendar("car").versions


@settings(deadline=None)  # compiling takes its time once
@given(years=st.integers(-3, 3), day=DAYS)
def test_shifting_a_date_there_and_back_keeps_its_place_in_the_month(years: int, day: dt.date) -> None:
    moved = shift_years(day, years)
    assert (moved.year, moved.month) == (day.year + years, day.month)
    assert moved.day == day.day or (day.month == 2 and moved.day in (28, 29))


def test_the_most_specific_key_counts() -> None:
    table = {"truck": 1, "truck/heavy": 2, "truck/heavy/operating": 3, "car": 4}
    assert most_specific(table, ["truck", "heavy", "operating"]) == 3
    assert most_specific(table, ["truck", "heavy", "non_operating"]) == 2
    assert most_specific(table, ["truck", "light", "operating"]) == 1
    assert most_specific(table, ["bus"]) is None


# Eligibility.


OLD_GOODS = st.builds(
    OldGood,
    registered_by=st.dictionaries(st.sampled_from(FUELS), DAYS),
    emission_max=st.dictionaries(st.sampled_from(["petrol", "diesel"]), st.integers(0, 6)),
    fuels=st.lists(st.sampled_from(FUELS), min_size=1, unique=True).map(tuple),
    owned_before=st.none() | DAYS,
    age_min=st.integers(0, 20),
    use=st.sampled_from(["any", "operating", "non_operating"]),
    sizes=st.sampled_from([(), ("light",), ("medium", "heavy")]),
)


@st.composite
def stricter(draw: st.DrawFn) -> tuple[OldGood, OldGood]:
    """Conditions, and the same ones with every limit drawn in, or left."""
    wide = draw(OLD_GOODS)
    earlier = st.integers(0, 3000)
    dates = {fuel: day - dt.timedelta(days=draw(earlier)) for fuel, day in wide.registered_by.items()}
    emission = {fuel: max(0, standard - draw(st.integers(0, 2))) for fuel, standard in wide.emission_max.items()}
    narrow: dict[str, Any] = {
        "registered_by": dates,
        "emission_max": emission,
        "age_min": wide.age_min + draw(st.integers(0, 5)),
        "use": wide.use if wide.use != "any" else draw(st.sampled_from(["any", *USES])),
        "sizes": wide.sizes or draw(st.sampled_from([(), ("heavy",)])),
        "owned_before": (wide.owned_before or dt.date(2030, 1, 1)) - dt.timedelta(days=draw(earlier)),
    }
    return wide, OldGood.model_validate({**wide.model_dump(), **narrow})


TRUCKS = st.fixed_dictionaries(
    {
        "variant": st.integers(0, len(product("truck").variants) - 1),
        "registered": DAYS,
        "emission": st.integers(0, 6),
        "owned": DAYS,
        "use": st.integers(0, 1),
        "day": DAYS,
    }
)


def _eligible(old: OldGood, truck: dict[str, Any]) -> bool:
    fuel = FUELS.index(list(product("truck").variants.values())[truck["variant"]].fuel)
    registered, owned, day = (day_number(truck[key]) for key in ("registered", "owned", "day"))
    held = Held(truck["variant"], fuel, registered, truck["emission"], owned, truck["use"])
    return bool(meets(condition(conditions_of(old, product("truck")), 0), held, day))


@settings(deadline=None)  # compiling takes its time once
@given(conditions=stricter(), truck=TRUCKS)
def test_stricter_conditions_never_add_an_eligible_good(conditions: tuple[OldGood, OldGood], truck: dict[str, Any]) -> None:
    wide, narrow = conditions
    assert _eligible(wide, truck) or not _eligible(narrow, truck)


@settings(deadline=None)  # compiling takes its time once
@given(old=OLD_GOODS, truck=TRUCKS)
def test_a_good_of_a_fuel_that_is_not_named_is_not_eligible(old: OldGood, truck: dict[str, Any]) -> None:
    fuel = list(product("truck").variants.values())[truck["variant"]].fuel
    if _eligible(old, truck):
        assert fuel in old.eligible_fuels


@settings(deadline=None)  # compiling takes its time once
@given(start=DAYS, end=DAYS)
def test_completed_months_are_those_of_the_calendar(start: dt.date, end: dt.date) -> None:
    counted = (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)
    assert completed_months(day_number(start), day_number(end)) == counted


@settings(deadline=None)  # compiling takes its time once
@given(price=st.floats(1_000, 2_000_000), month=MONTHS)
def test_no_grant_exceeds_what_any_version_allows(price: float, month: int) -> None:
    rules: Rules = calendar("car").rules(month, month)
    grants = rules.grants_fen(np.full(len(product("car").variants), price))
    assert grants.min(initial=0) >= 0
    assert grants.max(initial=0) <= 20_000 * 100


@settings(deadline=None)  # compiling takes its time once
@given(price=st.floats(1_000, 2_000_000), month=MONTHS)
def test_tax_and_relief_make_up_the_full_tax(price: float, month: int) -> None:
    rules = calendar("car").rules(month, month)
    prices = np.full(len(product("car").variants), price)
    relief = sum(tax.relief(prices) for tax in rules.taxes)
    np.testing.assert_allclose(rules.tax_yuan(prices) + relief, 0.1 * prices / 1.13)


def test_pots_are_those_that_measures_name() -> None:
    named = {each.pot for each in measures().values() if each.pot is not None}
    assert named == {path.stem for path in (ROOT / "configs" / "pots").glob("*.yaml")}, "every pot pays for something"
    assert all(pot(name).tranches for name in named)
