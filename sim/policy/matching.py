"""Tables in measure files are keyed by words that describe a good: the most specific key that fits counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from sim.schema.product import Variant

T = TypeVar("T")


def words(key: str) -> frozenset[str]:
    """The words of a key such as ``truck/heavy/operating``."""
    return frozenset(key.split("/"))


def most_specific(table: Mapping[str, T], described: Iterable[str]) -> T | None:
    """The entry with the most words among those whose words all describe the good; None where nothing fits."""
    facts = frozenset(described)
    fitting = [key for key in table if words(key) <= facts]
    return table[max(fitting, key=lambda key: (len(words(key)), key))] if fitting else None


def described(variant: Variant) -> tuple[str, ...]:
    """The words that keys of a measure file may use for a variant."""
    return tuple(word for word in (variant.powertrain, variant.fuel, variant.size, variant.label) if word)
