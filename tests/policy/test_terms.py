"""Terms of every instrument, from what a file says to what it amounts to, levers at and beside their defaults; bad terms."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import numpy as np
import pytest
from policy_files import MEASURE, product
from pydantic import ValidationError

from sim.policy.in_force import Rules
from sim.policy.instruments import Measure, measure_classes
from sim.policy.subsidy import Grant, SubsidyVersion
from sim.policy.tables import FOREVER

CAR, TRUCK = product("car"), product("truck")
SAID = {"announced": "2024-01-01", "window": {"start": "2024-01-01", "end": None}, "reference": "r", "quote": "q", "grade": "C"}


def effect(value: float) -> dict[str, Any]:
    return {"value": value, "unit": "u", "source": "made up", "grade": "C"}


def measure(instrument: str, version: dict[str, Any], **said: Any) -> Measure:
    content = {
        "title": {"zh": "措施", "en": "measure"}, "article": "", "quote": "", "goods": ["car", "truck"],
        "instrument": instrument, "versions": {"a": SAID | version}, **said,
    }  # fmt: skip
    return MEASURE.validate_python(content)


def rules(instrument: str, version: dict[str, Any], good: str = "car", **said: Any) -> Rules:
    each = measure(instrument, version, **said)
    return each.rules(each.versions["a"], good, product(good))


PAID = {"payers": {"district": 1.0}}


def subsidy(grants: dict[str, Any], more: dict[str, Any] | None = None, good: str = "car", **said: Any) -> Rules:
    """A scrappage subsidy for whatever old good."""
    old = {"old": {"fuels": ["petrol", "diesel", "nev"]}}
    return rules("scrappage_subsidy", old | {"grants": grants} | (more or {}), good, **PAID, **said)


def fen(found: Rules, price: float = 100_000.0, good: str = "car") -> dict[str, int]:
    """Grant for each variant of the only row."""
    (row,) = found.grants_fen(np.full(len(product(good).variants), price))
    return dict(zip(product(good).variants, row.tolist(), strict=True))


def paid(found: Rules, powertrain: str, price: float = 100_000.0) -> set[int]:
    """What variants of a powertrain earn."""
    return {fen(found, price)[name] for name, variant in CAR.variants.items() if variant.powertrain == powertrain}


# subsidies -----------------------------------------------------------------------------------------------------


def test_a_grant_goes_to_its_powertrain_alone() -> None:
    found = subsidy({"bev": {"amount": 1_000}})
    assert (paid(found, "bev"), paid(found, "ice"), paid(found, "phev")) == ({100_000}, {0}, {0})


def test_levers_replace_amounts_of_their_powertrains_and_caps_with_them() -> None:
    grants = {"bev": {"rate": 0.1, "cap": 5_000}, "ice": {"amount": 2_000}}
    found = subsidy(grants, nev_amount=7_000.0)
    assert (paid(found, "bev"), paid(found, "ice")) == ({700_000}, {200_000})
    found = subsidy(grants, ice_amount=300.0)
    assert (paid(found, "bev"), paid(found, "ice")) == ({500_000}, {30_000})
    assert paid(subsidy({"ice/family": {"amount": 2_000}}, ice_amount=0.0), "ice") == {0}


def test_a_factor_scales_amounts_rates_and_caps_and_an_uncertain_one_leaves_caps() -> None:
    grants = {"bev": {"rate": 0.1, "cap": 5_000}, "ice": {"amount": 2_000}}
    found = subsidy(grants, amount_factor=0.5)
    assert (paid(found, "bev", 40_000.0), paid(found, "bev"), paid(found, "ice")) == ({200_000}, {250_000}, {100_000})
    scaled = subsidy(grants, {"amount_scale": effect(1.2)}, amount_factor=0.5)
    assert (paid(scaled, "bev", 40_000.0), paid(scaled, "bev"), paid(scaled, "ice")) == ({240_000}, {250_000}, {120_000})


def test_tiers_rise_with_the_price_and_limits_of_size_and_price_hold() -> None:
    tiers = {"tiers": [{"price_from": 50_000, "amount": 100}, {"price_from": 90_000, "amount": 200}], "price_max": 95_000}
    found = subsidy({"ice": tiers})
    assert [paid(found, "ice", p) for p in (49_999.0, 50_000.0, 90_000.0, 95_000.0, 95_001.0)] == [
        {0},
        {10_000},
        {20_000},
        {20_000},
        {0},
    ]
    litres = sorted({variant.displacement_l for variant in CAR.variants.values() if variant.powertrain == "ice"})
    small = fen(subsidy({"ice": {"amount": 10, "max_displacement_l": litres[0]}}))
    for name, variant in CAR.variants.items():
        assert small[name] == (1_000 if variant.powertrain == "ice" and variant.displacement_l <= litres[0] else 0)
    assert len(litres) > 1


def test_old_fuels_that_open_the_same_grants_share_a_row() -> None:
    grants = {"bev": {"amount": 10}, "ice": {"amount": 5, "old_fuels": ["petrol"]}}
    found = subsidy(grants).entitlements
    assert found.fuel_ok.tolist() == [[1, 0, 0], [0, 1, 1]]
    assert found.tier_amount[:, :, 1].max(axis=1).tolist() == [10.0, 10.0]
    assert (found.tier_amount[:, :, 1] == 5.0).any(axis=1).tolist() == [True, False]
    assert found.route.tolist() == [1, 1]
    assert found.old_ok.shape == (2, len(CAR.variants))


@pytest.mark.parametrize(
    ("said", "once"),
    [({}, 0), ({"one_per_person": True}, 1), ({"per_person": 3}, 3), ({"per_person": 2, "one_per_person": True}, 2)],
)
def test_how_often_a_person_may_claim(said: dict[str, Any], once: int) -> None:
    assert subsidy({"bev": {"amount": 10}}, said).entitlements.once.tolist() == [once]


def test_who_may_claim_and_whether_a_purchase_is_asked() -> None:
    everybody = subsidy({"bev": {"amount": 10}}).entitlements
    assert (everybody.owner_ok.tolist(), everybody.purchase_required.tolist()) == ([[1, 1, 1]], [1])
    firms = subsidy({"bev": {"amount": 10}}, {"owners": ["firm"], "purchase_required": False}).entitlements
    assert (firms.owner_ok.tolist(), firms.purchase_required.tolist()) == ([[0, 1, 0]], [0])


def test_scrapping_itself_is_paid_by_size_and_years_left() -> None:
    heavy = {"scrap_grants": {"heavy": [{"years_early": 2, "amount": 100.0}, {"years_early": 4, "amount": 300.0}]}}
    found = subsidy({}, heavy | {"amount_scale": effect(1.5)}, "truck", amount_factor=2.0).entitlements
    sizes = [variant.size for variant in TRUCK.variants.values()]
    for v, size in enumerate(sizes):
        assert found.scrap_fen[0, v].tolist() == ([30_000, 90_000] if size == "heavy" else [0, 0])
        assert found.scrap_years[0, v].tolist() == ([2.0, 4.0] if size == "heavy" else [0.0, 0.0])
    assert subsidy({}).entitlements.scrap_fen.shape == (1, len(CAR.variants), 1)


def test_a_lever_moves_the_last_day_of_registration() -> None:
    dated = {"old": {"registered_by": {"petrol": "2011-06-30"}}}
    still = subsidy({"bev": {"amount": 10}}, dated).entitlements.registered_by[0, 0]
    moved = subsidy({"bev": {"amount": 10}}, dated, cutoff_shift_years=1.0).entitlements.registered_by[0, 0]
    assert moved - still == 366, "with a leap day between"
    bought = rules("purchase_subsidy", {"grants": {"bev": {"amount": 10}}}, **PAID, cutoff_shift_years=1.0).entitlements
    assert (bought.registered_by.max(), bought.fuel_ok.tolist(), bought.route.tolist()) == (-1, [[1, 1, 1]], [0])


@pytest.mark.parametrize(
    ("grant", "said"),
    [
        ({}, "exactly one"),
        ({"amount": 1, "rate": 0.1}, "exactly one"),
        ({"amount": 1, "tiers": [{"price_from": 0, "amount": 1}]}, "exactly one"),
        ({"rate": 0.1, "tiers": [{"price_from": 0, "amount": 1}]}, "exactly one"),
        ({"amount": 1, "cap": 2}, "a cap belongs"),
        ({"tiers": [{"price_from": 2, "amount": 1}, {"price_from": 1, "amount": 2}]}, "rise in price_from"),
        ({"tiers": [{"price_from": 2, "amount": 1}, {"price_from": 2, "amount": 2}]}, "rise in price_from"),
    ],
)
def test_a_grant_that_cannot_be_meant_is_refused(grant: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Grant.model_validate(grant)


def test_a_grant_of_nothing_is_a_grant() -> None:
    assert Grant.model_validate({"amount": 0}).steps == ((0.0, 0.0),)
    assert Grant.model_validate({"rate": 0.0, "cap": 2}).steps == ()
    assert Grant.model_validate({"tiers": [{"price_from": 1, "amount": 2}], "cap": 2}).steps == ((1.0, 2.0),)


@pytest.mark.parametrize(("count", "accepted"), [(1, True), (10, True), (0, False), (11, False)])
def test_between_one_and_ten_claims_a_person(count: int, accepted: bool) -> None:
    if accepted:
        assert SubsidyVersion.model_validate(SAID | {"per_person": count}).per_person == count
        return
    with pytest.raises(ValidationError, match="per_person"):
        SubsidyVersion.model_validate(SAID | {"per_person": count})


OLD = {"old": {"fuels": ["petrol"]}}


@pytest.mark.parametrize(
    ("instrument", "version", "more", "said"),
    [
        ("scrappage_subsidy", OLD, {}, "a subsidy needs payers"),
        ("scrappage_subsidy", {}, PAID, "every version needs old"),
        ("replacement_subsidy", {}, PAID, "every version needs old"),
        ("replacement_subsidy", OLD | {"scrap_grants": {"heavy": []}}, PAID, "belong to a scrappage_subsidy"),
        ("purchase_subsidy", {"scrap_grants": {"heavy": []}}, PAID, "belong to a scrappage_subsidy"),
        ("scrappage_subsidy", {"old": {}}, PAID, "at least one fuel"),
        ("scrappage_subsidy", OLD, PAID | {"cutoff_shift_years": 10.1}, "cutoff_shift_years"),
        ("scrappage_subsidy", OLD, PAID | {"cutoff_shift_years": -10.1}, "cutoff_shift_years"),
        ("charging_rollout", {}, {"pot": "trade_in"}, "money needs payers"),
        ("charging_rollout", {}, {"payment_lag_months": 1}, "money needs payers"),
        ("charging_rollout", {}, {"payment_lag_months": -1} | PAID, "payment_lag_months"),
        ("charging_rollout", {}, {"payment_lag_months": 25} | PAID, "payment_lag_months"),
        ("charging_rollout", {}, {"payers": {"district": 0.5, "city": 0.50001}}, "sum to 1"),
        ("charging_rollout", {}, {"payers": {"district": 0.5, "city": 0.49999}}, "sum to 1"),
        ("charging_rollout", {}, {"versions": {}}, "versions"),
        ("charging_rollout", {}, {"versions": {"a": SAID, "b": SAID}}, "two versions start on the same day"),
        ("charging_rollout", {"window": {"start": "2024-01-02", "end": "2024-01-01"}}, {}, "ends before it starts"),
        (
            "charging_rollout",
            {"announced": "2024-02-02", "window": {"start": "2024-01-01", "end": "2024-02-01"}},
            {},
            "announced after",
        ),
        ("charging_rollout", {"reference": ""}, {}, "reference"),
        ("charging_rollout", {"quote": ""}, {}, "quote"),
    ],
)
def test_terms_that_cannot_be_meant_are_refused(instrument: str, version: Any, more: Any, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        measure(instrument, version, **more)


def test_terms_at_the_edge_are_accepted() -> None:
    one_day = {"announced": "2024-01-01", "window": {"start": "2024-01-01", "end": "2024-01-01"}}
    assert measure("charging_rollout", one_day).versions["a"].window.end == dt.date(2024, 1, 1)
    assert measure("charging_rollout", {}, payment_lag_months=24, **PAID).payment_lag_months == 24
    thirds = {"central": 1 / 3, "province": 1 / 3, "city": 1 / 3}
    assert sum(measure("charging_rollout", {}, payers=thirds).payers.values()) == pytest.approx(1.0)
    for years in (10.0, -10.0):
        assert measure("scrappage_subsidy", OLD, **PAID, cutoff_shift_years=years).levers_set
    assert measure("scrappage_subsidy", OLD | {"scrap_grants": {"heavy": []}}, **PAID).pays_scrapping


def test_as_enacted_every_lever_is_back_where_the_law_has_it() -> None:
    each = measure("scrappage_subsidy", OLD | {"grants": {"bev": {"amount": 1_000}}}, **PAID, nev_amount=9.0, amount_factor=2.0)
    assert each.levers_set
    plain = each.as_enacted()
    assert not plain.levers_set
    assert paid(plain.rules(plain.versions["a"], "car", CAR), "bev") == {100_000}
    assert (plain.enabled, plain.payment_lag_months, plain.until, plain.enacted_until) == (True, 0, None, None)
    assert plain.levers_from == dt.date(2024, 1, 1)


def test_what_stands_in_the_ledger() -> None:
    flags = {each.__name__: (each.costs_money, each.forgoes_revenue) for each in measure_classes()}
    costly = {"PurchaseSubsidy", "ReplacementSubsidy", "ScrappageSubsidy", "InterestSubsidy"}
    forgone = {"PurchaseTax", "TaxCredit"}
    assert flags == {name: (name in costly | forgone, name in forgone) for name in flags}
    assert costly | forgone <= set(flags)


# everything else -----------------------------------------------------------------------------------------------


def test_services_are_strengthened_by_their_lever() -> None:
    names = ("offer_gain", "effort_saved", "capacity_gain")
    found = rules("collection_service", {name: effect(n + 2.0) for n, name in enumerate(names)}, strength=3.0).frictions
    assert [getattr(found, name) for name in names] == [6.0, 9.0, 12.0]
    found = rules("information_campaign", {"spread_gain": effect(2.0), "effort_cut": effect(5.0)}, strength=3.0).frictions
    assert (found.spread_gain, found.effort_cut) == (6.0, 15.0)
    cuts = {"transaction_cost_cut": effect(2.0), "border_cost_cut": effect(5.0)}
    found = rules("used_market_convenience", cuts, strength=3.0).frictions
    assert (found.transaction_cost_cut, found.border_cost_cut) == (6.0, 15.0)
    for instrument in ("collection_service", "information_campaign", "used_market_convenience", "charging_rollout"):
        assert not rules(instrument, {}).binds
        assert measure(instrument, {}, strength=0.5).levers_set


@pytest.mark.parametrize(("strength", "cut"), [(0.0, 0.0), (1.0, 0.4), (2.0, 0.8), (2.5, 1.0), (3.0, 1.0)])
def test_no_more_hassle_is_cut_than_there_is(strength: float, cut: float) -> None:
    assert rules("charging_rollout", {"hassle_cut": effect(0.4)}, strength=strength).frictions.hassle_cut == pytest.approx(cut)


def test_loans_by_powertrain_and_use() -> None:
    said = {"max_ratio": {"bev": 0.85, "bev/operating": 0.75}, "max_ratio_used": 0.7}
    found = rules("loan_terms", said).loans
    for v, variant in enumerate(CAR.variants.values()):
        assert found.max_ratio[v].tolist() == ([0.75, 0.85] if variant.powertrain == "bev" else [1.0, 1.0])
    assert (found.max_ratio_used, found.down_payment_set) == (0.7, -1.0)
    set_down = rules("loan_terms", said, min_down_payment=0.1).loans
    assert set(set_down.max_ratio.ravel().tolist()) == {0.9}
    assert (set_down.max_ratio_used, set_down.down_payment_set) == (0.7, 0.1)


def test_ages_of_mandatory_scrappage() -> None:
    said = {"years": {"truck": 15, "heavy": None, "light/operating": 12.5, "truck/light/non_operating": 0}}
    found = rules("mandatory_retirement", said, "truck").retirement_months
    cut = rules("mandatory_retirement", said, "truck", years_cut=1.0).retirement_months
    for v, variant in enumerate(TRUCK.variants.values()):
        expected = {"heavy": [180, 180], "light": [150, 0]}.get(variant.size, [180, 180])
        shorter = {"heavy": [168, 168], "light": [138, 0]}.get(variant.size, [168, 168])
        assert (found[v].tolist(), cut[v].tolist()) == (expected, shorter), variant.size
    assert set(rules("mandatory_retirement", said, "car").retirement_months.ravel().tolist()) == {FOREVER}
    assert set(rules("mandatory_retirement", {"years": {"car": None}}).retirement_months.ravel().tolist()) == {FOREVER}


def test_a_mandate_binds_kinds_and_types_of_owner() -> None:
    said = {"owners": ["institution"], "powertrains": ["bev"], "share": 0.8}
    (found,) = rules("procurement_mandate", said).mandates
    assert found.owners == tuple(name for name, kind in CAR.owners.items() if kind.owner == "institution")
    assert found.variants.tolist() == [variant.powertrain == "bev" for variant in CAR.variants.values()]
    assert found.share == 0.8
    first = next(iter(CAR.owners))
    (by_name,) = rules("procurement_mandate", said | {"owners": [first]}, min_share=0.0).mandates
    assert (by_name.owners, by_name.share) == ((first,), 0.0)


def test_a_reduced_tax_saves_at_most_what_the_law_says() -> None:
    said = {"full_rate": 0.1, "rates": {"bev": 0.05}, "max_saving": {"car": 3_000.0}}
    (tax,) = rules("purchase_tax", said, **PAID).taxes
    assert tax.rates.tolist() == [0.05 if variant.powertrain == "bev" else 0.1 for variant in CAR.variants.values()]
    assert (tax.full_rate, tax.max_saving) == (0.1, 3_000.0)
    assert rules("purchase_tax", said, "truck", **PAID).taxes[0].max_saving == math.inf


def test_a_tax_credit_and_depreciation_add_up() -> None:
    (tax,) = rules("tax_credit", {"credit": {"bev": 0.1}, "depreciation": effect(0.02)}, **PAID, strength=2.0).taxes
    assert tax.rates.tolist() == pytest.approx(
        [-0.24 if variant.powertrain == "bev" else -0.04 for variant in CAR.variants.values()]
    )
    assert (tax.full_rate, tax.max_saving) == (0.0, math.inf)
    assert tax.relief(np.full(len(CAR.variants), 113_000.0)).max() == pytest.approx(24_000.0)


@pytest.mark.parametrize(
    ("fail", "strength", "monthly"),
    [(0.0, 1.0, 0.0), (0.2, 1.0, 1 - 0.8 ** (1 / 12)), (0.2, 2.0, 1 - 0.6 ** (1 / 12)), (0.6, 2.0, 1.0)],
)
def test_restrictions_cost_every_month_and_failures_compound_to_the_year(fail: float, strength: float, monthly: float) -> None:
    said = OLD | {"cost_per_year": effect(1_200.0), "fail_per_year": effect(fail)}
    found = rules("use_restriction", said, strength=strength).restrictions
    assert found.fail_per_month.tolist() == pytest.approx([monthly])
    assert found.cost_per_month.tolist() == [100.0 * strength]
    assert found.fuel_ok.tolist() == [[1, 0, 0]]


@pytest.mark.parametrize(
    ("said", "factor", "share", "most"),
    [
        ({"points": 1.0}, 1.0, 0.01, math.inf),
        ({"points": 1.0, "principal_max": 50_000.0}, 1.0, 0.01, 500.0),
        ({"points": 1.0, "cap_per_year": 300.0}, 2.0, 0.02, 600.0),
        ({"points": 1.0, "principal_max": 50_000.0, "cap_per_year": 300.0}, 2.0, 0.02, 600.0),
        ({"points": 1.5, "principal_max": 10_000.0, "cap_per_year": 300.0}, 1.0, 0.015, 150.0),
    ],
)
def test_interest_is_limited_by_principal_and_year(said: dict[str, Any], factor: float, share: float, most: float) -> None:
    found = rules("interest_subsidy", said, points_factor=factor, **PAID).interest
    assert (found.share.tolist(), found.most.tolist()) == (pytest.approx([share]), pytest.approx([most]))
    assert (found.measure.tolist(), found.version.tolist(), found.owner_ok.tolist()) == ([-1], [-1], [[1, 0, 0]])


@pytest.mark.parametrize("points", [-0.1, 10.1])
def test_points_that_no_treasury_pays_are_refused(points: float) -> None:
    with pytest.raises(ValidationError, match="points"):
        measure("interest_subsidy", {"points": points}, **PAID)
    assert measure("interest_subsidy", {"points": 10.0}, **PAID).versions["a"].points == 10.0
