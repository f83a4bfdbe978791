"""Paying and expecting by hand: in cash or on credit, what that strains, who can pay at all, whom a rule concerns."""

from __future__ import annotations

from math import exp, log
from typing import Any

import numpy as np
import pytest

from sim.behaviour.expectation import alike, concerned_share, expected_strain, standards
from sim.behaviour.gathering import exposure
from sim.behaviour.paying import INFEASIBLE, Credit, own_aversion, paying_utility, strain
from sim.behaviour.survival import LifeLaw, accident_months, condition_mix, life_months, transitions, wear_survival
from sim.codes import FAILING, SOUND, WORN
from sim.policy.restrictions import Restrictions
from sim.policy.tables import FOREVER

MONEY, WEIGHT, RESERVE = 2e-5, 0.5, 10_000.0
NONE = np.zeros(0)
LENDER = Credit(instalment=0.02, present_cost=0.05, room=1_000.0, aversion=0.1)


def strained(cash: float, out: float) -> float:
    """Yuan that the strain is worth."""
    return WEIGHT * RESERVE * (exp((out - cash) / RESERVE) - exp(-cash / RESERVE))


def pay(
    total: float, loan: float, cash: float, lender: Credit = LENDER, share: Any = NONE, most: Any = NONE
) -> tuple[float, float]:
    found = paying_utility(total, loan, cash, RESERVE, WEIGHT, MONEY, lender, share, most)
    return float(found[0]), float(found[1])


def test_the_last_yuan_costs_most() -> None:
    assert strain(20_000.0, 0.0, RESERVE, WEIGHT) == 0.0
    assert strain(20_000.0, 20_000.0, RESERVE, WEIGHT) == pytest.approx(5_000.0 * (1 - exp(-2.0)))
    step = strain(20_000.0, 20_000.0, RESERVE, WEIGHT) - strain(20_000.0, 19_999.0, RESERVE, WEIGHT)
    assert step == pytest.approx(0.5, rel=1e-3), "the weight"


def test_cash_pays_down_to_the_last_yuan() -> None:
    assert pay(30_000.0, 0.0, 30_000.0) == pytest.approx((-MONEY * strained(30_000.0, 30_000.0), 0.0))
    assert pay(30_000.0, 0.0, 29_999.0) == (INFEASIBLE, 0.0)
    assert pay(30_000.0, -1.0, 29_999.0) == (INFEASIBLE, 0.0)


def test_a_loan_needs_the_rest_at_once() -> None:
    loan = -MONEY * (strained(20_000.0, 20_000.0) + 0.05 * 40_000.0) - 0.1
    assert pay(60_000.0, 40_000.0, 20_000.0) == pytest.approx((loan, 40_000.0))
    assert pay(60_000.0, 40_000.0, 19_999.0) == (INFEASIBLE, 0.0)


def test_a_loan_needs_room_for_its_instalment() -> None:
    """50,000 yuan at two per cent a month are 1,000 yuan."""
    assert pay(70_000.0, 50_000.0, 25_000.0)[1] == 50_000.0
    assert pay(70_001.0, 50_001.0, 25_000.0) == (INFEASIBLE, 0.0)


def test_nobody_borrows_more_than_the_price() -> None:
    found = pay(30_000.0, 90_000.0, 20_000.0)
    assert found == pytest.approx((-MONEY * 0.05 * 30_000.0 - 0.1, 30_000.0))


def test_the_better_way_is_taken() -> None:
    dear, cheap = LENDER._replace(aversion=5.0), LENDER._replace(present_cost=-0.2, aversion=0.0)
    assert pay(30_000.0, 10_000.0, 30_000.0, dear) == pytest.approx((-MONEY * strained(30_000.0, 30_000.0), 0.0))
    better = -MONEY * (strained(30_000.0, 20_000.0) - 0.2 * 10_000.0)
    assert pay(30_000.0, 10_000.0, 30_000.0, cheap) == pytest.approx((better, 10_000.0))
    even = LENDER._replace(present_cost=0.0, aversion=0.0)
    assert pay(0.0, 10_000.0, 30_000.0, even) == (0.0, 0.0), "of two alike, cash"


def test_the_treasury_pays_part_of_it() -> None:
    plain, paid = (
        pay(60_000.0, 40_000.0, 20_000.0)[0],
        pay(60_000.0, 40_000.0, 20_000.0, share=np.array([0.01]), most=np.array([300.0]))[0],
    )
    assert paid - plain == pytest.approx(MONEY * 300.0)


def test_neighbours_are_half_the_community_and_half_the_links() -> None:
    assert exposure(0, 0) == 0.0
    assert exposure(64, 1) == 0.125 + 0.125
    assert exposure(256, 4) == exposure(300, 4) == 1.0
    assert exposure(256, 0) == 0.5


# expectation ---------------------------------------------------------------------------------------------------

