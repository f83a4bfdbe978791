"""When the pots of an ensemble have money, and when claims find none: by year and by month."""

from __future__ import annotations

import pandas as pd

from sim.policy.pot import SHORT_DAYS
from sim.runs.ensemble import QUANTILES, Ensemble
from sim.settings import Settings

PAIR = ["draw", "seed"]
LEVELS = [f"p{round(100 * q):02d}" for q in QUANTILES]
FEN_PER_YUAN = 100


def dry_pots(result: Ensemble) -> pd.DataFrame:
    """pot, year, chance, first_p05, first_p50, first_p95, months, ``SHORT_DAYS``, opened: when it runs dry.

    A pot is dry in a month in which a claim found no money, or that ends with claims in line, or with less left than its mean
    claim so far. The dates are quantiles of the first dry month over the runs in which there is one; ``months`` and
    ``SHORT_DAYS``: mean numbers in a year of dry months, of days on which a claim found no money or the cap reached, and of
    stopped days; ``opened``: mean money released in the year, yuan of the district.
    """
    state = _states(result)
    runs = len(result.tables)
    rows = []
    for (pot, year), part in state.groupby(["pot", "year"]):
        dry = part[part["dry"]]
        first = dry.groupby(PAIR)["month"].min().sort_values()
        when = [first.iloc[round(q * (len(first) - 1))] if len(first) else "" for q in QUANTILES]
        days = part[list(SHORT_DAYS)].sum() / runs
        opened = part["opened"].sum() / runs / FEN_PER_YUAN / result.settings.population.scale
        rows.append((pot, year, len(first) / runs, *when, len(dry) / runs, *days, opened))
    columns = ["pot", "year", "chance", "first_p05", "first_p50", "first_p95", "months", *SHORT_DAYS, "opened"]
    return pd.DataFrame(rows, columns=columns)


def releases(result: Ensemble) -> pd.DataFrame:
    """pot, month, chance, ``SHORT_DAYS``, P5, P50, P95 of what was opened, means of that, in line and void: months with any.

    ``chance``: share of the runs in which the pot is dry in the month. Yuan of the district.
    """
    state, runs = _states(result), len(result.tables)
    fen = FEN_PER_YUAN * result.settings.population.scale
    grouped = state.groupby(["pot", "month"])
    table = grouped["dry"].sum().div(runs).rename("chance").to_frame()
    for name in SHORT_DAYS:
        table[name] = grouped[name].sum() / runs
    for level, q in zip(LEVELS, QUANTILES, strict=True):
        table[f"opened_{level}"] = grouped["opened"].quantile(q) / fen
    for name in ("opened", "waiting", "void"):
        table[f"{name}_mean"] = grouped[name].mean() / fen
    return table[(table > 0).any(axis=1)].reset_index()


def pots_in_use(settings: Settings) -> set[str | None]:
    """Pots of measures about goods that are simulated."""
    return {each.pot for each in settings.policy.values() if not settings.products.keys().isdisjoint(each.goods)}


def _states(result: Ensemble) -> pd.DataFrame:
    """Every capped pot in every month in which there is or was money of that year: dry or not.

    Pots for goods that are not simulated are left out: nothing is known of them.
    """
    settings = result.settings
    pot_of = {name: measure.pot for name, measure in settings.policy.items()}
    ledger = result.ledger.assign(pot=result.ledger["measure"].map(pot_of)).dropna(subset=["pot"])
    # every payer of a measure repeats its claims, so the claims of one payer are those of the measure
    by_measure = ledger.groupby([*PAIR, "pot", "measure", "month"]).agg(claims=("claims", "first"), fen=("amount_fen", "sum"))
    claimed = by_measure.groupby([*PAIR, "pot", "month"])[["claims", "fen"]].sum()
    uncapped = {name: pot.levers_from.isoformat()[:7] for name, pot in settings.pots.items() if pot.uncapped}
    pots = result.pots[result.pots["month"] < result.pots["pot"].map(lambda pot: uncapped.get(pot, "9999"))]
    pots = pots[pots["pot"].isin(pots_in_use(settings))].sort_values([*PAIR, "pot", "month"])
    state = pots.merge(claimed.reset_index(), on=[*PAIR, "pot", "month"], how="left").fillna({"claims": 0, "fen": 0})
    grouped = state.groupby([*PAIR, "pot"])
    mean_claim = grouped["fen"].cumsum() / grouped["claims"].cumsum().clip(lower=1)
    state["year"] = state["month"].str[:4]
    money = state.groupby([*PAIR, "pot", "year"])["opened"].cumsum() > 0
    short = (mean_claim > 0) & (state["balance"] < mean_claim) & money
    return state.assign(dry=short | (state["waiting"] > 0) | ((state["dry_days"] > 0) & money))
