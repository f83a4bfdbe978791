"""The season of a year: twelve numbers, and January and February as Spring Festival falls."""

from __future__ import annotations

import datetime as dt

import pytest

from sim.clock import parse_month
from sim.markets.season import SPRING_FESTIVAL, festival_days, season_of

MONTHLY = [0.9, 0.7, 1.0, 0.95, 0.95, 1.0, 1.0, 1.0, 1.1, 1.1, 1.1, 1.2]
NEW_MOON, LUNATION = dt.datetime(2000, 1, 6, 18, 14), 29.530588
"""A new moon (UTC), and the mean time between two."""


@pytest.mark.parametrize("year", SPRING_FESTIVAL)
def test_the_festival_is_a_new_moon_between_the_twenty_first_of_january_and_of_february(year: int) -> None:
    day = dt.datetime(year, *SPRING_FESTIVAL[year], 12) - dt.timedelta(hours=8)
    assert dt.datetime(year, 1, 21) <= day <= dt.datetime(year, 2, 21)
    moons = (day - NEW_MOON) / dt.timedelta(LUNATION)
    assert abs(moons - round(moons)) * LUNATION < 1.2, "true new moons lie up to 14 hours off the mean ones"


def test_years_follow_one_another_without_a_gap() -> None:
    assert list(SPRING_FESTIVAL) == list(range(2010, 2041))


@pytest.mark.parametrize(
    ("year", "quiet_january", "quiet_february"), [(2022, 0, 14), (2023, 10, 4), (2024, 0, 14), (2025, 3, 11), (2026, 0, 12)]
)
def test_quiet_days_by_hand(year: int, quiet_january: int, quiet_february: int) -> None:
    leap = year % 4 == 0
    assert festival_days(year, 0.25) == pytest.approx((31 - 0.75 * quiet_january, 28 + leap - 0.75 * quiet_february))


@pytest.mark.parametrize("year", [2022, 2023, 2024, 2025])
def test_the_two_months_keep_their_sum_and_the_others_their_numbers(year: int) -> None:
    months = [season_of(parse_month(f"{year}-{n:02d}"), MONTHLY, 0.25) for n in range(1, 13)]
    assert months[0] + months[1] == pytest.approx(1.6)
    assert months[2:] == MONTHLY[2:]


def test_without_the_holiday_the_twelve_numbers_stand() -> None:
    assert [season_of(parse_month(f"2024-{n:02d}"), MONTHLY, None) for n in range(1, 13)] == MONTHLY


def test_if_the_fortnight_is_like_any_other_the_months_share_by_their_days() -> None:
    assert season_of(parse_month("2023-01"), MONTHLY, 1.0) == pytest.approx(1.6 * 31 / 59)


def test_the_year_that_the_number_was_not_fitted_to_comes_out() -> None:
    """January 2025 held 0.564 of the national retail sales of two months (CPCA); equal halves would miss by 0.064."""
    january, february = (season_of(parse_month(month), MONTHLY, 0.2) for month in ("2025-01", "2025-02"))
    assert january / (january + february) == pytest.approx(0.564, abs=0.05)
