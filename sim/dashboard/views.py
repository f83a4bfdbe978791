"""What the page draws: numbers worked out from looks, ready to be shown."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from sim.clock import month_text
from sim.dashboard.looks import Look
from sim.errors import Language
from sim.policy.measure import PAYERS
from sim.report.chances import MARKS, SIGNS, chance_words, determined, standing
from sim.report.numerals import number, places
from sim.report.series import as_promised, by_run, quantiles
from sim.report.subjects import HEADLINES, by_subject
from sim.report.words import Words
from sim.schema.target import Target
from sim.settings import Settings
from sim.studies.common.additional import Gap, additional, gap_over, gap_told, lines, totals
from sim.studies.compare.verb import FLOWS, STOCKS
from sim.verdict import chance, holds, least_scale

KINDS = ("automobile", "appliance")
"""Families of goods whose old ones are followed on the page."""
COMPARED = (*STOCKS, *FLOWS)
REASONS = 3
"""Flows that are named as what makes most of a difference."""
FROM = "2024-01"
"""The reference year is left out of sums."""
Json = dict[str, Any]


def view(job: str, settings: Settings, look: Look | None, pair: tuple[Look, Look] | None, language: Language) -> Json:
    """Everything that the page shows of one job, with its name, so that no other's numbers can stand under it.

    ``look``: its ensemble; None: levels are still to come, and only what is promised is told. ``pair``: two looks of the same
    stage, draws and owners that are compared.
    """
    words = Words.of(settings.model_copy(update={"language": language}))
    rows, promises = list(targets(settings, look, pair, words)), settings.targets
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
        return {**told, "stage": "pending", "runs": 0}
    return {
        **told,
        "stage": look.stage,
        "stamp": words.stamp(look.runs),
        "runs": look.runs,
        "goods": [words.pick(product.title) for product in settings.products.values()],
        "fans": {name: fan for name, target in settings.targets.items() if (fan := course(look, target)) is not None},
        "sankey": {kind: flows(look, kind) for kind in KINDS if kind in look.kinds},
        "outlay": outlay(look, words),
        "quintiles": quintiles(look),
    }


def _alike(settings: Settings) -> str:
    """What must be the same in two ensembles for their levels to stand side by side."""
    told, clock = settings.ensemble, settings.clock
    size = f"{settings.population.scale:g} {settings.population.goods}"
    return f"{size}, {told.draws} x {told.seeds} from {told.first_seed}, {clock.start} - {clock.end}"


def _compared(look: Look, base: Look, words: Words) -> Json:
    """The difference, and of how much of the district."""
    goods = [words.pick(product.title) for product in look.settings.products.values()]
    said = {"stage": look.stage, "scale": look.settings.population.scale, "goods": goods, "runs": look.runs}
    return {**said, "rows": difference(look, base, words), "reasons": reasons(look, base, words)}


def targets(settings: Settings, look: Look | None, pair: tuple[Look, Look] | None, words: Words) -> Iterator[Json]:
    """Each target with its range, and by how much it differs from the base; a probability where there is more than one run."""
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
            "gap": None if pair is None else gap_of(name, target, *pair),
        }
        if look is not None and rows is not None and held:
            row |= _numbers(rows, target, words)
        yield row


def gap_of(name: str, target: Target, look: Look, base: Look) -> str | None:
    """Mean over the pairs of runs of what the target has more than in the base; None where it is not held in both."""
    if not (look.holds(target.indicator) and base.holds(target.indicator)):
        return None
    mine, theirs = (each.targets[each.targets["id"] == name].set_index(["draw", "seed"])["value"] for each in (look, base))
    gap = (mine - theirs).dropna()
    return signed(float(gap.mean()), target.promise) if len(gap) else None


def signed(value: float, beside: float) -> str:
    """A difference with its sign, as finely as the numbers that it belongs to."""
    return ("+" if value > 0.0 else "") + number(value, places(beside, value))


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
        rows.append({"id": name, "title": words.indicator(name), "unit": words.unit(name), "years": years})
    return rows


def beside(looks: Sequence[Look], words: Words) -> Json:
    """What ensembles have more than the first of them: every target with its range, and what the money brings.

    ``order``: targets, those first that differ most for what was promised.
    """
    first, others = looks[0], looks[1:]
    gaps = {name: [_gap_between(name, first, each) for each in others] for name in first.settings.targets}
    promised = {name: abs(target.promise) or 1.0 for name, target in first.settings.targets.items()}
    size = {name: max((abs(gap.mean) for gap in row if gap), default=0.0) / promised[name] for name, row in gaps.items()}
    sums = [totals(each.monthly) for each in looks]
    return {
        "order": sorted(gaps, key=lambda name: -size[name]),
        "gaps": {name: [gap and {"said": gap_told(gap), "alike": gap.sign == 0} for gap in row] for name, row in gaps.items()},
        "money": [lines(additional(sums[0], other), words) for other in sums[1:]],
    }


def _gap_between(name: str, first: Look, other: Look) -> Gap | None:
    theirs, mine = (each.targets[each.targets["id"] == name].set_index(["draw", "seed"])["value"] for each in (first, other))
    gap = (mine - theirs).dropna()
    return gap_over(gap) if len(gap) else None


def reasons(look: Look, base: Look, words: Words) -> list[Json]:
    """The flows of goods that differ most from the base, the largest first, over runs paired by draw and seed."""
    paired = _flows_by_run(look).to_frame("mine").join(_flows_by_run(base).rename("theirs"), how="outer").fillna(0.0)
    gaps = (paired["mine"] - paired["theirs"]).unstack(["draw", "seed"], fill_value=0.0)
    largest = gaps.mean(axis=1).abs().sort_values(ascending=False, kind="stable").index[:REASONS]
    found = []
    for good, start, end in largest:
        gap = gaps.loc[(good, start, end)]
        if gap.mean() == 0.0:
            continue
        ends = {"p05": float(gap.quantile(0.05)), "p95": float(gap.quantile(0.95))}
        title = words.pick(look.settings.products[good].title)
        found.append({"good": title, "from": start, "to": end, "mean": float(gap.mean()), **ends})
    return found


def _flows_by_run(look: Look) -> pd.Series[float]:
    """Goods that moved since the reference year by good, places and run, of the district."""
    rows = look.flows[look.flows["month"] >= FROM]
    sums = rows.groupby(["good", "from", "to", "draw", "seed"], observed=True)["count"].sum()
    return sums / look.settings.population.scale


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
