"""Set what an owner did beside what the same owner, with the same luck, would have done without a measure.

An event that happens in the same month in both runs is the same event. What is left of a slot's history is paired in
order, first with first: an event without a partner is additional, one whose partner comes later was pulled forward, one
whose partner came before would have happened anyway (its owner waited). The clock's end closes the window: what would have
come after it counts as not at all.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

ADDITIONAL, FORWARD, ANYWAY = "additional", "pulled_forward", "anyway"
CLASSES = (ADDITIONAL, FORWARD, ANYWAY)
SLOT = ["good", "slot"]


def paired(with_it: pd.DataFrame, without: pd.DataFrame) -> pd.DataFrame:
    """Class and months (without's month less with's, 0 if additional) of every event of ``with_it``, by its index.

    Both: good, slot and month (a number), one row for each event.
    """
    mine, other = _numbered(with_it), _numbered(without)
    same = mine.merge(other, on=[*SLOT, "month", "twin"], how="left", suffixes=("", "_other"))
    exact = same["row_other"].notna().to_numpy()
    rest = mine[~exact].copy()
    left = other[~other["row"].isin(same.loc[exact, "row_other"])].copy()
    for frame in (rest, left):
        frame["place"] = frame.groupby(SLOT, observed=True).cumcount()
    found = rest.merge(left[[*SLOT, "place", "month"]], on=[*SLOT, "place"], how="left", suffixes=("", "_other"))
    out = pd.DataFrame({"class": ANYWAY, "months": 0}, index=with_it.index)
    gap = (found["month_other"] - found["month"]).to_numpy(dtype=float)
    place = rest["row"].to_numpy()
    out.iloc[place, 0] = np.where(np.isnan(gap), ADDITIONAL, np.where(gap > 0, FORWARD, ANYWAY))
    out.iloc[place, 1] = np.nan_to_num(gap).astype(int)
    return out


def _numbered(events: pd.DataFrame) -> pd.DataFrame:
    """Rows in the order of months, with their place in the original and their number among equals."""
    frame = pd.DataFrame(
        {
            "good": events["good"].astype(str).to_numpy(),
            "slot": events["slot"].to_numpy(),
            "month": events["month"].to_numpy(),
            "row": np.arange(len(events)),
        }
    ).sort_values(["good", "slot", "month", "row"], kind="stable", ignore_index=True)
    frame["twin"] = frame.groupby([*SLOT, "month"], observed=True).cumcount()
    return frame
