"""What of a run can be held against what has happened, and how exactly it is measured."""

from __future__ import annotations

import pandas as pd

from sim.runs.ensemble import Ensemble
from sim.schema.bricks import Quantity
from sim.schema.uncertainty import MeasurementErrors

PAIR = ["draw", "seed"]
KEYS = ["indicator", "group"]
CLAIMS = "claims"
SUMMED = (
    "new_registrations", "used_car_transactions", "elv_recovered", "informal_retirements", "outlay", CLAIMS, "goods_bought",
    "waste_appliances_recovered", "farm_machines_bought", "farm_machines_scrapped", "equipment_investment",
)  # fmt: skip
"""Indicators that add up over months."""
STOCKS = ("nev_stock", "vehicle_stock", "goods_in_use", "niii_nonoperating_diesel_trucks")
"""Indicators that carry what happened on into later months."""
KINDS = {
    "new_registrations": "sales", "used_car_transactions": "used_sales", "elv_recovered": "recovered", CLAIMS: "claims",
    "outlay": "claims",
}  # fmt: skip
"""Indicator -> kind of its error of measurement, beside those of stocks; all else is of the others."""


def observable(result: Ensemble) -> pd.DataFrame:
    """run, draw, seed, month, indicator, group, value of everything that can be observed, claims by measure included.

    Claims are counted in the month of the application, as official numbers are.
    """
    one = result.claims
    one["value"] = one["applications"] / result.settings.population.scale
    months = sorted(result.monthly["month"].unique())
    runs = result.monthly[["run", *PAIR]].drop_duplicates()
    full = runs.merge(pd.DataFrame({"month": months}), how="cross").merge(
        pd.DataFrame({"measure": sorted(one["measure"].unique())}, dtype=one["measure"].dtype), how="cross"
    )
    filled = full.merge(one, on=["run", *PAIR, "month", "measure"], how="left").fillna({"value": 0.0})
    claims = filled.assign(indicator=CLAIMS, group=filled["measure"])
    columns = ["run", *PAIR, "month", *KEYS, "value"]
    return pd.concat([result.monthly[columns], claims[columns]], ignore_index=True)


def measurement_error(errors: MeasurementErrors, indicator: str) -> float:
    """Of one indicator, relative to the number; errors of the months of a year are taken to go together."""
    if indicator in STOCKS:
        return errors.stocks.value
    kind: Quantity = getattr(errors, KINDS.get(indicator, "others"))
    return kind.value
