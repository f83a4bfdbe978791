"""What a measure buys: every claim classed by what its owner, with the same luck, would have done without the measure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.clock import MONTHS_A_YEAR, month_text, parse_month
from sim.settings import Settings
from sim.studies.budget.naive import entitled
from sim.studies.budget.pairing import ADDITIONAL, ANYWAY, CLASSES, FORWARD, paired
from sim.studies.budget.purchases import KINDS, marks

FEN = 100.0
CLAIMED = ("purchase_subsidy", "replacement_subsidy", "scrappage_subsidy")
"""Instruments whose claims are part of an owner's decision."""


@dataclass(frozen=True)
class Bought:
    """One measure in one pair of runs, re-weighted to the district."""

    numbers: dict[str, float]
    """Columns of ``additionality.csv``, money in yuan."""
    recipients: pd.DataFrame
    """income_quintile, urban, organisation, claims, amount, additional."""
    dip: pd.DataFrame
    """month, difference: new goods bought with less those bought without the measure."""


def bought(measure: str, with_it: pd.DataFrame, without: pd.DataFrame, settings: Settings, amount_fen: int) -> Bought:
    """Compare the events of a run with those of the run without the measure, from the end of the reference year on.

    ``settings``: those of the draw, with the measure in force. Both tables hold the goods that the measure binds.
    ``amount_fen``: what the run's ledger has for the measure, top-ups included and claims that wait left out. A measure
    that nobody claims at the counter, such as an interest subsidy, is given what was bought more, all owners taken together.
    """
    scale = settings.population.scale
    since = month_text(settings.clock.first + MONTHS_A_YEAR)
    with_it, without = (events[(events["month"].astype(str) >= since).to_numpy()] for events in (with_it, without))
    kinds, other = marks(with_it, settings), marks(without, settings)
    claims = with_it[(with_it["measure"] == measure).to_numpy()]
    classes = _classes(claims, kinds, other, with_it, without)
    numbers = {name: float((classes["class"] == name).sum()) / scale for name in CLASSES}
    if settings.policy[measure].instrument not in CLAIMED:
        more = float(kinds["new"].sum()) - float(other["new"].sum())
        numbers = {ADDITIONAL: more / scale, FORWARD: float("nan"), ANYWAY: float("nan")}
    forward = classes.loc[classes["class"] == FORWARD, "months"]
    numbers |= {
        "claims": len(claims) / scale,
        "amount": amount_fen / FEN / scale,
        "months_forward": float(forward.mean()) if len(forward) else float("nan"),
        "months_waited": float(-classes.loc[classes["class"] == ANYWAY, "months"].mean()) if len(claims) else float("nan"),
        "naive": float(entitled(without, measure, settings).sum()) / FEN / scale,
        "captured": captured(with_it[kinds["new"].to_numpy()], without[other["new"].to_numpy()]) / scale,
    }
    for kind in KINDS:
        mine = kinds.loc[claims.index, kind].to_numpy()
        of_kind = _paired(with_it[kinds[kind].to_numpy()], without[other[kind].to_numpy()])
        own = of_kind.reindex(claims.index[mine])
        numbers[f"additional_{kind}"] = float((own["class"] == ADDITIONAL).sum()) / scale
        numbers[f"forward_{kind}"] = float((own["class"] == FORWARD).sum()) / scale
        numbers[f"net_{kind}"] = (float(kinds[kind].sum()) - float(other[kind].sum())) / scale
    return Bought(numbers, _recipients(claims, classes, settings), _dip(with_it, without, kinds, other, scale))


def _classes(
    claims: pd.DataFrame, kinds: pd.DataFrame, other: pd.DataFrame, with_it: pd.DataFrame, without: pd.DataFrame
) -> pd.DataFrame:
    """Class and months of each claim: of the new good bought, or where the claim is for scrapping alone, of that."""
    of_new = _paired(with_it[kinds["new"].to_numpy()], without[other["new"].to_numpy()])
    of_scrap = _paired(with_it[kinds["scrapped"].to_numpy()], without[other["scrapped"].to_numpy()])
    new = kinds.loc[claims.index, "new"].to_numpy()
    return pd.concat([of_new.reindex(claims.index[new]), of_scrap.reindex(claims.index[~new])]).reindex(claims.index)


