"""Scenarios: each departs from the enacted rules where it says so, and nowhere else."""

from __future__ import annotations

import dataclasses
from functools import cache
from typing import Any

import numpy as np
import pytest
from policy_files import ROOT, VEHICLES

from sim.clock import parse_month
from sim.config import load_settings
from sim.policy.calendar import Calendar
from sim.policy.in_force import Rules
from sim.settings import Settings

DEPARTURES: dict[str, set[str]] = {
    "enacted": set(),
    "no_policy": {
        "policy.car_scrappage.enabled",
        "policy.car_replacement.enabled",
        "policy.truck_scrappage.enabled",
        "policy.consumer_loan_subsidy.enabled",
        "policy.car_vouchers_2023.until",
    },
    "plan_only": {
        "policy.car_scrappage.enacted_until",
        "policy.car_replacement.enacted_until",
        "policy.truck_scrappage.enacted_until",
        "policy.consumer_loan_subsidy.enacted_until",
        "policy.nev_to_countryside.enacted_until",
    },
    "lapse_2027": {
        "policy.car_scrappage.until",
        "policy.car_replacement.until",
        "policy.truck_scrappage.until",
    },
    "zero_down_payment": {"policy.car_loans.min_down_payment", "policy.car_loans.levers_from"},
    "down_payment_30": {"policy.car_loans.min_down_payment", "policy.car_loans.levers_from"},
    "scrappage_tightened": {
        "policy.mandatory_scrappage.years_cut",
        "policy.mandatory_scrappage.levers_from",
        "policy.vehicle_inspection.strength",
        "policy.vehicle_inspection.levers_from",
        "policy.diesel_restriction.strength",
        "policy.diesel_restriction.levers_from",
    },
    "used_market_eased": {
        "policy.one_permit.strength",
        "policy.one_permit.levers_from",
        "policy.used_export.strength",
        "policy.used_export.levers_from",
    },
    "formal_recycling_push": {
        "policy.pick_up_service.strength",
        "policy.pick_up_service.levers_from",
        "policy.recycling_network.strength",
        "policy.recycling_network.levers_from",
        "policy.reverse_invoicing.strength",
        "policy.reverse_invoicing.levers_from",
    },
    "budget_halved": {"pots.trade_in.amount_factor", "pots.truck_renewal.amount_factor"},
    "budget_uncapped": {"pots.trade_in.uncapped", "pots.truck_renewal.uncapped"},
    "boundary_b": {
        "pots.trade_in.amount_factor",
        "pots.truck_renewal.amount_factor",
        "pots.car_vouchers.amount_factor",
    },
}

CONSUMER_POTS = ("appliances", "digital", "e_bikes", "renovation", "fleets", "industry", "public_equipment")
"""Pots other than those of cars and trucks that a change of the budget moves."""
SUBSIDIES = {
    "added_lift_subsidy": "n",
    "bus_battery_renewal": "npl",
    "gas_stove_safety": "n",
    "insulation_subsidy": "npl",
    "air_conditioner_trade_in": "npl",
    "appliance_trade_in": "npl",
    "beidou_subsidy": "n",
    "building_renewal": "npl",
    "bus_renewal": "npl",
    "culture_bonds": "npl",
    "digital_trade_in": "npl",
    "e_bike_trade_in": "np",
    "education_bonds": "npl",
    "equipment_relending": "np",
    "farm_scrappage": "p",
    "green_factory_award": "n",
    "health_bonds": "npl",
    "home_renovation_subsidy": "np",
    "industrial_grant": "n",
    "kitchen_trade_in": "np",
    "lift_renewal": "npl",
    "municipal_bonds": "npl",
    "small_appliance_trade_in": "np",
    "sme_digital_grant": "n",
    "sports_bonds": "npl",
    "township_health_bonds": "npl",
}
"""Subsidies other than those of cars and trucks: off in no_policy (n), unknown to plan_only (p), ended in lapse_2027 (l)."""
for _scenario, _letter, _field in (
    ("no_policy", "n", "enabled"),
    ("plan_only", "p", "enacted_until"),
    ("lapse_2027", "l", "until"),
):
    DEPARTURES[_scenario] |= {f"policy.{name}.{_field}" for name, letters in SUBSIDIES.items() if _letter in letters}
