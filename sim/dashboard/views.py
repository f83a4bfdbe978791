"""What the page draws: numbers worked out from looks, ready to be shown."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pandas as pd

from sim.clock import month_text
from sim.dashboard.looks import Look
from sim.policy.terms import PAYERS
from sim.report.numerals import number, percent, places
from sim.report.series import as_promised, by_run, quantiles
from sim.report.tables import SIGNS
from sim.report.words import Language, Words
from sim.schema.target import Target
from sim.studies.compare.verb import FLOWS, STOCKS

KINDS = ("automobile", "appliance")
"""Families of goods whose old ones are followed on the page."""
COMPARED = (*STOCKS, *FLOWS)
FROM = "2024-01"
"""The reference year is left out of sums."""
Json = dict[str, Any]


def view(look: Look, pair: tuple[Look, Look] | None, language: Language) -> Json:
    """Everything that the page shows of one look; ``pair``: two looks of the same stage that are compared."""
    settings = look.settings.model_copy(update={"language": language})
    words = Words.of(settings)
    return {
        "stage": look.stage,
        "scale": settings.population.scale,
        "runs": look.runs,
        "kinds": sorted(look.kinds),
        "goods": [words.pick(product.title) for product in settings.products.values()],
        "targets": list(targets(look, words)),
        "fans": {name: fan for name, target in settings.targets.items() if (fan := course(look, target)) is not None},
        "sankey": {kind: flows(look, kind) for kind in KINDS if kind in look.kinds},
        "outlay": outlay(look, words),
        "fifths": fifths(look),
        "difference": None if pair is None else {"stage": pair[0].stage, "rows": difference(*pair, words)},
    }


def targets(look: Look, words: Words) -> Iterator[Json]:
    """Each target with its range; a probability only where there is more than one run."""
    for name, target in look.settings.targets.items():
        rows = look.targets[look.targets["id"] == name]
        held = look.holds(target.indicator) and len(rows) > 0 and bool(rows["value"].notna().any())
        row: Json = {
            "id": name,
            "title": words.heading(target.title),
            "unit": words.pick(target.unit),
            "by": target.by,
            "sign": SIGNS[target.comparator],
            "grade": target.grade,
            "held": held,
            "promise": target.promise,
        }
        if held:
            row |= _numbers(rows, target, look.runs)
        yield row


def _numbers(rows: pd.DataFrame, target: Target, runs: int) -> Json:
    p05, p50, p95 = rows["value"].quantile([0.05, 0.5, 0.95]).tolist()
    decimals = places(target.promise, p05, p50, p95)
    probability = float(rows["met"].mean())
    return {
        "values": [_finite(value) for value in (p05, p50, p95)],
        "said": [number(value, decimals) for value in (p05, p50, p95)],
        "promised": number(target.promise, decimals),
        "met": probability,
        "probability": percent(probability) if runs > 1 else None,
    }


def course(look: Look, target: Target) -> Json | None:
    """Quantiles over the months in the target's terms; None if its goods were not simulated."""
    rows = look.monthly
    seen = rows[(rows["indicator"] == target.indicator) & (rows["group"] == target.group)]
    if not look.holds(target.indicator) or seen.empty:
        return None
    shown = quantiles(as_promised(by_run(seen, target.indicator, target.group), target)).dropna()
    if shown.empty:
        return None
    columns = {name: [_finite(value) for value in shown[name]] for name in shown}
    return {"months": [month_text(int(month)) for month in shown.index], "yearly": target.yearly, **columns}


def flows(look: Look, kind: str) -> list[Json]:
    """Goods that moved from place to place since the reference year, mean over the runs, of the district."""
    goods = [name for name, product in look.settings.products.items() if product.kind == kind]
    rows = look.flows[look.flows["good"].isin(goods) & (look.flows["month"] >= FROM) & (look.flows["from"] != "factory")]
    sums = rows.groupby(["from", "to"])["count"].sum() / look.runs / look.settings.population.scale
    return [{"from": start, "to": end, "count": round(float(count))} for (start, end), count in sums.items() if count > 0]


def outlay(look: Look, words: Words) -> Json:
    """Yuan by month and payer, means over the runs, with the sum of all months."""
    rows = look.monthly[look.monthly["indicator"] == "outlay"]
    paid = rows[rows["group"].str.startswith("payer:")]
    wide = paid.pivot_table(index="month", columns="group", values="value", aggfunc="sum", fill_value=0.0) / look.runs
    payers = [name for name in PAYERS if f"payer:{name}" in wide]
    total = rows[rows["group"] == ""].groupby("run")["value"].sum()
    return {
        "months": list(wide.index),
        "payers": [{"id": name, "title": words.title(name), "values": wide[f"payer:{name}"].tolist()} for name in payers],
        "total": [_finite(value) for value in total.quantile([0.05, 0.5, 0.95])] if len(total) else [0.0, 0.0, 0.0],
        "mean": float(total.mean()) if len(total) else 0.0,
    }


def fifths(look: Look) -> list[Json]:
    """Yuan that households of each income fifth claim, in town and country, means over the runs, of the district."""
    rows = look.uptake[look.uptake["income_fifth"] > 0]
    wide = rows.pivot_table(index="income_fifth", columns="urban", values="amount_fen", aggfunc="sum", fill_value=0)
    factor = 1.0 / 100.0 / look.runs / look.settings.population.scale
    return [
        {
            "fifth": fifth,
            "urban": float(wide.get(True, pd.Series(dtype=float)).get(fifth, 0.0)) * factor,
            "rural": float(wide.get(False, pd.Series(dtype=float)).get(fifth, 0.0)) * factor,
        }
        for fifth in range(1, 6)
    ]


def difference(look: Look, base: Look, words: Words) -> list[Json]:
    """What differs from the base, year by year, over runs paired by draw and seed."""
    mine, theirs = (_yearly(each) for each in (look, base))
    keys = ["draw", "seed", "indicator", "year"]
    pairs = mine.merge(theirs, on=keys, suffixes=("", "_base"))
    pairs["gap"] = pairs["value"] - pairs["value_base"]
    rows = []
    for name in COMPARED:
        if not look.holds(name) and name != "outlay":
            continue
        grouped = pairs[pairs["indicator"] == name].groupby("year")["gap"]
        years = [
            {"year": year, "mean": float(gap.mean()), "p05": float(gap.quantile(0.05)), "p95": float(gap.quantile(0.95))}
            for year, gap in grouped
        ]
        rows.append({"id": name, "title": words.title(name), "unit": words.unit(name), "years": years})
    return rows


def _yearly(look: Look) -> pd.DataFrame:
    """Sums of flows and year-end values of stocks in each run and year."""
    rows = look.monthly[(look.monthly["group"] == "") & look.monthly["indicator"].isin(COMPARED)]
    rows = rows.assign(year=rows["month"].str[:4])
    grouped = rows.groupby(["draw", "seed", "indicator", "year"])["value"]
    table = pd.DataFrame({"sum": grouped.sum(), "last": grouped.last()}).reset_index()
    table["value"] = table["last"].where(table["indicator"].isin(STOCKS), table["sum"])
    return table.drop(columns=["sum", "last"])


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
