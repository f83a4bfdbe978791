"""Ranges on the scale of logarithms: how far a number may lie below and above its value, and what becomes of that."""

from __future__ import annotations

from math import exp, hypot, log, sqrt
from typing import NamedTuple

from sim.schema.bricks import Quantity

SAME = 1e-9
LEAST_LOW = 1e-3
"""A range that reaches zero is taken to reach so far down, relative to the value."""


class Width(NamedTuple):
    """How far a number may lie below and above its value, as logarithms of ratios."""

    down: float = 0.0
    up: float = 0.0


def width_of(number: Quantity) -> Width:
    """The range of a number."""
    if number.low is None or number.high is None or number.value <= 0.0:
        return Width()
    low = max(number.low, LEAST_LOW * number.value)
    return Width(max(log(number.value / low), 0.0), max(log(number.high / number.value), 0.0))


def ranged(value: float, width: Width) -> tuple[float, float]:
    """Low and high."""
    return value * exp(-width.down), value * exp(width.up)


def turned(width: Width, power: float) -> Width:
    """The width of a power of a number."""
    down, up = (abs(power) * part for part in width)
    return Width(down, up) if power > 0.0 else Width(up, down)


def together(*widths: Width) -> Width:
    """The width of a product of numbers that know nothing of one another."""
    return Width(hypot(*(width.down for width in widths)), hypot(*(width.up for width in widths)))


def kept(was: float, before: float, after: float, assumed: bool) -> float:
    """A width once that of the base is another. A range that was assumed is the ratio's own, whatever the base's."""
    own = was if assumed else sqrt(max(was * was - before * before, 0.0))
    return hypot(own, sqrt(max(after * after - before * before, 0.0)) if assumed else after)


def alike(one: Width, other: Width) -> bool:
    """Whether two widths are the same but for rounding."""
    return all(abs(a - b) <= SAME for a, b in zip(one, other, strict=True))
