"""Weigh the runs of an ensemble by what has happened (importance sampling), and let what happened take its place in them.

A run's weight is the normal likelihood of what was observed. Months of a year are taken together: flows as their sum, all
else as the mean, because what a model gets wrong it gets wrong for months on end. The error of each such number is the
model's own (a share of the number), that of measurement, and the seed variance (between seeds of a draw, shocks to the nation
included), independent of one another.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.runs.ensemble import Ensemble
from sim.runs.result import target_value
from sim.schema.bricks import Quantity
from sim.schema.uncertainty import MeasurementErrors

Floats = NDArray[np.float64]
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
SMALL = 1e-9


@dataclass(frozen=True)
class Weighed:
    """Runs and what they weigh."""

    table: pd.DataFrame
    """draw, seed, weight (they sum to 1), survived; in the order of the runs."""

    @property
    def effective(self) -> float:
        """Effective sample size, 1 / sum of squared weights."""
        return float(1.0 / (self.table["weight"] ** 2).sum())


def observable(result: Ensemble) -> pd.DataFrame:
    """run, draw, seed, month, indicator, group, value of everything that can be observed, claims by measure included."""
    ledger = result.ledger
    one = ledger.groupby([*PAIR, "run", "month", "measure"], as_index=False)["claims"].first()
    one["value"] = one["claims"] / result.settings.population.scale
    months = sorted(result.monthly["month"].unique())
    runs = result.monthly[["run", *PAIR]].drop_duplicates()
    full = runs.merge(pd.DataFrame({"month": months}), how="cross").merge(
        pd.DataFrame({"measure": sorted(one["measure"].unique())}, dtype=one["measure"].dtype), how="cross"
    )
    filled = full.merge(one, on=["run", *PAIR, "month", "measure"], how="left").fillna({"value": 0.0})
    claims = filled.assign(indicator=CLAIMS, group=filled["measure"])
    columns = ["run", *PAIR, "month", *KEYS, "value"]
    return pd.concat([result.monthly[columns], claims[columns]], ignore_index=True)


def weigh(values: pd.DataFrame, actuals: pd.DataFrame, error: float, measurement: MeasurementErrors) -> Weighed:
    """Weights of all runs; ``values`` from ``observable``, ``error``: the model's own, relative to the number."""
    runs = values[["run", *PAIR]].drop_duplicates().sort_values("run", ignore_index=True)
    seen = values.merge(actuals.rename(columns={"value": "actual"}), on=["month", *KEYS])
    seen["year"] = seen["month"].str[:4]
    logs = np.zeros(len(runs))
    for (indicator, _, _), part in seen.groupby([*KEYS, "year"]):
        grouped = part.groupby(["run", *PAIR])[["value", "actual"]]
        table = (grouped.sum() if indicator in SUMMED else grouped.mean()).reset_index().set_index("run").reindex(runs["run"])
        mine, actual = table["value"].fillna(0.0), float(table["actual"].dropna().iloc[0])
        seeds = table.groupby("draw")["value"].var(ddof=1).mean() if runs["seed"].nunique() > 1 else 0.0
        relative = math.hypot(error, measurement_error(measurement, str(indicator)))
        variance = (relative * max(abs(actual), float(mine.abs().mean()))) ** 2 + float(np.nan_to_num(seeds))
        logs -= 0.5 * (mine.to_numpy() - actual) ** 2 / max(variance, SMALL)
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    return Weighed(runs[PAIR].assign(weight=weights, survived=weights >= 0.1 / len(runs)))


def measurement_error(errors: MeasurementErrors, indicator: str) -> float:
    """Of one indicator, relative to the number; errors of the months of a year are taken to go together."""
    if indicator in STOCKS:
        return errors.stocks.value
    kind: Quantity = getattr(errors, KINDS.get(indicator, "others"))
    return kind.value


def with_actuals(values: pd.DataFrame, actuals: pd.DataFrame) -> pd.DataFrame:
    """What happened in the place of what a run had for those months; later stocks move by the last difference."""
    known = actuals.rename(columns={"value": "actual"})
    both = values.merge(known, on=["month", *KEYS], how="left")
    gap = (both["actual"] - both["value"]).where(both["indicator"].isin(STOCKS))
    carried = gap.groupby([both["run"], both["indicator"], both["group"]]).ffill().fillna(0.0)
    moved = both["value"] + carried.where(both["indicator"].isin(STOCKS), 0.0)
    return both.assign(value=both["actual"].fillna(moved)).drop(columns="actual")


def target_values(result: Ensemble, values: pd.DataFrame) -> pd.DataFrame:
    """Value of each target (rows) in each run (columns)."""
    names = list(dict.fromkeys(result.targets["id"]))
    by_run = {run: table[["month", *KEYS, "value"]] for run, table in values.groupby("run")}
    rows = {name: {run: target_value(result.settings.targets[name], table) for run, table in by_run.items()} for name in names}
    return pd.DataFrame.from_dict(rows, orient="index")


def weighted_quantiles(values: Floats, weights: Floats, levels: tuple[float, ...]) -> list[float]:
    """Smallest values that at least such shares of the weight do not exceed; values that are no number are left out."""
    fits = np.isfinite(values)
    if not fits.any():
        return [float("nan")] * len(levels)
    order = np.argsort(values[fits], kind="stable")
    upto = np.cumsum(weights[fits][order])
    places = np.searchsorted(upto, np.array(levels) * upto[-1] - SMALL)
    return [float(value) for value in values[fits][order][np.minimum(places, order.size - 1)]]
