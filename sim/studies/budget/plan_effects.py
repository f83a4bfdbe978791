"""What a plan changes: the same draws and seeds before and after, in money, promises and money that runs dry."""

from __future__ import annotations

import pandas as pd

from sim.errors import Language
from sim.report.budget.plan_sheet import BeforeAfter
from sim.report.numerals import number
from sim.runs.dry_spells import FEN_PER_YUAN, PAIR, dry_pots
from sim.runs.ensemble import Ensemble
from sim.studies.budget.outlay import payments
from sim.studies.budget.plan_reading import BudgetPlan, FilledRow


def before_after(plan: BudgetPlan, before: Ensemble, after: Ensemble) -> BeforeAfter:
    """Everything that the sheet of the workbook shows, money in yuan."""
    language = after.settings.language
    return BeforeAfter(changes(plan, language), outlays(before, after), promises(before, after), pots(before, after))


def changes(plan: BudgetPlan, language: Language) -> pd.DataFrame:
    """code, thing, meaning, unit, before, after, basis: a row for each new value."""
    rows = [
        {
            "code": code,
            **{name: getattr(entry.row, name).of(language) for name in ("thing", "meaning", "unit")},
            "before": entry.row.told.of(language),
            "after": _told(entry),
            "basis": entry.basis,
        }
        for code, entry in plan.entries.items()
        if entry.value != entry.row.known
    ]
    return pd.DataFrame(rows, columns=["code", "thing", "meaning", "unit", "before", "after", "basis"])


def _told(entry: FilledRow) -> str:
    if isinstance(entry.value, str):
        return entry.value
    return number(entry.value) if entry.row.kind == "yuan" else f"{entry.value:g}"


def outlays(before: Ensemble, after: Ensemble) -> pd.DataFrame:
    """year ("" all), payer ("" all), before, after, difference (means), p05, p95 of the difference run by run; yuan."""
    pairs = sorted(set(before.tables) & set(after.tables))
    paid = [_by_year(result, pairs) for result in (before, after)]
    keys = paid[0].index.union(paid[1].index)
    one, other = (each.reindex(keys).fillna(0.0) for each in paid)
    gap = other - one
    return pd.DataFrame(
        {
            "before": one.mean(axis=1), "after": other.mean(axis=1), "difference": gap.mean(axis=1),
            "p05": gap.quantile(0.05, axis=1), "p95": gap.quantile(0.95, axis=1),
        }
    ).reset_index()  # fmt: skip


def _by_year(result: Ensemble, pairs: list[tuple[int, int]]) -> pd.DataFrame:
    """Yuan paid by year and payer, with the sums over each, a column for each run."""
    flows = payments(result)
    flows["year"] = flows["month"].str[:4]
    cut = pd.concat([flows, flows.assign(payer=""), flows.assign(year=""), flows.assign(payer="", year="")])
    wide = cut.groupby(["year", "payer", *PAIR], observed=True)["paid_fen"].sum().unstack(PAIR).fillna(0.0)
    return wide.reindex(columns=pd.MultiIndex.from_tuples(pairs, names=PAIR)).fillna(0.0) / FEN_PER_YUAN


def promises(before: Ensemble, after: Ensemble) -> pd.DataFrame:
    """id, before, after (medians), chance_before, chance_after: promises whose value the plan moves in some run."""
    rows = []
    for name in dict.fromkeys(after.targets["id"]):
        one, other = (result.targets[result.targets["id"] == name].set_index(PAIR)["value"] for result in (before, after))
        if (other - one).abs().max() > 0.0:
            chances = [result.chance(str(name)).probability for result in (before, after)]
            rows.append((name, one.median(), other.median(), *chances))
    return pd.DataFrame(rows, columns=["id", "before", "after", "chance_before", "chance_after"])


def pots(before: Ensemble, after: Ensemble) -> pd.DataFrame:
    """pot, year, before, after: chances of running dry, of pots and years in which they differ or are not nothing."""
    one, other = (dry_pots(result).set_index(["pot", "year"])["chance"] for result in (before, after))
    table = pd.DataFrame({"before": one, "after": other}).fillna(0.0)
    since = after.settings.clock.levers_from[:4]
    table = table[(table > 0.0).any(axis=1)].reset_index()
    return table[table["year"].astype(str) >= since].reset_index(drop=True)
