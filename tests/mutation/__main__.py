"""``python tests/mutation [parts=policy,ledger,...] [sample=N]``; writes docs/trust/mutation.md."""

from __future__ import annotations

import os
import subprocess
import sys
import time
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
from mutation.trying import KILLED, SURVIVED, tried  # noqa: E402

PAGE = ROOT / "docs" / "trust" / "mutation.md"
WARM = ("numpy", "numba", "pandas", "pyarrow", "pydantic", "scipy.stats", "mesa", "hydra", "duckdb", "hypothesis")
SAMPLE = 200
"""Faults of a part that are tried."""


def covering_of(part: str) -> Path:
    """Where it is kept which test of a part runs which line."""
    return ROOT / "build" / "mutation" / f"{part}.json"


def measure(part: str, sample: int) -> Found:
    """Try the faults of a part, or a sample of them."""
    covering, every = read(covering_of(part)), SCOPES[part].faults()
    quick = sorted(covering.seconds, key=lambda test: covering.seconds[test])[:20]
    if tried(unchanged(every[0]), quick, covering.limit(quick)) != SURVIVED:
        sys.exit(f"{part}: tests fail without any fault, so that their failing would say nothing")
    some = every if sample >= len(every) else Random(part).sample(every, sample)
    found, began = Found(len(every)), time.monotonic()
    for mutant in sorted(some, key=lambda each: (each.file, each.line)):
        tests = covering.tests(mutant)
        outcome = EQUIVALENT if reason(mutant) else tried(mutant, tests, covering.limit(tests))
        found.outcomes[outcome] += 1
        if outcome != KILLED:
            found.missed.append((mutant, outcome))
    found.seconds = (time.monotonic() - began) / max(len(some), 1)
    return found


def main(words: list[str]) -> int:
    """Map the tests of every part, try the faults, write the page."""
    said = dict(word.split("=", 1) for word in words)
    os.chdir(ROOT)
    if "map" in said:
        record(list(SCOPES[said["map"]].tests), ["sim"], covering_of(said["map"]))
        return 0
    parts = said["parts"].split(",") if "parts" in said else list(SCOPES)
    for part in parts:
        subprocess.run([sys.executable, str(Path(__file__).parent), f"map={part}"], check=True)
    for name in WARM:
        __import__(name)
    found = {part: measure(part, int(said.get("sample", SAMPLE))) for part in parts}
    PAGE.write_text(page(found), encoding="utf-8")
    print(PAGE.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
