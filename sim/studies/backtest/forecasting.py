"""The national monthly shapes of the year after a cut-off, forecast with nothing that was known later.

Measures, pots and paths are those of the cut-off, and the parameters are calibrated to evidence up to it. A shape is what
the model adds to the year before: sales as an index of those twelve months, scaled to the district's sales; the NEV share as
a change of its logit, from the national share of those months.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.clock import MONTHS_A_YEAR, month_text, parse_month
from sim.errors import ResultsDamaged
from sim.numerics.luck import Event, derived, key, normals
from sim.runs.ensemble import ensemble
from sim.runs.executors import Executor
from sim.runs.schedule import Progress, run_failed
from sim.schema.execution import Parameters
from sim.schema.uncertainty import MeasurementErrors
from sim.settings import Settings
from sim.studies.calibrate.calibrating import calibrated
from sim.studies.calibrate.evidence import Evidence, nev_logit
from sim.studies.calibrate.shock_estimates import known_shocks
from sim.studies.calibrate.simulating import as_known
from sim.studies.validate.quantities import NEV

Values = dict[str, list[float]]
"""Month -> value in every draw."""
SERIES = ("sales", "nev_share")
FINER = 4.0
"""Population that forecasts over the one that calibrates: months of a small one carry seed variance that a nation has not."""


@dataclass(frozen=True)
class Forecast:
    """What was said at a cut-off."""

    cutoff: str
    said: dict[str, Values]
    """Series -> month -> values of the draws."""
    naive: dict[str, dict[str, dict[str, float]]]
    """Series -> simple forecast -> month -> value."""


def ahead(cutoff: str) -> list[str]:
    """The twelve months after it."""
    last = parse_month(cutoff)
    return [month_text(last + n) for n in range(1, MONTHS_A_YEAR + 1)]


def before(cutoff: str) -> list[str]:
    """The twelve months up to it."""
    last = parse_month(cutoff)
    return [month_text(last - n) for n in range(MONTHS_A_YEAR - 1, -1, -1)]


def forecast_from(
    settings: Settings, evidence: Evidence, draws: int, runs: int, executor: Executor, progress: Progress
) -> Forecast:
    """Calibrate with ``draws`` of the ranges, then forecast with ``runs`` of the posterior."""
    cutoff = evidence.cutoff
    posterior = calibrated(as_known(settings, cutoff), evidence, draws, executor, progress).parameters
    result = ensemble(forecasting(settings, evidence, posterior), 1, runs, executor, progress)
    if result.failures:
        raise ResultsDamaged(run_failed(result.failures[0]))
    said = measured(_shapes(result.monthly, evidence, size(settings)), settings.uncertainty.measurement)
    return Forecast(cutoff, said, simple(evidence, size(settings)))


def forecasting(settings: Settings, evidence: Evidence, posterior: Parameters) -> Settings:
    """Settings of the runs that forecast: what was known, the posterior, the nation's shocks as seen up to then."""
    known, told = as_known(settings, evidence.cutoff, ahead(evidence.cutoff)[-1]), settings.uncertainty
    shocks = known_shocks(told.shocks, evidence, settings.region.season)
    scale = min(FINER * settings.population.scale, 1.0)
    return known.model_copy(
        update={
            "parameters": posterior,
            "uncertainty": told.model_copy(update={"shocks": shocks}),
            "population": known.population.model_copy(update={"scale": scale}),
        }
    )


def size(settings: Settings) -> float:
    """New cars of the district in a mean month of the reference year."""
    return settings.region.baseline["new_registrations"].value / MONTHS_A_YEAR


