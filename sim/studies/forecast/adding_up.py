"""Districts added up, run by run: counts and money are summed, ratios are those of the sums, what is neither is left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.clock import MONTHS_A_YEAR
from sim.runs.ensemble import Ensemble

Key = tuple[str, str]
"""Indicator and group."""
RUN = ["draw", "seed"]
CELL = [*RUN, "indicator", "group", "month"]
COUNTS = frozenset((
    "elv_recovered", "equipment_investment", "farm_machines_bought", "farm_machines_scrapped", "goods_bought", "goods_in_use",
    "green_factories", "high_end_equipment_revenue", "informal_retirements", "new_registrations", "nev_stock",
    "niii_nonoperating_diesel_trucks", "outlay", "smes_digitalised", "used_car_transactions", "vehicle_stock",
    "waste_appliances_recovered",
))  # fmt: skip
"""Indicators that are goods, deals, firms or money."""


class LastYear(NamedTuple):
    """The whole of a ratio of twelve months: what was counted in them."""

    key: Key


class InUse(NamedTuple):
    """The whole of a share of goods: those in use at the month's end, without what is ordered and not yet installed."""

    good: str


class Behind(NamedTuple):
    """The whole of which a count is this share."""

    part: Key | InUse


Whole = LastYear | InUse | Behind
WHOLES: Mapping[Key, Whole] = {
    ("below_baseline_capacity", ""): InUse("process_line"),
    ("construction_machines_over_10y", ""): InUse("construction_machine"),
    ("culture_tourism_renewed", ""): InUse("culture_equipment"),
    ("emr_level", ""): InUse("emr_system"),
    ("energy_benchmark_capacity_share", ""): InUse("process_line"),
    ("env_grade_a_capacity_share", ""): InUse("emission_control"),
    ("high_end_equipment_revenue", "share"): Behind(("high_end_equipment_revenue", "")),
    ("key_process_cnc_rate", ""): InUse("machine_tool"),
    ("nev_share_new_buses", ""): LastYear(("new_registrations", "bus")),
    ("nev_share_new_taxis", ""): LastYear(("new_registrations", "taxi")),
    ("rd_digital_tool_penetration", ""): Behind(InUse("design_software")),
    ("sewage_upgrade_rate", ""): InUse("sewage_line"),
    ("used_new_ratio", ""): LastYear(("new_registrations", "")),
    ("used_new_ratio", "all"): LastYear(("new_registrations", "")),
    ("used_new_ratio", "passenger"): LastYear(("new_registrations", "car")),
    ("vocational_equipment_renewed", ""): InUse("vocational_equipment"),
}
"""What each ratio is a ratio to. Of the others that are promised, mechanisation would need the areas of fields, and the urgent
teaching equipment what was old at the start of 2024: no table of a run has them."""


def is_count(key: Key) -> bool:
    """Whether values add as they are."""
    return key[0] in COUNTS and key not in WHOLES


def adds(key: Key) -> bool:
    """Whether there is a value for districts together."""
    return is_count(key) or key in WHOLES


def series_of(result: Ensemble, keys: Iterable[Key]) -> pd.DataFrame:
    """Columns ``CELL``, value and whole (of ratios) of every run of a district, for keys that add."""
    return pd.concat([_with_whole(result, key) for key in sorted(set(keys))], ignore_index=True)


def summed(districts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Columns ``CELL`` and value of the districts together, over the runs that all have.

    A count that a district lacks has no sum. A ratio is the mean weighed by the wholes; who has no such goods has no say.
    """
    shared = set.intersection(*(set(zip(each["draw"], each["seed"], strict=True)) for each in districts))
    rows = pd.concat(districts, ignore_index=True)
    rows = rows[pd.MultiIndex.from_frame(rows[RUN]).isin(list(shared))]
    cells = rows.assign(part=rows["value"] * rows["whole"]).groupby(CELL, sort=False)
    told, known, given = cells[["value", "whole", "part"]].sum(), cells["whole"].count(), cells.size()
    counted = told["value"].where(given == len(districts))
    ratio = (told["part"] / told["whole"].where(told["whole"] > 0.0)).where(known == given)
    ratio = ratio.clip(cells["value"].min(), cells["value"].max())  # a mean lies between; rounding must not miss a promise of 1
    keys = zip(told.index.get_level_values("indicator"), told.index.get_level_values("group"), strict=True)
    return pd.DataFrame({"value": np.where([is_count(key) for key in keys], counted, ratio)}, told.index).reset_index()


def _with_whole(result: Ensemble, key: Key) -> pd.DataFrame:
    rows = _rows(result, key)
    if is_count(key):
        return rows.assign(whole=np.nan)
    return rows.assign(whole=_whole(result, WHOLES[key], rows).to_numpy())


def _rows(result: Ensemble, key: Key) -> pd.DataFrame:
    """Values of one series, in the order of runs and months."""
    monthly = result.monthly
    mine = (monthly["indicator"] == key[0]) & (monthly["group"] == key[1])
    return monthly.loc[mine, [*CELL, "value"]].sort_values([*RUN, "month"], ignore_index=True)


def _whole(result: Ensemble, whole: Whole, rows: pd.DataFrame) -> pd.Series:
    """What stands below the line in each of the rows of a ratio; not a number where it is not known."""
    if isinstance(whole, Behind):
        part = _in_use(result, whole.part) if isinstance(whole.part, InUse) else _rows(result, whole.part)
        return _beside(rows, part) / rows["value"].where(rows["value"] > 0.0)
    if isinstance(whole, InUse):
        return _beside(rows, _in_use(result, whole))
    counted = _rows(result, whole.key)
    sums = counted.groupby(RUN)["value"].transform(lambda values: values.rolling(MONTHS_A_YEAR).sum())
    return _beside(rows, counted.assign(value=sums))


def _in_use(result: Ensemble, whole: InUse) -> pd.DataFrame:
    """Goods in use, by run and month: those that were owned as many months ago as an order takes."""
    stocks = result.frames["stocks"]
    owned = stocks.loc[(stocks["good"] == whole.good) & (stocks["place"] == "owned"), [*RUN, "month", "count"]]
    runs = owned.sort_values([*RUN, "month"]).groupby(RUN)
    product = result.settings.products.get(whole.good)
    before = runs["count"].shift(product.lead_months if product else 0).fillna(runs["count"].transform("first"))
    return owned.assign(value=before / result.settings.population.scale)


def _beside(rows: pd.DataFrame, other: pd.DataFrame) -> pd.Series:
    """Values of another series in the runs and months of these rows."""
    return rows[[*RUN, "month"]].merge(other[[*RUN, "month", "value"]], how="left")["value"]
