"""Releases: which fen come on which day, worked by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.clock import date_of, day_number, parse_month
from sim.policy.pot import Tranche
from sim.policy.releases import Releases, arrival_months, equal_parts, release_days, schedule, shared_parts

NEVER = parse_month("2050-01")


def tranche(start: str, end: str, amount: float, **more: Any) -> Tranche:
    return Tranche.model_validate({"window": {"start": start, "end": end}, "amount": amount, **more})


def days_and_fen(found: Releases) -> list[tuple[str, int]]:
    return [(date_of(day).isoformat(), fen) for day, fen in zip(found.days.tolist(), found.fen.tolist(), strict=True)]


def released(start: str, end: str, amount: float, **more: Any) -> list[tuple[str, int]]:
    return days_and_fen(schedule(tranche(start, end, amount, **more), 1.0, 1.0, NEVER))


def test_a_tranche_is_there_whole_from_the_first_of_the_month_it_starts_in() -> None:
    assert released("2024-04-24", "2024-12-31", 900.0) == [("2024-04-01", 90_000)]


def test_monthly_parts_come_on_the_first_of_every_month_of_the_window() -> None:
    found = released("2024-04-24", "2024-06-10", 100.0, release="month")
    assert found == [("2024-04-01", 3_333), ("2024-05-01", 3_333), ("2024-06-01", 3_334)]


def test_quarterly_and_yearly_parts_come_as_calendar_quarters_and_years_begin() -> None:
    quarters = released("2024-05-02", "2025-01-31", 40.0, release="quarter")
    assert quarters == [("2024-05-01", 1_000), ("2024-07-01", 1_000), ("2024-10-01", 1_000), ("2025-01-01", 1_000)]
    assert released("2024-05-02", "2025-01-31", 10.0, release="year") == [("2024-05-01", 500), ("2025-01-01", 500)]


def test_weekly_parts_come_on_the_first_day_and_on_mondays() -> None:
    found = released("2025-06-18", "2025-07-01", 10.0, release="week")  # a Wednesday; the 23rd and the 30th are Mondays
    assert found == [("2025-06-18", 333), ("2025-06-23", 333), ("2025-06-30", 334)]


def test_daily_parts_come_on_every_day_of_the_window() -> None:
    assert released("2025-06-29", "2025-07-01", 1.0, release="day") == [
        ("2025-06-29", 33), ("2025-06-30", 33), ("2025-07-01", 34),
    ]  # fmt: skip


FOUR = {
    "january": {"start": "2025-01-05", "share": 0.27},
    "april": {"start": "2025-04-20", "share": 0.27, "delay_days": 12},
    "july": {"start": "2025-07-20", "share": 0.23},
    "october": {"start": "2025-10-10", "share": 0.23},
}


def test_instalments_come_on_their_days_and_the_delay_moves_them() -> None:
    found = released("2025-01-01", "2025-12-31", 1_000.0, instalments=FOUR)
    assert found == [("2025-01-05", 27_000), ("2025-05-02", 27_000), ("2025-07-20", 23_000), ("2025-10-10", 23_000)]


def test_an_instalment_is_parcelled_out_until_the_next_one_comes() -> None:
    parts = {"first": {"start": "2025-01-10", "share": 0.5}, "second": {"start": "2025-03-15", "share": 0.5}}
    found = released("2025-01-01", "2025-04-30", 6.0, instalments=parts, release="month")
    assert found == [
        ("2025-01-10", 100), ("2025-02-01", 100), ("2025-03-01", 100), ("2025-03-15", 150), ("2025-04-01", 150),
    ]  # fmt: skip
    assert arrival_months(tranche("2025-01-01", "2025-04-30", 6.0, instalments=parts, release="month")) == {
        parse_month("2025-01"), parse_month("2025-03"),
    }  # fmt: skip


def test_an_instalment_that_is_later_than_the_next_is_handed_out_after_it() -> None:
    late = {"first": {"start": "2025-01-10", "share": 0.25, "delay_days": 60}, "second": {"start": "2025-02-01", "share": 0.75}}
    assert released("2025-01-01", "2025-12-31", 1.0, instalments=late) == [("2025-02-01", 75), ("2025-03-11", 25)]


def test_what_comes_after_the_levers_were_pulled_is_multiplied_and_what_came_before_is_not() -> None:
    year = tranche("2025-01-01", "2025-12-31", 1_000.0, instalments=FOUR)
    found = schedule(year, 0.1, 2.0, parse_month("2025-07"))
    assert found.fen.tolist() == [2_700, 2_700, 4_600, 4_600]


def test_thirds_of_a_fen_are_spread_so_that_nothing_is_lost() -> None:
    assert equal_parts(100, 3).tolist() == [33, 33, 34]
    assert shared_parts(100, [1 / 3, 1 / 3, 1 / 3]) == [33, 34, 33]
    assert shared_parts(100, [0.25, 0.25]) == [25, 25], "what is not yet known is not given to the others"


@given(
    amount=st.integers(0, 10**11),
    release=st.sampled_from(["whole", "year", "quarter", "month", "week", "day"]),
    first=st.integers(0, 1_000),
    length=st.integers(0, 800),
    weights=st.lists(st.integers(1, 100), min_size=0, max_size=4),
)
def test_whatever_the_release_all_parts_sum_to_the_fen(
    amount: int, release: str, first: int, length: int, weights: list[int]
) -> None:
    start = day_number(date_of(12_000)) + first
    shares = [weight / sum(weights) for weight in weights][: length + 1]
    parts = {f"p{n}": {"start": date_of(start + n).isoformat(), "share": share / sum(shares)} for n, share in enumerate(shares)}
    given = tranche(
        date_of(start).isoformat(), date_of(start + length).isoformat(), amount / 100.0, release=release, instalments=parts
    )
    found = schedule(given, 1.0, 1.0, NEVER)
    assert found.fen.sum() == amount
    assert (found.fen >= 0).all()
    assert (np.diff(found.days) >= 0).all()
    assert found.days[-1] <= start + length


@pytest.mark.parametrize(("per", "count"), [("day", 366), ("week", 53), ("month", 12), ("quarter", 4), ("year", 1)])
def test_a_year_has_as_many_parts_as_periods(per: Any, count: int) -> None:
    assert release_days(day_number(date_of(12_418)), 12_418 + 365, per).size == count  # 2024 begins on a Monday
