"""A district anew: what was given, what is re-scaled with it, what stands, and the files that say so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from math import prod
from typing import Any, NamedTuple

from sim.errors import Both, joined
from sim.schema.bricks import Quantity
from sim.studies.local.contradictions import Clash, contradictions
from sim.studies.local.district_numbers import ORGANISATIONS, LocalNumber, Numbers, table_shares
from sim.studies.local.filled_sheets import LocalEntry
from sim.studies.local.given_tables import GivenTable, given_tables, told_levels, unlike_levels
from sim.studies.local.owner_margins import fitted_shares
from sim.studies.local.range_widths import SAME, Width, ranged, width_of
from sim.studies.local.rescaling import KnownNumber, Moved, rescaled
from sim.studies.local.rule_book import Kind, RuleBook

EARLIER = re.compile(r"(?:re-scaled|carried|taken) [^:]*: ")
"""What an earlier re-scaling has put before a source."""
WHOLE_FROM = 20.0
"""Counts below this keep a decimal when they are scaled."""
LEAST_COUNT, LEAST_SHARE = 0.1, 0.0001
DIGITS = 5
CAPACITY = "products.{}.end_of_life.capacity_per_year"
COMPARE = Both(
    "核对这些数字，更正其中之一，或补填与之相关的数字", "compare these numbers and correct one, or give those beside them too"
)


class NumberChange(NamedTuple):
    """One number before and after."""

    number: LocalNumber
    how: str
    """given, table, scaled, rate, carried or stands."""
    after: Quantity
    ratio: float
    bases: tuple[str, ...]
    place: Both


@dataclass(frozen=True)
class Reshaped:
    """A district with its numbers in their places."""

    changes: list[NumberChange]
    tables: dict[str, dict[int, float]]
    """Tables of shares that are no longer what they were."""
    scaled: dict[str, float]
    """Path of a number of the categories' files -> how much larger it is."""
    faults: list[Clash] = field(default_factory=list)


def reshaped(
    numbers: Numbers,
    given: Mapping[str, LocalEntry],
    rules: RuleBook,
    beside: Mapping[str, Quantity],
    names: Mapping[str, Both],
) -> Reshaped:
    """Work everything out; ``beside``: figures that no table of the district holds, ``names``: what they are called."""
    tables, faults = given_tables(given, numbers)
    told = {**given, **told_levels(tables, given, numbers)}
    old = {**numbers.settings.region.baseline, **beside}
    known = {code: _known(entry, old[code]) for code, entry in told.items() if code in old}
    moved = rescaled(old, known, rules, numbers.derived)
    values = {name: moved[name].value if name in moved else quantity.value for name, quantity in old.items()}
    titles = {code: each.name for code, each in numbers.listed.items()} | dict(names)

    def said(name: str, value: float) -> Both:
        place = told[name].place if name in told else _standing(name in moved)
        return joined([titles[name], Both(f" = {value:,.6g}（{place.zh}）", f" = {value:,.6g} ({place.en})")])

    for each in contradictions(rules.checks, values, moved, said):
        first = next((told[name].place for name in each.names if name in told), _standing(True))
        faults.append(Clash(first, each.said, each.allowed, COMPARE))
    faults += unlike_levels(tables, values, numbers)
    changes = [_change(number, told, moved, rules) for number in numbers.listed.values()]
    return Reshaped(
        changes,
        _tables(tables, moved, values, numbers, rules),
        {**_capacity(moved, rules), **_owners(values, numbers, rules)},
        faults,
    )


def _standing(moved: bool) -> Both:
    return Both("推算值", "scaled") if moved else Both("现用估计", "today's estimate")


def _known(entry: LocalEntry, quantity: Quantity) -> KnownNumber:
    """What is counted is exact; an estimate keeps the width of today's range."""
    return KnownNumber(entry.value, width_of(quantity) if entry.grade == "B" else Width())


def _change(number: LocalNumber, told: Mapping[str, LocalEntry], moved: Mapping[str, Moved], rules: RuleBook) -> NumberChange:
    was = number.quantity
    if number.code in told:
        entry = told[number.code]
        width = width_of(was) if entry.grade == "B" else Width()
        after = _quantity(number.kind, entry.value, width, was.unit, entry.source, entry.grade)
        how = "table" if number.table else "given"
        return NumberChange(number, how, after, entry.value / was.value if was.value else 1.0, (), entry.place)
    if number.code not in moved:
        return NumberChange(number, "stands", was, 1.0, (), _standing(False))
    found = moved[number.code]
    how, source = _how(number.code, found, was, rules)
    rate = rules.rates.get(number.code) if how == "rate" else None
    grade = rate.grade if rate else "B" if was.grade == "A" else was.grade
    value = _rounded(number.kind, found.value)
    after = _quantity(number.kind, value, found.width, was.unit, source, grade)
    return NumberChange(number, how, after, found.ratio, found.bases, _standing(True))


def _how(code: str, found: Moved, was: Quantity, rules: RuleBook) -> tuple[str, str]:
    """How a number came about, and the words for its source."""
    rate, before = rules.rates.get(code), EARLIER.sub("", was.source)
    if rate is not None and (not rate.per or found.bases == (rate.per,)):
        return "rate", f"taken {'x ' + rate.per if rate.per else 'as it is'}: {rate.source}"
    if found.bases:
        return "scaled", f"re-scaled x {found.ratio:.4g} with {' and '.join(found.bases)}: {before}"
    return "carried", f"carried over with a wider range: {before}"


