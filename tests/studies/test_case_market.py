"""A case becomes ordinary settings: dates, money and every word of a measure or pot in those of the model."""

from __future__ import annotations

import datetime as dt
import typing
from pathlib import Path
from typing import Any

import pytest
from toy_cases import TITLE, toy

from sim.policy.instruments import measure_classes
from sim.policy.subsidy import Subsidy
from sim.runs.executors import SerialExecutor
from sim.runs.schedule import silent
from sim.schema.bricks import Frozen, Yuan
from sim.settings import Settings
from sim.studies.validate.case import Case
from sim.studies.validate.case_market import model_day, model_month, settings_of, without
from sim.studies.validate.scoring import predict, prepared
from sim.studies.validate.translating import LAW, law_in, product_in, shifted

YUAN = 9.0
"""Of one unit of the toy's money."""


def settings(tmp_path: Path, content: dict[str, Any] | None = None, scale: float = 0.1) -> Settings:
    return settings_of(Case.model_validate(content or toy()), scale, str(tmp_path))


def subsidy(made: Settings, name: str = "programme") -> Subsidy:
    measure = made.policy[name]
    assert isinstance(measure, Subsidy)
    return measure


def test_amounts_tiers_caps_and_price_limits_are_told_in_yuan_by_powertrain_and_size(tmp_path: Path) -> None:
    grants = {
        "ice": {"rate": 0.1, "cap": 800},
        "ice/economy": {"amount": 500, "price_max": 12_000},
        "bev": {"tiers": [{"price_from": 0, "amount": 300}, {"price_from": 20_000, "amount": 700}]},
    }
    made = subsidy(settings(tmp_path, toy(grants=grants))).versions["v1"].grants
    assert (made["ice"].rate, made["ice"].cap) == (0.1, pytest.approx(800 * YUAN))
    assert (made["ice/economy"].amount, made["ice/economy"].price_max) == pytest.approx((500 * YUAN, 12_000 * YUAN))
    assert [tier.price_from for tier in made["bev"].tiers] == pytest.approx([0.0, 20_000 * YUAN])
    assert [tier.amount for tier in made["bev"].tiers] == pytest.approx([300 * YUAN, 700 * YUAN])


def test_days_keep_their_place_in_the_year_and_the_reference_year_becomes_that_of_the_district(tmp_path: Path) -> None:
    old = {"registered_by": {"petrol": "1999-12-31"}, "fuels": ["nev"]}
    made = settings(tmp_path, toy(old=old))
    version = subsidy(made).versions["v1"]
    assert (version.announced, version.window.start) == (dt.date(2024, 2, 20), dt.date(2024, 3, 1))
    assert version.old is not None
    assert version.old.registered_by == {"petrol": dt.date(2013, 12, 31)}
    assert (made.clock.start, made.clock.end) == ("2023-01", "2024-08")


def test_a_leap_day_of_the_country_has_a_day_in_the_model() -> None:
    market = Case.model_validate(toy()).market
    assert model_day("2012-02-29", market) == dt.date(2026, 2, 28)
    assert model_month("2012-02", market) == "2026-02"
    assert shifted(dt.date(2012, 2, 29), 4) == dt.date(2016, 2, 29)
    assert shifted(dt.date(9999, 12, 31), 4) == dt.date(9999, 12, 31)


def test_money_raised_later_is_a_tranche_of_its_own(tmp_path: Path) -> None:
    content = toy()
    content["pots"]["fund"]["tranches"]["raised"] = {"window": {"start": "2010-05-01", "end": "2010-06-30"}, "amount": 500}
    tranches = settings(tmp_path, content).pots["fund"].tranches
    assert tranches["raised"].window.start == dt.date(2024, 5, 1)
    assert tranches["raised"].amount.value == pytest.approx(500 * YUAN)


