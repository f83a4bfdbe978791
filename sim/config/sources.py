"""Find and read the files: a file's name is the thing's name, so there is no register of them."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.config.strict_yaml import LIMIT_BYTES, parse_yaml, read_text
from sim.errors import BadInput, Both, Words

CHOSEN = ("region", "behaviour", "money", "market", "uncertainty", "parameters")
"""Groups of which one file is taken."""
TAKEN = ("anchor", "products", "policy", "pots", "targets")
"""Groups of which every file is taken, under its own name."""
GLOBAL = ("scenario", "experiment")
"""Groups whose files say what departs from all the others."""
SETS = "groups"
"""Group whose files name measures that are in force together."""
LISTED = (*CHOSEN, *TAKEN, *GLOBAL, SETS, "evidence", "levers", "product_defaults")
"""Every group whose folder is listed."""

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_PACKAGE = re.compile(r"\s*#\s*@package\s+(\S+)")
_OVERRIDE = re.compile(r"override /?([a-z]+)")
_ENTRY = Both(
    "_self_、另一情景的名称，或“override /组: 名称”，组为 " + "、".join((*CHOSEN, *GLOBAL)),
    "_self_, the name of another scenario, or override /GROUP: NAME for a group of " + ", ".join((*CHOSEN, *GLOBAL)),
)
"""What a list of defaults may hold."""


def nearest(name: str, known: Iterable[str]) -> Both:
    """Words for a remedy: the names most like the one that was typed, or all of them."""
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
    if close:
        return Both("是否为：" + "、".join(close) + "？", "did you mean " + " or ".join(close) + "?")
    if not names:
        return Both("没有可选的名称", "there is none")
    return Both("从中选择：" + "、".join(names), "choose one of: " + ", ".join(names))


def find_root() -> Path:
    """The folder that holds configs/ and scenarios/: SIM_ROOT, the program's own, or the one we are in."""
    given = os.environ.get("SIM_ROOT")
    places = [Path(given)] if given else [Path(__file__).resolve().parents[2], Path.cwd()]
    for place in places:
        if (place / "configs").is_dir():
            return place.resolve()
    raise BadInput(
        file="configs",
        key="SIM_ROOT",
        value=given,
        allowed=Both("含有 configs/ 和 scenarios/ 的目录", "a folder that holds configs/ and scenarios/"),
        remedy=Both(
            "在本程序的目录中运行，或用环境变量 SIM_ROOT 指明该目录",
            "run from a checkout of the program, or set SIM_ROOT to one",
        ),
    )


