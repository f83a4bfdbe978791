"""What an ensemble paid: by measure, month, payer and year, what is still owed at each year's end.

Money is whole fen of the district in every run; means are rounded to whole fen once, for the smallest parts, and every
total is a sum of these, so that parts and totals agree to the fen.
"""

from __future__ import annotations

import pandas as pd

from sim.clock import MONTHS_A_YEAR, month_text
from sim.runs.dry_spells import FEN_PER_YUAN, LEVELS, PAIR
from sim.runs.ensemble import QUANTILES, Ensemble
from sim.schema.result_tables import FORGONE

COUNTS = ("claims", "applications")
"""Of the ledger: by month of the purchase and of the application; every payer of a measure repeats them."""


def payments(result: Ensemble) -> pd.DataFrame:
    """draw, seed, month, measure, payer, claims, applications, claimed_fen, paid_fen of the district, without tax forgone."""
    ledger = result.ledger[result.ledger["payer"] != FORGONE]
    scale = result.settings.population.scale
    columns = {"amount_fen": "claimed_fen"}
    frame = ledger[[*PAIR, "month", "measure", "payer", *COUNTS, "amount_fen", "paid_fen"]].rename(columns=columns)
    for name in ("claimed_fen", "paid_fen"):
        frame[name] = (frame[name] / scale).round().astype("int64")
    for name in COUNTS:
        frame[name] = frame[name] / scale
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


def monthly_flows(result: Ensemble, detail: pd.DataFrame) -> pd.DataFrame:
    """month, claims, applications, granted_fen, paid_fen, waiting_fen (in line at the month's end): means over all runs."""
    flows, runs, scale = payments(result), len(result.tables), result.settings.population.scale
    counted = flows.groupby([*PAIR, "measure", "month"])[list(COUNTS)].first().groupby("month").sum() / runs
    parts = spread(result, flows, ["measure", "month", "payer"], "claimed_fen")
    waiting = (result.pots.groupby("month")["waiting"].sum() / scale / runs).round()
    table = pd.DataFrame(
        {
            **{name: counted[name] for name in COUNTS},
            "granted_fen": parts.groupby("month")["mean_fen"].sum(),
            "paid_fen": detail.groupby("month")["mean_fen"].sum(),
            "waiting_fen": waiting,
        }
    )
    table = table.fillna(0.0).astype({name: "int64" for name in ("granted_fen", "paid_fen", "waiting_fen")})
    return table.rename_axis("month").reset_index()


def _open_claims(flows: pd.DataFrame, month: str) -> pd.DataFrame:
    """Payments up to the end of a month, with what of them is claimed and not yet paid as ``open``."""
    upto = flows[flows["month"] <= month]
    return upto.assign(open=upto["claimed_fen"] - upto["paid_fen"])