def test_caps_by_day_or_week_and_stops_are_told_in_the_days_and_money_of_the_model(tmp_path: Path) -> None:
    content = toy()
    window = {"start": "2010-04-01", "end": "2010-05-31"}
    caps = {"weekly": {"window": window, "per": "week", "amount": 700}}
    content["pots"]["fund"] |= {"caps": caps, "stops": {"pause": {"window": window}}}
    content["pots"]["fund"]["tranches"]["all"] |= {"release": "month", "announced": "2010-02-20"}
    pot = settings(tmp_path, content).pots["fund"]
    assert (pot.caps["weekly"].per, pot.caps["weekly"].window.start) == ("week", dt.date(2024, 4, 1))
    assert pot.caps["weekly"].amount.value == pytest.approx(700 * YUAN)
    assert pot.stops["pause"].window.end == dt.date(2024, 5, 31)
    assert pot.stops["pause"].end_shift_days.value == 0.0
    assert (pot.tranches["all"].release, pot.tranches["all"].announced) == ("month", dt.date(2024, 2, 20))


def test_an_overnight_end_is_a_version_without_grants(tmp_path: Path) -> None:
    """Announced on the last day; claims stop with it although there is money and the announced window goes on."""
    content = toy()
    versions = content["policy"]["programme"]["versions"]
    end = {"announced": "2010-03-31", "window": {"start": "2010-04-01", "end": "2010-06-30"}, "old": versions["v1"]["old"]}
    content["policy"]["programme"]["versions"] = versions | {"stopped": end}
    ids = {"during": "2010-03 to 2010-03", "after": "2010-04 to 2010-06"}
    content["scores"] = [
        {"id": name, "quantity": "claims_total", "title": TITLE, "given": {"months": months}} for name, months in ids.items()
    ]
    told = predict(prepared([Case.model_validate(content)], 0.1, str(tmp_path)), 0, SerialExecutor(), silent)["toy"]
    assert told["during"][0] > 0.0
    assert told["after"] == [0.0]


def test_every_word_of_a_measure_that_is_money_is_translated() -> None:
    def holds_money(hint: object) -> bool:
        return hint == Yuan or any(holds_money(part) for part in typing.get_args(hint))

    def models(hint: object) -> set[type[Frozen]]:
        if isinstance(hint, type) and issubclass(hint, Frozen):
            return {hint}
        return {found for part in typing.get_args(hint) for found in models(part)}

    todo, seen, money = set(measure_classes()), set(), set()
    while todo:
        kind = todo.pop()
        seen.add(kind)
        for name, hint in typing.get_type_hints(kind, include_extras=True).items():
            if holds_money(hint):
                money.add(name)
            todo |= models(hint) - seen
        versions = kind.model_fields.get("versions")
        todo |= models(versions.annotation) - seen if versions else set()
    assert {"amount", "cap", "price_from", "price_max", "nev_amount", "cap_per_year"} <= money
    assert money <= LAW


def test_levers_of_the_model_and_numbers_that_are_no_money_stay() -> None:
    told = {"levers_from": "2024-01-01", "rate": 0.2, "amount": {"value": 3.0, "unit": "as documented", "low": None}, "n": 4}
    made = law_in(told, 10, 2.0)
    assert made == {
        "levers_from": "2024-01-01",
        "rate": 0.2,
        "amount": {"value": 6.0, "unit": "as documented", "low": None},
        "n": 4,
    }


def test_a_category_whose_prices_are_doubled_has_owners_half_as_sensitive() -> None:
    plain = {
        "price": {"value": 10.0, "unit": "yuan", "low": 8.0, "high": 12.0},
        "sensitivity": {"value": 6.0, "unit": "ratio to cars"},
        "upkeep": [{"value": 1.0, "unit": "share"}],
    }
    made = product_in(plain, 2.0)
    assert made["price"] == {"value": 20.0, "unit": "yuan", "low": 16.0, "high": 24.0}
    assert made["sensitivity"]["value"] == 3.0
    assert made["upkeep"] == plain["upkeep"]


def test_market_numbers_reach_the_baseline_the_products_and_the_works(tmp_path: Path) -> None:
    content = toy()
    content["market"] |= {
        "people": 9000,
        "season": [0.5] * 6 + [1.5] * 6,
        "paths": {"income": [["2009-01", 1], ["2010-12", 1.2]]},
    }
    content["market"]["goods"]["car"] |= {"fleets": {"firm": 0.2}, "nev_share_new": 0.3}
    made = settings(tmp_path, content)
    base = {name: number.value for name, number in made.region.baseline.items()}
    assert (base["households"], base["population"], base["household_size"]) == (3000, 9000, 3.0)
    assert (base["household_cars"], base["nev_share_new"]) == (pytest.approx(2880.0), 0.3)
    assert base["income_urban"] == pytest.approx(30_000 * YUAN / 3.0)
    assert made.products["car"].owner_shares == {"firm": 0.2}
    assert made.region.season == tuple([0.5] * 6 + [1.5] * 6)
    assert made.market.paths["income"] == (("2023-01", 1.0), ("2024-12", 1.2))
    assert len(made.market.paths["petrol"]) == 1
    works = made.products["car"].end_of_life.capacity_per_year.value
    assert works == pytest.approx(5600 * 220 * 0.9 / (5100 * 0.78)), "as much larger as what they take in"


