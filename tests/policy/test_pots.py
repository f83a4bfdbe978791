"""Pots: what came in is what lapsed, was committed, or is left; nothing is overdrawn."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from policy_files import pot
from pydantic import ValidationError

from sim.clock import parse_month
from sim.errors import BalanceBroken
from sim.policy.pot import Pot
from sim.policy.pots import UNLIMITED, PotMonth, Pots


def _pot(tranches: dict[str, tuple[str, str, float, bool]], **levers: object) -> Pot:
    return Pot.model_validate(
        {
            "title": {"zh": "资金", "en": "money"},
            "tranches": {
                name: {
                    "window": {"start": start, "end": end},
                    "amount": {"value": amount, "unit": "yuan", "source": "test", "grade": "C"},
                    "release": "month" if monthly else "whole",
                }
                for name, (start, end, amount, monthly) in tranches.items()
            },
            **levers,
        }
    )


YEAR = {"a": ("2024-04-24", "2024-12-31", 900.0, False)}
JANUARY = parse_month("2024-01")


def _conserved(records: list[PotMonth]) -> bool:
    balance = 0
    for row in records:
        balance += row.opened - row.lapsed - row.committed
        if balance != row.balance or balance < 0:
            return False
    return True


def test_money_is_there_from_the_month_its_window_starts_in() -> None:
    pots = Pots({"p": _pot(YEAR)}, 1.0)
    available = []
    for month in range(JANUARY, JANUARY + 13):
        pots.open_month(month)
        available.append(pots.available("p", month))
    assert available == [0, 0, 0] + [90_000] * 9 + [0]
    assert [row.lapsed for row in pots.records()][-1] == 90_000, "unspent money lapses after the last month"


def test_spending_is_committed_and_an_overdraw_is_refused() -> None:
    pots = Pots({"p": _pot(YEAR)}, 1.0)
    pots.open_month(parse_month("2024-05"))
    pots.spend("p", parse_month("2024-05"), 89_999)
    assert pots.available("p", parse_month("2024-05")) == 1
    with pytest.raises(BalanceBroken, match="2 fen asked of 1"):
        pots.spend("p", parse_month("2024-05"), 2)
    assert pots.available("p", parse_month("2024-05")) == 1, "a refused claim takes nothing"


def test_money_released_monthly_is_carried_over_and_sums_to_the_tranche() -> None:
    pots = Pots({"p": _pot({"a": ("2025-01-01", "2025-12-31", 1000.01, True)})}, 1.0)
    for i in range(12):
        pots.open_month(parse_month("2025-01") + i)
        assert pots.available("p", parse_month("2025-01") + i) == 100_001 * (i + 1) // 12
    assert sum(row.opened for row in pots.records()) == 100_001


def test_a_new_tranche_does_not_inherit_the_old_one() -> None:
    pots = Pots({"p": _pot({**YEAR, "b": ("2025-01-01", "2025-12-31", 100.0, False)})}, 1.0)
    for month in range(parse_month("2024-12"), parse_month("2025-01") + 1):
        pots.open_month(month)
    assert pots.available("p", parse_month("2025-01")) == 10_000


def test_of_two_tranches_the_one_that_ends_first_is_spent_first() -> None:
    both = {"long": ("2024-01-01", "2024-12-31", 10.0, False), "short": ("2024-01-01", "2024-01-31", 10.0, False)}
    pots = Pots({"p": _pot(both)}, 1.0)
    pots.open_month(JANUARY)
    pots.spend("p", JANUARY, 1_500)
    pots.open_month(JANUARY + 1)
    assert pots.available("p", JANUARY + 1) == 500


def test_an_uncapped_pot_pays_everything_and_records_it() -> None:
    pots = Pots({"p": _pot(YEAR, uncapped=True)}, 1.0)
    pots.open_month(JANUARY)
    assert pots.available("p", JANUARY) == UNLIMITED
    pots.spend("p", JANUARY, 10**12)
    assert pots.records() == [PotMonth("p", JANUARY, 10**12, 0, 10**12, 0)]


def test_every_month_is_recorded_as_it_was() -> None:
    """Nothing before the money comes, then what came, what was spent and what is left, at last what lapsed."""
    pots = Pots({"p": _pot({"a": ("2024-02-10", "2024-03-31", 900.0, False)})}, 1.0)
    for month, amount in ((0, 0), (1, 100), (2, 300), (3, 0)):
        pots.open_month(JANUARY + month)
        pots.spend("p", JANUARY + month, amount)
    assert pots.records() == [
        PotMonth("p", JANUARY, 0, 0, 0, 0),
        PotMonth("p", JANUARY + 1, 90_000, 0, 100, 89_900),
        PotMonth("p", JANUARY + 2, 0, 0, 300, 89_600),
        PotMonth("p", JANUARY + 3, 0, 89_600, 0, 0),
    ]


def test_a_run_that_starts_within_a_tranche_finds_what_was_released_before() -> None:
    """Of 1,200 yuan in twelve parts, five are there in May; a tranche that has ended leaves nothing."""
    two = {"old": ("2023-01-01", "2024-04-30", 50.0, False), "parts": ("2024-01-01", "2024-12-31", 1200.0, True)}
    pots = Pots({"p": _pot(two)}, 1.0)
    pots.open_month(JANUARY + 4)
    assert pots.records() == [PotMonth("p", JANUARY + 4, 50_000, 0, 0, 50_000)]


def test_pots_that_are_not_opened_yet_have_no_records() -> None:
    assert Pots({"p": _pot(YEAR)}, 1.0).records() == []


def test_nobody_gives_money_back_to_a_pot() -> None:
    pots = Pots({"p": _pot(YEAR)}, 1.0)
    pots.open_month(JANUARY)
    with pytest.raises(BalanceBroken, match="-1 fen asked of 0"):
        pots.spend("p", JANUARY, -1)
    pots.spend("p", JANUARY, 0)
    assert pots.records() == [PotMonth("p", JANUARY, 0, 0, 0, 0)]


def test_an_uncapped_pot_stays_one_in_every_later_month() -> None:
    pots = Pots({"p": _pot(YEAR, uncapped=True, levers_from="2024-02-01")}, 1.0)
    for month in range(3):
        pots.open_month(JANUARY + month)
    pots.spend("p", JANUARY + 2, UNLIMITED)
    assert pots.available("p", JANUARY + 2) == UNLIMITED == 4_611_686_018_427_387_904, "it fits into 64 bits"


@pytest.mark.parametrize(("amount", "accepted"), [(0.0, True), (-0.01, False), (-1.0, False)])
def test_a_tranche_of_less_than_nothing_is_refused(amount: float, accepted: bool) -> None:
    given = {"a": ("2024-01-01", "2024-12-31", amount, False)}
    if accepted:
        assert _pot(given).tranches["a"].amount.value == amount
        return
    with pytest.raises(ValidationError, match="must not be negative"):
        _pot(given)


def test_a_tranche_needs_an_end_and_is_released_whole_unless_it_says_otherwise() -> None:
    said = {"window": {"start": "2024-01-01", "end": "2024-12-31"}, "amount": 1200.0}
    title = {"zh": "资金", "en": "money"}
    assert _opened(Pot.model_validate({"title": title, "tranches": {"a": said}}), 2) == [120_000, 0]
    with pytest.raises(ValidationError, match="the window needs an end"):
        Pot.model_validate({"title": title, "tranches": {"a": said | {"window": {"start": "2024-01-01"}}}})


@pytest.mark.parametrize(("factor", "accepted"), [(0.0, True), (100.0, True), (-0.1, False), (100.1, False)])
def test_a_budget_is_cut_to_nothing_at_least_and_raised_a_hundredfold_at_most(factor: float, accepted: bool) -> None:
    if accepted:
        assert _pot(YEAR, amount_factor=factor).amount_factor == factor
        return
    with pytest.raises(ValidationError, match="amount_factor"):
        _pot(YEAR, amount_factor=factor)


def test_a_smaller_population_and_a_smaller_budget_scale_the_pot() -> None:
    pots = Pots({"p": _pot(YEAR, amount_factor=0.5)}, 0.1)
    pots.open_month(parse_month("2024-04"))
    assert pots.available("p", parse_month("2024-04")) == 4_500


def test_months_are_opened_one_after_another() -> None:
    pots = Pots({"p": _pot(YEAR)}, 1.0)
    pots.open_month(JANUARY)
    with pytest.raises(BalanceBroken, match="2024-03 opened after 2024-01"):
        pots.open_month(JANUARY + 2)
    with pytest.raises(BalanceBroken, match="not the open month"):
        pots.available("p", JANUARY + 1)


@settings(deadline=None)  # compiling takes its time once
@given(
    asked=st.lists(st.integers(0, 40_000_000_00), min_size=60, max_size=60),
    name=st.sampled_from(["trade_in", "truck_renewal", "car_vouchers"]),
    uncapped=st.booleans(),
)
def test_the_balance_can_be_rebuilt_from_the_records(asked: list[int], name: str, uncapped: bool) -> None:
    pots = Pots({name: pot(name, uncapped=uncapped)}, 1.0)
    for i, wish in enumerate(asked):
        month = parse_month("2023-01") + i
        pots.open_month(month)
        pots.spend(name, month, min(wish, pots.available(name, month)))
    records = pots.records()
    assert len(records) == 60
    assert _conserved(records)


def _opened(pot: Pot, months: int) -> list[int]:
    """Fen released in each month from January 2024 on."""
    pots = Pots({"p": pot}, 1.0)
    for month in range(JANUARY, JANUARY + months):
        pots.open_month(month)
    return [row.opened for row in pots.records()]


def test_a_lever_changes_what_is_released_from_its_month_on_and_nothing_before() -> None:
    parts = {"a": ("2024-01-01", "2024-12-31", 1200.0, True)}
    lever = {"amount_factor": 0.5, "levers_from": "2024-07-01"}
    assert _opened(_pot(parts, **lever), 12) == [10_000] * 6 + [5_000] * 6
    assert _opened(_pot(parts, amount_factor=0.5, levers_from="2023-01-01"), 12) == [5_000] * 12


def test_a_tranche_that_was_handed_out_stays_and_the_next_one_changes() -> None:
    two = {"a": ("2024-01-01", "2024-06-30", 900.0, False), "b": ("2024-07-01", "2024-12-31", 900.0, False)}
    found = _opened(_pot(two, amount_factor=2.0, levers_from="2024-02-01"), 7)
    assert found == [90_000, 0, 0, 0, 0, 0, 180_000]


def test_an_uncapped_pot_is_one_from_its_month_on() -> None:
    pots = Pots({"p": _pot(YEAR, uncapped=True, levers_from="2024-06-01")}, 1.0)
    for month, available in ((JANUARY + 3, 90_000), (JANUARY + 4, 90_000), (JANUARY + 5, UNLIMITED)):
        pots.open_month(month) if month > JANUARY + 3 else [pots.open_month(each) for each in range(JANUARY, month + 1)]
        assert pots.available("p", month) == available
    pots.spend("p", JANUARY + 5, 500_000)
    assert _conserved(pots.records())
