"""What was typed for the cells of a sweep, taken apart."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

REGION = "region"
UNVARIED = frozenset((
    "output", "language", "results.folder", "executor", "executor.name", "executor.workers", "executor.address",
))  # fmt: skip
"""What may be typed, and makes no difference between cells."""
NUMBERING = "experiment.cell"
"""Numbers the cells of an experiment, and says nothing of their settings."""


def region_of(typed: str) -> str | None:
    """The district that is chosen; None: it is not chosen there."""
    chosen = (word.partition("=") for word in shlex.split(typed))
    return next((value for key, _, value in chosen if key == REGION), None)


def but_region(typed: str) -> str:
    """Everything but the choice of the district, in the order of the alphabet."""
    return shlex.join(sorted(word for word in shlex.split(typed) if word.partition("=")[0] not in (REGION, NUMBERING)))


def telling(typed: Sequence[str]) -> list[str]:
    """What tells each from the others: its words without those that all have; nothing where that is all of them."""
    split = [shlex.split(words) for words in typed]
    shared = set.intersection(*(set(words) for words in split)) if len(split) > 1 else set()
    return [shlex.join(word for word in words if word not in shared) for words in split]


def varied_columns(typed: str) -> dict[str, str]:
    """Key -> value, of what may make a difference."""
    pairs = dict(word.lstrip("+").split("=", 1) for word in shlex.split(typed))
    return {key: value for key, value in pairs.items() if key not in UNVARIED and not key.startswith("ensemble.")}
