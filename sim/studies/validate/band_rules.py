"""How wide a band is where the evidence gives no standard error: one stated rule for each kind of number, for all cases."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple

from sim.errors import Both

Rule = Literal["share", "points", "effect", "count", "money", "months"]


class BandRule(NamedTuple):
    """What it is for, and half the width of the band around a measured number."""

    says: Both
    half: Callable[[float], float]


RULES: Mapping[Rule, BandRule] = {
    "share": BandRule(Both("份额：上下 0.10", "a share: 0.10 to either side"), lambda seen: 0.10),
    "points": BandRule(Both("百分点之差：上下 5", "a difference in points: 5 to either side"), lambda seen: 5.0),
    "effect": BandRule(
        Both("相对变化：上下 0.05，或实测值的一半，取大者", "a relative change: 0.05 or half of what was measured, the larger"),
        lambda seen: max(0.05, 0.5 * abs(seen)),
    ),
    "count": BandRule(
        Both("数量、速率和比值：上下 35%", "a count, a rate or a ratio: 35% to either side"), lambda seen: 0.35 * abs(seen)
    ),
    "money": BandRule(Both("金额：上下一半", "an amount of money: half of it to either side"), lambda seen: 0.5 * abs(seen)),
    "months": BandRule(Both("月数：上下 2 个月", "a number of months: 2 to either side"), lambda seen: 2.0),
}
TWO = 2.0
"""Standard errors to either side of what was measured."""


def band_of(observed: float, standard_error: float | None, rule: Rule | None) -> tuple[float, float]:
    """Lowest and highest prediction that passes."""
    assert (standard_error is None) != (rule is None)  # refused by the schema
    half = TWO * standard_error if standard_error is not None else RULES[rule].half(observed) if rule is not None else 0.0
    return observed - half, observed + half
