"""Which measures are in force: those that the scenario names, one by one or by named groups; a file alone enacts nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from sim.config.blame import Origins
from sim.config.schema_walk import has
from sim.config.sources import SETS, Sources, nearest
from sim.errors import COMMAND_LINE, BadInput, Both, Words

KEY = "in_force"
"""Key of scenarios and of the command line; a group's own list stands under ``MEASURES``."""
MEASURES = "measures"


def keep_in_force(tree: dict[str, Any], origins: Origins) -> None:
    """Take the list of measures out of the tree, and with it every measure that it does not name and every unused pot.

    Raises BadInput for a name that nothing has, and for whatever departs from a measure or pot that is not in force.
    """
    named = _named(tree.pop(KEY, None), origins)
    if not isinstance(tree.get("policy"), dict) or not isinstance(tree.get("pots"), dict):
        return  # the schema says so
    policy = {name: content for name, content in tree["policy"].items() if name in named}
    drawn_on = [content.get("pot") for content in policy.values() if isinstance(content, dict)]  # not text yet, perhaps
    pots = {name: content for name, content in tree["pots"].items() if name in drawn_on}
    for group, kept in (("policy", policy), ("pots", pots)):
        _require_kept(group, tree[group], kept, origins)
        tree[group] = kept


def group_of(sources: Sources, name: str) -> list[str]:
    """Measures that a group names; raises BadInput for one that has no file."""
    measures, shown = sources.read(SETS, name).get(MEASURES), sources.shown(SETS, name)
    if not isinstance(measures, list) or not all(isinstance(each, str) for each in measures):
        raise BadInput(
            file=shown,
            key=MEASURES,
            value=measures,
            allowed=Both("措施的列表", "a list of measures"),
            remedy=Both(f"在 {MEASURES} 下列出 configs/policy/ 中的文件名", f"name files of configs/policy/ under {MEASURES}"),
        )
    for each in measures:
        sources.require("policy", each, shown)
    return measures


def unused(sources: Sources) -> list[str]:
    """Files of measures that no scenario puts in force; what cannot be read is refused when it is chosen, not here."""
    listed = set(_entries(sources.primary()))
    for scenario in sources.names("scenario"):
        with suppress(BadInput):
            listed |= set(_entries(sources.read("scenario", scenario)))
    groups, named = sources.names(SETS), set[str]()
    for name in listed:
        with suppress(BadInput):
            named |= _meant(sources, name, groups)
    return [sources.shown("policy", name) for name in sources.names("policy") if name not in named]


def _entries(content: Mapping[str, Any]) -> list[str]:
    """The names in a file's list of measures in force."""
    listed = content.get(KEY)
    return [name for name in listed if isinstance(name, str)] if isinstance(listed, list) else []


def _meant(sources: Sources, name: str, groups: Sequence[str]) -> set[str]:
    """The measures that a name stands for: those of a group, or the one itself."""
    return set(group_of(sources, name)) if name in groups else {name}


def _named(listed: object, origins: Origins) -> set[str]:
    sources = origins.sources
    groups, measures = sources.names(SETS), sources.names("policy")
    if not isinstance(listed, list):
        example = f"{KEY}=[{','.join(groups)}]"
        allowed = Both("组和措施的列表", "a list of groups and measures")
        raise origins.bad([KEY], listed, allowed, Both(f"输入 {example}", f"type {example}"))
    named: set[str] = set()
    for name in listed:
        if name not in groups and name not in measures:
            allowed = Both(
                "configs/groups/ 或 configs/policy/ 中的文件名", "names of files in configs/groups/ or configs/policy/"
            )
            raise origins.bad([KEY], name, allowed, nearest(str(name), groups + measures))
        named |= _meant(sources, name, groups)
    return named


def _require_kept(group: str, known: Mapping[str, Any], kept: Mapping[str, Any], origins: Origins) -> None:
    for place, name in _departures(origins, group, [name for name in known if name not in kept]):
        if group == "policy":
            allowed = Both("情景中生效的措施", "a measure that the scenario puts in force")
            example = f"{KEY}=[enacted,{name}]"
            remedy = Both(f"将 {name} 加入 {KEY}，例如 {example}", f"add {name} to {KEY}, for instance {example}")
        else:
            allowed = Both("有生效措施使用的补贴资金", "a pot that a measure in force draws on")
            remedy = Both(f"使一项写有 pot: {name} 的措施生效", f"put a measure with pot: {name} in force")
        value = Both(f"{name} 未生效", f"{name} is not in force")
        raise BadInput(file=place, key=f"{group}.{name}", value=value, allowed=allowed, remedy=remedy)


def _departures(origins: Origins, group: str, names: Sequence[str]) -> Iterator[tuple[Words, str]]:
    """Where something is said of these entries beside their own file."""
    for name in names:
        if any(change.path[:2] == (group, name) for change in origins.changes):
            yield COMMAND_LINE, name
        yield from ((place, name) for content, place in origins.departures() if has(content, [group, name]))