def _paired(with_it: pd.DataFrame, without: pd.DataFrame) -> pd.DataFrame:
    return paired(_numbered(with_it), _numbered(without))


def _numbered(events: pd.DataFrame) -> pd.DataFrame:
    numbers = {month: parse_month(month) for month in events["month"].cat.categories}
    return pd.DataFrame(
        {"good": events["good"], "slot": events["slot"], "month": events["month"].astype(str).map(numbers).astype(int)}
    )


def captured(with_it: pd.DataFrame, without: pd.DataFrame) -> float:
    """Yuan that sellers take more from buyers of new goods than without the measure: price difference x goods bought.

    Prices are compared where the same variant was bought in the same month on both sides; prices fall from month to month, so
    that another month's would pass for an effect. What was bought else has the mean difference of its good.
    """
    keys = ["good", "variant", "month"]
    plain = {"good": str, "month": str}
    asked = with_it.astype(plain).groupby(keys)["price"].agg(["first", "size"])
    usual = without.astype(plain).groupby(keys)["price"].first().reindex(asked.index)
    told = asked.assign(gap=(asked["first"] - usual) * asked["size"], both=asked["size"].where(usual.notna(), 0))
    sums = told.groupby(level="good")[["gap", "size", "both"]].sum()
    return float((sums["gap"] * sums["size"] / sums["both"].where(sums["both"] > 0)).sum())


def kept(captured: pd.Series[float], amount: pd.Series[float]) -> float:
    """Share of the money that sellers keep, mean over the pairs; not a number where pairs disagree on its sign or it is none.

    A measure that moves little money moves prices less than its buyers' choice among variants does.
    """
    share = float(captured.mean() / amount.mean()) if amount.mean() > 0.0 else float("nan")
    one_way = bool((captured >= 0.0).all() or (captured <= 0.0).all())
    return share if one_way and abs(share) <= 1.0 else float("nan")


