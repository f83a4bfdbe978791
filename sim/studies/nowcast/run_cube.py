"""All monthly series of all runs as one block of numbers, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.report.words import INDICATORS
from sim.studies.nowcast.observable import CLAIMS, KEYS, PAIR

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Key = tuple[str, str]
SHARE = "share"


@dataclass(frozen=True)
class Cube:
    """Values [runs, series, months]; not a number where a run has none."""

    values: Floats
    keys: tuple[Key, ...]
    """Indicator and group of each series."""
    months: tuple[str, ...]
    draws: Ints
    """Draw of each run, in the order of the runs."""

    @cached_property
    def places(self) -> Mapping[Key, int]:
        """Place of each series."""
        return {key: place for place, key in enumerate(self.keys)}

    def table(self, key: Key, run: int) -> pd.DataFrame:
        """month, indicator, group, value of one series of a run."""
        return self.series(key, self.values[run, self.places[key]])

    def series(self, key: Key, values: Floats) -> pd.DataFrame:
        """The same of values by month that are given."""
        frame = pd.DataFrame({"month": self.months, "value": values}).dropna(subset="value")
        return frame.assign(indicator=key[0], group=key[1])


def cube_of(values: pd.DataFrame) -> Cube:
    """From the long table of ``observable``."""
    runs = values[["run", *PAIR]].drop_duplicates().sort_values("run", ignore_index=True)
    months = tuple(sorted(values["month"].unique()))
    keys = list(dict.fromkeys(zip(values["indicator"], values["group"], strict=True)))
    filled = np.full((len(runs), len(keys), len(months)), np.nan)
    which = pd.MultiIndex.from_tuples(keys, names=KEYS).get_indexer(pd.MultiIndex.from_frame(values[KEYS]))
    filled[runs.set_index("run").index.get_indexer(values["run"]), which, np.searchsorted(months, values["month"])] = values[
        "value"
    ]
    return Cube(filled, tuple(keys), months, runs["draw"].to_numpy(dtype=np.int64))


def is_share(indicator: str) -> bool:
    """Whether a series lies between nothing and one."""
    return indicator != CLAIMS and INDICATORS[indicator][2] == SHARE
