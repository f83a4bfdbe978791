"""What the page draws: numbers worked out from looks, ready to be shown."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from sim.clock import month_text
from sim.dashboard.differences import FROM, difference, gap_of, mean_gap, reasons
from sim.dashboard.looks import OFF_BY, Look
from sim.errors import Language
from sim.policy.measure import PAYERS
from sim.report.chances import MARKS, SIGNS, chance_words, determined, standing
from sim.report.numerals import number, places
from sim.report.series import as_promised, by_run, quantiles
from sim.report.subjects import HEADLINES, by_subject
from sim.report.words import Words
from sim.schema.target import Target
from sim.settings import Settings
from sim.verdict import chance, holds, least_scale

KINDS = ("automobile", "appliance")
"""Families of goods whose old ones are followed on the page."""
Json = dict[str, Any]


@dataclass(frozen=True)
class Sight:
    """What there is to be shown of a job.

    ``whole``: its ensemble; None: levels are still to come. ``pair``: two looks of the same stage, draws and owners that are
    compared, the second at the base. ``base``: the ensemble of the base.
    """

    whole: Look | None = None
    pair: tuple[Look, Look] | None = None
    base: Look | None = None

    @property
    def before(self) -> tuple[Look, Look, Look] | None:
        """What levels are told by before the ensemble is there: the pair, and the ensemble of the base."""
        return None if self.whole is not None or self.pair is None or self.base is None else (*self.pair, self.base)


def view(job: str, settings: Settings, seen: Sight, language: Language) -> Json:
    """Everything that the page shows of one job, with its name, so that no other's numbers can stand under it."""
    words = Words.of(settings.model_copy(update={"language": language}))
    look, pair = seen.whole, seen.pair
    rows, promises = list(targets(settings, seen, words)), settings.targets
    told = {
        "id": job,
        "scenario": settings.scenario.title.model_dump(),
        "alike": _alike(settings),
        "scale": settings.population.scale,
        "targets": rows,
        "subjects": [{"title": words.pick(title), "targets": list(names)} for title, names in by_subject(promises, promises)],
        "headlines": [name for name in HEADLINES if name in promises],
        "counts": {becomes: sum(row.get("becomes", "unknown") == becomes for row in rows) for becomes in MARKS},
        "difference": None if pair is None else _compared(*pair, words),
    }
    if look is None:
        return {**told, **_in_advance(seen)}
    return {
        **told,
        "stage": look.stage,
        "stamp": words.stamp(look.runs),
        "runs": look.runs,
        "fans": {name: fan for name, target in settings.targets.items() if (fan := course(look, target)) is not None},
        "sankey": {kind: flows(look, kind) for kind in KINDS if kind in look.kinds},
        "outlay": outlay(look, words),
        "quintiles": quintiles(look),
    }


def _in_advance(seen: Sight) -> Json:
    """What can be told before the ensemble is there: how far estimates may be off, and the outlay."""
    if seen.before is None:
        return {"stage": "pending", "runs": 0}
    mine, theirs, whole = (_outlay_total(each) for each in seen.before)
    return {"stage": "estimate", "runs": 0, "error": OFF_BY, "outlay_estimate": whole + mine - theirs}


def _outlay_total(look: Look) -> float:
    """Yuan of all months, mean over the runs."""
    rows = look.monthly[(look.monthly["indicator"] == "outlay") & (look.monthly["group"] == "")]
    return float(rows["value"].sum()) / look.runs


def _alike(settings: Settings) -> str:
    """What must be the same in two ensembles for their levels to stand side by side."""
    told, clock = settings.ensemble, settings.clock
    size = f"{settings.population.scale:g} {settings.population.goods}"
    return f"{size}, {told.draws} x {told.seeds} from {told.first_seed}, {clock.start} - {clock.end}"


def _compared(look: Look, base: Look, words: Words) -> Json:
    """The difference, and of how much of the district."""
    said = {"stage": look.stage, "scale": look.settings.population.scale, "kinds": sorted(look.kinds), "runs": look.runs}
    return {**said, "rows": difference(look, base, words), "reasons": reasons(look, base, words)}


def targets(settings: Settings, seen: Sight, words: Words) -> Iterator[Json]:
    """Each target with its range, and by how much it differs from the base; a probability where there is more than one run."""
    look = seen.whole
    for name, target in settings.targets.items():
        rows = None if look is None else look.targets[look.targets["id"] == name]
        held = rows is not None and bool(rows["value"].notna().any())
        row: Json = {
            "id": name,
            "title": words.heading(target.title),
            "unit": words.pick(target.unit),
            "by": target.by,
            "sign": SIGNS[target.comparator],
            "grade": target.grade,
            "held": held,
            "promise": target.promise,
            "promised": number(target.promise, places(target.promise)),
            "gap": None if seen.pair is None else gap_of(name, target, *seen.pair),
            "estimate": estimate_of(name, target, seen),
        }
        if look is not None and rows is not None and held:
            row |= _numbers(rows, target, words)
        yield row


def estimate_of(name: str, target: Target, seen: Sight) -> Json | None:
    """The level in advance: the median of the base's ensemble, moved by the difference of a pair under common luck."""
    if seen.before is None:
        return None
    look, base, whole = seen.before
    gap = mean_gap(name, target, look, base)
    middle = float(whole.targets.loc[whole.targets["id"] == name, "value"].median())
    if gap is None or not math.isfinite(middle):
        return None
    return {"value": middle + gap, "said": number(middle + gap, places(target.promise, middle + gap))}


def _numbers(rows: pd.DataFrame, target: Target, words: Words) -> Json:
    p05, p50, p95 = rows["value"].quantile([0.05, 0.5, 0.95]).tolist()
    decimals = places(target.promise, p05, p50, p95)
    found = chance(rows["met"])
    row = {**found._asdict(), "holds": holds(target.units, words.scale), "least_scale": least_scale(target.units)}
    single = found.runs == 1 and row["holds"]
    return {
        "values": [_finite(value) for value in (p05, p50, p95)],
        "said": [number(value, decimals) for value in (p05, p50, p95)],
        "promised": number(target.promise, decimals),
        "met": found.probability if determined(row) else None,
        "becomes": standing(row),
        "probability": None if single else chance_words(row, words),
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
        "payers": [{"id": name, "title": words.group(name), "values": wide[f"payer:{name}"].tolist()} for name in payers],
        "total": [_finite(value) for value in total.quantile([0.05, 0.5, 0.95])] if len(total) else [0.0, 0.0, 0.0],
        "mean": float(total.mean()) if len(total) else 0.0,
    }


def quintiles(look: Look) -> list[Json]:
    """Yuan that households of each income quintile claim, in town and country, means over the runs, of the district."""
    rows = look.uptake[look.uptake["income_quintile"] > 0]
    wide = rows.pivot_table(index="income_quintile", columns="urban", values="amount_fen", aggfunc="sum", fill_value=0)
    factor = 1.0 / 100.0 / look.runs / look.settings.population.scale
    return [
        {
            "quintile": quintile,
            "urban": float(wide.get(True, pd.Series(dtype=float)).get(quintile, 0.0)) * factor,
            "rural": float(wide.get(False, pd.Series(dtype=float)).get(quintile, 0.0)) * factor,
        }
        for quintile in range(1, 6)
    ]


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
