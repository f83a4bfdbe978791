"""The scores as a page: docs/trust/mutation.md."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import sqrt
from typing import Any

from mutation.equivalent import EQUIVALENT
from mutation.mutants import Mutant
from mutation.scope import SCOPES
from mutation.trying import KILLED, SURVIVED, UNREACHED
from sim.report.generated import generated

INTRODUCTION = (
    generated("make mutation")
    + """\
# Mutation score

Small faults are put into the code one at a time (operators of Cosmic Ray, one a place and family); one of the tests that
run the line, uncompiled, should fail. Where not all faults are tried, those that are have been drawn by key.

Unreached: no test that is quick enough runs the line; it counts as not noticed. Equivalent: nothing can notice it, for the
reason given below; it counts neither way. The score is noticed / (tried - equivalent), with its 95 % interval (Wilson) as an
estimate of the score of all faults."""
)
HEADS = ("Part", "Faults", "Tried", "Noticed", "Survived", "Unreached", "Equivalent", "Score", "95 %", "Seconds a fault")
NORMAL = 1.959964
"""Standard errors to each side of a 95 % interval."""


@dataclass
class Found:
    """What came of the faults of a part."""

    faults: int
    outcomes: dict[str, int] = field(default_factory=dict)
    noticed: set[str] = field(default_factory=set)
    """Keys of the faults that a test has noticed."""
    others: list[tuple[str, str, str]] = field(default_factory=list)
    """Name, outcome and reason of the others."""
    seconds: float = 0.0

    @classmethod
    def read(cls, said: dict[str, Any]) -> Found:
        """What was kept as JSON."""
        return cls(**(said | {"noticed": set(said["noticed"]), "others": [(a, b, c) for a, b, c in said["others"]]}))

    def add(self, mutant: Mutant, outcome: str, why: str = "") -> None:
        """Count a fault."""
        self.outcomes[outcome] = self.outcomes.get(outcome, 0) + 1
        if outcome == KILLED:
            self.noticed.add(mutant.key)
        else:
            self.others.append((mutant.name, outcome, why))

    def of(self, outcome: str) -> int:
        """Number of faults with an outcome."""
        return self.outcomes.get(outcome, 0)

    @property
    def tried(self) -> int:
        return sum(self.outcomes.values())

    @property
    def counted(self) -> int:
        return self.tried - self.of(EQUIVALENT)

    def interval(self) -> tuple[float, float]:
        """The score of all faults as far as this sample tells (Wilson, finite population); exact if all were tried."""
        if self.tried == self.faults:
            score = self.of(KILLED) / max(self.counted, 1)
            return score, score
        n, share = max(self.counted, 1), self.of(KILLED) / max(self.counted, 1)
        z = NORMAL * sqrt((self.faults - self.tried) / (self.faults - 1))
        middle = (share + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
        return middle - half, middle + half


def page(found: dict[str, Found]) -> str:
    """Scores, tests, and every fault that was not noticed."""
    lines = [INTRODUCTION, "", f"| {' | '.join(HEADS)} |", "|---" * len(HEADS) + "|"]
    lines += [_row(name, each) for name, each in found.items()]
    for name in found:
        scope = SCOPES[name]
        less = f" without {_listed(scope.without)}" if scope.without else ""
        lines += ["", f"`{name}`: {_listed(scope.code)}{less}, by {_listed(scope.tests)}."]
    for name, each in found.items():
        for title, wanted in (("Not noticed", (SURVIVED, UNREACHED)), ("Equivalent", (EQUIVALENT,))):
            some = [f"- {shown}: {why or outcome}" for shown, outcome, why in each.others if outcome in wanted]
            lines += ["", f"## {title}: {name}", "", *some] if some else []
    return "\n".join([*lines, ""])


def _row(name: str, found: Found) -> str:
    low, high = found.interval()
    counts = [found.of(each) for each in (KILLED, SURVIVED, UNREACHED, EQUIVALENT)]
    score, spread = f"{found.of(KILLED) / max(found.counted, 1):.0%}", f"{low:.0%}-{high:.0%}" if low < high else "all"
    cells = (f"`{name}`", found.faults, found.tried, *counts, score, spread, f"{found.seconds:.1f}")
    return "| " + " | ".join(map(str, cells)) + " |"


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)
