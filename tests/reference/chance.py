"""Keyed luck and calendar arithmetic in plain Python."""

from __future__ import annotations

import datetime as dt
import math

WORD = 0xFFFFFFFF
EPOCH = dt.date(1990, 1, 1)


def bits(key: int, who: int) -> int:
    """32 random bits of one agent: two rounds of Wellons' lowbias32."""
    x = ((who * 0x9E3779B9) & WORD) ^ key
    for last in (False, True):
        x ^= x >> 16
        x = (x * 0x21F0AAAD) & WORD
        x ^= x >> 15
        if not last:
            x = (x * 0x735A2D97) & WORD
            x ^= x >> 15
            x = (x + key * 0x85EBCA6B) & WORD
    return x


def uniform(key: int, who: int) -> float:
    return (bits(key, who) + 0.5) / 2.0**32


def derived(key: int, which: int) -> int:
    return bits(key ^ 0x5BD1E995, which + 1)


def gumbel(key: int, who: int) -> float:
    return -math.log(-math.log(uniform(key, who)))


def logistic(key: int, who: int) -> float:
    u = uniform(key, who)
    return math.log(u / (1.0 - u))


def log_sum(values: list[float]) -> float:
    """log of the sum of exponentials."""
    top = max(values)
    return top + math.log(sum(math.exp(v - top) for v in values))


def date(day: int) -> dt.date:
    return EPOCH + dt.timedelta(days=day)


def months_between(start: int, end: int) -> int:
    """Whole months from one day to another, rounded down."""
    one, other = date(start), date(end)
    return (other.year - one.year) * 12 + other.month - one.month - (1 if other.day < one.day else 0)
