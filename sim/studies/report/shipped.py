"""What ships with the program about its own forecasts, for reports whose own verbs have not been run."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from sim.config.tables.frame import read_frame
from sim.report.findings import ScoreCount, ShippedWorth
from sim.runs.store.run_keys import digest, without_prose
from sim.settings import Settings

NUMBERS = "docs/numbers"
"""Numbers that ship with the program."""
ABOUT = ("region", "policy", "pots")
"""Settings that decide whose claims they are, and on what terms."""
SUMMED = ("Not used in the calibration", "Used in it, so no test")
"""How the two parts of the scorecard's summary begin."""


def about(told: Mapping[str, object]) -> str:
    """Digest of the district and the terms of all measures, from settings as plain data in any order of their entries."""
    return digest(json.dumps(without_prose({name: told[name] for name in ABOUT}), ensure_ascii=False, sort_keys=True))


def shipped_worth(folder: Path, settings: Settings) -> ShippedWorth | None:
    """What claims were in the budget that ships with the program; None if that was of another district or other terms."""
    table, made = folder / "additionality.csv", folder / "budget.json"
    if not (table.is_file() and made.is_file()):
        return None
    told = json.loads(made.read_text(encoding="utf-8"))
    if told["about"] != about(settings.model_dump(mode="json", include=set(ABOUT))):
        return None
    return ShippedWorth(read_frame(table, str(table), ("measure",)), float(told["scale"]))


def shipped_score(page: Path) -> ScoreCount | None:
    """What the scorecard among the documentation says in sum; None if it is not there."""
    text = page.read_text(encoding="utf-8") if page.is_file() else ""
    fresh, seen = (re.search(rf"{words}: (\d+) of (\d+) passed", text) for words in SUMMED)
    return ScoreCount(total=int(fresh[2]), passed=int(fresh[1]), used=int(seen[2])) if fresh and seen else None
