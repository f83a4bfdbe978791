"""What a measure's terms are on a day, lever by lever: a number where a slider can stand on it, and words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sim.errors import Both, joined
from sim.policy.instruments import Measure
from sim.policy.instruments.interest_subsidy import InterestSubsidyVersion
from sim.policy.instruments.loan_terms import LoanVersion
from sim.policy.instruments.procurement_mandate import MandateVersion
from sim.policy.measure import VersionBase
from sim.policy.pot import Pot
from sim.policy.subsidy import Grant, SubsidyVersion
from sim.report.numerals import number
from sim.schema.product import Fuel

NO_TERM = Both("此项无规定", "no such term")
FUELS: Mapping[Fuel, Both] = {
    "petrol": Both("汽油", "petrol"),
    "diesel": Both("柴油", "diesel"),
    "nev": Both("新能源", "NEV"),
}


class Term(NamedTuple):
    """One term of the law: its number, if it has one that the lever could stand at, and the words."""

    value: float | None
    told: Both


class Dates(NamedTuple):
    """First and last day; ``end`` None: until something else is enacted."""

    start: dt.date
    end: dt.date | None


def version_on(measure: Measure, day: dt.date) -> VersionBase | None:
    """The version in force on a day: of those open, the one that started last; None: none is, or the measure has ended."""
    if not measure.enabled or (measure.until is not None and day > measure.until):
        return None
    late = measure.enacted_until
    open_then = [
        version
        for version in measure.versions.values()
        if version.window.start <= day
        and (version.window.end is None or day <= version.window.end)
        and (late is None or version.announced <= late)
    ]
    return max(open_then, key=lambda version: version.window.start, default=None)


def dates_of(measure: Measure, version: VersionBase) -> Dates:
    """When a version holds, as far as the measure's last day lets it."""
    ends = [day for day in (version.window.end, measure.until) if day is not None]
    return Dates(version.window.start, min(ends, default=None))


def acts(version: VersionBase, lever: str) -> bool:
    """Whether a version has anything for a lever to act on."""
    if not isinstance(version, SubsidyVersion):
        return True
    ice = ["ice" in key.split("/") for key in version.grants]
    if lever == "cutoff_shift_years":
        return version.old is not None and bool(version.old.registered_by)
    return any(ice) if lever == "ice_amount" else not all(ice) if lever == "nev_amount" else True


def term(version: VersionBase | None, lever: str) -> Term | None:
    """What the law says where the lever would act; None: the lever multiplies or shifts, and stands at its default."""
    match version, lever:
        case SubsidyVersion(), "nev_amount":
            return _amounts([grant for key, grant in version.grants.items() if "ice" not in key.split("/")])
        case SubsidyVersion(), "ice_amount":
            return _amounts([grant for key, grant in version.grants.items() if "ice" in key.split("/")])
        case SubsidyVersion(), "cutoff_shift_years":
            return Term(0.0, _cutoffs(version))
        case LoanVersion(), "min_down_payment":
            return _down_payment(version)
        case MandateVersion(), "min_share":
            return Term(version.share, Both(f"{version.share:.0%}", f"{version.share:.0%}"))
        case InterestSubsidyVersion(), "points_factor":
            return Term(1.0, Both(f"贴息{version.points:g}个百分点", f"{version.points:g} points"))
    return None


def _amounts(grants: Sequence[Grant]) -> Term:
    if not grants:
        return Term(None, NO_TERM)
    tops = [_top(grant) for grant in grants]
    known = [top for top in tops if top is not None]
    value = max(known) if len(known) == len(tops) else None
    told = list(dict.fromkeys(_told(grant) for grant in grants))
    few = 3
    if len(told) > few and known:
        low, high = number(min(known)), number(max(known))
        return Term(value, Both(f"按类别{low}—{high}元", f"{low} to {high} yuan by kind"))
    return Term(value, joined(told, Both("；", "; ")))


def _top(grant: Grant) -> float | None:
    """The most that a grant can be, None: it grows with the price without a cap."""
    if grant.rate is not None:
        return grant.cap
    return max(amount for _, amount in grant.steps)


def _told(grant: Grant) -> Both:
    if grant.rate is not None:
        rate = f"{100 * grant.rate:g}%"
        if grant.cap is None:
            return Both(f"价格的{rate}", f"{rate} of the price")
        cap = number(grant.cap)
        return Both(f"价格的{rate}，最高{cap}元", f"{rate} of the price, at most {cap} yuan")
    amounts = [number(amount) for _, amount in grant.steps]
    if len(amounts) == 1:
        return Both(f"{amounts[0]}元", f"{amounts[0]} yuan")
    return Both(f"按价格{amounts[0]}—{amounts[-1]}元", f"{amounts[0]} to {amounts[-1]} yuan by price")


def _cutoffs(version: SubsidyVersion) -> Both:
    named = version.old.registered_by if version.old is not None else {}
    if not named:
        return Both("无登记截止日", "no cut-off")
    said = [Both(f"{FUELS[fuel].zh}{day}", f"{FUELS[fuel].en} {day}") for fuel, day in named.items()]
    return joined(said, Both("、", ", "))


def _down_payment(version: LoanVersion) -> Term:
    least = sorted({round(1.0 - ratio, 3) for ratio in version.max_ratio.values()})
    if not least:
        return Term(None, Both("由银行自定", "banks decide"))
    told = f"{least[0]:.0%}" + (f"—{least[-1]:.0%}" if len(least) > 1 else "")
    return Term(None, Both(f"规定最低{told}，由银行自定", f"at least {told}, banks decide"))


def money_of(pot: Pot, day: dt.date) -> tuple[Dates | None, Both]:
    """The tranche that is open on a day, and how much it holds."""
    open_then = [tranche for tranche in pot.tranches.values() if tranche.span.start <= day <= tranche.span.end]
    if not open_then:
        return None, Both("当日没有资金", "no money on that day")
    amount = sum(tranche.amount.value for tranche in open_then)
    dates = Dates(min(t.span.start for t in open_then), max(t.span.end for t in open_then))
    return dates, Both(f"{number(amount / 1e4)}万元", f"{number(amount / 1e6, 1)} million yuan")


def span_of(versions: Iterable[VersionBase]) -> Dates:
    """First and last day of all versions."""
    found = list(versions)
    ends = [version.window.end for version in found]
    last = None if None in ends else max(end for end in ends if end is not None)
    return Dates(min(version.window.start for version in found), last)
