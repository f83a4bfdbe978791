"""Say of a rejected value which file it came from, what would be accepted, and what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from sim.config.overrides import Change
from sim.config.schema_walk import at, child, fields_at, has
from sim.config.sharing import content_of, giver_of
from sim.config.sources import CHOSEN, COMMAND_LINE, GLOBAL, TAKEN, Sources, nearest
from sim.errors import BadInput

LONGEST = 120
_PLAIN = {
    "missing": "a value; nothing was given",
    "date_from_datetime_parsing": "a date such as 2024-07-31",
    "date_type": "a date such as 2024-07-31",
    "date_parsing": "a date such as 2024-07-31",
    "union_tag_not_found": "the name of an instrument",
    "dict_type": "names with values, not one value",
    "tuple_type": "a list in brackets",
    "finite_number": "a finite number",
    "float_type": "a number (without quotes)",
    "int_type": "a whole number (without quotes)",
    "bool_type": "true or false",
    "string_type": "text",
}


@dataclass(frozen=True)
class Origins:
    """Where the content of the settings came from; the last layer that says something of a path is the one to blame."""

    sources: Sources
    chosen: Mapping[str, str]
    """Group -> name of the file that was taken."""
    tables: Mapping[str, str]
    """Key of the region -> table that it was read from."""
    changes: Sequence[Change]

    def of(self, path: Sequence[str]) -> str:
        """The file that gave the value at ``path``; of a place with entries below, all that had a say."""
        if any(change.path == tuple(path[: len(change.path)]) for change in self.changes):
            return COMMAND_LINE
        below = len(path)
        names = [COMMAND_LINE] if any(change.path[:below] == tuple(path) for change in self.changes) else []
        for content, name in self.departures():
            if has(content, path):
                names.append(name)
                if not isinstance(at(content, path), Mapping):
                    return " + ".join(names)
        base, ground, rest = self._base(path)
        return " + ".join([*names, base] if not names or has(ground, rest) else names)

    def departures(self) -> list[tuple[Mapping[str, Any], str]]:
        """Scenario and experiment, the last to be read first."""
        parts = [
            (group, name)
            for group in GLOBAL
            if group in self.chosen
            for name in self.sources.ancestry(group, self.chosen[group])
        ]
        return [(self.sources.read(*part), self.sources.shown(*part)) for part in reversed(parts)]

    def _base(self, path: Sequence[str]) -> tuple[str, object, Sequence[str]]:
        """The file that a place belongs to, its content, and the path within it."""
        group, name = (*path, "", "")[:2]
        if group == "region" and name in self.tables:
            return self.tables[name], None, ()
        if group in TAKEN and name in self.sources.names(group):
            return giver_of(self.sources, group, name, path[2:]), content_of(self.sources, group, name), path[2:]
        if group in (*CHOSEN, "scenario") and group in self.chosen:
            content = self.sources.read(group, self.chosen[group])
            return self.sources.shown(group, self.chosen[group]), content, path if group == "scenario" else path[1:]
        return "configs/defaults.yaml", self.sources.primary(), path

    def said(self, path: Sequence[str], value: object) -> tuple[Sequence[str], object]:
        """Of a place with entries below, the one that was typed or departed from last, rather than all of it."""
        typed = [change for change in self.changes if change.path[: len(path)] == tuple(path)]
        if typed:
            return typed[-1].path, typed[-1].value
        return path, next((at(content, path) for content, _ in self.departures() if has(content, path)), value)

    def bad(self, path: Sequence[str], value: object, allowed: str, remedy: str) -> BadInput:
        """An error about the value at ``path``."""
        return BadInput(file=self.of(path), key=".".join(path), value=_short(value), allowed=allowed, remedy=remedy)


def explain(error: ValidationError, tree: Mapping[str, Any], origins: Origins) -> BadInput:
    """The first thing that the schema rejects, in the words of the one who gave it."""
    problems = error.errors(include_url=False)
    # A misspelt field is the cause of what is missing beside it, so it is told first.
    problem = min(problems, key=lambda each: each["type"] != "extra_forbidden")
    path: Sequence[str] = _path(problem["loc"], tree)
    more = f" ({len(problems) - 1} more after this one)" if len(problems) > 1 else ""
    kind, value = problem["type"], problem["input"]
    if kind == "extra_forbidden":
        known = fields_at(path[:-1], tree) or []
        return origins.bad(path, value, "one of " + ", ".join(known), nearest(path[-1], known) + more)
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        path, value = [*path, "instrument"], at(tree, [*path, "instrument"])
    allowed = _allowed(problem, path, tree)
    where = origins.of(path)
    if kind == "missing":
        value = "(missing)"
    elif kind == "value_error":
        path, value = origins.said(path, value)
    key = ".".join(path)
    remedy = f"type {key}=VALUE with such a value" if where.startswith(COMMAND_LINE) else f"correct {key} in {where}"
    return BadInput(file=where, key=key, value=_short(value), allowed=allowed, remedy=remedy + more)


def _allowed(problem: ErrorDetails, path: Sequence[str], tree: Mapping[str, Any]) -> str:
    kind = problem["type"]
    if kind == "string_pattern_mismatch" and path[-1] in ("start", "end", "by", "relative_to"):
        return "a month such as 2025-12"
    if kind in ("model_type", "model_attributes_type"):
        fields = fields_at(path, tree) or []
        return "a number" if "value" in fields else "an entry with " + ", ".join(fields)
    if kind == "union_tag_invalid":
        return "one of " + str(problem["ctx"]["expected_tags"])
    if kind == "value_error":
        return f"values that fit together ({problem['ctx']['error']})"
    return _PLAIN.get(kind, problem["msg"].removeprefix("Input should be "))


def _path(loc: Sequence[int | str], tree: Mapping[str, Any]) -> list[str]:
    """Pydantic's location without what it adds: the tag of a union and the mark of a key."""
    path: list[str] = []
    node: object = tree
    for part in loc:
        text = str(part)
        if text == "[key]" or (text == child(node, "instrument") and text != "instrument"):
            continue
        path.append(text)
        node = child(node, text)
    return path


def _short(value: object) -> object:
    text = repr(value)
    return value if len(text) <= LONGEST else text[:LONGEST] + "..."
