"""What follows for all numbers of a district when some are known: wholes and parts, products of powers, ranges.

Pure arithmetic on the rules of ``rule_book``. A tree is a whole with its parts, their parts, and so on; a number alone is a
tree of one. Within a tree what is fixed stands, a whole that is not is the sum of its parts and of the rest it holds
beside them, and what is not fixed shares what is left. Trees are worked out after those that their numbers scale with.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import fsum, prod
from typing import NamedTuple

from sim.schema.bricks import Quantity
from sim.studies.local.range_widths import SAME, Width, alike, kept, together, turned, width_of
from sim.studies.local.rule_book import RuleBook

ONES = "ones."
"""Beginning of the names of wholes that are one."""
ASSUMED = "C"
"""Grade of what is assumed."""
ONE = Quantity(value=1.0, unit="ratio", source="shares sum to one", grade="A")


class KnownNumber(NamedTuple):
    """A value that stands, and how far it may be off."""

    value: float
    width: Width = Width()


class Moved(NamedTuple):
    """What became of a number."""

    value: float
    width: Width
    ratio: float
    """To the old value."""
    bases: tuple[str, ...]
    """What it was scaled with, or fitted to."""


class Derived(NamedTuple):
    """A quantity that is worked out of numbers, so that others can scale with it."""

    sums: tuple[tuple[str, ...], ...]
    """Products to be added; ``-x`` stands for 1 - x."""
    weights: tuple[float, ...]

    @property
    def names(self) -> set[str]:
        """The numbers it is made of."""
        return {name.lstrip("-") for term in self.sums for name in term}

    def value(self, values: Mapping[str, float]) -> float:
        """What it comes to."""
        return fsum(w * prod(_factor(name, values) for name in term) for w, term in zip(self.weights, self.sums, strict=True))


def _factor(name: str, values: Mapping[str, float]) -> float:
    return 1.0 - values[name[1:]] if name.startswith("-") else values[name]


@dataclass
class _Course:
    """The numbers in the course of being worked out."""

    old: Mapping[str, Quantity]
    rules: RuleBook
    derived: Mapping[str, Derived]
    fixed: dict[str, KnownNumber]
    whole_of: Mapping[str, str]
    values: dict[str, float] = field(default_factory=dict)
    widths: dict[str, Width] = field(default_factory=dict)

    def was(self, name: str) -> float:
        """The old value of a number, or of what is derived."""
        if name in self.derived:
            return self.derived[name].value({each: self.old[each].value for each in self.derived[name].names})
        return self.old[name].value

    def parts(self, name: str) -> tuple[str, ...]:
        """Of a whole."""
        if name.startswith(ONES):
            return self.rules.ones[int(name.removeprefix(ONES))]
        return self.rules.wholes.get(name, ())


def rescaled(
    old: Mapping[str, Quantity], given: Mapping[str, KnownNumber], rules: RuleBook, derived: Mapping[str, Derived]
) -> dict[str, Moved]:
    """Every number once ``given`` is known; numbers that nothing moves are left out."""
    whole_of = {part: whole for whole, parts in rules.wholes.items() for part in parts}
    whole_of |= {part: f"{ONES}{n}" for n, parts in enumerate(rules.ones) for part in parts}
    wholes = {f"{ONES}{n}": ONE for n in range(len(rules.ones))}
    course = _Course({**old, **wholes}, rules, derived, {**given, **dict.fromkeys(wholes, KnownNumber(1.0))}, whole_of)
    for root in _in_order(course):
        _fix_by_rate(root, course)
        _settle(root, course)
    return dict(_moved(course))


def _moved(course: _Course) -> Iterator[tuple[str, Moved]]:
    for name, value in course.values.items():
        was, width = course.old[name], course.widths[name]
        ratio = value / was.value if was.value else 1.0
        same = abs(value - was.value) <= SAME * abs(was.value) and alike(width, width_of(was))
        if not name.startswith(ONES) and (name in course.fixed or not same):
            yield name, Moved(value, width, ratio, tuple(_bases(name, course)))


def _in_order(course: _Course) -> list[str]:
    """Roots of trees, each after those that its numbers scale with; raises ValueError where rules go round in a circle."""
    order: list[str] = []
    state: dict[str, bool] = {}

    def visit(root: str) -> None:
        if state.get(root) is False:
            raise ValueError(f"the rules of {root} go round in a circle")
        if root in state:
            return
        state[root] = False
        for name in _tree(root, course):
            for base in _needs(name, course):
                if (other := _root(base, course)) != root:
                    visit(other)
        state[root] = True
        order.append(root)

    for name in course.old:
        visit(_root(name, course))
    return order


def _needs(name: str, course: _Course) -> Iterator[str]:
    rate = course.rules.rates.get(name)
    for base in [*course.rules.scales_with.get(name, ()), *([rate.per] if rate and rate.per else ())]:
        yield from course.derived[base].names if base in course.derived else (base,)


def _root(name: str, course: _Course) -> str:
    while name in course.whole_of:
        name = course.whole_of[name]
    return name


def _tree(root: str, course: _Course) -> Iterator[str]:
    yield root
    for part in course.parts(root):
        yield from _tree(part, course)


def _fix_by_rate(root: str, course: _Course) -> None:
    """A whole or a lone number of which nothing is given takes the rate of province or nation."""
    rate = course.rules.rates.get(root)
    if rate is None or any(name in course.fixed for name in _tree(root, course)):
        return
    base = _now(rate.per, course) if rate.per else 1.0
    widths = [width_of(rate), _spread(root, course), _width_now(rate.per, course) if rate.per else Width()]
    course.fixed[root] = KnownNumber(rate.value * base, together(*widths))


def _settle(root: str, course: _Course) -> None:
    expected: dict[str, float] = {}
    flexible: dict[str, float] = {}
    _add_up(root, course, expected, flexible)
    _share_out(root, expected[root], course, expected, flexible)
    for name in _tree(root, course):
        course.widths[name] = _width(name, course, flexible)


def _add_up(name: str, course: _Course, expected: dict[str, float], flexible: dict[str, float]) -> None:
    """What each number of a tree comes to by its own scale, and how much of it nothing fixes."""
    parts, was = course.parts(name), course.was(name)
    for part in parts:
        _add_up(part, course, expected, flexible)
    rest = _rest(name, course) * _scale(name, course)
    if name in course.fixed:
        expected[name], flexible[name] = course.fixed[name].value, 0.0
    elif parts:
        expected[name] = fsum([rest, *(expected[part] for part in parts)])
        flexible[name] = fsum([rest, *(flexible[part] for part in parts)])
    else:
        expected[name] = flexible[name] = was * _scale(name, course)


def _share_out(name: str, value: float, course: _Course, expected: Mapping[str, float], flexible: Mapping[str, float]) -> None:
    """Fit what is not fixed below a whole to its value; never below zero."""
    course.values[name] = value
    parts = course.parts(name)
    if not parts:
        return
    rest = _rest(name, course) * _scale(name, course)
    loose = fsum([rest, *(flexible[part] for part in parts)])
    whole = fsum([rest, *(expected[part] for part in parts)])
    factor = max(1.0 + (value - whole) / loose, 0.0) if loose > SAME * max(value, whole) else 1.0
    for part in parts:
        _share_out(part, expected[part] + (factor - 1.0) * flexible[part], course, expected, flexible)


def _rest(name: str, course: _Course) -> float:
    """What a whole holds beside its parts."""
    rest = course.was(name) - fsum(course.was(part) for part in course.parts(name))
    return max(rest, 0.0) if rest > SAME * abs(course.was(name)) else 0.0


def _scale(name: str, course: _Course) -> float:
    """How much larger a number is than before by what it scales with; a part without a rule goes with its whole."""
    powers = course.rules.scales_with.get(name)
    if powers is None:
        return _scale(course.whole_of[name], course) if name in course.whole_of else 1.0
    return prod(float(_ratio(base, course) ** power) for base, power in powers.items())


def _ratio(base: str, course: _Course) -> float:
    was = course.was(base)
    return _now(base, course) / was if was > 0.0 else 1.0


def _now(base: str, course: _Course) -> float:
    return course.derived[base].value(course.values) if base in course.derived else course.values[base]


def _bases(name: str, course: _Course) -> list[str]:
    """What moved a number: parts of it that are fixed, the number its rate is of, or what it is tied to."""
    if name not in course.fixed and (fixed := list(_fixed_within(name, course))):
        return fixed
    rate = course.rules.rates.get(name)
    if rate and name in course.fixed:
        return [rate.per] if rate.per else []
    return _ties(name, course)


def _ties(name: str, course: _Course) -> list[str]:
    """Its whole where that is fixed or nothing else is said, else what a number scales with."""
    whole = course.whole_of.get(name, "")
    powers = course.rules.scales_with.get(name)
    return [whole] if whole and (powers is None or whole in course.fixed) else list(powers or {})


def _width(name: str, course: _Course, flexible: Mapping[str, float]) -> Width:
    """The range of a number: what is not known of its ratio, and what is not known of that which it is tied to."""
    if name in course.fixed:
        return course.fixed[name].width
    fixed = list(_fixed_within(name, course))
    loose = _loose_width(name, course)
    if not fixed:
        return loose
    value = max(course.values[name], SAME)
    shares = [(course.values[part] / value, course.fixed[part].width) for part in fixed]
    shares.append((flexible[name] / value, loose))
    return together(*(Width(share * width.down, share * width.up) for share, width in shares))


def _fixed_within(name: str, course: _Course) -> Iterator[str]:
    """The outermost of the numbers below a whole that are fixed."""
    for part in course.parts(name):
        yield from (part,) if part in course.fixed else _fixed_within(part, course)


def _loose_width(name: str, course: _Course) -> Width:
    was, bases = width_of(course.old[name]), _ties(name, course)
    powers = course.rules.scales_with.get(name, {})
    before = together(*(turned(_width_before(base, course), powers.get(base, 1.0)) for base in bases))
    after = together(*(turned(_width_now(base, course), powers.get(base, 1.0)) for base in bases))
    if was == Width():
        return _spread(name, course)
    if not alike(before, after):
        assumed = course.old[name].grade == ASSUMED
        was = Width(*(kept(*each, assumed) for each in zip(was, before, after, strict=True)))
    return together(was, _spread(name, course))


def _width_before(base: str, course: _Course) -> Width:
    names = course.derived[base].names if base in course.derived else {base}
    return together(*(width_of(course.old[name]) for name in sorted(names)))


def _width_now(base: str, course: _Course) -> Width:
    names = course.derived[base].names if base in course.derived else {base}
    return together(*(course.widths.get(name, Width()) for name in sorted(names)))


def _spread(name: str, course: _Course) -> Width:
    spread = course.rules.spread.get(name, 0.0)
    return Width(spread, spread)
