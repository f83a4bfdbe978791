"""How much the nation departs, month by month, from season and trend: estimated from the monthly evidence up to a cut-off."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.clock import month_text, parse_month
from sim.errors import Both, refused
from sim.schema.bricks import Quantity
from sim.schema.uncertainty import NationalShocks, Shock
from sim.studies.calibrate.evidence import Evidence, nev_logit

Floats = NDArray[np.float64]
FIRST = "2022-07"
"""The lockdowns of spring 2022 lie before it."""
FEWEST = 12
"""Months that two numbers and a line are asked of at the least."""
MOST_PERSISTENT = 0.95
LINE = 2
"""Numbers that a straight line takes up."""


class Estimate(NamedTuple):
    """Of an autoregression of the first order."""

    sd: float
    persistence: float


def departures(values: Sequence[float]) -> Floats:
    """From the least-squares line through evenly spaced values."""
    time = np.arange(len(values), dtype=np.float64)
    off, about = time - time.mean(), np.asarray(values) - np.mean(values)
    return np.asarray(about - off * (off * about).sum() / (off * off).sum())


def estimated(values: Sequence[float]) -> Estimate:
    """Standard deviation of the departures from their line, and their first autocorrelation."""
    off = departures(values)
    whole = float((off * off).sum())
    persistence = float((off[1:] * off[:-1]).sum()) / whole if whole else 0.0
    return Estimate(math.sqrt(whole / (len(off) - LINE)), min(max(persistence, 0.0), MOST_PERSISTENT))


def national_estimates(evidence: Evidence, season: Sequence[float]) -> dict[str, Estimate]:
    """Of the log of national sales without their season, and of the logit of the NEV share.

    January and February are taken together, for the Spring Festival moves between them; a cut-off that parts them leaves the
    January out. Raises BadInput where there are too few months.
    """
    groups = _together(evidence.monthly["retail_total"])
    if len(groups) < FEWEST:
        earliest = month_text(parse_month(FIRST) + FEWEST - 1)
        allowed = Both(
            f"{earliest} 及以后：全国冲击由 {FIRST} 起至少 {FEWEST} 个月的数据估计",
            f"{earliest} or later: shocks to the nation are estimated from at least {FEWEST} months from {FIRST} on",
        )
        raise refused("cutoff", evidence.cutoff, allowed, Both(f"例如 cutoff={earliest}", f"for instance cutoff={earliest}"))
    total = evidence.monthly["retail_total"]
    sales = [math.log(sum(total[m] for m in group) / sum(season[int(m[5:]) - 1] for m in group)) for group in groups]
    return {"sales": estimated(sales), "nev_share": estimated([nev_logit(evidence.monthly, group) for group in groups])}


def _together(series: Mapping[str, float]) -> list[list[str]]:
    """The months on end from the first one on, each with those that it is taken together with."""
    first = parse_month(FIRST)
    months = list(takewhile(series.__contains__, (month_text(first + n) for n in range(len(series)))))
    if months and months[-1].endswith("-01"):
        months.pop()
    out = []
    for month in months:
        year, number = month.split("-")
        out.append([f"{year}-01", f"{year}-02"] if number in ("01", "02") else [month])
    return out


def known_shocks(shocks: NationalShocks, evidence: Evidence, season: Sequence[float]) -> NationalShocks:
    """The same with what the evidence says of sales and NEV share; used prices, of which it says nothing, stay."""
    source = f"national retail sales {FIRST} to {evidence.cutoff}"
    return shocks.model_copy(
        update={name: _shock(found, source) for name, found in national_estimates(evidence, season).items()}
    )


def _shock(found: Estimate, source: str) -> Shock:
    def number(value: float, unit: str) -> Quantity:
        return Quantity(value=value, unit=unit, source=source, grade="B")

    return Shock(sd=number(found.sd, "log or logit points"), persistence=number(found.persistence, "per month"))