def _shapes(monthly: pd.DataFrame, evidence: Evidence, scaled: float) -> dict[str, Values]:
    new = monthly[monthly["indicator"] == "new_registrations"]
    total = new[new["group"] == ""].pivot(index="draw", columns="month", values="value")
    nev = new[new["group"].isin(NEV)].groupby(["draw", "month"])["value"].sum().unstack()
    base, start = before(evidence.cutoff), nev_logit(evidence.monthly, before(evidence.cutoff))
    usual = total[base].mean(axis=1)
    held = (nev[base].sum(axis=1) / (total[base].sum(axis=1) - nev[base].sum(axis=1))).map(math.log)
    said: dict[str, Values] = {"sales": {}, "nev_share": {}}
    for month in ahead(evidence.cutoff):
        logit = start + (nev[month] / (total[month] - nev[month])).map(math.log) - held
        said["sales"][month] = (scaled * total[month] / usual).tolist()
        said["nev_share"][month] = logit.map(expit).tolist()
    return said


def measured(said: Mapping[str, Values], errors: MeasurementErrors) -> dict[str, Values]:
    """What would be published of what every draw says: with errors keyed by month, series and draw."""

    def luck(month: str, which: int, draws: int) -> list[float]:
        base = derived(key(0, Event.MEASUREMENT, parse_month(month)), which)
        return [float(z) for z in normals(base, np.arange(1, draws + 1))]

    out: dict[str, Values] = {"sales": {}, "nev_share": {}}
    for month, values in said["sales"].items():
        off = [errors.sales.value * z for z in luck(month, 0, len(values))]
        out["sales"][month] = [value * math.exp(by) for value, by in zip(values, off, strict=True)]
    for month, values in said["nev_share"].items():
        off = [errors.nev_share.value * z for z in luck(month, 1, len(values))]
        out["nev_share"][month] = [expit(logit(value) + by) for value, by in zip(values, off, strict=True)]
    return out


def logit(share: float) -> float:
    """The logit of a share."""
    return math.log(share / (1.0 - share))


def expit(logit: float) -> float:
    """The share that has a logit."""
    return 1.0 / (1.0 + math.exp(-logit))


def observed(monthly: Mapping[str, Mapping[str, float]], cutoff: str, scaled: float) -> dict[str, dict[str, float]]:
    """What happened: series -> month -> value, as far as it is known."""
    total, nev = monthly["retail_total"], monthly["retail_nev"]
    usual = sum(total[m] for m in before(cutoff)) / MONTHS_A_YEAR
    known = [m for m in ahead(cutoff) if m in total]
    return {"sales": {m: scaled * total[m] / usual for m in known}, "nev_share": {m: nev[m] / total[m] for m in known}}


def simple(evidence: Evidence, scaled: float) -> dict[str, dict[str, dict[str, float]]]:
    """Two forecasts that need no model.

    ``no_change``: the sales of the same month a year ago, the share of the last month. ``trend``: those sales times the
    growth of the last twelve months (where two years are known), the line through the logits of the last twelve months.
    """
    total, months = evidence.monthly["retail_total"], before(evidence.cutoff)
    usual = sum(total[m] for m in months) / MONTHS_A_YEAR
    year_ago = dict(zip(ahead(evidence.cutoff), months, strict=True))
    earlier = [month_text(parse_month(m) - MONTHS_A_YEAR) for m in months]
    growth = sum(total[m] for m in months) / sum(total[m] for m in earlier) if set(earlier) <= set(total) else 1.0
    last = expit(nev_logit(evidence.monthly, months[-1:]))
    level, slope = line([nev_logit(evidence.monthly, [m]) for m in months])
    same = {m: scaled * total[ago] / usual for m, ago in year_ago.items()}
    return {
        "sales": {"no_change": same, "trend": {m: growth * value for m, value in same.items()}},
        "nev_share": {
            "no_change": dict.fromkeys(year_ago, last),
            "trend": {m: expit(level + slope * (MONTHS_A_YEAR + n)) for n, m in enumerate(year_ago)},
        },
    }


def line(values: Sequence[float]) -> tuple[float, float]:
    """Level at the first value, and slope, of the least-squares line."""
    count = len(values)
    middle, mean = (count - 1) / 2.0, sum(values) / count
    slope = sum((n - middle) * (v - mean) for n, v in enumerate(values)) / sum((n - middle) ** 2 for n in range(count))
    return mean - slope * middle, slope
