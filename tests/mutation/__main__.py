"""``python tests/mutation [packages=sim/behaviour,...] [sample=N] [tests=tests/test_a.py,...]``; writes docs/trust/mutation.md.

``tests`` maps again which test runs which line; without it a map is made of the whole suite, once.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from importlib.util import find_spec
from pathlib import Path
from random import Random

os.environ["NUMBA_DISABLE_JIT"] = "1"
sys.path[:0] = [str(Path(__file__).resolve().parents[1] / name) for name in (".", "helpers")]
sys.dont_write_bytecode = True

if missing := [name for name in ("cosmic_ray", "coverage") if find_spec(name) is None]:
    sys.exit(f"needed and not installed: {', '.join(missing)}; {sys.executable} -m pip install cosmic-ray coverage")

from mutation.covering import record  # noqa: E402
from mutation.mutants import ROOT, Mutant, mutants  # noqa: E402
from mutation.trying import KILLED, SURVIVED, UNREACHED, tried  # noqa: E402
from sim.report.generated import generated  # noqa: E402

PACKAGES = ("sim/behaviour", "sim/policy", "sim/markets", "sim/indicators")
MAP = ROOT / "build" / "mutation" / "covering.json"
PAGE = "docs/trust/mutation.md"
WARM = ("numpy", "numba", "pandas", "pyarrow", "pydantic", "scipy.stats", "mesa", "hydra", "duckdb", "hypothesis")
FEW_SECONDS = 30.0
"""Tests of a line are taken from the quickest on, until they take so long together."""


INTRODUCTION = (
    generated("make mutation").rstrip(),
    "# Mutation score",
    "",
    "Small faults are put into the code one at a time (operators of Cosmic Ray, one a place and family); one of the tests that",
    "run the line, uncompiled, should fail. Unreached: no test that is quick enough runs it; it counts as not noticed.",
    "",
)


def files(package: str) -> list[Path]:
    """Python files of a package, or the one file that it is."""
    place = ROOT / package
    return [place] if place.is_file() else sorted(place.rglob("*.py"))


def chosen_tests(told: dict[str, dict[str, list[str]]], seconds: dict[str, float], mutant: Mutant) -> list[str]:
    """The quickest tests that run the line."""
    reached = sorted(told.get(mutant.file, {}).get(str(mutant.line), []), key=lambda test: seconds[test])
    taken, total = [], 0.0
    for test in reached:
        total += seconds[test]
        if taken and total > FEW_SECONDS:
            break
        taken.append(test)
    return taken


def measure(package: str, sample: int | None) -> tuple[Counter[str], list[str], float]:
    """Outcomes of a package's faults, the names of those that nobody noticed, and seconds for each fault."""
    told = json.loads(MAP.read_text(encoding="utf-8"))
    every = [mutant for file in files(package) for mutant in mutants(file)]
    some = every if sample is None or sample >= len(every) else Random(package).sample(every, sample)
    outcomes: Counter[str] = Counter(faults=len(every))
    missed, began = [], time.monotonic()
    for mutant in sorted(some, key=lambda each: (each.file, each.line)):
        tests = chosen_tests(told["lines"], told["seconds"], mutant)
        outcome = tried(mutant, tests, 10.0 + 4.0 * sum(told["seconds"][test] for test in tests))
        outcomes[outcome] += 1
        missed += [f"{mutant.name} ({outcome})"] if outcome != KILLED else []
    return outcomes, missed, (time.monotonic() - began) / max(len(some), 1)


def page(found: dict[str, tuple[Counter[str], list[str], float]], mapped: str) -> str:
    """The scores as a page."""
    heads = ("Package", "Faults", "Tried", "Noticed", "Survived", "Unreached", "Score", "Seconds a fault")
    lines = [
        *INTRODUCTION,
        f"Tests that were mapped: {mapped}.",
        "",
        "| " + " | ".join(heads) + " |",
        "|---" * len(heads) + "|",
    ]
    for package, (outcomes, _, each) in found.items():
        killed, survived, unreached = (outcomes[name] for name in (KILLED, SURVIVED, UNREACHED))
        count = killed + survived + unreached
        row = (outcomes["faults"], count, killed, survived, unreached, f"{killed / max(count, 1):.0%}", f"{each:.1f}")
        lines.append(f"| `{package}` | " + " | ".join(map(str, row)) + " |")
    for package, (_, missed, _) in found.items():
        lines += ["", f"## Not noticed in {package}", "", *(f"- `{name}`" for name in missed)] if missed else []
    return "\n".join([*lines, ""])


def main(words: list[str]) -> int:
    """Map the tests if there is no map, try the faults, write the page."""
    said = dict(word.split("=", 1) for word in words)
    packages = said.get("packages", ",".join(PACKAGES)).split(",")
    os.chdir(ROOT)
    if said.get("step") == "map":
        record(said["tests"].split(",") if "tests" in said else ["tests"], ["sim"], MAP)
        return 0
    if not MAP.exists() or "tests" in said:
        asked = [word for word in words if word.startswith("tests=")]
        subprocess.run([sys.executable, str(Path(__file__).parent), "step=map", *asked], check=True)
    for name in WARM:
        __import__(name)
    sample = int(said["sample"]) if "sample" in said else None
    found = {package: measure(package, sample) for package in packages}
    (ROOT / PAGE).write_text(page(found, said.get("tests", "the whole suite")), encoding="utf-8")
    print(PAGE)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
