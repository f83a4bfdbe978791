"""Several measures at once: which of two rules counts, what adds up, and what changes nothing at all."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from policy_files import product

from sim.policy.conditions import ANY_OLD_GOOD, conditions_of
from sim.policy.effects import Frictions, Loans, Mandate
from sim.policy.entitlements import Entitlements, grants_fen, pays
from sim.policy.in_force import Piece, Rules, join, no_rules
from sim.policy.restrictions import Restrictions
from sim.policy.tables import FOREVER, Interest
from sim.policy.tax import Tax

CAR = product("car")
V = len(CAR.variants)
NOTHING = no_rules(CAR)


def row(tiers: int = 1, **said: Any) -> Entitlements:
    """One entitlement of nothing; tiers that are not used start nowhere."""
    columns: dict[str, Any] = {
        **conditions_of(ANY_OLD_GOOD, CAR)._asdict(),
        "measure": np.array([-1]), "version": np.array([-1]), "route": np.array([0]),
        "purchase_required": np.array([1]), "scrapped_from": np.array([FOREVER]), "once": np.array([0]),
        "owner_ok": np.ones((1, 3), dtype=np.int64),
        "scrap_years": np.zeros((1, V, tiers)), "scrap_fen": np.zeros((1, V, tiers), dtype=np.int64), "rate": np.zeros((1, V)),
        "cap": np.full((1, V), math.inf), "tier_from": np.full((1, V, tiers), math.inf),
        "tier_amount": np.zeros((1, V, tiers + 1)), "price_max": np.full((1, V), math.inf),
    }  # fmt: skip
    for name, value in said.items():
        columns[name] = np.broadcast_to(np.asarray(value, dtype=columns[name].dtype), columns[name].shape)
    return Entitlements(**columns)


def entitled(**said: Any) -> Rules:
    return replace(NOTHING, entitlements=row(**said))


def restricted(cost: float = 0.0, fail: float = 0.0) -> Rules:
    return replace(NOTHING, restrictions=Restrictions(*conditions_of(ANY_OLD_GOOD, CAR), np.array([cost]), np.array([fail])))


def interest(share: float) -> Rules:
    one, none = np.ones((1, 3), dtype=np.int64), np.array([-1])
    return replace(NOTHING, interest=Interest(none, none, np.array([share]), np.array([500.0]), one))


def piece(rules: Rules, first: int = 0, last: int = FOREVER, measure: int = 3, version: int = 5) -> Piece:
    return Piece(rules, measure, version, first, last)


# what binds ----------------------------------------------------------------------------------------------------

LOANS = NOTHING.loans
ONE_LOW = np.ones_like(LOANS.max_ratio)
ONE_LOW[0, 1] = 0.99


@pytest.mark.parametrize(
    ("rules", "binds"),
    [
        (NOTHING, False),
        (entitled(), False),
        (entitled(rate=0.01), True),
        (entitled(tier_amount=1.0), True),
        (entitled(scrap_fen=1), True),
        (restricted(), False),
        (restricted(cost=1.0), True),
        (restricted(fail=0.01), True),
        (replace(NOTHING, retirement_months=np.full((V, 2), FOREVER - 1)), True),
        (replace(NOTHING, loans=LOANS._replace(max_ratio_used=0.99)), True),
        (replace(NOTHING, loans=LOANS._replace(max_ratio_used=1.01)), False),
        (replace(NOTHING, loans=LOANS._replace(down_payment_set=0.0)), True),
        (replace(NOTHING, loans=LOANS._replace(max_ratio=ONE_LOW)), True),
        (replace(NOTHING, taxes=(Tax(np.zeros(V), 0.1, math.inf),)), True),
        (interest(0.0), False),
        (interest(0.01), True),
        (replace(NOTHING, frictions=Frictions(effort_cut=0.1)), True),
        (replace(NOTHING, mandates=(Mandate(("taxi",), np.ones(V, dtype=bool), 0.8),)), True),
    ],
)
def test_rules_bind_if_anybody_would_notice_them(rules: Rules, binds: bool) -> None:
    assert rules.binds == binds


def test_without_rules_banks_decide_and_goods_never_have_to_go() -> None:
    nothing = no_rules(CAR)
    assert (nothing.loans.max_ratio_used, nothing.loans.down_payment_set) == (1.0, -1.0)
    assert nothing.loans.max_ratio.tolist() == [[1.0, 1.0]] * V
    assert nothing.retirement_months.tolist() == [[FOREVER, FOREVER]] * V
    ent = nothing.entitlements
    assert (ent.old_ok.shape, ent.fuel_ok.shape, ent.registered_by.shape, ent.emission_max.shape) == (
        (0, V),
        (0, 3),
        (0, 3),
        (0, 3),
    )
    assert {name: column.shape[0] for name, column in ent._asdict().items()} == dict.fromkeys(ent._fields, 0)
    assert (ent.tier_from.shape, ent.tier_amount.shape, ent.owner_ok.shape) == ((0, V, 1), (0, V, 2), (0, 3))
    assert (ent.scrap_years.shape, ent.scrap_fen.dtype, ent.rate.shape) == ((0, V, 1), np.int64, (0, V))
    assert {column.shape[0] for column in nothing.interest} == {0}
    assert nothing.grants_fen(np.full(V, 1e5)).shape == (0, V)
    assert nothing.tax_yuan(np.full(V, 1e5)).tolist() == [0.0] * V


# what two say together -----------------------------------------------------------------------------------------


def test_of_two_rules_on_loans_the_narrower_counts_point_by_point() -> None:
    one = Loans(np.array([[0.8, 1.0]]), 0.7, -1.0)
    other = Loans(np.array([[0.9, 0.5]]), 0.6, 0.2)
    for both in (one.narrowed(other), other.narrowed(one)):
        assert both.max_ratio.tolist() == [[0.8, 0.5]]
        assert (both.max_ratio_used, both.down_payment_set) == (0.6, 0.2)


def test_services_add_up_and_hassle_is_cut_from_what_is_left() -> None:
    both = Frictions(1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 0.5).plus(Frictions(10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 0.4))
    assert both == pytest.approx((11.0, 22.0, 33.0, 44.0, 55.0, 66.0, 77.0, 0.7))
    assert Frictions() == (0.0,) * 8


def test_what_is_claimed_counts_on_its_days_and_all_else_if_it_holds_in_mid_month() -> None:
    everything = replace(entitled(rate=0.1), restrictions=restricted(cost=1.0).restrictions, interest=interest(0.01).interest)
    everything = replace(everything, taxes=(Tax(np.zeros(V), 0.1, 7.0),), frictions=Frictions(spread_gain=1.0))
    for first, last, lasts in ((10, 20, True), (15, 15, True), (10, 14, False), (16, 20, False)):
        found = join([piece(everything, first, last)], V, middle=15)
        assert (found.entitlements.first_day.tolist(), found.entitlements.last_day.tolist()) == ([first], [last])
        assert (found.entitlements.measure.tolist(), found.entitlements.version.tolist()) == ([3], [5])
        assert found.restrictions.first_day.tolist() == ([first] if lasts else [])
        assert found.restrictions.last_day.tolist() == ([last] if lasts else [])
        assert (found.interest.measure.tolist(), found.interest.version.tolist()) == (([3], [5]) if lasts else ([], []))
        assert [(tax.measure, tax.version, tax.max_saving) for tax in found.taxes] == ([(3, 5, 7.0)] if lasts else [])
        assert found.frictions.spread_gain == float(lasts)
        assert not found.mandates


def test_rows_are_piled_up_and_missing_tiers_are_never_reached() -> None:
    one = row(tiers=1, tier_from=50_000.0, scrap_years=2.0, scrap_fen=7)
    one.tier_amount.flags.writeable = True
    one.tier_amount[0, :, 1] = 1_000.0
    two = row(tiers=3, scrap_fen=9)
    two.tier_from.flags.writeable = two.tier_amount.flags.writeable = True
    two.tier_from[0, :, :], two.tier_amount[0, :, 1:] = [10_000.0, 60_000.0, 70_000.0], [10.0, 20.0, 30.0]
    rules = [replace(NOTHING, entitlements=each) for each in (one, two)]
    found = join([piece(rules[0], measure=0, version=0), piece(rules[1], measure=1, version=4)], V, middle=15)
    assert found.entitlements.measure.tolist() == [0, 1]
    assert found.entitlements.version.tolist() == [0, 4]
    assert found.entitlements.scrap_fen[:, 0].tolist() == [[7, 0, 0], [9, 9, 9]]
    assert found.entitlements.scrap_years[0, 0].tolist() == [2.0, 0.0, 0.0]
    assert found.entitlements.tier_from[0, 0].tolist() == [50_000.0, math.inf, math.inf]
    for price, fen in ((49_999.0, [0, 1_000]), (50_000.0, [100_000, 1_000]), (70_000.0, [100_000, 3_000])):
        assert found.grants_fen(np.full(V, price))[:, 0].tolist() == fen


def test_the_earliest_retirement_and_every_mandate_count() -> None:
    early, late = (replace(NOTHING, retirement_months=np.full((V, 2), months)) for months in (120, 180))
    mandates = [replace(NOTHING, mandates=(Mandate((name,), np.ones(V, dtype=bool), 0.8),)) for name in ("taxi", "bus")]
    found = join([piece(each) for each in (late, early, *mandates)], V, middle=15)
    assert set(found.retirement_months.ravel().tolist()) == {120}
    assert [mandate.owners for mandate in found.mandates] == [("taxi",), ("bus",)]


# what a row comes to -------------------------------------------------------------------------------------------


def test_a_grant_is_a_share_and_a_tier_up_to_the_cap_within_the_price_limit() -> None:
    ent = row(rate=0.1, cap=6_000.0, tier_from=50_000.0, price_max=80_000.0)
    ent.tier_amount.flags.writeable = True
    ent.tier_amount[0, :, 1] = 500.0
    for price, yuan in ((0.0, 0.0), (49_990.0, 4_999.0), (50_000.0, 5_500.0), (55_010.0, 6_000.0), (80_000.0, 6_000.0)):
        assert grants_fen(ent, np.full(V, price)).tolist() == [[round(yuan * 100)] * V]
    assert grants_fen(ent, np.full(V, 80_000.01)).max() == 0
    assert pays(ent)
    assert not pays(row())


def test_a_tax_saves_up_to_its_limit() -> None:
    """113,000 yuan are 100,000 without VAT: 10,000 of tax; free of tax up to 8,000, at half rate 5,000 are saved."""
    free, half = Tax(np.zeros(1), 0.1, 8_000.0), Tax(np.array([0.05]), 0.1, 8_000.0)
    price = np.array([113_000.0])
    assert (free.due(price)[0], free.relief(price)[0]) == pytest.approx((2_000.0, 8_000.0))
    assert (half.due(price)[0], half.relief(price)[0]) == pytest.approx((5_000.0, 5_000.0))
    assert half.relief_fen(price).tolist() == [500_000]
    dearer = Tax(np.array([0.2]), 0.1, 8_000.0)
    assert dearer.relief(price)[0] == 0.0, "a surcharge saves nothing"
    assert (free.measure, free.version) == (-1, -1)
    assert replace(NOTHING, taxes=(free, half)).tax_yuan(np.full(1, 113_000.0))[0] == pytest.approx(7_000.0)


def test_interest_by_kind_of_owner() -> None:
    one = np.array([0, 1])
    table = Interest(one, one, np.array([0.01, 0.02]), np.array([500.0, math.inf]), np.array([[1, 0, 0], [1, 1, 0]]))
    share, most = table.by_owner()
    assert share.tolist() == [[0.01, 0.02], [0.0, 0.02], [0.0, 0.0]]
    assert most.tolist() == [[500.0, math.inf], [0.0, math.inf], [0.0, 0.0]]
