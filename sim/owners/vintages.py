"""Goods by date of first registration: vintages half a year apart, and where a date lies among them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.announced import VintagePlace
from sim.behaviour.expectation import SAMPLES
from sim.codes import AVERAGE_DAYS, UNBORN, VINTAGE_MONTHS
from sim.population.products import AGES

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
ROWS = UNBORN + AGES
"""Ages at which values are tabulated: every month from ``UNBORN`` months before the first registration on."""


@dataclass(frozen=True)
class Vintages:
    """All vintages of a run, what owners look ahead to included.

    A vintage stands for the month in which it begins. What is registered later lies between it and the next one, and its
    value on the straight line between theirs: rounded to a vintage, a good would lose half a year's value on a day.
    """

    start: int
    """Month of vintage 0."""
    count: int

    @property
    def months(self) -> Ints:
        """Month of each vintage [B]."""
        return self.start + VINTAGE_MONTHS * np.arange(self.count)

    @property
    def sample_days(self) -> Floats:
        """Registration days that stand for each vintage, three months to each side [B, SAMPLES]."""
        months = self.months[:, None] + np.arange(SAMPLES)[None, :] - SAMPLES // 2
        return np.asarray((months + 0.5) * AVERAGE_DAYS, dtype=np.float64)

    def ages(self, month: int) -> Ints:
        """Age of each vintage in months [B]; negative: still to come."""
        return month - self.months

    def made(self, month: int) -> int:
        """Number of vintages that goods bought up to a month lie among."""
        return min((month - self.start) // VINTAGE_MONTHS + 2, self.count)

    def age_rows(self, months: Ints) -> Ints:
        """Row of the age of every vintage in each month [T, B]."""
        return age_row(months[:, None] - self.months[None, :])

    def nearest(self, month: int) -> Ints:
        """Vintage whose age in a month is nearest to that of each row [ROWS]."""
        months = month - (np.arange(ROWS) - UNBORN)
        return np.clip((months - self.start + VINTAGE_MONTHS // 2) // VINTAGE_MONTHS, 0, self.count - 1)

    def of_ages(self, months: Ints, ages: Ints) -> VintagePlace:
        """Where goods of these ages lie among the vintages in each month [T, J]."""
        place = np.clip((months[:, None] - ages[None, :] - self.start) / VINTAGE_MONTHS, 1.0, self.count - 1.001)
        vintage = place.astype(np.int64)
        return VintagePlace(vintage, place - vintage)


def age_row(ages: Ints) -> Ints:
    """Row of ages in months."""
    return np.clip(ages + UNBORN, 0, ROWS - 1)