DEPARTURES["no_policy"] |= {"policy.farm_scrappage.enacted_until"}
DEPARTURES["formal_recycling_push"] |= {"policy.appliance_collection.strength", "policy.appliance_collection.levers_from"}
DEPARTURES["budget_halved"] |= {f"pots.{name}.amount_factor" for name in CONSUMER_POTS}
DEPARTURES["budget_uncapped"] |= {f"pots.{name}.uncapped" for name in CONSUMER_POTS}
DEPARTURES["boundary_b"] |= {f"pots.{name}.amount_factor" for name in (*CONSUMER_POTS, "farm_machines")}
for _scenario in ("budget_halved", "budget_uncapped", "boundary_b"):
    DEPARTURES[_scenario] |= {f"{path.rpartition('.')[0]}.levers_from" for path in DEPARTURES[_scenario]}


@cache
def settings(scenario: str) -> Settings:
    return load_settings([f"scenario={scenario}"], root=ROOT)


@cache
def rules_of(scenario: str, good: str, month: str, known_at: str = "") -> Rules:
    return _calendar(scenario, good).rules(parse_month(month), parse_month(known_at or month))


@cache
def _calendar(scenario: str, good: str) -> Calendar:
    return Calendar(settings(scenario).policy, good, settings(scenario).products[good])


def grants(scenario: str, good: str, month: str, known_at: str = "") -> float:
    """The largest grant that anybody could get, yuan."""
    variants = settings(scenario).products[good].variants.values()
    prices = np.array([variant.price.value for variant in variants])
    return float(rules_of(scenario, good, month, known_at).grants_fen(prices).max(initial=0)) / 100


def _changed(one: Any, other: Any, path: str = "") -> set[str]:
    if isinstance(one, dict) and isinstance(other, dict):
        keys = one.keys() | other.keys()
        return {each for key in keys for each in _changed(one.get(key), other.get(key), f"{path}.{key}".lstrip("."))}
    return set() if one == other else {path}


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, Rules):
        return all(_same(getattr(one, f.name), getattr(other, f.name)) for f in dataclasses.fields(one))
    if isinstance(one, np.ndarray):
        return one.shape == other.shape and bool((one == other).all())
    if isinstance(one, tuple):
        return len(one) == len(other) and all(_same(a, b) for a, b in zip(one, other, strict=True))
    return bool(one == other)


def test_every_scenario_file_is_named_here() -> None:
    assert {path.stem for path in (ROOT / "scenarios").glob("*.yaml")} == set(DEPARTURES)


@pytest.mark.parametrize("scenario", DEPARTURES)
def test_a_scenario_says_who_would_decide_it(scenario: str) -> None:
    info = settings(scenario).scenario
    assert info.id == scenario
    assert info.title.zh
    assert info.title.en
    assert info.decided_by
    assert info.description


@pytest.mark.parametrize("scenario", DEPARTURES)
def test_a_scenario_departs_where_it_says_and_nowhere_else(scenario: str) -> None:
    enacted, departing = settings("enacted").model_dump(), settings(scenario).model_dump()
    changed = _changed(enacted, departing)
    ignored = ("scenario.", "region.") if scenario == "boundary_b" else ("scenario.",)
    assert {path for path in changed if not path.startswith(ignored)} == DEPARTURES[scenario]


@pytest.mark.parametrize("scenario", DEPARTURES)
@pytest.mark.parametrize("good", VEHICLES)
def test_the_reference_year_is_the_same_in_every_scenario(scenario: str, good: str) -> None:
    for known in range(1, 13):
        for ahead in [*range(known, 13), 14, 20, 40]:
            month = f"{2023 + (ahead - 1) // 12}-{(ahead - 1) % 12 + 1:02d}"
            pair = [rules_of(name, good, month, f"2023-{known:02d}") for name in ("enacted", scenario)]
            assert _same(*pair), (month, known)


