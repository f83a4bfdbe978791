"""Faults that change no result, each with its reason: ``equivalent.yaml``."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

import yaml

from mutation.mutants import Mutant

EQUIVALENT = "equivalent"


class Harmless(NamedTuple):
    """A line that may change without anybody noticing, and why."""

    file: str
    was: str
    why: str
    becomes: str = ""
    """Empty: whatever it becomes."""


@cache
def harmless() -> dict[tuple[str, str, str], Harmless]:
    """All that are listed, by file and what the line was and becomes."""
    rows = yaml.safe_load((Path(__file__).parent / "equivalent.yaml").read_text(encoding="utf-8"))
    found = [Harmless(**row) for row in rows]
    return {(each.file, each.was, each.becomes): each for each in found}


def reason(mutant: Mutant) -> str | None:
    """Why a fault changes nothing; None: it does."""
    lines = harmless()
    found = lines.get((mutant.file, mutant.was, mutant.becomes)) or lines.get((mutant.file, mutant.was, ""))
    return None if found is None else found.why
