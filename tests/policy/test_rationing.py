"""Rationing within a month: caps, stops, draws and queues, worked by hand and held to their laws."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.clock import parse_month
from sim.errors import BalanceBroken
from sim.policy.pot import Pot
from sim.policy.pots import Pots
from sim.policy.rationing import (
    CAP_REACHED,
    CLOSED,
    DAYS,
    Ration,
    drain,
    drainable,
    place,
    plain_ration,
    suffices,
    takes_claims,
)

JUNE = parse_month("2025-06")
NO_QUEUE, QUEUE = np.zeros(1, np.int8), np.ones(1, np.int8)
NOTHING_FOUND = np.zeros((1, DAYS), np.int8)


def pot(amount: float, start: str = "2025-06-01", end: str = "2025-12-31", **more: Any) -> Pot:
    tranche = {"window": {"start": start, "end": end}, "amount": amount, "release": more.pop("release", "whole")}
    tranche |= {"instalments": more.pop("instalments", {})}
    return Pot.model_validate({"title": {"zh": "资金", "en": "money"}, "tranches": {"only": tranche}, **more})


def opened(given: Pot, month: int = JUNE) -> Pots:
    pots = Pots({"p": given}, 1.0)
    pots.open_month(month)
    return pots


def cap(per: str, amount: float, start: str = "2025-06-01", end: str = "2025-12-31") -> dict[str, Any]:
    return {"only": {"window": {"start": start, "end": end}, "per": per, "amount": amount}}


def stop(start: str, end: str, **shifts: float) -> dict[str, Any]:
    return {"only": {"window": {"start": start, "end": end}, **shifts}}


def ask(ration: Ration, claims: list[tuple[int, int]], waits: bool = False) -> list[int]:
    """Day (the first of the month is 1) on which each claim of (day, fen) is paid; 0: not at all."""
    out = []
    for day, fen in claims:
        turn = int(ration.turn[0, day - 1])
        on = CLOSED if turn == CLOSED else place(ration, 0, turn, DAYS - 1 if waits else turn, fen)
        out.append(on + 1)
    return out


# caps ----------------------------------------------------------------------------------------------------------


def test_a_daily_cap_pays_so_much_a_day_and_the_rest_of_it_is_not_saved_up() -> None:
    ration = opened(pot(100.0, caps=cap("day", 10.0))).ration
    paid = ask(ration, [(1, 600), (1, 400), (1, 1), (5, 1_000), (5, 1)])
    assert paid == [1, 1, 0, 5, 0], "nothing of the second to the fourth is there on the fifth"
    assert ration.free[0, -1] == 10_000 - 2_000


def test_the_rest_that_a_claim_does_not_fit_into_goes_to_the_next_period() -> None:
    ration = opened(pot(100.0, caps=cap("day", 10.0))).ration
    assert ask(ration, [(1, 700), (1, 600), (2, 1_300), (2, 1), (3, 1_000)]) == [1, 0, 2, 0, 3]


def test_a_cap_below_one_claim_lets_a_claim_pass_every_few_periods() -> None:
    ration = opened(pot(100.0, caps=cap("day", 10.0))).ration
    assert ask(ration, [(day, 2_500) for day in range(1, 10)]) == [0, 0, 3, 0, 0, 6, 0, 0, 9]


def test_a_weekly_cap_begins_anew_on_mondays() -> None:
    ration = opened(pot(100.0, caps=cap("week", 10.0))).ration
    assert ask(ration, [(1, 1_000), (2, 900), (8, 100), (8, 1), (9, 1_000)]) == [1, 2, 8, 0, 9], "the 1st was a Sunday"


def test_a_week_that_spans_two_months_has_one_cap() -> None:
    pots = opened(pot(100.0, caps=cap("week", 10.0)))
    after = pots.ration.copy()
    assert ask(after, [(30, 700)]) == [30], "Monday, 30 June"
    pots.draw(JUNE, pots.ration.copy(), after, NOTHING_FOUND)
    pots.open_month(JUNE + 1)
    assert ask(pots.ration, [(6, 300), (6, 1), (7, 1_000)]) == [6, 0, 7]


def test_a_cap_holds_on_the_days_of_its_window_alone() -> None:
    ration = opened(pot(100.0, caps=cap("day", 10.0, "2025-06-15", "2025-06-20"))).ration
    assert ask(ration, [(14, 5_000), (15, 1_000), (15, 1), (21, 2_000)]) == [14, 15, 0, 21]


def test_a_cap_never_pays_what_is_not_there() -> None:
    ration = opened(pot(5.0, caps=cap("day", 10.0))).ration
    assert ask(ration, [(1, 501), (1, 500), (2, 1)]) == [0, 1, 0]


def test_a_cap_that_never_binds_is_no_cap() -> None:
    claims = [(1, 700), (9, 1_200), (9, 9_000), (30, 800), (31, 100)]
    capped, plain = (opened(pot(100.0, **more)).ration for more in ({"caps": cap("day", 1e6)}, {}))
    assert [day > 0 for day in ask(capped, claims)] == [day > 0 for day in ask(plain, claims)]
    assert capped.free[0, -1] == plain.free[0, -1]


def test_levers_multiply_caps_and_an_uncapped_pot_has_none() -> None:
    lever = {"levers_from": "2025-06-01"}
    ration = opened(pot(100.0, caps=cap("day", 10.0), amount_factor=0.5, **lever)).ration
    assert ask(ration, [(1, 501), (2, 500)]) == [0, 2]
    ration = opened(pot(100.0, caps=cap("day", 10.0), stops=stop("2025-06-01", "2025-06-30"), uncapped=True, **lever)).ration
    assert ask(ration, [(1, 10**9)]) == [DAYS]


# releases within the month -------------------------------------------------------------------------------------


def test_money_that_comes_on_the_twentieth_is_not_there_on_the_nineteenth() -> None:
    parts = {"early": {"start": "2025-06-01", "share": 0.1}, "late": {"start": "2025-06-20", "share": 0.9}}
    ration = opened(pot(100.0, instalments=parts)).ration
    assert ask(ration, [(2, 1_000), (19, 1), (20, 9_000), (21, 1)]) == [2, 0, 20, 0]


def test_a_claim_of_an_earlier_day_cannot_take_what_a_later_one_has_had() -> None:
    parts = {"early": {"start": "2025-06-01", "share": 0.5}, "late": {"start": "2025-06-20", "share": 0.5}}
    ration = opened(pot(100.0, instalments=parts)).ration
    assert ask(ration, [(25, 8_000), (3, 2_001), (3, 2_000)]) == [25, 0, 3]


def test_daily_money_adds_up_if_it_is_not_used() -> None:
    ration = opened(pot(30.0, end="2025-06-30", release="day")).ration
    assert ask(ration, [(1, 101), (1, 100), (4, 301), (4, 300)]) == [0, 1, 0, 4]


# stops ---------------------------------------------------------------------------------------------------------


def test_no_claims_are_taken_during_a_stop_and_they_are_again_after_it() -> None:
    ration = opened(pot(100.0, stops=stop("2025-06-10", "2025-06-19"))).ration
    assert ask(ration, [(9, 100), (10, 100), (19, 100), (20, 100)]) == [DAYS, 0, 0, DAYS]


def test_a_queue_is_closed_during_a_stop_as_well() -> None:
    given = pot(0.0, stops=stop("2025-06-01", "2025-06-30"), when_dry="queue")
    assert not takes_claims(opened(given).ration, QUEUE)[0]
    assert takes_claims(opened(pot(0.0, when_dry="queue")).ration, QUEUE)[0]


def test_a_stop_may_come_later_than_written_and_one_that_ends_before_it_starts_does_not_take_place() -> None:
    late = stop("2025-06-10", "2025-06-19", start_shift_days=5.0)
    assert ask(opened(pot(100.0, stops=late)).ration, [(14, 1), (15, 1), (19, 1)]) == [DAYS, 0, 0]
    never = stop("2025-06-10", "2025-06-19", start_shift_days=11.0)
    assert ask(opened(pot(100.0, stops=never)).ration, [(10, 1), (19, 1)]) == [DAYS, DAYS]


def test_stopped_days_are_counted_as_far_as_the_month_has_them() -> None:
    pots = opened(pot(100.0, stops=stop("2025-06-25", "2025-07-03")))
    pots.open_month(JUNE + 1)
    assert [row.stopped_days for row in pots.records()] == [6, 3]


# the queue -----------------------------------------------------------------------------------------------------


def test_a_queue_is_served_by_the_quotas_of_later_days_before_newcomers() -> None:
    ration = opened(pot(100.0, caps=cap("day", 10.0), when_dry="queue")).ration
    assert ask(ration, [(1, 1_000), (1, 1_000), (1, 1_000), (3, 1_000)], waits=True) == [1, 2, 3, 4]


def test_who_finds_no_room_to_the_end_of_the_month_waits() -> None:
    ration = opened(pot(100.0, caps=cap("day", 10.0), when_dry="queue")).ration
    assert ask(ration, [(30, 1_000), (30, 1_000)], waits=True) == [30, 0]


def test_the_line_of_earlier_months_takes_the_first_days_of_the_new_one() -> None:
    ration = opened(pot(100.0, caps=cap("day", 10.0), when_dry="queue")).ration
    assert drainable(ration, 0, 2_500) == 2_500
    assert drain(ration, 0, 2_500) == 2_500
    assert ask(ration, [(1, 500), (3, 500), (3, 1)]) == [0, 3, 0]
    assert ration.free[0, -1] == 10_000 - 3_000


def test_a_month_of_daily_caps_drains_so_many_days_worth() -> None:
    ration = opened(pot(1_000.0, caps=cap("day", 10.0))).ration
    assert drainable(ration, 0, 10**9) == 30_000, "June has thirty days"


# lotteries -----------------------------------------------------------------------------------------------------


def test_those_who_apply_within_a_month_or_a_week_are_served_on_the_day_of_the_draw() -> None:
    monthly = opened(pot(100.0, lottery="month")).ration.turn[0]
    assert set(monthly.tolist()) == {DAYS - 1}
    weekly = opened(pot(100.0, lottery="week")).ration.turn[0]
    assert weekly[:9].tolist() == [0, 7, 7, 7, 7, 7, 7, 7, 14], "1 June 2025 was a Sunday"


# laws ----------------------------------------------------------------------------------------------------------

CLAIMS = st.lists(st.tuples(st.integers(1, 30), st.integers(1, 3_000)), max_size=60)
RULES = st.fixed_dictionaries(
    {
        "caps": st.sampled_from([{}, cap("day", 10.0), cap("week", 40.0), cap("day", 7.0, "2025-06-12", "2025-07-02")]),
        "stops": st.sampled_from([{}, stop("2025-06-05", "2025-06-09")]),
        "release": st.sampled_from(["whole", "month", "week", "day"]),
        "when_dry": st.sampled_from(["refuse", "queue"]),
    }
)


@settings(deadline=None)
@given(claims=CLAIMS, rules=RULES, amount=st.integers(0, 1_000))
def test_no_day_and_no_cap_is_overdrawn_and_every_fen_is_accounted_for(
    claims: list[tuple[int, int]], rules: dict[str, Any], amount: int
) -> None:
    pots = opened(pot(float(amount), **rules))
    before, after = pots.ration.copy(), pots.ration.copy()
    paid = ask(after, sorted(claims), rules["when_dry"] == "queue")
    spent = sum(fen for (_, fen), day in zip(sorted(claims), paid, strict=True) if day)
    assert after.free.min() >= 0
    assert after.quota.min() >= 0
    pots.draw(JUNE, before, after, NOTHING_FOUND)
    (row,) = pots.records()
    assert row.committed == spent
    assert row.opened - row.lapsed - row.committed == row.balance
    by_day = np.zeros(DAYS + 1, dtype=np.int64)
    np.add.at(by_day, paid, [fen for _, fen in sorted(claims)])
    upto = np.cumsum(by_day[1:])
    assert (upto <= before.free[0]).all()


@settings(deadline=None)
@given(claims=CLAIMS, rules=RULES, amount=st.integers(0, 500), more=st.integers(0, 500))
def test_more_money_never_pays_fewer_equal_claims(
    claims: list[tuple[int, int]], rules: dict[str, Any], amount: int, more: int
) -> None:
    equal = [(day, 500) for day, _ in sorted(claims)]
    counts = []
    for money in (amount, amount + more):
        ration = opened(pot(float(money), **rules)).ration
        counts.append(sum(day > 0 for day in ask(ration, equal, rules["when_dry"] == "queue")))
    assert counts[0] <= counts[1]


@settings(deadline=None)
@given(claims=CLAIMS, rules=RULES, amount=st.integers(0, 1_000))
def test_where_the_money_suffices_everybody_is_paid_in_any_order(
    claims: list[tuple[int, int]], rules: dict[str, Any], amount: int
) -> None:
    ration = opened(pot(float(amount), **rules)).ration
    turns = ration.turn[0, [day - 1 for day, _ in claims]]
    asked = np.zeros((1, DAYS))
    np.add.at(asked[0], turns[turns != CLOSED], [fen for (_, fen), turn in zip(claims, turns, strict=True) if turn != CLOSED])
    if suffices(ration, asked):
        paid = ask(ration, claims[::-1])[::-1]
        assert [day > 0 for day in paid] == [turn != CLOSED for turn in turns]


def test_taking_more_than_there_is_on_a_day_breaks_the_balance() -> None:
    pots = opened(pot(100.0, release="day", end="2025-06-30"))
    before, after = pots.ration.copy(), pots.ration.copy()
    after.free[0, :] -= 5_000
    with pytest.raises(BalanceBroken, match="5000 fen asked"):
        pots.draw(JUNE, before, after, NOTHING_FOUND)


def test_what_claims_have_found_is_counted_by_day() -> None:
    pots = opened(pot(100.0, caps=cap("day", 10.0)))
    found = np.zeros((1, DAYS), np.int8)
    found[0, 3:5], found[0, 9] = 1, 2
    pots.draw(JUNE, pots.ration.copy(), pots.ration.copy(), found)
    (row,) = pots.records()
    assert (row.capped_days, row.dry_days) == (2, 1)
    assert CAP_REACHED == 1


def test_a_pot_without_rules_has_one_heap_for_the_whole_month() -> None:
    ration, plain = opened(pot(100.0)).ration, plain_ration(np.array([10_000]))
    for mine, theirs in zip(ration, plain, strict=True):
        np.testing.assert_array_equal(mine, theirs)
