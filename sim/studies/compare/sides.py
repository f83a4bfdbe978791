"""What is compared: scenarios as they stand, and scenarios with changes of their own, typed as one quoted text each."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.errors import Both, refused

if TYPE_CHECKING:
    from sim.settings import Settings

Load = Callable[[Sequence[str]], "Settings"]
NAMED = re.compile(r"([^=:：]+)(?::\s|：)\s*(.+)", re.DOTALL)
"""A name, a colon, and the scenario with its changes."""
SHARED = ("output", "language", "results", "executor", "ensemble", "population", "clock.start", "clock.end", "events")
"""Settings that hold for all sides: who is compared must be alike in them."""
EXAMPLE = Both("输入 compare enacted no_policy", "type compare enacted no_policy")
QUOTED = "compare enacted 'enacted policy.car_scrappage.nev_amount=15000'"


@dataclass(frozen=True)
class Side:
    """One side of a comparison."""

    id: str
    """The name that was given to it, else what was typed; no other side has it."""
    file: str
    """Short name for files."""
    settings: Settings
    typed: tuple[str, ...]
    """What to type after ``forecast`` for it."""
    name: str
    changes: tuple[str, ...]

    @property
    def title(self) -> str:
        """Its name, else the scenario's title and what departs from it."""
        of_scenario = self.settings.scenario.title
        told = of_scenario.zh if self.settings.language == "zh" else of_scenario.en
        return self.name or " + ".join([told, *self.changes])


def is_side(word: str) -> bool:
    """Whether a word is a side of the comparison: a scenario, with a name before it or changes after it."""
    first = (word.split() or [""])[0]
    return "=" not in first and not first.startswith("-")


def sides_typed(words: Sequence[str], common: Sequence[str], load: Load) -> list[Side]:
    """The sides in the order typed; raises BadInput for what cannot be compared. ``common``: settings of all of them."""
    split = [_split(word) for word in words]
    if len(split) < 2 or len({(name, tuple(parts)) for name, parts in split}) < len(split):
        allowed = Both("两个或更多不同的情景", "two or more different scenarios")
        raise refused("scenarios", " ".join(words), allowed, EXAMPLE)
    for word in [*common, *(word for _, parts in split for word in parts)]:
        if word.lstrip("+").startswith("scenario="):
            allowed = Both("直接写情景名称，不写 scenario=", "scenarios as plain words")
            raise refused("scenario", "scenario=", allowed, EXAMPLE)
    found = [_side(place, name, parts, common, load) for place, (name, parts) in enumerate(split)]
    _require_apart(found)
    return found


def _split(word: str) -> tuple[str, list[str]]:
    """(name or nothing, the scenario and its changes)."""
    named = NAMED.fullmatch(word)
    name, rest = (named[1].strip(), named[2]) if named else ("", word)
    try:
        parts = shlex.split(rest)
    except ValueError:
        parts = []
    if not parts or "=" in parts[0]:
        allowed = Both("情景名称，其后可加改动", "a scenario, and after it what is changed")
        raise refused("scenarios", word, allowed, Both(f"例如 {QUOTED}", f"for instance {QUOTED}"))
    for change in parts[1:]:
        _require_own(change)
    return name, parts


def _require_own(change: str) -> None:
    """Refuse a change that has to hold for all sides, and whatever is no change."""
    key = change.lstrip("+").partition("=")[0]
    if "=" not in change:
        allowed = Both("键=值", "KEY=VALUE")
        raise refused("scenarios", change, allowed, Both(f"例如 {QUOTED}", f"for instance {QUOTED}"))
    if any(key == shared or key.startswith(shared + ".") for shared in SHARED):
        allowed = Both("只改一方的政策等设置", "settings of policy and the like, that one side departs in")
        remedy = Both(f"把 {change} 写在引号之外，对各方都起作用", f"write {change} outside the quotes, for all sides")
        raise refused(key, change, allowed, remedy)


def _side(place: int, name: str, parts: Sequence[str], common: Sequence[str], load: Load) -> Side:
    scenario, *changes = parts
    typed = (f"scenario='{scenario}'", *common, *changes)
    settings = load(typed)
    file = settings.scenario.id + (f"-{place + 1}" if name or changes else "")
    return Side(name or shlex.join(parts), file, settings, typed, name, tuple(changes))


def _require_apart(found: Sequence[Side]) -> None:
    """Refuse two sides that are called alike, or are the same in all settings."""
    for place, side in enumerate(found):
        for other in found[:place]:
            alike = side.settings == other.settings
            if alike or side.id == other.id:
                allowed = Both("互不相同、名称也不同的各方", "sides that differ, with names that differ")
                remedy = Both("改变其中之一，或删除一个", "change one of them, or leave it out")
                raise refused("scenarios", side.id, allowed, remedy)
