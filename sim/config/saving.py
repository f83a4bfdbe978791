"""A scenario file from what was typed: the way back from settings on a page to a file in ``scenarios/``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import yaml

from sim.config.overrides import read_overrides
from sim.config.sources import Sources, find_root
from sim.errors import BadInput, Both
from sim.schema.bricks import Title

FORGOTTEN = ("results", "output", "executor", "language")
"""Settings that say where and for whom: they are no part of a scenario."""
NAME = re.compile(r"[a-z][a-z0-9_]*")
DEFAULT = "enacted"


def scenario_file(typed: Sequence[str], name: str, title: Title, root: Path | None = None) -> str:
    """Content of ``scenarios/<name>.yaml`` that stands for these overrides; raises BadInput for a name that will not do."""
    given = read_overrides(typed)
    parent = given.choices.get("scenario", DEFAULT)
    _require_free(name, Sources((root or find_root()).resolve()).names("scenario"))
    defaults: list[object] = [parent]
    defaults += [{f"override /{group}": choice} for group, choice in given.choices.items() if group != "scenario"]
    content: dict[str, Any] = {
        "defaults": [*defaults, "_self_"],
        "scenario": {
            "id": name,
            "title": {"zh": title.zh or name, "en": title.en or name},
            "decided_by": "由使用者设定",
            "description": f"Saved from the dashboard; departs from {parent}.",
        },
    }
    _add(content, ((change.path, change.value) for change in given.changes if change.path[0] not in FORGOTTEN))
    return "# @package _global_\n" + yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=120)


def _add(content: dict[str, Any], changes: Iterable[tuple[tuple[str, ...], object]]) -> None:
    for path, value in changes:
        node = content
        for part in path[:-1]:
            node = node.setdefault(part, {})
        node[path[-1]] = value


def _require_free(name: str, taken: Sequence[str]) -> None:
    if NAME.fullmatch(name) and name not in taken:
        return
    raise BadInput(
        file="scenarios/",
        key="name",
        value=name,
        allowed=Both(
            "小写字母、数字和下划线，以字母开头，且不与已有情景重名",
            "lower-case ASCII letters, digits and _, beginning with a letter, that no scenario has yet",
        ),
        remedy=Both("换一个名称；标题可用中文", "choose another name; the title may be Chinese"),
    )
