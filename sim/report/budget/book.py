"""What the workbook of the budget shows, for a finance office to pass on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from sim.report.budget.budget_words import SAID
from sim.report.budget.plan_sheet import BeforeAfter
from sim.report.words import Words
from sim.settings import Settings


@dataclass(frozen=True)
class Book:
    """Everything that the workbook shows; money of the frames is in yuan, ``mean_fen`` in whole fen."""

    settings: Settings
    words: Words
    runs: int
    detail: pd.DataFrame
    monthly: pd.DataFrame
    years: pd.DataFrame
    totals: pd.DataFrame
    granted: pd.DataFrame
    owed: pd.DataFrame
    dry: pd.DataFrame
    releases: pd.DataFrame
    effects: pd.DataFrame
    ledger: pd.DataFrame
    """month, claims, applications, granted_fen, paid_fen, waiting_fen: means over the runs."""
    gained: pd.DataFrame
    recipients: pd.DataFrame
    dips: pd.DataFrame
    told: Mapping[str, Any]
    units: Mapping[str, str]
    """Unit as the files have it -> in the language of the settings; what is left out is the same."""
    sources: Mapping[str, str]
    """The same of where numbers come from."""
    compared: BeforeAfter | None = None
    """What a plan changes, if there is one."""

    @property
    def said(self) -> dict[str, str]:
        """Labels in the language of the settings."""
        return SAID[self.settings.language]

    @property
    def months(self) -> list[str]:
        """Months of the clock."""
        clock = self.settings.clock
        return [str(month) for month in pd.period_range(clock.start, clock.end, freq="M")]

    @property
    def payers(self) -> list[str]:
        """Who pays, from the centre downwards."""
        return [p for p in ("central", "province", "city", "district") if p in set(self.detail["payer"])]

    @property
    def measures(self) -> list[str]:
        """Measures that cost something, paid or still owed, the most expensive first."""
        costly = self.granted[self.granted["granted_fen"] > 0]
        return list(costly.sort_values(["paid_fen", "owed_fen"], ascending=False)["measure"])
