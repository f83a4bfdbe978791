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
from sim.config.sources import CHOSEN, GLOBAL, TAKEN, Sources, nearest
from sim.config.wording import allowed_by, shortened
from sim.errors import COMMAND_LINE, MISSING, BadInput, Both, Words, joined, one_of


@dataclass(frozen=True)
class Origins:
    """Where the content of the settings came from; the last layer that says something of a path is the one to blame."""

    sources: Sources
    chosen: Mapping[str, str]
    """Group -> name of the file that was taken."""
    tables: Mapping[str, str]
    """Key of the region -> table that it was read from."""
    changes: Sequence[Change]

    def of(self, path: Sequence[str]) -> Both:
        """The file that gave the value at ``path``; of a place with entries below, all that had a say."""
        if any(change.path == tuple(path[: len(change.path)]) for change in self.changes):
            return COMMAND_LINE
        below = len(path)
        names: list[Words] = [COMMAND_LINE] if any(change.path[:below] == tuple(path) for change in self.changes) else []
        for content, name in self.departures():
            if has(content, path):
                names.append(name)
                if not isinstance(at(content, path), Mapping):
                    return joined(names, " + ")
        base, ground, rest = self._base(path)
        return joined([*names, base] if not names or has(ground, rest) else names, " + ")

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

    def bad(self, path: Sequence[str], value: object, allowed: Both, remedy: Both) -> BadInput:
        """An error about the value at ``path``."""
        return BadInput(file=self.of(path), key=".".join(path), value=shortened(value), allowed=allowed, remedy=remedy)


def explain(error: ValidationError, tree: Mapping[str, Any], origins: Origins) -> BadInput:
    """The first thing that the schema rejects, in the words of the one who gave it."""
    problems = error.errors(include_url=False)
    # A misspelt field is the cause of what is missing beside it, so it is told first.
    problem = min(problems, key=lambda each: each["type"] != "extra_forbidden")
    path: Sequence[str] = _path(problem["loc"], tree)
    rest = len(problems) - 1
    more = Both(f"（此外还有 {rest} 处）", f" ({rest} more after this one)") if rest else Both("", "")
    kind, value = problem["type"], problem["input"]
    if kind == "extra_forbidden":
        known = fields_at(path[:-1], tree) or []
        return origins.bad(path, value, one_of(known), joined([nearest(path[-1], known), more]))
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        path, value = [*path, "instrument"], at(tree, [*path, "instrument"])
    allowed = _allowed(problem, path, tree)
    where = origins.of(path)
    if kind == "missing":
        value = MISSING
    elif kind == "value_error":
        path, value = origins.said(path, value)
    value = value if isinstance(value, Both) else shortened(value)
    key = ".".join(path)
    remedy = Both(f"在 {where.zh} 中更正 {key}", f"correct {key} in {where.en}")
    if where.en.startswith(COMMAND_LINE.en):
        remedy = Both(f"输入 {key}=符合要求的值", f"type {key}=VALUE with such a value")
    return BadInput(file=where, key=key, value=value, allowed=allowed, remedy=joined([remedy, more]))


def _allowed(problem: ErrorDetails, path: Sequence[str], tree: Mapping[str, Any]) -> Both:
    if problem["type"] in ("model_type", "model_attributes_type"):
        fields = fields_at(path, tree) or []
        if "value" in fields:
            return Both("数", "a number")
        return Both("含下列各项的条目：" + "、".join(fields), "an entry with " + ", ".join(fields))
    return allowed_by(problem)


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
