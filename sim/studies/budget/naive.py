"""What a measure would cost if nobody changed behaviour: what the purchases without it would have been entitled to."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.clock import parse_month
from sim.codes import EMPTY, NO_ROUTE, SELL
from sim.policy.calendar import Calendar
from sim.policy.claims import ANY_ROUTE, CLAIMS_PER_HOUSEHOLD, SCRAP_ROUTE
from sim.policy.eligibility import Held, condition, qualifies, scrap_grant
from sim.policy.entitlements import Entitlements
from sim.policy.in_force import Rules
from sim.schema.product import FUELS, OWNERS, USES, Product
from sim.settings import Settings

Ints = NDArray[np.int64]


def entitled(events: pd.DataFrame, measure: str, settings: Settings) -> pd.Series[int]:
    """Fen that the measure, as the settings have it, would pay for each event of a run without it.

    Everybody claims, pots do not run dry, and prices are those of the run without the measure. Who claims another subsidy
    there that pays as much keeps that one.
    """
    fen = pd.Series(0, index=events.index, dtype="int64")
    for good in settings.policy[measure].goods:
        mine = events[(events["good"] == good).to_numpy()]
        if len(mine) and good in settings.products:
            fen.loc[mine.index] = _of_good(mine, measure, good, settings)
    return fen.where(fen > events["grant_fen"], 0)


def _of_good(events: pd.DataFrame, measure: str, good: str, settings: Settings) -> Ints:
    product = settings.products[good]
    calendar = Calendar({measure: settings.policy[measure]}, good, product)
    fen, once = np.zeros(len(events), dtype=np.int64), np.zeros(len(events), dtype=np.int64)
    for month, places in pd.Series(np.arange(len(events))).groupby(events["month"].astype(str).to_numpy()):
        number = parse_month(str(month))
        rules = calendar.rules(number, number)
        at = places.to_numpy()
        for row in range(rules.entitlements.route.size):
            paid = _of_row(events.iloc[at], row, rules, product)
            better = paid > fen[at]
            fen[at] = np.where(better, paid, fen[at])
            once[at] = np.where(better, rules.entitlements.once[row], once[at])
    claims = events[["owner"]].assign(year=events["month"].astype(str).str[:4].to_numpy(), order=fen > 0)
    before = claims.groupby(["owner", "year"])["order"].cumsum().to_numpy()
    return np.where((once > 0) & (before > once * CLAIMS_PER_HOUSEHOLD), 0, fen)


def _of_row(events: pd.DataFrame, row: int, rules: Rules, product: Product) -> Ints:
    """Fen of one entitlement for each event of a month."""
    ent = rules.entitlements
    owners = list(product.owners.values())
    kind = np.array([OWNERS.index(owner.owner) for owner in owners])[events["type"].to_numpy()]
    use = np.array([USES.index(owner.use) for owner in owners])[events["type"].to_numpy()]
    variant, price, new = (events[name].to_numpy() for name in ("variant", "price", "new"))
    route, day = events["route"].to_numpy(), events["day"].to_numpy()
    ok = (day >= ent.first_day[row]) & (day <= ent.last_day[row]) & (ent.owner_ok[row, kind] != 0)
    fen = np.zeros(len(events), dtype=np.int64)
    for v in np.unique(variant[new]):
        which = new & (variant == v)
        prices = np.zeros((ent.old_ok.shape[1], int(which.sum())))
        prices[v] = price[which]
        fen[which] = [rules.grants_fen(prices[:, n])[row, v] for n in range(prices.shape[1])]
    if ent.route[row] != ANY_ROUTE:
        parted = events["scrapped_on"].to_numpy()
        certified = (route == NO_ROUTE) & (parted >= ent.scrapped_from[row])
        scrapped = certified | ((route != NO_ROUTE) & (parted == day))
        ok &= (scrapped if ent.route[row] == SCRAP_ROUTE else route == SELL) & (events["old_variant"].to_numpy() != EMPTY)
        fen[ok] += _old(events[ok], row, use[ok], rules, product, ent)
    ok &= new | (ent.purchase_required[row] == 0)
    return np.where(ok, np.maximum(fen, 0), 0)


def _old(events: pd.DataFrame, row: int, use: Ints, rules: Rules, product: Product, ent: Entitlements) -> Ints:
    """Fen for scrapping each old good; where the old good does not qualify, so little that nothing is left."""
    fuels = [FUELS.index(v.fuel or FUELS[0]) for v in product.variants.values()]
    out, terms = np.zeros(len(events), dtype=np.int64), condition(ent, row)
    columns = ("old_variant", "old_registered", "old_emission", "old_owned_since", "day", "scrapped_on")
    for n, values in enumerate(zip(*(events[name].astype(int) for name in columns), strict=True)):
        variant, registered, emission, since, day, scrapped_on = values
        parted = scrapped_on if ent.route[row] == SCRAP_ROUTE else day
        if not qualifies(terms, Held(variant, fuels[variant], registered, emission, since, int(use[n])), parted):
            out[n] = np.iinfo(np.int64).min // 2
        elif ent.route[row] == SCRAP_ROUTE:
            limit = int(rules.retirement_months[variant, use[n]])
            out[n] = scrap_grant(ent.scrap_years[row, variant], ent.scrap_fen[row, variant], registered, limit, parted)
    return out
