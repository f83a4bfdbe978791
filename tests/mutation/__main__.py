"""``python tests/mutation [parts=policy,ledger,...] [sample=N] [keep=yes]``; writes docs/trust/mutation.md.

``keep``: what was noticed the last time is not tried again, and tests that have not changed are not mapped again; for work on
tests that are added to.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from random import Random

os.environ["NUMBA_DISABLE_JIT"] = "1"
sys.path[:0] = [str(Path(__file__).resolve().parents[1] / name) for name in (".", "helpers")]
sys.dont_write_bytecode = True

if missing := [name for name in ("cosmic_ray", "coverage") if find_spec(name) is None]:
    sys.exit(f"needed and not installed: {', '.join(missing)}; {sys.executable} -m pip install cosmic-ray coverage")

from mutation.covering import read, record  # noqa: E402
from mutation.equivalent import EQUIVALENT, reason  # noqa: E402
from mutation.mutants import ROOT, unchanged  # noqa: E402
from mutation.page import Found, page  # noqa: E402
from mutation.scope import SCOPES  # noqa: E402
from mutation.trying import KILLED, SURVIVED, tried, warm  # noqa: E402

PAGE = "docs/trust/mutation.md"
WARM = ("numpy", "numba", "pandas", "pyarrow", "pydantic", "scipy.stats", "mesa", "hydra", "duckdb", "hypothesis")
SAMPLE = 150
"""Faults of a part that are tried."""


def covering_of(part: str) -> Path:
    """Where it is kept which test of a part runs which line."""
    return ROOT / "build" / "mutation" / f"{part}.json"


def mapped(part: str) -> bool:
    """Whether the map of a part is younger than its tests."""
    place = covering_of(part)
    changed = max((ROOT / test).stat().st_mtime for test in SCOPES[part].tests)
    return place.exists() and place.stat().st_mtime > changed


def outcomes_of(part: str) -> Path:
    """Where the outcomes of a part are kept, for the page shows the last of every part."""
    return covering_of(part).with_suffix(".outcomes.json")


def last(part: str) -> Found | None:
    """The last outcomes of a part."""
    place = outcomes_of(part)
    return Found.read(json.loads(place.read_text(encoding="utf-8"))) if place.exists() else None


def measure(part: str, sample: int, noticed: set[str]) -> Found:
    """Try the faults of a part, or a sample of them, but for those that are known to be noticed."""
    covering, every = read(covering_of(part)), SCOPES[part].faults()
    some = every if sample >= len(every) else Random(part).sample(every, sample)
    quick = sorted(covering.seconds, key=lambda test: covering.seconds[test])[:20]
    if tried(unchanged(every[0]), quick, covering.limit(quick)) != SURVIVED:
        sys.exit(f"{part}: tests fail without any fault, so that their failing would say nothing")
    found, began, asked = Found(len(every)), time.monotonic(), 0
    for mutant in sorted(some, key=lambda each: (each.file, each.line)):
        tests = covering.tests(mutant)
        if why := reason(mutant):
            found.add(mutant, EQUIVALENT, why)
        elif mutant.key in noticed:
            found.add(mutant, KILLED)
        else:
            asked += 1
            found.add(mutant, tried(mutant, tests, covering.limit(tests)))
    found.seconds = (time.monotonic() - began) / max(asked, 1)
    return found


def main(words: list[str]) -> int:
    """Map the tests of every part, try the faults, write the page."""
    said = dict(word.split("=", 1) for word in words)
    os.chdir(ROOT)
    if "map" in said:
        record(list(SCOPES[said["map"]].tests), ["sim"], covering_of(said["map"]))
        return 0
    parts = said["parts"].split(",") if "parts" in said else list(SCOPES)
    for name in WARM:
        __import__(name)
    for part in parts:
        if "keep" not in said or not mapped(part):
            subprocess.run([sys.executable, str(Path(__file__).parent), f"map={part}"], check=True)
        warm(SCOPES[part].tests)
        before = last(part) if "keep" in said else None
        found = measure(part, int(said.get("sample", SAMPLE)), before.noticed if before else set())
        outcomes_of(part).write_text(json.dumps(asdict(found), default=sorted), encoding="utf-8")
    shown = {part: found for part in SCOPES if (found := last(part))}
    (ROOT / PAGE).write_text(page(shown), encoding="utf-8")
    print(PAGE)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
