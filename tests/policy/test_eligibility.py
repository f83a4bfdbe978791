"""Conditions on an old good, each just met and just missed; and what scrapping it earns."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from policy_files import product

from sim.clock import day_number
from sim.policy.conditions import ANY_OLD_GOOD, OldGood, conditions_of, shift_years
from sim.policy.eligibility import Held, completed_months, condition, meets, scrap_grant
from sim.policy.tables import FOREVER, Conditions
from sim.schema.product import FUELS

PETROL, DIESEL, NEV = range(3)
DAY = day_number(dt.date(2024, 5, 10))


def day(text: str) -> int:
    return day_number(dt.date.fromisoformat(text))


def table(**said: Any) -> Conditions:
    """A row of no condition in second place, after one that nothing meets."""
    row: dict[str, Any] = {
        "first_day": 0, "last_day": FOREVER, "registered_by": [-1] * 3, "emission_max": [-1] * 3, "fuel_ok": [1] * 3,
        "owned_before": FOREVER, "min_age_months": 0, "use": -1, "old_ok": [1, 1],
    }  # fmt: skip
    never = {"fuel_ok": [0] * 3, "old_ok": [0, 0]}
    return Conditions(**{name: np.array([never.get(name, value), said.get(name, value)]) for name, value in row.items()})


def old(**said: Any) -> Held:
    """A petrol car of the second variant, National III, registered and owned since 10 May 2010, non-operating."""
    given = {
        "variant": 1,
        "fuel": PETROL,
        "registered_day": day("2010-05-10"),
        "emission": 3,
        "owned_since_day": day("2010-05-10"),
    }
    return Held(**(given | {"use": 1} | said))


def met(on: int = DAY, held: Held | None = None, **said: Any) -> bool:
    return bool(meets(condition(table(**said), 1), held or old(), on))


def test_without_conditions_everything_is_eligible() -> None:
    assert met()
    assert not meets(condition(table(), 0), old(), DAY)


@pytest.mark.parametrize(
    ("said", "eligible"),
    [
        ({"first_day": DAY}, True),
        ({"first_day": DAY + 1}, False),
        ({"last_day": DAY}, True),
        ({"last_day": DAY - 1}, False),
        ({"fuel_ok": [0, 1, 1]}, False),
        ({"fuel_ok": [1, 0, 0]}, True),
        ({"old_ok": [1, 0]}, False),
        ({"old_ok": [0, 1]}, True),
        ({"use": 1}, True),
        ({"use": 0}, False),
        ({"registered_by": [day("2010-05-10"), -1, -1]}, True),
        ({"registered_by": [day("2010-05-09"), -1, -1]}, False),
        ({"registered_by": [-1, 5, 5]}, True),
        ({"registered_by": [0, -1, -1]}, False),
        ({"emission_max": [3, -1, -1]}, True),
        ({"emission_max": [2, -1, -1]}, False),
        ({"emission_max": [0, -1, -1]}, False),
        ({"emission_max": [-1, 0, 0]}, True),
        ({"owned_before": day("2010-05-11")}, True),
        ({"owned_before": day("2010-05-10")}, False),
        ({"min_age_months": 168}, True),
        ({"min_age_months": 169}, False),
    ],
)
def test_each_condition_just_met_and_just_missed(said: dict[str, Any], eligible: bool) -> None:
    assert met(**said) == eligible


def test_a_limit_of_zero_is_a_limit() -> None:
    assert met(held=old(emission=0), emission_max=[0, -1, -1])
    assert met(held=old(use=0), use=0)
    assert not met(held=old(use=1), use=0)
    assert met(held=old(registered_day=0), registered_by=[0, -1, -1])


def test_an_age_is_reached_on_the_day_of_the_month() -> None:
    assert not met(on=DAY - 1, min_age_months=168)
    assert met(on=day("2010-06-10"), min_age_months=1)
    assert not met(on=day("2010-06-09"), min_age_months=1)
    assert met(on=day("2010-05-09"), min_age_months=0), "no age asked, none counted"


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ("2023-12-31", "2024-01-01", 0),
        ("2024-01-31", "2024-02-29", 0),
        ("2024-01-31", "2024-03-01", 1),
        ("2024-02-29", "2025-02-28", 11),
        ("2024-02-29", "2025-03-01", 12),
        ("2000-02-29", "2000-03-29", 1),
        ("1999-12-15", "2000-03-15", 3),
        ("2099-12-31", "2100-02-28", 1),
        ("2100-02-28", "2100-03-01", 0),
        ("2100-01-31", "2100-03-31", 2),
        ("2024-03-31", "2024-05-31", 2),
        ("2010-05-10", "2010-05-10", 0),
    ],
)
def test_whole_months_from_day_to_day(start: str, end: str, months: int) -> None:
    assert completed_months(day(start), day(end)) == months


@pytest.mark.parametrize(("left", "fen"), [(35, 0), (36, 100), (59, 100), (60, 900), (61, 900)])
def test_scrapping_pays_the_best_tier_that_remaining_years_reach(left: int, fen: int) -> None:
    """Registered on 10 May 2010, so many months to go on 10 May 2024; tiers of 3 years, 5 years, and one of nothing."""
    tiers = np.array([3.0, 5.0, 0.0]), np.array([100, 900, 0])
    assert scrap_grant(*tiers, day("2010-05-10"), 168 + left, DAY) == fen
    assert scrap_grant(*tiers, day("2010-05-10"), 168 + left + 1, DAY + 1) == fen, "a day later a month is lost"
    assert scrap_grant(tiers[0][::-1], tiers[1][::-1], day("2010-05-10"), 168 + left, DAY) == fen


def test_without_a_grant_for_it_scrapping_pays_nothing() -> None:
    assert scrap_grant(np.zeros(0), np.zeros(0, dtype=np.int64), 0, 600, DAY) == 0
    assert scrap_grant(np.zeros(1), np.array([7]), day("2010-05-10"), 168, DAY) == 7, "none left is none short"
    assert scrap_grant(np.zeros(1), np.array([7]), day("2010-05-10"), 167, DAY) == 0


# from the file to the row --------------------------------------------------------------------------------------


def test_conditions_of_a_file_become_one_row() -> None:
    said = OldGood(
        registered_by={"petrol": dt.date(2011, 6, 30)}, emission_max={"diesel": 3}, owned_before=dt.date(2024, 1, 1),
        age_min=1.5, use="non_operating", sizes=("light",),
    )  # fmt: skip
    row = conditions_of(said, product("truck"), shift=-0.5)
    light = [int(each.size == "light") for each in product("truck").variants.values()]
    assert row.first_day[0] < 0 < 60_000 < row.last_day[0], "on any day"
    assert row.registered_by.tolist() == [[day("2010-12-31"), -1, -1]]
    assert row.emission_max.tolist() == [[-1, 3, -1]]
    assert row.fuel_ok.tolist() == [[1, 1, 0]]
    assert (row.owned_before[0], row.min_age_months[0], row.use[0]) == (day("2024-01-01"), 18, 1)
    assert row.old_ok.tolist() == [light]
    assert 0 < sum(light) < len(light)


def test_no_condition_at_all_is_met_by_whatever_there_is() -> None:
    row = conditions_of(ANY_OLD_GOOD, product("truck"))
    assert row.fuel_ok.tolist() == [[1, 1, 1]]
    assert row.old_ok.min() == 1
    assert (row.registered_by.max(), row.emission_max.max(), row.use[0], row.min_age_months[0]) == (-1, -1, -1, 0)
    assert row.owned_before[0] == FOREVER


def test_size_and_label_must_both_be_named() -> None:
    trucks = product("truck")
    one = next(iter(trucks.variants.values()))
    sizes = conditions_of(OldGood(fuels=FUELS, sizes=(one.size,), labels=("none",)), trucks)
    assert sizes.old_ok.sum() == 0
    variants = {"a": one.model_copy(update={"label": "x"}), "b": one.model_copy(update={"label": "y"})}
    labelled = conditions_of(OldGood(fuels=FUELS, labels=("x",)), trucks.model_copy(update={"variants": variants}))
    assert labelled.old_ok.tolist() == [[1, 0]]


@pytest.mark.parametrize(
    ("start", "years", "end"),
    [
        ("2011-06-30", 0.0, "2011-06-30"),
        ("2011-06-30", 1.0, "2012-06-30"),
        ("2011-06-30", -0.5, "2010-12-31"),
        ("2011-06-30", 0.5, "2011-12-31"),
        ("2011-06-15", 0.25, "2011-09-15"),
        ("2024-02-29", 1.0, "2025-02-28"),
        ("2023-02-28", 1.0, "2024-02-29"),
        ("2024-01-30", 1 / 12, "2024-02-29"),
        ("2024-12-01", 1 / 12, "2025-01-01"),
        ("2024-01-01", -1 / 12, "2023-12-01"),
    ],
)
def test_dates_move_by_months_and_stay_at_the_end_of_the_month(start: str, years: float, end: str) -> None:
    assert shift_years(dt.date.fromisoformat(start), years) == dt.date.fromisoformat(end)