def test_a_smaller_scale_simulates_fewer_households_of_a_market(tmp_path: Path) -> None:
    assert settings(tmp_path, scale=0.1).population.scale == 1.0
    assert settings(tmp_path, scale=0.05).population.scale == 0.5


def test_without_its_programmes_a_market_has_neither_measures_nor_pots(tmp_path: Path) -> None:
    case = Case.model_validate(toy())
    made = without(settings(tmp_path), case)
    assert (made.policy, made.pots) == ({}, {})


def appliances() -> dict[str, Any]:
    """Televisions and refrigerators against an old one, half of the price up to a cap."""
    content = toy()
    common = {"recovered_share": 0.5, "first_buyer_share": 0.3}
    content["market"]["goods"] = {
        "television": {"stock": 4500, "sales": 500, "price": 3000, "retired": 400, "use_years": 9, **common},
        "refrigerator": {"stock": 3000, "sales": 300, "price": 2000, "retired": 250, **common},
    }
    grant = {"rate": 0.5, "cap": 1500}
    version = content["policy"]["programme"]["versions"]["v1"] | {"grants": {"level1": grant, "level2": grant, "other": grant}}
    content["policy"]["programme"]["versions"]["v1"] = version
    asked = {
        "both": ("sales_effect", {"months": ["2010-03", "2010-04"]}),
        "one": ("sales_effect", {"months": ["2010-03", "2010-04"], "goods": ["television"]}),
        "days": ("claims_between", {"period": "2010-03-01 to 2010-04-30"}),
        "months": ("claims_total", {"months": ["2010-03", "2010-04"]}),
        "money": ("claimed_money", {"months": ["2010-03"]}),
    }
    content["scores"] = [{"id": n, "quantity": q, "given": given, "title": TITLE} for n, (q, given) in asked.items()]
    return content


def test_any_category_is_a_market_and_several_are_added_up(tmp_path: Path) -> None:
    case = Case.model_validate(appliances())
    made = settings_of(case, 0.1, str(tmp_path))
    assert list(made.products) == ["television", "refrigerator"]
    prices = {
        name: sum(v.price.value * v.share_new.value for v in product.variants.values())
        for name, product in made.products.items()
    }
    assert prices["refrigerator"] / prices["television"] == pytest.approx(2000 / 3000)
    told = predict(prepared([case], 0.1, str(tmp_path)), 0, SerialExecutor(), silent)["toy"]
    assert told["months"][0] > 0.0
    assert told["days"] == told["months"], "the two months hold the same claims, counted by day"
    assert 0.0 < told["money"][0] <= 1500.0 * told["months"][0]
    assert told["both"][0] > 0.0
    assert told["one"][0] > 0.0


def test_a_number_of_one_case_is_divided_by_that_of_another(tmp_path: Path) -> None:
    path = tmp_path / "half.yaml"
    path.write_text(
        Case.model_validate(toy(money=15_001)).model_copy(update={"id": "half"}).model_dump_json(exclude_defaults=True)
    )
    content = toy(money=30_001)
    content["scores"] = [{"id": "twice", "quantity": "claims_total", "title": TITLE, "over": {"case": str(path)}}]
    told = predict(prepared([Case.model_validate(content)], 0.1, str(tmp_path)), 0, SerialExecutor(), silent)
    assert told["toy"]["twice"] == [2.0]


def test_a_discount_belongs_to_the_district() -> None:
    with pytest.raises(ValueError, match="for the district's scenarios"):
        Case.model_validate(toy() | {"discount": {"powertrains": ["bev"], "rate": 0.1, "start": "2024-01-01"}})