def test_enacted_is_what_happens_when_nothing_is_said() -> None:
    assert load_settings([], root=ROOT) == settings("enacted")


def test_without_policy_nobody_gets_a_subsidy_and_taxes_stay() -> None:
    for month in ("2024-01", "2024-06", "2025-06", "2026-06", "2027-12"):
        for good in VEHICLES:
            assert grants("no_policy", good, month) == 0
            prices = np.full(len(settings("enacted").products[good].variants), 150_000.0)
            taxes = [rules_of(name, good, month).tax_yuan(prices) for name in ("enacted", "no_policy")]
            np.testing.assert_array_equal(*taxes)
    assert rules_of("no_policy", "car", "2025-10").interest.share.size == 0
    assert rules_of("enacted", "car", "2025-10").interest.most.tolist() == [500.0]


def test_without_policy_no_category_gets_a_subsidy_that_began_in_2024_or_later() -> None:
    for good in settings("enacted").products:
        for month in ("2024-10", "2025-06", "2026-06", "2027-12"):
            calendar = _calendar("no_policy", good)
            paid = {calendar.measures[int(m)] for m in rules_of("no_policy", good, month).entitlements.measure}
            assert paid <= {"farm_scrappage", "farm_purchase"}, good


def test_the_plan_alone_stays_at_ten_thousand_and_ends_with_2024() -> None:
    assert grants("plan_only", "car", "2024-10") == 10_000
    assert grants("enacted", "car", "2024-10") == 20_000
    assert grants("plan_only", "car", "2025-01") == grants("plan_only", "truck", "2024-10") == 0


def test_a_lapse_in_2027_is_expected_at_the_end_of_2026() -> None:
    assert grants("lapse_2027", "car", "2026-12") == grants("enacted", "car", "2026-12") > 0
    assert grants("lapse_2027", "car", "2027-01") == grants("lapse_2027", "truck", "2027-01") == 0
    assert grants("enacted", "car", "2027-01") > 0
    assert grants("enacted", "car", "2027-01", known_at="2026-11") == 0, "2027 is not announced before the turn of the year"


@pytest.mark.parametrize(("scenario", "share"), [("zero_down_payment", 0.0), ("down_payment_30", 0.3)])
def test_the_down_payment_is_set_from_april_2024_on(scenario: str, share: float) -> None:
    assert rules_of(scenario, "car", "2024-03").loans.down_payment_set == -1
    after = rules_of(scenario, "car", "2024-05")
    assert after.loans.down_payment_set == share
    np.testing.assert_allclose(after.loans.max_ratio, 1 - share)


def test_tighter_scrappage_bites_from_2025_on() -> None:
    before, after = (rules_of("scrappage_tightened", "truck", month) for month in ("2024-12", "2025-01"))
    assert before.retirement_months.max() == 15 * 12
    assert after.retirement_months.max() == 13 * 12
    assert (
        after.restrictions.cost_per_month.sum() == 2 * rules_of("enacted", "truck", "2025-01").restrictions.cost_per_month.sum()
    )


def test_the_other_levers_move_what_they_name() -> None:
    enacted = rules_of("enacted", "car", "2025-01").frictions
    eased = rules_of("used_market_eased", "car", "2025-01").frictions
    pushed = rules_of("formal_recycling_push", "car", "2025-01").frictions
    assert eased == enacted._replace(transaction_cost_cut=450.0, border_cost_cut=900.0)
    assert pushed.offer_gain == 2 * enacted.offer_gain
    assert pushed.effort_saved == 3 * enacted.effort_saved
    assert pushed.capacity_gain == pytest.approx(3 * enacted.capacity_gain)
    assert pushed.transaction_cost_cut == enacted.transaction_cost_cut
