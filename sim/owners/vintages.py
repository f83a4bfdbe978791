"""Goods by half-year of first registration: which age a vintage has in a month, and which vintage an age."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.expectation import SAMPLES
from sim.codes import AGE_STEP, AVERAGE_DAYS, VINTAGE_MONTHS
from sim.markets.prices import ROWS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Vintages:
    """All vintages of a run, what owners look ahead to included."""

    start: int
    """First month of vintage 0."""
    count: int

    @property
    def starts(self) -> Ints:
        """First month of each vintage [B]."""
        return self.start + VINTAGE_MONTHS * np.arange(self.count)

    @property
    def sample_days(self) -> Floats:
        """Registration days that stand for each vintage [B, SAMPLES]."""
        return np.asarray((self.starts[:, None] + np.arange(SAMPLES)[None, :] + 0.5) * AVERAGE_DAYS, dtype=np.float64)

    def ages(self, month: int) -> Ints:
        """Months since the middle of each vintage [B]."""
        return month - (self.starts + VINTAGE_MONTHS // 2)

    def age_rows(self, months: Ints) -> Ints:
        """Tabulated age of every vintage in each month [T, B]."""
        middle = self.starts + VINTAGE_MONTHS // 2
        return np.asarray(np.clip((months[:, None] - middle[None, :]) // AGE_STEP, 0, ROWS - 1), dtype=np.int64)

    def of_ages(self, months: Ints, ages: Ints) -> Ints:
        """Vintage of goods of these ages in each month [T, J]."""
        bins = (months[:, None] - ages[None, :] - self.start) // VINTAGE_MONTHS
        return np.asarray(np.clip(bins, 0, self.count - 1), dtype=np.int64)


def age_row(ages: Ints) -> Ints:
    """Tabulated age of ages in months."""
    return np.minimum(ages // AGE_STEP, ROWS - 1)
