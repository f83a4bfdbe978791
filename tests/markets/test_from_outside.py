"""Ages of used goods that come from outside: by the vintages there, what has survived of them, and what is admitted."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.behaviour.survival import LifeLaw
from sim.clock import first_day, parse_month
from sim.codes import AVERAGE_DAYS
from sim.markets.from_outside import PLACES, ages_from_outside

EVERLASTING = LifeLaw(scale=1e6, shape=5.0, accident=0.0, worn_at=0.5, failing_at=0.8)
Ints = NDArray[np.int64]
NEVER = np.iinfo(np.int64).max
EDGES = np.array([36, 120, 240])
END = parse_month("2024-01")
"""The month after the table's last year."""


def standards(*since: str) -> Ints:
    """First days of standards 0, 1, ...; of the second group none."""
    days = [first_day(parse_month(month)) if month else NEVER for month in since]
    return np.array([days, [NEVER] * len(days)])


FREE = standards("1990-01", "2000-01")


def drawn(stock: list[float], month: int = END, law: LifeLaw = EVERLASTING, since: Ints = FREE, admitted: int = 0) -> Ints:
    return ages_from_outside(np.array([stock] * 2), 2024 - len(stock), law, since, admitted, EDGES, month)


def test_years_of_registration_are_as_frequent_as_in_the_table() -> None:
    ages = drawn([1.0] * 10 + [3.0, 1.0])  # 2012 ... 2023
    years = 2023 - (ages[0, 0] - 1) // 12
    assert [(years == year).mean() for year in (2021, 2022, 2023)] == pytest.approx([11 / 59, 36 / 59, 12 / 59], abs=2 / PLACES)
    assert np.unique(ages[0, 1]).tolist() == list(range(36, 120))
    assert (ages[0, 2].min(), ages[0, 2].max()) == (120, 144)


def test_wear_thins_out_old_years_as_time_goes_by() -> None:
    law = LifeLaw(scale=120.0, shape=4.0, accident=0.0, worn_at=0.5, failing_at=0.8)
    then, later = (drawn([1.0] * 20, month=month, law=law)[0, 2] for month in (END, END + 60))
    assert then.mean() == pytest.approx(np.arange(120, 240).mean(), abs=1.0), "the table is of those that are left"
    ages = np.arange(120, 240)
    left = np.exp(-((ages / 120.0) ** 4) + ((np.maximum(ages - 60, 0)) / 120.0) ** 4)
    assert later.mean() == pytest.approx((ages * left).sum() / left.sum(), abs=1.0)


def test_years_after_the_table_are_as_frequent_as_its_last() -> None:
    ages = drawn([1.0, 1.0, 4.0], month=END + 12)[0, 0]
    years = 2024 - (ages - 1) // 12
    assert [(years == year).mean() for year in (2022, 2023, 2024)] == pytest.approx([1 / 9, 4 / 9, 4 / 9], abs=2 / PLACES)


def test_what_does_not_meet_the_standard_does_not_come() -> None:
    since = standards("1990-01", "2000-01", "2012-07")
    ages = drawn([1.0] * 20, since=since, admitted=2)
    assert (first_day(END) - ages[0] * AVERAGE_DAYS >= since[0, 2]).all()
    assert ages[0, 2].max() == 138, "those of July 2012"
    assert ages[1, 2].max() > 200, "a group without standards is admitted whole"


def test_a_band_of_which_nothing_comes_brings_its_youngest() -> None:
    since = standards("1990-01", "2000-01", "2020-01")
    assert set(drawn([1.0] * 20, since=since, admitted=2)[0, 2]) == {120}


def test_a_category_without_a_used_market_has_no_bands() -> None:
    none = np.array([], dtype=np.int64)
    assert ages_from_outside(np.ones((3, 5)), 2019, EVERLASTING, np.array([FREE[0]] * 3), 0, none, END).shape == (3, 0, PLACES)
