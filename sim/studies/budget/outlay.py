"""What an ensemble paid: by measure, month, payer and year, what is still owed at each year's end, which pots run dry.

Money is whole fen of the district in every run; means are rounded to whole fen once, for the smallest parts, and every
total is a sum of these, so that parts and totals agree to the fen.
"""

from __future__ import annotations

import pandas as pd

from sim.clock import MONTHS_A_YEAR, month_text
from sim.policy.ledger import FORGONE
from sim.runs.ensemble import QUANTILES, Ensemble

PAIR = ["draw", "seed"]
LEVELS = [f"p{round(100 * q):02d}" for q in QUANTILES]
FEN_PER_YUAN = 100
DAYS = ("dry_days", "capped_days", "stopped_days")


def payments(result: Ensemble) -> pd.DataFrame:
    """draw, seed, month, measure, payer, claims, claimed_fen, paid_fen of the district; tax that is forgone is left out."""
    ledger = result.ledger[result.ledger["payer"] != FORGONE]
    scale = result.settings.population.scale
    columns = {"amount_fen": "claimed_fen"}
    frame = ledger[[*PAIR, "month", "measure", "payer", "claims", "amount_fen", "paid_fen"]].rename(columns=columns)
    for name in ("claimed_fen", "paid_fen"):
        frame[name] = (frame[name] / scale).round().astype("int64")
    frame["claims"] = frame["claims"] / scale
    return frame.reset_index(drop=True)


def spread(result: Ensemble, values: pd.DataFrame, keys: list[str], column: str) -> pd.DataFrame:
    """Of sums by ``keys``: mean_fen (whole) and P5, P50, P95 in yuan over all runs; a run without an entry counts as 0."""
    runs = pd.MultiIndex.from_tuples(list(result.tables), names=PAIR)
    sums = values.groupby([*keys, *PAIR], observed=True)[column].sum()
    wide = sums.unstack(PAIR).reindex(columns=runs).fillna(0.0)
    table = wide.quantile(list(QUANTILES), axis=1).T / FEN_PER_YUAN
    table.columns = pd.Index(LEVELS)
    table["mean_fen"] = wide.mean(axis=1).round().astype("int64")
    return table.reset_index()


def outlay(result: Ensemble) -> pd.DataFrame:
    """measure, month, payer, p05, p50, p95 (yuan paid out), mean_fen; months without a payment are left out."""
    paid = payments(result)
    return spread(result, paid[paid["paid_fen"] != 0], ["measure", "month", "payer"], "paid_fen")


def yearly(result: Ensemble, detail: pd.DataFrame) -> pd.DataFrame:
    """year, measure, payer, p05, p50, p95, mean_fen; measure or payer "" are sums over all of them. ``detail``: ``outlay``."""
    keys = ["year", "measure", "payer"]
    paid, parts = payments(result), detail.assign(year=detail["month"].str[:4])
    paid["year"] = paid["month"].str[:4]
    blanks = [dict.fromkeys(names, "") for names in ([], ["measure"], ["payer"], ["measure", "payer"])]
    tables = [_summed(spread(result, paid.assign(**b), keys, "paid_fen"), parts.assign(**b), keys) for b in blanks]
    return pd.concat(tables, ignore_index=True)


def by_month(result: Ensemble, detail: pd.DataFrame) -> pd.DataFrame:
    """month, p05, p50, p95, mean_fen of everything that is paid."""
    return _summed(spread(result, payments(result), ["month"], "paid_fen"), detail, ["month"])


def totals(result: Ensemble, detail: pd.DataFrame) -> pd.DataFrame:
    """measure ("" all of them), p05, p50, p95 and mean_fen of what is paid over the whole clock."""
    paid = payments(result)
    both, parts = (pd.concat([table, table.assign(measure="")], ignore_index=True) for table in (paid, detail))
    return _summed(spread(result, both, ["measure"], "paid_fen"), parts, ["measure"])


