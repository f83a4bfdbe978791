"""Interest that the treasury pays: with several subsidies open at once, their sum for the borrower, each in its own books."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_settings import finish, harder, keener, offered, small
from policy_files import MEASURE, measure, product
from reference.weighing import UTILITY, pay_from, price_up, scratch
from side_by_side import SCALE, side_by_side

from sim.behaviour.paying import Credit, paying_utility
from sim.clock import parse_month
from sim.model import TradeInModel
from sim.owners.offer_table import loan_gain
from sim.policy.calendar import Calendar
from sim.policy.instruments import Measure
from sim.policy.instruments.interest_subsidy import most_a_year
from sim.policy.interest import all_interest, interest_fen
from sim.policy.tables import Interest
from sim.settings import Settings

OCTOBER = parse_month("2025-10")
ONE = "consumer_loan_subsidy"
"""From September 2025 on: one point on at most 50,000 yuan, 3,000 yuan a year at most."""


def second(**said: Any) -> Measure:
    """Half a point more from the district, on any principal, 300 yuan a year at most."""
    content = MEASURE.dump_python(measure(ONE), mode="json")
    terms = {"points": 0.5, "principal_max": None, "cap_per_year": 300.0} | said
    content["versions"] = {"v2025": content["versions"]["v2025"] | terms}
    return MEASURE.validate_python(content | {"payers": {"district": 1.0}})


def in_force(*measures: Measure) -> Interest:
    policy = {f"loans_{n}": each for n, each in enumerate(measures)}
    return Calendar(policy, "car", product("car")).rules(OCTOBER, OCTOBER).interest


@pytest.mark.parametrize(
    ("principal", "yuan"),
    [(0.0, 0.0), (40_000.0, 600.0), (50_000.0, 750.0), (50_001.0, 750.005), (60_000.0, 800.0), (60_001.0, 800.0)],
)
def test_two_subsidies_open_at_once_pay_their_sum(principal: float, yuan: float) -> None:
    both = in_force(measure(ONE), second())
    assert all_interest(both.share, both.most, principal) == pytest.approx(yuan)


@given(principal=st.floats(0.0, 1e6), share=st.floats(0.0, 0.05), limit=st.floats(0.0, 1e6), cap=st.floats(0.0, 5_000.0))
def test_limits_on_principal_and_on_the_year_leave_what_the_notice_says(
    principal: float, share: float, limit: float, cap: float
) -> None:
    terms = np.array([share]), np.array([most_a_year(share, limit, cap)])
    assert all_interest(*terms, principal) == min(share * min(principal, limit), cap)


def test_a_subsidy_that_is_not_for_an_owner_pays_him_nothing() -> None:
    share, most = in_force(measure(ONE), second(owners=["firm", "institution"])).by_owner()
    paid = [all_interest(share[owner], most[owner], 40_000.0) for owner in range(3)]
    assert paid == pytest.approx([400.0, 200.0, 200.0])


@pytest.mark.parametrize(("yuan", "fen"), [(0.004, 0), (0.005, 1), (123.454, 12_345), (123.455, 12_346)])
def test_interest_is_booked_in_whole_fen(yuan: float, fen: int) -> None:
    assert interest_fen(1.0, 10_000.0, yuan) == fen


# borrowers -----------------------------------------------------------------------------------------------------

MONEY = 2e-5


def on_credit(share: list[float], most: list[float]) -> float:
    """Utility of an owner who can only borrow 80,000 yuan."""
    lender = Credit(instalment=0.02, present_cost=0.05, room=1e6, aversion=0.3)
    utility, principal = paying_utility(
        100_000.0, 80_000.0, 30_000.0, 10_000.0, 0.5, MONEY, lender, np.array(share), np.array(most)
    )
    assert principal == 80_000.0
    return float(utility)


def test_a_borrower_reckons_with_the_sum() -> None:
    assert on_credit([0.01, 0.005], [500.0, 300.0]) - on_credit([], []) == pytest.approx(MONEY * 800.0)


@pytest.mark.parametrize(("share", "most"), [([], []), ([0.01], [500.0]), ([0.01, 0.005], [500.0, 300.0])])
def test_expectations_and_decisions_weigh_a_loan_alike(share: list[float], most: list[float]) -> None:
    """``pay_from`` takes apart what ``paying_utility`` does at once."""
    lender = Credit(instalment=0.02, present_cost=0.05, room=1e6, aversion=0.3)
    work, cash, reserve, weight = scratch(1), 30_000.0, 10_000.0, 0.5
    one = np.zeros(1)
    price_up(
        np.array([100_000.0]), np.array([80_000.0]), one, one, one, MONEY, 0.0, 0.0, reserve, lender,
        np.array(share), np.array(most), True, False, work,
    )  # fmt: skip
    principal, out = work[UTILITY + 1], work[UTILITY]
    pay_from(work, cash, MONEY * weight * reserve * float(np.exp(-cash / reserve)), principal, out)
    assert principal[0] == 80_000.0
    assert out[0] == pytest.approx(on_credit(share, most), rel=1e-9)


# a district ----------------------------------------------------------------------------------------------------


def loans(*, two: bool, scale: float = 0.05) -> Settings:
    settings = small("clock.start=2025-10", "clock.end=2025-12", scale=scale)
    policy = settings.policy | ({"second": second()} if two else {})
    return settings.model_copy(update={"policy": policy})


@cache
def booked(*, two: bool) -> dict[str, tuple[int, int]]:
    """Loans and fen by measure."""
    ledger = finish(loans(two=two)).result.ledger
    first_payer = ledger.drop_duplicates(["month", "measure"])
    claims = first_payer.groupby("measure")["claims"].sum()
    fen = ledger.groupby("measure")["amount_fen"].sum()
    return {name: (int(claims[name]), int(fen[name])) for name in (ONE, "second") if name in fen}


def test_each_subsidy_is_booked_under_its_own_measure_for_every_loan() -> None:
    count, fen = booked(two=True)[ONE]
    also, more = booked(two=True)["second"]
    assert count == also > 10
    assert 0.5 * fen <= more <= 300_00 * count, "half a point of what may be more than 50,000 yuan"
    assert set(booked(two=False)) == {ONE}


def test_buyers_and_the_screen_see_both() -> None:
    today = offered(TradeInModel(loans(two=True), 1))["car"].circumstances
    for terms in (today.financing, today.buyer):
        assert all_interest(terms.interest_share, terms.interest_most, 100_000.0) == pytest.approx(800.0)
    costly = today.financing._replace(present_cost=np.array([0.5]))
    assert loan_gain(costly, np.array([0.0, 40_000.0, 100_000.0])).tolist() == pytest.approx([0.0, 600.0, 800.0])


def test_owners_written_the_plain_way_decide_alike_with_two_subsidies_open() -> None:
    """Many more loans than in a real month."""
    eager = keener(harder(loans(two=True, scale=SCALE), {"car": -4.5}), {"car": 3.5})
    _, _, decisions = side_by_side(eager, 0, 3)
    assert sum(d.principal > 60_000.0 for d in decisions) > 10, "both limits bind"