def _recipients(claims: pd.DataFrame, classes: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    scale = settings.population.scale
    organisation = np.full(len(claims), "", dtype=object)
    for good in claims["good"].unique():
        owners = settings.products[str(good)].owners.values()
        names = np.array([o.organisation or ("" if o.owner == "household" else o.owner) for o in owners], dtype=object)
        mine = (claims["good"] == good).to_numpy()
        organisation[mine] = names[claims["type"].to_numpy()[mine]]
    frame = pd.DataFrame(
        {
            "income_quintile": claims["quintile"].astype(int),
            "urban": claims["urban"].astype(bool),
            "organisation": organisation,
            "claims": 1.0 / scale,
            "amount": claims["grant_fen"] / FEN / scale,
            "additional": (classes["class"] == ADDITIONAL) / scale,
        }
    )
    return frame.groupby(["income_quintile", "urban", "organisation"], as_index=False)[["claims", "amount", "additional"]].sum()


def _dip(with_it: pd.DataFrame, without: pd.DataFrame, kinds: pd.DataFrame, other: pd.DataFrame, scale: float) -> pd.DataFrame:
    mine, theirs = (
        events.loc[kind["new"].to_numpy(), "month"].astype(str).value_counts() / scale
        for events, kind in ((with_it, kinds), (without, other))
    )
    gap = mine.sub(theirs, fill_value=0.0).sort_index()
    return pd.DataFrame({"month": gap.index, "difference": gap.to_numpy()})


COUNTED = (*CLASSES, "claims", "naive", "captured")
"""Numbers of a pair that grow with the runs' claims; those by kind as well."""


def raised(pairs: Mapping[str, Sequence[Bought]], whole: pd.DataFrame) -> dict[str, list[Bought]]:
    """The pairs of each measure, scaled so that their mean has the claims and the money of the whole ensemble.

    Pairs are a few of its runs, and their ledger has other sums than all of them. What they tell is shares; the level is
    that of all runs (``outlay.granted``), so that it stands in one number everywhere (a ratio estimate).
    """
    levels = whole.set_index("measure")
    return {name: _raised(many, levels.loc[name]) if name in levels.index else list(many) for name, many in pairs.items()}


def _raised(many: Sequence[Bought], level: pd.Series[float]) -> list[Bought]:
    claims, amount = float(level["claims"]), float(level["since_fen"]) / FEN
    mean = pd.DataFrame([one.numbers for one in many]).mean()
    if not mean["amount"] > 0.0:  # claimed in runs of the ensemble alone: what it buys is not known
        unknown = dict.fromkeys(many[0].numbers, float("nan")) | {"claims": claims, "amount": amount}
        return [Bought(unknown if amount > 0.0 else one.numbers, one.recipients, one.dip) for one in many]
    money = amount / mean["amount"]
    count = claims / mean["claims"] if mean["claims"] > 0.0 else money
    shared = pd.concat([one.recipients for one in many])[["claims", "amount"]].sum() / len(many)
    wanted = pd.Series({"claims": claims, "amount": amount})
    parts = (wanted / shared.where(shared > 0.0)).fillna(0.0)
    return [_times(one, count, money, parts) for one in many]


def _times(one: Bought, count: float, money: float, parts: pd.Series[float]) -> Bought:
    """One pair with its counts and its money multiplied; ``parts``: factors with which recipients share out all of it."""
    by_kind = [f"{part}_{kind}" for kind in KINDS for part in ("additional", "forward", "net")]
    factors = dict.fromkeys((*COUNTED, *by_kind), count) | {"amount": money, "captured": money, "naive": money}
    numbers = {name: value * factors.get(name, 1.0) for name, value in one.numbers.items()}
    recipients = one.recipients.assign(
        claims=one.recipients["claims"] * parts["claims"], amount=one.recipients["amount"] * parts["amount"],
        additional=one.recipients["additional"] * count,
    )  # fmt: skip
    return Bought(numbers, recipients, one.dip.assign(difference=one.dip["difference"] * count))


def table(pairs: Mapping[str, Sequence[Bought]]) -> pd.DataFrame:
    """``additionality.csv``: means over the pairs of runs, and P5, P95 of the share of claims that is additional."""
    rows = [_row(measure, [one.numbers for one in many]) for measure, many in pairs.items()]
    return pd.DataFrame(rows)


def _row(measure: str, many: Sequence[dict[str, float]]) -> dict[str, object]:
    frame = pd.DataFrame(many)
    mean = frame.mean()
    share = (frame[ADDITIONAL] / frame["claims"].where(frame["claims"] > 0)).dropna()
    row: dict[str, object] = {"measure": measure}
    row |= {name: mean[name] for name in CLASSES}
    row["cost_per_additional"] = ratio(mean["amount"], mean[ADDITIONAL])
    row |= {name: mean[name] for name in ("claims", "amount", "months_forward", "months_waited", "naive")}
    row["share_captured"] = kept(frame["captured"], frame["amount"])
    for kind in KINDS:
        row[f"additional_{kind}"] = mean[f"additional_{kind}"]
        row[f"net_{kind}"] = mean[f"net_{kind}"]
        row[f"cost_per_additional_{kind}"] = ratio(mean["amount"], mean[f"additional_{kind}"])
    row["share_additional_p05"] = share.quantile(0.05)
    row["share_additional_p95"] = share.quantile(0.95)
    row["pairs"] = len(many)
    return row


def ratio(above: float, below: float) -> float:
    """A quotient; not a number where there is nothing to divide by."""
    return float(above / below) if below > 0.0 else float("nan")