@dataclass(frozen=True)
class Sources:
    """The files under one root; each is read once."""

    root: Path
    _read: dict[str, dict[str, Any]] = field(default_factory=dict, compare=False, repr=False)

    def folder(self, group: str) -> Path:
        """Where the files of a group lie."""
        return self.root / "scenarios" if group == "scenario" else self.root / "configs" / group

    def shown(self, group: str, name: str) -> str:
        """A file as messages name it, relative to the root."""
        return (self.folder(group) / f"{name}.yaml").relative_to(self.root).as_posix()

    def names(self, group: str) -> list[str]:
        """Names of a group, in order; files whose name can be no name are left out, see ``strays``."""
        return [name for name in self._stems(group) if _NAME.fullmatch(name)]

    def strays(self, group: str) -> list[str]:
        """Files of a group that are not read because of their name, such as copies that an office program has made."""
        return [self.shown(group, name) for name in self._stems(group) if not _NAME.fullmatch(name)]

    def _stems(self, group: str) -> list[str]:
        return sorted(path.stem for path in self.folder(group).glob("*.yaml") if not path.name.startswith("."))

    def require(self, group: str, name: str, file: Words) -> None:
        """Refuse a name that no file of the group has."""
        known = self.names(group)
        if name not in known:
            place = self.folder(group).relative_to(self.root).as_posix()
            raise BadInput(
                file=file,
                key=group,
                value=name,
                allowed=Both(
                    f"{place}/ 中的文件名：{'、'.join(known) or '无'}",
                    f"the name of a file in {place}/: {', '.join(known) or 'there is none'}",
                ),
                remedy=nearest(name, known),
            )

    def read(self, group: str, name: str) -> dict[str, Any]:
        """Content of one file; the caller must not change it."""
        shown = self.shown(group, name)
        if shown not in self._read:
            text = read_text(self.folder(group) / f"{name}.yaml", shown, LIMIT_BYTES)
            if group in GLOBAL:
                _require_global(text, shown)
            content = parse_yaml(text, shown)
            self._check_defaults(group, content, shown)
            self._read[shown] = content
        return self._read[shown]

    def primary(self) -> dict[str, Any]:
        """configs/defaults.yaml: what is chosen when nothing is said."""
        if "" not in self._read:
            path = self.root / "configs" / "defaults.yaml"
            shown = path.relative_to(self.root).as_posix()
            content = parse_yaml(read_text(path, shown, LIMIT_BYTES), shown)
            for group, name in _choices(content.get("defaults"), shown):
                self.require(group, name, shown)
            self._read[""] = content
        return self._read[""]

    def _check_defaults(self, group: str, content: dict[str, Any], shown: str) -> None:
        """A defaults list may name files of this program and nothing of Hydra's."""
        if "defaults" not in content:
            return
        entries = content["defaults"]
        if group not in GLOBAL or not isinstance(entries, list):
            raise BadInput(
                file=shown,
                key="defaults",
                value=entries,
                allowed=Both("列表，且只能写在情景和实验文件中", "a list, in scenarios and experiments only"),
                remedy=Both("删除该项", "remove it"),
            )
        for entry in entries:
            target, name = reference(entry, group)
            if target is None:
                raise BadInput(
                    file=shown,
                    key="defaults",
                    value=entry,
                    allowed=_ENTRY,
                    remedy=Both("删除该条目，或在其下直接写取值", "remove the entry, or set the values below"),
                )
            if name != "_self_":
                self.require(target, name, shown)

    def ancestry(self, group: str, name: str, below: tuple[str, ...] = ()) -> list[str]:
        """Names of the files that make up a scenario, the first to be read first; refuses circles."""
        if name in below:
            raise BadInput(
                file=self.shown(group, name),
                key="defaults",
                value=" > ".join((*below, name)),
                allowed=Both(
                    "可以引用其他情景，但不得循环引用", "scenarios that build on others without coming back to themselves"
                ),
                remedy=Both(f"从 {below[-1]} 的 defaults 中删除 {name}", f"remove {name} from the defaults of {below[-1]}"),
            )
        content = self.read(group, name)
        chain: list[str] = []
        for entry in content.get("defaults", []):
            if isinstance(entry, str) and entry != "_self_":
                chain += [parent for parent in self.ancestry(group, entry, (*below, name)) if parent not in chain]
        return [*chain, name]


def reference(entry: object, group: str) -> tuple[str | None, str]:
    """Group and name that an entry of a defaults list points at; (None, "") if it is not allowed."""
    if isinstance(entry, str):
        return group, entry
    if isinstance(entry, dict) and len(entry) == 1:
        ((key, name),) = entry.items()
        match = _OVERRIDE.fullmatch(key)
        if match and match[1] in (*CHOSEN, *GLOBAL) and isinstance(name, str):
            return match[1], name
    return None, ""


def _choices(entries: object, shown: str) -> list[tuple[str, str]]:
    """Group and file; refuses more or less than one of each group, and ``optional experiment: null``, which may stand there."""
    once = {*CHOSEN, "scenario"}
    found = [dict(entry) for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
    named = [(group, name) for entry in found for group, name in entry.items() if group in once and isinstance(name, str)]
    choices = [entry for entry in found if entry != {"optional experiment": None}]
    others = [entry for entry in choices if len(entry) != 1 or not once & entry.keys()]
    if (
        not isinstance(entries, list)
        or len(found) < len(entries)
        or others
        or sorted(group for group, _ in named) != sorted(once)
    ):
        raise BadInput(
            file=shown,
            key="defaults",
            value=others[0] if others else entries,
            allowed=Both(
                "各组写一次“组: 名称”：" + "、".join((*CHOSEN, "scenario")) + "；另可写 optional experiment: null",
                "GROUP: NAME once for each of " + ", ".join((*CHOSEN, "scenario")) + "; optional experiment: null",
            ),
            remedy=Both("恢复程序自带的列表", "restore the list that the program came with"),
        )
    return named


def _require_global(text: str, shown: str) -> None:
    first = text.split("\n", 1)[0]
    match = _PACKAGE.match(first)
    if match is None or match[1] != "_global_":
        raise BadInput(
            file=shown,
            key=Both("第 1 行", "line 1"),
            value=first[:60],
            allowed=Both("首行为 # @package _global_", "# @package _global_"),
            remedy=Both(
                "将其写为首行：此文件的键都在最上层", "make it the first line: the keys of this file stand at the top level"
            ),
        )