def _summed(table: pd.DataFrame, parts: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """The table with the sums of its parts' rounded means in the place of its own, so that both agree to the fen."""
    sums = parts.groupby(keys)["mean_fen"].sum()
    return table.assign(
        mean_fen=sums.reindex(pd.MultiIndex.from_frame(table[keys]) if len(keys) > 1 else table[keys[0]])
        .fillna(0)
        .astype("int64")
        .to_numpy()
    )


def outstanding(result: Ensemble) -> pd.DataFrame:
    """year, measure, p05, p50, p95, mean_fen: money claimed and set aside that is not yet paid when the year ends.

    Measure ``waiting``: claims that found their pot dry and wait for new money.
    """
    flows = payments(result)
    months = sorted({month for month in result.monthly["month"].unique() if month.endswith("-12")})
    parts = []
    for month in months:
        parts.append(_open_claims(flows, month).assign(year=month[:4])[[*PAIR, "year", "measure", "open"]])
    pots = result.pots[result.pots["month"].isin(months)]
    waiting = (pots["waiting"] / result.settings.population.scale).round().astype("int64")
    line = pd.DataFrame({**{k: pots[k] for k in PAIR}, "year": pots["month"].str[:4], "measure": "waiting", "open": waiting})
    return spread(result, pd.concat([*parts, line], ignore_index=True), ["year", "measure"], "open")


def granted(result: Ensemble, detail: pd.DataFrame, owed: pd.DataFrame) -> pd.DataFrame:
    """measure, paid_fen, owed_fen, granted_fen, since_fen, claims: means over all runs.

    Paid and still owed at the clock's end (claims in line left out) are what was granted; ``since_fen`` and ``claims``: of
    that, what was granted after the reference year. Each of these numbers is worked out here alone.
    """
    clock = result.settings.clock
    first = month_text(clock.first + MONTHS_A_YEAR)
    flows = payments(result)
    # every payer of a measure repeats its claims, so the claims of one payer are those of the measure
    claims = flows[flows["month"] >= first].groupby([*PAIR, "measure", "month"])["claims"].first().groupby("measure").sum()
    before = spread(result, flows[flows["month"] < first], ["measure"], "claimed_fen").set_index("measure")["mean_fen"]
    end = _open_claims(flows, clock.end)
    table = pd.DataFrame(
        {
            "paid_fen": detail.groupby("measure")["mean_fen"].sum(),
            "owed_fen": spread(result, end, ["measure"], "open").set_index("measure")["mean_fen"],
        }
    )
    table = table.fillna(0).astype("int64")
    table["granted_fen"] = table["paid_fen"] + table["owed_fen"]
    table["since_fen"] = table["granted_fen"] - before.reindex(table.index).fillna(0).astype("int64")
    table["claims"] = (claims / len(result.tables)).reindex(table.index).fillna(0.0)
    return table.rename_axis("measure").reset_index()


def _open_claims(flows: pd.DataFrame, month: str) -> pd.DataFrame:
    """Payments up to the end of a month, with what of them is claimed and not yet paid as ``open``."""
    upto = flows[flows["month"] <= month]
    return upto.assign(open=upto["claimed_fen"] - upto["paid_fen"])


def dry_pots(result: Ensemble) -> pd.DataFrame:
    """pot, year, chance, first_p05, first_p50, first_p95, months, ``DAYS``: running dry within the year, when it first does.

    A pot is dry in a month in which a claim found no money, or that ends with claims in line, or with less left than its mean
    claim so far. The dates are quantiles of the first dry month over the runs in which there is one; ``months`` and ``DAYS``:
    mean numbers in a year of dry months, of days on which a claim found no money or the cap reached, and of stopped days.
    """
    state = _states(result)
    runs = len(result.tables)
    rows = []
    for (pot, year), part in state.groupby(["pot", "year"]):
        dry = part[part["dry"]]
        first = dry.groupby(PAIR)["month"].min().sort_values()
        when = [first.iloc[round(q * (len(first) - 1))] if len(first) else "" for q in QUANTILES]
        days = part[list(DAYS)].sum() / runs
        rows.append((pot, year, len(first) / runs, *when, len(dry) / runs, *days))
    return pd.DataFrame(rows, columns=["pot", "year", "chance", "first_p05", "first_p50", "first_p95", "months", *DAYS])


def releases(result: Ensemble) -> pd.DataFrame:
    """pot, month, chance, ``DAYS``, and P5, P50, P95 and the mean of what was opened, in line and void: every month with any.

    ``chance``: share of the runs in which the pot is dry in the month. Yuan of the district.
    """
    state, runs = _states(result), len(result.tables)
    fen = FEN_PER_YUAN * result.settings.population.scale
    grouped = state.groupby(["pot", "month"])
    table = grouped["dry"].sum().div(runs).rename("chance").to_frame()
    for name in DAYS:
        table[name] = grouped[name].sum() / runs
    for level, q in zip(LEVELS, QUANTILES, strict=True):
        table[f"opened_{level}"] = grouped["opened"].quantile(q) / fen
    for name in ("opened", "waiting", "void"):
        table[f"{name}_mean"] = grouped[name].mean() / fen
    return table[(table > 0).any(axis=1)].reset_index()


def _states(result: Ensemble) -> pd.DataFrame:
    """Every capped pot in every month in which there is or was money of that year: dry or not."""
    settings = result.settings
    pot_of = {name: measure.pot for name, measure in settings.policy.items()}
    ledger = result.ledger.assign(pot=result.ledger["measure"].map(pot_of)).dropna(subset=["pot"])
    # every payer of a measure repeats its claims, so the claims of one payer are those of the measure
    by_measure = ledger.groupby([*PAIR, "pot", "measure", "month"]).agg(claims=("claims", "first"), fen=("amount_fen", "sum"))
    claimed = by_measure.groupby([*PAIR, "pot", "month"])[["claims", "fen"]].sum()
    uncapped = {name: pot.levers_from.isoformat()[:7] for name, pot in settings.pots.items() if pot.uncapped}
    pots = result.pots[result.pots["month"] < result.pots["pot"].map(lambda pot: uncapped.get(pot, "9999"))]
    pots = pots.sort_values([*PAIR, "pot", "month"])
    state = pots.merge(claimed.reset_index(), on=[*PAIR, "pot", "month"], how="left").fillna({"claims": 0, "fen": 0})
    grouped = state.groupby([*PAIR, "pot"])
    mean_claim = grouped["fen"].cumsum() / grouped["claims"].cumsum().clip(lower=1)
    state["year"] = state["month"].str[:4]
    money = state.groupby([*PAIR, "pot", "year"])["opened"].cumsum() > 0
    short = (mean_claim > 0) & (state["balance"] < mean_claim) & money
    return state.assign(dry=short | (state["waiting"] > 0) | (state["dry_days"] > 0))