STEPS = np.zeros((3, 2, 3), dtype=np.int64)
"""Standard, from day, early from day; the latest first: 6 from day 2000 (early from 1800), 5 from day 1000."""
STEPS[:2] = [[[6, 2000, 1800], [5, 1000, 1000]], [[4, 500, 400], [3, 0, 0]]]
EARLY = np.array([[0.25, 0.0], [0.5, 0.0], [0.0, 0.0]])


@pytest.mark.parametrize(
    ("fuel", "day", "expected"),
    [
        (0, 2500, (6, 0, 0.0)),
        (0, 2000, (6, 0, 0.0)),
        (0, 1999, (5, 6, 0.25)),
        (0, 1800, (5, 6, 0.25)),
        (0, 1799, (5, 0, 0.0)),
        (0, 999, (0, 0, 0.0)),
        (1, 450, (3, 4, 0.5)),
        (1, 399, (3, 0, 0.0)),
    ],
)
def test_which_standards_goods_of_a_day_meet(fuel: int, day: int, expected: tuple[int, int, float]) -> None:
    assert standards(STEPS, EARLY, fuel, day) == expected


def test_variants_that_a_row_treats_alike_are_reckoned_once() -> None:
    ok, fuel = np.array([1, 0, 1, 0, 1]), np.array([0, 0, 0, 0, 1])
    assert [alike(ok, fuel, v) for v in range(5)] == [0, 1, 0, 1, 4]


def restriction(**said: Any) -> Restrictions:
    """Two rows; the second as said, the first for nobody."""
    row: dict[str, Any] = {
        "first_day": 0,
        "last_day": FOREVER,
        "registered_by": [-1] * 3,
        "emission_max": [-1] * 3,
        "fuel_ok": [1] * 3,
        "owned_before": FOREVER,
        "min_age_months": 0,
        "use": -1,
        "old_ok": [1, 1, 1, 0],
        "cost_per_month": 1.0,
        "fail_per_month": 0.0,
    }
    never = {"fuel_ok": [0] * 3}
    return Restrictions(**{name: np.array([never.get(name, value), said.get(name, value)]) for name, value in row.items()})


def concerned(of_use: int = 1, day: int = 3000, **said: Any) -> list[list[float]]:
    out = np.full((2, 4), -1.0)
    days = np.array([[1000.0, 1030.0, 1061.0, 1091.0, 1122.0, 1152.0], [1750.0, 1780.0, 1810.0, 1840.0, 1870.0, 2000.0]])
    concerned_share(restriction(**said), 1, np.array([0, 1, 0, 0]), days, STEPS, EARLY, of_use, day, out)
    return [[round(float(x), 9) for x in row] for row in out]


def test_without_conditions_every_variant_of_the_row_is_concerned() -> None:
    assert concerned() == concerned(of_use=0) == [[1.0, 1.0, 1.0, 0.0]] * 2


def test_a_row_for_one_use_leaves_the_other() -> None:
    assert concerned(of_use=1, use=1) == [[1.0, 1.0, 1.0, 0.0]] * 2
    assert concerned(of_use=0, use=1) == [[0.0] * 4] * 2


def test_half_a_vintage_may_be_registered_too_late() -> None:
    assert concerned(registered_by=[1061, -1, -1]) == [[0.5, 1.0, 0.5, 0.0], [0.0, 1.0, 0.0, 0.0]]


def test_those_who_met_a_standard_early_are_told_apart() -> None:
    """National V and below: of six days two come before, three have a quarter of National VI, one has no other."""
    share = round((2 + 3 * 0.75) / 6, 9)
    assert concerned(emission_max=[5, -1, -1]) == [[1.0, 1.0, 1.0, 0.0], [share, 1.0, share, 0.0]]
    assert concerned(emission_max=[4, 3, -1]) == [[0.0, 0.0, 0.0, 0.0]] * 2


def test_a_row_for_other_days_concerns_nobody() -> None:
    assert concerned(last_day=2999) == [[0.0] * 4] * 2


def test_the_mean_over_owners_is_that_of_what_they_choose() -> None:
    """Two owners in cash for 30,000 yuan: one has 30,000, the other 20,000; six in ten are lent 40,000 for 50,000.

    Half of them mind the loan by 0.1, half by 0.4.
    """
    lender = LENDER._replace(room=0.0)
    found = expected_strain(
        np.array([30_000.0, 50_000.0, 90_000.0]),
        np.array([[0.0, 40_000.0, 40_000.0]]),
        np.array([[30_000.0, 20_000.0]]),
        np.array([RESERVE]),
        WEIGHT,
        np.array([MONEY]),
        lender,
        np.array([0.1, 0.4]),
        NONE,
        NONE,
        np.array([1_000.0]),
        0.6,
    )
    cash = exp(-MONEY * strained(30_000.0, 30_000.0))
    costs = [strained(c, 10_000.0) + 0.05 * 40_000.0 for c in (30_000.0, 20_000.0)]
    lent = [exp(-MONEY * cost - averse) / 2 for cost in costs for averse in (0.1, 0.4)]
    assert found[0, 0] == pytest.approx(log(cash / 2))
    assert found[0, 1] == pytest.approx(log(0.6 * sum(lent) / 2))
    assert found[0, 2] == INFEASIBLE


