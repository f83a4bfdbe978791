"""A measure that gives nothing changes nothing: to the last value, it is as good as switched off."""

from __future__ import annotations

from functools import cache

import pandas as pd
import pytest
from model_settings import finish, small

WINDOW = ("clock.start=2024-01", "clock.end=2025-02")
"""From before the first subsidy to after the change of the year."""
SUBSIDIES = ("car_scrappage", "car_replacement", "truck_scrappage")


@cache
def monthly(*overrides: str) -> pd.DataFrame:
    """Everything a run reports by month, but for the groups that name a measure."""
    table = finish(small(*WINDOW, *overrides, scale=0.02)).result.monthly
    return table[~table["group"].str.startswith("measure:")].set_index(["month", "indicator", "group"])["value"]


def equal(one: pd.Series, other: pd.Series) -> None:
    """Assert that two runs report the same, bit for bit."""
    assert one.index.equals(other.index)
    different = one[one != other]
    assert different.empty, f"{len(different)} values, first {different.index[0]}"


def off(*measures: str) -> pd.Series:
    return monthly(*(f"policy.{name}.enabled=false" for name in measures))


@pytest.mark.parametrize("measure", SUBSIDIES)
def test_amounts_times_zero(measure: str) -> None:
    equal(off(measure), monthly(f"policy.{measure}.amount_factor=0"))


@pytest.mark.parametrize("measure", ["car_scrappage", "car_replacement"])
def test_amounts_of_zero(measure: str) -> None:
    equal(off(measure), monthly(f"policy.{measure}.nev_amount=0", f"policy.{measure}.ice_amount=0"))


def test_all_subsidies_times_zero() -> None:
    equal(off(*SUBSIDIES), monthly(*(f"policy.{name}.amount_factor=0" for name in SUBSIDIES)))


@pytest.mark.parametrize(
    ("measure", "lever"),
    [
        ("consumer_loan_subsidy", "points_factor"),
        ("diesel_restriction", "strength"),
    ],
)
def test_other_measures_without_effect(measure: str, lever: str) -> None:
    nothing = monthly(f"policy.{measure}.{lever}=0", f"policy.{measure}.levers_from=2000-01-01")
    equal(off(measure), nothing)


@pytest.mark.parametrize("measure", SUBSIDIES[:2])
def test_a_subsidy_that_is_paid_does_change_something(measure: str) -> None:
    assert not monthly().equals(off(measure))
