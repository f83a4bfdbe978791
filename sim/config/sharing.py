"""What many files have in common is said once: a file names in ``based_on`` the files of defaults that lie under it.

A default under the name ``*`` holds for every entry beside it: ``variants: {"*": {improvement_per_year: ...}}``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from sim.config.schema_walk import has
from sim.config.sources import Sources
from sim.errors import BadInput, Both

SHARED = {"products": "product_defaults"}
"""Group of files -> group of their defaults."""
NAMED = "based_on"
EVERY = "*"


def content_of(sources: Sources, group: str, name: str) -> dict[str, Any]:
    """A file with the defaults that it is based on; the caller must not change it."""
    own = sources.read(group, name)
    merged: Any = {}
    for parent in _parents(sources, group, name):
        merged = overlaid(merged, sources.read(SHARED[group], parent))
    merged = overlaid(merged, {key: value for key, value in own.items() if key != NAMED})
    return cast(dict[str, Any], _spread(merged))


def copied(data: Any) -> Any:
    """A copy of plain data: mappings and lists anew, all else as it is; far quicker than ``copy.deepcopy``."""
    if isinstance(data, dict):
        return {key: copied(value) for key, value in data.items()}
    return [copied(value) for value in data] if isinstance(data, list) else data


def giver_of(sources: Sources, group: str, name: str, path: Sequence[str]) -> str:
    """The file that says what stands at ``path`` of a file: itself, or the last of its defaults that does."""
    if has(sources.read(group, name), path):
        return sources.shown(group, name)
    for parent in reversed(_parents(sources, group, name)):
        held = sources.read(SHARED[group], parent)
        if any(has(held, way) for way in (path, [path[0], EVERY, *path[2:]] if len(path) > 1 else path)):
            return sources.shown(SHARED[group], parent)
    return sources.shown(group, name)


def overlaid(under: Any, over: Any) -> Any:
    """Mappings entry by entry, everything else as ``over`` has it: a bare number replaces a quantity with its range."""
    if isinstance(under, dict) and isinstance(over, dict):
        both = {key: overlaid(under[key], over[key]) for key in over if key in under}
        return {**under, **over, **both}
    return over


def _parents(sources: Sources, group: str, name: str) -> list[str]:
    named = sources.read(group, name).get(NAMED, []) if group in SHARED else []
    shown = sources.shown(group, name)
    if not isinstance(named, list) or not all(isinstance(each, str) for each in named):
        place = f"configs/{SHARED[group]}/"
        raise BadInput(
            file=shown,
            key=NAMED,
            value=named,
            allowed=Both(f"{place} 中文件名的列表", f"a list of names of files in {place}"),
            remedy=Both("写成列表", "write a list"),
        )
    for parent in named:
        sources.require(SHARED[group], parent, shown)
    return list(named)


def _spread(node: Any) -> Any:
    """Put what holds for every entry under each of them."""
    if not isinstance(node, dict):
        return node
    if EVERY not in node:
        return {key: _spread(value) for key, value in node.items()}
    return {key: _spread(overlaid(node[EVERY], value)) for key, value in node.items() if key != EVERY}
