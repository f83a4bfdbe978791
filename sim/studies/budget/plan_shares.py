"""Who pays under a plan: the ledger of runs shared out anew from the day on which the plan acts.

Who pays moves nobody: owners are paid by the measure, and its payers share out what it paid (``sim.policy.ledger``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from sim.clock import month_text, parse_month
from sim.policy.ledger import split
from sim.policy.measure import PAYERS
from sim.runs.ensemble import Ensemble
from sim.runs.store.parquet_tables import SCHEMAS, Tables, decode, encoded
from sim.settings import Settings

Shares = Mapping[str, Mapping[str, float]]
"""Measure -> payer -> share; of each measure all payers."""
MONEY = ("amount_fen", "paid_fen")


def shared_anew(result: Ensemble, shares: Shares) -> Ensemble:
    """The same runs with the payers of a plan: of claims from ``clock.levers_from`` on, and of what is applied for since."""
    if not shares:
        return result
    tables = {
        run: {**each, "ledger": encoded(ledger_shared(_ledger(each), shares, result.settings), SCHEMAS["ledger"])}
        for run, each in result.tables.items()
    }
    return replace(result, tables=tables)


def _ledger(tables: Tables) -> pd.DataFrame:
    found: pd.DataFrame = decode(tables["ledger"]).to_pandas()
    return found


def ledger_shared(ledger: pd.DataFrame, shares: Shares, settings: Settings) -> pd.DataFrame:
    """One run's ledger, shared out anew."""
    named = ledger["measure"].astype(str)
    parts = [ledger[~named.isin(shares)]]
    since = parse_month(settings.clock.levers_from)
    for name, new in shares.items():
        measure = settings.policy[name]
        paid_since = month_text(since + measure.payment_lag_months)
        first = {"amount_fen": month_text(since), "paid_fen": paid_since}
        old = {str(payer): share for payer, share in measure.payers.items()}
        parts.append(_shared(ledger[named == name], old, new, first))
    return pd.concat(parts, ignore_index=True).sort_values(["month", "measure"], kind="stable", ignore_index=True)


def _shared(rows: pd.DataFrame, old: Mapping[str, float], new: Mapping[str, float], first: Mapping[str, str]) -> pd.DataFrame:
    """A measure's rows with its payers from a month on; ``first``: column of money -> that month."""
    payers = [payer for payer in PAYERS if old.get(payer, 0.0) > 0.0 or new.get(payer, 0.0) > 0.0]
    found = []
    for month, part in rows.groupby(rows["month"].astype(str), sort=True):
        shared = {column: split(int(part[column].sum()), _of(new if str(month) >= first[column] else old)) for column in MONEY}
        for payer in payers:
            money = {column: shared[column].get(payer, 0) for column in MONEY}
            found.append({**part.iloc[0].to_dict(), "payer": payer, **money})
    return pd.DataFrame(found, columns=rows.columns)


def _of(shares: Mapping[str, float]) -> dict[str, float]:
    """Payers that pay something, the first of them, who takes what rounding leaves, as in the law's order."""
    return {payer: share for payer, share in shares.items() if share > 0.0}