def test_each_type_has_its_own_room_money_and_reserve() -> None:
    found = expected_strain(
        np.array([50_000.0]),
        np.array([[40_000.0], [40_000.0]]),
        np.array([[30_000.0], [30_000.0]]),
        np.array([RESERVE, 2 * RESERVE]),
        WEIGHT,
        np.array([MONEY, 3 * MONEY]),
        LENDER._replace(room=0.0),
        np.array([0.1]),
        NONE,
        NONE,
        np.array([799.0, 800.0]),
        1.0,
    )
    assert found[0, 0] == INFEASIBLE, "800 yuan a month are a yuan too many"
    paid = WEIGHT * 2 * RESERVE * (exp(-1.0) - exp(-1.5)) + 2_000.0
    assert found[1, 0] == pytest.approx(-3 * MONEY * paid - 0.1)


# how long goods last, for shapes that can be reckoned by hand ---------------------------------------------------

EVEN = LifeLaw(scale=100.0, shape=1.0, accident=0.01, worn_at=0.5, failing_at=0.8)
"""S(a) = exp(-a / 100): sound while 2 a, not failing while 1.25 a is survived."""


def test_lives_are_the_inverse_of_the_curve() -> None:
    assert life_months(EVEN, exp(-0.7), 0.0) == pytest.approx(70.0)
    assert life_months(EVEN, exp(-0.7), 50.0) == pytest.approx(120.0)
    square = EVEN._replace(shape=2.0)
    assert life_months(square, exp(-0.25), 0.0) == pytest.approx(50.0)
    assert life_months(square, exp(-0.64), 60.0) == pytest.approx(100.0)
    assert accident_months(EVEN, exp(-0.3)) == pytest.approx(30.0)


def test_shares_of_sound_worn_and_failing() -> None:
    assert wear_survival(EVEN, np.array([0.0, 100.0])) == pytest.approx([1.0, exp(-1.0)], abs=1e-9)
    mix = condition_mix(EVEN, 101)
    assert mix.shape == (3, 101)
    sound, not_failing = exp(-1.0), exp(-0.25)
    assert mix[:, 100] == pytest.approx([sound, not_failing - sound, 1.0 - not_failing])
    assert mix[:, 0] == pytest.approx([1.0, 0.0, 0.0], abs=1e-9)


def test_chances_of_a_month_are_those_of_the_curve_and_of_accidents() -> None:
    """From month 40 to 41: sound falls from exp(-0.8) to exp(-0.82), not failing from exp(-0.5) to exp(-0.5125)."""
    moves, ends = transitions(EVEN, 60)
    assert (moves.shape, ends.shape) == ((3, 3, 60), (3, 60))
    safe, leave_sound = exp(-0.01), 1.0 - exp(-0.02)
    worn = exp(-0.5) - exp(-0.8)
    leave_worn = (exp(-0.5) - exp(-0.5125)) / worn
    leave_failing = (exp(-0.4) - exp(-0.41)) / (exp(-0.4) - exp(-0.5))
    expected = np.zeros((3, 3))
    expected[SOUND, SOUND], expected[SOUND, WORN] = safe * (1 - leave_sound), safe * leave_sound
    expected[WORN, WORN], expected[WORN, FAILING] = safe * (1 - leave_worn), safe * leave_worn
    expected[FAILING, FAILING] = safe * (1 - leave_failing)
    assert moves[:, :, 40] == pytest.approx(expected)
    assert ends[:, 40] == pytest.approx([1 - safe, 1 - safe, 1 - safe + safe * leave_failing])


def test_before_anything_is_worn_nothing_leaves_that_state_but_by_chance() -> None:
    moves, ends = transitions(EVEN._replace(shape=50.0, accident=0.0), 200)
    assert moves[SOUND, SOUND, 5] == pytest.approx(1.0)
    assert (moves >= 0.0).all()
    assert (moves <= 1.0).all()
    assert ends[:2].max() == 0.0
    assert ends[FAILING, 100] == pytest.approx(1.0 - exp(1.0 - 1.01**50)), "all that are left are failing"
    np.testing.assert_allclose(moves.sum(axis=1) + ends, 1.0, atol=1e-12)


# aversion to debt ----------------------------------------------------------------------------------------------


def test_aversion_spreads_about_its_middle_and_nobody_likes_debt() -> None:
    assert [own_aversion(2.0, 0.5, apart) for apart in (-1.0, 0.0, 3.0)] == [1.5, 2.0, 3.5]
    assert own_aversion(0.2, 0.5, -1.0) == 0.0
