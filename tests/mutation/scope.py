"""What is tried, and the tests that should notice: those of the room that are quick enough when nothing is compiled."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mutation.mutants import ROOT, Mutant, mutants


@dataclass(frozen=True)
class Scope:
    """A row of the page."""

    code: tuple[str, ...]
    """Folders and files."""
    tests: tuple[str, ...]
    """Files."""
    without: tuple[str, ...] = ()
    """Files that other rows show."""

    def files(self) -> list[Path]:
        """Python files of the row."""
        places = [ROOT / name for name in self.code]
        found = {file for place in places for file in ([place] if place.is_file() else place.rglob("*.py"))}
        return sorted(found - {ROOT / name for name in self.without})

    def faults(self) -> list[Mutant]:
        """Every fault that could be put into it."""
        return [mutant for file in self.files() for mutant in mutants(file)]


LEDGER = (
    "sim/policy/ledger.py",
    "sim/policy/pot.py",
    "sim/policy/pots.py",
    "sim/policy/rationing.py",
    "sim/policy/releases.py",
)
SCOPES = {
    "ledger": Scope(
        LEDGER,
        (
            "tests/policy/test_ledger.py",
            "tests/policy/test_pots.py",
            "tests/policy/test_rationing.py",
            "tests/policy/test_releases.py",
            "tests/policy/test_pot_terms.py",
        ),
    ),
    "policy": Scope(
        ("sim/policy",),
        (
            "tests/policy/test_policy_cases.py",
            "tests/policy/test_policy.py",
            "tests/policy/test_calendar.py",
            "tests/policy/test_eligibility.py",
            "tests/policy/test_joining.py",
            "tests/policy/test_terms.py",
        ),
        without=LEDGER,
    ),
    "markets": Scope(
        ("sim/markets",),
        (
            "tests/markets/test_lots.py",
            "tests/markets/test_goods.py",
            "tests/markets/test_prices.py",
            "tests/markets/test_used_market.py",
            "tests/markets/test_settling.py",
        ),
    ),
    "indicators": Scope(
        ("sim/indicators",),
        (
            "tests/indicators/test_shared.py",
            "tests/indicators/test_vehicles.py",
            "tests/indicators/test_equipment.py",
        ),
    ),
    "behaviour": Scope(
        ("sim/behaviour",),
        (
            "tests/behaviour/test_choosing.py",
            "tests/behaviour/test_calling_up.py",
            "tests/behaviour/test_paying.py",
            "tests/behaviour/test_survival.py",
            "tests/behaviour/test_value.py",
        ),
    ),
}
