"""What cannot be at once: numbers beyond their bounds, parts that exceed their whole, flows that exceed their stock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import fsum, isclose, prod
from typing import NamedTuple

from sim.errors import BadInput, Both, joined
from sim.studies.common.form_reading import off_by_a_unit
from sim.studies.local.district_numbers import LocalNumber
from sim.studies.local.rule_book import Kind, LocalCheck, Terms

ROUNDING = 1e-6
SHOWN = 5
"""Contradictions that a message tells."""
BOUNDS = {
    "count": Both("大于 0 的整数", "a whole number above 0"),
    "share": Both("0 到 1 之间的数（或百分数）", "a number from 0 to 1, or a percentage"),
    "amount": Both("大于 0 的数", "a number above 0"),
    "signed": Both("数", "a number"),
}
Told = Callable[[str, float], Both]
"""(name of a number, its value) -> how it is told, with its place."""


class Clash(NamedTuple):
    """Numbers that cannot be at once."""

    place: Both
    value: Both
    allowed: Both
    remedy: Both


class Contradiction(NamedTuple):
    """A relation that does not hold."""

    names: tuple[str, ...]
    said: Both
    allowed: Both


def refuse_clashes(shown: str, clashes: Sequence[Clash]) -> BadInput:
    """One refusal for all of them; the first are told, the others counted."""
    first, more = clashes[:SHOWN], len(clashes) - SHOWN
    counted = [Both(f"另有 {more} 处", f"and {more} more")] if more > 0 else []
    between = Both("；", "; ")
    return BadInput(
        file=shown,
        key=joined([*(each.place for each in first), *counted], between),
        value=joined([each.value for each in first], between),
        allowed=joined([each.allowed for each in first], between),
        remedy=joined(dict.fromkeys(each.remedy for each in first), between),
    )


def within_bounds(kind: Kind, value: float, empty: bool = False) -> bool:
    """Whether a number of the kind may have the value; ``empty``: a count may be none."""
    return {
        "count": (value > 0.0 or (empty and value == 0.0)) and isclose(value, round(value), abs_tol=ROUNDING),
        "share": 0.0 <= value <= 1.0,
        "amount": value > 0.0,
        "signed": True,
    }[kind]


def far_off(number: LocalNumber, value: float) -> bool:
    """Whether a value is so far from today's estimate that its unit must be another."""
    return number.kind in ("count", "amount") and not number.table and off_by_a_unit(value, number.quantity.value)


def contradictions(
    checks: Iterable[LocalCheck], values: Mapping[str, float], moved: Iterable[str], told: Told
) -> Iterator[Contradiction]:
    """Relations between numbers, of which at least one was moved, that do not hold."""
    changed = set(moved)
    for check in checks:
        right = check.at_most if check.at_most is not None else check.equals or ()
        names = tuple(dict.fromkeys(name for terms in (check.left, right) for term in terms for name in term))
        if changed.isdisjoint(names) or not all(name in values for name in names):
            continue
        left_sum, right_sum = _sum(check.left, values), _sum(right, values)
        if check.at_most is not None:
            holds, relation = left_sum <= right_sum * (1.0 + ROUNDING), Both("不超过", "at most")
        else:
            holds = abs(left_sum - right_sum) <= check.within * abs(right_sum)
            relation = Both(f"与其相差不超过 {check.within:.1%}：", f"within {check.within:.1%} of")
        if not holds:
            ends = Both(f"{left_sum:,.6g} 对 {right_sum:,.6g}", f"{left_sum:,.6g} against {right_sum:,.6g}")
            listed = joined([told(name, values[name]) for name in names], Both("；", "; "))
            allowed = joined(
                [_named(check.left, told, values), Both(" ", " "), relation, Both(" ", " "), _named(right, told, values)]
            )
            yield Contradiction(names, joined([ends, Both("（", " ("), listed, Both("）", ")")]), allowed)


def _sum(terms: Terms, values: Mapping[str, float]) -> float:
    return fsum(prod((values[name] for name in term), start=1.0) for term in terms)


def _named(terms: Terms, told: Told, values: Mapping[str, float]) -> Both:
    def product(term: tuple[str, ...]) -> Both:
        return joined([_title(told(name, values[name])) for name in term], " × ") if term else Both("1", "1")

    return joined([product(term) for term in terms], " + ")


def _title(words: Both) -> Both:
    """Without value and place, which follow the first mark."""
    return Both(words.zh.split(" = ")[0], words.en.split(" = ")[0])