def _quantity(kind: Kind, value: float, width: Width, unit: str, source: str, grade: str) -> Quantity:
    told: dict[str, Any] = {"value": value, "unit": unit, "source": source, "grade": grade}
    if max(width) > 0.0:
        low, high = (_rounded(kind, end) for end in ranged(value, width))
        told |= {"low": min(low, value), "high": max(high, value)}
    return Quantity(**told)


def _rounded(kind: Kind, value: float) -> float:
    """A scaled number with as many digits as it deserves, within what its kind may be."""
    if kind == "count":
        return float(round(value)) if value >= WHOLE_FROM else max(round(value, 1), LEAST_COUNT)
    if kind == "share":
        return min(max(round(value, 4), LEAST_SHARE), 1.0)
    return float(f"{value:.{DIGITS}g}")


def _capacity(moved: Mapping[str, Moved], rules: RuleBook) -> dict[str, float]:
    ratios = {good: moved[name].ratio for good, name in rules.capacity.items() if name in moved}
    return {CAPACITY.format(good): ratio for good, ratio in ratios.items() if abs(ratio - 1.0) > SAME}


def _owners(values: Mapping[str, float], numbers: Numbers, rules: RuleBook) -> dict[str, float]:
    """By how much the shares of owners are larger."""
    before = {name: quantity.value for name, quantity in numbers.settings.region.baseline.items()}
    found: dict[str, float] = {}
    for product, margins in rules.owner_shares.items():
        if all(abs(margin.value(values) - margin.value(before)) <= SAME for margin in margins):
            continue
        shares = numbers.settings.products[product].owner_shares
        fitted = fitted_shares(shares, margins, before, values)
        found |= {f"products.{product}.owner_shares.{owner}": fitted[owner] / share for owner, share in shares.items()}
    return found


def _tables(
    given: Mapping[str, GivenTable], moved: Mapping[str, Moved], values: Mapping[str, float], numbers: Numbers, rules: RuleBook
) -> dict[str, dict[int, float]]:
    found = {table: each.shares for table, each in given.items()}
    for product, bands in rules.bands.items():
        table = f"vintages.{product}"
        concerned = {name for band in bands for name in (band.count, *band.of)}
        if table not in found and concerned & moved.keys():
            base = {name: quantity.value for name, quantity in numbers.settings.region.baseline.items()}
            factors = [_band(band.count, band.of, values) / _band(band.count, band.of, base) for band in bands]
            if any(abs(factor - 1.0) > SAME for factor in factors):
                found[table] = _banded(numbers.shares(table), [band.before for band in bands], factors)
    return found


def _band(count: str, of: tuple[str, ...], values: Mapping[str, float]) -> float:
    return values[count] / prod(values[name] for name in of)


def _banded(shares: Mapping[int, float], before: list[float], factors: list[float]) -> dict[int, float]:
    """Shares with those of each band multiplied; what is younger takes up the difference."""
    weights = {year: list(_portions(year, before)) for year in shares}
    old = [sum(shares[year] * weights[year][n] for year in shares) for n in range(len(before) + 1)]
    wanted = [part * factor for part, factor in zip(old, factors, strict=False)]
    rest = max(1.0 - sum(wanted), 0.0)
    each = [*factors, rest / old[-1] if old[-1] else 1.0]
    scaled = {year: share * sum(w * f for w, f in zip(weights[year], each, strict=True)) for year, share in shares.items()}
    total = sum(scaled.values())
    return {year: share / total for year, share in scaled.items()}


def _portions(year: int, before: list[float]) -> Iterator[float]:
    """How much of a year lies in each band, and after the last."""
    edges = [float("-inf"), *before, float("inf")]
    for first, last in pairwise(edges):
        yield max(min(last, year + 1.0) - max(first, float(year)), 0.0)


def changed_content(content: dict[str, Any], after: Reshaped) -> dict[str, Any]:
    """The content of a region's file with tables, turnovers and capacities in their place; vintages stand in a table."""
    told = {**content}
    for change in after.changes:
        parts = change.number.code.split(".")
        if parts[0] == ORGANISATIONS and len(parts) == 3 and change.how != "stands":
            told[ORGANISATIONS][parts[1]][parts[2]] = change.after.model_dump(exclude_none=True)
    for table, shares in after.tables.items():
        group, _, name = table.partition(".")
        values = [round(share, 6) for share in shares.values()]
        if group != "vintages":
            told[group] = {**told[group], name: values} if name else values
    scaled = {str(path): factor for path, factor in dict(told.get("scaled", {})).items()}
    for path, factor in after.scaled.items():
        scaled[path] = float(f"{scaled.get(path, 1.0) * factor:.{DIGITS}g}")
    return {**told, **({"scaled": scaled} if scaled else {})}


def vintages_after(after: Reshaped, numbers: Numbers) -> dict[str, dict[int, float]]:
    """Registration years of each category."""
    region = numbers.settings.region.model_dump(mode="python")
    return {
        product: after.tables.get(f"vintages.{product}") or table_shares(region, f"vintages.{product}")
        for product in numbers.settings.region.vintages
    }


def baseline_after(rows: list[dict[str, str]], after: Reshaped, boundary: str) -> list[dict[str, str]]:
    """The rows of the baseline; those that stand stay as they were written."""
    changes = {change.number.code: change for change in after.changes}
    return [_row(row, changes[row["indicator"]], boundary) for row in rows]


def _row(row: dict[str, str], change: NumberChange, boundary: str) -> dict[str, str]:
    told = {**row, "boundary": boundary or row["boundary"]}
    if change.how == "stands":
        return told
    after = change.after
    ends = {end: "" if getattr(after, end) is None else f"{getattr(after, end):.10g}" for end in ("low", "high")}
    return {**told, "value": f"{after.value:.10g}", "source": after.source, "grade": after.grade, **ends}
